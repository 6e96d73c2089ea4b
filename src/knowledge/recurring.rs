//! The lessons of a site that return.
//!
//! Comes in: documents, which of them are one incident, and which are copies. Goes out: [`Recurring`]: groups of lessons
//! that say nearly the same, the one learned last first, and for each lesson those like it. `recurrence` decides what is
//! nearly the same.

use crate::document::Document;
use crate::knowledge::alignment::Alignment;
use crate::knowledge::alignment::common_ends;
use crate::knowledge::is_listed;
use crate::knowledge::recurrence;
use crate::knowledge::recurrence::Alike;
use crate::knowledge::recurrence::Statement;
use crate::knowledge::recurrence::Wanted;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3Default;

/// How much of a lesson is compared, in bytes: what is longer is no statement but a text.
const LONGEST: usize = 2000;

/// A lesson: its document, and its place in it.
pub type LessonRef = (usize, usize);

/// A lesson that was learned more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returning {
    /// Every time that it was learned, the last first.
    pub lessons: Vec<LessonRef>,
    /// How many incidents taught it.
    pub times: usize,
    /// The year in which it was learned first, where all of them are dated.
    pub since: Option<i32>,
    /// The telling words that all of them share.
    pub words: Vec<String>,
}

/// What returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recurring {
    /// Groups, by when each was learned last.
    pub groups: Vec<Returning>,
    /// The lessons that were compared, by which those below are numbered.
    lessons: Vec<LessonRef>,
    /// For each document: the number of its first lesson.
    starts: Vec<u32>,
    /// For each lesson: the group in which it returns.
    group: Vec<Option<u32>>,
    alike: Vec<Alike>,
}

/// What returned the last time, and in which lessons.
#[derive(Debug, Default)]
pub struct Memory {
    /// All documents, with the hash of each whose lessons were compared.
    known: Vec<(Arc<Document>, Option<u128>)>,
    documents: Vec<Seen>,
    recurrence: recurrence::Memory,
    recurring: Arc<Recurring>,
}

/// A document whose lessons were compared.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    index: usize,
    /// The number of its incident.
    incident: usize,
    lessons: usize,
    /// A hash of its path, its date, and all that is compared of its lessons.
    hash: u128,
}

impl Memory {
    /// Returns a memory of nothing, for what is wanted.
    pub fn of(wanted: Wanted) -> Memory {
        Memory { recurrence: recurrence::Memory::of(wanted), ..Memory::default() }
    }

    /// Knows these documents: those between others that are the same are looked at.
    fn know(&mut self, documents: &[Arc<Document>]) {
        let is_compared = |document: &Document| is_listed(document) && !document.lessons.is_empty();
        let before: Vec<&Arc<Document>> = self.known.iter().map(|(document, _)| document).collect();
        let now: Vec<&Arc<Document>> = documents.iter().collect();
        let (head, tail) = common_ends(&before, &now, |one, other| Arc::ptr_eq(one, other));
        let look =
            |document: &Arc<Document>| (Arc::clone(document), is_compared(document).then(|| hash(document)));
        let between: Vec<_> = documents[head..documents.len() - tail].par_iter().map(look).collect();
        self.known.splice(head..self.known.len() - tail, between);
    }
}

/// Finds the lessons that return. `documents` are in their final order, newest first.
///
/// Where `memory` knows most of the lessons, only those are compared that have to do with others.
pub fn find(
    documents: &[Arc<Document>],
    incident: &[Option<usize>],
    copies: &[Vec<usize>],
    memory: &mut Memory,
) -> Arc<Recurring> {
    let incidents = incidents(incident, copies);
    memory.know(documents);
    let seen: Vec<Seen> = memory
        .known
        .iter()
        .zip(&incidents)
        .enumerate()
        .filter_map(|(index, ((document, hash), &incident))| {
            Some(Seen { index, incident, hash: (*hash)?, lessons: document.lessons.len() })
        })
        .collect();
    if seen != memory.documents {
        let known = known(&memory.documents, &seen);
        let recurring = look(documents, &seen, &known, &mut memory.recurrence);
        (memory.documents, memory.recurring) = (seen, Arc::new(recurring));
    } else if memory.recurring.starts.len() != documents.len() {
        // Others that have no lessons came or went behind these.
        Arc::make_mut(&mut memory.recurring).starts = starts(&seen, documents.len());
    }
    Arc::clone(&memory.recurring)
}

fn hash(document: &Document) -> u128 {
    let mut hash = Xxh3Default::new();
    hash.update(document.path.as_bytes());
    let date = document.date.as_ref().map(|found| found.value.utc().and_utc().timestamp());
    hash.update(&date.unwrap_or(i64::MIN).to_le_bytes());
    hash.update(language(document).as_bytes());
    for lesson in &document.lessons {
        hash.update(&[0xff, lesson.category as u8]);
        hash.update(lesson.text.as_bytes());
    }
    hash.digest128()
}

fn language(document: &Document) -> &str {
    document.language.as_deref().unwrap_or("en")
}

/// Returns for each lesson of now its number of the last time, where it is the same one, these numbers rise, and the incidents of
/// any two are one if they were.
fn known(before: &[Seen], now: &[Seen]) -> Vec<Option<u32>> {
    let hashes = |list: &[Seen]| list.iter().map(|seen| seen.hash).collect::<Vec<_>>();
    let alignment = Alignment::new(&hashes(before), &hashes(now));
    let next = |next: &mut u32, seen: &Seen| Some(std::mem::replace(next, *next + seen.lessons as u32));
    let starts: Vec<u32> = before.iter().scan(0, next).collect();
    // The first document that is known of each incident then, and now: it stands for the incident.
    let mut first: HashMap<usize, usize> = HashMap::new();
    let mut first_now: HashMap<usize, usize> = HashMap::new();
    let mut known = Vec::new();
    for (seen, place) in now.iter().zip(alignment.before) {
        let place = place.filter(|&place| {
            let then = *first.entry(before[place].incident).or_insert(seen.index);
            then == *first_now.entry(seen.incident).or_insert(seen.index)
        });
        known.extend((0..seen.lessons as u32).map(|lesson| place.map(|place| starts[place] + lesson)));
    }
    known
}

fn starts(seen: &[Seen], documents: usize) -> Vec<u32> {
    let mut starts = vec![0; documents];
    let mut next = 0;
    for seen in seen {
        starts[seen.index] = next;
        next += seen.lessons as u32;
    }
    starts
}

fn look(
    documents: &[Arc<Document>],
    seen: &[Seen],
    known: &[Option<u32>],
    memory: &mut recurrence::Memory,
) -> Recurring {
    let lessons: Vec<LessonRef> =
        seen.iter().flat_map(|seen| (0..seen.lessons).map(|lesson| (seen.index, lesson))).collect();
    let incidents = seen.iter().flat_map(|seen| std::iter::repeat_n(seen.incident, seen.lessons));
    let incidents: Vec<usize> = incidents.collect();
    let statements: Vec<Statement<'_>> = lessons
        .par_iter()
        .zip(&incidents)
        .map(|(&(index, lesson), &incident)| {
            let document = &documents[index];
            let lesson = &document.lessons[lesson];
            Statement {
                text: &lesson.text[..lesson.text.floor_char_boundary(LONGEST)],
                language: language(document),
                category: lesson.category,
                incident: incident as u32,
            }
        })
        .collect();
    let found = memory.find_again(&statements, known);
    let mut group = vec![None; lessons.len()];
    let mut groups = Vec::with_capacity(found.groups.len());
    for (number, found) in found.groups.iter().enumerate() {
        found.members.iter().for_each(|&member| group[member as usize] = Some(number as u32));
        let members: Vec<LessonRef> = found.members.iter().map(|&member| lessons[member as usize]).collect();
        let years: Option<Vec<i32>> = members
            .iter()
            .map(|&(document, _)| documents[document].date.as_ref().map(|found| found.value.year()))
            .collect();
        groups.push(Returning {
            lessons: members,
            times: found.incidents,
            since: years.and_then(|years| years.into_iter().min()),
            words: found.words.clone(),
        });
    }
    Recurring { groups, group, alike: found.alike.clone(), starts: starts(seen, documents.len()), lessons }
}

impl Recurring {
    /// Returns the number of a lesson among those that were compared.
    fn number(&self, lesson: LessonRef) -> Option<usize> {
        let number = *self.starts.get(lesson.0)? as usize + lesson.1;
        (self.lessons.get(number) == Some(&lesson)).then_some(number)
    }

    /// Returns the number of the group in which a lesson returns.
    pub fn group_of(&self, lesson: LessonRef) -> Option<usize> {
        self.group[self.number(lesson)?].map(|group| group as usize)
    }

    /// Returns the lessons of other incidents that are most like one, the most alike first; none where groups alone were wanted.
    pub fn alike(&self, lesson: LessonRef) -> impl Iterator<Item = LessonRef> + '_ {
        let alike = self.number(lesson).and_then(|number| self.alike.get(number));
        alike.into_iter().flat_map(Alike::iter).map(|other| self.lessons[other as usize])
    }
}

/// Returns for each document the number of its incident: a postmortem has that of its record, a copy that of its original.
fn incidents(incident: &[Option<usize>], copies: &[Vec<usize>]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..incident.len()).collect();
    fn top(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let records = incident.iter().enumerate().filter_map(|(index, record)| Some((index, (*record)?)));
    let copied =
        copies.iter().enumerate().flat_map(|(index, list)| list.iter().map(move |&other| (index, other)));
    for (a, b) in records.chain(copied) {
        let (a, b) = (top(&mut parent, a), top(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    }
    (0..parent.len()).map(|index| top(&mut parent, index)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_copies_are_one_incident() {
        let incident = [Some(3), None, None, None, None];
        let copies = [vec![], vec![0], vec![], vec![], vec![]];
        assert_eq!(incidents(&incident, &copies), [0, 0, 2, 0, 4]);
    }
}
