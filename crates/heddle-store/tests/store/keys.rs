//! API keys.

use crate::place::Place;
use crate::sample::moment;
use heddle_engine::{ApiKey, KeyId, Keys, Scope, Slice, StoreError, TenantId};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

on_each_database!(
    a_key_reads_back_by_its_digest,
    no_list_of_tenants_is_not_an_empty_one,
    a_digest_is_taken_once,
    a_use_is_noted_to_the_minute,
    a_deleted_key_is_gone,
    keys_are_listed_in_slices,
);

fn key(hash: &str) -> ApiKey {
    ApiKey {
        id: KeyId::generate(),
        name: "Build \"server\"".into(),
        prefix: "hdl_AbCd".into(),
        hash: hash.into(),
        scopes: vec![Scope::CrmRead, Scope::Calls],
        tenants: Some(vec![TenantId::generate(), TenantId::generate()]),
        expires_at: Some(moment(9)),
        last_used_at: None,
        created_at: moment(0),
    }
}

async fn a_key_reads_back_by_its_digest(place: Place) {
    let store = place.store().await;
    let one = key("aa");
    Keys::insert(&store, &one).await.unwrap();
    assert_eq!(store.by_hash("aa").await.unwrap(), Some(one));
    assert_eq!(store.by_hash("AA").await.unwrap(), None);
    assert_eq!(store.by_hash("").await.unwrap(), None);
}

async fn no_list_of_tenants_is_not_an_empty_one(place: Place) {
    let store = place.store().await;
    for (hash, tenants) in [("all", None), ("none", Some(Vec::new()))] {
        Keys::insert(&store, &ApiKey { tenants: tenants.clone(), ..key(hash) }).await.unwrap();
        assert_eq!(store.by_hash(hash).await.unwrap().unwrap().tenants, tenants);
    }
}

async fn a_digest_is_taken_once(place: Place) {
    let store = place.store().await;
    Keys::insert(&store, &key("aa")).await.unwrap();
    let error = Keys::insert(&store, &key("aa")).await.unwrap_err();
    assert!(matches!(error, StoreError::Exists(_)), "{error}");
}

async fn a_use_is_noted_to_the_minute(place: Place) {
    let store = place.store().await;
    let (used, unused) = (key("aa"), key("bb"));
    Keys::insert(&store, &used).await.unwrap();
    Keys::insert(&store, &unused).await.unwrap();
    let before = SystemTime::now();
    (0..100).for_each(|_| store.touch(&used.id));
    store.touch(&KeyId::generate());
    store.flush().await;
    let noted = store.by_hash("aa").await.unwrap().unwrap().last_used_at.unwrap();
    assert_eq!(noted.duration_since(UNIX_EPOCH).unwrap().as_millis() % 60_000, 0);
    assert!(noted <= SystemTime::now() && noted + Duration::from_secs(60) > before);
    assert_eq!(store.by_hash("bb").await.unwrap().unwrap().last_used_at, None);
}

async fn a_deleted_key_is_gone(place: Place) {
    let store = place.store().await;
    let one = key("aa");
    Keys::insert(&store, &one).await.unwrap();
    store.touch(&one.id);
    assert!(Keys::delete(&store, &one.id).await.unwrap());
    assert!(!Keys::delete(&store, &one.id).await.unwrap());
    store.flush().await;
    assert_eq!(store.by_hash("aa").await.unwrap(), None);
}

async fn keys_are_listed_in_slices(place: Place) {
    let store = place.store().await;
    let all: Vec<_> = (0..5).map(|n| key(&n.to_string())).collect();
    for one in &all {
        Keys::insert(&store, one).await.unwrap();
    }
    let first = Keys::list(&store, Slice { after: None, limit: 3 }).await.unwrap();
    assert_eq!(first, all[..3]);
    let after = Some(first[2].id.as_str());
    assert_eq!(Keys::list(&store, Slice { after, limit: 3 }).await.unwrap(), all[3..]);
}
