//! The fields of Account, with a custom one.

/// One field a line; the columns are explained in the parent module.
pub(super) const ACCOUNT: &str = "\
Id id 18 0,0 fsgid - - Account ID
IsDeleted boolean 0 0,0 fsgd - - Deleted
MasterRecordId reference 18 0,0 nfsg - MasterRecord:Account Master Record ID
Name string 255 0,0 CUfsg Name - Account Name
Type picklist 255 0,0 CUnfsg - - Account Type
ParentId reference 18 0,0 CUnfsg - Parent:Account Parent Account ID
BillingStreet textarea 255 0,0 CUnfsg BillingAddress - Billing Street
BillingCity string 40 0,0 CUnfsg BillingAddress - Billing City
BillingState string 80 0,0 CUnfsg BillingAddress - Billing State/Province
BillingPostalCode string 20 0,0 CUnfsg BillingAddress - Billing Zip/Postal Code
BillingCountry string 80 0,0 CUnfsg BillingAddress - Billing Country
BillingStateCode picklist 10 0,0 CUnfsg BillingAddress - Billing State/Province Code
BillingCountryCode picklist 10 0,0 CUnfsg BillingAddress - Billing Country Code
BillingLatitude double 0 18,15 CUnfs BillingAddress - Billing Latitude
BillingLongitude double 0 18,15 CUnfs BillingAddress - Billing Longitude
BillingGeocodeAccuracy picklist 40 0,0 CUnfsg BillingAddress - Billing Geocode Accuracy
BillingAddress address 0 0,0 nf - - Billing Address
ShippingStreet textarea 255 0,0 CUnfsg ShippingAddress - Shipping Street
ShippingCity string 40 0,0 CUnfsg ShippingAddress - Shipping City
ShippingState string 80 0,0 CUnfsg ShippingAddress - Shipping State/Province
ShippingPostalCode string 20 0,0 CUnfsg ShippingAddress - Shipping Zip/Postal Code
ShippingCountry string 80 0,0 CUnfsg ShippingAddress - Shipping Country
ShippingStateCode picklist 10 0,0 CUnfsg ShippingAddress - Shipping State/Province Code
ShippingCountryCode picklist 10 0,0 CUnfsg ShippingAddress - Shipping Country Code
ShippingLatitude double 0 18,15 CUnfs ShippingAddress - Shipping Latitude
ShippingLongitude double 0 18,15 CUnfs ShippingAddress - Shipping Longitude
ShippingGeocodeAccuracy picklist 40 0,0 CUnfsg ShippingAddress - Shipping Geocode Accuracy
ShippingAddress address 0 0,0 nf - - Shipping Address
Phone phone 40 0,0 CUnfsg - - Account Phone
Fax phone 40 0,0 CUnfsg - - Account Fax
AccountNumber string 40 0,0 CUnfsg - - Account Number
Website url 255 0,0 CUnfsg - - Website
PhotoUrl url 255 0,0 nfsg - - Photo URL
Sic string 20 0,0 CUnfsg - - SIC Code
Industry picklist 255 0,0 CUnfsg - - Industry
AnnualRevenue currency 0 18,0 CUnfs - - Annual Revenue
NumberOfEmployees int 0 0,0 CUnfsg - - Employees
Ownership picklist 255 0,0 CUnfsg - - Ownership
TickerSymbol string 20 0,0 CUnfsg - - Ticker Symbol
Description textarea 32000 0,0 CUn - - Account Description
Rating picklist 255 0,0 CUnfsg - - Account Rating
Site string 80 0,0 CUnfsg - - Account Site
OwnerId reference 18 0,0 CUfsgd - Owner:User Owner ID
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
LastActivityDate date 0 0,0 nfsg - - Last Activity
LastViewedDate datetime 0 0,0 nfs - - Last Viewed Date
LastReferencedDate datetime 0 0,0 nfs - - Last Referenced Date
AccountSource picklist 255 0,0 CUnfsg - - Account Source
DunsNumber string 9 0,0 CUnfsg - - D-U-N-S Number
Tradestyle string 255 0,0 CUnfsg - - Tradestyle
NaicsCode string 8 0,0 CUnfsg - - NAICS Code
NaicsDesc string 120 0,0 CUnfsg - - NAICS Description
YearStarted string 4 0,0 CUnfsg - - Year Started
SicDesc string 80 0,0 CUnfsg - - SIC Description
Erp_Id__c string 40 0,0 CUnfsgxiuk - - ERP Id
CurrencyIsoCode picklist 3 0,0 CUnfsgr - - Currency ISO Code";
