//! Converting leads over SOAP.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{Client, Response, send};

const HEADERS: [(&str, &str); 2] = [("content-type", "text/xml; charset=UTF-8"), ("soapaction", "\"\"")];

fn envelope(token: &str, body: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><e:Header><SessionHeader><sessionId>{token}</sessionId></SessionHeader></e:Header><e:Body>{body}</e:Body></e:Envelope>"#
    )
}

fn convert(client: &Client, lead: &str, more: &str) -> Response {
    // Leads of somebody who has left need another owner.
    let owner = client.column("SELECT Id FROM User WHERE IsActive = true AND UserType = 'Standard' LIMIT 1", "Id");
    let owner = owner[0].as_str().unwrap();
    let body = format!(
        "<convertLead><leadConverts>{more}<convertedStatus>Closed - Converted</convertedStatus>\
         <doNotCreateOpportunity>true</doNotCreateOpportunity><leadId>{lead}</leadId>\
         <overwriteLeadSource>false</overwriteLeadSource><ownerId>{owner}</ownerId><sendNotificationEmail>false</sendNotificationEmail>\
         </leadConverts></convertLead>"
    );
    let host = client.org.url();
    send(&host, "POST", "/services/Soap/u/66.0", &HEADERS, &envelope(&client.token, &body))
}

/// Live leads, converted and not.
async fn leads(client: &Client, converted: bool) -> Vec<String> {
    let rows = client.org.control("GET", "rows?object=Lead&field=IsConverted", Value::Null).await;
    let rows = rows["rows"].as_array().unwrap().iter().filter(|row| row["values"]["IsConverted"] == converted);
    rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_lead_is_converted_once() {
    let client = Client::small().await;
    let lead = leads(&client, false).await.remove(0);
    let answer = convert(&client, &lead, "");
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    for part in ["<success>true</success>", "<accountId>001", "<contactId>003", r#"<opportunityId xsi:nil="true"/>"#] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(text.contains("<type>API REQUESTS</type>"), "{text}");
    let again = convert(&client, &lead, "").text();
    assert!(again.contains("<statusCode>CANNOT_UPDATE_CONVERTED_LEAD</statusCode>"), "{again}");
    assert!(leads(&client, true).await.contains(&lead));
}

#[tokio::test]
async fn what_is_not_understood_is_a_fault() {
    let client = Client::small().await;
    let lead = leads(&client, false).await.remove(0);
    let host = client.org.url();
    let post = |headers: &[(&str, &str)], body: &str| send(&host, "POST", "/services/Soap/u/66.0", headers, body);
    for (answer, code) in [
        (post(&HEADERS, &envelope("00D!wrong", "<convertLead/>")), "sf:INVALID_SESSION_ID"),
        (post(&HEADERS, &envelope(&client.token, "<merge/>")), "soapenv:Client"),
        (post(&HEADERS, &envelope(&client.token, "<convertLead/>")), "sf:EXCEEDED_ID_LIMIT"),
        (post(&HEADERS, "not xml"), "soapenv:Client"),
        (post(&HEADERS[..1], &envelope(&client.token, "")), "soapenv:Client"),
        (convert(&client, &lead, "<ownerId>005000000000001AAA</ownerId>"), "soapenv:Client"),
        (convert(&client, &lead, "<other/>"), "soapenv:Client"),
    ] {
        let text = answer.text();
        assert_eq!(answer.status, 500, "{text}");
        assert!(text.contains(&format!("<faultcode>{code}</faultcode>")), "{code} in {text}");
    }
    let refused = convert(&client, &lead, "<accountId>001000000000001AAA</accountId>").text();
    assert!(refused.contains("<statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>"), "{refused}");
    assert!(leads(&client, false).await.contains(&lead));
}

#[tokio::test]
async fn a_call_counts_like_any_other_and_ends_with_the_quota() {
    let client = Client::small().await;
    let lead = leads(&client, false).await.remove(0);
    client.control("POST", "settings", json!({"daily_limit": 0})).await;
    let body = format!("<convertLead><leadConverts><leadId>{lead}</leadId></leadConverts></convertLead>");
    let host = client.org.url();
    let text = send(&host, "POST", "/services/Soap/u/66.0", &HEADERS, &envelope(&client.token, &body)).text();
    assert!(text.contains("<faultcode>sf:REQUEST_LIMIT_EXCEEDED</faultcode>"), "{text}");
}
