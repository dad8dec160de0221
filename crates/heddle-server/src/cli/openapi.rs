//! `heddle openapi`: the API's description as a file.

use super::args::Openapi;
use super::{CliError, output};
use std::process::ExitCode;

pub(super) fn run(command: &Openapi) -> Result<ExitCode, CliError> {
    let text = heddle_server::http::openapi_json();
    match &command.out {
        None => output::line(text.trim_end()),
        Some(path) => std::fs::write(path, format!("{}\n", text.trim_end()))
            .map_err(|why| CliError::new(format!("cannot write {}: {why}", path.display())))?,
    }
    Ok(ExitCode::SUCCESS)
}
