//! Reading documents on many threads.
//!
//! Comes in: documents and the HTML of their bodies. Goes out: what each says to the index, by the vocabulary of the thread
//! that read it, and the script with its text.

use crate::document::Document;
use crate::search::File;
use crate::search::entry::Reading;
use crate::search::entry::Worker;
use crate::search::locked;
use crate::search::passage;
use crate::search::phrase::Phrases;
use crate::search::record;
use crate::search::vocabulary::Vocabulary;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// Takes in documents.
#[derive(Debug, Default)]
pub struct Intake {
    wholes: Phrases,
    /// Those that no thread is using.
    workers: Mutex<Vec<(usize, Worker)>>,
    /// How many workers there are.
    count: AtomicUsize,
    read: Mutex<Vec<(usize, usize, Reading)>>,
}

/// What was taken in.
#[derive(Debug, Default)]
pub struct Taken {
    /// The vocabulary of each worker.
    pub workers: Vec<Vocabulary>,
    /// For each document its place, the worker that read it, and what it says in that worker's vocabulary.
    pub read: Vec<(usize, usize, Reading)>,
}

impl Intake {
    /// Begins with nothing read; `wholes` are the phrases that are terms as a whole.
    pub fn new(wholes: Option<&Phrases>) -> Intake {
        Intake { wholes: wholes.cloned().unwrap_or_default(), ..Intake::default() }
    }

    /// Takes in a document, named by its place in the knowledge, with the HTML of its body; returns the file with its text.
    pub fn add(&self, index: usize, document: &Document, html: &str) -> File {
        let body = passage::read(html);
        let idle = locked(&self.workers).pop();
        let new = || (self.count.fetch_add(1, Ordering::Relaxed), Worker::new(&self.wholes));
        let (number, mut worker) = idle.unwrap_or_else(new);
        let mut reading = worker.read(document, &body);
        locked(&self.workers).push((number, worker));
        let (text, file) = record::text(document, &body);
        reading.text = text;
        locked(&self.read).push((index, number, reading));
        file
    }

    /// Returns what was taken in.
    pub fn finish(self) -> Taken {
        let mut workers = self.workers.into_inner().unwrap_or_else(PoisonError::into_inner);
        workers.sort_by_key(|(number, _)| *number);
        Taken {
            workers: workers.into_iter().map(|(_, worker)| worker.vocabulary).collect(),
            read: self.read.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }
}
