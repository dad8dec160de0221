//! The fields of Opportunity and of what belongs to it.

/// The fields of Opportunity, with custom ones; columns as in the parent module.
pub(super) const OPPORTUNITY: &str = "\
Id id 18 0,0 fsgid - - Opportunity ID
IsDeleted boolean 0 0,0 fsgd - - Deleted
AccountId reference 18 0,0 CUnfsg - Account:Account Account ID
RecordTypeId reference 18 0,0 CUnfsg - RecordType:RecordType Record Type ID
Name string 120 0,0 CUfsg - - Name
Description textarea 32000 0,0 CUn - - Description
StageName picklist 255 0,0 CUfsg - - Stage
Amount currency 0 18,2 CUnfs - - Amount
Probability percent 0 3,0 CUnfs - - Probability (%)
ExpectedRevenue currency 0 18,2 nfs - - Expected Amount
CloseDate date 0 0,0 CUfsg - - Close Date
Type picklist 255 0,0 CUnfsg - - Opportunity Type
NextStep string 255 0,0 CUnfsg - - Next Step
LeadSource picklist 255 0,0 CUnfsg - - Lead Source
IsClosed boolean 0 0,0 fsgd - - Closed
IsWon boolean 0 0,0 fsgd - - Won
ForecastCategory picklist 40 0,0 fsgd - - Forecast Category
ForecastCategoryName picklist 255 0,0 CUnfsg - - Forecast Category
CampaignId reference 18 0,0 CUnfsg - Campaign:Campaign Campaign ID
HasOpportunityLineItem boolean 0 0,0 fsgd - - Has Line Item
OwnerId reference 18 0,0 CUfsgd - Owner:User Owner ID
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
LastActivityDate date 0 0,0 nfsg - - Last Activity
LastStageChangeDate datetime 0 0,0 nfs - - Last Stage Change Date
LastViewedDate datetime 0 0,0 nfs - - Last Viewed Date
LastReferencedDate datetime 0 0,0 nfs - - Last Referenced Date
Erp_Order__c string 40 0,0 CUnfsgxiuk - - ERP Order
Renewal__c boolean 0 0,0 CUfsgdk - - Renewal
CurrencyIsoCode picklist 3 0,0 CUnfsgr - - Currency ISO Code";

/// The fields of OpportunityContactRole.
pub(super) const CONTACT_ROLE: &str = "\
Id id 18 0,0 fsgid - - Contact Role ID
OpportunityId reference 18 0,0 Cfsg - Opportunity:Opportunity Opportunity ID
ContactId reference 18 0,0 CUfsg - Contact:Contact Contact ID
Role picklist 40 0,0 CUnfsg - - Role
IsPrimary boolean 0 0,0 CUfsgd - - Primary
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
IsDeleted boolean 0 0,0 fsgd - - Deleted";

/// The fields of OpportunityStage.
pub(super) const STAGE: &str = "\
Id id 18 0,0 fsgid - - Opportunity Stage Value ID
MasterLabel string 255 0,0 nfsg - - Master Label
ApiName string 255 0,0 nfsg - - API Name
IsActive boolean 0 0,0 fsgd - - Is Active
SortOrder int 0 0,0 nfsg - - Order
IsClosed boolean 0 0,0 fsgd - - Closed
IsWon boolean 0 0,0 fsgd - - Won
ForecastCategory picklist 40 0,0 fsg - - Forecast Category
ForecastCategoryName picklist 255 0,0 nfsg - - Forecast Category
DefaultProbability percent 0 3,0 nfs - - Probability (%)
Description string 255 0,0 nfsg - - Description
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
CreatedDate datetime 0 0,0 fsd - - Created Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
SystemModstamp datetime 0 0,0 fsd - - System Modstamp";

/// The fields of RecordType.
pub(super) const RECORD_TYPE: &str = "\
Id id 18 0,0 fsgid - - Record Type ID
Name string 80 0,0 CUfsg - - Name
DeveloperName string 80 0,0 CUfsg - - Record Type Name
NamespacePrefix string 15 0,0 nfsg - - Namespace Prefix
Description string 255 0,0 CUnfsg - - Description
BusinessProcessId reference 18 0,0 CUnfsg - - Business Process ID
SobjectType picklist 40 0,0 Cfsg - - SObject Type Name
IsActive boolean 0 0,0 CUfsgd - - Active
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
CreatedDate datetime 0 0,0 fsd - - Created Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
SystemModstamp datetime 0 0,0 fsd - - System Modstamp";
