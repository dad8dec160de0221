//! The states of a connection: one table, from which refusals, answers and the
//! docs are made.

use crate::Code;

/// Whether calls go out in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outgoing {
    /// All of them.
    Sent,
    /// One now and then, to see whether the state is over; the others are refused.
    NowAndThen,
    /// None.
    Refused,
}

impl Outgoing {
    /// In a table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "yes",
            Self::NowAndThen => "one now and then",
            Self::Refused => "no",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct StateInfo {
    /// The state.
    pub state: ConnectionState,
    /// Its stable word.
    pub word: &'static str,
    /// Whether calls go out.
    pub calls: Outgoing,
    /// What callers are refused with.
    pub code: Option<Code>,
    /// Whether `until` is an estimate.
    pub until_estimated: bool,
    /// What it means.
    pub meaning: &'static str,
    /// What a person has to do.
    pub action: &'static str,
}

macro_rules! states {
    ($($(#[$doc:meta])* $state:ident $word:literal $calls:ident $code:expr, $estimated:literal $meaning:literal $action:literal;)*) => {
        /// Whether a connection can be used.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ConnectionState {
            $($(#[$doc])* $state,)*
        }

        impl ConnectionState {
            /// The whole table, in the order of the docs.
            pub const TABLE: &'static [StateInfo] = &[
                $(StateInfo {
                    state: Self::$state,
                    word: $word,
                    calls: Outgoing::$calls,
                    code: $code,
                    until_estimated: $estimated,
                    meaning: $meaning,
                    action: $action,
                },)*
            ];

            /// This state's row.
            pub const fn info(self) -> &'static StateInfo {
                &Self::TABLE[self as usize]
            }

            /// The word in answers and storage.
            pub const fn as_str(self) -> &'static str {
                self.info().word
            }

            /// The state of a stored word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::TABLE.iter().find(|row| row.word == word).map(|row| row.state)
            }
        }
    };
}

states! {
    /// Tested and usable.
    Active "active" Sent None, false
        "The connection works."
        "Nothing.";
    /// The provider did not know the app when the connection was made.
    WaitingForApp "waiting_for_app" Refused Some(Code::ConnectionMisconfigured), false
        "The provider does not know the app. A new app is known everywhere after some minutes, so this is tried again at `retry_at`, by itself, until `until`; after that the connection is `misconfigured`."
        "Check client id and login host now, since a wrong one looks the same; `PATCH` the connection if one is wrong. Else wait, or test the connection to try at once.";
    /// The grant is dead; a new consent is needed.
    NeedsReauth "needs_reauth" Refused Some(Code::ConnectionNeedsReauth), false
        "The provider ended the authorisation."
        "Do what `reason` says, then test the connection; or `PATCH` it with new credentials.";
    /// Set up wrongly; the reason says what to change.
    Misconfigured "misconfigured" NowAndThen Some(Code::ConnectionMisconfigured), false
        "The provider refuses the app or its set-up. Calls ask for a token again now and then: a mended set-up is found by itself."
        "Change what `reason` says, then test the connection; or `PATCH` it with other credentials.";
    /// The account's daily allowance of calls is used up. Not stored: this is
    /// what the server sees of it.
    QuotaExhausted "quota_exhausted" NowAndThen Some(Code::ProviderQuotaExhausted), true
        "The account's daily allowance of calls is used up. At `until`, an estimate, one call looks whether it is back."
        "Wait, or raise the allowance at the provider.";
    /// The login leads to another account.
    OrgChanged "org_changed" Refused Some(Code::ConnectionPaused), false
        "The login leads to another account (`found_id`) than the connection's (`remote_id`), as after the refresh of a sandbox. Nothing is sent, so that no record is mixed up."
        "If the new account is meant, confirm it with `POST /v1/connections/{id}/confirm`; lists start again then. If not, `PATCH` the connection with credentials of its own account.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_stands_at_its_own_place_and_refusals_have_a_code() {
        for (place, row) in ConnectionState::TABLE.iter().enumerate() {
            assert_eq!(row.state as usize, place, "{}", row.word);
            assert_eq!(ConnectionState::parse(row.word), Some(row.state));
            assert_eq!(row.calls == Outgoing::Sent, row.code.is_none(), "{}", row.word);
        }
        assert_eq!(ConnectionState::parse("gone"), None);
    }

    #[test]
    fn every_state_of_a_grant_is_one_of_a_connection() {
        for state in heddle_auth::GrantState::ALL {
            assert!(ConnectionState::parse(state.as_str()).is_some(), "{}", state.as_str());
        }
    }
}
