//! Finds the tenant that a person names.

use super::{CliError, wiring};
use heddle_engine::{Code, Tenant};
use heddle_server::wiring::Wired;

/// The tenant of an id (`ten_...`) or of the operator's own id.
///
/// # Errors
/// When the database fails.
pub(super) async fn find(wired: &Wired, name: &str) -> Result<Option<Tenant>, CliError> {
    match wired.engine.get_tenant(&wiring::operator(wired), name).await {
        Ok(tenant) => Ok(Some(tenant)),
        Err(problem) if problem.code == Code::NotFound => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}
