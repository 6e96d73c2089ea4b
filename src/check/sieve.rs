//! Many words looked for at once, so that a text is read once for all rules that only have to look where a word stands.
//!
//! Comes in: lists of words, then texts. Goes out: each place where one of them stands. Says nothing of what that means: a rule
//! looks closer where there is something to look at.

use std::cmp::Reverse;
use std::ops::Range;

/// Words that are looked for, each with what it is.
///
/// An automaton reads a state for each byte from a table too large to stay near the processor, and waits for each. Here three
/// bytes tell whether a word can begin with them; few can, and only there the few words are compared that do.
#[derive(Debug)]
pub struct Sieve<T> {
    words: Vec<(T, String)>,
    /// For each beginning of three bytes: whether a word can begin so. It has room for more, so that any number of sixteen bits
    /// is known to have its place.
    three: Box<[bool; 2 * BEGINNINGS]>,
    /// For each [`place`](place) of four bytes: where its words begin in `lists`, and where those of the last one end.
    starts: Box<[u32; BEGINNINGS + 1]>,
    lists: Vec<Listed>,
}

/// A word of a list, with what tells nearly always that it is another one.
#[derive(Clone, Copy, Debug)]
struct Listed {
    /// Its first eight bytes as [`head`] returns them, as far as it has as many.
    head: u64,
    /// All bits of these.
    mask: u64,
    /// The number of the word.
    number: u16,
}

/// Returns the eight bytes at a place as one number, letters in lower case; other bytes may count as another one.
#[inline]
fn head(bytes: &[u8], at: usize) -> u64 {
    let eight = bytes[at..].first_chunk().copied().unwrap_or_else(|| {
        let mut eight = [0; 8];
        let rest = &bytes[at..];
        eight[..rest.len()].copy_from_slice(rest);
        eight
    });
    u64::from_le_bytes(eight) | 0x2020_2020_2020_2020
}

/// Beginnings of three bytes are numbers below this: five bits for each byte.
const BEGINNINGS: usize = 1 << 15;

/// Of so many bytes the beginnings are reckoned together.
const BLOCK: usize = 32;

/// What a byte counts as: a letter the same in capitals or not; some marks count as letters.
#[inline]
fn class(byte: u8) -> u16 {
    u16::from(byte & 0x1f)
}

/// Returns the place of four bytes, of which there are as many as beginnings of three: some share one.
#[inline]
fn place(three: usize, fourth: u8) -> usize {
    // The upper bits of this product depend on all of the number.
    ((three << 5 | usize::from(class(fourth))) as u32).wrapping_mul(0x9E37_79B1) as usize >> 17
}

impl<T: Copy> Sieve<T> {
    /// Prepares to look for words of two bytes or more, in capitals or not.
    pub fn new(words: impl IntoIterator<Item = (T, String)>) -> Sieve<T> {
        let words: Vec<(T, String)> = words.into_iter().collect();
        let mut by_place = vec![Vec::new(); BEGINNINGS];
        let mut three = Box::new([false; 2 * BEGINNINGS]);
        for (number, (_, word)) in words.iter().enumerate() {
            // Whatever comes behind a word that is shorter.
            let known = word.len().min(4);
            let free = 5 * (4 - known);
            let first = word.bytes().take(known).fold(0, |four, byte| four << 5 | usize::from(class(byte)));
            for four in first << free..(first + 1) << free {
                three[four >> 5] = true;
                let list: &mut Vec<u16> = &mut by_place[place(four >> 5, four as u8)];
                if list.last() != Some(&(number as u16)) {
                    list.push(number as u16);
                }
            }
        }
        let mut starts = Box::new([0; BEGINNINGS + 1]);
        let mut lists = Vec::new();
        for (place, list) in by_place.into_iter().enumerate() {
            lists.extend(list.into_iter().map(|number| {
                let word = words[usize::from(number)].1.as_bytes();
                let mask = u64::MAX >> (64 - 8 * word.len().clamp(1, 8));
                let mut padded = [0; 8];
                padded.iter_mut().zip(word).for_each(|(slot, byte)| *slot = *byte);
                Listed { head: head(&padded, 0) & mask, mask, number }
            }));
            starts[place + 1] = lists.len() as u32;
        }
        Sieve { words, three, starts, lists }
    }

    /// Calls `visit` with every word that stands in a text, also where it is part of another one or overlaps with it: what it is
    /// and its bytes, in the order of their beginnings.
    pub fn each(&self, text: &str, mut visit: impl FnMut(T, Range<usize>)) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(block) = bytes[at..].first_chunk() {
            self.block(bytes, at, block, &mut visit);
            at += BLOCK;
        }
        // Behind the end comes what is part of no word.
        while at < bytes.len() {
            let rest = &bytes[at..bytes.len().min(at + BLOCK + 2)];
            let mut block = [0; BLOCK + 2];
            block[..rest.len()].copy_from_slice(rest);
            self.block(bytes, at, &block, &mut visit);
            at += BLOCK;
        }
    }

    /// Calls `visit` with the words that begin in a block, whose first byte is that `at` a place of the text.
    #[inline]
    fn block(
        &self,
        bytes: &[u8],
        at: usize,
        block: &[u8; BLOCK + 2],
        visit: &mut impl FnMut(T, Range<usize>),
    ) {
        // All of them at once, without a way out in the middle, so that the compiler can reckon many in one step.
        let mut beginnings = [0u16; BLOCK];
        for (place, beginning) in beginnings.iter_mut().enumerate() {
            *beginning = class(block[place]) << 10 | class(block[place + 1]) << 5 | class(block[place + 2]);
        }
        // Hardly any four in a row can begin a word.
        for (group, few) in beginnings.as_chunks::<4>().0.iter().enumerate() {
            let can_begin = |three: u16| self.three[usize::from(three)];
            if can_begin(few[0]) | can_begin(few[1]) | can_begin(few[2]) | can_begin(few[3]) {
                for (place, &three) in few.iter().enumerate().filter(|(_, three)| can_begin(**three)) {
                    self.look(bytes, at + 4 * group + place, usize::from(three), visit);
                }
            }
        }
    }

    /// Calls `visit` with the words that begin at a place. Kept out of the loop over all bytes, which is small enough without it
    /// to hold everything in registers.
    #[inline(never)]
    fn look(&self, bytes: &[u8], at: usize, three: usize, visit: &mut impl FnMut(T, Range<usize>)) {
        let place = place(three, bytes.get(at + 3).copied().unwrap_or(0));
        let list = &self.lists[self.starts[place] as usize..self.starts[place + 1] as usize];
        if list.is_empty() {
            return;
        }
        let head = head(bytes, at);
        for listed in list.iter().filter(|listed| head & listed.mask == listed.head) {
            let (kind, word) = &self.words[usize::from(listed.number)];
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
