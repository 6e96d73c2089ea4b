//! The index of a site that goes on changing.
//!
//! Comes in: one state of the site after another, and the HTML of bodies that have changed. Goes out: the files of the newest
//! state, as an index that is made anew has them. Documents that read as before are not read again, and what follows from them
//! alone is kept; of a file that is kept only the name is remembered where it can be made again from the rest.

use crate::config::Config;
use crate::document::Document;
use crate::knowledge::Knowledge;
use crate::knowledge::alignment::common_ends;
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
use crate::search::piece::Sink;
use crate::search::record;
use crate::search::record::Part;
use crate::search::record::Records;
use crate::search::record::Seal;
use crate::search::seat::Seats;
use crate::search::spelling;
use crate::search::synonyms;
use crate::search::terms::Terms;
use crate::search::vocabulary::Vocabulary;
use crate::theme::phrases::Phrases;
use rayon::prelude::*;
use serde_json::json;
use std::collections::HashMap;
use std::collections::HashSet;
use std::ops::Range;
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
    /// The paths of those that were read since anything was made of it.
    learned: Vec<String>,
    seats: Seats,
    /// What was read of each document, by its seat.
    readings: Vec<Option<Arc<Reading>>>,
    /// What decides beside it how each document's text reads, by its seat.
    outside: Vec<Outside>,
    terms: Terms,
    /// What was written of each document, by its seat.
    records: Vec<Option<Record>>,
    /// The names of each block of records.
    blocks: Vec<record::Names>,
    /// The names of the facets and of short beginnings.
    facets: String,
    short: String,
    root: Option<File>,
    /// Whether links of any document may lead elsewhere since it was read.
    doubtful: bool,
    /// Paths of documents whose links may.
    relinked: HashSet<String>,
    /// The files that documents show, as the plan has them.
    assets: Vec<String>,
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
    shown: Option<u64>,
    /// Whether it has an image from here: one that is a document is shown by its address, which may change.
    is_pictured: bool,
    reading: Arc<Reading>,
}

/// What decides, beside a document itself, how its text reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outside {
    Nothing,
    /// What its links lead to.
    Links,
    /// Also where images stand that are documents.
    Images,
}

impl Known {
    fn outside(&self) -> Outside {
        match self.shown {
            None => Outside::Nothing,
            Some(_) if self.is_pictured => Outside::Images,
            Some(_) => Outside::Links,
        }
    }
}

/// What the record of a document was made of, and what tells it from others.
#[derive(Debug)]
struct Record {
    document: Arc<Document>,
    address: Address,
    services: u64,
    reading: Option<Arc<Reading>>,
    seal: Seal,
    facets: facet::Seal,
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
    /// `shown` tells of a document what decides, beside itself, how its text reads: what its links lead to; nothing where they lead
    /// to no other document. It is asked of those whose links may lead elsewhere, as [`Index::connected`] was told. `body` returns the
    /// HTML of a document's body, nothing where no page has it. Returns false where `stopped` said so before all documents were
    /// read: those that were are remembered, and the index is still that of the state before.
    pub fn follow(
        &mut self,
        state: State<'_>,
        shown: &(dyn Fn(usize) -> Option<u64> + Sync),
        body: &(dyn Fn(usize) -> Option<String> + Sync),
        stopped: &(dyn Fn() -> bool + Sync),
    ) -> bool {
        let is_of = self.basis.as_ref().is_some_and(|basis| basis.is_of(state.config));
        // To read everything again is cheaper than to carry along for ever what nobody writes any more.
        if !is_of || self.vocabulary.count() > 2 * self.terms.count() + self.known.len() + SPARE {
            *self = Index::new(state.config);
        }
        let documents = &state.knowledge.documents;
        if self.assets != state.plan.assets {
            self.assets.clone_from(&state.plan.assets);
            self.doubtful = true;
        }
        let of = |index: usize| self.known.get(&documents[index].path);
        let stands = self.standing(documents);
        let look = |index: usize| {
            if stands[index] {
                return None;
            }
            let known = of(index);
            let kept = known.filter(|known| Arc::ptr_eq(&known.document, &documents[index]));
            let stands = |known: &Known| {
                self.stands(known.outside(), || self.relinked.contains(&documents[index].path))
            };
            if kept.is_some_and(stands) {
                return None;
            }
            let shown = shown(index);
            let is_same = known.is_some_and(|known| {
                known.shown == shown && reads_the_same(&known.document, &documents[index])
            });
            // Most that are looked at are what they were.
            (!(is_same && kept.is_some())).then_some((index, shown, is_same))
        };
        let looked_at: Vec<(usize, Option<u64>, bool)> =
            (0..documents.len()).into_par_iter().filter_map(look).collect();
        let mut stale = Vec::new();
        let mut shown: HashMap<usize, Option<u64>> = HashMap::new();
        for (index, shows, is_same) in looked_at {
            let known = self.known.get_mut(&documents[index].path).filter(|_| is_same);
            match known {
                Some(known) => known.document = Arc::clone(&documents[index]),
                None => {
                    stale.push(index);
                    shown.insert(index, shows);
                    // It stands for nothing before something was made of it: the site may change first, and be what it was. And one
                    // without a body is not read, and is to be asked for it again.
                    if let Some(seat) = self.seats.of(&documents[index].path) {
                        self.outside[seat as usize] = Outside::Images;
                    }
                }
            }
        }
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
        self.make(state, None);
        self.doubtful = false;
        self.relinked.clear();
        true
    }

    /// Returns whether what was read of a document that is the same stands, by what decides beside it.
    fn stands(&self, outside: Outside, is_relinked: impl FnOnce() -> bool) -> bool {
        match outside {
            Outside::Nothing => true,
            Outside::Links => !self.doubtful && !is_relinked(),
            Outside::Images => false,
        }
    }

    /// Returns for each document whether what was read of it stands, as far as that is known without looking each up by its path: for
    /// those before and behind all that are others than they were.
    fn standing(&self, documents: &[Arc<Document>]) -> Vec<bool> {
        // Documents are sorted newest first, numbers go the other way.
        let seats: Vec<u32> = self.seats.all().iter().rev().copied().collect();
        let record = |seat: &u32| self.records.get(*seat as usize)?.as_ref();
        let before: Vec<Option<&Arc<Document>>> =
            seats.iter().map(|seat| record(seat).map(|record| &record.document)).collect();
        let now: Vec<Option<&Arc<Document>>> = documents.iter().map(Some).collect();
        let is_same = |one: &Option<&Arc<Document>>, other: &Option<&Arc<Document>>| {
            one.zip(*other).is_some_and(|(one, other)| Arc::ptr_eq(one, other))
        };
        let (head, tail) = common_ends(&before, &now, is_same);
        let relinked: HashSet<u32> = self.relinked.iter().filter_map(|path| self.seats.of(path)).collect();
        let stands = |seat: &u32| {
            let outside = self.outside.get(*seat as usize);
            outside.is_some_and(|outside| self.stands(*outside, || relinked.contains(seat)))
        };
        let between = documents.len() - head - tail;
        let first = seats[..head].iter().map(stands);
        let last = seats[seats.len() - tail..].iter().map(stands);
        first.chain(std::iter::repeat_n(false, between)).chain(last).collect()
    }

    /// Says that links may lead elsewhere from now on: a file is there that was not.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Says that the site was connected again. Each time has to be told, also those after which nobody asks for the index.
    pub fn connected(&mut self, knowledge: &Knowledge) {
        match &knowledge.relinked {
            Some(relinked) if !self.known.is_empty() => {
                self.relinked.extend(relinked.iter().map(|index| knowledge.documents[*index].path.clone()));
            }
            _ => self.doubtful = true,
        }
    }

    /// Returns what reads documents for this index.
    pub(super) fn intake(&self) -> Intake {
        Intake::new(self.basis.as_ref().map(|basis| &basis.wholes))
    }

    /// Remembers what was read of documents.
    pub(super) fn learn(
        &mut self,
        taken: Taken,
        documents: &[Arc<Document>],
        shown: &HashMap<usize, Option<u64>>,
    ) {
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
            let shown = shown.get(&index).copied().flatten();
            let is_pictured =
                document.links.iter().any(|link| link.image && link::scheme(&link.target).is_none());
            let known = Known { document, shown, is_pictured, reading: Arc::new(reading) };
            self.learned.push(documents[index].path.clone());
            self.known.insert(documents[index].path.clone(), known);
        }
    }

    /// Makes everything of what is known; files that are made go into the `sink`.
    pub(super) fn make(&mut self, state: State<'_>, sink: Sink<'_>) {
        let State { knowledge, plan, .. } = state;
        // The oldest document has the number 0, so that a new one is the last.
        let paths: Vec<&str> =
            knowledge.documents.iter().rev().map(|document| document.path.as_str()).collect();
        let moves = self.seats.follow(&paths);
        self.readings.resize(self.seats.count(), None);
        self.outside.resize(self.seats.count(), Outside::Images);
        for (path, seat) in &moves.gone {
            self.known.remove(path);
            self.readings[*seat as usize] = None;
            self.outside[*seat as usize] = Outside::Images;
        }
        for path in std::mem::take(&mut self.learned) {
            match self.seats.of(&path) {
                Some(seat) => {
                    let known = self.known.get(&path);
                    self.readings[seat as usize] = known.map(|known| Arc::clone(&known.reading));
                    self.outside[seat as usize] = known.map_or(Outside::Images, Known::outside);
                }
                // It was read when it was about to go.
                None => drop(self.known.remove(&path)),
            }
        }
        let names = facet::names(knowledge);
        let basis = self.basis.get_or_insert_with(|| Basis::new(state.config));
        let (from_folder, phrases) = (basis.from_folder, &basis.phrases);
        let writer = Records { knowledge, plan, from_folder, phrases, names: &names };
        let (readings, own) = (self.readings.clone(), &self.readings);
        let (terms, vocabulary, seats) = (&mut self.terms, &self.vocabulary, &self.seats);
        let (records, blocks) = (&mut self.records, &mut self.blocks);
        let (facets, short) = (&mut self.facets, &mut self.short);
        rayon::join(
            || {
                terms.follow(readings, seats, &moves.moved, vocabulary, sink);
            },
            || {
                let stale = changed_records(records, seats, &writer, own);
                let seal = |seat: &u32| records[*seat as usize].as_ref().map(|record| record.facets);
                let seals: Vec<facet::Seal> = seats.all().iter().filter_map(seal).collect();
                *facets = facet::name(knowledge, &seals);
                *short = facet::name_of_short(&seals);
                if let Some(sink) = sink {
                    piece::put(sink, facet::write(knowledge, facets));
                    piece::put(sink, facet::short_words(knowledge, short));
                }
                *blocks = write_blocks(records, &stale, seats, &writer, sink);
            },
        );
        self.root = Some(self.root(knowledge));
        if let (Some(sink), Some(root)) = (sink, &self.root) {
            piece::put(sink, root.clone());
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
        let synonyms = self.basis.iter().flat_map(|basis| &basis.synonyms);
        let root = json!({
            "version": VERSION,
            "documents": knowledge.documents.len(),
            "lessons": knowledge.lesson_count(),
            "block": BLOCK,
            "shards": firsts(&mut shards.iter().map(|piece| first(&piece.terms))),
            "shard_names": piece::names(shards),
            "records": self.blocks.iter().map(|names| names.records.as_str()).collect::<String>(),
            "facets": self.facets,
            "short": self.short,
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
        if let Some(root) = self.root.as_ref().filter(|root| root.name() == name) {
            return Some(Found::File(root.clone()));
        }
        match name.chars().next()? {
            'f' => (name == self.facets).then(|| Found::File(facet::write(state.knowledge, name))),
            'n' => (name == self.short).then(|| Found::File(facet::short_words(state.knowledge, name))),
            'x' => {
                let text = name.strip_prefix("x-").filter(|text| !text.is_empty())?;
                let is_it =
                    |record: &Option<Record>| record.as_ref().is_some_and(|record| record.text() == text);
                let seat = self.records.iter().position(is_it)?;
                let number = self.seats.number(seat as u32) as usize;
                Some(Found::Text(state.knowledge.documents.len() - 1 - number))
            }
            'r' | 'l' => self.block(state, name).map(Found::File),
            _ => self.terms.file(name, &self.seats, &self.vocabulary).map(Found::File),
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
        let part = |number: usize| {
            let record = self.records[self.seats.all()[number] as usize].as_ref();
            writer.part(knowledge.documents.len() - 1 - number, record.map_or("", Record::text))
        };
        let parts = || numbers_of(place, &self.seats).map(part).collect::<Vec<Part>>();
        match name.starts_with('r') {
            true => (known.records == hash)
                .then(|| piece::file('r', place, hash, &record::records(&parts(), known))),
            false => (known.lessons == hash && !hash.is_empty())
                .then(|| piece::file('l', place, hash, &record::lessons(&parts()))),
        }
    }
}

/// Brings what records are made of up to date; returns for each seat whether its record has to be written again.
fn changed_records(
    records: &mut Vec<Option<Record>>,
    seats: &Seats,
    writer: &Records<'_>,
    readings: &[Option<Arc<Reading>>],
) -> Vec<bool> {
    let Records { knowledge, plan, .. } = writer;
    let mut stale = vec![false; readings.len()];
    records.resize_with(readings.len(), || None);
    let mut is_free = vec![true; readings.len()];
    for (number, seat) in seats.all().iter().enumerate() {
        let seat = *seat as usize;
        let index = knowledge.documents.len() - 1 - number;
        let (document, address) = (&knowledge.documents[index], &plan.addresses[index]);
        let (services, reading) = (writer.services_hash(index), &readings[seat]);
        let text = reading.as_ref().map_or("", |reading| &reading.text);
        is_free[seat] = false;
        if let Some(old) = &mut records[seat]
            && Arc::ptr_eq(&old.document, document)
            && old.address == *address
            && old.services == services
            && old.text() == text
        {
            old.reading.clone_from(reading);
            continue;
        }
        stale[seat] = true;
        records[seat] = Some(Record {
            document: Arc::clone(document),
            address: address.clone(),
            services,
            reading: reading.clone(),
            seal: Seal::default(),
            facets: facet::seal(document),
        });
    }
    for (record, _) in records.iter_mut().zip(is_free).filter(|(_, is_free)| *is_free) {
        *record = None;
    }
    stale
}

/// Writes the records that are `stale`, or all where their files are wanted; returns the names of all blocks.
fn write_blocks(
    records: &mut [Option<Record>],
    stale: &[bool],
    seats: &Seats,
    writer: &Records<'_>,
    sink: Sink<'_>,
) -> Vec<record::Names> {
    let count = seats.all().len();
    let write = |place: usize| {
        let (mut seals, mut parts) = (Vec::with_capacity(BLOCK), Vec::new());
        for number in numbers_of(place, seats) {
            let seat = seats.all()[number] as usize;
            let record = records[seat].as_ref();
            if stale[seat] || sink.is_some() {
                let part = writer.part(count - 1 - number, record.map_or("", Record::text));
                seals.push(part.seal());
                parts.push(part);
            } else {
                seals.push(record.map(|record| record.seal).unwrap_or_default());
            }
        }
        let names = record::names(&seals);
        if let Some(sink) = sink {
            piece::put(sink, piece::file('r', place, &names.records, &record::records(&parts, &names)));
            if !names.lessons.is_empty() {
                piece::put(sink, piece::file('l', place, &names.lessons, &record::lessons(&parts)));
            }
        }
        (names, seals)
    };
    let written: Vec<_> = (0..count.div_ceil(BLOCK)).into_par_iter().map(write).collect();
    let mut numbers = seats.all().iter();
    let keep = |(names, seals): (record::Names, Vec<Seal>)| {
        for (seal, seat) in seals.into_iter().zip(&mut numbers) {
            if let Some(record) = &mut records[*seat as usize] {
                record.seal = seal;
            }
        }
        names
    };
    written.into_iter().map(keep).collect()
}

/// Returns the numbers of the documents of a block.
fn numbers_of(place: usize, seats: &Seats) -> Range<usize> {
    place * BLOCK..seats.all().len().min((place + 1) * BLOCK)
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
