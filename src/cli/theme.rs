//! Which theme a site has, and `afterword theme eject`: files of a theme of ours, to change them.

use crate::cli::Failure;
use crate::cli::check::print;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::config;
use crate::config::Config;
use crate::diagnostic::did_you_mean;
use crate::scaffold;
use crate::source;
use crate::theme;
use crate::theme::Theme;
use clap::Args;
use clap::Subcommand;
use std::path::Path;
use std::path::PathBuf;

/// What `theme` takes.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Copy files of a built-in theme into the site's own, to change them there; without names, list them
    Eject(Eject),
}

/// What `theme eject` takes.
#[derive(Debug, Args)]
struct Eject {
    /// Files to copy, such as `document.html`, `document` or `assets/style.css`
    #[arg(value_name = "FILE")]
    files: Vec<String>,

    /// Copy the whole theme
    #[arg(long, conflicts_with = "files")]
    all: bool,

    /// The built-in theme to copy from: `default` or `plain`
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = theme::BUILT_IN)]
    from: String,

    /// The folder of the site's own theme, relative to ROOT [default: the one in the settings, else `theme`]
    #[arg(long, value_name = "DIR")]
    to: Option<String>,

    /// Overwrite files that are there
    #[arg(long)]
    force: bool,

    /// The site [default: the nearest folder upwards with an `afterword.toml`]
    #[arg(long, value_name = "ROOT")]
    root: Option<PathBuf>,
}

/// Runs `afterword theme`.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let Command::Eject(eject) = &options.command;
    self::eject(eject, shell)
}

/// Returns the built-in theme that the settings name; a folder of that name in ROOT comes first.
pub fn built_in<'a>(root: &Path, config: &'a Config) -> Option<&'a str> {
    let name = config.theme.as_deref().filter(|name| theme::BUILT_IN.contains(name))?;
    (!is_there(&root.join(name))).then_some(name)
}

fn is_there(path: &Path) -> bool {
    source::real_path(path).is_some_and(|real| real.exists())
}

fn eject(eject: &Eject, shell: &Shell) -> Result<(), Failure> {
    let files = Theme::files_of(&eject.from);
    if eject.files.is_empty() && !eject.all {
        let names: String = files.iter().map(|(path, _)| format!("{path}\n")).collect();
        return print(&names);
    }
    let fatal = |message: String, help: Option<String>| Failure::Fatal { message, help };
    let mut wanted = Vec::new();
    for name in &eject.files {
        let named = |path: &str| path == name || path.strip_suffix(".html") == Some(name);
        let file = files.iter().find(|(path, _)| named(path)).ok_or_else(|| {
            fatal(
                format!("the theme `{}` has no file `{name}`", eject.from),
                Some(match did_you_mean(name, files.iter().map(|(path, _)| path.as_str())) {
                    Some(other) => format!("did you mean `{other}`?"),
                    None => "`afterword theme eject` alone lists them".to_owned(),
                }),
            )
        })?;
        wanted.push(file);
    }
    if eject.all {
        wanted = files.iter().collect();
    }
    #[expect(clippy::disallowed_methods, reason = "the command line alone reads the environment")]
    let current = std::env::current_dir()
        .map_err(|error| fatal(format!("cannot tell the current folder: {error}"), None))?;
    let located = source::locate(eject.root.as_deref(), &current)?;
    let (config, _) = config::parse(located.settings.as_deref().unwrap_or(""));
    let root = located.path;
    let own = config.theme.as_deref().filter(|_| built_in(&root, &config).is_none());
    let folder = eject.to.as_deref().or(own).unwrap_or("theme").trim_end_matches('/');
    let path = |file: &str| format!("{folder}/{file}");
    let there: Vec<String> =
        wanted.iter().map(|(file, _)| path(file)).filter(|path| is_there(&root.join(path))).collect();
    if !eject.force && !there.is_empty() {
        let message = format!("`{}` is there already, and nothing was written", there.join("`, `"));
        return Err(fatal(message, Some("--force writes over it".to_owned())));
    }
    for (file, bytes) in &wanted {
        scaffold::replace_with_folders(&root, &path(file), bytes)
            .map_err(|error| fatal(error.message, None))?;
    }
    shell.say(&format!("wrote {} below `{folder}`", counted(wanted.len(), "file")));
    if own != Some(folder) {
        shell.say(&format!("to use it, write `theme = \"{folder}\"` into `{}`", config::FILE));
    }
    Ok(())
}
