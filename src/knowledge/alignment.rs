//! Which items of a list are those of an earlier one.
//!
//! Comes in: two lists of keys, none twice in one list. Goes out: [`Alignment`]. It keeps the order: an item that moved past others is
//! gone from where it was, and new where it is.

use std::collections::HashMap;
use std::hash::Hash;

/// How the items of a list follow from an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    /// For each item: its place in the earlier list; these places rise.
    pub before: Vec<Option<usize>>,
    /// For each item of the earlier list: its place now.
    pub after: Vec<Option<usize>>,
}

impl Alignment {
    /// Compares two lists.
    pub fn new<K: Eq + Hash>(before: &[K], now: &[K]) -> Alignment {
        Alignment::by(before, now, K::eq, |item| item)
    }

    /// Compares two lists whose items have keys; `is_same` tells whether two have one, which may be known without looking at it.
    pub fn by<'a, T, K: Eq + Hash>(
        before: &'a [T],
        now: &'a [T],
        is_same: impl Fn(&T, &T) -> bool,
        key: impl Fn(&'a T) -> K,
    ) -> Alignment {
        // Mostly one item came, went or changed, and all before and behind it are the same.
        let (head, tail) = common_ends(before, now, is_same);
        let (end, end_before) = (now.len() - tail, before.len() - tail);
        let between = || before.iter().enumerate().take(end_before).skip(head);
        let places: HashMap<K, usize> = between().map(|(place, item)| (key(item), place)).collect();
        let middle = rising(now[head..end].iter().map(|item| places.get(&key(item)).copied()).collect());
        let ends = (0..head).chain(end_before..before.len()).map(Some);
        let mut places: Vec<Option<usize>> = ends.collect();
        places.splice(head..head, middle);
        let mut alignment = Alignment { before: places, after: vec![None; before.len()] };
        for (place, before) in alignment.before.iter().enumerate() {
            if let Some(before) = before {
                alignment.after[*before] = Some(place);
            }
        }
        alignment
    }

    /// Returns whether the lists are the same.
    pub fn is_same(&self) -> bool {
        self.before.len() == self.after.len() && self.before.iter().all(Option::is_some)
    }
}

/// Returns how many items at the beginning of two lists are the same, and how many of the others at the end.
pub fn common_ends<K>(one: &[K], other: &[K], is_same: impl Fn(&K, &K) -> bool) -> (usize, usize) {
    let is_same = |(one, other): &(&K, &K)| is_same(one, other);
    let head = one.iter().zip(other).take_while(is_same).count();
    let tail = one[head..].iter().rev().zip(other[head..].iter().rev()).take_while(is_same).count();
    (head, tail)
}

/// Leaves so few out that the others rise.
fn rising(places: Vec<Option<usize>>) -> Vec<Option<usize>> {
    if places.iter().flatten().is_sorted() {
        return places;
    }
    // For each length the end of the rising row of that length that ends lowest; and for each item the one before it in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; places.len()];
    for (at, place) in places.iter().enumerate().filter(|(_, place)| place.is_some()) {
        let length = ends.partition_point(|&end| places[end] < *place);
        previous[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut kept = vec![None; places.len()];
    let mut row = ends.last().copied();
    while let Some(at) = row {
        kept[at] = places[at];
        row = previous[at];
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_went_and_moved() {
        let align = |before: &str, now: &str| {
            let keys = |text: &str| text.chars().collect::<Vec<_>>();
            let alignment = Alignment::new(&keys(before), &keys(now));
            for (place, before) in alignment.before.iter().enumerate() {
                assert!(before.is_none_or(|before| alignment.after[before] == Some(place)));
            }
            let known = alignment.before.iter().zip(now.chars());
            known.map(|(before, key)| if before.is_some() { key } else { '+' }).collect::<String>()
        };
        assert_eq!(align("abcd", "abcd"), "abcd");
        assert_eq!(align("", "ab"), "++");
        assert_eq!(align("ab", ""), "");
        assert_eq!(align("abcd", "axbcd"), "a+bcd");
        assert_eq!(align("abcd", "acdx"), "acd+");
        assert_eq!(align("abcd", "xyz"), "+++");
        // One that moved is new where it is now, and the others stay what they are.
        assert_eq!(align("abcd", "dabc"), "+abc");
        assert_eq!(align("abcd", "bcda"), "bcd+");
        assert_eq!(align("abcdef", "xbadefc"), "++adef+");
        assert_eq!(align("abcdef", "abxdef"), "ab+def");
        assert_eq!(align("abcdef", "abdcxef"), "ab+c+ef");
        assert_eq!(align("abc", "abd"), "ab+");
        assert!(Alignment::new(&['a'], &['a']).is_same());
        assert!(!Alignment::new(&['a'], &['b']).is_same());
        assert!(!Alignment::new(&['a', 'b'], &['a']).is_same());
    }
}
