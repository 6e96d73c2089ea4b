//! Secrets that can be told by their shape.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::rules::shape;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;

/// A key, a token or a password stands in the text.
pub static RULE: Rule = Rule {
    name: "exposed-secret",
    level: Level::Error,
    about: "a key, a token or a password stands in the text and would be published",
};

/// Finds it, in front matter, text and code alike.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    for secret in subject.secrets() {
        let value = shape::masked(&subject.document.text[secret.span.clone()]);
        out.add(
            Finding::new(
                &RULE,
                subject.at(secret.span.clone()),
                format!("this looks like a secret ({}): {value}", secret.kind),
            )
            .help("revoke it first, then take it out: it stays in the history of Git"),
        );
    }
}
