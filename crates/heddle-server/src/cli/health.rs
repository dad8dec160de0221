//! `heddle health`: asks the server on this machine whether it can work. For
//! container health checks: an image needs no other program for it.

use super::args::Shared;
use super::settings::Settings;
use super::{CliError, output};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

/// A little more than `/readyz` itself waits for the database.
const PATIENCE: Duration = Duration::from_secs(4);
/// Most bytes of an answer that are read.
const MOST: u64 = 16 * 1024;

pub(super) fn run(shared: &Shared) -> Result<ExitCode, CliError> {
    let settings = Settings::read(shared, Vec::new())?;
    let address = reachable(settings.loaded.config.server.bind);
    let answer =
        ask(address).map_err(|why| CliError::new(format!("no server answers at http://{address}/readyz: {why}")))?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    if answer.split(' ').nth(1) == Some("200") {
        output::line(body);
        return Ok(ExitCode::SUCCESS);
    }
    let status = answer.lines().next().unwrap_or_default();
    Err(CliError::new(format!("the server at http://{address} is not ready: {status} {body}")))
}

/// Where a server that listens on `bind` is reached from its own machine.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.take(MOST).read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_all_addresses_is_asked_on_the_loopback() {
        for (bind, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("127.0.0.1:9", "127.0.0.1:9"),
            ("10.1.2.3:80", "10.1.2.3:80"),
        ] {
            assert_eq!(reachable(bind.parse().unwrap()).to_string(), asked);
        }
    }
}
