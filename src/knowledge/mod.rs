//! What all documents say together: which belong to one incident, who links to whom, what services, factors, tags, teams
//! and authors there are, and which documents are alike.
//!
//! Comes in: all [`Document`]s and the paths of the other files. Goes out: [`Knowledge`]. No file system, no HTML, and
//! only ordered collections, so the same documents give the same knowledge.
//!
//! The steps: `ledger` gives lessons their ids; `join` brings records and postmortems together; `order` sorts the
//! documents; `link` finds what each link means; `terms` collects names; `likeness` finds related documents and near
//! copies; `lesson` gathers the lessons; `recurring` finds those that were learned more than once, by the likeness that
//! `recurrence` tells.
//!
//! Whoever connects a site again when a document was edited need not do all of it: [`Knowledge::replace`] says when, and why the
//! outcome is the same. Else [`connect_again`] takes from a [`Memory`] what stands; `moves` and `alignment` tell which documents and
//! lessons are those of the last time.

pub mod alignment;
pub mod citation;
#[cfg(test)]
pub(crate) mod dice;
pub mod guard;
pub mod ledger;
pub mod lesson;
pub mod suggest;
pub mod join;
pub mod likeness;
pub mod link;
pub mod moves;
pub mod recurrence;
pub mod recurring;
pub mod terms;

use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Document;
use crate::document::Kind;
use crate::document::Origin;
use crate::document::face::Differs;
use crate::knowledge::citation::Citations;
use crate::knowledge::citation::Standing;
use crate::knowledge::guard::Guards;
use crate::knowledge::ledger::Answers;
use crate::knowledge::ledger::Identity;
use crate::knowledge::ledger::Ledger;
use crate::knowledge::ledger::Settlement;
use crate::knowledge::ledger::settle::Circumstances;
use crate::knowledge::ledger::settle::Question;
use crate::knowledge::lesson::Lessons;
use crate::knowledge::likeness::Likeness;
use crate::knowledge::likeness::Related;
use crate::knowledge::link::Files;
use crate::knowledge::link::Targets;
use crate::knowledge::moves::Moves;
use crate::knowledge::recurrence::Wanted;
use crate::knowledge::recurring::Recurring;
use crate::knowledge::terms::Term;
use crate::knowledge::terms::TermKind;
use crate::source::Checkout;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

/// Everything that the documents of a site say.
///
/// Documents are named by their index in `documents`, which is sorted newest first and undated last.
#[derive(Debug)]
pub struct Knowledge {
    /// All documents, set-aside ones among them.
    pub documents: Vec<Arc<Document>>,
    /// For each document: the record that it analyses.
    pub incident: Vec<Option<usize>>,
    /// For each document: the postmortems that analyse it.
    pub postmortems: Vec<Vec<usize>>,
    /// For each document: those that link to it, in order.
    pub backlinks: Vec<Vec<usize>>,
    /// For each document: those that say nearly the same.
    pub copies: Vec<Vec<usize>>,
    /// For each document: its kind, where it stands in lists.
    listed: Vec<Option<Kind>>,
    likeness: Likeness,
    /// Every lesson, with its id.
    pub lessons: Lessons,
    /// What the lock and the documents say together.
    pub settlement: Settlement,
    /// For each document: its place when it was settled, by which the settlement names it.
    settled: Vec<usize>,
    /// Older paths of documents, with the documents that stood there, as the lock knows them.
    pub moved: Vec<(String, usize)>,
    /// Lessons that were learned more than once.
    pub recurring: Arc<Recurring>,
    /// Who cites lessons, in other repositories; [`connect`] knows of none.
    pub citations: Citations,
    /// Whether lessons are held, where checkouts tell; [`connect`] knows of none.
    pub guards: Guards,
    /// Services, factors, tags, teams and authors, each kind sorted by name.
    pub terms: Vec<Term>,
    /// What links can lead to.
    pub targets: Targets,
    /// The documents whose links may lead elsewhere than they did when the site was connected before, or which are new or say
    /// something else; nothing where any may.
    pub relinked: Option<BTreeSet<usize>>,
    /// What is wrong between documents.
    pub findings: Vec<Finding>,
}

/// What is known of a site beside its documents.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// What the lock remembers; empty where there is none.
    pub ledger: Ledger,
    /// Ids and paths of documents that exist and are left out, such as drafts: their lessons are not gone.
    pub absent: BTreeSet<String>,
    /// Ids that somebody cites.
    pub cited: BTreeSet<String>,
}

/// Puts the documents in the order of their paths, gives each an id that no other has, and brings them together with the
/// lock.
pub fn identify(
    documents: &mut [Arc<Document>],
    lock: Lock,
    answers: &Answers,
    findings: &mut Vec<Finding>,
) -> Settlement {
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    join::unique_ids(documents, findings);
    if lock.ledger.is_empty() && *answers == Answers::default() {
        return Settlement::unlocked(documents);
    }
    let circumstances = Circumstances { absent: &lock.absent, cited: &lock.cited, answers };
    ledger::settle::settle(lock.ledger, documents, circumstances)
}

/// Connects the documents of a site; of the lessons that return it tells what is `wanted`.
///
/// Invariant: a document that others hold too stays what it is for them; where connecting changes it, the knowledge has a copy.
pub fn connect(
    documents: Vec<Arc<Document>>,
    files: Files,
    lock: Lock,
    config: &Config,
    wanted: Wanted,
) -> Knowledge {
    let mut memory = Memory { recurring: recurring::Memory::of(wanted), ..Memory::default() };
    let mut knowledge = connect_but_recurring(documents, files, lock, config, &mut memory);
    // The words have told what they can, and in a large collection they are a tenth of all memory, which what follows may use.
    // Whoever keeps the documents to connect them again needs them again; what was compared holds the documents too.
    memory.likeness = likeness::Memory::default();
    let documents = knowledge.documents.par_iter_mut().filter_map(Arc::get_mut);
    documents.for_each(|document| document.terms = Vec::new());
    // Work that comes from outside the threads is cut into more pieces, and each piece learns the stems of words anew.
    rayon::scope(|_| {
        let Knowledge { documents, incident, copies, .. } = &knowledge;
        knowledge.recurring = recurring::find(documents, incident, copies, &mut memory.recurring);
    });
    knowledge
}

/// What was found out the last time, for a site that is connected again when little has changed.
#[derive(Debug, Default)]
pub struct Memory {
    before: Option<Before>,
    likeness: likeness::Memory,
    recurring: recurring::Memory,
}

/// The site as it was connected, as far as it may stand.
#[derive(Debug)]
struct Before {
    documents: Vec<Arc<Document>>,
    links: link::Past,
    lessons: Lessons,
}

/// Connects the documents of a site like [`connect`], with the same outcome, in less time where `memory` knows a similar one, which
/// was connected with the same settings.
pub fn connect_again(
    documents: Vec<Arc<Document>>,
    files: Files,
    lock: Lock,
    config: &Config,
    memory: &mut Memory,
) -> Knowledge {
    connect_beside(documents, files, lock, config, memory, |_| ()).0
}

/// Connects the documents of a site like [`connect_again`]. Beside it goes what somebody makes of all but [`Knowledge::recurring`], which
/// takes the longest and is not there yet then.
pub fn connect_beside<T: Send>(
    documents: Vec<Arc<Document>>,
    files: Files,
    lock: Lock,
    config: &Config,
    memory: &mut Memory,
    make: impl FnOnce(&Knowledge) -> T + Send,
) -> (Knowledge, T) {
    let mut knowledge = connect_but_recurring(documents, files, lock, config, memory);
    let Knowledge { documents, incident, copies, .. } = &knowledge;
    let (made, recurring) = rayon::join(
        || make(&knowledge),
        || recurring::find(documents, incident, copies, &mut memory.recurring),
    );
    knowledge.recurring = recurring;
    (knowledge, made)
}

fn connect_but_recurring(
    mut documents: Vec<Arc<Document>>,
    files: Files,
    lock: Lock,
    config: &Config,
    memory: &mut Memory,
) -> Knowledge {
    let mut findings = Vec::new();
    let mut settlement = identify(&mut documents, lock, &Answers::default(), &mut findings);
    findings.append(&mut settlement.findings);
    report(&documents, &settlement, &mut findings);
    apply(&mut documents, &mut settlement);
    attach(&mut documents, &settlement, &mut findings);
    // Facts that a postmortem takes from its record decide where it stands, so joining comes before sorting.
    join::inherit(&mut documents, config, &mut findings);
    let place_of = order(&documents);
    let documents: Vec<Arc<Document>> = place_of.iter().map(|&place| Arc::clone(&documents[place])).collect();
    let moved = moved(&settlement, &place_of);
    // What was known, where nearly all of it can be told of these documents too.
    let (mut known_lessons, mut known_links, mut moved_from) = (None, None, None);
    if let Some(Before { documents: before, links, lessons }) = memory.before.take()
        && let Some(moves) = Moves::new(&before, &documents)
    {
        (known_lessons, known_links, moved_from) = (Some(lessons), Some(links), Some((before, moves)));
    }
    let moved_from = &moved_from;
    let follow_links = || {
        let (before, moves) = moved_from.as_ref()?;
        known_links?.follow(before, &documents, moves, &files, config)
    };
    let follow_lessons = || match (moved_from, known_lessons) {
        (Some((before, moves)), Some(lessons)) if !settlement.locked => {
            lessons.follow(before, &documents, moves, &settlement, &place_of)
        }
        _ => lesson::gather(&documents, &settlement, &place_of),
    };
    // Names and lessons need none of the rest, and the rest none of them.
    let (followed, (terms, lessons)) =
        rayon::join(follow_links, || rayon::join(|| terms::collect(&documents, config), follow_lessons));
    let (targets, links, relinked) = match followed {
        Some(now) => (now.targets, Some((now.backlinks, now.faults)), now.relinked),
        None => (Targets::new(&documents, files, config), None, None),
    };
    let (incident, postmortems) = join::pairs(&documents, &targets);
    let ((backlinks, faults), likeness) = rayon::join(
        || links.unwrap_or_else(|| link::check(&documents, &targets, config)),
        || likeness::compare_again(&documents, &incident, &mut memory.likeness),
    );
    findings.extend(faults);
    likeness::note_copies(&documents, &likeness, &mut findings);
    findings.sort_by(by_place);
    Knowledge {
        incident,
        postmortems,
        backlinks,
        copies: likeness.copies.clone(),
        listed: documents.iter().map(|document| is_listed(document).then_some(document.kind)).collect(),
        likeness,
        lessons,
        settlement,
        settled: place_of,
        moved,
        recurring: Arc::default(),
        citations: Citations::default(),
        guards: Guards::default(),
        terms,
        targets,
        relinked,
        findings,
        documents,
    }
}

/// A lesson without a permanent id, where others have one.
pub static UNLOCKED_LESSON: Rule = Rule {
    name: "unlocked-lesson",
    level: Level::Note,
    about: "a lesson is not locked yet, so it has no permanent link",
};

/// A locked lesson of which only a person can say what became of it.
pub static UNSETTLED_LESSON: Rule = Rule {
    name: "unsettled-lesson",
    level: Level::Warning,
    about: "a locked lesson changed so much that only a person can say whether it is still the same",
};

/// Says where the lock is behind the documents; where there is no lock, nothing.
fn report(documents: &[Arc<Document>], settlement: &Settlement, findings: &mut Vec<Finding>) {
    if !settlement.locked {
        return;
    }
    for (index, document) in documents.iter().enumerate() {
        findings.extend(unlocked(index, document, settlement));
    }
    for question in &settlement.questions {
        findings.push(unsettled(question, &documents[question.candidates[0].lesson.0]));
    }
}

/// Says that lessons of a document are not locked, where some are not; `index` is its place when it was settled.
fn unlocked(index: usize, document: &Document, settlement: &Settlement) -> Option<Finding> {
    if !is_listed(document) {
        return None;
    }
    let new = |identity: &&Identity| **identity == Identity::New;
    let count = settlement.identities[index].iter().filter(new).count();
    let first = settlement.identities[index].iter().position(|identity| new(&identity))?;
    let message = match count {
        1 => "a lesson is not locked yet".to_owned(),
        count => format!("{count} lessons are not locked yet"),
    };
    let place = Place::span(&document.file, &document.text, document.lessons[first].span.clone());
    Some(
        Finding::new(&UNLOCKED_LESSON, place, message)
            .help("`afterword lock` gives it a permanent link; the publishing job may run it"),
    )
}

/// Asks what became of a lesson, at the statement of the document that it is most likely to be.
fn unsettled(question: &Question, document: &Document) -> Finding {
    let (_, at) = question.candidates[0].lesson;
    let place = Place::span(&document.file, &document.text, document.lessons[at].span.clone());
    Finding::new(
        &UNSETTLED_LESSON,
        place,
        format!("this may be the lesson `{}`, which read otherwise when it was locked", question.id),
    )
    .help("`afterword lock` asks what became of it")
}

/// Gives documents the ids by which the lock knows them, and takes out what somebody said is no lesson.
fn apply(documents: &mut [Arc<Document>], settlement: &mut Settlement) {
    if !settlement.locked {
        return;
    }
    let mut wanted: HashMap<&str, usize> = HashMap::new();
    let names: Vec<String> = documents
        .iter()
        .enumerate()
        .map(|(index, document)| match settlement.sheet_of[index] {
            Some(sheet) if document.id.origin == Origin::Path => settlement.sheets[sheet].document.clone(),
            _ => document.id.value.clone(),
        })
        .collect();
    for name in &names {
        *wanted.entry(name).or_default() += 1;
    }
    for (index, document) in documents.iter_mut().enumerate() {
        if wanted[names[index].as_str()] == 1 && document.id.value != names[index] {
            Arc::make_mut(document).id.value.clone_from(&names[index]);
        }
        let identities = &mut settlement.identities[index];
        if identities.contains(&Identity::Rejected) {
            let mut rejected = identities.iter().map(|identity| *identity == Identity::Rejected);
            let mut anchors = BTreeSet::new();
            let document = Arc::make_mut(document);
            document.lessons.retain(|lesson| {
                let is_rejected = rejected.next().unwrap_or(false);
                if is_rejected {
                    anchors.insert(lesson.anchor.clone());
                }
                !is_rejected
            });
            document.lesson_marks.retain(|mark| !anchors.contains(&mark.anchor));
            identities.retain(|identity| *identity != Identity::Rejected);
            for (place, identity) in identities.iter().enumerate() {
                if let Identity::Held(held) = identity
                    && let Some(lesson) = &mut settlement.held[*held].lesson
                {
                    lesson.1 = place;
                }
            }
        }
    }
}

/// Front matter that names a lesson which its document does not have.
pub static UNKNOWN_LESSON: Rule = Rule {
    name: "unknown-lesson",
    level: Level::Warning,
    about: "front matter names a lesson by an id that no lesson of the document has",
};

/// Gives lessons what front matter says of them by their ids.
fn attach(documents: &mut [Arc<Document>], settlement: &Settlement, findings: &mut Vec<Finding>) {
    if documents.iter().all(|document| document.attached.is_empty()) {
        return;
    }
    let by_id: HashMap<&str, &ledger::settle::Held> =
        settlement.held.iter().map(|held| (held.entry.id.as_str(), held)).collect();
    for (index, document) in documents.iter_mut().enumerate() {
        if document.attached.is_empty() {
            continue;
        }
        let document = Arc::make_mut(document);
        for attached in std::mem::take(&mut document.attached) {
            let known = ledger::id::written(&attached.id).and_then(|id| by_id.get(id.as_str()).copied());
            let place = known.and_then(|held| held.lesson).filter(|lesson| lesson.0 == index);
            let Some(lesson) = place.and_then(|(_, place)| document.lessons.get_mut(place)) else {
                let help = match known {
                    Some(held) => format!("it is a lesson of `{}`", settlement.sheets[held.sheet].path),
                    None => {
                        "write `text:` beside it, or `afterword lock` first, which prints the ids".to_owned()
                    }
                };
                let message = format!("no lesson of this document has the id `{}`", attached.id);
                let place = Place::span(&document.file, &document.text, attached.span);
                findings.push(Finding::new(&UNKNOWN_LESSON, place, message).help(help));
                continue;
            };
            if !attached.applies_to.is_empty() {
                lesson.applies_to = attached.applies_to;
            }
            lesson.guard = attached.guard.or(lesson.guard.take());
            lesson.status = attached.status.or(lesson.status.take());
        }
    }
}

/// A document as it was when the site was connected, and as it is now.
#[derive(Clone, Debug)]
pub struct Edit {
    /// As it was, and as the knowledge was given it.
    pub before: Arc<Document>,
    /// As it is.
    pub after: Arc<Document>,
}

/// A document that has taken the place of the one before it.
#[derive(Clone, Debug)]
pub struct Replaced {
    /// Its place among the documents.
    pub index: usize,
    /// What it was.
    pub before: Arc<Document>,
}

impl Knowledge {
    /// Puts documents that were edited in the place of what they were, in less time than to connect all of them again and with the
    /// same outcome; for a site whose other documents, files, lock and settings are what they were.
    ///
    /// Returns `None` where that is not known to be the same: where the standing of one of them is another
    /// ([`Document::differs`]), where connecting changed it, or where something was wrong with it that only connecting finds again;
    /// also where a title may decide what is linked by it, and where lessons have permanent ids. Then the knowledge is what it was.
    ///
    /// Why it is the same: order and pairs are made of nothing but the standing, so they stand, and so do names, targets and lessons
    /// of which nothing differs. What does is made again here, and so is what is made of anything else: likeness and copies,
    /// recurring lessons, who links to an edited document or is linked from it, and what is wrong at a place in one of these.
    /// Whoever calls [`Knowledge::cite`] and [`Knowledge::guard`] does so again.
    pub fn replace(&mut self, edits: &[Edit], config: &Config, memory: &mut Memory) -> Option<Vec<Replaced>> {
        let differs: Vec<Differs> = edits.iter().map(|edit| edit.after.differs(&edit.before)).collect();
        let any = |what: fn(&Differs) -> bool| differs.iter().any(what);
        let (title, names, lessons) =
            (any(|differs| differs.title), any(|differs| differs.names), any(|differs| differs.lessons));
        // A postmortem may name its record by title, and takes its names from there.
        let is_paired = || self.documents.iter().any(|document| document.incident.is_some());
        let has_attached = || edits.iter().any(|edit| !edit.after.attached.is_empty());
        if any(|differs| differs.standing)
            || (title || names) && is_paired()
            || title && link::has_wiki_links(&self.documents)
            || lessons && (self.settlement.locked || has_attached())
        {
            return None;
        }
        let mut replaced = Vec::with_capacity(edits.len());
        for edit in edits {
            let index = self.documents.iter().position(|document| Arc::ptr_eq(document, &edit.before))?;
            replaced.push((index, Arc::clone(&edit.before)));
        }
        let files: BTreeSet<&str> = edits.iter().map(|edit| edit.after.file.as_str()).collect();
        let is_edited = |finding: &Finding| files.contains(finding.place.file.as_str());
        let told_by_lock = [&UNLOCKED_LESSON, &UNSETTLED_LESSON];
        let found_anew = [&likeness::NEAR_COPY].into_iter().chain(citation::RULES).chain(guard::RULES);
        let found_anew: Vec<&Rule> = found_anew.collect();
        let is_again = |finding: &Finding| {
            is_of(&told_by_lock, finding) || is_of(&found_anew, finding) || is_of(&link::RULES, finding)
        };
        if self.findings.iter().any(|finding| is_edited(finding) && !is_again(finding)) {
            return None;
        }
        for ((index, _), edit) in replaced.iter().zip(edits) {
            self.documents[*index] = Arc::clone(&edit.after);
        }
        if title {
            let mut renamed: Vec<usize> = replaced.iter().map(|(index, _)| *index).collect();
            renamed.sort_unstable();
            self.targets.rename(&renamed, &self.documents, config);
        }
        if names {
            self.terms = terms::collect(&self.documents, config);
        }
        if lessons {
            for (index, _) in &replaced {
                let (document, settled) = (&self.documents[*index], self.settled[*index]);
                self.settlement.identities[settled] = vec![Identity::New; document.lessons.len()];
                self.lessons.take_again(*index, document, &self.settlement, settled);
            }
        }
        let doubtful = link::follow(&self.documents, &replaced, &self.targets, &mut self.backlinks);
        let doubtful_files: BTreeSet<&str> =
            doubtful.iter().map(|&index| self.documents[index].file.as_str()).collect();
        self.findings.retain(|finding| {
            let is_gone = is_of(&found_anew, finding)
                || is_edited(finding) && is_of(&told_by_lock, finding)
                || is_of(&link::RULES, finding) && doubtful_files.contains(finding.place.file.as_str());
            !is_gone
        });
        if self.settlement.locked {
            let settled: BTreeMap<usize, usize> =
                replaced.iter().map(|&(index, _)| (self.settled[index], index)).collect();
            for (&place, &index) in &settled {
                self.findings.extend(unlocked(place, &self.documents[index], &self.settlement));
            }
            for question in &self.settlement.questions {
                if let Some(&index) = settled.get(&question.candidates[0].lesson.0) {
                    self.findings.push(unsettled(question, &self.documents[index]));
                }
            }
        }
        self.findings.extend(link::faults(&doubtful, &self.documents, &self.targets, config));
        // Nothing that a link is found by has changed.
        self.relinked = Some(replaced.iter().map(|(index, _)| *index).collect());
        self.let_go();
        let likeness = likeness::compare_again(&self.documents, &self.incident, &mut memory.likeness);
        likeness::note_copies(&self.documents, &likeness, &mut self.findings);
        self.recurring =
            recurring::find(&self.documents, &self.incident, &likeness.copies, &mut memory.recurring);
        self.copies.clone_from(&likeness.copies);
        self.likeness = likeness;
        self.findings.sort_by(by_place);
        Some(replaced.into_iter().map(|(index, before)| Replaced { index, before }).collect())
    }
}

fn is_of(rules: &[&Rule], finding: &Finding) -> bool {
    rules.iter().any(|rule| std::ptr::eq(*rule, finding.rule))
}

fn by_place(a: &Finding, b: &Finding) -> Ordering {
    (&a.place.file, a.place.line, a.place.column).cmp(&(&b.place.file, b.place.line, b.place.column))
}

/// Returns the older paths of documents.
fn moved(settlement: &Settlement, place_of: &[usize]) -> Vec<(String, usize)> {
    let mut moved = Vec::new();
    for (index, &before) in place_of.iter().enumerate() {
        if let Some(sheet) = settlement.sheet_of[before] {
            moved.extend(settlement.sheets[sheet].moved.iter().map(|path| (path.clone(), index)));
        }
    }
    moved
}

/// Returns the places of documents, which are sorted by path, in their final order: dated before undated, newest first, then by
/// the date that Git knows, then by path.
fn order(documents: &[Arc<Document>]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..documents.len()).collect();
    places.sort_by_cached_key(|&place| {
        let document = &documents[place];
        let date = document.date.as_ref().map(|found| found.value.utc());
        let added =
            document.history.as_ref().and_then(|history| history.added).map(|added| added.naive_utc());
        (date.is_none(), Reverse(date), Reverse(added))
    });
    places
}

impl Knowledge {
    /// Gives `memory` what it needs to connect the site again; what is left is no knowledge any more.
    pub fn hand_back(&mut self, memory: &mut Memory) {
        self.let_go();
        memory.before = Some(Before {
            documents: std::mem::take(&mut self.documents),
            links: link::Past {
                targets: std::mem::take(&mut self.targets),
                backlinks: std::mem::take(&mut self.backlinks),
                faults: self.findings.extract_if(.., |finding| is_of(&link::RULES, finding)).collect(),
                relinked: None,
            },
            lessons: std::mem::take(&mut self.lessons),
        });
    }

    /// Lets go of what a [`Memory`] holds too: what nobody else holds is brought up to date in its place.
    fn let_go(&mut self) {
        self.likeness = Likeness::default();
        self.recurring = Arc::default();
    }

    /// Returns the documents in the order of their paths.
    pub fn by_path(&self) -> Vec<usize> {
        let mut by_path = vec![0; self.settled.len()];
        for (index, &place) in self.settled.iter().enumerate() {
            by_path[place] = index;
        }
        by_path
    }

    /// Returns every id by which somebody may cite a lesson: the locked ones, and authors' own.
    pub fn citable(&self) -> BTreeSet<String> {
        let own = self.documents.iter().flat_map(|document| &document.lessons);
        let own = own.filter_map(|lesson| ledger::id::written(lesson.id.as_deref()?));
        self.lessons.locked().map(|(_, lesson)| lesson.id.clone()).chain(own).collect()
    }

    /// Adds who cites lessons, and reports what they cite in vain.
    pub fn cite(&mut self, citations: Citations) {
        // An author's own id is cited before anybody locks it.
        let own = if citations.is_empty() { BTreeSet::new() } else { self.citable() };
        self.findings.extend(citations.check(|id| match self.lessons.standing(id) {
            Standing::Unknown if own.contains(id) => Standing::Known,
            standing => standing,
        }));
        self.citations = citations;
    }

    /// Looks for the guards of lessons in checkouts, and reports those that are gone.
    pub fn guard(&mut self, checkouts: &[Checkout]) {
        self.guards = guard::check(&self.documents, checkouts, &mut self.findings);
    }

    /// Returns the documents like one, most alike first. They are looked for when somebody asks, and kept.
    pub fn related(&self, index: usize) -> &[Related] {
        self.likeness.related(index, &self.documents, &self.incident)
    }

    /// Returns whether a document stands in lists: it is not set aside and no guide.
    pub fn is_listed(&self, index: usize) -> bool {
        self.listed[index].is_some()
    }

    /// Returns the documents that stand in lists, newest first.
    pub fn listed(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.documents.len()).filter(|&index| self.is_listed(index))
    }

    /// Returns the incidents, newest first: records, and postmortems that have no record of their own.
    pub fn incidents(&self) -> impl Iterator<Item = usize> + '_ {
        let is_incident = |index: &usize| self.listed[*index].is_some_and(Kind::is_incident);
        self.listed().filter(is_incident).filter(|&index| self.incident[index].is_none())
    }

    /// Returns the articles, newest first.
    pub fn articles(&self) -> impl Iterator<Item = usize> + '_ {
        self.listed().filter(|&index| self.listed[index] == Some(Kind::Article))
    }

    /// Returns the terms of a kind, sorted by name.
    pub fn terms_of(&self, kind: TermKind) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(move |term| term.kind == kind)
    }

    /// Returns how many lessons the listed documents hold.
    pub fn lesson_count(&self) -> usize {
        self.listed().map(|index| self.lessons.count_of(index)).sum()
    }
}

/// Rounds a number of documents down to so many binary digits. What words weigh goes by it, so that a document more or less, among many,
/// changes no weight.
fn coarse(count: usize, digits: u32) -> usize {
    let low = count.checked_ilog2().map_or(0, |log| (log + 1).saturating_sub(digits));
    count >> low << low
}

/// To how many binary digits the number of all documents, or of all incidents, is rounded.
const ALL: u32 = 6;

/// Returns whether a document stands in lists and counts: it is not set aside and no guide.
pub fn is_listed(document: &Document) -> bool {
    document.aside.is_none() && document.kind != Kind::Page
}

#[cfg(test)]
mod tests;
