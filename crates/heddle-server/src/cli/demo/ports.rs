//! Which ports a demo listens on.

use super::super::{CliError, listen, output};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// Tried first when nothing is kept and none is asked for.
const USUAL: u16 = 8080;

/// The ports to try in turn for the API. What was kept comes first, so that a
/// second start prints the same address; a port that was asked for is the only one.
fn candidates(asked: Option<u16>, kept: u16) -> Vec<u16> {
    match (asked, kept) {
        (None, 0) => vec![USUAL, 0],
        (None, kept) => vec![kept],
        (Some(0), 0) => vec![0],
        (Some(0), kept) => vec![kept, 0],
        (Some(port), _) => vec![port],
    }
}

/// Listens for the API's clients on the loopback.
///
/// # Errors
/// When the port is taken, with what to do.
pub(super) fn api(asked: Option<u16>, kept: u16) -> Result<TcpListener, CliError> {
    let mut taken = 0;
    for port in candidates(asked, kept) {
        match listen::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
            Ok(listener) => {
                if taken != 0 {
                    output::note(format_args!("heddle: port {taken} is in use, so another one is taken"));
                }
                return Ok(listener);
            }
            Err(why) if why.kind() == io::ErrorKind::AddrInUse => taken = port,
            Err(why) => return Err(CliError::new(format!("cannot listen on 127.0.0.1:{port}: {why}"))),
        }
    }
    Err(CliError::new(format!("port {taken} is in use; choose another one with --port N (0: any that is free)")))
}

/// What to say when a sandbox cannot start on its ports.
pub(super) fn sandbox_failed(ports: [u16; 2], why: &io::Error) -> CliError {
    if why.kind() == io::ErrorKind::AddrInUse && ports != [0, 0] {
        return CliError::new(format!(
            "the Salesforce sandbox had ports {} and {} before, and one of them is in use now. Its address is part \
             of the connection: free the port, or start over with `heddle demo --fresh`",
            ports[0], ports[1]
        ));
    }
    CliError::new(format!("cannot start the Salesforce sandbox: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_port_is_used_again_and_an_asked_one_is_the_only_one() {
        assert_eq!(candidates(None, 0), [8080, 0]);
        assert_eq!(candidates(None, 4001), [4001]);
        assert_eq!(candidates(Some(0), 0), [0]);
        assert_eq!(candidates(Some(0), 4001), [4001, 0]);
        assert_eq!(candidates(Some(9), 4001), [9]);
    }

    #[tokio::test]
    async fn a_taken_port_is_named_with_the_way_out() {
        let busy = api(Some(0), 0).unwrap();
        let port = busy.local_addr().unwrap().port();
        let message = api(None, port).unwrap_err().to_string();
        assert!(message.contains(&format!("port {port} is in use")) && message.contains("--port"), "{message}");
        assert_ne!(api(Some(0), port).unwrap().local_addr().unwrap().port(), port);
    }
}
