//! Which lessons say nearly the same, though they were learned from different incidents.
//!
//! Comes in: [`Statement`]s, in a fixed order, each with the incident that taught it. Goes out: [`Recurrence`]: the groups of
//! those that say nearly the same, with the words that they share, and for each statement the few most like it. Knows
//! nothing of documents beside the number of their incident.
//!
//! 1. Each statement becomes its stems, weighted by how seldom they are; words of the field weigh little.
//! 2. Statements that share two telling stems are compared, and no others, so the cost grows with their number.
//! 3. Incidents that share most of their statements word for word are copies or share a template: they count as one.
//! 4. The most alike are joined first, as long as a group agrees on average and keeps a core of telling words.
//!
//! Precision comes before completeness: a group that does not belong together costs more trust than a missing one.
//! Invariant: a group depends on what is said in it and on how common its words are, in coarse steps; so a lesson
//! added elsewhere does not reshuffle it.

use crate::document::Category;
use crate::knowledge::likeness::ByWord;
use crate::words::stem;
use crate::words::stem::Stem;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use xxhash_rust::xxh3::Xxh3Default;

/// A lesson as it is compared.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// Its words.
    pub text: &'a str,
    /// Their language, a BCP 47 tag.
    pub language: &'a str,
    /// What it says of how things went: luck that returns is another matter than a fault that does.
    pub category: Category,
    /// The incident that taught it; a record and its postmortem have one number.
    pub incident: usize,
}

/// Statements that say nearly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The statements, in their given order; of at least two incidents.
    pub members: Vec<usize>,
    /// How many incidents taught it.
    pub incidents: usize,
    /// The telling words that they share, as the first of them writes them and in its order.
    pub words: Vec<String>,
}

/// What returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recurrence {
    /// The groups, in the order of their first statement. No statement stands in two.
    pub groups: Vec<Group>,
    /// For each statement: those of other incidents that are most like it, the most alike first; a group's among them.
    pub alike: Vec<Vec<usize>>,
}

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
/// A word that is seldom enough to weigh this much decides no more for being even more seldom, in bits.
const TELLING: f32 = 6.5;
/// How much of a word's weight is left where it is one that every lesson could hold.
const WEAK: f32 = 0.3;
/// How many telling stems of a statement lead to others.
const LEADS: usize = 8;
/// How many of the statements that share the same two stems each is compared with.
const WINDOW: usize = 12;
/// How many like statements are kept.
const KEPT: usize = 5;
/// Documents that every collection is taken to have beside its own, so that a word is not common for standing in three
/// documents of four.
const BACKGROUND: f32 = 300.0;

/// A stem with its weight.
#[derive(Clone, Copy, Debug)]
struct Weighted {
    hash: u32,
    /// Its number among all stems.
    number: u32,
    /// Whether statements of other incidents hold it too.
    shared: bool,
    /// How telling it is.
    weight: f32,
    /// Its share of the statement, whose vector has the length one.
    share: f32,
    weak: bool,
    /// Where it stands, in bytes, and where it ends.
    at: u32,
    end: u32,
}

/// Two statements that are alike, the earlier first.
#[derive(Clone, Copy, Debug)]
struct Pair {
    first: u32,
    second: u32,
    likeness: f32,
    /// Whether they can stand in one group.
    same: bool,
}

/// Returns whether statements say the same: they are alike, and by telling words.
fn says_the_same(likeness: f32, core: Core, chance: f32) -> bool {
    let weight = core.weight / chance;
    match core.words {
        0 | 1 => false,
        _ if likeness >= VERBATIM => true,
        2 => likeness >= SAME_BY_TWO && weight >= CORE,
        _ => likeness >= SAME && weight >= CORE || likeness >= NEARLY_SAME && weight >= LARGE_CORE,
    }
}

/// The telling words that statements share.
#[derive(Clone, Copy, Debug, Default)]
struct Core {
    /// How many; two that stand side by side in both statements, such as "edge function", name one thing.
    words: u32,
    /// What they weigh.
    weight: f32,
}

/// Finds what returns.
pub fn find(statements: &[Statement<'_>]) -> Recurrence {
    let stems: Vec<Vec<Stem>> = statements
        .par_iter()
        .map_init(stem::Reader::default, |reader, statement| reader.stems(statement.text, statement.language))
        .collect();
    let weights = weigh(statements, &stems);
    let pairs = pairs(statements, &weights);
    let Weights { vectors, chance, .. } = weights;
    let copies = copies(statements, &stems);
    let incident = |index: u32| {
        let own = statements[index as usize].incident;
        copies.get(&own).copied().unwrap_or(own)
    };
    let pairs: Vec<Pair> =
        pairs.into_iter().filter(|pair| incident(pair.first) != incident(pair.second)).collect();
    let groups = groups(statements, &stems, &vectors, &pairs, &incident, chance);
    let mut nearest: Vec<Vec<(f32, u32)>> = vec![Vec::new(); statements.len()];
    for pair in &pairs {
        keep(&mut nearest[pair.first as usize], (pair.likeness, pair.second));
        keep(&mut nearest[pair.second as usize], (pair.likeness, pair.first));
    }
    let alike =
        nearest.into_iter().map(|list| list.into_iter().map(|(_, other)| other as usize).collect()).collect();
    Recurrence { groups, alike }
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

/// Who holds a stem.
struct Held {
    number: u32,
    incidents: u32,
    /// The incident that was counted last.
    last: Option<usize>,
}

/// What the stems of all statements weigh.
struct Weights {
    /// For each statement, in the order of hashes.
    vectors: Vec<Vec<Weighted>>,
    /// How many stems there are.
    stems: usize,
    /// The logarithm of the number of incidents.
    chance: f32,
}

/// Weighs the stems of each statement by how few incidents have them.
fn weigh(statements: &[Statement<'_>], stems: &[Vec<Stem>]) -> Weights {
    // The statements of an incident one after the other, so that each stem is counted once for it.
    let mut order: Vec<usize> = (0..statements.len()).collect();
    order.sort_by_key(|&index| statements[index].incident);
    let mut held: ByWord<Held> = ByWord::default();
    let mut incidents = 0;
    let mut last = None;
    for index in order {
        let incident = Some(statements[index].incident);
        incidents += usize::from(incident != last);
        last = incident;
        for stem in &stems[index] {
            let number = held.len() as u32;
            let held = held.entry(stem.hash).or_insert(Held { number, incidents: 0, last: None });
            held.incidents += u32::from(held.last != incident);
            held.last = incident;
        }
    }
    let total = incidents as f32 + BACKGROUND;
    // Steps of a half, so that a document more or less changes hardly any weight. A word that stands nowhere else tells
    // no more than one that stands in a few places.
    let telling = |seen: u32| ((total / (seen.max(3) + 1) as f32).log2() * 2.0).round() / 2.0;
    let vectors = stems
        .par_iter()
        .map(|stems| {
            let mut vector: Vec<Weighted> = stems
                .iter()
                .map(|stem| {
                    let held = &held[&stem.hash];
                    let weight = telling(held.incidents).max(0.5);
                    let share = weight.min(TELLING) * if stem.weak { WEAK } else { 1.0 };
                    Weighted {
                        hash: stem.hash,
                        number: held.number,
                        shared: held.incidents > 1,
                        weight,
                        share,
                        weak: stem.weak,
                        at: stem.at,
                        end: stem.at + u32::from(stem.length),
                    }
                })
                .collect();
            let length = vector.iter().map(|one| one.share * one.share).sum::<f32>().sqrt();
            vector.iter_mut().for_each(|one| one.share /= length.max(f32::MIN_POSITIVE));
            vector
        })
        .collect();
    Weights { vectors, stems: held.len(), chance: total.log2() }
}

/// Compares the statements of different incidents that share two telling stems, each two of them once.
fn pairs(statements: &[Statement<'_>], weights: &Weights) -> Vec<Pair> {
    let vectors = &weights.vectors;
    let mut leads: Vec<(u64, u32)> = vectors
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, vector)| {
            let mut telling: Vec<Weighted> = vector.iter().copied().filter(|one| !one.weak).collect();
            telling.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then(a.hash.cmp(&b.hash)));
            telling.truncate(LEADS);
            // What no other incident says leads to none.
            telling.retain(|one| one.shared);
            let mut leads = Vec::with_capacity(telling.len() * telling.len() / 2);
            for (at, a) in telling.iter().enumerate() {
                for b in &telling[at + 1..] {
                    let (low, high) = (a.hash.min(b.hash), a.hash.max(b.hash));
                    leads.push((u64::from(low) << 32 | u64::from(high), index as u32));
                }
            }
            leads
        })
        .collect();
    leads.par_sort_unstable();
    // For each statement, where it stands among the leads.
    let mut starts = vec![0usize; statements.len() + 1];
    leads.iter().for_each(|lead| starts[lead.1 as usize + 1] += 1);
    for index in 0..statements.len() {
        starts[index + 1] += starts[index];
    }
    let mut next = starts.clone();
    let mut places = vec![0u32; leads.len()];
    for (place, lead) in leads.iter().enumerate() {
        let at = &mut next[lead.1 as usize];
        places[*at] = place as u32;
        *at += 1;
    }
    (0..statements.len())
        .into_par_iter()
        .with_min_len(256)
        .map_init(
            || {
                (
                    vec![0f32; weights.stems],
                    vec![0u32; weights.stems],
                    vec![false; statements.len()],
                    Vec::new(),
                )
            },
            |(shares, slots, seen, others), first| {
                let own = &vectors[first];
                for &place in &places[starts[first]..starts[first + 1]] {
                    let (lead, _) = leads[place as usize];
                    let behind = &leads[place as usize + 1..];
                    for &(_, second) in behind.iter().take(WINDOW).take_while(|other| other.0 == lead) {
                        let is_other = statements[second as usize].incident != statements[first].incident;
                        if is_other && !std::mem::replace(&mut seen[second as usize], true) {
                            others.push(second);
                        }
                    }
                }
                others.sort_unstable();
                for (slot, one) in own.iter().enumerate() {
                    shares[one.number as usize] = one.share;
                    slots[one.number as usize] = slot as u32;
                }
                let mut found = Vec::new();
                for second in others.drain(..) {
                    seen[second as usize] = false;
                    // The cosine: a stem that the first one lacks has no share in it.
                    let other = &vectors[second as usize];
                    let likeness =
                        other.iter().fold(0.0, |sum, one| sum + shares[one.number as usize] * one.share);
                    if likeness >= ALIKE {
                        // What both hold, in the order of hashes like the vectors.
                        let both = other.iter().filter(|one| shares[one.number as usize] > 0.0);
                        let both = both.map(|one| (own[slots[one.number as usize] as usize], *one));
                        let category = |index: usize| sense(statements[index].category);
                        let same = says_the_same(likeness, core(both), weights.chance)
                            && category(first) == category(second as usize);
                        found.push(Pair { first: first as u32, second, likeness, same });
                    }
                }
                own.iter().for_each(|one| shares[one.number as usize] = 0.0);
                found
            },
        )
        .flatten_iter()
        .collect()
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
    a.end.abs_diff(b.at).min(b.end.abs_diff(a.at)) <= 1
}

/// Returns a number for the categories that may stand in one group: what went wrong is a lesson in other words.
fn sense(category: Category) -> u8 {
    match category {
        Category::Lesson | Category::WentWrong => 0,
        Category::WentWell => 1,
        Category::Lucky => 2,
    }
}

/// Returns for incidents that are copies of another, or are filled in from one template, the number that stands for both:
/// they share two statements or more word for word, and that is half of what the shorter one says.
fn copies(statements: &[Statement<'_>], stems: &[Vec<Stem>]) -> BTreeMap<usize, usize> {
    // Statements with the same stems in the same places, each once for an incident.
    let mut said: Vec<(u64, u32)> = stems
        .par_iter()
        .zip(statements)
        .filter(|(stems, _)| !stems.is_empty())
        .map(|(stems, statement)| {
            let mut whole = Xxh3Default::new();
            stems.iter().for_each(|stem| whole.update(&stem.hash.to_le_bytes()));
            (whole.digest(), statement.incident as u32)
        })
        .collect();
    said.par_sort_unstable();
    said.dedup();
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    for &(_, incident) in &said {
        *sizes.entry(incident).or_default() += 1;
    }
    let mut shared: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for same in said.chunk_by(|a, b| a.0 == b.0) {
        // What a great many say is said in passing; who copies a whole document shares its other statements too.
        for (at, a) in same.iter().enumerate() {
            for b in same[at + 1..].iter().take(WINDOW) {
                *shared.entry((a.1, b.1)).or_default() += 1;
            }
        }
    }
    let mut stands_for: BTreeMap<usize, usize> = BTreeMap::new();
    for ((a, b), count) in shared {
        if count >= 2 && count * 2 >= sizes[&a].min(sizes[&b]) {
            let first = stands_for.get(&(a as usize)).copied().unwrap_or(a as usize);
            stands_for.insert(b as usize, first);
        }
    }
    stands_for
}

/// A group in the making.
#[derive(Debug, Default)]
struct Cluster {
    members: Vec<u32>,
    /// The sum of its statements' vectors, in the order of hashes.
    sum: Vec<Summed>,
}

#[derive(Clone, Copy, Debug)]
struct Summed {
    hash: u32,
    share: f32,
    weight: f32,
    members: u32,
    weak: bool,
}

impl Cluster {
    fn of(index: u32, vector: &[Weighted]) -> Self {
        let sum = vector
            .iter()
            .map(|one| Summed {
                hash: one.hash,
                share: one.share,
                weight: one.weight,
                members: 1,
                weak: one.weak,
            })
            .collect();
        Cluster { members: vec![index], sum }
    }

    /// Returns both as one, where they agree.
    fn join(&self, other: &Cluster, chance: f32) -> Option<Cluster> {
        let mut sum = Vec::with_capacity(self.sum.len() + other.sum.len());
        let (mut i, mut j, mut product) = (0, 0, 0.0);
        while i < self.sum.len() || j < other.sum.len() {
            let (a, b) = (self.sum.get(i), other.sum.get(j));
            match (a, b) {
                (Some(a), Some(b)) if a.hash == b.hash => {
                    product += a.share * b.share;
                    sum.push(Summed { share: a.share + b.share, members: a.members + b.members, ..*a });
                    i += 1;
                    j += 1;
                }
                (Some(a), b) if b.is_none_or(|b| a.hash < b.hash) => {
                    sum.push(*a);
                    i += 1;
                }
                (_, Some(b)) => {
                    sum.push(*b);
                    j += 1;
                }
                (_, None) => break,
            }
        }
        // The product of two sums of vectors of length one, by the number of pairs, is the mean of their likenesses.
        let mean = product / (self.members.len() * other.members.len()) as f32;
        let members = [self.members.as_slice(), other.members.as_slice()].concat();
        let joined = Cluster { members, sum };
        let core =
            Core { words: joined.core().count() as u32, weight: joined.core().map(|one| one.weight).sum() };
        says_the_same(mean, core, chance).then_some(joined)
    }

    /// Returns the telling stems that at least three quarters of the statements hold.
    fn core(&self) -> impl Iterator<Item = &Summed> {
        let most = self.members.len();
        self.sum.iter().filter(move |one| !one.weak && one.members as usize * 4 >= most * 3)
    }
}

/// Joins the most alike first.
fn groups(
    statements: &[Statement<'_>],
    stems: &[Vec<Stem>],
    vectors: &[Vec<Weighted>],
    pairs: &[Pair],
    incident: &dyn Fn(u32) -> usize,
    chance: f32,
) -> Vec<Group> {
    let mut same: Vec<Pair> = pairs.iter().copied().filter(|pair| pair.same).collect();
    same.sort_by(|a, b| {
        b.likeness.total_cmp(&a.likeness).then((a.first, a.second).cmp(&(b.first, b.second)))
    });
    let mut cluster_of: BTreeMap<u32, usize> = BTreeMap::new();
    let mut clusters: Vec<Cluster> = Vec::new();
    for pair in &same {
        let mut at = |index: u32| {
            *cluster_of.entry(index).or_insert_with(|| {
                clusters.push(Cluster::of(index, &vectors[index as usize]));
                clusters.len() - 1
            })
        };
        let (first, second) = (at(pair.first), at(pair.second));
        if first == second {
            continue;
        }
        if let Some(joined) = clusters[first].join(&clusters[second], chance) {
            for &member in &clusters[second].members {
                cluster_of.insert(member, first);
            }
            clusters[first] = joined;
            clusters[second] = Cluster::default();
        }
    }
    let mut groups: Vec<Group> = clusters
        .into_iter()
        .filter(|cluster| cluster.members.len() > 1)
        .filter_map(|cluster| {
            let incidents =
                cluster.members.iter().map(|&index| incident(index)).collect::<BTreeSet<_>>().len();
            let core: Vec<Summed> = cluster.core().copied().collect();
            let mut members: Vec<usize> = cluster.members.iter().map(|&index| index as usize).collect();
            members.sort_unstable();
            // In the order of the text, so that no weight decides where a word stands.
            let mut words: Vec<(usize, u32, String)> = core
                .iter()
                .filter_map(|one| {
                    members.iter().enumerate().find_map(|(order, &member)| {
                        let at = stems[member].binary_search_by_key(&one.hash, |stem| stem.hash).ok()?;
                        let stem = stems[member][at];
                        Some((order, stem.at, stem.word(statements[member].text).to_lowercase()))
                    })
                })
                .collect();
            words.sort();
            let words = words.into_iter().map(|(_, _, word)| word).collect();
            (incidents > 1).then_some(Group { members, incidents, words })
        })
        .collect();
    groups.sort_by(|a, b| a.members.cmp(&b.members));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the groups of statements, each line an incident, with their words.
    fn groups_of(lines: &[&str]) -> Vec<String> {
        let statements: Vec<Statement<'_>> = lines
            .iter()
            .enumerate()
            .flat_map(|(incident, line)| {
                line.split(" | ").map(move |text| Statement {
                    text,
                    language: "en",
                    category: Category::Lesson,
                    incident,
                })
            })
            .collect();
        let found = find(&statements);
        found
            .groups
            .iter()
            .map(|group| {
                let members: Vec<String> = group.members.iter().map(usize::to_string).collect();
                format!("{}: {}", members.join(" "), group.words.join(", "))
            })
            .collect()
    }

    #[test]
    fn what_is_said_in_other_words_is_one_lesson() {
        let found = groups_of(&[
            "A backup that was never restored is only a hope: restore one every week.",
            "Feature flags need an owner and an end.",
            "Nobody had ever tried restoring a backup, so the backups turned out to be empty.",
            "Certificates must renew themselves; a calendar entry is not enough.",
            "The certificate had expired: renewal of certs must not depend on a calendar.",
        ]);
        assert_eq!(found, ["0 2: backup, restored", "3 4: certificates, renew, calendar"]);
    }

    #[test]
    fn words_that_every_lesson_holds_make_no_group() {
        let found = groups_of(&[
            "Improve monitoring and add better alerts.",
            "We should add alerts and improve our monitoring.",
            "Improve the monitoring.",
            "Better communication with users is needed.",
            "Communication with our customers needs to be better.",
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn one_subject_is_not_one_statement() {
        let found = groups_of(&[
            "The edge function logs to a bucket that nobody owns.",
            "Deploy an edge function in one region before all others.",
            "Delete pods that have been stuck for an hour.",
            "Draining pods takes longer than the grace period.",
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_document_that_repeats_itself_teaches_once() {
        let found = groups_of(&[
            "Restore a backup every week. | Backups have to be restored every week.",
            "Feature flags need an owner.",
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn copies_and_templates_make_no_group() {
        let copy = "Version numbers of the mesh must be pinned. | Rehearse the failover of the ledger.";
        assert!(groups_of(&[copy, copy]).is_empty());
        let filled = format!("{copy} | Something of its own happened to the printer.");
        assert!(groups_of(&[copy, &filled, copy]).is_empty());
        // A third that learned it by itself is none.
        let third = "The failover of the ledger has to be rehearsed.";
        assert_eq!(groups_of(&[copy, copy, third]), ["1 3 4: rehearse, failover, ledger"]);
    }

    #[test]
    fn luck_and_faults_stay_apart() {
        let statement = |category, incident| Statement {
            text: "The standby in Lisbon held a fresh snapshot.",
            language: "en",
            category,
            incident,
        };
        let found = find(&[statement(Category::Lucky, 0), statement(Category::WentWrong, 1)]);
        assert!(found.groups.is_empty());
        assert_eq!(found.alike, [vec![1], vec![0]]);
        let found = find(&[statement(Category::Lesson, 0), statement(Category::WentWrong, 1)]);
        assert_eq!(found.groups.len(), 1);
    }

    #[test]
    fn what_is_learned_elsewhere_does_not_reshuffle() {
        let mut lines = vec![
            "A backup that was never restored is only a hope: restore one every week.".to_owned(),
            "Nobody had ever tried restoring a backup, so the backups turned out to be empty.".to_owned(),
            "Certificates must renew themselves; a calendar entry is not enough.".to_owned(),
            "The certificate had expired: renewal of certs must not depend on a calendar.".to_owned(),
        ];
        let expected = groups_of(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(expected.len(), 2);
        for number in 0..200 {
            let word = |salt: usize| {
                format!("w{}", ["alder", "birch", "cedar", "elm", "fir", "hazel"][(number * salt) % 6])
            };
            let backup = if number % 10 == 0 { " and a backup" } else { "" };
            lines.push(format!("The {}{number} of the {} broke the x{number}q{backup}.", word(1), word(5)));
            let found = groups_of(&lines.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(found[..2], expected[..], "after {number} more");
        }
    }

    #[test]
    fn no_statement_is_too_odd() {
        let texts = ["", "…", "日本", "Restore.", "\u{0}"];
        let statements: Vec<Statement<'_>> = texts
            .iter()
            .cycle()
            .take(20)
            .enumerate()
            .map(|(incident, text)| Statement { text, language: "xx", category: Category::Lesson, incident })
            .collect();
        assert!(find(&statements).groups.is_empty());
        assert_eq!(find(&[]), Recurrence::default());
    }
}
