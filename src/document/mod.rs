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
//! 3. `block` parses that into a tree of blocks with plain text and spans;
//! 4. `outline` folds the blocks into parts under headings, bold lines and labels, and `section` names them;
//! 5. `facts`, `title`, `date`, `severity`, `kind` and `aside` read what the document says about itself;
//! 6. `timeline`, `lesson` and `action` read the entries of the parts that hold them.

pub mod anchor;
pub mod block;
pub mod dialect;
pub mod moment;
pub mod outline;
pub mod section;

use crate::diagnostic::Finding;
use crate::document::moment::Moment;
use crate::document::section::Canonical;
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

/// Findings of reading one file.
pub type Findings = Vec<Finding>;
