//! Every comparison of every name.

use super::oracle::{holds, joined, samples};
use super::plan::{Behind, Class, Name, names};
use super::stage::{Stage, stages};
use futures_util::{StreamExt, stream};
use heddle_connector::mapping::Op;
use heddle_tests::Answer;
use std::collections::{BTreeMap, BTreeSet};

/// A condition to try: its text, and the values in it.
pub(super) struct Trial {
    text: String,
    pub(super) values: Vec<String>,
}

pub(super) fn trials(stage: &Stage, name: &Name, op: Op) -> Vec<Trial> {
    let samples = samples(&stage.all, name);
    let one = |value: String| Trial { text: value.clone(), values: vec![value] };
    match op {
        Op::IsNull => ["true", "false"].map(|text| one(text.to_owned())).into(),
        Op::In => {
            let mut values = samples;
            if name.class == Class::Text {
                values.push("comma, back\\slash and 100%_'quote\"".to_owned());
            }
            vec![Trial { text: joined(&values), values }]
        }
        Op::Contains => samples.iter().map(|text| one(piece(text, text.chars().count() / 3))).collect(),
        Op::StartsWith => samples.iter().map(|text| one(piece(text, 0).to_uppercase())).collect(),
        _ => samples.into_iter().map(one).collect(),
    }
}

/// Up to three characters of a text.
fn piece(text: &str, from: usize) -> String {
    text.chars().skip(from).take(3).collect()
}

/// The difference between the answer and the whole list, if there is one.
async fn tried(stage: &Stage, name: &Name, op: Op, trial: &Trial) -> Option<String> {
    let limit = stage.spec.max_page.to_string();
    let filter = format!("filter[{}][{}]", name.name, op.as_str());
    let said = format!("{filter}={}", trial.text);
    let answer = stage.list(&[(&filter, &trial.text), ("fields", "id"), ("limit", &limit)]).await;
    if answer.status != 200 {
        return Some(format!("{said}: {}", answer.text));
    }
    let fitting = stage.all.iter().filter(|record| holds(record, name, op, &trial.values));
    let wanted: Vec<&str> = fitting.map(|record| record["id"].as_str().unwrap()).collect();
    let got = answer.ids();
    if answer.provider_calls() != 1 {
        return Some(format!("{said}: {} calls", answer.provider_calls()));
    }
    (got != wanted).then(|| {
        let extra: Vec<_> = got.iter().filter(|id| !wanted.contains(&id.as_str())).take(3).collect();
        let missing: Vec<_> = wanted.iter().filter(|id| !got.contains(&(**id).to_owned())).take(3).collect();
        format!("{said}: {} records instead of {}; too much {extra:?}, missing {missing:?}", got.len(), wanted.len())
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_declared_comparison_gives_what_the_whole_list_holds() {
    // Over all objects: not every one has a field of each class.
    let mut once = BTreeMap::<(String, &str), usize>::new();
    let mut ops = Vec::new();
    for stage in stages().await {
        let names = names(&stage);
        let mut wanted = Vec::new();
        ops.extend(stage.spec.filter_ops);
        for name in &names {
            for op in Op::ALL.iter().copied().filter(|op| name.works(&stage, *op)) {
                let trials = trials(&stage, name, op);
                *once.entry((format!("{:?}", name.class), op.as_str())).or_default() += trials.len();
                wanted.extend(trials.into_iter().map(|trial| (name, op, trial)));
            }
        }
        let stage = &stage;
        let wrong: Vec<String> = stream::iter(&wanted)
            .map(|(name, op, trial)| tried(stage, name, *op, trial))
            .buffer_unordered(8)
            .filter_map(std::future::ready)
            .collect()
            .await;
        assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), wanted.len(), wrong.join("\n"));
        assert!(wanted.len() > if stage.model().writable() { 100 } else { 40 }, "{}", wanted.len());
    }
    for class in [Class::Text, Class::Word, Class::Time, Class::Number, Class::Truth] {
        for op in ops.iter().filter(|op| class.takes(**op)) {
            let tried = once.contains_key(&(format!("{class:?}"), op.as_str()));
            assert!(tried, "{class:?} {} was not tried", op.as_str());
        }
    }
}

#[tokio::test]
async fn every_other_comparison_is_refused_before_any_call() {
    for stage in stages().await {
        let (before, mut refused) = (stage.calls(), 0);
        for name in names(&stage) {
            for op in Op::ALL.iter().copied().filter(|op| !name.works(&stage, *op)) {
                let filter = format!("filter[{}][{}]", name.name, op.as_str());
                let text = trials(&stage, &name, op).remove(0).text;
                let answer = stage.list(&[(&filter, &text)]).await.expect_problem(400, "unsupported_filter");
                assert_eq!(answer.json["errors"][0]["pointer"], format!("?filter[{}]", name.name), "{}", answer.text);
                if let Behind::Absent(why) = &name.behind {
                    assert!(answer.detail().contains(&why.to_string()), "{filter}: {}", answer.detail());
                }
                refused += 1;
            }
        }
        assert_eq!(stage.calls(), before, "a refused comparison reached the provider");
        assert!(refused > if stage.model().writable() { 50 } else { 20 }, "{refused}");
    }
}

/// Whether the object has the field that a parameter names.
fn has(stage: &Stage, parameter: &str) -> bool {
    let name = parameter.trim_start_matches("filter[").split([']', '.']).next().unwrap();
    stage.model().field(name).is_some()
}

/// The names that a refusal offers instead.
pub(super) fn offered(answer: &Answer) -> BTreeSet<String> {
    let list = answer.detail().split_once("possible here are ").unwrap_or_else(|| panic!("{}", answer.detail())).1;
    list.split(", ").map(str::to_owned).collect()
}

#[tokio::test]
async fn a_refused_condition_offers_exactly_the_names_that_conditions_can_give() {
    for stage in stages().await {
        let names = names(&stage);
        let works = |name: &&Name| stage.spec.filter_ops.iter().any(|op| name.works(&stage, *op));
        let wanted: BTreeSet<String> = names.iter().filter(works).map(|name| name.name.clone()).collect();
        let answer = stage.list(&[("filter[nothing]", "1")]).await.expect_problem(400, "invalid_request");
        let offered = offered(&answer);
        let (missing, false_ones) = (&wanted - &offered, &offered - &wanted);
        assert!(
            missing.is_empty() && false_ones.is_empty(),
            "not offered: {missing:?}; offered in vain: {false_ones:?}"
        );
    }
}

#[tokio::test]
async fn names_operators_and_values_that_do_not_exist_are_refused_before_any_call() {
    for stage in stages().await {
        let before = stage.calls();
        for (filter, text) in [
            ("filter[nothing]", "1"),
            ("filter[email_addresses.colour]", "1"),
            ("filter[account.owner.name]", "1"),
            ("filter[custom_fields.Nothing__c]", "1"),
            ("filter[id][like]", "1"),
            ("filter[id][EQ]", "1"),
            ("filter[created_at]", "yesterday"),
            ("filter[created_at][gt]", "2026-02-30T00:00:00Z"),
            ("filter[birthday]", "1970-02-31"),
            ("filter[birthday][is_null]", "maybe"),
            ("filter[do_not_call]", "1"),
            ("filter[addresses.latitude][gt]", "north"),
            ("filter[last_name][contains]", ""),
            ("filter[last_name][in]", "one\\"),
        ] {
            let answer = stage.list(&[(filter, text)]).await.expect_problem(400, "invalid_request");
            assert!(answer.json["errors"][0]["pointer"].as_str().unwrap().starts_with("?filter["), "{}", answer.text);
        }
        for (filter, text) in [
            ("filter[email_addresses]", "a@b.example"),
            ("filter[email_addresses.is_primary]", "true"),
            ("filter[email_addresses.type]", "WORK"),
            ("filter[phone_numbers.e164]", "+49221123456"),
            ("filter[owner]", "1"),
            ("filter[custom_fields]", "1"),
            ("filter[url]", "1"),
            ("filter[provider]", "salesforce"),
            ("filter[raw]", "1"),
        ] {
            if !has(&stage, filter) {
                continue;
            }
            let answer = stage.list(&[(filter, text)]).await;
            let code = stage.refusal_of(filter.trim_start_matches("filter[").trim_end_matches(']'));
            assert_eq!((answer.status, answer.code()), (400, code), "{filter}: {}", answer.text);
        }
        assert_eq!(stage.calls(), before, "a refused comparison reached the provider");
    }
}
