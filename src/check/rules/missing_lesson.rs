//! A postmortem that teaches nothing.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A postmortem that teaches nothing.
pub static RULE: Rule =
    Rule { name: "missing-lesson", level: Level::Note, about: "a postmortem holds no lesson" };

/// Finds it in documents that nothing else analyses; what went well or wrong counts as well.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let document = subject.document;
    if subject.is_analysis() && document.lessons.is_empty() && document.observations.is_empty() {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing here is marked as a lesson")
                .help("what should somebody know who meets this next year? write it under `Lessons learned`"),
        );
    }
}
