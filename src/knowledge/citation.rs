//! Who cites a lesson: files and commits of other repositories.
//!
//! Comes in: the text of `citations.json`, which `afterword citations` writes, or what it has found anew. Goes out:
//! [`Citations`], and findings about citations that lead nowhere. Reads and writes no file.

use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The name of the file in ROOT.
pub const FILE: &str = "citations.json";

/// The version of its format.
const VERSION: u32 = 1;

/// The file of citations cannot be understood.
pub static BROKEN_CITATIONS: Rule = Rule {
    name: "broken-citations",
    level: Level::Warning,
    about: "`citations.json` cannot be understood, so no page says who cites a lesson",
};

/// A citation of a lesson that never was.
pub static UNKNOWN_CITATION: Rule = Rule {
    name: "unknown-citation",
    level: Level::Warning,
    about: "something cites a lesson that does not exist",
};

/// A citation of a lesson that no longer counts.
pub static RETIRED_CITATION: Rule = Rule {
    name: "retired-citation",
    level: Level::Warning,
    about: "something cites a lesson that is retired",
};

/// The rules of what cites lessons in vain.
pub(super) static RULES: [&Rule; 2] = [&UNKNOWN_CITATION, &RETIRED_CITATION];

/// What other repositories cite.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Citations {
    version: u32,
    /// By the name of the repository.
    repositories: BTreeMap<String, Repository>,
}

/// What one repository cites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Repository {
    /// Lines of its files, by path and line.
    pub files: Vec<InFile>,
    /// Its commits, newest first.
    pub commits: Vec<InCommit>,
}

/// A line that cites a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InFile {
    /// The id, as it stands there.
    pub id: String,
    /// The path in the repository.
    pub path: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// A commit whose message cites a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InCommit {
    /// The id, as it stands there.
    pub id: String,
    /// The name of the commit.
    pub commit: String,
    /// The day on which it was written, such as `2024-05-31`.
    pub date: String,
    /// The first line of its message.
    pub subject: String,
}

/// Who cites one lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CitedBy<'a> {
    /// Lines of files, each with the name of its repository.
    pub files: Vec<(&'a str, &'a InFile)>,
    /// Commits, likewise.
    pub commits: Vec<(&'a str, &'a InCommit)>,
}

/// What an id stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A lesson.
    Known,
    /// A lesson that no longer counts; the ids of those that took its place.
    Retired(Vec<String>),
    /// Nothing.
    Unknown,
}

/// Reads the file of citations.
pub fn parse(text: &str) -> (Citations, Vec<Finding>) {
    let broken = |why: String| {
        let finding = Finding::new(&BROKEN_CITATIONS, Place::file(FILE), why)
            .help("remove the file, and run `afterword citations` for each repository again");
        (Citations::default(), vec![finding])
    };
    match serde_json::from_str::<Citations>(text) {
        Ok(citations) if citations.version == VERSION => (citations, Vec::new()),
        Ok(citations) => broken(format!(
            "`{FILE}` is of version {}, and this program knows version {VERSION}",
            citations.version
        )),
        Err(error) => broken(format!("`{FILE}` cannot be understood: {error}")),
    }
}

impl Citations {
    /// Replaces what is known of a repository; one without citations is left out.
    pub fn put(&mut self, name: &str, mut repository: Repository) {
        repository.files.sort_by(|a, b| (&a.path, a.line, &a.id).cmp(&(&b.path, b.line, &b.id)));
        self.version = VERSION;
        if repository == Repository::default() {
            self.repositories.remove(name);
        } else {
            self.repositories.insert(name.to_owned(), repository);
        }
    }

    /// Returns the text of the file: one line for each citation, so that a change of it can be read.
    pub fn to_json(&self) -> String {
        fn list<T: Serialize>(name: &str, entries: &[T]) -> String {
            let lines: Vec<String> = entries
                .iter()
                .map(|entry| format!("\n        {}", serde_json::to_string(entry).unwrap_or_default()))
                .collect();
            let end = if lines.is_empty() { "" } else { "\n      " };
            format!("      \"{name}\": [{}{end}]", lines.join(","))
        }
        let repositories: Vec<String> = self
            .repositories
            .iter()
            .map(|(name, repository)| {
                let name = serde_json::Value::from(name.as_str());
                let (files, commits) =
                    (list("files", &repository.files), list("commits", &repository.commits));
                format!("\n    {name}: {{\n{files},\n{commits}\n    }}")
            })
            .collect();
        let end = if repositories.is_empty() { "" } else { "\n  " };
        format!(
            "{{\n  \"version\": {VERSION},\n  \"repositories\": {{{}{end}}}\n}}\n",
            repositories.join(",")
        )
    }

    /// Returns whether nobody cites anything.
    pub fn is_empty(&self) -> bool {
        self.repositories.is_empty()
    }

    /// Returns who cites each id.
    pub fn by_id(&self) -> BTreeMap<&str, CitedBy<'_>> {
        let mut by_id: BTreeMap<&str, CitedBy<'_>> = BTreeMap::new();
        for (name, repository) in &self.repositories {
            for one in &repository.files {
                by_id.entry(&one.id).or_default().files.push((name, one));
            }
            for one in &repository.commits {
                by_id.entry(&one.id).or_default().commits.push((name, one));
            }
        }
        by_id
    }

    /// Returns every id that is cited.
    pub fn ids(&self) -> BTreeSet<String> {
        self.by_id().into_keys().map(str::to_owned).collect()
    }

    /// Returns what leads nowhere: one finding for each id, at the places that cite it.
    pub fn check(&self, standing: impl Fn(&str) -> Standing) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (id, cited_by) in self.by_id() {
            let (rule, what, help) = match standing(id) {
                Standing::Known => continue,
                Standing::Retired(instead) if instead.is_empty() => (
                    &RETIRED_CITATION,
                    "is retired",
                    "say what holds today, or leave the citation out".to_owned(),
                ),
                Standing::Retired(instead) => {
                    (&RETIRED_CITATION, "is retired", format!("cite `{}` instead", instead.join("`, `")))
                }
                Standing::Unknown => (
                    &UNKNOWN_CITATION,
                    "is no lesson of this site",
                    "find its id with `afterword cite`, or leave it out and run `afterword citations` again"
                        .to_owned(),
                ),
            };
            let message = format!("`{id}` {what}, and is cited in {}", cited_by.places());
            findings.push(Finding::new(rule, Place::file(FILE), message).help(help));
        }
        findings
    }
}

impl CitedBy<'_> {
    /// Returns everyone who cites it: `pay:src/retry.rs:42`, or `pay@` and the name of a commit.
    pub fn names(&self) -> Vec<String> {
        let files = self.files.iter().map(|(name, one)| format!("{name}:{}:{}", one.path, one.line));
        files.chain(self.commits.iter().map(|(name, one)| format!("{name}@{}", one.commit))).collect()
    }

    /// Returns the places in words: the first few, and how many more there are.
    fn places(&self) -> String {
        const NAMED: usize = 3;
        let mut places: Vec<String> = self
            .files
            .iter()
            .map(|(name, one)| format!("`{name}:{}:{}`", one.path, one.line))
            .chain(self.commits.iter().map(|(name, one)| {
                format!("commit `{}` of `{name}`", one.commit.chars().take(10).collect::<String>())
            }))
            .collect();
        let more = places.len().saturating_sub(NAMED);
        places.truncate(NAMED);
        let named = places.join(", ");
        if more > 0 { format!("{named} and {more} more") } else { named }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> Repository {
        let line = |id: &str, path: &str, line| InFile { id: id.to_owned(), path: path.to_owned(), line };
        Repository {
            files: vec![line("ll-7f3k2m", "src/\"b\".rs", 7), line("ll-7f3k2m", "src/a.rs", 42)],
            commits: vec![InCommit {
                id: "ll-00aa11".to_owned(),
                commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
                date: "2024-05-31".to_owned(),
                subject: "Retry with jitter".to_owned(),
            }],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut citations = Citations::default();
        citations.put("pay", repository());
        citations.put("ledger", Repository { files: Vec::new(), ..repository() });
        let text = citations.to_json();
        let (read, findings) = parse(&text);
        assert!(findings.is_empty());
        assert_eq!(read, citations);
        assert_eq!(read.to_json(), text);
        assert!(
            text.contains("        {\"id\":\"ll-7f3k2m\",\"path\":\"src/a.rs\",\"line\":42}\n"),
            "{text}"
        );
        assert_eq!(read.by_id()["ll-7f3k2m"].files[1].1.line, 42);
        assert_eq!(read.by_id()["ll-00aa11"].commits.len(), 2);
    }

    #[test]
    fn a_repository_that_cites_nothing_leaves_nothing() {
        let mut citations = Citations::default();
        citations.put("pay", repository());
        citations.put("pay", Repository::default());
        assert_eq!(citations.to_json(), "{\n  \"version\": 1,\n  \"repositories\": {}\n}\n");
        assert!(parse(&citations.to_json()).1.is_empty());
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        for text in [
            "",
            "[]",
            "{\"version\": 2, \"repositories\": {}}",
            "{\"version\": 1, \"repositories\": {\"a\": 1}}",
        ] {
            let (citations, findings) = parse(text);
            assert_eq!(citations, Citations::default());
            assert_eq!(findings[0].rule.name, "broken-citations", "{text}");
        }
    }

    #[test]
    fn citations_of_what_is_gone_are_findings() {
        let mut citations = Citations::default();
        citations.put("pay", repository());
        let findings = citations.check(|id| match id {
            "ll-7f3k2m" => Standing::Retired(vec!["ll-99zz88".to_owned()]),
            _ => Standing::Unknown,
        });
        let lines: Vec<String> =
            findings.iter().map(|finding| format!("{}: {}", finding.rule.name, finding.message)).collect();
        assert_eq!(
            lines,
            [
                "unknown-citation: `ll-00aa11` is no lesson of this site, and is cited in commit `0123456789` of `pay`",
                "retired-citation: `ll-7f3k2m` is retired, and is cited in `pay:src/\"b\".rs:7`, `pay:src/a.rs:42`",
            ]
        );
        assert_eq!(findings[1].help.as_deref(), Some("cite `ll-99zz88` instead"));
        assert!(citations.check(|_| Standing::Known).is_empty());
    }
}
