//! The fields of tasks, events, e-mail messages and notes.

/// The fields of Task; columns as in the parent module.
pub(super) const TASK: &str = "\
Id id 18 0,0 fsgid - - Activity ID
WhoId reference 18 0,0 CUnfsg - Who:Contact+Lead Name ID
WhatId reference 18 0,0 CUnfsg - What:Account+Opportunity+Contract+Campaign Related To ID
Subject combobox 255 0,0 CUnfsg - - Subject
ActivityDate date 0 0,0 CUnfsg - - Due Date Only
Status picklist 255 0,0 CUfsgd - - Status
Priority picklist 255 0,0 CUfsgd - - Priority
IsHighPriority boolean 0 0,0 fsgd - - High Priority
OwnerId reference 18 0,0 CUfsgd - Owner:User+Group Assigned To ID
Description textarea 32000 0,0 CUn - - Description
Type picklist 255 0,0 CUnfsg - - Type
IsDeleted boolean 0 0,0 fsgd - - Deleted
AccountId reference 18 0,0 nfsg - Account:Account Account ID
IsClosed boolean 0 0,0 fsgd - - Closed
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
IsArchived boolean 0 0,0 fsgd - - Archived
CallDurationInSeconds int 0 0,0 CUnfsg - - Call Duration
CallType picklist 255 0,0 CUnfsg - - Call Type
CallDisposition string 255 0,0 CUnfsg - - Call Result
CallObject string 255 0,0 CUnfsg - - Call Object Identifier
ReminderDateTime datetime 0 0,0 CUnfs - - Reminder Date/Time
IsReminderSet boolean 0 0,0 CUfsgd - - Reminder Set
IsRecurrence boolean 0 0,0 Cfsgd - - Create Recurring Series of Tasks
TaskSubtype picklist 40 0,0 Cnfsgr - - Task Subtype
CompletedDateTime datetime 0 0,0 nfs - - Completed Date
Ticket_Number__c string 40 0,0 CUnfsgxik - - Ticket Number";

/// The fields of Event.
pub(super) const EVENT: &str = "\
Id id 18 0,0 fsgid - - Activity ID
WhoId reference 18 0,0 CUnfsg - Who:Contact+Lead Name ID
WhatId reference 18 0,0 CUnfsg - What:Account+Opportunity+Contract+Campaign Related To ID
Subject combobox 255 0,0 CUnfsg - - Subject
Location string 255 0,0 CUnfsg - - Location
IsAllDayEvent boolean 0 0,0 CUfsgd - - All-Day Event
ActivityDateTime datetime 0 0,0 CUnfs - - Due Date Time
ActivityDate date 0 0,0 CUnfsg - - Due Date Only
DurationInMinutes int 0 0,0 CUnfsg - - Duration
StartDateTime datetime 0 0,0 CUnfs - - Start Date Time
EndDateTime datetime 0 0,0 CUnfs - - End Date Time
EndDate date 0 0,0 nfsg - - End Date
Description textarea 32000 0,0 CUn - - Description
AccountId reference 18 0,0 nfsg - Account:Account Account ID
OwnerId reference 18 0,0 CUfsgd - Owner:User Assigned To ID
Type picklist 255 0,0 CUnfsg - - Type
IsPrivate boolean 0 0,0 CUfsgd - - Private
ShowAs picklist 40 0,0 CUnfsgd - - Show Time As
IsDeleted boolean 0 0,0 fsgd - - Deleted
IsChild boolean 0 0,0 fsgd - - Is Child
IsGroupEvent boolean 0 0,0 fsgd - - Is Group Event
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
IsArchived boolean 0 0,0 fsgd - - Archived
IsRecurrence boolean 0 0,0 Cfsgd - - Create Recurring Series of Events
ReminderDateTime datetime 0 0,0 CUnfs - - Reminder Date/Time
IsReminderSet boolean 0 0,0 CUfsgd - - Reminder Set
EventSubtype picklist 40 0,0 Cnfsgr - - Event Subtype";

/// The fields of EventRelation.
pub(super) const EVENT_RELATION: &str = "\
Id id 18 0,0 fsgid - - Event Relation ID
RelationId reference 18 0,0 Cfsg - Relation:Contact+Lead+User Relation ID
EventId reference 18 0,0 Cfsg - Event:Event Event ID
Status picklist 40 0,0 CUnfsgrd - - Status
RespondedDate datetime 0 0,0 CUnfs - - Response Date
Response string 255 0,0 CUnfsg - - Response
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
IsDeleted boolean 0 0,0 fsgd - - Deleted";

/// The fields of EmailMessageRelation, which the org makes itself.
pub(super) const EMAIL_RELATION: &str = "\
Id id 18 0,0 fsgid - - Email Message Relation ID
EmailMessageId reference 18 0,0 fsg - EmailMessage:EmailMessage Email Message ID
RelationId reference 18 0,0 nfsg - Relation:Contact+Lead+User Relation ID
RelationType picklist 40 0,0 fsg - - Relation Type
RelationAddress string 255 0,0 nfsg - - Relation Address
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
IsDeleted boolean 0 0,0 fsgd - - Deleted";

/// The fields of EmailMessage.
pub(super) const EMAIL_MESSAGE: &str = "\
Id id 18 0,0 fsgid - - Email Message ID
ParentId reference 18 0,0 Cnfsg - Parent:Case Case ID
ActivityId reference 18 0,0 CUnfsg - Activity:Task Activity ID
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
CreatedDate datetime 0 0,0 fsd - - Created Date
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
TextBody textarea 131072 0,0 CUn - - Text Body
HtmlBody textarea 131072 0,0 CUn - - HTML Body
Headers textarea 32000 0,0 CUn - - Headers
Subject string 3000 0,0 CUnfs - - Subject
FromName string 1000 0,0 CUnfs - - From Name
FromAddress email 1000 0,0 CUnfs - - From Address
ToAddress string 4000 0,0 CUn - - To Address
CcAddress string 4000 0,0 CUn - - CC Address
BccAddress string 4000 0,0 CUn - - BCC Address
Incoming boolean 0 0,0 CUfsgd - - Is Incoming
HasAttachment boolean 0 0,0 fsgd - - Has Attachment
Status picklist 40 0,0 CUfsgrd - - Status
MessageDate datetime 0 0,0 CUnfs - - Message Date
IsDeleted boolean 0 0,0 fsgd - - Deleted
MessageIdentifier string 765 0,0 CUnfsg - - Message ID
ThreadIdentifier string 765 0,0 CUnfsg - - Thread ID
RelatedToId reference 18 0,0 CUnfsg - RelatedTo:Account+Opportunity+Contract+Campaign Related To ID";

/// The fields of Note.
pub(super) const NOTE: &str = "\
Id id 18 0,0 fsgid - - Note Id
IsDeleted boolean 0 0,0 fsgd - - Deleted
ParentId reference 18 0,0 Cfsg - Parent:Contact+Account+Lead+Opportunity Parent ID
Title string 80 0,0 CUfsg - - Title
IsPrivate boolean 0 0,0 CUfsgd - - Private
Body textarea 32000 0,0 CUn - - Body
OwnerId reference 18 0,0 CUfsgd - Owner:User Owner ID
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp";

/// What a field that points at records of several objects shows of them,
/// whichever they are; no object of its own.
pub(super) const NAME: &str = "\
Id id 18 0,0 fsgid - - Name ID
Name string 255 0,0 fsg - - Name
FirstName string 40 0,0 nfsg - - First Name
LastName string 80 0,0 nfsg - - Last Name
Type picklist 40 0,0 fsg - - Type
Email email 128 0,0 nfsg - - Email
Phone phone 40 0,0 nfsg - - Phone
Title string 128 0,0 nfsg - - Title";
