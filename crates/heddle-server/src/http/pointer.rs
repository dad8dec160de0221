//! Where in a JSON text a position stands, as a JSON pointer (RFC 6901), so
//! that a refused body can name the refused part.

enum Level {
    Object { key: Option<String> },
    Array { index: usize },
}

/// The pointer to the value at `line` and `column` (both from 1, in bytes) of
/// a text whose part before that position is sound JSON.
pub(crate) fn pointer_at(text: &[u8], line: usize, column: usize) -> String {
    let start: usize = text.split_inclusive(|b| *b == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let end = (start + column).min(text.len());
    let levels = walk(&text[..end]);
    let mut pointer = String::new();
    for level in &levels {
        match level {
            Level::Object { key: Some(key) } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Level::Object { key: None } => {}
            Level::Array { index } => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
        }
    }
    pointer
}

fn walk(text: &[u8]) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    let mut key_next = false;
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'{' => {
                levels.push(Level::Object { key: None });
                key_next = true;
            }
            b'[' => {
                levels.push(Level::Array { index: 0 });
                key_next = false;
            }
            b'}' | b']' => {
                levels.pop();
                key_next = false;
            }
            b',' => match levels.last_mut() {
                Some(Level::Array { index }) => *index += 1,
                Some(Level::Object { .. }) => key_next = true,
                None => {}
            },
            b'"' => {
                let end = string_end(text, at);
                if key_next && let Some(Level::Object { key }) = levels.last_mut() {
                    *key = serde_json::from_slice(&text[at..end]).ok();
                    key_next = false;
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    levels
}

/// The position after the string that starts at `start`.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pointer at the `^` mark.
    fn at(marked: &str) -> String {
        let before = marked.split('^').next().unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().len();
        pointer_at(marked.replace('^', "").as_bytes(), line, column)
    }

    #[test]
    fn a_position_has_the_pointer_of_the_value_around_it() {
        let table = [
            (r#"{"a": 1^}"#, "/a"),
            (r#"{"a": 1, "b"^: 2}"#, "/b"),
            (r#"{"a": {"b": [1, 2, 3^]}}"#, "/a/b/2"),
            (r#"{"a": {"b": 1}^, "c": 2}"#, "/a"),
            (r#"{"a": {"b": 1}}^"#, ""),
            (r#"{"a/b~": "x^"}"#, "/a~1b~0"),
            (r#"{"quo\"te": "}{,\"", "z": [^]}"#, "/z/0"),
            ("{\n  \"a\": 1,\n  \"b\": tr^\n}", "/b"),
            ("", ""),
        ];
        for (marked, pointer) in table {
            assert_eq!(at(marked), pointer, "{marked}");
        }
    }

    #[test]
    fn a_text_that_ends_in_the_middle_is_no_trouble() {
        for text in ["{\"a", "{\"a\\", "[[[[", "}}]]", "\"", ","] {
            let _ = pointer_at(text.as_bytes(), 1, 100);
        }
    }
}
