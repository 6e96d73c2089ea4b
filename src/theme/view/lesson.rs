//! Fills the page of one lesson.
//!
//! Comes in: the views of the site and a lesson with a permanent id. Goes out: its view: the statement, what became of it,
//! what stands around it in its document, and other lessons like it. A site may have tens of thousands of these pages, so
//! what many of them show is shared, and only a piece of the document is rendered.

use crate::document;
use crate::document::title::cut;
use crate::knowledge::ledger::State;
use crate::knowledge::lesson::Lesson;
use crate::markdown;
use crate::page;
use crate::page::Page;
use crate::page::address::Address;
use crate::page::address::encode;
use crate::theme::Variables;
use crate::theme::data;
use crate::theme::view::Resolver;
use crate::theme::view::View;
use crate::theme::view::Views;
use crate::theme::view::lesson_context;
use std::ops::Range;

/// The longest piece of a document around a lesson, in bytes.
const AROUND: usize = 2000;

/// Returns the view of the page of a lesson, by its place among all.
pub fn view(views: &Views<'_>, page: &Page, index: usize) -> View {
    let knowledge = views.knowledge;
    let lesson = &knowledge.lessons.all[index];
    let document = lesson.document.map(|index| &knowledge.documents[index]);
    let declared = lesson.place.and_then(|place| document?.lessons.get(place));
    let (state, retirement) = match &lesson.state {
        State::Live if lesson.asked => ("asked", None),
        State::Live if lesson.place.is_none() => ("gone", None),
        State::Live => ("live", None),
        State::Retired(retirement) if retirement.gone => ("gone", Some(retirement)),
        State::Retired(retirement) => ("retired", Some(retirement)),
        State::Redacted => ("redacted", None),
        State::Alias(_) => ("gone", None),
    };
    let replaced_by = retirement.map_or(&[][..], |retirement| retirement.replaced_by.as_slice());
    let named = |id: &String| {
        let other = &knowledge.lessons.all[knowledge.lessons.resolve(id)?];
        Some(views.link(&other.text, &page::lesson_address(other)))
    };
    let around = declared.zip(document).and_then(|(one, document)| around(document, one));
    let html = match (around, lesson.document) {
        (Some(span), Some(at)) => render(views, at, span, &page.address),
        _ => String::new(),
    };
    let neighbour = |place: Option<usize>| {
        let (at, place) = (lesson.document?, place?);
        let text = &knowledge.documents[at].lessons.get(place)?.text;
        let other = knowledge.lessons.of(at, place);
        Some(match other.provisional {
            false => views.link(text, &page::lesson_address(other)),
            true => data::Link { title: text.clone(), ..anchored(views, at, place) },
        })
    };
    let context = lesson_context::of(views, &lesson.id, lesson.document.zip(lesson.place));
    let data = data::LessonPage {
        id: lesson.id.clone(),
        text: lesson.text.clone(),
        category: lesson.category.name().to_owned(),
        state: state.to_owned(),
        because: retirement.and_then(|retirement| retirement.because.clone()),
        replaced_by: replaced_by.iter().filter_map(named).collect(),
        earlier: lesson.earlier.clone(),
        applies_to: declared.map_or(Vec::new(), |one| one.applies_to.clone()),
        guard: declared.and_then(|one| one.guard.clone()),
        status: declared.and_then(|one| one.status.clone()),
        document: lesson.document.map(|at| views.row(at)),
        path: lesson.home.clone(),
        place: lesson.document.zip(lesson.place).map(|(at, place)| anchored(views, at, place)),
        section: declared.zip(document).map_or(String::new(), |(one, document)| section(document, one)),
        html,
        before: neighbour(lesson.place.and_then(|place| place.checked_sub(1))),
        after: neighbour(lesson.place.map(|place| place + 1)),
        alike: context.alike,
        held: context.held,
        returning: context.returning,
        cited: context.cited,
        markdown: lesson.markdown_words(),
        trailer: lesson.trailer(),
    };
    let title = match lesson.text.is_empty() {
        true => lesson.id.clone(),
        false => cut(&lesson.text, 120),
    };
    let mut page_data = views.base(page, &title, "lesson", &description(views, lesson));
    page_data.breadcrumbs.push(views.link(views.phrases.say("lessons"), &Address::new("lessons")));
    if let Some(at) = lesson.document {
        page_data.lang = views.lang(at);
    }
    // A notice that something is gone is nothing to find by a search.
    page_data.noindex = state != "live";
    let mut variables = Variables::new().with("lesson", &data);
    if views.is_ours {
        let row = lesson.document.map(|at| views.row_alone(at));
        variables = variables
            .with_pieces("source_html", row.into_iter().collect())
            .with_pieces("similar_html", context.alike_pieces);
    }
    views.view(page, "lesson.html", page_data, variables)
}

/// Returns the sentence that unfolds below a link in a chat.
fn description(views: &Views<'_>, lesson: &Lesson) -> String {
    match (&lesson.state, lesson.document) {
        (State::Redacted, _) => views.phrases.say("lesson_redacted").to_owned(),
        (State::Live, Some(at)) => {
            let document = &views.knowledge.documents[at];
            let date = document
                .date
                .as_ref()
                .map_or(String::new(), |found| format!(", {}", views.phrases.date(&found.value)));
            let title = cut(&document.title.value, 120);
            let learned = views.phrases.with("lesson_learned_from", &[("id", &lesson.id), ("title", &title)]);
            learned + &date
        }
        _ => views.phrases.with("lesson_gone", &[("id", &lesson.id)]),
    }
}

/// Returns the place of a lesson in its document.
fn anchored(views: &Views<'_>, at: usize, place: usize) -> data::Link {
    let document = &views.knowledge.documents[at];
    let anchor = encode(&document.lessons[place].anchor);
    data::Link {
        title: document.title.value.clone(),
        url: format!("{}#{anchor}", views.named(at).url),
        external: false,
        count: None,
    }
}

/// Returns the heading under which a lesson stands.
fn section(document: &document::Document, lesson: &document::Lesson) -> String {
    if !lesson.in_body {
        return String::new();
    }
    let around = document
        .sections
        .iter()
        .rev()
        .find(|section| section.span.start < lesson.span.start && lesson.span.end <= section.span.end);
    around.map_or(String::new(), |section| section.title.clone())
}

/// Returns the piece of the body around a lesson that says more than the lesson itself: the rest of its item, or what stands
/// below its heading.
fn around(document: &document::Document, lesson: &document::Lesson) -> Option<Range<usize>> {
    let body = document.body();
    let mark = document.lesson_marks.iter().find(|mark| mark.anchor == lesson.anchor)?;
    let heading = document.headings.binary_search_by_key(&mark.span.start, |heading| heading.span.start);
    let span = match heading {
        Ok(at) => {
            let end = document.headings.get(at + 1).map_or(body.len(), |next| next.span.start);
            mark.span.end..end
        }
        Err(_) => mark.span.clone(),
    };
    let piece = body.get(span.clone())?;
    let says_more = match heading {
        Ok(_) => !piece.trim().is_empty(),
        Err(_) => piece.trim().lines().filter(|line| !line.trim().is_empty()).count() > 1,
    };
    if !says_more {
        return None;
    }
    if piece.len() <= AROUND {
        return Some(span);
    }
    // Whole lines, so that no link or emphasis is cut in two.
    let end = piece.floor_char_boundary(AROUND);
    let end = piece[..end].rfind("\n\n").or_else(|| piece[..end].rfind('\n'))?;
    Some(span.start..span.start + end)
}

fn render(views: &Views<'_>, at: usize, span: Range<usize>, address: &Address) -> String {
    let text = &views.knowledge.documents[at].body()[span];
    let resolver = Resolver { views, index: at, root: address.root() };
    let options = markdown::Options { lang: &views.config.language, ..markdown::Options::default() };
    markdown::render(text, &options, &resolver).html
}
