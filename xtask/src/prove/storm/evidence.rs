//! What the calls of a storm and the provider's log say together.

use super::{LONGEST_WAIT_MS, Storm};
use crate::prove::table::Table;

/// An answer reaches its caller this much after it was decided, on a busy
/// machine; a request reaches the provider this much after it was let go.
const SLACK_MS: u64 = 60;

/// A call that was made.
pub(super) struct Made {
    pub(super) started_ms: u64,
    pub(super) ended_ms: u64,
    pub(super) status: u16,
    pub(super) code: String,
    /// Requests to the provider that the answer names.
    pub(super) sent: u32,
    pub(super) wait_ms: Option<u64>,
}

impl Made {
    fn failed(&self) -> bool {
        self.status != 200
    }

    /// When it was told to come back.
    pub(super) fn back_ms(&self) -> Option<u64> {
        self.wait_ms.filter(|_| self.failed()).map(|wait| self.ended_ms + wait)
    }
}

/// Two calls around a time that was told.
pub(super) struct Sample {
    pub(super) back_ms: u64,
    pub(super) before: Made,
    pub(super) after: Made,
}

impl Sample {
    /// Whether the machine was quick enough for the early call to be early.
    fn early(&self) -> bool {
        self.before.ended_ms + 10 < self.back_ms
    }

    fn refused_before(&self) -> bool {
        self.before.failed() && self.before.sent == 0
    }

    /// Let through itself, or refused because another call was the probe just then.
    fn tried_after(&self, arrivals: &[u64]) -> bool {
        self.after.sent > 0 || any_between(arrivals, self.back_ms.saturating_sub(SLACK_MS), self.after.ended_ms)
    }
}

fn any_between(arrivals: &[u64], from: u64, until: u64) -> bool {
    arrivals.iter().any(|at| (from..until).contains(at))
}

/// Prints the table; whether all of it holds.
pub(super) fn judge(storm: &Storm, made: &[(Made, Option<Sample>)], arrivals: &[u64]) -> bool {
    let failed: Vec<&Made> = made.iter().map(|(one, _)| one).filter(|one| one.failed()).collect();
    // A guess is counted as such; its samples would count it again.
    let samples = made.iter().filter(|(one, _)| !sent_early(one, arrivals));
    let samples: Vec<&Sample> = samples.filter_map(|(_, sample)| sample.as_ref()).collect();
    let during = arrivals.iter().filter(|at| (storm.from_ms..storm.until_ms).contains(*at)).count();
    let count = |wrong: &dyn Fn(&Made) -> bool| failed.iter().filter(|one| wrong(one)).count();
    let planned = usize::try_from(storm.calls + storm.calm_calls).unwrap_or(usize::MAX);

    let mut table = Table::default();
    table.exactly("calls made", made.len(), planned);
    table.at_most("requests that reached the sandbox", arrivals.len(), storm.most);
    table.at_most("requests during the outage", during, storm.most_during);
    table.note("calls answered 200", (made.len() - failed.len()).to_string());
    table.note("calls that failed", failed.len().to_string());
    table.note("  of them without a request to the provider", count(&|one| one.sent == 0).to_string());
    table.line("  of them 503 provider_unavailable", count(&unavailable).to_string(), "all".to_owned(), {
        failed.iter().all(|one| unavailable(one)) && !failed.is_empty()
    });
    table.exactly("  without a retry_after", count(&|one| one.wait_ms.is_none()), 0);
    let longest = failed.iter().filter_map(|one| one.wait_ms).max().unwrap_or_default();
    let most = format!("at most {LONGEST_WAIT_MS} ms");
    table.line("  longest retry_after", format!("{longest} ms"), most, longest <= LONGEST_WAIT_MS);
    let guesses = count(&|one| sent_early(one, arrivals));
    table.at_most("  told a time before which a request was sent", guesses, storm.most_guesses);
    table.exactly("  started after the calm began", count(&|one| one.started_ms >= storm.calm_ms), 0);

    let early: Vec<&&Sample> = samples.iter().filter(|sample| sample.early()).collect();
    let refused = early.iter().filter(|sample| sample.refused_before()).count();
    let tried = samples.iter().filter(|sample| sample.tried_after(arrivals)).count();
    table.line("times told, each with two sample calls", samples.len().to_string(), "1 or more".to_owned(), {
        !early.is_empty()
    });
    table.exactly("  refused just before, without a request", refused, early.len());
    table.exactly("  let through or probed just after", tried, samples.len());
    let holds = table.print(&format!(
        "{} calls in {} s, 503 from {} to {} s, then {} calls",
        storm.calls,
        storm.load_ms / 1_000,
        storm.from_ms / 1_000,
        storm.until_ms / 1_000,
        storm.calm_calls
    ));
    for sample in &samples {
        let say = |one: &Made| format!("at {} ms: {} {}, {} sent", one.started_ms, one.status, one.code, one.sent);
        println!("    told {} ms; {}; {}", sample.back_ms, say(&sample.before), say(&sample.after));
    }
    if !holds || guesses > 0 {
        explain(&failed, arrivals);
    }
    holds
}

fn unavailable(one: &Made) -> bool {
    (one.status, one.code.as_str()) == (503, "provider_unavailable")
}

/// Whether anything reached the provider before the time this call was told.
fn sent_early(one: &Made, arrivals: &[u64]) -> bool {
    one.back_ms().is_some_and(|back| any_between(arrivals, one.ended_ms + SLACK_MS, back.saturating_sub(SLACK_MS)))
}

/// The first calls that were told something untrue or failed for other reasons.
fn explain(failed: &[&Made], arrivals: &[u64]) {
    for one in failed.iter().filter(|one| sent_early(one, arrivals) || !unavailable(one)).take(10) {
        let Made { started_ms, ended_ms, status, code, sent, wait_ms } = one;
        let back = one.back_ms().unwrap_or_default();
        let early = arrivals.iter().filter(|at| (ended_ms + SLACK_MS..back).contains(*at)).take(5);
        println!(
            "    {started_ms} to {ended_ms} ms: {status} {code}, {sent} sent, told to wait {wait_ms:?} ms; \
             requests before that: {:?}",
            early.collect::<Vec<_>>()
        );
    }
}
