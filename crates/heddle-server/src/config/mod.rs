//! The program's settings: sections, defaults, and where they come from.
//!
//! `config.default.toml` is the manual. The defaults below repeat it in code,
//! and a test holds the two together.

mod environment;
mod error;
mod layers;
mod master_key;
mod metrics_token;
mod ranges;
mod words;

pub(crate) use error::ConfigError;
pub(crate) use layers::{Inputs, Loaded, Source, load};
pub(crate) use master_key::{HOW_TO_MAKE_ONE, read as read_master_key};
pub(crate) use metrics_token::read as read_metrics_token;
pub(crate) use words::{DatabaseUrl, LogFormat};

use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The commented default file.
pub(crate) const DEFAULT_FILE: &str = include_str!("../../config.default.toml");

/// Every setting, in the sections of the file.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) data: Data,
    pub(crate) database: Database,
    pub(crate) secrets: Secrets,
    pub(crate) server: Server,
    pub(crate) providers: Providers,
    pub(crate) consent: Consent,
    pub(crate) gate: heddle_gate::Settings,
    pub(crate) transport: heddle_gate::TransportSettings,
    pub(crate) idempotency: Idempotency,
    pub(crate) retention: Retention,
    pub(crate) log: Log,
    pub(crate) metrics: Metrics,
}

/// Where files of this server live.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Data {
    pub(crate) dir: PathBuf,
}

impl Default for Data {
    fn default() -> Self {
        Self { dir: PathBuf::from(".heddle") }
    }
}

/// The database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Database {
    pub(crate) url: DatabaseUrl,
    #[serde(deserialize_with = "words::connections")]
    pub(crate) max_connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: DatabaseUrl::default(), max_connections: 8 }
    }
}

/// The key that seals credentials. Its value never stands in a file of settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Secrets {
    pub(crate) key_file: PathBuf,
}

/// The HTTP side.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Server {
    #[serde(deserialize_with = "words::address")]
    pub(crate) bind: SocketAddr,
    #[serde(deserialize_with = "words::public_url")]
    pub(crate) public_url: Option<String>,
    #[serde(deserialize_with = "words::workers")]
    pub(crate) workers: usize,
    #[serde(deserialize_with = "words::seconds")]
    pub(crate) request_seconds: u64,
    #[serde(deserialize_with = "words::seconds")]
    pub(crate) stop_seconds: u64,
    pub(crate) docs: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            workers: 0,
            request_seconds: 30,
            stop_seconds: 30,
            docs: true,
        }
    }
}

/// Calls to CRMs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Providers {
    pub(crate) allow_loopback: bool,
}

/// How people's consents end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Consent {
    #[serde(deserialize_with = "words::origins")]
    pub(crate) return_origins: Vec<String>,
}

/// How servers that share a database know of each other's end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Idempotency {
    pub(crate) beat_seconds: u64,
    pub(crate) dead_after_seconds: u64,
}

impl Default for Idempotency {
    fn default() -> Self {
        Self { beat_seconds: 5, dead_after_seconds: 30 }
    }
}

/// What is kept how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Retention {
    pub(crate) calls_days: u64,
    pub(crate) calls_rows: u64,
    pub(crate) idempotency_hours: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { calls_days: 7, calls_rows: 1_000_000, idempotency_hours: 24 }
    }
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    #[serde(deserialize_with = "words::log_filter")]
    pub(crate) level: String,
    pub(crate) format: LogFormat,
    pub(crate) access: bool,
}

/// What `/metrics` shows, and to whom. The token never stands in a file of settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Metrics {
    pub(crate) enabled: bool,
    pub(crate) token_file: PathBuf,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { enabled: true, token_file: PathBuf::new() }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info,actix_http=off".to_owned(), format: LogFormat::Auto, access: true }
    }
}

impl Config {
    /// The database's address: as configured, or SQLite in the data directory.
    pub(crate) fn database_url(&self) -> DatabaseUrl {
        if self.database.url.is_empty() {
            DatabaseUrl::sqlite(&self.data.dir.join("heddle.db"))
        } else {
            self.database.url.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_says_what_the_code_does() {
        let from_file: Config = toml::from_str(DEFAULT_FILE).unwrap();
        assert_eq!(from_file, Config::default());
    }

    /// Collects the field names of a struct, as serde sees them.
    struct FieldNames<'a>(&'a mut Vec<&'static str>);

    impl<'de> serde::Deserializer<'de> for FieldNames<'_> {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: serde::de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("only structs are asked"))
        }

        fn deserialize_struct<V: serde::de::Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Self::Error> {
            self.0.extend(fields);
            self.deserialize_any(visitor)
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn fields<T: serde::de::DeserializeOwned>() -> std::collections::BTreeSet<String> {
        let mut names = Vec::new();
        let _ = T::deserialize(FieldNames(&mut names));
        names.into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn the_default_file_leaves_no_setting_out() {
        let file: toml::Table = DEFAULT_FILE.parse().unwrap();
        assert_eq!(file.keys().cloned().collect::<std::collections::BTreeSet<_>>(), fields::<Config>());
        let mut gate = fields::<heddle_gate::Settings>();
        // Has no default that a file could state: it is for repeatable runs in tests.
        assert!(gate.remove("seed"));
        for (section, names) in [
            ("data", fields::<Data>()),
            ("database", fields::<Database>()),
            ("secrets", fields::<Secrets>()),
            ("server", fields::<Server>()),
            ("providers", fields::<Providers>()),
            ("consent", fields::<Consent>()),
            ("gate", gate),
            ("transport", fields::<heddle_gate::TransportSettings>()),
            ("idempotency", fields::<Idempotency>()),
            ("retention", fields::<Retention>()),
            ("log", fields::<Log>()),
            ("metrics", fields::<Metrics>()),
        ] {
            let in_file: std::collections::BTreeSet<_> = file[section].as_table().unwrap().keys().cloned().collect();
            assert_eq!(in_file, names, "[{section}]");
        }
    }

    #[test]
    fn every_key_of_the_default_file_has_a_comment_above_it() {
        let lines: Vec<&str> = DEFAULT_FILE.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            if line.contains(" = ") && !line.starts_with('#') {
                assert!(lines[at - 1].starts_with("# "), "{line}");
            }
        }
    }

    #[test]
    fn without_a_database_url_the_data_directory_holds_it() {
        let mut config = Config::default();
        config.data.dir = PathBuf::from("/srv/heddle");
        assert_eq!(config.database_url(), DatabaseUrl::sqlite(std::path::Path::new("/srv/heddle/heddle.db")));
        config.database.url = DatabaseUrl::new("postgres://db/heddle");
        assert_eq!(config.database_url(), DatabaseUrl::new("postgres://db/heddle"));
    }
}
