//! Sealed secrets, OAuth grants and the token keeper.
//!
//! [`Vault`] seals what must not be readable in the database, [`CursorKey`]
//! seals what callers carry for us, [`AnswerKey`] seals answers kept for repeats,
//! and [`Keeper`] is the gate's source of tokens: it asks a provider for one when
//! it must, once for all callers.
//!
//! The connector crate is re-exported, so that the store reaches the values
//! it keeps without an edge of its own.

mod aead;
mod answer_key;
mod assertion;
mod clock;
mod consent_page;
mod cursor_key;
mod keeper;
mod master_key;
mod pkce;
mod rows;
mod vault;

pub use answer_key::AnswerKey;
pub use clock::{Clock, system_clock};
pub use consent_page::{ConsentPage, browser_address, browser_origin, with_parameters};
pub use cursor_key::CursorKey;
pub use heddle_connector as connector;
pub use keeper::{AppCheck, Candidate, CandidateGuard, Code, Keeper, KeeperSettings, Revocable, Revocation};
pub use master_key::{KeyError, MasterKey};
pub use pkce::{Challenge, Unguessable};
pub use rows::{AppSecret, GrantRow, GrantState, NewToken, RowError, Sealed, TokenRows};
pub use vault::{SealContext, Vault, VaultError};
