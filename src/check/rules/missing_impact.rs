//! A postmortem that does not say whom it hit.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::Topic;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::section::Canonical;

/// A postmortem that does not say whom it hit.
pub static RULE: Rule = Rule {
    name: "missing-impact",
    level: Level::Note,
    about: "a postmortem does not say who was affected, and how",
};

/// Finds it in incidents and postmortems.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if subject.is_analysis() && !subject.has_section(Canonical::Impact) && !tells_of_impact(subject) {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says who was affected, and how badly")
                .help("add a section `Impact`: who could not do what, and for how long"),
        );
    }
}

/// Words by which running text says whom it hit, or that it hit nobody.
pub const WORDS: [&str; 31] = [
    "impact",
    "affected",
    "users",
    "a user",
    "every user",
    "customer",
    "clients",
    "visitors",
    "downtime",
    "unavailable",
    "unreachable",
    "inaccessible",
    "degraded",
    "total outage",
    "full outage",
    "complete outage",
    "minute outage",
    "minutes of outage",
    "hour outage",
    "hours of outage",
    "all services",
    "was down",
    "were down",
    "went down",
    "data loss",
    "lost data",
    "not exploited",
    "been exploited",
    "being exploited",
    "no evidence",
    "no indicat",
];

/// Returns whether running text says whom it hit; in other languages only a section can say so.
fn tells_of_impact(subject: &Subject<'_>) -> bool {
    subject.speaks_of(Topic::Impact) || !subject.is_english()
}
