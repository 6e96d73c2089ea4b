//! What a result shows: records of documents and their lessons in blocks, and the text of each document.
//!
//! Comes in: knowledge and the plan. Goes out: scripts. A block holds a run of documents, since results are few and lie
//! anywhere; the text of a document has a script of its own, which is loaded for the results in view.

use crate::config::Config;
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
use rayon::prelude::*;
use serde_json::Value;
use serde_json::json;

/// How long a summary is in a result, in characters.
const SUMMARY: usize = 180;

/// Returns the name of the script with the text of a document, and the script.
pub fn text(path: &str, body: &Body) -> (String, File) {
    let passages: Value =
        body.passages.iter().map(|passage| json!([passage.anchor, passage.heading, passage.text])).collect();
    // The path is part of the name, so that two documents with the same text have scripts of their own.
    let hash = digits::name(format!("{path}\n{passages}").as_bytes(), 10);
    let file = File::new(&format!("x-{hash}"), &passages);
    (hash, file)
}

/// Writes the records of all documents, oldest first; `texts` names their scripts in that order.
pub fn blocks(knowledge: &Knowledge, plan: &Plan, config: &Config, texts: &[&str], names: &Names) -> Pieces {
    let last = knowledge.documents.len().saturating_sub(1);
    let blocks: Vec<Vec<usize>> =
        (0..texts.len()).collect::<Vec<_>>().chunks(BLOCK).map(<[usize]>::to_vec).collect();
    let contents = blocks
        .par_iter()
        .map(|block| {
            let one = |number: &usize| record(knowledge, plan, config, last - number, texts[*number], names);
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
    names: &Names,
) -> Value {
    let document = &knowledge.documents[index];
    let date = document.date.as_ref();
    let services: Vec<&str> =
        names[index].iter().map(|place| knowledge.terms[*place as usize].name.as_str()).collect();
    let lessons: Vec<Value> = document
        .lessons
        .iter()
        .filter(|_| knowledge::is_listed(document))
        .map(|lesson| json!([lesson.text, lesson.category.name(), format!("#{}", lesson.anchor)]))
        .collect();
    json!([
        document.title.value,
        plan.addresses[index].url(config.base_url.is_none()),
        document.kind.name(),
        date.map_or(String::new(), |found| found.value.spoken_date()),
        date.map_or(String::new(), |found| found.value.iso()),
        date.is_some_and(|found| !found.origin.is_declared())
            .then(|| date.map(|found| found.origin.describe())),
        document.severity.as_ref().map_or(String::new(), |found| found.value.label.clone()),
        document.severity.as_ref().and_then(|found| found.value.level).unwrap_or(0),
        services,
        document.summary.as_ref().map_or(String::new(), |found| cut(&found.value, SUMMARY)),
        text,
        lessons,
    ])
}
