//! Rules: what is missing or wrong in documents, each with its reason.
//!
//! Comes in: a site that was read and planned, and the findings that its stages made. Goes out: [`Outcome`], all findings at
//! the levels that the settings give them, without those that a document allows. Lists the rules that the stages declare
//! and those of its own; reads everything, changes nothing, never prints. No other stage knows of it.
//!
//! 1. `level` understands the settings of rules.
//! 2. `prose` walks over each document once, and `sieve` looks for the words of all rules at once; the rules of `rules` look at
//!    what these found, at the document and at the whole site.
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
pub mod sieve;

use crate::check::allow::Allow;
use crate::check::fix::Fix;
use crate::check::level::Levels;
use crate::check::prose::Prose;
use crate::check::rules::phrase;
use crate::check::rules::phrase::Hit;
use crate::check::rules::shape;
use crate::check::rules::shape::Number;
use crate::check::rules::shape::Secret;
use crate::check::sieve::Sieve;
use crate::config::Config;
use crate::diagnostic::Counted;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Action;
use crate::document::Document;
use crate::document::Kind;
use crate::document::Status;
use crate::document::section::Canonical;
use crate::knowledge::Knowledge;
use crate::page::Plan;
use chrono::NaiveDate;
use foldhash::fast::FixedState;
use rayon::prelude::*;
use std::cell::Cell;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;
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
    /// Returns the level at which it is applied where the settings say nothing, or `off`.
    pub fn level_name(&self) -> &'static str {
        if self.is_on { self.rule.level.name() } else { "off" }
    }

    const fn stage(rule: &'static Rule, group: Group, page: &'static str) -> Entry {
        Entry { rule, group, page, is_on: true, finder: Finder::Stage, mend: None }
    }

    const fn check(rule: &'static Rule, page: &'static str) -> Entry {
        Entry { rule, group: Group::Check, page, is_on: true, finder: Finder::Check, mend: None }
    }

    const fn document(
        rule: &'static Rule,
        group: Group,
        page: &'static str,
        find: fn(&Subject<'_>, &mut Findings),
    ) -> Entry {
        Entry { rule, group, page, is_on: true, finder: Finder::Document(find), mend: None }
    }

    const fn site(
        rule: &'static Rule,
        group: Group,
        page: &'static str,
        find: fn(&Survey<'_>, &mut Findings),
    ) -> Entry {
        Entry { rule, group, page, is_on: true, finder: Finder::Site(find), mend: None }
    }

    /// Returns the same rule, applied only where the settings or the arguments ask for it.
    const fn off(mut self) -> Entry {
        self.is_on = false;
        self
    }

    /// Returns the same rule with what mends its findings.
    const fn mended(mut self, mend: fn(&Finding, &Subject<'_>) -> Option<Fix>) -> Entry {
        self.mend = Some(mend);
        self
    }
}

/// Returns the registered rule of that name.
pub fn named(name: &str) -> Option<&'static Entry> {
    index(name).map(|index| &RULES[index])
}

/// Returns the place of a rule in [`RULES`].
pub fn index(name: &str) -> Option<usize> {
    static TABLE: OnceLock<HashMap<&'static str, usize, FixedState>> = OnceLock::new();
    let table = TABLE
        .get_or_init(|| RULES.iter().enumerate().map(|(index, entry)| (entry.rule.name, index)).collect());
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
    spoken: OnceCell<Spoken>,
    written: OnceCell<Written>,
    digits: OnceCell<Vec<usize>>,
    numbers: OnceCell<Vec<Number>>,
    english: OnceCell<bool>,
    told: OnceCell<Vec<bool>>,
    /// A place of the text, and its line.
    counted: Cell<Counted>,
}

impl<'a> Subject<'a> {
    fn new(survey: &'a Survey<'a>, index: usize, prose: &'a Prose) -> Subject<'a> {
        Subject {
            survey,
            index,
            document: &survey.knowledge.documents[index],
            prose,
            spoken: OnceCell::new(),
            written: OnceCell::new(),
            digits: OnceCell::new(),
            numbers: OnceCell::new(),
            english: OnceCell::new(),
            told: OnceCell::new(),
            counted: Cell::default(),
        }
    }

    /// Returns the phrases that a rule of language looks for; all of them are found at once.
    pub fn hits(&self, rule: &'static str) -> impl Iterator<Item = &Hit> {
        self.spoken().hits.iter().filter(move |hit| hit.rule == rule)
    }

    /// Returns the same as bytes of the file's text, with the words.
    pub fn phrases(&self, rule: &'static str) -> impl Iterator<Item = (Range<usize>, &str)> {
        self.hits(rule).map(|hit| {
            let passage = self.prose.passage(hit.passage);
            (passage.source(hit.range.clone()), &passage.text()[hit.range.clone()])
        })
    }

    /// Returns the words that a template could have left, as passages and bytes of their texts.
    pub fn prompts(&self) -> &[(usize, Range<usize>)] {
        &self.spoken().prompts
    }

    /// Returns the passages that hold a word which promises an answer.
    pub fn promising(&self) -> &[usize] {
        &self.spoken().promising
    }

    /// Returns the secrets that can be told by their shape; all of them are found at once.
    pub fn secrets(&self) -> &[Secret] {
        &self.written().secrets
    }

    /// Returns the names of what nobody may know, as bytes of the file's text and by their numbers.
    pub fn secret_names(&self) -> &[(Range<usize>, usize)] {
        &self.written().names
    }

    /// Returns whether the text of the file holds a word that belongs to a topic.
    pub fn speaks_of(&self, topic: Topic) -> bool {
        self.written().topics.contains(&topic)
    }

    fn spoken(&self) -> &Spoken {
        self.spoken.get_or_init(|| Spoken::of(self))
    }

    fn written(&self) -> &Written {
        self.written.get_or_init(|| Written::in_text(&self.document.text))
    }

    /// Returns where digits begin in the text of the file; all of them are found at once.
    pub fn digits(&self) -> &[usize] {
        self.digits.get_or_init(|| shape::digits(&self.document.text))
    }

    /// Returns the runs of nine digits and more; all of them are found at once.
    pub fn numbers(&self) -> &[Number] {
        self.numbers.get_or_init(|| shape::numbers(&self.document.text, self.digits(), 9))
    }

    /// Returns whether the document is in English.
    pub fn is_english(&self) -> bool {
        *self
            .english
            .get_or_init(|| rules::english::is_english(self.document, self.prose, self.survey.config))
    }

    /// Returns whether the document has a section of that meaning.
    pub fn has_section(&self, canonical: Canonical) -> bool {
        self.document.sections.iter().any(|section| section.canonical == Some(canonical))
    }

    /// Returns whether the document says so little that no question was to be answered in it.
    pub fn is_short(&self) -> bool {
        self.prose.length() < 1200
    }

    /// Returns the first lines of the actions of which something is true, each with 1; where it is true of more than two and
    /// of all that could be meant, only that of the first, with their number: a list that was never meant to have owners is
    /// told so once.
    pub fn actions_that(&self, holds: impl Fn(usize, &Action) -> bool) -> Vec<(Range<usize>, usize)> {
        if !self.survey.knowledge.is_listed(self.index) {
            return Vec::new();
        }
        let actions = &self.document.actions;
        let found: Vec<&Action> = actions
            .iter()
            .enumerate()
            .filter(|(at, action)| holds(*at, action))
            .map(|(_, one)| one)
            .collect();
        let settled = |action: &Action| matches!(action.status, Status::Done | Status::Dropped);
        // Only where so many are found does it matter whether they are all.
        if found.len() > 2 {
            let of_the_sort = |(at, action): &(usize, &Action)| match settled(found[0]) {
                true => settled(action),
                false => !settled(action) && !self.is_told(*at),
            };
            if found.len() == actions.iter().enumerate().filter(of_the_sort).count() {
                return vec![(self.line_of(&found[0].span), found.len())];
            }
        }
        found.into_iter().map(|action| (self.line_of(&action.span), 1)).collect()
    }

    /// Returns whether an action of the document, by its place, is told as done, though no state says so.
    pub fn is_told(&self, action: usize) -> bool {
        self.told.get_or_init(|| {
            let texts = || self.document.actions.iter().map(|action| action.text.as_str());
            let in_report = rules::past::is_report(texts());
            texts().map(|text| rules::past::is_told(text, in_report)).collect()
        })[action]
    }

    /// Returns the first line of some bytes, which is what a finding underlines.
    pub fn line_of(&self, span: &Range<usize>) -> Range<usize> {
        let words = self.document.text[span.clone()].trim_end();
        span.start..span.start + words.find('\n').unwrap_or(words.len())
    }

    /// Returns the place of some bytes of the file's text.
    pub fn at(&self, span: Range<usize>) -> Place {
        let mut counted = self.counted.get();
        let place = counted.place(&self.document.file, &self.document.text, span);
        self.counted.set(counted);
        place
    }

    /// Returns the place for what the document as a whole lacks: its title, where it stands somewhere.
    pub fn whole(&self) -> Place {
        match &self.document.title.span {
            Some(span) => self.at(self.line_of(span)),
            None => Place::file(&self.document.file),
        }
    }

    /// Returns whether the document is one of an incident, and no template, guide or index.
    pub fn is_of_incident(&self) -> bool {
        self.document.is_incident() && self.survey.knowledge.is_listed(self.index)
    }

    /// Returns whether the document is the whole story of an incident: a postmortem, or a record that tells as much.
    pub fn is_analysis(&self) -> bool {
        let record = self.document.kind == Kind::Incident;
        self.is_of_incident()
            && self.survey.knowledge.postmortems[self.index].is_empty()
            && (!record || self.has_section(Canonical::Factors) || self.has_section(Canonical::Lessons))
    }
}

/// What a postmortem may speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Whom it hit.
    Impact,
    /// Whether there was a runbook.
    Runbook,
    /// What would have been worse.
    Luck,
    /// What keeps it from happening again.
    Guard,
}

/// The words of the text of a file that some rule looks for.
#[derive(Debug, Default)]
struct Written {
    secrets: Vec<Secret>,
    names: Vec<(Range<usize>, usize)>,
    topics: Vec<Topic>,
}

impl Written {
    fn in_text(text: &str) -> Written {
        /// A word, by its number in its list where that counts.
        #[derive(Clone, Copy)]
        enum Word {
            Start(usize),
            Name(usize),
            Of(Topic),
        }
        static STARTS: LazyLock<Vec<&str>> = LazyLock::new(|| shape::starts().collect());
        static SIEVE: LazyLock<Sieve<Word>> = LazyLock::new(|| {
            let starts = STARTS.iter().enumerate().map(|(number, word)| (Word::Start(number), *word));
            let names = rules::likely_secret::NAMES.into_iter().enumerate();
            let names = names.map(|(number, word)| (Word::Name(number), word));
            let topics = [
                (Topic::Impact, rules::missing_impact::WORDS.as_slice()),
                (Topic::Runbook, &rules::unasked_runbook::WORDS),
                (Topic::Luck, &rules::unasked_worse::WORDS),
                (Topic::Guard, &rules::unasked_guard::WORDS),
            ];
            let topics = topics.into_iter();
            let topics =
                topics.flat_map(|(topic, words)| words.iter().map(move |word| (Word::Of(topic), *word)));
            Sieve::new(starts.chain(names).chain(topics).map(|(word, words)| (word, words.to_owned())))
        });
        let mut written = Written::default();
        let mut starts = Vec::new();
        SIEVE.each(text, |word, range| match word {
            Word::Start(number) if text[range.clone()] == *STARTS[number] => starts.push((range, number)),
            Word::Start(_) => {}
            Word::Name(number) => written.names.push((range, number)),
            Word::Of(topic) => {
                // "Contest" speaks of no test.
                let begins =
                    || topic != Topic::Guard || !text[..range.start].ends_with(char::is_alphanumeric);
                if !written.topics.contains(&topic) && begins() {
                    written.topics.push(topic);
                }
            }
        });
        sieve::longest_first(&mut starts);
        sieve::longest_first(&mut written.names);
        written.secrets = shape::secrets(text, &starts);
        written
    }
}

/// The words of the prose of a listed document that some rule looks for.
#[derive(Debug, Default)]
struct Spoken {
    hits: Vec<Hit>,
    prompts: Vec<(usize, Range<usize>)>,
    promising: Vec<usize>,
}

impl Spoken {
    fn of(subject: &Subject<'_>) -> Spoken {
        /// A word, by its number in its list where that counts.
        #[derive(Clone, Copy)]
        enum Word {
            Phrase(usize),
            Prompt,
            Promise,
        }
        static SIEVE: LazyLock<Sieve<Word>> = LazyLock::new(|| {
            let phrases = phrase::words().enumerate().map(|(number, word)| (Word::Phrase(number), word));
            let prompts = rules::leftover_prompt::PROMPTS.into_iter().map(|word| (Word::Prompt, word));
            let promises = rules::leftover_placeholder::WORDS.into_iter().map(|word| (Word::Promise, word));
            Sieve::new(phrases.chain(prompts).chain(promises).map(|(word, words)| (word, words.to_owned())))
        });
        let mut spoken = Spoken::default();
        if !subject.survey.knowledge.is_listed(subject.index) {
            return spoken;
        }
        let prose = subject.prose;
        let (mut phrases, mut prompts) = (Vec::new(), Vec::new());
        SIEVE.each(prose.text(), |word, range| match word {
            Word::Phrase(number) => phrases.push((range, number)),
            Word::Prompt => prompts.push(range),
            Word::Promise => {
                let (index, _) = prose.passage_at(range.start);
                if spoken.promising.last() != Some(&index) {
                    spoken.promising.push(index);
                }
            }
        });
        let within = |range: &Range<usize>, start: usize| range.start - start..range.end - start;
        sieve::longest_first(&mut phrases);
        let passage_of = |(range, _): &(Range<usize>, usize)| prose.passage_at(range.start);
        for found in phrases.chunk_by_mut(|one, other| passage_of(one) == passage_of(other)) {
            let (index, start) = passage_of(&found[0]);
            found.iter_mut().for_each(|(range, _)| *range = within(range, start));
            phrase::read(subject, index, found, &mut spoken.hits);
        }
        sieve::first_to_end(&mut prompts);
        spoken.prompts.extend(prompts.iter().map(|range| {
            let (index, start) = prose.passage_at(range.start);
            (index, within(range, start))
        }));
        spoken
    }
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
    /// The bytes of all secrets that were found, by the place of their document: whoever prints a line of it hides them.
    pub secrets: BTreeMap<usize, Vec<Range<usize>>>,
}

/// Applies the rules. `found` is what the stages found.
pub fn run(survey: &Survey<'_>, levels: &Levels, found: Vec<Finding>) -> Outcome {
    let documents = &survey.knowledge.documents;
    let by_file: HashMap<&str, usize> =
        documents.iter().enumerate().map(|(index, document)| (document.file.as_str(), index)).collect();
    let mut elsewhere =
        Findings { list: levels.findings.iter().cloned().map(|finding| (finding, None)).collect() };
    let mut by_document: Vec<Findings> = documents.iter().map(|_| Findings::default()).collect();
    let mut sort_in = |finding: Finding, fix: Option<Fix>, elsewhere: &mut Findings| match by_file
        .get(finding.place.file.as_str())
    {
        Some(&index) => by_document[index].list.push((finding, fix)),
        None => elsewhere.list.push((finding, fix)),
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
    let checked: Vec<Checked> = by_document
        .into_par_iter()
        .enumerate()
        .map(|(index, findings)| document(survey, index, levels, &finders, findings))
        .collect();
    let mut outcome = Outcome::default();
    // In the order of files, as each is sorted already.
    let mut checked: Vec<(usize, Checked)> = checked.into_iter().enumerate().collect();
    checked.sort_by_key(|(index, _)| &documents[*index].file);
    // A large collection has so many that a list which grows, and a sort of what is sorted, take room for all of them once more.
    outcome.reports.reserve_exact(checked.iter().map(|(_, checked)| checked.reports.len()).sum());
    for (index, checked) in checked {
        outcome.reports.extend(checked.reports);
        outcome.allowed += checked.allowed;
        if !checked.secrets.is_empty() {
            outcome.secrets.insert(index, checked.secrets);
        }
    }
    let others = elsewhere.list.into_iter().filter_map(|(finding, fix)| {
        levels.apply(finding, None).map(|finding| Report { finding, fix, fingerprint: String::new() })
    });
    let mut others: Vec<Report> = others.collect();
    baseline::fingerprint(&mut others, |file| (file == crate::config::FILE).then_some(survey.settings));
    outcome.reports.append(&mut others);
    outcome.reports.retain(|report| index(report.finding.rule.name).is_none_or(|rule| levels.is_shown(rule)));
    if !outcome.reports.is_sorted_by(|a, b| order(&a.finding) <= order(&b.finding)) {
        outcome.reports.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
    }
    outcome
}

/// Applies the rules to some documents, by their places. `found` is what the stages found of any. Rules that look at the whole site
/// do so once, and what they find elsewhere is left out. Asks before each step whether to `go_on`; returns nothing where not.
pub fn run_on(
    survey: &Survey<'_>,
    levels: &Levels,
    found: &[Finding],
    documents: &BTreeSet<usize>,
    go_on: &dyn Fn() -> bool,
) -> Option<Outcome> {
    let finders: Vec<fn(&Subject<'_>, &mut Findings)> = RULES
        .iter()
        .enumerate()
        .filter(|(index, _)| levels.is_anywhere(*index))
        .filter_map(|(_, entry)| match entry.finder {
            Finder::Document(find) => Some(find),
            _ => None,
        })
        .collect();
    let mut outcome = Outcome::default();
    let mut site = Findings::default();
    for (index, entry) in RULES.iter().enumerate() {
        if let Finder::Site(find) = entry.finder
            && levels.is_anywhere(index)
            && !documents.is_empty()
        {
            go_on().then_some(())?;
            find(survey, &mut site);
        }
    }
    for &index in documents {
        go_on().then_some(())?;
        let file = &survey.knowledge.documents[index].file;
        let list = found.iter().filter(|finding| finding.place.file == *file);
        let mut findings = Findings { list: list.map(|finding| (finding.clone(), None)).collect() };
        findings.list.extend(site.list.extract_if(.., |(finding, _)| finding.place.file == *file));
        let checked = document(survey, index, levels, &finders, findings);
        outcome.reports.extend(checked.reports);
        outcome.allowed += checked.allowed;
        if !checked.secrets.is_empty() {
            outcome.secrets.insert(index, checked.secrets);
        }
    }
    outcome.reports.retain(|report| index(report.finding.rule.name).is_none_or(|rule| levels.is_shown(rule)));
    outcome.reports.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
    Some(outcome)
}

fn order(finding: &Finding) -> (&str, u32, u32, &str, &str) {
    let place = &finding.place;
    (&place.file, place.line, place.column, finding.rule.name, &finding.message)
}

/// What was found in one document.
struct Checked {
    reports: Vec<Report>,
    allowed: usize,
    secrets: Vec<Range<usize>>,
}

/// Applies the rules to one document; `findings` is what was found of it before.
fn document(
    survey: &Survey<'_>,
    index: usize,
    levels: &Levels,
    finders: &[fn(&Subject<'_>, &mut Findings)],
    mut findings: Findings,
) -> Checked {
    let document = &survey.knowledge.documents[index];
    let prose = prose::read(document);
    let subject = Subject::new(survey, index, &prose);
    for find in finders {
        find(&subject, &mut findings);
    }
    let is_secret =
        |finding: &Finding| named(finding.rule.name).is_some_and(|entry| entry.group == Group::Safety);
    let mut secrets: Vec<Range<usize>> = findings
        .list
        .iter()
        .filter(|(finding, _)| is_secret(finding))
        .filter_map(|(finding, _)| finding.place.span.clone())
        .collect();
    secrets.sort_by_key(|span| span.start);
    let mut allows = allow::read(&subject);
    let mut allowed = 0;
    let mut reports = Vec::with_capacity(findings.list.len());
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
    Checked { reports, allowed, secrets }
}

/// Returns a text in which stars stand for all but the first characters of the secrets; every byte keeps its place.
pub fn masked(text: &str, secrets: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets.iter().filter(|secret| secret.end <= text.len()) {
        if secret.start < at {
            continue;
        }
        out.push_str(&text[at..secret.start]);
        let shown = if secret.len() >= 16 { 4 } else { 1 };
        for (place, c) in text[secret.clone()].char_indices() {
            match c {
                c if place < shown || c.is_whitespace() => out.push(c),
                c => out.extend(std::iter::repeat_n('*', c.len_utf8())),
            }
        }
        at = secret.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Returns the page of a rule.
macro_rules! page {
    ($name:literal) => {
        include_str!(concat!("rules/", $name, ".md"))
    };
}

/// All rules. This is the one place where a rule is registered.
pub static RULES: &[Entry] = &[
    // Front matter.
    Entry::stage(
        &crate::document::front_matter::BROKEN_FRONT_MATTER,
        Group::FrontMatter,
        page!("broken-front-matter"),
    ),
    Entry::stage(
        &crate::document::front_matter::REPAIRED_FRONT_MATTER,
        Group::FrontMatter,
        page!("repaired-front-matter"),
    )
    .mended(fix::quote_value),
    Entry::stage(&crate::document::front_matter::DUPLICATE_KEY, Group::FrontMatter, page!("duplicate-key")),
    Entry::stage(&crate::document::facts::UNKNOWN_KEY, Group::FrontMatter, page!("unknown-key")),
    Entry::stage(&crate::document::facts::WRONG_TYPE, Group::FrontMatter, page!("wrong-type")),
    Entry::stage(&crate::document::facts::BAD_DATE, Group::FrontMatter, page!("bad-date")),
    Entry::stage(&crate::document::facts::AMBIGUOUS_DATE, Group::FrontMatter, page!("ambiguous-date")),
    Entry::stage(&crate::document::facts::NAIVE_TIME, Group::FrontMatter, page!("naive-time")),
    Entry::stage(&crate::document::facts::END_BEFORE_START, Group::FrontMatter, page!("end-before-start")),
    Entry::document(
        &rules::times_out_of_order::RULE,
        Group::FrontMatter,
        page!("times-out-of-order"),
        rules::times_out_of_order::check,
    ),
    Entry::document(
        &rules::date_disagrees::RULE,
        Group::FrontMatter,
        page!("date-disagrees"),
        rules::date_disagrees::check,
    ),
    Entry::site(
        &rules::unknown_severity::RULE,
        Group::FrontMatter,
        page!("unknown-severity"),
        rules::unknown_severity::check,
    ),
    Entry::site(
        &rules::unknown_service::RULE,
        Group::FrontMatter,
        page!("unknown-service"),
        rules::unknown_service::check,
    ),
    Entry::site(
        &rules::repeated_title::RULE,
        Group::FrontMatter,
        page!("repeated-title"),
        rules::repeated_title::check,
    ),
    Entry::stage(&crate::knowledge::join::DUPLICATE_ID, Group::FrontMatter, page!("duplicate-id")),
    Entry::stage(&crate::knowledge::join::UNKNOWN_INCIDENT, Group::FrontMatter, page!("unknown-incident")),
    Entry::stage(&crate::document::lesson::BROKEN_LESSON, Group::FrontMatter, page!("broken-lesson")),
    Entry::stage(&crate::document::lesson::QUOTE_NOT_FOUND, Group::FrontMatter, page!("quote-not-found")),
    Entry::stage(&crate::page::BAD_SLUG, Group::FrontMatter, page!("bad-slug")),
    Entry::stage(&crate::page::BAD_ALIAS, Group::FrontMatter, page!("bad-alias")),
    // Content.
    Entry::document(
        &rules::missing_summary::RULE,
        Group::Content,
        page!("missing-summary"),
        rules::missing_summary::check,
    ),
    Entry::document(
        &rules::missing_impact::RULE,
        Group::Content,
        page!("missing-impact"),
        rules::missing_impact::check,
    ),
    Entry::document(
        &rules::missing_timeline::RULE,
        Group::Content,
        page!("missing-timeline"),
        rules::missing_timeline::check,
    ),
    Entry::document(
        &rules::missing_lesson::RULE,
        Group::Content,
        page!("missing-lesson"),
        rules::missing_lesson::check,
    ),
    Entry::document(
        &rules::empty_section::RULE,
        Group::Content,
        page!("empty-section"),
        rules::empty_section::check,
    ),
    Entry::document(
        &rules::leftover_placeholder::RULE,
        Group::Content,
        page!("leftover-placeholder"),
        rules::leftover_placeholder::check,
    ),
    Entry::document(
        &rules::leftover_prompt::RULE,
        Group::Content,
        page!("leftover-prompt"),
        rules::leftover_prompt::check,
    ),
    Entry::document(
        &rules::timeline_out_of_order::RULE,
        Group::Content,
        page!("timeline-out-of-order"),
        rules::timeline_out_of_order::check,
    ),
    Entry::document(
        &rules::time_without_zone::RULE,
        Group::Content,
        page!("time-without-zone"),
        rules::time_without_zone::check,
    ),
    Entry::document(
        &rules::vague_lesson::RULE,
        Group::Content,
        page!("vague-lesson"),
        rules::vague_lesson::check,
    ),
    Entry::document(
        &rules::unowned_action::RULE,
        Group::Content,
        page!("unowned-action"),
        rules::unowned_action::check,
    ),
    Entry::document(
        &rules::undated_action::RULE,
        Group::Content,
        page!("undated-action"),
        rules::undated_action::check,
    ),
    Entry::document(
        &rules::overdue_action::RULE,
        Group::Content,
        page!("overdue-action"),
        rules::overdue_action::check,
    ),
    Entry::document(
        &rules::unlinked_action::RULE,
        Group::Content,
        page!("unlinked-action"),
        rules::unlinked_action::check,
    ),
    Entry::document(
        &rules::unasked_runbook::RULE,
        Group::Content,
        page!("unasked-runbook"),
        rules::unasked_runbook::check,
    ),
    Entry::document(
        &rules::unasked_worse::RULE,
        Group::Content,
        page!("unasked-worse"),
        rules::unasked_worse::check,
    ),
    Entry::document(
        &rules::unasked_guard::RULE,
        Group::Content,
        page!("unasked-guard"),
        rules::unasked_guard::check,
    ),
    // Links.
    Entry::stage(&crate::knowledge::link::BROKEN_LINK, Group::Links, page!("broken-link")),
    Entry::stage(&crate::knowledge::link::BROKEN_ANCHOR, Group::Links, page!("broken-anchor"))
        .mended(fix::spell_anchor),
    Entry::stage(&crate::knowledge::link::MISSING_IMAGE, Group::Links, page!("missing-image")),
    Entry::stage(&crate::knowledge::link::FOREIGN_IMAGE, Group::Links, page!("foreign-image")),
    Entry::stage(&crate::knowledge::link::LINK_OUTSIDE, Group::Links, page!("link-outside")),
    Entry::stage(&crate::knowledge::link::REFUSED_LINK, Group::Links, page!("refused-link")),
    Entry::document(
        &rules::private_link::RULE,
        Group::Links,
        page!("private-link"),
        rules::private_link::check,
    )
    .off(),
    Entry::document(
        &rules::image_without_text::RULE,
        Group::Links,
        page!("image-without-text"),
        rules::image_without_text::check,
    ),
    Entry::document(
        &rules::skipped_heading::RULE,
        Group::Links,
        page!("skipped-heading"),
        rules::skipped_heading::check,
    ),
    Entry {
        rule: &rules::dead_link::RULE,
        group: Group::Links,
        page: page!("dead-link"),
        is_on: true,
        finder: Finder::Check,
        mend: None,
    },
    // Language.
    Entry::document(&rules::blame::RULE, Group::Language, page!("blame"), rules::blame::check),
    Entry::document(&rules::hindsight::RULE, Group::Language, page!("hindsight"), rules::hindsight::check),
    Entry::document(
        &rules::human_error::RULE,
        Group::Language,
        page!("human-error"),
        rules::human_error::check,
    ),
    Entry::document(&rules::judgement::RULE, Group::Language, page!("judgement"), rules::judgement::check),
    Entry::document(
        &rules::blame_remedy::RULE,
        Group::Language,
        page!("blame-remedy"),
        rules::blame_remedy::check,
    ),
    Entry::document(
        &rules::person_name::RULE,
        Group::Language,
        page!("person-name"),
        rules::person_name::check,
    )
    .off(),
    // Safety.
    Entry::document(
        &rules::exposed_secret::RULE,
        Group::Safety,
        page!("exposed-secret"),
        rules::exposed_secret::check,
    ),
    Entry::document(
        &rules::likely_secret::RULE,
        Group::Safety,
        page!("likely-secret"),
        rules::likely_secret::check,
    ),
    Entry::document(
        &rules::card_number::RULE,
        Group::Safety,
        page!("card-number"),
        rules::card_number::check,
    ),
    Entry::document(
        &rules::national_number::RULE,
        Group::Safety,
        page!("national-number"),
        rules::national_number::check,
    ),
    Entry::document(
        &rules::email_address::RULE,
        Group::Safety,
        page!("email-address"),
        rules::email_address::check,
    )
    .off(),
    Entry::document(
        &rules::internal_host::RULE,
        Group::Safety,
        page!("internal-host"),
        rules::internal_host::check,
    )
    .off(),
    // Knowledge.
    Entry::stage(&crate::knowledge::likeness::NEAR_COPY, Group::Knowledge, page!("near-copy")),
    Entry::site(
        &rules::orphan_document::RULE,
        Group::Knowledge,
        page!("orphan-document"),
        rules::orphan_document::check,
    ),
    Entry::stage(&crate::knowledge::ledger::BROKEN_LOCK, Group::Knowledge, page!("broken-lock")),
    Entry::stage(&crate::knowledge::ledger::REUSED_LESSON_ID, Group::Knowledge, page!("reused-lesson-id")),
    Entry::stage(&crate::knowledge::ledger::BAD_LESSON_ID, Group::Knowledge, page!("bad-lesson-id")),
    Entry::stage(&crate::knowledge::UNLOCKED_LESSON, Group::Knowledge, page!("unlocked-lesson")),
    Entry::stage(&crate::knowledge::UNSETTLED_LESSON, Group::Knowledge, page!("unsettled-lesson")),
    Entry::site(
        &rules::known_lesson::RULE,
        Group::Knowledge,
        page!("known-lesson"),
        rules::known_lesson::check,
    ),
    Entry::stage(&crate::knowledge::UNKNOWN_LESSON, Group::Knowledge, page!("unknown-lesson")),
    Entry::stage(&crate::knowledge::guard::GUARD_VANISHED, Group::Knowledge, page!("guard-vanished")),
    Entry::stage(&crate::knowledge::guard::UNGUARDED_LESSON, Group::Knowledge, page!("unguarded-lesson")),
    Entry::stage(&crate::knowledge::guard::GLOB_WITHOUT_FILES, Group::Knowledge, page!("glob-without-files")),
    Entry::stage(&crate::knowledge::citation::BROKEN_CITATIONS, Group::Knowledge, page!("broken-citations")),
    Entry::stage(&crate::knowledge::citation::UNKNOWN_CITATION, Group::Knowledge, page!("unknown-citation")),
    Entry::stage(&crate::knowledge::citation::RETIRED_CITATION, Group::Knowledge, page!("retired-citation")),
    // Files.
    Entry::stage(&crate::source::MISSING_CHECKOUT, Group::Files, page!("missing-checkout")),
    Entry::stage(&crate::source::BINARY_FILE, Group::Files, page!("binary-file")),
    Entry::stage(&crate::source::DANGLING_SYMLINK, Group::Files, page!("dangling-symlink")),
    Entry::stage(&crate::source::FILE_TOO_LARGE, Group::Files, page!("file-too-large")),
    Entry::stage(&crate::source::INVALID_UTF8, Group::Files, page!("invalid-utf8")),
    Entry::stage(&crate::source::NO_GIT_DATES, Group::Files, page!("no-git-dates")),
    Entry::stage(&crate::source::SHALLOW_CLONE, Group::Files, page!("shallow-clone")),
    Entry::stage(&crate::source::SPECIAL_FILE, Group::Files, page!("special-file")),
    Entry::stage(&crate::source::SYMLINK_LOOP, Group::Files, page!("symlink-loop")),
    Entry::stage(&crate::source::SYMLINK_OUTSIDE, Group::Files, page!("symlink-outside")),
    Entry::stage(&crate::source::UNREADABLE_FILE, Group::Files, page!("unreadable-file")),
    Entry::stage(&crate::source::UNREADABLE_NAME, Group::Files, page!("unreadable-name")),
    Entry::stage(&crate::document::EMPTY_DOCUMENT, Group::Files, page!("empty-document")),
    Entry::stage(&crate::document::DROPPED_MARKUP, Group::Files, page!("dropped-markup")),
    Entry::stage(&crate::document::UNCLOSED_CONTAINER, Group::Files, page!("unclosed-container")),
    Entry::stage(&crate::page::ADDRESS_TAKEN, Group::Files, page!("address-taken")),
    Entry::stage(&crate::page::ADDRESS_CASE, Group::Files, page!("address-case")),
    Entry::stage(&crate::config::BROKEN_SETTINGS, Group::Files, page!("broken-settings")),
    Entry::stage(&crate::config::UNDRAWN_CARDS, Group::Files, page!("undrawn-cards")),
    Entry::stage(&crate::theme::BROKEN_THEME, Group::Files, page!("broken-theme")),
    // The rules themselves.
    Entry::check(&rules::unknown_rule::RULE, page!("unknown-rule")),
    Entry::check(&rules::unused_allow::RULE, page!("unused-allow")),
    Entry::check(&rules::allow_without_reason::RULE, page!("allow-without-reason")),
];

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
