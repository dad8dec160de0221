//! A machine whose clock is wrong.

use crate::stage::*;
use heddle_auth::KeeperSettings;
use heddle_gate::TokenSource;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn t18_a_clock_five_minutes_wrong_uses_no_expired_token_and_does_not_loop() {
    for (ahead, behind) in [(300, 0), (0, 300)] {
        let stage = Stage::new();
        let start = tokio::time::Instant::now();
        let clock = Arc::new(move || wall(start) + Duration::from_secs(ahead) - Duration::from_secs(behind));
        let settings = KeeperSettings { clock, ..KeeperSettings::default() };
        let process = keeper(stage.rows.clone(), &stage.vault, stage.provider.clone(), settings);
        let mut given: Option<(u64, tokio::time::Instant)> = None;
        for _ in 0..10 * 60 {
            let token = process.get(&con(), MINUTE).await.unwrap();
            let now = tokio::time::Instant::now();
            match given {
                Some((version, since)) if version == token.version => {
                    assert!(now < since + HOUR, "used {:?} after it was given", now - since);
                }
                _ => given = Some((token.version, now)),
            }
            tokio::time::advance(MINUTE).await;
        }
        let calls = stage.provider.calls();
        assert!((10..=11).contains(&calls), "{calls} token calls in ten hours");
    }
}

#[tokio::test(start_paused = true)]
async fn t18_a_clock_that_jumps_costs_one_token_call_a_jump_at_most() {
    let stage = Stage::new();
    let start = tokio::time::Instant::now();
    let skew = Arc::new(std::sync::atomic::AtomicU64::new(600));
    let of_clock = skew.clone();
    let clock = Arc::new(move || wall(start) + Duration::from_secs(of_clock.load(std::sync::atomic::Ordering::SeqCst)));
    let settings = KeeperSettings { clock, ..KeeperSettings::default() };
    let process = keeper(stage.rows.clone(), &stage.vault, stage.provider.clone(), settings);
    process.get(&con(), MINUTE).await.unwrap();
    for (jump, to) in [300, 900, 600].into_iter().enumerate() {
        skew.store(to, std::sync::atomic::Ordering::SeqCst);
        for _ in 0..100 {
            process.get(&con(), MINUTE).await.unwrap();
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert!(stage.provider.calls() <= jump + 2, "{} calls after {} jumps", stage.provider.calls(), jump + 1);
    }
}
