//! Whether a record that an id names is one of the object, where several
//! common objects are of one provider object: a call is not changed as a task.

use super::Write;
use crate::{Code, Problem, Shape};
use heddle_connector::mapping::{Condition, Filter, Op, ValueKind, Wire};
use heddle_connector::{ListQuery, Order};
use serde::Deserialize;

impl Write<'_> {
    /// Looks whether the id is one of the object's; without other objects
    /// beside it nothing is looked for, and nothing sent.
    pub(super) async fn require_kind(&self, id: &str) -> Result<(), Problem> {
        let known = self.of_kind(&[id.to_owned()]).await?;
        if known.is_empty() { Err(Problem::not_found(self.spec.object.singular())) } else { Ok(()) }
    }

    /// Those of the ids that are the object's own.
    pub(super) async fn of_kind(&self, ids: &[String]) -> Result<Vec<String>, Problem> {
        if self.spec.fixed.is_empty() || ids.is_empty() {
            return Ok(ids.to_vec());
        }
        let filter = Filter::Is(Condition {
            path: self.spec.table.id.to_owned(),
            op: Op::In,
            kind: ValueKind::Id,
            values: ids.iter().map(|id| Wire::Text(id.clone().into())).collect(),
        });
        self.found(&[filter], ids.len()).await
    }

    /// Ids of at most `limit` records of the object that fulfil all conditions.
    pub(super) async fn found(&self, filters: &[Filter], limit: usize) -> Result<Vec<String>, Problem> {
        #[derive(Deserialize)]
        struct Found {
            id: String,
        }
        let shape = Shape { fields: Some(vec!["id".to_owned()]), ..Shape::default() };
        let object = self.snapshot.object(self.spec)?;
        let mut filter = object.conditions(self.spec)?;
        filter.extend(filters.iter().cloned());
        let plan = self.snapshot.plan(object, self.spec, &shape, None);
        let query = ListQuery {
            table: self.spec.table,
            asked: plan.asked(),
            filter: &filter,
            deleted: false,
            order: Order::Id,
            after: None,
            limit,
        };
        let page = self.snapshot.connector.list(&self.session, &query).await.map_err(Problem::from)?;
        let mut data = b"[".to_vec();
        plan.read(&page.body, page.envelope, limit, &mut data).map_err(|bad| crate::list::bad_page(&bad))?;
        data.push(b']');
        let found: Vec<Found> = serde_json::from_slice(&data)
            .map_err(|_| Problem::new(Code::ProviderBadResponse, "the provider's answer has records without ids"))?;
        Ok(found.into_iter().map(|found| found.id).collect())
    }
}
