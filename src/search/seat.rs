//! Seats of documents: numbers that stay while other documents come and go.
//!
//! Comes in: the paths of all documents in the order of their numbers, of one state of the site after another. Goes out: a seat for
//! each, which it keeps for as long as it is there. What is kept of documents is kept by seats, so that one that comes between
//! others moves nothing of theirs; what files say has the numbers. Where nothing came or went, both are the same.

use crate::knowledge::alignment::Alignment;
use crate::knowledge::alignment::common_ends;
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64;

/// The seats of a site's documents.
#[derive(Debug, Default)]
pub struct Seats {
    /// The seat of each document, by its path.
    of: HashMap<String, u32>,
    /// Seats that were left, the lowest last.
    free: Vec<u32>,
    /// The seat of each number.
    seats: Vec<u32>,
    /// The number of each seat; of one that is free, any.
    numbers: Vec<u32>,
    /// What tells the document of a seat from all others; 0 where it is free.
    marks: Vec<u64>,
    /// For each number, what tells all documents up to it and their order.
    orders: Vec<u64>,
    /// Whether seats are numbers.
    is_plain: bool,
}

/// What became of documents from one state of the site to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// The paths of those that are gone, with the seats that they left.
    pub gone: Vec<(String, u32)>,
    /// The seats of those that stand before or after others than they did, where the rest kept its order.
    pub moved: Vec<u32>,
}

impl Seats {
    /// Seats the documents of a state of the site, whose paths come in the order of their numbers.
    pub fn follow(&mut self, paths: &[&str]) -> Moves {
        const NONE: u32 = u32::MAX;
        let marks: Vec<u64> = paths.iter().map(|path| xxh3_64(path.as_bytes()) | 1).collect();
        let before: Vec<u64> = self.seats.iter().map(|seat| self.marks[*seat as usize]).collect();
        // Mostly one came or went, and all before and behind it are the same.
        let (head, tail) = common_ends(&before, &marks, u64::eq);
        let between = &paths[head..paths.len() - tail];
        let mut known: Vec<u32> = self.seats[..head].to_vec();
        known.extend(between.iter().map(|path| self.of.get(*path).copied().unwrap_or(NONE)));
        known.extend(&self.seats[self.seats.len() - tail..]);
        let mut moves = Moves { gone: self.leave(&known), moved: self.moved(&known) };
        moves.gone.sort_unstable();
        self.seats = known;
        for (seat, (path, mark)) in self.seats.iter_mut().zip(paths.iter().zip(marks)) {
            if *seat == NONE {
                *seat = self.free.pop().unwrap_or(self.marks.len() as u32);
                if *seat as usize == self.marks.len() {
                    self.marks.push(0);
                }
                self.marks[*seat as usize] = mark;
                self.of.insert((*path).to_owned(), *seat);
            }
        }
        self.numbers.resize(self.marks.len(), 0);
        self.orders.clear();
        let mut order = 0;
        for (number, seat) in self.seats.iter().enumerate() {
            self.numbers[*seat as usize] = number as u32;
            order = mixed(order ^ self.marks[*seat as usize]);
            self.orders.push(order);
        }
        self.is_plain = self.seats.iter().enumerate().all(|(number, seat)| number as u32 == *seat);
        moves
    }

    /// Frees the seats of documents that are none of the `known` ones any more; returns their paths and seats.
    fn leave(&mut self, known: &[u32]) -> Vec<(String, u32)> {
        let mut is_there = vec![false; self.marks.len()];
        let mut count = 0;
        for seat in known {
            if let Some(is_there) = is_there.get_mut(*seat as usize) {
                *is_there = true;
                count += 1;
            }
        }
        if count == self.of.len() {
            return Vec::new();
        }
        let gone: Vec<(String, u32)> = self.of.extract_if(|_, seat| !is_there[*seat as usize]).collect();
        gone.iter().for_each(|(_, seat)| self.marks[*seat as usize] = 0);
        self.free.extend(gone.iter().map(|(_, seat)| seat));
        self.free.sort_unstable_by(|one, other| other.cmp(one));
        gone
    }

    fn moved(&self, known: &[u32]) -> Vec<u32> {
        let kept = || known.iter().filter(|seat| (**seat as usize) < self.numbers.len());
        if kept().is_sorted_by_key(|seat| self.numbers[*seat as usize]) {
            return Vec::new();
        }
        let now: Vec<u32> = kept().copied().collect();
        let alignment = Alignment::new(&self.seats, &now);
        let moved = now.iter().zip(alignment.before).filter(|(_, before)| before.is_none());
        moved.map(|(seat, _)| *seat).collect()
    }

    /// Returns the seat of the document at a path.
    pub fn of(&self, path: &str) -> Option<u32> {
        self.of.get(path).copied()
    }

    /// Returns how many seats there are, free ones among them.
    pub fn count(&self) -> usize {
        self.marks.len()
    }

    /// Returns the seat of each number.
    pub fn all(&self) -> &[u32] {
        &self.seats
    }

    /// Returns the number of a seat.
    pub fn number(&self, seat: u32) -> u32 {
        self.numbers[seat as usize]
    }

    /// Returns what tells the document of a seat from all others; 0 where it is free.
    pub fn mark(&self, seat: usize) -> u64 {
        self.marks.get(seat).copied().unwrap_or(0)
    }

    /// Returns what tells the documents up to that of a seat, and their order.
    pub fn order(&self, seat: u32) -> u64 {
        self.orders[self.number(seat) as usize]
    }

    /// Returns whether each seat is the number of its document.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }
}

/// Mixes the bits of a number so that sums of such numbers tell what they were made of; the finaliser of SplitMix64, from
/// <https://prng.di.unimi.it/splitmix64.c>.
pub fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(seats: &Seats, paths: &[&str]) -> Vec<u32> {
        paths.iter().map(|path| seats.number(seats.of[*path])).collect()
    }

    #[test]
    fn who_stays_keeps_the_seat() {
        let mut seats = Seats::default();
        assert_eq!(seats.follow(&["a", "b", "c", "d"]), Moves::default());
        assert!(seats.is_plain());
        let before = seats.order(2);
        assert_eq!(seats.follow(&["a", "new", "b", "c", "d"]), Moves::default());
        assert_eq!(seats.all(), [0, 4, 1, 2, 3]);
        assert!(!seats.is_plain());
        assert_eq!(numbers(&seats, &["a", "new", "b", "c", "d"]), [0, 1, 2, 3, 4]);
        assert_ne!(seats.order(2), before);
        let moves = seats.follow(&["new", "c", "d", "b"]);
        assert_eq!(moves, Moves { gone: vec![("a".to_owned(), 0)], moved: vec![1] });
        // The seat that was left is taken first.
        assert_eq!(seats.follow(&["new", "c", "newer", "d", "b"]), Moves::default());
        assert_eq!(seats.all(), [4, 2, 0, 3, 1]);
    }

    #[test]
    fn the_order_tells_what_comes_before_and_not_what_comes_after() {
        let orders = |paths: &[&str]| {
            let mut seats = Seats::default();
            seats.follow(paths);
            (0..paths.len() as u32).map(|seat| seats.order(seat)).collect::<Vec<u64>>()
        };
        let all = orders(&["a", "b", "c"]);
        assert_eq!(orders(&["a", "b", "d"])[..2], all[..2]);
        assert_ne!(orders(&["b", "a", "c"])[2], all[2]);
        assert_ne!(orders(&["b", "c"])[1], all[2]);
    }
}
