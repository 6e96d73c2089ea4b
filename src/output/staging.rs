//! The folder in which a new site grows, and the locks by which builds see each other.
//!
//! Comes in: the folder to make it in and the beginning of its name. Goes out: a [`Staging`], whose marker is locked
//! until the process lets go of it or dies. Never touches a folder that it did not make.

#![expect(clippy::disallowed_methods, reason = "makes and deletes the staging folder")]

use crate::config::OUTPUT_MARKER;
use crate::output::Error;
use crate::output::deletion;
use crate::output::is_same_file;
use crate::output::manifest;
use crate::output::shown;
use std::ffi::OsStr;
use std::ffi::OsString;
use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::io::ErrorKind;
use std::io::Seek;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use xxhash_rust::xxh3::xxh3_128;

/// The beginning of the name of a staging folder that stands inside the site.
pub const PREFIX_INSIDE: &str = ".afterword-";

/// Longer names of sites are replaced by a hash, so that the name of the staging folder is not too long for the disk.
const LONGEST_STEM: usize = 180;

/// How long a build waits for another one to finish its swap, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// Tells staging folders of one process from each other.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// A folder that is filled, and deleted when dropped unless it has become a site.
pub struct Staging {
    path: PathBuf,
    /// Open and locked as long as the folder is ours.
    marker: Option<File>,
    /// Whether the folder is to be deleted when dropped.
    is_ours: bool,
}

/// Returns the beginning of the names of staging folders beside a site of this name.
pub fn prefix_beside(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    match name.len() <= LONGEST_STEM {
        true => prefix.push(name),
        false => prefix.push(format!("{:032x}", xxh3_128(name.as_encoded_bytes()))),
    }
    prefix.push(".afterword-");
    prefix
}

/// Returns whether a name in a site is that of a staging folder of ours.
pub fn is_name_inside(name: &OsStr) -> bool {
    is_numbered(name, OsStr::new(PREFIX_INSIDE))
}

/// Returns whether a name is the prefix and two numbers: nothing else may be taken for a folder of ours.
pub fn is_numbered(name: &OsStr, prefix: &OsStr) -> bool {
    let number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes()).is_some_and(|rest| {
        let mut parts = rest.splitn(2, |&byte| byte == b'-');
        parts.next().is_some_and(number) && parts.next().is_some_and(number)
    })
}

/// Returns the next name with this beginning.
pub fn next_name(prefix: &OsStr) -> OsString {
    let mut name = prefix.to_owned();
    name.push(format!("{}-{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed)));
    name
}

impl Staging {
    /// Makes a folder whose name begins with `prefix`, with a locked marker in it.
    pub fn create(folder: &Path, prefix: &OsStr) -> io::Result<Staging> {
        // A number may be taken by a leftover of an earlier process of our number, and a folder that bears no locked
        // marker yet may be cleaned away by another build; both are seen, and the next number is tried.
        loop {
            let path = folder.join(next_name(prefix));
            match std::fs::create_dir(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            }
            let place = path.join(OUTPUT_MARKER);
            let marker = File::options().read(true).write(true).create_new(true).open(&place);
            let marker = match marker {
                Ok(marker) => marker,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => {
                    // The folder is empty and ours.
                    let _ = std::fs::remove_dir(&path);
                    return Err(error);
                }
            };
            if try_lock(&marker) == Lock::Held || !is_still(&marker, &place) {
                continue;
            }
            let mut staging = Staging { path, marker: Some(marker), is_ours: true };
            staging.write_marker(manifest::UNFINISHED)?;
            return Ok(staging);
        }
    }

    /// Returns where the folder is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the locked marker, for a look at its times.
    pub fn marker(&self) -> Option<&File> {
        self.marker.as_ref()
    }

    /// Writes the whole text of the marker.
    pub fn write_marker(&mut self, text: &str) -> io::Result<()> {
        let Some(marker) = self.marker.as_mut() else { return Ok(()) };
        marker.rewind()?;
        marker.set_len(0)?;
        marker.write_all(text.as_bytes())
    }

    /// Lets go of the lock where a folder with an open file in it cannot be renamed.
    pub fn loosen(&mut self) {
        if cfg!(windows) {
            self.marker = None;
        }
    }

    /// Says that the folder is now the site, or has become somebody else's business; dropping this deletes nothing.
    pub fn hand_over(&mut self) {
        self.is_ours = false;
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.is_ours {
            self.loosen();
            // What cannot be deleted now is a leftover for the next build.
            let _ = deletion::demolish(&self.path);
        }
    }
}

/// What came of an attempt to lock a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// We hold it.
    Taken,
    /// Another process, or another build in this one, holds it.
    Held,
    /// This file system has no locks.
    Unknown,
}

/// Tries to lock a file without waiting.
pub fn try_lock(file: &File) -> Lock {
    match file.try_lock() {
        Ok(()) => Lock::Taken,
        Err(TryLockError::WouldBlock) => Lock::Held,
        Err(TryLockError::Error(_)) => Lock::Unknown,
    }
}

/// Locks the marker of a site, waiting for a build that is just replacing it.
///
/// Returns `None` where there is no marker, or no such thing as a lock. Fails when the other build does not come to
/// an end.
pub fn lock_site(out: &Path) -> Result<Option<File>, Error> {
    let place = out.join(OUTPUT_MARKER);
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        let Ok(marker) = manifest::open(out) else { return Ok(None) };
        match try_lock(&marker) {
            // While we waited, the site may have become another one.
            Lock::Taken if is_still(&marker, &place) => return Ok(Some(marker)),
            Lock::Taken => {}
            Lock::Held => std::thread::sleep(PAUSE),
            Lock::Unknown => return Ok(None),
        }
    }
    Err(Error::new(format!(
        "cannot replace {}: another build has been replacing it for {} seconds",
        shown(out),
        PATIENCE.as_secs()
    )))
}

/// Returns whether the open file still stands at this path.
pub fn is_still(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => is_same_file(&open, &there),
        _ => false,
    }
}
