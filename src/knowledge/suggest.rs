//! Sentences that may be worth declaring as lessons.
//!
//! Comes in: a document that declares none. Goes out: a few [`Suggestion`]s, the most telling first. Nothing of it is
//! published: a person reads them and pastes what is true.
//!
//! A sentence is suggested when it says what should be, always or never, or that something was learned, and when nothing
//! speaks against it: a question, a plan ("we will …"), a time of day, a section of timeline, impact or actions.

use crate::document::Document;
use crate::document::block;
use crate::document::block::Block;
use crate::document::block::BlockKind;
use crate::document::block::Inline;
use crate::document::section::Canonical;
use crate::knowledge::ledger::wording;

/// How many sentences of one document are suggested.
const MOST: usize = 3;

/// A sentence that may be a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The sentence, as it stands in the body.
    pub text: String,
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// The heading above it.
    pub section: String,
}

/// Words that say what should be, in the languages whose sections are understood; those of scripts without spaces stand anywhere.
const NORMATIVE: &[&str] = &[
    "should",
    "must",
    "never",
    "always",
    "need to",
    "needs to",
    "have to",
    "has to",
    "make sure",
    "ensure",
    "do not",
    "dont",
    "ought to",
    "cannot rely",
    "il faut",
    "doit",
    "doivent",
    "devrait",
    "jamais",
    "toujours",
    "muss",
    "müssen",
    "sollte",
    "sollten",
    "niemals",
    "immer",
    "darf nicht",
    "debe",
    "deben",
    "debería",
    "nunca",
    "siempre",
    "deve",
    "devem",
    "deveria",
    "sempre",
];
const NORMATIVE_DENSE: &[&str] =
    &["べき", "必ず", "なければならない", "应该", "應該", "必须", "必須", "务必", "不要", "해야", "반드시"];

/// Words that say that something was learned.
const LEARNED: &[&str] = &[
    "we learned",
    "we learnt",
    "lesson",
    "taught us",
    "in hindsight",
    "in retrospect",
    "nous avons appris",
    "leçon",
    "wir haben gelernt",
    "im nachhinein",
    "aprendimos",
    "lección",
    "aprendemos",
    "lição",
];
const LEARNED_DENSE: &[&str] = &["学んだ", "教訓", "教训", "学到", "배웠", "교훈"];

/// Words of a plan, which is an action and no lesson; or of a template.
const PLANNED: &[&str] = &[
    "we will",
    "we are going to",
    "we plan",
    "will be",
    "i will",
    "well",
    "to do",
    "wir werden",
    "nous allons",
    "vamos a",
    "this section",
    "describe",
];

/// Returns the sentences of a document that may be lessons, most telling first; none where it has lessons.
pub fn suggest(document: &Document) -> Vec<Suggestion> {
    if !document.lessons.is_empty() {
        return Vec::new();
    }
    let body = document.body();
    let mut found: Vec<(i32, usize, Suggestion)> = Vec::new();
    let blocks = block::parse(body);
    // The body of some dialects was turned into Markdown: lines are counted where the file itself is the body.
    let before = document.text[..document.body_start].matches('\n').count();
    let mut heading = (String::new(), None);
    each(&blocks, &mut |block, inline| {
        if matches!(block.kind, BlockKind::Heading { .. }) {
            let title = inline.folded();
            let named = document.sections.iter().find(|section| section.title == title);
            heading = (title.into_owned(), named.and_then(|section| section.canonical));
            return;
        }
        let weight = match heading.1 {
            Some(Canonical::Timeline | Canonical::Impact | Canonical::Actions | Canonical::References) => {
                return;
            }
            Some(Canonical::Factors | Canonical::Detection | Canonical::Response | Canonical::Resolution) => {
                1
            }
            Some(Canonical::WentWrong | Canonical::WentWell | Canonical::Lucky) => 2,
            _ => 0,
        };
        for sentence in sentences(&inline.folded()) {
            if let Some(score) = score(sentence) {
                let at = inline.span.start.min(body.len());
                let line = before + body[..at].matches('\n').count() + 1;
                found.push((
                    score + weight,
                    found.len(),
                    Suggestion { text: sentence.to_owned(), line, section: heading.0.clone() },
                ));
            }
        }
    });
    found.sort_by_key(|&(score, order, _)| (std::cmp::Reverse(score), order));
    found.truncate(MOST);
    found.into_iter().map(|(.., suggestion)| suggestion).collect()
}

/// Calls `visit` with all running text outside tables and code, and with the block that it belongs to.
fn each(blocks: &[Block], visit: &mut dyn FnMut(&Block, &Inline)) {
    for block in blocks {
        match &block.kind {
            BlockKind::Heading { text, .. } | BlockKind::Paragraph(text) => visit(block, text),
            BlockKind::List { items, .. } => items.iter().for_each(|item| each(&item.blocks, visit)),
            BlockKind::Quote(inner) => each(inner, visit),
            _ => {}
        }
    }
}

/// Returns the sentences of running text whose white space is folded.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let ends = match c {
            '。' | '！' | '？' => true,
            // A full stop inside `ci.example.org` or `e.g.` ends nothing.
            '.' | '!' | '?' => {
                let rest = &text[end..];
                rest.is_empty()
                    || rest.starts_with(' ') && !rest.trim_start().starts_with(|c: char| c.is_lowercase())
            }
            _ => false,
        };
        if ends {
            sentences.push(text[start..end].trim());
            start = end;
        }
    }
    if !text[start..].trim().is_empty() {
        sentences.push(text[start..].trim());
    }
    sentences
}

/// Returns how telling a sentence is; `None` where it is no lesson.
fn score(sentence: &str) -> Option<i32> {
    let plain = format!(" {} ", wording::plain(sentence));
    let holds = |words: &[&str], dense: &[&str]| {
        words.iter().any(|word| plain.contains(&format!(" {word} ")))
            || dense.iter().any(|word| plain.contains(word))
    };
    let (normative, learned) = (holds(NORMATIVE, NORMATIVE_DENSE), holds(LEARNED, LEARNED_DENSE));
    let dense = sentence.chars().filter(|&c| c as u32 >= 0x2E80).count();
    let words = plain.split_whitespace().count() + dense / 2;
    let ends = sentence.ends_with(['.', '!', '。', '！']);
    // A time of day tells of this one incident.
    let timed = sentence
        .as_bytes()
        .windows(4)
        .any(|four| four[0].is_ascii_digit() && four[1] == b':' && four[2].is_ascii_digit());
    if !(normative || learned) || !ends || !(5..=45).contains(&words) || timed || holds(PLANNED, &[]) {
        return None;
    }
    let general = !plain.contains(" was ") && !plain.contains(" were ") && !plain.contains(" had ");
    Some(i32::from(normative) + 3 * i32::from(learned) + i32::from(general))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::Reader;
    use crate::source::SourceFile;

    fn draw(text: &str) -> String {
        let config = Config::default();
        let document = Reader::new(&config, "").parse(SourceFile {
            path: "a.md".to_owned(),
            file: "a.md".to_owned(),
            size: text.len() as u64,
            text: text.to_owned(),
            git: None,
            findings: Vec::new(),
        });
        let found = suggest(&document);
        found.iter().map(|one| format!("{} {} {}\n", one.line, one.section, one.text)).collect()
    }

    #[test]
    fn what_should_be_is_suggested_with_its_place() {
        let text = "---\ndate: 2025-03-02\n---\n# The queue was full\n\nThe disk was full at 10:42 and we should have seen it. \
                    Alerts must reach a person, not a mailbox. What should we do?\n\n## Detection\n\nIn hindsight, nobody \
                    watches a graph at night.\n\n## Action items\n\n- Always rotate the logs of every host.\n";
        assert_eq!(
            draw(text),
            "10 Detection In hindsight, nobody watches a graph at night.\n6 The queue was full Alerts must reach a person, not a mailbox.\n"
        );
    }

    #[test]
    fn a_document_with_lessons_and_one_that_only_plans_are_left_alone() {
        assert_eq!(
            draw("# A\n\nYou must never do that to a disk.\n\n## Lessons learned\n\n- Look first.\n"),
            ""
        );
        assert_eq!(draw("# A\n\nWe will make sure that every disk is watched.\n"), "");
        assert!(draw("# 障害\n\n復元の手順は必ず定期的に練習するべきである。\n").contains("必ず"));
    }
}
