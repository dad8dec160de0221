use super::*;
use crate::salesforce::failure::{plan, signals};
use bytes::Bytes;
use heddle_connector::{Account, AuthProblem, QuotaSample, Repeat, Replay, Reply, ScopeKind, TokenPlace};
use std::time::{Duration, SystemTime};

const LEAD: &str = "00Q000000000001EAA";

fn query() -> ConvertQuery<'static> {
    ConvertQuery {
        lead_id: LEAD,
        account_id: None,
        contact_id: None,
        create_deal: true,
        deal_name: Some("Seats & <more>"),
        owner_id: None,
        status: None,
        overwrite_lead_source: false,
        send_notification: false,
        allow_duplicates: false,
    }
}

fn text(request: &Request) -> String {
    String::from_utf8(request.body.clone().unwrap().to_vec()).unwrap()
}

fn answer(status: u16, inside: &str) -> Reply {
    let header = "<LimitInfoHeader><limitInfo><current>9</current><limit>15000</limit><type>API REQUESTS</type></limitInfo>\
                  </LimitInfoHeader>";
    let body = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Header>{header}</soapenv:Header><soapenv:Body>{inside}</soapenv:Body></soapenv:Envelope>"#
    );
    let headers = vec![("content-type".to_owned(), "text/xml;charset=UTF-8".to_owned())];
    Reply { status, headers, body: Bytes::from(body), received: SystemTime::UNIX_EPOCH, took: Duration::ZERO }
}

fn refused(code: &str, message: &str) -> Reply {
    let inside = format!(
        "<convertLeadResponse><result><accountId xsi:nil=\"true\"/><contactId xsi:nil=\"true\"/><errors><fields>\
         Company</fields><message>{message}</message><statusCode>{code}</statusCode></errors><leadId>{LEAD}</leadId>\
         <opportunityId xsi:nil=\"true\"/><success>false</success></result></convertLeadResponse>"
    );
    answer(200, &inside)
}

fn fault(code: &str, message: &str) -> Reply {
    answer(
        500,
        &format!(
            "<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring></soapenv:Fault>"
        ),
    )
}

#[test]
fn a_conversion_is_one_request_that_is_never_repeated_blindly() {
    let request = request("66.0", &query(), "Closed - Converted");
    assert_eq!((request.path.as_str(), request.operation), ("/services/Soap/u/66.0", CONVERT));
    assert!(matches!(request.token, TokenPlace::Body(_)));
    let body = text(&request);
    assert!(body.contains(
        "<convertLead><leadConverts><convertedStatus>Closed - Converted</convertedStatus><doNotCreateOpportunity>false\
         </doNotCreateOpportunity><leadId>00Q000000000001EAA</leadId><opportunityName>Seats &amp; &lt;more&gt;\
         </opportunityName><overwriteLeadSource>false</overwriteLeadSource><sendNotificationEmail>false\
         </sendNotificationEmail></leadConverts></convertLead>"
    ));
    assert!(!body.contains("DuplicateRuleHeader"));
    assert_eq!(plan(&Account::default(), &request).replay, Replay::NotIdempotent);
}

#[test]
fn what_is_given_stands_in_the_order_of_the_schema() {
    let query = ConvertQuery {
        account_id: Some("001000000000001AAA"),
        contact_id: Some("003000000000001AAA"),
        owner_id: Some("005000000000001AAA"),
        create_deal: false,
        deal_name: None,
        allow_duplicates: true,
        ..query()
    };
    let body = text(&super::request("66.0", &query, "Q"));
    let places: Vec<usize> = [
        "allowSave>true",
        "<accountId>001",
        "<contactId>003",
        "<convertedStatus>",
        "Opportunity>true",
        "<leadId>",
        "<ownerId>005",
    ]
    .iter()
    .map(|part| body.find(part).unwrap_or_else(|| panic!("{part} in {body}")))
    .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_success_names_what_the_lead_became() {
    let inside = format!(
        "<convertLeadResponse><result><accountId>001000000000001AAA</accountId><contactId>003000000000001</contactId>\
         <leadId>{LEAD}</leadId><opportunityId xsi:nil=\"true\"/><success>true</success></result></convertLeadResponse>"
    );
    let reply = answer(200, &inside);
    let signals = signals(&request("66.0", &query(), "Q"), &reply);
    assert_eq!(signals.failure, None);
    assert_eq!(signals.quota, [QuotaSample { scope: ScopeKind::Org, used: 9, limit: 15_000 }]);
    let converted = became(&soap::read(&reply.body).unwrap()).unwrap();
    assert_eq!(converted.contact_id, "003000000000001AAA");
    assert_eq!((converted.lead_id.as_str(), converted.deal_id), (LEAD, None));
}

#[test]
fn refusals_have_the_meaning_that_they_have_in_rest() {
    let asked = request("66.0", &query(), "Q");
    for (reply, kind, repeat) in [
        (refused("CANNOT_UPDATE_CONVERTED_LEAD", "converted"), FailureKind::Conflict, Repeat::Never),
        (refused("INVALID_STATUS", "invalid convertedStatus"), FailureKind::ValidationFailed, Repeat::Never),
        (refused("UNABLE_TO_LOCK_ROW", "held"), FailureKind::Conflict, Repeat::Always),
        (refused("DUPLICATES_DETECTED", "twice"), FailureKind::Duplicate, Repeat::Never),
        (refused("A_CODE_OF_NEXT_YEAR", "no"), FailureKind::ValidationFailed, Repeat::Never),
        (fault("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), FailureKind::QuotaExhausted, Repeat::Always),
        (fault("SERVER_UNAVAILABLE", "down"), FailureKind::Unavailable, Repeat::Always),
        (fault("UNKNOWN_EXCEPTION", "oops"), FailureKind::Unavailable, Repeat::ByReplay),
        (fault("API_DISABLED_FOR_ORG", "no"), FailureKind::PermissionDenied, Repeat::Never),
    ] {
        let signals = signals(&asked, &reply);
        assert_eq!((signals.failure, signals.repeat), (Some(kind), repeat), "{signals:?}");
    }
    let ended = signals(&asked, &fault("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader"));
    assert_eq!(ended.auth, Some(AuthProblem::SessionExpired));
    assert_eq!(signals(&asked, &refused("X", "y")).fields, ["Company"]);
}

#[test]
fn an_answer_that_says_nothing_leaves_the_outcome_open() {
    let asked = request("66.0", &query(), "Q");
    for inside in [
        "",
        "<convertLeadResponse/>",
        "<convertLeadResponse><result><success>true</success></result></convertLeadResponse>",
    ] {
        let signals = signals(&asked, &answer(200, inside));
        assert_eq!((signals.failure, signals.repeat), (Some(FailureKind::BadResponse), Repeat::ByReplay), "{inside}");
    }
}

#[test]
fn a_record_that_is_not_there_is_the_lead_when_nothing_else_is_named() {
    let missing = || {
        let provider = heddle_connector::ProviderError {
            status: 200,
            code: Some("INVALID_CROSS_REFERENCE_KEY".to_owned()),
            message: String::new(),
        };
        Failure {
            provider: Some(provider),
            ..Failure::new(FailureKind::ValidationFailed, "invalid cross reference id")
        }
    };
    assert_eq!(about_the_lead(missing(), &query()).kind, FailureKind::NotFound);
    let named = ConvertQuery { owner_id: Some("005000000000001AAA"), ..query() };
    assert_eq!(about_the_lead(missing(), &named).kind, FailureKind::ValidationFailed);
}
