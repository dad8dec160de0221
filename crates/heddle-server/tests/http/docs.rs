//! The documents, offline and compressed.

use crate::server::{start, start_with};
use heddle_server::HttpSettings;

#[test]
fn the_openapi_document_is_served_without_a_key() {
    let server = start();
    let reply = server.send_bare("GET /openapi.json", &[], b"");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.text(), heddle_server::openapi_json());
}

#[test]
fn the_pages_load_nothing_from_elsewhere() {
    let server = start();
    for path in ["/docs/", "/docs/swagger-initializer.js", "/docs/errors"] {
        let reply = server.send_bare(&format!("GET {path}"), &[], b"");
        assert_eq!(reply.status, 200, "{path}");
        assert!(!reply.text().contains("http://") && !reply.text().contains("https://"), "{path}: {}", reply.text());
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    }
    let page = server.send_bare("GET /docs/", &[], b"").text();
    assert!(page.contains("<title>Heddle API</title>"), "{page}");
    for part in page.split("src=\"").skip(1).chain(page.split("href=\"").skip(1)) {
        let file = part.split('"').next().unwrap().trim_start_matches("./");
        assert!(!file.starts_with('/'), "{file} is not relative");
        assert_eq!(server.send_bare(&format!("GET /docs/{file}"), &[], b"").status, 200, "{file}");
    }
    let start = server.send_bare("GET /docs/swagger-initializer.js", &[], b"").text();
    assert!(start.contains("../openapi.json") && start.contains("\"none\""), "{start}");
}

#[test]
fn the_root_leads_to_the_documents() {
    let server = start();
    for path in ["/", "/docs"] {
        let reply = server.send_bare(&format!("GET {path}"), &[], b"");
        assert_eq!((reply.status, reply.header("location")), (302, Some("docs/")), "{path}");
    }
}

#[test]
fn the_pages_can_be_switched_off() {
    let server = start_with(HttpSettings { docs: false, ..HttpSettings::default() }, Ok(()));
    for path in ["/", "/docs", "/docs/", "/docs/swagger-ui.css"] {
        assert_eq!(server.send_bare(&format!("GET {path}"), &[], b"").problem(), "not_found", "{path}");
    }
    assert_eq!(server.send_bare("GET /openapi.json", &[], b"").status, 200);
}

#[test]
fn only_large_answers_are_compressed_and_only_for_those_who_ask() {
    let server = start();
    let of = |path: &str, accept: &str| {
        let reply = server.send_bare(&format!("GET {path}"), &[accept], b"");
        reply.header("content-encoding").map(str::to_owned)
    };
    assert_eq!(of("/openapi.json", "Accept-Encoding: gzip").as_deref(), Some("gzip"));
    assert_eq!(of("/openapi.json", "Accept: */*"), None);
    assert_eq!(of("/healthz", "Accept-Encoding: gzip"), None);
    let reply = server.send_bare("GET /openapi.json", &["Accept-Encoding: identity;q=0, br"], b"");
    assert_eq!(reply.problem(), "invalid_request");
    let off = start_with(HttpSettings { compress: false, ..HttpSettings::default() }, Ok(()));
    assert_eq!(off.send_bare("GET /openapi.json", &["Accept-Encoding: gzip"], b"").header("content-encoding"), None);
}
