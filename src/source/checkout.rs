//! Other checkouts: which files they have, and where their files and commits name something.
//!
//! Comes in: a folder, and the ids to look for. Goes out: the [`Checkout`] with its files, and [`Mentions`]. Never follows a
//! link, never opens what is no regular file, never understands a file: it only looks for ids.

use super::Error;
use super::Root;
use super::git;
use super::ignored;
use super::ignored::Ignored;
use super::open;
use super::reason;
use crate::config;
use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use walkdir::WalkDir;

/// A checkout that the settings name is not on this machine.
pub static MISSING_CHECKOUT: Rule = Rule {
    name: "missing-checkout",
    level: Level::Note,
    about: "a checkout that `[repositories]` names is not there, so nobody can say which guards it holds",
};

/// A larger file is data, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;
/// A file with a zero among so many of its first bytes is no text, as for Git.
const LOOKED_AT: usize = 8000;

/// A folder of somebody's code.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// The name by which guards and citations call it.
    pub name: String,
    /// Its files that Git does not ignore, with `/` between the parts of their paths, in the order of their bytes.
    pub files: Vec<String>,
    /// The folder, links followed.
    real: PathBuf,
    /// Files whose names are not UTF-8: as they are shown, and as they are.
    odd: Vec<(String, PathBuf)>,
}

/// Where a checkout names ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// In files, by path and line.
    pub files: Vec<FileMention>,
    /// In commits, newest first.
    pub commits: Vec<CommitMention>,
    /// How many files were searched.
    pub searched: usize,
    /// Why there are no commits, where Git could not say.
    pub no_commits: Option<String>,
}

/// A line that names an id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileMention {
    /// The path in the checkout; control characters are shown as escapes.
    pub path: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The id.
    pub id: String,
}

/// A commit whose message names an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitMention {
    /// The name of the commit.
    pub commit: String,
    /// The day on which it was written, such as `2024-05-31`.
    pub date: String,
    /// The first line of its message; control characters are shown as escapes.
    pub subject: String,
    /// The id.
    pub id: String,
}

/// Opens the checkouts that the settings name; one that is not there is a note.
pub fn checkouts(root: &Root, config: &Config) -> (Vec<Checkout>, Vec<Finding>) {
    let mut found = Vec::new();
    let mut findings = Vec::new();
    for (name, path) in &config.repositories {
        match Checkout::open(name, &root.path.join(path)) {
            Ok(checkout) => found.push(checkout),
            Err(error) => {
                let text = root.settings.as_deref().unwrap_or("");
                let place = match text.find(path.as_str()).filter(|_| !path.is_empty()) {
                    Some(at) => Place::span(config::FILE, text, at..at + path.len()),
                    None => Place::file(config::FILE),
                };
                findings.push(
                    Finding::new(
                        &MISSING_CHECKOUT,
                        place,
                        format!("the checkout `{name}` is not here: {error}"),
                    )
                    .help("clone it there, or name its folder in `[repositories]`"),
                );
            }
        }
    }
    (found, findings)
}

impl Checkout {
    /// Lists the files of a checkout. Errs where the folder is not there or cannot be read.
    pub fn open(name: &str, path: &Path) -> Result<Checkout, Error> {
        let reading = |error: io::Error| Error::reading("read the checkout", path, &error);
        let real = std::fs::canonicalize(path).map_err(reading)?;
        std::fs::read_dir(&real).map_err(reading)?;
        let mut files = Vec::new();
        let mut odd = Vec::new();
        let mut ignored = Ignored::default();
        let walk = WalkDir::new(&real).min_depth(1).follow_links(false).sort_by_file_name().into_iter();
        let wanted = walk.filter_entry(|entry| {
            let is_git = entry.file_name() == ".git";
            let kind = entry.file_type();
            !is_git && !kind.is_symlink() && !ignored.ignores(entry.path(), kind.is_dir())
        });
        // A folder that cannot be read holds nothing that we could tell of.
        for entry in wanted.flatten().filter(|entry| entry.file_type().is_file()) {
            let Ok(below) = entry.path().strip_prefix(&real) else { continue };
            match below.to_str() {
                Some(path) => files.push(slashed(path)),
                None => odd.push((slashed(&below.to_string_lossy()), below.to_path_buf())),
            }
        }
        files.sort_unstable();
        Ok(Checkout { name: name.to_owned(), files, real, odd })
    }

    /// Returns a checkout of which only the paths of files are known, in any order: it holds files, and mentions nothing.
    pub fn listed(name: &str, mut files: Vec<String>) -> Checkout {
        files.sort_unstable();
        Checkout { name: name.to_owned(), files, real: PathBuf::new(), odd: Vec::new() }
    }

    /// Returns whether a path is that of a file or of a folder with files.
    pub fn holds(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        if path.is_empty() {
            return false;
        }
        let folder = format!("{path}/");
        let at = self.files.partition_point(|file| file.as_str() < path);
        let at_folder = self.files.partition_point(|file| *file < folder);
        self.files.get(at).is_some_and(|file| file == path)
            || self.files.get(at_folder).is_some_and(|file| file.starts_with(&folder))
    }

    /// Looks for lesson ids in all files and in the messages of all commits. `own` are ids that
    /// authors chose themselves; `leave_out` are folders and files, such as the documents that the lessons come from.
    pub fn mentions(&self, own: &BTreeSet<String>, leave_out: &[PathBuf]) -> Mentions {
        let finder = Finder::new(own);
        let leave_out: Vec<PathBuf> =
            leave_out.iter().filter_map(|path| std::fs::canonicalize(path).ok()).collect();
        let files: Vec<(&str, &Path)> = self
            .files
            .iter()
            .map(|path| (path.as_str(), Path::new(path)))
            .chain(self.odd.iter().map(|(shown, path)| (shown.as_str(), path.as_path())))
            .filter(|(_, path)| {
                let real = self.real.join(path);
                !leave_out.iter().any(|left_out| real.starts_with(left_out))
            })
            .collect();
        let searched = files.len();
        let mut found: Vec<FileMention> = files
            .par_iter()
            .flat_map_iter(|(shown, path)| {
                let text = read_text(&self.real, path).unwrap_or_default();
                finder.lines(&text).into_iter().map(|(line, id)| FileMention {
                    path: visible(shown),
                    line,
                    id,
                })
            })
            .collect();
        found.sort();
        let (commits, no_commits) = match self.commits(&finder) {
            Ok(commits) => (commits, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        Mentions { files: found, commits, searched, no_commits }
    }

    fn commits(&self, finder: &Finder<'_>) -> Result<Vec<CommitMention>, String> {
        if !ignored::is_in_repository(&self.real) {
            return Err("it lies in no Git repository".to_owned());
        }
        let messages = git::messages(&self.real, PREFIX)?;
        let mut found = Vec::new();
        for message in messages {
            let ids: BTreeSet<String> =
                finder.lines(message.text.as_bytes()).into_iter().map(|(_, id)| id).collect();
            let subject = message.text.lines().next().unwrap_or("").trim();
            let subject: String = visible(subject).chars().take(100).collect();
            found.extend(ids.into_iter().map(|id| CommitMention {
                commit: message.commit.clone(),
                date: message.date.clone(),
                subject: subject.clone(),
                id,
            }));
        }
        Ok(found)
    }
}

/// Returns a path with `/` between its parts.
fn slashed(path: &str) -> String {
    if std::path::MAIN_SEPARATOR == '/' {
        path.to_owned()
    } else {
        path.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// Returns text in which nothing is hidden: control characters, and those that turn the direction of writing, as escapes.
fn visible(text: &str) -> String {
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(hides) {
        return text.to_owned();
    }
    text.chars()
        .flat_map(|c| if hides(c) { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// Reads a file that may be text; `None` for what cannot be read, is too large or is none.
fn read_text(folder: &Path, path: &Path) -> Option<Vec<u8>> {
    let (file, size) = open::open_below(folder, path).ok()?;
    if size > LARGEST {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).ok()?.saturating_add(1));
    file.take(LARGEST).read_to_end(&mut bytes).map_err(|error| reason(&error)).ok()?;
    (!bytes[..bytes.len().min(LOOKED_AT)].contains(&0)).then_some(bytes)
}

/// What every id of a lesson begins with.
const PREFIX: &str = "ll-";

/// Finds ids in text.
struct Finder<'a> {
    searcher: AhoCorasick,
    /// Ids that do not look like one that the program made.
    own: &'a BTreeSet<String>,
}

impl<'a> Finder<'a> {
    fn new(own: &'a BTreeSet<String>) -> Self {
        let searcher = AhoCorasick::new([PREFIX]).expect("one short pattern is never too many");
        Finder { searcher, own }
    }

    /// Returns the ids in a text with their lines, counted from 1; one line names an id once.
    fn lines(&self, text: &[u8]) -> Vec<(u32, String)> {
        let mut found: Vec<(u32, String)> = Vec::new();
        let (mut line, mut counted) = (1u32, 0);
        let mut of_line: BTreeSet<&str> = BTreeSet::new();
        for hit in self.searcher.find_iter(text) {
            let Some(id) = self.id_at(text, hit.start()) else { continue };
            let further = text[counted..hit.start()].iter().filter(|&&byte| byte == b'\n').count() as u32;
            counted = hit.start();
            if further > 0 {
                line += further;
                of_line.clear();
            }
            if of_line.insert(id) {
                found.push((line, id.to_owned()));
            }
        }
        found
    }

    /// Returns the id that begins at a byte, if a word that is an id does.
    fn id_at<'t>(&self, text: &'t [u8], start: usize) -> Option<&'t str> {
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if start.checked_sub(1).map(|at| text[at]).is_some_and(|byte| is_word(byte) || byte == b'-') {
            return None;
        }
        let run = text[start..].iter().take(LONGEST_ID + 1).take_while(|&&byte| is_part(byte)).count();
        if run > LONGEST_ID || text.get(start + run).copied().is_some_and(is_word) {
            return None;
        }
        let id = std::str::from_utf8(&text[start..start + run]).ok()?.trim_end_matches('-');
        let tail = id.get(PREFIX.len()..).unwrap_or("").as_bytes();
        let is_made = tail.len() >= 6
            && tail.iter().all(|&byte| is_base32(byte))
            && tail.iter().any(u8::is_ascii_digit);
        (is_made || self.own.contains(id)).then_some(id)
    }
}

/// The longest id, with its prefix, in bytes.
const LONGEST_ID: usize = 70;

/// Returns whether a byte is one of Crockford's base 32, in lower case; its source is
/// <https://www.crockford.com/base32.html>.
fn is_base32(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'h' | b'j' | b'k' | b'm' | b'n' | b'p'..=b't' | b'v'..=b'z')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(u32, String)> {
        let own = BTreeSet::from(["ll-retry-budget".to_owned(), "ll-7f3".to_owned()]);
        Finder::new(&own).lines(text.as_bytes())
    }

    fn ids(text: &str) -> Vec<String> {
        found(text).into_iter().map(|(_, id)| id).collect()
    }

    #[test]
    fn ids_are_words_of_their_own() {
        assert_eq!(
            found("// see ll-7f3k2m\n\nand (ll-00aa11bb22), ll-7f3k2m ll-7f3k2m."),
            [(1, "ll-7f3k2m".to_owned()), (3, "ll-00aa11bb22".to_owned()), (3, "ll-7f3k2m".to_owned()),]
        );
        assert_eq!(
            ids("https://kb.example.com/lessons/ll-7f3k2m/ and [ll-7f3k2n: a](b)"),
            ["ll-7f3k2m", "ll-7f3k2n"]
        );
        assert_eq!(ids("原因ll-7f3k2m。"), ["ll-7f3k2m"]);
        for text in [
            "ll-7f4",
            "ll-abcdef",
            "ll-7f3k2ml",
            "xll-7f3k2m",
            "a-ll-7f3k2m",
            "ll-7f3k2m-b",
            "ll-7f3k2m_b",
            "LL-7F3K2M",
            "ll-",
        ] {
            assert!(ids(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn own_ids_are_found_too() {
        assert_eq!(ids("Lesson: ll-retry-budget"), ["ll-retry-budget"]);
        assert_eq!(ids("ll-7f3 ll-7f3-, ll-7f3k2m"), ["ll-7f3", "ll-7f3k2m"]);
        assert!(ids("ll-retry-budgets my-ll-retry-budget ll-retry").is_empty());
    }

    #[test]
    fn names_hide_nothing() {
        assert_eq!(visible("a\u{1b}[2J\u{202e}b"), "a\\u{1b}[2J\\u{202e}b");
        assert_eq!(visible("häßlich <b>.rs"), "häßlich <b>.rs");
    }

    #[test]
    fn a_path_is_that_of_a_file_or_a_folder() {
        let files = ["a-b/x", "a.rs", "a/b/c.rs", "a/b.rs"].map(str::to_owned);
        let checkout = Checkout::listed("pay", files.to_vec());
        for path in ["a", "a/", "./a/b/", "a/b/c.rs", "a.rs", "a-b"] {
            assert!(checkout.holds(path), "{path}");
        }
        for path in ["", "/", "b", "a/b/c", "a.r", "a/b/c.rs/d"] {
            assert!(!checkout.holds(path), "{path}");
        }
    }
}
