//! The two streams: answers to the standard output, everything else to the
//! standard error. A reader that has gone away (`| head`) is no fault.

use super::CliError;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// Writes a line to the standard output and sees that it leaves at once:
/// scripts wait for it.
pub(super) fn line(text: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes a line for people to the standard error.
pub(super) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says why a command failed.
pub(super) fn failed(error: &CliError) -> ExitCode {
    note(format_args!("heddle: {error}"));
    ExitCode::FAILURE
}
