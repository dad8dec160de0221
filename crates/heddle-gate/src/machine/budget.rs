//! How many retries of failures a host may cost: a share of its calls, so that
//! an outage is not multiplied.

use crate::Settings;
use crate::clock::Moment;

/// Retries left for one host.
#[derive(Debug, Clone)]
pub(crate) struct RetryBudget {
    level: f64,
    at: Moment,
}

impl RetryBudget {
    /// A full budget.
    pub(crate) fn new(settings: &Settings, now: Moment) -> Self {
        Self { level: settings.retry_budget_max, at: now }
    }

    /// A call was sent for the first time.
    pub(crate) fn first(&mut self, settings: &Settings) {
        self.level = (self.level + settings.retry_budget_per_call).min(settings.retry_budget_max);
    }

    /// Takes one retry, if there is one.
    pub(crate) fn take(&mut self, now: Moment, settings: &Settings) -> bool {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.at = self.at.max(now);
        let ceiling = settings.retry_budget_refill_below.min(settings.retry_budget_max);
        if self.level < ceiling {
            self.level = (self.level + passed * settings.retry_budget_refill).min(ceiling);
        }
        if self.level < 1.0 {
            return false;
        }
        self.level -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn takes(budget: &mut RetryBudget, now: Moment) -> usize {
        let settings = Settings::default();
        std::iter::from_fn(|| budget.take(now, &settings).then_some(())).take(1_000).count()
    }

    #[test]
    fn a_full_budget_gives_twenty_retries() {
        let mut budget = RetryBudget::new(&Settings::default(), Duration::ZERO);
        assert_eq!(takes(&mut budget, Duration::ZERO), 20);
    }

    #[test]
    fn time_refills_it_up_to_ten_only() {
        let mut budget = RetryBudget::new(&Settings::default(), Duration::ZERO);
        takes(&mut budget, Duration::ZERO);
        assert_eq!(takes(&mut budget, Duration::from_secs(3)), 3);
        assert_eq!(takes(&mut budget, Duration::from_secs(1_000)), 10);
    }

    #[test]
    fn ten_calls_pay_for_one_retry() {
        let settings = Settings::default();
        let mut budget = RetryBudget::new(&settings, Duration::ZERO);
        takes(&mut budget, Duration::ZERO);
        for _ in 0..105 {
            budget.first(&settings);
        }
        assert_eq!(takes(&mut budget, Duration::ZERO), 10);
    }

    #[test]
    fn calls_never_fill_it_above_its_maximum() {
        let settings = Settings::default();
        let mut budget = RetryBudget::new(&settings, Duration::ZERO);
        (0..10_000).for_each(|_| budget.first(&settings));
        assert_eq!(takes(&mut budget, Duration::ZERO), 20);
    }
}
