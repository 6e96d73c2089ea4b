//! What we tell people works: every command and every example in the documentation.

use crate::site::Site;
use crate::site::package;
use std::fs;
use std::path::PathBuf;
use walkdir::WalkDir;

/// A fenced block of a page.
struct Block {
    /// The page and the line of the fence.
    place: String,
    language: String,
    text: String,
}

/// Returns the pages that hold documentation.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "themes/README.md"]
        .iter()
        .map(|name| package().join(name))
        .filter(|path| path.exists())
        .collect();
    for entry in WalkDir::new(package().join("content/guide")).sort_by_file_name() {
        let entry = entry.expect("the guide can be listed");
        if entry.path().extension().is_some_and(|ending| ending == "md") {
            pages.push(entry.into_path());
        }
    }
    pages
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page of the documentation");
        let name = page.strip_prefix(package()).expect("a page of the package").display().to_string();
        let mut open: Option<(String, Block)> = None;
        for (number, line) in text.lines().enumerate() {
            let trimmed = line.trim_start();
            match &mut open {
                Some((fence, _))
                    if trimmed.starts_with(fence.as_str())
                        && trimmed.trim_end().chars().all(|c| c == '`') =>
                {
                    blocks.extend(open.take().map(|(_, block)| block));
                }
                Some((_, block)) => {
                    block.text += line;
                    block.text.push('\n');
                }
                None if trimmed.starts_with("```") => {
                    let ticks = trimmed.chars().take_while(|&c| c == '`').count();
                    let language =
                        trimmed[ticks..].split([' ', ',', '{']).next().unwrap_or_default().to_owned();
                    let place = format!("{name}:{}", number + 1);
                    open = Some(("`".repeat(ticks), Block { place, language, text: String::new() }));
                }
                None => {}
            }
        }
        assert!(open.is_none(), "a block of `{name}` is never closed");
    }
    assert!(!blocks.is_empty());
    blocks
}

#[test]
fn every_example_of_settings_is_understood() {
    for block in blocks().iter().filter(|block| block.language == "toml") {
        // Examples of front matter stand between lines of `+++`; those of Cargo have their own tables.
        if block.text.starts_with("+++") || block.text.contains("[dependencies]") {
            continue;
        }
        let site = Site::new(&[("afterword.toml", block.text.as_str())]);
        let named = block.text.lines().find_map(|line| line.strip_prefix("content = \"")?.split('"').next());
        site.write(&format!("{}/a.md", named.unwrap_or("content")), "# A\n\nWords.\n");
        let run = site.run(["export", "."]);
        assert_eq!(run.code, Some(0), "{}:\n{}", block.place, run.stderr);
    }
}

#[test]
fn every_example_of_a_document_is_understood() {
    for block in blocks() {
        let front = ["---\n", "+++\n"].iter().any(|fence| block.text.starts_with(fence));
        if !["yaml", "yml", "toml", "markdown", "md"].contains(&block.language.as_str()) || !front {
            continue;
        }
        // An example of front matter alone quotes sentences of a body that it does not show.
        let body =
            block.text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("quote:"));
        let body: String =
            body.map(|quote| format!("\n{}\n", quote.trim().trim_matches(['"', '\'']))).collect();
        let site = Site::new(&[("a.md", format!("{}\n{body}", block.text))]);
        let export = site.export(&[]);
        for finding in export["findings"].as_array().expect("findings") {
            let is_shape = ["unknown-incident", "broken-link", "missing-image", "naive-time"]
                .iter()
                .any(|rule| finding["rule"] == *rule);
            assert!(is_shape, "{}: {finding}", block.place);
        }
        assert_ne!(export["documents"][0]["front_matter"], serde_json::json!({}), "{}", block.place);
    }
}

#[test]
fn every_other_example_of_yaml_is_yaml() {
    for block in blocks().iter().filter(|block| ["yaml", "yml"].contains(&block.language.as_str())) {
        let text = block.text.trim_start_matches("---\n").trim_end().trim_end_matches("---");
        let parsed = serde_yaml::from_str::<serde_yaml::Value>(text);
        assert!(parsed.is_ok(), "{}: {parsed:?}", block.place);
    }
}

#[test]
fn every_command_exists_with_its_flags() {
    let site = Site::new::<&str>(&[]);
    for block in
        blocks().iter().filter(|block| ["sh", "bash", "console", "shell"].contains(&block.language.as_str()))
    {
        for line in block.text.replace("\\\n", " ").lines() {
            let line = line.trim().trim_start_matches("$ ").split(" #").next().unwrap_or_default();
            let mut words =
                line.split_whitespace().skip_while(|word| word.contains('=') && !word.starts_with('-'));
            let arguments: Vec<&str> = match words.next() {
                Some("afterword") => words.collect(),
                Some("cargo") if words.next() == Some("run") => {
                    words.skip_while(|&word| word != "--").skip(1).collect()
                }
                _ => continue,
            };
            let Some(command) = arguments.first().filter(|word| !word.starts_with('-')) else { continue };
            let help = site.run([command, "--help"]);
            assert_eq!(help.code, Some(0), "{}: there is no `afterword {command}`", block.place);
            for flag in arguments.iter().filter(|word| word.starts_with('-') && word.len() > 1) {
                let flag = flag.split('=').next().unwrap_or_default();
                let is_there = help.stdout.split([' ', ',', '\n']).any(|word| word == flag);
                assert!(is_there, "{}: `afterword {command}` has no `{flag}`", block.place);
            }
        }
    }
}
