//! Small sites in the shapes that people have: what is understood of each, and which files it becomes.
//!
//! `tests/sites/<name>/in` is a site; `out/export.json` is what `export` says of it and `out/files.txt` lists the files
//! of its site, so that nothing appears or vanishes unseen. `out/body.html` is the text of one page; the frame around
//! it belongs to the theme and may change. What is *related* stands in no snapshot: it depends on every word of every
//! document, and the module that finds it has tests of its own.
//!
//! - `plain`: no front matter; a table and lists as timelines; lessons in a numbered list; actions in a table.
//! - `rich`: YAML and TOML; a record and its postmortem in two files; lessons by text, by quote and by comment.
//! - `dialects`: what MkDocs, Docusaurus, a template and a wiki put into Markdown.
//! - `many-languages`: the same shape in seven languages.

use crate::site::Site;
use crate::site::package;
use serde_json::Value;
use snapbox::Data;
use snapbox::data::DataFormat;
use std::collections::BTreeSet;

/// Compares with a committed snapshot, to the letter.
#[track_caller]
fn same(site: &str, file: &str, actual: String) {
    let path = package().join("tests/sites").join(site).join("out").join(file);
    let expected = Data::read_from(&path, Some(DataFormat::Text)).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(Data::text(actual), expected);
}

/// Returns the path of a file without what its content puts into its name: `search/data/s0-….js`.
fn unhashed(path: &str) -> String {
    match path.strip_prefix("search/data/").and_then(|name| name.split_once('-')) {
        Some((kind, _)) => format!("search/data/{kind}-….js"),
        None => path.to_owned(),
    }
}

/// Checks a fixture; `body` names the page whose text is compared.
#[track_caller]
fn check(name: &str, body: Option<&str>) {
    let site = Site::copy_of(&package().join("tests/sites").join(name).join("in"));
    let mut export = site.export(&[]);
    export["generator"] = Value::from("afterword [VERSION]");
    for document in export["documents"].as_array_mut().expect("documents") {
        document.as_object_mut().expect("a document").remove("related").expect("what is related");
    }
    same(name, "export.json", format!("{}\n", serde_json::to_string_pretty(&export).expect("JSON")));
    site.build(&[]).code(0);
    // The names of the search index follow from every word of the site; which kinds of files there are is told.
    let files: BTreeSet<String> =
        site.files("dist").keys().map(|path| format!("{}\n", unhashed(path))).collect();
    let files: String = files.into_iter().collect();
    same(name, "files.txt", files);
    if let Some(page) = body {
        let html = site.read(&format!("dist/{page}"));
        let start = html.find("<div class=\"prose\"").expect("the text of a page");
        let end = html.find("<div class=\"after\">").expect("what follows the text");
        same(name, "body.html", format!("{}\n", html[start..end].trim_end()));
    }
}

#[test]
fn plain() {
    check("plain", None);
}

#[test]
fn rich() {
    check("rich", Some("postmortems/crane-freeze/index.html"));
}

#[test]
fn dialects() {
    check("dialects", None);
}

#[test]
fn many_languages() {
    check("many-languages", None);
}
