//! A reader that has nothing but the API keeps a true copy of an org, whatever
//! people do to it meanwhile.

mod judge;
mod world;

use super::in_real_time;
use super::table::Table;
use heddle_tests::{Mirror, Server, ServerOptions};
use judge::{OBJECTS, Verdict, compare};
use serde_json::{Value, json};
use world::World;

/// Page sizes of the reader: borders everywhere.
const LIMITS: [usize; 6] = [1, 3, 10, 50, 200, 2_000];
/// A page is read for this many transactions, on average.
const A_PAGE_FOR: usize = 3;
struct Proof {
    server: Server,
    world: World,
    mirrors: Vec<Mirror>,
    /// Goes on from the newest stamp instead: it must lose something, or the
    /// changes prove nothing.
    careless: Mirror,
}

/// Changes an org at random and reads it meanwhile, by pages.
pub(crate) fn incremental(tenth: bool, seed: u64) -> bool {
    let changes = if tenth { 10_000 } else { 100_000 };
    in_real_time(async move {
        match proof(changes, seed).await {
            Ok(holds) => holds,
            Err(why) => {
                println!("\nincremental, seed {seed}: {why}");
                false
            }
        }
    })
}

async fn proof(changes: usize, seed: u64) -> Result<bool, String> {
    let options = ServerOptions { contacts: 1_200, accounts: 150, daily_limit: 10_000_000, ..ServerOptions::default() };
    let server = Server::with(options).await;
    control(&server, "clock", json!({"at": "2026-06-01T00:00:00Z", "still": true})).await?;
    let world = World::of(&server, seed).await?;
    let mirrors: Vec<Mirror> = OBJECTS.iter().map(|object| Mirror::new(object.plural, object.asked)).collect();
    let careless = Mirror::careless(OBJECTS[0].plural, OBJECTS[0].asked);
    let mut proof = Proof { server, world, mirrors, careless };
    let mut verdict = Verdict::default();
    let rounds = 20;
    for round in 1..=rounds {
        proof.changed(changes * round / rounds).await?;
        verdict += proof.settled(false).await?;
        // Days in which nobody reads, fewer than the bin keeps.
        let days = proof.world.roll(9);
        proof.pass(86_400 * i64::try_from(days).unwrap_or_default()).await?;
        proof.world.refresh(&proof.server).await?;
    }
    let lost = lost(&proof).await?;
    let after_gap = proof.after_a_gap(changes).await?;
    Ok(report(&proof, &verdict, (lost, after_gap), (changes, seed)))
}

impl Proof {
    /// Goes on until so many changes were made in all.
    async fn changed(&mut self, until: usize) -> Result<(), String> {
        while self.world.counts.made() < until {
            self.world.step(&self.server).await?;
            let seconds = self.world.seconds();
            self.pass(seconds).await?;
            if self.world.roll(A_PAGE_FOR) == 0 {
                let limit = LIMITS[self.world.roll(LIMITS.len())];
                match self.world.roll(self.mirrors.len() + 1) {
                    place if place < self.mirrors.len() => self.mirrors[place].page(&self.server, limit).await?,
                    _ => self.careless.page(&self.server, limit).await?,
                };
            }
        }
        Ok(())
    }

    /// Lets open transactions end, reads everything, and compares.
    async fn settled(&mut self, strict: bool) -> Result<Verdict, String> {
        self.pass(world::SETTLED).await?;
        self.careless.catch_up(&self.server, 2_000).await?;
        let mut verdict = Verdict::default();
        for mirror in &mut self.mirrors {
            let limit = LIMITS[2 + self.world.roll(LIMITS.len() - 2)];
            mirror.catch_up(&self.server, limit).await?;
            verdict += compare(&self.server, mirror, &self.world.purged, strict).await?;
        }
        Ok(verdict)
    }

    /// Nobody reads for longer than the bin keeps anything; then ids are
    /// compared, after which the copy is exact. How many records only that
    /// comparison found gone.
    async fn after_a_gap(&mut self, changes: usize) -> Result<usize, String> {
        while self.world.counts.made() < changes + changes / 50 {
            self.world.step(&self.server).await?;
        }
        self.pass(86_400 * 20).await?;
        let mut found = 0;
        for mirror in &mut self.mirrors {
            mirror.catch_up(&self.server, 2_000).await?;
            found += mirror.compare_ids(&self.server).await?;
            compare(&self.server, mirror, &self.world.purged, true).await?;
        }
        Ok(found)
    }

    async fn pass(&self, seconds: i64) -> Result<(), String> {
        if seconds > 0 {
            control(&self.server, "clock", json!({ "advance_seconds": seconds })).await?;
        }
        Ok(())
    }
}

/// Records of which the careless reader's copy is wrong.
async fn lost(proof: &Proof) -> Result<usize, String> {
    let object = &OBJECTS[0];
    let rows = judge::rows(&proof.server, object).await?;
    Ok(rows.iter().filter(|(id, row)| proof.careless.get(id).is_none_or(|own| !object.same(own, row))).count())
}

fn report(proof: &Proof, verdict: &Verdict, (lost, after_gap): (usize, usize), (changes, seed): (usize, u64)) -> bool {
    let mut table = Table::default();
    let counts = &proof.world.counts;
    let some = |table: &mut Table, what: &str, count: usize| {
        table.line(what, count.to_string(), "some".to_owned(), count > 0);
    };
    let made = counts.made();
    table.line("changes", made.to_string(), format!("at least {changes}"), made >= changes);
    for (kind, count) in &counts.by_kind {
        some(&mut table, &format!("  of them: {kind}"), *count);
    }
    some(&mut table, "transactions that ended late", counts.late);
    table.note(
        "changes taken back at the end of late ones, their records having changed",
        counts.taken_back.to_string(),
    );
    table.note("transactions refused, their records having changed", counts.refused.to_string());
    let sum = |of: fn(&Mirror) -> usize| proof.mirrors.iter().map(of).sum::<usize>();
    let pages = sum(|mirror| mirror.pages);
    some(&mut table, "pages read", pages);
    table.exactly("provider calls for them", sum(|mirror| mirror.calls), pages);
    table.note("records that came again", sum(|mirror| mirror.repeated).to_string());
    some(&mut table, "changes found behind the newest stamp of the reading before", sum(|mirror| mirror.behind));
    some(&mut table, "records compared in all 20 comparisons, none different", verdict.compared);
    some(&mut table, "  of them in the bin", verdict.in_bin);
    some(&mut table, "  of them merged into another", verdict.merged);
    some(&mut table, "tombstones in the copy of records that the org has no more", verdict.tombstones);
    table.note("records ended early and never seen deleted", verdict.unseen.to_string());
    some(&mut table, "records lost by a reader that goes on from the newest stamp", lost);
    some(&mut table, "records found gone by comparing ids after 20 days", after_gap);
    table.print(&format!("A copy kept by reading changes, over {changes} changes of the org (seed {seed})"))
}

/// One control request that must succeed.
async fn control(server: &Server, path: &str, body: Value) -> Result<Value, String> {
    let answer = server.control("POST", path, body).await;
    match answer.get("error") {
        None => Ok(answer),
        Some(error) => Err(format!("the stand-in refused {path}: {error}")),
    }
}
