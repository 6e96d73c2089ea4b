//! A point in time as somebody wrote it: as exact as the words, never more.
//!
//! Comes in: numbers from `date` and `timeline`. Goes out: [`Moment`]. Knows nothing of the text it was read from.

use chrono::DateTime;
use chrono::Datelike;
use chrono::FixedOffset;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::NaiveTime;
use chrono::Offset;
use chrono::TimeZone;
use chrono::Timelike;
use chrono_tz::Tz;
use std::fmt::Write;

/// How exact the words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// A calendar day.
    Day,
    /// Hours and minutes.
    Minute,
    /// Seconds, or fractions of them.
    Second,
}

/// A point in time.
///
/// Invariant: what the precision does not cover is the first of its kind (January, the 1st, midnight).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Date and time on the wall clock of `offset`.
    pub local: NaiveDateTime,
    /// The distance from UTC, where the words name a zone or the site's own was taken.
    pub offset: Option<FixedOffset>,
    /// Whether `offset` is the site's own, for want of a zone in the words.
    pub assumed: bool,
    /// How exact the words are.
    pub precision: Precision,
}

impl Moment {
    /// Returns a calendar day.
    pub fn day(date: NaiveDate) -> Self {
        Moment {
            local: date.and_time(NaiveTime::MIN),
            offset: None,
            assumed: false,
            precision: Precision::Day,
        }
    }

    /// Returns an exact instant.
    pub fn instant(at: DateTime<FixedOffset>) -> Self {
        Moment {
            local: at.naive_local(),
            offset: Some(*at.offset()),
            assumed: false,
            precision: if at.second() == 0 { Precision::Minute } else { Precision::Second },
        }
    }

    /// Returns whether it says a time of day.
    pub fn has_time(&self) -> bool {
        self.precision >= Precision::Minute
    }

    /// Returns the same moment, in `zone` where it names a time of day and no zone of its own.
    ///
    /// A time that the clocks skipped in spring is read with the offset from before the change, one that they
    /// repeated in autumn as the first of the two.
    pub fn in_zone(mut self, zone: Tz) -> Self {
        if self.offset.is_none() && self.has_time() {
            let offset = zone.offset_from_local_datetime(&self.local);
            let before = || zone.offset_from_utc_datetime(&(self.local - chrono::TimeDelta::days(1))).fix();
            self.offset = Some(offset.earliest().map_or_else(before, |offset| offset.fix()));
            self.assumed = true;
        }
        self
    }

    /// Returns the moment in UTC; one without an offset is taken as UTC, which is what orders it among others.
    pub fn utc(&self) -> NaiveDateTime {
        let seconds = self.offset.map_or(0, |offset| offset.local_minus_utc());
        self.local.checked_sub_signed(chrono::TimeDelta::seconds(seconds.into())).unwrap_or(self.local)
    }

    /// Returns the calendar day on its own wall clock.
    pub fn date(&self) -> NaiveDate {
        self.local.date()
    }

    /// Returns the year on its own wall clock.
    pub fn year(&self) -> i32 {
        self.local.year()
    }

    /// Returns ISO 8601 as exact as the words: `2023`, `2023-07`, `2023-07-24`, or RFC 3339 with a time of day.
    pub fn iso(&self) -> String {
        // Written by hand: chrono's format strings are read anew for each of the dozens of dates on every page, and those
        // of the standard library take several times as long as the digits themselves.
        let (date, time) = (self.local.date(), self.local.time());
        let mut out = String::with_capacity(25);
        match u32::try_from(date.year()) {
            Ok(year @ 0..=9999) => {
                push_two(&mut out, year / 100);
                push_two(&mut out, year % 100);
            }
            _ => {
                let _ = write!(out, "{:04}", date.year());
            }
        }
        if self.precision >= Precision::Month {
            out.push('-');
            push_two(&mut out, date.month());
        }
        if self.precision >= Precision::Day {
            out.push('-');
            push_two(&mut out, date.day());
        }
        if self.has_time() {
            out.push('T');
            push_two(&mut out, time.hour());
            out.push(':');
            push_two(&mut out, time.minute());
            out.push(':');
            push_two(&mut out, time.second());
            match self.offset {
                None => {}
                Some(offset) if offset.local_minus_utc() == 0 => out.push('Z'),
                Some(offset) => {
                    let _ = write!(out, "{offset}");
                }
            }
        }
        out
    }

    /// Returns the date as people read it in English: `24 July 2023`, `July 2023`, `2023`.
    pub fn spoken_date(&self) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let date = self.local.date();
        let month = MONTHS[date.month0() as usize];
        let mut out = String::with_capacity(17);
        if self.precision >= Precision::Day {
            match date.day() {
                day @ ..10 => out.push(char::from(b'0' + day as u8)),
                day => push_two(&mut out, day),
            }
            out.push(' ');
        }
        if self.precision >= Precision::Month {
            out.push_str(month);
            out.push(' ');
        }
        match u32::try_from(date.year()) {
            Ok(year @ 1000..=9999) => {
                push_two(&mut out, year / 100);
                push_two(&mut out, year % 100);
            }
            _ => out.push_str(&date.year().to_string()),
        }
        out
    }

    /// Returns the time of day as people read it: `17:12 UTC`, `17:12 −06:00`; empty where the words name none.
    pub fn spoken_time(&self) -> String {
        if !self.has_time() {
            return String::new();
        }
        let mut out = String::with_capacity(16);
        push_two(&mut out, self.local.hour());
        out.push(':');
        push_two(&mut out, self.local.minute());
        if self.precision == Precision::Second {
            out.push(':');
            push_two(&mut out, self.local.second());
        }
        match self.offset {
            None => {}
            Some(offset) if offset.local_minus_utc() == 0 => out.push_str(" UTC"),
            Some(offset) => {
                out.push(' ');
                out.push_str(&offset.to_string().replace('-', "\u{2212}"));
            }
        }
        out
    }
}

/// Appends a number below a hundred as two digits.
fn push_two(out: &mut String, number: u32) {
    out.push(char::from(b'0' + (number / 10 % 10) as u8));
    out.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(text: &str) -> Moment {
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        Moment { local, offset: None, assumed: false, precision: Precision::Minute }
    }

    #[test]
    fn iso_says_no_more_than_the_words() {
        let day = NaiveDate::from_ymd_opt(2021, 12, 22).unwrap();
        assert_eq!(Moment::day(day).iso(), "2021-12-22");
        assert_eq!(minute("2021-12-22 09:05").iso(), "2021-12-22T09:05:00");
        let seed = DateTime::parse_from_rfc3339("2023-07-24T17:12:00-06:00").unwrap();
        assert_eq!(Moment::instant(seed).iso(), "2023-07-24T17:12:00-06:00");
    }

    #[test]
    fn a_naive_time_takes_the_zone_and_says_so() {
        let berlin = minute("2024-07-01 10:00").in_zone(chrono_tz::Europe::Berlin);
        assert_eq!((berlin.iso().as_str(), berlin.assumed), ("2024-07-01T10:00:00+02:00", true));
        let skipped = minute("2024-03-31 02:30").in_zone(chrono_tz::Europe::Berlin);
        assert_eq!(skipped.iso(), "2024-03-31T02:30:00+01:00");
        let day = Moment::day(NaiveDate::from_ymd_opt(2024, 7, 1).unwrap());
        assert_eq!(day.in_zone(chrono_tz::Europe::Berlin), day);
    }
}
