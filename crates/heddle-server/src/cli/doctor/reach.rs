//! Whether a provider's host can be reached from here.

use super::super::{CliError, time, wiring};
use super::{Finding, skew};
use crate::config::Config;
use heddle_gate::{
    BaseUrl, Call, CallLog, CallPlan, CallRecord, Caller, Classify, Gate, Priority, Replay, Reply, Request, Signals,
};
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(20);

/// Any answer means reached, whatever its status; there is no account to count against.
struct AnyAnswer;

impl Classify for AnyAnswer {
    fn plan(&self, _: &Request) -> CallPlan {
        CallPlan { scopes: Vec::new(), replay: Replay::Safe }
    }

    fn signals(&self, _: &Request, _: &Reply) -> Signals {
        Signals::success()
    }
}

/// The doctor's own call is nobody's; it is not kept.
struct Unkept;

impl CallLog for Unkept {
    fn record(&self, _: CallRecord) {}
}

/// Sends one request without credentials to the provider's host, through the gate.
pub(super) async fn look(config: &Config, provider: &str, host: &str) -> Result<Vec<Finding>, CliError> {
    const NAME: &str = "provider";
    let registry = heddle_connectors::registry();
    let Some(connector) = registry.get(provider) else {
        let known: Vec<&str> = registry.all().iter().map(|connector| connector.manifest().id).collect();
        return Err(CliError::new(format!("there is no provider {provider}; the providers are {}", known.join(", "))));
    };
    let manifest = connector.manifest();
    let base = match BaseUrl::checked(host, &manifest.hosts, config.providers.allow_loopback) {
        Ok(base) => base,
        Err(why) => return Ok(vec![Finding::wrong(NAME, format!("{host} is refused: {why}"))]),
    };
    let gate = Gate::new(config.gate.clone(), wiring::transport(config)?, Arc::new(Unkept));
    let asked = time::now();
    let answer = gate
        .call(Call {
            request: Request::get("reach", "/"),
            caller: Caller {
                provider: manifest.id,
                tenant: String::new(),
                connection: String::new(),
                request_id: "command-line".to_owned(),
            },
            grant: None,
            base: Some(base.clone()),
            classify: Arc::new(AnyAnswer),
            priority: Priority::Interactive,
            before_send: None,
            deadline: time::deadline(TIMEOUT),
        })
        .await;
    Ok(match answer.result {
        Ok(reply) => {
            let detail =
                format!("{} answers in {} ms (status {})", base.as_str(), reply.took.as_millis(), reply.status);
            let mut findings = vec![Finding::ok(NAME, detail)];
            // A date has whole seconds: it may be nearly one behind.
            findings.extend(reply.date().map(|date| skew::judge("provider clock", asked, date, time::now())));
            findings
        }
        Err(why) => vec![Finding::wrong(NAME, format!("{} cannot be reached: {why}", base.as_str()))],
    })
}
