//! Actions that nobody does.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::Status;

/// Actions that nobody does.
pub static RULE: Rule = Rule {
    name: "unowned-action",
    level: Level::Note,
    about: "an action names nobody who does it",
};

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if !subject.survey.knowledge.is_listed(subject.index) {
        return;
    }
    for action in &subject.document.actions {
        if action.owner.is_some() || matches!(action.status, Status::Done | Status::Dropped) {
            continue;
        }
        out.add(
            Finding::new(&RULE, subject.at(subject.line_of(&action.span)), "nobody is named who does this").help("name one person or one team, as in `(@jo)` or a column `Owner`"),
        );
    }
}
