//! The parameters of list and fetch: one table, read by the parser and by the
//! OpenAPI document.

use super::problem::Refusal;
use super::query::{MAX_NAMES, MAX_VALUE, Query};
use heddle_connector::model::Object;
use heddle_engine::{ListRequest, MAX_CURSOR, MAX_FILTERS, Problem, Shape};

/// How a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A whole number.
    Count,
    /// Any text.
    Text,
    /// RFC 3339.
    Time,
    /// `true` or `false`.
    Flag,
    /// Names with commas between.
    Names,
    /// `filter[field][op]=value`.
    Filter,
}

/// One query parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: &'static str,
    /// How it is written.
    pub(crate) form: Form,
    /// What it does.
    pub(crate) about: &'static str,
}

pub(crate) const fn parameter(name: &'static str, form: Form, about: &'static str) -> Parameter {
    Parameter { name, form, about }
}

/// Which part of a record is answered: list and fetch.
pub(crate) const SHAPE: &[Parameter] = &[
    parameter(
        "fields",
        Form::Names,
        "Common fields to answer, with commas between; all when it is left out. Custom fields are \
         `custom_fields.<key>`. At most 100 names.",
    ),
    parameter("expand", Form::Names, "Related records to join, with commas between: `account`, `owner`."),
    parameter("include_raw", Form::Flag, "Whether each record carries the provider's own record as `raw`."),
];

/// Which records are answered: list only.
pub(crate) const LIST: &[Parameter] = &[
    parameter(
        "limit",
        Form::Count,
        "Records a page: 1 to 200 with every provider, and up to the provider's own page where that is larger \
         (`max_limit` in the catalogue of providers). 50 when it is left out.",
    ),
    parameter(
        "cursor",
        Form::Text,
        "`next_cursor` of the page before. It is enough by itself; conditions given beside it must be the same.",
    ),
    parameter("updated_after", Form::Time, "Only records changed after this time, oldest change first."),
    parameter("updated_before", Form::Time, "Only records changed before this time."),
    parameter("created_after", Form::Time, "Only records made after this time."),
    parameter("created_before", Form::Time, "Only records made before this time."),
    parameter(
        "filter",
        Form::Filter,
        "Conditions, all of which must hold: `filter[last_name]=Ng`, `filter[created_at][gte]=2026-01-01T00:00:00Z`, \
         `filter[email_addresses.email]=a@b.example`, `filter[custom_fields.Region__c][in]=EU,US`. Operators: eq ne \
         gt gte lt lte in contains starts_with is_null. At most 20. What the provider cannot do is refused with what \
         it can.",
    ),
    parameter(
        "sort",
        Form::Text,
        "A field of id, date, time or number kind, with `-` before it for descending: `-updated_at`. Records without \
         a value come last.",
    ),
    parameter(
        "include_deleted",
        Form::Flag,
        "Whether deleted records are answered too, for as long as the provider keeps them; `is_deleted` tells them \
         apart, and `merged_into_id` names the record that one was merged into. Refused where the catalogue of \
         providers does not say `include_deleted`.",
    ),
];

/// Whether a record that is gone is answered: fetch only.
pub(crate) const FETCH: &[Parameter] = &[parameter(
    "include_deleted",
    Form::Flag,
    "Whether a deleted record is answered too, for as long as the provider keeps it, instead of 404.",
)];

/// Largest `limit` worth asking the engine about; it knows the provider's own.
const MAX_LIMIT: usize = 100_000;

/// What `limit` takes, in words.
const LIMIT: &str = "a whole number: 1 to 200 with every provider, and up to the provider's own page where that is \
                     larger (see max_limit in /v1/providers)";

/// Reads a list's parameters.
pub(crate) fn list(object: Object, mut query: Query) -> Result<ListRequest, Refusal> {
    let request = ListRequest {
        limit: query.count("limit", MAX_LIMIT, LIMIT)?,
        cursor: query.text("cursor")?,
        updated_after: query.text("updated_after")?,
        updated_before: query.text("updated_before")?,
        created_after: query.text("created_after")?,
        created_before: query.text("created_before")?,
        filters: query.filters()?,
        sort: query.text("sort")?,
        include_deleted: query.has("include_deleted").then(|| query.flag("include_deleted")).transpose()?,
        shape: shape(&mut query)?,
        ..ListRequest::of(object)
    };
    query.finish(&names(&[LIST, SHAPE]))?;
    Ok(request)
}

/// Whether a parameter says what is asked, and not how much of it: an export
/// has the others not.
pub(crate) fn is_asked(row: &Parameter) -> bool {
    !matches!(row.name, "limit" | "cursor")
}

/// Reads an export's parameters: those of a list without its pages.
pub(crate) fn export(object: Object, query: Query) -> Result<ListRequest, Refusal> {
    for name in ["limit", "cursor"] {
        if query.has(name) {
            let detail = format!("an export gives everything; {name} belongs to lists");
            return Err(Problem::parameter(name, "not_allowed", detail).into());
        }
    }
    list(object, query)
}

/// Reads a fetch's parameters: what of the record, and whether a deleted one
/// counts.
pub(crate) fn fetch(mut query: Query) -> Result<(Shape, bool), Refusal> {
    let shape = shape(&mut query)?;
    let deleted = query.flag("include_deleted")?;
    query.finish(&names(&[SHAPE, FETCH]))?;
    Ok((shape, deleted))
}

fn shape(query: &mut Query) -> Result<Shape, Refusal> {
    Ok(Shape {
        fields: query.names("fields")?,
        expand: query.names("expand")?.unwrap_or_default(),
        include_raw: query.flag("include_raw")?,
    })
}

fn names(tables: &[&'static [Parameter]]) -> Vec<&'static str> {
    tables
        .iter()
        .flat_map(|table| table.iter())
        .map(|row| match row.form {
            Form::Filter => "filter[field][op]",
            _ => row.name,
        })
        .collect()
}

// The texts above quote these bounds.
const _: () = assert!(MAX_FILTERS == 20 && MAX_NAMES == 100 && MAX_VALUE >= MAX_CURSOR);

#[cfg(test)]
mod tests {
    use super::*;
    use heddle_engine::Code;

    fn read(raw: &str) -> Result<ListRequest, Refusal> {
        Query::parse(raw).and_then(|query| list(Object::Contact, query))
    }

    fn code(result: Result<ListRequest, Refusal>) -> Option<Code> {
        result.err().map(|refusal| refusal.problem().code)
    }

    #[test]
    fn a_list_without_parameters_leaves_everything_to_the_engine() {
        let request = read("").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((request.limit, request.cursor, request.sort), (None, None, None));
        assert!(request.filters.is_empty());
        assert_eq!(request.shape, Shape::default());
    }

    #[test]
    fn every_parameter_of_the_table_is_read() {
        let raw = "limit=2000&cursor=c&updated_after=2026-01-01T00:00:00%2B02:00&updated_before=b&created_after=d\
                   &created_before=e&filter[a][gt]=1&sort=-updated_at&fields=id,name&expand=owner&include_raw=true\
                   &include_deleted=false";
        let request = read(raw).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(request.limit, Some(2000));
        assert_eq!(request.cursor.as_deref(), Some("c"));
        assert_eq!(request.updated_after.as_deref(), Some("2026-01-01T00:00:00+02:00"));
        assert_eq!(request.sort.as_deref(), Some("-updated_at"));
        assert_eq!(request.filters.len(), 1);
        assert_eq!(request.shape.expand, ["owner"]);
        assert!(request.shape.include_raw);
    }

    #[test]
    fn limits_that_no_provider_has_are_refused() {
        for limit in ["0", "-1", "abc", "100001"] {
            let refusal = read(&format!("limit={limit}")).err();
            let text = refusal.map(|r| r.problem().detail.clone()).unwrap_or_default();
            assert!(text.contains("1 to 200"), "{limit}: {text}");
        }
    }

    #[test]
    fn deleted_records_are_asked_for_or_not_or_nothing_is_said() {
        let deleted = |raw: &str| read(raw).unwrap_or_else(|e| panic!("{e}")).include_deleted;
        assert_eq!(deleted("include_deleted=true"), Some(true));
        assert_eq!(deleted("include_deleted=false"), Some(false));
        assert_eq!(deleted("limit=1"), None);
        assert_eq!(code(read("include_deleted=maybe")), Some(Code::InvalidRequest));
    }

    #[test]
    fn a_fetch_takes_no_list_parameter() {
        let of = |raw: &str| Query::parse(raw).and_then(fetch);
        assert!(of("fields=id&expand=account&include_raw=true&include_deleted=true").is_ok_and(|(_, deleted)| deleted));
        for raw in ["limit=1", "filter[a]=1", "sort=id", "cursor=x", "include_deleted=1"] {
            assert!(of(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn the_refusal_of_an_unknown_parameter_lists_the_whole_table() {
        let refusal = read("colour=1").err().map(|r| r.problem().detail.clone()).unwrap_or_default();
        for row in LIST.iter().chain(SHAPE) {
            assert!(refusal.contains(row.name), "{} is missing in {refusal}", row.name);
        }
    }
}
