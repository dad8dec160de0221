//! Answers in the form in which they are stored for a replay.

use super::{WriteAnswer, WriteBody};
use crate::{Code, Cost, FieldError, Notice, Problem};
use heddle_gate::ProviderError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What a request with an idempotency key ended in.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The request that did it.
    pub(super) request_id: String,
    pub(super) end: End,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum End {
    Answer(KeptAnswer),
    Problem(KeptProblem),
}

/// An answer that can be stored. Its cost belongs to the request that paid it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptAnswer {
    body: WriteBody,
    warnings: Vec<KeptNotice>,
    etag: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptNotice {
    code: String,
    detail: String,
    record: Option<String>,
    field: Option<String>,
    provider_field: Option<String>,
    value: Option<String>,
}

/// A problem that can be stored. Cost, provider and connection are not: they
/// belong to the request that shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeptProblem {
    code: String,
    detail: String,
    errors: Vec<KeptPart>,
    retry_after_ms: Option<u64>,
    provider_error: Option<(u16, Option<String>, String)>,
    records: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeptPart {
    pointer: String,
    code: String,
    detail: String,
    provider_field: Option<String>,
}

impl From<&WriteAnswer> for KeptAnswer {
    fn from(answer: &WriteAnswer) -> Self {
        let notice = |n: &Notice| KeptNotice {
            code: n.code.to_owned(),
            detail: n.detail.clone(),
            record: n.record.clone(),
            field: n.field.clone(),
            provider_field: n.provider_field.clone(),
            value: n.value.clone(),
        };
        let warnings = answer.warnings.iter().map(notice).collect();
        Self { body: answer.body.clone(), warnings, etag: answer.etag.clone() }
    }
}

impl KeptAnswer {
    /// The answer again, to the request that asks for it now.
    pub(super) fn answer(self, request_id: String) -> WriteAnswer {
        let notice = |n: KeptNotice| Notice {
            code: word(n.code),
            detail: n.detail,
            record: n.record,
            field: n.field,
            provider_field: n.provider_field,
            value: n.value,
        };
        let warnings = self.warnings.into_iter().map(notice).collect();
        WriteAnswer {
            etag: self.etag,
            replay_of: Some(request_id),
            ..WriteAnswer::new(self.body, warnings, Cost::default())
        }
    }
}

impl From<&Problem> for KeptProblem {
    fn from(problem: &Problem) -> Self {
        let part = |e: &FieldError| KeptPart {
            pointer: e.pointer.clone(),
            code: e.code.to_owned(),
            detail: e.detail.clone(),
            provider_field: e.provider_field.clone(),
        };
        let provider = problem.provider_error.as_ref();
        Self {
            code: problem.code.info().name.to_owned(),
            detail: problem.detail.clone(),
            errors: problem.errors.iter().map(part).collect(),
            retry_after_ms: problem.retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            provider_error: provider.map(|p| (p.status, p.code.clone(), p.message.clone())),
            records: problem.records.clone(),
        }
    }
}

impl KeptProblem {
    /// The problem again.
    pub fn problem(&self) -> Problem {
        // A code that a later version does not know any more is a fault of that version.
        let code = Code::parse(&self.code).unwrap_or(Code::Internal);
        let part = |e: &KeptPart| FieldError {
            pointer: e.pointer.clone(),
            code: word(e.code.clone()),
            detail: e.detail.clone(),
            provider_field: e.provider_field.clone(),
        };
        let error = |(status, code, message): &(u16, Option<String>, String)| ProviderError {
            status: *status,
            code: code.clone(),
            message: message.clone(),
        };
        Problem {
            errors: self.errors.iter().map(part).collect(),
            retry_after: self.retry_after_ms.map(Duration::from_millis),
            provider_error: self.provider_error.as_ref().map(error),
            records: self.records.clone(),
            ..Problem::new(code, self.detail.clone())
        }
    }
}

/// A stable word that comes out of storage. Each is kept once for as long as
/// the program runs: they are the program's own few words, sealed when stored.
fn word(stored: String) -> &'static str {
    static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(stored.as_str()) {
        return known;
    }
    let word: &'static str = Box::leak(stored.into_boxed_str());
    words.insert(word);
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::{BatchOutcome, DryRequest};

    #[test]
    fn an_answer_survives_storage() {
        let problem = Problem {
            retry_after: Some(Duration::from_millis(1_500)),
            records: vec!["003000000000001AAA".to_owned()],
            ..Problem::new(Code::DuplicateDetected, "twice").with_error("/email_addresses", "invalid", "there")
        };
        let body = WriteBody::Batch(vec![
            BatchOutcome::Written { id: "003".to_owned(), created: true },
            BatchOutcome::Failed(KeptProblem::from(&problem)),
        ]);
        let answer = WriteAnswer::new(body, vec![Notice::general("ignored", "name")], Cost::default());
        let kept = Kept { request_id: "req_1".to_owned(), end: End::Answer(KeptAnswer::from(&answer)) };
        let bytes = serde_json::to_vec(&kept).unwrap();
        let End::Answer(back) = serde_json::from_slice::<Kept>(&bytes).unwrap().end else { panic!("no answer") };
        let back = back.answer("req_1".to_owned());
        assert_eq!((back.warnings, back.replay_of.as_deref()), (answer.warnings, Some("req_1")));
        let WriteBody::Batch(outcomes) = back.body else { panic!("no batch") };
        let BatchOutcome::Failed(failed) = &outcomes[1] else { panic!("no failure") };
        assert_eq!(failed.problem(), problem);
    }

    #[test]
    fn a_dry_run_can_be_stored_like_any_answer() {
        let request = DryRequest {
            method: "POST".to_owned(),
            path: "/x".to_owned(),
            headers: vec![("a".to_owned(), "b".to_owned())],
            body: None,
        };
        let text = serde_json::to_string(&WriteBody::Dry(vec![request])).unwrap();
        assert!(matches!(serde_json::from_str(&text), Ok(WriteBody::Dry(requests)) if requests.len() == 1));
    }
}
