//! The fonts of cards.
//!
//! Comes in: the fonts that the site brings. Goes out: [`Fonts`], which say who can draw a character and how wide words are.
//! Ours is Literata, as on the pages, in two weights; it has Latin, Greek and Cyrillic letters. Further scripts are drawn
//! with the fonts of the site, in the order of the settings, and fonts of the machine are never looked for.

use harfrust::Direction;
use harfrust::FontRef;
use harfrust::ShapeOptions;
use harfrust::ShaperData;
use harfrust::UnicodeBuffer;
use resvg::usvg::fontdb::Database;
use resvg::usvg::fontdb::ID;
use resvg::usvg::fontdb::Source;
use resvg::usvg::fontdb::Style;
use skrifa::MetadataProvider;
use std::collections::BTreeSet;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::Xxh3Default;

/// The family of our own fonts.
pub(super) const FAMILY: &str = "Literata";

/// Literata for cards, instances of the variable font in optical sizes for small and for large letters, without hints; the
/// licence stands beside them.
const OURS: [&[u8]; 2] =
    [include_bytes!("fonts/literata-regular.ttf"), include_bytes!("fonts/literata-semibold.ttf")];

/// The fonts that cards are drawn with.
#[derive(Clone)]
pub(super) struct Fonts {
    pub(super) database: Arc<Database>,
    faces: Vec<Face>,
    /// Tells these fonts from others.
    pub(super) hash: u64,
}

/// A font of one weight and style.
#[derive(Clone)]
struct Face {
    id: ID,
    family: String,
    weight: u16,
    /// The characters that it has.
    has: Arc<BTreeSet<u32>>,
    /// What the font says of shaping, read once.
    shaping: Arc<ShaperData>,
}

/// In which fonts a text is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Voice {
    weight: u16,
    /// The font that has all of it, if there is one: a Latin word amid Japanese looks better in the font of its neighbours.
    whole: Option<usize>,
}

/// A piece of text that one font can draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    face: usize,
}

impl Fonts {
    /// Takes in the fonts of the site, each with its path; the error says which of them is none.
    pub(super) fn new(own: &[(String, Vec<u8>)]) -> Result<Fonts, String> {
        let mut database = Database::new();
        let mut hash = Xxh3Default::new();
        let mut faces = Vec::new();
        let ours = OURS.iter().map(|bytes| ("", bytes.to_vec()));
        for (path, bytes) in ours.chain(own.iter().map(|(path, bytes)| (path.as_str(), bytes.clone()))) {
            hash.update(&bytes);
            let before = faces.len();
            for id in database.load_font_source(Source::Binary(Arc::new(bytes))) {
                let Some(info) = database.face(id).filter(|info| info.style == Style::Normal) else {
                    continue;
                };
                let Some((family, _)) = info.families.first() else { continue };
                let (family, weight) = (family.clone(), info.weight.0);
                if let Some((has, shaping)) = database.with_face_data(id, read).flatten() {
                    faces.push(Face { id, family, weight, has: Arc::new(has), shaping: Arc::new(shaping) });
                }
            }
            if faces.len() == before {
                return Err(format!("`{path}` is no upright font in the format TTF or OTF"));
            }
        }
        Ok(Fonts { database: Arc::new(database), faces, hash: hash.digest() })
    }

    /// Returns the family that draws a piece.
    pub(super) fn family(&self, piece: Piece<'_>) -> &str {
        &self.faces[piece.face].family
    }

    /// Returns in which fonts a text is drawn, with all that may be added to it.
    pub(super) fn voice(&self, text: &str, weight: u16) -> Voice {
        let letters: BTreeSet<char> =
            text.chars().chain("…-".chars()).filter(|&letter| !joins(letter)).collect();
        let all = |face: &usize| letters.iter().all(|&letter| self.has(*face, letter));
        Voice { weight, whole: self.nearest(all, weight) }
    }

    /// Parts a text into pieces that one font can draw each. A character that no font has is left to the first font.
    pub(super) fn pieces<'a>(&self, text: &'a str, voice: Voice) -> Vec<Piece<'a>> {
        if let Some(face) = voice.whole {
            return if text.is_empty() { Vec::new() } else { vec![Piece { text, face }] };
        }
        let mut pieces: Vec<Piece<'a>> = Vec::new();
        let mut start = 0;
        let mut current = None;
        for (at, letter) in text.char_indices() {
            // Spaces, signs and marks go with the letters before them, so that a word is drawn as one.
            let stays = current
                .filter(|&face: &usize| !letter.is_alphanumeric() && self.has(face, letter) || joins(letter));
            let has = |face: &usize| self.has(*face, letter);
            let face = stays.or_else(|| self.nearest(has, voice.weight)).or(current).unwrap_or(0);
            if let Some(before) = current.filter(|&before| before != face) {
                pieces.push(Piece { text: &text[start..at], face: before });
                start = at;
            }
            current = Some(face);
        }
        if let Some(face) = current {
            pieces.push(Piece { text: &text[start..], face });
        }
        pieces
    }

    /// Returns the width of a text as a multiple of the size of its letters.
    pub(super) fn width(&self, text: &str, voice: Voice) -> f64 {
        self.pieces(text, voice).into_iter().map(|piece| self.advance(piece).unwrap_or(0.0)).sum()
    }

    /// Returns whether some font has the character, or draws nothing for it by nature.
    pub(super) fn can_draw(&self, letter: char) -> bool {
        joins(letter) || (0..self.faces.len()).any(|face| self.has(face, letter))
    }

    fn has(&self, face: usize, letter: char) -> bool {
        self.faces[face].has.contains(&u32::from(letter))
    }

    /// Returns a font of the first family that can, in the weight that is picked by CSS too: rather bolder where bold is asked for.
    fn nearest(&self, can: impl Fn(&usize) -> bool, weight: u16) -> Option<usize> {
        let first = (0..self.faces.len()).find(|face| can(face))?;
        let family = &self.faces[first].family;
        let bold = weight > 500;
        (0..self.faces.len()).filter(|&face| self.faces[face].family == *family && can(&face)).min_by_key(
            |&face| {
                let own = self.faces[face].weight;
                (if bold { own < weight } else { own > 500 }, own.abs_diff(weight))
            },
        )
    }

    fn advance(&self, piece: Piece<'_>) -> Option<f64> {
        let face = &self.faces[piece.face];
        self.database.with_face_data(face.id, |bytes, index| {
            let font = FontRef::from_index(bytes, index).ok()?;
            let shaper = face.shaping.shaper(&font).build();
            let mut buffer = UnicodeBuffer::new();
            buffer.push_str(piece.text);
            buffer.guess_segment_properties();
            if buffer.direction() == Direction::Invalid {
                buffer.set_direction(Direction::LeftToRight);
            }
            let shaped = shaper.shape(buffer, ShapeOptions::new());
            let units: i32 = shaped.glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
            Some(f64::from(units) / f64::from(shaper.units_per_em()))
        })?
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<(&str, u16)> =
            self.faces.iter().map(|face| (face.family.as_str(), face.weight)).collect();
        formatter.debug_tuple("Fonts").field(&names).finish()
    }
}

/// Returns the text as fonts have it: letters with their marks as one, no control character, one space between words.
pub(super) fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for letter in text.nfc() {
        match letter {
            // Soft hyphens, marks of direction and forms of emoji draw nothing, and some fonts lack them.
            '\u{ad}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' => {}
            '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}' => {}
            letter if letter.is_whitespace() || letter.is_control() => {
                if !normal.ends_with(' ') {
                    normal.push(' ');
                }
            }
            letter => normal.push(letter),
        }
    }
    normal.trim().to_owned()
}

/// Returns whether a character only says how its neighbours are joined.
fn joins(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Returns whether a character is a picture, which can be left out without changing what is said.
pub(super) fn is_picture(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0x1f000..=0x1faff | 0x2600..=0x27bf | 0x2b00..=0x2bff | 0x2300..=0x23ff | 0x20d0..=0x20ff
    )
}

/// Returns the characters that a font has, and what it says of shaping.
fn read(bytes: &[u8], index: u32) -> Option<(BTreeSet<u32>, ShaperData)> {
    let font = skrifa::FontRef::from_index(bytes, index).ok()?;
    let has: BTreeSet<u32> = font.charmap().mappings().map(|(letter, _)| letter).collect();
    let shaping = ShaperData::new(&FontRef::from_index(bytes, index).ok()?);
    (!has.is_empty()).then_some((has, shaping))
}
