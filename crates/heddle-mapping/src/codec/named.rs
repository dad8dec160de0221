//! Codecs by name: what an operator can choose for a field of their own.

use super::{BOOL, DATE, DECIMAL, Erased, ID, INT, LIST, NUMBER, TEXT, TIMESTAMP};

macro_rules! named {
    ($($(#[doc = $about:literal])+ $variant:ident $word:literal $codec:ident;)*) => {
        /// A codec that can be asked for by name. This is the whole list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum NamedCodec {
            $($(#[doc = $about])+ $variant,)*
        }

        impl NamedCodec {
            /// All of them, in the order of the docs.
            pub const ALL: &'static [NamedCodec] = &[$(NamedCodec::$variant,)*];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(NamedCodec::$variant => $word,)*
                }
            }

            /// The codec itself.
            pub const fn erased(self) -> Erased {
                match self {
                    $(NamedCodec::$variant => $codec.erased,)*
                }
            }
        }
    };
}

named! {
    /// Text, as sent; also words of picklists.
    Text "text" TEXT;
    /// The id of another record.
    Id "id" ID;
    /// A whole number.
    Integer "integer" INT;
    /// A JSON number, digits as sent.
    Number "number" NUMBER;
    /// An exact number in a string.
    Decimal "decimal" DECIMAL;
    /// `true` or `false`.
    Boolean "boolean" BOOL;
    /// A day: `2026-05-18`.
    Date "date" DATE;
    /// A moment, RFC 3339 in UTC.
    Datetime "datetime" TIMESTAMP;
    /// A list of words that the CRM keeps in one text with semicolons between.
    List "list" LIST;
}

impl NamedCodec {
    /// The codec of this name.
    pub fn parse(name: &str) -> Option<NamedCodec> {
        Self::ALL.iter().copied().find(|codec| codec.as_str() == name)
    }
}
