//! Grants and their version guard.

use crate::place::Place;
use crate::sample::{connected, grant, moment};
use heddle_auth::{GrantState, NewToken, Sealed, TokenRows};
use heddle_engine::{Connections, Owner};

on_each_database!(
    a_grant_reads_back_as_it_was_stored,
    a_token_is_stored_once_for_a_spent_version,
    of_sixteen_writers_of_one_version_one_wins,
    a_verdict_counts_for_its_version_only,
    a_new_token_makes_the_grant_active,
    a_deleted_grant_takes_no_token,
    a_rotated_token_replaces_the_old_one_and_none_keeps_it,
    t03_of_sixteen_who_announce_one_may_spend,
    an_announcement_ends_with_its_owner_its_version_or_its_age,
    unused_grants_are_found_the_longest_unused_first,
);

fn token(text: &str) -> NewToken {
    NewToken {
        access_token: Sealed(text.into()),
        refresh_token: None,
        base_url: "https://moved.acme.example".into(),
        obtained_at: moment(10),
        expires_at: moment(20),
    }
}

async fn a_grant_reads_back_as_it_was_stored(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let (stored, row) = (grant(&one), store.load(one.id.as_str()).await.unwrap().unwrap());
    assert!(row.client_secret == stored.client_secret && row.access_token == stored.access_token);
    // `Debug` leaves the sealed texts out.
    assert_eq!(format!("{row:?}"), format!("{stored:?}"));
    assert!(store.load("con_0").await.unwrap().is_none());
}

async fn a_token_is_stored_once_for_a_spent_version(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let id = one.id.as_str();
    assert!(store.commit(id, 1, &token("first")).await.unwrap());
    assert!(!store.commit(id, 1, &token("late")).await.unwrap());
    assert!(!store.commit(id, 7, &token("from the future")).await.unwrap());
    let row = store.load(id).await.unwrap().unwrap();
    assert_eq!((row.version, row.access_token.unwrap().0.as_str()), (2, "first"));
    assert_eq!((row.obtained_at, row.expires_at), (Some(moment(10)), Some(moment(20))));
    let seen = Connections::get(&store, &Owner::Operator, &one.id).await.unwrap().unwrap();
    assert_eq!(seen.base_url.as_deref(), Some("https://moved.acme.example"));
}

async fn of_sixteen_writers_of_one_version_one_wins(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    for round in 1..=10 {
        let writers: Vec<_> = (0..16)
            .map(|n| {
                let (store, id) = (store.clone(), one.id.as_str().to_owned());
                tokio::spawn(async move { store.commit(&id, round, &token(&n.to_string())).await.unwrap() })
            })
            .collect();
        let mut won = 0;
        for writer in writers {
            won += usize::from(writer.await.unwrap());
        }
        assert_eq!(won, 1, "round {round}");
    }
    assert_eq!(store.load(one.id.as_str()).await.unwrap().unwrap().version, 11);
}

async fn a_verdict_counts_for_its_version_only(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let id = one.id.as_str();
    assert!(!store.set_state(id, 0, GrantState::NeedsReauth, Some("late")).await.unwrap());
    assert_eq!(store.load(id).await.unwrap().unwrap().state, GrantState::Active);
    assert!(store.set_state(id, 1, GrantState::Misconfigured, Some("wrong secret")).await.unwrap());
    let row = store.load(id).await.unwrap().unwrap();
    assert_eq!((row.state, row.reason.as_deref()), (GrantState::Misconfigured, Some("wrong secret")));
}

async fn a_new_token_makes_the_grant_active(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let id = one.id.as_str();
    store.set_state(id, 1, GrantState::Misconfigured, Some("wrong secret")).await.unwrap();
    assert!(store.commit(id, 1, &token("t")).await.unwrap());
    let row = store.load(id).await.unwrap().unwrap();
    assert_eq!((row.state, row.reason), (GrantState::Active, None));
}

async fn a_deleted_grant_takes_no_token(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    Connections::delete(&store, &Owner::Operator, &one.id).await.unwrap();
    assert!(!store.commit(one.id.as_str(), 1, &token("t")).await.unwrap());
    assert!(!store.set_state(one.id.as_str(), 1, GrantState::NeedsReauth, None).await.unwrap());
    assert!(store.load(one.id.as_str()).await.unwrap().is_none());
}

async fn a_rotated_token_replaces_the_old_one_and_none_keeps_it(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let id = one.id.as_str();
    let rotated = NewToken { refresh_token: Some(Sealed("r1".into())), ..token("t1") };
    assert!(store.commit(id, 1, &rotated).await.unwrap());
    assert!(store.commit(id, 2, &token("t2")).await.unwrap());
    assert_eq!(store.load(id).await.unwrap().unwrap().refresh_token.unwrap().0, "r1");
    let newer = Sealed("r2".into());
    assert!(store.pause(id, 3, "ORG2", "another", Some(&newer)).await.unwrap());
    assert_eq!(store.load(id).await.unwrap().unwrap().refresh_token.unwrap().0, "r2");
}

const LONG: std::time::Duration = std::time::Duration::from_secs(120);

async fn t03_of_sixteen_who_announce_one_may_spend(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    for version in 1..=10 {
        let tries: Vec<_> = (0..16)
            .map(|n| {
                let (store, id) = (store.clone(), one.id.as_str().to_owned());
                tokio::spawn(
                    async move { store.announce(&id, version, &format!("{version}/{n}"), LONG).await.unwrap() },
                )
            })
            .collect();
        let mut may = 0;
        for tried in tries {
            may += usize::from(tried.await.unwrap());
        }
        assert_eq!(may, 1, "version {version}");
        assert!(store.commit(one.id.as_str(), version, &token("t")).await.unwrap());
    }
}

async fn an_announcement_ends_with_its_owner_its_version_or_its_age(place: Place) {
    let store = place.store().await;
    let (_, one) = connected(&store).await;
    let id = one.id.as_str();
    let announced = || async { store.load(id).await.unwrap().unwrap().announced };
    assert!(store.announce(id, 1, "a", LONG).await.unwrap());
    assert_eq!(announced().await, Some(1));
    assert!(!store.announce(id, 1, "b", LONG).await.unwrap());
    assert!(!store.announce(id, 7, "b", LONG).await.unwrap(), "another version");
    store.conclude(id, "b", false).await.unwrap();
    assert!(!store.announce(id, 1, "b", LONG).await.unwrap(), "it is not b's to end");
    store.conclude(id, "a", false).await.unwrap();
    assert_eq!(announced().await, None);

    assert!(store.announce(id, 1, "b", LONG).await.unwrap());
    store.conclude(id, "b", true).await.unwrap();
    assert_eq!(announced().await, Some(1), "the next one knows that it may be spent");
    assert!(store.announce(id, 1, "c", LONG).await.unwrap());
    assert!(store.announce(id, 1, "d", std::time::Duration::ZERO).await.unwrap(), "its time is over");
    assert!(store.commit(id, 1, &token("t")).await.unwrap());
    assert_eq!(announced().await, None);
    assert!(store.announce(id, 2, "e", LONG).await.unwrap());
}

async fn unused_grants_are_found_the_longest_unused_first(place: Place) {
    let store = place.store().await;
    let mut ids = Vec::new();
    for ms in [30, 10, 20, 90] {
        let (_, one) = connected(&store).await;
        let rotated = NewToken { refresh_token: Some(Sealed("r".into())), obtained_at: moment(ms), ..token("t") };
        store.commit(one.id.as_str(), 1, &rotated).await.unwrap();
        ids.push(one.id.as_str().to_owned());
    }
    // One without a refresh token, and one that needs a person.
    connected(&store).await;
    store.set_state(&ids[2], 2, GrantState::NeedsReauth, None).await.unwrap();
    assert_eq!(store.idle(moment(80), 10).await.unwrap(), [ids[1].clone(), ids[0].clone()]);
    assert_eq!(store.idle(moment(80), 1).await.unwrap(), [ids[1].clone()]);
}
