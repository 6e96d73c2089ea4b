//! The part of the index that follows from words: postings, shards, spelling.
//!
//! Comes in: what each document says, as often as something has changed. Goes out: names and files. What has changed little
//! changes the postings of a few terms; what has changed much brings all postings together again. A document that comes or goes
//! is such a change too: others have other numbers then, and keep their seats.

use crate::search::File;
use crate::search::entry::Reading;
use crate::search::piece;
use crate::search::piece::Kind;
use crate::search::piece::Piece;
use crate::search::piece::Sink;
use crate::search::seat::Seats;
use crate::search::shard;
use crate::search::shard::Change;
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
    /// What each document says, by its seat; the terms have the numbers of the vocabulary.
    readings: Vec<Option<Arc<Reading>>>,
    /// The marks of the documents, by their seats.
    marks: Vec<u64>,
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
    /// Makes the index that of these readings, which come by the seats of their documents. `moved` are seats of documents that stand
    /// otherwise among the others than they did.
    pub fn follow(
        &mut self,
        readings: Vec<Option<Arc<Reading>>>,
        seats: &Seats,
        moved: &[u32],
        vocabulary: &Vocabulary,
        sink: Sink<'_>,
    ) {
        let old = std::mem::replace(&mut self.readings, readings);
        let marks: Vec<u64> = (0..self.readings.len()).map(|seat| seats.mark(seat)).collect();
        let old_marks = std::mem::replace(&mut self.marks, marks);
        let changes: Vec<Change<'_>> = (0..self.readings.len())
            .filter_map(|seat| {
                let pair = [&old, &self.readings].map(|list| list.get(seat).and_then(Option::as_ref));
                let is_same = match pair {
                    [Some(one), Some(other)] => Arc::ptr_eq(one, other),
                    [one, other] => one.is_none() && other.is_none(),
                };
                let before = pair[0].map(|reading| (old_marks[seat], &**reading));
                let after = pair[1].map(|reading| (self.marks[seat], &**reading));
                (!is_same).then_some(Change { seat: seat as u32, before, after })
            })
            .collect();
        let amount = |readings: &mut dyn Iterator<Item = &Reading>| {
            readings.map(|reading| reading.terms.len()).sum::<usize>()
        };
        let all = amount(&mut self.readings.iter().flatten().map(Arc::as_ref));
        let changed = changes.iter().flat_map(|change| [change.before, change.after]).flatten();
        let changed = amount(&mut changed.map(|(_, reading)| reading));
        self.terms.resize_with(vocabulary.count(), Term::default);
        let touched = if changed <= all / FEW {
            let touched = shard::change(&mut self.terms, &changes, seats);
            self.move_on(moved, seats);
            touched
        } else {
            let new = shard::gather(&self.readings, seats, vocabulary.count());
            let before = std::mem::replace(&mut self.terms, new);
            let numbered = before.iter().zip(&self.terms).enumerate();
            let is_any = numbered.filter(|(_, (old, new))| old.documents + new.documents > 0);
            is_any.map(|(term, (old, _))| (term as u32, old.documents)).collect()
        };
        let touched = self.in_order(&touched, vocabulary);
        self.cut(&touched, seats, vocabulary, sink);
    }

    /// Finds again which documents are the newest that terms stand in, where some have moved.
    fn move_on(&mut self, moved: &[u32], seats: &Seats) {
        let readings = moved.iter().filter_map(|seat| self.readings[*seat as usize].as_deref());
        let mut doubtful: Vec<bool> = vec![false; self.terms.len()];
        readings.flat_map(Reading::postings).for_each(|(term, ..)| doubtful[term as usize] = true);
        // Which of a shard's terms stands in the newest document is another matter too.
        if !moved.is_empty() {
            self.shards.iter_mut().for_each(Piece::doubt);
        }
        let doubtful = self.terms.par_iter_mut().zip(doubtful).filter(|(_, is_doubtful)| *is_doubtful);
        doubtful.for_each(|(term, _)| term.find_newest(seats));
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
    fn cut(&mut self, touched: &[(u32, u32)], seats: &Seats, vocabulary: &Vocabulary, sink: Sink<'_>) {
        let terms = &self.terms;
        let none = BTreeMap::new();
        self.long = Shards { vocabulary, terms, seats, long: &none }.long_names();
        let spelled = |(term, before): &&(u32, u32)| {
            let word = vocabulary.term(*term);
            spelling::count(word, *before) != spelling::count(word, terms[*term as usize].documents)
        };
        let words: Vec<u32> = touched.iter().filter(spelled).map(|(term, _)| *term).collect();
        let spelling = Spelling { vocabulary, terms };
        let shards = Shards { vocabulary, terms, seats, long: &self.long };
        if let Some(sink) = sink {
            let long = |(term, name): (&u32, &String)| {
                piece::put(sink, File::of(name, &format!("\"{}\"", shards.postings(*term))));
            };
            self.long.par_iter().for_each(long);
        }
        let touched: Vec<u32> = touched.iter().map(|(term, _)| *term).collect();
        let (own, forward, backward) = (&mut self.shards, &mut self.forward, &mut self.backward);
        rayon::join(
            || {
                piece::cut(own, &touched, &shards);
                // The names of all have to do with the order of documents.
                let all: Vec<usize> = (0..own.len()).collect();
                piece::name(own, &all, &shards, sink);
            },
            || {
                let stale = piece::cut(forward, &words, &Forward(spelling));
                piece::name(forward, &stale, &Forward(spelling), sink);
                let mut backwards: Vec<(String, u32)> =
                    words.iter().map(|term| (spelling::backwards(vocabulary.term(*term)), *term)).collect();
                backwards.par_sort_unstable();
                let backwards: Vec<u32> = backwards.into_iter().map(|(_, term)| term).collect();
                let stale = piece::cut(backward, &backwards, &Backward(spelling));
                piece::name(backward, &stale, &Backward(spelling), sink);
            },
        );
    }

    /// Returns how many terms stand in some document.
    pub fn count(&self) -> usize {
        self.shards.iter().map(|shard| shard.terms.len()).sum()
    }

    /// Returns the file of a piece by its name, if it is one of words.
    pub fn file(&self, name: &str, seats: &Seats, vocabulary: &Vocabulary) -> Option<File> {
        let (terms, spelling) = (&self.terms, Spelling { vocabulary, terms: &self.terms });
        let shards = Shards { vocabulary, terms, seats, long: &self.long };
        match name.chars().next()? {
            's' => self::file(&self.shards, name, &shards),
            'w' => self::file(&self.forward, name, &Forward(spelling)),
            'v' => self::file(&self.backward, name, &Backward(spelling)),
            'p' => {
                let (term, name) = self.long.iter().find(|(_, known)| *known == name)?;
                Some(File::of(name, &format!("\"{}\"", shards.postings(*term))))
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
