//! Timelines that do not say in which zone.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// No time of the timeline names a zone.
pub static RULE: Rule = Rule {
    name: "time-without-zone",
    level: Level::Note,
    about: "the timeline names no zone, so its times are read in the site's own",
};

/// Finds it once for each timeline.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let document = subject.document;
    let timed: Vec<_> =
        document.timeline.iter().filter(|entry| entry.at.is_some_and(|at| at.has_time())).collect();
    let named = timed.iter().any(|entry| entry.at.is_some_and(|at| !at.assumed && at.offset.is_some()));
    if named || !subject.is_of_incident() {
        return;
    }
    if let Some(first) = timed.first() {
        let zone = subject.survey.config.timezone.0.name();
        out.add(
            Finding::new(
                &RULE,
                subject.at(subject.line_of(&first.span)),
                format!(
                    "`{}` names no zone, nor does any other time; they are read as {zone}",
                    first.when.trim()
                ),
            )
            .help("say it once, as in `## Timeline (UTC)`"),
        );
    }
}
