//! One value out of a body, for error answers.

use crate::scan::{Bad, Scan};
use crate::tok::Tok;

/// The value at a dotted path with array indexes (`0.errorCode`), found by
/// one scan that stops there. `None` when the body is not JSON up to that
/// place, or has no such value. Of duplicate keys the first counts.
pub fn peek<'a>(body: &'a [u8], path: &str) -> Option<Tok<'a>> {
    std::str::from_utf8(body).ok()?;
    let mut scan = Scan::new(body);
    find(&mut scan, path).ok().flatten()
}

fn find<'a>(scan: &mut Scan<'a>, path: &str) -> Result<Option<Tok<'a>>, Bad> {
    if path.is_empty() {
        return scan.value().map(Some);
    }
    let (head, tail) = path.split_once('.').unwrap_or((path, ""));
    scan.blanks();
    let close = match scan.peek() {
        Some(b'{') => b'}',
        Some(b'[') => b']',
        _ => return Ok(None),
    };
    if !scan.open(close)? {
        return Ok(None);
    }
    let mut index = 0_usize;
    loop {
        let here =
            if close == b'}' { scan.key()?.text().is_some_and(|key| key == head) } else { head.parse() == Ok(index) };
        if here {
            return find(scan, tail);
        }
        scan.value()?;
        if !scan.more(close)? {
            return Ok(None);
        }
        index += 1;
    }
}
