//! Makes up folders of postmortems to measure on.
//!
//! Comes in: a number of documents and a seed. Goes out: that many Markdown files, in the shapes that teams really
//! use: most without front matter, dates in file names, labels or tables, sections under many spellings, timelines as
//! tables, lists, sub-headings and paragraphs, lessons that recur, actions with owners. Words, services, tags and
//! factors follow Zipf's law, as in real text, so that a common word stands in most documents and rare ones keep
//! turning up.
//!
//! Never: reads anything, or depends on the clock, the platform or a random source. The same count, seed and
//! [`VERSION`] give the same bytes, so figures of different years are of the same work. All arithmetic is on
//! integers, since the last digit of a logarithm may differ between platforms.

#![expect(clippy::disallowed_methods, reason = "writes the documents that the benchmark then builds")]

#[path = "corpus/words.rs"]
mod words;

use chrono::Datelike;
use chrono::Duration;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// The edition of the generator: raised whenever the bytes change, since figures of two editions cannot be compared.
pub const VERSION: u32 = 2;

/// Writes `count` documents below `dir`, in one folder for each year, and returns how many bytes they hold.
///
/// # Errors
///
/// A folder or file that cannot be written, with its path in the message.
pub fn generate(dir: &Path, count: usize, seed: u64) -> io::Result<u64> {
    let corpus = Corpus::new(count, seed);
    let mut bytes = 0;
    for index in 0..count {
        let path = dir.join(&corpus.plans[index].path);
        let text = corpus.document(index);
        let folder = path.parent().expect("every document stands in the folder of a year");
        fs::create_dir_all(folder).map_err(|error| about("create", folder, &error))?;
        fs::write(&path, &text).map_err(|error| about("write", &path, &error))?;
        bytes += text.len() as u64;
    }
    Ok(bytes)
}

fn about(task: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {task} `{}`: {error}", path.display()))
}

/// Sizes of documents in bytes, whose mean is 6 500. Each twenty documents in a row use every size once, so the mean
/// holds for small corpora too. Real ones are as uneven: many short, a few very long.
const SIZES: [usize; 20] = [
    900, 1_400, 1_900, 2_400, 2_900, 3_300, 3_700, 4_100, 4_500, 4_900, 5_300, 5_800, 6_300, 6_900, 7_600,
    8_500, 9_800, 11_800, 15_000, 23_000,
];

/// How many teams write, each in its own shape and spelling.
const TEAMS: usize = 24;

/// The first day on which something may have happened; the last is ten years later.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2016, 1, 1).expect("a day of the calendar");
const DAYS: u64 = 3_653;

/// Everything that is decided before the first document is written: documents link to each other, so all paths and
/// titles are known at first.
struct Corpus {
    seed: u64,
    vocabulary: Vocabulary,
    teams: Vec<Team>,
    plans: Vec<Plan>,
}

/// What one document is about.
struct Plan {
    /// Relative to the content folder, with `/`.
    path: String,
    title: String,
    team: usize,
    /// Whether the file's name tells the day.
    dated: bool,
    started: NaiveDateTime,
    minutes: i64,
    /// Rank of the severity, 1 the worst.
    severity: u64,
    /// Indexes into the vocabulary's services.
    services: Vec<usize>,
    /// The size in bytes to aim at.
    size: usize,
}

impl Corpus {
    fn new(count: usize, seed: u64) -> Corpus {
        let mut random = Random::new(seed);
        let vocabulary = Vocabulary::new();
        let teams = (0..TEAMS).map(|_| Team::new(&mut random)).collect();
        let mut corpus = Corpus { seed, vocabulary, teams, plans: Vec::with_capacity(count) };
        let mut taken = BTreeSet::new();
        let mut sizes = Vec::new();
        for _ in 0..count {
            if sizes.is_empty() {
                sizes = SIZES.to_vec();
            }
            let size = sizes.swap_remove(random.below(sizes.len() as u64) as usize);
            let plan = corpus.plan(&mut random, size, &mut taken);
            corpus.plans.push(plan);
        }
        corpus
    }

    fn plan(&self, random: &mut Random, size: usize, taken: &mut BTreeSet<String>) -> Plan {
        let minute = random.below(DAYS * 24 * 60) as i64;
        let started = FIRST_DAY.and_time(chrono::NaiveTime::MIN) + Duration::minutes(minute);
        let minutes = random.pick(&[7, 12, 18, 25, 34, 41, 47, 58, 73, 95, 130, 180, 260, 410]);
        let mut services: Vec<usize> =
            (0..1 + random.below(3)).map(|_| self.vocabulary.service_ranks.draw(random)).collect();
        services.sort_unstable();
        services.dedup();
        let severity = match random.below(100) {
            0..8 => 1,
            8..30 => 2,
            30..70 => 3,
            70..95 => 4,
            _ => 5,
        };
        let mut plan = Plan {
            path: String::new(),
            title: String::new(),
            team: random.below(TEAMS as u64) as usize,
            dated: random.chance(85),
            started,
            minutes: minutes + random.below(6) as i64,
            severity,
            services,
            size,
        };
        let template = random.pick(&words::TITLES);
        let mut filler = Filler { corpus: self, plan: &plan, random: random.clone(), plain: true };
        let title = capitalised(filler.fill(template));
        *random = filler.random;
        plan.title = title;
        let name = if plan.dated {
            format!("{}/{}-{}", started.year(), started.format("%Y-%m-%d"), slug(&plan.title))
        } else {
            format!("{}/{}", started.year(), slug(&plan.title))
        };
        plan.path = format!("{name}.md");
        let mut copy = 2;
        while !taken.insert(plan.path.clone()) {
            plan.path = format!("{name}-{copy}.md");
            copy += 1;
        }
        plan
    }

    /// Returns the Markdown of one document. Each has a random sequence of its own, so that a longer one does not
    /// change those after it.
    fn document(&self, index: usize) -> String {
        let plan = &self.plans[index];
        let random = Random::new(self.seed ^ (index as u64 + 1).wrapping_mul(0xD1B5_4A32_D192_ED03));
        let mut writer = Writer {
            corpus: self,
            index,
            plan,
            team: &self.teams[plan.team],
            filler: Filler { corpus: self, plan, random, plain: false },
            text: String::with_capacity(plan.size + 512),
            sections: 0,
        };
        writer.document();
        writer.text
    }
}

/// The shape in which a team writes: documents of one team are alike in their headings and boilerplate.
struct Team {
    headings: Headings,
    title_prefix: &'static str,
    facts: Facts,
    timeline: Timeline,
    actions: Actions,
    /// How a severity is spelt, before its number.
    severity: &'static str,
    /// How a label spells the day, for chrono.
    day: &'static str,
    /// A paragraph that stands in every document of the team.
    boilerplate: Option<&'static str>,
    /// A comment that the team's template left in every document.
    comment: Option<&'static str>,
    /// Whether services are written as code.
    ticks: bool,
    /// Whether prose is broken at 80 columns.
    wraps: bool,
    numbered: bool,
    /// Whether long logs stand in a `<details>` element.
    details: bool,
    /// Whether sub-headings in the lessons tell what went well and wrong.
    retrospective: bool,
}

/// How headings are spelt.
struct Headings {
    summary: &'static str,
    impact: &'static str,
    detection: &'static str,
    cause: &'static str,
    factors: &'static str,
    timeline: &'static str,
    resolution: &'static str,
    lessons: &'static str,
    well: &'static str,
    wrong: &'static str,
    lucky: &'static str,
    actions: &'static str,
    evidence: &'static str,
    references: &'static str,
}

/// Where date, authors and severity stand when there is no front matter.
#[derive(Clone, Copy)]
enum Facts {
    Labels,
    LabelList,
    Table,
    Nowhere,
}

#[derive(Clone, Copy)]
enum Timeline {
    Table,
    WideTable,
    BoldBullets,
    Bullets,
    Ordered,
    SubHeadings,
    Paragraphs,
}

#[derive(Clone, Copy)]
enum Actions {
    Tasks,
    Table,
    List,
    Ordered,
}

impl Team {
    fn new(random: &mut Random) -> Team {
        let headings = Headings {
            summary: random.pick(&[
                "Summary",
                "Summary",
                "Executive summary",
                "Overview",
                "TL;DR",
                "What happened",
            ]),
            impact: random.pick(&["Impact", "Impact", "Customer impact", "Impact on users"]),
            detection: random.pick(&["Detection", "Detection", "How we found out"]),
            cause: random.pick(&["Root cause", "Root Cause", "Root causes", "Root cause analysis", "Cause"]),
            factors: random.pick(&["Contributing factors", "Contributing Factors", "Factors"]),
            timeline: random.pick(&[
                "Timeline",
                "Timeline",
                "Timeline (UTC)",
                "Timeline (all times UTC)",
                "Timeline of events",
            ]),
            resolution: random.pick(&["Resolution", "Resolution and recovery", "Mitigation", "Fix"]),
            lessons: random.pick(&[
                "Lessons learned",
                "Lessons Learned",
                "Lessons learnt",
                "What we learned",
            ]),
            well: random.pick(&[
                "What went well",
                "What went well",
                "What went well?",
                "Things that went well",
            ]),
            wrong: random.pick(&["What went wrong", "What went poorly", "What could have gone better"]),
            lucky: random.pick(&["Where we got lucky", "Where we were lucky"]),
            actions: random.pick(&[
                "Action items",
                "Action Items",
                "Follow-up actions",
                "Next steps",
                "Actions",
            ]),
            evidence: random.pick(&["Supporting information", "Evidence", "Appendix", "Logs"]),
            references: random.pick(&["References", "Related incidents", "See also"]),
        };
        Team {
            headings,
            title_prefix: random.pick(&["", "", "", "Postmortem: ", "Incident report: ", "Post-mortem - "]),
            facts: random.pick(&[
                Facts::Labels,
                Facts::Labels,
                Facts::LabelList,
                Facts::Table,
                Facts::Nowhere,
                Facts::Nowhere,
            ]),
            timeline: random.pick(&[
                Timeline::Table,
                Timeline::Table,
                Timeline::WideTable,
                Timeline::BoldBullets,
                Timeline::BoldBullets,
                Timeline::Bullets,
                Timeline::Bullets,
                Timeline::Ordered,
                Timeline::SubHeadings,
                Timeline::Paragraphs,
            ]),
            actions: random.pick(&[
                Actions::Tasks,
                Actions::Tasks,
                Actions::Table,
                Actions::Table,
                Actions::List,
                Actions::Ordered,
            ]),
            severity: random.pick(&["SEV-", "SEV-", "SEV", "P", "S"]),
            day: random.pick(&["%Y-%m-%d", "%Y-%m-%d", "%B %-d, %Y", "%-d %B %Y"]),
            boilerplate: random
                .chance(30)
                .then(|| {
                    random.pick(&[
                        "This document is blameless: it looks for what made the incident possible, not for who was \
                         on call.",
                        "> We assume that everybody did the best they could with what they knew at the time.",
                        "All times are in UTC. Questions go to the channel of the team that owns the service.",
                    ])
                }),
            comment: random
                .chance(12)
                .then(|| {
                    random.pick(&[
                        "<!-- One paragraph that somebody outside the team understands. -->",
                        "<!-- Remove the sections that do not apply. -->",
                    ])
                }),
            ticks: random.chance(50),
            wraps: random.chance(40),
            numbered: random.chance(8),
            details: random.chance(20),
            retrospective: random.chance(65),
        }
    }
}

/// A section of a document, in the order in which they stand.
#[derive(Clone, Copy)]
enum Section {
    Summary,
    Impact,
    Detection,
    Cause,
    Factors,
    Timeline,
    Resolution,
    Lessons,
    Actions,
    Evidence,
    References,
}

/// Each section, its share of a document, the size in bytes from which documents have it, and how many in a hundred of
/// those do.
///
/// 127 real postmortems of more than 1 500 bytes, 6 537 on average, were counted: 8.6 rows of a timeline, 4.2 actions, 2.6
/// lessons, 12.5 headings each. These have as many rows, actions and headings, and five lessons, which is what a team has
/// that uses the program.
const SECTIONS: [(Section, usize, usize, u64); 11] = [
    (Section::Summary, 10, 0, 97),
    (Section::Impact, 9, 1_500, 85),
    (Section::Detection, 6, 6_000, 50),
    (Section::Cause, 20, 0, 93),
    (Section::Factors, 8, 2_800, 60),
    (Section::Timeline, 19, 0, 90),
    (Section::Resolution, 13, 4_000, 70),
    (Section::Lessons, 9, 1_800, 88),
    (Section::Actions, 9, 0, 90),
    (Section::Evidence, 8, 4_500, 35),
    (Section::References, 3, 2_000, 40),
];

/// Writes one document.
struct Writer<'a> {
    corpus: &'a Corpus,
    /// The place of `plan` among the plans.
    index: usize,
    plan: &'a Plan,
    team: &'a Team,
    filler: Filler<'a>,
    text: String,
    /// How many sections have begun, for teams that number them.
    sections: usize,
}

impl Writer<'_> {
    fn document(&mut self) {
        let front = self.chance(30);
        let heading = !(front && self.front_matter());
        if heading {
            self.push(&format!("# {}{}\n", self.team.title_prefix, self.plan.title));
        }
        // A document whose file name tells no day says it in its front matter or here.
        if !front && (!self.plan.dated || self.chance(70)) {
            self.facts();
        }
        if let Some(boilerplate) = self.team.boilerplate {
            self.push(&format!("\n{boilerplate}\n"));
        }
        let mut sections = Vec::new();
        for (section, share, from, percent) in SECTIONS {
            if self.plan.size >= from && self.chance(percent) {
                sections.push((section, share));
            }
        }
        // Each section gets its share of what is left, so an item that runs long is made up for by those after it.
        for position in 0..sections.len() {
            let left = self.plan.size.saturating_sub(self.text.len());
            let shares: usize = sections[position..].iter().map(|(_, share)| share).sum();
            let (section, share) = sections[position];
            self.section(section, left * share / shares);
        }
    }

    /// Writes front matter and returns whether it holds the title in place of a heading.
    fn front_matter(&mut self) -> bool {
        let plan = self.plan;
        self.push("---\n");
        let titled = self.chance(50);
        if titled {
            self.push(&format!("title: \"{}\"\n", plan.title));
        }
        if !plan.dated || self.chance(70) {
            self.push(&format!("date: {}\n", plan.started.format("%Y-%m-%d")));
        }
        if self.chance(60) {
            self.push(&format!("severity: {}{}\n", self.team.severity, plan.severity));
        }
        if self.chance(60) {
            let names: Vec<String> = plan
                .services
                .iter()
                .map(|&service| self.corpus.vocabulary.services[service].clone())
                .collect();
            self.yaml_list("services", &names);
        }
        if self.chance(70) {
            let mut tags = Vec::new();
            for _ in 0..1 + self.filler.random.below(4) {
                let vocabulary = &self.corpus.vocabulary;
                let tag = vocabulary.tags[vocabulary.tag_ranks.draw(&mut self.filler.random)].to_owned();
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
            self.yaml_list("tags", &tags);
        }
        if self.chance(20) {
            let factor = self.factor().to_owned();
            self.yaml_list("factors", &[factor]);
        }
        if self.chance(55) {
            let names: Vec<String> =
                (0..1 + self.filler.random.below(2)).map(|_| self.person().0.to_owned()).collect();
            self.yaml_list("authors", &names);
        }
        if self.chance(45) {
            let resolved = plan.started + Duration::minutes(plan.minutes);
            let shape = if self.chance(60) { "%Y-%m-%dT%H:%M:00Z" } else { "%Y-%m-%d %H:%M" };
            self.push(&format!("started: {}\n", plan.started.format(shape)));
            self.push(&format!("resolved: {}\n", resolved.format(shape)));
        }
        self.push("---\n\n");
        titled && self.chance(40)
    }

    fn yaml_list(&mut self, key: &str, values: &[String]) {
        if self.chance(60) {
            self.push(&format!("{key}: [{}]\n", values.join(", ")));
        } else {
            self.push(&format!("{key}:\n"));
            for value in values {
                self.push(&format!("  - {value}\n"));
            }
        }
    }

    /// Writes date, authors and severity in the team's manner; one that has none still dates what else has no date.
    fn facts(&mut self) {
        let day = self.plan.started.format(self.team.day).to_string();
        let author = self.person().0;
        let severity = format!("{}{}", self.team.severity, self.plan.severity);
        let duration = format!("{} minutes", self.plan.minutes);
        let facts =
            [("Date", day), ("Authors", author.to_owned()), ("Severity", severity), ("Duration", duration)];
        match self.team.facts {
            Facts::Labels => {
                // Two spaces at the end of a line are a line break.
                let lines: Vec<String> =
                    facts.iter().map(|(key, value)| format!("**{key}:** {value}")).collect();
                self.push(&format!("\n{}\n", lines.join("  \n")));
            }
            Facts::LabelList => {
                self.push("\n");
                for (key, value) in facts {
                    self.push(&format!("- **{key}**: {value}\n"));
                }
            }
            Facts::Table => {
                self.push("\n| | |\n|---|---|\n");
                for (key, value) in facts {
                    self.push(&format!("| {key} | {value} |\n"));
                }
            }
            Facts::Nowhere => {
                if !self.plan.dated {
                    self.push(&format!("\n**Date:** {}\n", facts[0].1));
                }
            }
        }
    }

    fn section(&mut self, section: Section, budget: usize) {
        let headings = &self.team.headings;
        let heading = match section {
            Section::Summary => headings.summary,
            Section::Impact => headings.impact,
            Section::Detection => headings.detection,
            Section::Cause => headings.cause,
            Section::Factors => headings.factors,
            Section::Timeline => headings.timeline,
            Section::Resolution => headings.resolution,
            Section::Lessons => headings.lessons,
            Section::Actions => headings.actions,
            Section::Evidence => headings.evidence,
            Section::References => headings.references,
        };
        self.sections += 1;
        let start = self.text.len();
        if self.team.numbered {
            self.push(&format!("\n## {}. {heading}\n\n", self.sections));
        } else {
            self.push(&format!("\n## {heading}\n\n"));
        }
        let budget = budget.saturating_sub(self.text.len() - start);
        match section {
            Section::Summary => {
                if let Some(comment) = self.team.comment {
                    self.push(&format!("{comment}\n\n"));
                }
                self.prose(&words::PROSE, budget);
            }
            Section::Impact if self.chance(55) => {
                self.items(budget, "- ", |writer| writer.filled(&words::IMPACT))
            }
            Section::Impact => self.prose(&words::IMPACT, budget),
            Section::Detection | Section::Resolution => self.prose(&words::PROSE, budget),
            Section::Cause if budget > 900 && self.chance(15) => {
                self.prose(&words::PROSE, budget / 2);
                self.push("\n");
                self.code(budget / 4);
                self.push("\n");
                self.prose(&words::PROSE, budget / 4);
            }
            Section::Cause => self.prose(&words::PROSE, budget),
            Section::Factors => self.items(budget, "- ", |writer| {
                let factor = writer.factor();
                let reason = writer.filled(&words::PROSE);
                if writer.chance(70) { format!("**{factor}**: {reason}") } else { reason }
            }),
            Section::Timeline => self.timeline(budget),
            Section::Lessons => self.lessons(budget),
            Section::Actions => self.actions(budget),
            Section::Evidence => {
                let sentence = self.filled(&words::PROSE);
                self.push(&format!("{sentence}\n\n"));
                self.code(budget.saturating_sub(sentence.len()));
            }
            Section::References => self.references(budget),
        }
    }

    /// Writes paragraphs of two to five sentences; some name an earlier incident.
    fn prose(&mut self, phrases: &[&str], budget: usize) {
        let start = self.text.len();
        loop {
            let written = self.text.len() - start;
            let left = budget.saturating_sub(written);
            if written > 0 && left < 60 {
                break;
            }
            let mut paragraph = self.filled(phrases);
            for _ in 0..1 + self.filler.random.below(4) {
                if paragraph.len() + 50 < left {
                    paragraph.push(' ');
                    paragraph.push_str(&self.filled(phrases));
                }
            }
            if left > 300 && self.chance(6) {
                let link = self.link();
                paragraph.push_str(&format!(" It resembles {link}."));
            }
            if written > 0 {
                self.push("\n");
            }
            if self.team.wraps {
                paragraph = wrapped(&paragraph, 80);
            }
            self.push(&paragraph);
            self.push("\n");
        }
    }

    /// Writes list items until the budget is spent, one at least.
    fn items(&mut self, budget: usize, mark: &str, mut item: impl FnMut(&mut Self) -> String) {
        let start = self.text.len();
        loop {
            let item = item(self);
            self.push(&format!("{mark}{item}\n"));
            if self.text.len() - start + 40 > budget {
                break;
            }
        }
    }

    fn timeline(&mut self, budget: usize) {
        let style = self.team.timeline;
        let mut style_bytes = 0;
        match style {
            Timeline::Table => self.push("| Time | Event |\n|------|-------|\n"),
            Timeline::WideTable => self.push("| Time (UTC) | Who | Event |\n|:--|:--|:--|\n"),
            Timeline::SubHeadings => style_bytes = 6,
            _ => {}
        }
        let entries = (budget / (125 + style_bytes)).clamp(3, 80) as i64;
        let step = self.plan.minutes / entries;
        for entry in 0..entries {
            let jitter = if entry == 0 { 0 } else { self.filler.random.below(step.max(1) as u64) as i64 };
            let minute = (self.plan.minutes * entry / entries + jitter).min(self.plan.minutes);
            let at = self.plan.started + Duration::minutes(minute);
            // Past midnight the day is written too, as careful people do.
            let clock = if at.date() == self.plan.started.date() {
                at.format("%H:%M")
            } else {
                at.format("%Y-%m-%d %H:%M")
            };
            let event = self.told(&words::EVENTS, 75);
            let line = match style {
                Timeline::Table => format!("| {clock} | {event} |\n"),
                Timeline::WideTable => format!("| {clock} | {} | {event} |\n", self.person().1),
                Timeline::BoldBullets => format!("- **{clock}** – {event}\n"),
                Timeline::Bullets => format!("- {clock} UTC: {event}\n"),
                Timeline::Ordered => format!("1. {clock} - {event}\n"),
                Timeline::SubHeadings => format!("### {clock}\n\n{event}.\n\n"),
                Timeline::Paragraphs => format!("{clock} {event}.\n\n"),
            };
            self.push(&line);
        }
        while self.text.ends_with("\n\n") {
            self.text.pop();
        }
    }

    fn lessons(&mut self, budget: usize) {
        let lesson = |writer: &mut Self| {
            // Some of what is learned was learned before, in the same words or nearly.
            if writer.chance(20) {
                let rank = writer.corpus.vocabulary.lesson_ranks.draw(&mut writer.filler.random);
                let common = words::COMMON_LESSONS[rank];
                if writer.chance(50) {
                    return common.to_owned();
                }
                let tail = writer.filler.random.pick(&words::LESSON_TAILS);
                format!("{} {}.", common.trim_end_matches('.'), writer.filler.fill(tail))
            } else {
                writer.told(&words::LESSONS, 80)
            }
        };
        if !self.team.retrospective {
            let mark = if self.chance(25) { "1. " } else { "- " };
            self.items(budget, mark, lesson);
            return;
        }
        if budget > 700 {
            self.items(budget / 3, "- ", lesson);
            self.push("\n");
        }
        let budget = if budget > 700 { budget * 2 / 3 } else { budget };
        let headings = &self.team.headings;
        self.push(&format!("### {}\n\n", headings.well));
        self.items((budget * 2 / 5).saturating_sub(24), "- ", |writer| writer.told(&words::WENT_WELL, 80));
        self.push(&format!("\n### {}\n\n", headings.wrong));
        self.items((budget * 2 / 5).saturating_sub(24), "- ", |writer| writer.told(&words::WENT_WRONG, 80));
        if budget > 400 {
            self.push(&format!("\n### {}\n\n", headings.lucky));
            self.items((budget / 5).saturating_sub(24), "- ", |writer| writer.told(&words::LUCKY, 80));
        }
    }

    fn actions(&mut self, budget: usize) {
        match self.team.actions {
            Actions::Table => {
                self.push(
                    "| Action | Type | Owner | Due | Status |\n|--------|------|-------|-----|--------|\n",
                );
                let budget = budget.saturating_sub(84);
                self.items(budget, "| ", |writer| {
                    let action = writer.told(&words::ACTIONS, 50);
                    let kind =
                        writer.filler.random.pick(&["prevent", "prevent", "detect", "mitigate", "process"]);
                    let status = writer.filler.random.pick(&[
                        "Done",
                        "Done",
                        "Open",
                        "Open",
                        "In progress",
                        "Won't do",
                    ]);
                    let owner = writer.person().1;
                    let due = writer.due();
                    format!("{action} | {kind} | @{owner} | {due} | {status} |")
                });
            }
            Actions::Tasks => self.items(budget, "- ", |writer| {
                let done = if writer.chance(45) { "[x]" } else { "[ ]" };
                format!("{done} {}", writer.action())
            }),
            Actions::List => self.items(budget, "- ", Self::action),
            Actions::Ordered => self.items(budget, "1. ", Self::action),
        }
    }

    /// Returns an action of a list, with an owner, a day or an issue if somebody thought of it.
    fn action(&mut self) -> String {
        let mut action = self.told(&words::ACTIONS, 50);
        if self.chance(45) {
            let owner = self.person().1;
            if self.chance(40) {
                action.push_str(&format!(" (@{owner}, due {})", self.due()));
            } else {
                action.push_str(&format!(" (@{owner})"));
            }
        }
        if self.chance(35) {
            let key = self.filler.fill("{k}");
            action.push_str(&format!(" [{key}](https://issues.example.com/browse/{key})"));
        }
        action
    }

    fn references(&mut self, budget: usize) {
        self.items(budget, "- ", |writer| {
            if writer.chance(55) {
                return writer.link();
            }
            let service = writer.filler.service();
            let number = 100 + writer.filler.random.below(9_000);
            if writer.chance(50) {
                format!("[{service}#{number}](https://github.example.com/shop/{service}/pull/{number})")
            } else {
                format!("https://status.example.com/incidents/{number}")
            }
        });
    }

    /// Writes a fenced block: of logs, JSON, shell or Go.
    fn code(&mut self, budget: usize) {
        let details = self.team.details && self.chance(50);
        if details {
            self.push("<details>\n<summary>Output</summary>\n\n");
        }
        match self.filler.random.below(4) {
            0 => self.json(),
            1 => self.shell(budget),
            2 => self.go(),
            _ => self.logs(budget),
        }
        if details {
            self.push("\n</details>\n");
        }
    }

    fn json(&mut self) {
        let error = self.filler.fill("{E}");
        let message = self.filler.fill("{n} {n} {d} by {a} {n}");
        let service = self.filler.service();
        let identifier = self.filler.identifier();
        let number = self.filler.random.below(90_000);
        self.push(&format!(
            "```json\n{{\n  \"status\": \"error\",\n  \"code\": \"{error}\",\n  \"service\": \"{service}\",\n  \
             \"message\": \"{message}\",\n  \"{identifier}\": {number}\n}}\n```\n"
        ));
    }

    fn shell(&mut self, budget: usize) {
        self.push("```bash\n");
        let start = self.text.len();
        loop {
            let service = self.filler.service();
            let identifier = self.filler.identifier();
            let number = self.filler.random.below(64);
            let line = match self.filler.random.below(4) {
                0 => format!("kubectl rollout undo deployment/{service} --namespace production\n"),
                1 => format!("kubectl scale deployment/{service} --replicas={number}\n"),
                2 => format!("curl -s https://{service}.internal.example.com/metrics | grep {identifier}\n"),
                _ => format!(
                    "psql -h {service} -c \"SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle'\"\n"
                ),
            };
            self.push(&line);
            if self.text.len() - start + 60 > budget {
                break;
            }
        }
        self.push("```\n");
    }

    fn go(&mut self) {
        let noun = capitalised(self.filler.fill("{n}")).replace('-', "");
        let verb = capitalised(self.filler.fill("{v}")).replace('-', "");
        let message = self.filler.fill("{n} is {a}");
        let number = self.filler.random.below(90);
        self.push(&format!(
            "```go\nfunc (c *Client) {verb}{noun}(ctx context.Context) error {{\n\tctx, cancel := \
             context.WithTimeout(ctx, {number}*time.Second)\n\tdefer cancel()\n\tif err := c.do(ctx); err != nil && \
             !errors.Is(err, io.EOF) {{\n\t\treturn fmt.Errorf(\"{message}: %w\", err)\n\t}}\n\treturn nil\n}}\n```\n"
        ));
    }

    fn logs(&mut self, budget: usize) {
        self.push("```\n");
        let start = self.text.len();
        loop {
            let second = self.filler.random.below(self.plan.minutes as u64 * 60) as i64;
            let at = (self.plan.started + Duration::seconds(second)).format("%Y-%m-%dT%H:%M:%SZ");
            let level = self.filler.random.pick(&["ERROR", "ERROR", "WARN", "INFO"]);
            let pod = self.filler.random.next() & 0xF_FFFF;
            let line = self.filler.fill("{n} {n} {d}: {E}");
            let service = self.filler.service();
            self.push(&format!("{at} {level} {service}-{pod:05x} {line}\n"));
            if self.text.len() - start + 70 > budget {
                break;
            }
        }
        self.push("```\n");
    }

    /// Returns a link to another document, relative as it works on the forge too.
    fn link(&mut self) -> String {
        let plans = &self.corpus.plans;
        // Never to itself, unless it is the only one.
        let ahead = 1 + self.filler.random.below((plans.len() as u64 - 1).max(1)) as usize;
        let other = &plans[(self.index + ahead) % plans.len()];
        let (year, name) = other.path.split_once('/').expect("every document stands in the folder of a year");
        let path =
            if self.plan.path.starts_with(year) { name.to_owned() } else { format!("../{}", other.path) };
        format!("[{}]({path})", other.title)
    }

    fn due(&mut self) -> String {
        let days = 7 + self.filler.random.below(84) as i64;
        (self.plan.started.date() + Duration::days(days)).format("%Y-%m-%d").to_string()
    }

    fn factor(&mut self) -> &'static str {
        words::FACTORS[self.corpus.vocabulary.factor_ranks.draw(&mut self.filler.random)]
    }

    fn person(&mut self) -> (&'static str, &'static str) {
        self.filler.random.pick(&words::PEOPLE)
    }

    /// Returns a phrase, in so many of a hundred cases with a sentence that says more of it.
    fn told(&mut self, phrases: &[&str], percent: u64) -> String {
        let phrase = self.filled(phrases);
        if !self.chance(percent) {
            return phrase;
        }
        let more = self.filled(&words::PROSE);
        format!("{}. {more}", phrase.trim_end_matches('.'))
    }

    fn filled(&mut self, phrases: &[&str]) -> String {
        let phrase = self.filler.random.pick(phrases);
        let text = self.filler.fill(phrase);
        // A service keeps its spelling at the beginning of a sentence.
        if phrase.starts_with("{S}") { text } else { capitalised(text) }
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.filler.random.chance(percent)
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// Fills the slots of phrases; [`words`] lists them.
struct Filler<'a> {
    corpus: &'a Corpus,
    plan: &'a Plan,
    random: Random,
    /// Whether nothing may be marked as code, as in titles.
    plain: bool,
}

impl Filler<'_> {
    fn fill(&mut self, phrase: &str) -> String {
        let mut text = String::with_capacity(phrase.len() * 2);
        let mut rest = phrase;
        while let Some((before, after)) = rest.split_once('{') {
            let (slot, after) = after.split_once('}').expect("every slot of a phrase is closed");
            text.push_str(before);
            text.push_str(&self.slot(slot));
            rest = after;
        }
        text.push_str(rest);
        text
    }

    fn slot(&mut self, slot: &str) -> String {
        let vocabulary = &self.corpus.vocabulary;
        match slot {
            "n" => vocabulary.nouns[vocabulary.noun_ranks.draw(&mut self.random)].to_owned(),
            "U" => with_article(vocabulary.nouns[vocabulary.noun_ranks.draw(&mut self.random)]),
            "N" => third(vocabulary.nouns[vocabulary.noun_ranks.draw(&mut self.random)]),
            "a" => vocabulary.adjectives[vocabulary.adjective_ranks.draw(&mut self.random)].to_owned(),
            "A" => with_article(vocabulary.adjectives[vocabulary.adjective_ranks.draw(&mut self.random)]),
            "v" => self.verb(),
            "d" => past(&self.verb()),
            "g" => progressive(&self.verb()),
            "s" => third(&self.verb()),
            "S" if !self.plain && self.corpus.teams[self.plan.team].ticks => format!("`{}`", self.service()),
            "S" => self.service(),
            "E" => vocabulary.errors[vocabulary.error_ranks.draw(&mut self.random)].to_owned(),
            "i" => format!("`{}`", self.identifier()),
            "#" => match self.random.below(10) {
                0..6 => (2 + self.random.below(58)).to_string(),
                6..9 => (60 + self.random.below(940)).to_string(),
                _ => {
                    let thousands = 1 + self.random.below(80);
                    format!("{thousands},{:03}", self.random.below(1_000))
                }
            },
            "%" => format!("{}%", 1 + self.random.below(99)),
            "w" => {
                let (name, _) = self.random.pick(&words::PEOPLE);
                name.split(' ').next().expect("a name has a first part").to_owned()
            }
            "k" => {
                let service = self.service();
                format!("{}-{}", service[..3].to_uppercase(), 10 + self.random.below(4_000))
            }
            _ => unreachable!("unknown slot `{slot}`"),
        }
    }

    /// Returns a verb, now and then a rare one that its prefix makes.
    fn verb(&mut self) -> String {
        let vocabulary = &self.corpus.vocabulary;
        let verb = vocabulary.verbs[vocabulary.verb_ranks.draw(&mut self.random)];
        if self.random.chance(4) {
            format!("{}{verb}", self.random.pick(&words::VERB_PREFIXES))
        } else {
            verb.to_owned()
        }
    }

    /// Returns a service: mostly one that the document is about.
    fn service(&mut self) -> String {
        let vocabulary = &self.corpus.vocabulary;
        let service = if self.random.chance(75) {
            self.random.pick(&self.plan.services)
        } else {
            vocabulary.service_ranks.draw(&mut self.random)
        };
        vocabulary.services[service].clone()
    }

    /// Returns the name of a metric, setting or function. They make the tail of rare words that any real corpus has.
    fn identifier(&mut self) -> String {
        let parts = &self.corpus.vocabulary.identifier_parts;
        let chosen: Vec<&str> = (0..2 + self.random.below(2)).map(|_| self.random.pick(parts)).collect();
        match self.random.below(5) {
            0 => chosen.iter().map(|part| capitalised((*part).to_owned())).collect(),
            1 => chosen.join("-"),
            2 => chosen.join("_").to_uppercase(),
            _ => chosen.join("_"),
        }
    }
}

/// All words, each list with its frequencies.
struct Vocabulary {
    nouns: Vec<&'static str>,
    noun_ranks: Zipf,
    verbs: Vec<&'static str>,
    verb_ranks: Zipf,
    adjectives: Vec<&'static str>,
    adjective_ranks: Zipf,
    services: Vec<String>,
    service_ranks: Zipf,
    tags: Vec<&'static str>,
    tag_ranks: Zipf,
    errors: Vec<&'static str>,
    error_ranks: Zipf,
    identifier_parts: Vec<&'static str>,
    factor_ranks: Zipf,
    lesson_ranks: Zipf,
}

impl Vocabulary {
    fn new() -> Vocabulary {
        let split = |words: &'static str| words.split_whitespace().collect::<Vec<_>>();
        let nouns = split(words::NOUNS);
        let adjectives = split(words::ADJECTIVES);
        let tags = split(words::TAGS);
        let errors = split(words::ERRORS);
        let verbs = split(words::VERBS);
        let mut in_order = Vec::new();
        for area in split(words::SERVICE_AREAS) {
            for role in split(words::SERVICE_ROLES) {
                in_order.push(format!("{area}-{role}"));
            }
        }
        // A stride without a common factor puts services of all areas among the common ones.
        let services: Vec<String> =
            (0..in_order.len()).map(|rank| in_order[rank * 77 % in_order.len()].clone()).collect();
        Vocabulary {
            // Grammar draws from each list alone, so the first few would be far too common without a head start for
            // all.
            noun_ranks: Zipf::new(nouns.len(), 12),
            verb_ranks: Zipf::new(verbs.len(), 12),
            adjective_ranks: Zipf::new(adjectives.len(), 8),
            service_ranks: Zipf::new(services.len(), 2),
            tag_ranks: Zipf::new(tags.len(), 1),
            error_ranks: Zipf::new(errors.len(), 1),
            factor_ranks: Zipf::new(words::FACTORS.len(), 1),
            lesson_ranks: Zipf::new(words::COMMON_LESSONS.len(), 2),
            identifier_parts: split(words::IDENTIFIER_PARTS),
            nouns,
            verbs,
            adjectives,
            services,
            tags,
            errors,
        }
    }
}

/// Draws ranks by Zipf's law as Mandelbrot put it: the entry of rank `r` comes up in proportion to `1 / (r + shift)`.
struct Zipf {
    /// The sum of the weights up to and with each rank.
    sums: Vec<u64>,
}

impl Zipf {
    fn new(ranks: usize, shift: u64) -> Zipf {
        let mut sum = 0;
        let weight = |rank: u64| 1_000_000_000 / (rank + shift);
        let sums = (0..ranks as u64)
            .map(|rank| {
                sum += weight(rank);
                sum
            })
            .collect();
        Zipf { sums }
    }

    fn draw(&self, random: &mut Random) -> usize {
        let at = random.below(*self.sums.last().expect("no list of words is empty"));
        self.sums.partition_point(|&sum| sum <= at)
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
///
/// No crate for it: generators of crates may give other numbers in their next version, and say so; a corpus must have
/// the same bytes for years.
#[derive(Clone)]
struct Random {
    state: u64,
}

impl Random {
    fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`. Some come up more often by less than one in 2^40, which no list here can show.
    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

fn with_article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// Returns the plural of a noun or the third person of a verb.
fn third(word: &str) -> String {
    if let Some(stem) = consonant_y(word) {
        return format!("{stem}ies");
    }
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        return format!("{word}es");
    }
    format!("{word}s")
}

/// Returns the past form of a plain verb.
fn past(verb: &str) -> String {
    if let Some(stem) = consonant_y(verb) {
        return format!("{stem}ied");
    }
    if verb.ends_with('e') { format!("{verb}d") } else { format!("{verb}ed") }
}

/// Returns the -ing form of a plain verb.
fn progressive(verb: &str) -> String {
    match verb.strip_suffix('e') {
        Some(stem) if !stem.ends_with('e') => format!("{stem}ing"),
        _ => format!("{verb}ing"),
    }
}

fn consonant_y(word: &str) -> Option<&str> {
    word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']))
}

fn capitalised(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn slug(title: &str) -> String {
    let mut slug = String::new();
    for character in title.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

/// Returns a paragraph broken between words, at `width` bytes.
fn wrapped(paragraph: &str, width: usize) -> String {
    let mut text = String::with_capacity(paragraph.len());
    let mut column = 0;
    for word in paragraph.split(' ') {
        if column > 0 && column + 1 + word.len() > width {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += word.len();
    }
    text
}
