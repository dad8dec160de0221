//! How far a failed exchange came. When in doubt the request counts as sent:
//! a repeat could then do things twice.

use crate::SendFault;
use std::error::Error;
use std::io::ErrorKind;

/// A fault before the answer's head.
pub(super) fn before_answer(error: &reqwest::Error) -> SendFault {
    // A connect timeout is both; it surely sent nothing.
    if error.is_connect() {
        return SendFault::NotSent { why: innermost(error) };
    }
    if error.is_builder() {
        return SendFault::NotSent { why: "the request could not be built".to_owned() };
    }
    if error.is_timeout() { SendFault::Timeout } else { SendFault::Reset }
}

/// A fault while the body was read.
pub(super) fn inside_body(error: &reqwest::Error) -> SendFault {
    if error.is_timeout() {
        return SendFault::Timeout;
    }
    let reset = sources(error).any(|source| {
        source.downcast_ref::<std::io::Error>().is_some_and(|io| {
            matches!(io.kind(), ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe)
        })
    });
    if reset { SendFault::Reset } else { SendFault::Truncated }
}

/// The causes of an error, joined.
pub(super) fn chain(error: &reqwest::Error) -> String {
    sources(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Whether a client could not be built because this machine has no root
/// certificates. The verifier has no kind of its own for that, only a text.
pub(super) fn lacks_roots(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |cause| (*cause).source()).any(|cause| {
        matches!(cause.downcast_ref::<rustls::Error>(), Some(rustls::Error::General(text)) if text.contains("certificates"))
    })
}

/// The last cause: the outer ones carry the address with its query.
fn innermost(error: &reqwest::Error) -> String {
    sources(error).last().map_or_else(|| "no connection".to_owned(), ToString::to_string)
}

fn sources<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Error::source(error), |cause: &&'a (dyn Error + 'static)| (*cause).source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("builder error")]
    struct Building(#[source] Box<dyn Error + Send + Sync>);

    fn caused_by(cause: impl Into<Box<dyn Error + Send + Sync>>) -> bool {
        lacks_roots(&Building(cause.into()))
    }

    #[test]
    fn only_missing_root_certificates_are_taken_for_missing_root_certificates() {
        let general = |text: &str| rustls::Error::General(text.to_owned());
        assert!(caused_by(general("No CA certificates were loaded from the system")));
        assert!(caused_by(Building(general("No CA certificates were loaded from the system").into())));
        assert!(!caused_by(general("no cipher suites")));
        assert!(!caused_by(rustls::Error::FailedToGetRandomBytes));
        assert!(!caused_by("certificates of another kind"));
    }
}
