//! Salesforce `Event` to the common meeting: the event itself, not the copies
//! in the calendars of those who were invited.

use super::attendees;
use super::links::{WHAT, WHO};
use heddle_connector::mapping::{
    BOOL, Clear, Codec, Erased, Fit, Misfit, Row, TEXT, TIMESTAMP, Table, Tok, ValueKind, Why, Wire, absent, both,
    check, linked, linked_rest, read_only, reference, words,
};
use heddle_connector::model::{Int, Object, ShowAs, meeting as m};

const DOC: &str = "Object Reference: Event";

const SHOWN: &[(&str, &str)] = &[("BUSY", "Busy"), ("FREE", "Free"), ("OUT_OF_OFFICE", "OutOfOffice")];

/// Whole minutes at the provider, seconds here.
const MINUTES: Codec<Int> = Codec::new("minutes", ValueKind::Number, read_minutes, write_minutes);

static ROWS: [Row; 27] = [
    both(m::SUBJECT, "Subject", TEXT).unseen(DOC),
    both(m::CONTENT, "Description", TEXT).unseen(DOC),
    both(m::START_AT, "StartDateTime", TIMESTAMP).unseen(DOC),
    both(m::END_AT, "EndDateTime", TIMESTAMP).unseen(DOC),
    both(m::DURATION_SECONDS, "DurationInMinutes", MINUTES).unseen(DOC),
    both(m::IS_ALL_DAY, "IsAllDayEvent", BOOL).unseen(DOC),
    both(m::LOCATION, "Location", TEXT).unseen(DOC),
    absent(m::VIDEO_URL, Why::NoSuchConcept),
    both(m::SHOW_AS, "ShowAs", words::<ShowAs>(SHOWN)).unseen(DOC),
    both(m::IS_PRIVATE, "IsPrivate", BOOL).unseen(DOC),
    read_only(m::IS_RECURRING, "IsRecurrence", BOOL).unseen(DOC),
    both(m::REMINDER_AT, "ReminderDateTime", TIMESTAMP).unseen(DOC),
    both(m::IS_REMINDER_SET, "IsReminderSet", BOOL).unseen(DOC),
    both(m::ATTENDEES, attendees::PATH, attendees::ATTENDEES).unseen("Object Reference: EventRelation"),
    both(m::OWNER_ID, "OwnerId", reference()).unseen(DOC),
    read_only(m::OWNER.id(), "OwnerId", reference()).unseen(DOC),
    read_only(m::OWNER.name(), "Owner.Name", TEXT).unseen(DOC),
    both(m::CONTACT_IDS, "WhoId", linked(WHO, "003")).unseen(DOC),
    both(m::LEAD_IDS, "WhoId", linked(WHO, "00Q")).unseen(DOC),
    both(m::ACCOUNT_IDS, "WhatId", linked(WHAT, "001")).unseen(DOC),
    both(m::DEAL_IDS, "WhatId", linked(WHAT, "006")).unseen(DOC),
    both(m::RELATED_IDS, "WhatId", linked_rest(WHAT)).unseen(DOC),
    read_only(m::ACCOUNT_ID, "AccountId", reference()).unseen(DOC),
    read_only(m::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(m::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    absent(m::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(m::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Meeting,
    provider_object: "Event",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);

fn whole(tok: Tok<'_>) -> Option<i64> {
    match tok {
        Tok::Num(digits) => std::str::from_utf8(digits).ok()?.parse().ok(),
        _ => None,
    }
}

fn read_minutes(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    match whole(tok).and_then(|minutes| minutes.checked_mul(60)) {
        Some(seconds) => {
            out.extend_from_slice(seconds.to_string().as_bytes());
            Fit::Ok
        }
        None => Fit::Misfit("not a whole number of minutes"),
    }
}

fn write_minutes<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    match whole(tok) {
        Some(seconds) if seconds % 60 == 0 => Ok(Wire::Number((seconds / 60).to_string().into())),
        _ => Err(Misfit("a whole number of seconds that makes whole minutes: this CRM keeps minutes")),
    }
}

#[cfg(test)]
mod tests {
    use super::{MINUTES, TABLE, read_minutes, write_minutes};
    use heddle_connector::mapping::{Fit, Tok, Wire, laws};

    #[test]
    fn the_laws_hold() {
        let breaches: Vec<String> = laws::all(&TABLE).iter().map(ToString::to_string).collect();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }

    #[test]
    fn minutes_are_seconds_here_and_half_a_minute_is_refused() {
        let codec = MINUTES.erased();
        let mut out = Vec::new();
        assert_eq!(read_minutes(&codec, Tok::Num(b"90"), &mut out), Fit::Ok);
        assert_eq!(out, b"5400");
        assert_eq!(write_minutes(&codec, Tok::Num(b"5400")), Ok(Wire::Number("90".into())));
        assert!(write_minutes(&codec, Tok::Num(b"90")).is_err());
        assert!(matches!(read_minutes(&codec, Tok::Num(b"1.5"), &mut out), Fit::Misfit(_)));
    }
}
