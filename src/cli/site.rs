//! What the commands share: from ROOT to knowledge and plan.

use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::cli::today;
use crate::config;
use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::document::Document;
use crate::document::Reader;
use crate::knowledge;
use crate::knowledge::Knowledge;
use crate::knowledge::Lock;
use crate::knowledge::citation;
use crate::knowledge::citation::Citations;
use crate::knowledge::ledger::Ledger;
use crate::knowledge::link::Files;
use crate::knowledge::recurrence::Wanted;
use crate::page;
use crate::page::Plan;
use crate::source;
use crate::source::Root;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

/// A site that was read and planned.
#[derive(Debug)]
pub struct Site {
    /// Where it is read from.
    pub root: Root,
    /// Its settings.
    pub config: Config,
    /// What its documents say.
    pub knowledge: Knowledge,
    /// Its pages.
    pub plan: Plan,
    /// Everything that is wrong, in the order of files.
    pub findings: Vec<Finding>,
    /// Drafts that were left out.
    pub drafts: Vec<String>,
    /// Where the time went.
    pub timings: Timings,
    settings: Option<String>,
    lock_files: Vec<(String, String)>,
}

/// A site whose documents were read, each by itself.
#[derive(Debug)]
pub struct Read {
    /// Where it is read from.
    pub root: Root,
    /// Its settings.
    pub config: Config,
    /// Its documents, without drafts unless they are wanted.
    pub documents: Vec<Arc<Document>>,
    /// Its other files.
    pub files: Files,
    /// What the lock remembers.
    pub lock: Lock,
    /// The files of the lock as they are.
    pub lock_files: Vec<(String, String)>,
    /// Who cites lessons, in other repositories.
    pub citations: Citations,
    /// What is wrong with files; what is wrong with documents stands in these.
    pub findings: Vec<Finding>,
    /// Drafts that were left out.
    pub drafts: Vec<String>,
    /// Where the time went.
    pub timings: Timings,
    settings: Option<String>,
}

impl Read {
    /// Reads the documents and the lock of a site.
    ///
    /// Settings that cannot be understood end it; `out` is where the site will be written, and is not read.
    pub fn load(reading: &Reading, out: Option<&Path>, shell: &Shell) -> Result<Read, Failure> {
        let mut timings = Timings::default();
        #[expect(clippy::disallowed_methods, reason = "the command line alone reads the environment")]
        let current = std::env::current_dir().map_err(|error| Failure::Fatal {
            message: format!("cannot tell the current folder: {error}"),
            help: None,
        })?;
        let located = source::locate(reading.root.as_deref(), &current)?;
        let (mut config, mut findings) = config::parse(located.settings.as_deref().unwrap_or(""));
        if let Some(url) = &reading.base_url {
            let (given, faults) =
                config::parse(&format!("base_url = {}", serde_json::Value::from(url.as_str())));
            if let Some(fault) = faults.first() {
                return Err(Failure::Fatal { message: fault.message.clone(), help: fault.help.clone() });
            }
            config.base_url = given.base_url;
        }
        let settings = located.settings.clone();
        if findings.iter().any(|finding| finding.level == Level::Error) {
            shell.findings(&findings, true, |_| settings.as_deref());
            return Err(Failure::Findings);
        }
        let root = Root::new(located, &config)?;
        let out = out.map_or_else(|| root.path.join("dist"), Path::to_path_buf);
        let listing = source::list(&root, &config, &out);
        findings.extend(listing.findings);
        timings.end("list");

        let folder =
            root.content.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        let mut reader = Reader::new(&config, &folder);
        if reading.traces {
            reader = reader.tracing();
        }
        let progress = shell.progress("reading", listing.documents.len());
        let (mut documents, (histories, git_findings)) = rayon::join(
            || -> Vec<Arc<Document>> {
                let parse = |files: &mut source::Reader, entry| {
                    let document = reader.parse(files.read(entry));
                    progress.step();
                    Arc::new(document)
                };
                listing.documents.par_iter().map_init(|| source::Reader::new(&root), parse).collect()
            },
            || source::histories(&root),
        );
        drop(progress);
        findings.extend(git_findings);
        if let Some(histories) = histories {
            for document in &mut documents {
                Arc::make_mut(document).history = histories.of(&document.path);
            }
        }
        timings.end("read and parse");

        let mut drafts = Vec::new();
        let lock_files = source::lock_files(&root)?;
        let (ledger, faults) = Ledger::parse(&lock_files);
        findings.extend(faults);
        let (citations, faults) = match source::read_own(&root, citation::FILE)? {
            Some(text) => citation::parse(&text),
            None => Default::default(),
        };
        findings.extend(faults);
        let mut lock = Lock { ledger, cited: citations.ids(), ..Lock::default() };
        if !reading.drafts {
            documents.retain(|document| {
                if document.draft {
                    drafts.push(document.path.clone());
                    lock.absent.extend([document.path.clone(), document.id.value.clone()]);
                }
                !document.draft
            });
        }
        let files = Files {
            assets: listing.assets.into_iter().map(|asset| asset.path).collect(),
            links: listing.links.into_iter().map(|link| (link.path, link.target)).collect(),
        };
        Ok(Read {
            root,
            config,
            documents,
            files,
            lock,
            lock_files,
            citations,
            findings,
            drafts,
            timings,
            settings,
        })
    }

    /// Returns the text of a file of the lock, by its path relative to ROOT.
    pub fn text_of(&self, file: &str) -> Option<&str> {
        let name = file.strip_prefix(source::LOCK)?.strip_prefix('/')?;
        self.lock_files.iter().find(|(other, _)| other == name).map(|(_, text)| text.as_str())
    }
}

impl Site {
    /// Reads, connects and plans a site.
    ///
    /// Settings that cannot be understood end it; `out` is where the site will be written, and is not read. Only pages tell of
    /// more than groups of the lessons that return.
    pub fn load(
        reading: &Reading,
        out: Option<&Path>,
        wanted: Wanted,
        shell: &Shell,
    ) -> Result<Site, Failure> {
        let today = today(reading.today)?;
        let Read {
            root,
            config,
            documents,
            files,
            lock,
            lock_files,
            citations,
            mut findings,
            drafts,
            mut timings,
            settings,
        } = Read::load(reading, out, shell)?;
        let mut knowledge = knowledge::connect(documents, files, lock, &config, wanted);
        knowledge.cite(citations);
        if !config.repositories.is_empty() {
            let (checkouts, notes) = source::checkouts(&root, &config);
            findings.extend(notes);
            knowledge.guard(&checkouts);
        }
        timings.end("connect");
        let mut plan = page::plan(&knowledge, &config, today);
        for document in &knowledge.documents {
            findings.extend(document.findings.iter().cloned());
        }
        findings.append(&mut knowledge.findings);
        findings.append(&mut plan.findings);
        findings.sort_by(|a, b| {
            let (first, second) = (&a.place, &b.place);
            (&first.file, first.line, first.column, a.rule.name).cmp(&(
                &second.file,
                second.line,
                second.column,
                b.rule.name,
            ))
        });
        timings.end("plan");
        Ok(Site { root, config, knowledge, plan, findings, drafts, timings, settings, lock_files })
    }

    /// Prints the findings.
    pub fn print_findings(&self, shell: &Shell, verbose: bool) {
        let texts: BTreeMap<&str, &str> = self
            .knowledge
            .documents
            .iter()
            .map(|document| (document.file.as_str(), document.text.as_str()))
            .collect();
        shell.findings(&self.findings, verbose, |file| {
            texts.get(file).copied().or_else(|| self.text_beside(file))
        });
    }

    /// Returns the text of a file that is no document: the settings, or a file of the lock.
    pub fn text_beside(&self, file: &str) -> Option<&str> {
        if file == config::FILE {
            return self.settings.as_deref();
        }
        let name = file.strip_prefix(source::LOCK)?.strip_prefix('/')?;
        self.lock_files.iter().find(|(other, _)| other == name).map(|(_, text)| text.as_str())
    }

    /// Returns whether something would be lost or misplaced.
    pub fn is_faulty(&self) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::Error)
    }

    /// Returns the one true line: "41 documents: 38 dated, 29 with lessons (112), 3 set aside: …".
    pub fn summary(&self) -> String {
        let documents = &self.knowledge.documents;
        let aside: Vec<&Arc<Document>> =
            documents.iter().filter(|document| document.aside.is_some()).collect();
        let kept: Vec<&Arc<Document>> =
            documents.iter().filter(|document| document.aside.is_none()).collect();
        let dated = kept.iter().filter(|document| document.date.is_some()).count();
        // A guide that shows how a lesson is written teaches none.
        let teaching = self.knowledge.listed().filter(|&index| !documents[index].lessons.is_empty()).count();
        let lessons = self.knowledge.lesson_count();
        let mut line = format!(
            "{}: {dated} dated, {teaching} with lessons ({lessons})",
            counted(documents.len(), "document"),
        );
        let named = |list: Vec<String>| {
            let more = list.len().saturating_sub(5);
            let names = list.into_iter().take(5).collect::<Vec<_>>().join(", ");
            if more > 0 { format!("{names} and {more} more") } else { names }
        };
        if !aside.is_empty() {
            let names = aside
                .iter()
                .filter_map(|document| document.aside.map(|aside| format!("{} ({aside})", document.path)))
                .collect();
            line += &format!(", {} set aside: {}", aside.len(), named(names));
        }
        if !self.drafts.is_empty() {
            line += &format!("; {} left out as draft: {}", self.drafts.len(), named(self.drafts.clone()));
        }
        line
    }

    /// Returns the folder that the site is written to.
    pub fn out(&self, given: Option<&Path>) -> PathBuf {
        given.map_or_else(|| self.root.path.join("dist"), Path::to_path_buf)
    }
}

/// Where the time went.
#[derive(Debug)]
pub struct Timings {
    steps: Vec<(&'static str, Duration)>,
    last: Instant,
}

impl Default for Timings {
    fn default() -> Self {
        Timings { steps: Vec::new(), last: Instant::now() }
    }
}

impl Timings {
    /// Ends a step that began where the last one ended.
    pub fn end(&mut self, name: &'static str) {
        let now = Instant::now();
        self.steps.push((name, now - self.last));
        self.last = now;
    }

    /// Prints the steps in milliseconds of wall time.
    pub fn print(&self, shell: &Shell) {
        for (name, time) in &self.steps {
            shell.say(&format!("{:>9.1} ms  {name}", time.as_secs_f64() * 1000.0));
        }
    }
}
