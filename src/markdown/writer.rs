//! Turns the events of the Markdown parser into HTML.
//!
//! Comes in: Markdown. Goes out: HTML, in one pass over the events and without recursion, however deeply they nest.
//!
//! Invariant: no byte of the document is written except through `escape`, and no tag except by name from here or from
//! the list in `html`. What the document opened in raw HTML is closed where the block that holds it ends.

use crate::document::block;
use crate::markdown::Mark;
use crate::markdown::Note;
use crate::markdown::NoteKind;
use crate::markdown::Options;
use crate::markdown::Rendered;
use crate::markdown::Resolve;
use crate::markdown::Target;
use crate::markdown::code;
use crate::markdown::escape;
use crate::markdown::html;
use crate::markdown::html::Fate;
use crate::markdown::html::Token;
use crate::markdown::label::Labels;
use crate::markdown::label::labels;
use crate::markdown::link;
use pulldown_cmark::Alignment;
use pulldown_cmark::BlockQuoteKind;
use pulldown_cmark::CodeBlockKind;
use pulldown_cmark::Event;
use pulldown_cmark::LinkType;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;
use std::collections::HashMap;
use std::collections::HashSet;
use std::fmt::Write;
use std::ops::Range;

/// Nested deeper than this, elements are left out and their words stay: browsers stop at 512, and tools before that.
const DEEPEST: usize = 100;

/// Renders Markdown.
pub(super) fn render(text: &str, options: &Options<'_>, resolve: &dyn Resolve) -> Rendered {
    let mut writer = Writer::new(text, options, resolve);
    for (event, span) in Parser::new_ext(text, block::options()).into_offset_iter() {
        writer.event(event, span);
    }
    writer.finish()
}

struct Writer<'a> {
    text: &'a str,
    options: &'a Options<'a>,
    resolve: &'a dyn Resolve,
    labels: &'static Labels,
    out: String,
    notes: Vec<Note>,
    has_code: bool,
    has_raw_html: bool,
    /// Whether raw elements were written that another eye should look at.
    needs_cleaning: bool,
    /// How many elements of Markdown are open.
    depth: usize,
    /// The depth at which an element began that is left out with its content.
    dropping: Option<usize>,
    /// Running text that is not written yet: the parser hands it over in pieces, and addresses must be found in the
    /// whole.
    run: String,
    /// Whether the document may hold addresses in running text at all.
    has_bare: bool,
    /// For each open link, whether it is written as one.
    links: Vec<bool>,
    image: Option<Image>,
    table: Table,
    /// How many tables were begun.
    tables: usize,
    /// Places in `out` of the digits of headings.
    levels: Vec<usize>,
    /// The anchor of the heading that is open.
    anchor: Option<&'a str>,
    next_anchor: usize,
    next_mark: usize,
    /// Labels and extra ids of marks that wait for the first words of their element.
    pending: String,
    code: Option<(String, String)>,
    raw_block: Option<(String, Range<usize>)>,
    /// Raw elements that are open, from the outermost inwards.
    raw_open: Vec<RawElement>,
    /// The names of all elements that the document closes somewhere; read when first needed.
    closed_names: Option<HashSet<String>>,
    /// An inline `script` or `style` that may be closed yet.
    removing: Option<Removing>,
    footnotes: Vec<Footnote>,
    footnote_numbers: HashMap<String, usize>,
    /// What was being written when a footnote's definition began, outermost first.
    around_footnote: Vec<(String, Vec<usize>, usize)>,
}

/// An image whose words are being read.
struct Image {
    target: String,
    title: String,
    alt: String,
    wiki: bool,
    depth: usize,
    span: Range<usize>,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    /// Where the head, and the cell that was opened last, begin in what is written.
    head_at: usize,
    cell_at: usize,
    /// A cell of the head holds something.
    named: bool,
}

/// An element of raw HTML that is open.
struct RawElement {
    name: &'static str,
    /// The depth at which it was opened.
    depth: usize,
}

/// An element in running text that goes with its content, if it ends where it began.
struct Removing {
    name: &'static str,
    /// Where it began in `out`.
    start: usize,
    /// The depth at which it began.
    depth: usize,
    /// How many raw elements were open.
    raw_open: usize,
    span: Range<usize>,
}

#[derive(Default)]
struct Footnote {
    references: usize,
    html: Option<(String, Vec<usize>)>,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, options: &'a Options<'a>, resolve: &'a dyn Resolve) -> Self {
        Writer {
            text,
            options,
            resolve,
            labels: labels(options.lang),
            out: String::with_capacity(text.len() + text.len() / 2),
            notes: Vec::new(),
            has_code: false,
            has_raw_html: false,
            needs_cleaning: false,
            depth: 0,
            dropping: None,
            run: String::new(),
            has_bare: link::may_hold_bare(text),
            links: Vec::new(),
            image: None,
            table: Table::default(),
            tables: 0,
            levels: Vec::new(),
            anchor: None,
            next_anchor: 0,
            next_mark: 0,
            pending: String::new(),
            code: None,
            raw_block: None,
            raw_open: Vec::new(),
            closed_names: None,
            removing: None,
            footnotes: Vec::new(),
            footnote_numbers: HashMap::new(),
            around_footnote: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        if let Some(depth) = self.dropping {
            match event {
                Event::Start(_) => self.depth += 1,
                Event::End(_) => {
                    self.depth -= 1;
                    if self.depth == depth {
                        self.dropping = None;
                        self.pass_marks(span.end);
                    }
                }
                _ => {}
            }
            return;
        }
        if self.image.is_some() {
            self.in_image(event);
            return;
        }
        match event {
            Event::Text(words) => self.words(&words, span),
            Event::Start(tag) => {
                self.flush();
                self.start(tag, span);
            }
            Event::End(tag) => {
                self.flush();
                self.end(tag);
            }
            Event::SoftBreak => {
                self.flush();
                self.out.push('\n');
            }
            Event::HardBreak => {
                self.flush();
                self.out.push_str("<br>\n");
            }
            Event::Code(words) => {
                self.inline(&span);
                self.out.push_str("<code>");
                escape::text(&mut self.out, &words);
                self.out.push_str("</code>");
            }
            Event::InlineMath(words) => {
                self.inline(&span);
                self.out.push_str("<span class=\"math\">$");
                escape::text(&mut self.out, &words);
                self.out.push_str("$</span>");
            }
            Event::DisplayMath(words) => {
                // A `div` may not stand in a paragraph; the class makes a block of it.
                self.inline(&span);
                self.out.push_str("<span class=\"math display\">$$");
                escape::text(&mut self.out, &words);
                self.out.push_str("$$</span>");
            }
            Event::Html(raw) => {
                self.flush();
                match &mut self.raw_block {
                    Some((block, _)) => block.push_str(&raw),
                    None => self.raw(&raw, &span, true),
                }
            }
            Event::InlineHtml(raw) => {
                self.inline(&span);
                self.raw(&raw, &span, false);
            }
            Event::FootnoteReference(name) => {
                self.inline(&span);
                self.reference(&name);
            }
            Event::TaskListMarker(done) => {
                self.inline(&span);
                let (checked, name) =
                    if done { (" checked", self.labels.done) } else { ("", self.labels.open) };
                let _ =
                    write!(self.out, "<input type=\"checkbox\" disabled{checked} aria-label=\"{name}\"> ");
            }
            Event::Rule => {
                self.flush();
                self.close_paragraph();
                self.out.push_str("<hr>\n");
            }
        }
    }

    // Running text.

    /// Takes a piece of running text.
    fn words(&mut self, words: &str, span: Range<usize>) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(words);
            return;
        }
        if let Some((raw, _)) = &mut self.raw_block {
            raw.push_str(words);
            return;
        }
        let mut words = words;
        if self.options.marks.get(self.next_mark).is_some_and(|mark| mark.span.start < span.end) {
            words = self.marks_in(words, &span);
        }
        if !self.pending.is_empty() {
            self.flush();
            self.put_pending();
        }
        if self.has_bare {
            self.run.push_str(words);
        } else {
            escape::text(&mut self.out, words);
        }
    }

    /// Writes the marks that begin in a piece of running text; returns what stands behind the last of them.
    fn marks_in<'w>(&mut self, words: &'w str, span: &Range<usize>) -> &'w str {
        let mut written = 0;
        while let Some(mark) =
            self.options.marks.get(self.next_mark).filter(|mark| mark.span.start < span.end)
        {
            self.next_mark += 1;
            let at = mark.span.start.saturating_sub(span.start);
            // Only a piece that stands in the text as it is can be split.
            if self.text.get(span.clone()) == Some(words) && at > written && words.is_char_boundary(at) {
                self.run.push_str(&words[written..at]);
                written = at;
            }
            self.flush();
            self.put_pending();
            push_mark(&mut self.out, mark);
        }
        &words[written..]
    }

    /// Writes marks that begin before `end`, for want of words that they could stand before.
    fn pass_marks(&mut self, end: usize) {
        while let Some(mark) = self.options.marks.get(self.next_mark).filter(|mark| mark.span.start < end) {
            self.next_mark += 1;
            push_mark(&mut self.pending, mark);
        }
    }

    /// Makes ready for something in running text other than words.
    fn inline(&mut self, span: &Range<usize>) {
        self.flush();
        self.pass_marks(span.end);
        self.put_pending();
    }

    fn put_pending(&mut self) {
        if !self.pending.is_empty() {
            self.out.push_str(&self.pending);
            self.pending.clear();
        }
    }

    /// Writes the running text that was held back, with addresses as links.
    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        let mut written = 0;
        if !self.in_link() && link::may_hold_bare(&run) {
            for bare in link::bare(&run) {
                escape::text(&mut self.out, &run[written..bare.range.start]);
                let words = &run[bare.range.clone()];
                let target = if bare.lacks_scheme { format!("http://{words}") } else { words.to_owned() };
                let href = match self.resolve.link(&target, false) {
                    Target::Href(href) | Target::External(href) => Some(href),
                    Target::Words => None,
                };
                let opened = href.is_some_and(|href| self.open_link(&href, ""));
                escape::text(&mut self.out, words);
                if opened {
                    self.out.push_str("</a>");
                }
                written = bare.range.end;
            }
        }
        escape::text(&mut self.out, &run[written..]);
        // The buffer is used again.
        self.run = run;
        self.run.clear();
    }

    fn in_link(&self) -> bool {
        self.links.contains(&true) || self.raw_open.iter().any(|element| element.name == "a")
    }

    // Links and images.

    /// Returns where a link leads, if it may lead there.
    fn href(&mut self, target: &str, wiki: bool, span: &Range<usize>) -> Option<String> {
        let target = link::normalize(target);
        if target.is_empty() || !self.is_allowed(&target, span) {
            return None;
        }
        match self.resolve.link(&target, wiki) {
            Target::Href(href) | Target::External(href) => {
                link::is_allowed(&link::normalize(&href)).then_some(href)
            }
            Target::Words => None,
        }
    }

    fn is_allowed(&mut self, target: &str, span: &Range<usize>) -> bool {
        let allowed = link::is_allowed(target);
        if !allowed {
            self.notes.push(Note { span: span.clone(), kind: NoteKind::Scheme(target.to_owned()) });
        }
        allowed
    }

    /// Writes the beginning of a link; returns whether it may be one.
    fn open_link(&mut self, href: &str, title: &str) -> bool {
        self.out.push_str("<a href=\"");
        escape::address(&mut self.out, href);
        self.out.push('"');
        if !title.is_empty() {
            self.out.push_str(" title=\"");
            escape::attribute(&mut self.out, title);
            self.out.push('"');
        }
        if link::is_elsewhere(href) {
            self.out.push_str(" rel=\"noopener noreferrer\"");
        }
        self.out.push('>');
        true
    }

    /// Takes what stands between the brackets of an image: only its words count.
    fn in_image(&mut self, event: Event<'_>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => {
                self.depth -= 1;
                if self.depth == image.depth
                    && let Some(image) = self.image.take()
                {
                    self.image(&image, "");
                }
            }
            Event::Text(words)
            | Event::Code(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words) => {
                image.alt.push_str(&words);
            }
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            _ => {}
        }
    }

    /// Writes an image, a link to it, or its words.
    fn image(&mut self, image: &Image, attributes: &str) {
        let target = link::normalize(&image.target);
        let resolved = if target.is_empty() || !self.is_allowed(&target, &image.span) {
            Target::Words
        } else {
            self.resolve.image(&target, image.wiki)
        };
        match resolved {
            Target::Href(src) if link::is_allowed(&link::normalize(&src)) => {
                self.out.push_str("<img src=\"");
                escape::address(&mut self.out, &src);
                self.out.push_str("\" alt=\"");
                escape::attribute(&mut self.out, &image.alt);
                self.out.push('"');
                if !image.title.is_empty() {
                    self.out.push_str(" title=\"");
                    escape::attribute(&mut self.out, &image.title);
                    self.out.push('"');
                }
                self.out.push_str(attributes);
                self.out.push_str(" loading=\"lazy\" decoding=\"async\">");
            }
            Target::External(href) if link::is_allowed(&link::normalize(&href)) => {
                let words = [image.alt.as_str(), image.title.as_str()]
                    .into_iter()
                    .find(|words| !words.trim().is_empty());
                self.link_to(&href, words.unwrap_or_else(|| last_part(&href)));
            }
            _ => escape::text(&mut self.out, &image.alt),
        }
    }

    /// Writes a whole link; only its words where a link is open.
    fn link_to(&mut self, href: &str, words: &str) {
        let opened = !self.in_link() && self.open_link(href, "");
        escape::text(&mut self.out, words);
        if opened {
            self.out.push_str("</a>");
        }
    }

    // Elements of Markdown.

    /// Writes the beginning of an element, with the marks that belong to it.
    fn open(&mut self, name: &str, attributes: &str, span: &Range<usize>) {
        let mut id = None;
        while let Some(mark) = self.options.marks.get(self.next_mark) {
            if !fits(self.text, mark, span) {
                break;
            }
            self.next_mark += 1;
            if id.is_none() && self.depth <= DEEPEST && !attributes.contains(" id=") {
                id = Some(mark);
                self.pending.push_str(mark.label_html.as_deref().unwrap_or_default());
            } else {
                push_mark(&mut self.pending, mark);
            }
        }
        if self.depth > DEEPEST {
            return;
        }
        self.out.push('<');
        self.out.push_str(name);
        if let Some(mark) = id {
            push_id(&mut self.out, mark);
        }
        self.out.push_str(attributes);
        self.out.push('>');
    }

    /// Opens the region in which a table scrolls; no two of a page bear one name.
    fn table_region(&mut self) {
        self.tables += 1;
        let (name, number) = (self.labels.table, self.tables);
        let number = if number == 1 { String::new() } else { format!(" {number}") };
        let _ = write!(
            self.out,
            "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{name}{number}\">"
        );
    }

    /// Writes the end of an element that [`open`](Self::open) began.
    fn close(&mut self, end: &str) {
        if self.depth <= DEEPEST {
            self.out.push_str(end);
        }
    }

    /// Writes the end of a block; where it is too deep to have one, its words still end.
    fn close_block(&mut self, end: &str) {
        self.out.push_str(if self.depth <= DEEPEST { end } else { "\n" });
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        let is_title = |title: &Range<usize>| {
            span.start <= title.start
                && title.start < span.end
                && self.text.get(title.end..span.end).is_none_or(is_decoration)
                && self.text.get(span.start..title.start).is_none_or(is_decoration)
        };
        if matches!(tag, Tag::Heading { .. } | Tag::Paragraph) && self.options.drop.iter().any(is_title) {
            self.dropping = Some(self.depth);
            self.depth += 1;
            return;
        }
        self.depth += 1;
        match tag {
            Tag::Paragraph => {
                self.close_paragraph();
                self.open("p", "", &span);
                self.put_pending();
            }
            Tag::Heading { level, .. } => {
                self.close_paragraph();
                self.heading(level as u8, &span);
            }
            Tag::BlockQuote(kind) => {
                self.close_paragraph();
                match kind {
                    Some(kind) => self.alert(kind, &span),
                    None => self.open("blockquote", "", &span),
                }
                self.out.push('\n');
            }
            Tag::CodeBlock(kind) => {
                self.close_paragraph();
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.pass_marks(span.end);
                self.put_pending();
                self.code = Some((info, String::new()));
            }
            Tag::HtmlBlock => {
                self.pass_marks(span.end);
                self.put_pending();
                self.raw_block = Some((String::new(), span));
            }
            Tag::List(first) => {
                self.close_paragraph();
                match first {
                    None => self.close("<ul>\n"),
                    Some(1) => self.close("<ol>\n"),
                    Some(first) if self.depth <= DEEPEST => {
                        let _ = writeln!(self.out, "<ol start=\"{first}\">");
                    }
                    Some(_) => {}
                }
            }
            Tag::Item => self.open("li", "", &span),
            Tag::FootnoteDefinition(name) => {
                let number = self.footnote(&name);
                let around = std::mem::take(&mut self.out);
                let levels = std::mem::take(&mut self.levels);
                self.around_footnote.push((around, levels, number));
            }
            Tag::DefinitionList => {
                self.close_paragraph();
                self.close("<dl>\n");
            }
            Tag::DefinitionListTitle => {
                self.open("dt", "", &span);
                self.put_pending();
            }
            Tag::DefinitionListDefinition => self.open("dd", "", &span),
            Tag::Table(alignments) => {
                self.close_paragraph();
                self.table = Table { alignments, ..Table::default() };
                if self.depth <= DEEPEST {
                    self.table_region();
                }
                self.close("<table>\n");
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.table.cell = 0;
                self.table.head_at = self.out.len();
                self.close("<thead>");
                self.open("tr", "", &span);
            }
            Tag::TableRow => {
                self.table.in_head = false;
                self.table.cell = 0;
                self.open("tr", "", &span);
            }
            Tag::TableCell => {
                let class = match self.table.alignments.get(self.table.cell) {
                    Some(Alignment::Left) => " class=\"left\"",
                    Some(Alignment::Center) => " class=\"center\"",
                    Some(Alignment::Right) => " class=\"right\"",
                    Some(Alignment::None) | None => "",
                };
                self.table.cell += 1;
                let name = if self.table.in_head { "th" } else { "td" };
                self.table.cell_at = self.out.len();
                if self.depth <= DEEPEST {
                    // Cells are many, and formatting one takes longer than writing it.
                    self.out.push('<');
                    self.out.push_str(name);
                    self.out.push_str(class);
                    self.out.push('>');
                }
                self.put_pending();
            }
            Tag::Emphasis => self.start_inline("<em>", &span),
            Tag::Strong => self.start_inline("<strong>", &span),
            Tag::Strikethrough => self.start_inline("<del>", &span),
            Tag::Superscript => self.start_inline("<sup>", &span),
            Tag::Subscript => self.start_inline("<sub>", &span),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.start_inline("", &span);
                let wiki = matches!(link_type, LinkType::WikiLink { .. });
                let target = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                // A link inside a raw one ends it, as in a browser.
                self.close_raw_link();
                let href = self.href(&target, wiki, &span);
                let opened = self.depth <= DEEPEST
                    && !self.in_link()
                    && href.is_some_and(|href| self.open_link(&href, &title));
                self.links.push(opened);
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                self.start_inline("", &span);
                self.image = Some(Image {
                    target: dest_url.into_string(),
                    title: title.into_string(),
                    alt: String::new(),
                    wiki: matches!(link_type, LinkType::WikiLink { .. }),
                    depth: self.depth - 1,
                    span,
                });
            }
            Tag::MetadataBlock(_) => {}
        }
    }

    fn start_inline(&mut self, tag: &str, span: &Range<usize>) {
        // A mark at the first byte stands before the element; one further in waits for its words.
        self.pass_marks(span.start + 1);
        self.put_pending();
        self.close(tag);
    }

    fn end(&mut self, tag: TagEnd) {
        if self.raw_open.last().is_some_and(|element| element.depth >= self.depth) {
            self.close_raw(self.depth);
        }
        if self.removing.as_ref().is_some_and(|removing| removing.depth >= self.depth) {
            self.removing = None;
        }
        match tag {
            TagEnd::Paragraph => self.close_block("</p>\n"),
            TagEnd::Heading(level) => self.end_heading(level as u8),
            TagEnd::BlockQuote(kind) => {
                self.put_pending();
                self.close(if kind.is_some() { "</div>\n" } else { "</blockquote>\n" });
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => {
                if let Some((raw, span)) = self.raw_block.take() {
                    // Elements that an HTML block opens go on after it: they belong to what holds the block.
                    self.depth -= 1;
                    self.raw(&raw, &span, true);
                    self.depth += 1;
                }
            }
            TagEnd::List(ordered) => self.close(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => {
                self.put_pending();
                self.close_block("</li>\n");
            }
            TagEnd::FootnoteDefinition => {
                self.put_pending();
                if let Some((around, levels, number)) = self.around_footnote.pop() {
                    let html = std::mem::replace(&mut self.out, around);
                    let inner = std::mem::replace(&mut self.levels, levels);
                    match &mut self.footnotes[number].html {
                        Some((other, places)) => {
                            places.extend(inner.iter().map(|place| place + other.len()));
                            other.push_str(&html);
                        }
                        none => *none = Some((html, inner)),
                    }
                }
            }
            TagEnd::DefinitionList => self.close("</dl>\n"),
            TagEnd::DefinitionListTitle => self.close_block("</dt>\n"),
            TagEnd::DefinitionListDefinition => {
                self.put_pending();
                self.close_block("</dd>\n");
            }
            TagEnd::Table => self.close("</tbody></table></div>\n"),
            // A head without a word only stands there because Markdown knows no table without one.
            TagEnd::TableHead if !self.table.named && self.depth <= DEEPEST => {
                self.out.truncate(self.table.head_at);
                self.close("<tbody>\n");
            }
            TagEnd::TableHead => self.close("</tr></thead><tbody>\n"),
            TagEnd::TableRow => self.close("</tr>\n"),
            TagEnd::TableCell => {
                // Words of cells that are left out must not run together.
                let mut end = if self.table.in_head { "</th>" } else { "</td>" };
                if self.table.in_head {
                    // A corner that is empty names nothing, so whoever listens is not told of a heading.
                    let cell = self.table.cell_at;
                    if self.depth <= DEEPEST && self.out[cell..].find('>') == Some(self.out.len() - cell - 1)
                    {
                        self.out.replace_range(cell..cell + 3, "<td");
                        end = "</td>";
                    } else {
                        self.table.named = true;
                    }
                }
                self.out.push_str(if self.depth <= DEEPEST { end } else { " " });
            }
            TagEnd::Emphasis => self.close("</em>"),
            TagEnd::Strong => self.close("</strong>"),
            TagEnd::Strikethrough => self.close("</del>"),
            TagEnd::Superscript => self.close("</sup>"),
            TagEnd::Subscript => self.close("</sub>"),
            TagEnd::Link => {
                if self.links.pop() == Some(true) {
                    self.out.push_str("</a>");
                }
            }
            TagEnd::Image | TagEnd::MetadataBlock(_) => {}
        }
        self.depth -= 1;
    }

    fn heading(&mut self, level: u8, span: &Range<usize>) {
        while self.options.anchors.get(self.next_anchor).is_some_and(|(at, _)| *at < span.start) {
            self.next_anchor += 1;
        }
        let mut attributes = String::new();
        let next = self.options.anchors.get(self.next_anchor);
        self.anchor = next.filter(|(at, _)| *at == span.start).map(|(_, anchor)| anchor.as_str());
        if let Some(anchor) = self.anchor {
            attributes.push_str(" id=\"");
            escape::attribute(&mut attributes, anchor);
            attributes.push('"');
        }
        if self.depth <= DEEPEST {
            self.levels.push(self.out.len() + 2);
        }
        self.open(
            ["h1", "h2", "h3", "h4", "h5", "h6"][usize::from(level.clamp(1, 6)) - 1],
            &attributes,
            span,
        );
        self.put_pending();
    }

    fn end_heading(&mut self, level: u8) {
        self.put_pending();
        if self.depth > DEEPEST {
            self.out.push('\n');
            return;
        }
        if let Some(anchor) = self.anchor.take()
            && !self.in_link()
        {
            self.out.push_str(" <a class=\"anchor\" href=\"#");
            escape::address(&mut self.out, anchor);
            self.out.push_str("\" aria-label=\"");
            escape::attribute(&mut self.out, self.labels.section);
            self.out.push_str("\">#</a>");
        }
        self.levels.push(self.out.len() + 3);
        let _ = writeln!(self.out, "</h{level}>");
    }

    fn alert(&mut self, kind: BlockQuoteKind, span: &Range<usize>) {
        let (number, class) = match kind {
            BlockQuoteKind::Note => (0, "note"),
            BlockQuoteKind::Tip => (1, "tip"),
            BlockQuoteKind::Important => (2, "important"),
            BlockQuoteKind::Warning => (3, "warning"),
            BlockQuoteKind::Caution => (4, "caution"),
        };
        self.open("div", &format!(" class=\"alert {class}\" role=\"note\""), span);
        self.close("<p class=\"alert-title\">");
        escape::text(&mut self.out, self.labels.alerts[number]);
        self.close("</p>");
    }

    fn end_code(&mut self) {
        let Some((info, code)) = self.code.take() else { return };
        let language = info
            .split(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '{' | ':'))
            .next()
            .unwrap_or_default();
        if self.depth > DEEPEST {
            escape::text(&mut self.out, &code);
            return;
        }
        self.out.push_str("<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            self.out.push_str(" class=\"language-");
            escape::attribute(&mut self.out, language);
            self.out.push('"');
        }
        self.out.push('>');
        let highlighted = if self.options.highlight { code::highlight(language, &code) } else { None };
        match highlighted {
            Some(html) => {
                self.has_code = true;
                self.out.push_str(&html);
            }
            None => escape::text(&mut self.out, &code),
        }
        self.out.push_str("</code></pre>\n");
    }

    // Footnotes.

    /// Returns the index of a footnote, which is its number less one.
    fn footnote(&mut self, name: &str) -> usize {
        if let Some(&number) = self.footnote_numbers.get(name) {
            return number;
        }
        let number = self.footnotes.len();
        self.footnotes.push(Footnote::default());
        self.footnote_numbers.insert(name.to_owned(), number);
        number
    }

    fn reference(&mut self, name: &str) {
        let index = self.footnote(name);
        let number = index + 1;
        let footnote = &mut self.footnotes[index];
        footnote.references += 1;
        let count = footnote.references;
        // A colon stands in no anchor of a heading.
        let _ = write!(self.out, "<sup id=\"{}\">", reference_id(number, count));
        if self.in_link() {
            let _ = write!(self.out, "{number}");
        } else {
            let _ = write!(self.out, "<a class=\"footnote\" href=\"#fn:{number}\">{number}</a>");
        }
        self.out.push_str("</sup>");
    }

    fn put_footnotes(&mut self) {
        if self.footnotes.iter().all(|footnote| footnote.html.is_none()) {
            return;
        }
        self.out.push_str("<section class=\"footnotes\" aria-label=\"");
        escape::attribute(&mut self.out, self.labels.footnotes);
        self.out.push_str("\">\n<ol>\n");
        for (index, footnote) in std::mem::take(&mut self.footnotes).into_iter().enumerate() {
            let number = index + 1;
            let _ = write!(self.out, "<li id=\"fn:{number}\">");
            let (html, levels) = footnote.html.unwrap_or_default();
            let (words, end) = match html.strip_suffix("</p>\n") {
                Some(words) => (words, "</p>\n"),
                None => (html.as_str(), ""),
            };
            self.levels.extend(levels.iter().map(|place| place + self.out.len()));
            self.out.push_str(words);
            for count in 1..=footnote.references {
                let _ = write!(
                    self.out,
                    " <a class=\"back\" href=\"#{}\" aria-label=\"",
                    reference_id(number, count)
                );
                escape::attribute(&mut self.out, self.labels.back);
                if count > 1 {
                    let _ = write!(self.out, " {count}");
                }
                self.out.push_str("\">↩</a>");
            }
            self.out.push_str(end);
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ol>\n</section>\n");
    }

    // Raw HTML.

    /// Writes what may stay of a piece of raw HTML.
    fn raw(&mut self, raw: &str, span: &Range<usize>, is_block: bool) {
        if is_block && self.is_text(raw) {
            self.close_paragraph();
            self.out.push_str("<p>");
            self.raw_tokens(raw.trim(), span, true);
            self.out.push_str("</p>\n");
        } else {
            self.raw_tokens(raw, span, is_block);
        }
    }

    /// Returns whether a block that the parser took for HTML holds words and no element.
    fn is_text(&mut self, raw: &str) -> bool {
        let mut has_words = false;
        for token in html::tokens(raw) {
            match token {
                Token::Text(text) => has_words |= !text.trim().is_empty(),
                Token::Comment { closed, .. } => has_words |= !closed,
                Token::Open(tag) if self.is_words(&tag) => has_words = true,
                Token::Open(_) | Token::Close(..) => return false,
            }
        }
        has_words
    }

    fn raw_tokens(&mut self, raw: &str, span: &Range<usize>, is_block: bool) {
        let mut tokens = html::tokens(raw);
        let mut unclosed: Vec<&'static str> = Vec::new();
        while let Some(token) = tokens.next() {
            match token {
                Token::Text(text) => escape::raw_text(&mut self.out, text),
                Token::Comment { closed: true, .. } => {}
                Token::Comment { closed: false, raw } => {
                    self.notes.push(Note { span: span.clone(), kind: NoteKind::UnclosedComment });
                    escape::text(&mut self.out, raw);
                }
                Token::Open(tag) => match html::fate(&tag.name) {
                    Fate::Remove(name) if is_block && !unclosed.contains(&name) => {
                        match find_end(tokens.rest(), name) {
                            Some(length) => {
                                tokens.advance(length);
                                let kind = NoteKind::Removed(name.to_owned());
                                self.notes.push(Note { span: span.clone(), kind });
                            }
                            // Without an end it would take everything with it.
                            None => unclosed.push(name),
                        }
                    }
                    Fate::Remove(name) if !is_block => {
                        if self.removing.is_none() {
                            self.removing = Some(Removing {
                                name,
                                start: self.out.len(),
                                depth: self.depth,
                                raw_open: self.raw_open.len(),
                                span: span.clone(),
                            });
                        }
                    }
                    Fate::Remove(_) => {}
                    fate => self.raw_open(&tag, fate, span),
                },
                Token::Close(name, raw) => self.raw_close(&name, raw),
            }
        }
    }

    fn raw_open(&mut self, tag: &html::Tag<'_>, fate: Fate, span: &Range<usize>) {
        if self.is_words(tag) {
            escape::text(&mut self.out, tag.raw);
            return;
        }
        match fate {
            Fate::Keep(name) => self.raw_element(tag, name, span),
            Fate::Void(name) => {
                if name == "hr" {
                    self.close_paragraph();
                }
                let _ = write!(self.out, "<{name}>");
            }
            Fate::Image => {
                self.has_raw_html = true;
                let mut attributes = String::new();
                for name in ["width", "height"] {
                    if let Some(value) = tag.get(name).filter(|value| is_size(value)) {
                        let _ = write!(attributes, " {name}=\"{value}\"");
                    }
                }
                self.push_general(tag, &mut attributes, false);
                let image = Image {
                    target: tag.get("src").unwrap_or_default(),
                    title: tag.get("title").unwrap_or_default(),
                    alt: tag.get("alt").unwrap_or_default(),
                    wiki: false,
                    depth: self.depth,
                    span: span.clone(),
                };
                self.image(&image, &attributes);
            }
            Fate::Media => {
                self.has_raw_html = true;
                let target = tag.words("src").or_else(|| tag.words("data"));
                if let Some(target) = target {
                    let words = tag.words("title").or_else(|| tag.words("aria-label"));
                    match self.href(&target, false, span) {
                        Some(href) => {
                            let words = words.unwrap_or_else(|| target.trim().to_owned());
                            self.link_to(&href, &words);
                        }
                        None => escape::text(&mut self.out, &words.unwrap_or_default()),
                    }
                    self.out.push(' ');
                }
            }
            Fate::Unwrap | Fate::Remove(_) | Fate::Words => {
                self.has_raw_html = true;
                // Words beside a control must not run into those of the text.
                if !self.out.ends_with([' ', '\n', '>'])
                    && matches!(tag.name.as_str(), "option" | "button" | "col" | "param")
                {
                    self.out.push(' ');
                }
            }
        }
    }

    /// Returns whether a tag was meant to be read, such as `<label>` or `<code>` that nothing closes.
    fn is_words(&mut self, tag: &html::Tag<'_>) -> bool {
        if !tag.attributes.is_empty() {
            return false;
        }
        match html::fate(&tag.name) {
            Fate::Void(_) | Fate::Remove(_) => false,
            Fate::Image | Fate::Words => true,
            Fate::Keep(_) | Fate::Media | Fate::Unwrap => {
                !tag.empty && !html::may_stay_open(&tag.name) && !self.is_closed(&tag.name)
            }
        }
    }

    fn is_closed(&mut self, name: &str) -> bool {
        let text = self.text;
        self.closed_names.get_or_insert_with(|| html::closed_names(text)).contains(name)
    }

    /// Writes the beginning of an element that stays.
    fn raw_element(&mut self, tag: &html::Tag<'_>, name: &'static str, span: &Range<usize>) {
        self.has_raw_html = true;
        if html::is_table_part(name) && !self.raw_open.iter().any(|element| element.name == "table") {
            return;
        }
        let (closed, stops) = html::closes(name);
        self.close_implied(closed, stops);
        let mut attributes = String::new();
        self.push_general(tag, &mut attributes, name != "a");
        let empty_anchor = name == "a" && tag.get("href").is_none();
        if name == "a" {
            if !attributes.contains(" id=")
                && let Some(id) = tag.get("name").filter(|id| is_id(id))
            {
                push_attribute(&mut attributes, "id", &id);
            }
            if let Some(target) = tag.get("href") {
                if self.in_link() {
                    return;
                }
                let href = self.href(&target, false, span);
                match href {
                    Some(href) => {
                        attributes.push_str(" href=\"");
                        escape::address(&mut attributes, &href);
                        attributes.push('"');
                        if link::is_elsewhere(&href) {
                            attributes.push_str(" rel=\"noopener noreferrer\"");
                        }
                    }
                    None if attributes.is_empty() => return,
                    None => name_anchor(&mut self.out, &attributes),
                }
                if !attributes.contains(" href=") {
                    return;
                }
            }
        }
        for (element, attribute) in [("details", "open"), ("ol", "reversed")] {
            if name == element && tag.get(attribute).is_some() {
                let _ = write!(attributes, " {attribute}");
            }
        }
        for attribute in ["colspan", "rowspan", "start"] {
            let takes = if attribute == "start" { name == "ol" } else { matches!(name, "td" | "th") };
            if takes
                && let Some(value) = tag.get(attribute).filter(|value| {
                    (1..=4).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit())
                })
            {
                push_attribute(&mut attributes, attribute, &value);
            }
        }
        if name == "time"
            && let Some(value) = tag.get("datetime")
        {
            push_attribute(&mut attributes, "datetime", &value);
        }
        // An anchor without a target is a place: it ends at once, so that it holds nothing.
        if empty_anchor {
            name_anchor(&mut self.out, &attributes);
            return;
        }
        if self.raw_open.len() >= DEEPEST {
            return;
        }
        self.needs_cleaning = true;
        if name == "table" {
            self.table_region();
        }
        if let [b'h', b'1'..=b'6'] = name.as_bytes() {
            self.levels.push(self.out.len() + 2);
        }
        let _ = write!(self.out, "<{name}{attributes}>");
        self.raw_open.push(RawElement { name, depth: self.depth });
        if tag.empty {
            self.pop_raw();
        }
    }

    /// Writes the attributes that any element may have.
    fn push_general(&mut self, tag: &html::Tag<'_>, attributes: &mut String, with_title: bool) {
        if let Some(id) = tag.get("id").filter(|id| is_id(id)) {
            push_attribute(attributes, "id", &id);
        }
        let align = if tag.name == "center" { Some("center".to_owned()) } else { tag.get("align") };
        let class = align.map(|align| align.trim().to_ascii_lowercase());
        if let Some(class) = class.filter(|class| matches!(class.as_str(), "left" | "center" | "right")) {
            push_attribute(attributes, "class", &class);
        }
        if (with_title || tag.name == "a")
            && let Some(title) = tag.words("title")
        {
            push_attribute(attributes, "title", &title);
        }
        if let Some(dir) = tag.get("dir").filter(|dir| matches!(dir.as_str(), "ltr" | "rtl" | "auto")) {
            push_attribute(attributes, "dir", &dir);
        }
        if let Some(lang) = tag.get("lang").filter(|lang| {
            (1..=35).contains(&lang.len())
                && lang.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        }) {
            push_attribute(attributes, "lang", &lang);
        }
    }

    fn raw_close(&mut self, name: &str, raw: &str) {
        match html::fate(name) {
            Fate::Keep(name) => {
                let found = self
                    .raw_open
                    .iter()
                    .rposition(|element| element.name == name && element.depth == self.depth);
                if let Some(found) = found {
                    while self.raw_open.len() > found {
                        self.pop_raw();
                    }
                }
            }
            Fate::Remove(name) => {
                let ended =
                    self.removing.take_if(|removing| removing.name == name && removing.depth == self.depth);
                if let Some(removing) = ended {
                    self.out.truncate(removing.start);
                    self.levels.retain(|&place| place < removing.start);
                    self.raw_open.truncate(removing.raw_open);
                    self.notes.push(Note { span: removing.span, kind: NoteKind::Removed(name.to_owned()) });
                }
            }
            Fate::Void("br") => self.out.push_str("<br>"),
            Fate::Words => escape::text(&mut self.out, raw),
            Fate::Void(_) | Fate::Image | Fate::Media | Fate::Unwrap => {}
        }
    }

    /// Writes the end of the innermost raw element.
    fn pop_raw(&mut self) {
        let Some(element) = self.raw_open.pop() else { return };
        // What is closed now was opened before: its end must not go.
        if self.removing.as_ref().is_some_and(|removing| removing.raw_open > self.raw_open.len()) {
            self.removing = None;
        }
        if let [b'h', b'1'..=b'6'] = element.name.as_bytes() {
            self.levels.push(self.out.len() + 3);
        }
        let _ = write!(self.out, "</{}>", element.name);
        if element.name == "table" {
            self.out.push_str("</div>");
        }
    }

    /// Closes the raw elements that were opened at a depth or deeper.
    fn close_raw(&mut self, depth: usize) {
        while self.raw_open.last().is_some_and(|element| element.depth >= depth) {
            self.pop_raw();
        }
    }

    /// Closes the outermost of the named elements at this depth, as far as `stops` lets it.
    fn close_implied(&mut self, closed: &[&str], stops: &[&str]) {
        let mut found = None;
        for (index, element) in self.raw_open.iter().enumerate().rev() {
            if element.depth != self.depth || stops.contains(&element.name) {
                break;
            }
            if closed.contains(&element.name) {
                found = Some(index);
            }
        }
        if let Some(found) = found {
            while self.raw_open.len() > found {
                self.pop_raw();
            }
        }
    }

    /// Closes a raw paragraph before a block, as a browser would.
    fn close_paragraph(&mut self) {
        if !self.raw_open.is_empty() {
            // The block counts in the depth already, the paragraph was opened beside it.
            let found = self
                .raw_open
                .iter()
                .rposition(|element| element.name == "p" && element.depth + 1 >= self.depth);
            if let Some(found) = found {
                while self.raw_open.len() > found {
                    self.pop_raw();
                }
            }
        }
    }

    /// Closes a raw link before another link.
    fn close_raw_link(&mut self) {
        let found = self.raw_open.iter().rposition(|element| element.name == "a");
        let Some(found) = found else { return };
        // What it holds must be closed, too, and must not have been opened further out.
        if self.raw_open[found..].iter().all(|element| element.depth + 1 >= self.depth) {
            while self.raw_open.len() > found {
                self.pop_raw();
            }
        }
    }

    fn finish(mut self) -> Rendered {
        self.flush();
        self.close_raw(0);
        self.pass_marks(usize::MAX);
        self.put_pending();
        self.put_footnotes();
        self.lower_headings();
        let html = if self.needs_cleaning { html::clean(&self.out) } else { self.out };
        Rendered { html, has_code: self.has_code, has_raw_html: self.has_raw_html, notes: self.notes }
    }

    /// Lowers all headings by one level where one has the first, which belongs to the page.
    fn lower_headings(&mut self) {
        if !self.levels.iter().any(|&place| self.out.as_bytes().get(place) == Some(&b'1')) {
            return;
        }
        for &place in &self.levels {
            let Some(&digit @ b'1'..=b'5') = self.out.as_bytes().get(place) else { continue };
            let lower = match digit {
                b'1' => "2",
                b'2' => "3",
                b'3' => "4",
                b'4' => "5",
                _ => "6",
            };
            self.out.replace_range(place..=place, lower);
        }
    }
}

/// Returns whether a mark belongs on an element: it begins with it and holds all of it.
fn fits(text: &str, mark: &Mark, span: &Range<usize>) -> bool {
    let is_blank = |range: Range<usize>| text.get(range).is_some_and(|between| between.trim().is_empty());
    let begins = mark.span.start == span.start
        || (mark.span.start < span.start && is_blank(mark.span.start..span.start))
        || (mark.span.start > span.start
            && mark.span.start < span.end
            && is_blank(span.start..mark.span.start));
    begins && (mark.span.end >= span.end || is_blank(mark.span.end..span.end))
}

/// Returns whether nothing but the signs of a heading or of bold text stands in a text.
fn is_decoration(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '#' | '=' | '-' | '*' | '_'))
}

fn push_id(out: &mut String, mark: &Mark) {
    push_attribute(out, "id", &mark.id);
    if !mark.class.is_empty() {
        push_attribute(out, "class", &mark.class);
    }
}

/// Writes a mark as an empty element, with its label.
fn push_mark(out: &mut String, mark: &Mark) {
    out.push_str("<span");
    push_id(out, mark);
    out.push_str("></span>");
    out.push_str(mark.label_html.as_deref().unwrap_or_default());
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape::attribute(out, value);
    out.push('"');
}

/// Writes a place that links can lead to; not as an `a`, for it may stand in a link.
fn name_anchor(out: &mut String, attributes: &str) {
    if !attributes.is_empty() {
        let _ = write!(out, "<span{attributes}></span>");
    }
}

fn reference_id(number: usize, count: usize) -> String {
    if count == 1 { format!("fnref:{number}") } else { format!("fnref:{number}:{count}") }
}

fn is_id(id: &str) -> bool {
    (1..=200).contains(&id.len()) && !id.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Returns whether a value is a width or a height: digits, perhaps with a percent sign.
fn is_size(value: &str) -> bool {
    let digits = value.strip_suffix('%').unwrap_or(value);
    (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the last part of an address's path, for want of better words.
fn last_part(href: &str) -> &str {
    let path = href.split(['?', '#']).next().unwrap_or(href).trim_end_matches('/');
    path.rsplit('/').next().filter(|part| !part.is_empty()).unwrap_or(href)
}

/// Returns where the end tag of an element ends in raw HTML.
fn find_end(raw: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = raw[at..].find("</").map(|found| at + found) {
        at = found + 2;
        let end = at + name.len();
        if raw.get(at..end).is_some_and(|there| there.eq_ignore_ascii_case(name))
            && raw[end..].starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))
        {
            return raw[end..].find('>').map(|found| end + found + 1);
        }
    }
    None
}
