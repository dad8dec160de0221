//! Which problems an operation answers with, grouped by status.

use heddle_engine::Code;
use std::collections::BTreeMap;
use utoipa::IntoResponses;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};

macro_rules! problems {
    ($($(#[$about:meta])* $name:ident: $($code:ident)+;)*) => {$(
        $(#[$about])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                grouped(&[$(Code::$code),+])
            }
        }
    )*};
}

problems! {
    /// Of the catalogue, which has one page.
    CatalogueProblems: InvalidRequest Unauthorized Forbidden Internal DeadlineExceeded;
    /// Of lists of the server's own resources.
    ListProblems: InvalidRequest InvalidCursor Unauthorized Forbidden Internal DeadlineExceeded;
    /// Of the list of connections, which may be that of one tenant.
    ConnectionListProblems: InvalidRequest InvalidCursor Unauthorized Forbidden NotFound Internal DeadlineExceeded;
    /// Of one of the server's own resources.
    FetchProblems: InvalidRequest Unauthorized Forbidden NotFound Internal DeadlineExceeded;
    /// Of making one.
    CreateProblems: InvalidRequest Unauthorized Forbidden NotFound Conflict PayloadTooLarge ValidationFailed Internal
        DeadlineExceeded;
    /// Of removing one.
    DeleteProblems: InvalidRequest Unauthorized Forbidden NotFound PayloadTooLarge Internal DeadlineExceeded;
    /// Of removing one that others may need.
    DeleteUsedProblems: InvalidRequest Unauthorized Forbidden NotFound Conflict PayloadTooLarge Internal
        DeadlineExceeded;
    /// Of asking for a consent, which sends nothing.
    CreateConsentProblems: InvalidRequest Unauthorized Forbidden NotFound PayloadTooLarge ValidationFailed
        UnsupportedOperation ConnectionMisconfigured Internal DeadlineExceeded;
    /// Of making a connection, which tests it.
    ConnectProblems: InvalidRequest Unauthorized Forbidden PermissionDenied NotFound Conflict ConnectionNeedsReauth ConnectionPaused
        PayloadTooLarge ValidationFailed UnsupportedOperation ConnectionMisconfigured RateLimited ProviderRateLimited
        ProviderQuotaExhausted Internal ProviderBadResponse ProviderAuthFailed ProviderUnavailable ProviderTimeout
        DeadlineExceeded;
    /// Of setting a field mapping, which is checked without a call.
    MappingProblems: InvalidRequest Unauthorized Forbidden NotFound PayloadTooLarge ValidationFailed
        UnsupportedOperation ConnectionMisconfigured Internal DeadlineExceeded;
    /// Of testing a stored connection: what the provider says is in the report.
    TestProblems: InvalidRequest Unauthorized Forbidden NotFound PayloadTooLarge UnsupportedOperation Internal
        DeadlineExceeded;
    /// Of the fields of an object, which are answered without a call.
    SchemaProblems: InvalidRequest AmbiguousConnection Unauthorized Forbidden NotFound UnsupportedOperation
        ConnectionMisconfigured Internal DeadlineExceeded;
    /// Of writing records.
    WriteProblems: InvalidRequest AmbiguousConnection UnsupportedFilter Unauthorized Forbidden PermissionDenied
        NotFound Conflict DuplicateDetected IdempotencyInProgress ConnectionNeedsReauth PreconditionFailed
        PayloadTooLarge ValidationFailed RequiredFieldMissing UnsupportedOperation IdempotencyConflict
        ConnectionMisconfigured RateLimited ProviderRateLimited ProviderQuotaExhausted Internal ProviderBadResponse
        ProviderAuthFailed OutcomeUnknown ProviderUnavailable ProviderTimeout DeadlineExceeded;
    /// Of looking at an export, or ending it.
    ExportProblems: InvalidRequest Unauthorized Forbidden PermissionDenied NotFound ConnectionNeedsReauth
        ConnectionPaused ExportExpired PayloadTooLarge UnsupportedOperation ConnectionMisconfigured RateLimited
        ProviderRateLimited ProviderQuotaExhausted Internal ProviderBadResponse ProviderAuthFailed ProviderUnavailable
        ProviderTimeout DeadlineExceeded;
    /// Of reading an export.
    ExportDataProblems: InvalidRequest InvalidCursor UnsupportedFilter Unauthorized Forbidden PermissionDenied NotFound
        ConnectionNeedsReauth ConnectionPaused ExportCancelled ExportExpired UnsupportedOperation
        ConnectionMisconfigured ValidationFailed RateLimited ProviderRateLimited ProviderQuotaExhausted Internal
        ProviderBadResponse ProviderAuthFailed ExportFailed ProviderUnavailable ProviderTimeout DeadlineExceeded;
    /// Of raw calls.
    PassthroughProblems: InvalidRequest AmbiguousConnection Unauthorized Forbidden NotFound IdempotencyInProgress
        ConnectionNeedsReauth ConnectionPaused PayloadTooLarge UnsupportedOperation IdempotencyConflict
        ConnectionMisconfigured RateLimited ProviderRateLimited ProviderQuotaExhausted Internal ProviderBadResponse
        ProviderAuthFailed OutcomeUnknown ProviderUnavailable ProviderTimeout DeadlineExceeded;
    /// Of reading records.
    RecordProblems: InvalidRequest InvalidCursor AmbiguousConnection UnsupportedFilter Unauthorized Forbidden
        PermissionDenied NotFound ConnectionNeedsReauth ConnectionPaused UnsupportedOperation ConnectionMisconfigured ValidationFailed
        RateLimited ProviderRateLimited ProviderQuotaExhausted Internal ProviderBadResponse ProviderAuthFailed
        ProviderUnavailable ProviderTimeout DeadlineExceeded;
    /// Of reading records by a body.
    SearchProblems: InvalidRequest InvalidCursor AmbiguousConnection UnsupportedFilter Unauthorized Forbidden
        PermissionDenied NotFound ConnectionNeedsReauth ConnectionPaused PayloadTooLarge UnsupportedOperation
        ConnectionMisconfigured ValidationFailed RateLimited ProviderRateLimited ProviderQuotaExhausted Internal
        ProviderBadResponse ProviderAuthFailed ProviderUnavailable ProviderTimeout DeadlineExceeded;
}

fn grouped(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.info().status).or_default().push(*code);
    }
    let asks_provider = codes.contains(&Code::ProviderUnavailable);
    by_status
        .into_iter()
        .map(|(status, codes)| (status.to_string(), RefOr::T(response(status, &codes, asks_provider))))
        .collect()
}

fn response(status: u16, codes: &[Code], asks_provider: bool) -> Response {
    let lines: Vec<_> = codes.iter().map(|code| format!("`{}`: {}", code.info().name, code.info().title)).collect();
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let mut response = ResponseBuilder::new()
        .description(lines.join("\n\n"))
        .content("application/problem+json", body)
        .header("X-Provider-Calls", header(Type::Integer, "Requests sent to the provider for this answer."));
    if asks_provider {
        let allowance = "The account's allowance of calls, where known.";
        response = response
            .header("X-Provider-RateLimit-Limit", header(Type::Integer, allowance))
            .header("X-Provider-RateLimit-Remaining", header(Type::Integer, "What is left of it."));
    }
    if codes.iter().any(|code| code.info().retryable) {
        response = response.header("Retry-After", header(Type::Integer, "Seconds after which a new try makes sense."));
    }
    if status == 401 {
        response = response.header("WWW-Authenticate", header(Type::String, "The scheme to use: `Bearer`."));
    }
    response.build()
}

pub(super) fn header(kind: Type, about: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(kind).build())).description(Some(about)).build()
}
