//! The token keeper with a scripted provider and rows in memory.
//!
//! The twenty cases of tokens, by the number in the names of their tests:
//! t01 many callers, t02 callers that leave, t03 processes stopped at random, t04
//! a holder stopped at each step, t05 kills at each step, t06 a database that is
//! down between answer and commit, t07 a sibling that was first, t08 a dead grant
//! and a new consent, t09 an app that is refused, t10 answers with and without a
//! refresh token, t11 lives of tokens, t13 deletion in the middle, t14 a provider
//! that refuses every token, t15 wait hints, t16 many due at once, t17 hostile
//! hosts, t18 wrong clocks, t19 swapped secrets, t20 secrets in logs. t12, a
//! token that ends while its call waits, is the gate's (`gate/tokens.rs`); t02,
//! t08, t14 and t20 are also met over real sockets (`tests/suite/faults`), t03
//! with real databases (`store/grants.rs`).
// Times are those of the paused runtime.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

mod apps;
mod candidates;
mod clocks;
mod database;
mod expiry;
mod failures;
mod kinds;
mod other_account;
mod refused_answers;
mod refused_tokens;
mod rotation;
mod secrets;
mod setup;
mod single_flight;
mod stage;
mod swapped;
mod verdicts;
mod world;
