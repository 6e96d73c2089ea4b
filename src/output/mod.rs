//! The only writer of a site: all or nothing.
//!
//! Comes in: paths and bytes, from many threads at once. Goes out: a folder with exactly these files, and a
//! [`Summary`]. Never writes into the old site while the new one is incomplete, never deletes or replaces a file that
//! it did not write (unless forced to), never follows a symbolic link inside a site.
//!
//! The steps, in order:
//!
//! 1. [`Site::begin`] refuses a folder that is not ours, repairs what a crash left, deletes the leftovers of killed
//!    builds and makes the *staging* folder beside the old site: `.dist.afterword-<process>-<number>`.
//! 2. [`Site::write`] puts each file there. A file whose bytes are already in the old site is a hard link to it, so
//!    that it keeps its modification time and costs no writing. Such links are *parked* in one flat folder at first:
//!    while nothing has changed, not even folders are made.
//! 3. [`Site::finish`] ends at once where nothing has changed. Else it moves the parked files to their places, carries
//!    over what others put into the old site, writes the marker, and lets the two folders change places in one step;
//!    then the old one is deleted.
//!
//! Invariant: the old site is not touched before step 3, and until the folders change places it is whole. A process
//! killed at any moment leaves the old site or the new one, and at most a staging folder that the next build deletes.
//!
//! # The marker
//!
//! A finished site holds `.afterword`: a line `afterword 1 <number of files>`, then one line for each file that we
//! wrote, with its xxh3-128 hash, its size and its path. It says that the folder is ours, which files in it are, and
//! which can only have stayed the same. It holds no times, so that the same input gives the same bytes; whether an
//! old file really has the bytes that the marker promises is seen by comparing them. In the staging folder the marker
//! stands from the first moment and is locked as long as its process lives: that is how a leftover is told from a
//! build that is still running, and how two builds take turns at step 3.
//!
//! # Where folders cannot change places
//!
//! Where the system has no such call (not Linux, not macOS; some file systems) the old site is renamed aside and the
//! new one renamed in; a crash between the two is repaired by the next build. Where the folder cannot be renamed at
//! all, being a mount point or standing in a folder that we may not write, each file is moved into place by itself:
//! the one case in which a kill can leave files of both builds, and [`Swap::InPlace`] says so. The next build then
//! puts everything right.
//!
//! # What a power cut may do
//!
//! Files are not flushed to the disk one by one, which would cost minutes. After a kill or a crash of the program
//! everything above holds. After a power cut or a crash of the system shortly after a build, files of the new site
//! may be empty or cut short, or the marker may be, as with any file that is not flushed. The next build compares the
//! bytes and writes such files anew; a broken marker makes it ask for `--force`, which loses nothing that is foreign.

#![expect(clippy::disallowed_methods, reason = "the only writer of a site")]

mod deletion;
mod in_place;
mod leftover;
mod manifest;
mod register;
mod site_path;
mod staging;
mod survey;
mod swap;

use crate::config::OUTPUT_MARKER;
use manifest::Entry;
use manifest::Manifest;
use rayon::iter::IntoParallelRefIterator;
use rayon::iter::ParallelIterator;
use register::Register;
use staging::Staging;
use std::collections::HashMap;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::File;
use std::fs::Metadata;
use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use survey::Survey;
use swap::Outcome;
use swap::Way;

/// How a site is to be written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Write into a folder that holds files of others. They are kept, except where the site has a file of that name.
    pub force: bool,
}

/// What a finished site consists of, in numbers of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Files that are new or have changed.
    pub written: usize,
    /// Files that are the same as in the old site and keep their modification time.
    pub unchanged: usize,
    /// Files that we once wrote and that are no longer part of the site.
    pub removed: usize,
    /// Files and symbolic links of others that were kept.
    pub carried: usize,
    /// The size in bytes of all files of ours, written and unchanged.
    pub bytes: u64,
    /// How the new site took the place of the old one.
    pub swap: Swap,
}

/// How a new site took the place of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    /// Nothing has changed, and the old one stays.
    Kept,
    /// There was none; the new site appeared in one step.
    New,
    /// The two changed places in one step.
    Exchanged,
    /// The old one was renamed aside and the new one renamed in: two steps, and a crash between them is repaired by
    /// the next build.
    Renamed,
    /// File by file, because the folder itself cannot be renamed. A build killed meanwhile leaves files of both.
    InPlace,
}

/// Says why a site was not written; the old one is untouched, unless the message says otherwise.
#[derive(Debug)]
pub struct Error {
    /// A short lower-case phrase that names the file and what was to be done with it.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A site that is being written.
///
/// Dropping it without [`Site::finish`] deletes what was written so far and leaves the old site as it is.
pub struct Site {
    /// The folder to be replaced, with symbolic links resolved.
    out: PathBuf,
    /// Whether foreign files of the same name are replaced.
    force: bool,
    /// The way in which the new site takes its place, if the system allows it.
    way: Way,
    staging: Staging,
    /// What the marker of the old site said when we began, and the folder it was in.
    old: Manifest,
    old_folder: Option<Metadata>,
    register: Mutex<Register>,
    /// Folders made in staging.
    made: Mutex<HashSet<String>>,
    /// Folders of the old site by path, and whether they are folders and not links to one.
    real: Mutex<HashMap<String, bool>>,
    /// Files that are the same as in the old site, with the numbers that are their names while they are parked.
    parked: Mutex<Vec<(String, usize)>>,
    next_parked: AtomicUsize,
    /// Invariant: set once a write has failed, and then nothing is published.
    failed: AtomicBool,
}

/// The folder in staging that holds the parked files.
const PARKED: &str = ".afterword-parked";

/// Returns whether the folder is a site that Afterword wrote, finished or not: it bears our marker.
pub fn is_ours(folder: &Path) -> bool {
    manifest::open(folder).is_ok_and(|mut file| {
        let mut start = [0; manifest::MAGIC.len()];
        file.read_exact(&mut start).is_ok() && start == *manifest::MAGIC.as_bytes()
    })
}

impl Site {
    /// Prepares to replace the site in the folder `out`, which need not exist.
    ///
    /// Fails when the folder holds files and bears no marker of ours, unless `options` force it; when it is no folder;
    /// and when nothing can be written beside it or in it. A symbolic link to a folder stays, and its target is the
    /// site.
    pub fn begin(out: &Path, options: &Options) -> Result<Site, Error> {
        Site::begin_by(out, options, Way::best())
    }

    fn begin_by(out: &Path, options: &Options, way: Way) -> Result<Site, Error> {
        let (out, parent) = resolve(out)?;
        let name = out.file_name().ok_or_else(|| Error::new(format!("{} has no name", shown(&out))))?;
        let beside = staging::prefix_beside(name);
        leftover::repair(&parent, &beside, &out)?;
        let state = State::of(&out, options.force)?;
        let (is_there, is_ours) = (!matches!(state, State::Missing), matches!(state, State::Ours(_)));
        let old = match state {
            State::Ours(manifest) => manifest,
            State::Missing | State::Empty | State::Foreign => Manifest::default(),
        };
        let mut way = way;
        if is_there && swap::is_mount_point(&out, &parent) {
            way = Way::InPlace;
        }
        let mut staging = None;
        if way != Way::InPlace {
            match Staging::create(&parent, &beside) {
                Ok(made) => staging = Some(made),
                Err(error) if is_there && swap::is_denied(&error) => way = Way::InPlace,
                Err(error) => return Err(Error::io("cannot write beside", &out, &error)),
            }
        }
        let inside = OsStr::new(staging::PREFIX_INSIDE);
        let staging = match staging {
            Some(staging) => staging,
            None => {
                let made = swap::create_folder_if_missing(&out).and_then(|()| Staging::create(&out, inside));
                made.map_err(|error| Error::io("cannot write into", &out, &error))?
            }
        };
        leftover::clean(&parent, &beside, &staging, is_ours);
        if is_there {
            leftover::clean(&out, inside, &staging, false);
        }
        // No file of a site can have such a name at the top.
        std::fs::create_dir(staging.path().join(PARKED))
            .map_err(|error| Error::io("cannot write into", staging.path(), &error))?;
        let old_folder = std::fs::symlink_metadata(&out).ok();
        Ok(Site {
            out,
            force: options.force,
            way,
            staging,
            old,
            old_folder,
            register: Mutex::default(),
            made: Mutex::default(),
            real: Mutex::default(),
            parked: Mutex::default(),
            next_parked: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
        })
    }

    /// Writes one file of the new site. Threads may call this at the same time.
    ///
    /// `path` is relative to the site, with `/` between its parts, such as `incidents/dns/index.html`; folders are
    /// made as needed. Fails on a path that could lead out of the site or harm it (`..`, absolute, empty parts, NUL,
    /// `.git`, our marker), that is too long, or that was written before, and when the system cannot write. After a
    /// failure [`Site::finish`] fails too.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let result = self.write_file(path, bytes);
        if result.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        result
    }

    /// Returns a file of the old site, where it is there as we wrote it: what costs much to make need not be made again.
    ///
    /// It belongs to the new site only once it is written.
    pub fn old(&self, path: &str) -> Option<Vec<u8>> {
        if !self.old.contains(path) || site_path::check(path).is_err() {
            return None;
        }
        if path.rsplit_once('/').is_some_and(|(folder, _)| !self.is_real(folder)) {
            return None;
        }
        let (mut file, _) = open_regular(&self.out.join(path)).ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        self.old.has_same(&Entry::of(path, &bytes)).then_some(bytes)
    }

    /// Puts the new site in the place of the old one.
    ///
    /// Fails when a write has failed before, when a file of somebody else has the name of one of ours (unless
    /// forced), and when the system cannot do it; then the old site stays.
    pub fn finish(self) -> Result<Summary, Error> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(Error::new(format!(
                "{} stays as it was, because not every file could be written",
                shown(&self.out)
            )));
        }
        let register = std::mem::take(&mut *locked(&self.register));
        let new = Manifest::new(register.entries);
        let parked = std::mem::take(&mut *locked(&self.parked));
        let unchanged = parked.len();
        let (survey, swap) = self.publish(&new, &register.folders, &parked)?;
        Ok(Summary {
            written: new.len() - unchanged,
            unchanged,
            removed: survey.ours.iter().filter(|path| !new.contains(path)).count(),
            carried: survey.carried(),
            bytes: new.bytes(),
            swap,
        })
    }

    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let refused = |why: String| Error::new(format!("cannot write {}: {why}", shown(Path::new(path))));
        site_path::check(path).map_err(refused)?;
        let entry = Entry::of(path, bytes);
        let may_reuse = self.old.has_same(&entry);
        locked(&self.register).add(entry).map_err(refused)?;
        let failed = |error: io::Error| Error::io("cannot write", &self.out.join(path), &error);
        let folder = path.rsplit_once('/').map(|(folder, _)| folder);
        if may_reuse && folder.is_none_or(|folder| self.is_real(folder)) {
            let number = self.next_parked.fetch_add(1, Ordering::Relaxed);
            if self.reuse(path, &self.parked(number), bytes).map_err(failed)? {
                locked(&self.parked).push((path.to_owned(), number));
                return Ok(());
            }
        }
        folder.map_or(Ok(()), |folder| self.make_folder(folder)).map_err(failed)?;
        let written = File::options().write(true).create_new(true).open(self.staging.path().join(path));
        written.and_then(|mut file| file.write_all(bytes)).map_err(failed)
    }

    /// Makes a folder in staging, with those above it.
    fn make_folder(&self, folder: &str) -> io::Result<()> {
        if locked(&self.made).contains(folder) {
            return Ok(());
        }
        if let Some((above, _)) = folder.rsplit_once('/') {
            self.make_folder(above)?;
        }
        swap::create_folder_if_missing(&self.staging.path().join(folder))?;
        locked(&self.made).insert(folder.to_owned());
        Ok(())
    }

    /// Returns whether the old site has this folder, and no link on the way to it: to read behind one would be to
    /// read outside of the site.
    fn is_real(&self, folder: &str) -> bool {
        if let Some(&is_real) = locked(&self.real).get(folder) {
            return is_real;
        }
        let is_real = folder.rsplit_once('/').is_none_or(|(above, _)| self.is_real(above))
            && std::fs::symlink_metadata(self.out.join(folder)).is_ok_and(|found| found.is_dir());
        locked(&self.real).insert(folder.to_owned(), is_real);
        is_real
    }

    fn parked(&self, number: usize) -> PathBuf {
        self.staging.path().join(PARKED).join(number.to_string())
    }

    /// Links the old file to `target` if it has these very bytes, and returns whether it did.
    ///
    /// The old site may be replaced by another build at any moment of this, so nothing is believed about a path
    /// before the linked file is seen to be the one that was read.
    fn reuse(&self, path: &str, target: &Path, bytes: &[u8]) -> io::Result<bool> {
        let old = self.out.join(path);
        let Ok((mut file, found)) = open_regular(&old) else { return Ok(false) };
        if found.len() != bytes.len() as u64 || !has_bytes(&mut file, bytes).unwrap_or(false) {
            return Ok(false);
        }
        match std::fs::hard_link(&old, target) {
            Ok(()) => {
                if std::fs::symlink_metadata(target).is_ok_and(|linked| is_same_file(&linked, &found)) {
                    return Ok(true);
                }
                std::fs::remove_file(target)?;
                Ok(false)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            // Here files cannot have two names, or not this one, or not one more; a copy with the old time serves.
            Err(_) => {
                let mut copy = File::options().write(true).create_new(true).open(target)?;
                copy.write_all(bytes)?;
                if let Ok(time) = found.modified() {
                    // A file system without such times is no reason to fail.
                    let _ = copy.set_modified(time);
                }
                Ok(true)
            }
        }
    }

    /// Moves the parked files to their places in staging.
    fn unpark(&self, parked: &[(String, usize)]) -> Result<(), Error> {
        parked.par_iter().try_for_each(|(path, number)| {
            let folder = path.rsplit_once('/').map(|(folder, _)| folder);
            let made = folder.map_or(Ok(()), |folder| self.make_folder(folder));
            made.and_then(|()| std::fs::rename(self.parked(*number), self.staging.path().join(path)))
                .map_err(|error| Error::io("cannot write", &self.out.join(path), &error))
        })?;
        let folder = self.staging.path().join(PARKED);
        std::fs::remove_dir(&folder).map_err(|error| Error::io("cannot delete", &folder, &error))
    }

    /// Lets the staged site take its place, and returns what the old one held.
    fn publish(
        mut self,
        new: &Manifest,
        folders: &HashSet<String>,
        parked: &[(String, usize)],
    ) -> Result<(Survey, Swap), Error> {
        let publishing = |error: io::Error, out: &Path| Error::io("cannot replace", out, &error);
        let mut is_parked = true;
        loop {
            // Whoever holds the lock of the old site's marker is about to replace it; the next one then sees a
            // different folder, which is why everything about the old site is asked again here.
            let mut lock = staging::lock_site(&self.out)?;
            let old = match State::of(&self.out, self.force)? {
                State::Missing => {
                    if std::mem::take(&mut is_parked) {
                        self.unpark(parked)?;
                    }
                    let text = new.text();
                    self.staging.write_marker(&text).map_err(|error| publishing(error, &self.out))?;
                    match swap::appear(&mut self.staging, &self.out) {
                        Ok(()) => return Ok((Survey::default(), Swap::New)),
                        // Another build was faster, or somebody made the folder.
                        Err(error) if swap::is_occupied(&error) => continue,
                        Err(error) => return Err(publishing(error, &self.out)),
                    }
                }
                State::Empty | State::Foreign => Manifest::default(),
                State::Ours(manifest) => manifest,
            };
            let looked_at = std::fs::symlink_metadata(&self.out).ok();
            let mut survey = Survey::of(&self.out, &old)?;
            let is_same_site = is_same_folder(&looked_at, &self.old_folder) && *new == old;
            if is_same_site && parked.len() == new.len() && !new.is_empty() {
                return Ok((survey, Swap::Kept));
            }
            if std::mem::take(&mut is_parked) {
                self.unpark(parked)?;
            }
            survey.settle(&self.out, new, folders, self.force)?;
            if self.way != Way::InPlace {
                survey.carry(&self.out, self.staging.path(), folders)?;
                let written = self.staging.write_marker(&new.text());
                written.map_err(|error| publishing(error, &self.out))?;
                swap::take_over_permissions(&self.out, self.staging.path());
                let outcome = swap::change_places(&mut self.staging, &self.out, self.way, &mut lock)?;
                if let Outcome::Done(swap) = outcome {
                    let replaced = std::fs::symlink_metadata(self.staging.path()).ok();
                    if is_same_folder(&looked_at, &replaced) {
                        survey.retire(self.staging.path(), &self.out);
                    } else {
                        // Where locks are of no use, another build may have been faster, and this is its site.
                        self.retire_other(new, folders);
                    }
                    return Ok((survey, swap));
                }
            }
            in_place::replace(&mut self.staging, &self.out, &old, new, folders, &survey)?;
            return Ok((survey, Swap::InPlace));
        }
    }

    /// Deletes a site that took the place of the old one after we had looked at it; when in doubt, leaves it.
    fn retire_other(&self, new: &Manifest, folders: &HashSet<String>) {
        let other = self.staging.path();
        let Ok(Some(manifest)) = manifest::read(other) else { return };
        let Ok(mut survey) = Survey::of(other, &manifest) else { return };
        if survey.settle(other, new, folders, false).is_ok() {
            survey.retire(other, &self.out);
        }
    }
}

/// What stands where the site is to be.
enum State {
    Missing,
    Empty,
    Ours(Manifest),
    /// Files, and no marker that could be understood; only where force allows it.
    Foreign,
}

impl State {
    fn of(out: &Path, force: bool) -> Result<State, Error> {
        let refused = |message: String| {
            Error::new(message).help(
                "name another folder with `--out`, or keep its files and write the site among them with `--force`",
            )
        };
        match std::fs::symlink_metadata(out) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(Error::new(format!("{} is not a folder", shown(out)))),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::Missing),
            Err(error) => return Err(Error::io("cannot look at", out, &error)),
        }
        match manifest::read(out) {
            Ok(Some(manifest)) => return Ok(State::Ours(manifest)),
            Ok(None) => {}
            Err(_) if force => return Ok(State::Foreign),
            Err(why) => {
                let marker = out.join(OUTPUT_MARKER);
                return Err(refused(format!(
                    "cannot tell which files of a site are ours by {}: {why}",
                    shown(&marker)
                )));
            }
        }
        let listed = std::fs::read_dir(out).map_err(|error| Error::io("cannot list", out, &error))?;
        for item in listed {
            let item = item.map_err(|error| Error::io("cannot list", out, &error))?;
            if !staging::is_name_inside(&item.file_name()) {
                if force {
                    return Ok(State::Foreign);
                }
                return Err(refused(format!("{} holds files that Afterword did not write", shown(out))));
            }
        }
        Ok(State::Empty)
    }
}

impl Error {
    fn new(message: String) -> Self {
        Error { message, help: None }
    }

    fn io(what: &str, path: &Path, cause: &io::Error) -> Self {
        Error::new(format!("{what} {}: {cause}", shown(path)))
    }

    fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Returns a path in backticks; control characters, which could play tricks on a terminal, are escaped.
fn shown(path: &Path) -> String {
    let mut text = String::from("`");
    for character in path.to_string_lossy().chars() {
        match character.is_control() {
            true => text.extend(character.escape_default()),
            false => text.push(character),
        }
    }
    text.push('`');
    text
}

/// Returns the folder of the site and the one above it, with links resolved, and makes the one above if need be.
fn resolve(out: &Path) -> Result<(PathBuf, PathBuf), Error> {
    let cannot = |error: io::Error| Error::io("cannot reach", out, &error);
    match std::fs::symlink_metadata(out) {
        Ok(_) => {
            let real = std::fs::canonicalize(out).map_err(cannot)?;
            let parent = real
                .parent()
                .ok_or_else(|| Error::new(format!("{} cannot be a site: it is the root", shown(out))))?;
            Ok((real.clone(), parent.to_owned()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let name = out.file_name().ok_or_else(|| cannot(error))?;
            let parent = match out.parent() {
                Some(parent) if parent != Path::new("") => parent,
                _ => Path::new("."),
            };
            std::fs::create_dir_all(parent).map_err(|error| Error::io("cannot create", parent, &error))?;
            let parent = std::fs::canonicalize(parent).map_err(cannot)?;
            Ok((parent.join(name), parent))
        }
        Err(error) => Err(cannot(error)),
    }
}

/// Opens a file for reading if it is one: never behind a link, never waiting for the other end of a pipe.
fn open_regular(path: &Path) -> io::Result<(File, Metadata)> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits() as i32);
    }
    #[cfg(not(unix))]
    if std::fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::Error::from(ErrorKind::InvalidInput));
    }
    let file = options.open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(io::Error::from(ErrorKind::InvalidInput));
    }
    Ok((file, found))
}

/// Returns whether a file of the same size has these bytes.
fn has_bytes(file: &mut File, mut bytes: &[u8]) -> io::Result<bool> {
    let mut buffer = [0; 16 * 1024];
    while !bytes.is_empty() {
        let part = bytes.len().min(buffer.len());
        match file.read(&mut buffer[..part]) {
            Ok(0) => return Ok(false),
            Ok(count) if buffer[..count] == bytes[..count] => bytes = &bytes[count..],
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// Returns whether two looks were at the very same file.
#[cfg(unix)]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Returns whether two looks were at the same file, as far as can be told here.
#[cfg(not(unix))]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    let face = |file: &Metadata| (file.len(), file.modified().ok(), file.created().ok());
    face(one) == face(other)
}

fn is_same_folder(one: &Option<Metadata>, other: &Option<Metadata>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if is_same_file(one, other))
}

/// A thread that panicked while it held one of our locks has broken nothing: each holds one simple collection.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
