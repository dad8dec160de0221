//! Recorded answers of the token endpoint, through the keeper.

use super::exchange::{reply, text};
use super::stage::{self, Scripted, Shared};
use super::{recordings, say};
use async_trait::async_trait;
use heddle_auth::{
    GrantRow, GrantState, Keeper, KeeperSettings, MasterKey, NewToken, RowError, SealContext, Sealed, TokenRows, Vault,
};
use heddle_gate::{FailureKind, GrantId, TokenSource};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// What each recorded refusal means.
const REFUSALS: &[(&str, &str, FailureKind)] = &[
    ("invalid_grant", "expired access/refresh token", FailureKind::NeedsReauth),
    ("invalid_grant", "authentication failure - Invalid Password", FailureKind::Misconfigured),
    ("invalid_grant", "authentication failure", FailureKind::Misconfigured),
    ("invalid_client", "invalid client credentials", FailureKind::Misconfigured),
    ("unsupported_grant_type", "grant type not supported", FailureKind::Misconfigured),
];

const HOUR: Duration = Duration::from_secs(3_600);

/// One grant in memory.
struct OneRow(Mutex<GrantRow>);

#[async_trait]
impl TokenRows for OneRow {
    async fn load(&self, _connection_id: &str) -> Result<Option<GrantRow>, RowError> {
        Ok(Some(self.0.lock().unwrap().clone()))
    }

    async fn commit(&self, _connection_id: &str, spent: u64, token: &NewToken) -> Result<bool, RowError> {
        let mut row = self.0.lock().unwrap();
        row.access_token = Some(token.access_token.clone());
        row.base_url = Some(token.base_url.clone());
        row.obtained_at = Some(token.obtained_at);
        row.expires_at = Some(token.expires_at);
        row.version = spent + 1;
        Ok(true)
    }

    async fn set_state(
        &self,
        _id: &str,
        _version: u64,
        state: GrantState,
        why: Option<&str>,
    ) -> Result<bool, RowError> {
        let mut row = self.0.lock().unwrap();
        row.state = state;
        row.reason = why.map(str::to_owned);
        Ok(true)
    }

    async fn pause(
        &self,
        _id: &str,
        version: u64,
        _found: &str,
        why: &str,
        _refresh: Option<&Sealed>,
    ) -> Result<bool, RowError> {
        let mut row = self.0.lock().unwrap();
        row.state = GrantState::OrgChanged;
        row.reason = Some(why.to_owned());
        row.version = version + 1;
        Ok(true)
    }

    async fn rotate(&self, _id: &str, _spent: u64, _refresh: &Sealed) -> Result<bool, RowError> {
        Ok(true)
    }

    async fn announce(&self, _id: &str, _version: u64, _owner: &str, _patience: Duration) -> Result<bool, RowError> {
        Ok(true)
    }

    async fn conclude(&self, _id: &str, _owner: &str, _unknown: bool) -> Result<(), RowError> {
        Ok(())
    }

    async fn note_app(&self, _app: &str, _version: u64, _trouble: Option<&str>) -> Result<bool, RowError> {
        Ok(false)
    }

    async fn idle(&self, _before: SystemTime, _limit: u64) -> Result<Vec<String>, RowError> {
        Ok(Vec::new())
    }
}

/// A keeper whose token endpoint gives this answer.
struct Desk {
    keeper: Arc<Keeper>,
    rows: Arc<OneRow>,
    scripted: Arc<Scripted>,
    grant: GrantId,
}

fn desk(status: u16, body: &Value) -> Desk {
    let vault = Arc::new(Vault::new(&MasterKey::generate().unwrap()));
    let place = SealContext { tenant: "ten_1", connection: "con_1", field: "client_secret" };
    let rows = Arc::new(OneRow(Mutex::new(GrantRow {
        tenant_id: "ten_1".into(),
        connection_id: "con_1".into(),
        provider: "salesforce".into(),
        kind: "client_credentials".into(),
        login: "https://acme.my.salesforce.com".into(),
        client_id: "the key".into(),
        client_secret: vault.seal(&place, b"the secret").unwrap(),
        subject: None,
        app_id: None,
        app_secret: None,
        refresh_token: None,
        announced: None,
        access_token: None,
        base_url: None,
        remote_id: None,
        version: 0,
        obtained_at: None,
        expires_at: None,
        state: GrantState::Active,
        reason: None,
    })));
    let bytes = body.to_string().into_bytes();
    let scripted = Scripted::new(move |_| reply(status, Vec::new(), bytes.clone()));
    let outlet = Arc::new(Shared(scripted.clone()));
    let keeper = Keeper::new(rows.clone(), vault, heddle_connectors::registry(), outlet, KeeperSettings::default());
    Desk { keeper, rows, scripted, grant: GrantId("con_1".into()) }
}

/// Every token answer that was kept: source, status, body.
fn answers(folder: &Path) -> Vec<(String, u16, Value)> {
    let file: Value = serde_json::from_str(&text(folder, "collected/oauth.json")).unwrap();
    let mut all = Vec::new();
    for (number, item) in file["items"].as_array().unwrap().iter().enumerate() {
        // One item points at the recorded userinfo answer, which the connection test reads.
        if item.get("file").is_none() {
            let status = u16::try_from(item["status"].as_u64().unwrap()).unwrap();
            all.push((format!("collected/oauth.json#{number}"), status, item["body"].clone()));
        }
    }
    for (name, status) in [
        ("auth_error_response", 400),
        ("refresh_error_response", 400),
        ("auth_success_response", 200),
        ("reauth_success_response", 200),
        ("refresh_success_response", 200),
    ] {
        let name = format!("restforce-fixtures/{name}.json");
        let body = serde_json::from_str(&text(folder, &name)).unwrap();
        all.push((name, status, body));
    }
    all
}

#[tokio::test]
async fn every_recorded_token_refusal_ends_in_the_right_verdict() {
    let Some(folder) = recordings("salesforce") else { return };
    let mut kinds = BTreeMap::<String, usize>::new();
    for (source, status, body) in answers(&folder).into_iter().filter(|(_, status, _)| *status >= 400) {
        let (error, text) = (body["error"].as_str().unwrap(), body["error_description"].as_str().unwrap());
        let known = REFUSALS.iter().find(|(e, t, _)| *e == error && *t == text);
        let kind = known.unwrap_or_else(|| panic!("{source}: no expectation for {error}: {text}")).2;
        let desk = desk(status, &body);
        let failure = desk.keeper.get(&desk.grant, Duration::ZERO).await.unwrap_err();
        assert_eq!(failure.kind, kind, "{source}");
        assert!(failure.message.contains(text), "{source}: {}", failure.message);
        let state = if kind == FailureKind::NeedsReauth { GrantState::NeedsReauth } else { GrantState::Misconfigured };
        assert_eq!(desk.rows.0.lock().unwrap().state, state, "{source}");
        let signals = stage::salesforce()
            .signals(&desk.scripted.last(), &reply(status, Vec::new(), body.to_string().into_bytes()));
        assert_eq!(signals.failure, Some(kind), "{source}");
        assert_eq!(signals.code.as_deref(), Some(error), "{source}");
        *kinds.entry(format!("{kind:?}")).or_default() += 1;
    }
    say(&format!("token refusals by kind {kinds:?}"));
    assert!(kinds["NeedsReauth"] >= 2 && kinds["Misconfigured"] >= 5, "{kinds:?}");
}

/// Puts plausible values where the recording was scrubbed.
fn whole(body: &Value) -> Value {
    let mut body = body.clone();
    for (name, value) in [
        ("access_token", "00DdM00000vfgTu!AQEAQ.kept.by_nobody"),
        ("instance_url", "https://acme.my.salesforce.com"),
        ("id", "https://login.salesforce.com/id/00DdM00000vfgTuUAI/005dM00000awSFJQA2"),
        ("signature", "c2lnbmF0dXJl"),
    ] {
        if body[name] == "<scrubbed>" {
            body[name] = value.into();
        }
    }
    body
}

#[tokio::test]
async fn every_recorded_token_is_accepted_with_its_host_and_an_assumed_life() {
    let Some(folder) = recordings("salesforce") else { return };
    let mut accepted = 0;
    for (source, status, body) in answers(&folder).into_iter().filter(|(_, status, _)| *status < 300) {
        let body = whole(&body);
        // Milliseconds as text, and no life: the answers of this vendor say when, never how long.
        assert!(body["issued_at"].as_str().unwrap().parse::<u64>().unwrap() > 1_000_000_000_000, "{source}");
        assert!(body.get("expires_in").is_none(), "{source}");
        let desk = desk(status, &body);
        let token = desk.keeper.get(&desk.grant, Duration::ZERO).await.unwrap_or_else(|f| panic!("{source}: {f}"));
        assert_eq!(token.bearer.expose_secret(), body["access_token"].as_str().unwrap(), "{source}");
        assert_eq!(token.base.as_str(), body["instance_url"].as_str().unwrap(), "{source}");
        let row = desk.rows.0.lock().unwrap().clone();
        assert_eq!(row.version, 1, "{source}");
        assert_eq!(row.base_url.as_deref(), body["instance_url"].as_str(), "{source}");
        assert_eq!(row.expires_at.unwrap().duration_since(row.obtained_at.unwrap()).unwrap(), HOUR, "{source}");
        assert!(!row.access_token.unwrap().0.contains(token.bearer.expose_secret()), "{source}: kept unsealed");
        accepted += 1;
    }
    say(&format!("{accepted} recorded tokens accepted"));
    assert_eq!(accepted, 4);
}
