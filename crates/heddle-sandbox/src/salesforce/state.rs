//! The running org: rows, settings, sessions, quota, open cursors.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use super::SalesforceOptions;
use super::clock::OrgClock;
use super::describe::http_date;
use super::host::Residence;
use super::ids::Id;
use super::late::Late;
use super::oauth::Grants;
use super::org::{Batch, Index, Org, Rights};
use super::query::Cursors;
use super::schema::Schema;
use super::seed::{self, DAY, LAST_CHANGE, Size, run_as_user};
use super::settings::Settings;
use crate::serve::{Answer, RowCounts};

/// Days after which the bin loses a record.
pub(super) const BIN_DAYS: i64 = 15;

/// A Salesforce org.
pub(crate) struct Salesforce {
    pub(super) options: SalesforceOptions,
    /// The two listeners' addresses, known once they are bound.
    pub(super) urls: OnceLock<[String; 2]>,
    settings: RwLock<Arc<Settings>>,
    residence: RwLock<Arc<Residence>>,
    org: RwLock<Arc<Org>>,
    /// Follows the rows; taken only while `org` is held.
    index: Mutex<Index>,
    /// The stamp of the last write, in milliseconds.
    last_stamp: AtomicI64,
    pub(super) clock: OrgClock,
    pub(super) late: Late,
    /// Counts refreshes of the org; each gives it new ids.
    generation: AtomicU64,
    /// Token requests still to come that find the app not yet known.
    pub(super) app_not_propagated: AtomicU64,
    /// Access token to the count of moves when it was issued.
    sessions: RwLock<HashMap<String, u64>>,
    grants: Mutex<Grants>,
    pub(super) used: AtomicU64,
    pub(super) cursors: Cursors,
    pub(super) jobs: super::bulk::Jobs,
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
            index: Mutex::default(),
            last_stamp: AtomicI64::new(0),
            clock: OrgClock::default(),
            late: Late::default(),
            generation: AtomicU64::new(0),
            app_not_propagated: AtomicU64::new(0),
            sessions: RwLock::default(),
            grants: Mutex::default(),
            used: AtomicU64::new(0),
            cursors: Cursors::default(),
            jobs: super::bulk::Jobs::default(),
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
        self.settle();
        Arc::clone(&read(&self.org))
    }

    /// Makes changes to the newest rows, one caller at a time: kept when
    /// `change` succeeds, taken back when it fails.
    pub(super) fn write<T, E>(&self, change: impl FnOnce(&mut Batch<'_>) -> Result<T, E>) -> (Result<T, E>, RowCounts) {
        self.settle();
        self.write_as_of(None, change)
    }

    /// The same, with the stamp of a transaction that began earlier if there is
    /// one.
    pub(super) fn write_as_of<T, E>(
        &self,
        began: Option<i64>,
        change: impl FnOnce(&mut Batch<'_>) -> Result<T, E>,
    ) -> (Result<T, E>, RowCounts) {
        let mut org = self.org.write().unwrap_or_else(PoisonError::into_inner);
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let before = Arc::clone(&org);
        let stamp = began.unwrap_or_else(|| self.stamp());
        let mut batch = Batch::new(&before, &mut index, stamp);
        let result = change(&mut batch);
        if result.is_err() {
            batch.undo();
            return (result, RowCounts::default());
        }
        let Some((changed, rows)) = batch.keep() else {
            return (result, RowCounts::default());
        };
        *org = Arc::new(changed);
        (result, rows)
    }

    /// The ids of the live records with this value in a field that names
    /// records, and the snapshot they are from.
    pub(super) fn named(&self, object: usize, field: usize, value: &super::value::Value) -> (Arc<Org>, Vec<Id>) {
        self.settle();
        let org = read(&self.org);
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let ids = Batch::new(&org, &mut index, 0).matching(object, field, value);
        (Arc::clone(&org), ids)
    }

    /// The present second: never before the last write or the seeded org's
    /// last change.
    pub(super) fn stamp(&self) -> i64 {
        let now = (self.clock.now().div_euclid(1_000) * 1_000).max(LAST_CHANGE + 1_000);
        self.last_stamp.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// When something was changed last, in milliseconds.
    pub(super) fn last_change(&self) -> i64 {
        self.last_stamp.load(Ordering::Relaxed).max(LAST_CHANGE)
    }

    /// Takes out of the bin for ever what has been there for so many days.
    pub(super) fn empty_bin(&self, days: i64) {
        let oldest = self.clock.now() - days * DAY;
        let (_always, _) = self.write(|batch| {
            let org = batch.org;
            batch.purge(&|object, row| org.stamp_of(object, row) < oldest);
            Ok::<(), String>(())
        });
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// The user that tokens act as.
    pub(super) fn user(&self) -> Id {
        run_as_user().in_generation(self.generation())
    }

    /// Refreshes the org as a customer's test org is refreshed: another
    /// organisation id, other ids of users and records, no session survives.
    pub(super) fn refresh(&self) {
        self.late.forget();
        let mut org = self.org.write().unwrap_or_else(PoisonError::into_inner);
        let generation = self.generation.fetch_add(1, Ordering::Relaxed) + 1;
        *org = Arc::new(org.renumbered(generation, rights(&self.settings(), self.user())));
        self.index.lock().unwrap_or_else(PoisonError::into_inner).forget();
        self.end_sessions();
        self.end_grants();
        self.cursors.close_all();
        self.jobs.forget();
    }

    /// Replaces all rows.
    fn replace_org(&self, new: Org) {
        self.late.forget();
        let mut org = self.org.write().unwrap_or_else(PoisonError::into_inner);
        self.index.lock().unwrap_or_else(PoisonError::into_inner).forget();
        *org = Arc::new(new);
    }

    /// Puts new settings in force; the schema follows.
    pub(super) fn set_settings(&self, settings: Settings) {
        let old = self.settings();
        let rights = rights(&settings, self.user());
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
        self.generation.store(0, Ordering::Relaxed);
        self.app_not_propagated.store(0, Ordering::Relaxed);
        self.clock.reset();
        self.last_stamp.store(0, Ordering::Relaxed);
        self.replace_org(Org::of_size(size, &settings));
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        self.move_to(|_| Residence::default());
        self.end_sessions();
        *self.grants() = Grants::default();
        self.used.store(0, Ordering::Relaxed);
        self.cursors.close_all();
        self.jobs.forget();
        self.described.forget();
    }

    /// Other rows under the present settings.
    pub(super) fn reseed(&self, size: Size) {
        let settings = self.settings();
        let org = Org::of_size(size, &settings);
        let generation = self.generation();
        self.replace_org(if generation == 0 {
            org
        } else {
            org.renumbered(generation, rights(&settings, self.user()))
        });
    }

    pub(super) fn size(&self) -> Size {
        Size { seed: self.options.seed, contacts: self.options.contacts, accounts: self.options.accounts }
    }

    pub(super) fn open_session(&self, token: String) {
        let moves = self.residence().moves;
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(token, moves);
    }

    /// Codes and refresh tokens.
    pub(super) fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Random characters, as session ids have them after the `!`.
    pub(super) fn random_text(&self, length: usize) -> String {
        const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        (0..length).map(|_| char::from(ALPHABET[random.usize(0..ALPHABET.len())])).collect()
    }

    /// Ends these sessions.
    pub(super) fn close_sessions(&self, tokens: &[String]) {
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        for token in tokens {
            sessions.remove(token);
        }
    }

    /// Ends all that people consented to.
    pub(super) fn end_grants(&self) {
        let sessions = self.grants().end_all();
        self.close_sessions(&sessions);
    }

    /// Ends one session; `false` when there is none by this token.
    pub(super) fn end_session(&self, token: &str) -> bool {
        self.sessions.write().unwrap_or_else(PoisonError::into_inner).remove(token).is_some()
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
        let answer = match self.clock.moved() {
            Some(now) => answer.with_header("date", http_date(now.div_euclid(1_000))),
            None => answer,
        };
        answer
            .with_header("cache-control", "no-cache,must-revalidate,max-age=0,no-store,private")
            .with_header("server", "sfdcedge")
            .with_header("x-sfdc-request-id", request_id.clone())
            .with_header("x-request-id", request_id)
    }
}

fn rights(settings: &Settings, user: Id) -> Rights {
    Rights {
        user,
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
        seed::build(size, schema, rights(settings, run_as_user()))
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}
