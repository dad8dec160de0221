//! Large reads through the whole server, against the stand-in.

mod deleted;
mod ended;
mod read;
mod start;

use heddle_tests::{Answer, Server, ServerOptions};
use serde_json::Value;

/// A server whose org has more contacts than pages are used for.
async fn large() -> Server {
    Server::with(ServerOptions { contacts: 2_600, accounts: 60, ..ServerOptions::default() }).await
}

/// Begins an export of contacts with these raw query parameters.
async fn begin(server: &Server, query: &str) -> Answer {
    server.sent(server.request("POST", &format!("/v1/crm/contacts/exports{query}"))).await
}

/// The id of an export that has begun.
fn id(answer: &Answer) -> String {
    answer.json["data"]["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

async fn state(server: &Server, id: &str) -> Answer {
    server.get(&format!("/v1/exports/{id}")).await
}

/// The lines of an export's data, from its beginning or behind a checkpoint.
async fn lines(server: &Server, id: &str, after: Option<&str>) -> Vec<Value> {
    let path = match after {
        Some(after) => format!("/v1/exports/{id}/data?after={after}"),
        None => format!("/v1/exports/{id}/data"),
    };
    let answer = server.get(&path).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

/// The records among lines.
fn records(lines: &[Value]) -> Vec<&Value> {
    lines.iter().filter_map(|line| line.get("data")).collect()
}

/// Ids of records, which must all be different.
fn ids(records: &[&Value]) -> std::collections::BTreeSet<String> {
    let ids: std::collections::BTreeSet<String> =
        records.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), records.len(), "an id came twice");
    ids
}

/// Everything that a list gives, page by page.
async fn listed(server: &Server, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut path = format!("/v1/crm/contacts?limit=1000{query}");
    loop {
        let page = server.get(&path).await.expect(200);
        all.extend(page.data().iter().cloned());
        let Some(next) = page.json["next_cursor"].as_str() else { return all };
        path = format!("/v1/crm/contacts?limit=1000&cursor={next}");
    }
}
