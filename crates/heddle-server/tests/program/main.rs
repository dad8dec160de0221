//! The program as people and scripts use it: the real binary, its streams, its
//! exit codes, its files.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
// Figures and skips are said aloud.
#![allow(clippy::print_stdout)]
// Real processes run in real time.
#![allow(clippy::disallowed_methods)]

mod commands;
mod compose;
mod connect;
mod crash;
mod demo;
mod http;
mod logs;
mod loopback;
mod org;
mod process;
mod secrets;
mod serve;
