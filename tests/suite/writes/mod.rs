//! Writes through the whole server, against the stand-in.

mod activities;
mod batch;
mod contact_roles;
mod convert;
mod cost;
mod crud;
mod dry_run;
mod idempotency;
mod leads_and_deals;
mod links;
mod meetings;
mod notes;
mod patch;
mod refusals;
mod schema;
mod upsert;
mod versions;

use heddle_tests::{Answer, Server};
use serde_json::Value;

/// A write with the server's key and connection.
async fn write(server: &Server, method: &str, path: &str, body: Value) -> Answer {
    write_with(server, method, path, &[], body).await
}

/// The same with headers.
async fn write_with(server: &Server, method: &str, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
    let mut request = server.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !body.is_null() {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    server.sent(request).await
}

/// Makes a contact and gives its id.
async fn contact(server: &Server, body: Value) -> String {
    let made = write(server, "POST", "/v1/crm/contacts", body).await.expect(201);
    made.json["data"]["id"].as_str().unwrap().to_owned()
}

/// A contact's values at the provider, by its own field names.
async fn stored(server: &Server, object: &str, id: &str, fields: &[&str]) -> Value {
    let names: String = fields.iter().map(|field| format!("&field={field}")).collect();
    let rows = server.control("GET", &format!("rows?object={object}{names}"), Value::Null).await;
    let rows = rows["rows"].as_array().unwrap_or_else(|| panic!("{rows}"));
    rows.iter().find(|row| row["id"] == id).map_or(Value::Null, |row| row["values"].clone())
}

/// How many rows the provider has written: made, changed, removed.
fn rows_written(server: &Server) -> (u64, u64, u64) {
    let counters = server.sandbox.counters();
    let count = |name: &str| counters["rows"][name].as_u64().unwrap();
    (count("created"), count("updated"), count("deleted"))
}
