//! Record ids: 15 case-sensitive characters, or 18 with a checksum.

use std::fmt;

/// Ascending in ASCII, so that a later id is a greater one.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// A record id with its checksum. Compares by the first 15 characters, byte by
/// byte, as Salesforce does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id([u8; 18]);

impl Id {
    /// The id number `serial` of the object with this three-character prefix.
    pub(crate) fn nth(prefix: &str, serial: u64) -> Id {
        let mut short = *b"000dM0000000000";
        for (slot, byte) in short.iter_mut().zip(prefix.bytes()) {
            *slot = byte;
        }
        let mut left = serial;
        for slot in short[8..].iter_mut().rev() {
            *slot = DIGITS[(left % 62) as usize];
            left /= 62;
        }
        Id(with_checksum(short))
    }

    /// The same record in another life of the organisation: a refresh gives
    /// all ids anew.
    pub(crate) fn in_generation(self, generation: u64) -> Id {
        let mut short = self.first_15();
        short[7] = DIGITS[(generation % 62) as usize];
        Id(with_checksum(short))
    }

    /// This id with the instance and generation of another.
    pub(crate) fn beside(self, other: Id) -> Id {
        let mut short = self.first_15();
        short[3..8].copy_from_slice(&other.0[3..8]);
        Id(with_checksum(short))
    }

    /// The next id of the same object.
    pub(crate) fn next(self) -> Id {
        let mut short = self.first_15();
        for slot in short[8..].iter_mut().rev() {
            let digit = DIGITS.iter().position(|digit| digit == slot).unwrap_or(0) + 1;
            *slot = DIGITS[digit % 62];
            if digit < 62 {
                break;
            }
        }
        Id(with_checksum(short))
    }

    fn first_15(self) -> [u8; 15] {
        let mut short = [0; 15];
        short.copy_from_slice(&self.0[..15]);
        short
    }

    /// Reads 15 or 18 characters; an 18-character id must carry its checksum.
    pub(crate) fn parse(text: &str) -> Option<Id> {
        let bytes = text.as_bytes();
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return None;
        }
        let short: [u8; 15] = bytes.get(..15)?.try_into().ok()?;
        let id = Id(with_checksum(short));
        match bytes.len() {
            15 => Some(id),
            18 if bytes == id.0 => Some(id),
            _ => None,
        }
    }

    /// The 18 characters.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The 15 characters without the checksum.
    pub(crate) fn short(&self) -> &str {
        &self.as_str()[..15]
    }

    /// The three characters that name the object.
    pub(crate) fn prefix(&self) -> &str {
        &self.as_str()[..3]
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

fn with_checksum(short: [u8; 15]) -> [u8; 18] {
    let mut id = [0; 18];
    id[..15].copy_from_slice(&short);
    for (group, chars) in short.chunks(5).enumerate() {
        let bits = chars
            .iter()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_uppercase())
            .fold(0, |bits, (position, _)| bits | (1 << position));
        id[15 + group] = CHECKSUM[bits];
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_checksum_length_or_character_is_no_id() {
        let id = Id::nth("003", 5);
        assert_eq!(Id::parse(id.short()), Some(id));
        assert_eq!(Id::parse(id.as_str()), Some(id));
        for text in ["", "003", "003dM0000000005AAB", "003dM00000000!5", "003dM0000000005AA"] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_next_id_carries_and_stays_in_its_organisation() {
        for serial in [0, 61, 62 * 62 - 1, 500_000] {
            assert_eq!(Id::nth("003", serial).next(), Id::nth("003", serial + 1));
            let renewed = Id::nth("003", serial).in_generation(3);
            assert_eq!(renewed.next(), Id::nth("003", serial + 1).in_generation(3));
            assert_eq!(Id::nth("003", serial).beside(renewed), renewed);
        }
    }

    #[test]
    fn later_ids_are_greater() {
        let ids: Vec<Id> = (0..10_000).step_by(7).map(|serial| Id::nth("003", serial)).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn the_checksum_is_that_of_every_recorded_id() {
        let folder = std::env::var_os("RECORDINGS_DIR").map_or_else(
            || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings"),
            std::path::PathBuf::from,
        );
        let mut checked = 0;
        for name in ["accounts", "users", "cases", "list-recent-items", "create-record"] {
            let path = folder.join(format!("salesforce/nango-recorded/{name}.json"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
                panic!("{}: {error}", path.display());
            });
            for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
                if word.len() == 18 && word.starts_with("00") && word[3..].starts_with("dM") {
                    assert!(Id::parse(word).is_some(), "{word}");
                    checked += 1;
                }
            }
        }
        assert!(checked > 2_000, "{checked}");
    }
}
