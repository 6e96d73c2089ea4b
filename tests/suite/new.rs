//! `new`: documents that begin with what is known.

use crate::site::Run;
use crate::site::Site;
use crate::site::TODAY;
use serde_json::Value;
use std::collections::BTreeSet;

const TEMPLATES: [&str; 6] = ["full", "short", "near-miss", "security", "incident", "article"];

fn shop() -> Site {
    Site::new(&[
        ("afterword.toml", "timezone = \"Europe/Berlin\"\n\n[services.checkout]\nteam = \"Payments\"\n"),
        ("content/a.md", "# A\n\nWords.\n"),
    ])
}

fn new(site: &Site, arguments: &[&str]) -> Run {
    let mut command = site.command(["new"].iter().chain(arguments));
    command.env("SOURCE_DATE_EPOCH", "1768435200");
    site.finish(command)
}

/// Returns the rules of the findings of a document.
fn rules(site: &Site, path: &str) -> BTreeSet<String> {
    let run = site.run(["check", "--format", "json", "--today", TODAY, path]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|finding| finding["rule"].as_str().expect("a rule").to_owned()).collect()
}

#[test]
fn a_document_begins_with_what_is_known() {
    let site = shop();
    let run = new(
        &site,
        &[
            "Checkout rejects: every 2nd card",
            "--severity",
            "SEV-2",
            "--service",
            "chekout",
            "--started",
            "2026-01-10 09:14",
            "--resolved",
            "11:30",
        ],
    )
    .code(0)
    .says("the settings know no service `chekout`; did you mean `checkout`?");
    let path = run.stdout.trim().strip_prefix("[TEMP]/site/").expect("the path of the file").to_owned();
    assert!(path.starts_with("content/postmortems/2026-01-10-checkout-rejects-every-2nd-card-"), "{path}");
    let text = site.read(&path);
    for line in [
        "title: \"Checkout rejects: every 2nd card\"\n",
        "date: 2026-01-10\n",
        "severity: SEV-2\n",
        "services: [chekout]\n",
        "started: 2026-01-10T09:14:00+01:00\n",
        "resolved: 2026-01-10T11:30:00+01:00\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let export = site.export(&[]);
    let document = export["documents"]
        .as_array()
        .expect("documents")
        .iter()
        .find(|document| document["path"] == path["content/".len()..])
        .expect("the new document");
    assert_eq!(document["kind"], "postmortem");
    assert_eq!(document["severity"]["level"], 2);
    // Comments ask, and no reader sees them.
    assert!(text.contains("<!-- Who was affected"));
    site.build(&[]).code(0);
    for (path, bytes) in site.files("dist") {
        if path.ends_with(".html") {
            assert!(!String::from_utf8_lossy(&bytes).contains("Who was affected"), "{path}");
        }
    }
}

#[test]
fn each_template_has_only_the_findings_that_an_unfilled_one_deserves() {
    let deserved: BTreeSet<&str> = [
        "empty-document",
        "empty-section",
        "missing-impact",
        "missing-lesson",
        "missing-summary",
        "missing-timeline",
        "orphan-document",
    ]
    .into();
    for template in TEMPLATES {
        let site = shop();
        new(&site, &["Cards", "--template", template, "--name", "cards", "--folder", "x"]).code(0);
        let found = rules(&site, "content/x/cards.md");
        let undeserved: Vec<&String> =
            found.iter().filter(|rule| !deserved.contains(rule.as_str())).collect();
        assert!(undeserved.is_empty(), "{template}: {undeserved:?}");
        let export = site.export(&[]);
        let set_aside = export["set_aside"].as_array().expect("set aside");
        assert!(set_aside.is_empty(), "{template}: {set_aside:?}");
    }
}

#[test]
fn nothing_is_overwritten_and_no_name_is_given_twice() {
    let site = shop();
    new(&site, &["Cards", "--name", "cards"]).code(0);
    let before = site.read("content/postmortems/cards.md");
    new(&site, &["Other", "--name", "cards"]).code(2).says("is there already and is left as it is");
    assert_eq!(site.read("content/postmortems/cards.md"), before);
    let first = new(&site, &["Cards"]).code(0).stdout;
    let second = new(&site, &["Cards"]).code(0).stdout;
    assert_ne!(first, second);
    for (option, value) in [("--name", "../x"), ("--folder", "../x"), ("--folder", "/../x")] {
        new(&site, &["Cards", option, value]).code(2);
    }
    assert!(!site.path("x.md").exists() && !site.path("../x").exists());
}

#[test]
fn a_template_of_the_site_wins() {
    let site = shop();
    site.write("templates/full.md", "---\nteams: [Payments]\n---\n# {{ title }}\n\nOn {{date}}.\n");
    site.write("templates/drill.md", "# A drill\n");
    new(&site, &["Cards", "--name", "cards"]).code(0);
    assert_eq!(
        site.read("content/postmortems/cards.md"),
        "---\nteams: [Payments]\ndate: 2026-01-15\ntitle: Cards\n---\n# Cards\n\nOn 2026-01-15.\n"
    );
    new(&site, &["Cards", "--template", "drill"]).code(0);
    new(&site, &["Cards", "--template", "dril"]).code(2).says("did you mean `drill`?");
    new(&site, &["Cards", "--template", "x"]).code(2).says("drill, full, short, near-miss");
}

#[test]
fn notes_become_a_timeline() {
    let site = shop();
    site.write(
        "notes.txt",
        "Call of the cards\n\n2026-01-10\n09:14 ann: <b>down</b>\nfor me too\n10:30 it is back\n",
    );
    new(&site, &["Cards", "--from", "notes.txt", "--name", "cards"])
        .code(0)
        .says("2 lines with a time became the timeline");
    let text = site.read("content/postmortems/cards.md");
    assert!(text.contains("date: 2026-01-10\n"), "{text}");
    assert!(text.ends_with("## Notes\n\nCall of the cards\n"), "{text}");
    let export = site.export(&[]);
    let timeline = export["documents"]
        .as_array()
        .and_then(|documents| documents.iter().find(|document| document["path"] == "postmortems/cards.md"))
        .and_then(|document| document["timeline"].as_array())
        .expect("a timeline");
    let at = |index: usize| timeline[index]["at"].as_str().expect("a time");
    assert_eq!((timeline.len(), at(0), at(1)), (2, "2026-01-10T09:14:00+01:00", "2026-01-10T10:30:00+01:00"));
    site.build(&[]).code(0);
    let page = site.read("dist/postmortems/cards/index.html");
    assert!(page.contains("&lt;b&gt;down&lt;/b&gt; for me too"), "{page}");
}

#[test]
fn a_folder_without_settings_is_content_itself() {
    let site = Site::new(&[("a.md", "# A\n\nWords.\n")]);
    new(&site, &["Cards", "--name", "cards"]).code(0);
    site.read("cards.md");
}

#[test]
fn the_editor_is_opened_where_that_is_wanted() {
    let site = shop();
    new(&site, &["Cards", "--edit"]).code(2).says("neither $VISUAL nor $EDITOR");
    let mut command = site.command(["new", "Cards", "--name", "cards", "--edit"]);
    command.env("EDITOR", "cp -t .");
    site.finish(command).code(0);
    assert_eq!(site.read("cards.md"), site.read("content/postmortems/cards.md"));
}

#[test]
fn a_title_is_needed() {
    new(&shop(), &[]).code(2).says("a document needs a title");
}

#[test]
fn a_time_without_a_day_follows_the_one_before_it() {
    let site = shop();
    let run =
        new(&site, &["Night", "--started", "2025-11-20 23:14", "--detected", "23:40", "--resolved", "01:10"])
            .code(0);
    let text = site.read(run.stdout.trim().strip_prefix("[TEMP]/site/").expect("the path of the file"));
    for line in ["detected: 2025-11-20T23:40:00+01:00\n", "resolved: 2025-11-21T01:10:00+01:00\n"] {
        assert!(text.contains(line), "{line}{text}");
    }
    // A day that is named is meant: what cannot be is said and not written.
    new(&site, &["Night", "--started", "2025-11-20 23:14", "--resolved", "2025-11-20 08:00"])
        .code(2)
        .says("cannot read --resolved: `2025-11-20 08:00` is earlier than 2025-11-20 23:14");
    assert_eq!(site.files("content/postmortems").len(), 1);
}

#[test]
fn where_the_file_stands_is_said_and_never_a_surprise() {
    // Git keeps no empty folder: the first document goes to `content` all the same.
    let site = Site::new(&[("afterword.toml", "title = \"Shop\"\n")]);
    let run = new(&site, &["First", "--service", "till, checkout", "--name", "first"]).code(0);
    assert!(run.stdout.ends_with("site/content/postmortems/first.md\n"), "{}", run.stdout);
    assert!(site.read("content/postmortems/first.md").contains("services: [till, checkout]\n"));
    // Settings that lie among old documents leave them where they are.
    let site = Site::new(&[("afterword.toml", "title = \"Shop\"\n"), ("old.md", "# Old\n\nWords.\n")]);
    new(&site, &["Next", "--name", "next"]).code(0);
    assert!(site.read("next.md").contains("title: Next\n"));
    new(&site, &["Out", "--folder", "../../x"]).code(2).says("leads out of the content").says("--folder");
    // In a folder that nobody made a knowledge base of.
    let site = Site::new::<&str>(&[]);
    new(&site, &["Alone"]).code(0).says("there is no `afterword.toml` here or above").says("afterword init");
}
