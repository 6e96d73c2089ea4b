//! The lines of one file of the lock.
//!
//! Comes in: the text of a file, or a [`Sheet`]. Goes out: the other. A line is a word and what belongs to it; statements
//! stand in quotation marks, written as in JSON:
//!
//! ```text
//! # Lessons of this document, kept by `afterword lock`.
//! format 1
//! document "incidents/checkout.md"
//! path "incidents/2026/checkout.md"
//! moved "incidents/checkout.md"
//! ll-7f3k2m lesson "Alert on the share of failed payments." was "Alert on failed payments."
//! ll-9ak2p1 went-well gone "The rollback took two minutes."
//! ll-b2n8qe lesson retired because "too vague" by ll-7f3k2m "Monitor more."
//! ll-c0d3xy lesson redacted
//! ll-d4t5yz lesson alias ll-7f3k2m
//! rejected "We should meet on Mondays."
//! ```
//!
//! Lines are sorted, so that two branches that add to one document seldom meet, and each kind of line reads by itself, so that
//! both sides of a conflict can be taken.

use crate::diagnostic::Finding;
use crate::diagnostic::Place;
use crate::document::Category;
use crate::document::lesson::category_named;
use crate::knowledge::ledger::BROKEN_LOCK;
use crate::knowledge::ledger::Entry;
use crate::knowledge::ledger::Retirement;
use crate::knowledge::ledger::Sheet;
use crate::knowledge::ledger::State;
use crate::knowledge::ledger::id;
use crate::source::LOCK;

/// The version of the format.
const FORMAT: &str = "1";

/// Reads the file of a name, and says whether it held a conflict.
pub fn parse(name: &str, text: &str, findings: &mut Vec<Finding>) -> (Sheet, bool) {
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    let file = format!("{LOCK}/{name}");
    let mut conflicted = false;
    // Between these marks Git repeats what both sides had before: that is no side.
    let mut in_base = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        match line.get(..7) {
            Some("<<<<<<<") | Some(">>>>>>>") => {
                (conflicted, in_base) = (true, false);
                continue;
            }
            Some("|||||||") => {
                in_base = true;
                continue;
            }
            Some("=======") => {
                in_base = false;
                continue;
            }
            _ => {}
        }
        let line = line.trim();
        if in_base || line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Err(fault) = read_line(line, &mut sheet) {
            let place = Place::span(&file, text, start..start + line.len());
            findings.push(
                Finding::new(&BROKEN_LOCK, place, fault)
                    .help("take the line from the last commit in which it was whole, or remove it if no id stands in it"),
            );
        }
    }
    if sheet.document.is_empty() {
        if sheet.path.is_empty() && !sheet.entries.is_empty() {
            findings.push(
                Finding::new(
                    &BROKEN_LOCK,
                    Place::file(&file),
                    "the file does not say whose lessons it holds",
                )
                .help("add a line such as `document \"incidents/checkout.md\"`"),
            );
        }
        // A name that no document has, so that files without one do not become one.
        sheet.document = if sheet.path.is_empty() { format!("{LOCK}/{name}") } else { sheet.path.clone() };
    }
    if sheet.path.is_empty() {
        sheet.path = sheet.document.clone();
    }
    (sheet, conflicted)
}

fn read_line(line: &str, sheet: &mut Sheet) -> Result<(), String> {
    let mut tokens = Tokens { rest: line };
    let Some(Token::Word(first)) = tokens.next()? else { return Err("a line begins with a word".to_owned()) };
    match first {
        "format" => match tokens.next()? {
            Some(Token::Word(FORMAT)) => {}
            _ => return Err(format!("this program knows format {FORMAT} of the lock only")),
        },
        "document" => {
            let document = tokens.text("document")?;
            if sheet.document.is_empty() {
                sheet.document = document;
            }
        }
        "path" => {
            let path = tokens.text("path")?;
            if sheet.path.is_empty() {
                sheet.path = path;
            } else {
                sheet.moved.insert(path);
            }
        }
        "moved" => {
            sheet.moved.insert(tokens.text("moved")?);
        }
        "rejected" => {
            sheet.rejected.insert(tokens.text("rejected")?);
        }
        word if word.starts_with(id::PREFIX) => {
            let entry = read_entry(word, &mut tokens)?;
            sheet.entries.push(entry);
        }
        word => return Err(format!("`{word}` begins no line of the lock")),
    }
    match tokens.next()? {
        None => Ok(()),
        Some(_) => Err("something stands behind the end of the line".to_owned()),
    }
}

fn read_entry(written: &str, tokens: &mut Tokens<'_>) -> Result<Entry, String> {
    let id = id::written(written).ok_or_else(|| format!("`{written}` is no id of a lesson"))?;
    let category = match tokens.next()? {
        Some(Token::Word(word)) => category_named(word).ok_or_else(|| format!("`{word}` is no category"))?,
        _ => return Err("a category stands behind the id".to_owned()),
    };
    let mut entry = Entry { id, category, text: String::new(), earlier: Vec::new(), state: State::Live };
    let mut retirement: Option<Retirement> = None;
    while let Some(token) = tokens.next()? {
        match token {
            Token::Text(text) if entry.text.is_empty() => entry.text = text,
            Token::Text(_) => return Err("one lesson has two texts".to_owned()),
            Token::Word("was") => entry.earlier.push(tokens.text("was")?),
            Token::Word("redacted") => entry.state = State::Redacted,
            Token::Word("alias") => entry.state = State::Alias(tokens.id()?),
            Token::Word("gone") => retirement.get_or_insert_default().gone = true,
            Token::Word("retired") => retirement.get_or_insert_default().gone = false,
            Token::Word("because") => {
                retirement.get_or_insert_default().because = Some(tokens.text("because")?)
            }
            Token::Word("by") => retirement.get_or_insert_default().replaced_by.push(tokens.id()?),
            Token::Word(word) => return Err(format!("`{word}` says nothing of a lesson")),
        }
    }
    if let Some(retirement) = retirement {
        if entry.state != State::Live {
            return Err("a lesson has two states".to_owned());
        }
        entry.state = State::Retired(retirement);
    }
    if entry.text.is_empty() && matches!(entry.state, State::Live | State::Retired(_)) {
        return Err("the text of the lesson is missing".to_owned());
    }
    Ok(entry)
}

/// A part of a line.
enum Token<'a> {
    Word(&'a str),
    Text(String),
}

/// What is left of a line.
struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Result<Option<Token<'a>>, String> {
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() {
            return Ok(None);
        }
        if !self.rest.starts_with('"') {
            let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
            let (word, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Ok(Some(Token::Word(word)));
        }
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|&(_, c)| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else { return Err("a quotation mark is missing".to_owned()) };
        let (text, rest) = self.rest.split_at(end + 1);
        self.rest = rest;
        let text = serde_json::from_str(text).map_err(|_| format!("{text} is no text as JSON writes it"))?;
        Ok(Some(Token::Text(text)))
    }

    /// Returns the text that must stand behind a word.
    fn text(&mut self, word: &str) -> Result<String, String> {
        match self.next()? {
            Some(Token::Text(text)) => Ok(text),
            _ => Err(format!("a text in quotation marks must stand behind `{word}`")),
        }
    }

    fn id(&mut self) -> Result<String, String> {
        match self.next()? {
            Some(Token::Word(word)) if word.starts_with(id::PREFIX) => {
                id::written(word).ok_or_else(|| format!("`{word}` is no id of a lesson"))
            }
            _ => Err("the id of a lesson is missing".to_owned()),
        }
    }
}

/// Writes the file of a sheet.
pub fn draw(sheet: &Sheet) -> String {
    let mut out = String::from(
        "# Lessons of one document, kept by `afterword lock`. Their ids are published: do not change them.\n",
    );
    let mut line = |words: &[&str]| {
        out.push_str(&words.join(" "));
        out.push('\n');
    };
    line(&["format", FORMAT]);
    line(&["document", &quoted(&sheet.document)]);
    line(&["path", &quoted(&sheet.path)]);
    for path in &sheet.moved {
        line(&["moved", &quoted(path)]);
    }
    for entry in &sheet.entries {
        line(&[&draw_entry(entry)]);
    }
    for text in &sheet.rejected {
        line(&["rejected", &quoted(text)]);
    }
    out
}

fn draw_entry(entry: &Entry) -> String {
    let mut out = format!("{} {}", entry.id, Category::name(entry.category));
    match &entry.state {
        State::Live => {}
        State::Redacted => out += " redacted",
        State::Alias(other) => out += &format!(" alias {other}"),
        State::Retired(retirement) => {
            out += if retirement.gone { " gone" } else { " retired" };
            if let Some(because) = &retirement.because {
                out += &format!(" because {}", quoted(because));
            }
            for other in &retirement.replaced_by {
                out += &format!(" by {other}");
            }
        }
    }
    if !entry.text.is_empty() {
        out += &format!(" {}", quoted(&entry.text));
    }
    for earlier in &entry.earlier {
        out += &format!(" was {}", quoted(earlier));
    }
    out
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
