//! A small, true SOQL: text to tokens, tokens to a statement, names resolved
//! against the schema the user may see, rows chosen.
//!
//! What is outside it is refused in Salesforce's words. Text compares without
//! regard to case; ids byte by byte; `!=` and `NOT IN` keep rows where the
//! field is null; a null boolean counts as false.

mod columns;
mod error;
mod eval;
mod filter;
mod lex;
mod parse;
mod pattern;
mod resolve;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub(crate) use columns::Columns;
pub(crate) use error::SoqlError;
pub(crate) use eval::{Found, Scope, run};
pub(crate) use resolve::Path;
