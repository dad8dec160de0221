//! The state machines: plain structs that are told the time, so that every
//! test of them runs in virtual time.

mod aimd;
mod breaker;
mod budget;
mod cooldown;
mod exhaustion;
mod gcra;
mod quota;

pub(crate) use aimd::Aimd;
pub(crate) use breaker::{Breaker, Change, Evidence, Pass};
pub(crate) use budget::RetryBudget;
pub(crate) use cooldown::{Cooldown, Hit};
pub(crate) use exhaustion::{Exhaustion, Verdict};
pub(crate) use gcra::{Gcra, Impossible};
pub(crate) use quota::Samples;

use crate::clock::Moment;

/// Whether a machine would let a call pass now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// It would.
    Free,
    /// Not before this time.
    Shut(Moment),
    /// Not before something happens that nobody can date.
    Wait,
}
