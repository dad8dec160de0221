//! What a call counts against, and how it may be repeated.

use std::time::Duration;

/// The kinds of things a provider, or we, count against. The order is the
/// order in which several scopes of one call are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScopeKind {
    /// The provider's own account id (an org, a portal), never a connection:
    /// two connections to one org share its allowance.
    Org,
    /// An endpoint class inside an account, such as search.
    Class,
    /// A remote user inside an account.
    User,
    /// Our OAuth app at the provider.
    App,
    /// A host: breaker and retry budget.
    Host,
    /// The token endpoint of one connection.
    Token,
}

/// Names one scope: `(Org, "salesforce:00D...")`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeKey {
    /// What it is.
    pub kind: ScopeKind,
    /// Which one; begins with the provider's id.
    pub name: String,
}

/// At most `limit` cost units in any window of `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Cost units.
    pub limit: u32,
    /// Length of the rolling window.
    pub per: Duration,
}

/// Bounds of the adaptive number of calls in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concurrency {
    /// Where it starts.
    pub start: u32,
    /// Never more than this.
    pub max: u32,
}

/// One scope that a call passes, with what it costs there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeUse {
    /// Which scope.
    pub key: ScopeKey,
    /// Cost units of this call in it, at least 1.
    pub cost: u32,
    /// Windows of the scope; a call must pass all of them.
    pub rates: &'static [Rate],
    /// Calls in flight, if the scope bounds them.
    pub concurrency: Option<Concurrency>,
}

/// What may be done when nobody knows whether the provider acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// Changes nothing: may be sent again.
    Safe,
    /// Sets absolute values: sending twice is the same as once.
    Idempotent,
    /// A second send could do it twice: never repeated on an unknown outcome.
    NotIdempotent,
}

/// Who waits for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// A person or an API caller.
    Interactive,
    /// Work set off by an event.
    Event,
    /// Reading in bulk.
    Sync,
}

/// Scopes and replay class of one request, as its connector states them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPlan {
    /// All of them must admit the call, or none is charged.
    pub scopes: Vec<ScopeUse>,
    /// How it may be repeated.
    pub replay: Replay,
}
