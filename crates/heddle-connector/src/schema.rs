//! The fields that one account shows to the connected user.

use heddle_mapping::{CustomKind, NamedCodec};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How values of a field are passed on when it is a custom one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    /// Text, also picklists.
    Text,
    /// The id of another record.
    Id,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A point in time.
    Timestamp,
    /// A day.
    Date,
    /// Several words in one text, with semicolons between.
    List,
    /// Anything else, as sent.
    #[default]
    Any,
}

impl FieldValue {
    /// How the mapping engine passes such values on.
    pub const fn custom_kind(self) -> CustomKind {
        match self {
            Self::Text => CustomKind::Text,
            Self::Id => CustomKind::Id,
            Self::Bool => CustomKind::Bool,
            Self::Number => CustomKind::Number,
            Self::Timestamp => CustomKind::Timestamp,
            Self::Date => CustomKind::Date,
            Self::List => CustomKind::List,
            Self::Any => CustomKind::Any,
        }
    }
}

/// One word of a picklist that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickOption {
    /// What is stored.
    pub value: String,
    /// What people see, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether new records get it when nothing is said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_zero(n: &u32) -> bool {
    *n == 0
}

const fn is_no_digits(digits: &(u16, u16)) -> bool {
    matches!(digits, (0, 0))
}

/// One provider field, as its describe call reports it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaField {
    /// The provider's key.
    pub name: String,
    /// Name for people.
    pub label: String,
    /// The provider's type word.
    pub kind: String,
    /// What its values are.
    #[serde(default)]
    pub value: FieldValue,
    /// Made by the customer, not by the provider.
    #[serde(default)]
    pub custom: bool,
    /// Whether conditions may name it.
    #[serde(default)]
    pub filterable: bool,
    /// Whether an order may name it.
    #[serde(default)]
    pub sortable: bool,
    /// Whether the connected user may set it in a new record.
    #[serde(default)]
    pub createable: bool,
    /// Whether the connected user may change it.
    #[serde(default)]
    pub updateable: bool,
    /// Whether a new record must have it: it takes no null and has no default.
    #[serde(default)]
    pub required: bool,
    /// Longest text, in characters; 0 when the provider names none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub length: u32,
    /// Digits of a number before and behind the point; 0 and 0 when it names none.
    #[serde(default, skip_serializing_if = "is_no_digits")]
    pub digits: (u16, u16),
    /// The words of a picklist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<PickOption>,
    /// Whether other words than `options` are refused.
    #[serde(default)]
    pub restricted: bool,
    /// Whether an upsert can use it as its key.
    #[serde(default)]
    pub key: bool,
    /// Whether no two records may have the same value.
    #[serde(default)]
    pub unique: bool,
    /// The provider's objects that a reference points at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// For references: the name under which fields of the other record are reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<String>,
}

impl SchemaField {
    /// Whether a codec reads every value that the field can hold, and writes
    /// nothing else.
    pub const fn takes(&self, codec: NamedCodec) -> bool {
        match self.value {
            FieldValue::Text => matches!(codec, NamedCodec::Text),
            FieldValue::Id => matches!(codec, NamedCodec::Id | NamedCodec::Text),
            FieldValue::Bool => matches!(codec, NamedCodec::Boolean),
            FieldValue::Number => match codec {
                NamedCodec::Number | NamedCodec::Decimal => true,
                // Digits behind the point would not fit.
                NamedCodec::Integer => self.digits.1 == 0,
                _ => false,
            },
            FieldValue::Timestamp => matches!(codec, NamedCodec::Datetime),
            FieldValue::Date => matches!(codec, NamedCodec::Date),
            FieldValue::List => matches!(codec, NamedCodec::List | NamedCodec::Text),
            FieldValue::Any => false,
        }
    }

    /// The names of the codecs that it takes; none for compound values.
    pub fn codecs(&self) -> Vec<&'static str> {
        NamedCodec::ALL.iter().filter(|codec| self.takes(**codec)).map(|codec| codec.as_str()).collect()
    }
}

/// The fields of one provider object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ObjectSchema {
    /// The provider's object name.
    pub object: String,
    /// Fields in the provider's order.
    pub fields: Vec<SchemaField>,
    #[serde(skip)]
    index: HashMap<String, usize>,
}

impl ObjectSchema {
    /// A schema of these fields.
    pub fn new(object: impl Into<String>, fields: Vec<SchemaField>) -> Self {
        let mut schema = Self { object: object.into(), fields, index: HashMap::new() };
        schema.reindex();
        schema
    }

    /// Rebuilds the look-up; needed once after deserialising.
    pub fn reindex(&mut self) {
        self.index = self.fields.iter().enumerate().map(|(i, f)| (f.name.clone(), i)).collect();
        for (i, field) in self.fields.iter().enumerate() {
            if let Some(relationship) = &field.relationship {
                self.index.entry(format!("{relationship}.")).or_insert(i);
            }
        }
    }

    /// The field of this name; for `Account.Name`, the reference that leads there.
    pub fn field(&self, path: &str) -> Option<&SchemaField> {
        let found = match path.split_once('.') {
            None => self.index.get(path),
            Some((relationship, _)) => self.index.get(format!("{relationship}.").as_str()),
        };
        found.and_then(|i| self.fields.get(*i))
    }

    /// Whether the connected user can read this path.
    pub fn has(&self, path: &str) -> bool {
        self.field(path).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, relationship: Option<&str>) -> SchemaField {
        SchemaField {
            name: name.into(),
            label: name.into(),
            kind: "string".into(),
            value: FieldValue::Text,
            custom: false,
            filterable: true,
            sortable: true,
            relationship: relationship.map(str::to_owned),
            ..SchemaField::default()
        }
    }

    #[test]
    fn a_path_through_a_reference_is_known_when_the_reference_is() {
        let schema = ObjectSchema::new("Contact", vec![field("AccountId", Some("Account")), field("Email", None)]);
        assert!(schema.has("Account.Name"));
        assert!(schema.has("Email"));
        assert!(!schema.has("Owner.Name"));
        assert!(!schema.has("Account"));
        assert!(!schema.has("Email.Name"));
    }

    #[test]
    fn it_survives_storage() {
        let schema = ObjectSchema::new("Contact", vec![field("AccountId", Some("Account"))]);
        let text = serde_json::to_string(&schema).unwrap();
        let mut back: ObjectSchema = serde_json::from_str(&text).unwrap();
        back.reindex();
        assert!(back.has("Account.Name"));
    }
}
