//! Values of several parts: what stands in `email_addresses`,
//! `phone_numbers`, `addresses` and the other lists, and sums of money.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Decimal, Field, List, Marker, Number, Ref, Text};
use crate::info::{Kind, ListInfo, PartInfo, PartRole};
use crate::object::refs::{Account, Contact, Lead, Target, User};

use crate::words::{AddressKind, AttendeeStatus, CommonEnum, EmailKind, PhoneKind, SocialKind, WebKind};

/// What a list can hold.
pub trait ListItem {
    /// The item's types and parts.
    const INFO: ListInfo;
}

const fn row(name: &'static str, kind: Kind) -> PartInfo {
    let role = PartRole::Row;
    PartInfo { name, kind, role }
}

const fn kind_of(names: &'static [&'static str]) -> PartInfo {
    PartInfo { name: "type", kind: Kind::Enum(names), role: PartRole::Type }
}

const PRIMARY: PartInfo = PartInfo { name: "is_primary", kind: Kind::Bool, role: PartRole::Primary };

impl ListItem for Text {
    const INFO: ListInfo = ListInfo { kinds: &[], parts: &[] };
}

impl<O: Target> ListItem for Ref<O> {
    const INFO: ListInfo = ListInfo { kinds: &[], parts: &[] };
}

/// An e-mail address with its use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailAddress {
    /// What it is used for.
    #[serde(rename = "type")]
    #[schema(required = false)]
    pub kind: EmailKind,
    /// True for the first address that is present.
    #[schema(required = false)]
    pub is_primary: bool,
    /// The address as the CRM has it.
    pub email: Option<String>,
}

impl ListItem for EmailAddress {
    const INFO: ListInfo =
        ListInfo { kinds: EmailKind::NAMES, parts: &[kind_of(EmailKind::NAMES), PRIMARY, row("email", Kind::Text)] };
}

impl Field<List<EmailAddress>> {
    /// The address of this kind.
    pub const fn of(self, kind: EmailKind) -> Field<Text> {
        self.at(kind as u8 + 1, 3)
    }
}

/// A telephone number with its use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneNumber {
    /// What it reaches.
    #[serde(rename = "type")]
    #[schema(required = false)]
    pub kind: PhoneKind,
    /// True for the first number that is present.
    #[schema(required = false)]
    pub is_primary: bool,
    /// The number as the CRM has it; most CRMs keep free text.
    pub number: Option<String>,
    /// The number as `+` and 8 to 15 digits (ITU-T E.164), when the text
    /// starts with `+` and holds nothing else but digits and the usual
    /// separators; otherwise null. Never guessed from a country.
    pub e164: Option<String>,
    /// The extension, where the CRM keeps it apart.
    pub extension: Option<String>,
}

impl ListItem for PhoneNumber {
    const INFO: ListInfo = ListInfo {
        kinds: PhoneKind::NAMES,
        parts: &[
            kind_of(PhoneKind::NAMES),
            PRIMARY,
            row("number", Kind::Text),
            PartInfo { name: "e164", kind: Kind::Text, role: PartRole::Derived },
            row("extension", Kind::Text),
        ],
    };
}

impl Field<List<PhoneNumber>> {
    /// The number of this kind.
    pub const fn of(self, kind: PhoneKind) -> Field<Text> {
        self.at(kind as u8 + 1, 3)
    }

    /// The extension that belongs to the number of this kind.
    pub const fn extension_of(self, kind: PhoneKind) -> Field<Text> {
        self.at(kind as u8 + 1, 5)
    }
}

/// A postal address with its use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// What it is used for.
    #[serde(rename = "type")]
    #[schema(required = false)]
    pub kind: AddressKind,
    /// True for the first address that is present.
    #[schema(required = false)]
    pub is_primary: bool,
    /// Street and house number; may hold several lines.
    pub street_1: Option<String>,
    /// The second street line, where the CRM keeps it apart.
    pub street_2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or region, as text.
    pub state: Option<String>,
    /// State or region, as the CRM's code.
    pub state_code: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country, as text.
    pub country: Option<String>,
    /// Country, as the CRM's code (ISO 3166-1 alpha-2 in most CRMs).
    pub country_code: Option<String>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
}

impl ListItem for Address {
    const INFO: ListInfo = ListInfo {
        kinds: AddressKind::NAMES,
        parts: &[
            kind_of(AddressKind::NAMES),
            PRIMARY,
            row("street_1", Kind::Text),
            row("street_2", Kind::Text),
            row("city", Kind::Text),
            row("state", Kind::Text),
            row("state_code", Kind::Text),
            row("postal_code", Kind::Text),
            row("country", Kind::Text),
            row("country_code", Kind::Text),
            row("latitude", Kind::Number),
            row("longitude", Kind::Number),
        ],
    };
}

/// One address of a list, whose parts are keys.
#[derive(Debug, Clone, Copy)]
pub struct AddressAt {
    list: Field<List<Address>>,
    item: u8,
}

impl Field<List<Address>> {
    /// The address of this kind.
    pub const fn of(self, kind: AddressKind) -> AddressAt {
        AddressAt { list: self, item: kind as u8 + 1 }
    }
}

macro_rules! address_parts {
    ($($(#[$doc:meta])+ $name:ident: $marker:ty = $part:literal;)+) => {
        impl AddressAt {$(
            $(#[$doc])+
            pub const fn $name(self) -> Field<$marker> {
                self.list.at(self.item, $part)
            }
        )+}
    };
}

address_parts! {
    /// Street and house number.
    street_1: Text = 3;
    /// The second street line.
    street_2: Text = 4;
    /// City.
    city: Text = 5;
    /// State or region, as text.
    state: Text = 6;
    /// State or region, as a code.
    state_code: Text = 7;
    /// Postal code.
    postal_code: Text = 8;
    /// Country, as text.
    country: Text = 9;
    /// Country, as a code.
    country_code: Text = 10;
    /// Degrees north.
    latitude: Number = 11;
    /// Degrees east.
    longitude: Number = 12;
}

/// A web address with its use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebLink {
    /// What it shows.
    #[serde(rename = "type")]
    #[schema(required = false)]
    pub kind: WebKind,
    /// The address.
    pub url: Option<String>,
}

impl ListItem for WebLink {
    const INFO: ListInfo =
        ListInfo { kinds: WebKind::NAMES, parts: &[kind_of(WebKind::NAMES), row("url", Kind::Text)] };
}

impl Field<List<WebLink>> {
    /// The web address of this kind.
    pub const fn of(self, kind: WebKind) -> Field<Text> {
        self.at(kind as u8 + 1, 2)
    }
}

/// A profile in a social network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SocialLink {
    /// The network.
    #[serde(rename = "type")]
    #[schema(required = false)]
    pub kind: SocialKind,
    /// The address of the profile.
    pub url: Option<String>,
}

impl ListItem for SocialLink {
    const INFO: ListInfo =
        ListInfo { kinds: SocialKind::NAMES, parts: &[kind_of(SocialKind::NAMES), row("url", Kind::Text)] };
}

impl Field<List<SocialLink>> {
    /// The profile in this network.
    pub const fn of(self, kind: SocialKind) -> Field<Text> {
        self.at(kind as u8 + 1, 2)
    }
}

/// One of several accounts that a person belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountLink {
    /// True for the account that the person belongs to first of all.
    #[schema(required = false)]
    pub is_primary: bool,
    /// The account's id.
    pub id: Option<String>,
    /// The person's role there.
    pub role: Option<String>,
}

impl ListItem for AccountLink {
    const INFO: ListInfo =
        ListInfo { kinds: &[], parts: &[PRIMARY, row("id", Kind::Ref(Account::OBJECT)), row("role", Kind::Text)] };
}

/// One of several contacts that have a part in a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactLink {
    /// The contact's id.
    pub id: Option<String>,
    /// The person's part in it, such as `Decision Maker`.
    pub role: Option<String>,
    /// Whether the CRM marks this contact as the first to turn to.
    pub is_primary: Option<bool>,
}

impl ListItem for ContactLink {
    const INFO: ListInfo = ListInfo {
        kinds: &[],
        // Said by the CRM, and not by the place in the list: a deal may have none.
        parts: &[row("id", Kind::Ref(Contact::OBJECT)), row("role", Kind::Text), row("is_primary", Kind::Bool)],
    };
}

/// Somebody who was asked to a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    /// The e-mail address.
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// What they answered.
    pub status: Option<AttendeeStatus>,
    /// Whether it is their meeting.
    pub is_organizer: Option<bool>,
    /// The contact, where it is one.
    pub contact_id: Option<String>,
    /// The user of the CRM, where it is one.
    pub user_id: Option<String>,
    /// The lead, where it is one.
    pub lead_id: Option<String>,
}

impl ListItem for Attendee {
    const INFO: ListInfo = ListInfo {
        kinds: &[],
        parts: &[
            row("email", Kind::Text),
            row("name", Kind::Text),
            row("status", Kind::Enum(AttendeeStatus::NAMES)),
            row("is_organizer", Kind::Bool),
            row("contact_id", Kind::Ref(Contact::OBJECT)),
            row("user_id", Kind::Ref(User::OBJECT)),
            row("lead_id", Kind::Ref(Lead::OBJECT)),
        ],
    };
}

/// Another record, by id and name; present only with `expand`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedReference {
    /// The record's id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// A sum of money. Null as a whole when the CRM has no amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// The amount as a decimal number in a string, exact.
    pub amount: Option<String>,
    /// The currency (ISO 4217); null when the CRM does not say.
    pub currency: Option<String>,
}

impl Marker for Money {
    const KIND: Kind = Kind::Money(&[row("amount", Kind::Decimal), row("currency", Kind::Text)]);
}

impl Field<Money> {
    /// The amount.
    pub const fn amount(self) -> Field<Decimal> {
        self.at(0, 1)
    }

    /// The currency.
    pub const fn currency(self) -> Field<Text> {
        self.at(0, 2)
    }
}
