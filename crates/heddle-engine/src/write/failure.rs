//! Failed writes in the caller's words: the common fields that they name.

use super::Write;
use crate::selection::ObjectSnapshot;
use crate::{FieldError, Problem};
use heddle_connector::mapping::pointer_of;
use heddle_connector::{Failure, FailureKind, ObjectSpec};

impl Write<'_> {
    /// A failure of the provider; `prefix` says where in the body the record stands.
    pub(super) fn refused(&self, failure: Failure, prefix: &str) -> Problem {
        refused(self.spec, self.snapshot.object(self.spec).ok(), failure, prefix)
    }

    /// Reads the account's fields again after it did not know one of them.
    pub(super) async fn described_again(&mut self, failure: Failure) -> Result<(), Problem> {
        self.snapshot = self.engine.redescribed(&self.snapshot, self.spec, &self.session, failure).await?;
        self.warnings.clear();
        Ok(())
    }
}

/// A provider's refusal, with pointers into the caller's body.
pub(super) fn refused(spec: &ObjectSpec, object: Option<&ObjectSnapshot>, failure: Failure, prefix: &str) -> Problem {
    let code = if failure.kind == FailureKind::RequiredMissing { "missing" } else { "invalid" };
    let part = |field: &String| {
        let pointer = match object {
            Some(object) => object.pointer(spec, field),
            None => pointer_of(spec.table, &[], field),
        };
        let detail = match &pointer {
            Some(_) => failure.message.clone(),
            None => format!("{} (the CRM names its field {field}, which has no common one)", failure.message),
        };
        let pointer = format!("{prefix}{}", pointer.unwrap_or_default());
        FieldError { pointer, code, detail, provider_field: Some(field.clone()) }
    };
    let errors = failure.fields.iter().map(part).collect();
    Problem { errors, ..Problem::from(failure) }
}
