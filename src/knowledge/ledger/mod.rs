//! The ledger of lesson ids: what the folder `lessons.lock` remembers, and how it meets what documents say today.
//!
//! Comes in: the texts of the lock's files, and all documents. Goes out: a [`Ledger`], and a [`Settlement`] that says which
//! lesson has which id, what changed, and what only a person can answer. Never reads or writes a file.
//!
//! 1. `sheet` reads and writes the lines of one file;
//! 2. `wording` tells how alike two statements are, and whether one denies the other;
//! 3. `id` makes ids;
//! 4. `settle` finds the lesson of every entry.
//!
//! Invariant: an id that stands in the ledger is never dropped. Its entry may be retired, redacted or lead to another one,
//! but its address answers.

pub mod id;
pub mod settle;
mod sheet;
pub mod wording;

pub use settle::Answers;
pub use settle::Identity;
pub use settle::Settlement;

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::Category;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A line of the lock that cannot be read.
pub static BROKEN_LOCK: Rule = Rule {
    name: "broken-lock",
    level: Level::Error,
    about: "a line of the lock cannot be read, so an id would be lost",
};

/// Two lessons with one id.
pub static REUSED_LESSON_ID: Rule = Rule {
    name: "reused-lesson-id",
    level: Level::Error,
    about: "two lessons have the same id, so one of them would be misplaced",
};

/// An id of an author's own that is none.
pub static BAD_LESSON_ID: Rule = Rule {
    name: "bad-lesson-id",
    level: Level::Warning,
    about: "a lesson has an id that cannot be part of an address",
};

/// What has become of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It stands in its document.
    #[default]
    Live,
    /// It no longer counts.
    Retired(Retirement),
    /// Its text was taken out of the lock and of its page.
    Redacted,
    /// It is the same lesson as another one, by its id.
    Alias(String),
}

/// How a lesson was retired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retirement {
    /// Whether nobody retired it: it only stands in no document any more. It is back as soon as its text is.
    pub gone: bool,
    /// Why, in a person's words.
    pub because: Option<String>,
    /// The ids of the lessons that took its place.
    pub replaced_by: Vec<String>,
}

/// One lesson of the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its permanent id: `ll-` and what follows.
    pub id: String,
    /// What it says of how things went.
    pub category: Category,
    /// The statement; empty where it was redacted or is an alias.
    pub text: String,
    /// Its earlier wordings, newest first.
    pub earlier: Vec<String>,
    /// What has become of it.
    pub state: State,
}

/// What the lock remembers of one document: one of its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The name of its file in the folder.
    pub name: String,
    /// The document's permanent name: the author's own, else the path at which it was first seen.
    pub document: String,
    /// Its path when it was last locked.
    pub path: String,
    /// Paths at which it stood before, sorted.
    pub moved: BTreeSet<String>,
    /// Its lessons, sorted by id.
    pub entries: Vec<Entry>,
    /// Statements of which somebody said that they are no lessons, sorted.
    pub rejected: BTreeSet<String>,
}

/// Everything that the lock remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Its files, sorted by name.
    pub sheets: Vec<Sheet>,
    /// Names of files whose documents stand in another file too, and which that one replaces.
    pub replaced: BTreeSet<String>,
    /// Names of files that held what Git writes where two branches meet; both sides were taken.
    pub conflicted: BTreeSet<String>,
}

impl Ledger {
    /// Reads the files of the lock, given with their names.
    ///
    /// Both sides of a conflict that Git left in a file are taken, and an entry that stands there twice becomes one.
    pub fn parse(files: &[(String, String)]) -> (Ledger, Vec<Finding>) {
        let mut ledger = Ledger::default();
        let mut findings = Vec::new();
        let mut by_document: BTreeMap<String, usize> = BTreeMap::new();
        for (name, text) in files {
            let (sheet, conflicted) = sheet::parse(name, text, &mut findings);
            if conflicted {
                ledger.conflicted.insert(name.clone());
            }
            match by_document.get(&sheet.document) {
                Some(&known) => {
                    ledger.replaced.insert(name.clone());
                    ledger.sheets[known].absorb(sheet);
                }
                None => {
                    by_document.insert(sheet.document.clone(), ledger.sheets.len());
                    ledger.sheets.push(sheet);
                }
            }
        }
        ledger.sheets.iter_mut().for_each(Sheet::sort);
        (ledger, findings)
    }

    /// Returns whether there is no lock.
    pub fn is_empty(&self) -> bool {
        self.sheets.is_empty()
    }

    /// Returns the files of the lock as they should be, with their names.
    pub fn files(&self) -> Vec<(String, String)> {
        self.sheets.iter().map(|sheet| (sheet.name.clone(), sheet::draw(sheet))).collect()
    }

    /// Returns all ids with their entries, sorted; of an id that stands twice the first.
    pub fn ids(&self) -> BTreeMap<&str, &Entry> {
        let mut ids = BTreeMap::new();
        for entry in self.sheets.iter().flat_map(|sheet| &sheet.entries) {
            ids.entry(entry.id.as_str()).or_insert(entry);
        }
        ids
    }
}

impl Sheet {
    /// Takes in what another file says of the same document.
    fn absorb(&mut self, other: Sheet) {
        if other.path != self.path {
            self.moved.insert(other.path);
        }
        self.moved.extend(other.moved);
        self.entries.extend(other.entries);
        self.rejected.extend(other.rejected);
    }

    /// Puts the entries in order; one that stands twice, as after a merge, becomes one with the wordings of both.
    fn sort(&mut self) {
        self.entries.sort_by(|a, b| a.id.cmp(&b.id));
        let mut kept: Vec<Entry> = Vec::with_capacity(self.entries.len());
        for entry in std::mem::take(&mut self.entries) {
            match kept.last_mut().filter(|last| last.id == entry.id) {
                Some(last) => last.absorb(entry),
                None => kept.push(entry),
            }
        }
        self.entries = kept;
        self.moved.remove(&self.path);
    }
}

impl Entry {
    /// Takes in what another line says of the same id: what a person decided outranks what the program saw, and no wording
    /// is lost unless it was redacted.
    pub(crate) fn absorb(&mut self, other: Entry) {
        let rank = |state: &State| match state {
            State::Redacted => 4,
            State::Alias(_) => 3,
            State::Retired(retirement) if !retirement.gone => 2,
            State::Live => 1,
            State::Retired(_) => 0,
        };
        if rank(&other.state) > rank(&self.state) {
            self.state = other.state;
        }
        if self.state == State::Redacted {
            self.text.clear();
            self.earlier.clear();
            return;
        }
        for text in std::iter::once(other.text).chain(other.earlier) {
            self.remember(text);
        }
        if self.text.is_empty() && !matches!(self.state, State::Alias(_)) && !self.earlier.is_empty() {
            self.text = self.earlier.remove(0);
        }
    }

    /// Adds a wording to the earlier ones, unless it is known.
    fn remember(&mut self, text: String) {
        if !text.is_empty() && text != self.text && !self.earlier.contains(&text) {
            self.earlier.push(text);
        }
    }

    /// Gives the entry the words that its lesson has today.
    pub(crate) fn reword(&mut self, text: &str, category: Category) {
        self.category = category;
        if self.text != text {
            let before = std::mem::replace(&mut self.text, text.to_owned());
            self.earlier.retain(|earlier| earlier != text && *earlier != before);
            // A change of case, white space or punctuation is no other wording.
            if !before.is_empty() && wording::key(&before) != wording::key(text) {
                self.earlier.insert(0, before);
            }
        }
    }
}

#[cfg(test)]
mod tests;
