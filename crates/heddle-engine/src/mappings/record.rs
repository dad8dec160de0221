//! Field mappings as they are asked for and stored.

use super::{Drift, DriftKind};
use crate::{ConnectionId, StoreError, TenantId};
use async_trait::async_trait;
use heddle_connector::mapping::NamedCodec;
use heddle_connector::model::Object;
use std::time::SystemTime;

/// Most mappings of one object of one connection, the tenant's included.
pub const MAX_MAPPINGS: usize = 100;

/// Which ways a mapped field goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Records show it, and bodies can set it.
    Both,
    /// Records show it.
    Read,
    /// Bodies can set it.
    Write,
}

impl Direction {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Both, Self::Read, Self::Write];

    /// The word in requests and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// The direction of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.as_str() == word)
    }

    /// Whether records show the field.
    pub const fn reads(self) -> bool {
        matches!(self, Self::Both | Self::Read)
    }

    /// Whether bodies can set it.
    pub const fn writes(self) -> bool {
        matches!(self, Self::Both | Self::Write)
    }
}

/// Whose a mapping is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingOwner {
    /// Of all of the tenant's connections to the provider.
    Tenant,
    /// Of this connection alone.
    Connection(ConnectionId),
}

/// A provider field under a name of the operator's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMapping {
    /// The tenant that it belongs to, directly or through its connection.
    pub tenant_id: TenantId,
    /// Whose it is.
    pub owner: MappingOwner,
    /// The provider whose field it is.
    pub provider: String,
    /// The common object.
    pub object: Object,
    /// The key in `mapped_fields`.
    pub name: String,
    /// The provider's field.
    pub provider_field: String,
    /// How values are read and written.
    pub codec: NamedCodec,
    /// Which ways it goes.
    pub direction: Direction,
    /// When it was made.
    pub created_at: SystemTime,
    /// When it was last changed.
    pub updated_at: SystemTime,
}

impl FieldMapping {
    /// Whether it is the same mapping, of the same content, whatever its times.
    pub fn says(&self, other: &Self) -> bool {
        self.provider_field == other.provider_field && self.codec == other.codec && self.direction == other.direction
    }
}

/// What a mapping is to say, as words: refused with every objection at once.
#[derive(Debug, Clone)]
pub struct NewMapping {
    /// Plural name of the common object.
    pub object: String,
    /// The key in `mapped_fields`.
    pub name: String,
    /// The provider's field.
    pub provider_field: String,
    /// The name of a codec.
    pub codec: String,
    /// `both`, `read`, `write`; `both` when left out.
    pub direction: Option<String>,
}

/// How the storing of a mapping ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutEnd {
    /// There was none of this name.
    Made,
    /// It said something else before.
    Changed,
    /// It said so already.
    Same,
    /// Its connection is gone.
    OwnerGone,
}

/// Field mappings in the database. Each change moves the `schema_version` of
/// the connections on that it concerns.
#[async_trait]
pub trait FieldMappings: Send + Sync {
    /// The mappings of a tenant for all its connections, of every provider, in
    /// the order of provider, object and name.
    ///
    /// # Errors
    /// When the database fails.
    async fn of_tenant(&self, tenant: &TenantId) -> Result<Vec<FieldMapping>, StoreError>;
    /// The mappings of a connection: its own and its tenant's for the provider.
    ///
    /// # Errors
    /// When the database fails.
    async fn of_connection(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        provider: &str,
    ) -> Result<Vec<FieldMapping>, StoreError>;
    /// Stores a mapping under its name. One that says so already keeps its
    /// times; one that says something else keeps the time when it was made.
    ///
    /// # Errors
    /// When the database fails.
    async fn put(&self, mapping: &FieldMapping) -> Result<(PutEnd, FieldMapping), StoreError>;
    /// Removes a mapping. Answers whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    async fn remove(
        &self,
        tenant: &TenantId,
        owner: &MappingOwner,
        provider: &str,
        object: Object,
        name: &str,
    ) -> Result<bool, StoreError>;
    /// Notes which mappings do not fit a connection's account now. What was
    /// noted before in the same words keeps its time; answers what is noted.
    ///
    /// # Errors
    /// When the database fails.
    async fn note_drift(
        &self,
        connection: &ConnectionId,
        found: &[(Object, String, String, DriftKind)],
        now: SystemTime,
    ) -> Result<Vec<Drift>, StoreError>;
}
