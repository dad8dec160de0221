//! Who was asked to an event: rows of `EventRelation`, read by a sub-query and
//! written with it.
//!
//! In orgs that relate several records to an event the same rows also hold what
//! it is about, which is no attendee. The event's owner has no row.

use super::children::{Children, Own};
use crate::salesforce::ids;
use heddle_connector::mapping::{Codec, Erased, Fit, Misfit, Tok, Wire};
use heddle_connector::model::{Attendee, AttendeeStatus, List};
use serde::{Deserialize, Serialize};

/// The list of an event's relations.
pub(super) const PATH: &str = "EventRelations";

/// What a statement asks for to get it.
pub(super) const QUERY: &str =
    "(SELECT RelationId,Relation.Name,Relation.Email,Status FROM EventRelations WHERE IsDeleted = false ORDER BY Id)";

/// How it is written.
pub(super) static CHILDREN: Children = Children {
    path: PATH,
    object: "EventRelation",
    parent: "EventId",
    key: "RelationId",
    rest: &["Status"],
    given: &[],
    // What the event is about is not taken away with those who were asked.
    own: Own::With(&["003", "005", "00Q"]),
};

/// The attendees of an event.
pub(super) const ATTENDEES: Codec<List<Attendee>> = Codec::list(
    "attendees",
    read,
    write,
    &[
        r#"{"done":true,"records":[{"RelationId":"0035e00000AbCdEAAV","Relation":null,"Status":"Accepted"}]}"#,
        r#"{"records":[{"RelationId":"0055e00000AbCdEAAV","Status":"Maybe"},{"RelationId":"00Q5e00000AbCdEEAV","Status":"Declined"}]}"#,
    ],
);

/// `Uninvited` has no word of ours: nobody expects an answer any more.
const STATUSES: [(AttendeeStatus, &str); 4] = [
    (AttendeeStatus::Accepted, "Accepted"),
    (AttendeeStatus::Tentative, "Maybe"),
    (AttendeeStatus::Declined, "Declined"),
    (AttendeeStatus::NeedsAction, "New"),
];

#[derive(Deserialize, Serialize)]
struct Relations {
    #[serde(default, skip_serializing)]
    done: Option<bool>,
    records: Vec<Relation>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Relation {
    relation_id: Option<String>,
    #[serde(default, skip_serializing)]
    relation: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Person {
    name: Option<String>,
    email: Option<String>,
}

fn read(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    const NO_RELATIONS: Fit = Fit::Misfit("not a list of event relations");
    let Tok::Json(json) = tok else { return NO_RELATIONS };
    let Ok(relations) = serde_json::from_slice::<Relations>(json) else { return NO_RELATIONS };
    let cut = relations.done == Some(false);
    let attendees: Vec<Attendee> = relations.records.into_iter().filter_map(attendee).collect();
    if serde_json::to_writer(&mut *out, &attendees).is_err() {
        return NO_RELATIONS;
    }
    if cut { Fit::Repaired("only the first attendees of a longer list were sent") } else { Fit::Ok }
}

fn attendee(relation: Relation) -> Option<Attendee> {
    let id = relation.relation_id?;
    let of = |prefix: &str| id.starts_with(prefix).then(|| id.clone());
    let (contact_id, user_id, lead_id) = (of("003"), of("005"), of("00Q"));
    if contact_id.is_none() && user_id.is_none() && lead_id.is_none() {
        return None;
    }
    let (name, email) = relation.relation.map_or((None, None), |person| (person.name, person.email));
    let status = STATUSES.iter().find(|(_, word)| relation.status.as_deref() == Some(*word)).map(|(status, _)| *status);
    Some(Attendee { email, name, status, is_organizer: Some(false), contact_id, user_id, lead_id })
}

/// Names and addresses are those of the records and are not written.
fn write<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    const MUST_BE: Misfit = Misfit(
        "a list of attendees, each with one of contact_id, user_id and lead_id: this CRM invites only people that it \
         knows; the organizer is the meeting's owner",
    );
    let Tok::Json(json) = tok else { return Err(MUST_BE) };
    let attendees: Vec<Attendee> = serde_json::from_slice(json).map_err(|_| MUST_BE)?;
    let relation = |attendee: Attendee| {
        let named = [(attendee.contact_id, "003"), (attendee.user_id, "005"), (attendee.lead_id, "00Q")];
        let mut named = named.into_iter().filter_map(|(id, prefix)| Some((id?, prefix)));
        let (id, prefix) = named.next()?;
        if named.next().is_some() || attendee.is_organizer == Some(true) {
            return None;
        }
        // Without one it stays as it is, also where it has no word of ours.
        let word = attendee.status.and_then(|status| STATUSES.iter().find(|(known, _)| *known == status));
        let word = word.map(|(_, word)| (*word).to_owned());
        Some(Relation { relation_id: Some(ids::to_18_of(prefix, &id)?), relation: None, status: word })
    };
    let records = attendees.into_iter().map(relation).collect::<Option<Vec<_>>>().ok_or(MUST_BE)?;
    serde_json::to_string(&Relations { done: None, records }).map(|json| Wire::Json(json.into())).map_err(|_| MUST_BE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_from_what_the_event_is_about() {
        let rows = br#"{"records":[
            {"RelationId":"0015e00000AbCdEAAV","Status":"New"},
            {"RelationId":"0055e00000AbCdEAAV","Relation":{"Name":"Ann Ng","Email":"ann@x.example"},"Status":"Uninvited"}
        ]}"#;
        let mut out = Vec::new();
        assert_eq!(read(&ATTENDEES.erased(), Tok::Json(rows), &mut out), Fit::Ok);
        let read: Vec<Attendee> = serde_json::from_slice(&out).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].name.as_deref(), read[0].email.as_deref()), (Some("Ann Ng"), Some("ann@x.example")));
        assert_eq!((read[0].status, read[0].user_id.as_deref()), (None, Some("0055e00000AbCdEAAV")));
    }

    #[test]
    fn an_attendee_is_one_record_and_never_the_organizer() {
        let written = |common: &str| ATTENDEES.erased().write(Tok::Json(common.as_bytes())).map(Wire::into_owned);
        assert!(written(r#"[{"contact_id":"0035e00000AbCdE"}]"#).is_ok());
        assert!(written(r#"[{"lead_id":"00Q5e00000AbCdE","status":"TENTATIVE","name":"kept"}]"#).is_ok());
        for bad in [
            r#"[{"email":"a@x.example"}]"#,
            r#"[{"contact_id":"0055e00000AbCdE"}]"#,
            r#"[{"contact_id":"0035e00000AbCdE","user_id":"0055e00000AbCdE"}]"#,
            r#"[{"user_id":"0055e00000AbCdE","is_organizer":true}]"#,
            r#"[{"user_id":"0055e00000AbCdE","status":"PERHAPS"}]"#,
        ] {
            assert!(written(bad).is_err(), "{bad}");
        }
    }
}
