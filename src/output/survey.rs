//! What stands in the old site, and what becomes of it.
//!
//! Comes in: the folder of the old site and its manifest. Goes out: a [`Survey`], by which files of others are carried
//! into the new site and the old one is deleted. Never follows a symbolic link, and never deletes a file that it has
//! not seen: what turns up later is carried over too.

#![expect(clippy::disallowed_methods, reason = "carries files over and deletes the old site")]

use crate::config::OUTPUT_MARKER;
use crate::output::Error;
use crate::output::deletion;
use crate::output::deletion::gone;
use crate::output::is_same_file;
use crate::output::manifest;
use crate::output::manifest::Manifest;
use crate::output::open_regular;
use crate::output::shown;
use crate::output::staging;
use rayon::iter::IntoParallelRefIterator;
use rayon::iter::ParallelIterator;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::ffi::OsString;
use std::fs::File;
use std::fs::FileType;
use std::io;
use std::io::ErrorKind;
use std::path::Path;

/// All that stands in a site, by path relative to it, with `/` between the parts.
#[derive(Default)]
pub struct Survey {
    /// Regular files that stand in the manifest.
    pub ours: Vec<String>,
    /// Everything else but folders.
    pub foreign: Vec<Foreign>,
    /// Folders, each after the one that it stands in.
    pub folders: Vec<Folder>,
    /// Why a folder of others could not be looked into, if so: then it can stay, but not be carried over.
    unreadable: Option<Error>,
}

/// A file, symbolic link or anything else that we did not write.
pub struct Foreign {
    /// Its path; others use names that are not Unicode.
    pub path: OsString,
    /// Whether it is a symbolic link.
    is_link: bool,
    /// Whether it took the place of a file of ours, and so has no claim to it.
    is_listed: bool,
    /// Whether the new site has something of its own at this path.
    pub is_replaced: bool,
}

/// A folder in a site.
pub struct Folder {
    /// Its path.
    pub path: OsString,
    /// Whether none of our files stood below it.
    pub is_foreign: bool,
    /// Whether the new site has a file here or above.
    pub is_replaced: bool,
}

impl Survey {
    /// Looks at everything in a site.
    pub fn of(out: &Path, manifest: &Manifest) -> Result<Survey, Error> {
        let mut parents = HashSet::new();
        for path in manifest.paths() {
            // Most files share their folder with the one before, so going up ends soon.
            let mut rest = path;
            while let Some((folder, _)) = rest.rsplit_once('/') {
                if !parents.insert(folder) {
                    break;
                }
                rest = folder;
            }
        }
        let mut survey = Survey::default();
        let mut level = vec![OsString::new()];
        while !level.is_empty() {
            let listed: Vec<io::Result<Vec<(OsString, FileType)>>> =
                level.par_iter().map(|folder| list(out, folder)).collect();
            let mut next = Vec::new();
            for (folder, listed) in level.iter().zip(listed) {
                let listed = match listed {
                    Ok(listed) => listed,
                    // Gone in the meantime, and not by our doing.
                    Err(error) if error.kind() == ErrorKind::NotFound && !folder.is_empty() => continue,
                    Err(error) if error.kind() == ErrorKind::PermissionDenied && !folder.is_empty() => {
                        survey.unreadable = Some(Error::io("cannot keep", &out.join(folder), &error));
                        continue;
                    }
                    Err(error) => return Err(Error::io("cannot list", &out.join(folder), &error)),
                };
                for (path, kind) in listed {
                    let text = path.to_str();
                    let is_listed = text.is_some_and(|text| manifest.contains(text));
                    if kind.is_dir() {
                        let is_foreign = !text.is_some_and(|text| parents.contains(text));
                        next.push(path.clone());
                        survey.folders.push(Folder { path, is_foreign, is_replaced: false });
                    } else if let (true, true, Some(text)) = (is_listed, kind.is_file(), text) {
                        survey.ours.push(text.to_owned());
                    } else {
                        let is_link = kind.is_symlink();
                        survey.foreign.push(Foreign { path, is_link, is_listed, is_replaced: false });
                    }
                }
            }
            level = next;
        }
        Ok(survey)
    }

    /// Decides what has to give way to the new site.
    ///
    /// Fails at a file of others that stands where the new site needs a file or a folder, unless forced.
    pub fn settle(
        &mut self,
        out: &Path,
        new: &Manifest,
        folders: &HashSet<String>,
        force: bool,
    ) -> Result<(), Error> {
        for folder in &mut self.folders {
            folder.is_replaced = is_at_or_below_file(&folder.path, new);
        }
        self.foreign.sort_by(|one, other| one.path.cmp(&other.path));
        for foreign in &mut self.foreign {
            let is_folder = foreign.path.to_str().is_some_and(|text| folders.contains(text));
            foreign.is_replaced = is_folder || is_at_or_below_file(&foreign.path, new);
            if foreign.is_replaced && !foreign.is_listed && !force {
                let path = out.join(&foreign.path);
                return Err(Error::new(format!(
                    "cannot replace {}, which Afterword did not write, by a part of the site of that name",
                    shown(&path)
                ))
                .help("move it to another place, or let `--force` replace it"));
            }
        }
        Ok(())
    }

    /// Returns how many files and links of others the new site has.
    pub fn carried(&self) -> usize {
        self.foreign.iter().filter(|foreign| !foreign.is_replaced).count()
    }

    /// Puts everything foreign that does not give way into the new site, by hard links where possible.
    pub fn carry(&mut self, old: &Path, new: &Path, folders: &HashSet<String>) -> Result<(), Error> {
        if let Some(error) = self.unreadable.take() {
            return Err(error);
        }
        let failed = |path: &OsStr, error: io::Error| Error::io("cannot keep", &old.join(path), &error);
        let kept: Vec<&Foreign> = self.foreign.iter().filter(|foreign| !foreign.is_replaced).collect();
        let own: Vec<&Folder> =
            self.folders.iter().filter(|folder| folder.is_foreign && !folder.is_replaced).collect();
        for folder in &own {
            std::fs::create_dir_all(new.join(&folder.path)).map_err(|error| failed(&folder.path, error))?;
        }
        let mut made: HashSet<&Path> = own.iter().map(|folder| Path::new(&folder.path)).collect();
        for foreign in &kept {
            let Some(parent) = Path::new(&foreign.path).parent() else { continue };
            let is_there = parent.to_str().is_some_and(|text| text.is_empty() || folders.contains(text));
            if !is_there && made.insert(parent) {
                std::fs::create_dir_all(new.join(parent)).map_err(|error| failed(&foreign.path, error))?;
            }
        }
        kept.par_iter().try_for_each(|foreign| {
            let result = keep(&old.join(&foreign.path), &new.join(&foreign.path), foreign.is_link);
            result.map_err(|error| failed(&foreign.path, error))
        })?;
        // Only now: nothing could be put into a folder that is read-only.
        for folder in own.iter().rev() {
            if let Ok(found) = std::fs::symlink_metadata(old.join(&folder.path)) {
                let _ = std::fs::set_permissions(new.join(&folder.path), found.permissions());
            }
        }
        Ok(())
    }

    /// Deletes the old site, which now stands at `old`, after the new one has taken its place at `new`.
    ///
    /// What cannot be deleted is left to the next build, which knows it by its marker.
    pub fn retire(&self, old: &Path, new: &Path) {
        let marker = old.join(OUTPUT_MARKER);
        if !marker.exists() {
            // A folder that was replaced by force; from now on it is a leftover of ours.
            let _ = std::fs::write(&marker, manifest::UNFINISHED);
        }
        let mut result = self.delete(old, new);
        if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::PermissionDenied) {
            deletion::make_writable(old);
            result = self.delete(old, new);
        }
        if result.is_err() {
            return;
        }
        match rescue(old, new) {
            Ok(()) => {
                let _ = std::fs::remove_file(&marker);
                let _ = std::fs::remove_dir(old);
            }
            // Without a marker no later build deletes the folder, and what somebody put there is not lost.
            Err(_) => {
                let _ = std::fs::remove_file(&marker);
            }
        }
    }

    /// Deletes every file and folder of the survey, and takes along what has changed since it was carried over.
    fn delete(&self, old: &Path, new: &Path) -> io::Result<()> {
        deletion::many(&self.ours, |path| gone(std::fs::remove_file(old.join(path))))?;
        for foreign in &self.foreign {
            let from = old.join(&foreign.path);
            let to = new.join(&foreign.path);
            match foreign.is_replaced || is_unchanged(&from, &to) {
                true => gone(std::fs::remove_file(&from))?,
                false => gone(std::fs::rename(&from, &to))?,
            }
        }
        // From the deepest level upwards; those of one level do not stand in each other.
        let depth =
            |folder: &Folder| folder.path.as_encoded_bytes().iter().filter(|&&byte| byte == b'/').count();
        for level in self.folders.chunk_by(|one, other| depth(one) == depth(other)).rev() {
            // One that is not empty holds something that came later; `rescue` sees to it.
            deletion::many(level, |folder| {
                let _ = std::fs::remove_dir(old.join(&folder.path));
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Lists one folder of a site. At the top, our marker and staging folders are left out: they are no part of it.
fn list(out: &Path, folder: &OsStr) -> io::Result<Vec<(OsString, FileType)>> {
    let mut listed = Vec::new();
    for item in std::fs::read_dir(out.join(folder))? {
        let item = item?;
        let name = item.file_name();
        if folder.is_empty() && (name == OUTPUT_MARKER || staging::is_name_inside(&name)) {
            continue;
        }
        let path = match folder.is_empty() {
            true => name,
            false => {
                let mut path = folder.to_owned();
                path.push("/");
                path.push(name);
                path
            }
        };
        listed.push((path, item.file_type()?));
    }
    Ok(listed)
}

/// Returns whether a file of the site has this path or stands where the path goes through.
fn is_at_or_below_file(path: &OsStr, new: &Manifest) -> bool {
    let bytes = path.as_encoded_bytes();
    let ends = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'/').map(|(at, _)| at);
    ends.chain([bytes.len()])
        .any(|end| std::str::from_utf8(&bytes[..end]).is_ok_and(|prefix| new.contains(prefix)))
}

/// Gives a file of others a second name, or copies it where it cannot have one.
fn keep(old: &Path, new: &Path, is_link: bool) -> io::Result<()> {
    if is_link {
        return match std::fs::read_link(old) {
            Ok(target) => match symlink(&target, new, old) {
                Err(_) if is_unchanged(old, new) => Ok(()),
                result => result,
            },
            result => gone(result.map(drop)),
        };
    }
    match std::fs::hard_link(old, new) {
        Ok(()) => Ok(()),
        Err(_) if is_unchanged(old, new) => Ok(()),
        Err(error) => match std::fs::symlink_metadata(old) {
            Ok(found) if found.is_file() => copy(old, new),
            // A pipe or a socket can be linked or not at all.
            Ok(_) => Err(error),
            // Deleted by its owner in the meantime.
            Err(missing) => gone(Err(missing)),
        },
    }
}

/// Copies a file with its permissions and modification time.
fn copy(old: &Path, new: &Path) -> io::Result<()> {
    let (mut from, found) = open_regular(old)?;
    let mut to = File::options().write(true).create_new(true).open(new)?;
    io::copy(&mut from, &mut to)?;
    to.set_permissions(found.permissions())?;
    to.set_modified(found.modified()?)
}

#[cfg(unix)]
fn symlink(target: &Path, new: &Path, _old: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, new)
}

/// Makes a link of the same kind as the old one: Windows tells links to folders from links to files.
#[cfg(windows)]
fn symlink(target: &Path, new: &Path, old: &Path) -> io::Result<()> {
    match std::fs::metadata(old).is_ok_and(|found| found.is_dir()) {
        true => std::os::windows::fs::symlink_dir(target, new),
        false => std::os::windows::fs::symlink_file(target, new),
    }
}

/// Returns whether the new file is the old one, or a copy that is as good.
fn is_unchanged(old: &Path, new: &Path) -> bool {
    let (Ok(one), Ok(other)) = (std::fs::symlink_metadata(old), std::fs::symlink_metadata(new)) else {
        return false;
    };
    if one.is_symlink() && other.is_symlink() {
        return matches!((std::fs::read_link(old), std::fs::read_link(new)), (Ok(one), Ok(other)) if one == other);
    }
    let is_copy = one.is_file()
        && other.is_file()
        && one.len() == other.len()
        && matches!((one.modified(), other.modified()), (Ok(one), Ok(other)) if one == other);
    is_same_file(&one, &other) || is_copy
}

/// Moves whatever is left in the old site into the new one: somebody put it there while the folders changed places.
///
/// Fails when something cannot be moved without replacing something.
fn rescue(old: &Path, new: &Path) -> io::Result<()> {
    let mut folders = vec![OsString::new()];
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        for (path, kind) in list(old, &folder)? {
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            std::fs::create_dir_all(new.join(&folder))?;
            keep(&old.join(&path), &new.join(&path), kind.is_symlink())?;
            std::fs::remove_file(old.join(&path))?;
        }
    }
    for folder in folders.iter().skip(1).rev() {
        std::fs::create_dir_all(new.join(folder))?;
        std::fs::remove_dir(old.join(folder))?;
    }
    Ok(())
}
