//! The fields of a write against the object, in the order Salesforce looks.

use serde_json::{Map, Value as Json};

use super::refusal::Refusal;
use super::{activities, duplicates, places, relate, value};
use crate::salesforce::org::{Batch, Row, Values};
use crate::salesforce::schema::{Field, Kind, LEAD, USER};
use crate::salesforce::settings::Settings;
use crate::salesforce::value::Value;

/// What a write is checked by, beside the records.
pub(super) struct Terms<'a> {
    pub(super) settings: &'a Settings,
    /// Whether the caller insists on a duplicate.
    pub(super) allow_save: bool,
    /// Whether matching records are shown with all fields.
    pub(super) details: bool,
    /// `/services/data/vXX.X`
    pub(super) base: &'a str,
}

/// The values to write, or the first reason to refuse them. `row` is the
/// record as it is now; absent for a new one.
pub(super) fn check(
    batch: &Batch<'_>,
    terms: &Terms<'_>,
    object: usize,
    body: &Map<String, Json>,
    row: Option<&Row>,
) -> Result<Values, Refusal> {
    unconverted(batch, object, row)?;
    let mut values = readable(batch, object, body, row.is_none())?;
    required(batch, object, &values, row.is_none())?;
    places::settle(batch.object(object), terms.settings.state_country_picklists, row, &mut values)?;
    references(batch, object, &values, row)?;
    activities::settle(batch, object, row, &mut values)?;
    unique(batch, object, &values, row)?;
    duplicates::check(batch, terms, object, &values, row)?;
    Ok(values)
}

/// A lead that became a contact is only read from then on.
fn unconverted(batch: &Batch<'_>, object: usize, row: Option<&Row>) -> Result<(), Refusal> {
    let converted = batch.object(object).position("IsConverted").filter(|_| object == LEAD);
    match converted.zip(row) {
        Some((field, row)) if *row.get(field) == Value::Bool(true) => {
            Err(Refusal::of_fields("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", &[]))
        }
        _ => Ok(()),
    }
}

/// Names to fields and JSON to values.
fn readable(batch: &Batch<'_>, object: usize, body: &Map<String, Json>, new: bool) -> Result<Values, Refusal> {
    let definition = batch.object(object);
    let mut given = Vec::with_capacity(body.len());
    let mut related = Vec::new();
    for (name, json) in body.iter().filter(|(name, _)| *name != "attributes") {
        match (definition.field(name), definition.parent(name)) {
            (Some(position), _) => given.push((position, json)),
            (None, Some(parent)) => related.push((parent, json)),
            (None, None) => {
                let text = format!("No such column '{name}' on sobject of type {}", definition.name);
                return Err(Refusal::new("INVALID_FIELD", text));
            }
        }
    }
    let flag = if new { 'C' } else { 'U' };
    let places = given.iter().map(|(place, _)| *place).chain(related.iter().map(|((field, _), _)| *field));
    let fields = places.map(|place| &definition.fields[place]);
    let barred: Vec<&str> = fields.filter(|field| !field.has(flag)).map(|field| field.name.as_str()).collect();
    if !barred.is_empty() {
        let text = format!(
            "Unable to create/update fields: {}. Please check the security settings of this field and verify that it \
             is read/write for your profile or permission set.",
            barred.join(", ")
        );
        return Err(Refusal::of_fields("INVALID_FIELD_FOR_INSERT_UPDATE", text, &barred));
    }
    let mut values = Values::with_capacity(body.len());
    for (place, json) in given {
        values.push((place, value::checked(&definition.fields[place], json)?));
    }
    for ((field, parent), json) in related {
        values.push((field, relate::id_of(batch, parent, json)?));
    }
    Ok(values)
}

/// A field that must have a value was not given one, or is taken its value.
fn required(batch: &Batch<'_>, object: usize, values: &Values, new: bool) -> Result<(), Refusal> {
    let fields = &batch.object(object).fields;
    let given = |place: usize| values.iter().find(|(given, _)| *given == place).map(|(_, value)| value);
    let needs = |field: &Field| !field.has('n') && field.has('C') && field.kind != Kind::Boolean;
    let lacks = |(place, field): &(usize, &Field)| match given(*place) {
        Some(value) => value.is_null() && !(new && field.has('d')),
        None => new && !field.has('d'),
    };
    let missing: Vec<&str> = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| needs(field))
        .filter(lacks)
        .map(|(_, field)| field.name.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let text = format!("Required fields are missing: [{}]", missing.join(", "));
    Err(Refusal::of_fields("REQUIRED_FIELD_MISSING", text, &missing))
}

/// Ids name live records of the right object; an owner is active. What a record
/// has already is not looked at again: owners are deactivated behind it.
fn references(batch: &Batch<'_>, object: usize, values: &Values, row: Option<&Row>) -> Result<(), Refusal> {
    for (place, value) in values {
        if row.is_some_and(|row| row.get(*place) == value) {
            continue;
        }
        let field = &batch.object(object).fields[*place];
        let Some(id) = value.as_id().filter(|_| field.kind == Kind::Reference) else {
            continue;
        };
        let targets = field.targets.iter().filter_map(|name| batch.org.schema.object(name));
        let Some(target) = targets.into_iter().find(|target| batch.object(*target).prefix == id.prefix()) else {
            let text = format!("{}: id value of incorrect type: {}", field.label, id.as_str());
            return Err(Refusal::of_fields("FIELD_INTEGRITY_EXCEPTION", text, &[&field.name]));
        };
        let found = batch.find(target, id).map(|(_, row)| row);
        let Some(found) = found.filter(|row| !batch.org.is_deleted(target, row)) else {
            return Err(Refusal::invalid_reference());
        };
        let active = batch.object(target).position("IsActive").filter(|_| target == USER && field.name == "OwnerId");
        if active.is_some_and(|active| *found.get(active) == Value::Bool(false)) {
            let text = format!("operation performed with inactive user [{}]", id.short());
            return Err(Refusal::of_fields("INACTIVE_OWNER_OR_USER", text, &[]));
        }
    }
    Ok(())
}

/// A unique field whose value another live record holds already. The message
/// names that record by its 15 characters.
fn unique(batch: &Batch<'_>, object: usize, values: &Values, row: Option<&Row>) -> Result<(), Refusal> {
    for (place, value) in values {
        let field = &batch.object(object).fields[*place];
        if !field.has('u') {
            continue;
        }
        let own = row.and_then(Row::id);
        if let Some(other) = batch.matching(object, *place, value).into_iter().find(|id| Some(*id) != own) {
            let name = &field.name;
            let text = format!("duplicate value found: {name} duplicates value on record with id: {}", other.short());
            return Err(Refusal::of_fields("DUPLICATE_VALUE", text, &[]));
        }
    }
    Ok(())
}
