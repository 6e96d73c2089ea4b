//! Actions that are done, somewhere.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::Action;
use crate::document::Status;

/// Actions that are done, somewhere.
pub static RULE: Rule = Rule {
    name: "unlinked-action",
    level: Level::Note,
    about: "an action is done, and no link shows what was done",
};

/// Finds it, once for each document where it is true of all its actions.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let lacks = |_: usize, action: &Action| {
        action.status == Status::Done
            && action.links.is_empty()
            && !names_ticket(&subject.document.text[action.span.clone()])
    };
    for (span, count) in subject.actions_that(lacks) {
        let message = match count {
            1 => "this is done, and nothing shows where".to_owned(),
            count => format!("{count} actions are done, and nothing shows where"),
        };
        out.add(
            Finding::new(&RULE, subject.at(span), message)
                .help("link the change, the ticket or the document"),
        );
    }
}

/// Returns whether words name a ticket, a change or a commit: `OPS-123`, `#123`, a commit's name.
fn names_ticket(text: &str) -> bool {
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | ',' | '[' | ']' | '.' | '`' | '|' | '（' | '）')
    })
    .any(|word| {
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let ticket = word.split_once('-').is_some_and(|(key, rest)| {
            key.len() >= 2
                && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                && number(rest)
        });
        let commit = word.len() >= 7
            && word.len() <= 40
            && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && word.bytes().any(|byte| byte.is_ascii_digit());
        ticket || commit || word.strip_prefix(['#', '!']).is_some_and(number)
    })
}
