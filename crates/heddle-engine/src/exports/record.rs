//! An export as it is stored.

use crate::{ConnectionId, ExportId, Owner, StoreError, TenantId};
use async_trait::async_trait;
use std::time::SystemTime;

/// How the records are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportMethod {
    /// Page by page, as lists are.
    Rest,
    /// By a job that the provider prepares.
    Bulk,
}

impl ExportMethod {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rest, Self::Bulk];

    /// The word in answers; stored, so it never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Bulk => "bulk",
        }
    }
}

/// How an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportState {
    /// The provider is preparing the result.
    Preparing,
    /// Its data can be read.
    Ready,
    /// The provider could not prepare it.
    Failed,
    /// It was ended here, or at the provider.
    Cancelled,
    /// The provider keeps the result no longer.
    Expired,
}

impl ExportState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Preparing, Self::Ready, Self::Failed, Self::Cancelled, Self::Expired];

    /// The word in answers; stored, so it never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether data can be had, now or later.
    pub(crate) const fn is_alive(self) -> bool {
        matches!(self, Self::Preparing | Self::Ready)
    }
}

/// A large read of one object of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Our id.
    pub id: ExportId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Whose account is read; it ends with it.
    pub connection_id: ConnectionId,
    /// The connection's generation when it was made.
    pub generation: u64,
    /// Plural name of the object.
    pub object: String,
    /// How the records are read.
    pub method: ExportMethod,
    /// Why so, in a sentence.
    pub method_reason: String,
    /// How it stands, as last heard.
    pub state: ExportState,
    /// Why it failed, in a sentence.
    pub reason: Option<String>,
    /// Records: counted at the start, then as the provider says.
    pub rows: Option<u64>,
    /// Provider calls made for it so far.
    pub calls: u64,
    /// What was asked, and where the provider keeps the result. Sealed:
    /// conditions name people.
    pub sealed: String,
    /// When it was made.
    pub created_at: SystemTime,
}

impl Export {
    /// When its result is kept no longer.
    pub fn expires_at(&self) -> SystemTime {
        self.created_at + super::KEPT
    }
}

/// Exports in the database.
#[async_trait]
pub trait Exports: Send + Sync {
    /// Stores a new export.
    ///
    /// # Errors
    /// When the database fails.
    async fn insert(&self, export: &Export) -> Result<(), StoreError>;
    /// An export the owner may see.
    ///
    /// # Errors
    /// When the database fails.
    async fn get(&self, owner: &Owner, id: &ExportId) -> Result<Option<Export>, StoreError>;
    /// Writes state, reason and rows, if the state is still `seen`. Answers
    /// whether it was: of several that see an end, one writes it.
    ///
    /// # Errors
    /// When the database fails.
    async fn advance(&self, export: &Export, seen: ExportState) -> Result<bool, StoreError>;
    /// Adds provider calls.
    ///
    /// # Errors
    /// When the database fails.
    async fn add_calls(&self, id: &ExportId, calls: u32) -> Result<(), StoreError>;
}
