//! Puts the layers on top of each other: default file, file, environment, flags.

use super::environment::{self, Meaning};
use super::ranges::{self, Conflict};
use super::{Config, ConfigError, DEFAULT_FILE, DatabaseUrl};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// The default file.
    Default,
    /// A file of settings.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// A flag of the command.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// Everything that settings are read from, so that a test can give its own.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// `--config FILE`.
    pub(crate) file: Option<PathBuf>,
    /// The environment.
    pub(crate) environment: Vec<(String, String)>,
    /// Flags: name, key, value.
    pub(crate) flags: Vec<(&'static str, &'static str, Value)>,
}

impl Inputs {
    /// The process's environment, with this file of settings.
    ///
    /// # Errors
    /// Names a variable of ours whose value is not UTF-8.
    pub(crate) fn of_process(file: Option<PathBuf>) -> Result<Self, ConfigError> {
        let environment = environment::readable(std::env::vars_os())?;
        Ok(Self { file, environment, flags: Vec::new() })
    }

    /// A variable's value; an empty one counts as absent, as compose files set such.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }
}

/// Settings, with where each of them comes from.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The settings in force.
    pub(crate) config: Config,
    /// Where each key's value comes from; `section.key`.
    pub(crate) sources: BTreeMap<String, Source>,
    /// Variables that begin like ours and set nothing.
    pub(crate) ignored: Vec<String>,
    values: Table,
}

impl Loaded {
    /// Every key with its value as text, passwords hidden, and its source.
    pub(crate) fn shown(&self) -> Vec<(String, String, Source)> {
        self.sources
            .iter()
            .map(|(key, source)| {
                let value = match find(&self.values, key) {
                    Some(Value::String(text)) if key == "database.url" => DatabaseUrl::new(text).masked(),
                    Some(Value::String(text)) => text.clone(),
                    Some(other) => other.to_string(),
                    None => String::new(),
                };
                (key.clone(), value, source.clone())
            })
            .collect()
    }
}

/// Reads all layers.
///
/// # Errors
/// Names the place (file, variable or flag), the key, and what is allowed.
pub(crate) fn load(inputs: &Inputs) -> Result<Loaded, ConfigError> {
    let defaults = parse(DEFAULT_FILE, Path::new("config.default.toml"))?;
    let mut layers = Layers { sources: BTreeMap::new(), values: defaults.clone(), defaults };
    for (section, keys) in &layers.defaults {
        for key in keys.as_table().into_iter().flat_map(Table::keys) {
            layers.sources.insert(format!("{section}.{key}"), Source::Default);
        }
    }
    let file = inputs.file.clone().or_else(|| inputs.variable("HEDDLE_CONFIG").map(PathBuf::from));
    if let Some(path) = file {
        let text = std::fs::read_to_string(&path).map_err(|why| ConfigError::Unreadable { path: path.clone(), why })?;
        layers.add_file(parse(&text, &path)?, &path)?;
    }
    let mut ignored = Vec::new();
    for (name, value) in &inputs.environment {
        match environment::meaning(name) {
            Meaning::Sets(key) if !value.is_empty() => {
                let typed = environment::typed(value, layers.default_of(name, &key)?, name, &key)?;
                layers.set(&key, typed, Source::Variable(name.clone()))?;
            }
            Meaning::Unknown => ignored.push(name.clone()),
            Meaning::Sets(_) | Meaning::Other => {}
        }
    }
    for (flag, key, value) in &inputs.flags {
        layers.default_of(flag, key)?;
        layers.set(key, value.clone(), Source::Flag(flag))?;
    }
    ignored.sort();
    let config =
        layers.read().map_err(|why| ConfigError::NotToml { path: PathBuf::from("config.default.toml"), why })?;
    if let Some(conflict) = ranges::together(&config) {
        return Err(layers.conflict(&conflict));
    }
    Ok(Loaded { config, sources: layers.sources, ignored, values: layers.values })
}

struct Layers {
    defaults: Table,
    values: Table,
    sources: BTreeMap<String, Source>,
}

impl Layers {
    fn add_file(&mut self, table: Table, path: &Path) -> Result<(), ConfigError> {
        let place = path.display().to_string();
        for (section, keys) in table {
            let Value::Table(keys) = keys else {
                return Err(ConfigError::NotASection { place, key: section });
            };
            for (key, value) in keys {
                let key = format!("{section}.{key}");
                self.default_of(&place, &key)?;
                self.set(&key, value, Source::File(path.to_owned()))?;
            }
            if !self.defaults.contains_key(&section) {
                self.default_of(&place, &format!("{section}."))?;
            }
        }
        Ok(())
    }

    /// The default of a key, which also says that there is such a key.
    fn default_of(&self, place: &str, key: &str) -> Result<&Value, ConfigError> {
        let (section, name) = key.split_once('.').unwrap_or((key, ""));
        let Some(keys) = self.defaults.get(section).and_then(Value::as_table) else {
            let allowed = list(self.defaults.keys().map(|name| format!("[{name}]")));
            return Err(ConfigError::UnknownSection { place: place.to_owned(), section: section.to_owned(), allowed });
        };
        keys.get(name).ok_or_else(|| ConfigError::UnknownKey {
            place: place.to_owned(),
            section: section.to_owned(),
            key: name.to_owned(),
            allowed: list(keys.keys().map(|name| format!("`{name}`"))),
        })
    }

    /// Sets a known key and reads everything again, so that an error can name
    /// the place it came from.
    fn set(&mut self, key: &str, value: Value, source: Source) -> Result<(), ConfigError> {
        if let Some((section, name)) = key.split_once('.')
            && let Some(Value::Table(keys)) = self.values.get_mut(section)
        {
            keys.insert(name.to_owned(), value);
        }
        let place = source.to_string();
        self.sources.insert(key.to_owned(), source);
        self.read().map(|_| ()).map_err(|why| ConfigError::BadValue { place, key: key.to_owned(), why })
    }

    fn conflict(&self, conflict: &Conflict) -> ConfigError {
        let place = |key: &str| self.sources.get(key).map_or_else(String::new, ToString::to_string);
        ConfigError::Together {
            key: conflict.key.to_owned(),
            place: place(conflict.key),
            other: conflict.other.to_owned(),
            other_place: place(conflict.other),
            why: conflict.why.to_owned(),
        }
    }

    fn read(&self) -> Result<Config, String> {
        let config =
            Config::deserialize(Value::Table(self.values.clone())).map_err(|error| error.message().to_owned())?;
        match ranges::alone(&config) {
            Some(why) => Err(why.to_owned()),
            None => Ok(config),
        }
    }
}

fn parse(text: &str, path: &Path) -> Result<Table, ConfigError> {
    text.parse().map_err(|why: toml::de::Error| ConfigError::NotToml { path: path.to_owned(), why: why.to_string() })
}

fn find<'a>(values: &'a Table, key: &str) -> Option<&'a Value> {
    let (section, name) = key.split_once('.')?;
    values.get(section)?.as_table()?.get(name)
}

fn list(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
