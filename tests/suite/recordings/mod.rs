//! Recorded answers of the real CRMs, through the code that reads real ones.
//!
//! The recordings are no part of the project. They are looked for in
//! `RECORDINGS_DIR`, or in `../shared/recordings` beside the workspace.

mod changes;
mod checkup;
mod compare;
mod describes;
mod errors;
mod exchange;
mod pages;
mod quota;
mod records;
mod refused;
mod stage;
mod tokens;
mod writes;

use std::io::Write;
use std::path::PathBuf;

/// What to do about the recordings.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Use,
    Skip,
    Fail,
}

/// Where CI runs, missing recordings would hide what the suite proves.
fn found(there: bool, ci: Option<&str>) -> Found {
    match (there, ci) {
        (true, _) => Found::Use,
        (false, Some("true")) => Found::Fail,
        (false, _) => Found::Skip,
    }
}

/// The folder of a provider's recordings; `None` means that the test is to
/// pass without a look at them, which has been said aloud.
fn recordings(provider: &str) -> Option<PathBuf> {
    let root = std::env::var_os("RECORDINGS_DIR")
        .map_or_else(|| super::house::root().join("../shared/recordings"), PathBuf::from);
    let folder = root.join(provider);
    match found(folder.is_dir(), std::env::var("CI").ok().as_deref()) {
        Found::Use => Some(folder),
        Found::Fail => panic!("no recordings in {}; set RECORDINGS_DIR", folder.display()),
        Found::Skip => {
            say(&format!("SKIPPED, nothing was proved: no recordings in {}; set RECORDINGS_DIR", folder.display()));
            None
        }
    }
}

/// A line that the test harness does not swallow when the test passes.
fn say(line: &str) {
    // In one piece, so that the lines of parallel tests stay whole.
    let _ = std::io::stderr().write_all(format!("recordings: {line}\n").as_bytes());
}

#[test]
fn without_recordings_the_suite_is_skipped_except_in_ci() {
    assert_eq!(found(true, Some("true")), Found::Use);
    assert_eq!(found(true, None), Found::Use);
    assert_eq!(found(false, None), Found::Skip);
    assert_eq!(found(false, Some("false")), Found::Skip);
    assert_eq!(found(false, Some("true")), Found::Fail);
}
