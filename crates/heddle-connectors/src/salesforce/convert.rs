//! Converting leads: SOAP `convertLead`, the only way that the vendor offers.

use super::error_body::{ApiError, one_line};
use super::soap::{self, Element};
use super::{ids, version, wire};
use heddle_connector::mapping::peek;
use heddle_connector::{ConvertQuery, Converted, Failure, FailureKind, Request, Session};

/// The conversion of a lead.
pub(super) const CONVERT: &str = "convert_lead";

/// The first status of converted leads, in the order of the setup page.
const STATUS: &str = "SELECT MasterLabel FROM LeadStatus WHERE IsConverted = true ORDER BY SortOrder ASC LIMIT 1";

/// Said of an answer that cannot be read though the gate found nothing wrong.
const UNREADABLE: &str = "Salesforce's answer names no records, so nobody knows what the conversion made; look before \
                          sending it again";

/// Converts a lead; asks for the status first where none is given.
pub(super) async fn convert(session: &Session, query: &ConvertQuery<'_>) -> Result<Converted, Failure> {
    if query.contact_id.is_some() && query.account_id.is_none() {
        let why = "Salesforce takes a contact only together with its account: give account_id too";
        let fields = vec!["account_id".to_owned()];
        return Err(Failure { fields, ..Failure::new(FailureKind::ValidationFailed, why) });
    }
    let status = match query.status {
        Some(status) => status.to_owned(),
        None => status_of_converted(session).await?,
    };
    let reply = session.send(request(version(&session.account), query, &status)).await;
    let reply = reply.map_err(|failure| about_the_lead(failure, query))?;
    let root = soap::read(&reply.body).ok();
    root.as_ref()
        .and_then(became)
        .ok_or_else(|| Failure { sent: true, ..Failure::new(FailureKind::OutcomeUnknown, UNREADABLE) })
}

async fn status_of_converted(session: &Session) -> Result<String, Failure> {
    let (request, _) = wire::query(version(&session.account), STATUS);
    let reply = session.send(request).await?;
    peek(&reply.body, "records.0.MasterLabel").and_then(|tok| tok.text()).map(Into::into).ok_or_else(|| {
        let why = "the org has no lead status for converted leads, or the connection's user sees none: give status";
        Failure { fields: vec!["status".to_owned()], ..Failure::new(FailureKind::ValidationFailed, why) }
    })
}

/// The request; elements in the order of the vendor's schema.
fn request(version: &str, query: &ConvertQuery<'_>, status: &str) -> Request {
    let mut lead = String::from("<convertLead><leadConverts>");
    let mut push = |name: &str, text: Option<&str>| {
        if let Some(text) = text {
            soap::push_element(&mut lead, name, text);
        }
    };
    let flag = |flag: bool| Some(if flag { "true" } else { "false" });
    push("accountId", query.account_id);
    push("contactId", query.contact_id);
    push("convertedStatus", Some(status));
    push("doNotCreateOpportunity", flag(!query.create_deal));
    push("leadId", Some(query.lead_id));
    push("opportunityName", query.deal_name);
    push("overwriteLeadSource", flag(query.overwrite_lead_source));
    push("ownerId", query.owner_id);
    push("sendNotificationEmail", flag(query.send_notification));
    lead.push_str("</leadConverts></convertLead>");
    let headers = match query.allow_duplicates {
        true => {
            "<DuplicateRuleHeader><allowSave>true</allowSave><includeRecordDetails>false</includeRecordDetails>\
             <runAsCurrentUser>true</runAsCurrentUser></DuplicateRuleHeader>"
        }
        false => "",
    };
    soap::request(CONVERT, version, headers, &lead)
}

/// The id of the path, and not another of the body, is not there.
fn about_the_lead(failure: Failure, query: &ConvertQuery<'_>) -> Failure {
    let code = failure.provider.as_ref().and_then(|provider| provider.code.as_deref());
    let alone = query.account_id.is_none() && query.contact_id.is_none() && query.owner_id.is_none();
    if code == Some("INVALID_CROSS_REFERENCE_KEY") && failure.fields.is_empty() && alone {
        return Failure { kind: FailureKind::NotFound, ..failure };
    }
    failure
}

fn result(envelope: &Element) -> Option<&Element> {
    envelope.child("Body")?.child("convertLeadResponse")?.child("result")
}

/// Why the lead was not converted; the first error speaks.
pub(super) fn refusal(envelope: &Element) -> Option<ApiError> {
    let result = result(envelope)?;
    if result.text_of("success") == Some("true") {
        return None;
    }
    let error = result.child("errors")?;
    let raw = error.text_of("message").unwrap_or_default();
    Some(ApiError {
        code: error.text_of("statusCode").map(one_line),
        message: one_line(raw),
        fields: error.children("fields").filter_map(Element::text).map(one_line).take(50).collect(),
        raw: raw.to_owned(),
        ..ApiError::default()
    })
}

/// What the lead became; `None` where the answer does not say it.
pub(super) fn became(envelope: &Element) -> Option<Converted> {
    let result = result(envelope).filter(|result| result.text_of("success") == Some("true"))?;
    let id = |name, prefix| ids::to_18_of(prefix, result.text_of(name)?);
    Some(Converted {
        lead_id: id("leadId", "00Q")?,
        account_id: id("accountId", "001")?,
        contact_id: id("contactId", "003")?,
        deal_id: id("opportunityId", "006"),
    })
}

#[cfg(test)]
#[path = "convert_tests.rs"]
mod tests;
