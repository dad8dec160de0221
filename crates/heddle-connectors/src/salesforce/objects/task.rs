//! Salesforce `Task` to the common task: all but calls and e-mails.
//!
//! Names: the recorded default values; the rest as the vendor documents it.
//! Every row is cut to what the org's own describe has.

use super::links::{WHAT, WHO};
use heddle_connector::mapping::{
    BOOL, Clear, DATE_ONLY, Row, TEXT, TIMESTAMP, Table, Why, absent, both, check, linked, linked_rest, read_only,
    reference, words,
};
use heddle_connector::model::{Object, TaskPriority, TaskStatus, task as t};

const DOC: &str = "Object Reference: Task";

/// The words of the picklist that new orgs get.
pub(super) const STATUSES: &[(&str, &str)] = &[
    ("NOT_STARTED", "Not Started"),
    ("IN_PROGRESS", "In Progress"),
    ("WAITING", "Waiting on someone else"),
    ("COMPLETED", "Completed"),
    ("DEFERRED", "Deferred"),
];

const PRIORITIES: &[(&str, &str)] = &[("HIGH", "High"), ("NORMAL", "Normal"), ("LOW", "Low")];

static ROWS: [Row; 23] = [
    both(t::SUBJECT, "Subject", TEXT),
    both(t::CONTENT, "Description", TEXT).unseen(DOC),
    both(t::STATUS, "Status", words::<TaskStatus>(STATUSES)),
    read_only(t::IS_CLOSED, "IsClosed", BOOL).unseen(DOC),
    both(t::PRIORITY, "Priority", words::<TaskPriority>(PRIORITIES)).unseen(DOC),
    both(t::DUE_AT, "ActivityDate", DATE_ONLY),
    read_only(t::COMPLETED_AT, "CompletedDateTime", TIMESTAMP).unseen(DOC),
    both(t::REMINDER_AT, "ReminderDateTime", TIMESTAMP).unseen(DOC),
    both(t::IS_REMINDER_SET, "IsReminderSet", BOOL).unseen(DOC),
    // Not every org shows the field on its tasks.
    both(t::TYPE, "Type", TEXT).unseen(DOC),
    both(t::OWNER_ID, "OwnerId", reference()),
    read_only(t::OWNER.id(), "OwnerId", reference()),
    read_only(t::OWNER.name(), "Owner.Name", TEXT).unseen(DOC),
    both(t::CONTACT_IDS, "WhoId", linked(WHO, "003")),
    both(t::LEAD_IDS, "WhoId", linked(WHO, "00Q")),
    both(t::ACCOUNT_IDS, "WhatId", linked(WHAT, "001")),
    both(t::DEAL_IDS, "WhatId", linked(WHAT, "006")),
    both(t::RELATED_IDS, "WhatId", linked_rest(WHAT)),
    read_only(t::ACCOUNT_ID, "AccountId", reference()).unseen(DOC),
    read_only(t::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(t::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    absent(t::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(t::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Task,
    provider_object: "Task",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);

#[cfg(test)]
mod tests {
    use super::TABLE;
    use heddle_connector::mapping::{
        Constants, Envelope, Plan, PlanSpec, Purpose, Wire, Writable, WriteSpec, laws, write,
    };
    use heddle_connector::model::Task;
    use serde_json::{Value, json};

    fn read(record: &Value) -> (Task, usize) {
        let plan = Plan::build(&PlanSpec {
            table: &TABLE,
            described: &|_| true,
            fields: Some(&["contact_ids", "lead_ids", "account_ids", "deal_ids", "related_ids"].map(str::to_owned)),
            expand: &[],
            custom: &[],
            raw: false,
            sort: None,
            constants: Constants::default(),
        });
        let mut asked = plan.asked().to_vec();
        asked.retain(|path| path != "Id" && path != "SystemModstamp");
        assert_eq!(asked, ["WhoId", "WhatId"], "the ids say enough");
        let mut out = Vec::new();
        let page = plan.read(record.to_string().as_bytes(), &Envelope::ONE, 1, &mut out).unwrap();
        (serde_json::from_slice(&out).unwrap(), page.warnings.len())
    }

    #[test]
    fn the_laws_hold() {
        let breaches: Vec<String> = laws::all(&TABLE).iter().map(ToString::to_string).collect();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }

    #[test]
    fn an_id_says_itself_of_which_object_it_is() {
        let one = |id: &str| Some(vec![id.to_owned()]);
        for (who, what) in [("003dM00000AAAAAQA4", "001dM00000AAAAAQA4"), ("00QdM00000AAAAAQA4", "006dM00000AAAAAQA4")]
        {
            let (task, warnings) = read(&json!({"Id": "1", "WhoId": who, "WhatId": what}));
            let contact = who.starts_with("003");
            assert_eq!(task.contact_ids, if contact { one(who) } else { Some(Vec::new()) });
            assert_eq!(task.lead_ids, if contact { Some(Vec::new()) } else { one(who) });
            assert_eq!(task.account_ids, if contact { one(what) } else { Some(Vec::new()) });
            assert_eq!(task.deal_ids, if contact { Some(Vec::new()) } else { one(what) });
            assert_eq!((task.related_ids, warnings), (Some(Vec::new()), 0));
        }
    }

    fn written(purpose: Purpose, body: &Value) -> Result<Vec<(String, Wire<'static>)>, String> {
        let writable = |_: &str| Writable::Yes;
        let spec = WriteSpec { table: &TABLE, purpose, writable: &writable, offers: &|_, _| true, custom: &[] };
        let changes = write(&spec, body.to_string().as_bytes());
        changes.map(|changes| changes.values).map_err(|refused| refused.to_string())
    }

    #[test]
    fn one_person_and_one_thing_are_written_and_no_second() {
        let (contact, lead, deal) = ("003dM00000AAAAAQA4", "00QdM00000AAAAAQA4", "006dM00000AAAAAQA4");
        let both = json!({"contact_ids": [], "lead_ids": [lead], "deal_ids": [deal]});
        let text = |id: &str| Wire::Text(id.to_owned().into());
        let wanted = vec![("WhoId".to_owned(), text(lead)), ("WhatId".to_owned(), text(deal))];
        assert_eq!(written(Purpose::Create, &both), Ok(wanted));
        for (refused, why) in [
            (json!({"contact_ids": [contact], "lead_ids": [lead]}), "contact_ids and lead_ids in one field, WhoId"),
            (json!({"deal_ids": [deal], "related_ids": ["701dM00000AAAAAQA4"]}), "deal_ids and related_ids"),
            (json!({"contact_ids": [contact, contact]}), "one id at the most"),
            (json!({"contact_ids": [lead]}), "the id of a record of this very object"),
            (json!({"related_ids": [deal]}), "other objects have fields of their own"),
        ] {
            let error = written(Purpose::Create, &refused).unwrap_err();
            assert!(error.contains(why), "{refused}: {error}");
        }
    }

    #[test]
    fn a_link_is_taken_away_only_when_all_that_it_could_be_are_named() {
        let gone = vec![("WhoId".to_owned(), Wire::Null)];
        assert_eq!(written(Purpose::Update, &json!({"contact_ids": [], "lead_ids": null})), Ok(gone));
        let error = written(Purpose::Update, &json!({"contact_ids": []})).unwrap_err();
        assert!(error.contains("contact_ids, lead_ids") && error.contains("an empty list for each"), "{error}");
        assert_eq!(written(Purpose::Create, &json!({"contact_ids": []})), Ok(Vec::new()));
    }

    #[test]
    fn records_of_other_objects_are_related_and_nobody_s_ids_are_told() {
        let (task, warnings) = read(&json!({"Id": "1", "WhoId": null, "WhatId": "701dM00000AAAAAQA4"}));
        assert_eq!(task.related_ids, Some(vec!["701dM00000AAAAAQA4".to_owned()]));
        assert_eq!((task.account_ids, task.contact_ids, warnings), (Some(Vec::new()), Some(Vec::new()), 0));
        let (task, warnings) = read(&json!({"Id": "1", "WhoId": "005dM00000AAAAAQA4", "WhatId": null}));
        assert_eq!((task.contact_ids, task.lead_ids), (None, None));
        assert_eq!(warnings, 2, "a user is no one a task can be about");
    }
}
