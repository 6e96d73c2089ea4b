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
use crate::search::facet;
use crate::search::passage::Body;
use crate::search::piece::NAME;
use crate::theme::phrases::Phrases;
use xxhash_rust::xxh3::xxh3_64;
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
    pub names: &'a facet::Names,
}

/// What a block holds of one document, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its record.
    pub record: String,
    /// The list of its lessons; empty where it has none.
    pub lessons: String,
}

/// What tells a [`Part`] from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seal {
    record: u64,
    /// 0 where there are no lessons.
    lessons: u64,
}

impl Part {
    /// Returns what tells it from others.
    pub fn seal(&self) -> Seal {
        let lessons = if self.lessons.is_empty() { 0 } else { xxh3_64(self.lessons.as_bytes()) | 1 };
        Seal { record: xxh3_64(self.record.as_bytes()), lessons }
    }
}

/// The names of a block of documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The hash in the name of their records.
    pub records: String,
    /// The hash in the name of their lessons; empty where there are none.
    pub lessons: String,
}

/// Returns the names of a block of documents, of which each part is told by its seal.
pub fn names(seals: &[Seal]) -> Names {
    let bytes =
        |of: fn(&Seal) -> u64| seals.iter().flat_map(|seal| of(seal).to_le_bytes()).collect::<Vec<u8>>();
    let lessons = match seals.iter().all(|seal| seal.lessons == 0) {
        true => String::new(),
        false => digits::name_of(&[&bytes(|seal| seal.lessons)], NAME),
    };
    let records = digits::name_of(&[&bytes(|seal| seal.record), lessons.as_bytes()], NAME);
    Names { records, lessons }
}

/// Returns the records of a block, as JSON. The name of the lessons stands there, since whoever shows one has the record already.
pub fn records(parts: &[Part], names: &Names) -> String {
    let mut out = String::with_capacity(parts.iter().map(|part| part.record.len() + 1).sum::<usize>() + 16);
    out.push_str("[[");
    for one in parts {
        part(&mut out);
        out.push_str(&one.record);
    }
    out.push_str("],");
    push_json(&mut out, &names.lessons);
    out.push(']');
    out
}

/// Returns the lessons of a block, as JSON.
///
/// They stand in scripts of their own: most records are shown without their lessons, and a lesson without the text of its
/// document, which is several times as long.
pub fn lessons(parts: &[Part]) -> String {
    let mut out = String::from("[");
    for one in parts {
        part(&mut out);
        out.push_str(if one.lessons.is_empty() { "[]" } else { &one.lessons });
    }
    out.push(']');
    out
}

impl Records<'_> {
    /// Returns a number that tells when a document's services have other names.
    pub fn services_hash(&self, index: usize) -> u64 {
        self.services(index).fold(0, |seed, name| xxh3_64_with_seed(name.as_bytes(), seed.wrapping_add(1)))
    }

    /// Writes what a block holds of a document, with the name of the script of its text.
    pub fn part(&self, index: usize, text: &str) -> Part {
        let mut record = String::with_capacity(512);
        self.push(&mut record, index, text);
        Part { record, lessons: self.lessons(index) }
    }

    fn services(&self, index: usize) -> impl Iterator<Item = &str> {
        self.names.of(index).iter().map(|place| self.knowledge.terms[*place as usize].name.as_str())
    }

    fn lessons(&self, index: usize) -> String {
        let document = &self.knowledge.documents[index];
        if document.lessons.is_empty() || !knowledge::is_listed(document) {
            return String::new();
        }
        let mut out = String::from("[");
        for lesson in &document.lessons {
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
        out
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
