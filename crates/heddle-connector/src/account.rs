//! What is known of the account behind a connection, and how it is checked.

use crate::ObjectSchema;

/// The connected account as requests and plans need it.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Connection id, or the candidate's: names the scope until `remote_id` is known.
    pub connection: String,
    /// The provider's own id of the account (an org id).
    pub remote_id: Option<String>,
    /// API version in use, as the provider writes it.
    pub api_version: Option<String>,
}

/// Who we are at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider's id of the account.
    pub remote_id: String,
    /// The account as people know it.
    pub account: String,
    /// The user that calls run as.
    pub user: String,
}

/// How a step of a connection test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    /// As it should be.
    Ok,
    /// Worth knowing, nothing to do.
    Note,
    /// Works, but somebody should look at it.
    Warning,
    /// The connection cannot be used like this.
    Failed,
}

impl StepOutcome {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

/// One step of a connection test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was looked at.
    pub name: &'static str,
    /// How it went.
    pub outcome: StepOutcome,
    /// What was found, and what to do about it.
    pub detail: String,
}

impl Step {
    /// A step that ended like this.
    pub fn new(name: &'static str, outcome: StepOutcome, detail: impl Into<String>) -> Self {
        Self { name, outcome, detail: detail.into() }
    }
}

/// Everything a connection test found behind the token.
#[derive(Debug, Default)]
pub struct Checkup {
    /// In the order they were taken; the first failed one is the last.
    pub steps: Vec<Step>,
    /// Set when the account could be identified.
    pub identity: Option<Identity>,
    /// The API version to use.
    pub api_version: Option<String>,
    /// The account's own fields, one entry an object of the manifest.
    pub schemas: Vec<ObjectSchema>,
    /// The account's own currency, where records name none and it could be read.
    pub currency: Option<String>,
    /// The failure behind a failed step, so that the answer can name its kind.
    pub failure: Option<heddle_gate::Failure>,
}

impl Checkup {
    /// Whether the connection can be used.
    pub fn passed(&self) -> bool {
        self.failure.is_none() && self.steps.iter().all(|s| s.outcome != StepOutcome::Failed)
    }
}
