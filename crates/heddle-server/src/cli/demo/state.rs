//! What a demo keeps between starts.

use super::super::{CliError, private_file};
use serde::{Deserialize, Serialize};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Name of the file of state; it also marks a directory as a demo's.
const STATE: &str = "demo.json";

/// Held while a demo runs.
const LOCK: &str = "demo.lock";

/// Name of the file that holds the demo's secret key.
const SECRET_KEY: &str = "secret.key";

/// Every file of a demo that `--fresh` forgets; the last one is the mark.
const FILES: [&str; 5] = ["heddle.db", "heddle.db-wal", "heddle.db-shm", SECRET_KEY, STATE];

/// The form of the file; another one is not read.
const VERSION: u32 = 1;

/// Ports, seed, and what was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    version: u32,
    /// Seed of the sandboxes.
    pub(super) seed: u64,
    /// Port of the API; 0 before the first start.
    pub(super) port: u16,
    /// Ports of the Salesforce sandbox; 0 before the first start.
    pub(super) salesforce_ports: [u16; 2],
    /// Absent until the first start has come to its end.
    pub(super) made: Option<Made>,
}

/// What the first start made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    /// The tenant's id.
    pub(super) tenant_id: String,
    /// The connection's id.
    pub(super) connection_id: String,
    /// The API key itself: this is a demo, and the file is its owner's alone.
    pub(super) api_key: String,
}

impl State {
    fn new() -> Self {
        Self { version: VERSION, seed: 1, port: 0, salesforce_ports: [0, 0], made: None }
    }
}

/// A demo's directory, ours alone as long as this lives.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes the directory, made when missing, and reads what earlier demos
    /// kept there. `fresh` forgets it, and so does a first start that was cut off.
    ///
    /// # Errors
    /// When another demo runs there, when a server's database lies there, or
    /// when the system refuses.
    pub(super) fn take(dir: &Path, fresh: bool) -> Result<(Self, State), CliError> {
        let failed = |why: io::Error| CliError::new(format!("cannot use {}: {why}", dir.display()));
        private_file::make_dir(dir).map_err(failed)?;
        let marked = dir.join(STATE).exists();
        if !marked && dir.join("heddle.db").exists() {
            return Err(CliError::new(format!(
                "{} holds a database that no demo made; give the demo a directory of its own with --data-dir",
                dir.display()
            )));
        }
        let lock = File::create(dir.join(LOCK)).map_err(failed)?;
        lock.try_lock().map_err(|why| match why {
            TryLockError::WouldBlock => {
                CliError::new(format!("a demo runs in {} already; stop it first", dir.display()))
            }
            TryLockError::Error(why) => failed(why),
        })?;
        let folder = Self { dir: dir.to_owned(), _lock: lock };
        let kept = if marked && !fresh { Some(folder.read()?) } else { None };
        match kept.filter(|state| state.made.is_some()) {
            Some(state) => Ok((folder, state)),
            None => {
                folder.forget().map_err(failed)?;
                let state = State::new();
                folder.keep(&state)?;
                Ok((folder, state))
            }
        }
    }

    /// Keeps the state for the next start.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn keep(&self, state: &State) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(state).map_err(|why| CliError::new(why.to_string()))?;
        self.write(STATE, &text)
    }

    /// The file that holds the demo's secret key.
    pub(super) fn secret_key(&self) -> PathBuf {
        self.dir.join(SECRET_KEY)
    }

    /// Keeps the secret key.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn keep_secret_key(&self, text: &str) -> Result<(), CliError> {
        self.write(SECRET_KEY, text)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), CliError> {
        let path = self.dir.join(name);
        private_file::write(&path, &format!("{text}\n"))
            .map_err(|why| CliError::new(format!("cannot write {}: {why}", path.display())))
    }

    fn read(&self) -> Result<State, CliError> {
        let path = self.dir.join(STATE);
        let advice = |why: String| {
            CliError::new(format!("cannot read {}: {why}; `heddle demo --fresh` starts over", path.display()))
        };
        let text = std::fs::read_to_string(&path).map_err(|why| advice(why.to_string()))?;
        let state: State = serde_json::from_str(&text).map_err(|why| advice(why.to_string()))?;
        if state.version != VERSION {
            return Err(advice("another version of heddle wrote it".to_owned()));
        }
        Ok(state)
    }

    fn forget(&self) -> io::Result<()> {
        for name in FILES {
            match std::fs::remove_file(self.dir.join(name)) {
                Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
