//! When it began and when it was over, in words that say how long it lasted: `three hours, from 10:00 to 13:00 UTC`.
//!
//! Comes in: the value of a label such as "Duration". Goes out: two stamps, of which one or both may lack their day.
//! Never looks at running text, where two times are any two times.

use crate::document::date;
use crate::document::date::Leading;

/// The longest value that is looked through, in bytes; longer ones tell a story.
const LONGEST: usize = 400;

/// The beginning and the end of an incident, as far as the words name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it began, with its time of day.
    pub start: Leading,
    /// When it was over, with its time of day.
    pub end: Leading,
}

/// Returns the one span of time that words name, or the two times in them where they say that something began.
///
/// A day that stands apart, before or behind, is the day of both.
pub fn read(text: &str) -> Option<Window> {
    if text.len() > LONGEST || !date::has_digit(text) || is_of_office_hours(text) {
        return None;
    }
    let (mut times, mut days) = (Vec::new(), Vec::new());
    let mut spans: Vec<(Leading, Leading)> = Vec::new();
    let (mut at, mut before) = (0, ' ');
    while let Some(c) = text[at..].chars().next() {
        let begins = c.is_ascii_digit() || c.is_ascii_uppercase();
        let read = (begins && !before.is_alphanumeric() && !matches!(before, '.' | '-' | '/' | ':' | '#'))
            .then(|| date::leading(&text[at..]))
            .flatten();
        let Some(leading) = read else {
            (at, before) = (at + c.len_utf8(), c);
            continue;
        };
        let end = at + leading.words.end.max(c.len_utf8());
        let words = &text[at..end];
        (at, before) = (end, words.chars().next_back().unwrap_or(' '));
        match (leading.start.clock, leading.until) {
            // "5h45m" is a length of time and no time of day.
            (Some(_), _) if !is_time_of_day(words) => {}
            (Some(_), Some(until)) if until.clock.is_some() => {
                let end = Leading { start: until, until: None, ..leading.clone() };
                spans.push((Leading { until: None, ..leading }, end));
            }
            (Some(_), _) => {
                // Only what stands before the first time can say that it is the beginning.
                if times.is_empty() && !says_beginning(&text[..at]) {
                    return None;
                }
                times.push(leading);
            }
            (None, None) if leading.start.day.is_some_and(|day| day.full().is_some()) => {
                days.push(leading.start.day)
            }
            _ => {}
        }
    }
    if days.len() > 1 {
        return None;
    }
    let (mut start, mut end) = match (spans.len(), times.len()) {
        (1, 0) => spans.pop()?,
        (0, 2) => {
            let end = times.pop()?;
            (times.pop()?, end)
        }
        _ => return None,
    };
    let day = days.pop().flatten();
    start.start.day = start.start.day.or(day).or(end.start.day);
    end.start.day = end.start.day.or(day);
    // One zone at the end, or in brackets, is that of both.
    let zone = end.zone.or(start.zone).or_else(|| date::find_zone(text));
    (start.zone, end.zone) = (start.zone.or(zone), end.zone.or(zone));
    Some(Window { start, end })
}

/// Returns whether words name a time of day and no length of time.
fn is_time_of_day(words: &str) -> bool {
    let lower = words.to_ascii_lowercase();
    lower.contains(':')
        || lower.contains("am")
        || lower.contains("pm")
        || lower.contains("a.m")
        || lower.contains("p.m")
}

/// Returns whether words tell of the hours in which people work: "9h (during support hours 10:00-17:00)".
fn is_of_office_hours(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        "support hours",
        "business hours",
        "working hours",
        "work hours",
        "office hours",
        "bürozeit",
        "horas útiles",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// Returns whether words before a time say that something began then.
fn says_beginning(words: &str) -> bool {
    let lower = words.to_lowercase();
    [
        "from", "start", "began", "begin", "commenc", "between", "since", "desde", "entre", "inici", "von",
        "ab ",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let Some(window) = read(text) else { return "-".to_owned() };
        let one = |leading: Leading| {
            let day =
                leading.start.day.and_then(|day| day.full()).map_or("?".to_owned(), |day| day.to_string());
            let clock = leading.start.clock.map(|clock| clock.on(chrono::NaiveDate::MIN, None).local.time());
            format!(
                "{day} {}{}",
                clock.unwrap_or_default(),
                if leading.zone.is_some() { " zoned" } else { "" }
            )
        };
        format!("{} / {}", one(window.start), one(window.end))
    }

    #[test]
    fn spans_and_pairs_of_times() {
        for (text, expected) in [
            ("~50 minutes (00:05 → 00:55 UTC)", "? 00:05:00 zoned / ? 00:55:00 zoned"),
            (
                "two hours, from 10:00 AM to 12:00 PM UTC on May 10, 2024",
                "2024-05-10 10:00:00 zoned / 2024-05-10 12:00:00 zoned",
            ),
            (
                "It failed on September 15th, 2024, from 10:30 AM to 12:00 PM UTC (1 hour 30 minutes).",
                "2024-09-15 10:30:00 zoned / 2024-09-15 12:00:00 zoned",
            ),
            (
                "Three hours, starting at 10:00 AM and ending at 1:00 PM on May 10, 2024 (UTC timezone).",
                "2024-05-10 10:00:00 zoned / 2024-05-10 13:00:00 zoned",
            ),
            ("The outage started at 07:30 pm and was resolved by 07:55 PM", "? 19:30:00 / ? 19:55:00"),
            (
                "~5h45m (2026-06-20 07:46 UTC → 13:18 UTC for one)",
                "2026-06-20 07:46:00 zoned / 2026-06-20 13:18:00 zoned",
            ),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn lengths_and_other_times_are_no_window() {
        for text in [
            "38 minutes",
            "1h 20m",
            "5 hours 26 minutes",
            "45 min (alert at 10:05, page at 10:07)",
            "9h 16m (during support hours 10:00-17:00)",
            "from 10:00 until further notice",
            "10:00 - 11:00 and 13:00 - 14:00",
            "",
        ] {
            assert_eq!(show(text), "-", "{text}");
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        for text in ["ä1:", "10:0é", "1:00 é→ 2:00", "Ü10:00-", "2024-01-01T", "May", "99:99 - 1"] {
            read(text);
        }
    }
}
