//! Codecs at their edges: timestamps against jiff, decimals, dates.

use heddle_mapping::{
    BOOL, Codec, DATE, DECIMAL, Fit, INT, NUMBER, TEXT, TIMESTAMP, TIMESTAMP_OR_MS, Tok, Wire, reference, words,
};
use heddle_model::{LifecycleStage, refs};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;

/// What a codec makes of a provider value.
fn read<T>(codec: Codec<T>, tok: Tok<'_>) -> Result<String, &'static str> {
    let mut out = Vec::new();
    match codec.erased().read(tok, &mut out) {
        Fit::Ok | Fit::Repaired(_) => Ok(String::from_utf8(out).unwrap()),
        Fit::Misfit(reason) | Fit::Elsewhere(reason) => Err(reason),
    }
}

fn utc(text: &str) -> Result<String, &'static str> {
    read(TIMESTAMP, Tok::Str(text.as_bytes()))
}

#[test]
fn timestamps_come_out_in_utc_with_their_fraction_as_sent() {
    for (sent, common) in [
        ("2026-05-18T06:17:35.000+0000", "2026-05-18T06:17:35.000Z"),
        ("2026-05-18T06:17:35Z", "2026-05-18T06:17:35Z"),
        ("2026-05-18t06:17:35.5z", "2026-05-18T06:17:35.5Z"),
        ("2026-01-01T00:30:00.25+01:00", "2025-12-31T23:30:00.25Z"),
        ("2024-02-28T23:30:00-0100", "2024-02-29T00:30:00Z"),
        ("2026-05-18T06:17:35-00:00", "2026-05-18T06:17:35Z"),
        ("2026-05-18T06:17:35+02", "2026-05-18T04:17:35Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60.5+01:00", "2016-12-31T23:00:00.5Z"),
    ] {
        assert_eq!(utc(sent), Ok(format!("\"{common}\"")), "{sent}");
    }
}

#[test]
fn what_is_no_timestamp_with_a_zone_is_a_misfit() {
    for sent in [
        "",
        "2026-05-18",
        "2026-05-18T06:17:35",
        "2026-05-18T06:17:35.Z",
        "2026-05-18 06:17:35Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+1:00",
        "2026-01-01T00:00:00Zx",
        "2026-01-01T00:00:00.1234567890Z",
        "0000-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "２０２６-01-01T00:00:00Z",
    ] {
        assert!(utc(sent).is_err(), "{sent}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn timestamps_agree_with_jiff(
        seconds in -62_100_000_000_i64..253_300_000_000,
        nanos in 0..1_000_000_000_i32,
        digits in 0_usize..=9,
        offset in -1439_i32..=1439,
        colon: bool,
    ) {
        let instant = Timestamp::new(seconds, 0).unwrap();
        let zone = TimeZone::fixed(Offset::from_seconds(offset * 60).unwrap());
        let local = instant.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let fraction = match digits {
            0 => String::new(),
            n => format!(".{:.n$}", format!("{nanos:09}")),
        };
        let sign = if offset < 0 { '-' } else { '+' };
        let colon = if colon { ":" } else { "" };
        let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
        let sent = format!("{local}{fraction}{sign}{hours:02}{colon}{minutes:02}");
        let expected = format!("\"{}{fraction}Z\"", instant.strftime("%Y-%m-%dT%H:%M:%S"));
        prop_assert_eq!(utc(&sent), Ok(expected), "{}", sent);
    }

    #[test]
    fn milliseconds_agree_with_jiff(millis in 100_000_000_i64..99_999_999_999_999) {
        let instant = Timestamp::from_millisecond(millis).unwrap();
        let expected = Ok(format!("\"{}\"", instant.strftime("%Y-%m-%dT%H:%M:%S.%3fZ")));
        let digits = millis.to_string();
        prop_assert_eq!(read(TIMESTAMP_OR_MS, Tok::Num(digits.as_bytes())), expected.clone());
        prop_assert_eq!(read(TIMESTAMP_OR_MS, Tok::Str(digits.as_bytes())), expected);
    }

    #[test]
    fn rubbish_that_jiff_refuses_is_refused(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z") {
        prop_assert_eq!(utc(&text).is_ok(), text.parse::<Timestamp>().is_ok(), "{}", text);
    }

    #[test]
    fn dates_are_the_days_that_exist(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]") {
        let ours = read(DATE, Tok::Str(text.as_bytes())).is_ok();
        prop_assert_eq!(ours, text.parse::<jiff::civil::Date>().is_ok(), "{}", text);
    }

    #[test]
    fn decimals_keep_their_value(int in "[1-9][0-9]{0,25}|0", fraction in "[0-9]{0,12}", exponent in -30_i32..=30) {
        let mantissa = if fraction.is_empty() { int.clone() } else { format!("{int}.{fraction}") };
        let text = read(DECIMAL, Tok::Num(format!("{mantissa}e{exponent}").as_bytes())).unwrap();
        let text = text.trim_matches('"');
        // Compared as digits and place, without floats.
        let digits = |s: &str| s.replace('.', "").trim_matches('0').to_owned();
        prop_assert_eq!(digits(text), digits(&mantissa));
        prop_assert!(!text.contains(['e', 'E']) && !text.ends_with('.'));
        let direct: f64 = format!("{mantissa}e{exponent}").parse().unwrap();
        let moved: f64 = text.parse().unwrap();
        prop_assert_eq!(direct, moved);
    }
}

#[test]
fn decimals_are_exact_and_plain() {
    for (sent, common) in [
        ("99999999999999.99", "99999999999999.99"),
        ("12345678901234567.89", "12345678901234567.89"),
        ("1.234567E7", "12345670"),
        ("1.50", "1.5"),
        ("-0.0", "0"),
        ("-0.50", "-0.5"),
        ("5e-3", "0.005"),
        ("1200", "1200"),
        ("1e30", "1000000000000000000000000000000"),
    ] {
        assert_eq!(read(DECIMAL, Tok::Num(sent.as_bytes())), Ok(format!("\"{common}\"")));
        assert_eq!(read(DECIMAL, Tok::Str(sent.as_bytes())), Ok(format!("\"{common}\"")));
    }
    for sent in ["1e31", "1e-31", "1e999"] {
        assert!(read(DECIMAL, Tok::Num(sent.as_bytes())).is_err(), "{sent}");
    }
    for sent in ["", "1,5", "abc", "01", "+1", " 1", "1 "] {
        assert!(read(DECIMAL, Tok::Str(sent.as_bytes())).is_err(), "{sent}");
    }
}

#[test]
fn text_takes_digits_and_refuses_truth_values_and_objects() {
    assert_eq!(read(TEXT, Tok::Num(b"007e1")), Ok("\"007e1\"".to_owned()));
    assert!(read(TEXT, Tok::True).is_err());
    assert!(read(TEXT, Tok::Json(b"{}")).is_err());
    assert_eq!(read(reference::<refs::User>(), Tok::Num(b"42")), Ok("\"42\"".to_owned()));
}

#[test]
fn truth_values_and_numbers_come_also_as_text() {
    assert_eq!(read(BOOL, Tok::Str(b"true")), Ok("true".to_owned()));
    assert!(read(BOOL, Tok::Str(b"yes")).is_err());
    assert!(read(BOOL, Tok::Num(b"1")).is_err());
    assert_eq!(read(INT, Tok::Num(b"5.0")), Ok("5".to_owned()));
    assert_eq!(read(INT, Tok::Str(b"-12")), Ok("-12".to_owned()));
    assert!(read(INT, Tok::Num(b"5.5")).is_err());
    assert_eq!(read(NUMBER, Tok::Str(b"50.9400")), Ok("50.9400".to_owned()));
    assert!(read(NUMBER, Tok::Str(b"NaN")).is_err());
}

#[test]
fn an_unknown_word_reads_as_other_and_an_unknown_common_word_is_refused() {
    let codec = words::<LifecycleStage>(&[("LEAD", "Interested")]);
    assert_eq!(read(codec, Tok::Str(b"Interested")), Ok("\"LEAD\"".to_owned()));
    assert_eq!(read(codec, Tok::StrEsc(br"\u0049nterested")), Ok("\"LEAD\"".to_owned()));
    assert_eq!(read(codec, Tok::Str(b"New")), Ok("\"OTHER\"".to_owned()));
    let write = |word| codec.erased().write(Tok::Str(word));
    assert_eq!(write(b"LEAD"), Ok(Wire::Text("Interested".into())));
    assert!(write(b"CUSTOMER").is_err());
    assert!(write(b"OTHER").is_err());
}
