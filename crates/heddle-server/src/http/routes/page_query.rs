//! Paging of the server's own resources.

use crate::http::problem::Refusal;
use crate::http::query::Query;

/// Entries a page when none are asked for.
const DEFAULT: usize = 50;
/// Most entries a page.
const MAX: usize = 200;

/// Which page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PageQuery {
    /// Where to go on.
    pub(crate) after: Option<String>,
    /// How many at most.
    pub(crate) limit: u64,
}

/// Takes `limit` and `cursor` out of a query.
pub(crate) fn read(query: &mut Query) -> Result<PageQuery, Refusal> {
    let limit = query.count("limit", MAX, "a whole number from 1 to 200")?.unwrap_or(DEFAULT);
    Ok(PageQuery { after: query.text("cursor")?, limit: limit as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(raw: &str) -> Result<PageQuery, Refusal> {
        Query::parse(raw).and_then(|mut query| read(&mut query))
    }

    #[test]
    fn a_page_has_fifty_entries_and_at_most_two_hundred() {
        assert_eq!(of("").ok(), Some(PageQuery { after: None, limit: 50 }));
        let asked = of("limit=200&cursor=ten_1").ok();
        assert_eq!(asked, Some(PageQuery { after: Some("ten_1".to_owned()), limit: 200 }));
        assert!(of("limit=201").is_err());
        assert!(of("limit=0").is_err());
    }
}
