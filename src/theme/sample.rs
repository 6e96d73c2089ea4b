//! Data of every kind that templates are given, for tests.

use super::data::Action;
use super::data::ActionGroup;
use super::data::Anniversary;
use super::data::Brief;
#[cfg(feature = "cards")]
use super::data::Card;
use super::data::CitedBy;
use super::data::CitingCommit;
use super::data::CitingLine;
use super::data::Contact;
use super::data::Counts;
use super::data::Date;
use super::data::Document;
use super::data::Entry;
use super::data::Excerpt;
use super::data::Fact;
use super::data::Feed;
use super::data::FeedEntry;
use super::data::Group;
use super::data::Heading;
use super::data::Home;
use super::data::Learned;
use super::data::Lesson;
use super::data::LessonGroup;
use super::data::LessonPage;
use super::data::Link;
use super::data::List;
use super::data::Notice;
use super::data::Observation;
use super::data::Page;
use super::data::Pager;
use super::data::Picture;
use super::data::Related;
use super::data::Returning;
use super::data::Row;
use super::data::Scale;
use super::data::ScaleLabel;
use super::data::ScaleMark;
use super::data::ScaleSpan;
use super::data::ScaleTick;
use super::data::Severity;
use super::data::Shared;
use super::data::Site;
use super::data::Term;
use super::data::Time;
use super::phrases::Phrases;
use super::trends;
use crate::config::Config;
use crate::source::SourceFile;
use crate::trend;
use crate::trend::Why;
use crate::trend::statistics::Summary;
use chrono::Days;
use chrono::NaiveDate;

/// Returns a document as the program reads it.
pub(crate) fn parse(text: &str) -> crate::document::Document {
    crate::document::Reader::new(&Config::default(), "").parse(SourceFile {
        path: "a.md".to_owned(),
        file: "a.md".to_owned(),
        text: text.to_owned(),
        size: text.len() as u64,
        git: None,
        findings: Vec::new(),
    })
}

pub(crate) fn site() -> Site {
    Site {
        title: "Harbour postmortems".to_owned(),
        description: "What broke at Harbour, what stopped it, and what we learned.".to_owned(),
        language: "en".to_owned(),
        words: false,
        base_url: None,
        repository: Some("https://git.example/harbour/postmortems".to_owned()),
        menu: [
            ("Incidents", "incidents/"),
            ("Articles", "articles/"),
            ("Lessons", "lessons/"),
            ("Actions", "actions/"),
            ("Services", "services/"),
        ]
        .map(|(title, url)| link(title, url))
        .to_vec(),
        more: vec![link("Archive", "archive/"), link("Tags", "tags/")],
        version: "0.1.0".to_owned(),
        home: String::new(),
        search: "search/".to_owned(),
        counts: Counts { incidents: 38, articles: 4, lessons: 112, actions: 73, services: 14 },
    }
}

pub(crate) fn page(kind: &str, title: &str, url: &str) -> Page {
    Page {
        title: title.to_owned(),
        description: "Certificates, failovers and one very long Tuesday.".to_owned(),
        url: url.to_owned(),
        permalink: None,
        canonical_url: None,
        lang: "en".to_owned(),
        dir: "ltr".to_owned(),
        kind: kind.to_owned(),
        breadcrumbs: if kind == "home" {
            Vec::new()
        } else {
            vec![link("Home", ""), link("Incidents", "incidents/")]
        },
        section: "incidents/".to_owned(),
        feed: Some("services/checkout/feed.xml".to_owned()),
        noindex: false,
        has_code: true,
        structured: "{\"@type\":\"TechArticle\"}".to_owned(),
        picture: Some(Picture {
            url: "https://postmortems.example/2026/checkout-certificate/card-0123456789abcdef.png".to_owned(),
            width: 1200,
            height: 630,
            alt: "Checkout refused every second payment · SEV-1 · 2 March 2026".to_owned(),
        }),
    }
}

pub(crate) fn link(title: &str, url: &str) -> Link {
    Link { title: title.to_owned(), url: url.to_owned(), external: url.contains(':'), count: None }
}

pub(crate) fn counted(title: &str, url: &str, count: usize) -> Link {
    Link { count: Some(count), ..link(title, url) }
}

pub(crate) fn date(iso: &str, date: &str, time: &str) -> Date {
    Date {
        iso: iso.to_owned(),
        date: date.to_owned(),
        time: time.to_owned(),
        source: "front matter".to_owned(),
        inferred: false,
        assumed_zone: false,
    }
}

fn guessed(iso: &str, day: &str, source: &str) -> Date {
    Date { source: source.to_owned(), inferred: true, ..date(iso, day, "") }
}

fn severity(label: &str, level: Option<u8>) -> Option<Severity> {
    Some(Severity { label: label.to_owned(), level })
}

/// Returns rows as lists hold them.
fn share(rows: &[Row]) -> Vec<Shared<Row>> {
    rows.iter().cloned().map(Shared::from).collect()
}

pub(crate) fn rows() -> Vec<Row> {
    let services = |names: &[&str]| {
        names.iter().map(|name| link(name, &format!("services/{name}/"))).collect::<Vec<_>>()
    };
    vec![
        Row {
            title: "Checkout refused every second payment after a certificate ran out".to_owned(),
            url: "2026/checkout-certificate/".to_owned(),
            kind: "incident".to_owned(),
            date: Some(date("2026-03-02", "2 March 2026", "")),
            severity: severity("SEV-1", Some(1)),
            services: services(&["checkout", "edge-proxy"]),
            summary:
                "The certificate of one of two edge proxies expired at nine in the morning. Half of all \
                      payments failed until traffic was sent through the other one."
                    .to_owned(),
            lessons: 4,
            duration: Some("1 h 12 min".to_owned()),
            minutes: Some(72),
            lang: None,
        },
        Row {
            title: "ログイン障害：セッション保存領域の枯渇により全利用者がログアウトされた件について"
                .to_owned(),
            url: "2025/%E3%83%AD%E3%82%B0%E3%82%A4%E3%83%B3/".to_owned(),
            kind: "postmortem".to_owned(),
            date: Some(guessed("2025-11-18", "18 November 2025", "file name")),
            severity: severity("重大", None),
            services: services(&["session-store"]),
            summary: "保存領域の上限に達し、書き込みがすべて拒否された。".to_owned(),
            lessons: 2,
            duration: Some("48 min".to_owned()),
            minutes: Some(48),
            lang: None,
        },
        Row {
            title:
                "prod-eu-west-3/kube-system/coredns-autoscaler-configmap-hot-reload-disabled: names did not \
                    resolve"
                    .to_owned(),
            url: "2025/dns/".to_owned(),
            kind: "postmortem".to_owned(),
            date: Some(guessed("2025-07", "July 2025", "title")),
            severity: severity("P3", Some(3)),
            services: services(&["dns", "cluster", "deploy-pipeline", "image-registry"]),
            summary: String::new(),
            lessons: 1,
            duration: None,
            minutes: None,
            lang: None,
        },
        Row {
            title: "Near miss: a restore from the wrong day".to_owned(),
            url: "2025/restore/".to_owned(),
            kind: "incident".to_owned(),
            date: Some(date("2025-05-30", "30 May 2025", "")),
            severity: severity("Near miss", Some(5)),
            services: services(&["backups"]),
            summary: "Nobody was hurt, because somebody read the date aloud.".to_owned(),
            lessons: 0,
            duration: None,
            minutes: None,
            lang: None,
        },
        Row {
            title: "Slow search".to_owned(),
            url: "old/slow-search/".to_owned(),
            kind: "incident".to_owned(),
            date: None,
            severity: severity("Sev 2", Some(2)),
            ..Row::default()
        },
        Row {
            title: "What twenty rollbacks have in common".to_owned(),
            url: "blog/rollbacks/".to_owned(),
            kind: "article".to_owned(),
            date: Some(date("2025-04-01", "1 April 2025", "")),
            severity: severity("Minor", Some(4)),
            summary: "We read them all again, so that you need not.".to_owned(),
            lessons: 1,
            ..Row::default()
        },
    ]
}

pub(crate) fn lessons() -> Vec<Lesson> {
    let first = link("Checkout refused every second payment", "2026/checkout-certificate/");
    let lesson = |text: &str, category: &str, anchor: &str| Lesson {
        text: text.to_owned(),
        category: category.to_owned(),
        url: format!("2026/checkout-certificate/#{anchor}"),
        id: "ll-7f3k2m".to_owned(),
        page: "lessons/ll-7f3k2m/".to_owned(),
        anchor: anchor.to_owned(),
        in_body: true,
        applies_to: Vec::new(),
        guard: None,
        held: None,
        document: Some(first.clone().into()),
        date: Some(date("2026-03-02", "2 March 2026", "").into()),
        services: vec![link("checkout", "services/checkout/")].into(),
    };
    vec![
        Lesson {
            applies_to: vec!["deploy/edge/**".to_owned(), "edge-proxy".to_owned()],
            guard: Some("the alert CertificateExpiresSoon".to_owned()),
            held: Some("guard-vanished".to_owned()),
            ..lesson("Expiry dates belong in the monitoring, not in a calendar.", "lesson", "expiry")
        },
        lesson(
            "Sending all traffic through one proxy took a single command that everybody on call had tried before.",
            "went-well",
            "one-command",
        ),
        lesson(
            "The health check asked for a page that needs no certificate, so that it stayed green for an hour \
             while every second customer saw an error.",
            "went-wrong",
            "green",
        ),
        Lesson { in_body: false, ..lesson("It happened at nine, not at three.", "lucky", "at-nine") },
        Lesson {
            document: Some(link("ログイン障害：セッション保存領域の枯渇", "2025/%E3%83%AD/").into()),
            date: Some(guessed("2025-11-18", "18 November 2025", "file name").into()),
            ..lesson("上限値は監視の対象とし、到達する前に警告を出すこと。", "lesson", "limit")
        },
    ]
}

/// Returns the lessons by document.
pub(crate) fn lesson_groups() -> Vec<LessonGroup> {
    let mut lessons = lessons();
    let other = lessons.split_off(lessons.len() - 1);
    [lessons, other]
        .into_iter()
        .map(|lessons| LessonGroup {
            document: lessons[0].document.clone().unwrap_or_default(),
            date: lessons[0].date.clone(),
            services: lessons[0].services.clone(),
            factors: vec!["certificate".to_owned(), "missing alert".to_owned()],
            year: Some(2026),
            lessons,
        })
        .collect()
}

#[cfg(feature = "cards")]
pub(crate) fn card() -> Card {
    let row = rows().swap_remove(0);
    let lesson = lessons().swap_remove(0);
    Card {
        kind: "lesson".to_owned(),
        text: lesson.text,
        id: lesson.id,
        category: lesson.category,
        from: Some(row.title),
        date: row.date,
        severity: row.severity,
        duration: row.duration,
        services: vec!["checkout".to_owned(), "edge-proxy".to_owned()],
    }
}

pub(crate) fn actions() -> Vec<Action> {
    let action = |text: &str, status: &str| Action {
        text: text.to_owned(),
        owner: None,
        due: None,
        late: false,
        status: status.to_owned(),
        reason: None,
        days_late: None,
        age: None,
        purpose: String::new(),
        links: Vec::new(),
        document: Some(link("Checkout refused every second payment", "2026/checkout-certificate/").into()),
        date: Some(date("2026-03-02", "2 March 2026", "").into()),
    };
    vec![
        Action {
            owner: Some("@marta".to_owned()),
            due: Some(date("2026-03-20", "20 March 2026", "")),
            late: true,
            days_late: Some(12),
            age: Some(30),
            purpose: "detect".to_owned(),
            links: vec![link("OPS-4411", "https://tracker.example/OPS-4411")],
            ..action("Alert three weeks before any certificate runs out, on every proxy", "open")
        },
        Action {
            owner: Some("Platform team".to_owned()),
            purpose: "prevent".to_owned(),
            ..action("Issue certificates of the edge from the same place as all others", "open")
        },
        Action {
            links: vec![link("#1902", "https://git.example/harbour/edge/pull/1902")],
            ..action("Let the health check take the path that customers take", "done")
        },
        Action {
            reason: Some("nobody reads the first".to_owned()),
            ..action("Buy a second calendar", "dropped")
        },
        action("Write down how to take one proxy out of rotation", "unknown"),
    ]
}

pub(crate) fn document() -> Document {
    let rows = rows();
    let fact = |name: &str, value: &str, iso: Option<&str>, source: Option<&str>| Fact {
        name: name.to_owned(),
        value: value.to_owned(),
        iso: iso.map(str::to_owned),
        source: source.map(str::to_owned),
    };
    let heading = |title: &str, anchor: &str, level: u8, section: &str| Heading {
        title: title.to_owned(),
        anchor: anchor.to_owned(),
        level,
        section: section.to_owned(),
    };
    let entry = |when: &str, time: &str, text: &str, phase: &str, new_day: bool| Entry {
        when: when.to_owned(),
        at: Some(Date {
            inferred: !new_day,
            source: "entry above".to_owned(),
            ..date(&format!("2026-03-02T{when}Z"), "2 March 2026", time)
        }),
        until: None,
        known: (phase == "started").then(|| date("2026-03-02T09:40Z", "2 March 2026", "09:40 UTC")),
        text: text.to_owned(),
        phase: phase.to_owned(),
        new_day,
    };
    let time = |phase: &str, at: &str, after: Option<&str>| Time {
        phase: phase.to_owned(),
        at: date(&format!("2026-03-02T{at}Z"), "2 March 2026", &format!("{at} UTC")),
        after: after.map(str::to_owned),
    };
    Document {
        row: rows[0].clone(),
        show_summary: true,
        brief: Some(Brief {
            looked: Some(Excerpt {
                text: "Every second payment failed with “connection not private”.".to_owned(),
                source: "Impact".to_owned(),
                anchor: "impact".to_owned(),
            }),
            stopped: Some(Excerpt {
                text: "All traffic goes through the first proxy".to_owned(),
                source: "timeline, 10:12 UTC".to_owned(),
                anchor: String::new(),
            }),
            contacts: vec![contact().into()],
        }),
        times: vec![
            time("started", "09:00", None),
            time("detected", "09:31", Some("31 min")),
            time("mitigated", "10:12", Some("1 h 12 min")),
            time("resolved", "11:40", Some("2 h 40 min")),
        ],
        scale: Some(scale()),
        facts: vec![
            fact("Status", "Resolved", None, None),
            fact("Duration", "about an hour", None, Some("label “Duration”")),
            fact("Reported", "2 March 2026", Some("2026-03-02"), None),
        ],
        tags: vec![link("certificates", "tags/certificates/"), link("payments", "tags/payments/")],
        factors: vec![
            link("expired certificate", "factors/expired-certificate/"),
            link("misleading health check", "factors/misleading-health-check/"),
        ],
        authors: vec![link("Marta Lind", "authors/marta-lind/"), link("近藤 遥", "authors/%E8%BF%91/")],
        teams: vec![link("Platform", "teams/platform/")],
        contents: vec![
            heading("Summary", "summary", 2, "summary"),
            heading("Impact", "impact", 2, "impact"),
            heading("Who was affected, and how we counted them", "who", 3, ""),
            heading("Timeline (all times UTC)", "timeline", 2, "timeline"),
            heading("What we saw", "saw", 2, ""),
            heading("Lessons learned", "lessons-learned", 2, "lessons"),
            heading("Action items", "action-items", 2, "actions"),
        ],
        html: BODY.to_owned(),
        timeline: vec![
            entry("09:00", "09:00 UTC", "The certificate of the second proxy expires", "started", true),
            entry("09:31", "09:31 UTC", "Support forwards the third complaint", "detected", false),
            entry("10:12", "10:12 UTC", "All traffic goes through the first proxy", "mitigated", false),
            Entry {
                until: Some(date("2026-03-02T11:40Z", "2 March 2026", "11:40 UTC")),
                ..entry("11:20", "11:20 UTC", "A new certificate is issued and rolled out", "resolved", false)
            },
            Entry {
                when: "later that week".to_owned(),
                text: "Refunds are paid".to_owned(),
                ..Entry::default()
            },
        ],
        as_known: true,
        lessons: lessons()
            .into_iter()
            .take(4)
            .map(|lesson| Lesson { document: None, date: None, services: Vec::new().into(), ..lesson })
            .collect(),
        observations: vec![
            Observation { text: "The runbook was right.".to_owned(), category: "went-well".to_owned() },
            Observation { text: "The on-call had her laptop open.".to_owned(), category: "lucky".to_owned() },
        ],
        actions: actions()
            .into_iter()
            .map(|action| Action { document: None, date: None, ..action })
            .collect(),
        incident: Some(rows[3].clone().into()),
        postmortems: vec![rows[1].clone().into()],
        related: vec![
            Related {
                row: rows[2].clone().into(),
                reasons: vec![
                    "same service: edge-proxy".to_owned(),
                    "says: certificate, health check".to_owned(),
                ],
            },
            Related {
                row: rows[1].clone().into(),
                reasons: vec!["same factor: expired certificate".to_owned()],
            },
        ],
        copies: vec![rows[4].clone().into()],
        backlinks: vec![rows[5].clone().into()],
        older: Some(link("Near miss: a restore from the wrong day", "2025/restore/")),
        newer: Some(link("Slow search", "old/slow-search/")),
        path: "2026/checkout-certificate.md".to_owned(),
        edit_url: Some("https://git.example/harbour/postmortems/edit/main/a.md".to_owned()),
        history_url: Some("https://git.example/harbour/postmortems/commits/main/a.md".to_owned()),
        markdown_url: "2026/checkout-certificate/index.md".to_owned(),
        added: Some(date("2026-03-04", "4 March 2026", "")),
        changed: Some(date("2026-03-09", "9 March 2026", "")),
        front_matter: Some(
            "severity: SEV-1\nservices: [checkout, edge-proxy]\nstarted: 2026-03-02 09:00\n".to_owned(),
        ),
        notices: vec![
            Notice {
                level: "warning".to_owned(),
                message: "the times of this document name no zone; UTC is assumed".to_owned(),
            },
            Notice {
                level: "note".to_owned(),
                message: "an image from elsewhere is shown as a link".to_owned(),
            },
        ],
        aside: None,
        elsewhere: vec![link("Archived copy", "https://web.archive.example/2026/checkout")],
    }
}

fn contact() -> Contact {
    Contact {
        service: link("checkout", "services/checkout/"),
        team: Some("Payments".to_owned()),
        contact: Some(link("#team-checkout", "")),
        escalation: "After fifteen minutes, the duty manager".to_owned(),
        runbooks: vec![link("runbooks.example/payments", "https://runbooks.example/payments")],
    }
}

fn scale() -> Scale {
    let span = |until: &str, name: &str, x: &str, width: &str| ScaleSpan {
        until: until.to_owned(),
        hurt: until == "mitigated",
        name: name.to_owned(),
        length: "31 min".to_owned(),
        x: x.to_owned(),
        width: width.to_owned(),
    };
    let mark = |phase: &str, x: &str| ScaleMark { phase: phase.to_owned(), x: x.to_owned() };
    let label = |text: &str, x: &str, anchor: &str| ScaleLabel {
        text: text.to_owned(),
        x: x.to_owned(),
        anchor: anchor.to_owned(),
    };
    Scale {
        spans: vec![
            span("detected", "Unnoticed", "1.5", "19"),
            span("mitigated", "Detected to mitigated", "20.5", "25"),
            span("resolved", "Mitigated to resolved", "45.5", "53"),
        ],
        marks: vec![
            mark("started", "1.5"),
            mark("detected", "20.5"),
            mark("mitigated", "45.5"),
            mark("resolved", "98.5"),
        ],
        ticks: vec![
            ScaleTick {
                x: "1.5".to_owned(),
                width: None,
                known: Some("25".to_owned()),
                title: "09:00 The certificate <of> the second proxy expires".to_owned(),
            },
            ScaleTick {
                x: "86".to_owned(),
                width: Some("12.5".to_owned()),
                known: None,
                title: "11:20 A new certificate is rolled out".to_owned(),
            },
        ],
        axis: vec![
            label("09:00", "1.5", "start"),
            label("10:00", "37.5", "middle"),
            label("11:00", "74", "middle"),
        ],
        before: 1,
        later: 2,
        from: "2 March 2026, 09:00 UTC".to_owned(),
        to: "2 March 2026, 11:40 UTC".to_owned(),
    }
}

pub(crate) fn groups() -> Vec<Group> {
    let rows = rows();
    vec![
        Group {
            title: "2026".to_owned(),
            url: Some("archive/2026/".to_owned()),
            count: 9,
            rows: share(&rows[..1]),
        },
        Group { title: "2025".to_owned(), url: None, count: 3, rows: share(&rows[1..4]) },
        Group { title: "Undated".to_owned(), url: None, count: 1, rows: share(&rows[4..5]) },
    ]
}

pub(crate) fn pager() -> Pager {
    Pager {
        number: 2,
        total: 3,
        previous: Some("incidents/".to_owned()),
        next: Some("incidents/page/3/".to_owned()),
        pages: vec![link("1", "incidents/"), link("2", "incidents/page/2/"), link("3", "incidents/page/3/")],
    }
}

pub(crate) fn returning() -> Vec<Returning> {
    let group = |text: &str, anchor: &str, since, more| Returning {
        text: text.to_owned(),
        url: format!("lessons/recurring/#{anchor}"),
        anchor: anchor.to_owned(),
        times: 4,
        since,
        words: vec!["certificate".to_owned(), "calendar".to_owned()],
        lessons: lessons(),
        more,
    };
    vec![
        group("Expiry dates belong in the monitoring, not in a calendar.", "aw-expiry", Some(2019), 0),
        group("A backup <never> restored is \"no\" backup.", "aw-backup", None, 12),
    ]
}

pub(crate) fn home() -> Home {
    let rows = rows();
    Home {
        html: Some(
            "<p>Read <a href=\"guide/\">how we write postmortems</a> before your first one.</p>".to_owned(),
        ),
        incidents: share(&rows[..5]),
        articles: share(&rows[5..]),
        lessons: lessons(),
        returning: returning(),
        recurring: Some(counted("All lessons that return", "lessons/recurring/", 6)),
        late: actions()[..1].to_vec(),
        earlier: vec![Anniversary { row: rows[3].clone().into(), years: 1 }],
        this_day: true,
        services: vec![
            Learned {
                service: link("checkout", "services/checkout/"),
                lessons: 4,
                date: Some(date("2026-03-02", "2 March 2026", "").into()),
            },
            Learned { service: link("決済基盤", "services/%E6%B1%BA/"), lessons: 1, date: None },
        ],
        pages: share(&[Row {
            title: "How we write postmortems".to_owned(),
            url: "guide/".to_owned(),
            ..Row::default()
        }]),
        years: vec![
            counted("2026", "archive/2026/", 9),
            counted("2025", "archive/2025/", 21),
            counted("2024", "archive/2024/", 8),
        ],
        empty: false,
    }
}

pub(crate) fn lesson_page() -> LessonPage {
    LessonPage {
        id: "ll-7f3k2m".to_owned(),
        text: "Alert on the share of failed payments, not on their number.".to_owned(),
        category: "lesson".to_owned(),
        state: "retired".to_owned(),
        because: Some("the alert became a guard".to_owned()),
        replaced_by: vec![link("Watch the share that customers see.", "lessons/ll-9k2p1x/")],
        earlier: vec!["Alert on failed payments.".to_owned()],
        applies_to: vec!["alerts/payments/**".to_owned()],
        guard: Some("The alert payment-failure-ratio".to_owned()),
        status: Some("in force".to_owned()),
        document: Some(rows().remove(0).into()),
        path: "2026/checkout-certificate.md".to_owned(),
        place: Some(link("Checkout", "2026/checkout-certificate/#lesson-alert")),
        section: "Lessons learned".to_owned(),
        html: "<p>It paged at three payments a night.</p>".to_owned(),
        before: Some(link("Rehearse restores.", "lessons/ll-0a1b2c/")),
        after: Some(link("Name an owner.", "lessons/ll-3d4e5f/")),
        alike: lessons(),
        held: Some("guard-vanished".to_owned()),
        returning: Some(returning().remove(0)),
        cited: Some(CitedBy {
            words: "cited in src/<pay>/retry.rs:42, and by 1 commit".to_owned(),
            files: vec![CitingLine {
                repository: "pay".to_owned(),
                path: "src/<pay>/retry.rs".to_owned(),
                line: 42,
            }],
            commits: vec![CitingCommit {
                repository: "pay".to_owned(),
                commit: "0123456789".to_owned(),
                date: "2026-05-31".to_owned(),
                subject: "Retry with jitter & a limit".to_owned(),
            }],
            file_count: 1,
            commit_count: 1,
        }),
        markdown: "ll-7f3k2m: Alert on the share of failed payments".to_owned(),
        trailer: "Lesson: ll-7f3k2m".to_owned(),
    }
}

pub(crate) fn terms() -> Vec<Link> {
    [
        ("checkout", 12),
        ("dns", 9),
        ("edge-proxy", 7),
        ("session-store", 4),
        ("image-registry", 3),
        ("backups", 2),
        ("決済基盤", 1),
        ("a-service-with-a-rather-long-name-that-somebody-generated", 1),
        ("search", 1),
    ]
    .map(|(name, count)| counted(name, &format!("services/{name}/"), count))
    .to_vec()
}

pub(crate) fn term() -> Term {
    Term {
        kind: "service".to_owned(),
        name: "checkout".to_owned(),
        description: "Takes payments, and tells the warehouse.".to_owned(),
        contact: Some(contact().into()),
        together: vec![counted("expired certificate", "factors/expired-certificate/", 3)],
        depends_on: vec![link("edge-proxy", "services/edge-proxy/")],
        needed_by: vec![link("warehouse", "services/warehouse/")],
        groups: groups(),
        lessons: lessons(),
        lesson_count: 60,
        actions: actions()[..2].to_vec(),
    }
}

pub(crate) fn list() -> List {
    List { title: "Incidents".to_owned(), html: None, kind: "incidents".to_owned(), severity: true }
}

pub(crate) fn action_groups() -> Vec<ActionGroup> {
    let actions = actions();
    ["Late", "Open", "Done", "Dropped", "Not stated"]
        .iter()
        .zip(["late", "open", "done", "dropped", "unknown"])
        .zip(actions)
        .map(|((title, status), action)| ActionGroup {
            title: (*title).to_owned(),
            status: status.to_owned(),
            url: (status == "open").then(|| "services/checkout/".to_owned()),
            count: 1,
            actions: vec![action],
        })
        .collect()
}

/// Returns trends of so many incidents, a week apart.
pub(crate) fn trends(count: u64) -> trends::Page {
    let day = |number: u64| NaiveDate::from_ymd_opt(2021, 1, 4).unwrap() + Days::new(7 * number);
    let point = |number: u64| trend::Point {
        document: number as usize,
        day: day(number),
        seconds: 60.0 * f64::from(1 << (number % 12)),
        inferred: number.is_multiple_of(3),
    };
    let points: Vec<trend::Point> = (0..count).map(point).collect();
    let summary = Summary { count: points.len(), low: 120.0, median: 1920.0, high: 61_440.0 };
    let series = trend::Series {
        left_out: vec![(Why::NoEnd, 1), (Why::DayOnly, 4)],
        all: (count >= 20).then_some(summary),
        years: vec![(2021, 52, (count >= 20).then_some(summary)), (2022, 4, None)],
        change: match count {
            0..40 => trend::Change::TooFew,
            _ => trend::Change::Compared(trend::Halves {
                since: day(count / 2),
                older: summary,
                newer: summary,
                factor: 1.4,
                p: 0.31,
                is_change: false,
                detectable: 2.6,
            }),
        },
        points,
    };
    let factor = trend::Recurrence {
        term: 0,
        incidents: vec![(day(3), 3), (day(9), 9)],
        taught: Some(day(4)),
        after: 1,
    };
    let found = trend::Trends {
        incidents: count as usize,
        durations: series.clone(),
        publication: trend::Series { left_out: vec![(Why::InBulk, 9)], ..trend::Series::default() },
        months: trend::Months { counts: vec![(2021, 1, 3), (2021, 12, 1)], undated: 2 },
        factors: vec![factor.clone(), trend::Recurrence { term: 1, taught: None, after: 0, ..factor }],
        factors_taught: 7,
        guards: vec![
            trend::Guarded { year: Some(2021), lessons: 40, guarded: 8 },
            trend::Guarded { year: None, lessons: 2, guarded: 0 },
        ],
    };
    if count == 0 {
        trends::page(&trend::Trends::default(), &Harbour)
    } else {
        trends::page(&found, &Harbour)
    }
}

/// What the sample's documents and factors are called.
struct Harbour;

impl trends::Names for Harbour {
    fn document(&self, index: usize) -> Shared<Link> {
        link(&format!("Number {index}"), &format!("{index}/")).into()
    }

    fn title(&self, _: usize) -> &str {
        "Names did not resolve"
    }

    fn term(&self, index: usize) -> Link {
        counted(["dns", "expired certificate"][index], "factors/dns/", 2)
    }

    fn year(&self, year: Option<i32>) -> Link {
        link(&year.map_or("Undated".to_owned(), |year| year.to_string()), "archive/")
    }

    fn day(&self, day: NaiveDate) -> Date {
        date(&day.to_string(), &day.format("%-d %B %Y").to_string(), "")
    }

    fn length(&self, seconds: f64) -> String {
        format!("{} min", seconds / 60.0)
    }

    fn phrases(&self) -> &Phrases {
        static ENGLISH: std::sync::LazyLock<Phrases> = std::sync::LazyLock::new(|| Phrases::built_in("en"));
        &ENGLISH
    }
}

pub(crate) fn feed() -> Feed {
    Feed {
        title: "Harbour postmortems".to_owned(),
        id: "urn:uuid:6b7f4a52-5a0f-5f3e-9a53-0d8b6f0f7c11".to_owned(),
        updated: "2026-03-09T08:00:00Z".to_owned(),
        self_url: Some("https://postmortems.example/feed.xml".to_owned()),
        html_url: "https://postmortems.example/".to_owned(),
        entries: vec![FeedEntry {
            title: "Checkout refused every second payment".to_owned(),
            id: "urn:uuid:1d0a1c50-8f0e-5a5b-8d3b-6c1f5a1c9a10".to_owned(),
            url: "https://postmortems.example/2026/checkout-certificate/".to_owned(),
            updated: "2026-03-09T08:00:00Z".to_owned(),
            published: Some("2026-03-04T08:00:00Z".to_owned()),
            summary: "The certificate of one of two edge proxies expired.".to_owned(),
            authors: vec!["Marta Lind".to_owned()],
            categories: vec!["checkout".to_owned(), "certificates".to_owned()],
        }],
    }
}

/// A body with every shape that the Markdown of documents can take.
pub(crate) const BODY: &str = include_str!("sample.html");
