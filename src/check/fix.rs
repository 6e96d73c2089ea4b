//! Mends what can be mended safely.
//!
//! Comes in: a text and fixes. Goes out: the new text, in which every byte that no fix names is what it was, and what changes as a
//! unified diff. Never reads or writes a file: `source` and `scaffold` do.

use crate::check::Subject;
use crate::diagnostic::Finding;
use crate::document::Link;
use crate::document::anchor;
use std::ops::Range;

/// A change that keeps the meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The bytes of the file's text that are replaced.
    pub span: Range<usize>,
    /// What stands there instead.
    pub replacement: String,
    /// What it does, such as "quote the value".
    pub about: &'static str,
}

/// Returns the text with as many of the fixes as do not touch each other, and how many those are.
pub fn apply<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> (String, usize) {
    let fixes = in_order(fixes);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for fix in &fixes {
        out.push_str(&text[at..fix.span.start]);
        out.push_str(&fix.replacement);
        at = fix.span.end;
    }
    out.push_str(&text[at..]);
    (out, fixes.len())
}

/// Returns the fixes in the order of the text, without those that touch an earlier one.
fn in_order<'f>(fixes: impl IntoIterator<Item = &'f Fix>) -> Vec<&'f Fix> {
    let mut fixes: Vec<&Fix> = fixes.into_iter().collect();
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    let mut end = None;
    fixes.retain(|fix| {
        let free = end.is_none_or(|end| fix.span.start >= end);
        if free {
            end = Some(fix.span.end.max(fix.span.start + 1));
        }
        free
    });
    fixes
}

/// Puts a value of front matter in quotes that was read as if it were; the value is what the finding points at.
pub fn quote_value(finding: &Finding, subject: &Subject<'_>) -> Option<Fix> {
    let span = finding.place.span.clone()?;
    let value = subject.document.text.get(span.clone())?.trim_end();
    // What a tab indents is no value.
    if value.is_empty() || value.starts_with(char::is_whitespace) || value.contains('\t') {
        return None;
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    let span = span.start..span.start + value.len();
    Some(Fix { span, replacement: format!("\"{escaped}\""), about: "put the value in quotes" })
}

/// Writes an anchor as the page has it, where only its spelling differs: `#What-went-Well`.
pub fn spell_anchor(finding: &Finding, subject: &Subject<'_>) -> Option<Fix> {
    let span = finding.place.span.clone()?;
    let link: &Link = subject.document.links.iter().find(|link| link.span == span)?;
    let (before, written) = link.target.split_once('#').filter(|_| !link.wiki)?;
    let knowledge = &subject.survey.knowledge;
    let document = match knowledge.targets.resolve(&subject.document.path, &link.target, false) {
        crate::knowledge::link::Target::Document(index, _) => &knowledge.documents[index],
        crate::knowledge::link::Target::Anchor(_) => subject.document,
        _ => return None,
    };
    let wanted = anchor::slug(written);
    let known = document.headings.iter().any(|heading| heading.anchor == wanted);
    let text = subject.document.text.get(span.clone())?;
    let target = format!("{before}#{written}");
    // The words of the link may hold the same letters: its address stands behind them.
    let at = text.rfind(&target)? + before.len() + 1;
    let span = span.start + at..span.start + at + written.len();
    (known && wanted != written).then_some(Fix {
        span,
        replacement: wanted,
        about: "spell the anchor as the page has it",
    })
}

/// How many lines stand around a change in a diff.
const AROUND: usize = 3;

/// A change of whole lines.
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
}

/// Returns what changes in a file, as a unified diff; empty where nothing does.
pub fn diff(file: &str, old: &str, new: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let hunks = hunks(&before, &after);
    if hunks.is_empty() {
        return String::new();
    }
    let mut out = format!("--- a/{file}\n+++ b/{file}\n");
    let mut rest = &hunks[..];
    while let Some(first) = rest.first() {
        // Changes whose surroundings meet stand in one hunk.
        let mut count = 1;
        while rest.get(count).is_some_and(|next| next.old.start <= rest[count - 1].old.end + 2 * AROUND) {
            count += 1;
        }
        let (together, later) = rest.split_at(count);
        rest = later;
        let last = &together[count - 1];
        let start = first.old.start.saturating_sub(AROUND);
        let end = (last.old.end + AROUND).min(before.len());
        let new_start = first.new.start - (first.old.start - start);
        let new_end = last.new.end + (end - last.old.end);
        let place = |range: Range<usize>| match range.len() {
            0 => format!("{},0", range.start),
            1 => format!("{}", range.start + 1),
            length => format!("{},{length}", range.start + 1),
        };
        out += &format!("@@ -{} +{} @@\n", place(start..end), place(new_start..new_end));
        let mut line = |sign: char, text: &str| {
            out.push(sign);
            out.push_str(text);
            if !text.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        };
        let mut at = start;
        for hunk in together {
            before[at..hunk.old.start].iter().for_each(|text| line(' ', text));
            before[hunk.old.clone()].iter().for_each(|text| line('-', text));
            after[hunk.new.clone()].iter().for_each(|text| line('+', text));
            at = hunk.old.end;
        }
        before[at..end].iter().for_each(|text| line(' ', text));
    }
    out
}

/// Returns the lines that differ. Fixes change few lines, so a look a little ahead finds where both go on alike.
fn hunks(before: &[&str], after: &[&str]) -> Vec<Hunk> {
    let (mut old, mut new) = (0, 0);
    let mut hunks = Vec::new();
    while old < before.len() || new < after.len() {
        if before.get(old) == after.get(new) {
            (old, new) = (old + 1, new + 1);
            continue;
        }
        let (old_end, new_end) = meeting(&before[old..], &after[new..]);
        hunks.push(Hunk { old: old..old + old_end, new: new..new + new_end });
        (old, new) = (old + old_end, new + new_end);
    }
    hunks
}

/// How far ahead the next common line is looked for.
const AHEAD: usize = 64;

/// Returns how many lines of each side come before they go on alike.
fn meeting(before: &[&str], after: &[&str]) -> (usize, usize) {
    for distance in 1..=2 * AHEAD {
        for old in 0..=distance.min(before.len()) {
            let new = distance - old;
            if new > after.len() {
                continue;
            }
            let ends = old == before.len() && new == after.len();
            if ends || before.get(old).is_some_and(|line| after.get(new) == Some(line)) {
                return (old, new);
            }
        }
    }
    (before.len(), after.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(span: Range<usize>, replacement: &str) -> Fix {
        Fix { span, replacement: replacement.to_owned(), about: "" }
    }

    #[test]
    fn only_what_is_named_changes() {
        let text = "one two three\r\nfour";
        let (mended, count) = apply(text, &[fix(4..7, "2"), fix(15..19, "4"), fix(5..9, "x")]);
        assert_eq!((mended.as_str(), count), ("one 2 three\r\n4", 2));
        assert_eq!(apply(text, &[]).0, text);
    }

    #[test]
    fn a_diff_is_one_that_patch_understands() {
        let old: String = (1..=20).map(|number| format!("line {number}\n")).collect();
        let new = old.replace("line 3\n", "").replace("line 15\n", "line fifteen\nand a half\n");
        assert_eq!(
            diff("a.md", &old, &new),
            "--- a/a.md\n+++ b/a.md\n@@ -1,6 +1,5 @@\n line 1\n line 2\n-line 3\n line 4\n line 5\n line 6\n\
             @@ -12,7 +11,8 @@\n line 12\n line 13\n line 14\n-line 15\n+line fifteen\n+and a half\n line 16\n line 17\n line 18\n"
        );
        assert_eq!(
            diff("a.md", "x", "y"),
            "--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
        );
        assert_eq!(diff("a.md", "x", "x"), "");
    }
}
