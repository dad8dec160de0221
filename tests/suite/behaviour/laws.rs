//! The laws of tables, over every table of every provider.

use heddle_connector::mapping::Table;
use heddle_connector::mapping::laws::{self, Violation};

/// Planned providers may have tables before they can be connected.
fn each_table(law: fn(&'static Table) -> Vec<Violation>) {
    let registry = heddle_connectors::registry();
    let specs = registry.all().iter().flat_map(|c| {
        let manifest = c.manifest();
        manifest.forms().map(move |spec| (manifest.id, spec))
    });
    let mut tables = 0;
    for (provider, spec) in specs {
        let breaches: Vec<String> = law(spec.table).iter().map(Violation::to_string).collect();
        assert!(breaches.is_empty(), "{provider} {}:\n{}", spec.table.provider_object, breaches.join("\n"));
        assert_eq!(spec.table.object, spec.object, "{provider}");
        tables += 1;
    }
    assert!(tables > 0);
}

#[test]
fn every_table_has_each_common_field_once() {
    each_table(laws::total);
}

#[test]
fn every_codec_undoes_itself() {
    each_table(laws::round_trip);
}

#[test]
fn every_plan_asks_for_what_it_reads_and_for_nothing_else() {
    each_table(laws::asked_is_read);
}

#[test]
fn no_value_is_dropped_in_silence() {
    each_table(laws::never_silent);
}

#[test]
fn what_was_read_can_be_written_back_and_every_writable_row_is_reached() {
    each_table(laws::written_back);
}
