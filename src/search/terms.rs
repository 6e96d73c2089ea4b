//! The part of the index that follows from words: postings, shards, spelling.
//!
//! Comes in: what each document says, as often as something has changed. Goes out: names and files. What has changed little
//! changes the postings of a few terms; what has changed much brings all postings together again. Where documents have other
//! numbers since one came or went before them, only the distances there change.

use crate::knowledge::alignment::Alignment;
use crate::search::File;
use crate::search::entry::Reading;
use crate::search::piece;
use crate::search::piece::Kind;
use crate::search::piece::Piece;
use crate::search::piece::Sink;
use crate::search::posting::Step;
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

/// At so many places numbers may move by another amount than before, which every term has to be asked about.
const PLACES: usize = 8;

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
        let touched = if changed <= all / FEW {
            let mut steps = Vec::new();
            let pairs: Vec<_> = other
                .iter()
                .map(|number| (*number, of(&old, *number), of(&self.readings, *number)))
                .collect();
            for (number, before, after) in &pairs {
                shard::compare(*number as u32, before.as_deref(), after.as_deref(), &mut steps);
            }
            shard::change(&mut self.terms, &[], steps)
        } else if let Some((common, own)) = steps(&old, &self.readings, all / FEW) {
            shard::change(&mut self.terms, &common, own)
        } else {
            let readings: Vec<Option<&Reading>> = self.readings.iter().map(Option::as_deref).collect();
            let before = std::mem::replace(&mut self.terms, shard::gather(&readings, vocabulary.count()));
            let numbered = before.iter().zip(&self.terms).enumerate();
            let is_any = numbered.filter(|(_, (old, new))| old.documents + new.documents > 0);
            is_any.map(|(term, (old, _))| (term as u32, old.documents)).collect()
        };
        let touched = self.in_order(&touched, vocabulary);
        self.cut(&touched, vocabulary, sink);
    }

    /// Brings terms into the order of their words. Those that stand in shards are in order already.
    fn in_order(&self, touched: &[(u32, u32)], vocabulary: &Vocabulary) -> Vec<(u32, u32)> {
        let order =
            |one: &(u32, u32), other: &(u32, u32)| vocabulary.term(one.0).cmp(vocabulary.term(other.0));
        let mut new: Vec<(u32, u32)> = touched.iter().copied().filter(|(_, before)| *before == 0).collect();
        new.par_sort_unstable_by(order);
        if new.len() == touched.len() {
            return new;
        }
        let mut known = vec![0; vocabulary.count()];
        for (term, before) in touched {
            known[*term as usize] = *before;
        }
        let shards = self.shards.iter().flat_map(|shard| &shard.terms);
        let held = shards.map(|term| (*term, known[*term as usize]));
        let mut all: Vec<(u32, u32)> = held.filter(|(_, before)| *before > 0).collect();
        all.extend(new);
        // Two runs, which this sort only merges.
        all.sort_by(order);
        all
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

/// Returns the steps from one list of readings to another, those that all terms take and those of single ones; nothing where
/// they would be more than `most` or move numbers at many places.
fn steps<'t>(
    old: &'t [Option<Arc<Reading>>],
    new: &'t [Option<Arc<Reading>>],
    most: usize,
) -> Option<(Vec<Step<'t>>, Vec<Step<'t>>)> {
    let present = |list: &'t [Option<Arc<Reading>>]| {
        list.iter().enumerate().filter_map(|(number, reading)| Some((number as u32, reading.as_ref()?)))
    };
    let (before, now): (Vec<_>, Vec<_>) = (present(old).collect(), present(new).collect());
    let each = |list: &[(u32, &Arc<Reading>)]| -> Vec<*const Reading> {
        list.iter().map(|(_, reading)| Arc::as_ptr(reading)).collect()
    };
    let alignment = Alignment::new(&each(&before), &each(&now));
    let places = alignment.before.iter().zip(&now);
    let kept: Vec<(u32, u32)> =
        places.filter_map(|(place, (number, _))| Some((before[(*place)?].0, *number))).collect();
    let step = Step { term: 0, before: 0, removes: false, adds: None, moves: None };
    let (mut common, mut moved) = (Vec::new(), 0);
    for (before, now) in &kept {
        let moves = i64::from(*now) - i64::from(*before);
        if moves != moved {
            common.push(Step { before: *before, moves: Some(moves), ..step });
            moved = moves;
        }
    }
    if common.len() > PLACES {
        return None;
    }
    let goes = |number: u32| kept.binary_search_by_key(&number, |(before, _)| *before).is_err();
    let comes = |number: u32| kept.binary_search_by_key(&number, |(_, now)| *now).err();
    let removed: Vec<(u32, &Arc<Reading>)> = present(old).filter(|(number, _)| goes(*number)).collect();
    let added: Vec<(u32, &Arc<Reading>)> =
        present(new).filter(|(number, _)| comes(*number).is_some()).collect();
    // Asked before any step is made: at first every posting would be one.
    if removed.iter().chain(&added).map(|(_, reading)| reading.terms.len()).sum::<usize>() > most {
        return None;
    }
    let mut own = Vec::new();
    for (before, reading) in removed {
        let removed = Step { before, removes: true, ..step };
        own.extend(reading.postings().map(|(term, ..)| Step { term, ..removed }));
    }
    for (number, reading) in added {
        let after = comes(number).and_then(|at| kept.get(at));
        let before = after.map_or(u32::MAX, |(before, _)| *before);
        let added =
            |(term, flags, lessons)| Step { term, before, adds: Some((number, flags, lessons)), ..step };
        own.extend(reading.postings().map(added));
    }
    Some((common, own))
}

fn file<K: Kind>(pieces: &[Piece], name: &str, kind: &K) -> Option<File> {
    let (place, hash) = piece::place_of(name)?;
    let found = pieces.get(place).filter(|piece| piece.hash == hash)?;
    Some(piece::file(K::LETTER, place, hash, &kind.content(&found.terms)))
}
