//! Addresses, methods, keys and headers.

use crate::server::{start, start_with};
use heddle_server::HttpSettings;

#[test]
fn an_unknown_address_is_a_problem_document() {
    let server = start();
    for path in
        ["/nothing", "/v1", "/v1/", "/v1/crm", "/v1/crm/contacts/1/2", "/v2/crm/contacts", "//", "/docs/nothing"]
    {
        let reply = server.send(&format!("GET {path}"), &[], b"");
        assert_eq!((reply.status, reply.problem().as_str()), (404, "not_found"), "{path}");
    }
}

#[test]
fn a_method_that_an_address_does_not_take_is_refused_with_those_it_does() {
    let server = start();
    let table = [
        ("DELETE /v1/crm/contacts", "GET, HEAD, POST"),
        ("PATCH /v1/tenants", "GET, HEAD, POST"),
        ("PUT /v1/connections/con_1", "GET, HEAD, PATCH, DELETE"),
        ("GET /v1/connections/con_1/test", "POST"),
        ("OPTIONS /v1/api-keys", "GET, HEAD, POST"),
        ("POST /healthz", "GET, HEAD"),
    ];
    for (line, allow) in table {
        let reply = server.send(line, &[], b"");
        assert_eq!((reply.status, reply.problem().as_str()), (405, "method_not_allowed"), "{line}");
        assert_eq!(reply.header("allow"), Some(allow), "{line}");
    }
}

#[test]
fn without_a_good_key_nothing_of_v1_answers() {
    let server = start();
    let lines = [
        "GET /v1/crm/contacts",
        "GET /v1/crm/contacts/1",
        "GET /v1/providers",
        "GET /v1/providers/salesforce",
        "GET /v1/tenants",
        "POST /v1/tenants",
        "GET /v1/tenants/x",
        "GET /v1/connections",
        "POST /v1/connections",
        "GET /v1/connections/x",
        "DELETE /v1/connections/x",
        "POST /v1/connections/x/test",
        "GET /v1/api-keys",
        "POST /v1/api-keys",
        "DELETE /v1/api-keys/x",
    ];
    let unknown = format!("Authorization: Bearer hdl_{}", "A".repeat(43));
    for line in lines {
        for headers in [&[] as &[&str], &["Authorization: Basic eDp5"], &["Authorization: Bearer x"], &[&unknown]] {
            let reply = server.send_bare(line, headers, b"");
            assert_eq!((reply.status, reply.problem().as_str()), (401, "unauthorized"), "{line} {headers:?}");
            assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"heddle\""));
        }
    }
}

#[test]
fn a_request_id_is_taken_over_or_made() {
    let server = start();
    let of = |header: &str| {
        let reply = server.send_bare("GET /healthz", &[header], b"");
        reply.header("request-id").unwrap_or_default().to_owned()
    };
    assert_eq!(of("Request-Id: mine-1"), "mine-1");
    assert_eq!(of("X-Request-Id: mine.2"), "mine.2");
    assert!(of("Request-Id: not this one").starts_with("req_"));
    assert_ne!(of("X: 1"), of("X: 1"));
}

#[test]
fn answers_are_not_to_be_stored_or_guessed_at() {
    let server = start();
    let reply = server.send("GET /v1/providers", &[], b"");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

#[test]
fn the_catalogue_lists_every_provider_and_its_capabilities() {
    let server = start();
    let list = server.send("GET /v1/providers", &[], b"").json();
    let ids: Vec<_> = list["data"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), ids[0]), (10, "salesforce"));
    let one = server.send("GET /v1/providers/salesforce", &[], b"").json();
    let contacts = &one["provider"]["objects"][0];
    assert_eq!((contacts["object"].as_str(), contacts["max_limit"].as_u64()), (Some("contacts"), Some(2_000)));
    assert!(one["guide"].as_str().is_some_and(|guide| !guide.is_empty()));
    assert_eq!(server.send("GET /v1/providers/nobody", &[], b"").problem(), "not_found");
}

#[test]
fn an_object_that_the_api_does_not_know_is_not_found() {
    let server = start();
    let code = |path: &str| server.send(&format!("GET {path}"), &["X-Connection-Id: con_1"], b"").problem();
    assert_eq!(code("/v1/crm/people"), "not_found");
    assert_eq!(code("/v1/crm/contact"), "not_found");
    assert_eq!(code("/v1/crm/objects/Thing__c/1/2"), "not_found");
}

#[test]
fn a_list_says_which_part_of_it_is_wrong() {
    let server = start();
    let table = [
        ("", "", "X-Connection-Id"),
        ("", "X-Provider: salesforce", "X-Connection-Id"),
        ("?limit=0", "X-Connection-Id: c", "?limit"),
        ("?limit=-1", "X-Connection-Id: c", "?limit"),
        ("?limit=abc", "X-Connection-Id: c", "?limit"),
        ("?colour=red", "X-Connection-Id: c", "?colour"),
        ("?sort=id&sort=id", "X-Connection-Id: c", "?sort"),
        ("?include_raw=1", "X-Connection-Id: c", "?include_raw"),
        ("?include_deleted=1", "X-Connection-Id: c", "?include_deleted"),
        ("?sort=%zz", "X-Connection-Id: c", "?sort"),
        ("?filter[a][gt][b]=1", "X-Connection-Id: c", "?filter[a][gt][b]"),
    ];
    for (query, header, pointer) in table {
        let headers: &[&str] = if header.is_empty() { &[] } else { &[header] };
        let reply = server.send(&format!("GET /v1/crm/contacts{query}"), headers, b"");
        assert_eq!(reply.problem(), "invalid_request", "{query}");
        assert_eq!(reply.json()["errors"][0]["pointer"], pointer, "{query}");
    }
}

#[test]
fn a_connection_that_is_not_there_is_not_found_and_costs_no_call() {
    let server = start();
    let id = heddle_engine::ConnectionId::generate();
    let reply = server.send("GET /v1/crm/contacts", &[&format!("X-Connection-Id: {id}")], b"");
    assert_eq!(reply.problem(), "not_found");
    assert_eq!(reply.header("x-provider-calls"), Some("0"));
}

#[test]
fn a_head_over_the_bounds_is_refused() {
    let server = start_with(HttpSettings { max_uri: 100, max_headers: 200, ..HttpSettings::default() }, Ok(()));
    let long = "x".repeat(200);
    assert_eq!(server.send_bare(&format!("GET /healthz?{long}"), &[], b"").problem(), "invalid_request");
    assert_eq!(server.send_bare("GET /healthz", &[&format!("X-Long: {long}")], b"").problem(), "invalid_request");
    assert_eq!(server.send_bare("GET /healthz", &[], b"").status, 200);
}

#[test]
fn head_has_the_head_of_get_and_no_body() {
    let server = start();
    let reply = server.send("HEAD /v1/providers", &[], b"");
    assert_eq!((reply.status, reply.body.len()), (200, 0));
}

#[test]
fn readiness_is_told_apart_from_life() {
    let server = start_with(HttpSettings::default(), Err("the database is away".to_owned()));
    assert_eq!(server.send_bare("GET /healthz", &[], b"").json()["status"], "ok");
    let reply = server.send_bare("GET /readyz", &[], b"");
    assert_eq!((reply.status, reply.json()["reason"].as_str()), (503, Some("the database is away")));
    assert_eq!(start().send_bare("GET /readyz", &[], b"").status, 200);
}

#[test]
fn control_characters_are_refused_before_a_database_sees_them() {
    let server = start();
    let lines = [
        "GET /v1/tenants/a%00b",
        "GET /v1/tenants/a%0Ab",
        "GET /v1/connections?tenant_id=%00",
        "GET /v1/connections?tenant_id=a%1Fb",
        "GET /v1/tenants?a%00=1",
        "GET /v1/crm/contacts?sort=id%09",
        "GET /v1/crm/contacts?filter[last_name]=a%00b",
    ];
    for line in lines {
        let reply = server.send(line, &["X-Tenant-Id: acme"], b"");
        assert_eq!((reply.status, reply.problem().as_str()), (400, "invalid_request"), "{line}");
    }
    let lines = server.send("GET /v1/crm/contacts?filter[last_name]=a%0Ab", &["X-Tenant-Id: acme"], b"");
    assert_eq!(lines.problem(), "not_found", "a filter's value may have lines; only the tenant is missing");
}

#[test]
fn cursors_of_other_lists_are_refused_as_cursors() {
    let server = start();
    for path in ["/v1/tenants", "/v1/connections", "/v1/api-keys"] {
        for cursor in ["zzz", "ten_1", "con_0193f0a2b1c47d3e8f5a6b7c8d9e0f1", "%27"] {
            let reply = server.send(&format!("GET {path}?cursor={cursor}"), &[], b"");
            assert_eq!((reply.status, reply.problem().as_str()), (400, "invalid_cursor"), "{path} {cursor}");
        }
    }
    let of_a_tenant = "GET /v1/connections?cursor=ten_0193f0a2b1c47d3e8f5a6b7c8d9e0f10";
    assert_eq!(server.send(of_a_tenant, &[], b"").problem(), "invalid_cursor");
}

#[test]
fn connections_of_an_unknown_tenant_or_provider_are_not_an_empty_list() {
    let server = start();
    assert_eq!(server.send("GET /v1/connections?tenant_id=nobody", &[], b"").problem(), "not_found");
    assert_eq!(server.send("GET /v1/connections?provider=salesforce", &[], b"").status, 200);
    let reply = server.send("GET /v1/connections?provider=nope", &[], b"");
    assert_eq!(reply.problem(), "invalid_request");
    assert_eq!(reply.json()["errors"][0]["pointer"], "?provider");
    assert!(reply.text().contains("salesforce"), "{}", reply.text());
}
