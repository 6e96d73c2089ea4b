//! Whole documents in, what they say about themselves out.

use crate::config::Config;
use crate::document::Document;
use crate::document::Found;
use crate::document::Reader;
use crate::document::moment::Moment;
use crate::source::SourceFile;

fn parse(path: &str, text: &str) -> Document {
    let config = Config::default();
    let source = SourceFile {
        path: path.to_owned(),
        file: path.to_owned(),
        text: text.to_owned(),
        size: text.len() as u64,
        git: None,
        findings: Vec::new(),
    };
    Reader::new(&config, "").parse(source)
}

/// Draws what a document says, one line for each thing that it says; findings stand at the end.
fn draw(path: &str, text: &str) -> String {
    let document = parse(path, text);
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            out += &format!("{name}: {value}\n");
        }
    };
    let moment = |found: &Option<Found<Moment>>| {
        found
            .as_ref()
            .map_or(String::new(), |found| format!("{} ({})", found.value.iso(), found.origin.describe()))
    };
    let names = |list: &[Found<String>]| {
        list.iter().map(|found| found.value.as_str()).collect::<Vec<_>>().join(" + ")
    };
    let words =
        |found: &Option<Found<String>>| found.as_ref().map_or(String::new(), |found| found.value.clone());
    line("title", document.title.value.clone());
    line("date", moment(&document.date));
    line(
        "severity",
        document
            .severity
            .as_ref()
            .map_or(String::new(), |found| format!("{} {:?}", found.value.label, found.value.level)),
    );
    line("services", names(&document.services));
    line("tags", names(&document.tags));
    line("authors", names(&document.authors));
    line("teams", names(&document.teams));
    line("started", moment(&document.started));
    line("detected", moment(&document.detected));
    line("mitigated", moment(&document.mitigated));
    line("resolved", moment(&document.resolved));
    line("status", words(&document.status));
    line("duration", words(&document.duration));
    line("summary", words(&document.summary));
    line("aside", document.aside.map_or(String::new(), |aside| aside.to_string()));
    for finding in &document.findings {
        let place = format!("{}:{}", finding.place.line, finding.place.column);
        line(
            "finding",
            format!("{}[{}] {place} {}", finding.level.name(), finding.rule.name, finding.message),
        );
    }
    out
}

#[track_caller]
fn check(path: &str, text: &str, expected: &str) {
    assert_eq!(draw(path, text), expected, "{text}");
}

#[test]
fn several_labels_on_one_line() {
    check(
        "x.md",
        "# Checkout down\n\n**Status**: Resolved | **Severity**: SEV2 | **Date**: 2021-06-25\n",
        "title: Checkout down\ndate: 2021-06-25 (label “Date”)\nseverity: SEV2 Some(2)\nstatus: Resolved\n",
    );
    check(
        "x.md",
        "# Checkout down\n\nDate: 2021-06-25 · Severity: P1 · Services: checkout, billing\n",
        "title: Checkout down\ndate: 2021-06-25 (label “Date”)\nseverity: P1 Some(1)\nservices: checkout + billing\n",
    );
    check(
        "x.md",
        "# Checkout down\n\n**Date:** 2021-06-25 **Author:** Jo March **Team:** Payments\n",
        "title: Checkout down\ndate: 2021-06-25 (label “Date”)\nauthors: Jo March\nteams: Payments\n",
    );
}

#[test]
fn tables_of_facts() {
    let facts = "title: Checkout down\ndate: 2021-06-25 (table row “Date”)\nseverity: Sev 2 Some(2)\nservices: checkout + billing\n\
                 started: 2021-06-25T14:00:00Z (table row “Impact start time (UTC)”)\n\
                 resolved: 2021-06-25T15:30:00Z (table row “End time”)\nstatus: Closed\n";
    check(
        "x.md",
        "# Checkout down\n\n| | |\n|---|---|\n| **Date** | 2021-06-25 |\n| **Severity** | Sev 2 |\n| Affected services | checkout, billing |\n\
         | Impact start time (UTC) | 2021-06-25 14:00 UTC |\n| End time | 2021-06-25 15:30 UTC |\n| Status | Closed |\n",
        facts,
    );
    check(
        "x.md",
        "# Checkout down\n\n| Date | 2021-06-25 | Severity | Sev 2 |\n|---|---|---|---|\n| Affected services | checkout, billing | Status | Closed |\n\
         | Impact start time (UTC) | 2021-06-25 14:00 UTC | End time | 2021-06-25 15:30 UTC |\n",
        facts,
    );
    check(
        "x.md",
        "# Checkout down\n\n| Field | Value | Notes |\n|---|---|---|\n| Date | 2021-06-25 | a Friday |\n| Severity | Sev 2 | |\n| Status | Closed | |\n",
        "title: Checkout down\ndate: 2021-06-25 (table row “Date”)\nseverity: Sev 2 Some(2)\nstatus: Closed\n",
    );
}

#[test]
fn a_table_of_other_things_is_no_table_of_facts() {
    check(
        "x.md",
        "# What we counted\n\n| Status | Number of projects |\n|---|---|\n| rejected | 21 |\n| warned | 400 |\n",
        "title: What we counted\n",
    );
}

#[test]
fn a_span_of_time_says_when_it_began_and_when_it_was_over() {
    check(
        "x.md",
        "# Checkout down\n\nDate: 2021-06-25 14:00 - 15:30 UTC\n",
        "title: Checkout down\ndate: 2021-06-25T14:00:00Z (label “Date”)\nstarted: 2021-06-25T14:00:00Z (label “Date”)\n\
         resolved: 2021-06-25T15:30:00Z (label “Date”)\n",
    );
}

#[test]
fn labels_in_japanese() {
    check(
        "x.md",
        "# 障害\n\n| 項目 | 値 |\n|---|---|\n| 発生日時 | 2026-07-24 10:52頃（再作成の直後） |\n| 復旧日時 | 2026-07-24 11:30 JST |\n\
         | 重大度 | SEV-2（主要機能の停止） |\n| 影響サービス | checkout（起動不能）、決済サービス、注文が止まった |\n| 作成者 | 山田（運用） |\n\n\
         ## サマリー\n\n決済が止まった。\n",
        "title: 障害\ndate: 2026-07-24T10:52:00+09:00 (table row “発生日時”)\nseverity: SEV-2 Some(2)\nservices: checkout + 決済サービス\n\
         authors: 山田\nstarted: 2026-07-24T10:52:00+09:00 (table row “発生日時”)\nresolved: 2026-07-24T11:30:00+09:00 (table row “復旧日時”)\n\
         summary: 決済が止まった。\n",
    );
}

#[test]
fn names_are_told_from_sentences() {
    let services = |value: &str| {
        let document = parse("x.md", &format!("# A\n\n**Affected services:** {value}\n"));
        document.services.iter().map(|found| found.value.clone()).collect::<Vec<_>>().join(" + ")
    };
    for (value, expected) in [
        ("checkout, billing and search", "checkout + billing + search"),
        ("checkout / billing", "checkout + billing"),
        ("API (all regions), web (EU, US)", "API + web"),
        ("checkout. Nobody could pay, and many called.", "checkout"),
        ("All users who were logged in when the database was restarted", ""),
        ("src/checkout/main.rs, checkout", "checkout"),
        ("`checkout`", "checkout"),
        ("N/A", ""),
    ] {
        assert_eq!(services(value), expected, "{value}");
    }
}

#[test]
fn people_are_told_apart() {
    let authors = |value: &str| {
        let document = parse("x.md", &format!("# A\n\n**Authors:** {value}\n"));
        document.authors.iter().map(|found| found.value.clone()).collect::<Vec<_>>().join(" + ")
    };
    for (value, expected) in [
        ("Jo March and Amy Lee", "Jo March + Amy Lee"),
        ("Jo March <jo@example.org>", "Jo March"),
        ("jo@example.org", "jo@example.org"),
        ("[Jo March], @amy (SRE)", "Jo March + @amy"),
        ("Jo & Amy", "Jo + Amy"),
        ("platform / search team", "platform / search team"),
        ("Search and discovery", "Search and discovery"),
    ] {
        assert_eq!(authors(value), expected, "{value}");
    }
}

#[test]
fn headings_that_are_labels() {
    check(
        "x.md",
        "# Checkout down\n\n## Date: July 1, 2020\n## Owner: Jo March\n\n## Affected services\n\n- **checkout**: all of it\n- billing - invoices only\n\n\
         ## Severity\n\n- [ ] SEV1\n- [x] SEV2\n- [ ] SEV3\n",
        "title: Checkout down\ndate: 2020-07-01 (label “Date”)\nseverity: SEV2 Some(2)\nservices: checkout + billing\nauthors: Jo March\n",
    );
}

#[test]
fn a_status_may_say_when_it_was_over() {
    check(
        "x.md",
        "# A\n\n- **Status**: Resolved at 2020-04-15 15:09 UTC\n- **Time to repair**: 0h 30m\n- **Identified**: Logins failed after the upgrade of the proxy.\n",
        "title: A\ndate: 2020-04-15T15:09:00Z (label “Status”)\nresolved: 2020-04-15T15:09:00Z (label “Status”)\n\
         status: Resolved at 2020-04-15 15:09 UTC\nduration: 0h 30m\nsummary: Logins failed after the upgrade of the proxy.\n",
    );
}

#[test]
fn front_matter_as_generators_write_it() {
    check(
        "x.md",
        "---\ntitle: A\ndate: 2021-06-25 14:00:00 +0200\nlayout: page\npublished: true\nseverity: {level: 1, color: red}\n\
         services: {checkout: {team: payments}, billing: {}}\nauthor: {name: Jo March, email: jo@example.org}\ntags: \"#dns #certificates\"\n---\nText.\n",
        "title: A\ndate: 2021-06-25T14:00:00+02:00 (front matter)\nseverity: 1 Some(1)\nservices: checkout + billing\n\
         tags: dns + certificates\nauthors: Jo March\n",
    );
    check(
        "x.md",
        "---\ntitle: A\ndate:\n  created: 2021-06-25\n  updated: 2022-01-01\nseverity: 2\nservices:\n  - name: checkout\n  - billing: down\nauthors: [[jo], amy]\n---\nText.\n",
        "title: A\ndate: 2021-06-25 (front matter)\nseverity: 2 Some(2)\nservices: checkout + billing\nauthors: jo + amy\n",
    );
    check(
        "x.md",
        "---\ntitle: A\ndate: 2021-06-25T14:00:00.000Z\n---\n",
        "title: A\ndate: 2021-06-25T14:00:00Z (front matter)\n",
    );
    check(
        "x.md",
        "---\ntitle: A\ndate: 1624629600\n---\n",
        "title: A\ndate: 2021-06-25T14:00:00Z (front matter)\n",
    );
    check("x.md", "---\ntitle: A\ndate: '2021-06-25'\n---\n", "title: A\ndate: 2021-06-25 (front matter)\n");
    check(
        "x.md",
        "+++\ntitle = \"A\"\ndate = 2021-06-25T14:00:00+02:00\nlastmod = 2022-01-01\n[params]\nseverity = \"SEV3\"\nservices = [\"checkout\"]\n+++\n",
        "title: A\ndate: 2021-06-25T14:00:00+02:00 (front matter)\nseverity: SEV3 Some(3)\nservices: checkout\n",
    );
    check(
        "x.md",
        "<!-- Copyright the authors\n     MIT -->\n\n---\ntitle: A\ndate: 2021-06-25\n---\nText.\n",
        "title: A\ndate: 2021-06-25 (front matter)\n",
    );
}

#[test]
fn a_draft_and_a_date_that_nobody_can_read() {
    assert!(parse("x.md", "---\ntitle: A\npublished: false\n---\n").draft);
    check(
        "x.md",
        "---\ntitle: A\ndate: soon\n---\n",
        "title: A\nfinding: warning[bad-date] 3:7 `date` is no date that can be read: `soon`\n",
    );
}

#[test]
fn a_date_that_can_be_read_in_two_ways_says_its_year() {
    check(
        "x.md",
        "# A\n\nDate: 03/04/2021\n",
        "title: A\ndate: 2021 (label “Date”)\nfinding: note[ambiguous-date] 3:1 `03/04/2021` may be 2021-04-03 or 2021-03-04\n",
    );
    // Another date of the text says that the day comes first.
    check(
        "x.md",
        "# A\n\nDate: 03/04/2021\n\nNext: 25/04/2021.\n",
        "title: A\ndate: 2021-04-03 (label “Date”)\n",
    );
}

#[test]
fn places_of_dates_in_their_order() {
    let date = |path: &str, text: &str| {
        let document = parse(path, text);
        document
            .date
            .map_or("-".to_owned(), |found| format!("{} {}", found.value.iso(), found.origin.describe()))
    };
    for (path, text, expected) in [
        ("2021-06-25-x.md", "---\ndate: 2021-07-01\n---\n# June 2, 2021\n", "2021-07-01 front matter"),
        ("2021-06-25-x.md", "# Down on June 2, 2021\n", "2021-06-25 file name"),
        ("x.md", "# Incident Report: X — June 25, 2021\n\nDate: 2021-07-01\n", "2021-06-25 title"),
        ("x.md", "# [2021-06-25] Something\n", "2021-06-25 title"),
        ("x.md", "# X\n\nDate: 2021-07-01\n\nSince 2019-01-01.\n", "2021-07-01 label “Date”"),
        ("x.md", "# X\n\nIn 2014 we moved. On May 3, 2021 it broke.\n", "2021-05-03 text"),
        (
            "2021-06-x.md",
            "# X\n\n## Timeline\n\n- 2021-06-14 10:00 UTC: it broke\n- 2021-06-14 11:00 UTC: fixed\n",
            "2021-06-14T10:00:00Z timeline",
        ),
        (
            "PM2022-006.md",
            "# X\n\n## Timeline\n\n- 2020-12-21: built\n- 2022-05-25: it broke\n",
            "2022-05-25 timeline",
        ),
        ("PM2022-006.md", "# X\n\nIt broke.\n", "2022 file name"),
        ("2021/x.md", "# X\n\nIt broke.\n", "2021 file name"),
        ("x.md", "# X\n\nIt broke.\n", "-"),
    ] {
        assert_eq!(date(path, text), expected, "{path} {text}");
    }
}

#[test]
fn what_the_timeline_says_must_make_sense() {
    check(
        "x.md",
        "# A\n\n## Timeline\n\n- 2023-01-05 10:00 UTC: First detected\n- 2022-02-01 10:30 UTC: Resolved\n",
        "title: A\ndate: 2022-02-01T10:30:00Z (timeline)\ndetected: 2023-01-05T10:00:00Z (timeline)\n",
    );
}

#[test]
fn a_summary_is_a_sentence() {
    let summary = |text: &str| parse("x.md", text).summary.map_or(String::new(), |found| found.value);
    for (text, expected) in [
        ("# A\n\nAt approximately 14:01 the primary failed.\n", "At approximately 14:01 the primary failed."),
        (
            "# A\n\n## Context\n\n16:08 – Initial finding of the leak by a person\n\nA token was pushed to a branch.\n",
            "A token was pushed to a branch.",
        ),
        (
            "Take part\n\nTake part\n\nThe Great Series of Posts\n\nIt broke, and nobody knew why.\n",
            "It broke, and nobody knew why.",
        ),
        (
            "# A\n\n[A picture of the whole long outage and more](x.png)\n\nIt broke on a Friday.\n",
            "It broke on a Friday.",
        ),
        (
            "# A\n\n## Impact\n\n- none\n- Users could not log in for an hour\n",
            "Users could not log in for an hour",
        ),
        (
            "# A\n\nAn opening sentence stands here.\n\n## Summary\n\nIt broke for an hour.\n",
            "It broke for an hour.",
        ),
        ("# A\n\n**Summary:** It broke for an hour.\n**Impact:** All of them.\n", "It broke for an hour."),
        ("# A\n\n- **Time to repair**: 0h 16m\n", ""),
        (
            "# A\n\nPods were not built and launches failed. It was decided that:\n\n- x\n",
            "Pods were not built and launches failed.",
        ),
        (
            "# A\n\n- **Symptom**: Logins failed with a timeout\n\n## Timeline\n",
            "Logins failed with a timeout",
        ),
        (
            "# Downtime\n\nOur servers are down for a few minutes. {{< track \"2024-02-24 10:35:00\" >}}\n",
            "Our servers are down for a few minutes.",
        ),
    ] {
        assert_eq!(summary(text), expected, "{text}");
    }
}

#[test]
fn a_layout_keeps_nobody_out_of_the_lists() {
    let kind = |path: &str, text: &str| {
        let document = parse(path, text);
        format!(
            "{} {}",
            document.kind.name(),
            document.aside.map_or(String::new(), |aside| aside.to_string())
        )
    };
    assert_eq!(kind("README.md", "---\nlayout: default\n---\n# Postmortems\n"), "article a readme");
    assert_eq!(kind("x.md", "---\nlayout: page\n---\n# A\n\n## Impact\n\nAll.\n"), "postmortem ");
    assert_eq!(kind("src/pages/2021-06-25-x.md", "# A\n\n## Impact\n\nAll.\n"), "postmortem ");
    assert_eq!(kind("pages/about.md", "# About us\n\nWe write.\n"), "page ");
    assert_eq!(kind("x.md", "---\nsection: issue\nresolved: true\n---\nDown.\n"), "incident ");
    assert_eq!(kind("x.md", "---\nsection: issue\ninformational: true\n---\nWe meet.\n"), "article ");
}

#[test]
fn a_record_that_ends_before_it_starts() {
    check(
        "x.md",
        "---\ntitle: A\nsection: issue\ndate: 2024-06-04T20:00:00Z\nresolvedWhen: 2024-05-06T17:35:00Z\n---\n",
        "title: A\ndate: 2024-06-04T20:00:00Z (front matter)\nresolved: 2024-05-06T17:35:00Z (front matter)\n\
         finding: warning[end-before-start] 5:15 incident ends before it starts\n",
    );
    // An analysis may be dated by the day on which it was written.
    check(
        "x.md",
        "---\ntitle: A\ndate: 2024-06-04\nresolved: 2024-05-06T17:35:00Z\n---\n",
        "title: A\ndate: 2024-06-04 (front matter)\nresolved: 2024-05-06T17:35:00Z (front matter)\n",
    );
}

#[test]
fn labels_without_colons_and_values_on_the_next_line() {
    let expected = "title: A\ndate: 2021-06-25 (label “Date”)\nseverity: SEV3 Some(3)\nservices: search + index\nauthors: Jo March\n";
    check(
        "x.md",
        "# A\n\n**Date** 2021-06-25\n**Severity** SEV3\n**Services** search, index\n**Author** – Jo March\n",
        expected,
    );
    check(
        "x.md",
        "# A\n\n**Date**\n2021-06-25\n\n**Severity**\nSEV3\n\n**Services**\n\n- search\n- index\n\n**Author**\n\nJo March\n",
        expected,
    );
}

#[test]
fn times_of_day_take_the_day_of_the_document() {
    check(
        "2021-06-25-x.md",
        "# A\n\n- Start: 23:00 UTC\n- Detected: 23:10 UTC\n- End: 01:30 UTC\n",
        "title: A\ndate: 2021-06-25 (file name)\nstarted: 2021-06-25T23:00:00Z (label “Start”)\n\
         detected: 2021-06-25T23:10:00Z (label “Detected”)\nresolved: 2021-06-26T01:30:00Z (label “End”)\n",
    );
    // Nobody can say on which day this was.
    check("x.md", "# A\n\n- Start: 23:00 UTC\n", "title: A\n");
}

#[test]
fn when_it_happened_outranks_when_it_was_written() {
    for (front, expected) in [
        ("created: 2021-07-01\ndate: 2021-06-25", "2021-06-25"),
        ("date: 2021-06-25\ncreated: 2021-07-01", "2021-06-25"),
        ("date: 2021-07-01\nincident-date: 2021-06-25", "2021-06-25"),
        ("published_at: 2021-07-01", "2021-07-01"),
    ] {
        let document = parse("x.md", &format!("---\n{front}\n---\n# A\n"));
        assert_eq!(document.date.map(|found| found.value.iso()).as_deref(), Some(expected), "{front}");
    }
}

#[test]
fn the_date_of_a_log_is_better_than_none() {
    check(
        "x.md",
        "# A\n\n```\n2021-06-25T14:00:00Z ERROR disk full\n```\n",
        "title: A\ndate: 2021-06-25 (text)\n",
    );
    check(
        "x.md",
        "# A\n\n```\n2021-06-25 ERROR\n```\n\nIn May 2022.\n",
        "title: A\ndate: 2022-05 (text)\nsummary: In May 2022.\n",
    );
}

#[test]
fn the_examples_of_a_guide_say_nothing_of_the_guide() {
    let text = "---\nkind: page\ntags: [writing]\n---\n# How to write\n\n**Severity:** SEV-1\n\n## Lessons learned\n\n\
                - An example\n\n## Action items\n\n- [ ] An example\n\n## Timeline\n\n- 2026-03-02 10:00 UTC An example\n";
    let page = parse("guide/a.md", text);
    assert!(page.severity.is_none() && page.date.is_none());
    assert!(page.lessons.is_empty() && page.actions.is_empty() && page.timeline.is_empty());
    assert_eq!(page.tags[0].value, "writing");
    let same = parse("guide/a.md", &text.replace("kind: page", "kind: postmortem"));
    assert_eq!((same.lessons.len(), same.actions.len(), same.timeline.len()), (1, 1, 1));
}

#[test]
fn how_long_it_lasted_may_say_when() {
    check(
        "x.md",
        "# Checkout down\n\n## Issue summary\n\n- Duration: June 25, 2021, 10:00 AM - June 26, 2021, 2:00 PM (UTC)\n",
        "title: Checkout down\ndate: 2021-06-25T10:00:00Z (label “Duration”)\nstarted: 2021-06-25T10:00:00Z (label “Duration”)\n\
         resolved: 2021-06-26T14:00:00Z (label “Duration”)\nduration: June 25, 2021, 10:00 AM - June 26, 2021, 2:00 PM (UTC)\n",
    );
    check(
        "x.md",
        "# Checkout down\n\n**Date:** 2021-06-25\n**Duration:** 50 minutes (23:30 → 00:20 UTC)\n",
        "title: Checkout down\ndate: 2021-06-25 (label “Date”)\nstarted: 2021-06-25T23:30:00Z (label “Duration”)\n\
         resolved: 2021-06-26T00:20:00Z (label “Duration”)\nduration: 50 minutes (23:30 → 00:20 UTC)\n",
    );
    check(
        "x.md",
        "# Checkout down\n\n- **Duration:**\n  - Start time: 2021-06-25 10:00 UTC\n  - End time: 2021-06-25 11:00 UTC\n",
        "title: Checkout down\ndate: 2021-06-25T10:00:00Z (label “Start time”)\nstarted: 2021-06-25T10:00:00Z (label “Start time”)\n\
         resolved: 2021-06-25T11:00:00Z (label “End time”)\n",
    );
}

#[test]
fn a_label_may_name_the_zone_of_its_time() {
    check(
        "x.md",
        "# Checkout down\n\n| | |\n|---|---|\n| **Window (PST)** | 2021-01-25 21:35 → 2021-01-26 ~11:30 |\n| **Status** | Closed |\n",
        "title: Checkout down\ndate: 2021-01-25T21:35:00-08:00 (table row “Window (PST)”)\n\
         started: 2021-01-25T21:35:00-08:00 (table row “Window (PST)”)\nresolved: 2021-01-26T11:30:00-08:00 (table row “Window (PST)”)\n\
         status: Closed\nduration: 2021-01-25 21:35 → 2021-01-26 ~11:30\n",
    );
    check(
        "x.md",
        "# Checkout down\n\n**Started:** 2021-06-25 10:00\n",
        "title: Checkout down\ndate: 2021-06-25T10:00:00Z (label “Started”)\nstarted: 2021-06-25T10:00:00Z (label “Started”)\n\
         finding: note[naive-time] 3:1 `Started` names no zone and is read as UTC\n",
    );
}

#[test]
fn factors_behind_their_label_and_the_labels_after_it() {
    let document = parse(
        "x.md",
        "# Checkout down\n\n**Factors:** expired certificate, no alert\n\n**Started:** 2021-06-25 10:00 UTC\n\n**Status:** closed\n",
    );
    let factors: Vec<&str> = document.factors.iter().map(|found| found.value.as_str()).collect();
    assert_eq!(factors, ["expired certificate", "no alert"]);
    assert_eq!(document.started.map(|found| found.value.iso()).as_deref(), Some("2021-06-25T10:00:00Z"));
    assert_eq!(document.status.map(|found| found.value).as_deref(), Some("closed"));
}

#[test]
fn words_between_a_date_and_its_time() {
    let started = |value: &str| {
        let document = parse("x.md", &format!("# Checkout down\n\n**Started:** {value}\n"));
        document.started.map(|found| found.value.iso())
    };
    assert_eq!(
        started("2016-03-22, shortly after 2:30 PM PDT").as_deref(),
        Some("2016-03-22T14:30:00-07:00")
    );
    assert_eq!(started("2026-04-12 凌晨00:12 UTC").as_deref(), Some("2026-04-12T00:12:00Z"));
    assert_eq!(started("2026-04-12 晚上8:30 UTC").as_deref(), Some("2026-04-12T20:30:00Z"));
}

#[test]
fn actions_that_front_matter_declares() {
    let document = parse(
        "x.md",
        "---\nactions:\n  - Write it down\n  - text: Add an alert\n    owner: Jo\n    due: 2021-07-01\n    status: done\n    kind: detect\n    \
         links: [https://x.example/12, 12]\n  - {title: Test restores, done: false}\n  - 7\n  - {owner: Jo}\n---\n\n# Checkout down\n\n\
         ## Action items\n\n- Write it down. @ana\n- Buy disks\n",
    );
    let drawn: Vec<String> = document
        .actions
        .iter()
        .map(|action| {
            let due = action.due.map_or(String::new(), |due| due.iso());
            let owner = action.owner.as_deref().unwrap_or("-");
            format!(
                "{} | {owner} | {due} | {} | {:?} | {}",
                action.text,
                action.status.name(),
                action.purpose,
                action.links.join(" ")
            )
        })
        .collect();
    assert_eq!(
        drawn,
        [
            "Write it down. @ana | @ana |  | unknown | None | ",
            "Buy disks | - |  | unknown | None | ",
            "Write it down | - |  | unknown | None | ",
            "Add an alert | Jo | 2021-07-01 | done | Some(Detect) | https://x.example/12",
            "Test restores | - |  | open | None | ",
            "7 | - |  | unknown | None | ",
        ]
    );
    let findings: Vec<_> =
        document.findings.iter().map(|found| (found.place.line, found.rule.name)).collect();
    assert_eq!(findings, [(12, "wrong-type")]);
}

#[test]
fn lines_without_markup() {
    let document = parse(
        "x.md",
        "Login was down\nIssue summary\nDuration: started at 10:00 AM and ended at 1:00 PM on May 10, 2024 (UTC)\n\n\
         Timeline\n9:55 AM: an alert fires\n1:00 PM: all is well\n\nCorrective and preventative measures:\nTasks:\n 1. Buy a second disk\n",
    );
    assert_eq!(document.title.value, "Login was down");
    assert_eq!(
        document.started.as_ref().map(|found| found.value.iso()).as_deref(),
        Some("2024-05-10T10:00:00Z")
    );
    assert_eq!(
        document.resolved.as_ref().map(|found| found.value.iso()).as_deref(),
        Some("2024-05-10T13:00:00Z")
    );
    assert_eq!(document.timeline.len(), 2);
    assert_eq!(document.actions.len(), 1);
}

#[test]
fn times_take_the_day_that_only_the_text_names() {
    let document = parse(
        "x.md",
        "# Login down\n\nOn 14 September 2026 logins failed.\n\n## Impact\n\n- Who: partners\n- Start time: ~09:00 (reported)\n- End time: 10:32\n\n\
         ## Timeline (JST)\n\n- 09:00 The certificate expires\n- 10:32 Service fully restored\n",
    );
    let iso =
        |found: &Option<Found<Moment>>| found.as_ref().map(|found| found.value.iso()).unwrap_or_default();
    assert_eq!(iso(&document.date), "2026-09-14");
    assert_eq!(document.timeline[1].at.map(|at| at.iso()).as_deref(), Some("2026-09-14T10:32:00+09:00"));
    assert_eq!(iso(&document.resolved), "2026-09-14T10:32:00+09:00");
}

#[test]
fn links_that_a_path_alone_does_not_settle_are_known() {
    let linking = |link: &str| {
        let linking = parse("a.md", &format!("# A\n\nSee {link} and [b](b.md).\n")).linking;
        (linking.by_name, linking.several_ways)
    };
    for plain in ["[x](x.md)", "[x](../x.md#top)", "[x](folder/)", "![x](x.png)", "words"] {
        assert_eq!(linking(plain), (false, false), "{plain}");
    }
    for roundabout in ["[x](/x.md)", "[x](x.html)", "[x](x.htm#top)", "[x](a%20b.md)", "[x](<a\\b.md>)"] {
        assert_eq!(linking(roundabout), (false, true), "{roundabout}");
    }
    assert_eq!(linking("[[x]]"), (true, false));
}
