//! Finds the secret key: in the environment, or in a file that settings name.

use super::{ConfigError, Inputs, Loaded};
use heddle_auth::MasterKey;

/// The variable that holds the key itself.
pub(super) const VARIABLE: &str = "HEDDLE_SECRET_KEY";

/// What to do without a key.
pub(crate) const HOW_TO_MAKE_ONE: &str = "\
no secret key is set. It seals the credentials of your customers' CRMs; keep it \
as long as the database, for without it they cannot be opened again. Make one \
once, and give it to every start:

    heddle keys secret > heddle.key && chmod 600 heddle.key
    export HEDDLE_SECRET_KEY_FILE=heddle.key

(or put the key itself into HEDDLE_SECRET_KEY)";

/// The key and the name of the place it was found in; `None` when no place is named.
///
/// # Errors
/// When both places are named, or the one that is named holds no key.
pub(crate) fn read(inputs: &Inputs, loaded: &Loaded) -> Result<Option<(MasterKey, String)>, ConfigError> {
    let file = &loaded.config.secrets.key_file;
    let named = !file.as_os_str().is_empty();
    let (text, place) = match (inputs.variable(VARIABLE), named) {
        (Some(_), true) => return Err(ConfigError::TwoKeys),
        (Some(text), false) => (text.to_owned(), VARIABLE.to_owned()),
        (None, true) => {
            let text =
                std::fs::read_to_string(file).map_err(|why| ConfigError::Unreadable { path: file.clone(), why })?;
            (text, file.display().to_string())
        }
        (None, false) => return Ok(None),
    };
    match MasterKey::parse(&text) {
        Ok(key) => Ok(Some((key, place))),
        Err(why) => Err(ConfigError::BadKey { place, why: why.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;

    fn key_of(environment: &[(&str, &str)]) -> Result<Option<(MasterKey, String)>, ConfigError> {
        let inputs = Inputs {
            environment: environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            ..Inputs::default()
        };
        read(&inputs, &load(&inputs).unwrap())
    }

    #[test]
    fn the_key_comes_from_the_environment_or_from_a_file_but_not_from_both() {
        let key = MasterKey::generate().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        std::fs::write(&path, format!("{}\n", key.encode())).unwrap();
        let path = path.to_str().unwrap();
        let text = key.encode();

        let (found, place) = key_of(&[("HEDDLE_SECRET_KEY", &text)]).unwrap().unwrap();
        assert_eq!((found.id(), place.as_str()), (key.id(), "HEDDLE_SECRET_KEY"));
        let (found, place) = key_of(&[("HEDDLE_SECRET_KEY_FILE", path)]).unwrap().unwrap();
        assert_eq!((found.id(), place.as_str()), (key.id(), path));
        let both = key_of(&[("HEDDLE_SECRET_KEY", &text), ("HEDDLE_SECRET_KEY_FILE", path)]);
        assert!(matches!(both, Err(ConfigError::TwoKeys)));
        assert!(key_of(&[]).unwrap().is_none());
        assert!(key_of(&[("HEDDLE_SECRET_KEY", "")]).unwrap().is_none());
    }

    #[test]
    fn a_bad_key_is_refused_without_being_repeated() {
        let message = key_of(&[("HEDDLE_SECRET_KEY", "canary-not-a-key")]).unwrap_err().to_string();
        assert!(message.starts_with("HEDDLE_SECRET_KEY: "), "{message}");
        assert!(!message.contains("canary"), "{message}");
        let message = key_of(&[("HEDDLE_SECRET_KEY_FILE", "/nowhere/key")]).unwrap_err().to_string();
        assert!(message.starts_with("cannot read /nowhere/key: "), "{message}");
    }
}
