//! Whether the database answers, is current, and was sealed with this key.

use super::super::stored_secret::{self, Stored};
use super::super::{time, wiring};
use super::{Finding, skew};
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
    let mut findings = facts(&store, &url.masked()).await;
    match store.pending_steps().await {
        Ok(pending) if pending.is_empty() => {
            findings.push(Finding::ok("schema", "current"));
            findings.extend(stored_secret(&store, key).await);
        }
        Ok(pending) => {
            let detail = format!(
                "{} steps are missing, from {} on: run `heddle migrate`, or start `heddle serve`",
                pending.len(),
                pending[0]
            );
            findings.push(Finding::wrong("schema", detail));
        }
        Err(why) => findings.push(Finding::wrong("schema", why.to_string())),
    }
    findings
}

/// Which database it is, and how far its clock is from ours.
async fn facts(store: &Store, url: &str) -> Vec<Finding> {
    let asked = time::now();
    match store.facts().await {
        Ok(facts) => {
            let mut findings = vec![Finding::ok("database", format!("{url} answers: {}", facts.version))];
            findings.extend(facts.clock.map(|theirs| skew::judge("database clock", asked, theirs, time::now())));
            findings
        }
        Err(why) => vec![Finding::wrong("database", format!("{url} does not say what it is: {why}"))],
    }
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
