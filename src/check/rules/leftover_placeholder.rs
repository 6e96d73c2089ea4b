//! Places that somebody meant to fill.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::prose::Role;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A word stands where an answer was meant to stand.
pub static RULE: Rule = Rule {
    name: "leftover-placeholder",
    level: Level::Warning,
    about: "a word such as TBD stands where an answer was meant to stand",
};

/// Words that promise an answer. "None" and "N/A" are answers.
pub const WORDS: [&str; 14] = [
    "tbd",
    "tba",
    "tbc",
    "todo",
    "fixme",
    "to be determined",
    "to be defined",
    "to be completed",
    "to be filled",
    "to be filled in",
    "to be added",
    "lorem ipsum",
    "yyyy-mm-dd",
    "hh:mm",
];

/// Finds passages that are nothing else, and labels behind which nothing else stands.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    if !subject.survey.knowledge.is_listed(subject.index) {
        return;
    }
    for &index in subject.promising() {
        let passage = subject.prose.passage(index);
        if passage.is_heading() {
            continue;
        }
        let mut at = 0;
        for line in passage.text().split_inclusive('\n') {
            let start = at;
            at += line.len();
            let colon = if line.is_ascii() { line.split_once(':') } else { line.split_once([':', '：']) };
            let value = match colon {
                Some((label, value)) if label.split_whitespace().count() <= 4 && !value.trim().is_empty() => {
                    value
                }
                _ => line,
            };
            let offset = start + (value.as_ptr() as usize - line.as_ptr() as usize);
            let bare = value.trim_matches(|c: char| {
                c.is_whitespace()
                    || matches!(c, '.' | '-' | '*' | '_' | '(' | ')' | '[' | ']' | '…' | '!' | '?' | ':')
            });
            let Some(bare) = placeholder(bare) else { continue };
            let begin = offset + (bare.as_ptr() as usize - value.as_ptr() as usize);
            let range = begin..begin + bare.len();
            // In a table of actions, and as the state of a task, `TODO` says that it is open.
            let is_state = bare.eq_ignore_ascii_case("todo") && passage.role() == Role::Cell;
            if is_state || passage.in_code(&range) {
                continue;
            }
            out.add(
                Finding::new(
                    &RULE,
                    subject.at(passage.source(range)),
                    format!("`{bare}` was never replaced"),
                )
                .help("write what is known now; “not known” and why is an answer too"),
            );
        }
    }
}

/// Returns the word that stands for an answer, where a value is nothing else, or a day that lacks its time.
fn placeholder(value: &str) -> Option<&str> {
    let is_word = |text: &str| WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    if value.len() <= 20 && is_word(value) {
        return Some(value);
    }
    let (day, time) = value.split_at_checked(value.len().checked_sub("hh:mm".len())?)?;
    let is_day = day.contains(|c: char| c.is_ascii_digit())
        && day.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ' ' | 'T'));
    (time.eq_ignore_ascii_case("hh:mm") && is_day).then_some(time)
}
