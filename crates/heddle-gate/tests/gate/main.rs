//! The gate around a scripted provider, in virtual time.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// Time is virtual here: reading it is safe and sleeping costs nothing.
#![allow(clippy::disallowed_methods)]

mod admission;
mod cancelled;
mod deadlines;
mod outcomes;
mod storm;
mod throttles;
mod tokens;
mod world;
