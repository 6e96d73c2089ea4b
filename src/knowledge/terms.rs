//! The names that documents share: services, factors, tags, teams, authors.
//!
//! Comes in: documents and what the settings say of services. Goes out: [`Term`]s, one for each name however it is
//! spelled, sorted, with their documents.

use crate::config::Config;
use crate::document::Document;
use crate::document::Found;
use crate::knowledge::is_listed;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// What sort of name a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermKind {
    /// A service.
    Service,
    /// A contributing factor.
    Factor,
    /// A tag.
    Tag,
    /// A team.
    Team,
    /// An author.
    Author,
}

impl TermKind {
    /// All kinds, in the order of the menu.
    pub const ALL: [TermKind; 5] =
        [TermKind::Service, TermKind::Factor, TermKind::Tag, TermKind::Team, TermKind::Author];

    /// Returns the word used in templates.
    pub fn name(self) -> &'static str {
        match self {
            TermKind::Service => "service",
            TermKind::Factor => "factor",
            TermKind::Tag => "tag",
            TermKind::Team => "team",
            TermKind::Author => "author",
        }
    }

    /// Returns the folder of its pages.
    pub fn folder(self) -> &'static str {
        match self {
            TermKind::Service => "services",
            TermKind::Factor => "factors",
            TermKind::Tag => "tags",
            TermKind::Team => "teams",
            TermKind::Author => "authors",
        }
    }

    /// Returns the names of this kind in a document.
    pub fn of(self, document: &Document) -> &[Found<String>] {
        match self {
            TermKind::Service => &document.services,
            TermKind::Factor => &document.factors,
            TermKind::Tag => &document.tags,
            TermKind::Team => &document.teams,
            TermKind::Author => &document.authors,
        }
    }
}

/// A name and the documents that bear it.
#[derive(Clone, Debug)]
pub struct Term {
    /// What sort of name it is.
    pub kind: TermKind,
    /// The name as it is shown: the settings' spelling, else that of the newest document.
    pub name: String,
    /// The name in the form in which spellings are compared.
    pub key: String,
    /// The documents that bear it, in their order.
    pub documents: Vec<usize>,
    /// How they write it.
    pub spellings: Vec<String>,
}

/// Returns the name in the form in which spellings are compared: lower case, white space folded.
pub fn key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Returns the key of a service, which the settings may know under another name.
pub fn service_key(name: &str, config: &Config) -> String {
    let wanted = key(name);
    if config.services.is_empty() {
        return wanted;
    }
    let known = config.services.iter().find(|(name, service)| {
        key(name) == wanted || service.aliases.iter().any(|alias| key(alias) == wanted)
    });
    known.map_or(wanted, |(name, _)| key(name))
}

/// Collects the names of all listed documents; services of the settings are there even without a document.
pub fn collect(documents: &[Arc<Document>], config: &Config) -> Vec<Term> {
    TermKind::ALL.into_par_iter().flat_map_iter(|kind| collect_kind(kind, documents, config)).collect()
}

fn collect_kind(kind: TermKind, documents: &[Arc<Document>], config: &Config) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut by_key: HashMap<String, usize> = HashMap::new();
    let mut place = |key: String, name: &str, terms: &mut Vec<Term>| {
        *by_key.entry(key).or_insert_with_key(|key| {
            terms.push(Term {
                kind,
                name: name.to_owned(),
                key: key.clone(),
                documents: Vec::new(),
                spellings: Vec::new(),
            });
            terms.len() - 1
        })
    };
    if kind == TermKind::Service {
        // Of two spellings of the settings the last one counts.
        for name in config.services.keys() {
            let at = place(key(name), name, &mut terms);
            terms[at].name.clone_from(name);
        }
    }
    // Many documents bear the same few names: each spelling is folded once.
    let mut folded: HashMap<&str, usize> = HashMap::new();
    for (index, document) in documents.iter().enumerate().filter(|(_, document)| is_listed(document)) {
        for found in kind.of(document) {
            let at = *folded.entry(found.value.as_str()).or_insert_with(|| {
                let key = match kind {
                    TermKind::Service => service_key(&found.value, config),
                    _ => key(&found.value),
                };
                let at = place(key, &found.value, &mut terms);
                terms[at].spellings.push(found.value.clone());
                at
            });
            let term = &mut terms[at];
            if term.documents.last() != Some(&index) {
                term.documents.push(index);
            }
        }
    }
    terms.sort_by(|a, b| a.key.cmp(&b.key));
    terms
}
