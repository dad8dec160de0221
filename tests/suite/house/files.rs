//! Files stay small and say what they are.

use super::{root, rust_files};

#[test]
fn no_file_is_longer_than_800_lines() {
    for path in rust_files() {
        let lines = std::fs::read_to_string(root().join(&path)).unwrap().lines().count();
        assert!(lines <= 800, "{} has {lines} lines", path.display());
    }
}

#[test]
fn no_module_has_a_name_that_says_nothing() {
    let empty = ["utils", "util", "helpers", "helper", "common", "misc", "manager", "v2"];
    for path in rust_files() {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let folder = path.parent().and_then(|p| p.file_name()).unwrap().to_string_lossy().into_owned();
        for name in [stem, folder] {
            assert!(!empty.contains(&name.as_str()), "{}", path.display());
        }
    }
}
