//! The lessons of a site that return.
//!
//! Comes in: documents, which of them are one incident, and which are copies. Goes out: [`Recurring`]: groups of lessons
//! that say nearly the same, the one learned last first, and for each lesson those like it. `recurrence` decides what is
//! nearly the same.

use crate::document::Document;
use crate::knowledge::is_listed;
use crate::knowledge::recurrence;
use crate::knowledge::recurrence::Statement;
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
#[derive(Debug, Default)]
pub struct Recurring {
    /// Groups, by when each was learned last.
    pub groups: Vec<Returning>,
    /// For each document, for each of its lessons: where it returns, and what is like it.
    lessons: Vec<Vec<Place>>,
}

#[derive(Clone, Debug, Default)]
struct Place {
    group: Option<u32>,
    alike: Box<[(u32, u32)]>,
}

/// What returned the last time, and in which lessons.
#[derive(Debug, Default)]
pub struct Memory {
    lessons: u128,
    recurring: Arc<Recurring>,
}

/// Finds the lessons that return. `documents` are in their final order, newest first.
///
/// Where the lessons are those that `memory` knows, word for word and in their order, so is what returns.
pub fn find(
    documents: &[Arc<Document>],
    incident: &[Option<usize>],
    copies: &[Vec<usize>],
    memory: &mut Memory,
) -> Arc<Recurring> {
    let one = incidents(incident, copies);
    let mut hash = Xxh3Default::new();
    for (index, document) in documents.iter().enumerate().filter(|(_, document)| is_listed(document)) {
        if document.lessons.is_empty() {
            continue;
        }
        let year = document.date.as_ref().map(|found| found.value.year());
        for number in [index, one[index], document.lessons.len()] {
            hash.update(&number.to_le_bytes());
        }
        hash.update(&year.unwrap_or(i32::MIN).to_le_bytes());
        hash.update(document.language.as_deref().unwrap_or("en").as_bytes());
        for lesson in &document.lessons {
            hash.update(&[0xff, lesson.category as u8]);
            hash.update(lesson.text.as_bytes());
        }
    }
    let lessons = hash.digest128();
    if memory.lessons != lessons {
        *memory = Memory { lessons, recurring: Arc::new(look(documents, &one)) };
    }
    Arc::clone(&memory.recurring)
}

fn look(documents: &[Arc<Document>], one: &[usize]) -> Recurring {
    let lessons: Vec<LessonRef> = documents
        .iter()
        .enumerate()
        .filter(|(_, document)| is_listed(document))
        .flat_map(|(index, document)| (0..document.lessons.len()).map(move |lesson| (index, lesson)))
        .collect();
    if lessons.is_empty() {
        return Recurring::default();
    }
    let statements: Vec<Statement<'_>> = lessons
        .iter()
        .map(|&(index, lesson)| {
            let document = &documents[index];
            let lesson = &document.lessons[lesson];
            Statement {
                text: &lesson.text[..lesson.text.floor_char_boundary(LONGEST)],
                language: document.language.as_deref().unwrap_or("en"),
                category: lesson.category,
                incident: one[index],
            }
        })
        .collect();
    let found = recurrence::find(&statements);
    let mut places: Vec<Vec<Place>> =
        documents.iter().map(|document| vec![Place::default(); document.lessons.len()]).collect();
    for (&(document, lesson), alike) in lessons.iter().zip(found.alike) {
        places[document][lesson].alike =
            alike.into_iter().map(|other| (lessons[other].0 as u32, lessons[other].1 as u32)).collect();
    }
    let mut groups = Vec::with_capacity(found.groups.len());
    for (number, group) in found.groups.into_iter().enumerate() {
        let members: Vec<LessonRef> = group.members.iter().map(|&member| lessons[member]).collect();
        for &(document, lesson) in &members {
            places[document][lesson].group = Some(number as u32);
        }
        let years: Option<Vec<i32>> = members
            .iter()
            .map(|&(document, _)| documents[document].date.as_ref().map(|found| found.value.year()))
            .collect();
        groups.push(Returning {
            lessons: members,
            times: group.incidents,
            since: years.and_then(|years| years.into_iter().min()),
            words: group.words,
        });
    }
    Recurring { groups, lessons: places }
}

impl Recurring {
    /// Returns the number of the group in which a lesson returns.
    pub fn group_of(&self, (document, lesson): LessonRef) -> Option<usize> {
        self.lessons.get(document)?.get(lesson)?.group.map(|group| group as usize)
    }

    /// Returns the lessons of other incidents that are most like one, the most alike first.
    pub fn alike(&self, (document, lesson): LessonRef) -> impl Iterator<Item = LessonRef> + '_ {
        let place = self.lessons.get(document).and_then(|places| places.get(lesson));
        let alike = place.map_or(&[][..], |place| &place.alike);
        alike.iter().map(|&(document, lesson)| (document as usize, lesson as usize))
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
