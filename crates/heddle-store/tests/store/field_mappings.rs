//! Fields under the operator's own names.

use crate::place::Place;
use crate::sample::{connected, connection, grant, moment};
use heddle_auth::connector::mapping::NamedCodec;
use heddle_auth::connector::model::Object;
use heddle_engine::{
    Connection, Connections, Direction, DriftKind, FieldMapping, FieldMappings, MappingOwner, Owner, PutEnd, Tenant,
};
use heddle_store::Store;

on_each_database!(
    a_mapping_reads_back_and_keeps_its_times,
    each_change_moves_the_version_of_those_it_concerns,
    mappings_end_with_what_they_belong_to,
    drift_is_noted_once_and_forgotten_when_it_ends,
    foreign_mappings_are_not_there,
);

fn mapping(tenant: &Tenant, owner: MappingOwner, name: &str) -> FieldMapping {
    FieldMapping {
        tenant_id: tenant.id.clone(),
        owner,
        provider: "acme".into(),
        object: Object::Contact,
        name: name.into(),
        provider_field: "Tier__c".into(),
        codec: NamedCodec::Text,
        direction: Direction::Both,
        created_at: moment(10),
        updated_at: moment(10),
    }
}

fn own(connection: &Connection) -> MappingOwner {
    MappingOwner::Connection(connection.id.clone())
}

async fn version(store: &Store, connection: &Connection) -> u64 {
    Connections::get(store, &Owner::Operator, &connection.id).await.unwrap().unwrap().schema_version
}

async fn a_mapping_reads_back_and_keeps_its_times(place: Place) {
    let store = place.store().await;
    let (tenant, one) = connected(&store).await;
    let first = mapping(&tenant, own(&one), "tier");
    assert_eq!(store.put(&first).await.unwrap(), (PutEnd::Made, first.clone()));
    let later = FieldMapping { created_at: moment(99), updated_at: moment(99), ..first.clone() };
    assert_eq!(store.put(&later).await.unwrap(), (PutEnd::Same, first.clone()));
    let other = FieldMapping { codec: NamedCodec::List, direction: Direction::Read, ..later };
    let (end, stored) = store.put(&other).await.unwrap();
    assert_eq!((end, stored.created_at, stored.updated_at), (PutEnd::Changed, moment(10), moment(99)));
    assert_eq!(store.of_connection(&tenant.id, &one.id, "acme").await.unwrap(), [stored]);
    assert!(store.of_connection(&tenant.id, &one.id, "other").await.unwrap().is_empty());
}

async fn each_change_moves_the_version_of_those_it_concerns(place: Place) {
    let store = place.store().await;
    let (tenant, one) = connected(&store).await;
    let two = connection(&tenant);
    store.insert(&two, &grant(&two), &[]).await.unwrap();
    let (a, b) = (version(&store, &one).await, version(&store, &two).await);
    let of_one = mapping(&tenant, own(&one), "tier");
    store.put(&of_one).await.unwrap();
    store.put(&of_one).await.unwrap();
    assert_eq!((version(&store, &one).await, version(&store, &two).await), (a + 1, b), "the second said nothing new");
    store.put(&mapping(&tenant, MappingOwner::Tenant, "score")).await.unwrap();
    assert_eq!((version(&store, &one).await, version(&store, &two).await), (a + 2, b + 1));
    assert!(store.remove(&tenant.id, &MappingOwner::Tenant, "acme", Object::Contact, "score").await.unwrap());
    assert!(!store.remove(&tenant.id, &MappingOwner::Tenant, "acme", Object::Contact, "score").await.unwrap());
    assert_eq!((version(&store, &one).await, version(&store, &two).await), (a + 3, b + 2));
}

async fn mappings_end_with_what_they_belong_to(place: Place) {
    let store = place.store().await;
    let (tenant, one) = connected(&store).await;
    store.put(&mapping(&tenant, own(&one), "tier")).await.unwrap();
    store.put(&mapping(&tenant, MappingOwner::Tenant, "score")).await.unwrap();
    let found = [(Object::Contact, "tier".to_owned(), "Tier__c".to_owned(), DriftKind::Gone)];
    store.note_drift(&one.id, &found, moment(20)).await.unwrap();
    assert!(Connections::delete(&store, &Owner::Operator, &one.id).await.unwrap());
    let left = store.of_connection(&tenant.id, &one.id, "acme").await.unwrap();
    assert_eq!(left.iter().map(|left| left.name.as_str()).collect::<Vec<_>>(), ["score"]);
    let (end, _) = store.put(&mapping(&tenant, own(&one), "tier")).await.unwrap();
    assert_eq!(end, PutEnd::OwnerGone);
    store.note_drift(&one.id, &found, moment(30)).await.unwrap();
}

async fn drift_is_noted_once_and_forgotten_when_it_ends(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let found = |kind| [(Object::Contact, "tier".to_owned(), "Tier__c".to_owned(), kind)];
    let since = |drift: Vec<heddle_engine::Drift>| drift.iter().map(|drift| drift.since).collect::<Vec<_>>();
    let gone = found(DriftKind::Gone);
    assert_eq!(since(store.note_drift(&one.id, &gone, moment(20)).await.unwrap()), [moment(20)]);
    assert_eq!(since(store.note_drift(&one.id, &gone, moment(30)).await.unwrap()), [moment(20)]);
    let typed = found(DriftKind::TypeChanged);
    assert_eq!(since(store.note_drift(&one.id, &typed, moment(40)).await.unwrap()), [moment(40)]);
    assert!(store.note_drift(&one.id, &[], moment(50)).await.unwrap().is_empty());
    assert_eq!(since(store.note_drift(&one.id, &gone, moment(60)).await.unwrap()), [moment(60)]);
}

async fn foreign_mappings_are_not_there(place: Place) {
    let store = place.store().await;
    let (tenant, one) = connected(&store).await;
    let (other, _) = connected(&store).await;
    store.put(&mapping(&tenant, own(&one), "tier")).await.unwrap();
    assert!(store.of_connection(&other.id, &one.id, "acme").await.unwrap().is_empty());
    assert!(!store.remove(&other.id, &own(&one), "acme", Object::Contact, "tier").await.unwrap());
    let (end, _) = store.put(&mapping(&other, own(&one), "tier")).await.unwrap();
    assert_eq!(end, PutEnd::OwnerGone);
}
