//! Walks a connection from the API version to its data, for a test.

use super::{manifest::MANIFEST, wire};
use heddle_connector::model::Object;
use heddle_connector::{
    Account, Checkup, Connector, Failure, FailureKind, Identity, Request, Session, Step, StepOutcome,
};

/// Takes the steps one after another; a failed one ends the walk.
pub(super) async fn check(connector: &dyn Connector, session: &Session) -> Checkup {
    let mut checkup = Checkup::default();
    if let Err((name, failure)) = walk(connector, session, &mut checkup).await {
        checkup.steps.push(Step::new(name, StepOutcome::Failed, failure.message.clone()));
        checkup.failure = Some(failure);
    }
    checkup
}

type Stop = (&'static str, Failure);

async fn walk(connector: &dyn Connector, session: &Session, checkup: &mut Checkup) -> Result<(), Stop> {
    let version = version(session, checkup).await.map_err(|f| ("api_version", f))?;
    let identity = identity(session, checkup).await.map_err(|f| ("identity", f))?;
    // The rest runs on the found version and is counted against the org itself.
    let session = session.of(Account {
        connection: session.account.connection.clone(),
        remote_id: Some(identity.remote_id.clone()),
        api_version: Some(version.clone()),
    });
    checkup.identity = Some(identity);
    checkup.api_version = Some(version.clone());
    limits(&session, &version, checkup).await.map_err(|f| ("limits", f))?;
    for spec in MANIFEST.forms() {
        // Several common objects may be of one of Salesforce's.
        if checkup.schemas.iter().any(|known| known.object == spec.table.provider_object) {
            continue;
        }
        let schema = match connector.describe(&session, spec).await {
            Ok(schema) => schema,
            // Not every org has it, and not every user may see it.
            Err(failure) if out_of_reach(&failure) && !needed(spec.object) => {
                let detail = format!("{}: {}", spec.table.provider_object, failure.message);
                // An org without one form of an object has the other.
                let outcome = if spec.instead.is_some() { StepOutcome::Note } else { StepOutcome::Warning };
                checkup.steps.push(Step::new("describe", outcome, detail));
                continue;
            }
            Err(failure) => return Err(("describe", explained(failure))),
        };
        let custom = schema.fields.iter().filter(|f| f.custom).count();
        let detail = format!("{}: {} fields, {custom} of them custom", schema.object, schema.fields.len());
        checkup.steps.push(Step::new("describe", StepOutcome::Ok, detail));
        checkup.schemas.push(schema);
    }
    currency(&session, &version, checkup).await;
    rights(&session, &version, checkup).await;
    visible(&session, &version, checkup).await.map_err(|f| ("visible_contacts", f))
}

/// Whether only this object is not there, or not readable, for this user: the
/// rest of the org may be all that the connection is for.
fn out_of_reach(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::Misconfigured => failure.provider.as_ref().is_some_and(|p| p.status == 404),
        FailureKind::PermissionDenied => explained(failure.clone()) == *failure,
        FailureKind::BadResponse => true,
        _ => false,
    }
}

/// Whether a connection that cannot see the object is of no use.
const fn needed(object: Object) -> bool {
    matches!(object, Object::Contact | Object::Account)
}

/// Says what to do about a user or an edition without API access.
fn explained(mut failure: Failure) -> Failure {
    let api_off = failure.provider.as_ref().is_some_and(|p| p.code.as_deref() == Some("API_DISABLED_FOR_ORG"));
    if api_off {
        failure.message = "the run-as user has no API access, or the org's edition has no API: \
                           give the user the API Enabled permission"
            .to_owned();
    }
    failure
}

fn unreadable(what: &str) -> Failure {
    Failure::new(FailureKind::BadResponse, format!("Salesforce's {what} cannot be read"))
}

async fn version(session: &Session, checkup: &mut Checkup) -> Result<String, Failure> {
    let reply = session.send(Request::get(wire::VERSIONS, "/services/data")).await?;
    let Some(version) = wire::choose_version(&reply.body) else {
        return Err(unreadable("list of API versions"));
    };
    let step = if version == wire::PINNED {
        Step::new("api_version", StepOutcome::Ok, format!("{version} is offered"))
    } else {
        let detail = format!("{} is not offered; {version} is used, some fields may be missing", wire::PINNED);
        Step::new("api_version", StepOutcome::Warning, detail)
    };
    checkup.steps.push(step);
    Ok(version)
}

async fn identity(session: &Session, checkup: &mut Checkup) -> Result<Identity, Failure> {
    let reply = session.send(Request::get(wire::USERINFO, "/services/oauth2/userinfo")).await?;
    let info: wire::UserInfo = serde_json::from_slice(&reply.body).map_err(|_| unreadable("user information"))?;
    let Some(remote_id) = super::ids::to_18(&info.organization_id) else {
        return Err(unreadable("org id"));
    };
    let host = info.urls.get("custom_domain").map(|u| u.trim_start_matches("https://").to_owned());
    let account = host.unwrap_or_else(|| remote_id.clone());
    let detail = format!("org {remote_id} ({account}), calls run as {}", info.preferred_username);
    checkup.steps.push(Step::new("identity", StepOutcome::Ok, detail));
    Ok(Identity { remote_id, account, user: info.preferred_username })
}

async fn limits(session: &Session, version: &str, checkup: &mut Checkup) -> Result<(), Failure> {
    let request = Request::get(wire::LIMITS, format!("/services/data/v{version}/limits"));
    let step = match session.send(request).await {
        Ok(reply) => match wire::daily_requests(&reply.body) {
            Some((used, limit)) => {
                Step::new("limits", StepOutcome::Ok, format!("{used} of {limit} calls used in the last 24 hours"))
            }
            None => Step::new("limits", StepOutcome::Note, "the answer names no daily allowance"),
        },
        Err(failure) if failure.kind == FailureKind::PermissionDenied && explained(failure.clone()) == failure => {
            let detail = "the run-as user may not read the org's limits; figures come with each answer instead";
            Step::new("limits", StepOutcome::Note, detail)
        }
        Err(failure) => tolerated("limits", failure)?,
    };
    checkup.steps.push(step);
    Ok(())
}

/// Steps that only inform do not stand in the way of a connection, unless
/// their failure says that nothing else would work either.
fn tolerated(name: &'static str, failure: Failure) -> Result<Step, Failure> {
    let failure = explained(failure);
    match failure.kind {
        FailureKind::Timeout
        | FailureKind::DeadlineExceeded
        | FailureKind::Unavailable
        | FailureKind::BadResponse
        | FailureKind::ProviderRateLimited
        | FailureKind::ValidationFailed
        | FailureKind::Unsupported
        | FailureKind::StaleSchema => {
            Ok(Step::new(name, StepOutcome::Warning, format!("could not be read: {}", failure.message)))
        }
        _ => Err(failure),
    }
}

/// The org's own currency, in an org whose records name none. No recording shows
/// the field, so that failing to read it is a note, and amounts have no
/// currency then.
async fn currency(session: &Session, version: &str, checkup: &mut Checkup) {
    const NAME: &str = "currency";
    if checkup.schemas.iter().any(|schema| schema.has(super::features::CURRENCY)) {
        checkup.steps.push(Step::new(NAME, StepOutcome::Ok, "each record names its currency"));
        return;
    }
    let soql = "SELECT DefaultCurrencyIsoCode FROM Organization LIMIT 1";
    let reply = session.send(wire::query(version, soql).0).await;
    let found = reply.ok().and_then(|reply| wire::first_text(&reply.body, "DefaultCurrencyIsoCode"));
    let found = found.filter(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()));
    let step = match &found {
        Some(code) => Step::new(NAME, StepOutcome::Ok, format!("amounts are in {code}, the org's own currency")),
        None => {
            let detail = "the org's own currency could not be read: amounts have no currency";
            Step::new(NAME, StepOutcome::Note, detail)
        }
    };
    checkup.steps.push(step);
    checkup.currency = found;
}

/// The run-as user's rights. The object behind it is not offered everywhere,
/// so that failing to read it is a note.
async fn rights(session: &Session, version: &str, checkup: &mut Checkup) {
    let soql = "SELECT PermissionsApiEnabled, PermissionsViewAllData FROM UserPermissionAccess LIMIT 1";
    let reply = session.send(wire::query(version, soql).0).await;
    let flags = reply.ok().map(|r| {
        (wire::first_flag(&r.body, "PermissionsApiEnabled"), wire::first_flag(&r.body, "PermissionsViewAllData"))
    });
    let step = match flags {
        Some((Some(false), _)) => {
            Step::new("rights", StepOutcome::Warning, "the run-as user lacks the API Enabled permission")
        }
        Some((_, Some(true))) => {
            Step::new("rights", StepOutcome::Ok, "View All Data is on: every record of the org is visible")
        }
        Some((_, Some(false))) => Step::new(
            "rights",
            StepOutcome::Note,
            "View All Data is off: records that sharing rules hide from the run-as user do not appear",
        ),
        _ => Step::new("rights", StepOutcome::Note, "the run-as user's permissions could not be read"),
    };
    checkup.steps.push(step);
}

async fn visible(session: &Session, version: &str, checkup: &mut Checkup) -> Result<(), Failure> {
    const NAME: &str = "visible_contacts";
    let step = match session.send(wire::query(version, "SELECT COUNT() FROM Contact").0).await {
        Ok(reply) => match wire::total_size(&reply.body, false) {
            Some(0) => Step::new(NAME, StepOutcome::Warning, "the run-as user sees no contacts"),
            Some(count) => Step::new(NAME, StepOutcome::Ok, format!("the run-as user sees {count} contacts")),
            None => tolerated(NAME, unreadable("count of contacts"))?,
        },
        Err(failure) => tolerated(NAME, failure)?,
    };
    checkup.steps.push(step);
    Ok(())
}
