//! The running org: rows, settings, sessions, quota, open cursors.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use super::SalesforceOptions;
use super::host::Residence;
use super::org::{Org, Rights};
use super::query::Cursors;
use super::schema::Schema;
use super::seed::{self, Size};
use super::settings::Settings;
use crate::serve::Answer;

/// A Salesforce org.
pub(crate) struct Salesforce {
    pub(super) options: SalesforceOptions,
    /// The two listeners' addresses, known once they are bound.
    pub(super) urls: OnceLock<[String; 2]>,
    settings: RwLock<Arc<Settings>>,
    residence: RwLock<Arc<Residence>>,
    org: RwLock<Arc<Org>>,
    /// Access token to the count of moves when it was issued.
    sessions: RwLock<HashMap<String, u64>>,
    pub(super) used: AtomicU64,
    pub(super) cursors: Cursors,
    pub(super) random: Mutex<fastrand::Rng>,
    pub(super) described: super::describe::Described,
    requests: AtomicU64,
}

impl Salesforce {
    pub(crate) fn new(options: SalesforceOptions) -> Salesforce {
        let settings = Settings::new(options.daily_limit);
        let org = seeded(&options, &settings);
        Salesforce {
            urls: OnceLock::new(),
            residence: RwLock::default(),
            org: RwLock::new(Arc::new(org)),
            sessions: RwLock::default(),
            used: AtomicU64::new(0),
            cursors: Cursors::default(),
            random: Mutex::new(fastrand::Rng::with_seed(options.seed ^ 0x5A1E)),
            described: super::describe::Described::default(),
            requests: AtomicU64::new(1),
            settings: RwLock::new(Arc::new(settings)),
            options,
        }
    }

    pub(super) fn urls(&self) -> &[String; 2] {
        static NOT_BOUND: [String; 2] = [String::new(), String::new()];
        self.urls.get().unwrap_or(&NOT_BOUND)
    }

    pub(super) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&read(&self.settings))
    }

    pub(super) fn residence(&self) -> Arc<Residence> {
        Arc::clone(&read(&self.residence))
    }

    pub(super) fn move_to(&self, change: impl FnOnce(&Residence) -> Residence) {
        let mut residence = self.residence.write().unwrap_or_else(PoisonError::into_inner);
        *residence = Arc::new(change(&residence));
    }

    pub(super) fn org(&self) -> Arc<Org> {
        Arc::clone(&read(&self.org))
    }

    /// Replaces the rows by what `change` makes of them, one change at a time.
    pub(super) fn change_org<T>(&self, change: impl FnOnce(&Org) -> Result<(Org, T), String>) -> Result<T, String> {
        let mut org = self.org.write().unwrap_or_else(PoisonError::into_inner);
        let (changed, result) = change(&org)?;
        *org = Arc::new(changed);
        Ok(result)
    }

    /// Puts new settings in force; the schema follows.
    pub(super) fn set_settings(&self, settings: Settings) {
        let old = self.settings();
        let rights = rights(&settings);
        let mut org = self.org.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = org.with_rights(rights);
        if old.visibility() != settings.visibility() {
            changed = changed.with_schema(Arc::new(Schema::build(&settings.visibility())));
            self.described.forget();
        }
        *org = Arc::new(changed);
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// The org as it was at the start, with the given size.
    pub(super) fn reset(&self, size: Size) {
        let settings = Settings::new(self.options.daily_limit);
        let org = Org::of_size(size, &settings);
        *self.org.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(org);
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        self.move_to(|_| Residence::default());
        self.end_sessions();
        self.used.store(0, Ordering::Relaxed);
        self.cursors.close_all();
        self.described.forget();
    }

    /// Other rows under the present settings.
    pub(super) fn reseed(&self, size: Size) {
        let org = Org::of_size(size, &self.settings());
        *self.org.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(org);
    }

    pub(super) fn size(&self) -> Size {
        Size { seed: self.options.seed, contacts: self.options.contacts, accounts: self.options.accounts }
    }

    pub(super) fn open_session(&self, token: String) {
        let moves = self.residence().moves;
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(token, moves);
    }

    pub(super) fn end_sessions(&self) {
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.clear();
    }

    /// The number of moves at which this token was issued, if it is alive.
    pub(super) fn session(&self, token: &str) -> Option<u64> {
        read(&self.sessions).get(token).copied()
    }

    /// Counts one call against the quota; `false` when there is none left.
    pub(super) fn spend_call(&self, settings: &Settings) -> bool {
        let last = settings.last_call();
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| (used < last).then_some(used + 1)).is_ok()
    }

    /// Adds what the edge adds to every answer.
    pub(super) fn dressed(&self, answer: Answer) -> Answer {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let request_id = format!("{:032x}", u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        answer
            .with_header("cache-control", "no-cache,must-revalidate,max-age=0,no-store,private")
            .with_header("server", "sfdcedge")
            .with_header("x-sfdc-request-id", request_id.clone())
            .with_header("x-request-id", request_id)
    }
}

fn rights(settings: &Settings) -> Rights {
    Rights {
        api_enabled: settings.api_enabled,
        view_all_data: settings.view_all_data,
        private_sharing: settings.private_sharing,
    }
}

fn seeded(options: &SalesforceOptions, settings: &Settings) -> Org {
    let size = Size { seed: options.seed, contacts: options.contacts, accounts: options.accounts };
    Org::of_size(size, settings)
}

impl Org {
    /// An org of this size under these settings.
    fn of_size(size: Size, settings: &Settings) -> Org {
        let schema = Arc::new(Schema::build(&settings.visibility()));
        seed::build(size, schema, rights(settings))
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}
