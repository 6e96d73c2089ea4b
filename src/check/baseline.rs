//! What was there before: findings that an old collection starts with.
//!
//! Comes in: reports, and the text of a baseline. Goes out: fingerprints that stay while lines move, which reports are new, and
//! the text of a new baseline. Holds no words of a document, so a secret that is listed stays where it is.
//!
//! A fingerprint is made of the rule, the file and the words that the finding points at; equal ones of a file are
//! numbered in its order. Of a secret the words before it on its line count instead.

use crate::check::Group;
use crate::check::Report;
use crate::check::named;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeSet;
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64;

/// The name of the baseline in ROOT.
pub const FILE: &str = "afterword.baseline.json";

/// A baseline as it stands in its file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    version: u32,
    findings: Vec<Line>,
}

/// One finding that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    file: String,
    rule: String,
    fingerprint: String,
}

/// Findings that are known.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    known: BTreeSet<String>,
}

impl Baseline {
    /// Reads a baseline; errs with why it is none.
    pub fn parse(text: &str) -> Result<Baseline, String> {
        let kept: Kept = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if kept.version != 1 {
            return Err(format!("its version is {}, and this program knows version 1", kept.version));
        }
        Ok(Baseline { known: kept.findings.into_iter().map(|line| line.fingerprint).collect() })
    }

    /// Returns whether a finding was there before.
    pub fn knows(&self, report: &Report) -> bool {
        self.known.contains(&report.fingerprint)
    }

    /// Returns how many of the known findings are there no more.
    pub fn mended<'a>(&self, reports: impl IntoIterator<Item = &'a Report>) -> usize {
        if self.known.is_empty() {
            return 0;
        }
        let there: BTreeSet<&str> = reports.into_iter().map(|report| report.fingerprint.as_str()).collect();
        self.known.iter().filter(|known| !there.contains(known.as_str())).count()
    }
}

/// Returns the text of the baseline that knows all these findings, one a line, so that branches seldom meet in it.
pub fn text<'a>(reports: impl IntoIterator<Item = &'a Report>) -> String {
    let mut lines: Vec<Line> = reports
        .into_iter()
        .map(|report| Line {
            file: report.finding.place.file.clone(),
            rule: report.finding.rule.name.to_owned(),
            fingerprint: report.fingerprint.clone(),
        })
        .collect();
    lines.sort();
    let mut text = String::from("{\"version\": 1, \"findings\": [\n");
    for (number, line) in lines.iter().enumerate() {
        text += &serde_json::to_string(line).expect("three words are JSON");
        text += if number + 1 < lines.len() { ",\n" } else { "\n" };
    }
    text + "]}\n"
}

/// Gives reports their fingerprints; `text` returns the text of a file. The reports of a file are given in its order.
pub fn fingerprint<'t>(reports: &mut [Report], text: impl Fn(&str) -> Option<&'t str>) {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let mut said = Vec::new();
    for report in reports {
        let finding = &report.finding;
        let is_secret = named(finding.rule.name).is_some_and(|entry| entry.group == Group::Safety);
        said.clear();
        for part in [finding.rule.name, &finding.place.file] {
            said.extend_from_slice(part.as_bytes());
            said.push(0);
        }
        if let (Some(text), Some(span)) = (text(&finding.place.file), &finding.place.span) {
            let words = match is_secret {
                true => &text[text[..span.start].rfind('\n').map_or(0, |at| at + 1)..span.start],
                false => &text[span.clone()],
            };
            // What parts words in ASCII is one byte, and looking for it takes a third of the time.
            let is_space = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
            let mut say = |word: &[u8]| {
                said.extend_from_slice(word);
                said.push(b' ');
            };
            match words.is_ascii() {
                true => words.as_bytes().split(is_space).filter(|word| !word.is_empty()).for_each(&mut say),
                false => words.split_whitespace().for_each(|word| say(word.as_bytes())),
            }
        }
        let number = seen.entry(xxh3_64(&said)).or_insert(0);
        said.extend_from_slice(&number.to_le_bytes());
        *number += 1;
        report.fingerprint = format!("{:016x}", xxh3_64(&said));
    }
}
