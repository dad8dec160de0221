//! `heddle serve`: the server, from start to an orderly stop.

use super::args::{Serve, Shared};
use super::settings::Settings;
use super::stop::Stop;
use super::{CliError, listen, wiring};
use crate::config::{HOW_TO_MAKE_ONE, read_master_key, read_metrics_token};
use std::process::ExitCode;
use toml::Value;

pub(super) async fn run(shared: &Shared, command: &Serve) -> Result<ExitCode, CliError> {
    let bind = command.bind.map(|address| ("--bind", "server.bind", Value::String(address.to_string())));
    let settings = Settings::read(shared, bind.into_iter().collect())?;
    let config = &settings.loaded.config;
    let Some((key, _)) = read_master_key(&settings.inputs, &settings.loaded)? else {
        return Err(CliError::new(HOW_TO_MAKE_ONE));
    };
    let metrics_token = read_metrics_token(&settings.inputs, config)?;
    settings.start_logs();
    let stop = Stop::listen()?;

    let store = if command.no_migrate {
        let store = wiring::open_store_as_it_is(config).await?;
        if !store.schema_is_current().await? {
            let advice = "run `heddle migrate`, or start without --no-migrate";
            return Err(CliError::new(format!("the database's schema is not current: {advice}")));
        }
        store
    } else {
        wiring::open_store(config).await?
    };
    let wired = wiring::join(config, &key, store).await?;
    if config.providers.allow_loopback {
        tracing::warn!("addresses on this machine are accepted as providers: not for real customers");
    }

    let listener = listen::listen_or_say(config.server.bind)?;
    let address = listen::address_of(&listener)?;
    tracing::info!(%address, database = %config.database_url().masked(), "listening on http://{address}");
    let (keys, _) = wired.engine.list_keys(&wiring::operator(&wired), None, 1).await?;
    if keys.is_empty() {
        tracing::info!("there is no API key yet: make one with `heddle keys create`, also while this server runs");
    }

    wired.start();
    let app = wiring::app(config, &wired, metrics_token);
    stop.cuts(&app.under_way);
    let served = heddle_server::http::run(listener, app, listen::workers(config.server.workers), stop.wanted()).await;
    wiring::close(wired).await;
    served.map_err(|why| CliError::new(format!("the server stopped: {why}")))?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}
