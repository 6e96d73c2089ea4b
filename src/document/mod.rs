//! One Markdown file, understood: kind, title, times, sections, timeline, lessons, actions, links.
//!
//! Comes in: a [`SourceFile`](crate::source::SourceFile) and the settings. Goes out: a [`Document`] that keeps the text
//! and, for every value, where it came from. Never fails: a broken file is a document with findings. Never looks at
//! another file, so documents are read in parallel.
//!
//! The steps, each in its own file:
//!
//! 1. `front_matter` splits the file and reads the YAML or TOML with a span for every key and value;
//! 2. `dialect` turns what other generators add to Markdown into Markdown, remembering where each byte came from;
//! 3. `block` parses that into a tree of blocks with plain text and spans, and `trace` keeps what the parser saw where somebody
//!    will look at every word again;
//! 4. `outline` folds the blocks into parts under headings, bold lines and labels, and `section` names them;
//! 5. `facts`, `title`, `date`, `severity`, `kind` and `aside` read what the document says about itself;
//! 6. `timeline`, `lesson` and `action` read the entries of the parts that hold them, `remark` what stands below a lesson.

pub mod front_matter;
pub mod dialect;
pub mod block;
pub mod trace;
pub mod anchor;
pub mod outline;
pub mod section;
pub mod key;
pub mod moment;
pub mod date;
pub mod window;
pub mod facts;
pub mod title;
pub mod severity;
pub mod kind;
pub mod aside;
pub mod timeline;
pub mod remark;
pub mod lesson;
pub mod action;
pub mod face;

use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::anchor::Anchors;
use crate::document::aside::Aside;
use crate::document::block::Block;
use crate::document::block::BlockKind;
use crate::document::dialect::Ending;
use crate::document::dialect::NoteKind;
use crate::document::dialect::Prepared;
use crate::document::front_matter::FrontMatter;
use crate::document::moment::Moment;
use crate::document::moment::Precision;
use crate::document::outline::Part;
use crate::document::section::Canonical;
use crate::document::section::Spellings;
use crate::document::trace::Recorder;
use crate::document::trace::Trace;
use crate::source::History;
use crate::source::SourceFile;
use crate::words;
use crate::words::Term;
use chrono::Datelike;
use chrono::FixedOffset;
use std::borrow::Cow;
use std::ops::Range;

/// Where a value was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A key of the front matter, as it is written there.
    FrontMatter(String),
    /// The name of the file or of its folders.
    Path,
    /// The title or a heading.
    Heading,
    /// A label such as `**Date:**`.
    Label(String),
    /// A row of a table of facts, by its first cell.
    Table(String),
    /// The timeline.
    Timeline,
    /// Running text.
    Prose,
    /// The first commit that has the file.
    Git,
    /// The incident record that this postmortem belongs to, by its path.
    Incident(String),
}

impl Origin {
    /// Returns the words a page and `export` use.
    pub fn describe(&self) -> String {
        match self {
            Origin::FrontMatter(_) => "front matter".to_owned(),
            Origin::Path => "file name".to_owned(),
            Origin::Heading => "title".to_owned(),
            Origin::Label(label) => format!("label “{label}”"),
            Origin::Table(label) => format!("table row “{label}”"),
            Origin::Timeline => "timeline".to_owned(),
            Origin::Prose => "text".to_owned(),
            Origin::Git => "git".to_owned(),
            Origin::Incident(path) => format!("incident {path}"),
        }
    }

    /// Returns whether somebody declared the value, so that a page shows it as a fact and not as a guess.
    pub fn is_declared(&self) -> bool {
        matches!(self, Origin::FrontMatter(_) | Origin::Incident(_))
    }
}

/// A value and where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// Where it was read.
    pub origin: Origin,
    /// Its bytes in the file's text, where it stands there.
    pub span: Option<Range<usize>>,
}

/// What sort of document a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The record: when, what, how bad.
    Incident,
    /// The analysis.
    Postmortem,
    /// A reflection, such as a blog post.
    Article,
    /// A guide or glossary: outside lists and trends.
    Page,
}

impl Kind {
    /// Returns the word used in front matter, `export` and templates.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Incident => "incident",
            Kind::Postmortem => "postmortem",
            Kind::Article => "article",
            Kind::Page => "page",
        }
    }

    /// Returns whether it is that of an incident record or a postmortem.
    pub fn is_incident(self) -> bool {
        matches!(self, Kind::Incident | Kind::Postmortem)
    }
}

/// How bad an incident was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity {
    /// The words of the document.
    pub label: String,
    /// 1 is the worst, 4 the least, 5 a near miss; `None` where the words do not say their rank.
    pub level: Option<u8>,
}

/// What a lesson says of how things went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// A statement worth remembering.
    Lesson,
    /// What went well.
    WentWell,
    /// What went wrong.
    WentWrong,
    /// Where luck helped.
    Lucky,
}

impl Category {
    /// Returns the word used in front matter, `export` and templates.
    pub fn name(self) -> &'static str {
        match self {
            Category::Lesson => "lesson",
            Category::WentWell => "went-well",
            Category::WentWrong => "went-wrong",
            Category::Lucky => "lucky",
        }
    }
}

/// One statement worth remembering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The statement as plain text, its white space folded.
    pub text: String,
    /// What it says of how things went.
    pub category: Category,
    /// Its bytes in the file's text: in the body where it stands there, else in the front matter.
    pub span: Range<usize>,
    /// Whether it stands in the body, at `span`.
    pub in_body: bool,
    /// The anchor on the document's page that leads to it.
    pub anchor: String,
    /// An id of the author's own.
    pub id: Option<String>,
    /// Globs, services and symbols that it applies to.
    pub applies_to: Vec<String>,
    /// The test, alert, runbook or policy that now holds it.
    pub guard: Option<String>,
    /// What its author says of its state.
    pub status: Option<String>,
}

/// What front matter says of a lesson that it names by its permanent id alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The id, as written.
    pub id: String,
    /// Globs, services and symbols that it applies to.
    pub applies_to: Vec<String>,
    /// The test, alert, runbook or policy that now holds it.
    pub guard: Option<String>,
    /// What its author says of its state.
    pub status: Option<String>,
    /// Its bytes in the file's text.
    pub span: Range<usize>,
}

/// Something that went well, wrong or luckily, outside a lessons section: shown and searchable, without an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The words as plain text, their white space folded.
    pub text: String,
    /// What it says of how things went.
    pub category: Category,
    /// Its bytes in the file's text.
    pub span: Range<usize>,
}

/// The state of an action item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Still to be done.
    Open,
    /// Done.
    Done,
    /// Decided against.
    Dropped,
    /// The text does not say.
    Unknown,
}

impl Status {
    /// Returns the word used in `export` and templates.
    pub fn name(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Done => "done",
            Status::Dropped => "dropped",
            Status::Unknown => "unknown",
        }
    }
}

/// What an action item is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Keeps it from happening again.
    Prevent,
    /// Notices it sooner.
    Detect,
    /// Makes it hurt less.
    Mitigate,
    /// Changes how people work.
    Process,
}

impl Purpose {
    /// Returns the word used in `export` and templates.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Prevent => "prevent",
            Purpose::Detect => "detect",
            Purpose::Mitigate => "mitigate",
            Purpose::Process => "process",
        }
    }
}

/// A follow-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What is to be done, as plain text.
    pub text: String,
    /// Who does it, as written.
    pub owner: Option<String>,
    /// When it is due.
    pub due: Option<Moment>,
    /// Its state.
    pub status: Status,
    /// Why it was dropped, where it was and the text says.
    pub reason: Option<String>,
    /// What it is for, where the text says.
    pub purpose: Option<Purpose>,
    /// Addresses in its text: issues, pull requests, documents.
    pub links: Vec<String>,
    /// Its bytes in the file's text.
    pub span: Range<usize>,
}

/// An instant or a span of the incident, and what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When, in the words of the document.
    pub when: String,
    /// When; `None` where the words name no time that can be placed.
    pub at: Option<Moment>,
    /// The end, where the entry is a span.
    pub until: Option<Moment>,
    /// When responders learned of it.
    pub known_at: Option<Moment>,
    /// Whether the author marked the time as approximate.
    pub approximate: bool,
    /// What happened, as plain text.
    pub text: String,
    /// Its bytes in the file's text.
    pub span: Range<usize>,
}

/// A heading of the document, or a label that does the work of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// 1 to 6 for a heading, 7 for a bold line or a label.
    pub level: u8,
    /// Its words.
    pub title: String,
    /// What it is about, where its words say so.
    pub canonical: Option<Canonical>,
    /// Its anchor; empty for a label, which has none.
    pub anchor: String,
    /// The bytes of the section in the file's text, its heading included.
    pub span: Range<usize>,
}

/// A link or an image as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The target as written.
    pub target: String,
    /// Its words.
    pub text: String,
    /// Whether it is `[[target]]`.
    pub wiki: bool,
    /// Whether it is an image.
    pub image: bool,
    /// Its bytes in the file's text.
    pub span: Range<usize>,
}

/// Which forms the links of a document have that its path alone does not settle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Linking {
    /// Whether one is `[[target]]`, so that any title may decide where it leads.
    pub by_name: bool,
    /// Whether one may be understood in several ways: from the top of the site, or as what a generator made of a document; where it is
    /// not written plainly, it may be either.
    pub several_ways: bool,
}

impl Linking {
    fn of(links: &[Link]) -> Linking {
        let has_several_ways = |target: &str| {
            target.trim_start().starts_with('/') || target.contains(".htm") || target.contains(['%', '\\'])
        };
        Linking {
            by_name: links.iter().any(|link| link.wiki),
            several_ways: links.iter().any(|link| has_several_ways(&link.target)),
        }
    }
}

/// Where a heading or a lesson stands in the body, and its anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchored {
    /// Its bytes in [`Document::body`].
    pub span: Range<usize>,
    /// Its anchor on the page.
    pub anchor: String,
}

/// A file, understood.
///
/// Invariant: spans of the model are bytes of `text`, so that findings and fixes can point at them; only the fields that
/// say so are bytes of [`Document::body`], the Markdown that the page is rendered from.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its path in the content folder, with `/` between its parts.
    pub path: String,
    /// The file, relative to ROOT.
    pub file: String,
    /// Its text, front matter included.
    pub text: String,
    /// Where the body begins in `text`.
    pub body_start: usize,
    /// The body, where it had to be turned into Markdown; else it is the rest of `text`.
    prepared: Option<String>,
    /// Its front matter.
    pub front: Option<FrontMatter>,
    /// Its permanent name: the author's own, else its path.
    pub id: Found<String>,
    /// What sort of document it is.
    pub kind: Kind,
    /// Its title.
    pub title: Found<String>,
    /// Spans in the body of blocks that only repeat the title.
    pub title_repeats: Vec<Range<usize>>,
    /// When it happened, or was written.
    pub date: Option<Found<Moment>>,
    /// How bad it was.
    pub severity: Option<Found<Severity>>,
    /// Affected services, as written.
    pub services: Vec<Found<String>>,
    /// Tags, categories among them.
    pub tags: Vec<Found<String>>,
    /// The first category as written.
    pub category: Option<String>,
    /// Contributing factors by name.
    pub factors: Vec<Found<String>>,
    /// Authors and owners.
    pub authors: Vec<Found<String>>,
    /// Teams.
    pub teams: Vec<Found<String>>,
    /// When the incident began.
    pub started: Option<Found<Moment>>,
    /// When it was noticed.
    pub detected: Option<Found<Moment>>,
    /// When the bleeding was stopped.
    pub mitigated: Option<Found<Moment>>,
    /// When it was over.
    pub resolved: Option<Found<Moment>>,
    /// What happened, in short: declared, else the first words of the summary or of the text.
    pub summary: Option<Found<String>>,
    /// The state as written.
    pub status: Option<Found<String>>,
    /// How long it lasted, as written.
    pub duration: Option<Found<String>>,
    /// Its headings and labels, in order.
    pub sections: Vec<Section>,
    /// Anchors of headings, by their spans in the body.
    pub headings: Vec<Anchored>,
    /// What happened when.
    pub timeline: Vec<TimelineEntry>,
    /// What it teaches.
    pub lessons: Vec<Lesson>,
    /// What front matter says of lessons that it names by their ids.
    pub attached: Vec<Attached>,
    /// Anchors of lessons that stand in the body, by their spans in the body.
    pub lesson_marks: Vec<Anchored>,
    /// What else went well, wrong or luckily.
    pub observations: Vec<Observation>,
    /// Follow-ups.
    pub actions: Vec<Action>,
    /// Links and images.
    pub links: Vec<Link>,
    /// Which forms these have.
    pub linking: Linking,
    /// The record that it analyses: an id or a path.
    pub incident: Option<Found<String>>,
    /// The last part of its address, where the author gave one.
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
    /// Why it is set aside, where it is.
    pub aside: Option<Aside>,
    /// When Git first and last saw it.
    pub history: Option<History>,
    /// The words of its body; `knowledge` lets go of them once documents were compared.
    pub terms: Vec<Term>,
    /// What the parser saw in its body, where its reader was to keep it.
    pub trace: Option<Trace>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

impl Document {
    /// Returns the Markdown that its page is rendered from.
    pub fn body(&self) -> &str {
        self.prepared.as_deref().unwrap_or(&self.text[self.body_start..])
    }

    /// Returns whether it is an incident record or a postmortem.
    pub fn is_incident(&self) -> bool {
        self.kind.is_incident()
    }

    /// Returns whether something of it would be lost or misplaced.
    pub fn is_faulty(&self) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::Error)
    }

    /// Returns the front matter as it was written, without the lines around it.
    pub fn front_text(&self) -> Option<&str> {
        self.front.as_ref().map(|front| &self.text[front.span.clone()])
    }
}

/// A file without a word in it.
pub static EMPTY_DOCUMENT: Rule =
    Rule { name: "empty-document", level: Level::Warning, about: "a file holds no words" };

/// What a document of another generator held beside Markdown.
pub static DROPPED_MARKUP: Rule = Rule {
    name: "dropped-markup",
    level: Level::Note,
    about: "markup that only another generator understands is left out of the page; its words stay",
};

/// A container that nothing closes.
pub static UNCLOSED_CONTAINER: Rule =
    Rule { name: "unclosed-container", level: Level::Warning, about: "a `:::` block is never closed" };

/// What all documents of a site are read with.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The site's settings.
    pub config: &'a Config,
    /// The names of sections, the site's own among them.
    pub spellings: Spellings,
    /// The name of the folder that holds the content, which may say what kind its documents are.
    pub folder: String,
    /// Whether documents keep what the parser saw.
    traces: bool,
}

impl<'a> Reader<'a> {
    /// Makes the reader of a site; `folder` is the name of the folder that holds the content.
    pub fn new(config: &'a Config, folder: &str) -> Self {
        Reader { config, spellings: Spellings::new(config), folder: folder.to_owned(), traces: false }
    }

    /// Makes the documents keep what the parser saw: a quarter of the size of their texts, for whoever looks at every word again.
    pub fn tracing(mut self) -> Self {
        self.traces = true;
        self
    }

    /// Reads one file.
    pub fn parse(&self, source: SourceFile) -> Document {
        let SourceFile { path, file, text, git, mut findings, .. } = source;
        let split = front_matter::read(&file, &text);
        findings.extend(split.findings);
        let body = &text[split.body..];
        let prepared = dialect::prepare(body, split.body, Ending::of(&path));
        for note in &prepared.notes {
            findings.push(markup_note(&file, &text, note));
        }
        let mut recorder = self.traces.then(|| Recorder::new(&prepared.text));
        let blocks = match &mut recorder {
            Some(recorder) => block::parse_and(&prepared.text, |event, span| recorder.note(event, span)),
            None => block::parse(&prepared.text),
        };
        let trace = recorder.map(Recorder::finish);
        let root = outline::fold(&blocks, prepared.text.len(), &self.spellings);
        let original = |span| prepared.original(span);
        let order = date::order_of(&prepared.text);
        let facts_context =
            facts::Context { file: &file, source: &text, config: self.config, order, original: &original };
        let mut facts = facts::read(split.front.as_ref(), &root, &facts_context, &mut findings);
        for found in [
            &mut facts.started,
            &mut facts.detected,
            &mut facts.mitigated,
            &mut facts.resolved,
            &mut facts.date,
        ]
        .into_iter()
        .flatten()
        {
            body_span(&mut found.span, &found.origin, &prepared);
        }
        if let Some(found) = &mut facts.severity {
            body_span(&mut found.span, &found.origin, &prepared);
        }

        let known = title::Known {
            declared: facts.title.as_ref().map(|(key, words)| (key.as_str(), words.as_str())),
            label: facts.body_title.as_ref(),
            summary: facts.body_summary.as_ref(),
        };
        let title = title::find(&known, &blocks, &path, &self.spellings);
        if facts.severity.is_none()
            && let Some(value) = severity::in_title(&title.words, self.config)
        {
            let span = title.span.clone().map(|span| prepared.original(span));
            facts.severity = Some(Found { value, origin: Origin::Heading, span });
        }
        let date = self.date(&mut facts, &title, &root, &path, &prepared);
        let zone = self.config.timezone.0;
        let timeline_context = timeline::Context { date: date.as_ref().map(|found| found.value), zone };
        let mut entries = timeline::read(&root, timeline_context);
        adopt_clocks(&mut facts, date.as_ref(), zone, &prepared);
        let known = date.is_some();
        let mut date = self.date_of_content(date, &entries, &blocks, &path, &prepared);
        // A day that only the text names is that of times without a day, where no entry names one.
        let day =
            date.as_ref().map(|found| found.value).filter(|at| !known && at.precision >= Precision::Day);
        if day.is_some() && !entries.is_empty() && entries.iter().all(|entry| entry.at.is_none()) {
            entries = timeline::read(&root, timeline::Context { date: day, zone });
        }
        let zone = common_zone(&facts, &entries);
        for found in
            [&mut date, &mut facts.started, &mut facts.detected, &mut facts.mitigated, &mut facts.resolved]
        {
            if let (Some(found), Some(zone)) = (found, zone) {
                adopt_zone(found, zone);
            }
        }
        let mut noted = None;
        for found in
            [&facts.started, &facts.detected, &facts.mitigated, &facts.resolved].into_iter().flatten()
        {
            // Both ends of one span stand at one place.
            if noted != found.span {
                note_assumed(found, self.config.timezone.0, &file, &text, &mut findings);
                noted.clone_from(&found.span);
            }
        }
        self.phases(&mut facts, &entries, &prepared);
        check_order(&facts, date.as_ref(), &file, &text, &mut findings);

        let lesson_node = split.front.as_ref().and_then(|front| {
            front.entries.iter().find(|entry| key::of_front_matter(&entry.key) == Some(key::Key::Lessons))
        });
        let lesson_context =
            lesson::Context { file: &file, source: &text, text: &prepared.text, spellings: &self.spellings };
        let lesson_node = lesson_node.map(|entry| &entry.value);
        let mut reading = lesson::read(lesson_node, &blocks, &root, &lesson_context, &mut findings);
        let mut actions = action::read(&root);

        let told = |found: &Found<Moment>| !matches!(found.origin, Origin::Prose | Origin::Timeline);
        let dated = date.as_ref().is_some_and(|found| told(found) && found.value.precision > Precision::Year);
        let times = entries.iter().filter(|entry| entry.at.is_some()).count();
        let evidence = aside::Evidence { path: &path, dated, times, root: &root, blocks: &blocks };
        let aside = facts.kind.is_none().then(|| aside::reason(&evidence)).flatten();
        let kind = self.kind(&facts, &path, &root, !entries.is_empty(), dated);
        if kind == Kind::Page {
            // The tables and examples of a guide say nothing of the guide: only what it declares counts.
            facts.keep_declared();
            date = date.filter(|found| found.origin.is_declared());
            if lesson_node.is_none() {
                reading.lessons.clear();
            }
            reading.observations.clear();
            actions.clear();
            entries.clear();
        }

        let mut anchors = Anchors::default();
        let mut headings = Vec::new();
        heading_anchors(&blocks, &mut anchors, &mut headings);
        let sections = sections(&root, &headings, &prepared);
        let (mut lessons, mut lesson_marks) = (reading.lessons, Vec::new());
        for lesson in &mut lessons {
            // Its words stand apart by one space each, so that the first six of them end before the sixth.
            let mut spaces = lesson.text.bytes().enumerate().filter(|(_, byte)| *byte == b' ');
            let end = spaces.nth(5).map_or(lesson.text.len(), |(at, _)| at);
            lesson.anchor = anchors.unique(format!("lesson-{}", anchor::slug(&lesson.text[..end])));
            if lesson.in_body {
                lesson_marks.push(Anchored { span: lesson.span.clone(), anchor: lesson.anchor.clone() });
                lesson.span = prepared.original(lesson.span.clone());
            }
        }
        lesson_marks.sort_by_key(|mark| mark.span.start);
        let mut observations = reading.observations;
        observations.iter_mut().for_each(|one| one.span = prepared.original(one.span.clone()));
        actions.iter_mut().for_each(|one| one.span = prepared.original(one.span.clone()));
        for entry in split.front.iter().flat_map(|front| &front.entries) {
            if key::of_front_matter(&entry.key) == Some(key::Key::Actions) {
                let mut unreadable = |span| {
                    let place = Place::span(&file, &text, span);
                    let finding = Finding::new(&facts::WRONG_TYPE, place, "an action needs `text`");
                    findings.push(finding.help("write `- text: what is to be done`"));
                };
                action::merge(&mut actions, action::read_declared(&entry.value, &mut unreadable));
            }
        }
        entries.iter_mut().for_each(|one| one.span = prepared.original(one.span.clone()));

        let labelled = facts.body_summary.take().map(|found| Found {
            value: title::cut(&found.value, SUMMARY),
            span: found.span.map(|span| prepared.original(span)),
            origin: found.origin,
        });
        let summary = facts.summary.take().or_else(|| summary(&root, &title, labelled, &prepared));
        let own_words = &prepared.text[..end_of_own_words(&root, prepared.text.len())];
        let terms = words::terms(&without_comments(own_words));
        if blocks.is_empty() && split.front.is_none() && findings.is_empty() {
            findings.push(
                Finding::new(&EMPTY_DOCUMENT, Place::file(&file), "the file is empty")
                    .help("write it, or leave it out with `exclude`"),
            );
        }
        let title_repeats = title.repeats;
        let title = Found {
            value: if title.words.is_empty() { path.clone() } else { title.words },
            span: title.span.map(|span| prepared.original(span)),
            origin: title.origin,
        };
        let id = facts.id.unwrap_or_else(|| Found { value: path.clone(), origin: Origin::Path, span: None });
        let links = links(&blocks, &prepared);
        let prepared = match prepared.text {
            Cow::Owned(text) => Some(text),
            Cow::Borrowed(_) => None,
        };
        Document {
            body_start: split.body,
            prepared,
            front: split.front,
            id,
            kind,
            title,
            title_repeats,
            date,
            severity: facts.severity,
            services: facts.services,
            tags: facts.tags,
            category: facts.category,
            factors: facts.factors,
            authors: facts.authors,
            teams: facts.teams,
            started: facts.started,
            detected: facts.detected,
            mitigated: facts.mitigated,
            resolved: facts.resolved,
            summary,
            status: facts.status,
            duration: facts.duration,
            sections: exact(sections),
            headings: exact(headings),
            timeline: entries,
            lessons: exact(lessons),
            attached: reading.attached,
            lesson_marks: exact(lesson_marks),
            observations: exact(observations),
            actions: exact(actions),
            linking: Linking::of(&links),
            links: exact(links),
            incident: facts.incident,
            slug: facts.slug,
            aliases: facts.aliases,
            canonical_url: facts.canonical_url,
            archive_urls: facts.archive_urls,
            draft: facts.draft,
            language: facts.language,
            audience: facts.audience,
            aside,
            history: git,
            terms,
            trace,
            findings: exact(findings),
            path,
            file,
            text,
        }
    }

    /// Returns the date that is not read from the timeline or from prose: front matter, file name, title, label.
    fn date(
        &self,
        facts: &mut facts::Facts,
        title: &title::Title,
        root: &Part<'_>,
        path: &str,
        prepared: &Prepared<'_>,
    ) -> Option<Found<Moment>> {
        let zone = self.config.timezone.0;
        let declared = facts.date.take_if(|found| found.origin.is_declared());
        // When an incident started is its date, where nothing else in front matter says it.
        let started = || facts.started.clone().filter(|found| found.origin.is_declared());
        let in_path = || {
            let moment = date::find_in_path(path)?.in_zone(zone);
            Some(Found { value: moment, origin: Origin::Path, span: None })
        };
        let in_title = || {
            let heading = root.parts.first().map_or("", |part| part.title.as_str());
            let (_, moment) = date::find(&title.words).or_else(|| date::find(heading))?;
            let span = title.span.clone().map(|span| prepared.original(span));
            Some(Found { value: moment.in_zone(zone), origin: Origin::Heading, span })
        };
        declared
            .or_else(started)
            .or_else(|| facts.address_date.take())
            .or_else(|| {
                let named = in_path()?;
                // A file name that says only the month gives way to whatever says the day.
                (named.value.precision > Precision::Month).then_some(named)
            })
            .or_else(in_title)
            .or_else(|| facts.date.take())
            .or_else(|| facts.started.clone())
            .or_else(|| facts.detected.clone().or_else(|| facts.resolved.clone()))
            .or_else(in_path)
    }

    /// Returns the date, where need be from what happened first or from running text; last of all the year of the path.
    fn date_of_content(
        &self,
        date: Option<Found<Moment>>,
        entries: &[TimelineEntry],
        blocks: &[Block],
        path: &str,
        prepared: &Prepared<'_>,
    ) -> Option<Found<Moment>> {
        let year = date
            .as_ref()
            .map(|found| found.value)
            .or_else(|| date::year_in_name(path))
            .or_else(|| date::year_in_path(path));
        let Some(known) = date else {
            let from_path = || {
                let value = date::year_in_name(path).or_else(|| date::year_in_path(path))?;
                Some(Found { value, origin: Origin::Path, span: None })
            };
            return first_entry(entries, year, prepared)
                .or_else(|| prose_date(blocks, year, prepared))
                .or_else(|| raw_date(blocks, prepared))
                .or_else(from_path);
        };
        // A month that nobody declared gives way to the day of what happened first in it.
        if known.value.precision <= Precision::Month
            && !known.origin.is_declared()
            && let Some(entry) = first_entry(entries, year, prepared)
            && entry.value.precision >= Precision::Day
            && holds(&known.value, &entry.value)
        {
            return Some(entry);
        }
        Some(known)
    }

    /// Fills the times of the incident that nothing declares from entries of the timeline that say what they are.
    fn phases(&self, facts: &mut facts::Facts, entries: &[TimelineEntry], prepared: &Prepared<'_>) {
        let phases = timeline::phases(entries);
        let timed =
            |index: Option<usize>| entries.get(index?).and_then(|entry| entry.at).filter(Moment::has_time);
        let told =
            |slot: &Option<Found<Moment>>| slot.as_ref().map(|found| found.value).filter(Moment::has_time);
        let begun =
            [told(&facts.started), told(&facts.detected), timed(phases.started), timed(phases.detected)];
        let begun = begun.into_iter().flatten().max_by_key(Moment::utc);
        for (slot, index, begun) in [
            (&mut facts.started, phases.started, None),
            (&mut facts.detected, phases.detected, None),
            (&mut facts.mitigated, phases.mitigated, begun),
            (&mut facts.resolved, phases.resolved, begun),
        ] {
            let Some(entry) = index.and_then(|index| entries.get(index)) else { continue };
            let Some(at) = entry.at.filter(Moment::has_time) else { continue };
            // What was inferred must make sense: nothing is over before it began or was noticed.
            if begun.is_some_and(|begun| at.utc() < begun.utc()) {
                continue;
            }
            // A label that names only the day gives way to the time that the timeline has on that day.
            let coarse = |found: &Found<Moment>| {
                !found.origin.is_declared() && !found.value.has_time() && found.value.date() == at.date()
            };
            if slot.as_ref().is_none_or(coarse) {
                let span = Some(prepared.original(entry.span.clone()));
                *slot = Some(Found { value: at, origin: Origin::Timeline, span });
            }
        }
    }

    /// Returns the kind: front matter, else a folder, else what the document holds.
    fn kind(
        &self,
        facts: &facts::Facts,
        path: &str,
        root: &Part<'_>,
        has_timeline: bool,
        dated: bool,
    ) -> Kind {
        if let Some(kind) = facts.kind {
            return kind;
        }
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        let of_folder = kind::of_folder(folders).or_else(|| kind::of_folder(&self.folder));
        // Some generators keep everything in `pages`: what has a date or an incident in it stays in the lists.
        let tells = dated
            || has_timeline
            || facts.severity.is_some()
            || facts.started.is_some()
            || facts.resolved.is_some();
        if let Some(kind) = of_folder.filter(|kind| *kind != Kind::Page || !tells) {
            return kind;
        }
        let mut analysed =
            has_timeline || facts.severity.is_some() || facts.started.is_some() || facts.resolved.is_some();
        root.walk(&mut |part, _| {
            analysed |=
                matches!(part.canonical, Some(Canonical::Impact | Canonical::Factors | Canonical::Timeline));
        });
        if analysed { Kind::Postmortem } else { Kind::Article }
    }
}

/// Maps a span of the body to the file's text; values of front matter stand there already.
fn body_span(span: &mut Option<Range<usize>>, origin: &Origin, prepared: &Prepared<'_>) {
    if !origin.is_declared() {
        *span = span.take().map(|span| prepared.original(span));
    }
}

fn markup_note(file: &str, text: &str, note: &dialect::Note) -> Finding {
    let place = Place::span(file, text, note.span.clone());
    let (what, many) = match note.kind {
        NoteKind::Import => ("an import", "imports"),
        NoteKind::Component => ("a component's tag", "tags of components"),
        NoteKind::Comment => ("a comment", "comments"),
        NoteKind::Template => ("a template tag", "template tags"),
        NoteKind::Unclosed => {
            return Finding::new(&UNCLOSED_CONTAINER, place, "this block is never closed")
                .help("end it with a line of `:::`");
        }
    };
    let message = match note.count {
        1 => format!("{what} is left out of the page"),
        count => format!("{count} {many} are left out of the page"),
    };
    Finding::new(&DROPPED_MARKUP, place, message)
}

/// Returns whether a moment lies in the year or the month that another one names.
fn holds(outer: &Moment, inner: &Moment) -> bool {
    let (outer_date, inner_date) = (outer.date(), inner.date());
    outer_date.year() == inner_date.year()
        && (outer.precision < Precision::Month || outer_date.month() == inner_date.month())
}

/// Returns the moment of the earliest entry of the timeline, one that says its day before one that does not.
///
/// Where the path names a year, the earliest of that year: many a timeline begins with what was built years before.
fn first_entry(
    entries: &[TimelineEntry],
    year: Option<Moment>,
    prepared: &Prepared<'_>,
) -> Option<Found<Moment>> {
    let in_year = |at: &Moment| year.is_none_or(|year| year.date().year() == at.date().year());
    let entry = entries
        .iter()
        .filter_map(|entry| Some((entry.at?, entry)))
        .min_by_key(|(at, _)| (!in_year(at), at.precision < Precision::Day, at.utc()))?;
    let span = Some(prepared.original(entry.1.span.clone()));
    Some(Found { value: entry.0, origin: Origin::Timeline, span })
}

/// Returns the first full date in running text, else the first month; those of the year that the path names go before
/// others.
fn prose_date(blocks: &[Block], year: Option<Moment>, prepared: &Prepared<'_>) -> Option<Found<Moment>> {
    let mut best: Option<((bool, bool), Found<Moment>)> = None;
    lesson::each_inline(blocks, &mut |inline| {
        let days = date::find_all(&inline.text).into_iter().map(|(_, moment)| (false, moment));
        let months = date::find_month(&inline.text).into_iter().map(|(_, moment)| (true, moment));
        for (month, moment) in days.chain(months) {
            let other_year = year.is_some_and(|year| year.date().year() != moment.date().year());
            if best.as_ref().is_none_or(|(rank, _)| (other_year, month) < *rank) {
                let value =
                    Moment { precision: moment.precision.min(Precision::Day), ..Moment::day(moment.date()) };
                let span = Some(prepared.original(inline.span.clone()));
                best = Some(((other_year, month), Found { value, origin: Origin::Prose, span }));
            }
        }
    });
    best.map(|(_, found)| found)
}

/// Returns the first full date in code or raw HTML, such as that of a log: better than none.
fn raw_date(blocks: &[Block], prepared: &Prepared<'_>) -> Option<Found<Moment>> {
    blocks.iter().find_map(|block| {
        let (BlockKind::Code { text, .. } | BlockKind::Html(text)) = &block.kind else { return None };
        let (_, moment) = date::find(text)?;
        let span = Some(prepared.original(block.span.clone()));
        Some(Found { value: Moment::day(moment.date()), origin: Origin::Prose, span })
    })
}

/// Places times of day that labels give without their day on the day of the document.
fn adopt_clocks(
    facts: &mut facts::Facts,
    date: Option<&Found<Moment>>,
    zone: chrono_tz::Tz,
    prepared: &Prepared<'_>,
) {
    let clocks = std::mem::take(&mut facts.clocks);
    let Some(day) =
        date.filter(|found| found.value.precision >= Precision::Day).map(|found| found.value.date())
    else {
        return;
    };
    for (key, leading, found) in clocks {
        let Some(clock) = leading.start.clock else { continue };
        let mut value = clock.on(day, leading.zone).in_zone(zone);
        let started = facts.started.as_ref().map(|found| found.value).filter(Moment::has_time);
        // What ends earlier on the clock than it began ended on the next day.
        if key != key::Key::Started && started.is_some_and(|started| value.utc() < started.utc()) {
            value.local += chrono::TimeDelta::days(1);
        }
        let slot = match key {
            key::Key::Started => &mut facts.started,
            key::Key::Detected => &mut facts.detected,
            key::Key::Mitigated => &mut facts.mitigated,
            key::Key::Resolved => &mut facts.resolved,
            _ => continue,
        };
        let span = found.span.map(|span| prepared.original(span));
        slot.get_or_insert(Found { value, origin: found.origin, span });
    }
}

/// Returns the one distance from UTC that all times of a document name, where they name any and agree.
fn common_zone(facts: &facts::Facts, entries: &[TimelineEntry]) -> Option<FixedOffset> {
    let told = [&facts.started, &facts.detected, &facts.mitigated, &facts.resolved];
    let told =
        told.into_iter().flatten().filter(|found| !found.origin.is_declared()).map(|found| found.value);
    let mut named =
        told.chain(entries.iter().filter_map(|entry| entry.at)).filter(|at| at.has_time() && !at.assumed);
    let first = named.next()?.offset?;
    named.all(|at| at.offset == Some(first)).then_some(first)
}

/// Gives a time of a label that names no zone the one that the times around it name.
fn adopt_zone(found: &mut Found<Moment>, zone: FixedOffset) {
    if found.value.assumed && matches!(found.origin, Origin::Label(_) | Origin::Table(_)) {
        found.value.offset = Some(zone);
        found.value.assumed = false;
    }
}

/// Says of a time of a label that it names no zone, where nothing around it names one either.
fn note_assumed(
    found: &Found<Moment>,
    zone: chrono_tz::Tz,
    file: &str,
    text: &str,
    findings: &mut Vec<Finding>,
) {
    if let (true, Origin::Label(name) | Origin::Table(name)) = (found.value.assumed, &found.origin) {
        let place = found.span.clone().map_or(Place::file(file), |span| Place::span(file, text, span));
        let message = format!("`{name}` names no zone and is read as {}", zone.name());
        let finding = Finding::new(&facts::NAIVE_TIME, place, message);
        findings.push(finding.help("add the zone, such as `Z` or `+02:00`"));
    }
}

/// Reports an incident that ends before it starts.
fn check_order(
    facts: &facts::Facts,
    date: Option<&Found<Moment>>,
    file: &str,
    text: &str,
    findings: &mut Vec<Finding>,
) {
    // The date of a record is when it began; that of an analysis may be when it was written.
    let date = date.filter(|found| facts.kind == Some(Kind::Incident) && found.origin.is_declared());
    let (Some(started), Some(resolved)) = (facts.started.as_ref().or(date), &facts.resolved) else { return };
    let (start, end) = (started.value, resolved.value);
    let before = match start.has_time() && end.has_time() {
        true => end.utc() < start.utc(),
        false => end.date() < start.date(),
    };
    // What was inferred may be inferred wrongly: only a person's own words are held against each other.
    if before && !matches!(resolved.origin, Origin::Timeline) && !matches!(started.origin, Origin::Timeline) {
        let place = match &resolved.span {
            Some(span) => Place::span(file, text, span.clone()),
            None => Place::file(file),
        };
        let name = match &started.origin {
            Origin::FrontMatter(key) | Origin::Label(key) | Origin::Table(key) => key.as_str(),
            _ => "the start",
        };
        let finding = Finding::new(&facts::END_BEFORE_START, place, "incident ends before it starts");
        let help = match (start.date() - end.date()).num_days() {
            0 | 1 => "did the outage run past midnight, or into another zone?",
            _ => "is a day, a month or a year mistyped?",
        };
        findings.push(finding.label(format!("earlier than `{name}`")).help(help));
    }
}

/// Gives every heading its anchor, those inside quotations and lists too, in the order of the text.
fn heading_anchors(blocks: &[Block], anchors: &mut Anchors, out: &mut Vec<Anchored>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Heading { text, id, .. } => {
                let anchor = anchors.heading(&text.folded(), id.as_deref());
                out.push(Anchored { span: block.span.clone(), anchor });
            }
            BlockKind::Quote(inner) | BlockKind::Footnote(inner) => heading_anchors(inner, anchors, out),
            BlockKind::List { items, .. } => {
                items.iter().for_each(|item| heading_anchors(&item.blocks, anchors, out));
            }
            BlockKind::Definitions(list) => {
                list.iter().for_each(|definition| heading_anchors(&definition.blocks, anchors, out));
            }
            _ => {}
        }
    }
}

/// Returns where the references begin with which a text ends, or its end. What stands there are mostly titles of others:
/// a document that cites another one is not like it for the words of that title.
fn end_of_own_words(root: &Part<'_>, length: usize) -> usize {
    let mut end = length;
    root.walk(&mut |part, _| {
        if part.canonical == Some(Canonical::References)
            && part.level < outline::LABEL
            && part.span.end == length
        {
            end = end.min(part.span.start);
        }
    });
    end
}

/// Returns a text with spaces in the place of its comments, which no page shows: the questions of a template make no two documents
/// alike. Every other byte keeps its place.
fn without_comments(text: &str) -> Cow<'_, str> {
    let (open, close) = ("<!--", "-->");
    if memchr::memmem::find(text.as_bytes(), open.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        // One that is never closed hides nothing.
        let Some((inside, behind)) = after.split_once(close) else { break };
        out.push_str(before);
        out.extend(std::iter::repeat_n(' ', open.len() + inside.len() + close.len()));
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns a list that takes no more room than it needs: documents stay as long as the program runs, and a twelfth of what
/// they held was the room of lists that had grown. To shrink a list does not give it back, as long as half of it is filled.
fn exact<T>(list: Vec<T>) -> Vec<T> {
    let mut exact = Vec::with_capacity(list.len());
    exact.extend(list);
    exact
}

fn sections(root: &Part<'_>, headings: &[Anchored], prepared: &Prepared<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    root.walk(&mut |part, _| {
        if part.title.is_empty() {
            return;
        }
        // Headings stand in the order of the text.
        let heading = || {
            let place = headings.partition_point(|heading| heading.span.start < part.heading.start);
            headings.get(place).filter(|heading| heading.span == part.heading)
        };
        let anchor =
            (part.level < outline::LABEL).then(heading).flatten().map(|heading| heading.anchor.clone());
        sections.push(Section {
            level: part.level,
            title: part.title.clone(),
            canonical: part.canonical,
            anchor: anchor.unwrap_or_default(),
            span: prepared.original(part.span.clone()),
        });
    });
    sections
}

/// The longest summary that is taken from the text, in characters.
const SUMMARY: usize = 480;

/// Words that could open a summary, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Opening {
    /// A sentence under a heading that names the summary.
    Summary,
    /// A sentence of the text, or one behind a label that names the summary; whichever comes first.
    Sentence,
    /// What was hit.
    Impact,
    /// How it was noticed, what set it off, why, and what helped.
    Elsewhere,
    /// A few words under a heading.
    Words,
}

/// Returns the first words of the summary, else of the text, else what a label says, else the impact.
fn summary(
    root: &Part<'_>,
    title: &title::Title,
    labelled: Option<Found<String>>,
    prepared: &Prepared<'_>,
) -> Option<Found<String>> {
    let mut best: Option<(Opening, String, Range<usize>)> = None;
    // Words are only looked for where they would win: most parts stand behind the one that has them.
    let mut offer = |opening: Opening, find: &dyn Fn() -> Option<(String, Range<usize>)>| {
        if best.as_ref().is_none_or(|(other, ..)| opening < *other)
            && let Some((words, span)) = find()
        {
            best = Some((opening, words, span));
        }
    };
    root.walk(&mut |part, above| {
        let label = part.level == outline::LABEL;
        match part.canonical {
            Some(Canonical::Summary) => {
                let opening = if label { Opening::Sentence } else { Opening::Summary };
                offer(opening, &|| opening_words(part, &title.repeats, true));
                offer(Opening::Words, &|| opening_words(part, &title.repeats, false));
            }
            Some(Canonical::Impact) => {
                offer(Opening::Impact, &|| opening_words(part, &[], true));
                offer(Opening::Impact, &|| first_item(part));
            }
            None => {
                // The summary may be told below headings of its own: `## Summary`, `### What happened`.
                let told = above
                    .iter()
                    .any(|outer| outer.canonical == Some(Canonical::Summary) && outer.level < outline::LABEL);
                let opening = if told && !label { Opening::Summary } else { Opening::Sentence };
                offer(opening, &|| opening_words(part, &title.repeats, true));
                if !label {
                    offer(Opening::Words, &|| opening_words(part, &title.repeats, false));
                    offer(Opening::Words, &|| first_item(part));
                }
            }
            Some(
                Canonical::Detection
                | Canonical::Trigger
                | Canonical::Factors
                | Canonical::Response
                | Canonical::Resolution,
            ) => offer(Opening::Elsewhere, &|| opening_words(part, &[], true)),
            _ => {}
        }
    });
    let weak = best.as_ref().is_none_or(|(opening, ..)| *opening >= Opening::Impact);
    if let Some(labelled) = labelled.filter(|_| weak) {
        return Some(labelled);
    }
    let (_, value, span) = best?;
    Some(Found {
        value: title::cut(&block::without_shortcodes(&value), SUMMARY),
        origin: Origin::Prose,
        span: Some(prepared.original(span)),
    })
}

/// Returns the first prose of a part: a paragraph that is no label, no link or picture alone, and asks for nothing.
///
/// Of `sentences` a line such as a subtitle or one that only introduces a list is none.
fn opening_words(part: &Part<'_>, skip: &[Range<usize>], sentences: bool) -> Option<(String, Range<usize>)> {
    let fits = |words: &str| {
        let dense = words.chars().filter(|&c| (c as u32) >= 0x2E80).count();
        let count = words.split_whitespace().count() + dense / 2;
        let ends = words
            .trim_end_matches([')', '"', '”', '）', '」', '*'])
            .ends_with(['.', '!', '?', '。', '！', '？', '…']);
        let enough = if sentences { count >= 8 || ends && count >= 3 } else { count >= 4 };
        // A line that begins with a time of day and no day is an entry of a timeline.
        let entry = words.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '[' | '~'))
            && date::leading(words)
                .is_some_and(|leading| leading.start.clock.is_some() && leading.start.day.is_none());
        enough && !entry && !aside::is_placeholder(words)
    };
    if let Some(lead) = &part.lead {
        // Further labels may stand on the lines below it.
        let end = lead.bold.iter().map(|bold| bold.start).find(|&start| lead.text[..start].ends_with('\n'));
        let words = block::fold(&lead.text[..end.unwrap_or(lead.text.len())]);
        if fits(&words) {
            return Some((without_introduction(&words), lead.span.clone()));
        }
    }
    let blocks = || part.blocks.iter().filter(|block| !skip.contains(&block.span));
    let own = blocks().find_map(|block| match &block.kind {
        BlockKind::Paragraph(text) => {
            let words = text.folded();
            let linked: usize = text.links.iter().map(|link| link.range.len()).sum();
            let all_link = linked > 0 && linked + 4 >= text.text.trim().len();
            let bold = || text.bold_start().is_some_and(|end| key::of_label(&text.text[..end]).is_some());
            let labelled = || bold() || outline::label(text).is_some() || is_fact(&words);
            let opens = !all_link && fits(&words) && !labelled();
            opens.then(|| (without_introduction(&words), text.span.clone()))
        }
        _ => None,
    });
    // A quotation or an alert at the top is a remark; it stands in only where nothing else is said.
    own.or_else(|| {
        blocks().find_map(|block| match &block.kind {
            BlockKind::Quote(inner) => inner.iter().find_map(|block| match &block.kind {
                BlockKind::Paragraph(text) if fits(&text.folded()) && outline::label(text).is_none() => {
                    Some((text.folded().into_owned(), text.span.clone()))
                }
                _ => None,
            }),
            _ => None,
        })
    })
}

/// Returns the words without the sentence at their end that only introduces what follows ("We decided that:"), where
/// another stands before it, and without its colon.
fn without_introduction(words: &str) -> String {
    let Some(bare) = words.strip_suffix([':', '：']) else { return words.to_owned() };
    let mut ends = bare.char_indices().filter(|&(at, c)| {
        // A full stop inside `ci.example.org` ends nothing.
        c == '。' || matches!(c, '.' | '!' | '?') && bare[at + 1..].starts_with(char::is_whitespace)
    });
    let end = match ends.next_back() {
        Some((at, c)) if at * 4 > bare.len() => at + c.len_utf8(),
        _ => bare.len(),
    };
    words[..end].to_owned()
}

/// Returns whether words begin with a known label and its colon.
fn is_fact(words: &str) -> bool {
    block::split_at_colon(words).is_some_and(|(label, _)| key::of_label(label).is_some())
}

/// Returns the first words of a part's first list, which is how many tell the impact.
fn first_item(part: &Part<'_>) -> Option<(String, Range<usize>)> {
    let items = part.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::List { items, .. } => Some(items),
        _ => None,
    })?;
    items.iter().filter_map(outline::first_words).find_map(|text| {
        // Of `**Identified**: logins failed` the words behind the label; a fact such as a date is none.
        let (label, rest) = outline::label(text).unwrap_or_default();
        let words = block::fold(&text.text[rest..]);
        let dense = words.chars().filter(|&c| (c as u32) >= 0x2E80).count();
        let tells = words.split_whitespace().count() + dense / 2 >= 5
            && !aside::is_placeholder(&words)
            && key::of_label(&label).is_none()
            && !is_fact(&words);
        tells.then(|| (without_introduction(&words), text.span.clone()))
    })
}

fn links(blocks: &[Block], prepared: &Prepared<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    lesson::each_inline(blocks, &mut |inline| {
        for link in &inline.links {
            links.push(Link {
                target: link.target.clone(),
                text: inline.text[link.range.clone()].to_owned(),
                wiki: link.wiki,
                image: link.image,
                span: prepared.original(link.span.clone()),
            });
        }
    });
    links
}

#[cfg(test)]
mod tests;
