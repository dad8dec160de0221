//! The account: a company or other organisation in the CRM.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Enum, Field, Id, Int, Json, List, Map, Marker, Named, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::values::{Address, EmailAddress, Money, NamedReference, PhoneNumber, SocialLink};
use crate::words::{AccountType, LifecycleStage};

model! {
    /// A company or other organisation in the CRM. A field that is null has no
    /// value in the CRM, or the CRM has no such field: the object's schema
    /// tells which.
    object Account;

    /// Name.
    NAME name: Text = Write;
    /// Free text about the account.
    DESCRIPTION description: Text = Write;
    /// Industry.
    INDUSTRY industry: Text = Write;
    /// The main web site as the CRM has it, with or without `https://`.
    WEBSITE website: Text = Write;
    /// Internet domains, lower case and without `www.`.
    DOMAINS domains: List(Text) = Read;
    /// How many people work there.
    NUMBER_OF_EMPLOYEES number_of_employees: Int = Write;
    /// Income in a year.
    ANNUAL_REVENUE annual_revenue: Money = Write;
    /// What the account is to us.
    TYPE r#type: Enum(AccountType) = Write;
    /// The CRM's own word for `type`.
    TYPE_RAW type_raw: Text = RawWord;
    /// Form of ownership, such as `Public`.
    OWNERSHIP ownership: Text = Write;
    /// How promising the account is, such as `Hot`.
    RATING rating: Text = Write;
    /// The symbol of its shares.
    TICKER_SYMBOL ticker_symbol: Text = Write;
    /// The number that the CRM's users gave the account.
    ACCOUNT_NUMBER account_number: Text = Write;
    /// Which of several places of one company this is.
    SITE site: Text = Write;
    /// The account that this one belongs to.
    PARENT_ID parent_id: Ref(refs::Account) = Write;
    /// The user who is responsible for the account.
    OWNER_ID owner_id: Ref(refs::User) = Write;
    /// The owner; only with `expand=owner`.
    OWNER owner: Named(refs::User) = Expand;
    /// E-mail addresses.
    EMAILS email_addresses: List(EmailAddress) = Write;
    /// Telephone and fax numbers.
    PHONES phone_numbers: List(PhoneNumber) = Write;
    /// Postal addresses.
    ADDRESSES addresses: List(Address) = Write;
    /// Profiles in social networks.
    SOCIAL_LINKS social_links: List(SocialLink) = Write;
    /// A picture, usually the logo.
    IMAGE_URL image_url: Text = Read;
    /// How far the account has come on the way to being a customer.
    LIFECYCLE_STAGE lifecycle_stage: Enum(LifecycleStage) = Write;
    /// The CRM's own word for `lifecycle_stage`.
    LIFECYCLE_STAGE_RAW lifecycle_stage_raw: Text = RawWord;
    /// Where the account came from.
    SOURCE source: Text = Write;
    /// Whether the account is a single person, where the CRM knows such accounts.
    IS_PERSON_ACCOUNT is_person_account: Bool = Read;
    /// The people who belong to the account.
    CONTACT_IDS contact_ids: List(Ref<refs::Contact>) = Read;
    /// Its deals.
    DEAL_IDS deal_ids: List(Ref<refs::Deal>) = Read;
    /// Tags.
    TAGS tags: List(Text) = Write;
    /// The CRM's own status of the record.
    STATUS status: Text = Write;
    /// Whether the record is in use.
    IS_ACTIVE is_active: Bool = Write;
    /// Time zone.
    TIMEZONE timezone: Text = Write;
}
