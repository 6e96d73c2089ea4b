//! `afterword adopt`: what was read from documents becomes their front matter.

use crate::check::fix;
use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::cli::site::Read;
use crate::document::Document;
use crate::document::Kind;
use crate::document::Reader;
use crate::scaffold;
use crate::scaffold::adopt;
use crate::source;
use crate::source::SourceFile;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// What `adopt` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// Documents or folders, relative to the current folder [default: all of them]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// A folder with `afterword.toml`, or any folder of Markdown [default: the nearest one upwards]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    /// Change the files; without it only a diff is shown
    #[arg(long)]
    write: bool,
}

/// Shows or writes what documents say and do not declare.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let reading = Reading { root: options.root.clone(), drafts: true, ..Reading::default() };
    let read = Read::load(&reading, None, shell)?;
    let wanted = options.paths.iter().map(|path| {
        source::real_path(path).filter(|real| real.exists()).ok_or_else(|| Failure::Fatal {
            message: format!("there is no `{}`", path.display()),
            help: None,
        })
    });
    let wanted: Vec<PathBuf> = wanted.collect::<Result<_, _>>()?;
    let folder =
        read.root.content.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let reader = Reader::new(&read.config, &folder);
    let (mut documents, mut facts, mut left) = (0, 0, 0);
    let mut diff = String::new();
    for document in &read.documents {
        let real = source::real_path(&read.root.path.join(&document.file));
        let is_wanted = wanted.is_empty()
            || real.is_some_and(|real| wanted.iter().any(|wanted| real.starts_with(wanted)));
        if !is_wanted || document.aside.is_some() || document.kind == Kind::Page {
            continue;
        }
        let found = adopt::facts(document);
        if found.is_empty() {
            continue;
        }
        let bytes = source::read_asset(&read.root, &document.path)?;
        // A mark at its beginning is no part of the text, and stays.
        let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let text = adopt::insert(document, &found).filter(|text| {
            bytes[mark..] == *document.text.as_bytes() && says_the_same(document, &reader, text)
        });
        let Some(text) = text else {
            left += 1;
            shell.say(&format!("`{}` is left as it is: lines cannot be added to it safely", document.file));
            continue;
        };
        let sources: Vec<String> =
            found.iter().map(|fact| format!("{} from {}", fact.key, fact.source)).collect();
        shell.say(&format!("{}: {}", document.file, sources.join("; ")));
        documents += 1;
        facts += found.len();
        diff += &fix::diff(&document.file, &document.text, &text);
        if options.write {
            let new = [&bytes[..mark], text.as_bytes()].concat();
            scaffold::replace(&read.root.path, &document.file, &new)
                .map_err(|error| Failure::Fatal { message: error.message, help: None })?;
        }
    }
    if !options.write {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(diff.as_bytes()).map_err(|error| Failure::Fatal {
            message: format!("cannot print the diff: {error}"),
            help: None,
        })?;
    }
    let (what, which) = (counted(facts, "fact"), counted(documents, "document"));
    let left = if left > 0 { format!("; {left} left as they are") } else { String::new() };
    shell.say(&match (documents, options.write) {
        (0, _) => format!(
            "nothing to write: what was read of the documents stands in their front matter already{left}"
        ),
        (_, true) => format!("wrote {what} into {which}{left}"),
        (_, false) => format!("{what} could be declared in {which}{left}; --write writes them"),
    });
    Ok(())
}

/// Returns whether a document with its new front matter says what it said, and nothing worse is found in it.
fn says_the_same(before: &Document, reader: &Reader<'_>, text: &str) -> bool {
    let after = reader.parse(SourceFile {
        path: before.path.clone(),
        file: before.file.clone(),
        text: text.to_owned(),
        size: text.len() as u64,
        git: None,
        findings: Vec::new(),
    });
    let time = |found: &Option<crate::document::Found<crate::document::moment::Moment>>| {
        found.as_ref().map(|found| found.value.utc())
    };
    let names = |document: &Document| -> Vec<String> {
        document.services.iter().map(|found| found.value.clone()).collect()
    };
    let severity = |document: &Document| document.severity.as_ref().and_then(|found| found.value.level);
    after.title.value == before.title.value
        && after.kind == before.kind
        && after.body().trim_start() == before.body().trim_start()
        && after.lessons.len() == before.lessons.len()
        && after.timeline.len() == before.timeline.len()
        && after.date.as_ref().map(|found| found.value.date())
            == before.date.as_ref().map(|found| found.value.date())
        && [(&after.started, &before.started), (&after.detected, &before.detected)]
            .iter()
            .chain(&[(&after.mitigated, &before.mitigated), (&after.resolved, &before.resolved)])
            .all(|(after, before)| time(after) == time(before))
        && names(&after) == names(before)
        && severity(&after) == severity(before)
        && adopt::facts(&after).is_empty()
        && after.findings.iter().filter(|finding| finding.level == crate::diagnostic::Level::Error).count()
            <= before
                .findings
                .iter()
                .filter(|finding| finding.level == crate::diagnostic::Level::Error)
                .count()
}
