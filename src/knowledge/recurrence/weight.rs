//! What the stems of statements weigh.
//!
//! Comes in: statements, and which of them are known. Goes out: for each its [`Vector`], and which of these are others than
//! before. A stem weighs as much as few incidents hold it, in steps of a half, so that a document more or less changes hardly
//! any weight.

use crate::knowledge::ALL;
use crate::knowledge::coarse;
use crate::knowledge::likeness::ByWord;
use crate::knowledge::recurrence::NONE;
use crate::knowledge::recurrence::Statement;
use crate::words::stem;
use crate::words::stem::Stem;
use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3Default;

/// A word that is seldom enough to weigh this much decides no more for being even more seldom, in bits.
const TELLING: f32 = 6.5;
/// How much of a word's weight is left where it is one that every lesson could hold.
const WEAK: f32 = 0.3;
/// Documents that every collection is taken to have beside its own, so that a word is not common for standing in three
/// documents of four.
const BACKGROUND: f32 = 300.0;

/// A stem of a statement, with its weight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighted {
    pub hash: u32,
    /// Its number among all stems.
    pub number: u32,
    /// How telling it is.
    pub weight: f32,
    /// Its share of the statement, whose vector has the length one.
    pub share: f32,
    /// Where it stands in the text, and how many bytes it has there.
    pub at: u32,
    pub length: u16,
    pub weak: bool,
    /// Whether statements of other incidents hold it too.
    pub shared: bool,
}

impl Weighted {
    /// Returns the word as it stands in the text.
    pub fn word<'a>(&self, text: &'a str) -> &'a str {
        Stem { hash: self.hash, at: self.at, length: self.length, weak: self.weak }.word(text)
    }

    /// Returns where it ends, in bytes.
    pub fn end(&self) -> u32 {
        self.at + u32::from(self.length)
    }
}

/// A statement as it is compared.
#[derive(Debug)]
pub(super) struct Vector {
    /// In the order of their hashes.
    pub stems: Box<[Weighted]>,
    /// A hash of all of them: statements of equal words have the same.
    pub whole: u64,
    /// A bit for each of their numbers, so that most statements need not be looked into for a few stems.
    bits: u64,
}

/// Returns the bit that stands for the number of a stem.
fn bit(number: u32) -> u64 {
    1 << (number.wrapping_mul(0x9e37_79b1) >> 26)
}

/// The stems of all statements.
#[derive(Debug, Default)]
pub(super) struct Words {
    numbers: ByWord<u32>,
    /// For each stem: how many incidents hold it.
    held: Vec<u32>,
    /// For each stem: how telling it is, and whether more than one incident holds it.
    weights: Vec<(f32, bool)>,
    /// The incident of each statement.
    incidents: Vec<u32>,
    /// How many incidents there are.
    count: u32,
    /// As how many they count.
    total: f32,
}

impl Words {
    /// Returns the logarithm of the number of incidents, by which words are shared by chance.
    pub fn chance(&self) -> f32 {
        self.total.log2()
    }

    /// Returns how many stems there are.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Brings vectors up to date, and says which are new or weigh their stems otherwise. `known` and `place` tell for each
    /// statement its number of the last time, and the other way round.
    pub fn weigh(
        &mut self,
        statements: &[Statement<'_>],
        known: &[Option<u32>],
        place: &[u32],
        vectors: &mut Vec<Vector>,
    ) -> Vec<bool> {
        let (then, now) = self.incidents_to_count(statements, known, place);
        let incidents: Vec<u32> = statements.iter().map(|statement| statement.incident).collect();
        let before = std::mem::take(&mut self.incidents);
        self.count(&before, vectors, &then, -1);
        *vectors = self.read(statements, known, place, std::mem::take(vectors));
        self.count(&incidents, vectors, &now, 1);
        self.incidents = incidents;
        let total = coarse(self.count as usize, ALL) as f32 + BACKGROUND;
        // It decides which words may be shared by chance, so with it everything is another matter.
        let is_other = std::mem::replace(&mut self.total, total) != total;
        // A word that stands nowhere else tells no more than one that stands in a few places.
        let telling = |held: u32| ((total / (held.max(3) + 1) as f32).log2() * 2.0).round() / 2.0;
        let weights: Vec<(f32, bool)> =
            self.held.iter().map(|&held| (telling(held).max(0.5), held > 1)).collect();
        let before = std::mem::replace(&mut self.weights, weights);
        let weights = &self.weights;
        let differs: Vec<bool> =
            weights.iter().enumerate().map(|(number, weight)| before.get(number) != Some(weight)).collect();
        let others = differs.iter().zip(0..).filter(|(differs, _)| **differs);
        let others = others.fold(0, |bits, (_, number)| bits | bit(number));
        vectors
            .par_iter_mut()
            .zip(known)
            .map(|(vector, known)| {
                let is_new = known.is_none() || is_other;
                let anew = is_new
                    || vector.bits & others != 0
                        && vector.stems.iter().any(|stem| differs[stem.number as usize]);
                if anew {
                    vector.weigh(weights);
                }
                anew
            })
            .collect()
    }

    /// Returns which incidents of the last time, and which of now, have to be counted: those that have other statements.
    fn incidents_to_count(
        &self,
        statements: &[Statement<'_>],
        known: &[Option<u32>],
        place: &[u32],
    ) -> (Vec<bool>, Vec<bool>) {
        let room = |most: Option<u32>| vec![false; most.map_or(0, |most| most as usize + 1)];
        let mut then = room(self.incidents.iter().copied().max());
        let mut now = room(statements.iter().map(|statement| statement.incident).max());
        for (incident, _) in self.incidents.iter().zip(place).filter(|(_, place)| **place == NONE) {
            then[*incident as usize] = true;
        }
        for (statement, _) in statements.iter().zip(known).filter(|(_, known)| known.is_none()) {
            now[statement.incident as usize] = true;
        }
        let both = || {
            let known = known.iter().zip(statements);
            known.filter_map(|(known, statement)| {
                Some((self.incidents[(*known)? as usize] as usize, statement.incident as usize))
            })
        };
        both().filter(|(before, _)| then[*before]).for_each(|(_, after)| now[after] = true);
        both().filter(|(_, after)| now[*after]).for_each(|(before, _)| then[before] = true);
        (then, now)
    }

    /// Counts the `wanted` incidents and their stems, each stem once for an incident; or takes them away.
    fn count(&mut self, incidents: &[u32], vectors: &[Vector], wanted: &[bool], sign: i32) {
        let mut order: Vec<(u32, usize)> = incidents
            .iter()
            .enumerate()
            .filter(|(_, incident)| wanted[**incident as usize])
            .map(|(statement, incident)| (*incident, statement))
            .collect();
        order.sort_unstable();
        let mut last = vec![NONE; self.held.len()];
        let mut of = NONE;
        for (incident, statement) in order {
            if std::mem::replace(&mut of, incident) != incident {
                self.count = self.count.saturating_add_signed(sign);
            }
            for stem in &vectors[statement].stems {
                let number = stem.number as usize;
                if std::mem::replace(&mut last[number], incident) != incident {
                    self.held[number] = self.held[number].saturating_add_signed(sign);
                }
            }
        }
    }

    /// Returns the vectors of all statements; those of the known ones are there, and the others have no weights yet.
    fn read(
        &mut self,
        statements: &[Statement<'_>],
        known: &[Option<u32>],
        place: &[u32],
        before: Vec<Vector>,
    ) -> Vec<Vector> {
        let new: Vec<Vec<Stem>> = statements
            .par_iter()
            .zip(known)
            .filter(|(_, known)| known.is_none())
            .map_init(stem::Reader::default, |reader, (statement, _)| {
                reader.stems(statement.text, statement.language)
            })
            .collect();
        let mut new = new.into_iter();
        let mut before = before.into_iter().zip(place).filter(|(_, place)| **place != NONE);
        known
            .iter()
            .filter_map(|known| match known {
                Some(_) => before.next().map(|(vector, _)| vector),
                None => new.next().map(|stems| self.vector(&stems)),
            })
            .collect()
    }

    fn vector(&mut self, stems: &[Stem]) -> Vector {
        let mut whole = Xxh3Default::new();
        let mut bits = 0;
        let stems = stems
            .iter()
            .map(|stem| {
                whole.update(&stem.hash.to_le_bytes());
                let number = *self.numbers.entry(stem.hash).or_insert(self.held.len() as u32);
                if number as usize == self.held.len() {
                    self.held.push(0);
                }
                bits |= bit(number);
                Weighted {
                    hash: stem.hash,
                    number,
                    weight: 0.0,
                    share: 0.0,
                    at: stem.at,
                    length: stem.length,
                    weak: stem.weak,
                    shared: false,
                }
            })
            .collect();
        Vector { stems, whole: whole.digest(), bits }
    }
}

impl Vector {
    fn weigh(&mut self, weights: &[(f32, bool)]) {
        for stem in &mut self.stems {
            (stem.weight, stem.shared) = weights[stem.number as usize];
            stem.share = stem.weight.min(TELLING) * if stem.weak { WEAK } else { 1.0 };
        }
        let length = self.stems.iter().map(|stem| stem.share * stem.share).sum::<f32>().sqrt();
        self.stems.iter_mut().for_each(|stem| stem.share /= length.max(f32::MIN_POSITIVE));
    }
}
