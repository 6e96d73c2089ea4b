//! The search index: scripts that a browser loads piece by piece, as a query needs them.
//!
//! Comes in: knowledge, the plan, and the HTML of each body. Goes out: [`File`]s in the format that
//! `docs/search-format.md` describes, of version [`VERSION`]. Knows nothing of templates, and ranks nothing: that is done
//! by `themes/default/assets/search.js`.
//!
//! The steps: `passage` reads the text of a body; `token` finds its words, `vocabulary` numbers them, `phrase` joins some of them and
//! `entry` weighs them, for many documents at once; then `shard` brings the postings of all together and cuts them into pieces.
//! `record` writes what a result shows, `facet` what results are filtered by, `spelling` what typos are looked up in, and
//! `digits` numbers as text. The same site gives the same bytes, however many threads worked on it.

pub mod digits;
pub mod token;
pub mod passage;
pub mod vocabulary;
pub mod phrase;
pub mod entry;
pub mod shard;
pub mod record;
pub mod facet;
pub mod spelling;

use crate::config::Config;
use crate::document::Document;
use crate::knowledge::Knowledge;
use crate::page::Plan;
use crate::search::entry::Worker;
use crate::search::phrase::Phrases;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// The version of the format; a script that knows another one leaves the index alone.
pub const VERSION: u32 = 2;

/// The folder of the index in the site.
pub const FOLDER: &str = "search/data/";

/// How many documents stand in one block of records. Each result needs the block of its document: the smaller, the less is
/// loaded for nothing; the larger, the fewer files there are.
pub const BLOCK: usize = 5;

/// A file of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the site.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// Makes the script that hands a piece of data to whoever asked for it.
    fn new(name: &str, data: &impl serde::Serialize) -> File {
        File::of(name, &serde_json::to_string(data).expect("strings and lists can be written"))
    }

    /// Makes the script of data that is JSON already.
    fn of(name: &str, json: &str) -> File {
        File { path: format!("{FOLDER}{name}.js"), text: format!("afterwordSearch(\"{name}\",{json});\n") }
    }
}

/// Takes in documents, from many threads, and makes the index of them.
#[derive(Debug)]
pub struct Indexer<'a> {
    knowledge: &'a Knowledge,
    plan: &'a Plan,
    /// Groups of synonyms, the site's own first.
    synonyms: Vec<Vec<String>>,
    phrases: Phrases,
    config: &'a Config,
    /// Those that no thread is using.
    workers: Mutex<Vec<(usize, Worker)>>,
    /// How many workers there are.
    count: AtomicUsize,
    entries: Mutex<Vec<Option<Entry>>>,
}

/// A document that was taken in.
#[derive(Clone, Debug)]
struct Entry {
    /// The worker that read it.
    worker: usize,
    /// Its postings there.
    postings: Range<usize>,
    /// The name of the script with its text.
    text: String,
}

impl<'a> Indexer<'a> {
    /// Begins the index of a site.
    pub fn new(knowledge: &'a Knowledge, plan: &'a Plan, config: &'a Config) -> Self {
        let entries = Mutex::new(vec![None; knowledge.documents.len()]);
        let synonyms = synonyms(config);
        let phrases = Phrases::new(synonyms.iter().flatten().map(String::as_str));
        let (workers, count) = (Mutex::default(), AtomicUsize::new(0));
        Indexer { knowledge, plan, config, synonyms, phrases, workers, count, entries }
    }

    /// Begins the index of a site again, of which some documents are known from the last time.
    ///
    /// `shown` tells for each document what decides, beside itself, how its text reads: what its links lead to.
    pub fn again(
        knowledge: &'a Knowledge,
        plan: &'a Plan,
        config: &'a Config,
        memory: Memory,
        shown: &[u64],
    ) -> Self {
        let mut indexer = Indexer::new(knowledge, plan, config);
        let Memory { workers, known } = memory;
        let mut live = 0;
        let entries: Vec<Option<Entry>> = knowledge
            .documents
            .iter()
            .zip(shown)
            .map(|(document, shown)| {
                let known = known.get(&document.path)?;
                let same = known.shown == *shown && reads_the_same(&known.document, document);
                same.then(|| {
                    live += known.entry.postings.len();
                    known.entry.clone()
                })
            })
            .collect();
        let held: usize = workers.iter().map(|worker| worker.postings.len()).sum();
        // What was edited often leaves more behind than is of use, and then beginning anew is cheaper.
        if held <= 2 * live + SPARE {
            indexer.count = AtomicUsize::new(workers.len());
            indexer.workers = Mutex::new(workers.into_iter().enumerate().collect());
            indexer.entries = Mutex::new(entries);
        }
        indexer
    }

    /// Returns whether a document was taken in already.
    pub fn has(&self, index: usize) -> bool {
        locked(&self.entries)[index].is_some()
    }

    /// Takes in a document, named by its place in the knowledge, with the HTML of its body; returns the file with its
    /// text.
    pub fn add(&self, index: usize, html: &str) -> File {
        let document = &self.knowledge.documents[index];
        let body = passage::read(html);
        let taken = locked(&self.workers).pop();
        let new = || (self.count.fetch_add(1, Ordering::Relaxed), Worker::new(&self.phrases));
        let (number, mut worker) = taken.unwrap_or_else(new);
        let postings = worker.read(document, &body);
        let (text, file) = record::text(document, &body);
        locked(&self.workers).push((number, worker));
        locked(&self.entries)[index] = Some(Entry { worker: number, postings, text });
        file
    }

    /// Returns the other files, once every document was taken in.
    pub fn finish(self) -> Vec<File> {
        let (knowledge, plan, config) = (self.knowledge, self.plan, self.config);
        let (workers, entries, synonyms) = self.into_parts();
        write(knowledge, plan, config, &synonyms, &workers, &entries)
    }

    /// Returns the same files, the name of each document's text, and what the next index of this site can begin with.
    pub fn finish_and_remember(self, shown: &[u64]) -> (Vec<File>, Vec<(String, usize)>, Memory) {
        let (knowledge, plan, config) = (self.knowledge, self.plan, self.config);
        let (workers, entries, synonyms) = self.into_parts();
        let files = write(knowledge, plan, config, &synonyms, &workers, &entries);
        let texts = entries.iter().enumerate();
        let texts = texts
            .filter_map(|(index, entry)| Some((format!("{FOLDER}x-{}.js", entry.as_ref()?.text), index)));
        (files, texts.collect(), remember(knowledge, workers, entries, shown))
    }

    /// Returns what the next index of this site can begin with, where this one is not wanted any more.
    pub fn stop(self, shown: &[u64]) -> Memory {
        let knowledge = self.knowledge;
        let (workers, entries, _) = self.into_parts();
        remember(knowledge, workers, entries, shown)
    }

    fn into_parts(self) -> (Vec<Worker>, Vec<Option<Entry>>, Vec<Vec<String>>) {
        let mut workers = self.workers.into_inner().unwrap_or_else(PoisonError::into_inner);
        workers.sort_by_key(|(number, _)| *number);
        let workers = workers.into_iter().map(|(_, worker)| worker).collect();
        (workers, self.entries.into_inner().unwrap_or_else(PoisonError::into_inner), self.synonyms)
    }
}

/// What was taken in of the documents of a site, for an index that is made again when some of them have changed.
#[derive(Debug, Default)]
pub struct Memory {
    workers: Vec<Worker>,
    known: HashMap<String, Known>,
}

/// A document that was taken in, and how it read.
#[derive(Debug)]
struct Known {
    document: Arc<Document>,
    shown: u64,
    entry: Entry,
}

/// How many postings more than twice those of use may be remembered.
const SPARE: usize = 100_000;

fn remember(
    knowledge: &Knowledge,
    workers: Vec<Worker>,
    entries: Vec<Option<Entry>>,
    shown: &[u64],
) -> Memory {
    let known = entries.into_iter().zip(&knowledge.documents).zip(shown);
    let known = known.filter_map(|((entry, document), shown)| {
        let known = Known { document: Arc::clone(document), shown: *shown, entry: entry? };
        Some((document.path.clone(), known))
    });
    Memory { workers, known: known.collect() }
}

/// Returns whether two readings of a document say the same to the index.
fn reads_the_same(one: &Arc<Document>, other: &Arc<Document>) -> bool {
    let values = |document: &Document| {
        let names =
            [&document.services, &document.tags, &document.factors, &document.teams, &document.authors];
        let names = names.map(|names| names.iter().map(|found| found.value.clone()).collect::<Vec<_>>());
        let severity = document.severity.as_ref().map(|found| found.value.label.clone());
        let summary = document.summary.as_ref().map(|found| found.value.clone());
        (names, severity, summary, document.title.value.clone(), document.kind, document.aside)
    };
    // Connecting copies what it changes, such as a postmortem that takes facts from its record.
    Arc::ptr_eq(one, other)
        || one.text == other.text
            && values(one) == values(other)
            && one.lessons.len() == other.lessons.len()
            && one.lessons.iter().zip(&other.lessons).all(|(one, other)| one.text == other.text)
}

/// Returns the script with the text of a document, whose body is given as HTML.
pub fn text(document: &Document, html: &str) -> File {
    record::text(document, &passage::read(html)).1
}

fn write(
    knowledge: &Knowledge,
    plan: &Plan,
    config: &Config,
    synonyms: &[Vec<String>],
    workers: &[Worker],
    entries: &[Option<Entry>],
) -> Vec<File> {
    // The oldest document has the number 0, so that a new one changes only the terms that stand in it.
    let documents: Vec<usize> = (0..entries.len()).rev().collect();
    let postings: Vec<Option<(usize, Range<usize>)>> = documents
        .iter()
        .map(|index| entries[*index].as_ref().map(|entry| (entry.worker, entry.postings.clone())))
        .collect();
    let texts: Vec<&str> = documents
        .iter()
        .map(|index| entries[*index].as_ref().map_or("", |entry| entry.text.as_str()))
        .collect();
    let terms = shard::merge(workers, &postings);
    let ((shards, words), (records, (facets, short))) = rayon::join(
        || rayon::join(|| shard::write(&terms), || spelling::write(&terms)),
        || {
            let names = facet::names(knowledge);
            rayon::join(
                || record::blocks(knowledge, plan, config, &texts, &names),
                || rayon::join(|| facet::write(knowledge), || facet::short_words(knowledge)),
            )
        },
    );
    let root = json!({
        "version": VERSION,
        "documents": entries.len(),
        "lessons": knowledge.lesson_count(),
        "block": BLOCK,
        "shards": shards.firsts,
        "shard_names": shards.names,
        "records": records.names,
        "facets": facets.0,
        "short": short.0,
        "forward": words.forward.firsts,
        "forward_names": words.forward.names,
        "backward": words.backward.firsts,
        "backward_names": words.backward.names,
        "synonyms": synonyms.iter().map(|group| group.join(",")).collect::<Vec<_>>().join("|"),
    });
    let mut files = vec![File::new("root", &root), facets.1, short.1];
    files.extend(shards.files);
    files.extend(words.forward.files);
    files.extend(words.backward.files);
    files.extend(records.files);
    files
}

/// Consecutive pieces of a list of words, and where each begins.
#[derive(Debug, Default)]
pub struct Pieces {
    /// The first word of each piece, as a list of words.
    pub firsts: String,
    /// The last part of each piece's name, four characters each.
    pub names: String,
    /// The pieces themselves.
    pub files: Vec<File>,
}

/// How many characters of a piece's name come from what it holds; before them stands its place.
const NAME: usize = 4;

impl Pieces {
    /// Names pieces by `kind`, place and content.
    fn new(kind: &str, firsts: &[&str], contents: Vec<serde_json::Value>) -> Pieces {
        let mut pieces = Pieces::default();
        digits::push_words(&mut pieces.firsts, firsts.iter().copied());
        let files: Vec<(String, File)> = contents
            .into_par_iter()
            .enumerate()
            .map(|(place, content)| {
                let json = content.to_string();
                let hash = digits::name_of(&[json.as_bytes()], NAME);
                let file = File::of(&format!("{kind}{place}-{hash}"), &json);
                (hash, file)
            })
            .collect();
        for (hash, file) in files {
            pieces.names.push_str(&hash);
            pieces.files.push(file);
        }
        pieces
    }
}

/// The table of synonyms that every site has.
#[derive(Debug, Deserialize)]
struct Synonyms {
    groups: Vec<Vec<String>>,
}

/// Returns the groups of synonyms, the site's own first, without what parts them in the index.
fn synonyms(config: &Config) -> Vec<Vec<String>> {
    let ours: Synonyms =
        toml::from_str(include_str!("synonyms.toml")).expect("the table of synonyms is TOML");
    let clean = |word: &String| word.replace([',', '|'], " ");
    let groups = config.search.synonyms.iter().chain(&ours.groups);
    groups.map(|group| group.iter().map(clean).collect()).collect()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
