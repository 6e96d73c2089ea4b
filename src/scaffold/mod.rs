//! The only writer into ROOT: the lock, a baseline, new documents, and those that `check --fix` mends.
//!
//! Comes in: names and texts of files. Goes out: these files in their folder, each replaced in one step and only where it
//! changes; a new one never in the place of another. `template` and `notes` make the text of a new document of what is known
//! before it is written. Decides nothing else about what a document says, and never writes through a symbolic link.

#![expect(clippy::disallowed_methods, reason = "`scaffold` is the only writer into ROOT")]

pub mod adopt;
mod file;
pub mod notes;
pub mod skeleton;
pub mod template;

pub use file::create;
pub use file::replace;
pub use file::replace_with_folders;

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::Path;

/// The program could not write what it needs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which file and what for: a short lower-case phrase.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// What changes in a folder of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// Files that are new or have another text.
    pub written: Vec<(&'a str, &'a str)>,
    /// Files that are no longer wanted.
    pub removed: Vec<&'a str>,
}

impl Changes<'_> {
    /// Returns whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }
}

/// Returns what must change for files to become others. Both are given with their names; how lines end is no difference, since
/// Git may have changed it.
pub fn changes<'a>(before: &'a [(String, String)], after: &'a [(String, String)]) -> Changes<'a> {
    let known: std::collections::BTreeMap<&str, &str> =
        before.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let kept: BTreeSet<&str> = after.iter().map(|(name, _)| name.as_str()).collect();
    Changes {
        written: after
            .iter()
            .filter(|(name, text)| {
                known.get(name.as_str()).is_none_or(|before| !before.lines().eq(text.lines()))
            })
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect(),
        removed: before.iter().map(|(name, _)| name.as_str()).filter(|name| !kept.contains(name)).collect(),
    }
}

/// Makes the changes in a folder below ROOT, which is made where it is missing.
///
/// New texts are in place before anything is removed, so that no id is ever without its line.
pub fn write(root: &Path, folder: &str, changes: &Changes<'_>) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let folder = root.join(folder);
    let failed = |what: &str, path: &Path, error: &io::Error| Error {
        message: format!("cannot {what} `{}`: {error}", path.display()),
    };
    match std::fs::symlink_metadata(&folder) {
        Ok(metadata) if !metadata.is_dir() => {
            return Err(Error { message: format!("`{}` is no folder", folder.display()) });
        }
        Ok(_) => {}
        Err(_) => std::fs::create_dir(&folder).map_err(|error| failed("make the folder", &folder, &error))?,
    }
    for (name, text) in &changes.written {
        let path = folder.join(name);
        // The text of its last run may be left there by a process that was killed.
        let new = folder.join(format!(".{name}.new"));
        std::fs::write(&new, text).map_err(|error| failed("write", &new, &error))?;
        std::fs::rename(&new, &path).map_err(|error| failed("replace", &path, &error))?;
    }
    for name in &changes.removed {
        let path = folder.join(name);
        std::fs::remove_file(&path).map_err(|error| failed("remove", &path, &error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn only_what_changes_is_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = files(&[("a.txt", "one\n"), ("b.txt", "two\n")]);
        write(folder.path(), "lock", &changes(&[], &first)).unwrap();
        assert_eq!(changes(&files(&[("a.txt", "one\r\n"), ("b.txt", "two\n")]), &first), Changes::default());
        let second = files(&[("b.txt", "three\n"), ("c.txt", "four\n")]);
        let found = changes(&first, &second);
        assert_eq!((found.written.len(), found.removed.as_slice()), (2, &["a.txt"][..]));
        write(folder.path(), "lock", &found).unwrap();
        let mut names: Vec<_> = std::fs::read_dir(folder.path().join("lock"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["b.txt", "c.txt"]);
        assert_eq!(std::fs::read_to_string(folder.path().join("lock/b.txt")).unwrap(), "three\n");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_the_folder_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::os::unix::fs::symlink("/tmp", folder.path().join("lock")).unwrap();
        let error = write(folder.path(), "lock", &changes(&[], &files(&[("a.txt", "one\n")]))).unwrap_err();
        assert!(error.message.ends_with("/lock` is no folder"), "{error}");
    }
}
