//! Levels of headings that are left out.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::prose::Role;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A heading is more than one level below the one above it.
pub static RULE: Rule = Rule {
    name: "skipped-heading",
    level: Level::Note,
    about: "a heading is more than one level below the heading above it",
};

/// Finds it; where a document begins is up to its author.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let mut above: Option<u8> = None;
    for passage in subject.prose.passages() {
        let Role::Heading(level) = passage.role() else { continue };
        if passage.is_quoted() {
            continue;
        }
        if let Some(above) = above.filter(|above| level > above + 1) {
            out.add(
                Finding::new(
                    &RULE,
                    subject.at(subject.line_of(&passage.span())),
                    format!("a heading of level {level} follows one of level {above}"),
                )
                .help(format!(
                    "write it with {} `#`, so that those who hear the page find their way",
                    above + 1
                )),
            );
        }
        above = Some(level);
    }
}
