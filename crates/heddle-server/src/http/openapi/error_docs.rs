//! The table of error codes in the forms in which people read it.

use heddle_engine::Code;
use std::fmt::Write;

/// `docs/errors.md`: every code with its status, who has to act, whether to
/// try again, and what it means. Ends in a newline.
pub fn errors_markdown() -> String {
    format!(
        "# Errors\n\n\
         Every refusal is a problem document (RFC 9457, `application/problem+json`) with a stable `code`. New codes \
         may come; go by `retryable` and the HTTP status for those you do not know. `origin` says who has to act: \
         the `client`, this server (`heddle`), or the `provider`.\n\n\
         What is not HTTP at all, such as a broken request line, is answered with 400 and an empty body, because \
         nothing of it can be told apart.\n\n{}",
        table()
    )
}

/// The table alone, as Markdown.
pub(super) fn table() -> String {
    let mut text = String::from("| code | status | origin | retryable | meaning |\n| --- | --- | --- | --- | --- |\n");
    for row in Code::TABLE {
        let retryable = if row.retryable { "yes" } else { "no" };
        let origin = row.origin.as_str();
        let line = writeln!(text, "| `{}` | {} | {origin} | {retryable} | {} |", row.name, row.status, row.title);
        debug_assert!(line.is_ok(), "text takes everything");
    }
    text
}

/// The page that a problem's `type` points at.
pub(crate) fn errors_page() -> String {
    let mut rows = String::new();
    for row in Code::TABLE {
        let retryable = if row.retryable { "yes" } else { "no" };
        let line = writeln!(
            rows,
            "<tr id=\"{name}\"><td><code>{name}</code></td><td>{status}</td><td>{origin}</td><td>{retryable}</td>\
             <td>{title}</td></tr>",
            name = row.name,
            status = row.status,
            origin = row.origin.as_str(),
            title = escaped(row.title),
        );
        debug_assert!(line.is_ok(), "text takes everything");
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Heddle: errors</title>\n\
         <style>body{{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}}\
         table{{border-collapse:collapse}}td,th{{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left}}\
         tr:target{{background:#fff3bf}}</style>\n</head>\n<body>\n<h1>Errors</h1>\n<table>\n<thead><tr><th>code</th>\
         <th>status</th><th>origin</th><th>retryable</th><th>meaning</th></tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table>\n</body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_both_forms_once() {
        let (markdown, page) = (errors_markdown(), errors_page());
        for row in Code::TABLE {
            assert_eq!(markdown.matches(&format!("| `{}` |", row.name)).count(), 1, "{}", row.name);
            assert_eq!(page.matches(&format!("id=\"{}\"", row.name)).count(), 1, "{}", row.name);
        }
        assert!(markdown.ends_with("|\n"));
    }
}
