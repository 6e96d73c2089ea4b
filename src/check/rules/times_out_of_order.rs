//! Times of an incident that cannot follow each other so.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::Found;
use crate::document::Origin;
use crate::document::moment::Moment;

/// Detected before it started, mitigated before it was detected, or resolved before it was mitigated.
pub static RULE: Rule = Rule {
    name: "times-out-of-order",
    level: Level::Warning,
    about: "an incident is detected before it starts, mitigated before it is detected, or resolved before it is mitigated",
};

/// Finds it among times that somebody wrote as such; that it ends before it starts is the matter of another rule.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let document = subject.document;
    let steps = [
        ("started", &document.started),
        ("detected", &document.detected),
        ("mitigated", &document.mitigated),
        ("resolved", &document.resolved),
    ];
    let told: Vec<(&str, &Found<Moment>)> = steps
        .into_iter()
        .filter_map(|(name, found)| Some((name, found.as_ref()?)))
        .filter(|(_, found)| {
            matches!(found.origin, Origin::FrontMatter(_) | Origin::Label(_) | Origin::Table(_))
        })
        .collect();
    for pair in told.windows(2) {
        let [(before, earlier), (after, later)] = pair else { continue };
        let wrong = match earlier.value.has_time() && later.value.has_time() {
            true => later.value.utc() < earlier.value.utc(),
            false => later.value.date() < earlier.value.date(),
        };
        if !wrong || (*before, *after) == ("started", "resolved") {
            continue;
        }
        let Some(span) = &later.span else { continue };
        out.add(
            Finding::new(&RULE, subject.at(span.clone()), format!("`{after}` is before `{before}`"))
                .label(format!("earlier than {}", earlier.value.iso()))
                .help("is one of them in another zone, or on another day?"),
        );
    }
}
