//! The fields of notes of the newer kind, and of what belongs to them.

/// The fields of ContentNote; columns as in the parent module.
pub(super) const NOTE: &str = "\
Id id 18 0,0 fsgid - - ContentNote ID
Title string 255 0,0 CUfsg - - Title
Content base64 5242880 0,0 CUn - - Content
TextPreview string 255 0,0 nf - - Text Preview
ContentSize int 0 0,0 nfsg - - Content Size
FileType string 20 0,0 fsg - - File Type
SharingPrivacy picklist 255 0,0 fsgrd - - Sharing Privacy
LatestPublishedVersionId reference 18 0,0 nfsg - LatestPublishedVersion:ContentVersion Latest Published Version ID
OwnerId reference 18 0,0 fsgd - Owner:User Owner ID
IsDeleted boolean 0 0,0 fsgd - - Deleted
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID";

/// The fields of ContentDocumentLink.
pub(super) const LINK: &str = "\
Id id 18 0,0 fsgid - - ContentDocumentLink ID
LinkedEntityId reference 18 0,0 Cfsg - LinkedEntity:Contact+Account+Lead+Opportunity+User+Campaign Linked Entity ID
ContentDocumentId reference 18 0,0 Cfsg - ContentDocument:ContentNote ContentDocument ID
IsDeleted boolean 0 0,0 fsgd - - Is Deleted
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
ShareType picklist 40 0,0 CUfsgr - - Share Type
Visibility picklist 40 0,0 CUfsgrd - - Visibility";

/// The fields of ContentVersion.
pub(super) const VERSION: &str = "\
Id id 18 0,0 fsgid - - ContentVersion ID
ContentDocumentId reference 18 0,0 fsg - ContentDocument:ContentNote ContentDocument ID
VersionData base64 5242880 0,0 n - - Version Data
FileType string 20 0,0 fsg - - File Type
IsDeleted boolean 0 0,0 fsgd - - Is Deleted
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp";
