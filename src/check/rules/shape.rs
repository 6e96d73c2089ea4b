//! What secrets and numbers look like.
//!
//! Comes in: text, front matter and code included. Goes out: the places of secrets with their kinds. Never prints or keeps a
//! value: [`masked`] is all that a message shows.

use serde::Deserialize;
use std::ops::Range;
use std::sync::OnceLock;

/// A secret that has the shape of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it is, such as "GitHub token".
    pub kind: &'static str,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

#[derive(Debug, Deserialize)]
struct Data {
    secret: Vec<Shape>,
}

#[derive(Debug, Deserialize)]
struct Shape {
    kind: String,
    starts: Vec<String>,
    then: String,
    length: usize,
    most: usize,
}

/// What it means that a secret may begin.
#[derive(Clone, Copy)]
enum Start {
    Shape(usize),
    PrivateKey,
    Jwt,
    Connection,
    Telegram,
}

struct Table {
    /// How secrets begin, to the letter, with what it means.
    starts: Vec<(String, Start)>,
    shapes: Vec<Shape>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let data: Data = toml::from_str(include_str!("secrets.toml")).expect("a test reads the data");
        let mut starts = Vec::new();
        for (index, shape) in data.secret.iter().enumerate() {
            starts.extend(shape.starts.iter().map(|start| (start.clone(), Start::Shape(index))));
        }
        for (pattern, start) in [
            ("-----BEGIN ", Start::PrivateKey),
            ("eyJ", Start::Jwt),
            ("://", Start::Connection),
            (":AA", Start::Telegram),
        ] {
            starts.push((pattern.to_owned(), start));
        }
        Table { starts, shapes: data.secret }
    })
}

/// Returns how secrets begin, to the letter.
pub fn starts() -> impl Iterator<Item = &'static str> {
    table().starts.iter().map(|(start, _)| start.as_str())
}

/// Returns the secrets of known shapes in a text. `found` are the places where one may begin, none in another, each with its
/// number among [`starts`].
pub fn secrets(text: &str, found: &[(Range<usize>, usize)]) -> Vec<Secret> {
    let table = table();
    let mut secrets: Vec<Secret> = Vec::new();
    let mut end = 0;
    for (range, start) in found {
        if range.start < end {
            continue;
        }
        let secret = match table.starts[*start].1 {
            Start::Shape(index) => table.shapes[index].read(text, range.start, range.end),
            Start::PrivateKey => private_key(text, range.start),
            Start::Jwt => jwt(text, range.start),
            Start::Connection => connection(text, range.start),
            Start::Telegram => telegram(text, range.start),
        };
        if let Some(secret) = secret {
            end = secret.span.end;
            secrets.push(secret);
        }
    }
    secrets
}

impl Shape {
    fn read(&'static self, text: &str, start: usize, at: usize) -> Option<Secret> {
        let bytes = text.as_bytes();
        if start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || bytes[start - 1] == b'_') {
            return None;
        }
        let length = bytes[at..].iter().take_while(|&&byte| self.takes(byte)).count();
        let value = &text[at..at + length];
        // A full stop or a dash may end the sentence.
        let value = value.trim_end_matches(['.', '-', '/', '=']);
        let padded = bytes[at..at + length].ends_with(b"=");
        let length = if padded { length } else { value.len() };
        if length < self.length || length > self.most || !is_random(value) {
            return None;
        }
        // A key of only capital letters is a word, and so is one without digits.
        if self.then == "upper" && !value.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if self.then == "path" && value.rsplit('/').next().is_none_or(|last| last.len() < 18) {
            return None;
        }
        if self.kind == "SendGrid key" && value.split('.').map(str::len).ne([22, 43]) {
            return None;
        }
        Some(Secret { kind: &self.kind, span: start..at + length })
    }

    fn takes(&self, byte: u8) -> bool {
        match self.then.as_str() {
            "alnum" => byte.is_ascii_alphanumeric(),
            "upper" => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            "hex" => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            "word" => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            "base64" => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
            "base64url" => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'='),
            "url" => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
            "path" => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/'),
            _ => false,
        }
    }
}

/// Returns whether a value could be drawn by lot: not one letter over and over, not a placeholder, not an example.
pub fn is_random(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let spoken = [
        "example",
        "xxxx",
        "....",
        "****",
        "0000000",
        "1234567",
        "abcdef",
        "your",
        "placeholder",
        "redacted",
        "dummy",
        "sample",
        "changeme",
        "fake",
        "notreal",
        "insert",
        "testtest",
        "deadbeef",
    ];
    !spoken.iter().any(|word| lower.contains(word))
        && entropy(value) >= if value.len() < 16 { 2.0 } else { 2.8 }
}

/// Returns the entropy of a value in bits for each character, by how often each stands in it.
pub fn entropy(value: &str) -> f64 {
    let mut counts = [0u32; 256];
    value.bytes().for_each(|byte| counts[byte as usize] += 1);
    let total = value.len().max(1) as f64;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            let share = f64::from(count) / total;
            -share * share.log2()
        })
        .sum()
}

/// A private key: its first line and words that could be one. A first line alone is an explanation.
fn private_key(text: &str, start: usize) -> Option<Secret> {
    let rest = &text[start..];
    let head_end = rest[11..].find("-----")? + 11;
    let name = &rest[11..head_end];
    if !name.ends_with("PRIVATE KEY") && !name.ends_with("PRIVATE KEY BLOCK") || name.len() > 40 {
        return None;
    }
    let body_start = head_end + 5;
    let body_end =
        rest[body_start..].find("-----END").map_or(rest.len().min(body_start + 400), |at| body_start + at);
    let body = rest.get(body_start..rest.floor_char_boundary(body_end))?;
    // In JSON the lines are parted by `\n`, written out.
    let body = body.replace("\\n", "\n");
    let long = body
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')))
        .any(|word| word.len() >= 32 && is_random(word));
    let end = match rest[body_start..].find("-----END") {
        Some(at) => {
            let tail = body_start + at;
            rest[tail + 8..].find("-----").map_or(tail, |more| tail + 8 + more + 5)
        }
        None => rest.floor_char_boundary(body_end),
    };
    long.then_some(Secret { kind: "private key", span: start..start + end })
}

/// A JSON Web Token: three parts, of which the first names its algorithm, and a signature.
fn jwt(text: &str, start: usize) -> Option<Secret> {
    let bytes = text.as_bytes();
    let takes = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || matches!(bytes[start - 1], b'_' | b'.')) {
        return None;
    }
    let length = bytes[start..].iter().take_while(|&&byte| takes(byte)).count();
    let token = text[start..start + length].trim_end_matches('.');
    let parts: Vec<&str> = token.split('.').collect();
    let [head, claims, signature] = parts.as_slice() else { return None };
    let shaped = head.len() >= 15 && claims.starts_with("eyJ") && claims.len() >= 15 && signature.len() >= 20;
    // The token that every introduction shows is signed with a secret that everybody knows.
    let known = signature.starts_with("SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV")
        || signature.starts_with("TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ");
    (shaped && !known && is_random(signature) && names_algorithm(head))
        .then_some(Secret { kind: "JSON Web Token", span: start..start + token.len() })
}

/// Returns whether the first part of a token, decoded, names an algorithm.
fn names_algorithm(head: &str) -> bool {
    let mut bits = 0u32;
    let mut count = 0;
    let mut decoded = Vec::with_capacity(head.len());
    for byte in head.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return false,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count) as u8);
        }
    }
    decoded.windows(5).any(|window| window == b"\"alg\"")
}

/// The token of a bot of Telegram: the number of the bot, a colon, and 35 characters, as
/// <https://core.telegram.org/bots/features#botfather> shows one.
fn telegram(text: &str, colon: usize) -> Option<Secret> {
    let bytes = text.as_bytes();
    let number = bytes[..colon].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let takes = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let length = bytes[colon + 1..].iter().take_while(takes).count();
    let token = &text[colon + 1..colon + 1 + length];
    let is_one = (8..=10).contains(&number) && length == 35 && is_random(token);
    is_one.then(|| Secret { kind: "Telegram bot token", span: colon - number..colon + 1 + length })
}

/// A connection string with a password: `scheme://user:password@host`. The span is that of the password.
fn connection(text: &str, colon: usize) -> Option<Secret> {
    let scheme_length = text[..colon]
        .bytes()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-'))
        .count();
    if scheme_length == 0 {
        return None;
    }
    let rest = &text[colon + 3..];
    let end = rest
        .find(|c: char| {
            c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '<' | '>' | '`' | ')' | '(' | '|' | ',')
        })
        .unwrap_or(rest.len());
    let authority = &rest[..end];
    let (credentials, host) = authority.rsplit_once('@')?;
    let (user, password) = credentials.split_once(':')?;
    let at = colon + 3 + user.len() + 1;
    let is_host = host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
    (is_host && is_password(password))
        .then_some(Secret { kind: "password in an address", span: at..at + password.len() })
}

/// Returns whether a word stands for a password and is not the name of one, a variable or a placeholder.
pub fn is_password(value: &str) -> bool {
    if value.len() < 4 || value.len() > 200 {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let variable = value.starts_with(['$', '%', '{', '<', '[', '*', '#', '@', '&'])
        || value.contains("${")
        || value.contains("{{")
        || value.contains("...")
        || value.contains('…')
        || value.ends_with(['>', '}', ']'])
        || value.len() > 3 && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let spoken = [
        "password",
        "passwd",
        "passwort",
        "secret",
        "example",
        "changeme",
        "redacted",
        "your",
        "placeholder",
        "xxx",
        "***",
        "token",
        "pass",
        "pwd",
        "user",
        "postgres",
        "root",
        "guest",
        "admin",
        "mypass",
        "hunter",
        "dummy",
        "foobar",
        "none",
        "null",
        "true",
        "false",
        "hidden",
        "removed",
        "censored",
        "omitted",
        "test",
    ];
    !variable && !spoken.iter().any(|word| lower.contains(word)) && entropy(value) >= 1.5
}

/// Returns all that a message shows of a value: how it begins, and how long it is.
pub fn masked(value: &str) -> String {
    let length = value.chars().count();
    let shown = if length >= 16 { 4 } else { 1 };
    let head: String = value.chars().take(shown).filter(|c| !c.is_control()).collect();
    format!("{head}… ({length} characters)")
}

/// Returns whether digits satisfy the check of Luhn (ISO/IEC 7812-1, annex B).
pub fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (u32::from(*digit), place % 2) {
            (digit, 0) => digit,
            (digit, _) if digit > 4 => digit * 2 - 9,
            (digit, _) => digit * 2,
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// A run of digits, perhaps in groups.
#[derive(Clone, Debug)]
pub struct Number {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// Its digits.
    pub digits: Vec<u8>,
    /// How many digits stand in each group.
    pub groups: Vec<usize>,
}

/// Returns the runs of at least `least` digits, in groups parted by one space, dash or full stop; none that a letter, or
/// what belongs to a path, an address or a decimal, touches. `starts` are those of [`digits`].
pub fn numbers(text: &str, starts: &[usize], least: usize) -> Vec<Number> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let (mut digits, mut groups) = (Vec::new(), Vec::new());
    for &start in starts {
        if start < at {
            continue;
        }
        at = start;
        digits.clear();
        groups.clear();
        groups.push(0);
        let mut separator = None;
        let mut end = at;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte.is_ascii_digit() {
                digits.push(byte - b'0');
                *groups.last_mut().expect("there is a group") += 1;
                at += 1;
                end = at;
            } else if matches!(byte, b' ' | b'-' | b'.')
                && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
                // Brazil writes 529.982.247-25.
                && separator.is_none_or(|other| other == byte || (other, byte) == (b'.', b'-'))
                && digits.len() < 40
            {
                separator = Some(byte);
                groups.push(0);
                at += 1;
            } else {
                break;
            }
        }
        if digits.len() < least {
            continue;
        }
        let touches = |byte: Option<&u8>| {
            byte.is_some_and(|byte| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'_' | b'-' | b'/' | b'=' | b'#' | b'+' | b'%' | b'&')
            })
        };
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        let decimal = matches!(before, Some(b'.' | b',')) || separator == Some(b'.') && groups.len() == 2;
        if touches(before) || touches(bytes.get(end)) || decimal {
            continue;
        }
        found.push(Number { span: start..end, digits: digits.clone(), groups: groups.clone() });
    }
    found
}

/// Returns where digits begin that no digit stands before.
pub fn digits(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = Vec::new();
    let mut at = next_digit(bytes, 0);
    while at < bytes.len() {
        starts.push(at);
        let behind = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        at = next_digit(bytes, behind);
    }
    starts
}

/// Returns where the next digit from `at` on stands, else the end of the text.
fn next_digit(bytes: &[u8], at: usize) -> usize {
    // Most of a text is no digit. A block is looked at to its end, so that the compiler can look at all of it at once.
    let (blocks, _) = bytes[at..].as_chunks::<32>();
    let clean = blocks
        .iter()
        .take_while(|block| !block.iter().fold(false, |found, byte| found | byte.is_ascii_digit()));
    let at = at + 32 * clean.count();
    at + bytes[at..].iter().position(u8::is_ascii_digit).unwrap_or(bytes.len() - at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_never_shown_whole() {
        for value in ["hunter22", "AKIAABCDEFGHIJKLMNOP", "äöü"] {
            assert!(!masked(value).contains(value));
        }
    }

    #[test]
    fn numbers_in_groups() {
        let text = "a 4111 1111 1, x12345678, 12345678.5 ü 1234-5678-9 and 1234-5678_9, 0.123456789";
        let drawn: Vec<_> = numbers(text, &digits(text), 8).into_iter().map(|number| number.groups).collect();
        assert_eq!(drawn, [vec![4, 4, 1], vec![4, 4, 1]]);
    }

    #[test]
    fn the_data_can_be_read() {
        let known = ["alnum", "upper", "hex", "word", "base64", "base64url", "url", "path"];
        for shape in &table().shapes {
            assert!(known.contains(&shape.then.as_str()), "{}", shape.kind);
            assert!(shape.length <= shape.most);
        }
    }
}
