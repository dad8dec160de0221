//! Normal dependencies between our crates. `tests` and `xtask` may see all.

use super::root;

/// Who may depend on whom; nothing else is allowed.
const EDGES: &[(&str, &[&str])] = &[
    ("heddle-model", &[]),
    ("heddle-mapping", &["heddle-model"]),
    ("heddle-gate", &[]),
    ("heddle-connector", &["heddle-mapping", "heddle-gate", "heddle-model"]),
    ("heddle-connectors", &["heddle-connector"]),
    ("heddle-auth", &["heddle-connector", "heddle-gate"]),
    ("heddle-engine", &["heddle-auth", "heddle-connector", "heddle-mapping", "heddle-model", "heddle-gate"]),
    ("heddle-store", &["heddle-engine", "heddle-auth", "heddle-connector", "heddle-gate", "migrations"]),
    ("heddle-sandbox", &[]),
    ("migrations", &[]),
];

/// Free to see all of ours.
const JOINERS: &[&str] = &["heddle-server", "heddle-tests", "xtask"];

fn manifests() -> Vec<(String, toml::Table)> {
    let root = root();
    let crates = std::fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let others = ["migrations", "tests", "xtask"].map(|name| root.join(name));
    let folders = crates.chain(others).filter(|folder| folder.join("Cargo.toml").exists());
    folders
        .map(|folder| {
            let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            let manifest: toml::Table = text.parse().unwrap();
            (manifest["package"]["name"].as_str().unwrap().to_owned(), manifest)
        })
        .collect()
}

fn names(manifest: &toml::Table, section: &str) -> Vec<String> {
    manifest.get(section).and_then(toml::Value::as_table).into_iter().flat_map(|t| t.keys().cloned()).collect()
}

fn ours(name: &str) -> bool {
    name.starts_with("heddle-") || name == "migrations"
}

#[test]
fn each_crate_depends_on_its_neighbours_only() {
    for (name, manifest) in manifests() {
        if JOINERS.contains(&name.as_str()) {
            continue;
        }
        let allowed =
            EDGES.iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("{name} has no place in EDGES")).1;
        for dependency in names(&manifest, "dependencies").into_iter().filter(|n| ours(n)) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn each_foreign_library_stays_behind_its_fence() {
    let fences: &[(&str, &[&str])] = &[
        ("reqwest", &["heddle-gate", "heddle-tests"]),
        ("rustls", &["heddle-gate"]),
        ("sea-orm", &["heddle-store"]),
        ("sea-orm-migration", &["migrations", "heddle-store"]),
        ("actix-web", &["heddle-server", "heddle-sandbox"]),
        ("backoff", &["heddle-gate"]),
    ];
    for (name, manifest) in manifests() {
        for dependency in names(&manifest, "dependencies") {
            if let Some((_, allowed)) = fences.iter().find(|(library, _)| *library == dependency) {
                assert!(allowed.contains(&name.as_str()), "{name} must not use {dependency}");
            }
        }
    }
}

#[test]
fn every_crate_takes_versions_and_lints_from_the_workspace() {
    for (name, manifest) in manifests() {
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{name}");
        for section in ["dependencies", "dev-dependencies"] {
            for (dependency, value) in manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten() {
                let inherited = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                assert!(inherited, "{name}: {dependency} names its own version");
            }
        }
    }
}
