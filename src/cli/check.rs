//! `afterword check`: every finding, for people or for programs.

use crate::check;
use crate::check::Outcome;
use crate::check::Report;
use crate::check::Survey;
use crate::check::baseline;
use crate::check::baseline::Baseline;
use crate::check::fix;
use crate::check::level::Levels;
use crate::check::report;
use crate::check::rules::dead_link;
use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::VERSION;
use crate::cli::external;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::cli::site::Site;
use crate::cli::theme as own_theme;
use crate::cli::today;
use crate::config;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::did_you_mean;
use crate::knowledge::recurrence::Wanted;
use crate::scaffold;
use crate::source;
use crate::theme::Theme;
use chrono::NaiveDate;
use clap::Args;
use clap::ValueEnum;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// What `check` takes.
#[derive(Debug, Args)]
pub struct Options {
    /// Files and folders whose findings are shown [default: all]; the whole site is read all the same
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// A folder with `afterword.toml`, or any folder of Markdown [default: the nearest one upwards from PATH]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    /// Show only findings in files that changed since this branch, tag or commit
    #[arg(long, value_name = "REV")]
    since: Option<String>,

    /// How findings are written; all but `human` go to stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// End with 1 on these as well, and not only on errors
    #[arg(long, value_enum, value_name = "LEVEL")]
    deny: Option<Deny>,

    /// Apply only this rule, one that is off among them; may stand several times
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,

    /// Ask whether links to elsewhere are alive, which needs the network and `curl`; those that answer are asked again after a week
    #[arg(long)]
    external: bool,

    /// Mend what can be mended safely
    #[arg(long)]
    fix: bool,

    /// Show as a diff what --fix changes; without --fix nothing is changed
    #[arg(long)]
    diff: bool,

    /// The list of findings that were there before [default: ROOT/afterword.baseline.json]
    #[arg(long, value_name = "FILE")]
    baseline: Option<String>,

    /// Write that list, so that only what comes after it is shown
    #[arg(long, conflicts_with_all = ["since", "fix", "diff", "rules"])]
    write_baseline: bool,

    /// Include documents that say `draft: true`
    #[arg(long)]
    drafts: bool,

    /// The day that decides which actions are late [default: SOURCE_DATE_EPOCH, else the clock]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<NaiveDate>,

    /// Print where the time went
    #[arg(long)]
    timings: bool,

    /// Print every finding
    #[arg(short, long)]
    verbose: bool,
}

/// How often --fix looks again at what it has mended.
const ROUNDS: usize = 10;

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// Our own, version 1
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// SARIF 2.1.0
    Sarif,
}

/// What ends with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings and errors
    Warnings,
    /// Everything
    Notes,
}

/// Looks for faults, and mends some where that is wanted.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    for rule in &options.rules {
        if check::named(rule).is_none() {
            return Err(unknown(rule));
        }
    }
    let today = today(options.today)?;
    let root = root(options)?;
    if let Some(broken) = broken_settings(&root, options)? {
        return broken.print(options, shell);
    }
    let mut checked = Checked::load(&root, options, today, shell)?;
    let mut mended = 0;
    if options.fix || options.diff {
        for _ in 0..ROUNDS {
            let now = checked.mend(options, shell)?;
            mended += now;
            if !options.fix || now == 0 {
                break;
            }
            // What was mended is gone and the rest has moved: everything is looked at again, and the same fault elsewhere,
            // which was told only once, may be next.
            checked = Checked::load(&root, options, today, shell)?;
        }
    }
    if options.write_baseline {
        return checked.write_baseline(options, shell);
    }
    let ends_badly = checked.print(options, shell, if options.fix { mended } else { 0 })?;
    if options.timings {
        checked.site.timings.print(shell);
    }
    // The program ends here, and taking apart what it read would be work for nobody.
    std::mem::forget(checked);
    if ends_badly { Err(Failure::Findings) } else { Ok(()) }
}

/// Says that there is no such rule.
pub fn unknown(rule: &str) -> Failure {
    let names = check::RULES.iter().map(|entry| entry.rule.name);
    let help = match did_you_mean(rule, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`afterword explain` lists them".to_owned(),
    };
    Failure::Fatal { message: format!("there is no rule `{rule}`"), help: Some(help) }
}

/// Returns ROOT: as it is given, else the nearest settings upwards from the first path, else the folder that is a path, else
/// the current one.
fn root(options: &Options) -> Result<Option<PathBuf>, Failure> {
    if options.root.is_some() {
        return Ok(options.root.clone());
    }
    let Some(first) = options.paths.first() else { return Ok(None) };
    let real = source::real_path(first).filter(|real| real.exists());
    let Some(real) = real else {
        return Err(Failure::Fatal { message: format!("there is no `{}`", first.display()), help: None });
    };
    let settings = real.ancestors().find(|folder| folder.join(config::FILE).is_file());
    Ok(match settings {
        Some(folder) => Some(folder.to_path_buf()),
        None if real.is_dir() && options.paths.len() == 1 => Some(first.clone()),
        None => None,
    })
}

/// Returns the findings about settings that cannot be understood: nothing else can be looked at then.
fn broken_settings(root: &Option<PathBuf>, options: &Options) -> Result<Option<Broken>, Failure> {
    let located = source::locate(root.as_deref(), &current()?)?;
    let text = located.settings.unwrap_or_default();
    let (_, findings) = config::parse(&text);
    let mut reports: Vec<Report> = findings
        .into_iter()
        .filter(|finding| finding.level == Level::Error)
        .map(|finding| Report { finding, fix: None, fingerprint: String::new() })
        .collect();
    if reports.is_empty() {
        return Ok(None);
    }
    baseline::fingerprint(&mut reports, |_| Some(&text));
    let prefix = prefix(&located.path, options)?;
    Ok(Some(Broken { reports, text, prefix }))
}

/// Settings that cannot be understood.
struct Broken {
    reports: Vec<Report>,
    text: String,
    prefix: String,
}

impl Broken {
    fn print(&self, options: &Options, shell: &Shell) -> Result<(), Failure> {
        let reports: Vec<&Report> = self.reports.iter().collect();
        let context =
            report::Context { version: VERSION, prefix: &self.prefix, documents: 0, allowed: 0, known: 0 };
        show(&reports, context, options, shell, |_| Some(&self.text))?;
        Err(Failure::Findings)
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line alone reads the environment")]
fn current() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|error| Failure::Fatal {
        message: format!("cannot tell the current folder: {error}"),
        help: None,
    })
}

/// Returns what the paths of findings begin with for CI, which runs at the top of a repository: ROOT relative to the current
/// folder.
fn prefix(root: &Path, options: &Options) -> Result<String, Failure> {
    if matches!(options.format, Format::Human | Format::Json) {
        return Ok(String::new());
    }
    let (root, current) = (source::real_path(root), source::real_path(&current()?));
    let (Some(root), Some(current)) = (root, current) else { return Ok(String::new()) };
    let Ok(below) = root.strip_prefix(&current) else { return Ok(String::new()) };
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    Ok(if parts.is_empty() { String::new() } else { parts.join("/") + "/" })
}

/// A site that was looked at.
struct Checked {
    site: Site,
    outcome: Outcome,
    baseline: Baseline,
    /// The files whose findings are wanted, relative to ROOT; `None` for all.
    wanted: Option<BTreeSet<String>>,
    prefix: String,
    /// The files of the site's own theme, by their paths relative to ROOT.
    theme_files: BTreeMap<String, String>,
    /// The texts of documents that hold secrets, without them.
    masked: BTreeMap<String, String>,
}

impl Checked {
    fn load(
        root: &Option<PathBuf>,
        options: &Options,
        today: NaiveDate,
        shell: &Shell,
    ) -> Result<Checked, Failure> {
        let reading = Reading {
            root: root.clone(),
            drafts: options.drafts,
            today: Some(today),
            timings: options.timings,
            verbose: options.verbose,
            traces: true,
            ..Reading::default()
        };
        let mut site = Site::load(&reading, None, Wanted::Groups, shell)?;
        let mut findings = std::mem::take(&mut site.findings);
        let theme_files = theme(&site, &mut findings)?;
        if options.external {
            findings.extend(external(&site, today, shell)?);
            site.timings.end("ask elsewhere");
        }
        let settings = site.text_beside(config::FILE).unwrap_or_default();
        let levels = Levels::new(&site.config, settings, &options.rules);
        let survey =
            Survey { knowledge: &site.knowledge, plan: &site.plan, config: &site.config, settings, today };
        let outcome = check::run(&survey, &levels, findings);
        site.timings.end("check");
        let wanted = wanted(&site, &outcome, options)?;
        let name = options.baseline.as_deref();
        let baseline = match source::read_own(&site.root, name.unwrap_or(baseline::FILE))? {
            _ if options.write_baseline => Baseline::default(),
            Some(text) => Baseline::parse(&text).map_err(|why| Failure::Fatal {
                message: format!("cannot read the baseline `{}`: {why}", name.unwrap_or(baseline::FILE)),
                help: Some("write it anew with --write-baseline".to_owned()),
            })?,
            None => match name {
                Some(name) => {
                    return Err(Failure::Fatal {
                        message: format!("there is no baseline `{name}`"),
                        help: Some("write it with --write-baseline; its path is relative to ROOT".to_owned()),
                    });
                }
                None => Baseline::default(),
            },
        };
        let prefix = prefix(&site.root.path, options)?;
        let masked = outcome
            .secrets
            .iter()
            .map(|(&index, secrets)| {
                let document = &site.knowledge.documents[index];
                (document.file.clone(), check::masked(&document.text, secrets))
            })
            .collect();
        Ok(Checked { site, outcome, baseline, wanted, prefix, theme_files, masked })
    }

    /// Returns what is wanted and new, and how much the baseline knows of what is wanted.
    fn shown(&self) -> (Vec<&Report>, usize) {
        let wanted = |report: &&Report| {
            self.wanted.as_ref().is_none_or(|wanted| wanted.contains(&report.finding.place.file))
        };
        let (known, new): (Vec<_>, Vec<_>) =
            self.outcome.reports.iter().filter(wanted).partition(|report| self.baseline.knows(report));
        (new, known.len())
    }

    /// Mends what is wanted, and shows it as a diff; returns how much.
    fn mend(&self, options: &Options, shell: &Shell) -> Result<usize, Failure> {
        let (reports, _) = self.shown();
        let mut by_file: BTreeMap<&str, Vec<&fix::Fix>> = BTreeMap::new();
        for report in reports {
            if let Some(fix) = &report.fix {
                by_file.entry(&report.finding.place.file).or_default().push(fix);
            }
        }
        let mut mended = 0;
        let mut diff = String::new();
        for document in &self.site.knowledge.documents {
            let Some(fixes) = by_file.remove(document.file.as_str()) else { continue };
            let (text, count) = fix::apply(&document.text, fixes);
            if options.fix {
                let bytes = source::read_asset(&self.site.root, &document.path)?;
                // A mark at its beginning is no part of the text, and stays.
                let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
                if bytes[mark..] != *document.text.as_bytes() {
                    shell.say(&format!("`{}` is left as it is: it is not UTF-8", document.file));
                    continue;
                }
                let new = [&bytes[..mark], text.as_bytes()].concat();
                scaffold::replace(&self.site.root.path, &document.file, &new)
                    .map_err(|error| Failure::Fatal { message: error.message, help: None })?;
            }
            mended += count;
            if options.diff {
                diff += &fix::diff(&format!("{}{}", self.prefix, document.file), &document.text, &text);
            }
        }
        print(&diff)?;
        Ok(mended)
    }

    fn write_baseline(&self, options: &Options, shell: &Shell) -> Result<(), Failure> {
        if self.wanted.is_some() {
            return Err(Failure::Fatal {
                message: "a baseline is written for the whole site".to_owned(),
                help: Some("leave out the paths".to_owned()),
            });
        }
        let name = options.baseline.as_deref().unwrap_or(baseline::FILE);
        let text = baseline::text(&self.outcome.reports);
        scaffold::replace(&self.site.root.path, name, text.as_bytes())
            .map_err(|error| Failure::Fatal { message: error.message, help: None })?;
        let count = self.outcome.reports.len();
        shell.say(&format!(
            "wrote `{name}` with {}; from now on only others are shown",
            counted(count, "finding")
        ));
        Ok(())
    }

    /// Prints what is wanted and the summary; returns whether the run ends with 1.
    fn print(&self, options: &Options, shell: &Shell, mended: usize) -> Result<bool, Failure> {
        let (reports, known) = self.shown();
        let documents = &self.site.knowledge.documents;
        let looked_at = match &self.wanted {
            Some(wanted) => {
                documents.iter().filter(|document| wanted.contains(document.file.as_str())).count()
            }
            None => documents.len(),
        };
        let context = report::Context {
            version: VERSION,
            prefix: &self.prefix,
            documents: looked_at,
            allowed: self.outcome.allowed,
            known,
        };
        let texts: BTreeMap<&str, &str> =
            documents.iter().map(|document| (document.file.as_str(), document.text.as_str())).collect();
        let text = |file: &str| {
            let masked = self.masked.get(file).or_else(|| self.theme_files.get(file)).map(String::as_str);
            masked.or_else(|| texts.get(file).copied()).or_else(|| self.site.text_beside(file))
        };
        // A diff on stdout is data already.
        if options.fix || !options.diff {
            show(&reports, context, options, shell, text)?;
        }
        shell.say(&self.summary(&reports, context, mended));
        if self.site.knowledge.documents.is_empty() {
            shell.nothing_in(&self.site.root.content);
        }
        let bad = |report: &&&Report| match (report.finding.level, options.deny) {
            (Level::Error, _) | (_, Some(Deny::Notes)) => true,
            (Level::Warning, deny) => deny == Some(Deny::Warnings),
            (Level::Note, _) => false,
        };
        Ok(reports.iter().filter(bad).count() > 0)
    }

    fn summary(&self, reports: &[&Report], context: report::Context<'_>, mended: usize) -> String {
        let counts = check::count(reports.iter().copied());
        // Reports stand in the order of files.
        let in_one_file = |a: &&Report, b: &&Report| a.finding.place.file == b.finding.place.file;
        let files = reports.chunk_by(in_one_file).count();
        let found: Vec<String> = [Level::Error, Level::Warning, Level::Note]
            .into_iter()
            .filter_map(|level| Some(counted(*counts.get(&level)?, level.name())))
            .collect();
        let mut line = format!("checked {}: ", counted(context.documents, "document"));
        line += &match found.is_empty() {
            true => "nothing to mend".to_owned(),
            false => format!("{} in {}", found.join(", "), counted(files, "file")),
        };
        let fixable = reports.iter().filter(|report| report.fix.is_some()).count();
        let mended_since = match self.wanted {
            None => self.baseline.mended(&self.outcome.reports),
            Some(_) => 0,
        };
        for (count, words) in [
            (mended, "mended"),
            (context.known, "known to the baseline"),
            (mended_since, "of the baseline are mended, so write it anew"),
            (context.allowed, "allowed with a reason"),
            (fixable, "can be mended with --fix"),
        ] {
            if count > 0 {
                line += &format!("; {count} {words}");
            }
        }
        line
    }
}

/// Asks whether links to elsewhere are alive, and remembers those that are.
fn external(site: &Site, today: NaiveDate, shell: &Shell) -> Result<Vec<Finding>, Failure> {
    let kept = source::read_own(&site.root, dead_link::CACHE)?;
    let mut cache = dead_link::Cache::parse(kept.as_deref().unwrap_or(""));
    let hosts = dead_link::to_ask(&site.knowledge, &cache, today);
    let answers = external::ask(hosts, shell)?;
    cache.remember(&answers, today);
    let text = cache.text(today);
    if kept.as_deref() != Some(text.as_str()) {
        scaffold::replace(&site.root.path, dead_link::CACHE, text.as_bytes())
            .map_err(|error| Failure::Fatal { message: error.message, help: None })?;
    }
    Ok(dead_link::findings(&site.knowledge, &answers))
}

/// Reads the site's own theme, where it has one, and adds what is wrong with it; returns the texts of its files.
fn theme(site: &Site, findings: &mut Vec<Finding>) -> Result<BTreeMap<String, String>, Failure> {
    let Some(folder) = &site.config.theme else { return Ok(BTreeMap::new()) };
    if own_theme::built_in(&site.root.path, &site.config).is_some() {
        return Ok(BTreeMap::new());
    }
    let files = source::theme_files(&site.root, &site.config)?;
    findings.extend(files.findings);
    if let Err(faults) = Theme::in_language(folder, &files.files, &site.config.language) {
        findings.extend(faults);
    }
    let folder = folder.trim_end_matches('/');
    let texts = files
        .files
        .into_iter()
        .filter_map(|(path, bytes)| Some((format!("{folder}/{path}"), String::from_utf8(bytes).ok()?)));
    Ok(texts.collect())
}

/// Returns the files whose findings are wanted, relative to ROOT; `None` for all.
fn wanted(site: &Site, outcome: &Outcome, options: &Options) -> Result<Option<BTreeSet<String>>, Failure> {
    if options.paths.is_empty() && options.since.is_none() {
        return Ok(None);
    }
    let mut files: BTreeSet<String> =
        site.knowledge.documents.iter().map(|document| document.file.clone()).collect();
    // Findings about files that could not become documents are wanted with their folders.
    files.extend(outcome.reports.iter().map(|report| report.finding.place.file.clone()));
    if !options.paths.is_empty() {
        let root = source::real_path(&site.root.path);
        let mut below = Vec::new();
        for path in &options.paths {
            let real = source::real_path(path).filter(|real| real.exists());
            let relative = match (&real, &root) {
                (Some(real), Some(root)) => real.strip_prefix(root).ok(),
                _ => None,
            };
            let Some(relative) = relative else {
                let root = site.root.path.display();
                let message = match real {
                    Some(_) => format!("`{}` does not lie in `{root}`", path.display()),
                    None => format!("there is no `{}`", path.display()),
                };
                return Err(Failure::Fatal { message, help: None });
            };
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            below.push(parts.join("/"));
        }
        // The whole of ROOT is everything, settings among it.
        if below.iter().all(|folder| !folder.is_empty()) {
            files.extend(below.iter().cloned());
            files.retain(|file| {
                below.iter().any(|folder| {
                    file.strip_prefix(folder.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
            });
        } else if options.since.is_none() {
            return Ok(None);
        }
    }
    if let Some(revision) = &options.since {
        let changed = source::changed_since(&site.root, revision)?;
        let prefix = &site.root.content_prefix;
        files.retain(|file| file.strip_prefix(prefix.as_str()).is_some_and(|path| changed.contains(path)));
    }
    Ok(Some(files))
}

/// Writes findings as it is wanted.
fn show<'t>(
    reports: &[&Report],
    context: report::Context<'_>,
    options: &Options,
    shell: &Shell,
    text: impl Fn(&str) -> Option<&'t str>,
) -> Result<(), Failure> {
    let written = match options.format {
        Format::Human => {
            shell.findings(reports.iter().map(|report| &report.finding), options.verbose, text);
            return Ok(());
        }
        Format::Json => report::json(reports, context, text),
        Format::Github => report::github(reports, context, text),
        Format::Gitlab => report::gitlab(reports, context, text),
        Format::Sarif => report::sarif(reports, context, text),
    };
    print(&written)
}

/// Prints data.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Fatal { message: format!("cannot write to stdout: {error}"), help: None })
        }
        _ => Ok(()),
    }
}
