//! Links to elsewhere that are dead.
//!
//! Comes in: documents, and what was heard of addresses. Goes out: which addresses to ask, and findings. Asks nobody itself:
//! `cli` does, and only with `--external`.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::knowledge::Knowledge;
use chrono::NaiveDate;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// A link to elsewhere is dead.
pub static RULE: Rule = Rule {
    name: "dead-link",
    level: Level::Warning,
    about: "a link to elsewhere is dead; looked for with `--external` alone",
};

/// The name of the file in ROOT that remembers which addresses answered.
pub const CACHE: &str = ".afterword.links.json";

/// How many days an address that answered is not asked again.
const FRESH: i64 = 7;

/// What was heard of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is there.
    Alive,
    /// It is not: why.
    Dead(String),
    /// Nobody can say: it wants a password, is too busy, or did not answer in time.
    Unknown,
}

/// The addresses that answered, and when.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Cache {
    version: u32,
    alive: BTreeMap<String, NaiveDate>,
}

impl Cache {
    /// Reads the file; one that cannot be understood remembers nothing.
    pub fn parse(text: &str) -> Cache {
        serde_json::from_str(text).ok().filter(|cache: &Cache| cache.version == 1).unwrap_or_default()
    }

    /// Returns the file, an address a line, without those that are too old to count.
    pub fn text(&self, today: NaiveDate) -> String {
        let mut cache = Cache { version: 1, alive: self.alive.clone() };
        cache.alive.retain(|_, day| is_fresh(*day, today));
        serde_json::to_string_pretty(&cache).expect("addresses and days are JSON") + "\n"
    }

    /// Remembers the addresses that answered today.
    pub fn remember(&mut self, answers: &BTreeMap<String, Answer>, today: NaiveDate) {
        let alive = answers.iter().filter(|(_, answer)| **answer == Answer::Alive);
        self.alive.extend(alive.map(|(url, _)| (url.clone(), today)));
    }

    /// Returns whether an address answered lately.
    fn knows(&self, url: &str, today: NaiveDate) -> bool {
        self.alive.get(url).is_some_and(|day| is_fresh(*day, today))
    }
}

fn is_fresh(day: NaiveDate, today: NaiveDate) -> bool {
    (0..FRESH).contains(&(today - day).num_days())
}

/// Returns the addresses that are to be asked, by their hosts, each once.
pub fn to_ask(knowledge: &Knowledge, cache: &Cache, today: NaiveDate) -> BTreeMap<String, Vec<String>> {
    let mut hosts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for document in &knowledge.documents {
        for link in &document.links {
            let Some((host, url)) = address(&link.target) else { continue };
            let urls = hosts.entry(host).or_default();
            if !cache.knows(&url, today) && !urls.contains(&url) {
                urls.push(url);
            }
        }
    }
    hosts.retain(|_, urls| !urls.is_empty());
    hosts
}

/// Returns host and address of a link to the web, without the place in its page; `None` for hosts that are reserved for
/// examples (RFC 2606), and for what no program could be given as it is.
fn address(target: &str) -> Option<(String, String)> {
    let url = target.split('#').next()?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.split(['/', '?']).next()?.to_ascii_lowercase();
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    let top = name.rsplit('.').next()?;
    let reserved = ["example", "test", "invalid"].contains(&top)
        || ["example.com", "example.net", "example.org"]
            .iter()
            .any(|domain| name == *domain || name.ends_with(&format!(".{domain}")));
    let plain =
        url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'<' | b'>'));
    (!reserved && plain && !name.is_empty() && !host.contains('@')).then(|| (host, url.to_owned()))
}

/// Finds the links whose addresses are dead.
pub fn findings(knowledge: &Knowledge, answers: &BTreeMap<String, Answer>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in &knowledge.documents {
        for link in &document.links {
            let Some((_, url)) = address(&link.target) else { continue };
            if let Some(Answer::Dead(why)) = answers.get(&url) {
                let place = Place::span(&document.file, &document.text, link.span.clone());
                let shown = crate::document::title::cut(&url, 80);
                findings.push(
                    Finding::new(&RULE, place, format!("`{shown}` is dead: {why}"))
                        .help("link an archived copy, and quote what matters"),
                );
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_plain_and_no_example() {
        for (target, url) in [
            ("https://shop.dev/a?b#c", Some("https://shop.dev/a?b")),
            ("http://127.0.0.1:8080/", Some("http://127.0.0.1:8080/")),
            ("https://www.example.com/a", None),
            ("https://shop.test/", None),
            ("mailto:jo@shop.dev", None),
            ("https://shop.dev/\"\nurl=file:///etc/passwd", None),
            ("https://jo:secret@shop.dev/", None),
        ] {
            assert_eq!(address(target).map(|(_, url)| url).as_deref(), url, "{target}");
        }
    }

    #[test]
    fn an_answer_counts_for_a_week() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 1, day).expect("a day");
        let mut cache = Cache::default();
        let answers = BTreeMap::from([
            ("https://a.dev/".to_owned(), Answer::Alive),
            ("https://b.dev/".to_owned(), Answer::Unknown),
        ]);
        cache.remember(&answers, day(1));
        let cache = Cache::parse(&cache.text(day(1)));
        assert!(cache.knows("https://a.dev/", day(7)) && !cache.knows("https://a.dev/", day(8)));
        assert!(!cache.knows("https://b.dev/", day(1)));
        assert!(!Cache::parse(&cache.text(day(9))).knows("https://a.dev/", day(2)));
    }
}
