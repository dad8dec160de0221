//! All scopes in use, in shards so that one busy scope does not hold up another.

use crate::clock::Moment;
use crate::scope::Scope;
use crate::{ScopeKey, Settings};
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const SHARDS: usize = 16;
/// A shard is swept this often per idle time.
const SWEEPS_PER_IDLE: u32 = 10;

#[derive(Default)]
struct Shard {
    scopes: HashMap<ScopeKey, Arc<Scope>>,
    swept: Moment,
}

/// The scopes by key. Idle ones are forgotten, so that memory does not grow
/// with every account ever seen.
pub(crate) struct Scopes {
    shards: [Mutex<Shard>; SHARDS],
    hash: RandomState,
}

impl Scopes {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), hash: RandomState::new() }
    }

    /// The scope of `key`, made if need be.
    pub(crate) fn get(&self, key: &ScopeKey, now: Moment, settings: &Settings) -> Arc<Scope> {
        let mut shard = self.shard(key);
        if let Some(scope) = shard.scopes.get(key) {
            scope.touch(now);
            return Arc::clone(scope);
        }
        if now.saturating_sub(shard.swept) >= settings.scope_idle / SWEEPS_PER_IDLE {
            sweep(&mut shard, now, settings);
        }
        let scope = Arc::new(Scope::new(key.clone(), now, settings));
        scope.touch(now);
        shard.scopes.insert(key.clone(), Arc::clone(&scope));
        scope
    }

    /// The scope of `key`, if it is known.
    pub(crate) fn find(&self, key: &ScopeKey) -> Option<Arc<Scope>> {
        self.shard(key).scopes.get(key).cloned()
    }

    /// How many are kept, idle ones forgotten first.
    pub(crate) fn count(&self, now: Moment, settings: &Settings) -> usize {
        self.shards
            .iter()
            .map(|shard| {
                let mut shard = lock(shard);
                sweep(&mut shard, now, settings);
                shard.scopes.len()
            })
            .sum()
    }

    /// Looks at each scope, one shard at a time.
    pub(crate) fn each(&self, mut look: impl FnMut(&Scope)) {
        for shard in &self.shards {
            // Not under the shard's lock: a scope's own lock may be waited for.
            let scopes: Vec<Arc<Scope>> = lock(shard).scopes.values().cloned().collect();
            scopes.iter().for_each(|scope| look(scope));
        }
    }

    fn shard(&self, key: &ScopeKey) -> MutexGuard<'_, Shard> {
        let index = self.hash.hash_one(key) as usize % SHARDS;
        lock(&self.shards[index])
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A scope that a call holds is never forgotten: the shard's lock is held, so
/// nobody can take a second reference meanwhile.
fn sweep(shard: &mut Shard, now: Moment, settings: &Settings) {
    shard.swept = now;
    shard.scopes.retain(|_, scope| Arc::strong_count(scope) > 1 || !scope.is_idle(now, settings));
    if shard.scopes.capacity() > 4 * shard.scopes.len() + 64 {
        shard.scopes.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScopeKind;
    use std::time::Duration;

    #[test]
    fn a_hundred_thousand_scopes_touched_once_are_forgotten_after_ten_minutes() {
        let (scopes, settings) = (Scopes::new(), Settings::default());
        for n in 0..100_000 {
            scopes.get(&ScopeKey { kind: ScopeKind::Org, name: format!("org {n}") }, Duration::ZERO, &settings);
        }
        assert_eq!(scopes.count(Duration::from_secs(599), &settings), 100_000);
        assert_eq!(scopes.count(Duration::from_secs(600), &settings), 0);
    }

    #[test]
    fn a_scope_in_use_or_exhausted_stays() {
        let (scopes, settings) = (Scopes::new(), Settings::default());
        let key = |name: &str| ScopeKey { kind: ScopeKind::Org, name: name.to_owned() };
        let held = scopes.get(&key("held"), Duration::ZERO, &settings);
        let verdict = crate::machine::Verdict::UsedUp(Duration::from_secs(300));
        scopes.get(&key("exhausted"), Duration::ZERO, &settings).lock().exhaustion.hear(false, verdict, Duration::ZERO);
        scopes.get(&key("idle"), Duration::ZERO, &settings);
        assert_eq!(scopes.count(Duration::from_secs(10_000), &settings), 2);
        drop(held);
        assert_eq!(scopes.count(Duration::from_secs(10_000), &settings), 1);
    }
}
