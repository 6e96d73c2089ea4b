//! What is wanted at three in the morning: how it looked, what stopped it.
//!
//! Comes in: a document. Goes out: the first words of its own sections. Never makes up a word: where no section says it,
//! nothing is said.

use crate::document::Document;
use crate::document::Section;
use crate::document::aside;
use crate::document::block;
use crate::document::block::Block;
use crate::document::block::BlockKind;
use crate::document::block::Inline;
use crate::document::outline;
use crate::document::section::Canonical;
use crate::document::title::cut;
use crate::theme::data::Excerpt;
use crate::theme::phrases::Phrases;

/// The longest excerpt, in characters.
const LONGEST: usize = 260;

/// A list is quoted item by item until the excerpt has this many characters.
const ENOUGH: usize = 120;

/// How much of a section is read for its first words, in bytes.
const READ: usize = 4096;

/// Returns how it looked: by the section about how it was noticed, else by the one about its impact.
pub fn looked(document: &Document) -> Option<Excerpt> {
    [Canonical::Detection, Canonical::Impact].into_iter().find_map(|canonical| excerpt(document, canonical))
}

/// Returns what stopped it: by the section about that, else by the entry of the timeline at which it was mitigated or
/// resolved, else by the section about what people did.
pub fn stopped(document: &Document, phrases: &Phrases) -> Option<Excerpt> {
    excerpt(document, Canonical::Resolution)
        .or_else(|| {
            let times = [&document.mitigated, &document.resolved];
            let mut moments = times.into_iter().flatten().map(|found| found.value).filter(|at| at.has_time());
            moments.find_map(|moment| {
                let mut entries = document.timeline.iter();
                let entry =
                    entries.find(|entry| entry.at == Some(moment) && entry.text.split(' ').count() > 2)?;
                Some(Excerpt {
                    text: sentences(&block::fold(&entry.text)),
                    source: phrases.with("source_timeline_at", &[("time", &moment.spoken_time())]),
                    anchor: String::new(),
                })
            })
        })
        .or_else(|| excerpt(document, Canonical::Response))
}

/// Returns the first words of the first section of that name that has any.
fn excerpt(document: &Document, canonical: Canonical) -> Option<Excerpt> {
    document.sections.iter().filter(|section| section.canonical == Some(canonical)).find_map(|section| {
        let text = first_words(&block::parse(source(document, section)?), section.level == outline::LABEL)?;
        Some(Excerpt {
            text: sentences(&text),
            source: section.title.clone(),
            anchor: section.anchor.clone(),
        })
    })
}

/// Returns the Markdown of a section, without its heading and the sections in it.
fn source<'a>(document: &'a Document, section: &Section) -> Option<&'a str> {
    let body = document.body();
    let text = if section.anchor.is_empty() {
        document.text.get(section.span.clone())?
    } else {
        let at = document.headings.iter().position(|heading| heading.anchor == section.anchor)?;
        let end = document.headings.get(at + 1).map_or(body.len(), |next| next.span.start);
        body.get(document.headings[at].span.end..end)?
    };
    Some(&text[..text.floor_char_boundary(READ)])
}

/// Returns the first paragraph that says something, else the first items of a list.
fn first_words(blocks: &[Block], labelled: bool) -> Option<String> {
    blocks.iter().enumerate().find_map(|(index, block)| match &block.kind {
        BlockKind::Paragraph(text) => {
            let from =
                if labelled && index == 0 { outline::label(text).map_or(0, |(_, end)| end) } else { 0 };
            said(&text.text[from..]).filter(|words| !words.ends_with([':', '：']))
        }
        BlockKind::List { items, .. } => {
            let mut words = String::new();
            for item in
                items.iter().filter_map(outline::first_words).filter_map(|text: &Inline| said(&text.text))
            {
                if !words.is_empty() {
                    words.push_str(if words.ends_with(['.', '!', '?', '。']) { " " } else { "; " });
                }
                words.push_str(&item);
                if words.chars().count() >= ENOUGH {
                    break;
                }
            }
            Some(words).filter(|words| !words.is_empty())
        }
        _ => None,
    })
}

/// Returns as many whole sentences as fit, or as many words where the first sentence alone is too long.
fn sentences(text: &str) -> String {
    let Some((limit, _)) = text.char_indices().nth(LONGEST) else { return text.to_owned() };
    let head = &text[..limit];
    let ends = [". ", "! ", "? ", "。", "！", "？"]
        .iter()
        .filter_map(|end| Some(head.rfind(end)? + end.trim_end().len()));
    match ends.max().filter(|end| end * 3 > limit) {
        Some(end) => head[..end].to_owned(),
        None => cut(text, LONGEST),
    }
}

fn said(text: &str) -> Option<String> {
    let words = block::fold(text).into_owned();
    (words.chars().count() >= 8 && !is_a_time(&words) && !aside::is_placeholder(&words)).then_some(words)
}

/// Returns whether words are a date or a time and tell nothing else: a line "Resolved: 8 June 2021, 9:48 PDT" is a fact, and
/// no story.
fn is_a_time(words: &str) -> bool {
    let digits = words.chars().filter(char::is_ascii_digit).count();
    // A letter of a script without spaces says as much as several of ours.
    let letters: usize =
        words.chars().filter(|c| c.is_alphabetic()).map(|c| if c.is_ascii() { 1 } else { 3 }).sum();
    digits >= 3 && letters < 16 && digits * 2 > letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::sample::parse;

    fn check(text: &str, looked_like: &str, stopped_by: &str) {
        let document = parse(text);
        let said = |excerpt: Option<Excerpt>| {
            excerpt.map_or(String::new(), |excerpt| format!("{} ({})", excerpt.text, excerpt.source))
        };
        assert_eq!(
            (said(looked(&document)), said(stopped(&document, &Phrases::built_in("en")))),
            (looked_like.to_owned(), stopped_by.to_owned())
        );
    }

    #[test]
    fn sections_say_how_it_looked_and_what_stopped_it() {
        check(
            "# Down\n\n## Impact\n\nNobody could pay for an hour.\n\n## Detection\n\nThe dashboard of payments went flat.\n\n\
             ### By whom\n\nSupport.\n\n## Resolution\n\n- The old certificate went back in\n- The proxies were restarted\n",
            "The dashboard of payments went flat. (Detection)",
            "The old certificate went back in; The proxies were restarted (Resolution)",
        );
    }

    #[test]
    fn the_impact_and_the_timeline_stand_in() {
        check(
            "---\nmitigated: 2026-03-02T10:12Z\n---\n# Down\n\n**Impact:** Half of all payments failed.\n\n## Timeline\n\n\
             - 2026-03-02 10:12 UTC: All traffic goes through the first proxy\n",
            "Half of all payments failed. (Impact)",
            "All traffic goes through the first proxy (timeline, 10:12 UTC)",
        );
    }

    #[test]
    fn a_time_is_no_story() {
        check(
            "# Down\n\n**Detected:** 2021-06-08 09:48 UTC\n\n**Resolved:** 8 June 2021, 12:44 UTC\n\n## Impact\n\nHalf of all \
             payments failed.\n\n## Resolution\n\nSeptember 18, 2021 at 7:30 AM\n",
            "Half of all payments failed. (Impact)",
            "",
        );
        check("# Down\n\n## Detection\n\n09:12 決済が失敗した。\n", "09:12 決済が失敗した。 (Detection)", "");
    }

    #[test]
    fn nothing_is_made_up() {
        check("# Down\n\n## Detection\n\nTBD\n\n## Resolution\n\n| a | b |\n|---|---|\n| c | d |\n", "", "");
    }
}
