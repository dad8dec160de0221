//! The fields of Lead, with a custom one, and of its statuses.

/// One field a line; the columns are explained in the parent module.
pub(super) const LEAD: &str = "\
Id id 18 0,0 fsgid - - Lead ID
IsDeleted boolean 0 0,0 fsgd - - Deleted
MasterRecordId reference 18 0,0 nfsg - MasterRecord:Lead Master Record ID
LastName string 80 0,0 CUfsg Name - Last Name
FirstName string 40 0,0 CUnfsg Name - First Name
Salutation picklist 40 0,0 CUnfsg Name - Salutation
Name string 121 0,0 fsg - - Full Name
Title string 128 0,0 CUnfsg - - Title
Company string 255 0,0 CUfsg - - Company
Street textarea 255 0,0 CUnfsg Address - Street
City string 40 0,0 CUnfsg Address - City
State string 80 0,0 CUnfsg Address - State/Province
PostalCode string 20 0,0 CUnfsg Address - Zip/Postal Code
Country string 80 0,0 CUnfsg Address - Country
StateCode picklist 10 0,0 CUnfsg Address - State/Province Code
CountryCode picklist 10 0,0 CUnfsg Address - Country Code
Latitude double 0 18,15 CUnfs Address - Latitude
Longitude double 0 18,15 CUnfs Address - Longitude
GeocodeAccuracy picklist 40 0,0 CUnfsgr Address - Geocode Accuracy
Address address 0 0,0 nf - - Address
Phone phone 40 0,0 CUnfsg - - Phone
MobilePhone phone 40 0,0 CUnfsg - - Mobile Phone
Fax phone 40 0,0 CUnfsg - - Fax
Email email 80 0,0 CUnfsgi - - Email
Website url 255 0,0 CUnfsg - - Website
PhotoUrl url 255 0,0 nfsg - - Photo URL
Description textarea 32000 0,0 CUn - - Description
LeadSource picklist 40 0,0 CUnfsg - - Lead Source
Status picklist 40 0,0 CUfsgd - - Status
Industry picklist 40 0,0 CUnfsg - - Industry
Rating picklist 40 0,0 CUnfsg - - Rating
AnnualRevenue currency 0 18,0 CUnfs - - Annual Revenue
NumberOfEmployees int 0 0,0 CUnfsg - - Employees
OwnerId reference 18 0,0 CUfsgd - Owner:Group+User Owner ID
IsConverted boolean 0 0,0 Cfsgd - - Converted
ConvertedDate date 0 0,0 nfsg - - Converted Date
ConvertedAccountId reference 18 0,0 nfsg - ConvertedAccount:Account Converted Account ID
ConvertedContactId reference 18 0,0 nfsg - ConvertedContact:Contact Converted Contact ID
ConvertedOpportunityId reference 18 0,0 nfsg - ConvertedOpportunity:Opportunity Converted Opportunity ID
IsUnreadByOwner boolean 0 0,0 CUfsgd - - Unread By Owner
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
LastActivityDate date 0 0,0 nfsg - - Last Activity
LastViewedDate datetime 0 0,0 nfs - - Last Viewed Date
LastReferencedDate datetime 0 0,0 nfs - - Last Referenced Date
EmailBouncedReason string 255 0,0 Unfsg - - Email Bounced Reason
EmailBouncedDate datetime 0 0,0 Unfs - - Email Bounced Date
Web_Form_Id__c string 40 0,0 CUnfsgxiuk - - Web Form Id";

/// The statuses, in the order of the setup page: name, whether it is the
/// default, whether it is one of converted leads.
pub(crate) const STATUSES: &[(&str, bool, bool)] = &[
    ("Open - Not Contacted", true, false),
    ("Working - Contacted", false, false),
    ("Closed - Converted", false, true),
    ("Closed - Not Converted", false, false),
];

/// The fields of LeadStatus.
pub(super) const LEAD_STATUS: &str = "\
Id id 18 0,0 fsgid - - Lead Status Value ID
MasterLabel string 255 0,0 nfsg - - Master Label
ApiName string 255 0,0 nfsg - - API Name
SortOrder int 0 0,0 nfsg - - Order
IsDefault boolean 0 0,0 fsgd - - Is Default
IsConverted boolean 0 0,0 fsgd - - Is Converted
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
CreatedDate datetime 0 0,0 fsd - - Created Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
SystemModstamp datetime 0 0,0 fsd - - System Modstamp";
