//! What is about the platform and not the records: versions, user, limits.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::errors::{JSON, error};
use super::ids::Id;
use super::route::bearer;
use super::state::Salesforce;
use crate::serve::{Answer, Call};

/// Oldest and newest listed version (recorded May 2026).
const VERSIONS: std::ops::RangeInclusive<u32> = 31..=66;

/// The user that tokens act as, by the name they log in with.
pub(super) const USERNAME: &str = "user0@sandbox.example";

/// The organization's id: another seed is another org, and so is a refresh.
pub(super) fn organization(org: &Salesforce) -> Id {
    Id::nth("00D", 4_710 + org.options.seed).in_generation(org.generation())
}

/// Names org and user, as in the token answer.
pub(super) fn identity_url(org: &Salesforce) -> String {
    format!("https://login.salesforce.com/id/{}/{}", organization(org).as_str(), org.user().as_str())
}

/// Whether `XX.0` is in the list.
pub(super) fn is_listed(version: &str) -> bool {
    version.strip_suffix(".0").and_then(|number| number.parse().ok()).is_some_and(|number| VERSIONS.contains(&number))
}

/// The list of versions: no session needed, not counted.
pub(super) fn versions() -> Answer {
    let versions: Vec<Value> = VERSIONS
        .map(|number| {
            // v31 was Summer '14; three releases a year, winter's named ahead.
            let release = number - 31 + 1;
            let (season, year) = match release % 3 {
                0 => ("Spring", 14 + release / 3),
                1 => ("Summer", 14 + release / 3),
                _ => ("Winter", 15 + release / 3),
            };
            // One label has a typographic apostrophe in the recording.
            let apostrophe = if number == 42 { '\u{2019}' } else { '\'' };
            json!({
                "label": format!("{season} {apostrophe}{year}"),
                "url": format!("/services/data/v{number}.0"),
                "version": format!("{number}.0"),
            })
        })
        .collect();
    Answer::new(200, JSON, Value::from(versions).to_string())
}

/// Who the token acts as. A bad token is 403 with a text here.
pub(super) fn userinfo(org: &Salesforce, call: &Call<'_>) -> Answer {
    let text = |status, text: &'static str| Answer::new(status, "text/html;charset=UTF-8", text);
    match bearer(call) {
        Ok(token) if org.session(token).is_some() => {}
        Ok(_) => return text(403, "Bad_OAuth_Token"),
        Err(_) => return text(403, "Missing_OAuth_Token"),
    }
    let host = org.residence().url(org.urls());
    let (short, user) = (organization(org).short().to_owned(), org.user());
    let data = |rest: &str| format!("{host}/services/data/v{{version}}/{rest}");
    let body = json!({
        "sub": identity_url(org),
        "user_id": user.as_str(),
        "organization_id": organization(org).as_str(),
        "preferred_username": USERNAME,
        "nickname": "user0",
        "name": "Integration User",
        "email": "user0@sandbox.example",
        "email_verified": true,
        "given_name": "Integration",
        "family_name": "User",
        "zoneinfo": "America/Los_Angeles",
        "photos": {
            "picture": format!("{host}/profilephoto/005/F"),
            "thumbnail": format!("{host}/profilephoto/005/T"),
        },
        "profile": format!("{host}/{}", user.as_str()),
        "picture": format!("{host}/profilephoto/005/F"),
        "address": {},
        "is_salesforce_integration_user": true,
        "urls": {
            "enterprise": format!("{host}/services/Soap/c/{{version}}/{short}"),
            "metadata": format!("{host}/services/Soap/m/{{version}}/{short}"),
            "partner": format!("{host}/services/Soap/u/{{version}}/{short}"),
            "rest": data(""),
            "sobjects": data("sobjects/"),
            "search": data("search/"),
            "query": data("query/"),
            "recent": data("recent/"),
            "tooling_soap": format!("{host}/services/Soap/T/{{version}}/{short}"),
            "tooling_rest": data("tooling/"),
            "profile": format!("{host}/{}", user.as_str()),
            "feeds": data("chatter/feeds"),
            "groups": data("chatter/groups"),
            "users": data("chatter/users"),
            "feed_items": data("chatter/feed-items"),
            "feed_elements": data("chatter/feed-elements"),
            "custom_domain": host,
        },
        "active": true,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": -28_800_000,
        "updated_at": "2026-05-06T09:49:19Z",
    });
    Answer::new(200, JSON, body.to_string())
}

/// The org's limits; the call itself is already counted.
pub(super) fn limits(org: &Salesforce) -> Answer {
    let settings = org.settings();
    if settings.limits_forbidden {
        let text = "insufficient access rights on cross-reference id";
        return error(403, "INSUFFICIENT_ACCESS", text);
    }
    let whole = |max: u64| json!({ "Max": max, "Remaining": max });
    let used = org.used.load(Ordering::Relaxed);
    let remaining = settings.reported_limit().saturating_sub(used);
    let body = json!({
        "ConcurrentAsyncGetReportInstances": whole(200),
        "ConcurrentSyncReportRuns": whole(20),
        "DailyApiRequests": { "Max": settings.reported_limit(), "Remaining": remaining },
        "DailyAsyncApexExecutions": whole(250_000),
        "DailyBulkApiBatches": whole(15_000),
        "DailyBulkV2QueryFileStorageMB": whole(976_562),
        "DailyBulkV2QueryJobs": whole(10_000),
        "DailyDeliveredPlatformEvents": whole(10_000),
        "DailyStreamingApiEvents": whole(10_000),
        "DailyWorkflowEmails": whole(1_000),
        "DataStorageMB": { "Max": 1_024, "Remaining": 1_001 },
        "DurableStreamingApiConcurrentClients": whole(20),
        "FileStorageMB": { "Max": 1_024, "Remaining": 1_020 },
        "HourlyPublishedPlatformEvents": whole(50_000),
        "HourlyTimeBasedWorkflow": whole(1_000),
        "MassEmail": whole(5_000),
        "PermissionSets": { "Max": 1_500, "Remaining": 1_497,
            "CreateCustom": { "Max": 1_000, "Remaining": 997 } },
        "SingleEmail": whole(5_000),
        "StreamingApiConcurrentClients": whole(20),
    });
    Answer::new(200, JSON, body.to_string())
}
