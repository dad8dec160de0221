//! Requests to answers: who may ask what, in the order Salesforce checks it.

use std::sync::atomic::Ordering;

use serde_json::Value;

use super::errors::{JSON, bare, error, method_not_allowed, not_found, page, quota_exhausted, session_expired};
use super::state::Salesforce;
use super::{bulk, composite, describe, oauth, platform, query, record, replication, soap, token, write};
use crate::control::CallKind;
use crate::serve::{Answer, Call, Provider};

/// Longest request target, and target with headers. The HTTP library takes
/// targets up to 65,534 bytes; a longer one is a bare 400.
const URI_LIMIT: usize = 16_384;

const fn kind(name: &'static str, data: bool) -> CallKind {
    CallKind { name, data, write: false }
}

const fn writing(name: &'static str) -> CallKind {
    CallKind { name, data: true, write: true }
}

const TOKEN: CallKind = kind("token", false);
const QUERY: CallKind = kind("query", true);
const DESCRIBE: CallKind = kind("describe", true);
const LIMITS: CallKind = kind("limits", true);
const VERSIONS: CallKind = kind("versions", false);
const USERINFO: CallKind = kind("userinfo", false);
const ROW: CallKind = kind("row", true);
const REPLICATION: CallKind = kind("replication", true);
const CREATE: CallKind = writing("create");
const UPDATE: CallKind = writing("update");
const DELETE: CallKind = writing("delete");
const UPSERT: CallKind = writing("upsert");
const COLLECTIONS: CallKind = writing("collections");
const REVOKE: CallKind = kind("revoke", false);
const AUTHORIZE: CallKind = kind("authorize", false);
const COMPOSITE: CallKind = kind("composite", true);
const SOAP: CallKind = writing("soap");
const JOB_CREATE: CallKind = kind("job_create", true);
const JOB: CallKind = kind("job", true);
const JOB_RESULTS: CallKind = kind("job_results", true);
const OTHER: CallKind = kind("other", true);
/// A request that is not for data at all.
const STRAY: CallKind = kind("other", false);

/// A data resource: what it is and the API version it was asked in.
pub(super) struct Resource<'a> {
    /// `/services/data/vXX.X`
    pub(super) base: &'a str,
    pub(super) version: &'a str,
    pub(super) segments: Vec<&'a str>,
}

impl<'a> Resource<'a> {
    pub(super) fn parse(path: &'a str) -> Option<Resource<'a>> {
        let rest = path.strip_prefix("/services/data/")?;
        let (version, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let base = &path[.."/services/data/".len() + version.len()];
        Some(Resource {
            base,
            version: version.strip_prefix('v')?,
            segments: rest.split('/').filter(|segment| !segment.is_empty()).collect(),
        })
    }

    fn kind(&self, method: &str) -> CallKind {
        match (method, &self.segments[..]) {
            (_, ["query" | "queryAll", ..]) => QUERY,
            (_, ["limits"]) => LIMITS,
            ("POST", ["jobs", "query"]) => JOB_CREATE,
            (_, ["jobs", "query", _, "results"]) => JOB_RESULTS,
            (_, ["jobs", "query", ..]) => JOB,
            (_, ["composite"]) => COMPOSITE,
            (_, ["composite", "sobjects", ..]) => COLLECTIONS,
            (_, ["sobjects"] | ["sobjects", _, "describe"]) => DESCRIBE,
            (_, ["sobjects", _]) => CREATE,
            ("GET" | "HEAD", ["sobjects", _, "deleted" | "updated"]) => REPLICATION,
            ("PATCH", ["sobjects", _, _]) => UPDATE,
            ("PATCH", ["sobjects", _, _, _]) => UPSERT,
            ("DELETE", ["sobjects", _, _] | ["sobjects", _, _, _]) => DELETE,
            (_, ["sobjects", _, _] | ["sobjects", _, _, _]) => ROW,
            _ => OTHER,
        }
    }
}

impl Provider for Salesforce {
    fn kind(&self, method: &str, path: &str) -> CallKind {
        match path.trim_end_matches('/') {
            "/services/oauth2/token" => TOKEN,
            "/services/oauth2/revoke" => REVOKE,
            "/services/oauth2/authorize" => AUTHORIZE,
            "/services/oauth2/userinfo" => USERINFO,
            "/services/data" => VERSIONS,
            path if soap::version(path).is_some() => SOAP,
            path => Resource::parse(path).map_or(STRAY, |resource| resource.kind(method)),
        }
    }

    fn kinds(&self) -> &'static [CallKind] {
        const {
            &[
                TOKEN,
                REVOKE,
                AUTHORIZE,
                QUERY,
                DESCRIBE,
                LIMITS,
                VERSIONS,
                USERINFO,
                ROW,
                REPLICATION,
                COMPOSITE,
                CREATE,
                UPDATE,
                DELETE,
                UPSERT,
                COLLECTIONS,
                JOB_CREATE,
                JOB,
                JOB_RESULTS,
                SOAP,
                OTHER,
            ]
        }
    }

    fn answer(&self, kind: CallKind, call: &Call<'_>) -> Answer {
        let answer = if let Some(refusal) = too_long(call) {
            refusal
        } else if kind == TOKEN {
            token::issue(self, call)
        } else if kind == REVOKE {
            token::revoke(self, call)
        } else if kind == AUTHORIZE {
            oauth::authorize(self, call)
        } else if kind == USERINFO {
            platform::userinfo(self, call)
        } else if kind == VERSIONS {
            let turned_away = self.residence().turned_away(call, self.urls());
            turned_away.unwrap_or_else(platform::versions)
        } else if kind == SOAP {
            soap::answer(self, call)
        } else {
            self.data(call)
        };
        self.dressed(answer)
    }

    fn error_body(&self, status: u16) -> (&'static str, String) {
        bare(status)
    }

    fn locked(&self, kind: CallKind, call: &Call<'_>) -> Answer {
        self.dressed(if kind == SOAP { soap::locked() } else { write::locked(call) })
    }

    fn control(&self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        super::control::control(self, method, path, body)
    }
}

impl Salesforce {
    /// A data call: host, session, version, rights, quota, then the resource.
    fn data(&self, call: &Call<'_>) -> Answer {
        let residence = self.residence();
        if let Some(answer) = residence.turned_away(call, self.urls()) {
            return answer;
        }
        let Some(resource) = Resource::parse(call.path) else {
            return page(404, "URL No Longer Exists");
        };
        match bearer(call) {
            Ok(token) if self.session(token) == Some(residence.moves) => {}
            Ok(_) => return session_expired(),
            Err(answer) => return answer,
        }
        if !platform::is_listed(resource.version) {
            return error(404, "UNSUPPORTED_API_VERSION", "The requested API version is not supported");
        }
        let settings = self.settings();
        if !settings.api_enabled {
            let text = "The REST API is not enabled for this Organization.";
            return error(403, "API_DISABLED_FOR_ORG", text);
        }
        let answer = if self.spend_call(&settings) { self.resource(&resource, call) } else { quota_exhausted() };
        let used = self.used.load(Ordering::Relaxed);
        answer.with_header("sforce-limit-info", format!("api-usage={used}/{}", settings.reported_limit()))
    }

    fn resource(&self, resource: &Resource<'_>, call: &Call<'_>) -> Answer {
        match (call.method, &resource.segments[..]) {
            ("POST", ["composite"]) => return composite::answer(self, resource, call),
            (method, ["composite"]) => return method_not_allowed(method, "POST"),
            (_, ["composite", "sobjects", rest @ ..]) => return write::collection(self, resource, call, rest),
            (_, ["jobs", "query", rest @ ..]) => return bulk::answer(self, resource, call, rest),
            (_, ["sobjects", _, "describe" | "deleted" | "updated"]) => {}
            ("POST", ["sobjects", object]) => return write::create(self, resource, call, object),
            (method, ["sobjects", _]) => return method_not_allowed(method, "POST"),
            ("PATCH", ["sobjects", object, id]) => return write::update(self, resource, call, (object, id)),
            ("DELETE", ["sobjects", object, id]) => return write::delete(self, call, (object, id)),
            (method, ["sobjects", _, _]) if !matches!(method, "GET" | "HEAD") => {
                return method_not_allowed(method, "DELETE,GET,HEAD,PATCH");
            }
            ("GET", ["sobjects", object, id, "VersionData"]) if object.eq_ignore_ascii_case("ContentVersion") => {
                return record::version_data(self, id);
            }
            (_, ["sobjects", object, field, value]) => {
                return write::by_external_id(self, resource, call, (object, field, value));
            }
            _ => {}
        }
        let options = call.header("sforce-query-options");
        self.read(resource, call.method, call.query, &|name| {
            if name == "sforce-query-options" {
                options.map(str::to_owned)
            } else {
                call.header(name).map(str::to_owned)
            }
        })
    }

    /// A resource that is only read; also reached from inside a composite.
    pub(super) fn read(
        &self,
        resource: &Resource<'_>,
        method: &str,
        query: &str,
        header: &dyn Fn(&str) -> Option<String>,
    ) -> Answer {
        let readable = [QUERY, LIMITS, DESCRIBE, ROW, REPLICATION];
        if !readable.contains(&resource.kind("GET")) {
            return not_found();
        }
        if !matches!(method, "GET" | "HEAD") {
            return method_not_allowed(method, "GET,HEAD");
        }
        match resource.segments[..] {
            ["query"] => query::first(self, resource, query, header, super::soql::Scope::Live),
            ["queryAll"] => query::first(self, resource, query, header, super::soql::Scope::All),
            ["query" | "queryAll", locator] => query::next(self, locator),
            ["limits"] => platform::limits(self),
            ["sobjects"] => describe::global(self, resource),
            ["sobjects", object, "describe"] => describe::answer(self, resource, object, header),
            ["sobjects", object, "deleted"] => replication::deleted(self, object, query),
            ["sobjects", object, "updated"] => replication::updated(self, object, query),
            ["sobjects", object, id] => record::answer(self, resource, (object, id), query, header),
            _ => not_found(),
        }
    }
}

/// The session id of the Authorization header.
pub(super) fn bearer<'a>(call: &Call<'a>) -> Result<&'a str, Answer> {
    let header = call.headers.get("authorization");
    let Some(header) = header.and_then(|value| value.to_str().ok()) else {
        return Err(session_expired());
    };
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth") => {
            Ok(token.trim())
        }
        _ => Err(error(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")),
    }
}

fn too_long(call: &Call<'_>) -> Option<Answer> {
    let target = call.path.len() + 1 + call.query.len();
    if target > URI_LIMIT {
        return Some(page(414, "URI Too Long"));
    }
    let headers: usize = call.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    (target + headers > URI_LIMIT).then(|| page(431, "Request Header Fields Too Large"))
}

/// A JSON answer from bytes already written.
pub(super) fn json_bytes(body: Vec<u8>) -> Answer {
    Answer::new(200, JSON, body)
}

/// One parameter of a query string, decoded; `+` is a space.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| decoded(value))
    })
}

pub(super) fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
