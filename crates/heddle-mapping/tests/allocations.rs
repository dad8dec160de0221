//! Allocations of a page: few, and no more for more records.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]
// A counting allocator cannot be written without it; every call is passed on
// to the system's allocator as it came.
#![allow(unsafe_code)]

#[path = "support/contacts.rs"]
mod contacts;
#[path = "support/mutate.rs"]
#[allow(dead_code)]
mod mutate;
#[path = "support/page.rs"]
#[allow(dead_code)]
mod page;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use heddle_mapping::Envelope;

static COUNT: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: the contract of each method is the system allocator's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: passed on unchanged.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: `at` came from the system's allocator with this layout.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: passed on unchanged.
        unsafe { System.realloc(at, layout, size) }
    }
}

/// One test in this binary: others would be counted too.
#[test]
fn a_page_takes_at_most_20_allocations_however_many_records_it_has() {
    let hidden = &[
        "MiddleName",
        "MasterRecordId",
        "Owner.Name",
        "Email2__c",
        "Extension__c",
        "MailingLatitude",
        "MailingLongitude",
        "OtherStreet",
        "OtherCity",
        "PhotoUrl",
        "Stage__c",
        "Blocked__c",
        "Gone__c",
        "DoNotCall",
        "HasOptedOutOfEmail",
        "EmailBouncedDate",
        "EmailBouncedReason",
    ];
    let fields = &[
        "id",
        "url",
        "created_at",
        "updated_at",
        "first_name",
        "last_name",
        "name",
        "title",
        "description",
        "account_id",
        "account_name",
        "owner_id",
        "email_addresses",
        "phone_numbers",
        "addresses",
        "birthday",
    ];
    let ask = contacts::Ask { hidden, fields: Some(fields), expand: &["account"], raw: true, ..Default::default() };
    let plan = ask.plan();
    let envelope = Envelope { records: "records", done: Some("done"), next: Some("nextRecordsUrl") };
    let counts: Vec<usize> = [20, 200, 2_000]
        .into_iter()
        .map(|records| {
            let body = page::page(records, page::Layout::default());
            let mut out = Vec::new();
            let before = COUNT.load(Ordering::Relaxed);
            let read = plan.read(&body, &envelope, records, &mut out);
            let count = COUNT.load(Ordering::Relaxed) - before;
            let read = read.unwrap();
            assert_eq!((read.written, read.warnings.len()), (records, 0), "{:?}", read.warnings.first());
            count
        })
        .collect();
    assert!(counts.iter().all(|&n| n <= 20), "{counts:?}");
    assert!(counts[1] <= counts[0] + 1 && counts[2] <= counts[0] + 1, "{counts:?}");
}
