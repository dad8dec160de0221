//! The SOAP endpoint (partner API): `convertLead` and nothing else. What it
//! does not understand it refuses with a fault.
//!
//! Envelope, result and fault follow the vendor's published schema; where the
//! text of a fault is not documented it is ours.

mod element;

use std::sync::atomic::Ordering;

use quick_xml::escape::escape;

use self::element::Element;
use super::platform;
use super::state::Salesforce;
use super::write::{Conversion, Converted, Refusal, convert};
use crate::serve::{Answer, Call, RowCounts};

const XML: &str = "text/xml;charset=UTF-8";

/// Leads of one call (SOAP API, convertLead).
const LEADS: usize = 100;

/// The elements of a lead in the order of the schema, and whether this org
/// knows what to do with them.
const LEAD_CONVERT: &[(&str, bool)] = &[
    ("accountId", true),
    ("bypassAccountDedupeCheck", false),
    ("bypassContactDedupeCheck", false),
    ("contactId", true),
    ("convertedStatus", true),
    ("doNotCreateOpportunity", true),
    ("leadId", true),
    ("opportunityId", false),
    ("opportunityName", true),
    ("overwriteLeadSource", true),
    ("ownerId", true),
    ("relatedPersonAccountId", false),
    ("sendNotificationEmail", true),
];

/// The API version of an address of the partner API.
pub(super) fn version(path: &str) -> Option<&str> {
    path.strip_prefix("/services/Soap/u/").filter(|version| !version.is_empty() && !version.contains('/'))
}

/// Why a call is refused as a whole.
struct Fault {
    /// With the prefix of its name space.
    code: String,
    message: String,
}

impl Fault {
    /// One that the caller's program has to answer for.
    fn client(message: impl Into<String>) -> Fault {
        Fault { code: "soapenv:Client".to_owned(), message: message.into() }
    }

    /// One of the vendor's own.
    fn of(code: &str, message: &str) -> Fault {
        Fault { code: format!("sf:{code}"), message: format!("{code}: {message}") }
    }

    fn answer(&self) -> Answer {
        let (code, message) = (&self.code, escape(self.message.as_str()));
        let body =
            format!("<soapenv:Fault><faultcode>{code}</faultcode><faultstring>{message}</faultstring></soapenv:Fault>");
        Answer::new(500, XML, envelope("", &body))
    }
}

fn envelope(header: &str, body: &str) -> String {
    const OPEN: &str = concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/""#,
        r#" xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com""#,
        r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"#,
    );
    format!("{OPEN}{header}<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>")
}

/// The refusal of a call whose rows another writer holds.
pub(super) fn locked() -> Answer {
    let text = "unable to obtain exclusive access to this record";
    let result = refused("", &Refusal::new("UNABLE_TO_LOCK_ROW", text));
    Answer::new(200, XML, envelope("", &format!("<convertLeadResponse>{result}</convertLeadResponse>")))
}

/// Answers a call: host, form, session, version, rights, quota, then the operation.
pub(super) fn answer(salesforce: &Salesforce, call: &Call<'_>) -> Answer {
    let residence = salesforce.residence();
    if let Some(answer) = residence.turned_away(call, salesforce.urls()) {
        return answer;
    }
    admitted(salesforce, call, residence.moves).unwrap_or_else(|fault| fault.answer())
}

fn admitted(salesforce: &Salesforce, call: &Call<'_>, moves: u64) -> Result<Answer, Fault> {
    let root = request(call)?;
    let header = root.child("Header");
    let token = header.and_then(|header| header.child("SessionHeader")?.text_of("sessionId"));
    if token.and_then(|token| salesforce.session(token)) != Some(moves) {
        let text = "Invalid Session ID found in SessionHeader: Illegal Session";
        return Err(Fault::of("INVALID_SESSION_ID", text));
    }
    if !version(call.path).is_some_and(platform::is_listed) {
        return Err(Fault::of("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL"));
    }
    let settings = salesforce.settings();
    if !settings.api_enabled {
        return Err(Fault::of("API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner"));
    }
    if !salesforce.spend_call(&settings) {
        return Err(Fault::of("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
    }
    let allow_save = header.and_then(|header| header.child("DuplicateRuleHeader")?.text_of("allowSave"));
    let body = root.child("Body").ok_or_else(|| Fault::client("the envelope has no body"))?;
    let asked = conversions(body, allow_save == Some("true"))?;
    let mut rows = RowCounts::default();
    let mut results = String::new();
    for conversion in &asked {
        let (result, changed) = convert(salesforce, conversion);
        rows += changed;
        results.push_str(&match result {
            Ok(converted) => done(&converted),
            Err(refusal) => refused(&conversion.lead, &refusal),
        });
    }
    let (used, limit) = (salesforce.used.load(Ordering::Relaxed), settings.reported_limit());
    let header = format!(
        "<soapenv:Header><LimitInfoHeader><limitInfo><current>{used}</current><limit>{limit}</limit>\
         <type>API REQUESTS</type></limitInfo></LimitInfoHeader></soapenv:Header>"
    );
    let body = format!("<convertLeadResponse>{results}</convertLeadResponse>");
    let mut answer = Answer::new(200, XML, envelope(&header, &body));
    answer.rows = rows;
    Ok(answer)
}

fn done(converted: &Converted) -> String {
    let opportunity = match converted.opportunity {
        Some(id) => format!("<opportunityId>{}</opportunityId>", id.as_str()),
        None => r#"<opportunityId xsi:nil="true"/>"#.to_owned(),
    };
    let (account, contact, lead) = (converted.account, converted.contact, converted.lead);
    format!(
        "<result><accountId>{}</accountId><contactId>{}</contactId><leadId>{}</leadId>{opportunity}\
         <success>true</success></result>",
        account.as_str(),
        contact.as_str(),
        lead.as_str()
    )
}

fn refused(lead: &str, refusal: &Refusal) -> String {
    const NIL: &str = r#" xsi:nil="true"/>"#;
    let (code, message, fields) = refusal.parts();
    let fields: String = fields.iter().map(|field| format!("<fields>{}</fields>", escape(field.as_str()))).collect();
    let (message, lead) = (escape(message), escape(lead));
    format!(
        "<result><accountId{NIL}<contactId{NIL}<errors>{fields}<message>{message}</message>\
         <statusCode>{code}</statusCode></errors><leadId>{lead}</leadId><opportunityId{NIL}\
         <success>false</success></result>"
    )
}

/// The leads of a call.
fn conversions(body: &Element, allow_save: bool) -> Result<Vec<Conversion>, Fault> {
    let Some(operation) = body.children.first() else {
        return Err(Fault::client("the body has no operation"));
    };
    if operation.name != "convertLead" {
        let name = &operation.name;
        let text = format!("No operation available for request {{urn:partner.soap.sforce.com}}{name}");
        return Err(Fault::client(text));
    }
    if operation.children.is_empty() || operation.children.len() > LEADS {
        return Err(Fault::of("EXCEEDED_ID_LIMIT", "convertLead takes 1 to 100 leads"));
    }
    operation.children.iter().map(|lead| conversion(lead, allow_save)).collect()
}

fn conversion(lead: &Element, allow_save: bool) -> Result<Conversion, Fault> {
    let invalid =
        |name: &str| Fault::client(format!("Element {{urn:partner.soap.sforce.com}}{name} invalid at this location"));
    if lead.name != "leadConverts" {
        return Err(invalid(&lead.name));
    }
    let mut next = 0;
    for element in &lead.children {
        let known = |(name, known): &(&str, bool)| *known && *name == element.name;
        let place = LEAD_CONVERT.iter().position(known).filter(|place| *place >= next);
        next = place.ok_or_else(|| invalid(&element.name))? + 1;
    }
    let text = |name: &str| lead.text_of(name).map(str::to_owned);
    let needed = |name: &str| text(name).ok_or_else(|| Fault::client(format!("missing required element {name}")));
    let flag = |name: &str| match lead.text_of(name) {
        Some("true" | "1") => Ok(true),
        Some("false" | "0") => Ok(false),
        _ => Err(Fault::client(format!("'{name}' is not a valid value for the type xsd:boolean"))),
    };
    // Nobody gets mail from a stand-in.
    flag("sendNotificationEmail")?;
    Ok(Conversion {
        lead: needed("leadId")?,
        account: text("accountId"),
        contact: text("contactId"),
        status: needed("convertedStatus")?,
        no_opportunity: flag("doNotCreateOpportunity")?,
        opportunity_name: text("opportunityName"),
        overwrite_lead_source: flag("overwriteLeadSource")?,
        owner: text("ownerId"),
        allow_save,
    })
}

/// The envelope of a request.
fn request(call: &Call<'_>) -> Result<Element, Fault> {
    if call.method != "POST" {
        return Err(Fault::client("The HTTP method must be POST"));
    }
    if !call.header("content-type").is_some_and(|kind| kind.starts_with("text/xml")) {
        return Err(Fault::client("Content-Type must be text/xml"));
    }
    if call.header("soapaction").is_none() {
        return Err(Fault::client("SOAPAction HTTP header missing"));
    }
    let root = Element::read(call.body).filter(|root| root.name == "Envelope");
    root.ok_or_else(|| Fault::client("the document is no well-formed SOAP envelope"))
}
