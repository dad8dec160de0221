//! One HTTP request at a time, for setting things up.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longest wait for a part of an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer, read whole.
pub(super) struct Answer {
    /// HTTP status.
    pub(super) status: u16,
    /// Status line and header fields, without the empty line.
    pub(super) head: String,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// Sends one request to `address` (`HOST:PORT`) and reads the answer. HTTP/1.0,
/// so that the answer ends with the connection.
///
/// # Errors
/// When there is no answer, or it is not HTTP.
pub(super) fn send(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, String> {
    let failed = |why: std::io::Error| format!("{method} {address}{path}: {why}");
    let mut stream = TcpStream::connect(address).map_err(failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let mut request =
        format!("{method} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        request.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(body);
    stream.write_all(&request).map_err(failed)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(failed)?;
    let end = head_end(&answer).ok_or_else(|| format!("{method} {address}{path}: the answer is not HTTP"))?;
    let head = String::from_utf8_lossy(&answer[..end - 4]).into_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    Ok(Answer { status, head, body: answer.split_off(end) })
}

/// Where the body begins, once the whole head is there.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// The value of a header field in a head.
pub(super) fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
