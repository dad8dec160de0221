//! Which objects are associated with which, and how: mostly read off the
//! mapping tables, whose references say it already.

use crate::{Manifest, ObjectSpec, Operation};
use heddle_mapping::{Row, Way};
use heddle_model::{FieldInfo, Kind, Model, Object, Role};

/// Records of a provider object of its own that join two objects, many to many.
#[derive(Debug, Clone, Copy)]
pub struct Junction {
    /// The provider's object.
    pub provider_object: &'static str,
    /// The two objects, and the provider's fields that name their records.
    pub ends: [(Object, &'static str); 2],
    /// The provider's field that says which part the one plays for the other.
    pub role: &'static str,
    /// The provider's field that marks the first among several.
    pub primary: &'static str,
}

/// How one object is associated with another.
#[derive(Debug, Clone, Copy)]
pub enum Association {
    /// The record names the other: one at the most.
    Forward {
        /// The common field that holds its id.
        field: &'static str,
    },
    /// The others name the record.
    Reverse {
        /// Their common field that holds its id.
        field: &'static str,
    },
    /// Records of another object join them.
    Joined {
        /// That object.
        junction: &'static Junction,
        /// Its field that names the record.
        own: &'static str,
        /// Its field that names the other.
        other: &'static str,
    },
}

impl Manifest {
    /// How records of `from` are associated with those of `to`, if they are. An
    /// object is not associated with itself: its references to its own kind
    /// (who reports to whom) go two ways and are fields.
    pub fn association(&self, from: &ObjectSpec, to: &ObjectSpec) -> Option<Association> {
        if from.object == to.object {
            return None;
        }
        let can = |spec: &ObjectSpec, operation| spec.operations.contains(&operation);
        for junction in self.junctions {
            let [one, two] = junction.ends;
            for ((first, own), (second, other)) in [(one, two), (two, one)] {
                if (first, second) == (from.object, to.object) {
                    return Some(Association::Joined { junction, own, other });
                }
            }
        }
        if let Some(field) = reference(from, to).filter(|_| can(from, Operation::Fetch)) {
            return Some(Association::Forward { field });
        }
        let field = reference(to, from).filter(|_| can(to, Operation::List))?;
        Some(Association::Reverse { field })
    }

    /// Every object that records of `from` are associated with.
    pub fn associated(&self, from: &ObjectSpec) -> Vec<Object> {
        let others = self.objects.iter().filter(|to| self.association(from, to).is_some());
        others.map(|to| to.object).collect()
    }
}

/// The common field of `from` that holds ids of `to`: the first that clients
/// can write, so that who made a record is none.
fn reference(from: &ObjectSpec, to: &ObjectSpec) -> Option<&'static str> {
    let fields = Model::of(from.object)?.fields();
    let names = |row: &&Row| {
        let field = fields.get(usize::from(row.place.field))?;
        points(row, field, to).then_some(field.name)
    };
    from.table.rows.iter().find_map(|row| names(&row))
}

fn points(row: &Row, field: &FieldInfo, to: &ObjectSpec) -> bool {
    let (Way::Both { codec, .. } | Way::Read { codec, .. }) = row.way else { return false };
    if field.role != Role::Write || row.place.part != 0 {
        return false;
    }
    match (field.kind, codec.link) {
        (Kind::Ref(object), _) => object == to.object,
        (_, Some(link)) => link.word() == Some(to.table.provider_object),
        _ => false,
    }
}
