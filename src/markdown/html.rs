//! Raw HTML: which tags are tags, and what of them may stay.
//!
//! Comes in: a piece of raw HTML as it stands in a document. Goes out: its [`Token`]s, in which only well-formed tags of
//! elements that HTML knows are tags and all else is text; and, for each element, what is to become of it. The writer
//! writes tags anew from this, so that no byte of a document reaches a browser as markup by itself.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::LazyLock;

/// A part of raw HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text, with its references to characters.
    Text(&'a str),
    /// A comment, closed or not.
    Comment { closed: bool, raw: &'a str },
    /// A tag that opens an element.
    Open(Tag<'a>),
    /// A tag that closes an element, by its name in lower case, and as it is written.
    Close(String, &'a str),
}

/// A tag that opens an element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The name in lower case.
    pub(super) name: String,
    /// Names in lower case and values as they are written; the first of a name counts.
    pub(super) attributes: Vec<(String, &'a str)>,
    /// Whether it ends in `/>`.
    pub(super) empty: bool,
    /// The tag as it is written.
    pub(super) raw: &'a str,
}

impl Tag<'_> {
    /// Returns the value of an attribute with its references to characters decoded.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let (_, value) = self.attributes.iter().find(|(other, _)| other == name)?;
        Some(super::escape::decode(value))
    }

    /// Returns the value of an attribute that holds words, if it holds any.
    pub(super) fn words(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.trim().is_empty())
    }
}

/// What becomes of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays, under this name.
    Keep(&'static str),
    /// It stays, and has no end: `br`, `hr`, `wbr`.
    Void(&'static str),
    /// An image.
    Image,
    /// It shows something that is elsewhere, and becomes a link to it.
    Media,
    /// Its tags go, its text stays.
    Unwrap,
    /// It goes with its content.
    Remove(&'static str),
    /// It is no element of HTML: words that look like a tag.
    Words,
}

/// Returns what becomes of an element with this name in lower case.
pub(super) fn fate(name: &str) -> Fate {
    static FATES: LazyLock<HashMap<&'static str, Fate>> = LazyLock::new(|| {
        let mut fates = HashMap::new();
        for name in KEPT.split_whitespace() {
            fates.insert(name, Fate::Keep(name));
        }
        for name in ["br", "hr", "wbr"] {
            fates.insert(name, Fate::Void(name));
        }
        for name in [
            "section", "article", "main", "header", "footer", "aside", "nav", "address", "center",
            "fieldset", "form", "hgroup", "dir", "menu",
        ] {
            fates.insert(name, Fate::Keep("div"));
        }
        for (name, new) in [("strike", "del"), ("tt", "code"), ("big", "span"), ("font", "span")] {
            fates.insert(name, Fate::Keep(new));
        }
        for name in ["iframe", "video", "audio", "embed", "object"] {
            fates.insert(name, Fate::Media);
        }
        for name in ["script", "style"] {
            fates.insert(name, Fate::Remove(name));
        }
        for name in UNWRAPPED.split_whitespace() {
            fates.insert(name, Fate::Unwrap);
        }
        fates.insert("img", Fate::Image);
        fates
    });
    FATES.get(name).copied().unwrap_or(Fate::Words)
}

static KEPT: &str = "a abbr b blockquote caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 \
    h6 i ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead \
    time tr u ul var";

/// The other elements of HTML, and those of SVG and MathML that are met in documents.
static UNWRAPPED: &str = "acronym animate applet area base basefont bdi bdo blink body button canvas circle col colgroup \
    data datalist defs dialog ellipse foreignobject frame frameset g head html image input isindex keygen \
    label legend line lineargradient link listing map marquee math menuitem meta meter nobr noembed noframes noscript \
    optgroup option output param path picture plaintext polygon polyline progress rect search select slot source svg \
    symbol template text textarea title track tspan use xmp mi mn mo ms mtext annotation";

/// Returns whether HTML lets the end of an element be left out.
pub(super) fn may_stay_open(name: &str) -> bool {
    matches!(
        name,
        "p" | "li"
            | "dt"
            | "dd"
            | "tr"
            | "td"
            | "th"
            | "thead"
            | "tbody"
            | "tfoot"
            | "option"
            | "optgroup"
            | "rp"
            | "rt"
            | "body"
            | "html"
            | "head"
            | "colgroup"
    )
}

/// Returns whether an element is a block, which ends an open paragraph.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "blockquote"
            | "details"
            | "div"
            | "dl"
            | "figure"
            | "figcaption"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "ol"
            | "p"
            | "pre"
            | "table"
            | "ul"
            | "summary"
            | "hr"
            | "li"
            | "dt"
            | "dd"
    )
}

/// Returns which open elements a new one closes, and at which ones that stops.
pub(super) fn closes(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "li" => (&["li"], &["ul", "ol"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl"]),
        "td" | "th" => (&["td", "th"], &["tr", "table"]),
        "tr" => (&["tr", "td", "th"], &["table", "thead", "tbody", "tfoot"]),
        "thead" | "tbody" | "tfoot" => {
            (&["thead", "tbody", "tfoot", "caption", "tr", "td", "th"], &["table"])
        }
        "a" => (&["a"], &[]),
        _ if is_block(name) => (&["p"], &["td", "th", "li", "div", "details", "blockquote", "table", "dd"]),
        _ => (&[], &[]),
    }
}

/// Returns whether an element only stands in a table.
pub(super) fn is_table_part(name: &str) -> bool {
    matches!(name, "caption" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th")
}

/// Returns the names of all elements that a text closes somewhere, in lower case.
pub(super) fn closed_names(text: &str) -> HashSet<String> {
    text.split("</")
        .skip(1)
        .map(|after| &after[..after.bytes().take(20).take_while(u8::is_ascii_alphanumeric).count()])
        .filter(|name| !name.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// Splits raw HTML into tokens, in time linear in its length.
pub(super) fn tokens(raw: &str) -> Tokens<'_> {
    Tokens { rest: raw, text: 0 }
}

/// The tokens of a piece of raw HTML.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// How much of the rest is known to be text.
    text: usize,
}

impl<'a> Tokens<'a> {
    /// Returns what is not read yet.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Skips bytes that the caller has dealt with.
    pub(super) fn advance(&mut self, length: usize) {
        self.rest = &self.rest[length..];
        self.text = 0;
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest;
            let start = rest[self.text..].find('<').map(|found| self.text + found);
            let Some(start) = start else {
                self.advance(rest.len());
                return (!rest.is_empty()).then_some(Token::Text(rest));
            };
            let Some((token, length)) = markup(&rest[start..]) else {
                self.text = start + 1;
                continue;
            };
            if start > 0 {
                self.advance(start);
                return Some(Token::Text(&rest[..start]));
            }
            self.advance(length);
            return Some(token);
        }
    }
}

/// Reads markup that begins a text, and its length.
fn markup(text: &str) -> Option<(Token<'_>, usize)> {
    if let Some(after) = text.strip_prefix("<!--") {
        // `<!-->` and `<!--->` are whole comments.
        if let Some(short) = ["<!-->", "<!--->"].iter().find(|short| text.starts_with(**short)) {
            return Some((Token::Comment { closed: true, raw: short }, short.len()));
        }
        let end = after.find("-->").map(|found| found + 7);
        let raw = &text[..end.unwrap_or(text.len())];
        return Some((Token::Comment { closed: end.is_some(), raw }, raw.len()));
    }
    if text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
        let length = text.bytes().take(300).position(|byte| byte == b'>')? + 1;
        return Some((Token::Comment { closed: true, raw: &text[..length] }, length));
    }
    let bytes = text.as_bytes();
    let closing = bytes.get(1) == Some(&b'/');
    let name_start = 1 + usize::from(closing);
    let name_length = bytes[name_start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let mut at = name_start + name_length;
    if !bytes.get(name_start).is_some_and(u8::is_ascii_alphabetic) || name_length > 20 {
        return None;
    }
    // A name with more to it, such as `your-name`, `urllib3.x` or `T,`, is none of HTML.
    if !bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')) {
        return None;
    }
    let name = text[name_start..at].to_ascii_lowercase();
    if fate(&name) == Fate::Words {
        return None;
    }
    let mut attributes: Vec<(String, &str)> = Vec::new();
    let mut empty = false;
    loop {
        match bytes.get(at)? {
            b'>' => {
                at += 1;
                break;
            }
            b'/' => {
                empty = true;
                at += 1;
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            b'"' | b'\'' | b'<' | b'=' | b'`' => return None,
            _ => {
                empty = false;
                let length = text[at..].find(|c: char| {
                    c.is_ascii_whitespace() || matches!(c, '>' | '/' | '=' | '"' | '\'' | '<' | '`')
                })?;
                let attribute = text[at..at + length].to_ascii_lowercase();
                at += length;
                let mut value = "";
                let after = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                if bytes.get(after) == Some(&b'=') {
                    at = after + 1;
                    at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                    match *bytes.get(at)? {
                        sign @ (b'"' | b'\'') => {
                            let length = text[at + 1..].find(char::from(sign))?;
                            value = &text[at + 1..at + 1 + length];
                            at += length + 2;
                        }
                        _ => {
                            let length = text[at..]
                                .find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '<'))?;
                            value = &text[at..at + length];
                            at += length;
                        }
                    }
                }
                if attributes.len() < 40 && !attributes.iter().any(|(other, _)| *other == attribute) {
                    attributes.push((attribute, value));
                }
            }
        }
    }
    let raw = &text[..at];
    let token =
        if closing { Token::Close(name, raw) } else { Token::Open(Tag { name, attributes, empty, raw }) };
    Some((token, at))
}

/// Cleans the HTML of a whole document that held raw HTML.
///
/// Everything in it was written by the writer, so nothing is expected to be found: this is the second lock, by another
/// hand, and it makes one tree of what was written in pieces.
pub(super) fn clean(html: &str) -> String {
    static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
        let mut builder = ammonia::Builder::default();
        let tags = KEPT.split_whitespace().chain(["br", "hr", "wbr", "img", "input", "section"]);
        builder
            .tags(tags.collect())
            .clean_content_tags(HashSet::from(["script", "style"]))
            .generic_attributes(HashSet::from(["class", "id", "title", "dir", "lang", "role", "tabindex"]))
            .generic_attribute_prefixes(HashSet::from(["aria-", "data-"]))
            .tag_attributes(HashMap::from([
                ("a", HashSet::from(["href", "rel"])),
                ("img", HashSet::from(["src", "alt", "width", "height", "loading", "decoding"])),
                ("input", HashSet::from(["disabled", "checked"])),
                ("details", HashSet::from(["open"])),
                ("ol", HashSet::from(["start", "reversed"])),
                ("td", HashSet::from(["colspan", "rowspan"])),
                ("th", HashSet::from(["colspan", "rowspan"])),
                ("time", HashSet::from(["datetime"])),
            ]))
            .tag_attribute_values(HashMap::from([(
                "input",
                HashMap::from([("type", HashSet::from(["checkbox"]))]),
            )]))
            .url_schemes(super::link::SCHEMES.into_iter().collect())
            .link_rel(None);
        builder
    });
    CLEANER.clean(html).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws tokens one on each line.
    #[track_caller]
    fn check(raw: &str, expected: &[&str]) {
        let drawn: Vec<String> = tokens(raw)
            .map(|token| match token {
                Token::Text(text) => format!("text {text}"),
                Token::Comment { closed, raw } => format!("comment {closed} {raw}"),
                Token::Open(tag) => {
                    let attributes: String =
                        tag.attributes.iter().map(|(name, value)| format!(" {name}={value:?}")).collect();
                    format!("open {}{attributes}{}", tag.name, if tag.empty { " /" } else { "" })
                }
                Token::Close(name, _) => format!("close {name}"),
            })
            .collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn tags_are_read() {
        check("a<B>c</b >d", &["text a", "open b", "text c", "close b", "text d"]);
        check(
            "<img src=a/b.png alt='x \"y\"' hidden/>",
            &["open img src=\"a/b.png\" alt=\"x \\\"y\\\"\" hidden=\"\" /"],
        );
        check("<a\nhref = \"x\" HREF=y>", &["open a href=\"x\""]);
        check(
            "<!-- a --><!-->x<!-- b",
            &["comment true <!-- a -->", "comment true <!-->", "text x", "comment false <!-- b"],
        );
        check("<!DOCTYPE html>", &["comment true <!DOCTYPE html>"]);
    }

    #[test]
    fn what_is_no_tag_is_text() {
        for raw in [
            "<your name>",
            "<T>",
            "</none>",
            "a < b > c",
            "<service-name>",
            "<a b=\"c>",
            "<p",
            "<a <b",
            "<?php x ?>",
            "<!channel>",
            "<1>",
            "<é>",
            "<a.b>",
        ] {
            check(raw, &[&format!("text {raw}")]);
        }
        check("<x<b>", &["text <x", "open b"]);
    }

    #[test]
    fn every_element_has_one_fate() {
        for name in KEPT.split_whitespace() {
            assert_eq!(fate(name), Fate::Keep(KEPT.split_whitespace().find(|kept| *kept == name).unwrap()));
        }
        for name in UNWRAPPED.split_whitespace() {
            assert_eq!(fate(name), Fate::Unwrap, "{name}");
        }
    }

    #[test]
    fn names_that_are_closed_are_found() {
        let names = closed_names("<a></a> </Label > </ x>");
        assert_eq!(names.len(), 2);
        assert!(names.contains("label") && names.contains("a"));
    }
}
