//! Somebody should have done otherwise.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A sentence says what people should have done.
pub static RULE: Rule = Rule {
    name: "hindsight",
    level: Level::Note,
    about: "a sentence says what people should have done, or did not do, instead of what they did",
};

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    for (span, words) in subject.phrases(RULE.name) {
        out.add(
            Finding::new(&RULE, subject.at(span), format!("`{words}` tells what did not happen"))
                .help("what did people do instead, and what did they know then?"),
        );
    }
}
