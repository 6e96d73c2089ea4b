//! Many words looked for at once, so that a text is read once for all rules that only have to look where a word stands.
//!
//! Comes in: lists of words, then texts. Goes out: each place where one of them stands. Says nothing of what that means: a rule
//! looks closer where there is something to look at.

use aho_corasick::Anchored;
use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use std::cmp::Reverse;
use std::ops::Range;

/// Words that are looked for, each with what it is.
#[derive(Debug)]
pub struct Sieve<T> {
    finder: DFA,
    /// Of each word, with its length.
    kinds: Vec<(T, usize)>,
}

impl<T: Copy> Sieve<T> {
    /// Prepares to look for words, in capitals or not.
    pub fn new(words: impl IntoIterator<Item = (T, String)>) -> Sieve<T> {
        let (kinds, words): (Vec<(T, usize)>, Vec<String>) =
            words.into_iter().map(|(kind, word)| ((kind, word.len()), word)).unzip();
        // The table has a few hundred kilobytes and is read for every byte of every document.
        let finder = DFA::builder()
            .ascii_case_insensitive(true)
            .prefilter(false)
            .build(&words)
            .expect("a few hundred short words");
        Sieve { finder, kinds }
    }

    /// Calls `visit` with every word that stands in a text, also where it is part of another one or overlaps with it: what it is
    /// and its bytes, in the order of their ends.
    pub fn each(&self, text: &str, mut visit: impl FnMut(T, Range<usize>)) {
        let Ok(mut state) = self.finder.start_state(Anchored::No) else { return };
        for (at, byte) in text.bytes().enumerate() {
            state = self.finder.next_state(Anchored::No, state, byte);
            // Hardly any byte ends a word.
            if self.finder.is_special(state) && self.finder.is_match(state) {
                for number in 0..self.finder.match_len(state) {
                    let (kind, length) = self.kinds[self.finder.match_pattern(state, number).as_usize()];
                    visit(kind, at + 1 - length..at + 1);
                }
            }
        }
    }
}

/// Leaves of words that overlap the one that begins first, of those that begin together the longest.
pub fn longest_first<T: Copy + Ord>(found: &mut Vec<(Range<usize>, T)>) {
    found.sort_unstable_by_key(|(range, word)| (range.start, Reverse(range.end), *word));
    let mut end = 0;
    found.retain(|(range, _)| {
        let is_free = range.start >= end;
        if is_free {
            end = range.end;
        }
        is_free
    });
}

/// Leaves of words that overlap the one that ends first. They are given in the order of their ends.
pub fn first_to_end(found: &mut Vec<Range<usize>>) {
    let mut end = 0;
    found.retain(|range| {
        let is_free = range.start >= end;
        if is_free {
            end = range.end;
        }
        is_free
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use aho_corasick::AhoCorasick;
    use aho_corasick::MatchKind;

    const WORDS: [&str; 7] = ["never", "ever", "did not", "not", "nothing", "should not have", "have"];

    /// Returns what `finder` finds one after the other.
    fn plainly(kind: MatchKind, text: &str) -> Vec<Range<usize>> {
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).match_kind(kind).build(WORDS);
        finder.unwrap().find_iter(text).map(|found| found.range()).collect()
    }

    #[test]
    fn what_is_left_is_what_each_list_finds_alone() {
        let sieve = Sieve::new(WORDS.iter().enumerate().map(|(at, word)| (at, (*word).to_owned())));
        for text in [
            "",
            "We did nothing, and should NOT have. We did not, ever.",
            "did notdid not have nevershould not havever",
            "é never é nothing nothin",
        ] {
            let mut found = Vec::new();
            sieve.each(text, |word, range| {
                assert!(text[range.clone()].eq_ignore_ascii_case(WORDS[word]));
                found.push((range, word));
            });
            let mut ends: Vec<Range<usize>> = found.iter().map(|(range, _)| range.clone()).collect();
            assert!(ends.is_sorted_by_key(|range| range.end));
            first_to_end(&mut ends);
            assert_eq!(ends, plainly(MatchKind::Standard, text), "{text}");
            longest_first(&mut found);
            let longest: Vec<Range<usize>> = found.into_iter().map(|(range, _)| range).collect();
            assert_eq!(longest, plainly(MatchKind::LeftmostLongest, text), "{text}");
        }
    }
}
