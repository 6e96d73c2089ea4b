//! What would have been worse.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::Topic;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// What would have been worse.
pub static RULE: Rule = Rule {
    name: "unasked-worse",
    level: Level::Note,
    about: "a postmortem does not say what would have been worse",
};

/// Words by which the question is answered, whatever the answer.
pub const WORDS: [&str; 12] = [
    "lucky",
    "luck",
    "worse",
    "worst",
    "fortunate",
    "could have been",
    "near miss",
    "narrowly",
    "good thing",
    "happened to be",
    "by chance",
    "coincidence",
];

/// Finds it in analyses that are in English.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if subject.is_analysis()
        && !subject.is_short()
        && !subject.has_section(crate::document::section::Canonical::Lucky)
        && !subject.speaks_of(Topic::Luck)
        && subject.is_english()
    {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says what would have made it worse")
                .help("where did luck help, and what if it had not?"),
        );
    }
}
