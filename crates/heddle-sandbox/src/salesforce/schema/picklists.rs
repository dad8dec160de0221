//! Values of the picklists, in setup order.

/// Code and label of each country that the org lists.
const COUNTRIES: &[(&str, &str)] = &[
    ("AT", "Austria"),
    ("CA", "Canada"),
    ("CZ", "Czechia"),
    ("DE", "Germany"),
    ("DK", "Denmark"),
    ("ES", "Spain"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("JP", "Japan"),
    ("NL", "Netherlands"),
    ("NO", "Norway"),
    ("PL", "Poland"),
    ("SE", "Sweden"),
    ("US", "United States"),
];

/// Country, code and label of each state that the org lists.
const STATES: &[(&str, &str, &str)] = &[
    ("US", "CA", "California"),
    ("US", "IL", "Illinois"),
    ("US", "MA", "Massachusetts"),
    ("US", "NY", "New York"),
    ("CA", "ON", "Ontario"),
    ("US", "TX", "Texas"),
    ("US", "WA", "Washington"),
];

/// The code of a country from its label, in any case.
pub(crate) fn country_of(label: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(_, known)| known.eq_ignore_ascii_case(label)).map(|(code, _)| *code)
}

/// The label of a country from its code.
pub(crate) fn country_label(code: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(known, _)| *known == code).map(|(_, label)| *label)
}

/// The code of a state of this country from its label, in any case.
pub(crate) fn state_of(country: &str, label: &str) -> Option<&'static str> {
    let mut states = STATES.iter().filter(|(of, ..)| *of == country);
    states.find(|(_, _, known)| known.eq_ignore_ascii_case(label)).map(|(_, code, _)| *code)
}

/// The label of a state of this country from its code.
pub(crate) fn state_label(country: &str, code: &str) -> Option<&'static str> {
    STATES.iter().find(|(of, known, _)| *of == country && *known == code).map(|(_, _, label)| *label)
}

/// The values of a picklist; empty for one that takes any text.
pub(super) fn values(object: &str, field: &str) -> &'static [&'static str] {
    match (object, field) {
        (_, "CurrencyIsoCode") => &["USD", "EUR", "GBP", "JPY"],
        (_, "Salutation") => &["Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."],
        (_, "LeadSource" | "AccountSource") => &["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"],
        ("Project__c", "Status__c") => &["Draft", "Active", "On Hold", "Done"],
        ("Project__c", "Kind__c") => &["Internal", "Customer"],
        ("Project__c", "Tags__c") => &["urgent", "outdoor", "remote", "fixed price"],
        ("Campaign", "Type") => &["Conference", "Webinar", "Trade Show"],
        ("Campaign", "Status") => &["Planned", "In Progress", "Completed"],
        ("AccountHistory", "Field") => &["Name", "Industry", "Owner"],
        ("Account", "Type") => &[
            "Prospect",
            "Customer - Direct",
            "Customer - Channel",
            "Channel Partner / Reseller",
            "Installation Partner",
            "Technology Partner",
            "Other",
        ],
        ("Account" | "Lead", "Industry") => &[
            "Agriculture",
            "Apparel",
            "Banking",
            "Biotechnology",
            "Chemicals",
            "Construction",
            "Consulting",
            "Education",
            "Electronics",
            "Energy",
            "Engineering",
            "Finance",
            "Healthcare",
            "Manufacturing",
            "Retail",
            "Technology",
            "Transportation",
            "Utilities",
            "Other",
        ],
        ("Account", "Ownership") => &["Public", "Private", "Subsidiary", "Other"],
        ("Account" | "Lead", "Rating") => &["Hot", "Warm", "Cold"],
        ("Lead", "Status") => {
            &["Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"]
        }
        ("Opportunity", "Type") => &[
            "Existing Customer - Upgrade",
            "Existing Customer - Replacement",
            "Existing Customer - Downgrade",
            "New Customer",
        ],
        ("Opportunity", "StageName") => super::stages::NAMES,
        (_, "ForecastCategory") => &["Omitted", "Pipeline", "BestCase", "MostLikely", "Forecast", "Closed"],
        (_, "ForecastCategoryName") => &["Omitted", "Pipeline", "Best Case", "Most Likely", "Commit", "Closed"],
        ("OpportunityContactRole", "Role") => &[
            "Business User",
            "Decision Maker",
            "Economic Buyer",
            "Economic Decision Maker",
            "Evaluator",
            "Executive Sponsor",
            "Influencer",
            "Technical Buyer",
            "Other",
        ],
        ("RecordType", "SobjectType") => &["Account", "Case", "Contact", "Lead", "Opportunity"],
        ("Contact", "Loyalty_Tier__c") => &["Platinum", "Gold", "Silver", "Bronze"],
        ("Task", "Status") => &["Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred"],
        ("Task", "Priority") => &["High", "Normal", "Low"],
        ("Task" | "Event", "Type") => &["Call", "Email", "Meeting", "Other"],
        ("EventRelation", "Status") => &["New", "Accepted", "Declined", "Uninvited", "Maybe"],
        ("Task", "CallType") => &["Internal", "Inbound", "Outbound"],
        ("Task", "TaskSubtype") => &["Task", "Email", "ListEmail", "Cadence", "Call", "LinkedIn"],
        ("Event", "ShowAs") => &["Busy", "OutOfOffice", "Free"],
        ("Event", "EventSubtype") => &["Event"],
        ("ContentNote", "SharingPrivacy") => &["N", "P"],
        ("ContentDocumentLink", "ShareType") => &["V", "C", "I"],
        ("ContentDocumentLink", "Visibility") => &["AllUsers", "InternalUsers", "SharedUsers"],
        ("EmailMessage", "Status") => &["0", "1", "2", "3", "4", "5"],
        ("User" | "Profile", "UserType") => &["Standard", "AutomatedProcess", "CloudIntegrationUser"],
        (_, name) if name.ends_with("GeocodeAccuracy") => &[
            "Address",
            "NearAddress",
            "Block",
            "Street",
            "ExtendedZip",
            "Zip",
            "Neighborhood",
            "City",
            "County",
            "State",
            "Unknown",
        ],
        (_, name) if name.ends_with("CountryCode") => {
            &["AT", "CA", "CZ", "DE", "DK", "ES", "FR", "GB", "IE", "JP", "NL", "NO", "PL", "SE", "US"]
        }
        (_, name) if name.ends_with("StateCode") => &["CA", "IL", "MA", "NY", "ON", "TX", "WA"],
        _ => &[],
    }
}
