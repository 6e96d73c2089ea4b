//! Finds the folder of a site and reads the text of its settings.
//!
//! Comes in: a folder that was named, or the current one. Goes out: [`Root`]. Never understands the settings:
//! `config` does.

use super::Error;
use super::open;
use super::reason;
use crate::config;
use crate::config::Config;
use std::io;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// The largest settings file, in bytes.
const LARGEST_SETTINGS: u64 = 1024 * 1024;

/// The folder of a site whose settings are still text.
#[derive(Clone, Debug)]
pub struct Located {
    /// ROOT, an absolute path as the user would write it.
    pub path: PathBuf,
    /// The text of `afterword.toml`; `None` where there is none.
    pub settings: Option<String>,
}

/// The folder of a site.
///
/// Invariant: the content folder lies inside ROOT, links followed.
#[derive(Clone, Debug)]
pub struct Root {
    /// ROOT, an absolute path as the user would write it.
    pub path: PathBuf,
    /// The content folder.
    pub content: PathBuf,
    /// The content folder relative to ROOT, ending in `/`; empty where ROOT itself is the content.
    pub content_prefix: String,
    /// The text of `afterword.toml`; `None` where there is none.
    pub settings: Option<String>,
    /// ROOT with every link followed.
    real: PathBuf,
    /// The content folder with every link followed.
    content_real: PathBuf,
}

/// Finds the site: `given`, or else the nearest folder upwards from `current` with an `afterword.toml`, else `current`.
///
/// A relative `given` is relative to `current`. Errs where the folder does not exist or cannot be read, and where its
/// `afterword.toml` cannot be read, leads out of the folder or is not UTF-8.
pub fn locate(given: Option<&Path>, current: &Path) -> Result<Located, Error> {
    let current =
        std::path::absolute(current).map_err(|error| Error::reading("use the folder", current, &error))?;
    let path: PathBuf = match given {
        // Collecting the components drops `.`, which only clutters messages.
        Some(given) => current.join(given).components().collect(),
        None => {
            let with_settings = current.ancestors().find(|folder| has_settings(folder));
            with_settings.unwrap_or(&current).to_path_buf()
        }
    };
    std::fs::read_dir(&path).map_err(|error| Error::reading("read the folder", &path, &error))?;
    let settings = read_settings(&path)?;
    Ok(Located { path, settings })
}

impl Root {
    /// Joins what was located with what its settings say of the content folder.
    ///
    /// ROOT itself is the content without an `afterword.toml`, and with one that names no folder where there is no
    /// `content`: settings laid into a folder of postmortems. Errs where the content folder does not exist, cannot be
    /// read or lies outside ROOT.
    pub fn new(located: Located, config: &Config) -> Result<Root, Error> {
        let Located { path, settings } = located;
        let real =
            std::fs::canonicalize(&path).map_err(|error| Error::reading("read the folder", &path, &error))?;
        let usual = config.content == Config::default().content;
        let content_name = match settings {
            Some(_) if usual && std::fs::symlink_metadata(path.join(&config.content)).is_err() => {
                String::new()
            }
            Some(_) => inner_path(&config.content)
                .ok_or_else(|| outside("content folder", &path.join(&config.content)))?,
            None => String::new(),
        };
        let (content, content_real, content_prefix) = if content_name.is_empty() {
            (path.clone(), real.clone(), String::new())
        } else {
            let content = path.join(&content_name);
            let missing = |error: io::Error| {
                Error::reading("read the content folder", &content, &error).help(format!(
                    "make the folder, or name another one with `content` in `{}`",
                    config::FILE
                ))
            };
            let content_real = std::fs::canonicalize(&content).map_err(missing)?;
            if !content_real.starts_with(&real) {
                return Err(outside("content folder", &content));
            }
            std::fs::read_dir(&content_real).map_err(missing)?;
            (content, content_real, format!("{content_name}/"))
        };
        Ok(Root { path, content, content_prefix, settings, real, content_real })
    }

    /// Returns ROOT with every link followed.
    pub(super) fn real(&self) -> &Path {
        &self.real
    }

    /// Returns the content folder with every link followed.
    pub(super) fn content_real(&self) -> &Path {
        &self.content_real
    }
}

/// Returns whether a path exists and lies inside ROOT once every link in it is followed.
pub fn is_in(root: &Root, path: &Path) -> bool {
    matches!(open::resolve(root, path), Ok(Some(_)))
}

/// Returns a relative path with `/` between its parts and without `.`; `None` where it leads out of its folder.
pub(super) fn inner_path(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(parts.join("/"))
}

/// Makes the error of a folder that must lie inside ROOT and does not.
pub(super) fn outside(what: &str, path: &Path) -> Error {
    Error::new(format!("the {what} `{}` leads out of the site's folder", path.display()))
        .help(format!("name a folder below the one with `{}`", config::FILE))
}

/// Returns whether a folder has settings; a link that leads nowhere counts, so that it is reported.
fn has_settings(folder: &Path) -> bool {
    std::fs::symlink_metadata(folder.join(config::FILE)).is_ok_and(|metadata| !metadata.is_dir())
}

fn read_settings(folder: &Path) -> Result<Option<String>, Error> {
    if !has_settings(folder) {
        return Ok(None);
    }
    let path = folder.join(config::FILE);
    let failed = |error: io::Error| Error::reading("read the settings", &path, &error);
    let real_folder = std::fs::canonicalize(folder).map_err(failed)?;
    let real = std::fs::canonicalize(&path).map_err(failed)?;
    let relative =
        real.strip_prefix(&real_folder).ok().and_then(Path::to_str).ok_or_else(|| {
            Error::new(format!("the settings `{}` lead out of their folder", path.display()))
        })?;
    let bytes = open::read_small(&real_folder, relative, LARGEST_SETTINGS + 1).map_err(failed)?;
    if bytes.len() as u64 > LARGEST_SETTINGS {
        return Err(Error::new(format!("the settings `{}` are larger than 1 MiB", path.display())));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good].iter().filter(|&&byte| byte == b'\n').count() + 1;
        let why = io::Error::other(format!("line {line} is not UTF-8"));
        Error::new(format!("cannot read the settings `{}`: {}", path.display(), reason(&why)))
            .help("save the file as UTF-8")
    })?;
    Ok(Some(match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    }))
}

/// Returns the real path of a folder that may not be there yet: its nearest existing parent without links, and the rest.
pub fn real_path(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let mut rest = Vec::new();
    for folder in absolute.ancestors() {
        if let Ok(real) = std::fs::canonicalize(folder) {
            return Some(
                rest.iter().rev().fold(real, |path: PathBuf, name: &std::ffi::OsString| path.join(name)),
            );
        }
        rest.push(folder.file_name()?.to_owned());
    }
    None
}
