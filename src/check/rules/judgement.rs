//! Words that judge people.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A word judges a person or a team.
pub static RULE: Rule = Rule {
    name: "judgement",
    level: Level::Note,
    about: "a word judges a person or a team: careless, wrongly assumed",
};

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    for (span, words) in subject.phrases(RULE.name) {
        out.add(
            Finding::new(&RULE, subject.at(span), format!("`{words}` judges with what is known only now"))
                .help("what did they see, and why did it make sense to them?"),
        );
    }
}
