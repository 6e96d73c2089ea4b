//! A repository with scripted commits in, the dates of its files out.

use super::*;
use crate::config::Config;
use crate::source::Located;
use std::cell::Cell;
use std::path::Path;
use std::path::PathBuf;
use tempfile::TempDir;

/// A repository in a folder of its own. `day` is the day of January 2024 of the newest commit.
struct Repository {
    folder: TempDir,
    day: Cell<u32>,
}

impl Repository {
    fn new() -> Self {
        let repository = Repository { folder: tempfile::tempdir().unwrap(), day: Cell::new(0) };
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn git(&self, arguments: &[&str]) -> &Self {
        git_in(self.folder.path(), arguments, self.day.get());
        self
    }

    /// Commits everything a day later.
    fn commit(&self) -> &Self {
        self.day.update(|day| day + 1);
        self.git(&["add", "-A"]).git(&["commit", "-q", "-m", "x"]);
        self
    }

    fn root(&self, content: &str) -> Root {
        root_of(self.folder.path(), content)
    }
}

fn root_of(folder: &Path, content: &str) -> Root {
    let located = Located { path: folder.to_path_buf(), settings: Some(String::new()) };
    Root::new(located, &Config { content: content.to_owned(), ..Config::default() }).unwrap()
}

fn git_in(folder: &Path, arguments: &[&str], day: u32) {
    let date = format!("2024-01-{:02}T10:00:00+02:00", day.max(1));
    let output = Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "A")
        .env("GIT_AUTHOR_EMAIL", "a@example.com")
        .env("GIT_COMMITTER_NAME", "A")
        .env("GIT_COMMITTER_EMAIL", "a@example.com")
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Writes what Git knows as lines `path added changed`, days of January 2024, and then the findings.
fn check(root: &Root, expected: &str) {
    let (histories, findings) = histories(root);
    let day = |date: DateTime<FixedOffset>| date.format("%-d").to_string();
    let mut lines: Vec<String> = Vec::new();
    for (path, history) in histories.iter().flat_map(|histories| &histories.by_path) {
        let added = history.added.map_or("-".to_owned(), day);
        lines.push(format!("{path} {added} {}", day(history.changed)));
    }
    lines.extend(findings.iter().map(|finding| format!("{}: {}", finding.rule.name, finding.message)));
    assert_eq!(lines.join("\n"), expected);
}

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

#[test]
fn a_document_was_added_once_and_changed_last() {
    let repository = Repository::new();
    repository.write("content/a.md", TEXT).write("content/ü/b c.md", "b").write("other.md", "x").commit();
    repository.write("content/a.md", "a").commit();
    repository.write("other.md", "y").commit();
    repository.write("content/not-committed.md", "");
    check(&repository.root("content"), "a.md 1 2\nü/b c.md 1 1");
    let (histories, _) = histories(&repository.root("content"));
    let history = histories.unwrap().of("a.md").unwrap();
    assert_eq!(history.changed.to_rfc3339(), "2024-01-02T10:00:00+02:00");
}

#[test]
fn the_content_may_be_the_whole_repository() {
    let repository = Repository::new();
    repository.write("a.md", TEXT).commit();
    check(&repository.root("."), "a.md 1 1");
}

#[test]
fn a_moved_document_keeps_its_first_date() {
    let repository = Repository::new();
    repository.write("content/a.md", TEXT).commit();
    repository.git(&["mv", "content/a.md", "content/b.md"]).commit();
    repository.git(&["mv", "content/b.md", "content/c.md"]);
    repository.write("content/c.md", &format!("{TEXT}eight\n")).commit();
    // Another document takes the first name.
    repository.write("content/a.md", "something else\n").commit();
    check(&repository.root("content"), "a.md 4 4\nc.md 1 3");
}

#[test]
fn moves_of_one_commit_happen_at_once() {
    let log = b"\x013 - p\0\nR100\0a\0b\0R100\0b\0a\0\x012 - p\0\nM\0b\0\x011 -\0\nA\0a\0";
    let histories = parse(log, b"", false);
    let seconds = |path: &str| histories[path].added.unwrap().timestamp();
    assert_eq!((seconds("a"), seconds("b")), (2, 1));
}

#[test]
fn branches_and_changes_made_while_merging_count() {
    let repository = Repository::new();
    repository.write("a.md", TEXT).commit();
    repository.git(&["checkout", "-q", "-b", "side"]).write("side.md", "s").commit();
    repository.git(&["checkout", "-q", "main"]).write("a.md", "changed\n").commit();
    repository.day.update(|day| day + 1);
    repository.git(&["merge", "-q", "--no-commit", "side"]).write("merged.md", "m").commit();
    check(&repository.root("."), "a.md 1 3\nmerged.md 5 5\nside.md 2 2");
}

#[test]
fn a_shallow_clone_does_not_know_when_a_document_was_added() {
    let repository = Repository::new();
    repository.write("a.md", TEXT).write("b.md", "b").commit();
    repository.write("a.md", "a").commit();
    repository.write("c.md", "c").commit();
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", repository.folder.path().display());
    git_in(clone.path(), &["clone", "-q", "--depth", "2", &from, "."], 1);
    let note = "shallow-clone: this is a shallow clone, so the dates of first commits are not known";
    check(&root_of(clone.path(), "."), &format!("c.md - 3\n{note}"));
}

#[test]
fn a_partial_clone_fetches_nothing() {
    let repository = Repository::new();
    repository.write("a.md", TEXT).write("m.md", "moved only\n").commit();
    repository.git(&["mv", "a.md", "b.md"]).git(&["mv", "m.md", "n.md"]);
    repository.write("b.md", &format!("{TEXT}eight\n")).commit();
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", repository.folder.path().display());
    git_in(clone.path(), &["clone", "-q", "--filter=blob:none", &from, "."], 1);
    // `b.md` was moved and changed, which cannot be seen without its old text; `n.md` was moved only.
    let root = root_of(clone.path(), ".");
    let (histories, findings) = histories(&root);
    assert!(findings.is_empty(), "{findings:?}");
    let histories = histories.unwrap();
    let added = |path| histories.of(path).unwrap().added.unwrap().to_rfc3339();
    assert_eq!(added("n.md"), "2024-01-01T10:00:00+02:00");
    assert_eq!(added("b.md"), "2024-01-02T10:00:00+02:00");
}

#[test]
fn no_repository_is_no_fault_and_a_broken_one_is_a_note() {
    let folder = tempfile::tempdir().unwrap();
    check(&root_of(folder.path(), "."), "");
    let empty = Repository::new();
    check(
        &empty.root("."),
        "no-git-dates: `git` gave no dates: your current branch 'main' does not have any commits yet",
    );
    std::fs::write(folder.path().join(".git"), "gitdir: nowhere\n").unwrap();
    let (histories, findings) = histories(&root_of(folder.path(), "."));
    assert!(histories.is_none());
    assert_eq!(findings[0].rule.name, "no-git-dates");
}

#[test]
fn what_the_repository_configures_is_not_run() {
    let repository = Repository::new();
    repository.write("a.md", TEXT).commit();
    repository.write(".gitattributes", "*.md diff=evil\n").write("a.md", "b").commit();
    let mark = repository.path("ran");
    let evil = format!("touch {}; cat", mark.display());
    for key in ["diff.evil.textconv", "diff.evil.command", "diff.external", "core.fsmonitor", "core.pager"] {
        repository.git(&["config", key, &evil]);
    }
    repository.git(&["config", "log.follow", "true"]).git(&["config", "diff.relative", "true"]);
    repository.git(&["config", "log.showSignature", "true"]).git(&["config", "core.quotePath", "true"]);
    repository.git(&["config", "diff.renames", "false"]).git(&["config", "color.ui", "always"]);
    check(&repository.root("."), ".gitattributes 2 2\na.md 1 2");
    assert!(!mark.exists());
}

#[test]
fn odd_headers_are_survived() {
    let log =
        b"\x011700000000 2023-11-14T22:13:20+99:99 p\0\nM\0a.md\0\x01nonsense\0\nA\0b.md\0\x011\0\nR100\0x";
    let histories = parse(log, b"", false);
    assert_eq!(histories.len(), 1);
    assert_eq!(histories["a.md"].changed.timestamp(), 1_700_000_000);
}
