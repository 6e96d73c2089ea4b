//! Turns what other generators add to Markdown into Markdown, remembering where each byte came from.
//!
//! Comes in: the body of a document, as text. Goes out: a [`Prepared`] text that [`block`](super::block) and the
//! renderer read alike, with the way back to the bytes of the file. Never drops a word that a reader would have
//! seen: what it takes out is syntax, and a note says so. Never fails; what it does not understand stays as it is.
//!
//! The steps, each skipped where one scan of the lines finds nothing for it:
//!
//! 1. lone carriage returns become line feeds;
//! 2. `template` takes the tags of ERB out of `.erb` files;
//! 3. `component` takes imports, components and comments out of `.mdx` files;
//! 4. `template` turns Liquid's `raw` and `highlight` into Markdown and keeps Hugo's shortcodes visible;
//! 5. `container` turns admonitions, content tabs and `:::` containers into alerts, as GitHub writes them;
//! 6. headings without a space, `##Like this`, get theirs where the document has no other headings;
//! 7. `table` keeps the words of rows that have more cells than their table has columns.

mod code;
mod component;
mod container;
mod table;
mod template;

use crate::document::dialect::code::Fences;
use std::borrow::Cow;
use std::ops::Range;

/// What a file's name says about what its Markdown may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// Markdown.
    #[default]
    Plain,
    /// Markdown with components, `.mdx`.
    Mdx,
    /// Markdown inside a Ruby template, `.md.erb`.
    Erb,
}

impl Ending {
    /// Returns what the ending of a path says.
    pub fn of(path: &str) -> Ending {
        let ends = |ending: &str| {
            path.len() >= ending.len()
                && path.as_bytes()[path.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
        };
        if ends(".mdx") {
            Ending::Mdx
        } else if ends(".erb") {
            Ending::Erb
        } else {
            Ending::Plain
        }
    }
}

/// What was taken out of a document, or could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// `import` and `export` of an `.mdx` file.
    Import,
    /// Tags of components of an `.mdx` file; their text and titles stay.
    Component,
    /// `{/* comments */}` of an `.mdx` file.
    Comment,
    /// `<% tags %>` of an `.erb` file.
    Template,
    /// A `:::` container that nothing closes; it ends before the next heading, else with the document.
    Unclosed,
}

/// A kind of thing that was taken out: the first place, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is.
    pub kind: NoteKind,
    /// The bytes of the first one in the file's text.
    pub span: Range<usize>,
    /// How many there are.
    pub count: usize,
}

/// A body as Markdown, with the way back to the file.
#[derive(Clone, Debug)]
pub struct Prepared<'a> {
    /// The Markdown; borrowed where nothing had to be changed.
    pub text: Cow<'a, str>,
    /// What was taken out, at most one note of each kind.
    pub notes: Vec<Note>,
    offset: usize,
    /// The way back of each step, in the order in which the steps were taken.
    maps: Vec<Map>,
}

impl Prepared<'_> {
    /// Returns the bytes of the file's text that a range of the prepared text came from.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let range = back(&self.maps, range);
        range.start + self.offset..range.end + self.offset
    }

    fn take(&mut self, step: Option<Step>) {
        let Some(Step { text, map, notes }) = step else { return };
        self.note(notes);
        self.text = Cow::Owned(text);
        self.maps.push(map);
    }

    /// Adds notes about ranges of the text as it is before the step that made them.
    fn note(&mut self, notes: Vec<(NoteKind, Range<usize>)>) {
        for (kind, range) in notes {
            match self.notes.iter_mut().find(|note| note.kind == kind) {
                Some(note) => note.count += 1,
                None => {
                    let span = self.original(range);
                    self.notes.push(Note { kind, span, count: 1 });
                }
            }
        }
    }
}

/// Prepares the body of a document that begins at byte `offset` of its file's text.
pub fn prepare(body: &str, offset: usize, ending: Ending) -> Prepared<'_> {
    let mut prepared = Prepared { text: Cow::Borrowed(body), notes: Vec::new(), offset, maps: Vec::new() };
    if let Some(text) = line_feeds(body) {
        prepared.text = Cow::Owned(text);
    }
    match ending {
        Ending::Plain => {}
        Ending::Mdx => {
            let step = component::take_out(&prepared.text);
            prepared.take(step);
            let step = component::dedent(&prepared.text);
            prepared.take(step);
        }
        Ending::Erb => {
            let step = template::take_out_erb(&prepared.text);
            prepared.take(step);
        }
    }
    let signs = Signs::of(&prepared.text);
    if signs.template {
        let step = template::rewrite(&prepared.text);
        prepared.take(step);
    }
    if signs.container {
        let step = container::rewrite(&prepared.text);
        prepared.take(step);
    }
    if signs.tight_heading && !signs.heading {
        let step = space_headings(&prepared.text);
        prepared.take(step);
    }
    if signs.table {
        let step = table::rewrite(&prepared.text);
        prepared.take(step);
    }
    prepared
}

/// Returns the text with each carriage return that no line feed follows as a line feed; every byte keeps its place.
fn line_feeds(text: &str) -> Option<String> {
    let is_lone = |at: usize| text.as_bytes().get(at + 1) != Some(&b'\n');
    memchr::memchr_iter(b'\r', text.as_bytes()).find(|at| is_lone(*at))?;
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, _) in text.match_indices('\r').filter(|&(at, _)| is_lone(at)) {
        out.push_str(&text[copied..at]);
        out.push('\n');
        copied = at + 1;
    }
    out.push_str(&text[copied..]);
    Some(out)
}

/// What a scan of the lines saw, in code or out of it.
#[derive(Debug, Default)]
struct Signs {
    container: bool,
    template: bool,
    heading: bool,
    tight_heading: bool,
    table: bool,
}

impl Signs {
    fn of(text: &str) -> Signs {
        let mut signs = Signs::default();
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
        let mut start = 0;
        for end in ends {
            let line = text[start..end].trim_start_matches([' ', '\t']);
            start = end + 1;
            match line.as_bytes() {
                [b'!', b'!', b'!', ..]
                | [b'?', b'?', b'?', ..]
                | [b'=', b'=', b'=', b' ' | b'!' | b'+', ..]
                | [b':', b':', b':', ..] => signs.container = true,
                [b'#', ..] => {
                    let rest = line.trim_start_matches('#');
                    if rest.is_empty() || rest.starts_with([' ', '\t', '\r']) {
                        signs.heading = true;
                    } else {
                        signs.tight_heading = true;
                    }
                }
                [b'|' | b'-' | b':', ..] if !signs.table => {
                    signs.table = table::is_delimiter(line.as_bytes())
                }
                _ => {}
            }
        }
        let bytes = text.as_bytes();
        signs.template = memchr::memchr_iter(b'{', bytes)
            .any(|at| matches!(bytes[at + 1..], [b'%', ..] | [b'{', b'<', ..]));
        signs
    }
}

/// Puts the missing space into headings such as `##Like this`.
///
/// Only for a document that has no other headings written with number signs, in which such lines stand alone: else
/// `#channel` and `#1234` would become headings.
fn space_headings(text: &str) -> Option<Step> {
    let lines: Vec<(usize, &str)> = lines(text).collect();
    let mut rewrite = Rewrite::new(text);
    let mut fences = Fences::default();
    let mut copied = 0;
    let blank = |line: Option<&(usize, &str)>| line.is_none_or(|(_, line)| line.trim().is_empty());
    for (index, (start, line)) in lines.iter().enumerate() {
        if fences.is_code(line) {
            continue;
        }
        let signs = line.len() - line.trim_start_matches('#').len();
        if !(1..=6).contains(&signs) || !line[signs..].starts_with(char::is_alphabetic) {
            continue;
        }
        if blank(index.checked_sub(1).and_then(|above| lines.get(above))) && blank(lines.get(index + 1)) {
            rewrite.copy(copied..start + signs);
            rewrite.insert(" ", start + signs..start + signs);
            copied = start + signs;
        }
    }
    rewrite.copy(copied..text.len());
    rewrite.finish(Vec::new())
}

/// Returns each line with where it begins, its end included.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
    let last = (!text.is_empty() && !text.ends_with('\n')).then_some(text.len());
    ends.chain(last).scan(0, |at, end| {
        let start = std::mem::replace(at, end);
        Some((start, &text[start..end]))
    })
}

/// Splits a line from its end, `\n` or `\r\n`.
fn split_end(line: &str) -> (&str, &str) {
    let words = line.strip_suffix('\n').unwrap_or(line);
    let words = words.strip_suffix('\r').unwrap_or(words);
    line.split_at(words.len())
}

/// Returns how many columns white space at the beginning takes, and how many bytes; a tab goes to the next fourth.
fn indentation(line: &str) -> (usize, usize) {
    let mut columns = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => return (columns, at),
        }
    }
    (columns, line.len())
}

/// Returns how many bytes hold the first `wanted` columns of white space, and how many columns of a tab are left over.
fn cut_columns(line: &str, wanted: usize) -> (usize, usize) {
    let mut columns = 0;
    for (at, byte) in line.bytes().enumerate() {
        if columns >= wanted {
            return (at, columns - wanted);
        }
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => return (at, 0),
        }
    }
    (line.len(), columns.saturating_sub(wanted))
}

/// Returns the column at which the words of a list item begin, where the line is one.
fn item_column(line: &str) -> Option<usize> {
    let (columns, bytes) = indentation(line);
    let rest = &line[bytes..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match rest.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let after = &rest[marker..];
    if after.trim().is_empty() {
        return Some(columns + marker + 1);
    }
    let (space, _) = indentation(after);
    (space > 0).then_some(columns + marker + if space > 4 { 1 } else { space })
}

/// A step that changed something.
struct Step {
    text: String,
    map: Map,
    /// What was taken out, by ranges of the text before the step.
    notes: Vec<(NoteKind, Range<usize>)>,
}

/// Where the pieces of a text came from.
#[derive(Clone, Debug, Default)]
struct Map {
    pieces: Vec<Piece>,
}

/// A piece of a text: copied byte by byte from `from`, or standing for it as a whole.
#[derive(Clone, Debug)]
struct Piece {
    at: usize,
    from: Range<usize>,
    copied: bool,
}

/// Returns the range of the first text that a range of the last one came from.
fn back(maps: &[Map], range: Range<usize>) -> Range<usize> {
    maps.iter().rev().fold(range, |range, map| map.original(range))
}

impl Map {
    fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces[..self.pieces.partition_point(|piece| piece.at <= at)].last()
    }

    fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.piece(range.start).map_or(0, |piece| match piece.copied {
            true => (piece.from.start + range.start - piece.at).min(piece.from.end),
            false => piece.from.start,
        });
        if range.end <= range.start {
            return start..start;
        }
        let end = self.piece(range.end - 1).map_or(0, |piece| match piece.copied {
            true => (piece.from.start + range.end - piece.at).min(piece.from.end),
            false => piece.from.end,
        });
        start..end.max(start)
    }
}

/// Writes a text from pieces of another.
struct Rewrite<'a> {
    source: &'a str,
    out: String,
    map: Map,
    changed: bool,
}

impl<'a> Rewrite<'a> {
    fn new(source: &'a str) -> Self {
        Rewrite { source, out: String::new(), map: Map::default(), changed: false }
    }

    /// Copies a range of the source.
    fn copy(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        match self.map.pieces.last_mut() {
            Some(last) if last.copied && last.from.end == range.start => last.from.end = range.end,
            _ => self.map.pieces.push(Piece { at: self.out.len(), from: range.clone(), copied: true }),
        }
        if self.out.capacity() == 0 {
            self.out.reserve(self.source.len() + self.source.len() / 16);
        }
        self.out.push_str(&self.source[range]);
    }

    /// Writes words that stand for a range of the source; no words drop the range.
    fn insert(&mut self, words: &str, from: Range<usize>) {
        self.changed = true;
        if words.is_empty() {
            return;
        }
        self.map.pieces.push(Piece { at: self.out.len(), from, copied: false });
        self.out.push_str(words);
    }

    fn finish(self, notes: Vec<(NoteKind, Range<usize>)>) -> Option<Step> {
        self.changed.then_some(Step { text: self.out, map: self.map, notes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the prepared text, and that every copied word leads back to where it stands in the file.
    #[track_caller]
    pub(super) fn check(ending: Ending, body: &str, expected: &str) -> Vec<(NoteKind, usize)> {
        let file = format!("---\nfront: matter\n---\n{body}");
        let offset = file.len() - body.len();
        let prepared = prepare(body, offset, ending);
        assert_eq!(prepared.text, expected);
        let mut at = 0;
        for word in prepared.text.split_inclusive(char::is_whitespace) {
            let trimmed = word.trim();
            let original = prepared.original(at..at + trimmed.len());
            assert!(original.start >= offset && original.end <= file.len(), "{trimmed:?} at {original:?}");
            if trimmed.len() > 3 && trimmed.chars().all(char::is_alphanumeric) {
                assert_eq!(&file[original], trimmed);
            }
            at += word.len();
        }
        for note in &prepared.notes {
            assert!(file.get(note.span.clone()).is_some_and(|words| !words.is_empty()), "{note:?}");
        }
        prepared.notes.iter().map(|note| (note.kind, note.count)).collect()
    }

    #[test]
    fn ordinary_markdown_is_borrowed() {
        for body in ["", "# Title\n\ntext\r\nmore !!! and ::: here\n\n- a\n", "Title\n===\n", "a\n\n===\n"] {
            let prepared = prepare(body, 7, Ending::Plain);
            assert!(matches!(prepared.text, Cow::Borrowed(_)), "{body:?}");
            assert_eq!(prepared.original(0..body.len()), 7..7 + body.len());
        }
    }

    #[test]
    fn lone_carriage_returns_end_lines() {
        check(Ending::Plain, "# One\rtwo\r\nthree\r\rfour", "# One\ntwo\r\nthree\n\nfour");
    }

    #[test]
    fn headings_without_a_space_are_headings_where_there_are_no_others() {
        check(Ending::Plain, "##Impact\n\nmany\n\n##Détails\n", "## Impact\n\nmany\n\n## Détails\n");
        for body in [
            "# Title\n\n##Impact\n\nmany\n",
            "#general is the channel\nof the team\n",
            "#1234 broke it\n",
            "```\n\n#comment\n\n```\n",
        ] {
            check(Ending::Plain, body, body);
        }
    }

    #[test]
    fn the_ending_is_read_from_the_path() {
        assert_eq!(Ending::of("a/b.MDX"), Ending::Mdx);
        assert_eq!(Ending::of("a/b.html.md.erb"), Ending::Erb);
        assert_eq!(Ending::of("a/b.md"), Ending::Plain);
        assert_eq!(Ending::of("é"), Ending::Plain);
    }

    #[test]
    fn columns_count_tabs() {
        assert_eq!(indentation("  \tx"), (4, 3));
        assert_eq!(cut_columns("\t\tx", 4), (1, 0));
        assert_eq!(cut_columns("\tx", 2), (1, 2));
        assert_eq!(item_column("  10. x"), Some(6));
        assert_eq!(item_column("-x"), None);
        assert_eq!(item_column("**bold**"), None);
    }

    #[test]
    fn hostile_text_is_read_in_linear_time() {
        let started = std::time::Instant::now();
        for unit in [
            "{% raw %}",
            "{% highlight x %}\n",
            "<%",
            "<A b=\"",
            "<A b='",
            "<A ",
            "{/*",
            "`",
            "import {\n",
            "!!! x\n\n",
            ":::a\n",
            "export const a = `\n",
            "    !!! note\n",
            "{{<a",
            "<A b={",
            "\r",
            "##a\n\n",
            "``` `` ",
            "<>",
            "\\`",
        ] {
            for ending in [Ending::Plain, Ending::Mdx, Ending::Erb] {
                let body = unit.repeat(200_000 / unit.len());
                let prepared = prepare(&body, 0, ending);
                let whole = prepared.original(0..prepared.text.len());
                assert!(whole.end <= body.len(), "{unit:?}");
            }
        }
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }

    #[test]
    fn pieces_in_any_order_lead_back_to_the_file() {
        let pieces: Vec<&str> = ":::note T\n|:::\n|::::tip\n|::::\n|!!! tip \"é\"\n|=== \"Tab\"\n|{% raw %}|{% endraw %}|{% highlight x %}|\
             {% endhighlight %}|{{<x|<Foo title=\"é\">|</Foo>|<div style={{}}>|{/*|*/}|{' '}|import x from 'y'\n|export const a = {\n|}|<%|%>|\
             <%%|\t|\r|\r\n|\n|\n\n|    |- |```\n|`|##x|é日本|word |## H\n"
            .split('|')
            .collect();
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize
        };
        for round in 0..6000 {
            let body: String = (0..1 + next() % 25).map(|_| pieces[next() % pieces.len()]).collect();
            let ending = [Ending::Plain, Ending::Mdx, Ending::Erb][round % 3];
            let prepared = prepare(&body, 10, ending);
            for start in 0..=prepared.text.len() {
                let end = start + next() % (prepared.text.len() - start + 1);
                let original = prepared.original(start..end);
                assert!(original.start >= 10 && original.end <= body.len() + 10, "{body:?}");
                if prepared.text.get(start..end).is_some() {
                    assert!(
                        body.get(original.start - 10..original.end - 10).is_some(),
                        "{body:?} {start}..{end}"
                    );
                }
            }
        }
    }
}
