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
#[cfg(unix)]
pub(super) fn open_below(folder: &Path, relative: &Path) -> io::Result<(File, u64)> {
    use rustix::fs::Mode;
    use rustix::fs::OFlags;
    use std::path::Component;

    // On Linux a folder that may be passed but not listed is enough.
    #[cfg(target_os = "linux")]
    const PASS: OFlags = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    const PASS: OFlags = OFlags::RDONLY;

    let through = PASS | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut at = rustix::fs::open(folder, through, Mode::empty())?;
    let mut parts = relative.components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else { return Err(changed()) };
        let is_last = parts.peek().is_none();
        let flags = if is_last {
            OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NOFOLLOW
        } else {
            through | OFlags::NOFOLLOW
        };
        let next = match rustix::fs::openat(&at, name, flags, Mode::empty()) {
            Ok(next) => next,
            Err(rustix::io::Errno::LOOP | rustix::io::Errno::NOTDIR | rustix::io::Errno::NXIO) => {
                return Err(changed());
            }
            Err(error) => return Err(error.into()),
        };
        if is_last {
            return regular(File::from(next));
        }
        at = next;
    }
    Err(changed())
}

/// Opens a regular file below any folder and returns it with its size in bytes.
#[cfg(not(unix))]
pub(super) fn open_below(folder: &Path, relative: &Path) -> io::Result<(File, u64)> {
    let path = folder.join(relative);
    // The nearest that the standard library offers: nothing may have become a link since it was resolved.
    if std::fs::canonicalize(&path)? != std::fs::canonicalize(folder)?.join(relative) {
        return Err(changed());
    }
    regular(File::open(path)?)
}

/// Returns the file and its size if it is a regular one.
fn regular(file: File) -> io::Result<(File, u64)> {
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok((file, metadata.len())) } else { Err(changed()) }
}

fn changed() -> io::Error {
    io::Error::other("it is no regular file, or has become a link")
}
