//! What Git would ignore.
//!
//! Comes in: the path of a file or folder, links followed. Goes out: yes or no, from the `.gitignore` files between the
//! top of its repository and itself, and from `.git/info/exclude`. A person's own ignore file, outside the repository,
//! does not count, so that a site is the same for everybody. Never runs Git; outside a repository nothing is ignored.

use super::open;
use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;
use std::collections::HashMap;
use std::path::Path;
use std::path::PathBuf;
use std::rc::Rc;

/// How much of an ignore file is read, in bytes.
const LARGEST_IGNORE_FILE: u64 = 1024 * 1024;

/// Answers for every path, and remembers each folder's `.gitignore`.
#[derive(Default)]
pub(super) struct Ignored {
    /// By folder; `None` where it lies in no repository.
    levels: HashMap<PathBuf, Option<Rc<Level>>>,
}

/// What one folder of a repository says.
struct Level {
    /// From its `.gitignore`.
    own: Option<Gitignore>,
    /// From `.git/info/exclude`, at the top of a repository.
    exclude: Option<Gitignore>,
    /// The folder above, up to the top of the repository.
    above: Option<Rc<Level>>,
}

impl Ignored {
    /// Returns whether Git ignores this path for its own sake; the folders above it are taken not to be ignored.
    pub(super) fn ignores(&mut self, path: &Path, is_dir: bool) -> bool {
        let mut level = path.parent().and_then(|parent| self.level(parent));
        while let Some(here) = level {
            for matcher in here.own.iter().chain(&here.exclude) {
                let matched = matcher.matched(path, is_dir);
                if !matched.is_none() {
                    return matched.is_ignore();
                }
            }
            level = here.above.clone();
        }
        false
    }

    /// Returns whether Git ignores this path, or a folder above it that lies below `top`.
    pub(super) fn ignores_below(&mut self, top: &Path, path: &Path, is_dir: bool) -> bool {
        let above = path.ancestors().skip(1).take_while(|folder| *folder != top && folder.starts_with(top));
        self.ignores(path, is_dir) || above.into_iter().any(|folder| self.ignores(folder, true))
    }

    fn level(&mut self, folder: &Path) -> Option<Rc<Level>> {
        if let Some(level) = self.levels.get(folder) {
            return level.clone();
        }
        let level = if let Some(exclude) = exclude_file(folder) {
            Some(Level {
                own: matcher(folder, folder, ".gitignore"),
                exclude: exclude.matcher(folder),
                above: None,
            })
        } else {
            let above = folder.parent().and_then(|parent| self.level(parent));
            above.map(|above| Level {
                own: matcher(folder, folder, ".gitignore"),
                exclude: None,
                above: Some(above),
            })
        };
        let level = level.map(Rc::new);
        self.levels.insert(folder.to_path_buf(), level.clone());
        level
    }
}

/// Returns whether a repository's top stands at or above a folder.
pub(super) fn is_in_repository(folder: &Path) -> bool {
    folder.ancestors().any(is_top)
}

fn is_top(folder: &Path) -> bool {
    std::fs::symlink_metadata(folder.join(".git")).is_ok()
}

/// Where the `info/exclude` of a repository may be.
struct ExcludeFile {
    git_folder: Option<PathBuf>,
}

impl ExcludeFile {
    fn matcher(&self, top: &Path) -> Option<Gitignore> {
        matcher(top, &self.git_folder.as_ref()?.join("info"), "exclude")
    }
}

/// Returns where `info/exclude` is if a folder is the top of a repository.
///
/// In a linked worktree or submodule `.git` is a file that names the real folder, which for a worktree shares the
/// `info` of the main one.
fn exclude_file(top: &Path) -> Option<ExcludeFile> {
    if !is_top(top) {
        return None;
    }
    let git = top.join(".git");
    if git.is_dir() {
        return Some(ExcludeFile { git_folder: Some(git) });
    }
    let line = |folder: &Path, name: &str| {
        let bytes = open::read_small(folder, name, 4096).ok()?;
        Some(String::from_utf8(bytes).ok()?.trim_end_matches(['\r', '\n']).to_owned())
    };
    let git_folder =
        line(top, ".git").and_then(|text| Some(top.join(text.strip_prefix("gitdir: ")?))).map(|private| {
            match line(&private, "commondir") {
                Some(common) => private.join(common),
                None => private,
            }
        });
    Some(ExcludeFile { git_folder })
}

/// Reads an ignore file whose patterns are relative to `base`; `None` where there is none. Bad patterns match nothing,
/// as for Git.
fn matcher(base: &Path, folder: &Path, name: &str) -> Option<Gitignore> {
    let bytes = open::read_small(folder, name, LARGEST_IGNORE_FILE).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut builder = GitignoreBuilder::new(base);
    for line in text.trim_start_matches('\u{feff}').lines() {
        // An error means that the pattern is not added.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok().filter(|matcher| !matcher.is_empty())
}
