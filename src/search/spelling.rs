//! Words that a typo may have been meant to be.
//!
//! Comes in: the terms of the site. Goes out: scripts with the words among them, once in their order and once in the
//! order of their last letters, so that a typo at either end leaves the right piece. Loaded only when a word finds nothing.

use crate::search::Pieces;
use crate::search::digits;
use crate::search::shard::Term;
use rayon::prelude::*;
use serde_json::json;

/// How many words one piece holds.
const WORDS: usize = 4_000;

/// The lists of words.
#[derive(Debug)]
pub struct Words {
    /// In their order.
    pub forward: Pieces,
    /// Each written backwards, in that order.
    pub backward: Pieces,
}

/// Writes both lists.
pub fn write(terms: &[Term<'_>]) -> Words {
    let words: Vec<(&str, u32)> =
        terms.iter().filter(|term| is_word(term.word)).map(|term| (term.word, term.documents)).collect();
    let mut backwards: Vec<(String, u32)> =
        words.par_iter().map(|(word, documents)| (word.chars().rev().collect(), *documents)).collect();
    backwards.par_sort_unstable();
    let backwards: Vec<(&str, u32)> =
        backwards.iter().map(|(word, documents)| (word.as_str(), *documents)).collect();
    Words { forward: pieces("w", &words), backward: pieces("v", &backwards) }
}

/// Returns whether somebody may misspell it: letters without joints or digits, neither short nor endless.
fn is_word(word: &str) -> bool {
    (4..=30).contains(&word.len()) && word.chars().all(char::is_alphabetic)
}

fn pieces(kind: &str, words: &[(&str, u32)]) -> Pieces {
    let pieces: Vec<&[(&str, u32)]> = words.chunks(WORDS).collect();
    let firsts: Vec<&str> = pieces.iter().map(|piece| piece[0].0).collect();
    let content = |piece: &&[(&str, u32)]| {
        let mut list = String::new();
        digits::push_words(&mut list, piece.iter().map(|(word, _)| *word));
        let mut counts = String::new();
        for (_, documents) in *piece {
            digits::push_digit(&mut counts, documents.ilog2() as usize);
        }
        json!([list, counts])
    };
    Pieces::new(kind, &firsts, pieces.par_iter().map(content).collect())
}
