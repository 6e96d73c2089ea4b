//! Words that a typo may have been meant to be.
//!
//! Comes in: the terms of the site. Goes out: scripts with the words among them, once in their order and once in the
//! order of their last letters, so that a typo at either end leaves the right piece. Loaded only when a word finds nothing.

use crate::search::digits;
use crate::search::piece::Kind;
use crate::search::record;
use crate::search::shard::Term;
use crate::search::vocabulary::Vocabulary;
use std::cmp::Ordering;

/// The fewest words of a piece before it may be cut.
const LEAST: usize = 2_000;

/// The most words of a piece.
const MOST: usize = 4_000;

/// One word in so many may end a piece.
const CUT: u64 = 512;

/// What the pieces are made of.
#[derive(Clone, Copy, Debug)]
pub struct Spelling<'a> {
    /// The words of the terms.
    pub vocabulary: &'a Vocabulary,
    /// The terms, by their numbers.
    pub terms: &'a [Term],
}

/// Words in their order.
#[derive(Debug)]
pub struct Forward<'a>(pub Spelling<'a>);

/// Words in the order that they have backwards, written so.
#[derive(Debug)]
pub struct Backward<'a>(pub Spelling<'a>);

/// Returns what the spelling says of a word that stands in so many documents, if it says something.
pub fn count(word: &str, documents: u32) -> Option<u32> {
    if documents > 0 && is_word(word) { documents.checked_ilog2() } else { None }
}

/// Returns whether somebody may misspell it: letters without joints or digits, neither short nor endless.
fn is_word(word: &str) -> bool {
    (4..=30).contains(&word.len()) && word.chars().all(char::is_alphabetic)
}

/// Returns a word backwards.
pub fn backwards(word: &str) -> String {
    word.chars().rev().collect()
}

impl Spelling<'_> {
    fn holds(&self, term: u32) -> bool {
        self.terms[term as usize].documents > 0
    }

    fn ends(&self, size: &mut usize, term: u32) -> bool {
        *size += 1;
        *size >= MOST || *size >= LEAST && self.vocabulary.hash(term).is_multiple_of(CUT)
    }

    fn content(&self, words: &str, terms: &[u32]) -> String {
        let mut out = String::with_capacity(words.len() + terms.len() + 8);
        out.push('[');
        record::push_json(&mut out, words);
        out.push_str(",\"");
        for term in terms {
            digits::push_digit(&mut out, self.terms[*term as usize].documents.ilog2() as usize);
        }
        out.push_str("\"]");
        out
    }
}

impl Kind for Forward<'_> {
    const LETTER: char = 'w';

    fn order(&self, one: u32, other: u32) -> Ordering {
        self.0.vocabulary.term(one).cmp(self.0.vocabulary.term(other))
    }

    fn holds(&self, term: u32) -> bool {
        self.0.holds(term)
    }

    fn ends(&self, size: &mut usize, term: u32) -> bool {
        self.0.ends(size, term)
    }

    fn content(&self, terms: &[u32]) -> String {
        let mut words = String::new();
        digits::push_words(&mut words, terms.iter().map(|term| self.0.vocabulary.term(*term)));
        self.0.content(&words, terms)
    }
}

impl Kind for Backward<'_> {
    const LETTER: char = 'v';

    fn order(&self, one: u32, other: u32) -> Ordering {
        let letters = |term: u32| self.0.vocabulary.term(term).chars().rev();
        letters(one).cmp(letters(other))
    }

    fn holds(&self, term: u32) -> bool {
        self.0.holds(term)
    }

    fn ends(&self, size: &mut usize, term: u32) -> bool {
        self.0.ends(size, term)
    }

    fn content(&self, terms: &[u32]) -> String {
        let backwards: Vec<String> =
            terms.iter().map(|term| backwards(self.0.vocabulary.term(*term))).collect();
        let mut words = String::new();
        digits::push_words(&mut words, backwards.iter().map(String::as_str));
        self.0.content(&words, terms)
    }
}
