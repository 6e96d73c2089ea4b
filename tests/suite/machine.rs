//! What a site says to programs.

use crate::site::Site;
use serde_json::Value;

#[test]
fn the_site_holds_what_export_prints_but_no_findings() {
    let site = Site::of_the_package();
    site.write(
        "content/broken.md",
        "---\nstarted: 2026-03-02T10:00Z\nresolved: 2026-03-02T09:00Z\n---\n# Backwards\n",
    );
    site.build(&[]).code(0);
    let export = site.export(&[]);
    assert_ne!(export["findings"], Value::Array(Vec::new()), "there is something to leave out");
    let mut expected = export.clone();
    expected["findings"] = Value::Array(Vec::new());
    let json = |path: &str| -> Value { serde_json::from_str(&site.read(path)).expect("JSON") };
    assert!(json("dist/knowledge.json") == expected, "knowledge.json is not what export prints");
    let lessons = json("dist/lessons.json");
    assert_eq!(lessons["version"], 1);
    assert!(lessons["lessons"] == export["lessons"] && lessons.get("documents").is_none());
}

#[test]
fn every_document_has_its_markdown_and_says_what_it_is() {
    let site = Site::of_the_package();
    site.build(&["--base-url", "https://kb.example/"]).code(0);
    let export = site.export(&["--base-url", "https://kb.example/"]);
    for document in export["documents"].as_array().expect("documents") {
        let url = document["url"].as_str().expect("an address");
        let folder = url.trim_start_matches("https://kb.example/");
        let page = site.read(&format!("dist/{folder}index.html"));
        let (path, source) = (document["path"].as_str().expect("a path"), format!("dist/{folder}index.md"));
        assert_eq!(site.read(&source), site.read(&format!("content/{path}")));
        if !page.contains("class=\"page-document\"") {
            continue;
        }
        assert!(page.contains("type=\"text/markdown\""), "{url} does not lead to its Markdown");
        let data = page.split("<script type=\"application/ld+json\">").nth(1).expect("structured data");
        let data: Value =
            serde_json::from_str(data.split("</script>").next().unwrap_or_default()).expect("JSON");
        assert_eq!(data["@type"], "TechArticle");
        assert_eq!(data["headline"], document["title"]);
        assert_eq!(data["isPartOf"]["url"], "https://kb.example/");
        assert!(page.contains("<meta property=\"og:title\"") && page.contains("<meta property=\"og:url\""));
    }
    let home = site.read("dist/index.html");
    assert!(home.contains("\"SearchAction\""));
}

#[test]
fn the_index_for_models_leads_to_files() {
    for base in [None, Some("https://kb.example/")] {
        let site = Site::of_the_package();
        site.write(
            "content/brackets.md",
            "---\ndate: 2026-03-02\nseverity: SEV-1\n---\n# Queue [main] is \\ full\n\nWords.\n",
        );
        let arguments: Vec<&str> = base.map_or(Vec::new(), |base| vec!["--base-url", base]);
        site.build(&arguments).code(0);
        let text = site.read("dist/llms.txt");
        assert!(text.starts_with("# Outages worth remembering\n\n> "), "{text:.200}");
        assert!(text.contains("[Queue \\[main\\] is \\\\ full]("), "{text}");
        let mut links = 0;
        for line in text.lines().filter(|line| line.starts_with("- [")) {
            let address = line.rsplit_once("](").expect("a link").1.split(')').next().unwrap_or_default();
            let path =
                address.trim_start_matches(base.unwrap_or_default()).split('#').next().unwrap_or_default();
            let file = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
            assert!(site.path(&format!("dist/{file}")).is_file(), "{line}");
            links += 1;
        }
        assert!(links > 100, "{links}");
    }
}
