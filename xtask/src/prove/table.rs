//! What a proof measured, beside what is allowed.

/// One line: what, how much, how much at most or exactly, whether it holds.
pub(super) struct Line {
    what: String,
    measured: String,
    allowed: String,
    holds: bool,
}

/// A proof's lines.
#[derive(Default)]
pub(super) struct Table(Vec<Line>);

impl Table {
    /// A count that may be at most `most`.
    pub(super) fn at_most(&mut self, what: &str, measured: usize, most: usize) {
        self.line(what, measured.to_string(), format!("at most {most}"), measured <= most);
    }

    /// A count that must be this one.
    pub(super) fn exactly(&mut self, what: &str, measured: usize, expected: usize) {
        self.line(what, measured.to_string(), expected.to_string(), measured == expected);
    }

    /// Any other line.
    pub(super) fn line(&mut self, what: &str, measured: String, allowed: String, holds: bool) {
        self.0.push(Line { what: what.to_owned(), measured, allowed, holds });
    }

    /// A line for the reader, bound to nothing.
    pub(super) fn note(&mut self, what: &str, measured: String) {
        self.line(what, measured, String::new(), true);
    }

    /// Prints everything; whether all of it holds.
    pub(super) fn print(&self, title: &str) -> bool {
        println!("\n{title}");
        for Line { what, measured, allowed, holds } in &self.0 {
            println!("  {} {what:<72} {measured:>10}  {allowed}", if *holds { "ok    " } else { "FAILED" });
        }
        self.0.iter().all(|line| line.holds)
    }
}
