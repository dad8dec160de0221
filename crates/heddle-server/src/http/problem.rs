//! Refusals on their way to the client: RFC 9457 problem documents.

use super::headers;
use super::wire;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use heddle_engine::{Code, Problem};
use std::fmt;
use std::time::Duration;

/// A problem that ends a request. It holds no answer yet: the outermost
/// middleware renders it, because only there the request's id is at hand for
/// every kind of refusal.
#[derive(Debug, Clone)]
pub(crate) struct Refusal(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    problem: Problem,
    allow: Option<String>,
}

impl Refusal {
    /// A refused method; `allow` lists the ones that the address takes.
    pub(crate) fn method(allow: String) -> Self {
        let problem = Problem::new(Code::MethodNotAllowed, format!("this address takes only {allow}"));
        Self(Box::new(Inner { problem, allow: Some(allow) }))
    }

    /// What is refused and why.
    pub(crate) fn problem(&self) -> &Problem {
        &self.0.problem
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(Box::new(Inner { problem, allow: None }))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.problem.fmt(f)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        status(self.0.problem.code)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.info().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The answer to a refused request.
pub(crate) fn render(refusal: &Refusal, request_id: &str) -> HttpResponse {
    let problem = refusal.problem();
    let mut answer = HttpResponse::build(status(problem.code));
    answer.content_type("application/problem+json");
    headers::cost(&mut answer, &problem.cost);
    if let Some(wait) = problem.retry_after {
        answer.insert_header((RETRY_AFTER, whole_seconds(wait).to_string()));
    }
    if problem.replay_of.is_some() {
        headers::replayed(&mut answer);
    }
    if problem.code == Code::Unauthorized {
        answer.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"heddle\""));
    }
    if let Some(allow) = &refusal.0.allow {
        answer.insert_header((ALLOW, allow.as_str()));
    }
    match serde_json::to_vec(&document(problem, request_id)) {
        Ok(body) => answer.body(body),
        Err(error) => {
            tracing::error!(%error, "a problem document could not be written");
            answer.finish()
        }
    }
}

/// Seconds for `Retry-After`, which knows no fractions: rounded up, so that
/// nobody comes too early.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

pub(crate) fn document(problem: &Problem, request_id: &str) -> wire::Problem {
    let info = problem.code.info();
    let text = |part: &str| part.to_owned();
    wire::Problem {
        r#type: format!("/docs/errors#{}", info.name),
        title: text(info.title),
        status: info.status,
        detail: problem.detail.clone(),
        code: text(info.name),
        origin: text(info.origin.as_str()),
        request_id: text(problem.replay_of.as_deref().unwrap_or(request_id)),
        provider: problem.provider.map(text),
        connection_id: problem.connection_id.clone(),
        retryable: problem.retryable(),
        retry_after: problem.retry_after.map(milliseconds_exact),
        errors: problem
            .errors
            .iter()
            .map(|error| wire::ProblemPart {
                pointer: error.pointer.clone(),
                code: text(error.code),
                detail: error.detail.clone(),
                provider_field: error.provider_field.clone(),
            })
            .collect(),
        provider_error: problem.provider_error.as_ref().map(|error| wire::ProviderError {
            status: error.status,
            code: error.code.clone(),
            message: error.message.clone(),
        }),
        candidates: problem
            .candidates
            .iter()
            .map(|(id, provider)| wire::Candidate { connection_id: id.clone(), provider: provider.clone() })
            .collect(),
        records: problem.records.clone(),
    }
}

/// Seconds with at most three decimals, rounded up for the same reason as
/// `Retry-After`.
fn milliseconds_exact(wait: Duration) -> f64 {
    (wait.as_secs_f64() * 1000.0).ceil() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::to_bytes;
    use heddle_engine::Cost;
    use serde_json::{Value, json};

    async fn rendered(problem: Problem) -> (HttpResponse<()>, Value) {
        let answer = render(&problem.into(), "req_1");
        let (head, body) = answer.into_parts();
        let body = to_bytes(body).await.unwrap_or_default();
        (head.set_body(()), serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    fn header(answer: &HttpResponse<()>, name: &str) -> Option<String> {
        answer.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned)
    }

    #[actix_web::test]
    async fn the_smallest_problem_has_every_member_that_is_always_there_and_no_other() {
        let (answer, body) = rendered(Problem::new(Code::NotFound, "no such contact")).await;
        assert_eq!(answer.status(), 404);
        assert_eq!(header(&answer, "content-type").as_deref(), Some("application/problem+json"));
        assert_eq!(header(&answer, "x-provider-calls").as_deref(), Some("0"));
        let expected = json!({
            "type": "/docs/errors#not_found",
            "title": "There is no such thing, or this key may not see it.",
            "status": 404,
            "detail": "no such contact",
            "code": "not_found",
            "origin": "client",
            "request_id": "req_1",
            "retryable": false,
            "errors": [],
        });
        assert_eq!(body, expected);
    }

    #[actix_web::test]
    async fn the_wait_is_exact_in_the_body_and_rounded_up_in_the_header() {
        let mut problem = Problem::new(Code::ProviderRateLimited, "wait");
        problem.retry_after = Some(Duration::from_millis(1_250));
        problem.cost = Cost { calls: 3, quota: None };
        problem.provider = Some("salesforce");
        problem.connection_id = Some("con_1".to_owned());
        problem.provider_error =
            Some(heddle_gate::ProviderError { status: 429, code: None, message: "slow down".to_owned() });
        let (answer, body) = rendered(problem).await;
        assert_eq!(header(&answer, "retry-after").as_deref(), Some("2"));
        assert_eq!(header(&answer, "x-provider-calls").as_deref(), Some("3"));
        assert_eq!(body["retry_after"], json!(1.25));
        assert_eq!(body["retryable"], json!(true));
        assert_eq!(body["provider"], json!("salesforce"));
        assert_eq!(body["connection_id"], json!("con_1"));
        assert_eq!(body["provider_error"], json!({"status": 429, "message": "slow down"}));
    }

    #[actix_web::test]
    async fn candidates_and_parts_are_listed() {
        let mut problem =
            Problem::new(Code::AmbiguousConnection, "two").with_error("X-Provider", "missing", "say which");
        problem.candidates = vec![("con_1".to_owned(), "salesforce".to_owned())];
        let (_, body) = rendered(problem).await;
        assert_eq!(body["candidates"], json!([{"connection_id": "con_1", "provider": "salesforce"}]));
        assert_eq!(body["errors"], json!([{"pointer": "X-Provider", "code": "missing", "detail": "say which"}]));
    }

    #[actix_web::test]
    async fn an_unauthorized_answer_names_the_scheme() {
        let (answer, _) = rendered(Problem::new(Code::Unauthorized, "no key")).await;
        assert_eq!(header(&answer, "www-authenticate").as_deref(), Some("Bearer realm=\"heddle\""));
    }

    #[actix_web::test]
    async fn every_code_of_the_table_renders_with_its_own_status() {
        for row in Code::TABLE {
            let (answer, body) = rendered(Problem::new(row.code, "x")).await;
            assert_eq!(answer.status().as_u16(), row.status, "{}", row.name);
            assert_eq!(body["code"], json!(row.name));
        }
    }

    #[test]
    fn a_refused_method_says_what_is_allowed() {
        let answer = render(&Refusal::method("GET, HEAD".to_owned()), "r");
        assert_eq!(answer.status(), 405);
        assert_eq!(answer.headers().get(ALLOW).and_then(|v| v.to_str().ok()), Some("GET, HEAD"));
    }

    #[test]
    fn whole_seconds_never_come_too_early() {
        assert_eq!(whole_seconds(Duration::from_millis(1)), 1);
        assert_eq!(whole_seconds(Duration::from_secs(2)), 2);
        assert_eq!(whole_seconds(Duration::from_millis(2_001)), 3);
    }
}
