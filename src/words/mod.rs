//! Words of a text, folded so that likeness can be told.
//!
//! Comes in: text. Goes out: [`Term`]s: what each word is, how often it stands there, and where first. Shared by whatever
//! compares texts; knows nothing of documents. [`stem`] looks closer, at statements of a sentence or two.

pub mod stem;

/// A word of a text. A large collection holds millions of them, and each walk over them is as long as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// A hash of the folded word, the same in every run.
    pub hash: u32,
    /// Where it stands first in the lower bits, and how often in the upper ones.
    packed: u32,
}

/// How many bits of a [`Term`] say where it stands; the others say how often.
const PLACE: u32 = 24;

impl Term {
    /// Returns how often it stands in the text; more than 255 times count as many.
    pub fn count(self) -> u8 {
        (self.packed >> PLACE) as u8
    }

    /// Returns where it stands first, in bytes.
    pub fn at(self) -> usize {
        self.packed as usize % (1 << PLACE)
    }

    fn count_once_more(&mut self) {
        self.packed = self.packed.checked_add(1 << PLACE).unwrap_or(self.packed);
    }
}

/// The longest word that is looked at, in bytes; what is longer is data.
const LONGEST: usize = 40;

/// Returns the terms of a text in the order of their hashes, each once.
///
/// Words are runs of letters and digits, in lower case, a plural `s` left out; scripts without spaces go by pairs of
/// characters. Numbers, words of one or two letters and the commonest words of English are left out, and so is what stands behind the
/// first 16 MiB.
pub fn terms(text: &str) -> Vec<Term> {
    let text = &text[..text.floor_char_boundary(1 << PLACE)];
    // Hash and place in one number sort faster than a struct.
    let mut found: Vec<u64> = Vec::with_capacity(text.len() / 8);
    each(text, |hash, at| found.push(u64::from(hash) << 32 | at as u64));
    let mut terms: Vec<Term> = Vec::with_capacity(found.len() / 2);
    for packed in sorted(&found) {
        let (hash, at) = ((packed >> 32) as u32, packed as u32);
        match terms.last_mut().filter(|term| term.hash == hash) {
            Some(term) => term.count_once_more(),
            None => terms.push(Term { hash, packed: 1 << PLACE | at }),
        }
    }
    terms.shrink_to_fit();
    terms
}

/// Returns numbers sorted.
///
/// Hashes are spread evenly, so that dealing them out by their first byte leaves a handful in each place to be sorted:
/// a third of the work of sorting all of them.
fn sorted(numbers: &[u64]) -> Vec<u64> {
    let place = |number: u64| (number >> 56) as usize;
    let mut ends = [0usize; 256];
    numbers.iter().for_each(|number| ends[place(*number)] += 1);
    let mut end = 0;
    for count in &mut ends {
        end += *count;
        *count = end;
    }
    let mut starts = ends;
    let mut out = vec![0; numbers.len()];
    for number in numbers.iter().rev() {
        let start = &mut starts[place(*number)];
        *start -= 1;
        out[*start] = *number;
    }
    starts.iter().zip(ends).for_each(|(start, end)| out[*start..end].sort_unstable());
    out
}

/// Returns the word that begins at a byte of a text, as it stands there.
pub fn word_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let dense = rest.chars().next().is_some_and(is_dense);
    let end = match dense {
        true => rest.char_indices().nth(2).map_or(rest.len(), |(end, _)| end),
        false => rest.find(|c: char| !c.is_alphanumeric() || is_dense(c)).unwrap_or(rest.len()),
    };
    &rest[..end]
}

/// Returns how alike two lists of terms are: what they share, of all that either holds (0 to 1).
pub fn jaccard(a: &[Term], b: &[Term]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].hash.cmp(&b[j].hash) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    let all = a.len() + b.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}

/// Calls `visit` with the hash and the place of each word that says something.
fn each(text: &str, mut visit: impl FnMut(u32, usize)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        // Nearly all text is ASCII: that path looks at each byte once.
        if LOWER[usize::from(bytes[at])] == 0 {
            if bytes[at].is_ascii() {
                at += 1;
                continue;
            }
        } else {
            let (length, hash) = ascii(&bytes[at..]);
            let end = at + length;
            if end == bytes.len() || bytes[end].is_ascii() {
                if let Some(hash) = hash {
                    visit(hash, at);
                }
                at = end + 1;
                continue;
            }
        }
        let rest = &text[at..];
        let first = rest.chars().next().unwrap_or(' ');
        if is_dense(first) {
            let mut chars = rest.char_indices().skip(1);
            let next = chars.next();
            if let Some((_, second)) = next
                && is_dense(second)
            {
                let end = chars.next().map_or(rest.len(), |(end, _)| end);
                visit(rest[..end].bytes().fold(SEED, mix), at);
            }
            at += first.len_utf8();
        } else if first.is_alphanumeric() {
            let end = rest.find(|c: char| !c.is_alphanumeric() || is_dense(c)).unwrap_or(rest.len());
            if let Some(hash) = fold(&rest[..end]) {
                visit(hash, at);
            }
            at += end;
        } else {
            at += first.len_utf8();
        }
    }
}

/// Returns whether a character belongs to a script that is written without spaces.
fn is_dense(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x2FFFF)
}

/// Returns the hash of the folded word; `None` for one that says nothing.
fn fold(word: &str) -> Option<u32> {
    if word.len() > LONGEST {
        return None;
    }
    if !word.is_ascii() {
        return Some(word.to_lowercase().bytes().fold(SEED, mix));
    }
    ascii(word.as_bytes()).1
}

/// Returns how many ASCII letters and digits the bytes begin with, and the hash of that word; `None` for one that says
/// nothing.
#[inline]
fn ascii(bytes: &[u8]) -> (usize, Option<u32>) {
    let mut whole = SEED;
    let add = |byte: &u8| {
        let lower = LOWER[usize::from(*byte)];
        whole = mix(whole, lower);
        lower == 0
    };
    let length = bytes.iter().position(add);
    if length.is_some() {
        // The byte behind the word was mixed in as nothing.
        whole = unmix(whole, 0);
    }
    let length = length.unwrap_or(bytes.len());
    // Nearly always it begins with a letter.
    let has_letter = || bytes[..length].iter().any(u8::is_ascii_alphabetic);
    if !(3..=LONGEST).contains(&length) || !has_letter() || length <= LONGEST_COMMON && is_common(whole) {
        return (length, None);
    }
    let (before, last) = (bytes[length - 2], bytes[length - 1]);
    let plural = length > 3
        && matches!(last, b's' | b'S')
        && !matches!(before, b's' | b'u' | b'i' | b'S' | b'U' | b'I');
    (length, Some(if plural { unmix(whole, b's') } else { whole }))
}

/// Each ASCII letter in lower case, each digit as it is, and nothing for other bytes.
static LOWER: [u8; 256] = {
    let mut lower = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            lower[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    lower
};

/// The start of the 32-bit FNV-1a hash; its source is <http://www.isthe.com/chongo/tech/comp/fnv/>.
const SEED: u32 = 0x811c_9dc5;

/// Adds a byte to the hash.
#[inline]
const fn mix(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(0x0100_0193)
}

/// Takes the byte out of the hash that was added last.
#[inline]
const fn unmix(hash: u32, byte: u8) -> u32 {
    // What the factor of `mix` is multiplied with to be one.
    hash.wrapping_mul(0x359c_449b) ^ byte as u32
}

/// The length of the longest common word, in bytes.
const LONGEST_COMMON: usize = 7;

/// Returns whether a hash is that of a common word. Words are looked up by hash, since comparing letters took most of
/// the time of reading a document; no other word that matters has one of these hashes by more than bad luck.
#[inline]
fn is_common(hash: u32) -> bool {
    let mut place = hash as usize % COMMON_HASHES.len();
    while COMMON_HASHES[place] != 0 {
        if COMMON_HASHES[place] == hash {
            return true;
        }
        place = (place + 1) % COMMON_HASHES.len();
    }
    false
}

/// The hashes of the common words, each at the first free place from its remainder on; 0 is a free place. Most places
/// are free, so that a look at one or two of them tells.
static COMMON_HASHES: [u32; 512] = {
    let mut places = [0; 512];
    let mut index = 0;
    while index < COMMON.len() {
        let word = COMMON[index];
        let (mut hash, mut at) = (SEED, 0);
        while at < word.len() {
            hash = mix(hash, word[at]);
            at += 1;
        }
        assert!(hash != 0);
        let mut place = hash as usize % places.len();
        while places[place] != 0 {
            place = (place + 1) % places.len();
        }
        places[place] = hash;
        index += 1;
    }
    places
};

/// Words of English that say nothing about an incident, sorted; the parts of addresses, of times and of dates.
const COMMON: &[&[u8]] = &[
    b"about", b"after", b"again", b"all", b"also", b"and", b"any", b"april", b"are", b"august", b"because",
    b"been", b"before", b"being", b"bst", b"but", b"can", b"cest", b"cet", b"com", b"could", b"did", b"does",
    b"doing", b"down", b"due", b"during", b"each", b"edt", b"est", b"for", b"from", b"further", b"github",
    b"gmt", b"had", b"has", b"have", b"having", b"her", b"here", b"him", b"his", b"how", b"html", b"http",
    b"https", b"into", b"its", b"january", b"jst", b"july", b"june", b"just", b"march", b"more", b"most",
    b"not", b"now", b"october", b"off", b"once", b"one", b"only", b"org", b"other", b"our", b"out", b"over",
    b"own", b"pdt", b"pst", b"same", b"she", b"should", b"since", b"some", b"such", b"than", b"that", b"the",
    b"their", b"them", b"then", b"there", b"these", b"they", b"this", b"those", b"through", b"too", b"two",
    b"under", b"until", b"utc", b"very", b"was", b"were", b"what", b"when", b"where", b"which", b"while",
    b"who", b"why", b"will", b"with", b"would", b"www", b"you", b"your",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut found: Vec<(usize, String, u8)> = terms(text)
            .iter()
            .map(|term| (term.at(), word_at(text, term.at()).to_owned(), term.count()))
            .collect();
        found.sort();
        found.into_iter().map(|(_, word, count)| format!("{word}*{count}")).collect()
    }

    #[test]
    fn words_are_folded_and_counted() {
        assert_eq!(words("The Queues and the queue: 500 ECONNRESET in db"), ["Queues*2", "ECONNRESET*1"]);
        assert_eq!(words("Störung störung"), ["Störung*2"]);
        assert_eq!(words(&"many ".repeat(300)), ["many*255"]);
        assert_eq!(words("根本原因"), ["根本*1", "本原*1", "原因*1"]);
    }

    #[test]
    fn what_was_mixed_last_can_be_taken_out() {
        for hash in [0, SEED, 0xdead_beef, u32::MAX] {
            assert!([0, b's', b'z'].into_iter().all(|byte| unmix(mix(hash, byte), byte) == hash));
        }
    }

    #[test]
    fn the_common_words_are_sorted_and_short() {
        assert!(COMMON.is_sorted());
        assert!(COMMON.iter().all(|word| word.len() <= LONGEST_COMMON));
        assert!(terms("During ANOTHER").iter().all(|term| term.at() != 0));
        assert!(COMMON.iter().all(|word| is_common(word.iter().copied().fold(SEED, mix))));
    }

    #[test]
    fn likeness_is_what_is_shared_of_all() {
        let (a, b) = (terms("queue disk alert"), terms("queue disk page"));
        assert_eq!(jaccard(&a, &b), 0.5);
        assert_eq!(jaccard(&a, &a), 1.0);
        assert_eq!(jaccard(&[], &[]), 0.0);
    }
}
