//! Severities that say no rank.

use crate::check::Findings;
use crate::check::Survey;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::diagnostic::did_you_mean;
use crate::document::Origin;
use std::collections::BTreeMap;

/// A severity says no rank.
pub static RULE: Rule =
    Rule { name: "unknown-severity", level: Level::Note, about: "a severity is in words that say no rank" };

/// Finds each word once, where it stands in front matter; in the body it may be a description.
pub fn check(survey: &Survey<'_>, out: &mut Findings) {
    let mut by_word: BTreeMap<String, Vec<(&str, Finding)>> = BTreeMap::new();
    for document in &survey.knowledge.documents {
        let Some(found) = &document.severity else { continue };
        if found.value.level.is_some() || !matches!(found.origin, Origin::FrontMatter(_)) {
            continue;
        }
        let Some(span) = &found.span else { continue };
        let label = &found.value.label;
        let help = match did_you_mean(label, survey.config.severity.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "write `SEV-2`, or give the word a rank in `afterword.toml`: `[severity]` with `{} = 2`",
                key(label)
            ),
        };
        let place = Place::span(&document.file, &document.text, span.clone());
        let finding = Finding::new(&RULE, place, format!("`{label}` says no rank")).help(help);
        by_word.entry(label.to_lowercase()).or_default().push((&document.path, finding));
    }
    for (_, mut found) in by_word {
        found.sort_by_key(|(path, _)| *path);
        let more = found.len() - 1;
        let Some((_, mut finding)) = found.into_iter().next() else { continue };
        match more {
            0 => {}
            1 => finding.message += ", here and in one more document",
            more => finding.message += &format!(", here and in {more} more documents"),
        }
        out.add(finding);
    }
}

/// Returns a word as a key of TOML.
fn key(word: &str) -> String {
    let lower = word.to_lowercase();
    match lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        true => lower,
        false => format!("{lower:?}"),
    }
}
