//! The walls of the house: who may depend on whom, and who may name what.

mod edges;
mod fences;
mod files;
mod generated;

use std::path::{Path, PathBuf};

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// All Rust files of the workspace, relative to its root.
fn rust_files() -> Vec<PathBuf> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = root();
    let mut found = Vec::new();
    for dir in ["crates", "migrations", "tests", "xtask"] {
        walk(&root.join(dir), &mut found);
    }
    found.iter().map(|path| path.strip_prefix(&root).unwrap().to_path_buf()).collect()
}
