//! Common objects, value types and their field keys.
//!
//! One declaration per object ([`contact`], [`account`]) makes four things that must agree:
//! the typed keys that mapping tables join to provider fields
//! ([`contact::FIRST_NAME`]), the order in which fields are written, the
//! metadata that filters, checks and documents read ([`contact::MODEL`]), and
//! the plain struct that OpenAPI and the clients are generated from
//! ([`Contact`]). The struct is not on the hot path: the mapping engine writes
//! bytes, and the tests read them back into it.

mod field;
mod info;
#[macro_use]
mod model_macro;
mod object;
mod values;
mod words;

pub mod account;
pub mod contact;

pub use account::Account;
pub use contact::Contact;
pub use field::{
    Bool, Date, DateOrTime, Decimal, Enum, Field, Id, Int, Json, List, Map, Marker, Named, Number, Place, Ref, Text,
    Timestamp,
};
pub use info::{Addressed, FieldInfo, Kind, ListInfo, Model, PartInfo, PartRole, Role};
pub use object::{Object, refs};
pub use values::{
    AccountLink, Address, AddressAt, EmailAddress, ListItem, Money, NamedReference, PhoneNumber, SocialLink, WebLink,
};
pub use words::{AccountType, AddressKind, CommonEnum, EmailKind, LifecycleStage, PhoneKind, SocialKind, WebKind};
