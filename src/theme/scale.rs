//! A timeline drawn to scale.
//!
//! Comes in: the four times and the timeline of a document. Goes out: places on a line in per cent of its width. Knows
//! nothing of templates; draws nothing where fewer than two times can be placed.

use crate::document::Document;
use crate::document::moment::Moment;
use crate::document::moment::Precision;
use crate::theme::data::Scale;
use crate::theme::data::ScaleLabel;
use crate::theme::data::ScaleMark;
use crate::theme::data::ScaleSpan;
use crate::theme::data::ScaleTick;
use crate::theme::phrases::Phrases;
use crate::theme::view::between;
use chrono::DateTime;
use chrono::NaiveDateTime;

/// How much of the length of the incident is drawn before its start and after its end, for the entries there.
const AROUND: f64 = 0.5;

/// The room left at both ends, as a part of the whole.
const MARGIN: f64 = 0.015;

/// How many times stand on the axis at most; as many as fit below each other on a narrow screen.
const LABELS: i64 = 5;

/// Distances between times on the axis, in minutes.
const STEPS: [i64; 19] =
    [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 5760, 10080, 20160, 43200, 129_600, 525_600];

/// Returns the drawing of a document's timeline.
pub fn scale(document: &Document, phrases: &Phrases) -> Option<Scale> {
    let four = [
        ("started", &document.started),
        ("detected", &document.detected),
        ("mitigated", &document.mitigated),
        ("resolved", &document.resolved),
    ];
    let entries = document.timeline.iter().filter_map(|entry| entry.at.map(|at| (at, entry)));
    let timed = four.iter().filter_map(|(_, found)| found.as_ref()).map(|found| found.value);
    // Days among minutes would claim to be midnights.
    let exact = timed.chain(entries.clone().map(|(at, _)| at)).filter(Moment::has_time).count() >= 2;
    let least = if exact { Precision::Minute } else { Precision::Day };
    let placed = |at: &Moment| at.precision >= least;

    let marks: Vec<(&str, Moment)> = four
        .iter()
        .filter_map(|(name, found)| Some((*name, found.as_ref()?.value)))
        .filter(|(_, at)| placed(at))
        .collect();
    let entries: Vec<_> = entries.filter(|(at, _)| placed(at)).collect();
    let range = |times: &mut dyn Iterator<Item = &Moment>| {
        let seconds: Vec<i64> = times.map(seconds).collect();
        let (first, last) = (seconds.iter().min()?, seconds.iter().max()?);
        (first < last).then_some((*first, *last))
    };
    let core = range(&mut marks.iter().map(|(_, at)| at))
        .or_else(|| range(&mut entries.iter().map(|(at, _)| at).chain(marks.iter().map(|(_, at)| at))))?;
    let around = ((core.1 - core.0) as f64 * AROUND) as i64;
    let drawn = |at: i64| core.0 - around <= at && at <= core.1 + around;
    let ends = |at: &Moment, until: Option<&Moment>| {
        [Some(seconds(at)), until.map(seconds)].into_iter().flatten().filter(|&at| drawn(at))
    };
    let shown = || entries.iter().flat_map(|(at, entry)| ends(at, entry.until.as_ref()));
    let first = shown().fold(core.0, i64::min);
    let last = shown().fold(core.1, i64::max);
    let margin = (last - first) as f64 * MARGIN;
    let line = Line { first: first as f64 - margin, length: (last - first) as f64 + 2.0 * margin };

    let spans = marks.windows(2).filter(|pair| seconds(&pair[0].1) < seconds(&pair[1].1)).map(|pair| {
        let ((from, begin), (until, end)) = (pair[0], pair[1]);
        ScaleSpan {
            until: until.to_owned(),
            hurt: from != "mitigated" && until != "detected",
            name: match (from, until) {
                ("started", "detected") => phrases.say("span_unnoticed").to_owned(),
                (from, until) => phrases.say(&format!("span_{from}_{until}")).to_owned(),
            },
            length: between(&begin, &end, phrases).unwrap_or_default(),
            x: line.place(seconds(&begin)),
            width: line.width(seconds(&end) - seconds(&begin)),
        }
    });
    let ticks = entries.iter().filter(|(at, _)| drawn(seconds(at))).map(|(at, entry)| {
        let from = seconds(at);
        let until =
            entry.until.filter(&placed).map(|until| seconds(&until).min(last)).filter(|&until| until > from);
        let known = entry.known_at.filter(&placed).map(|known| seconds(&known));
        ScaleTick {
            x: line.place(from),
            width: until.map(|until| line.width(until - from)),
            known: known.filter(|&known| known > from && known <= last).map(|known| line.place(known)),
            title: format!("{} {}", entry.when, crate::document::title::cut(&entry.text, 140)),
        }
    });
    let outside = |beyond: &dyn Fn(i64) -> bool| {
        entries.iter().map(|(at, _)| seconds(at)).filter(|&at| !drawn(at) && beyond(at)).count()
    };
    let zone = marks.first().map(|(_, at)| *at).or(entries.first().map(|(at, _)| *at))?;
    let say = |seconds: i64| line.say(seconds, &zone, phrases);
    Some(Scale {
        spans: spans.collect(),
        marks: marks
            .iter()
            .map(|(phase, at)| ScaleMark { phase: (*phase).to_owned(), x: line.place(seconds(at)) })
            .collect(),
        ticks: ticks.collect(),
        axis: line.axis(first, last, &zone, phrases),
        before: outside(&|at| at < first),
        later: outside(&|at| at > last),
        from: say(first),
        to: say(last),
    })
}

/// The line that is drawn, in seconds.
struct Line {
    first: f64,
    length: f64,
}

impl Line {
    fn percent(&self, seconds: f64) -> f64 {
        (seconds / self.length * 100.0).clamp(0.0, 100.0)
    }

    fn place(&self, at: i64) -> String {
        rounded(self.percent(at as f64 - self.first))
    }

    fn width(&self, seconds: i64) -> String {
        rounded(self.percent(seconds as f64))
    }

    /// Returns round times on the wall clock of `zone`, and midnight by its day.
    fn axis(&self, first: i64, last: i64, zone: &Moment, phrases: &Phrases) -> Vec<ScaleLabel> {
        let offset = offset(zone);
        let minutes = (last - first).div_euclid(60);
        let step =
            STEPS.into_iter().find(|step| minutes / step < LABELS).unwrap_or(STEPS[STEPS.len() - 1]) * 60;
        let begin = (first + offset).div_euclid(step) * step;
        (0..=LABELS + 1)
            .map(|index| begin + index * step)
            .filter(|&local| first <= local - offset && local - offset <= last)
            .filter_map(|local| {
                let at = moment(local)?;
                let percent = self.percent((local - offset) as f64 - self.first);
                Some(ScaleLabel {
                    x: rounded(percent),
                    text: match local.rem_euclid(86_400) {
                        0 if minutes > 3 * 525_600 => at.format("%Y").to_string(),
                        0 => phrases.short_day(at.date()),
                        _ => at.format("%H:%M").to_string(),
                    },
                    anchor: match percent {
                        percent if percent < 5.0 => "start",
                        percent if percent > 95.0 => "end",
                        _ => "middle",
                    }
                    .to_owned(),
                })
            })
            .collect()
    }

    fn say(&self, at: i64, zone: &Moment, phrases: &Phrases) -> String {
        let Some(local) = moment(at + offset(zone)) else { return String::new() };
        let moment = Moment { local, ..*zone };
        let (date, time) = (phrases.date(&moment), moment.spoken_time());
        if time.is_empty() { date } else { format!("{date}, {time}") }
    }
}

fn seconds(at: &Moment) -> i64 {
    at.utc().and_utc().timestamp()
}

fn offset(zone: &Moment) -> i64 {
    zone.offset.map_or(0, |offset| offset.local_minus_utc().into())
}

fn moment(local: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(local, 0).map(|at| at.naive_utc())
}

/// Returns a percentage with at most two places, which is a tenth of a pixel on a wide screen.
fn rounded(percent: f64) -> String {
    // Digits of whole numbers are written several times as fast; only what lies near the middle between two of them is
    // left to the exact way.
    let hundredths = percent * 100.0;
    let text = match (0.0..=10_000.0).contains(&hundredths) && (hundredths.fract() - 0.5).abs() > 1e-6 {
        true => {
            let whole = hundredths.round() as u32;
            let (units, rest) = (whole / 100, whole % 100);
            match (rest, rest % 10) {
                (0, _) => return units.to_string(),
                (_, 0) => return format!("{units}.{}", rest / 10),
                _ => return format!("{units}.{rest:02}"),
            }
        }
        false => format!("{percent:.2}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::sample::parse;

    fn draw(text: &str) -> Option<Scale> {
        scale(&parse(text), &Phrases::built_in("en"))
    }

    const TIMES: &str = "---\nstarted: 2026-03-02T09:00Z\ndetected: 2026-03-02T09:30Z\nresolved: 2026-03-02T11:00Z\n---\n# Down\n";

    #[test]
    fn spans_are_as_wide_as_they_were_long() {
        let scale = draw(TIMES).unwrap();
        let spans: Vec<_> =
            scale.spans.iter().map(|span| (span.name.as_str(), span.length.as_str())).collect();
        assert_eq!(spans, [("Unnoticed", "30 min"), ("Detected to resolved", "1 h 30 min")]);
        let widths: Vec<f64> = scale.spans.iter().map(|span| span.width.parse().unwrap()).collect();
        assert!((widths[1] / widths[0] - 3.0).abs() < 0.01, "{widths:?}");
        let axis: Vec<_> = scale.axis.iter().map(|label| label.text.as_str()).collect();
        assert_eq!(axis, ["09:00", "09:30", "10:00", "10:30", "11:00"]);
        assert_eq!(
            (scale.from.as_str(), scale.to.as_str()),
            ("2 March 2026, 09:00 UTC", "2 March 2026, 11:00 UTC")
        );
    }

    #[test]
    fn what_lies_far_away_is_counted_and_not_drawn() {
        let text = format!(
            "{TIMES}\n## Timeline\n\n- 2026-02-01 10:00 UTC: the change goes out\n- 2026-03-02 09:30 UTC: an alert\n\
             - 2026-03-02 11:30 UTC: all is quiet\n- 2026-03-09 09:00 UTC: refunds are paid\n"
        );
        let scale = draw(&text).unwrap();
        assert_eq!((scale.before, scale.ticks.len(), scale.later), (1, 2, 1));
        assert_eq!(scale.to, "2 March 2026, 11:30 UTC");
    }

    #[test]
    fn days_are_drawn_where_nothing_is_more_exact() {
        let scale = draw("---\nstarted: 2022-04-05\nresolved: 2022-04-18\n---\n# Gone\n").unwrap();
        assert_eq!((scale.marks.len(), scale.from.as_str()), (2, "5 April 2022"));
        assert!(scale.axis.iter().all(|label| label.text.ends_with("Apr")), "{:?}", scale.axis);
    }

    #[test]
    fn one_time_is_no_line() {
        assert!(draw("---\nstarted: 2026-03-02T09:00Z\n---\n# Down\n").is_none());
        assert!(draw("# Down\n").is_none());
    }
}
