//! Things worth knowing about an answer that succeeded.

use heddle_connector::mapping::{Plan, Warning};
use heddle_gate::Quota;

/// One warning of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// A stable word.
    pub code: &'static str,
    /// A sentence.
    pub detail: String,
    /// The record's id, when it concerns one.
    pub record: Option<String>,
    /// The common field, when it concerns one.
    pub field: Option<String>,
    /// The provider's field behind it.
    pub provider_field: Option<String>,
    /// The value that did not fit, cut to 256 bytes.
    pub value: Option<String>,
}

impl Notice {
    pub(crate) fn general(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), record: None, field: None, provider_field: None, value: None }
    }

    /// Fields that the plan cannot fill, all in one notice.
    pub(crate) fn missing(plan: &Plan) -> Option<Self> {
        let names: Vec<String> = plan.missing().iter().map(|m| format!("{} ({})", m.field, m.provider_field)).collect();
        (!names.is_empty()).then(|| {
            let detail = format!(
                "the account does not show the connected user these fields, so they are null: {}",
                names.join(", ")
            );
            Self::general("fields_not_available", detail)
        })
    }

    /// Mapped fields that do not fit the account any more, each in its own.
    pub(crate) fn unusable(plan: &Plan) -> impl Iterator<Item = Self> {
        plan.unusable().iter().map(|one| Self {
            field: Some(one.field.clone()),
            provider_field: Some(one.provider_field.clone()),
            ..Self::general("mapped_field_unavailable", format!("{}, so records go without it", one.reason))
        })
    }

    /// Fields that were asked for by name and that the CRM does not have.
    pub(crate) fn absent(plan: &Plan) -> impl Iterator<Item = Self> {
        plan.absent().iter().map(|(field, why)| Self {
            field: Some((*field).to_owned()),
            ..Self::general("field_not_available", format!("{field} is null: {why}"))
        })
    }

    /// More calls used than the provider allows, while it still answers.
    pub(crate) fn overdrawn(quota: Option<Quota>) -> Option<Self> {
        let quota = quota.filter(|q| q.used > q.limit)?;
        let detail = format!(
            "the account has used {} of {} calls; the provider still answers, and may stop at any time",
            quota.used, quota.limit
        );
        Some(Self::general("quota_overdrawn", detail))
    }

    /// Warnings left out of a page with very many.
    pub(crate) fn dropped(count: usize) -> Option<Self> {
        (count > 0).then(|| Self::general("warnings_dropped", format!("{count} more warnings are left out")))
    }
}

impl From<Warning> for Notice {
    fn from(warning: Warning) -> Self {
        let some = |text: String| (!text.is_empty()).then_some(text);
        Self {
            code: warning.kind.as_str(),
            detail: warning.reason.to_owned(),
            record: warning.record,
            field: some(warning.field),
            provider_field: some(warning.provider_field),
            value: warning.value,
        }
    }
}
