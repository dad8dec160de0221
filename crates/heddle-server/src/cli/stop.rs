//! The request to stop: Ctrl-C or SIGTERM. The first one stops in order, the
//! second one at once.

use super::{CliError, output};
use tokio::sync::watch;

/// Becomes true when the program is to stop.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Listens for signals from now on.
    ///
    /// # Errors
    /// When the system does not let us listen.
    pub(super) fn listen() -> Result<Self, CliError> {
        let mut signals = Signals::new().map_err(|why| CliError::new(format!("cannot listen for signals: {why}")))?;
        let (order, wait) = watch::channel(false);
        tokio::spawn(async move {
            let name = signals.next().await;
            tracing::info!(signal = name, "stopping; a second signal stops at once");
            let _ = order.send(true);
            signals.next().await;
            output::note("heddle: stopped at once");
            std::process::exit(130);
        });
        Ok(Self(wait))
    }

    /// Returns when the program is to stop.
    pub(super) async fn wanted(mut self) {
        // The sender lives as long as the process, so an error cannot come.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> &'static str {
        // Without a way to listen nothing asks to stop.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}
