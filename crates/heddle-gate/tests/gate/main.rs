//! The gate around a scripted provider, in virtual time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod admission;
mod cancelled;
mod deadlines;
mod outcomes;
mod storm;
mod throttles;
mod tokens;
mod world;
