//! Repository automation: `cargo xtask bench mapping`, `cargo xtask prove mapping`.

// A command line tool talks on its standard output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod prove;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(name = "xtask", about = "Repository automation")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, and compare with the goals. Build with --release.
    Bench {
        /// What to measure.
        what: Subject,
    },
    /// Run a long proof.
    Prove {
        /// What to prove.
        what: Subject,
        /// How many damaged bodies to read.
        #[arg(long, default_value_t = 1_000_000)]
        cases: usize,
        /// Where the dice start; a failure names it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Subject {
    /// The mapping engine.
    Mapping,
}

fn main() -> ExitCode {
    let ok = match Arguments::parse().command {
        Command::Bench { what: Subject::Mapping } => bench::mapping(),
        Command::Prove { what: Subject::Mapping, cases, seed } => prove::mapping(cases, seed),
    };
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
