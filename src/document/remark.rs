//! What a lesson says of itself in the items below it: what it applies to, what guards it, and its state.
//!
//! Comes in: the items nested in that of a lesson. Goes out: [`Remarks`]. The items stay in the text of the page; those without
//! one of the labels are context and are not looked at.
//!
//! ```text
//! - Alert on the share of failed payments, not on their number.
//!   - Guard: the alert `payment-failure-ratio`
//!   - Applies to: `alerts/payments/**`, checkout
//! ```

use crate::document::block::Inline;
use crate::document::block::Item;
use crate::document::block::fold;
use crate::document::outline::first_words;
use crate::document::section::normalise;

/// What a lesson says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Globs, services and symbols that it applies to.
    pub applies_to: Vec<String>,
    /// The test, alert, runbook or policy that now holds it.
    pub guard: Option<String>,
    /// What its author says of its state.
    pub status: Option<String>,
}

/// What a label means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    AppliesTo,
    Guard,
    Status,
}

/// The labels, in lower case: English, French, German, Spanish, Portuguese, Japanese, Chinese, Korean.
const LABELS: &[(Label, &[&str])] = &[
    (
        Label::AppliesTo,
        &[
            "applies to",
            "s'applique à",
            "concerne",
            "gilt für",
            "betrifft",
            "se aplica a",
            "aplica a",
            "aplica-se a",
            "適用対象",
            "対象",
            "适用于",
            "適用於",
            "적용 대상",
        ],
    ),
    (
        Label::Guard,
        &[
            "guard",
            "guarded by",
            "held by",
            "garde",
            "garde-fou",
            "gardé par",
            "wächter",
            "abgesichert durch",
            "gesichert durch",
            "guardia",
            "guarda",
            "protegido por",
            "protegida por",
            "ガード",
            "歯止め",
            "守护",
            "防护",
            "가드",
            "방지책",
        ],
    ),
    (
        Label::Status,
        &[
            "status",
            "statut",
            "état",
            "stand",
            "estado",
            "situação",
            "ステータス",
            "状態",
            "状态",
            "狀態",
            "상태",
        ],
    ),
];

/// Returns whether an item is a remark on the lesson above it.
pub fn is_remark(item: &Item) -> bool {
    first_words(item).is_some_and(|words| read_one(words).is_some())
}

/// Reads the remarks among the items below a lesson; of two with one label the first counts, but what it applies to adds up.
pub fn read(items: &[&Item]) -> Remarks {
    let mut remarks = Remarks::default();
    for words in items.iter().filter_map(|item| first_words(item)) {
        let Some((label, value)) = read_one(words) else { continue };
        match label {
            Label::AppliesTo => remarks.applies_to.extend(
                value
                    .split([',', '、', '，', ';'])
                    .map(|part| part.trim().trim_end_matches(['.', '。']).to_owned())
                    .filter(|part| !part.is_empty()),
            ),
            Label::Guard => drop(remarks.guard.get_or_insert(value)),
            Label::Status => drop(remarks.status.get_or_insert(value)),
        }
    }
    remarks
}

/// Returns the label with which an item begins, and what it says.
fn read_one(words: &Inline) -> Option<(Label, String)> {
    let colon = words.text.find([':', '：'])?;
    // The longest label is short: most items are no remarks and cost nothing more.
    if colon > 40 {
        return None;
    }
    let written = normalise(&words.text[..colon]);
    let (label, _) = LABELS.iter().find(|(_, names)| names.contains(&written.as_str()))?;
    let start = colon + words.text[colon..].chars().next().map_or(1, char::len_utf8);
    let rest = &words.text[start..];
    let value = fold(rest);
    // A guard that is nothing but a link is its address.
    let linked = words.links.iter().find(|link| {
        !link.image
            && !link.wiki
            && words.text[link.range.clone()].trim() == rest.trim().trim_end_matches('.')
    });
    let value = match linked {
        Some(link) if *label == Label::Guard && link.target.contains("://") => link.target.clone(),
        _ => value.into_owned(),
    };
    (!value.is_empty()).then_some((*label, value))
}
