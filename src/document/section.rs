//! Which headings mean what: a table of spellings in eight languages, kept as data.
//!
//! Comes in: the words of a heading. Goes out: the [`Canonical`] section they name. Knows nothing of documents.

use crate::config::Config;
use foldhash::fast::FixedState;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a section of a postmortem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Canonical {
    /// What happened, in short.
    Summary,
    /// Who and what was affected, and how badly.
    Impact,
    /// How it was noticed.
    Detection,
    /// What set it off.
    Trigger,
    /// Contributing factors; headings that say "root cause" are understood as these.
    Factors,
    /// What happened when.
    Timeline,
    /// What people did.
    Response,
    /// What ended it.
    Resolution,
    /// What is worth remembering.
    Lessons,
    /// What went well.
    WentWell,
    /// What went wrong.
    WentWrong,
    /// Where luck helped.
    Lucky,
    /// Follow-ups.
    Actions,
    /// Links, sources, appendices.
    References,
}

impl Canonical {
    /// All of them, in the order in which a page would tell them.
    pub const ALL: [Canonical; 14] = [
        Canonical::Summary,
        Canonical::Impact,
        Canonical::Detection,
        Canonical::Trigger,
        Canonical::Factors,
        Canonical::Timeline,
        Canonical::Response,
        Canonical::Resolution,
        Canonical::Lessons,
        Canonical::WentWell,
        Canonical::WentWrong,
        Canonical::Lucky,
        Canonical::Actions,
        Canonical::References,
    ];

    /// Returns the word used in settings, `export` and templates.
    pub fn name(self) -> &'static str {
        match self {
            Canonical::Summary => "summary",
            Canonical::Impact => "impact",
            Canonical::Detection => "detection",
            Canonical::Trigger => "trigger",
            Canonical::Factors => "factors",
            Canonical::Timeline => "timeline",
            Canonical::Response => "response",
            Canonical::Resolution => "resolution",
            Canonical::Lessons => "lessons",
            Canonical::WentWell => "went-well",
            Canonical::WentWrong => "went-wrong",
            Canonical::Lucky => "lucky",
            Canonical::Actions => "actions",
            Canonical::References => "references",
        }
    }

    /// Returns the section of that name.
    pub fn named(name: &str) -> Option<Canonical> {
        Canonical::ALL.into_iter().find(|canonical| canonical.name() == name)
    }
}

/// The table of spellings: ours and the site's own.
#[derive(Clone, Debug)]
pub struct Spellings {
    exact: HashMap<String, Canonical, FixedState>,
    /// Words before and after the star, in the order of the data.
    patterns: Vec<(String, String, Canonical)>,
}

impl Spellings {
    /// Returns our table with the spellings that the site adds; those win.
    pub fn new(config: &Config) -> Spellings {
        let mut spellings = built_in().clone();
        let mut own = Vec::new();
        for (name, list) in &config.sections {
            let Some(canonical) = Canonical::named(&name.to_lowercase()) else { continue };
            for spelling in list {
                match spelling.split_once('*') {
                    Some((before, after)) => own.push((normalise(before), normalise(after), canonical)),
                    None => {
                        spellings.exact.insert(normalise(spelling), canonical);
                    }
                }
            }
        }
        own.append(&mut spellings.patterns);
        spellings.patterns = own;
        spellings
    }

    /// Returns the section that the words of a heading name.
    pub fn find(&self, heading: &str) -> Option<Canonical> {
        if heading.len() > 160 {
            return None;
        }
        let whole = normalise(heading);
        if let Some(canonical) = self.exact.get(&whole) {
            return Some(*canonical);
        }
        let bare = without_parenthesis(&whole);
        if bare != whole
            && let Some(canonical) = self.exact.get(bare)
        {
            return Some(*canonical);
        }
        // "Timeline (all times PST) 05/26 – 05/27": what stands before the bracket is the name.
        if let Some((before, _)) = whole.split_once('(')
            && let Some(canonical) = self.exact.get(before.trim_end_matches([' ', ':', '-', '–', '—']))
        {
            return Some(*canonical);
        }
        // "Impact: checkout was down"; under other names a heading may be one action or one lesson.
        if let Some((before, _)) = whole.split_once([':', '–', '—'])
            && let Some(canonical) = self.exact.get(before.trim_end())
            && matches!(
                canonical,
                Canonical::Timeline | Canonical::Impact | Canonical::Factors | Canonical::Detection
            )
        {
            return Some(*canonical);
        }
        // A long heading that merely holds such a word is a sentence, not the name of a section.
        if bare.split(' ').count() > 7 {
            return None;
        }
        self.patterns
            .iter()
            .find(|(before, after, _)| matches(bare, before, after))
            .map(|(_, _, canonical)| *canonical)
            // "What went well and what went wrong" is neither, and "Follow-up questions" are no work.
            .filter(|canonical| *canonical != Canonical::Actions || !bare.contains("question"))
            .filter(|canonical| {
                *canonical != Canonical::WentWell
                    || !["wrong", "poorly", "badly", "not ", "n't", "improve"]
                        .iter()
                        .any(|word| bare.contains(word))
            })
    }

    /// Returns the section that the words name exactly, as labels and bold lines must.
    pub fn find_exact(&self, label: &str) -> Option<Canonical> {
        if label.len() > 100 {
            return None;
        }
        let whole = normalise(label);
        self.exact.get(&whole).or_else(|| self.exact.get(without_parenthesis(&whole))).copied()
    }
}

/// Returns whether words stand before and after the star; a script without spaces needs none between them.
fn matches(text: &str, before: &str, after: &str) -> bool {
    // Every pattern is asked of every heading that has a name of its own: nearly always one letter says no.
    let (first, last) = (before.as_bytes().first(), after.as_bytes().last());
    if first.is_some() && first != text.as_bytes().first() || last.is_some() && last != text.as_bytes().last()
    {
        return false;
    }
    let spaced = |word: &str| word.is_ascii() || word.chars().all(|c| (c as u32) < 0x2E80);
    let starts = before.is_empty()
        || text.strip_prefix(before).is_some_and(|rest| {
            !rest.is_empty()
                && (!spaced(before) || rest.starts_with([' ', ':', ',', '-', '/', '(', '–', '—']))
        });
    let ends = after.is_empty()
        || text
            .strip_suffix(after)
            .is_some_and(|rest| !rest.is_empty() && (!spaced(after) || rest.ends_with([' ', ':', '-', '/'])));
    starts && ends && text.len() > before.len() + after.len()
}

/// Returns the words of a heading in the form in which they are compared.
///
/// Lower case, one kind of apostrophe, no `:shortcode:`, no emoji, no numbering (`1.`, `2.3)`, `IV.`, `#`), no
/// punctuation at either end.
pub fn normalise(heading: &str) -> String {
    if is_plain(heading) {
        let text = heading.to_ascii_lowercase();
        let words = without_numbering(&text);
        return if words.len() == text.len() { text } else { words.to_owned() };
    }
    let mut text = String::with_capacity(heading.len());
    // White space is written before the next word, so that there is none at the ends and never two of it.
    let mut gap = false;
    let mut push = |c: char, gap: &mut bool| {
        if std::mem::take(gap) && !text.is_empty() {
            text.push(' ');
        }
        text.push(c);
    };
    let mut chars = heading.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_ascii_alphanumeric() => push(c.to_ascii_lowercase(), &mut gap),
            ':' => match shortcode(chars.as_str()) {
                Some(rest) => {
                    chars = rest.chars();
                    gap = true;
                }
                None => push(':', &mut gap),
            },
            '`' | '’' | '‘' | '´' => push('\'', &mut gap),
            '¿' | '¡' => {}
            '（' => {
                gap = true;
                push('(', &mut gap);
            }
            '）' => push(')', &mut gap),
            '：' => push(':', &mut gap),
            '&' | '＆' => {
                gap = true;
                "and".chars().for_each(|c| push(c, &mut gap));
                gap = true;
            }
            '*' | '_' | '#' => gap = true,
            c if c.is_whitespace() || is_symbol(c) => gap = true,
            c if c.is_ascii() => push(c.to_ascii_lowercase(), &mut gap),
            c => c.to_lowercase().for_each(|c| push(c, &mut gap)),
        }
    }
    let words = without_numbering(&text).trim_matches(|c: char| {
        matches!(
            c,
            ':' | '.'
                | '-'
                | '–'
                | '—'
                | '!'
                | '?'
                | '：'
                | '？'
                | '。'
                | '、'
                | '…'
                | '"'
                | '“'
                | '”'
                | '['
                | ']'
                | '>'
                | '|'
                | '='
                | ','
                | ';'
                | ' '
        )
    });
    if words.len() == text.len() { text } else { words.to_owned() }
}

/// Returns whether words are letters and digits of ASCII with one space between them, as most headings and labels are: nothing in
/// them is written otherwise but capitals.
fn is_plain(words: &str) -> bool {
    let mut before = b' ';
    let is_plain = words.bytes().all(|byte| {
        let before = std::mem::replace(&mut before, byte);
        byte.is_ascii_alphanumeric() || byte == b' ' && before != b' '
    });
    is_plain && before != b' '
}

/// Returns what stands behind numbers such as `1.` and `IV)`.
fn without_numbering(mut words: &str) -> &str {
    while let Some((first, rest)) = words.split_once(' ')
        && is_numbering(first)
    {
        words = rest;
    }
    words
}

/// Returns what follows a `:shortcode:`, of which `rest` is all behind its first colon.
fn shortcode(rest: &str) -> Option<&str> {
    let name = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'+');
    let length = rest.bytes().take_while(name).count();
    let named = rest[..length].bytes().any(|b| b.is_ascii_lowercase());
    rest[length..].strip_prefix(':').filter(|_| named)
}

/// Returns whether a word is only the number of a heading.
fn is_numbering(word: &str) -> bool {
    if let Some(bare) = word.strip_suffix(['.', ')', ':', '、', '．']) {
        let digits = bare
            .trim_start_matches('(')
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        let roman =
            !bare.is_empty() && bare.len() <= 4 && bare.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
        let letter = bare.len() == 1 && bare.bytes().all(|b| b.is_ascii_lowercase());
        return digits || roman || letter;
    }
    word.contains('.')
        && word.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        || word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit())
        || matches!(word, "-" | "–" | "—")
}

/// Returns whether a character is an emoji or another picture.
fn is_symbol(c: char) -> bool {
    matches!(c as u32,
        0x2190..=0x21FF | 0x2300..=0x23FF | 0x2460..=0x24FF | 0x25A0..=0x27BF | 0x2900..=0x297F | 0x2B00..=0x2BFF
        | 0xFE00..=0xFE0F | 0x200D | 0x20E3 | 0x1F000..=0x1FAFF | 0xE0020..=0xE007F)
}

/// Returns the words without a parenthesis at their end.
fn without_parenthesis(text: &str) -> &str {
    if !text.ends_with(')') {
        return text;
    }
    match text.rfind('(') {
        Some(at) if at > 0 => text[..at].trim_end_matches([' ', ':', '-']),
        _ => text,
    }
}

fn built_in() -> &'static Spellings {
    static TABLE: OnceLock<Spellings> = OnceLock::new();
    TABLE.get_or_init(|| {
        // The order of the sections decides between patterns, and a map would sort them.
        let data: toml::Table = toml::from_str(include_str!("sections.toml")).expect("a test reads the data");
        let mut exact = HashMap::default();
        let mut patterns = Vec::new();
        for name in ORDER {
            let Some(canonical) = Canonical::named(name) else { continue };
            let languages: BTreeMap<String, Vec<String>> =
                data[name].clone().try_into().expect("a test reads the data");
            for spelling in languages.values().flatten() {
                match spelling.split_once('*') {
                    Some((before, after)) => {
                        patterns.push((before.trim().to_owned(), after.trim().to_owned(), canonical));
                    }
                    None => {
                        exact.entry(normalise(spelling)).or_insert(canonical);
                    }
                }
            }
        }
        Spellings { exact, patterns }
    })
}

/// The sections in the order of the data, which is the order in which patterns are tried.
const ORDER: [&str; 14] = [
    "went-well",
    "went-wrong",
    "lucky",
    "timeline",
    "actions",
    "lessons",
    "impact",
    "detection",
    "trigger",
    "factors",
    "response",
    "resolution",
    "summary",
    "references",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn find(heading: &str) -> Option<&'static str> {
        Spellings::new(&Config::default()).find(heading).map(Canonical::name)
    }

    #[test]
    fn headings_as_people_write_them() {
        for (heading, expected) in [
            ("Timeline", "timeline"),
            ("2. Timeline (all times UTC)", "timeline"),
            (":warning: Leadup", "trigger"),
            ("⏱ Timeline of events", "timeline"),
            ("Root Cause(s)", "factors"),
            ("What went well?", "went-well"),
            ("What Went Well / Keep", "went-well"),
            ("Where we got lucky 🍀", "lucky"),
            ("Lessons learnt", "lessons"),
            ("Corrective Actions with Owners", "actions"),
            ("Root cause of the outage", "factors"),
            ("5. Five Why's", "factors"),
            ("タイムライン", "timeline"),
            ("緩和（Mitigate）", "response"),
            ("Enseignements", "lessons"),
            ("Maßnahmen", "actions"),
            ("Línea de tiempo", "timeline"),
            ("Lições aprendidas", "lessons"),
            ("根因分析", "factors"),
            ("영향 범위", "impact"),
        ] {
            assert_eq!(find(heading), Some(expected), "{heading}");
        }
    }

    #[test]
    fn other_headings_are_nobodys() {
        for heading in [
            "Thanks",
            "Attendees",
            "BinderHub",
            "We kept a timeline of everything that people said that day",
            "Stats",
        ] {
            assert_eq!(find(heading), None, "{heading}");
        }
    }

    #[test]
    fn the_data_covers_every_section_in_every_language() {
        let data: toml::Table = toml::from_str(include_str!("sections.toml")).unwrap();
        assert_eq!(data.len(), ORDER.len());
        for canonical in Canonical::ALL {
            let languages: BTreeMap<String, Vec<String>> = data[canonical.name()].clone().try_into().unwrap();
            assert_eq!(
                languages.keys().collect::<Vec<_>>(),
                ["de", "en", "es", "fr", "ja", "ko", "pt", "zh"]
            );
            assert!(ORDER.contains(&canonical.name()));
        }
    }

    #[test]
    fn the_settings_know_the_same_sections() {
        assert_eq!(Canonical::ALL.map(Canonical::name), crate::config::SECTIONS);
    }

    #[test]
    fn a_site_adds_its_own() {
        let mut config = Config::default();
        config.sections.insert("impact".to_owned(), vec!["Wen hat es getroffen".to_owned()]);
        assert_eq!(Spellings::new(&config).find("Wen hat es getroffen?"), Some(Canonical::Impact));
    }

    #[test]
    fn brackets_colons_and_signs_around_the_name() {
        for (heading, expected) in [
            ("Timeline (all times PST) 05/26 - 05/27. Approximate", Some("timeline")),
            ("Impact: checkout was down", Some("impact")),
            ("Action: restart the proxy", None),
            (":x: What went badly", Some("went-wrong")),
            ("¿Qué salió mal?", Some("went-wrong")),
            ("Key learnings & takeaways", Some("lessons")),
            ("What went well / what went wrong", None),
            ("Remediation and follow-up steps", Some("actions")),
            ("How are we making incidents like this less likely or less impactful?", Some("actions")),
            ("What went wrong and why?", Some("factors")),
            ("Required Follow-Up", Some("actions")),
            ("Follow-up questions", None),
            ("What could we do better next time?", Some("went-wrong")),
            ("背景", Some("summary")),
        ] {
            assert_eq!(find(heading), expected, "{heading}");
        }
    }
}
