//! Incidents that are told twice, or filled in from one template.
//!
//! Comes in: statements with their vectors. Goes out: for each the number of its incident, which for such incidents is one.

use crate::knowledge::recurrence::Statement;
use crate::knowledge::recurrence::lead::WINDOW;
use crate::knowledge::recurrence::weight::Vector;
use rayon::prelude::*;

/// Returns the incident of each statement. Incidents that are copies of another have the number of that: they share two statements
/// or more word for word, and that is half of what the shorter one says.
pub(super) fn find(statements: &[Statement<'_>], vectors: &[Vector]) -> Vec<u32> {
    let all = || {
        let said = vectors.iter().zip(statements).filter(|(vector, _)| !vector.stems.is_empty());
        said.map(|(vector, statement)| (vector.whole, statement.incident))
    };
    // Most say what nobody else does, as far as some bits of a hash tell, and need no sorting.
    let (mut once, mut again) = (Sieve::new(), Sieve::new());
    for (whole, _) in all() {
        if once.put(whole) {
            again.put(whole);
        }
    }
    let most = all().map(|(_, incident)| incident as usize + 1).max();
    let mut sizes = vec![0usize; most.unwrap_or(0)];
    // Statements with the same stems, each once for an incident.
    let mut said: Vec<(u64, u32)> = Vec::new();
    for (whole, incident) in all() {
        if again.has(whole) {
            said.push((whole, incident));
        } else {
            sizes[incident as usize] += 1;
        }
    }
    said.par_sort_unstable();
    said.dedup();
    for (_, incident) in &said {
        sizes[*incident as usize] += 1;
    }
    let mut shared: Vec<(u32, u32)> = Vec::new();
    for same in said.chunk_by(|a, b| a.0 == b.0) {
        // What a great many say is said in passing; who copies a whole document shares its other statements too.
        for (at, a) in same.iter().enumerate() {
            shared.extend(same[at + 1..].iter().take(WINDOW).map(|b| (a.1, b.1)));
        }
    }
    shared.par_sort_unstable();
    let mut stands_for: Vec<u32> = (0..sizes.len() as u32).collect();
    for both in shared.chunk_by(|a, b| a == b) {
        let (a, b) = both[0];
        if both.len() >= 2 && both.len() * 2 >= sizes[a as usize].min(sizes[b as usize]) {
            stands_for[b as usize] = stands_for[a as usize];
        }
    }
    let incident = |own: u32| stands_for.get(own as usize).copied().unwrap_or(own);
    statements.iter().map(|statement| incident(statement.incident)).collect()
}

/// Some bits of hashes.
struct Sieve(Vec<u64>);

impl Sieve {
    /// How many bits it has, a power of two: several for each statement of a large site.
    const BITS: u64 = 1 << 20;

    fn new() -> Sieve {
        Sieve(vec![0; (Self::BITS / 64) as usize])
    }

    fn has(&self, hash: u64) -> bool {
        let bit = hash % Self::BITS;
        self.0[(bit / 64) as usize] >> (bit % 64) & 1 == 1
    }

    /// Puts one in; returns whether it, or one with the same bits, was there.
    fn put(&mut self, hash: u64) -> bool {
        let bit = hash % Self::BITS;
        let was = self.has(hash);
        self.0[(bit / 64) as usize] |= 1 << (bit % 64);
        was
    }
}
