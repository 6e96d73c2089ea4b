//! Globs of paths, as in `.gitignore`.
//!
//! Comes in: globs and a path relative to the folder that they speak of. Goes out: whether they match. Reads no file.

use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;
use std::path::Path;

/// Globs that are asked together.
#[derive(Clone, Debug)]
pub struct Patterns(Gitignore);

impl Patterns {
    /// Understands globs; the first that is none is returned with what is wrong with it.
    pub fn new<'a>(globs: impl IntoIterator<Item = &'a str>) -> Result<Patterns, (&'a str, String)> {
        let mut builder = GitignoreBuilder::new("");
        for glob in globs {
            builder.add_line(None, glob).map_err(|error| (glob, error.to_string()))?;
        }
        builder.build().map(Patterns).map_err(|error| ("", error.to_string()))
    }

    /// Returns whether a path, with `/` between its parts, or a folder above it is matched.
    pub fn matches(&self, path: &str) -> bool {
        self.0.matched_path_or_any_parents(Path::new(path), false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_in_gitignore() {
        let patterns = Patterns::new(["archive/", "*.tmp.md"]).unwrap();
        assert!(patterns.matches("archive/2019/a.md") && patterns.matches("x/b.tmp.md"));
        assert!(!patterns.matches("archive.md"));
        assert!(Patterns::new(["[z-a]"]).is_err());
    }
}
