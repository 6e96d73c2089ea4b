//! How a finished folder takes the place of a site.
//!
//! Comes in: the staging folder and the site, both in the same folder. Goes out: whether and how they changed places;
//! afterwards the old site stands under the name of the staging folder. Never deletes anything.

#![expect(clippy::disallowed_methods, reason = "renames the staging folder and the site")]

use crate::output::Error;
use crate::output::Swap;
use crate::output::leftover;
use crate::output::shown;
use crate::output::staging::Staging;
use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::path::Path;

/// The way that is tried first; where the system refuses, the next one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Both names change places in one step.
    Exchange,
    /// The old one goes aside, the new one takes its place.
    Aside,
    /// The folder stays, and its files are replaced.
    InPlace,
}

impl Way {
    /// Returns the best way that this system may offer.
    pub fn best() -> Way {
        match cfg!(any(target_os = "linux", target_os = "android", target_vendor = "apple")) {
            true => Way::Exchange,
            false => Way::Aside,
        }
    }
}

/// What came of an attempt to replace a folder.
pub enum Outcome {
    /// The new site is in place, and the old one stands where staging was.
    Done(Swap),
    /// The folder cannot be renamed; nothing has changed.
    Impossible,
}

/// Gives a staged site the name of a site that does not exist.
///
/// Fails with an error of which [`is_occupied`] is true when there is a folder with something in it by now.
pub fn appear(staging: &mut Staging, out: &Path) -> io::Result<()> {
    staging.loosen();
    std::fs::rename(staging.path(), out)?;
    staging.hand_over();
    Ok(())
}

/// Lets a staged site and the old one change places.
///
/// `lock` is the lock of the old site's marker, if there is one; it is given up where an open file keeps a folder
/// from being renamed.
pub fn change_places(
    staging: &mut Staging,
    out: &Path,
    way: Way,
    lock: &mut Option<File>,
) -> Result<Outcome, Error> {
    let failed = |error: io::Error| Error::io("cannot replace", out, &error);
    staging.loosen();
    if cfg!(windows) {
        *lock = None;
    }
    if way == Way::Exchange {
        match exchange(staging.path(), out) {
            Ok(()) => {
                staging.hand_over();
                return Ok(Outcome::Done(Swap::Exchanged));
            }
            Err(error) if is_denied(&error) => return Ok(Outcome::Impossible),
            Err(error) if error.kind() == ErrorKind::Unsupported => {}
            Err(error) => return Err(failed(error)),
        }
    }
    let aside = leftover::aside(out);
    match std::fs::rename(out, &aside) {
        Ok(()) => {}
        Err(error) if is_denied(&error) => return Ok(Outcome::Impossible),
        Err(error) => return Err(failed(error)),
    }
    if let Err(error) = std::fs::rename(staging.path(), out) {
        return Err(match std::fs::rename(&aside, out) {
            Ok(()) => failed(error),
            Err(_) => failed(error).help(&format!("the old site is whole and lies at {}", shown(&aside))),
        });
    }
    staging.hand_over();
    // From here on it is a leftover like any other, not a site that waits for being put back.
    std::fs::rename(&aside, staging.path()).map_err(failed)?;
    Ok(Outcome::Done(Swap::Renamed))
}

/// Gives the new folder of a site the permissions, and if possible the group, of the old one.
pub fn take_over_permissions(old: &Path, new: &Path) {
    // What the system does not grant here keeps no site from being published.
    let Ok(found) = std::fs::metadata(old) else { return };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if std::fs::metadata(new).is_ok_and(|made| made.gid() != found.gid()) {
            let _ = std::os::unix::fs::chown(new, None, Some(found.gid()));
        }
    }
    let _ = std::fs::set_permissions(new, found.permissions());
}

/// Makes a folder unless there is one.
pub fn create_folder_if_missing(path: &Path) -> io::Result<()> {
    match std::fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

/// Returns whether a folder is where another file system begins, and so cannot be renamed.
pub fn is_mount_point(folder: &Path, parent: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::AtFlags;
        use rustix::fs::StatxAttributes;
        use rustix::fs::StatxFlags;
        // The only way to see that a folder is mounted upon another one of the same disk, as containers do it.
        let look = rustix::fs::statx(rustix::fs::CWD, folder, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty());
        if look.is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT)) {
            return true;
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| std::fs::symlink_metadata(path).map(|found| found.dev());
        matches!((device(folder), device(parent)), (Ok(one), Ok(other)) if one != other)
    }
    #[cfg(not(unix))]
    {
        let _ = (folder, parent);
        false
    }
}

/// Returns whether an error says that this very folder cannot be renamed, or nothing be made beside it.
pub fn is_denied(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::ResourceBusy
            | ErrorKind::CrossesDevices
    )
}

/// Returns whether an error says that something already has the name.
pub fn is_occupied(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::io::Errno;
    let here = rustix::fs::CWD;
    match rustix::fs::renameat_with(here, one, here, other, rustix::fs::RenameFlags::EXCHANGE) {
        // Which of these says that the system or the file system has no such call differs from one to the next.
        Err(Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP) => Err(io::Error::from(ErrorKind::Unsupported)),
        result => Ok(result?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::Error::from(ErrorKind::Unsupported))
}
