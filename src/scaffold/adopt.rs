//! Writes into front matter what was read from a document's text.
//!
//! Comes in: a document as it was read. Goes out: the [`Fact`]s that it does not declare, and its text with them. Never writes a
//! file, and changes no byte but those that it adds. A time without a zone stays without one: the site's own is no fact of the
//! document.

use crate::document::Document;
use crate::document::Found;
use crate::document::Origin;
use crate::document::front_matter::Format;
use crate::document::moment::Moment;
use crate::document::moment::Precision;
use crate::scaffold::template::scalar;

/// A fact that a document says and does not declare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its key in front matter.
    pub key: &'static str,
    /// Its values; more than one only where the key has a list.
    pub values: Vec<String>,
    /// Where it was read.
    pub source: String,
    is_list: bool,
}

/// Returns what a document says of itself and does not declare: date, severity, services, times.
pub fn facts(document: &Document) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |key, values: Vec<String>, source: &Origin, is_list| {
        facts.push(Fact { key, values, source: source.describe(), is_list });
    };
    if let Some(found) = inferred(&document.date) {
        add("date", vec![day(&found.value)], &found.origin, false);
    }
    if let Some(found) = inferred(&document.severity) {
        add("severity", vec![found.value.label.clone()], &found.origin, false);
    }
    let declared = document.services.iter().any(|found| found.origin.is_declared());
    if let Some(first) = document.services.first().filter(|_| !declared) {
        let names = document.services.iter().map(|found| found.value.clone()).collect();
        add("services", names, &first.origin, true);
    }
    for (key, time) in [
        ("started", &document.started),
        ("detected", &document.detected),
        ("mitigated", &document.mitigated),
        ("resolved", &document.resolved),
    ] {
        // A day alone says no time.
        if let Some(found) = inferred(time).filter(|found| found.value.has_time()) {
            add(key, vec![instant(&found.value)], &found.origin, false);
        }
    }
    facts
}

/// Returns the text of a document with facts in its front matter; `None` where that cannot be done by adding lines.
pub fn insert(document: &Document, facts: &[Fact]) -> Option<String> {
    let text = &document.text;
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let Some(front) = &document.front else {
        // What begins like front matter and is none is for a person to mend.
        if document.is_faulty() {
            return None;
        }
        let lines: String = facts.iter().map(|fact| format!("{}{ending}", yaml(fact))).collect();
        return Some(format!("---{ending}{lines}---{ending}{ending}{text}"));
    };
    let head = text.get(..document.body_start)?;
    let mut at = 0;
    let mut first = None;
    let mut last = None;
    for line in head.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "..." | "+++") {
            if first.is_none() {
                first = Some(at + line.len());
            }
            last = Some(at);
        }
        at += line.len();
    }
    let (first, last) = (first?, last?);
    let (place, lines): (usize, String) = match front.format {
        Format::Yaml => (last, facts.iter().map(|fact| format!("{}{ending}", yaml(fact))).collect()),
        // Behind the head of a table they would be of that table.
        Format::Toml => (first, facts.iter().map(|fact| format!("{}{ending}", toml(fact))).collect()),
    };
    (first <= last).then(|| format!("{}{lines}{}", &text[..place], &text[place..]))
}

fn inferred<T>(found: &Option<Found<T>>) -> Option<&Found<T>> {
    // What a record says stands in the record.
    found.as_ref().filter(|found| !found.origin.is_declared() && !matches!(found.origin, Origin::Incident(_)))
}

fn day(moment: &Moment) -> String {
    match moment.precision {
        Precision::Year => moment.local.format("%Y").to_string(),
        Precision::Month => moment.local.format("%Y-%m").to_string(),
        _ => moment.local.format("%Y-%m-%d").to_string(),
    }
}

fn instant(moment: &Moment) -> String {
    let seconds = if moment.precision == Precision::Second { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M" };
    let zone = match moment.offset.filter(|_| !moment.assumed) {
        Some(offset) if offset.local_minus_utc() == 0 => "Z".to_owned(),
        Some(offset) => offset.to_string(),
        None => String::new(),
    };
    format!("{}{zone}", moment.local.format(seconds))
}

fn yaml(fact: &Fact) -> String {
    let values: Vec<String> = fact.values.iter().map(|value| scalar(value)).collect();
    match fact.is_list {
        true => format!("{}: [{}]", fact.key, values.join(", ")),
        // A year alone is a number to YAML, and a date to us.
        false => format!("{}: {}", fact.key, values[0]),
    }
}

fn toml(fact: &Fact) -> String {
    let values: Vec<String> =
        fact.values.iter().map(|value| serde_json::Value::from(value.as_str()).to_string()).collect();
    match fact.is_list {
        true => format!("{} = [{}]", fact.key, values.join(", ")),
        false => format!("{} = {}", fact.key, values[0]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::Reader;
    use crate::source::SourceFile;

    fn read(text: &str) -> Document {
        Reader::new(&Config::default(), "").parse(SourceFile {
            path: "2024-03-02-a.md".to_owned(),
            file: "2024-03-02-a.md".to_owned(),
            text: text.to_owned(),
            size: text.len() as u64,
            git: None,
            findings: Vec::new(),
        })
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let document = read(text);
        let adopted = insert(&document, &facts(&document)).expect("a text");
        assert_eq!(adopted, expected);
        // What was written is what was read, and there is nothing more to write.
        let again = read(&adopted);
        assert_eq!(facts(&again), []);
        assert_eq!(
            (again.date.map(|found| found.value.date()), again.title.value),
            (document.date.map(|found| found.value.date()), document.title.value)
        );
    }

    #[test]
    fn what_is_read_becomes_front_matter() {
        check(
            "# A\n\n**Severity:** SEV-2\n\nWords.\n",
            "---\ndate: 2024-03-02\nseverity: SEV-2\n---\n\n# A\n\n**Severity:** SEV-2\n\nWords.\n",
        );
    }

    #[test]
    fn front_matter_keeps_what_it_says_to_the_byte() {
        check(
            "---\r\ntitle:   'A'  # ours\r\ntags:\r\n  - x\r\n---\r\n\r\n**Severity:** SEV-2\r\n",
            "---\r\ntitle:   'A'  # ours\r\ntags:\r\n  - x\r\ndate: 2024-03-02\r\nseverity: SEV-2\r\n---\r\n\r\n**Severity:** SEV-2\r\n",
        );
        check(
            "+++\ntitle = \"A\"\n[extra]\nx = 1\n+++\nWords.\n",
            "+++\ndate = \"2024-03-02\"\ntitle = \"A\"\n[extra]\nx = 1\n+++\nWords.\n",
        );
    }

    #[test]
    fn what_is_declared_is_left_alone() {
        let document = read("---\ndate: 2024-03-04\nseverity: SEV-1\n---\n# A\n\n**Severity:** SEV-2\n");
        assert_eq!(facts(&document), []);
    }
}
