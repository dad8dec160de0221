//! Passing failures of the token endpoint.

use crate::stage::*;
use heddle_gate::{Failure, FailureKind};
use std::time::Duration;

fn down() -> Act {
    Act::Fail(Failure::new(FailureKind::Unavailable, "the provider is down"))
}

#[tokio::test(start_paused = true)]
async fn t15_a_good_token_goes_on_being_used_while_the_endpoint_fails() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    tokio::time::advance(HOUR - MINUTE).await;
    for _ in 0..50 {
        stage.provider.next(down());
    }
    for _ in 0..59 {
        assert_eq!(stage.get().await.unwrap().version, 1);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::Unavailable);
    assert!(stage.provider.calls() < 20, "{} calls in a minute", stage.provider.calls());
}

#[tokio::test(start_paused = true)]
async fn a_failing_endpoint_is_asked_less_and_less() {
    let stage = Stage::new();
    for _ in 0..2000 {
        stage.provider.next(down());
    }
    for _ in 0..3600 {
        let failure = stage.get().await.unwrap_err();
        assert!(failure.retry_after.is_some_and(|w| w <= Duration::from_secs(300)), "{failure:?}");
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    let calls = stage.provider.calls();
    assert!((15..120).contains(&calls), "{calls} calls in an hour");
}

#[tokio::test(start_paused = true)]
async fn t15_the_wait_that_the_provider_asks_for_is_honoured() {
    let stage = Stage::new();
    let limited = Failure::new(FailureKind::ProviderRateLimited, "slow down");
    stage.provider.next(Act::Fail(limited.retry_after(Duration::from_secs(45))));
    stage.get().await.unwrap_err();
    tokio::time::advance(Duration::from_secs(44)).await;
    let failure = stage.get().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::ProviderRateLimited);
    assert_eq!(failure.retry_after, Some(Duration::from_secs(1)));
    assert_eq!(stage.provider.calls(), 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(stage.get().await.unwrap().version, 1);
}

#[tokio::test(start_paused = true)]
async fn a_success_ends_the_waiting() {
    let stage = Stage::new();
    for _ in 0..5 {
        stage.provider.next(down());
        stage.get().await.unwrap_err();
        tokio::time::advance(Duration::from_secs(301)).await;
    }
    stage.get().await.unwrap();
    tokio::time::advance(HOUR).await;
    stage.provider.next(down());
    assert!(stage.get().await.unwrap_err().retry_after.unwrap() <= Duration::from_secs(1));
}
