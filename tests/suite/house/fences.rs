//! Who may name what in source.

use super::{root, rust_files};
use std::path::Path;

struct Fence {
    /// The word that only some may write.
    word: &'static str,
    /// Folders or files that may.
    allowed: &'static [&'static str],
}

const FENCES: &[Fence] = &[
    Fence { word: "reqwest::", allowed: &["crates/heddle-gate/", "tests/"] },
    Fence { word: "sea_orm::", allowed: &["crates/heddle-store/", "migrations/"] },
    Fence { word: "actix_web::", allowed: &["crates/heddle-server/", "crates/heddle-sandbox/"] },
    Fence { word: "backoff::", allowed: &["crates/heddle-gate/src/interval.rs"] },
    Fence {
        word: "TcpStream",
        allowed: &["crates/heddle-gate/", "crates/heddle-sandbox/", "crates/heddle-server/", "tests/", "xtask/"],
    },
    Fence {
        word: "TcpListener",
        allowed: &["crates/heddle-gate/", "crates/heddle-sandbox/", "crates/heddle-server/", "tests/", "xtask/"],
    },
];

fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn only_the_named_crates_write_the_fenced_words() {
    for path in rust_files() {
        let name = path.to_string_lossy().replace('\\', "/");
        if name == "tests/suite/house/fences.rs" {
            continue;
        }
        let text = code(&path);
        for fence in FENCES {
            let allowed = fence.allowed.iter().any(|folder| name.starts_with(folder));
            assert!(allowed || !text.contains(fence.word), "{name} writes {}", fence.word);
        }
    }
}

/// The pure halves and the connectors: no waiting, no repeating, no sockets.
const STILL: &[&str] = &[
    "crates/heddle-model/src",
    "crates/heddle-mapping/src",
    "crates/heddle-connector/src",
    "crates/heddle-connectors/src",
    "crates/heddle-engine/src",
];

#[test]
fn connectors_and_engine_never_sleep() {
    for path in rust_files() {
        let name = path.to_string_lossy().replace('\\', "/");
        if !STILL.iter().any(|folder| name.starts_with(folder)) {
            continue;
        }
        let text = code(&path);
        for word in ["sleep(", "sleep_until(", "interval(", "std::net", "tokio::net", "timeout("] {
            assert!(!text.contains(word), "{name} writes {word}");
        }
    }
}

#[test]
fn quota_headers_are_named_in_failure_files_only() {
    let headers = ["sforce-limit-info", "retry-after", "x-ratelimit", "x-hubspot-ratelimit"];
    for path in rust_files() {
        let name = path.to_string_lossy().replace('\\', "/");
        let provider_code =
            name.starts_with("crates/heddle-connectors/src") || name.starts_with("crates/heddle-engine/src");
        if !provider_code || name.ends_with("failure.rs") || name.ends_with("failure_tests.rs") {
            continue;
        }
        let text = code(&path).to_ascii_lowercase();
        for header in headers {
            assert!(!text.contains(header), "{name} names {header}");
        }
    }
}
