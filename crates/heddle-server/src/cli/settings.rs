//! Settings of a command: the layers of `config` with the flags of this command.

use super::args::Shared;
use super::{CliError, logs};
use crate::config::{self, Inputs, Loaded, Log, Source};
use std::path::Path;
use toml::Value;

/// A flag that stands for a setting: its name, the key, the value.
pub(super) type Flag = (&'static str, &'static str, Value);

/// What a command starts from.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) inputs: Inputs,
    pub(super) loaded: Loaded,
}

impl Settings {
    /// Reads all layers.
    ///
    /// # Errors
    /// Names the place, the key and what is allowed.
    pub(super) fn read(shared: &Shared, flags: Vec<Flag>) -> Result<Self, CliError> {
        let mut inputs = Inputs::of_process(shared.config.clone())?;
        if let Some(dir) = &shared.data_dir {
            inputs.flags.push(("--data-dir", "data.dir", path(dir)?));
        }
        if let Some(filter) = &shared.log {
            inputs.flags.push(("--log", "log.level", Value::String(filter.clone())));
        }
        inputs.flags.extend(flags);
        let loaded = config::load(&inputs)?;
        Ok(Self { inputs, loaded })
    }

    /// Starts logging for a server.
    pub(super) fn start_logs(&self) {
        self.log_at(&self.loaded.config.log);
    }

    /// Starts logging for a command that answers a person: what goes well is
    /// said on the standard output, so only warnings are logged unless asked.
    pub(super) fn start_quiet_logs(&self) {
        let mut log = self.loaded.config.log.clone();
        if self.is_default("log.level") {
            "warn,actix_http=off".clone_into(&mut log.level);
        }
        self.log_at(&log);
    }

    /// Whether nothing but the default file sets this key.
    pub(super) fn is_default(&self, key: &str) -> bool {
        self.loaded.sources.get(key) == Some(&Source::Default)
    }

    fn log_at(&self, log: &Log) {
        logs::start(log);
        for name in &self.loaded.ignored {
            tracing::warn!(variable = %name, "this environment variable sets nothing");
        }
    }
}

fn path(path: &Path) -> Result<Value, CliError> {
    match path.to_str() {
        Some(text) => Ok(Value::String(text.to_owned())),
        None => Err(CliError::new(format!("{} is not valid Unicode", path.display()))),
    }
}
