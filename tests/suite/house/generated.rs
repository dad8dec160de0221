//! Files that are made from code and committed: compared here, and rewritten
//! with `HEDDLE_UPDATE=1 cargo test -p heddle-tests generated`.

use super::root;

fn compare(path: &str, made: &str) {
    let file = root().join(path);
    if std::env::var_os("HEDDLE_UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, made).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == made,
        "{path} is not what the code makes; run: HEDDLE_UPDATE=1 cargo test -p heddle-tests generated"
    );
}

#[test]
fn the_openapi_document_is_fresh() {
    compare("openapi/heddle.v1.json", &heddle_server::openapi_json());
}

#[test]
fn the_table_of_metrics_is_fresh() {
    compare("docs/metrics.md", &heddle_server::metrics_markdown());
}

#[test]
fn the_table_of_errors_is_fresh() {
    compare("docs/errors.md", &heddle_server::errors_markdown());
}

#[test]
fn the_table_of_connection_states_is_fresh() {
    compare("docs/connections.md", &heddle_server::connections_markdown());
}

#[test]
fn the_pages_of_coverage_are_fresh() {
    let pages = heddle_connectors::coverage_pages();
    for (name, text) in &pages {
        compare(&format!("docs/coverage/{name}"), text);
    }
    for file in std::fs::read_dir(root().join("docs/coverage")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(pages.iter().any(|(page, _)| *page == name), "docs/coverage/{name} is made by nothing");
    }
}
