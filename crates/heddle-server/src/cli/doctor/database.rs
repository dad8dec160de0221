//! Whether the database answers, is current, and was sealed with this key.

use super::super::wiring;
use super::Finding;
use crate::config::Config;
use heddle_auth::{MasterKey, SealContext, TokenRows, Vault};
use heddle_engine::{Connections, Owner, Slice};
use heddle_store::Store;

/// Looks at the database. Makes none and changes nothing.
pub(super) async fn look(config: &Config, key: Option<&MasterKey>) -> Vec<Finding> {
    let url = config.database_url();
    if let Some(file) = url.sqlite_file()
        && !file.exists()
    {
        let detail = format!("{} is not there yet; `heddle serve` or `heddle migrate` makes it", file.display());
        return vec![Finding::note("database", detail)];
    }
    let store = match wiring::open_store_as_it_is(config).await {
        Ok(store) => store,
        Err(why) => return vec![Finding::wrong("database", why.to_string())],
    };
    if let Err(why) = store.ping().await {
        return vec![Finding::wrong("database", format!("{} does not answer: {why}", url.masked()))];
    }
    let mut findings = vec![Finding::ok("database", format!("{} answers", url.masked()))];
    match store.schema_is_current().await {
        Ok(true) => {
            findings.push(Finding::ok("schema", "current"));
            findings.extend(stored_secret(&store, key).await);
        }
        Ok(false) => {
            findings.push(Finding::wrong("schema", "not current: run `heddle migrate`, or start `heddle serve`"))
        }
        Err(why) => findings.push(Finding::wrong("schema", why.to_string())),
    }
    findings
}

/// Opens one stored secret, if there is one: with another key every connection
/// would fail at its first call.
async fn stored_secret(store: &Store, key: Option<&MasterKey>) -> Option<Finding> {
    const NAME: &str = "credentials";
    let key = key?;
    let one = Slice { after: None, limit: 1 };
    let connections = match Connections::list(store, &Owner::Operator, None, None, one).await {
        Ok(connections) => connections,
        Err(why) => return Some(Finding::wrong(NAME, why.to_string())),
    };
    let Some(connection) = connections.first() else {
        return Some(Finding::note(NAME, "no connection is stored yet"));
    };
    let row = match TokenRows::load(store, connection.id.as_str()).await {
        Ok(Some(row)) => row,
        Ok(None) => return Some(Finding::wrong(NAME, format!("{} has no stored grant", connection.id))),
        Err(why) => return Some(Finding::wrong(NAME, why.to_string())),
    };
    let place = SealContext { tenant: &row.tenant_id, connection: &row.connection_id, field: "client_secret" };
    Some(match Vault::new(key).open(&place, &row.client_secret) {
        Ok(_) => Finding::ok(NAME, format!("the secret key opens those of {}", connection.id)),
        Err(why) => Finding::wrong(NAME, format!("those of {} do not open: {why}", connection.id)),
    })
}
