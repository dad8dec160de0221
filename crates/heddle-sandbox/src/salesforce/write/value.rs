//! One value of a write: its JSON type, then what the field allows.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use super::refusal::Refusal;
use crate::salesforce::ids::Id;
use crate::salesforce::org::from_json;
use crate::salesforce::schema::{Field, Kind};
use crate::salesforce::value::Value;

/// Digits that an `int` field takes, as its describe says.
const INT_DIGITS: u32 = 8;

/// The value, or why the field does not take it.
pub(super) fn checked(field: &Field, json: &Json) -> Result<Value, Refusal> {
    let name = field.name.as_str();
    let labelled = |text: String| format!("{}: {text}", field.label);
    let wrong_type = || {
        let shown = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
        let text = labelled(format!("value not of required type: {shown}"));
        Refusal::of_fields("INVALID_TYPE_ON_FIELD_IN_RECORD", text, &[name])
    };
    if json.is_array() || json.is_object() {
        let start = if json.is_array() { "START_ARRAY" } else { "START_OBJECT" };
        let kind = field.kind.error_name();
        return Err(Refusal::new(
            "JSON_PARSER_ERROR",
            format!(
                "Cannot deserialize instance of {kind} from {start} value or request may be missing a required field"
            ),
        ));
    }
    if json.is_null() {
        return if field.kind == Kind::Boolean { Err(wrong_type()) } else { Ok(Value::Null) };
    }
    if field.kind.is_id()
        && let Some(text) = json.as_str()
    {
        return match Id::parse(text) {
            Some(id) => Ok(Value::Id(id)),
            None if text.is_empty() => Ok(Value::Null),
            None => Err(Refusal::malformed_id(&field.label, text, name)),
        };
    }
    let value = match (field.kind, json.as_f64()) {
        // A whole number may be written with a point.
        (Kind::Int, Some(number)) if number.fract() == 0.0 => Some(Value::Int(number as i64)),
        (_, None) if field.kind.is_number() && json.as_str() == Some("") => Some(Value::Null),
        _ if matches!(field.kind, Kind::Date | Kind::DateTime) && json.as_str() == Some("") => Some(Value::Null),
        (Kind::Time, _) => json.as_str().and_then(time_of_day).map(|time| Value::text(&time)),
        _ => from_json(field, json),
    };
    let value = value.ok_or_else(wrong_type)?;
    let out_of_range = || {
        let text = labelled(format!("value outside of valid range on numeric field: {json}"));
        Refusal::of_fields("NUMBER_OUTSIDE_VALID_RANGE", text, &[name])
    };
    match value {
        Value::Int(number) if number.unsigned_abs() >= 10_u64.pow(INT_DIGITS) => Err(out_of_range()),
        Value::Number(number) => rounded(field, number).map(Value::Number).ok_or_else(out_of_range),
        // Stamps hold whole seconds.
        Value::Moment(millis) => Ok(Value::Moment(millis.div_euclid(1_000) * 1_000)),
        Value::Text(text) => {
            text_fits(field, text.raw())?;
            Ok(Value::Text(text))
        }
        value => Ok(value),
    }
}

/// `14:30:00.000Z`; seconds and their parts may be left out.
pub(super) fn time_of_day(text: &str) -> Option<String> {
    let clock = text.strip_suffix('Z').unwrap_or(text);
    let forms = ["%H:%M:%S%.f", "%H:%M"];
    let time = forms.iter().find_map(|form| chrono::NaiveTime::parse_from_str(clock, form).ok())?;
    Some(time.format("%H:%M:%S%.3fZ").to_string())
}

/// The number at the field's scale; nothing when it has too many digits.
fn rounded(field: &Field, number: f64) -> Option<f64> {
    let whole_digits = i32::try_from(field.precision.checked_sub(field.scale)?).ok()?;
    let unit = 10_f64.powi(i32::try_from(field.scale).ok()?);
    let scaled = number * unit;
    // Beyond 2^53 the number has no digits left to round.
    let rounded = if scaled.abs() < 9e15 { scaled.round() / unit } else { number };
    (rounded.abs() < 10_f64.powi(whole_digits)).then_some(rounded)
}

fn text_fits(field: &Field, text: &str) -> Result<(), Refusal> {
    let name = field.name.as_str();
    let length = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    if field.kind == Kind::Time {
        return Ok(());
    }
    if length > field.length {
        let text = format!("{}: data value too large: {text} (max length={})", field.label, field.length);
        return Err(Refusal::of_fields("STRING_TOO_LONG", text, &[name]));
    }
    if field.kind == Kind::Base64 && STANDARD.decode(text).is_err() {
        // The text is not documented.
        let text = format!("{}: value not of required type: it is no base64", field.label);
        return Err(Refusal::of_fields("INVALID_TYPE_ON_FIELD_IN_RECORD", text, &[name]));
    }
    if field.kind == Kind::Email && !is_mail_address(text) {
        let text = format!("{}: invalid email address: {text}", field.label);
        return Err(Refusal::of_fields("INVALID_EMAIL_ADDRESS", text, &[name]));
    }
    // Codes of places are checked with their address.
    let chosen = |text: &str| match field.kind {
        Kind::MultiPicklist => text.split(';').all(|word| field.picklist.contains(&word)),
        _ => field.picklist.contains(&text),
    };
    if field.is_restricted() && !field.is_place_code() && !chosen(text) {
        let text = format!("{}: bad value for restricted picklist field: {text}", field.label);
        return Err(Refusal::of_fields("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, &[name]));
    }
    Ok(())
}

fn is_mail_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@' || c == ',');
    plain(local) && host.contains('.') && host.split('.').all(plain)
}

#[cfg(test)]
mod tests {
    use super::is_mail_address;

    #[test]
    fn a_mail_address_has_two_parts_and_a_dotted_host() {
        for good in ["a@b.co", "a+b.c@d-e.example", "ü@x.example"] {
            assert!(is_mail_address(good), "{good}");
        }
        for bad in ["badone", "@b.co", "a@", "a@b", "a@b.", "a@.co", "a b@c.de", "a@b@c.de", "a@b..c"] {
            assert!(!is_mail_address(bad), "{bad}");
        }
    }
}
