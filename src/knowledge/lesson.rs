//! The lessons of a site, each with its id.
//!
//! Comes in: a [`Settlement`] and the documents in their final order. Goes out: [`Lessons`]: every lesson that stands in a
//! document, and every one whose address was published once. Never decides what an id stands for: the ledger does.

use crate::document::Category;
use crate::document::Document;
use crate::knowledge::citation::Standing;
use crate::knowledge::ledger::Identity;
use crate::knowledge::ledger::Settlement;
use crate::knowledge::ledger::State;
use crate::knowledge::moves::Moves;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A lesson as the site knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Its id: permanent, `ll-` and what follows; or, where it is provisional, the author's own or the document's with the
    /// anchor.
    pub id: String,
    /// Whether it is not locked yet: it has no page of its own.
    pub provisional: bool,
    /// What it says of how things went.
    pub category: Category,
    /// The statement; empty where it was redacted or is an alias.
    pub text: String,
    /// Its earlier wordings, newest first.
    pub earlier: Vec<String>,
    /// What has become of it.
    pub state: State,
    /// Whether its words changed so much that only a person can say which lesson it is now: its text is that of the lock.
    pub asked: bool,
    /// Its document, where it stands in one or did and the document is still there.
    pub document: Option<usize>,
    /// Its place among the lessons of that document; `None` where it does not stand there.
    pub place: Option<usize>,
    /// The path of the document in which it stands or stood.
    pub home: String,
}

impl Lesson {
    /// Returns the lesson as a link in Markdown, ready to paste: `[ll-7f3k2m: its words](address)`.
    pub fn markdown(&self, url: &str) -> String {
        let words = self.markdown_words();
        format!("[{words}]({url})")
    }

    /// Returns the words of that link, in which nothing is markup.
    pub fn markdown_words(&self) -> String {
        // What is not locked yet has no id that anybody should paste.
        let mut words = if self.provisional { String::new() } else { format!("{}: ", self.id) };
        for c in self.text.chars() {
            if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>') {
                words.push('\\');
            }
            words.push(c);
        }
        words
    }

    /// Returns the trailer of a commit that follows the lesson: `Lesson: ll-7f3k2m`.
    pub fn trailer(&self) -> String {
        format!("Lesson: {}", self.id)
    }
}

/// How many documents may have come, or say something else, before all lessons are gathered again.
const FEW: usize = 24;

/// All lessons of a site.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// First those that stand in documents, in the order of these and of their texts; then the others, by id.
    pub all: Vec<Lesson>,
    /// For each document, the place in `all` of its first lesson; and where those of the last one end.
    first: Vec<usize>,
    /// Permanent ids with their places in `all`.
    by_id: BTreeMap<String, usize>,
}

impl Lessons {
    /// Returns the place in `all` of a lesson of a document.
    pub fn index(&self, document: usize, place: usize) -> usize {
        self.first[document] + place
    }

    /// Returns a lesson of a document.
    pub fn of(&self, document: usize, place: usize) -> &Lesson {
        &self.all[self.index(document, place)]
    }

    /// Returns the lesson of a permanent id, aliases not followed.
    pub fn named(&self, id: &str) -> Option<&Lesson> {
        self.by_id.get(id).map(|&index| &self.all[index])
    }

    /// Returns the lesson that an id stands for, aliases followed, with its place in `all`.
    pub fn resolve(&self, id: &str) -> Option<usize> {
        let mut at = *self.by_id.get(id)?;
        // A ring of aliases stands for nothing.
        for _ in 0..16 {
            match &self.all[at].state {
                State::Alias(to) => at = *self.by_id.get(to)?,
                _ => return Some(at),
            }
        }
        None
    }

    /// Returns what an id stands for, for whoever cites it.
    pub fn standing(&self, id: &str) -> Standing {
        match self.resolve(id).map(|index| &self.all[index].state) {
            Some(State::Live) => Standing::Known,
            Some(State::Retired(retirement)) => Standing::Retired(retirement.replaced_by.clone()),
            Some(State::Redacted | State::Alias(_)) => Standing::Retired(Vec::new()),
            None => Standing::Unknown,
        }
    }

    /// Takes the lessons of a document again, where none of any document has a permanent id; `settled` is its place when it was
    /// settled.
    pub(super) fn take_again(
        &mut self,
        index: usize,
        document: &Document,
        settlement: &Settlement,
        settled: usize,
    ) {
        let own = of_document(index, document, settlement, settled);
        let start = self.first[index];
        let end = self.first[index + 1];
        for first in &mut self.first[index + 1..] {
            *first = *first + own.len() - (end - start);
        }
        self.all.splice(start..end, own);
    }

    /// Returns the lessons of other documents, most of which they are, where none of any document has a permanent id: those of a
    /// document that is the same are kept.
    pub(super) fn follow(
        mut self,
        before: &[Arc<Document>],
        documents: &[Arc<Document>],
        moves: &Moves,
        settlement: &Settlement,
        place_of: &[usize],
    ) -> Lessons {
        // Connecting copies a document that takes facts from another one, and its lessons are what they were.
        let is_same = |then: usize, now: usize| {
            let (one, other) = (&before[then], &documents[now]);
            Arc::ptr_eq(one, other) || one.id.value == other.id.value && one.lessons == other.lessons
        };
        let kept: Vec<(usize, usize)> = moves
            .now_of
            .iter()
            .enumerate()
            .filter_map(|(then, now)| Some((then, (*now)?)))
            .filter(|&(then, now)| is_same(then, now))
            .collect();
        let others = documents.len() - kept.len();
        if !self.by_id.is_empty() || others > FEW || !kept.is_sorted_by_key(|(_, now)| *now) {
            return gather(documents, settlement, place_of);
        }
        // Between those that are kept stand some that are gone, or that came.
        let mut between = Vec::new();
        let mut next = (0, 0);
        let end = (before.len(), documents.len());
        for (then, now) in kept.into_iter().chain([end]) {
            if (then, now) != next {
                between.push((self.first[next.0]..self.first[then], next.1..now));
            }
            next = (then + 1, now + 1);
        }
        let changed = between.first().map_or(documents.len(), |(_, now)| now.start);
        // From the last to the first, so that the others are where they were.
        for (gone, came) in between.into_iter().rev() {
            let own = |index| of_document(index, &documents[index], settlement, place_of[index]);
            self.all.splice(gone, came.flat_map(own));
        }
        self.first = first(documents);
        for index in changed..documents.len() {
            self.all[self.first[index]..self.first[index + 1]]
                .iter_mut()
                .for_each(|lesson| lesson.document = Some(index));
        }
        self
    }

    /// Returns how many lessons a document has.
    pub fn count_of(&self, document: usize) -> usize {
        self.first[document + 1] - self.first[document]
    }

    /// Returns the places in a document of its lessons that are told. One that a person retired stands there still, and is not.
    pub fn told(&self, document: usize) -> impl Iterator<Item = usize> + '_ {
        let is_told =
            move |place: &usize| self.by_id.is_empty() || self.of(document, *place).state == State::Live;
        (0..self.count_of(document)).filter(is_told)
    }

    /// Returns every lesson with a permanent id, with its place in `all`, sorted by id.
    pub fn locked(&self) -> impl Iterator<Item = (usize, &Lesson)> {
        self.by_id.values().map(|&index| (index, &self.all[index]))
    }
}

/// Returns the lessons of a document; `settled` is its place when it was settled.
fn of_document<'a>(
    index: usize,
    document: &'a Document,
    settlement: &'a Settlement,
    settled: usize,
) -> impl ExactSizeIterator<Item = Lesson> + 'a {
    let lesson = move |(place, lesson): (usize, &crate::document::Lesson)| {
        let known = match settlement.identities[settled][place] {
            Identity::Held(held) => Some(&settlement.held[held].entry),
            _ => None,
        };
        let own = || lesson.id.clone().unwrap_or_else(|| format!("{}#{}", document.id.value, lesson.anchor));
        Lesson {
            id: known.map_or_else(own, |entry| entry.id.clone()),
            provisional: known.is_none(),
            category: lesson.category,
            text: lesson.text.clone(),
            earlier: known.map_or(Vec::new(), |entry| entry.earlier.clone()),
            state: known.map_or(State::Live, |entry| entry.state.clone()),
            asked: false,
            document: Some(index),
            place: Some(place),
            home: document.path.clone(),
        }
    };
    document.lessons.iter().enumerate().map(lesson)
}

/// Returns for each document the number of lessons before its own; and behind the last one, of all.
fn first(documents: &[Arc<Document>]) -> Vec<usize> {
    let count = |count: &mut usize, document: &Arc<Document>| {
        *count += document.lessons.len();
        Some(*count)
    };
    std::iter::once(0).chain(documents.iter().scan(0, count)).collect()
}

/// Gathers the lessons. `place_of` gives for each document its place when it was settled.
pub fn gather(documents: &[Arc<Document>], settlement: &Settlement, place_of: &[usize]) -> Lessons {
    let mut lessons = Lessons::default();
    let mut now = vec![None; settlement.sheet_of.len()];
    for (index, &before) in place_of.iter().enumerate() {
        now[before] = Some(index);
    }
    lessons.first = first(documents);
    let count = lessons.first.last().copied().unwrap_or_default();
    // One list of the right size, with room for a few that come later: several threads would each fill a list that grows, to be joined
    // in another that grows.
    lessons.all.reserve_exact(count + count / 64);
    for (index, document) in documents.iter().enumerate() {
        lessons.all.extend(of_document(index, document, settlement, place_of[index]));
    }
    let mut others: Vec<Lesson> = settlement
        .held
        .iter()
        .filter(|held| held.lesson.is_none())
        .map(|held| Lesson {
            id: held.entry.id.clone(),
            provisional: false,
            category: held.entry.category,
            text: held.entry.text.clone(),
            earlier: held.entry.earlier.clone(),
            state: held.entry.state.clone(),
            asked: held.asked,
            document: settlement.document_of[held.sheet].and_then(|before| now[before]),
            place: None,
            home: settlement.sheets[held.sheet].path.clone(),
        })
        .collect();
    others.sort_by(|a, b| a.id.cmp(&b.id));
    lessons.all.extend(others);
    for (index, lesson) in lessons.all.iter().enumerate().filter(|(_, lesson)| !lesson.provisional) {
        lessons.by_id.entry(lesson.id.clone()).or_insert(index);
    }
    lessons
}
