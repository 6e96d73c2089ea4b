//! Fills the card of a page: what its picture in a chat says.
//!
//! Comes in: the views of the site and a page of the plan. Goes out: its [`data::Card`] where it has one: incidents, postmortems,
//! and lessons that count. A lesson that was taken out has none, so that its words are gone with it.

use crate::document::Document;
use crate::document::Kind;
use crate::knowledge::ledger::State;
use crate::page::Content;
use crate::page::Page;
use crate::theme::data;
use crate::theme::view::Views;

impl Views<'_> {
    /// Returns what the card of a page says; `None` where it has no card.
    pub fn card(&self, page: &Page) -> Option<data::Card> {
        match page.content {
            Content::Document(index) => {
                let document = &self.knowledge.documents[index];
                let told = matches!(document.kind, Kind::Incident | Kind::Postmortem);
                (told && document.aside.is_none()).then(|| self.card_of(index, document))
            }
            Content::Lesson(index) => {
                let lesson = &self.knowledge.lessons.all[index];
                let counts = matches!(lesson.state, State::Live) && !lesson.asked && lesson.place.is_some();
                let at = lesson.document.filter(|_| counts && !lesson.text.is_empty())?;
                let document = &self.knowledge.documents[at];
                Some(data::Card {
                    kind: "lesson".to_owned(),
                    text: lesson.text.clone(),
                    id: lesson.id.clone(),
                    category: lesson.category.name().to_owned(),
                    from: Some(document.title.value.clone()),
                    ..self.card_of(at, document)
                })
            }
            _ => None,
        }
    }

    fn card_of(&self, index: usize, document: &Document) -> data::Card {
        let row = self.own_row(index);
        data::Card {
            kind: document.kind.name().to_owned(),
            text: document.title.value.clone(),
            id: String::new(),
            category: String::new(),
            from: None,
            date: row.date,
            severity: row.severity,
            duration: row.duration,
            services: row.services.into_iter().map(|service| service.title).collect(),
        }
    }
}
