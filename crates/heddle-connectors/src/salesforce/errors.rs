//! The vendor's error codes and token-endpoint answers, as tables.
//!
//! Sources: the vendor's list of status and extended codes, recorded answers,
//! and clients' logs. Where several rows fit a code, the first whose text
//! matches wins. New codes appear with each release: an unknown one is decided
//! by its HTTP class.

use heddle_connector::FailureKind as Kind;
use heddle_connector::{AuthProblem, Repeat, ThrottleKind};

/// One row of the table of data-call errors.
pub(super) struct ErrorRow {
    /// `errorCode`, or `statusCode` inside collections.
    pub(super) code: &'static str,
    /// Lower-case text that the message must contain; empty = any.
    pub(super) text: &'static str,
    /// What it means here.
    pub(super) kind: Kind,
    /// May the call be sent again?
    pub(super) repeat: Repeat,
    /// The limit that was hit.
    pub(super) throttle: Option<ThrottleKind>,
    /// What it says of the token.
    pub(super) auth: Option<AuthProblem>,
    /// The account lives on another host.
    pub(super) moved: bool,
}

const fn row(code: &'static str, kind: Kind, repeat: Repeat) -> ErrorRow {
    ErrorRow { code, text: "", kind, repeat, throttle: None, auth: None, moved: false }
}

const fn when(code: &'static str, text: &'static str, kind: Kind, repeat: Repeat) -> ErrorRow {
    ErrorRow { text, ..row(code, kind, repeat) }
}

const fn limit(code: &'static str, text: &'static str, throttle: ThrottleKind) -> ErrorRow {
    let kind = match throttle {
        ThrottleKind::Daily => Kind::QuotaExhausted,
        ThrottleKind::Rate | ThrottleKind::Concurrency => Kind::ProviderRateLimited,
    };
    ErrorRow { throttle: Some(throttle), ..when(code, text, kind, Repeat::Always) }
}

const fn auth(code: &'static str, text: &'static str, problem: AuthProblem) -> ErrorRow {
    ErrorRow { auth: Some(problem), ..when(code, text, Kind::AuthFailed, Repeat::Never) }
}

use Repeat::{Always, ByReplay, Never};

/// Errors of data calls.
pub(super) static DATA: &[ErrorRow] = &[
    // A session that a new token cannot cure: refreshing on these texts loops for ever.
    auth("INVALID_SESSION_ID", "not valid for use with the rest api", AuthProblem::Hopeless),
    auth("INVALID_SESSION_ID", "not attached to agent", AuthProblem::Hopeless),
    auth("INVALID_SESSION_ID", "", AuthProblem::SessionExpired),
    row("INVALID_AUTH_HEADER", Kind::Misconfigured, Never),
    // Limits.
    limit("REQUEST_LIMIT_EXCEEDED", "concurrent", ThrottleKind::Concurrency),
    limit("REQUEST_LIMIT_EXCEEDED", "", ThrottleKind::Daily),
    row("LIMIT_EXCEEDED", Kind::QuotaExhausted, Never),
    limit("TOO_MANY_REQUESTS", "", ThrottleKind::Rate),
    limit("TOO_MANY_APEX_REQUESTS", "", ThrottleKind::Concurrency),
    row("STORAGE_LIMIT_EXCEEDED", Kind::QuotaExhausted, Never),
    row("LICENSE_LIMIT_EXCEEDED", Kind::PermissionDenied, Never),
    // Down.
    row("SERVER_UNAVAILABLE", Kind::Unavailable, Always),
    row("API_CURRENTLY_DISABLED", Kind::Unavailable, Always),
    row("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", Kind::Unavailable, Never),
    // Rights and editions.
    row("API_DISABLED_FOR_ORG", Kind::PermissionDenied, Never),
    row("FUNCTIONALITY_NOT_ENABLED", Kind::Unsupported, Never),
    row("INSUFFICIENT_ACCESS", Kind::PermissionDenied, Never),
    row("INSUFFICIENT_ACCESS_OR_READONLY", Kind::PermissionDenied, Never),
    row("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", Kind::PermissionDenied, Never),
    row("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", Kind::ValidationFailed, Never),
    row("CLIENT_NOT_ACCESSIBLE_FOR_USER", Kind::PermissionDenied, Never),
    row("TXN_SECURITY_NO_ACCESS", Kind::PermissionDenied, Never),
    row("TXN_SECURITY_METERING_ERROR", Kind::Timeout, ByReplay),
    row("TXN_SECURITY_APEX_ERROR", Kind::Internal, Never),
    row("TXN_SECURITY_RUNTIME_ERROR", Kind::Internal, Never),
    row("IP_RANGE_LIMIT_EXCEEDED", Kind::PermissionDenied, Never),
    row("LOGIN_DURING_RESTRICTED_DOMAIN", Kind::PermissionDenied, Never),
    row("LOGIN_DURING_RESTRICTED_TIME", Kind::PermissionDenied, Never),
    row("TRIAL_EXPIRED", Kind::Misconfigured, Never),
    row("ORG_LOCKED", Kind::Misconfigured, Never),
    // Records.
    when("NOT_FOUND", "external id field does not exist", Kind::StaleSchema, Never),
    row("NOT_FOUND", Kind::NotFound, Never),
    row("ENTITY_IS_DELETED", Kind::NotFound, Never),
    row("ENTITY_IS_ARCHIVED", Kind::NotFound, Never),
    row("ENTITY_IS_LOCKED", Kind::Conflict, Never),
    row("UNABLE_TO_LOCK_ROW", Kind::Conflict, Always),
    row("DUPLICATES_DETECTED", Kind::Duplicate, Never),
    row("DUPLICATE_VALUE", Kind::Duplicate, Never),
    row("DUPLICATE_EXTERNAL_ID", Kind::Duplicate, Never),
    row("DUPLICATE_USERNAME", Kind::Duplicate, Never),
    row("DUPLICATE_COMM_NICKNAME", Kind::Duplicate, Never),
    row("CANNOT_UPDATE_CONVERTED_LEAD", Kind::Conflict, Never),
    // A conversion to a status that is none of converted leads.
    row("INVALID_STATUS", Kind::ValidationFailed, Never),
    row("DELETE_FAILED", Kind::Conflict, Never),
    row("DELETE_REQUIRED_ON_CASCADE", Kind::PermissionDenied, Never),
    row("MATCH_PRECONDITION_FAILED", Kind::PreconditionFailed, Never),
    row("MATCH_PRECONDITION_REQUIRED", Kind::PreconditionFailed, Never),
    // Values.
    row("REQUIRED_FIELD_MISSING", Kind::RequiredMissing, Never),
    row("FIELD_CUSTOM_VALIDATION_EXCEPTION", Kind::ValidationFailed, Never),
    row("FIELD_INTEGRITY_EXCEPTION", Kind::ValidationFailed, Never),
    row("FIELD_FILTER_VALIDATION_EXCEPTION", Kind::ValidationFailed, Never),
    row("INVALID_FIELD_FOR_INSERT_UPDATE", Kind::ValidationFailed, Never),
    row("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", Kind::ValidationFailed, Never),
    row("STRING_TOO_LONG", Kind::ValidationFailed, Never),
    row("INVALID_EMAIL_ADDRESS", Kind::ValidationFailed, Never),
    row("NUMBER_OUTSIDE_VALID_RANGE", Kind::ValidationFailed, Never),
    row("INVALID_TYPE_ON_FIELD_IN_RECORD", Kind::ValidationFailed, Never),
    row("TOO_MANY_ENUM_VALUE", Kind::ValidationFailed, Never),
    row("INVALID_CROSS_REFERENCE_KEY", Kind::ValidationFailed, Never),
    row("INVALID_ID_FIELD", Kind::ValidationFailed, Never),
    row("MALFORMED_ID", Kind::ValidationFailed, Never),
    row("INACTIVE_OWNER_OR_USER", Kind::ValidationFailed, Never),
    row("CANNOT_EXECUTE_FLOW_TRIGGER", Kind::ValidationFailed, Never),
    row("APEX_ERROR", Kind::ValidationFailed, Never),
    row("INVALID_OPERATION", Kind::ValidationFailed, Never),
    row("SELF_REFERENCE_FROM_TRIGGER", Kind::ValidationFailed, Never),
    row("MIXED_DML_OPERATION", Kind::ValidationFailed, Never),
    row("EXCEEDED_MAX_SIZE_REQUEST", Kind::ValidationFailed, Never),
    row("EXCEEDED_ID_LIMIT", Kind::ValidationFailed, Never),
    // Queries.
    when("INVALID_FIELD", "no such column", Kind::StaleSchema, Never),
    when("INVALID_FIELD", "didn't understand relationship", Kind::StaleSchema, Never),
    row("INVALID_FIELD", Kind::ValidationFailed, Never),
    // A list of child records whose object is hidden now.
    when("INVALID_TYPE", "didn't understand relationship", Kind::StaleSchema, Never),
    row("INVALID_TYPE", Kind::Unsupported, Never),
    row("MALFORMED_QUERY", Kind::ValidationFailed, Never),
    row("MALFORMED_SEARCH", Kind::ValidationFailed, Never),
    row("INVALID_QUERY_FILTER_OPERATOR", Kind::ValidationFailed, Never),
    when("INVALID_QUERY_LOCATOR", "temporary_query_more_failure", Kind::Unavailable, ByReplay),
    row("INVALID_QUERY_LOCATOR", Kind::InvalidCursor, Never),
    row("INVALID_REPLICATION_DATE", Kind::InvalidCursor, Never),
    row("QUERY_TIMEOUT", Kind::Timeout, Never),
    row("QUERY_TOO_COMPLICATED", Kind::Unsupported, Never),
    row("OPERATION_TOO_LARGE", Kind::Unsupported, Never),
    row("REQUEST_RUNNING_TOO_LONG", Kind::Timeout, Never),
    row("TXN_TIMEOUT", Kind::Timeout, Never),
    // Hosts and versions.
    ErrorRow { moved: true, ..row("URL_NOT_RESET", Kind::Misconfigured, Never) },
    row("GONE", Kind::Misconfigured, Never),
    row("INVALID_VERSION", Kind::Misconfigured, Never),
    row("UNSUPPORTED_API_VERSION", Kind::Misconfigured, Never),
    // Ours.
    row("JSON_PARSER_ERROR", Kind::Internal, Never),
    row("UNSUPPORTED_MEDIA_TYPE", Kind::Internal, Never),
    row("METHOD_NOT_ALLOWED", Kind::Internal, Never),
    row("ILLEGAL_QUERY_PARAMETER_VALUE", Kind::Internal, Never),
    row("INVALID_BATCH_SIZE", Kind::Internal, Never),
    row("INVALID_SOAP_ACTION", Kind::Internal, Never),
    // SOAP's own words for whose fault it was.
    row("Client", Kind::Internal, Never),
    row("Server", Kind::Unavailable, ByReplay),
    // Bulk, composite and collections.
    row("INVALIDENTITY", Kind::Unsupported, Never),
    row("API_ERROR", Kind::Unsupported, Never),
    row("INVALIDJOB", Kind::Unsupported, Never),
    row("INVALIDJOBSTATE", Kind::Conflict, Never),
    row("INVALIDBATCH", Kind::Unsupported, Never),
    row("PROCESSING_HALTED", Kind::Conflict, Never),
    row("ALL_OR_NONE_OPERATION_ROLLED_BACK", Kind::Conflict, Never),
    // The vendor's own faults; a write may have happened.
    row("UNKNOWN_EXCEPTION", Kind::Unavailable, ByReplay),
    row("INTERNAL_ERROR", Kind::Unavailable, ByReplay),
    row("INVALID_SERVER_ERROR", Kind::Unavailable, ByReplay),
    row("UNEXPECTED_EXCEPTION", Kind::Unavailable, ByReplay),
];

/// The row for a code and its message.
pub(super) fn data_row(code: &str, message: &str) -> Option<&'static ErrorRow> {
    let message = message.to_ascii_lowercase();
    DATA.iter().find(|row| row.code == code && message.contains(row.text))
}

/// One row of the table of token-endpoint errors.
pub(super) struct TokenRow {
    /// `error`.
    pub(super) error: &'static str,
    /// Lower-case beginning of `error_description`; empty = any.
    pub(super) begins: &'static str,
    /// What it means here.
    pub(super) kind: Kind,
    /// What to do, for the person who set the connection up.
    pub(super) advice: &'static str,
}

const fn token(error: &'static str, begins: &'static str, kind: Kind, advice: &'static str) -> TokenRow {
    TokenRow { error, begins, kind, advice }
}

/// Errors of the token endpoint.
pub(super) static TOKEN: &[TokenRow] = &[
    token(
        "invalid_client_id",
        "",
        Kind::AppUnknown,
        "Salesforce does not know this consumer key on this host. Check the key and the My Domain host; \
         a new app needs up to 10 minutes before Salesforce knows it.",
    ),
    token(
        "invalid_client",
        "",
        Kind::Misconfigured,
        "Salesforce refused the consumer secret. Copy key and secret again from the app's OAuth settings.",
    ),
    token(
        "invalid_grant",
        "expired access/refresh token",
        Kind::NeedsReauth,
        "The grant was revoked or has expired. Connect again.",
    ),
    token(
        "invalid_grant",
        "inactive user",
        Kind::NeedsReauth,
        "The run-as user is deactivated. Activate it or choose another run-as user in the app's policies.",
    ),
    token(
        "invalid_grant",
        "inactive organization",
        Kind::NeedsReauth,
        "The Salesforce org is suspended. Ask its administrator.",
    ),
    token("inactive_user", "", Kind::NeedsReauth, "The run-as user is deactivated."),
    token("inactive_org", "", Kind::NeedsReauth, "The Salesforce org is suspended."),
    token(
        "invalid_grant",
        "no client credentials user enabled",
        Kind::Misconfigured,
        "The app has no run-as user. In the app's policies, under the client credentials flow, \
         set a run-as user that has API access.",
    ),
    token(
        "invalid_grant",
        "request not supported on this domain",
        Kind::Misconfigured,
        "The client credentials flow works on the org's My Domain host only, such as \
         https://acme.my.salesforce.com.",
    ),
    token(
        "invalid_grant",
        "authentication failure",
        Kind::Misconfigured,
        "Salesforce refused the login. Check the run-as user, its login hours and its allowed IP ranges.",
    ),
    token(
        "invalid_grant",
        "ip restricted",
        Kind::Misconfigured,
        "This server's IP address is outside the ranges that the org allows. \
         Add it to the app's or the profile's IP ranges, or relax the app's IP restrictions.",
    ),
    token("invalid_grant", "expired authorization code", Kind::Misconfigured, "The code was too old. Start again."),
    token("invalid_grant", "invalid authorization code", Kind::Misconfigured, "The code was used. Start again."),
    token("invalid_grant", "invalid code verifier", Kind::Misconfigured, "The PKCE check failed. Start again."),
    token(
        "invalid_grant",
        "user hasn't approved this consumer",
        Kind::Misconfigured,
        "The user is not pre-authorised for the app. Assign the app to the user's profile or a permission set.",
    ),
    token(
        "invalid_grant",
        "invalid assertion",
        Kind::Misconfigured,
        "Salesforce does not accept the signed assertion. Check that the app has the certificate of this private key, \
         and that the username is right.",
    ),
    token(
        "invalid_grant",
        "audience validation failed",
        Kind::Misconfigured,
        "The assertion names another audience than this org's login host.",
    ),
    token(
        "invalid_grant",
        "activation secret invalid",
        Kind::NeedsReauth,
        "The org's login policy asks for a new login. Connect again.",
    ),
    token(
        "invalid_app_access",
        "",
        Kind::Misconfigured,
        "The app is limited to approved users. An administrator must add the run-as user's profile \
         or a permission set to it.",
    ),
    token(
        "redirect_uri_mismatch",
        "",
        Kind::Misconfigured,
        "The callback address is not one of those registered in the app.",
    ),
    token(
        "unsupported_grant_type",
        "",
        Kind::Misconfigured,
        "The flow is not switched on in the app (the client credentials flow, unless another was chosen). Enable it in the \
         app's OAuth settings and policies.",
    ),
    token(
        "unauthorized_client",
        "",
        Kind::Misconfigured,
        "The app may not use this OAuth flow. Check the app's OAuth settings and policies.",
    ),
    token("oauth_app_access_denied", "", Kind::Misconfigured, "The app is blocked in this org."),
    token("access_denied", "", Kind::Misconfigured, "Access was refused."),
    token("rate_limit_exceeded", "", Kind::ProviderRateLimited, "Too many logins in a short time."),
    token("invalid_scope", "", Kind::Misconfigured, "The app's scopes do not include API access (api)."),
    token("invalid_request", "", Kind::Misconfigured, "Salesforce could not read the token request."),
];

/// The row for a token error.
pub(super) fn token_row(error: &str, description: &str) -> Option<&'static TokenRow> {
    let description = description.to_ascii_lowercase();
    TOKEN.iter().find(|row| row.error.eq_ignore_ascii_case(error) && description.starts_with(row.begins))
}
