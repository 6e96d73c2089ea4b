//! Settings and comments that name a rule which does not exist.

use crate::check::RULES;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::diagnostic::did_you_mean;

/// A rule that does not exist.
pub static RULE: Rule = Rule {
    name: "unknown-rule",
    level: Level::Warning,
    about: "the settings, or a comment that allows something, name a rule that does not exist",
};

/// Makes the finding.
pub fn finding(name: &str, place: Place) -> Finding {
    let near = did_you_mean(name, RULES.iter().map(|entry| entry.rule.name));
    Finding::new(&RULE, place, format!("there is no rule `{name}`")).help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`afterword explain` lists all rules".to_owned(),
    })
}
