//! Rules: what is missing or wrong in documents, each with its reason.
//!
//! Comes in: a site that was read and planned, and the findings that its stages made. Goes out: [`Outcome`], all findings at
//! the levels that the settings give them, without those that a document allows. Lists the rules that the stages declare
//! and those of its own; reads everything, changes nothing, never prints. No other stage knows of it.
//!
//! 1. `level` understands the settings of rules.
//! 2. `prose` walks over each document once; the rules of `rules` look at it, at the document and at the whole site.
//! 3. `allow` takes out what a document allows, with its reason, and finds what allows nothing.
//! 4. `baseline` parts what is new from what was there; `fix` mends what can be mended safely; `report` writes it for programs.
//!
//! `rules` has a file for each rule of ours and a page for every rule; [`RULES`] is the one place where they are registered.

pub mod allow;
pub mod baseline;
pub mod fix;
pub mod level;
pub mod prose;
pub mod report;
pub mod rules;
pub mod schema;

use crate::check::allow::Allow;
use crate::check::fix::Fix;
use crate::check::level::Levels;
use crate::check::prose::Prose;
use crate::check::rules::RULES;
use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Document;
use crate::knowledge::Knowledge;
use crate::page::Plan;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Files, settings, themes and addresses.
    Files,
    /// Front matter.
    FrontMatter,
    /// What a postmortem holds.
    Content,
    /// Links and images.
    Links,
    /// How people are written about.
    Language,
    /// What must not be published.
    Safety,
    /// What documents say together.
    Knowledge,
    /// The settings and comments that steer the rules themselves.
    Check,
}

impl Group {
    /// All groups, in the order in which they are listed.
    pub const ALL: [Group; 8] = [
        Group::FrontMatter,
        Group::Content,
        Group::Links,
        Group::Language,
        Group::Safety,
        Group::Knowledge,
        Group::Files,
        Group::Check,
    ];

    /// Returns its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Group::Files => "files",
            Group::FrontMatter => "front matter",
            Group::Content => "content",
            Group::Links => "links",
            Group::Language => "language",
            Group::Safety => "safety",
            Group::Knowledge => "knowledge",
            Group::Check => "check",
        }
    }
}

/// Who finds what a rule is about.
#[derive(Clone, Copy)]
pub enum Finder {
    /// A stage that comes before.
    Stage,
    /// A function that looks at one document at a time.
    Document(fn(&Subject<'_>, &mut Findings)),
    /// A function that looks at the whole site.
    Site(fn(&Survey<'_>, &mut Findings)),
    /// This module itself.
    Check,
}

/// A rule as it is registered.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its name, its level and what it finds.
    pub rule: &'static Rule,
    /// What it is about.
    pub group: Group,
    /// Its page: what it finds, why that matters, a bad and a good example, the repair.
    pub page: &'static str,
    /// Whether it is applied where the settings say nothing.
    pub is_on: bool,
    /// Who finds it.
    pub finder: Finder,
    /// Mends what a stage found, where that is safe.
    pub mend: Option<fn(&Finding, &Subject<'_>) -> Option<Fix>>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("rule", self.rule).field("group", &self.group).finish_non_exhaustive()
    }
}

impl Entry {
    /// Returns what the page says after its title, without headings: the sentence that tells what it finds.
    pub fn level_name(&self) -> &'static str {
        if self.is_on { self.rule.level.name() } else { "off" }
    }
}

/// Returns the registered rule of that name.
pub fn named(name: &str) -> Option<&'static Entry> {
    index(name).map(|index| &RULES[index])
}

/// Returns the place of a rule in [`RULES`].
pub fn index(name: &str) -> Option<usize> {
    static TABLE: OnceLock<HashMap<&'static str, usize>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        RULES.iter().enumerate().map(|(index, entry)| (entry.rule.name, index)).collect()
    });
    table.get(name).copied()
}

/// A site as the rules see it.
#[derive(Debug)]
pub struct Survey<'a> {
    /// What its documents say.
    pub knowledge: &'a Knowledge,
    /// Its pages.
    pub plan: &'a Plan,
    /// Its settings.
    pub config: &'a Config,
    /// The text of its settings, for places in it; empty where there is none.
    pub settings: &'a str,
    /// The day that decides what is late.
    pub today: NaiveDate,
}

/// A document as the rules see it.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The site around it.
    pub survey: &'a Survey<'a>,
    /// Its place in the knowledge.
    pub index: usize,
    /// What it says.
    pub document: &'a Document,
    /// Its words.
    pub prose: &'a Prose,
}

impl Subject<'_> {
    /// Returns the place of some bytes of the file's text.
    pub fn at(&self, span: Range<usize>) -> Place {
        Place::span(&self.document.file, &self.document.text, span)
    }

    /// Returns the place for what the document as a whole lacks: its title, where it stands somewhere.
    pub fn whole(&self) -> Place {
        match &self.document.title.span {
            Some(span) => self.at(first_line(&self.document.text, span)),
            None => Place::file(&self.document.file),
        }
    }

    /// Returns whether the document is one of an incident, and no template, guide or index.
    pub fn is_of_incident(&self) -> bool {
        self.document.is_incident() && self.survey.knowledge.is_listed(self.index)
    }

    /// Returns whether the document is the whole story: an analysis, or a record that no other document analyses.
    pub fn is_analysis(&self) -> bool {
        self.is_of_incident() && self.survey.knowledge.postmortems[self.index].is_empty()
    }
}

/// Returns the first line of a span.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let words = &text[span.clone()];
    span.start..span.start + words.trim_end().find('\n').unwrap_or(words.trim_end().len())
}

/// What rules find.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<(Finding, Option<Fix>)>,
}

impl Findings {
    /// Adds a finding.
    pub fn add(&mut self, finding: Finding) {
        self.list.push((finding, None));
    }

    /// Adds a finding that can be mended safely.
    pub fn add_with_fix(&mut self, finding: Finding, fix: Fix) {
        self.list.push((finding, Some(fix)));
    }
}

/// A finding, with what is known of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was found.
    pub finding: Finding,
    /// How it can be mended safely.
    pub fix: Option<Fix>,
    /// What stays the same while lines move: 16 hexadecimal digits.
    pub fingerprint: String,
}

/// All that was found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// In the order of files, lines and columns.
    pub reports: Vec<Report>,
    /// How many more documents allow, with a reason.
    pub allowed: usize,
}

/// Applies the rules. `found` is what the stages found.
pub fn run(survey: &Survey<'_>, levels: &Levels, found: Vec<Finding>) -> Outcome {
    let documents = &survey.knowledge.documents;
    let by_file: HashMap<&str, usize> =
        documents.iter().enumerate().map(|(index, document)| (document.file.as_str(), index)).collect();
    let mut elsewhere = Findings { list: levels.findings.iter().cloned().map(|finding| (finding, None)).collect() };
    let mut by_document: Vec<Findings> = documents.iter().map(|_| Findings::default()).collect();
    let mut sort_in = |finding: Finding, fix: Option<Fix>, elsewhere: &mut Findings| {
        match by_file.get(finding.place.file.as_str()) {
            Some(&index) => by_document[index].list.push((finding, fix)),
            None => elsewhere.list.push((finding, fix)),
        }
    };
    for finding in found {
        sort_in(finding, None, &mut elsewhere);
    }
    let mut site = Findings::default();
    for (index, entry) in RULES.iter().enumerate() {
        if let Finder::Site(find) = entry.finder
            && levels.is_anywhere(index)
        {
            find(survey, &mut site);
        }
    }
    for (finding, fix) in site.list {
        sort_in(finding, fix, &mut elsewhere);
    }
    let finders: Vec<fn(&Subject<'_>, &mut Findings)> = RULES
        .iter()
        .enumerate()
        .filter(|(index, _)| levels.is_anywhere(*index))
        .filter_map(|(_, entry)| match entry.finder {
            Finder::Document(find) => Some(find),
            _ => None,
        })
        .collect();
    let checked: Vec<(Vec<Report>, usize)> = by_document
        .into_par_iter()
        .enumerate()
        .map(|(index, findings)| document(survey, index, levels, &finders, findings))
        .collect();
    let mut outcome = Outcome::default();
    for (reports, allowed) in checked {
        outcome.reports.extend(reports);
        outcome.allowed += allowed;
    }
    let others = elsewhere.list.into_iter().filter_map(|(finding, fix)| {
        levels.apply(finding, None).map(|finding| Report { finding, fix, fingerprint: String::new() })
    });
    let mut others: Vec<Report> = others.collect();
    baseline::fingerprint(&mut others, |file| (file == crate::config::FILE).then_some(survey.settings));
    outcome.reports.append(&mut others);
    outcome.reports.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
    outcome
}

fn order(finding: &Finding) -> (&str, u32, u32, &str, &str) {
    let place = &finding.place;
    (&place.file, place.line, place.column, finding.rule.name, &finding.message)
}

/// Applies the rules to one document; `findings` is what was found of it before.
fn document(
    survey: &Survey<'_>,
    index: usize,
    levels: &Levels,
    finders: &[fn(&Subject<'_>, &mut Findings)],
    mut findings: Findings,
) -> (Vec<Report>, usize) {
    let document = &survey.knowledge.documents[index];
    let prose = prose::read(document);
    let subject = Subject { survey, index, document, prose: &prose };
    for find in finders {
        find(&subject, &mut findings);
    }
    let mut allows = allow::read(&subject);
    let mut allowed = 0;
    let mut reports = Vec::new();
    for (finding, fix) in findings.list {
        let Some(finding) = levels.apply(finding, Some(&document.path)) else { continue };
        if allows.iter_mut().fold(false, |is_allowed, allow| is_allowed | allow.covers(&finding, document)) {
            allowed += 1;
            continue;
        }
        let mend = || named(finding.rule.name)?.mend?(&finding, &subject);
        let fix = fix.or_else(mend);
        reports.push(Report { finding, fix, fingerprint: String::new() });
    }
    let mut own = Findings::default();
    Allow::faults(&allows, &subject, levels, &mut own);
    for (finding, fix) in own.list {
        if let Some(finding) = levels.apply(finding, Some(&document.path)) {
            reports.push(Report { finding, fix, fingerprint: String::new() });
        }
    }
    reports.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
    reports.dedup_by(|a, b| order(&a.finding) == order(&b.finding));
    baseline::fingerprint(&mut reports, |_| Some(&document.text));
    (reports, allowed)
}

/// Returns how many reports there are at each level.
pub fn count<'a>(reports: impl IntoIterator<Item = &'a Report>) -> BTreeMap<Level, usize> {
    let mut counts = BTreeMap::new();
    for report in reports {
        *counts.entry(report.finding.level).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
pub mod tests;
