//! New documents, made of templates.
//!
//! Comes in: a template and what is known already. Goes out: the text of the document, and a name for its file. Never writes.
//!
//! What is known goes into the front matter: into the line of its key, or one more line. In the body `{{ title }}` and the
//! other names stand for the same values, so that a team's own template can use them where it likes.

use crate::document::anchor;
use crate::knowledge::ledger::id;
use std::collections::BTreeMap;

/// A template that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// How it is called in the arguments.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Every template that comes with the program, the first for whoever names none.
pub static TEMPLATES: [Template; 6] = [
    Template {
        name: "full",
        about: "a postmortem with every question that a good review asks",
        text: include_str!("templates/full.md"),
    },
    Template { name: "short", about: "a postmortem of one page", text: include_str!("templates/short.md") },
    Template {
        name: "near-miss",
        about: "what nearly happened, and what stopped it",
        text: include_str!("templates/near-miss.md"),
    },
    Template {
        name: "security",
        about: "a postmortem of a breach or a leak",
        text: include_str!("templates/security.md"),
    },
    Template {
        name: "incident",
        about: "the record alone, to be written while it happens",
        text: include_str!("templates/incident.md"),
    },
    Template {
        name: "article",
        about: "a reflection on several incidents",
        text: include_str!("templates/article.md"),
    },
];

/// What is known of a document before it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Values by their keys in front matter.
    pub values: BTreeMap<&'static str, String>,
    /// Lists by their keys.
    pub lists: BTreeMap<&'static str, Vec<String>>,
    /// What goes below the heading of the timeline, as Markdown.
    pub timeline: String,
    /// What goes below the heading of the notes, at the end, as Markdown.
    pub notes: String,
}

/// Fills in a template.
pub fn fill(template: &str, answers: &Answers) -> String {
    let template = template.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (front, body) = split(&template);
    let mut lines: Vec<String> = front.lines().map(str::to_owned).collect();
    let values = answers.values.iter().map(|(key, value)| (*key, scalar(value)));
    let lists = answers.lists.iter().filter(|(_, list)| !list.is_empty()).map(|(key, list)| {
        let items: Vec<String> = list.iter().map(|item| scalar(item)).collect();
        (*key, format!("[{}]", items.join(", ")))
    });
    for (key, value) in values.chain(lists) {
        let line = format!("{key}: {value}");
        // What the template says already, such as `severity: near miss`, is its own; an answer is what somebody gave now.
        match lines.iter().position(|line| line.split_once(':').is_some_and(|(own, _)| own == key)) {
            Some(at) => {
                // A list below its key goes with it.
                let below = lines[at + 1..].iter().take_while(|line| line.starts_with([' ', '-'])).count();
                lines.splice(at..=at + below, [line]);
            }
            None => lines.push(line),
        }
    }
    let mut body = body.to_owned();
    for (key, value) in &answers.values {
        body = replace(&body, key, value);
    }
    for (key, list) in &answers.lists {
        body = replace(&body, key, &list.join(", "));
    }
    if !answers.timeline.is_empty() {
        body = below_timeline(&body, &answers.timeline);
    }
    if !answers.notes.is_empty() {
        body = format!("{}\n\n## Notes\n\n{}\n", body.trim_end(), answers.notes);
    }
    format!("---\n{}\n---\n{body}", lines.join("\n"))
}

/// Returns a name for the file of a document, without its ending: the day, the title, and letters that no other branch has.
///
/// `seed` is anything that differs between two that are made at once, such as the time of the clock.
pub fn file_name(day: Option<&str>, title: &str, seed: &str) -> String {
    let mut slug: String = anchor::slug(&title.replace('/', " "))
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { '-' })
        .collect();
    while slug.contains("--") {
        slug = slug.replace("--", "-");
    }
    let slug = slug.trim_matches('-');
    let short = match slug.char_indices().nth(60) {
        // Cut at a word, where one ends not too far before.
        Some((end, _)) => slug[..end].rsplit_once('-').map_or(&slug[..end], |(before, _)| before),
        None => slug,
    };
    let hash = id::short_hash(&format!("{title}\n{seed}"));
    let letters: String = hash.chars().filter(|letter| letter.is_alphanumeric()).take(4).collect();
    let parts = [day.unwrap_or(""), short, letters.as_str()];
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("-")
}

/// Returns the lines between those of `---` at the top, and the rest.
fn split(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix("---\n") else { return ("", text) };
    match rest.find("\n---\n") {
        Some(end) => (&rest[..end], &rest[end + 5..]),
        None => ("", text),
    }
}

/// Writes text as a value of YAML: as it is where that is safe, else in quotes.
pub fn scalar(text: &str) -> String {
    let text = text.trim();
    let plain = !text.is_empty()
        && text.chars().all(|letter| letter.is_alphanumeric() || " -_./:+".contains(letter))
        && text.starts_with(|letter: char| letter.is_alphanumeric())
        && !text.contains(": ")
        && !text.ends_with(':')
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "null")
        // A number would be read as one: `1e3` or `007` is a name here. A date is read as text.
        && text.parse::<f64>().is_err();
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// Puts a value in the place of `{{ key }}`.
fn replace(text: &str, key: &str, value: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let inner = rest[at + 2..].split_once("}}").map(|(inner, _)| inner);
        match inner.filter(|inner| inner.trim() == key) {
            Some(inner) => {
                out.push_str(&rest[..at]);
                out.push_str(value);
                rest = &rest[at + 4 + inner.len()..];
            }
            None => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Puts a timeline at the end of its section, or into one of its own.
fn below_timeline(body: &str, timeline: &str) -> String {
    let mut at = 0;
    let mut section = None;
    for line in body.split_inclusive('\n') {
        let is_heading = line.starts_with("## ");
        match section {
            None if is_heading && line.to_lowercase().contains("timeline") => section = Some(body.len()),
            Some(end) if is_heading && end == body.len() => {
                section = Some(at);
                break;
            }
            _ => {}
        }
        at += line.len();
    }
    match section {
        Some(end) => {
            let (before, after) = body.split_at(end);
            let gap = if after.is_empty() { "" } else { "\n" };
            format!("{}\n\n{timeline}{gap}{after}", before.trim_end())
        }
        None => format!("{}\n\n## Timeline\n\n{timeline}", body.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Answers {
        let mut answers = Answers::default();
        answers.values.insert("title", "Checkout: \"no\" cards".to_owned());
        answers.values.insert("date", "2026-03-02".to_owned());
        answers.lists.insert("services", vec!["checkout".to_owned(), "a, b".to_owned()]);
        answers
    }

    #[test]
    fn what_is_known_stands_in_the_line_of_its_key() {
        let text =
            "---\ntitle:\nservices:\n  - x\nkind: postmortem\n---\n\n# {{ title }} on {{date}} {{ other }}\n";
        assert_eq!(
            fill(text, &answers()),
            "---\ntitle: \"Checkout: \\\"no\\\" cards\"\nservices: [checkout, \"a, b\"]\nkind: postmortem\ndate: 2026-03-02\n---\n\n\
             # Checkout: \"no\" cards on 2026-03-02 {{ other }}\n"
        );
        let text = fill("Words.\n", &answers());
        assert!(text.starts_with("---\ndate: 2026-03-02\ntitle: "), "{text}");
        assert!(text.ends_with("\n---\nWords.\n"), "{text}");
    }

    #[test]
    fn a_timeline_goes_to_its_section() {
        let mut answers = answers();
        answers.timeline = "- 09:14 It begins\n".to_owned();
        let text = fill("---\na: b\n---\n## Timeline\n\n<!-- when? -->\n\n## Lessons\n", &answers);
        assert!(
            text.ends_with("## Timeline\n\n<!-- when? -->\n\n- 09:14 It begins\n\n## Lessons\n"),
            "{text}"
        );
        let text = fill("Words.\n", &answers);
        assert!(text.ends_with("Words.\n\n## Timeline\n\n- 09:14 It begins\n"), "{text}");
    }

    #[test]
    fn names_of_files_are_short_plain_and_never_the_same_twice() {
        let name = file_name(Some("2026-03-02"), "Checkout rejects every 2nd card!", "1");
        assert!(name.starts_with("2026-03-02-checkout-rejects-every-2nd-card-"), "{name}");
        assert_ne!(name, file_name(Some("2026-03-02"), "Checkout rejects every 2nd card!", "2"));
        let long = file_name(None, &"word ".repeat(100), "1");
        assert!(long.len() < 70 && !long.contains("--"), "{long}");
        let hostile = file_name(None, "../../etc/passwd\0\n", "1");
        assert!(hostile.chars().all(|letter| letter.is_alphanumeric() || letter == '-'), "{hostile}");
    }

    #[test]
    fn values_are_safe_yaml() {
        for (text, written) in [
            ("SEV-2", "SEV-2"),
            ("near miss", "near miss"),
            ("2026-03-02T08:14:00Z", "2026-03-02T08:14:00Z"),
            ("a: b", "\"a: b\""),
            ("no", "\"no\""),
            ("007", "\"007\""),
            ("a\n---\nb", "\"a\\n---\\nb\""),
            ("@ann", "\"@ann\""),
        ] {
            assert_eq!(scalar(text), written);
        }
    }
}
