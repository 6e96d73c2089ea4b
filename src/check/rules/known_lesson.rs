//! Lessons that were learned before.

use crate::check::Findings;
use crate::check::Survey;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;

/// A lesson says nearly what an older one says.
pub static RULE: Rule = Rule {
    name: "known-lesson",
    level: Level::Note,
    about: "a lesson says nearly what an older one of another incident says",
};

/// Finds it at the newest lesson of each group that returns.
pub fn check(survey: &Survey<'_>, out: &mut Findings) {
    let knowledge = survey.knowledge;
    for group in &knowledge.recurring.groups {
        let (Some(&(newest, lesson)), Some(&(first, _))) = (group.lessons.first(), group.lessons.last())
        else {
            continue;
        };
        let document = &knowledge.documents[newest];
        let span = document.lessons[lesson].span.clone();
        let older = &knowledge.documents[first].file;
        let since = group.since.map_or(String::new(), |year| format!(" in {year}"));
        let times = match group.times {
            0..=2 => "once before".to_owned(),
            times => format!("{} times before", times - 1),
        };
        out.add(
            Finding::new(
                &RULE,
                Place::span(&document.file, &document.text, span),
                format!("this was learned {times}, first{since} in `{older}`"),
            )
            .help("was it known here? if so, what kept it from being applied?"),
        );
    }
}
