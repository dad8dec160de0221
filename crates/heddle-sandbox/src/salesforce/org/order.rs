//! Sorted row lists, kept for as long as the rows do not change.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use super::{Org, Row};
use crate::salesforce::schema::Kind;
use crate::salesforce::soql::Path;
use crate::salesforce::value::Value;

/// The ORDER BY of a query: path, descending, nulls last.
pub(crate) type Order = Vec<(Path, bool, bool)>;

/// Sorted rows by object and order.
pub(super) type Orders = HashMap<(usize, Order), Arc<Vec<u32>>>;

/// Enough for the handful of orders a client uses.
const KEPT: usize = 64;

impl Org {
    /// All row positions of `object` in `order`; ties by ascending id.
    /// Text sorts without regard to case, picklists in setup order.
    pub(crate) fn sorted(&self, object: usize, order: &Order) -> Arc<Vec<u32>> {
        let key = (object, order.clone());
        if let Some(sorted) = self.orders().get(&key) {
            return Arc::clone(sorted);
        }
        let sorted = Arc::new(self.sort(object, order));
        let mut orders = self.orders();
        if orders.len() >= KEPT {
            orders.clear();
        }
        orders.insert(key, Arc::clone(&sorted));
        sorted
    }

    fn orders(&self) -> std::sync::MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sort(&self, object: usize, order: &Order) -> Vec<u32> {
        let table = &self.tables[object];
        let mut keyed: Vec<(u32, Vec<Value>)> = table
            .rows
            .iter()
            .zip(0_u32..)
            .map(|(row, position)| {
                let key = order.iter().map(|(path, ..)| self.sort_key(row, path));
                (position, key.collect())
            })
            .collect();
        keyed.sort_by(|(a_position, a), (b_position, b)| {
            order
                .iter()
                .zip(a.iter().zip(b))
                .map(|((_, descending, nulls_last), (a, b))| compare(a, b, *descending, *nulls_last))
                .find(|ordering| ordering.is_ne())
                .unwrap_or_else(|| a_position.cmp(b_position))
        });
        keyed.into_iter().map(|(position, _)| position).collect()
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
