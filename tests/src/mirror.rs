//! A copy of an org's records, kept by what `docs/reading-changes.md` says and
//! by nothing else: it sees the API's answers only.

use crate::{Answer, Server};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The copy of one object.
pub struct Mirror {
    object: &'static str,
    fields: &'static str,
    records: BTreeMap<String, Value>,
    /// `updated_after` of the next reading; `None` before the first has ended.
    resume: Option<String>,
    /// Where the reading that is under way goes on.
    cursor: Option<String>,
    /// Whether it passes over `resume_after` and goes on from the newest stamp.
    careless: bool,
    /// The newest stamp seen, and the one at the end of the reading before.
    newest: (String, String),
    /// Pages read so far.
    pub pages: usize,
    /// Provider calls that they cost.
    pub calls: usize,
    /// Records that a page brought and the copy had already.
    pub repeated: usize,
    /// Changes that were found at or behind the newest stamp of the reading
    /// before: without the overlap they would be lost.
    pub behind: usize,
}

impl Mirror {
    /// An empty copy of an object, by its plural, with these fields, among
    /// them `id`, `updated_at` and `is_deleted`.
    pub fn new(object: &'static str, fields: &'static str) -> Self {
        Self {
            object,
            fields,
            records: BTreeMap::new(),
            resume: None,
            cursor: None,
            careless: false,
            newest: (String::new(), String::new()),
            pages: 0,
            calls: 0,
            repeated: 0,
            behind: 0,
        }
    }

    /// One that goes on from the newest stamp it has seen, as many readers do.
    pub fn careless(object: &'static str, fields: &'static str) -> Self {
        Self { careless: true, ..Self::new(object, fields) }
    }

    /// The object's plural.
    pub fn object(&self) -> &'static str {
        self.object
    }

    /// A record by its id, deleted or not.
    pub fn get(&self, id: &str) -> Option<&Value> {
        self.records.get(id)
    }

    /// All records by id, deleted ones too.
    pub fn records(&self) -> &BTreeMap<String, Value> {
        &self.records
    }

    /// `updated_after` of the next reading.
    pub fn resume_after(&self) -> Option<&str> {
        self.resume.as_deref()
    }

    /// Reads one page; whether the reading has come to its end with it.
    ///
    /// # Errors
    /// What the server said instead of a page.
    pub async fn page(&mut self, server: &Server, limit: usize) -> Result<bool, String> {
        let mut path = format!("/v1/crm/{}?limit={limit}", self.object);
        match (&self.cursor, &self.resume) {
            (Some(cursor), _) => path.push_str(&format!("&cursor={cursor}")),
            (None, resume) => {
                path.push_str(&format!("&include_deleted=true&fields={}", self.fields));
                path.extend(resume.iter().map(|resume| format!("&updated_after={resume}")));
            }
        }
        let page = read(server, &path).await?;
        self.pages += 1;
        self.calls += page.provider_calls() as usize;
        for record in page.data() {
            let id = record["id"].as_str().ok_or_else(|| format!("a record without an id: {record}"))?;
            let stamp = record["updated_at"].as_str().unwrap_or_default();
            let before = self.records.insert(id.to_owned(), record.clone());
            let known = before.as_ref() == Some(record);
            self.repeated += usize::from(known);
            self.behind += usize::from(!known && stamp <= self.newest.1.as_str());
            if stamp > self.newest.0.as_str() {
                stamp.clone_into(&mut self.newest.0);
            }
        }
        self.cursor = page.json["next_cursor"].as_str().map(str::to_owned);
        if self.cursor.is_some() {
            return Ok(false);
        }
        let resume = page.json["resume_after"].as_str().ok_or("the last page names no resume_after")?;
        self.newest.1.clone_from(&self.newest.0);
        self.resume = Some(if self.careless { self.newest.0.clone() } else { resume.to_owned() });
        Ok(true)
    }

    /// Ends the reading that is under way, and does a whole one after it.
    ///
    /// # Errors
    /// As a page's.
    pub async fn catch_up(&mut self, server: &Server, limit: usize) -> Result<(), String> {
        if self.cursor.is_some() {
            while !self.page(server, limit).await? {}
        }
        while !self.page(server, limit).await? {}
        Ok(())
    }

    /// Compares the ids of all live records, for what no change tells: records
    /// that were ended before anybody saw them deleted, and those that this
    /// connection may not see any more. Removes them, and the tombstones; how
    /// many live ones went.
    ///
    /// # Errors
    /// As a page's.
    pub async fn compare_ids(&mut self, server: &Server) -> Result<usize, String> {
        let known: BTreeSet<String> = self.live().map(str::to_owned).collect();
        let mut there = BTreeSet::new();
        let mut path = format!("/v1/crm/{}?limit=2000&fields=id", self.object);
        loop {
            let page = read(server, &path).await?;
            there.extend(page.ids());
            let Some(cursor) = page.json["next_cursor"].as_str() else { break };
            path = format!("/v1/crm/{}?cursor={cursor}", self.object);
        }
        let gone: Vec<&String> = known.difference(&there).collect();
        for id in &gone {
            self.records.remove(*id);
        }
        self.records.retain(|_, record| record["is_deleted"] != true);
        Ok(gone.len())
    }

    /// Ids of the records that are there as far as the copy knows.
    pub fn live(&self) -> impl Iterator<Item = &str> {
        self.records.iter().filter(|(_, record)| record["is_deleted"] == false).map(|(id, _)| id.as_str())
    }
}

async fn read(server: &Server, path: &str) -> Result<Answer, String> {
    let page = server.get(path).await;
    if page.status == 200 { Ok(page) } else { Err(format!("{path}: {} {}", page.status, page.text)) }
}
