//! Ids with a prefix that says what they name, ordered by time.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest id accepted from outside, in characters.
pub const MAX_ID: usize = 255;

/// What names of tenants and keys may be, for error details.
pub(crate) const NAME_RULE: &str = "1 to 255 characters, not only white space, no control characters";

/// Whether a text may be the name of a tenant or key.
pub(crate) fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_ID && !text.chars().any(char::is_control)
}

macro_rules! id {
    ($name:ident, $prefix:literal, $what:literal) => {
        #[doc = concat!("Id of ", $what, ": `", $prefix, "` and a UUIDv7 without hyphens.")]
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new id, later than all before it.
            #[must_use]
            pub fn generate() -> Self {
                Self(format!(concat!($prefix, "{}"), uuid::Uuid::now_v7().simple()))
            }

            /// Reads an id; `None` when it cannot be one.
            pub fn parse(text: &str) -> Option<Self> {
                let rest = text.strip_prefix($prefix)?;
                let ok = rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
                ok.then(|| Self(text.to_owned()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(TenantId, "ten_", "a tenant");
id!(ConnectionId, "con_", "a connection");
id!(KeyId, "key_", "an API key");
id!(AppId, "app_", "an app of the operator");
id!(CallId, "call_", "a provider call");
id!(ExportId, "exp_", "an export");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_a_foreign_one_does_not() {
        let id = TenantId::generate();
        assert_eq!(TenantId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(ConnectionId::parse(id.as_str()), None);
        for bad in ["", "ten_", "ten_XYZ", "ten_0193'", &format!("{id}0")] {
            assert_eq!(TenantId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let ids: Vec<_> = (0..100).map(|_| ConnectionId::generate()).collect();
        assert!(ids.is_sorted());
    }
}
