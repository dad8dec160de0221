//! Rate tokens as one number per window (generic cell rate algorithm).

use crate::Rate;
use crate::clock::Moment;
use std::time::Duration;

/// A cost above the burst: waiting would never help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Impossible;

/// One window of one scope, in whole nanoseconds.
///
/// A bucket with burst `B` and refill `R` lets `B + R*W` through in a window
/// `W`; it is set up so that this stays within the limit times the headroom.
#[derive(Debug, Clone)]
pub(crate) struct Gcra {
    /// Nanoseconds between two units.
    interval: u64,
    /// Units that may go out at once.
    burst: u32,
    /// Theoretical arrival time: when the bucket is full again.
    tat: u64,
}

impl Gcra {
    /// A full bucket for `rate`; `headroom` and `burst` as in the settings.
    pub(crate) fn new(rate: Rate, headroom: f64, burst: f64) -> Self {
        let part = |share: f64| (f64::from(rate.limit) * share.clamp(0.0, 1.0)).floor() as u32;
        let burst = part(burst).max(1);
        let window = nanos(rate.per).max(1);
        // With a limit of one or two nothing is left beside the burst; the
        // headroom then lengthens the window instead.
        let interval = match part(headroom).saturating_sub(burst) {
            0 => (window as f64 / headroom.clamp(0.01, 1.0)).ceil() as u64,
            steady => window.div_ceil(u64::from(steady)),
        };
        Self { interval, burst, tat: 0 }
    }

    /// How long until `cost` units can be taken; zero is now.
    pub(crate) fn wait(&self, cost: u32, now: Moment) -> Result<Duration, Impossible> {
        if cost > self.burst { Err(Impossible) } else { Ok(self.estimate(u64::from(cost), now)) }
    }

    /// How long until `cost` units, taken one after the other, are through.
    pub(crate) fn estimate(&self, cost: u64, now: Moment) -> Duration {
        let now = nanos(now);
        let tat = self.tat.max(now).saturating_add(self.interval.saturating_mul(cost));
        Duration::from_nanos(tat.saturating_sub(now).saturating_sub(self.tolerance()))
    }

    /// Takes `cost` units; to be called only when [`Self::wait`] was zero.
    pub(crate) fn take(&mut self, cost: u32, now: Moment) {
        self.tat = self.tat.max(nanos(now)).saturating_add(self.interval.saturating_mul(u64::from(cost)));
    }

    /// Gives back units of a call that surely was not sent.
    pub(crate) fn refund(&mut self, cost: u32) {
        self.tat = self.tat.saturating_sub(self.interval.saturating_mul(u64::from(cost)));
    }

    /// Whether nothing is missing, so that a new bucket would be the same.
    pub(crate) fn is_full(&self, now: Moment) -> bool {
        self.tat <= nanos(now)
    }

    fn tolerance(&self) -> u64 {
        self.interval.saturating_mul(u64::from(self.burst))
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn bucket(limit: u32, seconds: u64) -> Gcra {
        Gcra::new(Rate { limit, per: Duration::from_secs(seconds) }, 0.95, 0.05)
    }

    fn try_take(bucket: &mut Gcra, cost: u32, now: Moment) -> Duration {
        let wait = bucket.wait(cost, now).unwrap();
        if wait.is_zero() {
            bucket.take(cost, now);
        }
        wait
    }

    #[test]
    fn a_limit_of_110_in_10_s_has_a_burst_of_5_and_99_more_per_window() {
        let mut bucket = bucket(110, 10);
        let at_once = (0..50).filter(|_| try_take(&mut bucket, 1, Duration::ZERO).is_zero()).count();
        assert_eq!(at_once, 5);
        let granted = (1..10_000).filter(|ms| try_take(&mut bucket, 1, Duration::from_millis(*ms)).is_zero()).count();
        assert!((97..=99).contains(&granted), "{granted}");
    }

    #[test]
    fn a_cost_above_the_burst_is_impossible_at_once() {
        assert_eq!(bucket(110, 10).wait(6, Duration::ZERO), Err(Impossible));
        assert_eq!(bucket(110, 10).wait(5, Duration::ZERO), Ok(Duration::ZERO));
    }

    #[test]
    fn a_limit_of_one_never_lets_two_into_a_window() {
        let mut bucket = bucket(1, 10);
        assert!(try_take(&mut bucket, 1, Duration::ZERO).is_zero());
        assert!(bucket.wait(1, Duration::ZERO).unwrap() > Duration::from_secs(10));
    }

    #[test]
    fn a_refund_restores_what_was_taken() {
        let mut bucket = bucket(100, 1);
        let before = bucket.estimate(10, Duration::ZERO);
        bucket.take(3, Duration::ZERO);
        assert!(bucket.estimate(10, Duration::ZERO) > before);
        bucket.refund(3);
        assert_eq!(bucket.estimate(10, Duration::ZERO), before);
        assert!(bucket.is_full(Duration::ZERO));
    }

    #[test]
    fn a_saturated_bucket_uses_89_percent_of_the_limit() {
        let mut bucket = bucket(110, 10);
        let (mut now, mut granted) = (Duration::ZERO, 0_u32);
        while now < Duration::from_secs(1_000) {
            let wait = try_take(&mut bucket, 1, now);
            if wait.is_zero() {
                granted += 1;
            } else {
                now += wait;
            }
        }
        assert!(f64::from(granted) >= 0.89 * 110.0 * 100.0, "{granted}");
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more_than_the_limit(
            limit in 1_u32..300, seconds in 1_u64..20,
            arrivals in proptest::collection::vec((0_u64..2_000, 1_u32..10), 1..600),
        ) {
            let mut bucket = bucket(limit, seconds);
            let (mut now, mut granted) = (Duration::ZERO, Vec::new());
            for (gap, cost) in arrivals {
                now += Duration::from_millis(gap);
                if bucket.wait(cost, now) == Ok(Duration::ZERO) {
                    bucket.take(cost, now);
                    granted.push((now, cost));
                }
            }
            for (i, (start, _)) in granted.iter().enumerate() {
                let end = *start + Duration::from_secs(seconds);
                let inside: u32 = granted[i..].iter().take_while(|(at, _)| *at <= end).map(|(_, c)| c).sum();
                prop_assert!(inside <= limit, "{inside} of {limit}");
            }
        }

        #[test]
        fn waiting_exactly_as_told_then_succeeds(limit in 20_u32..500, takes in 0_u32..100, cost in 1_u32..2) {
            let mut bucket = bucket(limit, 1);
            for _ in 0..takes {
                bucket.take(1, Duration::ZERO);
            }
            let wait = bucket.wait(cost, Duration::ZERO).unwrap();
            prop_assert_eq!(bucket.wait(cost, wait).unwrap(), Duration::ZERO);
            if let Some(early) = wait.checked_sub(Duration::from_nanos(1)) {
                prop_assert!(bucket.wait(cost, early).unwrap() > Duration::ZERO);
            }
        }

        #[test]
        fn one_cost_of_n_is_n_costs_of_one(n in 1_u32..10, at in 0_u64..10_000) {
            let now = Duration::from_millis(at);
            let (mut whole, mut parts) = (bucket(400, 10), bucket(400, 10));
            whole.take(n, now);
            for _ in 0..n {
                parts.take(1, now);
            }
            prop_assert_eq!(whole.estimate(5, now), parts.estimate(5, now));
        }
    }
}
