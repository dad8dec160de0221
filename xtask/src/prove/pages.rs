//! Every contact once, whatever the page, the order, or a restart between.

use super::in_real_time;
use super::table::Table;
use heddle_tests::{Server, ServerOptions};
use std::collections::HashSet;

/// Rows that the provider gives in one answer.
const ROWS: usize = 2_000;
/// The same when Description, a long text, is among the fields.
const ROWS_WITH_DESCRIPTION: usize = 1_000;

/// One walk: what it asks for, and how many contacts a provider call brings.
struct Walk {
    name: &'static str,
    limit: usize,
    fields: Option<&'static str>,
    rows: usize,
}

const WALKS: &[Walk] = &[
    Walk {
        name: "limit=2000, without Description",
        limit: 2_000,
        fields: Some("id,first_name,email_addresses,birthday"),
        rows: ROWS,
    },
    Walk { name: "limit=2000, all fields, Description too", limit: 2_000, fields: None, rows: ROWS_WITH_DESCRIPTION },
    Walk { name: "limit=200, all fields", limit: 200, fields: None, rows: 200 },
    Walk { name: "limit=50, all fields", limit: 50, fields: None, rows: 50 },
];

/// A column that many contacts leave empty.
const WITH_NULLS: (&str, &str) = ("sort", "birthday");

struct Walked {
    seen: usize,
    distinct: usize,
    /// As the answers say.
    said: usize,
    /// As the sandbox counted.
    counted: usize,
}

/// Follows `next_cursor` to the end, in each way, at each page size.
pub(crate) fn pages(tenth: bool) -> bool {
    let contacts = if tenth { 500 } else { 5_000 };
    in_real_time(async move {
        let options = ServerOptions { contacts, accounts: contacts / 6, ..ServerOptions::default() };
        let mut server = Server::with(options).await;
        let mut table = Table::default();
        for walk in WALKS {
            let limit = walk.limit.to_string();
            let plain: Vec<_> =
                [("limit", limit.as_str())].into_iter().chain(walk.fields.map(|list| ("fields", list))).collect();
            let sorted: Vec<_> = plain.iter().copied().chain([WITH_NULLS]).collect();
            // A single page has no middle to restart in.
            let middle = Some(contacts.div_ceil(walk.limit) / 2).filter(|pages| *pages > 0);
            let restarted = |how, parameters| middle.map(|_| (how, parameters, middle));
            let ways = [
                Some(("", &plain, None)),
                restarted(", restarted in the middle", &plain),
                Some((", sorted with nulls", &sorted, None)),
                restarted(", sorted with nulls, restarted", &sorted),
            ];
            for (how, parameters, restart) in ways.into_iter().flatten() {
                let name = format!("{}{how}", walk.name);
                match follow(&mut server, parameters, restart).await {
                    Ok(walked) => report(&mut table, &name, &walked, contacts, contacts.div_ceil(walk.rows)),
                    Err(why) => table.line(&name, why, "each contact once".to_owned(), false),
                }
            }
        }
        table.print(&format!("Walks over {contacts} contacts: contacts, then provider calls"))
    })
}

fn report(table: &mut Table, name: &str, walked: &Walked, contacts: usize, calls: usize) {
    let Walked { seen, distinct, said, counted } = *walked;
    let whole = seen == contacts && distinct == contacts;
    let few = (calls..=calls + 1).contains(&said) && said == counted;
    let measured = format!("{distinct} / {said}");
    table.line(name, measured, format!("{contacts} / {calls} to {}", calls + 1), whole && few);
    if !(whole && few) {
        table.note("    contacts seen, calls the sandbox counted", format!("{seen} / {counted}"));
    }
}

async fn follow(
    server: &mut Server,
    parameters: &[(&str, &str)],
    restart_after: Option<usize>,
) -> Result<Walked, String> {
    let before = server.data_calls();
    let (mut seen, mut distinct, mut said, mut pages) = (0, HashSet::new(), 0, 0);
    let mut page = server.list(parameters).await;
    loop {
        if page.status != 200 {
            return Err(format!("{} {}", page.status, page.code()));
        }
        let ids = page.ids();
        seen += ids.len();
        distinct.extend(ids);
        said += page.provider_calls() as usize;
        pages += 1;
        let Some(cursor) = page.json["next_cursor"].as_str().map(str::to_owned) else { break };
        if restart_after == Some(pages) {
            server.restart().await;
        }
        page = server.list(&[("cursor", &cursor)]).await;
    }
    if restart_after.is_some_and(|after| after >= pages) {
        return Err(format!("ended after {pages} pages, before the restart"));
    }
    let counted = usize::try_from(server.data_calls() - before).unwrap_or(usize::MAX);
    Ok(Walked { seen, distinct: distinct.len(), said, counted })
}
