//! `afterword lock`: gives new lessons their permanent ids, and keeps those of lessons that were edited or moved.

use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::cli::site::Read;
use crate::diagnostic::Level;
use crate::knowledge;
use crate::knowledge::ledger::Answers;
use crate::knowledge::ledger::settle::Change;
use crate::knowledge::ledger::settle::Doubt;
use crate::knowledge::ledger::settle::Question;
use crate::knowledge::ledger::settle::Retire;
use crate::knowledge::ledger::settle::What;
use crate::scaffold;
use crate::source;
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How many new lessons are listed before the rest is only counted.
const LISTED: usize = 20;

/// What `lock` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// A folder with `afterword.toml`, or any folder of Markdown [default: the nearest one upwards]
    #[arg(value_name = "ROOT")]
    root: Option<PathBuf>,

    /// Say what would be written, with every new id, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Write nothing, and end with 1 where the lock is not up to date
    #[arg(long, conflicts_with_all = ["dry_run", "reject", "keep", "retire", "redact"])]
    check: bool,

    /// A statement that is no lesson, by its id or its first words; it is remembered
    #[arg(long, value_name = "ID|TEXT")]
    reject: Vec<String>,

    /// The statement that an id stands for now, by the id that it would get or by its first words; ID alone where one is asked
    /// about
    #[arg(long, value_name = "ID[=NEW]")]
    keep: Vec<String>,

    /// A lesson that no longer counts; its page stays and says so
    #[arg(long, value_name = "ID")]
    retire: Vec<String>,

    /// Why it no longer counts
    #[arg(long, value_name = "TEXT", requires = "retire")]
    because: Option<String>,

    /// The lesson that takes its place
    #[arg(long, value_name = "ID", requires = "retire")]
    replaced_by: Vec<String>,

    /// A lesson whose text is taken out of the lock and of its page; its address stays
    #[arg(long, value_name = "ID")]
    redact: Vec<String>,

    /// Print every new lesson and every finding
    #[arg(short, long)]
    verbose: bool,
}

/// Brings the lock up to date.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let reading = Reading { root: options.root.clone(), verbose: options.verbose, ..Reading::default() };
    let mut read = Read::load(&reading, None, shell)?;
    let answers = answers(options);
    let mut documents = std::mem::take(&mut read.documents);
    let lock = std::mem::take(&mut read.lock);
    let mut settlement = knowledge::identify(&mut documents, lock, &answers, &mut read.findings);
    read.findings.append(&mut settlement.findings);
    read.findings.extend(documents.iter().flat_map(|document| document.findings.iter().cloned()));
    read.findings.retain(|finding| finding.level == Level::Error);
    if !read.findings.is_empty() {
        let texts: BTreeMap<&str, &str> =
            documents.iter().map(|document| (document.file.as_str(), document.text.as_str())).collect();
        shell.findings(&read.findings, options.verbose, |file| {
            texts.get(file).copied().or_else(|| read.text_of(file))
        });
        shell.error(
            "the lock is left as it is, since lessons could be lost to these faults",
            Some("mend them first"),
        );
        return Err(Failure::Findings);
    }
    if let Some(fault) = settlement.faults.first() {
        let help = (settlement.faults.len() > 1).then(|| settlement.faults[1..].join("; "));
        return Err(Failure::Fatal { message: fault.clone(), help });
    }
    let (ledger, settlement) = settlement.lock(&documents);
    let after = ledger.files();
    let changes = scaffold::changes(&read.lock_files, &after);
    print_changes(&settlement.changes, options.dry_run || options.verbose, shell);
    for question in &settlement.questions {
        print_question(question, shell);
    }
    let total = ledger.sheets.iter().map(|sheet| sheet.entries.len()).sum::<usize>();
    let asked = match settlement.questions.len() {
        0 => String::new(),
        1 => "; 1 question is open".to_owned(),
        count => format!("; {count} questions are open"),
    };
    let changed = count(&settlement.changes);
    let files = changes.written.len() + changes.removed.len();
    let files = counted(files, "file");
    if options.check {
        let stale = !changes.is_empty() || !settlement.questions.is_empty();
        if stale {
            shell.error(
                &format!("the lock is not up to date: {changed}, {files} to write{asked}"),
                Some("run `afterword lock` and commit `lessons.lock`"),
            );
            return Err(Failure::Findings);
        }
        shell.say(&format!("the lock is up to date: {total} ids"));
        return Ok(());
    }
    if options.dry_run {
        shell.say(&format!("{total} ids: {changed}; nothing was written, {files} would be{asked}"));
        return Ok(());
    }
    scaffold::write(&read.root.path, source::LOCK, &changes)
        .map_err(|error| Failure::Fatal { message: error.message, help: None })?;
    shell.say(&format!("{total} ids: {changed}; wrote {files}{asked}"));
    if read.lock_files.is_empty() && !changes.is_empty() {
        shell.say("commit the folder `lessons.lock`; `afterword cite` prints the link of a lesson");
    }
    Ok(())
}

fn answers(options: &Options) -> Answers {
    let keep = |written: &String| match written.split_once('=') {
        Some((id, new)) => (id.trim().to_owned(), new.trim().to_owned()),
        None => (written.trim().to_owned(), String::new()),
    };
    let retire = |id: &String| Retire {
        id: id.clone(),
        because: options.because.clone(),
        replaced_by: options.replaced_by.clone(),
    };
    Answers {
        keep: options.keep.iter().map(keep).collect(),
        retire: options.retire.iter().map(retire).collect(),
        reject: options.reject.clone(),
        redact: options.redact.clone(),
    }
}

/// Returns how much of what happened.
fn count(changes: &[Change]) -> String {
    let words = [
        (What::New, "new"),
        (What::Reworded, "reworded"),
        (What::Moved, "moved"),
        (What::Gone, "gone"),
        (What::Back, "back"),
        (What::Retired, "retired"),
        (What::Redacted, "redacted"),
        (What::Rejected, "rejected"),
        (What::Aliased, "made an alias"),
    ];
    let counted: Vec<String> = words
        .into_iter()
        .filter_map(|(what, word)| {
            let count = changes.iter().filter(|change| change.what == what).count();
            (count > 0).then(|| format!("{count} {word}"))
        })
        .collect();
    if counted.is_empty() { "nothing new".to_owned() } else { counted.join(", ") }
}

/// Prints what happened, what people look at first last.
fn print_changes(changes: &[Change], all: bool, shell: &Shell) {
    let new = changes.iter().filter(|change| change.what == What::New);
    let count = new.clone().count();
    for change in new.take(if all { usize::MAX } else { LISTED }) {
        shell.say(&format!(
            "new       {}  {}\n          {}",
            change.id,
            shown(&change.text),
            shown(&change.path)
        ));
    }
    if count > LISTED && !all {
        shell.say(&format!("… and {} more new ones (all of them with --verbose)", count - LISTED));
    }
    for change in changes {
        let Change { id, text, path, other, .. } = change;
        let (id, text, path, other) = (shown(id), shown(text), shown(path), shown(other));
        let line = match change.what {
            What::New => continue,
            What::Reworded => format!("reworded  {id}  {path}\n  was     {other}\n  now     {text}"),
            What::Moved => format!("moved     {id}  {text}\n  was     {other}\n  now     {path}"),
            What::DocumentMoved => format!("document  {path}\n  was     {other}"),
            What::Gone => format!("gone      {id}  {text}\n          {path}"),
            What::Back => format!("back      {id}  {text}\n          {path}"),
            What::Retired => format!("retired   {id}  {text}"),
            What::Redacted => format!("redacted  {id}"),
            What::Rejected => format!("rejected  {text}"),
            What::Aliased => format!("alias     {id}  leads to {other}\n          {text}"),
            What::Merged => format!("merged    {path}: both sides of a conflict were taken"),
        };
        shell.say(&line);
    }
}

fn print_question(question: &Question, shell: &Shell) {
    let why = match question.doubt {
        Doubt::Reworded => "reads otherwise now, or is another lesson",
        Doubt::Negated => "has lost or gained a negation",
        Doubt::Split => "seems to have become several",
        Doubt::Merged => "seems to have become one with another",
        Doubt::Cited => "is cited and was rewritten",
    };
    let id = &question.id;
    let mut text = format!(
        "question  {id}  {why}\n          {}\n  was     {}",
        shown(&question.path),
        shown(&question.text)
    );
    for candidate in &question.candidates {
        text += &format!(
            "\n  now?    {}\n          --keep {id}={}    {:.0} % alike",
            shown(&candidate.text),
            candidate.fresh,
            candidate.likeness * 100.0
        );
    }
    text += &format!("\n  neither --retire {id}");
    shell.say(&text);
}

/// Returns words of a document without the control characters with which they could rewrite a terminal.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
