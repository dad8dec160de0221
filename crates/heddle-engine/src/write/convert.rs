//! A lead becomes an account, a contact and a deal.

use super::{Ended, Write, WriteBody, body};
use crate::{Code, FieldError, Problem};
use heddle_connector::model::Object;
use heddle_connector::{ConvertQuery, Failure};
use serde::Deserialize;

/// Longest name and status, in characters; providers take less.
const LONGEST: usize = 255;

/// The fields of the body, for pointers to them.
const FIELDS: [&str; 5] = ["account_id", "contact_id", "deal_name", "owner_id", "status"];

/// All of it may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConvertBody {
    account_id: Option<String>,
    contact_id: Option<String>,
    create_deal: Option<bool>,
    deal_name: Option<String>,
    owner_id: Option<String>,
    status: Option<String>,
    overwrite_lead_source: Option<bool>,
    send_notification: Option<bool>,
}

impl Write<'_> {
    /// Never repeated: a second conversion of what the first made is no harm
    /// that could be undone.
    pub(super) async fn convert(&mut self, id: &str, bytes: &[u8]) -> Ended {
        let lead_id = self.own_id(id)?;
        let asked: ConvertBody = body::read(bytes)?;
        let create_deal = asked.create_deal.unwrap_or(true);
        if !create_deal && asked.deal_name.is_some() {
            return Err(refused("deal_name", "a name for a deal that is not made"));
        }
        let account_id = self.id_of("account_id", Object::Account, asked.account_id.as_deref())?;
        let contact_id = self.id_of("contact_id", Object::Contact, asked.contact_id.as_deref())?;
        let owner_id = self.id_of("owner_id", Object::User, asked.owner_id.as_deref())?;
        let query = ConvertQuery {
            lead_id: &lead_id,
            account_id: account_id.as_deref(),
            contact_id: contact_id.as_deref(),
            create_deal,
            deal_name: text("deal_name", asked.deal_name.as_deref())?,
            owner_id: owner_id.as_deref(),
            status: text("status", asked.status.as_deref())?,
            overwrite_lead_source: asked.overwrite_lead_source.unwrap_or(false),
            send_notification: asked.send_notification.unwrap_or(false),
            allow_duplicates: self.request.options.allow_duplicates,
        };
        let converted = self.snapshot.connector.convert(&self.session, &query).await.map_err(told)?;
        Ok((WriteBody::Converted(converted), None))
    }

    /// The id of a record of another object in the provider's one form.
    fn id_of(&self, field: &str, object: Object, id: Option<&str>) -> Result<Option<String>, Problem> {
        let Some(id) = id else { return Ok(None) };
        let spec = self.snapshot.connector.manifest().object(object);
        let known = spec.and_then(|spec| self.snapshot.connector.id(spec, id));
        known.map(Some).ok_or_else(|| refused(field, &format!("must be the id of one of the {}", object.plural())))
    }
}

/// Text that is there and that can stand in any provider's request.
fn text<'a>(field: &str, text: Option<&'a str>) -> Result<Option<&'a str>, Problem> {
    match text {
        Some(text) if text.trim().is_empty() => Err(refused(field, "must not be empty; leave it out instead")),
        Some(text) if text.chars().count() > LONGEST => {
            Err(refused(field, &format!("must have at most {LONGEST} characters")))
        }
        Some(text) if text.chars().any(char::is_control) => {
            Err(refused(field, "must be one line without control characters"))
        }
        text => Ok(text),
    }
}

fn refused(field: &str, detail: &str) -> Problem {
    Problem::new(Code::ValidationFailed, format!("{field}: {detail}")).with_error(
        format!("/{field}"),
        "invalid_value",
        detail,
    )
}

/// A failure with pointers into the body; the provider's fields of the lead
/// are no part of it.
fn told(failure: Failure) -> Problem {
    let part = |field: &String| {
        let own = FIELDS.contains(&field.as_str());
        FieldError {
            pointer: if own { format!("/{field}") } else { String::new() },
            code: "invalid",
            detail: failure.message.clone(),
            provider_field: (!own).then(|| field.clone()),
        }
    };
    let errors = failure.fields.iter().map(part).collect();
    Problem { errors, ..Problem::from(failure) }
}
