//! Threads that make calls themselves instead of handing them over.
//!
//! A call that is handed to another runtime and back costs four changes of
//! thread with their wake-ups, a third of a small request's processor time.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::Handle;

thread_local! {
    static RESIDENT: Cell<bool> = const { Cell::new(false) };
}

/// Declares that this thread drives a runtime of its own that goes on until
/// its last request is answered: a server's worker. Calls that are made on it
/// run on it, over provider connections of its own.
pub fn reside() {
    RESIDENT.set(true);
}

/// Whether this thread has declared itself.
pub(crate) fn here() -> bool {
    RESIDENT.get()
}

/// Runs a call where it is polled. When the caller leaves, `runtime` runs the
/// rest of it.
pub(crate) struct Carried<F: Future<Output = ()> + Send + 'static> {
    work: Option<Pin<Box<F>>>,
    runtime: Handle,
}

impl<F: Future<Output = ()> + Send + 'static> Carried<F> {
    pub(crate) fn new(work: F, runtime: Handle) -> Self {
        Self { work: Some(Box::pin(work)), runtime }
    }
}

impl<F: Future<Output = ()> + Send + 'static> Future for Carried<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(work) = &mut self.work else { return Poll::Ready(()) };
        // As in a task of its own, a fault ends this call and nothing else.
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx)));
        if matches!(polled, Ok(Poll::Pending)) {
            return Poll::Pending;
        }
        self.work = None;
        Poll::Ready(())
    }
}

impl<F: Future<Output = ()> + Send + 'static> Drop for Carried<F> {
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            self.runtime.spawn(work);
        }
    }
}
