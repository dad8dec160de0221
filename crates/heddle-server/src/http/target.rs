//! Which connection a request is for, from its headers.

use super::problem::Refusal;
use actix_web::http::header::HeaderMap;
use heddle_engine::{Code, MAX_ID, Problem, Target};

/// Names a connection by its id.
pub(crate) const CONNECTION: &str = "X-Connection-Id";
/// Names a tenant.
pub(crate) const TENANT: &str = "X-Tenant-Id";
/// Names the provider where the tenant has several connections.
pub(crate) const PROVIDER: &str = "X-Provider";

/// Reads the headers.
pub(crate) fn read(headers: &HeaderMap) -> Result<Target, Refusal> {
    let connection = one(headers, CONNECTION)?;
    let tenant = one(headers, TENANT)?;
    let provider = one(headers, PROVIDER)?;
    match (connection, tenant, provider) {
        (Some(id), None, None) => Ok(Target::Connection(id)),
        (None, Some(tenant), provider) => Ok(Target::Tenant { tenant, provider }),
        (None, None, _) => Err(refused(
            CONNECTION,
            "missing",
            "say which connection is meant: send X-Connection-Id, or X-Tenant-Id with X-Provider where the tenant \
             has several",
        )),
        (Some(_), _, _) => Err(refused(
            CONNECTION,
            "not_allowed",
            "X-Connection-Id says it all; send it without X-Tenant-Id and X-Provider",
        )),
    }
}

fn one(headers: &HeaderMap, name: &'static str) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all(name);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(refused(name, "not_allowed", &format!("{name} is given more than once")));
    }
    // The white space of HTTP alone: any other belongs to the value.
    let Ok(text) = std::str::from_utf8(value.as_bytes()).map(|text| text.trim_matches([' ', '\t'])) else {
        return Err(refused(name, "invalid", &format!("{name} is not UTF-8")));
    };
    match text.chars().count() {
        0 => Err(refused(name, "invalid", &format!("{name} is empty"))),
        1..=MAX_ID => Ok(Some(text.to_owned())),
        _ => Err(refused(name, "too_long", &format!("{name} is longer than {MAX_ID} characters"))),
    }
}

fn refused(name: &str, code: &'static str, detail: &str) -> Refusal {
    Problem::new(Code::InvalidRequest, detail).with_error(name, code, detail).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn of(pairs: &[(&'static str, &str)]) -> Result<Target, (Code, String, &'static str)> {
        let mut request = TestRequest::get();
        for (name, value) in pairs {
            request = request.append_header((*name, *value));
        }
        read(request.to_http_request().headers()).map_err(|refusal| {
            let problem = refusal.problem();
            (problem.code, problem.errors[0].pointer.clone(), problem.errors[0].code)
        })
    }

    #[test]
    fn a_connection_or_a_tenant_is_named() {
        assert_eq!(of(&[(CONNECTION, "con_1")]), Ok(Target::Connection("con_1".to_owned())));
        let tenant = |provider: Option<&str>| {
            Ok(Target::Tenant { tenant: "acme".to_owned(), provider: provider.map(str::to_owned) })
        };
        assert_eq!(of(&[(TENANT, "acme")]), tenant(None));
        assert_eq!(of(&[(TENANT, " acme\t"), (PROVIDER, "salesforce")]), tenant(Some("salesforce")));
        let narrow = Target::Tenant { tenant: "\u{a0}acme\u{2003}".to_owned(), provider: None };
        assert_eq!(of(&[(TENANT, "\u{a0}acme\u{2003}")]), Ok(narrow));
    }

    #[test]
    fn none_both_repeated_empty_and_long_ones_are_refused() {
        let invalid = |pointer: &str, code| Err((Code::InvalidRequest, pointer.to_owned(), code));
        assert_eq!(of(&[]), invalid(CONNECTION, "missing"));
        assert_eq!(of(&[(PROVIDER, "salesforce")]), invalid(CONNECTION, "missing"));
        assert_eq!(of(&[(CONNECTION, "a"), (TENANT, "b")]), invalid(CONNECTION, "not_allowed"));
        assert_eq!(of(&[(CONNECTION, "a"), (PROVIDER, "b")]), invalid(CONNECTION, "not_allowed"));
        assert_eq!(of(&[(CONNECTION, "a"), (CONNECTION, "a")]), invalid(CONNECTION, "not_allowed"));
        assert_eq!(of(&[(TENANT, " ")]), invalid(TENANT, "invalid"));
        assert_eq!(of(&[(TENANT, &"x".repeat(256))]), invalid(TENANT, "too_long"));
        assert!(of(&[(TENANT, &"x".repeat(255))]).is_ok());
    }
}
