//! Which pages exist, where, and with what on them.
//!
//! Comes in: [`Knowledge`]. Goes out: a [`Plan`] of every page, redirect and copied file, each with its address, and
//! findings about addresses that two things want. Borrows knowledge and changes nothing; renders and writes nothing.

pub mod actions;
pub mod address;

use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Document;
use crate::document::Kind;
use crate::document::face::Differs;
use crate::knowledge::Knowledge;
use crate::knowledge::Replaced;
use crate::knowledge::is_listed;
use crate::knowledge::ledger::State;
use crate::knowledge::lesson::Lesson;
use crate::knowledge::link;
use crate::knowledge::link::Target;
use crate::knowledge::link::Targets;
use crate::knowledge::terms::TermKind;
use crate::page::actions::ActionRef;
use crate::page::actions::Actions;
use crate::page::actions::By;
use crate::page::actions::Grouping;
use crate::page::address::Address;
use crate::source::stem;
use crate::trend;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::ops::Range;

/// Two things want one address.
pub static ADDRESS_TAKEN: Rule = Rule {
    name: "address-taken",
    level: Level::Error,
    about: "two files want one address, so one of them would be lost",
};

/// Two addresses that differ only in case.
pub static ADDRESS_CASE: Rule = Rule {
    name: "address-case",
    level: Level::Warning,
    about: "two addresses differ only in case, which some file systems cannot tell apart",
};

/// A slug that no address can be made of.
pub static BAD_SLUG: Rule = Rule {
    name: "bad-slug",
    level: Level::Error,
    about: "a slug leads out of its folder or is no part of an address",
};

/// An alias that cannot be honoured.
pub static BAD_ALIAS: Rule =
    Rule { name: "bad-alias", level: Level::Warning, about: "an alias is taken, or leads out of the site" };

/// How many rows stand on one page of a long list.
pub const ROWS: usize = 250;

/// How many lessons stand on one page: a thousand can be filtered at once.
pub const LESSONS: usize = 1000;

/// How many lessons that return stand on one page, each with its occurrences.
pub const RETURNING: usize = 50;

/// How many documents a feed holds.
pub const FEED: usize = 50;

/// The calendar of due dates, relative to the top of the site.
pub const CALENDAR: &str = "actions/due.ics";

/// What stands on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The home page.
    Home,
    /// A document, by its index.
    Document(usize),
    /// A list of incidents or articles.
    List(Kind, Slice),
    /// The lessons.
    Lessons(Slice),
    /// One lesson with a permanent id, by its place among all.
    Lesson(usize),
    /// The lessons that were learned more than once.
    Recurring(Slice),
    /// The actions.
    Actions(Slice),
    /// The actions that are not settled, by owner, team or service.
    ActionsBy(By, Slice),
    /// What the incidents say over time.
    Trends,
    /// The names of one kind.
    Terms(TermKind),
    /// One name, by its index in the knowledge.
    Term(usize, Slice),
    /// The years.
    Archive,
    /// One year; `None` for the undated.
    Year(Option<i32>, Slice),
    /// The page on which the site is searched.
    Search,
    /// The page for addresses that do not exist.
    NotFound,
}

/// A part of a long list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// This page, counted from 1.
    pub number: usize,
    /// How many pages there are.
    pub total: usize,
    /// The address of the first of them.
    pub first: Address,
    /// Which of the list's rows stand here.
    pub rows: Range<usize>,
}

impl Slice {
    /// Returns the address of another page of the list.
    pub fn address(&self, number: usize) -> Address {
        match number {
            1 => self.first.clone(),
            number => self.first.join(&format!("page/{number}")),
        }
    }
}

/// A page of the site.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it stands.
    pub address: Address,
    /// What stands on it.
    pub content: Content,
    /// The document whose text stands at its top, where a list or a name has one.
    pub intro: Option<usize>,
}

/// A file that leads on to a page.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The file, relative to the top of the site.
    pub file: String,
    /// What it leads to.
    pub to: Destination,
}

/// What an older address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A document.
    Document(usize),
    /// A lesson, by its place among all.
    Lesson(usize),
}

/// A feed of documents.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The folder in which it stands.
    pub address: Address,
    /// The term that it follows; `None` for the whole site.
    pub term: Option<usize>,
    /// Its documents, newest first.
    pub documents: Vec<usize>,
}

/// Everything that the site is made of.
#[derive(Debug, Default)]
pub struct Plan {
    /// For each document, where its text stands.
    pub addresses: Vec<Address>,
    /// All pages, sorted by address.
    pub pages: Vec<Page>,
    /// Older addresses.
    pub redirects: Vec<Redirect>,
    /// Files of the content folder that documents show or link to; each stands at its own path.
    pub assets: Vec<String>,
    /// Feeds.
    pub feeds: Vec<Feed>,
    /// For each term of the knowledge, its page.
    pub terms: Vec<Address>,
    /// Lessons as (document, place in it), newest first.
    pub lessons: Vec<(usize, usize)>,
    /// Actions by what they ask for: late, open, unknown, done, dropped; in each the newest first.
    pub actions: Vec<ActionRef>,
    /// Those that are not settled, by owner, team and service; only groupings that tell something.
    pub groupings: Vec<Grouping>,
    /// Those that are not settled and have a due date, in the same order; they make the calendar, where there are any.
    pub due: Vec<ActionRef>,
    /// Years with their documents, newest first; the undated last.
    pub years: Vec<(Option<i32>, Vec<usize>)>,
    /// The day that decides which actions are late.
    pub today: NaiveDate,
    /// How many lessons return.
    returning: usize,
    /// Where documents want to stand.
    wishes: Vec<Wish>,
    /// What is wrong with addresses.
    pub findings: Vec<Finding>,
}

/// Plans the site; `today` tells which actions are late.
pub fn plan(knowledge: &Knowledge, config: &Config, today: NaiveDate) -> Plan {
    prepare(knowledge, config, today).plan(knowledge, config)
}

/// What is planned before it is known which lessons return.
#[derive(Debug)]
pub struct Prepared {
    today: NaiveDate,
    actions: Actions,
    lessons: Vec<(usize, usize)>,
    years: Vec<(Option<i32>, Vec<usize>)>,
    wishes: Vec<Wish>,
}

/// Begins to plan the site, by all that is known but [`Knowledge::recurring`].
pub fn prepare(knowledge: &Knowledge, config: &Config, today: NaiveDate) -> Prepared {
    prepare_from(knowledge, config, today, None, None)
}

/// Begins to plan the site; what of an earlier plan is known to stand need not be found again.
fn prepare_from(
    knowledge: &Knowledge,
    config: &Config,
    today: NaiveDate,
    actions: Option<Actions>,
    wishes: Option<Vec<Wish>>,
) -> Prepared {
    let (actions, (lessons, years, wishes)) = rayon::join(
        || actions.unwrap_or_else(|| Actions::new(knowledge, config, today)),
        || {
            let wishes = wishes.unwrap_or_else(|| wishes_of(knowledge, config));
            (lessons(knowledge), years(knowledge), wishes)
        },
    );
    Prepared { today, actions, lessons, years, wishes }
}

impl Prepared {
    /// Plans the site.
    pub fn plan(self, knowledge: &Knowledge, config: &Config) -> Plan {
        let Prepared { today, actions, lessons, years, wishes } = self;
        let mut planner =
            Planner { knowledge, config, findings: Vec::new(), taken: HashMap::new(), pages: Vec::new() };
        let Actions { all: actions, groupings, due } = actions;
        let terms = planner.generated(&lessons, &actions, &groupings, &years);
        let addresses = planner.documents(&wishes);
        let redirects = planner.redirects(&addresses);
        let assets = planner.assets();
        planner.case_clashes();
        let feeds = feeds(knowledge, &terms);
        let Planner { mut pages, mut findings, .. } = planner;
        pages.sort_by(|a, b| a.address.cmp(&b.address));
        findings.sort_by(|a, b| a.place.file.cmp(&b.place.file));
        Plan {
            addresses,
            pages,
            redirects,
            assets,
            feeds,
            terms,
            lessons,
            actions,
            groupings,
            due,
            years,
            today,
            returning: knowledge.recurring.groups.len(),
            wishes,
            findings,
        }
    }
}

/// Returns the address of the page of a lesson with a permanent id.
pub fn lesson_address(lesson: &Lesson) -> Address {
    Address::new("lessons").join(&lesson.id)
}

/// Returns the lessons that are told, newest first.
fn lessons(knowledge: &Knowledge) -> Vec<(usize, usize)> {
    let of = |index: usize| knowledge.lessons.told(index).map(move |lesson| (index, lesson));
    knowledge.listed().flat_map(of).collect()
}

fn years(knowledge: &Knowledge) -> Vec<(Option<i32>, Vec<usize>)> {
    let mut years: Vec<(Option<i32>, Vec<usize>)> = Vec::new();
    for index in knowledge.listed() {
        let year = knowledge.documents[index].date.as_ref().map(|found| found.value.year());
        match years.iter_mut().find(|(other, _)| *other == year) {
            Some((_, documents)) => documents.push(index),
            None => years.push((year, vec![index])),
        }
    }
    years.sort_by_key(|(year, _)| std::cmp::Reverse(*year));
    years
}

impl Plan {
    /// Returns whether it is the plan of the site still, after documents took the place of others and on that day.
    ///
    /// Beside what [`Document::differs`] compares, without titles, it is made of the files that documents show, of how many lessons
    /// return, and of what is wrong at a place in a document.
    pub fn stands(&self, knowledge: &Knowledge, replaced: &[Replaced], today: NaiveDate) -> bool {
        let targets = &knowledge.targets;
        let is_same = |one: &Replaced| {
            let after = &knowledge.documents[one.index];
            let differs = Differs { title: false, ..after.differs(&one.before) };
            differs == Differs::default()
                && shown_files(after, targets) == shown_files(&one.before, targets)
                && !self.findings.iter().any(|finding| finding.place.file == after.file)
        };
        self.today == today
            && self.returning == knowledge.recurring.groups.len()
            && replaced.iter().all(is_same)
    }

    /// Plans the site again after documents took the place of others: with the outcome of [`plan`], and less work where what they
    /// want done, by whom, and under which names is what it was.
    pub fn again(
        self,
        knowledge: &Knowledge,
        config: &Config,
        replaced: &[Replaced],
        today: NaiveDate,
    ) -> Plan {
        let differs: Vec<Differs> =
            replaced.iter().map(|one| knowledge.documents[one.index].differs(&one.before)).collect();
        let any = |what: fn(&Differs) -> bool| differs.iter().any(what);
        let Plan { actions: all, groupings, due, wishes, .. } = self;
        let stand = self.today == today && !any(|differs| differs.standing || differs.actions);
        let actions = stand.then_some(Actions { all, groupings, due });
        let actions = match any(|differs| differs.names) {
            true => actions.map(|actions| actions.renamed(knowledge, config)),
            false => actions,
        };
        let is_faulty = |wish: &Wish| wish.fault.is_some();
        let wishes = (!any(|differs| differs.standing) && !wishes.iter().any(is_faulty)).then_some(wishes);
        prepare_from(knowledge, config, today, actions, wishes).plan(knowledge, config)
    }

    /// Returns the place of the page at an address.
    pub fn page_at(&self, address: &Address) -> Option<usize> {
        self.pages.binary_search_by(|page| page.address.cmp(address)).ok()
    }

    /// Returns the address of a lesson, relative to the top of the site: its own page, or its place in its document while it is
    /// not locked.
    pub fn lesson_url(&self, knowledge: &Knowledge, lesson: &Lesson, from_folder: bool) -> String {
        let place = lesson.document.zip(lesson.place).filter(|_| lesson.provisional);
        match place {
            Some((document, place)) => {
                let anchor = &knowledge.documents[document].lessons[place].anchor;
                format!("{}#{}", self.addresses[document].url(from_folder), address::encode(anchor))
            }
            None => lesson_address(lesson).url(from_folder),
        }
    }
}

/// Returns where the lessons stand that were learned more than once.
pub fn recurring_address() -> Address {
    Address::new("lessons").join("recurring")
}

/// Returns whether names of a kind have feeds of their own.
pub fn has_feed(kind: TermKind) -> bool {
    matches!(kind, TermKind::Service | TermKind::Factor | TermKind::Tag)
}

fn feeds(knowledge: &Knowledge, terms: &[Address]) -> Vec<Feed> {
    let mut feeds = vec![Feed {
        address: Address::home(),
        term: None,
        documents: knowledge.listed().take(FEED).collect(),
    }];
    for (index, term) in knowledge.terms.iter().enumerate() {
        if has_feed(term.kind) && !term.documents.is_empty() {
            let documents = term.documents.iter().copied().take(FEED).collect();
            feeds.push(Feed { address: terms[index].clone(), term: Some(index), documents });
        }
    }
    feeds
}

struct Planner<'a> {
    knowledge: &'a Knowledge,
    config: &'a Config,
    findings: Vec<Finding>,
    /// Addresses of folders that are taken, with the page's place in `pages`.
    taken: HashMap<Address, usize>,
    pages: Vec<Page>,
}

impl Planner<'_> {
    fn push(&mut self, address: Address, content: Content) {
        self.taken.insert(address.clone(), self.pages.len());
        self.pages.push(Page { address, content, intro: None });
    }

    /// Adds the pages of a long list.
    fn push_slices(&mut self, first: Address, rows: usize, content: impl Fn(Slice) -> Content) {
        self.push_slices_of(ROWS, first, rows, content);
    }

    /// Adds the pages of a long list, so many rows on each.
    fn push_slices_of(
        &mut self,
        most: usize,
        first: Address,
        rows: usize,
        content: impl Fn(Slice) -> Content,
    ) {
        let total = rows.div_ceil(most).max(1);
        for number in 1..=total {
            let start = (number - 1) * most;
            let slice = Slice { number, total, first: first.clone(), rows: start..rows.min(start + most) };
            self.push(slice.address(number), content(slice.clone()));
        }
    }

    /// Adds every page that is no document, and returns the addresses of the terms.
    fn generated(
        &mut self,
        lessons: &[(usize, usize)],
        actions: &[ActionRef],
        groupings: &[Grouping],
        years: &[(Option<i32>, Vec<usize>)],
    ) -> Vec<Address> {
        let knowledge = self.knowledge;
        self.push(Address::home(), Content::Home);
        self.push(Address::new("404"), Content::NotFound);
        self.push(Address::new("search"), Content::Search);
        self.push_slices_of(LESSONS, Address::new("lessons"), lessons.len(), Content::Lessons);
        for (index, lesson) in knowledge.lessons.locked() {
            // An alias leads on; one of a ring of aliases leads nowhere, and says so itself.
            if !matches!(lesson.state, State::Alias(_)) || knowledge.lessons.resolve(&lesson.id).is_none() {
                self.push(lesson_address(lesson), Content::Lesson(index));
            }
        }
        let returning = knowledge.recurring.groups.len();
        if returning > 0 {
            self.push_slices_of(RETURNING, recurring_address(), returning, Content::Recurring);
        }
        let (incidents, articles) = (knowledge.incidents().count(), knowledge.articles().count());
        if incidents > 0 {
            self.push_slices(Address::new("incidents"), incidents, |slice| {
                Content::List(Kind::Incident, slice)
            });
        }
        if articles > 0 {
            self.push_slices(Address::new("articles"), articles, |slice| Content::List(Kind::Article, slice));
        }
        if !actions.is_empty() {
            self.push_slices(Address::new("actions"), actions.len(), Content::Actions);
        }
        for grouping in groupings {
            let address = Address::new("actions").join(&format!("by-{}", grouping.by.name()));
            self.push_slices(address, grouping.rows(), |slice| Content::ActionsBy(grouping.by, slice));
        }
        if trend::is_there(knowledge) {
            self.push(Address::new("trends"), Content::Trends);
        }
        if !knowledge.documents.is_empty() {
            self.push(Address::new("archive"), Content::Archive);
        }
        for (year, documents) in years {
            let name = year.map_or("undated".to_owned(), |year| year.to_string());
            let address = Address::new("archive").join(&name);
            self.push_slices(address, documents.len(), |slice| Content::Year(*year, slice));
        }
        for kind in TermKind::ALL {
            if knowledge.terms_of(kind).next().is_some() {
                self.push(Address::new(kind.folder()), Content::Terms(kind));
            }
        }
        let mut addresses = Vec::with_capacity(knowledge.terms.len());
        for (index, term) in knowledge.terms.iter().enumerate() {
            let slug = match crate::document::anchor::slug(&term.key.replace(['/', '.', ':'], "-")) {
                slug if slug.trim_matches('-').is_empty() => "other".to_owned(),
                slug if slug == "page" => "page-".to_owned(),
                slug => crate::document::title::cut(&slug, 80).trim_end_matches('…').to_owned(),
            };
            let folder = Address::new(term.kind.folder());
            let mut address = folder.join(&slug);
            let mut number = 2;
            while self.taken.contains_key(&address) {
                address = folder.join(&format!("{slug}-{number}"));
                number += 1;
            }
            self.push_slices(address.clone(), term.documents.len(), |slice| Content::Term(index, slice));
            addresses.push(address);
        }
        addresses
    }

    /// Gives every document its address: its path, or the slug that its author gave.
    fn documents(&mut self, wishes: &[Wish]) -> Vec<Address> {
        let knowledge = self.knowledge;
        let mut addresses = vec![Address::home(); knowledge.documents.len()];
        self.taken.reserve(wishes.len());
        self.pages.reserve(wishes.len());
        for Wish { document: index, address, fault } in wishes {
            let (index, mut address) = (*index, address.clone());
            let document = &knowledge.documents[index];
            self.findings.extend(fault.clone());
            if let Some(other) = self.owner(&address) {
                let message = format!(
                    "`{}` and `{}` both want the address `/{}`",
                    knowledge.documents[other].file,
                    document.file,
                    address.path()
                );
                self.findings.push(
                    Finding::new(&ADDRESS_TAKEN, Place::file(&document.file), message)
                        .help("rename one of them, or give it a `slug`"),
                );
                address = self.free(&address);
            }
            match self.taken.get(&address).copied() {
                // A guide or an index that stands where we make a page is that page's introduction.
                Some(page) if !is_listed(document) => self.pages[page].intro = Some(index),
                Some(_) => {
                    address = self.free(&address.join("document"));
                    self.push(address.clone(), Content::Document(index));
                }
                None => self.push(address.clone(), Content::Document(index)),
            }
            addresses[index] = address;
        }
        addresses
    }

    /// Returns the document that stands at an address.
    fn owner(&self, address: &Address) -> Option<usize> {
        let page = &self.pages[*self.taken.get(address)?];
        match page.content {
            Content::Document(index) => Some(index),
            _ => page.intro,
        }
    }

    /// Returns an address near the one that is taken.
    fn free(&self, address: &Address) -> Address {
        let mut number = 2;
        let mut candidate = address.clone();
        while self.taken.contains_key(&candidate) {
            candidate = Address::new(&format!("{}-{number}", address.path()));
            number += 1;
        }
        candidate
    }

    /// Plans a file for every older address.
    fn redirects(&mut self, addresses: &[Address]) -> Vec<Redirect> {
        let mut files: BTreeMap<String, Destination> = BTreeMap::new();
        for (index, document) in self.knowledge.documents.iter().enumerate() {
            for alias in &document.aliases {
                let path = link::address(&alias.value);
                let place = || match &alias.span {
                    Some(span) => Place::span(&document.file, &document.text, span.clone()),
                    None => Place::file(&document.file),
                };
                let Some(address) = Address::checked(&path) else {
                    let message = format!("`{}` is no address inside the site", alias.value);
                    self.findings.push(Finding::new(&BAD_ALIAS, place(), message));
                    continue;
                };
                if address == addresses[index] {
                    continue;
                }
                let is_file = path.ends_with(".html") || path.ends_with(".htm");
                let file = if is_file { path.clone() } else { address.file() };
                // An alias may not lie below a file, nor where a page stands.
                if self.taken.contains_key(&address) || files.contains_key(&file) {
                    if files.get(&file) != Some(&Destination::Document(index)) {
                        let message = format!("`{}` is taken by another page", alias.value);
                        self.findings.push(Finding::new(&BAD_ALIAS, place(), message));
                    }
                    continue;
                }
                files.insert(file, Destination::Document(index));
            }
        }
        // Nobody wrote these addresses, so where something else stands there now nobody is told.
        for (path, index) in &self.knowledge.moved {
            let stem = stem(path, self.config);
            let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
            let own = matches!(name.to_lowercase().as_str(), "index" | "_index" | "readme");
            let address = Address::new(if own { folder } else { stem });
            if !self.taken.contains_key(&address) {
                files.entry(address.file()).or_insert(Destination::Document(*index));
            }
        }
        for (_, lesson) in self.knowledge.lessons.locked() {
            if let (State::Alias(_), Some(to)) = (&lesson.state, self.knowledge.lessons.resolve(&lesson.id)) {
                files.entry(lesson_address(lesson).file()).or_insert(Destination::Lesson(to));
            }
        }
        if files.is_empty() {
            return Vec::new();
        }
        // A file and a folder cannot bear one name.
        let mut all: BTreeSet<String> = self.pages.iter().map(|page| page.address.file()).collect();
        all.extend(files.keys().cloned());
        files.retain(|name, _| {
            let below = format!("{name}/");
            !all.range(below.clone()..).next().is_some_and(|other| other.starts_with(&below))
        });
        files.into_iter().map(|(file, to)| Redirect { file, to }).collect()
    }

    /// Returns the files that documents show or link to.
    fn assets(&mut self) -> Vec<String> {
        let targets = &self.knowledge.targets;
        if targets.has_no_files() {
            return Vec::new();
        }
        let documents = self.knowledge.documents.par_iter();
        let found: Vec<BTreeSet<String>> = documents.map(|one| shown_files(one, targets)).collect();
        let mut assets: BTreeSet<String> = found.into_iter().flatten().collect();
        if assets.is_empty() {
            return Vec::new();
        }
        let pages: BTreeSet<String> = self.pages.iter().map(|page| page.address.file()).collect();
        assets.retain(|path| {
            let below = format!("{path}/");
            let folder = pages.range(below.clone()..).next().is_some_and(|file| file.starts_with(&below));
            if !pages.contains(path) && !folder {
                return true;
            }
            let message = format!("the file `{path}` stands where a page stands");
            let file = format!("{}{path}", self.prefix());
            self.findings
                .push(Finding::new(&ADDRESS_TAKEN, Place::file(&file), message).help("rename the file"));
            false
        });
        assets.into_iter().collect()
    }

    fn prefix(&self) -> &str {
        let first = self.knowledge.documents.first();
        first.and_then(|document| document.file.strip_suffix(&document.path)).unwrap_or("")
    }

    fn case_clashes(&mut self) {
        // Addresses of which none has a capital are told apart as they are.
        let has_capital = |page: &Page| {
            let path = page.address.path();
            match path.is_ascii() {
                true => path.bytes().any(|byte| byte.is_ascii_uppercase()),
                false => path != path.to_lowercase(),
            }
        };
        if !self.pages.iter().any(has_capital) {
            return;
        }
        let mut seen: BTreeMap<String, &Page> = BTreeMap::new();
        for page in &self.pages {
            let lower = page.address.path().to_lowercase();
            if let (Some(other), Content::Document(index)) = (seen.get(&lower), &page.content) {
                let document = &self.knowledge.documents[*index];
                let message =
                    format!("`/{}` and `/{}` differ only in case", other.address.path(), page.address.path());
                self.findings.push(
                    Finding::new(&ADDRESS_CASE, Place::file(&document.file), message)
                        .help("on Windows and macOS one of the two pages would replace the other"),
                );
            }
            seen.insert(lower, page);
        }
    }
}

/// Where a document wants to stand.
#[derive(Clone, Debug)]
struct Wish {
    document: usize,
    address: Address,
    /// What is wrong with its slug.
    fault: Option<Finding>,
}

/// Returns the wishes of all documents. Paths decide who comes first, so that an address does not depend on dates.
fn wishes_of(knowledge: &Knowledge, config: &Config) -> Vec<Wish> {
    let by_path = knowledge.by_path();
    let indexed: BTreeSet<String> = by_path
        .iter()
        .filter_map(|&index| {
            let stem = stem(&knowledge.documents[index].path, config);
            let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
            let is_index = ["index", "_index"].iter().any(|one| name.eq_ignore_ascii_case(one));
            is_index.then(|| folder.to_owned())
        })
        .collect();
    by_path
        .par_iter()
        .map(|&document| {
            let (address, fault) = wished(&knowledge.documents[document], config, &indexed);
            Wish { document, address, fault }
        })
        .collect()
}

/// Returns the address that a document wants, and what is wrong with its slug.
fn wished(document: &Document, config: &Config, indexed: &BTreeSet<String>) -> (Address, Option<Finding>) {
    let stem = stem(&document.path, config);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let is_named = |own: &str| name.eq_ignore_ascii_case(own);
    let stands_for_folder =
        is_named("index") || is_named("_index") || is_named("readme") && !indexed.contains(folder);
    let own = Address::new(if stands_for_folder { folder } else { stem });
    let Some(slug) = &document.slug else { return (own, None) };
    let wished = slug.value.trim().trim_end_matches('/');
    match Address::checked(wished) {
        Some(slug) if slug.path().is_empty() => (own, None),
        Some(slug) if wished.starts_with('/') => (slug, None),
        Some(slug) => (Address::new(folder).join(slug.path()), None),
        None => {
            let place = match &slug.span {
                Some(span) => Place::span(&document.file, &document.text, span.clone()),
                None => Place::file(&document.file),
            };
            let message = format!("`{}` cannot be part of an address", slug.value);
            let finding = Finding::new(&BAD_SLUG, place, message);
            (own, Some(finding.help("a slug is a word such as `dns-outage`, without `..`")))
        }
    }
}

/// Returns the files that a document shows or links to. Every byte of its body is looked at for raw HTML.
fn shown_files(document: &Document, targets: &Targets) -> BTreeSet<String> {
    let links = document.links.iter().map(|link| (link.target.as_str(), link.wiki));
    let raw = raw_targets(document.body()).map(|target| (target, false));
    let found =
        links.chain(raw).filter_map(|(target, wiki)| match targets.resolve(&document.path, target, wiki) {
            Target::Asset(path) => Some(path),
            _ => None,
        });
    found.collect()
}

/// Returns the targets of images and links in raw HTML.
fn raw_targets(body: &str) -> impl Iterator<Item = &str> {
    memchr::memchr_iter(b'=', body.as_bytes()).filter_map(|at| {
        let is_target = ["src", "href"].iter().any(|attribute| body[..at].ends_with(attribute));
        let rest = body[at + 1..].strip_prefix(['"', '\'']).filter(|_| is_target)?;
        let quote = char::from(body.as_bytes()[at + 1]);
        Some(&rest[..rest.find(quote)?])
    })
}
