//! The rules: every page tells the truth, and `check` prints what programs expect.
//!
//! A page of a rule holds a bad and a good example. Its code blocks are files by the path behind their language, or, as `sh`,
//! commands that make what no Markdown can show: a pipe, a repository, a locked lesson.

use crate::site::Site;
use crate::site::TODAY;
use crate::site::package;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A block of code on a page.
struct Example {
    /// `md`, `toml`, `sh` and the like.
    language: String,
    /// The path of the file that it is.
    path: String,
    text: String,
}

/// Returns the code blocks below a heading of the second level.
fn examples(page: &str, heading: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut below = false;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(fence) = line.strip_prefix("```") {
            let ticks = "`".repeat(3 + fence.len() - fence.trim_start_matches('`').len());
            let info = fence.trim_start_matches('`');
            let (language, path) = info.split_once(' ').unwrap_or((info, ""));
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != ticks).collect();
            if below {
                let text = text.join("\n") + "\n";
                examples.push(Example { language: language.to_owned(), path: path.to_owned(), text });
            }
        } else if let Some(words) = line.strip_prefix("## ") {
            below = words == heading;
        }
    }
    examples
}

/// Returns the names of all rules that have a page, with their pages.
fn pages() -> Vec<(String, String)> {
    let folder = package().join("src/check/rules");
    let mut pages: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the folder of the rules")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name in UTF-8");
            (name.to_owned(), fs::read_to_string(&path).expect("a page"))
        })
        .collect();
    pages.sort();
    pages
}

/// Makes the site of an example and returns how often a rule fires on it.
fn fires(rule: &str, examples: &[Example]) -> usize {
    let site = Site::new::<&str>(&[]);
    for example in examples.iter().filter(|example| example.language != "sh") {
        assert!(!example.path.is_empty(), "a block of `{rule}` names no file:\n{}", example.text);
        site.write(&example.path, &example.text);
    }
    for example in examples.iter().filter(|example| example.language == "sh") {
        let mut command = Command::new("sh");
        let program =
            Path::new(env!("CARGO_BIN_EXE_afterword")).parent().expect("a program lies in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        command.args(["-euc", &example.text]).current_dir(site.root());
        command.env("PATH", format!("{}:{path}", program.display()));
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("SOURCE_DATE_EPOCH", "1767225600");
        let output = command.output().expect("a shell");
        assert!(output.status.success(), "{rule}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut arguments = vec!["check", "--rule", rule, "--format", "json", "--today", TODAY];
    if rule == "dead-link" {
        arguments.push("--external");
    }
    let run = site.run(arguments);
    let report: Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{rule}: {error}\n{}\n{}", run.stdout, run.stderr));
    let findings = report["findings"].as_array().expect("a list of findings");
    findings.iter().filter(|finding| finding["rule"] == rule).count()
}

/// The one test that keeps every page true.
#[cfg(unix)]
#[test]
fn every_rule_fires_on_its_bad_example_and_is_silent_on_its_good_one() {
    let mut wrong = Vec::new();
    for (name, page) in pages() {
        let (bad, good) = (examples(&page, "Bad"), examples(&page, "Good"));
        if bad.is_empty() || good.is_empty() {
            wrong.push(format!("{name}: an example is missing"));
            continue;
        }
        // It tells of a program that lacks a feature.
        let cannot = name == "undrawn-cards" && cfg!(feature = "cards");
        if fires(&name, &bad) == 0 && !cannot {
            wrong.push(format!("{name}: the bad example is silent"));
        }
        let count = fires(&name, &good);
        if count > 0 {
            wrong.push(format!("{name}: the good example has {count}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_page_has_the_same_parts() {
    for (name, page) in pages() {
        assert!(page.starts_with(&format!("# {name}\n\n")), "{name}");
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let shown: Vec<&str> =
            headings.into_iter().filter(|words| ["Bad", "Good", "Repair"].contains(words)).collect();
        assert_eq!(shown, ["Bad", "Good", "Repair"], "{name}");
    }
}

/// Every rule that some module declares is registered, and every registered one has its page.
#[test]
fn every_rule_is_registered() {
    let mut declared = BTreeSet::new();
    for entry in walkdir::WalkDir::new(package().join("src")) {
        let entry = entry.expect("the sources can be listed");
        if entry.path().extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("a source file");
        for (at, _) in text.match_indices("pub static ") {
            let rest = &text[at..text.len().min(at + 400)];
            let is_rule = rest.lines().next().is_some_and(|line| line.contains(": Rule ="));
            if is_rule && let Some(name) = rest.split("name: \"").nth(1) {
                declared.insert(name.split('"').next().expect("a name").to_owned());
            }
        }
    }
    let pages: BTreeSet<String> = pages().into_iter().map(|(name, _)| name).collect();
    assert_eq!(declared, pages);
    let list = Site::new::<&str>(&[]).run(["explain"]).code(0).stdout;
    let listed: BTreeSet<String> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    assert_eq!(listed, pages);
}
