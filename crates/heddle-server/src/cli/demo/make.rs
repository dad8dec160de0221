//! The demo's tenant, connection and key, made through the same use cases as
//! the API's.

use super::super::CliError;
use super::super::wiring;
use super::state::Made;
use heddle_connector::model::Object;
use heddle_engine::{ListRequest, NewAuth, NewConnection, NewKey, NewOAuthApp, NewTenant, Scope, Shape, Target};
use heddle_sandbox::salesforce::SalesforceOptions;
use heddle_server::wiring::Wired;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Makes everything, against the sandbox at `login`.
///
/// # Errors
/// What the use cases say.
pub(super) async fn make(wired: &Wired, login: &str) -> Result<Made, CliError> {
    let caller = wiring::operator(wired);
    let tenant = NewTenant { name: "Acme".to_owned(), external_id: Some("acme".to_owned()) };
    let tenant = wired.engine.create_tenant(&caller, tenant).await?;
    let app = SalesforceOptions::default();
    let auth = NewAuth::ClientCredentials {
        login: login.to_owned(),
        client_id: app.client_id,
        client_secret: SecretString::from(app.client_secret),
    };
    let connection = NewConnection { tenant_id: tenant.id.clone(), provider: "salesforce".to_owned(), auth };
    let report = wired.engine.create_connection(&caller, connection).await?;
    let key = NewKey { name: "demo".to_owned(), scopes: Scope::ALL.to_vec(), tenants: None, expires_at: None };
    let (_, secret) = wired.engine.create_key(&caller, key).await?;
    Ok(Made {
        tenant_id: tenant.id.to_string(),
        connection_id: report.connection.id.to_string(),
        api_key: secret.expose_secret().to_owned(),
    })
}

/// Registers the app that tenants' people can consent to, unless an earlier
/// start has.
///
/// # Errors
/// What the use cases say.
pub(super) async fn app(wired: &Wired, login: &str) -> Result<(), CliError> {
    let caller = wiring::operator(wired);
    let (apps, _) = wired.engine.list_oauth_apps(&caller, Some("salesforce"), None, 1).await?;
    if !apps.is_empty() {
        return Ok(());
    }
    let known = SalesforceOptions::default();
    let app = NewOAuthApp {
        provider: "salesforce".to_owned(),
        name: "Demo".to_owned(),
        login: Some(login.to_owned()),
        client_id: known.client_id,
        client_secret: SecretString::from(known.client_secret),
        scopes: None,
        redirect_uri: None,
    };
    wired.engine.create_oauth_app(&caller, app).await?;
    Ok(())
}

/// Looks whether what an earlier start made still works: sandboxes forget
/// their sessions, so the connection is tested, which renews its token.
///
/// # Errors
/// When something was taken away meanwhile.
pub(super) async fn check(wired: &Wired, made: Made) -> Result<Made, CliError> {
    let caller = wiring::operator(wired);
    let key = wired.engine.authenticate(&made.api_key, caller.request_id.clone(), caller.deadline).await;
    key.map_err(|why| gone("API key", &why))?;
    let report = wired.engine.test_connection(&caller, &made.connection_id).await;
    match report {
        Ok(report) if report.passed => Ok(made),
        Ok(report) => {
            let steps: Vec<String> =
                report.steps.iter().map(|step| format!("{}: {}", step.name, step.detail)).collect();
            Err(gone("connection", &steps.join("; ")))
        }
        Err(why) => Err(gone("connection", &why)),
    }
}

fn gone(what: &str, why: &dyn std::fmt::Display) -> CliError {
    CliError::new(format!(
        "the {what} of the last demo does not work any more ({why}); `heddle demo --fresh` starts over"
    ))
}

/// An e-mail address of one of the first contacts.
///
/// # Errors
/// When the contacts cannot be listed, or none has an address.
pub(super) async fn some_email(wired: &Wired, made: &Made) -> Result<String, CliError> {
    #[derive(Deserialize)]
    struct Contact {
        email_addresses: Vec<Email>,
    }
    #[derive(Deserialize)]
    struct Email {
        email: String,
    }
    let request = ListRequest {
        limit: Some(50),
        shape: Shape { fields: Some(vec!["email_addresses".to_owned()]), ..Shape::default() },
        ..ListRequest::of(Object::Contact)
    };
    let target = Target::Connection(made.connection_id.clone());
    let answer = wired.engine.list_records(&wiring::operator(wired), &target, &request).await?;
    let records = [b"[", answer.data.as_slice(), b"]"].concat();
    let contacts: Vec<Contact> =
        serde_json::from_slice(&records).map_err(|why| CliError::new(format!("a contact cannot be read: {why}")))?;
    contacts
        .into_iter()
        .find_map(|contact| contact.email_addresses.into_iter().next())
        .map(|email| email.email)
        .ok_or_else(|| CliError::new("none of the first contacts has an e-mail address"))
}
