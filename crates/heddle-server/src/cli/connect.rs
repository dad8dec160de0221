//! `heddle connect`: tests a tenant's credentials, then stores them.

use super::args::{Connect, ConnectSalesforce, Shared};
use super::settings::Settings;
use super::{CliError, output, tenant, wiring};
use crate::config::{HOW_TO_MAKE_ONE, read_master_key};
use heddle_engine::{ConnectionState, NewAuth, NewConnection, NewTenant, Problem, Tenant, TenantId};
use heddle_server::wiring::Wired;
use secrecy::SecretString;
use std::process::ExitCode;

/// Marks a step of the test among the refused parts of a problem.
const STEP: &str = "steps/";

pub(super) async fn run(shared: &Shared, provider: &Connect) -> Result<ExitCode, CliError> {
    let Connect::Salesforce(command) = provider;
    let settings = Settings::read(shared, Vec::new())?;
    settings.start_quiet_logs();
    let variable = |name: &str| {
        let value = settings.inputs.variable(name).map(str::to_owned);
        value.ok_or_else(|| CliError::new(format!("{name} is not set; see `heddle connect salesforce --help`")))
    };
    let auth = NewAuth::ClientCredentials {
        login: command.my_domain.clone(),
        client_id: variable("SF_CONSUMER_KEY")?,
        client_secret: SecretString::from(variable("SF_CONSUMER_SECRET")?),
    };
    let Some((key, _)) = read_master_key(&settings.inputs, &settings.loaded)? else {
        return Err(CliError::new(HOW_TO_MAKE_ONE));
    };
    let store = wiring::open_store(&settings.loaded.config).await?;
    let wired = wiring::join(&settings.loaded.config, &key, store).await?;
    let result = salesforce(&wired, command, auth).await;
    wiring::close(wired).await;
    result.map(|()| ExitCode::SUCCESS)
}

async fn salesforce(wired: &Wired, command: &ConnectSalesforce, auth: NewAuth) -> Result<(), CliError> {
    let (tenant, made) = tenant_for(wired, &command.tenant).await?;
    output::note(format_args!("tenant      {} ({})", tenant.id, tenant.name));
    output::note(format_args!("asking      {}", command.my_domain));
    let new = NewConnection { tenant_id: tenant.id.clone(), provider: "salesforce".to_owned(), auth };
    match wired.engine.create_connection(&wiring::operator(wired), new).await {
        Ok(report) => {
            for step in &report.steps {
                say_step(step.outcome.as_str(), step.name, &step.detail);
            }
            if report.connection.state == ConnectionState::WaitingForApp {
                let when = "a running server tries again each minute for a while, by itself";
                output::note(format_args!(
                    "waiting     check key and host now, then wait: {when}; the connection's id:"
                ));
                output::line(&report.connection.id);
                return Ok(());
            }
            let account = report.connection.remote_account.as_deref().unwrap_or("the org");
            let user = report.connection.remote_user.as_deref().unwrap_or("its user");
            output::note(format_args!("connected   {account} as {user}; the connection's id:"));
            output::line(&report.connection.id);
            Ok(())
        }
        Err(problem) => Err(failed(problem, made.then_some(&tenant.id))),
    }
}

/// Shows the steps that a refused test went through, and what is left to say;
/// `made` is the tenant that was made for it.
fn failed(mut problem: Problem, made: Option<&TenantId>) -> CliError {
    let (steps, rest) = problem.errors.into_iter().partition(|part| part.pointer.starts_with(STEP));
    problem.errors = rest;
    let steps: Vec<heddle_engine::FieldError> = steps;
    for step in &steps {
        say_step(step.code, step.pointer.trim_start_matches(STEP), &step.detail);
    }
    let stays = made.map_or_else(String::new, |tenant| format!("\nthe new tenant {tenant} stays, for the next try"));
    CliError::new(format!("no connection was stored: {}{stays}", CliError::from(problem)))
}

fn say_step(outcome: &str, name: &str, detail: &str) {
    output::note(format_args!("{outcome:<11} {name}: {detail}"));
}

/// The tenant that is named, and whether it was made now: one is made for an
/// unknown id of the operator's own.
async fn tenant_for(wired: &Wired, name: &str) -> Result<(Tenant, bool), CliError> {
    if let Some(tenant) = tenant::find(wired, name).await? {
        return Ok((tenant, false));
    }
    if TenantId::parse(name).is_some() {
        return Err(CliError::new(format!("there is no tenant {name}")));
    }
    let new = NewTenant { name: name.to_owned(), external_id: Some(name.to_owned()) };
    let tenant = wired.engine.create_tenant(&wiring::operator(wired), new).await?;
    output::note(format_args!("new tenant  {} for your customer {name}", tenant.id));
    Ok((tenant, true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use heddle_engine::Code;

    #[test]
    fn a_tenant_that_was_made_for_a_failed_test_is_named() {
        let problem = || Problem::new(Code::ConnectionMisconfigured, "no such app");
        let id = TenantId::generate();
        assert!(failed(problem(), Some(&id)).to_string().contains(&format!("the new tenant {id} stays")));
        assert!(!failed(problem(), None).to_string().contains("tenant"));
    }
}
