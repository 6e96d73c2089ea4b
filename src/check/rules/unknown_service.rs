//! Names of services that may be mistyped.

use crate::check::Findings;
use crate::check::Survey;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::diagnostic::did_you_mean;
use crate::knowledge::terms::Term;
use crate::knowledge::terms::TermKind;
use std::collections::BTreeMap;

/// A service that is called otherwise elsewhere, or that the settings do not know.
pub static RULE: Rule = Rule {
    name: "unknown-service",
    level: Level::Warning,
    about: "a service is called nearly like another one, or the settings describe services and not this one",
};

/// Finds it. Where the settings describe services, these are the ones that exist; else the names that more documents use.
pub fn check(survey: &Survey<'_>, out: &mut Findings) {
    let services: Vec<&Term> = survey.knowledge.terms_of(TermKind::Service).collect();
    let settings = &survey.config.services;
    let mut described: BTreeMap<String, &str> = BTreeMap::new();
    for (name, service) in settings {
        for spelling in std::iter::once(name).chain(&service.aliases) {
            described.insert(spelling.to_lowercase(), name);
        }
    }
    let mut by_letters: BTreeMap<String, Vec<&Term>> = BTreeMap::new();
    for term in &services {
        by_letters.entry(letters(&term.name)).or_default().push(term);
    }
    for term in &services {
        if described.contains_key(&term.name.to_lowercase()) || term.documents.is_empty() {
            continue;
        }
        // The same letters with other marks between them are the same name, and the more frequent spelling counts.
        let same = by_letters[&letters(&term.name)]
            .iter()
            .filter(|other| other.key != term.key)
            .filter(|other| {
                (described.contains_key(&other.name.to_lowercase()), other.documents.len(), &term.name)
                    > (false, term.documents.len(), &other.name)
            })
            .max_by_key(|other| other.documents.len())
            .map(|other| other.name.as_str());
        // Digits tell services apart: `db-1` is no slip for `db-2`.
        let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
        let near = || {
            let known = settings.keys().map(String::as_str).filter(|name| digits(name) == digits(&term.name));
            let used = services.iter().filter(|other| {
                settings.is_empty()
                    && other.documents.len() >= 3 * term.documents.len()
                    && term.name.chars().count() >= 6
                    && digits(&other.name) == digits(&term.name)
                    && other.key != term.key
            });
            did_you_mean(&term.name, known.chain(used.map(|other| other.name.as_str())))
        };
        let near = same.or_else(near);
        if near.is_none() && settings.is_empty() {
            continue;
        }
        for &index in &term.documents {
            let document = &survey.knowledge.documents[index];
            let found = TermKind::Service
                .of(document)
                .iter()
                .find(|found| found.value == term.name || letters(&found.value) == letters(&term.name));
            let place = match found.and_then(|found| found.span.clone()) {
                Some(span) if span.end <= document.text.len() => {
                    Place::span(&document.file, &document.text, narrowed(&document.text, span, &term.name))
                }
                _ => Place::file(&document.file),
            };
            let finding = match near {
                Some(near) => Finding::new(
                    &RULE,
                    place,
                    format!("there is a service `{near}`, and this is `{}`", term.name),
                )
                .help(format!("did you mean `{near}`? an alias in `[services]` makes both names one")),
                None => {
                    let mut finding = Finding::new(
                        &RULE,
                        place,
                        format!("`afterword.toml` describes services, and none is called `{}`", term.name),
                    )
                    .help("describe it there, with `aliases` for its other names");
                    finding.level = Level::Note;
                    finding
                }
            };
            out.add(finding);
        }
    }
}

/// Returns the letters and digits of a name, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns where a name stands in a span that may hold several.
fn narrowed(text: &str, span: std::ops::Range<usize>, name: &str) -> std::ops::Range<usize> {
    match text.get(span.clone()).and_then(|words| words.find(name)) {
        Some(at) => span.start + at..span.start + at + name.len(),
        None => span,
    }
}
