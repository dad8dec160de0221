//! How many calls of a scope may be in flight: one more while all is well,
//! half of it when the provider says it is too many.

use crate::clock::Moment;
use crate::{Concurrency, Settings};
use std::time::Duration;

/// Weight of the newest window in the running mean and deviation.
const WEIGHT: f64 = 0.4;
/// Deviations above the mean that count as slower.
const SLOWER: f64 = 2.5;
/// Least deviation, as a part of the mean: a very steady link must not make
/// ordinary noise look like congestion.
const LEAST_DEVIATION: f64 = 0.05;

/// Above this many times the shortest round trip it does not grow: the running
/// mean follows a link that fills up slowly, so it alone would not notice.
const FILLING: f64 = 1.5;
/// How much the memory of the shortest round trip fades with each window.
const FADING: f64 = 1.001;

/// Adaptive limit (additive increase, multiplicative decrease), judged once per
/// window of one average round trip.
#[derive(Debug, Clone)]
pub(crate) struct Aimd {
    limit: u32,
    max: u32,
    mean: Option<f64>,
    deviation: f64,
    /// Shortest window mean seen, fading.
    shortest: f64,
    window: Window,
}

#[derive(Debug, Clone, Default)]
struct Window {
    start: Moment,
    sum: f64,
    count: u32,
    /// All permits were out at some moment.
    reached: bool,
    lowered: bool,
}

impl Aimd {
    /// Starts at the connector's figure.
    pub(crate) fn new(bounds: Concurrency, now: Moment) -> Self {
        let max = bounds.max.max(1);
        let window = Window { start: now, ..Window::default() };
        Self { limit: bounds.start.clamp(1, max), max, mean: None, deviation: 0.0, shortest: f64::INFINITY, window }
    }

    /// Calls that may be in flight now.
    pub(crate) fn limit(&self) -> u32 {
        self.limit
    }

    /// Mean round trip of successful calls, once known.
    pub(crate) fn mean(&self) -> Option<Duration> {
        self.mean.and_then(|mean| Duration::try_from_secs_f64(mean).ok())
    }

    /// A call was admitted; `in_flight` counts it.
    pub(crate) fn admitted(&mut self, in_flight: u32) {
        self.window.reached |= in_flight >= self.limit;
    }

    /// A call worked and took `took`. Failures and refusals must not be told
    /// here: they are fast and would look like health.
    pub(crate) fn success(&mut self, took: Duration, now: Moment, settings: &Settings) {
        self.window.sum += took.as_secs_f64();
        self.window.count += 1;
        self.judge(now, settings);
    }

    /// The provider refused because of too many calls at once, or did not
    /// answer in time. At most one decrease per window.
    pub(crate) fn overload(&mut self, now: Moment, settings: &Settings) {
        if !self.window.lowered {
            self.limit = (self.limit / 2).max(1);
            self.window.lowered = true;
        }
        self.judge(now, settings);
    }

    fn judge(&mut self, now: Moment, settings: &Settings) {
        let (shortest, longest) = (settings.concurrency_window_min, settings.concurrency_window_max);
        let length = self.mean().unwrap_or(shortest).max(shortest).min(longest);
        if now.saturating_sub(self.window.start) < length {
            return;
        }
        let window = std::mem::replace(&mut self.window, Window { start: now, ..Window::default() });
        if window.count == 0 {
            return;
        }
        let seen = window.sum / f64::from(window.count);
        self.shortest = seen.min(self.shortest * FADING);
        let Some(mean) = self.mean else {
            self.mean = Some(seen);
            return;
        };
        let deviation = self.deviation.max(mean * LEAST_DEVIATION);
        if window.lowered {
            // Already answered.
        } else if seen > mean + SLOWER * deviation {
            self.limit = (self.limit * 9 / 10).max(1);
        } else if window.reached && seen <= mean + deviation / 2.0 && seen <= FILLING * self.shortest {
            self.limit = (self.limit + 1).min(self.max);
        }
        self.deviation += WEIGHT * ((seen - mean).abs() - self.deviation);
        self.mean = Some(mean + WEIGHT * (seen - mean));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Runs rounds of `limit` calls against a link whose round trip depends on
    /// how many are in flight.
    fn run(aimd: &mut Aimd, rounds: u32, rtt: impl Fn(u32, u32) -> Duration) -> Vec<u32> {
        let settings = Settings::default();
        let mut now = Duration::ZERO;
        (0..rounds)
            .map(|round| {
                let in_flight = aimd.limit();
                aimd.admitted(in_flight);
                let took = rtt(in_flight, round);
                now += took;
                for _ in 0..in_flight {
                    aimd.success(took, now, &settings);
                }
                aimd.limit()
            })
            .collect()
    }

    fn aimd(start: u32, max: u32) -> Aimd {
        Aimd::new(Concurrency { start, max }, Duration::ZERO)
    }

    #[test]
    fn a_constant_link_lets_it_grow_to_the_maximum_and_not_beyond() {
        let limits = run(&mut aimd(4, 20), 200, |_, _| 200 * MS);
        assert_eq!(limits.last(), Some(&20));
        assert!(limits.iter().all(|l| *l <= 20));
    }

    #[test]
    fn a_link_that_queues_beyond_ten_keeps_it_near_ten() {
        let limits = run(&mut aimd(4, 64), 400, |n, _| 200 * MS + 40 * MS * n.saturating_sub(10));
        let late = &limits[200..];
        assert!(late.iter().all(|l| (6..=26).contains(l)), "{late:?}");
    }

    #[test]
    fn jitter_does_not_starve_it() {
        let limits = run(&mut aimd(4, 32), 600, |_, round| (180 + (round * 7919) % 40) * MS);
        assert!(limits[300..].iter().all(|l| *l >= 8), "{:?}", &limits[300..]);
    }

    #[test]
    fn overload_halves_once_per_window_and_never_below_one() {
        let settings = Settings::default();
        let mut aimd = aimd(32, 64);
        for _ in 0..20 {
            aimd.overload(10 * MS, &settings);
        }
        assert_eq!(aimd.limit(), 16);
        for window in 1..20 {
            aimd.overload(150 * MS * window, &settings);
            aimd.overload(150 * MS * window, &settings);
        }
        assert_eq!(aimd.limit(), 1);
    }

    #[test]
    fn it_does_not_grow_while_nobody_needs_more() {
        let settings = Settings::default();
        let mut aimd = aimd(4, 64);
        for n in 1..100 {
            aimd.admitted(1);
            aimd.success(50 * MS, 200 * MS * n, &settings);
        }
        assert_eq!(aimd.limit(), 4);
    }
}
