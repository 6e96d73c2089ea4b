//! Whether a document is written in English, the one language whose phrases the rules know.

use crate::check::prose::Prose;
use crate::config::Config;
use crate::document::Document;

/// Words that every English text is full of, and that other languages which use the same letters hardly have.
const WORDS: [&str; 16] = [
    "the", "and", "of", "to", "was", "is", "that", "for", "with", "we", "were", "this", "it", "not", "our",
    "had",
];

/// So many words are looked at.
const ENOUGH: usize = 300;

/// The same, each as one number: every word of a document is compared with all of them.
static PACKED: [u32; 16] = {
    let mut numbers = [0; 16];
    let mut at = 0;
    while at < WORDS.len() {
        numbers[at] = packed(WORDS[at].as_bytes());
        at += 1;
    }
    numbers
};

/// Returns up to four letters as one number, capitals as small ones. Nothing but a letter becomes a small letter by that bit.
const fn packed(word: &[u8]) -> u32 {
    let (mut number, mut at) = (0, 0);
    while at < word.len() {
        number = number << 8 | (word[at] | 0x20) as u32;
        at += 1;
    }
    number
}

/// Returns whether a document is in English: it says so, else its words do, else, where it is short, the site does.
pub fn is_english(document: &Document, prose: &Prose, config: &Config) -> bool {
    let english = |tag: &str| tag.len() >= 2 && tag[..2].eq_ignore_ascii_case("en");
    if let Some(language) = &document.language {
        return english(language);
    }
    let (mut words, mut ours, mut foreign) = (0, 0, 0);
    for passage in prose.passages() {
        for word in passage.text().split_ascii_whitespace() {
            words += 1;
            let mark = |c: u8| c.is_ascii_punctuation();
            let bytes = word.as_bytes();
            let start = bytes.iter().position(|byte| !mark(*byte)).unwrap_or(bytes.len());
            let end = bytes.iter().rposition(|byte| !mark(*byte)).map_or(start, |last| last + 1);
            let bare = &word[start..end];
            // None of them is longer.
            ours += usize::from(bare.len() <= 4 && PACKED.contains(&packed(bare.as_bytes())));
            foreign +=
                usize::from(!bare.is_ascii() && bare.chars().any(|c| c.is_alphabetic() && !c.is_ascii()));
        }
        if words >= ENOUGH {
            break;
        }
    }
    if foreign * 4 > words {
        return false;
    }
    if words < 25 { english(&config.language) } else { ours * 100 >= words * 8 }
}
