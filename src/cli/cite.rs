//! `afterword cite`: a lesson, ready to paste.

use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::shell::Shell;
use crate::cli::site::Site;
use crate::knowledge::ledger::State;
use crate::knowledge::lesson::Lesson;
use crate::knowledge::recurrence::Wanted;
use crate::review;
use clap::Args;
use clap::ValueEnum;
use std::io::Write;
use std::path::PathBuf;

/// How many lessons are listed where several answer.
const LISTED: usize = 10;

/// How much better than the next the best answer must be to be the one that was meant.
const CLEARLY: f32 = 1.6;

/// What `cite` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// The id of a lesson, or words of it, of its document's title or of its services
    #[arg(value_name = "ID|WORDS", required = true, num_args = 1..)]
    query: Vec<String>,

    /// A folder with `afterword.toml`, or any folder of Markdown [default: the nearest one upwards]
    #[arg(long, value_name = "ROOT")]
    root: Option<PathBuf>,

    /// What is printed
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,

    /// The absolute address of the site, instead of the one in the settings
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
}

/// What is printed of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A link with the id and the words
    Markdown,
    /// The address alone
    Url,
    /// The trailer of a commit: `Lesson: ll-7f3k2m`
    Trailer,
    /// Every lesson that answers, as JSON
    Json,
}

/// Prints the lesson that was meant. Where several may be, they are listed for people, and nothing goes to stdout: what is
/// pasted must be what was meant.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let reading =
        Reading { root: options.root.clone(), base_url: options.base_url.clone(), ..Reading::default() };
    let site = Site::load(&reading, None, Wanted::Groups, shell)?;
    let query = options.query.join(" ");
    let (hits, is_clear) = answers(&site, &query);
    if hits.is_empty() {
        shell.error(
            &format!("no lesson answers `{query}`"),
            Some("try other words of it, or its id; `afterword export` lists every lesson"),
        );
        return Err(Failure::Findings);
    }
    if options.format == Format::Json {
        let list: Vec<serde_json::Value> = hits.iter().map(|&index| json(&site, index)).collect();
        return print(&serde_json::to_string_pretty(&list).unwrap_or_default());
    }
    if !is_clear {
        shell.say(&format!("{} lessons answer `{query}`; cite one by its id, or by more words:", hits.len()));
        for &index in hits.iter().take(LISTED) {
            shell.say(&listed(&site, index));
        }
        if hits.len() > LISTED {
            shell.say(&format!("  and {} more", hits.len() - LISTED));
        }
        return Err(Failure::Findings);
    }
    let index = hits[0];
    let lesson = &site.knowledge.lessons.all[index];
    let url = url(&site, lesson);
    let id = (!lesson.provisional).then_some(lesson.id.as_str());
    warn(&site, lesson, shell);
    match options.format {
        Format::Markdown => print(&markdown(lesson, &url)),
        Format::Url => print(&url),
        Format::Trailer => match id {
            Some(_) => print(&lesson.trailer()),
            None => {
                shell.error(
                    "this lesson has no permanent id yet",
                    Some("give it one with `afterword lock`, or cite it with `--format markdown`"),
                );
                Err(Failure::Findings)
            }
        },
        Format::Json => Ok(()),
    }
}

/// Returns the lessons that answer, the best first, and whether the first is the one that was meant.
fn answers(site: &Site, query: &str) -> (Vec<usize>, bool) {
    if !query.trim().contains(char::is_whitespace)
        && let Some(index) = review::by_id(&site.knowledge, query)
    {
        return (vec![index], true);
    }
    let hits = review::by_words(&site.knowledge, query);
    let is_clear = match hits.as_slice() {
        [] | [_] => true,
        [first, second, ..] => first.score >= second.score * CLEARLY,
    };
    (hits.into_iter().map(|hit| hit.lesson).collect(), is_clear)
}

/// Tells of what a person should know before pasting.
fn warn(site: &Site, lesson: &Lesson, shell: &Shell) {
    match &lesson.state {
        State::Retired(retirement) => {
            let because = retirement.because.as_ref().map_or(String::new(), |why| format!(": {why}"));
            let instead = match retirement.replaced_by.as_slice() {
                [] => String::new(),
                ids => format!("; cite {} instead", ids.join(", ")),
            };
            shell.say(&format!("note: this lesson is retired{because}{instead}"));
        }
        State::Redacted => shell.say("note: the words of this lesson were taken out"),
        State::Live | State::Alias(_) => {}
    }
    if lesson.provisional {
        shell.say(
            "note: this lesson has no permanent id yet: the link leads to its place in its document, and breaks when its \
             words change. `afterword lock` gives it one",
        );
    }
    if site.config.base_url.is_none() {
        shell.say("note: the address is relative to the site, since no `base_url` is set");
    }
}

/// Returns one line of a list: the id, the words, and where they come from.
fn listed(site: &Site, index: usize) -> String {
    let lesson = &site.knowledge.lessons.all[index];
    let name =
        if lesson.provisional { format!("not locked, {}", url(site, lesson)) } else { lesson.id.clone() };
    let origin = lesson.document.map_or(String::new(), |document| {
        let document = &site.knowledge.documents[document];
        let year = document.date.as_ref().map_or(String::new(), |date| format!(", {}", date.value.year()));
        format!(" ({}{year})", document.title.value)
    });
    let words = crate::document::title::cut(text(lesson), 100);
    format!("  {name}: {words}{origin}").chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

fn text(lesson: &Lesson) -> &str {
    if lesson.text.is_empty() { "a lesson whose words were taken out" } else { &lesson.text }
}

/// Returns a link to a lesson in Markdown; brackets of an address are encoded, for they would end it.
fn markdown(lesson: &Lesson, url: &str) -> String {
    let words = if lesson.text.is_empty() { lesson.id.clone() } else { lesson.markdown_words() };
    format!("[{words}]({})", url.replace('(', "%28").replace(')', "%29"))
}

/// Returns the address of a lesson: its page, or its place in its document while it is not locked.
fn url(site: &Site, lesson: &Lesson) -> String {
    let from_folder = site.config.base_url.is_none();
    let base = site.config.base_url.as_deref().unwrap_or("");
    let address = site.plan.lesson_url(&site.knowledge, lesson, from_folder);
    format!("{base}{address}")
}

fn json(site: &Site, index: usize) -> serde_json::Value {
    let lesson = &site.knowledge.lessons.all[index];
    let url = url(site, lesson);
    let id = (!lesson.provisional).then_some(lesson.id.as_str());
    let document = lesson.document.map(|document| &site.knowledge.documents[document]);
    serde_json::json!({
        "id": lesson.id,
        "provisional": lesson.provisional,
        "retired": matches!(lesson.state, State::Retired(_)),
        "category": lesson.category.name(),
        "text": lesson.text,
        "url": url,
        "markdown": markdown(lesson, &url),
        "trailer": id.map(|_| lesson.trailer()),
        "document": document.map(|document| &document.id.value),
        "title": document.map(|document| &document.title.value),
    })
}

fn print(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .or_else(super::export::closed)
        .map_err(|error| Failure::Fatal { message: format!("cannot write to stdout: {error}"), help: None })
}
