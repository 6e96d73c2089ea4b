//! Lessons that nobody can follow.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use crate::document::Category;

/// A lesson is too vague to act on.
pub static RULE: Rule = Rule {
    name: "vague-lesson",
    level: Level::Warning,
    about: "a lesson is too vague to act on: \"be more careful\", \"improve monitoring\"",
};

/// What a lesson wants where it only wants people to be better.
const WISHES: [&str; 14] = [
    "be more careful",
    "be careful",
    "be more vigilant",
    "be more cautious",
    "be more diligent",
    "be more attentive",
    "be more proactive",
    "pay more attention",
    "take more care",
    "try harder",
    "do better",
    "avoid mistakes",
    "avoid human error",
    "communicate better",
];

/// Verbs that want an object which says something.
const VERBS: [&str; 26] = [
    "improve",
    "improving",
    "improved",
    "better",
    "more",
    "enhance",
    "enhanced",
    "increase",
    "increased",
    "add",
    "need",
    "needs",
    "have",
    "do",
    "write",
    "strengthen",
    "review",
    "we",
    "should",
    "must",
    "our",
    "the",
    "to",
    "of",
    "and",
    "some",
];

/// Objects that say nothing without what they are of.
const OBJECTS: [&str; 26] = [
    "monitoring",
    "alerting",
    "alerts",
    "testing",
    "tests",
    "test",
    "coverage",
    "documentation",
    "docs",
    "communication",
    "observability",
    "logging",
    "logs",
    "processes",
    "process",
    "procedures",
    "training",
    "review",
    "reviews",
    "automation",
    "resilience",
    "reliability",
    "visibility",
    "tooling",
    "metrics",
    "quality",
];

/// A lesson of more words is not looked at: it says something.
const MOST: usize = 12;

/// So many words have no more bytes than this.
const LONGEST: usize = 200;

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if !subject.survey.knowledge.is_listed(subject.index) {
        return;
    }
    for lesson in subject.document.lessons.iter().filter(|lesson| lesson.category == Category::Lesson) {
        // What is vague is short; most lessons are not.
        if lesson.text.len() > LONGEST {
            continue;
        }
        let lower = lesson.text.to_lowercase();
        let count = words(&lower).take(MOST + 1).count();
        if count == 0 || count > MOST {
            continue;
        }
        let wish = WISHES.iter().find(|wish| holds(&lower, wish));
        // Nothing but verbs that want more and objects that could be of anything.
        let hollow = count <= 7
            && words(&lower).any(|word| OBJECTS.contains(&word))
            && words(&lower).all(|word| VERBS.contains(&word) || OBJECTS.contains(&word));
        let message = match wish {
            Some(wish) => format!("`{wish}` is a wish and no lesson"),
            None if hollow => "this would fit any incident".to_owned(),
            None => continue,
        };
        // Asked last, as it takes longer than all the rest.
        if !subject.is_english() {
            return;
        }
        out.add(
            Finding::new(&RULE, subject.at(subject.line_of(&lesson.span)), message)
                .help("of what, where, and how would somebody notice that it was not done?"),
        );
    }
}

/// Returns the words of a text, an apostrophe being part of one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = |c: char| match c.is_ascii() {
        true => !c.is_ascii_alphanumeric() && c != '\'',
        false => !c.is_alphanumeric() && c != '’',
    };
    text.split(parts).filter(|word| !word.is_empty())
}

/// Returns whether words stand in a text, touched by no letter.
fn holds(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        !text[..at].ends_with(char::is_alphanumeric)
            && !text[at + words.len()..].starts_with(char::is_alphanumeric)
    })
}
