//! What is kept of each answered request: one line in the log, and counts.

use super::app::App;
use super::headers;
use super::request_id::Arrival;
use super::target::CONNECTION;
use actix_web::HttpMessage;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::HeaderMap;
use heddle_engine::ConnectionId;

/// The target of the lines about requests.
pub const TARGET: &str = "heddle::access";

/// Says whether an answer is that of an earlier request with the same
/// `Idempotency-Key`.
const REPLAYED: &str = "idempotency-replayed";

/// Whose key it is, once it was found good; stands in the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct KeyPrefix(pub(crate) String);

/// Counts the request and writes its line. Both name the route's template,
/// never the address: that may hold ids and filter values.
pub(crate) fn note(app: &App, answer: &ServiceResponse<BoxBody>, arrival: &Arrival) {
    let request = answer.request();
    let took = arrival.at.elapsed();
    let logged = app.settings.access_log && tracing::enabled!(target: TARGET, tracing::Level::INFO);
    if !logged && app.observed.is_none() {
        return;
    }
    let route = request.match_pattern();
    let (method, status) = (request.method(), answer.status().as_u16());
    if let Some(observed) = &app.observed {
        observed.metrics.request(route.as_deref(), method.as_str(), status, took);
    }
    if !logged {
        return;
    }
    let extensions = request.extensions();
    let key = extensions.get::<KeyPrefix>().map(|key| key.0.as_str());
    tracing::info!(
        target: TARGET,
        %method,
        route = route.as_deref().unwrap_or("-"),
        status,
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        request_id = %arrival.id,
        key,
        connection = connection(request.headers()),
        provider_calls = number(answer.headers(), headers::CALLS),
        replayed = answer.headers().contains_key(REPLAYED).then_some(true),
        "request"
    );
}

/// The connection that the request names, if it can be one: nothing else that
/// a client writes gets into the log.
fn connection(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(CONNECTION)?.to_str().ok()?;
    ConnectionId::parse(text).map(|_| text)
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn only_what_can_be_a_connection_is_logged() {
        let of = |text: &str| {
            let request = TestRequest::get().insert_header((CONNECTION, text)).to_http_request();
            connection(request.headers()).map(str::to_owned)
        };
        let id = ConnectionId::generate().to_string();
        assert_eq!(of(&id), Some(id.clone()));
        for bad in ["con_1", "hdl_secret", "", &format!("{id} x")] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
