//! Codes, and refresh tokens in families: all that came of one consent.

use std::collections::{BTreeMap, HashMap};

/// Consents of one user to one app that live side by side; one more ends the oldest.
const APPROVALS: usize = 5;

/// What a consent gave out.
#[derive(Clone)]
pub(crate) struct Code {
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<String>,
    pub(super) scopes: String,
    pub(super) expires_ms: i64,
    /// The family that the code was exchanged for.
    pub(super) family: Option<u64>,
}

#[derive(Default)]
struct Family {
    scopes: String,
    /// Access tokens, which end with it.
    sessions: Vec<String>,
}

struct Refresh {
    family: u64,
    spent: bool,
}

/// Everything that people consented to.
#[derive(Default)]
pub(crate) struct Grants {
    codes: HashMap<String, Code>,
    families: BTreeMap<u64, Family>,
    refresh: HashMap<String, Refresh>,
    made: u64,
    reused: u64,
}

/// What a refresh token is good for.
pub(super) enum Known {
    /// Its family and scopes.
    Live(u64, String),
    /// It was spent before: the family is ended, with these sessions.
    Reused(Vec<String>),
    /// Never given out, or of an ended family.
    Unknown,
}

impl Grants {
    pub(super) fn add_code(&mut self, code: String, about: Code) {
        self.codes.insert(code, about);
    }

    pub(super) fn code(&mut self, code: &str) -> Option<&mut Code> {
        self.codes.get_mut(code)
    }

    /// A new family, and the sessions of those that had to go for it.
    pub(super) fn begin(&mut self, scopes: &str) -> (u64, Vec<String>) {
        let mut ended = Vec::new();
        while self.families.len() >= APPROVALS {
            let oldest = self.families.keys().next().copied();
            ended.extend(oldest.map(|family| self.end(family)).unwrap_or_default());
        }
        self.made += 1;
        self.families.insert(self.made, Family { scopes: scopes.to_owned(), sessions: Vec::new() });
        (self.made, ended)
    }

    pub(super) fn add_refresh(&mut self, family: u64, token: String) {
        self.refresh.insert(token, Refresh { family, spent: false });
    }

    pub(super) fn add_session(&mut self, family: u64, token: String) {
        if let Some(family) = self.families.get_mut(&family) {
            family.sessions.push(token);
        }
    }

    /// Looks a refresh token up; with `spend` it is good no more afterwards.
    pub(super) fn redeem(&mut self, token: &str, spend: bool) -> Known {
        let Some(refresh) = self.refresh.get_mut(token) else { return Known::Unknown };
        let Some(family) = self.families.get(&refresh.family) else { return Known::Unknown };
        if refresh.spent {
            self.reused += 1;
            let family = refresh.family;
            return Known::Reused(self.end(family));
        }
        refresh.spent = spend;
        Known::Live(refresh.family, family.scopes.clone())
    }

    /// Ends the family of a refresh token; its sessions, if there is one.
    pub(crate) fn revoke(&mut self, token: &str) -> Option<Vec<String>> {
        let family = self.refresh.get(token)?.family;
        self.families.contains_key(&family).then(|| self.end(family))
    }

    /// Ends a family: its tokens are unknown from now on. Its sessions.
    pub(super) fn end(&mut self, family: u64) -> Vec<String> {
        self.families.remove(&family).map(|family| family.sessions).unwrap_or_default()
    }

    /// Ends all of them, as an administrator can.
    pub(crate) fn end_all(&mut self) -> Vec<String> {
        self.codes.clear();
        std::mem::take(&mut self.families).into_values().flat_map(|family| family.sessions).collect()
    }

    /// Families alive, and uses of spent refresh tokens so far.
    pub(crate) fn figures(&self) -> (usize, u64) {
        (self.families.len(), self.reused)
    }
}
