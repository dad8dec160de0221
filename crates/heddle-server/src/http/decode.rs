//! Percent-decoding that refuses what it cannot read.

/// Why a text cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// A `%` without two hexadecimal digits after it.
    Percent,
    /// The bytes are not UTF-8.
    Utf8,
}

impl Malformed {
    /// The end of a sentence that begins with what is malformed.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Percent => "has a % without two hexadecimal digits after it; write %25 for the sign itself",
            Self::Utf8 => "is not UTF-8 after percent-decoding",
        }
    }
}

/// Decodes a part of an address; `plus_is_space` as in query strings.
pub(crate) fn decode(raw: &str, plus_is_space: bool) -> Result<String, Malformed> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = rest.next().and_then(hex).ok_or(Malformed::Percent)?;
                let low = rest.next().and_then(hex).ok_or(Malformed::Percent)?;
                high * 16 + low
            }
            b'+' if plus_is_space => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| Malformed::Utf8)
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_comes_back() {
        let table = [
            ("", ""),
            ("plain", "plain"),
            ("O%27Neill", "O'Neill"),
            ("a+b", "a b"),
            ("a%2Bb", "a+b"),
            ("%C3%A9%0A%5C%25", "é\n\\%"),
            ("%e2%82%AC", "€"),
        ];
        for (raw, text) in table {
            assert_eq!(decode(raw, true).as_deref(), Ok(text), "{raw}");
        }
        assert_eq!(decode("a+b", false).as_deref(), Ok("a+b"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for raw in ["%", "%4", "%zz", "abc%", "%%41", "% 41", "%+1"] {
            assert_eq!(decode(raw, true), Err(Malformed::Percent), "{raw}");
        }
        for raw in ["%ff", "%C3", "%ED%A0%80", "%C0%AF"] {
            assert_eq!(decode(raw, true), Err(Malformed::Utf8), "{raw}");
        }
    }
}
