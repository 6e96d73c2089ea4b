//! Which paths the new site has so far.
//!
//! Comes in: one file after the other, in any order. Goes out: whether it fits with those before, whatever the file
//! system would have said. Never touches the disk.

use crate::output::manifest::Entry;
use std::collections::HashSet;

/// The files and folders of a site that is being written.
#[derive(Default)]
pub struct Register {
    /// In the order in which they came, which is no order at all with several threads.
    pub entries: Vec<Entry>,
    /// Every folder that holds a file, directly or not.
    pub folders: HashSet<String>,
    files: HashSet<String>,
}

impl Register {
    /// Adds a file; the error says why the site cannot have it.
    pub fn add(&mut self, entry: Entry) -> Result<(), String> {
        let path = entry.path.as_str();
        if self.files.contains(path) {
            return Err("it is already written".to_owned());
        }
        if self.folders.contains(path) {
            return Err("the site has a folder of that name".to_owned());
        }
        let mut rest = path;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            if self.files.contains(folder) {
                return Err(format!(
                    "the site has a file where this needs the folder `{}`",
                    folder.escape_debug()
                ));
            }
            // Where a folder is known, those above it are.
            if !self.folders.insert(folder.to_owned()) {
                break;
            }
            rest = folder;
        }
        self.files.insert(path.to_owned());
        self.entries.push(entry);
        Ok(())
    }
}
