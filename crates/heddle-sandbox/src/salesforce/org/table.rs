//! The rows of one object: chunks that snapshots share until one is written.

use std::sync::Arc;

use super::Row;
use crate::salesforce::ids::Id;

/// Rows in a chunk. A write copies one chunk and the list of chunks, so its
/// cost stays at a few microseconds up to a million rows.
const CHUNK: usize = 512;

#[derive(Clone, Debug, Default)]
struct Chunk {
    /// Beside the rows, so that a search by id touches no row.
    ids: Vec<Id>,
    rows: Vec<Arc<Row>>,
}

/// Rows with ids ascending. A deleted one is only marked, and one that the bin
/// loses is left out of another table: so positions stay valid while rows are
/// added at the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    chunks: Vec<Arc<Chunk>>,
    len: usize,
    /// The greatest id that was given out for a row to come.
    reserved: Option<Id>,
}

impl Table {
    pub(crate) fn new(mut rows: Vec<Arc<Row>>) -> Table {
        rows.sort_by_key(|row| row.id());
        let mut table = Table::default();
        for row in rows {
            table.push(row);
        }
        table
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &Arc<Row>> {
        self.chunks.iter().flat_map(|chunk| &chunk.rows)
    }

    /// Other rows of the same object.
    pub(super) fn with_rows(&self, rows: Vec<Arc<Row>>) -> Table {
        // No id is given out twice, not even that of a row which is gone.
        Table { reserved: self.last_id(), ..Table::new(rows) }
    }

    /// The greatest id that was given out.
    pub(crate) fn last_id(&self) -> Option<Id> {
        let last = self.chunks.last().and_then(|chunk| chunk.ids.last().copied());
        last.max(self.reserved)
    }

    /// Keeps an id for a row to come.
    pub(super) fn reserve(&mut self, id: Id) {
        self.reserved = Some(id);
    }

    pub(crate) fn find(&self, id: Id) -> Option<&Row> {
        self.position(id).map(|position| self.row(position).as_ref())
    }

    pub(crate) fn position(&self, id: Id) -> Option<u32> {
        let chunk = self.chunks.partition_point(|chunk| chunk.ids.first().is_some_and(|first| *first <= id));
        let chunk = chunk.checked_sub(1)?;
        let place = self.chunks[chunk].ids.binary_search(&id).ok()?;
        u32::try_from(chunk * CHUNK + place).ok()
    }

    pub(crate) fn row(&self, position: u32) -> &Arc<Row> {
        let position = position as usize;
        &self.chunks[position / CHUNK].rows[position % CHUNK]
    }

    /// Puts another state of the same record in its place.
    pub(super) fn replace(&mut self, position: u32, row: Arc<Row>) {
        let position = position as usize;
        Arc::make_mut(&mut self.chunks[position / CHUNK]).rows[position % CHUNK] = row;
    }

    /// Adds a record whose id is greater than all others. A row without an id
    /// is no record.
    pub(super) fn push(&mut self, row: Arc<Row>) {
        let Some(id) = row.id() else { return };
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::default());
        }
        if let Some(chunk) = self.chunks.last_mut() {
            let chunk = Arc::make_mut(chunk);
            chunk.ids.push(id);
            chunk.rows.push(row);
            self.len += 1;
        }
    }
}
