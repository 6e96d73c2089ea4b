//! Addresses of electronic mail.

use crate::check::Findings;
use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use std::collections::BTreeSet;

/// An address of electronic mail stands in the text.
pub static RULE: Rule = Rule {
    name: "email-address",
    level: Level::Error,
    about: "an address of electronic mail stands in the text",
};

/// Names of mailboxes that belong to a role (RFC 2142, and what is usual beside it), as whole names or parts of one.
const ROLES: [&str; 45] = [
    "abuse",
    "accounts",
    "admin",
    "alerts",
    "billing",
    "bot",
    "compliance",
    "contact",
    "dev",
    "devops",
    "feedback",
    "git",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "incident",
    "incidents",
    "info",
    "infra",
    "jobs",
    "legal",
    "list",
    "mailer",
    "marketing",
    "media",
    "noc",
    "noreply",
    "notifications",
    "office",
    "oncall",
    "operations",
    "ops",
    "postmaster",
    "press",
    "privacy",
    "reply",
    "root",
    "sales",
    "security",
    "sponsors",
    "sre",
    "support",
    "team",
    "webmaster",
];

/// Finds each address once, but for mailboxes of a role and the domains that are reserved for examples (RFC 2606).
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let text = subject.document.text.as_str();
    let mut told = BTreeSet::new();
    for (at, _) in text.match_indices('@') {
        let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+');
        let before = text.as_bytes()[..at].iter().rev().take_while(|byte| name(byte)).count();
        let host = text.as_bytes()[at + 1..].iter().take_while(|byte| name(byte)).count();
        let host = text[at + 1..at + 1 + host].trim_end_matches(['.', '-', '_', '+']);
        let (start, end) = (at - before, at + 1 + host.len());
        let labels: Vec<&str> = host.split('.').collect();
        let is_host = labels.len() >= 2
            && labels.iter().all(|label| !label.is_empty() && !label.contains(['_', '+']))
            && labels
                .last()
                .is_some_and(|top| top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let reserved = ["example", "test", "invalid", "localhost", "png", "jpg", "svg"]
            .contains(labels.last().unwrap_or(&""))
            || labels.len() >= 2 && labels[labels.len() - 2] == "example";
        // `https://user:password@host` is the matter of another rule, `git@github.com:` of none.
        let is_remote = text[..start].ends_with(['/', ':']) && !text[..start].ends_with("mailto:")
            || text[end..].starts_with(':') && &text[start..at] == "git";
        let name = text[start..at].to_lowercase();
        let of_role = name.split(['.', '-', '_', '+']).any(|part| ROLES.contains(&part));
        let is_one = before > 0 && is_host && !reserved && !is_remote && !of_role;
        if is_one && told.insert(text[start..end].to_lowercase()) {
            out.add(
                Finding::new(&RULE, subject.at(start..end), "an address of electronic mail is published")
                    .help("name a role or a channel, unless the address is public anyway"),
            );
        }
    }
}
