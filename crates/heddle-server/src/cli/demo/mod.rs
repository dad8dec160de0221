//! `heddle demo`: a server, a sandbox, a connected tenant and a key, out of nothing.

mod lines;
mod make;
mod ports;
mod state;

use super::args::{Demo, Shared};
use super::settings::Settings;
use super::stop::Stop;
use super::{CliError, listen, output, wiring};
use crate::config::{Config, DatabaseUrl};
use heddle_auth::MasterKey;
use heddle_sandbox::salesforce::{Salesforce, SalesforceOptions};
use lines::Running;
use state::{Folder, State};
use std::path::PathBuf;
use std::process::ExitCode;

pub(super) async fn run(shared: &Shared, command: &Demo) -> Result<ExitCode, CliError> {
    let mut settings = settings(shared)?;
    settings.start_quiet_logs();
    let config = &mut settings.loaded.config;
    let stop = Stop::listen()?;
    let (folder, mut state) = Folder::take(&config.data.dir, command.fresh)?;
    let listener = ports::api(command.port, state.port)?;
    let address = listen::address_of(&listener)?;

    let base_url = format!("http://{address}");
    config.server.public_url = Some(base_url.clone());

    let (salesforce, contacts) = start_salesforce(&mut state).await?;
    // People may consent to the demo's app, and come back to this server.
    let callback = serde_json::json!({ "callback_urls": [format!("{base_url}/oauth/callback/salesforce")] });
    let answer = salesforce.control("POST", "settings", callback).await;
    if let Some(why) = answer.get("error") {
        return Err(CliError::new(format!("the sandbox did not take the callback address: {why}")));
    }
    let key = secret_key(&folder)?;
    let store = wiring::open_store(config).await?;
    let wired = wiring::join(config, &key, store).await?;
    let made = match state.made.take() {
        Some(made) => make::check(&wired, made).await?,
        None => make::make(&wired, &salesforce.url()).await?,
    };
    make::app(&wired, &salesforce.url()).await?;
    state.port = address.port();
    state.made = Some(made.clone());
    folder.keep(&state)?;

    let running = Running {
        base_url,
        docs: config.server.docs,
        salesforce: salesforce.url(),
        contacts,
        email: lines::query_value(&make::some_email(&wired, &made).await?),
        made: &made,
    };
    // The socket listens already: a request sent from now on waits for the server.
    if command.json {
        output::line(running.json().map_err(|why| CliError::new(why.to_string()))?);
    } else {
        output::line(running.page());
    }

    wired.start();
    let app = wiring::app(config, &wired, None);
    stop.cuts(&app.under_way);
    let served = heddle_server::http::run(listener, app, listen::workers(config.server.workers), stop.wanted()).await;
    wiring::close(wired).await;
    salesforce.stop().await;
    served.map_err(|why| CliError::new(format!("the server stopped: {why}")))?;
    Ok(ExitCode::SUCCESS)
}

/// The settings of a demo: its own directory and database whatever is
/// configured for a server, and sandboxes allowed in this process alone.
fn settings(shared: &Shared) -> Result<Settings, CliError> {
    let mut settings = Settings::read(shared, Vec::new())?;
    let (own_dir, own_database) = (settings.is_default("data.dir"), settings.is_default("database.url"));
    let own_bind = settings.is_default("server.bind");
    let config: &mut Config = &mut settings.loaded.config;
    if own_dir {
        config.data.dir = PathBuf::from(".heddle/demo");
    }
    if !own_database {
        output::note("heddle: the demo uses a database of its own, not the one that is configured");
        config.database.url = DatabaseUrl::default();
    }
    if !own_bind {
        output::note(
            "heddle: the demo listens on this machine alone, not where server.bind says; --port sets its port",
        );
    }
    config.providers.allow_loopback = true;
    Ok(settings)
}

/// Starts the sandbox on the ports it had before, and notes the ones it has.
async fn start_salesforce(state: &mut State) -> Result<(Salesforce, usize), CliError> {
    let [port, alternate_port] = state.salesforce_ports;
    let options = SalesforceOptions { seed: state.seed, port, alternate_port, ..SalesforceOptions::default() };
    let contacts = options.contacts;
    let salesforce =
        Salesforce::start(options).await.map_err(|why| ports::sandbox_failed(state.salesforce_ports, &why))?;
    for (port, url) in state.salesforce_ports.iter_mut().zip([salesforce.url(), salesforce.alternate_url()]) {
        *port = url::Url::parse(&url).ok().and_then(|url| url.port()).unwrap_or(*port);
    }
    Ok((salesforce, contacts))
}

/// The demo's own secret key, made at its first start.
fn secret_key(folder: &Folder) -> Result<MasterKey, CliError> {
    let path = folder.secret_key();
    let failed = |why: String| {
        CliError::new(format!("cannot read {}: {why}; `heddle demo --fresh` starts over", path.display()))
    };
    if path.exists() {
        let text = std::fs::read_to_string(&path).map_err(|why| failed(why.to_string()))?;
        return MasterKey::parse(&text).map_err(|why| failed(why.to_string()));
    }
    let key = MasterKey::generate().map_err(|why| CliError::new(why.to_string()))?;
    folder.keep_secret_key(&key.encode())?;
    Ok(key)
}
