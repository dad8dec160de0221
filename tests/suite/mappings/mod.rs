//! Fields under the operator's own names, through the whole server.

mod drift;
mod features;
mod refused;
mod used;

use heddle_tests::{Answer, Server};
use serde_json::{Value, json};

/// The address of a mapping of the server's connection.
fn at(server: &Server, object: &str, name: &str) -> String {
    format!("/v1/connections/{}/field-mappings/{object}/{name}", server.connection)
}

/// Maps a field of contacts for the server's connection.
async fn map(server: &Server, name: &str, field: &str, codec: &str) -> Answer {
    let body = json!({"provider_field": field, "codec": codec});
    server.send("PUT", &at(server, "contacts", name), body).await
}

/// A write with the server's key and connection.
async fn write(server: &Server, method: &str, path: &str, body: Value) -> Answer {
    let request = server.request(method, path).header("content-type", "application/json").body(body.to_string());
    server.sent(request).await
}

/// A contact that the server makes; its id.
async fn made(server: &Server, body: Value) -> String {
    let made = write(server, "POST", "/v1/crm/contacts", body).await.expect(201);
    made.json["data"]["id"].as_str().unwrap().to_owned()
}

/// A contact as the API shows it.
async fn contact(server: &Server, id: &str) -> Value {
    server.get(&format!("/v1/crm/contacts/{id}")).await.expect(200).json["data"].clone()
}
