//! Writes with an idempotency key: carried out at most once, answered alike.

use super::WriteAnswer;
use super::kept::{End, Kept, KeptAnswer, KeptProblem};
use crate::idempotency::{Begun, IdempotencyScope, Ticket};
use crate::snapshot::Snapshot;
use crate::{Caller, Code, Engine, Idempotency, Problem};
use async_trait::async_trait;
use heddle_connector::{BeforeSend, Failure, FailureKind};
use ring::digest::{Context, SHA256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// When to ask again about a request that is still running.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// A request that is carried out at most once.
pub(crate) struct Once {
    /// Method and template of its address.
    pub(crate) route: &'static str,
    /// As the caller sent it.
    pub(crate) key: String,
    /// What another request with the key must have in common with it.
    pub(crate) fingerprint: [u8; 32],
}

/// Notes in the database that a write is about to leave.
pub(crate) struct Mark {
    rows: Arc<dyn Idempotency>,
    ticket: Ticket,
    left: AtomicBool,
}

#[async_trait]
impl BeforeSend for Mark {
    async fn before_send(&self) -> Result<(), Failure> {
        if self.left.load(Ordering::Acquire) {
            return Ok(());
        }
        match self.rows.sent(&self.ticket).await {
            Ok(true) => {
                self.left.store(true, Ordering::Release);
                Ok(())
            }
            Ok(false) => {
                let why = "another replica has taken this idempotency key over; ask again";
                Err(Failure::new(FailureKind::RateLimited, why))
            }
            Err(error) => {
                tracing::error!(%error, "the send of a write could not be noted, so it was not sent");
                Err(Failure::new(FailureKind::Internal, "the database did not answer, so nothing was sent"))
            }
        }
    }
}

/// Writes that go on without their callers; a stop waits for them.
#[derive(Clone)]
pub(crate) struct Running(Arc<watch::Sender<usize>>);

impl Default for Running {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Running {
    /// Counts a piece of work until what is answered is dropped.
    pub(crate) fn begin(&self) -> Under {
        self.0.send_modify(|n| *n += 1);
        Under(self.clone())
    }

    /// Waits until none runs.
    pub(crate) async fn settled(&self) {
        let mut running = self.0.subscribe();
        // The sender lives as long as this does.
        let _ = running.wait_for(|n| *n == 0).await;
    }
}

/// Work under way.
pub(crate) struct Under(Running);

impl Drop for Under {
    fn drop(&mut self) {
        self.0.0.send_modify(|n| *n -= 1);
    }
}

impl Engine {
    /// Carries a write out once for its key, or answers what it came to. In a
    /// task of its own: a caller that leaves must not leave the key behind with
    /// a write of which nobody knows the end.
    pub(crate) async fn once<W, F>(
        self: &Arc<Self>,
        caller: &Caller,
        snapshot: Arc<Snapshot>,
        once: Once,
        work: W,
    ) -> Result<WriteAnswer, Problem>
    where
        W: FnOnce(Arc<Self>, Arc<Mark>) -> F + Send + 'static,
        F: Future<Output = Result<WriteAnswer, Problem>> + Send,
    {
        let (engine, caller) = (Arc::clone(self), caller.clone());
        let under = self.running.begin();
        let work = async move {
            let _under = under;
            engine.begin(&caller, snapshot, once, work).await
        };
        let task = match &self.runtime {
            Some(runtime) => runtime.spawn(work),
            None => tokio::spawn(work),
        };
        task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a write ended without an answer");
            Err(Problem::new(Code::Internal, "the write ended without an answer; ask again with the same key"))
        })
    }

    async fn begin<W, F>(
        self: &Arc<Self>,
        caller: &Caller,
        snapshot: Arc<Snapshot>,
        once: Once,
        work: W,
    ) -> Result<WriteAnswer, Problem>
    where
        W: FnOnce(Arc<Self>, Arc<Mark>) -> F + Send,
        F: Future<Output = Result<WriteAnswer, Problem>> + Send,
    {
        let tenant = snapshot.connection.tenant_id.clone();
        let scope = IdempotencyScope { tenant, route: once.route.to_owned(), key: once.key };
        match self.idempotency.begin(&scope, &once.fingerprint, &caller.request_id).await? {
            Begun::Run(ticket) => {
                let (rows, held) = (Arc::clone(&self.idempotency), ticket.clone());
                let mark = Arc::new(Mark { rows, ticket: held, left: AtomicBool::new(false) });
                let ended = work(Arc::clone(self), Arc::clone(&mark)).await;
                self.keep(caller, &ticket, mark.left.load(Ordering::Acquire), &ended).await;
                ended
            }
            Begun::OtherRequest => {
                let detail = "this Idempotency-Key was used for a request with another body, address or connection; \
                              take a new key for a new request";
                Err(snapshot.of(Problem::new(Code::IdempotencyConflict, detail)))
            }
            Begun::InProgress => {
                let detail = "the first request with this Idempotency-Key is still running; ask again for its answer";
                let problem = Problem::new(Code::IdempotencyInProgress, detail);
                Err(snapshot.of(Problem { retry_after: Some(ASK_AGAIN), ..problem }))
            }
            Begun::Unknown { request_id } => {
                let detail = "the server that carried this out stopped before the answer was stored, so nobody knows \
                              whether the CRM did it; it is not repeated: look before sending it with a new key";
                let problem = Problem::new(Code::OutcomeUnknown, detail);
                Err(snapshot.of(Problem { replay_of: Some(request_id), ..problem }))
            }
            Begun::Finished(bytes) => replayed(&snapshot, &bytes),
        }
    }

    /// Stores the end, or frees the key: when nothing was carried out, or when
    /// doing it again does no harm, the same request may run again.
    async fn keep(&self, caller: &Caller, ticket: &Ticket, left: bool, ended: &Result<WriteAnswer, Problem>) {
        let end = match ended {
            Ok(answer) => End::Answer(KeptAnswer::from(answer)),
            Err(problem) if !left || (problem.retryable() && problem.code != Code::Internal) => {
                if let Err(error) = self.idempotency.release(ticket).await {
                    tracing::error!(%error, "an idempotency key could not be freed; it stays in use until this server ends");
                }
                return;
            }
            Err(problem) => End::Problem(KeptProblem::from(problem)),
        };
        let kept = Kept { request_id: caller.request_id.clone(), end };
        let stored = match serde_json::to_vec(&kept) {
            Ok(bytes) => self.idempotency.finish(ticket, &bytes).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = stored {
            tracing::error!(error, request_id = %caller.request_id, "the answer of a write could not be stored; a replay will say outcome_unknown");
        }
    }
}

fn replayed(snapshot: &Snapshot, bytes: &[u8]) -> Result<WriteAnswer, Problem> {
    let Ok(kept) = serde_json::from_slice::<Kept>(bytes) else {
        let detail = "the stored answer of this Idempotency-Key cannot be read; the write was carried out";
        return Err(snapshot.of(Problem::new(Code::Internal, detail)));
    };
    match kept.end {
        End::Answer(answer) => Ok(answer.answer(kept.request_id)),
        End::Problem(problem) => Err(snapshot.of(Problem { replay_of: Some(kept.request_id), ..problem.problem() })),
    }
}

/// What two requests must have in common to be the same one.
pub(crate) struct Fingerprint(Context);

impl Fingerprint {
    /// Of a request to this route.
    pub(crate) fn of(route: &str) -> Self {
        let mut this = Self(Context::new(&SHA256));
        this.part(route.as_bytes());
        this
    }

    /// Adds a part, so that no two sequences of parts run together.
    pub(crate) fn part(&mut self, bytes: &[u8]) {
        self.0.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(bytes);
    }

    /// Adds the meaning of a body.
    pub(crate) fn json(&mut self, body: &[u8]) {
        self.part(&canonical(body));
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.0.finish().as_ref());
        hash
    }
}

/// A body without what does not matter: blanks and the order of keys. One that
/// is no JSON stands for itself.
fn canonical(body: &[u8]) -> Vec<u8> {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(body) else { return body.to_vec() };
    let mut out = Vec::with_capacity(body.len());
    push_canonical(&value, &mut out);
    out
}

fn push_canonical(value: &serde_json::Value, out: &mut Vec<u8>) {
    match value {
        serde_json::Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| key.as_str());
            out.push(b'{');
            for (key, value) in members {
                out.extend_from_slice(serde_json::Value::from(key.as_str()).to_string().as_bytes());
                out.push(b':');
                push_canonical(value, out);
                out.push(b',');
            }
            out.push(b'}');
        }
        serde_json::Value::Array(items) => {
            out.push(b'[');
            for item in items {
                push_canonical(item, out);
                out.push(b',');
            }
            out.push(b']');
        }
        scalar => out.extend_from_slice(scalar.to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn blanks_and_the_order_of_keys_do_not_matter_and_all_else_does() {
        let one = canonical(br#"{"a":[1,{"x":null,"y":"z"}],"b":2}"#);
        assert_eq!(one, canonical(b"{ \"b\" : 2,\n \"a\": [1, {\"y\":\"z\",\"x\":null}] }"));
        for other in [r#"{"a":[{"x":null,"y":"z"},1],"b":2}"#, r#"{"a":[1,{"x":null,"y":"z"}],"b":"2"}"#, "{}", ""] {
            assert_ne!(one, canonical(other.as_bytes()), "{other}");
        }
    }
}
