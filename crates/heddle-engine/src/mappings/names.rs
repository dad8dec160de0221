//! Names of a request on one connection, mapped fields among them.

use crate::selection::ObjectSnapshot;
use heddle_connector::ObjectSpec;
use heddle_connector::mapping::{
    Filter, MAPPED_PREFIX, MappedField, Op, Overlay, Refused, condition, mapped_condition, mapped_pointer, pointer_of,
};
use heddle_connector::model::Object;

impl ObjectSnapshot {
    /// The mapped fields of a common object.
    pub(crate) fn mapped(&self, object: Object) -> &[MappedField] {
        self.mapped.iter().find(|(of, _)| *of == object).map_or(&[], |(_, fields)| fields)
    }

    /// What the connection lays over the table of a common object.
    pub(crate) fn overlay(&self, object: Object) -> Overlay<'_> {
        Overlay { mapped: self.mapped(object), currency: self.currency.as_deref() }
    }

    /// A condition on any field that the connection has a name for.
    pub(crate) fn condition(&self, spec: &ObjectSpec, name: &str, op: Op, value: &str) -> Result<Filter, Refused> {
        if name.starts_with(MAPPED_PREFIX) {
            return mapped_condition(self.mapped(spec.object), name, op, value);
        }
        condition(spec.table, &|path| self.schema.has(path), &self.custom, name, op, value)
    }

    /// Where a body has the value of a provider field, as a JSON pointer. A
    /// custom field that is mapped is known by the operator's name.
    pub(crate) fn pointer(&self, spec: &ObjectSpec, field: &str) -> Option<String> {
        let of_table = pointer_of(spec.table, &[], field);
        let mapped = || mapped_pointer(self.mapped(spec.object), field);
        of_table.or_else(mapped).or_else(|| pointer_of(spec.table, &self.custom, field))
    }

    /// The mapped field that a name stands for, if records can show it.
    pub(crate) fn shown_mapped(&self, spec: &ObjectSpec, name: &str) -> Option<&MappedField> {
        let key = name.strip_prefix(MAPPED_PREFIX)?;
        self.mapped(spec.object).iter().find(|field| field.reads && field.name == key)
    }

    /// Mapped fields that can be used, by name and provider field.
    pub(crate) fn usable_mapped(&self, spec: &ObjectSpec) -> impl Iterator<Item = (String, &str)> {
        let usable = self.mapped(spec.object).iter().filter(|field| field.reads && field.unusable.is_none());
        usable.map(|field| (format!("{MAPPED_PREFIX}{}", field.name), field.path.as_str()))
    }
}
