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
use crate::search::NAME;
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

/// Returns the name of the script with the text of a document, and the script.
pub fn text(document: &Document, body: &Body) -> (String, File) {
    let room = body.passages.iter().map(|passage| passage.text.len() + 64).sum::<usize>();
    let mut content = String::with_capacity(room + room / 8);
    content.push('[');
    for (place, passage) in body.passages.iter().enumerate() {
        content.push_str(if place > 0 { ",[" } else { "[" });
        push_json(&mut content, &passage.anchor);
        content.push(',');
        push_json(&mut content, &passage.heading);
        content.push(',');
        push_json(&mut content, &passage.text);
        content.push(']');
    }
    content.push(']');
    // The path is part of the name, so that two documents with the same text have scripts of their own.
    let hash = digits::name_of(&[document.path.as_bytes(), content.as_bytes()], 10);
    let file = File::of(&format!("x-{hash}"), &content);
    (hash, file)
}

/// Appends text as a string of JSON.
fn push_json(out: &mut String, text: &str) {
    out.push('"');
    push_json_words(out, text);
    out.push('"');
}

/// The same without its quotes. All text of the site passes here, and hardly a character of it needs an escape.
fn push_json_words(out: &mut String, text: &str) {
    let mut rest = text;
    loop {
        let blocks = rest.as_bytes().chunks(32);
        let needs = |byte: u8| (byte < b' ') | (byte == b'"') | (byte == b'\\');
        // Blocks are looked at without a branch, and only the one that holds something byte by byte.
        let clean =
            blocks.take_while(|block| !block.iter().fold(false, |odd, byte| odd | needs(*byte))).count();
        let start = (clean * 32).min(rest.len());
        let Some(at) = rest.as_bytes()[start..].iter().position(|byte| needs(*byte)) else { break };
        let at = start + at;
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            byte => {
                let escaped = serde_json::to_string(&char::from(byte)).expect("a character can be written");
                out.push_str(escaped.trim_matches('"'));
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Returns the lessons of a block of documents, or nothing where there are none.
///
/// They stand in scripts of their own: most records are shown without their lessons, and a lesson without the text of its
/// document, which is several times as long.
fn lessons(documents: &[&Document]) -> Option<String> {
    let lessons_of = |document: &&Document| {
        let listed = knowledge::is_listed(document);
        let lessons = document.lessons.iter().filter(|_| listed);
        lessons
            .map(|lesson| json!([lesson.text, lesson.category.name(), format!("#{}", lesson.anchor)]))
            .collect::<Value>()
    };
    let all: Vec<Value> = documents.iter().map(lessons_of).collect();
    let some = all.iter().any(|one| one.as_array().is_some_and(|lessons| !lessons.is_empty()));
    some.then(|| Value::from(all).to_string())
}

/// Writes the records of all documents, oldest first, and their lessons; `texts` names the scripts of texts in that order.
pub fn blocks(knowledge: &Knowledge, plan: &Plan, config: &Config, texts: &[&str], names: &Names) -> Pieces {
    let last = knowledge.documents.len().saturating_sub(1);
    let numbers: Vec<usize> = (0..texts.len()).collect();
    let phrases = Phrases::built_in(&config.language);
    let block = |(place, block): (usize, &[usize])| {
        let documents: Vec<&Document> =
            block.iter().map(|number| &*knowledge.documents[last - number]).collect();
        let lessons = lessons(&documents).map(|json| {
            let hash = digits::name_of(&[json.as_bytes()], NAME);
            (File::of(&format!("l{place}-{hash}"), &json), hash)
        });
        let records = block
            .iter()
            .map(|number| record(knowledge, plan, config, last - number, texts[*number], (names, &phrases)));
        // The name of the lessons stands here, since whoever shows one has the record already.
        let hash = lessons.as_ref().map_or("", |(_, hash)| hash.as_str());
        (json!([records.collect::<Value>(), hash]), lessons.map(|(file, _)| file))
    };
    let (contents, lessons): (Vec<Value>, Vec<Option<File>>) =
        numbers.par_chunks(BLOCK).enumerate().map(block).unzip();
    let mut pieces = Pieces::new("r", &[], contents);
    pieces.files.extend(lessons.into_iter().flatten());
    pieces
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_json() {
        let long = "a line that is longer than a block, \"quoted\", \\ and é\n".repeat(3);
        let odd: String = (0..0x30).filter_map(char::from_u32).collect();
        for text in ["", "plain", &long, &odd, "ends in \"", "\u{7f}\u{2028}語"] {
            let mut out = String::new();
            push_json(&mut out, text);
            assert_eq!(out, serde_json::to_string(text).unwrap());
        }
    }
}
