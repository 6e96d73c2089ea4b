//! Comments that allow something and do not say why.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;

/// A comment that gives no reason.
pub static RULE: Rule = Rule {
    name: "allow-without-reason",
    level: Level::Warning,
    about: "a comment allows something and does not say why, so it has no effect",
};

/// Makes the finding.
pub fn finding(place: Place) -> Finding {
    Finding::new(&RULE, place, "this comment gives no reason, so it allows nothing")
        .help("write `allow: rule-name: because …`, so that the next reader need not guess")
}

/// Makes the finding of a comment that does not even name a rule.
pub fn nothing(place: Place) -> Finding {
    Finding::new(&RULE, place, "this comment names no rule, so it allows nothing")
        .help("write `allow: rule-name: because …`")
}
