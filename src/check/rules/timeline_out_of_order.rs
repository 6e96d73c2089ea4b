//! Timelines that go back.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::moment::Moment;

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
    let backwards = times.windows(2).filter(|pair| pair[1].1.utc() < pair[0].1.utc()).count();
    if backwards == 0 || backwards * 2 > times.len() - 1 {
        return;
    }
    for pair in times.windows(2) {
        let ((before, earlier), (at, later)) = (pair[0], pair[1]);
        if later.utc() >= earlier.utc() {
            continue;
        }
        let entry = &timeline[at];
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
