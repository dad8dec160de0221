//! The program under test: built, started as an operator would, connected
//! through its own API.

use super::http;
use super::process::{Running, free_port, output};
use heddle_sandbox::salesforce::SalesforceOptions;
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A server with one connected tenant.
pub(super) struct Heddle {
    /// The process.
    pub(super) running: Running,
    /// `HOST:PORT`.
    pub(super) address: String,
    /// The header lines of a request for its tenant's connection.
    pub(super) headers: Vec<String>,
}

/// The release build, made now unless `given`.
///
/// # Errors
/// When it does not build, or is not there.
pub(super) fn binary(given: Option<PathBuf>) -> Result<PathBuf, String> {
    if let Some(path) = given {
        return if path.is_file() { Ok(path) } else { Err(format!("there is no program {}", path.display())) };
    }
    // This program stands in the folder of its own build, where the other goes too.
    let own = std::env::current_exe().map_err(|why| why.to_string())?;
    let release = own.parent().ok_or("this program has no folder")?;
    let target = release.parent().ok_or("this program has no target folder")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--package", "heddle-server", "--bin", "heddle"]).env("CARGO_TARGET_DIR", target);
    if !build.status().is_ok_and(|status| status.success()) {
        return Err("heddle does not build".to_owned());
    }
    Ok(target.join("release").join("heddle"))
}

/// Starts `heddle serve` in `dir` with its default settings, on SQLite or on
/// `database`, and connects a tenant to `provider` (`HOST:PORT`).
///
/// # Errors
/// With what went wrong, in the words of the program.
pub(super) fn serve(
    name: &'static str,
    binary: &Path,
    dir: &Path,
    database: Option<&str>,
    provider: &str,
) -> Result<Heddle, String> {
    let secret = output(Command::new(binary).args(["keys", "secret"]))?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let command = |arguments: &[&str]| {
        let mut command = Command::new(binary);
        command.args(arguments).env("HEDDLE_SECRET_KEY", secret.trim()).env("HEDDLE_DATA_DIR", dir);
        command.env("HEDDLE_ALLOW_LOOPBACK_PROVIDERS", "1");
        if let Some(url) = database {
            command.env("HEDDLE_DATABASE_URL", url);
        }
        command
    };
    let key = output(&mut command(&["keys", "create"]))?;
    let log = File::create(dir.join("serve.log")).map_err(|why| why.to_string())?;
    let mut running = Running::start(name, command(&["serve", "--bind", &address]).stderr(Stdio::from(log)))?;
    running.wait_for(&address)?;
    let bearer = format!("Bearer {}", key.trim());
    let connection = connect(&address, &bearer, provider)?;
    let headers = vec![format!("Authorization: {bearer}"), format!("X-Connection-Id: {connection}")];
    Ok(Heddle { running, address, headers })
}

/// Makes a tenant and its connection; the connection's id.
fn connect(address: &str, bearer: &str, provider: &str) -> Result<String, String> {
    let app = SalesforceOptions::default();
    let tenant = post(address, bearer, "/v1/tenants", &json!({"name": "Acme"}))?;
    let made = post(
        address,
        bearer,
        "/v1/connections",
        &json!({
            "tenant_id": tenant["id"],
            "provider": "salesforce",
            "auth": {
                "kind": "client_credentials",
                "my_domain": format!("http://{provider}"),
                "client_id": app.client_id,
                "client_secret": app.client_secret,
            },
        }),
    )?;
    made["connection"]["id"].as_str().map(str::to_owned).ok_or_else(|| format!("no connection was made: {made}"))
}

fn post(address: &str, bearer: &str, path: &str, body: &Value) -> Result<Value, String> {
    let headers = [("Authorization", bearer), ("Content-Type", "application/json")];
    let answer = http::send(address, "POST", path, &headers, body.to_string().as_bytes())?;
    if answer.status != 201 {
        return Err(format!("POST {path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body)));
    }
    serde_json::from_slice(&answer.body).map_err(|why| format!("POST {path}: {why}"))
}

impl Heddle {
    /// One answer to a `GET`.
    ///
    /// # Errors
    /// When it is not 200.
    pub(super) fn get(&self, path: &str) -> Result<Vec<u8>, String> {
        let headers: Vec<(&str, &str)> = self.headers.iter().filter_map(|line| line.split_once(": ")).collect();
        let answer = http::send(&self.address, "GET", path, &headers, &[])?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(format!("GET {path}: {status} {}", String::from_utf8_lossy(&answer.body))),
        }
    }
}

/// How long `heddle demo --json` takes to its line, from nothing.
///
/// # Errors
/// When it ends before that.
pub(super) fn demo(binary: &Path, dir: &Path) -> Result<Duration, String> {
    let mut command = Command::new(binary);
    command.args(["demo", "--json", "--port", "0"]).env("HEDDLE_DATA_DIR", dir);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let started = Instant::now();
    let mut running = Running::start("heddle demo", &mut command)?;
    running.first_line()?;
    Ok(started.elapsed())
}
