//! What an org has switched on, read off its describes: no call asks for it.

use super::manifest::MANIFEST;
use heddle_connector::{Feature, FeatureState, ObjectSchema};

/// The field that says whether each record names its currency.
pub(super) const CURRENCY: &str = "CurrencyIsoCode";

/// Each feature with what the described objects show of it. An object that a
/// test could not describe is not in the org or hidden: for the connection
/// that is the same.
pub(super) fn found(schemas: &[&ObjectSchema]) -> Vec<FeatureState> {
    let object = |name: &str| schemas.iter().find(|schema| schema.object == name);
    // Whether one of the described objects has the field.
    let field = |places: &[(&str, &str)]| {
        let known = places.iter().filter_map(|(name, field)| object(name).map(|schema| schema.has(field)));
        known.fold(None, |any: Option<bool>, has| Some(any.unwrap_or_default() || has))
    };
    let looked_for = |name: &str| MANIFEST.forms().any(|form| form.table.provider_object == name);
    let there = |name: &str| (!schemas.is_empty() && looked_for(name)).then(|| object(name).is_some());
    vec![
        (Feature::MultiCurrency, field(&[("Account", CURRENCY), ("Opportunity", CURRENCY)])),
        (Feature::PersonAccounts, field(&[("Account", "IsPersonAccount")])),
        (
            Feature::StateCountryPicklists,
            field(&[("Account", "BillingCountryCode"), ("Contact", "MailingCountryCode"), ("Lead", "CountryCode")]),
        ),
        (Feature::EnhancedEmail, there("EmailMessage")),
        (Feature::EnhancedNotes, there("ContentNote")),
        (Feature::RecordTypes, field(&[("Opportunity", "RecordTypeId")])),
    ]
}

/// The feature that a field comes with.
pub(super) fn of_field(path: &str) -> Option<Feature> {
    match path {
        CURRENCY => Some(Feature::MultiCurrency),
        "IsPersonAccount" => Some(Feature::PersonAccounts),
        "RecordTypeId" => Some(Feature::RecordTypes),
        _ if path.starts_with("RecordType.") => Some(Feature::RecordTypes),
        _ if path.ends_with("StateCode") || path.ends_with("CountryCode") => Some(Feature::StateCountryPicklists),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heddle_connector::SchemaField;

    fn schema(object: &str, fields: &[&str]) -> ObjectSchema {
        let field = |name: &&str| SchemaField { name: (*name).to_owned(), ..SchemaField::default() };
        ObjectSchema::new(object, fields.iter().map(field).collect())
    }

    fn state(schemas: &[&ObjectSchema], feature: Feature) -> Option<bool> {
        found(schemas).into_iter().find(|(known, _)| *known == feature).and_then(|(_, state)| state)
    }

    #[test]
    fn one_described_object_with_the_field_is_enough() {
        let (account, deal) = (schema("Account", &["Id"]), schema("Opportunity", &["Id", CURRENCY]));
        assert_eq!(state(&[&account], Feature::MultiCurrency), Some(false));
        assert_eq!(state(&[&account, &deal], Feature::MultiCurrency), Some(true));
        assert_eq!(state(&[&account, &deal], Feature::RecordTypes), Some(false));
        assert_eq!(state(&[&account], Feature::EnhancedEmail), Some(false));
    }

    #[test]
    fn what_was_not_described_is_not_known() {
        assert!(found(&[]).iter().all(|(_, state)| state.is_none()));
        assert_eq!(state(&[&schema("Account", &[])], Feature::RecordTypes), None);
    }
}
