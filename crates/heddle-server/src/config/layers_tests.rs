use super::*;

fn inputs(file: Option<&Path>, environment: &[(&str, &str)]) -> Inputs {
    Inputs {
        file: file.map(Path::to_owned),
        environment: environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        flags: Vec::new(),
    }
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("heddle.toml");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

fn error(file_text: &str, environment: &[(&str, &str)]) -> String {
    let (dir, path) = file(file_text);
    let text = load(&inputs(Some(&path), environment)).unwrap_err().to_string();
    text.replace(&dir.path().display().to_string(), "DIR")
}

#[test]
fn nothing_given_means_the_defaults() {
    let loaded = load(&Inputs::default()).unwrap();
    assert_eq!(loaded.config, Config::default());
    assert!(loaded.sources.values().all(|s| *s == Source::Default));
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
    let (_dir, path) = file("[server]\nbind = \"127.0.0.1:1\"\nworkers = 3\nrequest_seconds = 5\n");
    let mut inputs = inputs(Some(&path), &[("HEDDLE_BIND", "127.0.0.1:2"), ("HEDDLE__SERVER__WORKERS", "4")]);
    inputs.flags.push(("--bind", "server.bind", Value::String("127.0.0.1:3".to_owned())));
    let loaded = load(&inputs).unwrap();
    assert_eq!(loaded.config.server.bind.port(), 3);
    assert_eq!(loaded.config.server.workers, 4);
    assert_eq!(loaded.config.server.request_seconds, 5);
    assert_eq!(loaded.config.server.stop_seconds, Config::default().server.stop_seconds);
    assert_eq!(loaded.sources["server.bind"], Source::Flag("--bind"));
    assert_eq!(loaded.sources["server.workers"], Source::Variable("HEDDLE__SERVER__WORKERS".to_owned()));
    assert_eq!(loaded.sources["server.request_seconds"], Source::File(path));
    assert_eq!(loaded.sources["server.stop_seconds"], Source::Default);
}

#[test]
fn the_file_may_be_named_by_the_environment_and_the_flag_wins() {
    let (_one, named) = file("[server]\nworkers = 1\n");
    let (_two, flagged) = file("[server]\nworkers = 2\n");
    let variable = [("HEDDLE_CONFIG", named.to_str().unwrap())];
    assert_eq!(load(&inputs(None, &variable)).unwrap().config.server.workers, 1);
    assert_eq!(load(&inputs(Some(&flagged), &variable)).unwrap().config.server.workers, 2);
}

#[test]
fn every_short_variable_name_sets_a_key_that_exists() {
    for (name, key) in environment::NAMES {
        let layers = load(&Inputs::default()).unwrap();
        assert!(layers.sources.contains_key(*key), "{name} sets {key}");
    }
}

#[test]
fn an_empty_variable_counts_as_absent() {
    let loaded = load(&inputs(None, &[("HEDDLE_BIND", ""), ("HEDDLE_CONFIG", "")])).unwrap();
    assert_eq!(loaded.config, Config::default());
}

#[test]
fn a_misspelt_variable_is_reported_and_foreign_ones_are_not() {
    let names = [("HEDDLE_BINDD", "x"), ("HEDDLE_SECRET_KEY", "x"), ("HOME", "x"), ("HEDDLE_TEST_POSTGRES_URL", "x")];
    assert_eq!(load(&inputs(None, &names)).unwrap().ignored, ["HEDDLE_BINDD"]);
}

#[test]
fn errors_name_the_place_the_key_and_what_is_allowed() {
    let cases = [
        ("[server]\nbnid = 1\n", &[][..], "DIR/heddle.toml: there is no key `bnid`; [server] takes `bind`"),
        (
            "[sever]\nbind = 1\n",
            &[],
            "DIR/heddle.toml: there is no section [sever]; the sections are [consent], [data], [database]",
        ),
        ("[sever]\n", &[], "DIR/heddle.toml: there is no section [sever]"),
        ("bind = 1\n", &[], "DIR/heddle.toml: `bind` must be a section, written [bind]"),
        ("[server]\nworkers = 257\n", &[], "DIR/heddle.toml: `server.workers`: expected 0 (one for each core) to 256"),
        (
            "[server]\nworkers = \"2\"\n",
            &[],
            "DIR/heddle.toml: `server.workers`: invalid type: string \"2\", expected i64",
        ),
        ("[server]\nbind = \":80\"\n", &[], "DIR/heddle.toml: `server.bind`: expected an IP address and a port"),
        ("[server\n", &[], "DIR/heddle.toml is not valid TOML"),
        ("", &[("HEDDLE_BIND", "localhost")], "HEDDLE_BIND: `server.bind`: expected an IP address and a port"),
        (
            "",
            &[("HEDDLE__SERVER__WORKERS", "two")],
            "HEDDLE__SERVER__WORKERS: `server.workers`: expected a whole number",
        ),
        ("", &[("HEDDLE__SERVER__NOPE", "2")], "HEDDLE__SERVER__NOPE: there is no key `nope`; [server] takes"),
        ("", &[("HEDDLE_ALLOW_LOOPBACK_PROVIDERS", "maybe")], "`providers.allow_loopback`: expected 1 or 0"),
        ("", &[("HEDDLE_DATABASE_URL", "mysql://x")], "`database.url`: expected sqlite://FILE or postgres://"),
        ("", &[("HEDDLE_LOG", "heddle=loud")], "HEDDLE_LOG: `log.level`: expected error, warn, info"),
        (
            "",
            &[("HEDDLE_LOG_FORMAT", "xml")],
            "HEDDLE_LOG_FORMAT: `log.format`: expected \"auto\", \"human\" or \"json\"",
        ),
    ];
    for (text, environment, expected) in cases {
        let message = error(text, environment);
        assert!(message.contains(expected), "got {message:?}, wanted {expected:?}");
    }
}

#[test]
fn a_value_out_of_its_range_is_refused_by_key() {
    let cases = [
        ("gate.attempts_interactive", "0", "1 to 1000000"),
        ("gate.breaker_calls", "0", "1 to 1000000"),
        ("gate.breaker_ratio", "0.0", "a share above 0 up to 1"),
        ("gate.breaker_ratio", "nan", "a share above 0 up to 1"),
        ("gate.headroom", "1.5", "a share above 0 up to 1"),
        ("gate.retry_budget_max", "inf", "0 to 1000000"),
        ("gate.retry_budget_refill", "nan", "0 to 1000000"),
        ("gate.breaker_open_ms", "0", "1 to 604800000 milliseconds"),
        ("gate.hint_cap_ms", "604800001", "1 to 604800000 milliseconds"),
        ("gate.queue", "0", "1 to 1000000"),
        ("transport.max_body", "0", "1 to 1073741824 bytes"),
        ("transport.connect_timeout_ms", "0", "1 to 604800000 milliseconds"),
        ("idempotency.beat_seconds", "0", "1 to 60 seconds"),
        ("idempotency.dead_after_seconds", "3601", "3 to 3600 seconds"),
        ("retention.calls_days", "0", "1 to 3650 days"),
        ("retention.calls_rows", "0", "1 to 100000000"),
        ("retention.idempotency_hours", "23", "24 to 720 hours"),
    ];
    for (key, value, expected) in cases {
        let (section, name) = key.split_once('.').unwrap();
        let message = error(&format!("[{section}]\n{name} = {value}\n"), &[]);
        assert!(message.starts_with(&format!("DIR/heddle.toml: `{key}`: expected {expected}")), "{message}");
    }
}

#[test]
fn values_that_do_not_go_together_are_refused_with_both_places() {
    let message = error("[server]\nrequest_seconds = 1\n", &[]);
    let expected = "`gate.min_try_ms` (default) and `server.request_seconds` (DIR/heddle.toml) do not go together";
    assert!(message.starts_with(expected), "{message}");
    let cases = [
        ("gate.concurrency_window_min_ms = 3000", "concurrency_window_max_ms"),
        ("gate.breaker_open_ms = 20000", "breaker_open_cap_ms"),
        ("gate.backoff_cap_sync_ms = 1", "backoff_cap_sync_ms"),
        ("gate.throttle_cap_ms = 1", "throttle_cap_ms"),
        ("gate.hint_cap_ms = 1", "hint_cap_ms"),
        ("gate.interactive_try_ms = 1", "interactive_try_ms"),
    ];
    for (line, other) in cases {
        let message = error(line, &[]);
        assert!(message.contains(&format!("and `gate.{other}` (")), "{line}: {message}");
    }
    let message = error("[idempotency]\nbeat_seconds = 11\n", &[]);
    assert!(message.contains("and `idempotency.dead_after_seconds` (default)"), "{message}");
    // The order of lines and layers does not matter.
    let both = [("HEDDLE__GATE__CONCURRENCY_WINDOW_MAX_MS", "9000")];
    let (_dir, path) = file("[gate]\nconcurrency_window_min_ms = 5000\n");
    assert!(load(&inputs(Some(&path), &both)).is_ok());
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let message = load(&inputs(Some(Path::new("/nowhere/heddle.toml")), &[])).unwrap_err().to_string();
    assert!(message.starts_with("cannot read /nowhere/heddle.toml: "), "{message}");
}

#[test]
fn a_password_is_masked_where_settings_are_shown() {
    let loaded = load(&inputs(None, &[("HEDDLE_DATABASE_URL", "postgres://u:canary@db/heddle")])).unwrap();
    let shown = loaded.shown();
    let row = shown.iter().find(|(key, ..)| key == "database.url").unwrap();
    assert_eq!(row.1, "postgres://u:***@db/heddle");
    assert_eq!(row.2, Source::Variable("HEDDLE_DATABASE_URL".to_owned()));
    assert!(!format!("{shown:?}").contains("canary"));
    assert!(!format!("{:?}", loaded.config).contains("canary"));
}
