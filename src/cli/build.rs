//! `afterword build`: read, parse, connect, plan, render, write.

use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::VERSION;
use crate::cli::shell::Shell;
use crate::cli::shell::counted;
use crate::cli::site::Site;
use crate::cli::theme as own_theme;
use crate::config::Config;
use crate::knowledge::recurrence::Wanted;
use crate::output;
use crate::output::Swap;
use crate::render;
use crate::render::Parts;
use crate::render::Renderer;
use crate::search::Indexer;
use crate::source;
use crate::theme::Theme;
use clap::Args;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;

/// What `build` takes.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    reading: Reading,

    /// The folder to write the site to [default: ROOT/dist]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// The folder of the site's own templates and styles, or `default` or `plain`, instead of the one in the settings
    #[arg(long, value_name = "DIR")]
    theme: Option<PathBuf>,

    /// Publish the rest when something is at fault; a faulty document's text is shown with a notice
    #[arg(long)]
    keep_going: bool,

    /// Write into a folder that Afterword did not make
    #[arg(long)]
    force: bool,
}

/// Builds the site. Nothing is written before every document was read and every fault printed.
pub fn run(options: &Options, shell: &Shell) -> Result<(), Failure> {
    let mut site = Site::load(&options.reading, options.out.as_deref(), Wanted::Alike, shell)?;
    site.print_findings(shell, options.reading.verbose);
    let faulty = site.is_faulty();
    if faulty && !options.keep_going {
        let errors =
            site.findings.iter().filter(|finding| finding.level == crate::diagnostic::Level::Error).count();
        shell.error(
            &format!("{} would lose or misplace something; nothing was written", counted(errors, "fault")),
            Some("mend them, or publish the rest with --keep-going"),
        );
        return Err(Failure::Findings);
    }
    let theme = theme(&site, options, shell)?;
    let out = site.out(options.out.as_deref());
    refuse_sources(&site, &out)?;
    let staged =
        output::Site::begin(&out, &output::Options { force: options.force }).map_err(output_error)?;
    let written = write(&site, theme, &staged, shell);
    site.timings.end("render and write");
    written?;
    let summary = staged.finish().map_err(output_error)?;
    site.timings.end("swap");
    if options.reading.timings {
        site.timings.print(shell);
    }
    if summary.swap == Swap::InPlace {
        shell.say("the folder cannot be exchanged in one step here, so its files were replaced one by one");
    }
    if site.config.base_url.is_none() {
        shell.say("no base_url is set: links end in index.html, and there is no sitemap, which needs absolute addresses");
        if site.config.cards {
            shell.say("without it there are no cards either: chats fetch a picture by its absolute address");
        }
    }
    let behind = site.knowledge.settlement.behind();
    if site.knowledge.settlement.locked && behind > 0 {
        shell.say(&format!(
            "{behind} lesson{} not locked yet, without a permanent link: `afterword lock` gives one",
            if behind == 1 { " is" } else { "s are" }
        ));
    }
    shell.say(&site.summary());
    if site.knowledge.documents.is_empty() {
        shell.nothing_in(&site.root.content);
    }
    let home = out.join("index.html");
    shell.say(&format!(
        "wrote {}, kept {}, removed {}: open {}",
        counted(summary.written, "file"),
        summary.unchanged,
        summary.removed,
        home.display()
    ));
    // The program ends here. To give back the memory of every document piece by piece would take a hundredth of its time.
    std::mem::forget(site);
    if faulty { Err(Failure::Findings) } else { Ok(()) }
}

fn output_error(error: output::Error) -> Failure {
    Failure::Fatal { message: error.message, help: error.help }
}

fn fatal(error: impl std::fmt::Display) -> Failure {
    Failure::Fatal { message: error.to_string(), help: None }
}

/// Loads the theme: ours, with what the site puts in its place.
fn theme(site: &Site, options: &Options, shell: &Shell) -> Result<Theme, Failure> {
    let language = &site.config.language;
    let named = match &options.theme {
        None => own_theme::built_in(&site.root.path, &site.config),
        // A folder of that name comes first, as it does in the settings.
        Some(path) => path.to_str().filter(|_| !path.exists()),
    };
    if let Some(theme) = named.and_then(|name| Theme::built_in(name, language)) {
        return Ok(theme);
    }
    let (files, folder) = match &options.theme {
        None => {
            (source::theme_files(&site.root, &site.config)?, site.config.theme.clone().unwrap_or_default())
        }
        // A folder named in the arguments may stand anywhere: it is read as the theme of the folder around it.
        Some(path) => {
            let missing =
                || Failure::Fatal { message: format!("there is no folder `{}`", path.display()), help: None };
            let real = source::real_path(path).filter(|real| real.is_dir()).ok_or_else(missing)?;
            let (Some(around), Some(name)) = (real.parent(), real.file_name()) else { return Err(missing()) };
            let located = source::Located { path: around.to_path_buf(), settings: Some(String::new()) };
            let theme = Some(name.to_string_lossy().into_owned());
            let config = Config { theme, content: ".".to_owned(), ..site.config.clone() };
            (
                source::theme_files(&source::Root::new(located, &config)?, &config)?,
                path.to_string_lossy().into_owned(),
            )
        }
    };
    shell.findings(&files.findings, options.reading.verbose, |_| None);
    Theme::in_language(&folder, &files.files, language).map_err(|findings| {
        let text = |file: &str| {
            let name = file.strip_prefix(folder.as_str()).unwrap_or(file).trim_start_matches('/');
            files
                .files
                .iter()
                .find(|(path, _)| path == name)
                .and_then(|(_, bytes)| std::str::from_utf8(bytes).ok())
        };
        shell.findings(&findings, true, text);
        Failure::Findings
    })
}

/// Refuses to write the site over what it is made from.
fn refuse_sources(site: &Site, out: &Path) -> Result<(), Failure> {
    let holds = |outer: &Path, inner: &Path| {
        let outer = source::real_path(outer);
        let inner = source::real_path(inner);
        matches!((outer, inner), (Some(outer), Some(inner)) if inner.starts_with(&outer))
    };
    if holds(out, &site.root.path) || holds(out, &site.root.content) {
        return Err(Failure::Fatal {
            message: format!(
                "`{}` holds the documents themselves and cannot be the site's folder",
                out.display()
            ),
            help: Some("name another folder with --out".to_owned()),
        });
    }
    Ok(())
}

/// Renders everything and writes it to the staging folder.
fn write(site: &Site, mut theme: Theme, staged: &output::Site, shell: &Shell) -> Result<(), Failure> {
    let statics = source::static_files(&site.root)?;
    shell.findings(&statics.findings, true, |_| None);
    let phrases = theme.phrases().clone();
    let parts = Parts {
        root: &site.root,
        config: &site.config,
        knowledge: &site.knowledge,
        plan: &site.plan,
        statics: &statics.files,
        phrases: &phrases,
        version: VERSION,
    };
    if let Some(painter) = render::painter(&site.root, &site.config)? {
        theme.set_painter(painter);
    }
    let renderer = Renderer::new(parts, &mut theme);
    let put = |path: &str, bytes: &[u8]| staged.write(path, bytes).map_err(output_error);
    let indexer = Indexer::new(&site.knowledge, &site.plan, &site.config);
    let files = renderer.files();
    let progress = shell.progress("writing", files.len());
    let undrawable: Mutex<BTreeMap<char, usize>> = Mutex::default();
    files.par_iter().try_for_each(|(path, piece)| -> Result<(), Failure> {
        let made = renderer.make(path, piece).map_err(fatal)?;
        put(path, &made.bytes)?;
        if let Some((document, body)) = &made.body {
            let text = indexer.add(*document, body);
            put(&text.path, text.text.as_bytes())?;
        }
        if let Some(card) = &made.card {
            // To draw a card costs as much as many pages. One of that name looks the same.
            let bytes = match staged.old(&card.path) {
                Some(bytes) => bytes,
                None => renderer.paint(card).map_err(fatal)?,
            };
            put(&card.path, &bytes)?;
        }
        if let Some(letter) = made.undrawable {
            *undrawable.lock().unwrap_or_else(PoisonError::into_inner).entry(letter).or_default() += 1;
        }
        progress.step();
        Ok(())
    })?;
    drop(progress);
    tell_undrawable(&undrawable.into_inner().unwrap_or_else(PoisonError::into_inner), shell);
    indexer.finish().par_iter().try_for_each(|file| put(&file.path, file.text.as_bytes()))
}

/// Says that pages have no card for want of a font.
fn tell_undrawable(letters: &BTreeMap<char, usize>, shell: &Shell) {
    /// Enough to tell which script it is.
    const SHOWN: usize = 8;
    let pages: usize = letters.values().sum();
    if pages == 0 {
        return;
    }
    let shown: Vec<String> =
        letters.keys().take(SHOWN).map(|letter| format!("{letter} (U+{:04X})", u32::from(*letter))).collect();
    let more = if letters.len() > SHOWN { " …" } else { "" };
    shell.say(&format!(
        "{} without a card, since no font has {}{more}: name one in `card_fonts`",
        counted(pages, "page"),
        shown.join(", ")
    ));
}
