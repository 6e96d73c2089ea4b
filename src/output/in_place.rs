//! How a site is replaced whose folder cannot be renamed: file by file.
//!
//! Comes in: a finished staging folder and the survey of the old site. Goes out: the site, in its old folder. Never
//! touches a file of others, unless it was settled that it gives way.
//!
//! Each file changes in one step, the site as a whole does not. From the first moment the marker lists the files of
//! both sites, so that whatever a kill leaves behind is known as ours by the next build.

#![expect(clippy::disallowed_methods, reason = "moves the new files into place and deletes the old ones")]

use crate::config::OUTPUT_MARKER;
use crate::output::Error;
use crate::output::deletion::gone;
use crate::output::manifest::Manifest;
use crate::output::shown;
use crate::output::staging;
use crate::output::staging::Staging;
use crate::output::survey::Survey;
use crate::output::swap;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::io::Write;
use std::path::Path;

/// Replaces the old site by the staged one.
pub fn replace(
    staging: &mut Staging,
    out: &Path,
    old: &Manifest,
    new: &Manifest,
    folders: &HashSet<String>,
    survey: &Survey,
) -> Result<(), Error> {
    let failed = |path: &OsStr, error: io::Error| {
        let message = format!("cannot put {} into place: {error}", shown(&out.join(path)));
        Error::new(message).help("the site may hold files of both builds now; the next build puts that right")
    };
    let marker = OsStr::new(OUTPUT_MARKER);
    let mut mover = Mover { staging: staging.path(), out, scratch: None };
    // Whoever waits for the lock of the old marker gets this one next, so it must be locked from the start.
    let _both = mover.marker(&new.and(old)).map_err(|error| failed(marker, error))?;

    // First what stands in the way: links and files of others that were given up, and old files where the new site
    // has folders or the other way round.
    for foreign in survey.foreign.iter().filter(|foreign| foreign.is_replaced) {
        remove(&out.join(&foreign.path)).map_err(|error| failed(&foreign.path, error))?;
    }
    let is_in_the_way = |path: &str| {
        path.match_indices('/').any(|(at, _)| new.contains(&path[..at])) || folders.contains(path)
    };
    for path in survey.ours.iter().filter(|path| is_in_the_way(path)) {
        remove(&out.join(path)).map_err(|error| failed(OsStr::new(path), error))?;
    }
    for folder in survey.folders.iter().rev().filter(|folder| folder.is_replaced) {
        std::fs::remove_dir(out.join(&folder.path)).map_err(|error| failed(&folder.path, error))?;
    }

    let mut made: Vec<&String> = folders.iter().collect();
    made.sort();
    for folder in made {
        swap::create_folder_if_missing(&out.join(folder))
            .map_err(|error| failed(OsStr::new(folder), error))?;
    }
    // Styles, scripts and data before the pages that ask for them.
    let is_page = |path: &str| path.ends_with(".html");
    let (pages, others): (Vec<&str>, Vec<&str>) = new.paths().partition(|path| is_page(path));
    for path in others.into_iter().chain(pages) {
        mover.put(path).map_err(|error| failed(OsStr::new(path), error))?;
    }

    for path in survey.ours.iter().filter(|path| !new.contains(path) && !is_in_the_way(path)) {
        remove(&out.join(path)).map_err(|error| failed(OsStr::new(path), error))?;
    }
    for folder in survey.folders.iter().rev() {
        if !folder.is_foreign && !folder.path.to_str().is_some_and(|text| folders.contains(text)) {
            // Files of others may keep it alive.
            let _ = std::fs::remove_dir(out.join(&folder.path));
        }
    }
    mover.marker(new).map_err(|error| failed(marker, error))?;
    Ok(())
}

struct Mover<'a> {
    staging: &'a Path,
    out: &'a Path,
    /// A folder inside the site, made when staging turns out to be on another file system.
    scratch: Option<Staging>,
}

impl Mover<'_> {
    /// Moves one staged file into place.
    fn put(&mut self, path: &str) -> io::Result<()> {
        let from = self.staging.join(path);
        let to = self.out.join(path);
        match std::fs::rename(&from, &to) {
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                let bytes = std::fs::read(&from)?;
                let near = self.scratch()?.join("file");
                let mut copy = File::create(&near)?;
                copy.write_all(&bytes)?;
                copy.set_modified(std::fs::metadata(&from)?.modified()?)?;
                std::fs::rename(&near, &to)
            }
            result => result,
        }
    }

    /// Puts a marker into place and returns it locked.
    fn marker(&mut self, manifest: &Manifest) -> io::Result<File> {
        // No file of a site can have such a name at the top.
        let mut near = self.staging.join(".afterword-next");
        let write = |near: &Path| -> io::Result<File> {
            let mut marker = File::create(near)?;
            let _ = staging::try_lock(&marker);
            marker.write_all(manifest.text().as_bytes())?;
            Ok(marker)
        };
        let place = self.out.join(OUTPUT_MARKER);
        let mut marker = write(&near)?;
        match std::fs::rename(&near, &place) {
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                near = self.scratch()?.join(".afterword-next");
                marker = write(&near)?;
                std::fs::rename(&near, &place)?;
            }
            result => result?,
        }
        Ok(marker)
    }

    fn scratch(&mut self) -> io::Result<&Path> {
        if self.scratch.is_none() {
            self.scratch = Some(Staging::create(self.out, OsStr::new(staging::PREFIX_INSIDE))?);
        }
        Ok(self.scratch.as_ref().expect("it was just made").path())
    }
}

/// Deletes a file that may be gone already.
fn remove(path: &Path) -> io::Result<()> {
    gone(std::fs::remove_file(path))
}
