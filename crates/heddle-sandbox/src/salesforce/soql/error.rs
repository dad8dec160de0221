//! Refusals, worded and placed as Salesforce does.

/// How much of the statement is shown on each side of the place.
const SHOWN: usize = 40;

/// Why a statement is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SoqlError {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl SoqlError {
    /// A refusal without a place.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> SoqlError {
        SoqlError { code, message: message.into() }
    }

    /// A refusal that points at a byte of the statement: the text around it, a
    /// caret below, row and column from one.
    pub(crate) fn at(statement: &str, position: usize, code: &'static str, message: impl AsRef<str>) -> SoqlError {
        let (before, after) = statement.split_at(position.min(statement.len()));
        let row = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let skipped = before.chars().count().saturating_sub(SHOWN);
        let line = |c: char| if matches!(c, '\n' | '\r') { ' ' } else { c };
        let mut shown: String = before.chars().skip(skipped).map(line).collect();
        let indent = shown.chars().count();
        shown.extend(after.chars().take(SHOWN).map(line));
        SoqlError {
            code,
            message: format!("\n{shown}\n{:indent$}^\nERROR at Row:{row}:Column:{column}\n{}", "", message.as_ref()),
        }
    }

    pub(crate) fn unexpected(statement: &str, position: usize, token: &str) -> SoqlError {
        Self::at(statement, position, "MALFORMED_QUERY", format!("unexpected token: '{token}'"))
    }
}
