//! What accounts of one provider have switched on or off.

macro_rules! features {
    ($($(#[doc = $about:literal])+ $variant:ident $word:literal;)*) => {
        /// Something that one account of a provider has and another has not.
        /// This is the whole list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Feature {
            $($(#[doc = $about])+ $variant,)*
        }

        impl Feature {
            /// All of them.
            pub const ALL: &'static [Feature] = &[$(Feature::$variant,)*];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Feature::$variant => $word,)*
                }
            }
        }
    };
}

features! {
    /// Each record names the currency of its amounts.
    MultiCurrency "multi_currency";
    /// Persons can be accounts of their own.
    PersonAccounts "person_accounts";
    /// Addresses have codes of states and countries.
    StateCountryPicklists "state_country_picklists";
    /// E-mails are records of their own, and not tasks.
    EnhancedEmail "enhanced_email";
    /// Notes with formatted text.
    EnhancedNotes "enhanced_notes";
    /// Deals of several kinds, each with its own stages.
    RecordTypes "record_types";
}

/// Whether an account has a feature; `None`: what was described does not say.
pub type FeatureState = (Feature, Option<bool>);
