//! What the doctor says, for people and for programs.

use super::{Finding, Verdict};
use crate::config::Source;
use serde_json::{Value, json};

/// A setting: key, value with secrets masked, where it comes from.
type Shown = (String, String, Source);

/// Settings and findings, a line each.
pub(super) fn lines(settings: &[Shown], findings: &[Finding]) -> String {
    let mut lines = vec!["settings in force (value, where it comes from):".to_owned()];
    lines.extend(settings.iter().map(|(key, value, source)| format!("  {key} = {value:?}  ({source})")));
    lines.push(String::new());
    lines.extend(findings.iter().map(Finding::line));
    lines.join("\n")
}

/// The same as one JSON document.
pub(super) fn json(settings: &[Shown], findings: &[Finding], healthy: bool) -> String {
    let settings: Vec<Value> = settings
        .iter()
        .map(|(key, value, source)| json!({"key": key, "value": value, "source": source.to_string()}))
        .collect();
    let findings: Vec<Value> = findings
        .iter()
        .map(|finding| json!({"check": finding.name, "verdict": word(finding.verdict), "detail": finding.detail}))
        .collect();
    json!({"healthy": healthy, "findings": findings, "settings": settings}).to_string()
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Note => "note",
        Verdict::Wrong => "wrong",
    }
}
