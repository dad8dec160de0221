//! Files and directories that only their owner may read.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Makes a directory, and those above it, for the owner alone. One that is
/// there already keeps its permissions.
///
/// # Errors
/// When the system refuses.
pub(super) fn make_dir(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file as a whole or not at all: a reader never sees half of it,
/// also not after a crash.
///
/// # Errors
/// When the system refuses.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let next = path.with_extension("new");
    // Left over from a start that was cut off; permissions hold for new files only.
    match std::fs::remove_file(&next) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&next)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&next, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_is_written_is_for_the_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a/b");
        make_dir(&inner).unwrap();
        make_dir(&inner).unwrap();
        let path = inner.join("secret.key");
        write(&path, "one").unwrap();
        write(&path, "two").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(inner.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}
