//! Environment variables that stand for settings.

use super::ConfigError;
use std::ffi::OsString;
use toml::Value;

/// Names with a short form, and the key each stands for.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("HEDDLE_DATA_DIR", "data.dir"),
    ("HEDDLE_DATABASE_URL", "database.url"),
    ("HEDDLE_SECRET_KEY_FILE", "secrets.key_file"),
    ("HEDDLE_BIND", "server.bind"),
    ("HEDDLE_PUBLIC_URL", "server.public_url"),
    ("HEDDLE_ALLOW_LOOPBACK_PROVIDERS", "providers.allow_loopback"),
    ("HEDDLE_LOG", "log.level"),
    ("HEDDLE_LOG_FORMAT", "log.format"),
];

/// Names that are read elsewhere in the program or its tests.
const ELSEWHERE: &[&str] =
    &["HEDDLE_CONFIG", super::master_key::VARIABLE, super::metrics_token::VARIABLE, "HEDDLE_TEST_POSTGRES_URL"];

/// How the names begin that this program reads.
const OURS: &[&str] = &["HEDDLE_", "SF_CONSUMER_"];

/// The variables that are text. Others are left out when they are not ours.
///
/// # Errors
/// Names a variable of ours whose value is not UTF-8: it must not count as absent.
pub(super) fn readable(all: impl Iterator<Item = (OsString, OsString)>) -> Result<Vec<(String, String)>, ConfigError> {
    let mut variables = Vec::new();
    for (name, value) in all {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => variables.push((name, value)),
            Err(_) if OURS.iter().any(|start| name.starts_with(start)) => return Err(ConfigError::NotUtf8 { name }),
            Err(_) => {}
        }
    }
    Ok(variables)
}

/// What a variable is to us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It sets this key (`section.key`).
    Sets(String),
    /// It begins like ours but sets nothing: a misspelling, or somebody else's.
    Unknown,
    /// Not of this kind.
    Other,
}

/// What the variable `name` means. `HEDDLE__SECTION__KEY` reaches every key.
pub(super) fn meaning(name: &str) -> Meaning {
    if let Some((_, key)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Meaning::Sets((*key).to_owned());
    }
    if let Some(rest) = name.strip_prefix("HEDDLE__") {
        return Meaning::Sets(rest.to_ascii_lowercase().replace("__", "."));
    }
    match name.starts_with("HEDDLE_") && !ELSEWHERE.contains(&name) {
        true => Meaning::Unknown,
        false => Meaning::Other,
    }
}

/// Reads a variable's text as the type that the key has by default.
///
/// # Errors
/// When a number or a switch is expected and the text is none.
pub(super) fn typed(text: &str, like: &Value, place: &str, key: &str) -> Result<Value, ConfigError> {
    let bad = |why: &str| ConfigError::BadValue { place: place.to_owned(), key: key.to_owned(), why: why.to_owned() };
    match like {
        Value::Integer(_) => text.trim().parse().map(Value::Integer).map_err(|_| bad("expected a whole number")),
        Value::Float(_) => text.trim().parse().map(Value::Float).map_err(|_| bad("expected a number")),
        Value::Boolean(_) => match text.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(Value::Boolean(true)),
            "0" | "false" | "no" | "off" => Ok(Value::Boolean(false)),
            _ => Err(bad("expected 1 or 0 (or true, false, yes, no, on, off)")),
        },
        _ => Ok(Value::String(text.to_owned())),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn a_value_that_is_not_utf8_is_refused_by_name_when_it_is_ours() {
        let read = |name: &str| {
            let bad = (OsString::from(name), OsString::from_vec(vec![b'x', 0xff]));
            readable([bad, ("A".into(), "b".into())].into_iter())
        };
        for name in ["HEDDLE_BIND", "HEDDLE__SERVER__WORKERS", "SF_CONSUMER_KEY"] {
            let message = read(name).unwrap_err().to_string();
            assert!(message.starts_with(name) && message.contains("UTF-8"), "{message}");
        }
        assert_eq!(read("PATH").unwrap(), [("A".to_owned(), "b".to_owned())]);
    }
}
