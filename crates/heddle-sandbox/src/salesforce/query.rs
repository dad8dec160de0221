//! Queries and their pages.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::errors::{error, soql_error};
use super::ids::Id;
use super::org::Org;
use super::route::{Resource, json_bytes, parameter};
use super::soql::{Found, Scope, run};
use super::state::Salesforce;
use crate::serve::Answer;

/// Open cursors kept; Salesforce keeps all for two days, we forget the oldest.
const OPEN_CURSORS: usize = 1_000;

/// A result that did not fit on one page.
#[derive(Debug)]
struct Cursor {
    org: Arc<Org>,
    found: Found,
    page: usize,
    base: String,
}

/// The open cursors by locator.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    open: Mutex<Open>,
    serial: AtomicU64,
}

#[derive(Debug, Default)]
struct Open {
    by_locator: HashMap<String, Arc<Cursor>>,
    /// Locators, the oldest first.
    by_age: VecDeque<String>,
}

impl Cursors {
    fn open(&self, cursor: Arc<Cursor>) -> String {
        // Steps of a prime keep neighbouring locators from looking alike.
        let serial = self.serial.fetch_add(1, Ordering::Relaxed) + 1;
        let locator = Id::nth("0r8", serial.wrapping_mul(2_654_435_761) % 62_u64.pow(7));
        let locator = locator.as_str().to_owned();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.by_age.len() == OPEN_CURSORS
            && let Some(oldest) = open.by_age.pop_front()
        {
            open.by_locator.remove(&oldest);
        }
        open.by_locator.insert(locator.clone(), cursor);
        open.by_age.push_back(locator.clone());
        locator
    }

    fn find(&self, locator: &str) -> Option<Arc<Cursor>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.by_locator.get(locator).cloned()
    }

    pub(super) fn close_all(&self) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Default::default();
    }
}

/// The first page of a query.
pub(super) fn first(
    salesforce: &Salesforce,
    resource: &Resource<'_>,
    query: &str,
    header: &dyn Fn(&str) -> Option<String>,
    scope: Scope,
) -> Answer {
    let Some(text) = parameter(query, "q") else {
        return error(400, "MALFORMED_QUERY", "A query string has to be specified");
    };
    let batch = match header("sforce-query-options").as_deref().map(batch_size) {
        Some(Err(answer)) => return answer,
        Some(Ok(batch)) => batch,
        None => usize::MAX,
    };
    let org = salesforce.org();
    let mut answer = match run(&org, &text, scope) {
        Err(refused) => soql_error(&refused),
        Ok(found) => {
            let limit = found.columns.as_ref().map_or(1, |columns| columns.page_limit());
            let cursor = Cursor { org, found, page: limit.min(batch), base: resource.base.to_owned() };
            page(salesforce, &Arc::new(cursor), 0, None)
        }
    };
    answer.soql = Some(text);
    answer
}

/// A further page: `locator-offset`.
pub(super) fn next(salesforce: &Salesforce, locator: &str) -> Answer {
    let parts = locator.split_once('-').and_then(|(name, offset)| Some((name, offset.parse().ok()?)));
    let found = parts.and_then(|(name, offset)| Some((name, offset, salesforce.cursors.find(name)?)));
    match found {
        Some((name, offset, cursor)) if offset < cursor.found.rows.len() => {
            page(salesforce, &cursor, offset, Some(name))
        }
        _ => error(400, "INVALID_QUERY_LOCATOR", "invalid query locator"),
    }
}

fn page(salesforce: &Salesforce, cursor: &Arc<Cursor>, offset: usize, locator: Option<&str>) -> Answer {
    let Cursor { org, found, base, .. } = cursor.as_ref();
    let total = found.rows.len();
    let end = offset.saturating_add(cursor.page).min(total);
    let mut out = Vec::with_capacity(256 + (end - offset) * 256);
    let done = found.columns.is_none() || end == total;
    out.extend_from_slice(format!(r#"{{"totalSize":{total},"done":{done}"#).as_bytes());
    if !done {
        let locator = match locator {
            Some(locator) => locator.to_owned(),
            None => salesforce.cursors.open(Arc::clone(cursor)),
        };
        out.extend_from_slice(format!(r#","nextRecordsUrl":"{base}/query/{locator}-{end}""#).as_bytes());
    }
    out.extend_from_slice(br#","records":["#);
    if let Some(columns) = &found.columns {
        let table = &org.tables[found.object];
        for (number, position) in found.rows[offset..end].iter().enumerate() {
            if number > 0 {
                out.push(b',');
            }
            columns.write(org, table.row(*position), base, &mut out);
        }
    }
    out.extend_from_slice(b"]}");
    json_bytes(out)
}

/// `batchSize=N` of Sforce-Query-Options, 200 to 2000.
fn batch_size(options: &str) -> Result<usize, Answer> {
    let size = options.split([',', ';']).find_map(|option| option.trim().strip_prefix("batchSize="));
    match size.map(str::parse::<usize>) {
        None => Ok(usize::MAX),
        Some(Ok(size)) if (200..=2_000).contains(&size) => Ok(size),
        Some(_) => Err(error(400, "INVALID_BATCH_SIZE", "Batch size must be between 200 and 2000")),
    }
}
