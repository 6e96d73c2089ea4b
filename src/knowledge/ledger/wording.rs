//! How alike two statements are.
//!
//! Comes in: statements. Goes out: the form in which they are compared, a likeness from 0 to 1, how much of one stands in
//! the other, and whether one denies what the other says. Knows nothing of documents.

use crate::words;
use crate::words::Term;

/// Returns a statement in the form in which it is compared: letters and digits in lower case, one space between words.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        // An apostrophe belongs to its word: "don't" is not "don t".
        if matches!(c, '\'' | '’') {
            continue;
        }
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) && !out.is_empty() {
            out.push(' ');
        }
        match c.is_ascii() {
            true => out.push(c.to_ascii_lowercase()),
            false => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Returns the hash of a statement's plain form.
pub fn key(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(plain(text).as_bytes())
}

/// A statement taken apart, so that it can be compared with many.
#[derive(Debug)]
pub struct Wording {
    plain: String,
    /// Its words.
    pub terms: Vec<Term>,
    /// Hashes of every three characters, sorted, each once.
    trigrams: Vec<u32>,
    negations: usize,
}

impl Wording {
    /// Takes a statement apart.
    pub fn new(text: &str) -> Wording {
        let plain = plain(text);
        // The beginning and the end of the statement count as characters, so that short ones have trigrams too.
        let chars: Vec<char> =
            std::iter::once('\u{2}').chain(plain.chars()).chain(std::iter::once('\u{3}')).collect();
        let mut trigrams: Vec<u32> = chars
            .windows(3)
            .map(|three| {
                three.iter().fold(0x811c_9dc5u32, |hash, &c| (hash ^ c as u32).wrapping_mul(0x0100_0193))
            })
            .collect();
        trigrams.sort_unstable();
        trigrams.dedup();
        let negations = negations(text, &plain);
        Wording { terms: words::terms(&plain), trigrams, negations, plain }
    }

    /// Returns how alike two statements are: 1 for the same, 0 for nothing in common.
    pub fn likeness(&self, other: &Wording) -> f64 {
        if self.plain == other.plain {
            return 1.0;
        }
        let all = self.trigrams.len() + other.trigrams.len();
        let dice =
            if all == 0 { 0.0 } else { 2.0 * shared(&self.trigrams, &other.trigrams) as f64 / all as f64 };
        // Statements without a telling word are compared by their letters alone.
        if self.terms.is_empty() || other.terms.is_empty() {
            return dice;
        }
        (dice + words::jaccard(&self.terms, &other.terms)) / 2.0
    }

    /// Returns how much of this statement stands in another: the share of its words (0 to 1).
    pub fn share_in(&self, other: &Wording) -> f64 {
        if self.terms.len() < 2 {
            return 0.0;
        }
        let found = self.terms.iter().filter(|term| other.has(term.hash)).count();
        found as f64 / self.terms.len() as f64
    }

    /// Returns whether a word stands in the statement.
    pub fn has(&self, hash: u32) -> bool {
        self.terms.binary_search_by_key(&hash, |term| term.hash).is_ok()
    }

    /// Returns whether one statement has a negation that the other has not.
    pub fn denies(&self, other: &Wording) -> bool {
        self.negations != other.negations
    }
}

fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    shared
}

/// Words that deny, in the languages whose sections are understood and that put spaces between words; French "ne … pas"
/// counts by its second word.
const DENYING: &[&str] = &[
    // English
    "not",
    "no",
    "never",
    "cannot",
    "without",
    "none",
    "neither",
    "nor",
    "nothing",
    "nobody",
    "avoid",
    "stop",
    // French
    "pas",
    "jamais",
    "sans",
    "aucun",
    "aucune",
    "rien",
    "éviter",
    // German
    "nicht",
    "kein",
    "keine",
    "keinen",
    "keinem",
    "keiner",
    "keines",
    "nie",
    "niemals",
    "ohne",
    "nichts",
    "vermeiden",
    // Spanish and Portuguese
    "nunca",
    "sin",
    "jamás",
    "ningún",
    "ninguna",
    "ninguno",
    "nada",
    "evitar",
    "não",
    "nem",
    "sem",
    "jamais",
    "nenhum",
    "nenhuma",
];

/// Beginnings of words that deny in Japanese, Chinese and Korean, wherever they stand.
const DENYING_DENSE: &[&str] = &[
    "ない",
    "ません",
    "なし",
    "せず",
    "不",
    "没",
    "沒",
    "無",
    "无",
    "勿",
    "别",
    "未",
    "않",
    "없",
    "못",
    "말고",
    "마라",
    "금지",
];

/// Returns how often a statement denies something.
fn negations(text: &str, plain: &str) -> usize {
    let words = plain
        .split(' ')
        .filter(|word| {
            // "don't", "isn't", "couldn't": the apostrophe is gone here.
            DENYING.contains(word) || word.len() > 3 && word.ends_with("nt") && CONTRACTED.contains(word)
        })
        .count();
    let dense = match text.is_ascii() {
        true => 0,
        false => DENYING_DENSE.iter().map(|word| plain.matches(word).count()).sum(),
    };
    words + dense
}

const CONTRACTED: &[&str] = &[
    "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "wont", "wouldnt", "shouldnt", "couldnt",
    "cant", "mustnt", "neednt", "hasnt", "havent", "hadnt", "aint", "mightnt",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> f64 {
        Wording::new(a).likeness(&Wording::new(b))
    }

    fn denies(a: &str, b: &str) -> bool {
        Wording::new(a).denies(&Wording::new(b))
    }

    #[test]
    fn punctuation_and_case_are_no_difference() {
        assert_eq!(plain("Don’t  *roll* back, ask!"), "dont roll back ask");
        assert_eq!(key("Roll back first."), key("roll back — first"));
        assert_ne!(key("Roll back first."), key("Roll forward first."));
    }

    #[test]
    fn an_edit_is_alike_and_another_lesson_is_not() {
        let before = "Alert on the share of failed payments, not on their number.";
        assert!(likeness(before, "Alert on the share of failed card payments, not on their count.") > 0.7);
        assert!(likeness(before, "Rehearse every restore before you need it.") < 0.2);
        assert!(
            likeness("バックアップの復元を毎月練習する。", "バックアップの復元を四半期ごとに練習する。")
                > 0.5
        );
        assert!(likeness("Do it all again", "Do it all over again") > 0.6);
    }

    #[test]
    fn a_negation_is_told_in_many_languages() {
        for (a, b) in [
            ("Deploy on Fridays.", "Never deploy on Fridays."),
            ("You should retry.", "You shouldn't retry."),
            ("Am Freitag ausliefern.", "Am Freitag nicht ausliefern."),
            ("Déployer le vendredi.", "Ne pas déployer le vendredi."),
            ("Desplegar los viernes.", "No desplegar los viernes."),
            ("Fazer deploy na sexta.", "Não fazer deploy na sexta."),
            ("金曜日にデプロイする。", "金曜日にデプロイしない。"),
            ("周五部署。", "周五不部署。"),
            ("금요일에 배포한다.", "금요일에 배포하지 않는다."),
        ] {
            assert!(denies(a, b), "{a} / {b}");
            assert!(!denies(a, a));
        }
        assert!(!denies("Never deploy on Fridays.", "Do not deploy on Fridays."));
    }
}
