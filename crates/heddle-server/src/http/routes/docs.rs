//! The API's documents, served from the binary: `/openapi.json`, `/docs`.

use crate::http::answer::Answer;
use crate::http::openapi::{errors_page, openapi_json};
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, HttpResponseBuilder};
use heddle_engine::{Code, Problem};
use std::sync::{Arc, OnceLock};
use utoipa_swagger_ui::Config;

/// Pages may load what this server serves and nothing else. Inline styles are
/// for the charts that Swagger UI draws; inline scripts stay forbidden.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// What does not change while the server runs, made once. The document itself
/// is made when it is first asked for: most servers never are, and the making
/// takes tens of megabytes.
pub(crate) struct Document {
    json: OnceLock<Bytes>,
    errors: Bytes,
    config: Arc<Config<'static>>,
}

impl Document {
    pub(crate) fn new() -> Self {
        // Relative, so that it works behind a proxy that adds a path; no
        // validator, because that is somebody else's server.
        let config = Config::from("../openapi.json").validator_url("none");
        Self { json: OnceLock::new(), errors: Bytes::from(errors_page()), config: Arc::new(config) }
    }
}

/// The OpenAPI document.
pub(crate) async fn openapi(document: Data<Document>) -> Answer {
    let mut answer = HttpResponse::Ok();
    Ok(cached(&mut answer)
        .content_type("application/json")
        .body(document.json.get_or_init(|| Bytes::from(openapi_json())).clone()))
}

/// The table of error codes.
pub(crate) async fn errors(document: Data<Document>) -> Answer {
    Ok(html(&mut HttpResponse::Ok()).body(document.errors.clone()))
}

/// The root points at the documents.
pub(crate) async fn root() -> Answer {
    Ok(HttpResponse::Found().insert_header((header::LOCATION, "docs/")).finish())
}

/// The page's relative links need the slash at the end.
pub(crate) async fn redirect() -> Answer {
    Ok(HttpResponse::Found().insert_header((header::LOCATION, "docs/")).finish())
}

/// A file of Swagger UI.
pub(crate) async fn file(document: Data<Document>, file: Path<String>) -> Answer {
    let found = utoipa_swagger_ui::serve(&file, document.config.clone()).map_err(|error| {
        tracing::error!(%error, "a file of the documents could not be made");
        Problem::new(Code::Internal, "the page could not be made")
    })?;
    let Some(found) = found else {
        return Err(Problem::new(Code::NotFound, "there is nothing at this address").into());
    };
    let mut answer = HttpResponse::Ok();
    cached(&mut answer).content_type(found.content_type);
    if found.gzpipped {
        answer.insert_header(header::ContentEncoding::Gzip);
    }
    let bytes = found.bytes.into_owned();
    Ok(answer.body(match file.as_str() {
        "" | "index.html" if !found.gzpipped => titled(bytes),
        _ => bytes,
    }))
}

/// The page under this server's name instead of its maker's.
fn titled(page: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(page) {
        Ok(text) => text.replacen("<title>Swagger UI</title>", "<title>Heddle API</title>", 1).into_bytes(),
        Err(page) => page.into_bytes(),
    }
}

fn cached(answer: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    answer
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
}

fn html(answer: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    cached(answer).content_type("text/html; charset=utf-8")
}
