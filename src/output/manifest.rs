//! The marker of a site: which files in it are ours.
//!
//! Comes in: the files that we wrote, or the text of a marker. Goes out: a [`Manifest`], or the text. Never believes
//! a marker beyond that: its paths are checked like any other, and its hashes only say where comparing is worth it.

#![expect(clippy::disallowed_methods, reason = "reads the marker of the old site")]

use crate::config::OUTPUT_MARKER;
use crate::output::open_regular;
use crate::output::site_path;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_128;

/// The beginning of every marker, whatever its version.
pub const MAGIC: &str = "afterword ";

/// The first line of a site that is not finished yet; `1` is the version of the format.
pub const UNFINISHED: &str = "afterword 1 unfinished\n";

/// More than any site needs, and little enough to be read into memory.
const LARGEST: u64 = 1 << 30;

/// One file that we wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the site, with `/`.
    pub path: String,
    /// The xxh3-128 hash of its bytes.
    pub hash: u128,
    /// In bytes.
    pub size: u64,
}

/// The files that we wrote into a site, in the order of their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    entries: BTreeMap<String, (u128, u64)>,
}

impl Entry {
    /// Describes a file.
    pub fn of(path: &str, bytes: &[u8]) -> Entry {
        Entry { path: path.to_owned(), hash: xxh3_128(bytes), size: bytes.len() as u64 }
    }
}

impl Manifest {
    /// Lists files.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Manifest {
        Manifest {
            entries: entries.into_iter().map(|entry| (entry.path, (entry.hash, entry.size))).collect(),
        }
    }

    /// Returns whether the site had this file with the same hash and size.
    pub fn has_same(&self, entry: &Entry) -> bool {
        self.entries.get(&entry.path) == Some(&(entry.hash, entry.size))
    }

    /// Returns whether the site has a file of ours at this path.
    pub fn contains(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    /// Returns the paths in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Returns how many files there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the size of all files together.
    pub fn bytes(&self) -> u64 {
        self.entries.values().map(|&(_, size)| size).sum()
    }

    /// Returns a list of the files of both, as they are in this one where both have them.
    pub fn and(&self, other: &Manifest) -> Manifest {
        let mut entries = other.entries.clone();
        entries.extend(self.entries.clone());
        Manifest { entries }
    }

    /// Writes the text of the marker.
    pub fn text(&self) -> String {
        let mut text = format!("{MAGIC}1 {}\n", self.len());
        for (path, (hash, size)) in &self.entries {
            let path = path.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
            writeln!(text, "{hash:032x} {size} {path}").expect("writing to a string cannot fail");
        }
        text
    }

    /// Reads the text of a marker; the error says what is wrong with it.
    ///
    /// A marker that is cut short or holds a path that we would never write is no marker at all: believing half of it
    /// could make files of ours look foreign, or the other way round.
    pub fn parse(text: &str) -> Result<Manifest, String> {
        let (first, rest) = text.split_once('\n').ok_or("it is cut short")?;
        let rest_of_first = first.strip_prefix(MAGIC).ok_or("it is not a list of ours")?;
        let Some(count) = rest_of_first.strip_prefix("1 ") else {
            return Err(format!("it has a format that this version does not know, `{first}`"));
        };
        let count: usize = count.parse().map_err(|_| "it is that of an unfinished site")?;
        let mut entries = BTreeMap::new();
        for line in rest.split_terminator('\n') {
            let broken = || format!("it has a broken line, `{line}`");
            let mut fields = line.splitn(3, ' ');
            let (Some(hash), Some(size), Some(path)) = (fields.next(), fields.next(), fields.next()) else {
                return Err(broken());
            };
            let hash = u128::from_str_radix(hash, 16).map_err(|_| broken())?;
            let size = size.parse().map_err(|_| broken())?;
            let path = unescape(path).ok_or_else(broken)?;
            site_path::check(&path).map_err(|_| broken())?;
            entries.insert(path, (hash, size));
        }
        match entries.len() == count {
            true => Ok(Manifest { entries }),
            false => Err("it is cut short".to_owned()),
        }
    }
}

/// Opens the marker of a folder; only a regular file is one.
pub fn open(folder: &Path) -> io::Result<File> {
    // A look that fails costs less than an open that does, and most folders have no marker.
    std::fs::symlink_metadata(folder.join(OUTPUT_MARKER))?;
    open_regular(&folder.join(OUTPUT_MARKER)).map(|(file, _)| file)
}

/// Reads the marker of a folder, `None` if it has none; the error says what is wrong with it.
pub fn read(folder: &Path) -> Result<Option<Manifest>, String> {
    let file = match open(folder) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let mut text = String::new();
    match file.take(LARGEST).read_to_string(&mut text) {
        Ok(_) => Manifest::parse(&text).map(Some),
        Err(error) => Err(error.to_string()),
    }
}

fn unescape(path: &str) -> Option<String> {
    let mut plain = String::with_capacity(path.len());
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.push(match characters.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            }),
            _ => plain.push(character),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Manifest {
        Manifest::new([Entry::of("b c/é.html", b"two"), Entry::of("a\n\\n", b""), Entry::of("z", b"three")])
    }

    #[test]
    fn a_marker_reads_as_it_was_written() {
        let text = sample().text();
        assert_eq!(Manifest::parse(&text), Ok(sample()));
        assert_eq!(text.lines().next(), Some("afterword 1 3"));
        assert_eq!(text.lines().count(), 4);
        assert_eq!(Manifest::parse(&Manifest::default().text()), Ok(Manifest::default()));
    }

    #[test]
    fn a_marker_that_is_cut_short_is_refused_wherever_it_is_cut() {
        let text = sample().text();
        // Without the very last line break nothing is missing.
        for end in (0..text.len() - 1).filter(|&end| text.is_char_boundary(end)) {
            let parsed = Manifest::parse(&text[..end]);
            // A cut in the last path leaves a shorter path, which no parser can see.
            let last_line = text[..text.len() - 1].rfind('\n').unwrap();
            assert!(parsed.is_err() || end > last_line, "{end}");
        }
    }

    #[test]
    fn a_marker_with_hostile_paths_is_refused() {
        let line = |path: &str| format!("afterword 1 1\n{:032x} 0 {path}\n", 0);
        assert!(Manifest::parse(&line("a/b")).is_ok());
        for path in ["../x", "/etc/passwd", "a/../../b", ".git/config", ".afterword", "", "a\\x"] {
            assert!(Manifest::parse(&line(path)).is_err(), "{path}");
        }
    }

    #[test]
    fn other_versions_and_unfinished_sites_are_told_apart() {
        assert!(Manifest::parse("afterword 2 0\n").unwrap_err().contains("version"));
        assert!(Manifest::parse(UNFINISHED).unwrap_err().contains("unfinished"));
        assert!(Manifest::parse("hello\n").is_err());
    }
}
