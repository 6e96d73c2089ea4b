//! Timelines that go back.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::moment::Moment;
use std::ops::Range;

/// An entry of the timeline is earlier than the one above it.
pub static RULE: Rule = Rule {
    name: "timeline-out-of-order",
    level: Level::Warning,
    about: "an entry of the timeline is earlier than the one above it",
};

/// Finds the first one of each timeline; a timeline that is told backwards from beginning to end is in order.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let timeline = &subject.document.timeline;
    let times: Vec<(usize, Moment)> = timeline
        .iter()
        .enumerate()
        .filter_map(|(at, entry)| Some((at, entry.at.filter(|at| at.has_time() && !entry.approximate)?)))
        .collect();
    let goes_back = |pair: &&[(usize, Moment)]| {
        let (earlier, later) = (pair[0].1, pair[1].1);
        // A span may begin while the entry above it lasts, and minutes are no more exact than minutes.
        let end = timeline[pair[1].0].until.unwrap_or(later);
        (end.utc() - earlier.utc()).num_seconds() <= -60
    };
    let backwards = times.windows(2).filter(goes_back).count();
    if backwards == 0 || backwards * 2 > times.len() - 1 {
        return;
    }
    for pair in times.windows(2) {
        let ((before, earlier), (at, later)) = (pair[0], pair[1]);
        let entry = &timeline[at];
        if !goes_back(&pair) || !follows(&subject.document.text, &timeline[before].span, &entry.span) {
            continue;
        }
        let days = (earlier.utc() - later.utc()).num_hours();
        let help = match days {
            0..=23 => "is a digit mistyped, does it belong further up, or did midnight pass?",
            _ => "is the day mistyped, or does it belong further up?",
        };
        out.add(
            Finding::new(
                &RULE,
                subject.at(subject.line_of(&entry.span)),
                format!("`{}` comes after `{}`", entry.when.trim(), timeline[before].when.trim()),
            )
            .help(help),
        );
    }
}

/// Returns whether an entry follows another one directly: in a list or a table, or as a heading. A second list, such as one
/// of the main events above the whole story, begins anew.
fn follows(text: &str, before: &Range<usize>, entry: &Range<usize>) -> bool {
    let heading = |span: &Range<usize>| text[span.start..].starts_with('#');
    let between = text.get(before.end..entry.start);
    heading(before) && heading(entry)
        || between.is_some_and(|between| !between.contains(char::is_alphanumeric))
            && before.start < entry.start
        || before.contains(&entry.start)
}
