//! Somebody is said to have failed.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A person or a team is said to have failed.
pub static RULE: Rule = Rule {
    name: "blame",
    level: Level::Warning,
    about: "a sentence says of a person or a team what they failed to do",
};

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    for (span, words) in subject.phrases(RULE.name) {
        out.add(
            Finding::new(&RULE, subject.at(span), format!("`{words}` is said of people"))
                .help("what made it look right, or not worth doing, at the time?"),
        );
    }
}
