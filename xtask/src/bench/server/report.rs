//! Rounds, medians, and what is printed.

use super::load::{Load, Measured};
use super::process::Running;
use std::path::Path;
use std::time::Duration;

/// Position of the proxy that all are compared with.
const PROXY: usize = 1;

/// One that is measured.
pub(super) struct Contender<'a> {
    name: &'static str,
    process: Option<&'a Running>,
    load: Load,
}

impl<'a> Contender<'a> {
    /// `process` stands between the load and the provider.
    pub(super) fn new(name: &'static str, process: Option<&'a Running>, load: Load) -> Self {
        Self { name, process, load }
    }
}

/// One contender's turn.
struct Turn {
    measured: Measured,
    own: Duration,
    upstream: Duration,
}

/// All turns of all contenders.
pub(super) struct Table {
    rows: Vec<(&'static str, Vec<Turn>)>,
}

impl Table {
    /// Lets all contenders have their turns, one after the other and round
    /// after round, so that what disturbs the machine disturbs all of them.
    ///
    /// # Errors
    /// When the load generator fails.
    pub(super) fn measure(
        contenders: &mut [Contender<'_>],
        upstream: &Running,
        wrk: &Path,
        seconds: u32,
        rounds: u32,
    ) -> Result<Table, String> {
        let mut rows: Vec<(&'static str, Vec<Turn>)> = contenders.iter().map(|c| (c.name, Vec::new())).collect();
        for round in 0..=rounds {
            for (contender, (_, turns)) in contenders.iter().zip(&mut rows) {
                let cpu = || (contender.process.map_or(Duration::ZERO, Running::cpu), upstream.cpu());
                let before = cpu();
                let measured = contender.load.run(wrk, if round == 0 { 1 } else { seconds })?;
                let after = cpu();
                // The first round only warms up.
                if round > 0 {
                    let (own, upstream) = (after.0.saturating_sub(before.0), after.1.saturating_sub(before.1));
                    turns.push(Turn { measured, own, upstream });
                }
            }
        }
        Ok(Table { rows })
    }

    /// Prints medians over the rounds; processor time is the sum of all rounds
    /// over all their requests.
    pub(super) fn print(&self, title: &str) {
        println!("{title}");
        println!(
            "{:<20} {:>9} {:>9} {:>9} {:>8} {:>15} {:>5}   CPU us a request: own, upstream, wrk",
            "", "req/s", "p50 ms", "p99 ms", "/ nginx", "(lowest-highest)", "bad"
        );
        for (at, (name, turns)) in self.rows.iter().enumerate() {
            let of = |figure: fn(&Measured) -> f64| median(turns.iter().map(|turn| figure(&turn.measured)).collect());
            let requests: u64 = turns.iter().map(|turn| turn.measured.requests).sum();
            let each = |time: fn(&Turn) -> Duration| {
                turns.iter().map(time).sum::<Duration>().as_secs_f64() * 1e6 / requests.max(1) as f64
            };
            let ratios = self.ratios(at);
            let (low, high) = ratios.iter().fold((f64::INFINITY, 0.0_f64), |(l, h), r| (l.min(*r), h.max(*r)));
            println!(
                "{name:<20} {:>9.0} {:>9.2} {:>9.2} {:>8.2} {:>15} {:>5}   {:>5.0} {:>5.0} {:>5.0}",
                of(|m| m.rate),
                of(|m| m.p50),
                of(|m| m.p99),
                median(ratios),
                format!("({low:.2}-{high:.2})"),
                self.bad(at),
                each(|turn| turn.own),
                each(|turn| turn.upstream),
                each(|turn| turn.measured.cpu),
            );
        }
        println!();
    }

    /// The floors under the ratios of those behind the proxy, and that nothing
    /// went wrong.
    pub(super) fn floors(&self, title: &str, floor: f64, aim: f64) -> Vec<Budget> {
        let mut budgets = Vec::new();
        for (at, (name, _)) in self.rows.iter().enumerate().skip(PROXY + 1) {
            let what = format!("{title}: {name} / nginx");
            budgets.push(Budget { aim: Some(aim), ..Budget::least(&what, median(self.ratios(at)), floor) });
        }
        let bad: u64 = (0..self.rows.len()).map(|at| self.bad(at)).sum();
        budgets.push(Budget::most(&format!("{title}: answers that failed, all"), bad as f64, 0.0, ""));
        budgets
    }

    /// Rate over the proxy's in the same round, of each round.
    fn ratios(&self, at: usize) -> Vec<f64> {
        let (own, proxy) = (&self.rows[at].1, &self.rows[PROXY].1);
        own.iter().zip(proxy).map(|(own, proxy)| own.measured.rate / proxy.measured.rate).collect()
    }

    fn bad(&self, at: usize) -> u64 {
        self.rows[at].1.iter().map(|turn| turn.measured.bad).sum()
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// One line of the last table.
pub(super) struct Budget {
    what: String,
    measured: f64,
    bound: f64,
    aim: Option<f64>,
    unit: &'static str,
    at_least: bool,
    /// Times of microseconds depend on the machine and do not bind.
    binding: bool,
}

impl Budget {
    /// `measured` must not be less than `bound`.
    pub(super) fn least(what: &str, measured: f64, bound: f64) -> Self {
        Self { what: what.to_owned(), measured, bound, aim: None, unit: "", at_least: true, binding: true }
    }

    /// `measured` must not be more than `bound`.
    pub(super) fn most(what: &str, measured: f64, bound: f64, unit: &'static str) -> Self {
        Self { what: what.to_owned(), measured, bound, aim: None, unit, at_least: false, binding: true }
    }

    /// The same without consequence.
    pub(super) fn orientation(what: &str, measured: f64, bound: f64, unit: &'static str) -> Self {
        Self { binding: false, ..Self::most(what, measured, bound, unit) }
    }

    fn holds(&self) -> bool {
        if self.at_least { self.measured >= self.bound } else { self.measured <= self.bound }
    }

    /// Whether the run may count as good.
    pub(super) fn met(&self) -> bool {
        self.holds() || !self.binding
    }

    /// Prints it.
    pub(super) fn print(&self) {
        let show = |value: f64| {
            let digits = if value.fract() == 0.0 { 0 } else { 2 };
            format!("{value:.digits$} {}", self.unit).trim_end().to_owned()
        };
        let bound = format!("{} {}", if self.at_least { ">=" } else { "<=" }, show(self.bound));
        let verdict = if self.holds() { "ok" } else { "MISSED" };
        let aim = self.aim.map(show).unwrap_or_default();
        println!("{:<44} {:>12} {bound:>10} {aim:>8}  {verdict}", self.what, show(self.measured));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_kept_up_to_itself_in_its_direction() {
        assert!(Budget::least("a", 0.4, 0.4).met() && !Budget::least("a", 0.39, 0.4).met());
        assert!(Budget::most("a", 3.0, 3.0, "s").met() && !Budget::most("a", 3.1, 3.0, "s").met());
        assert!(Budget::orientation("a", 9.0, 3.0, "us").met());
        assert!(!Budget::least("a", f64::NAN, 0.4).met());
    }

    #[test]
    fn the_median_of_an_odd_number_is_the_middle_one() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }
}
