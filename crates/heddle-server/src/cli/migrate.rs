//! `heddle migrate`: brings the database's schema up to date.

use super::args::Shared;
use super::settings::Settings;
use super::{CliError, output, wiring};
use std::process::ExitCode;

pub(super) async fn run(shared: &Shared) -> Result<ExitCode, CliError> {
    let settings = Settings::read(shared, Vec::new())?;
    settings.start_quiet_logs();
    wiring::open_store(&settings.loaded.config).await?;
    output::line(format_args!("{} is current", settings.loaded.config.database_url().masked()));
    Ok(ExitCode::SUCCESS)
}
