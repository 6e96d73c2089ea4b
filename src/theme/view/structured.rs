//! What a page says to programs in JSON-LD.
//!
//! Comes in: a page and what it is about. Goes out: text that may stand in `<script type="application/ld+json">`, which
//! browsers do not run. Its words are those of <https://schema.org>. Says no date that was only inferred: a guess must not
//! look like a fact.

use crate::document::Document;
use crate::theme::data;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Returns the data of a document's page.
pub fn document(document: &Document, page: &data::Page, site: &str, base: Option<&str>) -> String {
    let mut about = thing("TechArticle");
    let mut say = |name: &str, value: Value| {
        about.insert(name.to_owned(), value);
    };
    say("headline", page.title.clone().into());
    if !page.description.is_empty() {
        say("description", page.description.clone().into());
    }
    say("inLanguage", page.lang.clone().into());
    let declared = document.date.as_ref().filter(|found| found.origin.is_declared());
    let history = document.history.as_ref();
    let added = history.and_then(|history| history.added).map(|at| at.to_rfc3339());
    if let Some(published) = added.or_else(|| declared.map(|found| found.value.iso())) {
        say("datePublished", published.into());
    }
    if let Some(history) = history {
        say("dateModified", history.changed.to_rfc3339().into());
    }
    if !document.authors.is_empty() {
        let person = |name: &str| json!({ "@type": "Person", "name": name });
        say("author", document.authors.iter().map(|found| person(&found.value)).collect());
    }
    if !document.tags.is_empty() {
        say("keywords", document.tags.iter().map(|found| found.value.as_str()).collect());
    }
    if let Some(url) = &page.permalink {
        say("url", url.clone().into());
    }
    if let Some(url) = &page.canonical_url {
        say("isBasedOn", url.clone().into());
    }
    let mut whole = json!({ "@type": "WebSite", "name": site });
    if let Some(base) = base {
        whole["url"] = base.into();
    }
    say("isPartOf", whole);
    text(&Value::Object(about))
}

/// Returns the data of the first page; what searches the site can only be said where the site has an address.
pub fn home(site: &data::Site) -> String {
    let mut about = thing("WebSite");
    about.insert("name".to_owned(), site.title.clone().into());
    if !site.description.is_empty() {
        about.insert("description".to_owned(), site.description.clone().into());
    }
    if let Some(base) = &site.base_url {
        about.insert("url".to_owned(), base.clone().into());
        let target = format!("{base}{}?q={{search_term_string}}", site.search);
        about.insert(
            "potentialAction".to_owned(),
            json!({ "@type": "SearchAction", "target": target, "query-input": "required name=search_term_string" }),
        );
    }
    text(&Value::Object(about))
}

fn thing(kind: &str) -> Map<String, Value> {
    let mut thing = Map::new();
    thing.insert("@context".to_owned(), "https://schema.org".into());
    thing.insert("@type".to_owned(), kind.into());
    thing
}

/// Writes JSON that no parser of HTML takes for anything but text.
fn text(value: &Value) -> String {
    let json = value.to_string();
    if !json.contains(['<', '>', '&']) {
        return json;
    }
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::sample;

    #[test]
    fn what_somebody_wrote_stays_text() {
        let read = sample::parse(
            "---\nauthors: ['</script><b>&']\ntags: [dns]\n---\n# Down\n\n**Date:** 2026-03-02\n",
        );
        let page = data::Page { title: "</script><!--".to_owned(), ..data::Page::default() };
        let text = document(&read, &page, "A & B", Some("https://kb.example/"));
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["headline"], "</script><!--");
        assert_eq!(json["author"][0]["name"], "</script><b>&");
        assert_eq!(json["isPartOf"]["name"], "A & B");
        assert!(json.get("datePublished").is_none(), "an inferred date is no fact: {text}");
        let declared = sample::parse("---\ndate: 2026-03-02\n---\n# Down\n");
        let json: Value = serde_json::from_str(&document(&declared, &page, "A", None)).unwrap();
        assert_eq!(json["datePublished"], "2026-03-02");
    }
}
