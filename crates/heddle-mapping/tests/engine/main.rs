//! The engine's tests in one binary.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../support/accounts.rs"]
mod accounts;
#[path = "../support/contacts.rs"]
mod contacts;
#[path = "../support/mutate.rs"]
mod mutate;
#[path = "../support/oracle.rs"]
mod oracle;
#[path = "../support/page.rs"]
mod page;
#[path = "../support/patch_model.rs"]
mod patch_model;
#[path = "../support/patches.rs"]
mod patches;
#[path = "../support/tapes.rs"]
mod tapes;
#[path = "../support/values.rs"]
mod values;

mod codecs;
mod connection;
mod filters;
mod laws;
mod money;
mod overlays;
mod pages;
mod plans;
mod properties;
mod refusals;
mod second_reader;
mod traps;
mod write_lists;
mod writes;
