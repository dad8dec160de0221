//! Values to store.

use heddle_auth::connector::{ObjectSchema, SchemaField};
use heddle_auth::{GrantRow, GrantState, Sealed};
use heddle_engine::{Connection, ConnectionId, ConnectionState, Owner, Tenant, TenantId, Tenants};
use heddle_store::Store;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment in whole milliseconds, as the database keeps them.
pub(crate) fn moment(ms: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_800_000_000_123 + ms)
}

pub(crate) fn tenant(external_id: Option<&str>) -> Tenant {
    Tenant {
        id: TenantId::generate(),
        name: "Müller & Söhne".into(),
        external_id: external_id.map(str::to_owned),
        created_at: moment(0),
    }
}

pub(crate) fn only(tenant: &Tenant) -> Owner {
    Owner::Tenants(vec![tenant.id.clone()].into())
}

pub(crate) fn connection(tenant: &Tenant) -> Connection {
    Connection {
        id: ConnectionId::generate(),
        tenant_id: tenant.id.clone(),
        provider: "acme".into(),
        auth_kind: "client_credentials".into(),
        login: "https://acme.example".into(),
        state: ConnectionState::Active,
        reason: None,
        since: Some(moment(1)),
        retry_at: None,
        until: None,
        found_id: None,
        remote_id: Some("00D000000000001".into()),
        remote_account: Some("Acme".into()),
        remote_user: None,
        base_url: Some("https://api.acme.example".into()),
        api_version: Some("66.0".into()),
        schema_version: 1,
        created_at: moment(1),
        checked_at: Some(moment(2)),
        generation: 0,
        currency: Some("EUR".into()),
    }
}

pub(crate) fn grant(connection: &Connection) -> GrantRow {
    GrantRow {
        tenant_id: connection.tenant_id.as_str().into(),
        connection_id: connection.id.as_str().into(),
        provider: connection.provider.clone(),
        kind: connection.auth_kind.clone(),
        login: connection.login.clone(),
        client_id: "the client".into(),
        client_secret: Sealed("v1.secret".into()),
        subject: None,
        app_id: None,
        app_secret: None,
        refresh_token: None,
        announced: None,
        access_token: Some(Sealed("v1.token".into())),
        base_url: connection.base_url.clone(),
        remote_id: connection.remote_id.clone(),
        version: 1,
        obtained_at: Some(moment(3)),
        expires_at: Some(moment(4)),
        state: GrantState::Active,
        reason: None,
    }
}

pub(crate) fn schema(object: &str, fields: &[&str]) -> ObjectSchema {
    // From JSON: what a connector may leave out is left out here.
    let field = |name: &&str| -> SchemaField {
        serde_json::from_value(serde_json::json!({
            "name": name,
            "label": format!("{name} \"label\" \u{1f511}"),
            "kind": "reference",
            "relationship": name.strip_suffix("Id").filter(|r| !r.is_empty()),
        }))
        .unwrap()
    };
    ObjectSchema::new(object, fields.iter().map(field).collect())
}

/// Stores a tenant with one connection.
pub(crate) async fn connected(store: &Store) -> (Tenant, Connection) {
    use heddle_engine::Connections;
    let tenant = tenant(None);
    Tenants::insert(store, &tenant).await.unwrap();
    let connection = connection(&tenant);
    Connections::insert(store, &connection, &grant(&connection), &[schema("Contact", &["Id", "AccountId"])])
        .await
        .unwrap();
    (tenant, connection)
}
