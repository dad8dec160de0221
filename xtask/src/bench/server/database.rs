//! A Postgres database for one run.

use super::process::{output, program};
use std::process::Command;

/// Names the server and a database in which others can be made.
const SERVER: &str = "HEDDLE_TEST_POSTGRES_URL";

/// A database of our own; dropped with this value.
pub(super) struct OwnDatabase {
    server: String,
    name: String,
}

impl OwnDatabase {
    /// Makes it on the server that the environment names, else on this machine's.
    ///
    /// # Errors
    /// When there is no client program, or no server answers.
    pub(super) fn make() -> Result<OwnDatabase, String> {
        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            let user = std::env::var("USER").unwrap_or_else(|_| "root".to_owned());
            format!("postgres://{user}@127.0.0.1:5432/test")
        });
        let database = OwnDatabase { server, name: format!("heddle_bench_{}", std::process::id()) };
        database.admin(&format!("CREATE DATABASE {} TEMPLATE template0", database.name)).map_err(|why| {
            format!(
                "no Postgres ({why}): apt-get install postgresql, or name a server in {SERVER}, or give --no-postgres"
            )
        })?;
        Ok(database)
    }

    /// Its address.
    pub(super) fn url(&self) -> String {
        let start = self.server.rsplit_once('/').map_or(self.server.as_str(), |(start, _)| start);
        format!("{start}/{}", self.name)
    }

    fn admin(&self, statement: &str) -> Result<(), String> {
        let psql = program("psql", "postgresql-client")?;
        output(Command::new(psql).arg(&self.server).args(["-qAt", "-c", statement])).map(drop)
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        if let Err(why) = self.admin(&format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            println!("the database {} is left behind: {why}", self.name);
        }
    }
}
