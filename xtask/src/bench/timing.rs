//! Time, taken so that a busy machine disturbs little: all candidates in
//! turn, many rounds, the fastest round of each.

// Real time is what is measured here.
#![allow(clippy::disallowed_methods)]

use std::hint::black_box;
use std::time::{Duration, Instant};

/// One candidate.
pub(super) struct Candidate<'a> {
    /// What it does once.
    pub(super) work: Box<dyn FnMut() -> usize + 'a>,
}

/// How long a round of one candidate takes at least.
const ROUND: Duration = Duration::from_millis(4);

/// The fastest time of each candidate, in nanoseconds.
pub(super) fn fastest(candidates: &mut [Candidate<'_>], rounds: usize) -> Vec<f64> {
    let repeats: Vec<u32> = candidates.iter_mut().map(|c| repeats(&mut c.work)).collect();
    let mut best = vec![f64::INFINITY; candidates.len()];
    for _ in 0..rounds {
        for ((candidate, &repeats), best) in candidates.iter_mut().zip(&repeats).zip(&mut best) {
            *best = best.min(round(&mut candidate.work, repeats));
        }
    }
    best
}

fn round(work: &mut dyn FnMut() -> usize, repeats: u32) -> f64 {
    let started = Instant::now();
    for _ in 0..repeats {
        black_box(work());
    }
    started.elapsed().as_secs_f64() * 1e9 / f64::from(repeats)
}

fn repeats(work: &mut dyn FnMut() -> usize) -> u32 {
    let mut repeats = 1;
    loop {
        let started = Instant::now();
        for _ in 0..repeats {
            black_box(work());
        }
        if started.elapsed() >= ROUND {
            return repeats;
        }
        repeats *= 2;
    }
}
