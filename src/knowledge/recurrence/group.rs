//! Groups of statements that say nearly the same.
//!
//! Comes in: pairs that can stand in one group. Goes out: [`Group`]s. The most alike are joined first. Statements that no chain of
//! pairs connects have nothing to do with each other, so a group stays what it is when nothing changed along its chains.

use crate::knowledge::recurrence::Group;
use crate::knowledge::recurrence::NONE;
use crate::knowledge::recurrence::Statement;
use crate::knowledge::recurrence::pair::Core;
use crate::knowledge::recurrence::pair::Pair;
use crate::knowledge::recurrence::pair::says_the_same;
use crate::knowledge::recurrence::weight::Vector;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Returns the groups that stand, with the numbers that their statements have now, and marks as `touched` also whatever a chain of
/// pairs connects with what is.
pub(super) fn untouched(
    groups: Vec<Group>,
    place: &[u32],
    touched: &mut [bool],
    pairs: &[Pair],
    incident: &impl Fn(u32) -> u32,
) -> Vec<Group> {
    let mut chain: Vec<u32> = (0..touched.len() as u32).collect();
    fn top(chain: &mut [u32], mut at: u32) -> u32 {
        while chain[at as usize] != at {
            chain[at as usize] = chain[chain[at as usize] as usize];
            at = chain[at as usize];
        }
        at
    }
    for pair in pairs.iter().filter(|pair| pair.same()) {
        let (a, b) = (top(&mut chain, pair.first), top(&mut chain, pair.second));
        chain[a.max(b) as usize] = a.min(b);
    }
    for at in 0..touched.len() {
        if touched[at] {
            touched[top(&mut chain, at as u32) as usize] = true;
        }
    }
    for at in 0..touched.len() {
        touched[at] = touched[top(&mut chain, at as u32) as usize];
    }
    let stands = |mut group: Group| {
        for member in &mut group.members {
            *member = place[*member as usize];
            if *member == NONE || touched[*member as usize] {
                return None;
            }
        }
        group.incidents = count(&group.members, incident);
        Some(group)
    };
    groups.into_iter().filter_map(stands).collect()
}

fn count(members: &[u32], incident: &impl Fn(u32) -> u32) -> usize {
    members.iter().map(|&member| incident(member)).collect::<BTreeSet<_>>().len()
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
    fn of(statement: u32, vector: &Vector) -> Self {
        let sum = vector
            .stems
            .iter()
            .map(|stem| Summed {
                hash: stem.hash,
                share: stem.share,
                weight: stem.weight,
                members: 1,
                weak: stem.weak,
            })
            .collect();
        Cluster { members: vec![statement], sum }
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

/// Joins the most alike first. All `pairs` can stand in one group.
pub(super) fn find(
    statements: &[Statement<'_>],
    vectors: &[Vector],
    mut pairs: Vec<Pair>,
    incident: &impl Fn(u32) -> u32,
    chance: f32,
) -> Vec<Group> {
    pairs.sort_by(|a, b| {
        b.likeness().total_cmp(&a.likeness()).then((a.first, a.second).cmp(&(b.first, b.second)))
    });
    let mut cluster_of: BTreeMap<u32, usize> = BTreeMap::new();
    let mut clusters: Vec<Cluster> = Vec::new();
    for pair in &pairs {
        let mut at = |statement: u32| {
            *cluster_of.entry(statement).or_insert_with(|| {
                clusters.push(Cluster::of(statement, &vectors[statement as usize]));
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
    let groups = clusters.into_iter().filter(|cluster| cluster.members.len() > 1);
    groups.map(|cluster| group(cluster, statements, vectors, incident)).collect()
}

fn group(
    mut cluster: Cluster,
    statements: &[Statement<'_>],
    vectors: &[Vector],
    incident: &impl Fn(u32) -> u32,
) -> Group {
    cluster.members.sort_unstable();
    // In the order of the text, so that no weight decides where a word stands.
    let mut words: Vec<(usize, u32, String)> = cluster
        .core()
        .filter_map(|one| {
            cluster.members.iter().enumerate().find_map(|(order, &member)| {
                let stems = &vectors[member as usize].stems;
                let stem = stems[stems.binary_search_by_key(&one.hash, |stem| stem.hash).ok()?];
                Some((order, stem.at, stem.word(statements[member as usize].text).to_lowercase()))
            })
        })
        .collect();
    words.sort();
    Group {
        incidents: count(&cluster.members, incident),
        words: words.into_iter().map(|(_, _, word)| word).collect(),
        members: cluster.members,
    }
}
