//! Names of people in the story.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::prose::Role;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::knowledge::terms::TermKind;
use std::collections::BTreeSet;

/// A person is named.
pub static RULE: Rule = Rule {
    name: "person-name",
    level: Level::Note,
    about: "somebody is named in the story, where a role would do",
};

/// Parts of the handles of groups and programs.
const GROUPS: [&str; 16] = [
    "admins",
    "all",
    "bot",
    "channel",
    "everyone",
    "here",
    "infra",
    "maintainers",
    "oncall",
    "ops",
    "owners",
    "reviewers",
    "sre",
    "status",
    "support",
    "team",
];

/// Returns whether a handle is that of a group or a program, as far as it says so.
fn is_group(handle: &str) -> bool {
    let lower = handle.to_ascii_lowercase();
    lower.split(['-', '_']).any(|part| GROUPS.contains(&part))
        || lower.ends_with("status")
        || lower.ends_with("bot")
}

/// Finds the full names of those who wrote the documents of the site, and handles; each once in a document.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if !subject.is_of_incident() {
        return;
    }
    let names: Vec<&str> = subject
        .survey
        .knowledge
        .terms_of(TermKind::Author)
        .map(|term| term.name.trim())
        .filter(|name| name.contains(' ') && name.chars().next().is_some_and(char::is_uppercase))
        .collect();
    let actions = &subject.document.actions;
    let mut told = BTreeSet::new();
    for passage in subject.prose.passages() {
        let span = passage.span();
        // Who does an action must be named, and a line of authors is one.
        let is_action =
            actions.iter().any(|action| action.span.start <= span.start && span.end <= action.span.end);
        if is_action || passage.role() == Role::Cell || passage.is_heading() {
            continue;
        }
        let text = passage.text();
        let label = text.split([':', '：']).next().unwrap_or("");
        if label.len() < text.len() && crate::document::key::of_label(label).is_some() {
            continue;
        }
        let mut found: Vec<std::ops::Range<usize>> = names
            .iter()
            .flat_map(|name| text.match_indices(name).map(|(at, name)| at..at + name.len()))
            .filter(|range| {
                !text[..range.start].ends_with(char::is_alphanumeric)
                    && !text[range.end..].starts_with(char::is_alphanumeric)
            })
            .collect();
        for (at, _) in text.match_indices('@') {
            let length = text[at + 1..]
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
                .unwrap_or(text.len() - at - 1);
            let handle = text[at + 1..at + 1 + length].trim_end_matches('.');
            let is_handle = handle.len() >= 2
                && handle.starts_with(|c: char| c.is_ascii_alphabetic())
                && !handle.contains('.')
                && !is_group(handle)
                && !text[at + 1 + handle.len()..].starts_with(['/', '@'])
                && !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '/')
                // What somebody told a bot in a chat: `/assign @jo`.
                && !text[..at].split_whitespace().next_back().is_some_and(|word| word.starts_with('/'));
            if is_handle {
                found.push(at..at + 1 + handle.len());
            }
        }
        found.retain(|range| !passage.in_code(range));
        found.sort_by_key(|range| range.start);
        for range in found {
            let name = &text[range.clone()];
            if !told.insert(name) {
                continue;
            }
            out.add(
                Finding::new(&RULE, subject.at(passage.source(range.clone())), format!("`{name}` is named"))
                    .help("does the story need the name, or is a role enough: the engineer on call?"),
            );
        }
    }
}
