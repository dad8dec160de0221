//! `heddle serve`: starts only with a key, sees what commands beside it do, and
//! stops in order.

use crate::http::{Api, Reply, send};
use crate::org::{Org, connected, one_slow_query};
use crate::process::Program;
use serde_json::json;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// Within a second, and what a busy machine adds.
const SEEN: Duration = Duration::from_millis(1_500);

/// How long the slow request takes in the sandbox.
const SLOW_MS: u64 = 1_500;

/// Asks again and again until the answer has this status.
fn soon(api: &Api, path: &str, status: u16) -> Reply {
    let begin = Instant::now();
    loop {
        let reply = api.get(path);
        if reply.status == status {
            println!("{status} after {} ms", begin.elapsed().as_millis());
            return reply;
        }
        assert!(begin.elapsed() < SEEN, "still {} after {:?}", reply.status, begin.elapsed());
    }
}

#[test]
fn without_a_secret_key_it_refuses_to_start_and_says_how_to_make_one() {
    let program = Program::new();
    let refused = program.run(&["serve", "--bind", "127.0.0.1:0"]).expect(1);
    assert!(refused.out.is_empty(), "{}", refused.out);
    for words in ["no secret key is set", "heddle keys secret", "HEDDLE_SECRET_KEY_FILE", "HEDDLE_SECRET_KEY"] {
        assert!(refused.err.contains(words), "{words} in {}", refused.err);
    }
    assert!(!program.data_dir().exists(), "nothing is made");
}

#[test]
fn a_key_made_beside_a_running_server_works_at_once_and_a_revoked_one_ends_within_a_second() {
    let program = Program::with_key();
    let (server, base) = program.serve();
    assert_eq!(send(&base, "GET /readyz", &[], "").unwrap().expect(200).json()["status"], "ok");
    assert_eq!(send(&base, "GET /v1/tenants", &[], "").unwrap().status, 401);

    let made = program.run(&["keys", "create", "--name", "night job", "--scope", "tenants"]).expect(0);
    let id = made.err.split_whitespace().find(|word| word.starts_with("key_")).unwrap().to_owned();
    let api = Api { base, key: made.out.trim().to_owned(), connection: String::new() };
    soon(&api, "/v1/tenants", 200);
    assert_eq!(api.get("/v1/api-keys").status, 403, "the scope that was asked for and no more");

    let listed = program.run(&["keys", "list"]).expect(0).out;
    let line = listed.lines().find(|line| line.starts_with(&id)).unwrap();
    assert!(line.contains("night job") && line.contains("tenants") && !line.contains(&api.key), "{line}");

    program.run(&["keys", "revoke", &id]).expect(0);
    soon(&api, "/v1/tenants", 401);
    let unknown = program.run(&["keys", "revoke", "key_nothing"]).expect(1);
    assert!(unknown.err.contains("no such key"), "{}", unknown.err);
    server.stopped("TERM").expect(0);
}

#[test]
fn a_stop_lets_the_request_under_way_finish() {
    let org = Org::start();
    let (program, connection) = connected(&org);
    let (server, base) = program.serve();
    let api = program.api(&base, &connection);
    api.get("/v1/crm/contacts?limit=5").expect(200);
    org.control("faults", one_slow_query(SLOW_MS));

    // One of the two is slow. When the other one is answered, the slow one
    // waits inside the sandbox.
    let (tell, told) = channel();
    for _ in 0..2 {
        let (api, tell) = (api.clone(), tell.clone());
        std::thread::spawn(move || {
            let reply = api.try_get("/v1/crm/contacts?limit=5");
            let _ = tell.send((reply, Instant::now()));
        });
    }
    let (quick, _) = told.recv_timeout(Duration::from_secs(30)).unwrap();
    quick.unwrap().expect(200);
    let asked = Instant::now();
    let ended = server.stopped("TERM").expect(0);
    let (slow, answered) = told.recv_timeout(Duration::from_secs(30)).unwrap();
    let slow = slow.unwrap().expect(200);
    assert_eq!(slow.json()["data"].as_array().unwrap().len(), 5);
    assert_eq!(slow.header("x-provider-calls"), Some("1"), "its call to the provider went on to its end");
    assert!(answered - asked > Duration::from_millis(SLOW_MS / 2), "{:?} after the stop", answered - asked);
    assert!(ended.err.contains("SIGTERM"), "{}", ended.err);
    assert!(api.try_get("/healthz").is_err(), "nobody listens any more");
}

#[test]
fn a_stop_loses_no_write_whose_caller_has_left() {
    let org = Org::start();
    let (program, connection) = connected(&org);
    let (server, base) = program.serve();
    let api = program.api(&base, &connection);
    org.control("faults", json!([{"match": "create", "kind": "latency", "when": "before", "ms": SLOW_MS, "times": 1}]));
    let body = r#"{"last_name":"Late"}"#;
    let headers = [
        format!("Authorization: Bearer {}", api.key),
        format!("X-Connection-Id: {connection}"),
        "Idempotency-Key: late".to_owned(),
        "Content-Type: application/json".to_owned(),
    ];
    let line = "POST /v1/crm/contacts";
    let host = base.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let head = format!("{line} HTTP/1.1\r\nHost: {host}\r\n{}\r\nContent-Length: {}", headers.join("\r\n"), body.len());
    std::io::Write::write_all(&mut stream, format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    while org.calls("create") == 0 {
        std::thread::yield_now();
    }
    drop(stream);
    server.stopped("TERM").expect(0);
    assert_eq!(org.made(), 1, "the write went on to its end");
    let (server, base) = program.serve();
    let again = send(&base, line, &headers, body).unwrap().expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(org.made(), 1);
    server.stopped("TERM").expect(0);
}

#[test]
fn a_second_signal_ends_it_at_once_and_counts_what_it_cut_off() {
    let org = Org::start();
    let (program, connection) = connected(&org);
    let (mut server, base) = program.serve();
    let api = program.api(&base, &connection);
    org.control("faults", one_slow_query(10_000));
    // When one of the two is answered, the other waits inside the sandbox.
    let (tell, told) = channel();
    for _ in 0..2 {
        let (api, tell) = (api.clone(), tell.clone());
        std::thread::spawn(move || tell.send(api.try_get("/v1/crm/contacts?limit=5")));
    }
    told.recv_timeout(Duration::from_secs(30)).unwrap().unwrap().expect(200);
    server.signal("TERM");
    server.err.line_with("a second signal stops at once");
    let ended = server.stopped("TERM").expect(130);
    assert!(ended.err.contains("requests cut off: 1"), "{}", ended.err);
    assert!(told.recv_timeout(Duration::from_secs(30)).unwrap().is_err());
}

#[test]
fn a_port_that_is_taken_is_named() {
    let program = Program::with_key();
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let refused = program.run(&["serve", "--bind", &address]).expect(1);
    assert!(refused.err.contains(&address), "{}", refused.err);
}

#[test]
fn a_schema_that_is_not_current_is_refused_when_the_server_may_not_touch_it() {
    let program = Program::with_key();
    let refused = program.run(&["serve", "--bind", "127.0.0.1:0", "--no-migrate"]);
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    let current = program.run(&["migrate"]).expect(0).out;
    assert!(current.contains("is current"), "{current}");
    assert_eq!(program.run(&["migrate"]).expect(0).out, current);
    let mut server = program.start(&["serve", "--bind", "127.0.0.1:0", "--no-migrate"]);
    server.err.line_with("listening on http://");
    server.stopped("TERM").expect(0);
}
