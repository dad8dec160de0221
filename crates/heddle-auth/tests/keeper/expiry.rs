//! How long a token is believed.

use crate::stage::*;
use heddle_gate::TokenSource;
use std::time::Duration;

fn with_expiry(expires_in: &str) -> Act {
    Act::Body(format!(r#"{{"access_token":"t","issued_at":"1645224274824","api_base":"{BASE}"{expires_in}}}"#))
}

#[tokio::test(start_paused = true)]
async fn t11_the_life_of_a_token_is_read_from_what_can_be_believed() {
    for (field, seconds) in [
        ("", 3600),
        (r#","expires_in":900"#, 900),
        (r#","expires_in":"900""#, 900),
        (r#","expires_in":" 900 ""#, 900),
        (r#","expires_in":900.7"#, 900),
        (r#","expires_in":0"#, 3600),
        (r#","expires_in":"0""#, 3600),
        (r#","expires_in":-5"#, 3600),
        (r#","expires_in":1e300"#, 3600),
        (r#","expires_in":99999999999"#, 3600),
        (r#","expires_in":"NaN""#, 3600),
        (r#","expires_in":"inf""#, 3600),
        (r#","expires_in":"soon""#, 3600),
        (r#","expires_in":null"#, 3600),
        (r#","expires_in":[900]"#, 3600),
    ] {
        let stage = Stage::new();
        stage.provider.next(with_expiry(field));
        stage.get().await.unwrap();
        let row = stage.rows.row("con_1").unwrap();
        assert_eq!(row.expires_at.unwrap(), stage.now() + Duration::from_secs(seconds), "{field}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_token_counts_from_the_send() {
    let stage = Stage::new();
    let sent_at = stage.now();
    stage.provider.hold();
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    tokio::time::advance(Duration::from_secs(14)).await;
    stage.provider.release();
    caller.await.unwrap().unwrap();
    let row = stage.rows.row("con_1").unwrap();
    assert_eq!(row.obtained_at.unwrap(), sent_at);
    assert_eq!(row.expires_at.unwrap(), sent_at + HOUR);
}

#[tokio::test(start_paused = true)]
async fn a_token_near_its_end_is_replaced_and_not_before() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    tokio::time::advance(HOUR - MINUTE - Duration::from_secs(1)).await;
    assert_eq!(stage.get().await.unwrap().version, 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(stage.keeper.peek(&con(), Duration::ZERO).is_none());
    assert_eq!(stage.get().await.unwrap().version, 2);
}

#[tokio::test(start_paused = true)]
async fn a_caller_can_ask_for_more_life() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    tokio::time::advance(HOUR / 2 + MINUTE).await;
    assert!(stage.keeper.peek(&con(), MINUTE).is_some());
    assert!(stage.keeper.peek(&con(), HOUR / 2).is_none());
    assert_eq!(stage.keeper.get(&con(), HOUR / 2).await.unwrap().version, 2);
}

#[tokio::test(start_paused = true)]
async fn a_short_lived_token_is_not_refreshed_at_every_call() {
    let stage = Stage::new();
    stage.provider.next(with_expiry(r#","expires_in":30"#));
    for _ in 0..10 {
        assert_eq!(stage.get().await.unwrap().version, 1);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(stage.provider.calls(), 1);
}
