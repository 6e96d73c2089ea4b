//! Severities that say no rank.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A severity says no rank.
pub static RULE: Rule = Rule {
    name: "unknown-severity",
    level: Level::Note,
    about: "a severity is in words that say no rank",
};

/// Finds it in front matter; words of the body may be a description.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let Some(found) = &subject.document.severity else { return };
    if found.value.level.is_none()
        && matches!(found.origin, crate::document::Origin::FrontMatter(_))
        && let Some(span) = &found.span
    {
        let label = &found.value.label;
        let help = match crate::diagnostic::did_you_mean(
            label,
            subject.survey.config.severity.keys().map(String::as_str),
        ) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `SEV-2`, or give the word a rank in `afterword.toml`: `[severity]` with `{} = 2`", key(label)),
        };
        out.add(
            Finding::new(&RULE, subject.at(span.clone()), format!("`{label}` says no rank"))
                .help(help),
        );
    }
}

/// Returns a word as a key of TOML.
fn key(word: &str) -> String {
    let lower = word.to_lowercase();
    match lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        true => lower,
        false => format!("{lower:?}"),
    }
}
