//! What holds the lesson from now on.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::rules::english;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What holds the lesson from now on.
pub static RULE: Rule = Rule {
    name: "unasked-guard",
    level: Level::Note,
    about: "a postmortem does not say what test, alert or policy now exists",
};

/// Words by which the question is answered, whatever the answer.
const WORDS: [&str; 19] = [
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
];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| english::finder(&WORDS));

/// Finds it in analyses that are in English.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if subject.is_analysis()
        && !subject.is_short()
        && subject.document.lessons.iter().all(|lesson| lesson.guard.is_none())
        && !holds(&subject.document.text)
        && subject.is_english()
    {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says what now keeps it from happening again")
                .help("which test, alert or policy exists now that did not exist before?"),
        );
    }
}

/// Returns whether one of the words stands in a text, at the beginning of a word.
fn holds(text: &str) -> bool {
    FINDER.find_iter(text).any(|found| !text[..found.start()].ends_with(char::is_alphanumeric))
}
