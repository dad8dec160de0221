//! Finds the token that readers of the metrics need: in the environment, or in
//! a file that settings name.

use super::{Config, ConfigError, Inputs};
use secrecy::SecretString;

/// The variable that holds the token itself.
pub(super) const VARIABLE: &str = "HEDDLE_METRICS_TOKEN";

/// Shortest token: a shorter one could be tried out.
const SHORTEST: usize = 16;
/// Longest token that a reader is likely to be able to send.
const LONGEST: usize = 255;

/// The token; `None` when no place is named, and then anybody may read.
///
/// # Errors
/// When both places are named, or the one that is named holds no usable token.
pub(crate) fn read(inputs: &Inputs, config: &Config) -> Result<Option<SecretString>, ConfigError> {
    let file = &config.metrics.token_file;
    let (text, place) = match (inputs.variable(VARIABLE), !file.as_os_str().is_empty()) {
        (Some(_), true) => return Err(ConfigError::TwoTokens),
        (Some(text), false) => (text.to_owned(), VARIABLE.to_owned()),
        (None, true) => {
            let text =
                std::fs::read_to_string(file).map_err(|why| ConfigError::Unreadable { path: file.clone(), why })?;
            (text, file.display().to_string())
        }
        (None, false) => return Ok(None),
    };
    let token = text.trim();
    if !(SHORTEST..=LONGEST).contains(&token.len()) || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let why = format!("expected {SHORTEST} to {LONGEST} visible ASCII characters without spaces");
        return Err(ConfigError::BadToken { place, why });
    }
    Ok(Some(token.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use secrecy::ExposeSecret;

    fn token_of(environment: &[(&str, &str)]) -> Result<Option<String>, String> {
        let inputs = Inputs {
            environment: environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            ..Inputs::default()
        };
        let token = read(&inputs, &load(&inputs).unwrap().config).map_err(|why| why.to_string())?;
        Ok(token.map(|token| token.expose_secret().to_owned()))
    }

    #[test]
    fn the_token_comes_from_the_environment_or_from_a_file_but_not_from_both() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        std::fs::write(&path, "canary-of-a-file-1\n").unwrap();
        let file = ("HEDDLE__METRICS__TOKEN_FILE", path.to_str().unwrap());
        let variable = (VARIABLE, "canary-of-the-environment");
        assert_eq!(token_of(&[]), Ok(None));
        assert_eq!(token_of(&[file]), Ok(Some("canary-of-a-file-1".to_owned())));
        assert_eq!(token_of(&[variable]), Ok(Some(variable.1.to_owned())));
        assert!(token_of(&[file, variable]).unwrap_err().contains("keep one of them"));
    }

    #[test]
    fn a_bad_token_is_refused_without_being_repeated() {
        for bad in ["canary", "canary with some spaces", &"canary".repeat(60)] {
            let message = token_of(&[(VARIABLE, bad)]).unwrap_err();
            assert!(
                message.starts_with("HEDDLE_METRICS_TOKEN: expected 16") && !message.contains("canary"),
                "{message}"
            );
        }
    }
}
