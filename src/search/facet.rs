//! What results are filtered by: kind, service, severity, factor, tag, year, and the category of a lesson.
//!
//! Comes in: knowledge. Goes out: one script with every value and its documents; one with the documents whose titles and
//! services have a word that begins with one or two given letters, since so short a beginning would load half the terms.

use crate::document::Category;
use crate::document::Document;
use crate::document::Kind;
use crate::knowledge;
use crate::knowledge::Knowledge;
use crate::knowledge::terms::TermKind;
use crate::search::File;
use crate::search::digits;
use crate::search::posting;
use crate::search::posting::InLesson;
use crate::search::token;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

/// How many documents, the newest, stand behind a beginning of one or two letters.
const SHORT: usize = 30;

/// For each document of the knowledge, its services by their places among all terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Where those of each document end.
    ends: Vec<u32>,
    places: Vec<u32>,
}

impl Names {
    /// Returns the services of a document.
    pub fn of(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.places[start as usize..self.ends[index] as usize]
    }
}

/// Returns the services of each document.
pub fn names(knowledge: &Knowledge) -> Names {
    let services = || knowledge.terms.iter().enumerate().filter(|(_, term)| term.kind == TermKind::Service);
    // Where the next one of each document goes; in the end, where those of the document end.
    let mut ends = vec![0; knowledge.documents.len() + 1];
    for document in services().flat_map(|(_, term)| &term.documents) {
        ends[document + 1] += 1;
    }
    for index in 1..ends.len() {
        ends[index] += ends[index - 1];
    }
    let mut places = vec![0; ends[ends.len() - 1] as usize];
    for (place, term) in services() {
        for &document in &term.documents {
            places[ends[document] as usize] = place as u32;
            ends[document] += 1;
        }
    }
    ends.pop();
    Names { ends, places }
}

/// What tells what the facets and the short beginnings say of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seal {
    facets: u64,
    short: u64,
}

/// Returns what tells what stands of a document in the scripts, without its number. What stands of its names in the script of facets is
/// told by the terms.
pub fn seal(document: &Document) -> Seal {
    let mut told: Vec<u8> = vec![document.kind as u8];
    if knowledge::is_listed(document) {
        if let Some(found) = &document.severity {
            let (level, label) = severity(&found.value);
            told.extend([0xfe, level]);
            told.extend_from_slice(label.as_bytes());
        }
        if let Some(found) = &document.date {
            told.push(0xff);
            told.extend(found.value.year().to_le_bytes());
        }
        told.push(0xff);
        told.extend(lessons_of(document).map(|(_, category)| category as u8));
    }
    let facets = xxh3_64(&told);
    told.clear();
    if document.aside.is_none() {
        begun_by(document).for_each(|text| {
            told.extend_from_slice(text.as_bytes());
            told.push(0xff);
        });
    }
    Seal { facets, short: xxh3_64(&told) }
}

/// Returns the name of the script of facets, where `seals` are those of all documents in the order of their numbers. It is made of all
/// that stands there, without bringing it into the form that it has there: so the name is had at once, and the script when somebody
/// asks for it.
pub fn name(knowledge: &Knowledge, seals: &[Seal]) -> String {
    let mut told: Vec<u8> = Vec::with_capacity(16 * seals.len());
    told.extend(seals.iter().flat_map(|seal| seal.facets.to_le_bytes()));
    let is_named = |kind: TermKind| matches!(kind, TermKind::Service | TermKind::Factor | TermKind::Tag);
    for term in knowledge.terms.iter().filter(|term| is_named(term.kind)) {
        told.extend([0xff, term.kind as u8]);
        told.extend_from_slice(term.name.as_bytes());
        told.push(0xff);
        told.extend(term.documents.iter().flat_map(|document| (*document as u32).to_le_bytes()));
    }
    format!("f-{}", digits::name_of(&[&told], 8))
}

/// Returns the script of facets, which has this name.
pub fn write(knowledge: &Knowledge, name: &str) -> File {
    let last = knowledge.documents.len().saturating_sub(1);
    let number = |index: usize| (last - index) as u32;
    // Documents are sorted newest first, numbers go the other way.
    let of = |documents: &[usize]| postings(documents.iter().rev().map(|&index| number(index)));
    let names_of = |kind: TermKind| -> Value {
        let values = knowledge.terms_of(kind).filter(|term| !term.documents.is_empty());
        values.map(|term| json!([term.name, of(&term.documents)])).collect()
    };
    let mut kinds: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    let mut severities: BTreeMap<(u8, String), Vec<usize>> = BTreeMap::new();
    let mut years: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    let mut categories: BTreeMap<Category, String> = BTreeMap::new();
    let mut last_of: BTreeMap<Category, u32> = BTreeMap::new();
    for (index, document) in knowledge.documents.iter().enumerate() {
        kinds.entry(document.kind).or_default().push(index);
        if !knowledge::is_listed(document) {
            continue;
        }
        if let Some(found) = &document.severity {
            severities.entry(severity(&found.value)).or_default().push(index);
        }
        if let Some(found) = &document.date {
            years.entry(found.value.year()).or_default().push(index);
        }
    }
    for (index, document) in knowledge.documents.iter().enumerate().rev() {
        for category in [Category::Lesson, Category::WentWell, Category::WentWrong, Category::Lucky] {
            let lessons: Vec<InLesson> = lessons_of(document)
                .filter(|(_, of)| *of == category)
                .map(|(lesson, _)| InLesson { lesson, level: 0 })
                .collect();
            if !lessons.is_empty() {
                let gap = number(index) - last_of.insert(category, number(index)).unwrap_or(0);
                let mut said = String::new();
                posting::push_lessons(&mut said, &lessons);
                posting::push(categories.entry(category).or_default(), gap, posting::flags(0, true), &said);
            }
        }
    }
    let kinds: Value = kinds.iter().map(|(kind, documents)| json!([kind.name(), of(documents)])).collect();
    let severities: Value =
        severities.iter().map(|((level, label), documents)| json!([label, of(documents), level])).collect();
    let years: Value =
        years.iter().rev().map(|(year, documents)| json!([year.to_string(), of(documents)])).collect();
    let categories: Value =
        categories.iter().map(|(category, postings)| json!([category.name(), postings])).collect();
    let facets = json!({
        "kind": kinds,
        "service": names_of(TermKind::Service),
        "severity": severities,
        "factor": names_of(TermKind::Factor),
        "tag": names_of(TermKind::Tag),
        "year": years,
        "category": categories,
    });
    File::new(name, &facets)
}

/// Returns the name of the script of short beginnings, where `seals` are those of all documents in the order of their numbers.
pub fn name_of_short(seals: &[Seal]) -> String {
    let told: Vec<u8> = seals.iter().flat_map(|seal| seal.short.to_le_bytes()).collect();
    format!("n-{}", digits::name_of(&[&told], 8))
}

/// Returns what a beginning of one or two letters is looked for in.
fn begun_by(document: &Document) -> impl Iterator<Item = &str> {
    let services = document.services.iter().map(|found| found.value.as_str());
    services.chain([document.title.value.as_str()])
}

/// Returns the script of short beginnings, which has this name.
pub fn short_words(knowledge: &Knowledge, name: &str) -> File {
    let last = knowledge.documents.len().saturating_sub(1);
    let mut beginnings: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for (index, document) in
        knowledge.documents.iter().enumerate().filter(|(_, document)| document.aside.is_none())
    {
        for text in begun_by(document) {
            token::each(text, &mut |word, _| {
                let mut end = 0;
                for c in word.chars().take(2) {
                    end += c.len_utf8();
                    if let Some(documents) = beginnings.get_mut(&word[..end]) {
                        // The newest come first.
                        if documents.len() < SHORT {
                            documents.insert((last - index) as u32);
                        }
                    } else {
                        beginnings.insert(word[..end].to_owned(), BTreeSet::from([(last - index) as u32]));
                    }
                }
            });
        }
    }
    let mut words = String::new();
    digits::push_words(&mut words, beginnings.keys().map(String::as_str));
    let lists: Vec<String> =
        beginnings.values().map(|documents| postings(documents.iter().copied())).collect();
    File::new(name, &json!([words, lists.join("!")]))
}

/// Returns the rank of a severity and the words under which it is counted; words without a rank come last.
pub fn severity(severity: &crate::document::Severity) -> (u8, String) {
    match severity.level {
        Some(level) => (level, String::new()),
        None => (u8::MAX, severity.label.trim().to_lowercase()),
    }
}

/// Returns the lessons that are found by themselves, with their categories.
pub fn lessons_of(document: &Document) -> impl Iterator<Item = (u16, Category)> {
    let listed = knowledge::is_listed(document);
    let lessons = document.lessons.iter().take(usize::from(u16::MAX)).filter(move |_| listed);
    lessons.enumerate().map(|(number, lesson)| (number as u16, lesson.category))
}

/// Returns numbers, rising, as their distances.
fn postings(numbers: impl Iterator<Item = u32>) -> String {
    let mut out = String::new();
    let mut last = 0;
    for number in numbers {
        digits::push(&mut out, number - last);
        last = number;
    }
    out
}
