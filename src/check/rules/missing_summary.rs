//! A postmortem that nobody can grasp in a minute.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::section::Canonical;

/// A postmortem that nobody can grasp in a minute.
pub static RULE: Rule =
    Rule { name: "missing-summary", level: Level::Note, about: "a postmortem has no summary" };

/// Finds it in incidents and postmortems.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let told = subject.has_section(Canonical::Summary)
        || subject.document.summary.as_ref().is_some_and(|found| found.value.chars().count() >= 40);
    if subject.is_analysis() && !told {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says in short what happened")
                .help("open with two sentences, or add a section `Summary`, or `summary:` in front matter"),
        );
    }
}
