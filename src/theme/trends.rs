//! Trends as charts: what `trends.html` is given, and where each mark stands.
//!
//! Comes in: [`Trends`](crate::trend::Trends) and what the site calls its documents. Goes out: the structs below, a part of
//! the contract with theme authors. Places are percentages of the chart's width and height, so that a chart fits any screen
//! while its words keep their size. Decides nothing about numbers: what may be said is `trend`'s.

use crate::theme::data::Date;
use crate::theme::data::Link;
use crate::theme::data::Shared;
use crate::theme::phrases::Phrases;
use crate::trend;
use crate::trend::Change;
use crate::trend::Series;
use crate::trend::Why;
use crate::trend::statistics::Summary;
use chrono::Datelike;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// From how many incidents on dots are thrown together, and years take the place of rows.
pub const DENSE: usize = 500;

/// The cells of a chart whose dots are thrown together.
const CELLS: (f64, f64) = (80.0, 32.0);

/// How many factors a chart and its table hold.
const STRIPS: usize = 12;
const FACTORS: usize = 200;

/// Up to how many incidents of a factor each has its words.
const CROWD: usize = 30;

/// How many words the lower edge of a chart has room for.
const LABELS: i32 = 6;

/// The page, given to `trends.html` as `trends`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Page {
    /// How many incidents there are.
    pub incidents: usize,
    /// How many a summary needs.
    pub enough: usize,
    /// From start to end.
    pub durations: Scatter,
    /// Incidents by month.
    pub months: Months,
    /// Factors that came back.
    pub factors: Factors,
    /// Lessons that something holds.
    pub guards: Guards,
    /// From the incident to its publication.
    pub publication: Scatter,
}

/// A word at an edge of a chart.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tick {
    /// Its place from the left or from the top, in percent.
    pub at: String,
    /// The word.
    pub label: String,
}

/// A chart with a dot for each incident.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Scatter {
    /// How many incidents are shown.
    pub count: usize,
    /// The dots.
    pub dots: Vec<Dot>,
    /// Whether a dot may stand for several incidents.
    pub binned: bool,
    /// Whether some of the dots are inferred.
    pub inferred: bool,
    /// Summaries of years, or of all, to be drawn behind the dots.
    pub bands: Vec<Band>,
    /// Words at the lower edge.
    pub columns: Vec<Tick>,
    /// Words at the left edge.
    pub lines: Vec<Tick>,
    /// All of them together, where they are enough.
    pub summary: Option<Spread>,
    /// What the halves say of each other.
    pub change: Halves,
    /// Each incident, unless the chart is binned.
    pub rows: Vec<Row>,
    /// Each year.
    pub years: Vec<Year>,
    /// Why incidents are left out, each with its number: `6 do not say when they were over`.
    pub left_out: Vec<String>,
}

/// An incident, or several that lie close together.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Dot {
    /// Its place from the left, in percent.
    pub x: String,
    /// Its place from the top, in percent.
    pub y: String,
    /// Its radius: in pixels, or in percent of the chart, so that a crowd keeps its shape on a small screen.
    pub radius: String,
    /// Whether one of the times was inferred.
    pub inferred: bool,
    /// Its words; empty where dots are thrown together.
    pub title: String,
}

/// A summary that is drawn.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Band {
    /// Its left edge, in percent.
    pub x: String,
    /// Its width, in percent.
    pub width: String,
    /// Its upper edge, in percent.
    pub y: String,
    /// Its height, in percent.
    pub height: String,
    /// The place of the median from the top, in percent.
    pub median: String,
}

/// A summary in words.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Spread {
    /// Of how many.
    pub count: usize,
    /// One in ten took less.
    pub low: String,
    /// The one in the middle.
    pub median: String,
    /// One in ten took more.
    pub high: String,
}

/// What the older half of the incidents says against the newer one.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Halves {
    /// `too-few`, `chance` or `change`.
    pub kind: String,
    /// The first day of the newer half.
    pub since: Date,
    /// The older half.
    pub older: Spread,
    /// The newer half.
    pub newer: Spread,
    /// `2.7 times as long` or `37 % of the time`.
    pub factor: String,
    /// How likely it is by chance: `p = 0.016`, with spaces that do not break.
    pub p: String,
    /// How many times as long the newer half would have to be: `3.4`.
    pub detectable: String,
}

/// An incident in a table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Its day.
    pub date: Date,
    /// The incident.
    pub document: Shared<Link>,
    /// How long.
    pub value: String,
    /// Whether one of the times was inferred.
    pub inferred: bool,
}

/// A year in a table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Year {
    /// The year, linked to its list.
    pub year: Link,
    /// How many incidents are shown.
    pub count: usize,
    /// Their summary, where they are enough.
    pub summary: Option<Spread>,
}

/// A bar from the lower edge upwards.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Bar {
    /// Its left edge, in percent.
    pub x: String,
    /// Its width, in percent.
    pub width: String,
    /// Its upper edge, in percent.
    pub y: String,
    /// Its height, in percent.
    pub height: String,
    /// The upper edge and the height of the part that is set apart; zero where there is none.
    pub part_y: String,
    /// See `part_y`.
    pub part_height: String,
    /// Its words.
    pub title: String,
}

/// Incidents by month.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Months {
    /// How many incidents are shown.
    pub count: usize,
    /// The bars; none for an empty month.
    pub bars: Vec<Bar>,
    /// Words at the lower edge.
    pub columns: Vec<Tick>,
    /// Words at the left edge.
    pub lines: Vec<Tick>,
    /// The years, newest first: twelve numbers each, and their sum as `count` of the link.
    pub years: Vec<YearOfMonths>,
    /// How many incidents have no month.
    pub undated: usize,
}

/// A year of the table by month.
#[derive(Clone, Debug, Default, Serialize)]
pub struct YearOfMonths {
    /// The year, linked to its list.
    pub year: Link,
    /// How many incidents began in each of its months.
    pub months: [usize; 12],
    /// All of them.
    pub count: usize,
}

/// Factors of more than one incident.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Factors {
    /// The first of them, drawn.
    pub strips: Vec<Strip>,
    /// Words at the lower edge.
    pub columns: Vec<Tick>,
    /// Those of the table, in the same order.
    pub rows: Vec<Strip>,
    /// How many there are.
    pub count: usize,
    /// How many factors have a published lesson, these or others.
    pub taught: usize,
    /// How many came back after that.
    pub returned: usize,
}

/// A factor and its incidents.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Strip {
    /// The factor, with how many incidents it had.
    pub factor: Link,
    /// When its lesson was published.
    pub taught: Option<Date>,
    /// The place of that day from the left, in percent, where it lies in the chart.
    pub taught_at: Option<String>,
    /// How many incidents came after.
    pub after: usize,
    /// Its newest incident.
    pub last: Date,
    /// Its incidents: `later` marks those after the lesson.
    pub dots: Vec<StripDot>,
}

/// An incident of a factor.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StripDot {
    /// Its place from the left, in percent.
    pub x: String,
    /// Whether it came after the lesson was published.
    pub later: bool,
    /// Its words.
    pub title: String,
}

/// Lessons that something holds, by year.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Guards {
    /// How many lessons there are.
    pub lessons: usize,
    /// How many of them name what holds them.
    pub guarded: usize,
    /// The share in percent, where the lessons are enough.
    pub share: Option<String>,
    /// A bar for each year.
    pub bars: Vec<Bar>,
    /// Words at the lower edge.
    pub columns: Vec<Tick>,
    /// Words at the left edge.
    pub lines: Vec<Tick>,
    /// The years, newest first.
    pub years: Vec<GuardedYear>,
}

/// The lessons of a year.
#[derive(Clone, Debug, Default, Serialize)]
pub struct GuardedYear {
    /// The year, linked to its list.
    pub year: Link,
    /// How many lessons.
    pub lessons: usize,
    /// How many of them are guarded.
    pub guarded: usize,
    /// The share in percent, where the lessons are enough.
    pub share: Option<String>,
}

/// What charts ask of the site.
pub trait Names {
    /// Returns the link to a document.
    fn document(&self, index: usize) -> Shared<Link>;
    /// Returns the title of a document.
    fn title(&self, index: usize) -> &str;
    /// Returns the link to a term.
    fn term(&self, index: usize) -> Link;
    /// Returns the link to a year; `None` for the undated.
    fn year(&self, year: Option<i32>) -> Link;
    /// Returns a day.
    fn day(&self, day: NaiveDate) -> Date;
    /// Returns a length of time in words.
    fn length(&self, seconds: f64) -> String;
    /// Returns the words of the interface.
    fn phrases(&self) -> &Phrases;
}

/// Makes the page.
pub fn page(trends: &trend::Trends, names: &dyn Names) -> Page {
    Page {
        incidents: trends.incidents,
        enough: trend::ENOUGH,
        durations: scatter(&trends.durations, names),
        months: months(&trends.months, names),
        factors: factors(trends, names),
        guards: guards(&trends.guards, names),
        publication: scatter(&trends.publication, names),
    }
}

/// Writes a percentage.
fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// A span of days, from one first of a month to another.
struct Span {
    first: NaiveDate,
    days: f64,
    /// The distance of its labels in months.
    step: i32,
}

impl Span {
    /// Returns the months or years around some days.
    fn around(first: NaiveDate, last: NaiveDate) -> Span {
        const STEPS: [i32; 14] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12_000, 24_000];
        let number = |day: NaiveDate| day.year() * 12 + day.month0() as i32;
        let (mut from, mut to) = (number(first), number(last) + 1);
        // A few years are whole ones.
        if to - from > 18 {
            (from, to) = (from.div_euclid(12) * 12, (to + 11).div_euclid(12) * 12);
        }
        let step = STEPS.into_iter().find(|step| (to - from) / step < LABELS).unwrap_or(60_000);
        let first = first_of(from);
        Span { first, days: ((first_of(to) - first).num_days() as f64).max(1.0), step }
    }

    fn at(&self, day: NaiveDate) -> f64 {
        (day - self.first).num_days() as f64 / self.days
    }

    fn ticks(&self, phrases: &Phrases) -> Vec<Tick> {
        let from = self.first.year() * 12 + self.first.month0() as i32;
        let first = (from + self.step - 1).div_euclid(self.step) * self.step;
        (0..)
            .map(|number| first_of(first + number * self.step))
            .map(|day| (self.at(day), day))
            .take_while(|(at, _)| *at <= 1.0)
            .map(|(at, day)| Tick {
                at: percent(at),
                label: if self.step < 12 {
                    format!("{} {}", phrases.short_month(day.month0()), day.year())
                } else {
                    day.year().to_string()
                },
            })
            .collect()
    }
}

/// Returns the first day of a month, counted from the year 0.
fn first_of(month: i32) -> NaiveDate {
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) as u32 + 1);
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
}

/// A logarithmic scale of times, from one word to another.
struct Times {
    low: f64,
    high: f64,
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
const WORDS: [(f64, &str, usize); 10] = [
    (MINUTE, "length_minutes", 1),
    (10.0 * MINUTE, "length_minutes", 10),
    (HOUR, "length_hours", 1),
    (6.0 * HOUR, "length_hours", 6),
    (DAY, "length_days", 1),
    (7.0 * DAY, "length_weeks", 1),
    (30.0 * DAY, "length_days", 30),
    (365.0 * DAY, "length_years", 1),
    (3650.0 * DAY, "length_years", 10),
    (36500.0 * DAY, "length_years", 100),
];

impl Times {
    fn around(low: f64, high: f64) -> Times {
        let below = WORDS.iter().rposition(|(at, ..)| *at <= low).unwrap_or(0).min(WORDS.len() - 2);
        let above = WORDS.iter().position(|(at, ..)| *at >= high).unwrap_or(WORDS.len() - 1).max(below + 1);
        Times { low: WORDS[below].0, high: WORDS[above].0 }
    }

    /// Returns the place of a time from the top.
    fn at(&self, seconds: f64) -> f64 {
        1.0 - (seconds / self.low).ln() / (self.high / self.low).ln()
    }

    fn ticks(&self, phrases: &Phrases) -> Vec<Tick> {
        let words = WORDS.iter().filter(|(at, ..)| (self.low..=self.high).contains(at));
        words
            .map(|(at, name, n)| Tick { at: percent(self.at(*at)), label: phrases.count(name, *n) })
            .collect()
    }
}

fn spread(summary: &Summary, names: &dyn Names) -> Spread {
    Spread {
        count: summary.count,
        low: names.length(summary.low),
        median: names.length(summary.median),
        high: names.length(summary.high),
    }
}

fn scatter(series: &Series, names: &dyn Names) -> Scatter {
    let left_out = series.left_out.iter().map(|(why, count)| reason(*why, *count, names.phrases())).collect();
    let (Some(first), Some(last)) = (series.points.first(), series.points.last()) else {
        return Scatter { left_out, change: halves(&series.change, names), ..Scatter::default() };
    };
    let span = Span::around(first.day, last.day);
    let lengths = || series.points.iter().map(|point| point.seconds);
    let times = Times::around(lengths().fold(f64::MAX, f64::min), lengths().fold(0.0, f64::max));
    let binned = series.points.len() > DENSE;
    let dots = if binned { cells(series, &span, &times) } else { dots(series, &span, &times, names) };
    let band = |from: NaiveDate, to: NaiveDate, summary: &Summary| {
        let (left, right) = (span.at(from).max(0.0), span.at(to).min(1.0));
        let (top, bottom) = (times.at(summary.high), times.at(summary.low));
        Band {
            x: percent(left),
            width: percent(right - left),
            y: percent(top),
            height: percent(bottom - top),
            median: percent(times.at(summary.median)),
        }
    };
    let years = series.years.iter().filter_map(|(year, _, summary)| Some((*year, summary.as_ref()?)));
    let mut bands: Vec<Band> =
        years.map(|(year, summary)| band(first_of(year * 12), first_of(year * 12 + 12), summary)).collect();
    if let (true, Some(all)) = (bands.is_empty(), &series.all) {
        bands.push(band(first.day, last.day, all));
    }
    let rows = series.points.iter().rev().filter(|_| !binned).map(|point| Row {
        date: names.day(point.day),
        document: names.document(point.document),
        value: names.length(point.seconds),
        inferred: point.inferred,
    });
    let years = series.years.iter().rev().map(|(year, count, summary)| Year {
        year: names.year(Some(*year)),
        count: *count,
        summary: summary.as_ref().map(|summary| spread(summary, names)),
    });
    Scatter {
        count: series.points.len(),
        dots,
        binned,
        inferred: !binned && series.points.iter().any(|point| point.inferred),
        bands,
        columns: span.ticks(names.phrases()),
        lines: times.ticks(names.phrases()),
        summary: series.all.as_ref().map(|all| spread(all, names)),
        change: halves(&series.change, names),
        rows: rows.collect(),
        years: years.collect(),
        left_out,
    }
}

fn dots(series: &Series, span: &Span, times: &Times, names: &dyn Names) -> Vec<Dot> {
    let dot = |point: &trend::Point| Dot {
        x: percent(span.at(point.day)),
        y: percent(times.at(point.seconds)),
        radius: "5".to_owned(),
        inferred: point.inferred,
        title: format!(
            "{}: {}, {}",
            names.title(point.document),
            names.day(point.day).date,
            names.length(point.seconds)
        ),
    };
    series.points.iter().map(dot).collect()
}

/// Throws dots together that lie in one cell; the more there are, the larger the dot.
fn cells(series: &Series, span: &Span, times: &Times) -> Vec<Dot> {
    let mut cells: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    for point in &series.points {
        let x = (span.at(point.day) * CELLS.0).floor().min(CELLS.0 - 1.0) as i64;
        let y = (times.at(point.seconds) * CELLS.1).floor().clamp(0.0, CELLS.1 - 1.0) as i64;
        *cells.entry((x, y)).or_default() += 1;
    }
    let dot = |((x, y), count): ((i64, i64), usize)| Dot {
        x: percent((x as f64 + 0.5) / CELLS.0),
        y: percent((y as f64 + 0.5) / CELLS.1),
        radius: match count {
            1 => "0.3%",
            2..=4 => "0.4%",
            5..=9 => "0.5%",
            10..=24 => "0.6%",
            _ => "0.75%",
        }
        .to_owned(),
        inferred: false,
        title: String::new(),
    };
    cells.into_iter().map(dot).collect()
}

fn halves(change: &Change, names: &dyn Names) -> Halves {
    let Change::Compared(halves) = change else {
        return Halves { kind: "too-few".to_owned(), ..Halves::default() };
    };
    Halves {
        kind: if halves.is_change { "change" } else { "chance" }.to_owned(),
        since: names.day(halves.since),
        older: spread(&halves.older, names),
        newer: spread(&halves.newer, names),
        factor: match halves.factor {
            factor if factor >= 1.0 => {
                names.phrases().with("times_as_long", &[("times", &times(factor, names.phrases()))])
            }
            factor => names.phrases().with("of_the_time", &[("percent", &format!("{:.0}", factor * 100.0))]),
        },
        p: match halves.p {
            p if p < 0.001 => "p\u{a0}<\u{a0}0.001".to_owned(),
            p if p < 0.1 => format!("p\u{a0}=\u{a0}{p:.3}"),
            p => format!("p\u{a0}=\u{a0}{p:.2}"),
        }
        .replace('.', names.phrases().say("decimal")),
        detectable: times(halves.detectable, names.phrases()),
    }
}

/// Writes how many times as much something is.
fn times(factor: f64, phrases: &Phrases) -> String {
    let text = if factor < 9.95 { format!("{factor:.1}") } else { format!("{factor:.0}") };
    text.replace('.', phrases.say("decimal"))
}

fn reason(why: Why, count: usize, phrases: &Phrases) -> String {
    let name = match why {
        Why::Undated => "why_undated",
        Why::NoStart => "why_no_start",
        Why::NoEnd => "why_no_end",
        Why::DayOnly => "why_day_only",
        Why::Backwards => "why_backwards",
        Why::NoHistory => "why_no_history",
        Why::InBulk => "why_in_bulk",
        Why::AddedBefore => "why_added_before",
    };
    phrases.count(name, count)
}

/// Returns lines for whole numbers up to the highest bar, and the number at the upper edge.
fn counting(most: usize) -> (Vec<Tick>, f64) {
    let step = (0..)
        .flat_map(|power| [1, 2, 5].map(|digit| digit * 10usize.pow(power)))
        .find(|step| most.div_ceil(*step) <= 4)
        .unwrap_or(1);
    let top = most.div_ceil(step).max(1) * step;
    let ticks = (0..=top / step).map(|line| Tick {
        at: percent(1.0 - (line * step) as f64 / top as f64),
        label: (line * step).to_string(),
    });
    (ticks.collect(), top as f64)
}

fn bar(from: f64, to: f64, whole: f64, part: f64, title: String) -> Bar {
    Bar {
        x: percent(from),
        width: percent(to - from),
        y: percent(1.0 - whole),
        height: percent(whole),
        part_y: percent(1.0 - part),
        part_height: percent(part),
        title,
    }
}

fn months(months: &trend::Months, names: &dyn Names) -> Months {
    let day = |year: i32, month: u32| first_of(year * 12 + month as i32 - 1);
    let (Some(first), Some(last)) = (months.counts.first(), months.counts.last()) else {
        return Months { undated: months.undated, ..Months::default() };
    };
    let span = Span::around(day(first.0, first.1), day(last.0, last.1));
    let most = months.counts.iter().map(|(_, _, count)| *count).max().unwrap_or_default();
    let (lines, top) = counting(most);
    // Bars of a few years stand apart; those of many would drown in the gaps.
    let share = if span.days > 6000.0 { 1.0 } else { 0.8 };
    let bars = months.counts.iter().map(|&(year, month, count)| {
        let (from, to) = (span.at(day(year, month)), span.at(day(year, month + 1)));
        let title = format!("{}: {count}", names.phrases().month_of(day(year, month)));
        bar(from, from + (to - from) * share, count as f64 / top, 0.0, title)
    });
    let mut years: BTreeMap<i32, [usize; 12]> = BTreeMap::new();
    for &(year, month, count) in &months.counts {
        years.entry(year).or_default()[month as usize - 1] = count;
    }
    let years = years.into_iter().rev().map(|(year, months)| YearOfMonths {
        year: names.year(Some(year)),
        months,
        count: months.iter().sum(),
    });
    Months {
        count: months.counts.iter().map(|(_, _, count)| count).sum(),
        bars: bars.collect(),
        columns: span.ticks(names.phrases()),
        lines,
        years: years.collect(),
        undated: months.undated,
    }
}

fn factors(trends: &trend::Trends, names: &dyn Names) -> Factors {
    let shown = &trends.factors[..trends.factors.len().min(STRIPS)];
    let days = || shown.iter().flat_map(|factor| factor.incidents.iter().map(|(day, _)| *day));
    let (Some(first), Some(last)) = (days().min(), days().max()) else {
        return Factors { taught: trends.factors_taught, ..Factors::default() };
    };
    let span = Span::around(first, last);
    let strip = |factor: &trend::Recurrence, drawn: bool| Strip {
        factor: Link { count: Some(factor.incidents.len()), ..names.term(factor.term) },
        taught: factor.taught.map(|day| names.day(day)),
        taught_at: factor
            .taught
            .filter(|_| drawn)
            .map(|day| span.at(day))
            .filter(|at| (0.0..=1.0).contains(at))
            .map(percent),
        after: factor.after,
        last: factor.incidents.last().map(|(day, _)| names.day(*day)).unwrap_or_default(),
        dots: factor
            .incidents
            .iter()
            .filter(|_| drawn)
            .map(|(day, document)| StripDot {
                x: percent(span.at(*day)),
                later: factor.taught.is_some_and(|taught| *day > taught),
                // Among many dots nobody finds the one whose words are wanted; the factor's own page has them all.
                title: match factor.incidents.len() {
                    ..=CROWD => format!("{}: {}", names.title(*document), names.day(*day).date),
                    _ => String::new(),
                },
            })
            .collect(),
    };
    Factors {
        strips: shown.iter().map(|factor| strip(factor, true)).collect(),
        columns: span.ticks(names.phrases()),
        rows: trends.factors.iter().take(FACTORS).map(|factor| strip(factor, false)).collect(),
        count: trends.factors.len(),
        taught: trends.factors_taught,
        returned: trends.factors.iter().filter(|factor| factor.after > 0).count(),
    }
}

fn guards(years: &[trend::Guarded], names: &dyn Names) -> Guards {
    let share = |guarded: usize, lessons: usize| {
        (lessons >= trend::ENOUGH).then(|| format!("{:.0}", 100.0 * guarded as f64 / lessons as f64))
    };
    let lessons = years.iter().map(|year| year.lessons).sum();
    let guarded = years.iter().map(|year| year.guarded).sum();
    let dated = || years.iter().filter_map(|one| Some((one.year?, one)));
    let (bars, columns, lines) = match (dated().next_back(), dated().next()) {
        (Some((first, _)), Some((last, _))) => {
            let (lines, top) = counting(dated().map(|(_, one)| one.lessons).max().unwrap_or_default());
            let count = f64::from(last - first + 1);
            let step =
                [1, 2, 5, 10, 20, 50].into_iter().find(|step| (last - first) / step < LABELS).unwrap_or(100);
            let bars = dated().map(|(year, one)| {
                let at = f64::from(year - first);
                let title = names
                    .phrases()
                    .with("guarded_of", &[("year", &year), ("n", &one.guarded), ("total", &one.lessons)]);
                let (whole, part) = (one.lessons as f64 / top, one.guarded as f64 / top);
                bar((at + 0.1) / count, (at + 0.9) / count, whole, part, title)
            });
            let columns = (first..=last).filter(|year| year % step == 0).map(|year| Tick {
                at: percent((f64::from(year - first) + 0.5) / count),
                label: year.to_string(),
            });
            (bars.collect(), columns.collect(), lines)
        }
        _ => (Vec::new(), Vec::new(), Vec::new()),
    };
    let years = years.iter().map(|one| GuardedYear {
        year: names.year(one.year),
        lessons: one.lessons,
        guarded: one.guarded,
        share: share(one.guarded, one.lessons),
    });
    Guards { lessons, guarded, share: share(guarded, lessons), bars, columns, lines, years: years.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn draw(ticks: &[Tick]) -> String {
        ticks.iter().map(|tick| format!("{} {}", tick.at, tick.label)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_span_has_few_words_at_round_dates() {
        let ticks =
            |from: &str, to: &str| draw(&Span::around(day(from), day(to)).ticks(&Phrases::built_in("en")));
        assert_eq!(ticks("2021-03-05", "2021-03-05"), "0% Mar 2021, 100% Apr 2021");
        assert_eq!(
            ticks("2021-11-05", "2022-05-20"),
            "0% Nov 2021, 28.8% Jan 2022, 56.6% Mar 2022, 85.4% May 2022"
        );
        assert_eq!(ticks("2007-07-24", "2025-11-18"), "15.8% 2010, 42.1% 2015, 68.4% 2020, 94.7% 2025");
        assert_eq!(ticks("0001-01-01", "9999-12-31"), "20% 2000, 40% 4000, 60% 6000, 80% 8000, 100% 10000");
    }

    #[test]
    fn a_scale_of_times_goes_from_word_to_word() {
        let times = Times::around(900.0, 50_000.0);
        assert_eq!(
            draw(&times.ticks(&Phrases::built_in("en"))),
            "100% 10 min, 63.9% 1 h, 27.9% 6 h, 0% 1 day"
        );
        for (low, high) in [(60.0, 60.0), (1.0, 2.0), (1e12, 1e12), (3600.0, 3600.0)] {
            let times = Times::around(low, high);
            assert!(times.low < times.high && times.at(low).is_finite(), "{low}");
        }
    }

    #[test]
    fn numbers_are_counted_in_round_steps() {
        assert_eq!(draw(&counting(0).0), "100% 0, 0% 1");
        assert_eq!(draw(&counting(3).0), "100% 0, 66.7% 1, 33.3% 2, 0% 3");
        assert_eq!(draw(&counting(17).0), "100% 0, 75% 5, 50% 10, 25% 15, 0% 20");
        assert!((2..=5).contains(&counting(usize::MAX / 100).0.len()));
    }
}
