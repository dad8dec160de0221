//! Checks of values in request bodies; all trouble is told at once.

use crate::http::problem::Refusal;
use heddle_engine::{Code, FieldError, Problem};

/// Collects what is wrong with a body.
#[derive(Debug, Default)]
pub(crate) struct Checks(Vec<FieldError>);

impl Checks {
    /// Notes that the value at `pointer` is refused.
    pub(crate) fn refuse(&mut self, pointer: &str, code: &'static str, detail: impl Into<String>) {
        let detail = detail.into();
        self.0.push(FieldError { pointer: pointer.to_owned(), code, detail, provider_field: None });
    }

    /// A text of 1 to `max` characters without control characters.
    pub(crate) fn text(&mut self, pointer: &str, text: &str, max: usize) {
        let length = text.chars().count();
        if text.trim().is_empty() {
            self.refuse(pointer, "invalid", "is empty");
        } else if length > max {
            self.refuse(pointer, "too_long", format!("is {length} characters long; at most {max} fit"));
        } else if text.chars().any(char::is_control) {
            self.refuse(pointer, "invalid", "has control characters");
        }
    }

    /// Ends in a refusal if anything was wrong.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        let Some(first) = self.0.first() else { return Ok(()) };
        let more = match self.0.len() {
            1 => String::new(),
            count => format!("; {} more in errors", count - 1),
        };
        let mut problem = Problem::new(Code::ValidationFailed, format!("{} {}{more}", first.pointer, first.detail));
        problem.errors = self.0;
        Err(problem.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_refused_values_are_told_at_once() {
        let mut checks = Checks::default();
        checks.text("/a", "fine", 4);
        checks.text("/b", "too long", 4);
        checks.text("/c", " ", 4);
        checks.text("/d", "a\nb", 4);
        let refusal = checks.finish().err().unwrap_or_else(|| panic!("they were taken"));
        let problem = refusal.problem();
        assert_eq!(problem.code, Code::ValidationFailed);
        let pointers: Vec<_> = problem.errors.iter().map(|e| (e.pointer.as_str(), e.code)).collect();
        assert_eq!(pointers, [("/b", "too_long"), ("/c", "invalid"), ("/d", "invalid")]);
        assert!(problem.detail.contains("2 more"));
    }
}
