//! Properties on many random cases, each against a model of its own.

use std::time::Instant;

use heddle_connectors::salesforce::objects::{account, contact};
use heddle_mapping::Table;

use super::tapes::{Check, run};
use super::{cursors, patches, soql, values};

/// The tables that the properties are proved on.
const TABLES: &[&Table] = &[&contact::TABLE, &account::TABLE];

/// Each property with its name. A new one is one line here.
const ALL: &[(&str, Check<'static>)] = &[
    ("merge patches do what the model says", &|tape| patches::check(TABLES, tape)),
    ("what a codec reads comes back the same", &|tape| values::codecs_round_trip(TABLES, tape)),
    ("filter values come through text unchanged", &|tape| values::filters_take_text(TABLES, tape)),
    ("filters read back from SOQL as they were meant", &soql::check),
    ("cursors bring back their list and position, and open nothing else", &cursors::check),
];

/// Runs every property on 100,000 cases, or a tenth.
pub(crate) fn properties(seed: u64, tenth: bool) -> bool {
    let cases = if tenth { 10_000 } else { 100_000 };
    let mut holds = true;
    for (name, check) in ALL {
        let started = Instant::now();
        match run(*check, cases, seed) {
            Ok(0) => {
                println!("{name}: nothing was compared: the proof proves nothing");
                holds = false;
            }
            Ok(compared) => println!(
                "{name}: {cases} cases in {:.1} s (seed {seed}), {compared} values compared",
                started.elapsed().as_secs_f64()
            ),
            Err(failure) => {
                println!("{name}: fails with seed {seed}: {failure}");
                holds = false;
            }
        }
    }
    holds
}
