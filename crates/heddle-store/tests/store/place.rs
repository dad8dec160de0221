//! A database of its own for each test.

use heddle_store::{Store, StoreSettings};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::path::PathBuf;

const SERVER: &str = "HEDDLE_TEST_POSTGRES_URL";

/// Runs an async test function on every database at hand, as two tests.
macro_rules! on_each_database {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                $crate::place::on_sqlite(super::$test).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                $crate::place::on_postgres(super::$test).await;
            })+
        }
    };
}

/// Where a test's database is.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) settings: StoreSettings,
    /// The folder of a SQLite file.
    pub(crate) folder: Option<PathBuf>,
}

impl Place {
    /// A migrated store.
    pub(crate) async fn store(&self) -> Store {
        Store::migrate(&self.settings).await.unwrap();
        Store::open(&self.settings).await.unwrap()
    }

    /// A way past the store, for faults and oracles.
    pub(crate) async fn raw(&self) -> DatabaseConnection {
        connect(&self.settings.url).await
    }
}

pub(crate) async fn on_sqlite<F>(test: impl FnOnce(Place) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("data/heddle.db").display());
    test(Place { settings: StoreSettings::new(url), folder: Some(folder.path().join("data")) }).await;
}

pub(crate) async fn on_postgres<F>(test: impl FnOnce(Place) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(server) = std::env::var(SERVER) else {
        eprintln!("SKIPPED: {SERVER} is not set, nothing was tested on Postgres");
        return;
    };
    let name = format!("heddle_test_{}", uuid::Uuid::now_v7().simple());
    let admin = connect(&server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
    let (start, _) = server.rsplit_once('/').unwrap();
    let mut settings = StoreSettings::new(format!("{start}/{name}"));
    settings.max_connections = 4;
    // In a task of its own: the database goes even when the test fails.
    let ended = tokio::spawn(test(Place { settings, folder: None })).await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    admin.close().await.unwrap();
    ended.unwrap();
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}
