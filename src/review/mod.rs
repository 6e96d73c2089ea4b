//! Finds what matters to somebody: today, the lesson that they remember.
//!
//! Comes in: knowledge, and a few words or an id. Goes out: [`Hit`]s, the best first. Changes nothing, prints nothing.

use crate::knowledge::Knowledge;
use crate::knowledge::ledger;
use crate::knowledge::ledger::State;
use crate::knowledge::lesson::Lesson;
use crate::words::stem::stems;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A lesson that answers a query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Its place in [`Lessons::all`](crate::knowledge::lesson::Lessons).
    pub lesson: usize,
    /// How well it answers; comparable within one answer only.
    pub score: f32,
    /// How many words of the query it holds.
    pub words: usize,
}

/// What a word weighs in the lesson itself.
const IN_TEXT: f32 = 3.0;
/// What a word weighs in the title of its document, its services, tags and factors, and what it applies to.
const BESIDE: f32 = 1.0;
/// What is left of a word that was only nearly written.
const NEARLY: f32 = 0.6;

/// Returns the lesson of an id: as written, or without its prefix, or an alias. It may be retired.
pub fn by_id(knowledge: &Knowledge, id: &str) -> Option<usize> {
    let lessons = &knowledge.lessons;
    let written = ledger::id::written(id)?;
    if let Some(index) = lessons.resolve(&written) {
        return Some(index);
    }
    // An id of its author's own that nobody has locked yet.
    lessons.all.iter().position(|lesson| {
        lesson.provisional
            && lesson
                .place
                .zip(lesson.document)
                .and_then(|(place, document)| knowledge.documents[document].lessons[place].id.as_deref())
                .and_then(ledger::id::written)
                .is_some_and(|own| own == written)
    })
}

/// Returns the lessons that hold the words of a query, the best first.
///
/// Those that hold most of them are returned, and at least half of them; the others are left out. Forms of a word count as the
/// word, and a word that stands nowhere is taken for the nearest that does. Retired lessons are left out.
pub fn by_words(knowledge: &Knowledge, query: &str) -> Vec<Hit> {
    let lessons = &knowledge.lessons.all;
    let live = |lesson: &Lesson| {
        lesson.state == State::Live
            && lesson.document.is_none_or(|document| knowledge.is_listed(document))
            && !lesson.text.is_empty()
    };
    let mut index: BTreeMap<u32, BTreeMap<usize, f32>> = BTreeMap::new();
    let mut spelled: BTreeMap<String, u32> = BTreeMap::new();
    let mut add = |text: &str, language: &str, lesson: usize, weight: f32| {
        for stem in stems(text, language) {
            let held = index.entry(stem.hash).or_default().entry(lesson).or_default();
            *held = held.max(weight);
            spelled.entry(stem.word(text).to_lowercase()).or_insert(stem.hash);
        }
    };
    let mut total = 0;
    for (at, lesson) in lessons.iter().enumerate().filter(|(_, lesson)| live(lesson)) {
        total += 1;
        let Some(document) = lesson.document else {
            add(&lesson.text, "en", at, IN_TEXT);
            continue;
        };
        let document = &knowledge.documents[document];
        let language = document.language.as_deref().unwrap_or("en");
        add(&document.title.value, language, at, BESIDE);
        for found in document.services.iter().chain(&document.tags).chain(&document.factors) {
            add(&found.value, language, at, BESIDE);
        }
        if let Some(place) = lesson.place {
            document.lessons[place].applies_to.iter().for_each(|what| add(what, language, at, BESIDE));
        }
        add(&lesson.text, language, at, IN_TEXT);
    }
    // A query is in the language of the lessons, or in English.
    let mut asked = stems(query, "en");
    asked.sort_by_key(|stem| stem.at);
    let mut scores: BTreeMap<usize, (f32, usize)> = BTreeMap::new();
    for stem in &asked {
        let word = stem.word(query).to_lowercase();
        let (hash, factor) = if index.contains_key(&stem.hash) {
            (stem.hash, 1.0)
        } else {
            let near = crate::diagnostic::did_you_mean(&word, spelled.keys().map(String::as_str));
            match near {
                Some(near) => (spelled[near], NEARLY),
                None => continue,
            }
        };
        let Some(held) = index.get(&hash) else { continue };
        let telling = (total as f32 / held.len() as f32).ln() + 1.0;
        for (&lesson, weight) in held {
            let score = scores.entry(lesson).or_default();
            score.0 += weight * telling * factor;
            score.1 += 1;
        }
    }
    let wanted = asked.iter().map(|stem| stem.hash).collect::<BTreeSet<_>>().len();
    let mut hits: Vec<Hit> =
        scores.into_iter().map(|(lesson, (score, words))| Hit { lesson, score, words }).collect();
    let most = hits.iter().map(|hit| hit.words).max().unwrap_or_default();
    hits.retain(|hit| hit.words == most && most * 2 >= wanted);
    // Among equals the newest, which stands first.
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.lesson.cmp(&b.lesson)));
    hits
}
