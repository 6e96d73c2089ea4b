//! Values beside a name that says they are secret.

use crate::check::Findings;
use crate::check::Subject;
use crate::check::rules::shape;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Rule;
use std::ops::Range;

/// A value stands beside a name that says it is secret.
pub static RULE: Rule = Rule {
    name: "likely-secret",
    level: Level::Error,
    about: "a value that could be drawn by lot stands beside a name such as `password` or `api_key`",
};

/// Names of what nobody may know.
pub const NAMES: [&str; 22] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secret_key",
    "secret-key",
    "secretkey",
    "api_key",
    "api-key",
    "apikey",
    "api key",
    "access_key",
    "access-key",
    "accesskey",
    "auth_token",
    "private_key",
    "private-key",
    "client_secret",
    "token",
    "credential",
    "bearer",
];

/// Finds it.
pub fn check(subject: &Subject<'_>, out: &mut Findings) {
    let text = subject.document.text.as_str();
    let known = subject.secrets();
    for (name, number) in subject.secret_names() {
        let Some(span) = value_after(text, name.end) else { continue };
        let value = &text[span.clone()];
        let is_token = !matches!(NAMES[*number], "password" | "passwd" | "pwd" | "passphrase");
        if !is_secret(value, is_token)
            || known.iter().any(|secret| secret.span.start < span.end && span.start < secret.span.end)
        {
            continue;
        }
        out.add(
            Finding::new(
                &RULE,
                subject.at(span.clone()),
                format!("this looks like the value of `{}`: {}", &text[name.clone()], shape::masked(value)),
            )
            .help("revoke it first, then take it out; an example reads better as `<password>`"),
        );
    }
}

/// Returns the value that is given to a name: behind the rest of the name, `=`, `:` or `:=`, and a quotation mark.
fn value_after(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = at;
    // `password_prod`, `token2`: the rest of the name, but not "passwords" or "tokenizer".
    if bytes.get(at).is_some_and(|byte| matches!(byte, b'_' | b'-')) {
        at += bytes[at..]
            .iter()
            .take(24)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            .count();
    }
    at += bytes[at..]
        .iter()
        .take_while(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'*' | b' ' | b']'))
        .count()
        .min(4);
    let length = bytes[at..].iter().take_while(|byte| matches!(byte, b':' | b'=')).count();
    if length == 0 {
        // `Authorization: Bearer …` has a space.
        let bearer =
            at >= 7 && text.is_char_boundary(at - 7) && text[at - 7..at].eq_ignore_ascii_case("bearer ");
        if !bearer {
            return None;
        }
    }
    if length > 2 {
        return None;
    }
    at += length;
    at += bytes[at..].iter().take(3).take_while(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'`')).count();
    let quote =
        at.checked_sub(1).map(|before| bytes[before]).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let ends = |c: char| match quote {
        Some(quote) => c == quote as char || c == '\n',
        None => c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | '`' | ')' | '<' | '|'),
    };
    let length = text.get(at..)?.find(ends).unwrap_or(text.len() - at);
    (length >= 8).then_some(at..at + length)
}

/// Returns whether a value could be drawn by lot. What belongs to a token is long; a password may be short.
fn is_secret(value: &str, is_token: bool) -> bool {
    if !shape::is_password(value) || !shape::is_random(value) || value.len() > 120 {
        return false;
    }
    let (mut lower, mut upper, mut digits, mut others) = (0, 0, 0, 0);
    for c in value.chars() {
        match c {
            'a'..='z' => lower += 1,
            'A'..='Z' => upper += 1,
            '0'..='9' => digits += 1,
            // White space, brackets and calls are code or prose.
            _ if c.is_whitespace() || matches!(c, '(' | '{' | '[' | '\\') || !c.is_ascii() => return false,
            _ => others += 1,
        }
    }
    // Paths, addresses, names of other things, identifiers (UUID), versions.
    let is_path =
        value.contains("://") || value.starts_with(['/', '.', '~', '-']) || value.matches('/').count() > 2;
    let is_uuid = value.len() == 36 && value.matches('-').count() == 4 && upper == 0;
    let is_dotted = value.split('.').count() > 2 && digits < 4;
    let is_words = digits == 0 || lower + upper == 0;
    if is_path || is_uuid || is_dotted || is_words {
        return false;
    }
    let classes = [lower, upper, digits, others].iter().filter(|&&count| count > 0).count();
    let entropy = shape::entropy(value);
    // `node-7`, `v2-rotation`: names have few digits; what is drawn by lot has many or mixes its cases.
    let mixed = lower > 0 && upper > 0 && digits > 0;
    match is_token {
        true => value.len() >= 16 && entropy >= 3.2 && (mixed || digits >= 5),
        false => value.len() >= 8 && entropy >= 2.6 && classes >= 3 && (mixed || others > 0 && digits >= 2),
    }
}
