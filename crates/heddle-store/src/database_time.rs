//! The database's clock. What several processes compare is compared by it
//! alone: their own clocks may differ.

use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr};

/// Now, in milliseconds since 1970. On Postgres it is the time at which a row
/// is looked at, not the start of the statement: one that had to wait for a
/// lock must not take a dead process for a living one.
pub(crate) fn now(backend: DatabaseBackend) -> Expr {
    Expr::cust(match backend {
        DatabaseBackend::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        _ => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    })
}

/// What the database's clock says, for statements that search by age: an index
/// serves a given number only.
pub(crate) async fn read(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let query = Query::select().expr_as(now(db.get_database_backend()), Alias::new("now")).to_owned();
    let row = db.query_one(&query).await?;
    row.ok_or_else(|| DbErr::Custom("the database does not tell the time".to_owned()))?.try_get("", "now")
}
