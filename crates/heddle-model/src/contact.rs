//! The contact: a person in the CRM.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, Date, DateOrTime, Enum, Field, Id, Json, List, Map, Marker, Named, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::values::{AccountLink, Address, EmailAddress, NamedReference, PhoneNumber, SocialLink, WebLink};
use crate::words::LifecycleStage;

model! {
    /// A person in the CRM. A field that is null has no value in the CRM, or
    /// the CRM has no such field: the object's schema tells which.
    object Contact;

    /// Given name.
    FIRST_NAME first_name: Text = Write;
    /// Family name.
    LAST_NAME last_name: Text = Write;
    /// Middle name.
    MIDDLE_NAME middle_name: Text = Write;
    /// Form of address before the name, such as `Dr.`.
    PREFIX prefix: Text = Write;
    /// What follows the name, such as `Jr.`.
    SUFFIX suffix: Text = Write;
    /// The whole name as the CRM shows it.
    NAME name: Text = Read;
    /// Job title.
    TITLE title: Text = Write;
    /// Department.
    DEPARTMENT department: Text = Write;
    /// Free text about the person.
    DESCRIPTION description: Text = Write;
    /// The account that the person belongs to.
    ACCOUNT_ID account_id: Ref(refs::Account) = Write;
    /// All accounts that the person belongs to, where the CRM allows several.
    ACCOUNT_IDS account_ids: List(AccountLink) = Read;
    /// The name of the account.
    ACCOUNT_NAME account_name: Text = Read;
    /// The account; only with `expand=account`.
    ACCOUNT account: Named(refs::Account) = Expand;
    /// The user who is responsible for the person.
    OWNER_ID owner_id: Ref(refs::User) = Write;
    /// The owner; only with `expand=owner`.
    OWNER owner: Named(refs::User) = Expand;
    /// The contact whom the person reports to.
    REPORTS_TO_ID reports_to_id: Ref(refs::Contact) = Write;
    /// E-mail addresses.
    EMAILS email_addresses: List(EmailAddress) = Write;
    /// Telephone and fax numbers.
    PHONES phone_numbers: List(PhoneNumber) = Write;
    /// Postal addresses.
    ADDRESSES addresses: List(Address) = Write;
    /// Web sites.
    WEBSITES websites: List(WebLink) = Write;
    /// Profiles in social networks.
    SOCIAL_LINKS social_links: List(SocialLink) = Write;
    /// A picture of the person.
    IMAGE_URL image_url: Text = Read;
    /// Date of birth.
    BIRTHDAY birthday: Date = Write;
    /// Where the contact came from.
    LEAD_SOURCE lead_source: Text = Write;
    /// How far the person has come on the way to being a customer.
    LIFECYCLE_STAGE lifecycle_stage: Enum(LifecycleStage) = Write;
    /// The CRM's own word for `lifecycle_stage`.
    LIFECYCLE_STAGE_RAW lifecycle_stage_raw: Text = RawWord;
    /// The CRM's own status of the record.
    STATUS status: Text = Write;
    /// Whether the record is in use.
    IS_ACTIVE is_active: Bool = Write;
    /// The CRM's own type of the record.
    TYPE r#type: Text = Write;
    /// Preferred language.
    LANGUAGE language: Text = Write;
    /// Time zone.
    TIMEZONE timezone: Text = Write;
    /// Gender.
    GENDER gender: Text = Write;
    /// Whether the person asked not to be called.
    DO_NOT_CALL do_not_call: Bool = Write;
    /// Whether the person asked not to get e-mail.
    EMAIL_OPT_OUT email_opt_out: Bool = Write;
    /// When an e-mail to the person last came back.
    EMAIL_BOUNCED_AT email_bounced_at: Timestamp = Read;
    /// Why it came back.
    EMAIL_BOUNCED_REASON email_bounced_reason: Text = Read;
    /// Tags.
    TAGS tags: List(Text) = Write;
    /// Deals that the person takes part in.
    DEAL_IDS deal_ids: List(Ref<refs::Deal>) = Read;
    /// Industry.
    INDUSTRY industry: Text = Write;
}
