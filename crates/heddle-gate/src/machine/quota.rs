//! What a provider reports about a rolling daily allowance.

use crate::Settings;
use crate::clock::Moment;
use std::collections::VecDeque;

/// Figures kept at most; a falling row longer than this loses its middle.
const KEPT: usize = 64;

#[derive(Debug, Clone, Copy)]
struct Sample {
    at: Moment,
    used: u64,
    limit: u64,
    /// Our own count when the sample's request went out, it included.
    ours: u64,
}

/// The greatest figure of the last minute counts: answers overtake each other,
/// and a late, lower one must not raise what seems left. A real decrease (the
/// window rolls on) is believed once the greater figure is a minute old.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples {
    /// Falling in `used`, rising in `at`; the first counts.
    falling: VecDeque<Sample>,
    ours: u64,
}

impl Samples {
    /// A request of `cost` goes out; answers our count to be given to [`Self::hear`].
    pub(crate) fn sent(&mut self, cost: u32) -> u64 {
        self.ours = self.ours.saturating_add(u64::from(cost));
        self.ours
    }

    /// A request that was counted surely did not go out.
    pub(crate) fn refund(&mut self, cost: u32) {
        self.ours = self.ours.saturating_sub(u64::from(cost));
    }

    /// An answer reports `used` of `limit`; `ours` is the count of its sending.
    pub(crate) fn hear(&mut self, used: u64, limit: u64, ours: u64, now: Moment, settings: &Settings) {
        while self.falling.back().is_some_and(|last| last.used <= used) {
            self.falling.pop_back();
        }
        if self.falling.len() >= KEPT {
            self.falling.pop_back();
        }
        self.falling.push_back(Sample { at: now, used, limit, ours });
        while self.falling.len() > 1
            && self.falling.front().is_some_and(|first| now.saturating_sub(first.at) > settings.quota_sample_life)
        {
            self.falling.pop_front();
        }
    }

    /// Used and allowed, our sends since the figure added.
    pub(crate) fn known(&self) -> Option<(u64, u64)> {
        let first = self.falling.front()?;
        Some((first.used.saturating_add(self.ours.saturating_sub(first.ours)), first.limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    const S: Duration = Duration::from_secs(1);

    fn hear(samples: &mut Samples, used: u64, now: Moment) {
        let ours = samples.ours;
        samples.hear(used, 15_000, ours, now, &Settings::default());
    }

    #[test]
    fn a_late_lower_figure_changes_nothing() {
        let mut samples = Samples::default();
        hear(&mut samples, 42, S);
        hear(&mut samples, 40, 2 * S);
        assert_eq!(samples.known(), Some((42, 15_000)));
    }

    #[test]
    fn a_decrease_is_believed_after_a_minute() {
        let mut samples = Samples::default();
        hear(&mut samples, 42, S);
        hear(&mut samples, 30, 2 * S);
        hear(&mut samples, 31, 62 * S);
        assert_eq!(samples.known(), Some((31, 15_000)));
    }

    #[test]
    fn our_own_sends_since_the_figure_are_added() {
        let mut samples = Samples::default();
        let first = samples.sent(1);
        samples.sent(1);
        samples.sent(1);
        samples.hear(10, 100, first, S, &Settings::default());
        assert_eq!(samples.known(), Some((12, 100)));
        samples.refund(1);
        assert_eq!(samples.known(), Some((11, 100)));
    }

    #[test]
    fn a_figure_over_the_limit_is_kept_as_it_is() {
        let mut samples = Samples::default();
        samples.hear(101_000, 100_000, 0, S, &Settings::default());
        assert_eq!(samples.known(), Some((101_000, 100_000)));
    }

    #[test]
    fn nothing_is_known_before_the_first_figure() {
        assert_eq!(Samples::default().known(), None);
    }

    proptest! {
        #[test]
        fn it_is_the_greatest_of_the_last_minute(figures in proptest::collection::vec((0_u64..1_000, 0_u32..20), 1..60)) {
            let (mut samples, mut now, mut all) = (Samples::default(), Duration::ZERO, Vec::new());
            for (used, gap) in figures {
                now += gap * S;
                hear(&mut samples, used, now);
                all.push((now, used));
                let greatest = all.iter().filter(|(at, _)| now - *at <= 60 * S).map(|(_, used)| *used).max();
                prop_assert_eq!(samples.known().map(|(used, _)| used), greatest);
            }
        }
    }
}
