//! The binary, run in a directory of its own with no environment but ours.

use crate::http::Api;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Longer than any command of these tests takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// A data directory and the environment of everything that is run with it.
pub(crate) struct Program {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; absent when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Panics with both streams unless it ended with this code.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }
}

impl Program {
    /// Without a secret key.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").to_str().unwrap().to_owned();
        Self { folder, environment: vec![("HEDDLE_DATA_DIR".to_owned(), data)] }
    }

    /// With no environment at all.
    pub(crate) fn bare() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), environment: Vec::new() }
    }

    /// With a secret key of its own and sandboxes allowed: ready for `serve`.
    pub(crate) fn with_key() -> Self {
        let program = Self::new();
        let key = program.run(&["keys", "secret"]).expect(0).out.trim().to_owned();
        program.with("HEDDLE_SECRET_KEY", &key).with("HEDDLE_ALLOW_LOOPBACK_PROVIDERS", "1")
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of one of its variables.
    pub(crate) fn variable(&self, name: &str) -> &str {
        &self.environment.iter().find(|(n, _)| n == name).unwrap().1
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        PathBuf::from(self.variable("HEDDLE_DATA_DIR"))
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).ended()
    }

    /// Starts a command.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heddle"));
        command.args(arguments).env_clear().current_dir(self.folder.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let started = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = Stream::read(child.stdout.take().unwrap());
        let err = Stream::read(child.stderr.take().unwrap());
        Running { child, out, err, started }
    }

    /// Starts `serve` on a free port; answers when it listens.
    pub(crate) fn serve(&self) -> (Running, String) {
        let mut server = self.start(&["serve", "--bind", "127.0.0.1:0"]);
        let line = server.err.line_with("listening on http://");
        let from = line.rfind("http://").unwrap();
        let base = line[from..].split(['"', ' ']).next().unwrap().to_owned();
        (server, base)
    }

    /// Makes a key with all scopes beside whatever runs.
    pub(crate) fn api(&self, base: &str, connection: &str) -> Api {
        let key = self.run(&["keys", "create"]).expect(0).out.trim().to_owned();
        assert!(key.starts_with("hdl_"), "{key}");
        Api { base: base.to_owned(), key, connection: connection.to_owned() }
    }
}

/// One stream of a process, read by a thread as it comes.
pub(crate) struct Stream {
    lines: Receiver<String>,
    seen: String,
}

impl Stream {
    fn read(pipe: impl Read + Send + 'static) -> Self {
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Self { lines, seen: String::new() }
    }

    /// The next line; `None` at the end of the stream.
    fn next(&mut self, until: Instant) -> Option<String> {
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                self.seen.push_str(&line);
                self.seen.push('\n');
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing came any more after:\n{}", self.seen),
        }
    }

    /// Waits for a line that contains `text`.
    pub(crate) fn line_with(&mut self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        while let Some(line) = self.next(until) {
            if line.contains(text) {
                return line;
            }
        }
        panic!("the stream ended without {text:?}:\n{}", self.seen)
    }

    /// Everything up to the end of the stream.
    fn all(&mut self) -> String {
        let until = Instant::now() + PATIENCE;
        while self.next(until).is_some() {}
        self.seen.clone()
    }
}

/// A running process; killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) out: Stream,
    pub(crate) err: Stream,
    started: Instant,
}

impl Running {
    /// The first line of the standard output and the time it took; an error
    /// with everything that was said when the process ended without one.
    pub(crate) fn first_line(&mut self) -> Result<(String, Duration), String> {
        match self.out.next(Instant::now() + PATIENCE) {
            Some(line) => Ok((line, self.started.elapsed())),
            None => Err(self.err.all()),
        }
    }

    /// Sends a signal by its name (`INT`, `TERM`, `KILL`).
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for the end. The streams end with the process.
    pub(crate) fn ended(mut self) -> Ended {
        let (out, err) = (self.out.all(), self.err.all());
        Ended { code: self.child.wait().unwrap().code(), out, err }
    }

    /// Ends it in order, by this signal.
    pub(crate) fn stopped(self, signal: &str) -> Ended {
        self.signal(signal);
        self.ended()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
