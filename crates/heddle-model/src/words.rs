//! The closed halves of the open enums: the words we know. A provider's word
//! without a common one reads as `OTHER`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A common enum: its words in the order they are documented.
pub trait CommonEnum {
    /// The words as they stand in JSON, upper case.
    const NAMES: &'static [&'static str];
}

macro_rules! words {
    // A token tree and not a literal: only so the derive of the schema sees the word.
    ($($(#[$about:meta])+ $name:ident { $($(#[$doc:meta])+ $variant:ident = $word:tt),+ $(,)? })+) => {$(
        $(#[$about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        pub enum $name {$(
            $(#[$doc])+
            #[serde(rename = $word)]
            $variant,
        )+}
        impl CommonEnum for $name {
            const NAMES: &'static [&'static str] = &[$($word),+];
        }
        impl $name {
            /// The word as it stands in JSON.
            pub const fn as_str(self) -> &'static str {
                Self::NAMES[self as usize]
            }
        }
    )+};
}

words! {
    /// What an e-mail address is used for.
    EmailKind {
        /// At work.
        Work = "WORK",
        /// Private.
        Personal = "PERSONAL",
        /// At home.
        Home = "HOME",
        /// For invoices.
        Billing = "BILLING",
        /// Anything else.
        Other = "OTHER",
    }

    /// What a telephone number reaches.
    PhoneKind {
        /// At work.
        Work = "WORK",
        /// A mobile telephone.
        Mobile = "MOBILE",
        /// At home.
        Home = "HOME",
        /// A fax machine.
        Fax = "FAX",
        /// The person's assistant.
        Assistant = "ASSISTANT",
        /// Anything else.
        Other = "OTHER",
    }

    /// What a postal address is used for.
    AddressKind {
        /// For letters.
        Mailing = "MAILING",
        /// For invoices.
        Billing = "BILLING",
        /// For goods.
        Shipping = "SHIPPING",
        /// At home.
        Home = "HOME",
        /// At work.
        Work = "WORK",
        /// Anything else.
        Other = "OTHER",
    }

    /// What a web address shows.
    WebKind {
        /// The employer's site.
        Work = "WORK",
        /// A private site.
        Personal = "PERSONAL",
        /// Anything else.
        Other = "OTHER",
    }

    /// Which network a profile belongs to.
    SocialKind {
        /// LinkedIn.
        Linkedin = "LINKEDIN",
        /// X, formerly Twitter.
        X = "X",
        /// Facebook.
        Facebook = "FACEBOOK",
        /// Anything else.
        Other = "OTHER",
    }

    /// What an account is to us.
    AccountType {
        /// May buy.
        Prospect = "PROSPECT",
        /// Has bought.
        Customer = "CUSTOMER",
        /// Sells or works with us.
        Partner = "PARTNER",
        /// Sells to us.
        Vendor = "VENDOR",
        /// Sells what we sell.
        Competitor = "COMPETITOR",
        /// A type without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// How far a person has come on the way to being a customer.
    LifecycleStage {
        /// Receives news.
        Subscriber = "SUBSCRIBER",
        /// Has shown interest.
        Lead = "LEAD",
        /// Qualified by marketing.
        Mql = "MQL",
        /// Qualified by sales.
        Sql = "SQL",
        /// Part of a possible sale.
        Opportunity = "OPPORTUNITY",
        /// Has bought.
        Customer = "CUSTOMER",
        /// Recommends us to others.
        Evangelist = "EVANGELIST",
        /// A stage without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// How far a lead has come.
    LeadStatus {
        /// Nobody has done anything yet.
        New = "NEW",
        /// Somebody works on it.
        Working = "WORKING",
        /// Not ready yet, and kept warm.
        Nurturing = "NURTURING",
        /// Worth selling to.
        Qualified = "QUALIFIED",
        /// Not worth selling to.
        Unqualified = "UNQUALIFIED",
        /// Became a contact, an account or a deal.
        Converted = "CONVERTED",
        /// A status without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// How far something to do has come.
    TaskStatus {
        /// Nobody has begun.
        NotStarted = "NOT_STARTED",
        /// Somebody is at it.
        InProgress = "IN_PROGRESS",
        /// Somebody else must do something first.
        Waiting = "WAITING",
        /// Done.
        Completed = "COMPLETED",
        /// Put off.
        Deferred = "DEFERRED",
        /// Given up.
        Cancelled = "CANCELLED",
        /// A status without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// How urgent something is.
    TaskPriority {
        /// Before the rest.
        High = "HIGH",
        /// As usual.
        Normal = "NORMAL",
        /// After the rest.
        Low = "LOW",
        /// A priority without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// Who called whom.
    CallDirection {
        /// They called us.
        Inbound = "INBOUND",
        /// We called them.
        Outbound = "OUTBOUND",
        /// Among ourselves.
        Internal = "INTERNAL",
        /// A direction without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// What a calendar shows of the time of a meeting.
    ShowAs {
        /// Taken.
        Busy = "BUSY",
        /// Still free for others.
        Free = "FREE",
        /// Perhaps taken.
        Tentative = "TENTATIVE",
        /// Away.
        OutOfOffice = "OUT_OF_OFFICE",
        /// A word without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// What an attendee answered.
    AttendeeStatus {
        /// Will come.
        Accepted = "ACCEPTED",
        /// May come.
        Tentative = "TENTATIVE",
        /// Will not come.
        Declined = "DECLINED",
        /// Has not answered.
        NeedsAction = "NEEDS_ACTION",
    }

    /// How far an e-mail has come.
    EmailStatus {
        /// Came in and was not read.
        New = "NEW",
        /// Was read.
        Read = "READ",
        /// Was answered.
        Replied = "REPLIED",
        /// Was sent.
        Sent = "SENT",
        /// Was passed on.
        Forwarded = "FORWARDED",
        /// Was not sent yet.
        Draft = "DRAFT",
        /// A status without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// What a text is written in.
    ContentType {
        /// Plain text.
        Text = "TEXT",
        /// HTML.
        Html = "HTML",
    }

    /// How a deal stands.
    DealStatus {
        /// Not decided yet.
        Open = "OPEN",
        /// Sold.
        Won = "WON",
        /// Not sold.
        Lost = "LOST",
        /// A status without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// Which sum of a forecast a deal counts in.
    ForecastCategory {
        /// In none.
        Omitted = "OMITTED",
        /// What may come.
        Pipeline = "PIPELINE",
        /// What comes if all goes well.
        BestCase = "BEST_CASE",
        /// What is most likely to come.
        MostLikely = "MOST_LIKELY",
        /// What is promised.
        Commit = "COMMIT",
        /// What is won.
        Closed = "CLOSED",
        /// A category without a common name; see the field's `_raw` twin.
        Other = "OTHER",
    }

    /// Who owns a record.
    OwnerType {
        /// A user.
        User = "USER",
        /// A queue, from which users take records.
        Queue = "QUEUE",
        /// A team.
        Team = "TEAM",
        /// Something else.
        Other = "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::DeserializeOwned;
    use utoipa::PartialSchema;

    fn agree<T: CommonEnum + PartialSchema + DeserializeOwned>() {
        let schema = serde_json::to_value(T::schema()).unwrap();
        assert_eq!(schema["enum"], serde_json::json!(T::NAMES));
        for name in T::NAMES {
            assert!(serde_json::from_value::<T>(serde_json::json!(name)).is_ok(), "{name}");
        }
    }

    #[test]
    fn the_schema_names_the_words_that_stand_in_json() {
        agree::<EmailKind>();
        agree::<PhoneKind>();
        agree::<AddressKind>();
        agree::<WebKind>();
        agree::<SocialKind>();
        agree::<AccountType>();
        agree::<LifecycleStage>();
        agree::<TaskStatus>();
        agree::<TaskPriority>();
        agree::<CallDirection>();
        agree::<ShowAs>();
        agree::<AttendeeStatus>();
        agree::<EmailStatus>();
        agree::<ContentType>();
        agree::<LeadStatus>();
        agree::<DealStatus>();
        agree::<ForecastCategory>();
        agree::<OwnerType>();
    }
}
