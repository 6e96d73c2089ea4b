//! The search index: scripts that a browser loads piece by piece, as a query needs them.
//!
//! Comes in: knowledge, the plan, and the HTML of each body. Goes out: [`File`]s in the format that
//! `docs/search-format.md` describes, of version [`VERSION`]. Knows nothing of templates, and ranks nothing: that is done
//! by `themes/default/assets/search.js`.
//!
//! The steps: `passage` reads the text of a body; `token` finds its words, `vocabulary` numbers them, `phrase` joins some of them and
//! `entry` weighs them, for many documents at once, which `intake` hands out; then `shard` brings the postings of all together and
//! `piece` cuts them into pieces. `record` writes what a result shows, `facet` what results are filtered by, `spelling` what typos
//! are looked up in, `posting` postings and `digits` numbers as text. `seat` gives documents numbers that stay; `terms` and `index` hold all that together, and follow a site
//! that goes on changing. The same site gives the same bytes, however many threads worked on it and whatever it was before.

pub mod digits;
pub mod token;
pub mod passage;
pub mod vocabulary;
pub mod phrase;
pub mod posting;
pub mod entry;
pub mod intake;
pub mod piece;
pub mod seat;
pub mod shard;
pub mod record;
pub mod facet;
pub mod spelling;
pub mod terms;
pub mod index;

use crate::config::Config;
use crate::document::Document;
use crate::knowledge::Knowledge;
use crate::page::Plan;
use crate::search::index::Index;
use crate::search::index::State;
use crate::search::intake::Intake;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

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

    /// Returns its name: its path without the folder and what it ends in.
    fn name(&self) -> &str {
        &self.path[FOLDER.len()..self.path.len() - ".js".len()]
    }
}

/// Takes in documents, from many threads, and makes the index of them.
#[derive(Debug)]
pub struct Indexer<'a> {
    state: State<'a>,
    index: Index,
    intake: Intake,
}

impl<'a> Indexer<'a> {
    /// Begins the index of a site.
    pub fn new(knowledge: &'a Knowledge, plan: &'a Plan, config: &'a Config) -> Self {
        let index = Index::new(config);
        let intake = index.intake();
        Indexer { state: State { knowledge, plan, config }, index, intake }
    }

    /// Takes in a document, named by its place in the knowledge, with the HTML of its body; returns the file with its
    /// text.
    pub fn add(&self, index: usize, html: &str) -> File {
        self.intake.add(index, &self.state.knowledge.documents[index], html)
    }

    /// Returns the other files, once every document was taken in.
    pub fn finish(mut self) -> Vec<File> {
        self.index.learn(self.intake.finish(), &self.state.knowledge.documents, &HashMap::new());
        let files = Mutex::default();
        self.index.make(self.state, Some(&files));
        files.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the script with the text of a document, whose body is given as HTML.
pub fn text(document: &Document, html: &str) -> File {
    record::text(document, &passage::read(html)).1
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

#[cfg(test)]
mod tests;
