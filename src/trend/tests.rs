//! Incidents in, what may be said of them over time out.

use crate::config;
use crate::document::Reader;
use crate::knowledge::Knowledge;
use crate::knowledge::Lock;
use crate::knowledge::connect;
use crate::knowledge::link::Files;
use crate::knowledge::recurrence::Wanted;
use crate::source::History;
use crate::source::SourceFile;
use crate::trend::Change;
use crate::trend::Guarded;
use crate::trend::Why;
use crate::trend::is_there;
use crate::trend::trends;
use chrono::DateTime;
use chrono::Days;
use chrono::NaiveDate;

/// Connects documents given as path, the time at which Git first saw them (or nothing), and text.
fn site(files: &[(&str, &str, &str)]) -> Knowledge {
    let (config, _) = config::parse("");
    let reader = Reader::new(&config, "");
    let documents = files.iter().map(|(path, added, text)| {
        let mut document = reader.parse(SourceFile {
            path: (*path).to_owned(),
            file: (*path).to_owned(),
            text: (*text).to_owned(),
            size: text.len() as u64,
            git: None,
            findings: Vec::new(),
        });
        if !added.is_empty() {
            let added = DateTime::parse_from_rfc3339(added).unwrap();
            document.history = Some(History { added: Some(added), changed: added });
        }
        document
    });
    connect(
        documents.map(std::sync::Arc::new).collect(),
        Files::default(),
        Lock::default(),
        &config,
        Wanted::Groups,
    )
}

/// Makes incidents a day apart that took so many minutes.
fn lasting(minutes: &[u64]) -> Knowledge {
    let first = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
    let files: Vec<(String, String)> = minutes
        .iter()
        .enumerate()
        .map(|(number, minutes)| {
            let day = first + Days::new(number as u64);
            let ends = day.and_hms_opt(0, 0, 0).unwrap() + chrono::TimeDelta::minutes(*minutes as i64);
            let text = format!(
                "---\nkind: incident\nstarted: {day}T00:00Z\nresolved: {}Z\n---\n# Number {number}\n",
                ends.format("%Y-%m-%dT%H:%M")
            );
            (format!("{number:03}.md"), text)
        })
        .collect();
    site(&files.iter().map(|(path, text)| (path.as_str(), "", text.as_str())).collect::<Vec<_>>())
}

#[test]
fn a_duration_needs_two_times_and_the_rest_is_counted() {
    let front = |lines: &str| format!("---\nkind: incident\n{lines}\n---\n# A\n");
    let texts = [
        front("date: 2021-01-01"),
        front("started: 2021-01-02T10:00Z"),
        front("started: 2021-01-03\nresolved: 2021-01-04"),
        front("started: 2021-01-05T10:00Z\nresolved: 2021-01-05T09:00Z"),
        front("started: 2021-01-06T10:00Z\nresolved: 2021-01-06T10:00Z"),
        front("started: 2021-01-07T10:00+02:00\nresolved: 2021-01-07T09:30Z"),
    ];
    let paths = ["a.md", "b.md", "c.md", "d.md", "e.md", "f.md"];
    let files: Vec<_> = paths.iter().zip(&texts).map(|(path, text)| (*path, "", text.as_str())).collect();
    let found = trends(&site(&files));
    let seconds: Vec<f64> = found.durations.points.iter().map(|point| point.seconds).collect();
    assert_eq!(seconds, [60.0, 5400.0], "no less than a minute; zones are heeded");
    assert_eq!(
        found.durations.left_out,
        [(Why::NoStart, 1), (Why::NoEnd, 1), (Why::DayOnly, 1), (Why::Backwards, 1)]
    );
    assert_eq!(found.incidents, 6);
}

#[test]
fn a_record_without_times_takes_those_of_its_postmortem_and_counts_once() {
    let found = trends(&site(&[
        ("r.md", "", "---\nkind: incident\nid: r\ndate: 2021-05-01\n---\n# R\n"),
        (
            "p.md",
            "",
            "---\nkind: postmortem\nincident: r\nstarted: 2021-05-01T10:00Z\nresolved: 2021-05-01T11:00Z\nfactors: [dns]\n---\n# P\n",
        ),
    ]));
    assert_eq!((found.incidents, found.durations.points.len()), (1, 1));
    assert_eq!(found.months.counts, [(2021, 5, 1)]);
}

#[test]
fn nothing_is_summarised_under_twenty() {
    let few = trends(&lasting(&[30; 19]));
    assert_eq!((few.durations.all, few.durations.change), (None, Change::TooFew));
    assert_eq!(few.durations.years, [(2021, 19, None)]);
    let enough = trends(&lasting(&[30; 20])).durations;
    assert_eq!(enough.all.map(|all| (all.count, all.median)), Some((20, 1800.0)));
    assert_eq!(enough.change, Change::TooFew, "two halves of ten are none");
    assert!(enough.years[0].2.is_some());
}

#[test]
fn a_change_is_named_only_where_chance_is_unlikely() {
    let Change::Compared(same) = trends(&lasting(&[10, 20, 40, 80, 160].repeat(8))).durations.change else {
        panic!("forty are enough")
    };
    assert!(!same.is_change && same.p > 0.5, "{same:?}");
    assert_eq!((same.older.count, same.newer.count, same.factor), (20, 20, 1.0));
    assert!(same.detectable > 1.5, "{same:?}");
    assert_eq!(same.since, NaiveDate::from_ymd_opt(2021, 1, 21).unwrap());
    let slower = [[10, 20, 40, 80, 160].repeat(4), [80, 160, 320, 640, 1280].repeat(4)].concat();
    let Change::Compared(slower) = trends(&lasting(&slower)).durations.change else { panic!() };
    assert!(slower.is_change && slower.p < 0.01, "{slower:?}");
    assert!((slower.factor - 8.0).abs() < 1e-9, "{slower:?}");
}

#[test]
fn incidents_of_one_day_are_not_torn_apart() {
    let text = "---\nkind: incident\nstarted: 2021-01-01T00:00Z\nresolved: 2021-01-01T01:00Z\n---\n# A\n";
    let paths: Vec<String> = (0..50).map(|number| format!("{number}.md")).collect();
    let files: Vec<_> = paths.iter().map(|path| (path.as_str(), "", text)).collect();
    let found = trends(&site(&files)).durations;
    assert_eq!((found.points.len(), found.change), (50, Change::TooFew));
}

#[test]
fn the_day_that_git_saw_dates_a_publication_and_nothing_else() {
    let knowledge = site(&[
        ("undated.md", "2021-06-01T08:00:00Z", "# Undated\n\n## Impact\n\nSome.\n"),
        ("a.md", "2021-06-10T08:00:00Z", "---\nkind: incident\ndate: 2021-06-01\n---\n# A\n"),
        ("b.md", "2021-05-10T08:00:00Z", "---\nkind: incident\ndate: 2021-06-02\n---\n# B\n"),
        ("c.md", "", "---\nkind: incident\ndate: 2021-06-03\n---\n# C\n"),
        ("d.md", "2021-06-04T08:00:00Z", "---\nkind: incident\ndate: 2021-06-04\n---\n# D\n"),
    ]);
    let found = trends(&knowledge);
    let days: Vec<f64> = found.publication.points.iter().map(|point| point.seconds / 86_400.0).collect();
    assert_eq!(days, [9.0, 1.0], "the same day is as short as two dates can tell");
    assert_eq!(found.publication.left_out, [(Why::Undated, 1), (Why::NoHistory, 1), (Why::AddedBefore, 1)]);
    assert_eq!(found.months.counts, [(2021, 6, 4)]);
    assert_eq!(found.months.undated, 1);
    assert!(!is_there(&site(&[("a.md", "2021-06-01T08:00:00Z", "# A\n\n## Impact\n\nSome.\n")])));
    assert!(is_there(&knowledge));
}

#[test]
fn a_collection_that_moved_is_no_publication() {
    let text = "---\nkind: incident\ndate: 2021-06-01\n---\n# A\n";
    let at = "2022-01-01T08:00:00Z";
    let files = [("a.md", at, text), ("b.md", at, text), ("c.md", at, text), ("d.md", at, text)];
    assert_eq!(trends(&site(&files)).publication.left_out, [(Why::InBulk, 4)]);
    assert_eq!(trends(&site(&files[..3])).publication.points.len(), 3);
}

#[test]
fn a_factor_comes_back_after_its_lesson_was_published() {
    let incident = |day: &str, lesson: bool| {
        let lessons = if lesson { "\n## Lessons learned\n\n- Watch what expires.\n" } else { "" };
        format!("---\nkind: incident\ndate: {day}\nfactors: [Expiry]\n---\n# A\n{lessons}")
    };
    let found = trends(&site(&[
        ("a.md", "2021-01-15T08:00:00Z", &incident("2021-01-01", false)),
        ("b.md", "2021-02-15T08:00:00Z", &incident("2021-02-01", true)),
        ("c.md", "2021-02-20T08:00:00Z", &incident("2021-02-10", true)),
        ("d.md", "2021-03-20T08:00:00Z", &incident("2021-03-10", false)),
    ]));
    let factor = &found.factors[0];
    assert_eq!(factor.taught, NaiveDate::from_ymd_opt(2021, 2, 15));
    assert_eq!((factor.incidents.len(), factor.after, found.factors_taught), (4, 1, 1));
}

#[test]
fn guards_are_counted_by_year() {
    let found = trends(&site(&[
        (
            "a.md",
            "",
            "---\nkind: incident\ndate: 2021-06-01\nlessons:\n  - text: Watch what expires, always.\n    guard: the alert Expiry\n  - text: Try the way back before you need it.\n---\n# A\n",
        ),
        (
            "b.md",
            "",
            "# B\n\n## Impact\n\nSome.\n\n## Lessons learned\n\n- A limit is part of the interface.\n",
        ),
    ]));
    assert_eq!(
        found.guards,
        [
            Guarded { year: Some(2021), lessons: 2, guarded: 1 },
            Guarded { year: None, lessons: 1, guarded: 0 }
        ]
    );
}
