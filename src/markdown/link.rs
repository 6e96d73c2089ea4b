//! Which addresses are links, and which words are addresses.
//!
//! Comes in: a target as somebody wrote it, or running text. Goes out: whether a link may lead there, or where in the
//! text an address stands. Never opens anything.

use linkify::LinkFinder;
use linkify::LinkKind;
use memchr::memchr2_iter;
use std::borrow::Cow;
use std::ops::Range;

/// The schemes that a link may have. Others, such as `javascript` and `data`, are no links.
pub const SCHEMES: [&str; 9] = ["http", "https", "mailto", "tel", "ftp", "irc", "ircs", "xmpp", "sip"];

/// Returns the address as a browser reads it: without white space around it, and without line ends and tabs in it.
pub fn normalize(target: &str) -> Cow<'_, str> {
    let trimmed = target.trim_matches(|c: char| c <= ' ');
    if trimmed.contains(['\t', '\n', '\r']) {
        Cow::Owned(trimmed.replace(['\t', '\n', '\r'], ""))
    } else {
        Cow::Borrowed(trimmed)
    }
}

/// Returns the scheme of a normalized address, as it is written.
pub fn scheme(target: &str) -> Option<&str> {
    let end = target.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))?;
    let is_scheme = target[end..].starts_with(':') && target.starts_with(|c: char| c.is_ascii_alphabetic());
    is_scheme.then_some(&target[..end])
}

/// Returns whether a link may lead to a normalized address.
pub fn is_allowed(target: &str) -> bool {
    scheme(target).is_none_or(|scheme| SCHEMES.iter().any(|allowed| allowed.eq_ignore_ascii_case(scheme)))
}

/// Returns whether a final address is on another site.
pub(super) fn is_elsewhere(href: &str) -> bool {
    href.starts_with("//")
        || scheme(href).is_some_and(|scheme| {
            ["http", "https", "ftp"].iter().any(|other| other.eq_ignore_ascii_case(scheme))
        })
}

/// Longer than this, no words are an address.
const LONGEST: usize = 2048;

/// An address that stands in running text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bare {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// Whether it begins with `www.` and lacks its scheme.
    pub(super) lacks_scheme: bool,
}

/// Returns whether a text may hold addresses at all.
pub(super) fn may_hold_bare(text: &str) -> bool {
    let bytes = text.as_bytes();
    // One pass for both: setting up a search for a string takes longer than looking through a line of text.
    memchr2_iter(b':', b'.', bytes).any(|at| match bytes[at] {
        b':' => bytes[at..].starts_with(b"://"),
        _ => bytes[..at].ends_with(b"www"),
    })
}

/// Finds the addresses of a text.
///
/// Addresses are those that GitHub finds: with `http`, `https` or `ftp` before `://`, or with `www.` at their beginning,
/// and without the punctuation of the sentence around them.
pub(super) fn bare(text: &str) -> Bares<'_> {
    Bares { text, at: 0, colon: Next::new(text, "://"), www: Next::new(text, "www.") }
}

/// The addresses of a text, in order.
pub(super) struct Bares<'a> {
    text: &'a str,
    at: usize,
    colon: Next,
    www: Next,
}

/// The next place of a sign, looked for only when the last is passed.
struct Next {
    sign: &'static str,
    place: Option<usize>,
}

impl Next {
    fn new(text: &str, sign: &'static str) -> Self {
        Next { sign, place: text.find(sign) }
    }

    fn from(&mut self, text: &str, at: usize) -> usize {
        if self.place.is_some_and(|place| place < at) {
            self.place = text[at..].find(self.sign).map(|found| at + found);
        }
        self.place.unwrap_or(usize::MAX)
    }
}

impl Iterator for Bares<'_> {
    type Item = Bare;

    fn next(&mut self) -> Option<Bare> {
        loop {
            let text = self.text;
            let (colon, www) = (self.colon.from(text, self.at), self.www.from(text, self.at));
            let found = colon.min(www);
            if found == usize::MAX {
                return None;
            }
            let lacks_scheme = www < colon;
            let letters =
                text[self.at..found].bytes().rev().take(6).take_while(u8::is_ascii_alphabetic).count();
            let scheme = &text[found - letters..found];
            self.at = found + 3;
            if !lacks_scheme
                && !["http", "https", "ftp"].iter().any(|known| known.eq_ignore_ascii_case(scheme))
            {
                continue;
            }
            let start = if lacks_scheme { found } else { found - letters };
            let before = text[..start].chars().next_back();
            let stands = match lacks_scheme {
                true => before
                    .is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(' | '（' | '「')),
                false => before.is_none_or(|c| !c.is_ascii_alphanumeric()),
            };
            let rest = &text[start..];
            let length = rest.find(|c: char| c.is_whitespace() || ends_address(c)).unwrap_or(rest.len());
            // What is longer is skipped as a whole, so that a hostile line is looked at once.
            if length > LONGEST {
                self.at = start + length;
            } else if stands && let Some(length) = end_of(&rest[..length], lacks_scheme) {
                self.at = start + length;
                return Some(Bare { range: start..start + length, lacks_scheme });
            }
        }
    }
}

/// Returns whether a character of a script without spaces, or a bracket, ends an address.
fn ends_address(c: char) -> bool {
    matches!(
        c,
        '<' | '>'
            | '。'
            | '、'
            | '，'
            | '；'
            | '：'
            | '！'
            | '？'
            | '（'
            | '）'
            | '「'
            | '」'
            | '『'
            | '』'
            | '【'
            | '】'
            | '《'
            | '》'
            | '“'
            | '”'
    )
}

fn end_of(text: &str, lacks_scheme: bool) -> Option<usize> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(!lacks_scheme);
    let link = finder.links(text).next().filter(|link| link.start() == 0)?;
    let words = link.as_str().trim_end_matches(['*', '_', '~', '\'', '"', '.', ',', ':', ';', '!', '?']);
    let rest = words.split_once("://").map_or(words, |(_, rest)| rest);
    rest.starts_with(|c: char| c.is_alphanumeric() || c == '[').then_some(words.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_read_as_a_browser_reads_them() {
        for (target, allowed) in [
            ("a/b.md", true),
            ("#x", true),
            ("12:30.md", true),
            ("//host/x", true),
            ("HTTPS://x", true),
            ("mailto:a@b.c", true),
            ("tel:+1", true),
            ("javascript:alert(1)", false),
            (" \u{1}jAvA\nscript\t:alert(1)", false),
            ("vbscript:x", false),
            ("data:text/html,x", false),
            ("file:///etc/passwd", false),
            ("blob:x", false),
            ("view-source:x", false),
        ] {
            assert_eq!(is_allowed(&normalize(target)), allowed, "{target:?}");
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = bare(text).map(|bare| &text[bare.range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn addresses_are_found_without_the_punctuation_around_them() {
        check("see https://a.example/x_(y)?q=1&r=2#z.", &["https://a.example/x_(y)?q=1&r=2#z"]);
        check(
            "(https://a.example/x), HTTP://b.example! ftp://c.example",
            &["https://a.example/x", "HTTP://b.example", "ftp://c.example"],
        );
        check("www.a.example/x, xwww.b.example a.example me@a.example", &["www.a.example/x"]);
        check(
            "詳細はhttps://a.example/xを、https://b.example。",
            &["https://a.example/xを", "https://b.example"],
        );
        check("javascript://x https:// http://. ://x git://x.example xhttps", &[]);
        check("http://localhost:3000/a*", &["http://localhost:3000/a"]);
    }
}
