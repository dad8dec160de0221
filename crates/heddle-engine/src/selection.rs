//! The fields of a connection's objects, and plans for selections of them.

use crate::{Code, Problem, Shape};
use heddle_connector::mapping::{
    Constants, CustomField, CustomKind, Filter, MAPPED_PREFIX, MappedField, Plan, PlanSpec, Way, sort_key,
};
use heddle_connector::model::{Kind, Model, Object, Role};
use heddle_connector::{ObjectSchema, ObjectSpec, SchemaField};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Plans kept for one object of one connection. A caller that invents more
/// selections pays some 50 microseconds for each call.
const KEPT_PLANS: usize = 64;

/// One object of a connection: the fields its account shows, and plans made
/// from them.
pub(crate) struct ObjectSnapshot {
    pub(crate) schema: ObjectSchema,
    pub(crate) custom: Vec<CustomField>,
    /// Fields under the operator's own names, by common object.
    pub(crate) mapped: Vec<(Object, Vec<MappedField>)>,
    /// The currency of an account whose records name none.
    pub(crate) currency: Option<String>,
    plans: Mutex<HashMap<PlanKey, Arc<Plan>>>,
}

#[derive(PartialEq, Eq, Hash)]
struct PlanKey {
    /// Several common objects may be of one provider object.
    object: Object,
    fields: Option<Vec<String>>,
    expand: Vec<String>,
    raw: bool,
    sort: Option<String>,
}

impl ObjectSnapshot {
    pub(crate) fn new(schema: ObjectSchema) -> Self {
        Self::keeping(schema, |field| field.custom)
    }

    /// An object whose fields are all the account's own.
    pub(crate) fn whole(schema: ObjectSchema) -> Self {
        Self::keeping(schema, |_| true)
    }

    fn keeping(schema: ObjectSchema, is_custom: impl Fn(&SchemaField) -> bool) -> Self {
        let custom = schema.fields.iter().filter(|field| is_custom(field));
        let custom = custom.map(|f| CustomField { key: f.name.clone(), kind: f.value.custom_kind() }).collect();
        Self { custom, mapped: Vec::new(), currency: None, schema, plans: Mutex::default() }
    }

    /// The full name of a field that is given by the provider's own, where all
    /// fields are the account's: `fields.Status__c` for `Status__c`.
    pub(crate) fn full<'n>(&self, spec: &ObjectSpec, name: &'n str) -> Cow<'n, str> {
        if spec.object == Object::Record && self.custom.iter().any(|field| field.key == name) {
            return Cow::Owned(format!("{}.{name}", custom_name(spec)));
        }
        Cow::Borrowed(name)
    }

    /// A shape with the full names of its fields.
    pub(crate) fn spelled(&self, spec: &ObjectSpec, mut shape: Shape) -> Shape {
        for name in shape.fields.iter_mut().flatten() {
            if let Cow::Owned(full) = self.full(spec, name) {
                *name = full;
            }
        }
        shape
    }

    /// The plan of a selection, made or remembered.
    pub(crate) fn plan(
        &self,
        spec: &ObjectSpec,
        shape: &Shape,
        sort: Option<&str>,
        constants: Constants<'_>,
    ) -> Arc<Plan> {
        let (fields, expand) = (shape.fields.clone(), shape.expand.clone());
        let key =
            PlanKey { object: spec.object, fields, expand, raw: shape.include_raw, sort: sort.map(str::to_owned) };
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = plans.get(&key) {
            return plan.clone();
        }
        let asked = PlanSpec {
            table: spec.table,
            described: &|path| self.schema.has(path),
            fields: shape.fields.as_deref(),
            expand: &shape.expand,
            custom: &self.custom,
            raw: shape.include_raw,
            sort,
            constants,
        };
        let plan = Arc::new(Plan::overlaid(&asked, &self.overlay(spec.object)));
        if plans.len() < KEPT_PLANS {
            plans.insert(key, plan.clone());
        }
        plan
    }

    /// What makes a record of the provider's object one of these, as conditions.
    pub(crate) fn conditions(&self, spec: &ObjectSpec) -> Result<Vec<Filter>, Problem> {
        let hidden = spec.fixed.iter().find(|fixed| !self.schema.has(fixed.path()));
        if let Some(fixed) = hidden {
            let detail = format!(
                "this connection does not have {} of {}, which tells {} from other records: it may be hidden from its \
                 user",
                fixed.path(),
                spec.table.provider_object,
                spec.object.plural()
            );
            return Err(Problem::new(Code::ConnectionMisconfigured, detail));
        }
        Ok(spec.fixed.iter().map(heddle_connector::Fixed::condition).collect())
    }

    /// Refuses names that are not fields of this object on this connection.
    pub(crate) fn check_shape(&self, spec: &ObjectSpec, shape: &Shape) -> Result<(), Problem> {
        let Some(model) = Model::of(spec.object) else {
            return Err(Problem::new(Code::UnsupportedOperation, "this object is not available yet"));
        };
        for name in shape.fields.iter().flatten() {
            if let Some(role) = model.fields().iter().find(|f| f.name == name).map(|f| f.role) {
                let instead = match role {
                    Role::Expand if !shape.expand.contains(name) => format!("{name} comes with expand={name}"),
                    Role::Raw if !shape.include_raw => "raw comes with include_raw=true".to_owned(),
                    Role::Mapped if self.mapped(spec.object).is_empty() => {
                        "this connection has no mapped fields here".to_owned()
                    }
                    _ => continue,
                };
                return Err(Problem::parameter("fields", "not_allowed", instead));
            }
            let key = name.strip_prefix(model.custom()).and_then(|rest| rest.strip_prefix('.'));
            let known = key.is_some_and(|key| self.custom.iter().any(|c| c.key == key));
            let mapped = self.shown_mapped(spec, name).is_some();
            if name.starts_with(MAPPED_PREFIX) && !mapped {
                let names: Vec<&str> = self.mapped(spec.object).iter().map(|field| field.name.as_str()).collect();
                let detail = match names.is_empty() {
                    true => format!("there is no {name}: this connection has no mapped fields here"),
                    false => format!("there is no {name} to read; mapped fields here are {}", names.join(", ")),
                };
                return Err(Problem::parameter("fields", "unknown", detail));
            }
            if !known && !mapped {
                let names: Vec<&str> = model.fields().iter().map(|f| f.name).collect();
                let detail = format!(
                    "there is no field {name}; fields are {}, and {}.KEY for one custom field",
                    names.join(", "),
                    model.custom()
                );
                return Err(Problem::parameter("fields", "unknown", detail));
            }
        }
        for name in &shape.expand {
            if !spec.expand.contains(&name.as_str()) {
                let detail = format!("{name} cannot be expanded here; possible are {}", spec.expand.join(", "));
                return Err(Problem::parameter("expand", "unknown", detail));
            }
        }
        Ok(())
    }

    /// Common names that conditions can name on this connection.
    pub(crate) fn filterable(&self, spec: &ObjectSpec) -> Vec<String> {
        let can = |path: &str| self.schema.field(path).is_some_and(|f| f.filterable);
        let own = [
            ("id", Some(spec.table.id)),
            ("remote_id", Some(spec.table.id)),
            ("created_at", spec.table.created),
            ("updated_at", Some(spec.table.modified)),
        ];
        let described = own.into_iter().filter(|(_, path)| path.is_some_and(|path| self.schema.has(path)));
        let mut names: Vec<String> = described.map(|(name, _)| name.to_owned()).collect();
        let Some(model) = Model::of(spec.object) else { return names };
        for row in spec.table.rows {
            let field = &model.fields()[usize::from(row.place.field)];
            // What a function reads out of several fields cannot be compared.
            let custom = matches!(row.way, Way::Custom { .. });
            if custom || row.reads().is_empty() || !row.reads().iter().all(|path| can(path)) {
                continue;
            }
            let name = match field.kind {
                Kind::List(list) => part_name(row.name, list.parts.get(usize::from(row.place.part).wrapping_sub(1))),
                Kind::Named(_, parts) | Kind::Money(parts) => {
                    part_name(row.name, parts.get(usize::from(row.place.part).wrapping_sub(1)))
                }
                _ => row.name.to_owned(),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let whole = model.custom();
        let comparable = |c: &&CustomField| can(&c.key) && !matches!(c.kind, CustomKind::Any | CustomKind::List);
        let custom = self.custom.iter().filter(comparable).map(|c| format!("{whole}.{}", c.key));
        names.extend(custom);
        names.extend(self.usable_mapped(spec).filter(|(_, path)| can(path)).map(|(name, _)| name));
        names
    }

    /// Fields by which the provider itself can upsert: their common names and
    /// its own. The id is none: a record whose id is known is changed by it.
    pub(crate) fn keys(&self, spec: &ObjectSpec) -> Vec<(String, String)> {
        let key = |path: &str| path != spec.table.id && self.schema.field(path).is_some_and(|f| f.key);
        let mut keys = Vec::new();
        if !spec.fixed.is_empty() {
            // The provider would also find records of the other objects.
            return keys;
        }
        if let Some(model) = Model::of(spec.object) {
            for row in spec.table.rows {
                let field = &model.fields()[usize::from(row.place.field)];
                let [path] = row.reads() else { continue };
                // A path that leads to another record has that record's key.
                if !path.contains('.') && key(path) {
                    let part = field.parts().get(usize::from(row.place.part).wrapping_sub(1));
                    keys.push((part_name(row.name, part), (*path).to_owned()));
                }
            }
        }
        keys.extend(
            self.custom
                .iter()
                .filter(|c| key(&c.key))
                .map(|c| (format!("{}.{}", custom_name(spec), c.key), c.key.clone())),
        );
        keys.extend(self.usable_mapped(spec).filter(|(_, path)| key(path)).map(|(name, path)| (name, path.to_owned())));
        keys
    }

    /// Common names that a list can be sorted by on this connection.
    pub(crate) fn sortable(&self, spec: &ObjectSpec) -> Vec<String> {
        let Some(model) = Model::of(spec.object) else { return Vec::new() };
        let can = |name: &String| {
            let key = sort_key(spec.table, &|path| self.schema.has(path), name);
            key.is_ok_and(|(path, _)| self.schema.field(path).is_none_or(|field| field.sortable))
        };
        let mut names: Vec<String> = model.filter_names().into_iter().filter(can).collect();
        if spec.object == Object::Record {
            let own = self.custom.iter().filter(|c| self.custom_order(c).is_some());
            names.extend(own.map(|c| format!("{}.{}", model.custom(), c.key)));
        }
        names
    }

    /// Whether a list can be in the order of a field of the account's own, and
    /// then whether some records may have no value in it.
    pub(crate) fn custom_order(&self, field: &CustomField) -> Option<bool> {
        let ordered =
            matches!(field.kind, CustomKind::Id | CustomKind::Number | CustomKind::Timestamp | CustomKind::Date);
        self.schema.field(&field.key).filter(|f| ordered && f.sortable).map(|f| !f.required)
    }
}

/// The name of the field that holds the account's own.
pub(crate) fn custom_name(spec: &ObjectSpec) -> &'static str {
    Model::of(spec.object).map_or("custom_fields", Model::custom)
}

fn part_name(field: &str, part: Option<&heddle_connector::model::PartInfo>) -> String {
    match part {
        Some(part) => format!("{field}.{}", part.name),
        None => field.to_owned(),
    }
}
