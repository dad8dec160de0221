//! Whether there is a usable secret key, and who can read its file.

use super::Finding;
use crate::config::{Config, ConfigError};
use heddle_auth::MasterKey;
use std::path::Path;

/// The key, if it can be used, and what there is to say about it.
pub(super) fn look(
    key: Result<Option<(MasterKey, String)>, ConfigError>,
    config: &Config,
) -> (Option<MasterKey>, Finding) {
    match key {
        Ok(Some((key, place))) => {
            let file = &config.secrets.key_file;
            let finding = if others_can_read(file) {
                Finding::wrong("secret key", format!("others can read {place}: chmod 600 {place}"))
            } else {
                Finding::ok("secret key", format!("*** (id {}, from {place})", key.id()))
            };
            (Some(key), finding)
        }
        Ok(None) => {
            (None, Finding::wrong("secret key", "none is set; `heddle keys secret` prints one for HEDDLE_SECRET_KEY"))
        }
        Err(why) => (None, Finding::wrong("secret key", why.to_string())),
    }
}

#[cfg(unix)]
fn others_can_read(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    // Group and others; a key in the environment has no file.
    !file.as_os_str().is_empty() && file.metadata().is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn the_key_itself_is_never_shown() {
        let key = MasterKey::generate().unwrap();
        let text = key.encode();
        let (_, finding) = look(Ok(Some((key, "HEDDLE_SECRET_KEY".to_owned()))), &Config::default());
        assert_eq!(finding.verdict, Verdict::Ok);
        assert!(!finding.line().contains(&text), "{}", finding.line());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_can_read_is_wrong() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        std::fs::write(&path, "").unwrap();
        let mut config = Config::default();
        config.secrets.key_file = path.clone();
        for (mode, verdict) in [(0o600, Verdict::Ok), (0o640, Verdict::Wrong), (0o604, Verdict::Wrong)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let (_, finding) = look(Ok(Some((MasterKey::generate().unwrap(), "key".to_owned()))), &config);
            assert_eq!(finding.verdict, verdict, "{mode:o}");
        }
    }

    #[test]
    fn no_key_is_wrong_and_says_how_to_make_one() {
        let (_, finding) = look(Ok(None), &Config::default());
        assert_eq!(finding.verdict, Verdict::Wrong);
        assert!(finding.detail.contains("heddle keys secret"));
    }
}
