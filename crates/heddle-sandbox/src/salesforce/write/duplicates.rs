//! The org's duplicate rule: contacts with the same mail address.

use serde_json::{Value as Json, json};

use super::check::Terms;
use super::refusal::Refusal;
use crate::salesforce::ids::Id;
use crate::salesforce::org::{Batch, Row, Values};
use crate::salesforce::schema::CONTACT;
use crate::salesforce::settings::DuplicateRule;
use crate::salesforce::soql::Columns;

const TEXT: &str = "You're creating a duplicate record. We recommend you use an existing record instead.";

/// Refuses a mail address that other live contacts have. A rule that blocks
/// does so whatever the caller allows.
pub(super) fn check(
    batch: &Batch<'_>,
    terms: &Terms<'_>,
    object: usize,
    values: &Values,
    row: Option<&Row>,
) -> Result<(), Refusal> {
    let rule = terms.settings.duplicate_rule;
    if object != CONTACT || rule == DuplicateRule::None || rule == DuplicateRule::Alert && terms.allow_save {
        return Ok(());
    }
    let field = batch.object(object).position("Email");
    let Some((place, mail)) = values.iter().find(|(place, value)| Some(*place) == field && !value.is_null()) else {
        return Ok(());
    };
    let own = row.and_then(Row::id);
    let mut found = batch.matching(object, *place, mail);
    found.retain(|id| Some(*id) != own);
    if found.is_empty() {
        return Ok(());
    }
    let matches: Vec<Json> = found.iter().map(|id| matched(batch, terms, object, *id)).collect();
    let result = json!({
        "allowSave": rule == DuplicateRule::Alert,
        "duplicateRule": "Contacts_DR",
        "duplicateRuleEntityType": "Contact",
        "errorMessage": TEXT,
        "matchResults": [{
            "entityType": "Contact",
            "errors": [],
            "matchEngine": "ExactMatchEngine",
            "matchRecords": matches,
            "rule": "Contact_MR",
            "size": found.len(),
            "success": true,
        }],
    });
    Err(Refusal::duplicates(TEXT, result))
}

/// A matching record: its id, or all fields when the caller asks for details.
fn matched(batch: &Batch<'_>, terms: &Terms<'_>, object: usize, id: Id) -> Json {
    let definition = batch.object(object);
    let fields: Vec<usize> = if terms.details {
        definition.visible_fields().map(|(place, _)| place).collect()
    } else {
        definition.field("Id").into_iter().collect()
    };
    let mut record = Vec::new();
    if let Some((_, row)) = batch.find(object, id) {
        Columns::of_record(&batch.org.schema.objects, object, &fields).write(batch.org, row, terms.base, &mut record);
    }
    json!({
        "additionalInformation": [],
        "fieldDiffs": [],
        "matchConfidence": 100,
        // Written as JSON just now.
        "record": serde_json::from_slice::<Json>(&record).unwrap_or_default(),
    })
}
