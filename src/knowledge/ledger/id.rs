//! Ids of lessons.
//!
//! Comes in: a document's id and a statement. Goes out: `ll-` and six or more characters of Crockford's base32 in lower
//! case, at least one a digit, so that no id is a word. Source of the alphabet: <https://www.crockford.com/base32.html>.

use crate::knowledge::ledger::wording;

/// What every id begins with.
pub const PREFIX: &str = "ll-";

/// The shortest id, without its prefix.
const SHORTEST: usize = 6;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Returns the id of a statement of a document; `is_taken` says whether another lesson has it.
///
/// The same document and statement give the same id on every machine; where it is taken, it grows.
pub fn fresh(document: &str, text: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let statement = format!("{document}\n{}", wording::plain(text));
    // One in ten has no digit among its first characters; the next seed gives others.
    let digits = (0..)
        .map(|seed| characters(&statement, seed))
        .find(|digits| has_digit(&digits[..SHORTEST]))
        .expect("there is no end of seeds");
    for length in SHORTEST..=digits.len() {
        let id = format!("{PREFIX}{}", &digits[..length]);
        if !is_taken(&id) {
            return id;
        }
    }
    let mut number = 2;
    loop {
        let id = format!("{PREFIX}{digits}{number}");
        if !is_taken(&id) {
            return id;
        }
        number += 1;
    }
}

/// Returns 25 characters, as many as a hash of 128 bits has.
fn characters(statement: &str, seed: u64) -> String {
    let hash = xxhash_rust::xxh3::xxh3_128_with_seed(statement.as_bytes(), seed);
    (0..25).map(|at| ALPHABET[(hash >> (at * 5) & 31) as usize] as char).collect()
}

fn has_digit(id: &str) -> bool {
    id.bytes().any(|byte| byte.is_ascii_digit())
}

/// Returns the id that somebody wrote, in lower case and with its prefix; `None` where it cannot be one.
///
/// An author's own id may be any word of lower case letters, digits and single hyphens.
pub fn written(id: &str) -> Option<String> {
    let id = id.trim().to_lowercase();
    let rest = id.strip_prefix(PREFIX).unwrap_or(&id);
    let good = (3..=60).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !rest.starts_with('-')
        && !rest.ends_with('-')
        && !rest.contains("--");
    good.then(|| format!("{PREFIX}{rest}"))
}

/// Returns a short name for a file: eight characters of the hash of a text.
pub fn short_hash(text: &str) -> String {
    let hash = xxhash_rust::xxh3::xxh3_128(text.as_bytes());
    (0..8).map(|at| ALPHABET[(hash >> (at * 5) & 31) as usize] as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_id_stays_what_it_was() {
        // Ids are published: this test may never be changed to fit.
        assert_eq!(
            fresh("a.md", "Alert on the ratio.", |_| false),
            fresh("a.md", "alert on  the RATIO", |_| false)
        );
        assert_eq!(fresh("a.md", "Alert on the ratio.", |_| false), "ll-kmq9cm");
        assert_ne!(fresh("b.md", "Alert on the ratio.", |_| false), "ll-kmq9cm");
    }

    #[test]
    fn ids_have_a_digit_and_grow_where_they_are_taken() {
        let mut taken = BTreeSet::new();
        for number in 0..5000 {
            let id = fresh("a.md", &format!("lesson {number}"), |id| taken.contains(id));
            assert!(has_digit(&id[3..]) && id.len() == 9, "{id}");
            assert!(taken.insert(id));
        }
        let first = fresh("a.md", "One.", |_| false);
        let second = fresh("a.md", "One.", |id| id == first);
        assert!(second.starts_with(&first) && second.len() > first.len(), "{first} {second}");
        let stubborn = fresh("a.md", "One.", |id| id.len() < 30);
        assert!(stubborn.len() >= 28, "{stubborn}");
    }

    #[test]
    fn ids_of_authors_are_addresses() {
        assert_eq!(written(" LL-7F3K2M ").as_deref(), Some("ll-7f3k2m"));
        assert_eq!(written("retry-budget").as_deref(), Some("ll-retry-budget"));
        for bad in ["", "ll-", "a/b", "..", "ll--x", "über", "a b", "ll-x-", &"x".repeat(61)] {
            assert_eq!(written(bad), None, "{bad}");
        }
    }
}
