//! Mappings laid over the fields of an account.

use super::{Drift, compared, effective};
use crate::connect::parse;
use crate::selection::ObjectSnapshot;
use crate::{Caller, Connection, ConnectionId, Engine, Problem, Scope, TestReport};
use heddle_connector::{Feature, FeatureState, ObjectSchema, Step, StepOutcome};

impl Engine {
    /// An account's objects with the connection's mapped fields, each compared
    /// with its describe. What does not fit is noted, with the time when it was
    /// first seen.
    pub(crate) async fn with_mappings(
        &self,
        connection: &Connection,
        schemas: Vec<ObjectSchema>,
    ) -> Result<(Vec<ObjectSnapshot>, Vec<Drift>, Vec<FeatureState>), Problem> {
        let (tenant, id, provider) = (&connection.tenant_id, &connection.id, &connection.provider);
        let mappings = effective(self.mappings.of_connection(tenant, id, provider).await?);
        // Nothing is known of an account that was never described.
        let connector = self.registry.get(provider);
        let manifest = connector.map(|connector| connector.manifest()).filter(|_| !schemas.is_empty());
        let described: Vec<&ObjectSchema> = schemas.iter().collect();
        let features = connector.map(|connector| connector.features(&described)).unwrap_or_default();
        let mut found = Vec::new();
        let mut fields = Vec::new();
        for mapping in &mappings {
            let Some(name) = manifest.and_then(|manifest| mapping.provider_object(manifest, &schemas)) else {
                continue;
            };
            let schema = schemas.iter().find(|schema| schema.object == name);
            let kind = compared(mapping, schema.and_then(|schema| mapping.field(schema)));
            if let Some(kind) = kind {
                found.push((mapping.object, mapping.name.clone(), mapping.provider_field.clone(), kind));
            }
            fields.push((name, mapping.object, mapping.mapped(kind)));
        }
        let drift = self.mappings.note_drift(id, &found, self.wall()).await?;
        let mut objects: Vec<ObjectSnapshot> = schemas.into_iter().map(ObjectSnapshot::new).collect();
        for (name, object, field) in fields {
            let Some(at) = objects.iter_mut().find(|at| at.schema.object == name) else { continue };
            match at.mapped.iter_mut().find(|(of, _)| *of == object) {
                Some((_, fields)) => fields.push(field),
                None => at.mapped.push((object, vec![field])),
            }
        }
        // Only an account that surely has one currency gives it to records that name none.
        if features.contains(&(Feature::MultiCurrency, Some(false))) {
            objects.iter_mut().for_each(|object| object.currency.clone_from(&connection.currency));
        }
        Ok((objects, drift, features))
    }

    /// A test's report with a warning for each mapped field that does not fit
    /// what was described.
    pub(crate) async fn with_drift(&self, mut report: TestReport) -> Result<TestReport, Problem> {
        let id: ConnectionId = report.connection.id.clone();
        let snapshot = self.loaded(&id).await?;
        let steps = snapshot.objects.drift.iter().map(|drift| {
            let (object, name, field) = (drift.object.plural(), &drift.name, &drift.provider_field);
            let detail = format!("mapped_fields.{name} of {object}: {field} is {}", drift.kind.as_str());
            Step::new("field_mappings", StepOutcome::Warning, detail)
        });
        report.steps.extend(steps);
        Ok(report)
    }

    /// What a connection's account has switched on, and which mapped fields do
    /// not fit it any more; by its stored describes, without a call.
    ///
    /// # Errors
    /// `not_found`, also for foreign connections.
    pub async fn connection_account(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(Vec<FeatureState>, Vec<Drift>), Problem> {
        caller.require(Scope::Connections)?;
        let snapshot = self.snapshot(&caller.owner, &parse(id)?).await?;
        Ok((snapshot.objects.features.clone(), snapshot.objects.drift.clone()))
    }
}
