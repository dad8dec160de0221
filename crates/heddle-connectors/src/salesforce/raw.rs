//! Raw calls: which paths are Salesforce's API. Pure.

/// Headers that change how a data call is answered, and those that describe
/// its result.
pub(super) const HEADERS: &[&str] = &[
    "sforce-auto-assign",
    "sforce-call-options",
    "sforce-duplicate-rule-header",
    "sforce-locator",
    "sforce-mru",
    "sforce-numberofrecords",
    "sforce-query-options",
];

/// The parts of the host that are API for data: the versioned resources, and
/// the org's own Apex REST classes.
const WHOLE: [&str; 2] = ["/services/data/", "/services/apexrest/"];

/// The path below the host. One of the API's own is taken as it is, so that
/// addresses out of answers can be followed; any other is below the version in
/// use. Logins live under `/services/` too, and are no API.
pub(super) fn path(version: &str, path: &str) -> Result<String, String> {
    if WHOLE.iter().any(|whole| path.starts_with(whole)) {
        return Ok(path.to_owned());
    }
    // Compared as the host reads it: without regard to case, and decoded.
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy().to_ascii_lowercase();
    if decoded == "/services" || decoded.starts_with("/services/") {
        return Err(format!(
            "paths are below /services/data/v{version}, such as /sobjects/Contact/describe, or whole ones below {}",
            WHOLE.join(" or ")
        ));
    }
    Ok(format!("/services/data/v{version}{path}"))
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn paths_lead_into_the_api_and_nowhere_else() {
        let of = |text| path("66.0", text);
        assert_eq!(of("/limits").as_deref(), Ok("/services/data/v66.0/limits"));
        assert_eq!(of("/query/0r8xx-2000").as_deref(), Ok("/services/data/v66.0/query/0r8xx-2000"));
        assert_eq!(of("/services/data/v60.0/limits").as_deref(), Ok("/services/data/v60.0/limits"));
        assert_eq!(of("/services/apexrest/orders").as_deref(), Ok("/services/apexrest/orders"));
        assert_eq!(of("/servicesx").as_deref(), Ok("/services/data/v66.0/servicesx"));
        for no in [
            "/services",
            "/services/oauth2/token",
            "/services/Soap/u/66.0",
            "/SERVICES/oauth2/token",
            "/%73ervices/oauth2/token",
        ] {
            assert!(of(no).is_err(), "{no}");
        }
    }
}
