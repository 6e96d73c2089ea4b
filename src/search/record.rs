//! What a result shows: records of documents in blocks, and the text and lessons of each document.
//!
//! Comes in: knowledge and the plan. Goes out: scripts. A block holds a run of documents, since results are few and lie
//! anywhere; the text of a document has a script of its own, which is loaded for the results in view.

use crate::document::Document;
use crate::document::title::cut;
use crate::knowledge;
use crate::knowledge::Knowledge;
use crate::page::Plan;
use crate::search::File;
use crate::search::digits;
use crate::search::facet::Names;
use crate::search::passage::Body;
use crate::search::piece::NAME;
use crate::theme::phrases::Phrases;
use xxhash_rust::xxh3::xxh3_64_with_seed;

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
pub fn push_json(out: &mut String, text: &str) {
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

/// Appends what parts two values of a list, but before the first one.
fn part(out: &mut String) {
    if !out.ends_with('[') {
        out.push(',');
    }
}

/// What the records of a site are made of.
#[derive(Debug)]
pub struct Records<'a> {
    /// The documents and their services.
    pub knowledge: &'a Knowledge,
    /// Their addresses.
    pub plan: &'a Plan,
    /// Whether the site is to open from a folder.
    pub from_folder: bool,
    /// How a date is written.
    pub phrases: &'a Phrases,
    /// The services of each document.
    pub names: &'a Names,
}

/// The records of a few documents, and their lessons.
#[derive(Debug)]
pub struct Block {
    /// The records, as JSON.
    pub records: String,
    /// The lessons and the hash in the name of their script, where there are any.
    pub lessons: Option<(String, String)>,
}

impl Records<'_> {
    /// Returns a number that tells when a document's services have other names.
    pub fn services_hash(&self, index: usize) -> u64 {
        self.services(index).fold(0, |seed, name| xxh3_64_with_seed(name.as_bytes(), seed.wrapping_add(1)))
    }

    /// Writes a block of documents, each with the name of the script of its text.
    pub fn block(&self, documents: &[(usize, &str)]) -> Block {
        let lessons = self.lessons(documents);
        let mut records = String::with_capacity(documents.len() * 512);
        records.push_str("[[");
        for (index, text) in documents {
            part(&mut records);
            self.push(&mut records, *index, text);
        }
        records.push_str("],");
        // The name of the lessons stands here, since whoever shows one has the record already.
        push_json(&mut records, lessons.as_ref().map_or("", |(hash, _)| hash));
        records.push(']');
        Block { records, lessons: lessons.map(|(hash, json)| (json, hash)) }
    }

    fn services(&self, index: usize) -> impl Iterator<Item = &str> {
        self.names.of(index).iter().map(|place| self.knowledge.terms[*place as usize].name.as_str())
    }

    /// Returns the lessons of a block and their hash, or nothing where there are none.
    ///
    /// They stand in scripts of their own: most records are shown without their lessons, and a lesson without the text of its
    /// document, which is several times as long.
    fn lessons(&self, documents: &[(usize, &str)]) -> Option<(String, String)> {
        let documents = documents.iter().map(|(index, _)| &*self.knowledge.documents[*index]);
        let lessons_of = |document: &'_ Document| {
            if knowledge::is_listed(document) { document.lessons.len() } else { 0 }
        };
        if documents.clone().all(|document| lessons_of(document) == 0) {
            return None;
        }
        let mut out = String::from("[");
        for document in documents {
            part(&mut out);
            out.push('[');
            for lesson in document.lessons.iter().take(lessons_of(document)) {
                part(&mut out);
                out.push('[');
                push_json(&mut out, &lesson.text);
                out.push(',');
                push_json(&mut out, lesson.category.name());
                out.push_str(",\"#");
                push_json_words(&mut out, &lesson.anchor);
                out.push_str("\"]");
            }
            out.push(']');
        }
        out.push(']');
        Some((digits::name_of(&[out.as_bytes()], NAME), out))
    }

    fn push(&self, out: &mut String, index: usize, text: &str) {
        let document = &self.knowledge.documents[index];
        let date = document.date.as_ref();
        out.push('[');
        push_json(out, &document.title.value);
        out.push(',');
        push_json(out, &self.plan.addresses[index].url(self.from_folder));
        out.push(',');
        push_json(out, document.kind.name());
        out.push(',');
        push_json(out, &date.map_or(String::new(), |found| self.phrases.date(&found.value)));
        out.push(',');
        push_json(out, &date.map_or(String::new(), |found| found.value.iso()));
        out.push(',');
        match date.filter(|found| !found.origin.is_declared()) {
            Some(found) => push_json(out, &self.phrases.source(&found.origin)),
            None => out.push_str("null"),
        }
        out.push(',');
        let severity = document.severity.as_ref().map(|found| &found.value);
        push_json(out, severity.map_or("", |severity| severity.label.as_str()));
        out.push(',');
        out.push_str(&severity.and_then(|severity| severity.level).unwrap_or(0).to_string());
        out.push_str(",[");
        for name in self.services(index) {
            part(out);
            push_json(out, name);
        }
        out.push_str("],");
        push_json(out, &document.summary.as_ref().map_or(String::new(), |found| cut(&found.value, SUMMARY)));
        out.push(',');
        push_json(out, text);
        out.push(']');
    }
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
