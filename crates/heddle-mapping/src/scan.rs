//! The scanner: finds where JSON values are, checks that they are JSON, and
//! decodes nothing.

use crate::tok::{Tok, hex4, low};

/// Nesting allowed in an answer. Providers stay below ten; the scanner
/// recurses, so there must be an end.
pub(crate) const MAX_DEPTH: u32 = 64;

/// A place in a body that is not JSON, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bad {
    pub(crate) reason: &'static str,
    pub(crate) at: usize,
}

/// A cursor over a body.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) body: &'a [u8],
    pub(crate) at: usize,
    depth: u32,
    /// Whether a lone surrogate was met since this was last cleared.
    pub(crate) lone: bool,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Scan<'a> {
        Scan { body, at: 0, depth: 0, lone: false }
    }

    pub(crate) fn bad<T>(&self, reason: &'static str) -> Result<T, Bad> {
        let at = self.at;
        Err(Bad { reason, at })
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.body.get(self.at).copied()
    }

    /// The bytes from `start` to the cursor.
    #[inline]
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        self.body.get(start..self.at).unwrap_or_default()
    }

    /// Steps over blanks.
    #[inline]
    pub(crate) fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Steps over one byte that must stand here.
    #[inline]
    pub(crate) fn expect(&mut self, byte: u8, reason: &'static str) -> Result<(), Bad> {
        if self.peek() != Some(byte) {
            return self.bad(reason);
        }
        self.at += 1;
        Ok(())
    }

    /// Steps over `{` or `[` and the blanks behind it. False when the object
    /// or array is empty, which is then stepped over whole.
    #[inline]
    pub(crate) fn open(&mut self, close: u8) -> Result<bool, Bad> {
        if self.depth == MAX_DEPTH {
            return self.bad("nested too deep");
        }
        self.at += 1;
        self.blanks();
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(false);
        }
        self.depth += 1;
        Ok(true)
    }

    /// After a member: true after a comma, false after the closing byte.
    #[inline]
    pub(crate) fn more(&mut self, close: u8) -> Result<bool, Bad> {
        self.blanks();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.blanks();
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            _ => self.bad("expected a comma or the end of an object or array"),
        }
    }

    /// An object's key and the colon behind it; the key undecoded.
    #[inline]
    pub(crate) fn key(&mut self) -> Result<Tok<'a>, Bad> {
        if self.peek() != Some(b'"') {
            return self.bad("expected a key");
        }
        let mut key = Tok::Absent;
        self.string(&mut key)?;
        self.blanks();
        self.expect(b':', "expected a colon")?;
        Ok(key)
    }

    /// The value at the cursor, after blanks.
    pub(crate) fn value(&mut self) -> Result<Tok<'a>, Bad> {
        let mut tok = Tok::Absent;
        self.value_into(&mut tok)?;
        Ok(tok)
    }

    /// The same, written where it is wanted: a token that is returned is
    /// copied, and the copy waits for the parts just stored, which cost a
    /// tenth of the whole reading.
    #[inline]
    pub(crate) fn value_into(&mut self, tok: &mut Tok<'a>) -> Result<(), Bad> {
        self.blanks();
        match self.peek() {
            Some(b'"') => self.string(tok),
            Some(b'n') => self.word(b"null", Tok::Null, tok),
            Some(b't') => self.word(b"true", Tok::True, tok),
            Some(b'f') => self.word(b"false", Tok::False, tok),
            Some(b'-' | b'0'..=b'9') => self.number(tok),
            Some(b'{') => self.whole(b'}', tok),
            Some(b'[') => self.whole(b']', tok),
            _ => self.bad("expected a value"),
        }
    }

    /// The end of the body, after blanks.
    pub(crate) fn end(&mut self) -> Result<(), Bad> {
        self.blanks();
        if self.at < self.body.len() {
            return self.bad("text after the end");
        }
        Ok(())
    }

    #[inline]
    fn word(&mut self, word: &[u8], is: Tok<'a>, tok: &mut Tok<'a>) -> Result<(), Bad> {
        if !self.body[self.at..].starts_with(word) {
            return self.bad("expected a value");
        }
        self.at += word.len();
        *tok = is;
        Ok(())
    }

    fn whole(&mut self, close: u8, tok: &mut Tok<'a>) -> Result<(), Bad> {
        let start = self.at;
        if self.open(close)? {
            loop {
                if close == b'}' {
                    self.key()?;
                }
                self.value_into(tok)?;
                if !self.more(close)? {
                    break;
                }
            }
        }
        *tok = Tok::Json(self.since(start));
        Ok(())
    }

    #[inline]
    fn number(&mut self, tok: &mut Tok<'a>) -> Result<(), Bad> {
        let rest = &self.body[self.at..];
        match number_length(rest) {
            Some(length) => {
                self.at += length;
                *tok = Tok::Num(&rest[..length]);
                Ok(())
            }
            None => self.bad("not a number"),
        }
    }

    /// A string, the cursor on its opening quote. Short plain ones in one
    /// look, the rest eight bytes at a time.
    #[inline]
    fn string(&mut self, tok: &mut Tok<'a>) -> Result<(), Bad> {
        self.at += 1;
        let start = self.at;
        if let Some(piece) = self.body.get(start..).and_then(<[u8]>::first_chunk::<32>) {
            let len = plain_length(piece);
            if piece.get(len) == Some(&b'"') {
                *tok = Tok::Str(&piece[..len]);
                self.at = start + len + 1;
                return Ok(());
            }
            self.at += len;
        }
        let mut escaped = false;
        let mut lone = false;
        loop {
            while let Some(chunk) = self.body.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
                let hits = special(u64::from_le_bytes(*chunk));
                if hits != 0 {
                    // Only the lowest hit is certain: a borrow can raise
                    // false ones above it.
                    self.at += hits.trailing_zeros() as usize / 8;
                    break;
                }
                self.at += 8;
            }
            match self.peek() {
                Some(b'"') => {
                    let inner = self.since(start);
                    self.at += 1;
                    self.lone |= lone;
                    *tok = match (lone, escaped) {
                        (true, _) => Tok::StrLone(inner),
                        (false, true) => Tok::StrEsc(inner),
                        (false, false) => Tok::Str(inner),
                    };
                    return Ok(());
                }
                Some(b'\\') => {
                    escaped = true;
                    lone |= self.escape()?;
                }
                Some(0x20..) => self.at += 1,
                Some(_) => return self.bad("control character in a string"),
                None => return self.bad("string without an end"),
            }
        }
    }

    /// Steps over an escape; true when it is half of a surrogate pair.
    fn escape(&mut self) -> Result<bool, Bad> {
        match self.body.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                Ok(false)
            }
            Some(b'u') => {
                let Some(code) = hex4(self.body.get(self.at + 2..self.at + 6)) else {
                    return self.bad("not an escape");
                };
                self.at += 6;
                if !(0xd800..=0xdfff).contains(&code) {
                    return Ok(false);
                }
                let pair = code < 0xdc00 && low(self.body.get(self.at..self.at + 6)).is_some();
                if pair {
                    self.at += 6;
                }
                Ok(!pair)
            }
            _ => self.bad("not an escape"),
        }
    }
}

/// How many bytes stand before the first that needs a look, at most 32. No
/// branch depends on the place: short strings of changing lengths would
/// otherwise be foretold wrong every time.
#[inline]
fn plain_length(piece: &[u8; 32]) -> usize {
    let word = |from: usize| {
        piece.get(from..).and_then(<[u8]>::first_chunk::<8>).map_or(0, |w| special(u64::from_le_bytes(*w)))
    };
    let place = |hits: u64, from: usize| (hits, from + hits.trailing_zeros() as usize / 8);
    let (a, b, c, d) = (place(word(0), 0), place(word(8), 8), place(word(16), 16), place(word(24), 24));
    let (right, left) = (if c.0 == 0 { d.1 } else { c.1 }, if a.0 == 0 { b.1 } else { a.1 });
    if a.0 | b.0 == 0 { right } else { left }
}

/// A mark in the high bit of every byte that is a quote, a backslash or below
/// a blank; above the lowest mark there may be false ones.
#[inline]
pub(crate) const fn special(x: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let quote = x ^ (ONES * b'"' as u64);
    let backslash = x ^ (ONES * b'\\' as u64);
    let zero_quote = quote.wrapping_sub(ONES) & !quote;
    let zero_backslash = backslash.wrapping_sub(ONES) & !backslash;
    let control = x.wrapping_sub(ONES * 0x20) & !x;
    (zero_quote | zero_backslash | control) & HIGH
}

/// The length of the JSON number at the start of `b`.
#[inline]
fn number_length(b: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let mut at = from;
        while b.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        (at > from).then_some(at)
    };
    let start = usize::from(b.first() == Some(&b'-'));
    let mut at = match b.get(start) {
        Some(b'0') => start + 1,
        _ => digits(start)?,
    };
    if b.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if let Some(b'e' | b'E') = b.get(at) {
        let sign = usize::from(matches!(b.get(at + 1), Some(b'+' | b'-')));
        at = digits(at + 1 + sign)?;
    }
    Some(at)
}

/// Whether the text is one JSON number and nothing else.
pub(crate) fn is_number(text: &[u8]) -> bool {
    number_length(text) == Some(text.len())
}
