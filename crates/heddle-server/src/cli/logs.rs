//! Where log lines go: the standard error, for people or as JSON.

use super::log_lines::{self, LINGER, Lines};
use crate::config::{Log, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging; call it inside a runtime. A second call in one process
/// changes nothing. [`log_lines::flush`] writes the last lines.
pub(super) fn start(log: &Log) {
    let filter = EnvFilter::new(&log.level);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(Lines);
    let terminal = std::io::stderr().is_terminal();
    let json = match log.format {
        LogFormat::Json => true,
        LogFormat::Human => false,
        LogFormat::Auto => !terminal,
    };
    // Fails only when logging has been started already.
    let started = if json {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    } else {
        lines.with_ansi(terminal).try_init()
    };
    if started.is_ok() {
        tokio::spawn(async {
            let mut tick = tokio::time::interval(LINGER);
            loop {
                tick.tick().await;
                log_lines::flush();
            }
        });
    }
}
