//! Many callers meet a session that has just ended.

use super::in_real_time;
use super::table::Table;
use futures_util::future::join_all;
use heddle_tests::Server;
use serde_json::json;

/// Concurrent callers.
const CALLERS: usize = 200;

/// How long the token endpoint takes, in milliseconds: long enough that every
/// caller has noticed before the new token is there.
const TOKEN_MS: u64 = 200;

/// In each round 200 callers at once cost one token call, and all are answered.
pub(crate) fn expiry(tenth: bool) -> bool {
    in_real_time(async move {
        let mut table = Table::default();
        for round in 1..=if tenth { 1 } else { 10 } {
            // A new one each time: a connection renews its token by force once a minute.
            let server = Server::start().await;
            server.list(&[("limit", "1"), ("fields", "id")]).await;
            server.control("POST", "expire_sessions", json!({})).await;
            server.settings(json!({"token_delay_ms": TOKEN_MS})).await;
            let calls = (0..CALLERS).map(|_| server.list(&[("limit", "1"), ("fields", "id")]));
            let answers = join_all(calls).await;
            let served = answers.iter().filter(|answer| answer.status == 200 && answer.ids().len() == 1).count();
            let tokens = usize::try_from(server.token_calls()).unwrap_or(usize::MAX);
            table.exactly(&format!("round {round}: calls answered with their contact"), served, CALLERS);
            table.exactly(&format!("round {round}: token calls at the sandbox"), tokens, 1);
            if let Some(other) = answers.iter().find(|answer| answer.status != 200) {
                table.note("one of the others", format!("{} {}", other.status, other.code()));
            }
        }
        table.print(&format!("{CALLERS} concurrent callers at token expiry"))
    })
}
