//! Cutting a connection from inside a request.

use std::any::Any;
use std::net::Shutdown;
use std::os::fd::AsFd;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;

/// A second grip on the socket a request came in by.
pub(crate) struct Cutter(std::net::TcpStream);

/// Keeps a [`Cutter`] for each new connection.
pub(crate) fn remember(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    if let Ok(socket) = stream.as_fd().try_clone_to_owned() {
        data.insert(Cutter(socket.into()));
    }
}

impl Cutter {
    /// Ends the connection both ways; nothing written later leaves.
    pub(crate) fn cut(&self) {
        // A socket the client already closed is cut as well.
        let _already_closed = self.0.shutdown(Shutdown::Both);
    }
}
