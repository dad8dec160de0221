//! Apps of the operator, and consents under way.

use crate::place::Place;
use crate::sample::{connected, connection, grant, moment, tenant};
use heddle_auth::{Sealed, TokenRows};
use heddle_engine::{
    AppId, Connections, Consent, Consents, Deleted, OAuthApp, OAuthApps, Owner, Slice, StoreError, Tenants,
};
use heddle_store::Store;

on_each_database!(
    an_app_reads_back_as_it_was_stored_and_changes_once_a_version,
    an_app_that_connections_need_is_not_removed,
    a_grant_comes_with_the_secret_of_its_app_as_it_is_now,
    trouble_with_an_app_is_news_once,
    of_sixteen_who_come_back_with_one_state_one_gets_the_consent,
    consents_go_with_their_time_their_tenant_and_their_app,
);

fn app() -> OAuthApp {
    OAuthApp {
        id: AppId::generate(),
        provider: "acme".into(),
        name: "Our app".into(),
        login: "https://login.acme.example".into(),
        client_id: "the client".into(),
        client_secret: Sealed("v1.app secret".into()),
        scopes: vec!["data".into(), "offline".into()],
        redirect_uri: None,
        version: 1,
        trouble: None,
        trouble_since: None,
        created_at: moment(1),
        updated_at: moment(1),
    }
}

fn all() -> Slice<'static> {
    Slice { after: None, limit: 10 }
}

async fn an_app_reads_back_as_it_was_stored_and_changes_once_a_version(place: Place) {
    let store = place.store().await;
    let (one, other) = (app(), OAuthApp { provider: "other".into(), ..app() });
    OAuthApps::insert(&store, &one).await.unwrap();
    OAuthApps::insert(&store, &other).await.unwrap();
    assert!(matches!(OAuthApps::insert(&store, &one).await, Err(StoreError::Exists(_))));
    assert_eq!(OAuthApps::get(&store, &one.id).await.unwrap().as_ref(), Some(&one));
    assert_eq!(OAuthApps::list(&store, Some("acme"), all()).await.unwrap(), std::slice::from_ref(&one));
    assert_eq!(OAuthApps::list(&store, None, all()).await.unwrap().len(), 2);
    let changed =
        OAuthApp { name: "New".into(), redirect_uri: Some("https://x.example".into()), version: 2, ..one.clone() };
    assert!(store.update(&changed, 1).await.unwrap());
    assert!(!store.update(&changed, 1).await.unwrap(), "somebody else was first");
    assert_eq!(OAuthApps::get(&store, &one.id).await.unwrap(), Some(changed));
    assert_eq!(OAuthApps::delete(&store, &one.id).await.unwrap(), Deleted::Gone);
    assert_eq!(OAuthApps::delete(&store, &one.id).await.unwrap(), Deleted::NotThere);
}

/// A connection that was made with an app.
async fn consented(store: &Store, app: &OAuthApp) -> heddle_engine::Connection {
    let tenant = tenant(None);
    Tenants::insert(store, &tenant).await.unwrap();
    let one = connection(&tenant);
    let grant = heddle_auth::GrantRow {
        app_id: Some(app.id.to_string()),
        refresh_token: Some(Sealed("v1.refresh".into())),
        ..grant(&one)
    };
    Connections::insert(store, &one, &grant, &[]).await.unwrap();
    one
}

async fn an_app_that_connections_need_is_not_removed(place: Place) {
    let store = place.store().await;
    let app = app();
    OAuthApps::insert(&store, &app).await.unwrap();
    let one = consented(&store, &app).await;
    assert_eq!(OAuthApps::delete(&store, &app.id).await.unwrap(), Deleted::InUse(1));
    Connections::delete(&store, &Owner::Operator, &one.id).await.unwrap();
    assert_eq!(OAuthApps::delete(&store, &app.id).await.unwrap(), Deleted::Gone);
}

async fn a_grant_comes_with_the_secret_of_its_app_as_it_is_now(place: Place) {
    let store = place.store().await;
    let app = app();
    OAuthApps::insert(&store, &app).await.unwrap();
    let one = consented(&store, &app).await;
    let row = store.load(one.id.as_str()).await.unwrap().unwrap();
    assert_eq!(row.app_id.as_deref(), Some(app.id.as_str()));
    assert_eq!(row.app_secret.map(|secret| (secret.sealed.0, secret.version)), Some(("v1.app secret".into(), 1)));
    let changed = OAuthApp { client_secret: Sealed("v1.new".into()), version: 2, ..app };
    assert!(store.update(&changed, 1).await.unwrap());
    let row = store.load(one.id.as_str()).await.unwrap().unwrap();
    assert_eq!(row.app_secret.map(|secret| (secret.sealed.0, secret.version)), Some(("v1.new".into(), 2)));
    let (_, own) = connected(&store).await;
    assert!(store.load(own.id.as_str()).await.unwrap().unwrap().app_secret.is_none());
}

async fn trouble_with_an_app_is_news_once(place: Place) {
    let store = place.store().await;
    let app = app();
    OAuthApps::insert(&store, &app).await.unwrap();
    let id = app.id.as_str();
    assert!(!store.note_app(id, 1, None).await.unwrap());
    assert!(store.note_app(id, 1, Some("wrong secret")).await.unwrap());
    assert!(!store.note_app(id, 1, Some("wrong secret")).await.unwrap());
    assert!(!store.note_app(id, 2, Some("late")).await.unwrap(), "of another version");
    let shown = OAuthApps::get(&store, &app.id).await.unwrap().unwrap();
    assert!(shown.trouble.as_deref() == Some("wrong secret") && shown.trouble_since.is_some());
    assert!(store.note_app(id, 1, None).await.unwrap());
    let shown = OAuthApps::get(&store, &app.id).await.unwrap().unwrap();
    assert_eq!((shown.trouble, shown.trouble_since), (None, None));
}

async fn started(store: &Store) -> (OAuthApp, Consent) {
    let (app, tenant) = (app(), tenant(None));
    OAuthApps::insert(store, &app).await.unwrap();
    Tenants::insert(store, &tenant).await.unwrap();
    let consent = Consent {
        state: app.id.to_string(),
        tenant_id: tenant.id,
        provider: "acme".into(),
        app_id: app.id.clone(),
        connection_id: None,
        login: "https://login.acme.example".into(),
        redirect_uri: "https://heddle.example/oauth/callback/acme".into(),
        verifier: Sealed("v1.verifier".into()),
        return_url: Some("https://app.example/done".into()),
        expires_at: moment(600_000),
    };
    (app, consent)
}

async fn of_sixteen_who_come_back_with_one_state_one_gets_the_consent(place: Place) {
    let store = place.store().await;
    let (_, mut consent) = started(&store).await;
    consent.expires_at = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(4_000_000_000);
    store.put(&consent).await.unwrap();
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let (store, state) = (store.clone(), consent.state.clone());
            tokio::spawn(async move { store.take(&state).await.unwrap() })
        })
        .collect();
    let mut got = Vec::new();
    for tried in tries {
        got.extend(tried.await.unwrap());
    }
    assert_eq!(got, [consent]);
}

async fn consents_go_with_their_time_their_tenant_and_their_app(place: Place) {
    let store = place.store().await;
    let later = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(4_000_000_000);
    let (_, mut old) = started(&store).await;
    old.expires_at = std::time::SystemTime::UNIX_EPOCH;
    store.put(&old).await.unwrap();
    let (app, mut new) = started(&store).await;
    new.expires_at = later;
    store.put(&new).await.unwrap();
    assert_eq!(store.take(&old.state).await.unwrap(), None, "nobody came back from it");
    assert_eq!(OAuthApps::delete(&store, &app.id).await.unwrap(), Deleted::Gone);
    assert_eq!(store.take(&new.state).await.unwrap(), None);
}
