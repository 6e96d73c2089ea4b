//! Which documents were changed since a revision.
//!
//! Comes in: ROOT and the name of a revision. Goes out: paths in the content folder, from `git`. Never touches the network, the
//! index or the working tree.

use super::Error;
use super::Root;
use super::git;
use std::collections::BTreeSet;

/// Returns the files of the content folder, relative to it, that differ from where the revision and what is checked out now
/// parted, those that Git does not know yet among them.
///
/// Errs where there is no repository, or no such revision in it.
pub fn changed_since(root: &Root, revision: &str) -> Result<BTreeSet<String>, Error> {
    let failed = |why: String| {
        Error::new(format!("cannot tell what changed since `{revision}`: {why}"))
            .help("name a branch, a tag or a commit that is here; a shallow clone has few of them")
    };
    if revision.is_empty() || revision.starts_with('-') {
        return Err(failed("that is no name of a revision".to_owned()));
    }
    let diff = |parted: bool| {
        let mut command = git::git(root.content_real());
        command.args(["diff", "--name-only", "-z", "--relative", "--diff-filter=d", "--no-renames"]);
        command.args(["--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all"]);
        if parted {
            command.arg("--merge-base");
        }
        command.args([revision, "--", "."]);
        git::run(command)
    };
    // Histories that share nothing, or whose common part is not here, are compared as they stand.
    let changed = diff(true).or_else(|_| diff(false)).map_err(failed)?;
    let mut command = git::git(root.content_real());
    command.args(["ls-files", "-z", "--others", "--exclude-standard", "--", "."]);
    let new = git::run(command).map_err(failed)?;
    let paths = changed.split(|&byte| byte == 0).chain(new.split(|&byte| byte == 0));
    Ok(paths
        .filter_map(|path| std::str::from_utf8(path).ok())
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect())
}
