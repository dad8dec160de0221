//! Pages: each record once, whatever the order, the size, or a restart between.

use heddle_tests::{Server, ServerOptions};
use std::collections::HashSet;

async fn walk(server: &mut Server, parameters: &[(&str, &str)], restart_after: Option<usize>) -> (Vec<String>, u32) {
    let mut page = server.list(parameters).await.expect(200);
    let (mut ids, mut calls, mut pages) = (page.ids(), page.provider_calls(), 1);
    while let Some(cursor) = page.json["next_cursor"].as_str().map(str::to_owned) {
        assert!(cursor.len() <= 1_024);
        assert!(page.json.get("resume_after").is_none_or(serde_json::Value::is_null));
        if Some(pages) == restart_after {
            server.restart().await;
        }
        page = server.list(&[("cursor", &cursor)]).await.expect(200);
        ids.extend(page.ids());
        calls += page.provider_calls();
        pages += 1;
        assert!(pages < 500);
    }
    assert!(page.json["resume_after"].is_string(), "the last page says from where to go on");
    (ids, calls)
}

fn each_once(ids: &[String], expected: usize) {
    assert_eq!(ids.len(), expected);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), expected);
}

async fn big() -> Server {
    Server::with(ServerOptions { contacts: 5_000, accounts: 800, ..ServerOptions::default() }).await
}

#[tokio::test]
async fn five_thousand_contacts_come_once_at_every_page_size() {
    let mut server = big().await;
    for (parameters, calls) in [
        (vec![("limit", "2000"), ("fields", "id,first_name,email_addresses")], 3..=4),
        (vec![("limit", "2000")], 5..=6),
        (vec![("limit", "200")], 25..=26),
        (vec![("limit", "50")], 100..=101),
    ] {
        let (ids, spent) = walk(&mut server, &parameters, None).await;
        each_once(&ids, 5_000);
        assert!(calls.contains(&spent), "{parameters:?} took {spent} calls");
    }
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_and_repeats_nothing() {
    let mut server = big().await;
    let (ids, calls) = walk(&mut server, &[("limit", "200")], Some(7)).await;
    each_once(&ids, 5_000);
    assert!((25..=26).contains(&calls), "{calls}");
}

#[tokio::test]
async fn a_sort_on_a_column_with_nulls_gives_each_record_once_with_nulls_last() {
    let mut server = big().await;
    for sort in ["birthday", "-birthday", "last_activity_at", "-updated_at", "created_at"] {
        let (ids, calls) =
            walk(&mut server, &[("limit", "200"), ("sort", sort), ("fields", "id,birthday")], Some(13)).await;
        each_once(&ids, 5_000);
        assert!((25..=26).contains(&calls), "{sort}: {calls}");
    }
    let mut page =
        server.list(&[("limit", "2000"), ("sort", "-birthday"), ("fields", "id,birthday")]).await.expect(200);
    let mut days: Vec<Option<String>> = Vec::new();
    loop {
        days.extend(page.data().iter().map(|r| r["birthday"].as_str().map(str::to_owned)));
        let Some(cursor) = page.json["next_cursor"].as_str().map(str::to_owned) else { break };
        page = server.list(&[("cursor", &cursor)]).await.expect(200);
    }
    let dated: Vec<&String> = days.iter().map_while(Option::as_ref).collect();
    assert!(days.iter().skip(dated.len()).all(Option::is_none), "nulls stand last");
    assert!(dated.len() > 1_000 && dated.len() < 5_000);
    assert!(dated.windows(2).all(|w| w[0] >= w[1]));
}

#[tokio::test]
async fn reading_by_modification_passes_equal_stamps_one_by_one() {
    let mut server = big().await;
    let first = server.list(&[("limit", "1"), ("sort", "updated_at")]).await.expect(200);
    let stamp = first.data()[0]["updated_at"].as_str().unwrap().to_owned();
    let parameters = [("limit", "100"), ("updated_after", "2000-01-01T00:00:00Z"), ("fields", "id,updated_at")];
    let (ids, _) = walk(&mut server, &parameters, Some(3)).await;
    each_once(&ids, 5_000);
    let rest = walk(&mut server, &[("limit", "2000"), ("updated_after", &stamp), ("fields", "id,name")], None).await.0;
    assert!(rest.len() < 5_000, "updated_after is exclusive");
    let before = [("limit", "2000"), ("updated_before", "2000-01-01T00:00:00+01:00")];
    let none = server.list(&before).await.expect(200);
    assert!(none.data().is_empty());
    assert_eq!(none.json["resume_after"], "1999-12-31T22:59:59.000Z", "before the first moment left out");
}

#[tokio::test]
async fn reading_resumes_where_it_ended_and_finds_changes() {
    let server = Server::start().await;
    let all = server.list(&[("limit", "2000"), ("fields", "id,name")]).await.expect(200);
    let resume = all.json["resume_after"].as_str().unwrap().to_owned();
    let id = all.ids()[7].clone();
    let touched = server.control("POST", "touch", serde_json::json!({"id": id, "fields": {"Title": "Moved on"}})).await;
    assert!(touched.get("error").is_none(), "{touched}");
    let changed =
        server.list(&[("updated_after", &resume), ("limit", "2000"), ("fields", "id,title")]).await.expect(200);
    assert!(changed.ids().contains(&id), "the change is found");
}

#[tokio::test]
async fn broken_altered_and_foreign_cursors_are_refused_without_a_call() {
    let server = Server::start().await;
    let page = server.list(&[("limit", "10"), ("sort", "birthday")]).await.expect(200);
    let cursor = page.json["next_cursor"].as_str().unwrap().to_owned();
    let (connection, _org) = server.second_org().await;
    let before = server.data_calls();
    let flipped = format!("{}{}", if cursor.starts_with('A') { "B" } else { "A" }, &cursor[1..]);
    for bad in ["", "x", &flipped, &cursor[..20], &format!("{cursor}A"), &"A".repeat(3_000)] {
        let answer = server.list(&[("cursor", bad)]).await;
        assert_eq!(answer.status, 400, "{bad}: {}", answer.text);
        assert!(["invalid_cursor", "invalid_request"].contains(&answer.code()), "{}", answer.text);
    }
    server.list(&[("cursor", &cursor), ("sort", "created_at")]).await.expect_problem(400, "invalid_cursor");
    server.list(&[("cursor", &cursor), ("filter[last_name]", "x")]).await.expect_problem(400, "invalid_cursor");
    let foreign = server
        .bare("GET", &heddle_tests::list_path(&[("cursor", &cursor)]))
        .header("authorization", format!("Bearer {}", server.key))
        .header("x-connection-id", &connection);
    server.sent(foreign).await.expect_problem(400, "invalid_cursor");
    assert_eq!(server.data_calls(), before);
    let again = server.list(&[("cursor", &cursor), ("sort", "birthday"), ("limit", "5")]).await.expect(200);
    assert_eq!(again.data().len(), 5);
}
