//! What people do to an org: random, and the same for the same seed.

use super::judge::{OBJECTS, rows};
use crate::prove::mutate::Dice;
use heddle_tests::Server;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Longest time between a stamp and its commit, in seconds: less than what
/// `resume_after` stays behind.
const LATEST: usize = 290;
/// Seconds after which every transaction has ended.
pub(super) const SETTLED: i64 = LATEST as i64 + 1;
/// Transactions after which the ids are looked up anew: deletions of accounts
/// take contacts along.
const REFRESH: usize = 200;

/// What was done.
#[derive(Default)]
pub(super) struct Counts {
    /// Single changes that were begun.
    begun: usize,
    /// Those whose transaction could not be carried out in the end, as last
    /// looked up.
    pub(super) taken_back: usize,
    pub(super) by_kind: BTreeMap<&'static str, usize>,
    pub(super) late: usize,
    pub(super) refused: usize,
}

impl Counts {
    /// Single changes that were carried out, or are open.
    pub(super) fn made(&self) -> usize {
        self.begun.saturating_sub(self.taken_back)
    }
}

/// The org as those know it who change it.
pub(super) struct World {
    dice: Dice,
    /// Live ids and those in the bin, in the order of `OBJECTS`.
    live: [Vec<String>; 3],
    bin: [Vec<String>; 3],
    users: Vec<String>,
    serial: usize,
    steps: usize,
    pub(super) counts: Counts,
    /// Records that were taken out of the bin before their time.
    pub(super) purged: BTreeSet<String>,
}

impl World {
    pub(super) async fn of(server: &Server, seed: u64) -> Result<Self, String> {
        let answer = server.control("GET", "rows", json!({ "object": "User" })).await;
        let users = answer["rows"].as_array().into_iter().flatten();
        let users = users.filter_map(|row| row["id"].as_str().map(str::to_owned)).collect();
        let mut world = Self {
            dice: Dice::new(seed),
            live: Default::default(),
            bin: Default::default(),
            users,
            serial: 0,
            steps: 0,
            counts: Counts::default(),
            purged: BTreeSet::new(),
        };
        world.refresh(server).await?;
        Ok(world)
    }

    pub(super) fn roll(&mut self, below: usize) -> usize {
        self.dice.roll(below)
    }

    /// Seconds until the next step: none for most, so that stamps are equal.
    pub(super) fn seconds(&mut self) -> i64 {
        let seconds = match self.roll(100) {
            0..60 => 0,
            60..90 => 1 + self.roll(3),
            90..99 => 10 + self.roll(200),
            _ => self.roll(3_600),
        };
        i64::try_from(seconds).unwrap_or_default()
    }

    /// Looks up which records there are.
    pub(super) async fn refresh(&mut self, server: &Server) -> Result<(), String> {
        for (place, object) in OBJECTS.iter().enumerate() {
            self.live[place].clear();
            self.bin[place].clear();
            for (id, row) in rows(server, object).await? {
                let list = if row["IsDeleted"] == true { &mut self.bin } else { &mut self.live };
                list[place].push(id);
            }
        }
        let clock = server.control("GET", "clock", Value::Null).await;
        let taken_back = clock["taken_back"].as_u64().ok_or("the stand-in has no clock")?;
        self.counts.taken_back = usize::try_from(taken_back).map_err(|why| why.to_string())?;
        Ok(())
    }

    /// One transaction.
    pub(super) async fn step(&mut self, server: &Server) -> Result<(), String> {
        self.steps += 1;
        if self.steps.is_multiple_of(REFRESH) {
            self.refresh(server).await?;
        }
        let (kind, changes) = self.transaction();
        let late = if kind != "purge" && self.roll(8) == 0 { 1 + self.roll(LATEST) } else { 0 };
        let body = json!({ "changes": changes, "commit_after_seconds": late });
        let answer = server.control("POST", "changes", body).await;
        if answer.get("error").is_some() {
            self.counts.refused += 1;
            return Ok(());
        }
        self.counts.begun += changes.len();
        *self.counts.by_kind.entry(kind).or_default() += changes.len();
        self.counts.late += usize::from(late > 0);
        if kind == "purge" {
            let ids = changes.iter().filter_map(|change| change["id"].as_str());
            self.purged.extend(ids.map(str::to_owned));
        }
        Ok(())
    }

    fn transaction(&mut self) -> (&'static str, Vec<Value>) {
        let place = [0, 0, 0, 0, 0, 0, 0, 1, 2, 2][self.roll(10)];
        match self.roll(100) {
            0..24 => ("create", self.times(1, 3, |world| world.create(place))),
            24..54 => ("update", self.times(1, 2, |world| world.rename(place))),
            54..57 => ("change of the owner in bulk", self.times(10, 30, |world| world.give(place))),
            57..60 => ("update in bulk", self.times(5, 20, |world| world.rename(place))),
            60..74 => {
                // An account takes its contacts along.
                let place = if place == 1 && self.roll(3) > 0 { 0 } else { place };
                ("delete", self.times(1, 2, |world| world.named("delete", place, false)))
            }
            74..82 => ("undelete", self.times(1, 1, |world| world.named("undelete", place, true))),
            82..92 => ("merge", self.merge(place)),
            92..96 => ("purge", self.times(1, 1, |world| world.named("purge", place, true))),
            _ => ("move to another account", self.times(1, 2, Self::rehome)),
        }
    }

    fn times(&mut self, least: usize, most: usize, mut change: impl FnMut(&mut Self) -> Value) -> Vec<Value> {
        (0..least + self.roll(most - least + 1)).map(|_| change(self)).collect()
    }

    fn create(&mut self, place: usize) -> Value {
        let (name, serial) = (self.name(place), self.next());
        let mut fields = json!({ name: format!("New {serial}"), "OwnerId": self.user() });
        match place {
            0 if self.roll(4) > 0 => fields["AccountId"] = self.pick(1, false).into(),
            2 => fields["Company"] = "Example".into(),
            _ => {}
        }
        json!({ "do": "create", "object": OBJECTS[place].name, "fields": fields })
    }

    fn rename(&mut self, place: usize) -> Value {
        let (name, serial) = (self.name(place), self.next());
        json!({ "do": "update", "id": self.pick(place, false), "fields": { name: format!("Name {serial}") } })
    }

    fn give(&mut self, place: usize) -> Value {
        let (id, user) = (self.pick(place, false), self.user());
        json!({ "do": "update", "id": id, "fields": { "OwnerId": user }, "system": true })
    }

    fn rehome(&mut self) -> Value {
        let (id, account) = (self.pick(0, false), self.pick(1, false));
        json!({ "do": "update", "id": id, "fields": { "AccountId": account } })
    }

    fn named(&mut self, what: &str, place: usize, in_bin: bool) -> Value {
        json!({ "do": what, "id": self.pick(place, in_bin) })
    }

    fn merge(&mut self, place: usize) -> Vec<Value> {
        let losers: Vec<String> = (0..1 + self.roll(2)).map(|_| self.pick(place, false)).collect();
        vec![json!({ "do": "merge", "winner": self.pick(place, false), "losers": losers })]
    }

    fn name(&self, place: usize) -> &'static str {
        if place == 1 { "Name" } else { "LastName" }
    }

    fn next(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }

    fn user(&mut self) -> String {
        let place = self.roll(self.users.len());
        self.users.get(place).cloned().unwrap_or_default()
    }

    /// Some record; it may have changed its state since the ids were looked up.
    fn pick(&mut self, place: usize, in_bin: bool) -> String {
        let length = if in_bin { self.bin[place].len() } else { self.live[place].len() };
        let at = self.roll(length);
        let list = if in_bin { &self.bin[place] } else { &self.live[place] };
        list.get(at).cloned().unwrap_or_default()
    }
}
