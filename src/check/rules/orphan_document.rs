//! Documents that nothing leads to.

use crate::check::Findings;
use crate::check::Survey;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::document::Kind;

/// No list and no link leads to a document.
pub static RULE: Rule =
    Rule { name: "orphan-document", level: Level::Note, about: "no list and no link leads to a document" };

/// Finds it among guides; incidents and articles stand in lists.
pub fn check(survey: &Survey<'_>, out: &mut Findings) {
    let knowledge = survey.knowledge;
    for (index, document) in knowledge.documents.iter().enumerate() {
        let stem =
            document.path.rsplit('/').next().unwrap_or("").split('.').next().unwrap_or("").to_lowercase();
        // The page of a folder is found by going up from what lies in it.
        let of_folder = matches!(stem.as_str(), "index" | "_index" | "readme");
        if document.kind != Kind::Page
            || document.aside.is_some()
            || of_folder
            || !knowledge.backlinks[index].is_empty()
        {
            continue;
        }
        let shown = survey.plan.pages.iter().any(|page| page.intro == Some(index));
        if shown {
            continue;
        }
        out.add(
            Finding::new(&RULE, Place::file(&document.file), "nothing leads to this page")
                .help("link it from where somebody would look for it"),
        );
    }
}
