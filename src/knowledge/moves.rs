//! Where the documents of a site stand that stood elsewhere when it was connected the last time.
//!
//! Comes in: two lists of documents in their final order. Goes out: [`Moves`], where nearly all of them are in both. Documents are
//! told by their paths, whatever they say.

use crate::document::Document;
use crate::knowledge::alignment::common_ends;
use std::collections::HashMap;
use std::sync::Arc;

/// How many documents may have come or gone.
const FEW: usize = 24;

/// Where documents stand that stood elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// For each document of then, where it is now.
    pub now_of: Vec<Option<usize>>,
    /// Those of then that are gone.
    pub gone: Vec<usize>,
    /// Those of now that came.
    pub came: Vec<usize>,
    /// Whether all others are where they were.
    pub stays: bool,
}

/// Returns whether two documents are one by their path; most are the very same, which need not be looked into.
pub(super) fn have_one_path(one: &Arc<Document>, other: &Arc<Document>) -> bool {
    Arc::ptr_eq(one, other) || one.path == other.path
}

impl Moves {
    /// Compares two lists of documents; returns nothing where more than a few came or went.
    pub fn new(before: &[Arc<Document>], now: &[Arc<Document>]) -> Option<Moves> {
        if before.is_empty() || now.is_empty() {
            return None;
        }
        let (head, tail) = common_ends(before, now, have_one_path);
        if head == before.len() && head == now.len() {
            let now_of = (0..now.len()).map(Some).collect();
            return Some(Moves { now_of, gone: Vec::new(), came: Vec::new(), stays: true });
        }
        let between = now.iter().enumerate().take(now.len() - tail).skip(head);
        let places: HashMap<&str, usize> =
            between.map(|(index, document)| (document.path.as_str(), index)).collect();
        let mut now_of: Vec<Option<usize>> = (0..head).map(Some).collect();
        let between = &before[head..before.len() - tail];
        now_of.extend(between.iter().map(|document| places.get(document.path.as_str()).copied()));
        now_of.extend((now.len() - tail..now.len()).map(Some));
        let mut is_known = vec![false; now.len()];
        now_of.iter().flatten().for_each(|index| is_known[*index] = true);
        let gone: Vec<usize> = (0..before.len()).filter(|index| now_of[*index].is_none()).collect();
        let came: Vec<usize> = (0..now.len()).filter(|index| !is_known[*index]).collect();
        (gone.len() + came.len() <= FEW).then_some(Moves { now_of, gone, came, stays: false })
    }

    /// Brings who links to whom to the places of now.
    pub fn carried(&self, backlinks: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
        if self.stays {
            return backlinks;
        }
        let mut carried = vec![Vec::new(); self.now_of.len() - self.gone.len() + self.came.len()];
        for (now, mut from) in self.now_of.iter().zip(backlinks) {
            if let Some(now) = now {
                from.iter_mut().for_each(|index| *index = self.now_of[*index].unwrap_or(usize::MAX));
                from.sort_unstable();
                carried[*now] = from;
            }
        }
        carried
    }
}
