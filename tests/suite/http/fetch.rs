//! One record by its id.

use heddle_tests::Server;

#[tokio::test]
async fn both_forms_of_an_id_give_the_same_record_in_one_call() {
    let server = Server::start().await;
    let listed = server.list(&[("limit", "1")]).await.expect(200);
    let id = listed.ids()[0].clone();
    let long = server.get(&format!("/v1/crm/contacts/{id}")).await.expect(200);
    let short = server.get(&format!("/v1/crm/contacts/{}", &id[..15])).await.expect(200);
    assert_eq!(long.json["data"], short.json["data"]);
    assert_eq!(long.json["data"], listed.data()[0]);
    assert_eq!(long.provider_calls(), 1);
}

#[tokio::test]
async fn what_cannot_be_an_id_is_not_found_without_a_call() {
    let server = Server::start().await;
    for id in ["1", "001000000000001AAA", "00300000000000'", "003000000000001AAB", "%F0%9F%98%80", &"x".repeat(255)] {
        server.get(&format!("/v1/crm/contacts/{id}")).await.expect_problem(404, "not_found");
    }
    let long = server.get(&format!("/v1/crm/contacts/{}", "x".repeat(256))).await;
    assert!([400, 404].contains(&long.status), "{}", long.text);
    assert_eq!(server.data_calls(), 0);
    let absent = server.get("/v1/crm/contacts/003zzzzzzzzzzzzAAA").await.expect_problem(404, "not_found");
    assert_eq!(absent.provider_calls(), 1);
}

#[tokio::test]
async fn a_deleted_record_is_not_found() {
    let server = Server::start().await;
    let made = server.control("POST", "contacts", serde_json::json!({"LastName": "Gone", "IsDeleted": true})).await;
    if let Some(id) = made["id"].as_str() {
        server.get(&format!("/v1/crm/contacts/{id}")).await.expect_problem(404, "not_found");
    }
}
