//! What a demo prints: one line for scripts, or a page for people.

use super::state::Made;
use serde::Serialize;

/// Everything that is printed.
#[derive(Debug)]
pub(super) struct Running<'a> {
    /// Address of the API, without a slash at its end.
    pub(super) base_url: String,
    /// Whether the documentation is served.
    pub(super) docs: bool,
    /// Address of the Salesforce sandbox.
    pub(super) salesforce: String,
    /// How many contacts it has.
    pub(super) contacts: usize,
    /// Tenant, connection, key.
    pub(super) made: &'a Made,
    /// An e-mail address that one of the contacts has.
    pub(super) email: String,
}

#[derive(Serialize)]
struct Line<'a> {
    base_url: &'a str,
    dashboard_url: String,
    api_key: &'a str,
    connections: [Connection<'a>; 1],
    sandbox: Sandboxes<'a>,
}

#[derive(Serialize)]
struct Connection<'a> {
    id: &'a str,
    tenant_id: &'a str,
    provider: &'a str,
}

#[derive(Serialize)]
struct Sandboxes<'a> {
    salesforce: &'a str,
}

impl Running<'_> {
    fn docs_url(&self) -> String {
        format!("{}/docs", self.base_url)
    }

    /// The line for scripts. There is no dashboard in this program, so the
    /// address for a browser is that of the documentation.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which text always can.
    pub(super) fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Line {
            base_url: &self.base_url,
            dashboard_url: self.docs_url(),
            api_key: &self.made.api_key,
            connections: [Connection {
                id: &self.made.connection_id,
                tenant_id: &self.made.tenant_id,
                provider: "salesforce",
            }],
            sandbox: Sandboxes { salesforce: &self.salesforce },
        })
    }

    /// The page for people: what is running, the docs, the key, two requests.
    pub(super) fn page(&self) -> String {
        let Self { base_url, salesforce, contacts, made, email, .. } = self;
        let docs = if self.docs { self.docs_url() } else { "switched off by server.docs".to_owned() };
        let (key, connection, tenant) = (&made.api_key, &made.connection_id, &made.tenant_id);
        let headers = format!("-H 'Authorization: Bearer {key}' -H 'X-Connection-Id: {connection}'");
        format!(
            "\
Heddle runs at {base_url}, with a Salesforce sandbox of {contacts} contacts
at {salesforce}, connected as {connection}
for the tenant Acme ({tenant}). Ctrl-C stops it.

Docs     {docs}
API key  {key}

The first 50 contacts:

curl -s -i {headers} '{base_url}/v1/crm/contacts?limit=50'

A person by e-mail address:

curl -s -g {headers} '{base_url}/v1/crm/contacts?filter[email_addresses.email]={email}'
"
        )
    }
}

/// A query value as it may stand in an address inside single quotes.
pub(super) fn query_value(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace("%40", "@")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(made: &Made) -> Running<'_> {
        Running {
            base_url: "http://127.0.0.1:8080".to_owned(),
            docs: true,
            salesforce: "http://127.0.0.1:4002".to_owned(),
            contacts: 5_000,
            made,
            email: query_value("o'hara+crm@example.com"),
        }
    }

    fn made() -> Made {
        Made { tenant_id: "ten_1".to_owned(), connection_id: "con_1".to_owned(), api_key: "hdl_1".to_owned() }
    }

    #[test]
    fn the_line_for_scripts_has_its_stable_form() {
        let made = made();
        assert_eq!(
            running(&made).json().unwrap(),
            concat!(
                r#"{"base_url":"http://127.0.0.1:8080","dashboard_url":"http://127.0.0.1:8080/docs","api_key":"hdl_1","#,
                r#""connections":[{"id":"con_1","tenant_id":"ten_1","provider":"salesforce"}],"#,
                r#""sandbox":{"salesforce":"http://127.0.0.1:4002"}}"#
            )
        );
    }

    #[test]
    fn the_page_says_what_runs_then_the_docs_then_the_key_then_two_requests() {
        let made = made();
        let page = running(&made).page();
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing"));
        let curls: Vec<&str> = page.lines().filter(|line| line.starts_with("curl ")).collect();
        assert_eq!(curls.len(), 2);
        let order = [at("http://127.0.0.1:8080"), at("/docs"), at("API key"), at(curls[0]), at(curls[1])];
        assert!(order.is_sorted(), "{order:?}");
        for curl in curls {
            assert!(curl.contains("Bearer hdl_1'") && curl.contains("X-Connection-Id: con_1'"), "{curl}");
            assert_eq!(curl.matches('\'').count() % 2, 0, "{curl}");
        }
        assert!(page.contains("=o%27hara%2Bcrm@example.com'"), "{page}");
    }
}
