//! What follows from an opportunity's stage.

use super::Row;
use crate::salesforce::schema::{Object, stage};
use crate::salesforce::value::Value;

/// Puts the fields of an opportunity in step with its stage after the fields
/// at `given` were written. What was written itself stays.
pub(super) fn follow(row: &mut Row, object: &Object, given: &[usize], now: i64) {
    let at = |name: &str| object.position(name);
    let is_given = |name: &str| at(name).is_some_and(|place| given.contains(&place));
    if is_given("StageName") {
        let named = at("StageName").and_then(|place| row.get(place).as_text().and_then(stage));
        let (closed, won) = named.map_or((false, false), |stage| (stage.closed, stage.won));
        row.set(object, "IsClosed", Value::Bool(closed));
        row.set(object, "IsWon", Value::Bool(won));
        row.set(object, "LastStageChangeDate", Value::Moment(now));
        if !is_given("Probability") {
            row.set(object, "Probability", Value::Number(named.map_or(0.0, |stage| stage.probability as f64)));
        }
        row.set(object, "ForecastCategory", Value::text(named.map_or("Pipeline", |stage| stage.forecast)));
        if !is_given("ForecastCategoryName") {
            let name = named.map_or("Pipeline", |stage| stage.forecast_name);
            row.set(object, "ForecastCategoryName", Value::text(name));
        }
    }
    let figure = |name: &str| match at(name).map(|place| row.get(place)) {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    };
    let expected = figure("Amount").zip(figure("Probability")).map(|(amount, percent)| {
        // To the cent.
        (amount * percent).round() / 100.0
    });
    row.set(object, "ExpectedRevenue", expected.map_or(Value::Null, Value::Number));
}
