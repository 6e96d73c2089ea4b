//! The only reader: the content folder, the text of the settings, a site's own theme, Git, other checkouts.
//!
//! Comes in: a folder. Goes out: [`SourceFile`]s, the [`Listing`] that names them, and their [`Histories`].
//! Never writes, never follows a symbolic link out of ROOT, never opens what is no regular file, and never looks
//! inside a document: `document` does.
//!
//! 1. [`locate`] finds ROOT and reads the text of its settings; `config::parse` understands them; [`Root::new`] joins both.
//! 2. [`list`] walks the content folder, in a fixed order.
//! 3. [`Reader`] reads documents, on any thread; [`histories`] asks Git once for all dates, beside it; [`lock_files`]
//!    reads the ids of lessons.
//!
//! This is the one place where a missing file is an [`Error`]; a document that cannot be read is a finding at error
//! level, so that one run reports them all.

#![expect(clippy::disallowed_methods, reason = "`source` is the only reader of files")]

mod changed;
mod checkout;
mod ending;
mod encoding;
mod git;
mod ignored;
mod listing;
mod lock;
mod open;
mod patterns;
mod root;
mod walk;

pub use changed::changed_since;
pub use checkout::Checkout;
pub use checkout::CommitMention;
pub use checkout::FileMention;
pub use checkout::MISSING_CHECKOUT;
pub use checkout::Mentions;
pub use checkout::checkouts;
pub use encoding::BINARY_FILE;
pub use encoding::INVALID_UTF8;
pub use ending::is_document;
pub use ending::stem;
pub use git::Histories;
pub use git::History;
pub use git::NO_GIT_DATES;
pub use git::SHALLOW_CLONE;
pub use git::histories;
pub use listing::Asset;
pub use listing::Entry;
pub use listing::Files;
pub use listing::Link;
pub use listing::Listing;
pub use listing::TEMPLATES;
pub use listing::list;
pub use listing::list_one;
pub use listing::static_files;
pub use listing::templates;
pub use listing::theme_files;
pub use lock::LOCK;
pub use lock::lock_files;
pub use patterns::Patterns;
pub use root::Located;
pub use root::Root;
pub use root::is_in;
pub use root::locate;
pub use root::real_path;
pub use walk::DANGLING_SYMLINK;
pub use walk::SPECIAL_FILE;
pub use walk::SYMLINK_LOOP;
pub use walk::SYMLINK_OUTSIDE;
pub use walk::UNREADABLE_NAME;

use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use std::fmt;
use std::io;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

/// A document or a folder of them cannot be read.
pub static UNREADABLE_FILE: Rule = Rule {
    name: "unreadable-file",
    level: Level::Error,
    about: "a document, or a folder that may hold documents, cannot be read",
};

/// A document is larger than we read.
pub static FILE_TOO_LARGE: Rule = Rule {
    name: "file-too-large",
    level: Level::Error,
    about: "a document is larger than 16 MiB, so only its beginning is read",
};

/// Every rule of this stage.
pub static RULES: [&Rule; 12] = [
    &BINARY_FILE,
    &DANGLING_SYMLINK,
    &FILE_TOO_LARGE,
    &INVALID_UTF8,
    &MISSING_CHECKOUT,
    &NO_GIT_DATES,
    &SHALLOW_CLONE,
    &SPECIAL_FILE,
    &SYMLINK_LOOP,
    &SYMLINK_OUTSIDE,
    &UNREADABLE_FILE,
    &UNREADABLE_NAME,
];

/// The largest document that is read whole, in bytes.
pub const LARGEST_DOCUMENT: u64 = 16 * 1024 * 1024;

/// How much of a larger one is read, in bytes.
const BEGINNING: u64 = 64 * 1024;

/// One document as it stands in the content folder.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Relative to the content folder, with `/` between its parts.
    pub path: String,
    /// Relative to ROOT, with `/` between its parts: what findings name.
    pub file: String,
    /// The text, its line ends as they are, without a byte order mark.
    ///
    /// A span of it is also a span of the file's bytes where those are UTF-8 without a mark. Empty where the file
    /// cannot be read, which is then a finding.
    pub text: String,
    /// How many bytes the file has.
    pub size: u64,
    /// What Git knows; [`read`] leaves it empty, since [`histories`] runs beside it.
    pub git: Option<History>,
    /// Faults of the file as a whole: unreadable, too large, not UTF-8.
    pub findings: Vec<Finding>,
}

/// The program could not read what it needs to do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which file and what for: a short lower-case phrase.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Error {
    fn new(message: impl Into<String>) -> Self {
        Error { message: message.into(), help: None }
    }

    /// Makes the error of a file operation: what could not be done, with which path, and why.
    fn reading(what: &str, path: &Path, error: &io::Error) -> Self {
        Error::new(format!("cannot {what} `{}`: {}", path.display(), reason(error)))
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Reads documents that [`list`] has found, one after the other.
#[derive(Debug)]
pub struct Reader<'a> {
    opener: open::Opener<'a>,
}

impl<'a> Reader<'a> {
    /// Makes the reader of a site. It is meant for one run: a folder that it holds open may be another one later.
    pub fn new(root: &'a Root) -> Self {
        Reader { opener: open::Opener::new(root.real()) }
    }

    /// Reads one document, as [`read`] does; neighbours in a folder are read sooner.
    pub fn read(&mut self, entry: &Entry) -> SourceFile {
        source_file(entry, read_beginning(&mut self.opener, entry))
    }
}

/// Reads one document that [`list`] has found.
///
/// Never fails: what cannot be read is an empty text and a finding at error level. What was a regular file when it
/// was listed may be something else by now, so the opened file is looked at again; no link is followed.
pub fn read(root: &Root, entry: &Entry) -> SourceFile {
    Reader::new(root).read(entry)
}

/// Makes a document of its size and its bytes, or of why there are none.
fn source_file(entry: &Entry, read: io::Result<(u64, Vec<u8>)>) -> SourceFile {
    let mut source_file = SourceFile {
        path: entry.path.clone(),
        file: entry.file.clone(),
        text: String::new(),
        size: entry.size,
        git: None,
        findings: Vec::new(),
    };
    let (size, bytes) = match read {
        Ok(read) => read,
        Err(error) => {
            let message = format!("cannot read `{}`: {}", entry.file, reason(&error));
            source_file.findings.push(
                Finding::new(&UNREADABLE_FILE, Place::file(&entry.file), message)
                    .help("make the file readable, or leave it out with `exclude`"),
            );
            return source_file;
        }
    };
    source_file.size = size;
    let is_cut = size > LARGEST_DOCUMENT;
    if is_cut {
        let message = format!(
            "`{}` has {}, more than the {} that a document may have",
            entry.file,
            mebibytes(size),
            mebibytes(LARGEST_DOCUMENT)
        );
        source_file.findings.push(
            Finding::new(&FILE_TOO_LARGE, Place::file(&entry.file), message)
                .help("split the file, or leave it out with `exclude`"),
        );
    }
    let (text, finding) = encoding::decode(bytes, is_cut, &entry.file);
    source_file.text = text;
    source_file.findings.extend(finding);
    source_file
}

/// Returns the size of a listed document and when it was last written, as they are now; `None` where there is no such file any
/// more, or a link has taken its place.
pub fn stamp(root: &Root, entry: &Entry) -> Option<(u64, Option<SystemTime>)> {
    let metadata = std::fs::symlink_metadata(root.real().join(&entry.real)).ok()?;
    metadata.is_file().then(|| (metadata.len(), metadata.modified().ok()))
}

/// Reads a file of the content folder that is no document, such as an image.
///
/// The path is that of an [`Asset`], relative to the content folder. Errs where the file cannot be read, leads out of
/// ROOT, or is hidden.
pub fn read_asset(root: &Root, path: &str) -> Result<Vec<u8>, Error> {
    let refused = |why: &str| Error::new(format!("cannot read `{path}`: {why}"));
    if path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return Err(refused("it is no path of a file in the content folder"));
    }
    let relative = match open::resolve(root, &root.content_real().join(path)) {
        Ok(Some(relative)) => relative,
        Ok(None) => return Err(refused("it leads out of the site's folder")),
        Err(error) => return Err(refused(&reason(&error))),
    };
    if open::is_hidden(&relative) {
        return Err(refused("it leads to a hidden file"));
    }
    open::read(root, &relative).map_err(|error| refused(&reason(&error)))
}

/// Reads a file that the program itself wrote into ROOT, such as the citations; `None` where there is none.
///
/// Errs where it cannot be read, is no regular file, is larger than 64 MiB or is not UTF-8.
pub fn read_own(root: &Root, name: &str) -> Result<Option<String>, Error> {
    const LARGEST: u64 = 64 * 1024 * 1024;
    let path = root.path.join(name);
    let bytes = match open::read_small(root.real(), name, LARGEST + 1) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::reading("read", &path, &error)),
    };
    if bytes.len() as u64 > LARGEST {
        return Err(Error::new(format!("`{}` has more than {}", path.display(), mebibytes(LARGEST))));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| Error::new(format!("cannot read `{}`: it is not UTF-8", path.display())))
}

/// Reads the fonts that the settings name, each with its path there.
///
/// Errs where one cannot be read, is no regular file, leads out of ROOT or is larger than 64 MiB.
pub fn card_fonts(root: &Root, config: &Config) -> Result<Vec<(String, Vec<u8>)>, Error> {
    const LARGEST: u64 = 64 * 1024 * 1024;
    let read = |name: &String| {
        let failed = |why: &str| Error::new(format!("cannot read the font `{name}`: {why}"));
        let path = open::resolve(root, &root.path.join(name)).map_err(|error| failed(&reason(&error)))?;
        let path = path.ok_or_else(|| failed("it leads out of the site's folder"))?;
        let (_, size) = open::open(root, &path).map_err(|error| failed(&reason(&error)))?;
        if size > LARGEST {
            return Err(failed(&format!("it has more than {}", mebibytes(LARGEST))));
        }
        let bytes = open::read(root, &path).map_err(|error| failed(&reason(&error)))?;
        Ok((name.clone(), bytes))
    };
    config.card_fonts.iter().map(read).collect()
}

/// Reads a file that somebody named in the arguments, wherever it is; bytes that are no UTF-8 are replaced.
///
/// Errs where it cannot be read, is no regular file, or is larger than 16 MiB.
pub fn read_given(path: &Path) -> Result<String, Error> {
    let failed = |error: &io::Error| Error::reading("read", path, error);
    let metadata = std::fs::metadata(path).map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        return Err(Error::new(format!("`{}` is no file", path.display())));
    }
    if metadata.len() > LARGEST_DOCUMENT {
        return Err(Error::new(format!(
            "`{}` has more than {}",
            path.display(),
            mebibytes(LARGEST_DOCUMENT)
        )));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the size of a document and its bytes, or only the first of them where it is too large.
fn read_beginning(opener: &mut open::Opener, entry: &Entry) -> io::Result<(u64, Vec<u8>)> {
    let (mut file, size) = opener.open(&entry.real)?;
    if size > LARGEST_DOCUMENT {
        let mut bytes = Vec::with_capacity(BEGINNING as usize);
        file.take(BEGINNING).read_to_end(&mut bytes)?;
        return Ok((size, bytes));
    }
    let mut bytes = Vec::with_capacity(size as usize + 1);
    (&mut file).take(LARGEST_DOCUMENT + 1).read_to_end(&mut bytes)?;
    // It may have grown since we asked for its size.
    let read = bytes.len() as u64;
    if read > LARGEST_DOCUMENT {
        bytes.truncate(BEGINNING as usize);
    }
    Ok((read, bytes))
}

/// Returns why a file operation failed, as a short lower-case phrase.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => "unknown reason".to_owned(),
    }
}

/// Returns a number of bytes as people read it, rounded up to a tenth.
fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1024 * 1024);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

// They make pipes, sockets and names that are not UTF-8.
#[cfg(all(test, unix))]
mod tests;
