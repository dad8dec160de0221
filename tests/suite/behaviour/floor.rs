//! What each connector must declare at least.

use super::stage::{declared, here};
use heddle_connector::mapping::{Op, Way, condition, sort_key};
use heddle_connector::model::{Model, Object, Role};
use heddle_connector::{ObjectSpec, Status};
use std::collections::BTreeSet;
use toml::Value;

fn floor() -> toml::Table {
    include_str!("floor.toml").parse().unwrap()
}

fn words<'t>(cell: &'t Value, key: &str) -> Vec<&'t str> {
    cell[key].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

/// Each section of the floor with the object that it is about.
fn cells(floor: &toml::Table) -> Vec<(String, &'static ObjectSpec, &Value)> {
    let registry = heddle_connectors::registry();
    let mut cells = Vec::new();
    for (provider, objects) in floor {
        let connector = registry.get(provider).unwrap_or_else(|| panic!("{provider} is gone"));
        assert_eq!(connector.manifest().status, Status::Ready, "{provider} is not ready any more");
        for (plural, cell) in objects.as_table().unwrap() {
            let object = Object::from_plural(plural).unwrap_or_else(|| panic!("{plural} is no object"));
            let spec = connector.manifest().object(object).map(here);
            let spec = spec.unwrap_or_else(|| panic!("{provider} does not declare {plural} any more"));
            cells.push((format!("{provider}.{plural}"), spec, cell));
        }
    }
    cells
}

#[test]
fn every_connector_declares_its_floor() {
    let floor = floor();
    for (name, spec, cell) in cells(&floor) {
        let operations: Vec<&str> = spec.operations.iter().map(|o| o.as_str()).collect();
        let ops: Vec<&str> = spec.filter_ops.iter().map(|op| op.as_str()).collect();
        for (key, has) in [("operations", &operations), ("filter_ops", &ops), ("expand", &spec.expand.to_vec())] {
            for word in words(cell, key) {
                assert!(has.contains(&word), "{name}: {key} must have {word}");
            }
        }
        let deleted = cell["include_deleted"].as_bool().unwrap();
        assert!(spec.deleted || !deleted, "{name} must show deleted records");
        assert!(!spec.deleted || spec.table.deleted.is_some(), "{name}: nothing tells deleted records apart");
        for field in words(cell, "sortable") {
            assert!(sort_key(spec.table, &|_| true, field).is_ok(), "{name} must sort by {field}");
        }
        let page = usize::try_from(cell["max_page"].as_integer().unwrap()).unwrap();
        assert!(spec.max_page >= page, "{name}: pages of {} are smaller than {page}", spec.max_page);
        for field in words(cell, "reads") {
            let found = condition(spec.table, &|_| true, &[], field, Op::IsNull, "true");
            assert!(found.is_ok(), "{name} must read {field}: {found:?}");
        }
    }
}

#[test]
fn the_floor_holds_everything_that_is_declared_today() {
    let floor = floor();
    let cells = cells(&floor);
    for (manifest, spec) in declared() {
        let name = format!("{}.{}", manifest.id, spec.object.plural());
        let (_, _, cell) = cells.iter().find(|(n, ..)| *n == name).unwrap_or_else(|| panic!("{name} has no floor"));
        let same = |key: &str, has: Vec<&str>| {
            let (has, floor): (BTreeSet<&str>, BTreeSet<&str>) =
                (has.into_iter().collect(), words(cell, key).into_iter().collect());
            assert_eq!(has, floor, "{name}: {key}");
        };
        same("operations", spec.operations.iter().map(|o| o.as_str()).collect());
        same("filter_ops", spec.filter_ops.iter().map(|op| op.as_str()).collect());
        same("expand", spec.expand.to_vec());
        assert_eq!(cell["include_deleted"].as_bool(), Some(spec.deleted), "{name}: include_deleted");
        let names = Model::of(spec.object).unwrap().filter_names();
        same(
            "sortable",
            names.iter().map(String::as_str).filter(|n| sort_key(spec.table, &|_| true, n).is_ok()).collect(),
        );
        let reads = |n: &&str| condition(spec.table, &|_| true, &[], n, Op::IsNull, "true").is_ok();
        same("reads", names.iter().map(String::as_str).filter(reads).collect());
    }
}

#[test]
fn the_floor_covers_every_field_that_a_provider_field_stands_for() {
    let floor = floor();
    for (name, spec, cell) in cells(&floor) {
        let reads = words(cell, "reads");
        for (index, field) in Model::of(spec.object).unwrap().fields().iter().enumerate() {
            let absent = |row: &&heddle_connector::mapping::Row| {
                // Nor can a list of other records be compared.
                let compared = !matches!(row.way, Way::Absent(_) | Way::Custom { .. }) && !row.is_list();
                usize::from(row.place.field) == index && !compared
            };
            let column = match field.role {
                Role::Id | Role::RemoteId | Role::Modified => true,
                Role::Created => spec.table.created.is_some(),
                Role::Deleted => spec.table.deleted.is_some(),
                _ => false,
            };
            let fixed = !field.from_row() && !column;
            if fixed || spec.table.rows.iter().any(|row| absent(&row)) {
                continue;
            }
            let covered = reads.iter().any(|read| read.split('.').next() == Some(field.name));
            assert!(covered, "{name}: {} is in no line of the floor", field.name);
        }
    }
}
