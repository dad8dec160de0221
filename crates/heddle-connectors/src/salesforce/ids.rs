//! Salesforce record ids: 15 case-sensitive characters, or the same with a
//! three-letter checksum that makes them safe in case-insensitive places.

/// The 18-character form of an id, if it is one and its checksum is right.
///
/// Each group of five characters gives a number whose bits say which of them
/// are upper case; the number picks a letter.
pub(super) fn to_18(text: &str) -> Option<String> {
    if !text.bytes().all(|b| b.is_ascii_alphanumeric()) || !matches!(text.len(), 15 | 18) {
        return None;
    }
    let mut id = text.get(..15)?.to_owned();
    for group in text.as_bytes()[..15].chunks(5) {
        let bits = group.iter().enumerate().map(|(k, b)| usize::from(b.is_ascii_uppercase()) << k).sum::<usize>();
        id.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]));
    }
    // The checksum's own case carries nothing.
    (text.len() == 15 || text[15..].eq_ignore_ascii_case(&id[15..])).then_some(id)
}

/// The same, only for ids of the object with this key prefix.
pub(super) fn to_18_of(prefix: &str, text: &str) -> Option<String> {
    to_18(text).filter(|id| id.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_id_gains_its_checksum() {
        assert_eq!(to_18("001dM00003kReWp").as_deref(), Some("001dM00003kReWpQAK"));
        assert_eq!(to_18("0034S000005YJTJ").as_deref(), Some("0034S000005YJTJQA4"));
    }

    #[test]
    fn a_long_id_is_kept_when_its_checksum_is_right() {
        assert_eq!(to_18("001dM00003kReWpQAK").as_deref(), Some("001dM00003kReWpQAK"));
        assert_eq!(to_18("001dM00003kReWpqak").as_deref(), Some("001dM00003kReWpQAK"));
        assert_eq!(to_18("001DM00003kReWpQAK"), None);
    }

    #[test]
    fn what_cannot_be_an_id_is_none() {
        for bad in ["", "001", "001dM00003kReWp'", "001dM00003kReWpQA", "äääääääåäääääääö", "001dM00003kReW\n"]
        {
            assert_eq!(to_18(bad), None, "{bad}");
        }
        assert_eq!(to_18_of("003", "001dM00003kReWp"), None);
    }
}
