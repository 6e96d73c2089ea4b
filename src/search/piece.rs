//! Terms in an order, cut into pieces that are loaded one by one.
//!
//! Comes in: pieces as they were, and which terms have changed. Goes out: pieces as cutting all terms anew gives them, of which
//! only those were made again that hold such a term. Where a piece ends depends on nothing before it, so the cuts meet again
//! soon after an edit. Knows nothing of what stands in a piece.

use crate::search::File;
use crate::search::digits;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::sync::Mutex;

/// How many characters of a piece's name come from what it holds; before them stands its place.
pub const NAME: usize = 4;

/// Consecutive terms, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The terms, by their numbers.
    pub terms: Vec<u32>,
    /// The last part of its name.
    pub hash: String,
    /// What tells what it holds, where that is known without making it.
    seal: Option<Seal>,
}

/// What tells what a piece holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// A hash of all that does not change when documents come, go or move.
    pub hash: u64,
    /// What decides beside it: a number that the kind understands.
    pub beside: u32,
}

impl Piece {
    fn new(terms: Vec<u32>) -> Piece {
        Piece { terms, hash: String::new(), seal: None }
    }

    /// Forgets what tells what it holds.
    pub fn doubt(&mut self) {
        self.seal = None;
    }
}

/// How pieces are cut and what they hold.
pub trait Kind: Sync {
    /// The letter that their names begin with.
    const LETTER: char;

    /// Returns which of two terms comes first.
    fn order(&self, one: u32, other: u32) -> Ordering;

    /// Returns whether a term stands in a piece at all.
    fn holds(&self, term: u32) -> bool;

    /// Returns whether a piece ends after a term. `size` is 0 at its beginning and else what was left there after the term before.
    fn ends(&self, size: &mut usize, term: u32) -> bool;

    /// Returns what tells all that a piece of these terms holds, where it is known without that. It is that of a piece until a term of
    /// it is touched, or [`Piece::doubt`] is called.
    fn seal(&self, _terms: &[u32]) -> Option<Seal> {
        None
    }

    /// Returns what a name is made of where this is the seal.
    fn told(&self, seal: Seal) -> u64 {
        seal.hash
    }

    /// Returns what a piece of these terms holds, as JSON.
    fn content(&self, terms: &[u32]) -> String;
}

/// Files that are taken as they are made; nowhere where nobody wants them.
pub type Sink<'a> = Option<&'a Mutex<Vec<File>>>;

/// Brings pieces up to date; returns the places of those that were cut again, which have no names yet. The `touched` terms are those
/// that stand in a piece and did not, the other way round, or with other words; they come in the order of the kind, each once.
pub fn cut<K: Kind>(pieces: &mut Vec<Piece>, touched: &[u32], kind: &K) -> Vec<usize> {
    let mut rest = touched;
    let mut next: Vec<Piece> = Vec::with_capacity(pieces.len() + 1);
    let mut stale: Vec<usize> = Vec::new();
    let (mut open, mut size) = (Vec::new(), 0);
    let mut old = std::mem::take(pieces).into_iter().peekable();
    loop {
        let piece = old.next();
        // What comes before the next piece belongs to this one.
        let own = match old.peek() {
            Some(after) => rest.partition_point(|term| kind.order(*term, after.terms[0]) == Ordering::Less),
            None => rest.len(),
        };
        let own = rest.split_off(..own).unwrap_or_default();
        let held = match piece {
            Some(piece) if open.is_empty() && own.is_empty() => {
                next.push(piece);
                continue;
            }
            Some(piece) => piece.terms,
            None if own.is_empty() => break,
            None => Vec::new(),
        };
        for term in merged(&held, own, kind) {
            if !kind.holds(term) {
                continue;
            }
            open.push(term);
            if kind.ends(&mut size, term) {
                stale.push(next.len());
                next.push(Piece::new(std::mem::take(&mut open)));
                size = 0;
            }
        }
    }
    if !open.is_empty() {
        stale.push(next.len());
        next.push(Piece::new(open));
    }
    *pieces = next;
    stale
}

/// Names pieces anew, by their places, and hands over their files.
pub fn name<K: Kind>(pieces: &mut [Piece], places: &[usize], kind: &K, sink: Sink<'_>) {
    let name = |place: &usize| {
        let Piece { terms, seal, .. } = &pieces[*place];
        let seal = seal.or_else(|| kind.seal(terms));
        let sealed = seal.map(|seal| kind.told(seal).to_le_bytes());
        let is_wanted = seal.is_none() || sink.is_some();
        let content = if is_wanted { kind.content(terms) } else { String::new() };
        let told: &[u8] = sealed.as_ref().map_or(content.as_bytes(), |seal| seal);
        let hash = digits::name_of(&[told], NAME);
        if let Some(sink) = sink {
            put(sink, file(K::LETTER, *place, &hash, &content));
        }
        (hash, seal)
    };
    let named: Vec<(String, Option<Seal>)> = places.par_iter().map(name).collect();
    for (place, (hash, seal)) in places.iter().zip(named) {
        (pieces[*place].hash, pieces[*place].seal) = (hash, seal);
    }
}

/// Returns the file of a piece.
pub fn file(letter: char, place: usize, hash: &str, content: &str) -> File {
    File::of(&format!("{letter}{place}-{hash}"), content)
}

/// Returns the place and the hash that stand in the name of a piece.
pub fn place_of(name: &str) -> Option<(usize, &str)> {
    let (place, hash) = name.get(1..)?.split_once('-')?;
    let place: usize = place.parse().ok()?;
    // One name for each piece.
    (place.to_string().len() + 2 + hash.len() == name.len()).then_some((place, hash))
}

/// Takes a file.
pub fn put(sink: &Mutex<Vec<File>>, file: File) {
    super::locked(sink).push(file);
}

/// Returns the hashes of pieces, one behind the other.
pub fn names(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.hash.as_str()).collect()
}

/// Returns the terms of two lists in their order, each once.
fn merged<K: Kind>(one: &[u32], other: &[u32], kind: &K) -> Vec<u32> {
    let mut all = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    loop {
        let order = match (one.peek(), other.peek()) {
            (Some(a), Some(b)) if a == b => Ordering::Equal,
            (Some(a), Some(b)) => kind.order(**a, **b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return all,
        };
        let first = if order == Ordering::Greater { &mut other } else { &mut one };
        all.extend(first.next());
        if order == Ordering::Equal {
            other.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers below a hundred that are held, and pieces that end at those that divide by seven.
    struct Held([bool; 100]);

    impl Kind for Held {
        const LETTER: char = 't';

        fn order(&self, one: u32, other: u32) -> Ordering {
            one.cmp(&other)
        }

        fn holds(&self, term: u32) -> bool {
            self.0[term as usize]
        }

        fn ends(&self, size: &mut usize, term: u32) -> bool {
            *size += 1;
            *size >= 8 || *size > 3 && term.is_multiple_of(7)
        }

        fn content(&self, terms: &[u32]) -> String {
            format!("{terms:?}")
        }
    }

    #[test]
    fn pieces_that_follow_are_those_that_are_cut_anew() {
        let mut seed = 1u64;
        let mut chance = |of: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % of
        };
        let mut pieces = Vec::new();
        let mut held = Held([false; 100]);
        for _ in 0..2_000 {
            let mut touched: Vec<u32> = (0..chance(6)).map(|_| chance(100) as u32).collect();
            if chance(20) == 0 {
                touched = (0..100).collect();
            }
            touched.sort_unstable();
            touched.dedup();
            for term in &touched {
                held.0[*term as usize] = chance(3) > 0;
            }
            let follow = |pieces: &mut Vec<Piece>, touched: &[u32]| {
                let stale = cut(pieces, touched, &held);
                name(pieces, &stale, &held, None);
            };
            follow(&mut pieces, &touched);
            let (mut anew, all) = (Vec::new(), (0..100).collect::<Vec<u32>>());
            follow(&mut anew, &all);
            assert_eq!(pieces, anew);
        }
    }
}
