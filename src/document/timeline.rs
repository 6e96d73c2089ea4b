//! Reads the timeline of a document: what happened when, in whichever shape it was written.
//!
//! Comes in: the parts of a document, its date and the site's zone. Goes out: [`TimelineEntry`]s in the order of the
//! text, whose spans are bytes of the text that was parsed. Never sorts, and never gives a time that the words do not:
//! an entry without one has `at: None`.
//!
//! 1. Tables, lists, paragraphs, sub-headings, definition lists and code blocks are each read into `Step`s: an entry
//!    as it is written, or a date or zone that holds from there on.
//! 2. `resolve` walks the steps and hands date and zone from one to the next, past midnight.

use crate::document::TimelineEntry;
use crate::document::block::Block;
use crate::document::block::BlockKind;
use crate::document::block::Definition;
use crate::document::block::Inline;
use crate::document::block::Item;
use crate::document::block::Row;
use crate::document::block::fold;
use crate::document::date;
use crate::document::date::Clock;
use crate::document::date::Day;
use crate::document::date::Leading;
use crate::document::date::Order;
use crate::document::date::Stamp;
use crate::document::date::Style;
use crate::document::date::Zone;
use crate::document::moment::Moment;
use crate::document::moment::Precision;
use crate::document::outline::Part;
use crate::document::outline::first_words;
use crate::document::section::Canonical;
use aho_corasick::AhoCorasick;
use aho_corasick::AhoCorasickKind;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono_tz::Tz;
use memchr::memchr;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// What a document says apart from its timeline, which the entries inherit.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The date of the document; a day or finer gives the entries a day, a coarser one only a year.
    pub date: Option<Moment>,
    /// The zone of the site, for times that name none.
    pub zone: Tz,
}

/// Which entries say when the incident began, was noticed, was made harmless and ended: places in the list of entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    /// The entry at which it began.
    pub started: Option<usize>,
    /// The entry at which somebody or something noticed.
    pub detected: Option<usize>,
    /// The entry at which users felt it no longer.
    pub mitigated: Option<usize>,
    /// The entry at which it was over.
    pub resolved: Option<usize>,
}

/// Reads the entries of all timelines of a document.
///
/// A list, table, run of paragraphs or of sub-headings of which nearly every line begins with a time of day is a
/// timeline wherever it stands, unless those that are called so tell more: some sum up the key events and put the
/// whole story elsewhere.
pub fn read(root: &Part, context: Context) -> Vec<TimelineEntry> {
    let mut timelines = Vec::new();
    let mut stated = None;
    collect(root, &mut timelines, &mut stated);
    let mut entries = Vec::new();
    for timeline in &timelines {
        entries.extend(read_named(timeline, context));
    }
    let named = entries.len();
    let mut unnamed = Vec::new();
    read_unnamed(root, stated, context, &mut unnamed);
    for found in unnamed {
        if found.len() > named {
            entries.extend(found);
        }
    }
    entries.sort_by_key(|entry| entry.span.start);
    entries
}

/// Returns the entries that say of themselves which phase of the incident they are.
///
/// Only the words that an entry begins with count, or a mark at its end such as "(outage ends)", and only those that
/// leave no doubt. The first entry of a phase counts, but the latest one that says "resolved", since some are resolved
/// twice. An incident that was declared was known by then, which counts where no entry says when it was detected.
pub fn phases(entries: &[TimelineEntry]) -> Phases {
    let mut phases = Phases::default();
    let mut declared = None;
    for (place, entry) in entries.iter().enumerate() {
        let Some(at) = entry.at else { continue };
        // "Detection 10:00–10:05" tells how long it took, and not which of the two it was.
        if entry.until.is_some() {
            continue;
        }
        match phase_of(&plainly(&entry.text)) {
            Some(Phase::Started) => phases.started = phases.started.or(Some(place)),
            Some(Phase::Detected) => phases.detected = phases.detected.or(Some(place)),
            Some(Phase::Mitigated) => phases.mitigated = phases.mitigated.or(Some(place)),
            Some(Phase::Declared) => declared = declared.or(Some(place)),
            Some(Phase::Resolved) => {
                let before = phases.resolved.and_then(|place: usize| entries[place].at);
                if before.is_none_or(|before| before.utc() <= at.utc()) {
                    phases.resolved = Some(place);
                }
            }
            None => {}
        }
    }
    phases.detected = phases.detected.or(declared);
    phases
}

// ---- Which parts ---------------------------------------------------------------------------------------------------

/// A part that is a timeline by its heading.
struct Named<'p, 'a> {
    part: &'p Part<'a>,
    /// The headings of its own level behind it that are times or days, and so go on with it.
    more: Vec<&'p Part<'a>>,
    /// The zone that was stated before it.
    zone: Option<Zone>,
}

/// Finds the outermost parts that are timelines.
fn collect<'p, 'a>(part: &'p Part<'a>, found: &mut Vec<Named<'p, 'a>>, stated: &mut Option<Zone>) {
    for inline in part.lead.iter().chain(paragraphs(&part.blocks)) {
        *stated = stated_zone(&inline.text).or(*stated);
    }
    let mut open = false;
    for inner in &part.parts {
        if is_timeline(inner) {
            found.push(Named { part: inner, more: Vec::new(), zone: *stated });
            open = true;
        } else if open && date::leading(&inner.title).is_some() {
            found.last_mut().expect("an open timeline was pushed").more.push(inner);
        } else {
            open = false;
            collect(inner, found, stated);
        }
    }
}

fn paragraphs<'b>(blocks: &'b [&Block]) -> impl Iterator<Item = &'b Inline> {
    blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Paragraph(inline) => Some(inline),
        _ => None,
    })
}

/// Returns whether a part is a timeline: by its section, or by its first word where dates made the heading too long to
/// be the name of one.
fn is_timeline(part: &Part) -> bool {
    if part.canonical.is_some() {
        return part.canonical == Some(Canonical::Timeline);
    }
    let title = part.title.trim_start_matches(|c: char| !c.is_alphabetic());
    ["Timeline", "timeline", "TIMELINE", "Chronology", "タイムライン", "时间线"].iter().any(|word| {
        title
            .strip_prefix(word)
            .is_some_and(|rest| rest.trim_start().starts_with(['(', ':', '-', '–', '—', '（', ',']))
    })
}

/// Returns whether a part inside a timeline or elsewhere holds something that has dates and is no event.
fn is_foreign(part: &Part) -> bool {
    matches!(
        part.canonical,
        Some(
            Canonical::Actions
                | Canonical::Lessons
                | Canonical::WentWell
                | Canonical::WentWrong
                | Canonical::Lucky
                | Canonical::References
        )
    )
}

fn read_named(timeline: &Named, context: Context) -> Vec<TimelineEntry> {
    let mut reader = Reader::new(timeline.part, context);
    reader.steps.extend(timeline.zone.map(Step::Zone));
    reader.heading(&timeline.part.title);
    reader.part_body(timeline.part);
    for part in &timeline.more {
        reader.part(part, false);
    }
    resolve(&reader.steps, context)
}

/// Reads what consists of times and stands under no heading that says so.
fn read_unnamed(part: &Part, zone: Option<Zone>, context: Context, found: &mut Vec<Vec<TimelineEntry>>) {
    if is_foreign(part) || part.level > 0 && is_timeline(part) {
        return;
    }
    let mut read = |fill: &dyn Fn(&mut Reader)| {
        let mut reader = Reader::new(part, context);
        reader.steps.extend(zone.map(Step::Zone));
        reader.heading(&part.title);
        fill(&mut reader);
        found.push(resolve(&reader.steps, context));
    };
    if has_timed_headings(part) {
        read(&|reader| reader.part_body(part));
        return;
    }
    for block in &part.blocks {
        if is_all_times(block) {
            read(&|reader| reader.block(block));
        }
    }
    // What follows a list of labels stands in parts without a title, one for each block.
    let untitled = part.parts.iter().filter(|inner| inner.title.is_empty()).flat_map(|inner| &inner.blocks);
    let blocks: Vec<&Block> = part.blocks.iter().chain(untitled).copied().collect();
    let times: Vec<usize> = (0..blocks.len()).filter(|place| begins_with_clock(blocks[*place])).collect();
    if let (Some(first), Some(last)) = (times.first(), times.last())
        && times.len() >= 3
        && times.len() * 2 >= last - first
    {
        read(&|reader| reader.blocks(&blocks[*first..=*last]));
    }
    for inner in &part.parts {
        read_unnamed(inner, zone, context, found);
    }
}

/// Returns whether words begin with a time of day, and not with a word such as "At" that begins a sentence as well.
fn is_clocked(text: &str) -> bool {
    text.trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '[' | '(' | '~'))
        && date::leading(text).is_some_and(|leading| leading.start.clock.is_some())
}

fn begins_with_clock(block: &Block) -> bool {
    matches!(&block.kind, BlockKind::Paragraph(inline) if is_clocked(&inline.text))
}

fn has_timed_headings(part: &Part) -> bool {
    part.parts.iter().filter(|inner| is_clocked(&inner.title)).count() >= 3
}

/// Returns whether nearly every line of a list or table begins with a time of day.
fn is_all_times(block: &Block) -> bool {
    let (times, lines) = match &block.kind {
        BlockKind::List { items, .. } => {
            let timed =
                items.iter().filter(|item| first_words(item).is_some_and(|words| is_clocked(&words.text)));
            (timed.count(), items.len())
        }
        // Three times make a timeline, so that shorter tables need not be looked at.
        BlockKind::Table { head, rows } if rows.len() >= 3 => {
            let columns = Columns::named(head);
            let column = columns.time.or(columns.date).unwrap_or(0);
            let timed = rows.iter().filter(|row| {
                row.cells.get(column).is_some_and(|cell| is_clocked(&cell.text))
                    && !row.cells.iter().any(|cell| is_duration(&cell.text))
            });
            (timed.count(), rows.len())
        }
        _ => return false,
    };
    times >= 3 && times * 5 >= lines * 4
}

// ---- Step by step ----------------------------------------------------------------------------------------------------

/// What the text of a timeline says, one after the other.
enum Step {
    /// From here on entries without a day are of this one.
    Date(Day),
    /// From here on times without a zone are in this one.
    Zone(Zone),
    /// A list begins: its first time is not compared with the last one before it.
    List,
    /// Something happened.
    Entry(Box<Raw>),
}

/// An entry as it is written.
struct Raw {
    when: String,
    start: Stamp,
    until: Option<Stamp>,
    zone: Option<Zone>,
    approximate: bool,
    known: Option<Stamp>,
    text: String,
    span: Range<usize>,
}

struct Reader {
    steps: Vec<Step>,
    style: Style,
}

impl Reader {
    fn new(part: &Part, context: Context) -> Reader {
        let mut order = date::order_of(&part.title);
        part.pieces(&mut |text, _| {
            if order == Order::Unknown {
                order = date::order_of(text);
            }
        });
        if order == Order::Unknown
            && let Some(date) = context.date.filter(|date| date.precision >= Precision::Day)
            && let Some((day_first, month_first)) = ambiguous(part)
        {
            // The document's own date decides, where one reading is near it and the other is not.
            let far = |other: NaiveDate| (other - date.date()).num_days().abs();
            match (far(day_first) <= 20, far(month_first) <= 20) {
                (true, false) => order = Order::DayFirst,
                (false, true) => order = Order::MonthFirst,
                _ => {}
            }
        }
        Reader { steps: Vec::new(), style: Style { order, compact: false } }
    }

    fn leading(&self, text: &str) -> Option<Leading> {
        date::leading_in(text, self.style)
    }

    /// Reads date and zone from a heading that is no entry.
    fn heading(&mut self, title: &str) {
        if let Some(zone) = date::find_zone(title) {
            self.steps.push(Step::Zone(zone));
        }
        if let Some(day) = self.day_in(title) {
            self.steps.push(Step::Date(day));
        }
    }

    /// Returns the full date that words name anywhere.
    fn day_in(&self, words: &str) -> Option<Day> {
        if !date::has_digit(words) {
            return None;
        }
        if let Some((_, moment)) = date::find(words) {
            return Some(day_of(&moment));
        }
        // Dates in numbers need the order, which only `leading_in` knows.
        words
            .split([' ', '(', ')'])
            .filter_map(|word| self.leading(word))
            .find_map(|leading| leading.start.day.filter(|day| day.full().is_some()))
    }

    /// Reads what stands under a heading: its lead, its blocks, its nested parts.
    fn part_body(&mut self, part: &Part) {
        self.steps.push(Step::List);
        if let Some(lead) = &part.lead {
            self.paragraph(lead);
        }
        self.blocks(&part.blocks);
        self.steps.push(Step::List);
        let times = part.parts.iter().filter(|inner| self.says_clock(&inner.title)).count();
        for inner in &part.parts {
            self.part(inner, times >= 2);
        }
    }

    /// Reads a nested part: an entry where its heading is a time, else what it holds.
    ///
    /// Among headings that are times, one such as `2X:XX (not sure)` is a time that nobody knows.
    fn part(&mut self, part: &Part, among_times: bool) {
        if is_foreign(part) {
            return;
        }
        let Some(leading) = self.leading(&part.title) else {
            if is_template(&part.title) {
                return;
            }
            if among_times
                && part.title.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '?' | '[' | '~'))
            {
                self.raw(untimed(part.title.clone(), fold(&part.text()).into_owned(), part.span.clone()));
                return;
            }
            if self.timed_by_end(part) {
                return;
            }
            self.heading(&part.title);
            // `### Detection`, and in the list below it first of all when.
            if let Some(BlockKind::List { items, .. }) = part.blocks.first().map(|block| &block.kind) {
                self.named_stamp(&part.title, items.first());
            }
            self.part_body(part);
            return;
        };
        let mut inner = Reader { steps: Vec::new(), style: self.style };
        inner.part_body(part);
        let timed = inner.timed();
        let headings = part.parts.iter().any(|inner| self.says_clock(&inner.title));
        if leading.start.clock.is_none() && timed > 0 {
            self.label(&part.title, &leading, &part.heading);
            self.steps.append(&mut inner.steps);
        } else if headings || timed >= 2 {
            // What is no entry below is what happened at the time of the heading.
            let mut text = String::new();
            for inline in part.lead.iter().chain(paragraphs(&part.blocks)) {
                if self.leading(&inline.text).is_none() {
                    text = join(&text, &inline.text);
                }
            }
            let text = join(&part.title[leading.end..], &text);
            self.entry(&part.title, &leading, text, part.heading.clone());
            // The body begins with a list, which would forget the day that the heading has just named.
            let body = inner.steps.into_iter().skip_while(|step| matches!(step, Step::List));
            self.steps.extend(body);
        } else {
            let text = join(&part.title[leading.end..], &part.text());
            self.entry(&part.title, &leading, text, part.span.clone());
        }
    }

    /// Reads a part whose heading ends in its time: `### Rollback (16:40-17:00)`.
    fn timed_by_end(&mut self, part: &Part) -> bool {
        let Some((name, bracket)) = part.title.strip_suffix(')').and_then(|open| open.rsplit_once('('))
        else {
            return false;
        };
        let Some(leading) = self.leading(bracket) else { return false };
        if leading.start.clock.is_none() || !bracket[leading.end..].trim().is_empty() {
            return false;
        }
        let mut inner = Reader { steps: Vec::new(), style: self.style };
        inner.part_body(part);
        if inner.timed() > 0 {
            return false;
        }
        let text = join(name.trim_end(), &part.text());
        self.entry(bracket, &leading, text, part.span.clone());
        true
    }

    /// Reads an item that is nothing but a time, in a list under words that say what happened then.
    fn named_stamp(&mut self, name: &str, item: Option<&Item>) -> bool {
        let Some(words) = item.and_then(first_words) else { return false };
        let Some(leading) = self.leading(&words.text) else { return false };
        let bare = leading.start.clock.is_some() && words.text[leading.end..].trim().is_empty();
        let name = fold(name);
        let name = name.trim_end_matches([':', '：', ' ']);
        if bare && !name.is_empty() {
            self.entry(&words.text, &leading, name.to_owned(), words.span.clone());
        }
        bare && !name.is_empty()
    }

    fn says_clock(&self, title: &str) -> bool {
        self.leading(title).is_some_and(|leading| leading.start.clock.is_some())
    }

    /// Returns how many entries say a time of day of their own.
    fn timed(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, Step::Entry(raw) if raw.start.clock.is_some())).count()
    }

    /// Takes a date or a time that stands above its entries: the date holds for them, its words are an entry if it has some.
    fn label(&mut self, words: &str, leading: &Leading, span: &Range<usize>) {
        self.steps.extend(leading.zone.map(Step::Zone));
        self.steps.extend(leading.start.day.map(Step::Date));
        let rest = words[leading.end..].trim();
        if rest.chars().filter(|c| c.is_alphabetic()).count() > 2 && !is_aside(rest) {
            self.entry(words, leading, fold(rest).into_owned(), span.clone());
        }
    }

    fn entry(&mut self, words: &str, leading: &Leading, text: String, span: Range<usize>) {
        self.style.compact = leading.compact;
        self.raw(Raw {
            when: fold(&words[leading.words.clone()]).into_owned(),
            start: leading.start,
            until: leading.until,
            zone: leading.zone,
            approximate: leading.approximate,
            known: None,
            text,
            span,
        });
    }

    /// Adds an entry, unless it is a placeholder.
    fn raw(&mut self, mut raw: Raw) {
        if is_placeholder(&raw.text) || raw.start == Stamp::default() && is_template(&raw.when) {
            return;
        }
        take_known(&mut raw);
        self.steps.push(Step::Entry(Box::new(raw)));
    }

    // ---- Blocks

    fn blocks(&mut self, blocks: &[&Block]) {
        let mut at = 0;
        while at < blocks.len() {
            // A paragraph that is nothing but a time or a date stands over what follows it.
            if let BlockKind::Paragraph(inline) = &blocks[at].kind
                && let Some(leading) = self.leading(&inline.text)
                && inline.text[leading.end..].trim().is_empty()
            {
                let end = blocks[at + 1..]
                    .iter()
                    .position(|block| self.is_stamp(block))
                    .map_or(blocks.len(), |next| at + 1 + next);
                self.under(inline, &leading, blocks[at].span.start, &blocks[at + 1..end]);
                at = end;
            } else {
                self.block(blocks[at]);
                at += 1;
            }
        }
    }

    /// Reads the blocks under a paragraph that is nothing but a time or a date.
    fn under(&mut self, words: &Inline, leading: &Leading, start: usize, blocks: &[&Block]) {
        let mut inner = Reader { steps: Vec::new(), style: self.style };
        inner.blocks(blocks);
        if leading.start.clock.is_none() && inner.timed() > 0 {
            self.steps.extend(leading.zone.map(Step::Zone));
            self.steps.extend(leading.start.day.map(Step::Date));
            self.steps.append(&mut inner.steps);
            return;
        }
        let mut text = String::new();
        for block in blocks {
            block.push_text(&mut text);
        }
        let end = blocks.last().map_or(words.span.end, |block| block.span.end);
        self.entry(&words.text, leading, fold(&text).into_owned(), start..end);
    }

    fn is_stamp(&self, block: &Block) -> bool {
        matches!(&block.kind, BlockKind::Paragraph(inline) if self
            .leading(&inline.text)
            .is_some_and(|leading| inline.text[leading.end..].trim().is_empty()))
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph(inline) => self.paragraph(inline),
            BlockKind::List { items, .. } => self.list(items),
            BlockKind::Table { head, rows } => self.table(head, rows),
            BlockKind::Quote(inner) => self.blocks(&inner.iter().collect::<Vec<_>>()),
            BlockKind::Definitions(list) => self.definitions(list),
            BlockKind::Code { text, .. } => self.code(text, &block.span),
            BlockKind::Heading { .. } | BlockKind::Footnote(_) | BlockKind::Html(_) | BlockKind::Rule => {}
        }
    }

    /// Reads a paragraph: entries where its lines begin with times, else perhaps a word about zone and date.
    fn paragraph(&mut self, inline: &Inline) {
        let lines: Vec<&str> = inline.text.lines().collect();
        let begins: Vec<bool> = lines
            .iter()
            .enumerate()
            .map(|(place, line)| {
                (self.leading(line).is_some() || broken_date(line).is_some())
                    && (place == 0 || !hangs(lines[place - 1]))
            })
            .collect();
        let count = begins.iter().filter(|begin| **begin).count();
        // One wrapped line that happens to begin with a time makes no timeline of a paragraph.
        let first = begins.iter().position(|begin| *begin).filter(|first| *first == 0 || count >= 2);
        let Some(first) = first else {
            self.remark(&inline.text);
            return;
        };
        self.remark(&lines[..first].join("\n"));
        let mut at = first;
        while at < lines.len() {
            let next = (at + 1..lines.len()).find(|next| begins[*next]).unwrap_or(lines.len());
            let words = lines[at..next].join("\n");
            self.line(&words, &inline.span);
            at = next;
        }
    }

    /// Reads a line or paragraph that begins with a time.
    fn line(&mut self, words: &str, span: &Range<usize>) {
        if let Some(leading) = self.leading(words) {
            let rest = &words[leading.end..];
            if rest.trim().is_empty() && leading.start.clock.is_none() {
                self.steps.extend(leading.start.day.map(Step::Date));
            } else {
                self.entry(words, &leading, fold(rest).into_owned(), span.clone());
            }
        } else if let Some(end) = broken_date(words) {
            let text = fold(words[end..].trim_start_matches([' ', ':', '-', '–', '—', '|'])).into_owned();
            self.raw(untimed(words[..end].to_owned(), text, span.clone()));
        }
    }

    /// Reads zone and date from a paragraph that is no entry: `All times in PST, on February 8th 2019`.
    fn remark(&mut self, text: &str) {
        let zone = stated_zone(text);
        self.steps.extend(zone.map(Step::Zone));
        if (zone.is_some() || text.len() <= 60)
            && let Some(day) = self.day_in(text)
        {
            self.steps.push(Step::Date(day));
        }
    }

    fn definitions(&mut self, list: &[Definition]) {
        self.steps.push(Step::List);
        for definition in list {
            let term = &definition.term;
            let mut text = String::new();
            for block in &definition.blocks {
                block.push_text(&mut text);
            }
            let end = definition.blocks.last().map_or(term.span.end, |block| block.span.end);
            let span = term.span.start..end.max(term.span.end);
            match self.leading(&term.text) {
                Some(leading) => {
                    let text = join(&term.text[leading.end..], &text);
                    self.entry(&term.text, &leading, text, span);
                }
                None => self.blocks(&definition.blocks.iter().collect::<Vec<_>>()),
            }
        }
    }

    /// Reads a code block most of whose lines begin with a time, one entry a line; a log of a program is none.
    fn code(&mut self, text: &str, span: &Range<usize>) {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let leads: Vec<Option<Leading>> = lines.iter().map(|line| self.leading(line)).collect();
        let timed = leads.iter().flatten().filter(|leading| leading.start.clock.is_some()).count();
        if timed < 2 || timed * 2 <= lines.len() {
            return;
        }
        self.steps.push(Step::List);
        let mut open: Option<(&str, &Leading, String)> = None;
        for (line, leading) in lines.iter().zip(&leads) {
            match (leading, &mut open) {
                (Some(leading), _) => {
                    if let Some((words, leading, text)) = open.take() {
                        self.entry(words, leading, text, span.clone());
                    }
                    let rest = fold(&line[leading.end..]);
                    if rest.is_empty() && leading.start.clock.is_none() {
                        self.steps.extend(leading.start.day.map(Step::Date));
                    } else {
                        open = Some((line, leading, rest.into_owned()));
                    }
                }
                (None, Some((_, _, text))) => *text = join(text, line),
                (None, None) => {}
            }
        }
        if let Some((words, leading, text)) = open {
            self.entry(words, leading, text, span.clone());
        }
    }

    // ---- Lists

    fn list(&mut self, items: &[Item]) {
        if !items.iter().any(|item| self.item_is_timed(item)) {
            return;
        }
        self.steps.push(Step::List);
        for item in items {
            self.item(item);
        }
    }

    /// Returns whether an item names a time, at its beginning, at its end, or in a list below it.
    fn item_is_timed(&self, item: &Item) -> bool {
        let words = first_words(item).map_or("", |words| &words.text);
        self.leading(words).is_some()
            || is_relative(words)
            || self.inner_time(words).is_some()
            || nested_items(item).any(|inner| self.item_is_timed(inner))
    }

    fn item(&mut self, item: &Item) {
        let empty = Inline::default();
        let words = first_words(item).unwrap_or(&empty);
        let rest = if first_words(item).is_some() { &item.blocks[1..] } else { &item.blocks[..] };
        let nested = nested_items(item).filter(|inner| self.item_is_timed(inner)).count();
        let leading = self.leading(&words.text);
        // Items below that have times of their own are entries; the item above them gives the date, or is one as well.
        if nested > 0 {
            match &leading {
                Some(leading) if leading.start.clock.is_none() => {
                    self.label(&words.text, leading, &words.span)
                }
                Some(leading) => {
                    let text = fold(&words.text[leading.end..]).into_owned();
                    self.entry(&words.text, leading, text, words.span.clone());
                }
                None => match self.inner_time(&words.text) {
                    Some(inner) if inner.start.clock.is_some() => self.inner_entry(inner, words.span.clone()),
                    // `- Issue detected:` with `- 10:15 AM` below it.
                    _ if self.named_stamp(&words.text, nested_items(item).next()) => {}
                    _ => self.remark(&words.text),
                },
            }
            for block in rest {
                match &block.kind {
                    BlockKind::List { items, .. } => {
                        for item in items {
                            self.item(item);
                        }
                    }
                    _ => self.block(block),
                }
            }
            return;
        }
        let span = item.span.clone();
        let below = below(rest);
        if let Some(leading) = leading {
            let text = join(&words.text[leading.end..], &below);
            self.entry(&words.text, &leading, text, span);
        } else if let Some(mut inner) = self.inner_time(&words.text) {
            inner.text = join(&inner.text, &below);
            self.inner_entry(inner, span);
        } else if !is_duration(&words.text) {
            let (when, text) = split_unknown(&words.text);
            self.raw(untimed(when.to_owned(), join(text, &below), span));
        }
    }

    fn inner_entry(&mut self, inner: Inner, span: Range<usize>) {
        self.raw(Raw {
            when: inner.when,
            start: inner.start,
            until: inner.until,
            zone: inner.zone,
            approximate: inner.approximate,
            known: None,
            text: inner.text,
            span,
        });
    }

    /// Reads an item that names its time after words: `Resolved 2020-09-07 15:56`, `Start: 8 October 2025 ~16:00 UTC - x`.
    fn inner_time(&self, words: &str) -> Option<Inner> {
        if is_duration(words) || words.len() > 2000 {
            return None;
        }
        // After a label the time is read as at the beginning of a line.
        let label = words.char_indices().find(|(_, c)| matches!(c, ':' | '：')).filter(|(at, _)| *at <= 60);
        if let Some((at, colon)) = label
            && let Some(leading) = self.leading(&words[at + colon.len_utf8()..])
            && (leading.start.clock.is_some() || leading.start.day.is_some_and(|day| day.full().is_some()))
        {
            let after = &words[at + colon.len_utf8()..];
            let rest = fold(&after[leading.end..]);
            let name = fold(&words[..at]);
            let text = if rest.is_empty() { name.into_owned() } else { format!("{name}: {rest}") };
            return Some(Inner {
                when: fold(&after[leading.words.clone()]).into_owned(),
                start: leading.start,
                until: leading.until,
                zone: leading.zone,
                approximate: leading.approximate,
                text,
            });
        }
        let (range, moment) = date::find(words)?;
        // Read again from there, since only a line's beginning knows spans, zones and words for "about".
        let leading = self.leading(&words[range.start..])?;
        let rest = words[range.start + leading.end..].trim();
        let last = rest.is_empty() || is_aside(rest);
        if !last && !moment.has_time() {
            return None;
        }
        let text = if last {
            let words = fold(&words[..range.start]);
            let mut name = words.trim_end_matches([' ', ':', '-', '–', '—', ',', '(', '@', '：']);
            for filler in [" at", " on", " am", " le"] {
                name = name.strip_suffix(filler).unwrap_or(name);
            }
            name.to_owned()
        } else {
            fold(words).into_owned()
        };
        let end = range.start + leading.words.end;
        Some(Inner {
            when: fold(&words[range.start..end]).into_owned(),
            start: leading.start,
            until: leading.until,
            zone: leading.zone,
            approximate: leading.approximate,
            text,
        })
    }

    // ---- Tables

    fn table(&mut self, head: &[Inline], rows: &[Row]) {
        let mut columns = Columns::named(head);
        if columns.time.is_none() && columns.date.is_none() {
            columns.time = self.column_of_times(head.len(), rows);
        }
        let Some(first) = columns.date.or(columns.time) else { return };
        fn cell(row: &Row, column: Option<usize>) -> Cow<'_, str> {
            column.and_then(|column| row.cells.get(column)).map_or(Cow::Borrowed(""), Inline::folded)
        }
        let when = |row: &Row| {
            let (date, time) = (cell(row, columns.date), cell(row, columns.time));
            spaced(&date, &time)
        };
        let says_when = |row: &Row| {
            let when = when(row);
            self.leading(&when).is_some() || is_relative(&when) || broken_date(&when).is_some()
        };
        if !rows.iter().any(says_when) {
            return;
        }
        self.steps.push(Step::List);
        for column in [columns.time, columns.date].into_iter().flatten() {
            let words = head.get(column).map_or("", |cell| &cell.text);
            self.steps.extend(date::find_zone(words).map(Step::Zone));
            if let Some(year) = year_in(words) {
                self.steps.push(Step::Date(Day { year: Some(year), month: None, day: None, numeric: false }));
            }
        }
        for row in rows {
            let when = when(row);
            let text = row
                .cells
                .iter()
                .enumerate()
                .filter(|(column, cell)| !cell.is_empty() && !columns.is_silent(*column))
                .map(|(_, cell)| fold(&cell.text))
                .collect::<Vec<_>>()
                .join(" — ");
            let leading = self.leading(&when);
            if text.is_empty() {
                // A row of which only the date is filled in stands over the rows below it.
                let day = leading.and_then(|leading| leading.start.day);
                if first == 0 {
                    self.steps.extend(day.map(Step::Date));
                }
                continue;
            }
            if leading.is_none() && is_duration(&text) {
                continue;
            }
            let mut raw = match leading {
                Some(leading) => {
                    self.style.compact = leading.compact;
                    // Words behind the time in its own cell say something about the time.
                    Raw {
                        when,
                        start: leading.start,
                        until: leading.until,
                        zone: leading.zone,
                        approximate: leading.approximate,
                        known: None,
                        text,
                        span: row.span.clone(),
                    }
                }
                None => untimed(
                    if is_template(&when) && when.len() < 4 { String::new() } else { when },
                    text,
                    row.span.clone(),
                ),
            };
            if let Some(until) = self.leading(&cell(row, columns.until)) {
                raw.until = raw.until.or(Some(until.start));
            }
            if let Some(known) = self.leading(&cell(row, columns.known)) {
                raw.known = Some(known.start);
            }
            self.raw(raw);
        }
    }

    /// Returns the first column most of whose cells begin with a time.
    fn column_of_times(&self, columns: usize, rows: &[Row]) -> Option<usize> {
        (0..columns.min(6)).find(|column| {
            let cells = rows.iter().filter_map(|row| row.cells.get(*column)).filter(|cell| !cell.is_empty());
            let (mut filled, mut timed) = (0, 0);
            for cell in cells {
                filled += 1;
                timed += usize::from(self.leading(&cell.text).is_some());
            }
            timed > 0 && timed * 2 > filled
        })
    }
}

/// Returns the two readings of the first date of a part that could be read either way: day first, month first.
fn ambiguous(part: &Part) -> Option<(NaiveDate, NaiveDate)> {
    let mut found = date::ambiguous(&part.title);
    part.pieces(&mut |text, _| {
        if found.is_none() {
            found = date::ambiguous(text);
        }
    });
    found
}

/// A time that stands after words, and those words.
struct Inner {
    when: String,
    start: Stamp,
    until: Option<Stamp>,
    zone: Option<Zone>,
    approximate: bool,
    text: String,
}

/// Which columns of a table say when, and which say nothing worth repeating.
#[derive(Default)]
struct Columns {
    date: Option<usize>,
    time: Option<usize>,
    until: Option<usize>,
    known: Option<usize>,
    /// In ascending order.
    silent: Vec<usize>,
}

impl Columns {
    /// Finds the columns by the words of their headers.
    fn named(head: &[Inline]) -> Columns {
        let mut columns = Columns::default();
        for (place, cell) in head.iter().enumerate() {
            let words = cell.folded().to_lowercase();
            let kind = header(&words);
            match kind {
                Some(Header::Known) => columns.known = columns.known.or(Some(place)),
                Some(Header::Until) => columns.until = columns.until.or(Some(place)),
                Some(Header::Date) if columns.date.is_none() => columns.date = Some(place),
                Some(Header::Time) if columns.time.is_none() => columns.time = Some(place),
                Some(_) => columns.silent.push(place),
                None => {}
            }
        }
        columns
    }

    fn is_silent(&self, column: usize) -> bool {
        [self.date, self.time, self.until, self.known].contains(&Some(column))
            || self.silent.binary_search(&column).is_ok()
    }
}

/// What the header of a column says of it.
enum Header {
    Date,
    Time,
    Until,
    Known,
    /// Numbers, weekdays, durations, the same time once more.
    Silent,
}

/// Words of headers in eight languages; a header is the first whose word it begins with.
const HEADERS: &[(Header, &[&str])] = &[
    (Header::Known, &["known at", "known_at", "known"]),
    (
        Header::Silent,
        &[
            "#",
            "no.",
            "nr",
            "№",
            "id",
            "day",
            "weekday",
            "tag",
            "jour",
            "día",
            "dia",
            "曜日",
            "요일",
            "星期",
            "duration",
            "elapsed",
            "dauer",
            "durée",
            "duración",
            "duração",
            "所要",
            "経過",
            "耗时",
            "소요",
            "t+",
            "δ",
            "delta",
            "offset",
            "time to",
            "time taken",
            "time spent",
            "time elapsed",
            "time since",
        ],
    ),
    (
        Header::Until,
        &[
            "end", "until", "to", "finish", "ende", "bis", "fin", "jusqu", "hasta", "fim", "até", "終了",
            "结束", "종료",
        ],
    ),
    (
        Header::Time,
        &[
            "time",
            "timestamp",
            "times",
            "hour",
            "when",
            "at",
            "utc",
            "gmt",
            "date/time",
            "date / time",
            "date time",
            "datetime",
            "date and time",
            "date & time",
            "date&time",
            "day/time",
            "start",
            "began",
            "from",
            "uhrzeit",
            "zeit",
            "zeitpunkt",
            "zeitstempel",
            "datum/uhrzeit",
            "datum und uhrzeit",
            "datum, uhrzeit",
            "beginn",
            "heure",
            "horaire",
            "horodatage",
            "quand",
            "date et heure",
            "date/heure",
            "début",
            "hora",
            "fecha y hora",
            "fecha/hora",
            "cuándo",
            "inicio",
            "horário",
            "data e hora",
            "data/hora",
            "quando",
            "início",
            "時刻",
            "時間",
            "日時",
            "発生時刻",
            "タイムスタンプ",
            "いつ",
            "时间",
            "時點",
            "时刻",
            "发生时间",
            "时间点",
            "시간",
            "시각",
            "일시",
            "발생시각",
            "jst",
            "pst",
            "pdt",
            "pt",
            "est",
            "edt",
            "et",
            "cet",
            "cest",
            "bst",
            "ist",
        ],
    ),
    (Header::Date, &["date", "dates", "datum", "fecha", "data", "日付", "年月日", "日期", "날짜"]),
];

fn header(words: &str) -> Option<Header> {
    let words = words.trim().trim_start_matches(['(', '[', '*', '_']);
    let mut best: Option<(usize, usize)> = None;
    for (place, (_, spellings)) in HEADERS.iter().enumerate() {
        for spelling in *spellings {
            // Nearly always the first byte says no.
            if spelling.as_bytes().first() != words.as_bytes().first() {
                continue;
            }
            let Some(rest) = words.strip_prefix(spelling) else { continue };
            let whole = !spelling.is_ascii() && spelling.chars().any(|c| c as u32 >= 0x2E80)
                || !rest.starts_with(|c: char| c.is_alphanumeric());
            // `start` and `end` are words of many headers, and `to do` is no time.
            let short = !matches!(HEADERS[place].0, Header::Until | Header::Silent)
                || is_aside(rest)
                || rest.trim().is_empty()
                || rest.trim() == "time";
            let generic = matches!(*spelling, "at" | "from" | "data" | "start" | "began")
                && !(rest.trim().is_empty() || rest.trim() == "time" || is_aside(rest));
            let silent = matches!(HEADERS[place].0, Header::Silent) && spelling.starts_with("time ");
            if whole
                && (short || silent)
                && !generic
                && best.is_none_or(|(_, length)| spelling.len() > length)
            {
                best = Some((place, spelling.len()));
            }
        }
    }
    let (place, _) = best?;
    Some(match HEADERS[place].0 {
        Header::Date => Header::Date,
        Header::Time => Header::Time,
        Header::Until => Header::Until,
        Header::Known => Header::Known,
        Header::Silent => Header::Silent,
    })
}

fn year_in(words: &str) -> Option<i32> {
    words
        .split(|c: char| !c.is_ascii_digit())
        .filter(|word| word.len() == 4)
        .filter_map(|word| word.parse().ok())
        .find(|year| (1990..=2099).contains(year))
}

fn nested_items(item: &Item) -> impl Iterator<Item = &Item> {
    item.blocks.iter().flat_map(|block| match &block.kind {
        BlockKind::List { items, .. } => items.as_slice(),
        _ => &[],
    })
}

/// Returns the words of the blocks under an item's first line, the items of lists set apart by semicolons.
fn below(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        let mut text = String::new();
        if let BlockKind::List { items, .. } = &block.kind {
            for item in items {
                let mut words = String::new();
                for block in &item.blocks {
                    block.push_text(&mut words);
                }
                if !text.is_empty() {
                    text.push_str("; ");
                }
                text.push_str(&fold(&words));
            }
        } else {
            block.push_text(&mut text);
        }
        out = join(&out, &text);
    }
    out
}

/// Joins two texts with a space, their white space folded.
fn join(first: &str, second: &str) -> String {
    spaced(&fold(first), &fold(second))
}

/// Joins two texts with a space, where both have words.
fn spaced(first: &str, second: &str) -> String {
    let mut out = String::with_capacity(first.len() + " ".len() + second.len());
    out.push_str(first);
    if !first.is_empty() && !second.is_empty() {
        out.push(' ');
    }
    out.push_str(second);
    out
}

fn untimed(when: String, text: String, span: Range<usize>) -> Raw {
    Raw {
        when,
        start: Stamp::default(),
        until: None,
        zone: None,
        approximate: false,
        known: None,
        text,
        span,
    }
}

fn day_of(moment: &Moment) -> Day {
    let date = moment.date();
    Day { year: Some(date.year()), month: Some(date.month()), day: Some(date.day()), numeric: false }
}

// ---- Words -----------------------------------------------------------------------------------------------------------

/// Words with which a paragraph says that all times are in one zone.
const SAYING: &[&str] = &[
    "all times",
    "times are",
    "times in",
    "times listed",
    "all timestamps",
    "timestamps are",
    "timestamps in",
    "all dates",
    "time zone",
    "timezone",
    "time in ",
    "alle zeiten",
    "zeitangaben",
    "uhrzeiten",
    "toutes les heures",
    "les heures sont",
    "horaires",
    "todas las horas",
    "todos los horarios",
    "todos os horários",
    "全時刻",
    "全て",
    "すべて",
    "時刻は",
    "時間は",
    "所有时间",
    "时间均",
    "모든 시간",
    "모든 시각",
];

/// Returns the zone of which a paragraph says that all times are in it.
fn stated_zone(text: &str) -> Option<Zone> {
    if text.len() > 600 || !may_state(text) {
        return None;
    }
    static WORDS: OnceLock<AhoCorasick> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        // An automaton of tables is several times as fast as the default, and these few words make a small one.
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(SAYING)
            .expect("the words are few and short")
    });
    let at = words.find(text)?.start();
    date::find_zone(&text[at..]).or_else(|| date::find_zone(text))
}

/// Returns whether a text may hold one of the words that say a zone: each of them has a letter of other scripts or with an accent
/// in it, or one of a few runs of letters. Every paragraph of every document is asked, and most have none.
fn may_state(text: &str) -> bool {
    let bytes = text.as_bytes();
    // No word ends within four letters from the beginning of its run.
    let [Some(second), Some(third), Some(fourth), Some(fifth)] =
        [bytes.get(1..), bytes.get(2..), bytes.get(3..), bytes.get(4..)]
    else {
        return false;
    };
    // Without a way out in the middle, the compiler looks at many places at once.
    let (mut holds, mut foreign) = (false, false);
    for ((((a, b), c), d), e) in bytes.iter().zip(second).zip(third).zip(fourth).zip(fifth) {
        let (a, b, c, d, e) = (a | 0x20, b | 0x20, c | 0x20, d | 0x20, e | 0x20);
        // Not "timeout" or "timeline".
        let goes_on = (e == b's') | (e == b'z') | (e == b' ');
        holds |= (a == b't') & (b == b'i') & (c == b'm') & (d == b'e') & goes_on;
        holds |= (a == b'l') & (b == b' ') & (c == b'd') & (d == b'a');
        holds |= (a == b'z') & (b == b'e') & (c == b'i') & (d == b't');
        holds |= (a == b'h') & (b == b'e') & (c == b'u') & (d == b'r');
        holds |= (a == b'h') & (b == b'o') & (c == b'r') & (d == b'a');
        // Dashes, quotation marks and the like begin with a lower byte.
        foreign |= a > 0xE2;
    }
    holds | foreign
}

/// Returns whether a line ends in a word that wants a time after it, so that the time on the next line is no new entry.
fn hangs(line: &str) -> bool {
    let last = line.split_whitespace().next_back().unwrap_or("");
    matches!(
        last.to_lowercase().as_str(),
        "at" | "to"
            | "until"
            | "till"
            | "by"
            | "from"
            | "and"
            | "between"
            | "since"
            | "around"
            | "on"
            | "before"
            | "after"
            | "of"
            | "about"
            | "approximately"
            | "the"
            | "–"
            | "-"
            | "um"
            | "bis"
            | "à"
            | "vers"
    )
}

/// Returns where words end that want to be a date and are none: `20202-01-16 12:00`, `11/03/202`.
fn broken_date(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = |at: usize| bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    let (mut at, mut signs) = (0, 0);
    let sign = *bytes.get(run(0)).filter(|sign| run(0) > 0 && matches!(sign, b'-' | b'/'))?;
    loop {
        let digits = run(at);
        if digits == 0 || digits > 5 {
            return None;
        }
        at += digits;
        if signs < 2 && bytes.get(at) == Some(&sign) {
            (signs, at) = (signs + 1, at + 1);
        } else {
            break;
        }
    }
    let clear = bytes.get(at).is_none_or(|next| matches!(next, b' ' | b':' | b','));
    if signs != 2 || !clear {
        return None;
    }
    // The time of day belongs to it.
    let rest = &text[at..];
    let clock =
        rest.strip_prefix(' ').and_then(date::leading).filter(|leading| leading.start.clock.is_some());
    Some(clock.map_or(at, |leading| at + 1 + leading.words.end))
}

/// Returns whether words count from the beginning of the incident: `T+10 min`, `+5m`, `T0`.
fn is_relative(text: &str) -> bool {
    let text = text.trim_start_matches(['[', '(', '`', ' ']);
    let after = text.strip_prefix(['T', 't']).unwrap_or(text);
    let signed = after.trim_start().strip_prefix(['+', '-', '−', '±']);
    let digits = |text: &str| text.trim_start().starts_with(|c: char| c.is_ascii_digit());
    match signed {
        Some(rest) => {
            let unit =
                rest.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_start();
            digits(rest)
                && (after.len() < text.len() || unit.starts_with(['m', 'h', 's', 'd', ':', '分', '時']))
        }
        None => {
            after.len() < text.len() && (after.starts_with("0 ") || after.starts_with("0:") || after == "0")
        }
    }
}

/// Returns whether a text is all in brackets.
fn is_aside(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['(', '（', '[']) && text.ends_with([')', '）', ']', '.'])
}

/// Returns whether an item tells a length of time and not a point in time.
fn is_duration(text: &str) -> bool {
    let start = text.get(..text.floor_char_boundary(48)).unwrap_or("").trim_start();
    // Nearly always the first byte says no.
    if start.bytes().next().is_none_or(|first| first.is_ascii() && !b"dDtTmM".contains(&first)) {
        return false;
    }
    let lower = start.to_lowercase();
    [
        "duration",
        "total ",
        "time to ",
        "ttd",
        "ttr",
        "ttm",
        "mttr",
        "mttd",
        "downtime:",
        "dauer",
        "durée",
        "duración",
        "duração",
        "所要時間",
        "継続時間",
        "소요 시간",
    ]
    .iter()
    .any(|word| lower.starts_with(word))
}

/// Parts a word for "nobody knows when" from what happened: `[???] x`, `Unknown date: x`.
fn split_unknown(text: &str) -> (&str, &str) {
    let trimmed = text.trim_start();
    if let Some(inside) = trimmed.strip_prefix(['[', '('])
        && let Some(end) = inside.find([']', ')'])
        && inside[..end].chars().all(|c| matches!(c, '?' | 'x' | 'X' | '-' | ':' | ' ' | '~'))
    {
        return (&inside[..end], inside[end + 1..].trim_start_matches([' ', ':', '-']));
    }
    let known = [
        "unknown",
        "tbd",
        "tbc",
        "earlier",
        "later",
        "before",
        "after",
        "不明",
        "不定",
        "未知",
        "inconnu",
        "unbekannt",
    ];
    if let Some((label, rest)) = trimmed.split_once([':', '：'])
        && label.len() <= 30
        && known.iter().any(|word| label.to_lowercase().starts_with(word))
        && !rest.starts_with("//")
    {
        return (label.trim(), rest);
    }
    ("", text)
}

/// Returns whether words for a time are still those of a template.
fn is_template(when: &str) -> bool {
    let when = when.trim().trim_matches(['[', ']', '`', '*', '<', '>', '(', ')']);
    let lower = when.to_lowercase();
    // A year in it was written by somebody, also where the rest is unknown: `2021-??-?? HH:mm`.
    let blank = when.bytes().filter(u8::is_ascii_digit).count() < 4;
    lower.contains("{{")
        || blank && lower.contains("hh:mm")
        || lower.contains("yyyy")
        || lower.contains("20xx")
        || lower.contains("xx:xx")
        || lower.contains("mm/dd")
        || lower.contains("dd/mm")
        || matches!(lower.as_str(), "time" | "timestamp" | "date" | "tbd" | "todo" | "...")
}

/// Returns whether what happened is nothing, or still that of a template.
fn is_placeholder(text: &str) -> bool {
    let bare = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        return true;
    }
    if bare.len() > 60 {
        return false;
    }
    let lower = bare.to_lowercase();
    matches!(
        lower.as_str(),
        "tbd"
            | "tba"
            | "todo"
            | "tbc"
            | "n/a"
            | "na"
            | "none"
            | "xxx"
            | "event"
            | "event description"
            | "short event description"
            | "short description"
            | "description"
            | "description of event"
            | "description of the event"
            | "describe the event"
            | "what happened"
            | "details"
            | "brief description"
            | "fill in"
            | "イベント"
            | "記入"
            | "未記入"
    )
}

/// Takes `(known at 12:40)` and `known_at: 12:40` out of the words of an entry.
fn take_known(raw: &mut Raw) {
    const SAYING: &[&str] = &["known at", "known_at"];
    if !date::has_digit(&raw.text) {
        return;
    }
    let lower = raw.text.to_ascii_lowercase();
    // Asking whether a word is there at all is many times faster than looking for its place.
    if !lower.contains("known") {
        return;
    }
    let Some((at, words)) = SAYING.iter().filter_map(|words| Some((lower.find(words)?, words))).min() else {
        return;
    };
    let after = at + words.len();
    let rest = raw.text[after..].trim_start_matches([':', ' ']);
    let start = raw.text.len() - rest.len();
    let Some(leading) = date::leading(rest).filter(|leading| leading.start.clock.is_some()) else { return };
    let open = raw.text[..at].trim_end().strip_suffix(['(', '[']);
    let marked = *words == "known_at" || open.is_some();
    if !marked {
        return;
    }
    raw.known = Some(leading.start);
    let head = open.unwrap_or(&raw.text[..at]).trim_end_matches([' ', ';', ',', '—', '-']);
    let end = start + if open.is_some() { leading.end } else { leading.words.end };
    raw.text = join(head, &raw.text[end..]);
}

// ---- Dates and zones -------------------------------------------------------------------------------------------------

/// A time without a day that is more than this earlier than the one above it belongs to the next day.
///
/// Neighbours that are merely out of order differ by minutes, at most a few hours; from one event to the next across
/// midnight it is seldom longer than the eighteen hours that this leaves.
const MIDNIGHT: TimeDelta = TimeDelta::hours(6);

/// What holds for the next entry.
struct State {
    /// The day that a list begins with.
    base: Option<NaiveDate>,
    /// The day of the last entry.
    date: Option<NaiveDate>,
    /// The nearest day to which dates without a year belong.
    near: Option<NaiveDate>,
    zone: Option<Zone>,
    /// Whether the document said that all times are in `zone`, so that a zone of one entry is its own.
    stated: bool,
    last: Option<Clock>,
}

/// Gives every entry its date and zone.
fn resolve(steps: &[Step], context: Context) -> Vec<TimelineEntry> {
    let document = context.date.map(|date| date.date());
    let day = context.date.filter(|date| date.precision >= Precision::Day).map(|date| date.date());
    let mut state = State { base: day, date: day, near: document, zone: None, stated: false, last: None };
    let mut entries = Vec::new();
    let mut at = 0;
    while at < steps.len() {
        match &steps[at] {
            Step::Date(day) => {
                state.enter(*day);
                at += 1;
            }
            Step::Zone(zone) => {
                state.zone = Some(*zone);
                state.stated = true;
                at += 1;
            }
            Step::List => {
                state.last = None;
                state.date = state.base;
                at += 1;
            }
            Step::Entry(_) => {
                let run: Vec<&Raw> = steps[at..]
                    .iter()
                    .map_while(|step| match step {
                        Step::Entry(raw) => Some(raw.as_ref()),
                        _ => None,
                    })
                    .collect();
                state.run(&run, context, &mut entries);
                at += run.len();
            }
        }
    }
    entries
}

impl State {
    fn enter(&mut self, day: Day) {
        self.last = None;
        let date = match self.near {
            Some(near) => day.near(near),
            None => day.full(),
        };
        if let Some(date) = date {
            (self.base, self.date, self.near) = (Some(date), Some(date), Some(date));
        } else if let (Some(year), None) = (day.year, day.month) {
            // A year alone, as in a header `Date (2022)`, only helps to read days without one.
            let middle = NaiveDate::from_ymd_opt(year, 7, 1);
            self.near = self.near.filter(|near| near.year() == year).or(middle);
        }
    }

    /// Resolves entries that follow each other without anything between them.
    fn run(&mut self, run: &[&Raw], context: Context, entries: &mut Vec<TimelineEntry>) {
        let newest_first = is_newest_first(run);
        if newest_first
            && run.first().is_some_and(|raw| raw.start.day.is_none())
            && run.iter().all(|raw| raw.start.day.is_none())
        {
            // Nothing but times, newest first: the document's day is that of the earliest, so they are read from there.
            let mut reversed: Vec<TimelineEntry> =
                run.iter().rev().map(|raw| self.entry(raw, false, context)).collect();
            reversed.reverse();
            entries.append(&mut reversed);
        } else {
            entries.extend(run.iter().map(|raw| self.entry(raw, newest_first, context)));
        }
    }

    fn entry(&mut self, raw: &Raw, newest_first: bool, context: Context) -> TimelineEntry {
        let zone = raw.zone.or(self.zone);
        if raw.zone.is_some() && !self.stated {
            self.zone = raw.zone;
        }
        let own =
            raw.start.day.and_then(|day| self.near.or(self.date).map_or(day.full(), |near| day.near(near)));
        let at = match (raw.start.day, raw.start.clock) {
            (Some(day), None) => {
                if let Some(date) = own {
                    (self.base, self.date, self.near) = (Some(date), Some(date), Some(date));
                    self.last = None;
                }
                own.map(Moment::day).or_else(|| day.moment())
            }
            (Some(_), Some(clock)) => {
                if let Some(date) = own {
                    (self.base, self.date, self.near) = (Some(date), Some(date), Some(date));
                }
                self.last = Some(clock);
                own.map(|date| clock.on(date, zone))
            }
            (None, Some(clock)) => {
                self.pass_midnight(&clock, newest_first);
                self.last = Some(clock);
                self.date.map(|date| clock.on(date, zone))
            }
            (None, None) => None,
        };
        let later = |stamp: &Stamp| self.later(stamp, &raw.start, at, zone);
        let until = raw.until.as_ref().and_then(later);
        let known_at = raw.known.as_ref().and_then(later);
        let placed = |moment: Option<Moment>| moment.map(|moment| moment.in_zone(context.zone));
        TimelineEntry {
            when: raw.when.clone(),
            at: placed(at),
            until: placed(until),
            known_at: placed(known_at),
            approximate: raw.approximate,
            text: raw.text.clone(),
            span: raw.span.clone(),
        }
    }

    /// Moves to the next day where the time is much earlier than the one before, to the day before in a list that
    /// tells the newest first.
    fn pass_midnight(&mut self, clock: &Clock, newest_first: bool) {
        let (Some(last), Some(date)) = (self.last, self.date) else { return };
        let step = clock.time - last.time;
        if !newest_first && step < -MIDNIGHT {
            self.date = date.succ_opt().or(self.date);
        } else if newest_first && step > MIDNIGHT {
            self.date = date.pred_opt().or(self.date);
        }
    }

    /// Returns the moment of a stamp that cannot be earlier than the beginning `at` of its entry.
    fn later(&self, stamp: &Stamp, start: &Stamp, at: Option<Moment>, zone: Option<Zone>) -> Option<Moment> {
        let at = at?;
        let Some(clock) = stamp.clock else {
            return stamp.day.and_then(|day| day.near(at.date())).map(Moment::day);
        };
        let own = stamp.day.filter(|day| start.clock.is_none() || Some(*day) != start.day);
        match own.and_then(|day| day.near(at.date())) {
            Some(date) => Some(clock.on(date, zone)),
            None => {
                let same = clock.on(at.date(), zone);
                let next = at.date().succ_opt().map(|date| clock.on(date, zone));
                match at.has_time() && same.local < at.local {
                    true if clock.is_rough() => None,
                    true => next,
                    false => Some(same),
                }
            }
        }
    }
}

/// Returns whether a list tells the newest first: most steps from one time to the next go backwards.
fn is_newest_first(run: &[&Raw]) -> bool {
    let mut last: Option<(&Stamp, Clock)> = None;
    let (mut forwards, mut backwards) = (0, 0);
    for raw in run {
        let Some(clock) = raw.start.clock else { continue };
        if let Some((stamp, before)) = last {
            let days = stamp.day.and_then(|day| day.full()).zip(raw.start.day.and_then(|day| day.full()));
            let mut step = clock.time - before.time;
            match days {
                Some((earlier, later)) => step += later - earlier,
                // Over more than half a day the step leads the other way round, past midnight.
                None if step > TimeDelta::hours(12) => step -= TimeDelta::hours(24),
                None if step < TimeDelta::hours(-12) => step += TimeDelta::hours(24),
                None => {}
            }
            forwards += usize::from(step > TimeDelta::zero());
            backwards += usize::from(step < TimeDelta::zero());
        }
        last = Some((&raw.start, clock));
    }
    backwards >= 2 && backwards > forwards
}

// ---- Phases ----------------------------------------------------------------------------------------------------------

#[derive(Clone, Copy)]
enum Phase {
    Started,
    Detected,
    Declared,
    Mitigated,
    Resolved,
}

/// Words with which an entry says which phase it is: those that it may begin with, then those that must be all of it.
const PHASES: &[(Phase, &[&str], &[&str])] = &[
    (
        Phase::Started,
        &[
            "fault occurs",
            "fault occurred",
            "incident start",
            "incident begins",
            "incident began",
            "start of incident",
            "start of the incident",
            "outage start",
            "outage begins",
            "outage began",
            "problem starts",
            "problem started",
            "impact starts",
            "impact started",
            "impact begins",
            "impact start",
            "impact began",
            "customer impact start",
            "customer impact begins",
            "customer impact began",
            "user impact start",
            "user impact begins",
            "user impact began",
            "[started]",
            "[start]",
            "障害発生",
            "インシデント発生",
            "事故开始",
            "故障开始",
            "장애 발생",
            "ausfall beginnt",
            "début de l'incident",
            "inicio del incidente",
            "início do incidente",
        ],
        &["start", "started", "begin", "発生", "beginn", "début", "inicio", "início", "发生"],
    ),
    (
        Phase::Detected,
        &[
            "first detected",
            "fault detected",
            "incident detected",
            "issue detected",
            "problem detected",
            "outage detected",
            "failure detected",
            "anomaly detected",
            "intrusion detected",
            "breach detected",
            "error detected",
            "errors detected",
            "detected:",
            "detection:",
            "[detected]",
            "[detection]",
            "検知:",
            "検知：",
            "初回検知",
            "障害検知",
            "検知 ",
            "장애 감지",
            "discovery:",
        ],
        &[
            "detected",
            "detection",
            "検知",
            "detection time",
            "time of detection",
            "discovery",
            "discovered",
            "entdeckt",
            "détecté",
            "détection",
            "detectado",
            "发现",
            "감지",
        ],
    ),
    (
        Phase::Declared,
        &["incident declared:", "[declared]", "インシデント宣言"],
        &["incident declared", "declared"],
    ),
    (
        Phase::Mitigated,
        &[
            "incident mitigated",
            "issue mitigated",
            "impact mitigated",
            "outage mitigated",
            "mitigated:",
            "[mitigated]",
            "repaired:",
            "impact ends",
            "impact ended",
            "customer impact end",
            "customer impact ends",
            "customer impact mitigated",
            "user impact end",
            "user impact ends",
            "mitigation complete",
        ],
        &["mitigated", "repaired", "緩和"],
    ),
    (
        Phase::Resolved,
        &[
            "incident resolved",
            "issue resolved",
            "outage resolved",
            "problem resolved",
            "incident declared resolved",
            "resolved:",
            "[resolved]",
            "incident ends",
            "incident ended",
            "end of incident",
            "outage ends",
            "outage ended",
            "incident closed",
            "service restored",
            "services restored",
            "service fully restored",
            "services fully restored",
            "full service restored",
            "all services restored",
            "recovery confirmed",
            "復旧確認",
            "復旧:",
            "復旧：",
            "復旧 ",
            "完全復旧",
            "complete resolution",
            "장애 복구",
            "故障恢复",
        ],
        &[
            "resolved",
            "fully resolved",
            "resolution",
            "復旧",
            "behoben",
            "résolu",
            "resuelto",
            "resolvido",
            "恢复",
            "복구",
        ],
    ),
];

fn phase_of(text: &str) -> Option<Phase> {
    let text = text.trim().trim_start_matches(['*', '_']);
    if !may_begin(text) && !may_be_marked(text) {
        return None;
    }
    // Nearly all text is ASCII, whose letters and signs are found in a fraction of the time.
    let plain = text.is_ascii();
    let lower = if plain { text.to_ascii_lowercase() } else { text.to_lowercase() };
    let whole = lower.trim_end_matches(['.', '!', ':', '。', ' ']);
    // `検知 — text`, `Resolved - text`
    let first = match plain {
        true => &lower[..memchr(b':', lower.as_bytes()).unwrap_or(lower.len())],
        false => lower.split([':', '：', '—', '–', '。']).next().unwrap_or(""),
    };
    let first = first.trim();
    let set_apart = first.len() < lower.len();
    for (phase, beginnings, words) in PHASES {
        // Nearly always the first byte says no.
        let begins = |word: &&str| {
            word.as_bytes().first() == lower.as_bytes().first()
                && lower.strip_prefix(*word).is_some_and(|rest| {
                    !word.ends_with(|c: char| c.is_ascii_alphabetic())
                        || !rest.starts_with(|c: char| c.is_alphanumeric())
                        || rest.starts_with("ed")
                })
        };
        if words.contains(&whole) || beginnings.iter().any(begins) || set_apart && words.contains(&first) {
            return Some(*phase);
        }
    }
    mark_at_end(whole)
}

/// Returns whether text may begin with one of the words for a phase: most does not begin with the same three letters.
fn may_begin(text: &str) -> bool {
    static BEGINNINGS: OnceLock<Vec<[u8; 3]>> = OnceLock::new();
    let beginnings = BEGINNINGS.get_or_init(|| {
        let words = PHASES.iter().flat_map(|(_, beginnings, words)| beginnings.iter().chain(*words));
        let mut beginnings: Vec<[u8; 3]> =
            words.filter_map(|word| word.as_bytes().first_chunk::<3>().copied()).collect();
        beginnings.sort_unstable();
        beginnings.dedup();
        beginnings
    });
    text.trim_start().as_bytes().first_chunk::<3>().is_some_and(|three| {
        !three.is_ascii() || beginnings.binary_search(&three.map(|byte| byte.to_ascii_lowercase())).is_ok()
    })
}

/// Verbs with which a mark at the end of an entry is made.
const MARKING: [&str; 6] = ["starts", "started", "begins", "began", "ends", "ended"];

/// Returns whether text ends with a verb with which a mark is made.
fn may_be_marked(text: &str) -> bool {
    let end = text.trim_end_matches(['.', '!', ':', '。', ' ', ')', ']', '*', '_']).as_bytes();
    // Most other words end in another letter.
    let last = end.last().map_or(0, u8::to_ascii_lowercase);
    let is_last = |verb: &&str| {
        end.len() >= verb.len() && end[end.len() - verb.len()..].eq_ignore_ascii_case(verb.as_bytes())
    };
    matches!(last, b's' | b'd' | b'n') && MARKING.iter().any(is_last)
}

/// Returns a sentence as notes have it: "The issue was detected by" as "issue detected by".
fn plainly(text: &str) -> Cow<'_, str> {
    const VERBS: &[&str] = &[" was ", " were ", " is ", " has been "];
    let bare = text.trim_start_matches(['*', '_', ' ']);
    let bare = bare.strip_prefix("The ").or_else(|| bare.strip_prefix("the ")).unwrap_or(bare);
    // The verb stands behind one to three words.
    let verb_at = |at: usize| VERBS.iter().find(|verb| bare[at..].starts_with(**verb));
    let mut gaps = bare.match_indices(' ').take(3).map(|(at, _)| at);
    match gaps.find_map(|at| verb_at(at).map(|verb| (at, verb))) {
        Some((at, verb)) => Cow::Owned([&bare[..at], " ", &bare[at + verb.len()..]].concat()),
        None => Cow::Borrowed(bare),
    }
}

/// Returns the phase that the author marks at the end of an entry: `(outage starts)`, `Outage ends.`
fn mark_at_end(text: &str) -> Option<Phase> {
    // Looking for the sentence costs more than looking at its last word.
    let end = text.trim_end_matches([')', ']', '*', '_', '.', ' ']);
    if !MARKING.iter().any(|verb| end.ends_with(verb)) {
        return None;
    }
    let mark = match text.strip_suffix([')', ']']) {
        Some(inside) => inside.rsplit(['(', '[']).next()?,
        None => text.rsplit(['.', '!', '—', '–']).next()?,
    };
    let mark = mark.trim_matches(['*', '_', '.', ' ']);
    let (what, verb) = mark.rsplit_once(' ')?;
    if !matches!(what, "outage" | "incident" | "impact" | "the outage" | "customer impact" | "user impact") {
        return None;
    }
    match verb {
        "starts" | "started" | "begins" | "began" => Some(Phase::Started),
        "ends" | "ended" => Some(if what.ends_with("impact") { Phase::Mitigated } else { Phase::Resolved }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_for_a_zone_is_passed_over() {
        for word in SAYING {
            assert!(
                may_state(word) && may_state(&word.to_uppercase()) && may_state(&format!("x {word} y")),
                "{word}"
            );
        }
        assert!(!may_state("The queue grew until it was full, and nobody saw it."));
    }

    #[test]
    fn no_word_for_a_phase_is_passed_over() {
        for (_, beginnings, words) in PHASES {
            for word in beginnings.iter().chain(*words) {
                assert!(may_begin(word) && may_begin(&word.to_uppercase()), "{word}");
            }
        }
        for mark in
            ["x (Outage starts)", "The incident ended.", "so the impact began!", "Mail — OUTAGE ENDS*。"]
        {
            assert!(may_be_marked(mark), "{mark}");
        }
    }
    use crate::config::Config;
    use crate::document::block;
    use crate::document::outline;
    use crate::document::section::Spellings;

    /// Reads the timelines of a document of 25 June 2021.
    fn entries(text: &str) -> Vec<TimelineEntry> {
        entries_of(text, date::parse("2021-06-25"))
    }

    fn entries_of(text: &str, date: Option<Moment>) -> Vec<TimelineEntry> {
        let blocks = block::parse(text);
        let root = outline::fold(&blocks, text.len(), &Spellings::new(&Config::default()));
        read(&root, Context { date, zone: chrono_tz::Tz::Europe__Berlin })
    }

    fn draw(entries: &[TimelineEntry]) -> String {
        let mut out = String::new();
        for entry in entries {
            let about = if entry.approximate { "~" } else { "" };
            let at = entry.at.map_or("-".to_owned(), |at| at.iso());
            let until = entry.until.map_or(String::new(), |until| format!(" to {}", until.iso()));
            let known = entry.known_at.map_or(String::new(), |known| format!(" known {}", known.iso()));
            out += &format!("[{}] {about}{at}{until}{known} {}\n", entry.when, entry.text);
        }
        out
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(draw(&entries(text)), expected, "{text}");
    }

    #[test]
    fn tables() {
        check(
            "## Timeline\n\nAll times in CET.\n\n| Time | Event |\n|--|--|\n| 2021-06-25 10:05 | `a` *broke* |\n\
             | 10:20 - 10:30 | repaired |\n| --:-- | unclear |\n| 2021-06-26 HH:mm | Short event description |\n\
             | | |\n| ~11:00 | done |\n",
            "[2021-06-25 10:05] 2021-06-25T10:05:00+01:00 a broke\n\
             [10:20 - 10:30] 2021-06-25T10:20:00+01:00 to 2021-06-25T10:30:00+01:00 repaired\n\
             [--:--] - unclear\n\
             [~11:00] ~2021-06-25T11:00:00+01:00 done\n",
        );
        check(
            "## Timeline\n\n| # | Day | Date (2022) | Time (UTC) | Who | What | Duration |\n|--|--|--|--|--|--|--|\n\
             | 1 | Thu | Jan 20 | 22:40 | Jo | logs in | 5m |\n| 2 | | | 23:50 | | leaves | |\n\
             | 3 | Fri | Jan 21 | 00:20 | Jo | is back | |\n",
            "[Jan 20 22:40] 2022-01-20T22:40:00Z Jo — logs in\n\
             [23:50] 2022-01-20T23:50:00Z leaves\n\
             [Jan 21 00:20] 2022-01-21T00:20:00Z Jo — is back\n",
        );
        check(
            "## タイムライン\n\n| 時刻 (JST) | UTC | イベント |\n|--|--|--|\n| 不明 | — | **発生** |\n\
             | 2021-06-25 21:30 頃 | 12:30 | **検知**: 遅い |\n| 6月26日 01:00〜01:20 | | 復旧 |\n",
            "[不明] - 発生\n[2021-06-25 21:30 頃] ~2021-06-25T21:30:00+09:00 検知: 遅い\n\
             [6月26日 01:00〜01:20] 2021-06-26T01:00:00+09:00 to 2021-06-26T01:20:00+09:00 復旧\n",
        );
        check(
            "## Ablauf\n\n| Uhrzeit | Ende | Ereignis |\n|--|--|--|\n| 14 Uhr | 15:30 | Ausfall |\n",
            "[14 Uhr] 2021-06-25T14:00:00+02:00 to 2021-06-25T15:30:00+02:00 Ausfall\n",
        );
        // The header says nothing, the cells do; a table of other things in a timeline is none.
        check(
            "## Timeline\n\n| Step | X |\n|--|--|\n| a | 10:00 |\n| b | 10:10 |\n\n| Metric | Value |\n|--|--|\n| Users | 5 |\n",
            "[10:00] 2021-06-25T10:00:00+02:00 a\n[10:10] 2021-06-25T10:10:00+02:00 b\n",
        );
    }

    #[test]
    fn lists() {
        check(
            "## Timeline (UTC)\n\n- **00:27 UTC:** starts\n  and goes on\n- [00:32] page\n  - to Jo\n  - to Al\n\
             - 4:06pm: fixed\n- [???] when?\n- Duration: 16 hours\n",
            "[00:27 UTC] 2021-06-25T00:27:00Z starts and goes on\n[00:32] 2021-06-25T00:32:00Z page to Jo; to Al\n\
             [4:06pm] 2021-06-25T16:06:00Z fixed\n[???] - when?\n",
        );
        check(
            "## Timeline\n\n- 2021-12-05\n  - 10:00 UTC a\n  - b\n- 2021-12-06 (Mon)\n  1. 09:00 UTC c\n",
            "[10:00 UTC] 2021-12-05T10:00:00Z a\n[] - b\n[09:00 UTC] 2021-12-06T09:00:00Z c\n",
        );
        check("## Timeline\n\n- nobody\n- wrote it down\n", "");
        check(
            "## Timeline\n\n2021-01-22\n\n- 2:54 PM PST: a\n- 3:28 PM: b\n\n2021-01-23\n\n- 4:49 AM: c\n",
            "[2:54 PM PST] 2021-01-22T14:54:00-08:00 a\n[3:28 PM] 2021-01-22T15:28:00-08:00 b\n\
             [4:49 AM] 2021-01-23T04:49:00-08:00 c\n",
        );
        check(
            "- **Key events**\n  - First detected 2021-09-07 12:39\n  - Resolved: 2021-09-07 15.56\n\
             - **Time to repair**: 3h\n- **Impact**: none\n",
            "[2021-09-07 12:39] 2021-09-07T12:39:00+02:00 First detected\n\
             [2021-09-07 15.56] 2021-09-07T15:56:00+02:00 Resolved\n",
        );
        check(
            "## Timeline\n\n- **Start**: June 24, 2021 ~16:00 UTC - it stopped\n- **Found**: 17:30\n- T+5 min: page\n",
            "[June 24, 2021 ~16:00 UTC] ~2021-06-24T16:00:00Z Start: it stopped\n\
             [17:30] 2021-06-24T17:30:00Z Found\n[] - T+5 min: page\n",
        );
    }

    #[test]
    fn paragraphs_and_headings() {
        check(
            "## Timeline (all times PST) 02/26/2021 - 03/06/2021. All times approximations\n\n\
             02-26-2021 - reported\n\n03-06-2021 - fixed\n\n11/03/202 - a typing error\n",
            "[02-26-2021] 2021-02-26 reported\n[03-06-2021] 2021-03-06 fixed\n[11/03/202] - a typing error\n",
        );
        check(
            "## Timeline\n\nAll times in PST\n\n### Jun 24 2021 13:06\n\nA *change*.\n\n- with this\n\n### 13:35 - Broken\n\nYes.\n\n\
             ### 1X:XX (unsure)\n\nHm.\n\n### 07:10\n\nFixed.\n",
            "[Jun 24 2021 13:06] 2021-06-24T13:06:00-08:00 A change. with this\n\
             [13:35] 2021-06-24T13:35:00-08:00 Broken Yes.\n[1X:XX (unsure)] - Hm.\n\
             [07:10] 2021-06-25T07:10:00-08:00 Fixed.\n",
        );
        check(
            "## Timeline\n\n### 2021-06-23\n\nNothing yet.\n\n### 2021-06-24 Thursday\n\n- 10:00 UTC a\n\n### Later\n\n- 11:00 UTC b\n",
            "[2021-06-23] 2021-06-23 Nothing yet.\n[10:00 UTC] 2021-06-24T10:00:00Z a\n\
             [11:00 UTC] 2021-06-24T11:00:00Z b\n",
        );
        check(
            "## Timeline\n\n### 10:00\n\na\n\n## Jun 26, 13:00\n\nb\n\n### 15:15\n\nc\n\n## Impact\n\n### 16:00\n\nd\n",
            "[10:00] 2021-06-25T10:00:00+02:00 a\n[Jun 26, 13:00] 2021-06-26T13:00:00+02:00 b\n\
             [15:15] 2021-06-26T15:15:00+02:00 c\n",
        );
        check(
            "## Timeline\n\n10:00 UTC - it began at\n10:05 on one host\n10:20 UTC - it ended\n\n**10:30**\n\nWe slept.\n",
            "[10:00 UTC] 2021-06-25T10:00:00Z it began at 10:05 on one host\n\
             [10:20 UTC] 2021-06-25T10:20:00Z it ended\n[10:30] 2021-06-25T10:30:00Z We slept.\n",
        );
        check(
            "## Timeline\n\n```\n10:00 a\n10:05 b\n      more\n```\n\n> 10:10 c\n\n10:20\n: d\n",
            "[10:00] 2021-06-25T10:00:00+02:00 a\n[10:05] 2021-06-25T10:05:00+02:00 b more\n\
             [10:10] 2021-06-25T10:10:00+02:00 c\n[10:20] 2021-06-25T10:20:00+02:00 d\n",
        );
        check("## Timeline\n\n### {{ yyyy-mm-dd hh:mm }}\n\nStart.\n\n- HH:MM - Alert fired\n", "");
    }

    #[test]
    fn times_pass_midnight() {
        check(
            "## Timeline\n\n- 23:50 – 00:20 UTC a\n- 00:10 UTC b\n- 00:05 UTC late note\n- 00:30 UTC c\n",
            "[23:50 – 00:20 UTC] 2021-06-25T23:50:00Z to 2021-06-26T00:20:00Z a\n\
             [00:10 UTC] 2021-06-26T00:10:00Z b\n[00:05 UTC] 2021-06-26T00:05:00Z late note\n\
             [00:30 UTC] 2021-06-26T00:30:00Z c\n",
        );
        // Newest first.
        check(
            "## Timeline\n\n- 01:00 UTC d\n- 00:10 UTC c\n- 23:50 UTC b\n- 23:00 UTC a\n",
            "[01:00 UTC] 2021-06-26T01:00:00Z d\n[00:10 UTC] 2021-06-26T00:10:00Z c\n\
             [23:50 UTC] 2021-06-25T23:50:00Z b\n[23:00 UTC] 2021-06-25T23:00:00Z a\n",
        );
    }

    #[test]
    fn a_document_of_a_month_gives_no_day() {
        let text = "## Timeline\n\n- 10:00 a\n- Jun 3 11:00 b\n";
        assert_eq!(
            draw(&entries_of(text, date::parse("2021-07"))),
            "[10:00] - a\n[Jun 3 11:00] 2021-06-03T11:00:00+02:00 b\n"
        );
        assert_eq!(draw(&entries_of(text, None)), "[10:00] - a\n[Jun 3 11:00] - b\n");
    }

    #[test]
    fn what_responders_knew_when() {
        check(
            "## Timeline\n\n- 12:00 UTC cache empty (known at 12:40)\n- 23:00 UTC full, known_at: 00:10\n- 23:30 UTC we known at\n",
            "[12:00 UTC] 2021-06-25T12:00:00Z known 2021-06-25T12:40:00Z cache empty\n\
             [23:00 UTC] 2021-06-25T23:00:00Z known 2021-06-26T00:10:00Z full\n\
             [23:30 UTC] 2021-06-25T23:30:00Z we known at\n",
        );
    }

    #[test]
    fn lists_of_times_elsewhere() {
        check(
            "## Leadup\n\n- **00:27 UTC:** a\n- **00:32 UTC:** b\n- **00:33 UTC:** c\n",
            "[00:27 UTC] 2021-06-25T00:27:00Z a\n[00:32 UTC] 2021-06-25T00:32:00Z b\n\
             [00:33 UTC] 2021-06-25T00:33:00Z c\n",
        );
        check("## Actions\n\n- 10:00 a\n- 10:01 b\n- 10:02 c\n", "");
        check(
            "## Metrics\n\n| Metric | Time |\n|--|--|\n| Time to detect | 00:05 |\n| Time to fix | 00:10 |\n| Total | 00:15 |\n",
            "",
        );
        check(
            "## Timeline\n\n- 10:00 UTC a\n\n## Report\n\n10:00 UTC - a1\n\n10:01 UTC - a2\n\n10:02 UTC - a3\n",
            "[10:00 UTC] 2021-06-25T10:00:00Z a\n[10:00 UTC] 2021-06-25T10:00:00Z a1\n\
             [10:01 UTC] 2021-06-25T10:01:00Z a2\n[10:02 UTC] 2021-06-25T10:02:00Z a3\n",
        );
    }

    #[test]
    fn spans_are_bytes_of_the_text() {
        let text = "## タイムライン\n\n- 10:00 検知\n- 10:10 復旧\n\n### 11:00\n\n終了\n";
        let spans: Vec<&str> = entries(text).iter().map(|entry| text[entry.span.clone()].trim()).collect();
        assert_eq!(spans, ["- 10:00 検知", "- 10:10 復旧", "### 11:00\n\n終了"]);
    }

    #[test]
    fn entries_that_say_which_phase_they_are() {
        let found = |text: &str| {
            let phases = phases(&entries(&format!("## Timeline\n\n{text}")));
            [phases.started, phases.detected, phases.mitigated, phases.resolved]
        };
        assert_eq!(
            found("- 10:00 Fault occurs\n- 10:05 First detected\n- 10:10 Repaired\n- 10:20 Resolved\n"),
            [Some(0), Some(1), Some(2), Some(3)]
        );
        assert_eq!(
            found(
                "- 10:00 [DETECTED] by Jo\n- 10:05 Incident declared\n- 10:09 resolved: no\n- 10:20 Incident resolved.\n"
            ),
            [None, Some(0), None, Some(3)]
        );
        assert_eq!(
            found("- 10:00 検知: 遅い\n- 10:20 復旧確認 — 良好\n- 10:30 復旧予定\n"),
            [None, Some(0), None, Some(1)]
        );
        assert_eq!(
            found("- 10:05 Incident declared\n- 10:06 Detected that Jo resolved it\n"),
            [None, Some(0), None, None]
        );
        assert_eq!(
            found("- 10:00 Resolved to try again\n- 10:05 Detection took long\n- 10:06 Started a deploy\n"),
            [None; 4]
        );
    }

    #[test]
    fn phases_that_are_marked_at_the_end_or_twice() {
        let found = |text: &str| {
            let phases = phases(&entries(&format!("## Timeline\n\n{text}")));
            [phases.started, phases.detected, phases.mitigated, phases.resolved]
        };
        assert_eq!(
            found(
                "- 10:00 A bump is merged. **Outage begins.**\n- 10:05 All is dark (outage ends)\n- 10:06 We saw when the outage ends\n"
            ),
            [Some(0), None, None, Some(1)]
        );
        // The latest, wherever it stands.
        assert_eq!(found("- 12:00 Resolved\n- 11:00 Incident resolved.\n"), [None, None, None, Some(0)]);
        // How long something took says nothing of when it was.
        assert_eq!(found("- 10:00 - 10:05 Detection\n- 10:10 - 10:30 Resolution\n"), [None; 4]);
        assert_eq!(
            found("- 10:00 Customer impact began.\n- 10:30 Customer impact ended.\n"),
            [Some(0), None, Some(1), None]
        );
    }

    #[test]
    fn times_at_the_end_of_headings_and_under_names() {
        check(
            "## Timeline\n\n### Rollback (16:40-17:00 UTC)\n\nWe went back.\n\n### Deploy (again)\n\nNo time.\n",
            "[16:40-17:00 UTC] 2021-06-25T16:40:00Z to 2021-06-25T17:00:00Z Rollback We went back.\n",
        );
        check(
            "## Timeline\n\n### Detection time\n\n- June 25, 2021, 10:30 PM (UTC)\n- An alert fired.\n",
            "[June 25, 2021, 10:30 PM (UTC)] 2021-06-25T22:30:00Z Detection time\n[] - An alert fired.\n",
        );
        check(
            "## Timeline\n\n- **Issue detected:**\n  - June 25, 2021, 10:15 AM (UTC)\n- **Escalation:**\n  - To the network team\n",
            "[June 25, 2021, 10:15 AM (UTC)] 2021-06-25T10:15:00Z Issue detected\n[] - Escalation: To the network team\n",
        );
    }

    #[test]
    fn phases_in_whole_sentences() {
        let found = |text: &str| {
            let phases = phases(&entries(&format!("## Timeline\n\n{text}")));
            [phases.started, phases.detected, phases.mitigated, phases.resolved]
        };
        assert_eq!(
            found("- 10:00 The issue was detected by an alert.\n- 11:00 The incident was resolved.\n"),
            [None, Some(0), None, Some(1)]
        );
        assert_eq!(
            found("- 10:00 Intrusion detected\n- 11:00 Recovery confirmed\n"),
            [None, Some(0), None, Some(1)]
        );
        assert_eq!(found("- 10:00 The issue was not detected\n- 10:05 It was a bad day\n"), [None; 4]);
    }

    #[test]
    fn a_length_of_time_in_a_table_is_no_event() {
        check(
            "## Timeline\n\n| Event | Time |\n|--|--|\n| Started | 2021-06-25 10:00 UTC |\n| Time to detect | 5 min |\n",
            "[2021-06-25 10:00 UTC] 2021-06-25T10:00:00Z Started\n",
        );
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        const PIECES: &[&str] = &[
            "## Timeline\n\n",
            "- ",
            "  - ",
            "10:00",
            "2021-06-25",
            " ",
            "\n",
            "\n\n",
            "| ",
            "|--|--|\n",
            "Time",
            "オ",
            "検知",
            "**",
            "`",
            "```\n",
            "> ",
            "### ",
            "(known at ",
            ")",
            "unknown: ",
            "[",
            "?",
            "]",
            "~",
            "é",
            "😀",
            "T+5",
            "1. ",
            ": ",
            "2021/22-??",
            "İ",
        ];
        let mut seed = 0x2545_F491_4F6C_DD1D_u64;
        let mut random = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % below as u64) as usize
        };
        for _ in 0..3000 {
            let mut text = "## Timeline\n\n".to_owned();
            text.extend((0..random(30)).map(|_| PIECES[random(PIECES.len())]));
            for entry in entries(&text) {
                assert!(text.get(entry.span.clone()).is_some(), "{text:?}");
                assert!(!entry.text.trim().is_empty(), "{text:?}");
            }
        }
    }
}
