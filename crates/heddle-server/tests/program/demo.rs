//! `heddle demo`: one line for scripts, a page for people, the same again.

use crate::http::{Api, Reply, send};
use crate::process::{Program, Running};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

/// Ready, in a build that is optimised a little. Releases have 3 s.
const READY: Duration = Duration::from_secs(10);

/// Starts a demo; the second value is its line. `None` when a kept port was
/// taken by somebody else meanwhile, which the program says.
fn start(program: &Program, arguments: &[&str]) -> Option<(Running, String)> {
    let mut demo = program.start(&[&["demo", "--json", "--port", "0"], arguments].concat());
    match demo.first_line() {
        Ok((line, took)) => {
            println!("ready after {} ms", took.as_millis());
            assert!(took < READY, "ready after {took:?}");
            Some((demo, line))
        }
        Err(said) if said.contains("in use") => None,
        Err(said) => panic!("{said}"),
    }
}

fn api_of(line: &str) -> Api {
    let line: Value = serde_json::from_str(line).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Api { base: text(&line["base_url"]), key: text(&line["api_key"]), connection: text(&line["connections"][0]["id"]) }
}

fn fifty_contacts_for_one_call(reply: &Reply) {
    assert_eq!(reply.json()["data"].as_array().unwrap().len(), 50);
    assert_eq!(reply.header("x-provider-calls"), Some("1"));
    let first = &reply.json()["data"][0];
    assert!(first["id"].is_string() && first["email_addresses"].is_array() && first["custom_fields"].is_object());
}

#[test]
fn a_script_reads_one_line_of_the_stable_form_and_lists_fifty_contacts_for_one_call() {
    let program = Program::new();
    let (demo, line) = start(&program, &[]).unwrap();
    let parsed: Value = serde_json::from_str(&line).unwrap();
    let text = |pointer: &str| parsed.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}"));
    let (base, key, salesforce) = (text("/base_url"), text("/api_key"), text("/sandbox/salesforce"));
    let (id, tenant) = (text("/connections/0/id"), text("/connections/0/tenant_id"));
    let dashboard = text("/dashboard_url");
    assert_eq!(
        line,
        format!(
            "{{\"base_url\":\"{base}\",\"dashboard_url\":\"{dashboard}\",\"api_key\":\"{key}\",\"connections\":\
             [{{\"id\":\"{id}\",\"tenant_id\":\"{tenant}\",\"provider\":\"salesforce\"}}],\
             \"sandbox\":{{\"salesforce\":\"{salesforce}\"}}}}"
        )
    );
    assert!(base.starts_with("http://127.0.0.1:") && salesforce.starts_with("http://127.0.0.1:"), "{line}");
    assert!(key.starts_with("hdl_") && id.starts_with("con_") && tenant.starts_with("ten_"), "{line}");

    let api = api_of(&line);
    fifty_contacts_for_one_call(&api.get("/v1/crm/contacts").expect(200));
    fifty_contacts_for_one_call(&api.get("/v1/crm/contacts?limit=50").expect(200));
    let path = dashboard.strip_prefix(base).unwrap();
    let page = api.get(path);
    assert!([200, 301, 302, 303, 307, 308].contains(&page.status), "{}", page.head);

    let ended = demo.stopped("INT").expect(0);
    assert_eq!(ended.out, format!("{line}\n"), "one line and no more");
    assert!(!ended.err.contains(key), "{}", ended.err);
}

#[test]
fn a_second_start_prints_the_same_line_and_a_fresh_one_makes_all_anew() {
    // The system may give a kept port to another process between two starts.
    for _ in 0..3 {
        let program = Program::new();
        let (demo, first) = start(&program, &[]).unwrap();
        demo.stopped("INT").expect(0);
        let Some((demo, second)) = start(&program, &[]) else { continue };
        fifty_contacts_for_one_call(&api_of(&second).get("/v1/crm/contacts").expect(200));
        let ended = demo.stopped("TERM").expect(0);
        if ended.err.contains("in use") {
            continue;
        }
        assert_eq!(first, second);

        let (demo, third) = start(&program, &["--fresh"]).unwrap();
        let (old, new) = (api_of(&second), api_of(&third));
        assert_ne!(old.key, new.key);
        assert_ne!(old.connection, new.connection);
        fifty_contacts_for_one_call(&new.get("/v1/crm/contacts").expect(200));
        assert_eq!(Api { key: old.key, ..new.clone() }.get("/v1/crm/contacts").status, 401);
        assert_eq!(Api { connection: old.connection, ..new }.get("/v1/crm/contacts").status, 404);
        demo.stopped("INT").expect(0);
        return;
    }
    panic!("three times somebody took the ports");
}

#[test]
fn a_second_demo_in_the_same_directory_is_refused_and_the_first_goes_on() {
    let program = Program::new();
    let (demo, line) = start(&program, &[]).unwrap();
    let refused = program.run(&["demo", "--json", "--port", "0"]).expect(1);
    assert!(refused.out.is_empty() && refused.err.contains("runs in"), "{}", refused.err);
    fifty_contacts_for_one_call(&api_of(&line).get("/v1/crm/contacts").expect(200));
    demo.stopped("INT").expect(0);
}

#[test]
fn people_read_what_runs_the_docs_the_key_and_two_requests_that_work_when_pasted() {
    let program = Program::new();
    let mut demo = program.start(&["demo", "--port", "0"]);
    let mut page = vec![demo.out.line_with("Heddle runs at http://127.0.0.1:")];
    page.push(demo.out.line_with("/docs"));
    page.push(demo.out.line_with("hdl_"));
    let curls = [demo.out.line_with("curl "), demo.out.line_with("curl ")];
    assert!(page[0].contains("Salesforce sandbox") && page[2].contains("API key"), "{page:?}");

    let first = pasted(&curls[0]);
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    let (head, body) = first.split_once("\r\n\r\n").unwrap();
    let reply = Reply { status: 200, head: head.to_owned(), body: body.to_owned() };
    fifty_contacts_for_one_call(&reply);

    let second: Value = serde_json::from_str(&pasted(&curls[1])).unwrap();
    let email = curls[1].rsplit_once('=').unwrap().1.trim_end_matches('\'');
    let found = second["data"].as_array().unwrap();
    assert!(!found.is_empty(), "{}", curls[1]);
    for contact in found {
        let has = contact["email_addresses"].as_array().unwrap().iter().any(|one| one["email"] == email);
        assert!(has, "{contact}");
    }
    demo.stopped("INT").expect(0);
}

/// What a shell prints when the line is pasted into it.
fn pasted(line: &str) -> String {
    let there = Command::new("curl").arg("--version").output().is_ok_and(|output| output.status.success());
    if there {
        let output = Command::new("sh").args(["-c", line]).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        return String::from_utf8(output.stdout).unwrap();
    }
    println!("NO CURL ON THIS MACHINE: the line is taken apart and sent by the test itself: {line}");
    let quoted: Vec<&str> = line.split('\'').skip(1).step_by(2).collect();
    let (url, headers) = quoted.split_last().unwrap();
    let slash = url["http://".len()..].find('/').unwrap() + "http://".len();
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let path = url[slash..].replace('[', "%5B").replace(']', "%5D");
    let reply = send(&url[..slash], &format!("GET {path}"), &headers, "").unwrap();
    if line.contains(" -i ") { format!("{}\r\n\r\n{}", reply.head, reply.body) } else { reply.body }
}
