//! The settings of a site, parsed from the text of `afterword.toml`.
//!
//! Comes in: text. Goes out: [`Config`], with every default filled in, and findings. Never reads a file: `source` does.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::diagnostic::did_you_mean;
use chrono_tz::Tz;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The settings file cannot be understood.
pub static BROKEN_SETTINGS: Rule = Rule {
    name: "broken-settings",
    level: Level::Error,
    about: "`afterword.toml` cannot be read as the settings of a site",
};

/// The settings ask for cards, and this program cannot draw.
pub static UNDRAWN_CARDS: Rule = Rule {
    name: "undrawn-cards",
    level: Level::Warning,
    about: "`cards` asks for pictures that a program built without the feature `cards` cannot draw",
};

/// The name of the settings file in ROOT.
pub const FILE: &str = "afterword.toml";

/// The name of the file that marks a folder as our output.
pub const OUTPUT_MARKER: &str = ".afterword";

/// The settings of a site. Every field has a default, so a folder without settings is a site too.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The name of the site.
    pub title: String,
    /// One sentence under the title.
    pub description: String,
    /// The absolute address at which the site is published, ending in `/`; without it the site opens from a folder.
    pub base_url: Option<String>,
    /// The language of the interface and of documents that do not say, as a BCP 47 tag.
    pub language: String,
    /// The zone of times that name none, as an IANA name.
    pub timezone: Timezone,
    /// The folder with the documents, relative to ROOT.
    pub content: String,
    /// The folder of the site's own templates and styles, relative to ROOT.
    pub theme: Option<String>,
    /// The repository's web address, for "edit this page" links, such as `https://github.com/example/postmortems`.
    pub repository: Option<String>,
    /// The branch that "edit this page" links lead to.
    pub branch: String,
    /// Globs of paths in the content folder that are left out.
    pub exclude: Vec<String>,
    /// Further file name endings that are Markdown, without the leading dot, such as `txt`.
    pub extensions: Vec<String>,
    /// Hosts from which pages may show images, such as `img.example.com`.
    pub image_hosts: Vec<String>,
    /// Rank of severities by their own words: `critical = 1`, 1 being the worst and 5 a near miss.
    pub severity: BTreeMap<String, u8>,
    /// Further spellings of section headings, by canonical name: `impact = ["Blast radius"]`.
    pub sections: BTreeMap<String, Vec<String>>,
    /// What is known of each service, by its name.
    pub services: BTreeMap<String, Service>,
    /// Checkouts of other repositories on this machine, by name; paths are relative to ROOT: `pay = "../pay"`.
    pub repositories: BTreeMap<String, String>,
    /// Whether code blocks are coloured.
    pub highlight: bool,
    /// Whether incidents and lessons have pictures for link previews.
    pub cards: bool,
    /// Fonts for scripts that ours lack on these pictures, relative to ROOT: `fonts/NotoSansJP-Regular.otf`.
    pub card_fonts: Vec<String>,
    /// How the search of the site behaves.
    pub search: Search,
    /// How bad `check` finds what.
    pub check: Check,
}

/// The levels of rules, where they are not their own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Check {
    /// By globs of paths in the content folder; where several match, the longest counts.
    pub paths: BTreeMap<String, BTreeMap<String, Setting>>,
    /// By the rules' names.
    #[serde(flatten)]
    pub rules: BTreeMap<String, Setting>,
}

/// What the settings say of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Setting {
    /// It is not applied.
    Off,
    /// It is applied at its own level.
    On,
    /// Its findings are notes.
    Note,
    /// Its findings are warnings.
    Warning,
    /// Its findings are errors.
    Error,
}

/// What the settings say of search.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    /// Groups of words that mean the same here, beside those that every site has.
    pub synonyms: Vec<Vec<String>>,
}

/// What the settings say of a service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// What it does, in a sentence.
    pub description: String,
    /// Other names by which documents call it.
    pub aliases: Vec<String>,
    /// The team that owns it.
    pub team: Option<String>,
    /// Whom to call: a channel, an address, a rota.
    pub contact: Option<String>,
    /// When to call somebody else, and whom, in a sentence.
    pub escalation: String,
    /// Addresses of runbooks.
    pub runbooks: Vec<String>,
    /// Names of services that it needs.
    pub depends_on: Vec<String>,
    /// Globs of the paths that belong to it.
    pub paths: Vec<String>,
}

/// An IANA time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timezone(pub Tz);

impl<'de> Deserialize<'de> for Timezone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map(Timezone).map_err(|_| {
            serde::de::Error::custom(format!(
                "unknown time zone `{name}`, expected an IANA name such as `Europe/Berlin`"
            ))
        })
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            title: "Lessons learned".to_owned(),
            description: String::new(),
            base_url: None,
            language: "en".to_owned(),
            timezone: Timezone(Tz::UTC),
            content: "content".to_owned(),
            theme: None,
            repository: None,
            branch: "main".to_owned(),
            exclude: Vec::new(),
            extensions: Vec::new(),
            image_hosts: Vec::new(),
            severity: BTreeMap::new(),
            sections: BTreeMap::new(),
            services: BTreeMap::new(),
            repositories: BTreeMap::new(),
            highlight: true,
            cards: false,
            card_fonts: Vec::new(),
            check: Check::default(),
            search: Search::default(),
        }
    }
}

/// Reads settings; what cannot be understood is a finding, and the defaults stand in for it.
pub fn parse(text: &str) -> (Config, Vec<Finding>) {
    match toml::from_str::<Config>(text) {
        Ok(mut config) => {
            let mut findings = Vec::new();
            config.check(text, &mut findings);
            (config, findings)
        }
        Err(error) => {
            let place = match error.span() {
                Some(span) => Place::span(FILE, text, span),
                None => Place::file(FILE),
            };
            let message = error.message().trim_end_matches('\n').to_owned();
            let mut finding = Finding::new(&BROKEN_SETTINGS, place, message.clone());
            if let Some(near) = unknown_field(&message) {
                finding = finding.help(format!("did you mean `{near}`?"));
            }
            (Config::default(), vec![finding])
        }
    }
}

impl Config {
    /// Normalises what has more than one spelling and reports what no site can honour.
    fn check(&mut self, text: &str, findings: &mut Vec<Finding>) {
        if self.cards && !cfg!(feature = "cards") {
            let setting = text
                .match_indices("cards")
                .find(|(at, _)| matches!(text[..*at].chars().last(), None | Some('\n')));
            let place = match setting {
                Some((at, word)) => Place::span(FILE, text, at..at + word.len()),
                None => Place::file(FILE),
            };
            findings.push(
                Finding::new(&UNDRAWN_CARDS, place, "this program cannot draw cards, so pages have none")
                    .help("build one that can: `cargo install --locked --path . --profile dist --features cards`"),
            );
        }
        let mut broken = |value: &str, message: String, help: &str| {
            let place = match text.find(value) {
                Some(at) if !value.is_empty() => Place::span(FILE, text, at..at + value.len()),
                _ => Place::file(FILE),
            };
            findings.push(Finding::new(&BROKEN_SETTINGS, place, message).help(help));
        };
        if let Some(url) = self.base_url.as_mut() {
            if !(url.starts_with("https://") || url.starts_with("http://")) {
                broken(url, format!("`base_url` `{url}` is no web address"), "begin it with `https://`");
            }
            if !url.ends_with('/') {
                url.push('/');
            }
        }
        if let Some(repository) = self.repository.as_mut() {
            *repository = repository.trim_end_matches('/').trim_end_matches(".git").to_owned();
        }
        let folders = [("content", Some(&self.content)), ("theme", self.theme.as_ref())];
        let fonts = self.card_fonts.iter().map(|font| ("card_fonts", Some(font)));
        for (what, folder) in folders.into_iter().chain(fonts) {
            let Some(folder) = folder else { continue };
            let outside = std::path::Path::new(folder)
                .components()
                .any(|part| !matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir));
            if outside {
                broken(
                    folder,
                    format!("`{what}` `{folder}` leads out of the site's folder"),
                    "name one below the folder with `afterword.toml`",
                );
            }
        }
        for (word, rank) in &self.severity {
            if !(1..=5).contains(rank) {
                broken(
                    word,
                    format!("severity `{word}` has rank {rank}"),
                    "1 is the worst, 4 the least, 5 a near miss",
                );
            }
        }
        for name in self.sections.keys().filter(|name| !SECTIONS.contains(&name.to_lowercase().as_str())) {
            let help = match did_you_mean(name, SECTIONS.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the sections are {}", SECTIONS.join(", ")),
            };
            broken(name, format!("there is no section `{name}`"), &help);
        }
        self.severity = std::mem::take(&mut self.severity)
            .into_iter()
            .map(|(word, rank)| (word.to_lowercase(), rank))
            .collect();
    }
}

/// The sections whose spellings a site can add to.
pub const SECTIONS: [&str; 14] = [
    "summary",
    "impact",
    "detection",
    "trigger",
    "factors",
    "timeline",
    "response",
    "resolution",
    "lessons",
    "went-well",
    "went-wrong",
    "lucky",
    "actions",
    "references",
];

/// Returns the known field nearest to the unknown one that a message of `serde` names.
fn unknown_field(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field ")?;
    let mut names = rest.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    did_you_mean(unknown, names).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_a_site() {
        let (config, findings) = parse("");
        assert!(findings.is_empty());
        assert_eq!(config.content, "content");
        assert_eq!(config.timezone.0, Tz::UTC);
    }

    #[test]
    fn an_unknown_setting_has_a_place_and_a_suggestion() {
        let (_, findings) = parse("title = 'A'\nbase_ur = 'x'\n");
        assert_eq!((findings[0].place.line, findings[0].place.column), (2, 1));
        assert_eq!(findings[0].help.as_deref(), Some("did you mean `base_url`?"));
    }

    #[cfg(not(feature = "cards"))]
    #[test]
    fn cards_that_cannot_be_drawn_are_told_of() {
        let (config, findings) = parse("title = 'Our cards'\ncards = true\n");
        assert!(config.cards);
        let finding = &findings[0];
        assert_eq!((finding.rule.name, finding.place.line, finding.place.column), ("undrawn-cards", 2, 1));
        assert!(finding.help.as_ref().is_some_and(|help| help.contains("--features cards")));
        assert!(parse("title = 'Our cards'\ncards = false\n").1.is_empty());
    }

    #[test]
    fn a_font_outside_is_refused() {
        let (_, findings) = parse("card_fonts = ['/usr/share/fonts/a.ttf']\n");
        assert_eq!((findings[0].rule.name, findings[0].place.line), ("broken-settings", 1));
    }

    #[test]
    fn a_folder_outside_is_refused() {
        let (_, findings) = parse("content = '../elsewhere'\n");
        assert_eq!(findings[0].rule.name, "broken-settings");
        assert_eq!(findings[0].place.line, 1);
    }

    #[test]
    fn a_section_that_does_not_exist_is_told_of() {
        let (_, findings) = parse("[sections]\nimpct = ['Blast']\n");
        assert_eq!(findings[0].help.as_deref(), Some("did you mean `impact`?"));
    }

    #[test]
    fn a_base_url_ends_in_a_slash() {
        let (config, _) = parse("base_url = 'https://example.com/kb'\n");
        assert_eq!(config.base_url.as_deref(), Some("https://example.com/kb/"));
    }
}
