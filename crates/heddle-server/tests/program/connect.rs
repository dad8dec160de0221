//! `heddle connect salesforce`.

use crate::org::{CLIENT_ID, CLIENT_SECRET, Org, program};
use crate::process::Program;

#[test]
fn each_step_is_printed_and_the_connections_id_comes_last_and_works() {
    let org = Org::start();
    let program = program();
    let ended = org.connect(&program).expect(0);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert!(lines.len() == 1 && lines[0].starts_with("con_"), "{}", ended.out);
    for step in ["token", "instance_url", "version", "identity", "limits", "describe", "rights", "visible_contacts"] {
        assert!(ended.err.to_lowercase().contains(step), "{step} in {}", ended.err);
    }
    assert!(ended.err.contains("acme") && ended.err.contains(&org.url()), "{}", ended.err);
    let both = format!("{}{}", ended.out, ended.err);
    assert!(!both.contains(CLIENT_SECRET), "{both}");

    let (server, base) = program.serve();
    let api = program.api(&base, lines[0]);
    let page = api.get("/v1/crm/contacts?limit=7").expect(200);
    assert_eq!(page.json()["data"].as_array().unwrap().len(), 7);
    // Once more is refused with the connection that is there; nothing is made twice.
    let again = org.connect(&program).expect(1);
    assert!(again.err.contains(lines[0]) && again.out.is_empty(), "{}{}", again.out, again.err);
    for path in ["/v1/tenants", "/v1/connections"] {
        assert_eq!(api.get(path).expect(200).json()["data"].as_array().map(Vec::len), Some(1), "{path}");
    }
    server.stopped("TERM").expect(0);
}

#[test]
fn the_general_login_host_is_refused_before_any_call_with_the_advice_to_use_my_domain() {
    let org = Org::start();
    for host in ["https://login.salesforce.com", "https://test.salesforce.com"] {
        let refused = program().run(&["connect", "salesforce", "--tenant", "acme", "--my-domain", host]).expect(1);
        assert!(refused.out.is_empty(), "{}", refused.out);
        assert!(refused.err.contains("My Domain"), "{}", refused.err);
        assert!(refused.err.contains("no connection was stored"), "{}", refused.err);
        // A call that was tried would speak of names or networks.
        for word in ["resolve", "dns", "reach", "network"] {
            assert!(!refused.err.to_lowercase().contains(word), "{}", refused.err);
        }
    }
    assert_eq!(org.all_calls(), 0);
}

#[test]
fn a_refused_secret_stores_nothing_and_is_not_repeated() {
    let org = Org::start();
    let wrong = format!("{CLIENT_SECRET}-wrong");
    let program = Program::with_key().with("SF_CONSUMER_KEY", CLIENT_ID).with("SF_CONSUMER_SECRET", &wrong);
    let refused = org.connect(&program).expect(1);
    assert!(refused.out.is_empty(), "{}", refused.out);
    assert!(refused.err.contains("invalid client credentials"), "{}", refused.err);
    assert!(!refused.err.contains(CLIENT_SECRET), "{}", refused.err);
    let (server, base) = program.serve();
    let connections = program.api(&base, "").get("/v1/connections").expect(200).json();
    assert_eq!(connections["data"].as_array().map(Vec::len), Some(0), "{connections}");
    server.stopped("TERM").expect(0);
}

#[test]
fn secrets_are_taken_from_the_environment_and_never_from_the_command_line() {
    let org = Org::start();
    let url = org.url();
    let bare = Program::with_key();
    let missing = bare.run(&["connect", "salesforce", "--tenant", "acme", "--my-domain", &url]).expect(1);
    assert!(missing.err.contains("SF_CONSUMER_KEY is not set"), "{}", missing.err);
    for flag in ["--consumer-secret", "--client-secret", "--secret", "--consumer-key", "--client-id", "--password"] {
        for arguments in [vec![flag.to_owned(), CLIENT_SECRET.to_owned()], vec![format!("{flag}={CLIENT_SECRET}")]] {
            let mut all = vec!["connect", "salesforce", "--tenant", "acme", "--my-domain", &url];
            all.extend(arguments.iter().map(String::as_str));
            let refused = bare.run(&all).expect(2);
            assert!(refused.err.contains(flag), "{}", refused.err);
            assert!(!refused.err.contains(CLIENT_SECRET), "{}", refused.err);
        }
    }
    assert_eq!(org.all_calls(), 0);
}
