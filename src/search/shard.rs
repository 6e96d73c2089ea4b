//! All terms with their postings, and the shards that hold them.
//!
//! Comes in: what each document says. Goes out: the postings of each term, and scripts of consecutive terms. Shards are cut
//! where the hash of a term says so, so that an edit moves few of their borders.

use crate::search::digits;
use crate::search::entry::Reading;
use crate::search::piece::Kind;
use crate::search::posting;
use crate::search::posting::Step;
use crate::search::record;
use crate::search::vocabulary::Vocabulary;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The fewest characters of a shard before it may be cut.
const LEAST: usize = 6_000;

/// The most characters of a shard; it is cut then, wherever it is.
const MOST: usize = 12_000;

/// One term in so many may end a shard.
const CUT: u64 = 48;

/// From how many characters on postings stand in a script of their own.
pub const LONG: usize = 4_000;

/// A term of the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// In how many documents it stands; a word that nobody writes any more stands in none.
    pub documents: u32,
    /// Its postings, as a shard holds them.
    pub postings: Box<str>,
}

/// Brings the postings of all documents together, which come in the order of their numbers; `count` is how many terms there are.
///
/// Every thread goes through all documents and takes the terms that are its own, so that nothing has to be sorted.
pub fn gather(readings: &[Option<&Reading>], count: usize) -> Vec<Term> {
    #[derive(Default)]
    struct Growing {
        text: String,
        documents: u32,
        last: u32,
    }
    let parts = rayon::current_num_threads().next_power_of_two().min(16);
    let part = |part: usize| {
        let mut terms: Vec<Growing> = Vec::new();
        terms.resize_with(count.div_ceil(parts), Growing::default);
        for (document, reading) in readings.iter().enumerate() {
            let document = document as u32;
            for (term, flags, lessons) in reading.iter().flat_map(|reading| reading.postings()) {
                if term as usize % parts == part {
                    let own = &mut terms[term as usize / parts];
                    posting::push(&mut own.text, document - own.last, flags, lessons);
                    own.documents += 1;
                    own.last = document;
                }
            }
        }
        let done = |one: Growing| Term { documents: one.documents, postings: one.text.into_boxed_str() };
        terms.into_iter().map(done).collect::<Vec<Term>>()
    };
    let mut gathered: Vec<_> =
        (0..parts).into_par_iter().map(part).collect::<Vec<_>>().into_iter().map(Vec::into_iter).collect();
    (0..count).filter_map(|term| gathered[term % parts].next()).collect()
}

/// Appends what two readings of the document of one number say otherwise.
pub fn compare<'t>(
    document: u32,
    before: Option<&'t Reading>,
    after: Option<&'t Reading>,
    steps: &mut Vec<Step<'t>>,
) {
    let sorted = |reading: Option<&'t Reading>| {
        let mut postings: Vec<_> = reading.into_iter().flat_map(Reading::postings).collect();
        postings.sort_unstable_by_key(|(term, ..)| *term);
        postings
    };
    let (before, after) = (sorted(before), sorted(after));
    let gone = |term: u32| Step { term, before: document, removes: true, adds: None, moves: None };
    let mut old = before.into_iter().peekable();
    for (term, flags, lessons) in after {
        while let Some((term, ..)) = old.next_if(|(old, ..)| *old < term) {
            steps.push(gone(term));
        }
        if old.next_if(|(old, ..)| *old == term) != Some((term, flags, lessons)) {
            steps.push(Step { adds: Some((document, flags, lessons)), ..gone(term) });
        }
    }
    steps.extend(old.map(|(term, ..)| gone(term)));
}

/// Changes the postings of terms; returns which terms these are, and in how many documents each stood before. All terms take
/// the `common` steps, which move numbers.
pub fn change(terms: &mut [Term], common: &[Step<'_>], mut own: Vec<Step<'_>>) -> Vec<(u32, u32)> {
    own.par_sort_unstable_by_key(|step| (step.term, step.before, step.adds.map(|(document, ..)| document)));
    let changed = |term: u32, steps: &[Step<'_>]| {
        let old = &terms[term as usize];
        let (text, more) = posting::changed(&old.postings, steps);
        let new =
            Term { documents: (i64::from(old.documents) + more) as u32, postings: text.into_boxed_str() };
        (new != *old).then_some((term, new))
    };
    let done: Vec<(u32, Term)> = if common.is_empty() {
        let groups: Vec<&[Step<'_>]> = own.chunk_by(|one, other| one.term == other.term).collect();
        groups.par_iter().filter_map(|group| changed(group[0].term, group)).collect()
    } else {
        let all = |term: u32| {
            let start = own.partition_point(|step| step.term < term);
            let group = &own[start..start + own[start..].partition_point(|step| step.term == term)];
            if group.is_empty() {
                return changed(term, common);
            }
            let mut steps = [common, group].concat();
            // Stable: what stands before the place where numbers move is put there by its own number.
            steps.sort_by_key(|step| step.before);
            changed(term, &steps)
        };
        (0..terms.len() as u32).into_par_iter().filter_map(all).collect()
    };
    let replaced = done
        .into_iter()
        .map(|(term, new)| (term, std::mem::replace(&mut terms[term as usize], new).documents));
    replaced.collect()
}

/// What shards are made of.
#[derive(Debug)]
pub struct Shards<'a> {
    /// The words of the terms.
    pub vocabulary: &'a Vocabulary,
    /// The terms, by their numbers.
    pub terms: &'a [Term],
    /// The names of the scripts of long postings.
    pub long: &'a BTreeMap<u32, String>,
}

impl Shards<'_> {
    /// Returns the name of the script with a term's postings, if they are long.
    pub fn long_name(&self, term: u32) -> Option<String> {
        let postings = &self.terms[term as usize].postings;
        // The word is part of the name, so that two words with the same postings have files of their own.
        let parts = [self.vocabulary.term(term).as_bytes(), postings.as_bytes()];
        (postings.len() > LONG).then(|| format!("p-{}", digits::name_of(&parts, 10)))
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
        let length = self.terms[term as usize].postings.len();
        *size += self.vocabulary.term(term).len() / 2 + 3 + if length > LONG { 12 } else { length };
        *size > MOST || *size > LEAST && self.vocabulary.hash(term).is_multiple_of(CUT)
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
                out.push_str(&term.postings);
            }
        }
        out.push_str("\"]");
        out
    }
}
