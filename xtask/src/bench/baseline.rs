//! What the engine is compared with: the same mapping by hand, with structs
//! that borrow from the page and the same care for timestamps.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, Serializer};

/// Text that really borrows: serde borrows only for a field that is exactly
/// `Cow<str>`, not for one inside an `Option`.
#[derive(Deserialize)]
struct S<'a>(#[serde(borrow)] Cow<'a, str>);

impl Serialize for S<'_> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.serialize_str(&self.0)
    }
}

type Text<'a> = Option<S<'a>>;

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    records: Vec<Source<'a>>,
}

#[derive(Deserialize)]
struct Account<'a> {
    #[serde(borrow, rename = "Name")]
    name: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Source<'a> {
    #[serde(borrow)]
    id: S<'a>,
    #[serde(borrow)]
    created_date: Text<'a>,
    #[serde(borrow)]
    system_modstamp: Text<'a>,
    #[serde(borrow)]
    created_by_id: Text<'a>,
    #[serde(borrow)]
    last_modified_by_id: Text<'a>,
    #[serde(borrow)]
    last_activity_date: Text<'a>,
    is_deleted: Option<bool>,
    #[serde(borrow)]
    first_name: Text<'a>,
    #[serde(borrow)]
    last_name: Text<'a>,
    #[serde(borrow)]
    salutation: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    department: Text<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow)]
    account_id: Text<'a>,
    #[serde(borrow)]
    account: Option<Account<'a>>,
    #[serde(borrow)]
    owner_id: Text<'a>,
    #[serde(borrow)]
    reports_to_id: Text<'a>,
    #[serde(borrow)]
    email: Text<'a>,
    #[serde(borrow)]
    phone: Text<'a>,
    #[serde(borrow)]
    mobile_phone: Text<'a>,
    #[serde(borrow)]
    home_phone: Text<'a>,
    #[serde(borrow)]
    other_phone: Text<'a>,
    #[serde(borrow)]
    mailing_street: Text<'a>,
    #[serde(borrow)]
    mailing_city: Text<'a>,
    #[serde(borrow)]
    mailing_state: Text<'a>,
    #[serde(borrow)]
    mailing_postal_code: Text<'a>,
    #[serde(borrow)]
    mailing_country: Text<'a>,
    #[serde(borrow)]
    birthdate: Text<'a>,
    #[serde(borrow)]
    lead_source: Text<'a>,
}

#[derive(Serialize)]
struct Email<'a> {
    r#type: &'static str,
    is_primary: bool,
    email: S<'a>,
}

#[derive(Serialize)]
struct Phone<'a> {
    r#type: &'static str,
    is_primary: bool,
    e164: Option<String>,
    number: S<'a>,
    extension: (),
}

#[derive(Serialize)]
struct Address<'a> {
    r#type: &'static str,
    is_primary: bool,
    street_1: Text<'a>,
    street_2: (),
    city: Text<'a>,
    state: Text<'a>,
    state_code: (),
    postal_code: Text<'a>,
    country: Text<'a>,
    country_code: (),
    latitude: (),
    longitude: (),
}

/// The 27 fields that the page has, and `object`.
#[derive(Serialize)]
struct Contact<'a> {
    id: Cow<'a, str>,
    remote_id: S<'a>,
    object: &'static str,
    connection_id: &'static str,
    provider: &'static str,
    url: String,
    created_at: Option<String>,
    updated_at: Option<String>,
    created_by_id: Text<'a>,
    updated_by_id: Text<'a>,
    last_activity_at: Text<'a>,
    is_deleted: Option<bool>,
    first_name: Text<'a>,
    last_name: Text<'a>,
    prefix: Text<'a>,
    name: Text<'a>,
    title: Text<'a>,
    department: Text<'a>,
    description: Text<'a>,
    account_id: Text<'a>,
    account_name: Text<'a>,
    owner_id: Text<'a>,
    reports_to_id: Text<'a>,
    email_addresses: Vec<Email<'a>>,
    phone_numbers: Vec<Phone<'a>>,
    addresses: Vec<Address<'a>>,
    birthday: Text<'a>,
    lead_source: Text<'a>,
}

/// The fields above, for a plan that writes the same.
pub(super) const FIELDS: &[&str] = &[
    "id",
    "remote_id",
    "object",
    "connection_id",
    "provider",
    "url",
    "created_at",
    "updated_at",
    "created_by_id",
    "updated_by_id",
    "last_activity_at",
    "is_deleted",
    "first_name",
    "last_name",
    "prefix",
    "name",
    "title",
    "department",
    "description",
    "account_id",
    "account_name",
    "owner_id",
    "reports_to_id",
    "email_addresses",
    "phone_numbers",
    "addresses",
    "birthday",
    "lead_source",
];

/// The stamp with `Z`, for offset zero; every digit is looked at.
fn stamp(text: Text<'_>) -> Option<String> {
    let text = text?.0;
    let b = text.as_bytes();
    let digits = |from: usize, to: usize| b.get(from..to).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let sound = b.len() == 28
        && [(0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19), (20, 23)].iter().all(|&(from, to)| digits(from, to))
        && b.ends_with(b"+0000");
    sound.then(|| format!("{}Z", text.get(..23).unwrap_or_default()))
}

fn e164(number: &str) -> Option<String> {
    let rest = number.strip_prefix('+')?;
    let mut out = String::with_capacity(16);
    out.push('+');
    for c in rest.chars() {
        match c {
            '0'..='9' => out.push(c),
            ' ' | '-' | '.' | '(' | ')' | '/' => {}
            _ => return None,
        }
    }
    (9..=16).contains(&out.len()).then_some(out)
}

fn contact(source: Source<'_>) -> Contact<'_> {
    let numbers = [
        ("WORK", source.phone),
        ("MOBILE", source.mobile_phone),
        ("HOME", source.home_phone),
        ("OTHER", source.other_phone),
    ];
    let mut phone_numbers: Vec<Phone<'_>> = Vec::new();
    for (kind, number) in numbers {
        if let Some(number) = number {
            phone_numbers.push(Phone {
                r#type: kind,
                is_primary: phone_numbers.is_empty(),
                e164: e164(&number.0),
                number,
                extension: (),
            });
        }
    }
    let address = Address {
        r#type: "MAILING",
        is_primary: true,
        street_1: source.mailing_street,
        street_2: (),
        city: source.mailing_city,
        state: source.mailing_state,
        state_code: (),
        postal_code: source.mailing_postal_code,
        country: source.mailing_country,
        country_code: (),
        latitude: (),
        longitude: (),
    };
    let present = address.street_1.is_some()
        || address.city.is_some()
        || address.state.is_some()
        || address.postal_code.is_some()
        || address.country.is_some();
    Contact {
        url: format!("https://crm.example/lightning/r/Contact/{}/view", source.id.0),
        id: source.id.0.clone(),
        remote_id: source.id,
        object: "contact",
        connection_id: "con_1",
        provider: "salesforce",
        created_at: stamp(source.created_date),
        updated_at: stamp(source.system_modstamp),
        created_by_id: source.created_by_id,
        updated_by_id: source.last_modified_by_id,
        last_activity_at: source.last_activity_date,
        is_deleted: source.is_deleted,
        first_name: source.first_name,
        last_name: source.last_name,
        prefix: source.salutation,
        name: source.name,
        title: source.title,
        department: source.department,
        description: source.description,
        account_id: source.account_id,
        account_name: source.account.and_then(|a| a.name),
        owner_id: source.owner_id,
        reports_to_id: source.reports_to_id,
        email_addresses: source
            .email
            .map(|email| Email { r#type: "WORK", is_primary: true, email })
            .into_iter()
            .collect(),
        phone_numbers,
        addresses: if present { vec![address] } else { Vec::new() },
        birthday: source.birthdate,
        lead_source: source.lead_source,
    }
}

fn contacts(page: Page<'_>) -> Vec<Contact<'_>> {
    page.records.into_iter().map(contact).collect()
}

/// The page through serde_json; the output is a JSON array.
pub(super) fn serde_json(body: &[u8], out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    serde_json::to_writer(out, &contacts(serde_json::from_str(text)?))
}

/// The page through sonic-rs.
pub(super) fn sonic(body: &[u8], out: &mut Vec<u8>) -> Result<(), sonic_rs::Error> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    sonic_rs::to_writer(out, &contacts(sonic_rs::from_str(text)?))
}
