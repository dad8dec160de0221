//! Long proofs.

// Real time: for the report, and because load comes at the pace of a real clock.
#![allow(clippy::disallowed_methods)]

mod crash;
mod cursors;
mod expiry;
mod exports;
mod incremental;
mod pages;
mod program;
mod properties;
mod soql;
mod storm;
mod table;
mod writes;

// The mapping crate's own test support: one oracle, one set of mutations, and
// one page for its tests, this proof and the benchmark.
#[path = "../../../crates/heddle-mapping/tests/support/mutate.rs"]
pub(crate) mod mutate;
#[path = "../../../crates/heddle-mapping/tests/support/oracle.rs"]
mod oracle;
#[path = "../../../crates/heddle-mapping/tests/support/page.rs"]
pub(crate) mod page;
#[path = "../../../crates/heddle-mapping/tests/support/patch_model.rs"]
mod patch_model;
#[path = "../../../crates/heddle-mapping/tests/support/patches.rs"]
mod patches;
#[path = "../../../crates/heddle-mapping/tests/support/tapes.rs"]
mod tapes;
#[path = "../../../crates/heddle-mapping/tests/support/values.rs"]
mod values;

use std::time::Instant;

use heddle_connectors::salesforce::objects::contact::TABLE;
use heddle_mapping::{Constants, CustomField, CustomKind, Envelope, Plan, PlanSpec};
use mutate::{Dice, mutate};
use oracle::{Agreement, compare};
use page::{Layout, page};

pub(crate) use crash::crash;
pub(crate) use expiry::expiry;
pub(crate) use exports::exports;
pub(crate) use incremental::incremental;
pub(crate) use pages::pages;
pub(crate) use properties::properties;
pub(crate) use storm::storm;
pub(crate) use writes::writes;

/// Every proof, one after the other; each prints its own report.
pub(crate) fn all(cases: usize, seed: u64, tenth: bool) -> bool {
    let verdicts = [
        ("mapping", mapping(cases, seed)),
        ("properties", properties(seed, tenth)),
        ("pages", pages(tenth)),
        ("expiry", expiry(tenth)),
        ("storm", storm(tenth)),
        ("writes", writes(tenth, seed)),
        ("crash", crash(tenth, seed)),
        ("exports", exports(tenth, seed)),
        ("incremental", incremental(tenth, seed)),
    ];
    let failed: Vec<&str> = verdicts.iter().filter(|(_, ok)| !ok).map(|(name, _)| *name).collect();
    println!(
        "{} of {} proofs hold{}",
        verdicts.len() - failed.len(),
        verdicts.len(),
        match failed.as_slice() {
            [] => String::new(),
            names => format!("; failed: {}", names.join(", ")),
        }
    );
    failed.is_empty()
}

/// Runs a proof that needs sockets.
fn in_real_time(proof: impl Future<Output = bool>) -> bool {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(proof),
        Err(why) => {
            println!("no threads: {why}");
            false
        }
    }
}

/// The shape of a SOQL answer.
pub(crate) const PAGE: Envelope = Envelope { records: "records", done: Some("done"), next: Some("nextRecordsUrl") };

/// Reads damaged pages with the scanner and with serde_json; both must refuse,
/// or write the same bytes.
pub(crate) fn mapping(cases: usize, seed: u64) -> bool {
    let custom: Vec<CustomField> = [CustomKind::Text, CustomKind::Number, CustomKind::Any, CustomKind::Timestamp]
        .into_iter()
        .enumerate()
        .map(|(i, kind)| CustomField { key: format!("Custom_Field_{i}__c"), kind })
        .collect();
    let expand = ["account".to_owned(), "owner".to_owned()];
    let plan = Plan::build(&PlanSpec {
        table: &TABLE,
        described: &|_| true,
        fields: None,
        expand: &expand,
        custom: &custom,
        raw: true,
        sort: Some("birthday"),
        constants: Constants {
            connection_id: "con_1",
            provider: "salesforce",
            url_prefix: "https://crm.example/lightning/r/Contact/",
            url_suffix: "/view",
        },
    });
    let pages: Vec<Vec<u8>> = [(1, false), (2, false), (3, true)]
        .into_iter()
        .map(|(count, shuffled)| page(count, Layout { shuffled, custom: 4 }))
        .collect();
    let started = Instant::now();
    let mut dice = Dice::new(seed);
    let mut counts = [0_usize; 4];
    for case in 0..cases {
        let mut body = pages[dice.roll(pages.len())].clone();
        mutate(&mut dice, &mut body);
        match compare(&plan, &body, &PAGE, 2) {
            Ok(Agreement::Accepted) => counts[0] += 1,
            Ok(Agreement::Refused) => counts[1] += 1,
            Ok(Agreement::LoneKey) => counts[2] += 1,
            Ok(Agreement::TooDeep) => counts[3] += 1,
            Err(difference) => {
                println!("case {case} of seed {seed}: {difference}");
                return false;
            }
        }
    }
    println!(
        "{cases} damaged pages in {:.1} s (seed {seed}): {} read alike, {} refused alike, \
         {} with half a surrogate pair in a key (serde_json refuses), {} too deep (the scanner refuses)",
        started.elapsed().as_secs_f64(),
        counts[0],
        counts[1],
        counts[2],
        counts[3]
    );
    if counts[0] == 0 {
        println!("not one was accepted: the proof proves nothing");
    }
    counts[0] > 0
}
