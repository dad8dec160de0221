//! Field mappings looked at, set and removed.

use super::{Direction, FieldMapping, MAX_MAPPINGS, MappingOwner, NewMapping, PutEnd, effective};
use crate::connect::parse;
use crate::snapshot::Snapshot;
use crate::{Caller, Code, Connection, ConnectionId, Engine, FieldError, Problem, Scope, Slice, TenantId};
use heddle_connector::mapping::NamedCodec;
use heddle_connector::model::Object;
use heddle_connector::{Connector, Operation};
use std::sync::Arc;

/// Most connections of one tenant that a mapping is checked against.
const MOST_CONNECTIONS: u64 = 1_000;

/// What names of mapped fields are, for error details.
const NAME_RULE: &str = "1 to 63 of a-z, 0-9 and _, beginning with a letter";
/// What names of provider fields are, for error details.
const FIELD_RULE: &str = "1 to 255 characters without white space, dots and control characters";

impl Engine {
    /// The mappings that count for a connection, its own before its tenant's.
    ///
    /// # Errors
    /// `not_found`, also for foreign connections.
    pub async fn connection_mappings(&self, caller: &Caller, id: &str) -> Result<Vec<FieldMapping>, Problem> {
        caller.require(Scope::Connections)?;
        let known = self.row(&caller.owner, &parse(id)?).await?;
        Ok(effective(self.mappings.of_connection(&known.tenant_id, &known.id, &known.provider).await?))
    }

    /// The mappings of a tenant for all its connections.
    ///
    /// # Errors
    /// `not_found`, also for foreign tenants.
    pub async fn tenant_mappings(&self, caller: &Caller, tenant: &str) -> Result<Vec<FieldMapping>, Problem> {
        caller.require(Scope::Connections)?;
        let tenant = self.find_tenant(caller, tenant).await?;
        Ok(self.mappings.of_tenant(&tenant.id).await?)
    }

    /// Sets a mapping of one connection; whether there was none of its name.
    ///
    /// # Errors
    /// `not_found`; `validation_failed` for what does not fit the fields of the
    /// connection as last described; `connection_misconfigured` when they are
    /// not known.
    pub async fn put_connection_mapping(
        &self,
        caller: &Caller,
        id: &str,
        new: NewMapping,
    ) -> Result<(bool, FieldMapping), Problem> {
        caller.require(Scope::Connections)?;
        let id = parse(id)?;
        let snapshot = self.snapshot(&caller.owner, &id).await?;
        let of = &snapshot.connection;
        let owner = MappingOwner::Connection(id.clone());
        let mapping = self.read_mapping(&snapshot.connector, &of.tenant_id, owner, new)?;
        let problem = |errors| snapshot.of(refused(errors));
        let objections = mapping.objections(&snapshot).map_err(|problem| snapshot.of(problem))?;
        if !objections.is_empty() {
            return Err(problem(objections));
        }
        if let Some(error) = self.too_many(&mapping, of).await? {
            return Err(problem(vec![error]));
        }
        self.put_mapping(caller, mapping, &[id]).await
    }

    /// Sets a mapping of all of a tenant's connections to a provider; whether
    /// there was none of its name.
    ///
    /// # Errors
    /// `not_found`; `validation_failed` for an unknown provider, and for what
    /// does not fit the fields of one of the connections as last described.
    pub async fn put_tenant_mapping(
        &self,
        caller: &Caller,
        tenant: &str,
        provider: &str,
        new: NewMapping,
    ) -> Result<(bool, FieldMapping), Problem> {
        caller.require(Scope::Connections)?;
        let tenant = self.find_tenant(caller, tenant).await?;
        let connector = self.ready(provider)?;
        let mapping = self.read_mapping(&connector, &tenant.id, MappingOwner::Tenant, new)?;
        let mut ids = Vec::new();
        for connection in self.connections_of(&tenant.id, provider).await? {
            let id = connection.id.clone();
            let own = self.mappings.of_connection(&tenant.id, &id, provider).await?;
            let own_wins = own.iter().any(|own| own.owner != MappingOwner::Tenant && own.is_called(&mapping));
            if !own_wins {
                let snapshot = self.snapshot(&caller.owner, &id).await?;
                // One whose fields are not known yet is compared when they are.
                let objections = mapping.objections(&snapshot).unwrap_or_default();
                if !objections.is_empty() {
                    return Err(snapshot.of(refused(objections)));
                }
                if let Some(error) = self.too_many(&mapping, &connection).await? {
                    return Err(snapshot.of(refused(vec![error])));
                }
            }
            ids.push(id);
        }
        self.put_mapping(caller, mapping, &ids).await
    }

    /// Removes a mapping of one connection: its tenant's of the same name
    /// counts again.
    ///
    /// # Errors
    /// `not_found`, also when only the tenant has one of this name.
    pub async fn delete_connection_mapping(
        &self,
        caller: &Caller,
        id: &str,
        object: &str,
        name: &str,
    ) -> Result<(), Problem> {
        caller.require(Scope::Connections)?;
        let known = self.row(&caller.owner, &parse(id)?).await?;
        let owner = MappingOwner::Connection(known.id.clone());
        self.remove_mapping(
            caller,
            &known.tenant_id,
            owner,
            &known.provider,
            (object, name),
            std::slice::from_ref(&known.id),
        )
        .await
    }

    /// Removes a mapping of all of a tenant's connections to a provider.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn delete_tenant_mapping(
        &self,
        caller: &Caller,
        tenant: &str,
        provider: &str,
        object: &str,
        name: &str,
    ) -> Result<(), Problem> {
        caller.require(Scope::Connections)?;
        let tenant = self.find_tenant(caller, tenant).await?;
        let ids: Vec<ConnectionId> =
            self.connections_of(&tenant.id, provider).await?.into_iter().map(|connection| connection.id).collect();
        self.remove_mapping(caller, &tenant.id, MappingOwner::Tenant, provider, (object, name), &ids).await
    }

    async fn connections_of(&self, tenant: &TenantId, provider: &str) -> Result<Vec<Connection>, Problem> {
        let slice = Slice { after: None, limit: MOST_CONNECTIONS };
        Ok(self.connections.list(&crate::Owner::Operator, Some(tenant), Some(provider), slice).await?)
    }

    /// The objection when another name does not fit beside those that a
    /// connection has for the object.
    async fn too_many(&self, mapping: &FieldMapping, of: &Connection) -> Result<Option<FieldError>, Problem> {
        let known = self.mappings.of_connection(&of.tenant_id, &of.id, &of.provider).await?;
        let others = effective(known).into_iter().filter(|known| known.object == mapping.object);
        if others.filter(|known| known.name != mapping.name).count() < MAX_MAPPINGS {
            return Ok(None);
        }
        let detail = format!("{} of {} has {MAX_MAPPINGS} mapped fields already", mapping.object.plural(), of.id);
        Ok(Some(error("{name}", "too_many", detail)))
    }

    async fn put_mapping(
        &self,
        caller: &Caller,
        mapping: FieldMapping,
        concerned: &[ConnectionId],
    ) -> Result<(bool, FieldMapping), Problem> {
        let (end, stored) = self.mappings.put(&mapping).await?;
        if end == PutEnd::OwnerGone {
            return Err(Problem::not_found("connection"));
        }
        if end != PutEnd::Same {
            let (object, codec) = (stored.object.plural(), stored.codec.as_str());
            tracing::info!(
                request = %caller.request_id, tenant = %stored.tenant_id, owner = %stored.owner_id(), object,
                name = %stored.name, provider_field = %stored.provider_field, codec,
                direction = stored.direction.as_str(), "a field mapping was set"
            );
            for id in concerned {
                self.changed(id).await;
            }
        }
        Ok((end == PutEnd::Made, stored))
    }

    async fn remove_mapping(
        &self,
        caller: &Caller,
        tenant: &TenantId,
        owner: MappingOwner,
        provider: &str,
        (object, name): (&str, &str),
        concerned: &[ConnectionId],
    ) -> Result<(), Problem> {
        let missing = || Problem::not_found("field mapping");
        let known = Object::from_plural(object).ok_or_else(missing)?;
        if !self.mappings.remove(tenant, &owner, provider, known, name).await? {
            return Err(missing());
        }
        tracing::info!(request = %caller.request_id, %tenant, ?owner, object, name, "a field mapping was removed");
        for id in concerned {
            self.changed(id).await;
        }
        Ok(())
    }

    /// A mapping from its words.
    fn read_mapping(
        &self,
        connector: &Arc<dyn Connector>,
        tenant: &TenantId,
        owner: MappingOwner,
        new: NewMapping,
    ) -> Result<FieldMapping, Problem> {
        let manifest = connector.manifest();
        let mut errors = Vec::new();
        let object = Object::from_plural(&new.object).filter(|object| manifest.object(*object).is_some());
        if object.is_none() {
            let names: Vec<&str> = manifest.objects.iter().map(|spec| spec.object.plural()).collect();
            errors.push(error("{object}", "unknown", format!("objects here are {}", names.join(", "))));
        }
        if !is_name(&new.name) {
            errors.push(error("{name}", "invalid", NAME_RULE.to_owned()));
        }
        if !is_field(&new.provider_field) {
            errors.push(error("/provider_field", "invalid", FIELD_RULE.to_owned()));
        }
        let codec = NamedCodec::parse(&new.codec);
        if codec.is_none() {
            let names: Vec<&str> = NamedCodec::ALL.iter().map(|codec| codec.as_str()).collect();
            errors.push(error("/codec", "unknown", format!("codecs are {}", names.join(", "))));
        }
        let direction = new.direction.as_deref().map_or(Some(Direction::Both), Direction::parse);
        if direction.is_none() {
            errors.push(error("/direction", "unknown", "directions are both, read, write".to_owned()));
        }
        let (Some(object), Some(codec), Some(direction), true) = (object, codec, direction, errors.is_empty()) else {
            return Err(refused(errors));
        };
        let now = self.wall();
        Ok(FieldMapping {
            tenant_id: tenant.clone(),
            owner,
            provider: manifest.id.to_owned(),
            object,
            name: new.name,
            provider_field: new.provider_field,
            codec,
            direction,
            created_at: now,
            updated_at: now,
        })
    }
}

impl FieldMapping {
    fn is_called(&self, other: &Self) -> bool {
        self.object == other.object && self.name == other.name
    }

    /// The tenant's id, or the connection's.
    pub fn owner_id(&self) -> &str {
        match &self.owner {
            MappingOwner::Tenant => self.tenant_id.as_str(),
            MappingOwner::Connection(id) => id.as_str(),
        }
    }

    /// What speaks against the mapping on a connection, by its stored describe.
    fn objections(&self, snapshot: &Snapshot) -> Result<Vec<FieldError>, Problem> {
        let spec = snapshot.spec(self.object, Operation::List)?;
        let schema = &snapshot.object(spec)?.schema;
        let (name, on) = (&self.provider_field, &snapshot.connection.id);
        let named = |error: FieldError| FieldError { provider_field: Some(name.clone()), ..error };
        let Some(field) = self.field(schema) else {
            let detail = format!(
                "{} of {on} has no field {name}, or hides it from the connected user; a field that was just added is \
                 seen after a test of the connection",
                schema.object
            );
            return Ok(vec![named(error("/provider_field", "unknown_field", detail))]);
        };
        let mut errors = Vec::new();
        if !field.takes(self.codec) {
            let fitting = field.codecs();
            let fitting = if fitting.is_empty() { "none does".to_owned() } else { fitting.join(", ") };
            let codec = self.codec.as_str();
            let detail =
                format!("{codec} does not fit {name}, whose type is {}; of the codecs fit: {fitting}", field.kind);
            errors.push(named(error("/codec", "wrong_codec", detail)));
        }
        let tells_apart = spec.fixed.iter().any(|fixed| fixed.path() == name);
        if self.direction.writes() && (tells_apart || !field.createable && !field.updateable) {
            let why = if tells_apart {
                format!("{name} tells {} from other records of {}", self.object.plural(), schema.object)
            } else {
                format!("the connected user of {on} may not write {name}")
            };
            errors.push(named(error("/direction", "read_only", format!("{why}: it can be mapped to be read"))));
        }
        Ok(errors)
    }
}

fn error(pointer: &str, code: &'static str, detail: String) -> FieldError {
    FieldError { pointer: pointer.to_owned(), code, detail, provider_field: None }
}

fn refused(errors: Vec<FieldError>) -> Problem {
    let detail = errors.first().map_or_else(|| "the field mapping is refused".to_owned(), |first| first.detail.clone());
    Problem { errors, ..Problem::new(Code::ValidationFailed, detail) }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase());
    first && name.len() <= 63 && bytes.all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn is_field(name: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '.';
    (1..=255).contains(&name.chars().count()) && !name.chars().any(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for name in ["a", "loyalty_tier", "x9", &"a".repeat(63)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "9x", "_x", "Tier", "a-b", "a.b", "ä", &"a".repeat(64)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn fields_of_other_records_are_no_fields() {
        assert!(is_field("Loyalty_Tier__c"));
        for name in ["", "Account.Name", "a b", "a\nb", &"a".repeat(256)] {
            assert!(!is_field(name), "{name}");
        }
    }
}
