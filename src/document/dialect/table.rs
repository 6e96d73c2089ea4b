//! Keeps the words of table rows that have more cells than the table has columns.
//!
//! Comes in: Markdown. Goes out: the same with the bars escaped that would open a cell too many, so that what stands
//! there is part of the last cell. Renderers drop such cells; most come from a bar in a command (`a | b`). Never
//! touches a row whose further cells are empty, nor anything inside code.

use crate::document::dialect::Rewrite;
use crate::document::dialect::Step;
use crate::document::dialect::code::Fences;
use crate::document::dialect::lines;

/// Returns whether a line, without the white space before it, parts the header of a table from its rows.
pub(super) fn is_delimiter(line: &[u8]) -> bool {
    let mut bars = 0;
    let mut dashes = 0;
    for byte in line {
        match byte {
            b'|' => bars += 1,
            b'-' => dashes += 1,
            b':' | b' ' | b'\t' | b'\r' => {}
            _ => return false,
        }
    }
    bars > 0 && dashes > 0
}

/// Escapes the bars of cells that have no column.
pub(super) fn rewrite(text: &str) -> Option<Step> {
    let mut rewrite = Rewrite::new(text);
    let mut fences = Fences::default();
    let (mut copied, mut columns, mut above) = (0, None, 0);
    for (start, line) in lines(text) {
        if fences.is_code(line) || line.trim_start().is_empty() {
            (columns, above) = (None, 0);
            continue;
        }
        // Most lines of a document are in no table.
        if memchr::memchr(b'|', line.as_bytes()).is_none() {
            above = 1;
            continue;
        }
        let bars = bars(line);
        if let Some(columns) = columns {
            if bars.len() >= columns
                && !line[bars[columns - 1]..].trim_matches(['|', ' ', '\t', '\r', '\n']).is_empty()
            {
                // Where just those in code are too many, they part nothing; else the last ones do not.
                let code = in_code(line, &bars);
                let those = if bars.len() - code.len() + 1 == columns {
                    code.as_slice()
                } else {
                    &bars[columns - 1..]
                };
                for bar in those {
                    rewrite.copy(copied..start + bar);
                    rewrite.insert("\\", start + bar..start + bar);
                    copied = start + bar;
                }
            }
        } else if above == bars.len() + 1 && is_delimiter(line.trim().as_bytes()) {
            columns = Some(above);
        }
        above = bars.len() + 1;
    }
    // Hardly any table has such a row.
    if copied == 0 {
        return None;
    }
    rewrite.copy(copied..text.len());
    rewrite.finish(Vec::new())
}

/// Returns where the bars between the cells of a line stand: those at its ends part nothing, and `\|` is none.
fn bars(line: &str) -> Vec<usize> {
    let bytes = line.as_bytes();
    let first = line.len() - line.trim_start().len();
    let last = line.trim_end().len().saturating_sub(1);
    memchr::memchr_iter(b'|', bytes)
        .filter(|&at| at != first && at != last && bytes.get(at.wrapping_sub(1)) != Some(&b'\\'))
        .collect()
}

/// Returns those bars that stand between backticks.
fn in_code(line: &str, bars: &[usize]) -> Vec<usize> {
    let bytes = line.as_bytes();
    let mut inside = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'`', &bytes[at..]).map(|place| at + place) {
        let ticks = bytes[open..].iter().take_while(|byte| **byte == b'`').count();
        let begin = open + ticks;
        let fence = &line[open..begin];
        let Some(close) = line[begin..].find(fence).map(|place| begin + place) else { break };
        let from = bars.partition_point(|bar| *bar < begin);
        inside.extend(bars[from..].iter().take_while(|bar| **bar < close));
        at = close + ticks;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let rewritten = rewrite(text);
        assert_eq!(rewritten.as_ref().map_or(text, |step| step.text.as_str()), expected);
    }

    #[test]
    fn cells_without_a_column_join_the_last_one() {
        check("| a | b |\n|---|---|\n| 1 | x | y |\n", "| a | b |\n|---|---|\n| 1 | x \\| y |\n");
        check(
            "a | b\n--|--\n1 | `x | y` | z\n\nx | y | z\n",
            "a | b\n--|--\n1 | `x \\| y` \\| z\n\nx | y | z\n",
        );
        check("| a | b |\n|---|---|\n| `x || y` | 1 |\n", "| a | b |\n|---|---|\n| `x \\|\\| y` | 1 |\n");
        check("| a |\n|---|\n| x | y | z |\n", "| a |\n|---|\n| x \\| y \\| z |\n");
    }

    #[test]
    fn other_tables_and_code_stay() {
        for text in [
            "| a | b |\n|---|---|\n| 1 | x |\n| 1 |\n| 1 | x \\| y |\n| 1 | x | |\n",
            "```\n| a | b |\n|---|---|\n| 1 | x | y |\n```\n",
            "a | b | c\n\n---|---\n\n1 | 2 | 3\n",
            "| a | b |\n| 1 | x | y |\n",
            "|",
            "|-|\n|",
            "|\n|-|\n|é|ü|\\",
        ] {
            let step = rewrite(text);
            assert!(text.starts_with("|\n") || step.is_none(), "{text}");
        }
    }
}
