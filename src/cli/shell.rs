//! Printing for people: findings, errors, progress.
//!
//! Everything goes to stderr. Colour only on a terminal and never with `NO_COLOR`.

#![expect(clippy::print_stderr, reason = "the one place that prints for people")]

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use annotate_snippets::AnnotationKind;
use annotate_snippets::Group;
use annotate_snippets::Renderer;
use annotate_snippets::Snippet;
use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

/// How many findings of one rule are printed before the rest is only counted.
const PRINTED: usize = 5;

/// A snippet longer than this around a finding is cut, so that a line of a megabyte does not fill a terminal.
const SNIPPET: usize = 400;

/// Returns a number with what is counted: `1 file`, `2 files`.
pub fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Where people read.
#[derive(Debug)]
pub struct Shell {
    colour: bool,
    terminal: bool,
}

impl Shell {
    /// Looks at stderr and the environment.
    #[expect(clippy::disallowed_methods, reason = "the command line alone reads the environment")]
    pub fn new() -> Shell {
        let terminal = std::io::stderr().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Shell { colour: terminal && !set("NO_COLOR") && !dumb, terminal: terminal && !dumb }
    }

    /// Prints a line.
    pub fn say(&self, line: &str) {
        eprintln!("{line}");
    }

    /// Prints what the program could not do.
    pub fn error(&self, message: &str, help: Option<&str>) {
        let (on, bold, off) = if self.colour { ("\x1b[1;31m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
        eprintln!("{on}error{off}{bold}:{off} {message}");
        if let Some(help) = help {
            eprintln!("{bold}help{off}: {help}");
        }
    }

    /// Prints that a folder has no document in it, and what to do.
    pub fn nothing_in(&self, folder: &Path) {
        self.say(&format!(
            "there is no document in `{}`: is it the right folder? `afterword init` begins a knowledge base",
            folder.display()
        ));
    }

    /// Prints findings: errors all, warnings a few of each rule, notes only when asked for; then what was left out.
    ///
    /// `text` returns the text of a file, for the lines around a finding.
    pub fn findings<'f, 't>(
        &self,
        findings: impl IntoIterator<Item = &'f Finding>,
        verbose: bool,
        text: impl Fn(&str) -> Option<&'t str>,
    ) {
        let renderer = if self.colour { Renderer::styled() } else { Renderer::plain() };
        let mut printed: BTreeMap<&str, usize> = BTreeMap::new();
        let mut hidden: BTreeMap<(Level, &str), usize> = BTreeMap::new();
        for finding in findings {
            let count = printed.entry(finding.rule.name).or_insert(0);
            let shown = match finding.level {
                Level::Error => true,
                Level::Warning => verbose || *count < PRINTED,
                Level::Note => verbose,
            };
            if !shown {
                *hidden.entry((finding.level, finding.rule.name)).or_insert(0) += 1;
                continue;
            }
            *count += 1;
            eprintln!("{}\n", render(finding, text(&finding.place.file), &renderer));
        }
        for level in [Level::Warning, Level::Note] {
            let names: Vec<String> = hidden
                .iter()
                .filter(|((hidden, _), _)| *hidden == level)
                .map(|((_, name), count)| format!("{count} {name}"))
                .collect();
            if !names.is_empty() {
                let more = if level == Level::Warning { "more warnings" } else { "notes" };
                eprintln!("{more}: {} (all of them with --verbose)", names.join(", "));
            }
        }
    }

    /// Starts a progress bar, which shows itself only on a terminal and only when the work takes more than a second.
    pub fn progress(&self, what: &'static str, length: usize) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{msg:>12} {bar:32} {pos}/{len}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        Progress { bar, terminal: self.terminal, started: Instant::now() }
    }
}

/// Progress of long work.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    terminal: bool,
    started: Instant,
}

impl Progress {
    /// Counts one more done.
    pub fn step(&self) {
        self.bar.inc(1);
        if self.terminal && self.bar.is_hidden() && self.started.elapsed() > Duration::from_secs(1) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Draws a finding as rustc does.
fn render(finding: &Finding, text: Option<&str>, renderer: &Renderer) -> String {
    let level = match finding.level {
        Level::Error => annotate_snippets::Level::ERROR,
        Level::Warning => annotate_snippets::Level::WARNING,
        Level::Note => annotate_snippets::Level::NOTE,
    };
    let message = clean(&finding.message);
    let label = finding.label.as_deref().map(clean);
    let help = finding.help.as_deref().map(clean);
    let title = level.primary_title(message.as_str()).id(finding.rule.name);
    let place = &finding.place;
    let mut cut = String::new();
    let group = match (text, &place.span) {
        (Some(text), Some(span)) => {
            let (range, line, inner) = around(text, span);
            cut.push_str(&clean(&text[range]));
            let mut annotation = AnnotationKind::Primary.span(inner);
            if let Some(label) = &label {
                annotation = annotation.label(label.as_str());
            }
            let snippet = Snippet::source(cut.as_str())
                .line_start(line)
                .path(place.file.as_str())
                .annotation(annotation);
            title.element(snippet)
        }
        _ => Group::with_title(title).element(annotate_snippets::Origin::path(place.file.as_str())),
    };
    let mut report = vec![group];
    if let Some(help) = &help {
        report.push(Group::with_title(annotate_snippets::Level::HELP.secondary_title(help.as_str())));
    }
    renderer.render(&report)
}

/// Returns the lines around a span, cut where they are long: their bytes, the number of the first, and the span in them.
fn around(text: &str, span: &Range<usize>) -> (Range<usize>, usize, Range<usize>) {
    let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let start = match span.start - line_start > SNIPPET / 2 {
        true => text.ceil_char_boundary(span.start - SNIPPET / 4),
        false => line_start,
    };
    // One line shows where it is; a span over many lines would fill the terminal.
    let first_line_end = text[span.start..].find('\n').map_or(text.len(), |at| span.start + at);
    let end_of_span = span.end.min(first_line_end).max(span.start);
    let end =
        text.floor_char_boundary(first_line_end.min(start + SNIPPET).max(end_of_span.min(start + SNIPPET)));
    let inner_end = text.floor_char_boundary(end_of_span.min(end));
    let line = text[..start].bytes().filter(|&byte| byte == b'\n').count() + 1;
    (start..end, line, span.start - start..inner_end.max(span.start) - start)
}

/// Returns text without control characters, which a hostile document could use to rewrite the terminal; each becomes a
/// character of the same length, so that spans stay.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && !matches!(c, '\n' | '\t') && c.len_utf8() == 1 { '?' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::diagnostic::Rule;

    static RULE: Rule = Rule { name: "end-before-start", level: Level::Warning, about: "" };

    #[test]
    fn a_finding_is_drawn_with_its_line() {
        let text = "---\nstarted: 2026-03-02T10:00Z\nresolved: 2026-03-02T09:00Z\n---\n";
        let at = text.find("2026-03-02T09").unwrap();
        let finding = Finding::new(
            &RULE,
            Place::span("content/dns.md", text, at..at + 17),
            "incident ends before it starts",
        )
        .label("earlier than `started`")
        .help("did the outage run past midnight UTC?");
        let drawn = render(&finding, Some(text), &Renderer::plain());
        assert_eq!(
            drawn,
            "warning[end-before-start]: incident ends before it starts\n --> content/dns.md:3:11\n  |\n\
             3 | resolved: 2026-03-02T09:00Z\n  |           ^^^^^^^^^^^^^^^^^ earlier than `started`\n  |\n\
             help: did the outage run past midnight UTC?"
        );
    }

    #[test]
    fn a_long_line_is_cut_and_control_characters_cannot_act() {
        let text = format!("{}\u{1b}[2Jbad{}", "x".repeat(5000), "y".repeat(5000));
        let finding = Finding::new(&RULE, Place::span("a.md", &text, 5001..5004), "hm\u{7}");
        let drawn = render(&finding, Some(&text), &Renderer::plain());
        assert!(drawn.len() < 2000 && !drawn.contains('\u{1b}') && !drawn.contains('\u{7}'), "{drawn}");
    }

    #[test]
    fn a_file_without_a_place_is_named() {
        let finding = Finding::new(&RULE, Place::file("a.md"), "is empty");
        assert_eq!(
            render(&finding, None, &Renderer::plain()),
            "warning[end-before-start]: is empty\n--> a.md"
        );
    }
}
