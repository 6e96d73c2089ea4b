//! Every address on every page leads somewhere, and every page keeps the strict policy that the site promises.

use crate::html::Page;
use crate::site::Site;
use crate::site::files_below;
use crate::site::package;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Attributes that hold the address of something.
const ADDRESSES: [&str; 6] = ["action", "data", "href", "poster", "src", "srcset"];

/// Asserts that a built site keeps its promises; `folder` is the site.
pub fn check(folder: &Path) {
    check_at(folder, None);
}

/// As [`check`]; `base` is the path at which the site is published, where its settings name one.
#[track_caller]
fn check_at(folder: &Path, base: Option<&str>) {
    let files = files_below(folder);
    let mut pages = BTreeMap::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let text =
            std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("`{path}` is not UTF-8: {error}"));
        pages.insert(path.as_str(), Page::parse(text));
    }
    assert!(pages.contains_key("index.html") && pages.contains_key("404.html"));
    let mut faults = Vec::new();
    for (path, page) in &pages {
        faults.extend(policy(page).into_iter().map(|fault| format!("`{path}`: {fault}")));
        for element in &page.elements {
            for name in ADDRESSES {
                // The page of missing addresses is shown at any of them, so its links begin at the top.
                let from_top = base.filter(|_| *path == "404.html");
                if let Some(value) = element
                    .get(name)
                    .map(|value| from_top.and_then(|top| value.strip_prefix(top)).unwrap_or(value))
                    && let Some(fault) = address(path, value, &files, &pages)
                {
                    faults.push(format!("`{path}`: <{} {name}=\"{value}\">: {fault}", element.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults[..faults.len().min(40)].join("\n"));
}

/// Returns what is wrong with a page by itself.
fn policy(page: &Page) -> Vec<String> {
    let mut faults = page.faults.clone();
    let mut ids = BTreeSet::new();
    for element in &page.elements {
        let shown = format!("<{}> with {:?}", element.name, element.attributes);
        if let Some(id) = element.get("id")
            && (!ids.insert(id) || id.is_empty() || id.contains(char::is_whitespace))
        {
            faults.push(format!("the id `{id}` is given twice or is none"));
        }
        if element.get("style").is_some() || element.name == "style" {
            faults.push(format!("{shown} styles itself"));
        }
        if element.attributes.keys().any(|name| name.starts_with("on")) {
            faults.push(format!("{shown} runs a script"));
        }
        // The form of search leads to a page of the site; where, is checked with all other addresses.
        let searches = element.name == "form" && element.get("role") == Some("search");
        if matches!(element.name.as_str(), "iframe" | "object" | "embed" | "base" | "form") && !searches {
            faults.push(format!("{shown} stands on a page"));
        }
        // What is no script is never run, and no policy keeps it out.
        let is_data = element.get("type") == Some("application/ld+json") && element.get("src").is_none();
        if element.name == "script" && !is_data && element.get("src").is_none_or(is_elsewhere) {
            faults.push(format!("{shown} is no script of the site"));
        }
        let rel = element.get("rel").unwrap_or_default();
        let loads = element.name == "link"
            && ["stylesheet", "icon", "manifest", "preload"].iter().any(|word| rel.contains(word));
        let shows = matches!(element.name.as_str(), "img" | "source" | "video" | "audio" | "track");
        for name in ["href", "src", "srcset", "poster"] {
            if (loads || shows) && element.get(name).is_some_and(is_elsewhere) {
                faults.push(format!("{shown} asks another host"));
            }
        }
        if element.name == "img" && element.get("alt").is_none() {
            faults.push(format!("{shown} says nothing to those who do not see it"));
        }
    }
    let refreshes = page.named("meta").any(|meta| meta.get("http-equiv") == Some("refresh"));
    let heads = page.named("h1").count();
    if heads != 1 && !(refreshes && heads == 0) {
        faults.push(format!("it has {heads} headings of the first level"));
    }
    if page.named("html").any(|html| html.get("lang").is_none_or(str::is_empty)) {
        faults.push("it does not say its language".to_owned());
    }
    // A drawing has titles of its own parts.
    if page.named("title").filter(|title| !title.path.iter().any(|name| name == "svg")).count() != 1 {
        faults.push("it has no title, or several".to_owned());
    }
    faults
}

fn is_elsewhere(address: &str) -> bool {
    let address = address.trim();
    address.starts_with("//")
        || address.split_once(':').is_some_and(|(scheme, _)| !scheme.contains(['/', '?', '#', '.']))
}

/// Returns what is wrong with an address on a page.
fn address(
    path: &str,
    value: &str,
    files: &BTreeMap<String, Vec<u8>>,
    pages: &BTreeMap<&str, Page>,
) -> Option<String> {
    if is_elsewhere(value) {
        return None;
    }
    let (way, fragment) =
        value.split_once('#').map_or((value, None), |(way, fragment)| (way, Some(fragment)));
    let way = way.split('?').next().unwrap_or_default();
    if way.starts_with('/') {
        return Some("it begins at the top of a host, where the site may not lie".to_owned());
    }
    let target = if way.is_empty() { path.to_owned() } else { join(path, way)? };
    let target =
        if target.is_empty() || target.ends_with('/') { format!("{target}index.html") } else { target };
    if !files.contains_key(&target) {
        return Some(format!("there is no `{target}`"));
    }
    let fragment = fragment.filter(|fragment| !fragment.is_empty())?;
    let fragment = decode(fragment);
    let page = pages.get(target.as_str())?;
    let is_there = page.elements.iter().any(|element| element.get("id") == Some(&fragment));
    (!is_there).then(|| format!("`{target}` has no `{fragment}`"))
}

/// Returns the file that a relative address leads to; one that leads out of the site leads to a name that no file has.
fn join(path: &str, way: &str) -> Option<String> {
    let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
    parts.pop();
    let mut outside = false;
    for part in way.split('/') {
        match part {
            ".." => outside |= parts.pop().is_none(),
            "." => {}
            part => parts.push(decode(part)),
        }
    }
    if way.ends_with("/..") || way.ends_with("/.") || way == "." || way == ".." {
        parts.push(String::new());
    }
    Some(if outside { format!("(outside)/{way}") } else { parts.join("/") })
}

fn decode(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        match digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn check_both(site: &Site) {
    site.build(&["--keep-going"]);
    check(&site.path("dist"));
    site.build(&["--keep-going", "--base-url", "https://kb.example/deep/prefix/"]);
    check_at(&site.path("dist"), Some("/deep/prefix/"));
}

#[test]
fn our_own_content_keeps_its_promises() {
    let site = Site::of_the_package();
    site.build(&[]).code(0).does_not_say("warning").does_not_say("error");
    check_both(&site);
}

#[test]
fn the_fixtures_keep_their_promises() {
    for entry in fs::read_dir(package().join("tests/sites")).expect("the fixtures").flatten() {
        check_both(&Site::copy_of(&entry.path().join("in")));
    }
}

/// What people write into one document must not break the page around it.
#[test]
fn markup_of_any_kind_keeps_the_promises() {
    let text = "# Title\n\n# Title\n\n## Same\n\n## Same\n\n## Same-1\n\n<h1 style=\"color: red\" onclick=\"x()\" >Raw</h1>\n\n\
                <div><p>never closed\n\n</section></main></body>\n\n<svg onload=x()><script>x()</script></svg>\n\n\
                <form action=\"https://evil.example/\"><input name=a></form>\n\n<iframe src=\"https://evil.example/\"></iframe>\n\n\
                | a | b |\n|:--|--:|\n| <b>c | </td></table> |\n\n[^1] and [^1] and [^missing]\n\n[^1]: A note.\n\n\
                <base href=\"https://evil.example/\"><meta http-equiv=\"refresh\" content=\"0\"><link rel=\"stylesheet\" href=\"//evil.example/x.css\">\n\n\
                <img src=\"https://evil.example/x.png\"> ![y](//evil.example/y.png) <video src=\"https://evil.example/v\" poster=\"https://evil.example/p\"></video>\n\n\
                <!-- <p> --> <details><summary>x</summary>\n\n- [ ] box\n\n</details>\n\n<style>* { display: none }</style>\n\nThe last words.\n";
    let site = Site::new(&[
        ("a.md", text),
        ("b.md", "---\ntitle: '<b>x</b> & \"y\"'\n---\n\n## <em>x</em> & `y`\n\nWords.\n"),
    ]);
    site.build(&[]);
    assert!(site.read("dist/a/index.html").contains("The last words."));
    check_both(&site);
}

#[test]
fn long_lists_are_cut_into_pages_that_lead_to_each_other() {
    let files: Vec<(String, String)> = (0..260)
        .map(|number| (format!("incidents/i{number}.md"), format!("---\ndate: 2024-01-{:02}\nservices: [web]\n---\n# Incident {number}\n\n## Lessons\n\n- Lesson number {number} is to be remembered.\n- Remember {number} too.\n- And what {number} taught.\n- And who was there at {number}.\n", number % 28 + 1)))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let site = Site::new(&files);
    site.build(&[]).code(0);
    let files = site.files("dist");
    for path in [
        "incidents/page/2/index.html",
        "services/web/page/2/index.html",
        "lessons/page/2/index.html",
        "archive/2024/page/2/index.html",
    ] {
        assert!(files.contains_key(path), "`{path}` is missing");
    }
    check(&site.path("dist"));
}

#[test]
fn addresses_are_told_apart() {
    let here = ["a/b.html", "../x", "#y", "?q=a:b", "./mailto:", ""];
    let elsewhere = ["https://a.example", "mailto:a@b.example", "//a.example", "HTTP://a.example"];
    assert!(here.iter().all(|one| !is_elsewhere(one)) && elsewhere.iter().all(|one| is_elsewhere(one)));
    assert_eq!(join("a/b/index.html", "../c%20d/").as_deref(), Some("a/c d/"));
    assert_eq!(join("index.html", "../x").as_deref(), Some("(outside)/../x"));
}
