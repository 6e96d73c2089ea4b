//! What stands in for the painter where the program was built without the feature `cards`: there is none.

use crate::card::Fitted;
use crate::card::Room;
use std::convert::Infallible;

/// Would draw cards. No value of it exists, so that nothing needs to ask whether it works.
#[derive(Clone, Debug)]
pub struct Painter(Infallible);

impl Painter {
    /// Returns nothing: this program cannot draw.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn new(_: &[(String, Vec<u8>)]) -> Result<Option<Painter>, String> {
        Ok(None)
    }

    /// Returns a character of the text that no font has.
    pub fn undrawable(&self, _: &str) -> Option<char> {
        match self.0 {}
    }

    /// Breaks a text into lines that fit.
    pub fn fit(&self, _: &str, _: &Room) -> Fitted {
        match self.0 {}
    }

    /// Returns the name of the file of a card.
    pub fn name(&self, _: &str) -> String {
        match self.0 {}
    }

    /// Draws a card as PNG.
    ///
    /// # Errors
    ///
    /// Never: there is nobody who could draw.
    pub fn paint(&self, _: &str) -> Result<Vec<u8>, String> {
        match self.0 {}
    }
}
