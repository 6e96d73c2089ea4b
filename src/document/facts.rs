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
use crate::document::Kind;
use crate::document::Origin;
use crate::document::Severity;
use crate::document::aside::is_placeholder;
use crate::document::block::BlockKind;
use crate::document::block::Inline;
use crate::document::block::Item;
use crate::document::block::find_colon;
use crate::document::block::split_at_colon;
use crate::document::date;
use crate::document::date::Order;
use crate::document::front_matter::Entry;
use crate::document::front_matter::FrontMatter;
use crate::document::front_matter::Node;
use crate::document::front_matter::Value;
use crate::document::key;
use crate::document::key::Key;
use crate::document::kind;
use crate::document::moment::Moment;
use crate::document::moment::Precision;
use crate::document::outline::LABEL;
use crate::document::outline::Part;
use crate::document::outline::label;
use crate::document::section::Canonical;
use crate::document::section::normalise;
use crate::document::severity;
use crate::document::window;
use chrono::Datelike;
use std::borrow::Cow;
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
    /// The title that a label or a table of facts in the body gives.
    pub body_title: Option<Found<String>>,
    /// The summary or the symptom that a label or a table of facts in the body gives.
    pub body_summary: Option<Found<String>>,
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
    /// Times of day that labels give without their day.
    pub clocks: Vec<(Key, date::Leading, Found<()>)>,
    /// The summary in front matter.
    pub summary: Option<Found<String>>,
    /// What front matter says it is, where its words name a kind and not only a layout.
    pub kind: Option<Kind>,
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

/// A date that can be read in two ways.
pub static AMBIGUOUS_DATE: Rule = Rule {
    name: "ambiguous-date",
    level: Level::Note,
    about: "a date in numbers does not say which part is the month, so only its year is taken",
};

impl Facts {
    /// Forgets what nobody declared.
    pub fn keep_declared(&mut self) {
        fn keep<T>(slot: &mut Option<Found<T>>) {
            slot.take_if(|found| !found.origin.is_declared());
        }
        keep(&mut self.date);
        keep(&mut self.severity);
        keep(&mut self.status);
        keep(&mut self.duration);
        for slot in [&mut self.started, &mut self.detected, &mut self.mitigated, &mut self.resolved] {
            keep(slot);
        }
        for list in
            [&mut self.services, &mut self.tags, &mut self.factors, &mut self.authors, &mut self.teams]
        {
            list.retain(|found| found.origin.is_declared());
        }
    }
}

/// The document whose facts are read.
pub struct Context<'a> {
    /// The file, for findings.
    pub file: &'a str,
    /// The file's text, for findings.
    pub source: &'a str,
    /// The site's settings.
    pub config: &'a Config,
    /// Which part of the dates in numbers is the month, as far as the text says.
    pub order: Order,
    /// Returns the bytes in `source` of bytes of the text that was parsed.
    pub original: &'a dyn Fn(Range<usize>) -> Range<usize>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("file", &self.file)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
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
        reader.status_page(&front.entries);
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

    /// A post of a status page that only informs is no record of an incident (cState's `informational`).
    fn status_page(&mut self, entries: &[Entry]) {
        let informs = |entry: &Entry| entry.key == "informational" && entry.value.value == Value::Bool(true);
        if self.facts.kind == Some(Kind::Incident) && entries.iter().any(informs) {
            self.facts.kind = Some(Kind::Article);
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
                if let Some(text) = self.named(entry, &["label", "name", "level", "value", "rank", "code"])
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
            Key::Authors => {
                self.names(entry, |facts| &mut facts.authors);
                let people = std::mem::take(&mut self.facts.authors);
                for found in people {
                    for name in people_in(&found.value) {
                        add_name(&mut self.facts.authors, Found { value: name, ..found.clone() });
                    }
                }
            }
            Key::Teams => self.names(entry, |facts| &mut facts.teams),
            Key::Summary => {
                if let Some(value) = self.text(entry) {
                    let span = Some(node.span.clone());
                    self.facts.summary.get_or_insert(Found {
                        value: crate::document::block::fold(&value).into_owned(),
                        origin,
                        span,
                    });
                }
            }
            Key::Kind => {
                let named = node.text().and_then(|text| kind::of_key(&entry.key, &text));
                // What says so outright outranks a section or a layout, wherever they stand.
                if named.is_some() && (self.facts.kind.is_none() || entry.key.eq_ignore_ascii_case("kind")) {
                    self.facts.kind = named;
                }
            }
            Key::Status => self.word(entry, |facts| &mut facts.status),
            Key::Duration => self.word(entry, |facts| &mut facts.duration),
            Key::Id => self.word(entry, |facts| &mut facts.id),
            Key::Incident => self.word(entry, |facts| &mut facts.incident),
            Key::Slug => {
                // What stands here is an address: `..` is no empty place but one that leads out.
                if let Some(value) = self.text(entry) {
                    let span = Some(node.span.clone());
                    self.facts.slug.get_or_insert(Found { value, origin, span });
                }
            }
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
            // A list of one thing says that thing.
            Value::List(nodes) if nodes.len() == 1 && nodes[0].text().is_some() => {
                nodes[0].text().map(|text| text.into_owned())
            }
            Value::List(nodes) if nodes.is_empty() => None,
            Value::List(_) | Value::Map(_) => {
                let message = format!("`{}` is {}, not text", entry.key, entry.value.kind());
                self.finding(&WRONG_TYPE, entry.value.span.clone(), message, "");
                None
            }
            _ => entry.value.text().map(|text| text.into_owned()),
        }
    }

    /// Returns the text of a value that may be a map with one of these keys, the first of them winning.
    fn named(&mut self, entry: &Entry, keys: &[&str]) -> Option<String> {
        if let Value::Map(_) = &entry.value.value
            && let Some(node) = keys.iter().find_map(|key| entry.value.get(key))
        {
            return node.text().map(|text| text.into_owned());
        }
        self.text(entry)
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
        // `published: false` says that it is a draft, and `detected: true` says nothing that a page could show.
        if let Value::Bool(value) = entry.value.value {
            self.facts.draft |= !value && entry.key.eq_ignore_ascii_case("published");
            return;
        }
        // Material for MkDocs writes `date: {created: …, updated: …}`.
        let Some(text) = self.named(entry, &["created", "published", "date", "start", "at"]) else { return };
        let span = entry.value.span.clone();
        match date::parse_in(&text, self.context.order) {
            Some(moment) => {
                let moment = self.zoned(moment, &entry.key, span.clone());
                let found =
                    Found { value: moment, origin: Origin::FrontMatter(entry.key.clone()), span: Some(span) };
                // When it happened outranks `date`, and that outranks `created` and its like, wherever they stand.
                let slot = field(&mut self.facts);
                let before = slot.as_ref().map(|found| &found.origin);
                if before.is_none_or(|before| match before {
                    Origin::FrontMatter(key) => date_rank(&entry.key) < date_rank(key),
                    _ => true,
                }) {
                    *slot = Some(found);
                }
            }
            None if is_placeholder(&text) => {}
            None if date::ambiguous(&text).is_some() => {
                let moment = self.ambiguous(&text, span.clone());
                let found =
                    Found { value: moment, origin: Origin::FrontMatter(entry.key.clone()), span: Some(span) };
                field(&mut self.facts).get_or_insert(found);
            }
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

    /// Returns the year of a date that can be read in two ways, and says so; both readings share it.
    fn ambiguous(&mut self, text: &str, span: Range<usize>) -> Moment {
        let (one, other) = date::ambiguous(text).expect("the caller found it ambiguous");
        if one == other {
            return Moment::day(one);
        }
        let message = format!("`{}` may be {one} or {other}", crate::document::title::cut(text, 48));
        self.finding(&AMBIGUOUS_DATE, span, message, "write the year first, as in 2026-03-02");
        let first = one.with_ordinal(1).unwrap_or(one);
        Moment { precision: Precision::Year, ..Moment::day(first) }
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
            let text = if commas { undressed(text) } else { text.trim() };
            if !text.is_empty() && !is_placeholder(text) {
                let found =
                    Found { value: text.to_owned(), origin: origin.clone(), span: Some(node.span.clone()) };
                texts.push(found);
            }
        };
        let name_of = |node: &Node| {
            let keys = ["name", "id", "service", "title", "label", "slug", "handle", "email", "url"];
            keys.iter().find_map(|key| node.get(key)).and_then(Node::text).map(|text| text.into_owned())
        };
        match &entry.value.value {
            Value::List(nodes) => {
                for node in nodes {
                    match &node.value {
                        // `- name: checkout`, as some status pages have it.
                        Value::Map(inner) => match name_of(node) {
                            Some(text) => add(node, &text),
                            // `- checkout: {…}`, or `- checkout: down`.
                            None => inner.first().into_iter().for_each(|entry| add(node, &entry.key)),
                        },
                        // `- [checkout]`: a list in a list.
                        Value::List(inner) => inner.iter().for_each(|node| {
                            if let Some(text) = node.text() {
                                add(node, &text);
                            }
                        }),
                        _ => {
                            if let Some(text) = node.text() {
                                add(node, &text);
                            }
                        }
                    }
                }
            }
            // `author: {name: …}`; else `services: {checkout: {…}}`, where the keys are the names.
            Value::Map(inner) => match name_of(&entry.value) {
                Some(text) => add(&entry.value, &text),
                None => inner.iter().for_each(|inner| add(&entry.value, &inner.key)),
            },
            _ => {
                if let Some(text) = entry.value.text() {
                    // `tags: "#one #two"`, as Obsidian has it.
                    let hashes = text.split_whitespace().all(|word| word.len() > 1 && word.starts_with('#'));
                    match commas {
                        true if hashes => text.split_whitespace().for_each(|name| add(&entry.value, name)),
                        true => text.split([',', '、', ';']).for_each(|name| add(&entry.value, name)),
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
            let entries = part.canonical.is_some_and(holds_entries)
                || above.iter().any(|outer| outer.canonical.is_some_and(holds_entries));
            if entries {
                // `**Duration:** an hour (10:00–11:00)` above or below the entries of a timeline is no entry.
                if part.canonical == Some(Canonical::Timeline) {
                    let mut labels = Vec::new();
                    for block in &part.blocks {
                        if let BlockKind::Paragraph(text) = &block.kind {
                            labels_of(text, false, &mut labels);
                        }
                    }
                    pairs.extend(
                        labels.into_iter().filter(|pair| key::of_label(&pair.label) == Some(Key::Duration)),
                    );
                }
                // `**Factors:** expired certificate, no alert` names them, and a label on a line below it is no part of it.
                if part.level == LABEL
                    && let Some(lead) = &part.lead
                    && !above.iter().any(|outer| outer.canonical.is_some_and(holds_entries))
                {
                    let first = lead.text.find('\n').unwrap_or(lead.text.len());
                    if key::of_label(&part.title) == Some(Key::Factors) {
                        let value = slice(lead, 0, first);
                        pairs.push(Pair { label: part.title.clone(), value, table: false });
                    }
                    labels_of(&slice(lead, first, lead.text.len()), false, &mut pairs);
                    for block in &part.blocks {
                        if let BlockKind::Paragraph(text) = &block.kind
                            && label(text).is_some()
                        {
                            labels_of(text, false, &mut pairs);
                        }
                    }
                }
                return;
            }
            if part.level < LABEL
                && let Some((words, value)) = split_at_colon(&part.title)
            {
                let value =
                    Inline { text: value.trim().to_owned(), span: part.heading.clone(), ..Inline::default() };
                pairs.push(Pair { label: words.trim().to_owned(), value, table: false });
            }
            // `## Date` with a line or a list under it.
            if part.level > 0
                && let Some(key) = key::of_label(&part.title)
                && part.lead.is_none()
            {
                let value = match part.blocks.first().map(|block| &block.kind) {
                    // What stands under "Summary" is read as a section.
                    Some(BlockKind::Paragraph(text))
                        if text.text.chars().count() <= 200 && key != Key::Summary =>
                    {
                        Some(text.clone())
                    }
                    Some(BlockKind::List { items, .. })
                        if key != Key::Summary
                            && key != Key::Title
                            && !(is_time(key) && items.iter().any(is_labelled_fact)) =>
                    {
                        listed(items, &part.span)
                    }
                    _ => None,
                };
                if let Some(value) = value {
                    pairs.push(Pair { label: part.title.clone(), value, table: false });
                }
            }
            if part.level == LABEL
                && let Some(lead) = &part.lead
            {
                let first = lead.text.find('\n').unwrap_or(lead.text.len());
                pairs.push(Pair { label: part.title.clone(), value: slice(lead, 0, first), table: false });
                // Further lines of the same paragraph may bear labels of their own.
                labels_of(&slice(lead, first, lead.text.len()), above.len() <= 1, &mut pairs);
            }
            // Plain labels count at the top of the document and in a part that is all facts.
            let opens = matches!(part.canonical, None | Some(Canonical::Summary));
            let preamble = above.len() <= 1 && opens
                || above.len() <= 2 && part.canonical == Some(Canonical::Summary)
                || is_metadata(&part.title)
                || part.level > 0 && key::of_label(&part.title).is_some_and(is_time);
            for (at, block) in part.blocks.iter().enumerate() {
                collect(&block.kind, preamble, &mut pairs);
                // `- Start time: 08:40` among what was hit; other words with a colon there are impact.
                if part.canonical == Some(Canonical::Impact)
                    && !preamble
                    && let BlockKind::List { items, .. } = &block.kind
                    && items.iter().any(is_labelled_fact)
                {
                    let mut plain = Vec::new();
                    collect(&block.kind, true, &mut plain);
                    pairs.extend(
                        plain.into_iter().filter(|pair| key::of_label(&pair.label).is_some_and(is_time)),
                    );
                }
                // `**Services affected**` on a line of its own, and the list or the words below it.
                if let BlockKind::Paragraph(text) = &block.kind
                    && let Some((words, rest)) = label(text)
                    && text.text[rest..].trim().is_empty()
                    && key::of_label(&words).is_some_and(|key| !matches!(key, Key::Title | Key::Summary))
                    && let Some(below) = part.blocks.get(at + 1)
                {
                    let value = match &below.kind {
                        BlockKind::List { items, .. } => listed(items, &below.span),
                        BlockKind::Paragraph(text)
                            if text.text.chars().count() <= 80 && label(text).is_none() =>
                        {
                            Some(text.clone())
                        }
                        _ => None,
                    };
                    if let Some(value) = value {
                        pairs.push(Pair { label: words, value, table: false });
                    }
                }
            }
        });
        for pair in pairs {
            self.pair(&pair);
        }
    }

    /// Returns the moment that a label's value says.
    fn moment_in(&mut self, label: &str, value: &Inline) -> Option<Moment> {
        let text = value.folded();
        let order = self.context.order;
        let read = date::parse_in(&text, order)
            .or_else(|| {
                date::leading_in(&text, date::Style { order, compact: false })
                    .and_then(|leading| leading.moment())
            })
            .or_else(|| date::find(&text).map(|(_, moment)| moment));
        let moment = match read {
            Some(moment) => moment,
            None => {
                date::ambiguous(&text)?;
                self.ambiguous(&text, (self.context.original)(value.span.clone()))
            }
        };
        Some(zoned_by(label, moment).in_zone(self.context.config.timezone.0))
    }

    fn pair(&mut self, pair: &Pair) {
        let Some(key) = key::of_label(&pair.label) else { return };
        let text = pair.value.folded();
        if is_placeholder(&text) {
            return;
        }
        let text = text.into_owned();
        let origin = match pair.table {
            true => Origin::Table(pair.label.clone()),
            false => Origin::Label(pair.label.clone()),
        };
        let span = Some(pair.value.span.clone());
        match key {
            Key::Date | Key::Started | Key::Detected | Key::Mitigated | Key::Resolved => {
                let has = match key {
                    Key::Date => self.facts.date.is_some(),
                    Key::Started => self.facts.started.is_some(),
                    Key::Detected => self.facts.detected.is_some(),
                    Key::Mitigated => self.facts.mitigated.is_some(),
                    _ => self.facts.resolved.is_some(),
                };
                let clock = date::leading(&text)
                    .filter(|leading| leading.start.day.is_none() && leading.start.clock.is_some());
                if let Some(clock) = clock.filter(|_| !has && date::find(&text).is_none()) {
                    self.facts.clocks.push((
                        key,
                        clock,
                        Found { value: (), origin: origin.clone(), span: span.clone() },
                    ));
                } else if !has && let Some(value) = self.moment_in(&pair.label, &pair.value) {
                    let slot = match key {
                        Key::Date => &mut self.facts.date,
                        Key::Started => &mut self.facts.started,
                        Key::Detected => &mut self.facts.detected,
                        Key::Mitigated => &mut self.facts.mitigated,
                        _ => &mut self.facts.resolved,
                    };
                    *slot = Some(Found { value, origin: origin.clone(), span: span.clone() });
                }
                // `Date: 2021-06-25 14:00 - 15:30 UTC` says when it began and when it was over.
                if matches!(key, Key::Date | Key::Started) {
                    self.span(&text, &origin, &span, true);
                }
            }
            Key::Title => {
                self.facts.body_title.get_or_insert(Found { value: text, origin, span });
            }
            Key::Summary if text.chars().any(char::is_alphabetic) && text.chars().count() >= 8 => {
                self.facts.body_summary.get_or_insert(Found { value: text, origin, span });
            }
            Key::Severity => {
                if self.facts.severity.is_none()
                    && let Some(value) = severity::read(&text, self.context.config)
                {
                    self.facts.severity = Some(Found { value, origin, span });
                }
            }
            Key::Status if self.facts.status.is_none() && text.chars().count() <= 160 => {
                // "Resolved at 2020-04-15 15:09 UTC" says more than a state.
                let lower = text.to_lowercase();
                let over = ["resolved", "closed", "fixed", "復旧", "解決"]
                    .iter()
                    .any(|word| lower.starts_with(word));
                if over
                    && self.facts.resolved.is_none()
                    && let Some(value) = date::find(&text).map(|(_, moment)| moment).filter(Moment::has_time)
                {
                    let value = value.in_zone(self.context.config.timezone.0);
                    self.facts.resolved = Some(Found { value, origin: origin.clone(), span: span.clone() });
                }
                self.facts.status = Some(Found { value: text, origin, span });
            }
            Key::Duration => {
                self.span(&text, &origin, &span, false);
                self.window(&text, &origin, &span);
                if self.facts.duration.is_none() && text.chars().count() <= 160 {
                    self.facts.duration = Some(Found { value: text, origin, span });
                }
            }
            Key::Id => {
                // An id that only the body names is shown; it does not become the document's own.
            }
            Key::Services => names_in(&text, true, &origin, span, &mut self.facts.services),
            Key::Tags => names_in(&text, false, &origin, span, &mut self.facts.tags),
            Key::Factors => names_in(&text, false, &origin, span, &mut self.facts.factors),
            Key::Authors if !self.facts.authors.iter().any(|found| found.origin.is_declared()) => {
                let mut people = Vec::new();
                names_in(&text, false, &origin, span, &mut people);
                for found in people {
                    for value in people_in(&found.value) {
                        add_name(&mut self.facts.authors, Found { value, ..found.clone() });
                    }
                }
            }
            Key::Teams => names_in(&text, false, &origin, span, &mut self.facts.teams),
            _ => {}
        }
    }

    /// Takes the beginning and the end of the incident from a span of time, where they are not known yet.
    ///
    /// Days alone are a span only where the label asks for one: `2021-06-25 - 2021-06-26` under "Date" may be the days of
    /// the analysis.
    fn span(&mut self, text: &str, origin: &Origin, span: &Option<Range<usize>>, clock: bool) {
        let Some((start, end)) = date::span(text) else { return };
        if clock && !(start.has_time() && end.has_time()) || start.precision < Precision::Day {
            return;
        }
        let zone = self.context.config.timezone.0;
        for (slot, value) in [(&mut self.facts.started, start), (&mut self.facts.resolved, end)] {
            slot.get_or_insert(Found {
                value: zoned_by(label_words(origin), value).in_zone(zone),
                origin: origin.clone(),
                span: span.clone(),
            });
        }
    }

    /// Takes the beginning and the end from words that say how long it lasted, where they name both.
    fn window(&mut self, text: &str, origin: &Origin, span: &Option<Range<usize>>) {
        if self.facts.started.is_some() || self.facts.resolved.is_some() {
            return;
        }
        let Some(window::Window { start, end }) = window::read(text) else { return };
        let zone = self.context.config.timezone.0;
        let found = |value| Found { value, origin: origin.clone(), span: span.clone() };
        match (start.moment(), end.moment()) {
            (Some(begun), Some(mut over)) => {
                if over.local < begun.local && over.date() == begun.date() {
                    over.local += chrono::TimeDelta::days(1);
                }
                if over.local >= begun.local {
                    self.facts.started = Some(found(zoned_by(label_words(origin), begun).in_zone(zone)));
                    self.facts.resolved = Some(found(zoned_by(label_words(origin), over).in_zone(zone)));
                }
            }
            // Their day is that of the document.
            (None, None) if start.start.day.is_none() && end.start.day.is_none() => {
                for (key, leading) in [(Key::Started, start), (Key::Resolved, end)] {
                    let found = Found { value: (), origin: origin.clone(), span: span.clone() };
                    self.facts.clocks.push((key, leading, found));
                }
            }
            _ => {}
        }
    }
}

/// Returns the words of the label that a value stands behind.
fn label_words(origin: &Origin) -> &str {
    match origin {
        Origin::Label(words) | Origin::Table(words) => words,
        _ => "",
    }
}

/// Gives a moment that names no zone the one that its label names: "Started (UTC)".
fn zoned_by(label: &str, mut moment: Moment) -> Moment {
    if moment.has_time()
        && moment.offset.is_none()
        && label.contains(['(', '（'])
        && let Some(zone) = date::find_zone(label)
    {
        moment.offset = Some(zone.offset(moment.local));
    }
    moment
}

/// Returns how little a key of front matter says of when it happened, for those that name a date.
fn date_rank(key: &str) -> u8 {
    match key.to_lowercase().replace(['_', '-', ' '], "").as_str() {
        "incidentdate" | "dateofincident" | "occurred" | "occurredat" => 0,
        "date" | "datetime" => 1,
        _ => 2,
    }
}

/// Returns whether a label in such a section is part of an entry and says nothing of the document.
fn holds_entries(canonical: Canonical) -> bool {
    matches!(
        canonical,
        Canonical::Timeline
            | Canonical::Actions
            | Canonical::Lessons
            | Canonical::WentWell
            | Canonical::WentWrong
            | Canonical::Lucky
            | Canonical::References
            | Canonical::Factors
    )
}

/// Returns whether a key asks for a time or a length of time.
fn is_time(key: Key) -> bool {
    matches!(key, Key::Date | Key::Started | Key::Detected | Key::Mitigated | Key::Resolved | Key::Duration)
}

/// Returns whether an item is a label of its own and its value: `Start time: 10:00`.
fn is_labelled_fact(item: &Item) -> bool {
    crate::document::outline::first_words(item).is_some_and(|words| {
        split_at_colon(&words.text).is_some_and(|(label, _)| key::of_label(label).is_some())
    })
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
                        && text.text[rest..].trim().is_empty()
                        && let Some(BlockKind::List { items, .. }) =
                            item.blocks.get(1).map(|block| &block.kind)
                    {
                        // `- **Duration:**` over `- Start time: …`: the list has labels of its own.
                        if key::of_label(&words).is_some_and(is_time) && items.iter().any(is_labelled_fact) {
                            let inner = items.iter().filter_map(crate::document::outline::first_words);
                            inner.for_each(|text| labels_of(text, true, pairs));
                            continue;
                        }
                        let names: Vec<_> = items
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
            let mut add = |name: &Inline, value: &Inline| {
                let label = name.folded().into_owned();
                pairs.push(Pair { label, value: value.clone(), table: true });
            };
            let facts = rows.iter().filter(|row| row.cells.first().is_some_and(known)).count();
            match head.len() {
                // A table of facts names them in its first column; many are written without a header row, so that the
                // first fact stands in the header. A header over other things, such as "Status", is none.
                2 => {
                    let header =
                        head.first().is_some_and(known) && (facts > 0 || is_value_of(&head[0], &head[1]));
                    if facts == 0 && !header {
                        return;
                    }
                    let cells = header.then_some(head).into_iter().chain(rows.iter().map(|row| &row.cells));
                    for row in cells {
                        if let [name, value] = row.as_slice() {
                            add(name, value);
                        }
                    }
                }
                // Two facts in each row: `| Date | … | Severity | … |`.
                4 if rows.iter().map(|row| &row.cells).chain([head]).any(|cells| {
                    cells.first().is_some_and(known)
                        && cells.get(2).is_some_and(known)
                        && !cells.get(1).is_some_and(known)
                }) =>
                {
                    for cells in [head].into_iter().chain(rows.iter().map(|row| &row.cells)) {
                        if let [one, its, other, others] = cells.as_slice() {
                            add(one, its);
                            add(other, others);
                        }
                    }
                }
                // One fact in each column.
                _ if rows.len() == 1 && head.iter().filter(|cell| is_plain_fact(&cell.text)).count() >= 2 => {
                    let facts = head.iter().zip(&rows[0].cells).filter(|(name, _)| is_plain_fact(&name.text));
                    facts.for_each(|(name, value)| add(name, value));
                }
                // `| Field | Value | Notes |`.
                3 if facts >= 2 && facts * 2 >= rows.len() => {
                    for row in rows {
                        if let [name, value, ..] = row.cells.as_slice() {
                            add(name, value);
                        }
                    }
                }
                _ => {}
            }
        }
        BlockKind::Definitions(list) => {
            for definition in list {
                if let Some(BlockKind::Paragraph(text)) = definition.blocks.first().map(|block| &block.kind) {
                    let label = definition.term.folded().into_owned();
                    pairs.push(Pair { label, value: text.clone(), table: false });
                }
            }
        }
        _ => {}
    }
}

/// Returns whether a header cell names a fact that a table with one row could tell; a title or a description may head a
/// column of anything.
fn is_plain_fact(cell: &str) -> bool {
    key::of_label(cell).is_some_and(|key| !matches!(key, Key::Title | Key::Summary))
}

/// Returns whether the second cell of a header reads as the value that the first one names, and not as another heading.
fn is_value_of(name: &Inline, value: &Inline) -> bool {
    match key::of_label(&name.text) {
        Some(Key::Date | Key::Started | Key::Detected | Key::Mitigated | Key::Resolved) => {
            date::find(&value.text).is_some()
        }
        Some(Key::Severity) => {
            severity::read(&value.text, &Config::default()).is_some_and(|severity| severity.level.is_some())
        }
        _ => false,
    }
}

/// Returns the words of a list's items as one value: of each its label or its words up to an explanation.
///
/// Where the items are boxes, only the ticked ones were chosen.
fn listed(items: &[Item], span: &Range<usize>) -> Option<Inline> {
    if items.len() > 24 {
        return None;
    }
    let boxes = items.iter().any(|item| item.task.is_some());
    let words = items.iter().filter(|item| !boxes || item.task == Some(true)).filter_map(|item| {
        let text = crate::document::outline::first_words(item)?;
        let words = label(text).map_or_else(|| text.folded(), |(words, _)| Cow::Owned(words));
        let end = [": ", " - ", " – ", " — ", "："]
            .iter()
            .filter_map(|sign| words.find(sign))
            .min()
            .unwrap_or(words.len());
        Some(words[..end].to_owned())
    });
    let text = words.collect::<Vec<_>>().join(", ");
    (!text.is_empty()).then(|| Inline { text, span: span.clone(), ..Inline::default() })
}

/// Collects the labels of running text: those that begin a line, and those behind a separator on the same line.
fn labels_of(text: &Inline, preamble: bool, pairs: &mut Vec<Pair>) {
    // A label is bold, or at the top of the document has a colon behind it; most running text holds neither.
    if text.bold.is_empty() && !(preamble && find_colon(&text.text).is_some()) {
        return;
    }
    let mut at = 0;
    for line in text.text.split_inclusive('\n') {
        let end = at + line.trim_end_matches('\n').len();
        let line_inline = slice(text, at, end);
        // A bold label alone on its line has its value on the next one.
        if let Some((words, rest)) = label(&line_inline)
            && line_inline.text[rest..].trim().is_empty()
            && at + line.len() < text.text.len()
            && key::of_label(&words).is_some()
        {
            let next = at + line.len();
            let length = text.text[next..].find('\n').unwrap_or(text.text.len() - next);
            let value = slice(text, next, next + length);
            if label(&value).is_none() {
                pairs.push(Pair { label: words, value, table: false });
            }
        }
        for part in parts_of(&line_inline) {
            let inline = slice(&line_inline, part.start, part.end);
            if let Some((words, rest)) = label(&inline) {
                let value = inline.after(rest);
                if !value.is_empty() {
                    pairs.push(Pair { label: words, value, table: false });
                }
            } else if let Some((words, value)) = unmarked(&inline).filter(|_| preamble) {
                pairs.push(Pair { label: words, value, table: false });
            } else if preamble
                && let Some((colon, width)) = find_colon(&inline.text)
                && colon <= 48
                && key::of_label(&inline.text[..colon]).is_some()
            {
                let value = inline.after(colon + width);
                if !value.is_empty() {
                    pairs.push(Pair { label: inline.text[..colon].trim().to_owned(), value, table: false });
                }
            }
        }
        at += line.len();
    }
}

/// Returns a known bold label at the beginning of a line that has no colon: `**Date** 2021-06-25`, `**Author** – Jo`.
fn unmarked(line: &Inline) -> Option<(String, Inline)> {
    let end = line.bold_start()?;
    let words = line.text[..end].trim();
    key::of_label(words).filter(|key| !matches!(key, Key::Title | Key::Summary))?;
    let rest = &line.text[end..];
    let begin = end + (rest.len() - rest.trim_start_matches([' ', '-', '–', '—', '|']).len());
    let value = line.after(begin);
    (!value.is_empty() && value.text.chars().count() <= 80).then(|| (words.to_owned(), value))
}

/// Returns the parts of a line that begin with a label of their own: `**Status**: Resolved | **Severity**: SEV2`.
///
/// A line is cut at a separator only where a known label with a colon follows, so that values keep theirs.
fn parts_of(line: &Inline) -> Vec<Range<usize>> {
    let mut cuts = vec![(0, 0)];
    for (at, sign) in line.text.char_indices() {
        if !matches!(sign, '|' | '·' | '•' | '｜' | '/' | ',' | ';' | '—' | '–') {
            continue;
        }
        let after = at + sign.len_utf8();
        let rest = &line.text[after..];
        let begin = after + (rest.len() - rest.trim_start().len());
        let bold = line.bold.iter().any(|bold| bold.start.abs_diff(begin) <= 1);
        // Commas and slashes stand inside values too, so that behind them only a bold label counts.
        let counts = bold || matches!(sign, '|' | '·' | '•' | '｜');
        let known = || {
            find_colon(rest).is_some_and(|(colon, _)| colon <= 48 && key::of_label(&rest[..colon]).is_some())
        };
        if counts && known() {
            cuts.push((at, begin));
        }
    }
    // Bold labels may stand side by side with nothing but space between them.
    for bold in &line.bold {
        let words = &line.text[bold.clone()];
        let behind = line.text[bold.end..].trim_start();
        let labelled = words.trim_end().ends_with([':', '：']) || behind.starts_with([':', '：']);
        if bold.start > 0
            && labelled
            && key::of_label(words).is_some()
            && line.text[..bold.start].ends_with(char::is_whitespace)
            && !cuts.iter().any(|&(_, begin)| begin == bold.start)
        {
            cuts.push((bold.start, bold.start));
        }
    }
    cuts.sort_unstable();
    let ends = cuts.iter().skip(1).map(|&(at, _)| at).chain([line.text.len()]);
    cuts.iter()
        .zip(ends)
        .filter(|((_, begin), end)| begin < end)
        .map(|(&(_, begin), end)| begin..end)
        .collect()
}

/// Returns a line of running text with its marks.
fn slice(text: &Inline, start: usize, end: usize) -> Inline {
    // A mark that begins before the line and ends in it is clipped by `after`; one that ends before it is gone.
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

/// Adds the names in a label's value; words that tell a story are none.
///
/// With `slashes`, names stand side by side with slashes between them: "checkout / billing" is two services, and
/// "platform / search team" may be one team.
fn names_in(
    text: &str,
    slashes: bool,
    origin: &Origin,
    span: Option<Range<usize>>,
    out: &mut Vec<Found<String>>,
) {
    // What front matter declares is not mixed with guesses.
    if out.iter().any(|found| found.origin.is_declared()) {
        return;
    }
    let parts = outside_brackets(first_sentence(text), slashes);
    let many = parts.len() > 1;
    for part in parts {
        let part = part.trim();
        // "a, b and c": only behind commas is "and" no part of a name.
        let part = part.strip_prefix("and ").unwrap_or(part);
        let (one, other) = part.split_once(" and ").filter(|_| many).unwrap_or((part, ""));
        for name in [one, other] {
            let name = undressed(without_explanation(name))
                .trim_matches(['*', '_', '`', '.', '。', '"', '[', ']'])
                .trim();
            if !name.is_empty() && !is_placeholder(name) && !is_prose(name) && !is_file(name) {
                add_name(out, Found { value: name.to_owned(), origin: origin.clone(), span: span.clone() });
            }
        }
    }
}

/// Returns the words up to the end of the first sentence; names stand in the first, if in any.
fn first_sentence(text: &str) -> &str {
    let japanese = text.find('。');
    let spaced = text
        .match_indices(". ")
        .find(|(at, _)| text[at + 2..].starts_with(char::is_uppercase))
        .map(|(at, _)| at);
    &text[..japanese.into_iter().chain(spaced).min().unwrap_or(text.len())]
}

/// Returns whether words are the path of a file of code, which changes hands and names too often to be a service.
fn is_file(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or("");
    let ending = last.rsplit_once('.').map_or("", |(_, ending)| ending);
    name.contains('/')
        && !name.contains("://")
        && (1..=5).contains(&ending.len())
        && ending.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Cuts a list of names at its separators, except inside brackets.
fn outside_brackets(text: &str, slashes: bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '(' | '（' | '「' | '[' => depth += 1,
            ')' | '）' | '」' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let spaced = before == ' ' && text[at + c.len_utf8()..].starts_with(' ');
        let separates =
            matches!(c, ',' | '、' | ';' | '，' | '；' | '・' | '|' | '\n') || slashes && c == '/' && spaced;
        if separates && depth == 0 {
            parts.push(&text[start..at]);
            start = at + c.len_utf8();
        }
        before = c;
    }
    parts.push(&text[start..]);
    parts
}

/// Returns a name without the words in brackets behind it, which explain it.
fn without_explanation(name: &str) -> &str {
    let name = name.trim();
    match name.find(['(', '（']) {
        Some(at) if at > 0 && name.ends_with([')', '）']) => name[..at].trim_end(),
        _ => name,
    }
}

/// Returns a name without what Markdown and wikis put around it: `[[name]]`, `[name](address)`, `#name`.
fn undressed(name: &str) -> &str {
    let name = name.trim();
    if let Some(inner) = name.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
        return inner.rsplit('|').next().unwrap_or(inner).trim();
    }
    if let Some((words, _)) = name.strip_prefix('[').and_then(|rest| rest.split_once("]("))
        && name.ends_with(')')
    {
        return words.trim();
    }
    match name.strip_prefix('#') {
        Some(rest) if rest.starts_with(char::is_alphabetic) => rest,
        _ => name,
    }
}

/// Returns the people that words name: "Jo March and Amy Lee <amy@example.org>" are two.
fn people_in(text: &str) -> Vec<String> {
    let mut people = Vec::new();
    let mut rest = text.trim();
    loop {
        // Of the signs, which are three bytes with their spaces, nobody has one in their name.
        let cut = [" and ", " & ", " + ", " und ", " et "]
            .iter()
            .filter_map(|word| rest.find(word).map(|at| (at, word.len())))
            .min()
            // Only where a name of its own follows: "Search and discovery" is a team.
            .filter(|&(at, length)| {
                length == 3 || rest[at + length..].starts_with(|c: char| c.is_uppercase() || c == '@')
            });
        let (one, next) = match cut {
            Some((at, length)) => (&rest[..at], Some(&rest[at + length..])),
            None => (rest, None),
        };
        // An address behind a name is not part of it; where it is all there is, it is the name.
        let words: Vec<&str> = one.split_whitespace().collect();
        let is_address = |word: &&str| word.contains('@') && word.contains('.');
        let name = match words.iter().any(is_address) && words.len() > 1 {
            true => words.iter().filter(|word| !is_address(word)).copied().collect::<Vec<_>>().join(" "),
            false => one.trim().to_owned(),
        };
        if !name.is_empty() {
            people.push(name);
        }
        match next {
            Some(next) => rest = next.trim_start(),
            None => return people,
        }
    }
}

/// Returns whether words tell something instead of naming it.
fn is_prose(words: &str) -> bool {
    if words.chars().count() > 48 || words.split_whitespace().count() > 5 {
        return true;
    }
    // Names of things hold none of these; the longer list would catch "login with SSO".
    let telling = [
        "the", "who", "which", "that", "were", "was", "is", "are", "be", "been", "could", "would", "not",
        "when", "because", "it", "they", "our", "we", "had", "has", "did", "due",
    ];
    if words.split_whitespace().any(|word| telling.contains(&word.to_lowercase().as_str())) {
        return true;
    }
    // In Japanese, particles that mark an object or a subject and endings of verbs do not stand in names.
    let hiragana = words.chars().filter(|c| ('\u{3041}'..='\u{309f}').contains(c)).count();
    let letters = words.chars().filter(|c| c.is_alphanumeric()).count();
    hiragana > 0
        && hiragana < letters
        && (hiragana > 4
            || words.contains(['を', 'が'])
            || words.contains("する")
            || words.contains("した")
            || ["た", "る", "ない", "です", "ます", "だ"].iter().any(|end| words.ends_with(end)))
}

fn add_name(out: &mut Vec<Found<String>>, found: Found<String>) {
    let lower = found.value.to_lowercase();
    if !out.iter().any(|other| other.value.to_lowercase() == lower) {
        out.push(found);
    }
}
