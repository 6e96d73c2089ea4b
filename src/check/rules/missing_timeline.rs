//! A postmortem without a timeline.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::section::Canonical;

/// A postmortem without a timeline.
pub static RULE: Rule =
    Rule { name: "missing-timeline", level: Level::Note, about: "a postmortem has no timeline" };

/// Finds it in incidents and postmortems.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let told = subject.has_section(Canonical::Timeline) || !subject.document.timeline.is_empty();
    if subject.is_analysis() && !told {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says what happened when")
                .help("add a section `Timeline`: one entry for each step, with its time and zone"),
        );
    }
}
