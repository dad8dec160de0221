//! Request bodies, and the resources that are made from them.

use crate::server::{Reply, Server, start, start_with};
use heddle_server::HttpSettings;
use serde_json::Value;

const JSON: &str = "Content-Type: application/json";

fn post(server: &Server, path: &str, body: &str) -> Reply {
    server.send(&format!("POST {path}"), &[JSON], body.as_bytes())
}

fn pointers(body: &Value) -> Vec<&str> {
    body["errors"].as_array().unwrap().iter().map(|part| part["pointer"].as_str().unwrap()).collect()
}

#[test]
fn a_body_of_another_kind_or_none_is_a_problem_document() {
    let server = start();
    let body = br#"{"name":"x"}"#;
    assert_eq!(server.send("POST /v1/tenants", &[], body).problem(), "invalid_request");
    assert_eq!(server.send("POST /v1/tenants", &["Content-Type: text/plain"], body).problem(), "invalid_request");
    assert_eq!(server.send("POST /v1/tenants", &[JSON], b"").problem(), "invalid_request");
    assert_eq!(server.send("POST /v1/tenants", &[JSON], b"{\xff}").problem(), "invalid_request");
    assert_eq!(server.send("DELETE /v1/connections/con_1", &[], b"x").problem(), "invalid_request");
}

#[test]
fn a_body_over_the_bound_is_refused_with_and_without_a_length() {
    let server = start_with(HttpSettings { max_body: 64, ..HttpSettings::default() }, Ok(()));
    let body = format!("{{\"name\":\"{}\"}}", "x".repeat(100));
    assert_eq!(post(&server, "/v1/tenants", &body).problem(), "payload_too_large");
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let headers = [&format!("Authorization: Bearer {}", server.key), JSON, "Transfer-Encoding: chunked"];
    let reply = server.send_chunked("POST /v1/tenants", &headers, chunked.as_bytes());
    assert_eq!(reply.problem(), "payload_too_large");
}

#[test]
fn a_tenant_is_made_and_found_by_both_its_ids() {
    let server = start();
    let made = post(&server, "/v1/tenants", r#"{"name":"Acme","external_id":"a/b %41"}"#);
    assert_eq!(made.status, 201, "{}", made.text());
    let tenant = made.json();
    let id = tenant["id"].as_str().unwrap();
    assert_eq!(made.header("location"), Some(format!("/v1/tenants/{id}").as_str()));
    assert!(tenant["created_at"].as_str().is_some_and(|time| time.len() == 24 && time.ends_with('Z')));
    for path in [id, "a%2Fb%20%2541"] {
        let reply = server.send(&format!("GET /v1/tenants/{path}"), &[], b"");
        assert_eq!(reply.json(), tenant, "{path}");
    }
    assert_eq!(post(&server, "/v1/tenants", r#"{"name":"B","external_id":"a/b %41"}"#).problem(), "conflict");
    let long = format!("GET /v1/tenants/{}", "x".repeat(256));
    assert_eq!(server.send(&long, &[], b"").problem(), "invalid_request");
}

#[test]
fn tenants_are_listed_page_by_page() {
    let server = start();
    for name in ["a", "b", "c"] {
        assert_eq!(post(&server, "/v1/tenants", &format!("{{\"name\":\"{name}\"}}")).status, 201);
    }
    let mut names = Vec::new();
    let mut path = "/v1/tenants?limit=2".to_owned();
    loop {
        let page = server.send(&format!("GET {path}"), &[], b"").json();
        names.extend(page["data"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/tenants?limit=2&cursor={cursor}");
    }
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(server.send("GET /v1/tenants?limit=201", &[], b"").problem(), "invalid_request");
    assert_eq!(server.send("GET /v1/tenants?page=2", &[], b"").problem(), "invalid_request");
}

#[test]
fn unknown_and_refused_fields_are_named() {
    let server = start();
    let reply = post(&server, "/v1/tenants", r#"{"name":"x","colour":"red"}"#);
    assert_eq!(reply.problem(), "invalid_request");
    assert_eq!(pointers(&reply.json()), ["/colour"]);
    let reply = post(&server, "/v1/tenants", &format!(r#"{{"name":"","external_id":"{}"}}"#, "x".repeat(256)));
    assert_eq!(reply.problem(), "validation_failed");
    assert_eq!(pointers(&reply.json()), ["/name", "/external_id"]);
}

#[test]
fn an_array_is_no_object() {
    let server = start();
    for body in [r#"["Acme"]"#, r#" ["Acme", null]"#, "[]", "null", "7", "\"x\""] {
        let reply = post(&server, "/v1/tenants", body);
        assert_eq!((reply.status, reply.problem().as_str()), (400, "invalid_request"), "{body}");
    }
    let id = post(&server, "/v1/tenants", r#"{"name":"Acme"}"#).json()["id"].as_str().unwrap().to_owned();
    let auth = r#"["client_credentials","https://a.my.salesforce.com","i","canary-1"]"#;
    let body = format!(r#"{{"tenant_id":"{id}","provider":"salesforce","auth":{auth}}}"#);
    let reply = post(&server, "/v1/connections", &body);
    assert_eq!(reply.problem(), "invalid_request");
    assert_eq!(pointers(&reply.json()), ["/auth"]);
    assert!(!reply.text().contains("canary-1"));
}

#[test]
fn a_key_shows_its_secret_once_works_and_ends() {
    let server = start();
    let made = post(&server, "/v1/api-keys", r#"{"name":"reader","scopes":["crm:read"]}"#);
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let secret = made["secret"].as_str().unwrap();
    let own = format!("Authorization: Bearer {secret}");
    assert_eq!(server.send_bare("GET /v1/providers", &[&own], b"").status, 200);
    assert_eq!(server.send_bare("GET /v1/tenants", &[&own], b"").problem(), "forbidden");
    let list = server.send("GET /v1/api-keys", &[], b"");
    assert_eq!(list.json()["data"].as_array().map(Vec::len), Some(2));
    assert!(!list.text().contains(secret));
    let id = made["key"]["id"].as_str().unwrap();
    let gone = server.send(&format!("DELETE /v1/api-keys/{id}"), &[], b"");
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert_eq!(server.send_bare("GET /v1/providers", &[&own], b"").problem(), "unauthorized");
}

#[test]
fn a_refused_connection_never_repeats_its_secret() {
    let server = start();
    let tenant = post(&server, "/v1/tenants", r#"{"name":"Acme"}"#).json();
    let id = tenant["id"].as_str().unwrap();
    let body = |provider: &str, domain: &str| {
        format!(
            r#"{{"tenant_id":"{id}","provider":"{provider}","auth":{{"kind":"client_credentials","my_domain":"{domain}","client_id":"i","client_secret":"canary-1"}}}}"#
        )
    };
    let table = [
        (body("salesforce", "https://login.salesforce.com"), "connection_misconfigured"),
        (body("salesforce", "http://169.254.169.254"), "connection_misconfigured"),
        (body("hubspot", "https://a.my.salesforce.com"), "unsupported_operation"),
        (body("nobody", "https://a.my.salesforce.com"), "validation_failed"),
    ];
    for (body, code) in table {
        let reply = post(&server, "/v1/connections", &body);
        assert_eq!(reply.problem(), code, "{body}");
        assert!(!reply.text().contains("canary-1"));
    }
}
