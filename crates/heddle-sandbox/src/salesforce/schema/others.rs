//! Objects beside those of sales: one of the org's own with a field of every
//! type, a standard one that the run-as user may only read, and one that keeps
//! no time of its last change.

use super::Object;

impl Object {
    /// Whether the org made it.
    pub(crate) fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// Its name for people.
    pub(crate) fn label(&self) -> &str {
        self.name.strip_suffix("__c").unwrap_or(self.name)
    }

    /// Whether it is listed: what all objects show in common is none itself.
    pub(crate) fn is_shown(&self) -> bool {
        !self.hidden
    }
}

/// The fields of Project__c, which the org made itself; columns as in the
/// parent module.
pub(super) const PROJECT: &str = "\
Id id 18 0,0 fsgid - - Record ID
OwnerId reference 18 0,0 CUfsgd - Owner:Group+User Owner ID
IsDeleted boolean 0 0,0 fsgd - - Deleted
Name string 80 0,0 CUnfsgid - - Project Name
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
LastActivityDate date 0 0,0 nfsg - - Last Activity Date
Account__c reference 18 0,0 CUnfsgk - Account__r:Account Account
Erp_Key__c string 20 0,0 CUnfsgxiuk - - ERP Key
Status__c picklist 255 0,0 CUfsgrk - - Status
Kind__c picklist 255 0,0 CUnfsgk - - Kind
Tags__c multipicklist 4099 0,0 CUnfrk - - Tags
Budget__c currency 0 18,2 CUnfsk - - Budget
Progress__c percent 0 5,2 CUnfsk - - Progress
Effort__c double 0 10,3 CUnfsk - - Effort
Staff__c int 0 0,0 CUnfsgk - - Staff
Billable__c boolean 0 0,0 CUfsgdk - - Billable
Start__c date 0 0,0 CUnfsgk - - Start
Go_Live__c datetime 0 0,0 CUnfsk - - Go Live
Stand_Up__c time 0 0,0 CUnfsgk - - Stand-Up
Contact_Email__c email 80 0,0 CUnfsgk - - Contact E-Mail
Hotline__c phone 40 0,0 CUnfsgk - - Hotline
Site__c url 255 0,0 CUnfsgk - - Site
Summary__c textarea 255 0,0 CUnfsgk - - Summary
Notes__c textarea 32768 0,0 CUnk - - Notes
Score__c double 0 18,2 nfsk - - Score";

/// The fields of Campaign.
pub(super) const CAMPAIGN: &str = "\
Id id 18 0,0 fsgid - - Campaign ID
IsDeleted boolean 0 0,0 fsgd - - Deleted
Name string 80 0,0 CUfsgi - - Name
Type picklist 40 0,0 CUnfsg - - Type
Status picklist 40 0,0 CUnfsgd - - Status
StartDate date 0 0,0 CUnfsg - - Start Date
EndDate date 0 0,0 CUnfsg - - End Date
BudgetedCost currency 0 18,0 CUnfs - - Budgeted Cost
IsActive boolean 0 0,0 CUfsgd - - Active
Description textarea 32000 0,0 CUn - - Description
NumberOfLeads int 0 0,0 fsg - - Leads in Campaign
OwnerId reference 18 0,0 CUfsgd - Owner:User Owner ID
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp";

/// The fields of AccountHistory: what changed when, kept for ever as it was.
pub(super) const ACCOUNT_HISTORY: &str = "\
Id id 18 0,0 fsgid - - History ID
IsDeleted boolean 0 0,0 fsgd - - Deleted
AccountId reference 18 0,0 fsg - Account:Account Account ID
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
CreatedDate datetime 0 0,0 fsd - - Created Date
Field picklist 255 0,0 fsgr - - Changed Field
OldValue string 255 0,0 n - - Old Value
NewValue string 255 0,0 n - - New Value";
