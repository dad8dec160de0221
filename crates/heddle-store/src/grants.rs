//! Grants, as the token keeper reads and writes them.

use crate::Store;
use crate::database_time;
use crate::entity::grants::{ActiveModel, Column, Entity};
use crate::entity::{connections, oauth_apps};
use crate::errors::row_error;
use crate::times::{duration_ms, from_count, from_ms, to_count, to_ms};
use async_trait::async_trait;
use heddle_auth::{AppSecret, GrantRow, GrantState, NewToken, RowError, Sealed, TokenRows};
use heddle_engine::Connection;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany};
use std::time::{Duration, SystemTime};

#[async_trait]
impl TokenRows for Store {
    async fn load(&self, connection_id: &str) -> Result<Option<GrantRow>, RowError> {
        let found = Entity::find_by_id(connection_id.to_owned())
            .find_also_related(connections::Entity)
            .one(self.db())
            .await
            .map_err(row_error)?;
        let Some((grant, Some(connection))) = found else { return Ok(None) };
        let app_secret = match &grant.app_id {
            Some(app) => oauth_apps::Entity::find_by_id(app.clone()).one(self.db()).await.map_err(row_error)?,
            None => None,
        };
        let state = GrantState::parse(&grant.state)
            .ok_or_else(|| row_error(format!("the stored state of {connection_id} cannot be read")))?;
        Ok(Some(GrantRow {
            tenant_id: grant.tenant_id,
            connection_id: grant.connection_id,
            provider: connection.provider,
            kind: connection.auth_kind,
            login: connection.login,
            client_id: grant.client_id,
            client_secret: Sealed(grant.client_secret),
            subject: grant.subject,
            app_id: grant.app_id,
            app_secret: app_secret
                .map(|app| AppSecret { sealed: Sealed(app.client_secret), version: from_count(app.version) }),
            refresh_token: grant.refresh_token.map(Sealed),
            announced: grant.announced_version.map(from_count),
            access_token: grant.access_token.map(Sealed),
            base_url: grant.base_url,
            remote_id: connection.remote_id,
            version: from_count(grant.version),
            obtained_at: grant.obtained_at.map(from_ms),
            expires_at: grant.expires_at.map(from_ms),
            state,
            reason: grant.reason,
        }))
    }

    async fn commit(&self, connection_id: &str, spent: u64, token: &NewToken) -> Result<bool, RowError> {
        let mut update = guarded(connection_id, spent);
        if let Some(refresh) = &token.refresh_token {
            update = update.col_expr(Column::RefreshToken, Expr::value(refresh.0.clone()));
        }
        let update = silent(update, false)
            .col_expr(Column::AccessToken, Expr::value(token.access_token.0.clone()))
            .col_expr(Column::BaseUrl, Expr::value(token.base_url.clone()))
            .col_expr(Column::Version, Expr::value(to_count(spent + 1)))
            .col_expr(Column::ObtainedAt, Expr::value(to_ms(token.obtained_at)))
            .col_expr(Column::ExpiresAt, Expr::value(to_ms(token.expires_at)));
        Ok(self
            .in_state(update, &Standing::of(GrantState::Active, None))
            .exec(self.db())
            .await
            .map_err(row_error)?
            .rows_affected
            == 1)
    }

    async fn set_state(
        &self,
        connection_id: &str,
        version: u64,
        state: GrantState,
        reason: Option<&str>,
    ) -> Result<bool, RowError> {
        let update = self.in_state(guarded(connection_id, version), &Standing::of(state, reason));
        Ok(update.exec(self.db()).await.map_err(row_error)?.rows_affected == 1)
    }

    async fn pause(
        &self,
        connection_id: &str,
        version: u64,
        found: &str,
        reason: &str,
        refresh: Option<&Sealed>,
    ) -> Result<bool, RowError> {
        let standing = Standing { found: Some(found), ..Standing::of(GrantState::OrgChanged, Some(reason)) };
        let mut update = self
            .in_state(guarded(connection_id, version), &standing)
            .col_expr(Column::AccessToken, Expr::value(None::<String>))
            .col_expr(Column::Version, Expr::value(to_count(version + 1)));
        if let Some(refresh) = refresh {
            update = update.col_expr(Column::RefreshToken, Expr::value(refresh.0.clone()));
        }
        Ok(update.exec(self.db()).await.map_err(row_error)?.rows_affected == 1)
    }

    async fn rotate(&self, connection_id: &str, spent: u64, refresh: &Sealed) -> Result<bool, RowError> {
        let update = silent(guarded(connection_id, spent), false)
            .col_expr(Column::RefreshToken, Expr::value(refresh.0.clone()))
            .col_expr(Column::Version, Expr::value(to_count(spent + 1)));
        Ok(update.exec(self.db()).await.map_err(row_error)?.rows_affected == 1)
    }

    async fn announce(
        &self,
        connection_id: &str,
        version: u64,
        owner: &str,
        patience: Duration,
    ) -> Result<bool, RowError> {
        let now = || database_time::now(self.db().get_database_backend());
        let old = Expr::col(Column::AnnouncedAt).lte(now().sub(duration_ms(patience)));
        let free = Condition::any()
            .add(Column::AnnouncedVersion.is_null())
            .add(Column::AnnouncedVersion.ne(to_count(version)))
            .add(Column::AnnouncedBy.is_null())
            .add(old);
        let update = guarded(connection_id, version)
            .filter(free)
            .col_expr(Column::AnnouncedVersion, Expr::value(to_count(version)))
            .col_expr(Column::AnnouncedAt, now())
            .col_expr(Column::AnnouncedBy, Expr::value(owner));
        Ok(update.exec(self.db()).await.map_err(row_error)?.rows_affected == 1)
    }

    async fn conclude(&self, connection_id: &str, owner: &str, unknown: bool) -> Result<(), RowError> {
        let mine =
            Entity::update_many().filter(Column::ConnectionId.eq(connection_id)).filter(Column::AnnouncedBy.eq(owner));
        silent(mine, unknown).exec(self.db()).await.map_err(row_error)?;
        Ok(())
    }

    async fn note_app(&self, app_id: &str, version: u64, trouble: Option<&str>) -> Result<bool, RowError> {
        let column = oauth_apps::Column::Trouble;
        let news = match trouble {
            Some(text) => Condition::any().add(column.is_null()).add(column.ne(text)),
            None => Condition::all().add(column.is_not_null()),
        };
        let since = trouble.map(|_| to_ms(self.now()));
        let update = oauth_apps::Entity::update_many()
            .filter(oauth_apps::Column::Id.eq(app_id))
            .filter(oauth_apps::Column::Version.eq(to_count(version)))
            .filter(news)
            .col_expr(column, Expr::value(trouble.map(str::to_owned)))
            .col_expr(oauth_apps::Column::TroubleSince, Expr::value(since));
        Ok(update.exec(self.db()).await.map_err(row_error)?.rows_affected == 1)
    }

    async fn idle(&self, before: SystemTime, limit: u64) -> Result<Vec<String>, RowError> {
        Entity::find()
            .select_only()
            .column(Column::ConnectionId)
            .filter(Column::RefreshToken.is_not_null())
            .filter(Column::State.eq(GrantState::Active.as_str()))
            .filter(Column::ObtainedAt.lt(to_ms(before)))
            .order_by_asc(Column::ObtainedAt)
            .limit(limit)
            .into_tuple()
            .all(self.db())
            .await
            .map_err(row_error)
    }
}

/// Ends an announcement; `unknown` leaves the version, so that the next one who
/// announces it knows that it may be spent.
pub(crate) fn silent(update: UpdateMany<Entity>, unknown: bool) -> UpdateMany<Entity> {
    let update = update
        .col_expr(Column::AnnouncedAt, Expr::value(None::<i64>))
        .col_expr(Column::AnnouncedBy, Expr::value(None::<String>));
    match unknown {
        true => update,
        false => update.col_expr(Column::AnnouncedVersion, Expr::value(None::<i64>)),
    }
}

/// A state with what belongs to it.
pub(crate) struct Standing<'a> {
    pub(crate) state: GrantState,
    pub(crate) reason: Option<&'a str>,
    pub(crate) retry_at: Option<SystemTime>,
    pub(crate) until: Option<SystemTime>,
    pub(crate) found: Option<&'a str>,
}

impl<'a> Standing<'a> {
    /// A state in which nothing is waited for.
    pub(crate) fn of(state: GrantState, reason: Option<&'a str>) -> Self {
        Self { state, reason, retry_at: None, until: None, found: None }
    }
}

impl Store {
    /// Writes the state; the time since when moves on only with a change of it.
    pub(crate) fn in_state(&self, update: UpdateMany<Entity>, standing: &Standing<'_>) -> UpdateMany<Entity> {
        let word = standing.state.as_str();
        let since = Expr::case(Expr::col(Column::State).eq(word), Expr::col(Column::StateSince))
            .finally(Expr::value(to_ms(self.now())));
        update
            .col_expr(Column::StateSince, since.into())
            .col_expr(Column::State, Expr::value(word))
            .col_expr(Column::Reason, Expr::value(standing.reason.map(str::to_owned)))
            .col_expr(Column::RetryAt, Expr::value(standing.retry_at.map(to_ms)))
            .col_expr(Column::RetryUntil, Expr::value(standing.until.map(to_ms)))
            .col_expr(Column::FoundId, Expr::value(standing.found.map(str::to_owned)))
    }
}

/// A write that counts only while the row has this version.
fn guarded(connection_id: &str, version: u64) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::ConnectionId.eq(connection_id)).filter(Column::Version.eq(to_count(version)))
}

/// A new grant; its state is the one that the connection's test found.
pub(crate) fn to_row(grant: &GrantRow, connection: &Connection) -> ActiveModel {
    ActiveModel {
        connection_id: Set(grant.connection_id.clone()),
        tenant_id: Set(grant.tenant_id.clone()),
        client_id: Set(grant.client_id.clone()),
        client_secret: Set(grant.client_secret.0.clone()),
        access_token: Set(grant.access_token.as_ref().map(|s| s.0.clone())),
        base_url: Set(grant.base_url.clone()),
        version: Set(to_count(grant.version)),
        obtained_at: Set(grant.obtained_at.map(to_ms)),
        expires_at: Set(grant.expires_at.map(to_ms)),
        state: Set(connection.state.as_str().to_owned()),
        reason: Set(connection.reason.clone()),
        state_since: Set(connection.since.map(to_ms)),
        retry_at: Set(connection.retry_at.map(to_ms)),
        retry_until: Set(connection.until.map(to_ms)),
        found_id: Set(None),
        app_id: Set(grant.app_id.clone()),
        subject: Set(grant.subject.clone()),
        refresh_token: Set(grant.refresh_token.as_ref().map(|s| s.0.clone())),
        announced_version: Set(None),
        announced_at: Set(None),
        announced_by: Set(None),
    }
}
