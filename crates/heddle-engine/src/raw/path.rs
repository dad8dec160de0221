//! Paths of raw calls: checked so that they lead where they say.
//!
//! What a segment means is decided by whoever reads it last, perhaps after
//! decoding it more than once. So a path is looked at in every form that
//! decoding gives it, and none may climb.

use crate::{Code, Problem};

/// Longest path, in bytes.
pub const MAX_RAW_PATH: usize = 4_096;

/// Rounds of decoding that a path may take; more is no address of anything.
const ROUNDS: usize = 8;

/// Refuses a path that is no plain path below one host.
pub(super) fn check(path: &str) -> Result<(), Problem> {
    let refuse = |code, detail: &str| Err(Problem::new(Code::InvalidRequest, detail).with_error("/path", code, detail));
    if path.len() > MAX_RAW_PATH {
        return refuse("too_long", &format!("the path is longer than {MAX_RAW_PATH} bytes"));
    }
    if !path.starts_with('/') || path.contains("//") {
        let detail = "the path begins with one slash, holds no empty segment, and names neither scheme nor host";
        return refuse("invalid", detail);
    }
    if !path.bytes().all(is_path_byte) || !escapes_are_whole(path) {
        let detail =
            "the path holds letters, digits, -._~!$&'()*+,;=:@/ and %XX for the rest; parameters go into query";
        return refuse("invalid", detail);
    }
    let mut form = path.as_bytes().to_vec();
    for _ in 0..ROUNDS {
        if climbs(&form) {
            return refuse("not_allowed", "the path has a segment that leads elsewhere, plain or encoded");
        }
        let decoded = percent_encoding::percent_decode(&form).collect::<Vec<u8>>();
        if decoded == form {
            return Ok(());
        }
        form = decoded;
    }
    refuse("not_allowed", "the path is encoded too many times over")
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte)
}

/// Whether each `%` begins an escape of two hexadecimal digits.
fn escapes_are_whole(path: &str) -> bool {
    path.split('%').skip(1).all(|rest| rest.len() >= 2 && rest.as_bytes().iter().take(2).all(u8::is_ascii_hexdigit))
}

/// Whether a segment is `.` or `..`, also before parameters of the segment, or
/// a byte stands there that no address has.
fn climbs(form: &[u8]) -> bool {
    let dots = |segment: &[u8]| {
        let name = segment.split(|b| *b == b';').next().unwrap_or_default();
        name == b"." || name == b".."
    };
    form.iter().any(u8::is_ascii_control) || form.split(|b| matches!(b, b'/' | b'\\' | b'?' | b'#')).any(dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_pass_with_whatever_their_segments_hold() {
        for path in [
            "/limits",
            "/sobjects/Contact/Erp_Id__c/a%2Fb",
            "/sobjects/Contact/Email/a%40b.example",
            "/query/0r8xx5R2yF2gs3VASQ-2000",
            "/x/100%25",
            "/x/...",
            "/x/a..b/",
            "/x/%E4%B8%AD",
        ] {
            assert!(check(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused_in_every_disguise() {
        for path in [
            "",
            "limits",
            "//evil.example/x",
            "https://evil.example/x",
            "/x//y",
            "/..",
            "/../services",
            "/x/../y",
            "/x/./y",
            "/x/..;a=b/y",
            "/%2e%2e/x",
            "/x/%2E./y",
            "/x/.%2e",
            "/x/%252e%252e/y",
            "/x/%25252e%25252e/y",
            "/x/..%2fy",
            "/x%2f..%2fy",
            "/x/..%5cy",
            "/x\\..\\y",
            "/x/%5c..%5cy",
            "/x/%00",
            "/x/%0d%0aHost:y",
            "/x y",
            "/x?q=1",
            "/x#y",
            "/x/%",
            "/x/%2",
            "/x/%zz",
            "/x/%3f/..",
            "/x/%23/%2e%2e",
            "/ü",
            "/x\t",
            "/x/%09",
        ] {
            assert!(check(path).is_err(), "{path}");
        }
        let deep = format!("/x/%{}2e", "25".repeat(20));
        assert!(check(&deep).is_err());
        assert!(check(&format!("/{}", "a".repeat(MAX_RAW_PATH))).is_err());
    }
}
