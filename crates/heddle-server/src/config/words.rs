//! Values with a meaning of their own, read with errors that say what is allowed.

use heddle_auth::{browser_address, browser_origin};
use secrecy::{ExposeSecret, SecretString};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

impl<'de> Deserialize<'de> for LogFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "auto" => Ok(Self::Auto),
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            _ => Err(D::Error::custom("expected \"auto\", \"human\" or \"json\"")),
        }
    }
}

/// A database address. It may carry a password, so it is shown only masked.
#[derive(Clone, Default)]
pub(crate) struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// An address as written.
    pub(crate) fn new(url: &str) -> Self {
        Self(url.into())
    }

    /// A SQLite file.
    pub(crate) fn sqlite(path: &Path) -> Self {
        Self(format!("sqlite://{}", path.display()).into())
    }

    /// Whether none is given.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.expose_secret().is_empty()
    }

    /// The address with its password, for the database driver alone.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The file of a SQLite database.
    pub(crate) fn sqlite_file(&self) -> Option<&Path> {
        self.0.expose_secret().strip_prefix("sqlite://").map(Path::new)
    }

    /// The address with the password hidden.
    pub(crate) fn masked(&self) -> String {
        let text = self.0.expose_secret();
        let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
        // The password may hold `/` or `@`, so the last `@` ends it.
        match rest.rsplit_once('@') {
            Some((login, host)) => {
                let user = login.split(':').next().unwrap_or_default();
                format!("{scheme}://{user}:***@{}", without_secrets(host))
            }
            None => format!("{scheme}://{}", without_secrets(rest)),
        }
    }
}

/// Hides a password that is given as a query parameter.
fn without_secrets(rest: &str) -> String {
    let Some((address, query)) = rest.split_once('?') else { return rest.to_owned() };
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if name.to_ascii_lowercase().contains("pass") => format!("{name}=***"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{address}?{}", shown.join("&"))
}

impl PartialEq for DatabaseUrl {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for DatabaseUrl {}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = ["sqlite://", "postgres://", "postgresql://"];
        if text.is_empty() || known.iter().any(|scheme| text.starts_with(scheme)) {
            Ok(Self::new(&text))
        } else {
            Err(D::Error::custom(
                "expected sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE, or nothing for SQLite in the data directory",
            ))
        }
    }
}

/// Where browsers reach this server: nothing, or an address without a slash at
/// the end. A path in front of everything is fine.
pub(super) fn public_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    match browser_address(&text) {
        Ok(url) if url.query().is_none() => Ok(Some(text.trim_end_matches('/').to_owned())),
        Ok(_) => Err(D::Error::custom("expected an address without a query, such as https://heddle.example.com")),
        Err(why) => {
            Err(D::Error::custom(format!("expected an address such as https://heddle.example.com; this one {why}")))
        }
    }
}

/// Origins with white space between.
pub(super) fn origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let origin = |word: &str| {
        browser_origin(word)
            .map_err(|why| D::Error::custom(format!("expected origins such as https://app.example.com; {word} {why}")))
    };
    text.split_whitespace().map(origin).collect()
}

/// An address to listen on.
pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| {
        D::Error::custom("expected an IP address and a port, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080")
    })
}

/// 0 (one a core) to 256.
pub(super) fn workers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let workers = i64::deserialize(deserializer)?;
    usize::try_from(workers)
        .ok()
        .filter(|n| *n <= 256)
        .ok_or_else(|| D::Error::custom("expected 0 (one for each core) to 256"))
}

/// 1 to 200 connections.
pub(super) fn connections<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let connections = i64::deserialize(deserializer)?;
    u32::try_from(connections)
        .ok()
        .filter(|n| (1..=200).contains(n))
        .ok_or_else(|| D::Error::custom("expected 1 to 200 connections"))
}

/// 1 to 3,600 seconds.
pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seconds = i64::deserialize(deserializer)?;
    u64::try_from(seconds)
        .ok()
        .filter(|n| (1..=3_600).contains(n))
        .ok_or_else(|| D::Error::custom("expected 1 to 3600 seconds"))
}

/// What `tracing` understands as a filter.
pub(super) fn log_filter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match tracing_subscriber::EnvFilter::try_new(&text) {
        Ok(_) if !text.trim().is_empty() => Ok(text),
        _ => Err(D::Error::custom(
            "expected error, warn, info, debug, trace or off, or a list such as info,heddle_gate=debug",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_database_address_is_never_shown() {
        for (url, shown) in [
            ("postgres://heddle:can@ary/1@db:5432/heddle", "postgres://heddle:***@db:5432/heddle"),
            (
                "postgres://db/heddle?user=u&password=canary&sslmode=require",
                "postgres://db/heddle?user=u&password=***&sslmode=require",
            ),
            ("sqlite:///srv/heddle.db", "sqlite:///srv/heddle.db"),
        ] {
            assert_eq!(DatabaseUrl::new(url).masked(), shown);
            assert_eq!(format!("{:?}", DatabaseUrl::new(url)), shown);
        }
    }
}
