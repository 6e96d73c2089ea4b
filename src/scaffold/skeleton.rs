//! What a new knowledge base begins with: settings, an example, and what a forge needs to check and publish it.
//!
//! Comes in: where the documents stand. Goes out: paths relative to ROOT, and texts. Never writes: [`create`](super::create)
//! does, and leaves what is there.

use crate::config;

/// A part of a new knowledge base that somebody may want or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// The settings.
    Settings,
    /// A document, so that the site has a page.
    Example,
    /// What Git leaves out.
    Gitignore,
    /// The workflow of GitHub.
    Github,
    /// The pipeline of GitLab.
    Gitlab,
    /// The hook of pre-commit.
    PreCommit,
}

impl Piece {
    /// Returns the path of its file, relative to ROOT.
    pub fn path(self) -> &'static str {
        match self {
            Piece::Settings => config::FILE,
            Piece::Example => "content/postmortems/2026-03-02-checkout-rejects-cards.md",
            Piece::Gitignore => ".gitignore",
            Piece::Github => ".github/workflows/knowledge-base.yml",
            Piece::Gitlab => ".gitlab-ci.yml",
            Piece::PreCommit => ".pre-commit-config.yaml",
        }
    }

    /// Returns its text; `content` is the folder of the documents, relative to ROOT, `.` for ROOT itself, and `zone` that of times
    /// that name none.
    pub fn text(self, content: &str, zone: &str) -> String {
        match self {
            Piece::Settings => {
                let line = match content {
                    "content" => "\n# The folder with the documents.\n# content = \"content\"\n".to_owned(),
                    content => {
                        let name = serde_json::Value::from(content);
                        format!("\n# The folder with the documents.\ncontent = {name}\n")
                    }
                };
                include_str!("init/afterword.toml").replace("CONTENT\n", &line).replace("ZONE", zone)
            }
            Piece::Example => include_str!("init/example.md").to_owned(),
            Piece::Gitignore => include_str!("init/gitignore").to_owned(),
            Piece::Github => include_str!("init/github.yml").to_owned(),
            Piece::Gitlab => include_str!("init/gitlab.yml").to_owned(),
            Piece::PreCommit => include_str!("init/pre-commit.yaml").to_owned(),
        }
    }
}

/// Returns a `.gitignore` with the lines of ours that it lacks at its end; `None` where it has all of them.
pub fn ignoring(before: &str) -> Option<String> {
    let has = |line: &str| before.lines().any(|other| other.trim().trim_end_matches('/') == line);
    let ours = include_str!("init/gitignore");
    let missing: Vec<&str> = ours.lines().filter(|line| !line.starts_with('#') && !has(line)).collect();
    if missing.is_empty() {
        return None;
    }
    let ending = if before.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = match before {
        "" => "",
        before if before.ends_with('\n') => ending,
        _ => &ending.repeat(2),
    };
    let first = ours.lines().next().unwrap_or_default();
    let lines: Vec<&str> = std::iter::once(first).chain(missing).collect();
    Some(format!("{before}{gap}{}{ending}", lines.join(ending)))
}

/// Returns the folder that holds all of some documents, `.` where that is ROOT itself.
pub fn folder_of<'a>(paths: impl IntoIterator<Item = &'a str>) -> String {
    let mut common: Option<Vec<&str>> = None;
    for path in paths {
        let mut parts: Vec<&str> = path.split('/').collect();
        parts.pop();
        common = Some(match common {
            None => parts,
            Some(before) => {
                before.iter().zip(&parts).take_while(|(a, b)| a == b).map(|(part, _)| *part).collect()
            }
        });
    }
    let mut parts = common.unwrap_or_default();
    // A folder of one year is a shelf of the collection and not the collection.
    while parts.last().is_some_and(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit())) {
        parts.pop();
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_understood_as_they_are_and_with_every_example() {
        for content in ["content", ".", "docs/post \"mortems\""] {
            let text = Piece::Settings.text(content, "Europe/Berlin");
            let (config, findings) = config::parse(&text);
            assert!(findings.is_empty(), "{findings:?}\n{text}");
            assert_eq!((config.content.as_str(), config.timezone.0.name()), (content, "Europe/Berlin"));
        }
        // What is commented out works when it is not.
        let text: String = Piece::Settings
            .text(".", "UTC")
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.starts_with('[') || rest.contains(" = ") => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let (config, findings) = config::parse(&text);
        assert!(findings.is_empty(), "{findings:?}\n{text}");
        assert!(config.services.contains_key("checkout") && config.severity["minor"] == 4);
    }

    #[test]
    fn a_gitignore_gets_what_it_lacks_and_keeps_the_rest() {
        let once = ignoring("target\n/dist/").unwrap();
        assert!(
            once.starts_with("target\n/dist/\n\n# The site") && once.ends_with(".afterword.links.json\n"),
            "{once}"
        );
        assert_eq!(once.matches("/dist").count(), 1);
        assert_eq!(ignoring(&once), None);
        assert_eq!(ignoring("").as_deref(), Some(include_str!("init/gitignore")));
    }

    #[test]
    fn documents_stand_in_the_folder_that_all_of_them_share() {
        assert_eq!(folder_of(["docs/pm/2024/a.md", "docs/pm/2025/b.md"]), "docs/pm");
        assert_eq!(folder_of(["docs/pm/2024/a.md"]), "docs/pm");
        assert_eq!(folder_of(["a.md", "b/c.md"]), ".");
        assert_eq!(folder_of([]), ".");
    }
}
