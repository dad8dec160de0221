//! Properties that hold for every tape of choices, and how they are run: by
//! the crate's tests with a few thousand tapes, by the long proof with many.

use std::cell::Cell;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// A sequence of choices. Behind its end every choice is the first one, so a
/// shorter tape is a simpler case: that is how failures shrink.
#[derive(Debug)]
pub(crate) struct Tape<'a> {
    choices: &'a [u16],
    at: usize,
}

impl<'a> Tape<'a> {
    pub(crate) fn new(choices: &'a [u16]) -> Tape<'a> {
        Tape { choices, at: 0 }
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let choice = self.choices.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(choice) % bound.max(1)
    }

    /// One of some.
    pub(crate) fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// True once in `n` times, never behind the end.
    pub(crate) fn seldom(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
}

/// Checks one tape: how much there was to compare, or what differs.
pub(crate) type Check<'a> = &'a dyn Fn(&[u16]) -> Result<usize, String>;

/// Runs a property on `cases` tapes, the same for the same seed. How much was
/// compared, or the simplest failure found.
pub(crate) fn run(check: Check<'_>, cases: u32, seed: u64) -> Result<usize, String> {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let compared = Cell::new(0);
    let tapes = proptest::collection::vec(0_u16..=u16::MAX, 0..500);
    let verdict = runner.run(&tapes, |tape| match check(&tape) {
        Ok(count) => {
            compared.set(compared.get() + count);
            Ok(())
        }
        Err(difference) => Err(TestCaseError::fail(difference)),
    });
    match verdict {
        Ok(()) => Ok(compared.get()),
        Err(failure) => Err(failure.to_string()),
    }
}
