//! Pages as Salesforce answers them: 31 keys a record, about 1 kB, with
//! nested accounts, nulls, escapes and some letters beyond ASCII.

use std::fmt::Write as _;

use super::mutate::Dice;

/// How a page is laid out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Layout {
    /// Keys in another order in every record.
    pub(crate) shuffled: bool,
    /// Custom fields, `Custom_Field_1__c` and so on.
    pub(crate) custom: usize,
}

const STREETS: &[&str] = &[
    "Lange Reihe 14\\r\\nHinterhaus, 3. Stock",
    "12 \\\"The Mill\\\" Lane",
    "Rue de l'Église 7",
    "1 Market Square\\r\\nSuite 400",
    "Åsgatan 21 B",
];
const CITIES: &[&str] = &["Köln", "Málaga", "Springfield", "Łódź", "Leeds", "Zürich"];
const FIRST: &[&str] = &["Ana", "Björn", "Chloé", "Dmitri", "Emma", "Farid", "Grace", "Zoë"];
const LAST: &[&str] = &["Almeida", "Bergström", "Castro", "O'Hara", "Nowak", "Müller", "Tan"];
const TITLES: &[&str] = &["Head of Purchasing", "VP, R&D", "Buyer", "Chief \\\"Everything\\\" Officer"];
const NOTES: &[&str] = &[
    "Met at the spring fair; asks for the new price list.\\r\\nPrefers to be called after lunch, never on Mondays.",
    "Decides about everything below 50 k€ alone. \\\"No more slides\\\", was the message; send figures and references from the same branch.",
];

fn id(prefix: &str, n: usize) -> String {
    format!("\"{prefix}5e00000{n:07}AAA\"")
}

fn stamp(dice: &mut Dice) -> String {
    format!(
        "\"2026-{:02}-{:02}T{:02}:{:02}:{:02}.000+0000\"",
        dice.roll(12) + 1,
        dice.roll(28) + 1,
        dice.roll(24),
        dice.roll(60),
        dice.roll(60)
    )
}

fn pick(dice: &mut Dice, from: &[&str]) -> String {
    format!("\"{}\"", from[dice.roll(from.len())])
}

fn maybe(dice: &mut Dice, json: String) -> String {
    if dice.roll(10) < 4 { "null".to_owned() } else { json }
}

fn phone(dice: &mut Dice) -> String {
    let (a, b) = (dice.roll(900) + 100, dice.roll(9_000_000) + 1_000_000);
    match dice.roll(3) {
        0 => format!("\"+49 {a} {b}\""),
        1 => format!("\"({a}) 555-{:04}\"", b % 10_000),
        _ => format!("\"+1 {a}-555-{:04}\"", b % 10_000),
    }
}

fn record(dice: &mut Dice, n: usize, layout: Layout) -> String {
    let (first, last) = (FIRST[dice.roll(FIRST.len())], LAST[dice.roll(LAST.len())]);
    let account = match dice.roll(5) {
        0 => "null".to_owned(),
        _ => format!(
            "{{\"attributes\":{{\"type\":\"Account\",\"url\":\"/services/data/v66.0/sobjects/Account/0015e00000{:07}AAA\"}},\"Name\":\"{} & Söhne Handels GmbH\"}}",
            n % 40,
            LAST[n % LAST.len()]
        ),
    };
    let account_id = if account == "null" { account.clone() } else { id("001", n % 40) };
    let mut members: Vec<(String, String)> = [
        ("Id", id("003", n)),
        ("CreatedDate", stamp(dice)),
        ("SystemModstamp", stamp(dice)),
        ("CreatedById", id("005", n % 7)),
        ("LastModifiedById", id("005", n % 5)),
        ("LastActivityDate", maybe(dice, "\"2026-03-14\"".to_owned())),
        ("IsDeleted", "false".to_owned()),
        ("FirstName", format!("\"{first}\"")),
        ("LastName", format!("\"{last}\"")),
        ("Salutation", maybe(dice, "\"Dr.\"".to_owned())),
        ("Name", format!("\"{first} {last}\"")),
        ("Title", pick(dice, TITLES)),
        ("Department", maybe(dice, "\"Procurement\"".to_owned())),
        ("Description", pick(dice, NOTES)),
        ("AccountId", account_id),
        ("Account", account),
        ("OwnerId", id("005", n % 3)),
        ("ReportsToId", if n.is_multiple_of(3) { id("003", n / 3) } else { "null".to_owned() }),
        ("Email", format!("\"{}.{n}@customer.example\"", last.to_lowercase())),
        ("Phone", phone(dice)),
        ("MobilePhone", phone(dice)),
        ("HomePhone", "null".to_owned()),
        ("OtherPhone", if dice.roll(4) == 0 { phone(dice) } else { "null".to_owned() }),
        ("MailingStreet", pick(dice, STREETS)),
        ("MailingCity", pick(dice, CITIES)),
        ("MailingState", maybe(dice, "\"NRW\"".to_owned())),
        ("MailingPostalCode", format!("\"{:05}\"", dice.roll(99_999))),
        ("MailingCountry", "\"Germany\"".to_owned()),
        ("Birthdate", maybe(dice, "\"1981-07-09\"".to_owned())),
        ("LeadSource", maybe(dice, "\"Partner Referral\"".to_owned())),
    ]
    .into_iter()
    .map(|(key, json)| (key.to_owned(), json))
    .collect();
    for i in 0..layout.custom {
        let json = match i % 4 {
            0 => "\"A chosen value\"".to_owned(),
            1 => format!("{}.50", dice.roll(100_000)),
            2 => "true".to_owned(),
            _ => {
                let stamp = stamp(dice);
                maybe(dice, stamp)
            }
        };
        members.push((format!("Custom_Field_{i}__c"), json));
    }
    if layout.shuffled {
        // Dice of its own: the records are the same in every layout.
        let mut dice = Dice::new(n as u64 + 1);
        for i in (1..members.len()).rev() {
            members.swap(i, dice.roll(i + 1));
        }
    }
    let mut text = format!(
        "{{\"attributes\":{{\"type\":\"Contact\",\"url\":\"/services/data/v66.0/sobjects/Contact/0035e00000{n:07}AAA\"}}"
    );
    for (key, json) in members {
        let _ = write!(text, ",\"{key}\":{json}");
    }
    text.push('}');
    text
}

/// A page of `count` contacts.
pub(crate) fn page(count: usize, layout: Layout) -> Vec<u8> {
    let mut dice = Dice::new(7);
    let records: Vec<String> = (0..count).map(|n| record(&mut dice, n, layout)).collect();
    format!(
        "{{\"totalSize\":5000,\"done\":false,\"nextRecordsUrl\":\"/services/data/v66.0/query/0r8xx-{count}\",\"records\":[{}]}}",
        records.join(",")
    )
    .into_bytes()
}
