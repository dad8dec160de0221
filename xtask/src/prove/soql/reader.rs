//! A small reader of the conditions in a SOQL statement, from the vendor's
//! grammar and not from the code that writes them.

use heddle_connector::Request;
use serde_json::Value;

/// A value in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    /// Quoted, without its escapes.
    Text(String),
    /// Anything else.
    Bare(String),
}

/// A clause.
#[derive(Debug)]
pub(super) enum Read {
    Is { path: String, op: String, values: Vec<Literal> },
    Any(Vec<Read>),
    All(Vec<Read>),
    Not(Box<Read>),
}

/// The statement of a request: in its address, or in a composite's.
pub(super) fn statement(request: &Request) -> Result<String, String> {
    let path = match &request.body {
        None => request.path.clone(),
        Some(body) => {
            let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
            body["compositeRequest"][0]["url"].as_str().ok_or("a composite without a query")?.to_owned()
        }
    };
    let (_, query) = path.split_once("?q=").ok_or_else(|| format!("no query in {path}"))?;
    let text = percent_encoding::percent_decode_str(query).decode_utf8().map_err(|error| error.to_string())?;
    Ok(text.into_owned())
}

/// The clauses between `WHERE` and `ORDER BY`, joined by `AND`.
pub(super) fn read(soql: &str) -> Result<Vec<Read>, String> {
    let Some((_, conditions)) = soql.split_once(" WHERE ") else { return Ok(Vec::new()) };
    let mut reader = Reader { rest: conditions };
    let mut clauses = vec![reader.clause()?];
    while reader.takes(" AND ") {
        clauses.push(reader.clause()?);
    }
    match reader.rest.strip_prefix(" ORDER BY ") {
        Some(order) if !order.contains('\'') => Ok(clauses),
        _ => Err(format!("a statement that goes on with {:?}", reader.rest)),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn takes(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn clause(&mut self) -> Result<Read, String> {
        if self.takes("(NOT ") {
            let inner = self.clause()?;
            return if self.takes(")") { Ok(Read::Not(Box::new(inner))) } else { Err("an open NOT".to_owned()) };
        }
        if !self.takes("(") {
            return self.comparison();
        }
        let mut parts = vec![self.clause()?];
        let glue = if self.rest.starts_with(" OR ") { " OR " } else { " AND " };
        while self.takes(glue) {
            parts.push(self.clause()?);
        }
        if !self.takes(")") {
            return Err(format!("an open bracket before {:?}", self.rest));
        }
        Ok(if glue == " OR " || parts.len() == 1 { Read::Any(parts) } else { Read::All(parts) })
    }

    fn comparison(&mut self) -> Result<Read, String> {
        let end = self.rest.find(' ').ok_or("a name without a comparison")?;
        let path = self.rest[..end].to_owned();
        self.rest = &self.rest[end + 1..];
        if self.takes("IN (") {
            let mut values = vec![self.literal()?];
            while self.takes(",") {
                values.push(self.literal()?);
            }
            return match self.takes(")") {
                true => Ok(Read::Is { path, op: "IN".to_owned(), values }),
                false => Err("an open list".to_owned()),
            };
        }
        if self.takes("LIKE ") {
            let (op, text) = self.pattern()?;
            return Ok(Read::Is { path, op, values: vec![Literal::Text(text)] });
        }
        for op in ["!=", ">=", "<=", "=", ">", "<"] {
            if self.takes(op) {
                if !self.takes(" ") {
                    return Err(format!("no blank behind {op}"));
                }
                return Ok(Read::Is { path, op: op.to_owned(), values: vec![self.literal()?] });
            }
        }
        Err(format!("no comparison at {:?}", self.rest))
    }

    fn literal(&mut self) -> Result<Literal, String> {
        if self.rest.starts_with('\'') {
            let text = self.quoted()?;
            return Ok(Literal::Text(text.into_iter().map(|(c, _)| c).collect()));
        }
        let end = self.rest.find([' ', ',', ')']).unwrap_or(self.rest.len());
        let bare = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        match bare.is_empty() {
            true => Err("no value".to_owned()),
            false => Ok(Literal::Bare(bare)),
        }
    }

    /// A pattern of one of the two kinds that are written.
    fn pattern(&mut self) -> Result<(String, String), String> {
        let mut text = self.quoted()?;
        let wild = |end: Option<&(char, bool)>| end == Some(&('%', false));
        if !wild(text.last()) {
            return Err("a pattern with an end".to_owned());
        }
        text.pop();
        let open = wild(text.first());
        if open {
            text.remove(0);
        }
        if text.iter().any(|(c, escaped)| matches!(c, '%' | '_') && !escaped) {
            return Err("a wildcard inside a pattern".to_owned());
        }
        let op = if open { "contains" } else { "starts" };
        Ok((op.to_owned(), text.into_iter().map(|(c, _)| c).collect()))
    }

    /// A quoted string's characters, and whether a backslash stood before each.
    fn quoted(&mut self) -> Result<Vec<(char, bool)>, String> {
        if !self.takes("'") {
            return Err("no quote".to_owned());
        }
        let mut found = Vec::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(found);
                }
                '\\' => {
                    let (_, escape) = chars.next().ok_or("a backslash at the end")?;
                    let meant = match escape {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        '\\' | '\'' | '"' | '%' | '_' => escape,
                        'u' => {
                            let digits: String = (0..4).filter_map(|_| chars.next().map(|(_, c)| c)).collect();
                            let code = u32::from_str_radix(&digits, 16).map_err(|error| error.to_string())?;
                            char::from_u32(code).ok_or("half a character")?
                        }
                        other => return Err(format!("the escape \\{other}, which SOQL does not have")),
                    };
                    found.push((meant, true));
                }
                c => found.push((c, false)),
            }
        }
        Err("an open quote".to_owned())
    }
}
