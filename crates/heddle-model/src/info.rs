//! What is known about a model's fields, as data.

use crate::{Object, account, call, contact, deal, email, lead, meeting, note, pipeline, record, stage, task, user};

/// One object's fields in model order.
#[derive(Debug)]
pub struct Model {
    /// The object.
    pub object: Object,
    fields: &'static [FieldInfo],
}

/// One field of a model.
#[derive(Debug)]
pub struct FieldInfo {
    /// The name in the API: `first_name`.
    pub name: &'static str,
    /// The kind of value.
    pub kind: Kind,
    /// Where the value comes from and who may set it.
    pub role: Role,
    /// The description shown in OpenAPI.
    pub doc: &'static str,
}

/// The kind of a value in the common JSON.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text.
    Text,
    /// The record's own id.
    Id,
    /// The id of another record.
    Ref(Object),
    /// RFC 3339 in UTC.
    Timestamp,
    /// `YYYY-MM-DD`.
    Date,
    /// A date where the provider keeps only the day, otherwise a timestamp.
    DateOrTime,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A decimal number in a string, for money and other exact figures.
    Decimal,
    /// A JSON number, digits as the provider sent them.
    Number,
    /// One of these words.
    Enum(&'static [&'static str]),
    /// A list of items.
    List(&'static ListInfo),
    /// `{id, name}` of another record, or null.
    Named(Object, &'static [PartInfo]),
    /// `{amount, currency}`, or null when there is no amount.
    Money(&'static [PartInfo]),
    /// An object with keys of the provider's or the operator's choosing.
    Map,
    /// Any JSON.
    Json,
}

/// Where a field's value comes from and who may set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A table row; clients may write it where the row goes both ways.
    Write,
    /// A table row; never written by clients.
    Read,
    /// A table row; present only when `expand` names the field.
    Expand,
    /// The table's id field.
    Id,
    /// The same value as the id field.
    RemoteId,
    /// The object's singular name.
    Object,
    /// The connection's id.
    Connection,
    /// The provider's id.
    Provider,
    /// A link into the CRM, made from the id.
    Url,
    /// The table's created field.
    Created,
    /// The table's modified field.
    Modified,
    /// The table's deleted field.
    Deleted,
    /// The provider's own word for the enum field just before this one.
    RawWord,
    /// The connection's custom fields.
    Custom,
    /// The operator's own field mapping.
    Mapped,
    /// The provider's record as sent.
    Raw,
}

/// A list field's items.
#[derive(Debug)]
pub struct ListInfo {
    /// The words of `type`; empty when items have no type.
    pub kinds: &'static [&'static str],
    /// The parts in the order they are written; empty when items are scalars.
    pub parts: &'static [PartInfo],
}

/// One part of a list item or of a group: a named reference, a sum of money.
#[derive(Debug)]
pub struct PartInfo {
    /// The name inside the item: `city`.
    pub name: &'static str,
    /// The kind of value.
    pub kind: Kind,
    /// Who fills it.
    pub role: PartRole,
}

/// Who fills a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartRole {
    /// A table row.
    Row,
    /// The item's `type`.
    Type,
    /// True for the first item that is present, false for the rest.
    Primary,
    /// Computed from the part just before it; never written or filtered on.
    Derived,
}

/// What a common name such as `email_addresses.email` stands for.
#[derive(Debug, Clone, Copy)]
pub struct Addressed {
    /// The field.
    pub field: &'static FieldInfo,
    /// Its index in [`Model::fields`].
    pub index: u8,
    /// The part's index in the list's or group's parts, and the part.
    pub part: Option<(u8, &'static PartInfo)>,
}

impl Model {
    /// A model; called by the declaration macro.
    pub(crate) const fn new(object: Object, fields: &'static [FieldInfo]) -> Model {
        Model { object, fields }
    }

    /// The model of an object; `None` for one that has only a name so far.
    pub const fn of(object: Object) -> Option<&'static Model> {
        match object {
            Object::Contact => Some(contact::MODEL),
            Object::Account => Some(account::MODEL),
            Object::Lead => Some(lead::MODEL),
            Object::Deal => Some(deal::MODEL),
            Object::Pipeline => Some(pipeline::MODEL),
            Object::Stage => Some(stage::MODEL),
            Object::User => Some(user::MODEL),
            Object::Task => Some(task::MODEL),
            Object::Call => Some(call::MODEL),
            Object::Meeting => Some(meeting::MODEL),
            Object::Email => Some(email::MODEL),
            Object::Note => Some(note::MODEL),
            Object::Record => Some(record::MODEL),
        }
    }

    /// All fields in the order they are written.
    pub const fn fields(&self) -> &'static [FieldInfo] {
        self.fields
    }

    /// The name of the field that holds what an account added:
    /// `custom_fields`, or `fields` where all are the account's own.
    pub fn custom(&self) -> &'static str {
        self.fields.iter().find(|field| field.role == Role::Custom).map_or("custom_fields", |field| field.name)
    }

    /// Whether clients may ever set a field of it. The others are only read.
    pub fn writable(&self) -> bool {
        self.fields.iter().any(|field| field.role == Role::Write)
    }

    /// The field with this name, without parts.
    pub fn field(&self, name: &str) -> Option<&'static FieldInfo> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The field or part with this name: `first_name`,
    /// `email_addresses.email`, `account.name`. Custom fields are not here:
    /// their keys differ by connection.
    pub fn addressed(&self, name: &str) -> Option<Addressed> {
        let (head, tail) = match name.split_once('.') {
            Some((head, tail)) => (head, Some(tail)),
            None => (name, None),
        };
        let index = self.fields.iter().position(|f| f.name == head)?;
        let field = &self.fields[index];
        let part = match tail {
            None => None,
            Some(tail) => {
                let at = field.parts().iter().position(|p| p.name == tail)?;
                Some((u8::try_from(at).ok()?, &field.parts()[at]))
            }
        };
        let index = u8::try_from(index).ok()?;
        Some(Addressed { field, index, part })
    }

    /// Every name that [`addressed`](Self::addressed) knows and that filters
    /// may name: scalars and lists of them by their own name, other lists and
    /// groups by part.
    pub fn filter_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for field in self.fields {
            match field.kind {
                // Of links to other records each id counts.
                Kind::List(list) if list.parts.is_empty() && field.filterable() => names.push(field.name.to_owned()),
                Kind::List(list) => {
                    let parts = list.parts.iter().filter(|p| p.role == PartRole::Row);
                    names.extend(parts.map(|p| format!("{}.{}", field.name, p.name)));
                }
                Kind::Named(_, parts) | Kind::Money(parts) => {
                    names.extend(parts.iter().map(|p| format!("{}.{}", field.name, p.name)));
                }
                Kind::Map | Kind::Json => {}
                _ if field.filterable() => names.push(field.name.to_owned()),
                _ => {}
            }
        }
        names
    }
}

impl FieldInfo {
    /// Whether a row of a table gives the value. The rest comes from the
    /// table's own columns or from the plan.
    pub const fn from_row(&self) -> bool {
        matches!(self.role, Role::Write | Role::Read | Role::Expand)
    }

    /// Whether clients may ever set it.
    pub const fn writable(&self) -> bool {
        matches!(self.role, Role::Write | Role::Custom)
    }

    /// Whether it is present only when `expand` names it.
    pub const fn expand(&self) -> bool {
        matches!(self.role, Role::Expand)
    }

    /// Whether every object has the field: the record's identity, its times
    /// and where it came from, told by the CRM and never set by clients.
    pub fn of_envelope(&self) -> bool {
        const READ: [&str; 4] = ["created_by_id", "updated_by_id", "last_activity_at", "merged_into_id"];
        match self.role {
            Role::Write | Role::Expand | Role::RawWord | Role::Custom | Role::Mapped => false,
            Role::Read => READ.contains(&self.name),
            _ => true,
        }
    }

    /// The parts of a list's items or of a group.
    pub const fn parts(&self) -> &'static [PartInfo] {
        match self.kind {
            Kind::List(list) => list.parts,
            Kind::Named(_, parts) | Kind::Money(parts) => parts,
            _ => &[],
        }
    }

    const fn filterable(&self) -> bool {
        self.from_row()
            || matches!(self.role, Role::Id | Role::RemoteId | Role::Created | Role::Modified | Role::Deleted)
    }
}
