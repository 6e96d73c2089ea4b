//! `afterword serve`: the site from memory, in the browser of whoever writes it.

use crate::cli::Failure;
use crate::cli::VERSION;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::cli::today;
use crate::serve;
use crate::serve::News;
use crate::source;
use chrono::NaiveDate;
use clap::Args;
use std::collections::BTreeSet;
use std::io::Write;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

/// What `serve` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// A folder with `afterword.toml`, or any folder of Markdown [default: the nearest one upwards]
    #[arg(value_name = "ROOT")]
    root: Option<PathBuf>,

    /// The port [default: 4321, or the next one that is free]
    #[arg(short, long, value_name = "PORT")]
    port: Option<u16>,

    /// The address to listen on; with another one than the default, others can read the site
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_parser = address)]
    host: IpAddr,

    /// Open the site in the browser
    #[arg(short, long)]
    open: bool,

    /// Include documents that say `draft: true`
    #[arg(long)]
    drafts: bool,

    /// The day that decides which actions are late [default: SOURCE_DATE_EPOCH, else the clock]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<NaiveDate>,

    /// Print every finding of what is saved, notes among them
    #[arg(short, long)]
    verbose: bool,
}

/// The first port that is tried.
const PORT: u16 = 4321;

/// Serves the site until somebody ends the program.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    #[expect(clippy::disallowed_methods, reason = "the command line alone reads the environment")]
    let current = std::env::current_dir().map_err(|error| Failure::Fatal {
        message: format!("cannot tell the current folder: {error}"),
        help: None,
    })?;
    let located = source::locate(options.root.as_deref(), &current)?;
    // A wrong date is told before anything is read; a right one may be another one after midnight.
    let first = today(options.today)?;
    let day = || today(options.today).unwrap_or(first);
    let asked = serve::Options {
        folder: located.path,
        drafts: options.drafts,
        host: options.host,
        port: options.port.unwrap_or(PORT),
        next_port: options.port.is_none(),
        version: VERSION,
    };
    if !options.host.is_loopback() {
        shell.say("everybody who can reach this machine can read the site");
    }
    let folder = asked.folder.clone();
    let mut tell = |news: News<'_>| tell(&news, &folder, options, shell);
    match serve::run(&asked, &day, &mut tell) {
        Ok(()) => Ok(()),
        Err(serve::Failure::System(message)) => {
            let other = "name another --port or --host, or leave them out for the next port that is free";
            Err(Failure::Fatal { message, help: Some(other.to_owned()) })
        }
        Err(serve::Failure::Store(error)) => Err(error.into()),
    }
}

/// Reads an address; `localhost` is what people call one of them.
fn address(given: &str) -> Result<IpAddr, String> {
    match given {
        "localhost" => Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        given => given.parse().map_err(|_| "this is no address such as 127.0.0.1 or 0.0.0.0".to_owned()),
    }
}

fn tell(news: &News<'_>, folder: &Path, options: &Options, shell: &Shell) {
    match news {
        News::Ready { url, documents, waiting, taken, took } => {
            if let Some(port) = taken {
                shell.say(&format!("port {port} is taken, so this is another one"));
            }
            if *waiting {
                shell.say("the settings are broken; the site comes when they are mended");
            } else {
                shell.say(&format!("{} read in {} ms", counted(*documents, "document"), took.as_millis()));
                if *documents == 0 {
                    shell.nothing_in(folder);
                }
            }
            shell.say("ends with Ctrl+C; pages follow what is saved");
            // For people and for programs: data goes to stdout.
            let mut stdout = std::io::stdout();
            let _ = writeln!(stdout, "{url}").and_then(|()| stdout.flush());
            if options.open {
                open(url, shell);
            }
        }
        News::Fresh { refreshed, took } => {
            let what = if refreshed.everything {
                "everything".to_owned()
            } else if !refreshed.changed.is_empty() {
                names(&refreshed.changed)
            } else if !refreshed.gone.is_empty() {
                format!("{} gone", names(&refreshed.gone))
            } else {
                "settings, theme or files".to_owned()
            };
            shell.say(&format!("{what}: fresh after {} ms", took.as_millis()));
        }
        News::Findings { findings, texts, standing, mended } => {
            shell.findings(*findings, options.verbose, |file| texts.get(file).map(String::as_str));
            if *standing > 0 {
                shell.say(&format!("{} as before", counted(*standing, "finding")));
            }
            if !mended.is_empty() {
                shell.say(&format!("{}: no findings any more", names(mended)));
            }
        }
        News::Trouble(message) => shell.error(message, None),
    }
}

/// Names a few files, and how many more there are.
fn names(files: &BTreeSet<String>) -> String {
    let more = files.len().saturating_sub(3);
    let first: Vec<&str> = files.iter().take(3).map(String::as_str).collect();
    if more > 0 { format!("{} and {more} more", first.join(", ")) } else { first.join(", ") }
}

/// Opens the site in the browser, in the way of each system.
fn open(url: &str, shell: &Shell) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = command.spawn() {
        shell.error(
            &format!("cannot open the browser with `{program}`: {error}"),
            Some("open the address yourself"),
        );
    }
}
