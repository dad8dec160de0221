//! The user: somebody who works in the CRM, and owns records there.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Field, Id, Json, List, Map, Marker, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};

model! {
    /// Somebody who works in the CRM. Users are read and never written here. A
    /// field that is null has no value in the CRM, or the CRM has no such
    /// field: the object's schema tells which.
    object User;

    /// Full name as the CRM shows it.
    NAME name: Text = Read;
    /// First name.
    FIRST_NAME first_name: Text = Read;
    /// Last name.
    LAST_NAME last_name: Text = Read;
    /// E-mail address.
    EMAIL email: Text = Read;
    /// The name that the user logs in with.
    USERNAME username: Text = Read;
    /// Position.
    TITLE title: Text = Read;
    /// Department.
    DEPARTMENT department: Text = Read;
    /// Division.
    DIVISION division: Text = Read;
    /// Telephone number as the CRM has it.
    PHONE phone: Text = Read;
    /// The number that the employer gave.
    EMPLOYEE_NUMBER employee_number: Text = Read;
    /// A picture.
    IMAGE_URL image_url: Text = Read;
    /// Whether the user can log in; records keep owners who have left.
    IS_ACTIVE is_active: Bool = Read;
    /// The CRM's own kind of user: people and the CRM's robots differ in it.
    TYPE r#type: Text = Read;
    /// The name of the user's role, which decides whose records are seen.
    ROLE role: Text = Read;
    /// The name of the user's profile, which decides what is allowed.
    PROFILE profile: Text = Read;
    /// The user's manager.
    MANAGER_ID manager_id: Ref(refs::User) = Read;
    /// Time zone.
    TIMEZONE timezone: Text = Read;
    /// Language.
    LANGUAGE language: Text = Read;
    /// The names of the teams that the user belongs to.
    TEAMS teams: List(Text) = Read;
}
