//! A postmortem without a timeline.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::section::Canonical;
use std::collections::BTreeSet;

/// So many different times of day in running text tell what happened when.
const TOLD: usize = 3;

/// A postmortem without a timeline.
pub static RULE: Rule =
    Rule { name: "missing-timeline", level: Level::Note, about: "a postmortem has no timeline" };

/// Finds it in incidents and postmortems.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let told = subject.has_section(Canonical::Timeline) || !subject.document.timeline.is_empty();
    if subject.is_analysis() && !told && !tells_times(subject) {
        out.add(
            Finding::new(&RULE, subject.whole(), "nothing says what happened when")
                .help("add a section `Timeline`: one entry for each step, with its time and zone"),
        );
    }
}

/// Returns whether running text tells the times of day at which things happened.
fn tells_times(subject: &Subject<'_>) -> bool {
    let mut times = BTreeSet::new();
    for passage in subject.prose.passages() {
        let text = passage.text().as_bytes();
        for colon in memchr::memchr_iter(b':', text) {
            let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
            let hour = (0..3).take_while(|back| colon > *back && digit(colon - 1 - back)).count();
            let minute = (1..4).take_while(|ahead| digit(colon + ahead)).count();
            let range = colon - hour..colon + 1 + minute;
            // `3:02` of a ratio or a port is seldom, and hardly there three times; `1:2:3` and `::1` are no times of day.
            let is_time = (1..=2).contains(&hour)
                && minute == 2
                && text[colon + 1] < b'6'
                && (range.start == 0 || !matches!(text[range.start - 1], b':' | b'.'));
            if is_time && !passage.in_code(&range) {
                times.insert(&passage.text()[range]);
            }
        }
    }
    times.len() >= TOLD
}
