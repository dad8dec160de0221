//! The lead: a person or company that is not qualified yet.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Enum, Field, Id, Int, Json, List, Map, Marker, Named, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::values::{Address, EmailAddress, Money, NamedReference, PhoneNumber, SocialLink};
use crate::words::{LeadStatus, OwnerType};

model! {
    /// A person or company in the CRM that is not qualified yet. A field that
    /// is null has no value in the CRM, or the CRM has no such field: the
    /// object's schema tells which.
    object Lead;

    /// First name.
    FIRST_NAME first_name: Text = Write;
    /// Last name.
    LAST_NAME last_name: Text = Write;
    /// Full name as the CRM shows it.
    NAME name: Text = Read;
    /// What stands before the name, such as `Dr.`
    PREFIX prefix: Text = Write;
    /// The company that the person works for.
    COMPANY_NAME company_name: Text = Write;
    /// Position.
    TITLE title: Text = Write;
    /// Free text about the lead.
    DESCRIPTION description: Text = Write;
    /// The company's web site as the CRM has it, with or without `https://`.
    WEBSITE website: Text = Write;
    /// The company's industry.
    INDUSTRY industry: Text = Write;
    /// Where the lead came from.
    LEAD_SOURCE lead_source: Text = Write;
    /// How far the lead has come.
    STATUS status: Enum(LeadStatus) = Write;
    /// The CRM's own word for `status`.
    STATUS_RAW status_raw: Text = RawWord;
    /// How promising the lead is, such as `Hot`.
    RATING rating: Text = Write;
    /// What the lead may be worth.
    AMOUNT amount: Money = Write;
    /// The company's income in a year.
    ANNUAL_REVENUE annual_revenue: Money = Write;
    /// How many people work for the company.
    NUMBER_OF_EMPLOYEES number_of_employees: Int = Write;
    /// E-mail addresses.
    EMAILS email_addresses: List(EmailAddress) = Write;
    /// Telephone and fax numbers.
    PHONES phone_numbers: List(PhoneNumber) = Write;
    /// Postal addresses.
    ADDRESSES addresses: List(Address) = Write;
    /// Profiles in social networks.
    SOCIAL_LINKS social_links: List(SocialLink) = Write;
    /// The user, queue or team that is responsible for the lead.
    OWNER_ID owner_id: Ref(refs::User) = Write;
    /// What `owner_id` is the id of.
    OWNER_TYPE owner_type: Enum(OwnerType) = Read;
    /// The owner; only with `expand=owner`.
    OWNER owner: Named(refs::User) = Expand;
    /// Whether the lead became a contact, an account or a deal. Such a lead is
    /// only read from then on.
    IS_CONVERTED is_converted: Bool = Read;
    /// When it did: a date where the CRM keeps only the day, otherwise a timestamp.
    CONVERTED_AT converted_at: DateOrTime = Read;
    /// The contact that it became.
    CONVERTED_CONTACT_ID converted_contact_id: Ref(refs::Contact) = Read;
    /// The account that it became.
    CONVERTED_ACCOUNT_ID converted_account_id: Ref(refs::Account) = Read;
    /// The deal that it became.
    CONVERTED_DEAL_ID converted_deal_id: Ref(refs::Deal) = Read;
    /// The contact that the lead is about, where leads have no names of their own.
    CONTACT_ID contact_id: Ref(refs::Contact) = Write;
    /// The account that the lead is about, where leads have no names of their own.
    ACCOUNT_ID account_id: Ref(refs::Account) = Write;
    /// Tags.
    TAGS tags: List(Text) = Write;
    /// Language.
    LANGUAGE language: Text = Write;
}
