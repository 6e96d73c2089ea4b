//! Finds the lesson of every entry of the lock.
//!
//! Comes in: a [`Ledger`], all documents, and what a person answered. Goes out: a [`Settlement`]. The steps, each for what the
//! ones before left over:
//!
//! 1. ids that authors wrote;
//! 2. documents meet their sheets by id, then by path;
//! 3. in each document, statements with the same words, or with those of an earlier wording;
//! 4. documents that moved: a sheet whose document is gone, and a new document with most of its statements;
//! 5. statements with the same words, wherever they stand now;
//! 6. what a person answered;
//! 7. in each document, statements that are alike; then across documents that are gone and new ones;
//! 8. what is left: entries are gone, statements are new.
//!
//! In step 7 a likeness that is low or has a rival, a negation that came or went, a statement that became two or two that
//! became one, and the rewrite of a lesson that somebody cites are [`Question`]s: nothing is decided for the person.

use crate::diagnostic::Finding;
use crate::diagnostic::Place;
use crate::document::Category;
use crate::document::Document;
use crate::document::Origin;
use crate::knowledge::is_listed;
use crate::knowledge::ledger::BAD_LESSON_ID;
use crate::knowledge::ledger::Entry;
use crate::knowledge::ledger::Ledger;
use crate::knowledge::ledger::REUSED_LESSON_ID;
use crate::knowledge::ledger::Retirement;
use crate::knowledge::ledger::Sheet;
use crate::knowledge::ledger::State;
use crate::knowledge::ledger::id;
use crate::knowledge::ledger::wording;
use crate::knowledge::ledger::wording::Wording;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

/// From here on statements of one document are the same lesson, unless something speaks against it.
const SURE: f64 = 0.55;
/// From here on statements of different documents are.
const SURE_ACROSS: f64 = 0.7;
/// From here on a person is asked.
const DOUBTFUL: f64 = 0.3;
/// From here on a person is asked about statements of different documents.
const DOUBTFUL_ACROSS: f64 = 0.5;
/// How far the best candidate must lie before the next.
const MARGIN: f64 = 0.15;
/// Below this a lesson that somebody cites counts as rewritten.
const CITED: f64 = 0.8;
/// How much of a piece must stand in the whole, for a split or a merge.
const PIECE: f64 = 0.75;
/// How often what is beyond doubt is looked for anew.
const ROUNDS: usize = 8;
/// A statement that holds this much of another one is the other one, and no piece of it.
const WHOLE: f64 = 0.85;

/// What a person decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Ids, and for each the statement that it now stands for: its id to be, its first words, or nothing where only one
    /// was asked about.
    pub keep: Vec<(String, String)>,
    /// Ids that no longer count.
    pub retire: Vec<Retire>,
    /// Statements that are no lessons: by their ids, ids to be, or first words.
    pub reject: Vec<String>,
    /// Ids whose text is to go.
    pub redact: Vec<String>,
}

/// A lesson to retire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retire {
    /// Its id.
    pub id: String,
    /// Why.
    pub because: Option<String>,
    /// What takes its place.
    pub replaced_by: Vec<String>,
}

/// What is known beside ledger and documents.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Ids and paths of documents that exist and were not read, such as drafts: their entries stay as they are.
    pub absent: &'a BTreeSet<String>,
    /// Ids that somebody cites.
    pub cited: &'a BTreeSet<String>,
    /// What a person decided.
    pub answers: &'a Answers,
}

/// What a statement of a document is to the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The entry of that place in [`Settlement::held`].
    Held(usize),
    /// A lesson that is not locked.
    New,
    /// It may be the lesson of an entry, but only a person can say; meanwhile it is not locked.
    Asked,
    /// Somebody said that it is no lesson.
    Rejected,
}

/// An entry and where its lesson stands today.
#[derive(Clone, Debug)]
pub struct Held {
    /// The entry, with today's words.
    pub entry: Entry,
    /// Its sheet.
    pub sheet: usize,
    /// The document and the place in it.
    pub lesson: Option<(usize, usize)>,
    /// Whether a person is asked what became of it.
    pub asked: bool,
}

/// What happened since the lock was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A statement is locked for the first time.
    New,
    /// A lesson has other words; `other` are those before.
    Reworded,
    /// A lesson stands in another document; `other` is the path of the one before.
    Moved,
    /// A document has another path; `other` is the one before.
    DocumentMoved,
    /// A lesson stands nowhere any more.
    Gone,
    /// A lesson that was gone is back.
    Back,
    /// A person retired a lesson.
    Retired,
    /// A person had the text of a lesson taken out.
    Redacted,
    /// A person said that a statement is no lesson.
    Rejected,
    /// Two ids turned out to be one lesson; `other` is the id that stays.
    Aliased,
    /// A conflict in a file was resolved.
    Merged,
}

/// Something that happened to an entry, a document or a file since the lock was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub what: What,
    /// The lesson's id; empty where it is about a document or a file.
    pub id: String,
    /// The lesson's words of today.
    pub text: String,
    /// The path of its document, or the name of the file.
    pub path: String,
    /// What stood there before, as [`What`] says.
    pub other: String,
}

impl Change {
    fn new(what: What, id: &str, text: &str, path: &str, other: &str) -> Change {
        let [id, text, path, other] = [id, text, path, other].map(str::to_owned);
        Change { what, id, text, path, other }
    }
}

/// Why a person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The words changed much, or another statement is nearly as like.
    Reworded,
    /// A negation came or went.
    Negated,
    /// One statement seems to have become several.
    Split,
    /// Several seem to have become one.
    Merged,
    /// It is cited, and reads otherwise now.
    Cited,
}

/// Something that only a person can answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The id.
    pub id: String,
    /// Its words in the lock.
    pub text: String,
    /// The path of its document when it was locked.
    pub path: String,
    /// Why it is asked.
    pub doubt: Doubt,
    /// What it may have become, most alike first.
    pub candidates: Vec<Candidate>,
}

/// A statement that may be the lesson of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The document and the place in it.
    pub lesson: (usize, usize),
    /// The id that it would get by itself.
    pub fresh: String,
    /// Its words.
    pub text: String,
    /// How alike they are.
    pub likeness: f64,
}

/// The ledger and the documents, brought together.
#[derive(Clone, Debug, Default)]
pub struct Settlement {
    /// Whether there was a lock at all.
    pub locked: bool,
    /// Every entry, with what became of it.
    pub held: Vec<Held>,
    /// The sheets, without their entries.
    pub sheets: Vec<Sheet>,
    /// For each sheet, its document.
    pub document_of: Vec<Option<usize>>,
    /// For each document, its sheet.
    pub sheet_of: Vec<Option<usize>>,
    /// For each document, what its statements are; empty where nothing was locked.
    pub identities: Vec<Vec<Identity>>,
    /// What happened since the lock was written.
    pub changes: Vec<Change>,
    /// What only a person can answer.
    pub questions: Vec<Question>,
    /// Answers that could not be followed.
    pub faults: Vec<String>,
    /// How many lessons are not locked.
    lacking: usize,
    /// Ids that two lessons have.
    pub findings: Vec<Finding>,
}

/// Brings ledger and documents together. `documents` are sorted by path.
pub fn settle(ledger: Ledger, documents: &[Arc<Document>], circumstances: Circumstances<'_>) -> Settlement {
    let locked = !ledger.is_empty();
    let mut settler = Settler::new(ledger, documents, circumstances);
    settler.one_each();
    settler.own_ids();
    settler.pair();
    settler.decide();
    settler.reject();
    settler.same_words();
    settler.moved_documents();
    settler.moved_statements();
    settler.kept();
    settler.alike_within();
    settler.alike_across();
    settler.kept_alone();
    settler.moved_by_majority();
    settler.rest();
    settler.redact();
    let open = |(document, identities): (usize, &Vec<Identity>)| {
        let count = settler.statements[document].len();
        identities[..count].iter().filter(|one| matches!(one, Identity::New | Identity::Asked)).count()
    };
    let lacking = settler.settlement.identities.iter().enumerate().map(open).sum();
    Settlement { locked, lacking, ..settler.settlement }
}

/// A statement of a document.
#[derive(Debug)]
struct Statement<'a> {
    key: u64,
    text: &'a str,
    category: Category,
    own: Option<String>,
}

/// The keys of an entry's wordings, today's first.
#[derive(Debug)]
struct Keys {
    text: u64,
    earlier: Vec<u64>,
}

struct Settler<'a> {
    documents: &'a [Arc<Document>],
    circumstances: Circumstances<'a>,
    /// For each document its statements; none for a document that stands in no list.
    statements: Vec<Vec<Statement<'a>>>,
    keys: Vec<Keys>,
    /// For each sheet, whether its document exists and was not read.
    absent: Vec<bool>,
    /// Entries of each sheet.
    of_sheet: Vec<Vec<usize>>,
    /// Entries that a person retired in this run, which are no longer looked for.
    retired_now: HashSet<usize>,
    settlement: Settlement,
}

impl<'a> Settler<'a> {
    fn new(ledger: Ledger, documents: &'a [Arc<Document>], circumstances: Circumstances<'a>) -> Self {
        let statements: Vec<Vec<Statement<'a>>> = documents
            .par_iter()
            .map(|document| {
                let lessons = if is_listed(document) { document.lessons.as_slice() } else { &[] };
                let statement = |lesson: &'a crate::document::Lesson| Statement {
                    key: wording::key(&lesson.text),
                    text: &lesson.text,
                    category: lesson.category,
                    own: lesson.id.as_deref().and_then(id::written),
                };
                lessons.iter().map(statement).collect()
            })
            .collect();
        let mut settlement = Settlement {
            identities: documents
                .iter()
                .map(|document| vec![Identity::New; document.lessons.len()])
                .collect(),
            sheet_of: vec![None; documents.len()],
            document_of: vec![None; ledger.sheets.len()],
            ..Settlement::default()
        };
        for file in &ledger.conflicted {
            settlement.changes.push(Change::new(What::Merged, "", "", file, ""));
        }
        let mut of_sheet = Vec::with_capacity(ledger.sheets.len());
        for (index, mut sheet) in ledger.sheets.into_iter().enumerate() {
            let mut places = Vec::with_capacity(sheet.entries.len());
            for entry in std::mem::take(&mut sheet.entries) {
                places.push(settlement.held.len());
                settlement.held.push(Held { entry, sheet: index, lesson: None, asked: false });
            }
            of_sheet.push(places);
            settlement.sheets.push(sheet);
        }
        let keys: Vec<Keys> = settlement
            .held
            .par_iter()
            .map(|held| Keys {
                text: wording::key(&held.entry.text),
                earlier: held.entry.earlier.iter().map(|text| wording::key(text)).collect(),
            })
            .collect();
        let absent = settlement
            .sheets
            .iter()
            .map(|sheet| {
                circumstances.absent.contains(&sheet.document) || circumstances.absent.contains(&sheet.path)
            })
            .collect();
        Settler {
            documents,
            circumstances,
            statements,
            keys,
            absent,
            of_sheet,
            retired_now: HashSet::new(),
            settlement,
        }
    }

    /// Returns whether an entry looks for its lesson: it is live or gone, and was not found yet.
    fn seeks(&self, held: usize, gone: bool) -> bool {
        let one = &self.settlement.held[held];
        let state = match &one.entry.state {
            State::Live => !gone,
            State::Retired(retirement) => gone && retirement.gone,
            State::Redacted | State::Alias(_) => false,
        };
        state && one.lesson.is_none() && !one.asked && !self.absent[one.sheet]
    }

    fn is_free(&self, (document, place): (usize, usize)) -> bool {
        place < self.statements[document].len()
            && self.settlement.identities[document][place] == Identity::New
    }

    fn take(&mut self, held: usize, lesson: (usize, usize)) {
        self.settlement.held[held].lesson = Some(lesson);
        self.settlement.identities[lesson.0][lesson.1] = Identity::Held(held);
    }

    fn adopt(&mut self, sheet: usize, document: usize) {
        if let Some(before) = self.settlement.document_of[sheet].replace(document) {
            self.settlement.sheet_of[before] = None;
        }
        self.settlement.sheet_of[document] = Some(sheet);
    }

    /// Returns the live entries of a sheet that are still looking for their lessons.
    fn seeking(&self, sheet: usize) -> Vec<usize> {
        self.of_sheet[sheet].iter().copied().filter(|&held| self.seeks(held, false)).collect()
    }

    /// Returns the statements of a document that nothing was found for.
    fn free(&self, document: usize) -> Vec<(usize, usize)> {
        (0..self.statements[document].len())
            .map(|place| (document, place))
            .filter(|&lesson| self.is_free(lesson))
            .collect()
    }

    fn place(&self, (document, place): (usize, usize)) -> Place {
        let document = &self.documents[document];
        Place::span(&document.file, &document.text, document.lessons[place].span.clone())
    }

    /// Returns the entry that an id stands for, aliases followed.
    fn entry_of(&self, id: &str, ids: &HashMap<&str, usize>) -> Option<usize> {
        let mut at = *ids.get(id)?;
        for _ in 0..16 {
            match &self.settlement.held[at].entry.state {
                State::Alias(to) => at = *ids.get(to.as_str())?,
                _ => return Some(at),
            }
        }
        None
    }

    /// Leaves one entry of each id. A merge brings two where one branch took a lesson into another document: the one whose
    /// document has the words stays.
    fn one_each(&mut self) {
        let mut first: HashMap<String, usize> = HashMap::with_capacity(self.settlement.held.len());
        let mut dropped: BTreeSet<usize> = BTreeSet::new();
        for held in 0..self.settlement.held.len() {
            let id = self.settlement.held[held].entry.id.clone();
            let Some(other) = first.get(&id).copied() else {
                first.insert(id, held);
                continue;
            };
            let (kept, gone) = match self.stands(held) && !self.stands(other) {
                true => (held, other),
                false => (other, held),
            };
            first.insert(id, kept);
            dropped.insert(gone);
            let entry = self.settlement.held[gone].entry.clone();
            self.settlement.held[kept].entry.absorb(entry);
            let entry = &self.settlement.held[kept].entry;
            self.keys[kept] = Keys {
                text: wording::key(&entry.text),
                earlier: entry.earlier.iter().map(|text| wording::key(text)).collect(),
            };
        }
        // From the last one on, so that places before it stay.
        for held in dropped.into_iter().rev() {
            self.settlement.held.remove(held);
            self.keys.remove(held);
            for places in &mut self.of_sheet {
                places.retain(|&place| place != held);
                places.iter_mut().filter(|place| **place > held).for_each(|place| *place -= 1);
            }
        }
    }

    /// Gives the lessons that bear an id of their author's own their entries.
    fn own_ids(&mut self) {
        let mut claims: Vec<(usize, (usize, usize))> = Vec::new();
        let mut findings = Vec::new();
        {
            let mut first: HashMap<&str, (usize, usize)> = HashMap::new();
            let ids: HashMap<&str, usize> = self
                .settlement
                .held
                .iter()
                .enumerate()
                .map(|(index, held)| (held.entry.id.as_str(), index))
                .collect();
            for (document, statements) in self.statements.iter().enumerate() {
                for (place, statement) in statements.iter().enumerate() {
                    let lesson = (document, place);
                    let written = self.documents[document].lessons[place].id.as_deref();
                    let Some(own) = statement.own.as_deref() else {
                        if let Some(written) = written {
                            findings.push(
                                Finding::new(
                                    &BAD_LESSON_ID,
                                    self.place(lesson),
                                    format!("`{written}` is no id of a lesson"),
                                )
                                .help(
                                    "write letters of a to z, digits and hyphens, such as `ll-retry-budget`",
                                ),
                            );
                        }
                        continue;
                    };
                    if let Some(other) = first.insert(own, lesson) {
                        let message = format!(
                            "`{own}` is the id of a lesson in `{}` too",
                            self.documents[other.0].file
                        );
                        findings.push(
                            Finding::new(&REUSED_LESSON_ID, self.place(lesson), message)
                                .help("give each lesson an id of its own"),
                        );
                        continue;
                    }
                    if let Some(held) = self.entry_of(own, &ids) {
                        let home = &self.settlement.sheets[self.settlement.held[held].sheet];
                        let here = &self.documents[document];
                        let elsewhere = home.document != here.id.value && home.path != here.path;
                        if elsewhere && self.stands(held) {
                            let message = format!("`{own}` is the id of a lesson in `{}`", home.path);
                            findings.push(
                                Finding::new(&REUSED_LESSON_ID, self.place(lesson), message)
                                    .help("give each lesson an id of its own"),
                            );
                            continue;
                        }
                        claims.push((held, lesson));
                    }
                }
            }
        }
        self.settlement.findings.extend(findings);
        for (held, lesson) in claims {
            if self.settlement.held[held].lesson.is_none()
                && !matches!(self.settlement.held[held].entry.state, State::Redacted | State::Alias(_))
            {
                self.take(held, lesson);
            }
        }
    }

    /// Returns whether the document of an entry still has its words.
    fn stands(&self, held: usize) -> bool {
        let sheet = &self.settlement.sheets[self.settlement.held[held].sheet];
        let key = self.keys[held].text;
        self.documents.iter().enumerate().any(|(index, document)| {
            (document.path == sheet.path || document.id.value == sheet.document)
                && self.statements[index].iter().any(|statement| statement.key == key)
        })
    }

    /// Brings sheets and documents together by id, then by path.
    fn pair(&mut self) {
        let documents = self.documents;
        let by_id: HashMap<&str, usize> =
            documents.iter().enumerate().map(|(index, one)| (one.id.value.as_str(), index)).collect();
        let by_path: HashMap<&str, usize> =
            documents.iter().enumerate().map(|(index, one)| (one.path.as_str(), index)).collect();
        for by_name in [0, 1, 2] {
            for sheet in 0..self.settlement.sheets.len() {
                if self.settlement.document_of[sheet].is_some() {
                    continue;
                }
                let one = &self.settlement.sheets[sheet];
                let found = match by_name {
                    // A path is an id too, but that the file there is still the same document its path of today tells
                    // better.
                    0 => by_id
                        .get(one.document.as_str())
                        .copied()
                        .filter(|&document| documents[document].id.origin != Origin::Path),
                    1 => by_path.get(one.path.as_str()).copied(),
                    _ => by_id.get(one.document.as_str()).copied(),
                };
                if let Some(document) = found.filter(|&document| self.settlement.sheet_of[document].is_none())
                {
                    self.adopt(sheet, document);
                }
            }
        }
    }

    /// Retires what a person retires.
    fn decide(&mut self) {
        let answers = self.circumstances.answers;
        for retire in &answers.retire {
            let Some(held) = self.known(&retire.id) else { continue };
            let replaced_by: Vec<String> =
                retire.replaced_by.iter().filter_map(|id| id::written(id)).collect();
            if retire.replaced_by.iter().any(|id| self.known(id).is_none()) {
                continue;
            }
            let entry = &mut self.settlement.held[held].entry;
            if matches!(entry.state, State::Redacted | State::Alias(_)) {
                self.settlement.faults.push(format!("`{}` is no lesson that could be retired", retire.id));
                continue;
            }
            let before = match &entry.state {
                State::Retired(before) => before.clone(),
                _ => Retirement::default(),
            };
            entry.state = State::Retired(Retirement {
                gone: false,
                because: retire.because.clone().or(before.because),
                replaced_by: if replaced_by.is_empty() { before.replaced_by } else { replaced_by },
            });
            let change = Change::new(What::Retired, &entry.id, &entry.text, "", "");
            self.settlement.changes.push(change);
            self.retired_now.insert(held);
        }
    }

    /// Returns the entry of an id that a person wrote; an unknown one is a fault.
    fn known(&mut self, written: &str) -> Option<usize> {
        let found = id::written(written)
            .and_then(|id| self.settlement.held.iter().position(|held| held.entry.id == id));
        if found.is_none() {
            self.settlement.faults.push(format!("the lock has no lesson `{written}`"));
        }
        found
    }

    /// Returns the one free statement that a person means: by its id to be, or by its first words.
    fn meant(&self, written: &str) -> Option<(usize, usize)> {
        let words = wording::plain(written);
        let as_id = id::written(written);
        let mut found = None;
        for document in 0..self.documents.len() {
            for lesson in self.free(document) {
                let statement = &self.statements[lesson.0][lesson.1];
                if as_id.is_some() && as_id == Some(self.fresh(lesson)) {
                    return Some(lesson);
                }
                if !words.is_empty() && wording::plain(statement.text).starts_with(&words) {
                    // Two that begin with these words: neither is meant.
                    if found.replace(lesson).is_some() {
                        return None;
                    }
                }
            }
        }
        found
    }

    /// Returns the id that a statement would get by itself.
    fn fresh(&self, (document, place): (usize, usize)) -> String {
        let statement = &self.statements[document][place];
        match &statement.own {
            Some(own) => own.clone(),
            None => id::fresh(&self.name_of(document), statement.text, |id| {
                self.settlement.held.iter().any(|held| held.entry.id == id)
            }),
        }
    }

    /// Returns the permanent name of a document.
    fn name_of(&self, document: usize) -> String {
        let one = &self.documents[document];
        match self.settlement.sheet_of[document] {
            Some(sheet) if one.id.origin == Origin::Path => self.settlement.sheets[sheet].document.clone(),
            _ => one.id.value.clone(),
        }
    }

    /// Passes over what somebody said is no lesson, now or before.
    fn reject(&mut self) {
        for written in &self.circumstances.answers.reject {
            let locked = id::written(written)
                .and_then(|id| self.settlement.held.iter().position(|held| held.entry.id == id));
            if let Some(held) = locked {
                let one = &mut self.settlement.held[held];
                let text = one.entry.text.clone();
                one.entry.state = State::Retired(Retirement {
                    gone: false,
                    because: Some("it is no lesson".to_owned()),
                    replaced_by: Vec::new(),
                });
                let sheet = one.sheet;
                self.retired_now.insert(held);
                self.settlement.sheets[sheet].rejected.insert(text.clone());
                self.settlement.changes.push(Change::new(What::Rejected, "", &text, "", ""));
                continue;
            }
            match self.meant(written) {
                Some(lesson) => {
                    let text = self.statements[lesson.0][lesson.1].text.to_owned();
                    let sheet = self.sheet_for(lesson.0);
                    self.settlement.sheets[sheet].rejected.insert(text.clone());
                    self.settlement.changes.push(Change::new(
                        What::Rejected,
                        "",
                        &text,
                        &self.documents[lesson.0].path,
                        "",
                    ));
                }
                None => self.settlement.faults.push(format!(
                    "no statement, or more than one, has the id or begins with the words `{written}`"
                )),
            }
        }
        for document in 0..self.documents.len() {
            let Some(sheet) = self.settlement.sheet_of[document] else { continue };
            if self.settlement.sheets[sheet].rejected.is_empty() {
                continue;
            }
            let keys: HashSet<u64> =
                self.settlement.sheets[sheet].rejected.iter().map(|text| wording::key(text)).collect();
            for place in 0..self.statements[document].len() {
                if keys.contains(&self.statements[document][place].key) {
                    self.settlement.identities[document][place] = Identity::Rejected;
                }
            }
        }
    }

    /// Returns the sheet of a document, a new one where it has none.
    fn sheet_for(&mut self, document: usize) -> usize {
        if let Some(sheet) = self.settlement.sheet_of[document] {
            return sheet;
        }
        self.of_sheet.push(Vec::new());
        self.absent.push(false);
        let mut taken: Taken = self.settlement.taken();
        self.settlement.add_sheet(document, &self.documents[document], &mut taken)
    }

    /// Finds statements with the same words in the documents of their sheets.
    fn same_words(&mut self) {
        for sheet in 0..self.settlement.sheets.len() {
            if let Some(document) = self.settlement.document_of[sheet] {
                self.same_words_in(sheet, document);
            }
        }
    }

    fn same_words_in(&mut self, sheet: usize, document: usize) {
        let mut by_key: HashMap<u64, Vec<usize>> = HashMap::new();
        for (document, place) in self.free(document) {
            by_key.entry(self.statements[document][place].key).or_default().push(place);
        }
        let entries = self.of_sheet[sheet].clone();
        // What a person retired keeps its words: they are no new lesson.
        let by_hand = |one: &Held| matches!(&one.entry.state, State::Retired(retirement) if !retirement.gone);
        let mut twins: Vec<usize> = Vec::new();
        for (gone, earlier, hand) in [
            (false, false, false),
            (false, true, false),
            (false, false, true),
            (true, false, false),
            (true, true, false),
        ] {
            for &held in &entries {
                let one = &self.settlement.held[held];
                let wanted = if hand { by_hand(one) && one.lesson.is_none() } else { self.seeks(held, gone) };
                if !wanted {
                    continue;
                }
                let keys: &[u64] = if earlier {
                    &self.keys[held].earlier
                } else {
                    std::slice::from_ref(&self.keys[held].text)
                };
                let category = one.entry.category;
                let found = keys.iter().find_map(|key| {
                    let places = by_key.get_mut(key)?;
                    let same = places
                        .iter()
                        .position(|&place| self.statements[document][place].category == category);
                    (!places.is_empty()).then(|| places.remove(same.unwrap_or(0)))
                });
                match found {
                    Some(place) => self.take(held, (document, place)),
                    None if !gone && !earlier && !hand => twins.push(held),
                    None => {}
                }
            }
        }
        // Two ids for one statement, as two branches give them: one of them leads to the other.
        for held in twins {
            if !self.seeks(held, false) {
                continue;
            }
            let key = self.keys[held].text;
            let twin = entries.iter().copied().find(|&other| {
                other != held && self.settlement.held[other].lesson.is_some() && self.keys[other].text == key
            });
            if let Some(twin) = twin {
                self.alias(held, twin);
            }
        }
    }

    /// Makes an id lead to another one of the same lesson, which takes over its wordings.
    fn alias(&mut self, held: usize, to: usize) {
        let target = self.settlement.held[to].entry.id.clone();
        let entry = &mut self.settlement.held[held].entry;
        let text = std::mem::take(&mut entry.text);
        let mut earlier = std::mem::take(&mut entry.earlier);
        entry.state = State::Alias(target.clone());
        let id = entry.id.clone();
        earlier.insert(0, text.clone());
        let kept = &mut self.settlement.held[to].entry;
        for wording in earlier {
            if wording::key(&wording) != wording::key(&kept.text) && !kept.earlier.contains(&wording) {
                kept.earlier.push(wording);
            }
        }
        self.settlement.changes.push(Change::new(What::Aliased, &id, &text, "", &target));
    }

    /// Finds documents that moved: their sheets look for most of their statements elsewhere.
    fn moved_documents(&mut self) {
        let mut seeking: HashMap<u64, Vec<usize>> = HashMap::new();
        for held in 0..self.settlement.held.len() {
            if self.seeks(held, false) {
                seeking.entry(self.keys[held].text).or_default().push(self.settlement.held[held].sheet);
            }
        }
        if seeking.is_empty() {
            return;
        }
        let mut votes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for document in 0..self.documents.len() {
            if self.settlement.sheet_of[document].is_some() {
                continue;
            }
            for statement in &self.statements[document] {
                // Words that stand in many documents tell of none.
                for &sheet in seeking.get(&statement.key).into_iter().flatten().take(16) {
                    *votes.entry((sheet, document)).or_default() += 1;
                }
            }
        }
        let mut ranked: Vec<(usize, (usize, usize))> =
            votes.into_iter().map(|(pair, count)| (count, pair)).collect();
        ranked.sort_by_key(|&(count, pair)| (std::cmp::Reverse(count), pair));
        for (count, (sheet, document)) in ranked {
            if self.settlement.sheet_of[document].is_some() {
                continue;
            }
            let live = self.of_sheet[sheet]
                .iter()
                .filter(|&&held| self.settlement.held[held].entry.state == State::Live)
                .count();
            let found = self.of_sheet[sheet].iter().any(|&held| self.settlement.held[held].lesson.is_some());
            let moved = match self.settlement.document_of[sheet] {
                None => count * 2 >= live,
                // Another document stands at the old path: only what is beyond doubt moves.
                Some(_) => !found && count >= 2 && count * 2 >= live,
            };
            if moved {
                if self.settlement.document_of[sheet].is_some() {
                    self.settlement.sheets[sheet].document = self.documents[document].id.value.clone();
                }
                self.adopt(sheet, document);
                self.same_words_in(sheet, document);
            }
        }
    }

    /// Finds statements with the same words in any document, where only one entry looks for them.
    fn moved_statements(&mut self) {
        for gone in [false, true] {
            let mut seeking: HashMap<u64, Vec<usize>> = HashMap::new();
            for held in 0..self.settlement.held.len() {
                if self.seeks(held, gone) {
                    seeking.entry(self.keys[held].text).or_default().push(held);
                }
            }
            if seeking.is_empty() {
                continue;
            }
            let mut found: HashMap<u64, Vec<(usize, usize)>> = HashMap::new();
            for (document, statements) in self.statements.iter().enumerate() {
                for (place, statement) in statements.iter().enumerate() {
                    if seeking.contains_key(&statement.key) && self.is_free((document, place)) {
                        found.entry(statement.key).or_default().push((document, place));
                    }
                }
            }
            let mut pairs: Vec<(usize, (usize, usize))> = Vec::new();
            #[expect(clippy::iter_over_hash_type, reason = "the pairs are sorted below")]
            for (key, lessons) in found {
                if let ([lesson], [held]) = (lessons.as_slice(), seeking[&key].as_slice()) {
                    pairs.push((*held, *lesson));
                }
            }
            pairs.sort_unstable();
            for (held, lesson) in pairs {
                self.take(held, lesson);
            }
        }
        self.other_halves();
    }

    /// Makes one lesson of two ids where one document was locked under two names: the one that is gone leads to the other.
    fn other_halves(&mut self) {
        let mut by_key: HashMap<u64, Option<usize>> = HashMap::new();
        let seeking: Vec<usize> = (0..self.settlement.held.len())
            .filter(|&held| {
                self.seeks(held, false)
                    && self.settlement.document_of[self.settlement.held[held].sheet].is_none()
            })
            .collect();
        if seeking.is_empty() {
            return;
        }
        for held in 0..self.settlement.held.len() {
            if self.settlement.held[held].lesson.is_some() {
                // Words that two lessons have tell nothing.
                by_key.entry(self.keys[held].text).and_modify(|one| *one = None).or_insert(Some(held));
            }
        }
        for held in seeking {
            if let Some(Some(twin)) = by_key.get(&self.keys[held].text).copied() {
                self.alias(held, twin);
            }
        }
    }

    /// Follows what a person said of statements and the ids that they keep.
    fn kept(&mut self) {
        let answers = self.circumstances.answers;
        let mut kept: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (written, target) in answers.keep.iter().filter(|(_, target)| !target.is_empty()) {
            let Some(held) = self.known(written) else { continue };
            if self.settlement.held[held].lesson.is_some() {
                continue;
            }
            let before = kept.iter().find(|&(&lesson, _)| {
                Some(self.fresh(lesson)) == id::written(target)
                    || wording::plain(self.statements[lesson.0][lesson.1].text)
                        .starts_with(&wording::plain(target))
            });
            if let Some((_, &other)) = before {
                // A second id for a statement that has one now: both lead to it.
                self.alias(held, other);
                continue;
            }
            match self.meant(target) {
                Some(lesson) => {
                    self.settlement.held[held].entry.state = State::Live;
                    self.take(held, lesson);
                    kept.insert(lesson, held);
                }
                None => self.settlement.faults.push(format!(
                    "no new statement, or more than one, has the id or begins with the words `{target}`"
                )),
            }
        }
    }

    /// Follows what a person said of ids about which one statement alone was asked.
    fn kept_alone(&mut self) {
        let answers = self.circumstances.answers;
        for (written, _) in answers.keep.iter().filter(|(_, target)| target.is_empty()) {
            let Some(held) = self.known(written) else { continue };
            let id = self.settlement.held[held].entry.id.clone();
            let asked = self.settlement.questions.iter().position(|question| question.id == id);
            match asked.map(|at| (at, self.settlement.questions[at].candidates.as_slice())) {
                Some((at, [only])) => {
                    let lesson = only.lesson;
                    self.settlement.questions.remove(at);
                    self.settlement.held[held].asked = false;
                    self.take(held, lesson);
                    // Others that were asked about it have lost it.
                    for question in &mut self.settlement.questions {
                        question.candidates.retain(|candidate| candidate.lesson != lesson);
                    }
                    let settled: Vec<String> = self
                        .settlement
                        .questions
                        .extract_if(.., |question| question.candidates.is_empty())
                        .map(|question| question.id)
                        .collect();
                    for held in &mut self.settlement.held {
                        if settled.contains(&held.entry.id) {
                            held.asked = false;
                        }
                    }
                }
                _ => self.settlement.faults.push(format!(
                    "`{written}` may have become several statements, or nothing is asked about it: write `{written}=` and the \
                     id or the first words of its statement"
                )),
            }
        }
    }

    /// Finds statements that are alike in the documents of their sheets.
    fn alike_within(&mut self) {
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for sheet in 0..self.settlement.sheets.len() {
            if let Some(document) = self.settlement.document_of[sheet] {
                pairs.push((sheet, document));
            }
        }
        pairs.extend(self.same_names());
        for (sheet, document) in pairs {
            let entries = self.seeking(sheet);
            if entries.is_empty() {
                continue;
            }
            let lessons = self.free(document);
            if !lessons.is_empty() {
                self.match_alike(&entries, &lessons, SURE, DOUBTFUL);
            }
        }
    }

    /// Returns sheets whose documents are gone with new documents of the same file name, as when a folder moves.
    fn same_names(&self) -> Vec<(usize, usize)> {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let mut gone: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for sheet in 0..self.settlement.sheets.len() {
            if self.settlement.document_of[sheet].is_none() && !self.seeking(sheet).is_empty() {
                let name = name(&self.settlement.sheets[sheet].path);
                gone.entry(name).and_modify(|one| *one = None).or_insert(Some(sheet));
            }
        }
        if gone.is_empty() {
            return Vec::new();
        }
        let mut new: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for document in 0..self.documents.len() {
            if self.settlement.sheet_of[document].is_none() && !self.free(document).is_empty() {
                let name = name(&self.documents[document].path);
                new.entry(name).and_modify(|one| *one = None).or_insert(Some(document));
            }
        }
        gone.into_iter().filter_map(|(name, sheet)| Some((sheet?, (*new.get(&name)?)?))).collect()
    }

    /// Finds statements that are alike across documents that are gone and new ones.
    fn alike_across(&mut self) {
        let entries: Vec<usize> = (0..self.settlement.held.len())
            .filter(|&held| {
                self.seeks(held, false)
                    && self.settlement.document_of[self.settlement.held[held].sheet].is_none()
            })
            .collect();
        if entries.is_empty() {
            return;
        }
        let lessons: Vec<(usize, usize)> = (0..self.documents.len())
            .filter(|&document| self.settlement.sheet_of[document].is_none())
            .flat_map(|document| self.free(document))
            .collect();
        if !lessons.is_empty() {
            self.match_alike(&entries, &lessons, SURE_ACROSS, DOUBTFUL_ACROSS);
        }
    }

    /// Brings entries and statements together by likeness: what is beyond doubt at once, what is doubtful as questions.
    fn match_alike(&mut self, entries: &[usize], lessons: &[(usize, usize)], sure: f64, doubtful: f64) {
        let of_entries: Vec<Wording> =
            entries.par_iter().map(|&held| Wording::new(&self.settlement.held[held].entry.text)).collect();
        let of_lessons: Vec<Wording> = lessons
            .par_iter()
            .map(|&(document, place)| Wording::new(self.statements[document][place].text))
            .collect();
        let mut near = likely(&of_entries, &of_lessons);
        near.retain(|&(_, _, likeness)| likeness >= doubtful);
        near.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));

        let mut doubts: BTreeMap<usize, Doubt> = BTreeMap::new();
        for (entry, lesson) in pieces(&of_entries, &of_lessons, &near) {
            match (entry, lesson) {
                (Some(entry), _) => drop(doubts.insert(entry, Doubt::Split)),
                (None, Some(lesson)) => {
                    for &(entry, ..) in near.iter().filter(|one| one.1 == lesson) {
                        doubts.entry(entry).or_insert(Doubt::Merged);
                    }
                }
                (None, None) => {}
            }
        }
        let mut of_entry: Vec<Vec<(usize, f64)>> = vec![Vec::new(); entries.len()];
        let mut of_lesson: Vec<Vec<(usize, f64)>> = vec![Vec::new(); lessons.len()];
        for &(entry, lesson, likeness) in &near {
            of_entry[entry].push((lesson, likeness));
            of_lesson[lesson].push((entry, likeness));
        }
        // Each round takes what is beyond doubt; what it takes is no rival in the next.
        let (mut entry_taken, mut lesson_taken) = (vec![false; entries.len()], vec![false; lessons.len()]);
        for _ in 0..ROUNDS {
            let mut taken = false;
            for &(entry, lesson, likeness) in near.iter().take_while(|one| one.2 >= sure) {
                if entry_taken[entry] || lesson_taken[lesson] || doubts.contains_key(&entry) {
                    continue;
                }
                let near_by = |other: f64| other > likeness - MARGIN;
                let rival = of_entry[entry]
                    .iter()
                    .any(|&(other, likeness)| other != lesson && !lesson_taken[other] && near_by(likeness))
                    || of_lesson[lesson]
                        .iter()
                        .any(|&(other, likeness)| other != entry && !entry_taken[other] && near_by(likeness));
                let denied = of_entries[entry].denies(&of_lessons[lesson]);
                let id = &self.settlement.held[entries[entry]].entry.id;
                let cited = likeness < CITED && self.circumstances.cited.contains(id);
                if rival || denied || cited {
                    continue;
                }
                (entry_taken[entry], lesson_taken[lesson], taken) = (true, true, true);
                self.take(entries[entry], lessons[lesson]);
            }
            if !taken {
                break;
            }
        }
        for (entry, &held) in entries.iter().enumerate() {
            let open: Vec<(usize, f64)> = of_entry[entry]
                .iter()
                .copied()
                .filter(|&(lesson, _)| !entry_taken[entry] && !lesson_taken[lesson])
                .take(4)
                .collect();
            let Some(&(best, likeness)) = open.first() else { continue };
            let doubt = doubts.get(&entry).copied().unwrap_or_else(|| {
                if of_entries[entry].denies(&of_lessons[best]) && likeness >= sure {
                    Doubt::Negated
                } else if self.circumstances.cited.contains(&self.settlement.held[held].entry.id) {
                    Doubt::Cited
                } else {
                    Doubt::Reworded
                }
            });
            let candidates = open
                .iter()
                .map(|&(lesson, likeness)| Candidate {
                    lesson: lessons[lesson],
                    fresh: self.fresh(lessons[lesson]),
                    text: self.statements[lessons[lesson].0][lessons[lesson].1].text.to_owned(),
                    likeness,
                })
                .collect();
            let one = &mut self.settlement.held[held];
            one.asked = true;
            self.settlement.questions.push(Question {
                id: one.entry.id.clone(),
                text: one.entry.text.clone(),
                path: self.settlement.sheets[one.sheet].path.clone(),
                doubt,
                candidates,
            });
        }
    }

    /// Lets a sheet whose document is gone follow its entries into the new document that has most of them.
    fn moved_by_majority(&mut self) {
        for sheet in 0..self.settlement.sheets.len() {
            if self.settlement.document_of[sheet].is_some() {
                continue;
            }
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            let mut live = 0;
            for &held in &self.of_sheet[sheet] {
                let one = &self.settlement.held[held];
                live += usize::from(one.entry.state == State::Live);
                if let Some((document, _)) =
                    one.lesson.filter(|&(document, _)| self.settlement.sheet_of[document].is_none())
                {
                    *counts.entry(document).or_default() += 1;
                }
            }
            let best =
                counts.into_iter().max_by_key(|&(document, count)| (count, std::cmp::Reverse(document)));
            if let Some((document, count)) = best
                && count * 2 >= live
            {
                self.adopt(sheet, document);
            }
        }
    }

    /// Gives every entry the words, the state and the sheet of today.
    fn rest(&mut self) {
        for question in &self.settlement.questions {
            for candidate in &question.candidates {
                let identity = &mut self.settlement.identities[candidate.lesson.0][candidate.lesson.1];
                if *identity == Identity::New {
                    *identity = Identity::Asked;
                }
            }
        }
        for held in 0..self.settlement.held.len() {
            let one = &self.settlement.held[held];
            let from = one.sheet;
            match one.lesson {
                Some((document, place)) => {
                    let statement = &self.statements[document][place];
                    let (text, category) = (statement.text, statement.category);
                    let path = self.documents[document].path.clone();
                    let to = self.sheet_for(document);
                    let one = &mut self.settlement.held[held];
                    let id = one.entry.id.clone();
                    if to != from {
                        one.sheet = to;
                        let from = self.settlement.sheets[from].path.clone();
                        let change = Change::new(What::Moved, &id, text, &path, &from);
                        self.settlement.changes.push(change);
                    }
                    if one.entry.text != text
                        && wording::key(&one.entry.text) != self.statements[document][place].key
                    {
                        let before = one.entry.text.clone();
                        let change = Change::new(What::Reworded, &id, text, &path, &before);
                        self.settlement.changes.push(change);
                    }
                    one.entry.reword(text, category);
                    if matches!(&one.entry.state, State::Retired(retirement) if retirement.gone) {
                        one.entry.state = State::Live;
                        self.settlement.changes.push(Change::new(What::Back, &id, text, &path, ""));
                    }
                }
                None if one.entry.state == State::Live && !one.asked && !self.absent[from] => {
                    let path = self.settlement.sheets[from].path.clone();
                    let entry = &mut self.settlement.held[held].entry;
                    entry.state = State::Retired(Retirement { gone: true, ..Retirement::default() });
                    let change = Change::new(What::Gone, &entry.id, &entry.text, &path, "");
                    self.settlement.changes.push(change);
                }
                None => {}
            }
        }
        for sheet in 0..self.settlement.sheets.len() {
            let Some(document) = self.settlement.document_of[sheet] else { continue };
            let one = &self.documents[document];
            let sheet = &mut self.settlement.sheets[sheet];
            if one.id.origin != Origin::Path {
                sheet.document.clone_from(&one.id.value);
            }
            if sheet.path != one.path {
                let from = std::mem::replace(&mut sheet.path, one.path.clone());
                self.settlement.changes.push(Change::new(What::DocumentMoved, "", "", &one.path, &from));
                sheet.moved.insert(from);
                sheet.moved.remove(&one.path);
            }
        }
    }

    /// Takes the texts out that a person wants out.
    fn redact(&mut self) {
        for written in &self.circumstances.answers.redact {
            let Some(held) = self.known(written) else { continue };
            if let Some(lesson) = self.settlement.held[held].lesson {
                let place = self.place(lesson);
                self.settlement.faults.push(format!(
                    "the lesson of `{written}` still stands in {}:{}: take it out there first, so that it is not locked again",
                    place.file, place.line
                ));
                continue;
            }
            let entry = &mut self.settlement.held[held].entry;
            entry.text.clear();
            entry.earlier.clear();
            entry.state = State::Redacted;
            let id = entry.id.clone();
            self.settlement.held[held].asked = false;
            self.settlement.questions.retain(|question| question.id != id);
            self.settlement.changes.push(Change::new(What::Redacted, &id, "", "", ""));
        }
    }
}

/// Returns pairs that may be alike, with their likeness. Many against many are looked up by the words that they share.
fn likely(entries: &[Wording], lessons: &[Wording]) -> Vec<(usize, usize, f64)> {
    const FEW: usize = 10_000;
    const COMMON: usize = 64;
    if entries.len() * lessons.len() <= FEW {
        let pairs =
            (0..entries.len()).flat_map(|entry| (0..lessons.len()).map(move |lesson| (entry, lesson)));
        return pairs
            .map(|(entry, lesson)| (entry, lesson, entries[entry].likeness(&lessons[lesson])))
            .collect();
    }
    let mut holders: HashMap<u32, Vec<usize>> = HashMap::new();
    for (lesson, wording) in lessons.iter().enumerate() {
        for term in &wording.terms {
            holders.entry(term.hash).or_default().push(lesson);
        }
    }
    let found: Vec<Vec<(usize, usize, f64)>> = entries
        .par_iter()
        .enumerate()
        .map(|(entry, wording)| {
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            for term in &wording.terms {
                for &lesson in
                    holders.get(&term.hash).filter(|list| list.len() <= COMMON).into_iter().flatten()
                {
                    *counts.entry(lesson).or_default() += 1;
                }
            }
            let mut best: Vec<(usize, usize)> =
                counts.into_iter().map(|(lesson, count)| (count, lesson)).collect();
            best.sort_by_key(|&(count, lesson)| (std::cmp::Reverse(count), lesson));
            best.truncate(8);
            best.into_iter().map(|(_, lesson)| (entry, lesson, wording.likeness(&lessons[lesson]))).collect()
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// Returns entries that became several statements, and statements that several entries became.
fn pieces(
    entries: &[Wording],
    lessons: &[Wording],
    near: &[(usize, usize, f64)],
) -> Vec<(Option<usize>, Option<usize>)> {
    let is_cut = |whole: &Wording, parts: &[&Wording]| {
        if parts.len() < 2 || whole.terms.is_empty() {
            return false;
        }
        // One part that holds nearly all of it is it, whatever else is alike.
        let alone = parts.iter().any(|part| whole.share_in(part) >= WHOLE);
        let covered = whole.terms.iter().filter(|term| parts.iter().any(|part| part.has(term.hash))).count();
        // Parts that say the same are no parts.
        let alike = parts.windows(2).any(|two| two[0].likeness(two[1]) >= SURE);
        !alone && !alike && covered as f64 >= 0.7 * whole.terms.len() as f64
    };
    let mut found = Vec::new();
    for (entry, whole) in entries.iter().enumerate() {
        let parts: Vec<&Wording> = near
            .iter()
            .filter(|one| one.0 == entry && lessons[one.1].share_in(whole) >= PIECE)
            .map(|one| &lessons[one.1])
            .take(4)
            .collect();
        if is_cut(whole, &parts) {
            found.push((Some(entry), None));
        }
    }
    for (lesson, whole) in lessons.iter().enumerate() {
        let parts: Vec<&Wording> = near
            .iter()
            .filter(|one| one.1 == lesson && entries[one.0].share_in(whole) >= PIECE)
            .map(|one| &entries[one.0])
            .take(4)
            .collect();
        if is_cut(whole, &parts) {
            found.push((None, Some(lesson)));
        }
    }
    found
}

/// Returns the name of the file of a document: its last words for people, and a hash of its id, so that no two documents have
/// one file on a file system that knows no case.
pub fn file_name(document: &str, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let stem = match stem.to_lowercase().as_str() {
        "index" | "_index" | "readme" => path.rsplit('/').nth(1).unwrap_or(stem),
        _ => stem,
    };
    let mut words = String::new();
    for c in stem.chars().take(60) {
        match c {
            c if c.is_ascii_alphanumeric() => words.push(c.to_ascii_lowercase()),
            _ if words.ends_with('-') || words.is_empty() => {}
            _ => words.push('-'),
        }
    }
    let words = words.trim_end_matches('-');
    let gap = if words.is_empty() { "" } else { "-" };
    format!("{words}{gap}{}.txt", id::short_hash(document))
}

/// Names of files and of documents that sheets have.
struct Taken {
    names: HashSet<String>,
    documents: HashSet<String>,
}

impl Settlement {
    /// Returns what is known where there is no lock: nothing.
    pub fn unlocked(documents: &[Arc<Document>]) -> Settlement {
        Settlement {
            identities: documents
                .iter()
                .map(|document| vec![Identity::New; document.lessons.len()])
                .collect(),
            sheet_of: vec![None; documents.len()],
            ..Settlement::default()
        }
    }

    /// Returns how many lessons of listed documents are not locked.
    pub fn behind(&self) -> usize {
        self.lacking
    }

    fn taken(&self) -> Taken {
        Taken {
            names: self.sheets.iter().map(|sheet| sheet.name.clone()).collect(),
            documents: self.sheets.iter().map(|sheet| sheet.document.clone()).collect(),
        }
    }

    fn add_sheet(&mut self, index: usize, document: &Document, taken: &mut Taken) -> usize {
        // A document may stand where another one was first seen.
        let mut id = document.id.value.clone();
        let mut number = 2;
        while taken.documents.contains(&id) {
            id = format!("{}#{number}", document.id.value);
            number += 1;
        }
        let mut name = file_name(&id, &document.path);
        while taken.names.contains(&name) {
            name = name.replace(".txt", "0.txt");
        }
        taken.documents.insert(id.clone());
        taken.names.insert(name.clone());
        self.sheets.push(Sheet { name, document: id, path: document.path.clone(), ..Sheet::default() });
        self.document_of.push(Some(index));
        self.sheet_of[index] = Some(self.sheets.len() - 1);
        self.sheets.len() - 1
    }

    /// Returns the ledger as it is to be written: new lessons get their ids, and the changes say so.
    pub fn lock(mut self, documents: &[Arc<Document>]) -> (Ledger, Settlement) {
        let mut taken: HashSet<String> = self.held.iter().map(|held| held.entry.id.clone()).collect();
        let mut sheets_taken = self.taken();
        for (index, document) in documents.iter().enumerate().filter(|(_, document)| is_listed(document)) {
            for (place, lesson) in document.lessons.iter().enumerate() {
                let own = lesson.id.as_deref().and_then(id::written);
                let before = match self.identities[index][place] {
                    Identity::New => None,
                    // Its author has given it another id since.
                    Identity::Held(held) if own.as_ref().is_some_and(|own| !taken.contains(own)) => {
                        Some(held)
                    }
                    _ => continue,
                };
                let sheet = match self.sheet_of[index] {
                    Some(sheet) => sheet,
                    None => self.add_sheet(index, document, &mut sheets_taken),
                };
                let id = match own.filter(|own| !taken.contains(own)) {
                    Some(own) => own,
                    None => id::fresh(&self.sheets[sheet].document, &lesson.text, |id| taken.contains(id)),
                };
                taken.insert(id.clone());
                let mut entry = Entry {
                    id: id.clone(),
                    category: lesson.category,
                    text: lesson.text.clone(),
                    earlier: Vec::new(),
                    state: State::Live,
                };
                if let Some(held) = before {
                    let old = &mut self.held[held];
                    old.lesson = None;
                    let text = std::mem::take(&mut old.entry.text);
                    entry.earlier = std::mem::take(&mut old.entry.earlier);
                    old.entry.state = State::Alias(id.clone());
                    self.changes.push(Change::new(What::Aliased, &old.entry.id, &text, &document.path, &id));
                }
                let change = Change::new(What::New, &id, &lesson.text, &document.path, "");
                self.changes.push(change);
                self.identities[index][place] = Identity::Held(self.held.len());
                self.held.push(Held { entry, sheet, lesson: Some((index, place)), asked: false });
            }
        }
        let mut sheets = self.sheets.clone();
        for held in &self.held {
            sheets[held.sheet].entries.push(held.entry.clone());
        }
        sheets.iter_mut().for_each(Sheet::sort);
        sheets.retain(|sheet| !sheet.entries.is_empty() || !sheet.rejected.is_empty());
        sheets.sort_by(|a, b| a.name.cmp(&b.name));
        (Ledger { sheets, ..Ledger::default() }, self)
    }
}
