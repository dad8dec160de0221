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

/// The last cause: the outer ones carry the address with its query.
fn innermost(error: &reqwest::Error) -> String {
    sources(error).last().map_or_else(|| "no connection".to_owned(), ToString::to_string)
}

fn sources<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Error::source(error), |cause: &&'a (dyn Error + 'static)| (*cause).source())
}
