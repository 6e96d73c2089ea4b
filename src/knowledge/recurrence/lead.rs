//! Which statements lead to each other: those that share two telling stems.
//!
//! Comes in: the vectors of statements. Goes out: [`Leads`]. For each two stems they hold the statements that share these, in
//! their order, and each of these leads to the next few: where a great many share two stems, not each is compared with each.

use crate::knowledge::recurrence::Change;
use crate::knowledge::recurrence::NONE;
use crate::knowledge::recurrence::merge;
use crate::knowledge::recurrence::retain;
use crate::knowledge::recurrence::weight::Vector;
use crate::knowledge::recurrence::weight::Weighted;
use rayon::prelude::*;
use std::ops::Range;

/// How many telling stems of a statement lead to others.
const LEADS: usize = 8;
/// To how many of the statements that share the same two stems each of them leads.
pub(super) const WINDOW: usize = 12;

/// The hashes of two stems, the lower first.
type Key = (u32, u32);

/// Statements by two stems that they share.
#[derive(Debug, Default)]
pub(super) struct Leads {
    /// Sorted.
    list: Vec<(Key, u32)>,
}

/// What other statements lead to each other since the last time, the earlier of two first; some more than once.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// Those that lead to each other, of which one is new or weighs its words otherwise, or which did not lead to each other by
    /// these two stems.
    pub came: Vec<(u32, u32)>,
    /// Those that did and no longer do so by these two stems; they may by others.
    pub left: Vec<(u32, u32)>,
}

impl Leads {
    pub fn new(vectors: &[Vector]) -> Leads {
        // Pieces of a list that are joined into one of the right size take half the room of lists that grow.
        let pieces: Vec<Vec<(Key, u32)>> = vectors
            .par_chunks(256)
            .enumerate()
            .map(|(number, chunk)| {
                let statements = number * 256..;
                let leads = chunk.iter().zip(statements).flat_map(|(vector, statement)| {
                    keys(vector).into_iter().map(move |key| (key, statement as u32))
                });
                leads.collect()
            })
            .collect();
        let mut list = pieces.concat();
        list.par_sort_unstable();
        Leads { list }
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.list.iter().map(|lead| lead.1)
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns the statements to which one leads at a place of the list.
    #[inline]
    pub fn from(&self, place: usize) -> impl Iterator<Item = u32> + '_ {
        let key = self.list[place].0;
        let behind = self.list[place + 1..].iter().take(WINDOW);
        behind.take_while(move |lead| lead.0 == key).map(|lead| lead.1)
    }

    /// Returns whether the first of two statements leads to the second by any two stems.
    pub fn join(&self, vectors: &[Vector], first: u32, second: u32) -> bool {
        let its = keys(&vectors[second as usize]);
        keys(&vectors[first as usize]).into_iter().filter(|key| its.contains(key)).any(|key| {
            let place = self.list.partition_point(|lead| *lead < (key, first));
            self.from(place).any(|other| other == second)
        })
    }

    /// Brings the list up to date. `vectors` are those of now.
    pub fn follow(&mut self, vectors: &[Vector], change: &Change) -> Moved {
        let mut new: Vec<(Key, u32)> = vectors
            .iter()
            .enumerate()
            .filter(|(statement, _)| change.anew[*statement])
            .flat_map(|(statement, vector)| keys(vector).into_iter().map(move |key| (key, statement as u32)))
            .collect();
        new.sort_unstable();
        let mut keys: Vec<Key> = new.iter().map(|lead| lead.0).collect();
        let count = keys.len();
        let gone = |(key, statement): &mut (Key, u32)| {
            *statement = change.stands[*statement as usize];
            (*statement == NONE).then_some(*key)
        };
        keys.extend(self.list.par_iter_mut().with_min_len(1 << 14).filter_map(gone).collect::<Vec<Key>>());
        let is_any_gone = keys.len() > count;
        keys.sort_unstable();
        keys.dedup();
        let mut moved = Moved::default();
        for key in keys {
            moved.along(run(&self.list, key), run(&new, key));
        }
        if is_any_gone {
            retain(&mut self.list, |lead, _: &mut Vec<()>| lead.1 != NONE);
        }
        merge(&mut self.list, &new, |lead| *lead);
        moved
    }
}

/// Returns the part of a sorted list that is of one key.
fn run(list: &[(Key, u32)], key: Key) -> &[(Key, u32)] {
    let start = list.partition_point(|lead| lead.0 < key);
    let end = start + list[start..].partition_point(|lead| lead.0 == key);
    &list[start..end]
}

impl Moved {
    /// Adds what follows for the statements that share two stems: those of the last time, with [`NONE`] in the place of one that
    /// does not stand, and the `new` ones.
    fn along(&mut self, before: &[(Key, u32)], new: &[(Key, u32)]) {
        let mut now: Vec<(u32, bool)> =
            before.iter().filter(|lead| lead.1 != NONE).map(|lead| (lead.1, false)).collect();
        now.extend(new.iter().map(|lead| (lead.1, true)));
        now.sort_unstable();
        for (at, &(statement, is_new)) in now.iter().enumerate() {
            if is_new {
                let near = &now[at.saturating_sub(WINDOW)..now.len().min(at + 1 + WINDOW)];
                let others = near.iter().map(|other| other.0).filter(|&other| other != statement);
                self.came.extend(others.map(|other| (statement.min(other), statement.max(other))));
            }
        }
        // Of those that stand, one reaches as many of the next as are no farther from it than the window: it is another number
        // where others came or went between them.
        let stand = |(_, stands): &(usize, bool)| *stands;
        let then = before.iter().map(|lead| lead.1 != NONE).enumerate().filter(stand);
        let then = reach(&then.map(|(place, _)| place).collect::<Vec<_>>());
        let places = now.iter().map(|(_, is_new)| !is_new).enumerate().filter(stand);
        let standing: Vec<usize> = places.map(|(place, _)| place).collect();
        let reached = reach(&standing);
        for (rank, &place) in standing.iter().enumerate() {
            let first = now[place].0;
            let both = |others: Range<usize>| standing[others].iter().map(|&second| (first, now[second].0));
            self.came.extend(both(then[rank].min(reached[rank])..reached[rank]));
            self.left.extend(both(reached[rank].min(then[rank])..then[rank]));
        }
    }
}

/// Returns for each of some rising places the rank of the first that is out of its reach.
fn reach(places: &[usize]) -> Vec<usize> {
    let mut end = 0;
    places
        .iter()
        .map(|place| {
            while end < places.len() && places[end] <= place + WINDOW {
                end += 1;
            }
            end
        })
        .collect()
}

/// Returns each two of a statement's most telling stems, as far as other incidents hold them too.
fn keys(vector: &Vector) -> Vec<Key> {
    let mut telling: Vec<Weighted> = vector.stems.iter().copied().filter(|stem| !stem.weak).collect();
    telling.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then(a.hash.cmp(&b.hash)));
    telling.truncate(LEADS);
    // What no other incident says leads to none.
    telling.retain(|stem| stem.shared);
    let mut keys = Vec::with_capacity(telling.len() * telling.len() / 2);
    for (at, a) in telling.iter().enumerate() {
        keys.extend(telling[at + 1..].iter().map(|b| (a.hash.min(b.hash), a.hash.max(b.hash))));
    }
    keys
}
