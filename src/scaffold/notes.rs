//! Makes a timeline of a chat or of notes.
//!
//! Comes in: text in which lines begin or end with a time, or the JSON of a chat's export. Goes out: [`Notes`]: list items
//! that `document` reads as a timeline, and what has no time. Never loses a word: a line without a time goes with the line
//! above it, or into the rest. Sorts nothing, since the order in which people spoke is a fact too.

use crate::document::date;
use crate::document::date::Leading;
use chrono::DateTime;
use chrono::NaiveDate;
use serde_json::Value;

/// What notes say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// The timeline, as items of a Markdown list, with lines of their own where a new day begins.
    pub timeline: String,
    /// How many lines with a time there are.
    pub entries: usize,
    /// What stands before the first time, as Markdown.
    pub rest: String,
    /// The first day that is named.
    pub day: Option<NaiveDate>,
}

/// Reads notes.
pub fn read(text: &str) -> Notes {
    let text = text.trim_start_matches('\u{feff}');
    if let Some(messages) = export(text) {
        return write(messages, Vec::new());
    }
    let mut entries: Vec<Entry> = Vec::new();
    let mut rest = Vec::new();
    let mut day = None;
    for line in text.lines() {
        let line = line.trim();
        if let Some(entry) = entry(line, &mut day) {
            entries.push(entry);
        } else if let Some(alone) = day_alone(line) {
            day = Some(alone);
        } else if let Some(entry) = entries.last_mut() {
            if !line.is_empty() {
                entry.words.push(line.to_owned());
            }
        } else {
            rest.push(line.to_owned());
        }
    }
    write(entries, rest)
}

/// One line of the timeline.
#[derive(Clone, Debug)]
struct Entry {
    day: Option<NaiveDate>,
    /// The time as it is written, with its zone.
    when: String,
    /// Who said it, where a line of its own says so.
    who: String,
    words: Vec<String>,
}

/// Reads a line that begins with a time, or ends with one as a message of a chat does that was copied.
fn entry(line: &str, day: &mut Option<NaiveDate>) -> Option<Entry> {
    let bare = line.trim_start_matches(['-', '*', '+', '•', '>', '|']).trim_start();
    if let Some(leading) = date::leading(bare)
        && leading.start.clock.is_some()
    {
        note_day(&leading, day);
        let words = bare[leading.end..].trim_start_matches(['|', ']', ')']).trim();
        let words = words.trim_end_matches('|').trim_end();
        return Some(Entry {
            day: *day,
            when: clock(&leading, bare),
            who: String::new(),
            words: vec![words.to_owned()],
        });
    }
    // `Ann Example  9:14 AM`, and what she wrote on the next lines.
    if line.len() > 80 || line.ends_with('.') {
        return None;
    }
    for (at, _) in line.char_indices().filter(|(_, letter)| letter.is_whitespace()) {
        let (who, tail) = (line[..at].trim(), line[at..].trim_start());
        let whole = tail.trim_matches(['[', ']', '(', ')']);
        if who.is_empty() || who.split_whitespace().count() > 4 || !date::has_digit(whole) {
            continue;
        }
        if let Some(leading) = date::leading(whole)
            && leading.start.clock.is_some()
            && leading.end >= whole.len()
        {
            note_day(&leading, day);
            return Some(Entry {
                day: *day,
                when: clock(&leading, whole),
                who: who.to_owned(),
                words: Vec::new(),
            });
        }
    }
    None
}

fn note_day(leading: &Leading, day: &mut Option<NaiveDate>) {
    if let Some(full) = leading.start.day.and_then(|day| day.full()) {
        *day = Some(full);
    }
}

/// Returns the time of day as a list of a timeline has it: `09:14`, with a zone where one is named.
fn clock(leading: &Leading, line: &str) -> String {
    let Some(clock) = leading.start.clock else { return String::new() };
    // What is not exact, or a span, stays as its author wrote it.
    if clock.is_rough() || leading.until.is_some() || leading.approximate {
        let words = line[leading.words.clone()].trim();
        return words.to_owned();
    }
    let mut when = clock.time.format("%H:%M").to_string();
    if let (Some(zone), Some(day)) = (leading.zone, leading.start.day.and_then(|day| day.full())) {
        let offset = zone.offset(day.and_time(clock.time));
        when += &if offset.local_minus_utc() == 0 { "Z".to_owned() } else { offset.to_string() };
    } else if leading.zone.is_some() {
        // Without its day a region's distance from UTC is not known: the words stay.
        return line[leading.words.clone()].trim().to_owned();
    }
    when
}

/// Reads a line that is a day and nothing else.
fn day_alone(line: &str) -> Option<NaiveDate> {
    let bare = line.trim_matches(['#', '-', '—', '*', '=', '_', ' ', ':']);
    let moment = date::parse(bare)?;
    (!moment.has_time() && moment.precision >= crate::document::moment::Precision::Day).then(|| moment.date())
}

/// Reads a chat's export: a list of messages, or an object that holds one, each with a time and a text.
fn export(text: &str) -> Option<Vec<Entry>> {
    if !text.trim_start().starts_with(['[', '{']) {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let list = match &value {
        Value::Array(list) => list,
        Value::Object(map) => map.get("messages")?.as_array()?,
        _ => return None,
    };
    let mut messages: Vec<(DateTime<chrono::Utc>, Entry)> = Vec::new();
    for message in list {
        let field = |names: &[&str]| names.iter().find_map(|name| message.get(name));
        let Some(at) =
            field(&["ts", "timestamp", "time", "date", "created_at", "create_at"]).and_then(instant)
        else {
            continue;
        };
        let text = field(&["text", "content", "message", "body"]).and_then(Value::as_str).unwrap_or("");
        let who = field(&["user_name", "username", "user", "author", "from", "sender", "name"]);
        let who = who.and_then(|who| match who {
            Value::String(name) => Some(name.clone()),
            Value::Object(map) => ["real_name", "display_name", "username", "name"]
                .iter()
                .find_map(|key| map.get(*key)?.as_str())
                .map(str::to_owned),
            _ => None,
        });
        let entry = Entry {
            day: Some(at.date_naive()),
            when: at.format("%H:%MZ").to_string(),
            who: who.unwrap_or_default(),
            words: text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect(),
        };
        messages.push((at, entry));
    }
    // Exports come newest first as often as not; this alone is no order in which people spoke.
    messages.sort_by_key(|(at, _)| *at);
    Some(messages.into_iter().map(|(_, entry)| entry).collect()).filter(|list: &Vec<Entry>| !list.is_empty())
}

/// Reads an instant: RFC 3339, or seconds or milliseconds since 1970, as a number or as text.
fn instant(value: &Value) -> Option<DateTime<chrono::Utc>> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => match text.parse::<f64>() {
            Ok(number) => number,
            Err(_) => return DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()),
        },
        _ => return None,
    };
    let seconds = if number > 1e11 { number / 1000.0 } else { number };
    DateTime::from_timestamp(seconds as i64, 0).filter(|_| seconds.is_finite() && seconds > 0.0)
}

fn write(entries: Vec<Entry>, rest: Vec<String>) -> Notes {
    let day = entries.iter().find_map(|entry| entry.day);
    let mut notes = Notes { entries: entries.len(), day, ..Notes::default() };
    let mut last = None;
    for entry in &entries {
        if entry.day.is_some() && entry.day != last {
            let more = entries.iter().any(|other| other.day != entry.day);
            if let (true, Some(day)) = (more, entry.day) {
                let gap = if notes.timeline.is_empty() { "" } else { "\n" };
                notes.timeline += &format!("{gap}### {}\n\n", day.format("%Y-%m-%d"));
            }
            last = entry.day;
        }
        let words: Vec<&str> =
            entry.words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        let who = if entry.who.is_empty() { String::new() } else { format!("{}: ", entry.who) };
        let line = format!("- {} {who}{}", entry.when, words.join(" "));
        notes.timeline += escape(&line).trim_end();
        notes.timeline.push('\n');
    }
    let rest: Vec<String> = rest.iter().map(|line| escape(line)).collect();
    notes.rest = rest.join("\n").trim().to_owned();
    notes
}

/// Returns text in which no `<` begins a tag, which a page would not show.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let escaped = rest[..at].ends_with('\\');
        let begins = rest[at + 1..]
            .starts_with(|letter: char| letter.is_ascii_alphabetic() || "/!?@#".contains(letter));
        // An address in angle brackets is a link to Markdown too, and stays one.
        let address =
            ["<http://", "<https://", "<mailto:"].iter().any(|scheme| rest[at..].starts_with(scheme));
        out.push_str(if begins && !escaped && !address { "\\<" } else { "<" });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, timeline: &str, rest: &str) {
        let notes = read(text);
        assert_eq!((notes.timeline.as_str(), notes.rest.as_str()), (timeline, rest));
    }

    #[test]
    fn lines_with_times_become_a_timeline() {
        check(
            "Notes of the call\n\n9:14 am - checkout fails\n[09:20] ann: looking\n  at the rules\n* 10:30 fixed\n",
            "- 09:14 checkout fails\n- 09:20 ann: looking at the rules\n- 10:30 fixed\n",
            "Notes of the call",
        );
    }

    #[test]
    fn a_copied_chat_names_who_spoke_first() {
        check(
            "Ann Example  9:14 AM\nis <b>checkout</b> down?\nfor me it is\nBen  9:16 AM\nyes\n",
            "- 09:14 Ann Example: is \\<b>checkout\\</b> down? for me it is\n- 09:16 Ben: yes\n",
            "",
        );
    }

    #[test]
    fn days_head_what_happened_on_them() {
        let notes = read("2026-03-02\n23:50 it begins\n2026-03-03 00:10 UTC it ends\n");
        assert_eq!(
            notes.timeline,
            "### 2026-03-02\n\n- 23:50 it begins\n\n### 2026-03-03\n\n- 00:10Z it ends\n"
        );
        assert_eq!(notes.day, NaiveDate::from_ymd_opt(2026, 3, 2));
    }

    #[test]
    fn an_export_of_a_chat_is_read_in_its_order() {
        let text = r#"[{"ts":"1772442900.000200","user":"ben","text":"fixed"},{"ts":"1772439240.0001","user":"ann","text":"it is down"}]"#;
        check(text, "- 08:14Z ann: it is down\n- 09:15Z ben: fixed\n", "");
    }

    #[test]
    fn words_without_a_time_are_kept() {
        check("nothing here has a time\nnot this either\n", "", "nothing here has a time\nnot this either");
        check("{not json\n", "", "{not json");
        check("", "", "");
    }
}
