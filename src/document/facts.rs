//! What a document says about itself: in front matter first, and where that is silent, in labels, tables of facts and
//! headings of the body.
//!
//! Comes in: front matter and parts. Goes out: [`Facts`], each with the place where it was read, and findings about
//! values that cannot be what their key says. Never looks at running text: `date` and `timeline` do.

use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Found;
use crate::document::Origin;
use crate::document::Severity;
use crate::document::aside::is_placeholder;
use crate::document::block::BlockKind;
use crate::document::block::Inline;
use crate::document::date;
use crate::document::front_matter::Entry;
use crate::document::front_matter::FrontMatter;
use crate::document::front_matter::Node;
use crate::document::front_matter::Value;
use crate::document::key;
use crate::document::key::Key;
use crate::document::moment::Moment;
use crate::document::outline::LABEL;
use crate::document::outline::Part;
use crate::document::outline::label;
use crate::document::section::Canonical;
use crate::document::section::normalise;
use crate::document::severity;
use std::ops::Range;

/// A date that is no date.
pub static BAD_DATE: Rule = Rule {
    name: "bad-date",
    level: Level::Warning,
    about: "a value that should be a date or a time cannot be read as one",
};

/// A value of the wrong type.
pub static WRONG_TYPE: Rule = Rule {
    name: "wrong-type",
    level: Level::Warning,
    about: "a value of front matter is not of the type that its key needs",
};

/// A key that means nothing to us.
pub static UNKNOWN_KEY: Rule = Rule {
    name: "unknown-key",
    level: Level::Note,
    about: "a key of front matter is not known; its value stays available to themes",
};

/// A time without a zone.
pub static NAIVE_TIME: Rule =
    Rule { name: "naive-time", level: Level::Note, about: "a time names no zone and takes the site's own" };

/// An incident that ends before it starts.
pub static END_BEFORE_START: Rule =
    Rule { name: "end-before-start", level: Level::Warning, about: "an incident ends before it starts" };

/// What a document says about itself.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The title in front matter, with the key as written.
    pub title: Option<(String, String)>,
    /// The date.
    pub date: Option<Found<Moment>>,
    /// A date inside an address of another generator (`path = "2025/04/11/…"`).
    pub address_date: Option<Found<Moment>>,
    /// How bad.
    pub severity: Option<Found<Severity>>,
    /// Affected services, as written, none twice.
    pub services: Vec<Found<String>>,
    /// Tags, categories behind them.
    pub tags: Vec<Found<String>>,
    /// The first category as written.
    pub category: Option<String>,
    /// Contributing factors by name.
    pub factors: Vec<Found<String>>,
    /// Authors and owners.
    pub authors: Vec<Found<String>>,
    /// Teams.
    pub teams: Vec<Found<String>>,
    /// When it began.
    pub started: Option<Found<Moment>>,
    /// When it was noticed.
    pub detected: Option<Found<Moment>>,
    /// When the bleeding was stopped.
    pub mitigated: Option<Found<Moment>>,
    /// When it was over.
    pub resolved: Option<Found<Moment>>,
    /// The summary in front matter.
    pub summary: Option<Found<String>>,
    /// The word for its kind, and its key.
    pub kind: Option<String>,
    /// The state as written.
    pub status: Option<Found<String>>,
    /// How long, as written.
    pub duration: Option<Found<String>>,
    /// The id that the author gave.
    pub id: Option<Found<String>>,
    /// The record that it analyses: an id or a path.
    pub incident: Option<Found<String>>,
    /// The last part of the address.
    pub slug: Option<Found<String>>,
    /// Older addresses.
    pub aliases: Vec<Found<String>>,
    /// Where the original stands.
    pub canonical_url: Option<String>,
    /// Archived copies.
    pub archive_urls: Vec<String>,
    /// Whether it is unfinished.
    pub draft: bool,
    /// Its language as a BCP 47 tag.
    pub language: Option<String>,
    /// Who may read it.
    pub audience: Option<String>,
}

/// The document whose facts are read.
#[derive(Debug)]
pub struct Context<'a> {
    /// The file, for findings.
    pub file: &'a str,
    /// The file's text, for findings.
    pub source: &'a str,
    /// The site's settings.
    pub config: &'a Config,
}

/// Reads the facts of a document. Spans of values in the body are in the text that was parsed.
pub fn read(
    front: Option<&FrontMatter>,
    root: &Part<'_>,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> Facts {
    let mut reader = Reader { facts: Facts::default(), context, findings };
    if let Some(front) = front {
        reader.front_matter(&front.entries, true);
    }
    reader.body(root);
    reader.facts
}

struct Reader<'a> {
    facts: Facts,
    context: &'a Context<'a>,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn finding(&mut self, rule: &'static Rule, span: Range<usize>, message: String, help: &str) {
        let place = Place::span(self.context.file, self.context.source, span);
        let finding = Finding::new(rule, place, message);
        self.findings.push(if help.is_empty() { finding } else { finding.help(help) });
    }

    fn front_matter(&mut self, entries: &[Entry], top: bool) {
        for entry in entries {
            let meaning = key::of_front_matter(&entry.key);
            // `[extra]` and the like hold keys of their own, which never outrank those at the top.
            if top && matches!(entry.value.value, Value::Map(_)) && key::NESTED.contains(&entry.key.as_str())
            {
                continue;
            }
            match meaning {
                Some(key) => self.entry(key, entry),
                None if top => {
                    let place = Place::span(self.context.file, self.context.source, entry.key_span.clone());
                    let mut finding =
                        Finding::new(&UNKNOWN_KEY, place, format!("unknown key `{}`", entry.key));
                    if let Some(near) = key::near(&entry.key) {
                        finding = finding.help(format!("did you mean `{near}`?"));
                    }
                    self.findings.push(finding);
                }
                None => {}
            }
        }
        if top {
            for entry in entries {
                if let (Value::Map(inner), true) =
                    (&entry.value.value, key::NESTED.contains(&entry.key.as_str()))
                {
                    self.front_matter(inner, false);
                }
            }
        }
    }

    fn entry(&mut self, key: Key, entry: &Entry) {
        let node = &entry.value;
        let origin = Origin::FrontMatter(entry.key.clone());
        match key {
            Key::Title => {
                if self.facts.title.is_none()
                    && let Some(text) = self.text(entry)
                {
                    self.facts.title = Some((entry.key.clone(), text));
                }
            }
            Key::Date => self.moment(entry, |facts| &mut facts.date),
            Key::Started => self.moment(entry, |facts| &mut facts.started),
            Key::Detected => self.moment(entry, |facts| &mut facts.detected),
            Key::Mitigated => self.moment(entry, |facts| &mut facts.mitigated),
            Key::Resolved => match &node.value {
                Value::Bool(done) => {
                    let value = if *done { "resolved" } else { "ongoing" }.to_owned();
                    let span = Some(node.span.clone());
                    self.facts.status.get_or_insert(Found { value, origin, span });
                }
                _ => self.moment(entry, |facts| &mut facts.resolved),
            },
            Key::Severity => {
                if let Some(text) = self.text(entry)
                    && let Some(value) = severity::read(&text, self.context.config)
                {
                    let span = Some(node.span.clone());
                    self.facts.severity.get_or_insert(Found { value, origin, span });
                }
            }
            Key::Services => self.names(entry, |facts| &mut facts.services),
            Key::Tags => {
                // Tags come before categories, whichever stands first in the file.
                let categories = self.facts.tags.iter().position(|tag| {
                    matches!(&tag.origin, Origin::FrontMatter(key) if key::of_front_matter(key) == Some(Key::Category))
                });
                let later = categories.map(|at| self.facts.tags.split_off(at)).unwrap_or_default();
                self.names(entry, |facts| &mut facts.tags);
                for tag in later {
                    add_name(&mut self.facts.tags, tag);
                }
            }
            Key::Category => {
                self.names(entry, |facts| &mut facts.tags);
                if self.facts.category.is_none() {
                    self.facts.category = match &node.value {
                        Value::List(nodes) => {
                            nodes.first().and_then(Node::text).map(|text| text.into_owned())
                        }
                        _ => node.text().map(|text| text.into_owned()),
                    };
                }
            }
            Key::Factors => {
                self.names(entry, |facts| &mut facts.factors);
                // A sentence under `root_cause:` is an explanation and no name that other incidents could share.
                self.facts.factors.retain(|factor| factor.value.chars().count() <= 60);
            }
            Key::Authors => self.names(entry, |facts| &mut facts.authors),
            Key::Teams => self.names(entry, |facts| &mut facts.teams),
            Key::Summary => {
                if let Some(value) = self.text(entry) {
                    let span = Some(node.span.clone());
                    self.facts.summary.get_or_insert(Found {
                        value: crate::document::block::fold(&value),
                        origin,
                        span,
                    });
                }
            }
            Key::Kind => {
                if let Some(text) = node.text()
                    && (self.facts.kind.is_none() || crate::document::kind::named(&text).is_some())
                {
                    self.facts.kind = Some(text.into_owned());
                }
            }
            Key::Status => self.word(entry, |facts| &mut facts.status),
            Key::Duration => self.word(entry, |facts| &mut facts.duration),
            Key::Id => self.word(entry, |facts| &mut facts.id),
            Key::Incident => self.word(entry, |facts| &mut facts.incident),
            Key::Slug => self.word(entry, |facts| &mut facts.slug),
            Key::Aliases => {
                let texts = self.list(entry, false);
                self.facts.aliases.extend(texts);
            }
            Key::Address => {
                if let Some(text) = node.text() {
                    let span = Some(node.span.clone());
                    // A pattern such as `/:year/:title/` is no address.
                    if !text.contains(':') {
                        let value = text.clone().into_owned();
                        self.facts.aliases.push(Found { value, origin: origin.clone(), span: span.clone() });
                    }
                    if let Some(moment) = date::find_in_path(&text) {
                        self.facts.address_date.get_or_insert(Found { value: moment, origin, span });
                    }
                }
            }
            Key::CanonicalUrl => {
                if let Some(text) = node.text() {
                    self.facts.canonical_url.get_or_insert(text.into_owned());
                }
            }
            Key::ArchiveUrl => {
                let urls = self.list(entry, false).into_iter().map(|url| url.value);
                self.facts.archive_urls.extend(urls);
            }
            Key::Draft => match &node.value {
                Value::Bool(draft) => self.facts.draft = *draft,
                Value::Null => {}
                _ => {
                    let message = format!("`{}` is {}, not true or false", entry.key, node.kind());
                    self.finding(
                        &WRONG_TYPE,
                        node.span.clone(),
                        message,
                        "write `draft: true` or leave it out",
                    );
                }
            },
            Key::Language => {
                if let Some(text) = node.text()
                    && text.len() <= 35
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
                {
                    self.facts.language = Some(text.replace('_', "-"));
                }
            }
            Key::Audience => self.facts.audience = node.text().map(|text| text.into_owned()),
            Key::Lessons | Key::Actions | Key::Changed | Key::Other => {}
        }
    }

    /// Returns the text of a value that must be text.
    fn text(&mut self, entry: &Entry) -> Option<String> {
        match &entry.value.value {
            Value::List(_) | Value::Map(_) => {
                let message = format!("`{}` is {}, not text", entry.key, entry.value.kind());
                self.finding(&WRONG_TYPE, entry.value.span.clone(), message, "");
                None
            }
            _ => entry.value.text().map(|text| text.into_owned()),
        }
    }

    fn word(&mut self, entry: &Entry, field: fn(&mut Facts) -> &mut Option<Found<String>>) {
        if let Some(value) = self.text(entry)
            && !is_placeholder(&value)
        {
            let found = Found {
                value,
                origin: Origin::FrontMatter(entry.key.clone()),
                span: Some(entry.value.span.clone()),
            };
            field(&mut self.facts).get_or_insert(found);
        }
    }

    fn moment(&mut self, entry: &Entry, field: fn(&mut Facts) -> &mut Option<Found<Moment>>) {
        let Some(text) = self.text(entry) else { return };
        let span = entry.value.span.clone();
        match date::parse(&text) {
            Some(moment) => {
                let moment = self.zoned(moment, &entry.key, span.clone());
                let found =
                    Found { value: moment, origin: Origin::FrontMatter(entry.key.clone()), span: Some(span) };
                // `date` outranks `created` and its like, wherever they stand.
                let slot = field(&mut self.facts);
                if slot.is_none() || entry.key.eq_ignore_ascii_case("date") {
                    *slot = Some(found);
                }
            }
            None if is_placeholder(&text) => {}
            None => {
                let message = format!(
                    "`{}` is no date that can be read: `{}`",
                    entry.key,
                    crate::document::title::cut(&text, 48)
                );
                self.finding(
                    &BAD_DATE,
                    span,
                    message,
                    "write it as 2026-03-02, or with its time as 2026-03-02T09:00:00Z",
                );
            }
        }
    }

    /// Gives a time without a zone the site's own, and says so.
    fn zoned(&mut self, moment: Moment, key: &str, span: Range<usize>) -> Moment {
        let zone = self.context.config.timezone.0;
        let zoned = moment.in_zone(zone);
        if zoned.assumed {
            let message = format!("`{key}` names no zone and is read as {}", zone.name());
            self.finding(&NAIVE_TIME, span, message, "add the zone, such as `Z` or `+02:00`");
        }
        zoned
    }

    fn names(&mut self, entry: &Entry, field: fn(&mut Facts) -> &mut Vec<Found<String>>) {
        let texts = self.list(entry, true);
        let slot = field(&mut self.facts);
        for found in texts {
            add_name(slot, found);
        }
    }

    /// Returns the texts of a list, of text with commas, or of one word.
    fn list(&mut self, entry: &Entry, commas: bool) -> Vec<Found<String>> {
        let origin = Origin::FrontMatter(entry.key.clone());
        let mut texts = Vec::new();
        let mut add = |node: &Node, text: &str| {
            let text = text.trim();
            if !text.is_empty() && !is_placeholder(text) {
                let found =
                    Found { value: text.to_owned(), origin: origin.clone(), span: Some(node.span.clone()) };
                texts.push(found);
            }
        };
        match &entry.value.value {
            Value::List(nodes) => {
                for node in nodes {
                    match &node.value {
                        // `- name: checkout`, as some status pages have it.
                        Value::Map(_) => {
                            if let Some(text) =
                                node.get("name").or_else(|| node.get("id")).and_then(Node::text)
                            {
                                add(node, &text);
                            }
                        }
                        _ => {
                            if let Some(text) = node.text() {
                                add(node, &text);
                            }
                        }
                    }
                }
            }
            Value::Map(_) => {
                let message = format!("`{}` is a map, not a list of names", entry.key);
                self.finding(&WRONG_TYPE, entry.value.span.clone(), message, "write it as `[one, two]`");
            }
            _ => {
                if let Some(text) = entry.value.text() {
                    match commas {
                        true => text.split(',').for_each(|name| add(&entry.value, name)),
                        false => add(&entry.value, &text),
                    }
                }
            }
        }
        texts
    }

    /// Reads labels, tables of facts and headings that are labels.
    fn body(&mut self, root: &Part<'_>) {
        let mut pairs: Vec<Pair> = Vec::new();
        root.walk(&mut |part, above| {
            let inside = |canonical| {
                above.iter().any(|outer| outer.canonical == Some(canonical))
                    || part.canonical == Some(canonical)
            };
            // In these, a label is part of an entry and says nothing of the document.
            let entries = [
                Canonical::Timeline,
                Canonical::Actions,
                Canonical::Lessons,
                Canonical::WentWell,
                Canonical::WentWrong,
                Canonical::Lucky,
                Canonical::References,
                Canonical::Factors,
            ]
            .into_iter()
            .any(inside);
            if entries {
                return;
            }
            if let Some((words, value)) = part.title.split_once([':', '：'])
                && part.level < LABEL
            {
                let value =
                    Inline { text: value.trim().to_owned(), span: part.heading.clone(), ..Inline::default() };
                pairs.push(Pair { label: words.trim().to_owned(), value, table: false });
            }
            // `## Date` with a line under it.
            if part.level > 0
                && key::of_label(&part.title).is_some()
                && let Some(BlockKind::Paragraph(text)) = part.blocks.first().map(|block| &block.kind)
                && part.lead.is_none()
                && text.text.chars().count() <= 200
            {
                pairs.push(Pair { label: part.title.clone(), value: text.clone(), table: false });
            }
            if part.level == LABEL
                && let Some(lead) = &part.lead
            {
                pairs.push(Pair { label: part.title.clone(), value: lead.clone(), table: false });
            }
            // Plain labels count at the top of the document and in a part that is all facts.
            let preamble = above.len() <= 1 && part.canonical.is_none() || is_metadata(&part.title);
            for block in &part.blocks {
                collect(&block.kind, preamble, &mut pairs);
            }
        });
        for pair in pairs {
            self.pair(&pair);
        }
    }

    fn pair(&mut self, pair: &Pair) {
        let Some(key) = key::of_label(&pair.label) else { return };
        let text = pair.value.folded();
        if is_placeholder(&text) {
            return;
        }
        let origin = match pair.table {
            true => Origin::Table(pair.label.clone()),
            false => Origin::Label(pair.label.clone()),
        };
        let span = Some(pair.value.span.clone());
        match key {
            Key::Date => {
                if self.facts.date.is_none()
                    && let Some(value) = date_in(&text)
                {
                    let value = value.in_zone(self.context.config.timezone.0);
                    self.facts.date = Some(Found { value, origin, span });
                }
            }
            Key::Started | Key::Detected | Key::Mitigated | Key::Resolved => {
                let slot = match key {
                    Key::Started => &mut self.facts.started,
                    Key::Detected => &mut self.facts.detected,
                    Key::Mitigated => &mut self.facts.mitigated,
                    _ => &mut self.facts.resolved,
                };
                if slot.is_none()
                    && let Some(value) = date_in(&text)
                {
                    *slot =
                        Some(Found { value: value.in_zone(self.context.config.timezone.0), origin, span });
                }
            }
            Key::Severity => {
                if self.facts.severity.is_none()
                    && let Some(value) = severity::read(&text, self.context.config)
                {
                    self.facts.severity = Some(Found { value, origin, span });
                }
            }
            Key::Status => {
                if self.facts.status.is_none() && text.chars().count() <= 160 {
                    self.facts.status = Some(Found { value: text, origin, span });
                }
            }
            Key::Duration => {
                if self.facts.duration.is_none() && text.chars().count() <= 160 {
                    self.facts.duration = Some(Found { value: text, origin, span });
                }
            }
            Key::Id => {
                // An id that only the body names is shown; it does not become the document's own.
            }
            Key::Services => names_in(&text, &origin, span, &mut self.facts.services),
            Key::Tags => names_in(&text, &origin, span, &mut self.facts.tags),
            Key::Factors => names_in(&text, &origin, span, &mut self.facts.factors),
            Key::Authors => names_in(&text, &origin, span, &mut self.facts.authors),
            Key::Teams => names_in(&text, &origin, span, &mut self.facts.teams),
            _ => {}
        }
    }
}

/// A label and its value.
struct Pair {
    label: String,
    value: Inline,
    table: bool,
}

/// Collects the labels of a block.
fn collect(kind: &BlockKind, preamble: bool, pairs: &mut Vec<Pair>) {
    match kind {
        BlockKind::Paragraph(text) => labels_of(text, preamble, pairs),
        BlockKind::Quote(blocks) => blocks.iter().for_each(|block| collect(&block.kind, preamble, pairs)),
        BlockKind::List { items, .. } => {
            for item in items {
                if let Some(text) = crate::document::outline::first_words(item) {
                    let before = pairs.len();
                    labels_of(text, preamble, pairs);
                    // `- **Affected services:**` with the names in a list below it.
                    if pairs.len() == before
                        && let Some((words, rest)) = label(text)
                        && text.after(rest).is_empty()
                        && let Some(BlockKind::List { items, .. }) =
                            item.blocks.get(1).map(|block| &block.kind)
                    {
                        let names: Vec<String> = items
                            .iter()
                            .filter_map(crate::document::outline::first_words)
                            .map(Inline::folded)
                            .collect();
                        let value =
                            Inline { text: names.join(", "), span: item.span.clone(), ..Inline::default() };
                        pairs.push(Pair { label: words, value, table: false });
                    }
                }
            }
        }
        BlockKind::Table { head, rows } => {
            let known = |cell: &Inline| key::of_label(&cell.text).is_some();
            if head.len() == 2 {
                // A table of facts names them in its first column; many are written without a header row.
                let facts = rows.iter().filter(|row| row.cells.first().is_some_and(known)).count();
                if facts + usize::from(head.first().is_some_and(known)) == 0 {
                    return;
                }
                let cells = std::iter::once(head).chain(rows.iter().map(|row| &row.cells));
                for row in cells {
                    if let [name, value] = row.as_slice() {
                        pairs.push(Pair { label: name.folded(), value: value.clone(), table: true });
                    }
                }
            } else if rows.len() == 1 && head.iter().filter(|cell| known(cell)).count() >= 2 {
                for (name, value) in head.iter().zip(&rows[0].cells) {
                    pairs.push(Pair { label: name.folded(), value: value.clone(), table: true });
                }
            }
        }
        BlockKind::Definitions(list) => {
            for definition in list {
                if let Some(BlockKind::Paragraph(text)) = definition.blocks.first().map(|block| &block.kind) {
                    pairs.push(Pair { label: definition.term.folded(), value: text.clone(), table: false });
                }
            }
        }
        _ => {}
    }
}

/// Collects the labels of running text: one for each line that begins with one.
fn labels_of(text: &Inline, preamble: bool, pairs: &mut Vec<Pair>) {
    let mut at = 0;
    for line in text.text.split_inclusive('\n') {
        let end = at + line.trim_end_matches('\n').len();
        let inline = slice(text, at, end);
        match label(&inline) {
            Some((words, rest)) => {
                let value = inline.after(rest);
                if !value.is_empty() {
                    pairs.push(Pair { label: words, value, table: false });
                }
            }
            None if preamble => {
                if let Some(colon) = inline.text.find([':', '：'])
                    && colon <= 48
                    && key::of_label(&inline.text[..colon]).is_some()
                {
                    let width = inline.text[colon..].chars().next().map_or(1, char::len_utf8);
                    let value = inline.after(colon + width);
                    if !value.is_empty() {
                        pairs.push(Pair {
                            label: inline.text[..colon].trim().to_owned(),
                            value,
                            table: false,
                        });
                    }
                }
            }
            None => {}
        }
        at += line.len();
    }
}

/// Returns a line of running text with its marks.
fn slice(text: &Inline, start: usize, end: usize) -> Inline {
    let mut inline = text.after(start);
    let length = end - start;
    inline.text.truncate(length);
    let clip = |ranges: &mut Vec<Range<usize>>| {
        ranges.retain(|range| range.start < length);
        ranges.iter_mut().for_each(|range| range.end = range.end.min(length));
    };
    clip(&mut inline.bold);
    clip(&mut inline.struck);
    clip(&mut inline.code);
    inline.links.retain(|link| link.range.start < length);
    inline.links.iter_mut().for_each(|link| link.range.end = link.range.end.min(length));
    inline
}

/// Returns whether a heading stands over facts.
fn is_metadata(title: &str) -> bool {
    matches!(
        normalise(title).as_str(),
        "metadata"
            | "meta"
            | "details"
            | "incident details"
            | "incident metadata"
            | "facts"
            | "key facts"
            | "stats"
            | "metrics"
            | "statistics"
            | "at a glance"
            | "overview"
            | "information"
            | "incident information"
            | "general information"
            | "header"
            | "メタデータ"
            | "基本情報"
            | "インシデント情報"
            | "概要情報"
            | "元数据"
            | "基本信息"
            | "事件信息"
            | "기본 정보"
            | "메타데이터"
            | "metadaten"
            | "eckdaten"
            | "métadonnées"
            | "informations"
            | "metadatos"
            | "metadados"
            | "datos"
            | "dados"
    )
}

/// Returns the moment that a label's value says.
fn date_in(text: &str) -> Option<Moment> {
    date::parse(text).or_else(|| date::find(text).map(|(_, moment)| moment))
}

/// Adds the names in a label's value; words too long to be a name are prose.
fn names_in(text: &str, origin: &Origin, span: Option<Range<usize>>, out: &mut Vec<Found<String>>) {
    // What front matter declares is not mixed with guesses.
    if out.iter().any(|found| found.origin.is_declared()) {
        return;
    }
    for name in text.split([',', '、', ';', '，', '；', '・', '|', '\n']) {
        let name = name.trim().trim_matches(['*', '_', '`', '.', '。', '"']).trim();
        let words = name.split_whitespace().count();
        if name.is_empty() || is_placeholder(name) || name.chars().count() > 48 || words > 5 {
            continue;
        }
        add_name(out, Found { value: name.to_owned(), origin: origin.clone(), span: span.clone() });
    }
}

fn add_name(out: &mut Vec<Found<String>>, found: Found<String>) {
    let lower = found.value.to_lowercase();
    if !out.iter().any(|other| other.value.to_lowercase() == lower) {
        out.push(found);
    }
}
