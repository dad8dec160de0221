//! What each name of an object must do with each comparison, worked out from
//! model, table and sandbox without the code that is tested.

use super::stage::Stage;
use heddle_connector::mapping::{Op, Row, Way, Why};
use heddle_connector::model::{Kind, PartRole, Role};

/// What comparisons a kind of value takes, as the API documents it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Free text.
    Text,
    /// Ids and the words of enums.
    Word,
    /// Days and points in time.
    Time,
    /// Numbers.
    Number,
    /// `true` or `false`.
    Truth,
}

impl Class {
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text,
            Kind::Id | Kind::Ref(_) | Kind::Enum(_) => Self::Word,
            Kind::Timestamp | Kind::Date | Kind::DateOrTime => Self::Time,
            Kind::Int | Kind::Decimal | Kind::Number => Self::Number,
            Kind::Bool => Self::Truth,
            Kind::List(_) | Kind::Named(..) | Kind::Money(_) | Kind::Map | Kind::Json => {
                panic!("not a scalar: {kind:?}")
            }
        }
    }

    pub(super) fn takes(self, op: Op) -> bool {
        match op {
            Op::Eq | Op::Ne | Op::IsNull => true,
            Op::In => self != Self::Truth,
            Op::Contains | Op::StartsWith => self == Self::Text,
            Op::Gt | Op::Gte | Op::Lt | Op::Lte => matches!(self, Self::Time | Self::Number),
        }
    }

    /// Whether a list can be in its order.
    pub(super) fn sorts(self, kind: Kind) -> bool {
        matches!(self, Self::Time | Self::Number) || matches!(kind, Kind::Id | Kind::Ref(_))
    }
}

/// What is behind a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Behind {
    /// Provider fields that this connection shows.
    Paths(Vec<&'static str>),
    /// No provider field, for this reason.
    Absent(Why),
    /// No row, or only fields that this connection does not show.
    Nothing,
}

/// One name that a condition or an order can give.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) name: String,
    pub(super) class: Class,
    pub(super) kind: Option<Kind>,
    pub(super) behind: Behind,
    /// Whether a record may have several values.
    pub(super) list: bool,
    /// Whether the account allows conditions on it.
    pub(super) filterable: bool,
}

impl Name {
    /// Whether this comparison must work.
    pub(super) fn works(&self, stage: &Stage, op: Op) -> bool {
        let there = matches!(self.behind, Behind::Paths(_));
        there && self.filterable && self.class.takes(op) && stage.spec.filter_ops.contains(&op)
    }

    /// Whether this order must work.
    pub(super) fn sorts(&self) -> bool {
        // A sum of money is in the order of its amount.
        let scalar = (!self.name.contains('.') || self.name.ends_with(".amount")) && !self.list;
        let there = matches!(self.behind, Behind::Paths(_));
        scalar && there && self.kind.is_some_and(|kind| self.class.sorts(kind))
    }
}

/// All names of a stage's object: fields, parts and custom fields.
pub(super) fn names(stage: &Stage) -> Vec<Name> {
    let table = stage.spec.table;
    let mut names = Vec::new();
    for (index, field) in stage.model().fields().iter().enumerate() {
        let rows: Vec<&Row> = table.rows.iter().filter(|r| usize::from(r.place.field) == index).collect();
        let own = match field.role {
            Role::Id | Role::RemoteId => Some(table.id),
            Role::Modified => Some(table.modified),
            Role::Created => table.created,
            Role::Deleted => table.deleted,
            Role::Read | Role::Write | Role::Expand => None,
            _ => continue,
        };
        let parts: Vec<(Option<usize>, String, Kind)> = match field.kind {
            // Links to other records: an id each, and no order.
            Kind::List(list) if list.parts.is_empty() => match rows.first().map(|row| row.way) {
                Some(Way::Both { codec, .. }) if codec.link.is_some() => {
                    vec![(None, field.name.to_owned(), Kind::Id)]
                }
                Some(Way::Both { .. }) => vec![(None, field.name.to_owned(), Kind::Text)],
                _ => continue,
            },
            Kind::List(_) | Kind::Named(..) | Kind::Money(_) => {
                let parts = field.parts().iter().enumerate().filter(|(_, p)| p.role == PartRole::Row);
                parts.map(|(i, p)| (Some(i + 1), format!("{}.{}", field.name, p.name), p.kind)).collect()
            }
            kind => vec![(None, field.name.to_owned(), kind)],
        };
        for (part, name, kind) in parts {
            let absent = rows.iter().find_map(|r| match r.way {
                Way::Absent(why) => Some(why),
                _ => None,
            });
            let mine = rows.iter().filter(|r| part.is_none_or(|part| usize::from(r.place.part) == part));
            let paths = mine.filter_map(|r| match r.way {
                Way::Both { path, .. } | Way::Read { path, .. } => Some(path),
                _ => None,
            });
            let paths: Vec<&str> = own.into_iter().chain(paths).filter(|p| !stage.org.hidden.contains(p)).collect();
            let behind = match (absent, paths.is_empty()) {
                (Some(why), _) => Behind::Absent(why),
                (None, true) => Behind::Nothing,
                (None, false) => Behind::Paths(paths.clone()),
            };
            // Lists hold no deleted records, so that a condition on it would find nothing or everything.
            let filterable = field.role != Role::Deleted && !paths.iter().any(|p| stage.org.unfilterable.contains(p));
            let list = matches!(field.kind, Kind::List(_));
            names.push(Name { name, list, class: Class::of(kind), kind: Some(kind), behind, filterable });
        }
    }
    names.extend(stage.org.custom.iter().map(|(key, class)| Name {
        name: format!("custom_fields.{key}"),
        class: *class,
        kind: None,
        behind: Behind::Paths(vec![key]),
        list: false,
        filterable: !stage.org.unfilterable.contains(key),
    }));
    names
}
