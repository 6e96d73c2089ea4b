//! Which files a site has, and what stands in each.
//!
//! Comes in: knowledge, the plan, a theme, what stands in `static`. Goes out: the [`Piece`] of every path, and on request the
//! bytes of one. Writes nothing and keeps nothing: `output` writes all of them, `serve` makes one when somebody asks for it.
//! Two pieces of one path are both listed, since `output` refuses them. The files of the search index are no pieces of
//! this: `search` makes them of all bodies together.

use crate::card;
use crate::card::Painter;
use crate::config::Config;
use crate::export;
use crate::knowledge::Knowledge;
use crate::markdown;
use crate::page;
use crate::page::Content;
use crate::page::Page;
use crate::page::Plan;
use crate::page::address;
use crate::page::address::Address;
use crate::source;
use crate::source::Root;
use crate::theme;
use crate::theme::Theme;
use crate::theme::Variables;
use crate::theme::data;
use crate::theme::phrases::Phrases;
use crate::theme::view::Names;
use crate::theme::view::Views;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;

/// What a file of the site is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A page of the plan.
    Page(usize),
    /// The Markdown of a document, beside its page.
    Markdown(usize),
    /// A redirect of the plan.
    Redirect(usize),
    /// A feed of the plan, as Atom.
    Feed(usize),
    /// The feed of the whole site, as JSON.
    JsonFeed(usize),
    /// All that was understood, for programs.
    Knowledge,
    /// The lessons alone, for programs.
    Lessons,
    /// What the site holds, for programs that read as people do.
    Models,
    /// The calendar of due dates.
    Calendar,
    /// A file of the sitemap.
    Sitemap(usize),
    /// What browsers want to add the site's search to their own.
    OpenSearch,
    /// What crawlers may read.
    Robots,
    /// A file of the content folder.
    Asset(usize),
    /// An asset of the theme.
    ThemeAsset,
    /// The colours of code.
    Highlight,
    /// A file of `static`.
    Static(usize),
}

/// A file that was made.
#[derive(Debug)]
pub struct Made<'r> {
    /// Its bytes.
    pub bytes: Cow<'r, [u8]>,
    /// The document whose text stands on the page, and that text as markup; for the search.
    pub body: Option<(usize, String)>,
    /// The picture that the page names, not drawn yet.
    pub card: Option<Card>,
    /// Why a page that should have a picture has none: a character that no font has.
    pub undrawable: Option<char>,
}

/// A picture for link previews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Where it belongs in the site; another path where it would look otherwise.
    pub path: String,
    /// What it shows.
    pub svg: String,
}

/// A file could not be made.
#[derive(Debug)]
pub enum Error {
    /// A template asks for what there is not.
    Theme(theme::Error),
    /// A file could not be read.
    Source(source::Error),
    /// Data could not be written as JSON.
    Json(serde_json::Error),
    /// A card could not be drawn: its path and the reason.
    Card(String, String),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Theme(error) => error.fmt(formatter),
            Error::Source(error) => error.fmt(formatter),
            Error::Json(error) => error.fmt(formatter),
            Error::Card(path, why) => write!(formatter, "the card `{path}` cannot be drawn: {why}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<theme::Error> for Error {
    fn from(error: theme::Error) -> Self {
        Error::Theme(error)
    }
}

impl From<source::Error> for Error {
    fn from(error: source::Error) -> Self {
        Error::Source(error)
    }
}

/// Returns who draws the cards of a site; nobody where its settings want none or it has no address, by which alone a picture can be
/// named, and where the program cannot draw.
///
/// # Errors
///
/// A font of the settings cannot be read, or is none.
pub fn painter(root: &Root, config: &Config) -> Result<Option<Painter>, source::Error> {
    if !config.cards || config.base_url.is_none() || !cfg!(feature = "cards") {
        return Ok(None);
    }
    Painter::new(&source::card_fonts(root, config)?)
        .map_err(|message| source::Error { message, help: Some("it is named in `card_fonts`".to_owned()) })
}

/// A site whose files can be made.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// Where it is read from.
    pub root: &'a Root,
    /// Its settings.
    pub config: &'a Config,
    /// What its documents say.
    pub knowledge: &'a Knowledge,
    /// Its pages.
    pub plan: &'a Plan,
    /// What stands in `static`, with paths relative to it.
    pub statics: &'a [(String, Vec<u8>)],
    /// The words of the interface, which are the theme's.
    pub phrases: &'a Phrases,
    /// The version of the program.
    pub version: &'a str,
}

/// Makes the files of a site.
#[derive(Debug)]
pub struct Renderer<'a> {
    parts: Parts<'a>,
    theme: &'a Theme,
    views: Views<'a>,
    /// The files of the sitemap, once somebody asks for one.
    sitemap: OnceLock<Vec<String>>,
    export: Mutex<Option<export::Export<'a>>>,
}

impl<'a> Renderer<'a> {
    /// Prepares the files of a site; the theme is told of it.
    pub fn new(parts: Parts<'a>, theme: &'a mut Theme) -> Self {
        let views = Views::new(parts.knowledge, parts.plan, parts.config, parts.phrases);
        Renderer::with(parts, theme, views)
    }

    /// Prepares the files of a site that is the one before, which had these `names`, but for documents that took the place of
    /// others; `edited` names them. See [`Views::again`].
    pub fn again(parts: Parts<'a>, theme: &'a mut Theme, names: Names, edited: &[usize]) -> Self {
        let views = Views::again(parts.knowledge, parts.plan, parts.config, parts.phrases, names, edited);
        Renderer::with(parts, theme, views)
    }

    fn with(parts: Parts<'a>, theme: &'a mut Theme, views: Views<'a>) -> Self {
        let views = views.for_templates_of_ours(theme.is_ours());
        theme.set_site(&views.site(parts.version));
        Renderer { parts, theme, views, sitemap: OnceLock::new(), export: Mutex::new(None) }
    }

    /// Returns what may serve another renderer.
    pub fn into_names(self) -> Names {
        self.views.into_names()
    }

    /// Returns the path of every file and what it is; the largest first.
    pub fn files(&self) -> Vec<(String, Piece)> {
        let Parts { plan, .. } = self.parts;
        let mut files = Vec::with_capacity(plan.pages.len() * 2 + 100);
        // One file that takes a while, beside thousands that take little each: the sooner it is begun, the better.
        files.extend(WHOLE.map(|(name, piece)| (name.to_owned(), piece)));
        for (number, page) in plan.pages.iter().enumerate() {
            files.push((file_of(page), Piece::Page(number)));
            for index in [document_of(page), page.intro].into_iter().flatten() {
                files.push((page.address.file_named(MARKDOWN), Piece::Markdown(index)));
            }
        }
        files.extend(self.rest());
        files
    }

    /// Returns the piece of a page of the plan, or of the Markdown beside it, by its path; the one that stands first in
    /// [`Renderer::files`].
    pub fn page_at(&self, path: &str) -> Option<Piece> {
        let plan = self.parts.plan;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = if path == NOT_FOUND { path.trim_end_matches(".html") } else { folder };
        let number = plan.page_at(&Address::new(folder))?;
        let page = &plan.pages[number];
        if file_of(page) == path {
            return Some(Piece::Page(number));
        }
        let text = document_of(page).or(page.intro).filter(|_| name == MARKDOWN);
        text.filter(|_| page.address.file_named(MARKDOWN) == path).map(Piece::Markdown)
    }

    /// Returns the path of every file that is no page, and what it is. Where a page has the same path, the page stands there.
    pub fn others(&self) -> Vec<(String, Piece)> {
        let mut files: Vec<(String, Piece)> = WHOLE.map(|(name, piece)| (name.to_owned(), piece)).into();
        files.extend(self.rest());
        files
    }

    /// Returns what is neither a page nor made of the whole site.
    fn rest(&self) -> Vec<(String, Piece)> {
        let Parts { config, plan, statics, .. } = self.parts;
        let mut files = Vec::new();
        let redirects = plan.redirects.iter().enumerate();
        files.extend(redirects.map(|(number, redirect)| (redirect.file.clone(), Piece::Redirect(number))));
        for (number, feed) in plan.feeds.iter().enumerate() {
            files.push((feed.address.file_named("feed.xml"), Piece::Feed(number)));
            if feed.term.is_none() {
                files.push(("feed.json".to_owned(), Piece::JsonFeed(number)));
            }
        }
        if !plan.due.is_empty() {
            files.push((page::CALENDAR.to_owned(), Piece::Calendar));
        }
        if config.base_url.is_some() {
            let names = sitemap_names(plan).into_iter().enumerate();
            files.extend(names.map(|(number, name)| (name, Piece::Sitemap(number))));
            files.push(("opensearch.xml".to_owned(), Piece::OpenSearch));
        }
        files.push(("robots.txt".to_owned(), Piece::Robots));
        files.extend(
            plan.assets.iter().enumerate().map(|(number, path)| (path.clone(), Piece::Asset(number))),
        );
        // A file of `static` takes the place of the theme's.
        let own: BTreeSet<&str> = statics.iter().map(|(path, _)| path.as_str()).collect();
        let mut has_colours = own.contains(HIGHLIGHT);
        for (path, _) in self.theme.assets().filter(|(path, _)| !own.contains(path)) {
            has_colours |= path == HIGHLIGHT;
            files.push((path.to_owned(), Piece::ThemeAsset));
        }
        if !has_colours && self.theme.links_highlight() {
            files.push((HIGHLIGHT.to_owned(), Piece::Highlight));
        }
        files.extend(
            statics.iter().enumerate().map(|(number, (path, _))| (path.clone(), Piece::Static(number))),
        );
        files
    }

    /// Makes a file.
    ///
    /// # Errors
    ///
    /// A template that asks for what there is not, or an asset that can no longer be read.
    pub fn make(&self, path: &str, piece: &Piece) -> Result<Made<'a>, Error> {
        let Parts { root, knowledge, plan, .. } = self.parts;
        let whole = |bytes: Cow<'a, [u8]>| Made { bytes, body: None, card: None, undrawable: None };
        let bytes = |bytes: Vec<u8>| whole(Cow::Owned(bytes));
        let text = |text: String| bytes(text.into_bytes());
        Ok(match piece {
            Piece::Page(number) => {
                let page = &plan.pages[*number];
                let mut view = self.views.page(page);
                let (card, undrawable) = match self.card(page, &view.page)? {
                    Pictured::By(card, picture) => {
                        view.page.picture = Some(picture);
                        (Some(card), None)
                    }
                    Pictured::Lacks(letter) => (None, Some(letter)),
                    Pictured::Not => (None, None),
                };
                let html = self.theme.render(view.template, &view.root, &view.page, view.variables)?;
                Made { body: view.body, card, undrawable, ..text(html) }
            }
            Piece::Markdown(index) => whole(Cow::Borrowed(knowledge.documents[*index].text.as_bytes())),
            Piece::Redirect(number) => {
                let view = self.views.redirect(&plan.redirects[*number]);
                text(self.theme.render(view.template, &view.root, &view.page, view.variables)?)
            }
            Piece::Feed(number) => {
                let feed = &plan.feeds[*number];
                let data = self.views.feed(feed);
                let page = data::Page { url: feed.address.file_named("feed.xml"), ..data::Page::default() };
                let variables = Variables::new().with("feed", &data);
                text(self.theme.render("feed.xml", &feed.address.root(), &page, variables)?)
            }
            Piece::JsonFeed(number) => {
                let data = self.views.feed(&plan.feeds[*number]);
                text(serde_json::to_string_pretty(&self.views.json_feed(&data)).map_err(Error::Json)?)
            }
            Piece::Knowledge => bytes(self.with_export(serde_json::to_vec).map_err(Error::Json)?),
            Piece::Lessons => {
                let lessons = |export: &export::Export<'a>| serde_json::to_vec(&export.only_lessons());
                bytes(self.with_export(lessons).map_err(Error::Json)?)
            }
            Piece::Models => text(self.plain("llms.txt", self.views.index_for_models())?),
            Piece::Calendar => text(self.views.calendar(self.parts.version).write()),
            Piece::Sitemap(number) => text(self.sitemap()[*number].clone()),
            // Browsers want the absolute address of what they add to their own search.
            Piece::OpenSearch => text(self.plain("opensearch.xml", Variables::new())?),
            Piece::Robots => {
                let base = self.parts.config.base_url.as_ref();
                let sitemap = base.map(|base| format!("{base}sitemap.xml"));
                text(self.plain("robots.txt", Variables::new().with("sitemap", &sitemap))?)
            }
            Piece::Asset(number) => bytes(source::read_asset(root, &plan.assets[*number])?),
            Piece::ThemeAsset => {
                let found = self.theme.assets().find(|(other, _)| *other == path);
                whole(Cow::Borrowed(found.map_or(&[][..], |(_, bytes)| bytes)))
            }
            Piece::Highlight => text(markdown::stylesheet().to_owned()),
            Piece::Static(number) => whole(Cow::Borrowed(&self.parts.statics[*number].1)),
        })
    }

    fn sitemap(&self) -> &[String] {
        let base = self.parts.config.base_url.as_deref();
        self.sitemap.get_or_init(|| base.map_or(Vec::new(), |base| sitemap(&self.parts, base)))
    }

    /// Draws a card.
    ///
    /// # Errors
    ///
    /// Where the template of cards wrote no SVG.
    pub fn paint(&self, card: &Card) -> Result<Vec<u8>, Error> {
        let failed = |why| Error::Card(card.path.clone(), why);
        let painter = self.theme.painter().ok_or_else(|| failed("there is no painter".to_owned()))?;
        painter.paint(&card.svg).map_err(failed)
    }

    /// Returns the card of a page.
    fn card(&self, page: &Page, data: &data::Page) -> Result<Pictured, Error> {
        // Chats fetch a picture by its absolute address alone.
        let (Some(painter), Some(base)) = (self.theme.painter(), &self.parts.config.base_url) else {
            return Ok(Pictured::Not);
        };
        let Some(card) = self.views.card(page) else { return Ok(Pictured::Not) };
        if let Some(letter) = painter.undrawable(&card.text) {
            return Ok(Pictured::Lacks(letter));
        }
        let severity = card.severity.as_ref().map(|severity| severity.label.as_str());
        let date = card.date.as_ref().map(|date| date.date.as_str());
        let words =
            [Some(card.text.as_str()), card.from.as_deref(), severity, date, card.duration.as_deref()];
        let alt: Vec<&str> = words.into_iter().chain([Some(card.id.as_str())]).flatten().collect();
        let alt: Vec<&str> = alt.into_iter().filter(|words| !words.is_empty()).collect();
        let variables = Variables::new().with("card", &card);
        let svg = self.theme.render("card.svg", &page.address.root(), data, variables)?;
        let path = page.address.file_named(&painter.name(&svg));
        let picture = data::Picture {
            url: format!("{base}{}", address::encode(&path)),
            width: card::WIDTH,
            height: card::HEIGHT,
            alt: alt.join(" · "),
        };
        Ok(Pictured::By(Card { path, svg }, picture))
    }

    /// Returns the page that holds a document's text, and that text as markup; `None` where it stands on no page.
    pub fn body(&self, page: usize) -> Option<(usize, String)> {
        self.views.text(&self.parts.plan.pages[page])
    }

    /// Returns what the links of a document lead to, as a number that tells when its body reads otherwise; nothing where they lead to
    /// no other one.
    pub fn shown(&self, document: usize) -> Option<u64> {
        self.views.shown(document)
    }

    /// Gathers all that was understood for one of the two files that hold it, and keeps it for the other.
    fn with_export<T>(&self, write: impl FnOnce(&export::Export<'a>) -> T) -> T {
        let mut kept = self.export.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(export) = kept.take() {
            return write(&export);
        }
        let Parts { knowledge, plan, config, version, .. } = self.parts;
        // What is wrong with documents is for those who write them.
        let export = export::gather(knowledge, plan, config, &[], version);
        let written = write(&export);
        *kept = Some(export);
        written
    }

    /// Makes a file at the top of the site that is named like its template.
    fn plain(&self, name: &str, variables: Variables) -> Result<String, theme::Error> {
        let page = data::Page { url: name.to_owned(), ..data::Page::default() };
        self.theme.render(name, "./", &page, variables)
    }
}

/// Whether a page has a card.
enum Pictured {
    /// It is no page that has one, or nobody draws.
    Not,
    /// It has, and names it so.
    By(Card, data::Picture),
    /// It should, and no font has this character.
    Lacks(char),
}

/// The files that are made of all that was understood.
const WHOLE: [(&str, Piece); 3] =
    [("knowledge.json", Piece::Knowledge), ("lessons.json", Piece::Lessons), ("llms.txt", Piece::Models)];

/// The colours of code, in the site.
const HIGHLIGHT: &str = "assets/highlight.css";

/// The page of missing addresses, in the site; servers look for it at the top.
const NOT_FOUND: &str = "404.html";

/// The Markdown of a document, beside its page.
const MARKDOWN: &str = "index.md";

/// Returns the file of a page.
fn file_of(page: &Page) -> String {
    if page.content == Content::NotFound { NOT_FOUND.to_owned() } else { page.address.file() }
}

fn document_of(page: &Page) -> Option<usize> {
    if let Content::Document(index) = page.content { Some(index) } else { None }
}

/// The most addresses that one sitemap may hold; its source is <https://www.sitemaps.org/protocol.html>.
const SITEMAP: usize = 50_000;

/// Returns the pages that crawlers are told of.
fn mapped(plan: &Plan) -> impl Iterator<Item = &Page> {
    plan.pages.iter().filter(|page| !matches!(page.content, Content::NotFound | Content::Search))
}

/// Returns the names of the files of the sitemap: one, or an index of several, which comes last, where there are too many addresses.
fn sitemap_names(plan: &Plan) -> Vec<String> {
    let count = mapped(plan).count();
    let parts = if count > SITEMAP { count.div_ceil(SITEMAP) } else { 0 };
    let names = (1..=parts).map(|number| format!("sitemap-{number}.xml"));
    names.chain(["sitemap.xml".to_owned()]).collect()
}

/// Returns the texts of the files of the sitemap, in the order of their names.
fn sitemap(parts: &Parts<'_>, base: &str) -> Vec<String> {
    let urls: Vec<String> = mapped(parts.plan)
        .map(|page| {
            let url = page.address.url(false);
            // No date but Git's says when a page changed; without it the address alone is the truth.
            let changed = document_of(page)
                .and_then(|index| parts.knowledge.documents[index].history.as_ref())
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
        return vec![set(&urls)];
    }
    let mut files: Vec<String> = urls.chunks(SITEMAP).map(set).collect();
    let mut index = format!("{head}<sitemapindex {space}>\n");
    for name in sitemap_names(parts.plan).iter().take(files.len()) {
        index += &format!("<sitemap><loc>{}{name}</loc></sitemap>\n", base.replace('&', "&amp;"));
    }
    index += "</sitemapindex>\n";
    files.push(index);
    files
}
