//! Folds blocks into parts: what stands under a heading, a bold line, or a label that does a heading's work.
//!
//! Comes in: the blocks of a document. Goes out: a tree of [`Part`]s that borrow them. The readers of timelines,
//! lessons and actions see parts, and so need not know which of the many shapes a heading had.

use crate::document::block::Block;
use crate::document::block::BlockKind;
use crate::document::block::Inline;
use crate::document::block::Item;
use crate::document::date;
use crate::document::section::Canonical;
use crate::document::section::Spellings;
use std::ops::Range;

/// The level of a part whose heading is a bold line or a label.
pub const LABEL: u8 = 7;

/// A part of a document.
#[derive(Clone, Debug, Default)]
pub struct Part<'a> {
    /// 0 for the whole document, 1 to 6 for headings, [`LABEL`] for a bold line or a label.
    pub level: u8,
    /// The words of its heading, folded; empty for the whole document.
    pub title: String,
    /// What it is about.
    pub canonical: Option<Canonical>,
    /// The bytes of its heading in the text that was parsed.
    pub heading: Range<usize>,
    /// All its bytes, heading and nested parts included.
    pub span: Range<usize>,
    /// An id given as `{#id}`.
    pub id: Option<String>,
    /// Classes given as `{.class}`.
    pub classes: Vec<String>,
    /// The words after a label on its own line: `three hours` of `**Impact:** three hours`.
    pub lead: Option<Inline>,
    /// Its blocks before the first nested part.
    pub blocks: Vec<&'a Block>,
    /// Nested parts, in order.
    pub parts: Vec<Part<'a>>,
}

impl<'a> Part<'a> {
    /// Calls `visit` for this part and all nested ones, in the order of the text, with the parts around each.
    pub fn walk<'p>(&'p self, visit: &mut dyn FnMut(&'p Part<'a>, &[&'p Part<'a>])) {
        fn go<'p, 'a>(
            part: &'p Part<'a>,
            above: &mut Vec<&'p Part<'a>>,
            visit: &mut dyn FnMut(&'p Part<'a>, &[&'p Part<'a>]),
        ) {
            visit(part, above);
            above.push(part);
            for inner in &part.parts {
                go(inner, above, visit);
            }
            above.pop();
        }
        go(self, &mut Vec::new(), visit);
    }

    /// Returns the plain text of the part without its heading: its lead, blocks and nested parts.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.pieces(&mut |text, end| {
            out.push_str(text);
            out.push_str(end);
        });
        out
    }

    /// Calls `visit` with each piece of that text, and with the line end behind it, which code has in itself.
    pub fn pieces(&self, visit: &mut dyn FnMut(&str, &str)) {
        if let Some(lead) = &self.lead {
            visit(&lead.text, "\n");
        }
        for block in &self.blocks {
            block.pieces(visit);
        }
        for part in &self.parts {
            visit(&part.title, "\n");
            part.pieces(visit);
        }
    }
}

/// Folds the blocks of a whole document.
pub fn fold<'a>(blocks: &'a [Block], length: usize, spellings: &Spellings) -> Part<'a> {
    let mut root = Part { span: 0..length, ..Part::default() };
    // The open parts from the outermost inwards, each deeper than the one before it.
    let mut open: Vec<Part<'a>> = Vec::new();
    // Whether the last part of the innermost one is a label at the end of a list, with nothing behind it yet.
    let mut hanging = false;
    for (place, block) in blocks.iter().enumerate() {
        let opened = match &block.kind {
            BlockKind::Heading { level, text, id, classes } => Some(Part {
                level: *level,
                title: text.folded().into_owned(),
                canonical: spellings.find(&text.text),
                heading: block.span.clone(),
                span: block.span.clone(),
                id: id.clone(),
                classes: classes.clone(),
                ..Part::default()
            }),
            BlockKind::Paragraph(inline) => label_part(inline, &block.span, spellings)
                .or_else(|| named_line(inline, &block.span, spellings))
                .or_else(|| plain_label(inline, blocks.get(place + 1), &block.span, spellings)),
            _ => None,
        };
        match opened {
            Some(part) => {
                hanging = false;
                while open.last().is_some_and(|last| last.level >= part.level) {
                    close(&mut open, &mut root, block.span.start);
                }
                open.push(part);
            }
            None => {
                let target = open.last_mut().unwrap_or(&mut root);
                match &block.kind {
                    BlockKind::List { items, .. } if is_labelled(target, items, hanging, spellings) => {
                        add_labels(target, items, spellings);
                        hanging = target
                            .parts
                            .last()
                            .is_some_and(|part| part.lead.is_none() && part.blocks.is_empty());
                    }
                    // `- **Actions**:` over a list that is not indented is over that list all the same.
                    _ if hanging => {
                        let part = target.parts.last_mut().expect("only a part hangs");
                        part.span.end = block.span.end;
                        part.blocks.push(block);
                    }
                    _ if target.parts.is_empty() => target.blocks.push(block),
                    // What follows a labelled list belongs to the part around it, and still comes after it.
                    _ => target.parts.push(Part {
                        level: LABEL,
                        heading: block.span.start..block.span.start,
                        span: block.span.clone(),
                        canonical: target.canonical,
                        blocks: vec![block],
                        ..Part::default()
                    }),
                }
            }
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut root, length);
    }
    untitle(&mut root);
    root
}

/// Takes what it seems to be about from the title of the document.
///
/// "Lessons from the cache outage" and "Complete resolution" are names of reports and not of sections, where the
/// report has other sections below.
fn untitle(root: &mut Part<'_>) {
    let Some(title) = root.parts.iter_mut().find(|part| part.level < LABEL) else { return };
    if title.level != 1 {
        return;
    }
    let Some(own) = title.canonical else { return };
    let kin = |canonical| {
        canonical == own
            || own == Canonical::Lessons
                && matches!(canonical, Canonical::WentWell | Canonical::WentWrong | Canonical::Lucky)
    };
    let mut others = false;
    title.walk(&mut |part, _| others |= part.canonical.is_some_and(|canonical| !kin(canonical)));
    if others {
        title.canonical = None;
        title.parts.iter_mut().filter(|part| part.title.is_empty()).for_each(|part| part.canonical = None);
    }
}

fn close<'a>(open: &mut Vec<Part<'a>>, root: &mut Part<'a>, end: usize) {
    let Some(mut part) = open.pop() else { return };
    part.span.end = part.span.end.max(end);
    open.last_mut().unwrap_or(root).parts.push(part);
}

/// Returns the part that a paragraph opens: a bold line of its own, or a bold label, that names a section.
fn label_part<'a>(inline: &Inline, span: &Range<usize>, spellings: &Spellings) -> Option<Part<'a>> {
    let (title, rest) = label(inline)?;
    let canonical = spellings.find_exact(&title)?;
    let lead = inline.after(rest);
    Some(Part {
        level: LABEL,
        title,
        canonical: Some(canonical),
        heading: span.clone(),
        span: span.clone(),
        lead: (!lead.is_empty()).then_some(lead),
        ..Part::default()
    })
}

/// Returns the words of a label at the beginning of running text, and where the text after it begins.
///
/// A label is bold text at the beginning that ends in a colon, is followed by one, or is all there is.
pub fn label(inline: &Inline) -> Option<(String, usize)> {
    let bold_end = inline.bold_start()?;
    let words = inline.text[..bold_end].trim();
    let after = &inline.text[bold_end..];
    let trimmed = after.trim_start_matches([' ', '\u{a0}']);
    let colon = |c: char| matches!(c, ':' | '：');
    let rest = if words.ends_with(colon) || after.trim().is_empty() || after.starts_with('\n') {
        bold_end
    } else if trimmed.starts_with(colon) {
        let skipped = after.len() - trimmed.len() + trimmed.chars().next().map_or(0, char::len_utf8);
        bold_end + skipped
    } else {
        return None;
    };
    let title = words.trim_end_matches(colon).trim();
    (!title.is_empty() && title.len() <= 120)
        .then(|| (crate::document::block::fold(title).into_owned(), rest))
}

/// Returns the part that a plain line opens: nothing but the name of a section, over a list or a table, or with a colon.
fn plain_label<'a>(
    inline: &Inline,
    next: Option<&Block>,
    span: &Range<usize>,
    spellings: &Spellings,
) -> Option<Part<'a>> {
    let colon = inline.text.trim_end().ends_with([':', '：']);
    let over = next.is_some_and(|block| match &block.kind {
        BlockKind::List { .. } | BlockKind::Table { .. } => true,
        // "Timeline:" over lines that begin with a time.
        BlockKind::Paragraph(inline) => colon && begins_with_time(inline),
        _ => false,
    });
    if !(colon || over) {
        return None;
    }
    let title = inline.folded();
    // One word may be a remark; two that are the name of a section are not.
    if !(colon && over || title.contains(' ')) {
        return None;
    }
    let canonical = spellings.find_exact(&title)?;
    Some(Part {
        level: LABEL,
        title: title.trim_end_matches([':', '：']).trim().to_owned(),
        canonical: Some(canonical),
        heading: span.clone(),
        span: span.clone(),
        ..Part::default()
    })
}

/// Returns the part that a first line opens which is nothing but the name of a section, as in text without any markup.
fn named_line<'a>(inline: &Inline, span: &Range<usize>, spellings: &Spellings) -> Option<Part<'a>> {
    let (first, rest) = inline.text.split_once('\n')?;
    let title = first.trim().trim_end_matches([':', '：', ' ', '-', '–', '—']);
    if title.len() > 60 || rest.trim().is_empty() || title.starts_with(char::is_lowercase) {
        return None;
    }
    let canonical = spellings.find_exact(title)?;
    Some(Part {
        level: LABEL,
        title: crate::document::block::fold(title).into_owned(),
        canonical: Some(canonical),
        heading: span.clone(),
        span: span.clone(),
        lead: Some(inline.after(first.len() + 1)),
        ..Part::default()
    })
}

fn begins_with_time(inline: &Inline) -> bool {
    inline.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '[' | '~'))
        && date::leading(&inline.text).is_some_and(|leading| leading.start.clock.is_some())
}

/// Returns whether a list does the work of headings: its items are labels, and two of them name sections.
///
/// One is enough where such a list is above it, or where the label is all there is on its line, as in lists that
/// paragraphs break into pieces.
fn is_labelled(target: &Part<'_>, items: &[Item], hanging: bool, spellings: &Spellings) -> bool {
    // In most sections no list does, so that its items need not be looked at.
    if target.level != 1 && target.canonical.is_some_and(|canonical| canonical != Canonical::Summary) {
        return false;
    }
    let (mut labelled, mut named) = (0, 0);
    for (title, _) in items.iter().filter_map(|item| first_words(item).and_then(label)) {
        labelled += 1;
        named += usize::from(spellings.find_exact(&title).is_some());
    }
    let goes_on =
        hanging || target.parts.last().is_some_and(|part| part.level == LABEL && !part.title.is_empty());
    let enough = named >= 2
        || named == 1 && labelled == items.len() && (goes_on || items.len() == 1 && is_bare(&items[0]));
    enough && labelled * 4 >= items.len() * 3
}

/// Returns whether an item is a bold label and nothing else on its line.
fn is_bare(item: &Item) -> bool {
    first_words(item)
        .and_then(|inline| Some((inline, label(inline)?.1)))
        .is_some_and(|(inline, rest)| inline.text[rest..].trim().is_empty())
}

/// Adds the items of a list as labelled parts.
fn add_labels<'a>(target: &mut Part<'a>, items: &'a [Item], spellings: &Spellings) {
    for item in items {
        let words = first_words(item);
        let (title, lead) = match words.and_then(|inline| Some((inline, label(inline)?))) {
            Some((inline, (title, rest))) => (title, Some(inline.after(rest))),
            None => (String::new(), words.cloned()),
        };
        target.parts.push(Part {
            level: LABEL,
            canonical: spellings.find_exact(&title),
            title,
            heading: item.span.start..item.span.start,
            span: item.span.clone(),
            lead: lead.filter(|lead| !lead.is_empty()),
            blocks: item.blocks.iter().skip(1).collect(),
            ..Part::default()
        });
    }
}

/// Returns the items of the lists inside an item.
pub fn nested_items(item: &Item) -> Vec<&Item> {
    let lists = item.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::List { items, .. } => Some(items),
        _ => None,
    });
    lists.flatten().collect()
}

/// Returns the first running text of an item.
pub fn first_words(item: &Item) -> Option<&Inline> {
    match &item.blocks.first()?.kind {
        BlockKind::Paragraph(inline) => Some(inline),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::document::block;

    /// Draws the parts as an indented list.
    fn draw(text: &str) -> String {
        let blocks = block::parse(text);
        let root = fold(&blocks, text.len(), &Spellings::new(&Config::default()));
        let mut out = String::new();
        root.walk(&mut |part, above| {
            let name = part.canonical.map_or("-", Canonical::name);
            let lead =
                part.lead.as_ref().map_or(String::new(), |lead| format!(" lead={:?}", lead.text.trim()));
            out += &format!(
                "{}{} {:?} {name} blocks={}{lead}\n",
                "  ".repeat(above.len()),
                part.level,
                part.title,
                part.blocks.len()
            );
        });
        out
    }

    #[test]
    fn headings_nest_by_level() {
        let drawn =
            draw("intro\n\n# Title\n\n## Lessons\n\n### What went well\n\n- a\n\n## Actions\n\n- b\n");
        assert_eq!(
            drawn,
            "0 \"\" - blocks=1\n  1 \"Title\" - blocks=0\n    2 \"Lessons\" lessons blocks=0\n      \
             3 \"What went well\" went-well blocks=1\n    2 \"Actions\" actions blocks=1\n"
        );
    }

    #[test]
    fn bold_lines_and_labels_are_headings_when_they_name_a_section() {
        let drawn = draw("## Report\n\n**Impact**\n\nMany.\n\n**Root cause:** a typo\n\n**Note** nothing\n");
        assert_eq!(
            drawn,
            "0 \"\" - blocks=0\n  2 \"Report\" - blocks=0\n    7 \"Impact\" impact blocks=1\n    \
             7 \"Root cause\" factors blocks=1 lead=\"a typo\"\n"
        );
    }

    #[test]
    fn text_without_markup_names_its_sections_on_lines_of_their_own() {
        assert_eq!(
            draw(
                "Timeline\n9:55 AM: alert\n10:00 AM: calm\n\nTimeline:\n\n10:30 - more\n10:31 - last\n\nImpact is\nsmall\n"
            ),
            "0 \"\" - blocks=0\n  7 \"Timeline\" timeline blocks=0 lead=\"9:55 AM: alert\\n10:00 AM: calm\"\n  \
             7 \"Timeline\" timeline blocks=2\n"
        );
    }

    #[test]
    fn a_list_of_labels_is_a_list_of_parts() {
        let drawn =
            draw("- **Key events**\n  - First 12:00\n- **Time to repair**: 3h\n- **Impact**:\n  - x\n");
        assert_eq!(
            drawn,
            "0 \"\" - blocks=0\n  7 \"Key events\" timeline blocks=1\n  7 \"Time to repair\" - blocks=0 \
             lead=\"3h\"\n  7 \"Impact\" impact blocks=1\n"
        );
    }

    #[test]
    fn a_list_of_labels_that_paragraphs_break_into_pieces() {
        let drawn = draw(
            "# Report\n\n- **Key events**\n  - First 12:00\n\n- **Impact**:\n\nMany.\n\n- **Actions**:\n\n1. One\n2. Two\n",
        );
        assert_eq!(
            drawn,
            "0 \"\" - blocks=0\n  1 \"Report\" - blocks=0\n    7 \"Key events\" timeline blocks=1\n    \
             7 \"Impact\" impact blocks=1\n    7 \"Actions\" actions blocks=1\n"
        );
    }

    #[test]
    fn a_plain_line_over_a_list_is_a_heading_when_it_names_a_section() {
        let drawn =
            draw("Hello.\n\nAction items:\n\n- a\n\n*Where we got lucky*\n\n- b\n\nOne more thing:\n\n- c\n");
        assert_eq!(
            drawn,
            "0 \"\" - blocks=1\n  7 \"Action items\" actions blocks=1\n  7 \"Where we got lucky\" lucky blocks=3\n"
        );
        // In running text the same words are words.
        assert_eq!(draw("Next steps\n\nWe wait.\n"), "0 \"\" - blocks=2\n");
    }

    #[test]
    fn the_title_of_a_report_names_no_section() {
        let drawn = draw("# Complete resolution\n\n## Impact\n\nMany.\n");
        assert_eq!(
            drawn,
            "0 \"\" - blocks=0\n  1 \"Complete resolution\" - blocks=0\n    2 \"Impact\" impact blocks=1\n"
        );
    }
}
