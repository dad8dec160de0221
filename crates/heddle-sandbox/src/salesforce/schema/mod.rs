//! The org's objects and fields, as the run-as user may see them.
//!
//! The field tables hold one field a line:
//! `name type length precision,scale flags compound relationship:targets label`.
//! Flags: C createable, U updateable, n nillable, f filterable, s sortable,
//! g groupable, x externalId, i idLookup, d defaultedOnCreate, u unique,
//! k custom, r restricted to the values of its picklist.

mod account;
mod activity;
mod children;
mod contact;
mod content;
mod lead;
mod opportunity;
mod others;
mod picklists;
mod stages;
mod user;

use std::collections::{BTreeMap, HashMap};

use super::value::Value;

pub(crate) use children::Children;
pub(crate) use lead::STATUSES as LEAD_STATUSES;
pub(crate) use picklists::{country_label, country_of, state_label, state_of};
pub(crate) use stages::{STAGES, stage};

/// What an administrator can change about the fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Visibility {
    /// `Object.Field` names taken away from the run-as user; `Object.*` or
    /// `Object` for a whole object.
    pub(crate) hidden: Vec<String>,
    /// Whether state and country codes exist.
    pub(crate) state_country_picklists: bool,
    /// How many generated custom text fields Contact has.
    pub(crate) extra_custom_fields: usize,
    /// Whether opportunities have record types.
    pub(crate) record_types: bool,
    /// `Object.Field` names that the run-as user may only read.
    pub(crate) read_only: Vec<String>,
    /// `Object.Field` names with the type that they have now.
    pub(crate) retyped: BTreeMap<String, String>,
    /// Whether records name their currency.
    pub(crate) multi_currency: bool,
    /// The org's own currency.
    pub(crate) default_currency: String,
    /// Whether there are notes of the newer kind.
    pub(crate) enhanced_notes: bool,
}

/// The type of a field, by its describe name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Reference,
    Text,
    TextArea,
    Picklist,
    MultiPicklist,
    Combobox,
    Email,
    Phone,
    Url,
    Boolean,
    Int,
    Double,
    Currency,
    Percent,
    Date,
    DateTime,
    Time,
    Address,
    Base64,
}

impl Kind {
    fn parse(name: &str) -> Kind {
        match name {
            "id" => Kind::Id,
            "reference" => Kind::Reference,
            "textarea" => Kind::TextArea,
            "picklist" => Kind::Picklist,
            "multipicklist" => Kind::MultiPicklist,
            "time" => Kind::Time,
            "combobox" => Kind::Combobox,
            "email" => Kind::Email,
            "phone" => Kind::Phone,
            "url" => Kind::Url,
            "boolean" => Kind::Boolean,
            "int" => Kind::Int,
            "double" => Kind::Double,
            "currency" => Kind::Currency,
            "percent" => Kind::Percent,
            "date" => Kind::Date,
            "datetime" => Kind::DateTime,
            "address" => Kind::Address,
            "base64" => Kind::Base64,
            _ => Kind::Text,
        }
    }

    /// The name that describe gives.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Id => "id",
            Kind::Reference => "reference",
            Kind::Text => "string",
            Kind::TextArea => "textarea",
            Kind::Picklist => "picklist",
            Kind::MultiPicklist => "multipicklist",
            Kind::Time => "time",
            Kind::Combobox => "combobox",
            Kind::Email => "email",
            Kind::Phone => "phone",
            Kind::Url => "url",
            Kind::Boolean => "boolean",
            Kind::Int => "int",
            Kind::Double => "double",
            Kind::Currency => "currency",
            Kind::Percent => "percent",
            Kind::Date => "date",
            Kind::DateTime => "datetime",
            Kind::Address => "address",
            Kind::Base64 => "base64",
        }
    }

    /// The name that error texts give.
    pub(crate) fn error_name(self) -> &'static str {
        match self {
            Kind::DateTime => "dateTime",
            Kind::Base64 => "base64Binary",
            Kind::Currency | Kind::Percent => "double",
            other if other.is_text() => "string",
            other => other.name(),
        }
    }

    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            Kind::Text | Kind::TextArea | Kind::Picklist | Kind::Combobox | Kind::Email | Kind::Phone | Kind::Url
        )
    }

    pub(crate) fn is_id(self) -> bool {
        matches!(self, Kind::Id | Kind::Reference)
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Kind::Int | Kind::Double | Kind::Currency | Kind::Percent)
    }
}

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) length: u32,
    pub(crate) precision: u32,
    pub(crate) scale: u32,
    flags: String,
    pub(crate) compound: Option<String>,
    pub(crate) relationship: Option<String>,
    pub(crate) targets: Vec<String>,
    pub(crate) picklist: &'static [&'static str],
}

impl Field {
    /// Whether the flag letter of the module's table is set.
    pub(crate) fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    /// Whether it holds the code of a state or country.
    pub(crate) fn is_place_code(&self) -> bool {
        self.name.ends_with("StateCode") || self.name.ends_with("CountryCode")
    }

    /// Whether it takes nothing but the values of its picklist.
    pub(crate) fn is_restricted(&self) -> bool {
        self.has('r') || self.is_place_code()
    }

    /// Long text makes pages shorter and cannot be filtered.
    pub(crate) fn is_long_text(&self) -> bool {
        self.kind == Kind::TextArea && self.length > 255
    }

    /// What an administrator has made of it.
    fn changed_by(&mut self, object: &str, visibility: &Visibility) {
        let full_name = format!("{object}.{}", self.name);
        let is = |name: &String| name.eq_ignore_ascii_case(&full_name);
        if visibility.read_only.iter().any(is) {
            self.flags.retain(|flag| !matches!(flag, 'C' | 'U'));
        }
        if let Some((_, kind)) = visibility.retyped.iter().find(|(name, _)| is(name)) {
            self.kind = Kind::parse(kind);
            self.picklist = &[];
        }
    }

    fn parse(object: &str, line: &str) -> Option<Field> {
        let mut columns = line.splitn(8, ' ');
        let name = columns.next()?.to_owned();
        let kind = Kind::parse(columns.next()?);
        let length = columns.next()?.parse().ok()?;
        let (precision, scale) = columns.next()?.split_once(',')?;
        let flags = columns.next()?.to_owned();
        let compound = columns.next().filter(|compound| *compound != "-");
        let relation = columns.next().and_then(|column| column.split_once(':'));
        Some(Field {
            picklist: match kind {
                Kind::Picklist | Kind::MultiPicklist => picklists::values(object, &name),
                _ => &[],
            },
            kind,
            length,
            precision: precision.parse().ok()?,
            scale: scale.parse().ok()?,
            flags,
            compound: compound.map(str::to_owned),
            relationship: relation.map(|(name, _)| name.to_owned()),
            targets: relation.map(|(_, targets)| targets.split('+').map(str::to_owned).collect()).unwrap_or_default(),
            label: columns.next()?.to_owned(),
            name,
        })
    }
}

/// One object with the fields the user may see.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) name: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) prefix: &'static str,
    /// Whether the user may not see the object at all.
    hidden: bool,
    /// All fields; a row holds its values in this order.
    pub(crate) fields: Vec<Field>,
    visible: Vec<bool>,
    by_name: HashMap<String, usize>,
    /// Lower-case relationship name to the reference field and the parent object.
    parents: HashMap<String, (usize, usize)>,
    /// The name as the value of a `Type`.
    pub(crate) type_name: Value,
}

impl Object {
    /// A field the user may see, by its name in any case.
    pub(crate) fn field(&self, name: &str) -> Option<usize> {
        let index = self.position(name)?;
        self.visible[index].then_some(index)
    }

    /// A field the user may see that records can be named by.
    pub(crate) fn external_id(&self, name: &str) -> Option<usize> {
        self.field(name).filter(|place| self.fields[*place].has('x') || self.fields[*place].has('i'))
    }

    /// Where a row holds a field, seen or not.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        match self.by_name.get(name) {
            Some(index) => Some(*index),
            None => self.by_name.get(&name.to_ascii_lowercase()).copied(),
        }
    }

    /// The reference field and the object index behind a relationship name.
    pub(crate) fn parent(&self, name: &str) -> Option<(usize, usize)> {
        let (field, object) = *self.parents.get(&name.to_ascii_lowercase())?;
        self.visible[field].then_some((field, object))
    }

    /// The fields the user may see, with their positions.
    pub(crate) fn visible_fields(&self) -> impl Iterator<Item = (usize, &Field)> {
        self.fields.iter().enumerate().filter(|(index, _)| self.visible[*index])
    }

    /// The parts of a compound address: JSON key and position, keys ascending.
    pub(crate) fn address_parts(&self, field: usize) -> Vec<(String, usize)> {
        let compound = &self.fields[field].name;
        let stem = compound.strip_suffix("Address").unwrap_or(compound);
        let mut parts: Vec<(String, usize)> = self
            .visible_fields()
            .filter(|(_, part)| part.compound.as_ref() == Some(compound))
            .map(|(index, part)| {
                let key = part.name.strip_prefix(stem).unwrap_or(&part.name);
                let (first, rest) = key.split_at(1);
                (first.to_ascii_lowercase() + rest, index)
            })
            .collect();
        parts.sort();
        parts
    }
}

/// All objects.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) objects: Vec<Object>,
    /// Whether opportunities have record types.
    pub(crate) record_types: bool,
    /// The org's own currency, which new records get.
    pub(crate) default_currency: String,
}

/// Positions of the objects in [`Schema::objects`].
pub(crate) const CONTACT: usize = 0;
pub(crate) const ACCOUNT: usize = 1;
pub(crate) const USER: usize = 2;
pub(crate) const PROFILE: usize = 3;
pub(crate) const ACCESS: usize = 4;
pub(crate) const LEAD: usize = 5;
pub(crate) const OPPORTUNITY: usize = 6;
pub(crate) const CONTACT_ROLE: usize = 7;
pub(crate) const STAGE: usize = 8;
pub(crate) const RECORD_TYPE: usize = 9;
pub(crate) const USER_ROLE: usize = 10;
pub(crate) const NAME: usize = 11;
pub(crate) const TASK: usize = 12;
pub(crate) const EVENT: usize = 13;
pub(crate) const EMAIL_MESSAGE: usize = 14;
pub(crate) const NOTE: usize = 15;
pub(crate) const PROJECT: usize = 16;
pub(crate) const CAMPAIGN: usize = 17;
pub(crate) const ACCOUNT_HISTORY: usize = 18;
pub(crate) const ORGANIZATION: usize = 19;
pub(crate) const LEAD_STATUS: usize = 20;
pub(crate) const EVENT_RELATION: usize = 21;
pub(crate) const EMAIL_RELATION: usize = 22;
pub(crate) const CONTENT_NOTE: usize = 23;
pub(crate) const CONTENT_LINK: usize = 24;
pub(crate) const CONTENT_VERSION: usize = 25;

/// The objects that the run-as user may write.
pub(crate) const WRITABLE: &[usize] = &[
    CONTACT,
    ACCOUNT,
    LEAD,
    OPPORTUNITY,
    CONTACT_ROLE,
    TASK,
    EVENT,
    EMAIL_MESSAGE,
    NOTE,
    PROJECT,
    EVENT_RELATION,
    CONTENT_NOTE,
    CONTENT_LINK,
];

impl Schema {
    pub(crate) fn build(visibility: &Visibility) -> Schema {
        let mut objects = vec![
            object("Contact", "Contacts", "003", contact::CONTACT),
            object("Account", "Accounts", "001", account::ACCOUNT),
            object("User", "Users", "005", user::USER),
            object("Profile", "Profiles", "00e", user::PROFILE),
            object("UserPermissionAccess", "User Permission Access", "000", user::ACCESS),
            object("Lead", "Leads", "00Q", lead::LEAD),
            object("Opportunity", "Opportunities", "006", opportunity::OPPORTUNITY),
            object("OpportunityContactRole", "Opportunity Contact Role", "00K", opportunity::CONTACT_ROLE),
            object("OpportunityStage", "Opportunity Stage", "01J", opportunity::STAGE),
            object("RecordType", "Record Types", "012", opportunity::RECORD_TYPE),
            object("UserRole", "Role", "00E", user::ROLE),
            object("Name", "Names", "", activity::NAME),
            object("Task", "Tasks", "00T", activity::TASK),
            object("Event", "Events", "00U", activity::EVENT),
            object("EmailMessage", "Email Messages", "02s", activity::EMAIL_MESSAGE),
            object("Note", "Notes", "002", activity::NOTE),
            object("Project__c", "Projects", "a01", others::PROJECT),
            object("Campaign", "Campaigns", "701", others::CAMPAIGN),
            object("AccountHistory", "Account History", "017", others::ACCOUNT_HISTORY),
            object("Organization", "Organizations", "00D", user::ORGANIZATION),
            object("LeadStatus", "Lead Status Value", "01J", lead::LEAD_STATUS),
            object("EventRelation", "Event Relation", "0RE", activity::EVENT_RELATION),
            object("EmailMessageRelation", "Email Message Relations", "0e7", activity::EMAIL_RELATION),
            object("ContentNote", "Notes", "069", content::NOTE),
            object("ContentDocumentLink", "Content Document Links", "06A", content::LINK),
            object("ContentVersion", "Content Versions", "068", content::VERSION),
        ];
        for number in 1..=visibility.extra_custom_fields {
            let line = format!(
                "Imported_Source_System_Attribute_{number:03}__c string 255 0,0 CUnfsgk - - \
                 Imported Source System Attribute {number}"
            );
            objects[CONTACT].fields.extend(Field::parse("Contact", &line));
        }
        let names: Vec<&str> = objects.iter().map(|object| object.name).collect();
        for object in &mut objects {
            object.finish(visibility, &names);
        }
        Schema { objects, record_types: visibility.record_types, default_currency: visibility.default_currency.clone() }
    }

    /// The position of an object that the user may see, by its name in any case.
    pub(crate) fn object(&self, name: &str) -> Option<usize> {
        self.objects.iter().position(|object| !object.hidden && object.name.eq_ignore_ascii_case(name))
    }
}

fn object(name: &'static str, plural: &'static str, prefix: &'static str, table: &str) -> Object {
    Object {
        name,
        plural,
        prefix,
        hidden: false,
        fields: table.lines().filter_map(|line| Field::parse(name, line)).collect(),
        visible: Vec::new(),
        by_name: HashMap::new(),
        parents: HashMap::new(),
        type_name: Value::text(name),
    }
}

impl Object {
    fn finish(&mut self, visibility: &Visibility, objects: &[&str]) {
        let whole = format!("{}.*", self.name);
        let named = |hidden: &String| hidden.eq_ignore_ascii_case(&whole) || hidden.eq_ignore_ascii_case(self.name);
        // What all objects show in common cannot be asked for itself.
        let switched_off = self.name == "ContentNote" && !visibility.enhanced_notes;
        self.hidden = self.name == "Name" || switched_off || visibility.hidden.iter().any(named);
        for (index, field) in self.fields.iter_mut().enumerate() {
            field.changed_by(self.name, visibility);
            let code = field.is_place_code();
            let full_name = format!("{}.{}", self.name, field.name);
            let hidden = visibility.hidden.iter().any(|hidden| hidden.eq_ignore_ascii_case(&full_name));
            let typed = field.name == "RecordTypeId";
            let priced = field.name == "CurrencyIsoCode";
            self.visible.push(
                !hidden
                    && (!code || visibility.state_country_picklists)
                    && (!typed || visibility.record_types)
                    && (!priced || visibility.multi_currency),
            );
            self.by_name.insert(field.name.clone(), index);
            self.by_name.insert(field.name.to_ascii_lowercase(), index);
            // Of several objects only what all of them have can be reached.
            let parent = match &field.targets[..] {
                [_, _, ..] => Some(NAME),
                one => one.iter().find_map(|target| objects.iter().position(|name| name == target)),
            };
            if let (Some(name), Some(parent)) = (&field.relationship, parent) {
                self.parents.insert(name.to_ascii_lowercase(), (index, parent));
            }
        }
    }
}
