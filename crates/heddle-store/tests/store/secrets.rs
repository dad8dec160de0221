//! No byte of the database tells a secret.

use crate::place::on_sqlite;
use crate::sample::{connection, grant, moment, tenant};
use heddle_auth::{MasterKey, NewToken, SealContext, TokenRows, Vault};
use heddle_engine::{Connections, Tenants};
use secrecy::ExposeSecret;

#[tokio::test]
async fn sealed_secrets_are_in_no_byte_of_the_files_and_open_from_them() {
    on_sqlite(async |place| {
        let key = MasterKey::generate().unwrap();
        let vault = Vault::new(&key);
        let store = place.store().await;
        let tenant = tenant(None);
        Tenants::insert(&store, &tenant).await.unwrap();
        let one = connection(&tenant);
        let at = |field| SealContext { tenant: tenant.id.as_str(), connection: one.id.as_str(), field };
        let mut row = grant(&one);
        row.client_id = "a-visible-client-id".into();
        row.client_secret = vault.seal(&at("client_secret"), b"canary-secret").unwrap();
        row.access_token = Some(vault.seal(&at("access_token"), b"canary-token-1").unwrap());
        Connections::insert(&store, &one, &row, &[]).await.unwrap();
        let token = NewToken {
            access_token: vault.seal(&at("access_token"), b"canary-token-2").unwrap(),
            refresh_token: None,
            base_url: "https://api.acme.example".into(),
            obtained_at: moment(0),
            expires_at: moment(1),
        };
        assert!(store.commit(one.id.as_str(), 1, &token).await.unwrap());
        store.flush().await;

        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(place.folder.unwrap()).unwrap() {
            bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
        }
        let has = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
        assert!(has("a-visible-client-id"), "what is not sealed is found");
        assert!(!has("canary") && !has(&key.encode()));

        let row = store.load(one.id.as_str()).await.unwrap().unwrap();
        let open = |field, sealed| vault.open(&at(field), sealed).unwrap();
        assert_eq!(open("client_secret", &row.client_secret).expose_secret(), "canary-secret");
        assert_eq!(open("access_token", &row.access_token.unwrap()).expose_secret(), "canary-token-2");
    })
    .await;
}
