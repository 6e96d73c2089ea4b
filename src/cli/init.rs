//! `afterword init`: a knowledge base in an empty folder, or around documents that are there already.

use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::cli::site::Read;
use crate::config;
use crate::scaffold;
use crate::scaffold::skeleton;
use crate::scaffold::skeleton::Piece;
use crate::source;
use clap::Args;
use clap::ValueEnum;
use std::io::BufRead;
use std::io::IsTerminal;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// What `init` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// The folder, which is made where it is missing [default: the current one]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,

    /// Leave this out; may stand several times
    #[arg(long, value_enum, value_name = "WHAT")]
    without: Vec<Without>,

    /// Ask nothing, and add to `.gitignore` where there is one
    #[arg(short, long)]
    yes: bool,
}

/// What may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Without {
    /// The document that shows what one looks like
    Example,
    /// `.gitignore`
    Gitignore,
    /// The workflow for GitHub
    Github,
    /// The pipeline for GitLab
    Gitlab,
    /// The hook for pre-commit
    PreCommit,
}

/// Writes what a knowledge base needs and does not have yet.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let folder = options.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    let asks = !options.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let found = if folder.is_dir() {
        look(&folder, shell)?
    } else {
        Found { content: "content".to_owned(), ..Found::default() }
    };
    if let Some(line) = found.summary() {
        shell.say(&line);
    }
    let real = source::real_path(&folder).unwrap_or_else(|| folder.clone());
    let top = real.ancestors().find(|folder| folder.join(".git").exists());
    let below = top.is_some_and(|top| top != real);
    if below {
        shell.say("workflows and hooks belong to the top of the repository, so none are written here");
    }

    // All is asked before anything is written, so that who breaks off leaves nothing behind.
    let mut planned: Vec<(Piece, String)> = Vec::new();
    let mut pieces = vec![Piece::Settings];
    if found.documents == 0 && found.content == "content" {
        pieces.push(Piece::Example);
    }
    pieces.push(Piece::Gitignore);
    if !below {
        pieces.extend([Piece::Github, Piece::Gitlab, Piece::PreCommit]);
    }
    let forge = top.and_then(forge);
    pieces.retain(|piece| !options.without.iter().any(|without| without.piece() == *piece));
    for piece in pieces {
        let path = piece.path();
        let there = folder.join(path).exists();
        if piece == Piece::Gitignore && there {
            let before = source::read_given(&folder.join(path))?;
            if let Some(text) = skeleton::ignoring(&before)
                && (options.yes || asks && ask("`.gitignore` is there: add the site's folder to it?", true)?)
            {
                planned.push((piece, text));
            } else if skeleton::ignoring(&before).is_some() {
                shell.say("`.gitignore` is there and is left as it is; it should name `/dist`");
            }
            continue;
        }
        if there {
            shell.say(&format!("`{path}` is there and is left as it is"));
            continue;
        }
        if asks
            && let Some((question, usual)) = question(piece, forge)
            && !ask(question, usual)?
        {
            continue;
        }
        let zone = if asks && piece == Piece::Settings { ask_zone()? } else { "UTC".to_owned() };
        planned.push((piece, piece.text(&found.content, &zone)));
    }
    let mut written = Vec::new();
    for (piece, text) in planned {
        let path = piece.path();
        if piece == Piece::Gitignore && folder.join(path).exists() {
            scaffold::replace(&folder, path, text.as_bytes()).map_err(write_error)?;
            written.push(format!("{path} (added to)"));
        } else {
            scaffold::create(&folder, path, text.as_bytes()).map_err(write_error)?;
            written.push(path.to_owned());
        }
    }
    if written.is_empty() {
        shell.say("nothing to write: everything is there");
        return Ok(());
    }
    shell.say(&format!("wrote {}", written.join(", ")));
    if written.iter().any(|path| path == Piece::Github.path() || path == Piece::Gitlab.path()) {
        shell.say("fill in where Afterword's source is in the workflows, at their top");
    }
    let next = match &options.folder {
        Some(folder) if folder != Path::new(".") => format!(" {}", folder.display()),
        _ => String::new(),
    };
    let root = if next.is_empty() { String::new() } else { format!(" --root{next}") };
    shell.say(&format!(
        "next: `afterword serve{next} --open` shows the site, and `afterword new{root}` writes a document"
    ));
    if found.incidents > 0 {
        shell.say(&format!(
            "for what is there: `afterword adopt{root}` declares what was read, and `afterword check{root} --write-baseline` \
             begins without old findings"
        ));
    }
    Ok(())
}

/// Returns the forge that a repository is on, where its remotes say so.
fn forge(top: &Path) -> Option<Piece> {
    let settings = source::read_given(&top.join(".git/config")).ok()?;
    let mut urls = settings.lines().filter_map(|line| line.trim().strip_prefix("url"));
    let url = urls.find(|url| url.contains("github") || url.contains("gitlab"))?;
    Some(if url.contains("gitlab") { Piece::Gitlab } else { Piece::Github })
}

fn write_error(error: scaffold::Error) -> Failure {
    Failure::Fatal { message: error.message, help: None }
}

/// What stands in a folder already.
#[derive(Debug, Default)]
struct Found {
    /// The folder of the documents, relative to ROOT.
    content: String,
    /// How many files are Markdown, those that are set aside among them.
    documents: usize,
    incidents: usize,
    dated: usize,
    without_lessons: usize,
    others: usize,
    aside: usize,
}

impl Found {
    /// Returns what was found in a line; `None` where that is nothing.
    fn summary(&self) -> Option<String> {
        if self.documents == 0 {
            return None;
        }
        let mut parts = vec![
            counted(self.incidents, "postmortem"),
            format!("{} dated", self.dated),
            format!("{} without lessons", self.without_lessons),
        ];
        if self.others > 0 {
            parts.push(counted(self.others, "other document"));
        }
        if self.aside > 0 {
            parts.push(format!("{} set aside as readmes, templates and the like", self.aside));
        }
        let place = if self.content == "." { String::new() } else { format!(" in `{}`", self.content) };
        Some(format!("found{place}: {}", parts.join(", ")))
    }
}

/// Looks at what is there, and changes nothing.
fn look(folder: &Path, shell: &Shell) -> Result<Found, Failure> {
    // Settings that are there know where the documents are; their folder may be missing yet.
    let real = source::real_path(folder).unwrap_or_else(|| folder.to_path_buf());
    let located = source::locate(Some(&real), &real)?;
    let named = located.settings.as_deref().map(|text| config::parse(text).0.content);
    if let Some(content) = named.as_ref().filter(|content| !folder.join(content).is_dir()) {
        return Ok(Found { content: content.clone(), ..Found::default() });
    }
    let reading = Reading { root: Some(folder.to_path_buf()), drafts: true, ..Reading::default() };
    let read = Read::load(&reading, None, shell)?;
    let mut found = Found { documents: read.documents.len(), ..Found::default() };
    for document in &read.documents {
        if document.aside.is_some() {
            found.aside += 1;
        } else if document.is_incident() {
            found.incidents += 1;
            found.dated += usize::from(document.date.is_some());
            found.without_lessons += usize::from(document.lessons.is_empty());
        } else {
            found.others += 1;
        }
    }
    let kept = read.documents.iter().filter(|document| document.aside.is_none());
    let kept: Vec<&str> = kept.map(|document| document.path.as_str()).collect();
    if let Some(content) = named {
        found.content = content;
    } else if kept.is_empty() {
        // A readme alone is no collection: the documents are still to be written.
        found.documents = 0;
        found.content = "content".to_owned();
    } else {
        found.content = skeleton::folder_of(kept);
    }
    Ok(found)
}

impl Without {
    fn piece(self) -> Piece {
        match self {
            Without::Example => Piece::Example,
            Without::Gitignore => Piece::Gitignore,
            Without::Github => Piece::Github,
            Without::Gitlab => Piece::Gitlab,
            Without::PreCommit => Piece::PreCommit,
        }
    }
}

/// Returns what is asked before a file is written that not everybody wants, and the answer where somebody gives none: nobody needs
/// the files of both forges where the repository says which one it is on.
fn question(piece: Piece, forge: Option<Piece>) -> Option<(&'static str, bool)> {
    let usual = forge.is_none_or(|forge| forge == piece);
    match piece {
        Piece::Github => Some(("write a workflow that checks and publishes on GitHub?", usual)),
        Piece::Gitlab => Some(("write a pipeline that checks and publishes on GitLab?", usual)),
        Piece::PreCommit => Some(("write a hook for pre-commit?", true)),
        Piece::Settings | Piece::Example | Piece::Gitignore => None,
    }
}

/// Asks for the zone of times that name none; that of the machine is proposed.
fn ask_zone() -> Result<String, Failure> {
    let known = |name: &str| name.parse::<chrono_tz::Tz>().ok().map(|zone| zone.name().to_owned());
    let usual = iana_time_zone::get_timezone().ok().and_then(|name| known(&name));
    let usual = usual.filter(|zone| zone != "Etc/UTC").unwrap_or_else(|| "UTC".to_owned());
    loop {
        let answer = answer(&format!("in which zone are times that name none? [{usual}]"))?;
        match answer.as_str() {
            "" => return Ok(usual),
            name => match known(name) {
                Some(zone) => return Ok(zone),
                None => {
                    let _ = writeln!(std::io::stderr(), "`{name}` is no zone; write it as `Europe/Berlin`");
                }
            },
        }
    }
}

/// Asks until the answer is yes, no or none.
fn ask(question: &str, usual: bool) -> Result<bool, Failure> {
    let choice = if usual { "[Y/n]" } else { "[y/N]" };
    loop {
        match answer(&format!("{question} {choice}"))?.to_lowercase().as_str() {
            "" => return Ok(usual),
            "y" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => {
                let _ = writeln!(std::io::stderr(), "write y or n");
            }
        }
    }
}

fn answer(question: &str) -> Result<String, Failure> {
    let mut stderr = std::io::stderr();
    let _ = write!(stderr, "{question} ").and_then(|()| stderr.flush());
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) | Err(_) => Err(Failure::Fatal {
            message: "the answers ended early".to_owned(),
            help: Some("nothing was written".to_owned()),
        }),
        Ok(_) => Ok(line.trim().to_owned()),
    }
}
