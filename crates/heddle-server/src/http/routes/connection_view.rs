//! Connections and their tests, as answers show them.

use crate::http::time::rfc3339;
use crate::http::wire::{Connection, ConnectionStep, ConnectionTest, MappingDrift};
use heddle_connector::{Feature, FeatureState};
use heddle_engine::{Drift, TestReport};

pub(super) fn view(connection: &heddle_engine::Connection) -> Connection {
    Connection {
        id: connection.id.to_string(),
        tenant_id: connection.tenant_id.to_string(),
        provider: connection.provider.clone(),
        auth_kind: connection.auth_kind.clone(),
        login: connection.login.clone(),
        state: connection.state.as_str().to_owned(),
        reason: connection.reason.clone(),
        since: connection.since.map(rfc3339),
        retry_at: connection.retry_at.map(rfc3339),
        until: connection.until.map(rfc3339),
        until_estimated: connection.until.is_some() && connection.state.info().until_estimated,
        found_id: connection.found_id.clone(),
        remote_id: connection.remote_id.clone(),
        remote_account: connection.remote_account.clone(),
        remote_user: connection.remote_user.clone(),
        base_url: connection.base_url.clone(),
        api_version: connection.api_version.clone(),
        created_at: rfc3339(connection.created_at),
        checked_at: connection.checked_at.map(rfc3339),
        currency: connection.currency.clone(),
        features: None,
        drift: None,
    }
}

/// One connection, with what its account has to say.
pub(super) fn whole_view(
    connection: &heddle_engine::Connection,
    (features, drift): &(Vec<FeatureState>, Vec<Drift>),
) -> Connection {
    let multi = features.contains(&(Feature::MultiCurrency, Some(true)));
    let state = |state: Option<bool>| match state {
        Some(true) => "on",
        Some(false) => "off",
        None => "unknown",
    };
    let features = features.iter().map(|(feature, on)| (feature.as_str().to_owned(), state(*on).to_owned()));
    let shown = view(connection);
    Connection {
        currency: shown.currency.clone().filter(|_| !multi),
        features: Some(features.collect()),
        drift: Some(drift.iter().map(drifted).collect()),
        ..shown
    }
}

fn drifted(drift: &Drift) -> MappingDrift {
    MappingDrift {
        object: drift.object.plural().to_owned(),
        name: drift.name.clone(),
        provider_field: drift.provider_field.clone(),
        kind: drift.kind.as_str().to_owned(),
        since: rfc3339(drift.since),
    }
}

pub(super) fn test_view(report: &TestReport) -> ConnectionTest {
    let step = |step: &heddle_connector::Step| ConnectionStep {
        name: step.name.to_owned(),
        outcome: step.outcome.as_str().to_owned(),
        detail: step.detail.clone(),
    };
    ConnectionTest {
        passed: report.passed,
        connection: view(&report.connection),
        steps: report.steps.iter().map(step).collect(),
    }
}
