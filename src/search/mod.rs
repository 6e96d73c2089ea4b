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
use crate::knowledge::Knowledge;
use crate::page::Plan;
use crate::search::entry::Worker;
use crate::search::phrase::Phrases;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::json;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// The version of the format; a script that knows another one leaves the index alone.
pub const VERSION: u32 = 1;

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
        let Indexer { knowledge, plan, config, synonyms, workers, entries, .. } = self;
        let mut workers = workers.into_inner().unwrap_or_else(PoisonError::into_inner);
        workers.sort_by_key(|(number, _)| *number);
        let workers: Vec<Worker> = workers.into_iter().map(|(_, worker)| worker).collect();
        let entries = entries.into_inner().unwrap_or_else(PoisonError::into_inner);

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
        let terms = shard::merge(&workers, &postings);
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
