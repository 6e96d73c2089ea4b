//! Phrases that are a term as a whole where their words stand side by side.
//!
//! Comes in: the phrases that the table of synonyms names, and the words of a text. Goes out: for each place at which such
//! a phrase stands, its term, its words joined by `-`: `roll back` gives `roll-back`, as `roll-back` itself does. So a
//! synonym of several words is found where somebody wrote it, and not wherever its words happen to be. Knows nothing of
//! documents.

use crate::search::token;
use crate::search::token::Sort;
use crate::search::vocabulary::Vocabulary;

/// The words of each phrase that is a term as a whole; of words without joints, two to eight of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrases(Vec<Vec<String>>);

impl Phrases {
    /// Takes those of the given synonyms that have several words.
    pub fn new<'s>(synonyms: impl IntoIterator<Item = &'s str>) -> Phrases {
        let mut phrases: Vec<Vec<String>> = synonyms.into_iter().filter_map(words).collect();
        phrases.sort_unstable();
        phrases.dedup();
        Phrases(phrases)
    }

    /// Gives the words and the phrases their numbers in a vocabulary that is still empty.
    pub fn numbered(&self, vocabulary: &mut Vocabulary) -> Numbered {
        let mut phrases: Vec<Phrase> = Vec::with_capacity(self.0.len());
        // The first words come first, so that they have the lowest numbers.
        for words in &self.0 {
            let _ = vocabulary.number(&words[0]);
        }
        let mut of_first = vec![Vec::new(); vocabulary.count()];
        for words in &self.0 {
            let numbers: Vec<u32> = words.iter().map(|word| vocabulary.number(word)).collect();
            let last = &words[words.len() - 1];
            let plural = vocabulary.number(&format!("{last}s"));
            let whole = vocabulary.number(&words.join("-"));
            of_first[numbers[0] as usize].push(phrases.len() as u32);
            phrases.push(Phrase { words: numbers, plural, whole });
        }
        Numbered { phrases, of_first }
    }
}

/// Returns the words of a phrase, if it has several and each stands by itself.
fn words(phrase: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    for piece in phrase.split_whitespace() {
        let mut count = 0;
        token::each(piece, &mut |word, sort| {
            count += 1;
            if sort == Sort::Word {
                words.push(word.to_string());
            }
        });
        if count != 1 {
            return None;
        }
    }
    (2..=token::MOST_PARTS).contains(&words.len()).then_some(words)
}

/// Phrases by the numbers that a thread gave them.
#[derive(Debug, Default)]
pub struct Numbered {
    phrases: Vec<Phrase>,
    /// For each first word, which phrases begin with it.
    of_first: Vec<Vec<u32>>,
}

#[derive(Debug)]
struct Phrase {
    words: Vec<u32>,
    /// The last word with an `s`.
    plural: u32,
    /// The phrase.
    whole: u32,
}

impl Numbered {
    /// Appends the phrases that stand in the words from a place on.
    pub fn find(&self, words: &mut Vec<(u32, Sort)>, from: usize) {
        let until = words.len();
        for at in from..until {
            let (first, Sort::Word) = words[at] else { continue };
            let Some(begun) = self.of_first.get(first as usize) else { continue };
            for phrase in begun {
                let phrase = &self.phrases[*phrase as usize];
                if let Some(end) = phrase.end(&words[..until], at)
                    // Written with joints, it is there already.
                    && words[..until].get(end + 1).is_none_or(|next| next.0 != phrase.whole)
                {
                    words.push((phrase.whole, Sort::Whole));
                }
            }
        }
    }
}

impl Phrase {
    /// Returns where the phrase ends that begins at a place, if it stands there.
    fn end(&self, words: &[(u32, Sort)], at: usize) -> Option<usize> {
        let mut wanted = self.words.iter().enumerate();
        let mut expected = wanted.next();
        for (place, (word, sort)) in words.iter().enumerate().skip(at) {
            if *sort != Sort::Word {
                continue;
            }
            let (number, one) = expected?;
            let is_last = number + 1 == self.words.len();
            if word != one && !(is_last && *word == self.plural) {
                return None;
            }
            if is_last {
                return Some(place);
            }
            expected = wanted.next();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(synonyms: &[&str], text: &str) -> Vec<String> {
        let mut vocabulary = Vocabulary::default();
        let numbered = Phrases::new(synonyms.iter().copied()).numbered(&mut vocabulary);
        let mut words = Vec::new();
        token::each(text, &mut |word, sort| words.push((vocabulary.number(word), sort)));
        let before = words.len();
        numbered.find(&mut words, 0);
        words[before..].iter().map(|(term, _)| vocabulary.term(*term).to_string()).collect()
    }

    #[test]
    fn phrases_are_found_where_their_words_stand_side_by_side() {
        let table = ["roll back", "out of memory", "out of disk", "db", "e-mail box", "障害 対応"];
        assert_eq!(found(&table, "They roll back and Roll Backs it"), ["roll-back", "roll-back"]);
        assert_eq!(found(&table, "It ran out of memory, then out of disk"), ["out-of-memory", "out-of-disk"]);
        assert_eq!(found(&table, "a roll was taken back; out of"), Vec::<String>::new());
        assert_eq!(found(&table, "OOMKilled by outOf memory"), Vec::<String>::new());
        assert_eq!(found(&table, "roll.back"), ["roll-back"]);
        assert_eq!(found(&table, "roll v1.2 back"), Vec::<String>::new());
        // Its words joined are the term anyway.
        assert_eq!(found(&table, "an out-of-memory error"), Vec::<String>::new());
        assert_eq!(found(&[], "roll back"), Vec::<String>::new());
    }
}
