//! The properties on a few thousand tapes; the long proof takes many more.

use heddle_mapping::Table;

use crate::tapes::{Check, run};
use crate::{accounts, contacts, patches, values};

const TABLES: &[&Table] = &[&contacts::TABLE, &accounts::TABLE];

fn holds(check: Check<'_>) {
    match run(check, 3_000, 1) {
        Ok(compared) => assert!(compared > 3_000, "only {compared} compared"),
        Err(failure) => panic!("{failure}"),
    }
}

#[test]
fn a_patch_does_to_a_record_what_the_model_says() {
    holds(&|tape| patches::check(TABLES, tape));
}

#[test]
fn what_a_codec_reads_comes_back_the_same() {
    holds(&|tape| values::codecs_round_trip(TABLES, tape));
}

#[test]
fn filter_values_come_through_text_unchanged() {
    holds(&|tape| values::filters_take_text(TABLES, tape));
}
