//! Paging of the server's own resources.

use crate::http::problem::Refusal;
use crate::http::query::Query;
use heddle_engine::{Code, Problem};

/// Entries a page when none are asked for.
const DEFAULT: usize = 50;
/// Most entries a page.
pub(crate) const MAX_PAGE: usize = 200;

/// Which page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PageQuery {
    /// Where to go on.
    pub(crate) after: Option<String>,
    /// How many at most.
    pub(crate) limit: u64,
}

/// Takes `limit` and `cursor` out of a query. A cursor is the id of the last
/// entry of the page before; `parse` reads such ids.
pub(crate) fn read<I>(query: &mut Query, parse: impl Fn(&str) -> Option<I>) -> Result<PageQuery, Refusal> {
    let limit = query.count("limit", MAX_PAGE, "a whole number from 1 to 200")?.unwrap_or(DEFAULT);
    let after = query.text("cursor")?;
    if after.as_deref().is_some_and(|text| parse(text).is_none()) {
        let detail = "the cursor is not of this list: send it exactly as next_cursor gave it";
        return Err(Problem::new(Code::InvalidCursor, detail).with_error("?cursor", "invalid", detail).into());
    }
    Ok(PageQuery { after, limit: limit as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use heddle_engine::{KeyId, TenantId};

    fn of(raw: &str) -> Result<PageQuery, Refusal> {
        Query::parse(raw).and_then(|mut query| read(&mut query, TenantId::parse))
    }

    #[test]
    fn a_page_has_fifty_entries_and_at_most_two_hundred() {
        assert_eq!(of("").ok(), Some(PageQuery { after: None, limit: 50 }));
        let id = TenantId::generate();
        let asked = of(&format!("limit=200&cursor={id}")).ok();
        assert_eq!(asked, Some(PageQuery { after: Some(id.to_string()), limit: 200 }));
        assert!(of("limit=201").is_err());
        assert!(of("limit=0").is_err());
    }

    #[test]
    fn a_cursor_of_another_list_is_refused_as_a_cursor() {
        for bad in ["zzz", "ten_1", &KeyId::generate().to_string()] {
            let code = of(&format!("cursor={bad}")).err().map(|refusal| refusal.problem().code);
            assert_eq!(code, Some(Code::InvalidCursor), "{bad}");
        }
    }
}
