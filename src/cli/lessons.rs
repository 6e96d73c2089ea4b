//! `afterword lessons --suggest`: sentences that may be worth declaring as lessons.

use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::cli::site::Read;
use crate::knowledge;
use crate::knowledge::suggest::suggest;
use clap::Args;
use std::io::BufWriter;
use std::io::Write;
use std::path::PathBuf;

/// What `lessons` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// A folder with `afterword.toml`, or any folder of Markdown [default: the nearest one upwards]
    #[arg(value_name = "ROOT")]
    root: Option<PathBuf>,

    /// Print sentences of documents without lessons that may be worth declaring, as front matter to paste
    #[arg(long, required = true)]
    suggest: bool,
}

/// Prints the suggestions as YAML, and changes nothing.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let reading = Reading { root: options.root.clone(), drafts: true, ..Reading::default() };
    let read = Read::load(&reading, None, shell)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let (mut documents, mut sentences) = (0, 0);
    for document in read.documents.iter().filter(|document| knowledge::is_listed(document)) {
        let found = suggest(document);
        if found.is_empty() {
            continue;
        }
        documents += 1;
        sentences += found.len();
        let mut text = format!("# {}\nlessons:\n", one_line(&document.file));
        for suggestion in found {
            let section = match suggestion.section.is_empty() {
                true => String::new(),
                false => format!(", {}", one_line(&suggestion.section)),
            };
            // A text as JSON writes it is one as YAML writes it.
            let quote = serde_json::Value::from(suggestion.text);
            text += &format!("  # line {}{section}\n  - quote: {quote}\n", suggestion.line);
        }
        text.push('\n');
        match out.write_all(text.as_bytes()) {
            // A reader that has seen enough, such as `head`, is no failure.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            result => result.map_err(written)?,
        }
    }
    match out.flush() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => return Err(written(error)),
        _ => {}
    }
    shell.say(&format!(
        "{} of {} may be worth declaring; nothing was changed",
        counted(sentences, "sentence"),
        counted(documents, "document"),
    ));
    Ok(())
}

fn written(error: std::io::Error) -> Failure {
    Failure::Fatal { message: format!("cannot write to stdout: {error}"), help: None }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
