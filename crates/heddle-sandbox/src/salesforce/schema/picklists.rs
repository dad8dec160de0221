//! Values of the picklists, in setup order.

/// The values of a picklist; empty for one that takes any text.
pub(super) fn values(object: &str, field: &str) -> &'static [&'static str] {
    match (object, field) {
        (_, "Salutation") => &["Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."],
        (_, "LeadSource" | "AccountSource") => &["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"],
        ("Account", "Type") => &[
            "Prospect",
            "Customer - Direct",
            "Customer - Channel",
            "Channel Partner / Reseller",
            "Installation Partner",
            "Technology Partner",
            "Other",
        ],
        ("Account", "Industry") => &[
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
        ("Account", "Rating") => &["Hot", "Warm", "Cold"],
        ("Contact", "Loyalty_Tier__c") => &["Platinum", "Gold", "Silver", "Bronze"],
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
