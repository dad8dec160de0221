//! Migrations.

use crate::place::Place;
use futures_util::future::join_all;
use heddle_store::{Store, StoreSettings};
use migrations::Migrator;
use sea_orm::{ConnectionTrait, DatabaseBackend, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use sea_orm_migration::{MigratorTrait, SchemaManager};
use std::time::Duration;

on_each_database!(
    several_processes_may_migrate_one_empty_database_at_once,
    the_schema_is_current_after_migrating_and_not_before,
    every_step_can_be_taken_back,
    another_process_that_migrates_is_not_waited_for_without_an_end,
);

const TABLES: [&str; 12] = [
    "tenants",
    "connections",
    "grants",
    "connection_schemas",
    "api_keys",
    "provider_calls",
    "idempotency_records",
    "processes",
    "oauth_apps",
    "consents",
    "field_mappings",
    "mapping_drift",
];

async fn several_processes_may_migrate_one_empty_database_at_once(place: Place) {
    let results = join_all((0..6).map(|_| {
        let settings = place.settings.clone();
        tokio::spawn(async move { Store::migrate(&settings).await })
    }))
    .await;
    for result in results {
        result.unwrap().unwrap();
    }
    let store = Store::open(&place.settings).await.unwrap();
    assert!(store.schema_is_current().await.unwrap());
    crate::sample::connected(&store).await;
}

async fn the_schema_is_current_after_migrating_and_not_before(place: Place) {
    let store = Store::open(&place.settings).await.unwrap();
    store.ping().await.unwrap();
    assert!(!store.schema_is_current().await.unwrap());
    let db = place.raw().await;
    assert!(!SchemaManager::new(&db).has_table("seaql_migrations").await.unwrap(), "asking changes nothing");
    Store::migrate(&place.settings).await.unwrap();
    assert!(store.schema_is_current().await.unwrap());
    Store::migrate(&place.settings).await.unwrap();
    assert!(store.schema_is_current().await.unwrap());
}

async fn every_step_can_be_taken_back(place: Place) {
    Store::migrate(&place.settings).await.unwrap();
    let db = place.raw().await;
    for table in TABLES {
        assert!(SchemaManager::new(&db).has_table(table).await.unwrap(), "{table}");
    }
    Migrator::down(&db, None).await.unwrap();
    for table in TABLES {
        assert!(!SchemaManager::new(&db).has_table(table).await.unwrap(), "{table}");
    }
    Store::migrate(&place.settings).await.unwrap();
}

async fn another_process_that_migrates_is_not_waited_for_without_an_end(place: Place) {
    Store::migrate(&place.settings).await.unwrap();
    let db = place.raw().await;
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let other = db.begin_with_options(options).await.unwrap();
    if other.get_database_backend() == DatabaseBackend::Postgres {
        // The lock of the steps; see the migrations' own statement.
        other.execute_unprepared("SELECT pg_advisory_xact_lock(29384879433868545)").await.unwrap();
    }
    let mut settings = place.settings.clone();
    settings.migration_wait = Duration::from_millis(50);
    let error = Store::migrate(&settings).await.unwrap_err().to_string();
    assert!(error.contains("lock"), "{error}");
    other.rollback().await.unwrap();
    Store::migrate(&settings).await.unwrap();
}

#[tokio::test]
async fn a_closed_door_is_told_in_the_drivers_own_words() {
    let mut settings = StoreSettings::new("postgres://heddle:canary@127.0.0.1:1/heddle");
    settings.wait = Duration::from_millis(100);
    for error in [Store::migrate(&settings).await.err(), Store::open(&settings).await.err()] {
        let error = error.unwrap().to_string();
        assert!(error.contains("refused"), "{error}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_with_what_is_expected() {
    for url in ["", "heddle.db", "mysql://localhost/x", "sqlite://", "sqlite://:memory:", "sqlite://a.db?mode=ro"] {
        let settings = StoreSettings::new(url);
        let error = Store::migrate(&settings).await.unwrap_err().to_string();
        assert_eq!(settings.check().unwrap_err().to_string(), error);
        assert!(error.contains("sqlite://") || error.contains("SQLite"), "{url}: {error}");
    }
}

#[tokio::test]
async fn settings_and_errors_show_no_password() {
    let settings = StoreSettings::new("postgres://heddle:canary@127.0.0.1:1/heddle");
    let error = Store::open(&settings).await.err().unwrap();
    let shown = format!("{settings:?} {error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
}
