//! Every order, both ways, walked page by page.

use super::filters::offered;
use super::oracle::{order, values};
use super::plan::{Name, names};
use super::stage::{Stage, stages};
use futures_util::{StreamExt, stream};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The ids in the order that the API documents: by value, nulls last either
/// way, then by id.
fn sorted(stage: &Stage, name: &Name, descending: bool) -> Vec<String> {
    let mut records: Vec<&Value> = stage.all.iter().collect();
    records.sort_by(|a, b| {
        let by_value = match (values(a, &name.name).first(), values(b, &name.name).first()) {
            (Some(a), Some(b)) if descending => order(b, a),
            (Some(a), Some(b)) => order(a, b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        by_value.then_with(|| order(&a["id"], &b["id"]))
    });
    records.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

async fn walked(stage: &Stage, sort: &str) -> Result<Vec<String>, String> {
    let (mut ids, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let answer = match &cursor {
            None => stage.list(&[("sort", sort), ("limit", "67"), ("fields", "id")]).await,
            Some(cursor) => stage.list(&[("cursor", cursor)]).await,
        };
        if answer.status != 200 {
            return Err(format!("{sort}: {}", answer.text));
        }
        if answer.provider_calls() != 1 {
            return Err(format!("{sort}: {} calls for a page", answer.provider_calls()));
        }
        ids.extend(answer.ids());
        if ids.len() > stage.all.len() {
            return Err(format!("{sort}: more records than there are"));
        }
        cursor = answer.json["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return Ok(ids);
        }
    }
}

async fn wrong(stage: &Stage, name: &Name, descending: bool) -> Option<String> {
    let sort = format!("{}{}", if descending { "-" } else { "" }, name.name);
    let wanted = sorted(stage, name, descending);
    match walked(stage, &sort).await {
        Err(why) => Some(why),
        Ok(got) if got == wanted => None,
        Ok(got) => {
            let at = got.iter().zip(&wanted).position(|(a, b)| a != b);
            Some(format!("{sort}: {} of {} records, the first wrong one at {at:?}", got.len(), wanted.len()))
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_gives_each_record_once_and_in_its_place() {
    for stage in stages().await {
        let names = names(&stage);
        let own = |name: &Name| name.name == "id" || name.name == "remote_id";
        let trials = names.iter().filter(|name| name.sorts()).flat_map(|name| {
            let ways: &[bool] = if own(name) { &[false] } else { &[false, true] };
            ways.iter().map(move |descending| (name, *descending))
        });
        let trials: Vec<_> = trials.collect();
        assert!(trials.len() > if stage.model().writable() { 9 } else { 5 }, "{}", trials.len());
        let stage = &stage;
        let wrong: Vec<String> = stream::iter(trials)
            .map(|(name, descending)| wrong(stage, name, descending))
            .buffer_unordered(8)
            .filter_map(std::future::ready)
            .collect()
            .await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn every_other_order_is_refused_before_any_call() {
    for stage in stages().await {
        let before = stage.calls();
        for name in names(&stage).iter().filter(|name| !name.sorts()) {
            for sort in [name.name.clone(), format!("-{}", name.name)] {
                let answer = stage.list(&[("sort", &sort)]).await;
                assert_eq!((answer.status, answer.code()), (400, "unsupported_filter"), "{sort}: {}", answer.text);
            }
        }
        for sort in ["-id", "-remote_id", "email_addresses", "owner", "url"] {
            if stage.model().field(sort.trim_start_matches('-')).is_none() {
                continue;
            }
            let answer = stage.list(&[("sort", sort)]).await;
            assert_eq!((answer.status, answer.code()), (400, stage.refusal_of(sort)), "{sort}: {}", answer.text);
        }
        for sort in ["nothing", "--birthday", "birthday,id", "custom_fields.Nothing__c"] {
            let answer = stage.list(&[("sort", sort)]).await;
            assert_eq!((answer.status, answer.code()), (400, "invalid_request"), "{sort}: {}", answer.text);
        }
        assert_eq!(stage.calls(), before, "a refused order reached the provider");
    }
}

#[tokio::test]
async fn a_refused_order_offers_no_name_that_would_be_refused_again() {
    for stage in stages().await {
        let answer = stage.list(&[("sort", "name")]).await.expect_problem(400, stage.refusal_of("name"));
        let names = names(&stage);
        let sorts: BTreeSet<String> = names.iter().filter(|n| n.sorts()).map(|n| n.name.clone()).collect();
        let vain = &offered(&answer) - &sorts;
        assert!(vain.is_empty(), "offered in vain: {vain:?}");
    }
}
