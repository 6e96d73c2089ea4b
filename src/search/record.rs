//! What a result shows: records of documents in blocks, and the text and lessons of each document.
//!
//! Comes in: knowledge and the plan. Goes out: scripts. A block holds a run of documents, since results are few and lie
//! anywhere; the text of a document has a script of its own, which is loaded for the results in view.

use crate::config::Config;
use crate::document::Document;
use crate::document::title::cut;
use crate::knowledge;
use crate::knowledge::Knowledge;
use crate::page::Plan;
use crate::search::BLOCK;
use crate::search::File;
use crate::search::Pieces;
use crate::search::digits;
use crate::search::facet::Names;
use crate::search::passage::Body;
use crate::theme::phrases::Phrases;
use rayon::prelude::*;
use serde_json::Value;
use serde_json::json;

/// How long a summary is in a result, in characters.
const SUMMARY: usize = 180;

/// Returns the name of the script with the text and the lessons of a document, and the script.
///
/// Lessons stand here and not in the records: there are many of them, and few are shown.
pub fn text(document: &Document, body: &Body) -> (String, File) {
    let passages: Vec<(&str, &str, &str)> = body
        .passages
        .iter()
        .map(|passage| (passage.anchor.as_str(), passage.heading.as_str(), passage.text.as_str()))
        .collect();
    let listed = knowledge::is_listed(document);
    let lessons: Vec<(&str, &str, String)> = document
        .lessons
        .iter()
        .filter(|_| listed)
        .map(|lesson| (lesson.text.as_str(), lesson.category.name(), format!("#{}", lesson.anchor)))
        .collect();
    let content = serde_json::to_string(&(passages, lessons)).expect("strings can be written");
    // The path is part of the name, so that two documents with the same text have scripts of their own.
    let hash = digits::name_of(&[document.path.as_bytes(), content.as_bytes()], 10);
    let file = File::of(&format!("x-{hash}"), &content);
    (hash, file)
}

/// Writes the records of all documents, oldest first; `texts` names their scripts in that order.
pub fn blocks(knowledge: &Knowledge, plan: &Plan, config: &Config, texts: &[&str], names: &Names) -> Pieces {
    let last = knowledge.documents.len().saturating_sub(1);
    let blocks: Vec<Vec<usize>> =
        (0..texts.len()).collect::<Vec<_>>().chunks(BLOCK).map(<[usize]>::to_vec).collect();
    let phrases = Phrases::built_in(&config.language);
    let contents = blocks
        .par_iter()
        .map(|block| {
            let one = |number: &usize| {
                record(knowledge, plan, config, last - number, texts[*number], (names, &phrases))
            };
            block.iter().map(one).collect::<Value>()
        })
        .collect();
    Pieces::new("r", &[], contents)
}

fn record(
    knowledge: &Knowledge,
    plan: &Plan,
    config: &Config,
    index: usize,
    text: &str,
    (names, phrases): (&Names, &Phrases),
) -> Value {
    let document = &knowledge.documents[index];
    let date = document.date.as_ref();
    let services: Vec<&str> =
        names[index].iter().map(|place| knowledge.terms[*place as usize].name.as_str()).collect();
    json!([
        document.title.value,
        plan.addresses[index].url(config.base_url.is_none()),
        document.kind.name(),
        date.map_or(String::new(), |found| phrases.date(&found.value)),
        date.map_or(String::new(), |found| found.value.iso()),
        date.is_some_and(|found| !found.origin.is_declared())
            .then(|| date.map(|found| phrases.source(&found.origin))),
        document.severity.as_ref().map_or(String::new(), |found| found.value.label.clone()),
        document.severity.as_ref().and_then(|found| found.value.level).unwrap_or(0),
        services,
        document.summary.as_ref().map_or(String::new(), |found| cut(&found.value, SUMMARY)),
        text,
    ])
}
