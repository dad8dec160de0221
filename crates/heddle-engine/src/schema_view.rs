//! `schema`: the fields of an object as this connection has them. Answered
//! from what was described, without a call.

use crate::missing::missing;
use crate::selection::{ObjectSnapshot, custom_name};
use crate::snapshot::Snapshot;
use crate::{Caller, Code, Engine, MissingField, Problem, Scope, Target};
use heddle_connector::mapping::{MAPPED_PREFIX, MappedField, Row, Way};
use heddle_connector::model::{FieldInfo, Kind, Model, Object, Role};
use heddle_connector::{ObjectSpec, Operation, PickOption, SchemaField};

/// An object of a connection.
#[derive(Debug, Clone)]
pub struct SchemaAnswer {
    /// The provider's name of it.
    pub provider_object: &'static str,
    /// What can be done with it.
    pub operations: Vec<Operation>,
    /// Common fields in model order, then custom and mapped ones.
    pub fields: Vec<FieldView>,
    /// Common fields, and parts of them, that cannot be had here.
    pub missing: Vec<MissingField>,
    /// Names by which an upsert needs one call.
    pub upsert_keys: Vec<String>,
    /// Names that conditions can use.
    pub filterable: Vec<String>,
    /// Names that a list can be sorted by.
    pub sortable: Vec<String>,
}

/// One field.
#[derive(Debug, Clone)]
pub struct FieldView {
    /// The name in the API; `custom_fields.KEY` for custom ones,
    /// `mapped_fields.NAME` for those under the operator's own names.
    pub name: String,
    /// The kind of value.
    pub kind: &'static str,
    /// What it is, for people.
    pub about: String,
    /// Where it stands at the provider; several for lists.
    pub slots: Vec<SlotView>,
    /// Why it cannot be had; `None` when it can.
    pub unavailable: Option<String>,
    /// The words that the API itself defines.
    pub words: &'static [&'static str],
}

/// One place at the provider that a field, or a part of one, stands in.
#[derive(Debug, Clone)]
pub struct SlotView {
    /// The `type` of a list's item.
    pub item: Option<&'static str>,
    /// The part of an item or group.
    pub part: Option<&'static str>,
    /// The provider's field.
    pub provider_field: String,
    /// The provider's name for people.
    pub label: Option<String>,
    /// The provider's type word.
    pub provider_type: Option<String>,
    /// Whether a new record must have it.
    pub required: bool,
    /// Whether it can be set in a new record.
    pub createable: bool,
    /// Whether it can be changed.
    pub updateable: bool,
    /// Longest text, in characters.
    pub max_length: Option<u32>,
    /// The provider's words.
    pub options: Vec<ChoiceView>,
    /// Whether the provider refuses other words.
    pub restricted: bool,
    /// Whether no two records may have the same value.
    pub unique: bool,
    /// Names in `mapped_fields` under which it stands too.
    pub mapped_to: Vec<String>,
    /// The provider's objects that it points at.
    pub references: Vec<String>,
    /// Why this place cannot be had.
    pub unavailable: Option<String>,
}

/// One word of a picklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceView {
    /// What is stored.
    pub value: String,
    /// What people see.
    pub label: String,
    /// Whether new records get it when nothing is said.
    pub default: bool,
}

/// Said of a field that the describe does not have.
const HIDDEN: &str = "the account does not have this field, or hides it from the connected user";

impl Engine {
    /// The fields of an object of a connection.
    ///
    /// # Errors
    /// `not_found`, `unsupported_operation`, and `connection_misconfigured`
    /// when the connection has not been tested yet.
    pub async fn object_schema(
        &self,
        caller: &Caller,
        target: &Target,
        object: Object,
    ) -> Result<SchemaAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let snapshot = self.resolve(caller, target).await?;
        let spec = snapshot.spec(object, Operation::List)?;
        let described = snapshot.object(spec).map_err(|problem| snapshot.of(problem))?;
        if Model::of(object).is_none() {
            return Err(Problem::new(Code::UnsupportedOperation, "not available yet"));
        }
        Ok(SchemaAnswer::of(&snapshot, spec, described))
    }
}

impl SchemaAnswer {
    /// What is known of an object.
    pub(crate) fn of(snapshot: &Snapshot, spec: &ObjectSpec, described: &ObjectSnapshot) -> Self {
        let fields = Model::of(spec.object).map_or(&[][..], Model::fields);
        let shown = |field: &FieldInfo| !matches!(field.role, Role::Custom | Role::Mapped | Role::Raw);
        let mut fields: Vec<FieldView> = fields
            .iter()
            .enumerate()
            .filter(|(_, field)| shown(field))
            .map(|(index, field)| view(spec, described, index, field))
            .collect();
        let whole = custom_name(spec);
        let own = described.custom.iter().filter_map(|c| described.schema.field(&c.key));
        fields.extend(own.map(|field| custom(whole, field)));
        let mapped = described.mapped(spec.object);
        fields.extend(mapped.iter().map(|field| mapped_view(described, field)));
        for slot in fields.iter_mut().flat_map(|field| &mut field.slots) {
            let same = mapped.iter().filter(|field| field.path == slot.provider_field);
            slot.mapped_to = same.map(|field| field.name.clone()).collect();
        }
        Self {
            provider_object: spec.table.provider_object,
            operations: spec.operations.to_vec(),
            fields,
            missing: missing(snapshot.connector.as_ref(), &snapshot.objects.features, spec, described),
            upsert_keys: match spec.operations.contains(&Operation::Upsert) {
                true => described.keys(spec).into_iter().map(|(name, _)| name).collect(),
                false => Vec::new(),
            },
            filterable: described.filterable(spec),
            sortable: described.sortable(spec),
        }
    }
}

fn view(spec: &ObjectSpec, described: &ObjectSnapshot, index: usize, field: &'static FieldInfo) -> FieldView {
    let rows: Vec<&Row> = spec.table.rows.iter().filter(|row| usize::from(row.place.field) == index).collect();
    let column = match field.role {
        Role::Id | Role::RemoteId => Some(spec.table.id),
        Role::Created => spec.table.created,
        Role::Modified => Some(spec.table.modified),
        Role::Deleted => spec.table.deleted,
        _ => None,
    };
    let own = column.map(|path| slot(described, field, None, path, false));
    let of_rows = rows.iter().flat_map(|row| {
        let (paths, written): (&[&'static str], bool) = match &row.way {
            Way::Both { path, .. } => (std::slice::from_ref(path), true),
            Way::Write { path, .. } => (std::slice::from_ref(path), true),
            Way::Read { .. } | Way::Custom { .. } => (row.reads(), false),
            Way::Absent(_) => (&[], false),
        };
        let writable = written && field.writable();
        paths.iter().map(move |path| slot(described, field, Some(row), path, writable))
    });
    let slots: Vec<SlotView> = own.into_iter().chain(of_rows).collect();
    let absent = rows.iter().find_map(|row| match row.way {
        Way::Absent(why) => Some(why.to_string()),
        _ => None,
    });
    let fixed = rows.iter().any(|row| row.otherwise.is_some());
    let hidden = !fixed && !slots.is_empty() && slots.iter().all(|slot| slot.unavailable.is_some());
    FieldView {
        name: field.name.to_owned(),
        kind: kind_word(field.kind),
        about: field.doc.replace('\n', " "),
        unavailable: absent.or_else(|| hidden.then(|| HIDDEN.to_owned())),
        slots,
        words: match field.kind {
            Kind::Enum(words) => words,
            _ => &[],
        },
    }
}

fn slot(
    described: &ObjectSnapshot,
    field: &'static FieldInfo,
    row: Option<&Row>,
    path: &str,
    writable: bool,
) -> SlotView {
    let found = described.schema.field(path);
    // A path through a reference shows the reference's field, whose rules are not its own.
    let through = path.contains('.');
    let item = match (field.kind, row) {
        (Kind::List(list), Some(row)) => list.kinds.get(usize::from(row.place.item).wrapping_sub(1)).copied(),
        _ => None,
    };
    let part = row.and_then(|row| field.parts().get(usize::from(row.place.part).wrapping_sub(1))).map(|part| part.name);
    let view = found.filter(|_| !through).map_or_else(|| bare(path), of_schema);
    SlotView {
        item,
        part,
        createable: view.createable && writable,
        updateable: view.updateable && writable,
        required: view.required && writable,
        unavailable: found.is_none().then(|| HIDDEN.to_owned()),
        ..view
    }
}

fn bare(path: &str) -> SlotView {
    SlotView {
        item: None,
        part: None,
        provider_field: path.to_owned(),
        label: None,
        provider_type: None,
        required: false,
        createable: false,
        updateable: false,
        max_length: None,
        options: Vec::new(),
        restricted: false,
        unique: false,
        mapped_to: Vec::new(),
        references: Vec::new(),
        unavailable: None,
    }
}

fn of_schema(field: &SchemaField) -> SlotView {
    let choice = |option: &PickOption| ChoiceView {
        value: option.value.clone(),
        label: option.label.clone().unwrap_or_else(|| option.value.clone()),
        default: option.default,
    };
    SlotView {
        label: Some(field.label.clone()),
        provider_type: Some(field.kind.clone()),
        required: field.required,
        createable: field.createable,
        updateable: field.updateable,
        max_length: (field.length > 0).then_some(field.length),
        options: field.options.iter().map(choice).collect(),
        restricted: field.restricted,
        unique: field.unique,
        references: field.references.clone(),
        ..bare(&field.name)
    }
}

fn custom(whole: &str, field: &SchemaField) -> FieldView {
    use heddle_connector::FieldValue;
    FieldView {
        name: format!("{whole}.{}", field.name),
        kind: match field.value {
            FieldValue::Text => "text",
            FieldValue::Id => "reference",
            FieldValue::Bool => "boolean",
            FieldValue::Number => "number",
            FieldValue::Timestamp => "datetime",
            FieldValue::Date => "date",
            FieldValue::List => "list",
            FieldValue::Any => "any",
        },
        about: field.label.clone(),
        slots: vec![of_schema(field)],
        unavailable: None,
        words: &[],
    }
}

/// A field under the operator's own name. One that bodies do not set can be
/// neither made nor changed, whatever the provider allows.
fn mapped_view(described: &ObjectSnapshot, field: &MappedField) -> FieldView {
    let found = described.schema.field(&field.path).filter(|found| found.name == field.path);
    let slot = found.map_or_else(|| bare(&field.path), of_schema);
    let writable = field.writes && field.unusable.is_none();
    FieldView {
        name: format!("{MAPPED_PREFIX}{}", field.name),
        kind: field.codec.as_str(),
        about: found.map_or_else(|| field.path.clone(), |found| found.label.clone()),
        slots: vec![SlotView {
            createable: slot.createable && writable,
            updateable: slot.updateable && writable,
            required: slot.required && writable,
            unavailable: field.unusable.clone(),
            ..slot
        }],
        unavailable: field.unusable.clone(),
        words: &[],
    }
}

/// The word for a kind of value in the API.
const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Id => "id",
        Kind::Ref(_) => "reference",
        Kind::Timestamp => "datetime",
        Kind::Date => "date",
        Kind::DateOrTime => "date_or_datetime",
        Kind::Bool => "boolean",
        Kind::Int => "integer",
        Kind::Decimal => "decimal",
        Kind::Number => "number",
        Kind::Enum(_) => "enum",
        Kind::List(_) => "list",
        Kind::Named(..) => "named_reference",
        Kind::Money(_) => "money",
        Kind::Map => "map",
        Kind::Json => "any",
    }
}
