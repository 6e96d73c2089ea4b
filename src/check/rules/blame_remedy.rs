//! Remedies that ask people to be better people.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A remedy asks people to be more careful.
pub static RULE: Rule = Rule {
    name: "blame-remedy",
    level: Level::Warning,
    about: "a remedy asks people to be more careful, or trains or punishes them",
};

/// Finds it; lessons are the matter of `vague-lesson`.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    for (span, words) in subject.phrases(RULE.name) {
        let in_lesson = |lesson: &crate::document::Lesson| {
            lesson.in_body && lesson.span.start <= span.start && span.end <= lesson.span.end
        };
        if subject.document.lessons.iter().any(in_lesson) {
            continue;
        }
        out.add(
            Finding::new(&RULE, subject.at(span), format!("`{words}` asks people to be better next time"))
                .help("what would make the right thing the easy one: a test, a default, a guard?"),
        );
    }
}
