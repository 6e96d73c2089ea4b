//! Hostile and broken input: each gives a finding with its place or a page, the rest is still made, nothing crashes.

use crate::html::Page;
use crate::site::Run;
use crate::site::Site;
use crate::site::TODAY;
use std::fs;
use std::time::Duration;
use std::time::Instant;

/// Builds a site in which one document is at fault and another is not, and returns the site and what was said.
///
/// Asserts that the build says so by its exit code, and that both documents have a page.
#[track_caller]
fn keep_going(path: &str, bytes: impl AsRef<[u8]>, code: i32) -> (Site, Run) {
    let site = Site::new(&[("good.md", "# The neighbour\n\nThe words of the good one.\n")]);
    site.write(path, bytes);
    let run = site.build(&["--keep-going", "--verbose"]).code(code);
    assert!(site.read("dist/good/index.html").contains("The words of the good one."));
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    site.read(&format!("dist/{stem}/index.html"));
    (site, run)
}

/// Builds as [`keep_going`] and asserts that a finding is named at a place, and words of the document stand on its page.
#[track_caller]
fn fault(bytes: impl AsRef<[u8]>, finding: &str, place: &str, words: &str) {
    let code = i32::from(finding.starts_with("error"));
    let (site, run) = keep_going("bad.md", bytes, code);
    assert!(run.stderr.contains(finding), "`{finding}` does not stand in:\n{}", run.stderr);
    assert!(run.stderr.contains(&format!("--> {place}\n")), "`{place}` does not stand in:\n{}", run.stderr);
    let page = site.read("dist/bad/index.html");
    let text = Page::parse(&page).text_of("id", "aw-main").unwrap_or_default();
    assert!(text.contains(words), "`{words}` does not stand on:\n{text}");
    let export = site.export(&[]);
    let rule = &finding[finding.find('[').expect("a rule") + 1..finding.len() - 1];
    let listed = export["findings"].as_array().expect("findings").iter().any(|one| {
        let line = place.split(':').nth(1).map_or(1, |line| line.parse().expect("a line"));
        one["rule"] == rule && one["file"] == "bad.md" && one["line"] == line
    });
    assert!(listed, "`{rule}` at `{place}` is not in the export: {}", export["findings"]);
}

#[test]
fn broken_yaml() {
    fault("---\ntitle: [a\n---\n\nBody words.\n", "error[broken-front-matter]", "bad.md:2:8", "Body words");
    fault(
        "---\na: 1\n  b: 2\n---\n\nBody words.\n",
        "error[broken-front-matter]",
        "bad.md:3:4",
        "Body words",
    );
}

#[test]
fn broken_toml() {
    fault(
        "+++\ntitle = \"a\"\ndate = \n+++\n\nBody words.\n",
        "error[broken-front-matter]",
        "bad.md:3:8",
        "Body words",
    );
}

#[test]
fn a_colon_or_a_tab_that_everybody_understands_is_read() {
    let text = "---\ntitle: DNS: the sequel\ntags:\n\t- dns\n---\n\nBody words.\n";
    fault(text, "warning[repaired-front-matter]", "bad.md:2:8", "Body words");
    let site = Site::new(&[("bad.md", text)]);
    let export = site.export(&[]);
    assert_eq!(export["documents"][0]["title"], "DNS: the sequel");
    assert_eq!(export["documents"][0]["tags"], serde_json::json!(["dns"]));
}

#[test]
fn duplicate_keys() {
    fault(
        "---\ntitle: a\nTitle: b\ntitle: c\n---\n\nBody words.\n",
        "error[duplicate-key]",
        "bad.md:4:1",
        "Body words",
    );
}

#[test]
fn front_matter_that_is_never_closed() {
    fault("---\ntitle: a\n\nBody words.\n", "error[broken-front-matter]", "bad.md:1:1", "Body words");
}

#[test]
fn alias_bombs_are_refused_at_once() {
    let mut bomb = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let alias = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 9].join(", "));
    }
    bomb += "---\n\nBody words.\n";
    let start = Instant::now();
    fault(bomb, "error[broken-front-matter]", "bad.md:6:15", "Body words");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn deep_nesting_is_refused_at_once() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let text = format!("---\na: {}1{}\n---\n\nBody words.\n", open.repeat(10_000), close.repeat(10_000));
        let (site, run) = keep_going("bad.md", text, 1);
        assert!(
            run.stderr.contains("error[broken-front-matter]") && run.stderr.contains("--> bad.md:2:"),
            "{:.600}",
            run.stderr
        );
        assert!(site.read("dist/bad/index.html").contains("Body words."));
    }
}

#[test]
fn front_matter_longer_than_64_kib() {
    let text = format!("---\ntitle: {}\n---\n\nBody words.\n", "long ".repeat(14_000));
    fault(text, "error[broken-front-matter]", "bad.md:2:1", "Body words");
}

#[test]
fn a_date_that_is_no_date() {
    fault("---\ndate: yesterday\n---\n\nBody words.\n", "warning[bad-date]", "bad.md:2:7", "Body words");
    fault("---\ndate: 2021-02-30\n---\n\nBody words.\n", "warning[bad-date]", "bad.md:2:7", "Body words");
}

#[test]
fn an_end_before_the_start() {
    let text = "---\nstarted: 2021-03-02T10:00:00Z\nresolved: 2021-03-02T09:00:00Z\n---\n\nBody words.\n";
    fault(text, "warning[end-before-start]", "bad.md:3:11", "Body words");
}

#[test]
fn a_value_of_another_type() {
    fault("---\ntitle: [a, b]\n---\n\nBody words.\n", "warning[wrong-type]", "bad.md:2:8", "Body words");
    fault("---\ndraft: [a]\n---\n\nBody words.\n", "warning[wrong-type]", "bad.md:2:8", "Body words");
}

#[test]
fn empty_files() {
    fault("", "warning[empty-document]", "bad.md", "");
}

#[test]
fn a_file_of_fifty_megabytes_is_cut_and_said() {
    let mut text = b"# Big\n\nIts first words.\n\n".to_vec();
    text.resize(50 * 1024 * 1024, b'\n');
    let start = Instant::now();
    let (site, run) = keep_going("bad.md", text, 1);
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(run.stderr.contains("error[file-too-large]: `bad.md` has 50.0 MiB"), "{}", run.stderr);
    assert!(site.read("dist/bad/index.html").contains("Its first words."));
}

#[test]
fn a_file_that_is_no_text() {
    let (_, run) = keep_going("bad.md", [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0; 400]].concat(), 1);
    assert!(run.stderr.contains("error[binary-file]") && run.stderr.contains("--> bad.md"), "{}", run.stderr);
}

#[test]
fn bytes_that_are_not_utf8() {
    fault(
        b"# Caf\xe9\n\nBody words with a \x93quote\x94.\n",
        "warning[invalid-utf8]",
        "bad.md:1:6",
        "Body words with a “quote”.",
    );
    fault(
        b"# Caf\xc3\xa9\n\nBody \xff words.\n",
        "warning[invalid-utf8]",
        "bad.md:3:6",
        "Body \u{fffd} words.",
    );
}

#[test]
fn marks_line_ends_and_utf16_change_nothing() {
    let text = "---\ntitle: Käse\ntags: [a, b]\n---\n\n## Lessons\n\n- Erst prüfen, dann löschen.\n\n| a | b |\n|---|---|\n| c | d |\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        let mut out = mark.to_vec();
        out.extend(text.encode_utf16().flat_map(bytes));
        out
    };
    let forms: [(&str, Vec<u8>); 6] = [
        ("plain", text.as_bytes().to_vec()),
        ("with a mark", [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat()),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("CRLF with a mark", format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes()),
        ("UTF-16, little end first", utf16(u16::to_le_bytes, [0xff, 0xfe])),
        ("UTF-16, big end first", utf16(u16::to_be_bytes, [0xfe, 0xff])),
    ];
    for (name, bytes) in forms {
        let site = Site::new(&[("kase.md", bytes)]);
        site.build(&[]).code(0).does_not_say("warning").does_not_say("error");
        let export = site.export(&[]);
        let document = &export["documents"][0];
        assert_eq!(document["title"], "Käse", "{name}");
        assert_eq!(document["tags"], serde_json::json!(["a", "b"]), "{name}");
        assert_eq!(export["lessons"][0]["text"], "Erst prüfen, dann löschen.", "{name}");
        let page = site.read("dist/kase/index.html");
        assert!(page.contains("Erst prüfen, dann löschen.") && page.contains("<td>d</td>"), "{name}");
        assert!(!page.contains('\u{feff}'), "{name}");
    }
}

#[test]
#[cfg(unix)]
fn links_that_loop_dangle_or_lead_out() {
    use std::os::unix::fs::symlink;
    let site = Site::new(&[
        ("afterword.toml", ""),
        ("content/good.md", "# The neighbour\n\nWords.\n"),
        ("content/deep/down/real.md", "# Real\n\nRead once.\n"),
        ("secret.md", "# Secret\n\nOutside of the content, inside of ROOT.\n"),
    ]);
    let outside = tempfile::tempdir().expect("a folder outside");
    fs::write(outside.path().join("far.md"), "# Far\n\nFrom far away.\n").expect("a file outside");
    let link = |target: &str, name: &str| symlink(target, site.path(name)).expect("a link");
    link("..", "content/deep/up");
    link("down", "content/deep/again");
    link("loop-b", "content/loop-a");
    link("loop-a", "content/loop-b");
    link("self.md", "content/self.md");
    link("nowhere.md", "content/dangling.md");
    link("/etc/hostname", "content/host.md");
    link(outside.path().to_str().expect("a path in UTF-8"), "content/outside");
    let run = site.build(&["-v"]).code(0);
    for (finding, place) in [
        ("warning[dangling-symlink]", "content/dangling.md"),
        ("note[symlink-loop]", "content/deep/up"),
        ("note[symlink-loop]", "content/loop-a"),
        ("note[symlink-outside]", "content/host.md"),
        ("note[symlink-outside]", "content/outside"),
        ("self.md", "content/self.md"),
    ] {
        assert!(
            run.stderr.contains(finding) && run.stderr.contains(&format!("--> {place}\n")),
            "{finding}, {place}:\n{}",
            run.stderr
        );
    }
    let files = site.files("dist");
    assert!(files.contains_key("good/index.html") && files.contains_key("deep/down/real/index.html"));
    let all: Vec<u8> = files.into_values().flatten().collect();
    assert!(!String::from_utf8_lossy(&all).contains("From far away"), "a link out of ROOT was followed");
}

#[test]
#[cfg(unix)]
fn pipes_folders_and_what_cannot_be_read() {
    let site = Site::new(&[
        ("good.md", "# The neighbour\n\nWords.\n"),
        ("folder.md/inside.md", "# Inside\n\nA folder with an odd name.\n"),
    ]);
    let made = std::process::Command::new("mkfifo").arg(site.path("pipe.md")).status().expect("mkfifo");
    assert!(made.success());
    let run = site.build(&[]).code(0).says("warning[special-file]").says("--> pipe.md");
    assert!(run.stderr.contains("2 documents"), "{}", run.stderr);
    site.read("dist/folder.md/inside/index.html");

    // Root may read everything; for everybody else a file without permission is a fault that is named.
    use std::os::unix::fs::PermissionsExt;
    site.write("locked.md", "# Locked\n\nWords.\n");
    fs::set_permissions(site.path("locked.md"), fs::Permissions::from_mode(0o000))
        .expect("permissions can be set");
    let is_readable = fs::read(site.path("locked.md")).is_ok();
    let run = site.build(&[]);
    if is_readable {
        run.code(0);
    } else {
        run.code(1).says("error[unreadable-file]").says("--> locked.md");
    }
}

#[test]
fn two_files_that_want_one_address() {
    for other in ["a.markdown", "a/index.md", "a/README.md"] {
        let site = Site::new(&[
            ("a.md", "# One\n\nThe first words.\n"),
            (other, "# Two\n\nThe other words.\n"),
            ("good.md", "# The neighbour\n\nWords.\n"),
        ]);
        site.build(&[])
            .code(1)
            .says("error[address-taken]")
            .says("both want the address `/a`")
            .says(other)
            .says("`a.md`");
        site.build(&["--keep-going"]).code(1);
        let all: Vec<u8> = site
            .files("dist")
            .into_iter()
            .filter(|(path, _)| path.ends_with(".html"))
            .flat_map(|(_, bytes)| bytes)
            .collect();
        let all = String::from_utf8(all).expect("pages in UTF-8");
        assert!(
            all.contains("The first words.") && all.contains("The other words."),
            "{other}: one of the two is lost"
        );
    }
    let site =
        Site::new(&[("a.md", "---\nslug: same\n---\nWords.\n"), ("b.md", "---\nslug: same\n---\nWords.\n")]);
    site.build(&[]).code(1).says("`a.md` and `b.md` both want the address `/same`");
}

#[test]
fn slugs_and_aliases_stay_inside() {
    for slug in ["../up", "a/../../b", "a\\\\b", "a?b"] {
        fault(
            format!("---\nslug: \"{slug}\"\n---\n\nBody words.\n"),
            "error[bad-slug]",
            "bad.md:2:7",
            "Body words",
        );
    }
    for alias in ["../up", "/../../etc/passwd", "a/../../b"] {
        let text = format!("---\naliases: [{alias}]\n---\n\nBody words.\n");
        let (site, run) = keep_going("bad.md", text, 0);
        assert!(
            run.stderr.contains("warning[bad-alias]") && run.stderr.contains("--> bad.md:2:11\n"),
            "{}",
            run.stderr
        );
        let around: Vec<String> = fs::read_dir(site.root().parent().expect("a folder around"))
            .expect("the folder around")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(around, ["site"], "something was written outside of the site");
    }
}

#[test]
fn an_alias_never_takes_a_page() {
    let site = Site::new(&[
        ("good.md", "# The neighbour\n\nThe words of the good one.\n"),
        ("bad.md", "---\naliases: [/good/, /, lessons]\n---\n# Bad\n\nWords.\n"),
    ]);
    let run = site.build(&[]).code(0);
    assert_eq!(run.stderr.matches("is taken by another page").count(), 3, "{}", run.stderr);
    assert!(site.read("dist/good/index.html").contains("The words of the good one."));
}

#[test]
fn links_out_of_the_content_are_not_followed() {
    let text = "# A\n\nBody [words](../../../etc/passwd), ![x](../../etc/hostname), [y](/etc/passwd), [z](%2e%2e/%2e%2e/etc/passwd).\n";
    let (site, run) = keep_going("bad.md", text, 0);
    assert!(
        run.stderr.contains("note[link-outside]") && run.stderr.contains("--> bad.md:3:6\n"),
        "{}",
        run.stderr
    );
    let page = site.read("dist/bad/index.html");
    assert!(!page.contains("etc/passwd\"") && !page.contains("<img"), "{page}");
    assert!(site.files("dist").keys().all(|path| !path.contains("etc")));
}

#[test]
fn schemes_that_act_are_refused() {
    let text = "# A\n\nWords that make a text of it: [a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) [d](vbscript:x) <javascript:alert(1)> \
                <a href=\"java&#10;script:alert(1)\">e</a> [f](&#106;avascript:alert(1))\n";
    let (site, run) = keep_going("bad.md", text, 0);
    assert!(
        run.stderr.contains("warning[refused-link]") && run.stderr.contains("--> bad.md:3:31\n"),
        "{}",
        run.stderr
    );
    let page = Page::parse(&site.read("dist/bad/index.html"));
    for link in page.elements.iter().filter_map(|element| element.get("href").or(element.get("src"))) {
        let scheme: String = link.chars().filter(|c| !c.is_whitespace()).take_while(|&c| c != ':').collect();
        let bad = ["javascript", "data", "vbscript"].contains(&scheme.to_lowercase().as_str());
        assert!(!bad, "`{link}`");
    }
}

/// Titles, tags, owners, alternative texts and code are words and never markup.
#[test]
fn markup_in_values_is_text() {
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}{% raw %}";
    let quoted = evil.replace('"', "\\\"");
    let front: String = ["title", "summary", "severity", "slugs", "id"]
        .iter()
        .map(|key| format!("{key}: \"{quoted}\"\n"))
        .collect();
    let lists: String = ["services", "tags", "factors", "teams", "authors"]
        .iter()
        .map(|key| format!("{key}: [\"{quoted}\"]\n"))
        .collect();
    let body = format!(
        "\n# Words\n\n## Lessons\n\n- A lesson `{evil}` of some length.\n\n## Actions\n\n- [ ] Do `{evil}` (@ann)\n\n```{evil}\n{evil}\n```\n\n{evil}\n\n## {evil}\n"
    );
    let (site, _) = keep_going("bad.md", format!("---\n{front}{lists}---\n{body}"), 0);
    for (path, bytes) in site.files("dist") {
        if path.ends_with(".html") {
            let page = Page::parse(&String::from_utf8(bytes).expect("a page in UTF-8"));
            for element in &page.elements {
                assert!(
                    element.attributes.keys().all(|name| !name.starts_with("on")),
                    "`{path}`: {element:?}"
                );
                assert!(
                    element.name != "script"
                        || element.get("src").is_some()
                        || element.get("type") == Some("application/ld+json"),
                    "`{path}` has a script in it"
                );
                assert_ne!(element.get("src"), Some("x"), "`{path}`");
            }
            assert!(!page.all_text().contains("49"), "`{path}`: a template ran");
        }
    }
    assert!(!site.read("dist/feed.xml").contains("<script"));
    let feed: serde_json::Value = serde_json::from_str(&site.read("dist/feed.json")).expect("a feed in JSON");
    for item in feed["items"].as_array().expect("items") {
        assert!(!item["content_html"].to_string().contains("<script"), "{item}");
    }
}

#[test]
fn hostile_names_are_names() {
    let long = format!("{}.md", "n".repeat(247));
    let mut names = vec![
        "with spaces.md".to_owned(),
        "quote's.md".to_owned(),
        "emoji \u{1f525}.md".to_owned(),
        long,
        "-rf.md".to_owned(),
        "%2e%2e.md".to_owned(),
        "ünï.md".to_owned(),
        "a&b;c=d+e,f@g.md".to_owned(),
        "..md".to_owned(),
        "日本語 障害.md".to_owned(),
        "CON.md".to_owned(),
        "index.html.md".to_owned(),
        "a.b.c.md".to_owned(),
    ];
    if cfg!(unix) {
        names.extend([
            "<script>alert(1)<".to_owned(),
            "a\"b.md".to_owned(),
            "q?x=1#y.md".to_owned(),
            "back\\slash.md".to_owned(),
            "new\nline.md".to_owned(),
        ]);
    }
    names[13..].iter_mut().filter(|name| !name.ends_with(".md")).for_each(|name| name.push_str(".md"));
    let links: String =
        names.iter().map(|name| format!("See [it](<{}>) there.\n\n", percent(name))).collect();
    let site = Site::new(&[("good.md", format!("# The neighbour\n\n{links}"))]);
    for (number, name) in names.iter().enumerate() {
        site.write(name, format!("# Title {number}\n\nThe words of number {number}.\n"));
    }
    // A name that begins with a dot is hidden.
    let hidden = 1;
    let run = site.build(&[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let pages: String = site
        .files("dist")
        .into_iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(_, bytes)| String::from_utf8(bytes).expect("a page in UTF-8"))
        .collect();
    for (number, name) in names.iter().enumerate().filter(|(_, name)| !name.starts_with('.')) {
        assert!(pages.contains(&format!("The words of number {number}.")), "`{name}` has no page");
    }
    assert_eq!(site.export(&[])["documents"].as_array().map(Vec::len), Some(names.len() + 1 - hidden));
    crate::links::check(&site.path("dist"));
}

/// Writes a name as the target of a link in Markdown.
fn percent(name: &str) -> String {
    name.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

/// Builds a document that is large or deep in one way and returns its page.
fn heavy(text: String) -> String {
    let start = Instant::now();
    let (site, _) = keep_going("heavy.md", text, 0);
    assert!(start.elapsed() < Duration::from_secs(60), "it took {:?}", start.elapsed());
    site.read("dist/heavy/index.html")
}

#[test]
fn a_hundred_thousand_nested_quotes() {
    let page = heavy(format!("# Deep\n\n{}deepest\n\nThe words after it.\n", ">".repeat(100_000)));
    assert!(page.contains("deepest") && page.contains("The words after it."));
    let page = heavy(format!("# Deep\n\n{}deepest\n\nThe words after it.\n", "> ".repeat(100_000)));
    assert!(page.contains("deepest") && page.contains("The words after it."));
}

#[test]
fn lists_brackets_and_emphasis_nested_without_end() {
    let lists: String = (0..500).map(|depth| format!("{}- item\n", "  ".repeat(depth))).collect();
    assert!(heavy(format!("# Deep\n\n{lists}\nThe words after it.\n")).contains("The words after it."));
    for mark in ["[", "![", "*", "_", "**a ", "<b>", "`", "<div>\n", "]("] {
        let page = heavy(format!("# Deep\n\n{}\n\nThe words after it.\n", mark.repeat(20_000)));
        assert!(page.contains("The words after it."), "`{mark}`");
    }
}

#[test]
fn a_line_of_five_megabytes() {
    let page = heavy(format!("# Long\n\n{}the last word.\n", "word ".repeat(1_000_000)));
    assert!(page.contains("the last word."));
}

#[test]
fn a_table_of_fifty_thousand_cells() {
    let row = "| 10:00 | b | c | d | e |\n".repeat(10_000);
    let page = heavy(format!("# Table\n\n| Time | b | c | d | e |\n|---|---|---|---|---|\n{row}"));
    assert_eq!(page.matches("<td").count() / 10_000, 5);
}

#[test]
fn an_empty_folder_and_folders_without_documents() {
    let site = Site::new::<&str>(&[]);
    site.build(&[]).code(0).says("0 documents");
    site.read("dist/index.html");
    site.write("notes.txt", "No Markdown.");
    site.write("node_modules/package/README.md", "# Not ours\n");
    site.write(".hidden/a.md", "# Hidden\n");
    site.build(&[]).code(0).says("0 documents");
    crate::links::check(&site.path("dist"));
}

#[test]
fn a_broken_file_spoils_no_export() {
    let site = Site::new(&[
        ("a.md", "---\n\u{0}\n---\n"),
        ("b.md", "---\nlessons: [{quote: nowhere}, {}]\n---\n# B\n"),
    ]);
    let run = site.run(["export", ".", "--today", TODAY]).code(0);
    assert!(serde_json::from_str::<serde_json::Value>(&run.stdout).is_ok());
}
