//! What the parser saw in the Markdown of a body, kept small.
//!
//! Comes in: the events of one walk over a body. Goes out: [`Trace`], from which whoever looks at every word of the document again
//! reads what was seen, without parsing it again: four bytes for each event that matters to words, and no copy of the words
//! themselves. Says nothing of what they mean.

use crate::document::block;
use pulldown_cmark::Event;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;
use std::ops::Range;

/// What was seen in a body, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// What each is, how far from the one before it begins, and how long it is, as [`pack`] puts them into one number. Where that
    /// has no room, they are three numbers. What ends stands where it began, which is told once.
    steps: Box<[u32]>,
    /// Words that do not stand in the body as they are, such as those of an entity, in their order.
    kept: Box<[String]>,
}

/// Something that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<'t> {
    /// A container begins.
    Open(Container),
    /// A container ends.
    Close(Container),
    /// Words, or a line of raw HTML inside a block of it.
    Words(&'t str),
    /// Code or a formula amid words; its span is without the marks around it.
    Code(&'t str),
    /// A line of a block of raw HTML.
    Html(&'t str),
    /// A tag or a comment amid words.
    Tag(&'t str),
    /// The end of a line amid words.
    Break,
    /// A thematic break.
    Rule,
}

/// What holds words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// A heading of this level, 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A cell of a table, or the term of a definition.
    Cell,
    /// A code block. What stands in it is no words, and left out.
    Code,
    /// A block quotation.
    Quote,
    /// A block of raw HTML.
    Html,
    /// An image.
    Image,
    /// Any other block: a list, an item, a row.
    Other,
}

impl Container {
    /// Returns what begins; emphasis and links are nothing.
    fn begun(tag: &Tag<'_>) -> Option<Container> {
        Some(match tag {
            Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. } => return None,
            Tag::Heading { level, .. } => Container::Heading(*level as u8),
            Tag::Paragraph => Container::Paragraph,
            Tag::TableCell | Tag::DefinitionListTitle => Container::Cell,
            Tag::CodeBlock(_) => Container::Code,
            Tag::BlockQuote(_) => Container::Quote,
            Tag::HtmlBlock => Container::Html,
            Tag::Image { .. } => Container::Image,
            Tag::List(_)
            | Tag::Item
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::MetadataBlock(_) => Container::Other,
        })
    }

    /// Returns what ends; emphasis and links are nothing.
    fn ended(tag: TagEnd) -> Option<Container> {
        Some(match tag {
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link => return None,
            TagEnd::Heading(level) => Container::Heading(level as u8),
            TagEnd::Paragraph => Container::Paragraph,
            TagEnd::TableCell | TagEnd::DefinitionListTitle => Container::Cell,
            TagEnd::CodeBlock => Container::Code,
            TagEnd::BlockQuote(_) => Container::Quote,
            TagEnd::HtmlBlock => Container::Html,
            TagEnd::Image => Container::Image,
            TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::MetadataBlock(_) => Container::Other,
        })
    }

    fn number(self) -> u8 {
        match self {
            Container::Heading(level) => level,
            Container::Paragraph => 7,
            Container::Cell => 8,
            Container::Code => 9,
            Container::Quote => 10,
            Container::Html => 11,
            Container::Image => 12,
            Container::Other => 13,
        }
    }

    fn of(number: u8) -> Container {
        match number {
            7 => Container::Paragraph,
            8 => Container::Cell,
            9 => Container::Code,
            10 => Container::Quote,
            11 => Container::Html,
            12 => Container::Image,
            13 => Container::Other,
            level => Container::Heading(level),
        }
    }
}

// What a step is, in six bits: a container that begins is its own number, of which there are fewer than sixteen.
const CLOSE: u8 = 16;
const WORDS: u8 = 32;
const CODE: u8 = 33;
const HTML: u8 = 34;
const TAG: u8 = 35;
const BREAK: u8 = 36;
const RULE: u8 = 37;
/// Added where the words are kept.
const KEPT: u8 = 8;

/// Added to what a step is where its place and its length are numbers of their own.
const FAR: u32 = 1 << 31;

/// Returns a step as one number, where there is room: six bits for what it is, ten for how far from the one before it begins,
/// fifteen for its length.
fn pack(what: u8, gap: Option<usize>, length: usize) -> Option<u32> {
    let gap = gap.filter(|gap| *gap < 1 << 10 && length < 1 << 15)?;
    Some(u32::from(what) << 25 | (gap as u32) << 15 | length as u32)
}

impl Trace {
    /// Parses a body only to see what stands in it.
    pub fn of(text: &str) -> Trace {
        let mut recorder = Recorder::new(text);
        for (event, span) in Parser::new_ext(text, block::options()).into_offset_iter() {
            recorder.note(&event, &span);
        }
        recorder.finish()
    }

    /// Returns what was seen with its bytes in the body; `text` is the body that it was seen in.
    pub fn steps<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Seen<'t>, Range<usize>)> {
        let (mut steps, mut kept) = (self.steps.iter().copied(), self.kept.iter());
        let (mut last, mut open) = (0, Vec::new());
        std::iter::from_fn(move || {
            let step = steps.next()?;
            let (what, span) = if step & FAR != 0 {
                let (start, length) = (steps.next()? as usize, steps.next()? as usize);
                (step as u8, start..start + length)
            } else {
                let start = last + (step >> 15 & 0x3ff) as usize;
                ((step >> 25) as u8, start..start + (step & 0x7fff) as usize)
            };
            if (CLOSE..WORDS).contains(&what) {
                return Some((Seen::Close(Container::of(what - CLOSE)), open.pop()?));
            }
            last = span.start;
            let mut words = || match what & KEPT {
                0 => &text[span.clone()],
                _ => kept.next().map_or("", String::as_str),
            };
            let seen = match what {
                BREAK => Seen::Break,
                RULE => Seen::Rule,
                0..CLOSE => {
                    open.push(span.clone());
                    Seen::Open(Container::of(what))
                }
                _ => match what & !KEPT {
                    CODE => Seen::Code(words()),
                    HTML => Seen::Html(words()),
                    TAG => Seen::Tag(words()),
                    _ => Seen::Words(words()),
                },
            };
            Some((seen, span))
        })
    }
}

/// Notes what is seen.
#[derive(Debug)]
pub struct Recorder<'t> {
    text: &'t str,
    steps: Vec<u32>,
    kept: Vec<String>,
    /// Where the last step begins that has a place of its own.
    last: usize,
    in_code: bool,
}

impl<'t> Recorder<'t> {
    /// Begins a trace of a body.
    pub fn new(text: &'t str) -> Self {
        let steps = Vec::with_capacity(text.len() / 12);
        Recorder { text, steps, kept: Vec::new(), last: 0, in_code: false }
    }

    /// Notes an event of the parser, with its bytes in the body.
    pub fn note(&mut self, event: &Event<'_>, span: &Range<usize>) {
        match event {
            Event::Start(tag) => {
                let Some(container) = Container::begun(tag) else { return };
                self.in_code |= container == Container::Code;
                self.step(container.number(), span);
            }
            Event::End(tag) => {
                let Some(container) = Container::ended(*tag) else { return };
                self.in_code &= container != Container::Code;
                self.steps.extend(pack(CLOSE + container.number(), Some(0), 0));
            }
            Event::Text(_) if self.in_code => {}
            Event::Text(words) => self.words(WORDS, words, span),
            Event::Code(words) | Event::InlineMath(words) | Event::DisplayMath(words) => {
                let marks = span.len().saturating_sub(words.len()) / 2;
                self.words(CODE, words, &(span.start + marks..span.end - marks));
            }
            Event::Html(words) => self.words(HTML, words, span),
            Event::InlineHtml(words) => self.words(TAG, words, span),
            Event::SoftBreak | Event::HardBreak => self.step(BREAK, span),
            Event::Rule => self.step(RULE, span),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn words(&mut self, what: u8, words: &str, span: &Range<usize>) {
        if self.text.get(span.clone()) == Some(words) {
            self.step(what, span);
        } else {
            self.kept.push(words.to_owned());
            self.step(what + KEPT, span);
        }
    }

    fn step(&mut self, what: u8, span: &Range<usize>) {
        match pack(what, span.start.checked_sub(self.last), span.len()) {
            Some(step) => self.steps.push(step),
            // No document has as many bytes as this has room for.
            None => self.steps.extend([FAR | u32::from(what), span.start as u32, span.len() as u32]),
        }
        self.last = span.start;
    }

    /// Ends the trace.
    pub fn finish(self) -> Trace {
        Trace { steps: self.steps.into(), kept: self.kept.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::Reader;
    use crate::source::SourceFile;

    #[test]
    fn a_reader_keeps_what_parsing_again_would_see() {
        // The container becomes an alert, so that the body is another text than that of the file.
        let text = "---\ntitle: A\n---\n# A\n\n::: tip\nb &lt; c\n:::\n\n| d | e |\n|---|---|\n| `f` | g |\n"
            .to_owned();
        let path = "a.md".to_owned();
        let source = || SourceFile {
            path: path.clone(),
            file: path.clone(),
            text: text.clone(),
            size: 0,
            git: None,
            findings: Vec::new(),
        };
        let config = Config::default();
        let document = Reader::new(&config, "").tracing().parse(source());
        assert!(!text.ends_with(document.body()));
        assert_eq!(document.trace, Some(Trace::of(document.body())));
        assert_eq!(Reader::new(&config, "").parse(source()).trace, None);
    }

    #[test]
    fn what_is_far_or_long_keeps_its_place() {
        let (code, words) = ("x\n".repeat(2000), "word ".repeat(9000));
        let text = format!("# A\n\n```\n{code}```\n\n> {words}\n> b\n\nc\n");
        let trace = Trace::of(&text);
        let seen: Vec<(Seen<'_>, Range<usize>)> = trace.steps(&text).collect();
        let spans = Parser::new_ext(&text, block::options()).into_offset_iter();
        let spans: Vec<Range<usize>> = spans
            .filter(|(event, _)| !matches!(event, Event::Text(text) if text.starts_with("x")))
            .map(|(_, span)| span)
            .collect();
        assert_eq!(seen.iter().map(|(_, span)| span.clone()).collect::<Vec<_>>(), spans);
        assert!(seen.iter().any(|(seen, _)| *seen == Seen::Words(words.trim_end())));
    }

    #[test]
    fn what_was_seen_is_read_again() {
        let text = "# A *b*\n\n> c&amp;d `e` \\* <!-- f -->\n> g\n\n```\nh\n```\n<p>\n\n---\n\n![i](j.png)\n";
        let mut drawn = String::new();
        for (seen, span) in Trace::of(text).steps(text) {
            drawn += &format!("{seen:?} {:?}\n", &text[span]);
        }
        let expected = r##"Open(Heading(1)) "# A *b*\n"
Words("A ") "A "
Words("b") "b"
Close(Heading(1)) "# A *b*\n"
Open(Quote) "> c&amp;d `e` \\* <!-- f -->\n> g\n"
Open(Paragraph) "c&amp;d `e` \\* <!-- f -->\n> g\n"
Words("c") "c"
Words("&") "&amp;"
Words("d ") "d "
Code("e") "e"
Words(" ") " "
Words("* ") "* "
Tag("<!-- f -->") "<!-- f -->"
Break "\n"
Words("g") "g"
Close(Paragraph) "c&amp;d `e` \\* <!-- f -->\n> g\n"
Close(Quote) "> c&amp;d `e` \\* <!-- f -->\n> g\n"
Open(Code) "```\nh\n```"
Close(Code) "```\nh\n```"
Open(Html) "<p>\n"
Html("<p>\n") "<p>\n"
Close(Html) "<p>\n"
Rule "---\n"
Open(Paragraph) "![i](j.png)\n"
Open(Image) "![i](j.png)"
Words("i") "i"
Close(Image) "![i](j.png)"
Close(Paragraph) "![i](j.png)\n"
"##;
        assert_eq!(drawn, expected);
    }
}
