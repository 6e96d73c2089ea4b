//! Human error as an explanation.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::rules::clause;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// Human error is given as an explanation.
pub static RULE: Rule =
    Rule { name: "human-error", level: Level::Warning, about: "human error is given as an explanation" };

/// Words that show that the sentence speaks about the explanation and does not give it.
const DOUBTS: [&str; 22] = [
    "never",
    "is not",
    "was not",
    "isn't",
    "isn’t",
    "wasn't",
    "wasn’t",
    "not human",
    "not a ",
    "instead of",
    "rather than",
    "symptom",
    "possib",
    "reduc",
    "prevent",
    "avoid",
    "prone",
    "risk of",
    "assumed",
    "suspect",
    "thought",
    "against",
];

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    for hit in subject.hits(RULE.name) {
        let passage = subject.prose.passage(hit.passage);
        let sentence = passage.text()[clause::sentence(passage.text(), hit.range.start)].to_lowercase();
        if DOUBTS.iter().any(|word| sentence.contains(word)) {
            continue;
        }
        let words = &passage.text()[hit.range.clone()];
        out.add(
            Finding::new(
                &RULE,
                subject.at(passage.source(hit.range.clone())),
                format!("`{words}` is where the questions begin, not where they end"),
            )
            .help("what made the slip easy, and why did nothing stop it before it did harm?"),
        );
    }
}
