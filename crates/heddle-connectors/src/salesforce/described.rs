//! Salesforce's describe answer, as the fields of an object.

use super::objects::children;
use super::soql;
use heddle_connector::{FieldValue, ObjectInfo, PickOption, SchemaField};
use serde::Deserialize;

#[derive(Deserialize)]
struct Described {
    fields: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Field {
    name: String,
    label: String,
    #[serde(rename = "type")]
    kind: String,
    custom: bool,
    filterable: bool,
    sortable: bool,
    createable: bool,
    updateable: bool,
    nillable: bool,
    defaulted_on_create: bool,
    length: u32,
    precision: u16,
    scale: u16,
    digits: u16,
    external_id: bool,
    id_lookup: bool,
    unique: bool,
    restricted_picklist: bool,
    picklist_values: Vec<Picked>,
    reference_to: Vec<String>,
    relationship_name: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Picked {
    active: bool,
    default_value: bool,
    label: Option<String>,
    value: String,
}

/// The fields of a describe answer. `None` when it cannot be read, or when a
/// name in it could not stand in a statement.
pub(super) fn described(body: &[u8]) -> Option<Vec<SchemaField>> {
    let described: Described = serde_json::from_slice(body).ok()?;
    let sound = |f: &Field| soql::is_name(&f.name) && f.relationship_name.as_deref().is_none_or(soql::is_name);
    if !described.fields.iter().all(sound) {
        return None;
    }
    Some(described.fields.into_iter().map(field).collect())
}

fn field(f: Field) -> SchemaField {
    // A checkbox always has a value.
    let required = f.createable && !f.nillable && !f.defaulted_on_create && f.kind != "boolean";
    let whole = f.precision.saturating_sub(f.scale).max(f.digits);
    let options = f.picklist_values.into_iter().filter(|o| o.active).map(|o| PickOption {
        label: o.label.filter(|label| *label != o.value),
        default: o.default_value,
        value: o.value,
    });
    SchemaField {
        value: value_of(&f.kind),
        options: options.collect(),
        required,
        length: f.length,
        digits: (whole, f.scale),
        key: f.external_id || f.id_lookup,
        name: f.name,
        label: f.label,
        kind: f.kind,
        custom: f.custom,
        filterable: f.filterable,
        sortable: f.sortable,
        createable: f.createable,
        updateable: f.updateable,
        restricted: f.restricted_picklist,
        unique: f.unique,
        references: f.reference_to,
        relationship: f.relationship_name,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SObject {
    name: String,
    label: String,
    label_plural: String,
    custom: bool,
    key_prefix: Option<String>,
    queryable: bool,
    createable: bool,
    updateable: bool,
    deletable: bool,
}

impl SObject {
    /// `None` when its name could not stand in a statement.
    fn info(self) -> Option<ObjectInfo> {
        soql::is_name(&self.name).then_some(ObjectInfo {
            name: self.name,
            label: self.label,
            label_plural: self.label_plural,
            custom: self.custom,
            id_prefix: self.key_prefix.filter(|prefix| prefix.len() == 3),
            queryable: self.queryable,
            createable: self.createable,
            updateable: self.updateable,
            deletable: self.deletable,
        })
    }
}

/// The object of a describe answer, without its fields.
pub(super) fn object(body: &[u8]) -> Option<ObjectInfo> {
    serde_json::from_slice::<SObject>(body).ok()?.info()
}

/// The objects of a global describe answer.
pub(super) fn objects(body: &[u8]) -> Option<Vec<ObjectInfo>> {
    #[derive(Deserialize)]
    struct Global {
        sobjects: Vec<SObject>,
    }
    let global: Global = serde_json::from_slice(body).ok()?;
    global.sobjects.into_iter().map(SObject::info).collect()
}

/// The lists of child records among the wanted ones that the connected user can
/// read, as fields that nothing can compare. They are named by the objects that
/// point here, so a describe has them apart; whether the user may write those
/// objects only the write itself tells.
pub(super) fn lists(object: &str, body: &[u8], wanted: &[&'static str]) -> Vec<SchemaField> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Children {
        child_relationships: Vec<Child>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Child {
        relationship_name: Option<String>,
    }
    let Ok(children) = serde_json::from_slice::<Children>(body) else { return Vec::new() };
    let named =
        |path: &&&str| children.child_relationships.iter().any(|c| c.relationship_name.as_deref() == Some(**path));
    let field = |path: &&str| SchemaField {
        name: (*path).to_owned(),
        label: (*path).to_owned(),
        kind: "list".to_owned(),
        createable: children::written(object, path).is_some(),
        updateable: children::written(object, path).is_some(),
        ..SchemaField::default()
    };
    wanted.iter().filter(named).map(field).collect()
}

/// What values of a described type are. A type of a later release is passed as sent.
fn value_of(kind: &str) -> FieldValue {
    match kind {
        "id" | "reference" => FieldValue::Id,
        "boolean" => FieldValue::Bool,
        "int" | "long" | "double" | "currency" | "percent" => FieldValue::Number,
        "datetime" => FieldValue::Timestamp,
        "date" => FieldValue::Date,
        "string" | "textarea" | "picklist" | "combobox" | "email" | "phone" | "url" | "encryptedstring" | "base64" => {
            FieldValue::Text
        }
        "multipicklist" => FieldValue::List,
        // Also times of day, which SOQL does not compare like text, and places.
        _ => FieldValue::Any,
    }
}
