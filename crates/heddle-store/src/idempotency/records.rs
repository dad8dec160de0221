//! The statements. Each change compares what it changes.

use crate::database_time::now;
use crate::entity::{idempotency_records as records, processes};
use crate::settings::IdempotencySettings;
use crate::times::duration_ms;
use heddle_engine::{Begun, IdempotencyScope, Ticket};
use records::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    UpdateMany,
};

const STARTED: &str = "started";
const SENT: &str = "sent";
const FINISHED: &str = "finished";
const UNKNOWN: &str = "unknown";

/// How often a row may change between looking and changing before it is an
/// error: each time somebody else got further, so a second round is rare.
const ROUNDS: usize = 16;

/// One step, as a value: several can share a transaction.
pub(super) enum Operation {
    Beat,
    SignOff,
    Begin { scope: IdempotencyScope, fingerprint: [u8; 32], request_id: String },
    Sent(Ticket),
    Finish(Ticket, Vec<u8>),
    Release(Ticket),
}

/// What came of it. A finished key's answer is still sealed.
pub(super) enum Outcome {
    Begun(Begun),
    Changed(bool),
}

impl Outcome {
    pub(super) fn changed(&self) -> bool {
        matches!(self, Self::Changed(true))
    }
}

/// What the statements need to know.
pub(super) struct Records {
    process: String,
    dead_after_ms: i64,
    life_ms: i64,
}

#[derive(FromQueryResult)]
struct Found {
    id: String,
    fingerprint: Vec<u8>,
    request_id: String,
    state: String,
    attempt: i64,
    answer: Option<Vec<u8>>,
    alive: bool,
    expired: bool,
}

impl Records {
    pub(super) fn new(process: String, settings: &IdempotencySettings) -> Self {
        Self { process, dead_after_ms: duration_ms(settings.dead_after), life_ms: duration_ms(settings.life) }
    }

    pub(super) async fn run(&self, db: &impl ConnectionTrait, operation: &Operation) -> Result<Outcome, DbErr> {
        let changed = match operation {
            Operation::Begin { scope, fingerprint, request_id } => {
                return self.begin(db, scope, fingerprint, request_id).await.map(Outcome::Begun);
            }
            Operation::Beat => self.beat(db).await?,
            Operation::SignOff => processes::Entity::delete_by_id(self.process.clone()).exec(db).await?.rows_affected,
            Operation::Sent(ticket) => {
                let alive = self.owner_lives(db.get_database_backend());
                held(ticket).col_expr(Column::State, Expr::value(SENT)).filter(alive).exec(db).await?.rows_affected
            }
            Operation::Finish(ticket, answer) => {
                let finished = held(ticket).col_expr(Column::State, Expr::value(FINISHED));
                finished.col_expr(Column::Answer, Expr::value(answer.clone())).exec(db).await?.rows_affected
            }
            Operation::Release(ticket) => {
                let query = Entity::delete_many().filter(is_held(ticket));
                query.exec(db).await?.rows_affected
            }
        };
        Ok(Outcome::Changed(changed > 0))
    }

    async fn beat(&self, db: &impl ConnectionTrait) -> Result<u64, DbErr> {
        let newest = OnConflict::column(processes::Column::Id).update_column(processes::Column::BeatAt).to_owned();
        let query = Query::insert()
            .into_table(processes::Entity)
            .columns([processes::Column::Id, processes::Column::BeatAt])
            .values([Expr::value(self.process.clone()), now(db.get_database_backend())])
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .on_conflict(newest)
            .to_owned();
        Ok(db.execute(&query).await?.rows_affected())
    }

    async fn begin(
        &self,
        db: &impl ConnectionTrait,
        scope: &IdempotencyScope,
        fingerprint: &[u8; 32],
        request_id: &str,
    ) -> Result<Begun, DbErr> {
        for _ in 0..ROUNDS {
            let ticket = |id, attempt| Begun::Run(Ticket::new(scope.clone(), id, self.process.clone(), attempt));
            if let Some(id) = self.insert(db, scope, fingerprint, request_id).await? {
                return Ok(ticket(id, 1));
            }
            let Some(found) = self.find(db, scope).await? else { continue };
            let attempt = found.attempt + 1;
            if found.expired {
                let query = self.taken(&found, request_id).filter(self.is_expired(db.get_database_backend()));
                let query = query
                    .col_expr(Column::Fingerprint, Expr::value(fingerprint.to_vec()))
                    .col_expr(Column::CreatedAt, now(db.get_database_backend()))
                    .col_expr(Column::Answer, Expr::value(None::<Vec<u8>>));
                if query.exec(db).await?.rows_affected == 0 {
                    continue;
                }
                return Ok(ticket(found.id, attempt));
            }
            if found.fingerprint != fingerprint {
                return Ok(Begun::OtherRequest);
            }
            match (found.state.as_str(), found.alive) {
                (FINISHED, _) => return Ok(Begun::Finished(found.answer.unwrap_or_default())),
                (UNKNOWN, _) => return Ok(Begun::Unknown { request_id: found.request_id }),
                (STARTED | SENT, true) => return Ok(Begun::InProgress),
                (STARTED, false) => {
                    let query = self.taken(&found, request_id).filter(self.owner_is_dead(db.get_database_backend()));
                    if query.exec(db).await?.rows_affected > 0 {
                        return Ok(ticket(found.id, attempt));
                    }
                }
                (SENT, false) => {
                    let query = same(&found).filter(self.owner_is_dead(db.get_database_backend()));
                    if query.col_expr(Column::State, Expr::value(UNKNOWN)).exec(db).await?.rows_affected > 0 {
                        return Ok(Begun::Unknown { request_id: found.request_id });
                    }
                }
                (other, _) => return Err(DbErr::Custom(format!("a key has the unknown state {other}"))),
            }
        }
        Err(DbErr::Custom("a key changed again and again while it was looked at".to_owned()))
    }

    /// The new row's id, or `None` when there is a row of this key.
    async fn insert(
        &self,
        db: &impl ConnectionTrait,
        scope: &IdempotencyScope,
        fingerprint: &[u8; 32],
        request_id: &str,
    ) -> Result<Option<String>, DbErr> {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let of_one_key = [Column::TenantId, Column::Route, Column::IdempotencyKey];
        let row = [
            (Column::Id, Expr::value(id.clone())),
            (Column::TenantId, Expr::value(scope.tenant.as_str())),
            (Column::Route, Expr::value(scope.route.clone())),
            (Column::IdempotencyKey, Expr::value(scope.key.clone())),
            (Column::Fingerprint, Expr::value(fingerprint.to_vec())),
            (Column::RequestId, Expr::value(request_id)),
            (Column::State, Expr::value(STARTED)),
            (Column::Owner, Expr::value(self.process.clone())),
            (Column::Attempt, Expr::value(1i64)),
            (Column::CreatedAt, now(db.get_database_backend())),
        ];
        let (columns, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
        let query = Query::insert()
            .into_table(Entity)
            .columns(columns)
            .values(values)
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .on_conflict(OnConflict::columns(of_one_key).do_nothing().to_owned())
            .to_owned();
        Ok((db.execute(&query).await?.rows_affected() > 0).then_some(id))
    }

    async fn find(&self, db: &impl ConnectionTrait, scope: &IdempotencyScope) -> Result<Option<Found>, DbErr> {
        let backend = db.get_database_backend();
        Entity::find()
            .filter(Column::TenantId.eq(scope.tenant.as_str()))
            .filter(Column::Route.eq(scope.route.as_str()))
            .filter(Column::IdempotencyKey.eq(scope.key.as_str()))
            .column_as(self.owner_lives(backend), "alive")
            .column_as(self.is_expired(backend), "expired")
            .into_model()
            .one(db)
            .await
    }

    /// Makes the row this process's own, if it is still as it was found.
    fn taken(&self, found: &Found, request_id: &str) -> UpdateMany<Entity> {
        same(found)
            .col_expr(Column::State, Expr::value(STARTED))
            .col_expr(Column::Owner, Expr::value(self.process.clone()))
            .col_expr(Column::Attempt, Expr::value(found.attempt + 1))
            .col_expr(Column::RequestId, Expr::value(request_id))
    }

    fn is_expired(&self, backend: DatabaseBackend) -> Expr {
        Expr::col((Entity, Column::CreatedAt)).lte(now(backend).sub(self.life_ms))
    }

    /// Whether the owner of a record's row gave a sign of life lately.
    fn owner_lives(&self, backend: DatabaseBackend) -> Expr {
        let process = processes::Entity;
        let sign = Query::select()
            .expr(Expr::value(1))
            .from(process)
            .and_where(Expr::col((process, processes::Column::Id)).equals((Entity, Column::Owner)))
            .and_where(Expr::col((process, processes::Column::BeatAt)).gte(now(backend).sub(self.dead_after_ms)))
            .to_owned();
        Expr::exists(sign)
    }

    fn owner_is_dead(&self, backend: DatabaseBackend) -> Expr {
        self.owner_lives(backend).not()
    }
}

fn same(found: &Found) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.eq(found.id.as_str()))
        .filter(Column::Attempt.eq(found.attempt))
        .filter(Column::State.eq(found.state.as_str()))
}

fn held(ticket: &Ticket) -> UpdateMany<Entity> {
    Entity::update_many().filter(is_held(ticket))
}

/// Whether the ticket still holds: its run was not taken over, not given up, and
/// has not ended.
fn is_held(ticket: &Ticket) -> Expr {
    Column::Id
        .eq(ticket.record())
        .and(Column::Owner.eq(ticket.owner()))
        .and(Column::Attempt.eq(ticket.attempt()))
        .and(Column::State.is_in([STARTED, SENT]))
}
