//! Large reads.

use crate::place::Place;
use crate::sample::{connected, moment, only, tenant};
use heddle_engine::{Connection, Connections, Export, ExportId, ExportMethod, ExportState, Exports, Owner, Tenants};
use std::time::Duration;

on_each_database!(
    an_export_reads_back_as_it_was_stored,
    a_foreign_owner_sees_no_export,
    of_several_that_see_an_end_one_writes_it,
    an_export_goes_with_its_connection_and_with_time,
);

fn export(one: &Connection) -> Export {
    Export {
        id: ExportId::generate(),
        tenant_id: one.tenant_id.clone(),
        connection_id: one.id.clone(),
        generation: 3,
        object: "contacts".into(),
        method: ExportMethod::Bulk,
        method_reason: "there are more than 2000 records".into(),
        state: ExportState::Preparing,
        reason: None,
        rows: Some(2_600),
        calls: 2,
        sealed: "AAAA".into(),
        created_at: moment(100),
    }
}

async fn an_export_reads_back_as_it_was_stored(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let export = export(&one);
    Exports::insert(&store, &export).await.unwrap();
    assert_eq!(Exports::get(&store, &Owner::Operator, &export.id).await.unwrap(), Some(export.clone()));
    store.add_calls(&export.id, 3).await.unwrap();
    let found = Exports::get(&store, &Owner::Operator, &export.id).await.unwrap().unwrap();
    assert_eq!(found, Export { calls: 5, ..export });
    assert_eq!(Exports::get(&store, &Owner::Operator, &ExportId::generate()).await.unwrap(), None);
}

async fn a_foreign_owner_sees_no_export(place: Place) {
    let store = place.store().await;
    let (mine, one) = connected(&store).await;
    let other = tenant(None);
    Tenants::insert(&store, &other).await.unwrap();
    let export = export(&one);
    Exports::insert(&store, &export).await.unwrap();
    assert!(Exports::get(&store, &only(&mine), &export.id).await.unwrap().is_some());
    assert!(Exports::get(&store, &only(&other), &export.id).await.unwrap().is_none());
}

async fn of_several_that_see_an_end_one_writes_it(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let export = export(&one);
    Exports::insert(&store, &export).await.unwrap();
    let ready = Export { state: ExportState::Ready, rows: Some(2_601), ..export.clone() };
    assert!(store.advance(&ready, ExportState::Preparing).await.unwrap());
    let failed = Export { state: ExportState::Failed, reason: Some("why".into()), ..export.clone() };
    assert!(!store.advance(&failed, ExportState::Preparing).await.unwrap());
    assert_eq!(Exports::get(&store, &Owner::Operator, &export.id).await.unwrap(), Some(ready));
}

async fn an_export_goes_with_its_connection_and_with_time(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    // The sweep goes by the database's own clock.
    let days_ago = |days: u64| std::time::SystemTime::now() - Duration::from_secs(days * 86_400);
    let old = Export { created_at: days_ago(15), ..export(&one) };
    Exports::insert(&store, &old).await.unwrap();
    let young = Export { created_at: days_ago(10), ..export(&one) };
    Exports::insert(&store, &young).await.unwrap();
    assert_eq!(store.sweep().await.unwrap().exports, 1);
    assert!(Exports::get(&store, &Owner::Operator, &old.id).await.unwrap().is_none());
    assert!(Exports::get(&store, &Owner::Operator, &young.id).await.unwrap().is_some());
    Connections::delete(&store, &Owner::Operator, &one.id).await.unwrap();
    assert!(Exports::get(&store, &Owner::Operator, &young.id).await.unwrap().is_none());
}
