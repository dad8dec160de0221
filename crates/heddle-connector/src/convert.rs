//! The conversion of a lead, and what came of it.

use serde::{Deserialize, Serialize};

/// A lead to convert. Ids are the provider's, as
/// [`Connector::id`](crate::Connector::id) made them.
#[derive(Debug)]
pub struct ConvertQuery<'a> {
    /// The lead.
    pub lead_id: &'a str,
    /// An account to put the person into; a new one is made without.
    pub account_id: Option<&'a str>,
    /// A contact that the lead is; a new one is made without.
    pub contact_id: Option<&'a str>,
    /// Whether a deal is made.
    pub create_deal: bool,
    /// The deal's name; the provider chooses one without.
    pub deal_name: Option<&'a str>,
    /// Who gets the new records; the lead's owner without.
    pub owner_id: Option<&'a str>,
    /// The lead's status from then on, as the provider's own word; the
    /// account's first one for converted leads without.
    pub status: Option<&'a str>,
    /// Whether the lead's source takes the place of the contact's.
    pub overwrite_lead_source: bool,
    /// Whether the owner is told by e-mail.
    pub send_notification: bool,
    /// Whether a rule of the account that only warns of duplicates is passed over.
    pub allow_duplicates: bool,
}

/// What a lead became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    /// The lead.
    pub lead_id: String,
    /// The account, new or given.
    pub account_id: String,
    /// The contact, new or given.
    pub contact_id: String,
    /// The deal; `None` where none was to be made.
    pub deal_id: Option<String>,
}
