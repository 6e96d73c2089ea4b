//! Breaks a text into lines that fit into its room, by the real widths of its words.
//!
//! Comes in: text, its [`Room`], fonts. Goes out: [`Fitted`]. Lines may end where Unicode allows it (UAX #14), so that Japanese and
//! Chinese need no spaces; a word that is wider than the room is broken only where no smaller size helps.

use crate::card::Fitted;
use crate::card::Line;
use crate::card::Room;
use crate::card::Run;
use crate::card::font::Fonts;
use crate::card::font::Voice;
use crate::card::font::is_picture;
use crate::card::font::normal;
use std::ops::Range;

/// The longest text that is looked at, in characters: more never fits.
const LONGEST: usize = 1200;

/// The most sizes and lines that a template can ask for; each costs time.
const SIZES: usize = 12;

/// What says that a text goes on.
const ELLIPSIS: &str = "…";

/// Isolates a line that is read from right to left, as [UAX #9](https://www.unicode.org/reports/tr9/) has it.
const RIGHT_TO_LEFT: (char, char) = ('\u{2067}', '\u{2069}');

/// A piece of text behind which a line may end.
#[derive(Clone, Debug)]
struct Segment {
    /// With the spaces behind it.
    span: Range<usize>,
    /// As a multiple of the size of letters.
    width: f64,
    /// Of the spaces behind it.
    space: f64,
    /// Whether a hyphen stands behind it where the line ends: a word was broken here.
    hyphen: bool,
}

/// Returns the words that can be drawn: without pictures that no font has.
pub(super) fn drawable(fonts: &Fonts, text: &str) -> String {
    let text = normal(text);
    if text.chars().all(|letter| fonts.can_draw(letter)) {
        return text;
    }
    normal(&text.chars().filter(|&letter| fonts.can_draw(letter) || !is_picture(letter)).collect::<String>())
}

/// Breaks a text into lines.
pub(super) fn fit(fonts: &Fonts, text: &str, room: &Room) -> Fitted {
    let mut text = drawable(fonts, text);
    if text.chars().any(|letter| !fonts.can_draw(letter)) {
        text.clear();
    }
    let (text, long) = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => (&text[..end], true),
        None => (text.as_str(), false),
    };
    let voice = fonts.voice(text, room.weight);
    let segments = segments(fonts, text, voice);
    let sizes: Vec<f64> = room.sizes.iter().copied().filter(|size| *size >= 1.0).take(SIZES).collect();
    let smallest = sizes.last().copied().unwrap_or(16.0);
    let widest = segments.iter().map(|segment| segment.width).fold(0.0, f64::max);
    // A word is broken only where even the smallest letters would not help.
    let breaks = widest * smallest > room.width;
    for &size in &sizes {
        let width = room.width / size;
        if long || (!breaks && widest > width) {
            continue;
        }
        let pieces = if breaks { broken(fonts, text, &segments, width, voice) } else { segments.clone() };
        let mut lines = wrap(&pieces, width);
        if lines.len() <= lines_in(room, size) {
            if !breaks {
                lines = balance(&pieces, width, lines);
            }
            let spans = lines.iter().map(|line| span_of(&pieces, line)).collect();
            return finish(fonts, text, spans, room, voice, size, false);
        }
    }
    // Not even small letters fit, and the rest is left out.
    let width = room.width / smallest;
    let most = lines_in(room, smallest);
    let segments = broken(fonts, text, &segments, width, voice);
    let mut lines = wrap(&segments, width);
    let cut = long || lines.len() > most;
    lines.truncate(most);
    let mut spans: Vec<(Range<usize>, bool)> = lines.iter().map(|line| span_of(&segments, line)).collect();
    if cut && let (Some(line), Some(span)) = (lines.last(), spans.last_mut()) {
        *span = (shorten(fonts, text, &segments[line.clone()], width, voice), false);
    }
    finish(fonts, text, spans, room, voice, smallest, cut)
}

fn lines_in(room: &Room, size: f64) -> usize {
    let lines = (room.height / (size * room.leading.max(0.5)) + 0.01).floor();
    // A template asks for some tens at most.
    (lines.clamp(1.0, 40.0)) as usize
}

fn segments(fonts: &Fonts, text: &str, voice: Voice) -> Vec<Segment> {
    let space = fonts.width(" ", voice);
    let mut segments = Vec::new();
    let mut start = 0;
    for (end, _) in unicode_linebreak::linebreaks(text) {
        let word = text[start..end].trim_end_matches(' ');
        let spaces = end - start - word.len();
        segments.push(Segment {
            span: start..end,
            width: fonts.width(word, voice),
            space: space * spaces as f64,
            hyphen: false,
        });
        start = end;
    }
    segments
}

/// Returns lines as ranges of segments, each as full as it can be.
fn wrap(segments: &[Segment], width: f64) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut used = 0.0;
    for (at, segment) in segments.iter().enumerate() {
        if at > start && used + segment.width > width {
            lines.push(start..at);
            start = at;
            used = 0.0;
        }
        used += segment.width + segment.space;
    }
    if start < segments.len() {
        lines.push(start..segments.len());
    }
    lines
}

/// Makes the lines as even as their number allows.
fn balance(segments: &[Segment], width: f64, lines: Vec<Range<usize>>) -> Vec<Range<usize>> {
    if lines.len() < 2 {
        return lines;
    }
    let widest = segments.iter().map(|segment| segment.width).fold(0.0, f64::max);
    let (mut low, mut high) = (widest, width);
    let mut best = lines;
    for _ in 0..12 {
        let middle = (low + high) / 2.0;
        let candidate = wrap(segments, middle);
        if candidate.len() <= best.len() {
            best = candidate;
            high = middle;
        } else {
            low = middle;
        }
    }
    best
}

/// Breaks segments that are wider than a line between their letters, never before a mark that belongs to a letter.
fn broken(fonts: &Fonts, text: &str, segments: &[Segment], width: f64, voice: Voice) -> Vec<Segment> {
    let hyphen = fonts.width("-", voice);
    let mut all = Vec::with_capacity(segments.len());
    for segment in segments {
        if segment.width <= width {
            all.push(segment.clone());
            continue;
        }
        let (mut start, mut used, mut before) = (segment.span.start, 0.0, ' ');
        for (at, letter) in text[segment.span.clone()].char_indices() {
            let at = segment.span.start + at;
            let one = fonts.width(&text[at..at + letter.len_utf8()], voice);
            if used > 0.0 && used + one + hyphen > width && letter != ' ' && !is_mark(letter) {
                // Within a name of signs and digits a hyphen would be read as one of them.
                let word = before.is_alphabetic() && letter.is_alphabetic();
                all.push(Segment { span: start..at, width: used + hyphen, space: 0.0, hyphen: word });
                (start, used) = (at, 0.0);
            }
            used += one;
            before = letter;
        }
        let word = text[start..segment.span.end].trim_end_matches(' ');
        all.push(Segment {
            width: fonts.width(word, voice),
            span: start..segment.span.end,
            space: segment.space,
            hyphen: false,
        });
    }
    all
}

fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter) || matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Returns the text of a line, and whether a hyphen follows.
fn span_of(segments: &[Segment], line: &Range<usize>) -> (Range<usize>, bool) {
    let last = &segments[line.end - 1];
    (segments[line.start].span.start..last.span.end, last.hyphen)
}

/// Returns how much of a line stays where an ellipsis has to follow: whole words, and of a single word whole letters.
fn shorten(fonts: &Fonts, text: &str, line: &[Segment], width: f64, voice: Voice) -> Range<usize> {
    let start = line[0].span.start;
    let fits = |end: usize| {
        let words = without_end(&text[start..end]);
        !words.is_empty() && fonts.width(&format!("{words}{ELLIPSIS}"), voice) <= width
    };
    let word = line.iter().rev().map(|segment| segment.span.end).find(|&end| fits(end));
    let letter = || {
        let ends =
            text[start..line[0].span.end].char_indices().map(|(at, letter)| start + at + letter.len_utf8());
        ends.collect::<Vec<_>>().into_iter().rev().find(|&end| fits(end))
    };
    let end = word.or_else(letter).unwrap_or(start);
    start..start + without_end(&text[start..end]).len()
}

/// Returns words without what makes no sense before an ellipsis.
fn without_end(words: &str) -> &str {
    words.trim_end_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, ',' | ';' | ':' | '.' | '-' | '–' | '—' | '(' | '…' | '、' | '。' | '،')
    })
}

fn finish(
    fonts: &Fonts,
    text: &str,
    spans: Vec<(Range<usize>, bool)>,
    room: &Room,
    voice: Voice,
    size: f64,
    cut: bool,
) -> Fitted {
    let last = spans.len().saturating_sub(1);
    // A date in another language amid a text from right to left keeps its own order.
    let isolate = room.right_to_left && text.chars().any(is_right_to_left);
    let line = |(number, (span, hyphen)): (usize, (Range<usize>, bool))| {
        let mut words = text[span].trim().to_owned();
        if hyphen {
            words.push('-');
        }
        if cut && number == last {
            words.push_str(ELLIPSIS);
        }
        let width = rounded(fonts.width(&words, voice) * size);
        let mut runs: Vec<Run> = fonts
            .pieces(&words, voice)
            .into_iter()
            .map(|piece| Run { text: piece.text.to_owned(), family: fonts.family(piece).to_owned() })
            .collect();
        if isolate {
            if let Some(first) = runs.first_mut() {
                first.text.insert(0, RIGHT_TO_LEFT.0);
            }
            if let Some(last) = runs.last_mut() {
                last.text.push(RIGHT_TO_LEFT.1);
            }
        }
        Line { runs, width }
    };
    let lines: Vec<Line> = spans.into_iter().enumerate().map(line).collect();
    let width = lines.iter().map(|line| line.width).fold(0.0, f64::max);
    Fitted { size, step: rounded(size * room.leading), lines, width, cut }
}

/// Returns whether a letter belongs to a script that is written from right to left.
fn is_right_to_left(letter: char) -> bool {
    matches!(u32::from(letter), 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x1_0800..=0x1_0fff | 0x1_e800..=0x1_efff)
}

/// Returns a length with one digit behind the point, so that it has few in an SVG.
fn rounded(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}
