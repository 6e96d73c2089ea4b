//! Markup that stands on many pages of one kind, made for the first of them and kept.
//!
//! Comes in: a component and its arguments. Goes out: a [`Piece`] that a page is given and the theme makes. Invariant: what is kept
//! stands only on pages that lie equally deep, such as those of lessons, and only where every template is the program's own: a
//! site's own may make of a lesson what it likes.

use crate::theme::Variables;
use std::sync::Arc;
use std::sync::OnceLock;
use tera::Value;

/// What a component wrote, once a page had it.
#[derive(Clone, Debug, Default)]
pub struct Kept(Arc<OnceLock<Value>>);

/// A component with its arguments, or what it wrote for another page.
#[derive(Clone, Debug)]
pub struct Piece(pub(super) State);

#[derive(Clone, Debug)]
pub(super) enum State {
    Made(Value),
    Wanted { component: &'static str, arguments: Box<Variables>, kept: Kept },
}

impl Piece {
    /// Asks for what a component writes; for its arguments only where it was not asked before.
    pub fn new(kept: &Kept, component: &'static str, arguments: impl FnOnce() -> Variables) -> Piece {
        Piece(match kept.0.get() {
            Some(markup) => State::Made(markup.clone()),
            None => State::Wanted { component, arguments: Box::new(arguments()), kept: kept.clone() },
        })
    }
}

impl Kept {
    pub(super) fn keep(&self, markup: Value) -> Value {
        self.0.get_or_init(|| markup).clone()
    }
}
