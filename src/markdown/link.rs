//! Which addresses are links, and which words are addresses.
//!
//! Comes in: a target as somebody wrote it, or running text. Goes out: whether a link may lead there, or where in the
//! text an address stands. Never opens anything.

use linkify::LinkFinder;
use linkify::LinkKind;
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
    text.contains("://") || text.contains("www.")
}

/// Returns the first address in a text that begins at or after a byte.
///
/// Addresses are those that GitHub finds: with `http`, `https` or `ftp` before `://`, or with `www.` at their beginning,
/// and without the punctuation of the sentence around them.
pub(super) fn next_bare(text: &str, from: usize) -> Option<Bare> {
    let mut at = from;
    while let Some(found) = text[at..]
        .find("://")
        .map(|found| at + found)
        .into_iter()
        .chain(text[at..].find("www.").map(|found| at + found))
        .min()
    {
        let lacks_scheme = text[found..].starts_with("www.");
        let start = match lacks_scheme {
            true => found,
            false => {
                let scheme = text[at..found].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
                let scheme = &text[found - scheme..found];
                if ["http", "https", "ftp"].iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
                    found - scheme.len()
                } else {
                    at = found + 3;
                    continue;
                }
            }
        };
        let before = text[..start].chars().next_back();
        let stands = match lacks_scheme {
            true => {
                before.is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(' | '（' | '「'))
            }
            false => before.is_none_or(|c| !c.is_ascii_alphanumeric()),
        };
        let length =
            text[start..].find(|c: char| c.is_whitespace() || ends_address(c)).unwrap_or(text.len() - start);
        // What is longer is skipped as a whole, so that a hostile line is looked at once.
        if length > LONGEST {
            at = start + length;
            continue;
        }
        if stands && let Some(end) = end_of(&text[start..start + length], lacks_scheme) {
            return Some(Bare { range: start..start + end, lacks_scheme });
        }
        at = found + 3;
    }
    None
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
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(bare) = next_bare(text, at) {
            at = bare.range.end;
            found.push(&text[bare.range]);
        }
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
