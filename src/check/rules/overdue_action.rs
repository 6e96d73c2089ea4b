//! Actions that are late.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::Status;

/// Actions that are late.
pub static RULE: Rule = Rule {
    name: "overdue-action",
    level: Level::Note,
    about: "an action is open and the day has passed on which it was due",
};

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if !subject.survey.knowledge.is_listed(subject.index) {
        return;
    }
    for action in &subject.document.actions {
        let Some(due) = action.due.filter(|due| due.date() < subject.survey.today) else { continue };
        if matches!(action.status, Status::Done | Status::Dropped) {
            continue;
        }
        out.add(
            Finding::new(
                &RULE,
                subject.at(subject.line_of(&action.span)),
                format!("this was due on {}", due.iso()),
            )
            .help("is it done, is there a new day, or is it dropped and why?"),
        );
    }
}
