//! Which documents are alike, by their words and by what they share.
//!
//! Comes in: documents with their terms. Goes out: for each the few most like it with the reasons, and near copies. Cost
//! grows with the number of documents: each is compared by its two dozen most telling words only.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Document;
use crate::document::Found;
use crate::knowledge::is_listed;
use crate::words;
use rayon::prelude::*;
use std::collections::HashMap;
use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::hash::Hasher;
use std::sync::Arc;

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
#[derive(Clone, Debug, Default)]
pub struct Likeness {
    /// For each document: those like it, most alike first.
    pub related: Vec<Arc<[Related]>>,
    /// For each document: those that say nearly the same.
    pub copies: Vec<Vec<usize>>,
}

/// How many words stand for a document.
const TELLING: usize = 24;
/// How many related documents are kept.
const KEPT: usize = 5;
/// Below this likeness of their telling words, two documents have nothing to do with each other.
const ALIKE: f32 = 0.16;
/// From this share of common words on, two documents are near copies.
const COPY: f64 = 0.75;
/// A document with fewer words than this is too short to be the copy of another.
const SHORT: usize = 30;
/// A word in more documents than this share says nothing, and comparing by it would cost the square of their number.
const COMMON: f64 = 0.05;

/// The hashes of words are spread already and need no second hash.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }
    fn write_u32(&mut self, value: u32) {
        self.0 = u64::from(value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

type ByWord<T> = HashMap<u32, T, BuildHasherDefault<Spread>>;

/// A telling word of a document: its hash, its weight, its place.
type Telling = (u32, f32, u32);

/// What was compared the last time, so that few documents are compared again when few have changed.
#[derive(Debug, Default)]
pub struct Memory {
    documents: Vec<Arc<Document>>,
    incident: Vec<Option<usize>>,
    frequency: ByWord<u32>,
    most: u32,
    total: f32,
    telling: Vec<Vec<Telling>>,
    postings: ByWord<Vec<(u32, f32)>>,
    likeness: Likeness,
}

/// How many documents may have changed before all of them are compared again.
const FEW: usize = 24;

/// Compares all listed documents, like [`compare`] and with the same result, of which `memory` knows the last one.
pub fn compare_again(
    documents: &[Arc<Document>],
    incident: &[Option<usize>],
    memory: &mut Memory,
) -> Likeness {
    match memory.changed(documents, incident) {
        Some(changed) => memory.update(documents, &changed),
        None => *memory = Memory::new(documents, incident),
    }
    memory.likeness.clone()
}

/// Compares all listed documents.
pub fn compare(documents: &[Arc<Document>], incident: &[Option<usize>]) -> Likeness {
    Memory::new(documents, incident).likeness
}

impl Memory {
    /// Returns the documents that say other words than the last time; `None` where the collection itself is another one, or they
    /// are many.
    fn changed(&self, documents: &[Arc<Document>], incident: &[Option<usize>]) -> Option<Vec<usize>> {
        if documents.len() != self.documents.len() || incident != self.incident {
            return None;
        }
        let mut changed = Vec::new();
        for (index, (old, new)) in self.documents.iter().zip(documents).enumerate() {
            if Arc::ptr_eq(old, new) {
                continue;
            }
            if old.path != new.path || is_listed(old) != is_listed(new) || changed.len() == FEW {
                return None;
            }
            let names = |document: &Document| {
                let names = document.services.iter().chain(&document.factors);
                names.map(|found| found.value.clone()).collect::<Vec<_>>()
            };
            let same = old.text == new.text && old.terms == new.terms && names(old) == names(new);
            if !same || old.services.len() != new.services.len() {
                changed.push(index);
            }
        }
        Some(changed)
    }

    /// Compares again what the changed documents have to do with.
    fn update(&mut self, documents: &[Arc<Document>], changed: &[usize]) {
        let mut difference: ByWord<i64> = ByWord::default();
        for &index in changed.iter().filter(|&&index| is_listed(&documents[index])) {
            for term in &self.documents[index].terms {
                *difference.entry(term.hash).or_insert(0) -= 1;
            }
            for term in &documents[index].terms {
                *difference.entry(term.hash).or_insert(0) += 1;
            }
        }
        // A word that tells nothing before and after changes no weight of another document.
        let most = self.most;
        let tells = |seen: u32| (2..=most).contains(&seen);
        let mut words: HashSet<u32> = HashSet::new();
        let mut shifts: Vec<(u32, i64)> =
            difference.into_iter().filter(|(_, difference)| *difference != 0).collect();
        shifts.sort_unstable();
        for (word, shift) in shifts {
            let seen = self.frequency.entry(word).or_insert(0);
            let before = *seen;
            *seen = u32::try_from(i64::from(before) + shift).unwrap_or(0);
            if tells(before) || tells(*seen) {
                words.insert(word);
            }
        }
        let telling: Vec<(usize, Vec<Telling>)> = documents
            .par_iter()
            .enumerate()
            .filter(|(index, document)| {
                is_listed(document)
                    && (changed.contains(index)
                        || !words.is_empty() && document.terms.iter().any(|term| words.contains(&term.hash)))
            })
            .map(|(index, document)| (index, telling(document, &self.frequency, self.total, most)))
            .filter(|(index, telling)| changed.contains(index) || *telling != self.telling[*index])
            .collect();
        // Whoever shares a telling word with one of these, as it was or as it is, may be alike in another way.
        let mut doubtful = vec![false; documents.len()];
        let mut doubt = |postings: &ByWord<Vec<(u32, f32)>>, telling: &[Telling]| {
            for (word, ..) in telling {
                for (other, _) in postings.get(word).map_or(&[][..], Vec::as_slice) {
                    doubtful[*other as usize] = true;
                }
            }
        };
        for (index, _) in &telling {
            doubt(&self.postings, &self.telling[*index]);
        }
        for (index, telling) in telling {
            for (word, ..) in &self.telling[index] {
                if let Some(postings) = self.postings.get_mut(word) {
                    postings.retain(|(other, _)| *other as usize != index);
                }
            }
            for &(word, weight, _) in &telling {
                self.postings.entry(word).or_default().push((index as u32, weight));
            }
            doubt(&self.postings, &telling);
            self.telling[index] = telling;
        }
        for &index in changed {
            doubtful[index] = true;
        }
        let found: Vec<(usize, Vec<Related>, Vec<usize>)> = (0..documents.len())
            .into_par_iter()
            .filter(|index| doubtful[*index])
            .map_init(
                || (vec![0f32; documents.len()], Vec::new()),
                |(scores, touched), index| {
                    let (telling, postings) = (&self.telling, &self.postings);
                    let found =
                        neighbours(index, documents, telling, postings, &self.incident, scores, touched);
                    (index, found.0, found.1)
                },
            )
            .collect();
        for (index, related, copies) in found {
            self.likeness.related[index] = related.into();
            self.likeness.copies[index] = copies;
        }
        self.documents = documents.to_vec();
    }

    fn new(documents: &[Arc<Document>], incident: &[Option<usize>]) -> Memory {
        let mut frequency: ByWord<u32> = ByWord::default();
        let listed: Vec<usize> = (0..documents.len()).filter(|&index| is_listed(&documents[index])).collect();
        for &index in &listed {
            for term in &documents[index].terms {
                *frequency.entry(term.hash).or_insert(0) += 1;
            }
        }
        let total = listed.len() as f32;
        // In a small collection a word may stand in half of the documents and still tell something.
        let most = ((f64::from(total) * COMMON) as u32).max((total / 2.0).ceil().min(24.0) as u32).max(2);
        let telling: Vec<Vec<Telling>> =
            documents
                .par_iter()
                .map(|document| {
                    if is_listed(document) { telling(document, &frequency, total, most) } else { Vec::new() }
                })
                .collect();
        let mut postings: ByWord<Vec<(u32, f32)>> = ByWord::default();
        for &index in &listed {
            for &(hash, weight, _) in &telling[index] {
                postings.entry(hash).or_default().push((index as u32, weight));
            }
        }
        let found: Vec<(Vec<Related>, Vec<usize>)> = (0..documents.len())
            .into_par_iter()
            .map_init(
                || (vec![0f32; documents.len()], Vec::new()),
                |(scores, touched), index| {
                    neighbours(index, documents, &telling, &postings, incident, scores, touched)
                },
            )
            .collect();
        let (related, copies): (Vec<Vec<Related>>, Vec<Vec<usize>>) = found.into_iter().unzip();
        let likeness = Likeness { related: related.into_iter().map(Arc::from).collect(), copies };
        Memory {
            documents: documents.to_vec(),
            incident: incident.to_vec(),
            frequency,
            most,
            total,
            telling,
            postings,
            likeness,
        }
    }
}

/// Returns the most telling words of a document: often here and seldom elsewhere, as a vector of length one.
fn telling(document: &Document, frequency: &ByWord<u32>, total: f32, most: u32) -> Vec<Telling> {
    let mut words: Vec<Telling> = document
        .terms
        .iter()
        .filter_map(|term| {
            let seen = *frequency.get(&term.hash)?;
            if seen < 2 || seen > most {
                return None;
            }
            let weight = (1.0 + f32::from(term.count).ln()) * (total / seen as f32).ln().max(0.2);
            Some((term.hash, weight, term.at))
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

/// Returns the documents like one, and its near copies.
fn neighbours(
    index: usize,
    documents: &[Arc<Document>],
    telling: &[Vec<Telling>],
    postings: &ByWord<Vec<(u32, f32)>>,
    incident: &[Option<usize>],
    scores: &mut [f32],
    touched: &mut Vec<u32>,
) -> (Vec<Related>, Vec<usize>) {
    let own = &documents[index];
    for (hash, weight, _) in &telling[index] {
        for &(other, its_weight) in postings.get(hash).map_or(&[][..], Vec::as_slice) {
            if scores[other as usize] == 0.0 {
                touched.push(other);
            }
            scores[other as usize] += weight * its_weight;
        }
    }
    let joined = |other: usize| incident[index] == Some(other) || incident[other] == Some(index);
    let mut near: Vec<(f32, usize)> = touched
        .drain(..)
        .map(|other| (std::mem::take(&mut scores[other as usize]), other as usize))
        .filter(|&(score, other)| other != index && score >= ALIKE && !joined(other))
        .collect();
    let nearer = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    // Sharing a service or a factor breaks near ties, so a few more are looked at than are kept.
    if near.len() > KEPT * 4 {
        near.select_nth_unstable_by(KEPT * 4, nearer);
        near.truncate(KEPT * 4);
    }
    for (score, other) in &mut near {
        let other = &documents[*other];
        let shared = shared_names(&own.services, &other.services).len()
            + shared_names(&own.factors, &other.factors).len();
        *score = (*score + 0.08 * shared.min(3) as f32).min(1.0);
    }
    near.sort_unstable_by(nearer);
    let mut copies = Vec::new();
    let mut related = Vec::new();
    for (score, other) in near {
        let its = &documents[other];
        let long = own.terms.len().min(its.terms.len()) >= SHORT;
        if score > 0.6 && long && words::jaccard(&own.terms, &its.terms) >= COPY {
            copies.push(other);
        } else if related.len() < KEPT {
            related.push(Related {
                document: other,
                score,
                reasons: reasons(own, its, &telling[index], &telling[other]),
            });
        }
    }
    copies.sort_unstable();
    (related, copies)
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
        let path = format!("{index:03}.md");
        let source = SourceFile { file: path.clone(), path, size: 0, text, git: None, findings: Vec::new() };
        Arc::new(Reader::new(&Config::default(), "").parse(source))
    }

    #[test]
    fn comparing_again_finds_what_comparing_anew_does() {
        let mut documents: Vec<Arc<Document>> = (0..80).map(|index| document(index, 0)).collect();
        let incident = vec![None; documents.len()];
        let mut memory = Memory::default();
        let mut again = compare_again(&documents, &incident, &mut memory);
        for edit in 1..60 {
            // One, or some at once, or one that becomes a copy of another.
            for place in 0..=(edit % 4) {
                let index = (edit * 37 + place * 11) % documents.len();
                documents[index] = document(index, if edit % 9 == 0 { 0 } else { edit as u64 });
            }
            let kept = memory.changed(&documents, &incident).is_some();
            assert!(kept, "few have changed");
            let before = format!("{again:?}");
            again = compare_again(&documents, &incident, &mut memory);
            assert_eq!(format!("{again:?}"), format!("{:?}", compare(&documents, &incident)), "edit {edit}");
            // What is as it was the last time changes nothing; the others do.
            assert!(edit % 9 == 0 || before != format!("{again:?}"), "edit {edit} changes something");
        }
        // Another collection is compared anew.
        documents.remove(7);
        assert!(memory.changed(&documents, &incident[1..]).is_none());
    }
}
