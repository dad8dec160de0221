//! Consents under way.

use crate::Store;
use crate::entity::consents::{ActiveModel, Column, Entity, Model};
use crate::errors::{clash, failed, unreadable};
use crate::times::{from_ms, to_ms};
use async_trait::async_trait;
use heddle_auth::Sealed;
use heddle_engine::{AppId, ConnectionId, Consent, Consents, StoreError, TenantId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

#[async_trait]
impl Consents for Store {
    async fn put(&self, consent: &Consent) -> Result<(), StoreError> {
        // Those that nobody came back from go here: few, and found by an index.
        let over = Entity::delete_many().filter(Column::ExpiresAt.lt(to_ms(self.now())));
        over.exec(self.db()).await.map_err(failed)?;
        let row = ActiveModel {
            state: Set(consent.state.clone()),
            tenant_id: Set(consent.tenant_id.as_str().to_owned()),
            provider: Set(consent.provider.clone()),
            app_id: Set(consent.app_id.as_str().to_owned()),
            connection_id: Set(consent.connection_id.as_ref().map(|id| id.as_str().to_owned())),
            login: Set(consent.login.clone()),
            redirect_uri: Set(consent.redirect_uri.clone()),
            verifier: Set(consent.verifier.0.clone()),
            return_url: Set(consent.return_url.clone()),
            expires_at: Set(to_ms(consent.expires_at)),
        };
        Entity::insert(row).exec_without_returning(self.db()).await.map_err(clash("this state"))?;
        Ok(())
    }

    /// Of several who come back with one state, the one whose delete finds it
    /// has it.
    async fn take(&self, state: &str) -> Result<Option<Consent>, StoreError> {
        let txn = self.write_txn().await.map_err(failed)?;
        let found = Entity::find_by_id(state.to_owned()).one(&txn).await.map_err(failed)?;
        let gone = Entity::delete_by_id(state.to_owned()).exec(&txn).await.map_err(failed)?.rows_affected;
        txn.commit().await.map_err(failed)?;
        found.filter(|_| gone == 1).map(read).transpose()
    }
}

fn read(row: Model) -> Result<Consent, StoreError> {
    let connection_id = match &row.connection_id {
        Some(id) => Some(ConnectionId::parse(id).ok_or_else(|| unreadable("connection id", "a consent"))?),
        None => None,
    };
    Ok(Consent {
        tenant_id: TenantId::parse(&row.tenant_id).ok_or_else(|| unreadable("tenant id", "a consent"))?,
        app_id: AppId::parse(&row.app_id).ok_or_else(|| unreadable("app id", "a consent"))?,
        connection_id,
        state: row.state,
        provider: row.provider,
        login: row.login,
        redirect_uri: row.redirect_uri,
        verifier: Sealed(row.verifier),
        return_url: row.return_url,
        expires_at: from_ms(row.expires_at),
    })
}
