//! What links mean: another document, a file beside one, an address elsewhere, or nothing that is there.
//!
//! Comes in: targets as written. Goes out: [`Target`], findings about links that lead nowhere, and who links to whom.
//! Knows paths and anchors, and nothing of the site's addresses.

use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::diagnostic::did_you_mean;
use crate::document::Document;
use crate::document::Kind;
use crate::knowledge::moves::Moves;
use crate::source::stem;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_128;

/// A link to a document that is not there.
pub static BROKEN_LINK: Rule = Rule {
    name: "broken-link",
    level: Level::Warning,
    about: "a link leads to a document or a file that is not there",
};

/// A link to an anchor that is not there.
pub static BROKEN_ANCHOR: Rule = Rule {
    name: "broken-anchor",
    level: Level::Warning,
    about: "a link leads to a place that its document does not have",
};

/// An image that is not there.
pub static MISSING_IMAGE: Rule =
    Rule { name: "missing-image", level: Level::Warning, about: "an image is not there" };

/// An image from elsewhere.
pub static FOREIGN_IMAGE: Rule = Rule {
    name: "foreign-image",
    level: Level::Note,
    about: "an image from elsewhere is shown as a link, so that no request leaves the site",
};

/// A link out of the content folder.
pub static LINK_OUTSIDE: Rule = Rule {
    name: "link-outside",
    level: Level::Note,
    about: "a link leads out of the content folder, where the site cannot follow it",
};

/// A link with a scheme that could run something.
pub static REFUSED_LINK: Rule = Rule {
    name: "refused-link",
    level: Level::Warning,
    about: "a link has a scheme that a page must not follow, so its words stay without it",
};

/// The schemes that links may have.
pub const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A document, by its index, and a place in it.
    Document(usize, Option<String>),
    /// A place in the document itself; empty for its top.
    Anchor(String),
    /// A file of the content folder that is no document, by its path.
    Asset(String),
    /// An address elsewhere.
    External(String),
    /// Nothing that is there.
    Missing,
    /// A file outside the content folder, by its path relative to ROOT where that can be told.
    Outside(Option<String>),
    /// An address that must not be followed.
    Refused,
}

/// The other files of the content folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Paths of files that are no documents.
    pub assets: HashSet<String>,
    /// Symbolic links inside the folder: path and what it leads to, both relative to the content folder.
    pub links: Vec<(String, String)>,
}

/// All that links can lead to.
#[derive(Debug, Default)]
pub struct Targets {
    /// Documents by path without ending, and with it.
    paths: HashMap<String, usize>,
    /// The same in lower case with `-`, `_` and spaces folded, for people who link by memory and for wiki links; sorted by the hash
    /// of such a name, since most sites have none of these links.
    loose: Vec<(u128, usize)>,
    /// Documents by their id in lower case.
    ids: HashMap<String, usize>,
    /// Documents by older addresses.
    aliases: HashMap<String, usize>,
    /// Documents that stand for their folder.
    folders: HashMap<String, usize>,
    /// Whether two documents bear one name, and the first or the last of them has it.
    is_ambiguous: bool,
    files: Files,
    /// How the content folder is called from ROOT, with a `/` at its end; empty where it is ROOT.
    prefix: String,
}

impl Targets {
    /// Indexes documents, in their final order, and files.
    pub fn new(documents: &[Arc<Document>], files: Files, config: &Config) -> Targets {
        let first = documents.first();
        let prefix = first.and_then(|document| document.file.strip_suffix(&document.path)).unwrap_or("");
        let (by_path, (loose, by_id)) = rayon::join(
            || by_path(documents, config),
            || rayon::join(|| by_loose_name(documents, config), || by_id(documents)),
        );
        let is_ambiguous = by_path.is_ambiguous || by_id.is_ambiguous;
        let Tables { first: paths, second: folders, .. } = by_path;
        let Tables { first: ids, second: aliases, .. } = by_id;
        Targets { paths, loose, ids, aliases, folders, is_ambiguous, files, prefix: prefix.to_owned() }
    }

    /// Returns whether there are no files but documents, so that no link can lead to one.
    pub fn has_no_files(&self) -> bool {
        self.files.assets.is_empty()
    }

    /// Returns the document with this id, path or name.
    pub fn named(&self, name: &str) -> Option<usize> {
        let lower = name.to_lowercase();
        self.ids.get(&lower).or_else(|| self.paths.get(name)).copied().or_else(|| self.remembered(name))
    }

    /// Returns the document that people may remember by a name; a name that several bear means none of them.
    fn remembered(&self, name: &str) -> Option<usize> {
        let name = loosely(name);
        let at = self.loose.partition_point(|(other, _)| *other < name);
        let mut bearers = self.loose[at..].iter().take_while(|(other, _)| *other == name);
        let first = bearers.next()?;
        bearers.next().is_none().then_some(first.1)
    }

    /// Knows some documents, in rising order, by the titles that they have now.
    pub(super) fn rename(&mut self, some: &[usize], documents: &[Arc<Document>], config: &Config) {
        if some.is_empty() {
            return;
        }
        self.loose.retain(|(_, index)| some.binary_search(index).is_err());
        for &index in some {
            self.loose.extend(loose_names(&documents[index], config).into_iter().map(|name| (name, index)));
        }
        self.loose.sort_unstable();
    }

    /// Knows documents where they stand now, without those that are gone and with those that came; returns nothing where two of them
    /// bear one name, so that it is their order that decides.
    fn follow(
        &mut self,
        moves: &Moves,
        before: &[Arc<Document>],
        now: &[Arc<Document>],
        config: &Config,
    ) -> Option<()> {
        if moves.stays {
            return Some(());
        }
        if self.is_ambiguous || !self.files.links.is_empty() {
            return None;
        }
        // Those that are gone bear their names no more.
        let carry = |map: &mut HashMap<String, usize>| {
            map.retain(|_, index| match moves.now_of[*index] {
                Some(now) => {
                    *index = now;
                    true
                }
                None => false,
            });
        };
        [&mut self.paths, &mut self.ids, &mut self.aliases, &mut self.folders].into_iter().for_each(carry);
        self.loose.retain_mut(|(_, index)| moves.now_of[*index].inspect(|now| *index = *now).is_some());
        let came: Vec<Arc<Document>> = moves.came.iter().map(|index| Arc::clone(&now[*index])).collect();
        let own = Targets::new(&came, Files::default(), config);
        let is_taken = |name: &String| {
            self.paths.contains_key(name)
                || self.folders.contains_key(name)
                || self.files.assets.contains(name)
        };
        if own.is_ambiguous
            || own.paths.keys().chain(own.folders.keys()).any(is_taken)
            || own.ids.keys().any(|id| self.ids.contains_key(id))
            || own.aliases.keys().any(|alias| self.aliases.contains_key(alias))
            || before[0].file.strip_suffix(&before[0].path) != now[0].file.strip_suffix(&now[0].path)
        {
            return None;
        }
        let pairs = [
            (&mut self.paths, own.paths),
            (&mut self.ids, own.ids),
            (&mut self.aliases, own.aliases),
            (&mut self.folders, own.folders),
        ];
        for (map, own) in pairs {
            map.extend(own.into_iter().map(|(name, index)| (name, moves.came[index])));
        }
        self.loose.extend(own.loose.into_iter().map(|(name, index)| (name, moves.came[index])));
        self.loose.sort_unstable();
        Some(())
    }

    /// Returns what a link in the document at `path` leads to.
    pub fn resolve(&self, path: &str, target: &str, wiki: bool) -> Target {
        let target = target.trim();
        if wiki {
            return self.resolve_wiki(target);
        }
        if let Some(anchor) = target.strip_prefix('#') {
            return Target::Anchor(decode(anchor).into_owned());
        }
        if target.starts_with("//") {
            return Target::External(format!("https:{target}"));
        }
        // `<jo@example.org>` is an address to write to, whatever the parser left of it.
        if is_mail(target) {
            return Target::External(format!("mailto:{target}"));
        }
        match scheme(target) {
            Some(scheme) if SCHEMES.contains(&scheme.as_str()) => return Target::External(target.to_owned()),
            Some(_) => return Target::Refused,
            None => {}
        }
        if target.is_empty() {
            return Target::Anchor(String::new());
        }
        let (before, anchor) = match target.split_once('#') {
            Some((before, anchor)) => {
                (before, Some(decode(anchor).into_owned()).filter(|anchor| !anchor.is_empty()))
            }
            None => (target, None),
        };
        let before = before.split('?').next().unwrap_or(before);
        let decoded = decode(before).replace('\\', "/");
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let absolute = decoded.starts_with('/');
        let base = if absolute { "" } else { folder };
        let Some(joined) = join(base, &decoded) else {
            let from_root = join(&format!("{}{folder}", self.prefix), &decoded);
            return match from_root {
                Some(path) => match path.strip_prefix(&self.prefix).filter(|_| !self.prefix.is_empty()) {
                    Some(inside) => self.inside(inside, anchor).unwrap_or(Target::Missing),
                    None => Target::Outside(Some(path)),
                },
                None => Target::Outside(None),
            };
        };
        if let Some(found) = self.inside(&joined, anchor.clone()) {
            return found;
        }
        if absolute {
            let alias = address(&decoded);
            if let Some(&index) = self.aliases.get(&alias) {
                return Target::Document(index, anchor);
            }
            // On the site that the document was written for, `/content/x.md` may be how the repository calls it.
            if let Some(found) = joined
                .strip_prefix(&self.prefix)
                .filter(|_| !self.prefix.is_empty())
                .and_then(|path| self.inside(path, anchor))
            {
                return found;
            }
        }
        Target::Missing
    }

    /// Returns what a path in the content folder is.
    fn inside(&self, path: &str, anchor: Option<String>) -> Option<Target> {
        let path = path.trim_end_matches('/');
        if let Some(&index) = self.paths.get(path) {
            return Some(Target::Document(index, anchor));
        }
        if self.files.assets.contains(path) {
            return Some(Target::Asset(path.to_owned()));
        }
        if let Some(&index) = self.folders.get(path) {
            return Some(Target::Document(index, anchor));
        }
        // Links to what a generator made of a document: `x.html`, `x/index.html`.
        let bare = path.strip_suffix(".html").or_else(|| path.strip_suffix(".htm"))?;
        let bare = bare.strip_suffix("/index").unwrap_or(bare);
        if let Some(&index) = self.paths.get(bare) {
            return Some(Target::Document(index, anchor));
        }
        for (link, target) in &self.files.links {
            if let Some(rest) = path.strip_prefix(link.as_str())
                && (rest.is_empty() || rest.starts_with('/'))
            {
                let real = format!("{target}{rest}");
                if let Some(&index) = self.paths.get(&real) {
                    return Some(Target::Document(index, anchor));
                }
            }
        }
        None
    }

    /// Returns what `[[name]]` or `[[name#place]]` means: a document by id, path, file name, number or title.
    fn resolve_wiki(&self, target: &str) -> Target {
        let (name, anchor) = match target.split_once('#') {
            Some((name, anchor)) => (name.trim(), Some(crate::document::anchor::slug(anchor))),
            None => (target, None),
        };
        if name.is_empty() {
            return Target::Anchor(anchor.unwrap_or_default());
        }
        match self.named(name).or_else(|| self.paths.get(name.trim_start_matches('/')).copied()) {
            Some(index) => Target::Document(index, anchor),
            None if self.files.assets.contains(name) => Target::Asset(name.to_owned()),
            None => Target::Missing,
        }
    }

    /// Returns whether a link that leads to no page names a folder in which there are documents or files.
    fn is_folder(&self, path: &str, target: &str) -> bool {
        let before = target.split(['#', '?']).next().unwrap_or(target);
        let base =
            if before.starts_with('/') { "" } else { path.rsplit_once('/').map_or("", |(folder, _)| folder) };
        let Some(folder) = join(base, &decode(before)) else { return false };
        let inside = |file: &String| {
            folder.is_empty() || file.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        self.paths.keys().any(inside) || self.files.assets.iter().any(inside)
    }

    /// Returns the path that a mistyped one may have been meant as: one beside it, else the one file of that name.
    fn near(&self, path: &str, target: &str) -> Option<String> {
        let wanted = target.split(['#', '?']).next()?.trim_end_matches('/');
        let name = wanted.rsplit('/').next()?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // Every folder has its README; the one at hand is not the one that was meant.
        if matches!(name.to_lowercase().as_str(), "readme.md" | "index.md" | "_index.md") {
            return None;
        }
        // Documents stand in the table with and without their ending; what was written decides which form is meant.
        let dotted = name.contains('.');
        let known = || {
            self.paths.keys().filter_map(|path| {
                let (folder, last) = path.rsplit_once('/').unwrap_or(("", path));
                (last.contains('.') == dotted).then_some((folder, last, path))
            })
        };
        let mut beside: Vec<&str> = known()
            .filter(|(beside, last, _)| *beside == folder && last.len().abs_diff(name.len()) <= 8)
            .map(|(_, last, _)| last)
            .collect();
        beside.sort_unstable();
        if let Some(near) = did_you_mean(name, beside) {
            return Some(near.to_owned());
        }
        let mut elsewhere =
            known().filter(|(_, last, _)| last.eq_ignore_ascii_case(name)).map(|(_, _, path)| path);
        let only = elsewhere.next().filter(|_| elsewhere.next().is_none())?;
        Some(relative(folder, only))
    }
}

/// Documents by two sorts of names.
#[derive(Default)]
struct Tables {
    first: HashMap<String, usize>,
    second: HashMap<String, usize>,
    /// Whether two documents bear one name.
    is_ambiguous: bool,
}

/// Returns documents by their paths, with their endings and without, and those that stand for their folders.
fn by_path(documents: &[Arc<Document>], config: &Config) -> Tables {
    let mut paths = HashMap::with_capacity(documents.len() * 2);
    let mut folders = HashMap::new();
    let mut names = 0;
    for (index, document) in documents.iter().enumerate() {
        let stem = stem(&document.path, config);
        paths.insert(document.path.clone(), index);
        paths.entry(stem.to_owned()).or_insert(index);
        names += if stem == document.path { 1 } else { 2 };
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        if ["index", "_index"].iter().any(|index| name.eq_ignore_ascii_case(index)) {
            folders.insert(folder.to_owned(), index);
            names += 1;
        } else if name.eq_ignore_ascii_case("readme") {
            folders.entry(folder.to_owned()).or_insert(index);
            names += 1;
        }
    }
    let is_ambiguous =
        paths.len() + folders.len() != names || folders.keys().any(|folder| paths.contains_key(folder));
    Tables { first: paths, second: folders, is_ambiguous }
}

/// Returns the hashes of the names and titles that people remember, sorted, each with the document that bears it.
fn by_loose_name(documents: &[Arc<Document>], config: &Config) -> Vec<(u128, usize)> {
    let of = |(index, document): (usize, &Arc<Document>)| {
        loose_names(document, config).into_iter().map(move |name| (name, index)).collect::<Vec<_>>()
    };
    let mut loose: Vec<(u128, usize)> = documents.par_iter().enumerate().flat_map_iter(of).collect();
    loose.par_sort_unstable();
    loose
}

/// Returns the hashes of the names by which people remember a document.
fn loose_names(document: &Document, config: &Config) -> BTreeSet<u128> {
    let stem = stem(&document.path, config);
    let name = stem.rsplit_once('/').map_or(stem, |(_, name)| name);
    let names = [Some(document.title.value.as_str()), Some(name), leading_name(name)];
    names.into_iter().flatten().map(loosely).collect()
}

/// Returns documents by their ids in lower case, and by older addresses.
fn by_id(documents: &[Arc<Document>]) -> Tables {
    let mut ids = HashMap::with_capacity(documents.len());
    let mut aliases = HashMap::new();
    let mut names = 0;
    for (index, document) in documents.iter().enumerate() {
        ids.insert(document.id.value.to_lowercase(), index);
        for alias in &document.aliases {
            aliases.entry(address(&alias.value)).or_insert(index);
        }
        names += 1 + document.aliases.len();
    }
    let is_ambiguous = ids.len() + aliases.len() != names;
    Tables { first: ids, second: aliases, is_ambiguous }
}

/// Returns the path from a folder to a file, as a link in that folder would write it.
fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count().min(to.len() - 1);
    let mut parts = vec![".."; from.len() - shared];
    parts.extend(&to[shared..]);
    parts.join("/")
}

/// Returns a name in the form in which loose names are compared.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let words = name.split(|c: char| matches!(c, '-' | '_') || c.is_whitespace());
    for word in words.filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    if !folded.is_ascii() {
        return folded.to_lowercase();
    }
    folded.make_ascii_lowercase();
    folded
}

fn loosely(name: &str) -> u128 {
    xxh3_128(fold(name).as_bytes())
}

/// Returns the number at the head of a file's name, such as `PM-2026-030` of `PM-2026-030-stale-sidecar`.
fn leading_name(name: &str) -> Option<&str> {
    let mut end = 0;
    let mut digits = false;
    for part in name.split_inclusive(['-', '_', ' ']) {
        let word = part.trim_end_matches(['-', '_', ' ']);
        let number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
        let prefix = end == 0
            && !word.is_empty()
            && word.len() <= 10
            && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !(number || prefix) {
            break;
        }
        digits |= number || word.bytes().any(|b| b.is_ascii_digit());
        end += word.len();
        if end + 1 < name.len() {
            end += part.len() - word.len();
        }
    }
    let head = name[..end].trim_end_matches(['-', '_', ' ']);
    (digits && head.len() >= 4 && head.len() < name.len()).then_some(head)
}

/// Returns an older address in the form in which addresses are compared: no `/` at either end, no `index.html`.
pub fn address(alias: &str) -> String {
    let path = alias.split(['#', '?']).next().unwrap_or(alias);
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => path,
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix("index.html").unwrap_or(path).trim_end_matches('/');
    decode(path).into_owned()
}

/// Returns the scheme of an address in lower case; white space and control characters in it, which browsers ignore, do
/// not hide it.
pub fn scheme(target: &str) -> Option<String> {
    let colon = target.find(':')?;
    let head: String = target[..colon].chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let valid = head.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
        && head.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    // `C:\x` is a drive, and "note: x" in a path has a space behind the colon; both are no schemes that we allow.
    valid.then(|| head.to_ascii_lowercase())
}

/// Returns whether a target is an address of electronic mail without its scheme.
fn is_mail(target: &str) -> bool {
    target.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !target.contains(['/', ' ', '#', '?', ':'])
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
            // `image@2x.png` and `note@work.md` are files.
            && !["png", "jpg", "jpeg", "gif", "svg", "webp", "md", "pdf", "html"]
                .iter()
                .any(|ending| host.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case(ending)))
    })
}

/// Returns whether a target reads as the address of a web site without its scheme: `ci.example.org`, `example.com/x`.
fn is_host(target: &str) -> bool {
    let host = target.split(['/', '?', '#']).next().unwrap_or("");
    let labels: Vec<&str> = host.split('.').collect();
    let top = labels.last().copied().unwrap_or("");
    labels.len() >= 2
        && labels
            .iter()
            .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        && (labels[0] == "www"
            || [
                "com", "org", "net", "io", "dev", "app", "gov", "edu", "cloud", "ai", "eu", "uk", "de", "fr",
                "jp",
            ]
            .contains(&top))
}

/// Joins a folder and a relative path; `None` where it leads out of the content folder.
fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Decodes `%20` and the like; what is no valid escape stays as it is.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = tail
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (byte, digits) {
            (b'%', Some(value)) => {
                bytes.push(value);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Returns whether an image's host is one that the site shows images from.
pub fn is_allowed_image(url: &str, config: &Config) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = host.rsplit('@').next().unwrap_or(host).to_ascii_lowercase();
    url.starts_with("https://")
        && config.image_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(&host))
}

/// The rules that a link can break.
pub(super) static RULES: [&Rule; 6] =
    [&BROKEN_LINK, &BROKEN_ANCHOR, &MISSING_IMAGE, &FOREIGN_IMAGE, &LINK_OUTSIDE, &REFUSED_LINK];

/// Checks every link of every document, and returns for each document those that link to it, and what is wrong with links.
pub fn check(
    documents: &[Arc<Document>],
    targets: &Targets,
    config: &Config,
) -> (Vec<Vec<usize>>, Vec<Finding>) {
    let anchors = Anchors::new(documents);
    let checked: Vec<(Vec<usize>, Vec<Finding>)> = (0..documents.len())
        .into_par_iter()
        .map(|index| check_one(index, targets, &anchors, config))
        .collect();
    let mut backlinks = vec![Vec::new(); documents.len()];
    let mut findings = Vec::new();
    for (index, (linked, found)) in checked.into_iter().enumerate() {
        findings.extend(found);
        for other in linked {
            backlinks[other].push(index);
        }
    }
    (backlinks, findings)
}

/// What was found of links when documents were connected the last time.
#[derive(Debug)]
pub(super) struct Past {
    pub targets: Targets,
    pub backlinks: Vec<Vec<usize>>,
    pub faults: Vec<Finding>,
    /// The documents whose links may lead elsewhere than when documents were connected before; nothing where all may.
    pub relinked: Option<BTreeSet<usize>>,
}

/// How many documents may have other links, or other places to link to, before all of them are looked at.
const FEW: usize = 24;

impl Past {
    /// Returns what is found of the links of these documents now, where at most a few came or went or say something else, and the others
    /// stand under the same names.
    ///
    /// Why it is the same: a document that is not looked at has links that led to something, through a name that no document that came
    /// bears and that comes before none of theirs; and what they led to is there and has the same anchors.
    pub fn follow(
        mut self,
        before: &[Arc<Document>],
        documents: &[Arc<Document>],
        moves: &Moves,
        files: &Files,
        config: &Config,
    ) -> Option<Past> {
        if *files != self.targets.files {
            return None;
        }
        let (mut edited, mut renamed) = (Vec::new(), Vec::new());
        let mut others: Vec<&Document> = moves.gone.iter().map(|then| &*before[*then]).collect();
        for (then, now) in moves.now_of.iter().enumerate().filter_map(|(then, now)| Some((then, (*now)?))) {
            let (old, new) = (&before[then], &documents[now]);
            if Arc::ptr_eq(old, new) {
                continue;
            }
            others.push(old);
            let aliases = |document: &'_ Document| -> Vec<String> {
                document.aliases.iter().map(|alias| alias.value.clone()).collect()
            };
            if new.file != old.file || new.id.value != old.id.value || aliases(new) != aliases(old) {
                return None;
            }
            if new.title.value != old.title.value {
                renamed.push(now);
            }
            if !links_alike(new, old) {
                edited.push(then);
            }
        }
        // Also where they did: what a link led to then is looked up among the names of now.
        let by_name =
            || has_wiki_links(documents) || others.into_iter().any(|document| document.linking.by_name);
        let are_others = !moves.gone.is_empty() || !moves.came.is_empty();
        if edited.len() > FEW || (!renamed.is_empty() || are_others) && by_name() {
            return None;
        }
        let mut doubtful: BTreeSet<usize> = edited.iter().copied().collect();
        doubtful.extend(moves.gone.iter().copied());
        for then in edited.iter().chain(&moves.gone) {
            doubtful.extend(self.backlinks[*then].iter().copied());
        }
        if are_others {
            let faulty: HashSet<&str> = self
                .faults
                .iter()
                .filter(|fault| is_missing(fault))
                .map(|fault| fault.place.file.as_str())
                .collect();
            let each = before.par_iter().enumerate();
            let is_doubtful = |document: &Document| {
                // Of what was set aside nobody tells what leads nowhere.
                document.linking.several_ways
                    || document.aside.is_some() && !document.links.is_empty()
                    || !faulty.is_empty() && faulty.contains(document.file.as_str())
            };
            doubtful.par_extend(each.filter(|(_, document)| is_doubtful(document)).map(|(then, _)| then));
        }
        for &then in &doubtful {
            forget_backlinks(then, &linked(then, &before[then], &self.targets), &mut self.backlinks);
        }
        self.targets.follow(moves, before, documents, config)?;
        renamed.sort_unstable();
        self.targets.rename(&renamed, documents, config);
        self.backlinks = moves.carried(self.backlinks);
        let doubtful: BTreeSet<usize> = doubtful
            .iter()
            .filter_map(|then| moves.now_of[*then])
            .chain(moves.came.iter().copied())
            .collect();
        let looked_at = doubtful.iter().map(|index| documents[*index].file.as_str());
        let gone = moves.gone.iter().map(|then| before[*then].file.as_str());
        let files: HashSet<&str> = looked_at.chain(gone).collect();
        self.faults.retain(|fault| !files.contains(fault.place.file.as_str()));
        let anchors = Anchors::new(documents);
        for &index in &doubtful {
            let (linked, faults) = check_one(index, &self.targets, &anchors, config);
            self.faults.extend(faults);
            note_backlinks(index, &linked, &mut self.backlinks);
        }
        self.relinked = Some(doubtful);
        Some(self)
    }
}

/// Returns whether a link was found to lead nowhere, so that a document that comes may be what it leads to.
fn is_missing(fault: &Finding) -> bool {
    [&BROKEN_LINK, &MISSING_IMAGE].iter().any(|rule| std::ptr::eq(*rule, fault.rule))
}

/// Returns whether some document links by a name that people remember, so that any title may decide where that leads.
pub(super) fn has_wiki_links(documents: &[Arc<Document>]) -> bool {
    documents.iter().any(|document| document.linking.by_name)
}

/// Returns whether two states of a document have the same links and the same places to link to.
fn links_alike(one: &Document, other: &Document) -> bool {
    let lessons = |document: &Document| -> Vec<String> {
        document.lessons.iter().map(|lesson| lesson.anchor.clone()).collect()
    };
    one.text == other.text
        && one.kind == other.kind
        && one.aside == other.aside
        && lessons(one) == lessons(other)
}

/// Brings `backlinks` up to date with what the `edited` documents link to, where they are called as before and were such as
/// `before`; and returns those documents whose links may have other faults now: the edited ones, and those that link to them
/// and so to their anchors.
pub(super) fn follow(
    documents: &[Arc<Document>],
    edited: &[(usize, Arc<Document>)],
    targets: &Targets,
    backlinks: &mut [Vec<usize>],
) -> BTreeSet<usize> {
    let mut doubtful = BTreeSet::new();
    for (index, before) in edited {
        forget_backlinks(*index, &linked(*index, before, targets), backlinks);
        note_backlinks(*index, &linked(*index, &documents[*index], targets), backlinks);
    }
    for (index, _) in edited {
        doubtful.insert(*index);
        doubtful.extend(backlinks[*index].iter().copied());
    }
    doubtful
}

/// Notes that a document links to these.
fn note_backlinks(index: usize, linked: &[usize], backlinks: &mut [Vec<usize>]) {
    for &other in linked {
        if let Err(at) = backlinks[other].binary_search(&index) {
            backlinks[other].insert(at, index);
        }
    }
}

/// Forgets that a document linked to these.
fn forget_backlinks(index: usize, linked: &[usize], backlinks: &mut [Vec<usize>]) {
    for &other in linked {
        backlinks[other].retain(|from| *from != index);
    }
}

/// Returns what is wrong with the links of some documents.
pub(super) fn faults(
    some: &BTreeSet<usize>,
    documents: &[Arc<Document>],
    targets: &Targets,
    config: &Config,
) -> Vec<Finding> {
    let anchors = Anchors::new(documents);
    some.iter().flat_map(|&index| check_one(index, targets, &anchors, config).1).collect()
}

/// The anchors of documents, each gathered when a link first names a place in it: few do.
struct Anchors<'d> {
    documents: &'d [Arc<Document>],
    known: Vec<OnceLock<HashSet<&'d str>>>,
}

impl<'d> Anchors<'d> {
    fn new(documents: &'d [Arc<Document>]) -> Self {
        Anchors { documents, known: documents.iter().map(|_| OnceLock::new()).collect() }
    }

    fn of(&self, index: usize) -> &HashSet<&'d str> {
        self.known[index].get_or_init(|| {
            let document = &self.documents[index];
            let headings = document.headings.iter().map(|heading| heading.anchor.as_str());
            headings.chain(document.lessons.iter().map(|lesson| lesson.anchor.as_str())).collect()
        })
    }
}

/// Returns the other documents that a document links to, each once.
fn linked(index: usize, document: &Document, targets: &Targets) -> Vec<usize> {
    let mut linked = Vec::new();
    for link in &document.links {
        let target = targets.resolve(&document.path, &link.target, link.wiki);
        note_linked(&target, index, &mut linked);
    }
    linked
}

fn note_linked(target: &Target, index: usize, linked: &mut Vec<usize>) {
    if let Target::Document(other, _) = target
        && *other != index
        && !linked.contains(other)
    {
        linked.push(*other);
    }
}

/// Returns the other documents that a document links to, and what is wrong with its links.
fn check_one(
    index: usize,
    targets: &Targets,
    anchors: &Anchors<'_>,
    config: &Config,
) -> (Vec<usize>, Vec<Finding>) {
    let document = &anchors.documents[index];
    let mut found: Vec<Finding> = Vec::new();
    let mut linked = Vec::new();
    // One fault is told once, with the number of links that share it.
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut again: Vec<usize> = Vec::new();
    for link in &document.links {
        let target = targets.resolve(&document.path, &link.target, link.wiki);
        note_linked(&target, index, &mut linked);
        if document.aside.is_none() || document.kind == Kind::Page {
            if let Some(&at) = seen.get(link.target.as_str()) {
                again[at] += 1;
            } else if let Some(fault) = fault(index, link, &target, targets, anchors, config) {
                seen.insert(&link.target, found.len());
                found.push(fault);
                again.push(0);
            }
        }
    }
    for (finding, again) in found.iter_mut().zip(again).filter(|(_, again)| *again > 0) {
        finding.message.push_str(match again {
            1 => ", here and once more",
            _ => ", here and elsewhere in this document",
        });
    }
    (linked, found)
}

/// Returns what is wrong with a link.
fn fault(
    index: usize,
    link: &crate::document::Link,
    target: &Target,
    targets: &Targets,
    anchors: &Anchors<'_>,
    config: &Config,
) -> Option<Finding> {
    let document = &anchors.documents[index];
    let place = || Place::span(&document.file, &document.text, link.span.clone());
    let shown = crate::document::title::cut(&link.target, 80);
    let missing_anchor = |other: usize, anchor: &str| {
        let known = anchors.of(other);
        // Anchors that raw HTML gives are not in the list; and GitHub prefixes those that people write.
        let raw = &anchors.documents[other].text;
        if anchor.is_empty()
            || anchor == "top"
            || known.contains(anchor)
            || known.contains(anchor.to_lowercase().as_str())
            || raw.contains(&format!("id=\"{anchor}\""))
            || raw.contains(&format!("name=\"{anchor}\""))
            || anchor.starts_with("L") && anchor[1..].starts_with(|c: char| c.is_ascii_digit())
        {
            return None;
        }
        let mut finding =
            Finding::new(&BROKEN_ANCHOR, place(), format!("no heading has the anchor `#{anchor}`"));
        let mut sorted: Vec<&str> = known.iter().copied().collect();
        sorted.sort_unstable();
        finding.help = did_you_mean(anchor, sorted).map(|near| format!("did you mean `#{near}`?"));
        Some(finding)
    };
    match target {
        Target::Document(other, Some(anchor)) if !link.wiki => missing_anchor(*other, anchor),
        Target::Anchor(anchor) => missing_anchor(index, anchor),
        Target::Document(..) | Target::Asset(_) => None,
        Target::External(url) => (link.image && !is_allowed_image(url, config)).then(|| {
            Finding::new(&FOREIGN_IMAGE, place(), format!("image `{shown}` is shown as a link"))
                .help("put the image beside the document, or add its host to `image_hosts`")
        }),
        // A wiki link without its page is a plan, and in prose `[[` may be anything.
        Target::Missing if link.wiki => {
            let finding = Finding::new(&BROKEN_LINK, place(), format!("no document is called `{shown}`"));
            Some(Finding { level: Level::Note, ..finding })
        }
        Target::Missing if targets.is_folder(&document.path, &link.target) => {
            let finding = Finding::new(
                &BROKEN_LINK,
                place(),
                format!("`{shown}` is a folder without a page of its own"),
            );
            let finding = finding.help("link to a document in it, or give it an `index.md`");
            Some(Finding { level: Level::Note, ..finding })
        }
        Target::Missing if link.image => {
            Some(Finding::new(&MISSING_IMAGE, place(), format!("image `{shown}` is not there")))
        }
        Target::Missing => {
            let mut finding =
                Finding::new(&BROKEN_LINK, place(), format!("`{shown}` leads to nothing that is there"));
            finding.help = match is_host(&link.target) {
                true => Some(format!("an address on the web begins with its scheme: `https://{shown}`")),
                false => {
                    targets.near(&document.path, &link.target).map(|near| format!("did you mean `{near}`?"))
                }
            };
            Some(finding)
        }
        Target::Outside(_) => Some(
            Finding::new(&LINK_OUTSIDE, place(), format!("`{shown}` leads out of the content folder"))
                .help("link to its address on the web, or set `repository` so that it can be made one"),
        ),
        Target::Refused => Some(
            Finding::new(&REFUSED_LINK, place(), format!("`{shown}` is not followed"))
                .help("links may begin with `https`, `http`, `mailto` and `tel`"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::dice::Dice;

    #[test]
    fn paths_are_joined_and_never_leave() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a", "../../c.md"), None);
        assert_eq!(join("", "./x"), Some("x".to_owned()));
    }

    #[test]
    fn schemes_cannot_hide() {
        assert_eq!(scheme("java\tscript:alert(1)").as_deref(), Some("javascript"));
        assert_eq!(scheme("JAVASCRIPT:x").as_deref(), Some("javascript"));
        assert_eq!(scheme("a/b:c"), None);
    }

    #[test]
    fn escapes_are_decoded_where_they_are_valid() {
        assert_eq!(decode("a%20b%zz%"), "a b%zz%");
        assert_eq!(decode("%ff"), "%ff");
    }

    #[test]
    fn numbers_of_documents() {
        assert_eq!(leading_name("PM-2026-030-stale-sidecar"), Some("PM-2026-030"));
        assert_eq!(leading_name("000567"), None);
        assert_eq!(leading_name("disk-full"), None);
        assert_eq!(leading_name("PM2019-009 - Kubernetes"), Some("PM2019-009"));
    }

    #[test]
    fn aliases_are_compared_without_their_dress() {
        assert_eq!(address("/2025/04/x/index.html"), "2025/04/x");
        assert_eq!(address("https://a.example/x/"), "x");
    }

    const PATHS: [&str; 14] = [
        "a.md",
        "b.md",
        "x.md",
        "x.markdown",
        "sub.md",
        "sub/a.md",
        "sub/b.md",
        "sub/index.md",
        "sub/README.md",
        "README.md",
        "c/d.md",
        "c/d.html.md",
        "pic.md",
        "old/place.md",
    ];
    const LINKS: [&str; 30] = [
        "a.md",
        "a",
        "b.md",
        "./x",
        "x.md#one",
        "x.markdown",
        "../a.md",
        "../sub/a.md",
        "sub",
        "sub/",
        "sub/a.html",
        "sub/b.md#two",
        "README.md",
        "c",
        "c/",
        "c/d",
        "c/d.md#one",
        "c/d.html",
        "#one",
        "#nowhere",
        "gone.md",
        "../../up.md",
        "pic",
        "pic.png",
        "/sub/b",
        "/old/place/",
        "%61.md",
        "..\\b.md",
        "c/d.md?x=1",
        "https://example.org/a.md",
    ];

    fn text(dice: &mut Dice) -> String {
        let mut text = String::new();
        match dice.below(40) {
            0 => text += "---\naliases: [/old/place/]\n---\n",
            1 => text += "---\naliases: [/gone.html]\n---\n",
            2 => text += "---\nstatus: superseded\n---\n",
            3 => text += "---\nid: a\n---\n",
            _ => {}
        }
        text += &format!(
            "# {} and {}\n\n## {}\n\n",
            dice.below(9),
            dice.below(9),
            *dice.pick(&["One", "Two", "Three"])
        );
        for _ in 0..dice.below(5) {
            let mark = *dice.pick(&["", "!"]);
            text += &format!("A {mark}[link]({}).\n", *dice.pick(&LINKS));
        }
        text + if dice.below(80) == 0 { "[[x]]\n" } else { "" }
    }

    #[test]
    fn links_that_are_followed_are_those_that_are_looked_at_anew() {
        let config = Config::default();
        let reader = crate::document::Reader::new(&config, "");
        let files =
            || Files { assets: HashSet::from(["pic.png".to_owned(), "pic".to_owned()]), links: Vec::new() };
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let mut documents: Vec<Arc<Document>> = Vec::new();
        let mut past = None;
        let mut paths: Vec<&str> = Vec::new();
        let (mut followed, mut moved) = (0, 0);
        for round in 0..3000 {
            // Some of all paths at a time, so that names that clash are not there always.
            if round % 25 == 0 {
                documents.clear();
                paths = (0..7).map(|_| *dice.pick(&PATHS)).collect();
            }
            let before: Vec<String> = documents.iter().map(|document| document.path.clone()).collect();
            for _ in 0..=dice.below(2) {
                let path = *dice.pick(&paths);
                let at = documents.iter().position(|document| document.path == path);
                let old = at.map(|at| documents.remove(at));
                match (old, dice.below(4)) {
                    // It only stands elsewhere.
                    (Some(old), 0) => documents.insert(dice.below(documents.len() + 1), old),
                    (Some(_), 1) => {}
                    (_, _) => {
                        let text = text(&mut dice);
                        let document = reader.parse(crate::source::SourceFile {
                            path: path.to_owned(),
                            file: format!("content/{path}"),
                            size: text.len() as u64,
                            text,
                            git: None,
                            findings: Vec::new(),
                        });
                        let at =
                            at.filter(|at| *at < documents.len()).unwrap_or(dice.below(documents.len() + 1));
                        documents.insert(at, Arc::new(document));
                    }
                }
            }
            let mut own = documents.clone();
            super::super::join::unique_ids(&mut own, &mut Vec::new());
            let again = past.take().and_then(|(before, past): (Vec<Arc<Document>>, Past)| {
                let moves = Moves::new(&before, &own)?;
                past.follow(&before, &own, &moves, &files(), &config)
            });
            let targets = Targets::new(&own, files(), &config);
            let (backlinks, mut faults) = check(&own, &targets, &config);
            faults.sort_by(super::super::by_place);
            let fresh = Past { targets, backlinks, faults, relinked: None };
            if let Some(mut again) = again {
                again.faults.sort_by(super::super::by_place);
                assert_eq!(again.backlinks, fresh.backlinks, "round {round}");
                assert_eq!(again.faults, fresh.faults, "round {round}");
                let tables = |targets: &Targets| {
                    let Targets { paths, ids, aliases, folders, loose, .. } = targets;
                    (paths.clone(), ids.clone(), aliases.clone(), folders.clone(), loose.clone())
                };
                assert_eq!(tables(&again.targets), tables(&fresh.targets), "round {round}");
                followed += 1;
                let now = own.iter().map(|document| &document.path);
                moved += usize::from(!before.iter().eq(now));
            }
            past = Some((own, fresh));
        }
        assert!(followed > 400 && moved > 150, "few were followed: {followed}, of which {moved} with others");
    }
}
