//! What people and programs see of `check`: formats, exit codes, levels, allowances, the baseline, fixes.

use crate::site::Run;
use crate::site::Site;
use crate::site::TODAY;
use crate::site::package;
use serde_json::Value;
use serde_json::json;
use snapbox::str;
use std::fs;
use std::process::Command;

/// A postmortem with something to say at every level.
const CHECKOUT: &str = "\
---
title: Checkout: every second card is refused
severty: SEV-2
started: 2026-01-09T08:14:00Z
resolved: 2026-01-09T10:30:00Z
---

A new rule sent half of the payments of our customers to a terminal that was off. “We should have known”, says one.

<!-- allow: blame: because the engineer asked us to say it so -->
The engineer failed to answer. See [before](befor.md), and [again](#What-it-did!).

<!-- allow: hindsight: because somebody thought so once -->
Nobody was hurt.

## What it did

The team failed to look, äöü, at `curl -u shop https://shop:kR7vQm2xWz9t@pay.example.com/`.

## Impact

## Timeline

| Time | What |
|---|---|
| 08:14 UTC | The rule goes live |
| 10:30 UTC | It is taken back |

## Lessons learned

- Be more careful

## Action items

- [ ] Refuse such rules (@ann, due 2025-12-01)
";

fn shop() -> Site {
    Site::new(&[
        ("posts/2026-01-09-checkout.md", CHECKOUT),
        ("posts/2026-01-02-before.md", "# Before\n\nIt was cold.\n"),
    ])
}

fn check(site: &Site, arguments: &[&str]) -> Run {
    site.run(["check", "--today", TODAY].iter().chain(arguments))
}

fn json(site: &Site, arguments: &[&str]) -> Value {
    let run = check(site, &[&["--format", "json"], arguments].concat());
    serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}\n{}", run.stdout, run.stderr))
}

/// Returns how often each rule is found, as "2 blame, 1 hindsight".
fn drawn(report: &Value) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for finding in report["findings"].as_array().expect("findings") {
        *counts.entry(finding["rule"].as_str().expect("a rule").to_owned()).or_insert(0) += 1;
    }
    counts.into_iter().map(|(rule, count)| format!("{count} {rule}")).collect::<Vec<_>>().join(", ")
}

/// Compares with a stored file; `SNAPSHOTS=overwrite` writes it anew.
#[track_caller]
fn golden(name: &str, text: &str) {
    let path = package().join("tests/suite/check").join(name);
    let expected = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text));
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(text, expected.raw());
}

#[track_caller]
fn valid(schema: &str, text: &str) -> Value {
    let schema = fs::read_to_string(package().join("tests/suite/schemas").join(schema)).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let value: Value = serde_json::from_str(text).expect("JSON");
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

#[test]
fn people_see_lines_and_questions() {
    let run = check(&shop(), &["--verbose"]).code(1);
    assert_eq!(run.stdout, "");
    golden("human.txt", &run.stderr);
}

#[test]
fn programs_see_json() {
    let run = check(&shop(), &["--format", "json"]).code(1);
    golden("report.json", &run.stdout);
    let report = valid("check.json", &run.stdout);
    // Every span is where the message says it is.
    for finding in report["findings"].as_array().expect("findings") {
        if let Some(span) = finding["span"].as_array() {
            let start = span[0].as_u64().expect("a place") as usize;
            let line = CHECKOUT[..start].matches('\n').count() + 1;
            assert_eq!(finding["line"], json!(line), "{finding}");
        }
    }
}

#[test]
fn code_scanning_sees_sarif() {
    let run = check(&shop(), &["--format", "sarif"]).code(1);
    golden("report.sarif", &run.stdout);
    let report = valid("sarif.json", &run.stdout);
    let rules = report["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in report["runs"][0]["results"].as_array().expect("results") {
        let rule = &rules[result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
}

#[test]
fn gitlab_sees_code_quality() {
    let run = check(&shop(), &["--format", "gitlab"]).code(1);
    golden("gitlab.json", &run.stdout);
    let report = valid("gitlab.json", &run.stdout);
    let prints: Vec<&Value> =
        report.as_array().expect("a list").iter().map(|finding| &finding["fingerprint"]).collect();
    let mut once = prints.clone();
    once.sort_by_key(|print| print.to_string());
    once.dedup();
    assert_eq!(once.len(), prints.len(), "fingerprints are unique");
}

#[test]
fn github_sees_annotations() {
    let run = check(&shop(), &["--format", "github"]).code(1);
    golden("github.txt", &run.stdout);
    let schema = json!({ "pattern": "^::(error|warning|notice) file=[^:,]+,line=[0-9]+,endLine=[0-9]+(,col=[0-9]+,endColumn=[0-9]+)?,title=[a-z-]+::.+$" });
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for line in run.stdout.lines() {
        assert!(validator.is_valid(&json!(line)), "{line}");
    }
}

/// CI runs at the top of a repository, and the site may lie below.
#[test]
fn paths_for_ci_begin_where_it_runs() {
    let site = shop();
    for format in ["github", "gitlab", "sarif"] {
        let run = check(&site, &["--format", format, "posts"]).code(1);
        assert!(run.stdout.contains("posts/2026-01-09-checkout.md"), "{}", run.stdout);
    }
    assert!(json(&site, &["posts"])["findings"][0]["file"] == "2026-01-09-checkout.md");
}

/// The problem matcher understands what people see.
#[test]
fn the_problem_matcher_matches() {
    let matcher = fs::read_to_string(package().join("editors/problem-matcher.json")).expect("the matcher");
    let matcher: Value = serde_json::from_str(&matcher).expect("JSON");
    let pattern = matcher["problemMatcher"][0]["pattern"].as_array().expect("patterns").clone();
    let validator = |at: usize| {
        jsonschema::validator_for(&json!({ "pattern": pattern[at]["regexp"] })).expect("a pattern")
    };
    let (first, second) = (validator(0), validator(1));
    let run = check(&shop(), &["--verbose"]).code(1);
    let lines: Vec<&str> = run.stderr.lines().collect();
    let found = lines
        .windows(2)
        .filter(|pair| first.is_valid(&json!(pair[0])) && second.is_valid(&json!(pair[1])))
        .count();
    assert_eq!(found, json(&shop(), &[])["findings"].as_array().expect("findings").len());
}

#[test]
fn the_hooks_run_commands_that_exist() {
    let hooks = fs::read_to_string(package().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: Value = serde_yaml::from_str(&hooks).expect("YAML");
    let hooks = hooks.as_array().expect("a list");
    assert_eq!(hooks.len(), 2);
    for hook in hooks {
        let entry = hook["entry"].as_str().expect("an entry");
        let mut words = entry.split(' ');
        assert_eq!(words.next(), Some("afterword"));
        let site = shop();
        // pre-commit hands over the files that a commit changes.
        let run = site.run(words.chain(["posts/2026-01-02-before.md"]));
        run.code(0).says("checked 1 document: nothing to mend");
    }
}

#[test]
fn the_exit_code_tells_how_bad_it_is() {
    let note = "# Disk\n\nWords, and a [file](../x.md).\n";
    let warning = "# Disk\n\nWords, and a [file](x.md).\n";
    for (text, arguments, code) in [
        (note, &[][..], 0),
        (note, &["--deny", "warnings"], 0),
        (note, &["--deny", "notes"], 1),
        (warning, &[], 0),
        (warning, &["--deny", "warnings"], 1),
        (warning, &["--rule", "blame", "--deny", "notes"], 0),
        (warning, &["--rule", "blam"], 2),
        (warning, &["nowhere.md"], 2),
        (warning, &["--since", "main"], 2),
        (warning, &["--format", "xml"], 2),
    ] {
        check(&Site::new(&[("disk.md", text)]), arguments).code(code);
    }
    check(&Site::new(&[("disk.md", "---\na: 1\na: 2\n---\nx\n")]), &[]).code(1);
    check(&Site::new(&[("afterword.toml", "titel = 1\n"), ("content/a.md", "# A\n")]), &["--format", "json"])
        .code(1)
        .does_not_say("error");
}

#[test]
fn an_unknown_rule_has_a_suggestion() {
    check(&shop(), &["--rule", "hindsigt"]).code(2).stderr(str![[r#"
error: there is no rule `hindsigt`
help: did you mean `hindsight`?

"#]]);
    shop().run(["explain", "card-numbers"]).code(2).says("did you mean `card-number`?");
}

#[test]
fn settings_change_levels_by_path() {
    let text = "# A\n\n## Impact\n\nThe engineer failed to answer. We should have looked.\n";
    let site = Site::new(&[
        (
            "afterword.toml",
            "content = '.'\n[check]\nblame = 'error'\nhindsight = 'off'\n\n[check.paths.'archive/']\nblame = 'off'\n\n[check.paths.'archive/2019/']\nblame = 'note'\nhindsight = 'on'\n",
        ),
        ("a.md", text),
        ("archive/b.md", text),
        ("archive/2019/c.md", text),
    ]);
    let report = json(&site, &[]);
    let drawn: Vec<String> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| ["blame", "hindsight"].contains(&finding["rule"].as_str().unwrap_or("")))
        .map(|finding| {
            format!("{} {} {}", finding["file"], finding["level"], finding["rule"]).replace('"', "")
        })
        .collect();
    assert_eq!(
        drawn,
        ["a.md error blame", "archive/2019/c.md note blame", "archive/2019/c.md note hindsight"]
    );
}

#[test]
fn a_comment_allows_what_it_names_and_nothing_else() {
    let text = "\
---
title: A
kind: postmortem
# allow: unknown-key: because the wiki reads it
weather: fine
mood: good
---

## Impact

<!-- allow: blame, hindsight: because they wrote it themselves -->
- The engineer failed to answer. We should have looked.
- The engineer failed to answer again.

The engineer failed to answer once more. <!-- allow: blame: because they said so -->

The engineer failed to answer at last.
";
    let report = json(&Site::new(&[("a.md", text)]), &[]);
    let lines: Vec<String> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| {
            ["blame", "hindsight", "unknown-key", "unused-allow"]
                .contains(&finding["rule"].as_str().unwrap_or(""))
        })
        .map(|finding| format!("{}:{}", finding["rule"].as_str().unwrap_or(""), finding["line"]))
        .collect();
    assert_eq!(lines, ["unknown-key:6", "blame:17"]);
    assert_eq!(report["allowed"], 5);
}

/// What a document lacks as a whole is allowed at its top.
#[test]
fn a_comment_at_the_top_speaks_of_the_whole() {
    let text = "## Impact\n\nNobody could pay for an hour.\n";
    let all = drawn(&json(&Site::new(&[("2026-01-09-pay.md", text)]), &[]));
    assert!(all.contains("missing-timeline"), "{all}");
    let text = format!("<!-- allow: missing-timeline: because nobody kept the times -->\n\n{text}");
    let rest = drawn(&json(&Site::new(&[("2026-01-09-pay.md", text.as_str())]), &[]));
    assert_eq!(rest, all.replace(", 1 missing-timeline", ""));
}

#[test]
fn a_baseline_shows_only_what_is_new() {
    let site = shop();
    check(&site, &["posts/2026-01-02-before.md", "--write-baseline"]).code(2).says("for the whole site");
    check(&site, &["posts", "--write-baseline"]).code(0).says("wrote `afterword.baseline.json`");
    let kept = site.read("posts/afterword.baseline.json");
    assert!(!kept.contains("kR7vQm2xWz9t") && !kept.contains("engineer"));
    let first = json(&site, &["posts"]);
    assert_eq!(drawn(&first), "");
    assert_eq!(first["known"].as_u64(), Some(kept.matches("\"rule\"").count() as u64));
    check(&site, &["posts", "--deny", "notes"]).code(0).says("nothing to mend");

    // Lines move, and only what is new is shown.
    let moved = CHECKOUT.replace("Nobody was hurt.", "Words.\n\nAnd more of them.\n\nNobody was hurt.")
        + "\n## More\n\nThe reviewers failed to see it.\n";
    site.write("posts/2026-01-09-checkout.md", moved);
    assert_eq!(drawn(&json(&site, &["posts"])), "1 blame");

    // What is mended is said, so that the list can shrink.
    site.write("posts/2026-01-09-checkout.md", CHECKOUT.replace("due 2025-12-01", "due 2026-12-01"));
    check(&site, &["posts"]).code(0).says("1 of the baseline are mended");
    site.write("posts/afterword.baseline.json", "{}");
    check(&site, &["posts"]).code(2).says("cannot read the baseline");
}

#[test]
fn only_what_changed_is_shown() {
    let site = shop();
    let git = |arguments: &[&str]| {
        let status = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"])
            .args(arguments)
            .current_dir(site.root())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .expect("git");
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "one"]);
    check(&site, &["posts", "--since", "HEAD", "--deny", "notes"])
        .code(0)
        .says("checked 0 documents: nothing");
    site.write("posts/new.md", "# New\n\nSee [before](2026-01-02-befor.md).\n");
    site.write("posts/2026-01-02-before.md", "# Before\n\nIt was cold. [x](y.md)\n");
    let report = json(&site, &["posts", "--since", "HEAD"]);
    assert_eq!((drawn(&report).as_str(), report["documents"].as_u64()), ("2 broken-link", Some(2)));
    check(&site, &["posts", "--since", "nothing"]).code(2).says("cannot tell what changed since `nothing`");
    check(&site, &["posts", "--since=--output=x"]).code(2).says("no name of a revision");
    assert!(!site.path("x").exists());
}

#[test]
fn only_the_files_that_are_named_are_shown() {
    let site = shop();
    assert_eq!(drawn(&json(&site, &["posts/2026-01-02-before.md"])), "");
    let site = Site::new(&[
        ("afterword.toml", ""),
        ("content/a.md", "# A\n\n[b](x.md)\n"),
        ("content/b/c.md", "# C\n\n[a](../y.md)\n"),
    ]);
    for (path, found) in [("content/a.md", "x.md"), ("content/b", "y.md"), ("content/b/c.md", "y.md")] {
        let report = json(&site, &[path]);
        let findings = report["findings"].as_array().expect("findings");
        assert_eq!(findings.len(), 1, "{path}: {findings:#?}");
        assert!(findings[0]["message"].as_str().is_some_and(|message| message.contains(found)));
    }
    assert_eq!(drawn(&json(&site, &[])), "2 broken-link");
    assert_eq!(drawn(&json(&site, &["content"])), "2 broken-link");
}

#[test]
fn fixes_are_shown_and_made() {
    let site = shop();
    let run = check(&site, &["--diff"]).code(1);
    golden("fix.diff", &run.stdout);
    assert_eq!(site.read("posts/2026-01-09-checkout.md"), CHECKOUT);
    check(&site, &["--fix"]).code(1).says("; 3 mended");
    let mended = site.read("posts/2026-01-09-checkout.md");
    let expected = CHECKOUT
        .replace(
            "title: Checkout: every second card is refused",
            "title: \"Checkout: every second card is refused\"",
        )
        .replace("(#What-it-did!)", "(#what-it-did)")
        .replace("<!-- allow: hindsight: because somebody thought so once -->\n", "");
    assert_eq!(mended, expected);
}

/// Draws the same numbers in every run.
struct Lot(u64);

impl Lot {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// Whatever a document is made of: what --fix does once is all that it does, and other lines keep every byte.
#[test]
fn fixes_are_made_once_and_touch_nothing_else() {
    const FRONT: [&str; 8] = [
        "title: Checkout: cards",
        "summary: a: b \"c\" d\\e",
        "date: 2026-01-09",
        "team: @payments",
        "mood: 'fine'",
        "note: it's: odd",
        "status: `done`: no",
        "tags: [a, b]",
    ];
    const BODY: [&str; 12] = [
        "# Checkout",
        "## What it did",
        "## What it did",
        "Words with äöü and 𝄞.",
        "[a](#What-it-did!)",
        "[b](#what-it-did)",
        "<!-- allow: blame: because it is so -->",
        "The engineer failed to answer.",
        "- one\n- two <!-- allow: hindsight: because -->",
        "> quoted\n<!-- allow: blame: because of x -->",
        "```\n<!-- allow: blame: because of y -->\n```",
        "`[c](#What it did)` [d](<#What It Did>)",
    ];
    let mut lot = Lot(3);
    let texts: Vec<String> = (0..80)
        .map(|number| {
            let end = if number % 5 == 0 { "\r\n" } else { "\n" };
            let mut lines = Vec::new();
            if lot.below(4) > 0 {
                lines.push("---".to_owned());
                let mut keys = std::collections::BTreeSet::new();
                for _ in 0..lot.below(5) {
                    let line = FRONT[lot.below(FRONT.len())];
                    if keys.insert(line.split(':').next()) {
                        lines.push(line.to_owned());
                    }
                }
                lines.push("---".to_owned());
            }
            for _ in 0..2 + lot.below(8) {
                lines.push(BODY[lot.below(BODY.len())].to_owned());
                if lot.below(5) > 0 {
                    lines.push(String::new());
                }
            }
            let mark = if number % 7 == 0 { "\u{feff}" } else { "" };
            let text = lines.join("\n").replace('\n', end);
            format!("{mark}{text}{}", if number % 3 == 0 { "" } else { end })
        })
        .collect();
    let files: Vec<(String, &str)> =
        texts.iter().enumerate().map(|(number, text)| (format!("d{number}.md"), text.as_str())).collect();
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let site = Site::new(&borrowed);
    // What the report says can be mended is mended here by hand, until it says so no more.
    let twin = Site::new(&borrowed);
    let mut mended = 0;
    loop {
        let report = json(&twin, &[]);
        let mut fixes: Vec<(String, usize, usize, String)> = report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .filter(|finding| !finding["fix"].is_null())
            .map(|finding| {
                let place = |at: usize| finding["fix"]["span"][at].as_u64().expect("a place") as usize;
                let word = |value: &Value| value.as_str().expect("words").to_owned();
                (word(&finding["file"]), place(0), place(1), word(&finding["fix"]["replacement"]))
            })
            .collect();
        if fixes.is_empty() {
            break;
        }
        mended += fixes.len();
        assert!(mended < 1000, "there is always something to mend");
        // From the last one backwards, so that places stay; a mark at the beginning is no part of a text.
        fixes.sort_by(|a, b| b.cmp(a));
        for (file, start, end, replacement) in fixes {
            let mut bytes = fs::read(twin.path(&file)).expect("a document");
            let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            bytes.splice(mark + start..mark + end, replacement.bytes());
            twin.write(&file, bytes);
        }
    }
    assert!(mended > 30, "{mended}");
    check(&site, &["--fix"]).says(&format!("; {mended} mended"));
    let expected: Vec<Vec<u8>> = (0..texts.len())
        .map(|number| fs::read(twin.path(&format!("d{number}.md"))).expect("a document"))
        .collect();
    for (number, expected) in expected.iter().enumerate() {
        let now = fs::read(site.path(&format!("d{number}.md"))).expect("a document");
        assert_eq!(String::from_utf8_lossy(&now), String::from_utf8_lossy(expected), "d{number}.md");
    }
    check(&site, &["--fix"]).does_not_say("mended").does_not_say("can be mended");
    for (number, expected) in expected.iter().enumerate() {
        assert_eq!(&fs::read(site.path(&format!("d{number}.md"))).expect("a document"), expected);
    }
}

#[test]
fn explain_prints_the_page_and_schema_the_schema() {
    let site = Site::new::<&str>(&[]);
    let page = site.run(["explain", "blame"]).code(0).stdout;
    assert!(page.starts_with("# blame\n\nLevel: warning. Group: language.\n\nA sentence says"), "{page}");
    let page = site.run(["explain", "private-link"]).code(0).stdout;
    assert!(page.starts_with("# private-link\n\nLevel: off; warning where it is on."), "{page}");
    let schema: Value = serde_json::from_str(&site.run(["schema"]).code(0).stdout).expect("JSON");
    assert!(jsonschema::meta::is_valid(&schema));
    assert!(schema["properties"]["severity"].is_object());
}

/// Our own library is clean at the strictest level, and every exception says why.
#[test]
fn the_demo_is_clean_at_the_strictest_level() {
    let site = Site::of_the_package();
    check(&site, &["--deny", "notes", "--verbose"]).code(0).says("nothing to mend");
    let settings = site.read("afterword.toml");
    let mut reason = false;
    let levels = settings.split("[check").skip(1).collect::<Vec<_>>().join("[check");
    assert!(!levels.is_empty());
    for line in levels.lines().skip(1).take_while(|line| !line.starts_with('[') || line.starts_with("[check"))
    {
        if line.contains("\"off\"") {
            assert!(reason, "`{line}` in afterword.toml has no reason above it");
        }
        reason = line.starts_with('#') || reason && line.contains("\"off\"");
    }
}
