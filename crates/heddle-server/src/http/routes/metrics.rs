//! `/metrics`, in the text format of Prometheus.

use crate::http::answer::Answer;
use crate::http::app::App;
use crate::http::under_way::UnderWay;
use crate::metrics::CONTENT_TYPE;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use heddle_engine::{Code, Problem};
use secrecy::{ExposeSecret, SecretString};

/// All metrics, for whoever has the token, or for anybody where there is none.
pub(crate) async fn read(request: HttpRequest, app: Data<App>, under_way: Data<UnderWay>) -> Answer {
    let Some(observed) = &app.observed else {
        return Err(Problem::new(Code::NotFound, "there is nothing at this address").into());
    };
    if let Some(token) = &observed.token
        && !sent(&request, token)
    {
        let detail = "send `Authorization: Bearer ...` with the token that this server's settings name for metrics";
        let problem = Problem::new(Code::Unauthorized, detail);
        return Err(problem.with_error("Authorization", "invalid", detail).into());
    }
    let state = observed.gauges.now().await;
    let text = observed.metrics.text(&state, under_way.unanswered());
    Ok(HttpResponse::Ok().content_type(CONTENT_TYPE).body(text))
}

/// Whether the request brings the token. Digests are compared, so that the time
/// it takes tells nothing of the token.
fn sent(request: &HttpRequest, token: &SecretString) -> bool {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Some((scheme, sent)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else { return false };
    let digest = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    scheme.eq_ignore_ascii_case("bearer") && digest(sent.trim()).as_ref() == digest(token.expose_secret()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn only_the_whole_token_opens() {
        let token = SecretString::from("canary-metrics-token");
        for (text, opens) in [
            ("Bearer canary-metrics-token", true),
            ("bearer  canary-metrics-token", true),
            ("Bearer canary-metrics-toke", false),
            ("Bearer", false),
            ("Basic canary-metrics-token", false),
            ("", false),
        ] {
            let request = TestRequest::get().insert_header((AUTHORIZATION, text)).to_http_request();
            assert_eq!(sent(&request, &token), opens, "{text:?}");
        }
        assert!(!sent(&TestRequest::get().to_http_request(), &token));
    }
}
