//! The listening socket.

use super::CliError;
use std::io;
use std::net::{SocketAddr, TcpListener};
use tokio::net::TcpSocket;

/// Connections that may wait to be accepted. The standard library's 128 is
/// less than one burst of a busy client; a connection that finds the queue
/// full is tried again by its kernel only a second later.
const BACKLOG: u32 = 1_024;

/// Listens on `address`; port 0 takes any that is free.
///
/// # Errors
/// When the address is taken or not ours.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A stopped server's closed connections must not block the next start.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// The same, with an error that names the address.
///
/// # Errors
/// When the address is taken or not ours.
pub(super) fn listen_or_say(address: SocketAddr) -> Result<TcpListener, CliError> {
    listen(address).map_err(|why| CliError::new(format!("cannot listen on {address}: {why}")))
}

/// The address a listener has, with its true port.
///
/// # Errors
/// When the system does not tell.
pub(super) fn address_of(listener: &TcpListener) -> Result<SocketAddr, CliError> {
    listener.local_addr().map_err(|why| CliError::new(format!("the system does not tell the address: {why}")))
}

/// Threads that answer requests: as configured, or one for each core.
pub(super) fn workers(configured: usize) -> usize {
    match configured {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        count => count,
    }
}
