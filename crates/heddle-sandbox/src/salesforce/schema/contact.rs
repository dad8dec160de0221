//! The fields of Contact, with a few custom ones.

/// One field a line; the columns are explained in the parent module.
pub(super) const CONTACT: &str = "\
Id id 18 0,0 fsgid - - Contact ID
IsDeleted boolean 0 0,0 fsgd - - Deleted
MasterRecordId reference 18 0,0 nfsg - MasterRecord:Contact Master Record ID
AccountId reference 18 0,0 CUnfsg - Account:Account Account ID
LastName string 80 0,0 CUfsg Name - Last Name
FirstName string 40 0,0 CUnfsg Name - First Name
Salutation picklist 255 0,0 CUnfsg Name - Salutation
Name string 121 0,0 fsg - - Full Name
OtherStreet textarea 255 0,0 CUnfsg OtherAddress - Other Street
OtherCity string 40 0,0 CUnfsg OtherAddress - Other City
OtherState string 80 0,0 CUnfsg OtherAddress - Other State/Province
OtherPostalCode string 20 0,0 CUnfsg OtherAddress - Other Zip/Postal Code
OtherCountry string 80 0,0 CUnfsg OtherAddress - Other Country
OtherStateCode picklist 10 0,0 CUnfsg OtherAddress - Other State/Province Code
OtherCountryCode picklist 10 0,0 CUnfsg OtherAddress - Other Country Code
OtherLatitude double 0 18,15 CUnfs OtherAddress - Other Latitude
OtherLongitude double 0 18,15 CUnfs OtherAddress - Other Longitude
OtherGeocodeAccuracy picklist 40 0,0 CUnfsg OtherAddress - Other Geocode Accuracy
OtherAddress address 0 0,0 nf - - Other Address
MailingStreet textarea 255 0,0 CUnfsg MailingAddress - Mailing Street
MailingCity string 40 0,0 CUnfsg MailingAddress - Mailing City
MailingState string 80 0,0 CUnfsg MailingAddress - Mailing State/Province
MailingPostalCode string 20 0,0 CUnfsg MailingAddress - Mailing Zip/Postal Code
MailingCountry string 80 0,0 CUnfsg MailingAddress - Mailing Country
MailingStateCode picklist 10 0,0 CUnfsg MailingAddress - Mailing State/Province Code
MailingCountryCode picklist 10 0,0 CUnfsg MailingAddress - Mailing Country Code
MailingLatitude double 0 18,15 CUnfs MailingAddress - Mailing Latitude
MailingLongitude double 0 18,15 CUnfs MailingAddress - Mailing Longitude
MailingGeocodeAccuracy picklist 40 0,0 CUnfsg MailingAddress - Mailing Geocode Accuracy
MailingAddress address 0 0,0 nf - - Mailing Address
Phone phone 40 0,0 CUnfsg - - Business Phone
Fax phone 40 0,0 CUnfsg - - Business Fax
MobilePhone phone 40 0,0 CUnfsg - - Mobile Phone
HomePhone phone 40 0,0 CUnfsg - - Home Phone
OtherPhone phone 40 0,0 CUnfsg - - Other Phone
AssistantPhone phone 40 0,0 CUnfsg - - Asst. Phone
ReportsToId reference 18 0,0 CUnfsg - ReportsTo:Contact Reports To ID
Email email 80 0,0 CUnfsgi - - Email
Title string 128 0,0 CUnfsg - - Title
Department string 80 0,0 CUnfsg - - Department
AssistantName string 40 0,0 CUnfsg - - Assistant's Name
LeadSource picklist 255 0,0 CUnfsg - - Lead Source
Birthdate date 0 0,0 CUnfsg - - Birthdate
Description textarea 32000 0,0 CUn - - Contact Description
OwnerId reference 18 0,0 CUfsgd - Owner:User Owner ID
HasOptedOutOfEmail boolean 0 0,0 CUfsgd - - Email Opt Out
HasOptedOutOfFax boolean 0 0,0 CUfsgd - - Fax Opt Out
DoNotCall boolean 0 0,0 CUfsgd - - Do Not Call
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
LastActivityDate date 0 0,0 nfsg - - Last Activity
LastViewedDate datetime 0 0,0 nfs - - Last Viewed Date
LastReferencedDate datetime 0 0,0 nfs - - Last Referenced Date
EmailBouncedReason string 255 0,0 CUnfsg - - Email Bounced Reason
EmailBouncedDate datetime 0 0,0 CUnfs - - Email Bounced Date
IsEmailBounced boolean 0 0,0 fsgd - - Is Email Bounced
PhotoUrl url 255 0,0 nfsg - - Photo URL
Loyalty_Tier__c picklist 255 0,0 CUnfsgkr - - Loyalty Tier
Score__c double 0 18,2 CUnfsk - - Score
Vip__c boolean 0 0,0 CUfsgdk - - VIP
Renewal_Date__c date 0 0,0 CUnfsgk - - Renewal Date
Notes__c textarea 32768 0,0 CUnk - - Notes
ns__Legacy_Id__c string 64 0,0 CUnfsgxiuk - - Legacy Id";
