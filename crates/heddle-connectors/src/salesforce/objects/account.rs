//! Salesforce `Account` to the common account.
//!
//! Names: recorded describe and row answers; where no recording shows a field,
//! the row says which page of the vendor documents it. Every row is cut to
//! what the org's own describe has.

use heddle_connector::mapping::{
    BOOL, Clear, DATE_ONLY, DECIMAL, Fit, INT, NUMBER, Row, TEXT, Table, Tok, Why, absent, both, check, custom,
    read_only, reference, words,
};
use heddle_connector::model::{AccountType, AddressAt, AddressKind, Object, PhoneKind, account as a};

const BILLING: AddressAt = a::ADDRESSES.of(AddressKind::Billing);
const SHIPPING: AddressAt = a::ADDRESSES.of(AddressKind::Shipping);

/// The words of both picklists that new orgs get: the standard one and the one
/// of developer editions. Of several for one common word the first that the
/// org has is written.
const TYPES: &[(&str, &str)] = &[
    ("PROSPECT", "Prospect"),
    ("CUSTOMER", "Customer"),
    ("CUSTOMER", "Customer - Direct"),
    ("CUSTOMER", "Customer - Channel"),
    ("PARTNER", "Partner"),
    ("PARTNER", "Channel Partner / Reseller"),
    ("PARTNER", "Technology Partner"),
    ("PARTNER", "Installation Partner"),
    ("PARTNER", "Reseller"),
    ("COMPETITOR", "Competitor"),
];

static ROWS: [Row; 54] = [
    both(a::NAME, "Name", TEXT),
    both(a::DESCRIPTION, "Description", TEXT),
    both(a::INDUSTRY, "Industry", TEXT),
    both(a::WEBSITE, "Website", TEXT),
    custom(a::DOMAINS, &["Website"], domains),
    both(a::NUMBER_OF_EMPLOYEES, "NumberOfEmployees", INT),
    both(a::ANNUAL_REVENUE.amount(), "AnnualRevenue", DECIMAL),
    // Only orgs with several currencies have it.
    both(a::ANNUAL_REVENUE.currency(), "CurrencyIsoCode", TEXT)
        .unseen("Object Reference: Account, Multiple Currencies"),
    both(a::TYPE, "Type", words::<AccountType>(TYPES)),
    both(a::OWNERSHIP, "Ownership", TEXT),
    both(a::RATING, "Rating", TEXT),
    both(a::TICKER_SYMBOL, "TickerSymbol", TEXT),
    both(a::ACCOUNT_NUMBER, "AccountNumber", TEXT),
    both(a::SITE, "Site", TEXT),
    both(a::PARENT_ID, "ParentId", reference()),
    both(a::OWNER_ID, "OwnerId", reference()),
    read_only(a::OWNER.id(), "OwnerId", reference()),
    read_only(a::OWNER.name(), "Owner.Name", TEXT),
    absent(a::EMAILS, Why::NoSuchConcept),
    both(a::PHONES.of(PhoneKind::Work), "Phone", TEXT),
    both(a::PHONES.of(PhoneKind::Fax), "Fax", TEXT),
    both(BILLING.street_1(), "BillingStreet", TEXT),
    both(BILLING.city(), "BillingCity", TEXT),
    both(BILLING.state(), "BillingState", TEXT),
    both(BILLING.state_code(), "BillingStateCode", TEXT),
    both(BILLING.postal_code(), "BillingPostalCode", TEXT),
    both(BILLING.country(), "BillingCountry", TEXT),
    both(BILLING.country_code(), "BillingCountryCode", TEXT),
    both(BILLING.latitude(), "BillingLatitude", NUMBER),
    both(BILLING.longitude(), "BillingLongitude", NUMBER),
    both(SHIPPING.street_1(), "ShippingStreet", TEXT),
    both(SHIPPING.city(), "ShippingCity", TEXT),
    both(SHIPPING.state(), "ShippingState", TEXT),
    both(SHIPPING.state_code(), "ShippingStateCode", TEXT),
    both(SHIPPING.postal_code(), "ShippingPostalCode", TEXT),
    both(SHIPPING.country(), "ShippingCountry", TEXT),
    both(SHIPPING.country_code(), "ShippingCountryCode", TEXT),
    both(SHIPPING.latitude(), "ShippingLatitude", NUMBER),
    both(SHIPPING.longitude(), "ShippingLongitude", NUMBER),
    absent(a::SOCIAL_LINKS, Why::NoSuchConcept),
    read_only(a::IMAGE_URL, "PhotoUrl", TEXT),
    absent(a::LIFECYCLE_STAGE, Why::NoSuchConcept),
    both(a::SOURCE, "AccountSource", TEXT),
    // Only orgs with person accounts have it.
    read_only(a::IS_PERSON_ACCOUNT, "IsPersonAccount", BOOL).unseen("Object Reference: Account, person accounts"),
    absent(a::CONTACT_IDS, Why::OtherAddress),
    absent(a::DEAL_IDS, Why::OtherAddress),
    absent(a::TAGS, Why::NotBuiltYet),
    absent(a::STATUS, Why::NoSuchConcept),
    absent(a::IS_ACTIVE, Why::NoSuchConcept),
    absent(a::TIMEZONE, Why::NoSuchConcept),
    read_only(a::CREATED_BY_ID, "CreatedById", reference()),
    read_only(a::UPDATED_BY_ID, "LastModifiedById", reference()),
    read_only(a::LAST_ACTIVITY_AT, "LastActivityDate", DATE_ONLY),
    read_only(a::MERGED_INTO_ID, "MasterRecordId", reference()),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Account,
    provider_object: "Account",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);

/// The host of the web site, as a list of one domain, or of none.
fn domains(toks: &[Tok<'_>], out: &mut Vec<u8>) -> Fit {
    let site = match toks {
        // Not sent: nothing is known about it.
        [Tok::Absent] | [] => return Fit::Ok,
        [tok, ..] => tok.text(),
    };
    match site.as_deref().and_then(domain) {
        Some(domain) => out.extend_from_slice(format!("[\"{domain}\"]").as_bytes()),
        None => out.extend_from_slice(b"[]"),
    }
    Fit::Ok
}

/// The domain in a web address that people typed, with or without `https://`:
/// lower case, without a leading `www.`. Only dotted names of letters, digits
/// and hyphens count; an IP address has no domain.
fn domain(site: &str) -> Option<String> {
    let site = site.trim().to_lowercase();
    let rest = site.split_once("://").map_or(site.as_str(), |(_, rest)| rest).trim_start_matches('/');
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host);
    let label = |label: &str| {
        let sound = label.chars().all(|c| c.is_alphanumeric() || c == '-');
        sound && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let named = host.rsplit('.').next().is_some_and(|top| !top.chars().all(|c| c.is_ascii_digit()));
    (host.contains('.') && host.len() <= 253 && named && host.split('.').all(label)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{TABLE, domain};
    use heddle_connector::mapping::{Constants, Envelope, Plan, PlanSpec, laws};
    use heddle_connector::model::Account;
    use serde_json::{Value, json};

    fn read(record: &Value, hidden: &[&str]) -> Account {
        let plan = Plan::build(&PlanSpec {
            table: &TABLE,
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

    #[test]
    fn the_laws_hold() {
        let breaches: Vec<String> = laws::all(&TABLE).iter().map(ToString::to_string).collect();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }

    #[test]
    fn a_domain_is_the_host_without_its_surroundings() {
        for (site, expected) in [
            ("https://www.Example.com/about?x=1", "example.com"),
            ("example.com", "example.com"),
            (" www.example.co.uk ", "example.co.uk"),
            ("http://user:secret@shop.example.com:8080/", "shop.example.com"),
            ("//cdn.example.com", "cdn.example.com"),
            ("example.com.", "example.com"),
            ("www.com", "www.com"),
            ("https://münchen.example", "münchen.example"),
            ("wwww.example.com", "wwww.example.com"),
        ] {
            assert_eq!(domain(site).as_deref(), Some(expected), "{site}");
        }
    }

    #[test]
    fn nonsense_is_no_domain() {
        for site in [
            "",
            " ",
            "none",
            "n/a",
            "http://",
            "www.",
            "a b.com",
            "-x.com",
            "x..com",
            "192.168.0.1",
            "http://[::1]/",
            "x@y",
        ] {
            assert_eq!(domain(site), None, "{site}");
        }
        assert_eq!(domain(&format!("{}.com", "a".repeat(64))), None);
    }

    #[test]
    fn domains_come_from_the_web_site_and_are_empty_without_one() {
        let with = |site: Value| read(&json!({"Website": site}), &[]).domains;
        assert_eq!(with(json!("http://www.acme.example/")), Some(vec!["acme.example".to_owned()]));
        assert_eq!(with(Value::Null), Some(Vec::new()));
        assert_eq!(with(json!("call us")), Some(Vec::new()));
        assert_eq!(read(&json!({}), &["Website"]).domains, None);
    }

    #[test]
    fn money_is_null_without_an_amount_and_has_no_currency_in_an_org_with_one() {
        let money =
            |record: Value, hidden: &[&str]| serde_json::to_value(read(&record, hidden).annual_revenue).unwrap();
        let record = json!({"AnnualRevenue": 5.5e6, "CurrencyIsoCode": "EUR"});
        assert_eq!(money(record.clone(), &[]), json!({"amount": "5500000", "currency": "EUR"}));
        assert_eq!(money(record.clone(), &["CurrencyIsoCode"]), json!({"amount": "5500000", "currency": null}));
        assert_eq!(money(record, &["AnnualRevenue"]), Value::Null);
        assert_eq!(money(json!({"AnnualRevenue": null, "CurrencyIsoCode": "EUR"}), &[]), Value::Null);
        assert_eq!(money(json!({"AnnualRevenue": "much", "CurrencyIsoCode": "EUR"}), &[]), Value::Null);
    }
}
