//! Admonitions, content tabs and containers, as alerts and bold lines.
//!
//! Comes in: Markdown with `!!! note "Title"`, `=== "Tab"` (MkDocs) or `:::note Title` (Docusaurus, VitePress, MyST,
//! Quarto). Goes out: block quotes that begin with `[!NOTE]`, as GitHub writes them. The words of titles stay, as bold
//! lines; so does the name of a type that GitHub has not.

use crate::document::dialect::Fences;
use crate::document::dialect::NoteKind;
use crate::document::dialect::Rewrite;
use crate::document::dialect::Step;
use crate::document::dialect::cut_columns;
use crate::document::dialect::indentation;
use crate::document::dialect::item_column;
use crate::document::dialect::lines;
use crate::document::dialect::split_end;
use std::ops::Range;

/// Nested deeper than this, the sign of a container is text.
const DEEPEST: usize = 24;

/// A container that is still open.
struct Open {
    /// What ends it.
    until: Until,
    /// Columns of white space that its lines have in the source, and lose.
    column: usize,
    /// What its lines begin with instead.
    prefix: String,
    /// The sign that opened it.
    span: Range<usize>,
}

enum Until {
    /// A line that is indented less than its content.
    Outdent,
    /// A line of at least so many colons.
    Colons(usize),
}

/// The sign of a container, by ranges of the text.
struct Sign<'a> {
    /// The type as it is written.
    kind: &'a str,
    /// The words of its title.
    title: Range<usize>,
    /// Whether it is an alert; else only its title and content remain.
    alert: bool,
}

/// Turns containers into alerts.
pub(super) fn rewrite(text: &str) -> Option<Step> {
    let lines: Vec<(usize, &str)> = lines(text).collect();
    let last_close = lines.iter().rev().find(|(_, line)| closing(line).is_some()).map(|&(start, _)| start);
    let mut writer = Writer {
        rewrite: Rewrite::new(text),
        open: Vec::new(),
        blank: Vec::new(),
        needs_blank: false,
        fences: Fences::default(),
        fence_depth: 0,
    };
    let mut notes = Vec::new();
    let mut list: Option<usize> = None;
    for (index, &(start, line)) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            writer.blank.push(start..start + line.len());
            continue;
        }
        let (indent, bytes) = indentation(line);
        writer.outdent(indent);
        let base = writer.open.last().map_or(0, |open| open.column);
        if !writer.fences.is_open() {
            let rest = &line[bytes..];
            if let Some(colons) = closing(line)
                && writer.close(colons)
            {
                writer.drop_line(start..start + line.len());
                list = None;
                continue;
            }
            if last_close.is_none_or(|last| last < start) && is_heading(rest) {
                notes.extend(writer.close_unclosed().map(|span| (NoteKind::Unclosed, span)));
            }
            let base = writer.open.last().map_or(base, |open| open.column).min(base);
            let is_code = indent >= base + 4 && list.is_none_or(|column| indent < column);
            if !is_code
                && writer.open.len() < DEEPEST
                && let Some((sign, until)) = sign(text, start + bytes, rest, indent, &lines[index + 1..])
            {
                writer.enter(sign, until, start..start + line.len(), indent);
                list = None;
                continue;
            }
            match item_column(line) {
                Some(column) => list = Some(column),
                None if indent <= base => list = None,
                None => {}
            }
        }
        writer.line(start, line);
    }
    writer.needs_blank = false;
    writer.flush();
    notes.extend(writer.close_unclosed().map(|span| (NoteKind::Unclosed, span)));
    writer.rewrite.finish(notes)
}

fn is_heading(rest: &str) -> bool {
    let after = rest.trim_start_matches('#');
    (1..=6).contains(&(rest.len() - after.len())) && after.starts_with([' ', '\t', '\r', '\n'])
}

/// Returns how many colons a line of nothing else has.
fn closing(line: &str) -> Option<usize> {
    let line = line.trim();
    (line.len() >= 3 && line.bytes().all(|byte| byte == b':')).then_some(line.len())
}

/// Reads the sign of a container in `rest`, a line without its indentation that begins at byte `at`.
fn sign<'a>(
    text: &'a str,
    at: usize,
    rest: &'a str,
    indent: usize,
    below: &[(usize, &str)],
) -> Option<(Sign<'a>, Until)> {
    let rest = rest.trim_end();
    if let Some(after) = rest.strip_prefix(":::") {
        let words = after.trim_start_matches(':');
        let colons = rest.len() - words.len();
        return colon_sign(text, at + colons, words).map(|sign| (sign, Until::Colons(colons)));
    }
    let is_tab = rest.starts_with("===");
    if !(is_tab || rest.starts_with("!!!") || rest.starts_with("???")) {
        return None;
    }
    let words = rest[3..].trim_start_matches(if is_tab { ['+', '!'] } else { ['+', '+'] });
    let (head, title) = match words.find('"') {
        Some(quote) => {
            let title = words[quote + 1..].strip_suffix('"')?;
            let start = at + rest.len() - 1 - title.len();
            (words[..quote].trim(), start..start + title.len())
        }
        None => (words.trim(), at..at),
    };
    let is_name = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '|'))
    };
    let quoted = title.start > at;
    let named = head.split_whitespace().all(is_name);
    let kind = head.split([' ', '|']).next().unwrap_or_default();
    let content = below
        .iter()
        .find(|(_, line)| !line.trim().is_empty())
        .is_some_and(|(_, line)| indentation(line).0 >= indent + 4);
    let stands =
        if is_tab { quoted && head.is_empty() } else { named && !kind.is_empty() && (quoted || content) };
    stands.then_some((Sign { kind, title, alert: !is_tab }, Until::Outdent))
}

/// Reads what follows the colons: `note`, `note Title`, `note[Title]`, `{note} Title`, `{.callout-note title="Title"}`.
fn colon_sign<'a>(text: &'a str, at: usize, words: &'a str) -> Option<Sign<'a>> {
    if words.ends_with(":::") {
        return None;
    }
    let position = |part: &str| at + (part.as_ptr() as usize - words.as_ptr() as usize);
    let words = words.trim();
    let (kind, rest, braced) = match words.strip_prefix('{') {
        Some(inner) => {
            let (inner, rest) = inner.split_once('}')?;
            let class = inner.split_whitespace().find_map(|word| word.strip_prefix('.'));
            let kind = class.or_else(|| inner.split_whitespace().next()).unwrap_or_default();
            let rest = if rest.trim().is_empty() { inner } else { rest };
            (kind.trim_start_matches("callout-"), rest, class.is_some())
        }
        None => {
            let end = words.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
            let (kind, rest) = words.split_at(end.unwrap_or(words.len()));
            (kind, rest, false)
        }
    };
    if !kind.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let rest = rest.trim();
    let title = if let Some(named) = rest.split_once("title=\"").and_then(|(_, after)| after.split_once('"'))
    {
        named.0
    } else if let Some(inner) = rest.strip_prefix('[') {
        &inner[..inner.rfind(']').unwrap_or(inner.len())]
    } else if braced || rest.starts_with('{') || words.starts_with('{') && rest.ends_with(kind) {
        ""
    } else {
        rest
    };
    let title = title.trim();
    let start = if title.is_empty() { at } else { position(title) };
    debug_assert!(text.get(start..start + title.len()).is_some_and(|there| there == title));
    let alert = alert_name(kind).is_some() || !(braced || is_layout(kind));
    Some(Sign { kind, title: start..start + title.len(), alert })
}

/// Returns whether a container is only there to place its content.
fn is_layout(kind: &str) -> bool {
    matches!(
        kind.to_ascii_lowercase().as_str(),
        "tabs"
            | "tab"
            | "tabset"
            | "tab-set"
            | "tab-item"
            | "panel-tabset"
            | "code-group"
            | "columns"
            | "column"
            | "grid"
            | "row"
            | "col"
            | "center"
            | "left"
            | "right"
            | "card"
            | "cards"
            | "container"
            | "moniker"
            | "zone"
            | "div"
            | "steps"
            | "raw"
            | "v-pre"
    )
}

/// Returns the alert of GitHub that is nearest to a type of another generator.
fn alert_name(kind: &str) -> Option<&'static str> {
    Some(match kind.to_ascii_lowercase().as_str() {
        "note" | "info" | "information" | "abstract" | "summary" | "tldr" | "seealso" | "todo"
        | "example" | "quote" | "cite" | "details" | "question" | "help" | "faq" | "secondary" => "NOTE",
        "tip" | "hint" | "success" | "check" | "done" => "TIP",
        "important" | "key" => "IMPORTANT",
        "warning" | "warn" | "attention" => "WARNING",
        "caution" | "danger" | "error" | "failure" | "fail" | "missing" | "bug" | "critical" | "alert" => {
            "CAUTION"
        }
        _ => return None,
    })
}

struct Writer<'a> {
    rewrite: Rewrite<'a>,
    open: Vec<Open>,
    /// Blank lines that are not written yet: whose they are is known when the next line is.
    blank: Vec<Range<usize>>,
    /// Whether the next line must not be a continuation of the paragraph above.
    needs_blank: bool,
    fences: Fences,
    fence_depth: usize,
}

impl Writer<'_> {
    /// Closes what a line of such an indentation is no part of.
    fn outdent(&mut self, indent: usize) {
        let first =
            self.open.iter().position(|open| matches!(open.until, Until::Outdent) && indent < open.column);
        if let Some(first) = first {
            self.truncate(first);
        }
    }

    fn truncate(&mut self, depth: usize) {
        self.open.truncate(depth);
        self.needs_blank = true;
        if self.fence_depth > depth {
            self.fences = Fences::default();
            self.fence_depth = 0;
        }
    }

    /// Closes the innermost container that so many colons close; returns whether there was one.
    fn close(&mut self, colons: usize) -> bool {
        let found = self
            .open
            .iter()
            .rposition(|open| matches!(open.until, Until::Colons(needed) if needed <= colons));
        if let Some(found) = found {
            self.truncate(found);
        }
        found.is_some()
    }

    /// Closes all containers that wait for colons, and returns what opened them.
    fn close_unclosed(&mut self) -> impl Iterator<Item = Range<usize>> + use<> {
        let first = self.open.iter().position(|open| matches!(open.until, Until::Colons(_)));
        let mut spans = Vec::new();
        if let Some(first) = first {
            let unclosed = self.open[first..].iter().filter(|open| matches!(open.until, Until::Colons(_)));
            spans.extend(unclosed.map(|open| open.span.clone()));
            self.truncate(first);
        }
        spans.into_iter()
    }

    fn prefix(&self) -> String {
        self.open.last().map_or(String::new(), |open| open.prefix.clone())
    }

    /// Writes the blank lines that were held back, as lines of the innermost open container.
    fn flush(&mut self) {
        let prefix = self.prefix();
        let prefix = prefix.trim_end();
        let blank = std::mem::take(&mut self.blank);
        if blank.is_empty() && self.needs_blank && !self.rewrite.out.is_empty() {
            let at = self.rewrite.map.pieces.last().map_or(0, |piece| piece.from.end);
            self.rewrite.insert(&format!("{prefix}\n"), at..at);
        }
        self.needs_blank = false;
        for range in blank {
            if !prefix.is_empty() {
                self.rewrite.insert(prefix, range.start..range.start);
            }
            self.rewrite.copy(range);
        }
    }

    fn drop_line(&mut self, range: Range<usize>) {
        self.rewrite.insert("", range);
        self.needs_blank = true;
    }

    fn line(&mut self, start: usize, line: &str) {
        self.flush();
        let Some(open) = self.open.last() else {
            self.is_code(line);
            self.rewrite.copy(start..start + line.len());
            return;
        };
        let (bytes, left_over) = cut_columns(line, open.column);
        let prefix = format!("{}{}", open.prefix, " ".repeat(left_over));
        self.rewrite.insert(&prefix, start..start + bytes);
        self.rewrite.copy(start + bytes..start + line.len());
        self.is_code(&line[bytes..]);
    }

    fn is_code(&mut self, line: &str) {
        self.fences.is_code(line);
        self.fence_depth = if self.fences.is_open() { self.fence_depth.max(self.open.len()) } else { 0 };
    }

    /// Writes the sign and the title of a container, and enters it.
    fn enter(&mut self, sign: Sign<'_>, until: Until, line: Range<usize>, indent: usize) {
        self.flush();
        let source = self.rewrite.source;
        let (words, end) = split_end(&source[line.clone()]);
        let (outer, base) = self.open.last().map_or(("", 0), |open| (open.prefix.as_str(), open.column));
        let outer = format!("{outer}{}", " ".repeat(indent.saturating_sub(base)));
        let prefix = if sign.alert { format!("{outer}> ") } else { outer.clone() };
        let title = &source[sign.title.clone()];
        let name = alert_name(sign.kind);
        // A type that GitHub has not is a word that somebody wrote, and other generators show it.
        let is_githubs = name.is_some_and(|name| name.eq_ignore_ascii_case(sign.kind));
        let unnamed = sign.alert && title.trim().is_empty() && !is_githubs && !sign.kind.is_empty();
        let repeats = sign.alert && name.is_some_and(|name| title.trim().eq_ignore_ascii_case(name));
        let head_end = if title.is_empty() { line.start + words.len() } else { sign.title.start };
        let mut blank_after = true;
        if sign.alert {
            self.rewrite.insert(&format!("{prefix}[!{}]", name.unwrap_or("NOTE")), line.start..head_end);
            blank_after = false;
        }
        let begin = if sign.alert { format!("\n{prefix}**") } else { format!("{prefix}**") };
        if unnamed {
            let mut name = sign.kind.replace(['-', '_'], " ");
            name[..1].make_ascii_uppercase();
            self.rewrite.insert(&format!("{begin}{name}**"), line.start..head_end);
            blank_after = true;
        } else if !title.trim().is_empty() && !repeats {
            self.rewrite.insert(&begin, head_end..head_end);
            self.rewrite.copy(sign.title.clone());
            self.rewrite.insert("**", sign.title.end..sign.title.end);
            blank_after = true;
        } else if !sign.alert {
            self.rewrite.insert("", line.clone());
        }
        if end.is_empty() {
            self.rewrite.insert("\n", line.end..line.end);
        } else {
            self.rewrite.copy(line.end - end.len()..line.end);
        }
        let column = match until {
            Until::Outdent => indent + 4,
            Until::Colons(_) => indent,
        };
        self.open.push(Open { until, column, prefix, span: line.start..line.start + words.len() });
        self.needs_blank = blank_after;
    }
}

#[cfg(test)]
mod tests {
    use crate::document::dialect::Ending;
    use crate::document::dialect::NoteKind;
    use crate::document::dialect::tests::check;

    #[track_caller]
    fn plain(body: &str, expected: &str) {
        assert_eq!(check(Ending::Plain, body, expected), []);
    }

    #[test]
    fn admonitions_are_alerts() {
        plain(
            "before\n\n!!! warning \"Mind *this*\"\n    first\n\n    second\n\nafter\n",
            "before\n\n> [!WARNING]\n> **Mind *this***\n>\n> first\n>\n> second\n\nafter\n",
        );
        plain("!!! note\n\ttabbed\nafter", "> [!NOTE]\n> tabbed\n\nafter");
        plain("???+ danger inline end \"Stop\"\n    now\n", "> [!CAUTION]\n> **Stop**\n>\n> now\n");
        plain("!!! success\n    it held\n", "> [!TIP]\n> **Success**\n>\n> it held\n");
        plain("!!! note \"\"\n    silent\n", "> [!NOTE]\n> silent\n");
        plain("!!! my-type\r\n    silent\r\n", "> [!NOTE]\n> **My type**\r\n>\n> silent\r\n");
    }

    #[test]
    fn admonitions_nest_and_stand_in_lists() {
        plain(
            "!!! note\n    a\n    !!! tip \"In\"\n        b\n    c\nd\n",
            "> [!NOTE]\n> a\n> > [!TIP]\n> > **In**\n> >\n> > b\n>\n> c\n\nd\n",
        );
        plain("- item\n\n    !!! tip\n        b\n\n- next\n", "- item\n\n    > [!TIP]\n    > b\n\n- next\n");
        plain("!!! note\n    one\n!!! tip\n    two\n", "> [!NOTE]\n> one\n\n> [!TIP]\n> two\n");
    }

    #[test]
    fn code_in_an_admonition_is_left_alone() {
        plain(
            "!!! note\n    ```\n    !!! tip\n\n        x\n    ```\nout\n",
            "> [!NOTE]\n> ```\n> !!! tip\n>\n>     x\n> ```\n\nout\n",
        );
        for body in ["```\n!!! note\n    x\n:::tip\n:::\n```\n", "text\n\n    !!! note\n        x\n"] {
            plain(body, body);
        }
    }

    #[test]
    fn exclamations_are_no_admonitions() {
        for body in [
            "!!! Attention everybody\n\ntext\n",
            "!!!\n",
            "??? what\n",
            "!!! it's: down\n    x\n",
            "=== x\n",
            "Title\n=== \n",
        ] {
            plain(body, body);
        }
    }

    #[test]
    fn content_tabs_are_bold_lines() {
        plain(
            "=== \"Linux\"\n    ```sh\n    ls\n    ```\n=== \"Mac OS\"\n    text\n",
            "**Linux**\n\n```sh\nls\n```\n\n**Mac OS**\n\ntext\n",
        );
    }

    #[test]
    fn colons_are_alerts() {
        plain(":::note\n\ntext\n\n:::\n\nafter\n", "> [!NOTE]\n>\n> text\n\n\nafter\n");
        plain(
            "::: warning Mind this\ntext\n:::\nafter\n",
            "> [!WARNING]\n> **Mind this**\n>\n> text\n\nafter\n",
        );
        plain(":::tip[With *words*]\nx\n:::\n", "> [!TIP]\n> **With *words***\n>\n> x\n");
        plain("::: {.callout-important title=\"Keys\"}\nx\n:::\n", "> [!IMPORTANT]\n> **Keys**\n>\n> x\n");
        plain(":::{attention} Read\nx\n:::\n", "> [!WARNING]\n> **Read**\n>\n> x\n");
        plain(":::incident\nx\n:::\n", "> [!NOTE]\n> **Incident**\n>\n> x\n");
        plain("::: {.column width=50%}\nx\n:::\n", "\n\nx\n");
        plain(":::tip\nx\n:::\n:::note\ny\n:::", "> [!TIP]\n> x\n\n> [!NOTE]\n> y\n");
    }

    #[test]
    fn more_colons_are_further_out() {
        plain(
            "::::info\na\n:::tip\nb\n:::\nc\n::::\nd\n",
            "> [!NOTE]\n> **Info**\n>\n> a\n> > [!TIP]\n> > b\n>\n> c\n\nd\n",
        );
    }

    #[test]
    fn colons_that_open_nothing_stay() {
        for body in [":::\n", "::: \n", ":::image type=\"x\":::\n", "::: 12\n", "a ::: b\n"] {
            plain(body, body);
        }
    }

    #[test]
    fn an_unclosed_container_is_noted_and_keeps_the_sections_below() {
        let notes = check(
            Ending::Plain,
            ":::note\ntext\n\n## Impact\n\nmany\n",
            "> [!NOTE]\n> text\n\n## Impact\n\nmany\n",
        );
        assert_eq!(notes, [(NoteKind::Unclosed, 1)]);
        let notes = check(Ending::Plain, ":::note\ntext", "> [!NOTE]\n> text");
        assert_eq!(notes, [(NoteKind::Unclosed, 1)]);
    }
}
