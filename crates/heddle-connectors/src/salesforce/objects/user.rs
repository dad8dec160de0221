//! Salesforce `User` to the common user.
//!
//! Users are never deleted, only deactivated, so there is no field for that;
//! robots stand among them and differ in `UserType`.

use heddle_connector::mapping::{BOOL, Clear, Row, TEXT, Table, Why, absent, check, read_only, reference};
use heddle_connector::model::{Object, user as u};

static ROWS: [Row; 23] = [
    read_only(u::NAME, "Name", TEXT),
    read_only(u::FIRST_NAME, "FirstName", TEXT),
    read_only(u::LAST_NAME, "LastName", TEXT),
    read_only(u::EMAIL, "Email", TEXT),
    read_only(u::USERNAME, "Username", TEXT),
    read_only(u::TITLE, "Title", TEXT),
    read_only(u::DEPARTMENT, "Department", TEXT),
    read_only(u::DIVISION, "Division", TEXT),
    read_only(u::PHONE, "Phone", TEXT),
    read_only(u::EMPLOYEE_NUMBER, "EmployeeNumber", TEXT),
    read_only(u::IMAGE_URL, "SmallPhotoUrl", TEXT),
    read_only(u::IS_ACTIVE, "IsActive", BOOL),
    read_only(u::TYPE, "UserType", TEXT),
    read_only(u::ROLE, "UserRole.Name", TEXT).unseen("Object Reference: User, UserRole"),
    // Null for users whose profile nobody may read.
    read_only(u::PROFILE, "Profile.Name", TEXT),
    read_only(u::MANAGER_ID, "ManagerId", reference()),
    read_only(u::TIMEZONE, "TimeZoneSidKey", TEXT),
    read_only(u::LANGUAGE, "LanguageLocaleKey", TEXT),
    // Public groups, by GroupMember.
    absent(u::TEAMS, Why::NotBuiltYet),
    read_only(u::CREATED_BY_ID, "CreatedById", reference()),
    read_only(u::UPDATED_BY_ID, "LastModifiedById", reference()),
    absent(u::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(u::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::User,
    provider_object: "User",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: None,
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);
