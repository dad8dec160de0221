//! The mapping engine's goals, measured in one run on one machine.

use heddle_connectors::salesforce::objects::contact::TABLE;
use heddle_mapping::{
    Constants, CustomField, CustomKind, Envelope, Plan, PlanSpec, Purpose, TIMESTAMP, Tok, Writable, WriteSpec, write,
};
use serde_json::Value;

use super::allocations::count;
use super::baseline;
use super::timing::{Candidate, fastest};
use crate::prove::PAGE;
use crate::prove::page::{Layout, page};

/// How many times every candidate has its turn.
const ROUNDS: usize = 150;

fn plan(custom: &[CustomField], raw: bool) -> Plan {
    let mut fields: Vec<String> = baseline::FIELDS.iter().map(|f| (*f).to_owned()).collect();
    if !custom.is_empty() {
        fields.push("custom_fields".to_owned());
    }
    Plan::build(&PlanSpec {
        table: &TABLE,
        described: &described,
        fields: Some(&fields),
        expand: &[],
        custom,
        raw,
        sort: None,
        constants: Constants {
            connection_id: "con_1",
            provider: "salesforce",
            url_prefix: "https://crm.example/lightning/r/Contact/",
            url_suffix: "/view",
        },
    })
}

fn custom_fields() -> Vec<CustomField> {
    let kinds = [CustomKind::Text, CustomKind::Number, CustomKind::Bool, CustomKind::Timestamp];
    (0..14).map(|i| CustomField { key: format!("Custom_Field_{i}__c"), kind: kinds[i % 4] }).collect()
}

/// Reads with the engine; how many bytes came out, 0 for a refused page.
fn table(plan: &Plan, body: &[u8], envelope: &Envelope) -> usize {
    let mut out = Vec::new();
    match plan.read(body, envelope, 200, &mut out) {
        Ok(_) => out.len(),
        Err(_) => 0,
    }
}

fn typed(body: &[u8], read: impl Fn(&[u8], &mut Vec<u8>) -> bool) -> usize {
    let mut out = Vec::with_capacity(body.len());
    if read(body, &mut out) { out.len() } else { 0 }
}

/// A change of eight common fields.
const PATCH: &[u8] = br#"{"first_name":"Ana","last_name":"O'Hara","title":"Head of Purchasing","department":null,
"owner_id":"0055e00000AbCdEAAV","birthday":"1981-07-09","email_addresses":[{"type":"WORK","email":"ana@x.example"}],
"phone_numbers":[{"type":"WORK","number":"+49 40 123456"},{"type":"MOBILE","number":"+49 171 1234567"}]}"#;

/// Puts a patch into provider values; how many there are, 0 for a refused one.
fn patched() -> usize {
    let spec = WriteSpec {
        table: &TABLE,
        purpose: Purpose::Update,
        writable: &|_| Writable::Yes,
        offers: &|_, _| true,
        custom: &[],
    };
    write(&spec, PATCH).map_or(0, |changes| changes.values.len())
}

/// Whether engine and baseline write equal JSON.
fn alike(plan: &Plan, body: &[u8]) -> bool {
    let (mut ours, mut theirs) = (b"[".to_vec(), Vec::new());
    let read = plan.read(body, &PAGE, 200, &mut ours).is_ok();
    ours.push(b']');
    let parse = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
    read && baseline::serde_json(body, &mut theirs).is_ok() && parse(&ours).is_some() && parse(&ours) == parse(&theirs)
}

/// Prints the table; false when a ratio or allocation goal is missed.
pub(crate) fn run() -> bool {
    if cfg!(debug_assertions) {
        println!("built without --release: the times below mean nothing");
    }
    let (plain, with_custom, with_raw) = (plan(&[], false), plan(&custom_fields(), false), plan(&[], true));
    let body = page(200, Layout::default());
    let shuffled = page(200, Layout { shuffled: true, custom: 0 });
    let custom = page(200, Layout { shuffled: false, custom: 14 });
    let single = page(1, Layout::default());
    if !alike(&plain, &body) || !alike(&plain, &shuffled) {
        println!("the engine and the baseline do not write the same: nothing to compare");
        return false;
    }
    let stamp = Tok::Str(b"2026-05-18T06:17:35.000+0000");
    let codec = TIMESTAMP;
    let mut scratch = Vec::with_capacity(64);
    let mut candidates: Vec<Candidate<'_>> = vec![
        candidate(|| table(&plain, &body, &PAGE)),
        candidate(|| typed(&body, |b, out| baseline::serde_json(b, out).is_ok())),
        candidate(|| typed(&body, |b, out| baseline::sonic(b, out).is_ok())),
        candidate(|| table(&plain, &single, &PAGE)),
        candidate(|| table(&plain, &shuffled, &PAGE)),
        candidate(|| table(&plain, &custom, &PAGE)),
        candidate(|| table(&with_custom, &custom, &PAGE)),
        candidate(|| table(&with_raw, &body, &PAGE)),
        candidate(|| plan(&[], false).asked().len()),
        candidate(move || {
            scratch.clear();
            codec.erased().read(stamp, &mut scratch);
            scratch.len()
        }),
        candidate(patched),
    ];
    let times = fastest(&mut candidates, ROUNDS);
    drop(candidates);
    let [ours, serde, sonic, one, mixed, skipped, kept, raw, build, time, patch] = times[..] else {
        return false;
    };
    let allocations = count(|| {
        table(&plain, &body, &PAGE);
    });
    let many = page(2000, Layout::default());
    let allocations_of_many = count(|| {
        let mut out = Vec::new();
        let _ = plain.read(&many, &PAGE, 2000, &mut out);
    });
    println!(
        "page of 200 contacts, {} bytes in, {} bytes out: table {:.0} us, typed serde_json {:.0} us, typed sonic-rs {:.0} us",
        body.len(),
        table(&plain, &body, &PAGE),
        ours / 1e3,
        serde / 1e3,
        sonic / 1e3
    );
    let per_record = |nanoseconds: f64| nanoseconds / 200.0 / 1e3;
    let lines = [
        Line::ratio("page of 200, table / typed serde_json", ours / serde, 0.40),
        Line::ratio("page of 200, table / typed sonic-rs", ours / sonic, 0.60),
        Line::time("a record in the page", per_record(ours), 1.0, "us"),
        Line::time("a single record", one / 1e3, 2.0, "us"),
        Line::ratio("shuffled keys / fixed keys", mixed / ours, 1.5),
        Line::time("14 custom fields kept, a record", per_record(kept - skipped), 0.3, "us"),
        Line::time("include_raw, a record", per_record(raw - ours), 0.2, "us"),
        Line::count("allocations, page of 200", allocations, 20),
        Line::count("allocations, page of 2,000", allocations_of_many, 20),
        Line::time("building a plan, warm", build / 1e3, 20.0, "us"),
        Line::time("a timestamp", time, 30.0, "ns"),
        Line::time("a patch of 8 fields", patch / 1e3, 5.0, "us"),
    ];
    println!("{:<40} {:>12} {:>12}", "what", "measured", "goal");
    for line in &lines {
        line.print();
    }
    lines.iter().all(|line| line.met() || !line.binding)
}

fn candidate<'a>(work: impl FnMut() -> usize + 'a) -> Candidate<'a> {
    Candidate { work: Box::new(work) }
}

/// The provider fields of such a page; what a describe would have.
fn described(path: &str) -> bool {
    const OTHERS: &[&str] = &[
        "Id",
        "CreatedDate",
        "SystemModstamp",
        "CreatedById",
        "LastModifiedById",
        "LastActivityDate",
        "IsDeleted",
        "FirstName",
        "LastName",
        "Salutation",
        "Name",
        "Title",
        "Department",
        "Description",
        "AccountId",
        "Account.Name",
        "OwnerId",
        "ReportsToId",
        "Email",
        "Phone",
        "MobilePhone",
        "HomePhone",
        "OtherPhone",
        "MailingStreet",
        "MailingCity",
        "MailingState",
        "MailingPostalCode",
        "MailingCountry",
        "Birthdate",
        "LeadSource",
    ];
    OTHERS.contains(&path)
}

/// One line of the table. Ratios and allocations bind; times depend on the
/// machine.
struct Line {
    what: &'static str,
    measured: f64,
    goal: f64,
    unit: &'static str,
    binding: bool,
}

impl Line {
    fn ratio(what: &'static str, measured: f64, goal: f64) -> Line {
        Line { what, measured, goal, unit: "", binding: true }
    }

    fn time(what: &'static str, measured: f64, goal: f64, unit: &'static str) -> Line {
        Line { what, measured, goal, unit, binding: false }
    }

    fn count(what: &'static str, measured: usize, goal: u32) -> Line {
        let measured = u32::try_from(measured).map_or(f64::INFINITY, f64::from);
        Line { what, measured, goal: f64::from(goal), unit: "", binding: true }
    }

    fn met(&self) -> bool {
        self.measured <= self.goal
    }

    fn print(&self) {
        let show = |value: f64| {
            let digits = if value.fract() == 0.0 && value >= 3.0 { 0 } else { 2 };
            format!("{value:.digits$} {}", self.unit).trim_end().to_owned()
        };
        let verdict = if self.met() { "ok" } else { "MISSED" };
        println!("{:<40} {:>12} {:>12}  {verdict}", self.what, show(self.measured), show(self.goal));
    }
}
