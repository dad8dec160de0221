//! Migrations.

use crate::place::Place;
use futures_util::future::join_all;
use heddle_store::{Store, StoreSettings};
use migrations::Migrator;
use sea_orm_migration::{MigratorTrait, SchemaManager};

on_each_database!(
    several_processes_may_migrate_one_empty_database_at_once,
    the_schema_is_current_after_migrating_and_not_before,
    every_step_can_be_taken_back,
);

const TABLES: [&str; 6] = ["tenants", "connections", "grants", "connection_schemas", "api_keys", "provider_calls"];

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

#[tokio::test]
async fn an_address_that_is_none_is_refused_with_what_is_expected() {
    for url in ["", "heddle.db", "mysql://localhost/x", "sqlite://", "sqlite://:memory:", "sqlite://a.db?mode=ro"] {
        let error = Store::migrate(&StoreSettings::new(url)).await.unwrap_err().to_string();
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
