//! What a finding is: rule, level, message, place, help.
//!
//! Comes in: nothing; every stage makes findings. Goes out: [`Finding`], data that `cli` prints and `export` lists.
//! Never prints and never reads a file.

use serde::Serialize;
use std::ops::Range;

/// How bad a finding is.
///
/// Invariant: only [`Level::Error`] stops a build, so a rule is an error only where going on would lose or
/// misplace something that somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing; counted at the end of a run and listed on request.
    Note,
    /// Probably a mistake; printed, stops nothing.
    Warning,
    /// Something would be lost or misplaced; nothing is published.
    Error,
}

impl Level {
    /// Returns the word that people read.
    pub fn name(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// A kind of fault, declared as a `static` by the stage that can see it.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Reads after "allow", such as `end-before-start`.
    pub name: &'static str,
    /// The level of its findings.
    pub level: Level,
    /// One sentence: what it finds.
    pub about: &'static str,
}

/// Where a finding points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to ROOT, with `/` between its parts.
    pub file: String,
    /// Bytes of the file's text; `None` where the whole file is meant.
    pub span: Option<Range<usize>>,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
}

impl Place {
    /// Returns the place of a whole file.
    pub fn file(file: &str) -> Self {
        Place { file: file.to_owned(), span: None, line: 1, column: 1 }
    }

    /// Returns the place of a span of bytes in the text of a file.
    ///
    /// A span that does not fall on character boundaries is widened to them.
    pub fn span(file: &str, text: &str, span: Range<usize>) -> Self {
        Counted::default().place(file, text, span)
    }
}

/// How far the lines of a text were counted. Many places of one text are found faster from the last one than from its beginning.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    at: usize,
    /// How many lines end before.
    lines: u32,
}

impl Counted {
    /// Returns what [`Place::span`] returns. The text is the one whose lines were counted.
    pub fn place(&mut self, file: &str, text: &str, span: Range<usize>) -> Place {
        let start = text.floor_char_boundary(span.start.min(text.len()));
        let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
        let bytes = text.as_bytes();
        let ends = |range: Range<usize>| memchr::memchr_iter(b'\n', &bytes[range]).count() as u32;
        self.lines = match self.at <= start {
            true => self.lines + ends(self.at..start),
            false => self.lines - ends(start..self.at),
        };
        self.at = start;
        let line_start = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |at| at + 1);
        Place {
            file: file.to_owned(),
            span: Some(start..end),
            line: self.lines + 1,
            column: text[line_start..start].chars().count() as u32 + 1,
        }
    }
}

/// One fault in what somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The kind of fault.
    pub rule: &'static Rule,
    /// How bad it is here; the rule's level unless the stage knows better.
    pub level: Level,
    /// A short lower-case phrase without a full stop, values in backticks.
    pub message: String,
    /// Where it is.
    pub place: Place,
    /// Words beside the underlined span.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Finding {
    /// Makes a finding at the rule's own level.
    pub fn new(rule: &'static Rule, place: Place, message: impl Into<String>) -> Self {
        Finding { rule, level: rule.level, message: message.into(), place, label: None, help: None }
    }

    /// Adds words beside the underlined span.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Returns the candidate nearest to `word`, where one is near enough to be a slip of the hand.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word_lower = word.to_lowercase();
    let allowed = match word.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    let letters = letters_of(&word_lower);
    let length = word_lower.chars().count();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            // One edit changes the length by one at most and brings in one letter at most. A site has thousands of
            // candidates for each broken link, so the few that can be near are found without the table of distances.
            if lower.chars().count().abs_diff(length) > allowed
                || (letters & !letters_of(&lower)).count_ones() as usize > allowed
            {
                return None;
            }
            let distance = edit_distance(&word_lower, &lower);
            (distance <= allowed).then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Returns which letters stand in a word, one bit for each of 64 classes.
fn letters_of(word: &str) -> u64 {
    word.chars().fold(0, |letters, letter| letters | 1 << (letter as u32 % 64))
}

/// Returns the Damerau-Levenshtein distance with adjacent transpositions ("optimal string alignment").
fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let width = b.len() + 1;
    let mut cost = vec![0usize; (a.len() + 1) * width];
    for (i, row) in cost.chunks_mut(width).enumerate() {
        row[0] = i;
    }
    for (j, cell) in cost[..width].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let swap = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (cost[(i - 1) * width + j] + 1)
                .min(cost[i * width + j - 1] + 1)
                .min(cost[(i - 1) * width + j - 1] + swap);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(cost[(i - 2) * width + j - 2] + 1);
            }
            cost[i * width + j] = best;
        }
    }
    cost[a.len() * width + b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters() {
        let text = "eins\nzwei äöü drei\n";
        let at = text.find("drei").unwrap();
        let place = Place::span("a.md", text, at..at + 4);
        assert_eq!((place.line, place.column), (2, 10));
    }

    #[test]
    fn lines_are_counted_from_any_place_to_any_other() {
        let text = "a\nb\n\nc d\ne";
        let mut counted = Counted::default();
        for span in [7..8, 0..1, 9..10, 4..5, 4..4, 2..9, 50..60] {
            assert_eq!(counted.place("a.md", text, span.clone()), Place::span("a.md", text, span));
        }
    }

    #[test]
    fn a_slip_is_suggested_and_another_word_is_not() {
        let keys = ["severity", "services", "started"];
        assert_eq!(did_you_mean("severty", keys), Some("severity"));
        assert_eq!(did_you_mean("Serivces", keys), Some("services"));
        assert_eq!(did_you_mean("weather", keys), None);
    }
}
