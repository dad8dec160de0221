//! What Salesforce itself makes of activities: defaults, the account, the end
//! of an event, and which records an activity may be about.

use super::refusal::Refusal;
use crate::salesforce::org::{Batch, Row, Values};
use crate::salesforce::schema::{ACCOUNT, CONTACT, EMAIL_MESSAGE, EVENT, Object, TASK};
use crate::salesforce::value::Value;

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// Values that follow from those given, in the order of the object.
struct Activity<'a> {
    object: &'a Object,
    row: Option<&'a Row>,
    values: &'a mut Values,
}

impl Activity<'_> {
    /// A field as the write leaves it.
    fn get(&self, name: &str) -> Value {
        let Some(place) = self.object.position(name) else { return Value::Null };
        let given = self.values.iter().find(|(given, _)| *given == place).map(|(_, value)| value.clone());
        given.or_else(|| Some(self.row?.get(place).clone())).unwrap_or(Value::Null)
    }

    fn given(&self, name: &str) -> bool {
        let place = self.object.position(name);
        self.values.iter().any(|(given, value)| Some(*given) == place && !value.is_null())
    }

    fn set(&mut self, name: &str, value: Value) {
        if let Some(place) = self.object.position(name) {
            self.values.retain(|(given, _)| *given != place);
            self.values.push((place, value));
        }
    }

    /// Gives a new record a value where it has none.
    fn default(&mut self, name: &str, text: &str) {
        if self.row.is_none() && self.get(name).is_null() {
            self.set(name, Value::text(text));
        }
    }

    fn moment(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Value::Moment(millis) => Some(millis),
            _ => None,
        }
    }
}

/// Completes the values of a write, or refuses it.
pub(super) fn settle(batch: &Batch<'_>, object: usize, row: Option<&Row>, values: &mut Values) -> Result<(), Refusal> {
    let mut activity = Activity { object: batch.object(object), row, values };
    match object {
        TASK => {
            records(batch, &mut activity)?;
            task(batch, &mut activity);
            Ok(())
        }
        EVENT => {
            records(batch, &mut activity)?;
            event(&mut activity)
        }
        EMAIL_MESSAGE => {
            activity.default("Status", "0");
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A lead stands alone; otherwise the account follows from what the activity is about.
fn records(batch: &Batch<'_>, activity: &mut Activity<'_>) -> Result<(), Refusal> {
    let (who, what) = (activity.get("WhoId").as_id(), activity.get("WhatId").as_id());
    if who.is_some_and(|id| id.prefix() == "00Q") && what.is_some() {
        // Neither code nor text is documented.
        let text = "Related To ID: a lead cannot be related to another record";
        return Err(Refusal::of_fields("FIELD_INTEGRITY_EXCEPTION", text, &["WhatId"]));
    }
    let of_contact = || {
        let id = who.filter(|id| id.prefix() == "003")?;
        let (_, contact) = batch.find(CONTACT, id)?;
        Some(contact.get(batch.object(CONTACT).position("AccountId")?).clone())
    };
    let account = match what.filter(|id| id.prefix() == batch.object(ACCOUNT).prefix) {
        Some(id) => Some(Value::Id(id)),
        None => of_contact(),
    };
    activity.set("AccountId", account.unwrap_or(Value::Null));
    Ok(())
}

fn task(batch: &Batch<'_>, activity: &mut Activity<'_>) {
    activity.default("Status", "Not Started");
    activity.default("Priority", "Normal");
    activity.default("TaskSubtype", "Task");
    let closed = activity.get("Status").as_text() == Some("Completed");
    let was_closed = activity.row.is_some() && activity.get("IsClosed") == Value::Bool(true);
    activity.set("IsClosed", Value::Bool(closed));
    let high = activity.get("Priority").as_text() == Some("High");
    activity.set("IsHighPriority", Value::Bool(high));
    if closed != was_closed {
        activity.set("CompletedDateTime", if closed { Value::Moment(batch.now()) } else { Value::Null });
    }
}

/// Start with end or duration; both must agree. The codes and texts of these
/// refusals are not documented.
fn event(activity: &mut Activity<'_>) -> Result<(), Refusal> {
    activity.default("ShowAs", "Busy");
    activity.default("EventSubtype", "Event");
    let Some(start) = activity.moment("StartDateTime").or_else(|| activity.moment("ActivityDateTime")) else {
        let text = "Required fields are missing: [StartDateTime]";
        return Err(Refusal::of_fields("REQUIRED_FIELD_MISSING", text, &["StartDateTime"]));
    };
    let (end, minutes) = (activity.given("EndDateTime"), activity.given("DurationInMinutes"));
    let known = activity.moment("EndDateTime");
    let lasts = match activity.get("DurationInMinutes") {
        Value::Int(minutes) => Some(minutes),
        _ => None,
    };
    let all_day = activity.get("IsAllDayEvent") == Value::Bool(true);
    let end = match (end, minutes, known, lasts) {
        (true, true, Some(end), Some(minutes)) if start + minutes * MINUTE != end => {
            let text = "Duration: EndDateTime and DurationInMinutes do not agree";
            return Err(Refusal::of_fields("FIELD_INTEGRITY_EXCEPTION", text, &["DurationInMinutes"]));
        }
        (true, _, Some(end), _) => end,
        (_, _, _, Some(minutes)) => start + minutes * MINUTE,
        _ if all_day => start + DAY,
        _ => {
            let text = "Required fields are missing: [EndDateTime]";
            return Err(Refusal::of_fields("REQUIRED_FIELD_MISSING", text, &["EndDateTime"]));
        }
    };
    if end < start {
        let text = "End Date Time: an event cannot end before it starts";
        return Err(Refusal::of_fields("FIELD_INTEGRITY_EXCEPTION", text, &["EndDateTime"]));
    }
    let day = |millis: i64| i32::try_from(millis.div_euclid(DAY)).map_or(Value::Null, Value::Date);
    for (name, value) in [
        ("StartDateTime", Value::Moment(start)),
        ("EndDateTime", Value::Moment(end)),
        ("DurationInMinutes", Value::Int((end - start) / MINUTE)),
        ("ActivityDateTime", Value::Moment(start)),
        ("ActivityDate", day(start)),
        ("EndDate", day(end)),
    ] {
        activity.set(name, value);
    }
    Ok(())
}
