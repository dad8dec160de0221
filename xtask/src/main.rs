//! Repository automation: `cargo xtask bench mapping`, `cargo xtask prove all`.

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
    /// Run a long proof. It prints what it saw, and fails unless all of it holds.
    Prove {
        /// What to prove.
        what: Proof,
        /// Do a tenth of the work, against bounds to match.
        #[arg(long)]
        tenth: bool,
        /// How many damaged bodies `mapping` reads: 1,000,000, or a tenth of that.
        #[arg(long)]
        cases: Option<usize>,
        /// Where the dice of `mapping` start; a failure names it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Subject {
    /// The mapping engine.
    Mapping,
}

#[derive(Clone, Copy, ValueEnum)]
enum Proof {
    /// The scanner reads damaged pages as serde_json does, or refuses as it does.
    Mapping,
    /// Each contact comes once, for few provider calls, at every page size.
    Pages,
    /// Two hundred callers at token expiry cost one token call.
    Expiry,
    /// An outage under load costs few requests and every refusal names a true time.
    Storm,
    /// All of them.
    All,
}

fn main() -> ExitCode {
    let ok = match Arguments::parse().command {
        Command::Bench { what: Subject::Mapping } => bench::mapping(),
        Command::Prove { what, tenth, cases, seed } => {
            let cases = cases.unwrap_or(if tenth { 100_000 } else { 1_000_000 });
            match what {
                Proof::Mapping => prove::mapping(cases, seed),
                Proof::Pages => prove::pages(tenth),
                Proof::Expiry => prove::expiry(tenth),
                Proof::Storm => prove::storm(tenth),
                Proof::All => prove::all(cases, seed, tenth),
            }
        }
    };
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
