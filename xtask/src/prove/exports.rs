//! A very large export: in constant memory, every record once, whatever dies.

use super::in_real_time;
use super::program::{Program, binary};
use super::table::Table;
use heddle_sandbox::SalesforceOptions;
use heddle_tests::Line;
use serde_json::Value;
use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// The most resident memory that the server may ever hold, in MiB.
const MEMORY: usize = 150;

/// What one reading of an export came to.
#[derive(Default)]
struct Reading {
    ids: HashSet<String>,
    /// Records that came to stay, behind their checkpoint.
    kept: usize,
    /// Records that came and were not yet behind a checkpoint.
    open: Vec<String>,
    /// Records that came again after a break.
    again: usize,
    checkpoint: Option<String>,
    /// The last line, when the end came.
    end: Option<Value>,
    /// The last line, when a problem came.
    problem: Option<Value>,
}

/// Exports a million contacts, then does it again with a server that dies.
pub(crate) fn exports(tenth: bool, seed: u64) -> bool {
    let (contacts, kills) = if tenth { (100_000, 2) } else { (1_000_000, 5) };
    in_real_time(async move {
        match proof(contacts, kills, seed).await {
            Ok(holds) => holds,
            Err(why) => {
                println!("{why}");
                false
            }
        }
    })
}

async fn proof(contacts: usize, kills: usize, seed: u64) -> Result<bool, String> {
    let (sandbox, url) = Org::start(contacts)?;
    let app = SalesforceOptions::default();
    let mut program = Program::connected(&url, (&app.client_id, &app.client_secret), &[])?;
    let mut table = Table::default();

    let base = program.start();
    let started = Instant::now();
    let export = begin(&program, &base).await?;
    let mut whole = Reading::default();
    read(&mut program, &base, &export, &mut whole, None).await?;
    let took = started.elapsed().as_secs_f64();
    let memory = program.peak_memory().unwrap_or(usize::MAX);
    report(&mut table, "in one go", &whole, contacts);
    table.at_most("most memory that the server held, in MiB", memory, MEMORY);
    table.note("of the sandbox, in MiB", sandbox.memory().map_or_else(|| "?".to_owned(), |mib| mib.to_string()));
    table.note("seconds", format!("{took:.1}"));
    let calls = whole.end.as_ref().map_or(Value::Null, |end| end["calls"].clone());
    table.note("provider calls", calls.to_string());

    let export = begin(&program, &base).await?;
    let mut torn = Reading::default();
    let mut address = base;
    let mut died = 0;
    while torn.end.is_none() {
        let last = (died < kills).then(|| {
            // Once before the first record, then anywhere.
            let draw = (seed + died as u64).wrapping_mul(2_654_435_761) as usize;
            if died == 0 { 0 } else { 1 + draw % (contacts / kills) }
        });
        read(&mut program, &address, &export, &mut torn, last).await?;
        if let Some(problem) = &torn.problem {
            return Err(format!("the export broke off: {problem}"));
        }
        if last.is_some() {
            died += 1;
            address = program.start();
        }
    }
    report(&mut table, "with a server that dies", &torn, contacts);
    table.exactly("deaths", died, kills);
    table.note("records that came again after a death", torn.again.to_string());
    drop(sandbox);
    Ok(table.print(&format!(
        "An export of {contacts} contacts, and one whose server was killed {kills} times (seed {seed})"
    )))
}

fn report(table: &mut Table, how: &str, reading: &Reading, contacts: usize) {
    table.exactly(&format!("records, {how}"), reading.kept, contacts);
    table.exactly(&format!("different ids, {how}"), reading.ids.len(), contacts);
    let end = reading.end.as_ref();
    let told = end.and_then(|end| end["rows"].as_u64()).and_then(|rows| usize::try_from(rows).ok());
    table.exactly(&format!("records that the last line names, {how}"), told.unwrap_or_default(), contacts);
    let method = end.and_then(|end| end["method"].as_str()).unwrap_or("none").to_owned();
    let bulk = method == "bulk";
    table.line(&format!("method, {how}"), method, "bulk".to_owned(), bulk);
}

/// Begins an export; its id.
async fn begin(program: &Program, base: &str) -> Result<String, String> {
    let url = format!("{base}/v1/crm/contacts/exports");
    let answer = program.client.post_nothing(&url, &program.headers()).await.ok_or("no answer to the export")?;
    answer.json["data"]["id"].as_str().map(str::to_owned).ok_or(answer.text)
}

/// Reads on behind the last checkpoint. With `last`, the server is killed once
/// that many records have come, while more of them are on their way.
async fn read(
    program: &mut Program,
    base: &str,
    export: &str,
    reading: &mut Reading,
    last: Option<usize>,
) -> Result<(), String> {
    let mut url = format!("{base}/v1/exports/{export}/data");
    if let Some(checkpoint) = &reading.checkpoint {
        url.push_str(&format!("?after={checkpoint}"));
    }
    let mut came = 0;
    let mut lines = program.client.lines(&url, &program.headers()).await?;
    while let Line::Text(line) = lines.next().await {
        came += reading.take(line)?;
        if last.is_some_and(|last| came >= last) {
            program.kill();
        }
    }
    // What came after the last checkpoint comes again.
    reading.again += reading.open.len();
    reading.open.clear();
    if last.is_none() && reading.end.is_none() {
        return Err(format!("the data ended without its end: {:?}", reading.problem));
    }
    // One that ended before its time came is killed all the same.
    if last.is_some() {
        program.kill();
    }
    Ok(())
}

impl Reading {
    /// Takes a line; how many records it held.
    fn take(&mut self, line: &str) -> Result<usize, String> {
        if line.starts_with("{\"data\":") {
            let id = line.split_once("\"id\":\"").and_then(|(_, rest)| rest.split_once('"'));
            self.open.push(id.map(|(id, _)| id.to_owned()).ok_or_else(|| format!("a record without an id: {line}"))?);
            return Ok(1);
        }
        let mut value: Value = serde_json::from_str(line).map_err(|why| format!("{why}: {line}"))?;
        if let Some(after) = value["checkpoint"]["after"].as_str() {
            self.checkpoint = Some(after.to_owned());
            self.kept += self.open.len();
            self.ids.extend(self.open.drain(..));
        } else if value.get("end").is_some() {
            self.end = Some(value["end"].take());
        } else if value.get("problem").is_some() {
            self.problem = Some(value["problem"].take());
        }
        Ok(0)
    }
}

/// An org in a process of its own.
struct Org(Child);

impl Org {
    fn start(contacts: usize) -> Result<(Self, String), String> {
        let mut command = Command::new(binary()?);
        command.args(["sandbox", "--contacts", &contacts.to_string(), "--daily-limit", "1000000"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut org = Self(command.spawn().map_err(|why| format!("the sandbox does not start: {why}"))?);
        let out = org.0.stdout.take().ok_or("the sandbox has no output")?;
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let url =
            lines.find_map(|line| line.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned));
        std::thread::spawn(move || lines.for_each(drop));
        Ok((org, url.ok_or("the sandbox ended before it was ready")?))
    }

    /// Resident memory in MiB.
    fn memory(&self) -> Option<usize> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<usize>().ok().map(|kib| kib / 1_024)
    }
}

impl Drop for Org {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
