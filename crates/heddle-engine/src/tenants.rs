//! Tenants: made and looked at.

use crate::{Caller, Code, Engine, NewTenant, Owner, Problem, Scope, Slice, Tenant, TenantId};

impl Engine {
    /// Makes a tenant.
    ///
    /// # Errors
    /// `validation_failed` for bad names, `conflict` when the external id is taken.
    pub async fn create_tenant(&self, caller: &Caller, new: NewTenant) -> Result<Tenant, Problem> {
        caller.require(Scope::Tenants)?;
        if caller.owner != Owner::Operator {
            return Err(Problem::new(Code::Forbidden, "this API key is bound to tenants and cannot make others"));
        }
        let mut problem = Problem::new(Code::ValidationFailed, "the tenant was not made");
        if !crate::is_name(&new.name) {
            problem = problem.with_error("/name", "invalid", crate::NAME_RULE);
        }
        if let Some(external_id) = &new.external_id
            && (!crate::is_name(external_id)
                || external_id.trim() != external_id
                || TenantId::parse(external_id).is_some())
        {
            let detail = "1 to 255 characters without control characters or white space around them, \
                          and not of the form of our own ids";
            problem = problem.with_error("/external_id", "invalid", detail);
        }
        if !problem.errors.is_empty() {
            return Err(problem);
        }
        let tenant =
            Tenant { id: TenantId::generate(), name: new.name, external_id: new.external_id, created_at: self.wall() };
        self.tenants.insert(&tenant).await?;
        Ok(tenant)
    }

    /// A tenant by our id or the operator's own.
    ///
    /// # Errors
    /// `not_found`, also for tenants that the key may not see.
    pub async fn get_tenant(&self, caller: &Caller, id: &str) -> Result<Tenant, Problem> {
        caller.require(Scope::Tenants)?;
        self.find_tenant(caller, id).await
    }

    /// Tenants that the key may see, with the next page's beginning.
    ///
    /// # Errors
    /// `forbidden` without the scope.
    pub async fn list_tenants(
        &self,
        caller: &Caller,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<Tenant>, Option<String>), Problem> {
        caller.require(Scope::Tenants)?;
        let tenants = self.tenants.list(&caller.owner, Slice { after, limit: limit + 1 }).await?;
        Ok(crate::cut(tenants, limit, |tenant| tenant.id.to_string()))
    }

    pub(crate) async fn find_tenant(&self, caller: &Caller, id: &str) -> Result<Tenant, Problem> {
        let found = match TenantId::parse(id) {
            Some(id) => self.tenants.get(&caller.owner, &id).await?,
            None => self.tenants.by_external_id(&caller.owner, id).await?,
        };
        found.ok_or_else(|| Problem::not_found("tenant"))
    }
}
