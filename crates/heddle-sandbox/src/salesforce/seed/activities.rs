//! The tasks, events, e-mail messages and notes of a seeded org.

use super::{DAY, Draft, LAST_CHANGE, pick};
use crate::salesforce::ids::Id;
use crate::salesforce::org::Row;
use crate::salesforce::schema::{CONTACT, EMAIL_MESSAGE, EVENT, Field, NOTE, Schema, TASK};
use crate::salesforce::value::Value;

/// Live records of each kind: tasks, calls and e-mails among the tasks, and
/// the other objects.
const EACH: usize = 120;

const SUBJECT: &[&str] = &[
    "Call back",
    "Send the quote",
    "Renewal, 2nd try",
    "Visit \u{e0} Lyon",
    "Ask for 100% of A_B",
    "Kick-off \"North\"",
    "O'Hara's contract",
];
const TEXT: &[&str] = &["Spoke to the front desk.\r\nCall again.", "Wants 5% off.", "\u{201e}Ja, gerne.\u{201c}"];
const PLACE: &[&str] = &["Room 1.2", "Lobby", "K\u{f6}ln, Dom"];
const RESULT: &[&str] = &["Reached", "Voicemail", "Wrong number"];

/// The records that activities are about.
pub(super) struct About<'a> {
    pub(super) contacts: &'a [Row],
    pub(super) accounts: &'a [Row],
    pub(super) owners: &'a [Id],
}

impl About<'_> {
    pub(super) fn some(rows: &[Row], random: &mut fastrand::Rng) -> Option<Id> {
        if rows.is_empty() { None } else { rows[random.usize(0..rows.len())].id() }
    }

    /// Contact and account, each now and then, a campaign instead of the account.
    fn records(&self, schema: &Schema, draft: &mut Draft<'_>, random: &mut fastrand::Rng) {
        let mut account = Value::Null;
        if random.u8(0..10) < 7 && !self.contacts.is_empty() {
            let contact = &self.contacts[random.usize(0..self.contacts.len())];
            draft.set("WhoId", contact.get(0).clone());
            account = schema.objects[CONTACT].position("AccountId").map_or(Value::Null, |at| contact.get(at).clone());
        }
        match random.u8(0..10) {
            0..6 => {
                if let Some(id) = About::some(self.accounts, random) {
                    draft.set("WhatId", Value::Id(id));
                    account = Value::Id(id);
                }
            }
            6 => draft.set("WhatId", Value::Id(Id::nth("701", 1 + random.u64(0..5)))),
            _ => {}
        }
        draft.set("AccountId", account);
    }
}

/// The rows of each object, in the order of the schema.
pub(super) fn activities(schema: &Schema, about: &About<'_>, seed: u64) -> [Vec<Row>; 4] {
    // Of their own, so that the rest of the org stays the same whatever is here.
    let mut random = fastrand::Rng::with_seed(seed ^ 0xAC71);
    if about.contacts.is_empty() || about.owners.is_empty() {
        return Default::default();
    }
    [
        tasks(schema, about, &mut random),
        events(schema, about, &mut random),
        messages(schema, about, &mut random),
        notes(schema, about, &mut random),
    ]
}

/// Owner and stamps; one record in twenty is in the bin.
fn audit(draft: &mut Draft<'_>, number: usize, about: &About<'_>, random: &mut fastrand::Rng) -> i64 {
    let created = LAST_CHANGE - random.i64(1..5_000_000) * 1_000;
    let modified = created + random.i64(0..(LAST_CHANGE - created) / 1_000 + 1) * 1_000;
    let owner = about.owners[random.usize(0..about.owners.len())];
    draft.audit(owner, created, modified);
    draft.set("IsDeleted", Value::Bool(number % 20 == 19));
    created
}

/// So many that `EACH` of each of `kinds` are live.
fn numbers(kinds: usize) -> std::ops::Range<usize> {
    0..EACH * kinds + EACH * kinds / 19 + 1
}

fn every(_: &Field) -> bool {
    true
}

fn day(millis: i64) -> Value {
    i32::try_from(millis / DAY).map_or(Value::Null, Value::Date)
}

fn tasks(schema: &Schema, about: &About<'_>, random: &mut fastrand::Rng) -> Vec<Row> {
    let object = &schema.objects[TASK];
    numbers(3)
        .map(|number| {
            let mut task = Draft::new(object, every);
            let kind = ["Task", "Call", "Email"][number % 3];
            task.set("Id", Value::Id(Id::nth("00T", 300_000 + 3 * number as u64)));
            task.text("Subject", pick(SUBJECT, random));
            task.text("TaskSubtype", kind);
            about.records(schema, &mut task, random);
            let created = audit(&mut task, number, about, random);
            if random.u8(0..10) < 8 {
                task.set("ActivityDate", day(created + random.i64(-5..30) * DAY));
            }
            if random.u8(0..10) < 5 {
                task.text("Description", pick(TEXT, random));
            }
            for name in ["Status", "Priority"] {
                task.picklist(name, random);
            }
            if random.bool() {
                task.picklist("Type", random);
            }
            let closed = kind != "Task" || random.u8(0..3) == 0;
            if closed {
                task.text("Status", "Completed");
                task.set("CompletedDateTime", Value::Moment(created + 3_600_000));
            } else if task.is("Status", "Completed") {
                task.text("Status", "In Progress");
            }
            task.set("IsClosed", Value::Bool(closed));
            let high = task.is("Priority", "High");
            task.set("IsHighPriority", Value::Bool(high));
            if kind == "Task" && random.u8(0..4) == 0 {
                task.set("IsReminderSet", Value::Bool(true));
                task.set("ReminderDateTime", Value::Moment(created + DAY));
            }
            if kind == "Call" && random.u8(0..10) < 8 {
                task.set("CallDurationInSeconds", Value::Int(random.i64(5..4_000)));
                task.picklist("CallType", random);
                task.text("CallDisposition", pick(RESULT, random));
            }
            if random.u8(0..3) == 0 {
                task.text("Ticket_Number__c", &format!("T-{number:05}"));
            }
            task.finish(number)
        })
        .collect()
}

fn events(schema: &Schema, about: &About<'_>, random: &mut fastrand::Rng) -> Vec<Row> {
    let object = &schema.objects[EVENT];
    // Every fifth is the copy in the calendar of somebody invited.
    numbers(2)
        .map(|number| {
            let mut event = Draft::new(object, every);
            event.set("Id", Value::Id(Id::nth("00U", 400_000 + 2 * number as u64)));
            event.text("Subject", pick(SUBJECT, random));
            event.text("EventSubtype", "Event");
            event.picklist("ShowAs", random);
            about.records(schema, &mut event, random);
            let created = audit(&mut event, number, about, random);
            let all_day = random.u8(0..6) == 0;
            let minutes = if all_day { 1_440 } else { i64::from(random.u8(1..9)) * 15 };
            let start = match all_day {
                true => (created / DAY + 3) * DAY,
                false => created / 900_000 * 900_000 + random.i64(1..40) * 21_600_000,
            };
            let end = start + minutes * 60_000;
            for (name, value) in [
                ("IsAllDayEvent", Value::Bool(all_day)),
                ("StartDateTime", Value::Moment(start)),
                ("ActivityDateTime", Value::Moment(start)),
                ("EndDateTime", Value::Moment(end)),
                ("DurationInMinutes", Value::Int(minutes)),
                ("ActivityDate", day(start)),
                ("EndDate", day(end)),
                ("IsPrivate", Value::Bool(random.u8(0..8) == 0)),
                ("IsChild", Value::Bool(number % 5 == 4)),
                ("IsRecurrence", Value::Bool(random.u8(0..15) == 0)),
            ] {
                event.set(name, value);
            }
            if random.u8(0..10) < 6 {
                event.text("Location", pick(PLACE, random));
            }
            if random.u8(0..10) < 4 {
                event.text("Description", pick(TEXT, random));
            }
            if random.u8(0..3) == 0 {
                event.set("IsReminderSet", Value::Bool(true));
                event.set("ReminderDateTime", Value::Moment(start - 900_000));
            }
            event.finish(number)
        })
        .collect()
}

fn messages(schema: &Schema, about: &About<'_>, random: &mut fastrand::Rng) -> Vec<Row> {
    let object = &schema.objects[EMAIL_MESSAGE];
    numbers(1)
        .map(|number| {
            let mut mail = Draft::new(object, every);
            mail.set("Id", Value::Id(Id::nth("02s", 50_000 + 2 * number as u64)));
            mail.text("Subject", pick(SUBJECT, random));
            let created = audit(&mut mail, number, about, random);
            let incoming = random.bool();
            mail.set("Incoming", Value::Bool(incoming));
            mail.set("HasAttachment", Value::Bool(random.u8(0..5) == 0));
            mail.set("MessageDate", Value::Moment(created));
            mail.text("Status", if incoming { pick(&["0", "1", "2"], random) } else { pick(&["3", "5"], random) });
            let (ours, theirs) = ("sales@sandbox.example".to_owned(), format!("buyer{}@post.example", number % 17));
            let (from, to) = if incoming { (theirs, ours) } else { (ours, theirs) };
            mail.text("FromAddress", &from);
            mail.text("FromName", if incoming { "A Buyer" } else { "Sales" });
            mail.text("ToAddress", &format!("{to}; second{}@post.example", number % 5));
            if random.u8(0..4) == 0 {
                mail.text("CcAddress", "copy@post.example");
            }
            mail.text("TextBody", pick(TEXT, random));
            if random.bool() {
                mail.text("HtmlBody", "<p>Wants 5% off.</p>");
            }
            mail.text("MessageIdentifier", &format!("<{number}@post.example>"));
            mail.text("ThreadIdentifier", &format!("<thread{}@post.example>", number % 40));
            match random.u8(0..10) {
                0..6 => mail.set("RelatedToId", About::some(about.accounts, random).map_or(Value::Null, Value::Id)),
                6 => mail.set("RelatedToId", Value::Id(Id::nth("701", 2))),
                _ => {}
            }
            mail.finish(number)
        })
        .collect()
}

fn notes(schema: &Schema, about: &About<'_>, random: &mut fastrand::Rng) -> Vec<Row> {
    let object = &schema.objects[NOTE];
    numbers(1)
        .map(|number| {
            let mut note = Draft::new(object, every);
            note.set("Id", Value::Id(Id::nth("002", 60_000 + 2 * number as u64)));
            note.text("Title", pick(SUBJECT, random));
            if random.u8(0..10) < 9 {
                note.text("Body", pick(TEXT, random));
            }
            note.set("IsPrivate", Value::Bool(random.u8(0..6) == 0));
            let rows = if random.bool() || about.accounts.is_empty() { about.contacts } else { about.accounts };
            note.set("ParentId", About::some(rows, random).map_or(Value::Null, Value::Id));
            audit(&mut note, number, about, random);
            note.finish(number)
        })
        .collect()
}
