//! What the control API can switch while the org runs.

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
    /// `Object.Field` names the run-as user may not see.
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
    /// What happens to a contact with the mail address of another.
    pub(crate) duplicate_rule: DuplicateRule,
    /// Generated custom text fields on Contact.
    pub(crate) extra_custom_fields: usize,
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
            duplicate_rule: DuplicateRule::default(),
            extra_custom_fields: 0,
        }
    }

    pub(crate) fn visibility(&self) -> Visibility {
        Visibility {
            hidden: self.hidden_fields.clone(),
            state_country_picklists: self.state_country_picklists,
            extra_custom_fields: self.extra_custom_fields,
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
