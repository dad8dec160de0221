//! Canary secrets appear in no answer and in no byte of the database.

use heddle_tests::{CLIENT_SECRET, Server, connection_body};
use serde_json::json;

#[tokio::test]
async fn secrets_stay_sealed() {
    let server = Server::start().await;
    let mut seen = String::new();
    for path in ["/v1/connections", "/v1/api-keys", "/v1/tenants", "/v1/providers", "/openapi.json"] {
        seen.push_str(&server.get(path).await.text);
    }
    let mut wrong = connection_body(&server.tenant, &server.sandbox.url());
    wrong["auth"]["client_secret"] = format!("{CLIENT_SECRET}-wrong").into();
    seen.push_str(&server.send("POST", "/v1/connections", wrong).await.text);
    let mut odd = connection_body(&server.tenant, "https://login.salesforce.com");
    odd["auth"]["client_secret"] = CLIENT_SECRET.into();
    odd["unknown"] = CLIENT_SECRET.into();
    seen.push_str(&server.send("POST", "/v1/connections", odd).await.text);
    server.control("POST", "expire_sessions", json!({})).await;
    server.list(&[("limit", "1")]).await.expect(200);
    // The same secrets where a client can put them by mistake.
    let odd = format!("/v1/{CLIENT_SECRET}/{}?{CLIENT_SECRET}={CLIENT_SECRET}", server.key);
    server.sent(server.bare("GET", &odd).header("x-connection-id", CLIENT_SECRET)).await;
    let metrics = server.get("/metrics").await.expect(200).text;
    for expected in ["heddle_provider_token_calls_total{provider=\"salesforce\",result=", "route=\"none\""] {
        assert!(metrics.contains(expected), "{expected} in {metrics}");
    }
    for named in [server.tenant.as_str(), server.connection.as_str(), "00D", "/services/"] {
        assert!(!metrics.contains(named), "{named} in {metrics}");
    }
    seen.push_str(&metrics);
    server.wired.store.flush().await;
    seen.push_str(&server.get("/v1/calls?limit=200").await.expect(200).text);
    let token = "00D";
    for entry in std::fs::read_dir(server.folder()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for canary in [CLIENT_SECRET, server.key.as_str()] {
            assert!(!bytes.windows(canary.len()).any(|w| w == canary.as_bytes()));
        }
        // An access token is the org's id, an exclamation mark, and the secret.
        let open = bytes.windows(16).any(|w| w.starts_with(token.as_bytes()) && w[15] == b'!');
        assert!(!open, "an access token stands in the database");
    }
    let unknown_field = "unknown";
    assert!(seen.contains(unknown_field), "the refused field is named");
    assert!(!seen.contains(CLIENT_SECRET), "{seen}");
    assert!(!seen.contains(&server.key));
}
