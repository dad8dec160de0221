//! Connections with grants and schemas.

use crate::place::Place;
use crate::sample::{connected, connection, grant, moment, only, schema, tenant};
use heddle_auth::{GrantState, TokenRows};
use heddle_engine::{ConnectionState, Connections, Owner, Slice, Tenants};

const ALL: Slice<'static> = Slice { after: None, limit: 100 };

on_each_database!(
    a_connection_reads_back_with_its_schemas,
    a_foreign_owner_finds_and_changes_nothing,
    lists_are_filtered_by_tenant_and_provider,
    the_state_of_a_connection_is_that_of_its_grant,
    what_a_test_found_is_stored,
    a_test_without_schemas_keeps_them_and_the_grants_state,
    a_saved_schema_replaces_the_old_one,
    a_deleted_connection_takes_its_grant_along,
    a_refused_insert_leaves_nothing,
);

async fn a_connection_reads_back_with_its_schemas(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let found = Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap();
    assert_eq!(found.connection, one);
    let [contact] = &found.schemas[..] else { panic!("{:?}", found.schemas) };
    assert_eq!(contact.fields, schema("Contact", &["Id", "AccountId"]).fields);
    assert!(contact.has("Account.Name"), "the schema is indexed");
}

async fn a_foreign_owner_finds_and_changes_nothing(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let (other, _) = connected(&store).await;
    let foreign = only(&other);
    assert!(Connections::get(&store, &foreign, &one.id).await.unwrap().is_none());
    assert!(!Connections::delete(&store, &foreign, &one.id).await.unwrap());
    store.save_schema(&foreign, &one.id, &schema("Contact", &["Stolen"])).await.unwrap();
    let listed = Connections::list(&store, &foreign, Some(&one.tenant_id), None, ALL).await.unwrap();
    assert!(listed.is_empty());
    let kept = Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap();
    assert_eq!(kept.connection, one);
    assert!(!kept.schemas[0].has("Stolen"));
    let mut moved = one.clone();
    moved.tenant_id = other.id;
    moved.remote_account = Some("Stolen".into());
    store.update_checked(&moved, Some(&[])).await.unwrap();
    let kept = Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap();
    assert_eq!((kept.connection, kept.schemas.len()), (one, 1));
}

async fn lists_are_filtered_by_tenant_and_provider(place: Place) {
    let store = place.store().await;
    let (first, one) = connected(&store).await;
    let (_, two) = connected(&store).await;
    let mut three = connection(&first);
    three.provider = "other".into();
    Connections::insert(&store, &three, &grant(&three), &[]).await.unwrap();
    let ids = async |tenant, provider, slice| {
        let found = Connections::list(&store, &Owner::Operator, tenant, provider, slice).await.unwrap();
        found.into_iter().map(|c| c.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, None, ALL).await, [one.id.clone(), two.id.clone(), three.id.clone()]);
    assert_eq!(ids(Some(&first.id), None, ALL).await, [one.id.clone(), three.id.clone()]);
    assert_eq!(ids(Some(&first.id), Some("other"), ALL).await, [three.id.clone()]);
    assert_eq!(ids(None, Some("nobody"), ALL).await, []);
    let second = Slice { after: Some(one.id.as_str()), limit: 1 };
    assert_eq!(ids(None, None, second).await, std::slice::from_ref(&two.id));
    let mine = Connections::list(&store, &only(&first), None, None, ALL).await.unwrap();
    assert_eq!(mine.into_iter().map(|c| c.id).collect::<Vec<_>>(), [one.id, three.id]);
}

async fn the_state_of_a_connection_is_that_of_its_grant(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    assert!(store.set_state(one.id.as_str(), 1, GrantState::NeedsReauth, Some("user left")).await.unwrap());
    let found = Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap().connection;
    assert_eq!((found.state, found.reason.as_deref()), (ConnectionState::NeedsReauth, Some("user left")));
    assert_eq!(Connections::list(&store, &Owner::Operator, None, None, ALL).await.unwrap(), [found]);
}

async fn what_a_test_found_is_stored(place: Place) {
    let store = place.store().await;
    let (_, mut one) = connected(&store).await;
    one.remote_id = Some("00D000000000002".into());
    one.remote_account = None;
    one.remote_user = Some("integration@acme.example".into());
    one.api_version = Some("65.0".into());
    one.checked_at = Some(moment(50));
    let schemas = [schema("Account", &["Id", "Rating__c"]), schema("Lead", &["Id"])];
    store.update_checked(&one, Some(&schemas)).await.unwrap();
    let found = Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap();
    let objects: Vec<_> = found.schemas.iter().map(|s| s.object.as_str()).collect();
    assert_eq!(objects, ["Account", "Lead"], "the old ones are gone");
    one.schema_version = 2;
    assert_eq!(found.connection, one);
}

async fn a_test_without_schemas_keeps_them_and_the_grants_state(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let mut tested = one.clone();
    tested.state = ConnectionState::Misconfigured;
    tested.reason = Some("no API access".into());
    tested.checked_at = Some(moment(60));
    store.update_checked(&tested, None).await.unwrap();
    let found = Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap();
    assert_eq!((found.connection.checked_at, found.schemas.len()), (Some(moment(60)), 1));
    // Only the token keeper writes the state, guarded by the token's version.
    assert_eq!((found.connection.state, found.connection.reason), (one.state, one.reason));
}

async fn a_saved_schema_replaces_the_old_one(place: Place) {
    let store = place.store().await;
    let (tenant, one) = connected(&store).await;
    store.save_schema(&only(&tenant), &one.id, &schema("Contact", &["Id", "Email"])).await.unwrap();
    store.save_schema(&Owner::Operator, &one.id, &schema("Account", &["Id"])).await.unwrap();
    let found = Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap();
    assert_eq!(found.connection.schema_version, 3);
    assert_eq!(found.schemas.len(), 2);
    assert!(found.schemas[1].has("Email") && !found.schemas[1].has("AccountId"));
}

async fn a_deleted_connection_takes_its_grant_along(place: Place) {
    let store = place.store().await;
    let (tenant, one) = connected(&store).await;
    assert!(Connections::delete(&store, &only(&tenant), &one.id).await.unwrap());
    assert!(store.load(one.id.as_str()).await.unwrap().is_none());
    assert!(Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().is_none());
    assert!(!Connections::delete(&store, &Owner::Operator, &one.id).await.unwrap());
    store.update_checked(&one, Some(&[schema("Contact", &["Id"])])).await.unwrap();
    store.save_schema(&Owner::Operator, &one.id, &schema("Contact", &["Id"])).await.unwrap();
    assert!(Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().is_none(), "nothing comes back");
}

async fn a_refused_insert_leaves_nothing(place: Place) {
    let store = place.store().await;
    let known = tenant(None);
    Tenants::insert(&store, &known).await.unwrap();
    let orphan = connection(&tenant(None));
    Connections::insert(&store, &orphan, &grant(&orphan), &[]).await.unwrap_err();
    let (one, other) = (connection(&known), connection(&known));
    Connections::insert(&store, &one, &grant(&other), &[]).await.unwrap_err();
    Connections::insert(&store, &one, &grant(&one), &[]).await.unwrap();
    Connections::insert(&store, &one, &grant(&one), &[]).await.unwrap_err();
    let listed = Connections::list(&store, &Owner::Operator, None, None, ALL).await.unwrap();
    assert_eq!(listed, [one]);
}
