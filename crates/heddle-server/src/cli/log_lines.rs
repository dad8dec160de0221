//! The standard error as log lines go there: lines about requests in groups,
//! everything else at once.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

/// How long a line about a request may wait for company.
pub(super) const LINGER: Duration = Duration::from_millis(200);

/// Bytes of lines that are written without waiting longer.
const ROOM: usize = 16 * 1024;

/// Lines about requests that are not written yet. A write for each costs a
/// twentieth of a small request's processor time.
static WAITING: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes what waits.
pub(super) fn flush() {
    write_out(&mut waiting());
}

fn waiting() -> MutexGuard<'static, Vec<u8>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Under the lock, so that no line overtakes another.
fn write_out(lines: &mut Vec<u8>) {
    if lines.is_empty() {
        return;
    }
    // Nobody is left to tell when the standard error is gone.
    let _ = io::stderr().write_all(lines);
    lines.clear();
}

/// Where the lines of one event go.
#[derive(Clone, Copy)]
pub(super) struct Lines;

/// One line.
pub(super) struct Line {
    waits: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { waits: false }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Line {
        Line { waits: about.target() == heddle_server::http::ACCESS_TARGET }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = waiting();
        lines.extend_from_slice(bytes);
        if !self.waits || lines.len() >= ROOM {
            write_out(&mut lines);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        flush();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_about_a_request_waits_and_goes_out_before_the_next_other_line() {
        let count = || waiting().len();
        let mut request = Line { waits: true };
        assert!(request.write_all(b"{\"n\":1}\n").is_ok());
        assert_eq!(count(), 8);
        let mut other = Lines.make_writer();
        assert!(other.write_all(b"{\"n\":2}\n").is_ok());
        assert_eq!(count(), 0);
        assert!(request.write_all(&vec![b'\n'; ROOM]).is_ok());
        assert_eq!(count(), 0);
    }
}
