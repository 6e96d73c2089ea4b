//! Files that are no documents of their own: readmes, changelogs, templates, indexes.
//!
//! Comes in: the path, title and parts of a document. Goes out: why it is set aside, if it is. Set aside means said,
//! listed in `export`, still on the site, and out of lists and trends; in doubt a document stays.

use crate::document::block::Block;
use crate::document::block::BlockKind;
use crate::document::block::InlineLink;
use crate::document::lesson::each_inline;
use crate::document::outline::Part;
use aho_corasick::AhoCorasick;
use aho_corasick::AhoCorasickKind;
use std::fmt;
use std::sync::OnceLock;

/// Why a file is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aside {
    /// A README.
    Readme,
    /// A CHANGELOG, a licence, a guide for contributors.
    Housekeeping,
    /// A template: placeholders instead of words.
    Template,
    /// A list of other documents.
    Index,
}

impl fmt::Display for Aside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Aside::Readme => "a readme",
            Aside::Housekeeping => "housekeeping of the repository",
            Aside::Template => "a template",
            Aside::Index => "an index of other documents",
        })
    }
}

/// What is known of a document when it is asked whether it stands aside.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Its path in the content folder.
    pub path: &'a str,
    /// Whether a real date was found in front matter, path, title or a label.
    pub dated: bool,
    /// How many timeline entries with a time were read.
    pub times: usize,
    /// The document's parts.
    pub root: &'a Part<'a>,
    /// Its blocks.
    pub blocks: &'a [Block],
}

/// Returns why a document is set aside, if it is.
pub fn reason(evidence: &Evidence<'_>) -> Option<Aside> {
    let name = evidence.path.rsplit('/').next().unwrap_or(evidence.path);
    let stem = name.split('.').next().unwrap_or(name).to_lowercase().replace(['_', ' '], "-");
    match stem.as_str() {
        "readme" => return Some(Aside::Readme),
        "changelog"
        | "contributing"
        | "license"
        | "licence"
        | "code-of-conduct"
        | "codeowners"
        | "pull-request-template"
        | "issue-template" => return Some(Aside::Housekeeping),
        // mdBook's table of contents is called SUMMARY; a summary in lower case may be anybody's.
        "summary" | "security" | "support" | "authors" | "maintainers" | "governance" | "notice"
        | "agents" | "claude" | "gemini"
            if !name.split('.').next().unwrap_or(name).chars().any(char::is_lowercase) =>
        {
            return Some(Aside::Housekeeping);
        }
        _ => {}
    }
    let named_template =
        stem.split('-').any(|word| matches!(word, "template" | "tmpl" | "skeleton" | "boilerplate"))
            || stem.contains("yyyy")
            || stem.starts_with("template");
    // Counting every word costs as much as reading the document. What has a timeline is no index, and what has a date
    // or a timeline as well is no template unless it is called one.
    let is_index = matches!(stem.as_str(), "index" | "-index");
    if !named_template && !is_index {
        if evidence.times > 0 && (evidence.dated || evidence.times > 1) {
            return None;
        }
        // What has a date may only be an index, and an index links to others.
        if evidence.dated && links_within(evidence.blocks) < FEWEST_LINKS {
            return None;
        }
    }
    let filling = Filling::of(evidence.blocks, evidence.root);
    // A postmortem about a template engine has a date and words; a template has neither.
    let hollow = filling.words < 60 || filling.placeholders * 12 >= filling.words;
    // A file that is called a template and nothing else is one, however lifelike its example.
    if matches!(
        stem.as_str(),
        "template" | "postmortem-template" | "post-mortem-template" | "incident-template"
    ) {
        return Some(Aside::Template);
    }
    if named_template
        && !(evidence.dated && evidence.times > 1)
        && (filling.placeholders > 0 || filling.empty > 0 || !evidence.dated)
    {
        return Some(Aside::Template);
    }
    if !evidence.dated
        && evidence.times < 2
        && filling.placeholders + filling.empty >= 4
        && (hollow || filling.empty >= 4)
    {
        return Some(Aside::Template);
    }
    if filling.links >= FEWEST_LINKS
        && filling.link_words * 10 >= filling.words * 6
        && evidence.times == 0
        && !filling.sections
    {
        return Some(Aside::Index);
    }
    // The page of a folder introduces what lies in it; a document that is a folder of its own tells of something.
    let introduces = !evidence.dated && evidence.times == 0 && !filling.sections && filling.words < 200;
    if stem == "-index" || stem == "index" && introduces {
        return Some(Aside::Index);
    }
    None
}

/// A list of fewer documents than this is no index.
const FEWEST_LINKS: usize = 3;

/// Returns how many links lead to other documents of the folder.
fn links_within(blocks: &[Block]) -> usize {
    let mut count = 0;
    each_inline(blocks, &mut |inline| count += inline.links.iter().filter(|link| is_within(link)).count());
    count
}

/// Returns whether a link leads to another document of the folder.
fn is_within(link: &InlineLink) -> bool {
    let elsewhere = link.target.contains("://")
        || link.target.starts_with(['#', '/'])
        || link.target.starts_with("mailto:");
    !link.image && !elsewhere
}

/// How much of a document is words.
#[derive(Default)]
struct Filling {
    words: usize,
    placeholders: usize,
    /// Named sections without a word in them.
    empty: usize,
    /// Links to other documents of the folder.
    links: usize,
    /// Words that are such links.
    link_words: usize,
    /// Whether it has sections that only a postmortem has.
    sections: bool,
}

impl Filling {
    fn of(blocks: &[Block], root: &Part<'_>) -> Filling {
        let mut filling = Filling::default();
        for block in blocks {
            filling.add(block);
        }
        root.walk(&mut |part, _| {
            let Some(canonical) = part.canonical else { return };
            use crate::document::section::Canonical;
            if part.parts.is_empty() {
                let text = part.text();
                if text.lines().all(|line| is_placeholder(line.trim())) {
                    filling.empty += 1;
                } else if !matches!(canonical, Canonical::References | Canonical::Summary) {
                    filling.sections = true;
                }
            }
        });
        filling
    }

    fn add(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Heading { text, .. } | BlockKind::Paragraph(text) => self.words_of(text),
            BlockKind::Table { head, rows } => {
                head.iter()
                    .chain(rows.iter().flat_map(|row| &row.cells))
                    .for_each(|cell| self.words_of(cell));
            }
            BlockKind::List { items, .. } => {
                items.iter().flat_map(|item| &item.blocks).for_each(|block| self.add(block));
            }
            BlockKind::Quote(blocks) | BlockKind::Footnote(blocks) => {
                blocks.iter().for_each(|block| self.add(block))
            }
            BlockKind::Definitions(list) => {
                list.iter().flat_map(|definition| &definition.blocks).for_each(|block| self.add(block));
            }
            BlockKind::Html(html) => self.placeholders += usize::from(is_prompt(html)),
            BlockKind::Code { .. } | BlockKind::Rule => {}
        }
    }

    fn words_of(&mut self, inline: &crate::document::block::Inline) {
        let text = inline.text.as_str();
        self.words += words(text);
        if is_placeholder(text.trim()) && !text.trim().is_empty() && text.trim() != "-" {
            self.placeholders += 1;
        } else {
            self.placeholders += holes(text);
        }
        for link in inline.links.iter().filter(|link| is_within(link)) {
            self.links += 1;
            self.link_words += words(&text[link.range.clone()]);
        }
    }
}

/// Returns how many words there are; a script without spaces counts two characters as one.
fn words(text: &str) -> usize {
    let spaced = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    let dense = text.chars().filter(|&c| (c as u32) >= 0x2E80).count() / 2;
    spaced + dense
}

/// Returns whether a comment tells a writer what to put here.
fn is_prompt(html: &str) -> bool {
    let lower = html.to_lowercase();
    lower.contains("<!--")
        && ["describe", "delete this", "replace ", "fill in", "todo", "your "]
            .iter()
            .any(|word| lower.contains(word))
}

/// Returns how many places a writer was meant to fill: `{{ name }}`, `<describe>`, `YYYY-MM-DD`, `HH:MM`, `[insert …]`.
fn holes(text: &str) -> usize {
    const HOLES: &[&str] = &[
        "{{",
        "yyyy",
        "hh:mm",
        "xx:xx",
        "mm/dd",
        "dd/mm",
        "[insert",
        "[your",
        "[name",
        "[describe",
        "[date",
        "[time",
        "lorem ipsum",
        "20xx",
    ];
    // Nearly all text has none, which one pass tells.
    static SIGNS: OnceLock<AhoCorasick> = OnceLock::new();
    let signs = SIGNS.get_or_init(|| {
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(HOLES.iter().chain(&["<"]))
            .expect("the words are few and short")
    });
    if !signs.is_match(text) {
        return 0;
    }
    let lower = text.to_lowercase();
    let mut count = HOLES.iter().map(|hole| lower.matches(hole).count()).sum::<usize>();
    for (at, _) in lower.match_indices('<') {
        let rest = &lower[at + 1..];
        if let Some(end) = rest.find('>')
            && end > 2
            && rest[..end].contains(' ')
            && rest[..end]
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/' | '\'' | ',' | '.'))
        {
            count += 1;
        }
    }
    count
}

/// Words that say that nothing was said yet, or that there is nothing, in lower case.
const PHRASES: &[&str] = &[
    "none",
    "n/a",
    "na",
    "nil",
    "nothing",
    "not applicable",
    "none yet",
    "no",
    "unknown",
    "to be determined",
    "to be defined",
    "to be done",
    "to be completed",
    "to be filled",
    "to be added",
    "wip",
    "pending",
    "lorem ipsum",
    "nothing to report",
    "nothing noted",
    "none identified",
    "not known",
    "....",
    "yyyy-mm-dd",
    "hh:mm",
    "name",
    "item",
    "なし",
    "特になし",
    "無し",
    "該当なし",
    "未定",
    "未記入",
    "無",
    "无",
    "暂无",
    "待定",
    "待补充",
    "没有",
    "없음",
    "해당 없음",
    "미정",
    "keine",
    "keiner",
    "entfällt",
    "offen",
    "aucun",
    "aucune",
    "néant",
    "rien",
    "à compléter",
    "à définir",
    "ninguno",
    "ninguna",
    "nada",
    "por definir",
    "pendiente",
    "nenhum",
    "nenhuma",
    "a definir",
    "pendente",
];

/// The longest of them, in bytes.
const LONGEST_PHRASE: usize = 17;

/// Returns whether words stand where an answer was meant to stand: nothing, `-`, "None", "N/A", "TBD", `<describe …>`.
pub fn is_placeholder(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '.' | '-'
                    | '–'
                    | '—'
                    | '*'
                    | '_'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '!'
                    | '?'
                    | '…'
                    | '。'
                    | ':'
                    | '|'
                    | '・'
                    | 'ー'
                    | '`'
                    | '"'
            )
    });
    if bare.is_empty() {
        return true;
    }
    if bare.len() > 80 {
        return false;
    }
    if bare.starts_with('<') && bare.ends_with('>') || bare.starts_with("{{") && bare.ends_with("}}") {
        return true;
    }
    // Longer words are none of those below, unless they are all "x" or go on behind "TBD", "TODO" or "FIXME".
    if bare.len() > LONGEST_PHRASE && bare.is_ascii() && !bare.starts_with(['x', 'X', 't', 'T', 'f', 'F']) {
        return false;
    }
    let lower = bare.to_lowercase();
    if lower.chars().all(|c| c == 'x') {
        return true;
    }
    if ["tbd", "tbc", "todo", "fixme"].iter().any(|word| {
        // "TODO: write this" is an empty place, "TODO: add a limit to the queue" is work.
        lower.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with([':', ',']) && rest.split_whitespace().count() <= 3 && *word != "todo"
                || rest.starts_with(':') && rest.split_whitespace().count() <= 2
        })
    }) {
        return true;
    }
    PHRASES.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::block;
    use crate::document::outline;
    use crate::document::section::Spellings;

    fn check(path: &str, text: &str, dated: bool, times: usize) -> Option<Aside> {
        let blocks = block::parse(text);
        let root = outline::fold(&blocks, text.len(), &Spellings::new(&Config::default()));
        reason(&Evidence { path, dated, times, root: &root, blocks: &blocks })
    }

    #[test]
    fn housekeeping_is_known_by_its_name() {
        assert_eq!(check("docs/README.md", "# Postmortems\n", false, 0), Some(Aside::Readme));
        assert_eq!(check("CHANGELOG.md", "# Changes\n", false, 0), Some(Aside::Housekeeping));
        assert_eq!(check("AGENTS.md", "# How to work here\n", false, 0), Some(Aside::Housekeeping));
        assert_eq!(check("security.md", "# The security incident of May\n", false, 0), None);
        assert_eq!(
            check("template.md", "# Love lost\n\n## Date: July 1, 2020\n", true, 3),
            Some(Aside::Template)
        );
    }

    #[test]
    fn a_template_has_placeholders_and_a_report_about_one_has_words() {
        let template = "# Incident title\n\n## Summary\n\n## Timeline\n\n| Time | Event |\n|---|---|\n| HH:MM | What |\n\n## Lessons learned\n\n-\n";
        assert_eq!(check("PMyyyy-nnn - Template.md", template, false, 0), Some(Aside::Template));
        assert_eq!(
            check("new.md", &format!("{template}\n## Impact\n\nTBD\n"), false, 0),
            Some(Aside::Template)
        );
        let report = "# Template engine down\n\n## Summary\n\nThe template engine stopped rendering mail for two hours.\n";
        assert_eq!(check("2021-05-02-template-engine.md", report, true, 3), None);
    }

    #[test]
    fn an_index_only_lists_others() {
        let index = "# Reports\n\n- [Disk full](a.md)\n- [DNS gone](b.md)\n- [Certificates](c.md)\n";
        assert_eq!(check("index.md", index, false, 0), Some(Aside::Index));
        let landing = "# Post mortems\n\nHere we write down what went wrong, and what we learned from it.\n\n## Posts\n";
        assert_eq!(check("posts/index.md", landing, false, 0), Some(Aside::Index));
        assert_eq!(check("posts/_index.md", landing, true, 0), Some(Aside::Index));
        assert_eq!(
            check("disk-full/index.md", "# Disk full\n\n## Impact\n\nNobody could log in.\n", false, 0),
            None
        );
        assert_eq!(check("disk-full/index.md", "# Disk full\n\nNobody could log in.\n", true, 0), None);
        let report =
            "# Report\n\nSee [a](a.md), [b](b.md) and [c](c.md): the disks were full and nobody was told.\n";
        assert_eq!(check("x.md", report, false, 0), None);
    }

    #[test]
    fn no_phrase_is_longer_than_the_longest() {
        assert_eq!(PHRASES.iter().map(|phrase| phrase.len()).max(), Some(LONGEST_PHRASE));
    }

    #[test]
    fn placeholders_in_several_languages() {
        for text in
            ["-", "TBD", "N/A", "None.", "<describe the impact>", "特になし", "TODO: write", "{{ name }}"]
        {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["None of the alerts fired", "No alert covered the queue", "Todo lists were lost"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
