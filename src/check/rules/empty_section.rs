//! Headings with nothing below them.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::prose::Passage;
use crate::check::prose::Role;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::aside::is_placeholder;
use crate::document::key::of_label;

/// A heading has nothing below it.
pub static RULE: Rule =
    Rule { name: "empty-section", level: Level::Warning, about: "a heading has nothing below it" };

/// Finds it. A heading whose next one is deeper introduces that one.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if !subject.survey.knowledge.is_listed(subject.index) {
        return;
    }
    let passages: Vec<Passage<'_>> = subject.prose.passages().collect();
    let headings: Vec<usize> =
        (0..passages.len()).filter(|&at| passages[at].is_heading() && !passages[at].is_quoted()).collect();
    for (number, &at) in headings.iter().enumerate() {
        let heading = &passages[at];
        let next = headings.get(number + 1).map(|&next| &passages[next]);
        let (Role::Heading(level), deeper) = (heading.role(), |level: u8| {
            next.is_some_and(|next| matches!(next.role(), Role::Heading(other) if other > level))
        }) else {
            continue;
        };
        let end = next.map_or(subject.document.text.len(), |next| next.span().start);
        // Nearly always something does.
        if passages.get(at + 1).is_some_and(|passage| passage.span().start < end) {
            continue;
        }
        let other = subject.prose.other.iter().any(|other| {
            heading.span().end <= other.start && other.start < end || heading.span().contains(&other.start)
        });
        // The title over a document without words is the matter of another rule.
        let title = number == 0 && level == 1;
        // `## Date: 15 August 2020` holds its answer.
        let label = heading.text().split([':', '：']).next().unwrap_or("");
        let answered = label.len() + 2 < heading.text().trim_end().len() && of_label(label).is_some();
        // `### 14:43: the fix is live` is an entry of a timeline and says all there is.
        let entry = subject.document.timeline.iter().any(|entry| entry.span.start == heading.span().start);
        if !answered && !entry && !other && !deeper(level) && !title && !is_placeholder(heading.text()) {
            let name = crate::document::title::cut(heading.text().trim(), 48);
            out.add(
                Finding::new(
                    &RULE,
                    subject.at(subject.line_of(&heading.span())),
                    format!("nothing stands under `{name}`"),
                )
                .help("write it, say that there was none and how you know, or take the heading out"),
            );
        }
    }
}
