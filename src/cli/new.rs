//! `afterword new`: a document that begins with what is known already.

use crate::cli::Failure;
use crate::cli::now;
use crate::cli::shell::Shell;
use crate::config;
use crate::config::Config;
use crate::diagnostic::Level;
use crate::diagnostic::did_you_mean;
use crate::document::date;
use crate::document::moment::Moment;
use crate::document::severity;
use crate::scaffold;
use crate::scaffold::notes;
use crate::scaffold::notes::Notes;
use crate::scaffold::template;
use crate::scaffold::template::Answers;
use crate::scaffold::template::TEMPLATES;
use crate::source;
use crate::source::Root;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::TimeDelta;
use clap::Args;
use std::io::BufRead;
use std::io::IsTerminal;
use std::io::Read;
use std::io::Write;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// What `new` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// The title; asked for on a terminal where it is not given, and so is what else the template has
    #[arg(value_name = "TITLE")]
    title: Option<String>,

    /// A folder with `afterword.toml`, or any folder of Markdown [default: the nearest one upwards]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    /// The template: one of the site's own in `templates/`, else full, short, near-miss, security, incident or article
    #[arg(long, value_name = "NAME")]
    template: Option<String>,

    /// How bad it was, such as SEV-2
    #[arg(long, value_name = "WORDS")]
    severity: Option<String>,

    /// An affected service; may stand several times, or name several with commas between them
    #[arg(long = "service", value_name = "NAME", value_delimiter = ',')]
    services: Vec<String>,

    /// Who writes it; may stand several times
    #[arg(long = "author", value_name = "NAME")]
    authors: Vec<String>,

    /// A team that it concerns; may stand several times
    #[arg(long = "team", value_name = "NAME")]
    teams: Vec<String>,

    /// The day [default: that of --started, of the notes, or today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<NaiveDate>,

    /// When it began, such as "2026-03-02 09:14"; without a zone in that of the site
    #[arg(long, value_name = "TIME")]
    started: Option<String>,

    /// When it was noticed; without a day, this and the later ones follow the one before
    #[arg(long, value_name = "TIME")]
    detected: Option<String>,

    /// When the harm was stopped
    #[arg(long, value_name = "TIME")]
    mitigated: Option<String>,

    /// When it was over
    #[arg(long, value_name = "TIME")]
    resolved: Option<String>,

    /// Notes or a chat, `-` for stdin: lines with a time become the timeline, the rest stands at the end
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,

    /// The folder for the file, relative to the content [default: that of the kind, such as `postmortems`]
    #[arg(long, value_name = "DIR")]
    folder: Option<String>,

    /// The name of the file [default: the day, the title, and four letters that no other branch has]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Open the file in $VISUAL or $EDITOR
    #[arg(long)]
    edit: bool,

    /// Ask nothing, even on a terminal
    #[arg(long)]
    no_input: bool,
}

/// The times of an incident, with what is asked for each.
const TIMES: [(&str, &str); 4] = [
    ("started", "When did it begin"),
    ("detected", "When was it noticed"),
    ("mitigated", "When was the harm stopped"),
    ("resolved", "When was it over"),
];

/// Writes the document.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let (root, config) = site(options.root.as_deref(), shell)?;
    let own = own_templates(&root)?;
    let stdin = std::io::stdin();
    let from_stdin = options.from.as_deref() == Some(Path::new("-"));
    let asks = !options.no_input && !from_stdin && stdin.is_terminal() && std::io::stderr().is_terminal();
    let (mut lock, mut stderr) = (stdin.lock(), std::io::stderr());
    let mut questions = asks.then_some(Questions { input: &mut lock, output: &mut stderr });

    let title = match (&options.title, &mut questions) {
        (Some(title), _) => title.trim().to_owned(),
        (None, Some(questions)) => questions.until("Title, in a few words", |title| match title {
            "" => Err("a document needs a title".to_owned()),
            title => Ok(title.to_owned()),
        })?,
        (None, None) => String::new(),
    };
    if title.is_empty() {
        return Err(fatal("a document needs a title", "name it: afterword new \"Checkout rejects cards\""));
    }
    let text = match (&options.template, &mut questions) {
        (Some(name), _) => {
            template(&own, name).map_err(|help| fatal(&format!("there is no template `{name}`"), &help))?
        }
        (None, Some(questions)) => {
            let names = names(&own).join(", ");
            questions.until(&format!("Template: {names} [full]"), |name| {
                template(&own, if name.is_empty() { "full" } else { name })
            })?
        }
        (None, None) => template(&own, "full").map_err(|help| fatal("there is no template `full`", &help))?,
    };
    let notes = match &options.from {
        Some(path) => notes::read(&read_notes(path)?),
        None => Notes::default(),
    };
    let now = now()?;
    let known = options.date.or(notes.day);
    // Whoever writes means the day of their own clock.
    let near = known.unwrap_or_else(|| now.with_timezone(&config.timezone.0).date_naive());
    let latest = known.is_none().then(|| now.naive_utc());
    let has = |key: &str| text.lines().any(|line| line.starts_with(&format!("{key}:")));

    let mut answers = Answers::default();
    answers.values.insert("title", title.clone());
    if asks {
        shell.say("what is not known yet may stay open: Enter");
    }
    let severity = match (&options.severity, &mut questions) {
        (Some(severity), _) => severity.clone(),
        (None, Some(questions)) if text.lines().any(|line| line.trim_end() == "severity:") => {
            questions.ask("Severity, such as SEV-2")?
        }
        _ => String::new(),
    };
    if asks {
        say_of_severity(&severity, &config, shell);
    }
    if !severity.trim().is_empty() {
        answers.values.insert("severity", severity);
    }
    let services = match &mut questions {
        Some(questions) if options.services.is_empty() && has("services") => {
            let known: Vec<&str> = config.services.keys().map(String::as_str).take(12).collect();
            let known =
                if known.is_empty() { String::new() } else { format!(" ({}, …)", known.join(", ")) };
            let question = format!("Affected services, with commas between them{known}");
            let mut doubted = String::new();
            questions.until(&question, |given| {
                let services: Vec<String> = given
                    .split(',')
                    .map(|name| name.trim().to_owned())
                    .filter(|name| !name.is_empty())
                    .collect();
                let slip = services.iter().find_map(|service| unknown_service(service, &config)?.1);
                // Who says it twice means it.
                if let Some(near) = slip.filter(|_| given != doubted) {
                    given.clone_into(&mut doubted);
                    return Err(format!("did you mean `{near}`? to keep it, write it again"));
                }
                Ok(services)
            })?
        }
        _ => options.services.iter().map(|name| name.trim().to_owned()).collect(),
    };
    for service in &services {
        if let Some((message, near)) = unknown_service(service, &config) {
            let help = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            shell.say(&format!("{message}{help}"));
        }
    }
    let given = [&options.started, &options.detected, &options.mitigated, &options.resolved];
    let mut before: Option<Moment> = None;
    let zone = config.timezone.0;
    for ((key, question), given) in TIMES.into_iter().zip(given) {
        let moment = match (given, &mut questions) {
            (Some(given), _) => {
                Some(time(given, Near { day: near, before, latest }, &config).map_err(|why| {
                    fatal(
                        &format!("cannot read --{key}: {why}"),
                        "write it as \"2026-03-02 09:14\", or 09:14 alone",
                    )
                })?)
            }
            (None, Some(questions)) if has(key) => questions.until(
                &format!("{question}, such as 09:14 or 2026-03-02 09:14, in {zone}"),
                |given| match given {
                    "" => Ok(None),
                    given => time(given, Near { day: near, before, latest }, &config).map(Some),
                },
            )?,
            _ => None,
        };
        if let Some(moment) = moment {
            if asks && given.is_none() {
                shell.say(&format!("  {}", moment.local.format("%Y-%m-%d %H:%M")));
            }
            answers.values.insert(key, written(&moment));
            if key == "started" && options.date.is_none() {
                answers.values.insert("date", moment.date().to_string());
            }
            before = Some(moment);
        }
    }
    let date = answers.values.entry("date").or_insert_with(|| near.to_string()).clone();
    answers.lists.insert("services", services);
    answers.lists.insert("authors", options.authors.clone());
    answers.lists.insert("teams", options.teams.clone());
    answers.timeline = notes.timeline;
    answers.notes = notes.rest;

    let document = template::fill(&text, &answers);
    let file = file(options, &root, &config, &document, &date, &title)?;
    let path = root.path.join(&file);
    let is_there = path.exists();
    scaffold::create(&root.path, &file, document.as_bytes()).map_err(|error| Failure::Fatal {
        message: error.message,
        help: is_there.then(|| "give it another --name".to_owned()),
    })?;
    if notes.entries > 0 {
        shell.say(&format!("{} lines with a time became the timeline", notes.entries));
    }
    shell.say(&format!("wrote `{file}`; `afterword serve` shows its page while you write"));
    if root.settings.is_none() && options.root.is_none() {
        shell.say(&format!(
            "there is no `{}` here or above, so it stands in the current folder; `afterword init` begins a knowledge base",
            config::FILE
        ));
    }
    let _ = writeln!(std::io::stdout(), "{}", path.display());
    if options.edit { edit(&path) } else { Ok(()) }
}

/// Finds the site and understands its settings.
fn site(given: Option<&Path>, shell: &Shell) -> Result<(Root, Config), Failure> {
    #[expect(clippy::disallowed_methods, reason = "the command line alone reads the environment")]
    let current = std::env::current_dir().map_err(|error| {
        fatal(&format!("cannot tell the current folder: {error}"), "name one with --root")
    })?;
    let located = source::locate(given, &current)?;
    let (config, findings) = config::parse(located.settings.as_deref().unwrap_or(""));
    if findings.iter().any(|finding| finding.level == Level::Error) {
        shell.findings(&findings, true, |_| located.settings.as_deref());
        return Err(Failure::Findings);
    }
    Ok((Root::new(located, &config)?, config))
}

fn own_templates(root: &Root) -> Result<Vec<(String, String)>, Failure> {
    let files = source::templates(root)?.files;
    Ok(files.into_iter().map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned())).collect())
}

fn names(own: &[(String, String)]) -> Vec<&str> {
    let ours = TEMPLATES.iter().map(|template| template.name);
    let ours = ours.filter(|name| !own.iter().any(|(own, _)| own == name));
    own.iter().map(|(name, _)| name.as_str()).chain(ours).collect()
}

/// Returns a template: the site's own wins. Errs with what to do where there is none of that name.
fn template(own: &[(String, String)], name: &str) -> Result<String, String> {
    let found = own.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str());
    let found = found.or_else(|| TEMPLATES.iter().find(|one| one.name == name).map(|one| one.text));
    found.map(str::to_owned).ok_or_else(|| match did_you_mean(name, names(own)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names(own).join(", ")),
    })
}

fn read_notes(path: &Path) -> Result<String, Failure> {
    if path != Path::new("-") {
        return Ok(source::read_given(path)?);
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(source::LARGEST_DOCUMENT)
        .read_to_end(&mut bytes)
        .map_err(|error| fatal(&format!("cannot read the notes from stdin: {error}"), "name a file"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a time without a day is near to.
#[derive(Clone, Copy, Debug)]
struct Near {
    /// The day of the incident.
    day: NaiveDate,
    /// The time before it, where that is known.
    before: Option<Moment>,
    /// What it cannot be later than, in UTC.
    latest: Option<NaiveDateTime>,
}

/// Reads a time: one that names its day, or a time of day alone. That is the next time that a clock shows it after the one before
/// it; else on the day of the incident, or on the one before that where it is still to come.
fn time(given: &str, near: Near, config: &Config) -> Result<Moment, String> {
    let given = given.trim();
    let day_of_it = near.before.map_or(near.day, |before| before.date());
    let mut names_a_day = true;
    let moment = date::parse(given).filter(Moment::has_time).or_else(|| {
        let leading = date::leading(given).filter(|leading| leading.end >= given.len())?;
        let clock = leading.start.clock?;
        let day = match leading.start.day {
            Some(day) => day.near(day_of_it)?,
            None => {
                names_a_day = false;
                day_of_it
            }
        };
        Some(clock.on(day, leading.zone))
    });
    let moment = moment.ok_or_else(|| format!("`{given}` is no time with hour and minute"))?;
    let zoned = moment.in_zone(config.timezone.0);
    let shifted = |days: i64| {
        let local = moment.local.checked_add_signed(TimeDelta::days(days)).unwrap_or(moment.local);
        Moment { local, ..moment }.in_zone(config.timezone.0)
    };
    match near.before {
        Some(before) if zoned.utc() >= before.utc() => Ok(zoned),
        Some(before) if names_a_day => Err(format!(
            "`{given}` is earlier than {}, the time before it",
            before.local.format("%Y-%m-%d %H:%M")
        )),
        // Past midnight.
        Some(_) => Ok(shifted(1)),
        None if !names_a_day && near.latest.is_some_and(|latest| zoned.utc() > latest) => Ok(shifted(-1)),
        None => Ok(zoned),
    }
}

/// Writes a time with its zone, so that nobody has to guess.
fn written(moment: &Moment) -> String {
    let offset = match moment.offset {
        Some(offset) if offset.local_minus_utc() != 0 => offset.to_string(),
        _ => "Z".to_owned(),
    };
    format!("{}{offset}", moment.local.format("%Y-%m-%dT%H:%M:%S"))
}

/// Says of a severity how it is understood, where nobody would guess that.
fn say_of_severity(severity: &str, config: &Config, shell: &Shell) {
    let severity = severity.trim();
    if severity.is_empty() || severity::read(severity, config).is_some_and(|read| read.level.is_some()) {
        return;
    }
    let near = did_you_mean(severity, config.severity.keys().map(String::as_str));
    let help = near.map_or_else(
        || "SEV-1 to SEV-5 have one, and words of yours in `[severity]` of the settings".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    shell.say(&format!("`{severity}` says no rank: {help}"));
}

/// Returns what to say of a service that the settings do not know, and which one is near.
fn unknown_service<'a>(service: &str, config: &'a Config) -> Option<(String, Option<&'a str>)> {
    let known = config.services.iter().flat_map(|(name, known)| std::iter::once(name).chain(&known.aliases));
    let known: Vec<&str> = known.map(String::as_str).collect();
    if known.is_empty() || known.iter().any(|name| name.eq_ignore_ascii_case(service)) {
        return None;
    }
    Some((format!("the settings know no service `{service}`"), did_you_mean(service, known)))
}

/// Returns the path of the new file, relative to ROOT.
fn file(
    options: &Options,
    root: &Root,
    config: &Config,
    document: &str,
    date: &str,
    title: &str,
) -> Result<String, Failure> {
    let name = match &options.name {
        Some(name) => name.strip_suffix(".md").unwrap_or(name).to_owned(),
        None => template::file_name(Some(date), title, &seed()),
    };
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
        return Err(fatal(&format!("`{name}` is no name of a file"), "name the folder with --folder"));
    }
    let mut prefix = root.content_prefix.trim_end_matches('/');
    if prefix.is_empty() && root.settings.is_some() && config.content == Config::default().content {
        // Git keeps no empty folder: without a document, `content` is only not there yet.
        let listed = source::list(root, config, &root.path.join("dist"));
        if listed.documents.is_empty() {
            prefix = &config.content;
        }
    }
    let folder = match &options.folder {
        Some(folder) => {
            let folder = folder.trim_matches('/');
            if Path::new(folder).components().any(|part| !matches!(part, Component::Normal(_))) {
                return Err(fatal(
                    &format!("`{folder}` leads out of the content"),
                    "name a folder in it with --folder",
                ));
            }
            folder.to_owned()
        }
        // A folder that is content itself has a shape of its own already.
        None if prefix.is_empty() => String::new(),
        None => {
            let kind = document.lines().find_map(|line| line.strip_prefix("kind:"));
            match kind.map(str::trim) {
                Some("incident") => "incidents".to_owned(),
                Some("article") => "articles".to_owned(),
                Some("page") => String::new(),
                _ => "postmortems".to_owned(),
            }
        }
    };
    let parts = [prefix, &folder, &format!("{name}.md")];
    Ok(parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/"))
}

/// Returns something that is another one for every run, so that two branches never choose the same name.
#[expect(clippy::disallowed_methods, reason = "the command line alone reads the clock")]
fn seed() -> String {
    format!("{:?} {}", chrono::Utc::now(), std::process::id())
}

/// Opens a file in the editor of whoever writes, and waits for it.
fn edit(path: &Path) -> Result<(), Failure> {
    #[expect(clippy::disallowed_methods, reason = "the command line alone reads the environment")]
    let editor = ["VISUAL", "EDITOR"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty())
        .and_then(|value| value.into_string().ok());
    let Some(editor) = editor else {
        return Err(fatal(
            "neither $VISUAL nor $EDITOR names an editor",
            "the file is written; open it by hand",
        ));
    };
    let mut words = editor.split_whitespace();
    let status = Command::new(words.next().unwrap_or_default()).args(words).arg(path).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(fatal(&format!("the editor `{editor}` ended with {status}"), "the file is written"))
        }
        Err(error) => {
            Err(fatal(&format!("cannot start the editor `{editor}`: {error}"), "the file is written"))
        }
    }
}

fn fatal(message: &str, help: &str) -> Failure {
    Failure::Fatal { message: message.to_owned(), help: Some(help.to_owned()) }
}

/// Asks somebody at a terminal.
struct Questions<'a> {
    input: &'a mut dyn BufRead,
    output: &'a mut dyn Write,
}

impl Questions<'_> {
    /// Asks once; nothing is an answer too.
    fn ask(&mut self, question: &str) -> Result<String, Failure> {
        self.until(question, |answer| Ok(answer.to_owned()))
    }

    /// Asks until an answer is understood.
    fn until<T>(
        &mut self,
        question: &str,
        mut read: impl FnMut(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        loop {
            let _ = write!(self.output, "{question}: ").and_then(|()| self.output.flush());
            let mut line = String::new();
            match self.input.read_line(&mut line) {
                Ok(0) => return Err(fatal("the answers ended early", "nothing was written")),
                Ok(_) => {}
                Err(error) => {
                    return Err(fatal(&format!("cannot read an answer: {error}"), "nothing was written"));
                }
            }
            match read(line.trim()) {
                Ok(answer) => return Ok(answer),
                Err(why) => {
                    let _ = writeln!(self.output, "{why}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_alone_is_on_the_day_and_in_the_zone_of_the_site() {
        let (config, _) = config::parse("timezone = \"Europe/Berlin\"");
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let read = |given: &str| {
            time(given, Near { day, before: None, latest: None }, &config).map(|moment| written(&moment))
        };
        assert_eq!(read("09:14").unwrap(), "2026-03-02T09:14:00+01:00");
        assert_eq!(read("2026-07-01 9:14 pm").unwrap(), "2026-07-01T21:14:00+02:00");
        assert_eq!(read("2026-07-01T09:14Z").unwrap(), "2026-07-01T09:14:00Z");
        assert!(read("soon").is_err() && read("2026-07-01").is_err());
    }

    #[test]
    fn a_time_without_a_day_follows_the_one_before_it_past_midnight_too() {
        let (config, _) = config::parse("timezone = \"Europe/Berlin\"");
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let now = today.and_hms_opt(8, 0, 0);
        let first = Near { day: today, before: None, latest: now };
        let read = |given: &str| time(given, first, &config).map(|moment| written(&moment)).unwrap();
        // It is nine in the morning: at 23:14 is yesterday.
        assert_eq!(read("23:14"), "2026-11-20T23:14:00+01:00");
        assert_eq!(read("08:59"), "2026-11-21T08:59:00+01:00");
        let started = time("2026-03-28 23:14", first, &config).unwrap();
        let later = Near { before: Some(started), ..first };
        let read = |given: &str| time(given, later, &config).map(|moment| written(&moment));
        assert_eq!(read("23:40").unwrap(), "2026-03-28T23:40:00+01:00");
        assert_eq!(read("01:10").unwrap(), "2026-03-29T01:10:00+01:00");
        // That night the clocks went forward.
        assert_eq!(read("04:00").unwrap(), "2026-03-29T04:00:00+02:00");
        assert_eq!(read("2026-03-30 08:00").unwrap(), "2026-03-30T08:00:00+02:00");
        let why = read("2026-03-28 22:00").unwrap_err();
        assert_eq!(why, "`2026-03-28 22:00` is earlier than 2026-03-28 23:14, the time before it");
    }

    #[test]
    fn a_question_is_asked_until_it_is_answered() {
        let mut input = &b"maybe\n 7 \n"[..];
        let mut output = Vec::new();
        let mut questions = Questions { input: &mut input, output: &mut output };
        let read = |answer: &str| answer.parse::<u8>().map_err(|_| "that is no number".to_owned());
        assert_eq!(questions.until("How many", read).unwrap(), 7);
        assert!(questions.ask("More").is_err());
        assert_eq!(String::from_utf8(output).unwrap(), "How many: that is no number\nHow many: More: ");
    }
}
