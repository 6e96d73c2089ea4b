//! Anchors of headings: those that GitHub would make, so that a link works there and on the site alike.
//!
//! Comes in: the words of headings in order. Goes out: an anchor for each, none twice.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Hands out anchors for one page.
#[derive(Debug, Default)]
pub struct Anchors {
    /// Not hashed: strangers choose the words, and few enough stand on a page that comparing them is faster than a hash
    /// that withstands them.
    taken: BTreeMap<String, usize>,
}

impl Anchors {
    /// Returns the anchor of a heading with these words, or with an id of its author's own.
    pub fn heading(&mut self, words: &str, id: Option<&str>) -> String {
        let wished = match id {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ => slug(words),
        };
        self.unique(if wished.is_empty() { "section".to_owned() } else { wished })
    }

    /// Returns `wished`, with the first free number behind it where it is taken.
    pub fn unique(&mut self, wished: String) -> String {
        let (wished, count) = match self.taken.entry(wished) {
            Entry::Vacant(free) => {
                let wished = free.key().clone();
                free.insert(0);
                return wished;
            }
            Entry::Occupied(taken) => (taken.key().clone(), *taken.get()),
        };
        let mut number = count + 1;
        loop {
            let candidate = format!("{wished}-{number}");
            if !self.taken.contains_key(&candidate) {
                self.taken.insert(wished, number);
                self.taken.insert(candidate.clone(), 0);
                return candidate;
            }
            number += 1;
        }
    }
}

/// Returns the words as GitHub writes an anchor: lower case, spaces as hyphens, punctuation and pictures left out.
///
/// Source: the behaviour of github.com, as written down in the package `github-slugger`.
pub fn slug(words: &str) -> String {
    let words = words.trim();
    // Nearly all headings are ASCII, of which each byte gives one or none.
    if words.is_ascii() {
        let mut out = Vec::with_capacity(words.len());
        for byte in words.bytes() {
            match byte {
                b' ' | b'\n' | b'\t' => out.push(b'-'),
                b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => out.push(byte.to_ascii_lowercase()),
                _ => {}
            }
        }
        return String::from_utf8(out).expect("all of it is ASCII");
    }
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            ' ' | '\n' | '\t' => out.push('-'),
            '-' | '_' => out.push(c),
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_githubs() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.heading("What went well?", None), "what-went-well");
        assert_eq!(anchors.heading("What went well", None), "what-went-well-1");
        assert_eq!(anchors.heading("Root cause & trigger", None), "root-cause--trigger");
        assert_eq!(anchors.heading("タイムライン", None), "タイムライン");
        assert_eq!(anchors.heading("Fixes", Some("the-fix")), "the-fix");
        assert_eq!(anchors.heading("🚒", None), "section");
    }

    #[test]
    fn a_number_never_collides() {
        let mut anchors = Anchors::default();
        for (words, expected) in [("a", "a"), ("a-1", "a-1"), ("a", "a-2"), ("a", "a-3")] {
            assert_eq!(anchors.heading(words, None), expected);
        }
    }
}
