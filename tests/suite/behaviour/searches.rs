//! Trees of conditions, evaluated by hand over the whole list.

use super::filters::trials;
use super::oracle::holds;
use super::plan::{Name, names};
use super::stage::{Stage, stages};
use heddle_connector::mapping::Op;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// Trees of each object.
const TREES: usize = 16;
/// Most conditions of one search.
const CONDITIONS: usize = 20;
/// Deepest nesting of groups.
const DEPTH: usize = 5;

/// A tree whose leaves are places in the list of all conditions.
#[derive(Debug, Clone)]
enum Tree {
    Leaf(usize),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Vec<Tree>),
}

/// A condition that works.
struct Leaf<'n> {
    name: &'n Name,
    op: Op,
    values: Vec<String>,
}

impl Tree {
    fn any() -> impl Strategy<Value = Tree> {
        let leaf = any::<usize>().prop_map(Tree::Leaf);
        leaf.prop_recursive(4, 14, 3, |inner| {
            let parts = prop::collection::vec(inner, 1..=3);
            prop_oneof![parts.clone().prop_map(Tree::And), parts.clone().prop_map(Tree::Or), parts.prop_map(Tree::Not),]
        })
    }

    fn parts(&self) -> &[Tree] {
        match self {
            Tree::Leaf(_) => &[],
            Tree::And(parts) | Tree::Or(parts) | Tree::Not(parts) => parts,
        }
    }

    fn leaves(&self) -> usize {
        match self {
            Tree::Leaf(_) => 1,
            _ => self.parts().iter().map(Tree::leaves).sum(),
        }
    }

    fn depth(&self) -> usize {
        let below = self.parts().iter().map(Tree::depth).max().unwrap_or_default();
        below + usize::from(!matches!(self, Tree::Leaf(_)))
    }

    fn body(&self, all: &[Leaf<'_>]) -> Value {
        let list = |parts: &[Tree]| parts.iter().map(|part| part.body(all)).collect::<Vec<_>>();
        match self {
            Tree::And(parts) => json!({ "and": list(parts) }),
            Tree::Or(parts) => json!({ "or": list(parts) }),
            Tree::Not(parts) => json!({ "not": list(parts) }),
            Tree::Leaf(at) => {
                let leaf = &all[at % all.len()];
                let value = match leaf.op {
                    Op::In => json!(leaf.values),
                    Op::IsNull => json!(leaf.values[0] == "true"),
                    _ => json!(leaf.values[0]),
                };
                json!({"field": leaf.name.name, "op": leaf.op.as_str(), "value": value})
            }
        }
    }

    fn holds(&self, record: &Value, all: &[Leaf<'_>]) -> bool {
        match self {
            Tree::And(parts) => parts.iter().all(|part| part.holds(record, all)),
            Tree::Or(parts) => parts.iter().any(|part| part.holds(record, all)),
            Tree::Not(parts) => !parts.iter().any(|part| part.holds(record, all)),
            Tree::Leaf(at) => {
                let leaf = &all[at % all.len()];
                holds(record, leaf.name, leaf.op, &leaf.values)
            }
        }
    }
}

fn leaves<'n>(stage: &Stage, names: &'n [Name]) -> Vec<Leaf<'n>> {
    let mut leaves = Vec::new();
    for name in names {
        for op in Op::ALL.iter().copied().filter(|op| name.works(stage, *op)) {
            leaves.extend(trials(stage, name, op).into_iter().map(|t| Leaf { name, op, values: t.values }));
        }
    }
    leaves
}

/// The ids that the whole list has under a condition.
fn wanted(stage: &Stage, fits: impl Fn(&Value) -> bool) -> Vec<String> {
    stage.all.iter().filter(|record| fits(record)).map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tree_of_conditions_finds_what_the_whole_list_holds() {
    let mut runner = TestRunner::deterministic();
    let (mut some, mut negations) = (0, 0);
    for stage in stages().await {
        let names = names(&stage);
        let all = leaves(&stage, &names);
        for _ in 0..TREES {
            let tree = loop {
                let tree = Tree::any().new_tree(&mut runner).unwrap().current();
                if tree.leaves() <= CONDITIONS && tree.depth() <= DEPTH {
                    break tree;
                }
            };
            let body = tree.body(&all);
            let wanted = wanted(&stage, |record| tree.holds(record, &all));
            let search = json!({"filter": body, "fields": ["id"], "limit": stage.spec.max_page});
            let answer = stage.search(&search).await.expect(200);
            assert_eq!(answer.provider_calls(), 1, "{body}");
            assert_eq!(answer.ids(), wanted, "{} {body}", stage.spec.object.plural());
            some += usize::from(!wanted.is_empty() && wanted.len() < stage.all.len());
            negations += usize::from(body.to_string().contains("\"not\""));
        }
    }
    assert!(some > 30 && negations > 30, "{some} searches tell records apart, {negations} have a not");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_opposite_of_every_comparison_finds_exactly_the_other_records() {
    for stage in stages().await {
        let names = names(&stage);
        for leaf in &leaves(&stage, &names) {
            // Of each kind of comparison of each name one: the rest differs in values alone.
            let tree = Tree::Not(vec![Tree::Leaf(0)]);
            let one = std::slice::from_ref(leaf);
            let body = tree.body(one);
            let wanted = wanted(&stage, |record| !holds(record, leaf.name, leaf.op, &leaf.values));
            let search = json!({"filter": body, "fields": ["id"], "limit": stage.spec.max_page});
            let answer = stage.search(&search).await.expect(200);
            assert_eq!(answer.ids(), wanted, "{} {body}", stage.spec.object.plural());
        }
    }
}

#[tokio::test]
async fn conditions_that_cannot_be_are_refused_with_their_place_before_any_call() {
    for stage in stages().await {
        let names = names(&stage);
        let before = stage.calls();
        let fine = json!({"field": "id", "op": "is_null", "value": false});
        let (mut refused, mut codes) = (0, Vec::new());
        for name in &names {
            for op in Op::ALL.iter().copied().filter(|op| !name.works(&stage, *op)) {
                let value = match op {
                    Op::In => json!(trials(&stage, name, op)[0].values),
                    Op::IsNull => json!(true),
                    _ => json!(trials(&stage, name, op)[0].values[0]),
                };
                let leaf = json!({"field": name.name, "op": op.as_str(), "value": value});
                let answer = stage.search(&json!({"filter": {"or": [fine, {"not": [leaf]}]}})).await;
                let answer = answer.expect_problem(400, "unsupported_filter");
                let pointer = answer.json["errors"][0]["pointer"].as_str().unwrap();
                assert_eq!(pointer, "/filter/or/1/not/0/field", "{}", answer.text);
                refused += 1;
            }
        }
        for (leaf, part) in [
            (json!({"field": "nothing", "value": 1}), "field"),
            (json!({"field": "id", "op": "like", "value": "x"}), "op"),
            (json!({"field": "created_at", "value": "yesterday"}), "value"),
            (json!({"field": "id", "op": "in", "value": "x"}), "value"),
            (json!({"field": "id", "value": ["x"]}), "value"),
        ] {
            let answer = stage.search(&json!({"filter": {"and": [leaf]}})).await;
            codes.push(answer.code().to_owned());
            let pointer = answer.json["errors"][0]["pointer"].as_str().unwrap_or_default();
            assert_eq!((answer.status, pointer), (400, format!("/filter/and/0/{part}").as_str()), "{}", answer.text);
        }
        assert!(codes.iter().all(|code| code == "invalid_request"), "{codes:?}");
        assert_eq!(stage.calls(), before, "a refused search reached the provider");
        assert!(refused > if stage.model().writable() { 50 } else { 20 }, "{refused}");
    }
}
