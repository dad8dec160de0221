//! Connections with grants and schemas.

use crate::place::Place;
use crate::sample::{connected, connection, grant, moment, only, schema, tenant};
use heddle_auth::connector::ObjectSchema;
use heddle_auth::{GrantRow, GrantState, NewToken, Sealed, TokenRows};
use heddle_engine::{Connection, ConnectionState, Connections, Owner, Replacement, Slice, Tenants};
use heddle_store::Store;

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
    swapped_credentials_move_the_version_on_and_old_refreshes_lose,
    a_swap_under_a_guard_or_of_a_foreign_tenant_changes_nothing,
    one_of_several_servers_takes_on_a_due_try,
    waiting_ends_only_under_the_claim,
    a_pause_forgets_the_token_and_moves_the_version_on,
);

async fn row(store: &Store, one: &Connection) -> Connection {
    Connections::get(store, &Owner::Operator, &one.id).await.unwrap().unwrap()
}

async fn replaced(store: &Store, one: &Connection, guard: Option<u64>, schemas: Option<&[ObjectSchema]>) -> bool {
    let grant = GrantRow { client_id: "the new client".into(), version: 1, ..grant(one) };
    store.replace(Replacement { connection: one, grant: &grant, guard, schemas }).await.unwrap()
}

/// A connection that waits; its next try is at `moment(100)`.
async fn waiting(store: &Store) -> Connection {
    let tenant = tenant(None);
    Tenants::insert(store, &tenant).await.unwrap();
    let one = Connection {
        state: ConnectionState::WaitingForApp,
        reason: Some("not known yet".into()),
        retry_at: Some(moment(100)),
        until: Some(moment(900)),
        ..connection(&tenant)
    };
    Connections::insert(store, &one, &grant(&one), &[]).await.unwrap();
    one
}

async fn swapped_credentials_move_the_version_on_and_old_refreshes_lose(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    store.set_state(one.id.as_str(), 1, GrantState::NeedsReauth, Some("user left")).await.unwrap();
    let new = Connection { login: "https://new.example".into(), generation: 3, ..one.clone() };
    assert!(replaced(&store, &new, None, Some(&[schema("Lead", &["Id"])])).await);
    let stored = store.load(one.id.as_str()).await.unwrap().unwrap();
    assert_eq!((stored.version, stored.client_id.as_str(), stored.state), (2, "the new client", GrantState::Active));
    assert_eq!((stored.login.as_str(), stored.reason), ("https://new.example", None));
    let found = row(&store, &one).await;
    assert_eq!((found.generation, found.schema_version), (3, 2));
    assert_eq!(store.schemas(&one.id).await.unwrap().unwrap().schemas[0].object, "Lead");
    let late = NewToken {
        access_token: Sealed("v1.late".into()),
        refresh_token: None,
        base_url: "https://api.acme.example".into(),
        obtained_at: moment(3),
        expires_at: moment(4),
    };
    assert!(!store.commit(one.id.as_str(), 1, &late).await.unwrap(), "a refresh of the old grant is late");
    assert!(!store.set_state(one.id.as_str(), 1, GrantState::NeedsReauth, None).await.unwrap());
}

async fn a_swap_under_a_guard_or_of_a_foreign_tenant_changes_nothing(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let (other, _) = connected(&store).await;
    assert!(!replaced(&store, &one, Some(0), Some(&[])).await);
    let moved = Connection { tenant_id: other.id, ..one.clone() };
    let grant = GrantRow { connection_id: one.id.as_str().into(), ..grant(&moved) };
    let change = Replacement { connection: &moved, grant: &grant, guard: None, schemas: Some(&[]) };
    assert!(!store.replace(change).await.unwrap());
    assert_eq!(row(&store, &one).await, one);
    assert_eq!(store.load(one.id.as_str()).await.unwrap().unwrap().client_id, "the client");
    assert_eq!(store.schemas(&one.id).await.unwrap().unwrap().schemas.len(), 1);
    assert!(replaced(&store, &one, Some(1), None).await);
    assert_eq!(store.schemas(&one.id).await.unwrap().unwrap().schemas.len(), 1, "schemas are kept");
}

async fn one_of_several_servers_takes_on_a_due_try(place: Place) {
    let store = place.store().await;
    let (one, (_, active)) = (waiting(&store).await, connected(&store).await);
    assert_eq!(row(&store, &one).await, one);
    let due = async |at| store.due(moment(at), 100).await.unwrap().into_iter().map(|c| c.id).collect::<Vec<_>>();
    assert!(!due(99).await.contains(&one.id));
    let at_its_time = due(100).await;
    assert!(at_its_time.contains(&one.id) && !at_its_time.contains(&active.id));
    let claims = (0..4).map(|_| store.claim(&one.id, moment(100), moment(200)));
    let won = futures_util::future::join_all(claims).await.into_iter().filter(|c| *c.as_ref().unwrap()).count();
    assert_eq!(won, 1);
    assert!(!due(199).await.contains(&one.id));
    assert!(due(200).await.contains(&one.id), "as good after a restart");
}

async fn waiting_ends_only_under_the_claim(place: Place) {
    let store = place.store().await;
    let one = waiting(&store).await;
    assert!(!store.end_wait(&one.id, moment(50), "late").await.unwrap());
    assert!(store.end_wait(&one.id, moment(100), "in vain").await.unwrap());
    let ended = row(&store, &one).await;
    assert_eq!((ended.state, ended.reason.as_deref()), (ConnectionState::Misconfigured, Some("in vain")));
    assert_eq!((ended.retry_at, ended.until), (None, None));
    assert!(!store.end_wait(&one.id, moment(100), "again").await.unwrap());
    assert!(!store.claim(&one.id, moment(100), moment(200)).await.unwrap());
}

async fn a_pause_forgets_the_token_and_moves_the_version_on(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    assert!(!store.pause(one.id.as_str(), 7, "ORG2", "late", None).await.unwrap());
    assert!(store.pause(one.id.as_str(), 1, "ORG2", "another", None).await.unwrap());
    let stored = store.load(one.id.as_str()).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.version, stored.access_token), (GrantState::OrgChanged, 2, None));
    assert_eq!(stored.remote_id, one.remote_id, "the connection's own account stays");
    let found = row(&store, &one).await;
    assert_eq!((found.state, found.found_id.as_deref()), (ConnectionState::OrgChanged, Some("ORG2")));
    assert!(store.set_state(one.id.as_str(), 2, GrantState::Active, None).await.unwrap());
    assert_eq!(row(&store, &one).await.found_id, None);
}

async fn a_connection_reads_back_with_its_schemas(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    assert_eq!(row(&store, &one).await, one);
    let found = store.schemas(&one.id).await.unwrap().unwrap();
    assert_eq!(found.version, one.schema_version);
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
    assert_eq!(row(&store, &one).await, one);
    let kept = store.schemas(&one.id).await.unwrap().unwrap();
    assert!(!kept.schemas[0].has("Stolen"));
    let mut moved = one.clone();
    moved.tenant_id = other.id;
    moved.remote_account = Some("Stolen".into());
    store.update_checked(&moved, Some(&[])).await.unwrap();
    assert_eq!(row(&store, &one).await, one);
    assert_eq!(store.schemas(&one.id).await.unwrap().unwrap().schemas.len(), 1);
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
    let found = row(&store, &one).await;
    assert_ne!(found.since, one.since, "the time of the change is noted");
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
    let found = store.schemas(&one.id).await.unwrap().unwrap();
    let objects: Vec<_> = found.schemas.iter().map(|s| s.object.as_str()).collect();
    assert_eq!(objects, ["Account", "Lead"], "the old ones are gone");
    one.schema_version = 2;
    assert_eq!((found.version, row(&store, &one).await), (2, one));
}

async fn a_test_without_schemas_keeps_them_and_the_grants_state(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let mut tested = one.clone();
    tested.state = ConnectionState::Misconfigured;
    tested.reason = Some("no API access".into());
    tested.checked_at = Some(moment(60));
    store.update_checked(&tested, None).await.unwrap();
    let found = row(&store, &one).await;
    assert_eq!(found.checked_at, Some(moment(60)));
    assert_eq!(store.schemas(&one.id).await.unwrap().unwrap().schemas.len(), 1);
    // Only the token keeper writes the state, guarded by the token's version.
    assert_eq!((found.state, found.reason), (one.state, one.reason));
}

async fn a_saved_schema_replaces_the_old_one(place: Place) {
    let store = place.store().await;
    let (tenant, one) = connected(&store).await;
    store.save_schema(&only(&tenant), &one.id, &schema("Contact", &["Id", "Email"])).await.unwrap();
    store.save_schema(&Owner::Operator, &one.id, &schema("Account", &["Id"])).await.unwrap();
    let found = store.schemas(&one.id).await.unwrap().unwrap();
    assert_eq!((found.version, row(&store, &one).await.schema_version), (3, 3));
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
    assert!(store.schemas(&one.id).await.unwrap().is_none());
    assert!(!replaced(&store, &one, None, None).await, "credentials do not bring it back");
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
