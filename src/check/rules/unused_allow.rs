//! Comments that allow what is not there.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;

/// A comment that allows nothing.
pub static RULE: Rule = Rule {
    name: "unused-allow",
    level: Level::Warning,
    about: "a comment allows what the block below it does not hold",
};

/// Makes the finding.
pub fn finding(name: &str, place: Place) -> Finding {
    Finding::new(&RULE, place, format!("nothing below is found by `{name}`"))
        .help("take the comment out, or move it directly above the block that is meant")
}
