//! What holds on SQLite only.

use crate::place::on_sqlite;
use crate::sample::{connected, schema};
use heddle_auth::{GrantState, TokenRows};
use heddle_engine::{Connections, Owner, Tenants};
use heddle_store::{Store, StoreSettings};
use sea_orm::{ConnectionTrait, Statement};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_writers_never_find_the_database_locked() {
    on_sqlite(async |place| {
        let store = place.store().await;
        let (_, one) = connected(&store).await;
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let (store, one) = (store.clone(), one.clone());
                tokio::spawn(async move {
                    for round in 0..25 {
                        let fields = schema("Contact", &["Id", "Email"]);
                        store.save_schema(&Owner::Operator, &one.id, &fields).await.unwrap();
                        Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap();
                        store.update_checked(&one, Some(&[fields])).await.unwrap();
                        store.set_state(one.id.as_str(), 1, GrantState::Active, None).await.unwrap();
                        if round % 5 == 0 {
                            connected(&store).await;
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let found = Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap();
        assert_eq!(found.schema_version, 1 + 16 * 25 * 2, "no write was lost");
    })
    .await;
}

#[tokio::test]
async fn the_file_is_for_its_owner_only_and_so_are_its_companions() {
    use std::os::unix::fs::PermissionsExt;
    on_sqlite(async |place| {
        let store = place.store().await;
        connected(&store).await;
        let mut names = Vec::new();
        for entry in std::fs::read_dir(place.folder.unwrap()).unwrap() {
            let entry = entry.unwrap();
            names.push(entry.file_name().into_string().unwrap());
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{names:?}");
        }
        assert!(names.contains(&"heddle.db-wal".to_owned()), "the journal is a write-ahead log: {names:?}");
    })
    .await;
}

#[tokio::test]
async fn a_path_may_hold_any_character() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b%20ü#&'/heddle.db");
    let settings = StoreSettings::new(format!("sqlite://{}", path.display()));
    Store::migrate(&settings).await.unwrap();
    assert!(path.exists());
    let store = Store::open(&settings).await.unwrap();
    connected(&store).await;
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart() {
    on_sqlite(async |place| {
        let store = place.store().await;
        let (tenant, one) = connected(&store).await;
        drop(store);
        let store = place.store().await;
        assert_eq!(Tenants::get(&store, &Owner::Operator, &tenant.id).await.unwrap(), Some(tenant));
        assert!(store.load(one.id.as_str()).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_writer_that_holds_the_lock_too_long_is_an_error_not_a_hang() {
    on_sqlite(async |place| {
        let mut settings = place.settings.clone();
        settings.wait = Duration::from_millis(50);
        place.store().await;
        let store = Store::open(&settings).await.unwrap();
        let other = place.raw().await;
        other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        let error = Tenants::insert(&store, &crate::sample::tenant(None)).await.unwrap_err();
        assert!(error.to_string().contains("locked"), "{error}");
        other.execute_unprepared("ROLLBACK").await.unwrap();
        Tenants::insert(&store, &crate::sample::tenant(None)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn deleting_a_tenant_deletes_what_is_its_own() {
    on_sqlite(async |place| {
        let store = place.store().await;
        let (tenant, one) = connected(&store).await;
        let raw = place.raw().await;
        raw.execute_unprepared("PRAGMA foreign_keys = ON").await.unwrap();
        let delete = "DELETE FROM tenants WHERE id = ?";
        let statement = Statement::from_sql_and_values(raw.get_database_backend(), delete, [tenant.id.as_str().into()]);
        raw.execute_raw(statement).await.unwrap();
        assert!(store.load(one.id.as_str()).await.unwrap().is_none());
        assert!(Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().is_none());
    })
    .await;
}
