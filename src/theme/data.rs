//! What a template is given: the contract with theme authors.
//!
//! Comes in: nothing; `page` fills these structs. Goes out: the variables of each template. They stand apart from the
//! model so that it can change without breaking a theme, and they are light: a row of a list never holds a document.
//!
//! Every `url` is relative to the top of the site, percent-encoded and ready for `href="{{ root }}{{ url }}"`.
//! Text is plain and escaped by the template; only the fields named `html` hold markup, which is already safe.

use serde::Serialize;
use serde::Serializer;
use std::marker::PhantomData;
use tera::Value;

/// Data that many pages are given: made for templates once, then shared.
///
/// A template sees what it holds and never the wrapper.
#[derive(Debug)]
pub struct Shared<T> {
    value: Value,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize> From<T> for Shared<T> {
    fn from(data: T) -> Self {
        Shared { value: Value::from_serializable(&data), of: PhantomData }
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Shared { value: self.value.clone(), of: PhantomData }
    }
}

impl<T: Serialize + Default> Default for Shared<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// The site, given to every template as `site`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Site {
    /// The name of the site.
    pub title: String,
    /// One sentence under the title.
    pub description: String,
    /// The language of the interface, a BCP 47 tag.
    pub language: String,
    /// Whether the scripts speak another language than English, so that `assets/words.js` is linked.
    pub words: bool,
    /// The absolute address of the site with a `/` at its end, where it has one.
    pub base_url: Option<String>,
    /// The repository's web address.
    pub repository: Option<String>,
    /// The pages of the menu, in order; only those that exist.
    pub menu: Vec<Link>,
    /// Further pages, for the foot of each; only those that exist.
    pub more: Vec<Link>,
    /// The version of Afterword.
    pub version: String,
    /// The address of the home page: empty, or `index.html` where the site opens from a folder.
    pub home: String,
    /// The address of the page of search.
    pub search: String,
    /// How many documents of each kind there are.
    pub counts: Counts,
}

/// How much there is.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// Incidents: records and postmortems, a joined pair counted once.
    pub incidents: usize,
    /// Articles.
    pub articles: usize,
    /// Lessons.
    pub lessons: usize,
    /// Actions.
    pub actions: usize,
    /// Services.
    pub services: usize,
}

/// A page, given to every template as `page`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Page {
    /// The title in the browser's tab and the H1.
    pub title: String,
    /// One sentence for search engines and chat.
    pub description: String,
    /// The address.
    pub url: String,
    /// The absolute address, where the site has one.
    pub permalink: Option<String>,
    /// An address elsewhere that the author names as the original.
    pub canonical_url: Option<String>,
    /// The language of the content, a BCP 47 tag.
    pub lang: String,
    /// How it is written: `ltr`, or `rtl` from right to left.
    pub dir: String,
    /// What the page is: `home`, `document`, `list`, `lessons`, `lesson`, `recurring`, `actions`, `terms`, `term`,
    /// `archive`, `trends`, `search`, `not-found`.
    pub kind: String,
    /// The way here from the home page, without the page itself.
    pub breadcrumbs: Vec<Link>,
    /// The address of the menu entry under which the page stands.
    pub section: String,
    /// The address of an Atom feed of its own, where it has one.
    pub feed: Option<String>,
    /// Whether search engines should leave it out.
    pub noindex: bool,
    /// Whether it holds coloured code, so that `assets/highlight.css` is linked.
    pub has_code: bool,
    /// What it says to programs: JSON-LD, safe in a `<script type="application/ld+json">`; empty where there is nothing to say.
    pub structured: String,
    /// What a chat shows beside a link to the page, where cards are drawn.
    pub picture: Option<Picture>,
}

/// A picture for link previews.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Picture {
    /// Its absolute address.
    pub url: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The words on it.
    pub alt: String,
}

/// What stands on the picture of a page, given to `card.svg` as `card`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Card {
    /// `lesson`, `incident` or `postmortem`.
    pub kind: String,
    /// The sentence of the lesson, or the title of the document.
    pub text: String,
    /// The lesson's permanent id; empty for a document.
    pub id: String,
    /// `lesson`, `went-well`, `went-wrong` or `lucky`; empty for a document.
    pub category: String,
    /// The title of the lesson's document.
    pub from: Option<String>,
    /// When it happened.
    pub date: Option<Date>,
    /// How bad.
    pub severity: Option<Severity>,
    /// How long it lasted, such as `1 h 12 min`.
    pub duration: Option<String>,
    /// The names of its services.
    pub services: Vec<String>,
}

/// A link inside the site or to elsewhere.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Link {
    /// Its words.
    pub title: String,
    /// Its address; absolute where `external`.
    pub url: String,
    /// Whether it leads out of the site: then no `root` before it.
    pub external: bool,
    /// How many documents stand behind it, where that is worth saying.
    pub count: Option<usize>,
}

/// A date or a time.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Date {
    /// ISO 8601, as exact as the words: for `<time datetime>`.
    pub iso: String,
    /// `24 July 2023`.
    pub date: String,
    /// `17:12 UTC`, or empty.
    pub time: String,
    /// Where it was read, as it stands after "from the": `front matter`, `file name`, `timeline` …
    pub source: String,
    /// Whether it was inferred: shown with its source.
    pub inferred: bool,
    /// Whether the zone is the site's own for want of one in the words.
    pub assumed_zone: bool,
}

/// How bad.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Severity {
    /// The words of the document.
    pub label: String,
    /// 1 to 5, or none where the words do not say.
    pub level: Option<u8>,
}

/// A document in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// `incident`, `postmortem`, `article` or `page`.
    pub kind: String,
    /// When it happened or was written.
    pub date: Option<Date>,
    /// How bad.
    pub severity: Option<Severity>,
    /// The names of its services.
    pub services: Vec<Link>,
    /// Its summary in a sentence or two.
    pub summary: String,
    /// How many lessons it holds.
    pub lessons: usize,
    /// How long it lasted, such as `1 h 12 min`.
    pub duration: Option<String>,
    /// The same in minutes, to sort by.
    pub minutes: Option<i64>,
    /// The language of the document, where it is not that of the interface.
    pub lang: Option<String>,
}

/// A group of rows under a heading, such as a year.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Group {
    /// The heading: `2023`, `Undated`.
    pub title: String,
    /// Where all of the group stands, if not here.
    pub url: Option<String>,
    /// How many there are in all.
    pub count: usize,
    /// Those shown here.
    pub rows: Vec<Shared<Row>>,
}

/// Where a page stands among the pages of a long list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Pager {
    /// This page, counted from 1.
    pub number: usize,
    /// How many there are.
    pub total: usize,
    /// The one before.
    pub previous: Option<String>,
    /// The one after.
    pub next: Option<String>,
    /// All of them.
    pub pages: Vec<Link>,
}

/// A fact at a glance.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fact {
    /// Its name: `Detected`, `Until resolved`.
    pub name: String,
    /// Its words.
    pub value: String,
    /// ISO 8601, where it is a time.
    pub iso: Option<String>,
    /// Where it was read, where that was inferred; stands after "from the".
    pub source: Option<String>,
}

/// One of the four times of an incident.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Time {
    /// `started`, `detected`, `mitigated` or `resolved`.
    pub phase: String,
    /// When.
    pub at: Date,
    /// How long after the start, such as `12 min`, where both say a time of day.
    pub after: Option<String>,
}

/// A drawing of the timeline to scale. Places and widths are percentages of its width, such as `12.5`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Scale {
    /// What stands between two of the four times.
    pub spans: Vec<ScaleSpan>,
    /// The four times, as far as they are known.
    pub marks: Vec<ScaleMark>,
    /// The entries of the timeline.
    pub ticks: Vec<ScaleTick>,
    /// Times on the axis.
    pub axis: Vec<ScaleLabel>,
    /// How many entries lie before the drawing begins.
    pub before: usize,
    /// How many entries lie after its end.
    pub later: usize,
    /// Where it begins: `28 October 2021, 13:37 UTC`.
    pub from: String,
    /// Where it ends.
    pub to: String,
}

/// A span between two of the four times of an incident.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScaleSpan {
    /// The time that ends it: `detected`, `mitigated` or `resolved`.
    pub until: String,
    /// Whether it still hurt: noticed, and not yet mitigated.
    pub hurt: bool,
    /// Its words: `Unnoticed`.
    pub name: String,
    /// How long: `12 min`.
    pub length: String,
    /// Where it begins.
    pub x: String,
    /// How wide it is.
    pub width: String,
}

/// One of the four times in a drawing.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScaleMark {
    /// `started`, `detected`, `mitigated` or `resolved`.
    pub phase: String,
    /// Where it stands.
    pub x: String,
}

/// An entry of the timeline in a drawing.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScaleTick {
    /// Where it stands.
    pub x: String,
    /// How wide it is, where the entry is a span.
    pub width: Option<String>,
    /// Where responders learned of it, where that was later and is known.
    pub known: Option<String>,
    /// Its time and words.
    pub title: String,
}

/// A time on the axis of a drawing.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScaleLabel {
    /// Where it stands.
    pub x: String,
    /// `14:30` or `29 Oct`.
    pub text: String,
    /// `start`, `middle` or `end`: which part of the words stands at its place.
    pub anchor: String,
}

/// What is wanted at three in the morning, in the document's own words.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Brief {
    /// How it looked.
    pub looked: Option<Excerpt>,
    /// What stopped it.
    pub stopped: Option<Excerpt>,
    /// Whom to call: what the settings say of its services.
    pub contacts: Vec<Shared<Contact>>,
}

/// The first words of a section of the document.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Excerpt {
    /// The words.
    pub text: String,
    /// Where they were read, as it stands after "from": the heading, or `timeline, 10:12 UTC`.
    pub source: String,
    /// The anchor of the section; empty where it has none.
    pub anchor: String,
}

/// Whom to call about a service.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Contact {
    /// The service.
    pub service: Link,
    /// The team that owns it.
    pub team: Option<String>,
    /// A channel, an address, a rota; its `url` is empty where it is no address.
    pub contact: Option<Link>,
    /// When to call somebody else.
    pub escalation: String,
    /// Runbooks.
    pub runbooks: Vec<Link>,
}

/// An entry of the contents of a page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Heading {
    /// Its words.
    pub title: String,
    /// Its anchor, without `#`.
    pub anchor: String,
    /// 2 to 6.
    pub level: u8,
    /// What it is about: `impact`, `timeline` … or empty.
    pub section: String,
}

/// A lesson.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Lesson {
    /// The statement.
    pub text: String,
    /// `lesson`, `went-well`, `went-wrong` or `lucky`.
    pub category: String,
    /// Where it stands: its own page, or while it has none the document's address with an anchor.
    pub url: String,
    /// Its permanent id; empty where it has none yet.
    pub id: String,
    /// The address of its own page; empty where it has none yet.
    pub page: String,
    /// Its anchor on the document's own page.
    pub anchor: String,
    /// Whether the body holds an element with that anchor; where it does not, the card of the lesson bears it.
    pub in_body: bool,
    /// What it applies to.
    pub applies_to: Vec<String>,
    /// The test, alert, runbook or policy that holds it.
    pub guard: Option<String>,
    /// `guarded`, `unguarded` or `guard-vanished`, where a checkout of the settings tells.
    pub held: Option<String>,
    /// The document it comes from; not given on that document's own page.
    pub document: Option<Shared<Link>>,
    /// That document's date, likewise.
    pub date: Option<Shared<Date>>,
    /// That document's services, likewise.
    pub services: Shared<Vec<Link>>,
}

/// A lesson with a page of its own, given to `lesson.html` as `lesson`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LessonPage {
    /// Its permanent id.
    pub id: String,
    /// The statement; empty where it was taken out.
    pub text: String,
    /// `lesson`, `went-well`, `went-wrong` or `lucky`.
    pub category: String,
    /// `live`, or why it no longer counts: `gone`, `retired`, `redacted`; `asked` where only a person can say what became of
    /// it.
    pub state: String,
    /// Why it was retired, in a person's words.
    pub because: Option<String>,
    /// The lessons that took its place.
    pub replaced_by: Vec<Link>,
    /// Its earlier wordings, newest first.
    pub earlier: Vec<String>,
    /// What it applies to.
    pub applies_to: Vec<String>,
    /// The test, alert, runbook or policy that holds it.
    pub guard: Option<String>,
    /// What its author says of its state.
    pub status: Option<String>,
    /// Its document, as in lists.
    pub document: Option<Shared<Row>>,
    /// The path of the file in which it stands or stood.
    pub path: String,
    /// Its place in the document.
    pub place: Option<Link>,
    /// The heading under which it stands there.
    pub section: String,
    /// What stands around it there; markup, safe.
    pub html: String,
    /// The lesson before it in its document.
    pub before: Option<Link>,
    /// The lesson after it.
    pub after: Option<Link>,
    /// `guarded`, `unguarded` or `guard-vanished`, where a checkout of the settings tells.
    pub held: Option<String>,
    /// The lesson that returns, where this is one time that it was learned; without its occurrences.
    pub returning: Option<Returning>,
    /// Lessons of other incidents that are like it, the most alike first.
    pub alike: Vec<Lesson>,
    /// Who cites it, where anybody does.
    pub cited: Option<CitedBy>,
    /// The words of a link to it in Markdown, between the brackets.
    pub markdown: String,
    /// The trailer of a commit that follows it.
    pub trailer: String,
}

/// A lesson that was learned more than once, given to `recurring.html` in `groups` and to `home.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Returning {
    /// The statement in the words of the incident that taught it last.
    pub text: String,
    /// The address of its place on the page of lessons that return.
    pub url: String,
    /// Its anchor there.
    pub anchor: String,
    /// How many incidents taught it.
    pub times: usize,
    /// The year in which it was learned first, where all of them are dated.
    pub since: Option<i32>,
    /// The telling words that all of them share.
    pub words: Vec<String>,
    /// Each time that it was learned, the last first.
    pub lessons: Vec<Lesson>,
    /// How many further lessons there are, before those that are given.
    pub more: usize,
}

/// Who cites a lesson, in other repositories.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CitedBy {
    /// One phrase: `cited in src/pay/retry.rs:42, and by 3 commits`.
    pub words: String,
    /// The first lines that cite it.
    pub files: Vec<CitingLine>,
    /// The newest commits that cite it.
    pub commits: Vec<CitingCommit>,
    /// How many lines do.
    pub file_count: usize,
    /// How many commits do.
    pub commit_count: usize,
}

/// A line that cites a lesson.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CitingLine {
    /// The name of the repository.
    pub repository: String,
    /// The path of the file in it.
    pub path: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// A commit whose message cites a lesson.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CitingCommit {
    /// The name of the repository.
    pub repository: String,
    /// The first characters of its name.
    pub commit: String,
    /// The day on which it was written, such as `2024-05-31`.
    pub date: String,
    /// The first line of its message.
    pub subject: String,
}

/// Something that went well, wrong or luckily, that is not declared a lesson.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Observation {
    /// The words.
    pub text: String,
    /// `lesson`, `went-well`, `went-wrong` or `lucky`.
    pub category: String,
}

/// A follow-up.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Action {
    /// What is to be done.
    pub text: String,
    /// Who does it, as written.
    pub owner: Option<String>,
    /// When it is due.
    pub due: Option<Date>,
    /// Whether it is open and its explicit due date lies before the build's day.
    pub late: bool,
    /// `open`, `done`, `dropped` or `unknown`.
    pub status: String,
    /// Why it was dropped, where it was and the text says.
    pub reason: Option<String>,
    /// How many days its due date is past, where it is late.
    pub days_late: Option<i64>,
    /// How many days ago its incident was, where it is not settled; only on pages of actions.
    pub age: Option<i64>,
    /// `prevent`, `detect`, `mitigate`, `process` or empty.
    pub purpose: String,
    /// Issues and pull requests.
    pub links: Vec<Link>,
    /// The document it comes from; not given on that document's own page.
    pub document: Option<Shared<Link>>,
    /// That document's date, likewise.
    pub date: Option<Shared<Date>>,
}

/// An entry of a timeline.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Entry {
    /// The time in the words of the document.
    pub when: String,
    /// When, where it could be placed.
    pub at: Option<Date>,
    /// The end of a span.
    pub until: Option<Date>,
    /// When responders learned of it, where the document says.
    pub known: Option<Date>,
    /// What happened.
    pub text: String,
    /// `started`, `detected`, `mitigated`, `resolved` or empty.
    pub phase: String,
    /// Whether it is the first entry of its day, so that a list can say the date once.
    pub new_day: bool,
}

/// A related document and why.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Related {
    /// The document.
    pub row: Shared<Row>,
    /// What they share: services, factors, words.
    pub reasons: Vec<String>,
}

/// A finding that readers of the page should know of.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Notice {
    /// `note`, `warning` or `error`.
    pub level: String,
    /// The message.
    pub message: String,
}

/// A document, given to `document.html` as `document`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Document {
    /// Its row, as in lists: title, kind, date, severity, services, summary.
    pub row: Row,
    /// Whether the summary was declared in front matter and does not stand in the body.
    pub show_summary: bool,
    /// What is wanted first, where the document or the settings say it.
    pub brief: Option<Brief>,
    /// When it started, was detected, mitigated and resolved, as far as that is known.
    pub times: Vec<Time>,
    /// The timeline drawn to scale, where at least two times can be placed.
    pub scale: Option<Scale>,
    /// Further facts at a glance: duration, status.
    pub facts: Vec<Fact>,
    /// Its tags.
    pub tags: Vec<Link>,
    /// Its contributing factors.
    pub factors: Vec<Link>,
    /// Its authors.
    pub authors: Vec<Link>,
    /// Its teams.
    pub teams: Vec<Link>,
    /// The contents of the page.
    pub contents: Vec<Heading>,
    /// The body; markup, safe.
    pub html: String,
    /// The document's own timeline, parsed; it also stands in the body.
    pub timeline: Vec<Entry>,
    /// Whether an entry says when responders learned of it, so that the order as it was known differs.
    pub as_known: bool,
    /// Its lessons.
    pub lessons: Vec<Lesson>,
    /// What else went well, wrong or luckily.
    pub observations: Vec<Observation>,
    /// Its actions.
    pub actions: Vec<Action>,
    /// The record that this postmortem belongs to.
    pub incident: Option<Shared<Row>>,
    /// The postmortems of this record.
    pub postmortems: Vec<Shared<Row>>,
    /// Documents like it.
    pub related: Vec<Related>,
    /// Documents that say nearly the same.
    pub copies: Vec<Shared<Row>>,
    /// Documents that link here.
    pub backlinks: Vec<Shared<Row>>,
    /// The next older document of the same list.
    pub older: Option<Link>,
    /// The next newer document of the same list.
    pub newer: Option<Link>,
    /// The file of the document: its path in the content folder.
    pub path: String,
    /// "Edit this page", where a repository is set.
    pub edit_url: Option<String>,
    /// The history of the file, likewise.
    pub history_url: Option<String>,
    /// The Markdown of the document, beside the page.
    pub markdown_url: String,
    /// When the file was added, by Git.
    pub added: Option<Date>,
    /// When the file was last changed, by Git.
    pub changed: Option<Date>,
    /// The front matter as written, where there is any.
    pub front_matter: Option<String>,
    /// Findings that a reader should know of.
    pub notices: Vec<Notice>,
    /// Why the document is set aside, where it is.
    pub aside: Option<String>,
    /// Archived copies and other addresses of the original.
    pub elsewhere: Vec<Link>,
}

/// A service, factor, tag, team, author or year, given to `term.html` as `term`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Term {
    /// `service`, `factor`, `tag`, `team`, `author` or `year`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What the settings or a page say of it.
    pub description: String,
    /// Whom to call, where the settings say so.
    pub contact: Option<Shared<Contact>>,
    /// Services that met this factor most often, or factors that this service met.
    pub together: Vec<Link>,
    /// Services that it needs.
    pub depends_on: Vec<Link>,
    /// Services that need it.
    pub needed_by: Vec<Link>,
    /// Its documents, newest first, grouped by year.
    pub groups: Vec<Group>,
    /// Its lessons, newest first; at most fifty.
    pub lessons: Vec<Lesson>,
    /// How many lessons it has in all.
    pub lesson_count: usize,
    /// Its open actions, newest first; at most fifty.
    pub actions: Vec<Action>,
}

/// The home page, given to `home.html` as `home`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Home {
    /// The body of the document that stands at the top of the content folder; markup, safe.
    pub html: Option<String>,
    /// The newest incidents.
    pub incidents: Vec<Shared<Row>>,
    /// The newest articles.
    pub articles: Vec<Shared<Row>>,
    /// The newest lessons.
    pub lessons: Vec<Lesson>,
    /// Lessons that were learned more than once, the one learned last first.
    pub returning: Vec<Returning>,
    /// The page of all lessons that return, where there are more.
    pub recurring: Option<Link>,
    /// Actions that are late.
    pub late: Vec<Action>,
    /// Incidents of this day in earlier years, or of the days around it; the newest first.
    pub earlier: Vec<Anniversary>,
    /// Whether they are of the very day.
    pub this_day: bool,
    /// Services that taught something last, the newest first.
    pub services: Vec<Learned>,
    /// Guides and other pages.
    pub pages: Vec<Shared<Row>>,
    /// Years with incidents.
    pub years: Vec<Link>,
    /// Whether there are no documents at all.
    pub empty: bool,
}

/// An incident of an earlier year, given to `home.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Anniversary {
    /// The incident.
    pub row: Shared<Row>,
    /// How many years ago it was.
    pub years: i32,
}

/// A service with its newest lesson, given to `home.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Learned {
    /// The service.
    pub service: Link,
    /// How many lessons name it.
    pub lessons: usize,
    /// When the newest of them was learned.
    pub date: Option<Shared<Date>>,
}

/// A list of documents, given to `list.html` as `list` beside `groups` and `pager`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct List {
    /// The heading.
    pub title: String,
    /// A text above the list, such as the body of the folder's index; markup, safe.
    pub html: Option<String>,
    /// What is listed: `incidents`, `articles`, `pages` or the name of a folder.
    pub kind: String,
    /// Whether any of its documents, also on its other pages, says how bad it was.
    pub severity: bool,
}

/// The lessons of one document, given to `lessons.html` in `groups`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LessonGroup {
    /// The document.
    pub document: Shared<Link>,
    /// Its date.
    pub date: Option<Shared<Date>>,
    /// Its services.
    pub services: Shared<Vec<Link>>,
    /// The names of its contributing factors.
    pub factors: Vec<String>,
    /// Its year.
    pub year: Option<i32>,
    /// Its lessons, in the order of its text.
    pub lessons: Vec<Lesson>,
}

/// Actions under a heading, given to `actions.html` in `groups`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ActionGroup {
    /// The heading: `Late`, `Open` …, or the name of an owner, a team or a service.
    pub title: String,
    /// `late`, `open`, `unknown`, `done` or `dropped`; empty where they are grouped otherwise.
    pub status: String,
    /// The page of the team or the service.
    pub url: Option<String>,
    /// How many there are in all.
    pub count: usize,
    /// Those shown here.
    pub actions: Vec<Action>,
}

/// A feed, given to `feed.xml` as `feed`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Feed {
    /// Its name.
    pub title: String,
    /// Its lasting name, an address or a URN.
    pub id: String,
    /// When its newest entry changed, RFC 3339.
    pub updated: String,
    /// The absolute address of the feed, where the site has one.
    pub self_url: Option<String>,
    /// The page that it follows: absolute, or relative to the feed where the site has no address.
    pub html_url: String,
    /// Its entries, newest first.
    pub entries: Vec<FeedEntry>,
}

/// An entry of a feed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FeedEntry {
    /// The title of the document.
    pub title: String,
    /// Its lasting name, an address or a URN.
    pub id: String,
    /// Its page: absolute, or relative to the feed where the site has no address.
    pub url: String,
    /// When it changed, RFC 3339.
    pub updated: String,
    /// When it was first published, RFC 3339, where that is known.
    pub published: Option<String>,
    /// What it is about; plain text.
    pub summary: String,
    /// The names of its authors.
    pub authors: Vec<String>,
    /// Its services, factors and tags.
    pub categories: Vec<String>,
}
