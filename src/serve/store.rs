//! What was read of a site, kept up to date.
//!
//! Comes in: ROOT, and from time to time what may have changed in it. Goes out: documents, settings, theme and the rest as they
//! are now. A document is parsed again only where its file is another one. Settings or a theme that cannot be understood leave
//! those before them in force, with findings; where none were before, there is no site until the settings are mended, and the
//! built-in theme stands for another. Never renders, and never writes.

use crate::check::baseline;
use crate::check::baseline::Baseline;
use crate::config;
use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::document::Document;
use crate::document::Reader;
use crate::knowledge;
use crate::knowledge::Edit;
use crate::knowledge::Knowledge;
use crate::knowledge::Lock;
use crate::knowledge::citation;
use crate::knowledge::citation::Citations;
use crate::knowledge::ledger::Ledger;
use crate::knowledge::link::Files;
use crate::page;
use crate::page::Plan;
use crate::render;
use crate::source;
use crate::source::Checkout;
use crate::source::Entry;
use crate::source::Histories;
use crate::source::Listing;
use crate::source::Located;
use crate::source::Root;
use crate::theme;
use crate::theme::Theme;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

/// What is served, as it was asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The folder, an absolute path.
    pub folder: PathBuf,
    /// Whether documents that say `draft: true` count.
    pub drafts: bool,
    /// The address that stands for the `base_url` of the settings, where they have one.
    pub base_url: String,
}

/// What may have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Files and folders, with links followed as far as they lead.
    pub paths: BTreeSet<PathBuf>,
    /// Whether nobody knows what else has.
    pub unsure: bool,
}

/// A file's size and time, by which another one is told.
type Stamp = (u64, Option<SystemTime>);

/// What was read of a site.
#[derive(Debug)]
pub struct Store {
    wanted: Wanted,
    /// Where it is read from.
    pub root: Root,
    /// Its settings.
    pub config: Config,
    settings: String,
    listing: Listing,
    memory: knowledge::Memory,
    /// The site as it was connected last, where somebody gave it back.
    connected: Option<Connected>,
    /// Documents as they were then, by their paths, where they have other texts by now.
    edited: BTreeMap<String, Arc<Document>>,
    /// Whether anything but the texts of these is another by now.
    moved_on: bool,
    documents: BTreeMap<String, (Stamp, Arc<Document>)>,
    histories: Option<Histories>,
    git_findings: Vec<Finding>,
    /// What the lock says, and what is wrong with it.
    ledger: (Ledger, Vec<Finding>),
    citations: Citations,
    side_findings: Vec<Finding>,
    checkouts: (Vec<Checkout>, Vec<Finding>),
    /// The theme that is in force.
    pub theme: Option<Theme>,
    theme_texts: BTreeMap<String, String>,
    /// What stands in `static`.
    pub statics: source::Files,
    /// What `check` need not tell again.
    pub baseline: Baseline,
    /// Whether the settings were never understood, so that nothing was read yet.
    waiting: bool,
    /// What keeps the newest settings or theme from being in force.
    broken: BTreeMap<Part, (Vec<Finding>, BTreeMap<String, String>)>,
}

/// What can be broken while the one before it is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Settings,
    Theme,
}

/// A site that was connected.
#[derive(Debug)]
pub struct Connected {
    /// What its documents say.
    pub knowledge: Knowledge,
    /// Its pages.
    pub plan: Plan,
    /// What was found beside both: in the lock, in Git, among the files.
    beside: Vec<Finding>,
    /// Documents that took the place of others, where it is the site that was connected before in all else that a page of
    /// another document shows; their places among the documents.
    pub edited: Option<Vec<usize>>,
}

impl Connected {
    /// Returns what the stages found.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        let documents = self.knowledge.documents.iter().flat_map(|document| &document.findings);
        self.beside.iter().chain(documents).chain(&self.knowledge.findings).chain(&self.plan.findings)
    }
}

/// What a refresh has read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Files that are new or have another text, relative to ROOT.
    pub changed: BTreeSet<String>,
    /// Files that are gone, relative to ROOT.
    pub gone: BTreeSet<String>,
    /// Whether something else is another one: settings, theme, lock, files, dates.
    pub else_changed: bool,
    /// Whether everything was read again, so that nothing that was made of it before may be used.
    pub everything: bool,
}

impl Refreshed {
    /// Returns whether a page may be another one.
    pub fn is_any(&self) -> bool {
        !self.changed.is_empty() || !self.gone.is_empty() || self.else_changed || self.everything
    }
}

impl Store {
    /// Reads a site for the first time.
    ///
    /// # Errors
    ///
    /// Where something cannot be read at all. Settings that cannot be understood are waited for.
    pub fn open(wanted: Wanted) -> Result<Store, source::Error> {
        let located = source::locate(Some(&wanted.folder), &wanted.folder)?;
        // What the site is before its settings are understood: the folder, with nothing in it.
        let config = Config::default();
        let root = Root::new(Located { path: located.path, settings: None }, &config)?;
        let theme = Theme::built_in("default", &config.language);
        let mut store = Store {
            statics: source::Files::default(),
            listing: Listing::default(),
            checkouts: (Vec::new(), Vec::new()),
            wanted,
            root,
            config,
            settings: String::new(),
            memory: knowledge::Memory::default(),
            connected: None,
            edited: BTreeMap::new(),
            moved_on: true,
            documents: BTreeMap::new(),
            histories: None,
            git_findings: Vec::new(),
            ledger: Default::default(),
            citations: Citations::default(),
            side_findings: Vec::new(),
            theme,
            theme_texts: BTreeMap::new(),
            baseline: Baseline::default(),
            waiting: true,
            broken: BTreeMap::new(),
        };
        store.read_settings(&mut Refreshed::default())?;
        if store.waiting {
            return Ok(store);
        }
        let root = store.root.clone();
        let (_, (histories, findings)) = rayon::join(
            || store.parse(&BTreeSet::new(), true, &mut Refreshed::default()),
            || source::histories(&root),
        );
        store.date(histories, findings);
        Ok(store)
    }

    /// Returns whether the settings were never understood, so that there is nothing to show yet.
    pub fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// Reads again what may have changed.
    ///
    /// # Errors
    ///
    /// Where something cannot be read at all, such as a lock that is no folder; the store is then what it was, or partly newer.
    pub fn refresh(&mut self, touched: &Touched) -> Result<Refreshed, source::Error> {
        let refreshed = self.read_again(touched);
        let is_moved = |done: &Refreshed| !done.gone.is_empty() || done.else_changed || done.everything;
        self.moved_on |= refreshed.as_ref().map_or(true, is_moved);
        refreshed
    }

    fn read_again(&mut self, touched: &Touched) -> Result<Refreshed, source::Error> {
        let mut done = Refreshed::default();
        let mut parts = self.parts(touched);
        if parts.settings || parts.all || self.waiting {
            self.read_settings(&mut done)?;
        }
        if self.waiting {
            return Ok(done);
        }
        if done.everything {
            let (histories, findings) = source::histories(&self.root);
            (self.histories, self.git_findings) = (histories, findings);
        }
        if parts.all || parts.theme {
            self.read_theme(&mut done);
        }
        if parts.all || parts.statics {
            self.statics = source::static_files(&self.root)?;
            done.else_changed = true;
        }
        if parts.all || parts.beside {
            self.read_beside()?;
            done.else_changed = true;
        }
        let out = self.root.path.join("dist");
        let mut listed = parts.all || parts.list;
        if listed || !parts.files.is_empty() {
            let others =
                |listing: &Listing| (listing.assets.clone(), listing.links.clone(), listing.findings.clone());
            let before = others(&self.listing);
            listed |= !self.list_files(&parts.files, &out);
            if listed {
                self.listing = source::list(&self.root, &self.config, &out);
            }
            done.else_changed |= others(&self.listing) != before;
        }
        if parts.asset {
            done.else_changed = true;
        }
        parts.documents.append(&mut parts.files);
        self.parse(&parts.documents, listed || done.everything, &mut done);
        if parts.all || parts.git {
            let (histories, findings) = source::histories(&self.root);
            done.else_changed = true;
            self.date(histories, findings);
        } else if let Some(histories) = &self.histories {
            for file in &done.changed {
                let path = file.strip_prefix(&self.root.content_prefix).unwrap_or(file);
                if let Some((_, document)) = self.documents.get_mut(path) {
                    Arc::make_mut(document).history = histories.of(path);
                }
            }
        }
        Ok(done)
    }

    /// Looks again at single files; returns `false` where the whole folder has to be listed.
    fn list_files(&mut self, files: &BTreeSet<String>, out: &Path) -> bool {
        files.len() <= FEW
            && files
                .iter()
                .all(|path| source::list_one(&mut self.listing, &self.root, &self.config, out, path))
    }

    /// Returns whether something of the site may be another one.
    pub fn concerns(&self, touched: &Touched) -> bool {
        self.parts(touched) != Parts::default()
    }

    /// Returns what is to be read again.
    fn parts(&self, touched: &Touched) -> Parts {
        let real = source::real_path(&self.root.path).unwrap_or_else(|| self.root.path.clone());
        let content = source::real_path(&self.root.content).unwrap_or_else(|| self.root.content.clone());
        let mut parts = Parts { all: touched.unsure, ..Parts::default() };
        let theme_folder = self.config.theme.as_ref().map(|theme| real.join(theme));
        for path in &touched.paths {
            if path == &real.join(config::FILE) {
                parts.settings = true;
            } else if real.starts_with(path) {
                // ROOT itself went away, or came back.
                parts.all = true;
            } else if path.components().any(|part| part.as_os_str() == ".git") {
                parts.git |= moves_head(path);
            } else if theme_folder.as_ref().is_some_and(|theme| path.starts_with(theme)) {
                parts.theme = true;
            } else if path.starts_with(real.join("static")) {
                parts.statics = true;
            } else if path.starts_with(real.join(source::LOCK))
                || [citation::FILE, baseline::FILE].iter().any(|name| path == &real.join(name))
            {
                parts.beside = true;
            } else if path == &content || content.starts_with(path) {
                parts.list = true;
            } else if let Ok(below) = path.strip_prefix(&content) {
                self.classify(below, &mut parts);
            } else if path.file_name().is_some_and(|name| name == ".gitignore") {
                parts.list = true;
            }
        }
        parts
    }

    /// Says what a path of the content folder is: a document that is known, or a reason to list the folder again.
    fn classify(&self, below: &Path, parts: &mut Parts) {
        let names: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        let Some(names) = names else {
            parts.list = true;
            return;
        };
        let path = names.join("/");
        if names.iter().any(|name| name.starts_with('.')) {
            // What is hidden is no content, but it may say what is.
            parts.list |=
                names.last().is_some_and(|name| *name == ".gitignore" || *name == config::OUTPUT_MARKER);
            return;
        }
        let known = self.listing.documents.binary_search_by(|entry| entry.path.as_str().cmp(&path));
        match known.ok().map(|at| &self.listing.documents[at]) {
            Some(entry) if source::stamp(&self.root, entry).is_some() => {
                parts.documents.insert(path);
            }
            Some(_) => drop(parts.files.insert(path)),
            None => {
                let asset =
                    self.listing.assets.binary_search_by(|asset| asset.path.as_str().cmp(&path)).is_ok();
                let there = self.root.content.join(below).symlink_metadata();
                let is_file = there.as_ref().is_ok_and(|there| there.is_file());
                let there = there.is_ok();
                if asset && is_file {
                    parts.asset = true;
                    return;
                }
                if is_file || asset {
                    parts.files.insert(path);
                    return;
                }
                // A temporary file of an editor that came and went is nothing; a folder that went is.
                let inside =
                    |other: &str| other.strip_prefix(&path).is_some_and(|rest| rest.starts_with('/'));
                parts.list |= there
                    || self.listing.documents.iter().any(|entry| inside(&entry.path))
                    || self.listing.assets.iter().any(|asset| inside(&asset.path));
            }
        }
    }

    fn read_settings(&mut self, done: &mut Refreshed) -> Result<(), source::Error> {
        let located = source::locate(Some(&self.wanted.folder), &self.wanted.folder)?;
        let settings = located.settings.clone().unwrap_or_default();
        let same = settings == self.settings && self.root.settings.is_some() == located.settings.is_some();
        if same && !self.waiting {
            done.else_changed |= self.broken.remove(&Part::Settings).is_some();
            return Ok(());
        }
        let (mut config, findings) = config::parse(&settings);
        let fault = findings.iter().any(|finding| finding.level == Level::Error);
        let root =
            Root::new(Located { path: located.path.clone(), settings: located.settings.clone() }, &config);
        let root = match root {
            Ok(root) if !fault => root,
            root => {
                let findings = match root {
                    Err(error) if !fault => vec![finding(&error)],
                    _ => findings,
                };
                self.broken.insert(Part::Settings, (findings, [(config::FILE.to_owned(), settings)].into()));
                done.else_changed = true;
                return Ok(());
            }
        };
        if config.base_url.is_some() {
            config.base_url = Some(self.wanted.base_url.clone());
        }
        self.broken.remove(&Part::Settings);
        self.waiting = false;
        (self.root, self.config, self.settings) = (root, config, settings);
        // What a document says depends on the settings: its zone, its sections, its severities.
        self.documents.clear();
        self.memory = knowledge::Memory::default();
        let_go(self.connected.take());
        self.listing = source::list(&self.root, &self.config, &self.root.path.join("dist"));
        self.statics = source::static_files(&self.root)?;
        self.checkouts = checkouts(&self.root, &self.config);
        self.read_beside()?;
        self.read_theme(done);
        done.everything = true;
        Ok(())
    }

    fn read_theme(&mut self, done: &mut Refreshed) {
        done.else_changed = true;
        match load_theme(&self.root, &self.config) {
            Ok((theme, texts)) => {
                self.broken.remove(&Part::Theme);
                (self.theme, self.theme_texts) = (Some(theme), texts);
            }
            Err(broken) => {
                // Nobody's own theme is in force: ours stands for it, in the language of the site.
                if self.theme_texts.is_empty()
                    && let Some(ours) = Theme::built_in("default", &self.config.language)
                {
                    self.theme = Some(ours);
                }
                self.broken.insert(Part::Theme, broken);
            }
        }
    }

    /// Reads what stands beside the documents: the lock, the citations.
    fn read_beside(&mut self) -> Result<(), source::Error> {
        self.ledger = Ledger::parse(&source::lock_files(&self.root)?);
        let (citations, faults) = match source::read_own(&self.root, citation::FILE)? {
            Some(text) => citation::parse(&text),
            None => Default::default(),
        };
        self.citations = citations;
        self.side_findings = faults;
        self.baseline = match source::read_own(&self.root, baseline::FILE)? {
            None => Baseline::default(),
            Some(text) => Baseline::parse(&text).unwrap_or_else(|why| {
                let place = crate::diagnostic::Place::file(baseline::FILE);
                let finding =
                    Finding::new(&config::BROKEN_SETTINGS, place, format!("this is no baseline: {why}"));
                self.side_findings
                    .push(finding.help("write it anew with `afterword check --write-baseline`"));
                Baseline::default()
            }),
        };
        Ok(())
    }

    /// Parses the `doubtful` documents, and where the folder was `listed` again also those whose stamps are others than before.
    fn parse(&mut self, doubtful: &BTreeSet<String>, listed: bool, done: &mut Refreshed) {
        let folder =
            self.root.content.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        let reader = Reader::new(&self.config, &folder);
        let entries = &self.listing.documents;
        let stale: Vec<&Entry> = match listed {
            true => entries
                .iter()
                .filter(|entry| {
                    let known = self.documents.get(&entry.path);
                    doubtful.contains(&entry.path)
                        || known.is_none_or(|(stamp, _)| *stamp != (entry.size, entry.modified))
                })
                .collect(),
            false => doubtful
                .iter()
                .filter_map(|path| {
                    Some(&entries[entries.binary_search_by(|entry| entry.path.cmp(path)).ok()?])
                })
                .collect(),
        };
        let parsed: Vec<(Stamp, Arc<Document>)> = stale
            .par_iter()
            .map(|entry| {
                // Asked before it is read: what is written meanwhile is then read once more.
                let stamp = source::stamp(&self.root, entry).unwrap_or((entry.size, entry.modified));
                (stamp, Arc::new(reader.parse(source::read(&self.root, entry))))
            })
            .collect();
        let stamps: Vec<(usize, Stamp)> = stale
            .iter()
            .zip(&parsed)
            .filter_map(|(entry, (stamp, _))| {
                let at = self.listing.documents.binary_search_by(|other| other.path.cmp(&entry.path)).ok()?;
                Some((at, *stamp))
            })
            .collect();
        for (stamp, document) in parsed {
            let same = self
                .documents
                .get(&document.path)
                .is_some_and(|(_, old)| old.text == document.text && old.findings == document.findings);
            if same {
                if let Some((old, _)) = self.documents.get_mut(&document.path) {
                    *old = stamp;
                }
                continue;
            }
            done.changed.insert(document.file.clone());
            let path = document.path.clone();
            match self.documents.insert(path.clone(), (stamp, document)) {
                Some((_, before)) => {
                    self.edited.entry(path).or_insert(before);
                }
                None => self.moved_on = true,
            }
        }
        for (at, (size, modified)) in stamps {
            let entry = &mut self.listing.documents[at];
            (entry.size, entry.modified) = (size, modified);
        }
        if self.documents.len() > self.listing.documents.len() {
            let listed: BTreeSet<&str> =
                self.listing.documents.iter().map(|entry| entry.path.as_str()).collect();
            let gone: Vec<String> =
                self.documents.keys().filter(|path| !listed.contains(path.as_str())).cloned().collect();
            for path in gone {
                if let Some((_, document)) = self.documents.remove(&path) {
                    done.gone.insert(document.file.clone());
                }
            }
        }
    }

    /// Gives every document the dates that Git knows.
    fn date(&mut self, histories: Option<Histories>, findings: Vec<Finding>) {
        (self.histories, self.git_findings) = (histories, findings);
        for (path, (_, document)) in &mut self.documents {
            let history = self.histories.as_ref().and_then(|histories| histories.of(path));
            if document.history != history {
                Arc::make_mut(document).history = history;
            }
        }
    }

    /// Connects the documents as they are, and plans their pages.
    ///
    /// What was connected before and given back with [`Store::give_back`] is kept as far as it stands; the outcome is the same as
    /// without it.
    pub fn connect(&mut self, today: NaiveDate) -> Connected {
        let edited = std::mem::take(&mut self.edited);
        let moved_on = std::mem::replace(&mut self.moved_on, false);
        if let Some(mut before) = self.connected.take() {
            if !moved_on && edited.len() <= FEW && self.follow(&mut before, &edited, today) {
                return before;
            }
            before.knowledge.hand_back(&mut self.memory);
            let_go(before);
        }
        let mut lock = Lock { ledger: self.ledger.0.clone(), cited: self.citations.ids(), ..Lock::default() };
        let mut documents = Vec::with_capacity(self.documents.len());
        for (_, document) in self.documents.values() {
            if self.is_shown(document) {
                documents.push(Arc::clone(document));
            } else {
                lock.absent.extend([document.path.clone(), document.id.value.clone()]);
            }
        }
        let files = Files {
            assets: self.listing.assets.iter().map(|asset| asset.path.clone()).collect(),
            links: self.listing.links.iter().map(|link| (link.path.clone(), link.target.clone())).collect(),
        };
        let prepare = |knowledge: &Knowledge| page::prepare(knowledge, &self.config, today);
        let (mut knowledge, prepared) =
            knowledge::connect_beside(documents, files, lock, &self.config, &mut self.memory, prepare);
        self.add_others(&mut knowledge);
        let plan = prepared.plan(&knowledge, &self.config);
        Connected { knowledge, plan, beside: self.beside(), edited: None }
    }

    /// Takes back what was connected, for when it is connected again.
    pub fn give_back(&mut self, connected: Connected) {
        self.connected = Some(connected);
    }

    /// Puts documents that were edited in the place of what they were; returns whether the site is up to date then, or all of it
    /// has to be connected.
    fn follow(
        &mut self,
        site: &mut Connected,
        edited: &BTreeMap<String, Arc<Document>>,
        today: NaiveDate,
    ) -> bool {
        let mut edits = Vec::with_capacity(edited.len());
        for (path, before) in edited {
            match self.documents.get(path) {
                Some((_, after)) if self.is_shown(before) && self.is_shown(after) => {
                    edits.push(Edit { before: Arc::clone(before), after: Arc::clone(after) });
                }
                _ => return false,
            }
        }
        let Some(replaced) = site.knowledge.replace(&edits, &self.config, &mut self.memory) else {
            return false;
        };
        self.add_others(&mut site.knowledge);
        let stands = site.plan.stands(&site.knowledge, &replaced, today);
        if !stands {
            let plan = std::mem::take(&mut site.plan);
            site.plan = plan.again(&site.knowledge, &self.config, &replaced, today);
        }
        site.edited = stands.then(|| replaced.iter().map(|one| one.index).collect());
        site.beside = self.beside();
        true
    }

    /// Adds what others say of the lessons: who cites them, whether they are held.
    fn add_others(&self, knowledge: &mut Knowledge) {
        knowledge.cite(self.citations.clone());
        if !self.config.repositories.is_empty() {
            knowledge.guard(&self.checkouts.0);
        }
    }

    /// Returns what was found beside the documents.
    fn beside(&self) -> Vec<Finding> {
        let checkouts = if self.config.repositories.is_empty() { &[][..] } else { &self.checkouts.1 };
        let findings = [&self.listing.findings, &self.git_findings, &self.side_findings, &self.ledger.1];
        findings.into_iter().flatten().chain(checkouts).cloned().collect()
    }

    /// Returns whether a document is one of the site.
    fn is_shown(&self, document: &Document) -> bool {
        !document.draft || self.wanted.drafts
    }

    /// Returns what keeps the newest settings or theme from being in force.
    pub fn broken(&self) -> Vec<Finding> {
        self.broken.values().flat_map(|(findings, _)| findings.iter().cloned()).collect()
    }

    /// Returns the text of a file, as it is now, by its path relative to ROOT.
    pub fn text_of(&self, file: &str) -> Option<&str> {
        if let Some(text) = self.broken.values().find_map(|(_, texts)| texts.get(file)) {
            return Some(text);
        }
        if file == config::FILE {
            return Some(&self.settings);
        }
        if let Some(text) = self.theme_texts.get(file) {
            return Some(text);
        }
        let path = file.strip_prefix(&self.root.content_prefix).unwrap_or(file);
        self.documents.get(path).map(|(_, document)| document.text.as_str())
    }

    /// Returns the text of the settings.
    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// Returns the folders to watch, each with whether those below it count.
    pub fn folders(&self) -> Vec<(PathBuf, bool)> {
        let real = source::real_path(&self.root.path).unwrap_or_else(|| self.root.path.clone());
        let content = source::real_path(&self.root.content).unwrap_or_else(|| self.root.content.clone());
        let mut folders = vec![(content.clone(), true)];
        if content != real {
            folders.push((real.clone(), false));
        }
        let below = [Some("static"), self.config.theme.as_deref(), Some(source::LOCK)];
        for name in below.into_iter().flatten() {
            let folder = real.join(name);
            if folder.is_dir() && !folder.starts_with(&content) {
                folders.push((folder, true));
            }
        }
        // Who commits changes the dates of documents.
        if let Some(top) = real.ancestors().find(|folder| folder.join(".git").is_dir()) {
            for name in [".git", ".git/logs", ".git/refs/heads"] {
                let folder = top.join(name);
                if folder.is_dir() && !folder.starts_with(&content) {
                    folders.push((folder, false));
                }
            }
        }
        folders
    }
}

/// How many documents may have been edited before the site is connected as a whole, and files looked at before all are listed.
const FEW: usize = 24;

/// Lets go of what a large site said, which takes time that nobody should wait for.
pub(super) fn let_go<T: Send + 'static>(past: T) {
    std::thread::spawn(move || drop(past));
}

/// What is to be read again.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    all: bool,
    settings: bool,
    theme: bool,
    statics: bool,
    beside: bool,
    git: bool,
    list: bool,
    asset: bool,
    /// Documents that are known and may have another text.
    documents: BTreeSet<String>,
    /// Files that are new, or gone.
    files: BTreeSet<String>,
}

fn checkouts(root: &Root, config: &Config) -> (Vec<Checkout>, Vec<Finding>) {
    if config.repositories.is_empty() { Default::default() } else { source::checkouts(root, config) }
}

/// Returns whether a file of Git says which commit is looked at, so that another one may be now.
fn moves_head(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let below = |folder: &str| path.components().any(|part| part.as_os_str() == folder);
    !name.ends_with(".lock") && (matches!(name, "HEAD" | "packed-refs") || below("refs") || below("logs"))
}

type Broken = (Vec<Finding>, BTreeMap<String, String>);

fn load_theme(root: &Root, config: &Config) -> Result<(Theme, BTreeMap<String, String>), Broken> {
    let (theme, texts) = load_templates(root, config)?;
    match render::painter(root, config) {
        Ok(Some(painter)) => theme.set_painter(painter),
        Ok(None) => {}
        Err(error) => return Err((vec![finding(&error)], texts)),
    }
    Ok((theme, texts))
}

fn load_templates(root: &Root, config: &Config) -> Result<(Theme, BTreeMap<String, String>), Broken> {
    let folder = config.theme.clone().unwrap_or_default();
    // A folder of that name comes first.
    let built_in = theme::BUILT_IN.contains(&folder.as_str()) && !root.path.join(&folder).exists();
    if let Some(theme) = Theme::built_in(&folder, &config.language).filter(|_| built_in) {
        return Ok((theme, BTreeMap::new()));
    }
    let files =
        source::theme_files(root, config).map_err(|error| (vec![finding(&error)], BTreeMap::new()))?;
    let texts = files.files.iter().filter_map(|(path, bytes)| {
        let name = format!("{}/{path}", folder.trim_end_matches('/'));
        Some((name, String::from_utf8(bytes.clone()).ok()?))
    });
    let texts: BTreeMap<String, String> = texts.collect();
    match Theme::in_language(&folder, &files.files, &config.language) {
        Ok(theme) => Ok((theme, texts)),
        Err(findings) => Err((findings, texts)),
    }
}

/// Makes a finding of what could not be read.
pub fn finding(error: &source::Error) -> Finding {
    let place = crate::diagnostic::Place::file(config::FILE);
    let finding = Finding::new(&config::BROKEN_SETTINGS, place, error.message.clone());
    match &error.help {
        Some(help) => finding.help(help.clone()),
        None => finding,
    }
}

#[cfg(test)]
mod tests;
