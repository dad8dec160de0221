//! The command line, with its help.

use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// One REST API over many CRMs. Try `heddle demo` first: it needs nothing else.
#[derive(Debug, Parser)]
#[command(name = "heddle", version, arg_required_else_help = true, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) shared: Shared,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Flags of every command.
#[derive(Debug, Args)]
pub(super) struct Shared {
    /// File of settings (TOML), on top of the defaults; also HEDDLE_CONFIG.
    /// `heddle doctor --defaults` prints every setting with its explanation.
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) config: Option<PathBuf>,
    /// Directory of this server's files; also HEDDLE_DATA_DIR.
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) data_dir: Option<PathBuf>,
    /// What to log: error, warn, info, debug, trace, or a list by module such
    /// as info,heddle_gate=debug; also HEDDLE_LOG. Logs go to the standard error.
    #[arg(long, value_name = "FILTER", global = true)]
    pub(super) log: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run everything on this machine with a sandbox CRM: nothing to set up.
    ///
    /// Starts a Salesforce sandbox with 5,000 contacts, connects a tenant to
    /// it, makes an API key and serves the API. Prints what is running, the
    /// docs address, the key, and requests to paste. Everything is kept in
    /// .heddle/demo (or HEDDLE_DATA_DIR), so that the next start is the same.
    Demo(Demo),
    /// Run the server.
    ///
    /// Needs a secret key (HEDDLE_SECRET_KEY or HEDDLE_SECRET_KEY_FILE; make
    /// one with `heddle keys secret`). Stops in order on SIGTERM or Ctrl-C:
    /// requests under way are finished; a second signal stops at once.
    Serve(Serve),
    /// Bring the database's schema up to date, and make the database if it is missing.
    Migrate,
    /// Print the API's OpenAPI 3.1 document.
    Openapi(Openapi),
    /// Check settings, files, database, secret key and clock; print the settings in force.
    ///
    /// Exits with 1 when something needs attention. Calls a provider only when
    /// --provider and --host are given.
    Doctor(Doctor),
    /// Ask the server on this machine whether it can work; exits with 0 when it can.
    ///
    /// For health checks of containers. Asks /readyz at the address that the
    /// settings name, on the loopback when that is every address.
    Health,
    /// API keys. Works beside a running server, which sees the change within a second.
    Keys {
        #[command(subcommand)]
        action: Keys,
    },
    /// Connect a tenant's CRM: test the credentials step by step, then store them.
    Connect {
        #[command(subcommand)]
        provider: Connect,
    },
    /// Run only the stand-in CRMs, to develop against.
    Sandbox(Sandbox),
}

/// `heddle demo`.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Print one line of JSON when ready, for scripts, and nothing else.
    #[arg(long)]
    pub(super) json: bool,
    /// Port of the API. 0 takes any that is free. Kept for the next start.
    #[arg(long, value_name = "N")]
    pub(super) port: Option<u16>,
    /// Forget what earlier demos kept: new key, ids, database and ports.
    #[arg(long)]
    pub(super) fresh: bool,
}

/// `heddle serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// IP address and port to listen on; also HEDDLE_BIND. Port 0 takes any that is free.
    #[arg(long, value_name = "ADDRESS")]
    pub(super) bind: Option<SocketAddr>,
    /// Do not touch the database's schema; refuse to start when it is not current.
    #[arg(long)]
    pub(super) no_migrate: bool,
}

/// `heddle openapi`.
#[derive(Debug, Args)]
pub(super) struct Openapi {
    /// Write to this file instead of the standard output.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

/// `heddle doctor`.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Print the default settings with their explanations, and do nothing else.
    #[arg(long)]
    pub(super) defaults: bool,
    /// Print one JSON document instead of lines.
    #[arg(long, conflicts_with = "defaults")]
    pub(super) json: bool,
    /// Also try to reach this provider (`salesforce`); needs --host.
    #[arg(long, value_name = "ID", requires = "host")]
    pub(super) provider: Option<String>,
    /// The provider's address to reach, such as https://acme.my.salesforce.com.
    #[arg(long, value_name = "URL", requires = "provider")]
    pub(super) host: Option<String>,
}

/// `heddle keys`.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Make an API key and print it. It is shown this once: only its digest is stored.
    Create(CreateKey),
    /// List the API keys.
    List,
    /// Revoke an API key. It stops working within a second.
    Revoke {
        /// The key's id (`key_...`), as `heddle keys list` shows it.
        #[arg(value_name = "KEY_ID")]
        id: String,
    },
    /// Print a new random secret key, for HEDDLE_SECRET_KEY or a key file. Nothing is stored.
    Secret,
}

/// `heddle keys create`.
#[derive(Debug, Args)]
pub(super) struct CreateKey {
    /// What the key is for, to recognise it by.
    #[arg(long, value_name = "NAME", default_value = "command line")]
    pub(super) name: String,
    /// What it may do; may be repeated or given with commas. All when none is
    /// given: crm:read, crm:write, passthrough, tenants, connections, keys, calls.
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    pub(super) scope: Vec<String>,
    /// Only for this tenant (`ten_...`, or your own id of it); may be repeated. All when none is given.
    #[arg(long, value_name = "TENANT")]
    pub(super) tenant: Vec<String>,
    /// Days until it ends. Without it the key does not end.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(super) days: Option<u32>,
}

/// `heddle connect`.
#[derive(Debug, Subcommand)]
pub(super) enum Connect {
    /// Connect a Salesforce org with the client credentials of its External Client App.
    ///
    /// Reads the app's consumer key and secret from SF_CONSUMER_KEY and
    /// SF_CONSUMER_SECRET, never from the command line, where other users of
    /// the machine could read them. Prints each step of the test; no
    /// connection is stored when one fails. The last line is the connection's id.
    Salesforce(ConnectSalesforce),
}

/// `heddle connect salesforce`.
#[derive(Debug, Args)]
pub(super) struct ConnectSalesforce {
    /// Whose org it is: a tenant's id (`ten_...`), or your own id of that
    /// customer, for which a tenant is made when there is none.
    #[arg(long, value_name = "TENANT")]
    pub(super) tenant: String,
    /// The org's My Domain, such as https://acme.my.salesforce.com. Not login.salesforce.com.
    #[arg(long, value_name = "URL")]
    pub(super) my_domain: String,
}

/// `heddle sandbox`.
#[derive(Debug, Args)]
pub(super) struct Sandbox {
    /// Port of the Salesforce sandbox. 0 takes any that is free.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) port: u16,
    /// Port of its second listener, where the org answers after a move. 0 takes any that is free.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) alternate_port: u16,
    /// Seed of the records: the same seed gives the same org.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// How many contacts the org has.
    #[arg(long, value_name = "N")]
    pub(super) contacts: Option<usize>,
    /// How many accounts the org has.
    #[arg(long, value_name = "N")]
    pub(super) accounts: Option<usize>,
    /// API calls that the org allows in 24 hours.
    #[arg(long, value_name = "N")]
    pub(super) daily_limit: Option<u64>,
    /// A fault from the start: KIND[,name=value...], may be repeated.
    ///
    /// KIND is one of status, latency, reset, reset_mid_body, truncate,
    /// silence, html_200, garbage. Names are match (any, data, or a kind of
    /// call such as query or token), status, ms, times, for_ms, after_ms:
    /// `--fault status,status=503,match=data,times=5`.
    #[arg(long, value_name = "FAULT", verbatim_doc_comment)]
    pub(super) fault: Vec<String>,
    /// Delay every answer by this many milliseconds: short for --fault latency,ms=N.
    #[arg(long, value_name = "N")]
    pub(super) latency_ms: Option<u64>,
}

#[cfg(test)]
#[path = "args_tests.rs"]
mod tests;
