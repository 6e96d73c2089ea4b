//! Trends, actions and the calendar of due dates, as a site shows them.

use crate::html::Page;
use crate::site::Site;

/// An incident of a day that lasted an hour, with a text below.
fn incident(day: &str, text: &str) -> String {
    format!("---\nkind: incident\nstarted: {day}T10:00Z\nresolved: {day}T11:00Z\n---\n# Of {day}\n\n{text}")
}

#[test]
fn without_a_dated_incident_there_are_no_trends() {
    let site =
        Site::new(&[("a.md", "# A\n\n## Impact\n\nSome.\n"), ("b.md", "---\ndate: 2021-01-01\n---\n# B\n")]);
    site.build(&[]).code(0);
    assert!(!site.files("dist").contains_key("trends/index.html"));
    assert!(!site.read("dist/index.html").contains(">Trends</a>"));
}

#[test]
fn one_incident_is_a_dot_and_no_summary() {
    let site = Site::new(&[("a.md", incident("2021-05-01", "Some.\n"))]);
    site.build(&[]).code(0);
    assert!(site.read("dist/index.html").contains(">Trends</a>"));
    let html = site.read("dist/trends/index.html");
    let page = Page::parse(&html);
    assert_eq!(page.faults, [] as [&str; 0]);
    assert_eq!(html.matches("<title>Of 2021-05-01: 1 May 2021, 1 h</title>").count(), 1);
    assert!(html.contains("Too few for a summary."));
    assert!(page.elements.iter().all(|element| element.get("style").is_none()));
}

#[test]
fn the_demo_is_not_summarised_beyond_what_it_holds() {
    let site = Site::of_the_package();
    site.build(&[]).code(0);
    let html = site.read("dist/trends/index.html");
    assert!(html.contains("More reports can mean better reporting"));
    assert!(html.contains("do not say when they were over"), "what is left out is said");
    assert!(!html.contains("permutation test, p"), "two halves of twenty would be needed");
}

const ACTIONS: &str = "## Action items\n\n| Action | Owner | Due | Status | Reason |\n|---|---|---|---|---|\n\
    | Alert; three weeks before, always | @ana | 2026-01-05 | open | |\n\
    | Renew by hand no more | Zoe | 2026-03 | | |\n\
    | Buy a calendar | Zoe | 2026-02-01 | won't do | nobody reads it |\n\
    | Write it down | | | done | |\n";

/// Returns the lines of the calendar without their folds.
fn calendar(site: &Site) -> Vec<String> {
    let text = site.read("dist/actions/due.ics");
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    text.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

#[test]
fn due_dates_are_a_calendar_that_stays() {
    let site = Site::new(&[("a.md", incident("2025-12-01", ACTIONS))]);
    site.build(&["--base-url", "https://postmortems.example/x/"]).code(0);
    let lines = calendar(&site);
    let of = |lines: &[String], name: &str| -> Vec<String> {
        lines.iter().filter(|line| line.starts_with(name)).cloned().collect()
    };
    assert_eq!(
        of(&lines, "SUMMARY"),
        ["SUMMARY:Alert\\; three weeks before\\, always", "SUMMARY:Renew by hand no more"],
        "what is settled is due no more"
    );
    assert_eq!(of(&lines, "DTSTART"), ["DTSTART;VALUE=DATE:20260105", "DTSTART;VALUE=DATE:20260331"]);
    assert_eq!(of(&lines, "URL")[0], "URL:https://postmortems.example/x/a/");
    let (ids, stamps) = (of(&lines, "UID"), of(&lines, "DTSTAMP"));
    assert_ne!(ids[0], ids[1]);

    // Another day, another action above, and no address of the site: the same entries.
    let more = ACTIONS.replace("| Alert;", "| First of all | | 2026-02-02 | open | |\n| Alert;");
    site.write("a.md", incident("2025-12-01", &more));
    site.run(["build", ".", "--today", "2026-02-10"]).code(0);
    let later = calendar(&site);
    let later_ids = of(&later, "UID");
    assert_eq!(later_ids.len(), 3);
    assert!(ids.iter().all(|id| later_ids.contains(id)), "{ids:?} {later_ids:?}");
    assert!(stamps.iter().all(|stamp| of(&later, "DTSTAMP").contains(stamp)));
    assert!(of(&later, "URL").is_empty(), "an address inside the site is none for a calendar");
}

#[test]
fn without_due_dates_there_is_no_calendar() {
    let site = Site::new(&[("a.md", incident("2025-12-01", "## Action items\n\n- [ ] Do it\n"))]);
    site.build(&[]).code(0);
    let files = site.files("dist");
    assert!(!files.contains_key("actions/due.ics") && !files.contains_key("actions/by-owner/index.html"));
    assert!(!site.read("dist/actions/index.html").contains("due.ics"));
}

#[test]
fn actions_say_how_old_they_are_and_why_they_were_dropped() {
    let site = Site::new(&[("a.md", incident("2025-12-01", ACTIONS))]);
    site.build(&[]).code(0);
    let html = site.read("dist/actions/index.html");
    for words in ["45 days old", "10 days ago", "Dropped because: nobody reads it", "By owner"] {
        assert!(html.contains(words), "{words}");
    }
    assert_eq!(html.matches("days old").count(), 2, "what is settled grows no older");
    let by_owner = Page::parse(&site.read("dist/actions/by-owner/index.html"));
    let text = by_owner.text_of("id", "aw-main").expect("the page");
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("no {words} in {text}"));
    assert!(at("@ana 1") < at("Zoe 1"), "groups stand by name");
    assert!(!text.contains("Write it down"), "what is done asks nothing of anybody");
    // The incident's own page does not change from day to day.
    assert!(!site.read("dist/a/index.html").contains("days old"));
}
