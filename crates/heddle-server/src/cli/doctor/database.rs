//! Whether the database answers, is current, and was sealed with this key.

use super::super::stored_secret::{self, Stored};
use super::super::wiring;
use super::Finding;
use crate::config::Config;
use heddle_auth::MasterKey;
use heddle_store::Store;

/// Looks at the database. Makes none and changes nothing.
pub(super) async fn look(config: &Config, key: Option<&MasterKey>) -> Vec<Finding> {
    let url = config.database_url();
    if let Err(why) = wiring::store_settings(config).check() {
        return vec![Finding::wrong("database", why.to_string())];
    }
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

/// Whether the secret key opens what is stored.
async fn stored_secret(store: &Store, key: Option<&MasterKey>) -> Option<Finding> {
    const NAME: &str = "credentials";
    Some(match stored_secret::look(store, key?).await {
        Ok(Stored::Nothing) => Finding::note(NAME, "no connection is stored yet"),
        Ok(Stored::Opens(id)) => Finding::ok(NAME, format!("the secret key opens those of {id}")),
        Ok(Stored::Missing(id)) => Finding::wrong(NAME, format!("{id} has no stored grant")),
        Ok(Stored::Closed { connection, why }) => {
            Finding::wrong(NAME, format!("those of {connection} do not open: {why}"))
        }
        Err(why) => Finding::wrong(NAME, why.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;
    use crate::config::DatabaseUrl;

    #[tokio::test]
    async fn an_address_that_a_server_would_refuse_is_wrong() {
        let mut config = Config::default();
        config.database.url = DatabaseUrl::new("sqlite://nowhere.db?mode=rwc");
        let findings = look(&config, None).await;
        assert_eq!(findings[0].verdict, Verdict::Wrong);
        assert!(findings[0].detail.contains("without parameters"), "{}", findings[0].detail);
    }
}
