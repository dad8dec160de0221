//! A server that misbehaves on a real socket.

use std::future::Future;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// A connection whose request head has been read.
pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
    /// The request's head, as text.
    pub(crate) head: String,
}

impl Peer {
    pub(crate) async fn say(&mut self, text: &str) {
        self.bytes(text.as_bytes()).await;
    }

    /// Writes; a client that has gone away is no concern of the server.
    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
        let _ = self.stream.flush().await;
    }

    /// Never ends: the client has to lose patience.
    pub(crate) async fn stall(self) {
        std::future::pending::<()>().await;
    }

    /// Ends the connection with RST.
    pub(crate) fn reset(self) {
        let _ = self.stream.set_zero_linger();
    }
}

/// Serves each connection's first request with `act`; answers the address and
/// the heads that were read.
pub(crate) async fn serve<F, Fut>(act: F) -> (SocketAddr, mpsc::UnboundedReceiver<String>)
where
    F: Fn(Peer) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (heads, read) = mpsc::unbounded_channel();
    let act = std::sync::Arc::new(act);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (act, heads) = (std::sync::Arc::clone(&act), heads.clone());
            tokio::spawn(async move {
                let Some(head) = head(&mut stream).await else { return };
                let _ = heads.send(head.clone());
                act(Peer { stream, head }).await;
            });
        }
    });
    (address, read)
}

/// Reads up to the empty line, and a body as long as announced.
pub(crate) async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        read.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(read).ok()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(head)
}
