//! The bytes of a document become text.
//!
//! Comes in: bytes. Goes out: text without a byte order mark, and a finding where something is not as it should be.
//! Line ends stay as they are. Never fails and never drops a byte without saying so.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use std::ops::Range;

/// Bytes of a document are not text in its encoding.
pub static INVALID_UTF8: Rule = Rule {
    name: "invalid-utf8",
    level: Level::Warning,
    about: "a document holds bytes that are not UTF-8, so some characters may be shown wrongly",
};

/// A file that is named like a document holds no text.
pub static BINARY_FILE: Rule = Rule {
    name: "binary-file",
    level: Level::Error,
    about: "a file that is named like a document holds no text, so nothing of it is shown",
};

/// Where a NUL byte shows that a file is no text, in bytes from its beginning; Git looks as far.
const BINARY_WITHIN: usize = 8 * 1024;

/// Bytes 0x80 to 0x9F of Windows-1252, from <https://encoding.spec.whatwg.org/index-windows-1252.txt>.
const WINDOWS_1252: [char; 32] = [
    '\u{20AC}', '\u{0081}', '\u{201A}', '\u{0192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{02C6}', '\u{2030}', '\u{0160}', '\u{2039}', '\u{0152}', '\u{008D}', '\u{017D}', '\u{008F}',
    '\u{0090}', '\u{2018}', '\u{2019}', '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{02DC}', '\u{2122}', '\u{0161}', '\u{203A}', '\u{0153}', '\u{009D}', '\u{017E}', '\u{0178}',
];

/// Returns the text of a file, and a finding at the first byte that is none.
///
/// `is_cut` says that these are only the first bytes of the file; the text then ends with the last whole line.
pub(super) fn decode(mut bytes: Vec<u8>, is_cut: bool, file: &str) -> (String, Option<Finding>) {
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes, is_cut, file),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes, is_cut, file),
        _ => {
            if bytes.starts_with(b"\xEF\xBB\xBF") {
                bytes.drain(..3);
            }
            if memchr::memchr(0, &bytes[..bytes.len().min(BINARY_WITHIN)]).is_some() {
                return binary(file);
            }
            if is_cut {
                cut_at_line_end(&mut bytes);
            }
            match String::from_utf8(bytes) {
                Ok(text) => (text, None),
                Err(error) => repair(error.as_bytes(), file),
            }
        }
    }
}

/// Shortens bytes to whole lines, or where there is no line end at least to whole characters.
fn cut_at_line_end(bytes: &mut Vec<u8>) {
    if let Some(at) = bytes.iter().rposition(|&byte| byte == b'\n') {
        bytes.truncate(at + 1);
    } else if let Err(error) = std::str::from_utf8(bytes)
        && error.error_len().is_none()
    {
        bytes.truncate(error.valid_up_to());
    }
}

fn binary(file: &str) -> (String, Option<Finding>) {
    let message = format!("`{file}` is named like a document, but holds no text");
    let finding = Finding::new(&BINARY_FILE, Place::file(file), message)
        .help("save it as UTF-8, or leave it out with `exclude`");
    (String::new(), Some(finding))
}

/// Shows bytes that are not UTF-8 as Windows-1252 where that reads sensibly, else as U+FFFD.
fn repair(bytes: &[u8], file: &str) -> (String, Option<Finding>) {
    let is_windows = reads_like_windows_1252(bytes);
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut first: Option<Range<usize>> = None;
    let mut count = 0usize;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().is_empty() {
            continue;
        }
        let start = text.len();
        count += chunk.invalid().len();
        if is_windows {
            text.extend(chunk.invalid().iter().map(|&byte| windows_1252(byte)));
        } else {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        first.get_or_insert(start..text.len());
    }
    let what = if count == 1 { "1 byte is".to_owned() } else { format!("{count} bytes are") };
    let (how, help) = match is_windows {
        true => {
            (", and read like Windows-1252", "save the file as UTF-8; until then it is shown as Windows-1252")
        }
        false => ("", "save the file as UTF-8; until then such bytes are shown as `\u{FFFD}`"),
    };
    let how = if count == 1 { how.replace("read", "reads") } else { how.to_owned() };
    let place = Place::span(file, &text, first.unwrap_or(0..0));
    let finding = Finding::new(&INVALID_UTF8, place, format!("{what} not UTF-8{how}"))
        .label("the first is here")
        .help(help);
    (text, Some(finding))
}

/// Returns whether the bytes that are not UTF-8 look like those of a western text in Windows-1252.
///
/// There they name a character and stand between ASCII letters, alone or by twos and threes; in Cyrillic and East
/// Asian encodings they stand in long runs. Where the text is otherwise UTF-8, a byte that begins a character there is
/// more likely one cut in two.
fn reads_like_windows_1252(bytes: &[u8]) -> bool {
    let mut run = 0;
    let mut longest_run = 0;
    let mut begins_character = false;
    let mut has_utf8 = false;
    for chunk in bytes.utf8_chunks() {
        if !chunk.valid().is_empty() {
            run = 0;
            has_utf8 |= !chunk.valid().is_ascii();
        }
        for &byte in chunk.invalid() {
            if windows_1252(byte).is_control() {
                return false;
            }
            begins_character |= byte >= 0xC0;
            run += 1;
        }
        longest_run = longest_run.max(run);
    }
    longest_run <= 3 && !(has_utf8 && begins_character)
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        // The rest is Latin-1, whose numbers are those of Unicode.
        _ => char::from(byte),
    }
}

/// Decodes UTF-16 after its byte order mark.
fn decode_utf16(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    is_cut: bool,
    file: &str,
) -> (String, Option<Finding>) {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut first: Option<Range<usize>> = None;
    let mut count = 0usize;
    for decoded in char::decode_utf16(units.iter().map(|&pair| unit(pair))) {
        let start = text.len();
        match decoded {
            Ok(character) => text.push(character),
            Err(_) => {
                text.push(char::REPLACEMENT_CHARACTER);
                count += 1;
                first.get_or_insert(start..text.len());
            }
        }
    }
    if is_cut {
        if let Some(at) = text.rfind('\n') {
            text.truncate(at + 1);
        }
    } else if !rest.is_empty() {
        let start = text.len();
        text.push(char::REPLACEMENT_CHARACTER);
        count += 1;
        first.get_or_insert(start..text.len());
    }
    if text.as_bytes()[..text.len().min(BINARY_WITHIN)].contains(&0) {
        return binary(file);
    }
    let finding = first.filter(|span| span.end <= text.len()).map(|span| {
        let message = match count {
            1 => "1 character is not UTF-16".to_owned(),
            _ => format!("{count} characters are not UTF-16"),
        };
        Finding::new(&INVALID_UTF8, Place::span(file, &text, span), message)
            .label("the first is here")
            .help("save the file as UTF-8; until then such characters are shown as `\u{FFFD}`")
    });
    (text, finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes bytes and compares text and finding, the latter as `rule line:column message`.
    fn check(bytes: &[u8], text: &str, finding: &str) {
        let (decoded, found) = decode(bytes.to_vec(), false, "a.md");
        assert_eq!(decoded, text);
        let found = found.map_or(String::new(), |found| {
            format!("{} {}:{} {}", found.rule.name, found.place.line, found.place.column, found.message)
        });
        assert_eq!(found, finding);
    }

    #[test]
    fn utf8_stays_as_it_is_but_for_the_mark() {
        check(b"", "", "");
        check("障害\r\nÄ\rb\n".as_bytes(), "障害\r\nÄ\rb\n", "");
        check("\u{feff}---\r\n".as_bytes(), "---\r\n", "");
    }

    #[test]
    fn utf16_is_known_by_its_mark() {
        let text = "Störung 🔥\r\n";
        let little: Vec<u8> =
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> =
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        check(&little, text, "");
        check(&big, text, "");
        check(b"\xFF\xFEa\0\n\0\x3D\xD8b\0", "a\n\u{FFFD}b", "invalid-utf8 2:1 1 character is not UTF-16");
        check(b"\xFF\xFEa\0b", "a\u{FFFD}", "invalid-utf8 1:2 1 character is not UTF-16");
    }

    #[test]
    fn a_western_text_is_read_as_windows_1252() {
        check(
            b"# Ausfall\nSt\xF6rung \x96 \x93caf\xE9\x94\n",
            "# Ausfall\nStörung – “café”\n",
            "invalid-utf8 2:3 5 bytes are not UTF-8, and read like Windows-1252",
        );
        // A quotation mark that was pasted into a text in UTF-8.
        check(
            "é it\u{0}s"
                .as_bytes()
                .iter()
                .map(|&b| if b == 0 { 0x92 } else { b })
                .collect::<Vec<_>>()
                .as_slice(),
            "é it’s",
            "invalid-utf8 1:5 1 byte is not UTF-8, and reads like Windows-1252",
        );
    }

    #[test]
    fn other_bytes_are_replaced() {
        // "сбой" in KOI8-R: a run of four.
        check(
            b"a \xD3\xC2\xCF\xCA b",
            "a \u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD} b",
            "invalid-utf8 1:3 4 bytes are not UTF-8",
        );
        // 0x81 names nothing in Windows-1252.
        check(b"a\x81b", "a\u{FFFD}b", "invalid-utf8 1:2 1 byte is not UTF-8");
        // A character that was cut in two.
        check(b"\xE6\x97\xA5\xE6\x97", "日\u{FFFD}", "invalid-utf8 1:2 2 bytes are not UTF-8");
    }

    #[test]
    fn a_binary_file_is_said() {
        check(b"\x7FELF\0\0\x01", "", "binary-file 1:1 `a.md` is named like a document, but holds no text");
        check(
            b"\xFF\xFE\0\0a\0\0\0",
            "",
            "binary-file 1:1 `a.md` is named like a document, but holds no text",
        );
    }

    #[test]
    fn the_beginning_of_a_file_ends_with_a_line() {
        let cut = |bytes: &[u8]| {
            let (text, finding) = decode(bytes.to_vec(), true, "a.md");
            assert!(finding.is_none(), "{finding:?}");
            text
        };
        assert_eq!(cut("a\nb\nü".as_bytes()), "a\nb\n");
        assert_eq!(cut(&"aü".as_bytes()[..2]), "a");
        assert_eq!(cut(b"\xFF\xFEa\0\n\0\x3D\xD8"), "a\n");
    }
}
