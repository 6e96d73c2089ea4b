//! Whether there was a runbook.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::Topic;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// Whether there was a runbook.
pub static RULE: Rule = Rule {
    name: "unasked-runbook",
    level: Level::Note,
    about: "a postmortem does not say whether there was a runbook",
};

/// Words by which the question is answered, whatever the answer.
pub const WORDS: [&str; 28] = [
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
    "no documentation",
    "documentation on how",
    "documentation for how",
    "document how",
    "document the procedure",
    "document the process",
    "document the steps",
    "documented process",
    "documented steps",
    "recovery procedure",
    "recovery steps",
    "rollback procedure",
    "emergency procedure",
    "troubleshooting guide",
    "operations guide",
    "sre guide",
];

/// Finds it in analyses that are in English.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if subject.is_analysis()
        && !subject.is_short()
        && !subject.speaks_of(Topic::Runbook)
        && subject.is_english()
    {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says whether there was a runbook")
                .help("was there one, did it say how to stop the bleeding, and was it updated?"),
        );
    }
}
