//! The whole knowledge as JSON, for programs.
//!
//! Comes in: knowledge and the plan. Goes out: [`Export`], version 1, which `schema.json` describes and a test validates.
//! Lists are always there, if empty; what is not known is `null`.

use crate::config::Config;
use crate::diagnostic::Finding;
use crate::document::Found;
use crate::document::front_matter::Entry;
use crate::document::front_matter::Value;
use crate::document::moment::Moment;
use crate::knowledge::Knowledge;
use crate::knowledge::citation::CitedBy;
use crate::knowledge::guard::Held;
use crate::knowledge::terms::Term;
use crate::knowledge::terms::TermKind;
use crate::page::Plan;
use serde::Serialize;
use serde::Serializer;
use std::collections::BTreeMap;

/// The JSON Schema of the export.
pub const SCHEMA: &str = include_str!("schema.json");

/// Everything.
#[derive(Debug, Serialize)]
pub struct Export<'a> {
    /// The version of this format.
    pub version: u32,
    /// The program and its version.
    pub generator: String,
    /// The name of the site.
    pub title: &'a str,
    /// The absolute address of the site.
    pub base_url: Option<&'a str>,
    /// All documents, set-aside ones among them, newest first and undated last.
    pub documents: Documents<'a>,
    /// The lessons of listed documents, newest first.
    pub lessons: LessonList<'a>,
    /// Lessons that were learned more than once, the one learned last first.
    pub recurring: Vec<RecurringJson<'a>>,
    /// Services.
    pub services: Vec<ServiceJson<'a>>,
    /// Contributing factors.
    pub factors: Vec<TermJson<'a>>,
    /// Tags.
    pub tags: Vec<TermJson<'a>>,
    /// Files that are no documents of their own.
    pub set_aside: Vec<AsideJson<'a>>,
    /// What is wrong, in the order of files.
    pub findings: Vec<FindingJson<'a>>,
}

/// The lessons alone.
#[derive(Debug, Serialize)]
pub struct Lessons<'e, 'a> {
    version: u32,
    generator: &'e str,
    title: &'a str,
    base_url: Option<&'a str>,
    lessons: &'e LessonList<'a>,
}

impl<'a> Export<'a> {
    /// Returns the lessons alone, as `lessons.json` holds them.
    pub fn only_lessons(&self) -> Lessons<'_, 'a> {
        Lessons {
            version: self.version,
            generator: &self.generator,
            title: self.title,
            base_url: self.base_url,
            lessons: &self.lessons,
        }
    }
}

/// The documents. Each is made while it is written, since thousands of them at once would fill the memory.
#[derive(Debug)]
pub struct Documents<'a> {
    knowledge: &'a Knowledge,
    plan: &'a Plan,
    from_folder: bool,
}

impl Serialize for Documents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Documents { knowledge, plan, from_folder } = *self;
        serializer.collect_seq(
            (0..knowledge.documents.len()).map(|index| document(knowledge, plan, index, from_folder)),
        )
    }
}

/// The lessons, likewise.
#[derive(Debug)]
pub struct LessonList<'a> {
    documents: Documents<'a>,
    cited: BTreeMap<&'a str, CitedBy<'a>>,
}

impl Serialize for LessonList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Documents { knowledge, plan, from_folder } = self.documents;
        serializer.collect_seq(
            plan.lessons
                .iter()
                .map(|&(index, one)| lesson(knowledge, plan, &self.cited, index, one, from_folder)),
        )
    }
}

/// A document.
#[derive(Debug, Serialize)]
pub struct DocumentJson<'a> {
    id: &'a str,
    path: &'a str,
    url: String,
    kind: &'static str,
    title: &'a str,
    title_source: String,
    date: Option<String>,
    date_source: Option<String>,
    severity: Option<SeverityJson<'a>>,
    services: Vec<&'a str>,
    tags: Vec<&'a str>,
    category: Option<&'a str>,
    factors: Vec<&'a str>,
    authors: Vec<&'a str>,
    teams: Vec<&'a str>,
    started: Option<String>,
    detected: Option<String>,
    mitigated: Option<String>,
    resolved: Option<String>,
    sources: Sources,
    status: Option<&'a str>,
    duration: Option<&'a str>,
    summary: Option<&'a str>,
    sections: Vec<SectionJson<'a>>,
    timeline: Vec<EntryJson<'a>>,
    lessons: Vec<&'a str>,
    observations: Vec<ObservationJson<'a>>,
    actions: Vec<ActionJson<'a>>,
    links: Vec<LinkJson<'a>>,
    incident: Option<&'a str>,
    postmortems: Vec<&'a str>,
    backlinks: Vec<&'a str>,
    related: Vec<RelatedJson<'a>>,
    copies: Vec<&'a str>,
    canonical_url: Option<&'a str>,
    archive_urls: Vec<&'a str>,
    aliases: Vec<&'a str>,
    audience: Option<&'a str>,
    language: Option<&'a str>,
    draft: bool,
    added: Option<String>,
    changed: Option<String>,
    front_matter: serde_json::Map<String, serde_json::Value>,
}

/// Where the values that may be inferred were read.
#[derive(Debug, Serialize)]
struct Sources {
    severity: Option<String>,
    services: Option<String>,
    started: Option<String>,
    detected: Option<String>,
    mitigated: Option<String>,
    resolved: Option<String>,
    summary: Option<String>,
}

#[derive(Debug, Serialize)]
struct SeverityJson<'a> {
    label: &'a str,
    level: Option<u8>,
}

#[derive(Debug, Serialize)]
struct SectionJson<'a> {
    title: &'a str,
    canonical: Option<&'static str>,
    level: u8,
    anchor: &'a str,
}

#[derive(Debug, Serialize)]
struct EntryJson<'a> {
    at: Option<String>,
    until: Option<String>,
    known_at: Option<String>,
    when: &'a str,
    approximate: bool,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct ObservationJson<'a> {
    category: &'static str,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct ActionJson<'a> {
    text: &'a str,
    owner: Option<&'a str>,
    due: Option<String>,
    status: &'static str,
    reason: Option<&'a str>,
    kind: Option<&'static str>,
    links: &'a [String],
}

#[derive(Debug, Serialize)]
struct LinkJson<'a> {
    target: &'a str,
    text: &'a str,
    image: bool,
    /// The path of the document that it leads to.
    document: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct RelatedJson<'a> {
    id: &'a str,
    score: f64,
    reasons: &'a [String],
}

/// A lesson.
#[derive(Debug, Serialize)]
pub struct LessonJson<'a> {
    id: &'a str,
    document: &'a str,
    category: &'static str,
    text: &'a str,
    url: String,
    applies_to: &'a [String],
    guard: Option<&'a str>,
    status: Option<&'a str>,
    provisional: bool,
    /// Whether its guard is there, where a checkout tells.
    held: Option<&'static str>,
    /// Who cites it: `pay:src/retry.rs:42`, or `pay@` and the name of a commit.
    cited_by: Vec<String>,
}

/// A lesson that was learned more than once.
#[derive(Debug, Serialize)]
pub struct RecurringJson<'a> {
    times: usize,
    since: Option<i32>,
    words: &'a [String],
    /// Every time that it was learned, the last first.
    lessons: Vec<&'a str>,
}

/// A service.
#[derive(Debug, Serialize)]
pub struct ServiceJson<'a> {
    name: &'a str,
    url: String,
    description: &'a str,
    team: Option<&'a str>,
    contact: Option<&'a str>,
    runbooks: &'a [String],
    depends_on: &'a [String],
    paths: &'a [String],
    documents: Vec<&'a str>,
}

/// A factor or a tag.
#[derive(Debug, Serialize)]
pub struct TermJson<'a> {
    name: &'a str,
    url: String,
    documents: Vec<&'a str>,
}

/// A file that is set aside.
#[derive(Debug, Serialize)]
pub struct AsideJson<'a> {
    path: &'a str,
    reason: String,
}

/// A finding.
#[derive(Debug, Serialize)]
pub struct FindingJson<'a> {
    rule: &'static str,
    level: &'static str,
    message: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    help: Option<&'a str>,
}

/// Gathers everything.
pub fn gather<'a>(
    knowledge: &'a Knowledge,
    plan: &'a Plan,
    config: &'a Config,
    findings: &'a [Finding],
    version: &str,
) -> Export<'a> {
    let from_folder = config.base_url.is_none();
    let ids = |list: &[usize]| {
        list.iter().map(|&index| knowledge.documents[index].id.value.as_str()).collect::<Vec<_>>()
    };
    let term = |(index, term): (usize, &'a Term)| TermJson {
        name: &term.name,
        url: plan.terms[index].url(from_folder),
        documents: ids(&term.documents),
    };
    let of = |kind: TermKind| knowledge.terms.iter().enumerate().filter(move |(_, term)| term.kind == kind);
    Export {
        version: 1,
        generator: format!("afterword {version}"),
        title: &config.title,
        base_url: config.base_url.as_deref(),
        documents: Documents { knowledge, plan, from_folder },
        lessons: LessonList {
            documents: Documents { knowledge, plan, from_folder },
            cited: knowledge.citations.by_id(),
        },
        recurring: knowledge
            .recurring
            .groups
            .iter()
            .map(|group| RecurringJson {
                times: group.times,
                since: group.since,
                words: &group.words,
                lessons: group
                    .lessons
                    .iter()
                    .map(|&(document, lesson)| knowledge.lessons.of(document, lesson).id.as_str())
                    .collect(),
            })
            .collect(),
        services: of(TermKind::Service)
            .map(|(index, term)| {
                let settings = config
                    .services
                    .iter()
                    .find(|(name, _)| crate::knowledge::terms::key(name) == term.key)
                    .map(|(_, service)| service);
                ServiceJson {
                    name: &term.name,
                    url: plan.terms[index].url(from_folder),
                    description: settings.map_or("", |service| &service.description),
                    team: settings.and_then(|service| service.team.as_deref()),
                    contact: settings.and_then(|service| service.contact.as_deref()),
                    runbooks: settings.map_or(&[], |service| &service.runbooks),
                    depends_on: settings.map_or(&[], |service| &service.depends_on),
                    paths: settings.map_or(&[], |service| &service.paths),
                    documents: ids(&term.documents),
                }
            })
            .collect(),
        factors: of(TermKind::Factor).map(term).collect(),
        tags: of(TermKind::Tag).map(term).collect(),
        set_aside: knowledge
            .documents
            .iter()
            .filter_map(|document| {
                document.aside.map(|aside| AsideJson { path: &document.path, reason: aside.to_string() })
            })
            .collect(),
        findings: findings
            .iter()
            .map(|finding| FindingJson {
                rule: finding.rule.name,
                level: finding.level.name(),
                message: &finding.message,
                file: &finding.place.file,
                line: finding.place.line,
                column: finding.place.column,
                help: finding.help.as_deref(),
            })
            .collect(),
    }
}

fn document<'a>(knowledge: &'a Knowledge, plan: &Plan, index: usize, from_folder: bool) -> DocumentJson<'a> {
    let document = &knowledge.documents[index];
    let ids = |list: &[usize]| {
        list.iter().map(|&index| knowledge.documents[index].id.value.as_str()).collect::<Vec<_>>()
    };
    let names = |list: &'a [Found<String>]| list.iter().map(|found| found.value.as_str()).collect::<Vec<_>>();
    let iso = |found: &Option<Found<Moment>>| found.as_ref().map(|found| found.value.iso());
    let source = |found: &Option<Found<Moment>>| found.as_ref().map(|found| found.origin.describe());
    let times = [&document.started, &document.detected, &document.mitigated, &document.resolved];
    let [started, detected, mitigated, resolved] = times.map(iso);
    let [started_source, detected_source, mitigated_source, resolved_source] = times.map(source);
    DocumentJson {
        id: &document.id.value,
        path: &document.path,
        url: plan.addresses[index].url(from_folder),
        kind: document.kind.name(),
        title: &document.title.value,
        title_source: document.title.origin.describe(),
        date: iso(&document.date),
        date_source: source(&document.date),
        severity: document
            .severity
            .as_ref()
            .map(|found| SeverityJson { label: &found.value.label, level: found.value.level }),
        services: names(&document.services),
        tags: names(&document.tags),
        category: document.category.as_deref(),
        factors: names(&document.factors),
        authors: names(&document.authors),
        teams: names(&document.teams),
        started,
        detected,
        mitigated,
        resolved,
        sources: Sources {
            severity: document.severity.as_ref().map(|found| found.origin.describe()),
            services: document.services.first().map(|found| found.origin.describe()),
            started: started_source,
            detected: detected_source,
            mitigated: mitigated_source,
            resolved: resolved_source,
            summary: document.summary.as_ref().map(|found| found.origin.describe()),
        },
        status: document.status.as_ref().map(|found| found.value.as_str()),
        duration: document.duration.as_ref().map(|found| found.value.as_str()),
        summary: document.summary.as_ref().map(|found| found.value.as_str()),
        sections: document
            .sections
            .iter()
            .map(|section| SectionJson {
                title: &section.title,
                canonical: section.canonical.map(crate::document::section::Canonical::name),
                level: section.level,
                anchor: &section.anchor,
            })
            .collect(),
        timeline: document
            .timeline
            .iter()
            .map(|entry| EntryJson {
                at: entry.at.map(|at| at.iso()),
                until: entry.until.map(|until| until.iso()),
                known_at: entry.known_at.map(|known| known.iso()),
                when: &entry.when,
                approximate: entry.approximate,
                text: &entry.text,
            })
            .collect(),
        lessons: (0..document.lessons.len())
            .map(|lesson| knowledge.lessons.of(index, lesson).id.as_str())
            .collect(),
        observations: document
            .observations
            .iter()
            .map(|one| ObservationJson { category: one.category.name(), text: &one.text })
            .collect(),
        actions: document
            .actions
            .iter()
            .map(|action| ActionJson {
                text: &action.text,
                owner: action.owner.as_deref(),
                due: action.due.map(|due| due.iso()),
                status: action.status.name(),
                reason: action.reason.as_deref(),
                kind: action.purpose.map(crate::document::Purpose::name),
                links: &action.links,
            })
            .collect(),
        links: document
            .links
            .iter()
            .map(|link| LinkJson {
                target: &link.target,
                text: &link.text,
                image: link.image,
                document: match knowledge.targets.resolve(&document.path, &link.target, link.wiki) {
                    crate::knowledge::link::Target::Document(other, _) => {
                        Some(&knowledge.documents[other].path)
                    }
                    _ => None,
                },
            })
            .collect(),
        incident: knowledge.incident[index].map(|other| knowledge.documents[other].id.value.as_str()),
        postmortems: ids(&knowledge.postmortems[index]),
        backlinks: ids(&knowledge.backlinks[index]),
        related: knowledge
            .related(index)
            .iter()
            .map(|related| RelatedJson {
                id: &knowledge.documents[related.document].id.value,
                score: (f64::from(related.score) * 1000.0).round() / 1000.0,
                reasons: &related.reasons,
            })
            .collect(),
        copies: ids(&knowledge.copies[index]),
        canonical_url: document.canonical_url.as_deref(),
        archive_urls: document.archive_urls.iter().map(String::as_str).collect(),
        aliases: names(&document.aliases),
        audience: document.audience.as_deref(),
        language: document.language.as_deref(),
        draft: document.draft,
        added: document.history.as_ref().and_then(|history| history.added).map(|at| at.to_rfc3339()),
        changed: document.history.as_ref().map(|history| history.changed.to_rfc3339()),
        front_matter: document.front.as_ref().map(|front| map(&front.entries)).unwrap_or_default(),
    }
}

fn lesson<'a>(
    knowledge: &'a Knowledge,
    plan: &Plan,
    cited: &BTreeMap<&str, CitedBy<'_>>,
    index: usize,
    lesson: usize,
    from_folder: bool,
) -> LessonJson<'a> {
    let document = &knowledge.documents[index];
    let one = &document.lessons[lesson];
    let known = knowledge.lessons.of(index, lesson);
    LessonJson {
        id: &known.id,
        document: &document.id.value,
        category: one.category.name(),
        text: &one.text,
        url: match known.provisional {
            true => format!(
                "{}#{}",
                plan.addresses[index].url(from_folder),
                crate::page::address::encode(&one.anchor)
            ),
            false => crate::page::lesson_address(known).url(from_folder),
        },
        applies_to: &one.applies_to,
        guard: one.guard.as_deref(),
        status: one.status.as_deref(),
        provisional: known.provisional,
        held: knowledge.guards.of(index, lesson).map(Held::name),
        cited_by: cited.get(known.id.as_str()).map_or(Vec::new(), CitedBy::names),
    }
}

/// Returns front matter as JSON, the words of scalars as they were written.
fn map(entries: &[Entry]) -> serde_json::Map<String, serde_json::Value> {
    entries.iter().map(|entry| (entry.key.clone(), json(&entry.value.value))).collect()
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(text) => {
            serde_json::from_str::<serde_json::Number>(text).map_or_else(|_| text.clone().into(), Into::into)
        }
        Value::Text(text) => text.clone().into(),
        Value::List(nodes) => nodes.iter().map(|node| json(&node.value)).collect(),
        Value::Map(entries) => serde_json::Value::Object(map(entries)),
    }
}
