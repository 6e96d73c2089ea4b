//! What people see of `build` and `export`: one test for each behaviour.

use crate::site::Run;
use crate::site::Site;
use crate::site::TODAY;
use crate::site::package;
use serde_json::Value;
use snapbox::str;
use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;
use std::time::Duration;
use std::time::SystemTime;

/// A postmortem with something of everything.
const CHECKOUT: &str = "\
---
title: Checkout rejects every second card
severity: SEV-2
services: [checkout]
factors: [config-change]
tags: [payments]
started: 2025-03-02T08:14:00Z
resolved: 2025-03-02T10:30:00Z
---

A new routing rule sent half of the payments to a terminal that was switched off.

## Lessons learned

- Alert on the share of failed payments, not on their number.

## Action items

- [ ] Alert on the ratio (@ann, due 2025-05-01)
- [x] Take the terminal out of the rule
";

/// A plain file without front matter.
const DISK: &str = "# The disk was full\n\nLogs filled it in the night. See [the checkout](checkout.md).\n";

/// Front matter that cannot be read.
const BROKEN: &str =
    "---\ntitle: [never closed\n---\n\n# The words of a broken file\n\nNothing of this is lost.\n";

fn shop() -> Site {
    Site::new(&[("checkout.md", CHECKOUT), ("disk.md", DISK)])
}

/// Returns the last lines that a run printed for people.
fn last_lines(run: &Run, count: usize) -> String {
    let lines: Vec<&str> = run.stderr.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[test]
fn any_folder_of_markdown_is_a_site() {
    let site = shop();
    site.build(&[]).code(0).stderr(str![[r#"
no base_url is set: links end in index.html, and there is no sitemap, which needs absolute addresses
2 documents: 1 dated, 1 with lessons (1)
wrote 55 files, kept 0, removed 0: open [TEMP]/site/dist/index.html

"#]]);
    for file in
        ["index.html", "checkout/index.html", "checkout/index.md", "disk/index.html", "feed.xml", "404.html"]
    {
        site.read(&format!("dist/{file}"));
    }
    assert_eq!(site.read("dist/checkout/index.md"), CHECKOUT);
    assert!(site.read("dist/disk/index.html").contains("Logs filled it in the night."));
}

#[test]
fn settings_change_the_site() {
    let settings = "\
title = \"Shop outages\"
description = \"What broke, and why.\"
language = \"de\"
timezone = \"Europe/Berlin\"
content = \"docs\"
exclude = [\"old/**\"]
extensions = [\"txt\"]
repository = \"https://git.example/shop/docs\"

[severity]
melting = 1

[sections]
lessons = [\"Merksätze\"]

[services.checkout]
description = \"Takes the money.\"
team = \"Payments\"
contact = \"#payments\"
aliases = [\"till\"]
";
    let text = "---\nseverity: melting\nservices: [till]\nstarted: 2025-07-01 12:00\n---\n# Eins\n\n## Merksätze\n\n- Zwei Kassen sind besser als eine.\n";
    let site = Site::new(&[
        ("afterword.toml", settings),
        ("docs/one.md", text),
        ("docs/two.txt", "# Two\n\nA text file.\n"),
        ("docs/old/three.md", "# Three\n\nLeft out.\n"),
        ("four.md", "# Four\n\nOutside of the content.\n"),
    ]);
    site.build(&[]).code(0).says("2 documents: 1 dated, 1 with lessons (1)");
    let home = site.read("dist/index.html");
    assert!(
        home.contains("<html lang=\"de\" dir=\"ltr\">")
            && home.contains("Neueste Störungen")
            && home.contains("1. Juli 2025")
            && home.contains("Shop outages")
            && home.contains("What broke, and why.")
    );
    assert!(site.read("dist/one/index.html").contains("https://git.example/shop/docs/edit/main/docs/one.md"));
    let checkout = site.read("dist/services/checkout/index.html");
    assert!(
        checkout.contains("Takes the money.")
            && checkout.contains("#payments")
            && checkout.contains("Payments")
    );
    let export = site.export(&[]);
    let one = &export["documents"][0];
    assert_eq!(one["severity"]["level"], 1);
    let service = &export["services"][0];
    assert_eq!((&service["name"], &service["team"]), (&Value::from("checkout"), &Value::from("Payments")));
    assert_eq!(service["documents"], serde_json::json!([one["id"]]));
    assert!(one["started"].to_string().contains("2025-07-01T12:00:00+02:00"), "{}", one["started"]);
    assert_eq!(export["lessons"][0]["text"], "Zwei Kassen sind besser als eine.");
}

#[test]
fn the_nearest_settings_upwards_are_used_where_no_root_is_named() {
    let site = Site::new(&[
        ("afterword.toml", "title = \"Found\"\n"),
        ("content/deep/down/a.md", "# A\n\nWords.\n"),
    ]);
    let mut command = site.command(["build", "--today", TODAY]);
    command.current_dir(site.path("content/deep/down"));
    site.finish(command).code(0);
    assert!(site.read("dist/index.html").contains("Found"));
}

#[test]
fn a_foreign_folder_is_not_written_into() {
    let site = shop();
    site.write("public/precious.txt", "mine");
    site.build(&["--out", "public"]).code(2).stderr(str![[r#"
error: `[TEMP]/site/public` holds files that Afterword did not write
help: name another folder with `--out`, or keep its files and write the site among them with `--force`

"#]]);
    assert_eq!(site.files("public").len(), 1);
}

#[test]
fn force_writes_among_foreign_files_and_keeps_them() {
    let site = shop();
    site.write("public/precious.txt", "mine");
    site.build(&["--out", "public", "--force"]).code(0);
    assert_eq!(site.read("public/precious.txt"), "mine");
    site.read("public/index.html");
    // The folder is ours from now on, and still nothing foreign goes away.
    site.build(&["--out", "public"]).code(0);
    assert_eq!(site.read("public/precious.txt"), "mine");
}

#[test]
fn the_site_never_lies_over_its_documents() {
    let site = Site::new(&[("afterword.toml", ""), ("content/a.md", "# A\n\nWords.\n")]);
    let before = site.files(".");
    for out in [".", "content", ".."] {
        site.build(&["--out", out, "--force"]).code(2).says("holds the documents themselves");
    }
    let absolute = site.root();
    site.build(&["--out", absolute.to_str().expect("a path in UTF-8")]).code(2);
    assert_eq!(site.files("."), before);
}

#[test]
fn drafts_are_left_out_and_named() {
    let site = shop();
    site.write("secret.md", "---\ndraft: true\n---\n# Not yet\n\nHalf a thought.\n");
    site.build(&[]).code(0).says("; 1 left out as draft: secret.md");
    let files = site.files("dist");
    assert!(!files.keys().any(|path| path.contains("secret")), "{files:#?}");
    assert!(!files.values().any(|bytes| String::from_utf8_lossy(bytes).contains("Half a thought")));
    assert!(!site.export(&[]).to_string().contains("Half a thought"));
    site.build(&["--drafts"]).code(0).does_not_say("left out as draft");
    assert!(site.read("dist/secret/index.html").contains("Half a thought."));
}

#[test]
fn a_fault_stops_the_build_before_anything_is_written() {
    let site = shop();
    site.build(&[]).code(0);
    let before = site.files("dist");
    site.write("broken.md", BROKEN);
    site.write("disk.md", "# Another text\n");
    let run = site.build(&[]).code(1);
    assert_eq!(
        last_lines(&run, 2),
        "\
error: 1 fault would lose or misplace something; nothing was written
help: mend them, or publish the rest with --keep-going"
    );
    assert!(site.files("dist") == before, "the old site has changed");
    fs::remove_dir_all(site.path("dist")).expect("the old site goes away");
    site.build(&[]).code(1);
    assert!(!site.path("dist").exists());
}

#[test]
fn keep_going_publishes_the_rest_and_the_words_of_the_faulty() {
    let site = shop();
    site.write("broken.md", BROKEN);
    let run = site.build(&["--keep-going"]).code(1).says("error[broken-front-matter]");
    assert!(
        last_lines(&run, 2).starts_with("3 documents: 1 dated, 1 with lessons (1)\nwrote "),
        "{}",
        run.stderr
    );
    let page = site.read("dist/broken/index.html");
    assert!(page.contains("Nothing of this is lost.") && page.contains("The words of a broken file"));
    assert!(
        page.contains("class=\"notice error\"") && page.contains("front matter is no valid YAML"),
        "{page}"
    );
    site.read("dist/checkout/index.html");
}

#[test]
fn every_fault_is_named_in_one_run() {
    let site = Site::new(&[
        ("one.md", "---\ntitle: [a\n---\nWords.\n"),
        ("two.md", "---\ntitle: a\ntitle: b\n---\nWords.\n"),
        ("three.md", "---\nslug: ../up\n---\nWords.\n"),
        ("four.md", "+++\ntitle = \n+++\nWords.\n"),
        ("same.md", "# Same\n\nWords.\n"),
        ("same.markdown", "# Same\n\nWords.\n"),
    ]);
    let run = site.build(&[]).code(1);
    for named in [
        "error[broken-front-matter]",
        "one.md:2:8",
        "error[duplicate-key]",
        "two.md:3:1",
        "error[bad-slug]",
        "three.md:2:7",
        "four.md:2:",
        "error[address-taken]",
        "error: 5 faults would lose or misplace something",
    ] {
        assert!(run.stderr.contains(named), "`{named}` does not stand in:\n{}", run.stderr);
    }
}

#[test]
fn a_warning_stops_nothing_and_shows_its_place() {
    let site = Site::new(&[
        (
            "content/dns.md",
            "---\nstarted: 2026-03-02T10:00Z\nresolved: 2026-03-02T09:00Z\ndate: soon\n---\n# Names fail\n\nSee [the other](other.md) and\n![a graph](graph.png).\n",
        ),
        ("afterword.toml", ""),
    ]);
    site.build(&[]).code(0).stderr(str![[r#"
warning[end-before-start]: incident ends before it starts
 --> content/dns.md:3:11
  |
3 | resolved: 2026-03-02T09:00Z
  |           ^^^^^^^^^^^^^^^^^ earlier than `started`
  |
help: did the outage run past midnight, or into another zone?

warning[bad-date]: `date` is no date that can be read: `soon`
 --> content/dns.md:4:7
  |
4 | date: soon
  |       ^^^^
  |
help: write it as 2026-03-02, or with its time as 2026-03-02T09:00:00Z

warning[broken-link]: `other.md` leads to nothing that is there
 --> content/dns.md:8:5
  |
8 | See [the other](other.md) and
  |     ^^^^^^^^^^^^^^^^^^^^^

warning[missing-image]: image `graph.png` is not there
 --> content/dns.md:9:1
  |
9 | ![a graph](graph.png).
  | ^^^^^^^^^^^^^^^^^^^^^

no base_url is set: links end in index.html, and there is no sitemap, which needs absolute addresses
1 document: 1 dated, 0 with lessons (0)
wrote 36 files, kept 0, removed 0: open [TEMP]/site/dist/index.html

"#]]);
}

#[test]
fn notes_are_counted_and_shown_on_request() {
    let site = Site::new(&[(
        "a.md",
        "---\nservrity: high\nstarted: 2025-01-01 10:00\n---\n# A\n\n![x](https://img.example/x.png)\n",
    )]);
    site.build(&[])
        .code(0)
        .says("notes: 1 foreign-image, 1 naive-time, 1 unknown-key (all of them with --verbose)");
    let run = site.build(&["--verbose"]).code(0).does_not_say("all of them with");
    for named in ["note[unknown-key]", "did you mean `severity`?", "note[naive-time]", "note[foreign-image]"]
    {
        assert!(run.stderr.contains(named), "`{named}` does not stand in:\n{}", run.stderr);
    }
    assert!(!site.read("dist/a/index.html").contains("<img"), "an image from elsewhere is shown");
}

#[test]
fn many_warnings_of_one_kind_are_counted() {
    let links: String =
        (0..9).map(|number| format!("We lost [part {number}](gone-{number}.md) of it.\n\n")).collect();
    let site = Site::new(&[("a.md", format!("# A\n\n{links}"))]);
    let run = site.build(&[]).code(0).says("more warnings: 4 broken-link (all of them with --verbose)");
    assert_eq!(run.stderr.matches("warning[broken-link]").count(), 5);
    assert_eq!(site.build(&["-v"]).code(0).stderr.matches("warning[broken-link]").count(), 9);
}

#[test]
fn broken_settings_have_a_place_and_a_suggestion() {
    let site = Site::new(&[
        ("afterword.toml", "title = \"A\"\nbase_ur = \"https://kb.example/\"\n"),
        ("content/a.md", "# A\n"),
    ]);
    site.build(&[]).code(1).stderr(str![[r#"
error[broken-settings]: unknown field `base_ur`, expected one of `title`, `description`, `base_url`, `language`, `timezone`, `content`, `theme`, `repository`, `branch`, `exclude`, `extensions`, `image_hosts`, `severity`, `sections`, `services`, `repositories`, `highlight`, `cards`, `card_fonts`, `search`, `check`
 --> afterword.toml:2:1
  |
2 | base_ur = "https://kb.example/"
  | ^^^^^^^
  |
help: did you mean `base_url`?


"#]]);
    assert!(!site.path("dist").exists());
    site.write("afterword.toml", "title = \"A\"\ntimezone = \"Europe/Berln\"\n");
    site.build(&[]).code(1).says("unknown time zone `Europe/Berln`").says("afterword.toml:2:12");
    site.write("afterword.toml", "title = \"A\ncontent = 1\n");
    site.build(&[]).code(1).says("error[broken-settings]").says("afterword.toml:1:");
    site.write("afterword.toml", "content = \"../elsewhere\"\n");
    site.build(&[]).code(1).says("leads out of the site's folder").says("afterword.toml:1:");
}

#[test]
fn wrong_usage_ends_with_two() {
    let site = shop();
    site.run(["biuld"]).code(2).says("unrecognized subcommand 'biuld'").says("'build'");
    site.run::<&str>([]).code(2).says("Usage: afterword <COMMAND>");
    site.build(&["--bogus"]).code(2).says("--bogus");
    site.run(["build", ".", "--today", "2026-02-30"]).code(2).says("--today");
    site.build(&["--base-url", "kb.example"]).code(2).says("`base_url` `kb.example` is no web address");
    site.run(["build", "nowhere"]).code(2).stderr(str![[r#"
error: cannot read the folder `[TEMP]/site/nowhere`: no such file or directory

"#]]);
    site.run(["export", "nowhere"]).code(2).says("no such file or directory");
    site.run(["build", "disk.md"]).code(2).says("disk.md");
    site.build(&["--theme", "nowhere"]).code(2).says("there is no folder `nowhere`");
    site.write("afterword.toml", "content = 'records'\n");
    site.build(&[]).code(2).stderr(str![[r#"
error: cannot read the content folder `[TEMP]/site/records`: no such file or directory
help: make the folder, or name another one with `content` in `afterword.toml`

"#]]);
    assert!(!site.path("dist").exists());
}

#[test]
fn help_and_version_are_data() {
    let site = shop();
    let run = site.run(["--version"]).code(0);
    assert_eq!(
        (run.stdout, run.stderr),
        (format!("afterword {}\n", env!("CARGO_PKG_VERSION")), String::new())
    );
    let run = site.run(["--help"]).code(0);
    assert!(run.stdout.contains("  build ") && run.stdout.contains("  export ") && run.stderr.is_empty());
    for command in ["build", "export"] {
        let run = site.run([command, "--help"]).code(0);
        assert!(
            run.stdout.contains(&format!("Usage: afterword {command} [OPTIONS] [ROOT]")),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn nothing_is_coloured_off_a_terminal() {
    let site = shop();
    site.write("broken.md", BROKEN);
    assert!(!site.build(&[]).code(1).stderr.contains('\u{1b}'));
}

#[test]
fn control_characters_cannot_rewrite_a_terminal() {
    let site = Site::new(&[("a.md", "# A\n\n[go\u{1b}[2J](gone\u{1b}]0;x\u{7}.md)\n")]);
    let run = site.build(&["-v"]).code(0);
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains('\u{7}'), "{:?}", run.stderr);
}

#[test]
fn with_an_address_links_end_in_a_slash() {
    let site = shop();
    site.build(&["--base-url", "https://kb.example/shop"]).code(0).does_not_say("no base_url is set");
    let page = site.read("dist/disk/index.html");
    assert!(page.contains("href=\"../checkout/\"") && !page.contains("index.html"), "{page}");
    let sitemap = site.read("dist/sitemap.xml");
    assert!(
        sitemap.contains("<loc>https://kb.example/shop/checkout/</loc>") && !sitemap.contains("404"),
        "{sitemap}"
    );
    let feed = site.read("dist/feed.xml");
    assert!(feed.contains("<id>https://kb.example/shop/checkout/</id>") && !feed.contains("urn:"), "{feed}");
    let json: Value = serde_json::from_str(&site.read("dist/feed.json")).expect("a feed in JSON");
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert!(json["items"][0]["url"].as_str().is_some_and(|url| url.starts_with("https://kb.example/shop/")));
    assert!(site.read("dist/robots.txt").contains("https://kb.example/shop/sitemap.xml"));
}

#[test]
fn without_an_address_the_site_opens_from_a_folder() {
    let site = shop();
    site.build(&[]).code(0);
    assert!(site.read("dist/disk/index.html").contains("href=\"../checkout/index.html\""));
    assert!(!site.path("dist/sitemap.xml").exists());
    let feed = site.read("dist/feed.xml");
    assert!(feed.contains("<id>urn:") && !feed.contains("http://localhost"), "{feed}");
    for (path, bytes) in site.files("dist").iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = String::from_utf8_lossy(bytes);
        for (at, _) in page.match_indices("href=\"") {
            let href = &page[at + 6..];
            let href = &href[..href.find('"').expect("an attribute ends")];
            assert!(!href.ends_with('/') && !href.starts_with('/'), "`{path}` links to `{href}`");
        }
    }
}

#[test]
fn the_day_decides_which_actions_are_late() {
    let site = shop();
    let late = |site: &Site| site.read("dist/actions/index.html").contains("class=\"status late\"");
    site.run(["build", ".", "--today", "2025-05-01"]).code(0);
    assert!(!late(&site), "an action is not late on the day that it is due");
    site.run(["build", ".", "--today", "2025-05-02"]).code(0);
    assert!(late(&site));
    let build_at = |epoch: &str| {
        let mut command = site.command(["build", "."]);
        command.env("SOURCE_DATE_EPOCH", epoch);
        site.finish(command)
    };
    build_at("1746057600").code(0); // 2025-05-01T00:00:00Z
    assert!(!late(&site));
    build_at("1746144000").code(0); // 2025-05-02T00:00:00Z
    assert!(late(&site));
    build_at("tomorrow").code(2).says("SOURCE_DATE_EPOCH is no number of seconds: `tomorrow`");
}

#[test]
fn the_day_stands_nowhere_else() {
    let site = Site::new(&[("disk.md", DISK), ("a.md", "# A\n\n2021-03-04: words.\n")]);
    site.run(["build", ".", "--today", "2025-05-01"]).code(0);
    let first = site.files("dist");
    site.run(["build", ".", "--today", "2031-11-30"]).code(0);
    assert!(first == site.files("dist"), "the day of the build changes pages without actions");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let one = Site::of_the_package();
    let other = Site::of_the_package();
    for (site, zone, threads) in [(&one, "Pacific/Kiritimati", "1"), (&other, "America/Los_Angeles", "4")] {
        let mut command = site.command(["build", ".", "--today", TODAY]);
        command
            .env("TZ", zone)
            .env("RAYON_NUM_THREADS", threads)
            .env("LC_ALL", "tr_TR.UTF-8")
            .env("LANG", "C");
        site.finish(command).code(0);
    }
    let (one, other) = (one.files("dist"), other.files("dist"));
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for path in paths {
        assert!(one.get(path) == other.get(path), "`{path}` differs");
    }
}

#[test]
fn exports_are_the_same_on_any_number_of_threads() {
    let site = Site::of_the_package();
    let export = |threads: &str| {
        let mut command = site.command(["export", ".", "--today", TODAY]);
        command.env("RAYON_NUM_THREADS", threads);
        site.finish(command).code(0).stdout
    };
    assert!(export("1") == export("4"), "the exports differ");
}

#[test]
fn what_is_unchanged_keeps_its_time() {
    let site = shop();
    site.build(&[]).code(0);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let files = site.files("dist");
    for path in files.keys() {
        let file =
            fs::File::options().write(true).open(site.path("dist").join(path)).expect("a file of the site");
        file.set_modified(old).expect("a time can be set");
    }
    let modified =
        |path: &str| fs::metadata(site.path("dist").join(path)).and_then(|found| found.modified()).ok();
    let run = site.build(&[]).code(0);
    assert!(
        run.stderr.contains(&format!("wrote 0 files, kept {}, removed 0", files.len() - 1)),
        "{}",
        run.stderr
    );
    assert!(files.keys().all(|path| modified(path) == Some(old)));

    site.write("disk.md", DISK.replace("in the night", "at noon"));
    // Pieces of the search index are named for what they hold, so those with the old words go.
    site.build(&[]).code(0).says("removed 5");
    assert_eq!(modified("checkout/index.md"), Some(old));
    assert_eq!(modified("assets/style.css"), Some(old));
    assert_ne!(modified("disk/index.html"), Some(old));
    assert!(site.read("dist/disk/index.html").contains("at noon"));
}

#[test]
fn what_is_gone_from_the_content_is_gone_from_the_site() {
    let site = shop();
    site.build(&[]).code(0);
    site.write("dist/note.txt", "somebody's own");
    fs::remove_file(site.path("disk.md")).expect("a document goes away");
    site.build(&[]).code(0);
    assert!(!site.path("dist/disk").exists());
    assert_eq!(site.read("dist/note.txt"), "somebody's own");
}

#[test]
fn images_and_files_travel_with_their_documents() {
    let site = Site::new(&[
        ("afterword.toml", ""),
        (
            "content/2025/a.md",
            "# A\n\n![The graph](img/a%20graph.png) and [the log](a.log), <img src=\"img/raw.png\" alt=\"raw\">.\n",
        ),
        ("content/2025/img/a graph.png", "png"),
        ("content/2025/img/raw.png", "raw"),
        ("content/2025/a.log", "log"),
        ("content/2025/unseen.log", "log"),
        ("static/CNAME", "kb.example"),
    ]);
    site.build(&[]).code(0).does_not_say("warning");
    let files = site.files("dist");
    for path in ["2025/img/a graph.png", "2025/img/raw.png", "2025/a.log", "CNAME"] {
        assert!(files.contains_key(path), "`{path}` is missing from {:?}", files.keys());
    }
    assert!(!files.contains_key("2025/unseen.log"), "what no document names stays where it is");
}

#[test]
fn older_addresses_lead_on() {
    let site = Site::new(&[(
        "new.md",
        "---\naliases: [/old/place, was.html]\nslug: newest\n---\n# New\n\nWords.\n",
    )]);
    site.build(&[]).code(0);
    site.read("dist/newest/index.html");
    assert!(site.read("dist/old/place/index.html").contains("../../newest/index.html"));
    assert!(site.read("dist/was.html").contains("./newest/index.html"));
}

#[test]
fn a_theme_of_ones_own_takes_the_place_of_ours() {
    let site = shop();
    site.write("afterword.toml", "content = \"docs\"\ntheme = \"looks\"\n");
    site.write("docs/a.md", "# A\n\nWords.\n");
    site.write(
        "looks/404.html",
        "{% extends \"base.html\" %}{% block main %}<h1>Lost, {{ site.title }}</h1>{% endblock main %}",
    );
    site.write("looks/assets/style.css", "body { color: red }");
    site.build(&[]).code(0);
    assert!(site.read("dist/404.html").contains("<h1>Lost, Lessons learned</h1>"));
    assert_eq!(site.read("dist/assets/style.css"), "body { color: red }");
    site.write("looks/404.html", "{% extends \"base.html\" %}\n{% block main %}{{ site.title }");
    let before = site.files("dist");
    site.build(&[]).code(1).says("error[broken-theme]").says("looks/404.html:2:");
    assert!(before == site.files("dist"), "a broken theme has changed the site");
}

#[test]
fn every_export_is_valid_and_lists_are_always_there() {
    let schema: Value =
        serde_json::from_slice(&fs::read(package().join("src/export/schema.json")).expect("the schema"))
            .expect("a schema in JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let broken = shop();
    broken.write("broken.md", BROKEN);
    broken.write("README.md", "# Postmortems\n\nA folder of them.\n");
    broken.write("empty.md", "");
    let empty = Site::new::<&str>(&[]);
    let mut sites =
        vec![("the demo", Site::of_the_package()), ("a broken one", broken), ("an empty one", empty)];
    for entry in fs::read_dir(package().join("tests/sites")).expect("the fixtures").flatten() {
        sites.push(("a fixture", Site::copy_of(&entry.path().join("in"))));
    }
    for (name, site) in &sites {
        for arguments in [&[][..], &["--base-url", "https://kb.example/"]] {
            let export = site.export(arguments);
            let faults: Vec<String> = validator
                .iter_errors(&export)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{name}: {faults:#?}");
            for list in ["documents", "lessons", "services", "factors", "set_aside", "findings"] {
                assert!(export[list].is_array(), "{name}: `{list}`");
            }
        }
    }
    let printed = sites[0].1.run(["export", "--schema"]).code(0).stdout;
    assert_eq!(serde_json::from_str::<Value>(&printed).ok(), Some(schema));
}

#[test]
fn export_succeeds_despite_findings_and_lists_them() {
    let site = shop();
    site.write("broken.md", BROKEN);
    let run = site.run(["export", ".", "--today", TODAY]).code(0);
    assert_eq!(run.stderr, "");
    let export: Value = serde_json::from_str(&run.stdout).expect("the export");
    let finding = &export["findings"][0];
    assert_eq!(
        (&finding["rule"], &finding["level"]),
        (&Value::from("broken-front-matter"), &Value::from("error"))
    );
    assert_eq!(
        (&finding["file"], &finding["line"], &finding["column"]),
        (&Value::from("broken.md"), &Value::from(2), &Value::from(8))
    );
    assert_eq!(export["documents"].as_array().map(Vec::len), Some(3));
}

#[test]
fn export_says_what_a_document_says() {
    let export = shop().export(&[]);
    let documents = export["documents"].as_array().expect("documents");
    let checkout = documents.iter().find(|one| one["path"] == "checkout.md").expect("the checkout");
    let disk = documents.iter().find(|one| one["path"] == "disk.md").expect("the disk");
    assert_eq!(checkout["title"], "Checkout rejects every second card");
    assert_eq!(checkout["kind"], "postmortem");
    assert_eq!(checkout["severity"], serde_json::json!({ "level": 2, "label": "SEV-2" }));
    assert_eq!(checkout["actions"][0]["status"], "open");
    assert_eq!(checkout["actions"][1]["status"], "done");
    assert_eq!(checkout["lessons"].as_array().map(Vec::len), Some(1));
    assert_eq!(disk["date"], Value::Null);
    assert!(checkout["backlinks"].to_string().contains("disk.md"), "{}", checkout["backlinks"]);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    // More than a pipe holds, so that the program is still writing when its reader goes away.
    let site = Site::new(&[(
        "a.md",
        format!("# A\n\n## Lessons\n\n{}", "- A lesson that fills the pipe with its words.\n".repeat(3000)),
    )]);
    let mut command = site.command(["export", ".", "--today", TODAY]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn timings_are_shown_on_request() {
    let site = shop();
    site.build(&[]).code(0).does_not_say(" ms  ");
    site.build(&["--timings"]).code(0).says(" ms  read and parse").says(" ms  render and write");
    site.run(["export", ".", "--timings"]).code(0).says(" ms  connect");
}
