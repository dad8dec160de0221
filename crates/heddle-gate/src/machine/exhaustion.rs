//! A daily allowance that is used up: a state to show, not an error to retry.

use super::Look;
use crate::clock::Moment;
use std::time::Duration;

/// What a probe's answer says about the allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Used up for at least this long.
    UsedUp(Duration),
    /// The provider served the call.
    Served,
    /// It says nothing: no answer, or the provider is down.
    Nothing,
}

/// After the time is over exactly one call goes out to see.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exhaustion {
    until: Option<Moment>,
    since: Option<Moment>,
    probing: bool,
}

impl Exhaustion {
    /// Whether a call may pass.
    pub(crate) fn look(&self, now: Moment) -> Look {
        match self.until {
            None => Look::Free,
            Some(until) if until > now => Look::Shut(until),
            Some(_) if self.probing => Look::Wait,
            Some(_) => Look::Free,
        }
    }

    /// A call passes; answers whether it is the probe.
    pub(crate) fn enter(&mut self) -> bool {
        self.probing = self.until.is_some();
        self.probing
    }

    /// Hears of an answer; `probe` is what [`Self::enter`] gave. Answers whether
    /// the state changed.
    pub(crate) fn hear(&mut self, probe: bool, verdict: Verdict, now: Moment) -> bool {
        if probe {
            self.probing = false;
        }
        match verdict {
            Verdict::UsedUp(wait) => {
                let until = now.saturating_add(wait);
                let changed = self.until.is_none_or(|before| before <= now);
                self.since.get_or_insert(now);
                self.until = Some(self.until.map_or(until, |before| before.max(until)));
                changed
            }
            // A call that was sent before the allowance ran out proves nothing.
            Verdict::Served if probe => {
                self.since = None;
                self.until.take().is_some()
            }
            Verdict::Served | Verdict::Nothing => false,
        }
    }

    /// When the probe may go out; `None` while the allowance is there.
    pub(crate) fn until(&self) -> Option<Moment> {
        self.until
    }

    /// Since when the allowance is used up, and when the probe may go out.
    pub(crate) fn span(&self) -> Option<(Moment, Moment)> {
        self.since.zip(self.until)
    }

    /// Whether the allowance is thought to be there.
    pub(crate) fn is_over(&self) -> bool {
        self.until.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn used_up() -> Exhaustion {
        let mut state = Exhaustion::default();
        assert!(!state.enter());
        assert!(state.hear(false, Verdict::UsedUp(300 * S), S));
        state
    }

    #[test]
    fn it_refuses_until_its_time_and_then_lets_exactly_one_through() {
        let mut state = used_up();
        assert_eq!(state.look(300 * S), Look::Shut(301 * S));
        assert_eq!(state.look(301 * S), Look::Free);
        assert!(state.enter());
        assert_eq!(state.look(301 * S), Look::Wait);
    }

    #[test]
    fn a_served_probe_opens_and_a_refused_one_closes_again() {
        let mut state = used_up();
        assert!(state.enter());
        assert!(state.hear(true, Verdict::UsedUp(300 * S), 302 * S));
        assert_eq!(state.look(601 * S), Look::Shut(602 * S));
        assert_eq!(state.span(), Some((S, 602 * S)), "used up all the while");
        assert!(state.enter());
        assert!(state.hear(true, Verdict::Served, 603 * S));
        assert_eq!(state.look(603 * S), Look::Free);
        assert_eq!(state.span(), None);
        assert!(!state.enter());
    }

    #[test]
    fn a_probe_without_an_answer_leaves_room_for_the_next() {
        let mut state = used_up();
        assert!(state.enter());
        state.hear(true, Verdict::Nothing, 302 * S);
        assert_eq!(state.look(302 * S), Look::Free);
        assert!(state.enter());
    }

    #[test]
    fn a_success_sent_before_does_not_open_it() {
        let mut state = used_up();
        assert!(!state.hear(false, Verdict::Served, 2 * S));
        assert_eq!(state.look(2 * S), Look::Shut(301 * S));
    }
}
