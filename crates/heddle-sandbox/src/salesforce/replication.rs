//! Which records were deleted or changed in a window of time:
//! `GET /sobjects/{object}/deleted/` and `.../updated/`.
//!
//! A record that the bin has lost is in neither: the log of deletions may be
//! purged early.

use serde_json::{Value, json};

use super::errors::{JSON, error, not_found};
use super::org::{Org, Row};
use super::route::parameter;
use super::schema::Object;
use super::seed::DAY;
use super::state::{BIN_DAYS, Salesforce};
use super::value::{moment, parse_moment};
use crate::serve::Answer;

/// Days that changes are kept for.
const UPDATED_DAYS: i64 = 30;
const MINUTE: i64 = 60_000;

/// Whether these resources exist for an object.
pub(super) fn is_replicateable(object: &Object) -> bool {
    !matches!(
        object.name,
        "OpportunityStage" | "UserPermissionAccess" | "AccountHistory" | "ContentDocumentLink" | "ContentVersion"
    )
}

/// A window, in milliseconds; its start belongs to it, its end does not.
struct Window {
    start: i64,
    end: i64,
    now: i64,
}

/// `GET /sobjects/{object}/deleted/?start=&end=`
pub(super) fn deleted(salesforce: &Salesforce, object: &str, query: &str) -> Answer {
    answer(salesforce, object, query, BIN_DAYS, |org, object, rows, window| {
        let rows = rows.iter().map(|row| {
            json!({ "id": row.id().map(|id| id.as_str().to_owned()), "deletedDate": moment(org.stamp_of(object, row)) })
        });
        json!({
            "deletedRecords": rows.collect::<Vec<Value>>(),
            "earliestDateAvailable": moment(whole(window.now - BIN_DAYS * DAY)),
            "latestDateCovered": moment(window.covered()),
        })
    })
}

/// `GET /sobjects/{object}/updated/?start=&end=`
pub(super) fn updated(salesforce: &Salesforce, object: &str, query: &str) -> Answer {
    answer(salesforce, object, query, UPDATED_DAYS, |_, _, rows, window| {
        let ids = rows.iter().filter_map(|row| row.id()).map(|id| id.as_str().to_owned());
        json!({ "ids": ids.collect::<Vec<String>>(), "latestDateCovered": moment(window.covered()) })
    })
}

fn answer(
    salesforce: &Salesforce,
    name: &str,
    query: &str,
    days: i64,
    body: impl FnOnce(&Org, usize, &[&Row], &Window) -> Value,
) -> Answer {
    let org = salesforce.org();
    let object = org.schema.object(name).filter(|object| is_replicateable(org.object(*object)));
    let Some(object) = object else { return not_found() };
    let window = match window(salesforce, query, days) {
        Ok(window) => window,
        Err(refusal) => return refusal,
    };
    let wanted = |row: &&Row| {
        let stamp = org.stamp_of(object, row);
        let in_bin = days == BIN_DAYS;
        (window.start..window.end).contains(&stamp) && org.is_deleted(object, row) == in_bin && org.shares(object, row)
    };
    let rows: Vec<&Row> = org.tables[object].rows().map(AsRef::as_ref).filter(wanted).collect();
    if rows.len() > salesforce.settings().replication_ids {
        // The text is not documented.
        return error(400, "EXCEEDED_ID_LIMIT", "The window holds more ids than one answer can have");
    }
    Answer::new(200, JSON, body(&org, object, &rows, &window).to_string())
}

fn window(salesforce: &Salesforce, query: &str, days: i64) -> Result<Window, Answer> {
    let bound = |name: &str| {
        let text = parameter(query, name).ok_or_else(|| {
            let text = format!("The {name} parameter is required");
            error(400, "MISSING_ARGUMENT", &text)
        })?;
        let at =
            parse_moment(&text).ok_or_else(|| error(400, "INVALID_FIELD", &format!("{name} is no date: {text}")))?;
        Ok(whole(at))
    };
    let (start, end) = (bound("start")?, bound("end")?);
    let now = salesforce.clock.now();
    // The texts are not documented.
    let out_of_range = |text: &str| Err(error(400, "INVALID_REPLICATION_DATE", text));
    if start >= end {
        return out_of_range("startDate must be at least one minute before endDate");
    }
    if start < whole(now - days * DAY) {
        return out_of_range(&format!("startDate cannot be more than {days} days ago"));
    }
    Ok(Window { start, end, now })
}

impl Window {
    /// Up to when the answer is complete.
    fn covered(&self) -> i64 {
        self.end.min(whole(self.now))
    }
}

/// Seconds are not looked at.
fn whole(at: i64) -> i64 {
    at.div_euclid(MINUTE) * MINUTE
}
