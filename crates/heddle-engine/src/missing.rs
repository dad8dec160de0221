//! Why a common field cannot be had on a connection.

use crate::selection::ObjectSnapshot;
use heddle_connector::mapping::{Row, Way, Why};
use heddle_connector::model::{FieldInfo, Kind, Model, Role};
use heddle_connector::{Connector, Feature, FeatureState, ObjectSpec};

/// A reason why a field cannot be had. This is the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingReason {
    /// The account does not have the provider's field, or hides it from the
    /// connected user: the two cannot be told apart.
    HiddenByPermissionOrAbsent,
    /// The account does not use the feature that the field comes with.
    FeatureOff(Feature),
    /// The provider's table says so.
    Table(Why),
}

impl MissingReason {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HiddenByPermissionOrAbsent => "hidden_by_permission_or_absent",
            Self::FeatureOff(_) => "feature_off",
            Self::Table(why) => why.as_str(),
        }
    }

    /// The feature that is off, if that is the reason.
    pub const fn feature(self) -> Option<&'static str> {
        match self {
            Self::FeatureOff(feature) => Some(feature.as_str()),
            _ => None,
        }
    }

    /// The reason for people.
    pub fn detail(self) -> String {
        match self {
            Self::HiddenByPermissionOrAbsent => {
                "the account does not have this field, or hides it from the connected user".to_owned()
            }
            Self::FeatureOff(feature) => {
                format!("the account does not use {}, with which this field comes", feature.as_str())
            }
            Self::Table(why) => why.to_string(),
        }
    }
}

/// A common field that a connection cannot give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingField {
    /// The field, `addresses.country_code` for a part of one.
    pub field: String,
    /// Why.
    pub reason: MissingReason,
    /// The provider's field, where there would be one.
    pub provider_field: Option<String>,
}

/// Everything that an object of a connection cannot give, in model order.
pub(crate) fn missing(
    connector: &dyn Connector,
    features: &[FeatureState],
    spec: &ObjectSpec,
    described: &ObjectSnapshot,
) -> Vec<MissingField> {
    let Some(model) = Model::of(spec.object) else { return Vec::new() };
    let reason = |path: &str| match connector.feature_of(path) {
        Some(feature) if features.contains(&(feature, Some(false))) => MissingReason::FeatureOff(feature),
        _ => MissingReason::HiddenByPermissionOrAbsent,
    };
    let mut found: Vec<MissingField> = Vec::new();
    for (index, field) in model.fields().iter().enumerate() {
        if matches!(field.role, Role::Custom | Role::Mapped | Role::Raw) {
            continue;
        }
        for row in spec.table.rows.iter().filter(|row| usize::from(row.place.field) == index) {
            let (reason, path) = match row.way {
                Way::Absent(why) => (MissingReason::Table(why), None),
                _ => match gone(row, field, described) {
                    Some(path) => (reason(path), Some(path.to_owned())),
                    None => continue,
                },
            };
            let name = named(field, row);
            if !found.iter().any(|known| known.field == name && known.provider_field == path) {
                found.push(MissingField { field: name, reason, provider_field: path });
            }
        }
    }
    found
}

/// The first provider field of a row that the connection does not have.
fn gone<'r>(row: &'r Row, field: &FieldInfo, described: &ObjectSnapshot) -> Option<&'r str> {
    let is_currency = matches!(field.kind, Kind::Money(_)) && row.place.part == 2;
    if row.otherwise.is_some() || (is_currency && described.currency.is_some()) {
        return None;
    }
    row.reads().iter().copied().find(|path| !described.schema.has(path))
}

fn named(field: &FieldInfo, row: &Row) -> String {
    match field.parts().get(usize::from(row.place.part).wrapping_sub(1)) {
        Some(part) => format!("{}.{}", field.name, part.name),
        None => field.name.to_owned(),
    }
}
