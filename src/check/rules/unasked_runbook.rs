//! Whether there was a runbook.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use aho_corasick::AhoCorasick;
use std::sync::OnceLock;

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

fn finder() -> &'static AhoCorasick {
    static FINDER: OnceLock<AhoCorasick> = OnceLock::new();
    FINDER.get_or_init(|| {
        AhoCorasick::builder().ascii_case_insensitive(true).build(WORDS).expect("a few short patterns")
    })
}

/// Finds it in analyses that are in English.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if subject.is_analysis()
        && !subject.is_short()
        && !finder().is_match(&subject.document.text)
        && subject.is_english()
    {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says whether there was a runbook")
                .help("was there one, did it say how to stop the bleeding, and was it updated?"),
        );
    }
}
