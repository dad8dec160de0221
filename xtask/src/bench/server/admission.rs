//! What the gate costs a call that nothing stands in the way of.

use async_trait::async_trait;
use heddle_gate::{
    BaseUrl, Call, CallLog, CallPlan, CallRecord, Caller, Classify, Concurrency, Gate, HostRule, Priority, Reply,
    Request, ScopeKey, ScopeKind, ScopeUse, SendFault, Settings, Signals, Transport,
};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

const CALLS: usize = 100_000;

/// Answers at once.
struct Instantly;

#[async_trait]
impl Transport for Instantly {
    async fn send(&self, _: &BaseUrl, _: &Request, _: Option<&SecretString>, _: Duration) -> Result<Reply, SendFault> {
        let (headers, body) = (Vec::new(), Vec::new().into());
        Ok(Reply { status: 200, headers, body, received: SystemTime::UNIX_EPOCH, took: Duration::ZERO })
    }
}

/// Forgets every record.
struct Nowhere;

impl CallLog for Nowhere {
    fn record(&self, _: CallRecord) {}
}

/// One account with a bound on calls in flight, as Salesforce's calls have.
struct OneAccount;

impl Classify for OneAccount {
    fn plan(&self, _: &Request) -> CallPlan {
        let key = ScopeKey { kind: ScopeKind::Org, name: "salesforce:00D000000000001AAA".to_owned() };
        let concurrency = Some(Concurrency { start: 32, max: 64 });
        let scopes = vec![ScopeUse { key, cost: 1, rates: &[], concurrency }];
        CallPlan { scopes, replay: heddle_gate::Replay::Safe }
    }

    fn signals(&self, _: &Request, _: &Reply) -> Signals {
        Signals::success()
    }
}

/// Medians of many calls, in microseconds: a whole `Gate::call` whose transport
/// answers at once (scopes, admission, classification, feedback, record, its
/// task and the way back), and the task and the way back alone.
///
/// # Errors
/// When the gate refuses a call.
pub(super) fn medians() -> Result<(f64, f64), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|why| why.to_string())?.block_on(async {
        let gate = Gate::new(Settings::default(), Arc::new(Instantly), Arc::new(Nowhere));
        let rule = HostRule { suffixes: &[], exact: &[], refused: &[] };
        let base = BaseUrl::checked("http://127.0.0.1:1", &rule, true).map_err(|why| why.to_string())?;
        let classify: Arc<dyn Classify> = Arc::new(OneAccount);
        let (mut whole, mut bare) = (Vec::with_capacity(CALLS), Vec::with_capacity(CALLS));
        for _ in 0..CALLS {
            let call = Call {
                request: Request::get("query", "/services/data/v66.0/query?q=SELECT"),
                caller: Caller {
                    provider: "salesforce",
                    tenant: "ten_0193f0a2b1c47d3e8f5a6b7c8d9e0f10".to_owned(),
                    connection: "con_0193f0a2b1c47d3e8f5a6b7c8d9e0f10".to_owned(),
                    request_id: "req_0193f0a2b1c47d3e8f5a6b7c8d9e0f10".to_owned(),
                },
                grant: None,
                base: Some(base.clone()),
                classify: classify.clone(),
                priority: Priority::Interactive,
                before_send: None,
                deadline: gate.deadline(Duration::from_secs(30)),
            };
            let started = Instant::now();
            let answer = gate.call(call).await;
            whole.push(started.elapsed());
            answer.result.map_err(|failure| failure.message)?;
            let started = Instant::now();
            let (send, sent) = tokio::sync::oneshot::channel();
            tokio::spawn(async move { send.send(()) });
            let _ = sent.await;
            bare.push(started.elapsed());
        }
        Ok((median(whole), median(bare)))
    })
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}
