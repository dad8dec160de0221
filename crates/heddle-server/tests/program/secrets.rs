//! Canary secrets: in no log line, no answer and no byte of the data directory.

use crate::org::{CLIENT_ID, CLIENT_SECRET, Org, program};
use crate::process::Program;
use base64::Engine;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Every file below, with its bytes.
fn files(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

/// The tokens that a sandbox of the same seed hands out first.
fn tokens(count: usize) -> Vec<String> {
    let twin = Org::start();
    (0..count).map(|_| twin.token()).collect()
}

#[test]
fn secrets_stand_in_no_log_line_no_answer_and_no_byte_of_the_data_directory() {
    let org = Org::start();
    let program = program().with("HEDDLE_LOG", "trace");
    let mut said = String::new();
    let connected = org.connect(&program).expect(0);
    said.push_str(&connected.out);
    said.push_str(&connected.err);
    let (server, base) = program.serve();
    let made = program.run(&["keys", "create"]).expect(0);
    said.push_str(&made.err);
    let key = made.out.trim().to_owned();
    let api = crate::http::Api { base, key: key.clone(), connection: connected.out.trim().to_owned() };

    let mut hear = |reply: crate::http::Reply| {
        said.push_str(&reply.head);
        said.push_str(&reply.body);
        reply
    };
    hear(api.get("/v1/crm/contacts?limit=5")).expect(200);
    // A session that ended, a provider that fails, a token endpoint that refuses.
    org.control("expire_sessions", json!({}));
    hear(api.get("/v1/crm/contacts?limit=5")).expect(200);
    let test = format!("/v1/connections/{}/test", api.connection);
    hear(api.post(&test, &json!(null)));
    org.control("faults", json!([{"kind": "garbage", "match": "query", "times": 1}]));
    hear(api.get("/v1/crm/contacts?limit=5"));
    let body = |secret: &str| {
        json!({"tenant_id": "acme", "provider": "salesforce", "auth": {"kind": "client_credentials",
            "my_domain": org.url(), "client_id": CLIENT_ID, "client_secret": secret}})
    };
    hear(api.post("/v1/connections", &body(&format!("{CLIENT_SECRET}-wrong"))));
    let mut unknown = body(CLIENT_SECRET);
    unknown["auth"]["secret"] = CLIENT_SECRET.into();
    hear(api.post("/v1/connections", &unknown)).expect(400);
    org.control("settings", json!({"token_error": {"error": "invalid_grant", "error_description": "inactive user"}}));
    org.control("expire_sessions", json!({}));
    hear(api.get("/v1/crm/contacts?limit=5"));
    for path in ["/metrics", "/v1/connections", "/v1/api-keys", "/v1/tenants", "/v1/calls", "/openapi.json", "/readyz"]
    {
        hear(api.get(path));
    }
    let ended = server.stopped("TERM").expect(0);
    said.push_str(&ended.out);
    said.push_str(&ended.err);
    assert!(ended.err.contains("TRACE"), "the log is as loud as it can be");

    let mut secrets = tokens(4);
    assert!(secrets.iter().all(|token| token.starts_with("00D") && token.len() > 100));
    secrets.extend(secrets.clone().iter().map(|token| token.split_once('!').unwrap().1.to_owned()));
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    let master = program.variable("HEDDLE_SECRET_KEY");
    secrets.extend([CLIENT_SECRET, &key, &basic, master].map(str::to_owned));
    // What may stand there is found, so what may not would be.
    assert!(said.contains(&api.connection));
    assert!(files(&program.data_dir()).iter().any(|(_, bytes)| holds(bytes, &api.connection)));
    for secret in &secrets {
        if let Some(line) = said.lines().find(|line| line.contains(secret.as_str())) {
            panic!("{secret} stands in: {line}");
        }
        for (path, bytes) in files(&program.data_dir()) {
            assert!(!holds(&bytes, secret), "{secret} stands in {}", path.display());
        }
    }
}

#[test]
fn the_tokens_that_are_looked_for_are_the_ones_in_use() {
    let org = Org::start();
    org.connect(&program()).expect(0);
    assert_eq!(org.token_calls(), 1);
    org.limits(&tokens(1)[0]).expect(200);
    org.limits("00D-not-a-token").expect(401);
}

#[test]
fn a_demo_keeps_its_secrets_in_two_files_for_their_owner_alone() {
    let program = Program::new().with("HEDDLE_LOG", "trace");
    let mut demo = program.start(&["demo", "--json", "--port", "0"]);
    let (line, _) = demo.first_line().unwrap();
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    let key = line["api_key"].as_str().unwrap().to_owned();
    let api = crate::http::Api {
        base: line["base_url"].as_str().unwrap().to_owned(),
        key: key.clone(),
        connection: line["connections"][0]["id"].as_str().unwrap().to_owned(),
    };
    api.get("/v1/crm/contacts").expect(200);
    let ended = demo.stopped("INT").expect(0);
    let master = fs::read_to_string(program.data_dir().join("secret.key")).unwrap().trim().to_owned();
    for secret in [key.as_str(), &master, "sandbox-secret"] {
        assert!(!ended.err.contains(secret), "{secret} stands in the log");
    }
    for (path, bytes) in files(&program.data_dir()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!holds(&bytes, &key) || name == "demo.json", "{name}");
        assert!(!holds(&bytes, &master) || name == "secret.key", "{name}");
        assert!(!holds(&bytes, "sandbox-secret"), "{name}");
        if ["demo.json", "secret.key"].contains(&name) {
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }
    assert_eq!(program.data_dir().metadata().unwrap().permissions().mode() & 0o777, 0o700);
}
