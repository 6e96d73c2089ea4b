//! The JSON Schema of front matter, for editors.
//!
//! Comes in: the table of keys and their synonyms. Goes out: a schema, draft 2020-12. It describes what the reader
//! understands, so it refuses no key: an unknown one stays available to themes, and `unknown-key` says so.

use crate::document::key::FRONT_MATTER;
use crate::document::key::Key;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Returns the schema.
pub fn front_matter() -> Value {
    let mut properties = Map::new();
    for (key, names) in FRONT_MATTER {
        let Some((shape, about)) = describe(*key) else { continue };
        for (number, name) in names.iter().enumerate() {
            let about = match number {
                0 => about.to_owned(),
                _ => format!("The same as `{}`. {about}", names[0]),
            };
            let mut schema = shape.clone();
            schema["description"] = Value::String(about);
            properties.insert((*name).to_owned(), schema);
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a postmortem",
        "description": "What Afterword reads in the front matter of a Markdown document. Every key is optional.",
        "type": "object",
        "properties": properties,
        "additionalProperties": true,
    })
}

/// Returns what the values of a key look like, and what they mean; `None` for keys that say nothing of an incident.
fn describe(key: Key) -> Option<(Value, &'static str)> {
    let text = || json!({ "type": ["string", "number", "boolean", "null"] });
    let names = || {
        json!({ "anyOf": [
            { "type": ["string", "number", "null"] },
            { "type": "array", "items": { "type": ["string", "number", "boolean", "object", "array", "null"] } },
            { "type": "object" },
        ] })
    };
    let time = || {
        json!({ "anyOf": [
            { "type": "string", "examples": ["2026-03-02", "2026-03-02T09:00:00Z"] },
            { "type": ["number", "boolean", "null", "object"] },
        ] })
    };
    Some(match key {
        Key::Title => (text(), "The title of the document."),
        Key::Date => (time(), "When it happened, or was written: `2026-03-02`, or with a time and its zone."),
        Key::Severity => (
            json!({ "type": ["string", "number", "object", "null"], "examples": ["SEV-1", "P2", "near miss"] }),
            "How bad it was, in your own words; `SEV-1`, `P1` and `S1` say their rank.",
        ),
        Key::Services => (names(), "The services that were affected."),
        Key::Tags => (names(), "Tags."),
        Key::Category => (names(), "The category, which is a tag too."),
        Key::Factors => (names(), "Contributing factors, each a short name that other incidents can share."),
        Key::Authors => (names(), "Who wrote it."),
        Key::Teams => (names(), "The teams that it concerns."),
        Key::Started => (time(), "When the incident began."),
        Key::Detected => (time(), "When it was noticed."),
        Key::Mitigated => (time(), "When the bleeding was stopped."),
        Key::Resolved => (time(), "When it was over; `true` and `false` are a status."),
        Key::Summary => (text(), "What happened, in a sentence or two."),
        Key::Kind => (
            json!({ "type": ["string", "null"], "examples": ["incident", "postmortem", "article", "page"] }),
            "What sort of document it is: `incident`, `postmortem`, `article` or `page`.",
        ),
        Key::Status => (text(), "The state of the document or of the incident."),
        Key::Id => (text(), "A permanent name of your own for the document."),
        Key::Incident => (
            json!({ "type": ["string", "number", "object", "null"] }),
            "The incident record that this postmortem analyses: its id or its path.",
        ),
        Key::Slug => (text(), "The last part of its address."),
        Key::Aliases => (names(), "Older addresses, which lead here."),
        Key::Address => (text(), "The address that another generator gave it; kept as an alias."),
        Key::CanonicalUrl => (text(), "Where the original stands."),
        Key::ArchiveUrl => (names(), "Where a copy is archived."),
        Key::Draft => (json!({ "type": ["boolean", "null"] }), "`true` leaves it out until it is done."),
        Key::Language => (text(), "Its language as a BCP 47 tag, such as `de`."),
        Key::Audience => (text(), "Who may read it."),
        Key::Lessons => (
            json!({ "anyOf": [
                { "type": ["string", "null"] },
                { "type": "array", "items": { "anyOf": [
                    { "type": ["string", "null"] },
                    { "type": "object", "properties": {
                        "text": { "type": "string", "description": "The statement." },
                        "quote": { "type": "string", "description": "A sentence that stands in the body, word for word." },
                        "id": { "type": "string", "description": "A permanent id of your own." },
                        "category": { "type": "string", "examples": ["lesson", "went-well", "went-wrong", "lucky"] },
                        "applies_to": { "description": "Paths, services or symbols that it applies to.", "anyOf": [
                            { "type": "string" }, { "type": "array", "items": { "type": "string" } },
                        ] },
                        "guard": { "type": "string", "description": "The test, alert, runbook or policy that now holds it." },
                        "status": { "type": "string" },
                    }, "anyOf": [{ "required": ["text"] }, { "required": ["quote"] }, { "required": ["lesson"] }] },
                ] } },
                { "type": "object" },
            ] }),
            "Lessons: statements worth remembering.",
        ),
        Key::Actions => (
            json!({ "anyOf": [
                { "type": ["string", "null"] },
                { "type": "array", "items": { "anyOf": [
                    { "type": ["string", "number", "null"] },
                    { "type": "object", "properties": {
                        "text": { "type": "string", "description": "What is to be done." },
                        "owner": { "description": "Who does it.", "anyOf": [
                            { "type": "string" }, { "type": "array", "items": { "type": "string" } },
                        ] },
                        "due": { "type": "string", "description": "The day until which it is to be done." },
                        "status": { "type": "string", "examples": ["open", "done", "dropped"] },
                        "reason": { "type": "string", "description": "Why it was dropped." },
                        "kind": { "type": "string", "examples": ["prevent", "detect", "mitigate", "process"] },
                        "links": { "anyOf": [
                            { "type": "string" }, { "type": "array", "items": { "type": "string" } },
                        ] },
                    } },
                ] } },
                { "type": "object" },
            ] }),
            "Follow-ups.",
        ),
        Key::Changed => (time(), "When it was last changed."),
        Key::Duration => (text(), "How long the incident lasted, in words."),
        Key::Other => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::document;
    use crate::document::key;

    #[test]
    fn every_key_that_tells_something_is_described() {
        let schema = front_matter();
        for (key, names) in FRONT_MATTER {
            for name in *names {
                assert_eq!(schema["properties"][name].is_object(), *key != Key::Other, "{name}");
            }
        }
        for name in schema["properties"].as_object().expect("properties").keys() {
            assert!(key::of_front_matter(name).is_some_and(|key| key != Key::Other), "{name}");
        }
    }

    #[test]
    fn what_the_reader_takes_is_valid_and_what_it_complains_of_is_not() {
        let validator = jsonschema::validator_for(&front_matter()).expect("a schema");
        for (yaml, value, good) in [
            (
                "title: A\ndate: 2026-03-02\nservices: [a, b]\nlessons:\n  - text: x\n  - quote: Words.\n",
                json!({"title": "A", "date": "2026-03-02", "services": ["a", "b"], "lessons": [{"text": "x"}, {"quote": "Words."}]}),
                true,
            ),
            (
                "resolved: true\ntags: one, two\nauthor: {name: Jo}\nweather: fine\n",
                json!({"resolved": true, "tags": "one, two", "author": {"name": "Jo"}, "weather": "fine"}),
                true,
            ),
            ("title: [a, b]\n", json!({"title": ["a", "b"]}), false),
            ("draft: sometimes\n", json!({"draft": "sometimes"}), false),
            ("lessons:\n  - guard: test\n", json!({"lessons": [{"guard": "test"}]}), false),
        ] {
            assert_eq!(validator.is_valid(&value), good, "{yaml}");
            let document = document("a.md", &format!("---\n{yaml}---\n\nWords.\n"));
            let complaint = document
                .findings
                .iter()
                .any(|finding| ["wrong-type", "broken-lesson"].contains(&finding.rule.name));
            assert_eq!(complaint, !good, "{yaml}");
        }
    }
}
