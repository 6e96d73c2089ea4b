//! Findings for programs.
//!
//! Comes in: reports and the texts of their files. Goes out: text in one of four formats. Never prints: `cli` does, and writes
//! for people itself.
//!
//! - `json` is our own, version 1; `tests/suite/schemas/check.json` describes it.
//! - `github` are the workflow commands of GitHub Actions
//!   (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>).
//! - `gitlab` is GitLab's code quality report (<https://docs.gitlab.com/ci/testing/code_quality/>).
//! - `sarif` is SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use crate::check::RULES;
use crate::check::Report;
use crate::check::index;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What is written about a run as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The version of the program.
    pub version: &'a str,
    /// ROOT relative to the folder in which the program runs, ending in `/` or empty: what the paths of CI begin with.
    pub prefix: &'a str,
    /// How many documents were looked at.
    pub documents: usize,
    /// How many findings documents allow.
    pub allowed: usize,
    /// How many findings the baseline knows.
    pub known: usize,
}

/// Where a finding ends: line and column, counted from 1, the column behind its last character.
fn end(place: &Place, text: Option<&str>) -> (u32, u32) {
    let (Some(text), Some(span)) = (text, &place.span) else { return (place.line, place.column) };
    // A span that ends with a line ends in it.
    let words = text.get(span.clone()).unwrap_or("").trim_end_matches(['\n', '\r']);
    match words.rfind('\n') {
        None => (place.line, place.column + words.chars().count() as u32),
        Some(last) => {
            (place.line + words.matches('\n').count() as u32, words[last + 1..].chars().count() as u32 + 1)
        }
    }
}

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    documents: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    allowed: usize,
    known: usize,
    findings: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    rule: &'a str,
    level: Level,
    message: &'a str,
    label: Option<&'a str>,
    help: Option<&'a str>,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    span: Option<[usize; 2]>,
    fingerprint: &'a str,
    fix: Option<Mending<'a>>,
}

#[derive(Serialize)]
struct Mending<'a> {
    about: &'a str,
    span: [usize; 2],
    replacement: &'a str,
}

/// Returns our own format.
pub fn json<'t>(reports: &[&Report], context: Context<'_>, text: impl Fn(&str) -> Option<&'t str>) -> String {
    let lines: Vec<Line<'_>> = reports
        .iter()
        .map(|report| {
            let finding = &report.finding;
            let (end_line, end_column) = end(&finding.place, text(&finding.place.file));
            Line {
                rule: finding.rule.name,
                level: finding.level,
                message: &finding.message,
                label: finding.label.as_deref(),
                help: finding.help.as_deref(),
                file: &finding.place.file,
                line: finding.place.line,
                column: finding.place.column,
                end_line,
                end_column,
                span: finding.place.span.as_ref().map(|span| [span.start, span.end]),
                fingerprint: &report.fingerprint,
                fix: report.fix.as_ref().map(|fix| Mending {
                    about: fix.about,
                    span: [fix.span.start, fix.span.end],
                    replacement: &fix.replacement,
                }),
            }
        })
        .collect();
    let counts = crate::check::count(reports.iter().copied());
    let of = |level| counts.get(&level).copied().unwrap_or(0);
    pretty(&Whole {
        version: 1,
        documents: context.documents,
        errors: of(Level::Error),
        warnings: of(Level::Warning),
        notes: of(Level::Note),
        allowed: context.allowed,
        known: context.known,
        findings: lines,
    })
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("words and numbers are JSON") + "\n"
}

/// Returns workflow commands, one a line, which GitHub shows beside the lines of a pull request.
pub fn github<'t>(
    reports: &[&Report],
    context: Context<'_>,
    text: impl Fn(&str) -> Option<&'t str>,
) -> String {
    let mut out = String::new();
    for report in reports {
        let finding = &report.finding;
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let place = &finding.place;
        let (end_line, end_column) = end(place, text(&place.file));
        let mut message = finding.message.clone();
        if let Some(label) = &finding.label {
            message += &format!(" ({label})");
        }
        if let Some(help) = &finding.help {
            message += &format!("\n{help}");
        }
        let file = format!("{}{}", context.prefix, place.file);
        // A column is understood only where the finding stands on one line.
        let columns = match end_line == place.line && place.span.is_some() {
            true => format!(",col={},endColumn={end_column}", place.column),
            false => String::new(),
        };
        let _ = writeln!(
            out,
            "::{command} file={},line={},endLine={end_line}{columns},title={}::{}",
            escape_property(&file),
            place.line,
            escape_property(finding.rule.name),
            escape(&message)
        );
    }
    out
}

/// Escapes as `@actions/core` does, so that no document can give commands to the runner.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns GitLab's code quality report.
pub fn gitlab<'t>(
    reports: &[&Report],
    context: Context<'_>,
    text: impl Fn(&str) -> Option<&'t str>,
) -> String {
    let lines: Vec<Value> = reports
        .iter()
        .map(|report| {
            let finding = &report.finding;
            let severity = match finding.level {
                Level::Error => "critical",
                Level::Warning => "minor",
                Level::Note => "info",
            };
            let (end_line, _) = end(&finding.place, text(&finding.place.file));
            json!({
                "description": described(report),
                "check_name": finding.rule.name,
                "fingerprint": report.fingerprint,
                "severity": severity,
                "location": {
                    "path": format!("{}{}", context.prefix, finding.place.file),
                    "lines": { "begin": finding.place.line, "end": end_line },
                },
            })
        })
        .collect();
    pretty(&Value::Array(lines))
}

fn described(report: &Report) -> String {
    match &report.finding.help {
        Some(help) => format!("{}; {help}", report.finding.message),
        None => report.finding.message.clone(),
    }
}

/// Returns SARIF 2.1.0.
pub fn sarif<'t>(
    reports: &[&Report],
    context: Context<'_>,
    text: impl Fn(&str) -> Option<&'t str>,
) -> String {
    // Only the rules that found something are described.
    let used: BTreeSet<usize> = reports.iter().filter_map(|report| index(report.finding.rule.name)).collect();
    let rules: Vec<Value> = used
        .iter()
        .map(|&index| {
            let entry = &RULES[index];
            json!({
                "id": entry.rule.name,
                "shortDescription": { "text": entry.rule.about },
                "help": { "text": entry.page, "markdown": entry.page },
                "defaultConfiguration": { "enabled": entry.is_on, "level": sarif_level(entry.rule.level) },
                "properties": { "tags": [entry.group.name()] },
            })
        })
        .collect();
    let place_of: Vec<usize> = used.iter().copied().collect();
    let results: Vec<Value> = reports
        .iter()
        .map(|report| {
            let finding = &report.finding;
            let place = &finding.place;
            let mut location = json!({
                "artifactLocation": { "uri": uri(&format!("{}{}", context.prefix, place.file)) },
            });
            if place.span.is_some() {
                let (end_line, end_column) = end(place, text(&place.file));
                location["region"] = json!({
                    "startLine": place.line,
                    "startColumn": place.column,
                    "endLine": end_line,
                    "endColumn": end_column,
                });
            }
            let mut result = json!({
                "ruleId": finding.rule.name,
                "level": sarif_level(finding.level),
                "message": { "text": described(report) },
                "locations": [{ "physicalLocation": location }],
                "partialFingerprints": { "afterword/v1": report.fingerprint },
            });
            let rule = index(finding.rule.name).and_then(|rule| place_of.binary_search(&rule).ok());
            if let Some(rule) = rule {
                result["ruleIndex"] = json!(rule);
            }
            result
        })
        .collect();
    pretty(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "afterword", "version": context.version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn sarif_level(level: Level) -> &'static str {
    level.name()
}

/// Returns a path as a relative reference: everything that has a meaning in an address is escaped.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_lies_behind_the_last_character() {
        let text = "eins\nzwei äöü\ndrei\n";
        let place = |from: &str, to: &str| {
            Place::span("a.md", text, text.find(from).unwrap()..text.find(to).unwrap() + to.len())
        };
        assert_eq!(end(&place("äöü", "äöü"), Some(text)), (2, 9));
        assert_eq!(end(&place("zwei", "drei"), Some(text)), (3, 5));
        assert_eq!(end(&Place::span("a.md", text, 0..5), Some(text)), (1, 5));
    }

    #[test]
    fn a_document_gives_no_commands() {
        assert_eq!(escape("a\n::error::b %"), "a%0A::error::b %25");
        assert_eq!(escape_property("a:b,c"), "a%3Ab%2Cc");
        assert_eq!(uri("a b/ü#.md"), "a%20b/%C3%BC%23.md");
    }
}
