//! Apps of the operator that the provider refuses.

use crate::stage::*;
use crate::world::*;
use futures_util::future::join_all;
use heddle_auth::{AppCheck, GrantState};
use heddle_gate::{FailureKind, TokenSource};
use std::sync::atomic::Ordering;
use std::time::Duration;

const GRANTS: usize = 1_000;

/// A thousand connections of one app whose secret the provider has changed.
fn locked_out() -> World {
    let world = World::new();
    for n in 1..=GRANTS {
        world.consent(&format!("con_{n}"), &format!("first-{n}"));
    }
    *world.provider.secret.lock().unwrap() = "another".into();
    world
}

#[tokio::test(start_paused = true)]
async fn t09_a_wrong_app_secret_blames_no_connection_and_is_asked_about_once_a_minute() {
    let world = locked_out();
    let process = world.process(unharmed());
    let all = || {
        let process = process.clone();
        async move {
            join_all((1..=GRANTS).map(|n| {
                let process = process.clone();
                async move { process.get(&grant(n), MINUTE).await }
            }))
            .await
        }
    };
    for minute in 0..5 {
        for got in all().await {
            assert_eq!(got.unwrap_err().kind, FailureKind::Misconfigured);
        }
        assert!(world.provider.count() <= minute + 1, "minute {minute}: {} calls", world.provider.count());
        tokio::time::sleep(MINUTE + Duration::from_secs(1)).await;
    }
    assert_eq!(world.rows.alerts.load(Ordering::SeqCst), 1, "one alert");
    for n in 1..=GRANTS {
        assert_eq!(world.rows.row(&format!("con_{n}")).unwrap().state, GrantState::Active);
    }

    // The operator gives the new secret: everybody is served at once.
    for n in 1..=GRANTS {
        let mut row = world.rows.row(&format!("con_{n}")).unwrap();
        row.app_secret = Some(world.app_secret("another", 2));
        world.rows.put(row);
    }
    for got in all().await {
        got.unwrap();
    }
    assert_eq!(world.provider.reused.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn good_tokens_of_a_refused_app_go_on_being_used() {
    let world = World::new();
    let process = world.process(unharmed());
    get(&process).await.unwrap();
    *world.provider.secret.lock().unwrap() = "another".into();
    tokio::time::sleep(HOUR - MINUTE).await;
    for _ in 0..30 {
        assert_eq!(get(&process).await.unwrap().version, 1);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(world.provider.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_check_says_whether_the_provider_takes_the_app_and_ends_the_waiting_when_it_does() {
    let world = locked_out();
    let process = world.process(unharmed());
    let check = AppCheck {
        id: "app_1".into(),
        provider: "acme".into(),
        login: LOGIN.into(),
        client_id: "the client".into(),
        secret: world.app_secret("app secret", 1),
    };
    get(&process).await.unwrap_err();
    assert_eq!(process.check_app(&check).await.unwrap_err().kind, FailureKind::Misconfigured);
    // Somebody puts the old secret back at the provider.
    *world.provider.secret.lock().unwrap() = "app secret".into();
    process.check_app(&check).await.unwrap();
    assert_eq!(bearer(&get(&process).await.unwrap()), "access-1");
}
