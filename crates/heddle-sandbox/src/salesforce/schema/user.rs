//! The fields of the objects about users and their rights.

/// The fields of User; columns as in the parent module.
pub(super) const USER: &str = "\
Id id 18 0,0 fsgid - - User ID
Username string 80 0,0 CUfsgi - - Username
LastName string 80 0,0 CUfsg Name - Last Name
FirstName string 40 0,0 CUnfsg Name - First Name
Name string 121 0,0 fsg - - Full Name
CompanyName string 80 0,0 CUnfsg - - Company Name
Division string 80 0,0 CUnfsg - - Division
Department string 80 0,0 CUnfsg - - Department
Title string 80 0,0 CUnfsg - - Title
Email email 128 0,0 CUfsg - - Email
Phone phone 40 0,0 CUnfsg - - Phone
Fax phone 40 0,0 CUnfsg - - Fax
MobilePhone phone 40 0,0 CUnfsg - - Mobile
Alias string 8 0,0 CUfsg - - Alias
CommunityNickname string 40 0,0 CUfsg - - Nickname
IsActive boolean 0 0,0 CUfsgd - - Active
TimeZoneSidKey picklist 40 0,0 CUfsg - - Time Zone
LocaleSidKey picklist 40 0,0 CUfsg - - Locale
EmailEncodingKey picklist 40 0,0 CUfsg - - Email Encoding
LanguageLocaleKey picklist 40 0,0 CUfsg - - Language
ProfileId reference 18 0,0 CUfsg - Profile:Profile Profile ID
UserType picklist 40 0,0 nfsg - - User Type
EmployeeNumber string 20 0,0 CUnfsg - - Employee Number
ManagerId reference 18 0,0 CUnfsg - Manager:User Manager ID
LastLoginDate datetime 0 0,0 nfs - - Last Login
CreatedDate datetime 0 0,0 fsd - - Created Date
CreatedById reference 18 0,0 fsgd - CreatedBy:User Created By ID
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp
FederationIdentifier string 512 0,0 CUnfsgi - - SAML Federation ID
SmallPhotoUrl url 1024 0,0 nfs - - Small-sized profile photo
FullPhotoUrl url 1024 0,0 nfs - - Full-sized profile photo
UserRoleId reference 18 0,0 CUnfsg - UserRole:UserRole Role ID";

/// The fields of UserRole; columns as in the parent module.
pub(super) const ROLE: &str = "\
Id id 18 0,0 fsgid - - Role ID
Name string 80 0,0 CUfsgi - - Name
ParentRoleId reference 18 0,0 CUnfsg - - Parent Role ID
DeveloperName string 80 0,0 CUnfsg - - Developer Name
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
LastModifiedById reference 18 0,0 fsgd - LastModifiedBy:User Last Modified By ID
SystemModstamp datetime 0 0,0 fsd - - System Modstamp";

/// The fields of Profile; columns as in the parent module.
pub(super) const PROFILE: &str = "\
Id id 18 0,0 fsgid - - Profile ID
Name string 255 0,0 CUfsgi - - Name
UserType picklist 40 0,0 nfsg - - User Type
Description string 255 0,0 CUnfsg - - Description
CreatedDate datetime 0 0,0 fsd - - Created Date
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
SystemModstamp datetime 0 0,0 fsd - - System Modstamp";

/// The fields of UserPermissionAccess; columns as in the parent module.
pub(super) const ACCESS: &str = "\
Id id 18 0,0 fsgid - - User Permission Access ID
PermissionsApiEnabled boolean 0 0,0 fsgd - - API Enabled
PermissionsViewAllData boolean 0 0,0 fsgd - - View All Data
PermissionsModifyAllData boolean 0 0,0 fsgd - - Modify All Data
PermissionsViewSetup boolean 0 0,0 fsgd - - View Setup and Configuration";

/// The fields of Organization.
pub(super) const ORGANIZATION: &str = "\
Id id 18 0,0 fsgid - - Organization ID
Name string 80 0,0 fsg - - Name
DefaultCurrencyIsoCode picklist 3 0,0 nfsg - - Default Currency ISO Code
OrganizationType picklist 40 0,0 nfsg - - Edition
IsSandbox boolean 0 0,0 fsgd - - Is Sandbox
CreatedDate datetime 0 0,0 fsd - - Created Date
LastModifiedDate datetime 0 0,0 fsd - - Last Modified Date
SystemModstamp datetime 0 0,0 fsd - - System Modstamp";
