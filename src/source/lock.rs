//! Reads the files of the lock, in which lessons keep their ids.
//!
//! Comes in: ROOT. Goes out: the names and texts of the files in `lessons.lock`. Never understands them:
//! `knowledge::ledger` does.

use super::Error;
use super::Root;
use super::open;
use super::reason;
use std::io;
use std::path::Path;

/// The folder of the lock in ROOT.
pub const LOCK: &str = "lessons.lock";

/// The ending of the lock's files.
const ENDING: &str = ".txt";

/// Reads the files of the lock, in the order of their names; none where there is no lock.
///
/// Errs where the folder or a file in it cannot be read, leads out of ROOT or is not UTF-8: a lock that is read by half would
/// give lessons other ids.
pub fn lock_files(root: &Root) -> Result<Vec<(String, String)>, Error> {
    let folder = root.real().join(LOCK);
    let named = root.path.join(LOCK);
    let metadata = match std::fs::symlink_metadata(&folder) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::reading("read the lock", &named, &error)),
    };
    if !metadata.is_dir() {
        return Err(Error::new(format!("the lock `{}` is no folder", named.display()))
            .help("`afterword lock` makes a folder of that name; move away what is there"));
    }
    let listed =
        std::fs::read_dir(&folder).map_err(|error| Error::reading("read the lock", &named, &error))?;
    let mut names = Vec::new();
    for entry in listed {
        let entry = entry.map_err(|error| Error::reading("read the lock", &named, &error))?;
        // Whatever else somebody puts there is left alone.
        if let Some(name) = entry.file_name().to_str()
            && name.ends_with(ENDING)
            && !name.starts_with('.')
        {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    let read = |name: String| {
        let bytes = open::read(root, &Path::new(LOCK).join(&name));
        let text =
            bytes.and_then(|bytes| String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8")));
        text.map(|text| (name.clone(), text)).map_err(|error| {
            Error::new(format!("cannot read `{LOCK}/{name}`: {}", reason(&error)))
                .help("take the file from the last commit in which it was whole")
        })
    };
    names.into_iter().map(read).collect()
}
