//! The people of events and e-mail messages.

use super::activities::About;
use super::{DAY, Draft, LAST_CHANGE, pick, run_as_user};
use crate::salesforce::ids::Id;
use crate::salesforce::org::Row;
use crate::salesforce::schema::{EMAIL_RELATION, EVENT_RELATION, Schema};
use crate::salesforce::value::Value;

/// Who was asked to events, and whom messages went to: nobody, one or two.
pub(super) fn people(
    schema: &Schema,
    about: &About<'_>,
    activities: &[Vec<Row>; 4],
    seed: u64,
) -> (Vec<Row>, Vec<Row>) {
    let mut random = fastrand::Rng::with_seed(seed ^ 0x9E09);
    let [_, events, messages, _] = activities;
    let invitees = each(events, about, &mut random, |number, event, person, random| {
        let mut row = Draft::new(&schema.objects[EVENT_RELATION], |_| true);
        row.set("Id", Value::Id(Id::nth("0RE", 10_000 + number)));
        row.set("EventId", Value::Id(event));
        row.set("RelationId", Value::Id(person));
        row.text("Status", pick(&["New", "Accepted", "Declined", "Maybe"], random));
        row
    });
    let readers = each(messages, about, &mut random, |number, message, person, _| {
        let mut row = Draft::new(&schema.objects[EMAIL_RELATION], |_| true);
        row.set("Id", Value::Id(Id::nth("0e7", 10_000 + number)));
        row.set("EmailMessageId", Value::Id(message));
        row.set("RelationId", Value::Id(person));
        row.text("RelationType", "ToAddress");
        row
    });
    (invitees, readers)
}

fn each<'a>(
    parents: &[Row],
    about: &About<'_>,
    random: &mut fastrand::Rng,
    draft: impl Fn(u64, Id, Id, &mut fastrand::Rng) -> Draft<'a>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for parent in parents {
        for _ in 0..random.usize(0..3) {
            let user = random.u8(0..4) == 0;
            let person = if user { Some(pick(about.owners, random)) } else { About::some(about.contacts, random) };
            let Some((parent, person)) = parent.id().zip(person) else { continue };
            let mut row = draft(rows.len() as u64, parent, person, random);
            row.audit(run_as_user(), LAST_CHANGE - 50 * DAY, LAST_CHANGE - 50 * DAY);
            rows.push(row.finish(rows.len()));
        }
    }
    rows
}
