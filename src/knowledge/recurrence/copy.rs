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
    // Statements with the same stems, each once for an incident.
    let mut said: Vec<(u64, u32)> = vectors
        .iter()
        .zip(statements)
        .filter(|(vector, _)| !vector.stems.is_empty())
        .map(|(vector, statement)| (vector.whole, statement.incident))
        .collect();
    said.par_sort_unstable();
    said.dedup();
    let most = said.iter().map(|(_, incident)| *incident as usize + 1).max();
    let mut sizes = vec![0usize; most.unwrap_or(0)];
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
