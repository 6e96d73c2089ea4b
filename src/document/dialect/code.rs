//! Where the code of a text is, found without parsing it.
//!
//! Comes in: Markdown that may hold what a Markdown parser would misread. Goes out: fenced blocks and code spans, near
//! enough that nothing in them is taken for syntax.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::ops::Range;

/// Follows fenced code line by line.
#[derive(Clone, Debug, Default)]
pub(super) struct Fences {
    open: Option<(u8, usize)>,
}

impl Fences {
    /// Takes the next line; returns whether it is in fenced code or bounds it.
    pub(super) fn is_code(&mut self, line: &str) -> bool {
        match self.open {
            Some((sign, length)) => {
                let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
                if line.len() >= length && line.bytes().all(|byte| byte == sign) {
                    self.open = None;
                }
                true
            }
            None => {
                self.open = opening(line);
                self.open.is_some()
            }
        }
    }

    /// Returns whether the last line left code open.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// Returns the sign and the length of the fence that a line opens, behind marks of quotes and items.
fn opening(line: &str) -> Option<(u8, usize)> {
    // Hardly a line of a document holds one of these.
    memchr::memchr2(b'`', b'~', line.as_bytes())?;
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '>']);
        let after = super::item_column(rest).map(|_| {
            rest.trim_start_matches(|c: char| c.is_ascii_digit())
                .trim_start_matches(['-', '*', '+', '.', ')'])
        });
        match after {
            Some(after) if after.len() < rest.len() => rest = after,
            _ => break,
        }
    }
    let sign = rest.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = rest.bytes().take_while(|&byte| byte == sign).count();
    (length >= 3 && !(sign == b'`' && rest[length..].contains('`'))).then_some((sign, length))
}

/// Returns the fenced blocks and code spans of a text, in order.
pub(super) fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut fences = Fences::default();
    for (start, line) in super::lines(text) {
        if fences.is_code(line) {
            spans(&mut runs, &mut found);
            match found.last_mut() {
                Some(last) if last.end == start && start > 0 => last.end = start + line.len(),
                _ => found.push(start..start + line.len()),
            }
        } else if line.trim().is_empty() {
            spans(&mut runs, &mut found);
        } else {
            let bytes = line.as_bytes();
            let mut at = 0;
            while let Some(next) = line[at..].find('`') {
                at += next;
                let mut length = bytes[at..].iter().take_while(|&&byte| byte == b'`').count();
                // A backslash takes the meaning from one backtick.
                if bytes[..at].iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1 {
                    at += 1;
                    length -= 1;
                }
                if length > 0 {
                    runs.push((start + at, length));
                }
                at += length;
            }
        }
    }
    spans(&mut runs, &mut found);
    found
}

/// Pairs the runs of backticks of a paragraph.
fn spans(runs: &mut Vec<(usize, usize)>, found: &mut Vec<Range<usize>>) {
    let mut by_length: HashMap<usize, VecDeque<usize>> = HashMap::new();
    for (index, &(_, length)) in runs.iter().enumerate() {
        by_length.entry(length).or_default().push_back(index);
    }
    let mut index = 0;
    while let Some(&(start, length)) = runs.get(index) {
        let same = by_length.entry(length).or_default();
        while same.front().is_some_and(|&other| other <= index) {
            same.pop_front();
        }
        match same.front() {
            Some(&other) => {
                found.push(start..runs[other].0 + length);
                index = other + 1;
            }
            None => index += 1,
        }
    }
    runs.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = ranges(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn code_is_found() {
        check("a `b` c ``d ` e`` f", &["`b`", "``d ` e``"]);
        check("a ` b\n\nc ` d", &[]);
        check("a \\` b ` c ` d", &["` c `"]);
        check("x\n\n```sh\nls `\n```\ny `z`\n", &["```sh\nls `\n```\n", "`z`"]);
        check("- ~~~\n  x\n  ~~~\n> ```\n> y\n> ```\n", &["- ~~~\n  x\n  ~~~\n> ```\n> y\n> ```\n"]);
        check("```not a fence```\n", &["```not a fence```"]);
    }
}
