//! Finds dates and times in words.
//!
//! Comes in: a value, a line, a paragraph or a path. Goes out: a [`Moment`] as exact as the words, or a [`Leading`] with
//! the parts that the words name. Never guesses: `03/04/2021` is no date until somebody says which part is the month.
//! Never panics on any text, and allocates nothing where there is no date.
//!
//! Everything is read by hand from the left, one step at a time: `day_at` reads a calendar day, `clock_at` a time of
//! day, `zone_at` a zone, and [`leading`] strings them together.
//!
//! Invariant: every position handed about is a boundary between characters, because only whole characters are skipped.

use crate::document::moment::Moment;
use crate::document::moment::Precision;
use chrono::Datelike;
use chrono::FixedOffset;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::NaiveTime;
use chrono::Offset;
use chrono::TimeDelta;
use chrono::TimeZone;
use chrono::Timelike;
use chrono_tz::Tz;
use std::ops::Range;

/// Reads a whole value such as a field of front matter.
///
/// A trailing `# comment`, quotes around it, a weekday, a zone, words for "about", and words in parentheses behind it
/// are passed over; of a span the beginning is taken. `None` where it is no date, or where more words follow.
pub fn parse(text: &str) -> Option<Moment> {
    parse_in(text, Order::Unknown)
}

/// Reads a whole value as [`parse`] does, where the text around it says how dates in numbers are ordered.
pub fn parse_in(text: &str, order: Order) -> Option<Moment> {
    let text = text.trim();
    if let Some(moment) = bare_year(text).or_else(|| unix_seconds(text)) {
        return Some(moment);
    }
    let leading = leading_in(text, Style { order, ..Style::default() })?;
    let rest = text[leading.end..].trim_start();
    let silent = rest.is_empty()
        || rest.starts_with('#')
        || rest.starts_with(['(', '（']) && rest.trim_end().ends_with([')', '）', '"', '\''])
        || rest.chars().all(|c| matches!(c, '"' | '\'' | ')' | ']' | '.' | '…' | '?' | ' ' | '”' | '`'));
    if !silent { None } else { leading.moment() }
}

/// Returns the beginning and the end where a value begins with a span of time, such as `2021-06-25 14:00 - 15:30 UTC`.
///
/// An end that is earlier on the clock lies on the next day. `None` where the words name no year, or no end behind the
/// beginning.
pub fn span(text: &str) -> Option<(Moment, Moment)> {
    let leading = leading(text.trim())?;
    let start = leading.moment()?;
    let mut end = leading.until?.moment(leading.zone)?;
    if end.local < start.local && end.has_time() && start.has_time() && end.date() == start.date() {
        end.local += TimeDelta::days(1);
    }
    (end.local > start.local || end.local == start.local && !end.has_time()).then_some((start, end))
}

/// Returns the first full date (year, month and day) in running text, and its bytes.
///
/// A time of day and a zone right behind it are read too. Dates in addresses and file names are passed over.
pub fn find(text: &str) -> Option<(Range<usize>, Moment)> {
    find_from(text, 0, true)
}

/// Returns all full dates in running text with their bytes, in order.
pub fn find_all(text: &str) -> Vec<(Range<usize>, Moment)> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some((range, moment)) = find_from(text, at, true) {
        at = range.end;
        all.push((range, moment));
    }
    all
}

/// Returns the first date in running text that names a month and a year but no day, such as `July 2023`.
pub fn find_month(text: &str) -> Option<(Range<usize>, Moment)> {
    let mut at = 0;
    while let Some((range, moment)) = find_from(text, at, false) {
        if moment.precision == Precision::Month {
            return Some((range, moment));
        }
        at = range.end;
    }
    None
}

/// Returns the date in a path: of its file name, else of its folders.
///
/// `2023-10-14-x`, `20210305_x`, `PM-2021-06-25`, `INCIDENT-20260314T170559Z`, `2021/06/25.md` name a day or an
/// instant, `2022-07-x` and `2021/06/x.md` a month. Numbers that are no date are not taken, nor is a year alone.
pub fn find_in_path(path: &str) -> Option<Moment> {
    let mut folders = path.split(['/', '\\']).rev();
    let name = folders.next()?;
    let stem = name.find('.').filter(|dot| *dot > 0).map_or(name, |_| stem_of(name));
    if let Some(moment) = in_segment(stem) {
        return Some(moment);
    }
    // Innermost first: what stands nearest to the file says most about it. `below` is the folder or file inside.
    let mut below = stem;
    let mut month: Option<(u32, &str)> = None;
    for folder in folders {
        if let Some(year) = year_of(folder) {
            return match month {
                Some((month, inside)) => {
                    let day =
                        leading_pair(inside).filter(|(_, rest)| !rest.starts_with('-') || rest.len() > 1);
                    let date = day.and_then(|(day, _)| NaiveDate::from_ymd_opt(year, month, day));
                    date.map(Moment::day).or_else(|| partial(year, month))
                }
                None => {
                    let (month, rest) = leading_pair(below)?;
                    let (day, _) = leading_pair(rest.strip_prefix(['-', '_'])?)?;
                    NaiveDate::from_ymd_opt(year, month, day).map(Moment::day)
                }
            };
        }
        if let Some(moment) = in_segment(folder) {
            let day = leading_pair(below).filter(|_| moment.precision == Precision::Month);
            let date = day.and_then(|(day, _)| moment.date().with_day(day));
            return Some(date.map_or(moment, Moment::day));
        }
        month = month_of_folder(folder).map(|month| (month, below));
        below = folder;
    }
    None
}

/// Returns the year that a folder of a path is named for; apart from [`find_in_path`] because it says so little.
pub fn year_in_path(path: &str) -> Option<Moment> {
    path.split(['/', '\\']).rev().skip(1).find_map(bare_year)
}

/// Returns the year that stands among other things in the name of a file, as in `PM2021-007` or `outage-2021`.
///
/// Apart from [`find_in_path`] because it says so little; `None` where the name holds two different years.
pub fn year_in_name(path: &str) -> Option<Moment> {
    let name = path.rsplit(['/', '\\']).next()?;
    let name = name.find('.').filter(|dot| *dot > 0).map_or(name, |_| stem_of(name));
    let mut found: Option<Moment> = None;
    let mut at = 0;
    while at < name.len() {
        let Some(number) = number(name, at) else {
            at += char_at(name, at).map_or(1, char::len_utf8);
            continue;
        };
        at = number.end;
        let Some(date) =
            year(&number).filter(|year| *year >= 1990).and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1))
        else {
            continue;
        };
        if found.is_some_and(|other| other.date() != date) {
            return None;
        }
        found = Some(Moment { precision: Precision::Year, ..Moment::day(date) });
    }
    found
}

/// Returns what a line begins with: date, time of day, the end of a span, a zone, a word for "about".
pub fn leading(text: &str) -> Option<Leading> {
    leading_in(text, Style::default())
}

/// Returns what a line begins with, read as its neighbours are written.
pub fn leading_in(text: &str, style: Style) -> Option<Leading> {
    // Most lines say nothing of the kind.
    if !has_digit(text) {
        return None;
    }
    let mut at = skip_opening(text, 0);
    let words_start = at;
    let first = stamp_at(text, at, style)?;
    at = first.end;
    let mut leading = Leading {
        words: words_start..at,
        end: at,
        start: first.stamp,
        until: None,
        zone: first.zone,
        approximate: first.approximate,
        compact: first.stamp.clock.is_some_and(|clock| clock.compact),
    };
    if let Some(second) = range_end(text, at, style, &leading.start) {
        at = second.end;
        leading.zone = leading.zone.or(second.zone);
        leading.approximate |= second.approximate;
        let mut until = second.stamp;
        if let (Some(start), Some(end)) = (&mut leading.start.clock, &mut until.clock) {
            start.share_meridiem(end);
        }
        until.day = until.day.or(leading.start.day.filter(|_| leading.start.clock.is_some()));
        leading.until = Some(until);
    }
    at = skip_echoes(text, at, style, &mut leading);
    if leading.start.clock.is_none()
        && leading.start.day.is_some_and(|day| day.is_bare())
        && !stands_alone(text, at)
    {
        return None;
    }
    leading.words.end = at;
    leading.end = skip_closing(text, at);
    // `18:15 - (approximately) x`
    if byte(text, leading.end) == b'('
        && let Some(end) = ABOUT_BEHIND.at(text, leading.end)
    {
        leading.approximate = true;
        leading.end = skip_closing(text, end);
    }
    Some(leading)
}

/// Returns the zone that words such as `All times in PST` or `Time (UTC)` name first.
pub fn find_zone(text: &str) -> Option<Zone> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        if let Some((zone, _)) = named_zone(text, at) {
            return Some(zone);
        }
        while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'_' | b'-')) {
            at += 1;
        }
    }
    None
}

/// Returns how the numbers of the dates in a text are ordered, as far as one of them has a part over 12.
pub fn order_of(text: &str) -> Order {
    let mut at = next_digit(text, 0);
    while at < text.len() {
        let end = skip_digits(text, at);
        // Nearly always the byte behind a number says no.
        if is_date_sign(byte(text, end))
            && let Some((first, second, ..)) = slashed(text, at)
        {
            match (first > 12, second > 12) {
                (true, false) => return Order::DayFirst,
                (false, true) => return Order::MonthFirst,
                _ => {}
            }
        }
        at = next_digit(text, end);
    }
    Order::Unknown
}

/// Returns the two readings of the first date in a text that could be read either way: day first, month first.
pub fn ambiguous(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let mut at = next_digit(text, 0);
    while at < text.len() {
        if let Some((first, second, year, _)) = slashed(text, at)
            && first <= 12
            && second <= 12
        {
            let day_first = NaiveDate::from_ymd_opt(year, second, first);
            return day_first.zip(NaiveDate::from_ymd_opt(year, first, second));
        }
        at = next_digit(text, skip_digits(text, at));
    }
    None
}

/// Returns whether a text has a digit in it, without which it names neither a date nor a time.
pub fn has_digit(text: &str) -> bool {
    next_digit(text, 0) < text.len()
}

/// Which part of `03/04/2021` is the month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Nobody has said; only a part over 12 tells.
    #[default]
    Unknown,
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// How the dates around a line are written, which decides what is doubtful in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Which part of a date in numbers is the month.
    pub order: Order,
    /// Whether the line above wrote its time as `0915`; then `2015` here is a time and not a year.
    pub compact: bool,
}

/// What a line begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leading {
    /// The bytes of the words that say when, without brackets around them.
    pub words: Range<usize>,
    /// Where what happened begins: behind closing brackets, colons and dashes.
    pub end: usize,
    /// When; with a day, a time of day, or both.
    pub start: Stamp,
    /// The end of a span; its day is that of the start where it names none.
    pub until: Option<Stamp>,
    /// The zone, where the words name one.
    pub zone: Option<Zone>,
    /// Whether the words say "about", or leave digits open.
    pub approximate: bool,
    /// Whether the time of day was written without a colon, as `0915`.
    pub compact: bool,
}

impl Leading {
    /// Returns the beginning as a moment; `None` where the words name no year.
    pub fn moment(&self) -> Option<Moment> {
        self.start.moment(self.zone)
    }
}

/// A day, a time of day, or both, as far as the words name them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// The calendar day.
    pub day: Option<Day>,
    /// The time of day.
    pub clock: Option<Clock>,
}

impl Stamp {
    /// Returns the moment in `zone`; `None` where the words name no year.
    pub fn moment(&self, zone: Option<Zone>) -> Option<Moment> {
        let day = self.day?;
        match (day.full(), self.clock) {
            (Some(date), Some(clock)) => Some(clock.on(date, zone)),
            _ => day.moment(),
        }
    }
}

/// A calendar day as far as the words name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year, in four digits.
    pub year: Option<i32>,
    /// The month, 1 to 12.
    pub month: Option<u32>,
    /// The day of the month, 1 to 31.
    pub day: Option<u32>,
    /// Whether it was two bare numbers such as `12-05`, which may be anything when nothing else says "date".
    pub numeric: bool,
}

impl Day {
    fn new(year: Option<i32>, month: Option<u32>, day: Option<u32>) -> Day {
        Day { year, month, day, numeric: false }
    }

    fn is_bare(&self) -> bool {
        self.numeric && self.year.is_none()
    }

    /// Returns the date where year, month and day are known.
    pub fn full(&self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year?, self.month?, self.day?)
    }

    /// Returns the moment, as exact as the words; `None` without a year.
    pub fn moment(&self) -> Option<Moment> {
        match (self.year?, self.month, self.day) {
            (_, Some(_), Some(_)) => self.full().map(Moment::day),
            (year, Some(month), None) => partial(year, month),
            (year, None, _) => {
                let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
                Some(Moment { precision: Precision::Year, ..Moment::day(first) })
            }
        }
    }

    /// Returns the date, in the year that brings it nearest to `base` where the words name none.
    ///
    /// The nearest and not the same year: a report of January tells of December.
    pub fn near(&self, base: NaiveDate) -> Option<NaiveDate> {
        if self.year.is_some() {
            return self.full();
        }
        let (month, day) = (self.month?, self.day?);
        let base_year = base.year();
        (base_year - 1..=base_year + 1)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .min_by_key(|date| (*date - base).num_days().abs())
    }
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The time on the wall clock.
    pub time: NaiveTime,
    /// Whether it was `24:00`, the midnight that ends a day.
    pub next_day: bool,
    /// Whether it was read from 1 to 12 with neither "am" nor "pm".
    half: bool,
    /// Whether it said "pm" or "am".
    meridiem: Option<bool>,
    /// Whether digits were left open, as in `16:4x`.
    rough: bool,
    compact: bool,
    seconds: bool,
}

impl Clock {
    fn new(hour: u32, minute: u32, second: u32) -> Option<Clock> {
        let midnight = hour == 24 && minute == 0 && second == 0;
        let time = NaiveTime::from_hms_opt(if midnight { 0 } else { hour }, minute, second.min(59))?;
        Some(Clock {
            time,
            next_day: midnight,
            half: (1..=12).contains(&hour),
            meridiem: None,
            rough: false,
            compact: false,
            seconds: false,
        })
    }

    /// Returns the moment of this time on a day, in a zone where one is named.
    pub fn on(&self, date: NaiveDate, zone: Option<Zone>) -> Moment {
        let date = if self.next_day { date.succ_opt().unwrap_or(date) } else { date };
        let local = date.and_time(self.time);
        let second = self.time.second();
        Moment {
            local,
            offset: zone.map(|zone| zone.offset(local)),
            assumed: false,
            precision: if second == 0 { Precision::Minute } else { Precision::Second },
        }
    }

    /// Returns whether its author left digits open, so that it is the earliest time that they could mean.
    pub fn is_rough(&self) -> bool {
        self.rough
    }

    /// Reads `12:55 – 1:30 PM` as two afternoons, since only the end of a span says which half of the day it is.
    fn share_meridiem(&mut self, end: &Clock) {
        if self.meridiem.is_some() || !self.half {
            return;
        }
        if let Some(afternoon) = end.meridiem
            && let Some(shifted) = self.in_half(afternoon)
            && shifted.time <= end.time
        {
            *self = shifted;
        }
    }

    /// Returns the time with "am" or "pm"; one such as `13:06 PM` is what it says without it.
    fn in_half(mut self, afternoon: bool) -> Option<Clock> {
        let hour = self.time.hour();
        let hour = match (afternoon, hour) {
            (true, 1..=11) => hour + 12,
            (false, 12) => 0,
            _ => hour,
        };
        self.time = self.time.with_hour(hour)?;
        self.meridiem = Some(afternoon);
        Some(self)
    }
}

/// A time zone as words name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// A distance from UTC, as `+09:00`, `UTC` or `PST`.
    Fixed(FixedOffset),
    /// A region whose distance depends on the date, as `Pacific Time` or `Europe/Berlin`.
    Region(Tz),
}

impl Zone {
    /// Returns the distance from UTC at a time on the wall clock.
    pub fn offset(self, local: NaiveDateTime) -> FixedOffset {
        match self {
            Zone::Fixed(offset) => offset,
            Zone::Region(tz) => {
                let before = || {
                    let earlier = local.checked_sub_signed(TimeDelta::days(1)).unwrap_or(local);
                    tz.offset_from_utc_datetime(&earlier).fix()
                };
                tz.offset_from_local_datetime(&local).earliest().map_or_else(before, |offset| offset.fix())
            }
        }
    }
}

// ---- Dates -------------------------------------------------------------------------------------------------------

/// Years that a date may name; other numbers of four digits are ports, counts and error codes.
const YEARS: std::ops::RangeInclusive<u64> = 1950..=2099;

fn partial(year: i32, month: u32) -> Option<Moment> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some(Moment { precision: Precision::Month, ..Moment::day(first) })
}

fn bare_year(text: &str) -> Option<Moment> {
    let text = text.trim_matches(['"', '\'']);
    let year = year_of(text)?;
    Some(Moment { precision: Precision::Year, ..Moment::day(NaiveDate::from_ymd_opt(year, 1, 1)?) })
}

/// Reads a bare count of seconds since 1970, or of milliseconds, between the years 2000 and 2100.
fn unix_seconds(text: &str) -> Option<Moment> {
    let digits = text.trim_matches(['"', '\'']);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = match digits.len() {
        10 => digits.parse::<i64>().ok()?,
        13 => digits.parse::<i64>().ok()? / 1000,
        _ => return None,
    };
    let at = chrono::DateTime::from_timestamp(seconds, 0).filter(|at| (2000..2100).contains(&at.year()))?;
    Some(Moment::instant(at.fixed_offset()))
}

fn year_of(text: &str) -> Option<i32> {
    let number = number(text, 0)?;
    (number.end == text.len() && number.digits == 4).then(|| year(&number)).flatten()
}

fn year(number: &Number) -> Option<i32> {
    (number.digits == 4 && YEARS.contains(&number.value)).then_some(number.value as i32)
}

/// A run of digits, ASCII or full width.
struct Number {
    value: u64,
    digits: usize,
    end: usize,
}

impl Number {
    /// Returns the value where it has one or two digits and lies in a range.
    fn small(&self, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let value = u32::try_from(self.value).ok()?;
        ((1..=2).contains(&self.digits) && range.contains(&value)).then_some(value)
    }
}

fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(0)
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

fn starts(text: &str, at: usize, word: &str) -> bool {
    text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(word.as_bytes()))
}

/// Returns where the first of the words that stands at `at` ends.
fn any(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    // Asked at every step of every line: nearly always the first byte says no.
    let first = *text.as_bytes().get(at)?;
    words
        .iter()
        .find(|word| word.as_bytes()[0] == first && starts(text, at, word))
        .map(|word| at + word.len())
}

/// Words of which one may stand somewhere, and the bytes that they begin with.
struct Words {
    list: &'static [&'static str],
    /// A bit for each byte.
    firsts: [u64; 4],
}

impl Words {
    const fn new(list: &'static [&'static str]) -> Words {
        let mut firsts = [0; 4];
        let mut at = 0;
        while at < list.len() {
            let first = list[at].as_bytes()[0];
            firsts[first as usize / 64] |= 1 << (first % 64);
            at += 1;
        }
        Words { list, firsts }
    }

    /// Returns where the first of the words that stands at `at` ends.
    fn at(&self, text: &str, at: usize) -> Option<usize> {
        let first = *text.as_bytes().get(at)?;
        if self.firsts[first as usize / 64] >> (first % 64) & 1 == 0 {
            return None;
        }
        any(text, at, self.list)
    }
}

/// Returns the digit at `at` and where it ends; full-width digits are three bytes, EF BC 90 to 99.
fn digit(text: &str, at: usize) -> Option<(u8, usize)> {
    let bytes = text.as_bytes();
    match bytes.get(at)? {
        digit @ b'0'..=b'9' => Some((digit - b'0', at + 1)),
        0xEF => match bytes.get(at + 1..at + 3)? {
            [0xBC, last @ 0x90..=0x99] => Some((last - 0x90, at + 3)),
            _ => None,
        },
        _ => None,
    }
}

fn number(text: &str, at: usize) -> Option<Number> {
    let (mut value, mut digits, mut end) = (0u64, 0, at);
    while let Some((next, after)) = digit(text, end) {
        value = value.saturating_mul(10).saturating_add(next.into());
        digits += 1;
        end = after;
    }
    (digits > 0).then_some(Number { value, digits, end })
}

fn skip_digits(text: &str, mut at: usize) -> usize {
    while let Some((_, end)) = digit(text, at) {
        at = end;
    }
    at
}

/// Returns where the next digit from `at` on stands, else the end of the text.
fn next_digit(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    let may_be = |byte: u8| byte.is_ascii_digit() || byte == 0xEF;
    loop {
        // Most of a text is no digit, and blocks without one are passed over many bytes at once: each is looked at to
        // its end, since the compiler cannot do so where there is a way out in the middle.
        let (blocks, _) = bytes[at..].as_chunks::<32>();
        at += 32
            * blocks
                .iter()
                .take_while(|block| !block.iter().fold(false, |found, byte| found | may_be(*byte)))
                .count();
        at += bytes[at..].iter().position(|byte| may_be(*byte)).unwrap_or(bytes.len() - at);
        if at == bytes.len() || digit(text, at).is_some() {
            return at;
        }
        at += 1;
    }
}

fn spaces(text: &str, mut at: usize) -> usize {
    loop {
        at = match byte(text, at) {
            b' ' | b'\t' | b'\n' | b'\r' => at + 1,
            0xC2 if starts(text, at, "\u{a0}") => at + 2,
            0xE2 if any(text, at, &["\u{202f}", "\u{2009}"]).is_some() => at + 3,
            0xE3 if starts(text, at, "\u{3000}") => at + 3,
            _ => return at,
        }
    }
}

/// Returns the word at `at` in lower case and where it ends: letters of Latin alphabets only, at most 15 bytes.
fn word(text: &str, at: usize) -> Option<(Word, usize)> {
    let bytes = text.as_bytes();
    let mut buffer = [0u8; 16];
    let (mut length, mut end) = (0, at);
    loop {
        let next = bytes.get(end).copied().unwrap_or(0);
        if next.is_ascii_alphabetic() {
            *buffer.get_mut(length)? = next.to_ascii_lowercase();
            (length, end) = (length + 1, end + 1);
        } else if next == 0xC3 && length + 2 <= buffer.len() {
            // Latin-1 letters: C3 80 to 9E are the capitals of C3 A0 to BE.
            let second = bytes.get(end + 1).copied().unwrap_or(0);
            let lower = if (0x80..=0x9E).contains(&second) { second + 0x20 } else { second };
            buffer[length] = 0xC3;
            buffer[length + 1] = lower;
            (length, end) = (length + 2, end + 2);
        } else {
            break;
        }
    }
    (length > 0).then_some((Word { buffer, length }, end))
}

struct Word {
    buffer: [u8; 16],
    length: usize,
}

impl Word {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.buffer[..self.length]).unwrap_or("")
    }
}

/// Returns the number of a month and whether its name is also a common word, so that it needs day and year around it.
fn month_named(word: &str) -> Option<(u32, bool)> {
    let month = match word {
        "january" | "jan" | "janvier" | "janv" | "januar" | "jän" | "jänner" | "enero" | "ene"
        | "janeiro" => 1,
        "february" | "feb" | "febr" | "février" | "fevrier" | "févr" | "fevr" | "fév" | "februar"
        | "febrero" | "fevereiro" | "fev" => 2,
        "march" | "mar" | "mars" | "märz" | "maerz" | "mär" | "mrz" | "marzo" | "março" | "marco" => 3,
        "april" | "apr" | "avril" | "avr" | "abril" | "abr" => 4,
        "may" | "mai" | "mayo" | "maio" => 5,
        "june" | "jun" | "juin" | "juni" | "junio" | "junho" => 6,
        "july" | "jul" | "juillet" | "juil" | "juli" | "julio" | "julho" => 7,
        "august" | "aug" | "août" | "aout" | "agosto" | "ago" => 8,
        "september" | "sept" | "sep" | "septembre" | "septiembre" | "setiembre" | "setembro" | "set" => 9,
        "october" | "oct" | "octobre" | "oktober" | "okt" | "octubre" | "outubro" | "out" => 10,
        "november" | "nov" | "novembre" | "noviembre" | "novembro" => 11,
        "december" | "dec" | "décembre" | "decembre" | "déc" | "dezember" | "dez" | "diciembre" | "dic"
        | "dezembro" => 12,
        _ => return None,
    };
    Some((month, matches!(word, "out" | "set" | "ago" | "marco")))
}

/// Returns the month whose name stands at `at`, where it ends (its full stop included), and whether it is a common word.
fn month_at(text: &str, at: usize) -> Option<(u32, usize, bool)> {
    // Most words of a text are dismissed by their first letter.
    if !matches!(
        byte(text, at).to_ascii_lowercase(),
        b'j' | b'f' | b'm' | b'a' | b's' | b'o' | b'n' | b'd' | b'e'
    ) {
        return None;
    }
    let (word, end) = word(text, at)?;
    let (month, common) = month_named(word.as_str())?;
    if is_letter(text, end) {
        return None;
    }
    let end = if byte(text, end) == b'.' { end + 1 } else { end };
    Some((month, end, common))
}

fn is_letter(text: &str, at: usize) -> bool {
    let next = byte(text, at);
    next.is_ascii_alphabetic()
        || next >= 0x80 && char_at(text, at).is_some_and(|c| c.is_alphabetic() && (c as u32) < 0x2E80)
}

/// Returns where the weekday at `at` ends, with its comma, full stop or closing bracket, where a weekday stands there.
fn weekday(text: &str, at: usize) -> Option<usize> {
    let open = any(text, at, &["(", "（", "["]);
    let start = open.unwrap_or(at);
    let mut end = match char_at(text, start)? {
        '月' | '火' | '水' | '木' | '金' | '土' | '日' | '월' | '화' | '수' | '목' | '금' | '토' | '일'
            if open.is_some() =>
        {
            start + 3
        }
        _ => {
            let (word, end) = word(text, start)?;
            let known = matches!(
                word.as_str(),
                "monday"
                    | "mon"
                    | "tuesday"
                    | "tue"
                    | "tues"
                    | "wednesday"
                    | "wed"
                    | "weds"
                    | "thursday"
                    | "thu"
                    | "thur"
                    | "thurs"
                    | "friday"
                    | "fri"
                    | "saturday"
                    | "sat"
                    | "sunday"
                    | "sun"
                    | "montag"
                    | "dienstag"
                    | "mittwoch"
                    | "donnerstag"
                    | "freitag"
                    | "samstag"
                    | "sonnabend"
                    | "sonntag"
                    | "lundi"
                    | "mardi"
                    | "mercredi"
                    | "jeudi"
                    | "vendredi"
                    | "samedi"
                    | "dimanche"
                    | "lunes"
                    | "martes"
                    | "miércoles"
                    | "jueves"
                    | "viernes"
                    | "sábado"
                    | "domingo"
                    | "segunda"
                    | "terça"
                    | "quarta"
                    | "quinta"
                    | "sexta"
                    | "mo"
                    | "di"
                    | "mi"
                    | "do"
                    | "fr"
                    | "sa"
                    | "so"
            );
            // The German short forms are words of other languages, so they count only with their full stop.
            if !known || word.length == 2 && byte(text, end) != b'.' && byte(text, end) != b',' {
                return None;
            }
            any(text, end, &["-feira"]).unwrap_or(end)
        }
    };
    if starts(text, end, "曜日") {
        end += "曜日".len();
    } else if starts(text, end, "요일") {
        end += "요일".len();
    }
    if open.is_some() {
        return any(text, end, &[")", "）", "]"]);
    }
    if matches!(byte(text, end), b'.' | b',') {
        end += 1;
    }
    Some(end)
}

/// Returns where digits that their author left open end: `??`, `xx`, `dd`, `MM`, `--`.
fn unknown(text: &str, at: usize) -> Option<usize> {
    let open = |at| matches!(byte(text, at), b'?' | b'x' | b'X' | b'd' | b'D' | b'm' | b'M' | b'h' | b'H');
    let dashes = starts(text, at, "--");
    let end = if open(at) && open(at + 1) || dashes {
        at + 2
    } else if byte(text, at) == b'?' {
        at + 1
    } else {
        return None;
    };
    (!is_letter(text, end) && digit(text, end).is_none()).then_some(end)
}

/// Reads the calendar day at `at`, and where it ends. Does not look at what stands before it.
fn day_at(text: &str, at: usize, order: Order) -> Option<(Day, usize)> {
    match digit(text, at) {
        Some(_) => numeric_day(text, at, order),
        None => month_first(text, at),
    }
}

/// Reads `December 22nd, 2021`, `Dec 22`, `July 2023`.
fn month_first(text: &str, at: usize) -> Option<(Day, usize)> {
    let (month, end, common) = month_at(text, at)?;
    if common {
        return None;
    }
    let next = match byte(text, end) {
        b'-' | b'_' | b'/' => end + 1,
        b',' => spaces(text, end + 1),
        _ => spaces(text, end),
    };
    if next == end && byte(text, end - 1) != b'.' {
        return None;
    }
    let next = any(text, next, &["the ", "de "]).unwrap_or(next);
    let first = number(text, next)?;
    if let Some(year) = year(&first) {
        return ends_well(text, first.end).then_some((Day::new(Some(year), Some(month), None), first.end));
    }
    let day = first.small(1..=31)?;
    // In `Dec 10:30` the number is an hour.
    if colon(text, first.end).is_some_and(|end| digit(text, end).is_some()) {
        return None;
    }
    let end = ordinal(text, first.end);
    if is_letter(text, end) {
        return None;
    }
    let year_at = match byte(text, end) {
        b'-' | b'_' | b'/' => end + 1,
        _ => {
            let at = spaces(text, end);
            let at = if byte(text, at) == b',' { spaces(text, at + 1) } else { at };
            any(text, at, &["of ", "de ", "(", "del "]).unwrap_or(at)
        }
    };
    let year = (year_at > end).then(|| year_after(text, year_at)).flatten();
    match year {
        Some((year, year_end)) => {
            NaiveDate::from_ymd_opt(year, month, day)?;
            Some((Day::new(Some(year), Some(month), Some(day)), year_end))
        }
        None => {
            // `July 27-28, 2025` begins on the 27th.
            if let Some(last) = days_through(text, end) {
                let at = spaces(text, last);
                let at = if byte(text, at) == b',' { spaces(text, at + 1) } else { at };
                if let Some((year, year_end)) = (at > last).then(|| year_after(text, at)).flatten() {
                    NaiveDate::from_ymd_opt(year, month, day)?;
                    return Some((Day::new(Some(year), Some(month), Some(day)), year_end));
                }
            }
            NaiveDate::from_ymd_opt(2024, month, day)?;
            Some((Day::new(None, Some(month), Some(day)), end))
        }
    }
}

/// Returns where the last day of several ends, of which `at` is behind the first: `-28`, ` to 28`.
fn days_through(text: &str, at: usize) -> Option<usize> {
    let sign = spaces(text, at);
    // Nearly always the next byte says no.
    if !matches!(byte(text, sign), b'-' | b'~' | b't' | b'a' | b'&' | b'b' | 0xE2) {
        return None;
    }
    let after = any(text, sign, &["-", "–", "—", "~", "to ", "and ", "& ", "bis "])?;
    let second = number(text, spaces(text, after))?;
    second.small(1..=31)?;
    let end = ordinal(text, second.end);
    let is_clock = colon(text, end).is_some_and(|end| digit(text, end).is_some());
    (!is_clock && !is_letter(text, end) && second.digits <= 2).then_some(end)
}

/// Returns the year at `at` where a number of four digits can be one: `1915` before `UTC` is a time.
fn year_after(text: &str, at: usize) -> Option<(i32, usize)> {
    let number = number(text, at)?;
    let year = year(&number)?;
    let time = colon(text, number.end).is_some_and(|end| digit(text, end).is_some());
    (!time && ends_well(text, number.end)).then_some((year, number.end))
}

/// Returns whether a number may end here: no letter and no further digit is glued to it.
fn ends_well(text: &str, at: usize) -> bool {
    digit(text, at).is_none() && !byte(text, at).is_ascii_alphabetic()
        || byte(text, at) == b'T' && digit(text, at + 1).is_some()
}

/// Passes over `st`, `nd`, `rd`, `th`, `er`, `º`.
fn ordinal(text: &str, at: usize) -> usize {
    any(text, at, &["st", "nd", "rd", "th", "er", "º", "°", "ST", "ND", "RD", "TH"]).unwrap_or(at)
}

fn colon(text: &str, at: usize) -> Option<usize> {
    any(text, at, &[":", "："])
}

/// Reads a day that begins with a number.
fn numeric_day(text: &str, at: usize, order: Order) -> Option<(Day, usize)> {
    let first = number(text, at)?;
    match first.digits {
        4 => year_first(text, year(&first)?, first.end),
        8 => compact_day(&first),
        1 | 2 => day_first(text, at, &first, order),
        _ => None,
    }
}

/// Reads `20210625`.
fn compact_day(number: &Number) -> Option<(Day, usize)> {
    let (year, month, day) = (number.value / 10000, number.value / 100 % 100, number.value % 100);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month as u32, day as u32)?;
    YEARS
        .contains(&year)
        .then_some((Day::new(Some(date.year()), Some(month as u32), Some(day as u32)), number.end))
}

/// Reads what follows a year: `-07-24`, `/07/24`, `年7月24日`, `-Jul-24`, ` July 24`, `-07-??`, `-MM-DD`.
fn year_first(text: &str, year: i32, end: usize) -> Option<(Day, usize)> {
    let sign = spaces(text, end);
    if let Some(after) = any(text, sign, &["年", "년"]) {
        let month = number(text, spaces(text, after))?;
        let value = month.small(1..=12)?;
        let after = any(text, spaces(text, month.end), &["月", "월"])?;
        let day = number(text, spaces(text, after)).and_then(|day| {
            let end = any(text, spaces(text, day.end), &["日", "일", "号", "號"])?;
            NaiveDate::from_ymd_opt(year, value, day.small(1..=31)?)?;
            Some((Day::new(Some(year), Some(value), day.small(1..=31)), end))
        });
        return Some(day.unwrap_or((Day::new(Some(year), Some(value), None), after)));
    }
    let separator = match any(text, end, &["-", "/", ".", "_", "‑", "‐", "–", "−"]) {
        Some(after) => &text[end..after],
        None => {
            // `2021 June 25`
            if sign == end {
                return None;
            }
            let (month, after, common) = month_at(text, sign)?;
            let day = number(text, spaces(text, after)).filter(|_| !common)?;
            let value = day.small(1..=31)?;
            NaiveDate::from_ymd_opt(year, month, value)?;
            return Some((Day::new(Some(year), Some(month), Some(value)), ordinal(text, day.end)));
        }
    };
    let at = end + separator.len();
    let (month, after) = match number(text, at) {
        Some(month) => (month.small(1..=12)?, month.end),
        None => match month_at(text, at) {
            Some((month, after, _)) => (month, after),
            None => {
                // `2023-MM-DD`: the year alone is known.
                let after = unknown(text, at)?;
                let last = starts(text, after, separator).then(|| unknown(text, after + separator.len()));
                return Some((Day::new(Some(year), None, None), last.flatten().unwrap_or(after)));
            }
        },
    };
    if starts(text, after, separator) {
        let at = after + separator.len();
        if let Some(day) = number(text, at) {
            let value = day.small(1..=31)?;
            NaiveDate::from_ymd_opt(year, month, value)?;
            return Some((Day::new(Some(year), Some(month), Some(value)), day.end));
        }
        if let Some(end) = unknown(text, at) {
            return Some((Day::new(Some(year), Some(month), None), end));
        }
        let vague = any(text, at, &["上旬", "中旬", "下旬"]);
        if vague.is_none() && separator == "." {
            return None;
        }
        return Some((Day::new(Some(year), Some(month), None), vague.unwrap_or(after)));
    }
    // `2021.06` is a version, and `2021–06` a span of years as likely as a month.
    matches!(separator, "-" | "/" | "_" | "‑").then_some((Day::new(Some(year), Some(month), None), after))
}

/// Reads `25 June 2021`, `25. Juni 2021`, `25 de junio de 2021`, `25/06/2021`, `6月25日`, `12-05`.
fn day_first(text: &str, at: usize, first: &Number, order: Order) -> Option<(Day, usize)> {
    let sign = spaces(text, first.end);
    if let Some(after) = any(text, sign, &["月", "월"]) {
        let month = first.small(1..=12)?;
        let day = number(text, spaces(text, after))?;
        let end = any(text, spaces(text, day.end), &["日", "일", "号", "號"])?;
        NaiveDate::from_ymd_opt(2024, month, day.small(1..=31)?)?;
        return Some((Day::new(None, Some(month), day.small(1..=31)), end));
    }
    if let Some((first, second, year, end)) = slashed(text, at) {
        let month_first = match (first > 12, second > 12) {
            (true, true) => return None,
            (true, false) => false,
            (false, true) => true,
            // Dates with full stops are German, Russian, Turkish: the day comes first.
            _ if byte(text, at + 1) == b'.' || byte(text, at + 2) == b'.' => false,
            _ if first == second => false,
            _ => match order {
                Order::Unknown => return None,
                Order::DayFirst => false,
                Order::MonthFirst => true,
            },
        };
        let (month, day) = if month_first { (first, second) } else { (second, first) };
        NaiveDate::from_ymd_opt(year, month, day)?;
        return Some((Day::new(Some(year), Some(month), Some(day)), end));
    }
    named_month(text, first).or_else(|| two_numbers(text, first, order))
}

/// Reads `25 June 2021` from its day on.
fn named_month(text: &str, first: &Number) -> Option<(Day, usize)> {
    let day = first.small(1..=31)?;
    let end = ordinal(text, first.end);
    let at = match byte(text, end) {
        b'-' | b'_' | b'/' => end + 1,
        b'.' => spaces(text, end + 1),
        _ => spaces(text, end),
    };
    let at = any(text, at, &["of ", "de ", "d'"]).unwrap_or(at);
    let Some((month, end, common)) = month_at(text, at) else {
        // `27-28 July 2025` begins on the 27th.
        let last = days_through(text, if byte(text, end) == b'.' { end + 1 } else { end })?;
        let at = spaces(text, if byte(text, last) == b'.' { last + 1 } else { last });
        let (month, end, _) = month_at(text, any(text, at, &["of ", "de "]).unwrap_or(at))?;
        let (year, year_end) = year_after(text, spaces(text, end))?;
        NaiveDate::from_ymd_opt(year, month, day)?;
        return Some((Day::new(Some(year), Some(month), Some(day)), year_end));
    };
    NaiveDate::from_ymd_opt(2024, month, day)?;
    let year_at = match byte(text, end) {
        b'-' | b'_' | b'/' => end + 1,
        _ => {
            let at = spaces(text, end);
            let at = if byte(text, at) == b',' { spaces(text, at + 1) } else { at };
            any(text, at, &["de ", "del "]).unwrap_or(at)
        }
    };
    match year_after(text, year_at) {
        Some((year, year_end)) => {
            NaiveDate::from_ymd_opt(year, month, day)?;
            Some((Day::new(Some(year), Some(month), Some(day)), year_end))
        }
        None if common => None,
        None => Some((Day::new(None, Some(month), Some(day)), end)),
    }
}

/// Reads `12-05` and `6/25`, of which only what follows can tell whether they are dates.
fn two_numbers(text: &str, first: &Number, order: Order) -> Option<(Day, usize)> {
    let sign = byte(text, first.end);
    let second = number(text, first.end + 1).filter(|_| matches!(sign, b'-' | b'/'))?;
    let (left, right) = (first.small(1..=31)?, second.small(1..=31)?);
    // ISO 8601 cut short has two digits for each; anything else with a dash is a span or a score.
    if sign == b'-' && (first.digits != 2 || second.digits != 2) || byte(text, second.end) == sign {
        return None;
    }
    let (month, day) = match (left > 12, right > 12) {
        (true, true) => return None,
        (true, false) => (right, left),
        (false, true) => (left, right),
        _ if sign == b'-' || order == Order::MonthFirst => (left, right),
        _ if order == Order::DayFirst => (right, left),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(2024, month, day)?;
    Some((Day { numeric: true, ..Day::new(None, Some(month), Some(day)) }, second.end))
}

/// Reads three numbers of which the last is a year: first, second, year, end.
fn slashed(text: &str, at: usize) -> Option<(u32, u32, i32, usize)> {
    let first = number(text, at)?;
    let left = first.small(1..=31)?;
    let sign = byte(text, first.end);
    if !is_date_sign(sign) {
        return None;
    }
    let second = number(text, first.end + 1)?;
    let right = second.small(1..=31)?;
    let third = number(text, second.end + 1).filter(|_| byte(text, second.end) == sign)?;
    if third.end < text.len() && !ends_well(text, third.end) {
        return None;
    }
    Some((left, right, year(&third)?, third.end))
}

/// Returns whether a byte may part the numbers of a date.
fn is_date_sign(sign: u8) -> bool {
    matches!(sign, b'/' | b'.' | b'-' | b'_')
}

// ---- Running text ------------------------------------------------------------------------------------------------

/// Finds the next date from `at` on: a full one, or else one with at least a month and a year.
fn find_from(text: &str, from: usize, full: bool) -> Option<(Range<usize>, Moment)> {
    let bytes = text.as_bytes();
    let mut at = from;
    if next_digit(text, from) == text.len() {
        return None;
    }
    while at < bytes.len() {
        let next = bytes[at];
        if digit(text, at).is_some() {
            let eight = || number(text, at).is_some_and(|number| number.digits == 8);
            if may_begin(text, at, from)
                && !eight()
                && let Some(found) = found_at(text, at, full)
            {
                return Some(found);
            }
            at = skip_digits(text, at);
        } else if next.is_ascii_alphabetic() {
            if (at == 0 || bytes[at - 1] < 0x80 && !matches!(bytes[at - 1], b'/' | b'-' | b'_' | b'.'))
                && let Some(found) = found_at(text, at, full)
            {
                return Some(found);
            }
            while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
                at += 1;
            }
        } else {
            at += 1;
        }
    }
    None
}

fn found_at(text: &str, at: usize, full: bool) -> Option<(Range<usize>, Moment)> {
    let (day, end) = day_at(text, at, Order::Unknown)?;
    if !may_end(text, end) {
        return None;
    }
    if full {
        day.full()?;
    } else {
        day.year?;
        day.month?;
    }
    let mut stamp = Stamp { day: Some(day), clock: None };
    let (mut zone, mut last) = (None, end);
    if day.day.is_some()
        && let Some(tail) = clock_after(text, end)
    {
        stamp.clock = tail.stamp.clock;
        zone = tail.zone;
        last = tail.end;
    }
    Some((at..last, stamp.moment(zone)?))
}

/// Returns whether a number at `at` may begin a date: nothing glued before it makes it part of a name or an address.
fn may_begin(text: &str, at: usize, from: usize) -> bool {
    // Right behind a date that was found, a dash makes a span and no name.
    if at == 0 || from > 0 && at <= from + 1 {
        return true;
    }
    let before = text.as_bytes()[at - 1];
    !(before.is_ascii_alphanumeric()
        || matches!(before, b'-' | b'/' | b'_' | b'.' | b'=' | b'#' | b'+' | b'$'))
}

/// Returns whether a date may end at `at`: `2021-06-25-001` and `2021-06-25.log` are names.
fn may_end(text: &str, at: usize) -> bool {
    let next = byte(text, at);
    let behind = byte(text, at + 1);
    match next {
        b'T' | b't' => digit(text, at + 1).is_some(),
        b'-' | b'/' | b'_' => {
            !behind.is_ascii_alphanumeric() || next == b'-' && slashed(text, at + 1).is_some()
        }
        b'.' => !behind.is_ascii_alphanumeric(),
        _ => !next.is_ascii_alphanumeric(),
    }
}

// ---- Times of day ------------------------------------------------------------------------------------------------

/// What came before a time of day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that says so.
    Nothing,
    /// A date and a space.
    Date,
    /// A date and a `T`.
    Iso,
}

/// Reads the time of day at `at`, its "am" or "pm" included, and where it ends.
fn clock_at(text: &str, at: usize, before: Before, style: Style) -> Option<(Clock, usize)> {
    let prefix = [
        ("午前", false),
        ("午後", true),
        ("오전", false),
        ("오후", true),
        ("새벽", false),
        ("저녁", true),
        ("上午", false),
        ("下午", true),
        ("凌晨", false),
        ("清晨", false),
        ("早上", false),
        ("晚上", true),
    ];
    for (word, afternoon) in prefix {
        if !byte(text, at).is_ascii() && starts(text, at, word) {
            let (clock, end) = clock_at(text, spaces(text, at + word.len()), before, style)?;
            return Some((clock.in_half(afternoon)?, end));
        }
    }
    let hour = number(text, at)?;
    let (clock, end) = match hour.digits {
        1 | 2 => hour_first(text, &hour, before)?,
        4 => compact_clock(text, &hour, before, style)?,
        6 if before == Before::Iso => {
            let value = hour.value as u32;
            (Clock::new(value / 10000, value / 100 % 100, value % 100)?, hour.end)
        }
        _ => return None,
    };
    let (clock, end) = match meridiem(text, end) {
        Some((afternoon, after)) => (clock.in_half(afternoon)?, after),
        None => (clock, end),
    };
    let at = spaces(text, end);
    let end = any(text, at, &["Uhr", "hrs", "hours"]).filter(|end| !is_letter(text, *end)).unwrap_or(end);
    let end = if matches!(byte(text, end), b'h' | b'H') && !is_letter(text, end + 1) { end + 1 } else { end };
    let number_goes_on = matches!(byte(text, end), b'.' | b':') && digit(text, end + 1).is_some()
        || digit(text, end).is_some();
    let word_goes_on = byte(text, end).is_ascii_alphabetic() && zone_at(text, end, true).is_none();
    (!number_goes_on && !word_goes_on && !matches!(byte(text, end), b'%' | b'_')).then_some((clock, end))
}

fn hour_first(text: &str, hour: &Number, before: Before) -> Option<(Clock, usize)> {
    let value = hour.small(0..=24)?;
    if let Some(at) = colon(text, hour.end) {
        return minutes(text, value, at);
    }
    if let Some(after) = any(text, spaces(text, hour.end), &["時", "时", "点", "點", "시"]) {
        // `3時間` and `3시간` are durations.
        if any(text, after, &["間", "间", "간"]).is_some() {
            return None;
        }
        if let Some(end) = any(text, after, &["半"]) {
            return Some((Clock::new(value, 30, 0)?, end));
        }
        let minute = number(text, spaces(text, after)).and_then(|minute| {
            let end = any(text, spaces(text, minute.end), &["分", "분"])?;
            Some((minute.small(0..=59)?, end))
        });
        let Some((minute, end)) = minute else { return Some((Clock::new(value, 0, 0)?, after)) };
        let second = number(text, spaces(text, end)).and_then(|second| {
            Some((second.small(0..=59)?, any(text, spaces(text, second.end), &["秒", "초"])?))
        });
        let (second, end) = second.unwrap_or((0, end));
        return Some((Clock::new(value, minute, second)?, end));
    }
    let two = |at| number(text, at).filter(|number| number.digits == 2);
    match byte(text, hour.end) {
        b'h' | b'H' => {
            let minute = two(hour.end + 1)?;
            // `2h15m` is a duration.
            (!byte(text, minute.end).is_ascii_alphabetic())
                .then_some((Clock::new(value, minute.small(0..=59)?, 0)?, minute.end))
        }
        b'.' | b'-' if byte(text, hour.end) == b'.' || before == Before::Iso => {
            let minute = two(hour.end + 1)?;
            let clock = Clock::new(value, minute.small(0..=59)?, 0)?;
            (before != Before::Nothing || meridiem(text, minute.end).is_some()).then_some((clock, minute.end))
        }
        _ => {
            let at = spaces(text, hour.end);
            let uhr = starts(text, at, "Uhr");
            (uhr || (1..=12).contains(&value) && meridiem(text, hour.end).is_some())
                .then_some((Clock::new(value, 0, 0)?, hour.end))
        }
    }
}

/// Reads minutes and seconds behind an hour and its colon.
fn minutes(text: &str, hour: u32, at: usize) -> Option<(Clock, usize)> {
    let open = |at| matches!(byte(text, at), b'x' | b'X' | b'?' | b'-' | b'_');
    let Some(minute) = number(text, at) else {
        // `14:??`, `23:xx`
        if !(open(at) && open(at + 1)) || is_letter(text, at + 2) {
            return None;
        }
        let end = open_seconds(text, at + 2);
        return Some((Clock { rough: true, ..Clock::new(hour, 0, 0)? }, end));
    };
    if minute.digits == 1
        && open(minute.end)
        && byte(text, minute.end) != b'-'
        && !is_letter(text, minute.end + 1)
    {
        // `16:4x`
        let tens = minute.small(0..=5)?;
        let end = open_seconds(text, minute.end + 1);
        return Some((Clock { rough: true, ..Clock::new(hour, tens * 10, 0)? }, end));
    }
    let value = minute.small(0..=59).filter(|_| minute.digits == 2)?;
    let second = colon(text, minute.end).and_then(|at| number(text, at)).filter(|second| second.digits == 2);
    let Some(second) = second else { return Some((Clock::new(hour, value, 0)?, minute.end)) };
    let clock = Clock { seconds: true, ..Clock::new(hour, value, second.small(0..=60)?)? };
    let fraction =
        matches!(byte(text, second.end), b'.' | b',').then(|| number(text, second.end + 1)).flatten();
    match fraction {
        Some(fraction) if fraction.digits <= 9 => {
            let nano = fraction.value * 10u64.pow(9 - fraction.digits as u32);
            let time = clock.time.with_nanosecond(nano as u32)?;
            Some((Clock { time, ..clock }, fraction.end))
        }
        _ => Some((clock, second.end)),
    }
}

/// Passes over the seconds of a time whose minutes are open.
fn open_seconds(text: &str, at: usize) -> usize {
    match colon(text, at) {
        Some(after) => match number(text, after) {
            Some(number) if number.digits == 2 => number.end,
            _ => unknown(text, after).unwrap_or(at),
        },
        None => at,
    }
}

/// Reads `0915`, where something says that it is no year, no port and no count.
fn compact_clock(text: &str, number: &Number, before: Before, style: Style) -> Option<(Clock, usize)> {
    let (hour, minute) = (number.value as u32 / 100, number.value as u32 % 100);
    let clock = Clock { compact: true, ..Clock::new(hour, minute, 0)? };
    let after = spaces(text, number.end);
    let marked = zone_at(text, number.end, false).is_some()
        || any(text, after, &["hrs", "hours"]).is_some_and(|end| !is_letter(text, end))
        || matches!(byte(text, number.end), b'h' | b'H') && !is_letter(text, number.end + 1);
    let year = (1990..=2039).contains(&number.value) && !style.compact;
    let separated = colon(text, number.end).is_some_and(|end| digit(text, end).is_none())
        || matches!(byte(text, number.end), b']' | b')')
        || any(text, after, &["- ", "– ", "— "]).is_some() && after > number.end
        || style.compact;
    let range = matches!(byte(text, after), b'-') && self_compact(text, after + 1) && !year;
    // `2026-07-18〜2026-07-24`: the second year is no time.
    if matches!(byte(text, number.end), b'-' | b'/' | b'.')
        && digit(text, number.end + 1).is_some()
        && !self_compact(text, number.end + 1)
    {
        return None;
    }
    (before != Before::Nothing || marked || separated && !year || range).then_some((clock, number.end))
}

fn self_compact(text: &str, at: usize) -> bool {
    number(text, at).is_some_and(|number| {
        number.digits == 4 && number.value < 2400 && number.value % 100 < 60 && ends_well(text, number.end)
    })
}

/// Reads "am" or "pm" in its spellings: whether it is "pm", and where it ends.
fn meridiem(text: &str, at: usize) -> Option<(bool, usize)> {
    let at = spaces(text, at);
    let afternoon = match byte(text, at) {
        b'a' | b'A' => false,
        b'p' | b'P' => true,
        _ => return None,
    };
    let dotted = byte(text, at + 1) == b'.';
    let letter = if dotted { at + 2 } else { at + 1 };
    if !matches!(byte(text, letter), b'm' | b'M') {
        return None;
    }
    let end = if dotted && byte(text, letter + 1) == b'.' { letter + 2 } else { letter + 1 };
    (!is_letter(text, end) && digit(text, end).is_none()).then_some((afternoon, end))
}

// ---- Zones -------------------------------------------------------------------------------------------------------

/// Abbreviations of zones and their distance from UTC in minutes, as most of those who use them mean them.
const ABBREVIATIONS: &[(&str, i32)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("UCT", 0),
    ("WET", 0),
    ("BST", 60),
    ("WEST", 60),
    ("CET", 60),
    ("MEZ", 60),
    ("MET", 60),
    ("WAT", 60),
    ("CEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("SAST", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("EAT", 180),
    ("TRT", 180),
    ("IDT", 180),
    ("GST", 240),
    ("PKT", 300),
    ("IST", 330),
    ("NPT", 345),
    ("ICT", 420),
    ("WIB", 420),
    ("SGT", 480),
    ("HKT", 480),
    ("PHT", 480),
    ("MYT", 480),
    ("AWST", 480),
    ("JST", 540),
    ("KST", 540),
    ("ACST", 570),
    ("AEST", 600),
    ("ACDT", 630),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("NST", -210),
    ("NDT", -150),
    ("BRT", -180),
    ("ART", -180),
    ("ADT", -180),
    ("AST", -240),
    ("CLT", -240),
    ("EDT", -240),
    ("EST", -300),
    ("CDT", -300),
    ("COT", -300),
    ("PET", -300),
    ("CST", -360),
    ("MDT", -360),
    ("MST", -420),
    ("PDT", -420),
    ("PST", -480),
    ("AKDT", -480),
    ("AKST", -540),
    ("HST", -600),
];

/// Words for regions whose distance from UTC depends on the date; the longer stand before the shorter.
const REGIONS: &[(&str, Tz)] = &[
    ("central european", Tz::Europe__Berlin),
    ("pacific", Tz::America__Los_Angeles),
    ("mountain", Tz::America__Denver),
    ("central", Tz::America__Chicago),
    ("eastern", Tz::America__New_York),
    ("british", Tz::Europe__London),
    ("greenwich mean", Tz::UTC),
    ("coordinated universal", Tz::UTC),
    ("japan", Tz::Asia__Tokyo),
    ("korea", Tz::Asia__Seoul),
    ("singapore", Tz::Asia__Singapore),
    ("indian", Tz::Asia__Kolkata),
    ("india", Tz::Asia__Kolkata),
];

/// Short names of regions, and both abbreviations of those that people join as `PST/PDT`.
const SHORT_REGIONS: &[(&str, Tz)] = &[
    ("PT", Tz::America__Los_Angeles),
    ("MT", Tz::America__Denver),
    ("CT", Tz::America__Chicago),
    ("ET", Tz::America__New_York),
    ("PST/PDT", Tz::America__Los_Angeles),
    ("MST/MDT", Tz::America__Denver),
    ("CST/CDT", Tz::America__Chicago),
    ("EST/EDT", Tz::America__New_York),
    ("CET/CEST", Tz::Europe__Berlin),
    ("GMT/BST", Tz::Europe__London),
];

fn fixed(minutes: i32) -> Option<Zone> {
    FixedOffset::east_opt(minutes.checked_mul(60)?).map(Zone::Fixed)
}

/// Reads the zone behind a time of day, spaces before it and brackets around it included.
///
/// `exact` says that a minus with hours and minutes is an offset; behind `10:00` alone it begins the end of a span.
fn zone_at(text: &str, at: usize, exact: bool) -> Option<(Zone, usize)> {
    let start = spaces(text, at);
    let open = any(text, start, &["(", "（", "["]);
    let at = open.unwrap_or(start);
    let (zone, mut end) = match byte(text, at) {
        b'Z' | b'z' if !byte(text, at + 1).is_ascii_alphanumeric() => (fixed(0)?, at + 1),
        b'+' | b'-' | 0xE2 => offset_at(text, at, exact)?,
        next if next.is_ascii_alphabetic() => named_zone(text, at)?,
        _ => return None,
    };
    if open.is_some() {
        end = any(text, end, &[")", "）", "]"])?;
    }
    Some((zone, end))
}

/// Reads `+09:00`, `-0600`, `+2`, `−05:00`.
fn offset_at(text: &str, at: usize, exact: bool) -> Option<(Zone, usize)> {
    let (negative, after) = match any(text, at, &["+"]) {
        Some(after) => (false, after),
        None => (true, any(text, at, &["-", "−"])?),
    };
    let hours = number(text, after)?;
    let (minutes, end) = match hours.digits {
        4 => ((hours.value / 100 * 60 + hours.value % 100) as i32, hours.end),
        1 | 2 => match colon(text, hours.end)
            .and_then(|at| number(text, at))
            .filter(|number| number.digits == 2)
        {
            Some(minutes) if exact || !negative => ((hours.value * 60 + minutes.value) as i32, minutes.end),
            None if !negative => (hours.value as i32 * 60, hours.end),
            None if exact && hours.digits == 2 => (hours.value as i32 * 60, hours.end),
            _ => return None,
        },
        _ => return None,
    };
    let plain =
        !byte(text, end).is_ascii_alphanumeric() && byte(text, end) != b':' && digit(text, end).is_none();
    if !plain || minutes > 14 * 60 || minutes % 15 != 0 {
        return None;
    }
    Some((fixed(if negative { -minutes } else { minutes })?, end))
}

/// Reads the name of a zone at `at`: `UTC+2`, `PST`, `PST/PDT`, `Pacific Time`, `Europe/Berlin`.
fn named_zone(text: &str, at: usize) -> Option<(Zone, usize)> {
    let bytes = text.as_bytes();
    let mut end = at;
    while bytes.get(end).is_some_and(u8::is_ascii_alphabetic) {
        end += 1;
    }
    let name = &text[at..end];
    let glued = byte(text, end).is_ascii_digit() || byte(text, end) == b'_' || is_letter(text, end);
    if name.len() < 2 || glued && !matches!(name, "UTC" | "GMT") {
        return None;
    }
    if byte(text, end) == b'/'
        && let Some(found) = slashed_zone(text, at, end)
    {
        return Some(found);
    }
    // Of the others only these two are written without a capital, and most words behind a time are no zone.
    if name.as_bytes()[0].is_ascii_lowercase() && !matches!(name, "utc" | "gmt") {
        return None;
    }
    if let Some((_, minutes)) = ABBREVIATIONS.iter().find(|(known, _)| {
        *known == name
            || name.len() == 3 && matches!(name, "utc" | "gmt" | "Utc") && known.eq_ignore_ascii_case(name)
    }) {
        if *minutes == 0
            && let Some((zone, after)) = signed_hours(text, end)
        {
            return Some((zone, after));
        }
        return (!glued).then_some(()).and_then(|()| Some((fixed(*minutes)?, end)));
    }
    if let Some((_, tz)) = SHORT_REGIONS.iter().find(|(known, _)| *known == name) {
        return Some((Zone::Region(*tz), end));
    }
    worded_zone(text, at)
}

/// Reads the hours behind `UTC`: `+2`, `-05:00`, `±0`.
fn signed_hours(text: &str, at: usize) -> Option<(Zone, usize)> {
    if let Some(after) = any(text, at, &["±0", "±00:00"]) {
        return Some((fixed(0)?, after));
    }
    let start = if starts(text, at, " +") { at + 1 } else { at };
    let after = any(text, start, &["+", "-", "−"])?;
    let hours = number(text, after).filter(|hours| hours.digits <= 4)?;
    let (value, end) = match (hours.digits, colon(text, hours.end).and_then(|at| number(text, at))) {
        (4, _) => (hours.value / 100 * 60 + hours.value % 100, hours.end),
        (1 | 2, Some(minutes)) if minutes.digits == 2 => (hours.value * 60 + minutes.value, minutes.end),
        (1 | 2, _) => (hours.value * 60, hours.end),
        _ => return None,
    };
    let value = i32::try_from(value).ok().filter(|value| *value <= 14 * 60)?;
    let end_is_clean = !byte(text, end).is_ascii_alphanumeric();
    if !end_is_clean {
        return None;
    }
    Some((fixed(if starts(text, start, "+") { value } else { -value })?, end))
}

/// Reads `Europe/Berlin`, `US/Pacific`, `PST/PDT`.
fn slashed_zone(text: &str, at: usize, slash: usize) -> Option<(Zone, usize)> {
    let bytes = text.as_bytes();
    let mut end = slash;
    while bytes.get(end).is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, b'/' | b'_' | b'-'))
        && end - at < 40
    {
        end += 1;
    }
    let name = text[at..end].trim_end_matches(['/', '-', '_']);
    let end = at + name.len();
    if let Some((_, tz)) = SHORT_REGIONS.iter().find(|(known, _)| *known == name) {
        return Some((Zone::Region(*tz), end));
    }
    if let Ok(tz) = name.parse::<Tz>() {
        return Some((Zone::Region(tz), end));
    }
    let last = name.rsplit('/').next()?.to_ascii_lowercase();
    let region = REGIONS.iter().find(|(known, _)| *known == last)?;
    Some((Zone::Region(region.1), end))
}

/// Reads `Pacific`, `Eastern Daylight Time`, `Central European Time (CET)`.
fn worded_zone(text: &str, at: usize) -> Option<(Zone, usize)> {
    let rest = text.as_bytes().get(at..)?;
    let (name, tz) = REGIONS.iter().find(|(name, _)| {
        rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
            && !is_letter(text, at + name.len())
            && rest[0].is_ascii_uppercase()
    })?;
    let mut end = at + name.len();
    let mut season = None;
    for (word, shift) in
        [(" standard", Some(false)), (" daylight", Some(true)), (" summer", Some(true)), (" time", None)]
    {
        let next = text.as_bytes().get(end..end + word.len());
        if next.is_some_and(|next| next.eq_ignore_ascii_case(word.as_bytes()))
            && !is_letter(text, end + word.len())
        {
            season = season.or(shift);
            end += word.len();
        }
    }
    // The bare word is an adjective as often as a zone: `10:00 Central cluster down`.
    let bare = end == at + name.len();
    if bare && !matches!(*name, "pacific" | "eastern")
        || bare && byte(text, end) == b' ' && is_letter(text, end + 1)
    {
        return None;
    }
    let zone = match season {
        Some(summer) => {
            let month = if summer { 7 } else { 1 };
            let day = NaiveDate::from_ymd_opt(2024, month, 1)?.and_time(NaiveTime::MIN);
            Zone::Fixed(tz.offset_from_utc_datetime(&day).fix())
        }
        None => Zone::Region(*tz),
    };
    Some((zone, end))
}

// ---- What a line begins with ---------------------------------------------------------------------------------------

/// A stamp that was read.
struct Read {
    stamp: Stamp,
    zone: Option<Zone>,
    approximate: bool,
    end: usize,
}

/// Words and signs for "about".
static ABOUT: Words = Words::new(&[
    "~",
    "≈",
    "∼",
    "～",
    "〜",
    "±",
    "approximately",
    "approx.",
    "approx",
    "Approximately",
    "Approx.",
    "Approx",
    "around",
    "Around",
    "about",
    "About",
    "circa",
    "Circa",
    "ca.",
    "Ca.",
    "c.",
    "roughly",
    "Roughly",
    "shortly after",
    "Shortly after",
    "shortly before",
    "Shortly before",
    "just after",
    "Just after",
    "just before",
    "Just before",
    "soon after",
    "a little after",
    "a few minutes after",
    "some time after",
    "sometime after",
    "no later than",
    "poco después de las",
    "kurz nach",
    "kurz vor",
    "peu après",
    "environ",
    "vers",
    "Vers",
    "gegen",
    "Gegen",
    "約",
    "およそ",
    "约",
    "大约",
    "약",
    "cerca de",
    "por volta de",
    "alrededor de",
    "@",
]);

/// Behind a time, words for "about".
static ABOUT_BEHIND: Words = Words::new(&[
    "頃",
    "早朝",
    "朝",
    "午前",
    "昼",
    "午後",
    "夕方",
    "夜",
    "深夜",
    "未明",
    "ごろ",
    "ころ",
    "前後",
    "以降",
    "以前",
    "まで",
    "左右",
    "许",
    "경",
    "쯤",
    "ish",
    "(推定)",
    "（推定）",
    "(approx.)",
    "(approx)",
    "(approximate)",
    "(approximately)",
    "(estimated)",
    "(est.)",
    "(ca.)",
]);

/// Words that may stand before a time and say no more than "at".
static AT: Words = Words::new(&[
    "At ", "at ", "On ", "on ", "By ", "From ", "from ", "Um ", "um ", "Am ", "Le ", "le ", "À ", "à ",
    "El ", "A las ", "a las ", "Às ", "às ",
]);

/// Brackets, quotation marks and signs of lists that may stand before a time.
static OPENING: Words = Words::new(&[
    "[", "(", "（", "【", "「", "`", "*", "_", "\"", "'", "“", "<", "• ", "- ", "– ", "▸ ", "🕐 ", "⏰ ",
]);

/// What may stand between a time and what happened then.
static CLOSING: Words = Words::new(&[
    "]", ")", "）", "】", "」", "`", "*", "\"", "'", "”", ">", ":", "：", "-", "–", "—", "―", "|", "→", "⇒",
    ",", "，", "、", ";", "=", "»", "·", "•",
]);

fn about(text: &str, at: usize) -> Option<usize> {
    let end = ABOUT.at(text, at)?;
    let letters = byte(text, end - 1).is_ascii_alphabetic();
    if letters && is_letter(text, end) || byte(text, at) == b'@' && digit(text, spaces(text, end)).is_none() {
        return None;
    }
    Some(spaces(text, end))
}

fn skip_opening(text: &str, mut at: usize) -> usize {
    loop {
        at = spaces(text, at);
        at = match OPENING.at(text, at) {
            Some(after) => after,
            None => return at,
        };
    }
}

fn skip_closing(text: &str, mut at: usize) -> usize {
    loop {
        at = spaces(text, at);
        at = match CLOSING.at(text, at) {
            Some(after) => after,
            None if byte(text, at) == b'.' && matches!(byte(text, at + 1), b' ' | b'\n' | 0) => {
                (at + 1).min(text.len())
            }
            None => return at,
        };
    }
}

/// Reads a date, a time of day, or both, in either order.
fn stamp_at(text: &str, at: usize, style: Style) -> Option<Read> {
    let mut at = at;
    let mut approximate = false;
    for _ in 0..3 {
        // None of these begins with a digit, as nearly every stamp does.
        if digit(text, at).is_some() {
            break;
        }
        if let Some(after) = AT.at(text, at) {
            at = spaces(text, after);
        } else if let Some(after) = about(text, at) {
            approximate |= byte(text, after.saturating_sub(1)) != b'@';
            at = after;
        } else if let Some(after) = weekday(text, at) {
            at = spaces(text, after);
        } else {
            break;
        }
    }
    if let Some((day, end)) = day_at(text, at, style.order)
        && may_end(text, end)
    {
        let mut read = Read { stamp: Stamp { day: Some(day), clock: None }, zone: None, approximate, end };
        if let Some(tail) = clock_after_in(text, end, style) {
            let stamp = Stamp { day: Some(day), clock: tail.stamp.clock };
            return Some(Read { stamp, approximate: approximate || tail.approximate, ..tail });
        }
        if let Some(after) = weekday(text, spaces(text, end)) {
            read.end = after;
        }
        read.end = no_clock(text, read.end).unwrap_or(read.end);
        return Some(behind(text, read));
    }
    let (clock, end) = clock_at(text, at, Before::Nothing, style)?;
    let read = with_zone(text, clock, end, approximate, false);
    // `16:22 PST, 30 November 2017`, `10:00 on June 5th`
    let next = spaces(text, read.end);
    let next = if byte(text, next) == b',' { spaces(text, next + 1) } else { next };
    let next = any(text, next, &["on ", "am ", "le "]).unwrap_or(next);
    let next = weekday(text, next).map_or(next, |after| spaces(text, after));
    if let Some((day, end)) = day_at(text, next, style.order)
        && (day.full().is_some() || !day.numeric && day.day.is_some())
        && may_end(text, end)
    {
        let stamp = Stamp { day: Some(day), clock: read.stamp.clock };
        return Some(Read { stamp, end, ..read });
    }
    Some(read)
}

/// Reads the zone behind a time, and words for "about" behind either.
fn with_zone(text: &str, clock: Clock, end: usize, approximate: bool, iso: bool) -> Read {
    let read = Read {
        stamp: Stamp { day: None, clock: Some(clock) },
        zone: None,
        approximate: approximate || clock.rough,
        end,
    };
    let mut read = behind(text, read);
    if let Some((zone, end)) = zone_at(text, read.end, iso || clock.seconds) {
        read.zone = Some(zone);
        read.end = end;
        // `CET (GMT+1)` says the same twice.
        let next = spaces(text, end);
        if starts(text, next, "(")
            && let Some((_, end)) = zone_at(text, next, false)
        {
            read.end = end;
        }
        read = behind(text, read);
    }
    read
}

fn behind(text: &str, mut read: Read) -> Read {
    let next = spaces(text, read.end);
    if let Some(end) = ABOUT_BEHIND.at(text, next) {
        read.end = end;
        read.approximate = true;
    } else if byte(text, read.end) == b'~' && digit(text, spaces(text, read.end + 1)).is_none() {
        read.end += 1;
        read.approximate = true;
    }
    read
}

/// Returns where a time of day that nobody filled in ends: `HH:mm`, `--:--`, `??:??`.
fn no_clock(text: &str, at: usize) -> Option<usize> {
    let at = spaces(text, at);
    if matches!(byte(text, at), b'X' | b'x' | b'?') && colon(text, at + 1).is_some() {
        return Some(at + 1);
    }
    let end = unknown(text, at)?;
    let end = colon(text, end)?;
    unknown(text, end)
}

fn clock_after(text: &str, end: usize) -> Option<Read> {
    clock_after_in(text, end, Style::default())
}

/// Reads the time of day behind a date: after `T`, spaces, commas, "at", a dash, a weekday.
fn clock_after_in(text: &str, end: usize, style: Style) -> Option<Read> {
    if matches!(byte(text, end), b'T' | b't') {
        let (clock, after) = clock_at(text, end + 1, Before::Iso, style)?;
        return Some(with_zone(text, clock, after, false, true));
    }
    let mut at = spaces(text, end);
    if let Some(after) = weekday(text, at) {
        at = spaces(text, after);
    }
    let mut approximate = false;
    for _ in 0..3 {
        let signs = [
            ",", "、", "—", "–", "- ", "/ ", "| ", "·", "at ", "At ", "um ", "à ", "às ", "a las ", "kl. ",
            "(", "（", "[", ": ", "：",
        ];
        if let Some(after) = any(text, at, &signs) {
            at = spaces(text, after);
        }
        if let Some(after) = about(text, at) {
            approximate = true;
            at = after;
        }
    }
    if at == end {
        return None;
    }
    let (clock, after) = clock_at(text, at, Before::Date, style)?;
    // A number of four digits behind a dash is no time: `2021-06-25 - 1200 users`.
    let dashed = text[end..at].contains(['-', '–', '—', '(', '/', ':']);
    if clock.compact && dashed && zone_at(text, after, false).is_none() {
        return None;
    }
    let mut read = with_zone(text, clock, after, approximate, false);
    if text[end..at].contains(['(', '（', '[']) {
        read.end = any(text, read.end, &[")", "）", "]"]).unwrap_or(read.end);
    }
    Some(read)
}

/// Reads the end of a span behind its beginning.
fn range_end(text: &str, at: usize, style: Style, start: &Stamp) -> Option<Read> {
    let sign = spaces(text, at);
    let after = any(
        text,
        sign,
        &[
            "-->", "->", "→", "–", "—", "―", "-", "−", "〜", "～", "~", "to ", "until ", "till ", "bis ",
            "à ", "a ", "至", "到", "から", "부터", "/ ",
        ],
    )?;
    let worded = text[sign..after].ends_with(' ') || text[sign..after].chars().any(char::is_alphabetic);
    if worded && sign == at && text[sign..after].is_ascii() {
        return None;
    }
    let alias = text[sign..after].starts_with('/');
    let next = spaces(text, after);
    let next = about(text, next).unwrap_or(next);
    let second = stamp_at(text, next, Style { compact: style.compact, ..style })?;
    // `16:40 / 08:40 PST` names one time in two zones, which `skip_echoes` passes over.
    if alias {
        return None;
    }
    match (start.clock, second.stamp.clock, second.stamp.day) {
        (Some(first), Some(last), _) if last.compact && !first.compact && second.stamp.day.is_none() => None,
        (_, Some(_), _) => Some(second),
        (None, None, Some(day)) if !day.is_bare() => Some(second),
        _ => None,
    }
}

/// Passes over what repeats a time: further times of a list, the same time in another zone, weekday, zone in brackets.
fn skip_echoes(text: &str, at: usize, style: Style, leading: &mut Leading) -> usize {
    let mut at = at;
    for _ in 0..12 {
        let next = spaces(text, at);
        if let Some(after) = any(text, next, &["/", ",", "、"])
            && leading.start.clock.is_some()
            && let Some((clock, end)) = clock_at(text, spaces(text, after), Before::Nothing, Style::default())
            && !clock.compact
        {
            let read = with_zone(text, clock, end, false, false);
            // Only of a list of times may the zone stand at its end; a second zone is that of the second time.
            if leading.zone.is_none() && byte(text, next) != b'/' {
                leading.zone = read.zone;
            }
            at = read.end;
            continue;
        }
        let Some(inside) = any(text, next, &["(", "（"]) else { break };
        if let Some(end) = weekday(text, next) {
            at = end;
            continue;
        }
        // `2025-10-10 (later): x` says as much about when as it can.
        if leading.start.clock.is_none()
            && let Some(length) = text[inside..].find([')', '）']).filter(|length| *length <= 60)
            && let Some(end) = any(text, inside + length, &[")", "）"])
            && (colon(text, end).is_some() || spaces(text, end) >= text.len())
        {
            at = end;
            break;
        }
        let inside = spaces(text, inside);
        let inside = zone_at(text, inside, false).map_or(inside, |(_, end)| spaces(text, end));
        let Some(read) = stamp_at(text, inside, style) else { break };
        let Some(end) = any(text, spaces(text, read.end), &[")", "）"]) else { break };
        at = end;
    }
    at
}

/// Returns whether nothing but the end of a label follows, so that two bare numbers before it are a date.
fn stands_alone(text: &str, at: usize) -> bool {
    let next = spaces(text, at);
    next >= text.len()
        || any(text, next, &["]", ")", "）", ":", "：", "`"]).is_some()
        || any(text, next, &["- ", "– ", "— "]).is_some() && next > at
}

// ---- Paths -------------------------------------------------------------------------------------------------------

/// Returns a file's name without its extensions; a dot between digits belongs to the name.
fn stem_of(name: &str) -> &str {
    let mut stem = name;
    while let Some(dot) = stem.rfind('.') {
        let extension = &stem[dot + 1..];
        if dot == 0
            || !extension.bytes().any(|b| b.is_ascii_alphabetic())
            || extension.len() > 8
            || extension.contains(' ')
        {
            break;
        }
        stem = &stem[..dot];
    }
    stem
}

/// Returns the date in one segment of a path.
fn in_segment(segment: &str) -> Option<Moment> {
    let bytes = segment.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let letter = bytes[at].is_ascii_alphabetic();
        if !letter && digit(segment, at).is_none() {
            at += 1;
            continue;
        }
        let glued = at > 0 && bytes[at - 1].is_ascii_alphanumeric();
        if !glued && let Some(moment) = segment_date(segment, at) {
            return Some(moment);
        }
        if letter {
            while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
                at += 1;
            }
        } else {
            at = skip_digits(segment, at);
        }
    }
    None
}

fn segment_date(segment: &str, at: usize) -> Option<Moment> {
    if let Some(run) = number(segment, at)
        && matches!(run.digits, 12 | 14)
    {
        let seconds = if run.digits == 14 { run.value } else { run.value.checked_mul(100)? };
        let (day, time) = (seconds / 1_000_000, seconds % 1_000_000);
        let (day, _) = compact_day(&Number { value: day, digits: 8, end: run.end })?;
        let clock = Clock::new((time / 10000) as u32, (time / 100 % 100) as u32, (time % 100) as u32)?;
        let zone = zone_at(segment, run.end, true).map(|(zone, _)| zone);
        return Some(clock.on(day.full()?, zone));
    }
    let (day, end) = day_at(segment, at, Order::Unknown)?;
    if byte(segment, end) == b'T'
        && let Some(date) = day.full()
        && let Some((clock, after)) = clock_at(segment, end + 1, Before::Iso, Style::default())
    {
        return Some(clock.on(date, zone_at(segment, after, true).map(|(zone, _)| zone)));
    }
    if byte(segment, end).is_ascii_alphanumeric() {
        return None;
    }
    match (day.full(), day.year, day.month) {
        (Some(_), ..) => day.moment(),
        // `INC-2021-12` is the twelfth incident of a year; only at the beginning is it a month.
        (None, Some(_), Some(_)) if at == 0 || digit(segment, at).is_none() => {
            let more = matches!(byte(segment, end), b'-' | b'_' | b'.') && digit(segment, end + 1).is_some();
            (!more).then(|| day.moment()).flatten()
        }
        _ => None,
    }
}

/// Returns the number of two digits that a segment begins with, and what follows; a further digit or letter is none.
fn leading_pair(segment: &str) -> Option<(u32, &str)> {
    let number = number(segment, 0)?;
    let value = number.small(1..=31)?;
    let rest = &segment[number.end..];
    (rest.is_empty() || rest.starts_with(['-', '_', ' ', '.'])).then_some((value, rest))
}

fn month_of_folder(folder: &str) -> Option<u32> {
    if let Some((month, end, _)) = month_at(folder, 0) {
        return (end == folder.len()).then_some(month);
    }
    leading_pair(folder).map(|(month, _)| month).filter(|month| *month <= 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(moment: Option<Moment>) -> String {
        moment.map_or("-".to_owned(), |moment| moment.iso())
    }

    fn check(read: impl Fn(&str) -> String, cases: &[(&str, &str)]) {
        let wrong: Vec<String> = cases
            .iter()
            .filter_map(|(text, expected)| {
                let got = read(text);
                (got != *expected).then(|| format!("{text:?}: {got} instead of {expected}"))
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Draws what a line begins with: `words | start | until | zone at start | about | rest`.
    fn draw(text: &str) -> String {
        let Some(leading) = leading(text) else { return "-".to_owned() };
        let stamp = |stamp: &Stamp| {
            let number = |value: Option<u32>| value.map_or("?".to_owned(), |value| format!("{value:02}"));
            let mut out = String::new();
            if let Some(day) = stamp.day {
                let year = day.year.map_or("?".to_owned(), |year| year.to_string());
                out += &format!("{year}-{}-{}", number(day.month), number(day.day));
            }
            if let Some(clock) = stamp.clock {
                out += &format!("T{}{}", clock.time, if clock.next_day { "+" } else { "" });
            }
            out
        };
        let local = leading.moment().map_or(NaiveDate::from_ymd_opt(2024, 7, 1).unwrap().into(), |m| m.local);
        let mut out = stamp(&leading.start);
        if let Some(until) = &leading.until {
            out += &format!(" to {}", stamp(until));
        }
        if let Some(zone) = leading.zone {
            out += &format!(" {}", zone.offset(local));
        }
        if leading.approximate {
            out += " about";
        }
        format!("{out} | {} | {}", &text[leading.words], &text[leading.end..])
    }

    #[test]
    fn spans_of_time() {
        let draw =
            |text: &str| span(text).map_or("-".to_owned(), |(a, b)| format!("{} to {}", a.iso(), b.iso()));
        check(
            draw,
            &[
                ("2021-06-25 14:00 - 15:30 UTC", "2021-06-25T14:00:00Z to 2021-06-25T15:30:00Z"),
                ("2021-06-25 23:00 – 01:30 UTC", "2021-06-25T23:00:00Z to 2021-06-26T01:30:00Z"),
                ("2026-03-19 〜 2026-03-23（約 4 日間）", "2026-03-19 to 2026-03-23"),
                ("2021-06-25 14:00 UTC", "-"),
                ("three hours", "-"),
            ],
        );
    }

    #[test]
    fn years_in_names_and_seconds_since_1970() {
        check(
            |text| show(year_in_name(text)),
            &[
                ("PM2021-007 - Disk full.md", "2021"),
                ("a/outage-2019.md", "2019"),
                ("2019-and-2021.md", "-"),
                ("port-8080.md", "-"),
                ("12021.md", "-"),
            ],
        );
        check(
            |text| show(parse(text)),
            &[
                ("1624629600", "2021-06-25T14:00:00Z"),
                ("1624629600000", "2021-06-25T14:00:00Z"),
                ("1234", "-"),
            ],
        );
        assert_eq!(show(parse_in("03/04/2021", Order::DayFirst)), "2021-04-03");
    }

    #[test]
    fn values_of_fields() {
        check(
            |text| show(parse(text)),
            &[
                ("2023-07-24", "2023-07-24"),
                ("2023-07-24T17:12:00Z", "2023-07-24T17:12:00Z"),
                ("2024-12-27T09:43:40.482Z", "2024-12-27T09:43:40Z"),
                ("2023-07-24 17:12:00-0600", "2023-07-24T17:12:00-06:00"),
                ("2023-07-24 17:12:00 -06:00", "2023-07-24T17:12:00-06:00"),
                ("2021-07-07T10:00:00-00:00", "2021-07-07T10:00:00Z"),
                ("2021-07-07T10:00+02:00", "2021-07-07T10:00:00+02:00"),
                ("2021-7-4 9:05", "2021-07-04T09:05:00"),
                ("2014-07-16 23:29 UTC", "2014-07-16T23:29:00Z"),
                ("2021-07-01 # the day it was noticed", "2021-07-01"),
                ("\"December 22, 2021\"", "2021-12-22"),
                ("Dec. 22nd 2021", "2021-12-22"),
                ("22 December 2021", "2021-12-22"),
                ("13 August, 2021", "2021-08-13"),
                ("February 8th, 2019", "2019-02-08"),
                ("Thursday, January 20th, 2022 at 22:04 (UTC)", "2022-01-20T22:04:00Z"),
                ("Wed, 22 Dec 2021 10:00:05 GMT", "2021-12-22T10:00:05Z"),
                ("2021/06/25", "2021-06-25"),
                ("2021.06.25", "2021-06-25"),
                ("25.06.2021", "2021-06-25"),
                ("5.6.2021", "2021-06-05"),
                ("25. Juni 2021, 14 Uhr", "2021-06-25T14:00:00"),
                ("25/06/2021", "2021-06-25"),
                ("06/25/2021", "2021-06-25"),
                ("02-26-2024", "2024-02-26"),
                ("05/06/2021", "-"),
                ("20210625", "2021-06-25"),
                ("2021年6月25日 14時30分", "2021-06-25T14:30:00"),
                ("2021年6月25日（金）14時30分", "2021-06-25T14:30:00"),
                ("2021年 6月", "2021-06"),
                ("2021년 6월 25일 오후 2시 30분", "2021-06-25T14:30:00"),
                ("２０２１年６月２５日　１４：３０", "2021-06-25T14:30:00"),
                ("1er août 2021 à 09h15", "2021-08-01T09:15:00"),
                ("25 de junio de 2021", "2021-06-25"),
                ("3 de março de 2022", "2022-03-03"),
                ("12 DÉCEMBRE 2020", "2020-12-12"),
                ("July 2023", "2023-07"),
                ("2022-05", "2022-05"),
                ("2022-05-?? HH:mm", "2022-05"),
                ("2022-06-02 HH:mm", "2022-06-02"),
                ("2023-MM-DD", "2023"),
                ("2021", "2021"),
                ("~2025-03-03 19:30", "2025-03-03T19:30:00"),
                ("2025-03-03 19:30 (approx.)", "2025-03-03T19:30:00"),
                ("2021-03-04 (Thursday)", "2021-03-04"),
                ("2020-10-06 09:00 - 11:00", "2020-10-06T09:00:00"),
                ("2026-03-14T16:4x:00Z", "2026-03-14T16:40:00Z"),
                ("2021-12-31 24:00", "2022-01-01T00:00:00"),
                ("2020-07-01 10:00 Pacific Time", "2020-07-01T10:00:00-07:00"),
                ("2020-01-01 10:00 America/New_York", "2020-01-01T10:00:00-05:00"),
                ("2020-01-01 10:00 PST/PDT", "2020-01-01T10:00:00-08:00"),
                ("2024-07-01 10:00 BST", "2024-07-01T10:00:00+01:00"),
                ("", "-"),
                ("10:00", "-"),
                ("2021-13-01", "-"),
                ("2021-02-30", "-"),
                ("20xx-MM-DD HH:mm", "-"),
                ("20202-01-16 12:00", "-"),
                ("11/03/202", "-"),
                ("2021-06-25 was a bad day", "-"),
                ("v1.2.3", "-"),
                ("true", "-"),
                ("May", "-"),
            ],
        );
    }

    #[test]
    fn dates_in_running_text() {
        let found = |text: &str| {
            let all = find_all(text);
            all.iter()
                .map(|(range, moment)| format!("{}={}", &text[range.clone()], moment.iso()))
                .collect::<Vec<_>>()
                .join(" ")
        };
        check(
            found,
            &[
                ("We saw it on December 22, 2021.", "December 22, 2021=2021-12-22"),
                ("from 2021-06-25 10:05 UTC on", "2021-06-25 10:05 UTC=2021-06-25T10:05:00Z"),
                ("02/26/2024-03/16/2024", "02/26/2024=2024-02-26 03/16/2024=2024-03-16"),
                ("障害は2021年6月25日に", "2021年6月25日=2021-06-25"),
                (
                    "on July 27-28, 2025 and 27 to 28 July 2025",
                    "July 27-28, 2025=2025-07-27 27 to 28 July 2025=2025-07-27",
                ),
                ("vom 3. bis 5. Mai 2025", "3. bis 5. Mai 2025=2025-05-03"),
                ("1 and 2 reads, 3 to 4 users in May 2025", ""),
                ("Update 2nd February 2021: done", "2nd February 2021=2021-02-02"),
                ("see https://x.example/2021/06/25/a and v20190206-b01b288, PM-2021-06-25, 1.2.2021.4", ""),
                ("build 20210625 of 10.0.0.1:8080, 2021-06-25-001", ""),
                ("January 20, 2021-01-05", "2021-01-05=2021-01-05"),
                ("on Tuesday January 9 from 17:09", ""),
                ("Juillet 2021, 12 out of 2021, set 5 2021", ""),
            ],
        );
        let month = |text: &str| show(find_month(text).map(|(_, moment)| moment));
        check(
            month,
            &[
                ("in July 2023 we", "2023-07"),
                ("2021年6月に", "2021-06"),
                ("on 5 July 2023", "-"),
                ("May be", "-"),
            ],
        );
    }

    #[test]
    fn dates_in_paths() {
        check(
            |path| show(find_in_path(path)),
            &[
                ("2023-10-14-dns.md", "2023-10-14"),
                ("20210305_x.md", "2021-03-05"),
                ("posts/2022-07-x.md", "2022-07"),
                ("2021/06/25.md", "2021-06-25"),
                ("2021/06/25-dns.md", "2021-06-25"),
                ("2021/06/x.md", "2021-06"),
                ("2021/06/500-errors.md", "2021-06"),
                ("2021/06-25-dns.md", "2021-06-25"),
                ("2021-06/25.md", "2021-06-25"),
                ("2021/june/x.md", "2021-06"),
                ("2019-01/2019-02-03-x.md", "2019-02-03"),
                ("2021-06-25/index.md", "2021-06-25"),
                ("PM-2021-06-25.md", "2021-06-25"),
                ("INCIDENT-20260314T170559Z.md", "2026-03-14T17:05:59Z"),
                ("2020-12-21T10-30.md", "2020-12-21T10:30:00"),
                ("20210305123000.md", "2021-03-05T12:30:00"),
                ("2020-02-12.html.md.erb", "2020-02-12"),
                ("2021.06.25.md", "2021-06-25"),
                ("outage-25-jun-2021.md", "2021-06-25"),
                ("PM-2026-008-x.md", "-"),
                ("PM2019-009 - starvation.md", "-"),
                ("INC-2021-12.md", "-"),
                ("v1.2.3.md", "-"),
                ("port-8080.md", "-"),
                ("ticket-20215.md", "-"),
                ("2021/outage.md", "-"),
                ("2021/404.md", "-"),
            ],
        );
        assert_eq!(show(year_in_path("posts/2021/outage.md")), "2021");
        assert_eq!(show(year_in_path("posts/outage-2021.md")), "-");
    }

    #[test]
    fn what_a_line_begins_with() {
        check(
            draw,
            &[
                ("10:05 it broke", "T10:05:00 | 10:05 | it broke"),
                ("[13:20] merged", "T13:20:00 | 13:20 | merged"),
                ("[03-26 17:40] upgrade", "?-03-26T17:40:00 | 03-26 17:40 | upgrade"),
                ("08-01 06:28", "?-08-01T06:28:00 | 08-01 06:28 | "),
                ("16:40 - text", "T16:40:00 | 16:40 | text"),
                ("04:49 PM UTC Site", "T16:49:00 +00:00 | 04:49 PM UTC | Site"),
                ("4:06pm: x", "T16:06:00 | 4:06pm | x"),
                ("12 a.m. x", "T00:00:00 | 12 a.m. | x"),
                ("13:06 PM: x", "T13:06:00 | 13:06 PM | x"),
                ("00:27 UTC: x", "T00:27:00 +00:00 | 00:27 UTC | x"),
                ("1915 UTC: x", "T19:15:00 +00:00 | 1915 UTC | x"),
                ("0915: x", "T09:15:00 | 0915 | x"),
                ("2022-02-02 1625: x", "2022-02-02T16:25:00 | 2022-02-02 1625 | x"),
                ("2022-02-02 X: x", "2022-02-02 | 2022-02-02 X | x"),
                ("08-01 朝", "?-08-01 about | 08-01 朝 | "),
                ("2025-10-10 (later): x", "2025-10-10 | 2025-10-10 (later) | x"),
                ("18:15:00 - (approximately) x", "T18:15:00 about | 18:15:00 | x"),
                ("09h15 – x", "T09:15:00 | 09h15 | x"),
                ("14時30分 検知", "T14:30:00 | 14時30分 | 検知"),
                ("午後2時 検知", "T14:00:00 | 午後2時 | 検知"),
                ("凌晨00:12 无法访问", "T00:12:00 | 凌晨00:12 | 无法访问"),
                ("晚上8:30 恢复", "T20:30:00 | 晚上8:30 | 恢复"),
                ("16:40:12.345 x", "T16:40:12.345 | 16:40:12.345 | x"),
                ("10:00–10:30 x", "T10:00:00 to T10:30:00 | 10:00–10:30 | x"),
                ("10:00-10:30 x", "T10:00:00 to T10:30:00 | 10:00-10:30 | x"),
                ("10:00 to 10:30 UTC x", "T10:00:00 to T10:30:00 +00:00 | 10:00 to 10:30 UTC | x"),
                ("10:00〜10:30", "T10:00:00 to T10:30:00 | 10:00〜10:30 | "),
                ("1:15 - 2:30 PM: x", "T13:15:00 to T14:30:00 | 1:15 - 2:30 PM | x"),
                ("11:55 - 1:30 PM: x", "T11:55:00 to T13:30:00 | 11:55 - 1:30 PM | x"),
                (
                    "2021-01-01 10:00 → 11:00",
                    "2021-01-01T10:00:00 to 2021-01-01T11:00:00 | 2021-01-01 10:00 → 11:00 | ",
                ),
                (
                    "2026-07-22 21:47:44〜2026-07-23 21:48 x",
                    "2026-07-22T21:47:44 to 2026-07-23T21:48:00 | 2026-07-22 21:47:44〜2026-07-23 21:48 | x",
                ),
                ("2026-07-18〜2026-07-24 | x", "2026-07-18 to 2026-07-24 | 2026-07-18〜2026-07-24 | x"),
                ("16:40 - 3 pods", "T16:40:00 | 16:40 | 3 pods"),
                ("16:40 - 1200 users", "T16:40:00 | 16:40 | 1200 users"),
                ("2021-06-25 - 1200 users", "2021-06-25 | 2021-06-25 | 1200 users"),
                ("~19:30 x", "T19:30:00 about | ~19:30 | x"),
                ("approx. 19:30 x", "T19:30:00 about | approx. 19:30 | x"),
                ("around 19:30 x", "T19:30:00 about | around 19:30 | x"),
                ("約19:30 x", "T19:30:00 about | 約19:30 | x"),
                ("c. 19:30 x", "T19:30:00 about | c. 19:30 | x"),
                ("2026-03-23 22:50 頃 | x", "2026-03-23T22:50:00 about | 2026-03-23 22:50 頃 | x"),
                ("2026-04-17 ~21:25", "2026-04-17T21:25:00 about | 2026-04-17 ~21:25 | "),
                ("2020-11-17 10:45~", "2020-11-17T10:45:00 about | 2020-11-17 10:45~ | "),
                ("2024-03-13 14:?? x", "2024-03-13T14:00:00 about | 2024-03-13 14:?? | x"),
                ("2026-03-27 23:xx: x", "2026-03-27T23:00:00 about | 2026-03-27 23:xx | x"),
                ("2019-12-03 --:--", "2019-12-03 | 2019-12-03 --:-- | "),
                ("2026-05-中旬", "2026-05-? | 2026-05-中旬 | "),
                ("Sep 27 2017 13:06", "2017-09-27T13:06:00 | Sep 27 2017 13:06 | "),
                ("Thur Jan 20 22:40", "?-01-20T22:40:00 | Thur Jan 20 22:40 | "),
                ("May 31 Optimism", "?-05-31 | May 31 | Optimism"),
                ("6月25日 10:00 検知", "?-06-25T10:00:00 | 6月25日 10:00 | 検知"),
                ("2025-07-26 Saturday", "2025-07-26 | 2025-07-26 Saturday | "),
                ("20:07 EDT (00:07 UTC): x", "T20:07:00 -04:00 | 20:07 EDT (00:07 UTC) | x"),
                (
                    "2026-03-25 12:43 (UTC 03:43) | x",
                    "2026-03-25T12:43:00 | 2026-03-25 12:43 (UTC 03:43) | x",
                ),
                (
                    "2026-03-27 22:02, 22:07, 22:33: x",
                    "2026-03-27T22:02:00 | 2026-03-27 22:02, 22:07, 22:33 | x",
                ),
                (
                    "2024-06-28 7:09 AM Eastern: x",
                    "2024-06-28T07:09:00 -04:00 | 2024-06-28 7:09 AM Eastern | x",
                ),
                (
                    "16:22 PST, 30 November 2017 x",
                    "2017-11-30T16:22:00 -08:00 | 16:22 PST, 30 November 2017 | x",
                ),
                ("At 10:05 UTC, we", "T10:05:00 +00:00 | At 10:05 UTC | we"),
                ("07:30am - First report", "T07:30:00 | 07:30am | First report"),
                ("10:00-0600 x", "T10:00:00 -06:00 | 10:00-0600 | x"),
                ("10:00 UTC+2 x", "T10:00:00 +02:00 | 10:00 UTC+2 | x"),
                ("10:00 Central cluster", "T10:00:00 | 10:00 | Central cluster"),
                ("10:00am-like", "T10:00:00 | 10:00am | like"),
                ("1200 users were", "-"),
                ("2012: founded", "-"),
                ("3 of 5", "-"),
                ("5/11 pods failed", "-"),
                ("10-20 pods failed", "-"),
                ("3時間後", "-"),
                ("2h15m later", "-"),
                ("10.0.0.1 went away", "-"),
                ("1:1 mapping", "-"),
                ("8080:80 was", "-"),
                ("10:00:00:01 x", "-"),
                ("v2.0", "-"),
                ("May be", "-"),
                ("At first", "-"),
                ("~", "-"),
                ("", "-"),
            ],
        );
    }

    #[test]
    fn zones_in_words() {
        let zone = |text: &str| {
            let local = NaiveDate::from_ymd_opt(2024, 7, 1).unwrap().into();
            find_zone(text).map_or("-".to_owned(), |zone| zone.offset(local).to_string())
        };
        check(
            zone,
            &[
                ("All times in PST", "-08:00"),
                ("Time (UTC)", "+00:00"),
                ("Date and Time in CET", "+01:00"),
                ("All times in CET (GMT+1)", "+01:00"),
                ("All times in UTC+1 (Zurich time)", "+01:00"),
                ("All times in GMT+2", "+02:00"),
                ("all times in Pacific Time", "-07:00"),
                ("All times in UC/Pacific", "-07:00"),
                ("All times in Central European Time (CET)", "+02:00"),
                ("Times are in Eastern Daylight Time (EDT) and UTC.", "-04:00"),
                ("Eastern Standard Time", "-05:00"),
                ("全時刻は JST。UTC 併記", "+09:00"),
                ("Europe/Berlin", "+02:00"),
                ("All times in {{ most convenient timezone }}", "-"),
                ("Time to resolve the estimate", "-"),
            ],
        );
    }

    #[test]
    fn numbers_that_could_be_read_either_way_need_their_neighbours() {
        assert_eq!(order_of("02/03/2024 and 02/26/2024"), Order::MonthFirst);
        assert_eq!(order_of("02/03/2024 and 26/02/2024"), Order::DayFirst);
        assert_eq!(order_of("02/03/2024"), Order::Unknown);
        let style = Style { order: Order::MonthFirst, compact: false };
        assert_eq!(show(leading_in("7/5/2023", style).unwrap().moment()), "2023-07-05");
        let (day_first, month_first) = ambiguous("on 7/5/2023").unwrap();
        assert_eq!(
            (day_first.to_string(), month_first.to_string()),
            ("2023-05-07".into(), "2023-07-05".into())
        );
    }

    #[test]
    fn a_day_without_a_year_is_in_the_nearest() {
        let base = NaiveDate::from_ymd_opt(2019, 3, 26).unwrap();
        let near = |month, day| Day::new(None, Some(month), Some(day)).near(base).unwrap().to_string();
        assert_eq!(near(12, 5), "2018-12-05");
        assert_eq!(near(3, 20), "2019-03-20");
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        const PIECES: &[&str] = &[
            "2021",
            "-",
            "06",
            "/",
            "25",
            "T",
            "10",
            ":",
            "30",
            "：",
            "１",
            "２",
            "年",
            "月",
            "日",
            "時",
            "分",
            " ",
            "　",
            ".",
            "Z",
            "+",
            "−",
            "UTC",
            "(",
            ")",
            "PST",
            "Pacific",
            " Time",
            "pm",
            "a.m.",
            "~",
            "〜",
            "→",
            "–",
            "約",
            "頃",
            "Jan",
            "août",
            "de",
            "Uhr",
            "h",
            "x",
            "??",
            "--",
            "é",
            "😀",
            "\u{a0}",
            "午後",
            "火",
            "Europe/Berlin",
            "99999999999999999999",
            "20210625",
            "24",
            "00",
            "\n",
            "[",
            "]",
            "#",
            "\"",
            "th",
            ",",
            "to ",
            "オ",
            "\u{301}",
            "D\u{c9}C",
        ];
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut random = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % below as u64) as usize
        };
        for _ in 0..20_000 {
            let text: String = (0..random(14)).map(|_| PIECES[random(PIECES.len())]).collect();
            parse(&text);
            for (range, _) in find_all(&text) {
                assert!(text.get(range).is_some(), "{text:?}");
            }
            find_month(&text);
            find_in_path(&text);
            year_in_path(&text);
            find_zone(&text);
            order_of(&text);
            ambiguous(&text);
            for order in [Order::Unknown, Order::DayFirst, Order::MonthFirst] {
                if let Some(leading) = leading_in(&text, Style { order, compact: true }) {
                    assert!(
                        text.get(leading.words.clone()).is_some() && text.get(leading.end..).is_some(),
                        "{text:?}"
                    );
                    assert!(leading.words.end <= leading.end, "{text:?}");
                }
            }
        }
    }
}
