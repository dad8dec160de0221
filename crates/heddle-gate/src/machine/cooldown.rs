//! A scope that the provider told to wait.

use crate::clock::Moment;
use crate::{FailureKind, Settings, interval};
use std::time::Duration;

/// Least and greatest addition to a wait hint: clients that were told the same
/// time must not all come back in the same instant.
const LEAST_SPREAD: Duration = Duration::from_millis(250);
const MOST_SPREAD: Duration = Duration::from_secs(5);

/// A refusal that cools a scope.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    /// When the refused request was sent.
    pub(crate) sent: Moment,
    /// When the answer came.
    pub(crate) now: Moment,
    /// How long the provider asks to wait.
    pub(crate) hint: Option<Duration>,
    /// What callers are told meanwhile.
    pub(crate) kind: FailureKind,
    /// A draw from 0 up to 1.
    pub(crate) draw: f64,
}

/// While it lasts nothing of the scope is sent. Only ever moved later.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cooldown {
    until: Moment,
    kind: Option<FailureKind>,
    in_a_row: u32,
    set: Moment,
}

impl Cooldown {
    /// Starts or lengthens it; answers its end.
    pub(crate) fn hit(&mut self, hit: Hit, settings: &Settings) -> Moment {
        // Requests that were under way together are one refusal, not many.
        if self.in_a_row == 0 || hit.sent >= self.set {
            self.in_a_row = self.in_a_row.saturating_add(1);
            self.set = hit.now;
        }
        let wait = match hit.hint {
            Some(hint) => hint + (hint / 10).clamp(LEAST_SPREAD, MOST_SPREAD).mul_f64(hit.draw),
            // The lower half is kept: a zero wait is pointless after a refusal.
            None => interval::ceiling(settings.throttle_base, settings.throttle_cap, self.in_a_row.saturating_sub(1))
                .mul_f64(0.5 + hit.draw / 2.0),
        };
        let until = hit.now.saturating_add(wait);
        if until > self.until {
            self.until = until;
            self.kind = Some(hit.kind);
        }
        self.until
    }

    /// A call worked that was sent at `sent`: the row of refusals is over.
    pub(crate) fn success(&mut self, sent: Moment) {
        if sent >= self.set {
            self.in_a_row = 0;
        }
    }

    /// Its end and its reason, while it lasts.
    pub(crate) fn active(&self, now: Moment) -> Option<(Moment, FailureKind)> {
        self.kind.filter(|_| self.until > now).map(|kind| (self.until, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn hit(sent: Moment, now: Moment, hint: Option<Duration>, draw: f64) -> Hit {
        Hit { sent, now, hint, kind: FailureKind::ProviderRateLimited, draw }
    }

    #[test]
    fn it_never_ends_before_the_hint_and_at_most_a_tenth_later() {
        for draw in [0.0, 0.5, 0.999] {
            let until = Cooldown::default().hit(hit(S, 2 * S, Some(30 * S), draw), &Settings::default());
            assert!(until >= 32 * S && until <= 35 * S, "{until:?}");
        }
    }

    #[test]
    fn without_a_hint_it_doubles_between_half_and_whole_up_to_the_cap() {
        let mut cooldown = Cooldown::default();
        let mut now = S;
        for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
            let until = cooldown.hit(hit(now, now, None, 0.5), &Settings::default());
            assert_eq!(until - now, (expected * S).mul_f64(0.75));
            now = until;
        }
    }

    #[test]
    fn refusals_that_were_under_way_together_count_once() {
        let mut cooldown = Cooldown::default();
        for _ in 0..50 {
            cooldown.hit(hit(S, 2 * S, None, 0.999), &Settings::default());
        }
        assert!(cooldown.active(3 * S + S / 100).is_none());
    }

    #[test]
    fn it_is_only_moved_later() {
        let mut cooldown = Cooldown::default();
        cooldown.hit(hit(S, S, Some(60 * S), 0.0), &Settings::default());
        cooldown.hit(hit(S, 2 * S, Some(S), 0.0), &Settings::default());
        assert_eq!(cooldown.active(60 * S), Some((61 * S, FailureKind::ProviderRateLimited)));
    }

    #[test]
    fn a_success_ends_the_row_unless_it_was_sent_before() {
        let mut cooldown = Cooldown::default();
        cooldown.hit(hit(S, 10 * S, None, 0.0), &Settings::default());
        cooldown.success(9 * S);
        assert_eq!(cooldown.hit(hit(11 * S, 12 * S, None, 0.0), &Settings::default()), 13 * S);
        cooldown.success(14 * S);
        assert_eq!(cooldown.hit(hit(20 * S, 20 * S, None, 0.0), &Settings::default()), 20 * S + S / 2);
    }
}
