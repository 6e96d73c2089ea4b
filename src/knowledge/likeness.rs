//! Which documents are alike, by their words and by what they share.
//!
//! Comes in: documents with their terms. Goes out: [`Likeness`]: the near copies of each, and on request the few documents most
//! like one, with the reasons. Cost grows with the number of documents: each is compared by its two dozen most telling words
//! only. Whoever asks for no related documents pays for none.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Document;
use crate::document::Found;
use crate::knowledge::ALL;
use crate::knowledge::alignment::Alignment;
use crate::knowledge::alignment::common_ends;
use crate::knowledge::coarse;
use crate::knowledge::is_listed;
use crate::knowledge::moves::have_one_path;
use crate::words;
use rayon::prelude::*;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::hash::Hasher;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// A document that says nearly what another one says.
pub static NEAR_COPY: Rule =
    Rule { name: "near-copy", level: Level::Note, about: "two documents say nearly the same" };

/// A document like another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// Its index.
    pub document: usize,
    /// How alike they are, 0 to 1.
    pub score: f32,
    /// What they share, in words for people.
    pub reasons: Vec<String>,
}

/// Likeness of all documents.
#[derive(Debug, Default)]
pub struct Likeness {
    /// For each document: those that say nearly the same.
    pub copies: Vec<Vec<usize>>,
    index: Arc<Index>,
    /// For each document: those like it, once somebody has asked.
    related: Vec<OnceLock<Box<[Related]>>>,
}

/// How many words stand for a document.
const TELLING: usize = 24;
/// How many related documents are kept.
const KEPT: usize = 5;
/// How many of the nearest are looked at: sharing a service or a factor breaks near ties.
const LOOKED_AT: usize = KEPT * 4;
/// So many documents are compared word for word with one before any that is near may be its copy.
const COMPARED: usize = 256;
/// Below this likeness of their telling words, two documents have nothing to do with each other.
const ALIKE: f32 = 0.16;
/// From this share of common words on, two documents are near copies.
const COPY: f64 = 0.75;
/// Above this likeness, that of shared names added, they are looked at as such.
const COPY_ALIKE: f32 = 0.6;
/// What a name adds to likeness that both bear, a service or a factor; three at most do.
const NAME: f32 = 0.08;
/// Likeness is added up in another order from the other side, which may round otherwise.
const ROUNDING: f32 = 0.01;
/// No name makes copies of documents that are less alike than this.
const NEAR: f32 = COPY_ALIKE - 3.0 * NAME - ROUNDING;
/// A document with fewer words than this is too short to be the copy of another.
const SHORT: usize = 30;
/// A word in more documents than this share says nothing, and comparing by it would cost the square of their number.
const COMMON: f64 = 0.05;

/// To how many binary digits the number of documents that hold a word is rounded: a few hundredths of its weight. One document more
/// would else change some weights of a word in hundreds of others.
const HOLDERS: u32 = 4;

/// The hashes of words are spread already and need no second hash.
#[derive(Clone, Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }
    #[inline]
    fn write_u32(&mut self, value: u32) {
        self.0 = u64::from(value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// A table by the hash of a word.
pub type ByWord<T> = HashMap<u32, T, BuildHasherDefault<Spread>>;

/// A telling word of a document: its hash, its weight, its place.
type Telling = (u32, f32, u32);

/// The telling words of all documents, and who holds each.
#[derive(Clone, Debug, Default)]
struct Index {
    telling: Vec<Vec<Telling>>,
    /// For each word the documents that it stands for, in their order, with its weight in each.
    postings: ByWord<Vec<(u32, f32)>>,
}

/// What was compared the last time, so that few documents are compared again when few have changed.
#[derive(Debug, Default)]
pub struct Memory {
    documents: Vec<Arc<Document>>,
    incident: Vec<Option<usize>>,
    frequency: ByWord<u32>,
    most: u32,
    total: f32,
    index: Arc<Index>,
    copies: Vec<Copies>,
}

/// How many documents may have changed before all of them are compared again.
const FEW: usize = 24;

/// Compares all listed documents, like [`compare`] and with the same result, of which `memory` knows the last one.
pub fn compare_again(
    documents: &[Arc<Document>],
    incident: &[Option<usize>],
    memory: &mut Memory,
) -> Likeness {
    match memory.change(documents, incident) {
        Some(change) => memory.update(documents, incident, &change),
        None => *memory = Memory::new(documents, incident),
    }
    Likeness {
        copies: memory.copies.iter().map(|copies| copies.list.clone()).collect(),
        index: Arc::clone(&memory.index),
        related: documents.iter().map(|_| OnceLock::new()).collect(),
    }
}

/// Compares all listed documents.
pub fn compare(documents: &[Arc<Document>], incident: &[Option<usize>]) -> Likeness {
    compare_again(documents, incident, &mut Memory::default())
}

impl Likeness {
    /// Returns the documents like one, the most alike first; no near copies, and not the record of an analysis. `documents` and
    /// `incident` are those that were compared.
    pub fn related(
        &self,
        index: usize,
        documents: &[Arc<Document>],
        incident: &[Option<usize>],
    ) -> &[Related] {
        self.related[index].get_or_init(|| {
            let site = Site { documents, incident, index: &self.index };
            let copies = &self.copies[index];
            let near = site.near(index, ALIKE, &mut Scratch::new(documents.len()));
            let related = near.list.into_iter().filter(|(_, other)| !copies.contains(other));
            let telling = &self.index.telling;
            let with_reasons = related.take(KEPT).map(|(score, other)| Related {
                document: other,
                score,
                reasons: reasons(&documents[index], &documents[other], &telling[index], &telling[other]),
            });
            with_reasons.collect()
        })
    }
}

impl Memory {
    /// Returns what is another one since the last time; `None` where that is much.
    fn change(&self, documents: &[Arc<Document>], incident: &[Option<usize>]) -> Option<Change> {
        let alignment =
            Alignment::by(&self.documents, documents, have_one_path, |document| document.path.as_str());
        let mut changed = Vec::new();
        let mut joined = Vec::new();
        for (index, (new, before)) in documents.iter().zip(&alignment.before).enumerate() {
            let Some(before) = *before else {
                changed.push(index);
                continue;
            };
            let record = self.incident[before].and_then(|record| alignment.after[record]);
            if record != incident[index] {
                joined.push(index);
                joined.extend(record.into_iter().chain(incident[index]));
            }
            if !is_as_before(&self.documents[before], new) {
                changed.push(index);
            }
        }
        let gone: Vec<usize> =
            (0..self.documents.len()).filter(|&at| alignment.after[at].is_none()).collect();
        let is_little = changed.len().max(joined.len()).max(gone.len()) <= FEW;
        let is_as_many = self.total == total(documents);
        (is_little && is_as_many).then_some(Change { alignment, changed, joined, gone })
    }

    /// Compares again what the changed documents have to do with.
    fn update(&mut self, documents: &[Arc<Document>], incident: &[Option<usize>], change: &Change) {
        let Change { alignment, changed, joined, gone } = change;
        let words = self.count_again(documents, change);
        let mut doubtful = self.renumber(alignment, gone);
        self.incident = incident.to_vec();
        // Nearly all documents are told by a glance at their words not to hold any of these.
        let mut glance = [0u64; 1024];
        let bit = |word: u32| ((word >> 6) as usize % 1024, 1u64 << (word % 64));
        for word in &words {
            let (at, bit) = bit(*word);
            glance[at] |= bit;
        }
        let holds = |word: u32| {
            let (at, bit) = bit(word);
            glance[at] & bit != 0 && words.binary_search(&word).is_ok()
        };
        // Of few words each is looked up, since terms are in the order of their hashes.
        let holds_any = |terms: &[words::Term]| match words.len() * 24 < terms.len() {
            true => words.iter().any(|word| terms.binary_search_by_key(word, |term| term.hash).is_ok()),
            false => terms.iter().any(|term| holds(term.hash)),
        };
        let (frequency, total, most) = (&self.frequency, self.total, self.most);
        let telling: Vec<(usize, Vec<Telling>)> = documents
            .par_iter()
            .enumerate()
            .filter(|(index, document)| {
                changed.contains(index) || !words.is_empty() && holds_any(&document.terms)
            })
            .map(|(index, document)| (index, telling(document, frequency, total, most)))
            .filter(|(index, telling)| changed.contains(index) || *telling != self.index.telling[*index])
            .collect();
        let told: Vec<usize> =
            telling.iter().map(|(index, _)| *index).chain(changed.iter().copied()).collect();
        let index = Arc::make_mut(&mut self.index);
        for (document, telling) in telling {
            index.replace(document, telling);
        }
        let site = Site { documents, incident: &self.incident, index: &self.index };
        let partners: Vec<(usize, Vec<usize>)> = told
            .par_iter()
            .map_init(
                || Scratch::new(documents.len()),
                |scratch, &index| (index, site.partners(index, scratch)),
            )
            .collect();
        // Whoever was a copy of one of these may be none any more, and where more are near than are looked at, another one may
        // take a place that became free. Whoever may be a copy of one of these now is looked at too.
        let mut is_told = vec![false; documents.len()];
        told.iter().for_each(|&index| is_told[index] = true);
        joined.iter().for_each(|&index| doubtful[index] = true);
        for (doubtful, copies) in doubtful.iter_mut().zip(&self.copies) {
            *doubtful |= copies.is_crowded || copies.list.iter().any(|&other| is_told[other]);
        }
        for (index, _) in partners.iter().filter(|(_, others)| others.is_empty()) {
            self.copies[*index] = Copies::default();
            doubtful[*index] = false;
        }
        for (index, others) in partners.into_iter().filter(|(_, others)| !others.is_empty()) {
            doubtful[index] = true;
            others.into_iter().for_each(|other| doubtful[other] = true);
        }
        let found: Vec<(usize, Copies)> = (0..documents.len())
            .into_par_iter()
            .filter(|index| doubtful[*index])
            .map_init(|| Scratch::new(documents.len()), |scratch, index| (index, site.copies(index, scratch)))
            .collect();
        for (index, copies) in found {
            self.copies[index] = copies;
        }
        // Those that are the same are not touched.
        let (head, tail) = common_ends(&self.documents, documents, Arc::ptr_eq);
        let between = documents[head..documents.len() - tail].iter().cloned();
        self.documents.splice(head..self.documents.len() - tail, between);
    }

    /// Gives the documents of the last time the numbers that they have now, and returns which may have other copies since some are
    /// gone.
    fn renumber(&mut self, alignment: &Alignment, gone: &[usize]) -> Vec<bool> {
        if alignment.is_same() {
            return vec![false; alignment.before.len()];
        }
        let now = |before: usize| alignment.after[before];
        let was_copy = |copies: &Copies| copies.list.iter().any(|other| gone.binary_search(other).is_ok());
        let doubtful: Vec<bool> = alignment
            .before
            .iter()
            .map(|before| before.is_some_and(|before| was_copy(&self.copies[before])))
            .collect();
        let mut copies = std::mem::take(&mut self.copies);
        for one in &mut copies {
            one.list = one.list.iter().filter_map(|&other| now(other)).collect();
        }
        let taken = |before: &Option<usize>| before.map(|before| std::mem::take(&mut copies[before]));
        self.copies = alignment.before.iter().map(taken).map(Option::unwrap_or_default).collect();
        let index = Arc::make_mut(&mut self.index);
        let telling = &mut index.telling;
        let taken = |before: &Option<usize>| before.map(|before| std::mem::take(&mut telling[before]));
        index.telling = alignment.before.iter().map(taken).map(Option::unwrap_or_default).collect();
        #[expect(clippy::iter_over_hash_type, reason = "each list is changed by itself")]
        for postings in index.postings.values_mut() {
            postings.retain_mut(|posting| {
                let now = now(posting.0 as usize);
                posting.0 = now.unwrap_or_default() as u32;
                now.is_some()
            });
        }
        doubtful
    }

    /// Counts the words of the changed documents again, and returns those that tell documents apart and no longer weigh
    /// what they did, sorted.
    fn count_again(&mut self, documents: &[Arc<Document>], change: &Change) -> Vec<u32> {
        let mut difference: ByWord<i64> = ByWord::default();
        let mut count = |document: &Document, sign: i64| {
            for term in document.terms.iter().filter(|_| is_listed(document)) {
                *difference.entry(term.hash).or_insert(0) += sign;
            }
        };
        for &index in &change.changed {
            count(&documents[index], 1);
        }
        let before = change.changed.iter().filter_map(|&index| change.alignment.before[index]);
        for index in before.chain(change.gone.iter().copied()) {
            count(&self.documents[index], -1);
        }
        // What a word weighs; nothing where it tells nothing.
        let counts = |seen: u32| (2..=self.most).contains(&seen).then(|| coarse(seen as usize, HOLDERS));
        let mut words = Vec::new();
        let mut shifts: Vec<(u32, i64)> =
            difference.into_iter().filter(|(_, difference)| *difference != 0).collect();
        shifts.sort_unstable();
        for (word, shift) in shifts {
            let seen = self.frequency.entry(word).or_insert(0);
            let before = *seen;
            *seen = u32::try_from(i64::from(before) + shift).unwrap_or(0);
            if counts(before) != counts(*seen) {
                words.push(word);
            }
        }
        words
    }

    fn new(documents: &[Arc<Document>], incident: &[Option<usize>]) -> Memory {
        let mut frequency: ByWord<u32> = ByWord::default();
        let listed: Vec<usize> = (0..documents.len()).filter(|&index| is_listed(&documents[index])).collect();
        for &index in &listed {
            for term in &documents[index].terms {
                *frequency.entry(term.hash).or_insert(0) += 1;
            }
        }
        let total = total(documents);
        // In a small collection a word may stand in half of the documents and still tell something.
        let most = ((f64::from(total) * COMMON) as u32).max((total / 2.0).ceil().min(24.0) as u32).max(2);
        let telling: Vec<Vec<Telling>> =
            documents.par_iter().map(|document| telling(document, &frequency, total, most)).collect();
        let mut postings: ByWord<Vec<(u32, f32)>> = ByWord::default();
        for &index in &listed {
            for &(hash, weight, _) in &telling[index] {
                postings.entry(hash).or_default().push((index as u32, weight));
            }
        }
        let index = Index { telling, postings };
        let site = Site { documents, incident, index: &index };
        // Two that may be copies are found from the first of them, so that half of all comparisons are made; only these are
        // looked at closely.
        let near: Vec<AtomicBool> = documents.iter().map(|_| AtomicBool::new(false)).collect();
        (0..documents.len()).into_par_iter().for_each_init(
            || Scratch::new(documents.len()),
            |scratch, index| site.mark_behind(index, scratch, &near),
        );
        let copies = (0..documents.len())
            .into_par_iter()
            .map_init(
                || Scratch::new(documents.len()),
                |scratch, index| match near[index].load(Ordering::Relaxed) {
                    true => site.copies(index, scratch),
                    false => Copies::default(),
                },
            )
            .collect();
        Memory {
            documents: documents.to_vec(),
            incident: incident.to_vec(),
            frequency,
            most,
            total,
            index: Arc::new(index),
            copies,
        }
    }
}

/// What is another one since the last time.
struct Change {
    alignment: Alignment,
    /// Documents that are new, or say other words; in rising order.
    changed: Vec<usize>,
    /// Documents that are joined with others than before.
    joined: Vec<usize>,
    /// Documents that are gone, by their places of the last time; in rising order.
    gone: Vec<usize>,
}

/// Returns as how many documents those count that are compared.
fn total(documents: &[Arc<Document>]) -> f32 {
    coarse(documents.iter().filter(|document| is_listed(document)).count(), ALL) as f32
}

/// Returns whether a document says what it said, as far as it is compared.
fn is_as_before(old: &Arc<Document>, new: &Arc<Document>) -> bool {
    let names = |document: &Document| {
        let names = document.services.iter().chain(&document.factors);
        names.map(|found| found.value.clone()).collect::<Vec<_>>()
    };
    Arc::ptr_eq(old, new)
        || is_listed(old) == is_listed(new)
            && old.text == new.text
            && old.terms == new.terms
            && old.services.len() == new.services.len()
            && names(old) == names(new)
}

impl Index {
    /// Gives a document other telling words.
    fn replace(&mut self, document: usize, telling: Vec<Telling>) {
        for (word, ..) in &self.telling[document] {
            if let Some(postings) = self.postings.get_mut(word)
                && let Ok(at) = postings.binary_search_by_key(&(document as u32), |posting| posting.0)
            {
                postings.remove(at);
            }
        }
        for &(word, weight, _) in &telling {
            let postings = self.postings.entry(word).or_default();
            let at = postings.partition_point(|posting| posting.0 < document as u32);
            postings.insert(at, (document as u32, weight));
        }
        self.telling[document] = telling;
    }
}

/// The near copies of a document.
#[derive(Clone, Debug, Default)]
struct Copies {
    list: Vec<usize>,
    /// Whether more documents were near than are looked at, and one of them all may be a copy.
    is_crowded: bool,
}

/// The documents most like one.
struct Near {
    /// With their likeness, that of shared names added, the most alike first.
    list: Vec<(f32, usize)>,
    is_crowded: bool,
}

/// Room to add up how alike all documents are to one.
struct Scratch {
    scores: Vec<f32>,
    touched: Vec<u32>,
}

impl Scratch {
    fn new(documents: usize) -> Scratch {
        Scratch { scores: vec![0.0; documents], touched: Vec::new() }
    }

    fn add(&mut self, postings: &[(u32, f32)], weight: f32) {
        for &(other, its_weight) in postings {
            let score = &mut self.scores[other as usize];
            if *score == 0.0 {
                self.touched.push(other);
            }
            *score += weight * its_weight;
        }
    }

    /// Returns what was added up, and forgets it.
    fn drain(&mut self) -> impl Iterator<Item = (f32, usize)> {
        let Scratch { scores, touched } = self;
        touched.drain(..).map(|other| (std::mem::take(&mut scores[other as usize]), other as usize))
    }
}

/// Documents that are compared.
#[derive(Clone, Copy)]
struct Site<'a> {
    documents: &'a [Arc<Document>],
    incident: &'a [Option<usize>],
    index: &'a Index,
}

impl Site<'_> {
    /// Returns whether one of two documents is the record that the other analyses.
    fn joined(&self, one: usize, other: usize) -> bool {
        self.incident[one] == Some(other) || self.incident[other] == Some(one)
    }

    fn postings(&self, word: u32) -> &[(u32, f32)] {
        self.index.postings.get(&word).map_or(&[][..], Vec::as_slice)
    }

    /// Marks a document and those behind it that may be its copies.
    fn mark_behind(&self, index: usize, scratch: &mut Scratch, near: &[AtomicBool]) {
        for (word, weight, _) in &self.index.telling[index] {
            let postings = self.postings(*word);
            let behind = postings.partition_point(|posting| posting.0 as usize <= index);
            scratch.add(&postings[behind..], *weight);
        }
        let is_marked = |index: usize| near[index].load(Ordering::Relaxed);
        let mut compared = 0;
        // Nearly all that share a word are far from each other.
        for (score, other) in scratch.drain().filter(|(score, _)| *score >= NEAR) {
            let is_known = is_marked(index) && is_marked(other);
            if !is_known && self.may_be_copies(score, index, other, &mut compared) {
                near[index].store(true, Ordering::Relaxed);
                near[other].store(true, Ordering::Relaxed);
            }
        }
    }

    /// Returns the documents of which one may be a copy.
    fn partners(&self, index: usize, scratch: &mut Scratch) -> Vec<usize> {
        for (word, weight, _) in &self.index.telling[index] {
            scratch.add(self.postings(*word), *weight);
        }
        let mut compared = 0;
        let others = scratch.drain().filter(|&(score, other)| {
            other != index && self.may_be_copies(score, index, other, &mut compared)
        });
        others.map(|(_, other)| other).collect()
    }

    /// Returns whether two documents may be near copies; `score` is their likeness before that of shared names is added.
    ///
    /// `compared` counts the documents whose words were compared with those of the first one: a hostile collection has a great
    /// many that are near and no copies. From some number on any of them may be one, and looking closely decides.
    fn may_be_copies(&self, score: f32, index: usize, other: usize, compared: &mut usize) -> bool {
        let (own, its) = (&self.documents[index], &self.documents[other]);
        if score < NEAR || score + NAME * names_in_common(own, its) as f32 <= COPY_ALIKE - ROUNDING {
            return false;
        }
        *compared += 1;
        *compared > COMPARED || say_nearly_the_same(own, its)
    }

    /// Returns the nearest documents of at least some likeness, before that of shared names is added.
    fn near(&self, index: usize, least: f32, scratch: &mut Scratch) -> Near {
        for (word, weight, _) in &self.index.telling[index] {
            scratch.add(self.postings(*word), *weight);
        }
        let mut list: Vec<(f32, usize)> = scratch
            .drain()
            .filter(|&(score, other)| other != index && score >= least && !self.joined(index, other))
            .collect();
        let nearer = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let is_crowded = list.len() > LOOKED_AT;
        if is_crowded {
            list.select_nth_unstable_by(LOOKED_AT, nearer);
            list.truncate(LOOKED_AT);
        }
        let own = &self.documents[index];
        for (score, other) in &mut list {
            let shared = names_in_common(own, &self.documents[*other]);
            *score = (*score + NAME * shared as f32).min(1.0);
        }
        list.sort_unstable_by(nearer);
        Near { list, is_crowded }
    }

    /// Returns the near copies of a document.
    fn copies(&self, index: usize, scratch: &mut Scratch) -> Copies {
        if self.partners(index, scratch).is_empty() {
            return Copies::default();
        }
        let own = &self.documents[index];
        let near = self.near(index, NEAR, scratch);
        let copies = near
            .list
            .into_iter()
            .filter(|&(score, other)| score > COPY_ALIKE && say_nearly_the_same(own, &self.documents[other]));
        let mut list: Vec<usize> = copies.map(|(_, other)| other).collect();
        list.sort_unstable();
        Copies { list, is_crowded: near.is_crowded }
    }
}

/// Returns the most telling words of a listed document: often here and seldom elsewhere, as a vector of length one.
fn telling(document: &Document, frequency: &ByWord<u32>, total: f32, most: u32) -> Vec<Telling> {
    if !is_listed(document) {
        return Vec::new();
    }
    let mut words: Vec<Telling> = document
        .terms
        .iter()
        .filter_map(|term| {
            let seen = *frequency.get(&term.hash)?;
            if seen < 2 || seen > most {
                return None;
            }
            let weight = (1.0 + f32::from(term.count()).ln())
                * (total / coarse(seen as usize, HOLDERS) as f32).ln().max(0.2);
            Some((term.hash, weight, term.at() as u32))
        })
        .collect();
    let heavier = |a: &Telling, b: &Telling| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if words.len() > TELLING {
        words.select_nth_unstable_by(TELLING, heavier);
        words.truncate(TELLING);
    }
    words.sort_unstable_by(heavier);
    let length = words.iter().map(|word| word.1 * word.1).sum::<f32>().sqrt();
    words.iter_mut().for_each(|word| word.1 /= length.max(f32::MIN_POSITIVE));
    words
}

/// Returns how many services and factors two documents share; from three on, three.
fn names_in_common(own: &Document, other: &Document) -> usize {
    let shared =
        shared_names(&own.services, &other.services).len() + shared_names(&own.factors, &other.factors).len();
    shared.min(3)
}

/// Returns whether two documents are long enough to be copies and hold nearly the same words.
fn say_nearly_the_same(own: &Document, other: &Document) -> bool {
    let (short, long) = (own.terms.len().min(other.terms.len()), own.terms.len().max(other.terms.len()));
    // What they share can be no more than all of the shorter one.
    short >= SHORT && short as f64 >= COPY * long as f64 && words::jaccard(&own.terms, &other.terms) >= COPY
}

fn shared_names<'a>(own: &'a [Found<String>], other: &[Found<String>]) -> Vec<&'a str> {
    own.iter()
        .filter(|name| other.iter().any(|other| other.value.eq_ignore_ascii_case(&name.value)))
        .map(|name| name.value.as_str())
        .collect()
}

/// Returns what two documents share, in words for people.
fn reasons(own: &Document, other: &Document, telling: &[Telling], its: &[Telling]) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut list = |what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            reasons.push(format!("{what} {}", names[..names.len().min(3)].join(", ")));
        }
    };
    list("same service:", shared_names(&own.services, &other.services));
    list("same factor:", shared_names(&own.factors, &other.factors));
    let words: Vec<String> = telling
        .iter()
        .filter(|word| its.iter().any(|other| other.0 == word.0))
        .take(4)
        .map(|word| words::word_at(own.body(), word.2 as usize).to_lowercase())
        .collect();
    list("both speak of", words.iter().map(String::as_str).collect());
    reasons
}

/// Notes each near copy once, on the document that is newer, or undated, or later by name.
pub fn note_copies(documents: &[Arc<Document>], likeness: &Likeness, findings: &mut Vec<Finding>) {
    let age = |index: usize| {
        let document = &documents[index];
        let date = document.date.as_ref().map(|found| found.value.utc());
        (date.is_none(), date, document.path.as_str())
    };
    for (index, copies) in likeness.copies.iter().enumerate() {
        let Some(original) =
            copies.iter().copied().filter(|&other| age(other) < age(index)).min_by_key(|&other| age(other))
        else {
            continue;
        };
        let message = format!("says nearly the same as `{}`", documents[original].path);
        findings.push(
            Finding::new(&NEAR_COPY, Place::file(&documents[index].file), message)
                .help("if one is meant to go, leave its address behind with `aliases`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::Reader;
    use crate::source::SourceFile;
    use std::collections::BTreeSet;

    /// Writes a document of words that look like chance and are the same every time.
    fn document(index: usize, seed: u64) -> Arc<Document> {
        let mut dice = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ (index as u64 + 1).wrapping_mul(0x2545_F491_4F6C_DD1D);
        let mut next = |below: u64| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            (dice >> 11) % below
        };
        let words: Vec<String> = (0..60).map(|_| format!("w{}ord", next(400) * next(3) / 2)).collect();
        let text = format!(
            "---\nservices: [s{}, s{}]\n---\n# Incident {index} on 2024-01-02\n\n{}.\n",
            next(6),
            next(6),
            words.join(" ")
        );
        read(&format!("{index:03}.md"), text)
    }

    fn read(path: &str, text: String) -> Arc<Document> {
        let (file, path) = (path.to_owned(), path.to_owned());
        let source = SourceFile { file, path, size: 0, text, git: None, findings: Vec::new() };
        Arc::new(Reader::new(&Config::default(), "").parse(source))
    }

    #[test]
    fn comparing_again_finds_what_comparing_anew_does() {
        let mut documents: Vec<Arc<Document>> = (0..80).map(|index| document(index, 0)).collect();
        let incident = vec![None; documents.len()];
        let draw = |likeness: &Likeness, documents: &[Arc<Document>]| {
            let related = (0..documents.len()).map(|index| likeness.related(index, documents, &incident));
            format!("{:?} {:?}", likeness.copies, related.collect::<Vec<_>>())
        };
        let mut memory = Memory::default();
        let mut again = draw(&compare_again(&documents, &incident, &mut memory), &documents);
        for edit in 1..60 {
            // One, or some at once, or one that becomes a copy of another.
            for place in 0..=(edit % 4) {
                let index = (edit * 37 + place * 11) % documents.len();
                documents[index] = document(index, if edit % 9 == 0 { 0 } else { edit as u64 });
            }
            let kept = memory.change(&documents, &incident).is_some();
            assert!(kept, "few have changed");
            let before = again;
            again = draw(&compare_again(&documents, &incident, &mut memory), &documents);
            assert_eq!(again, draw(&compare(&documents, &incident), &documents), "edit {edit}");
            // What is as it was the last time changes nothing; the others do.
            assert!(edit % 9 == 0 || before != again, "edit {edit} changes something");
        }
    }

    #[test]
    fn what_comes_goes_and_moves_leaves_the_others_as_they_are() {
        let mut documents: Vec<Arc<Document>> =
            (0..130).map(|index| document(index, index as u64 / 2)).collect();
        let mut incident: Vec<Option<usize>> = vec![None; documents.len()];
        let mut memory = Memory::default();
        let mut followed = 0;
        let mut copies = BTreeSet::new();
        for edit in 0..120usize {
            let at = edit * 37 % documents.len();
            match edit % 6 {
                0 => {
                    // A new one that says what another says.
                    let words = document(at, 0).text.replace("2024-01-02", "2024-01-03");
                    documents.insert(at, read(&format!("new{edit}.md"), words));
                }
                1 => drop(documents.remove(at)),
                2 => {
                    let moved = documents.remove(at);
                    documents.insert(edit * 11 % documents.len(), moved);
                }
                3 => documents[at] = read(&documents[at].path, documents[at / 2].text.clone()),
                4 => {
                    let text = format!("---\nkind: page\n{}", documents[at].text.trim_start_matches("---\n"));
                    documents[at] = read(&documents[at].path, text);
                }
                _ => {}
            }
            // Each time, a few others are joined.
            incident = vec![None; documents.len()];
            (0..3).for_each(|record| incident[(edit / 2 * 7 + record * 5) % documents.len()] = Some(record));
            followed += usize::from(memory.change(&documents, &incident).is_some());
            let again = compare_again(&documents, &incident, &mut memory);
            let anew = compare(&documents, &incident);
            assert_eq!(again.copies, anew.copies, "edit {edit}");
            for index in 0..documents.len() {
                let related = |likeness: &Likeness| likeness.related(index, &documents, &incident).to_vec();
                assert_eq!(related(&again), related(&anew), "edit {edit}");
            }
            copies.insert(again.copies.iter().flatten().count());
        }
        assert!(followed > 80 && copies.len() > 5, "{followed} followed, {copies:?}");
    }
}
