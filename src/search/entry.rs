//! What one document says to the index: which terms stand in it, and how much each says of it.
//!
//! Comes in: a document and its body as plain text. Goes out: a [`Reading`], whose terms have the numbers of the thread. A term's weight
//! follows BM25F: how often it stands in each field, by the field's weight and length, in one sum that flattens out.
//! The lengths that fields are compared with are fixed, so that a document's postings depend on no other document: an
//! edit then changes what it touches, and nothing else.

use crate::document::Document;
use crate::document::Kind;
use crate::knowledge;
use crate::search::passage::Body;
use crate::search::passage::Passage;
use crate::search::phrase::Numbered;
use crate::search::phrase::Phrases;
use crate::search::posting;
use crate::search::posting::InLesson;
use crate::search::token;
use crate::search::token::Sort;
use crate::search::vocabulary::Vocabulary;

/// How fast a weight flattens out: a term of this weight counts half.
const HALF: f32 = 1.2;

/// How many steps a weight has in the index; a word of the title gets further ones.
const STEPS: f32 = 12.0;

/// How many steps more a word has that stands in the title. However often a word stands in a long text, it does not
/// make up for a title: the document that a word names should come before those that go on about it.
const IN_TITLE: u8 = 4;

/// A field of a document.
struct Field {
    /// What a word in it weighs.
    weight: f32,
    /// How many words it usually has.
    usual: f32,
    /// How much longer and shorter ones are evened out, 0 to 1.
    evened: f32,
}

const TITLE: Field = Field { weight: 2.0, usual: 8.0, evened: 0.4 };
/// Services, tags, factors, teams, authors, severity.
const NAMES: Field = Field { weight: 4.0, usual: 8.0, evened: 0.3 };
const SUMMARY: Field = Field { weight: 2.0, usual: 35.0, evened: 0.5 };
const LESSONS: Field = Field { weight: 2.0, usual: 100.0, evened: 0.5 };
const HEADINGS: Field = Field { weight: 2.0, usual: 40.0, evened: 0.5 };
const BODY: Field = Field { weight: 1.0, usual: 900.0, evened: 0.6 };
/// Front matter as written, addresses that the body links to, and the path of the file.
const REST: Field = Field { weight: 0.4, usual: 60.0, evened: 0.5 };

/// A word with its joints says more than a plain one, a hump of a word less.
fn weight_of(sort: Sort) -> f32 {
    match sort {
        Sort::Word => 1.0,
        Sort::Whole => 1.5,
        Sort::Part => 0.5,
    }
}

/// What one document says to the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its terms, each once: the number in a vocabulary, and behind it the flags of a posting in [`FLAGS`] bits.
    pub terms: Box<[u32]>,
    /// For those that stand in lessons, one behind the other: which ones, as postings say it.
    pub lessons: Box<str>,
    /// The name of the script with its text.
    pub text: String,
}

/// How many bits of a term in a [`Reading`] are flags.
pub const FLAGS: u32 = 5;

impl Reading {
    /// Returns each term, its flags, and its lessons as postings say them.
    pub fn postings(&self) -> impl Iterator<Item = (u32, u8, &str)> {
        let mut at = 0;
        self.terms.iter().map(move |term| {
            let flags = (term & ((1 << FLAGS) - 1)) as u8;
            let start = at;
            if posting::has_lessons(flags) {
                at = posting::end_of_lessons(self.lessons.as_bytes(), at);
            }
            (term >> FLAGS, flags, &self.lessons[start..at])
        })
    }

    /// Gives the terms other numbers.
    pub fn renumber(&mut self, numbers: &[u32]) {
        for term in &mut self.terms {
            *term = numbers[(*term >> FLAGS) as usize] << FLAGS | *term & ((1 << FLAGS) - 1);
        }
    }
}

/// Reads documents, on one thread. Its numbers of terms are its own.
#[derive(Debug, Default)]
pub struct Worker {
    /// The terms.
    pub vocabulary: Vocabulary,
    /// For each term, its place among `open` in the document that is being read, where `seen` says so.
    slots: Vec<u32>,
    /// For each term, the number of the last document that had it.
    seen: Vec<u32>,
    document: u32,
    /// The terms of the document that is being read, with their weights; those of the title come first.
    open: Vec<(u32, f32)>,
    /// The terms of the field that is being read.
    field: Vec<(u32, Sort)>,
    /// For each lesson, where its terms end in the field, and its level.
    ends: Vec<(usize, u8)>,
    /// Terms in lessons, as (place among `open`, lesson, level).
    in_lessons: Vec<(u32, u16, u8)>,
    /// The same by place among `open`, and where those of each place end.
    sorted: Vec<InLesson>,
    lesson_ends: Vec<u32>,
    /// What is a term as a whole.
    phrases: Numbered,
}

impl Worker {
    /// Begins with nothing read.
    pub fn new(phrases: &Phrases) -> Worker {
        let mut worker = Worker::default();
        worker.phrases = phrases.numbered(&mut worker.vocabulary);
        worker
    }

    /// Reads a document; the name of its text is left to be said.
    pub fn read(&mut self, document: &Document, body: &Body) -> Reading {
        self.document += 1;
        self.open.clear();
        self.in_lessons.clear();
        self.add(&TITLE, [document.title.value.as_str()]);
        let in_title = self.open.len();
        let names =
            [&document.services, &document.tags, &document.factors, &document.teams, &document.authors];
        let severity = document.severity.as_ref().map(|found| found.value.label.as_str());
        let names = names.into_iter().flatten().map(|found| found.value.as_str()).chain(severity);
        self.add(&NAMES, names);
        self.add(&SUMMARY, document.summary.as_ref().map(|found| found.value.as_str()));
        if knowledge::is_listed(document) {
            self.add_lessons(document);
        }
        let (usual, own) = headings(document, body);
        self.add(&HEADINGS, own);
        self.add(&BODY, body.passages.iter().map(|passage| passage.text.as_str()));
        let rest = document.front_text().into_iter().chain(body.links.iter().map(String::as_str));
        let path = document.path.rsplit_once('.').map_or(document.path.as_str(), |(path, _)| path);
        self.add(&REST, rest.chain([path]).chain(usual));

        // A guide that explains words should not stand above what happened; what was set aside is there for who asks.
        let whole = match () {
            () if document.aside.is_some() => 0.4,
            () if document.kind == Kind::Page => 0.45,
            () => 1.0,
        };
        self.sort_lessons();
        let mut terms = Vec::with_capacity(self.open.len());
        let mut lessons = String::new();
        let mut first = 0;
        for (slot, &(term, weight)) in self.open.iter().enumerate() {
            let end = self.lesson_ends[slot] as usize;
            let own = &self.sorted[first..end];
            first = end;
            posting::push_lessons(&mut lessons, own);
            let weight = weight * whole;
            let named = if slot < in_title && document.aside.is_none() { IN_TITLE } else { 0 };
            let level = (weight / (HALF + weight) * STEPS) as u8;
            let flags = posting::flags(level.min(STEPS as u8 - 1) + named, !own.is_empty());
            terms.push(term << FLAGS | u32::from(flags));
        }
        Reading { terms: terms.into_boxed_slice(), lessons: lessons.into_boxed_str(), text: String::new() }
    }

    /// Adds the texts of a field.
    fn add<'t>(&mut self, field: &Field, texts: impl IntoIterator<Item = &'t str>) {
        self.field.clear();
        let length = texts.into_iter().map(|text| self.collect(text)).sum();
        self.weigh(field, length);
    }

    /// Adds the lessons, as a field of the document and each by itself.
    fn add_lessons(&mut self, document: &Document) {
        self.field.clear();
        self.ends.clear();
        let mut all = 0;
        for lesson in &document.lessons {
            let length = self.collect(&lesson.text);
            all += length;
            let level = match length {
                0..=8 => 3,
                9..=16 => 2,
                17..=32 => 1,
                _ => 0,
            };
            self.ends.push((self.field.len(), level));
        }
        self.weigh(&LESSONS, all);
        let mut start = 0;
        for (number, &(end, level)) in self.ends.iter().take(usize::from(u16::MAX)).enumerate() {
            for (term, _) in &self.field[start..end] {
                self.in_lessons.push((self.slots[*term as usize], number as u16, level));
            }
            start = end;
        }
    }

    /// Puts the terms of a text behind those of the field; returns how many words it has.
    fn collect(&mut self, text: &str) -> usize {
        let (vocabulary, words) = (&mut self.vocabulary, &mut self.field);
        let from = words.len();
        let mut length = 0;
        token::each(text, &mut |word, sort| {
            length += usize::from(sort == Sort::Word);
            words.push((vocabulary.number(word), sort));
        });
        self.phrases.find(words, from);
        length
    }

    /// Adds what the terms of the field weigh.
    fn weigh(&mut self, field: &Field, length: usize) {
        if self.field.is_empty() {
            return;
        }
        self.make_room();
        let even = 1.0 - field.evened + field.evened * length as f32 / field.usual;
        let weight = field.weight / even;
        for at in 0..self.field.len() {
            let (term, sort) = self.field[at];
            let slot = self.slot(term);
            self.open[slot].1 += weight * weight_of(sort);
        }
    }

    /// Sorts the terms in lessons by slot. Lessons come in their order, so dealing them out keeps it; a sort that compares
    /// took twice as long as all else that is done with them.
    fn sort_lessons(&mut self) {
        let ends = &mut self.lesson_ends;
        ends.clear();
        ends.resize(self.open.len() + 1, 0);
        for (slot, ..) in &self.in_lessons {
            ends[*slot as usize + 1] += 1;
        }
        for slot in 1..ends.len() {
            ends[slot] += ends[slot - 1];
        }
        self.sorted.clear();
        self.sorted.resize(self.in_lessons.len(), InLesson { lesson: 0, level: 0 });
        for (slot, lesson, level) in &self.in_lessons {
            let place = &mut ends[*slot as usize];
            self.sorted[*place as usize] = InLesson { lesson: *lesson, level: *level };
            *place += 1;
        }
    }

    fn make_room(&mut self) {
        let terms = self.vocabulary.count();
        if self.seen.len() < terms {
            self.seen.resize(terms, 0);
            self.slots.resize(terms, 0);
        }
    }

    fn slot(&mut self, term: u32) -> usize {
        let at = term as usize;
        if self.seen[at] != self.document {
            self.seen[at] = self.document;
            self.slots[at] = self.open.len() as u32;
            self.open.push((term, 0.0));
        }
        self.slots[at] as usize
    }
}

/// The most words of a heading that says no more than which section it begins.
const MOST_OF_USUAL: usize = 3;

/// Parts the headings of a body: those that begin a usual section, such as `Resolution`, and those that say something
/// of this document. Whoever looks for a resolution of names does not look for every document that has that section.
fn headings<'b>(document: &Document, body: &'b Body) -> (Vec<&'b str>, Vec<&'b str>) {
    let sections = document.sections.iter().filter(|section| section.canonical.is_some());
    let mut anchors: Vec<&str> = sections.map(|section| section.anchor.as_str()).collect();
    anchors.sort_unstable();
    let is_usual = |passage: &Passage| {
        anchors.binary_search(&passage.anchor.as_str()).is_ok()
            && passage.heading.split_whitespace().count() <= MOST_OF_USUAL
    };
    let (mut usual, mut own) = (Vec::new(), Vec::with_capacity(body.passages.len()));
    for passage in &body.passages {
        if is_usual(passage) { &mut usual } else { &mut own }.push(passage.heading.as_str());
    }
    (usual, own)
}
