//! Numbers as text, so that a script can hold them.
//!
//! Comes in: numbers. Goes out: characters of a set that needs no escape in a string of JavaScript. The least digit of a
//! number comes first; digits from [`BASE`] on say that another one follows.

/// How many numbers one character can say.
pub const BASE: u32 = 45;

/// All printable ASCII but the space, `!`, `"`, `<` and the backslash: 90 characters.
pub const ALPHABET: &[u8; 90] =
    b"#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// Appends a number.
pub fn push(out: &mut String, mut number: u32) {
    while number >= BASE {
        out.push(ALPHABET[(BASE + number % BASE) as usize] as char);
        number /= BASE;
    }
    out.push(ALPHABET[number as usize] as char);
}

/// What each byte of the alphabet stands for.
static VALUES: [u8; 256] = {
    let mut values = [0; 256];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        values[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

/// Returns the number that stands at a place of a text which holds nothing else, and where it ends.
pub fn read(text: &[u8], mut at: usize) -> (u32, usize) {
    let (mut number, mut worth) = (0u32, 1u32);
    while let Some(byte) = text.get(at) {
        let digit = u32::from(VALUES[usize::from(*byte)]);
        at += 1;
        number = number.wrapping_add((digit % BASE).wrapping_mul(worth));
        if digit < BASE {
            break;
        }
        worth = worth.wrapping_mul(BASE);
    }
    (number, at)
}

/// Appends one digit, at most `2 * BASE - 1`.
pub fn push_digit(out: &mut String, digit: usize) {
    out.push(ALPHABET[digit.min(ALPHABET.len() - 1)] as char);
}

/// Appends a list of words in their order: for each, how much it shares with the one before it, in units of UTF-16 and
/// at most 89, and the rest of it. A space stands between two of them.
pub fn push_words<'a>(out: &mut String, words: impl Iterator<Item = &'a str>) {
    let mut last = "";
    for (number, word) in words.enumerate() {
        if number > 0 {
            out.push(' ');
        }
        let (mut shared, mut bytes) = (0, 0);
        for (a, b) in last.chars().zip(word.chars()) {
            if a != b || shared + a.len_utf16() >= ALPHABET.len() {
                break;
            }
            shared += a.len_utf16();
            bytes += a.len_utf8();
        }
        push_digit(out, shared);
        out.push_str(&word[bytes..]);
        last = word;
    }
}

/// Returns a name for what some parts hold, of lower-case letters and digits, as long as asked for (at most 12).
pub fn name_of(parts: &[&[u8]], length: usize) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut hash = parts.iter().fold(0, |seed, part| xxhash_rust::xxh3::xxh3_64_with_seed(part, seed));
    let mut name = String::with_capacity(length);
    for _ in 0..length {
        name.push(LETTERS[(hash & 31) as usize] as char);
        hash >>= 5;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_is_in_order_and_needs_no_escape() {
        assert!(ALPHABET.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ALPHABET.iter().all(|byte| byte.is_ascii_graphic() && !b"!\"<\\".contains(byte)));
    }

    #[test]
    fn numbers_and_words() {
        let mut out = String::new();
        for number in [0, 44, 45, 2024, 2025, u32::MAX] {
            let start = out.len();
            push(&mut out, number);
            assert_eq!(read(out.as_bytes(), start), (number, out.len()));
            out.push(' ');
        }
        assert_eq!(out, "# P Q$ ~P QQ$ phqc^: ");
        let mut out = String::new();
        push_words(&mut out, ["queue", "queued", "quorum", "x"].into_iter());
        assert_eq!(out, "#queue (d %orum #x");
    }
}
