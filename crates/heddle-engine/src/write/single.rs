//! One record by itself: make, change, remove.

use super::{Ended, Write, WriteBody};
use crate::{Notice, Problem};
use heddle_connector::mapping::Purpose;
use heddle_connector::{CreateQuery, Failure, FailureKind, UpdateQuery, Values, Written};

impl Write<'_> {
    pub(super) async fn create(&mut self, body: &[u8]) -> Ended {
        let changes = self.changes(Purpose::Create, body, "")?;
        let written = match self.send_create(&changes.values).await {
            Err(failure) if failure.kind == FailureKind::StaleSchema => {
                self.described_again(failure).await?;
                let changes = self.changes(Purpose::Create, body, "")?;
                self.send_create(&changes.values).await
            }
            end => end,
        };
        let written = written.map_err(|failure| self.refused(failure, ""))?;
        self.answer(written.id, true).await
    }

    pub(super) async fn send_create(&self, values: &Values) -> Result<Written, Failure> {
        let allow_duplicates = self.request.options.allow_duplicates;
        let query = CreateQuery { table: self.spec.table, values, allow_duplicates };
        self.snapshot.connector.create(&self.session, &query).await
    }

    pub(super) async fn update(&mut self, id: &str, body: &[u8]) -> Ended {
        let id = self.own_id(id)?;
        let changes = self.changes(Purpose::Update, body, "")?;
        if changes.values.is_empty() {
            let detail = "the body changes nothing, so nothing was sent; whether the record exists was not looked up";
            self.warnings.push(Notice { record: Some(id.clone()), ..Notice::general("nothing_to_change", detail) });
            return self.answer(id, false).await;
        }
        self.require_kind(&id).await?;
        let end = match self.send_update(&id, &changes.values).await? {
            Err(failure) if failure.kind == FailureKind::StaleSchema => {
                self.described_again(failure).await?;
                let changes = self.changes(Purpose::Update, body, "")?;
                self.send_update(&id, &changes.values).await?
            }
            end => end,
        };
        end.map_err(|failure| self.refused(failure, ""))?;
        self.answer(id, false).await
    }

    /// The outer error is a refused `If-Match`.
    pub(super) async fn send_update(&self, id: &str, values: &Values) -> Result<Result<(), Failure>, Problem> {
        let allow_duplicates = self.request.options.allow_duplicates;
        let version = self.request.version()?;
        let query = UpdateQuery { table: self.spec.table, id, values, version, allow_duplicates };
        Ok(self.snapshot.connector.update(&self.session, &query).await)
    }

    pub(super) async fn delete(&mut self, id: &str) -> Ended {
        let id = self.own_id(id)?;
        self.require_kind(&id).await?;
        let end = self.snapshot.connector.delete(&self.session, self.spec, &id).await;
        end.map_err(|failure| self.refused(failure, ""))?;
        Ok((WriteBody::Id { id, created: false }, None))
    }
}
