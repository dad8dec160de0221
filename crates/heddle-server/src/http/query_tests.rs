//! Tables over the query parser.

use super::*;

fn parsed(raw: &str) -> Query {
    Query::parse(raw).unwrap_or_else(|refusal| panic!("{raw}: {refusal}"))
}

fn why<T>(result: Result<T, Refusal>) -> (Code, String, &'static str) {
    match result {
        Ok(_) => panic!("it was taken"),
        Err(refusal) => {
            let problem = refusal.problem();
            let part = problem.errors.first();
            let pointer = part.map_or(String::new(), |e| e.pointer.clone());
            (problem.code, pointer, part.map_or("", |e| e.code))
        }
    }
}

fn invalid(pointer: &str, code: &'static str) -> (Code, String, &'static str) {
    (Code::InvalidRequest, pointer.to_owned(), code)
}

#[test]
fn an_empty_query_has_no_parameters() {
    for raw in ["", "&", "&&"] {
        assert_eq!(parsed(raw), Query::default(), "{raw}");
    }
}

#[test]
fn a_repeated_parameter_is_refused_by_name() {
    assert_eq!(why(Query::parse("limit=1&sort=id&limit=1")), invalid("?limit", "not_allowed"));
    assert_eq!(why(Query::parse("filter%5Ba%5D=1&filter[a]=2")), invalid("?filter[a]", "not_allowed"));
}

#[test]
fn text_that_cannot_be_decoded_is_refused() {
    assert_eq!(why(Query::parse("sort=%zz")), invalid("?sort", "invalid"));
    assert_eq!(why(Query::parse("sort=%ff")), invalid("?sort", "invalid"));
    assert_eq!(why(Query::parse("%ff=1")).0, Code::InvalidRequest);
}

#[test]
fn control_characters_are_refused_everywhere_but_in_the_values_of_filters() {
    for bad in ["%00", "%0A", "%1f", "a%7Fb", "%C2%85"] {
        assert_eq!(why(Query::parse(&format!("sort={bad}"))), invalid("?sort", "invalid"), "{bad}");
        assert_eq!(why(Query::parse(&format!("x{bad}=1"))).0, Code::InvalidRequest, "{bad}");
        assert_eq!(why(Query::parse(&format!("filter[a{bad}]=1"))).0, Code::InvalidRequest, "{bad}");
    }
    let filters = parsed("filter[a]=one%0Atwo%0D%09three").filters().unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(filters[0].value, "one\ntwo\r\tthree");
    assert_eq!(why(Query::parse("filter[a]=x%00")), invalid("?filter[a]", "invalid"));
}

#[test]
fn more_than_sixty_four_parameters_are_refused() {
    let many = |n: usize| (0..n).map(|i| format!("p{i}=1")).collect::<Vec<_>>().join("&");
    assert!(Query::parse(&many(64)).is_ok());
    assert_eq!(why(Query::parse(&many(65))).0, Code::InvalidRequest);
}

#[test]
fn an_unknown_parameter_is_refused_with_the_known_ones() {
    let mut query = parsed("limit=5&colour=red&size=1");
    assert_eq!(query.count("limit", 10, "").ok().flatten(), Some(5));
    let refusal = query.finish(&["limit", "sort"]).err().unwrap_or_else(|| panic!("it was taken"));
    let problem = refusal.problem();
    assert!(problem.detail.contains("limit, sort"), "{}", problem.detail);
    let mut pointers: Vec<_> = problem.errors.iter().map(|e| e.pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["?colour", "?size"]);
    assert!(problem.errors.iter().all(|e| e.code == "unknown"));
}

#[test]
fn a_long_unknown_name_is_cut_before_it_is_shown() {
    let refusal = parsed(&"x".repeat(500)).finish(&[]).err().unwrap_or_else(|| panic!("it was taken"));
    assert!(refusal.problem().detail.len() < 200);
}

#[test]
fn flags_take_only_true_and_false() {
    assert_eq!(parsed("raw=true").flag("raw").ok(), Some(true));
    assert_eq!(parsed("raw=false").flag("raw").ok(), Some(false));
    assert_eq!(parsed("").flag("raw").ok(), Some(false));
    for raw in ["raw", "raw=", "raw=1", "raw=TRUE", "raw=yes", "raw=true%20"] {
        assert_eq!(why(parsed(raw).flag("raw")), invalid("?raw", "invalid"), "{raw}");
    }
}

#[test]
fn counts_are_whole_numbers_within_bounds() {
    assert_eq!(parsed("limit=1").count("limit", 200, "").ok(), Some(Some(1)));
    assert_eq!(parsed("limit=200").count("limit", 200, "").ok(), Some(Some(200)));
    assert_eq!(parsed("").count("limit", 200, "").ok(), Some(None));
    for value in ["0", "-1", "abc", "201", "", "1.5", "%2B1", "+1", "1e2", "99999999999999999999", "١"] {
        let result = parsed(&format!("limit={value}")).count("limit", 200, "1 to 200");
        assert_eq!(why(result), invalid("?limit", "invalid"), "{value}");
    }
}

#[test]
fn names_are_split_at_commas_and_trimmed() {
    let names = parsed("fields=id,name,%20title").names("fields").ok().flatten();
    assert_eq!(names, Some(vec!["id".to_owned(), "name".to_owned(), "title".to_owned()]));
    for raw in ["fields=", "fields=a,,b", "fields=a,", "fields=,"] {
        assert_eq!(why(parsed(raw).names("fields")), invalid("?fields", "invalid"), "{raw}");
    }
}

#[test]
fn at_most_a_hundred_names_of_255_characters_are_read() {
    let many = |n: usize| format!("fields={}", vec!["custom_fields.Some_Long_Key__c"; n].join(","));
    assert!(parsed(&many(100)).names("fields").is_ok());
    assert_eq!(why(parsed(&many(101)).names("fields")), invalid("?fields", "too_many"));
    let long = |n: usize| format!("fields={}", "é".repeat(n));
    assert!(parsed(&long(255)).names("fields").is_ok());
    assert_eq!(why(parsed(&long(256)).names("fields")), invalid("?fields", "too_long"));
}

#[test]
fn values_have_at_most_1024_characters() {
    let of = |n: usize| parsed(&format!("sort={}&filter[a]={}", "é".repeat(n), "é".repeat(n)));
    assert!(of(1024).text("sort").is_ok());
    assert!(of(1024).filters().is_ok());
    assert_eq!(why(of(1025).text("sort")), invalid("?sort", "too_long"));
    assert_eq!(why(of(1025).filters()), invalid("?filter[a]", "too_long"));
    assert_eq!(why(parsed("sort=").text("sort")), invalid("?sort", "invalid"));
}

#[test]
fn filters_have_a_field_an_operator_and_a_value() {
    let raw = "filter[email_addresses.email]=a%2Bb@x.example&filter%5Blast_name%5D%5Bin%5D=O%27Neill,%25&filter[x]=&filter[a][gt]=1";
    let filters = parsed(raw).filters().unwrap_or_default();
    let flat: Vec<_> = filters.iter().map(|f| (f.field.as_str(), f.op.as_str(), f.value.as_str())).collect();
    let expected = [
        ("email_addresses.email", "eq", "a+b@x.example"),
        ("last_name", "in", "O'Neill,%"),
        ("x", "eq", ""),
        ("a", "gt", "1"),
    ];
    assert_eq!(flat, expected);
}

#[test]
fn malformed_filter_names_are_refused() {
    let long = format!("filter[{}]", "a".repeat(256));
    let names = [
        "filter",
        "filter[",
        "filter[]",
        "filter[a",
        "filter[a]x",
        "filter[a][",
        "filter[a][]",
        "filter[a][eq]x",
        "filter[a][eq][b]",
        "filter[[a]]",
        "filter[a]]",
        &long,
    ];
    for name in names {
        let (code, _, part) = why(parsed(&format!("{name}=1")).filters());
        assert_eq!((code, part), (Code::InvalidRequest, "invalid"), "{name}");
    }
}

#[test]
fn the_same_condition_in_two_spellings_is_refused() {
    assert_eq!(why(parsed("filter[a]=1&filter[a][eq]=2").filters()).2, "not_allowed");
    assert_eq!(parsed("filter[a][gt]=1&filter[a][lt]=2").filters().map(|f| f.len()).ok(), Some(2));
}

#[test]
fn at_most_twenty_filters_are_read() {
    let many = |n: usize| (0..n).map(|i| format!("filter[f{i}]=1")).collect::<Vec<_>>().join("&");
    assert_eq!(parsed(&many(20)).filters().map(|f| f.len()).ok(), Some(20));
    assert_eq!(why(parsed(&many(21)).filters()), invalid("?filter", "too_many"));
}

#[test]
fn any_text_is_parsed_or_refused_without_a_panic() {
    // A small deterministic generator is enough to reach odd mixtures.
    let alphabet = ["%", "4", "1", "=", "&", "[", "]", "filter", "a", "+", "é", "%41", "limit", ","];
    let mut state = 7_u64;
    for _ in 0..20_000 {
        let mut raw = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from((state >> 33) % 14).unwrap_or(0);
            raw.push_str(alphabet[at]);
        }
        if let Ok(mut query) = Query::parse(&raw) {
            let _ = query.filters();
            let _ = query.names("a");
            let _ = query.count("limit", 10, "");
            let _ = query.finish(&[]);
        }
    }
}
