//! The function `fit`, by which the template of a card makes text fit into its room.
//!
//! Comes in: what a template says of a text and its room. Goes out: lines, as [`crate::card::Fitted`] has them. A template without a
//! painter cannot ask for it, and no page does.

use crate::card::Painter;
use crate::card::Room;
use std::sync::Arc;
use std::sync::OnceLock;
use tera::Error;
use tera::Kwargs;
use tera::State;
use tera::Tera;
use tera::TeraResult;
use tera::Value;

/// Who draws cards, once somebody does.
pub(super) type Slot = Arc<OnceLock<Painter>>;

/// Teaches templates the function `fit`.
pub(super) fn register(tera: &mut Tera, slot: &Slot) {
    let slot = Arc::clone(slot);
    tera.register_function("fit", move |kwargs: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        let painter = slot.get().ok_or_else(|| Error::message("`fit` is only there for cards"))?;
        let leading = kwargs.get::<f64>("leading")?.unwrap_or(1.25);
        let sizes = kwargs.must_get::<Vec<f64>>("sizes")?;
        let largest = sizes.first().copied().unwrap_or(0.0);
        let room = Room {
            width: kwargs.must_get("width")?,
            // One line, unless the template says more.
            height: kwargs.get::<f64>("height")?.unwrap_or(largest * leading),
            sizes,
            leading,
            weight: kwargs.get::<f64>("weight")?.unwrap_or(400.0) as u16,
            right_to_left: kwargs.get::<bool>("rtl")?.unwrap_or(false),
        };
        let fitted = painter.fit(kwargs.must_get("text")?, &room);
        Value::try_from_serializable(&fitted)
    });
}
