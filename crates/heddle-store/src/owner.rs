//! Turns an owner into a condition.

use heddle_engine::{Owner, TenantId};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Condition;

/// The rows whose tenant the owner may see.
pub(crate) fn visible<C: ColumnTrait>(owner: &Owner, tenant: C) -> Condition {
    match owner {
        Owner::Operator => Condition::all(),
        Owner::Tenants(tenants) => Condition::all().add(tenant.is_in(tenants.iter().map(TenantId::as_str))),
    }
}
