//! Hosts that only an inside network knows.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use std::collections::BTreeSet;

/// The name or the address of an internal host stands in the text.
pub static RULE: Rule = Rule {
    name: "internal-host",
    level: Level::Error,
    about: "the name or the address of a host that only the inside network knows stands in the text",
};

/// The ends of names that no public resolver answers.
const INSIDE: [&str; 8] = ["internal", "local", "corp", "lan", "intra", "intranet", "home", "localdomain"];

/// Returns whether a word is a host of an inside network: a name that ends so, or a private address (RFC 1918).
pub fn is_internal(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    if labels.len() < 2 || labels.iter().any(|label| label.is_empty()) {
        return false;
    }
    let numbers: Option<Vec<u8>> = labels.iter().map(|label| label.parse().ok()).collect();
    match numbers.as_deref() {
        Some([10, _, _, _] | [192, 168, _, _]) => true,
        Some([172, second, _, _]) => (16..=31).contains(second),
        Some(_) => false,
        None => {
            INSIDE.contains(&labels.last().copied().unwrap_or("").to_lowercase().as_str())
                && labels
                    .iter()
                    .all(|label| label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        }
    }
}

/// Finds each host once.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let text = subject.document.text.as_str();
    let mut told = BTreeSet::new();
    let mut rest = 0;
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))) {
        let start = text[rest..].find(word).map_or(rest, |at| rest + at);
        rest = start + word.len();
        let host = word.trim_matches(['.', '-']);
        if host.len() >= 5 && host.contains('.') && is_internal(host) && told.insert(host) {
            let start = start + word.find(host).unwrap_or(0);
            out.add(
                Finding::new(
                    &RULE,
                    subject.at(start..start + host.len()),
                    format!("`{host}` is a host of the inside network"),
                )
                .help("say what it is for, such as “the primary database”"),
            );
        }
    }
}
