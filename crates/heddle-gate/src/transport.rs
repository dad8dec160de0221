//! The port through which bytes leave.

use crate::{BaseUrl, Reply, Request};
use async_trait::async_trait;
use secrecy::SecretString;
use std::time::Duration;

/// Sends one request once.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` to `base` and reads the whole answer, within `timeout`.
    /// Every status is an answer; redirects are not followed, nothing is repeated.
    ///
    /// # Errors
    /// Says how far the exchange came: see [`SendFault`].
    async fn send(
        &self,
        base: &BaseUrl,
        request: &Request,
        bearer: Option<&SecretString>,
        timeout: Duration,
    ) -> Result<Reply, SendFault>;
}

/// Why there is no complete answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// Surely not processed: the name did not resolve, or no connection or TLS
    /// session came about. Only to be said when certain.
    #[error("the provider could not be reached: {why}")]
    NotSent {
        /// What failed, without addresses or secrets.
        why: String,
    },
    /// No complete answer in time; the request may have been processed.
    #[error("the provider did not answer in time")]
    Timeout,
    /// The connection broke after bytes were sent.
    #[error("the provider closed the connection before it answered")]
    Reset,
    /// The answer's body ended early or does not decode.
    #[error("the provider's answer was cut off")]
    Truncated,
    /// The answer is larger than the transport admits.
    #[error("the provider's answer is too large")]
    TooLarge,
}

impl SendFault {
    /// The fault in one word, for the call log.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::NotSent { .. } => "not_sent",
            Self::Timeout => "timeout",
            Self::Reset => "reset",
            Self::Truncated => "truncated",
            Self::TooLarge => "too_large",
        }
    }
}
