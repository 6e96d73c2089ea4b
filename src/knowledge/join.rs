//! Brings incident records and their postmortems together.
//!
//! Comes in: documents. Goes out: which record each postmortem belongs to. A postmortem takes the facts that it lacks
//! from its record, and each says so.

use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::diagnostic::did_you_mean;
use crate::document::Document;
use crate::document::Found;
use crate::document::Origin;
use crate::knowledge::link::Targets;
use crate::source::stem;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// A postmortem of an incident that nobody recorded.
pub static UNKNOWN_INCIDENT: Rule = Rule {
    name: "unknown-incident",
    level: Level::Warning,
    about: "a postmortem names an incident record that is not there",
};

/// Two documents with one id.
pub static DUPLICATE_ID: Rule = Rule {
    name: "duplicate-id",
    level: Level::Warning,
    about: "two documents give themselves the same id; the later one is known by its path",
};

/// Gives each postmortem what it lacks and its record has. `documents` are sorted by path.
pub fn inherit(documents: &mut [Arc<Document>], config: &Config, findings: &mut Vec<Finding>) {
    if documents.iter().all(|document| document.incident.is_none()) {
        return;
    }
    let by_name = names(documents, config);
    for index in 0..documents.len() {
        let Some(wanted) = documents[index].incident.clone() else { continue };
        let record = by_name.get(&wanted.value.to_lowercase()).copied().filter(|&record| record != index);
        let Some(record) = record else {
            let document = &documents[index];
            let place = match &wanted.span {
                Some(span) => Place::span(&document.file, &document.text, span.clone()),
                None => Place::file(&document.file),
            };
            let mut finding = Finding::new(
                &UNKNOWN_INCIDENT,
                place,
                format!("no document has the id or path `{}`", wanted.value),
            );
            let near = did_you_mean(&wanted.value, by_name.keys().map(String::as_str));
            finding.help = near.map(|near| format!("did you mean `{near}`?"));
            findings.push(finding);
            continue;
        };
        let origin = Origin::Incident(documents[record].path.clone());
        let source = documents[record].clone_facts();
        Arc::make_mut(&mut documents[index]).take_facts(source, &origin);
    }
}

/// Reports ids that stand twice, and gives the later document its path. `documents` are sorted by path.
pub(super) fn unique_ids(documents: &mut [Arc<Document>], findings: &mut Vec<Finding>) {
    // Hardly ever do two have one.
    let mut hashes: Vec<u128> =
        documents.par_iter().map(|document| xxh3_128(document.id.value.to_lowercase().as_bytes())).collect();
    hashes.sort_unstable();
    if hashes.windows(2).all(|pair| pair[0] != pair[1]) {
        return;
    }
    let mut first: HashMap<String, usize> = HashMap::with_capacity(documents.len());
    for index in 0..documents.len() {
        // Ids are looked up in lower case, so that those that differ in nothing else are the same.
        let other = match first.entry(documents[index].id.value.to_lowercase()) {
            Entry::Occupied(other) => documents[*other.get()].file.clone(),
            Entry::Vacant(free) => {
                free.insert(index);
                continue;
            }
        };
        let document = &mut documents[index];
        let place = match &document.id.span {
            Some(span) => Place::span(&document.file, &document.text, span.clone()),
            None => Place::file(&document.file),
        };
        findings.push(
            Finding::new(&DUPLICATE_ID, place, format!("`{}` is the id of `{other}` too", document.id.value))
                .help("give each document an id of its own"),
        );
        Arc::make_mut(document).id = Found { value: document.path.clone(), origin: Origin::Path, span: None };
    }
}

/// Returns the documents by id, path, path without ending and file name without ending, in lower case.
fn names(documents: &[Arc<Document>], config: &Config) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    let file_name = |path: &str| stem(path, config).rsplit('/').next().unwrap_or("").to_lowercase();
    for (index, document) in documents.iter().enumerate() {
        names.entry(file_name(&document.path)).or_insert(index);
    }
    // An id outranks a path, and a path outranks a mere file name.
    for (index, document) in documents.iter().enumerate() {
        names.insert(stem(&document.path, config).to_lowercase(), index);
        names.insert(document.path.to_lowercase(), index);
    }
    for (index, document) in documents.iter().enumerate() {
        names.insert(document.id.value.to_lowercase(), index);
    }
    names
}

/// Returns for each document its record and its postmortems. `documents` are in their final order.
pub fn pairs(documents: &[Arc<Document>], targets: &Targets) -> (Vec<Option<usize>>, Vec<Vec<usize>>) {
    let mut incident = vec![None; documents.len()];
    let mut postmortems = vec![Vec::new(); documents.len()];
    for (index, document) in documents.iter().enumerate() {
        let Some(wanted) = &document.incident else { continue };
        if let Some(record) = targets.named(&wanted.value).filter(|&record| record != index) {
            incident[index] = Some(record);
            postmortems[record].push(index);
        }
    }
    // A ring of postmortems that name each other has no record at all.
    for index in 0..documents.len() {
        let mut at = index;
        for _ in 0..=documents.len().min(64) {
            match incident[at] {
                Some(next) if next == index => {
                    postmortems[next].retain(|&other| other != at);
                    incident[at] = None;
                    break;
                }
                Some(next) => at = next,
                None => break,
            }
        }
    }
    (incident, postmortems)
}

/// The facts that a postmortem may take from its record.
#[derive(Debug)]
struct Facts {
    date: Option<crate::document::moment::Moment>,
    severity: Option<crate::document::Severity>,
    times: [Option<crate::document::moment::Moment>; 4],
    lists: [Vec<String>; 4],
}

impl Document {
    fn clone_facts(&self) -> Facts {
        let moment =
            |found: &Option<Found<crate::document::moment::Moment>>| found.as_ref().map(|found| found.value);
        let list = |list: &[Found<String>]| list.iter().map(|found| found.value.clone()).collect();
        Facts {
            date: moment(&self.date),
            severity: self.severity.as_ref().map(|found| found.value.clone()),
            times: [
                moment(&self.started),
                moment(&self.detected),
                moment(&self.mitigated),
                moment(&self.resolved),
            ],
            lists: [list(&self.services), list(&self.tags), list(&self.factors), list(&self.teams)],
        }
    }

    fn take_facts(&mut self, facts: Facts, origin: &Origin) {
        fn take<T>(slot: &mut Option<Found<T>>, value: Option<T>, origin: &Origin) {
            // What somebody declared of the incident outranks what was guessed from the analysis.
            let guessed = slot.as_ref().is_none_or(|found| !found.origin.is_declared());
            if let (Some(value), true) = (value, guessed) {
                *slot = Some(Found { value, origin: origin.clone(), span: None });
            }
        }
        take(&mut self.date, facts.date, origin);
        take(&mut self.severity, facts.severity, origin);
        let slots = [&mut self.started, &mut self.detected, &mut self.mitigated, &mut self.resolved];
        for (slot, value) in slots.into_iter().zip(facts.times) {
            take(slot, value, origin);
        }
        let slots = [&mut self.services, &mut self.tags, &mut self.factors, &mut self.teams];
        for (slot, values) in slots.into_iter().zip(facts.lists) {
            if !slot.iter().any(|found| found.origin.is_declared()) && !values.is_empty() {
                *slot = values
                    .into_iter()
                    .map(|value| Found { value, origin: origin.clone(), span: None })
                    .collect();
            }
        }
    }
}
