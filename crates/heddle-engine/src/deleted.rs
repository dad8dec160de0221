//! Deleted records: where they can be asked for.

use crate::{Code, ObjectSnapshot, Problem};
use heddle_connector::{Connector, ObjectSpec};

/// Refuses `include_deleted` where the provider cannot show deleted records of
/// the object, or where nothing would tell them apart.
pub(crate) fn check(connector: &dyn Connector, spec: &ObjectSpec, object: &ObjectSnapshot) -> Result<(), Problem> {
    let manifest = connector.manifest();
    let object_name = spec.object.plural();
    let Some(field) = spec.table.deleted.filter(|_| spec.deleted) else {
        let can: Vec<&str> =
            manifest.objects.iter().filter(|spec| spec.deleted).map(|spec| spec.object.plural()).collect();
        let detail = format!(
            "{} cannot show deleted {object_name}; it can show deleted {}",
            manifest.title,
            if can.is_empty() { "records of no object".to_owned() } else { can.join(", ") }
        );
        let problem = Problem::new(Code::UnsupportedOperation, detail.clone());
        return Err(problem.with_error("?include_deleted", "not_allowed", detail));
    };
    if object.schema.has(field) {
        return Ok(());
    }
    let detail = format!(
        "this connection does not have {field} of {}, which tells deleted records from others: it may be hidden from \
         its user",
        spec.table.provider_object
    );
    Err(Problem::new(Code::ConnectionMisconfigured, detail))
}
