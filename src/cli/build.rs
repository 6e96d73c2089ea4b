//! `afterword build`: read, parse, connect, plan, render, write.

use crate::cli::Failure;
use crate::cli::Reading;
use crate::cli::VERSION;
use crate::cli::shell::Shell;
use crate::cli::site::Site;
use crate::cli::theme as own_theme;
use crate::config::Config;
use crate::export;
use crate::markdown;
use crate::output;
use crate::output::Swap;
use crate::page;
use crate::page::Content;
use crate::page::Page;
use crate::search::Indexer;
use crate::source;
use crate::theme::Theme;
use crate::theme::Variables;
use crate::theme::data;
use crate::theme::view::Views;
use clap::Args;
use rayon::prelude::*;
use std::path::Path;
use std::path::PathBuf;

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
    let mut site = Site::load(&options.reading, options.out.as_deref(), shell)?;
    site.print_findings(shell, options.reading.verbose);
    let faulty = site.is_faulty();
    if faulty && !options.keep_going {
        let errors =
            site.findings.iter().filter(|finding| finding.level == crate::diagnostic::Level::Error).count();
        shell.error(
            &format!(
                "{errors} fault{} would lose or misplace something; nothing was written",
                if errors == 1 { "" } else { "s" }
            ),
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
    }
    let behind = site.knowledge.settlement.behind();
    if site.knowledge.settlement.locked && behind > 0 {
        shell.say(&format!(
            "{behind} lesson{} not locked yet, without a permanent link: `afterword lock` gives one",
            if behind == 1 { " is" } else { "s are" }
        ));
    }
    shell.say(&site.summary());
    let home = out.join("index.html");
    shell.say(&format!(
        "wrote {} file{}, kept {}, removed {}: open {}",
        summary.written,
        if summary.written == 1 { "" } else { "s" },
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
    let phrases = theme.phrases().clone();
    let views = Views::new(&site.knowledge, &site.plan, &site.config, &phrases);
    theme.set_site(&views.site(VERSION));
    let theme = &theme;
    let put = |path: &str, bytes: &[u8]| staged.write(path, bytes).map_err(output_error);
    let indexer = Indexer::new(&site.knowledge, &site.plan, &site.config);
    let progress = shell.progress("writing", site.plan.pages.len());
    // One file that takes a while, beside thousands that take little each.
    let (knowledge, pages) = rayon::join(
        || machine_readable(site, &put),
        || {
            site.plan.pages.par_iter().try_for_each(|page| -> Result<(), Failure> {
                let view = views.page(page);
                let html =
                    theme.render(view.template, &view.root, &view.page, view.variables).map_err(fatal)?;
                put(&file_of(page), html.as_bytes())?;
                if let Some((document, body)) = &view.body {
                    let text = indexer.add(*document, body);
                    put(&text.path, text.text.as_bytes())?;
                }
                for index in [documents_of(page), page.intro].into_iter().flatten() {
                    put(
                        &page.address.file_named("index.md"),
                        site.knowledge.documents[index].text.as_bytes(),
                    )?;
                }
                progress.step();
                Ok(())
            })
        },
    );
    pages?;
    knowledge?;
    drop(progress);
    indexer.finish().par_iter().try_for_each(|file| put(&file.path, file.text.as_bytes()))?;
    site.plan.redirects.par_iter().try_for_each(|redirect| -> Result<(), Failure> {
        let view = views.redirect(redirect);
        let html = theme.render(view.template, &view.root, &view.page, view.variables).map_err(fatal)?;
        put(&redirect.file, html.as_bytes())
    })?;
    site.plan.feeds.par_iter().try_for_each(|feed| -> Result<(), Failure> {
        let data = views.feed(feed);
        let page = data::Page { url: feed.address.file_named("feed.xml"), ..data::Page::default() };
        let xml = theme
            .render("feed.xml", &feed.address.root(), &page, Variables::new().with("feed", &data))
            .map_err(fatal)?;
        put(&feed.address.file_named("feed.xml"), xml.as_bytes())?;
        if feed.term.is_none() {
            let json = serde_json::to_string_pretty(&views.json_feed(&data)).map_err(fatal)?;
            put("feed.json", json.as_bytes())?;
        }
        Ok(())
    })?;
    let model = data::Page { url: "llms.txt".to_owned(), ..data::Page::default() };
    let text = theme.render("llms.txt", "./", &model, views.index_for_models()).map_err(fatal)?;
    put("llms.txt", text.as_bytes())?;
    if !site.plan.due.is_empty() {
        put(page::CALENDAR, views.calendar(VERSION).write().as_bytes())?;
    }
    if let Some(base) = &site.config.base_url {
        for (name, bytes) in sitemap(site, base) {
            put(&name, bytes.as_bytes())?;
        }
        // Browsers want the absolute address of what they add to their own search.
        let page = data::Page { url: "opensearch.xml".to_owned(), ..data::Page::default() };
        let text = theme.render("opensearch.xml", "./", &page, Variables::new()).map_err(fatal)?;
        put("opensearch.xml", text.as_bytes())?;
    }
    let robots = data::Page { url: "robots.txt".to_owned(), ..data::Page::default() };
    let sitemap = site.config.base_url.as_ref().map(|base| format!("{base}sitemap.xml"));
    let text = theme
        .render("robots.txt", "./", &robots, Variables::new().with("sitemap", &sitemap))
        .map_err(fatal)?;
    put("robots.txt", text.as_bytes())?;

    site.plan.assets.par_iter().try_for_each(|path| -> Result<(), Failure> {
        let bytes = source::read_asset(&site.root, path)?;
        put(path, &bytes)
    })?;
    let files = source::static_files(&site.root)?;
    shell.findings(&files.findings, true, |_| None);
    let own: std::collections::BTreeSet<&str> = files.files.iter().map(|(path, _)| path.as_str()).collect();
    for (path, bytes) in theme.assets().filter(|(path, _)| !own.contains(path)) {
        put(path, bytes)?;
    }
    if theme.links_highlight()
        && !own.contains("assets/highlight.css")
        && !theme.assets().any(|(path, _)| path == "assets/highlight.css")
    {
        put("assets/highlight.css", markdown::stylesheet().as_bytes())?;
    }
    for (path, bytes) in &files.files {
        put(path, bytes)?;
    }
    Ok(())
}

/// Writes all that was understood for programs, as `export` prints it. What is wrong with documents is for those who write them.
fn machine_readable(site: &Site, put: &impl Fn(&str, &[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
    let export = export::gather(&site.knowledge, &site.plan, &site.config, &[], VERSION);
    put("knowledge.json", &serde_json::to_vec(&export).map_err(fatal)?)?;
    put("lessons.json", &serde_json::to_vec(&export.only_lessons()).map_err(fatal)?)
}

/// Returns the file of a page; servers look for the page of missing addresses at the top.
fn file_of(page: &Page) -> String {
    if page.content == Content::NotFound { "404.html".to_owned() } else { page.address.file() }
}

fn documents_of(page: &Page) -> Option<usize> {
    if let Content::Document(index) = page.content { Some(index) } else { None }
}

/// The most addresses that one sitemap may hold; its source is <https://www.sitemaps.org/protocol.html>.
const SITEMAP: usize = 50_000;

/// Returns the files of the sitemap: one, or an index of several where there are too many addresses.
fn sitemap(site: &Site, base: &str) -> Vec<(String, String)> {
    let urls: Vec<String> = site
        .plan
        .pages
        .iter()
        .filter(|page| !matches!(page.content, Content::NotFound | Content::Search))
        .map(|page| {
            let url = page.address.url(false);
            // No date but Git's says when a page changed; without it the address alone is the truth.
            let changed = documents_of(page)
                .and_then(|index| site.knowledge.documents[index].history.as_ref())
                .map_or(String::new(), |history| {
                    format!("<lastmod>{}</lastmod>", history.changed.to_rfc3339())
                });
            format!("<url><loc>{}{url}</loc>{changed}</url>\n", base.replace('&', "&amp;"))
        })
        .collect();
    let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
    let space = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";
    let set = |urls: &[String]| format!("{head}<urlset {space}>\n{}</urlset>\n", urls.concat());
    if urls.len() <= SITEMAP {
        return vec![("sitemap.xml".to_owned(), set(&urls))];
    }
    let mut files = Vec::new();
    let mut index = format!("{head}<sitemapindex {space}>\n");
    for (number, urls) in urls.chunks(SITEMAP).enumerate() {
        let name = format!("sitemap-{}.xml", number + 1);
        index += &format!("<sitemap><loc>{}{name}</loc></sitemap>\n", base.replace('&', "&amp;"));
        files.push((name, set(urls)));
    }
    index += "</sitemapindex>\n";
    files.push(("sitemap.xml".to_owned(), index));
    files
}
