//! The real program as an operator runs it, on a database that outlives it.

use heddle_tests::{CLIENT_ID, CLIENT_SECRET, Client};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The program with everything it needs.
pub(super) struct Program {
    binary: PathBuf,
    folder: tempfile::TempDir,
    secret: String,
    key: String,
    connection: String,
    settings: &'static [(&'static str, &'static str)],
    running: Option<Child>,
    /// Its client.
    pub(super) client: Client,
}

/// The program of this build.
pub(super) fn binary() -> Result<PathBuf, String> {
    let here = std::env::current_exe().map_err(|error| error.to_string())?;
    let binary = here.with_file_name("heddle");
    if binary.exists() {
        return Ok(binary);
    }
    Err(format!("{} is missing; build it first: cargo build --workspace", binary.display()))
}

impl Program {
    /// Makes a database, a key and a connection to the org at `login`; the
    /// server gets `settings` into its environment.
    pub(super) fn connected(
        login: &str,
        app: (&str, &str),
        settings: &'static [(&'static str, &'static str)],
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut program = Self {
            binary: binary()?,
            folder,
            secret: String::new(),
            key: String::new(),
            connection: String::new(),
            settings,
            running: None,
            client: Client::new(),
        };
        program.secret = program.run(&["keys", "secret"], app)?;
        program.run(&["migrate"], app)?;
        program.key = program.run(&["keys", "create"], app)?;
        let connect = ["connect", "salesforce", "--tenant", "acme", "--my-domain", login];
        let printed = program.run(&connect, app)?;
        let id = printed.split_whitespace().find(|word| word.starts_with("con_"));
        program.connection = id.ok_or_else(|| format!("connect printed no id: {printed}"))?.to_owned();
        Ok(program)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env_clear().current_dir(self.folder.path());
        command.env("HEDDLE_DATA_DIR", self.folder.path().join("data"));
        command.env("HEDDLE_ALLOW_LOOPBACK_PROVIDERS", "1");
        command.envs(self.settings.iter().copied());
        command.env("SF_CONSUMER_KEY", CLIENT_ID).env("SF_CONSUMER_SECRET", CLIENT_SECRET);
        if !self.secret.is_empty() {
            command.env("HEDDLE_SECRET_KEY", &self.secret);
        }
        command
    }

    /// Runs a command to its end; what it printed.
    fn run(&self, arguments: &[&str], (id, secret): (&str, &str)) -> Result<String, String> {
        let mut command = self.command(arguments);
        command.env("SF_CONSUMER_KEY", id).env("SF_CONSUMER_SECRET", secret);
        let ended = command.output().map_err(|error| error.to_string())?;
        let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        if ended.status.success() { Ok(out.trim().to_owned()) } else { Err(format!("{arguments:?}: {out}{err}")) }
    }

    /// Starts the server; its address.
    pub(super) fn start(&mut self) -> String {
        let mut command = self.command(&["serve", "--bind", "127.0.0.1:0"]);
        let mut child = match command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn() {
            Ok(child) => child,
            Err(error) => panic!("the server does not start: {error}"),
        };
        let mut base = String::new();
        if let Some(pipe) = child.stderr.take() {
            let mut lines = BufReader::new(pipe).lines().map_while(Result::ok);
            for line in lines.by_ref() {
                if let Some(from) = line.find("http://127.0.0.1:").filter(|_| line.contains("listening on")) {
                    base = line[from..].split(['"', ' ']).next().unwrap_or_default().to_owned();
                    break;
                }
            }
            // A full pipe would stop the server.
            std::thread::spawn(move || lines.for_each(drop));
        }
        self.running = Some(child);
        base
    }

    /// `kill -9`.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.running.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// The most memory that the running server has held, in MiB, as the kernel
    /// counts it.
    pub(super) fn peak_memory(&self) -> Option<usize> {
        let id = self.running.as_ref()?.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse::<usize>().ok().map(|kib| kib.div_ceil(1_024))
    }

    /// The headers of a request for its connection.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {}", self.key)), ("x-connection-id", self.connection.clone())]
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
