//! The site from memory, in the browser of whoever writes it.
//!
//! Comes in: ROOT, requests of a browser, what changes in ROOT. Goes out: the files of the site, as `build` would write them, with
//! one more script in each page, which shows findings and brings the page up to date. Writes no file. No stage knows of it.
//!
//! 1. `store` reads everything once, and afterwards what `watch` says has changed.
//! 2. The whole site is connected and planned again: what one document says may stand on any page. Where a document was edited of
//!    which others take nothing new (`document::face`), it takes the place of the one before in what was connected and kept. Nothing
//!    is rendered.
//! 3. `http` answers requests. What is asked for while 1 and 2 are at work waits for them, so that no answer is of the past.
//! 4. A page is made when it is asked for; the search index when a part of it is, of those documents that have changed.
//! 5. `events` tells every open page that there is something new, and which findings the files have that were saved. These are
//!    looked for when nobody waits for a page, and no longer where the site changes again: then they are told of the next state.
//!
//! Settings that cannot be understood are waited for: until then every address answers with what is wrong with them.
//!
//! Invariant: what is answered is found in a table of the site's own paths and never looked up in a file system by what a
//! request says.

mod answer;
mod events;
mod http;
pub mod store;
mod watch;

use crate::check;
use crate::check::Finder;
use crate::check::Survey;
use crate::check::level::Levels;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::render::Parts;
use crate::render::Renderer;
use crate::search::index::Index;
use crate::serve::answer::Site;
use crate::serve::events::Events;
use crate::serve::http::Message;
use crate::serve::http::Server;
use crate::serve::store::Connected;
use crate::serve::store::Refreshed;
use crate::serve::store::Store;
use crate::serve::store::Touched;
use crate::serve::store::Wanted;
use crate::serve::watch::Watcher;
use crate::source;
use crate::theme::view::Names;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::time::Duration;
use std::time::Instant;

/// How a site is served.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder, an absolute path.
    pub folder: PathBuf,
    /// Whether documents that say `draft: true` count.
    pub drafts: bool,
    /// The address to listen on.
    pub host: IpAddr,
    /// The first port to try; 0 for any.
    pub port: u16,
    /// Whether the next free port will do.
    pub next_port: bool,
    /// The version of the program.
    pub version: &'static str,
}

/// What happens, for whoever prints it.
#[derive(Debug)]
pub enum News<'a> {
    /// The site is there.
    Ready {
        /// Its address.
        url: &'a str,
        /// How many documents it has.
        documents: usize,
        /// Whether it waits for settings that can be understood.
        waiting: bool,
        /// The port that was wanted, where another program has it.
        taken: Option<u16>,
        /// How long it took.
        took: Duration,
    },
    /// Something has changed, and the site is up to date with it.
    Fresh {
        /// What was read again.
        refreshed: &'a Refreshed,
        /// How long it took, from when the change was noticed.
        took: Duration,
    },
    /// The findings of what was saved, or of what keeps the site from being up to date.
    Findings {
        /// The findings that were not told before.
        findings: &'a [Finding],
        /// The texts of their files, without the secrets in them.
        texts: &'a BTreeMap<String, String>,
        /// How many were told before and still stand.
        standing: usize,
        /// Files that had findings and have none any more.
        mended: &'a BTreeSet<String>,
    },
    /// Something that cannot be done goes on not being done.
    Trouble(&'a str),
}

/// Why serving ended, or did not begin.
#[derive(Debug)]
pub enum Failure {
    /// The site cannot be read.
    Store(source::Error),
    /// The program cannot listen or watch.
    System(String),
}

/// How many files somebody saves at once. More are a branch that Git checked out, or what a program wrote, and nobody is at work
/// on all of them.
const SAVED: usize = 5;

/// How often the search for faults is put off in a row because the site changes again, as it does where a program writes all the time.
const PUT_OFF: usize = 3;

/// Serves a site until the process ends; `today` tells the day, and `tell` prints.
pub fn run(
    options: &Options,
    today: &dyn Fn() -> NaiveDate,
    tell: &mut (dyn FnMut(News<'_>) + Send),
) -> Result<(), Failure> {
    let began = Instant::now();
    let (sender, inbox) = mpsc::channel();
    let events = Arc::new(Events::default());
    let server = Server::listen(options.host, options.port, options.next_port).map_err(Failure::System)?;
    let url = server.url();
    let wanted = Wanted { folder: options.folder.clone(), drafts: options.drafts, base_url: url.clone() };
    let mut store = Store::open(wanted).map_err(Failure::Store)?;

    let (mut watcher, changes) = Watcher::new().map_err(Failure::System)?;
    watcher.watch(&store.folders()).map_err(Failure::System)?;
    let checkout = store.folders().into_iter().map(|(folder, _)| folder.join("index.lock"));
    let checkout =
        checkout.into_iter().find(|path| path.parent().is_some_and(|folder| folder.ends_with(".git")));
    let changed = sender.clone();
    std::thread::spawn(move || {
        while let Some(touched) = watch::next(&changes, checkout.as_ref()) {
            if changed.send(Message::Changed(touched, Instant::now())).is_err() {
                return;
            }
        }
    });
    server.start(sender.clone(), Arc::clone(&events)).map_err(Failure::System)?;

    let mut running = Running {
        options,
        inbox,
        sender,
        events,
        index: Mutex::new(Index::default()),
        names: None,
        saved: BTreeSet::new(),
        told: BTreeSet::new(),
        untold: 0,
        good: Mutex::default(),
        trouble: None,
        tell,
    };
    let mut ready = Some((url, began));
    let mut noticed = Instant::now();
    let mut refreshed = Refreshed::default();
    loop {
        let change = running.show(&mut store, today(), &mut ready, &refreshed, noticed);
        let Some((touched, at)) = change else { return Ok(()) };
        // Watched first and read then: what is written between the two is seen either way.
        watcher.forget(&touched);
        let mut watched = watcher.watch(&store.folders());
        (refreshed, noticed) = running.refresh(&mut store, touched, at);
        if refreshed.everything {
            watched = watcher.watch(&store.folders());
        }
        if let Err(message) = watched {
            (running.tell)(News::Trouble(&message));
        }
    }
}

/// What stays while the site changes.
struct Running<'a> {
    options: &'a Options,
    inbox: Receiver<Message>,
    sender: mpsc::Sender<Message>,
    events: Arc<Events>,
    /// The search index, from when it was first asked for.
    index: Mutex<Index>,
    /// What many pages of the state before show.
    names: Option<Names>,
    /// Files that were saved since the program began and are looked at, relative to ROOT.
    saved: BTreeSet<String>,
    /// What was told and stands: the file, the rule, and the words of each finding.
    told: BTreeSet<(String, &'static str, String)>,
    /// How often in a row the site changed too soon to tell the news of it.
    untold: usize,
    /// The last good answers, for when a template fails.
    good: Mutex<BTreeMap<String, Vec<u8>>>,
    trouble: Option<Finding>,
    tell: &'a mut (dyn FnMut(News<'_>) + Send),
}

impl Running<'_> {
    /// Reads again what has changed, with everything else that has meanwhile.
    fn refresh(&mut self, store: &mut Store, mut touched: Touched, mut at: Instant) -> (Refreshed, Instant) {
        let mut waiting = Vec::new();
        while let Ok(message) = self.inbox.try_recv() {
            match message {
                Message::Changed(more, when) => {
                    touched.paths.extend(more.paths);
                    touched.unsure |= more.unsure;
                    at = at.min(when);
                }
                request => waiting.push(request),
            }
        }
        let refreshed = match store.refresh(&touched) {
            Ok(refreshed) => {
                self.trouble = None;
                refreshed
            }
            Err(error) => {
                self.trouble = Some(store::finding(&error));
                Refreshed { else_changed: true, ..Refreshed::default() }
            }
        };
        if refreshed.everything {
            *locked(&self.index) = Index::default();
        } else if refreshed.changed.len() <= SAVED {
            self.saved.extend(refreshed.changed.iter().cloned());
        }
        if refreshed.else_changed {
            locked(&self.index).doubt();
        }
        for request in waiting {
            let _ = self.sender.send(request);
        }
        (refreshed, at)
    }

    /// Connects the site and answers requests until something changes; returns what, and when that was noticed.
    fn show(
        &mut self,
        store: &mut Store,
        today: NaiveDate,
        ready: &mut Option<(String, Instant)>,
        refreshed: &Refreshed,
        noticed: Instant,
    ) -> Option<(Touched, Instant)> {
        let mut connected = store.connect(today);
        let edited = connected.edited.take();
        locked(&self.index).connected(&connected.knowledge);
        let broken: Vec<Finding> = store.broken().into_iter().chain(self.trouble.clone()).collect();
        let mut theme = store.theme.take().expect("the theme was put back after the last state of the site");
        let phrases = theme.phrases().clone();
        let parts = Parts {
            root: &store.root,
            config: &store.config,
            knowledge: &connected.knowledge,
            plan: &connected.plan,
            statics: &store.statics.files,
            phrases: &phrases,
            version: self.options.version,
        };
        let change = {
            let renderer = match (self.names.take(), edited) {
                (Some(names), Some(edited)) => Renderer::again(parts, &mut theme, names, &edited),
                (names, _) => {
                    store::let_go(names);
                    Renderer::new(parts, &mut theme)
                }
            };
            let waiting = if store.is_waiting() { broken.as_slice() } else { &[] };
            let site = Site::new(parts, renderer, &self.index, &self.good, waiting);
            let is_first = ready.is_some();
            match ready.take() {
                Some((url, began)) => {
                    let documents = connected.knowledge.documents.len();
                    let wanted = self.options.port;
                    let taken = (wanted != 0 && !url.ends_with(&format!(":{wanted}/"))).then_some(wanted);
                    let waiting = store.is_waiting();
                    (self.tell)(News::Ready { url: &url, documents, waiting, taken, took: began.elapsed() });
                }
                None if refreshed.is_any() => {
                    self.events.advance();
                    (self.tell)(News::Fresh { refreshed, took: noticed.elapsed() });
                }
                None => {}
            }
            let version = self.events.version();
            let change = std::thread::scope(|scope| {
                // What the files say that were saved is told while pages are already answered.
                let survey = Survey {
                    knowledge: &connected.knowledge,
                    plan: &connected.plan,
                    config: &store.config,
                    settings: store.settings(),
                    today,
                };
                let Running { inbox, sender, events, saved, told, untold, tell, .. } = self;
                let (store, site, connected, broken) = (&*store, &site, &connected, &broken);
                let events = &*events;
                let news = refreshed.is_any() || !broken.is_empty() || is_first || *untold > 0;
                let tell: Option<&mut (dyn FnMut(News<'_>) + Send)> = news.then_some(&mut **tell);
                scope.spawn(move || {
                    // Pages that were just told of the change are about to ask for it.
                    site.await_requests();
                    let is_overdue = *untold >= PUT_OFF;
                    let go_on = || site.stand_back() || is_overdue;
                    let looked = look(&survey, store, connected, broken, saved, told, events, tell, &go_on);
                    *untold = if news && looked.is_none() { *untold + 1 } else { 0 };
                });
                loop {
                    match inbox.recv() {
                        // Beside the site stand files that are none of its own.
                        Ok(Message::Changed(touched, _)) if !store.concerns(&touched) => {}
                        Ok(Message::Changed(touched, at)) => {
                            site.stop();
                            return Some((touched, at));
                        }
                        Ok(Message::Request(request)) => {
                            let sender = sender.clone();
                            let answering = site.begin();
                            scope.spawn(move || {
                                let _until_then = answering;
                                if let Some(request) = site.answer(request, version) {
                                    // The site was about to change: the next one answers.
                                    let _ = sender.send(Message::Request(request));
                                }
                            });
                        }
                        Err(_) => return None,
                    }
                }
            });
            self.names = Some(site.into_names());
            change
        };
        store.theme = Some(theme);
        store.give_back(connected);
        change
    }
}

/// Looks for faults in what was saved, and tells of them: pages always, and people where there is news. Nothing is told where it was
/// not to `go_on`, and nothing returned.
#[expect(clippy::too_many_arguments, reason = "what is looked at, and to whom it is told")]
fn look(
    survey: &Survey<'_>,
    store: &Store,
    connected: &Connected,
    broken: &[Finding],
    saved: &mut BTreeSet<String>,
    told: &mut BTreeSet<(String, &'static str, String)>,
    events: &Events,
    tell: Option<&mut (dyn FnMut(News<'_>) + Send)>,
    go_on: &dyn Fn() -> bool,
) -> Option<()> {
    let documents = &survey.knowledge.documents;
    let wanted: BTreeSet<usize> = documents
        .iter()
        .enumerate()
        .filter(|(_, document)| saved.contains(&document.file))
        .map(|(index, _)| index)
        .collect();
    let levels = Levels::new(survey.config, survey.settings, &[]);
    // What was found of other files is told where it keeps a build from being published, and is much else in a large site.
    let is_told = |finding: &&Finding| finding.level == Level::Error || saved.contains(&finding.place.file);
    let found: Vec<Finding> = connected.findings().filter(is_told).cloned().collect();
    let outcome = check::run_on(survey, &levels, &found, &wanted, go_on)?;
    let mut findings: Vec<Finding> = broken.to_vec();
    // What keeps a build from being published is told wherever it stands.
    let elsewhere = found.iter().filter(|finding| finding.level == Level::Error);
    let elsewhere = elsewhere.filter(|finding| !saved.contains(&finding.place.file));
    findings.extend(elsewhere.take(20).cloned());
    let stops_a_build = |finding: &Finding| {
        finding.level == Level::Error
            && check::named(finding.rule.name).is_some_and(|entry| matches!(entry.finder, Finder::Stage))
    };
    let reports = outcome.reports.into_iter();
    let reports = reports.filter(|report| !store.baseline.knows(report) || stops_a_build(&report.finding));
    findings.extend(reports.map(|report| report.finding));
    // The worst first, and of one level in the order of files and lines.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));

    let mut texts = BTreeMap::new();
    for finding in &findings {
        let file = &finding.place.file;
        if !texts.contains_key(file)
            && let Some(text) = store.text_of(file)
        {
            texts.insert(file.clone(), text.to_owned());
        }
    }
    for (index, secrets) in &outcome.secrets {
        let document = &documents[*index];
        texts.insert(document.file.clone(), check::masked(&document.text, secrets));
    }
    let files: BTreeSet<&str> = findings.iter().map(|finding| finding.place.file.as_str()).collect();
    // A file that is as it should be need not be looked at again before it is saved again.
    saved.retain(|file| files.contains(file.as_str()));
    events.tell(&findings, &texts);
    let Some(tell) = tell else { return Some(()) };
    let is_there = |file: &str| store.text_of(file).is_some();
    let mended: BTreeSet<String> = told
        .iter()
        .map(|(file, _, _)| file)
        .filter(|file| !files.contains(file.as_str()) && is_there(file))
        .cloned()
        .collect();
    let key = |finding: &Finding| (finding.place.file.clone(), finding.rule.name, finding.message.clone());
    let now: BTreeSet<_> = findings.iter().map(key).collect();
    let all = findings.len();
    findings.retain(|finding| !told.contains(&key(finding)));
    *told = now;
    if all > 0 || !mended.is_empty() {
        let standing = all - findings.len();
        tell(News::Findings { findings: &findings, texts: &texts, standing, mended: &mended });
    }
    Some(())
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
