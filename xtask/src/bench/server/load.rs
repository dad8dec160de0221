//! Load by `wrk`, and what it measured.

use super::process::{cpu_of_ended, output};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What is asked for, with which headers, how.
pub(super) struct Load {
    /// `http://HOST:PORT/PATH`.
    pub(super) url: String,
    /// Whole header lines.
    pub(super) headers: Vec<String>,
    /// Connections kept open.
    pub(super) connections: u32,
}

/// One run's figures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    /// Requests a second.
    pub(super) rate: f64,
    /// Median time to an answer, in milliseconds.
    pub(super) p50: f64,
    /// The time that one in a hundred exceeds, in milliseconds.
    pub(super) p99: f64,
    /// Requests that were answered.
    pub(super) requests: u64,
    /// Answers other than 2xx and 3xx, and broken or timed-out requests.
    pub(super) bad: u64,
    /// The load generator's own processor time.
    pub(super) cpu: Duration,
}

impl Load {
    /// Loads with one thread for `seconds`.
    ///
    /// # Errors
    /// When `wrk` fails or says something else than it used to.
    pub(super) fn run(&self, wrk: &Path, seconds: u32) -> Result<Measured, String> {
        let before = cpu_of_ended();
        let mut command = Command::new(wrk);
        command.args(["-t1", "--latency", &format!("-c{}", self.connections), &format!("-d{seconds}s")]);
        for header in &self.headers {
            command.args(["-H", header]);
        }
        let report = output(command.arg(&self.url))?;
        let cpu = cpu_of_ended().saturating_sub(before);
        read(&report, cpu).ok_or_else(|| format!("wrk says what is not understood:\n{report}"))
    }
}

/// Reads wrk's report. It leaves out the lines about errors when there are none.
fn read(report: &str, cpu: Duration) -> Option<Measured> {
    let after = |start: &str| report.lines().find_map(|line| line.trim().strip_prefix(start).map(str::trim));
    let requests = report.lines().find_map(|line| line.trim().split_once(" requests in ")?.0.parse().ok())?;
    let refused: u64 = after("Non-2xx or 3xx responses:").map_or(Some(0), |n| n.parse().ok())?;
    let broken = after("Socket errors:")
        .map_or(0, |line| line.split([',', ' ']).filter_map(|word| word.parse::<u64>().ok()).sum());
    Some(Measured {
        rate: after("Requests/sec:")?.parse().ok()?,
        p50: milliseconds(after("50%")?)?,
        p99: milliseconds(after("99%")?)?,
        requests,
        bad: refused + broken,
        cpu,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let factor = match &text[unit..] {
        "us" => 1e-3,
        "ms" => 1.0,
        "s" => 1e3,
        "m" => 60e3,
        _ => return None,
    };
    Some(text[..unit].parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "\
Running 2s test @ http://127.0.0.1:1/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.40ms  512.00us  12.00ms   89.10%
    Req/Sec    22.94k     1.05k   24.81k    70.00%
  Latency Distribution
     50%    1.29ms
     75%    1.60ms
     90%    1.95ms
     99%    1.05s
  45678 requests in 2.00s, 55.00MB read
";

    #[test]
    fn a_report_is_read_with_its_units() {
        let report = format!("{REPORT}Requests/sec:  22812.34\nTransfer/sec:     27.31MB\n");
        let read = read(&report, Duration::ZERO).unwrap();
        assert_eq!((read.rate, read.p50, read.p99, read.requests, read.bad), (22_812.34, 1.29, 1_050.0, 45_678, 0));
    }

    #[test]
    fn refusals_and_broken_connections_are_counted() {
        let errors = "  Socket errors: connect 1, read 2, write 0, timeout 3\n  Non-2xx or 3xx responses: 40\n";
        let report = format!("{REPORT}{errors}Requests/sec:  1.00\n");
        assert_eq!(read(&report, Duration::ZERO).unwrap().bad, 46);
    }

    #[test]
    fn what_is_no_report_is_not_read() {
        assert!(read("unable to connect", Duration::ZERO).is_none());
        assert!(read(REPORT, Duration::ZERO).is_none());
    }
}
