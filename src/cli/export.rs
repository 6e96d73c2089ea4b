//! `afterword export`: everything that was understood, as JSON on stdout.

use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::VERSION;
use crate::cli::shell::Shell;
use crate::cli::site::Site;
use crate::export;
use crate::knowledge::recurrence::Wanted;
use clap::Args;
use std::io::BufWriter;
use std::io::Write;

/// What `export` takes.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    reading: Reading,

    /// Print the JSON Schema of the export instead
    #[arg(long)]
    schema: bool,
}

/// Prints the export, and nothing else on stdout. Findings are data here: they stand in it, and the exit code is 0.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let write = |error: std::io::Error| Failure::Fatal {
        message: format!("cannot write to stdout: {error}"),
        help: None,
    };
    if options.schema {
        return out
            .write_all(export::SCHEMA.as_bytes())
            .and_then(|()| out.flush())
            .or_else(closed)
            .map_err(write);
    }
    let mut site = Site::load(&options.reading, None, Wanted::Groups, shell)?;
    let export = export::gather(&site.knowledge, &site.plan, &site.config, &site.findings, VERSION);
    let written = serde_json::to_writer_pretty(&mut out, &export).map_err(std::io::Error::from);
    written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()).or_else(closed).map_err(write)?;
    site.timings.end("write");
    if options.reading.verbose {
        site.print_findings(shell, true);
    }
    if options.reading.timings {
        site.timings.print(shell);
    }
    Ok(())
}

/// A reader that has seen enough, such as `head`, is no failure.
pub fn closed(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}
