//! The words of a body as a reader sees them, section by section.
//!
//! Comes in: the HTML that `markdown` wrote. Goes out: a [`Passage`] for each heading with what stands below it, as plain
//! text. Relies on what `markdown` promises: every `<` begins a tag, every tag ends, every `&` begins a reference. Other
//! HTML may lose words, and nothing worse.

use memchr::memchr;
use memchr::memchr_iter;
use memchr::memmem;

/// A heading and what stands below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// The anchor of the heading; empty before the first one.
    pub anchor: String,
    /// Its words.
    pub heading: String,
    /// The text below it, a line for each block.
    pub text: String,
}

/// What stands on the page of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Its passages, in order.
    pub passages: Vec<Passage>,
    /// Addresses elsewhere that it links to.
    pub links: Vec<String>,
}

/// Reads a body.
pub fn read(html: &str) -> Body {
    let mut body = Body::default();
    let mut passage = Passage::default();
    let mut in_heading = false;
    let mut rest = html;
    while !rest.is_empty() {
        let out = if in_heading { &mut passage.heading } else { &mut passage.text };
        let Some(at) = memchr(b'<', rest.as_bytes()) else {
            push(out, rest);
            break;
        };
        push(out, &rest[..at]);
        let tag = &rest[at + 1..];
        let end = end_of_tag(tag);
        rest = tag.get(end + 1..).unwrap_or("");
        let tag = &tag[..end];
        let (closing, name) = match tag.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, tag),
        };
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if !closing => {
                let ended = std::mem::take(&mut passage);
                if !ended.is_empty() {
                    body.passages.push(ended.trimmed());
                }
                passage.anchor = attribute(tag, "id").unwrap_or_default();
                in_heading = true;
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => in_heading = false,
            // The sign that links a heading to itself is no word of it.
            "a" if !closing && attribute(tag, "class").is_some_and(|class| class == "anchor") => {
                rest = memmem::find(rest.as_bytes(), b"</a>").map_or("", |at| &rest[at + 4..]);
            }
            "a" if !closing => {
                if let Some(target) = attribute(tag, "href")
                    && (target.starts_with("https://") || target.starts_with("http://"))
                {
                    body.links.push(target);
                }
            }
            "img" => {
                if let Some(words) = attribute(tag, "alt") {
                    push(out, &words.replace('&', "&amp;"));
                }
            }
            name if is_inline(name) => {}
            _ => {
                let out = if in_heading { &mut passage.heading } else { &mut passage.text };
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
            }
        }
    }
    if !passage.is_empty() {
        body.passages.push(passage.trimmed());
    }
    body
}

/// Returns whether an element stands in running text, so that no word ends at its tags.
#[rustfmt::skip]
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "span" | "code" | "a" | "strong" | "em" | "b" | "i" | "del" | "ins" | "sub" | "sup" | "mark" | "kbd" | "small"
            | "abbr" | "s" | "u" | "samp" | "var" | "cite" | "dfn" | "q" | "time" | "wbr" | "input"
    )
}

impl Passage {
    fn is_empty(&self) -> bool {
        self.anchor.is_empty() && self.heading.is_empty() && self.text.trim().is_empty()
    }

    fn trimmed(mut self) -> Passage {
        self.text.truncate(self.text.trim_end().len());
        if self.heading.trim().len() < self.heading.len() || self.heading.contains('\n') {
            self.heading = self.heading.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        self
    }
}

/// Returns where a tag ends whose text begins after `<`; a `>` inside a quoted value does not end it.
fn end_of_tag(tag: &str) -> usize {
    let bytes = tag.as_bytes();
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    bytes.len()
}

/// Returns the value of an attribute that is written `name="value"`.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = memchr_iter(b' ', tag.as_bytes()).find_map(|at| {
        let value = tag[at + 1..].strip_prefix(name)?.strip_prefix("=\"")?;
        Some(&value[..memchr(b'"', value.as_bytes())?])
    })?;
    let mut out = String::with_capacity(value.len());
    push(&mut out, value);
    Some(out)
}

/// Appends text with its references decoded and its white space folded; breaks of lines are spaces.
fn push(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    // Most text is words with one space between them and nothing else. To see that takes a fraction of reading it byte by
    // byte, since whole blocks are looked at without a branch.
    let is_odd = |block: &[u8]| {
        block.iter().fold(false, |odd, byte| odd | (*byte < b' ') | (*byte == b'&'))
            | block.iter().zip(&block[1..]).fold(false, |odd, (a, b)| odd | ((*a == b' ') & (*b == b' ')))
    };
    if text.is_empty() {
        return;
    }
    if !is_odd(bytes) {
        let again = bytes[0] == b' ' && (out.is_empty() || out.ends_with([' ', '\n']));
        out.push_str(&text[usize::from(again)..]);
        return;
    }
    // What stands before `from` is written. Words with one space between them are written in one piece.
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b' ' if at > from && !bytes.get(at + 1).is_some_and(|next| is_white(*next)) => at += 1,
            b'&' => {
                out.push_str(&text[from..at]);
                let (c, length) = reference(&text[at..]);
                out.push(c);
                at += length;
                from = at;
            }
            byte if is_white(byte) => {
                out.push_str(&text[from..at]);
                if !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
                at += bytes[at..].iter().take_while(|byte| is_white(**byte)).count();
                from = at;
            }
            _ => at += 1,
        }
    }
    out.push_str(&text[from..]);
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r')
}

/// Returns the character of a reference and how long it is.
fn reference(text: &str) -> (char, usize) {
    let end = text.bytes().take(12).position(|byte| byte == b';');
    let found = end.and_then(|end| {
        let c = match &text[1..end] {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => ' ',
            name => {
                let digits = name.strip_prefix('#')?;
                let number = match digits.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => digits.parse().ok()?,
                };
                char::from_u32(number)?
            }
        };
        Some((c, end + 1))
    });
    found.unwrap_or(('&', 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_part_the_text_and_inline_tags_part_no_word() {
        let body = read(
            "<p>Before <b>it</b>.</p>\n<h2 id=\"what-&amp;\">What <code>a</code>&lt;b <a class=\"anchor\" href=\"#x\">#</a></h2>\n<ul>\n<li>one</li>\n\
             <li>two <a title=\"a>b\" href=\"https://example.com/a?b&amp;c\">three</a>four</li></ul>\n<pre><code><span class=\"x\">let</span>\n  x</code></pre>\n\
             <h3 id=\"e\">Empty</h3>",
        );
        let passage = |anchor: &str, heading: &str, text: &str| Passage {
            anchor: anchor.to_owned(),
            heading: heading.to_owned(),
            text: text.to_owned(),
        };
        assert_eq!(
            body.passages,
            [
                passage("", "", "Before it."),
                passage("what-&", "What a<b", "one\ntwo threefour\nlet x"),
                passage("e", "Empty", ""),
            ]
        );
        assert_eq!(body.links, ["https://example.com/a?b&c"]);
    }

    #[test]
    fn what_is_no_html_of_ours_harms_nothing() {
        for html in
            ["<", "a<b", "&", "&#xD800;", "&#99999999;", "<a href=\"", "<h2", "</", "<p x='>'>y", "&é;"]
        {
            read(html);
        }
        assert_eq!(read("AT&T &unknown; &#233;").passages[0].text, "AT&T &unknown; é");
    }
}
