//! Makes a PNG of the SVG of a card.
//!
//! Comes in: SVG, which a template of a theme wrote. Goes out: PNG. Whatever stands in the SVG, no file and no address is
//! looked at, and no picture inside of it: only its own shapes and words are drawn.

use crate::card::Fitted;
use crate::card::HEIGHT;
use crate::card::Room;
use crate::card::WIDTH;
use crate::card::fit;
use crate::card::font::FAMILY;
use crate::card::font::Fonts;
use resvg::tiny_skia::Pixmap;
use resvg::tiny_skia::Transform;
use resvg::usvg::FontResolver;
use resvg::usvg::ImageHrefResolver;
use resvg::usvg::Options;
use resvg::usvg::Tree;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3Default;

/// Raise it where the same SVG gives another picture, so that no old one is taken for it.
const DRAWING: u32 = 1;

/// Draws cards.
#[derive(Clone, Debug)]
pub struct Painter {
    fonts: Fonts,
}

impl Painter {
    /// Returns a painter with our fonts and those of the site, which come with their paths.
    ///
    /// It is always there with the feature `cards`, and never without.
    ///
    /// # Errors
    ///
    /// Says which of the files is no font.
    pub fn new(fonts: &[(String, Vec<u8>)]) -> Result<Option<Painter>, String> {
        Ok(Some(Painter { fonts: Fonts::new(fonts)? }))
    }

    /// Returns a character of the text that no font has, if there is one; pictures such as emoji are left out of a text and do
    /// not count.
    pub fn undrawable(&self, text: &str) -> Option<char> {
        fit::drawable(&self.fonts, text).chars().find(|&letter| !self.fonts.can_draw(letter))
    }

    /// Breaks a text into lines that fit into a room, and shortens it where nothing else helps; a text that cannot be drawn has
    /// no lines.
    pub fn fit(&self, text: &str, room: &Room) -> Fitted {
        fit::fit(&self.fonts, text, room)
    }

    /// Returns the name of the file of a card: another one where it would look otherwise.
    pub fn name(&self, svg: &str) -> String {
        let mut hash = Xxh3Default::new();
        hash.update(&DRAWING.to_le_bytes());
        hash.update(env!("CARGO_PKG_VERSION").as_bytes());
        hash.update(&self.fonts.hash.to_le_bytes());
        hash.update(svg.as_bytes());
        format!("card-{:016x}.png", hash.digest())
    }

    /// Draws a card of [`WIDTH`] by [`HEIGHT`] pixels.
    ///
    /// # Errors
    ///
    /// Says why the text is no SVG.
    pub fn paint(&self, svg: &str) -> Result<Vec<u8>, String> {
        let options = Options {
            font_family: FAMILY.to_owned(),
            fontdb: Arc::clone(&self.fonts.database),
            // `fit` has said which font draws what; another would have another width.
            font_resolver: FontResolver {
                select_fallback: Box::new(|_, _, _| None),
                ..FontResolver::default()
            },
            image_href_resolver: ImageHrefResolver {
                resolve_data: Box::new(|_, _, _| None),
                resolve_string: Box::new(|_, _| None),
            },
            ..Options::default()
        };
        let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
        let mut pixels = Pixmap::new(WIDTH, HEIGHT).ok_or("there is no memory for a picture")?;
        let size = tree.size();
        let scale = Transform::from_scale(WIDTH as f32 / size.width(), HEIGHT as f32 / size.height());
        resvg::render(&tree, scale, &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| error.to_string())
    }
}
