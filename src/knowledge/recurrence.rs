//! Which lessons say nearly the same, though they were learned from different incidents.
//!
//! Comes in: [`Statement`]s, in a fixed order, each with the incident that taught it. Goes out: [`Recurrence`]: the groups of
//! those that say nearly the same, with the words that they share, and for each statement the few most like it. Knows
//! nothing of documents beside the number of their incident.
//!
//! 1. `weight`: each statement becomes its stems, weighted by how seldom they are; words of the field weigh little.
//! 2. `lead`: statements that share two telling stems lead to each other, and no others, so the cost grows with their number.
//! 3. `pair`: those are compared; two that are alike are a pair.
//! 4. `copy`: incidents that share most of their statements word for word are copies or share a template: they count as one.
//! 5. `group`: the most alike are joined first, as long as a group agrees on average and keeps a core of telling words.
//!
//! Precision comes before completeness: a group that does not belong together costs more trust than a missing one.
//! Invariant: a group depends on what is said in it and on how common its words are, in coarse steps; so a lesson
//! added elsewhere does not reshuffle it. That is also why a [`Memory`] of the last time saves most of the work: only statements
//! that are new, that weigh their words otherwise, or that are pairs of such, are looked at again.

mod copy;
mod group;
mod lead;
mod pair;
mod weight;

use crate::document::Category;
use crate::knowledge::recurrence::lead::Leads;
use crate::knowledge::recurrence::lead::Moved;
use crate::knowledge::recurrence::pair::Pair;
use crate::knowledge::recurrence::pair::Survey;
use crate::knowledge::recurrence::weight::Vector;
use crate::knowledge::recurrence::weight::Words;
use rayon::prelude::*;

/// A lesson as it is compared.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// Its words.
    pub text: &'a str,
    /// Their language, a BCP 47 tag.
    pub language: &'a str,
    /// What it says of how things went: luck that returns is another matter than a fault that does.
    pub category: Category,
    /// The incident that taught it; a record and its postmortem have one number, smaller than that of documents.
    pub incident: u32,
}

/// Statements that say nearly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The statements, in their given order; of at least two incidents.
    pub members: Vec<u32>,
    /// How many incidents taught it.
    pub incidents: usize,
    /// The telling words that they share, as the first of them writes them and in its order.
    pub words: Vec<String>,
}

/// How many like statements are kept.
const KEPT: usize = 5;

/// The number of no statement.
const NONE: u32 = u32::MAX;

/// The few statements of other incidents that are most like one, the most alike first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike([u32; KEPT]);

impl Alike {
    /// Returns their numbers.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().copied().take_while(|&other| other != NONE)
    }

    /// Returns the same statements under other numbers.
    fn renumbered(self, place: &[u32]) -> Alike {
        Alike(self.0.map(|other| if other == NONE { NONE } else { place[other as usize] }))
    }
}

/// What somebody wants to know of what returns. Most statements that are worth a look from one another stand in no group, so
/// that groups alone cost half as much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// The groups.
    Groups,
    /// The groups, and for each statement those most like it.
    #[default]
    Alike,
}

/// What returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recurrence {
    /// The groups, in the order of their first statement. No statement stands in two.
    pub groups: Vec<Group>,
    /// For each statement: those most like it, a group's among them; empty where groups alone are wanted.
    pub alike: Vec<Alike>,
}

/// Finds what returns.
pub fn find(statements: &[Statement<'_>]) -> Recurrence {
    let mut memory = Memory::default();
    memory.find_again(statements, &vec![None; statements.len()]);
    memory.found
}

/// What was found the last time, and from what.
#[derive(Debug, Default)]
pub struct Memory {
    wanted: Wanted,
    words: Words,
    vectors: Vec<Vector>,
    leads: Leads,
    /// In the order of their statements; those that are wanted.
    pairs: Vec<Pair>,
    found: Recurrence,
}

/// All statements are compared where more than one in so many would be compared again.
const MANY: usize = 16;

/// What became of the statements since the last time.
struct Change {
    /// For each statement of then its number now, or [`NONE`].
    place: Vec<u32>,
    /// The same, also [`NONE`] where it weighs its words otherwise than then.
    stands: Vec<u32>,
    /// Which statements are new, or weigh their words otherwise than then.
    anew: Vec<bool>,
}

impl Change {
    fn new(place: Vec<u32>, anew: Vec<bool>) -> Change {
        let stands = |&place: &u32| if place != NONE && !anew[place as usize] { place } else { NONE };
        Change { stands: place.iter().map(stands).collect(), place, anew }
    }
}

impl Memory {
    /// Returns a memory of nothing, for what is wanted.
    pub fn of(wanted: Wanted) -> Memory {
        Memory { wanted, ..Memory::default() }
    }

    /// Finds what returns, with the outcome of [`find`], in less time where most statements are known.
    ///
    /// `known` holds for each statement its number of the last time, where it is the same one in each of its fields. These
    /// numbers rise, and any two of these statements are of one incident now if, and only if, they were then; the numbers of
    /// incidents may be others.
    pub fn find_again(&mut self, statements: &[Statement<'_>], known: &[Option<u32>]) -> &Recurrence {
        if known.len() == self.vectors.len() && known.iter().all(Option::is_some) {
            return &self.found;
        }
        let mut place = vec![NONE; self.vectors.len()];
        for (now, before) in known.iter().enumerate() {
            if let Some(before) = before {
                place[*before as usize] = now as u32;
            }
        }
        let anew = self.words.weigh(statements, known, &place, &mut self.vectors);
        let change = Change::new(place, anew);
        // Only what has to do with a change can stand in another group, or have others that are most like it.
        let mut touched = vec![false; statements.len()];
        if change.anew.iter().filter(|anew| **anew).count() * MANY > statements.len() {
            touched.fill(true);
            self.leads = Leads::new(&self.vectors);
            self.pairs = pair::all(statements, &self.vectors, &self.leads, &self.words, self.wanted);
        } else {
            self.follow(statements, &change, &mut touched);
        }
        let incidents = copy::find(statements, &self.vectors);
        let incident = |statement: u32| incidents[statement as usize];
        let mut seen = pair::survey(&mut self.pairs, &incidents, &touched);
        if !seen.other.is_empty() {
            for pair in &seen.other {
                touched[pair.first as usize] = true;
                touched[pair.second as usize] = true;
            }
            seen = pair::survey(&mut self.pairs, &incidents, &touched);
        }
        let Survey { near, same, .. } = seen;
        if self.wanted == Wanted::Alike {
            self.found.alike = pair::nearest(&self.found.alike, known, &change.place, &touched, &near);
        }
        let groups = std::mem::take(&mut self.found.groups);
        let mut groups = group::untouched(groups, &change.place, &mut touched, &same, &incident);
        let rest: Vec<Pair> = same.into_iter().filter(|pair| touched[pair.first as usize]).collect();
        groups.extend(group::find(statements, &self.vectors, rest, &incident, self.words.chance()));
        groups.sort_by(|a, b| a.members.cmp(&b.members));
        self.found.groups = groups;
        &self.found
    }

    /// Brings leads and pairs up to date, and marks the statements that have other pairs than then.
    fn follow(&mut self, statements: &[Statement<'_>], change: &Change, touched: &mut [bool]) {
        touched.copy_from_slice(&change.anew);
        let Moved { mut came, left } = self.leads.follow(&self.vectors, change);
        let mut parted: Vec<(u32, u32)> = left;
        parted.sort_unstable();
        parted.dedup();
        let mut may_part = vec![false; statements.len()];
        parted.iter().for_each(|(first, _)| may_part[*first as usize] = true);
        let (leads, vectors) = (&self.leads, &self.vectors);
        let mut touch = |statement: u32| touched[statement as usize] = true;
        let alone = retain(&mut self.pairs, |pair, alone: &mut Vec<u32>| {
            let (first, second) = (change.stands[pair.first as usize], change.stands[pair.second as usize]);
            if first == NONE || second == NONE {
                alone.extend([first, second].into_iter().filter(|&one| one != NONE));
                return false;
            }
            (pair.first, pair.second) = (first, second);
            let is_parted = may_part[first as usize] && parted.binary_search(&(first, second)).is_ok();
            let stays = !is_parted || leads.join(vectors, first, second);
            if !stays {
                alone.extend([first, second]);
            }
            stays
        });
        alone.into_iter().for_each(&mut touch);
        let pairs = &self.pairs;
        came.par_sort_unstable();
        came.dedup();
        let is_pair = |&(first, second): &(u32, u32)| {
            // What is new or weighs its words otherwise has lost all its pairs.
            let stand = !change.anew[first as usize] && !change.anew[second as usize];
            stand && pairs.binary_search_by_key(&(first, second), |pair| (pair.first, pair.second)).is_ok()
        };
        let new: Vec<Pair> = came
            .into_par_iter()
            .filter(|both| !is_pair(both))
            .filter_map(|(first, second)| pair::compare(statements, vectors, first, second, &self.words))
            .filter(|pair| pair.is_wanted(self.wanted))
            .collect();
        for pair in &new {
            touch(pair.first);
            touch(pair.second);
        }
        merge(&mut self.pairs, &new, |pair| (pair.first, pair.second));
    }
}

/// Keeps those of many items that are to `stay`, and returns what was noted meanwhile. Each thread has a run of them, so that no room for
/// a second list is taken.
fn retain<T: Copy + Send, N: Send>(
    list: &mut Vec<T>,
    stay: impl Fn(&mut T, &mut Vec<N>) -> bool + Sync,
) -> Vec<N> {
    const RUN: usize = 1 << 14;
    let run = |run: &mut [T]| {
        let (mut kept, mut noted) = (0, Vec::new());
        for at in 0..run.len() {
            if stay(&mut run[at], &mut noted) {
                run[kept] = run[at];
                kept += 1;
            }
        }
        (kept, noted)
    };
    let runs: Vec<(usize, Vec<N>)> = list.par_chunks_mut(RUN).map(run).collect();
    let (mut end, mut all) = (0, Vec::new());
    for (number, (kept, noted)) in runs.into_iter().enumerate() {
        let start = number * RUN;
        if start > end {
            list.copy_within(start..start + kept, end);
        }
        end += kept;
        all.extend(noted);
    }
    list.truncate(end);
    all
}

/// Puts a few items among others; both lists rise by `key`, which no two have in common.
fn merge<T: Copy, K: Ord>(list: &mut Vec<T>, few: &[T], key: impl Fn(&T) -> K) {
    if list.capacity() - list.len() < few.len() {
        // Not twice as much, as a list that grows gets by itself.
        list.reserve_exact(few.len() + list.len() / 64);
    }
    // From behind, so that what stands before the first of them stays where it is.
    let mut from = list.len();
    list.extend_from_slice(few);
    let mut to = list.len();
    for one in few.iter().rev() {
        let before = list[..from].partition_point(|other| key(other) < key(one));
        list.copy_within(before..from, to - (from - before));
        to -= from - before + 1;
        from = before;
        list[to] = *one;
    }
}

#[cfg(test)]
mod tests;
