//! A copy kept by reading changes: each trap by its name, on a clock that
//! stands still until it is told to go on.

use heddle_tests::{Mirror, Server};
use serde_json::{Value, json};

const FIELDS: &str = "id,last_name,account_id,updated_at,is_deleted,merged_into_id";

/// A server, its org at a moment of its own, and a copy of all contacts.
async fn copied() -> (Server, Mirror) {
    let server = Server::start().await;
    clock(&server, json!({"at": "2026-06-01T00:00:00Z", "still": true})).await;
    let mut mirror = Mirror::new("contacts", FIELDS);
    while !mirror.page(&server, 200).await.unwrap() {}
    (server, mirror)
}

async fn clock(server: &Server, turn: Value) -> String {
    let answer = server.control("POST", "clock", turn).await;
    answer["now"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn pass(server: &Server, seconds: i64) -> String {
    clock(server, json!({ "advance_seconds": seconds })).await
}

/// One transaction; the ids of its records.
async fn change(server: &Server, changes: Value, commit_after: i64) -> Vec<String> {
    let body = json!({"changes": changes, "commit_after_seconds": commit_after});
    let answer = server.control("POST", "changes", body).await;
    let ids = answer["ids"].as_array().unwrap_or_else(|| panic!("{answer}"));
    ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

fn named(mirror: &Mirror, id: &str) -> String {
    mirror.get(id).unwrap_or_else(|| panic!("{id} is missing"))["last_name"].as_str().unwrap().to_owned()
}

/// Two live contacts that know no other.
fn two(mirror: &Mirror) -> (String, String) {
    let mut live = mirror.live().map(str::to_owned);
    (live.next().unwrap(), live.next().unwrap())
}

/// Fails unless the copy is what the org has, the bin included.
async fn assert_equal(server: &Server, mirror: &Mirror) {
    let fields = ["LastName", "AccountId", "SystemModstamp", "IsDeleted", "MasterRecordId"];
    let answer = server.control("GET", "rows", json!({"field": fields, "deleted": true})).await;
    let rows = answer["rows"].as_array().unwrap();
    assert!(rows.len() >= 290);
    for row in rows {
        let record = mirror.get(row["id"].as_str().unwrap()).unwrap_or_else(|| panic!("{row} is missing"));
        let values = &row["values"];
        let stamp = values["SystemModstamp"].as_str().unwrap().replace("+0000", "Z");
        assert_eq!(record["updated_at"], stamp, "{record} {row}");
        for (common, own) in [
            ("last_name", "LastName"),
            ("account_id", "AccountId"),
            ("is_deleted", "IsDeleted"),
            ("merged_into_id", "MasterRecordId"),
        ] {
            assert_eq!(record[common], values[own], "{common} of {record}");
        }
    }
    let live = rows.iter().filter(|row| row["values"]["IsDeleted"] == false).count();
    assert_eq!(mirror.live().count(), live, "the copy has live records that the org has not");
}

#[tokio::test]
async fn equal_stamps_across_the_border_of_a_page_come_once_each() {
    let (server, mut mirror) = copied().await;
    let ids: Vec<String> = mirror.live().take(25).map(str::to_owned).collect();
    let rename = |id: &String| json!({"do": "update", "id": id, "fields": {"LastName": "Same second"}});
    change(&server, ids.iter().map(rename).collect(), 0).await;
    let mut seen = 0;
    while !mirror.page(&server, 10).await.unwrap() {
        seen += 1;
    }
    assert_eq!(seen, 2, "three pages of ten");
    assert_eq!(ids.iter().filter(|id| named(&mirror, id) == "Same second").count(), 25);
    assert_equal(&server, &mirror).await;
}

#[tokio::test]
async fn a_late_commit_behind_the_newest_stamp_is_found() {
    let (server, mut mirror) = copied().await;
    let mut careless = Mirror::careless("contacts", FIELDS);
    careless.catch_up(&server, 200).await.unwrap();
    let (late, quick) = two(&mirror);
    change(&server, json!([{"do": "update", "id": late, "fields": {"LastName": "Late"}}]), 240).await;
    let new = json!([{"do": "create", "object": "Contact", "fields": {"LastName": "Late and new"}}]);
    let new = change(&server, new, 240).await.remove(0);
    pass(&server, 60).await;
    change(&server, json!([{"do": "update", "id": quick, "fields": {"LastName": "Quick"}}]), 0).await;
    for copy in [&mut mirror, &mut careless] {
        copy.catch_up(&server, 200).await.unwrap();
        assert_eq!(named(copy, &quick), "Quick");
        assert_ne!(named(copy, &late), "Late", "nobody sees it yet");
        assert_eq!(copy.get(&new), None);
    }
    pass(&server, 180).await;
    for copy in [&mut mirror, &mut careless] {
        copy.catch_up(&server, 200).await.unwrap();
    }
    assert_eq!((named(&mirror, &late).as_str(), named(&mirror, &new).as_str()), ("Late", "Late and new"));
    let (before, after) = (mirror.get(&late).unwrap(), mirror.get(&quick).unwrap());
    assert!(before["updated_at"].as_str() < after["updated_at"].as_str(), "it is behind what was read before it");
    assert_eq!(mirror.behind, 2);
    assert_equal(&server, &mirror).await;
    assert_ne!(named(&careless, &late), "Late", "going on from the newest stamp loses it for ever");
}

#[tokio::test]
async fn a_deletion_comes_as_a_tombstone_with_its_new_stamp() {
    let (server, mut mirror) = copied().await;
    let (gone, _) = two(&mirror);
    pass(&server, 3_600).await;
    change(&server, json!([{"do": "delete", "id": gone}]), 0).await;
    let plain = server.list(&[("updated_after", "2026-05-31T00:00:00Z")]).await.expect(200);
    assert!(plain.ids().is_empty(), "without include_deleted a deletion tells nothing");
    mirror.catch_up(&server, 200).await.unwrap();
    let record = mirror.get(&gone).unwrap();
    assert_eq!((&record["is_deleted"], &record["merged_into_id"]), (&json!(true), &Value::Null));
    assert_eq!(record["updated_at"], "2026-06-01T01:00:00.000Z");
    assert_equal(&server, &mirror).await;
}

#[tokio::test]
async fn a_deleted_account_takes_its_contacts_along_and_brings_them_back() {
    let (server, mut mirror) = copied().await;
    let account = mirror.records().values().find_map(|r| r["account_id"].as_str().filter(|_| r["is_deleted"] == false));
    let account = account.unwrap().to_owned();
    let of_it = |mirror: &Mirror, deleted: bool| {
        let own = |r: &&Value| r["account_id"] == account.as_str() && r["is_deleted"] == deleted;
        mirror.records().values().filter(own).count()
    };
    let (live, gone) = (of_it(&mirror, false), of_it(&mirror, true));
    pass(&server, 60).await;
    change(&server, json!([{"do": "delete", "id": account}]), 0).await;
    mirror.catch_up(&server, 200).await.unwrap();
    assert_eq!((of_it(&mirror, false), of_it(&mirror, true)), (0, live + gone));
    pass(&server, 60).await;
    change(&server, json!([{"do": "undelete", "id": account}]), 0).await;
    mirror.catch_up(&server, 200).await.unwrap();
    assert_eq!((of_it(&mirror, false), of_it(&mirror, true)), (live, gone));
    assert_equal(&server, &mirror).await;
}

#[tokio::test]
async fn a_merge_names_the_winner_and_moves_what_belonged_to_the_loser() {
    let (server, mut mirror) = copied().await;
    let mut accounts = Mirror::new("accounts", "id,name,updated_at,is_deleted,merged_into_id");
    accounts.catch_up(&server, 200).await.unwrap();
    let (winner, loser) = two(&accounts);
    let of = |mirror: &Mirror, id: &str| mirror.records().values().filter(|r| r["account_id"] == id).count();
    let live = |mirror: &Mirror, id: &str| {
        mirror.records().values().filter(|r| r["account_id"] == id && r["is_deleted"] == false).count()
    };
    let (before, moved) = (of(&mirror, &winner), live(&mirror, &loser));
    assert!(moved > 0);
    pass(&server, 60).await;
    change(&server, json!([{"do": "merge", "winner": winner, "losers": [loser]}]), 0).await;
    accounts.catch_up(&server, 200).await.unwrap();
    mirror.catch_up(&server, 200).await.unwrap();
    let tombstone = accounts.get(&loser).unwrap();
    assert_eq!((&tombstone["is_deleted"], &tombstone["merged_into_id"]), (&json!(true), &json!(winner)));
    assert_eq!(accounts.get(&winner).unwrap()["is_deleted"], false);
    assert_eq!((of(&mirror, &winner), live(&mirror, &loser)), (before + moved, 0));
    assert_equal(&server, &mirror).await;
}

#[tokio::test]
async fn a_record_that_comes_out_of_the_bin_is_live_again() {
    let (server, mut mirror) = copied().await;
    let (winner, loser) = two(&mirror);
    change(&server, json!([{"do": "merge", "winner": winner, "losers": [loser]}]), 0).await;
    mirror.catch_up(&server, 200).await.unwrap();
    assert_eq!(mirror.get(&loser).unwrap()["merged_into_id"], json!(winner));
    pass(&server, 86_400).await;
    change(&server, json!([{"do": "undelete", "id": loser}]), 0).await;
    mirror.catch_up(&server, 200).await.unwrap();
    let record = mirror.get(&loser).unwrap();
    assert_eq!((&record["is_deleted"], &record["merged_into_id"]), (&json!(false), &Value::Null));
    assert_equal(&server, &mirror).await;
}

#[tokio::test]
async fn a_record_that_left_the_bin_unseen_is_found_by_comparing_ids() {
    let (server, mut mirror) = copied().await;
    let (seen, unseen) = two(&mirror);
    change(&server, json!([{"do": "delete", "id": seen}]), 0).await;
    mirror.catch_up(&server, 200).await.unwrap();
    change(&server, json!([{"do": "delete", "id": unseen}]), 0).await;
    pass(&server, 16 * 86_400).await;
    mirror.catch_up(&server, 200).await.unwrap();
    let deleted = |id: &str| mirror.get(id).unwrap()["is_deleted"].clone();
    assert_eq!((deleted(&seen), deleted(&unseen)), (json!(true), json!(false)), "nothing tells of the second one");
    server.get(&format!("/v1/crm/contacts/{seen}?include_deleted=true")).await.expect_problem(404, "not_found");
    assert_eq!(mirror.compare_ids(&server).await.unwrap(), 1);
    assert_eq!((mirror.get(&seen), mirror.get(&unseen)), (None, None));
    assert_equal(&server, &mirror).await;
}

#[tokio::test]
async fn a_record_that_changes_while_pages_are_read_is_read_again() {
    let (server, mut mirror) = copied().await;
    let ids: Vec<String> = mirror.live().take(12).map(str::to_owned).collect();
    let rename = |id: &String, name: &str| json!({"do": "update", "id": id, "fields": {"LastName": name}});
    pass(&server, 60).await;
    change(&server, ids.iter().map(|id| rename(id, "First")).collect(), 0).await;
    assert!(!mirror.page(&server, 5).await.unwrap());
    pass(&server, 1).await;
    // One that was read, one on a page to come, and one that is deleted before its page.
    change(&server, json!([rename(&ids[0], "Second"), rename(&ids[11], "Second")]), 0).await;
    change(&server, json!([{"do": "delete", "id": ids[8]}]), 0).await;
    while !mirror.page(&server, 5).await.unwrap() {}
    assert_eq!((named(&mirror, &ids[0]).as_str(), named(&mirror, &ids[11]).as_str()), ("Second", "Second"));
    assert_equal(&server, &mirror).await;
}
