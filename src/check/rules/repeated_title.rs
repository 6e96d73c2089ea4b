//! Titles that several documents bear.

use crate::check::Findings;
use crate::check::Survey;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use std::collections::BTreeMap;

/// Two documents have the same title.
pub static RULE: Rule = Rule {
    name: "repeated-title",
    level: Level::Note,
    about: "two documents have the same title, so lists and searches cannot tell them apart",
};

/// Finds it at the later one; a record and its postmortem may share a title.
pub fn check(survey: &Survey<'_>, out: &mut Findings) {
    let knowledge = survey.knowledge;
    let mut first: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    // The oldest stands last, and is the one that the others repeat.
    for index in (0..knowledge.documents.len()).rev().filter(|&index| knowledge.is_listed(index)) {
        let document = &knowledge.documents[index];
        let key = document.title.value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let others = first.entry(key).or_default();
        let joined = |other: &usize| {
            knowledge.incident[index] == Some(*other)
                || knowledge.incident[*other] == Some(index)
                || knowledge.copies[index].contains(other)
        };
        if let Some(other) = others.iter().find(|other| !joined(other)) {
            let place = match &document.title.span {
                Some(span) => Place::span(&document.file, &document.text, span.clone()),
                None => Place::file(&document.file),
            };
            let other = &knowledge.documents[*other].file;
            out.add(
                Finding::new(&RULE, place, format!("`{other}` has the same title"))
                    .help("say what was special: the service, the symptom, the year"),
            );
        }
        others.push(index);
    }
}
