//! `docker-compose.yml` and `Dockerfile` as they are committed, without a
//! container engine: the real binary, in the environment that they give it.

use crate::http::{Api, send};
use crate::process::Program;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use yaml_rust2::{Yaml, YamlLoader};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

fn compose() -> Yaml {
    YamlLoader::load_from_str(&text("docker-compose.yml")).unwrap().remove(0)
}

/// Compose's own replacement of `${NAME:-default}` and `${NAME:?what to do}`.
fn filled(value: &str, given: &[(&str, &str)]) -> Result<String, String> {
    let (mut out, mut rest) = (String::new(), value);
    while let Some((before, after)) = rest.split_once("${") {
        let (inside, next) = after.split_once('}').expect("a closed variable");
        let end = inside.find(':').unwrap_or(inside.len());
        let (name, rule) = inside.split_at(end);
        let set = given.iter().find(|(n, v)| *n == name && !v.is_empty()).map(|(_, v)| *v);
        out.push_str(before);
        out.push_str(match (set, rule.get(..2)) {
            (Some(value), _) => value,
            (None, Some(":-")) => &rule[2..],
            (None, Some(":?")) => return Err(rule[2..].to_owned()),
            _ => panic!("{inside} has no rule for an absent variable"),
        });
        rest = next;
    }
    Ok(out + rest)
}

fn environment(given: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
    let compose = compose();
    let all = compose["services"]["server"]["environment"].as_hash().unwrap();
    all.iter()
        .map(|(name, value)| Ok((name.as_str().unwrap().to_owned(), filled(value.as_str().unwrap(), given)?)))
        .collect()
}

/// The words of a `CMD` list behind the program's name.
fn arguments(list: &Yaml) -> Vec<String> {
    let words: Vec<String> = list.as_vec().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect();
    assert_eq!(words[..2], ["CMD", "heddle"]);
    words[2..].to_vec()
}

#[test]
fn without_a_secret_key_compose_says_which_command_makes_one() {
    let advice = environment(&[]).unwrap_err();
    let command = "echo HEDDLE_SECRET_KEY=`openssl rand -base64 32` >> .env";
    assert!(advice.contains(command), "{advice}");
    assert!(text("README.md").contains(command), "the README gives the same command");
    let other = environment(&[("HEDDLE_SECRET_KEY", "k"), ("HEDDLE_POSTGRES_PASSWORD", "p")]).unwrap();
    assert!(other.contains(&("HEDDLE_DATABASE_URL".into(), "postgres://heddle:p@postgres:5432/heddle".into())));
}

#[test]
fn every_service_is_watched_and_has_no_more_rights_than_it_needs() {
    let compose = compose();
    for (name, service) in compose["services"].as_hash().unwrap() {
        let name = name.as_str().unwrap();
        assert!(service["healthcheck"]["test"].as_vec().is_some_and(|test| test.len() > 1), "{name}");
        assert_eq!(service["read_only"].as_bool(), Some(true), "{name}");
        assert_eq!(service["cap_drop"][0].as_str(), Some("ALL"), "{name}");
        assert_eq!(service["security_opt"][0].as_str(), Some("no-new-privileges:true"), "{name}");
        for port in service["ports"].as_vec().into_iter().flatten() {
            assert!(port.as_str().unwrap().starts_with("127.0.0.1:"), "{name}: {port:?}");
        }
    }
    let server = &compose["services"]["server"];
    assert_eq!(server["depends_on"]["postgres"]["condition"].as_str(), Some("service_healthy"));
    assert_eq!(server["privileged"], Yaml::BadValue);
    let volume = compose["services"]["postgres"]["volumes"][0].as_str().unwrap();
    let named = volume.split(':').next().unwrap();
    assert!(compose["volumes"].as_hash().unwrap().contains_key(&Yaml::String(named.to_owned())), "{volume}");
}

#[test]
fn the_image_is_built_by_the_pinned_toolchain_and_runs_as_nobody() {
    let file = text("Dockerfile");
    let toolchain: toml::Table = text("rust-toolchain.toml").parse().unwrap();
    let channel = toolchain["toolchain"]["channel"].as_str().unwrap();
    assert!(file.contains(&format!("FROM rust:{channel}-")), "built by {channel}");
    assert!(file.contains(&format!("RUSTUP_TOOLCHAIN={channel}")), "built by {channel}");
    assert!(file.contains("cargo build --release --locked"));
    let user = file.lines().rfind(|line| line.starts_with("USER ")).expect("a user").trim_start_matches("USER ");
    let id: u32 = user.split(':').next().unwrap().parse().expect("a number");
    assert!(id > 0, "{user}");
    let last = file.rfind("\nFROM ").unwrap();
    assert!(file[last..].contains("USER ") && file[last..].contains("HEALTHCHECK"), "in the image that runs");
    assert!(file.contains("CMD [\"heddle\", \"health\"]"));
}

/// A database of a test's own on the PostgreSQL at hand; gone when dropped.
struct Database {
    server: String,
    name: String,
}

impl Database {
    fn new() -> Option<Self> {
        let Ok(server) = std::env::var("HEDDLE_TEST_POSTGRES_URL") else {
            println!("SKIPPED: HEDDLE_TEST_POSTGRES_URL is not set, compose's server was not started");
            return None;
        };
        let made = Self { server, name: format!("heddle_compose_{}", std::process::id()) };
        made.run(&format!("CREATE DATABASE {} TEMPLATE template0", made.name));
        Some(made)
    }

    fn run(&self, sql: &str) {
        let output = Command::new("psql").args([&self.server, "-qAtc", sql]).output().expect("psql");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// User and host of the server at hand, as they stand in an address.
    fn host(&self) -> &str {
        let (_, rest) = self.server.split_once("://").unwrap();
        rest.split('/').next().unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.run(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

#[test]
fn the_server_starts_in_the_environment_that_compose_gives_it_and_is_found_healthy() {
    let Some(database) = Database::new() else { return };
    let key = Program::new().run(&["keys", "secret"]).expect(0).out.trim().to_owned();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut program = Program::bare();
    for (name, value) in environment(&[("HEDDLE_SECRET_KEY", &key)]).unwrap() {
        // What is another one here: whose PostgreSQL it is, and the port.
        let value = match name.as_str() {
            "HEDDLE_DATABASE_URL" => value
                .replace("heddle:heddle@postgres:5432", database.host())
                .replace("/heddle", &format!("/{}", database.name)),
            "HEDDLE_BIND" => value.replace("0.0.0.0:8080", &format!("127.0.0.1:{port}")),
            _ => value,
        };
        program = program.with(&name, &value);
    }
    let health = arguments(&compose()["services"]["server"]["healthcheck"]["test"]);
    let health: Vec<&str> = health.iter().map(String::as_str).collect();
    assert!(program.run(&health).expect(1).err.contains("no server answers"), "before the start");
    let mut server = program.start(&["serve"]);
    server.err.line_with("listening on http://");
    let base = format!("http://127.0.0.1:{port}");
    send(&base, "GET /readyz", &[], "").unwrap().expect(200);
    program.run(&health).expect(0);

    let readme = text("README.md");
    let exec = readme.lines().find_map(|line| line.trim().strip_prefix("docker compose exec server heddle ")).unwrap();
    let words: Vec<&str> = exec.split_whitespace().collect();
    let made = program.run(&words).expect(0).out.trim().to_owned();
    let api = Api { base, key: made, connection: String::new() };
    api.get("/v1/tenants").expect(200);
    server.stopped("TERM").expect(0);
}
