//! `list`: one page of common records.

use crate::cursor::{self, Position, Question};
use crate::query::{self, Query};
use crate::search;
use crate::selection::ObjectSnapshot;
use crate::snapshot::{Snapshot, record_base};
use crate::{Caller, Code, Cost, Engine, ListAnswer, ListRequest, Notice, Problem, Scope, Shape, Target};
use heddle_connector::mapping::{Constants, PageRead, Plan, timestamp_text};
use heddle_connector::model::Object;
use heddle_connector::{Failure, FailureKind, Keyset, ListQuery, ObjectSpec, Operation, Page, Session};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Records of a page when the request names no number.
pub const DEFAULT_LIMIT: usize = 50;

/// A list with everything decided that needs no call.
struct Prepared {
    question: Question,
    query: Query,
    plan: Arc<Plan>,
    shape: Shape,
    limit: usize,
    position: Option<Position>,
    keyset: Option<Keyset>,
    /// Whether a later list can go on from this one's last change.
    resumes: bool,
}

impl Engine {
    /// One page of records.
    ///
    /// # Errors
    /// Refusals before any call: `forbidden`, `not_found`, `invalid_request`,
    /// `invalid_cursor`, `unsupported_filter`, `unsupported_operation`; then
    /// whatever the provider call ends in.
    pub async fn list_records(
        &self,
        caller: &Caller,
        target: &Target,
        request: &ListRequest,
    ) -> Result<ListAnswer, Problem> {
        self.listed(caller, target, request, Operation::List).await
    }

    /// The same for the records that fulfil a tree of conditions; pointers of
    /// refusals are those of a body with the request's members.
    ///
    /// # Errors
    /// As a list's.
    pub async fn search_records(
        &self,
        caller: &Caller,
        target: &Target,
        request: &ListRequest,
    ) -> Result<ListAnswer, Problem> {
        self.listed(caller, target, request, Operation::Search).await.map_err(search::in_body)
    }

    async fn listed(
        &self,
        caller: &Caller,
        target: &Target,
        request: &ListRequest,
        operation: Operation,
    ) -> Result<ListAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let snapshot = self.usable(caller, target).await?;
        let session = self.session(caller, &snapshot);
        // Refused here, where it is known which of the two was asked for.
        let name = request.provider_object.as_deref();
        let ended = match self.subject(&snapshot, &session, request.object, name, operation).await {
            Ok((snapshot, _)) => self.list(&snapshot, &session, request).await,
            Err(problem) => Err(problem),
        };
        match ended {
            Ok(answer) => Ok(answer),
            Err(problem) => Err(self.problem_of(&snapshot, &session, problem).await),
        }
    }

    pub(crate) async fn list(
        &self,
        snapshot: &Arc<Snapshot>,
        session: &Session,
        request: &ListRequest,
    ) -> Result<ListAnswer, Problem> {
        let spec = snapshot.spec(request.object, Operation::List)?;
        let prepared = self.prepare(snapshot, spec, request)?;
        match self.page(snapshot, spec, session, &prepared).await {
            Err(failure) if failure.kind == FailureKind::StaleSchema => {
                // The account hides a field that was there at the last describe.
                let fresh = self.redescribed(snapshot, spec, session, failure).await?;
                let prepared = self.prepare(&fresh, spec, request)?;
                let page = self.page(&fresh, spec, session, &prepared).await?;
                self.answer(&fresh, session, &prepared, &page)
            }
            page => self.answer(snapshot, session, &prepared, &page?),
        }
    }

    fn prepare(&self, snapshot: &Snapshot, spec: &ObjectSpec, request: &ListRequest) -> Result<Prepared, Problem> {
        let object = snapshot.object(spec)?;
        let mut shape = object.spelled(spec, request.shape.clone());
        let mut limit = request.limit;
        let mut position = None;
        let question = match &request.cursor {
            None => Question::of(request),
            Some(text) => {
                let resumed = cursor::open(&self.cursor_key, snapshot.home(), request, text)?;
                limit = limit.or(resumed.limit);
                if shape == Shape::default() {
                    shape = resumed.shape;
                }
                position = Some(resumed.position);
                resumed.question
            }
        };
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if limit == 0 || limit > spec.max_page {
            let detail = format!("limit must be 1 to {} for this provider", spec.max_page);
            return Err(Problem::parameter("limit", "out_of_range", detail));
        }
        object.check_shape(spec, &shape)?;
        let query = query::understand(snapshot.connector.as_ref(), spec, object, &question)?;
        let keyset = position.as_ref().map(|p| query.keyset(spec, &object.custom, p)).transpose()?;
        let resumes = object.schema.has(spec.table.modified);
        let plan = snapshot.plan(object, spec, &shape, query.sort.as_deref());
        Ok(Prepared { question, query, plan, shape, limit, position, keyset, resumes })
    }

    async fn page(
        &self,
        snapshot: &Snapshot,
        spec: &ObjectSpec,
        session: &Session,
        prepared: &Prepared,
    ) -> Result<Page, Failure> {
        let query = ListQuery {
            table: spec.table,
            asked: prepared.plan.asked(),
            filter: &prepared.query.filter,
            deleted: prepared.query.deleted,
            order: prepared.query.order.clone(),
            after: prepared.keyset.as_ref(),
            // One more than wanted tells whether there is a next page.
            limit: prepared.limit + 1,
        };
        snapshot.connector.list(session, &query).await
    }

    fn answer(
        &self,
        snapshot: &Snapshot,
        session: &Session,
        prepared: &Prepared,
        page: &Page,
    ) -> Result<ListAnswer, Problem> {
        let plan = &prepared.plan;
        let mut data = Vec::with_capacity(page.body.len());
        let read = plan.read(&page.body, page.envelope, prepared.limit, &mut data).map_err(|bad| bad_page(&bad))?;
        let settled = match &prepared.position {
            Some(position) => position.settled.clone(),
            None => settled(page.clock, snapshot.connector.manifest().safety_lag),
        };
        let earlier = prepared.position.as_ref().and_then(|p| p.newest.as_deref());
        let newest = [earlier, read.newest_modified.as_deref()].into_iter().flatten().max().map(str::to_owned);
        if page.envelope.done.is_some() && read.done.is_none() {
            return Err(unreadable("the page does not say whether it is the last"));
        }
        let more = read.extra || read.done == Some(false);
        let next_cursor = match &read.last {
            Some(last) if more => {
                let value = match (prepared.query.by_modified, &prepared.query.sort) {
                    (true, _) => match &last.modified {
                        Some(stamp) => Some(format!("\"{stamp}\"")),
                        None => return Err(unreadable("a record in the order of changes has no time of change")),
                    },
                    (false, Some(_)) => Some(last.sort.clone().unwrap_or_else(|| "null".to_owned())),
                    (false, None) => None,
                };
                let position =
                    Position { id: last.id.clone(), value, settled: settled.clone(), newest: newest.clone() };
                let home = snapshot.home();
                Some(cursor::seal(
                    &self.cursor_key,
                    home,
                    &prepared.question,
                    prepared.limit,
                    &prepared.shape,
                    position,
                ))
            }
            _ if more => return Err(unreadable("the page says there are more records, but holds none to go on from")),
            _ => None,
        };
        let resume_after = (next_cursor.is_none() && prepared.resumes)
            .then(|| resume(settled, newest.as_deref(), prepared.query.before.as_deref()));
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        Ok(ListAnswer { data, next_cursor, resume_after, warnings: notices(plan, read, cost), cost })
    }
}

impl Snapshot {
    /// The provider's declaration of an object, if it can do this with it.
    pub(crate) fn spec(&self, object: Object, operation: Operation) -> Result<&'static ObjectSpec, Problem> {
        let manifest = self.connector.manifest();
        if object == Object::Record {
            let described = self.described.as_ref();
            let described = described.ok_or_else(|| Problem::new(Code::Internal, "no object was described"))?;
            described.can(operation, manifest.title)?;
            return Ok(described.spec);
        }
        let spec = manifest.object(object).map(|spec| self.form(spec));
        spec.filter(|spec| spec.operations.contains(&operation)).ok_or_else(|| {
            let can: Vec<&str> = manifest
                .objects
                .iter()
                .filter(|spec| spec.operations.contains(&operation))
                .map(|spec| spec.object.plural())
                .collect();
            let detail = format!(
                "{} cannot {} {} here; it can {} {}",
                manifest.title,
                operation.as_str(),
                object.plural(),
                operation.as_str(),
                can.join(", ")
            );
            Problem::new(Code::UnsupportedOperation, detail)
        })
    }

    /// A record's id in the provider's one form; `None` when none of the object
    /// can have it.
    pub(crate) fn id(&self, spec: &ObjectSpec, text: &str) -> Option<String> {
        let prefix = self.described.as_ref().and_then(|described| described.info.id_prefix.as_deref());
        let prefix = prefix.filter(|_| spec.object == Object::Record).unwrap_or_default();
        self.connector.id(spec, text).filter(|id| id.starts_with(prefix))
    }

    /// The form in which this account has an object: the first that was
    /// described, or the first of all.
    fn form(&self, spec: &'static ObjectSpec) -> &'static ObjectSpec {
        spec.forms().find(|form| self.object(form).is_ok()).unwrap_or(spec)
    }

    /// The fields of an object as last described.
    pub(crate) fn object(&self, spec: &ObjectSpec) -> Result<&ObjectSnapshot, Problem> {
        if spec.object == Object::Record
            && let Some(described) = &self.described
        {
            return Ok(&described.object);
        }
        self.objects.list.iter().find(|o| o.schema.object == spec.table.provider_object).ok_or_else(|| {
            let detail = format!(
                "the account's fields of {} are not known: test the connection, whose report says whether its user \
                 can see them",
                spec.object.plural()
            );
            Problem::new(Code::ConnectionMisconfigured, detail)
        })
    }

    /// The plan for a selection.
    pub(crate) fn plan(
        &self,
        object: &ObjectSnapshot,
        spec: &ObjectSpec,
        shape: &Shape,
        sort: Option<&str>,
    ) -> Arc<Plan> {
        let base = record_base(&self.connection);
        let (prefix, suffix) = self.connector.record_url(spec, base);
        let constants = Constants {
            connection_id: self.connection.id.as_str(),
            provider: self.connector.manifest().id,
            url_prefix: &prefix,
            url_suffix: &suffix,
        };
        object.plan(spec, shape, sort, constants)
    }
}

/// `updated_after` for the next reading: no later than what the provider had
/// surely shown when page 1 was read, so that a late commit is not lost, and
/// before the first moment that an exclusive `updated_before` left out.
fn resume(settled: String, newest: Option<&str>, before: Option<&str>) -> String {
    let stamps = [Some(settled.as_str()), newest].into_iter().flatten().filter_map(moment);
    let before = before.and_then(moment).map(|moment| moment - jiff::SignedDuration::from_secs(1));
    let earliest = stamps.chain(before).min();
    earliest.map_or(settled.clone(), |m| timestamp_text(u64::try_from(m.as_millisecond()).unwrap_or_default()))
}

/// The same for a reading of everything at once: what was surely shown at
/// `clock`, and before an exclusive `before`.
pub(crate) fn settled_before(clock: SystemTime, lag: std::time::Duration, before: Option<&str>) -> String {
    resume(settled(clock, lag), None, before)
}

fn moment(stamp: &str) -> Option<jiff::Timestamp> {
    stamp.parse().ok()
}

fn settled(clock: SystemTime, lag: std::time::Duration) -> String {
    let since = clock.duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(lag);
    timestamp_text(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

pub(crate) fn notices(plan: &Plan, read: PageRead, cost: Cost) -> Vec<Notice> {
    let dropped = Notice::dropped(read.warnings_dropped);
    let page = read.warnings.into_iter().map(Notice::from).chain(dropped);
    let lacking = Notice::missing(plan).into_iter().chain(Notice::absent(plan)).chain(Notice::unusable(plan));
    Notice::overdrawn(cost.quota).into_iter().chain(lacking).chain(page).collect()
}

pub(crate) fn bad_page(bad: &heddle_connector::mapping::BadPage) -> Problem {
    unreadable(&format!("{} at byte {}", bad.reason, bad.offset))
}

fn unreadable(why: &str) -> Problem {
    Problem::new(Code::ProviderBadResponse, format!("the provider's answer cannot be read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn reading_resumes_no_later_than_what_was_surely_visible() {
        let clock = UNIX_EPOCH + Duration::from_secs(1_779_085_055);
        let settled = settled(clock, Duration::from_secs(300));
        assert_eq!(settled, "2026-05-18T06:12:35.000Z");
        let newer = Some("2026-05-18T06:14:00.000Z");
        let older = Some("2026-05-01T00:00:00.000Z");
        assert_eq!(resume(settled.clone(), newer, None), settled);
        assert_eq!(resume(settled.clone(), older, None).as_str(), "2026-05-01T00:00:00.000Z");
        assert_eq!(resume(settled.clone(), None, None), settled);
        assert_eq!(resume(settled.clone(), None, Some("2026-04-01T00:00:00Z")), "2026-03-31T23:59:59.000Z");
        let (seen, before) = ("2026-04-01T00:00:00.000Z", "2026-04-01T00:00:00.5Z");
        assert_eq!(resume(settled, Some(seen), Some(before)), "2026-03-31T23:59:59.500Z");
    }
}
