//! The words of a text, as the search index holds them.
//!
//! Comes in: text. Goes out: its tokens, folded, in the order of the text. The rules are written down in
//! `docs/search-format.md`; `themes/default/assets/search.js` follows the same, and `tests/search/tokens.json` holds both
//! to it. Knows nothing of documents.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most characters of a token; the rest of a longer word is left out.
pub const LONGEST: usize = 64;

/// The most parts of a word with joints that is also a token as a whole.
pub const MOST_PARTS: usize = 8;

/// Calls `visit` with each token of a text.
///
/// `whole` tells a word with joints (`us-east-1`) from the words that it is made of.
pub fn each(text: &str, visit: &mut impl FnMut(&str, Sort)) {
    let bytes = text.as_bytes();
    let mut buffer = String::new();
    let mut at = 0;
    while at < bytes.len() {
        // Nearly all words are plain ASCII between spaces or stops.
        if bytes[at].is_ascii() {
            if CLASSES[usize::from(bytes[at])] == 0 {
                at += 1;
                continue;
            }
            let start = at;
            let mut upper = 0;
            while at < bytes.len() && CLASSES[usize::from(bytes[at])] != 0 {
                upper += usize::from(CLASSES[usize::from(bytes[at])] == CAPITAL);
                at += 1;
            }
            let simple = at == bytes.len()
                || bytes[at].is_ascii()
                    && !(is_joint(bytes[at])
                        && bytes
                            .get(at + 1)
                            .is_some_and(|next| next.is_ascii_alphanumeric() || !next.is_ascii()));
            if simple && at - start <= LONGEST {
                let word = &text[start..at];
                if upper == 0 {
                    visit(word, Sort::Word);
                } else {
                    buffer.clear();
                    buffer.push_str(word);
                    buffer.make_ascii_lowercase();
                    visit(&buffer, Sort::Word);
                    // `The` has no hump; `GitHub` and `OOMKilled` have.
                    if at - start > 2 && (upper > 1 || bytes[start].is_ascii_lowercase()) {
                        humps(word, &mut |piece| {
                            buffer.clear();
                            buffer.push_str(piece);
                            buffer.make_ascii_lowercase();
                            visit(&buffer, Sort::Part);
                        });
                    }
                }
            } else {
                let rest = &text[start..];
                let end = chunk(rest);
                jointed(&rest[..end], visit);
                at = start + end;
            }
            continue;
        }
        let rest = &text[at..];
        let first = rest.chars().next().unwrap_or(' ');
        if is_dense(first) {
            let end = rest.find(|c| !is_dense(c)).unwrap_or(rest.len());
            pairs(&rest[..end], visit);
            at += end;
        } else if is_word(first) {
            let end = chunk(rest);
            jointed(&rest[..end], visit);
            at += end;
        } else {
            at += first.len_utf8();
        }
    }
}

/// In [`CLASSES`], a letter of ASCII in upper case.
const CAPITAL: u8 = 2;

/// For each byte: 0 where it is no letter or digit of ASCII. One look instead of four comparisons for every byte of a site.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128u8 {
        if byte.is_ascii_uppercase() {
            classes[byte as usize] = CAPITAL;
        } else if byte.is_ascii_alphanumeric() {
            classes[byte as usize] = 1;
        }
        byte += 1;
    }
    classes
};

/// What a token is of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A word between spaces, stops or joints.
    Word,
    /// A hump of a word: `killed` of `OOMKilled`.
    Part,
    /// A word with its joints: `us-east-1`.
    Whole,
}

/// Returns the text without case, without accents and in one spelling of each character.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !matches!(*c as u32, 0x300..=0x36F)) {
        for c in c.to_lowercase() {
            match c {
                'ß' => out.push_str("ss"),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'ø' => out.push('o'),
                'ł' => out.push('l'),
                'đ' | 'ð' => out.push('d'),
                'þ' => out.push_str("th"),
                'ı' => out.push('i'),
                'ς' => out.push('σ'),
                c if is_word(c) => out.push(c),
                _ => {}
            }
        }
    }
    // Taking a character apart may leave a mark of another block, and putting together may make one.
    Cow::Owned(out.nfc().filter(|c| !matches!(*c as u32, 0x300..=0x36F)).collect())
}

/// Returns whether a character is part of a word.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Returns whether a character belongs to a script that is written without spaces.
fn is_dense(c: char) -> bool {
    matches!(
        c as u32,
        0xE00..=0xEFF
            | 0x1000..=0x109F
            | 0x1780..=0x17FF
            | 0x3040..=0x30FF
            | 0x3400..=0x4DBF
            | 0x4E00..=0x9FFF
            | 0xF900..=0xFAFF
            | 0x20000..=0x2FFFF
    ) && is_word(c)
}

/// Returns whether a byte joins two words into one: `us-east-1`, `retry_queue`, `v1.2.3`.
fn is_joint(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

/// Returns where the word with joints ends that a text begins with.
fn chunk(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    // Nearly all are ASCII; where another character follows, all is read again by characters.
    loop {
        end += bytes[end..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        match bytes[end..] {
            [joint, next, ..] if is_joint(joint) && next.is_ascii_alphanumeric() => end += 1,
            [joint, next, ..] if is_joint(joint) && !next.is_ascii() => break,
            [next, ..] if !next.is_ascii() => break,
            _ => return end,
        }
    }
    let is_own = |c: char| is_word(c) && !is_dense(c);
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if is_own(c) {
            end = at + c.len_utf8();
        } else if c.is_ascii()
            && is_joint(c as u8)
            && end == at
            && chars.peek().is_some_and(|(_, next)| is_own(*next))
        {
            continue;
        } else {
            break;
        }
    }
    end
}

/// Visits the words of a word with joints, and then the whole.
fn jointed(chunk: &str, visit: &mut dyn FnMut(&str, Sort)) {
    if chunk.is_ascii() {
        return jointed_ascii(chunk, visit);
    }
    let mut whole = String::with_capacity(chunk.len());
    let mut parts = 0;
    let mut at = 0;
    while at < chunk.len() {
        let rest = &chunk[at..];
        let end = rest.find(['-', '_', '.']).unwrap_or(rest.len());
        let part = &rest[..end];
        let folded = fold(part);
        if !folded.is_empty() {
            visit(cut(&folded), Sort::Word);
            if part.is_ascii() {
                humps(part, &mut |piece| visit(&piece.to_ascii_lowercase(), Sort::Part));
            }
            whole.push_str(&folded);
            parts += 1;
        }
        // A joint is one byte.
        whole.push_str(&rest[end..rest.len().min(end + 1)]);
        at += end + 1;
    }
    visit_whole(&whole, parts, visit);
}

/// The same for ASCII, where each part of the whole is a part of its small letters.
fn jointed_ascii(chunk: &str, visit: &mut dyn FnMut(&str, Sort)) {
    let lower = chunk.to_ascii_lowercase();
    let has_capitals = lower != chunk;
    let mut parts = 0;
    let mut start = 0;
    while start < lower.len() {
        let rest = &lower.as_bytes()[start..];
        let end = start + rest.iter().position(|byte| is_joint(*byte)).unwrap_or(rest.len());
        if start < end {
            visit(cut(&lower[start..end]), Sort::Word);
            if has_capitals {
                humps(&chunk[start..end], &mut |piece| visit(&piece.to_ascii_lowercase(), Sort::Part));
            }
            parts += 1;
        }
        start = end + 1;
    }
    visit_whole(&lower, parts, visit);
}

/// Visits a word with its joints, and a version without its `v`.
fn visit_whole(whole: &str, parts: usize, visit: &mut dyn FnMut(&str, Sort)) {
    if (2..=MOST_PARTS).contains(&parts) && whole.chars().count() <= LONGEST {
        visit(whole, Sort::Whole);
        let bytes = whole.as_bytes();
        if bytes[0] == b'v' && bytes[1].is_ascii_digit() {
            visit(&whole[1..], Sort::Whole);
        }
    }
}

/// Visits the pairs of characters of a text without spaces, and its last character, which begins no pair.
fn pairs(text: &str, visit: &mut dyn FnMut(&str, Sort)) {
    let folded = fold(text);
    let places: Vec<usize> = folded.char_indices().map(|(at, _)| at).chain([folded.len()]).collect();
    for pair in places.windows(3) {
        visit(&folded[pair[0]..pair[2]], Sort::Word);
    }
    if let [.., last, end] = places[..] {
        visit(&folded[last..end], Sort::Word);
    }
}

/// Visits the humps of a word of ASCII, where it has at least two of two letters or more: `crash`, `loop`, `back`, `off`.
fn humps(word: &str, visit: &mut dyn FnMut(&str)) {
    let bytes = word.as_bytes();
    let lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    let is_start = |at: usize| {
        at > 0
            && bytes[at].is_ascii_uppercase()
            && (lower(at - 1) || bytes[at - 1].is_ascii_uppercase() && lower(at + 1) && lower(at + 2))
    };
    if word.len() > LONGEST || !(1..bytes.len()).any(is_start) {
        return;
    }
    let mut start = 0;
    for at in 1..=bytes.len() {
        if at == bytes.len() || is_start(at) {
            if at - start > 1 {
                visit(&word[start..at]);
            }
            start = at;
        }
    }
}

/// Returns the first [`LONGEST`] characters.
fn cut(word: &str) -> &str {
    if word.len() <= LONGEST {
        return word;
    }
    word.char_indices().nth(LONGEST).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        each(text, &mut |token, _| tokens.push(token.to_owned()));
        tokens
    }

    #[test]
    fn the_cases_that_the_browser_is_held_to() {
        let cases: Vec<(String, Vec<String>)> =
            serde_json::from_str(include_str!("../../tests/search/tokens.json"))
                .expect("pairs of text and tokens");
        assert!(cases.len() > 40);
        let wrong: Vec<_> = cases
            .iter()
            .map(|(text, expected)| (text, expected, tokens(text)))
            .filter(|(_, expected, found)| *expected != found)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn folding_twice_changes_nothing_and_leaves_only_words() {
        for c in ('\0'..=char::MAX).filter(|c| is_word(*c)) {
            let text = c.to_string();
            let once = fold(&text);
            assert_eq!(fold(&once), once, "{c:?}");
            assert!(once.chars().all(is_word), "{c:?} becomes {once:?}");
        }
    }

    #[test]
    fn a_word_is_found_in_whatever_stands_around_it() {
        for around in ["", " ", "(", "\u{200b}", "…", "日本", "\n", "*", "😀", "'"] {
            for word in ["ECONNRESET", "us-east-1", "Grüße", "502", "v1.2.3"] {
                let text = format!("{around}{word}{around}");
                let alone = tokens(word);
                let found = tokens(&text);
                assert!(alone.iter().all(|token| found.contains(token)), "{text:?}: {found:?}");
            }
        }
    }
}
