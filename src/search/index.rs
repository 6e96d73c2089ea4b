//! The index of a site that goes on changing.
//!
//! Comes in: one state of the site after another, and the HTML of bodies that have changed. Goes out: the files of the newest
//! state, as an index that is made anew has them. Documents that read as before are not read again, and what follows from them
//! alone is kept; of a file that is kept only the name is remembered where it can be made again from the rest.

use crate::config::Config;
use crate::document::Document;
use crate::knowledge::Knowledge;
use crate::knowledge::link;
use crate::page::Plan;
use crate::page::address::Address;
use crate::search::BLOCK;
use crate::search::FOLDER;
use crate::search::File;
use crate::search::VERSION;
use crate::search::digits;
use crate::search::entry::Reading;
use crate::search::facet;
use crate::search::intake::Intake;
use crate::search::intake::Taken;
use crate::search::phrase;
use crate::search::piece;
use crate::search::piece::NAME;
use crate::search::piece::Sink;
use crate::search::record::Records;
use crate::search::spelling;
use crate::search::synonyms;
use crate::search::terms::Terms;
use crate::search::vocabulary::Vocabulary;
use crate::theme::phrases::Phrases;
use rayon::prelude::*;
use serde_json::json;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

/// One state of a site.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// Its documents.
    pub knowledge: &'a Knowledge,
    /// Their addresses.
    pub plan: &'a Plan,
    /// Its settings.
    pub config: &'a Config,
}

/// What a file of the index is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file, with its text.
    File(File),
    /// The text of a document, by its place in the knowledge; [`crate::search::text`] makes it of the document's body.
    Text(usize),
}

/// The index of one state of a site, which follows the site to the next one.
#[derive(Debug, Default)]
pub struct Index {
    /// What it took from the settings.
    basis: Option<Basis>,
    vocabulary: Vocabulary,
    /// What was read of each document, by its path.
    known: HashMap<String, Known>,
    terms: Terms,
    records: Vec<Record>,
    /// The hash in the name of each block of records.
    blocks: Vec<String>,
    facets: Option<File>,
    short: Option<File>,
    root: Option<File>,
    /// Whether links may lead elsewhere for another reason than that documents have changed.
    doubtful: bool,
}

/// What the index takes from the settings.
#[derive(Debug)]
struct Basis {
    language: String,
    from_folder: bool,
    own_synonyms: Vec<Vec<String>>,
    /// All groups of synonyms, the site's own first.
    synonyms: Vec<Vec<String>>,
    /// What is a term as a whole.
    wholes: phrase::Phrases,
    /// How dates are written.
    phrases: Phrases,
}

impl Basis {
    fn new(config: &Config) -> Basis {
        let synonyms = synonyms(config);
        Basis {
            language: config.language.clone(),
            from_folder: config.base_url.is_none(),
            own_synonyms: config.search.synonyms.clone(),
            wholes: phrase::Phrases::new(synonyms.iter().flatten().map(String::as_str)),
            synonyms,
            phrases: Phrases::built_in(&config.language),
        }
    }

    fn is_of(&self, config: &Config) -> bool {
        self.language == config.language
            && self.from_folder == config.base_url.is_none()
            && self.own_synonyms == config.search.synonyms
    }
}

/// A document that was read, and how it was then.
#[derive(Debug)]
struct Known {
    document: Arc<Document>,
    shown: u64,
    reading: Arc<Reading>,
}

/// What the record of a document was made of.
#[derive(Debug)]
struct Record {
    document: Arc<Document>,
    address: Address,
    services: u64,
    reading: Option<Arc<Reading>>,
}

impl Record {
    /// Returns the name of the script of its text; empty where it has none.
    fn text(&self) -> &str {
        self.reading.as_ref().map_or("", |reading| &reading.text)
    }
}

/// How many terms more than those of use may be remembered that stand nowhere any more.
const SPARE: usize = 100_000;

impl Index {
    /// Begins with nothing read.
    pub fn new(config: &Config) -> Index {
        Index { basis: Some(Basis::new(config)), ..Index::default() }
    }

    /// Makes the index that of another state of the site.
    ///
    /// `shown` tells of a document what decides, beside itself, how its text reads: what its links lead to. `body` returns
    /// the HTML of a document's body, nothing where no page has it. Returns false where `stopped` said so before all documents
    /// were read: those that were are remembered, and the index is still that of the state before.
    pub fn follow(
        &mut self,
        state: State<'_>,
        shown: &(dyn Fn(usize) -> u64 + Sync),
        body: &(dyn Fn(usize) -> Option<String> + Sync),
        stopped: &(dyn Fn() -> bool + Sync),
    ) -> bool {
        let is_of = self.basis.as_ref().is_some_and(|basis| basis.is_of(state.config));
        // To read everything again is cheaper than to carry along for ever what nobody writes any more.
        if !is_of || self.vocabulary.count() > 2 * self.terms.count() + self.known.len() + SPARE {
            *self = Index::new(state.config);
        }
        let documents = &state.knowledge.documents;
        let leads_the_same = self.leads_the_same(state);
        let mut doubtful: Vec<usize> = Vec::new();
        for (index, document) in documents.iter().enumerate() {
            let known = self.known.get(&document.path);
            if !(leads_the_same && known.is_some_and(|known| Arc::ptr_eq(&known.document, document))) {
                doubtful.push(index);
            }
        }
        let shown: HashMap<usize, u64> = doubtful.par_iter().map(|index| (*index, shown(*index))).collect();
        doubtful.retain(|index| {
            let document = &documents[*index];
            let known = self.known.get_mut(&document.path);
            let same = known
                .filter(|known| known.shown == shown[index] && reads_the_same(&known.document, document));
            same.map(|known| known.document = Arc::clone(document)).is_none()
        });
        let stale = doubtful;
        let intake = self.intake();
        stale.into_par_iter().for_each(|index| {
            if !stopped()
                && let Some(html) = body(index)
            {
                intake.add(index, &documents[index], &html);
            }
        });
        self.learn(intake.finish(), documents, &shown);
        if stopped() {
            self.doubtful = true;
            return false;
        }
        if self.known.len() > documents.len() {
            let there: HashSet<&str> = documents.iter().map(|document| document.path.as_str()).collect();
            self.known.retain(|path, _| there.contains(path.as_str()));
        }
        self.make(state, None);
        self.doubtful = false;
        true
    }

    /// Says that links may lead elsewhere from now on, though no document is another one: a file is there that was not.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Returns whether every link of an unchanged document leads where it did.
    fn leads_the_same(&self, state: State<'_>) -> bool {
        let State { knowledge, plan, .. } = state;
        let has_wiki_links = OnceCell::new();
        let has_wiki_links = || *has_wiki_links.get_or_init(|| link::has_wiki_links(&knowledge.documents));
        let leads = |one: &Document, other: &Document| {
            (&one.path, &one.file, &one.id.value) == (&other.path, &other.file, &other.id.value)
                && (one.title.value == other.title.value || !has_wiki_links())
                && one
                    .aliases
                    .iter()
                    .map(|alias| &alias.value)
                    .eq(other.aliases.iter().map(|alias| &alias.value))
        };
        let documents = knowledge.documents.iter().zip(&plan.addresses).rev();
        !self.doubtful
            && self.records.len() == knowledge.documents.len()
            && self.records.iter().zip(documents).all(|(record, (document, address))| {
                record.address == *address
                    && (Arc::ptr_eq(&record.document, document) || leads(&record.document, document))
            })
    }

    /// Returns what reads documents for this index.
    pub(super) fn intake(&self) -> Intake {
        Intake::new(self.basis.as_ref().map(|basis| &basis.wholes))
    }

    /// Remembers what was read of documents.
    pub(super) fn learn(&mut self, taken: Taken, documents: &[Arc<Document>], shown: &HashMap<usize, u64>) {
        let Taken { workers, mut read } = taken;
        let mut vocabularies = workers.into_iter();
        let mut numbers: Vec<Option<Vec<u32>>> = Vec::with_capacity(vocabularies.len());
        if self.vocabulary.count() == 0
            && let Some(first) = vocabularies.next()
        {
            self.vocabulary = first;
            numbers.push(None);
        }
        for other in vocabularies {
            let all = 0..other.count() as u32;
            numbers.push(Some(all.map(|term| self.vocabulary.number_as(&other, term)).collect()));
        }
        read.par_iter_mut().for_each(|(_, worker, reading)| {
            if let Some(numbers) = &numbers[*worker] {
                reading.renumber(numbers);
            }
        });
        for (index, _, reading) in read {
            let document = Arc::clone(&documents[index]);
            let shown = shown.get(&index).copied().unwrap_or_default();
            let known = Known { document, shown, reading: Arc::new(reading) };
            self.known.insert(documents[index].path.clone(), known);
        }
    }

    /// Makes everything of what is known; files that are made go into the `sink`.
    pub(super) fn make(&mut self, state: State<'_>, sink: Sink<'_>) {
        let State { knowledge, plan, .. } = state;
        // The oldest document has the number 0, so that a new one changes only the terms that stand in it.
        let documents = knowledge.documents.iter().rev();
        let readings: Vec<Option<Arc<Reading>>> = documents
            .map(|document| self.known.get(&document.path).map(|known| Arc::clone(&known.reading)))
            .collect();
        let names = facet::names(knowledge);
        let basis = self.basis.get_or_insert_with(|| Basis::new(state.config));
        let (from_folder, phrases) = (basis.from_folder, &basis.phrases);
        let writer = Records { knowledge, plan, from_folder, phrases, names: &names };
        let own = readings.clone();
        let (terms, vocabulary) = (&mut self.terms, &self.vocabulary);
        let (records, blocks, short) = (&mut self.records, &mut self.blocks, &mut self.short);
        let (_, (facets, _)) = rayon::join(
            || terms.follow(readings, vocabulary, sink),
            || {
                rayon::join(
                    || facet::write(knowledge),
                    || {
                        let other = changed_records(records, &writer, &own);
                        let is_old =
                            |(old, new): &(Option<Arc<Document>>, Option<Arc<Document>>)| match (old, new) {
                                (Some(old), Some(new)) => facet::begins_the_same(old, new),
                                _ => false,
                            };
                        if short.is_none() || !other.iter().all(|(_, pair)| is_old(pair)) {
                            *short = Some(facet::short_words(knowledge).1);
                        }
                        let other: Vec<usize> = other.iter().map(|(number, _)| *number).collect();
                        follow_blocks(blocks, records, &other, &writer, sink);
                    },
                )
            },
        );
        self.facets = Some(facets.1);
        self.root = Some(self.root(knowledge));
        if let Some(sink) = sink {
            for file in [&self.root, &self.facets, &self.short].into_iter().flatten() {
                piece::put(sink, file.clone());
            }
        }
    }

    fn root(&self, knowledge: &Knowledge) -> File {
        let first = |terms: &[u32]| self.vocabulary.term(terms[0]);
        let firsts = |words: &mut dyn Iterator<Item = &str>| {
            let mut list = String::new();
            digits::push_words(&mut list, words);
            list
        };
        let Terms { shards, forward, backward, .. } = &self.terms;
        let backwards: Vec<String> =
            backward.iter().map(|piece| spelling::backwards(first(&piece.terms))).collect();
        let name = |file: &Option<File>| file.as_ref().map_or(String::new(), |file| file.name().to_owned());
        let synonyms = self.basis.iter().flat_map(|basis| &basis.synonyms);
        let root = json!({
            "version": VERSION,
            "documents": knowledge.documents.len(),
            "lessons": knowledge.lesson_count(),
            "block": BLOCK,
            "shards": firsts(&mut shards.iter().map(|piece| first(&piece.terms))),
            "shard_names": piece::names(shards),
            "records": self.blocks.concat(),
            "facets": name(&self.facets),
            "short": name(&self.short),
            "forward": firsts(&mut forward.iter().map(|piece| first(&piece.terms))),
            "forward_names": piece::names(forward),
            "backward": firsts(&mut backwards.iter().map(String::as_str)),
            "backward_names": piece::names(backward),
            "synonyms": synonyms.map(|group| group.join(",")).collect::<Vec<_>>().join("|"),
        });
        File::new("root", &root)
    }

    /// Returns a file of the index, which is that of the given state, by its path in the site.
    pub fn file(&self, state: State<'_>, path: &str) -> Option<Found> {
        let name = path.strip_prefix(FOLDER)?.strip_suffix(".js")?;
        let kept = [&self.root, &self.facets, &self.short].into_iter().flatten();
        if let Some(file) = kept.into_iter().find(|file| file.name() == name) {
            return Some(Found::File(file.clone()));
        }
        match name.chars().next()? {
            'x' => {
                let text = name.strip_prefix("x-")?;
                let number =
                    self.records.iter().position(|record| !text.is_empty() && record.text() == text)?;
                Some(Found::Text(self.records.len() - 1 - number))
            }
            'r' | 'l' => self.block(state, name).map(Found::File),
            _ => self.terms.file(name, &self.vocabulary).map(Found::File),
        }
    }

    /// Returns the records or the lessons of a block by the name of their file.
    fn block(&self, state: State<'_>, name: &str) -> Option<File> {
        let State { knowledge, plan, .. } = state;
        let (place, hash) = piece::place_of(name)?;
        let known = self.blocks.get(place)?;
        let basis = self.basis.as_ref()?;
        let (from_folder, phrases) = (basis.from_folder, &basis.phrases);
        let names = facet::names(knowledge);
        let writer = Records { knowledge, plan, from_folder, phrases, names: &names };
        let block = writer.block(&documents_of(&self.records, place));
        match block.lessons {
            Some((json, lessons)) if name.starts_with('l') => {
                (lessons == hash).then(|| piece::file('l', place, hash, &json))
            }
            _ => (name.starts_with('r') && known == hash)
                .then(|| piece::file('r', place, hash, &block.records)),
        }
    }
}

/// Brings what records are made of up to date; returns the numbers of those that are others, with their documents before and now.
#[expect(clippy::type_complexity, reason = "said in words above")]
fn changed_records(
    records: &mut Vec<Record>,
    writer: &Records<'_>,
    readings: &[Option<Arc<Reading>>],
) -> Vec<(usize, (Option<Arc<Document>>, Option<Arc<Document>>))> {
    let documents = &writer.knowledge.documents;
    let mut other = Vec::new();
    for (number, record) in records.iter().enumerate().skip(readings.len()) {
        other.push((number, (Some(Arc::clone(&record.document)), None)));
    }
    records.truncate(readings.len());
    for (number, reading) in readings.iter().enumerate() {
        let index = documents.len() - 1 - number;
        let (document, address) = (&documents[index], &writer.plan.addresses[index]);
        let services = writer.services_hash(index);
        let text = reading.as_ref().map_or("", |reading| &reading.text);
        let old = records.get_mut(number);
        if let Some(old) = &old
            && Arc::ptr_eq(&old.document, document)
            && old.address == *address
            && old.services == services
            && old.text() == text
        {
            continue;
        }
        other.push((number, (old.as_ref().map(|old| Arc::clone(&old.document)), Some(Arc::clone(document)))));
        let record = Record {
            document: Arc::clone(document),
            address: address.clone(),
            services,
            reading: reading.clone(),
        };
        match old {
            Some(old) => *old = record,
            None => records.push(record),
        }
    }
    other
}

/// Makes the blocks again that hold one of these records.
fn follow_blocks(
    blocks: &mut Vec<String>,
    records: &[Record],
    other: &[usize],
    writer: &Records<'_>,
    sink: Sink<'_>,
) {
    blocks.resize(records.len().div_ceil(BLOCK), String::new());
    let mut stale: Vec<usize> =
        other.iter().map(|number| number / BLOCK).filter(|place| *place < blocks.len()).collect();
    stale.sort_unstable();
    stale.dedup();
    let name = |place: &usize| {
        let block = writer.block(&documents_of(records, *place));
        let hash = digits::name_of(&[block.records.as_bytes()], NAME);
        if let Some(sink) = sink {
            piece::put(sink, piece::file('r', *place, &hash, &block.records));
            if let Some((json, hash)) = &block.lessons {
                piece::put(sink, piece::file('l', *place, hash, json));
            }
        }
        hash
    };
    let hashes: Vec<String> = stale.par_iter().map(name).collect();
    for (place, hash) in stale.into_iter().zip(hashes) {
        blocks[place] = hash;
    }
}

/// Returns the documents of a block, by their places in the knowledge, with the names of their texts.
fn documents_of(records: &[Record], place: usize) -> Vec<(usize, &str)> {
    let numbers = place * BLOCK..records.len().min((place + 1) * BLOCK);
    numbers.map(|number| (records.len() - 1 - number, records[number].text())).collect()
}

/// Returns whether two states of a document say the same to the index.
fn reads_the_same(one: &Arc<Document>, other: &Arc<Document>) -> bool {
    // Connecting copies what it changes, such as a postmortem that takes facts from its record.
    Arc::ptr_eq(one, other) || {
        let names = |document: &'_ Document| {
            let Document { services, tags, factors, teams, authors, .. } = document;
            let lists = [services, tags, factors, teams, authors];
            lists.map(|names| names.iter().map(|found| found.value.clone()).collect::<Vec<_>>())
        };
        let label =
            |document: &'_ Document| document.severity.as_ref().map(|found| found.value.label.clone());
        let summary = |document: &'_ Document| document.summary.as_ref().map(|found| found.value.clone());
        one.text == other.text
            && (one.kind, &one.aside, &one.title.value) == (other.kind, &other.aside, &other.title.value)
            && one
                .lessons
                .iter()
                .map(|lesson| &lesson.text)
                .eq(other.lessons.iter().map(|lesson| &lesson.text))
            && names(one) == names(other)
            && label(one) == label(other)
            && summary(one) == summary(other)
    }
}
