//! Common objects, value types and their field keys.
//!
//! One declaration per object ([`contact`], [`account`], [`deal`]) makes four things that must agree:
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
pub mod call;
pub mod contact;
pub mod deal;
pub mod email;
pub mod lead;
pub mod meeting;
pub mod note;
pub mod pipeline;
pub mod record;
pub mod stage;
pub mod task;
pub mod user;

pub use account::Account;
pub use call::Call;
pub use contact::Contact;
pub use deal::Deal;
pub use email::Email;
pub use field::{
    Bool, Date, DateOrTime, Decimal, Enum, Field, Id, Int, Json, List, Map, Marker, Named, Number, Place, Ref, Text,
    Timestamp,
};
pub use info::{Addressed, FieldInfo, Kind, ListInfo, Model, PartInfo, PartRole, Role};
pub use lead::Lead;
pub use meeting::Meeting;
pub use note::Note;
pub use object::{Object, refs};
pub use pipeline::Pipeline;
pub use record::Record;
pub use stage::Stage;
pub use task::Task;
pub use user::User;
pub use values::{
    AccountLink, Address, AddressAt, Attendee, ContactLink, EmailAddress, ListItem, Money, NamedReference, PhoneNumber,
    SocialLink, WebLink,
};
pub use words::{
    AccountType, AddressKind, AttendeeStatus, CallDirection, CommonEnum, ContentType, DealStatus, EmailKind,
    EmailStatus, ForecastCategory, LeadStatus, LifecycleStage, OwnerType, PhoneKind, ShowAs, SocialKind, TaskPriority,
    TaskStatus, WebKind,
};
