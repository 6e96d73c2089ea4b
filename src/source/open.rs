//! Opens files below ROOT so that nothing swapped in meanwhile can hang us or lead us out.
//!
//! Comes in: ROOT and a path below it that holds no symbolic link. Goes out: an open regular file, or an error.
//!
//! Invariant: every part of the path is opened without following links, so a part that has become a link since
//! [`resolve`] looked at it is an error, and a named pipe is never waited for.

use super::Root;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

/// Returns where a path really leads, relative to ROOT; `None` where that is outside.
pub(super) fn resolve(root: &Root, path: &Path) -> io::Result<Option<PathBuf>> {
    let real = std::fs::canonicalize(path)?;
    Ok(real.strip_prefix(root.real()).ok().map(Path::to_path_buf))
}

/// Returns whether a part of the path begins with a dot.
pub(super) fn is_hidden(path: &Path) -> bool {
    path.iter().any(|part| part.as_encoded_bytes().first() == Some(&b'.'))
}

/// Opens a regular file and returns it with its size in bytes.
pub(super) fn open(root: &Root, relative: &Path) -> io::Result<(File, u64)> {
    open_below(root.real(), relative)
}

/// Reads a regular file whole.
pub(super) fn read(root: &Root, relative: &Path) -> io::Result<Vec<u8>> {
    let (mut file, size) = open(root, relative)?;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).saturating_add(1));
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a small file that steers us, such as `.gitignore`, up to a number of bytes; the rest is cut off.
pub(super) fn read_small(folder: &Path, name: &str, limit: u64) -> io::Result<Vec<u8>> {
    let (file, _) = open_below(folder, Path::new(name))?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a regular file below any folder and returns it with its size in bytes.
pub(super) fn open_below(folder: &Path, relative: &Path) -> io::Result<(File, u64)> {
    Opener::new(folder).open(relative)
}

/// Opens files below a folder one after the other.
///
/// Those that follow each other are mostly neighbours, so the folder of the last one stays open. Whatever takes its place
/// meanwhile, it is the folder that was reached without a link.
#[derive(Debug)]
pub(super) struct Opener<'a> {
    folder: &'a Path,
    #[cfg(unix)]
    last: Option<(PathBuf, rustix::fd::OwnedFd)>,
}

#[cfg(unix)]
impl<'a> Opener<'a> {
    /// Returns what opens files below a folder.
    pub(super) fn new(folder: &'a Path) -> Self {
        Opener { folder, last: None }
    }

    /// Opens a regular file and returns it with its size in bytes.
    pub(super) fn open(&mut self, relative: &Path) -> io::Result<(File, u64)> {
        use rustix::fs::OFlags;

        let (Some(parent), Some(name)) = (relative.parent(), relative.file_name()) else {
            return Err(changed());
        };
        let (_, at) = match &mut self.last {
            Some(last) if last.0 == parent => last,
            last => last.insert((parent.to_path_buf(), pass(self.folder, parent)?)),
        };
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        regular(File::from(without_link(at, name, flags)?))
    }
}

/// Opens a folder below another one.
#[cfg(unix)]
fn pass(folder: &Path, relative: &Path) -> io::Result<rustix::fd::OwnedFd> {
    use rustix::fs::OFlags;
    use std::path::Component;

    // On Linux a folder that may be passed but not listed is enough.
    #[cfg(target_os = "linux")]
    const PASS: OFlags = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    const PASS: OFlags = OFlags::RDONLY;

    let through = PASS | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut at = rustix::fs::open(folder, through, rustix::fs::Mode::empty())?;
    for part in relative.components() {
        let Component::Normal(name) = part else { return Err(changed()) };
        at = without_link(&at, name, through | OFlags::NOFOLLOW)?;
    }
    Ok(at)
}

/// Opens what stands in a folder; a link, or what is no folder where one is asked for, has changed.
#[cfg(unix)]
fn without_link(
    at: &rustix::fd::OwnedFd,
    name: &std::ffi::OsStr,
    flags: rustix::fs::OFlags,
) -> io::Result<rustix::fd::OwnedFd> {
    use rustix::io::Errno;
    rustix::fs::openat(at, name, flags, rustix::fs::Mode::empty()).map_err(|error| match error {
        Errno::LOOP | Errno::NOTDIR | Errno::NXIO => changed(),
        error => error.into(),
    })
}

#[cfg(not(unix))]
impl<'a> Opener<'a> {
    /// Returns what opens files below a folder.
    pub(super) fn new(folder: &'a Path) -> Self {
        Opener { folder }
    }

    /// Opens a regular file and returns it with its size in bytes.
    pub(super) fn open(&mut self, relative: &Path) -> io::Result<(File, u64)> {
        let path = self.folder.join(relative);
        // The nearest that the standard library offers: nothing may have become a link since it was resolved.
        if std::fs::canonicalize(&path)? != std::fs::canonicalize(self.folder)?.join(relative) {
            return Err(changed());
        }
        regular(File::open(path)?)
    }
}

/// Returns the file and its size if it is a regular one.
fn regular(file: File) -> io::Result<(File, u64)> {
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok((file, metadata.len())) } else { Err(changed()) }
}

fn changed() -> io::Error {
    io::Error::other("it is no regular file, or has become a link")
}
