//! Whether there was a runbook.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::rules::english;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Whether there was a runbook.
pub static RULE: Rule = Rule {
    name: "unasked-runbook",
    level: Level::Note,
    about: "a postmortem does not say whether there was a runbook",
};

/// Words by which the question is answered, whatever the answer.
const WORDS: [&str; 12] = [
    "runbook",
    "run book",
    "playbook",
    "play book",
    "standard operating",
    "sop ",
    "operating procedure",
    "checklist",
    "documented procedure",
    "disaster recovery",
    "recovery plan",
    "instructions",
];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| english::finder(&WORDS));

/// Finds it in analyses that are in English.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if subject.is_analysis()
        && !subject.is_short()
        && !FINDER.is_match(&subject.document.text)
        && subject.is_english()
    {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says whether there was a runbook")
                .help("was there one, did it say how to stop the bleeding, and was it updated?"),
        );
    }
}
