//! The command line: arguments, one file per command, all printing.
//!
//! Comes in: the arguments, the environment, the clock. Goes out: an exit code: 0 done, 1 findings at error level, 2 wrong
//! usage or the program could not do its work. The only module that prints; output for people goes to stderr, data to
//! stdout.

mod adopt;
mod build;
mod check;
mod explain;
mod citations;
mod cite;
mod export;
mod external;
mod init;
mod lessons;
mod lock;
mod new;
mod schema;
mod serve;
mod shell;
mod site;
mod theme;

use crate::cli::shell::Shell;
use chrono::DateTime;
use chrono::NaiveDate;
use clap::Args;
use clap::Parser;
use clap::Subcommand;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// The version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Turn a folder of Markdown postmortems into a knowledge base of lessons learned.
#[derive(Debug, Parser)]
#[command(name = "afterword", version, arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read, connect and render everything, and write the site
    Build(build::Options),
    /// Show the site in the browser while it is written
    Serve(serve::Options),
    /// Look for what is missing or wrong in documents
    Check(check::Options),
    /// Print the page of a rule, or the list of all rules
    Explain(explain::Options),
    /// Print the JSON Schema of front matter, for editors
    Schema,
    /// Print everything that was understood as JSON
    Export(export::Options),
    /// Print a lesson as Markdown, ready to paste: by its id, or by words that it holds
    Cite(cite::Options),
    /// Note which files and commits of a repository cite lessons, in `citations.json`
    Citations(citations::Options),
    /// Begin a knowledge base, in an empty folder or around documents that are there
    Init(init::Options),
    /// Write a new document from a template, with what is known already
    New(new::Options),
    /// Write into old documents, as front matter, what was read from their text
    Adopt(adopt::Options),
    /// Give lessons their permanent ids, in the folder `lessons.lock`
    Lock(lock::Options),
    /// Suggest sentences that may be worth declaring as lessons
    Lessons(lessons::Options),
    /// Copy files of a built-in theme, to change them
    Theme(theme::Options),
}

/// What every command that reads a site takes.
#[derive(Debug, Default, Args)]
struct Reading {
    /// A folder with `afterword.toml`, or any folder of Markdown [default: the nearest one upwards]
    #[arg(value_name = "ROOT")]
    root: Option<PathBuf>,

    /// Include documents that say `draft: true`
    #[arg(long)]
    drafts: bool,

    /// The absolute address of the site, instead of the one in the settings
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// The day that decides which actions are late [default: SOURCE_DATE_EPOCH, else the clock]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<NaiveDate>,

    /// Print where the time went
    #[arg(long)]
    timings: bool,

    /// Print every finding, notes among them
    #[arg(short, long)]
    verbose: bool,

    /// Whether documents keep what the parser saw, for rules that look at every word
    #[arg(skip)]
    traces: bool,
}

/// Why a command ended without doing its work.
#[derive(Debug)]
enum Failure {
    /// Findings at error level, printed already.
    Findings,
    /// The program could not do its work.
    Fatal {
        /// A short lower-case phrase with the file and what for.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
}

impl From<crate::source::Error> for Failure {
    fn from(error: crate::source::Error) -> Self {
        Failure::Fatal { message: error.message, help: error.help }
    }
}

/// Runs the program with its arguments and returns its exit code.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are data and go to stdout with 0, wrong usage to stderr with 2; clap knows which is which.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let shell = Shell::new();
    let done = match arguments.command {
        Command::Build(options) => build::run(&options, &shell),
        Command::Serve(options) => serve::run(&options, &shell),
        Command::Check(options) => check::run(&options, &shell),
        Command::Explain(options) => explain::run(&options),
        Command::Schema => schema::run(),
        Command::Export(options) => export::run(&options, &shell),
        Command::Cite(options) => cite::run(&options, &shell),
        Command::Citations(options) => citations::run(&options, &shell),
        Command::Init(options) => init::run(&options, &shell),
        Command::New(options) => new::run(&options, &shell),
        Command::Adopt(options) => adopt::run(&options, &shell),
        Command::Lock(options) => lock::run(&options, &shell),
        Command::Lessons(options) => lessons::run(&options, &shell),
        Command::Theme(options) => theme::run(&options, &shell),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Findings) => ExitCode::from(1),
        Err(Failure::Fatal { message, help }) => {
            shell.error(&message, help.as_deref());
            ExitCode::from(2)
        }
    }
}

/// Returns the day of the build: what the arguments say, else the environment, else the clock, in UTC.
fn today(given: Option<NaiveDate>) -> Result<NaiveDate, Failure> {
    match given {
        Some(day) => Ok(day),
        None => Ok(now()?.date_naive()),
    }
}

/// Returns what time it is: what the environment says, else the clock.
#[expect(clippy::disallowed_methods, reason = "the command line alone reads the environment and the clock")]
fn now() -> Result<DateTime<chrono::Utc>, Failure> {
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(chrono::Utc::now());
    };
    let seconds = epoch.to_str().and_then(|text| text.trim().parse::<i64>().ok());
    let moment = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    moment.ok_or_else(|| Failure::Fatal {
        message: format!("SOURCE_DATE_EPOCH is no number of seconds: `{}`", epoch.to_string_lossy()),
        help: Some("set it to seconds since 1970, such as the date of a commit".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
