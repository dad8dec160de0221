//! The one way out of the program.
//!
//! Every call to a provider passes through [`Gate::call`]: deadline, breaker,
//! rate tokens and concurrency of all its scopes, a fresh token, one send,
//! classification, feedback, and then a retry or an answer. No other crate can
//! open a socket, sleep before a repeat, or decide to repeat.

mod admit;
mod base_url;
mod call;
mod clock;
mod failure;
mod gate;
pub mod hint;
mod http;
mod interval;
mod machine;
mod permit;
mod plan;
mod record;
mod reply;
mod request;
mod resident;
mod run;
mod scope;
mod scopes;
mod send;
mod settings;
mod signals;
mod token;
mod transport;
mod words;

pub use base_url::{BaseUrl, HostRule, RefusedHost};
pub use call::{Answer, Attempt, BeforeSend, Call, CallLog, CallRecord, Caller, Classify, Exhausted, GateState, Quota};
pub use failure::{Failure, FailureKind, ProviderError};
pub use gate::Gate;
pub use http::{HttpTransport, NoTransport};
pub use plan::{CallPlan, Concurrency, Priority, Rate, Replay, ScopeKey, ScopeKind, ScopeUse};
pub use reply::Reply;
pub use request::{Method, Request, TokenPlace};
pub use resident::reside;
pub use settings::{Settings, TransportSettings};
pub use signals::{AuthProblem, QuotaSample, Repeat, Signals, Throttle, ThrottleKind};
pub use token::{GrantId, Token, TokenSource};
pub use transport::{SendFault, Transport};
