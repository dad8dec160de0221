//! Commands: each reads its settings, joins the parts it needs, and ends in an
//! exit code. 0: done · 1: it failed, the reason is on the standard error · 2:
//! the command line was not understood.

mod args;
mod connect;
mod demo;
mod doctor;
mod error;
mod health;
mod keys;
mod listen;
mod log_lines;
mod logs;
mod migrate;
mod openapi;
mod output;
mod private_file;
mod sandbox;
mod serve;
mod settings;
mod stop;
mod stored_secret;
mod tenant;
mod time;
mod wiring;

use args::{Arguments, Command};
use clap::Parser;
use error::CliError;
use std::process::ExitCode;

/// Runs the command line of this process.
pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return output::failed(&CliError::new(format!("cannot start threads: {why}"))),
    };
    let result = runtime.block_on(run(arguments));
    // Threads that still resolve a name or write a log must not hold the exit.
    runtime.shutdown_background();
    log_lines::flush();
    match result {
        Ok(code) => code,
        Err(error) => output::failed(&error),
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode, CliError> {
    let shared = &arguments.shared;
    match &arguments.command {
        Command::Demo(command) => demo::run(shared, command).await,
        Command::Serve(command) => serve::run(shared, command).await,
        Command::Migrate => migrate::run(shared).await,
        Command::Openapi(command) => openapi::run(command),
        Command::Doctor(command) => doctor::run(shared, command).await,
        Command::Health => health::run(shared),
        Command::Keys { action } => keys::run(shared, action).await,
        Command::Connect { provider } => connect::run(shared, provider).await,
        Command::Sandbox(command) => sandbox::run(shared, command).await,
    }
}
