//! What can be wrong with settings, in sentences that say what would be right.

use std::path::PathBuf;

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// A file that was named could not be read.
    #[error("cannot read {}: {why}", .path.display())]
    Unreadable { path: PathBuf, why: std::io::Error },
    /// A file is not TOML.
    #[error("{} is not valid TOML: {why}", .path.display())]
    NotToml { path: PathBuf, why: String },
    /// A section that does not exist.
    #[error("{place}: there is no section [{section}]; the sections are {allowed}")]
    UnknownSection { place: String, section: String, allowed: String },
    /// A key that does not exist.
    #[error("{place}: there is no key `{key}`; [{section}] takes {allowed}")]
    UnknownKey { place: String, section: String, key: String, allowed: String },
    /// A value outside of any section.
    #[error("{place}: `{key}` must be a section, written [{key}]")]
    NotASection { place: String, key: String },
    /// A value of the wrong type or out of range.
    #[error("{place}: `{key}`: {why}")]
    BadValue { place: String, key: String, why: String },
    /// A variable of ours that holds no text.
    #[error("{name}: its value is not UTF-8")]
    NotUtf8 { name: String },
    /// Two values that do not go together.
    #[error("`{key}` ({place}) and `{other}` ({other_place}) do not go together: {why}")]
    Together { key: String, place: String, other: String, other_place: String, why: String },
    /// The two places of the secret key disagree about which counts.
    #[error("HEDDLE_SECRET_KEY and a key file are both set; keep one of them")]
    TwoKeys,
    /// The two places of the metrics' token disagree about which counts.
    #[error("HEDDLE_METRICS_TOKEN and metrics.token_file are both set; keep one of them")]
    TwoTokens,
    /// The metrics' token is not usable.
    #[error("{place}: {why}")]
    BadToken { place: String, why: String },
    /// The secret key is not usable.
    #[error("{place}: {why}")]
    BadKey { place: String, why: String },
}
