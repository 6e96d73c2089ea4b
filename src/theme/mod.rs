//! Templates, and the pages that come of them.
//!
//! Comes in: the files of a site's own theme, the site, a page and its variables ([`data`]). Goes out: text, HTML for
//! the most part, and the assets that it links. Never reads a file, never decides which pages exist. Invariant: this is
//! the only module that knows Tera; outside of it a template is a name.

pub mod data;
pub mod phrases;
pub mod piece;
pub mod trends;
pub mod calendar;
pub mod view;
mod brief;
mod card;
mod frame;
mod scale;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use crate::card::Painter;
use crate::diagnostic::Finding;
use crate::diagnostic::Level;
use crate::diagnostic::Place;
use crate::diagnostic::Rule;
use crate::diagnostic::did_you_mean;
use crate::theme::frame::Frames;
use crate::theme::phrases::Phrases;
use crate::theme::piece::Piece;
use include_dir::Dir;
use include_dir::include_dir;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use tera::Context;
use tera::ErrorKind;
use tera::Kwargs;
use tera::State;
use tera::StringInput;
use tera::Tera;
use tera::TeraResult;
use tera::Value;

/// A site's own theme cannot be used.
pub static BROKEN_THEME: Rule = Rule {
    name: "broken-theme",
    level: Level::Error,
    about: "a file of the site's own theme cannot be used as a template or an asset",
};

/// The default theme.
static DEFAULT: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// A theme for text browsers and mail; what it lacks is the default one's, but for assets.
static PLAIN_THEME: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/plain");

/// The names of the themes that are part of the program.
pub const BUILT_IN: [&str; 2] = ["default", "plain"];

/// Where the templates of the default theme also stand, so that one of the same name can extend what it replaces.
const DEFAULT_PREFIX: &str = "default/";

/// The folder of a theme, and of the site, that holds files which are no templates.
const ASSETS: &str = "assets/";

/// What scripts say in another language than English.
const WORDS: &str = "assets/words.js";

/// What most pages have room in, in bytes.
const USUAL: usize = 12 * 1024;

/// Endings of templates in which variables are escaped.
const ESCAPED: [&str; 3] = [".html", ".xml", ".svg"];

/// Endings of templates in which variables stand as they are: nothing in such a file is markup.
const PLAIN: [&str; 2] = [".txt", ".md"];

/// The templates and assets of a site: the default theme, and what the site puts in its place.
pub struct Theme {
    tera: Tera,
    assets: BTreeMap<String, Cow<'static, [u8]>>,
    phrases: Phrases,
    has_assets_of_ours: bool,
    painter: card::Slot,
    frames: Frames,
    /// Whether every template is one of the program's.
    is_ours: bool,
}

/// What a template is given beside `site`, `page` and `root`.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    context: Context,
    /// Markup by its name, in pieces that stand one after the other.
    pieces: Vec<(&'static str, Vec<Piece>)>,
    /// The first variable that could not be made, reported by [`Theme::render`].
    failed: Option<String>,
}

/// A template could not make its page.
#[derive(Debug)]
pub struct Error {
    /// The template that was asked for.
    pub template: String,
    /// The address of the page, relative to the top of the site.
    pub page: String,
    /// The reason, with the place in the template where there is one.
    pub cause: String,
}

impl Theme {
    /// Makes a theme of the default one and the files of the site's own.
    ///
    /// `own` holds the files of the own theme with their paths relative to it; `folder` is its path relative to ROOT
    /// and stands before them in findings. A file replaces the default one of the same path, further ones are added.
    /// Files below `assets/` go to the site as they are; the others are templates, and those of the default theme can
    /// still be reached below `default/`.
    ///
    /// # Errors
    ///
    /// A finding for every template that cannot be understood, with its file, line and column.
    pub fn new(folder: &str, own: &[(String, Vec<u8>)]) -> Result<Theme, Vec<Finding>> {
        Theme::in_language(folder, own, "en")
    }

    /// Makes the same theme with its words in another language, where one of its files or ours speaks it.
    ///
    /// # Errors
    ///
    /// As [`Theme::new`], and for a file of a language that cannot be understood.
    pub fn in_language(
        folder: &str,
        own: &[(String, Vec<u8>)],
        language: &str,
    ) -> Result<Theme, Vec<Finding>> {
        Theme::make(folder, own, language, true)
    }

    /// Makes one of the themes that are part of the program; `None` where there is none of that name.
    pub fn built_in(name: &str, language: &str) -> Option<Theme> {
        let (files, scripts) = match name {
            "default" => (Vec::new(), true),
            "plain" => (owned(&PLAIN_THEME), false),
            _ => return None,
        };
        let theme = Theme::make(name, &files, language, scripts);
        Some(Theme { is_ours: true, ..theme.expect("the themes of the program are whole") })
    }

    /// Returns the files of one of the themes that are part of the program, in order.
    pub fn files_of(name: &str) -> Vec<(String, Vec<u8>)> {
        let mut files = match name {
            "default" => owned(&DEFAULT),
            "plain" => owned(&PLAIN_THEME),
            _ => Vec::new(),
        };
        files.sort();
        files
    }

    /// Makes a theme over the default one, with its assets or without them.
    fn make(
        folder: &str,
        own: &[(String, Vec<u8>)],
        language: &str,
        with_assets: bool,
    ) -> Result<Theme, Vec<Finding>> {
        let own_theme = OwnTheme { folder: folder.trim_end_matches('/'), files: own };
        let phrases = own_theme.phrases(language)?;
        let mut tera = Tera::new();
        tera.set_fallback_prefixes([DEFAULT_PREFIX]).expect("no template was added yet");
        tera.autoescape_on(ESCAPED);
        tera.set_escape_fn(escape);
        let painter = card::Slot::default();
        card::register(&mut tera, &painter);
        tera.register_filter("whole", whole);
        let mut assets = BTreeMap::new();
        let mut templates = Vec::new();
        for (path, bytes) in default_files(&DEFAULT) {
            if path.starts_with(ASSETS) {
                if !with_assets {
                    continue;
                }
                let bytes = match std::str::from_utf8(bytes) {
                    Ok(text) if path.ends_with(".css") => Cow::Owned(squeeze(text).into_bytes()),
                    Ok(text) if path.ends_with(".js") => Cow::Owned(squeeze_script(text).into_bytes()),
                    _ => Cow::Borrowed(bytes),
                };
                assets.insert(path.to_owned(), bytes);
            } else if !path.starts_with(phrases::FOLDER) {
                let text = std::str::from_utf8(bytes).expect("templates of the default theme are UTF-8");
                let text = phrases.fill(text).expect("the default theme names phrases that it has");
                templates.push((format!("{DEFAULT_PREFIX}{path}"), text));
            }
        }
        if with_assets && !phrases.script.is_empty() {
            let words = serde_json::to_string(&phrases.script).expect("words are JSON");
            assets.insert(
                WORDS.to_owned(),
                Cow::Owned(format!("window.afterwordWords = {words};\n").into_bytes()),
            );
        }

        let mut findings = Vec::new();
        for (path, bytes) in own {
            match Role::of(path) {
                Role::Asset => {
                    assets.insert(path.clone(), Cow::Owned(bytes.clone()));
                }
                Role::Template => match own_theme.template(path, bytes) {
                    Ok(text) => match own_theme.filled(path, text, &phrases) {
                        Ok(text) => templates.push((path.clone(), text)),
                        Err(finding) => findings.push(*finding),
                    },
                    Err(finding) => findings.push(*finding),
                },
                Role::Remark | Role::Language => {}
                Role::Unknown => findings.push(
                    Finding::new(
                        &BROKEN_THEME,
                        Place::file(&own_theme.place(path)),
                        format!("`{path}` is neither a template nor an asset"),
                    )
                    .help("move it below `assets/`; a template ends in `.html`, `.xml`, `.svg`, `.txt` or `.md`"),
                ),
            }
        }
        if findings.is_empty()
            && let Err(error) = tera.add_raw_templates(templates)
        {
            findings = own_theme.findings(&error);
        }
        if findings.is_empty() {
            let frames = Frames::new(&tera);
            let is_ours = !own.iter().any(|(path, _)| matches!(Role::of(path), Role::Template));
            Ok(Theme { tera, assets, phrases, has_assets_of_ours: with_assets, painter, frames, is_ours })
        } else {
            Err(findings)
        }
    }

    /// Returns whether its pages link the colours of code, which the program makes.
    pub fn links_highlight(&self) -> bool {
        self.has_assets_of_ours
    }

    /// Returns whether every template is one of the program's, so that nobody reads what these do not.
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// Returns the words of the interface.
    pub fn phrases(&self) -> &Phrases {
        &self.phrases
    }

    /// Sets what every template knows as `site`.
    pub fn set_site(&mut self, site: &data::Site) {
        self.tera.global_context().insert("site", site);
        self.frames.set_site(site);
    }

    /// Lets the theme make cards; of several painters the first counts.
    pub fn set_painter(&self, painter: Painter) {
        let _ = self.painter.set(painter);
    }

    /// Returns who draws the cards of this theme, where somebody does.
    pub fn painter(&self) -> Option<&Painter> {
        self.painter.get()
    }

    /// Makes one page.
    ///
    /// `root` leads from the page to the top of the site: `./`, `../../`, or an absolute address for a page that is
    /// served anywhere, such as `404.html`.
    ///
    /// # Errors
    ///
    /// Fails where there is no such template, or where a template asks for what it was not given.
    pub fn render(
        &self,
        template: &str,
        root: &str,
        page: &data::Page,
        variables: Variables,
    ) -> Result<String, Error> {
        let fail = |cause| Error { template: template.to_owned(), page: page.url.clone(), cause };
        if let Some(cause) = variables.failed {
            return Err(fail(cause));
        }
        let Variables { mut context, pieces, .. } = variables;
        context.insert_value("root", Value::from(root));
        context.insert("page", page);
        for (name, pieces) in pieces {
            let markup = self.markup(pieces, &context).map_err(|error| fail(cause(&error)))?;
            context.insert_value(name, markup);
        }
        // Feeds and the like have no frame. A template finds its variables one by one in the order of the
        // alphabet, so what it wants once is named to stand behind `page` and `root`, which it wants all the time.
        if template.ends_with(".html") && self.frames.is_there() {
            let frame = self.frames.of(&self.tera, page, &context).map_err(|error| fail(cause(&error)))?;
            context.insert_value("site_frame", frame);
        }
        let mut text = Vec::with_capacity(USUAL);
        self.tera.render_to(template, &context, &mut text).map_err(|error| fail(cause(&error)))?;
        String::from_utf8(text).map_err(|error| fail(error.to_string()))
    }

    /// Makes pieces of markup, or takes what was kept of them; they stand one after the other.
    fn markup(&self, pieces: Vec<Piece>, around: &Context) -> TeraResult<Value> {
        let make = |piece: Piece| match piece.0 {
            piece::State::Made(markup) => Ok(markup),
            piece::State::Wanted { component, arguments, kept } => match &arguments.failed {
                Some(cause) => Err(tera::Error::message(cause)),
                None => Ok(kept.keep(frame::markup(&self.tera, component, &arguments.context, around)?)),
            },
        };
        let mut made = pieces.into_iter().map(make).collect::<TeraResult<Vec<Value>>>()?;
        if made.len() == 1 {
            return Ok(made.swap_remove(0));
        }
        let markup: Vec<&str> = made.iter().filter_map(Value::as_str).collect();
        Ok(Value::safe_string(&markup.concat()))
    }

    /// Returns the files that pages link, with their addresses relative to the top of the site, in order:
    /// `assets/style.css` and so on.
    pub fn assets(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.assets.iter().map(|(path, bytes)| (path.as_str(), bytes.as_ref()))
    }
}

impl fmt::Debug for Theme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut templates: Vec<&str> = self.tera.get_template_names().collect();
        templates.sort_unstable();
        formatter
            .debug_struct("Theme")
            .field("templates", &templates)
            .field("assets", &self.assets.keys())
            .finish()
    }
}

impl Variables {
    /// Returns no variables.
    pub fn new() -> Self {
        Variables::default()
    }

    /// Adds a variable, such as one of the structs in [`data`].
    pub fn with<T: Serialize + ?Sized>(mut self, name: &'static str, value: &T) -> Self {
        match Value::try_from_serializable(value) {
            Ok(value) => self.context.insert_value(name, value),
            Err(error) => {
                self.failed.get_or_insert_with(|| format!("the variable `{name}` cannot be made: {error}"));
            }
        }
        self
    }

    /// Adds markup: pieces that stand one after the other.
    pub fn with_pieces(mut self, name: &'static str, pieces: Vec<Piece>) -> Self {
        self.pieces.push((name, pieces));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Error { template, page, cause } = self;
        write!(formatter, "the template `{template}` cannot make the page `{page}`: {cause}")
    }
}

impl std::error::Error for Error {}

/// What a file of a theme is for.
enum Role {
    Asset,
    Template,
    /// The words of the interface in a language.
    Language,
    /// A README, a licence or a hidden file: about the theme, no part of it.
    Remark,
    Unknown,
}

impl Role {
    fn of(path: &str) -> Role {
        let name = path.rsplit('/').next().unwrap_or(path);
        if path.split('/').any(|part| part.starts_with('.')) {
            Role::Remark
        } else if path.starts_with(ASSETS) {
            Role::Asset
        } else if path.starts_with(phrases::FOLDER) && path.ends_with(".toml") {
            Role::Language
        } else if name.starts_with("README") || name.starts_with("LICENSE") || name.starts_with("LICENCE") {
            Role::Remark
        } else if ESCAPED.iter().chain(&PLAIN).any(|ending| name.ends_with(ending)) {
            Role::Template
        } else {
            Role::Unknown
        }
    }
}

/// The site's own theme, for the places of findings.
struct OwnTheme<'a> {
    folder: &'a str,
    files: &'a [(String, Vec<u8>)],
}

impl<'a> OwnTheme<'a> {
    /// Returns the text of a template that can be parsed by itself.
    fn template(&self, path: &str, bytes: &'a [u8]) -> Result<&'a str, Box<Finding>> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}'),
            Err(error) => {
                let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let place = Place::span(&self.place(path), &before, before.len()..before.len());
                let finding = Finding::new(&BROKEN_THEME, place, "the template is not UTF-8");
                return Err(Box::new(finding.help("save the file as UTF-8")));
            }
        };
        // Tera stops at the first file with a syntax error; alone, each file tells its own. What a file alone cannot
        // have, such as its parent, is not looked at here.
        match Tera::new().add_raw_template(path, text) {
            Err(error) if matches!(error.kind(), ErrorKind::SyntaxError(_)) => {
                Err(Box::new(self.findings(&error).swap_remove(0)))
            }
            _ => Ok(text),
        }
    }

    /// Returns a template with its phrases in their places.
    fn filled(&self, path: &str, text: &'a str, phrases: &Phrases) -> Result<Cow<'a, str>, Box<Finding>> {
        phrases.fill(text).map_err(|unknown| {
            let place = Place::span(&self.place(path), text, unknown.at..unknown.at + unknown.name.len() + 2);
            let name = &unknown.name;
            let finding = Finding::new(&BROKEN_THEME, place, format!("there is no phrase `{name}`"));
            Box::new(match did_you_mean(name, phrases.names()) {
                Some(other) => finding.help(format!("did you mean `{other}`?")),
                None => finding.help("add it to the languages of the theme, in `languages/en.toml`"),
            })
        })
    }

    /// Returns the words of the interface: those of a file of the theme over ours.
    fn phrases(&self, language: &str) -> Result<Phrases, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut read = |name: &str, base: &Phrases| -> Option<Phrases> {
            let path = format!("{}{name}.toml", phrases::FOLDER);
            let (_, bytes) = self.files.iter().find(|(own, _)| *own == path)?;
            let parsed = match std::str::from_utf8(bytes) {
                Ok(text) => Phrases::parse(text, Some(base)).map_err(|(message, at)| {
                    (message, at.map(|at| Place::span(&self.place(&path), text, at..at)))
                }),
                Err(_) => Err(("the file is not UTF-8".to_owned(), None)),
            };
            parsed
                .map_err(|(message, place)| {
                    let place = place.unwrap_or_else(|| Place::file(&self.place(&path)));
                    findings.push(Finding::new(&BROKEN_THEME, place, lower_first(&message)));
                })
                .ok()
        };
        let built_in = Phrases::built_in(language);
        // A phrase that only the theme knows is said in its English where its other languages lack it.
        let own_english = read("en", &Phrases::built_in("en"));
        let base = match &own_english {
            Some(english) => built_in.over(english),
            None => built_in,
        };
        let is_english = phrases::candidates(language).iter().any(|name| name == "en");
        let chosen = match (is_english, own_english) {
            (true, Some(english)) => english,
            _ => phrases::candidates(language).iter().find_map(|name| read(name, &base)).unwrap_or(base),
        };
        if findings.is_empty() { Ok(chosen) } else { Err(findings) }
    }

    /// Returns what an error of Tera says of the files of the theme.
    ///
    /// Never returns an empty list.
    fn findings(&self, error: &tera::Error) -> Vec<Finding> {
        let found = |place, message: &str| Finding::new(&BROKEN_THEME, place, lower_first(message));
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let span = report.span();
                let place = Place {
                    file: self.place(report.filename()),
                    span: self.text(report.filename()).map(|_| span.range.clone()),
                    line: span.start_line as u32,
                    column: span.start_col as u32 + 1,
                };
                vec![found(place, report.message())]
            }
            ErrorKind::MissingParent { current, parent } => {
                let place =
                    match self.text(current).and_then(|text| Some((text, text.find(parent.as_str())?))) {
                        Some((text, at)) => Place::span(&self.place(current), text, at..at + parent.len()),
                        None => Place::file(&self.place(current)),
                    };
                vec![found(place, &format!("there is no template `{parent}` to extend"))]
            }
            ErrorKind::CircularExtend { tpl, .. } => vec![
                found(Place::file(&self.place(tpl)), &format!("the template `{tpl}` extends itself"))
                    .help(format!("to extend the one that it replaces, name it `{DEFAULT_PREFIX}{tpl}`")),
            ],
            ErrorKind::CircularInclude { tpl, .. } => {
                vec![found(Place::file(&self.place(tpl)), &format!("the template `{tpl}` includes itself"))]
            }
            _ => self.findings_of_reports(&error.to_string()),
        }
    }

    /// Returns the findings of reports, which Tera only gives as text: `error: …`, then ` --> file:line:column`.
    fn findings_of_reports(&self, reports: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut message = None;
        for line in reports.lines() {
            if let Some(text) = line.strip_prefix("error: ") {
                message = Some(text);
            } else if let Some(place) = line.trim_start().strip_prefix("--> ")
                && let Some(message) = message.take()
            {
                let mut parts = place.rsplitn(3, ':');
                let column = parts.next().and_then(|column| column.parse().ok()).unwrap_or(1);
                let line = parts.next().and_then(|line| line.parse().ok()).unwrap_or(1);
                let path = parts.next().unwrap_or_default();
                let message = lower_first(message);
                findings.push(match self.text(path) {
                    Some(_) => {
                        let place = Place { file: self.place(path), span: None, line, column };
                        Finding::new(&BROKEN_THEME, place, message)
                    }
                    // A template of the default theme misses what one of the site's own left out.
                    None => Finding::new(
                        &BROKEN_THEME,
                        Place::file(self.folder),
                        format!("`{path}`: {message}"),
                    )
                    .help("a template that replaces another keeps the blocks that further templates fill"),
                });
            }
        }
        if findings.is_empty() {
            findings.push(Finding::new(&BROKEN_THEME, Place::file(self.folder), lower_first(reports)));
        }
        findings
    }

    /// Returns the path of a file relative to ROOT.
    fn place(&self, path: &str) -> String {
        if self.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.folder) }
    }

    fn text(&self, path: &str) -> Option<&'a str> {
        let (_, bytes) = self.files.iter().find(|(own, _)| own == path)?;
        std::str::from_utf8(bytes).ok()
    }
}

/// Returns every file below a folder of a theme of ours, with its path relative to the theme.
fn default_files(folder: &'static Dir<'static>) -> Vec<(&'static str, &'static [u8])> {
    let mut files: Vec<_> = folder
        .files()
        .map(|file| {
            (file.path().to_str().expect("files of the default theme have plain names"), file.contents())
        })
        .collect();
    for below in folder.dirs() {
        files.extend(default_files(below));
    }
    files
}

fn owned(folder: &'static Dir<'static>) -> Vec<(String, Vec<u8>)> {
    default_files(folder).into_iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect()
}

/// Returns a script of ours without lines of comments and without indentation; every other line stays as it is.
///
/// Invariant, held by a test: no text in these scripts goes over the end of a line.
fn squeeze_script(script: &str) -> String {
    let mut text = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        let begins = line.starts_with("/*");
        if begins || in_comment {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// Returns a style sheet of ours without comments, and without the spaces and lines that only we need.
///
/// Invariant, held by a test: no string in these sheets holds what is taken out.
fn squeeze(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let mut text: String = text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    for (long, short) in [
        ("\n", " "),
        ("  ", " "),
        (" {", "{"),
        ("{ ", "{"),
        (" }", "}"),
        (";}", "}"),
        ("} ", "}"),
        ("; ", ";"),
        (": ", ":"),
        (", ", ","),
        (" > ", ">"),
        (" 0.", " ."),
        (":0.", ":."),
        ("(0.", "(."),
        (",0.", ",."),
        ("-0.", "-."),
    ] {
        while text.contains(long) {
            text = text.replace(long, short);
        }
    }
    text.trim().to_owned()
}

/// Returns the reason of an error while rendering in one line, with the place in the template.
fn cause(error: &tera::Error) -> String {
    match error.kind() {
        ErrorKind::RenderingError(report) | ErrorKind::SyntaxError(report) => {
            let span = report.span();
            format!(
                "{} (`{}`, line {}, column {})",
                lower_first(report.message()),
                report.filename(),
                span.start_line,
                span.start_col + 1
            )
        }
        _ => lower_first(&error.to_string()),
    }
}

/// Returns a message of Tera in the way of ours: beginning in lower case, without a full stop.
fn lower_first(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The filter `whole`: a word with a hyphen in it, such as a name, does not break at the end of a line.
fn whole(text: StringInput<'_>, _: Kwargs, state: &State<'_>) -> TeraResult<Value> {
    if !text.as_str().contains('-') {
        return Ok(text.into_value());
    }
    // To escape a text adds neither spaces nor hyphens.
    let escaped = text.rendered(state)?;
    let mut markup = String::with_capacity(escaped.len() + 100);
    for (number, word) in escaped.split(' ').enumerate() {
        if number > 0 {
            markup.push(' ');
        }
        match word.contains('-') {
            true => markup.extend(["<span class=\"whole\">", word, "</span>"]),
            false => markup.push_str(word),
        }
    }
    Ok(Value::safe_string(&markup))
}

/// Writes text so that it is text in HTML and in XML, also between quotes.
///
/// What no XML document may hold, even escaped, becomes U+FFFD: one control character in one title would make the
/// feed of the whole site unreadable.
fn escape(text: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let bytes = text.as_bytes();
    let mut written = 0;
    let mut at = 0;
    loop {
        // Nearly every byte stands as it is. Sixteen at once are looked at without a branch, which is a few instructions of
        // the processor; a table finds the place in the block that has one.
        let clean = bytes[at..].chunks_exact(16).take_while(|block| {
            !block.iter().fold(false, |odd, &byte| {
                odd | (byte < 0x20)
                    | (byte == b'&')
                    | (byte == b'<')
                    | (byte == b'>')
                    | (byte == b'"')
                    | (byte == b'\'')
                    | (byte == 0xef)
            })
        });
        at += 16 * clean.count();
        at += bytes[at..].iter().position(|&byte| SUSPECT[usize::from(byte)]).unwrap_or(bytes.len() - at);
        if at == bytes.len() {
            break;
        }
        let (replacement, width) = match bytes[at] {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' => ("&quot;", 1),
            b'\'' => ("&#39;", 1),
            b'\t' | b'\n' | b'\r' => ("", 1),
            0..=0x1f => ("\u{fffd}", 1),
            0xef if matches!(bytes[at..], [_, 0xbf, 0xbe | 0xbf, ..]) => ("\u{fffd}", 3),
            _ => ("", 1),
        };
        if !replacement.is_empty() {
            out.write_all(&bytes[written..at])?;
            out.write_all(replacement.as_bytes())?;
            written = at + width;
        }
        at += width;
    }
    out.write_all(&bytes[written..])
}

/// The bytes that [`escape`] has to look at.
const SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = !matches!(byte as u8, b'\t' | b'\n' | b'\r');
        byte += 1;
    }
    table[b'&' as usize] = true;
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'"' as usize] = true;
    table[b'\'' as usize] = true;
    table[0xef] = true;
    table
};
