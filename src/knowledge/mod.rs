//! What all documents say together: which belong to one incident, who links to whom, what services, factors, tags, teams
//! and authors there are, and which documents are alike.
//!
//! Comes in: all [`Document`]s and the paths of the other files. Goes out: [`Knowledge`]. No file system, no HTML, and
//! only ordered collections, so the same documents give the same knowledge.
//!
//! The steps: `order` sorts the documents; `join` brings records and postmortems together; `link` finds what each link
//! means; `terms` collects names; `likeness` finds related documents and near copies.

pub mod join;
pub mod likeness;
pub mod link;
pub mod terms;

use crate::config::Config;
use crate::diagnostic::Finding;
use crate::document::Document;
use crate::document::Kind;
use crate::knowledge::likeness::Related;
use crate::knowledge::link::Files;
use crate::knowledge::link::Targets;
use crate::knowledge::terms::Term;
use crate::knowledge::terms::TermKind;
use chrono::NaiveDateTime;
use std::cmp::Reverse;

/// Everything that the documents of a site say.
///
/// Documents are named by their index in `documents`, which is sorted newest first and undated last.
#[derive(Debug)]
pub struct Knowledge {
    /// All documents, set-aside ones among them.
    pub documents: Vec<Document>,
    /// For each document: the record that it analyses.
    pub incident: Vec<Option<usize>>,
    /// For each document: the postmortems that analyse it.
    pub postmortems: Vec<Vec<usize>>,
    /// For each document: those that link to it, in order.
    pub backlinks: Vec<Vec<usize>>,
    /// For each document: those like it, most alike first.
    pub related: Vec<Vec<Related>>,
    /// For each document: those that say nearly the same.
    pub copies: Vec<Vec<usize>>,
    /// Services, factors, tags, teams and authors, each kind sorted by name.
    pub terms: Vec<Term>,
    /// What links can lead to.
    pub targets: Targets,
    /// What is wrong between documents.
    pub findings: Vec<Finding>,
}

/// Connects the documents of a site.
pub fn connect(mut documents: Vec<Document>, files: Files, config: &Config) -> Knowledge {
    let mut findings = Vec::new();
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    // Facts that a postmortem takes from its record decide where it stands, so joining comes before sorting.
    join::inherit(&mut documents, config, &mut findings);
    documents.sort_by_cached_key(order);
    let targets = Targets::new(&documents, files, config);
    let (incident, postmortems) = join::pairs(&documents, &targets);
    let backlinks = link::check(&documents, &targets, config, &mut findings);
    let terms = terms::collect(&documents, config);
    let likeness = likeness::compare(&documents, &incident);
    likeness::note_copies(&documents, &likeness, &mut findings);
    // The words have told what they can, and in a large collection they are a tenth of all memory.
    documents.iter_mut().for_each(|document| document.terms = Vec::new());
    findings.sort_by(|a, b| {
        (&a.place.file, a.place.line, a.place.column).cmp(&(&b.place.file, b.place.line, b.place.column))
    });
    Knowledge {
        incident,
        postmortems,
        backlinks,
        related: likeness.related,
        copies: likeness.copies,
        terms,
        targets,
        findings,
        documents,
    }
}

/// What a document is sorted by: dated before undated, newest first, then by the date that Git knows, then by path.
type Order = (bool, Reverse<Option<NaiveDateTime>>, Reverse<Option<NaiveDateTime>>, String);

fn order(document: &Document) -> Order {
    let date = document.date.as_ref().map(|found| found.value.utc());
    let added = document.history.as_ref().and_then(|history| history.added).map(|added| added.naive_utc());
    (date.is_none(), Reverse(date), Reverse(added), document.path.clone())
}

impl Knowledge {
    /// Returns whether a document stands in lists: it is not set aside and no guide.
    pub fn is_listed(&self, index: usize) -> bool {
        is_listed(&self.documents[index])
    }

    /// Returns the documents that stand in lists, newest first.
    pub fn listed(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.documents.len()).filter(|&index| self.is_listed(index))
    }

    /// Returns the incidents, newest first: records, and postmortems that have no record of their own.
    pub fn incidents(&self) -> impl Iterator<Item = usize> + '_ {
        self.listed().filter(|&index| self.documents[index].is_incident() && self.incident[index].is_none())
    }

    /// Returns the articles, newest first.
    pub fn articles(&self) -> impl Iterator<Item = usize> + '_ {
        self.listed().filter(|&index| self.documents[index].kind == Kind::Article)
    }

    /// Returns the terms of a kind, sorted by name.
    pub fn terms_of(&self, kind: TermKind) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(move |term| term.kind == kind)
    }

    /// Returns how many lessons the listed documents hold.
    pub fn lesson_count(&self) -> usize {
        self.listed().map(|index| self.documents[index].lessons.len()).sum()
    }
}

/// Returns whether a document stands in lists and counts: it is not set aside and no guide.
pub fn is_listed(document: &Document) -> bool {
    document.aside.is_none() && document.kind != Kind::Page
}

#[cfg(test)]
mod tests;
