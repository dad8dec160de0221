//! Lines of a result table, as RFC 4180 has them: fields with commas between,
//! quoted where they hold a comma, a quote or a line end, quotes doubled.

/// Why a table cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::salesforce) enum Broken {
    /// It ends inside a quoted field.
    Cut,
    /// Something stands behind a closing quote, or a quote inside a plain field.
    Stray,
}

/// One field: its bytes between quotes, or plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::salesforce) struct Field<'b> {
    /// What stands there; quotes in it are still doubled.
    pub(in crate::salesforce) text: &'b [u8],
    /// Whether doubled quotes stand in it.
    pub(in crate::salesforce) doubled: bool,
}

/// Reads the line that begins at `at` into `fields`; where the next one
/// begins, or `None` at the end of the table.
pub(in crate::salesforce) fn line<'b>(
    body: &'b [u8],
    mut at: usize,
    fields: &mut Vec<Field<'b>>,
) -> Result<Option<usize>, Broken> {
    fields.clear();
    if at >= body.len() {
        return Ok(None);
    }
    loop {
        let (field, end) = field(body, at)?;
        fields.push(field);
        match body.get(end) {
            Some(b',') => at = end + 1,
            Some(b'\r') if body.get(end + 1) == Some(&b'\n') => return Ok(Some(end + 2)),
            Some(b'\n') => return Ok(Some(end + 1)),
            None => return Ok(Some(end)),
            Some(_) => return Err(Broken::Stray),
        }
    }
}

/// The field that begins at `at`, and where it ends.
fn field(body: &[u8], at: usize) -> Result<(Field<'_>, usize), Broken> {
    let rest = body.get(at..).unwrap_or_default();
    if rest.first() != Some(&b'"') {
        let length = rest.iter().position(|b| matches!(b, b',' | b'\n' | b'\r' | b'"')).unwrap_or(rest.len());
        return Ok((Field { text: rest.get(..length).unwrap_or_default(), doubled: false }, at + length));
    }
    let inner = rest.get(1..).unwrap_or_default();
    let (mut from, mut doubled) = (0, false);
    loop {
        let quote = inner.iter().skip(from).position(|b| *b == b'"').ok_or(Broken::Cut)? + from;
        if inner.get(quote + 1) != Some(&b'"') {
            return Ok((Field { text: inner.get(..quote).unwrap_or_default(), doubled }, at + quote + 2));
        }
        (from, doubled) = (quote + 2, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(body: &str) -> Result<Vec<Vec<String>>, Broken> {
        let (mut at, mut fields, mut lines) = (0, Vec::new(), Vec::new());
        while let Some(next) = line(body.as_bytes(), at, &mut fields)? {
            let text = |f: &Field<'_>| String::from_utf8_lossy(f.text).replace("\"\"", "\"");
            lines.push(fields.iter().map(text).collect());
            at = next;
        }
        Ok(lines)
    }

    #[test]
    fn fields_hold_what_their_quotes_hold() {
        let read = table("\"Id\",\"a,b\"\n\"1\",\"say \"\"no\"\"\"\n\"2\",\"two\r\nlines\"\n").unwrap();
        assert_eq!(read, [["Id", "a,b"], ["1", "say \"no\""], ["2", "two\r\nlines"]]);
        assert_eq!(table("a,b\r\n,\r\n\"\",x").unwrap(), [["a", "b"], ["", ""], ["", "x"]]);
        assert_eq!(table("").unwrap(), Vec::<Vec<String>>::new());
        assert_eq!(table("\"\"\"\"\n").unwrap(), [["\""]]);
    }

    #[test]
    fn a_broken_table_is_found_out() {
        assert_eq!(table("\"a\",\"b"), Err(Broken::Cut));
        assert_eq!(table("\"a\",\"b\"\""), Err(Broken::Cut));
        assert_eq!(table("\"a\"b,c\n"), Err(Broken::Stray));
        assert_eq!(table("a\"b,c\n"), Err(Broken::Stray));
        assert_eq!(table("a\rb\n"), Err(Broken::Stray));
    }
}
