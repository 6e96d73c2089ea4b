//! Which statements are alike.
//!
//! Comes in: statements that lead to each other. Goes out: [`Pair`]s, and for each statement those most like it.

use crate::document::Category;
use crate::knowledge::recurrence::Alike;
use crate::knowledge::recurrence::KEPT;
use crate::knowledge::recurrence::NONE;
use crate::knowledge::recurrence::Statement;
use crate::knowledge::recurrence::Wanted;
use crate::knowledge::recurrence::lead::Leads;
use crate::knowledge::recurrence::weight::Vector;
use crate::knowledge::recurrence::weight::Weighted;
use crate::knowledge::recurrence::weight::Words;
use rayon::prelude::*;

/// From this likeness on, two statements say nearly the same (the cosine of their weighted stems).
const SAME: f32 = 0.4;
/// From this likeness on, one is worth a look from the other.
const ALIKE: f32 = 0.25;
/// The same where they share no more than two telling words, which are often a subject and no statement.
const SAME_BY_TWO: f32 = 0.43;
/// From this likeness on they do as well, if they share more words than chance would have it: a long statement and a short
/// one.
const NEARLY_SAME: f32 = 0.33;
/// From this likeness on they are the same words, and no chance.
const VERBATIM: f32 = 0.92;
/// How much the telling words weigh that two statements share, or a group, in logarithms of the number of incidents: the
/// more there are, the more words are shared by chance. Two words that hardly anybody else uses are enough.
const CORE: f32 = 1.25;
/// The same for statements that are less alike: three such words.
const LARGE_CORE: f32 = 1.9;

/// Two statements that are alike, the earlier first. There are a great many, so one takes no more room than it has to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub first: u32,
    pub second: u32,
    /// Their likeness as steps of an `f32` above [`ALIKE`], and below these the two flags.
    told: u32,
}

/// Whether they can stand in one group.
const CAN_GROUP: u32 = 1;
/// Whether their incidents are no copies of each other.
const COUNTS: u32 = 2;
/// How many bits these flags take; a likeness is less than 2, and takes 25 more.
const FLAGS: u32 = 2;

/// The telling words that statements share.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Core {
    /// How many; two that stand side by side in both statements, such as "edge function", name one thing.
    pub words: u32,
    /// What they weigh.
    pub weight: f32,
}

/// Returns whether statements say the same: they are alike, and by telling words.
pub(super) fn says_the_same(likeness: f32, core: Core, chance: f32) -> bool {
    let weight = core.weight / chance;
    match core.words {
        0 | 1 => false,
        _ if likeness >= VERBATIM => true,
        2 => likeness >= SAME_BY_TWO && weight >= CORE,
        _ => likeness >= SAME && weight >= CORE || likeness >= NEARLY_SAME && weight >= LARGE_CORE,
    }
}

/// Compares the statements of different incidents that lead to each other, each two of them once.
pub(super) fn all(
    statements: &[Statement<'_>],
    vectors: &[Vector],
    leads: &Leads,
    words: &Words,
    wanted: Wanted,
) -> Vec<Pair> {
    // For each statement, where it stands among the leads.
    let mut starts = vec![0usize; statements.len() + 1];
    leads.iter().for_each(|statement| starts[statement as usize + 1] += 1);
    for index in 0..statements.len() {
        starts[index + 1] += starts[index];
    }
    let mut next = starts.clone();
    let mut places = vec![0u32; leads.len()];
    for (place, statement) in leads.iter().enumerate() {
        let at = &mut next[statement as usize];
        places[*at] = place as u32;
        *at += 1;
    }
    // What is asked of each two of them stands side by side, and not in the midst of what is asked of few.
    let sides = Sides::new(statements, vectors);
    let least = if wanted == Wanted::Groups { NEARLY_SAME } else { ALIKE };
    (0..statements.len())
        .into_par_iter()
        .with_min_len(256)
        .map_init(
            || (vec![0f32; words.len()], vec![0u32; words.len()], vec![false; statements.len()], Vec::new()),
            |(shares, slots, seen, others), first| {
                let own = &vectors[first].stems;
                for &place in &places[starts[first]..starts[first + 1]] {
                    for second in leads.from(place as usize) {
                        let may_pair = sides.may_pair(first, second as usize, wanted);
                        if may_pair && !std::mem::replace(&mut seen[second as usize], true) {
                            others.push(second);
                        }
                    }
                }
                for (slot, one) in own.iter().enumerate() {
                    shares[one.number as usize] = one.share;
                    slots[one.number as usize] = slot as u32;
                }
                let mut found = Vec::new();
                for second in others.drain(..) {
                    seen[second as usize] = false;
                    // The cosine: a stem that the first one lacks has no share in it.
                    let stems = sides.stems(second as usize).iter();
                    let likeness =
                        stems.fold(0.0, |sum, &(number, share)| sum + shares[number as usize] * share);
                    if likeness >= least {
                        // What both hold, in the order of hashes like the vectors.
                        let other = vectors[second as usize].stems.iter();
                        let both = other.filter(|one| shares[one.number as usize] > 0.0);
                        let both = both.map(|one| (own[slots[one.number as usize] as usize], *one));
                        let pair = pair(statements, first as u32, second, likeness, both, words);
                        if pair.is_wanted(wanted) {
                            found.push(pair);
                        }
                    }
                }
                found.sort_unstable_by_key(|pair| pair.second);
                own.iter().for_each(|one| shares[one.number as usize] = 0.0);
                found
            },
        )
        .flatten_iter()
        .collect()
}

/// The sides of pairs: what decides whether two statements are compared, and what is compared of them.
struct Sides {
    /// The incident of each, and its [`sense`].
    from: Vec<(u32, u8)>,
    /// For each, where its stems begin; and where those of the last end.
    starts: Vec<u32>,
    /// The numbers of their stems, with the share of each.
    stems: Vec<(u32, f32)>,
}

impl Sides {
    fn new(statements: &[Statement<'_>], vectors: &[Vector]) -> Sides {
        let mut starts = Vec::with_capacity(vectors.len() + 1);
        let mut stems = Vec::with_capacity(vectors.iter().map(|vector| vector.stems.len()).sum());
        for vector in vectors {
            starts.push(stems.len() as u32);
            stems.extend(vector.stems.iter().map(|stem| (stem.number, stem.share)));
        }
        starts.push(stems.len() as u32);
        let from = statements.iter().map(|statement| (statement.incident, sense(statement.category)));
        Sides { from: from.collect(), starts, stems }
    }

    #[inline]
    fn may_pair(&self, first: usize, second: usize, wanted: Wanted) -> bool {
        let ((incident, sense), (other, others)) = (self.from[first], self.from[second]);
        incident != other && (wanted == Wanted::Alike || sense == others)
    }

    #[inline]
    fn stems(&self, statement: usize) -> &[(u32, f32)] {
        &self.stems[self.starts[statement] as usize..self.starts[statement + 1] as usize]
    }
}

impl Pair {
    /// Pairs two statements of a likeness from [`ALIKE`] on, whose incidents count as two.
    fn new(first: u32, second: u32, likeness: f32, same: bool) -> Pair {
        let steps = likeness.to_bits() - ALIKE.to_bits();
        Pair { first, second, told: steps << FLAGS | COUNTS | if same { CAN_GROUP } else { 0 } }
    }

    /// Returns how alike they are.
    pub fn likeness(self) -> f32 {
        f32::from_bits((self.told >> FLAGS) + ALIKE.to_bits())
    }

    /// Returns whether they can stand in one group.
    pub fn same(self) -> bool {
        self.told & CAN_GROUP != 0
    }

    /// Says whether they count, and returns whether they did.
    fn count(&mut self, counts: bool) -> bool {
        let did = self.told & COUNTS != 0;
        self.told = if counts { self.told | COUNTS } else { self.told & !COUNTS };
        did
    }

    /// Returns whether one is kept: where groups alone are wanted, it is of use to no others.
    pub fn is_wanted(self, wanted: Wanted) -> bool {
        self.same() || wanted == Wanted::Alike
    }
}

/// Compares two statements, of which the earlier comes first, like [`all`].
pub(super) fn compare(
    statements: &[Statement<'_>],
    vectors: &[Vector],
    first: u32,
    second: u32,
    words: &Words,
) -> Option<Pair> {
    if statements[first as usize].incident == statements[second as usize].incident {
        return None;
    }
    let (own, other) = (&vectors[first as usize].stems, &vectors[second as usize].stems);
    let likeness = in_both(own, other).fold(0.0, |sum, (a, b)| sum + a.share * b.share);
    (likeness >= ALIKE).then(|| pair(statements, first, second, likeness, in_both(own, other), words))
}

/// Returns the stems of two statements that both hold, in the order of hashes.
fn in_both<'a>(
    own: &'a [Weighted],
    other: &'a [Weighted],
) -> impl Iterator<Item = (Weighted, Weighted)> + 'a {
    let mut own = own.iter().peekable();
    other.iter().filter_map(move |b| {
        while own.next_if(|a| a.hash < b.hash).is_some() {}
        own.next_if(|a| a.hash == b.hash).map(|a| (*a, *b))
    })
}

fn pair(
    statements: &[Statement<'_>],
    first: u32,
    second: u32,
    likeness: f32,
    both: impl Iterator<Item = (Weighted, Weighted)>,
    words: &Words,
) -> Pair {
    let sense = |statement: u32| sense(statements[statement as usize].category);
    let same = says_the_same(likeness, core(both), words.chance()) && sense(first) == sense(second);
    Pair::new(first, second, likeness, same)
}

/// Returns what the telling words weigh that two statements share.
fn core(both: impl Iterator<Item = (Weighted, Weighted)>) -> Core {
    let mut core = Core::default();
    let mut last: Option<(Weighted, Weighted)> = None;
    for (a, b) in both.filter(|(a, _)| !a.weak) {
        core.words += 1;
        core.weight += a.weight;
        // Only two are looked at: where there are more, one more or less decides nothing.
        if core.words == 2
            && let Some(last) = last
            && side_by_side(a, last.0)
            && side_by_side(b, last.1)
        {
            core.words = 1;
        }
        last = Some((a, b));
    }
    core
}

fn side_by_side(a: Weighted, b: Weighted) -> bool {
    a.end().abs_diff(b.at).min(b.end().abs_diff(a.at)) <= 1
}

/// Returns a number for the categories that may stand in one group: what went wrong is a lesson in other words.
fn sense(category: Category) -> u8 {
    match category {
        Category::Lesson | Category::WentWrong => 0,
        Category::WentWell => 1,
        Category::Lucky => 2,
    }
}

/// What is seen in one look at all pairs, of which there are a great many.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Those that count now and did not, or the other way round.
    pub other: Vec<Pair>,
    /// Those that count and have to do with a statement that is touched.
    pub near: Vec<Pair>,
    /// Those that count and can stand in one group.
    pub same: Vec<Pair>,
}

/// Says which pairs count: those whose incidents, by the numbers that stand for both of two copies, are not one.
pub(super) fn survey(pairs: &mut [Pair], incidents: &[u32], touched: &[bool]) -> Survey {
    let look = |part: &mut [Pair]| {
        let mut seen = Survey::default();
        for pair in part {
            let (first, second) = (pair.first as usize, pair.second as usize);
            let counts = incidents[first] != incidents[second];
            if pair.count(counts) != counts {
                seen.other.push(*pair);
            }
            if counts && (touched[first] || touched[second]) {
                seen.near.push(*pair);
            }
            if counts && pair.same() {
                seen.same.push(*pair);
            }
        }
        seen
    };
    let parts: Vec<Survey> = pairs.par_chunks_mut(1 << 16).map(look).collect();
    parts.into_iter().fold(Survey::default(), |mut all, part| {
        all.other.extend(part.other);
        all.near.extend(part.near);
        all.same.extend(part.same);
        all
    })
}

/// Returns for each statement those most like it; of those that are not `touched`, what was said `before`, when they had the
/// `known` numbers, which now are those of `place`. `pairs` are all that have to do with one that is.
pub(super) fn nearest(
    before: &[Alike],
    known: &[Option<u32>],
    place: &[u32],
    touched: &[bool],
    pairs: &[Pair],
) -> Vec<Alike> {
    let mut lists: Vec<Vec<(f32, u32)>> = vec![Vec::new(); known.len()];
    for pair in pairs {
        for (one, other) in [(pair.first, pair.second), (pair.second, pair.first)] {
            if touched[one as usize] {
                keep(&mut lists[one as usize], (pair.likeness(), other));
            }
        }
    }
    let alike = |statement: usize| match known[statement] {
        Some(known) if !touched[statement] => before[known as usize].renumbered(place),
        _ => {
            let mut alike = [NONE; KEPT];
            alike.iter_mut().zip(&lists[statement]).for_each(|(slot, (_, other))| *slot = *other);
            Alike(alike)
        }
    };
    (0..known.len()).map(alike).collect()
}

/// Puts a statement among the most alike, the most alike first, of equals the earlier; those that then are too many go.
fn keep(list: &mut Vec<(f32, u32)>, one: (f32, u32)) {
    let is_before =
        |other: &(f32, u32)| other.0.total_cmp(&one.0).reverse().then(other.1.cmp(&one.1)).is_lt();
    let at = list.iter().take_while(|other| is_before(other)).count();
    if at < KEPT {
        list.truncate(KEPT - 1);
        list.insert(at, one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_tells_what_it_was_told() {
        // Of words that are the same, rounding may make a little more than one.
        for likeness in [ALIKE, ALIKE.next_up(), 0.4, 1.0f32.next_down(), 1.0, 1.000_001, 2.0f32.next_down()]
        {
            for same in [false, true] {
                let mut pair = Pair::new(3, u32::MAX - 1, likeness, same);
                assert_eq!(
                    (pair.first, pair.second, pair.likeness(), pair.same()),
                    (3, u32::MAX - 1, likeness, same)
                );
                assert_eq!([pair.count(false), pair.count(false), pair.count(true)], [true, false, false]);
                assert_eq!((pair.likeness(), pair.same(), pair.count(true)), (likeness, same, true));
            }
        }
    }
}
