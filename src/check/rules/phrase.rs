//! The phrases of `phrases.toml` in the prose of a document.
//!
//! Comes in: the prose of a document, and where words of phrases stand in it. Goes out: [`Hit`]s, none in headings, quotations or code, and those that need a person
//! as their subject only where they have one. Knows no message: each rule has its own.

use crate::check::Subject;
use crate::check::rules::clause;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

/// A phrase that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The rule that it belongs to.
    pub rule: &'static str,
    /// The passage, by its place among those of the document.
    pub passage: usize,
    /// Its bytes in the passage's text.
    pub range: Range<usize>,
}

#[derive(Debug, Deserialize)]
struct Data {
    sources: BTreeMap<String, String>,
    phrase: Vec<Phrase>,
}

#[derive(Debug, Deserialize)]
struct Phrase {
    rule: String,
    words: Vec<String>,
    person: bool,
    then: Option<Then>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    never_with: Vec<String>,
    source: String,
}

/// What must follow a phrase.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Then {
    /// A form.
    Form(Form),
    /// One of these.
    Words(Vec<String>),
}

/// A form of a verb.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// Such as "seen" and "tested".
    Participle,
}

struct Table {
    /// The words of all phrases, each with its phrase.
    words: Vec<(String, usize)>,
    data: Data,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let data: Data = toml::from_str(include_str!("phrases.toml")).expect("a test reads the data");
        let mut all = Vec::new();
        for (index, phrase) in data.phrase.iter().enumerate() {
            for words in &phrase.words {
                all.push((words.clone(), index));
                if words.contains('\'') {
                    all.push((words.replace('\'', "’"), index));
                }
            }
        }
        Table { words: all, data }
    })
}

/// Returns the words of all phrases.
pub fn words() -> impl Iterator<Item = &'static str> {
    table().words.iter().map(|(words, _)| words.as_str())
}

/// Adds the phrases of a passage of an incident or a postmortem in English; `found` are the places of [`words`], by their
/// numbers, none in another. An article may speak about blame, and its author about themselves.
pub fn read(subject: &Subject<'_>, index: usize, found: &[(Range<usize>, usize)], hits: &mut Vec<Hit>) {
    let passage = subject.prose.passage(index);
    if !subject.is_of_incident() || passage.is_quoted() || passage.is_heading() {
        return;
    }
    let table = table();
    let text = passage.text();
    for (range, words) in found {
        let phrase = &table.data.phrase[table.words[*words].1];
        if stands_alone(text, range)
            && !passage.in_code(range)
            && phrase.goes_on(&text[range.end..])
            && (!phrase.person || clause::has_person(text, range.start))
            && !clause::is_quoted(text, range.start)
            && phrase.stays_itself(&text[clause::sentence(text, range.start)])
            && subject.is_english()
        {
            hits.push(Hit { rule: &phrase.rule, passage: index, range: range.clone() });
        }
    }
}

/// Returns the publication behind the phrases of a rule, for its page.
pub fn sources(rule: &str) -> Vec<&'static str> {
    let data = &table().data;
    let mut sources: Vec<&str> = data
        .phrase
        .iter()
        .filter(|phrase| phrase.rule == rule)
        .filter_map(|phrase| data.sources.get(&phrase.source).map(String::as_str))
        .collect();
    sources.dedup();
    sources
}

/// Returns whether no letter touches the phrase.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let letter = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    !text[..range.start].ends_with(letter) && !text[range.end..].starts_with(letter)
}

impl Phrase {
    /// Returns whether no word of the sentence gives the phrase another meaning.
    fn stays_itself(&self, sentence: &str) -> bool {
        let word = |word: &str| self.never_with.iter().any(|other| word.eq_ignore_ascii_case(other));
        self.never_with.is_empty() || !sentence.split(|c: char| !c.is_alphanumeric()).any(word)
    }

    /// Returns whether what follows is what must follow.
    fn goes_on(&self, rest: &str) -> bool {
        let rest = rest.trim_start();
        let next =
            rest.split(|c: char| !(c.is_alphanumeric() || c == '\'')).next().unwrap_or("").to_lowercase();
        let follows = match &self.then {
            None => true,
            Some(Then::Form(Form::Participle)) => is_participle(&next),
            Some(Then::Words(words)) => {
                let verb = words.iter().find(|words| {
                    rest.len() >= words.len()
                        && rest.is_char_boundary(words.len())
                        && rest[..words.len()].eq_ignore_ascii_case(words)
                        && !rest[words.len()..].starts_with(char::is_alphanumeric)
                });
                let Some(verb) = verb else { return false };
                let after = rest[verb.len()..].split_whitespace().next().unwrap_or("");
                !self.unless.iter().any(|word| after.eq_ignore_ascii_case(word))
            }
        };
        follows && !self.unless.contains(&next)
    }
}

/// Returns whether a word is a past participle: regular, or one of the usual others.
fn is_participle(word: &str) -> bool {
    const IRREGULAR: [&str; 44] = [
        "been",
        "caught",
        "known",
        "seen",
        "done",
        "made",
        "taken",
        "given",
        "thought",
        "told",
        "read",
        "run",
        "written",
        "had",
        "kept",
        "gone",
        "found",
        "built",
        "chosen",
        "begun",
        "brought",
        "bought",
        "foreseen",
        "understood",
        "spoken",
        "sent",
        "set",
        "put",
        "cut",
        "shut",
        "left",
        "held",
        "asked",
        "paid",
        "met",
        "led",
        "felt",
        "got",
        "gotten",
        "stood",
        "come",
        "become",
        "rolled",
        "said",
    ];
    // A team that "could have been" is not yet blamed, and "should have been" is often said of what was done to it.
    word != "been" && (word.len() > 4 && word.ends_with("ed") || IRREGULAR.contains(&word))
        || matches!(word, "also" | "never" | "at")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::named;

    #[test]
    fn every_phrase_has_its_rule_and_its_source() {
        for phrase in &table().data.phrase {
            assert!(named(&phrase.rule).is_some(), "{}", phrase.rule);
            assert!(table().data.sources.contains_key(&phrase.source), "{}", phrase.source);
            for words in phrase.words.iter().chain(&phrase.unless) {
                assert_eq!(*words, words.to_lowercase());
            }
        }
        assert!(sources("hindsight").len() == 2);
    }
}
