//! What holds the lesson from now on.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::Topic;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// What holds the lesson from now on.
pub static RULE: Rule = Rule {
    name: "unasked-guard",
    level: Level::Note,
    about: "a postmortem does not say what test, alert or policy now exists",
};

/// Words by which the question is answered, whatever the answer, where a word begins with one.
pub const WORDS: [&str; 25] = [
    "alert",
    "monitor",
    "test",
    "policy",
    "policies",
    "guard",
    "lint",
    "validat",
    "circuit breaker",
    "canary",
    "canaries",
    "runbook",
    "automat",
    "prevent",
    "safeguard",
    "rate limit",
    "rate-limit",
    "quota",
    "detect",
    "notif",
    "enforc",
    "branch protection",
    "required check",
    "required review",
    "no longer ",
];

/// Finds it in analyses that are in English.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if subject.is_analysis()
        && !subject.is_short()
        && subject.document.lessons.iter().all(|lesson| lesson.guard.is_none())
        && !subject.speaks_of(Topic::Guard)
        && subject.is_english()
    {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says what now keeps it from happening again")
                .help("which test, alert or policy exists now that did not exist before?"),
        );
    }
}
