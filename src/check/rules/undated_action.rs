//! Actions that are due some day.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::Status;

/// Actions that are due some day.
pub static RULE: Rule = Rule {
    name: "undated-action",
    level: Level::Note,
    about: "an action names no day on which it is due",
};

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if !subject.survey.knowledge.is_listed(subject.index) {
        return;
    }
    for action in &subject.document.actions {
        if action.due.is_some() || matches!(action.status, Status::Done | Status::Dropped) {
            continue;
        }
        out.add(
            Finding::new(&RULE, subject.at(subject.line_of(&action.span)), "no day is named on which this is due").help("add `due 2026-03-31`, or say that it is dropped and why"),
        );
    }
}
