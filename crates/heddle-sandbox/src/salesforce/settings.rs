//! What the control API can switch while the org runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::schema::Visibility;

/// The switches. A partial JSON object changes only what it names.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Calls in 24 hours.
    pub(crate) daily_limit: u64,
    /// Whether the quota cannot run out; the reported limit is then
    /// [`UNLIMITED`].
    pub(crate) unlimited: bool,
    /// Whether calls above the limit are still served, as paid orgs do.
    pub(crate) soft_limit: bool,
    /// Where even a soft limit ends; one and a half times the limit if absent.
    pub(crate) hard_cap: Option<u64>,
    /// `Object.Field` names the run-as user may not see; `Object.*` for a whole
    /// object.
    pub(crate) hidden_fields: Vec<String>,
    /// Whether the org has the API at all.
    pub(crate) api_enabled: bool,
    /// Whether the run-as user sees all records.
    pub(crate) view_all_data: bool,
    /// Whether, without that right, the user sees only records they own.
    pub(crate) private_sharing: bool,
    /// Whether `/limits` is denied.
    pub(crate) limits_forbidden: bool,
    /// Whether addresses have state and country codes.
    pub(crate) state_country_picklists: bool,
    /// The error that the token endpoint gives instead of a token.
    pub(crate) token_error: Option<TokenError>,
    /// How long a token takes, in milliseconds.
    pub(crate) token_delay_ms: u64,
    /// Callback addresses of the app; a consent for any other is refused.
    pub(crate) callback_urls: Vec<String>,
    /// Whether a consent needs a code challenge.
    pub(crate) require_pkce: bool,
    /// How long a code is good, in milliseconds.
    pub(crate) code_life_ms: u64,
    /// Whether a refresh token is good for one use only.
    pub(crate) rotate_refresh_tokens: bool,
    /// The public key of the app's certificate, RSA as DER (PKCS#1) in base64.
    pub(crate) jwt_public_key: Option<String>,
    /// What happens to a contact with the mail address of another.
    pub(crate) duplicate_rule: DuplicateRule,
    /// Generated custom text fields on Contact.
    pub(crate) extra_custom_fields: usize,
    /// How often a new bulk job is asked for before it is complete.
    pub(crate) job_polls: u64,
    /// What new bulk jobs fail with, instead of being completed.
    pub(crate) job_failure: Option<String>,
    /// Objects that the Bulk API does not have.
    pub(crate) job_refused: Vec<String>,
    /// Whether opportunities have record types.
    pub(crate) record_types: bool,
    /// `Object.Field` names that the run-as user may only read.
    pub(crate) read_only_fields: Vec<String>,
    /// `Object.Field` names whose type an administrator changed, with the type
    /// that describe names now. What the records hold stays.
    pub(crate) retyped_fields: BTreeMap<String, String>,
    /// Whether records name their currency.
    pub(crate) multi_currency: bool,
    /// The org's own currency.
    pub(crate) default_currency: String,
    /// Whether the org has notes of the newer kind, `ContentNote`.
    pub(crate) enhanced_notes: bool,
    /// Most ids of one answer about deleted or updated records.
    pub(crate) replication_ids: usize,
}

/// The limit that an org without one reports: no run of calls comes near it.
pub(crate) const UNLIMITED: u64 = 1_000_000_000;

/// The action of the org's duplicate rule on contacts.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DuplicateRule {
    /// There is no rule.
    #[default]
    None,
    /// Refused, unless the caller insists.
    Alert,
    /// Refused.
    Block,
}

/// An OAuth error pair.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct TokenError {
    pub(crate) error: String,
    pub(crate) error_description: String,
    /// HTTP status; 400 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
}

impl Settings {
    pub(crate) fn new(daily_limit: u64) -> Settings {
        Settings {
            daily_limit,
            unlimited: false,
            soft_limit: false,
            hard_cap: None,
            hidden_fields: Vec::new(),
            api_enabled: true,
            view_all_data: true,
            private_sharing: false,
            limits_forbidden: false,
            state_country_picklists: false,
            token_error: None,
            token_delay_ms: 0,
            callback_urls: Vec::new(),
            require_pkce: true,
            code_life_ms: 600_000,
            rotate_refresh_tokens: true,
            jwt_public_key: None,
            duplicate_rule: DuplicateRule::default(),
            extra_custom_fields: 0,
            job_polls: 2,
            job_failure: None,
            job_refused: Vec::new(),
            record_types: true,
            read_only_fields: Vec::new(),
            retyped_fields: BTreeMap::new(),
            multi_currency: false,
            default_currency: "USD".to_owned(),
            enhanced_notes: false,
            replication_ids: 600_000,
        }
    }

    pub(crate) fn visibility(&self) -> Visibility {
        Visibility {
            hidden: self.hidden_fields.clone(),
            state_country_picklists: self.state_country_picklists,
            extra_custom_fields: self.extra_custom_fields,
            record_types: self.record_types,
            read_only: self.read_only_fields.clone(),
            retyped: self.retyped_fields.clone(),
            multi_currency: self.multi_currency,
            default_currency: self.default_currency.clone(),
            enhanced_notes: self.enhanced_notes,
        }
    }

    /// The limit that headers and `/limits` report.
    pub(crate) fn reported_limit(&self) -> u64 {
        if self.unlimited { UNLIMITED } else { self.daily_limit }
    }

    /// The last call that is still served.
    pub(crate) fn last_call(&self) -> u64 {
        if self.unlimited {
            u64::MAX
        } else if self.soft_limit {
            let cap = self.daily_limit.saturating_add(self.daily_limit / 2);
            self.hard_cap.unwrap_or(cap)
        } else {
            self.daily_limit
        }
    }

    /// These settings with the members of `changes` put over them.
    pub(crate) fn merged(&self, changes: serde_json::Map<String, serde_json::Value>) -> Result<Settings, String> {
        let mut merged = serde_json::to_value(self).map_err(|error| error.to_string())?;
        if let Some(members) = merged.as_object_mut() {
            members.extend(changes);
        }
        serde_json::from_value(merged).map_err(|error| error.to_string())
    }
}
