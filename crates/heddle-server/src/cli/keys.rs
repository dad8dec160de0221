//! `heddle keys`: make, list and revoke API keys, also beside a running server.

use super::args::{CreateKey, Keys, Shared};
use super::settings::Settings;
use super::{CliError, output, tenant, time, wiring};
use crate::config::{HOW_TO_MAKE_ONE, read_master_key};
use heddle_auth::MasterKey;
use heddle_engine::{ApiKey, NewKey, Scope};
use heddle_server::wiring::Wired;
use secrecy::ExposeSecret;
use std::process::ExitCode;
use std::time::Duration;

/// Keys fetched at a time.
const PAGE: u64 = 200;

const DAY: Duration = Duration::from_secs(86_400);

pub(super) async fn run(shared: &Shared, action: &Keys) -> Result<ExitCode, CliError> {
    if matches!(action, Keys::Secret) {
        let key = MasterKey::generate().map_err(|why| CliError::new(why.to_string()))?;
        output::line(key.encode());
        return Ok(ExitCode::SUCCESS);
    }
    let settings = Settings::read(shared, Vec::new())?;
    settings.start_quiet_logs();
    let Some((key, _)) = read_master_key(&settings.inputs, &settings.loaded)? else {
        return Err(CliError::new(HOW_TO_MAKE_ONE));
    };
    let store = wiring::open_store(&settings.loaded.config).await?;
    let wired = wiring::join(&settings.loaded.config, &key, store).await?;
    let result = match action {
        Keys::Create(new) => create(&wired, new).await,
        Keys::List => list(&wired).await,
        Keys::Revoke { id } => revoke(&wired, id).await,
        Keys::Secret => Ok(()),
    };
    wiring::close(wired).await;
    result.map(|()| ExitCode::SUCCESS)
}

async fn create(wired: &Wired, new: &CreateKey) -> Result<(), CliError> {
    let caller = wiring::operator(wired);
    let mut tenants = Vec::new();
    for name in &new.tenant {
        let found = tenant::find(wired, name).await?;
        tenants.push(found.ok_or_else(|| CliError::new(format!("there is no tenant {name}")))?.id);
    }
    let key = NewKey {
        name: new.name.clone(),
        scopes: scopes(&new.scope)?,
        tenants: (!tenants.is_empty()).then_some(tenants),
        expires_at: new.days.map(|days| time::now() + DAY * days),
    };
    let (key, secret) = wired.engine.create_key(&caller, key).await?;
    output::note(format_args!("{} made; this is shown once:", key.id));
    output::line(secret.expose_secret());
    Ok(())
}

fn scopes(words: &[String]) -> Result<Vec<Scope>, CliError> {
    if words.is_empty() {
        return Ok(Scope::ALL.to_vec());
    }
    let unknown = |word: &String| {
        let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        CliError::new(format!("there is no scope {word:?}; the scopes are {}", all.join(", ")))
    };
    words.iter().map(|word| Scope::parse(word).ok_or_else(|| unknown(word))).collect()
}

async fn list(wired: &Wired) -> Result<(), CliError> {
    let caller = wiring::operator(wired);
    let mut after: Option<String> = None;
    let mut empty = true;
    loop {
        let (keys, next) = wired.engine.list_keys(&caller, after.as_deref(), PAGE).await?;
        for key in &keys {
            empty = false;
            output::line(row(key));
        }
        match next {
            Some(id) => after = Some(id),
            None => break,
        }
    }
    if empty {
        output::note("there is no API key yet: make one with `heddle keys create`");
    }
    Ok(())
}

/// One line a key, columns apart by tabs, so that other programs can cut it.
fn row(key: &ApiKey) -> String {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let tenants = match &key.tenants {
        None => "all tenants".to_owned(),
        Some(list) => list.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(","),
    };
    let until = key.expires_at.map_or("no end".to_owned(), |at| format!("until {}", time::text(at)));
    let used = key.last_used_at.map_or("not used yet".to_owned(), |at| format!("used {}", time::text(at)));
    format!("{}\t{}...\t{}\t{}\t{tenants}\t{until}\t{used}", key.id, key.prefix, key.name, scopes.join(","))
}

async fn revoke(wired: &Wired, id: &str) -> Result<(), CliError> {
    wired.engine.delete_key(&wiring::operator(wired), id).await?;
    output::note(format_args!("{id} is revoked; a running server refuses it within a second"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scope_means_all_and_an_unknown_one_is_refused_with_the_list() {
        assert_eq!(scopes(&[]).unwrap(), Scope::ALL);
        assert_eq!(scopes(&["crm:read".to_owned()]).unwrap(), [Scope::CrmRead]);
        let message = scopes(&["crm:raed".to_owned()]).unwrap_err().to_string();
        assert!(message.contains("\"crm:raed\"") && message.contains("crm:read, crm:write"), "{message}");
    }
}
