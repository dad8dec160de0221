//! The real program, on a database that outlives it, against a sandbox that
//! stays.

use super::body;
use heddle_sandbox::{Salesforce, SalesforceOptions};
use heddle_tests::{Answer, CLIENT_ID, CLIENT_SECRET, Client};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// How soon a killed server counts as dead, in seconds.
const DEAD_AFTER: &str = "3";

/// How long the provider takes for a write before it carries it out, and after.
const SLOW_MS: u64 = 60;

/// The program with everything it needs.
pub(super) struct Program {
    binary: PathBuf,
    folder: tempfile::TempDir,
    secret: String,
    key: String,
    connection: String,
    sandbox: Salesforce,
    running: Option<Child>,
    client: Client,
}

impl Program {
    /// Makes a database, a key and a connection.
    pub(super) async fn new() -> Result<Self, String> {
        let here = std::env::current_exe().map_err(|error| error.to_string())?;
        let binary = here.with_file_name("heddle");
        if !binary.exists() {
            return Err(format!("{} is missing; build it first: cargo build --workspace", binary.display()));
        }
        let options = SalesforceOptions {
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.into(),
            ..SalesforceOptions::default()
        };
        let sandbox = Salesforce::start(options).await.map_err(|error| error.to_string())?;
        // So that there are always writes on their way, and on their way back.
        let slow = |when: &str| json!({"match": "create", "kind": "latency", "when": when, "ms": SLOW_MS});
        sandbox.control("POST", "/_sandbox/faults", json!([slow("before"), slow("after")])).await;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut program = Self {
            binary,
            folder,
            secret: String::new(),
            key: String::new(),
            connection: String::new(),
            sandbox,
            running: None,
            client: Client::new(),
        };
        program.secret = program.run(&["keys", "secret"])?;
        program.run(&["migrate"])?;
        program.key = program.run(&["keys", "create"])?;
        let login = program.sandbox.url();
        let connect = ["connect", "salesforce", "--tenant", "acme", "--my-domain", login.as_str()];
        let printed = program.run(&connect)?;
        let id = printed.split_whitespace().find(|word| word.starts_with("con_"));
        program.connection = id.ok_or_else(|| format!("connect printed no id: {printed}"))?.to_owned();
        Ok(program)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env_clear().current_dir(self.folder.path());
        command.env("HEDDLE_DATA_DIR", self.folder.path().join("data"));
        command.env("HEDDLE_ALLOW_LOOPBACK_PROVIDERS", "1");
        command.env("HEDDLE__IDEMPOTENCY__BEAT_SECONDS", "1");
        command.env("HEDDLE__IDEMPOTENCY__DEAD_AFTER_SECONDS", DEAD_AFTER);
        command.env("SF_CONSUMER_KEY", CLIENT_ID).env("SF_CONSUMER_SECRET", CLIENT_SECRET);
        if !self.secret.is_empty() {
            command.env("HEDDLE_SECRET_KEY", &self.secret);
        }
        command
    }

    /// Runs a command to its end; what it printed.
    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let ended = self.command(arguments).output().map_err(|error| error.to_string())?;
        let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        if ended.status.success() { Ok(out.trim().to_owned()) } else { Err(format!("{arguments:?}: {out}{err}")) }
    }

    /// Starts the server; its address.
    pub(super) async fn start(&mut self) -> String {
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

    /// Sends write `n`; `None` when no whole answer came.
    pub(super) fn create(&self, base: &str, n: usize) -> impl Future<Output = Option<Answer>> + Send + 'static {
        let headers = [
            ("authorization", format!("Bearer {}", self.key)),
            ("x-connection-id", self.connection.clone()),
            ("idempotency-key", format!("proof-{n}")),
        ];
        self.client.post(&format!("{base}/v1/crm/contacts"), &headers, &body(n))
    }

    /// All contacts that the provider has.
    pub(super) async fn rows(&self) -> Value {
        self.sandbox.control("GET", "/_sandbox/rows?object=Contact&field=LastName", Value::Null).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
