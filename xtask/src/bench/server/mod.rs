//! The whole server next to nginx as a bare proxy, in one run on one machine.

// Real time is what is measured here.
#![allow(clippy::disallowed_methods)]

mod admission;
mod database;
mod heddle;
mod http;
mod load;
mod nginx;
mod process;
mod report;
mod upstream;

use database::OwnDatabase;
use heddle::Heddle;
use load::Load;
use process::{Running, program};
use report::{Budget, Contender, Table};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

pub(crate) use upstream::serve as upstream;

/// How the bench is run.
pub(crate) struct Options {
    /// Length of a contender's turn, in seconds.
    pub(crate) seconds: u32,
    /// How often each has its turn.
    pub(crate) rounds: u32,
    /// The program; built when not given.
    pub(crate) binary: Option<PathBuf>,
    /// Whether it also runs on Postgres.
    pub(crate) postgres: bool,
}

/// After this long without requests a server counts as idle.
const REST: Duration = Duration::from_secs(2);

/// Prints the tables; false when a floor is missed or nothing could be measured.
pub(crate) fn run(options: Options) -> bool {
    if cfg!(debug_assertions) {
        println!("built without --release: the figures below mean nothing");
    }
    match measure(options) {
        Ok(met) => met,
        Err(why) => {
            println!("{why}");
            false
        }
    }
}

fn measure(options: Options) -> Result<bool, String> {
    let wrk = program("wrk", "wrk")?;
    let binary = heddle::binary(options.binary)?;
    let dir = tempfile::tempdir().map_err(|why| why.to_string())?;
    let folder = |name: &str| {
        let path = dir.path().join(name);
        std::fs::create_dir(&path).map(|()| path).map_err(|why| why.to_string())
    };

    let demo = heddle::demo(&binary, &folder("demo")?)?;
    let (provider, origin) = start_upstream()?;
    let (proxy, proxied) = nginx::start(&folder("nginx")?, &origin)?;
    let sqlite = heddle::serve("heddle on SQLite", &binary, &folder("sqlite")?, None, &origin)?;
    let database = if options.postgres { Some(OwnDatabase::make()?) } else { None };
    let postgres = match &database {
        Some(own) => {
            Some(heddle::serve("heddle on Postgres", &binary, &folder("postgres")?, Some(&own.url()), &origin)?)
        }
        None => None,
    };
    std::thread::sleep(REST);
    let resident = sqlite.running.resident().ok_or("the system does not tell a process's memory")?;

    let targets = Targets::find(&sqlite, &origin)?;
    let mut floors = Vec::new();
    for (title, ours, theirs, connections, floor, aim) in [
        ("one contact", &targets.single, &targets.single_query, 32, 0.40, 0.55),
        ("page of 200", &targets.page, &targets.page_query, 16, 0.60, 0.90),
    ] {
        let bare = |address: &str| Load { url: format!("http://{address}{theirs}"), headers: Vec::new(), connections };
        let full = |of: &Heddle| Load {
            url: format!("http://{}{ours}", of.address),
            headers: of.headers.clone(),
            connections,
        };
        let mut contenders = vec![
            Contender::new("upstream direct", None, bare(&origin)),
            Contender::new("nginx, bare proxy", Some(&proxy), bare(&proxied)),
            Contender::new("Heddle, SQLite", Some(&sqlite.running), full(&sqlite)),
        ];
        if let Some(server) = &postgres {
            contenders.push(Contender::new("Heddle, Postgres", Some(&server.running), full(server)));
        }
        let table = Table::measure(&mut contenders, &provider, &wrk, options.seconds, options.rounds)?;
        let sizes = format!(
            "{} bytes from the provider, {} from Heddle",
            targets.size(&origin, theirs)?,
            sqlite.get(ours)?.len()
        );
        table.print(&format!("{title}: {sizes}; {connections} connections"));
        floors.extend(table.floors(title, floor, aim));
    }

    let (gate, task) = admission::medians()?;
    floors.extend([
        Budget::most("demo: from nothing to its line", demo.as_secs_f64(), 3.0, "s"),
        Budget::most("serve at rest, connected once, resident", resident, 60.0, "MiB"),
        Budget::orientation("a call through the gate, sending nothing", gate, 3.0, "us"),
        Budget::orientation("of that its task and the way back", task, 3.0, "us"),
    ]);
    println!("{:<44} {:>12} {:>10} {:>8}", "what", "measured", "bound", "aim");
    floors.iter().for_each(Budget::print);
    Ok(floors.iter().all(Budget::met))
}

/// This program once more, as the provider: a process of its own, so that its
/// time is not ours.
fn start_upstream() -> Result<(Running, String), String> {
    let own = std::env::current_exe().map_err(|why| why.to_string())?;
    let mut running = Running::start("the upstream", Command::new(own).arg("bench-upstream").stdout(Stdio::piped()))?;
    let origin = running.first_line()?.trim().to_owned();
    Ok((running, origin))
}

/// What callers usually want of a person: a record of about a kilobyte at the
/// provider.
const FIELDS: &str = "id,url,created_at,updated_at,first_name,last_name,name,prefix,title,department,account_id,\
                      account_name,owner_id,reports_to_id,email_addresses,phone_numbers,addresses,birthday,lead_source,\
                      image_url";

/// What is asked for: of Heddle, and what Heddle asks the provider then.
struct Targets {
    single: String,
    single_query: String,
    page: String,
    page_query: String,
}

impl Targets {
    fn find(server: &Heddle, origin: &str) -> Result<Targets, String> {
        let page = format!("/v1/crm/contacts?limit=200&fields={FIELDS}");
        let body = server.get(&page)?;
        let page_query = asked_last(origin)?;
        let answer: serde_json::Value = serde_json::from_slice(&body).map_err(|why| why.to_string())?;
        let records = answer["data"].as_array().map_or(0, Vec::len);
        if records != 200 {
            return Err(format!("the page has {records} records"));
        }
        let id = answer["data"][0]["id"].as_str().ok_or("the first record has no id")?;
        let single = format!("/v1/crm/contacts/{id}?fields={FIELDS}");
        server.get(&single)?;
        Ok(Targets { single, single_query: asked_last(origin)?, page, page_query })
    }

    /// Bytes of the provider's answer.
    fn size(&self, origin: &str, query: &str) -> Result<usize, String> {
        Ok(http::send(origin, "GET", query, &[], &[])?.body.len())
    }
}

/// The request target whose answer the upstream has taken last.
fn asked_last(origin: &str) -> Result<String, String> {
    let answer = http::send(origin, "GET", upstream::LAST, &[], &[])?;
    String::from_utf8(answer.body).map_err(|why| why.to_string())
}
