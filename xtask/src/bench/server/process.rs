//! Child processes: started, watched through `/proc`, and ended with us.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a child may take to get ready, or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ticks a second of the times in `/proc`: 100 on every Linux of today.
const TICKS: f64 = 100.0;

/// A child that does not outlive us. It is asked to end (SIGTERM, so that a
/// server's own children end with it), and killed when it does not.
pub(super) struct Running {
    name: &'static str,
    child: Child,
}

impl Running {
    /// Starts `command`; its standard output is ours to read if it is piped.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn start(name: &'static str, command: &mut Command) -> Result<Running, String> {
        let child = command.stdin(Stdio::null()).spawn().map_err(|why| format!("{name} does not start: {why}"))?;
        Ok(Running { name, child })
    }

    /// The first line of its standard output.
    ///
    /// # Errors
    /// When it ends before it has written one.
    pub(super) fn first_line(&mut self) -> Result<String, String> {
        let Some(out) = self.child.stdout.take() else {
            return Err(format!("the output of {} is not ours", self.name));
        };
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).map_err(|why| format!("{}: {why}", self.name))?;
        if line.is_empty() { Err(format!("{} ended before it was ready", self.name)) } else { Ok(line) }
    }

    /// Waits until `address` takes connections.
    ///
    /// # Errors
    /// When the child ends, or does not get ready in time.
    pub(super) fn wait_for(&mut self, address: &str) -> Result<(), String> {
        let started = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("{} ended at once: {status}", self.name));
            }
            if started.elapsed() > PATIENCE {
                return Err(format!("{} does not listen on {address}", self.name));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Processor time of it and of the processes that it started and still has.
    pub(super) fn cpu(&self) -> Duration {
        family(self.child.id()).iter().map(|id| seconds(*id, [11, 12])).sum()
    }

    /// Resident memory in MiB.
    pub(super) fn resident(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The standard library can only kill; `kill` is in every system's base.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Processor time of the children of ours that have ended.
pub(super) fn cpu_of_ended() -> Duration {
    seconds(std::process::id(), [13, 14])
}

/// A process and its direct children, as a web server's workers are.
fn family(id: u32) -> Vec<u32> {
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    let mut all = vec![id];
    all.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
    all
}

/// Two of the tick counts in a process's `stat`, added; they are numbered from
/// the field after the name, which may hold anything.
fn seconds(id: u32, fields: [usize; 2]) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let rest: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields.iter().filter_map(|at| rest.get(*at)?.parse::<f64>().ok()).sum();
    Duration::from_secs_f64(ticks / TICKS)
}

/// A program of the system.
///
/// # Errors
/// Names the package that brings it.
pub(super) fn program(name: &str, package: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("{name} is not installed: apt-get install {package}"))
}

/// A port that is free now.
///
/// # Errors
/// When the system has none.
pub(super) fn free_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(|why| why.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|why| why.to_string())
}

/// Runs a program to its end; its standard output.
///
/// # Errors
/// When it fails, with what it said.
pub(super) fn output(command: &mut Command) -> Result<String, String> {
    let name = Path::new(command.get_program()).display().to_string();
    let out = command.output().map_err(|why| format!("{name} does not start: {why}"))?;
    if !out.status.success() {
        return Err(format!("{name}: {}", String::from_utf8_lossy(&out.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}
