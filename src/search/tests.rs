//! An index that follows a site through random edits against one that is made anew.

use crate::config;
use crate::config::Config;
use crate::document::Document;
use crate::document::Reader;
use crate::knowledge;
use crate::knowledge::Knowledge;
use crate::knowledge::Lock;
use crate::knowledge::link::Files;
use crate::knowledge::recurrence::Wanted;
use crate::page;
use crate::page::Plan;
use crate::search::Indexer;
use crate::search::index::Found;
use crate::search::index::Index;
use crate::search::index::State;
use crate::search::text;
use crate::source::SourceFile;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// Numbers that look random and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// A word; some are in nearly every text, most in few.
    fn word(&mut self) -> String {
        const JOINTS: [&str; 4] = ["-", "_", ".", "Q"];
        let number = if self.below(3) == 0 { self.below(20) } else { self.below(12_000) };
        let letters: String =
            (0..4).map(|place| char::from(b'a' + (number / 11usize.pow(place) % 11) as u8)).collect();
        match self.below(30) {
            0 => format!("{letters}{}{}", JOINTS[self.below(4)], self.below(50)),
            1 => format!("Über{letters}"),
            2 => "roll back".to_owned(),
            3 => format!("障害{letters}対応"),
            _ => letters,
        }
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }

    fn document(&mut self) -> Source {
        // Where one word stands in many lessons, its postings get long.
        let lessons = if self.below(8) == 0 { 700 } else { self.below(4) };
        Source {
            date: self.date(),
            title: self.words(4),
            services: (0..self.below(3)).map(|_| self.word()).collect(),
            severity: self.of(&["SEV-1", "SEV-2", "odd", "odder", ""]).to_string(),
            aside: self.below(12) == 0,
            tags: (0..self.below(3)).map(|_| format!("tag{}", self.below(9))).collect(),
            factors: (0..self.below(2)).map(|_| format!("factor{}", self.below(9))).collect(),
            went_well: false,
            paragraphs: (0..4).map(|_| self.words(40)).collect(),
            lessons: (0..lessons).map(|_| format!("always {}", self.word())).collect(),
            links: 0,
        }
    }

    fn date(&mut self) -> String {
        match self.below(8) {
            0 => String::new(),
            // Newer than all others.
            1 => format!("2024-{:02}-{:02}", 1 + self.below(12), 1 + self.below(28)),
            _ => format!("{}-{:02}-{:02}", 2015 + self.below(9), 1 + self.below(12), 1 + self.below(28)),
        }
    }

    /// Does something to a document that somebody at work on it does.
    fn edit(&mut self, source: &mut Source) {
        let place = self.below(source.paragraphs.len());
        match self.below(15) {
            0 => source.date = self.date(),
            1 => source.title = self.words(4),
            2 => source.services = (0..self.below(3)).map(|_| self.word()).collect(),
            3 => source.severity = self.of(&["SEV-1", "SEV-2", "odd", "odder", ""]).to_string(),
            4 => source.aside = !source.aside,
            5 => source.lessons.push(self.words(5)),
            6 => {
                source.lessons.pop();
            }
            7 => source.lessons.insert(0, self.word()),
            8 => source.paragraphs[place] = self.words(30),
            9 => source.paragraphs[place].clear(),
            // The text stays and reads otherwise.
            10 => source.links += 1,
            11 => source.tags = (0..self.below(3)).map(|_| format!("tag{}", self.below(9))).collect(),
            12 => source.factors = (0..self.below(2)).map(|_| format!("factor{}", self.below(9))).collect(),
            13 => source.went_well = !source.went_well,
            _ => source.paragraphs[place] += &format!(" {}", self.word()),
        }
    }
}

#[derive(Clone)]
struct Source {
    date: String,
    title: String,
    services: Vec<String>,
    severity: String,
    aside: bool,
    tags: Vec<String>,
    factors: Vec<String>,
    went_well: bool,
    paragraphs: Vec<String>,
    lessons: Vec<String>,
    /// Which state of other documents its links show.
    links: u64,
}

impl Source {
    fn text(&self) -> String {
        let mut text = format!("---\ntitle: \"{}\"\n", self.title);
        if !self.date.is_empty() {
            text += &format!("date: {}\n", self.date);
        }
        if !self.severity.is_empty() {
            text += &format!("severity: \"{}\"\n", self.severity);
        }
        if self.aside {
            text += "status: superseded\nkind: page\n";
        }
        for (key, names) in [("services", &self.services), ("tags", &self.tags), ("factors", &self.factors)] {
            text += &format!("{key}: [{}]\n", names.join(", "));
        }
        text += "---\n\n";
        for paragraph in &self.paragraphs {
            text += &format!("{paragraph}\n\n");
        }
        text += if self.went_well { "## What went well\n\n" } else { "## Lessons learned\n\n" };
        for lesson in &self.lessons {
            text += &format!("- {lesson}\n");
        }
        text
    }

    fn html(&self) -> String {
        let paragraphs = self.paragraphs.iter().chain(&self.lessons);
        let body: String = paragraphs.map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
        format!("{body}<h2 id=\"more\">More</h2><p>link{}</p>", self.links % 3)
    }
}

/// A site of some documents.
struct Site {
    sources: BTreeMap<String, Source>,
    /// Every document that there was, by its path and its text: one that is what it was before is the very same.
    documents: BTreeMap<(String, String), Arc<Document>>,
    config: Config,
}

impl Site {
    fn connect(&mut self) -> (Knowledge, Plan) {
        let reader = Reader::new(&self.config, "");
        let mut documents = Vec::new();
        for (path, source) in &self.sources {
            let text = source.text();
            let document = self.documents.entry((path.clone(), text.clone())).or_insert_with(|| {
                Arc::new(reader.parse(SourceFile {
                    path: path.clone(),
                    file: format!("content/{path}"),
                    size: text.len() as u64,
                    text,
                    git: None,
                    findings: Vec::new(),
                }))
            });
            documents.push(Arc::clone(document));
        }
        let knowledge =
            knowledge::connect(documents, Files::default(), Lock::default(), &self.config, Wanted::Alike);
        let today = NaiveDate::from_ymd_opt(2026, 2, 1).expect("a day");
        let plan = page::plan(&knowledge, &self.config, today);
        (knowledge, plan)
    }

    /// One document has no page, and so no text.
    fn body(&self, document: &Document) -> Option<String> {
        let source = &self.sources[&document.path];
        let links = self.links(&document.path).unwrap_or_default();
        (document.path != "unseen.md").then(|| Source { links, ..source.clone() }.html())
    }

    /// What the links of a document show; some have none.
    fn links(&self, path: &str) -> Option<u64> {
        (!["1.md", "3.md", "5.md", "7.md"].iter().any(|end| path.ends_with(end)))
            .then(|| self.sources[path].links)
    }
}

/// Returns all files of an index that is made anew, with those of texts.
fn anew(site: &Site, state: State<'_>) -> BTreeMap<String, String> {
    let indexer = Indexer::new(state.knowledge, state.plan, state.config);
    let mut files = Vec::new();
    for (index, document) in state.knowledge.documents.iter().enumerate() {
        if let Some(html) = site.body(document) {
            files.push(indexer.add(index, &html));
        }
    }
    files.extend(indexer.finish());
    files.into_iter().map(|file| (file.path, file.text)).collect()
}

#[test]
fn an_index_that_follows_is_the_one_that_is_made_anew() {
    let mut chance = Chance(7);
    let config = config::parse("title = \"Test\"\n[search]\nsynonyms = [[\"abba\", \"roll back\"]]\n").0;
    let mut site = Site { sources: BTreeMap::new(), documents: BTreeMap::new(), config };
    site.sources.insert("unseen.md".to_owned(), chance.document());
    let mut index = Index::default();
    let mut kinds_seen = BTreeSet::new();
    let mut before: BTreeSet<String> = BTreeSet::new();
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let mut last = site.sources.clone();
    let (mut is_interrupted, mut reverted) = (false, 0);
    for round in 0..90 {
        let paths: Vec<String> = site.sources.keys().cloned().collect();
        let previous = site.sources.clone();
        match chance.below(24) {
            _ if round == 0 => {
                for number in 0..60 {
                    site.sources.insert(format!("first/{number}.md"), chance.document());
                }
            }
            // What was about to be shown is taken back.
            1..=12 if is_interrupted => {
                site.sources.clone_from(&last);
                reverted += 1;
            }
            _ if paths.len() < 40 => {
                for number in 0..30 {
                    site.sources.insert(format!("more/{round}-{number}.md"), chance.document());
                }
            }
            0..=4 => {
                site.sources.insert(format!("later/{round}.md"), chance.document());
            }
            5 | 6 => {
                site.sources.remove(chance.of(&paths));
            }
            // A branch that is checked out, and another one.
            7 => {
                for source in site.sources.values_mut() {
                    if chance.below(3) == 0 {
                        chance.edit(source);
                    }
                }
            }
            8 if round > 5 => site.sources.clone_from(&last),
            9 => site.sources.retain(|_, _| chance.below(10) > 0),
            10 => site.config.search.synonyms.push(vec![chance.words(2), chance.word()]),
            _ => {
                for _ in 0..=chance.below(3) {
                    let path = chance.of(&paths);
                    chance.edit(site.sources.get_mut(path).expect("a document"));
                }
            }
        }
        last.clone_from(&previous);
        let (mut knowledge, plan) = site.connect();
        let shown = |index: usize| site.links(&knowledge.documents[index].path);
        // Links may lead elsewhere without any document being another one.
        let is_relinked = |path: &str| {
            site.sources
                .get(path)
                .is_some_and(|new| previous.get(path).is_some_and(|old| new.links != old.links))
        };
        let paths = knowledge.documents.iter().map(|document| document.path.as_str());
        let relinked = paths.enumerate().filter(|(_, path)| is_relinked(path)).map(|(index, _)| index);
        knowledge.relinked = (round % 3 > 0).then_some(relinked.collect());
        index.connected(&knowledge);
        let state = State { knowledge: &knowledge, plan: &plan, config: &site.config };
        let read = AtomicUsize::new(0);
        let body = |index: usize| {
            read.fetch_add(1, Ordering::Relaxed);
            site.body(&knowledge.documents[index])
        };
        // Somebody saves again before all was read.
        let most = if round % 3 == 1 { chance.below(3) } else { usize::MAX };
        if !index.follow(state, &shown, &body, &|| read.load(Ordering::Relaxed) > most) && round % 4 != 3 {
            is_interrupted = true;
            continue;
        }
        is_interrupted = false;
        assert!(index.follow(state, &shown, &body, &|| false));

        let files = anew(&site, state);
        for (path, expected) in &files {
            let found = match index.file(state, path) {
                Some(Found::File(file)) => Some(file.text),
                Some(Found::Text(place)) => {
                    let document = &knowledge.documents[place];
                    site.body(document).map(|html| text(document, &html).text)
                }
                None => None,
            };
            assert_eq!(found.as_ref(), Some(expected), "round {round}: {path}");
            kinds_seen.insert(path.trim_start_matches("search/data/").chars().next());
        }
        for gone in before.iter().filter(|path| !files.contains_key(*path)) {
            assert_eq!(index.file(state, gone), None, "round {round}: {gone}");
        }
        // A browser keeps files for ever.
        for (path, text) in files.iter().filter(|(path, _)| !path.ends_with("/root.js")) {
            let old = all.entry(path.clone()).or_insert_with(|| text.clone());
            assert_eq!(old, text, "round {round}: {path} says something else than before");
        }
        before = files.into_keys().collect();
    }
    assert!(reverted > 2, "changes are taken back before anything was made of them");
    let letters: String = kinds_seen.into_iter().flatten().collect();
    assert_eq!(letters, "flnprsvwx", "every sort of file was compared");
    let pieces = |letter: &str| before.iter().filter(|path| path.contains(&format!("/{letter}1-"))).count();
    assert_eq!(["s", "w", "v", "r"].map(pieces), [1; 4], "there is more than one piece of each");
}
