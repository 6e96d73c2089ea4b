//! All terms with their postings, and the shards that hold them.
//!
//! Comes in: what each document says. Goes out: the postings of each term, and scripts of consecutive terms. Shards are cut
//! where the hash of a term says so, so that an edit moves few of their borders.

use crate::search::digits;
use crate::search::entry::Reading;
use crate::search::piece::Kind;
use crate::search::piece::Seal;
use crate::search::posting;
use crate::search::posting::Postings;
use crate::search::posting::Step;
use crate::search::record;
use crate::search::seat;
use crate::search::seat::Seats;
use crate::search::vocabulary::Vocabulary;
use rayon::prelude::*;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// The fewest characters of a shard before it may be cut.
const LEAST: usize = 6_000;

/// The most characters of a shard; it is cut then, wherever it is.
const MOST: usize = 12_000;

/// One term in so many may end a shard.
const CUT: u64 = 48;

/// From about how many characters on postings stand in a script of their own.
const LONG: usize = 4_000;

/// A term of the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// In how many documents it stands; a word that nobody writes any more stands in none.
    pub documents: u32,
    /// How many characters its lessons take in postings.
    lessons: u32,
    /// The seat of the newest document that it stands in; of no meaning where it stands in none.
    newest: u32,
    /// The last seat among its postings, 0 where there are none.
    last: u32,
    /// A sum over its postings that tells them, whatever the numbers of their documents are.
    sum: u64,
    /// Its postings, as a shard holds them, but with the seats of documents for their numbers.
    pub postings: Box<str>,
}

impl Term {
    /// Counts what it says of the document that has this mark.
    fn count(&mut self, mark: u64, flags: u8, lessons: &str) {
        self.documents += 1;
        self.lessons += lessons.len() as u32;
        self.sum = self.sum.wrapping_add(seal(mark, flags, lessons));
    }

    /// Takes back that it said so.
    fn discount(&mut self, mark: u64, flags: u8, lessons: &str) {
        self.documents -= 1;
        self.lessons -= lessons.len() as u32;
        self.sum = self.sum.wrapping_sub(seal(mark, flags, lessons));
    }

    /// Finds the newest document among those of its postings.
    pub fn find_newest(&mut self, seats: &Seats) {
        let all = Postings::new(&self.postings).map(|posting| posting.document);
        self.newest = all.max_by_key(|seat| seats.number(*seat)).unwrap_or(0);
    }

    /// Returns about how many characters its postings take. The numbers of documents have no part in it, so that it stays when they
    /// move: two characters for each, and one more where they are few and lie far apart.
    fn size(&self) -> usize {
        const FAR: u32 = 100;
        (self.lessons + 2 * self.documents + self.documents.min(FAR)) as usize
    }

    /// Returns whether its postings stand in a script of their own.
    pub fn is_long(&self) -> bool {
        self.size() > LONG
    }
}

fn seal(mark: u64, flags: u8, lessons: &str) -> u64 {
    let said = if lessons.is_empty() { 0 } else { xxh3_64(lessons.as_bytes()) };
    seat::mixed(mark ^ seat::mixed(said ^ u64::from(flags)))
}

/// Brings the postings of all documents together, which come in the order of their seats; `count` is how many terms there are.
///
/// Every thread goes through all documents and takes the terms that are its own, so that nothing has to be sorted.
pub fn gather(readings: &[Option<Arc<Reading>>], seats: &Seats, count: usize) -> Vec<Term> {
    #[derive(Default)]
    struct Growing {
        term: Term,
        text: String,
    }
    let parts = rayon::current_num_threads().next_power_of_two().min(16);
    let part = |part: usize| {
        let mut terms: Vec<Growing> = Vec::new();
        terms.resize_with(count.div_ceil(parts), Growing::default);
        for (seat, reading) in readings.iter().enumerate() {
            let mark = seats.mark(seat);
            let seat = seat as u32;
            for (term, flags, lessons) in reading.iter().flat_map(|reading| reading.postings()) {
                if term as usize % parts == part {
                    let own = &mut terms[term as usize / parts];
                    posting::push(&mut own.text, seat - own.term.last, flags, lessons);
                    own.term.last = seat;
                    own.term.count(mark, flags, lessons);
                    if seats.number(seat) >= seats.number(own.term.newest) || own.term.documents == 1 {
                        own.term.newest = seat;
                    }
                }
            }
        }
        let done = |one: Growing| Term { postings: one.text.into_boxed_str(), ..one.term };
        terms.into_iter().map(done).collect::<Vec<Term>>()
    };
    let mut gathered: Vec<_> =
        (0..parts).into_par_iter().map(part).collect::<Vec<_>>().into_iter().map(Vec::into_iter).collect();
    (0..count).filter_map(|term| gathered[term % parts].next()).collect()
}

/// What a document on a seat said, and what the one there says now, each with the mark of the document.
#[derive(Clone, Copy, Debug)]
pub struct Change<'t> {
    /// The seat.
    pub seat: u32,
    /// Before.
    pub before: Option<(u64, &'t Reading)>,
    /// Now.
    pub after: Option<(u64, &'t Reading)>,
}

impl<'t> Change<'t> {
    /// Appends what has to be done.
    fn push_steps(&self, steps: &mut Vec<Step<'t>>) {
        let sorted = |reading: Option<(u64, &'t Reading)>| {
            let mut postings: Vec<_> = reading.iter().flat_map(|(_, reading)| reading.postings()).collect();
            postings.sort_unstable_by_key(|(term, ..)| *term);
            postings
        };
        let (before, after) = (sorted(self.before), sorted(self.after));
        let is_same_document = self.before.map(|(mark, _)| mark) == self.after.map(|(mark, _)| mark);
        let gone = |term: u32| Step { term, document: self.seat, adds: None };
        let mut old = before.into_iter().peekable();
        for (term, flags, lessons) in after {
            while let Some((term, ..)) = old.next_if(|(old, ..)| *old < term) {
                steps.push(gone(term));
            }
            let same = old.next_if(|(old, ..)| *old == term) == Some((term, flags, lessons));
            if !(same && is_same_document) {
                steps.push(Step { adds: Some((flags, lessons)), ..gone(term) });
            }
        }
        steps.extend(old.map(|(term, ..)| gone(term)));
    }
}

/// Changes what terms say; returns which terms these are, and in how many documents each stood before.
pub fn change(terms: &mut [Term], changes: &[Change<'_>], seats: &Seats) -> Vec<(u32, u32)> {
    let mut steps = Vec::new();
    changes.iter().for_each(|change| change.push_steps(&mut steps));
    steps.par_sort_unstable_by_key(|step| (step.term, step.document));
    let groups: Vec<&[Step<'_>]> = steps.chunk_by(|one, other| one.term == other.term).collect();
    let touched =
        groups.iter().map(|group| (group[0].term, terms[group[0].term as usize].documents)).collect();
    for change in changes {
        for (mark, (term, flags, lessons)) in said(change.before) {
            terms[term as usize].discount(mark, flags, lessons);
        }
        for (mark, (term, flags, lessons)) in said(change.after) {
            terms[term as usize].count(mark, flags, lessons);
        }
    }
    let olds: Vec<Term> =
        groups.iter().map(|group| std::mem::take(&mut terms[group[0].term as usize])).collect();
    let change = |(group, old): (&&[Step<'_>], Term)| {
        let is_new = old.postings.is_empty();
        let (postings, last) = posting::changed(old.postings, old.last, group);
        let mut new = Term { postings, last, ..old };
        if is_new || group.iter().any(|step| step.document == old.newest) {
            new.find_newest(seats);
        } else {
            let added = group.iter().filter(|step| step.adds.is_some()).map(|step| step.document);
            let newest = added.chain([old.newest]).max_by_key(|seat| seats.number(*seat));
            new.newest = newest.unwrap_or(0);
        }
        new
    };
    let done: Vec<Term> = groups.par_iter().zip(olds).map(change).collect();
    for (group, new) in groups.iter().zip(done) {
        terms[group[0].term as usize] = new;
    }
    touched
}

fn said(reading: Option<(u64, &Reading)>) -> impl Iterator<Item = (u64, (u32, u8, &str))> {
    reading.into_iter().flat_map(|(mark, reading)| reading.postings().map(move |posting| (mark, posting)))
}

/// What shards are made of.
#[derive(Debug)]
pub struct Shards<'a> {
    /// The words of the terms.
    pub vocabulary: &'a Vocabulary,
    /// The terms, by their numbers.
    pub terms: &'a [Term],
    /// The numbers of the documents.
    pub seats: &'a Seats,
    /// The names of the scripts of long postings.
    pub long: &'a BTreeMap<u32, String>,
}

impl Shards<'_> {
    /// Returns the names of the scripts of long postings.
    pub fn long_names(&self) -> BTreeMap<u32, String> {
        let long = self.terms.iter().enumerate().filter(|(_, term)| term.is_long());
        let name = |(number, term): (usize, &Term)| {
            let number = number as u32;
            // The word is part of the name, so that two words with the same postings have files of their own.
            let seal = [term.sum.to_le_bytes(), self.seats.order(term.newest).to_le_bytes()].concat();
            (number, format!("p-{}", digits::name_of(&[self.vocabulary.term(number).as_bytes(), &seal], 10)))
        };
        long.map(name).collect()
    }

    /// Returns the postings of a term as a file holds them.
    pub fn postings(&self, term: u32) -> Cow<'_, str> {
        let postings = &self.terms[term as usize].postings;
        match self.seats.is_plain() {
            true => Cow::Borrowed(postings),
            false => Cow::Owned(posting::renumbered(postings, |seat| self.seats.number(seat))),
        }
    }
}

impl Kind for Shards<'_> {
    const LETTER: char = 's';

    fn order(&self, one: u32, other: u32) -> Ordering {
        self.vocabulary.term(one).cmp(self.vocabulary.term(other))
    }

    fn holds(&self, term: u32) -> bool {
        self.terms[term as usize].documents > 0
    }

    fn ends(&self, size: &mut usize, term: u32) -> bool {
        let own = &self.terms[term as usize];
        *size += self.vocabulary.term(term).len() / 2 + 3 + if own.is_long() { 12 } else { own.size() };
        *size > MOST || *size > LEAST && self.vocabulary.hash(term).is_multiple_of(CUT)
    }

    /// Nothing in it is made of numbers, but for the order of all documents up to the newest that stands in the shard: so all names
    /// are had in no time after documents came or went.
    fn seal(&self, terms: &[u32]) -> Option<Seal> {
        let mut hash = 0;
        let mut newest = (0, 0);
        for number in terms {
            let term = &self.terms[*number as usize];
            hash = seat::mixed(hash ^ self.vocabulary.hash(*number)).wrapping_add(term.sum);
            newest = newest.max((self.seats.number(term.newest), term.newest));
        }
        Some(Seal { hash, beside: newest.1 })
    }

    fn told(&self, seal: Seal) -> u64 {
        seat::mixed(seal.hash ^ self.seats.order(seal.beside))
    }

    fn content(&self, terms: &[u32]) -> String {
        let mut words = String::new();
        digits::push_words(&mut words, terms.iter().map(|term| self.vocabulary.term(*term)));
        let mut out = String::with_capacity(words.len() + MOST);
        out.push('[');
        record::push_json(&mut out, &words);
        // No character of postings needs an escape.
        out.push_str(",\"");
        for (place, number) in terms.iter().enumerate() {
            if place > 0 {
                out.push('!');
            }
            let term = &self.terms[*number as usize];
            if let Some(name) = self.long.get(number) {
                out.push(' ');
                out.push_str(name);
                out.push(' ');
                digits::push(&mut out, term.documents);
            } else {
                out.push_str(&self.postings(*number));
            }
        }
        out.push_str("\"]");
        out
    }
}
