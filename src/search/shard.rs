//! All terms with their postings, cut into shards.
//!
//! Comes in: what each thread found. Goes out: the terms of the site in their order, and the scripts that hold them.
//! Shards are cut where the hash of a term says so, so that an edit moves few of their borders.

use crate::search::File;
use crate::search::Pieces;
use crate::search::digits;
use crate::search::entry::InLesson;
use crate::search::entry::Worker;
use rayon::prelude::*;
use serde_json::json;
use std::ops::Range;

/// The fewest characters of a shard before it may be cut.
const LEAST: usize = 6_000;

/// The most characters of a shard; it is cut then, wherever it is.
const MOST: usize = 12_000;

/// One term in so many may end a shard.
const CUT: u64 = 48;

/// From how many characters on postings stand in a script of their own.
pub const LONG: usize = 4_000;

/// A term of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<'w> {
    /// The term.
    pub word: &'w str,
    /// In how many documents it stands.
    pub documents: u32,
    /// Its postings, as a shard holds them.
    pub postings: String,
}

/// Brings the terms of all threads together, in the order of their code points.
///
/// `documents` says for each document, in the order of their numbers, who read it and where its postings are.
pub fn merge<'w>(workers: &'w [Worker], documents: &[Option<(usize, Range<usize>)>]) -> Vec<Term<'w>> {
    let mut all: Vec<(&'w str, u32, u32)> = Vec::new();
    for (worker, found) in workers.iter().enumerate() {
        all.extend(
            (0..found.vocabulary.count() as u32).map(|id| (found.vocabulary.term(id), worker as u32, id)),
        );
    }
    all.par_sort_unstable();
    // For each thread and each of its terms, the number of the term in the whole.
    let mut numbers: Vec<Vec<u32>> =
        workers.iter().map(|worker| vec![0; worker.vocabulary.count()]).collect();
    let mut words: Vec<&'w str> = Vec::with_capacity(all.len());
    for (word, worker, id) in all {
        if words.last() != Some(&word) {
            words.push(word);
        }
        numbers[worker as usize][id as usize] = words.len() as u32 - 1;
    }

    // Every term gets its stretch of one list; documents come in their order, and so fill each stretch in order.
    let mut starts = vec![0u32; words.len() + 1];
    for (worker, range) in documents.iter().flatten() {
        for posting in &workers[*worker].postings[range.clone()] {
            starts[numbers[*worker][posting.term as usize] as usize + 1] += 1;
        }
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let total = starts[words.len()] as usize;
    let mut next = starts.clone();
    // The document, and where its posting stands.
    let mut filled: Vec<(u32, u32)> = vec![(0, 0); total];
    for (document, place) in documents.iter().enumerate() {
        let Some((worker, range)) = place else { continue };
        for at in range.clone() {
            let term = numbers[*worker][workers[*worker].postings[at].term as usize] as usize;
            filled[next[term] as usize] = (document as u32, at as u32);
            next[term] += 1;
        }
    }
    let term = |(number, word): (usize, &&'w str)| {
        let stretch = &filled[starts[number] as usize..starts[number + 1] as usize];
        let mut postings = String::with_capacity(stretch.len() * 3);
        let mut last = 0;
        for &(document, at) in stretch {
            let worker = &workers[documents[document as usize].as_ref().map_or(0, |(worker, _)| *worker)];
            let posting = &worker.postings[at as usize];
            let first = posting.first_lesson as usize;
            let lessons = &worker.lessons[first..first + usize::from(posting.lessons)];
            push_posting(&mut postings, document - last, posting.level, lessons);
            last = document;
        }
        Term { word, documents: stretch.len() as u32, postings }
    };
    let terms = words.par_iter().enumerate().map(term);
    // A phrase that stands nowhere has its number all the same, and so has a word of a document that has changed.
    terms.filter(|term| term.documents > 0).collect()
}

/// Appends a document of a term: the distance from the one before it, the level, and the lessons.
pub fn push_posting(out: &mut String, gap: u32, level: u8, lessons: &[InLesson]) {
    digits::push(out, gap << 5 | u32::from(level) << 1 | u32::from(!lessons.is_empty()));
    let mut next = 0;
    for (place, one) in lessons.iter().enumerate() {
        let more = place + 1 < lessons.len();
        let gap = u32::from(one.lesson) - next;
        digits::push(out, gap << 3 | u32::from(one.level) << 1 | u32::from(more));
        next = u32::from(one.lesson) + 1;
    }
}

/// Cuts the terms into shards.
pub fn write(terms: &[Term<'_>]) -> Pieces {
    let mut cuts = Vec::new();
    let mut start = 0;
    let mut size = 0;
    for (number, term) in terms.iter().enumerate() {
        size += term.word.len() / 2 + 3 + if term.postings.len() > LONG { 12 } else { term.postings.len() };
        let hash = || xxhash_rust::xxh3::xxh3_64(term.word.as_bytes());
        if size > MOST || size > LEAST && hash() % CUT == 0 {
            cuts.push(start..number + 1);
            (start, size) = (number + 1, 0);
        }
    }
    if start < terms.len() {
        cuts.push(start..terms.len());
    }
    let firsts: Vec<&str> = cuts.iter().map(|cut| terms[cut.start].word).collect();
    let (contents, long): (Vec<_>, Vec<Vec<File>>) =
        cuts.par_iter().map(|cut| shard(&terms[cut.clone()])).unzip();
    let mut pieces = Pieces::new("s", &firsts, contents);
    pieces.files.extend(long.into_iter().flatten());
    pieces
}

/// Returns what a shard holds, and the scripts of its long postings.
fn shard(terms: &[Term<'_>]) -> (serde_json::Value, Vec<File>) {
    let mut words = String::new();
    digits::push_words(&mut words, terms.iter().map(|term| term.word));
    let mut postings = String::new();
    let mut long = Vec::new();
    for (place, term) in terms.iter().enumerate() {
        if place > 0 {
            postings.push('!');
        }
        if term.postings.len() > LONG {
            // The word is part of the name, so that two words with the same postings have files of their own.
            let name =
                format!("p-{}", digits::name_of(&[term.word.as_bytes(), term.postings.as_bytes()], 10));
            long.push(File::new(&name, &term.postings));
            postings.push(' ');
            postings.push_str(&name);
            postings.push(' ');
            digits::push(&mut postings, term.documents);
        } else {
            postings.push_str(&term.postings);
        }
    }
    (json!([words, postings]), long)
}
