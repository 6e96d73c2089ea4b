//! `afterword citations`: notes which files and commits of other repositories cite lessons.

use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::cli::site::Site;
use crate::knowledge::citation;
use crate::knowledge::citation::InCommit;
use crate::knowledge::citation::InFile;
use crate::knowledge::citation::Repository;
use crate::knowledge::recurrence::Wanted;
use crate::scaffold;
use crate::source;
use crate::source::Checkout;
use crate::source::Mentions;
use clap::Args;
use std::path::Path;
use std::path::PathBuf;

/// What `citations` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// A folder with `afterword.toml`, or any folder of Markdown [default: the nearest one upwards]
    #[arg(long, value_name = "ROOT")]
    root: Option<PathBuf>,

    /// The checkout to search [default: every one that `[repositories]` names]
    #[arg(long, value_name = "PATH")]
    repo: Option<PathBuf>,

    /// The name of that repository [default: the one in `[repositories]`, else that of its folder]
    #[arg(long, requires = "repo")]
    name: Option<String>,

    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Print every finding, notes among them
    #[arg(short, long)]
    verbose: bool,
}

/// Searches checkouts, and brings `citations.json` up to date for these and no others.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let reading = Reading { root: options.root.clone(), verbose: options.verbose, ..Reading::default() };
    let mut site = Site::load(&reading, None, Wanted::Groups, shell)?;
    let checkouts = match &options.repo {
        Some(path) => vec![Checkout::open(&name(&site, options, path)?, path)?],
        None => {
            let (checkouts, notes) = source::checkouts(&site.root, &site.config);
            shell.findings(&notes, true, |_| site.root.settings.as_deref());
            checkouts
        }
    };
    if checkouts.is_empty() {
        return Err(Failure::Fatal {
            message: "there is no checkout to search".to_owned(),
            help: Some("name one with `--repo`, or in `[repositories]` of `afterword.toml`".to_owned()),
        });
    }
    let own = site.knowledge.citable();
    // The documents that the lessons come from do not cite them, nor does what was made of them.
    let site_folder = site.out(None);
    let leave_out = [
        site.root.content.clone(),
        site.root.path.join(source::LOCK),
        site.root.path.join(citation::FILE),
        site_folder,
    ];
    let mut citations = site.knowledge.citations.clone();
    for checkout in &checkouts {
        let mentions = checkout.mentions(&own, &leave_out);
        shell.say(&summary(checkout, &mentions));
        citations.put(&checkout.name, repository(mentions));
    }
    let before = source::read_own(&site.root, citation::FILE)?;
    let file = |text: String| vec![(citation::FILE.to_owned(), text)];
    let before = before.map(file).unwrap_or_default();
    let after =
        if before.is_empty() && citations.is_empty() { Vec::new() } else { file(citations.to_json()) };
    let changes = scaffold::changes(&before, &after);
    site.knowledge.findings.clear();
    site.knowledge.cite(citations);
    shell.findings(&site.knowledge.findings, true, |_| None);
    if changes.is_empty() {
        shell.say(&format!("`{}` is up to date", citation::FILE));
    } else if options.dry_run {
        shell.say(&format!("would write `{}`", citation::FILE));
    } else {
        scaffold::write(&site.root.path, ".", &changes)
            .map_err(|error| Failure::Fatal { message: error.message, help: None })?;
        shell.say(&format!("wrote `{}`", citation::FILE));
    }
    Ok(())
}

/// Returns the name of a repository: the given one, else that in the settings, else that of its folder.
fn name(site: &Site, options: &Options, path: &Path) -> Result<String, Failure> {
    if let Some(name) = &options.name {
        return Ok(name.clone());
    }
    let real = source::real_path(path);
    let same = |other: &str| real.is_some() && source::real_path(&site.root.path.join(other)) == real;
    if let Some((name, _)) = site.config.repositories.iter().find(|(_, other)| same(other)) {
        return Ok(name.clone());
    }
    let folder = real.as_deref().unwrap_or(path).file_name().map(|name| name.to_string_lossy().into_owned());
    folder.ok_or_else(|| Failure::Fatal {
        message: format!("`{}` has no name", path.display()),
        help: Some("give it one with `--name`".to_owned()),
    })
}

fn repository(mentions: Mentions) -> Repository {
    Repository {
        files: mentions
            .files
            .into_iter()
            .map(|one| InFile { id: one.id, path: one.path, line: one.line })
            .collect(),
        commits: mentions
            .commits
            .into_iter()
            .map(|one| InCommit { id: one.id, commit: one.commit, date: one.date, subject: one.subject })
            .collect(),
    }
}

/// Returns one true line: `pay: 12 citations in files and 3 in commits (50000 files searched)`.
fn summary(checkout: &Checkout, mentions: &Mentions) -> String {
    let mut line = format!(
        "{}: {} in files and {} in commits ({} searched)",
        checkout.name,
        counted(mentions.files.len(), "citation"),
        mentions.commits.len(),
        counted(mentions.searched, "file"),
    );
    if let Some(why) = &mentions.no_commits {
        line += &format!("; no commits: {why}");
    }
    line
}
