//! Lessons that are cited: `cite`, `citations`, guards in other checkouts, and lessons that return.
//!
//! Comes in: sites and repositories made on the spot. Goes out: what the program prints, writes and shows of them.

use crate::site::Site;
use std::fs;
use std::path::Path;
use std::process::Command;

const BACKUPS: &str = "\
---
title: The ledger was gone for a day
date: 2019-03-02
services: [ledger]
lessons:
  - text: A backup that was never restored is only a hope, so restore one every week.
    id: ll-restore-weekly
    applies_to: ['src/backup/**']
  - text: Retries without jitter turn a blip into an outage.
    id: ll-retry-jitter
    guard: tests/retry.rs
---

The words of the incident.
";

const AGAIN: &str = "\
---
title: Search came back empty
date: 2024-05-31
services: [search]
---

# Search came back empty

## Lessons learned

- Nobody had ever tried restoring a backup, so the backups turned out to be empty.
- Improve monitoring and add better alerts.
- The shard map needs an owner.
";

const THIRD: &str = "\
---
title: Mail was delayed
date: 2023-01-10
---

# Mail was delayed

## Lessons learned

- Add alerts and improve our monitoring.
- The queue grew for nine hours.
";

const SETTINGS: &str = "base_url = 'https://kb.example.com/'\n";

fn site() -> Site {
    Site::new(&[
        ("afterword.toml", SETTINGS),
        ("content/ledger.md", BACKUPS),
        ("content/shards.md", AGAIN),
        ("content/mail.md", THIRD),
    ])
}

/// Runs Git in a folder, with nobody's settings.
#[track_caller]
fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_DATE", "2024-06-01T12:00:00Z")
        .env("GIT_COMMITTER_DATE", "2024-06-01T12:00:00Z")
        .env_remove("GIT_DIR")
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a repository beside the site.
fn repository(site: &Site, name: &str, files: &[(&str, &str)], messages: &[&str]) {
    let folder = site.root().parent().expect("the site lies in a folder").join(name);
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-A"]);
    for message in messages {
        git(&folder, &["commit", "-q", "--allow-empty", "-m", message]);
    }
}

#[test]
fn a_lesson_is_cited_by_its_id() {
    let site = site();
    site.run(["lock", "."]).code(0);
    let run = site.run(["cite", "ll-retry-jitter"]).code(0);
    assert_eq!(
        run.stdout,
        "[ll-retry-jitter: Retries without jitter turn a blip into an outage.](https://kb.example.com/lessons/ll-retry-jitter/)\n"
    );
    assert_eq!(run.stderr, "");
    for (format, expected) in [
        ("url", "https://kb.example.com/lessons/ll-retry-jitter/\n"),
        ("trailer", "Lesson: ll-retry-jitter\n"),
    ] {
        assert_eq!(site.run(["cite", "retry-jitter", "--format", format]).code(0).stdout, expected);
    }
}

#[test]
fn a_lesson_is_found_by_its_words() {
    let site = site();
    site.run(["lock", "."]).code(0);
    // Forms of a word, a slip of the hand, and the service of its document.
    for query in ["retrying jitter", "jiter blip", "outage blip ledger"] {
        let run = site.run(["cite", query]).code(0);
        assert!(run.stdout.starts_with("[ll-retry-jitter: "), "{query}: {}", run.stdout);
    }
    let run = site.run(["cite", "backup"]).code(1);
    assert_eq!(run.stdout, "", "what is pasted must be what was meant");
    assert!(run.stderr.contains("2 lessons answer `backup`"), "{}", run.stderr);
    assert!(run.stderr.contains("  ll-restore-weekly: A backup that was never restored"), "{}", run.stderr);
    assert!(run.stderr.contains("(Search came back empty, 2024)"), "{}", run.stderr);
    let run = site.run(["cite", "backup", "--format", "json"]).code(0);
    let list: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    site.run(["cite", "zeppelin"]).code(1).says("no lesson answers `zeppelin`").says("help: try other words");
}

#[test]
fn a_lesson_that_nobody_locked_is_cited_by_its_place() {
    let site = site();
    let run = site.run(["cite", "shard map"]).code(0);
    assert_eq!(
        run.stdout,
        "[The shard map needs an owner.](https://kb.example.com/shards/#lesson-the-shard-map-needs-an-owner)\n"
    );
    assert!(run.stderr.contains("no permanent id yet"), "{}", run.stderr);
    site.run(["cite", "shard map", "--format", "trailer"]).code(1).says("afterword lock");
}

#[test]
fn citations_of_a_repository_are_noted_and_shown() {
    let site = site();
    site.run(["lock", "."]).code(0);
    repository(
        &site,
        "pay",
        &[
            ("src/pay/retry.rs", "// Why jitter:\n// ll-retry-jitter\nfn retry() {}\n"),
            ("src/old.rs", "// ll-0g0ne0 was wrong\n"),
            ("data.bin", "\0ll-retry-jitter"),
            ("target/out.rs", "// ll-retry-jitter\n"),
            (".gitignore", "target/\n"),
            (".github/workflows/ci.yml", "# ll-restore-weekly\n"),
            ("a<b>&.md", "See ll-retry-jitter.\n"),
        ],
        &["Retry with jitter\n\nLesson: ll-retry-jitter", "Nothing of note", "Again ll-retry-jitter"],
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink(site.path("content/ledger.md"), site.path("../pay/link.md")).expect("a link");
    let run = site.run(["citations", "--repo", "../pay"]).code(0);
    assert!(
        run.stderr.contains("pay: 4 citations in files and 2 in commits (6 files searched)"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("`ll-0g0ne0` is no lesson of this site"), "{}", run.stderr);
    assert!(run.stderr.contains("`pay:src/old.rs:1`"), "{}", run.stderr);
    let written = site.read("citations.json");
    assert!(
        !written.contains("target") && !written.contains("link.md") && !written.contains("data.bin"),
        "{written}"
    );
    site.run(["citations", "--repo", "../pay"]).code(0).says("`citations.json` is up to date");
    // A second repository leaves the first as it is.
    repository(&site, "shop", &[("README.md", "ll-restore-weekly\n")], &["Begin"]);
    site.run(["citations", "--repo", "../shop", "--name", "store"]).code(0);
    let both = site.read("citations.json");
    assert!(both.contains("\"pay\"") && both.contains("\"store\""), "{both}");

    let export = site.export(&[]);
    let lessons = export["lessons"].as_array().expect("lessons");
    let cited = |id: &str| {
        let lesson = lessons.iter().find(|lesson| lesson["id"] == id).expect("the lesson");
        serde_json::to_string(&lesson["cited_by"]).expect("JSON")
    };
    assert!(cited("ll-retry-jitter").contains("pay:src/pay/retry.rs:2"), "{}", cited("ll-retry-jitter"));
    assert_eq!(cited("ll-restore-weekly"), "[\"pay:.github/workflows/ci.yml:1\",\"store:README.md:1\"]");
    site.build(&[]).code(0).says("unknown-citation");
    let page = site.read("dist/lessons/ll-retry-jitter/index.html");
    let words = "This lesson is cited in a&lt;b&gt;&amp;.md:1 and src/pay/retry.rs:2, and by 2 commits.";
    assert!(page.contains(words), "{page}");
}

#[test]
fn a_lesson_that_is_retired_is_no_longer_to_be_cited() {
    let site = site();
    site.run(["lock", "."]).code(0);
    repository(&site, "pay", &[("a.rs", "// ll-retry-jitter\n")], &["Begin"]);
    site.run(["citations", "--repo", "../pay"]).code(0).does_not_say("retired");
    site.run(["lock", ".", "--retire", "ll-retry-jitter", "--replaced-by", "ll-restore-weekly"]).code(0);
    site.build(&[])
        .says("retired-citation")
        .says("`ll-retry-jitter` is retired, and is cited in `pay:a.rs:1`")
        .says("cite `ll-restore-weekly` instead");
}

#[test]
fn broken_citations_are_told_and_lose_nothing() {
    let site = site();
    for text in ["", "{", "[1]", "{\"version\": 7, \"repositories\": {}}"] {
        site.write("citations.json", text);
        site.build(&[]).code(0).says("broken-citations");
    }
}

#[test]
fn guards_are_looked_for_in_checkouts() {
    let site = site();
    let settings = format!("{SETTINGS}[repositories]\npay = '../pay'\nlost = '../lost'\n");
    site.write("afterword.toml", &settings);
    repository(&site, "pay", &[("src/backup/run.rs", ""), ("tests/retry.rs", "")], &["Begin"]);
    site.run(["build", ".", "--verbose"])
        .code(0)
        .says("missing-checkout")
        .says("the checkout `lost` is not here")
        .says("unguarded-lesson")
        .does_not_say("guard-vanished");
    let page = site.read("dist/ledger/index.html");
    assert!(page.contains("Held by tests/retry.rs") && page.contains("Nothing holds it"), "{page}");
    fs::remove_file(site.path("../pay/tests/retry.rs")).expect("the guard");
    fs::write(site.path("../pay/tests/other.rs"), "").expect("another test");
    site.build(&[]).code(0).says("the guard `tests/retry.rs` is no longer there");
    assert!(site.read("dist/ledger/index.html").contains("Guard vanished: tests/retry.rs"));
    assert_eq!(
        site.export(&[])["lessons"]
            .as_array()
            .map(|lessons| { lessons.iter().filter(|lesson| lesson["held"] == "guard-vanished").count() }),
        Some(1)
    );
}

#[test]
fn lessons_that_return_stand_together() {
    let site = site();
    site.build(&[]).code(0);
    let page = site.read("dist/lessons/recurring/index.html");
    assert!(page.contains("Learned 2 times since 2019"), "{page}");
    let (new, old) = (page.find("Nobody had ever tried"), page.find("A backup that was never restored"));
    assert!(new.is_some() && new < old, "the last learned stands first");
    assert!(!page.contains("monitoring"), "what everybody says is no lesson that returns");
    let home = site.read("dist/index.html");
    assert!(home.contains("Lessons that return") && home.contains("Learned 2 times since 2019"), "{home}");
    site.run(["lock", "."]).code(0);
    site.build(&[]).code(0);
    let page = site.read("dist/lessons/ll-restore-weekly/index.html");
    assert!(
        page.contains("A lesson that returns") && page.contains("Nobody had ever tried restoring"),
        "{page}"
    );
    let export = site.export(&[]);
    assert_eq!(export["recurring"].as_array().map(Vec::len), Some(1));
    assert_eq!(export["recurring"][0]["times"], 2);
}

#[test]
fn where_nothing_returns_there_is_no_page() {
    let site = Site::new(&[("ledger.md", BACKUPS), ("mail.md", THIRD)]);
    site.build(&[]).code(0);
    assert!(!site.path("dist/lessons/recurring/index.html").exists());
    assert!(!site.read("dist/index.html").contains("Lessons that return"));
}

#[test]
fn a_record_and_its_postmortem_teach_once() {
    let lessons =
        "## Lessons learned\n\n- A backup that was never restored is only a hope, so restore one weekly.\n";
    let record = format!("---\nid: inc-1\nkind: incident\ndate: 2020-01-01\n---\n# The record\n\n{lessons}");
    let analysis = format!(
        "---\nincident: inc-1\nkind: postmortem\n---\n# The analysis\n\nOther words stand here.\n\n{}",
        lessons.replace("only a hope", "no more than a hope")
    );
    let site = Site::new(&[("record.md", record.as_str()), ("analysis.md", &analysis)]);
    assert_eq!(site.export(&[])["recurring"].as_array().map(Vec::len), Some(0));
}
