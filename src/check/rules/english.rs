//! Whether a document is written in English, the one language whose phrases the rules know.

use crate::check::prose::Prose;
use crate::config::Config;
use crate::document::Document;
use aho_corasick::AhoCorasick;

/// Words that every English text is full of, and that other languages which use the same letters hardly have.
const WORDS: [&str; 16] = [
    "the", "and", "of", "to", "was", "is", "that", "for", "with", "we", "were", "this", "it", "not", "our",
    "had",
];

/// So many words are looked at.
const ENOUGH: usize = 300;

/// Returns what finds words in a text, in capitals or not, also as parts of others.
pub fn finder(words: &[&str]) -> AhoCorasick {
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).expect("a few short patterns")
}

/// Returns whether a document is in English: it says so, else its words do, else, where it is short, the site does.
pub fn is_english(document: &Document, prose: &Prose, config: &Config) -> bool {
    let english = |tag: &str| tag.len() >= 2 && tag[..2].eq_ignore_ascii_case("en");
    if let Some(language) = &document.language {
        return english(language);
    }
    let (mut words, mut ours, mut foreign) = (0, 0, 0);
    for passage in &prose.passages {
        for word in passage.text.split_ascii_whitespace() {
            words += 1;
            let bare = word.trim_matches(|c: char| c.is_ascii_punctuation());
            // None of them is longer.
            ours +=
                usize::from(bare.len() <= 4 && WORDS.iter().any(|known| bare.eq_ignore_ascii_case(known)));
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
