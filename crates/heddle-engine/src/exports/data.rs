//! The data of an export, piece by piece. At no time is more of it in memory
//! than one part of the provider's result, and some records as lines.

use super::checkpoint::{self, Asked, Place};
use super::is_gone;
use super::lines::{self, End, Mark, Progress};
use super::record::{Export, ExportMethod, ExportState};
use crate::list::{bad_page, notices};
use crate::snapshot::Snapshot;
use crate::{Caller, Code, Cost, Engine, Notice, Problem, Scope, Shape};
use heddle_connector::mapping::Envelope;
use heddle_connector::{JobPage, JobRecords, ObjectSchema, ObjectSpec, Operation, Session, unreadable_part};
use std::sync::Arc;
use tokio::time::Instant;

/// Records that become lines at once.
const PIECE: usize = 500;

/// Records of a job's first part at the most; the size of later ones follows
/// from its own.
const FIRST: usize = 500;
/// Bytes that a first part may have if each of its texts is as long as it can be.
const LONGEST: usize = 16 << 20;
/// Bytes that a part should have: enough that few calls are needed, and few
/// enough that any number of readers fits.
const PART: usize = 4 << 20;
/// Least and most records of a part.
const ROWS: (usize, usize) = (50, 20_000);
/// A part has at most this many times the records of the one before.
const GROWTH: usize = 4;

/// What a step of a reader came to.
#[derive(Debug)]
pub enum ExportStep {
    /// The provider is still preparing; lines that say so. Ask again later.
    Wait(Vec<u8>),
    /// Lines.
    Lines(Vec<u8>),
    /// The last lines.
    End(Vec<u8>),
}

/// A reader of an export's data.
pub struct ExportData {
    engine: Arc<Engine>,
    caller: Caller,
    export: Export,
    asked: Asked,
    place: Place,
    part: Option<Part>,
    /// Records of the next part; `None` before the first.
    size: Option<usize>,
    /// Whether the fields that are missing have been named.
    told: bool,
}

/// A part of a job's result, and how far it has been read.
struct Part {
    page: JobPage,
    at: usize,
    rows: u64,
}

impl Engine {
    /// Opens an export's data at its beginning, or behind a checkpoint.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `invalid_cursor`, and why there is no data:
    /// `export_failed`, `export_cancelled`, `export_expired`.
    pub async fn open_export(
        self: &Arc<Self>,
        caller: &Caller,
        id: &str,
        after: Option<&str>,
    ) -> Result<ExportData, Problem> {
        caller.require(Scope::CrmRead)?;
        let export = self.aged(self.export(caller, id).await?).await?;
        let asked = Asked::open(&self.cursor_key, &export.sealed)?;
        let place = match after {
            Some(text) => checkpoint::open(&self.cursor_key, &export.id, text)?,
            None => Place::default(),
        };
        if let Some(problem) = export.ended() {
            return Err(problem);
        }
        let (engine, caller) = (Arc::clone(self), caller.clone());
        Ok(ExportData { engine, caller, export, asked, place, part: None, size: None, told: false })
    }
}

impl ExportData {
    /// The next lines, by `deadline`.
    ///
    /// # Errors
    /// What the provider call ended in, or why there is no more data. Reading
    /// can go on behind the last checkpoint.
    pub async fn step(&mut self, deadline: Instant) -> Result<ExportStep, Problem> {
        self.caller.deadline = deadline;
        if self.caller.expires_at.is_some_and(|end| end <= self.engine.wall()) {
            return Err(Problem::new(Code::Unauthorized, "the API key has ended while the data was read"));
        }
        if self.place.end {
            return Ok(ExportStep::End(self.end()));
        }
        if self.part.is_none() {
            self.refreshed().await?;
        }
        let snapshot = self.engine.home_of(&self.caller, &self.export).await?;
        let session = self.engine.bulk_session(&self.caller, &snapshot);
        let stepped = match (self.export.method, self.export.state) {
            (_, ExportState::Preparing) => self.prepared(&snapshot, &session).await,
            (ExportMethod::Rest, _) => self.page(&snapshot, &session).await,
            (ExportMethod::Bulk, _) => self.piece(&snapshot, &session).await,
        };
        match stepped {
            Ok(step) => Ok(step),
            Err(problem) => Err(self.engine.problem_of(&snapshot, &session, problem).await),
        }
    }

    /// Reads the export's row again: another server may have ended it.
    async fn refreshed(&mut self) -> Result<(), Problem> {
        let export = self.engine.export(&self.caller, self.export.id.as_str()).await?;
        self.export = self.engine.aged(export).await?;
        self.export.ended().map_or(Ok(()), Err)
    }

    /// Looks whether the provider has prepared the result.
    async fn prepared(&mut self, snapshot: &Arc<Snapshot>, session: &Session) -> Result<ExportStep, Problem> {
        self.export = self.engine.looked_at(snapshot, session, self.export.clone()).await?;
        if let Some(problem) = self.export.ended() {
            return Err(problem);
        }
        let Export { state, rows, calls, .. } = self.export;
        let mut out = Vec::new();
        lines::line("progress", &Progress { state: state.as_str(), rows, calls }, &mut out);
        Ok(match state {
            ExportState::Preparing => ExportStep::Wait(out),
            _ => ExportStep::Lines(out),
        })
    }

    /// One page of a list.
    async fn page(&mut self, snapshot: &Arc<Snapshot>, session: &Session) -> Result<ExportStep, Problem> {
        let spec = self.spec(snapshot)?;
        let mut request = self.asked.request(spec.max_page).ok_or_else(unknown_object)?;
        request.cursor = self.place.from.clone();
        let listed = self.engine.list(snapshot, session, &request).await;
        self.engine.paid(&mut self.export, session).await?;
        let mut listed = listed?;
        let mut out = Vec::new();
        self.place.rows += lines::records(&listed.data, &mut out);
        if std::mem::replace(&mut self.told, true) {
            listed.warnings.retain(|notice| notice.record.is_some());
        }
        lines::warnings(&listed.warnings, &mut out);
        self.place.end = listed.next_cursor.is_none();
        self.place.from = listed.next_cursor;
        Ok(self.marked(out))
    }

    /// Some records of a job's result.
    async fn piece(&mut self, snapshot: &Arc<Snapshot>, session: &Session) -> Result<ExportStep, Problem> {
        let spec = self.spec(snapshot)?;
        let object = snapshot.object(spec)?;
        let mut part = match self.part.take() {
            Some(part) => part,
            None => {
                let plan = snapshot.plan(object, spec, &self.shape()?, None);
                let size = self.size.unwrap_or_else(|| first_size(&object.schema, plan.asked()));
                self.size = Some(size);
                self.fetched(snapshot, session, size).await?
            }
        };
        let mut json = Vec::with_capacity(PIECE * 1_024);
        let JobRecords { rows, at } =
            snapshot.connector.job_records(&object.schema, &part.page, part.at, PIECE, &mut json)?;
        part.at = at;
        part.rows += rows as u64;
        let mut out = Vec::new();
        if rows > 0 {
            let plan = snapshot.plan(object, spec, &self.shape()?, None);
            let mut data = Vec::with_capacity(json.len() * 2);
            let read = plan.read(&json, &RECORDS, rows, &mut data).map_err(|bad| bad_page(&bad))?;
            lines::records(&data, &mut out);
            let mut warnings = notices(&plan, read, Cost { calls: 0, quota: session.tally.quota() });
            if std::mem::replace(&mut self.told, true) {
                warnings.retain(|notice: &Notice| notice.record.is_some());
            }
            lines::warnings(&warnings, &mut out);
        }
        if rows == PIECE {
            self.part = Some(part);
            return Ok(ExportStep::Lines(out));
        }
        if part.page.rows.is_some_and(|said| said != part.rows) {
            return Err(unreadable_part("it has fewer lines than it says; it was cut off").into());
        }
        self.size = self.size.map(|size| next_size(size, part.page.body.len(), part.rows));
        self.place.rows += part.rows;
        self.place.end = part.page.next.is_none();
        self.place.from = part.page.next;
        Ok(self.marked(out))
    }

    /// The next part of a job's result.
    async fn fetched(&mut self, snapshot: &Snapshot, session: &Session, size: usize) -> Result<Part, Problem> {
        let Some(job) = &self.asked.job else {
            return Err(Problem::new(Code::Internal, "the export has no job to read"));
        };
        let page = snapshot.connector.job_page(session, job, self.place.from.as_deref(), size).await;
        self.engine.paid(&mut self.export, session).await?;
        match page {
            Ok(page) => Ok(Part { page, at: 0, rows: 0 }),
            Err(failure) if is_gone(&failure) => {
                // Cancelled meanwhile, or kept no longer.
                self.refreshed().await?;
                let why = Some("the CRM does not know it any more".to_owned());
                self.engine.moved_on(&mut self.export, ExportState::Expired, why).await?;
                Err(self.export.ended().unwrap_or_else(|| failure.into()))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// The lines, with a checkpoint behind them, and the end behind the last.
    fn marked(&self, mut out: Vec<u8>) -> ExportStep {
        let after = checkpoint::seal(&self.engine.cursor_key, &self.export.id, &self.place);
        let mark = Mark { after: &after, rows: self.place.rows, calls: self.export.calls };
        lines::line("checkpoint", &mark, &mut out);
        if self.place.end {
            out.extend(self.end());
            return ExportStep::End(out);
        }
        ExportStep::Lines(out)
    }

    fn end(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let (rows, calls, method) = (self.place.rows, self.export.calls, self.export.method.as_str());
        lines::line("end", &End { rows, calls, method, resume_after: &self.asked.resume }, &mut out);
        out
    }

    fn spec(&self, snapshot: &Snapshot) -> Result<&'static ObjectSpec, Problem> {
        let request = self.asked.request(1).ok_or_else(unknown_object)?;
        snapshot.spec(request.object, Operation::List)
    }

    fn shape(&self) -> Result<Shape, Problem> {
        self.asked.request(1).map(|request| request.shape).ok_or_else(unknown_object)
    }
}

/// Records as [`Connector::job_records`](heddle_connector::Connector::job_records) writes them.
static RECORDS: Envelope = Envelope::ONE;

fn unknown_object() -> Problem {
    Problem::new(Code::ExportExpired, "this server does not know the export's object any more")
}

/// Records of the first part: few where fields may hold long texts, since the
/// way out takes no answer of any length.
fn first_size(schema: &ObjectSchema, asked: &[String]) -> usize {
    let longest = |path: &String| schema.field(path).map_or(0, |field| field.length as usize).max(32);
    (LONGEST / asked.iter().map(longest).sum::<usize>().max(1)).clamp(ROWS.0, FIRST)
}

/// Records of the next part, so that it comes near the size that parts should have.
fn next_size(size: usize, bytes: usize, rows: u64) -> usize {
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    if rows == 0 {
        return size;
    }
    let each = (bytes / rows).max(1);
    (PART / each).min(size.saturating_mul(GROWTH)).clamp(ROWS.0, ROWS.1)
}

#[cfg(test)]
mod tests {
    use super::{first_size, next_size};
    use heddle_connector::{ObjectSchema, SchemaField};

    #[test]
    fn a_first_part_is_small_where_texts_may_be_long() {
        let field = |name: &str, length| SchemaField { name: name.into(), length, ..SchemaField::default() };
        let schema = ObjectSchema::new("Contact", vec![field("Id", 18), field("Notes", 131_072), field("Name", 255)]);
        let of = |names: &[&str]| first_size(&schema, &names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["Id", "Name"]), 500);
        assert_eq!(of(&["Id", "Notes"]), 127);
        assert_eq!(of(&[]), 500);
    }

    #[test]
    fn parts_grow_step_by_step_to_their_size_and_shrink_at_once() {
        assert_eq!(next_size(500, 500 * 800, 500), 2_000);
        assert_eq!(next_size(2_000, 2_000 * 800, 2_000), 5_242);
        assert_eq!(next_size(8_000, 8_000 * 20, 8_000), 20_000);
        assert_eq!(next_size(8_000, 500 * 40_000, 500), 104);
        assert_eq!(next_size(500, 10 << 20, 10), 50);
        assert_eq!(next_size(500, 0, 0), 500);
    }
}
