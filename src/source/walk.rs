//! Walks a folder below ROOT and names every file that counts, once.
//!
//! Comes in: a folder and the rules of what to leave out. Goes out: files in the order of their paths' bytes. Never
//! opens a file.
//!
//! Real folders come first and links after them, so that a file that can be reached both ways is listed where it really
//! is. Invariant: no folder is walked twice, so links can neither loop nor multiply the work.

use super::Link;
use super::Root;
use super::UNREADABLE_FILE;
use super::open;
use super::reason;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use std::collections::HashMap;
use std::collections::VecDeque;
use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;
use walkdir::WalkDir;

/// A symbolic link leads out of ROOT.
pub static SYMLINK_OUTSIDE: Rule = Rule {
    name: "symlink-outside",
    level: Level::Note,
    about: "a symbolic link leads out of the site's folder, or to a file there that is left out, so it is not followed",
};

/// A symbolic link leads back to where it stands.
pub static SYMLINK_LOOP: Rule = Rule {
    name: "symlink-loop",
    level: Level::Note,
    about: "a symbolic link leads to a folder around it or to one that is read already, so it is not followed",
};

/// A symbolic link leads nowhere.
pub static DANGLING_SYMLINK: Rule = Rule {
    name: "dangling-symlink",
    level: Level::Warning,
    about: "a symbolic link that is named like a document leads nowhere",
};

/// A pipe, socket or device is named like a document.
pub static SPECIAL_FILE: Rule = Rule {
    name: "special-file",
    level: Level::Warning,
    about: "something that is named like a document is a pipe, a socket or a device",
};

/// A file's name is not UTF-8.
pub static UNREADABLE_NAME: Rule = Rule {
    name: "unreadable-name",
    level: Level::Error,
    about: "the name of a document is not UTF-8, so it can have no address",
};

/// What a walk leaves out and what it must not lose.
pub(super) trait Rules {
    /// Returns whether a file of this name would be missed.
    fn wants(&self, name: &str) -> bool;

    /// Returns whether a file is listed only once, however many links lead to it; the links are then remembered.
    fn once(&self, name: &str) -> bool;

    /// Returns whether something is left out without a word: as it is shown, relative to the walked folder, and as it is.
    fn leaves_out(&mut self, shown: &Path, real: &Path, is_dir: bool) -> bool;

    /// Returns whether what a link leads to must not be shown under any name.
    fn forbids(&mut self, target: &Path, is_dir: bool) -> bool;
}

/// A file that counts.
#[derive(Debug)]
pub(super) struct Found {
    /// Relative to the walked folder, with `/` between its parts.
    pub(super) path: String,
    /// Relative to ROOT, links followed.
    pub(super) real: PathBuf,
    /// In bytes.
    pub(super) size: u64,
    /// When it was last written, where the file system tells.
    pub(super) modified: Option<SystemTime>,
}

/// All that a walk has found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// In the order of their paths' bytes.
    pub(super) files: Vec<Found>,
    /// Links to what is listed under another path, in the order of their paths' bytes.
    pub(super) links: Vec<Link>,
    /// Whether there are links at all, of which other files may say where they lead.
    pub(super) has_links: bool,
    /// In the order of the walk.
    pub(super) findings: Vec<Finding>,
}

/// Walks a folder whose path holds no link; `prefix` is what stands before its paths in findings.
pub(super) fn walk(root: &Root, folder: &Path, prefix: &str, rules: &mut dyn Rules) -> Walked {
    let mut walker = Walker {
        root,
        prefix,
        rules,
        walked: Walked::default(),
        folders: HashMap::new(),
        files: HashMap::new(),
        links: VecDeque::new(),
    };
    walker.tree(folder, Path::new(""));
    while let Some((shown, link)) = walker.links.pop_front() {
        walker.follow(&shown, &link);
    }
    let mut walked = walker.walked;
    walked.files.sort_by(|a, b| a.path.cmp(&b.path));
    walked.links.sort_by(|a, b| a.path.cmp(&b.path));
    walked
}

struct Walker<'a> {
    root: &'a Root,
    prefix: &'a str,
    rules: &'a mut dyn Rules,
    walked: Walked,
    /// Real folders that were walked, and how they are shown.
    folders: HashMap<PathBuf, PathBuf>,
    /// Real files that are listed, and how they are shown.
    files: HashMap<PathBuf, String>,
    /// Links that are still to be followed: as shown, and as they are.
    links: VecDeque<(PathBuf, PathBuf)>,
}

impl Walker<'_> {
    /// Lists everything below a real folder that is shown as `shown_folder`; links wait.
    fn tree(&mut self, folder: &Path, shown_folder: &Path) {
        self.folders.insert(folder.to_path_buf(), shown_folder.to_path_buf());
        let mut walk = WalkDir::new(folder).min_depth(1).follow_links(false).sort_by_file_name().into_iter();
        while let Some(next) = walk.next() {
            let entry = match next {
                Ok(entry) => entry,
                Err(error) => {
                    self.unreadable(folder, shown_folder, &error);
                    continue;
                }
            };
            let below = entry.path().strip_prefix(folder).unwrap_or(Path::new(""));
            let shown = shown_folder.join(below);
            let kind = entry.file_type();
            if self.rules.leaves_out(&shown, entry.path(), kind.is_dir()) {
                if kind.is_dir() {
                    walk.skip_current_dir();
                }
            } else if kind.is_dir() {
                if self.folders.contains_key(entry.path()) {
                    walk.skip_current_dir();
                } else {
                    self.folders.insert(entry.path().to_path_buf(), shown);
                }
            } else if kind.is_symlink() {
                self.walked.has_links = true;
                self.links.push_back((shown, entry.path().to_path_buf()));
            } else if kind.is_file() {
                let metadata = entry.metadata().ok();
                let size = metadata.as_ref().map_or(0, Metadata::len);
                let modified = metadata.and_then(|metadata| metadata.modified().ok());
                self.file(&shown, entry.path(), size, modified);
            } else {
                self.special(&shown);
            }
        }
    }

    /// Looks at where a link leads, and lists that if it lies inside ROOT and is not listed yet.
    fn follow(&mut self, shown: &Path, link: &Path) {
        let target = match std::fs::canonicalize(link) {
            Ok(target) => target,
            Err(error) => return self.broken_link(shown, &error),
        };
        let Ok(relative) = target.strip_prefix(self.root.real()) else {
            let message = format!("`{}` is a link that leads out of the site's folder", self.name(shown));
            return self.finding(&SYMLINK_OUTSIDE, shown, message, "put the file itself there");
        };
        // Without following links: the target holds none.
        let metadata = match std::fs::symlink_metadata(&target) {
            Ok(metadata) => metadata,
            Err(error) => return self.broken_link(shown, &error),
        };
        if metadata.is_dir() && self.rules.leaves_out(shown, link, true) {
            return;
        }
        if open::is_hidden(relative) || self.rules.forbids(&target, metadata.is_dir()) {
            let message = format!("`{}` is a link to something that is hidden or ignored", self.name(shown));
            return self.finding(&SYMLINK_OUTSIDE, shown, message, "put the file itself there");
        }
        if metadata.is_dir() {
            if link.starts_with(&target) {
                let message = format!("`{}` is a link to a folder around it", self.name(shown));
                self.finding(&SYMLINK_LOOP, shown, message, "remove the link");
            } else if let Some(known) = self.folders.get(&target).cloned() {
                if self.rules.once("") {
                    self.remember(shown, known.to_str());
                } else {
                    let message = format!(
                        "`{}` is a link to a folder that is read already as `{}`",
                        self.name(shown),
                        self.name(&known)
                    );
                    self.finding(&SYMLINK_LOOP, shown, message, "put the files themselves there");
                }
            } else {
                self.tree(&target, shown);
            }
        } else if metadata.is_file() {
            match self.files.get(&target).cloned() {
                Some(known) if self.rules.once(&known) => self.remember(shown, Some(&known)),
                _ => self.file(shown, &target, metadata.len(), metadata.modified().ok()),
            }
        } else {
            self.special(shown);
        }
    }

    fn file(&mut self, shown: &Path, real: &Path, size: u64, modified: Option<SystemTime>) {
        let Some(path) = slashed(shown) else {
            let name = self.name(shown);
            let wanted = self.rules.wants(&name);
            let message = format!("the name of `{name}` is not UTF-8");
            self.finding(&UNREADABLE_NAME, shown, message, "rename the file");
            if !wanted && let Some(finding) = self.walked.findings.last_mut() {
                // An image is lost only where a document shows it, and that is then said there.
                finding.level = Level::Note;
            }
            return;
        };
        let relative = real.strip_prefix(self.root.real()).unwrap_or(real).to_path_buf();
        self.files.entry(real.to_path_buf()).or_insert_with(|| path.clone());
        self.walked.files.push(Found { path, real: relative, size, modified });
    }

    /// Keeps a link to what is listed as `known`.
    fn remember(&mut self, shown: &Path, known: Option<&str>) {
        if let (Some(path), Some(target)) =
            (slashed(shown), known.and_then(|known| slashed(Path::new(known))))
        {
            self.walked.links.push(Link { path, target });
        }
    }

    fn special(&mut self, shown: &Path) {
        let name = self.name(shown);
        if self.rules.wants(&name) {
            let message = format!("`{name}` is no regular file, so it is not read");
            self.finding(&SPECIAL_FILE, shown, message, "remove it, or leave it out with `exclude`");
        }
    }

    fn broken_link(&mut self, shown: &Path, error: &io::Error) {
        let name = self.name(shown);
        if is_loop(error) {
            let message = format!("`{name}` is a link that leads back to itself");
            self.finding(&SYMLINK_LOOP, shown, message, "remove the link");
        } else if !self.rules.wants(&name) {
            // Nothing that anybody wrote is lost.
        } else if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
            let message = format!("`{name}` is a link that leads nowhere");
            self.finding(&DANGLING_SYMLINK, shown, message, "remove the link, or put the file itself there");
        } else {
            let message = format!("cannot follow the link `{name}`: {}", reason(error));
            self.finding(&UNREADABLE_FILE, shown, message, "make its target readable, or remove the link");
        }
    }

    fn unreadable(&mut self, folder: &Path, shown_folder: &Path, error: &walkdir::Error) {
        let below = error.path().and_then(|path| path.strip_prefix(folder).ok()).unwrap_or(Path::new(""));
        let shown = shown_folder.join(below);
        let why = error.io_error().map_or_else(|| error.to_string(), reason);
        let message = format!("cannot read the folder `{}`: {why}", self.name(&shown));
        self.finding(&UNREADABLE_FILE, &shown, message, "make it readable, or leave it out with `exclude`");
    }

    fn finding(&mut self, rule: &'static Rule, shown: &Path, message: String, help: &str) {
        let place = Place::file(&self.name(shown));
        self.walked.findings.push(Finding::new(rule, place, message).help(help));
    }

    /// Returns how people read a path: relative to ROOT, with `/` between its parts.
    fn name(&self, shown: &Path) -> String {
        let parts: Vec<_> = shown.iter().map(|part| part.to_string_lossy()).collect();
        let name = format!("{}{}", self.prefix, parts.join("/"));
        match name.trim_end_matches('/') {
            "" => ".".to_owned(),
            name => name.to_owned(),
        }
    }
}

/// Returns a path with `/` between its parts; `None` where a part is not UTF-8.
fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<_>> = path.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

#[cfg(unix)]
fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_loop(_error: &io::Error) -> bool {
    false
}
