//! What the machine gives: a directory to write to, room on the disk, open files.

use super::Finding;
use crate::config::Config;
use std::path::Path;

/// Less room than this, and the call log alone may fill the disk in a day.
const ROOM: u64 = 1 << 30;
/// Fewer open files than this are used up by a few hundred clients: each
/// request under way holds one socket, and one more to the provider.
const FILES: u64 = 4_096;

/// Looks at the data directory, where a SQLite database or nothing is kept.
/// Makes none.
pub(super) fn data_dir(config: &Config) -> Vec<Finding> {
    const NAME: &str = "data dir";
    let dir = &config.data.dir;
    let used = config.database.url.is_empty();
    if !dir.exists() {
        let when = if used { "`heddle serve` or `heddle migrate` makes it" } else { "this database needs none" };
        return vec![Finding::note(NAME, format!("{} is not there: {when}", dir.display()))];
    }
    let mut findings = vec![match writable(dir) {
        Ok(()) => Finding::ok(NAME, format!("{} can be written to", dir.display())),
        Err(why) if used => Finding::wrong(NAME, format!("{} cannot be written to: {why}", dir.display())),
        Err(why) => {
            Finding::note(NAME, format!("{} cannot be written to ({why}); this database needs none", dir.display()))
        }
    }];
    #[cfg(unix)]
    findings.push(room(dir));
    findings
}

/// Writes a file that is gone when it is closed.
fn writable(dir: &Path) -> std::io::Result<()> {
    let path = dir.join(format!(".doctor-{}", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)
}

#[cfg(unix)]
fn room(dir: &Path) -> Finding {
    const NAME: &str = "free space";
    match rustix::fs::statvfs(dir) {
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let detail = format!("{} MiB at {}", free >> 20, dir.display());
            if free < ROOM { Finding::wrong(NAME, format!("only {detail}")) } else { Finding::ok(NAME, detail) }
        }
        Err(why) => Finding::note(NAME, format!("the system does not tell: {why}")),
    }
}

/// The limit of open files.
#[cfg(unix)]
pub(super) fn open_files() -> Finding {
    judge(rustix::process::getrlimit(rustix::process::Resource::Nofile).current)
}

/// No such limit is known here.
#[cfg(not(unix))]
pub(super) fn open_files() -> Finding {
    judge(None)
}

fn judge(limit: Option<u64>) -> Finding {
    const NAME: &str = "open files";
    match limit {
        None => Finding::ok(NAME, "without a limit"),
        Some(limit) if limit < FILES => {
            Finding::note(NAME, format!("at most {limit}; raise it to {FILES} or more (`ulimit -n`, LimitNOFILE=)"))
        }
        Some(limit) => Finding::ok(NAME, format!("at most {limit}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn a_directory_that_can_be_written_to_is_fine_and_stays_empty() {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.dir = dir.path().to_owned();
        assert_eq!(data_dir(&config)[0].verdict, Verdict::Ok);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_is_none_is_wrong_only_where_the_database_lives_there() {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.dir = dir.path().join("file");
        assert_eq!(data_dir(&config)[0].verdict, Verdict::Note);
        std::fs::write(&config.data.dir, "").unwrap();
        assert_eq!(data_dir(&config)[0].verdict, Verdict::Wrong);
        config.database.url = crate::config::DatabaseUrl::new("postgres://db/heddle");
        assert_eq!(data_dir(&config)[0].verdict, Verdict::Note);
    }

    #[test]
    fn few_open_files_are_worth_a_note() {
        assert_eq!(judge(Some(1_024)).verdict, Verdict::Note);
        assert_eq!(judge(Some(4_096)).verdict, Verdict::Ok);
        assert_eq!(judge(None).verdict, Verdict::Ok);
    }
}
