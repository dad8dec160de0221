//! The engine's tests in one binary.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../support/contacts.rs"]
mod contacts;
#[path = "../support/mutate.rs"]
mod mutate;
#[path = "../support/oracle.rs"]
mod oracle;
#[path = "../support/page.rs"]
mod page;

mod codecs;
mod filters;
mod laws;
mod pages;
mod plans;
mod refusals;
mod second_reader;
mod traps;
