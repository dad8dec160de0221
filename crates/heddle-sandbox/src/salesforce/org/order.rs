//! Sorted row lists, carried from snapshot to snapshot.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use super::{Org, Row};
use crate::salesforce::schema::Kind;
use crate::salesforce::soql::Path;
use crate::salesforce::value::Value;

/// The ORDER BY of a query: path, descending, nulls last.
pub(crate) type Order = Vec<(Path, bool, bool)>;

/// Sorted rows by object and order.
pub(super) type Orders = HashMap<(usize, Order), Kept>;

/// A sorted list and the positions written since it was made.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    sorted: Arc<Vec<u32>>,
    stale: Vec<u32>,
}

/// Enough for the handful of orders a client uses.
const KEPT: usize = 64;

/// With more rows written than this, sorting anew is as quick.
const STALE: usize = 256;

impl Org {
    /// All row positions of `object` in `order`; ties by ascending id.
    /// Text sorts without regard to case, picklists in setup order.
    pub(crate) fn sorted(&self, object: usize, order: &Order) -> Arc<Vec<u32>> {
        let key = (object, order.clone());
        let known = self.orders().get(&key).cloned();
        let sorted = match known {
            Some(kept) if kept.stale.is_empty() => return kept.sorted,
            Some(kept) => Arc::new(self.mended(object, order, &kept)),
            None => Arc::new(self.sort(object, order)),
        };
        let mut orders = self.orders();
        if orders.len() >= KEPT {
            orders.clear();
        }
        orders.insert(key, Kept { sorted: Arc::clone(&sorted), stale: Vec::new() });
        sorted
    }

    /// What the next snapshot can use of these lists when rows change: lists
    /// of other objects, and those of the same object with the rows noted. A
    /// list sorted by a parent's field may depend on any object.
    pub(super) fn orders_after(&self, changes: impl Iterator<Item = (usize, u32)> + Clone) -> Orders {
        let own = |order: &Order| order.iter().all(|(path, ..)| path.steps.is_empty());
        let mut orders: Orders = self
            .orders()
            .iter()
            .filter(|((_, order), _)| own(order))
            .map(|(k, kept)| (k.clone(), kept.clone()))
            .collect();
        for ((object, _), kept) in &mut orders {
            kept.stale.extend(changes.clone().filter(|(changed, _)| changed == object).map(|(_, position)| position));
        }
        orders.retain(|_, kept| kept.stale.len() <= STALE);
        orders
    }

    fn orders(&self) -> std::sync::MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sort(&self, object: usize, order: &Order) -> Vec<u32> {
        let rows = self.tables[object].rows().zip(0_u32..);
        let mut keyed: Vec<(u32, Vec<Value>)> =
            rows.map(|(row, position)| (position, self.sort_keys(row, order))).collect();
        keyed.sort_by(|a, b| compare_keys(order, a, b));
        keyed.into_iter().map(|(position, _)| position).collect()
    }

    /// The list with the rows written since put where they belong now.
    fn mended(&self, object: usize, order: &Order, kept: &Kept) -> Vec<u32> {
        let stale: HashSet<u32> = kept.stale.iter().copied().collect();
        let mut sorted: Vec<u32> = kept.sorted.iter().copied().filter(|position| !stale.contains(position)).collect();
        let keyed = |position: u32| (position, self.sort_keys(self.tables[object].row(position), order));
        for position in stale {
            let key = keyed(position);
            let place = sorted.partition_point(|other| compare_keys(order, &keyed(*other), &key).is_lt());
            sorted.insert(place, position);
        }
        sorted
    }

    fn sort_keys(&self, row: &Row, order: &Order) -> Vec<Value> {
        order.iter().map(|(path, ..)| self.sort_key(row, path)).collect()
    }

    fn sort_key(&self, row: &Row, path: &Path) -> Value {
        let value = self.value(row, path).cloned().unwrap_or(Value::Null);
        let field = &self.object(path.object).fields[path.field];
        if field.kind != Kind::Picklist || field.picklist.is_empty() {
            return value;
        }
        // A value that setup does not know comes after those it knows.
        match value.as_text() {
            Some(text) => {
                let rank = field.picklist.iter().position(|entry| *entry == text);
                Value::Int(rank.map_or(i64::MAX, |rank| rank as i64))
            }
            None => value,
        }
    }
}

fn compare_keys(order: &Order, (a_position, a): &(u32, Vec<Value>), (b_position, b): &(u32, Vec<Value>)) -> Ordering {
    order
        .iter()
        .zip(a.iter().zip(b))
        .map(|((_, descending, nulls_last), (a, b))| compare(a, b, *descending, *nulls_last))
        .find(|ordering| ordering.is_ne())
        .unwrap_or_else(|| a_position.cmp(b_position))
}

fn compare(a: &Value, b: &Value, descending: bool, nulls_last: bool) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) if nulls_last => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, true) if nulls_last => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) if descending => b.compare(a),
        (false, false) => a.compare(b),
    }
}
