//! Many words looked for at once, so that a text is read once for all rules that only have to look where a word stands.
//!
//! Comes in: lists of words, then texts. Goes out: each place where one of them stands. Says nothing of what that means: a rule
//! looks closer where there is something to look at.

use std::cmp::Reverse;
use std::ops::Range;

/// Words that are looked for, each with what it is.
///
/// An automaton reads a state for each byte from a table too large to stay near the processor, and waits for each. Here three
/// bytes tell by one bit whether a word can begin with them, and where they do, the fourth tells by another; few can, and only
/// there words are compared.
#[derive(Debug)]
pub struct Sieve<T> {
    words: Vec<(T, String)>,
    /// One bit for each [`beginning`](beginning).
    can_begin: Box<[u64; BEGINNINGS / 64]>,
    /// One bit for each [`fourth`](fourth); those of several beginnings may be one.
    can_go_on: Box<[u64; BEGINNINGS / 64]>,
    /// For each beginning, its place in `lists`.
    list_of: Vec<u16>,
    /// Words by their numbers.
    lists: Vec<Vec<u16>>,
}

/// Beginnings are numbers below this: five bits for each of three bytes.
const BEGINNINGS: usize = 1 << 15;

/// Returns the beginning that comes of an earlier one by one more byte.
#[inline]
fn beginning(before: usize, byte: u8) -> usize {
    (before << 5 | usize::from(CLASSES[usize::from(byte)])) & (BEGINNINGS - 1)
}

/// Returns the number of a beginning with one more byte, mixed into as few numbers as there are beginnings.
#[inline]
fn fourth(three: usize, byte: u8) -> usize {
    let four = three << 5 | usize::from(CLASSES[usize::from(byte)]);
    four.wrapping_mul(0x9E37_79B1) >> 12 & (BEGINNINGS - 1)
}

/// What a byte counts as: each letter, in capitals or not, and some sorts of marks. No word begins with what counts as nothing.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            letter @ (b'a'..=b'z' | b'A'..=b'Z') => (letter | 0x20) - b'a' + 1,
            b' ' => 27,
            b'-' | b'_' => 28,
            b'0'..=b'9' => 29,
            b'<' | b'[' | b'{' => 30,
            b'!'..=b'~' => 31,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl<T: Copy> Sieve<T> {
    /// Prepares to look for words, in capitals or not, of two bytes or more and none that begins with other bytes than letters,
    /// digits and marks of ASCII.
    pub fn new(words: impl IntoIterator<Item = (T, String)>) -> Sieve<T> {
        let words: Vec<(T, String)> = words.into_iter().collect();
        let mut by_beginning = vec![Vec::new(); BEGINNINGS];
        for (number, (_, word)) in words.iter().enumerate() {
            let bytes = word.as_bytes();
            let two = bytes[..2].iter().fold(0, |before, byte| beginning(before, *byte));
            match bytes.get(2) {
                Some(third) => by_beginning[beginning(two, *third)].push(number as u16),
                // Whatever comes behind it.
                None => by_beginning[two << 5..(two + 1) << 5]
                    .iter_mut()
                    .for_each(|list| list.push(number as u16)),
            }
        }
        let mut sieve = Sieve {
            words,
            can_begin: Box::new([0; BEGINNINGS / 64]),
            can_go_on: Box::new([0; BEGINNINGS / 64]),
            list_of: vec![0; BEGINNINGS],
            lists: Vec::new(),
        };
        for (beginning, list) in by_beginning.into_iter().enumerate().filter(|(_, list)| !list.is_empty()) {
            sieve.can_begin[beginning / 64] |= 1 << (beginning % 64);
            sieve.list_of[beginning] = sieve.lists.len() as u16;
            for number in &list {
                let next = sieve.words[usize::from(*number)].1.as_bytes().get(3);
                // Behind a word of three bytes anything may stand.
                for byte in next.map_or(0..=u8::MAX, |next| *next..=*next) {
                    let fourth = fourth(beginning, byte);
                    sieve.can_go_on[fourth / 64] |= 1 << (fourth % 64);
                }
            }
            sieve.lists.push(list);
        }
        sieve
    }

    /// Calls `visit` with every word that stands in a text, also where it is part of another one or overlaps with it: what it is
    /// and its bytes, in the order of their beginnings.
    pub fn each(&self, text: &str, mut visit: impl FnMut(T, Range<usize>)) {
        let bytes = text.as_bytes();
        let is_set = |bits: &[u64; BEGINNINGS / 64], at: usize| bits[at / 64] >> (at % 64) & 1 != 0;
        let mut look = |three: usize, at: usize, next: u8| {
            if is_set(&self.can_go_on, fourth(three, next)) {
                self.look(bytes, at, three, &mut visit);
            }
        };
        let mut three = 0;
        for (at, byte) in bytes.iter().enumerate() {
            three = beginning(three, *byte);
            if is_set(&self.can_begin, three) {
                look(three, at - 2, bytes.get(at + 1).copied().unwrap_or(0));
            }
        }
        // A word of two bytes may be the last.
        three = beginning(three, 0);
        if is_set(&self.can_begin, three) {
            look(three, bytes.len() - 2, 0);
        }
    }

    /// Calls `visit` with the words that stand at a place where some can begin. Kept out of the loop over all bytes, which is
    /// small enough without it to hold everything in registers.
    #[inline(never)]
    fn look(&self, bytes: &[u8], at: usize, beginning: usize, visit: &mut impl FnMut(T, Range<usize>)) {
        for number in &self.lists[usize::from(self.list_of[beginning])] {
            let (kind, word) = &self.words[usize::from(*number)];
            let end = at + word.len();
            if bytes.get(at..end).is_some_and(|there| there.eq_ignore_ascii_case(word.as_bytes())) {
                visit(*kind, at..end);
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

/// Leaves of words that overlap the one that ends first, of those that end together the longest.
pub fn first_to_end(found: &mut Vec<Range<usize>>) {
    found.sort_unstable_by_key(|range| (range.end, range.start));
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

    const WORDS: [&str; 10] =
        ["never", "ever", "did not", "not", "nothing", "should not have", "have", "SK", "sk-", "didn’t"];

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
            "task, SK-, didn’t, desk",
            "sk",
            "s",
        ] {
            let mut found = Vec::new();
            sieve.each(text, |word, range| {
                assert!(text[range.clone()].eq_ignore_ascii_case(WORDS[word]));
                found.push((range, word));
            });
            let mut ends: Vec<Range<usize>> = found.iter().map(|(range, _)| range.clone()).collect();
            assert!(ends.is_sorted_by_key(|range| range.start));
            first_to_end(&mut ends);
            assert_eq!(ends, plainly(MatchKind::Standard, text), "{text}");
            longest_first(&mut found);
            let longest: Vec<Range<usize>> = found.into_iter().map(|(range, _)| range).collect();
            assert_eq!(longest, plainly(MatchKind::LeftmostLongest, text), "{text}");
        }
    }
}
