//! When Git first and last saw each document.
//!
//! Comes in: ROOT. Goes out: [`Histories`], from one `git log` over the content folder, which is faster than a library
//! that opens objects one by one. Never touches the network, the index or the working tree, and runs nothing that the
//! repository's configuration names.
//!
//! The dates are the authors' own. A change that was made only while merging counts as well; what a merge threw away
//! does not.

use super::Root;
use super::ignored;
use super::reason;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use chrono::DateTime;
use chrono::FixedOffset;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

/// Git knows no dates although there is a repository.
pub static NO_GIT_DATES: Rule = Rule {
    name: "no-git-dates",
    level: Level::Note,
    about: "the content lies in a Git repository, but Git gave no dates",
};

/// The repository holds only its newest commits.
pub static SHALLOW_CLONE: Rule = Rule {
    name: "shallow-clone",
    level: Level::Note,
    about: "the repository holds only its newest commits, so nobody can say when a document was added",
};

/// What Git knows of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// When its first version was written, under whatever path, in its author's zone; `None` in a shallow clone.
    pub added: Option<DateTime<FixedOffset>>,
    /// When its newest version was written, in its author's zone; never before `added`.
    pub changed: DateTime<FixedOffset>,
}

/// What Git knows of the content folder.
#[derive(Clone, Debug, Default)]
pub struct Histories {
    /// Whether the repository holds only its newest commits, so that nothing is known of older ones.
    pub shallow: bool,
    /// By path relative to the content folder.
    by_path: BTreeMap<String, History>,
}

impl Histories {
    /// Returns the history of a document by its path relative to the content folder; `None` where no commit that we
    /// can see holds it.
    pub fn of(&self, path: &str) -> Option<History> {
        self.by_path.get(path).copied()
    }
}

/// Asks Git for the dates of every file in the content folder.
///
/// Returns nothing outside a repository, and nothing but a note where Git is missing, refuses or knows no commits.
pub fn histories(root: &Root) -> (Option<Histories>, Vec<Finding>) {
    if !ignored::is_in_repository(root.content_real()) {
        return (None, Vec::new());
    }
    let no_dates = |why: String| {
        let finding = Finding::new(&NO_GIT_DATES, Place::file("."), format!("`git` gave no dates: {why}"));
        (None, vec![finding.help("documents then have only the dates that they state themselves")])
    };
    let (shallow, prefix) = match repository(root) {
        Ok(repository) => repository,
        Err(why) => return no_dates(why),
    };
    let log = match log(root, "-M") {
        // A partial clone may lack the old texts that are needed to see that a file was moved *and* changed, and we
        // do not fetch them. That one was only moved can be seen without.
        Err(why) if ["promisor", "lazy fetching", "transport"].iter().any(|word| why.contains(word)) => {
            log(root, "-M100%")
        }
        log => log,
    };
    let log = match log {
        Ok(log) => log,
        Err(why) => return no_dates(why),
    };
    let histories = Histories { shallow, by_path: parse(&log, &prefix, shallow) };
    let mut findings = Vec::new();
    if shallow {
        let message = "this is a shallow clone, so the dates of first commits are not known";
        findings.push(
            Finding::new(&SHALLOW_CLONE, Place::file("."), message)
                .help("clone it whole: `git fetch --unshallow`, or `fetch-depth: 0` for `actions/checkout`"),
        );
    }
    (Some(histories), findings)
}

/// Returns whether the repository is shallow, and the content folder relative to its top, ending in `/` or empty.
fn repository(root: &Root) -> Result<(bool, Vec<u8>), String> {
    let mut command = git(root.content_real());
    command.args(["rev-parse", "--is-shallow-repository", "--show-prefix"]);
    let answer = run(command)?;
    let end = answer.iter().position(|&byte| byte == b'\n').unwrap_or(answer.len());
    let rest = answer.get(end + 1..).unwrap_or_default();
    Ok((&answer[..end] == b"true", rest.strip_suffix(b"\n").unwrap_or(rest).to_vec()))
}

/// Returns the log of the content folder, newest commit first, no parent before its children.
fn log(root: &Root, renames: &str) -> Result<Vec<u8>, String> {
    let mut command = git(root.content_real());
    command.args(["log", "-z", "-c", "--name-status", "--date-order", renames]);
    // Beyond this many moved *and* changed files in one commit only those are followed that were merely moved: the
    // comparison is quadratic.
    command.arg("-l1000");
    // `-c` shows of a merge what differs from all its parents. `%x01` begins a commit, `%P` are its parents.
    command.arg("--format=tformat:%x01%at %aI %P");
    command.args(["--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-color", "--no-notes"]);
    command.args(["--no-mailmap", "--no-decorate", "--ignore-submodules=all", "--", "."]);
    run(command)
}

/// A commit whose message holds what was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// The name of the commit.
    pub(super) commit: String,
    /// The day on which it was written, in its author's zone, as `2024-05-31`.
    pub(super) date: String,
    /// Its whole message.
    pub(super) text: String,
}

/// Returns the commits from which the present one descends, itself among them, whose messages hold a word;
/// newest first.
pub(super) fn messages(folder: &Path, word: &str) -> Result<Vec<Message>, String> {
    let mut command = git(folder);
    command.args(["-c", "i18n.logOutputEncoding=UTF-8", "log", "-z", "--fixed-strings"]);
    command.arg(format!("--grep={word}"));
    command.args(["--format=tformat:%H %as%n%B", "--no-show-signature", "--no-color", "--no-notes"]);
    command.args(["--no-mailmap", "--no-decorate", "--no-patch"]);
    let log = run(command)?;
    let messages = log.split(|&byte| byte == 0).filter_map(|entry| {
        let entry = String::from_utf8_lossy(entry);
        let (head, text) = entry.split_once('\n')?;
        let (commit, date) = head.split_once(' ')?;
        let is_name = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_name.then(|| Message {
            commit: commit.to_owned(),
            date: date.to_owned(),
            text: text.trim_end().to_owned(),
        })
    });
    Ok(messages.collect())
}

/// Returns a `git` that does nothing but read what is here.
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).arg("--no-pager");
    for setting in [
        "core.quotePath=false",
        "core.fsmonitor=false",
        "log.showSignature=false",
        "log.showRoot=true",
        // It would follow one path only and refuse a folder.
        "log.follow=false",
        "diff.relative=false",
    ] {
        command.args(["-c", setting]);
    }
    // A hook is run with these, and they would name another repository or contradict us.
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
        "GIT_EXTERNAL_DIFF",
        "GIT_DIFF_OPTS",
        "GIT_GLOB_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
    ] {
        command.env_remove(name);
    }
    command
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        // A partial clone fetches what it lacks; both of these forbid it, the second also to older versions.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    command
}

/// Runs a command and returns what it printed, or the first line of its complaint.
pub(super) fn run(mut command: Command) -> Result<Vec<u8>, String> {
    let Output { status, stdout, stderr } = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "it is not installed".to_owned(),
        _ => reason(&error),
    })?;
    if status.success() {
        return Ok(stdout);
    }
    let complaint = String::from_utf8_lossy(&stderr);
    // Warnings may come first.
    let lines = || complaint.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines().find_map(|line| line.strip_prefix("fatal: ")).or_else(|| lines().next());
    Err(line.map_or_else(|| status.to_string(), |line| line.chars().take(300).collect()))
}

/// Reads the log and returns the history of each path, relative to the content folder.
fn parse(log: &[u8], prefix: &[u8], shallow: bool) -> BTreeMap<String, History> {
    let mut chronicle = Chronicle::default();
    let mut tokens = log.split(|&byte| byte == 0).map(|token| token.strip_prefix(b"\n").unwrap_or(token));
    // `None` while the commit's changes tell nothing.
    let mut written: Option<DateTime<FixedOffset>> = None;
    let mut moves: Vec<(&[u8], &[u8])> = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            [] => {}
            [1, header @ ..] => {
                chronicle.rename(&mut moves);
                let (date, has_parents) = commit(header);
                // The oldest commits of a shallow clone seem to add every file that was there already.
                written = date.filter(|_| has_parents || !shallow);
            }
            // A file that moved, in a commit with one parent: a likeness in percent follows the letter.
            [b'R' | b'C', digit, ..] if digit.is_ascii_digit() => {
                let (Some(from), Some(to)) = (tokens.next(), tokens.next()) else { break };
                chronicle.saw(to, written);
                if token[0] == b'R' {
                    moves.push((from, to));
                }
            }
            // Deleted, in a merge against each parent.
            deleted if deleted.iter().all(|&letter| letter == b'D') => {
                tokens.next();
            }
            _ => {
                let Some(path) = tokens.next() else { break };
                chronicle.saw(path, written);
            }
        }
    }
    let mut by_path = BTreeMap::new();
    for (path, (added, changed)) in chronicle.seen {
        let below = path.strip_prefix(prefix).and_then(|path| std::str::from_utf8(path).ok());
        if let Some(path) = below {
            let added = Some(added).filter(|_| !shallow);
            by_path.insert(path.to_owned(), History { added, changed });
        }
    }
    by_path
}

/// Returns the author's date of a commit, and whether it has parents that we can see.
fn commit(header: &[u8]) -> (Option<DateTime<FixedOffset>>, bool) {
    let header = String::from_utf8_lossy(header);
    let mut parts = header.split(' ');
    let seconds = parts.next().and_then(|seconds| seconds.parse().ok());
    let date = parts.next().and_then(|date| DateTime::parse_from_rfc3339(date).ok());
    // A zone that no clock has makes the date unreadable, not the instant.
    let date = date.or_else(|| Some(DateTime::from_timestamp(seconds?, 0)?.fixed_offset()));
    (date, parts.any(|parent| !parent.is_empty()))
}

/// What is known while the log is read, from the newest commit to the oldest.
#[derive(Default)]
struct Chronicle<'a> {
    /// First and last date, by the newest path.
    seen: BTreeMap<&'a [u8], (DateTime<FixedOffset>, DateTime<FixedOffset>)>,
    /// The newest path of what was once called otherwise; `None` where an older file had the same path.
    later_names: HashMap<&'a [u8], Option<&'a [u8]>>,
}

impl<'a> Chronicle<'a> {
    fn newest_name(&self, path: &'a [u8]) -> Option<&'a [u8]> {
        self.later_names.get(path).copied().unwrap_or(Some(path))
    }

    fn saw(&mut self, path: &'a [u8], written: Option<DateTime<FixedOffset>>) {
        let (Some(path), Some(written)) = (self.newest_name(path), written) else { return };
        let (added, changed) = self.seen.entry(path).or_insert((written, written));
        *added = written.min(*added);
        *changed = written.max(*changed);
    }

    /// Remembers the moves of one commit, all at once, since one file may take the name that another gives up.
    fn rename(&mut self, moves: &mut Vec<(&'a [u8], &'a [u8])>) {
        let newest: Vec<_> = moves.iter().map(|&(_, to)| self.newest_name(to)).collect();
        for &(_, to) in moves.iter() {
            self.later_names.insert(to, None);
        }
        for ((from, _), newest) in moves.drain(..).zip(newest) {
            self.later_names.insert(from, newest);
        }
    }
}

#[cfg(test)]
mod tests;
