//! Conditions: what is asked is what comes, whatever stands in the text.

use heddle_tests::Server;
use serde_json::json;

async fn add(server: &Server, fields: serde_json::Value) -> String {
    let answer = server.control("POST", "contacts", fields).await;
    answer["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[tokio::test]
async fn hostile_text_is_found_as_it_stands_and_finds_nothing_else() {
    let server = Server::start().await;
    for text in [
        "O'Neill-Xyz",
        r"back\slash",
        r"\'",
        "100% sure_thing",
        "' OR Id != null OR LastName = '",
        "SELECT Id FROM Contact",
        "say \"hi\" & more + = ? #",
        "two\nlines\r\nand\ttabs",
        "Ünïcödé 😀",
        "null",
    ] {
        let id = add(&server, json!({"LastName": text})).await;
        for op in ["eq", "contains", "starts_with"] {
            let name = format!("filter[last_name][{op}]");
            let answer = server.list(&[(&name, text), ("limit", "2000")]).await.expect(200);
            assert!(answer.ids().contains(&id), "{op} {text:?}");
            for record in answer.data() {
                let (name, text) = (record["last_name"].as_str().unwrap().to_lowercase(), text.to_lowercase());
                assert!(if op == "contains" { name.contains(&text) } else { name.starts_with(&text) }, "{op} {text:?}");
            }
            if op == "eq" {
                assert_eq!((answer.ids(), &answer.data()[0]["last_name"]), (vec![id.clone()], &json!(text)));
            }
        }
        let comma = text.replace('\\', r"\\").replace(',', r"\,");
        let among = server.list(&[("filter[last_name][in]", &comma)]).await.expect(200);
        assert_eq!(among.ids(), [id], "in {text:?}");
    }
}

#[tokio::test]
async fn wildcards_in_the_text_are_only_text() {
    let server = Server::start().await;
    let percent = add(&server, json!({"LastName": "a%c"})).await;
    let underscore = add(&server, json!({"LastName": "a_c"})).await;
    add(&server, json!({"LastName": "abc"})).await;
    assert_eq!(server.list(&[("filter[last_name][contains]", "a%c")]).await.expect(200).ids(), [percent]);
    assert_eq!(server.list(&[("filter[last_name][starts_with]", "a_c")]).await.expect(200).ids(), [underscore]);
}

#[tokio::test]
async fn a_person_is_found_by_any_of_the_numbers() {
    let server = Server::start().await;
    let id = add(&server, json!({"LastName": "Reach", "MobilePhone": "+49 151 000", "Fax": "+49 30 999"})).await;
    for number in ["+49 151 000", "+49 30 999"] {
        let found = server.list(&[("filter[phone_numbers.number]", number)]).await.expect(200);
        assert_eq!(found.ids(), std::slice::from_ref(&id));
    }
    let mail = add(&server, json!({"LastName": "Post", "Email": "post+1@example.com"})).await;
    let found = server.list(&[("filter[email_addresses.email]", "post+1@example.com")]).await.expect(200);
    assert_eq!(found.ids(), [mail]);
    assert_eq!(found.provider_calls(), 1);
}

#[tokio::test]
async fn conditions_join_and_types_are_checked_before_any_call() {
    let server = Server::start().await;
    let id = add(&server, json!({"LastName": "Typed", "Birthdate": "1970-02-03", "DoNotCall": true})).await;
    let found = server
        .list(&[
            ("filter[last_name]", "Typed"),
            ("filter[birthday][gte]", "1970-02-03"),
            ("filter[birthday][lt]", "1970-02-04"),
            ("filter[do_not_call]", "true"),
        ])
        .await
        .expect(200);
    assert_eq!(found.ids(), [id]);
    let before = server.data_calls();
    for (name, value) in [
        ("filter[birthday][lt]", "1970-02-31"),
        ("filter[birthday]", "yesterday"),
        ("filter[do_not_call]", "maybe"),
        ("filter[created_at][gt]", "2026-05-18"),
        ("filter[last_name][is_null]", "perhaps"),
    ] {
        let answer = server.list(&[(name, value)]).await;
        assert_eq!(answer.status, 400, "{name}={value}: {}", answer.text);
    }
    assert_eq!(server.data_calls(), before);
}

#[tokio::test]
async fn what_the_provider_cannot_filter_by_is_refused_with_what_it_can() {
    let server = Server::start().await;
    for name in ["filter[description]", "filter[lifecycle_stage]", "filter[tags]"] {
        let answer = server.list(&[(name, "x")]).await.expect_problem(400, "unsupported_filter");
        assert!(answer.detail().contains("last_name"), "{}", answer.text);
    }
    server.list(&[("sort", "first_name")]).await.expect_problem(400, "unsupported_filter");
    let bounded = [("sort", "birthday"), ("updated_after", "2026-01-01T00:00:00Z")];
    server.list(&bounded).await.expect_problem(400, "invalid_request");
    assert_eq!(server.data_calls(), 0);
}

#[tokio::test]
async fn custom_fields_are_read_and_filtered_by_the_providers_key() {
    let server = Server::start().await;
    let id =
        add(&server, json!({"LastName": "Gilded", "Loyalty_Tier__c": "Gold", "Score__c": 12.5, "Vip__c": true})).await;
    let found = server
        .list(&[
            ("filter[last_name]", "Gilded"),
            ("filter[custom_fields.Score__c][gt]", "12.4"),
            ("filter[custom_fields.Vip__c]", "true"),
        ])
        .await
        .expect(200);
    assert_eq!(found.ids(), [id]);
    let custom = &found.data()[0]["custom_fields"];
    assert_eq!((custom["Loyalty_Tier__c"].as_str(), custom["Score__c"].as_f64()), (Some("Gold"), Some(12.5)));
    let unknown = server.list(&[("filter[custom_fields.Nope__c]", "x")]).await;
    assert_eq!(unknown.status, 400, "{}", unknown.text);
}

#[tokio::test]
async fn twenty_conditions_are_taken_and_more_are_not() {
    let server = Server::start().await;
    let fields = ["first_name", "last_name", "title", "department", "lead_source", "name"];
    let pair =
        |i: usize| (format!("filter[{}][{}]", fields[i % 6], ["ne", "contains", "starts_with", "in"][i / 6]), "zzz");
    let twenty: Vec<(String, &str)> = (0..20).map(pair).collect();
    let borrowed: Vec<(&str, &str)> = twenty.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    server.list(&borrowed).await.expect(200);
    let more: Vec<(String, &str)> = (0..21).map(pair).collect();
    let borrowed: Vec<(&str, &str)> = more.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    server.list(&borrowed).await.expect_problem(400, "invalid_request");
    server.list(&[("filter[last_name]", &"x".repeat(2_000))]).await.expect_problem(400, "invalid_request");
}

#[tokio::test]
async fn ids_are_compared_in_both_forms_and_what_is_no_id_is_refused() {
    let server = Server::start().await;
    let ids = server.list(&[("limit", "2"), ("fields", "id")]).await.expect(200).ids();
    let both = format!("{},{}", &ids[0][..15], ids[1]);
    assert_eq!(server.list(&[("filter[id][in]", &both)]).await.expect(200).ids(), ids);
    let before = server.data_calls();
    server.list(&[("filter[id]", "abc")]).await.expect_problem(400, "invalid_request");
    server.list(&[("filter[is_deleted]", "true")]).await.expect_problem(400, "unsupported_filter");
    assert_eq!(server.data_calls(), before);
}
