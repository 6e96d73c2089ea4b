//! The front matter of a file, with a span for every key and value.
//!
//! Comes in: the text of a file. Goes out: [`FrontMatter`], where the body begins, and findings. Three passes over
//! YAML: `granit-parser` gives every node its bytes and refuses deep nesting and alias bombs in linear time;
//! `serde_yaml` then reads the values; and where the author wrote what YAML does not allow but everybody understands
//! (a colon in an unquoted title, a tab), the line is read as if it were quoted, with a warning.
//!
//! Never guesses at structure: what cannot be repaired line by line is an error, and nothing of it is used.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use granit_parser::Event;
use granit_parser::Parser;
use granit_parser::ScalarStyle;
use std::borrow::Cow;
use std::ops::Range;

/// Front matter that cannot be read.
pub static BROKEN_FRONT_MATTER: Rule = Rule {
    name: "broken-front-matter",
    level: Level::Error,
    about: "front matter cannot be read, so its values would be lost",
};

/// Front matter that breaks a rule of YAML in a way that has only one meaning.
pub static REPAIRED_FRONT_MATTER: Rule = Rule {
    name: "repaired-front-matter",
    level: Level::Warning,
    about: "a line of front matter is no valid YAML and was read as if its value were quoted",
};

/// A key that stands twice.
pub static DUPLICATE_KEY: Rule = Rule {
    name: "duplicate-key",
    level: Level::Error,
    about: "a key stands twice in front matter, so one of its values would be lost",
};

/// The longest front matter that is read, in bytes.
pub const LONGEST: usize = 64 * 1024;

/// Nested deeper than this, front matter is refused.
const DEEPEST: usize = 32;

/// With more nodes than this, aliases expanded, front matter is refused.
const MOST_NODES: usize = 20_000;

/// How front matter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Between lines of `---`.
    Yaml,
    /// Between lines of `+++`.
    Toml,
}

/// The front matter of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontMatter {
    /// How it is written.
    pub format: Format,
    /// Its bytes in the file's text, without the lines around it.
    pub span: Range<usize>,
    /// Its keys and values in the order of the file, none twice.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as written.
    pub key: String,
    /// The key's bytes in the file's text.
    pub key_span: Range<usize>,
    /// The value.
    pub value: Node,
}

/// A value and its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its bytes in the file's text.
    pub span: Range<usize>,
    /// The value.
    pub value: Value,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it was written.
    Number(String),
    /// Text, dates included.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map.
    Map(Vec<Entry>),
}

impl Node {
    /// Returns the words of a scalar; `None` for nothing, lists and maps, and for blank text.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => {
                let text = text.trim();
                (!text.is_empty()).then_some(Cow::Borrowed(text))
            }
            Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Returns the value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Returns the name of its type, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// What was found at the top of a file.
#[derive(Debug, Default)]
pub struct Split {
    /// The front matter, where there is any that can be read.
    pub front: Option<FrontMatter>,
    /// Where the body begins, in bytes. Where front matter cannot be read the body holds it too: nothing is lost.
    pub body: usize,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// Reads the front matter of `text`, the text of `file`.
pub fn read(file: &str, text: &str) -> Split {
    let Some((format, inner, body)) = find(text) else {
        return match unclosed(text) {
            Some(opening) => Split {
                findings: vec![
                    Finding::new(
                        &BROKEN_FRONT_MATTER,
                        Place::span(file, text, opening.clone()),
                        "front matter is never closed",
                    )
                    .help(format!("end it with a line of `{}`", &text[opening])),
                ],
                ..Split::default()
            },
            None => Split::default(),
        };
    };
    let raw = &text[inner.clone()];
    if raw.len() > LONGEST {
        let finding = Finding::new(
            &BROKEN_FRONT_MATTER,
            Place::span(file, text, inner.start..inner.start),
            format!("front matter of {} KiB is longer than {} KiB", raw.len() / 1024, LONGEST / 1024),
        );
        return Split {
            findings: vec![finding.help("move the text below the closing line")],
            ..Split::default()
        };
    }
    let mut findings = Vec::new();
    let entries = match format {
        Format::Toml => toml_entries(raw, inner.start),
        Format::Yaml => {
            yaml_entries(raw, inner.start).or_else(|fault| match repair(raw).filter(|_| fault.syntax) {
                Some(repaired) => match yaml_entries(&repaired.text, 0) {
                    Ok(mut entries) => {
                        for entry in &mut entries {
                            repaired.map_entry(entry, inner.start);
                        }
                        for (line, what) in &repaired.lines {
                            let span = inner.start + line.start..inner.start + line.end;
                            findings.push(
                                Finding::new(&REPAIRED_FRONT_MATTER, Place::span(file, text, span), *what)
                                    .help("put the value in quotes"),
                            );
                        }
                        Ok(entries)
                    }
                    Err(_) => Err(fault),
                },
                None => Err(fault),
            })
        }
    };
    match entries {
        Ok(entries) => {
            let entries = without_duplicates(file, text, entries, &mut findings);
            Split { front: Some(FrontMatter { format, span: inner, entries }), body, findings }
        }
        // Text between two thematic breaks is text; only what sets out to be a map is front matter.
        Err(_) if !looks_like_keys(raw) => Split::default(),
        Err(fault) => {
            let mut finding =
                Finding::new(&BROKEN_FRONT_MATTER, Place::span(file, text, fault.span), fault.message);
            finding.help = fault.help;
            Split { findings: vec![finding], ..Split::default() }
        }
    }
}

/// Why front matter cannot be read.
struct Fault {
    span: Range<usize>,
    message: String,
    help: Option<String>,
    /// Whether the words break a rule of the language; a limit that is passed is never repaired.
    syntax: bool,
}

/// Returns the format, the bytes between the two lines, and where the body begins.
fn find(text: &str) -> Option<(Format, Range<usize>, usize)> {
    let (format, start) = opening(text)?;
    let mut at = start;
    while at < text.len() {
        let end = line_end(text, at);
        let line = text[at..end].trim_end();
        let closes = match format {
            Format::Yaml => line == "---" || line == "...",
            Format::Toml => line == "+++",
        };
        if closes {
            let raw = &text[start..at];
            // An empty pair of lines, or one around a list or prose, is no front matter; an empty map is.
            return (raw.trim().is_empty() || looks_like_keys(raw)).then_some((format, start..at, end));
        }
        at = end;
    }
    None
}

/// Returns the opening line's span where front matter is opened, looks like it, and is never closed.
fn unclosed(text: &str) -> Option<Range<usize>> {
    let (format, start) = opening(text)?;
    let head = &text[start..];
    let first = head.lines().next().unwrap_or("");
    let marks = match format {
        Format::Yaml => "---",
        Format::Toml => "+++",
    };
    let closed = head.lines().any(|line| line.trim_end() == marks);
    let begin = beginning(text)?;
    (!closed && looks_like_key(first)).then_some(begin..begin + marks.len())
}

/// Returns the format and where the line after the opening one begins.
fn opening(text: &str) -> Option<(Format, usize)> {
    let begin = beginning(text)?;
    let end = line_end(text, begin);
    let format = match text[begin..end].trim_end() {
        "---" => Format::Yaml,
        "+++" => Format::Toml,
        _ => return None,
    };
    // Below a comment, a line of `---` may well be a rule, so that keys must follow at once.
    let commented = text[..begin].contains("<!--");
    (!commented || looks_like_key(text[end..].lines().next().unwrap_or(""))).then_some((format, end))
}

/// Returns where the first line of a file begins that is neither blank nor a comment, such as one about the licence.
fn beginning(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let blank = text[at..].len() - text[at..].trim_start_matches(['\n', '\r', ' ']).len();
        // A few blank lines above are a slip; a file that begins further down has no front matter.
        if blank > 8 {
            return None;
        }
        at += blank;
        match text[at..].starts_with("<!--") {
            true => at += text[at..].find("-->").filter(|end| *end < LONGEST)? + "-->".len(),
            false => return Some(at),
        }
    }
}

/// Returns where the next line begins.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n + 1)
}

/// Returns whether the first line with words could be a key and its value.
fn looks_like_keys(raw: &str) -> bool {
    raw.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).is_some_and(
        |line| looks_like_key(line) || line.starts_with(['{', '[', '?']) || line.starts_with('\t'),
    )
}

fn looks_like_key(line: &str) -> bool {
    let line = line.trim_start();
    let end = line.find([':', '=']).unwrap_or(0);
    let key = line[..end].trim_end().trim_matches(['"', '\'']);
    let after = &line[end..];
    !key.is_empty()
        && key.len() <= 64
        && !key.starts_with(['-', '*', '>', '|', '<'])
        && key.split(' ').count() <= 4
        && (after.starts_with('=') || after.len() == 1 || after[1..].starts_with([' ', '\t', '\r', '\n']))
}

/// Reads YAML; spans are moved by `offset`.
fn yaml_entries(raw: &str, offset: usize) -> Result<Vec<Entry>, Fault> {
    let mut builder = Tree { raw, offset, anchors: Vec::new(), nodes: 0, typed: false };
    let root = builder.read()?;
    let mut entries = match root {
        None => return Ok(Vec::new()),
        Some(Node { value: Value::Null, .. }) => return Ok(Vec::new()),
        Some(Node { value: Value::Map(entries), .. }) => entries,
        Some(node) => {
            return Err(Fault {
                message: format!("front matter is {} instead of keys and values", node.kind()),
                span: node.span,
                help: Some("write one `key: value` on each line".to_owned()),
                syntax: true,
            });
        }
    };
    // The span pass has bounded depth and size, so the reader of values is safe from what it is slow at. It refuses
    // duplicate keys, which are a finding of their own; then the words stand as the span pass read them. Most front matter
    // has nothing but words and dates, and it takes longer than the span pass.
    if builder.typed
        && let Ok(serde_yaml::Value::Mapping(map)) = serde_yaml::from_str::<serde_yaml::Value>(raw)
    {
        for (entry, (_, value)) in entries.iter_mut().zip(map) {
            type_node(&mut entry.value, &value);
        }
    }
    Ok(entries)
}

/// Gives plain scalars the types that the reader of values saw; their words stay as written.
fn type_node(node: &mut Node, value: &serde_yaml::Value) {
    match (&mut node.value, value) {
        (Value::Text(_), serde_yaml::Value::Null) => node.value = Value::Null,
        (Value::Text(_), serde_yaml::Value::Bool(value)) => node.value = Value::Bool(*value),
        (Value::Text(text), serde_yaml::Value::Number(_)) => node.value = Value::Number(std::mem::take(text)),
        (Value::List(nodes), serde_yaml::Value::Sequence(values)) => {
            for (node, value) in nodes.iter_mut().zip(values) {
                type_node(node, value);
            }
        }
        (Value::Map(entries), serde_yaml::Value::Mapping(map)) => {
            for (entry, (_, value)) in entries.iter_mut().zip(map) {
                type_node(&mut entry.value, value);
            }
        }
        _ => {}
    }
}

/// Returns whether a plain scalar may be true, false or a number: not whether it is one, which has many rules.
fn may_be_typed(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(|first| first.is_ascii_digit() || b"+-.".contains(first)) {
        return text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    }
    // Behind the first byte a sign stands in an exponent alone, unlike those of a date.
    let pairs = bytes.iter().zip(&bytes[1..]);
    let fits = |(before, byte): (&u8, &u8)| match byte {
        b'+' | b'-' => matches!(before, b'e' | b'E'),
        _ => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'),
    };
    pairs.into_iter().all(fits)
}

/// Builds nodes from the events of the span pass.
struct Tree<'a> {
    raw: &'a str,
    offset: usize,
    anchors: Vec<(usize, Node)>,
    nodes: usize,
    /// Whether some value may be something else than text.
    typed: bool,
}

/// A collection that is still open.
enum Open {
    List { start: usize, anchor: usize, nodes: Vec<Node> },
    Map { start: usize, anchor: usize, entries: Vec<Entry>, key: Option<(String, Range<usize>)> },
}

impl Tree<'_> {
    fn read(&mut self) -> Result<Option<Node>, Fault> {
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        let options = granit_parser::options! { flow_nesting_limit: DEEPEST, block_nesting_limit: DEEPEST };
        for event in Parser::new_from_str_with_options(self.raw, options) {
            let (event, span) = event.map_err(|error| {
                let at = error.marker().byte_offset().unwrap_or(0).min(self.raw.len());
                let info = error.info();
                Fault { syntax: true, ..self.fault(at..self.line_rest(at), explain(&info), hint(&info)) }
            })?;
            let range = span.byte_range().unwrap_or(0..0);
            let (node, anchor) = match event {
                Event::Scalar(text, style, anchor, tag) => {
                    self.typed |= tag.is_some() || style == ScalarStyle::Plain && may_be_typed(&text);
                    let value = match style {
                        ScalarStyle::Plain if matches!(&*text, "" | "~" | "null" | "Null" | "NULL") => {
                            Value::Null
                        }
                        _ => Value::Text(text.into_owned()),
                    };
                    (Node { span: self.moved(&range), value }, anchor)
                }
                Event::Alias(id) => {
                    let Some((_, node)) = self.anchors.iter().find(|(anchor, _)| *anchor == id) else {
                        return Err(self.fault(range, "alias names its own anchor".to_owned(), None));
                    };
                    let node = node.clone();
                    self.nodes += count(&node);
                    (node, 0)
                }
                Event::SequenceStart(_, anchor, _) => {
                    open.push(Open::List { start: range.start, anchor, nodes: Vec::new() });
                    self.check_size(&open, &range)?;
                    continue;
                }
                Event::MappingStart(_, anchor, _) => {
                    open.push(Open::Map { start: range.start, anchor, entries: Vec::new(), key: None });
                    self.check_size(&open, &range)?;
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                    Some(Open::List { start, anchor, nodes }) => {
                        let end = nodes.last().map_or(range.end + self.offset, |node| node.span.end);
                        (
                            Node {
                                span: start + self.offset..end.max(start + self.offset),
                                value: Value::List(nodes),
                            },
                            anchor,
                        )
                    }
                    Some(Open::Map { start, anchor, entries, .. }) => {
                        let end =
                            entries.last().map_or(range.end + self.offset, |entry| entry.value.span.end);
                        (
                            Node {
                                span: start + self.offset..end.max(start + self.offset),
                                value: Value::Map(entries),
                            },
                            anchor,
                        )
                    }
                    None => continue,
                },
                _ => continue,
            };
            self.nodes += 1;
            self.check_size(&open, &range)?;
            if anchor != 0 {
                self.anchors.push((anchor, node.clone()));
            }
            match open.last_mut() {
                None => {
                    // A second YAML document cannot stand here: `---` ends front matter.
                    root.get_or_insert(node);
                }
                Some(Open::List { nodes, .. }) => nodes.push(node),
                Some(Open::Map { entries, key, .. }) => match key.take() {
                    None => {
                        let words = node.text().map_or_else(String::new, Cow::into_owned);
                        *key = Some((words, node.span));
                    }
                    Some((key, key_span)) => entries.push(Entry { key, key_span, value: node }),
                },
            }
        }
        Ok(root)
    }

    fn check_size(&self, open: &[Open], range: &Range<usize>) -> Result<(), Fault> {
        if open.len() > DEEPEST {
            return Err(self.fault(
                range.clone(),
                format!("front matter is nested deeper than {DEEPEST} levels"),
                None,
            ));
        }
        if self.nodes > MOST_NODES {
            let message =
                format!("front matter holds more than {MOST_NODES} values once its aliases are expanded");
            return Err(self.fault(range.clone(), message, None));
        }
        Ok(())
    }

    fn moved(&self, range: &Range<usize>) -> Range<usize> {
        range.start + self.offset..range.end + self.offset
    }

    fn line_rest(&self, at: usize) -> usize {
        let at = self.raw.floor_char_boundary(at);
        self.raw[at..].find(['\n', '\r']).map_or(self.raw.len(), |n| at + n)
    }

    fn fault(&self, range: Range<usize>, message: String, help: Option<String>) -> Fault {
        Fault { span: self.moved(&range), message, help, syntax: false }
    }
}

fn count(node: &Node) -> usize {
    match &node.value {
        Value::List(nodes) => 1 + nodes.iter().map(count).sum::<usize>(),
        Value::Map(entries) => 1 + entries.iter().map(|entry| count(&entry.value)).sum::<usize>(),
        _ => 1,
    }
}

/// Puts the parser's words into ours.
fn explain(info: &str) -> String {
    let info = info.trim().trim_end_matches('.');
    if info.is_empty() {
        // Some faults have no words of their own.
        return "front matter is no valid YAML".to_owned();
    }
    format!("front matter is no valid YAML: {info}")
}

fn hint(info: &str) -> Option<String> {
    let lower = info.to_lowercase();
    if lower.contains("tab") {
        Some("indent with spaces: YAML allows no tabs".to_owned())
    } else if lower.contains("nesting") || lower.contains("recursion") || lower.contains("depth") {
        Some("no front matter needs lists that deep".to_owned())
    } else if lower.contains("anchor") {
        Some("put text that begins with `*` or `&` in quotes".to_owned())
    } else {
        Some("is a quote or a bracket missing, or a line indented by mistake?".to_owned())
    }
}

/// YAML with some lines rewritten so that it can be read.
struct Repaired {
    text: String,
    /// Where each line begins in the repaired text and in the raw one, and where its value was quoted.
    starts: Vec<(usize, usize, Option<usize>)>,
    /// The changed lines in the raw text, and what was wrong with each.
    lines: Vec<(Range<usize>, &'static str)>,
}

impl Repaired {
    /// Moves the spans of an entry to the file's text.
    fn map_entry(&self, entry: &mut Entry, offset: usize) {
        entry.key_span = self.map(&entry.key_span, offset);
        self.map_node(&mut entry.value, offset);
    }

    fn map_node(&self, node: &mut Node, offset: usize) {
        node.span = self.map(&node.span, offset);
        match &mut node.value {
            Value::List(nodes) => nodes.iter_mut().for_each(|node| self.map_node(node, offset)),
            Value::Map(entries) => entries.iter_mut().for_each(|entry| self.map_entry(entry, offset)),
            _ => {}
        }
    }

    fn map(&self, span: &Range<usize>, offset: usize) -> Range<usize> {
        let point = |at: usize, end: bool| {
            let line = self.starts.partition_point(|(out, ..)| *out <= at).saturating_sub(1);
            let (out, raw, quoted) = self.starts[line];
            let next = self.starts.get(line + 1).map_or(usize::MAX, |(_, raw, _)| *raw - 1);
            let column = at - out;
            match quoted {
                Some(value) if column >= value && end => next,
                Some(value) if column >= value => raw + value,
                _ => raw + column,
            }
        };
        let (start, end) = (point(span.start, false), point(span.end, true));
        let limit = self.starts.last().map_or(0, |(_, raw, _)| *raw).max(start);
        let end = if end == usize::MAX { limit } else { end };
        offset + start..offset + end.max(start)
    }
}

/// Rewrites the lines that YAML does not allow but that have only one meaning; `None` where there is none.
fn repair(raw: &str) -> Option<Repaired> {
    let mut repaired =
        Repaired { text: String::with_capacity(raw.len() + 64), starts: Vec::new(), lines: Vec::new() };
    let mut at = 0;
    let mut block_indent: Option<usize> = None;
    while at < raw.len() {
        let end = line_end(raw, at);
        let line = &raw[at..end];
        let words = line.trim_end_matches(['\n', '\r']);
        let indent = words.len() - words.trim_start_matches([' ', '\t']).len();
        // The lines of a block scalar (`key: |`) are text and stay as they are.
        if let Some(outer) = block_indent {
            if words.trim().is_empty() || indent > outer {
                repaired.starts.push((repaired.text.len(), at, None));
                repaired.text.push_str(line);
                at = end;
                continue;
            }
            block_indent = None;
        }
        let out = repaired.text.len();
        let mut quoted = None;
        if words[..indent].contains('\t') {
            repaired.lines.push((at..at + words.len(), "a tab indents this line"));
            repaired.text.extend(words[..indent].chars().map(|_| ' '));
            repaired.text.push_str(&line[indent..]);
        } else if let Some((value, what)) = broken_value(words) {
            repaired.lines.push((at + value..at + words.len(), what));
            quoted = Some(value);
            repaired.text.push_str(&words[..value]);
            repaired.text.push('"');
            for c in words[value..].trim_end().chars() {
                match c {
                    '"' | '\\' => {
                        repaired.text.push('\\');
                        repaired.text.push(c);
                    }
                    '\t' => repaired.text.push_str("\\t"),
                    c => repaired.text.push(c),
                }
            }
            repaired.text.push_str("\"\n");
        } else {
            let value = words.rsplit_once(": ").map_or("", |(_, value)| value.trim());
            if matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+") {
                block_indent = Some(indent);
            }
            repaired.text.push_str(line);
        }
        repaired.starts.push((out, at, quoted));
        at = end;
    }
    repaired.starts.push((repaired.text.len(), raw.len(), None));
    (!repaired.lines.is_empty()).then_some(repaired)
}

/// Returns where the value of a line begins and what is wrong, where it should have been quoted.
fn broken_value(line: &str) -> Option<(usize, &'static str)> {
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    let item = trimmed.strip_prefix("- ");
    let (value_at, is_item) = match (trimmed.find(": "), item) {
        (Some(colon), _) if looks_like_key(trimmed.strip_prefix("- ").unwrap_or(trimmed)) => {
            (colon + 2, false)
        }
        (_, Some(_)) => (2, true),
        _ => return None,
    };
    let rest = &trimmed[value_at..];
    let value = rest.trim_start();
    let start = indent + value_at + (rest.len() - value.len());
    let first = value.chars().next()?;
    let bare = value.trim_end();
    let what = match first {
        '"' | '\'' => {
            let closed =
                bare.len() > 1 && bare.ends_with(first) && bare[1..bare.len() - 1].find(first).is_none();
            let comment =
                bare[1..].find(first).is_some_and(|at| bare[at + 2..].trim_start().starts_with('#'));
            if closed || comment {
                return None;
            }
            "text follows the closing quote, or it is missing"
        }
        '[' => {
            // `[Resolved] Search is down` has one meaning; a list without its end has two.
            if !bare.contains(']') || bare.ends_with(']') || bare.contains("] #") {
                return None;
            }
            "text follows the closing bracket"
        }
        '{' => {
            if !bare.contains('}') || bare.ends_with('}') || bare.contains("} #") {
                return None;
            }
            "text follows the closing brace"
        }
        '@' | '`' | '%' => "this character cannot begin an unquoted value",
        '*' | '&' | '!' if !is_item || bare.contains(' ') => "this character means something else to YAML",
        '|' | '>' | '#' => return None,
        _ if bare.contains(": ") || bare.ends_with(':') => {
            "an unquoted value cannot hold a colon and a space"
        }
        _ => return None,
    };
    Some((start, what))
}

/// Reads TOML; spans are moved by `offset`.
fn toml_entries(raw: &str, offset: usize) -> Result<Vec<Entry>, Fault> {
    // Deep nesting is refused by counting brackets, before a recursive reader sees it.
    let mut depth = 0usize;
    for (at, byte) in raw.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            let message = format!("front matter is nested deeper than {DEEPEST} levels");
            return Err(Fault { span: offset + at..offset + at + 1, message, help: None, syntax: false });
        }
    }
    let table = toml::de::DeTable::parse(raw).map_err(|error| Fault {
        span: error.span().map_or(offset..offset, |span| offset + span.start..offset + span.end),
        message: format!("front matter is no valid TOML: {}", error.message().replace('\n', ", ")),
        help: None,
        syntax: true,
    })?;
    Ok(toml_map(table.get_ref(), offset))
}

fn toml_map(table: &toml::de::DeTable<'_>, offset: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: key.span().start + offset..key.span().end + offset,
            value: toml_node(value, offset),
        })
        .collect();
    // The table is sorted by key; the file's own order is kept for people.
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

fn toml_node(node: &toml::Spanned<toml::de::DeValue<'_>>, offset: usize) -> Node {
    use toml::de::DeValue;
    let value = match node.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Number(number.to_string()),
        DeValue::Float(number) => Value::Number(number.to_string()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Array(nodes) => Value::List(nodes.iter().map(|node| toml_node(node, offset)).collect()),
        DeValue::Table(table) => Value::Map(toml_map(table, offset)),
    };
    Node { span: node.span().start + offset..node.span().end + offset, value }
}

/// Drops the later of two entries with one key, with an error for each.
fn without_duplicates(
    file: &str,
    text: &str,
    entries: Vec<Entry>,
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        match kept.iter().find(|other| other.key == entry.key) {
            // The same value twice loses nothing.
            Some(other) if other.value.value == entry.value.value => {}
            Some(other) => {
                let first = Place::span(file, text, other.key_span.clone());
                findings.push(
                    Finding::new(
                        &DUPLICATE_KEY,
                        Place::span(file, text, entry.key_span.clone()),
                        format!("`{}` stands twice in front matter", entry.key),
                    )
                    .label(format!("first given on line {}", first.line))
                    .help("keep one of the two"),
                );
            }
            None => kept.push(entry),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws entries with the text that their spans cut out, then findings.
    fn draw(text: &str) -> String {
        fn node(text: &str, node: &Node) -> String {
            match &node.value {
                Value::List(nodes) => {
                    format!(
                        "[{}]",
                        nodes
                            .iter()
                            .map(|inner| self::tests::node_text(text, inner))
                            .collect::<Vec<_>>()
                            .join(", ")
                    )
                }
                Value::Map(entries) => {
                    let inner: Vec<_> = entries
                        .iter()
                        .map(|entry| format!("{}={}", entry.key, self::tests::node_text(text, &entry.value)))
                        .collect();
                    format!("{{{}}}", inner.join(", "))
                }
                other => format!("{other:?}@{:?}", &text[node.span.clone()]),
            }
        }
        let split = read("a.md", text);
        let mut out = String::new();
        if let Some(front) = &split.front {
            for entry in &front.entries {
                out += &format!(
                    "{}@{:?}: {}\n",
                    entry.key,
                    &text[entry.key_span.clone()],
                    node(text, &entry.value)
                );
            }
        }
        out += &format!("body {:?}\n", &text[split.body..]);
        for finding in &split.findings {
            out += &format!(
                "{}[{}] {}:{} {}\n",
                finding.level.name(),
                finding.rule.name,
                finding.place.line,
                finding.place.column,
                finding.message
            );
        }
        out
    }

    fn node_text(text: &str, node: &Node) -> String {
        match &node.value {
            Value::Text(words) => format!("{words:?}@{:?}", &text[node.span.clone()]),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn yaml_values_have_types_and_spans() {
        assert_eq!(
            draw(
                "---\ntitle: \"A b\"\ndate: 2021-07-01 # seen\ndraft: false\nsev: 1.10\nnone:\ntags: [a, b]\n---\nBody\n"
            ),
            "title@\"title\": Text(\"A b\")@\"\\\"A b\\\"\"\ndate@\"date\": Text(\"2021-07-01\")@\"2021-07-01\"\n\
             draft@\"draft\": Bool(false)@\"false\"\nsev@\"sev\": Number(\"1.10\")@\"1.10\"\nnone@\"none\": Null@\"\"\n\
             tags@\"tags\": [\"a\"@\"a\", \"b\"@\"b\"]\nbody \"Body\\n\"\n"
        );
    }

    #[test]
    fn toml_and_dots_and_crlf() {
        assert_eq!(draw("---\r\ntitle: A\r\n...\r\nB"), "title@\"title\": Text(\"A\")@\"A\"\nbody \"B\"\n");
        assert_eq!(
            draw("+++\npath = \"2025/a\"\ntitle = \"A\"\n\n[extra]\nteam = \"T\"\n+++\nB"),
            "path@\"path\": Text(\"2025/a\")@\"\\\"2025/a\\\"\"\ntitle@\"title\": Text(\"A\")@\"\\\"A\\\"\"\n\
             extra@\"extra\": {team=\"T\"@\"\\\"T\\\"\"}\nbody \"B\"\n"
        );
    }

    #[test]
    fn thematic_breaks_are_no_front_matter() {
        for text in [
            "---\n\nSome text.\n\n---\nMore",
            "---\n- a\n---\n",
            "---\nJust a line\n",
            "text\n---\na: b\n---\n",
        ] {
            assert!(draw(text).starts_with("body"), "{text}");
            assert!(read("a.md", text).findings.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_everybody_understands_is_read() {
        assert_eq!(
            draw("---\ntitle: Outage: the sequel\nwho: @jo\nlist:\n\t- a\n---\n"),
            "title@\"title\": Text(\"Outage: the sequel\")@\"Outage: the sequel\"\nwho@\"who\": Text(\"@jo\")@\"@jo\"\n\
             list@\"list\": [\"a\"@\"a\"]\nbody \"\"\n\
             warning[repaired-front-matter] 2:8 an unquoted value cannot hold a colon and a space\n\
             warning[repaired-front-matter] 3:6 this character cannot begin an unquoted value\n\
             warning[repaired-front-matter] 5:1 a tab indents this line\n"
        );
    }

    #[test]
    fn faults_have_a_place() {
        for (text, expected) in [
            ("---\ntitle: A\nNo end\n", "error[broken-front-matter] 1:1 front matter is never closed"),
            ("---\ntitle: [a\nb: c\n---\n", "error[broken-front-matter] 3:"),
            ("---\na: 1\na: 2\n---\n", "error[duplicate-key] 3:1 `a` stands twice"),
            ("+++\na = \n+++\n", "error[broken-front-matter] 2:"),
        ] {
            assert!(draw(text).contains(expected), "{text:?} gives {}", draw(text));
        }
    }

    #[test]
    fn bombs_are_refused_at_once() {
        let deep = format!("---\na: {}\n---\n", "[".repeat(20_000));
        assert!(draw(&deep).contains("error[broken-front-matter]"), "{}", &draw(&deep)[..200]);
        let mut bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for (this, last) in "bcdefghi".chars().zip("abcdefgh".chars()) {
            bomb += &format!(
                "{this}: &{this} [*{last},*{last},*{last},*{last},*{last},*{last},*{last},*{last},*{last}]\n"
            );
        }
        bomb += "---\n";
        assert!(draw(&bomb).contains("once its aliases are expanded"));
        let long = format!("---\na: b\n{}---\n", "# filler\n".repeat(9_000));
        assert!(draw(&long).contains("longer than 64 KiB"));
        let toml = format!("+++\na = {}\n+++\n", "[".repeat(20_000));
        assert!(draw(&toml).contains("nested deeper"));
    }
}
