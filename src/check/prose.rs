//! The words of a document with their places, from one walk over what the parser saw in its Markdown.
//!
//! Comes in: a document. Goes out: [`Prose`]: passages of plain text that lead back to the bytes of the file, comments with the
//! block that follows each, images, and the bytes of code and raw HTML. The rules share it, so a document is walked once.
//! Never says what is right or wrong.

use crate::document::Document;
use crate::document::dialect;
use crate::document::dialect::Ending;
use crate::document::dialect::Prepared;
use crate::document::trace::Container;
use crate::document::trace::Seen;
use crate::document::trace::Trace;
use std::ops::Range;

/// What a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A heading of this level, 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// The words of an item of a list.
    Item,
    /// A cell of a table.
    Cell,
}

/// A run of words: one paragraph, heading, item or cell. Rules walk over all of a document, most of them for a few, so that
/// only what they ask of it is looked up.
#[derive(Clone, Copy, Debug)]
pub struct Passage<'p> {
    prose: &'p Prose,
    index: usize,
}

impl<'p> Passage<'p> {
    fn kept(self) -> &'p Kept {
        &self.prose.kept[self.index]
    }

    /// Returns the plain text; the words of code and links are in it, raw HTML is not, breaks of lines are `\n`.
    pub fn text(self) -> &'p str {
        &self.prose.text[self.kept().start..self.kept().text]
    }

    /// Returns what it is.
    pub fn role(self) -> Role {
        self.kept().role
    }

    /// Returns whether it is a heading.
    pub fn is_heading(self) -> bool {
        matches!(self.kept().role, Role::Heading(_))
    }

    /// Returns whether it stands in a block quotation.
    pub fn is_quoted(self) -> bool {
        self.kept().quoted
    }

    /// Returns its bytes in the file's text.
    pub fn span(self) -> Range<usize> {
        self.kept().span.clone()
    }

    /// Returns the bytes of the file's text that a range of its text came from.
    pub fn source(self, range: Range<usize>) -> Range<usize> {
        let kept = self.kept();
        let first = self.index.checked_sub(1).map_or(0, |before| self.prose.kept[before].pieces);
        let pieces = &self.prose.pieces[first..kept.pieces];
        let place = |at: usize, end: bool| {
            let at = kept.start + at;
            let index = pieces.partition_point(|(start, _)| if end { *start < at } else { *start <= at });
            match index.checked_sub(1).and_then(|index| pieces.get(index)) {
                Some((start, bytes)) => (bytes.start + (at - start)).min(bytes.end),
                None => kept.span.start,
            }
        };
        let start = place(range.start, false);
        start..place(range.end, true).max(start)
    }

    /// Returns whether a range of its text touches code.
    pub fn in_code(self, range: &Range<usize>) -> bool {
        let first = self.index.checked_sub(1).map_or(0, |before| self.prose.kept[before].code);
        let (start, end) = (self.kept().start + range.start, self.kept().start + range.end);
        let code = &self.prose.code[first..self.kept().code];
        code.iter().any(|code| code.start < end && start < code.end)
    }
}

/// A passage as it is kept: where its text begins, and where what belongs to it ends among that of all passages.
#[derive(Debug)]
struct Kept {
    role: Role,
    quoted: bool,
    span: Range<usize>,
    start: usize,
    text: usize,
    code: usize,
    pieces: usize,
}

/// A comment of HTML or of front matter.
#[derive(Clone, Debug)]
pub struct Comment {
    /// What stands in it.
    pub text: String,
    /// Its bytes in the file's text, marks included.
    pub span: Range<usize>,
    /// The bytes of the block that it speaks of: the next one, or for a comment amid words the one around it.
    pub next: Range<usize>,
    /// Whether nothing but comments stands before it in the body, so that it speaks of the document too.
    pub at_top: bool,
}

/// An image.
#[derive(Clone, Debug)]
pub struct Image {
    /// The words that stand for it.
    pub text: String,
    /// Its bytes in the file's text.
    pub span: Range<usize>,
}

/// The words of a document.
#[derive(Debug, Default)]
pub struct Prose {
    /// Passages in the order of the file. What they hold stands in the lists below: a document has dozens of them, and
    /// lists for each took a fifth of the time of the rules.
    kept: Vec<Kept>,
    text: String,
    code: Vec<Range<usize>>,
    pieces: Vec<(usize, Range<usize>)>,
    /// Comments in the order of the file, those of front matter first.
    pub comments: Vec<Comment>,
    /// Images.
    pub images: Vec<Image>,
    /// Bytes of code blocks, raw HTML and pictures in the file's text: what is there without being words.
    pub other: Vec<Range<usize>>,
}

/// What parts passages in the text of all of them. It is part of no word.
const PARTING: char = '\0';

impl Prose {
    /// Returns a passage by its place.
    pub fn passage(&self, index: usize) -> Passage<'_> {
        Passage { prose: self, index }
    }

    /// Returns the passages in the order of the file.
    pub fn passages(&self) -> impl Iterator<Item = Passage<'_>> {
        (0..self.kept.len()).map(|index| self.passage(index))
    }

    /// Returns how many bytes the texts of all passages have.
    pub fn length(&self) -> usize {
        self.text.len() - self.kept.len() * PARTING.len_utf8()
    }

    /// Returns the text of all passages, one after the other, so that words are looked for in all of them at once. What parts
    /// them is part of no word.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the place of the passage that holds a byte of that text, and where the passage begins there.
    pub fn passage_at(&self, at: usize) -> (usize, usize) {
        let index = self.kept.partition_point(|kept| kept.text <= at);
        (index, self.kept[index].start)
    }
}

/// Walks over the Markdown of a document.
pub fn read(document: &Document) -> Prose {
    let body = document.body();
    let original = &document.text[document.body_start..];
    // What was turned into Markdown first needs the way back; most documents are Markdown as they are.
    let prepared = (!std::ptr::eq(body, original))
        .then(|| dialect::prepare(original, document.body_start, Ending::of(&document.path)));
    let mut walk = Walk {
        prepared,
        offset: document.body_start,
        prose: Prose { text: String::with_capacity(body.len()), ..Prose::default() },
        open: Vec::new(),
        quotes: 0,
        passage: None,
        in_code: false,
        html: None,
        images: Vec::new(),
        waiting: Vec::new(),
        begun: false,
    };
    walk.front_matter(document);
    let parsed;
    let trace = match &document.trace {
        Some(trace) => trace,
        None => {
            parsed = Trace::of(body);
            &parsed
        }
    };
    for (seen, span) in trace.steps(body) {
        walk.step(seen, span);
    }
    walk.end_passage();
    walk.prose
}

struct Walk<'a> {
    prepared: Option<Prepared<'a>>,
    offset: usize,
    prose: Prose,
    /// Blocks that are open, with their bytes.
    open: Vec<Range<usize>>,
    quotes: usize,
    /// The passage that is being read. What it holds is the last of what all passages do.
    passage: Option<Begun>,
    in_code: bool,
    /// The HTML block that is being read.
    html: Option<(String, Range<usize>)>,
    images: Vec<Image>,
    /// Comments whose block has not come yet.
    waiting: Vec<usize>,
    /// Whether a block that is no comment has begun.
    begun: bool,
}

/// A passage that has begun.
struct Begun {
    role: Role,
    quoted: bool,
    span: Range<usize>,
}

impl Walk<'_> {
    fn original(&self, span: Range<usize>) -> Range<usize> {
        match &self.prepared {
            None => span.start + self.offset..span.end + self.offset,
            Some(prepared) => prepared.original(span),
        }
    }

    /// Reads comments of front matter, each of which speaks of the key below it.
    fn front_matter(&mut self, document: &Document) {
        let Some(front) = &document.front else { return };
        let text = &document.text[front.span.clone()];
        if !text.contains('#') {
            return;
        }
        let mut at = front.span.start;
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim();
            if let Some(words) = trimmed.strip_prefix('#') {
                let start = at + (line.len() - line.trim_start().len());
                let end = start + trimmed.len();
                // The next key with all that belongs to it ends where the one after it begins.
                let mut keys =
                    front.entries.iter().map(|entry| entry.key_span.start).filter(|&key| key > end);
                let key = keys.next();
                let next = key.map_or(end..end, |key| key..keys.next().unwrap_or(front.span.end));
                self.prose.comments.push(Comment {
                    text: words.trim().to_owned(),
                    span: start..end,
                    next,
                    at_top: false,
                });
            }
            at += line.len();
        }
    }

    /// Notes that a block begins, of which the comments before it speak.
    fn block(&mut self, span: &Range<usize>) {
        self.begun = true;
        if self.waiting.is_empty() {
            return;
        }
        let span = self.original(span.clone());
        for index in self.waiting.drain(..) {
            self.prose.comments[index].next = span.clone();
        }
    }

    fn begin(&mut self, role: Role, span: &Range<usize>) {
        self.end_passage();
        let span = self.original(span.clone());
        self.passage = Some(Begun { role, quoted: self.quotes > 0, span });
    }

    fn end_passage(&mut self) {
        let Some(Begun { role, quoted, span }) = self.passage.take() else { return };
        let Prose { kept, text, code, pieces, .. } = &mut self.prose;
        let start = kept.last().map_or(0, |last| last.text + PARTING.len_utf8());
        if text[start..].chars().all(char::is_whitespace) {
            text.truncate(start);
            code.truncate(kept.last().map_or(0, |last| last.code));
            pieces.truncate(kept.last().map_or(0, |last| last.pieces));
            return;
        }
        let end = text.len();
        text.push(PARTING);
        kept.push(Kept { role, quoted, span, start, text: end, code: code.len(), pieces: pieces.len() });
    }

    fn words(&mut self, words: &str, span: Range<usize>) {
        let span = self.original(span);
        let quoted = self.quotes > 0;
        // The words of a tight item have no paragraph around them.
        let passage =
            self.passage.get_or_insert_with(|| Begun { role: Role::Item, quoted, span: span.clone() });
        passage.span.end = passage.span.end.max(span.end);
        self.prose.pieces.push((self.prose.text.len(), span));
        self.prose.text.push_str(words);
    }

    fn step(&mut self, seen: Seen<'_>, span: Range<usize>) {
        match seen {
            Seen::Open(container) => self.open(container, span),
            Seen::Close(container) => self.close(container, span),
            Seen::Words(text) => {
                if let Some((html, _)) = &mut self.html {
                    html.push_str(text);
                } else if let Some(image) = self.images.last_mut() {
                    image.text.push_str(text);
                } else if !self.in_code {
                    self.words(text, span);
                }
            }
            Seen::Code(text) => {
                if let Some(image) = self.images.last_mut() {
                    image.text.push_str(text);
                    return;
                }
                self.words(text, span);
                let end = self.prose.text.len();
                self.prose.code.push(end - text.len()..end);
            }
            Seen::Html(text) => match &mut self.html {
                Some((html, _)) => html.push_str(text),
                None => self.raw(text.to_owned(), span),
            },
            Seen::Tag(text) => {
                if let Some(words) = comment(text) {
                    let around = self.open.last().cloned().unwrap_or(span.clone());
                    let comment = Comment {
                        text: words.to_owned(),
                        span: self.original(span),
                        next: self.original(around),
                        at_top: false,
                    };
                    self.prose.comments.push(comment);
                } else if text.len() >= 3 && text.to_ascii_lowercase().contains("<br") {
                    self.words("\n", span);
                }
            }
            Seen::Break => match self.images.last_mut() {
                Some(image) => image.text.push(' '),
                None => self.words("\n", span),
            },
            Seen::Rule => {
                self.end_passage();
                self.block(&span);
            }
        }
    }

    fn open(&mut self, container: Container, span: Range<usize>) {
        match container {
            Container::Image => {
                let span = self.original(span);
                self.images.push(Image { text: String::new(), span });
                return;
            }
            Container::Html => {
                self.end_passage();
                self.html = Some((String::new(), span));
                return;
            }
            _ => {}
        }
        self.block(&span);
        match container {
            Container::Heading(level) => self.begin(Role::Heading(level), &span),
            Container::Paragraph => {
                let role = if self.open.is_empty() { Role::Paragraph } else { self.role() };
                self.begin(role, &span);
            }
            Container::Cell => self.begin(Role::Cell, &span),
            Container::Code => {
                self.end_passage();
                self.in_code = true;
                let other = self.original(span.clone());
                self.prose.other.push(other);
            }
            Container::Quote => {
                self.end_passage();
                self.quotes += 1;
            }
            Container::Html | Container::Image | Container::Other => self.end_passage(),
        }
        self.open.push(span);
    }

    /// Returns what a paragraph inside other blocks is.
    fn role(&self) -> Role {
        // Quotations and footnotes hold paragraphs; in everything else that nests they are words of an item.
        if self.open.len() == self.quotes { Role::Paragraph } else { Role::Item }
    }

    fn close(&mut self, container: Container, span: Range<usize>) {
        match container {
            Container::Image => {
                if let Some(image) = self.images.pop() {
                    self.prose.other.push(image.span.clone());
                    self.prose.images.push(image);
                }
                return;
            }
            Container::Html => {
                if let Some((html, _)) = self.html.take() {
                    self.raw(html, span);
                }
                return;
            }
            Container::Code => self.in_code = false,
            Container::Quote => self.quotes = self.quotes.saturating_sub(1),
            _ => {}
        }
        self.end_passage();
        self.open.pop();
    }

    /// Takes a block of raw HTML: comments, or something that stands there.
    fn raw(&mut self, html: String, span: Range<usize>) {
        let mut rest = html.as_str();
        let mut only_comments = true;
        while let Some(open) = rest.find("<!--") {
            only_comments &= rest[..open].trim().is_empty();
            let Some(length) = rest[open..].find("-->") else { break };
            let start = span.start + (html.len() - rest.len()) + open;
            let bytes = self.original(start..start + length + 3);
            self.waiting.push(self.prose.comments.len());
            self.prose.comments.push(Comment {
                text: rest[open + 4..open + length].trim().to_owned(),
                next: bytes.end..bytes.end,
                span: bytes,
                at_top: !self.begun,
            });
            rest = &rest[open + length + 3..];
        }
        if !only_comments || !rest.trim().is_empty() {
            self.block(&span);
            let other = self.original(span);
            self.prose.other.push(other);
        }
    }
}

/// Returns what stands in a comment of HTML.
fn comment(html: &str) -> Option<&str> {
    Some(html.strip_prefix("<!--")?.strip_suffix("-->")?.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::document;

    #[test]
    fn words_lead_back_to_their_bytes() {
        let text = "---\ntitle: A\n---\n\n# Über *das* `Ende`\n\nA &amp; **b** [c](d.md) e\n\n- one\n- two\n";
        let document = document("a.md", text);
        let prose = read(&document);
        let words: Vec<&str> = prose.passages().map(Passage::text).collect();
        assert_eq!(words, ["Über das Ende", "A & b c e", "one", "two"]);
        for (passage, word) in [(0, "das"), (0, "Ende"), (1, "b"), (1, "c"), (1, "e"), (3, "two")] {
            let passage = prose.passage(passage);
            let at = passage.text().rfind(word).unwrap();
            let found = &document.text[passage.source(at..at + word.len())];
            assert_eq!(found, word);
        }
        assert!(prose.passage(0).in_code(&(10..14)) && !prose.passage(0).in_code(&(0..4)));
        let two = prose.text().find("two").unwrap();
        assert_eq!(prose.passage_at(two), (3, two));
    }

    #[test]
    fn a_comment_speaks_of_the_next_block() {
        let text = "---\n# first\ntitle: A\ntags:\n- x\n---\n<!-- second -->\n# A\n\ntext <!-- third --> on\n\n- a\n\n  <!-- fourth -->\n- b\n- c\n";
        let document = document("a.md", text);
        let prose = read(&document);
        let drawn: Vec<(&str, &str, bool)> = prose
            .comments
            .iter()
            .map(|comment| {
                (comment.text.as_str(), document.text[comment.next.clone()].trim(), comment.at_top)
            })
            .collect();
        assert_eq!(
            drawn,
            [
                ("first", "title: A", false),
                ("second", "# A", true),
                ("third", "text <!-- third --> on", false),
                ("fourth", "- b", false)
            ]
        );
    }
}
