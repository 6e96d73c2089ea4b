//! Pictures for link previews: text made to fit, and SVG made a PNG.
//!
//! Comes in: text with the room that it has, the SVG of a card, fonts of the site. Goes out: the lines of the text in
//! [`Fitted`], and the bytes of a PNG. Knows nothing of lessons and templates; never reads a file, and never looks for fonts on
//! the machine, so that the same card has the same bytes everywhere.
//!
//! 1. `font` has the fonts: ours, and those that the site brings for further scripts.
//! 2. `fit` measures text, breaks it into lines and shortens it.
//! 3. `painter` draws. Without the feature `cards` there is no [`Painter`], and nothing here is compiled but a few names.

#[cfg(not(feature = "cards"))]
mod absent;
#[cfg(feature = "cards")]
mod fit;
#[cfg(feature = "cards")]
mod font;
#[cfg(feature = "cards")]
mod painter;
#[cfg(all(test, feature = "cards"))]
mod tests;

#[cfg(not(feature = "cards"))]
pub use absent::Painter;
#[cfg(feature = "cards")]
pub use painter::Painter;

use serde::Serialize;

/// The width of a card in pixels; what chats and networks ask for.
pub const WIDTH: u32 = 1200;

/// Its height.
pub const HEIGHT: u32 = 630;

/// The room that a text has.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// In pixels.
    pub width: f64,
    /// In pixels, from the top of the first line to the bottom of the last; one line is always allowed.
    pub height: f64,
    /// The sizes of letters in pixels that may be tried, in order; the first that fits is taken.
    pub sizes: Vec<f64>,
    /// The distance of lines, as a multiple of the size.
    pub leading: f64,
    /// How bold: 400 or 600.
    pub weight: u16,
    /// Whether the text is written from right to left.
    pub right_to_left: bool,
}

/// A text in its room.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fitted {
    /// The size of letters in pixels.
    pub size: f64,
    /// The distance of lines in pixels.
    pub step: f64,
    /// The lines; the last ends in `…` where the text was shortened.
    pub lines: Vec<Line>,
    /// The width of the longest line in pixels.
    pub width: f64,
    /// Whether the text was shortened.
    pub cut: bool,
}

/// A line of a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Its pieces, in the order of reading.
    pub runs: Vec<Run>,
    /// Its width in pixels.
    pub width: f64,
}

/// A piece of a line that one font can draw.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// The words.
    pub text: String,
    /// The family of the font.
    pub family: String,
}
