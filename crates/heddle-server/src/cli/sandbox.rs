//! `heddle sandbox`: the stand-in CRMs alone, with faults by flag.

use super::args::{Sandbox, Shared};
use super::settings::Settings;
use super::stop::Stop;
use super::{CliError, output};
use heddle_sandbox::salesforce::{Salesforce, SalesforceOptions};
use serde_json::{Map, Value, json};
use std::process::ExitCode;

pub(super) async fn run(shared: &Shared, command: &Sandbox) -> Result<ExitCode, CliError> {
    Settings::read(shared, Vec::new())?.start_quiet_logs();
    let stop = Stop::listen()?;
    let mut faults = command.fault.iter().map(|text| fault(text)).collect::<Result<Vec<Value>, _>>()?;
    faults.extend(command.latency_ms.map(|ms| json!({"kind": "latency", "ms": ms})));

    let defaults = SalesforceOptions::default();
    let options = SalesforceOptions {
        seed: command.seed.unwrap_or(defaults.seed),
        contacts: command.contacts.unwrap_or(defaults.contacts),
        accounts: command.accounts.unwrap_or(defaults.accounts),
        daily_limit: command.daily_limit.unwrap_or(defaults.daily_limit),
        port: command.port,
        alternate_port: command.alternate_port,
        ..defaults
    };
    let (client_id, client_secret) = (options.client_id.clone(), options.client_secret.clone());
    let (contacts, accounts) = (options.contacts, options.accounts);
    let salesforce = Salesforce::start(options)
        .await
        .map_err(|why| CliError::new(format!("cannot start the Salesforce sandbox: {why}")))?;
    if !faults.is_empty() {
        let answer = salesforce.control("POST", "faults", Value::Array(faults)).await;
        if let Some(why) = answer.get("error").and_then(Value::as_str) {
            return Err(CliError::new(format!("the sandbox refuses a fault: {why}")));
        }
    }

    let url = salesforce.url();
    output::line(format_args!("Salesforce sandbox: {url} ({contacts} contacts, {accounts} accounts)"));
    output::line(format_args!("  after a move:     {}", salesforce.alternate_url()));
    output::line(format_args!("  consumer key:     {client_id}"));
    output::line(format_args!("  consumer secret:  {client_secret}"));
    output::line(format_args!("  counters:         curl -s {url}/_sandbox/counters"));
    output::line("Ctrl-C stops it. A server that is to use it needs HEDDLE_ALLOW_LOOPBACK_PROVIDERS=1.");
    stop.wanted().await;
    salesforce.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Reads `KIND[,name=value...]` as the control API's fault. Which kinds and
/// names there are, the sandbox itself decides.
fn fault(text: &str) -> Result<Value, CliError> {
    let mut parts = text.split(',');
    let mut fault = Map::new();
    fault.insert("kind".to_owned(), parts.next().unwrap_or_default().into());
    for part in parts {
        let Some((name, value)) = part.split_once('=') else {
            return Err(CliError::new(format!("{part:?} in --fault {text:?} is not of the form name=value")));
        };
        let value = value.parse::<u64>().map_or_else(|_| Value::from(value), Value::from);
        fault.insert(name.to_owned(), value);
    }
    Ok(Value::Object(fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_a_kind_with_named_values() {
        assert_eq!(fault("reset").unwrap(), json!({"kind": "reset"}));
        assert_eq!(
            fault("status,status=503,match=data,times=5").unwrap(),
            json!({"kind": "status", "status": 503, "match": "data", "times": 5})
        );
        assert!(fault("status,503").unwrap_err().to_string().contains("name=value"));
    }

    #[tokio::test]
    async fn the_sandbox_takes_what_the_flags_say_and_refuses_the_rest() {
        let options = SalesforceOptions { contacts: 10, accounts: 2, ..SalesforceOptions::default() };
        let salesforce = Salesforce::start(options).await.unwrap();
        for (text, taken) in [
            ("latency,ms=5", true),
            ("status,status=503,for_ms=100", true),
            ("explode", false),
            ("reset,tims=1", false),
        ] {
            let answer = salesforce.control("POST", "faults", json!([fault(text).unwrap()])).await;
            assert_eq!(answer.get("error").is_none(), taken, "{text}: {answer}");
        }
        salesforce.stop().await;
    }
}
