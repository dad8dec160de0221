//! The smaller commands: openapi, doctor, sandbox, help.

use crate::http::send;
use crate::process::Program;
use std::path::Path;

#[test]
fn openapi_prints_the_document_that_is_committed() {
    let program = Program::new();
    let printed = program.run(&["openapi"]).expect(0).out;
    assert_eq!(printed, heddle_server::openapi_json());
    let out = program.data_dir().with_file_name("api.json");
    let written = program.run(&["openapi", "--out", out.to_str().unwrap()]).expect(0);
    assert!(written.out.is_empty());
    assert_eq!(std::fs::read_to_string(&out).unwrap(), printed);
    assert!(!program.data_dir().exists(), "it needs no files");

    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/heddle.v1.json");
    match std::fs::read_to_string(&committed) {
        Ok(text) => assert!(
            text == printed,
            "openapi/heddle.v1.json is not what the program prints; refresh it with \
             `cargo run -- openapi --out openapi/heddle.v1.json` in the workspace's root"
        ),
        Err(why) => println!("NOT COMPARED: {}: {why}", committed.display()),
    }
}

#[test]
fn doctor_finds_a_missing_key_and_is_content_with_a_whole_set_up() {
    let sick = Program::new().run(&["doctor"]).expect(1);
    assert!(sick.out.contains("WRONG  secret key"), "{}", sick.out);
    assert!(sick.out.contains("settings in force"), "{}", sick.out);

    let program = Program::with_key();
    program.run(&["migrate"]).expect(0);
    let healthy = program.run(&["doctor"]).expect(0);
    assert!(!healthy.out.contains("WRONG"), "{}", healthy.out);
    assert!(!healthy.out.contains(program.variable("HEDDLE_SECRET_KEY")), "{}", healthy.out);
    for part in ["secret key", "database", "clock"] {
        assert!(healthy.out.contains(part), "{part} in {}", healthy.out);
    }
    let defaults = program.run(&["doctor", "--defaults"]).expect(0).out;
    assert!(defaults.contains("[gate]") && defaults.contains("HEDDLE_DATA_DIR"));
}

#[test]
fn doctor_says_the_same_as_json_and_looks_at_the_machine() {
    let program = Program::with_key();
    program.run(&["migrate"]).expect(0);
    let said: serde_json::Value = serde_json::from_str(&program.run(&["doctor", "--json"]).expect(0).out).unwrap();
    assert_eq!(said["healthy"], true);
    let findings = said["findings"].as_array().unwrap();
    for check in ["secret key", "data dir", "free space", "open files", "database", "schema", "credentials", "clock"] {
        let found = findings.iter().find(|finding| finding["check"] == check);
        assert!(found.is_some_and(|f| f["verdict"] != "wrong" && f["detail"].is_string()), "{check} in {said}");
    }
    let settings = said["settings"].as_array().unwrap();
    assert!(settings.iter().any(|setting| setting["key"] == "metrics.enabled" && setting["source"] == "default"));
    let sick: serde_json::Value =
        serde_json::from_str(&Program::new().run(&["doctor", "--json"]).expect(1).out).unwrap();
    assert_eq!(sick["healthy"], false);
}

#[test]
fn doctor_names_the_steps_that_the_schema_lacks() {
    let program = Program::with_key();
    std::fs::create_dir_all(program.data_dir()).unwrap();
    std::fs::write(program.data_dir().join("heddle.db"), "").unwrap();
    let sick = program.run(&["doctor"]).expect(1);
    assert!(sick.out.contains("steps are missing, from m0001_tenants on"), "{}", sick.out);
    assert!(sick.out.contains("SQLite 3."), "{}", sick.out);
}

#[test]
fn doctor_masks_the_password_of_a_database_that_it_cannot_reach() {
    let program =
        Program::with_key().with("HEDDLE_DATABASE_URL", "postgres://heddle:canary-password@127.0.0.1:1/heddle");
    let sick = program.run(&["doctor"]).expect(1);
    assert!(sick.out.contains("postgres://heddle:***@127.0.0.1:1/heddle"), "{}", sick.out);
    assert!(!format!("{}{}", sick.out, sick.err).contains("canary"), "{} {}", sick.out, sick.err);
}

#[test]
fn doctor_reaches_a_provider_and_refuses_a_host_that_is_none_of_its_own() {
    let org = crate::org::Org::start();
    let program = Program::with_key();
    program.run(&["migrate"]).expect(0);
    let reached = program.run(&["doctor", "--provider", "salesforce", "--host", &org.url()]).expect(0);
    assert!(reached.out.contains("answers in"), "{}", reached.out);
    let foreign = program.run(&["doctor", "--provider", "salesforce", "--host", "https://crm.example"]).expect(1);
    assert!(foreign.out.contains("is refused"), "{}", foreign.out);
    let unknown = program.run(&["doctor", "--provider", "nobody", "--host", "https://crm.example"]).expect(1);
    assert!(unknown.err.contains("salesforce"), "{}", unknown.err);
}

#[test]
fn a_setting_that_does_not_exist_is_named_with_what_there_is() {
    let program = Program::with_key().with("HEDDLE__SERVER__WORKER", "4");
    let refused = program.run(&["doctor"]).expect(1);
    assert!(refused.err.contains("worker") && refused.err.contains("workers"), "{}", refused.err);
}

#[test]
fn sandbox_runs_alone_with_faults_by_flag() {
    let program = Program::new();
    let mut sandbox = program.start(&["sandbox", "--contacts", "25", "--fault", "status,status=503,match=query"]);
    let line = sandbox.out.line_with("Salesforce sandbox: http://127.0.0.1:");
    assert!(line.contains("25 contacts"), "{line}");
    let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
    let after = |line: String| line.split(':').next_back().unwrap().trim().to_owned();
    let (id, secret) = (after(sandbox.out.line_with("consumer key")), after(sandbox.out.line_with("consumer secret")));
    sandbox.out.line_with("Ctrl-C");

    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let headers = ["Content-Type: application/x-www-form-urlencoded".to_owned()];
    let token = send(&url, "POST /services/oauth2/token", &headers, &form).unwrap().expect(200).json();
    let bearer = [format!("Authorization: Bearer {}", token["access_token"].as_str().unwrap())];
    let query = "GET /services/data/v66.0/query?q=SELECT+COUNT()+FROM+Contact";
    send(&url, query, &bearer, "").unwrap().expect(503);
    assert_eq!(send(&url, "GET /_sandbox/counters", &[], "").unwrap().expect(200).json()["calls"]["query"], 1);
    sandbox.stopped("INT").expect(0);

    let refused = program.run(&["sandbox", "--fault", "explode"]).expect(1);
    assert!(refused.err.contains("explode"), "{}", refused.err);
}

#[test]
fn a_command_line_that_is_not_understood_ends_with_two() {
    let program = Program::new();
    for arguments in [&[][..], &["explode"], &["demo", "--port", "x"], &["keys", "create", "--days", "0"]] {
        let refused = program.run(arguments).expect(2);
        assert!(refused.out.is_empty() && refused.err.contains("--help"), "{arguments:?}: {}", refused.err);
    }
    let help = program.run(&["--help"]).expect(0).out;
    for command in ["demo", "serve", "migrate", "openapi", "doctor", "health", "keys", "connect", "sandbox"] {
        assert!(help.contains(command), "{command} in {help}");
    }
}
