//! Settings of a command: the layers of `config` with the flags of this command.

use super::args::Shared;
use super::{CliError, logs};
use crate::config::{self, Inputs, Loaded};
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
        let mut inputs = Inputs::of_process(shared.config.clone());
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

    /// Starts logging by these settings, and logs what they leave unused.
    pub(super) fn start_logs(&self) {
        logs::start(&self.loaded.config.log);
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
