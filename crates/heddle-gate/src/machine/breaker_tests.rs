use super::*;
use std::time::Duration;

const S: Duration = Duration::from_secs(1);

fn settings() -> Settings {
    Settings::default()
}

/// One call from look to outcome.
fn call(breaker: &mut Breaker, evidence: Evidence, now: Moment) -> Option<Change> {
    assert_eq!(breaker.look(now, &settings()), Look::Free);
    let pass = breaker.enter();
    breaker.settle(pass, evidence, now, 0.5, &settings())
}

fn opened() -> Breaker {
    let mut breaker = Breaker::new(Duration::ZERO);
    for _ in 0..4 {
        assert_eq!(call(&mut breaker, Evidence::Unreachable, S), None);
    }
    assert_eq!(call(&mut breaker, Evidence::Unreachable, S), Some(Change::Opened(3 * S)));
    breaker
}

#[test]
fn five_connect_failures_in_a_row_open_it_for_two_seconds() {
    let mut breaker = opened();
    assert_eq!(breaker.look(2 * S, &settings()), Look::Shut(3 * S));
    assert_eq!(breaker.open_until(2 * S), Some(3 * S));
}

#[test]
fn twenty_failures_in_a_row_open_it_whatever_came_before() {
    let mut breaker = Breaker::new(Duration::ZERO);
    for _ in 0..1_000 {
        call(&mut breaker, Evidence::Good, S);
    }
    for _ in 0..19 {
        assert_eq!(call(&mut breaker, Evidence::Bad, S), None);
    }
    assert!(matches!(call(&mut breaker, Evidence::Bad, S), Some(Change::Opened(_))));
}

#[test]
fn half_of_twenty_calls_failing_open_it_and_old_ones_do_not_count() {
    let mut breaker = Breaker::new(Duration::ZERO);
    for _ in 0..10 {
        assert_eq!(call(&mut breaker, Evidence::Good, S), None);
    }
    for _ in 0..9 {
        assert_eq!(call(&mut breaker, Evidence::Bad, S), None);
    }
    let mut later = breaker.clone();
    assert!(call(&mut breaker, Evidence::Bad, S).is_some());
    assert_eq!(call(&mut later, Evidence::Bad, 60 * S), None);
}

#[test]
fn a_flood_of_refusals_never_opens_it() {
    let mut breaker = Breaker::new(Duration::ZERO);
    for n in 0..10_000 {
        assert_eq!(call(&mut breaker, Evidence::Alive, n * S / 100), None);
    }
}

#[test]
fn failures_between_refusals_open_it_by_their_ratio() {
    let mut breaker = Breaker::new(Duration::ZERO);
    for _ in 0..19 {
        assert_eq!(call(&mut breaker, Evidence::Bad, S), None);
        assert_eq!(call(&mut breaker, Evidence::Alive, S), None);
    }
    assert!(call(&mut breaker, Evidence::Bad, S).is_some());
}

#[test]
fn exactly_one_probe_passes_after_the_open_time() {
    let mut breaker = opened();
    assert_eq!(breaker.look(3 * S, &settings()), Look::Free);
    let probe = breaker.enter();
    assert_eq!(breaker.look(3 * S, &settings()), Look::Wait);
    assert_eq!(breaker.settle(probe, Evidence::Good, 4 * S, 0.5, &settings()), Some(Change::Ramping));
}

#[test]
fn a_dropped_probe_counts_as_failure_and_the_next_probe_is_possible() {
    let mut breaker = opened();
    breaker.look(3 * S, &settings());
    let probe = breaker.enter();
    breaker.look(3 * S, &settings());
    assert_eq!(breaker.dropped(probe, 4 * S, 0.5, &settings()), Some(Change::Opened(8 * S)));
    assert_eq!(breaker.look(8 * S, &settings()), Look::Free);
}

#[test]
fn a_probe_that_was_not_sent_leaves_its_place_to_another() {
    let mut breaker = opened();
    breaker.look(3 * S, &settings());
    let probe = breaker.enter();
    breaker.unused(probe, 3 * S);
    assert_eq!(breaker.look(3 * S, &settings()), Look::Free);
}

#[test]
fn outcomes_of_calls_from_before_the_opening_do_not_count() {
    let mut breaker = Breaker::new(Duration::ZERO);
    let early: Vec<Pass> = (0..10).map(|_| breaker.enter()).collect();
    for _ in 0..5 {
        call(&mut breaker, Evidence::Unreachable, S);
    }
    assert_eq!(breaker.look(3 * S, &settings()), Look::Free);
    let probe = breaker.enter();
    for pass in early {
        assert_eq!(breaker.settle(pass, Evidence::Good, 3 * S, 0.5, &settings()), None);
    }
    assert_eq!(breaker.look(3 * S, &settings()), Look::Wait);
    assert_eq!(breaker.settle(probe, Evidence::Good, 3 * S, 0.5, &settings()), Some(Change::Ramping));
}

#[test]
fn the_ramp_doubles_from_two_and_ends_closed() {
    let mut breaker = opened();
    assert_eq!(call(&mut breaker, Evidence::Good, 3 * S), Some(Change::Ramping));
    for limit in [2, 4, 8, 16, 32] {
        let mut passes = Vec::new();
        while breaker.look(3 * S, &settings()) == Look::Free {
            passes.push(breaker.enter());
        }
        assert_eq!(passes.len(), limit);
        let changes: Vec<Change> =
            passes.into_iter().filter_map(|p| breaker.settle(p, Evidence::Good, 3 * S, 0.5, &settings())).collect();
        assert_eq!(changes, if limit == 32 { vec![Change::Closed] } else { vec![] });
    }
    assert_eq!(breaker.look(3 * S, &settings()), Look::Free);
}

#[test]
fn a_ramp_that_few_calls_use_ends_after_a_window_without_failure() {
    let mut breaker = opened();
    call(&mut breaker, Evidence::Good, 3 * S);
    breaker.look(33 * S, &settings());
    for _ in 0..19 {
        assert_eq!(call(&mut breaker, Evidence::Bad, 33 * S), None, "closed: one failure is not enough");
    }
}

#[test]
fn a_failure_in_the_ramp_opens_it_again_for_longer() {
    let mut breaker = opened();
    call(&mut breaker, Evidence::Good, 3 * S);
    assert_eq!(call(&mut breaker, Evidence::Bad, 3 * S), Some(Change::Opened(7 * S)));
}

#[test]
fn it_stays_open_at_most_twelve_seconds_while_calls_arrive_and_longer_when_idle() {
    for (busy, expected) in [(true, vec![4, 8, 10, 10]), (false, vec![4, 8, 16, 32, 60, 60])] {
        let mut breaker = opened();
        let mut now = 3 * S;
        for seconds in expected {
            if busy {
                breaker.look(now - S / 10, &settings());
            }
            let change = call(&mut breaker, Evidence::Bad, now);
            assert_eq!(change, Some(Change::Opened(now + seconds * S)));
            now += seconds * S;
        }
        breaker.look(now - S / 10, &settings());
        breaker.look(now, &settings());
        let pass = breaker.enter();
        let change = breaker.settle(pass, Evidence::Bad, now, 0.999, &settings());
        assert!(matches!(change, Some(Change::Opened(until)) if until <= now + 12 * S));
    }
}

#[test]
fn openings_are_forgotten_after_ten_minutes_closed() {
    let close = |breaker: &mut Breaker, now: Moment| {
        while call(breaker, Evidence::Good, now) != Some(Change::Closed) {}
    };
    for (pause, expected) in [(599, 4), (600, 2)] {
        let mut breaker = opened();
        close(&mut breaker, 3 * S);
        assert!(!breaker.is_resting(4 * S, &settings()));
        let now = (3 + pause) * S;
        for _ in 0..4 {
            call(&mut breaker, Evidence::Unreachable, now);
        }
        assert_eq!(call(&mut breaker, Evidence::Unreachable, now), Some(Change::Opened(now + expected * S)));
    }
}

#[test]
fn a_call_that_gives_up_opens_it_only_after_a_row_of_failures() {
    let mut breaker = Breaker::new(Duration::ZERO);
    for _ in 0..4 {
        call(&mut breaker, Evidence::Bad, S);
    }
    assert_eq!(breaker.given_up(S, 0.5, &settings()), None);
    call(&mut breaker, Evidence::Bad, S);
    assert_eq!(breaker.given_up(S, 0.5, &settings()), Some(Change::Opened(3 * S)));
    assert_eq!(breaker.given_up(S, 0.5, &settings()), None);
}
