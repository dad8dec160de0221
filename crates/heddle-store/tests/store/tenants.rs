//! Tenants.

use crate::place::Place;
use crate::sample::{only, tenant};
use heddle_engine::{Owner, Slice, StoreError, TenantId, Tenants};

on_each_database!(
    a_tenant_reads_back_as_it_was_stored,
    an_external_id_is_taken_once_and_no_external_id_often,
    an_owner_sees_its_own_tenants_only,
    lists_come_in_order_and_in_slices,
    text_with_quotes_is_text,
);

async fn a_tenant_reads_back_as_it_was_stored(place: Place) {
    let store = place.store().await;
    let one = tenant(Some("crm-1"));
    Tenants::insert(&store, &one).await.unwrap();
    assert_eq!(Tenants::get(&store, &Owner::Operator, &one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(store.by_external_id(&Owner::Operator, "crm-1").await.unwrap(), Some(one));
    assert_eq!(Tenants::get(&store, &Owner::Operator, &TenantId::generate()).await.unwrap(), None);
    assert_eq!(store.by_external_id(&Owner::Operator, "crm-2").await.unwrap(), None);
}

async fn an_external_id_is_taken_once_and_no_external_id_often(place: Place) {
    let store = place.store().await;
    Tenants::insert(&store, &tenant(Some("crm-1"))).await.unwrap();
    let error = Tenants::insert(&store, &tenant(Some("crm-1"))).await.unwrap_err();
    assert!(matches!(error, StoreError::Exists(_)), "{error}");
    Tenants::insert(&store, &tenant(None)).await.unwrap();
    Tenants::insert(&store, &tenant(None)).await.unwrap();
}

async fn an_owner_sees_its_own_tenants_only(place: Place) {
    let store = place.store().await;
    let (mine, other) = (tenant(Some("mine")), tenant(Some("other")));
    Tenants::insert(&store, &mine).await.unwrap();
    Tenants::insert(&store, &other).await.unwrap();
    let all = Slice { after: None, limit: 10 };
    let owner = only(&mine);
    assert!(Tenants::get(&store, &owner, &mine.id).await.unwrap().is_some());
    assert!(Tenants::get(&store, &owner, &other.id).await.unwrap().is_none());
    assert!(store.by_external_id(&owner, "other").await.unwrap().is_none());
    assert_eq!(Tenants::list(&store, &owner, all).await.unwrap(), std::slice::from_ref(&mine));
    let nobody = Owner::Tenants(Vec::new().into());
    assert!(Tenants::get(&store, &nobody, &mine.id).await.unwrap().is_none());
    assert!(Tenants::list(&store, &nobody, all).await.unwrap().is_empty());
}

async fn lists_come_in_order_and_in_slices(place: Place) {
    let store = place.store().await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        let one = tenant(None);
        Tenants::insert(&store, &one).await.unwrap();
        ids.push(one.id);
    }
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    loop {
        let slice = Slice { after: after.as_deref(), limit: 3 };
        let page = Tenants::list(&store, &Owner::Operator, slice).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id.as_str().to_owned());
        seen.extend(page.into_iter().map(|t| t.id));
    }
    assert_eq!(seen, ids);
}

async fn text_with_quotes_is_text(place: Place) {
    let store = place.store().await;
    let mut one = tenant(Some("'; DROP TABLE tenants; --"));
    one.name = "\"'\\%_\u{1f511}\n".into();
    Tenants::insert(&store, &one).await.unwrap();
    let found = store.by_external_id(&Owner::Operator, "'; DROP TABLE tenants; --").await.unwrap();
    assert_eq!(found, Some(one));
    assert_eq!(store.by_external_id(&Owner::Operator, "%").await.unwrap(), None);
}
