//! Orgs that move, and answers that try to lead us elsewhere.

use heddle_tests::Server;
use serde_json::json;

#[tokio::test]
async fn an_org_that_moved_is_followed_by_a_new_token_answer() {
    for old_host in ["redirect", "url_not_reset"] {
        let server = Server::start().await;
        server.list(&[("limit", "1")]).await.expect(200);
        server.control("POST", "move", json!({"to": "alternate", "old_host": old_host})).await;
        let answer = server.list(&[("limit", "5")]).await;
        assert_eq!(answer.status, 200, "{old_host}: {}", answer.text);
        assert_eq!(answer.provider_calls(), 2, "{old_host}: the old host, then the new one");
        assert_eq!(server.token_calls(), 1, "{old_host}");
        let next = server.list(&[("limit", "1")]).await.expect(200);
        assert_eq!(next.provider_calls(), 1, "{old_host}: the new host is remembered");
    }
}

#[tokio::test]
async fn a_hostile_instance_url_gets_no_token_and_no_call() {
    for hostile in [
        "https://evil.example",
        "http://acme.my.salesforce.com",
        "https://acme.my.salesforce.com.evil.example",
        "https://user@acme.my.salesforce.com",
        "https://169.254.169.254",
    ] {
        let server = Server::start().await;
        server.control("POST", "move", json!({"to": hostile, "old_host": "redirect"})).await;
        let answer = server.list(&[("limit", "1")]).await;
        assert!(answer.status >= 400, "{hostile}: {}", answer.text);
        assert!(
            ["connection_misconfigured", "provider_auth_failed"].contains(&answer.code()),
            "{hostile}: {}",
            answer.text
        );
        assert!(server.token_calls() <= 1, "{hostile}");
    }
}
