//! Why a command failed, in words for the person at the terminal.

use crate::config::ConfigError;
use heddle_engine::{Problem, StoreError};
use std::fmt;

/// A sentence that says what went wrong and what to do.
#[derive(Debug)]
pub(crate) struct CliError(String);

impl CliError {
    /// An error of this text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self(error.to_string())
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<Problem> for CliError {
    fn from(problem: Problem) -> Self {
        let mut text = problem.to_string();
        for error in &problem.errors {
            // The whole is often the one part's own sentence.
            if error.detail != problem.detail {
                text.push_str(&format!("\n  {}: {}", error.pointer, error.detail));
            }
        }
        Self(text)
    }
}
