//! What a server writes about each request, and what it never writes.

use crate::http::send;
use crate::org::{CLIENT_SECRET, Org, connected};
use serde_json::Value;

#[test]
fn each_request_leaves_one_line_that_names_no_secret_and_no_query() {
    let org = Org::start();
    let (program, connection) = connected(&org);
    let program = program.with("HEDDLE_LOG", "debug");
    let (mut server, base) = program.serve();
    let api = program.api(&base, &connection);
    let reply = api.get("/v1/crm/contacts?limit=5&filter[last_name]=canary-of-a-query").expect(200);
    let id = reply.header("request-id").unwrap();
    let line: Value = serde_json::from_str(&server.err.line_with("\"route\":\"/v1/crm/{object}\"")).unwrap();
    assert_eq!((&line["level"], &line["target"]), (&"INFO".into(), &"heddle::access".into()));
    assert_eq!((&line["method"], &line["status"], &line["provider_calls"]), (&"GET".into(), &200.into(), &1.into()));
    assert_eq!((&line["request_id"], &line["connection"]), (&id.into(), &connection.as_str().into()));
    assert_eq!(line["key"], api.key[..12]);
    assert!(line["ms"].is_u64(), "{line}");
    send(&base, "GET /v1/tenants", &["Authorization: Bearer hdl_canary-wrong".to_owned()], "").unwrap().expect(401);
    let ended = server.stopped("TERM").expect(0);
    let attempt = ended.err.lines().find(|line| line.contains("\"message\":\"attempt\"") && line.contains(id)).unwrap();
    let attempt: Value = serde_json::from_str(attempt).unwrap();
    assert_eq!((&attempt["request_id"], &attempt["connection"]), (&id.into(), &connection.as_str().into()));
    for secret in ["canary-of-a-query", "hdl_canary-wrong", CLIENT_SECRET, &api.key] {
        assert!(!ended.err.contains(secret), "{secret}");
    }
}

#[test]
fn access_lines_can_be_switched_off_and_metrics_can_be_closed() {
    let program = crate::process::Program::with_key()
        .with("HEDDLE__LOG__ACCESS", "0")
        .with("HEDDLE_METRICS_TOKEN", "canary-of-the-metrics");
    let (server, base) = program.serve();
    send(&base, "GET /healthz", &[], "").unwrap().expect(200);
    send(&base, "GET /metrics", &[], "").unwrap().expect(401);
    let token = ["Authorization: Bearer canary-of-the-metrics".to_owned()];
    let text = send(&base, "GET /metrics", &token, "").unwrap().expect(200).body;
    assert!(text.contains("heddle_database_up 1"), "{text}");
    let ended = server.stopped("TERM").expect(0);
    assert!(!ended.err.contains("heddle::access") && !ended.err.contains("canary"), "{}", ended.err);

    let program = crate::process::Program::with_key().with("HEDDLE__METRICS__ENABLED", "0");
    let (server, base) = program.serve();
    send(&base, "GET /metrics", &[], "").unwrap().expect(404);
    server.stopped("TERM").expect(0);
}
