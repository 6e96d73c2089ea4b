//! Many words looked for at once, so that a text is read once for all rules that only have to look where a word stands.
//!
//! Comes in: lists of words, then texts. Goes out: each place where one of them stands. Says nothing of what that means: a rule
//! looks closer where there is something to look at.

use std::cmp::Reverse;
use std::ops::Range;

/// Words that are looked for, each with what it is.
///
/// An automaton reads a state for each byte from a table too large to stay near the processor, and waits for each. Here four
/// bytes tell by two bits whether a word can begin with them; few can, and only there the few words are compared that do.
#[derive(Debug)]
pub struct Sieve<T> {
    words: Vec<(T, String)>,
    /// One bit for each beginning of three bytes: whether a word can begin so.
    three: Box<Bits>,
    /// One bit for each [`place`](place) of four bytes, for those of which three are such a beginning.
    four: Box<Bits>,
    /// For each place of four bytes, its place in `lists`.
    list_of: Vec<u16>,
    /// Words by their numbers.
    lists: Vec<Vec<u16>>,
}

/// Beginnings of three bytes are numbers below this: five bits for each byte.
const BEGINNINGS: usize = 1 << 15;

/// One bit for each beginning of three bytes, or for each place of four.
type Bits = [u64; BEGINNINGS / 64];

#[inline]
fn is_set(bits: &Bits, at: usize) -> bool {
    bits[at / 64] >> (at % 64) & 1 != 0
}

fn set(bits: &mut Bits, at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

/// Returns four bytes as a number that comes of an earlier one by one more byte.
#[inline]
fn four(before: usize, byte: u8) -> usize {
    (before << 5 | usize::from(CLASSES[usize::from(byte)])) & (BEGINNINGS * 32 - 1)
}

/// Returns the place of four bytes, of which there are as many as beginnings of three: some share one.
#[inline]
fn place(four: usize) -> usize {
    // The upper bits of this product depend on all of the number.
    (four as u32).wrapping_mul(0x9E37_79B1) as usize >> 17
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
        let mut by_place = vec![Vec::new(); BEGINNINGS];
        let (mut three_bits, mut four_bits) = (Box::new([0; _]), Box::new([0; _]));
        for (number, (_, word)) in words.iter().enumerate() {
            // Whatever comes behind a word that is shorter.
            let known = word.len().min(4);
            let free = 5 * (4 - known);
            let first = word.bytes().take(known).fold(0, four) << free;
            for four in first..first + (1 << free) {
                set(&mut three_bits, four >> 5);
                set(&mut four_bits, place(four));
                let list: &mut Vec<u16> = &mut by_place[place(four)];
                if list.last() != Some(&(number as u16)) {
                    list.push(number as u16);
                }
            }
        }
        let mut sieve = Sieve {
            words,
            three: three_bits,
            four: four_bits,
            list_of: vec![0; BEGINNINGS],
            lists: Vec::new(),
        };
        for (place, list) in by_place.into_iter().enumerate().filter(|(_, list)| !list.is_empty()) {
            sieve.list_of[place] = sieve.lists.len() as u16;
            sieve.lists.push(list);
        }
        sieve
    }

    /// Calls `visit` with every word that stands in a text, also where it is part of another one or overlaps with it: what it is
    /// and its bytes, in the order of their beginnings.
    pub fn each(&self, text: &str, mut visit: impl FnMut(T, Range<usize>)) {
        let bytes = text.as_bytes();
        let can_begin = |four: usize| is_set(&self.three, four >> 5) && is_set(&self.four, place(four));
        let mut last = 0;
        for (end, byte) in bytes.iter().enumerate() {
            last = four(last, *byte);
            if can_begin(last) {
                self.look(bytes, end, last, &mut visit);
            }
        }
        // A word of two or three bytes may be the last.
        for end in bytes.len()..bytes.len() + 2 {
            last = four(last, 0);
            if can_begin(last) {
                self.look(bytes, end, last, &mut visit);
            }
        }
    }

    /// Calls `visit` with the words that begin four bytes before an end. Kept out of the loop over all bytes, which is small
    /// enough without it to hold everything in registers.
    #[inline(never)]
    fn look(&self, bytes: &[u8], end: usize, four: usize, visit: &mut impl FnMut(T, Range<usize>)) {
        let Some(at) = end.checked_sub(3) else { return };
        for number in &self.lists[usize::from(self.list_of[place(four)])] {
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
