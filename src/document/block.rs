//! A tree of blocks with their plain text, read from Markdown.
//!
//! Comes in: Markdown text. Goes out: [`Block`]s whose spans are bytes of that text. This is what the readers of facts,
//! timelines, lessons and actions see; the page is rendered from the Markdown itself, so nothing is lost here.

use pulldown_cmark::CodeBlockKind;
use pulldown_cmark::Event;
use pulldown_cmark::LinkType;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;
use std::borrow::Cow;
use std::ops::Range;

/// Returns the Markdown that documents are written in: CommonMark, what GitHub adds, and a little more.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_WIKILINKS
}

/// Returns words without the calls of another generator's templates, such as `{{< track "2018-05-25" >}}` of Hugo: they
/// stay in the text of the page, and are no words of a summary.
pub fn without_shortcodes(words: &str) -> Cow<'_, str> {
    if !words.contains("{{") {
        return Cow::Borrowed(words);
    }
    let mut kept = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(start) = rest.find("{{") {
        let Some(end) = rest[start..].find("}}") else { break };
        kept.push_str(rest[..start].trim_end());
        rest = &rest[start + end + 2..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// A block of the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes in the text that was parsed.
    pub span: Range<usize>,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockKind {
    /// A heading, ATX or Setext.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its words.
        text: Inline,
        /// An id given as `{#id}`.
        id: Option<String>,
        /// Classes given as `{.class}`.
        classes: Vec<String>,
    },
    /// A paragraph.
    Paragraph(Inline),
    /// A list, bulleted or numbered.
    List {
        /// Whether it is numbered.
        ordered: bool,
        /// Its items.
        items: Vec<Item>,
    },
    /// A table.
    Table {
        /// The cells of the header row.
        head: Vec<Inline>,
        /// The other rows.
        rows: Vec<Row>,
    },
    /// A block quotation or an alert.
    Quote(Vec<Block>),
    /// A code block.
    Code {
        /// The words after the fence.
        info: String,
        /// The code.
        text: String,
    },
    /// Raw HTML, comments included.
    Html(String),
    /// A definition list: each term with its definitions.
    Definitions(Vec<Definition>),
    /// A footnote's definition.
    Footnote(Vec<Block>),
    /// A thematic break.
    Rule,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its bytes, marker and nested blocks included.
    pub span: Range<usize>,
    /// The state of its box, where it has one.
    pub task: Option<bool>,
    /// Its blocks; the words of a tight item are a paragraph.
    pub blocks: Vec<Block>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its bytes.
    pub span: Range<usize>,
    /// Its cells.
    pub cells: Vec<Inline>,
}

/// A term and its definitions.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The term.
    pub term: Inline,
    /// What it means.
    pub blocks: Vec<Block>,
}

/// Words with their marks: plain text, and which ranges of it are bold, struck, code or linked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inline {
    /// The plain text; breaks of the source line are `\n`, raw HTML is left out.
    pub text: String,
    /// Its bytes in the text that was parsed.
    pub span: Range<usize>,
    /// Ranges of `text` that are bold.
    pub bold: Vec<Range<usize>>,
    /// Ranges of `text` that are struck out.
    pub struck: Vec<Range<usize>>,
    /// Ranges of `text` that are code.
    pub code: Vec<Range<usize>>,
    /// Links and images in it.
    pub links: Vec<InlineLink>,
}

/// A link or an image in running text.
#[derive(Clone, Debug, PartialEq)]
pub struct InlineLink {
    /// Its words, as a range of the inline's text.
    pub range: Range<usize>,
    /// Its target as written.
    pub target: String,
    /// Whether it is an image.
    pub image: bool,
    /// Whether it is `[[target]]`.
    pub wiki: bool,
    /// Its bytes in the text that was parsed.
    pub span: Range<usize>,
}

impl Inline {
    /// Returns the text with all white space folded to single spaces.
    pub fn folded(&self) -> Cow<'_, str> {
        fold(&self.text)
    }

    /// Returns whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Returns the end of the bold text at the beginning, where there is any.
    pub fn bold_start(&self) -> Option<usize> {
        let first = self.bold.first()?;
        self.text[..first.start].trim().is_empty().then_some(first.end)
    }

    /// Returns the part of the text from `at` on, with its marks; the span stays that of the whole.
    pub fn after(&self, at: usize) -> Inline {
        let cut = |ranges: &[Range<usize>]| {
            ranges
                .iter()
                .filter(|range| range.end > at)
                .map(|range| range.start.max(at) - at..range.end - at)
                .collect::<Vec<_>>()
        };
        Inline {
            text: self.text[at..].to_owned(),
            span: self.span.clone(),
            bold: cut(&self.bold),
            struck: cut(&self.struck),
            code: cut(&self.code),
            links: self
                .links
                .iter()
                .filter(|link| link.range.end > at)
                .map(|link| InlineLink {
                    range: link.range.start.max(at) - at..link.range.end - at,
                    ..link.clone()
                })
                .collect(),
        }
    }
}

/// Returns text with all white space folded to single spaces, none at the ends.
///
/// Nearly all text is folded already, and every reader asks for it: then it is returned as it is.
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    Cow::Owned(folded)
}

/// Returns whether text holds no white space but single spaces between words.
fn is_folded(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return true };
    // Without a way out in the middle, the compiler looks at many bytes at once.
    let (mut control, mut foreign) = (*first < b' ', *first >= 0x80);
    let mut double = *first == b' ' || *last == b' ';
    for (one, next) in bytes.iter().zip(&bytes[1..]) {
        control |= *next < b' ';
        foreign |= *next >= 0x80;
        double |= (*one == b' ') & (*next == b' ');
    }
    let other_space = || text.chars().any(|c| c != ' ' && c.is_whitespace());
    !(control || double || foreign && other_space())
}

/// Returns where the first colon stands, `:` or `：`, and how many bytes it has.
pub fn find_colon(text: &str) -> Option<(usize, usize)> {
    const WIDE: &str = "：";
    let narrow = memchr::memchr(b':', text.as_bytes());
    // Looking for a byte is many times faster than looking for either of two characters.
    let before = &text[..narrow.unwrap_or(text.len())];
    let wide = (!before.is_ascii()).then(|| before.find(WIDE)).flatten();
    wide.map(|at| (at, WIDE.len())).or(narrow.map(|at| (at, 1)))
}

/// Returns the text before and behind the first colon, `:` or `：`.
pub fn split_at_colon(text: &str) -> Option<(&str, &str)> {
    let (at, width) = find_colon(text)?;
    Some((&text[..at], &text[at + width..]))
}

impl Block {
    /// Calls `visit` with each piece of the plain text of the block and of all in it, and with the line end behind it: one
    /// for each paragraph, item or row, while code ends its lines itself.
    pub fn pieces(&self, visit: &mut dyn FnMut(&str, &str)) {
        match &self.kind {
            BlockKind::Heading { text, .. } | BlockKind::Paragraph(text) => visit(&text.text, "\n"),
            BlockKind::Table { head, rows } => {
                let cells = head.iter().chain(rows.iter().flat_map(|row| &row.cells));
                cells.for_each(|cell| visit(&cell.text, "\n"));
            }
            BlockKind::Code { text, .. } => visit(text, ""),
            BlockKind::List { items, .. } => {
                items.iter().flat_map(|item| &item.blocks).for_each(|block| block.pieces(visit));
            }
            BlockKind::Quote(blocks) | BlockKind::Footnote(blocks) => {
                blocks.iter().for_each(|block| block.pieces(visit));
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    visit(&definition.term.text, "\n");
                    definition.blocks.iter().for_each(|block| block.pieces(visit));
                }
            }
            BlockKind::Html(_) | BlockKind::Rule => {}
        }
    }

    /// Appends the plain text of the block and of all in it.
    pub fn push_text(&self, out: &mut String) {
        self.pieces(&mut |text, end| {
            out.push_str(text);
            out.push_str(end);
        });
    }
}

/// Parses Markdown into blocks.
pub fn parse(text: &str) -> Vec<Block> {
    parse_and(text, |_, _| {})
}

/// Parses Markdown into blocks, and shows `see` every event of the parser with its bytes.
pub fn parse_and(text: &str, mut see: impl FnMut(&Event<'_>, &Range<usize>)) -> Vec<Block> {
    let mut builder = Builder::default();
    for (event, span) in Parser::new_ext(text, options()).into_offset_iter() {
        see(&event, &span);
        builder.event(event, span);
    }
    builder.finish()
}

/// A container that is still open.
enum Open {
    Quote,
    Footnote,
    List(bool, Vec<Item>),
    Item(Option<bool>),
    Definitions(Vec<Definition>),
    DefinitionBody,
    Table(Vec<Inline>, Vec<Row>),
    Row(Vec<Inline>),
}

/// Nested deeper than this, containers are read as if they stood at this depth: no person reads further, and a hostile
/// file of a million quotation marks must not grow a tree whose recursive readers overflow the stack.
const DEEPEST: usize = 48;

#[derive(Default)]
struct Builder {
    /// Open containers with where they began and the blocks of their parent so far.
    open: Vec<(Open, usize, Vec<Block>)>,
    /// Containers that were opened beyond the deepest level and are not represented.
    beyond: usize,
    blocks: Vec<Block>,
    /// The running text being read.
    inline: Option<Inline>,
    marks: Vec<(usize, Option<InlineLink>)>,
    heading: Option<(u8, Option<String>, Vec<String>)>,
    code: Option<(String, String)>,
    html: Option<(String, Range<usize>)>,
}

impl Builder {
    fn push(&mut self, kind: BlockKind, span: Range<usize>) {
        self.blocks.push(Block { kind, span });
    }

    fn enter(&mut self, open: Open, start: usize) {
        self.close_loose();
        if self.open.len() >= DEEPEST {
            self.beyond += 1;
            return;
        }
        let parent = std::mem::take(&mut self.blocks);
        self.open.push((open, start, parent));
    }

    fn leave(&mut self) -> Option<(Open, Range<usize>, Vec<Block>)> {
        self.close_loose();
        if self.beyond > 0 {
            self.beyond -= 1;
            return None;
        }
        let (open, start, parent) = self.open.pop()?;
        let inner = std::mem::replace(&mut self.blocks, parent);
        Some((open, start..start, inner))
    }

    /// Ends the running text of a tight item, which no event of its own ends.
    fn close_loose(&mut self) {
        if let Some(inline) = self.inline.take() {
            self.marks.clear();
            if !inline.is_empty() || !inline.links.is_empty() {
                let span = inline.span.clone();
                self.push(BlockKind::Paragraph(inline), span);
            }
        }
    }

    fn words(&mut self, span: &Range<usize>) -> &mut Inline {
        let inline = self.inline.get_or_insert_with(|| Inline { span: span.clone(), ..Inline::default() });
        inline.span.end = inline.span.end.max(span.end);
        inline
    }

    fn begin_inline(&mut self, span: &Range<usize>) {
        self.close_loose();
        let text = String::with_capacity(span.len());
        self.inline = Some(Inline { text, span: span.clone(), ..Inline::default() });
    }

    fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag, span),
            Event::Text(text) => {
                if let Some((_, code)) = &mut self.code {
                    code.push_str(&text);
                } else if let Some((html, _)) = &mut self.html {
                    html.push_str(&text);
                } else {
                    self.words(&span).text.push_str(&text);
                }
            }
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                let inline = self.words(&span);
                let start = inline.text.len();
                inline.text.push_str(&text);
                inline.code.push(start..inline.text.len());
            }
            Event::Html(text) => match &mut self.html {
                Some((html, _)) => html.push_str(&text),
                None => self.push(BlockKind::Html(text.into_string()), span),
            },
            Event::InlineHtml(text) => {
                let inline = self.words(&span);
                if text.len() >= 3 && text[1..].trim_start_matches('/').to_ascii_lowercase().starts_with("br")
                {
                    inline.text.push('\n');
                }
            }
            Event::SoftBreak | Event::HardBreak => self.words(&span).text.push('\n'),
            Event::FootnoteReference(_) => {}
            Event::TaskListMarker(done) => {
                if let Some((Open::Item(task), ..)) = self.open.last_mut() {
                    *task = Some(done);
                }
            }
            Event::Rule => {
                self.close_loose();
                self.push(BlockKind::Rule, span);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::TableCell | Tag::DefinitionListTitle => self.begin_inline(&span),
            Tag::Heading { level, id, classes, .. } => {
                let classes = classes.iter().map(|class| class.to_string()).collect();
                self.begin_inline(&span);
                self.heading = Some((level as u8, id.map(|id| id.into_string()), classes));
            }
            Tag::BlockQuote(_) => self.enter(Open::Quote, span.start),
            Tag::FootnoteDefinition(_) => self.enter(Open::Footnote, span.start),
            Tag::List(first) => self.enter(Open::List(first.is_some(), Vec::new()), span.start),
            Tag::Item => self.enter(Open::Item(None), span.start),
            Tag::DefinitionList => self.enter(Open::Definitions(Vec::new()), span.start),
            Tag::DefinitionListDefinition => self.enter(Open::DefinitionBody, span.start),
            Tag::Table(_) => self.enter(Open::Table(Vec::new(), Vec::new()), span.start),
            Tag::TableHead | Tag::TableRow => self.enter(Open::Row(Vec::new()), span.start),
            Tag::CodeBlock(kind) => {
                self.close_loose();
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((info, String::new()));
            }
            Tag::HtmlBlock => {
                self.close_loose();
                self.html = Some((String::new(), span));
            }
            Tag::Strong | Tag::Strikethrough => {
                let at = self.words(&span).text.len();
                self.marks.push((at, None));
            }
            Tag::Link { link_type, dest_url, .. } => {
                let wiki = matches!(link_type, LinkType::WikiLink { .. });
                self.link(dest_url.into_string(), false, wiki, span);
            }
            Tag::Image { link_type, dest_url, .. } => {
                let wiki = matches!(link_type, LinkType::WikiLink { .. });
                self.link(dest_url.into_string(), true, wiki, span);
            }
            Tag::Emphasis | Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => {}
        }
    }

    fn link(&mut self, target: String, image: bool, wiki: bool, span: Range<usize>) {
        let at = self.words(&span).text.len();
        self.marks.push((at, Some(InlineLink { range: at..at, target, image, wiki, span })));
    }

    fn end(&mut self, tag: TagEnd, span: Range<usize>) {
        match tag {
            TagEnd::Paragraph => self.close_loose(),
            TagEnd::Heading(_) => {
                let inline = self.inline.take().unwrap_or_default();
                self.marks.clear();
                if let Some((level, id, classes)) = self.heading.take() {
                    self.push(BlockKind::Heading { level, text: inline, id, classes }, span);
                }
            }
            TagEnd::TableCell => {
                let mut inline = self.inline.take().unwrap_or_default();
                inline.span = span;
                self.marks.clear();
                match self.open.last_mut() {
                    Some((Open::Row(cells), ..)) if self.beyond == 0 => cells.push(inline),
                    _ => {
                        let span = inline.span.clone();
                        self.push(BlockKind::Paragraph(inline), span);
                    }
                }
            }
            TagEnd::DefinitionListTitle => {
                let term = self.inline.take().unwrap_or_default();
                self.marks.clear();
                if let Some((Open::Definitions(list), ..)) = self.open.last_mut() {
                    list.push(Definition { term, blocks: Vec::new() });
                }
            }
            TagEnd::CodeBlock => {
                if let Some((info, text)) = self.code.take() {
                    self.push(BlockKind::Code { info, text }, span);
                }
            }
            TagEnd::HtmlBlock => {
                if let Some((html, _)) = self.html.take() {
                    self.push(BlockKind::Html(html), span);
                }
            }
            TagEnd::Strong | TagEnd::Strikethrough => {
                let Some((start, None)) = self.marks.pop() else { return };
                let inline = self.words(&span);
                let range = start.min(inline.text.len())..inline.text.len();
                if tag == TagEnd::Strong { inline.bold.push(range) } else { inline.struck.push(range) }
            }
            TagEnd::Link | TagEnd::Image => {
                let Some((start, Some(mut link))) = self.marks.pop() else { return };
                let inline = self.words(&span);
                link.range = start.min(inline.text.len())..inline.text.len();
                inline.links.push(link);
            }
            TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow => self.close(span),
            TagEnd::Emphasis | TagEnd::Superscript | TagEnd::Subscript | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn close(&mut self, span: Range<usize>) {
        let Some((open, _, inner)) = self.leave() else { return };
        match open {
            Open::Quote => self.push(BlockKind::Quote(inner), span),
            Open::Footnote => self.push(BlockKind::Footnote(inner), span),
            Open::List(ordered, items) => self.push(BlockKind::List { ordered, items }, span),
            Open::Definitions(list) => self.push(BlockKind::Definitions(list), span),
            Open::Table(head, rows) => self.push(BlockKind::Table { head, rows }, span),
            Open::Item(task) => {
                if let Some((Open::List(_, items), ..)) = self.open.last_mut() {
                    items.push(Item { span, task, blocks: inner });
                }
            }
            Open::DefinitionBody => {
                if let Some((Open::Definitions(list), ..)) = self.open.last_mut()
                    && let Some(definition) = list.last_mut()
                {
                    definition.blocks.extend(inner);
                }
            }
            Open::Row(cells) => {
                if let Some((Open::Table(head, rows), ..)) = self.open.last_mut() {
                    if head.is_empty() && rows.is_empty() {
                        *head = cells;
                    } else {
                        rows.push(Row { span, cells });
                    }
                }
            }
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.close_loose();
        // The parser closes what it opens; this only guards the invariant that nothing read is dropped.
        while let Some((_, _, parent)) = self.open.pop() {
            let inner = std::mem::replace(&mut self.blocks, parent);
            self.blocks.extend(inner);
        }
        self.blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the tree as an indented list.
    fn draw(text: &str) -> String {
        fn inline(inline: &Inline) -> String {
            let mut out = format!("{:?}", inline.text);
            for bold in &inline.bold {
                out += &format!(" bold={:?}", &inline.text[bold.clone()]);
            }
            for link in &inline.links {
                out += &format!(" link={:?}->{}", &inline.text[link.range.clone()], link.target);
            }
            out
        }
        fn blocks(list: &[Block], depth: usize, out: &mut String) {
            for block in list {
                let pad = "  ".repeat(depth);
                match &block.kind {
                    BlockKind::Heading { level, text, .. } => {
                        *out += &format!("{pad}h{level} {}\n", inline(text))
                    }
                    BlockKind::Paragraph(text) => *out += &format!("{pad}p {}\n", inline(text)),
                    BlockKind::List { ordered, items } => {
                        *out += &format!("{pad}{}\n", if *ordered { "ol" } else { "ul" });
                        for item in items {
                            *out += &format!("{pad}- task={:?}\n", item.task);
                            blocks(&item.blocks, depth + 2, out);
                        }
                    }
                    BlockKind::Table { head, rows } => {
                        *out += &format!(
                            "{pad}table {:?}\n",
                            head.iter().map(|cell| &cell.text).collect::<Vec<_>>()
                        );
                        for row in rows {
                            let cells: Vec<_> = row.cells.iter().map(|cell| &cell.text).collect();
                            *out += &format!("{pad}| {cells:?}\n");
                        }
                    }
                    BlockKind::Quote(inner) | BlockKind::Footnote(inner) => {
                        *out += &format!("{pad}quote\n");
                        blocks(inner, depth + 1, out);
                    }
                    BlockKind::Definitions(list) => {
                        for definition in list {
                            *out += &format!("{pad}dt {}\n", inline(&definition.term));
                            blocks(&definition.blocks, depth + 1, out);
                        }
                    }
                    BlockKind::Code { info, text } => *out += &format!("{pad}code {info} {text:?}\n"),
                    BlockKind::Html(html) => *out += &format!("{pad}html {html:?}\n"),
                    BlockKind::Rule => *out += &format!("{pad}rule\n"),
                }
            }
        }
        let mut out = String::new();
        blocks(&parse(text), 0, &mut out);
        out
    }

    #[test]
    fn blocks_keep_words_marks_and_nesting() {
        let drawn = draw(
            "# A *title*\n\n**Date:** 2021 [x](y.md)\nnext\n\n- [x] done\n- loose\n\n  1. inner\n\n\
             | a | b |\n|---|---|\n| 1 | |\n\n> quoted\n\n```sh\nls\n```\n<!-- c -->\n\nterm\n: meaning\n",
        );
        let expected = "h1 \"A title\"\np \"Date: 2021 x\\nnext\" bold=\"Date:\" link=\"x\"->y.md\nul\n- task=Some(true)\n    p \"done\"\n- task=None\n    p \"loose\"\n    ol\n    - task=None\n        p \"inner\"\ntable [\"a\", \"b\"]\n| [\"1\", \"\"]\nquote\n  p \"quoted\"\ncode sh \"ls\\n\"\nhtml \"<!-- c -->\\n\"\ndt \"term\"\n  p \"meaning\"\n";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn a_tower_of_quotes_keeps_its_words() {
        let text = format!("{}deep\n", "> ".repeat(5000));
        let mut words = String::new();
        for block in parse(&text) {
            block.push_text(&mut words);
        }
        assert_eq!(words.trim(), "deep");
    }

    #[test]
    fn the_rest_of_a_label_keeps_its_links() {
        let blocks = parse("**Owner:** [Jo](https://x.example)");
        let BlockKind::Paragraph(inline) = &blocks[0].kind else { panic!("no paragraph") };
        let rest = inline.after(inline.bold_start().unwrap());
        assert_eq!(rest.text, " Jo");
        assert_eq!(&rest.text[rest.links[0].range.clone()], "Jo");
    }
}
