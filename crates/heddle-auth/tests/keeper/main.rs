//! The token keeper with a scripted provider and rows in memory.
// Times are those of the paused runtime.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

mod candidates;
mod database;
mod expiry;
mod failures;
mod other_account;
mod refused_answers;
mod refused_tokens;
mod secrets;
mod setup;
mod single_flight;
mod stage;
mod swapped;
mod verdicts;
