//! The part of the index that follows from words: postings, shards, spelling.
//!
//! Comes in: what each document says, as often as something has changed. Goes out: names and files. What has changed little
//! changes the postings of a few terms; what has changed much, such as the numbers of most documents, brings all postings
//! together again.

use crate::search::File;
use crate::search::entry::Reading;
use crate::search::piece;
use crate::search::piece::Kind;
use crate::search::piece::Piece;
use crate::search::piece::Sink;
use crate::search::shard;
use crate::search::shard::Shards;
use crate::search::shard::Term;
use crate::search::spelling;
use crate::search::spelling::Backward;
use crate::search::spelling::Forward;
use crate::search::spelling::Spelling;
use crate::search::vocabulary::Vocabulary;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One posting in so many may be of a document that has changed; with more, all are brought together again.
const FEW: usize = 16;

/// The terms of a site and the pieces that hold them.
#[derive(Debug, Default)]
pub struct Terms {
    /// What each document says, by its number; the terms have the numbers of the vocabulary.
    readings: Vec<Option<Arc<Reading>>>,
    terms: Vec<Term>,
    long: BTreeMap<u32, String>,
    /// The shards.
    pub shards: Vec<Piece>,
    /// Spelling.
    pub forward: Vec<Piece>,
    /// Spelling backwards.
    pub backward: Vec<Piece>,
}

impl Terms {
    /// Makes the index that of these readings.
    pub fn follow(&mut self, readings: Vec<Option<Arc<Reading>>>, vocabulary: &Vocabulary, sink: Sink<'_>) {
        let old = std::mem::replace(&mut self.readings, readings);
        let count = old.len().max(self.readings.len());
        let of = |list: &'_ [Option<Arc<Reading>>], number: usize| list.get(number).cloned().flatten();
        let is_same = |number: &usize| {
            let pair = [&old, &self.readings].map(|list| list.get(*number).and_then(Option::as_ref));
            match pair {
                [Some(one), Some(other)] => Arc::ptr_eq(one, other),
                [one, other] => one.is_none() && other.is_none(),
            }
        };
        let other: Vec<usize> = (0..count).filter(|number| !is_same(number)).collect();
        let amount = |readings: &mut dyn Iterator<Item = &Arc<Reading>>| {
            readings.map(|reading| reading.terms.len()).sum::<usize>()
        };
        let all = amount(&mut self.readings.iter().flatten());
        let changed = amount(&mut other.iter().filter_map(|number| self.readings.get(*number)?.as_ref()))
            + amount(&mut other.iter().filter_map(|number| old.get(*number)?.as_ref()));
        self.terms.resize_with(vocabulary.count(), Term::default);
        let touched = if changed > all / FEW {
            self.gather(vocabulary)
        } else {
            let mut changes = Vec::new();
            let pairs: Vec<_> = other
                .iter()
                .map(|number| (*number, of(&old, *number), of(&self.readings, *number)))
                .collect();
            for (number, before, after) in &pairs {
                shard::compare(*number as u32, before.as_deref(), after.as_deref(), &mut changes);
            }
            let mut touched = shard::change(&mut self.terms, changes);
            touched.sort_unstable_by(|one, other| vocabulary.term(one.0).cmp(vocabulary.term(other.0)));
            touched
        };
        self.cut(&touched, vocabulary, sink);
    }

    /// Brings all postings together; returns every term that is there or was, in their order.
    fn gather(&mut self, vocabulary: &Vocabulary) -> Vec<(u32, u32)> {
        let readings: Vec<Option<&Reading>> = self.readings.iter().map(Option::as_deref).collect();
        let terms = shard::gather(&readings, vocabulary.count());
        let before = std::mem::replace(&mut self.terms, terms);
        let mut order: Vec<u32> = self.shards.iter().flat_map(|shard| shard.terms.iter().copied()).collect();
        let is_new =
            |term: &u32| self.terms[*term as usize].documents > 0 && before[*term as usize].documents == 0;
        let mut new: Vec<u32> = (0..vocabulary.count() as u32).filter(is_new).collect();
        new.par_sort_unstable_by(|one, other| vocabulary.term(*one).cmp(vocabulary.term(*other)));
        if order.is_empty() {
            order = new;
        } else {
            order.extend(new);
            // Two runs, which this sort only merges.
            order.sort_by(|one, other| vocabulary.term(*one).cmp(vocabulary.term(*other)));
        }
        order.into_iter().map(|term| (term, before[term as usize].documents)).collect()
    }

    /// Cuts the pieces again that hold these terms, which come in their order with how many documents had them before.
    fn cut(&mut self, touched: &[(u32, u32)], vocabulary: &Vocabulary, sink: Sink<'_>) {
        let terms = &self.terms;
        let none = BTreeMap::new();
        let unnamed = Shards { vocabulary, terms, long: &none };
        let long: Vec<(u32, Option<String>)> =
            touched.par_iter().map(|(term, _)| (*term, unnamed.long_name(*term))).collect();
        for (term, name) in long {
            match name {
                Some(name) => {
                    if let Some(sink) = sink {
                        piece::put(sink, File::of(&name, &format!("\"{}\"", terms[term as usize].postings)));
                    }
                    self.long.insert(term, name);
                }
                None => {
                    self.long.remove(&term);
                }
            }
        }
        let spelled = |(term, before): &&(u32, u32)| {
            let word = vocabulary.term(*term);
            spelling::count(word, *before) != spelling::count(word, terms[*term as usize].documents)
        };
        let words: Vec<u32> = touched.iter().filter(spelled).map(|(term, _)| *term).collect();
        let spelling = Spelling { vocabulary, terms };
        let shards = Shards { vocabulary, terms, long: &self.long };
        let touched: Vec<u32> = touched.iter().map(|(term, _)| *term).collect();
        let (own, forward, backward) = (&mut self.shards, &mut self.forward, &mut self.backward);
        rayon::join(
            || piece::follow(own, &touched, &shards, sink),
            || {
                piece::follow(forward, &words, &Forward(spelling), sink);
                let mut backwards: Vec<(String, u32)> =
                    words.iter().map(|term| (spelling::backwards(vocabulary.term(*term)), *term)).collect();
                backwards.par_sort_unstable();
                let backwards: Vec<u32> = backwards.into_iter().map(|(_, term)| term).collect();
                piece::follow(backward, &backwards, &Backward(spelling), sink);
            },
        );
    }

    /// Returns how many terms stand in some document.
    pub fn count(&self) -> usize {
        self.shards.iter().map(|shard| shard.terms.len()).sum()
    }

    /// Returns the file of a piece by its name, if it is one of words.
    pub fn file(&self, name: &str, vocabulary: &Vocabulary) -> Option<File> {
        let (terms, spelling) = (&self.terms, Spelling { vocabulary, terms: &self.terms });
        match name.chars().next()? {
            's' => self::file(&self.shards, name, &Shards { vocabulary, terms, long: &self.long }),
            'w' => self::file(&self.forward, name, &Forward(spelling)),
            'v' => self::file(&self.backward, name, &Backward(spelling)),
            'p' => {
                let (term, name) = self.long.iter().find(|(_, known)| *known == name)?;
                Some(File::of(name, &format!("\"{}\"", terms[*term as usize].postings)))
            }
            _ => None,
        }
    }
}

fn file<K: Kind>(pieces: &[Piece], name: &str, kind: &K) -> Option<File> {
    let (place, hash) = piece::place_of(name)?;
    let found = pieces.get(place).filter(|piece| piece.hash == hash)?;
    Some(piece::file(K::LETTER, place, hash, &kind.content(&found.terms)))
}
