//! What the incidents of a site say over time, and how little that may be.
//!
//! Comes in: [`Knowledge`]. Goes out: [`Trends`]: how long incidents took, how many there were, which factors came back,
//! how many lessons are guarded, how long until others could read of it. Everything that is left out is counted, with the
//! reason. Pure functions: no clock, no chance but from a fixed seed, no HTML.
//!
//! Invariants: nothing is summarised from fewer than [`ENOUGH`] incidents, and no number is said of a person or a team.
//! The day on which Git first saw a document stands for its publication and for nothing else: no incident is dated by
//! it.

pub mod statistics;

use crate::document::Document;
use crate::document::Found;
use crate::document::Origin;
use crate::document::moment::Moment;
use crate::document::moment::Precision;
use crate::knowledge::Knowledge;
use crate::knowledge::terms::TermKind;
use crate::trend::statistics::Summary;
use chrono::DateTime;
use chrono::Datelike;
use chrono::FixedOffset;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

/// How many numbers a summary needs: of fewer, a median tells more of the few than of the many.
pub const ENOUGH: usize = 20;

/// How many documents that entered Git in one commit are a collection that moved, and no news.
pub const BULK: usize = 4;

/// The shortest time that is told apart, in seconds. A logarithm needs an end, and times are written in minutes.
const SHORTEST: f64 = 60.0;

const DAY: f64 = 86_400.0;

/// What the incidents of a site say over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trends {
    /// How many incidents there are, dated or not.
    pub incidents: usize,
    /// From the start of each incident to its end.
    pub durations: Series,
    /// From the day of each incident to the day on which its lessons could be read.
    pub publication: Series,
    /// How many incidents began in each month.
    pub months: Months,
    /// Factors of more than one incident: those that came back after their lesson first, then the most frequent.
    pub factors: Vec<Recurrence>,
    /// How many factors have a lesson that was published.
    pub factors_taught: usize,
    /// How many lessons something holds, by the year of their document; the newest year first, undated last.
    pub guards: Vec<Guarded>,
}

/// A time for each of many incidents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The incidents that have such a time, by date.
    pub points: Vec<Point>,
    /// Why the others have none, and how many they are.
    pub left_out: Vec<(Why, usize)>,
    /// All of them together; `None` of fewer than [`ENOUGH`].
    pub all: Option<Summary>,
    /// Each year with an incident: how many, and their summary where they are [`ENOUGH`].
    pub years: Vec<(i32, usize, Option<Summary>)>,
    /// What the older half says against the newer one.
    pub change: Change,
}

/// One incident of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The incident.
    pub document: usize,
    /// Its day.
    pub day: NaiveDate,
    /// How long it took; never less than a minute.
    pub seconds: f64,
    /// Whether one of the two ends was inferred and not stated.
    pub inferred: bool,
}

/// Why an incident stands in no series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Nobody says when it was, or only the month.
    Undated,
    /// Nobody says when it began.
    NoStart,
    /// Nobody says when it was over.
    NoEnd,
    /// Its start or its end is a day, without a time of day.
    DayOnly,
    /// It ends before it starts.
    Backwards,
    /// Git does not know when it was added.
    NoHistory,
    /// It was added together with others.
    InBulk,
    /// Git saw it before it happened.
    AddedBefore,
}

/// What two halves of a series say of each other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Change {
    /// At least one half is smaller than [`ENOUGH`].
    #[default]
    TooFew,
    /// Both are large enough to be compared.
    Compared(Halves),
}

/// The older and the newer half of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Halves {
    /// The first day of the newer half.
    pub since: NaiveDate,
    /// The older half.
    pub older: Summary,
    /// The newer half.
    pub newer: Summary,
    /// How many times the older median the newer one is.
    pub factor: f64,
    /// How likely chance alone makes such a difference.
    pub p: f64,
    /// Whether chance alone would make it in fewer than 5 of 100 cases.
    pub is_change: bool,
    /// How many times as long, or as short, the newer half would have to be for it to show in four of five cases.
    pub detectable: f64,
}

/// How many incidents began in each month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Months {
    /// Year, month and number; only months with an incident, in order.
    pub counts: Vec<(i32, u32, usize)>,
    /// How many incidents have no month.
    pub undated: usize,
}

/// A contributing factor of more than one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrence {
    /// The factor, by its index in the knowledge.
    pub term: usize,
    /// Its incidents with their days, the oldest first.
    pub incidents: Vec<(NaiveDate, usize)>,
    /// The day on which a lesson of one of them was first published, where Git knows.
    pub taught: Option<NaiveDate>,
    /// How many of the incidents happened after that day.
    pub after: usize,
}

/// The lessons of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// The year; `None` for those of undated documents.
    pub year: Option<i32>,
    /// How many lessons there are.
    pub lessons: usize,
    /// How many of them name what holds them.
    pub guarded: usize,
}

/// Returns whether there is anything to tell: an incident with at least a month.
pub fn is_there(knowledge: &Knowledge) -> bool {
    knowledge.incidents().any(|incident| Incident::new(knowledge, incident).when(Precision::Month).is_some())
}

/// Looks at all incidents.
pub fn trends(knowledge: &Knowledge) -> Trends {
    let incidents: Vec<Incident<'_>> =
        knowledge.incidents().map(|index| Incident::new(knowledge, index)).collect();
    let bulk = bulk(knowledge);
    let (factors, factors_taught) = factors(knowledge, &incidents);
    Trends {
        incidents: incidents.len(),
        durations: series(incidents.iter().map(Incident::duration)),
        publication: series(incidents.iter().map(|incident| incident.publication(&bulk))),
        months: months(&incidents),
        factors,
        factors_taught,
        guards: guards(knowledge),
    }
}

/// An incident: its record or its only postmortem, and what else analyses it.
struct Incident<'a> {
    index: usize,
    /// The documents about it, the record first.
    documents: Vec<&'a Document>,
}

impl<'a> Incident<'a> {
    fn new(knowledge: &'a Knowledge, index: usize) -> Self {
        let others = knowledge.postmortems[index].iter().filter(|&&other| knowledge.is_listed(other));
        let documents = [index].iter().chain(others).map(|&index| &*knowledge.documents[index]).collect();
        Incident { index, documents }
    }

    /// Returns when it was: its start, else its date, where either is as exact as wanted.
    fn when(&self, precision: Precision) -> Option<Moment> {
        let good = |found: &'a Option<Found<Moment>>| {
            found
                .as_ref()
                .filter(|found| found.origin != Origin::Git && found.value.precision >= precision)
                .map(|found| found.value)
        };
        let started = self.documents.iter().find_map(|document| good(&document.started));
        started.or_else(|| self.documents.iter().find_map(|document| good(&document.date)))
    }

    /// Returns the time from its start to its end, as the first document has it that states both.
    fn duration(&self) -> Result<Point, Why> {
        let one = |document: &Document| {
            let started = document.started.as_ref().ok_or(Why::NoStart)?;
            let resolved = document.resolved.as_ref().ok_or(Why::NoEnd)?;
            if !started.value.has_time() || !resolved.value.has_time() {
                return Err(Why::DayOnly);
            }
            let seconds = (resolved.value.utc() - started.value.utc()).num_seconds() as f64;
            if seconds < 0.0 {
                return Err(Why::Backwards);
            }
            Ok(Point {
                document: self.index,
                day: started.value.date(),
                seconds: seconds.max(SHORTEST),
                inferred: !started.origin.is_declared() || !resolved.origin.is_declared(),
            })
        };
        let mut found = self.documents.iter().map(|document| one(document));
        let first = found.next().unwrap_or(Err(Why::NoStart));
        first.or_else(|why| found.find_map(Result::ok).ok_or(why))
    }

    /// Returns when the first of its documents with lessons was added, else the first of all.
    fn added(&self) -> Option<DateTime<FixedOffset>> {
        let added = |document: &&Document| document.history.and_then(|history| history.added);
        let with_lessons = self.documents.iter().filter(|document| !document.lessons.is_empty());
        with_lessons.filter_map(added).min().or_else(|| self.documents.iter().filter_map(added).min())
    }

    fn publication(&self, bulk: &BTreeSet<DateTime<FixedOffset>>) -> Result<Point, Why> {
        let when = self.when(Precision::Day).ok_or(Why::Undated)?;
        let added = self.added().ok_or(Why::NoHistory)?;
        if bulk.contains(&added) {
            return Err(Why::InBulk);
        }
        let days = (added.date_naive() - when.date()).num_days();
        if days < 0 {
            return Err(Why::AddedBefore);
        }
        // A day is the least that two dates can tell.
        let seconds = (days as f64 * DAY).max(DAY);
        Ok(Point { document: self.index, day: when.date(), seconds, inferred: false })
    }
}

/// Returns the moments at which several documents entered Git at once.
fn bulk(knowledge: &Knowledge) -> BTreeSet<DateTime<FixedOffset>> {
    let mut counts: BTreeMap<DateTime<FixedOffset>, usize> = BTreeMap::new();
    for added in knowledge.documents.iter().filter_map(|document| document.history?.added) {
        *counts.entry(added).or_default() += 1;
    }
    counts.into_iter().filter(|&(_, count)| count >= BULK).map(|(added, _)| added).collect()
}

fn series(points: impl Iterator<Item = Result<Point, Why>>) -> Series {
    let mut found = Vec::new();
    let mut left_out: BTreeMap<Why, usize> = BTreeMap::new();
    for point in points {
        match point {
            Ok(point) => found.push(point),
            Err(why) => *left_out.entry(why).or_default() += 1,
        }
    }
    found.sort_by_key(|point| (point.day, point.document));
    let years = found.chunk_by(|a, b| a.day.year() == b.day.year());
    let years = years.map(|points| (points[0].day.year(), points.len(), summary(points))).collect();
    Series {
        all: summary(&found),
        years,
        change: change(&found),
        left_out: left_out.into_iter().collect(),
        points: found,
    }
}

fn summary(points: &[Point]) -> Option<Summary> {
    let sample = || points.iter().map(|point| point.seconds).collect();
    (points.len() >= ENOUGH).then(|| Summary::of(sample())).flatten()
}

/// Compares the older half with the newer one. Where the line is drawn depends on the dates alone: a line that was
/// chosen for what it shows would show something in any noise.
fn change(points: &[Point]) -> Change {
    let half = points.len() / 2;
    let is_line = |at: usize| at > 0 && at < points.len() && points[at - 1].day != points[at].day;
    // Incidents of one day stay together.
    let line = (0..=half).find_map(|away| [half + away, half - away].into_iter().find(|&at| is_line(at)));
    let Some(line) = line else { return Change::TooFew };
    let (first, second) = points.split_at(line);
    let (Some(older), Some(newer)) = (summary(first), summary(second)) else { return Change::TooFew };
    // Twice as long is as much as half as long only between logarithms.
    let logs = |points: &[Point]| points.iter().map(|point| point.seconds.ln()).collect::<Vec<f64>>();
    let Some(compared) = statistics::compare(&logs(first), &logs(second)) else { return Change::TooFew };
    Change::Compared(Halves {
        since: second[0].day,
        older,
        newer,
        factor: compared.difference.exp(),
        p: compared.p,
        is_change: compared.is_change(),
        detectable: compared.detectable.exp(),
    })
}

fn months(incidents: &[Incident<'_>]) -> Months {
    let mut counts: BTreeMap<(i32, u32), usize> = BTreeMap::new();
    let mut undated = 0;
    for incident in incidents {
        match incident.when(Precision::Month) {
            Some(when) => *counts.entry((when.year(), when.date().month())).or_default() += 1,
            None => undated += 1,
        }
    }
    Months {
        counts: counts.into_iter().map(|((year, month), count)| (year, month, count)).collect(),
        undated,
    }
}

/// Returns the factors of more than one incident, and how many factors have a lesson that was published.
fn factors(knowledge: &Knowledge, incidents: &[Incident<'_>]) -> (Vec<Recurrence>, usize) {
    let by_index: HashMap<usize, &Incident<'_>> =
        incidents.iter().map(|incident| (incident.index, incident)).collect();
    let mut found = Vec::new();
    let mut all_taught = 0;
    for (term, factor) in knowledge.terms.iter().enumerate().filter(|(_, term)| term.kind == TermKind::Factor)
    {
        let mut days: BTreeSet<(NaiveDate, usize)> = BTreeSet::new();
        let mut taught: Option<NaiveDate> = None;
        for &document in &factor.documents {
            let root = knowledge.incident[document].unwrap_or(document);
            let Some(incident) = by_index.get(&root) else { continue };
            if let Some(when) = incident.when(Precision::Day) {
                days.insert((when.date(), root));
            }
            let teaching = incident.documents.iter().filter(|document| !document.lessons.is_empty());
            let added = teaching.filter_map(|document| document.history?.added);
            taught = taught.into_iter().chain(added.map(|added| added.date_naive())).min();
        }
        all_taught += usize::from(taught.is_some());
        let after = days.iter().filter(|(day, _)| taught.is_some_and(|taught| *day > taught)).count();
        if days.len() > 1 {
            found.push(Recurrence { term, incidents: days.into_iter().collect(), taught, after });
        }
    }
    // Terms are sorted by name, and a stable sort leaves those that are alike in that order.
    found.sort_by_key(|factor| (std::cmp::Reverse(factor.after), std::cmp::Reverse(factor.incidents.len())));
    (found, all_taught)
}

fn guards(knowledge: &Knowledge) -> Vec<Guarded> {
    let mut years: BTreeMap<Option<i32>, (usize, usize)> = BTreeMap::new();
    for index in knowledge.listed() {
        let document = &knowledge.documents[index];
        // A lesson that somebody retired stands in its document still, and needs no guard.
        let live: Vec<usize> = knowledge.lessons.told(index).collect();
        if live.is_empty() {
            continue;
        }
        let date = document.date.as_ref().filter(|found| found.origin != Origin::Git);
        let year = years.entry(date.map(|found| found.value.year())).or_default();
        year.0 += live.len();
        year.1 += live.into_iter().filter(|&place| document.lessons[place].guard.is_some()).count();
    }
    let years = years.into_iter().rev();
    years.map(|(year, (lessons, guarded))| Guarded { year, lessons, guarded }).collect()
}

#[cfg(test)]
mod tests;
