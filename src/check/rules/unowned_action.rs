//! Actions that nobody does.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::Action;
use crate::document::Status;

/// Actions that nobody does.
pub static RULE: Rule =
    Rule { name: "unowned-action", level: Level::Note, about: "an action names nobody who does it" };

/// Finds it, once for each document where it is true of all its actions.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let lacks = |at: usize, action: &Action| {
        action.owner.is_none()
            && !matches!(action.status, Status::Done | Status::Dropped)
            && !subject.is_told(at)
    };
    for (span, count) in subject.actions_that(lacks) {
        let message = match count {
            1 => "nobody is named who does this".to_owned(),
            count => format!("none of these {count} actions names who does it"),
        };
        out.add(
            Finding::new(&RULE, subject.at(span), message)
                .help("name one person or one team, as in `(@jo)` or a column `Owner`"),
        );
    }
}
