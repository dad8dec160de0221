//! The request to stop: Ctrl-C or SIGTERM. The first one stops in order, the
//! second one at once.

use super::{CliError, output};
use heddle_server::http::UnderWay;
use std::sync::{Arc, OnceLock};
use tokio::sync::watch;

/// Becomes true when the program is to stop.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    order: watch::Receiver<bool>,
    requests: Arc<OnceLock<UnderWay>>,
}

impl Stop {
    /// Listens for signals from now on.
    ///
    /// # Errors
    /// When the system does not let us listen.
    pub(super) fn listen() -> Result<Self, CliError> {
        let mut signals = Signals::new().map_err(|why| CliError::new(format!("cannot listen for signals: {why}")))?;
        let (order, wait) = watch::channel(false);
        let requests: Arc<OnceLock<UnderWay>> = Arc::default();
        let cut = requests.clone();
        tokio::spawn(async move {
            let name = signals.next().await;
            tracing::info!(signal = name, "stopping; a second signal stops at once");
            let _ = order.send(true);
            signals.next().await;
            match cut.get().map_or(0, UnderWay::unanswered) {
                0 => output::note("heddle: stopped at once"),
                cut => output::note(format_args!("heddle: stopped at once; requests cut off: {cut}")),
            }
            std::process::exit(130);
        });
        Ok(Self { order: wait, requests })
    }

    /// Names the requests that a second signal would cut off, so that it can
    /// say how many.
    pub(super) fn cuts(&self, requests: &UnderWay) {
        // Set once in a process; a second server would be a fault of ours.
        let _ = self.requests.set(requests.clone());
    }

    /// Returns when the program is to stop.
    pub(super) async fn wanted(mut self) {
        // The sender lives as long as the process, so an error cannot come.
        let _ = self.order.wait_for(|stop| *stop).await;
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
