//! The title of a document that may not have one.
//!
//! Comes in: front matter's title, the blocks and the path. Goes out: the title, where it was read, and which blocks at
//! the top say it again, so that a page shows it once.

use crate::document::Found;
use crate::document::Origin;
use crate::document::block::Block;
use crate::document::block::BlockKind;
use crate::document::block::Inline;
use crate::document::block::fold;
use crate::document::block::split_at_colon;
use crate::document::date;
use crate::document::key;
use crate::document::key::Key;
use crate::document::section::Spellings;
use crate::document::section::normalise;
use std::borrow::Cow;
use std::ops::Range;

/// The longest title that is made from a sentence, in characters.
const LONGEST: usize = 96;

/// A title and the blocks that repeat it.
#[derive(Debug, PartialEq)]
pub struct Title {
    /// The words.
    pub words: String,
    /// Where they were read.
    pub origin: Origin,
    /// The bytes in the text that was parsed, where they stand there.
    pub span: Option<Range<usize>>,
    /// The spans of blocks at the top of the text that only say the title.
    pub repeats: Vec<Range<usize>>,
}

/// What is known of a title before the blocks are looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The key of front matter and its words.
    pub declared: Option<(&'a str, &'a str)>,
    /// What a label such as `**Title:**` says.
    pub label: Option<&'a Found<String>>,
    /// What a label such as `**Symptom:**` says, of which a sentence can be made a title.
    pub summary: Option<&'a Found<String>>,
}

/// Finds the title of a document.
///
/// The order: front matter; the H1; the first heading that names no section; a label that gives it; a first line that
/// stands alone; the name of the file, where that is words; the first sentence, cut at a word. A heading that only says
/// what sort of thing it stands on, such as "Postmortem" or a bare date, gives way to whatever says more.
pub fn find(known: &Known<'_>, blocks: &[Block], path: &str, spellings: &Spellings) -> Title {
    let (words, origin, span) = match known.declared {
        Some((key, words)) => (fold(words).into_owned(), Origin::FrontMatter(key.to_owned()), None),
        None => undeclared(known, blocks, path, spellings),
    };
    let repeats = repeats(&words, blocks);
    Title { words, origin, span, repeats }
}

fn undeclared(
    known: &Known<'_>,
    blocks: &[Block],
    path: &str,
    spellings: &Spellings,
) -> (String, Origin, Option<Range<usize>>) {
    let headings = || {
        blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Heading { level, text, .. } if !text.is_empty() => {
                Some((*level, text.folded().into_owned(), &block.span))
            }
            _ => None,
        })
    };
    let from_path = || words_of_path(path);
    let labelled =
        || known.label.map(|found| (found.value.clone(), found.origin.clone(), found.span.clone()));
    let is_name = |words: &String| spellings.find_exact(words).is_none() && label_of(words).is_none();
    let heading = headings().find(|(level, words, _)| *level == 1 && is_name(words)).or_else(|| {
        // Below the first section, a heading that names no section is one of its parts and not the title.
        let first = headings().next()?;
        is_name(&first.1).then_some(first)
    });
    if let Some((_, words, span)) = heading {
        if !is_generic(&words) {
            return (without_marks(&words), Origin::Heading, Some(span.clone()));
        }
        if let Some(found) = labelled() {
            return found;
        }
        if let Some(name) = from_path() {
            return (name, Origin::Path, None);
        }
        // `# Incident report` and below it `## Checkout was down on Friday`.
        if let Some((_, below, at)) = headings().nth(1).filter(|(level, below, _)| {
            *level <= 2 && below.split_whitespace().count() >= 3 && is_name(below) && !is_generic(below)
        }) {
            return (without_marks(&below), Origin::Heading, Some(at.clone()));
        }
        return (words, Origin::Heading, Some(span.clone()));
    }
    if let Some((words, span)) =
        html_heading(blocks).filter(|(words, _)| is_name(words) && !is_generic(words))
    {
        return (words, Origin::Heading, Some(span));
    }
    if let Some(found) = labelled() {
        return found;
    }
    let paragraph = blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Paragraph(text) if !text.is_empty() && crate::document::outline::label(text).is_none() => {
            Some((text, &block.span))
        }
        _ => None,
    });
    let stands_alone = paragraph.and_then(|(text, span)| {
        let words = text.folded();
        let alone = !text.text.trim().contains('\n')
            && words.chars().count() <= LONGEST
            && !words.ends_with(['.', ':', '!', '。', ',', ';', '：'])
            && words.split(' ').count() >= 2;
        alone.then(|| (words.into_owned(), Origin::Heading, Some(span.clone())))
    });
    // A first line counts as a title only where nothing else can stand above it.
    let leads = matches!(blocks.first().map(|block| &block.kind), Some(BlockKind::Paragraph(_)));
    if let Some(found) = stands_alone.filter(|_| leads) {
        return found;
    }
    if headings().next().is_some()
        && let Some(name) = from_path()
    {
        return (name, Origin::Path, None);
    }
    // The only H1 is the title even where its words could name a section, as those of "Disaster recovery action plan".
    let mut firsts = headings().filter(|(level, ..)| *level == 1);
    if let (Some((_, words, span)), None) = (firsts.next(), firsts.next())
        && words.split_whitespace().count() >= 2
        && label_of(&words).is_none()
        && !is_generic(&words)
    {
        return (without_marks(&words), Origin::Heading, Some(span.clone()));
    }
    // What a label calls the symptom or the summary says more than whichever sentence comes first.
    if let Some(found) = known.summary
        && let Some(sentence) = first_sentence(&found.value)
    {
        return (sentence, Origin::Prose, found.span.clone());
    }
    if let Some((text, span)) = paragraph
        && let Some(sentence) = first_sentence(&text.text)
    {
        return (sentence, Origin::Prose, Some(span.clone()));
    }
    if let Some(name) = from_path() {
        return (name, Origin::Path, None);
    }
    if let Some((_, words, span)) = headings().next() {
        return (words, Origin::Heading, Some(span.clone()));
    }
    let mut text = String::new();
    blocks.iter().for_each(|block| block.push_text(&mut text));
    if let Some(sentence) = first_sentence(&text) {
        return (sentence, Origin::Prose, None);
    }
    let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or(path);
    (stem.to_owned(), Origin::Path, None)
}

/// Returns whether a heading says only what sort of thing it stands on, or when it was.
fn is_generic(words: &str) -> bool {
    let words = match date::find(words) {
        Some((range, _)) => Cow::Owned(format!("{} {}", &words[..range.start], &words[range.end..])),
        None => Cow::Borrowed(words),
    };
    let bare = normalise(&words);
    let bare = bare.trim_matches(|c: char| !c.is_alphanumeric()).trim();
    // "Postmortem - " is what is left of "Postmortem - 2021-06-25"; "on" of "Incident on 2021-06-25".
    let bare = bare.strip_suffix(" on").or_else(|| bare.strip_suffix(" of")).unwrap_or(bare);
    bare.is_empty()
        || is_number(&words)
        || matches!(
            bare,
            "postmortem"
                | "post-mortem"
                | "post mortem"
                | "incident report"
                | "incident"
                | "incident postmortem"
                | "incident post-mortem"
                | "incident post mortem"
                | "incident review"
                | "report"
                | "rca"
                | "root cause analysis"
                | "root cause analysis (rca)"
                | "rca report"
                | "title"
                | "incident title"
                | "postmortem report"
                | "post-mortem report"
                | "post mortem report"
                | "post incident review"
                | "post-incident review"
                | "post incident report"
                | "post-incident report"
                | "post incident review (pir)"
                | "pir"
                | "incident summary"
                | "incident retrospective"
                | "retrospective"
                | "blameless postmortem"
                | "blameless post-mortem"
                | "after action review"
                | "after action report"
                | "after-action review"
                | "after-action report"
                | "outage report"
                | "outage"
                | "postmortem document"
                | "incident analysis"
                | "incident record"
                | "incident log"
                | "ポストモーテム"
                | "インシデント"
                | "インシデントレポート"
                | "インシデント報告"
                | "インシデント報告書"
                | "障害報告書"
                | "障害報告"
                | "障害レポート"
                | "障害ポストモーテム"
                | "故障报告"
                | "事故报告"
                | "复盘"
                | "故障复盘"
                | "事故复盘"
                | "장애 보고서"
                | "장애 리포트"
                | "포스트모템"
                | "rapport d'incident"
                | "post mortem d'incident"
                | "vorfallbericht"
                | "störungsbericht"
                | "informe de incidente"
                | "informe del incidente"
                | "relatório de incidente"
                | "untitled"
        )
}

/// Returns whether a heading is only the number of a ticket, such as `INC-2045`.
fn is_number(words: &str) -> bool {
    let words = words.trim().trim_matches(['[', ']', '#', ':']);
    let letters = words.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = words[letters..].trim_start_matches(['-', '_', ' ', '#']);
    letters <= 10 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// Returns the words of the first `<h1>` of raw HTML, which is how some centre their title.
fn html_heading(blocks: &[Block]) -> Option<(String, Range<usize>)> {
    blocks.iter().find_map(|block| {
        let BlockKind::Html(html) = &block.kind else { return None };
        let lower = html.to_ascii_lowercase();
        let start = lower.find("<h1")?;
        let open = start + lower[start..].find('>')? + 1;
        let close = open + lower[open..].find("</h1")?;
        let mut words = String::new();
        let mut inside = false;
        for c in html[open..close].chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => words.push(c),
                _ => {}
            }
        }
        let words = fold(&words);
        (!words.is_empty()).then(|| (words.into_owned(), block.span.clone()))
    })
}

/// Returns the heading without the marks around its words, and without a label that only says that it is one.
fn without_marks(words: &str) -> String {
    let words = words.trim().trim_matches(|c: char| matches!(c, '*' | '_')).trim();
    match split_at_colon(words) {
        Some((label, rest))
            if !rest.trim().is_empty() && matches!(key::of_label(label), Some(Key::Title | Key::Date)) =>
        {
            rest.trim().to_owned()
        }
        _ => words.to_owned(),
    }
}

/// Returns the label of a heading that tells a fact and is no title, such as `Date: July 1, 2020`.
fn label_of(words: &str) -> Option<Key> {
    let (label, value) = split_at_colon(words)?;
    let key = (!value.trim().is_empty()).then(|| key::of_label(label)).flatten()?;
    // "Problem: logins fail" is one, and so is "Incident date: 2019-02-20, no logs".
    let title = matches!(key, Key::Title | Key::Summary) || key == Key::Date && date::parse(value).is_none();
    (!title).then_some(key)
}

/// Returns the words of a file's name without date and number, where there are at least two words.
fn words_of_path(path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let words: Vec<&str> = stem
        .split(['-', '_', ' ', '+'])
        .filter(|word| !word.is_empty())
        .skip_while(|word| {
            word.chars().any(|c| c.is_ascii_digit())
                || word.chars().count() <= 2 && word.chars().all(|c| c.is_ascii_uppercase())
        })
        .collect();
    let real = words
        .iter()
        .filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !looks_random(word))
        .count();
    let generic = is_generic(&words.join(" ")) || is_generic(&words.join("-"));
    if real < 2 || generic {
        return None;
    }
    let mut title = words.join(" ");
    if let Some(first) = title.chars().next().filter(char::is_ascii_lowercase) {
        title.replace_range(..1, &first.to_ascii_uppercase().to_string());
    }
    Some(title)
}

/// Returns whether a word is a hash and not a word.
fn looks_random(word: &str) -> bool {
    word.len() >= 8 && word.bytes().all(|b| b.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_digit())
}

/// Returns the first sentence that can stand as a title, cut at a word where it is long.
///
/// A line that ends in a colon only introduces the next one.
fn first_sentence(text: &str) -> Option<String> {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| line.chars().any(char::is_alphabetic) && !line.ends_with([':', '：']))
        .or_else(|| text.lines().map(str::trim).find(|line| !line.is_empty()))?;
    let mut end = line.len();
    let mut depth = 0i32;
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    for (index, &(at, c)) in chars.iter().enumerate() {
        match c {
            '(' | '（' | '[' | '“' | '「' => depth += 1,
            ')' | '）' | ']' | '”' | '」' => depth -= 1,
            '。' | '！' | '？' if depth <= 0 => {
                end = at;
                break;
            }
            '.' | '!' | '?' if depth <= 0 => {
                let next = chars.get(index + 1).map(|&(_, c)| c);
                let after = chars.get(index + 2).map(|&(_, c)| c);
                let ends = next.is_none_or(|c| {
                    c == '"' || c == '”' || c.is_whitespace() && after.is_none_or(|c| !c.is_lowercase())
                });
                if ends && at >= 8 {
                    end = if c == '.' { at } else { at + 1 };
                    break;
                }
            }
            _ => {}
        }
    }
    Some(cut(&fold(&line[..end]), LONGEST))
}

/// Returns text of at most `most` characters, cut at a word, with an ellipsis where something was cut.
pub fn cut(text: &str, most: usize) -> String {
    // Characters are only counted where there could be fewer of them than bytes.
    if text.len() <= most {
        return text.to_owned();
    }
    let limit = match text.as_bytes()[..most].is_ascii() {
        true => most,
        false => match text.char_indices().nth(most) {
            Some((limit, _)) => limit,
            None => return text.to_owned(),
        },
    };
    let head = &text[..limit];
    let end = match head.rfind(' ') {
        Some(at) if at * 2 > limit => at,
        _ => limit,
    };
    let words = head[..end].trim_end_matches([' ', ',', ';', ':', '.', '-', '、']);
    [words, "…"].concat()
}

/// Returns the spans of the blocks at the top that only say the title.
fn repeats(words: &str, blocks: &[Block]) -> Vec<Range<usize>> {
    let title = normalise(words);
    let same = |text: &Inline| !title.is_empty() && normalise(&text.text) == title;
    let mut spans = Vec::new();
    for block in blocks {
        match &block.kind {
            BlockKind::Heading { level, text, .. } if same(text) => {
                spans.push(block.span.clone());
                // A second heading with these words is a section of its own.
                if *level == 1 && spans.len() > 1 {
                    break;
                }
            }
            BlockKind::Paragraph(text) if text.links.is_empty() && same(text) => {
                spans.push(block.span.clone())
            }
            BlockKind::Html(_) | BlockKind::Rule => continue,
            _ => break,
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::block;

    fn check(path: &str, text: &str) -> (String, &'static str, usize) {
        let title = find(&Known::default(), &block::parse(text), path, &Spellings::new(&Config::default()));
        let origin = match title.origin {
            Origin::Heading => "heading",
            Origin::Path => "path",
            Origin::Prose => "prose",
            _ => "other",
        };
        (title.words, origin, title.repeats.len())
    }

    #[test]
    fn a_heading_that_names_no_section() {
        assert_eq!(
            check("a.md", "# The day DNS died\n\ntext"),
            ("The day DNS died".to_owned(), "heading", 1)
        );
        assert_eq!(
            check("a.md", "## The day DNS died\n\n## Summary\n"),
            ("The day DNS died".to_owned(), "heading", 1)
        );
        assert_eq!(
            check("2021-06-25-disk-full.md", "## Summary\n\nIt broke.\n"),
            ("Disk full".to_owned(), "path", 0)
        );
        assert_eq!(check("2021-06-25-queue-lost.md", "# Postmortem\n\nIt broke.\n").0, "Queue lost");
    }

    #[test]
    fn headings_as_people_write_them() {
        for (text, title) in [
            ("The day DNS died\n================\n\n## Summary\n", "The day DNS died"),
            ("<!-- licence -->\n# The day DNS died\n", "The day DNS died"),
            ("# [2021-06-25] Checkout down\n", "[2021-06-25] Checkout down"),
            ("# INC-1234: Checkout down\n", "INC-1234: Checkout down"),
            ("# Incident: Checkout down\n\n## Timeline\n", "Incident: Checkout down"),
            ("# Title: Checkout down\n", "Checkout down"),
            ("# Post mortem action plan\n\nWe met. We talked.\n", "Post mortem action plan"),
            ("<h1 align=\"center\">Checkout <em>down</em></h1>\n\nIt was.\n", "Checkout down"),
            ("# INC-2045\n\n## Checkout was down\n", "Checkout was down"),
            ("# Incident date: 2019-02-20, no logs\n", "2019-02-20, no logs"),
            ("# Date: July 1, 2020\n\nNobody could log in. They called.\n", "Nobody could log in"),
            ("# 🔥 Checkout down 🔥\n", "🔥 Checkout down 🔥"),
            (
                "# Incident Report\n\n## Checkout was down on Friday\n\n## Timeline\n",
                "Checkout was down on Friday",
            ),
            ("# Postmortem 2021-06-25\n\n## Timeline\n", "Postmortem 2021-06-25"),
        ] {
            assert_eq!(check("x.md", text).0, title, "{text}");
        }
        assert_eq!(check("disk-full.md", "# Incident on 2021-06-25\n").0, "Disk full");
    }

    #[test]
    fn a_label_may_give_it() {
        let found = |value: &str, label: &str| Found {
            value: value.to_owned(),
            origin: Origin::Label(label.to_owned()),
            span: None,
        };
        let (label, symptom) =
            (found("Checkout down", "Title"), found("Payments failed. Many called.", "Symptom"));
        let spellings = Spellings::new(&Config::default());
        let title =
            |known: &Known<'_>, text: &str| find(known, &block::parse(text), "x.md", &spellings).words;
        let labelled = Known { label: Some(&label), ..Known::default() };
        assert_eq!(title(&labelled, "# Postmortem\n\nIt broke.\n"), "Checkout down");
        assert_eq!(title(&labelled, "# The day DNS died\n"), "The day DNS died");
        let described = Known { summary: Some(&symptom), ..Known::default() };
        assert_eq!(title(&described, "## Timeline\n\nWe do not know.\n"), "Payments failed");
    }

    #[test]
    fn a_line_of_its_own_shown_once() {
        let text = "Take responsibility – part 9\n\nTake responsibility – part 9\n\nText that follows.\n";
        assert_eq!(
            check("004_bafef611ef6517f4.md", text),
            ("Take responsibility – part 9".to_owned(), "heading", 2)
        );
    }

    #[test]
    fn a_sentence_where_there_is_nothing_else() {
        let text = "A saying of mine (or two? Three?) is:\nPeople remember. They do.\nMore.";
        assert_eq!(check("003_9194d67861796eba.md", text), ("People remember".to_owned(), "prose", 0));
        let long = "word ".repeat(60);
        let (title, ..) = check("x.md", &format!("{long}\nnext line"));
        assert!(title.ends_with("word…") && title.chars().count() <= 97, "{title}");
    }

    #[test]
    fn a_title_in_front_matter_hides_the_same_heading() {
        let blocks = block::parse("# Finding  ownership\n\ntext");
        let title = find(
            &Known { declared: Some(("title", "Finding ownership")), ..Known::default() },
            &blocks,
            "a.md",
            &Spellings::new(&Config::default()),
        );
        assert_eq!((title.words.as_str(), title.repeats.len()), ("Finding ownership", 1));
    }
}
