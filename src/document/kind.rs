//! What sort of document a file is.
//!
//! Comes in: the words of front matter, the folders of the path, and what the document holds. Goes out: a [`Kind`].

use crate::document::Kind;

/// Returns the kind that a word of front matter names; a layout such as `post` or `default` names none.
pub fn named(word: &str) -> Option<Kind> {
    match word.trim().to_lowercase().replace(['_', ' '], "-").as_str() {
        "incident" | "incidents" | "incident-record" | "record" | "outage" => Some(Kind::Incident),
        "postmortem" | "post-mortem" | "postmortems" | "incident-report" | "incident-review" | "rca"
        | "retrospective" => Some(Kind::Postmortem),
        "article" | "blog" | "blog-post" | "essay" => Some(Kind::Article),
        "page" | "guide" | "glossary" | "docs" | "documentation" | "runbook" => Some(Kind::Page),
        _ => None,
    }
}

/// Returns the kind that the value of a key names.
///
/// Only under `kind` do words such as `page`, `docs` and `blog` say what a document is: as a `layout` or a `type` they name
/// a template, and an incident must not fall out of the lists because of its looks. `section: issue` is how cState marks
/// the records of a status page.
pub fn of_key(key: &str, word: &str) -> Option<Kind> {
    let plain = word.trim().to_lowercase();
    match key.to_lowercase().as_str() {
        "kind" => named(word),
        "section" => (plain == "issue").then_some(Kind::Incident),
        _ => named(word).filter(|_| {
            !matches!(plain.as_str(), "page" | "docs" | "documentation" | "blog" | "blog-post" | "record")
        }),
    }
}

/// Returns the kind that a folder of the path names; the nearest one wins.
///
/// `folders` is the path without the file's name, the site's own folder before it where that is the content.
pub fn of_folder(folders: &str) -> Option<Kind> {
    folders.rsplit('/').find_map(|folder| match folder.to_lowercase().replace(['_', ' '], "-").as_str() {
        "incidents" | "incident" | "outages" => Some(Kind::Incident),
        "incident-reports"
        | "incident-reviews"
        | "post-incident-reviews"
        | "rcas"
        | "rca"
        | "retrospectives" => Some(Kind::Postmortem),
        "articles" => Some(Kind::Article),
        "guide" | "guides" | "pages" | "glossary" | "runbooks" => Some(Kind::Page),
        name if name.contains("postmortem") || name.contains("post-mortem") => Some(Kind::Postmortem),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_folders() {
        assert_eq!(named("Post-Mortem"), Some(Kind::Postmortem));
        assert_eq!(named("post"), None);
        assert_eq!(of_folder("docs/post-mortems/posts"), Some(Kind::Postmortem));
        assert_eq!(of_folder("blog/2021"), None);
        assert_eq!(of_folder("incidents/articles"), Some(Kind::Article));
        assert_eq!(of_folder("public-postmortems"), Some(Kind::Postmortem));
    }

    #[test]
    fn a_layout_is_no_kind() {
        assert_eq!(of_key("kind", "page"), Some(Kind::Page));
        assert_eq!(of_key("layout", "page"), None);
        assert_eq!(of_key("type", "docs"), None);
        assert_eq!(of_key("type", "postmortem"), Some(Kind::Postmortem));
        assert_eq!(of_key("section", "issue"), Some(Kind::Incident));
        assert_eq!(of_key("section", "postmortem"), None);
    }
}
