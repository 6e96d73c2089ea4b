//! What killed builds leave behind.
//!
//! Comes in: the folder in which leftovers stand and how their names begin. Goes out: nothing; leftovers are deleted,
//! and a site that a crash left aside is put back. Never touches a folder of a build that is still running, nor one
//! that only looks like ours.

#![expect(clippy::disallowed_methods, reason = "deletes what killed builds left")]

use crate::config::OUTPUT_MARKER;
use crate::output::Error;
use crate::output::deletion;
use crate::output::manifest;
use crate::output::staging;
use crate::output::staging::Lock;
use crate::output::staging::Staging;
use std::ffi::OsStr;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::SystemTime;

/// Follows the prefix of staging folders in the name of a site that was renamed aside.
const ASIDE: &str = "old-";

/// Where nothing can be locked, only leftovers of this age are believed to be without an owner.
const OLD_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the path to which a site is renamed to make room for the new one.
pub fn aside(out: &Path) -> PathBuf {
    let name = staging::prefix_beside(out.file_name().unwrap_or_default());
    out.with_file_name(staging::next_name(&prefix_aside(&name)))
}

/// Puts back a site that was renamed aside by a build that died before it could rename the new one in.
pub fn repair(parent: &Path, beside: &OsStr, out: &Path) -> Result<(), Error> {
    let is_missing = match std::fs::symlink_metadata(out) {
        Ok(found) => found.is_dir() && std::fs::read_dir(out).is_ok_and(|mut items| items.next().is_none()),
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    if !is_missing {
        return Ok(());
    }
    let mut newest: Option<(SystemTime, PathBuf)> = None;
    for path in numbered(parent, &prefix_aside(beside)) {
        let time = match manifest::open(&path) {
            // Its build lives, and is just about to rename the new site in.
            Ok(marker) if staging::try_lock(&marker) == Lock::Held => continue,
            Ok(marker) => marker.metadata().and_then(|found| found.modified()).ok(),
            // A folder without a marker got there by force.
            Err(_) => None,
        };
        let time = time.unwrap_or(SystemTime::UNIX_EPOCH);
        if newest.as_ref().is_none_or(|(other, _)| *other < time) {
            newest = Some((time, path));
        }
    }
    let Some((_, path)) = newest else { return Ok(()) };
    // Some systems do not rename a folder over an empty one. If it is no longer empty, the renaming fails too.
    let _ = std::fs::remove_dir(out);
    match std::fs::rename(&path, out) {
        // Another build was faster.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result.map_err(|error| Error::io("cannot put back the site", &path, &error)),
    }
}

/// Deletes the staging folders that no living build owns.
///
/// `own` is the one of this build. Sites renamed aside are only deleted `with_aside`: when the site that took their
/// place is there.
pub fn clean(folder: &Path, prefix: &OsStr, own: &Staging, with_aside: bool) {
    let mut found = numbered(folder, prefix);
    if with_aside {
        found.extend(numbered(folder, &prefix_aside(prefix)));
    }
    for path in found.iter().filter(|path| *path != own.path()) {
        // A leftover that cannot be deleted harms nobody, so no fault here stops a build.
        match manifest::open(path) {
            Ok(marker) => {
                let is_free = match staging::try_lock(&marker) {
                    Lock::Taken => staging::is_still(&marker, &path.join(OUTPUT_MARKER)),
                    Lock::Held => false,
                    Lock::Unknown => is_old(&marker, own),
                };
                if is_free {
                    let lock = (!cfg!(windows)).then_some(marker);
                    let _ = deletion::demolish(path);
                    drop(lock);
                }
            }
            // Without a marker only an empty folder is surely nobody's; this call deletes no other.
            Err(_) => {
                let _ = std::fs::remove_dir(path);
            }
        }
    }
}

/// Returns the real folders whose names are the prefix and two numbers.
fn numbered(folder: &Path, prefix: &OsStr) -> Vec<PathBuf> {
    let Ok(items) = std::fs::read_dir(folder) else { return Vec::new() };
    let items = items.flatten().filter(|item| staging::is_numbered(&item.file_name(), prefix));
    items.filter(|item| item.file_type().is_ok_and(|kind| kind.is_dir())).map(|item| item.path()).collect()
}

fn prefix_aside(prefix: &OsStr) -> OsString {
    let mut aside = prefix.to_owned();
    aside.push(ASIDE);
    aside
}

/// Returns whether a marker is much older than our own, which was written a moment ago.
fn is_old(marker: &std::fs::File, own: &Staging) -> bool {
    let time = |file: &std::fs::File| file.metadata().and_then(|found| found.modified()).ok();
    match (time(marker), own.marker().and_then(time)) {
        (Some(then), Some(now)) => now.duration_since(then).is_ok_and(|age| age > OLD_AGE),
        _ => false,
    }
}
