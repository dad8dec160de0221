#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

/// 2026-11-24T12:00:00Z, the answer's own clock.
const NOON: u64 = 1_795_521_600;

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOON)
}

fn wait(values: &[&str]) -> Option<f64> {
    parse_wait(values, noon(), noon()).map(|wait| wait.as_secs_f64())
}

#[test]
fn every_form_of_a_wait_hint_is_understood() {
    let epoch = |after: u64| (NOON + after).to_string();
    let millis = |after: u64| ((NOON + after) * 1_000).to_string();
    let day = 86_400.0;
    for (value, expected) in [
        ("0", Some(0.0)),
        ("1", Some(1.0)),
        ("30", Some(30.0)),
        (" 30 ", Some(30.0)),
        ("\"30\"", Some(30.0)),
        ("30s", Some(30.0)),
        ("1.5", Some(1.5)),
        ("0.25", Some(0.25)),
        (".5", Some(0.5)),
        ("007", Some(7.0)),
        ("3600", Some(3_600.0)),
        ("7200", Some(7_200.0)),
        ("86400", Some(day)),
        ("90000", Some(day)),
        ("999999999", Some(day)),
        ("1e2", Some(100.0)),
        ("1e9", Some(1.0)),
        (&epoch(30), Some(30.0)),
        (&epoch(0), Some(1.0)),
        (&millis(30), Some(30.0)),
        ("1000000000", Some(1.0)),
        ("99999999999999999999", Some(day)),
        ("1e300", Some(day)),
        ("Tue, 24 Nov 2026 12:00:30 GMT", Some(30.0)),
        ("Tuesday, 24-Nov-26 12:00:30 GMT", Some(30.0)),
        ("Tue Nov 24 12:00:30 2026", Some(30.0)),
        ("Tue, 24 Nov 2026 11:59:00 GMT", Some(1.0)),
        ("Tue, 24 Nov 2026 12:00:00 GMT", Some(1.0)),
        ("Fri, 27 Nov 2026 12:00:00 GMT", Some(day)),
        ("2026-11-24T12:00:30Z", Some(30.0)),
        ("2026-11-24T12:00:30.500Z", Some(30.5)),
        ("2026-11-24 12:00:30Z", Some(30.0)),
        ("2026-11-24t12:00:30z", Some(30.0)),
        ("2026-11-24T13:00:30+01:00", Some(30.0)),
        ("2026-11-24T07:00:30-0500", Some(30.0)),
        ("2026-11-23T12:00:00Z", Some(1.0)),
        ("limit=240; remaining=239; reset=8", Some(8.0)),
        ("limit=240, remaining=239, reset=8", Some(8.0)),
        ("reset=2", Some(2.0)),
        ("RESET = 2", Some(2.0)),
        ("\"default\";r=0;t=12", Some(12.0)),
        ("\"burst\";r=0;t=1, \"daily\";r=0;t=12", Some(12.0)),
        ("retry-after=4", Some(4.0)),
        ("", None),
        ("   ", None),
        ("-5", None),
        ("-0.1", None),
        ("+5", None),
        ("nan", None),
        ("NaN", None),
        ("inf", None),
        ("infinity", None),
        ("soon", None),
        ("1,5", None),
        ("1 5", None),
        ("5 minutes", None),
        ("0x10", None),
        ("\u{663}\u{660}", None),
        ("30\u{a0}", None),
        ("2026-11-24", None),
        ("2026-11-24T12:00:30", None),
        ("2026-13-24T12:00:30Z", None),
        ("2026-11-24T25:00:30Z", None),
        ("2026-11-24T12:00:30+99:00", None),
        ("1826-11-24T12:00:30Z", None),
        ("Tue, 24 Nov 2026", None),
        ("limit=240; remaining=239", None),
        ("reset=-8", None),
        ("reset=", None),
        ("limit=240;window=10", None),
    ] {
        assert_eq!(wait(&[value]), expected, "{value:?}");
    }
}

#[test]
fn the_longest_of_several_wins_and_junk_beside_it_is_ignored() {
    assert_eq!(wait(&["5", "30"]), Some(30.0));
    assert_eq!(wait(&["30", "limit=60; remaining=0; reset=1"]), Some(30.0));
    assert_eq!(wait(&["junk", "2", ""]), Some(2.0));
    assert_eq!(wait(&["junk", "-1"]), None);
    assert_eq!(wait(&[]), None);
}

#[test]
fn dates_are_judged_by_the_answers_own_clock() {
    let ours = noon() + Duration::from_secs(300);
    let date = "Tue, 24 Nov 2026 12:00:30 GMT";
    assert_eq!(parse_wait(&[date], noon(), ours), Some(Duration::from_secs(30)));
    assert_eq!(parse_wait(&[date], ours, ours), Some(Duration::from_secs(1)));
    assert_eq!(parse_wait(&[date], SystemTime::UNIX_EPOCH, noon()), Some(Duration::from_secs(30)));
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_exceeds_a_day(values in proptest::collection::vec(".{0,40}", 0..4), clock in 0_u64..1 << 40) {
        let refs: Vec<&str> = values.iter().map(String::as_str).collect();
        let clock = SystemTime::UNIX_EPOCH + Duration::from_secs(clock);
        let wait = parse_wait(&refs, clock, clock);
        prop_assert!(wait.is_none_or(|wait| wait <= Duration::from_secs(86_400)));
    }

    #[test]
    fn things_that_look_like_hints_do_not_panic(value in "[-+0-9eE.:TZ;=, resta]{0,40}") {
        let _ = wait(&[&value]);
    }

    #[test]
    fn whole_seconds_are_taken_as_they_are(seconds in 0_u64..86_400) {
        prop_assert_eq!(wait(&[&seconds.to_string()]), Some(seconds as f64));
    }
}
