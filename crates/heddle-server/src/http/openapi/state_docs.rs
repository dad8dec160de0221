//! The table of connection states as people read it.

use heddle_engine::ConnectionState;
use std::fmt::Write;

/// `docs/connections.md`: every state with what it means, whether calls go out,
/// what callers are refused with, and what to do. Ends in a newline.
pub fn connections_markdown() -> String {
    let mut text = String::from(
        "# Connections\n\n\
         A connection is one tenant's authorised account at a provider. Its `state` says whether it can be used; \
         `reason` says why not, in a sentence; `since` is when it came into the state. `retry_at` is there when \
         something is tried again by itself, `until` when the state ends by itself, `until_estimated` when that is \
         an estimate. New states may come.\n\n\
         Credentials are tested before they are stored: by `POST /v1/connections`, by `PATCH /v1/connections/{id}`, \
         which swaps them without a gap, and by `heddle connect`. `DELETE` also asks the provider to end the token, \
         and says whether it did.\n\n",
    );
    let table = rows(&mut text);
    debug_assert!(table.is_ok(), "text takes everything");
    text
}

fn rows(text: &mut String) -> std::fmt::Result {
    writeln!(text, "| state | calls go out | callers get | meaning | what to do |")?;
    writeln!(text, "| --- | --- | --- | --- | --- |")?;
    for row in ConnectionState::TABLE {
        let code = row.code.map_or_else(String::new, |code| format!("`{}`", code.info().name));
        writeln!(text, "| `{}` | {} | {code} | {} | {} |", row.word, row.calls.as_str(), row.meaning, row.action)?;
    }
    Ok(())
}
