//! The scanner against serde_json: recorded answers, and damaged ones.

use std::path::{Path, PathBuf};

use heddle_mapping::{CustomField, CustomKind, Envelope, Plan};
use serde_json::Value;

use crate::contacts::Ask;
use crate::mutate::{Dice, mutate};
use crate::oracle::{Agreement, compare};
use crate::page::{Layout, page};
use crate::pages::PAGE;

fn plan() -> Plan {
    let custom: Vec<CustomField> = [CustomKind::Text, CustomKind::Number, CustomKind::Any, CustomKind::Timestamp]
        .into_iter()
        .enumerate()
        .map(|(i, kind)| CustomField { key: format!("Custom_Field_{i}__c"), kind })
        .collect();
    let expand = &["account", "owner"];
    Ask { expand, custom: &custom, raw: true, sort: Some("birthday"), ..Ask::default() }.plan()
}

#[test]
fn a_hundred_thousand_damaged_pages_are_read_alike() {
    let plan = plan();
    let pages: Vec<Vec<u8>> = [(1, false), (2, false), (3, true)]
        .into_iter()
        .map(|(count, shuffled)| page(count, Layout { shuffled, custom: 4 }))
        .collect();
    let mut dice = Dice::new(20);
    let mut accepted = 0;
    for case in 0..100_000 {
        let mut body = pages[dice.roll(pages.len())].clone();
        mutate(&mut dice, &mut body);
        match compare(&plan, &body, &PAGE, 2) {
            Ok(Agreement::Accepted) => accepted += 1,
            Ok(_) => {}
            Err(difference) => panic!("case {case}: {difference}"),
        }
    }
    assert!(accepted > 10_000, "only {accepted} were accepted: the rest proves little");
}

#[test]
fn the_layouts_of_other_pages_are_read_alike() {
    let plan = plan();
    for (shuffled, custom) in [(false, 0), (true, 0), (false, 14), (true, 14)] {
        let body = page(60, Layout { shuffled, custom });
        let pretty = serde_json::to_vec_pretty(&serde_json::from_slice::<Value>(&body).unwrap()).unwrap();
        let without_nulls = String::from_utf8(body.clone()).unwrap();
        let without_nulls = {
            let mut value: Value = serde_json::from_str(&without_nulls).unwrap();
            for record in value["records"].as_array_mut().unwrap() {
                record.as_object_mut().unwrap().retain(|_, v| !v.is_null());
            }
            serde_json::to_vec(&value).unwrap()
        };
        for body in [body, pretty, without_nulls] {
            assert_eq!(compare(&plan, &body, &PAGE, 200), Ok(Agreement::Accepted));
        }
    }
}

/// The folder of recorded answers, when it is there.
fn recordings() -> Option<PathBuf> {
    let folder = match std::env::var_os("RECORDINGS_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings"),
    };
    let folder = folder.join("salesforce");
    if folder.is_dir() {
        return Some(folder);
    }
    #[allow(clippy::print_stderr)]
    {
        eprintln!("skipped: no recordings at {}", folder.display());
    }
    None
}

/// Every JSON value in a recording that has records, and every whole body.
fn bodies(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(object) => {
            if object.get("records").is_some_and(Value::is_array) || object.contains_key("attributes") {
                found.push(value.clone());
            }
            object.values().for_each(|v| bodies(v, found));
        }
        Value::Array(list) => list.iter().for_each(|v| bodies(v, found)),
        _ => {}
    }
}

#[test]
fn every_recorded_answer_is_read_alike() {
    let Some(folder) = recordings() else {
        return;
    };
    let plan = plan();
    let (mut files, mut pages, mut records) = (0, 0, 0);
    for provider in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(provider.unwrap().path()).unwrap() {
            let text = std::fs::read(file.unwrap().path()).unwrap();
            files += 1;
            // The file as it stands, whatever it is.
            for envelope in [&PAGE, &Envelope::ONE] {
                compare(&plan, &text, envelope, 2_000).unwrap();
            }
            let Ok(value) = serde_json::from_slice::<Value>(&text) else {
                continue;
            };
            let mut found = Vec::new();
            bodies(&value, &mut found);
            for body in found {
                let envelope = if body.get("records").is_some() { &PAGE } else { &Envelope::ONE };
                for text in [serde_json::to_vec(&body).unwrap(), serde_json::to_vec_pretty(&body).unwrap()] {
                    assert_eq!(compare(&plan, &text, envelope, 2_000), Ok(Agreement::Accepted));
                }
                match body.get("records") {
                    Some(list) => {
                        pages += 1;
                        records += list.as_array().unwrap().len();
                    }
                    None => records += 1,
                }
            }
        }
    }
    assert!(files > 50 && pages > 5 && records > 50, "{files} files, {pages} pages, {records} records");
}
