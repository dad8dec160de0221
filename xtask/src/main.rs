//! Repository automation: `cargo xtask bench mapping`, `cargo xtask bench server`,
//! `cargo xtask prove all`.

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
        #[command(subcommand)]
        what: Subject,
    },
    /// The provider of `bench server`, which starts it itself.
    #[command(hide = true)]
    BenchUpstream,
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
        /// Where the dice of `mapping` and `properties` start; a failure names it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Subcommand)]
enum Subject {
    /// The mapping engine.
    Mapping,
    /// The whole server next to nginx. Needs wrk, nginx and, for the second
    /// database, Postgres.
    Server {
        /// Length of a contender's turn, in seconds.
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=600))]
        seconds: u32,
        /// How often each contender has its turn.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
        rounds: u32,
        /// The program to measure, instead of a release build made now.
        #[arg(long, value_name = "PATH")]
        binary: Option<std::path::PathBuf>,
        /// Leave Postgres out.
        #[arg(long)]
        no_postgres: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Proof {
    /// The scanner reads damaged pages as serde_json does, or refuses as it does.
    Mapping,
    /// Patches, codecs and filters do what their models say, on random cases.
    Properties,
    /// Each contact comes once, for few provider calls, at every page size.
    Pages,
    /// Two hundred callers at token expiry cost one token call.
    Expiry,
    /// An outage under load costs few requests and every refusal names a true time.
    Storm,
    /// On a bad network no write with a key happens twice, and none without one.
    Writes,
    /// A server killed under load loses no write and does none twice.
    Crash,
    /// A million contacts are exported in constant memory, each once, also by a
    /// server that is killed again and again.
    Exports,
    /// A copy that is kept by reading changes is what the org is, whatever
    /// people do meanwhile.
    Incremental,
    /// All of them.
    All,
}

fn main() -> ExitCode {
    let ok = match Arguments::parse().command {
        Command::Bench { what: Subject::Mapping } => bench::mapping(),
        Command::Bench { what: Subject::Server { seconds, rounds, binary, no_postgres } } => {
            bench::server(bench::ServerOptions { seconds, rounds, binary, postgres: !no_postgres })
        }
        Command::BenchUpstream => match bench::upstream() {
            Ok(()) => true,
            Err(why) => {
                eprintln!("{why}");
                false
            }
        },
        Command::Prove { what, tenth, cases, seed } => {
            let cases = cases.unwrap_or(if tenth { 100_000 } else { 1_000_000 });
            match what {
                Proof::Mapping => prove::mapping(cases, seed),
                Proof::Properties => prove::properties(seed, tenth),
                Proof::Pages => prove::pages(tenth),
                Proof::Expiry => prove::expiry(tenth),
                Proof::Storm => prove::storm(tenth),
                Proof::Writes => prove::writes(tenth, seed),
                Proof::Exports => prove::exports(tenth, seed),
                Proof::Incremental => prove::incremental(tenth, seed),
                Proof::Crash => prove::crash(tenth, seed),
                Proof::All => prove::all(cases, seed, tenth),
            }
        }
    };
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
