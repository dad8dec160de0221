//! Keeps what the call log gets, and gives it exactly once.

use crate::clock::{self, Moment};
use crate::{Attempt, Call, CallLog, CallRecord, Failure, FailureKind, Reply};
use std::sync::Arc;

/// The record of a call under way. A call that ends in no other way (a fault in
/// a connector, the end of the runtime) is recorded as our fault.
pub(crate) struct Record {
    log: Arc<dyn CallLog>,
    record: Option<CallRecord>,
    entered: Moment,
}

impl Record {
    /// Begins with the call's entry.
    pub(crate) fn new(log: Arc<dyn CallLog>, call: &Call, entered: Moment) -> Self {
        let record = CallRecord {
            caller: call.caller.clone(),
            operation: call.request.operation,
            method: call.request.method.as_str(),
            path: call.request.path_only().to_owned(),
            at: clock::wall(),
            attempts: Vec::new(),
            status: None,
            failure: Some(FailureKind::Internal),
            took: Moment::ZERO,
        };
        Self { log, record: Some(record), entered }
    }

    /// Adds a send.
    pub(crate) fn attempt(&mut self, attempt: Attempt) {
        if let Some(record) = &mut self.record {
            record.attempts.push(attempt);
        }
    }

    /// Ends it with what the caller gets.
    pub(crate) fn end(&mut self, result: &Result<Reply, Failure>, now: Moment) {
        let Some(mut record) = self.record.take() else { return };
        match result {
            Ok(reply) => (record.status, record.failure) = (Some(reply.status), None),
            Err(failure) => {
                record.status = failure.provider.as_ref().map(|provider| provider.status);
                record.failure = Some(failure.kind);
            }
        }
        record.took = now.saturating_sub(self.entered);
        self.log.record(record);
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if let Some(record) = self.record.take() {
            self.log.record(record);
        }
    }
}
