//! A record as recorded against the common record that was read from it,
//! value by value, by rules that are written down here once more.

use heddle_mapping::{CustomField, CustomKind, Row, Table, ValueKind, Way};
use heddle_model::{Kind, Model};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Standard fields that have no common place, and what stands for them.
const NOT_COMMON: &[(&str, &str)] = &[
    ("LastModifiedDate", "updated_at is SystemModstamp, which also moves with changes by the system"),
    ("IsEmailBounced", "email_bounced_at says it"),
    ("LastViewedDate", "of the connected user, not of the record"),
    ("LastReferencedDate", "of the connected user, not of the record"),
    ("CleanStatus", "state of the vendor's data service"),
];

/// The same of users: what is about the user's own screen, mail and log-in.
const NOT_COMMON_OF_USERS: &[(&str, &str)] = &[
    ("UserPreferences", "what the user has switched on"),
    ("UserPermissions", "what the user may do"),
    ("EmailPreferences", "what the user has switched on"),
    ("Receives", "what the user has switched on"),
    ("Sender", "how the user's mail is signed"),
    ("Address", "the office"),
    ("Country", "the office"),
    ("CompanyName", "the org's own name"),
    ("Alias", "a short form of the user name"),
    ("CommunityNickname", "a name in forums"),
    ("BadgeText", "shown beside a picture"),
    ("OutOfOfficeMessage", "shown beside a picture"),
    ("LocaleSidKey", "how the user sees numbers"),
    ("EmailEncodingKey", "how the user's mail is encoded"),
    ("ProfileId", "profile has its name"),
    ("UserRoleId", "role has its name"),
    ("StartDay", "the hours of work"),
    ("EndDay", "the hours of work"),
    ("LastLoginDate", "of the session, not of the user"),
    ("LastPasswordChangeDate", "of the session, not of the user"),
    ("NumberOfFailedLogins", "of the session, not of the user"),
    ("ForecastEnabled", "a setting of forecasts"),
    ("DigestFrequency", "how often the user gets mail"),
    ("DefaultGroupNotificationFrequency", "how often the user gets mail"),
    ("JigsawImportLimitOverride", "a limit of the vendor's data service"),
    ("FullPhotoUrl", "image_url has the small picture"),
    ("MediumPhotoUrl", "image_url has the small picture"),
    ("BannerPhotoUrl", "decoration"),
    ("MediumBannerPhotoUrl", "decoration"),
    ("SmallBannerPhotoUrl", "decoration"),
    ("IsExtIndicatorVisible", "decoration"),
    ("IsProfilePhotoActive", "decoration"),
];

/// Whether a field may go without a common place. Names of users' fields go by
/// how they begin: there are hundreds of switches.
fn is_known(table: &Table, key: &str) -> bool {
    let of_users = table.provider_object == "User";
    NOT_COMMON.iter().any(|(name, _)| *name == key)
        || of_users && NOT_COMMON_OF_USERS.iter().any(|(name, _)| key.starts_with(name))
}

/// Words that were recorded, and the common ones.
const WORDS: &[(&str, &str, &str)] = &[
    ("Type", "Customer - Direct", "CUSTOMER"),
    ("Type", "Customer - Channel", "CUSTOMER"),
    ("Status", "Not Started", "NOT_STARTED"),
];

/// What was compared.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub(super) answers: usize,
    pub(super) records: usize,
    pub(super) values: usize,
    pub(super) custom: usize,
    /// Fields without a common place.
    pub(super) other: BTreeMap<String, usize>,
}

/// Fails where a value of the raw record is lost or changed.
pub(super) fn compare(
    source: &str,
    table: &Table,
    raw: &Value,
    common: &Value,
    custom: &[CustomField],
    count: &mut Count,
) {
    let here = format!("{source} {}", raw["Id"]);
    assert_eq!(&common["raw"], raw, "{here}");
    let own = [
        ("id", Some(table.id), ValueKind::Id),
        ("remote_id", Some(table.id), ValueKind::Id),
        ("updated_at", Some(table.modified), ValueKind::Timestamp),
        ("created_at", table.created, ValueKind::Timestamp),
        ("is_deleted", table.deleted, ValueKind::Bool),
    ];
    for (name, path, kind) in own {
        let Some(value) = path.and_then(|p| at(raw, p)).filter(|v| !v.is_null()) else { continue };
        assert_eq!(common[name], expected(kind, value), "{here}: {name}");
        count.values += 1;
    }
    for row in table.rows {
        count.values += usize::from(row_compared(&here, row, table, raw, common));
    }
    let named = table.provider_fields();
    for (key, value) in raw.as_object().unwrap() {
        if value.is_null() || key == "attributes" || named.iter().any(|p| p.split('.').next() == Some(key)) {
            continue;
        }
        if let Some(field) = custom.iter().find(|c| c.key == *key) {
            let wanted = expected(value_kind(field.kind), value);
            assert_eq!(common["custom_fields"][key.as_str()], wanted, "{here}: {key}");
            count.custom += 1;
            continue;
        }
        assert!(!key.ends_with("__c"), "{here}: {key} is a custom field that no recorded describe has");
        assert!(is_known(table, key), "{here}: {key} = {value} goes nowhere");
        *count.other.entry(key.clone()).or_default() += 1;
    }
}

/// Whether the record has a value for the row; it is then as it should be.
fn row_compared(here: &str, row: &Row, table: &Table, raw: &Value, common: &Value) -> bool {
    let (path, codec) = match row.way {
        Way::Both { path, codec } | Way::Read { path, codec } => (path, codec),
        Way::Custom { uses, .. } => return derived(here, row, uses, raw, common),
        Way::Write { .. } | Way::Absent(_) => return false,
    };
    let Some(value) = at(raw, path).filter(|v| !v.is_null()) else { return false };
    let read = placed(row, table, common);
    assert!(!read.is_null(), "{here}: {path} is lost on the way to {}", row.name);
    let wanted = match codec.kind {
        ValueKind::Word => {
            let twin = &common[format!("{}_raw", row.name)];
            assert_eq!(twin, value, "{here}: {path} as sent");
            let known = WORDS.iter().find(|(field, word, _)| *field == path && *word == value);
            json!(known.unwrap_or_else(|| panic!("{here}: no rule here for {path} {value}")).2)
        }
        // Of fields that share one of the provider's, the one that the id is for.
        _ if codec.link.is_some() && read == json!([]) => return true,
        _ if codec.link.is_some() => json!([value]),
        kind => expected(kind, value),
    };
    assert_eq!(read, wanted, "{here}: {path} as {}", row.name);
    true
}

/// Fields that a function reads: a rule for each, or the suite cannot judge.
fn derived(here: &str, row: &Row, uses: &[&str], raw: &Value, common: &Value) -> bool {
    assert_eq!((row.name, uses), ("domains", ["Website"].as_slice()), "no rule here for {}", row.name);
    let Some(site) = raw.get("Website") else { return false };
    let domains: Vec<String> = site.as_str().into_iter().filter_map(domain).collect();
    assert_eq!(common["domains"], json!(domains), "{here}: {site}");
    !site.is_null()
}

/// The domain of such web sites as were recorded: a host, with or without
/// scheme, `www.` and path. A sample account of the vendor's has
/// `www.expressl&t.net`, which no host can be called.
fn domain(site: &str) -> Option<String> {
    let site = site.to_lowercase();
    let host = site.trim_start_matches("https://").trim_start_matches("http://");
    let host = host.split('/').next().unwrap().trim_start_matches("www.");
    (!host.contains('&')).then(|| host.to_owned())
}

/// The value at a dotted path; `None` when the record does not have it.
pub(super) fn at<'v>(record: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(record, |value, key| value.get(key))
}

/// Where a row's value stands in a common record.
fn placed(row: &Row, table: &Table, common: &Value) -> Value {
    let field = &Model::of(table.object).unwrap().fields()[usize::from(row.place.field)];
    let value = &common[row.name];
    let part = usize::from(row.place.part).wrapping_sub(1);
    match field.kind {
        Kind::List(list) if row.place.part > 0 => {
            let kind = list.kinds[usize::from(row.place.item) - 1];
            let item = value.as_array().into_iter().flatten().find(|item| item["type"] == *kind);
            item.map_or(Value::Null, |item| item[list.parts[part].name].clone())
        }
        Kind::Named(_, parts) | Kind::Money(parts) => value[parts[part].name].clone(),
        _ => value.clone(),
    }
}

/// The common value by rules written down here once more.
fn expected(kind: ValueKind, raw: &Value) -> Value {
    match (kind, raw) {
        (ValueKind::Timestamp, Value::String(text)) => json!(text.replacen("+0000", "Z", 1)),
        (ValueKind::Text | ValueKind::Id | ValueKind::Decimal, Value::Number(number)) => json!(number.to_string()),
        _ => raw.clone(),
    }
}

fn value_kind(kind: CustomKind) -> ValueKind {
    match kind {
        CustomKind::Text | CustomKind::List | CustomKind::Any => ValueKind::Text,
        CustomKind::Id => ValueKind::Id,
        CustomKind::Bool => ValueKind::Bool,
        CustomKind::Number => ValueKind::Number,
        CustomKind::Timestamp => ValueKind::Timestamp,
        CustomKind::Date => ValueKind::Date,
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, compare};
    use heddle_connectors::salesforce::objects::contact::TABLE;
    use serde_json::{Value, json};

    fn compared(raw: &Value, last_name: &Value) {
        let common = json!({"id": "003", "remote_id": "003", "last_name": last_name, "raw": raw});
        compare("here", &TABLE, raw, &common, &[], &mut Count::default());
    }

    #[test]
    fn a_record_without_loss_passes() {
        compared(&json!({"Id": "003", "LastName": "Ng", "FirstName": null, "CleanStatus": "Pending"}), &json!("Ng"));
    }

    #[test]
    #[should_panic(expected = "LastName is lost on the way to last_name")]
    fn a_lost_value_is_found() {
        compared(&json!({"Id": "003", "LastName": "Ng"}), &Value::Null);
    }

    #[test]
    #[should_panic(expected = "LastName as last_name")]
    fn a_changed_value_is_found() {
        compared(&json!({"Id": "003", "LastName": "Ng"}), &json!("ng"));
    }

    #[test]
    #[should_panic(expected = "goes nowhere")]
    fn a_field_that_no_list_names_is_found() {
        compared(&json!({"Id": "003", "Shoe": 43}), &Value::Null);
    }
}
