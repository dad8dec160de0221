//! Reads single records by a table, for the tables' tests.

use heddle_connector::mapping::{Constants, Envelope, Plan, PlanSpec, Table};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The common record that a table makes of a provider's, for a connection that
/// has all fields but the hidden ones.
pub(super) fn read<T: DeserializeOwned>(table: &'static Table, record: &Value, hidden: &[&str]) -> T {
    let plan = Plan::build(&PlanSpec {
        table,
        described: &|path| !hidden.contains(&path),
        fields: None,
        expand: &[],
        custom: &[],
        raw: false,
        sort: None,
        constants: Constants::default(),
    });
    let mut out = Vec::new();
    plan.read(record.to_string().as_bytes(), &Envelope::ONE, 1, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}
