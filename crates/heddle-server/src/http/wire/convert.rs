//! The conversion of a lead.

use super::{ProviderRequest, Warning};
use heddle_engine::Converted;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a lead is converted. All of it may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConvertRequest {
    /// An account that the person belongs to; without it a new one is made of
    /// the lead's company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub account_id: Option<String>,
    /// A contact that the lead is; without it a new one is made. Salesforce
    /// takes it together with `account_id` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact_id: Option<String>,
    /// Whether a deal is made; true when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, default = true)]
    pub create_deal: Option<bool>,
    /// The deal's name; Salesforce takes the company's without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 255)]
    pub deal_name: Option<String>,
    /// The user who gets the new records; the lead's owner without it. Needed
    /// where a queue has the lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner_id: Option<String>,
    /// The lead's status from then on, by the CRM's own word; without it the
    /// first of those that the account has for converted leads, in the order
    /// of its set-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 255, examples("Closed - Converted"))]
    pub status: Option<String>,
    /// Whether the lead's source takes the place of that of a given contact;
    /// false when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, default = false)]
    pub overwrite_lead_source: Option<bool>,
    /// Whether the owner is told by e-mail; false when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, default = false)]
    pub send_notification: Option<bool>,
}

/// A lead that was converted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeadConverted {
    /// What it became; empty in a dry run.
    pub data: ConvertedLead,
    /// With `dry_run=true`: the requests that would be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub requests: Option<Vec<ProviderRequest>>,
    /// What is worth knowing.
    pub warnings: Vec<Warning>,
}

/// What a lead became.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ConvertedLead {
    /// The lead.
    #[schema(required = false)]
    pub lead_id: String,
    /// The account, new or given.
    #[schema(required = false)]
    pub account_id: String,
    /// The contact, new or given.
    #[schema(required = false)]
    pub contact_id: String,
    /// The deal; null where none was made.
    pub deal_id: Option<String>,
}

impl From<&Converted> for ConvertedLead {
    fn from(converted: &Converted) -> Self {
        Self {
            lead_id: converted.lead_id.clone(),
            account_id: converted.account_id.clone(),
            contact_id: converted.contact_id.clone(),
            deal_id: converted.deal_id.clone(),
        }
    }
}
