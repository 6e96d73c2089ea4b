//! What the rest of a site takes from a document.
//!
//! Comes in: a document as it was, and as it is. Goes out: [`Differs`], which says what of that is another one now. Where nothing
//! is, the two are the same to everything that looks at more than one document, and what was found out of all of them stands.
//!
//! What is decided here, field by field:
//!
//! - *Standing*: by what it is known, sorted, listed, counted and addressed. Lists of documents, years and pages are made of it.
//! - *Title*: by what it is named, and what people remember of it who link to it.
//! - *Names*: the services, factors, tags, teams and authors that it bears. Their lists and pages are made of it.
//! - *Lessons* and *actions*: what makes the ids, order and groups of all lessons and all actions.
//! - *Its own*: all that is looked up in the document whenever a page shows it, by which nothing else is ordered or counted. What
//!   stands at which byte is among it, so whoever keeps a finding of a document looks for it anew.
//! - *Compared*: what others are compared with or look for, each by a step of its own that takes notice by itself: its words
//!   (`likeness`), the wording of lessons (`recurring`), its links and the anchors that links lead to (`link`).
//!
//! Invariant: every field of [`Document`] is named here. One that is added keeps this from compiling until somebody decides.

use crate::document::Category;
use crate::document::Document;
use crate::document::Found;
use crate::document::Lesson;

/// What of a document others take is another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Differs {
    /// By what it is known, sorted, listed, counted or addressed.
    pub standing: bool,
    /// By what it is named.
    pub title: bool,
    /// What services, factors, tags, teams or authors it bears.
    pub names: bool,
    /// What it teaches.
    pub lessons: bool,
    /// What it wants done, by whom, until when, or whether it is.
    pub actions: bool,
}

impl Document {
    /// Returns what others take from it and would have found otherwise in `before`.
    pub fn differs(&self, before: &Document) -> Differs {
        let Document {
            path,
            file,
            text: _,
            body_start: _,
            prepared: _,
            front: _,
            id,
            kind,
            title,
            title_repeats: _,
            date,
            severity,
            services,
            tags,
            category: _,
            factors,
            authors,
            teams,
            started,
            detected,
            mitigated,
            resolved,
            summary: _,
            status: _,
            duration: _,
            sections: _,
            headings: _,
            timeline: _,
            lessons,
            attached,
            lesson_marks: _,
            observations: _,
            actions,
            links: _,
            linking: _,
            incident,
            slug,
            aliases,
            canonical_url: _,
            archive_urls: _,
            draft,
            language: _,
            audience: _,
            aside,
            history,
            terms: _,
            trace: _,
            findings: _,
        } = self;
        let standing = *path == before.path
            && *file == before.file
            && reads(id, &before.id)
            && *kind == before.kind
            && *aside == before.aside
            && *draft == before.draft
            && *history == before.history
            && each(slug, &before.slug)
            && each(aliases, &before.aliases)
            && each(incident, &before.incident)
            && each(date, &before.date)
            && each(started, &before.started)
            && each(detected, &before.detected)
            && each(mitigated, &before.mitigated)
            && each(resolved, &before.resolved)
            && each(severity, &before.severity);
        let same_names = each(services, &before.services)
            && each(tags, &before.tags)
            && each(factors, &before.factors)
            && each(authors, &before.authors)
            && each(teams, &before.teams);
        let same_lessons = *attached == before.attached
            && lessons.len() == before.lessons.len()
            && lessons.iter().zip(&before.lessons).all(|(one, other)| told(one) == told(other));
        let same_actions = actions.len() == before.actions.len()
            && actions.iter().zip(&before.actions).all(|(one, other)| {
                one.status == other.status && one.due == other.due && one.owner == other.owner
            });
        Differs {
            standing: !standing,
            title: title.value != before.title.value,
            names: !same_names,
            lessons: !same_lessons,
            actions: !same_actions,
        }
    }
}

/// Returns what others take from a lesson: where it stands, what it applies to and what holds it are looked up in the document.
fn told(lesson: &Lesson) -> (&str, Category, &str, Option<&str>) {
    let Lesson { text, category, span: _, in_body: _, anchor, id, applies_to: _, guard: _, status: _ } =
        lesson;
    (text, *category, anchor, id.as_deref())
}

/// Returns whether values are the same and were read in the same way; where they stand may be another place.
fn each<'a, T: PartialEq + 'a>(
    one: impl IntoIterator<Item = &'a Found<T>>,
    other: impl IntoIterator<Item = &'a Found<T>>,
) -> bool {
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    loop {
        match (one.next(), other.next()) {
            (Some(one), Some(other)) if reads(one, other) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

fn reads<T: PartialEq>(one: &Found<T>, other: &Found<T>) -> bool {
    one.value == other.value && one.origin == other.origin
}
