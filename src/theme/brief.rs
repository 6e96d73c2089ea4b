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
use crate::document::block::Item;
use crate::document::outline;
use crate::document::section::Canonical;
use crate::document::title::cut;
use crate::theme::data::Excerpt;
use crate::theme::phrases::Phrases;

/// The longest excerpt, in characters.
const LONGEST: usize = 260;

/// A list is quoted item by item until the excerpt has this many characters.
const ENOUGH: usize = 120;

/// In the titles of sections that tell how people searched, and not what helped.
const INVESTIGATION: [&str; 7] = ["investig", "analys", "diagnos", "untersuchung", "enquête", "調査", "调查"];

/// How much of a section is read for its first words, in bytes.
const READ: usize = 4096;

/// Returns how it looked: by the section about how it was noticed, else by the one about its impact.
pub fn looked(document: &Document) -> Option<Excerpt> {
    [Canonical::Detection, Canonical::Impact]
        .into_iter()
        .find_map(|canonical| excerpt(document, canonical, |_| true))
}

/// Returns what stopped it: by the section about that, else by the entry of the timeline at which it was mitigated or
/// resolved, else by the section about what people did.
pub fn stopped(document: &Document, phrases: &Phrases) -> Option<Excerpt> {
    excerpt(document, Canonical::Resolution, |_| true)
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
        .or_else(|| {
            excerpt(document, Canonical::Response, |title| {
                let title = title.to_lowercase();
                !INVESTIGATION.iter().any(|word| title.contains(word))
            })
        })
}

/// Returns the first words of the first section of that meaning that has any, and whose title will do.
fn excerpt(document: &Document, canonical: Canonical, fits: impl Fn(&str) -> bool) -> Option<Excerpt> {
    let meant = |section: &&Section| section.canonical == Some(canonical) && fits(&section.title);
    document.sections.iter().filter(meant).find_map(|section| {
        let source = source(document, section)?;
        let text = first_words(&block::parse(source), source, &section.title)?;
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
fn first_words(blocks: &[Block], source: &str, title: &str) -> Option<String> {
    blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Paragraph(_) if is_prompt(&source[block.span.clone()]) => None,
        BlockKind::Paragraph(text) => said(text, title).filter(|words| !words.ends_with([':', '：'])),
        BlockKind::List { items, .. } => items_said(&items.iter().collect::<Vec<_>>(), title),
        _ => None,
    })
}

/// Returns what the first items of a list say.
fn items_said(items: &[&Item], title: &str) -> Option<String> {
    let mut words = String::new();
    for item in items {
        let own = outline::first_words(item).and_then(|text| said(text, title));
        // "Resolution:" over a list of its own.
        let nested = || items_said(&outline::nested_items(item), title);
        let Some(own) = own.or_else(nested) else { continue };
        if !words.is_empty() {
            words.push_str(if words.ends_with(['.', '!', '?', '。']) { " " } else { "; " });
        }
        words.push_str(own.trim_end_matches([':', '：']));
        if words.chars().count() >= ENOUGH {
            break;
        }
    }
    Some(words).filter(|words| !words.is_empty())
}

/// Returns whether a paragraph is what a template asks the writer: all of it in italics, or nothing but questions.
fn is_prompt(markdown: &str) -> bool {
    let text = markdown.trim();
    let italic = ['*', '_'].iter().any(|&mark| {
        let inner = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(mark))
    });
    let asks = text.ends_with(['?', '？']) && ![". ", ".\n", "! ", "。"].iter().any(|end| text.contains(end));
    italic || asks
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

/// Returns what running text says beside the title of its section, if it says anything.
fn said(text: &Inline, title: &str) -> Option<String> {
    let words = block::fold(&text.text).into_owned();
    let words = block::without_shortcodes(without_title(&words, title)).into_owned();
    let is_address = words.contains("://") && !words.contains(' ');
    (words.chars().count() >= 8 && !is_a_time(&words) && !is_address && !aside::is_placeholder(&words))
        .then_some(words)
}

/// Returns words without the title before them: "Resolution: the pod was restarted", "Resolved - …".
fn without_title<'a>(words: &'a str, title: &str) -> &'a str {
    let marks = |c: char| matches!(c, ':' | '：' | '-' | '–' | '—');
    let rest = words.get(..title.len()).filter(|begin| begin.to_lowercase() == title.to_lowercase());
    match rest.map(|_| words[title.len()..].trim_start()) {
        Some(rest) if rest.starts_with(marks) => rest.trim_start_matches(marks).trim_start(),
        Some("") => "",
        _ => words,
    }
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
    fn the_label_of_an_item_is_not_repeated() {
        check(
            "# Down\n\n- **Identified**: Low priority alarms\n\n- **Impact**:\n  - One pod.\n\n- **Resolution**:\n  - The pod \
             was restarted.\n  - Its limits went up.\n",
            "Low priority alarms (Identified)",
            "The pod was restarted. Its limits went up. (Resolution)",
        );
        check(
            "# Down\n\n## Resolved\n\nResolved - All users can connect. {{< track \"2018-05-25\" >}}\n",
            "",
            "All users can connect. (Resolved)",
        );
    }

    #[test]
    fn what_a_template_asks_is_no_answer() {
        check(
            "# Down\n\n## Detection\n\n*Report when the team detected it,\nand how.*\n\nAlerts fired at once.\n\n## Resolution\n\n\
             How was it resolved? What would have helped?\n",
            "Alerts fired at once. (Detection)",
            "",
        );
        check(
            "# Down\n\n## Detection\n\n*DownDetector* and *Twitter*\n",
            "DownDetector and Twitter (Detection)",
            "",
        );
        check("# Down\n\n## Investigation\n\nThe logs of the node were read.\n", "", "");
        check(
            "# Down\n\n## Actions taken\n\nThe crates were yanked.\n",
            "",
            "The crates were yanked. (Actions taken)",
        );
    }

    #[test]
    fn nothing_is_made_up() {
        check("# Down\n\n## Detection\n\nTBD\n\n## Resolution\n\n| a | b |\n|---|---|\n| c | d |\n", "", "");
    }
}
