//! Due dates as an iCalendar file, for calendars that subscribe to it.
//!
//! Comes in: what each entry says. Goes out: the text of RFC 5545, the source of every rule here: lines of at most 75
//! octets ended by CRLF, text with its own escapes. Knows nothing of documents, and no clock: what a calendar calls the
//! time of the entry is when its document last changed.
//!
//! A due date is an event that lasts a day and does not make anybody busy. RFC 5545 also has tasks, but most calendars that
//! people subscribe with leave tasks out.

use chrono::NaiveDate;
use chrono::NaiveDateTime;

/// A calendar.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// The version of Afterword.
    pub version: String,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// A due date.
#[derive(Clone, Debug)]
pub struct Entry {
    /// A name that stays while the action does, and that no other entry bears: an address or a UUID.
    pub id: String,
    /// When what it says last changed, in UTC.
    pub changed: NaiveDateTime,
    /// The day.
    pub day: NaiveDate,
    /// What is due.
    pub summary: String,
    /// Who does it and where it comes from.
    pub description: String,
    /// The absolute address of the page, where the site has one.
    pub url: Option<String>,
    /// Its services.
    pub categories: Vec<String>,
}

impl Calendar {
    /// Returns the file.
    pub fn write(&self) -> String {
        let mut out = String::with_capacity(256 + 512 * self.entries.len());
        line(&mut out, "BEGIN", "VCALENDAR");
        line(&mut out, "VERSION", "2.0");
        line(&mut out, "PRODID", &format!("-//Afterword//Afterword {}//EN", text(&self.version)));
        line(&mut out, "CALSCALE", "GREGORIAN");
        // RFC 7986 names a calendar by NAME; what was there before knows X-WR-CALNAME.
        line(&mut out, "NAME", &text(&self.name));
        line(&mut out, "X-WR-CALNAME", &text(&self.name));
        line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION", "P1D");
        for entry in &self.entries {
            entry.write(&mut out);
        }
        line(&mut out, "END", "VCALENDAR");
        out
    }
}

impl Entry {
    fn write(&self, out: &mut String) {
        line(out, "BEGIN", "VEVENT");
        line(out, "UID", &text(&self.id));
        line(out, "DTSTAMP", &self.changed.format("%Y%m%dT%H%M%SZ").to_string());
        line(out, "DTSTART;VALUE=DATE", &self.day.format("%Y%m%d").to_string());
        // The end of a day is the next one; without it some calendars make an entry of no length.
        if let Some(next) = self.day.succ_opt() {
            line(out, "DTEND;VALUE=DATE", &next.format("%Y%m%d").to_string());
        }
        line(out, "SUMMARY", &text(&self.summary));
        if !self.description.is_empty() {
            line(out, "DESCRIPTION", &text(&self.description));
        }
        // An address is no text: it has no escapes, and cannot hold what would need them.
        if let Some(url) = self.url.as_ref().filter(|url| !url.contains(|c: char| c.is_control() || c == ' '))
        {
            line(out, "URL", url);
        }
        if !self.categories.is_empty() {
            let names: Vec<String> = self.categories.iter().map(|name| text(name)).collect();
            line(out, "CATEGORIES", &names.join(","));
        }
        line(out, "TRANSP", "TRANSPARENT");
        line(out, "END", "VEVENT");
    }
}

/// Writes text so that it is text in a calendar (RFC 5545, section 3.3.11).
fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => out.push_str("\\n"),
            '\t' => out.push('\t'),
            // Other control characters may not stand in a calendar at all.
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// The octets that a line may hold without its end (RFC 5545, section 3.1).
const LINE: usize = 75;

/// Writes a line, folded: what does not fit goes on in further lines that begin with a space, no character torn apart.
fn line(out: &mut String, name: &str, value: &str) {
    let mut room = LINE;
    for c in name.chars().chain([':']).chain(value.chars()) {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        out.push(c);
        room -= c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            id: "6b7f4a52-5a0f-8f3e-9a53-0d8b6f0f7c11".to_owned(),
            changed: NaiveDate::from_ymd_opt(2026, 3, 9).unwrap().and_hms_opt(8, 0, 5).unwrap(),
            day: NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(),
            summary: "Alert; renew, or C:\\certs".to_owned(),
            description: "Ana\nCheckout\r\nruns\u{7} out".to_owned(),
            url: Some("https://postmortems.example/a/;b,c/".to_owned()),
            categories: vec!["checkout".to_owned(), "a,b".to_owned()],
        }
    }

    #[test]
    fn a_calendar_is_that_of_rfc_5545() {
        let calendar =
            Calendar { name: "Harbour".to_owned(), version: "0.1.0".to_owned(), entries: vec![entry()] };
        assert_eq!(
            calendar.write(),
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Afterword//Afterword 0.1.0//EN\r\nCALSCALE:GREGORIAN\r\n\
             NAME:Harbour\r\nX-WR-CALNAME:Harbour\r\nREFRESH-INTERVAL;VALUE=DURATION:P1D\r\nBEGIN:VEVENT\r\n\
             UID:6b7f4a52-5a0f-8f3e-9a53-0d8b6f0f7c11\r\nDTSTAMP:20260309T080005Z\r\nDTSTART;VALUE=DATE:20261231\r\n\
             DTEND;VALUE=DATE:20270101\r\nSUMMARY:Alert\\; renew\\, or C:\\\\certs\r\n\
             DESCRIPTION:Ana\\nCheckout\\nruns out\r\nURL:https://postmortems.example/a/;b,c/\r\n\
             CATEGORIES:checkout,a\\,b\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let summary = "障害のたびに証明書の有効期限を確認する、".repeat(9);
        let calendar = Calendar {
            name: String::new(),
            version: String::new(),
            entries: vec![Entry { summary: summary.clone(), ..entry() }],
        };
        let text = calendar.write();
        assert!(text.split("\r\n").all(|line| line.len() <= LINE), "{text}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("\r\nSUMMARY:{summary}\r\n")));
        let exact = |words: &str| {
            let mut out = String::new();
            line(&mut out, "SUMMARY", words);
            out
        };
        // 8 octets of name and colon leave 67.
        assert_eq!(exact(&"a".repeat(67)), format!("SUMMARY:{}\r\n", "a".repeat(67)));
        assert_eq!(exact(&"a".repeat(68)), format!("SUMMARY:{}\r\n a\r\n", "a".repeat(67)));
        assert_eq!(
            exact(&"a".repeat(142)),
            format!("SUMMARY:{}\r\n {}\r\n a\r\n", "a".repeat(67), "a".repeat(74))
        );
    }

    #[test]
    fn nothing_that_somebody_wrote_becomes_a_line_of_its_own() {
        let hostile = "x\r\nBEGIN:VALARM\r\nATTACH:https://evil.example\u{2028}\u{85}END:VEVENT";
        let calendar = Calendar {
            name: hostile.to_owned(),
            version: hostile.to_owned(),
            entries: vec![Entry {
                id: hostile.to_owned(),
                summary: hostile.to_owned(),
                description: hostile.to_owned(),
                url: Some(hostile.to_owned()),
                categories: vec![hostile.to_owned()],
                ..entry()
            }],
        };
        let text = calendar.write().replace("\r\n ", "");
        let names: Vec<&str> =
            text.lines().map(|line| line.split([':', ';']).next().unwrap_or_default()).collect();
        assert!(!names.contains(&"ATTACH") && !names.contains(&"URL"), "{names:?}");
        assert_eq!(names.iter().filter(|name| **name == "BEGIN").count(), 2);
    }
}
