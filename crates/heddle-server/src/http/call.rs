//! An authenticated request: the only extractor that routes of `/v1` take, so
//! that no route can forget to ask who is calling.

use super::app::App;
use super::decode::decode;
use super::problem::Refusal;
use super::query::Query;
use super::request_id::Arrival;
use super::request_log::KeyPrefix;
use super::target;
use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use heddle_engine::{Caller, Code, Engine, MAX_ID, Problem, Target};
use std::sync::Arc;
use tokio::time::Instant;

/// A request with its caller.
pub(crate) struct Call {
    pub(crate) app: web::Data<App>,
    pub(crate) caller: Caller,
    request: HttpRequest,
}

impl Call {
    pub(crate) fn engine(&self) -> &Engine {
        &self.app.engine
    }

    /// The engine, for work that outlives the request.
    pub(crate) fn shared_engine(&self) -> &Arc<Engine> {
        &self.app.engine
    }

    /// The query parameters.
    pub(crate) fn query(&self) -> Result<Query, Refusal> {
        Query::parse(self.request.query_string())
    }

    /// Refuses every query parameter, for routes that take none.
    pub(crate) fn no_query(&self) -> Result<(), Refusal> {
        self.query()?.finish(&[])
    }

    /// The connection that the headers name.
    pub(crate) fn target(&self) -> Result<Target, Refusal> {
        target::read(self.request.headers())
    }

    /// A decoded part of the address.
    pub(crate) fn segment(&self, name: &'static str) -> Result<String, Refusal> {
        let raw = self.request.match_info().get(name).unwrap_or_default();
        // The router decodes all but `%`, `/` and `+`, so this completes it.
        let text = decode(raw, false).map_err(|why| invalid_segment(name, why.as_str()))?;
        if text.chars().count() > MAX_ID {
            return Err(invalid_segment(name, "is longer than 255 characters"));
        }
        if text.chars().any(char::is_control) {
            return Err(invalid_segment(name, "has control characters"));
        }
        Ok(text)
    }

    pub(crate) fn headers(&self) -> &actix_web::http::header::HeaderMap {
        self.request.headers()
    }
}

fn invalid_segment(name: &str, why: &str) -> Refusal {
    let detail = format!("{{{name}}} in the address {why}");
    Problem::new(Code::InvalidRequest, detail.clone()).with_error(format!("{{{name}}}"), "invalid", detail).into()
}

impl FromRequest for Call {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let broken = || Refusal::from(Problem::new(Code::Internal, "the server is wired wrongly"));
            let app = request.app_data::<web::Data<App>>().cloned().ok_or_else(broken)?;
            let arrival = request.extensions().get::<Arrival>().cloned().ok_or_else(broken)?;
            let secret = bearer(&request)?;
            let deadline = Instant::from_std(arrival.at) + app.settings.request_timeout;
            let caller = app.engine.authenticate(secret, arrival.id, deadline).await?;
            request.extensions_mut().insert(KeyPrefix(heddle_engine::keys::visible(secret)));
            Ok(Self { app, caller, request })
        })
    }
}

/// The API key of a request.
fn bearer(request: &HttpRequest) -> Result<&str, Refusal> {
    let refuse = |code, detail: &str| {
        Refusal::from(Problem::new(Code::Unauthorized, detail).with_error("Authorization", code, detail))
    };
    let mut values = request.headers().get_all(AUTHORIZATION);
    let Some(value) = values.next() else {
        return Err(refuse("missing", "send `Authorization: Bearer hdl_...` with an API key of this server"));
    };
    if values.next().is_some() {
        return Err(refuse("invalid", "send Authorization once"));
    }
    let key = value.to_str().ok().and_then(|text| {
        let (scheme, key) = text.split_once(' ')?;
        let key = key.trim();
        let sound = scheme.eq_ignore_ascii_case("bearer")
            && key.starts_with("hdl_")
            && key.len() <= MAX_ID
            && key.bytes().all(|b| b.is_ascii_graphic());
        sound.then_some(key)
    });
    key.ok_or_else(|| refuse("invalid", "Authorization is not `Bearer hdl_...`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_key_is_taken_from_a_bearer_header_of_any_case() {
        for text in ["Bearer hdl_abc", "bearer hdl_abc", "BEARER  hdl_abc"] {
            let request = TestRequest::get().insert_header(("authorization", text)).to_http_request();
            assert_eq!(bearer(&request).ok(), Some("hdl_abc"), "{text}");
        }
    }

    #[test]
    fn a_missing_or_malformed_key_is_unauthorized() {
        let long = format!("Bearer hdl_{}", "a".repeat(300));
        let bad = ["", "hdl_abc", "Bearer", "Bearer ", "Bearer abc", "Basic hdl_abc", "Bearer hdl_a b", &long];
        for text in bad {
            let request = TestRequest::get().insert_header(("authorization", text)).to_http_request();
            let code = bearer(&request).err().map(|r| r.problem().code);
            assert_eq!(code, Some(Code::Unauthorized), "{text:?}");
        }
        assert!(bearer(&TestRequest::get().to_http_request()).is_err());
        let twice = TestRequest::get()
            .append_header(("authorization", "Bearer hdl_a"))
            .append_header(("authorization", "Bearer hdl_b"))
            .to_http_request();
        assert!(bearer(&twice).is_err());
    }
}
