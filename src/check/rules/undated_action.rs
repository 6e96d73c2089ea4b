//! Actions that are due some day.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::Action;
use crate::document::Status;

/// Actions that are due some day.
pub static RULE: Rule =
    Rule { name: "undated-action", level: Level::Note, about: "an action names no day on which it is due" };

/// Finds it, once for each document where it is true of all its actions.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let lacks = |at: usize, action: &Action| {
        action.due.is_none()
            && !matches!(action.status, Status::Done | Status::Dropped)
            && !subject.is_told(at)
    };
    for (span, count) in subject.actions_that(lacks) {
        let message = match count {
            1 => "no day is named on which this is due".to_owned(),
            count => format!("none of these {count} actions names a day on which it is due"),
        };
        out.add(
            Finding::new(&RULE, subject.at(span), message)
                .help("add `due 2026-03-31`, or say that it is dropped and why"),
        );
    }
}
