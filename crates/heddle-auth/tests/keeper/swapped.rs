//! Credentials that take the place of others, and tokens that are ended.

use crate::stage::*;
use heddle_auth::{Candidate, KeeperSettings};
use heddle_gate::{Failure, FailureKind, GrantId, TokenSource};
use secrecy::SecretString;
use std::time::Duration;

fn revocations(stage: &Stage) -> Vec<String> {
    let sent = stage.provider.sent.lock().unwrap();
    sent.iter().filter(|s| s.operation == "revoke").map(|s| format!("{} {}", s.url, s.body)).collect()
}

async fn tried(stage: &Stage) -> GrantId {
    let grant = stage.keeper.candidate(Candidate {
        tenant_id: "ten_1".into(),
        provider: "acme".into(),
        kind: "client_credentials".into(),
        login: LOGIN.into(),
        client_id: "the new client".into(),
        client_secret: SecretString::from("the new secret"),
        subject: None,
        code: None,
    });
    let grant = grant.unwrap();
    stage.keeper.get(&grant, MINUTE).await.unwrap();
    grant
}

/// Stores a candidate in the place of `con_1`, as the database does it.
fn stored(stage: &Stage, grant: &GrantId) {
    let mut row = stage.keeper.row_for(grant, "con_1").unwrap();
    row.version = stage.rows.row("con_1").unwrap().version + 1;
    stage.rows.put(row);
}

#[tokio::test(start_paused = true)]
async fn the_new_token_is_used_from_the_swap_on() {
    let stage = Stage::new();
    assert_eq!(bearer(&stage.get().await.unwrap()), "token-1");
    let grant = tried(&stage).await;
    assert_eq!(bearer(&stage.get().await.unwrap()), "token-1", "a trial touches nothing");
    stored(&stage, &grant);
    stage.keeper.replaced(&grant, "con_1");
    let now = stage.get().await.unwrap();
    assert_eq!((now.version, bearer(&now)), (2, "token-2"));
    assert_eq!(stage.keeper.get(&grant, MINUTE).await.unwrap_err().kind, FailureKind::NotFound);
    assert_eq!(stage.provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_in_flight_for_the_old_grant_loses_and_its_callers_get_the_new_token() {
    let stage = Stage::new();
    stage.rows.commits.forget_permits(usize::MAX);
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    let grant = tried(&stage).await;
    stored(&stage, &grant);
    stage.keeper.replaced(&grant, "con_1");
    stage.rows.commits.add_permits(10);
    assert_eq!(bearer(&caller.await.unwrap().unwrap()), "token-2");
    assert_eq!(bearer(&stage.get().await.unwrap()), "token-2");
    assert_eq!(stage.rows.row("con_1").unwrap().version, 1);
    assert_eq!(stage.provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_candidate_of_a_stored_connection_has_its_credentials_and_touches_nothing() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    let (grant, version) = stage.keeper.candidate_of("con_1").await.unwrap();
    assert_eq!(version, 1);
    assert_eq!(bearer(&stage.keeper.get(&grant, MINUTE).await.unwrap()), "token-2");
    assert!(stage.provider.sent.lock().unwrap()[1].body.contains("the+secret"));
    assert_eq!(bearer(&stage.get().await.unwrap()), "token-1");
    assert_eq!(stage.keeper.candidate_of("con_9").await.unwrap_err().kind, FailureKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn the_old_token_is_ended_unless_the_provider_gave_the_same_again() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    let old = stage.keeper.revocable("con_1").await;
    stage.keeper.revoke_replaced(old, "con_1").await;
    assert!(stage.keeper.settle(MINUTE).await);
    assert!(revocations(&stage).is_empty(), "the same token is in use");
    let old = stage.keeper.revocable("con_1").await;
    stage.store_elsewhere("another", HOUR);
    stage.keeper.revoke_replaced(old, "con_1").await;
    assert!(stage.keeper.settle(MINUTE).await);
    assert_eq!(revocations(&stage), [format!("{LOGIN}/oauth/revoke token=token-1")]);
}

#[tokio::test(start_paused = true)]
async fn a_revocation_says_how_it_went_and_ends_in_its_time() {
    let stage = Stage::with(KeeperSettings { revoke_timeout: Duration::from_secs(5), ..KeeperSettings::default() });
    let nothing = stage.keeper.revocable("con_1").await;
    assert!(!stage.keeper.revoke(nothing).await.revoked, "no token yet");
    stage.get().await.unwrap();
    let token = stage.keeper.revocable("con_1").await;
    assert!(!format!("{token:?}").contains("token-1"));
    stage.rows.delete("con_1");
    assert!(stage.keeper.revoke(token).await.revoked, "the row is not needed any more");

    let stage = Stage::new();
    stage.get().await.unwrap();
    stage.provider.next(Act::Fail(Failure::new(FailureKind::ValidationFailed, "invalid_token")));
    let refused = stage.keeper.revoke(stage.keeper.revocable("con_1").await).await;
    assert!(!refused.revoked && refused.detail.contains("invalid_token"), "{refused:?}");
    stage.provider.hold();
    let before = stage.now();
    let silent = stage.keeper.revoke(stage.keeper.revocable("con_1").await).await;
    assert!(!silent.revoked && silent.detail.contains("in time"), "{silent:?}");
    assert_eq!(stage.now().duration_since(before).unwrap(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn t13_a_token_that_came_after_the_deletion_is_ended() {
    let stage = Stage::new();
    stage.rows.commits.forget_permits(usize::MAX);
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    stage.rows.delete("con_1");
    stage.keeper.forget(&con());
    stage.rows.commits.add_permits(10);
    assert_eq!(caller.await.unwrap().unwrap_err().kind, FailureKind::NotFound);
    assert!(stage.keeper.settle(MINUTE).await);
    assert_eq!(revocations(&stage), [format!("{LOGIN}/oauth/revoke token=token-1")]);
}
