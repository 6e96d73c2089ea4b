//! The files of one state of the site, each made when it is asked for.
//!
//! Comes in: a connected site, and requests. Goes out: answers; or the request itself, where the site is about to change and
//! the answer would be of the past. Reads no file but the images and other assets that the plan names.

use crate::diagnostic::Finding;
use crate::page::Content;
use crate::render::Parts;
use crate::render::Piece;
use crate::render::Renderer;
use crate::search;
use crate::search::index::Found;
use crate::search::index::Index;
use crate::search::index::State;
use crate::serve::http;
use crate::serve::http::OWN;
use crate::serve::http::Request;
use crate::serve::locked;
use crate::theme::view::Names;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How many good answers are kept for when a template fails.
const GOOD: usize = 100;

/// How long work that nobody waits for stands back behind answers before it takes a step nevertheless.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long it takes a browser that is told of a change to ask for the page.
const MOMENT: Duration = Duration::from_millis(20);

/// One state of the site.
#[derive(Debug)]
pub struct Site<'a> {
    parts: Parts<'a>,
    renderer: Renderer<'a>,
    /// The files that are no pages. Pages are many, and the plan finds them by their addresses.
    others: HashMap<String, Piece>,
    /// The search index, which is that of an earlier state until it is asked for.
    index: &'a Mutex<Index>,
    is_indexed: AtomicBool,
    turns: Turns,
    good: &'a Mutex<BTreeMap<String, Vec<u8>>>,
    /// Why there is no site yet; nothing where there is one.
    waiting: &'a [Finding],
}

impl<'a> Site<'a> {
    /// Prepares the answers.
    pub fn new(
        parts: Parts<'a>,
        renderer: Renderer<'a>,
        index: &'a Mutex<Index>,
        good: &'a Mutex<BTreeMap<String, Vec<u8>>>,
        waiting: &'a [Finding],
    ) -> Self {
        let mut others = HashMap::new();
        for (path, piece) in renderer.others() {
            // `build` refuses two files of one path; here the first is shown, and the finding says the rest.
            others.entry(path).or_insert(piece);
        }
        Site {
            parts,
            renderer,
            others,
            index,
            is_indexed: AtomicBool::new(false),
            turns: Turns::default(),
            good,
            waiting,
        }
    }

    /// Returns what may serve the state that comes after this one.
    pub fn into_names(self) -> Names {
        self.renderer.into_names()
    }

    /// Returns what stands at a path.
    fn piece(&self, path: &str) -> Option<Piece> {
        self.renderer.page_at(path).or_else(|| self.others.get(path).cloned())
    }

    /// Says that the site is about to change.
    pub fn stop(&self) {
        self.turns.stop();
    }

    /// Waits until somebody asks for something, for a moment at most.
    pub fn await_requests(&self) {
        self.turns.await_requests(MOMENT);
    }

    /// Says that a request is about to be answered, until what is returned goes.
    pub fn begin(&self) -> Answering<'_> {
        self.turns.begin()
    }

    /// Lets whoever waits for an answer go first; returns whether there is a point in going on then, which there is not when the
    /// site is about to change.
    pub fn stand_back(&self) -> bool {
        self.turns.stand_back(PATIENCE)
    }

    /// Answers a request, or returns it.
    pub fn answer(&self, request: Request, version: u64) -> Option<Request> {
        if !self.waiting.is_empty() {
            let page = waiting_page(self.waiting, version);
            self.respond(request, 503, "text/html; charset=utf-8", page);
            return None;
        }
        let Some(path) = path_of(request.url()) else {
            self.missing(request, version);
            return None;
        };
        if path.starts_with(search::FOLDER) {
            return match self.searched(&path) {
                Some(Some(text)) => {
                    self.respond(request, 200, "text/javascript; charset=utf-8", text.into_bytes());
                    None
                }
                Some(None) => {
                    self.missing(request, version);
                    None
                }
                None => Some(request),
            };
        }
        let name = match path.as_str() {
            "" => "index.html".to_owned(),
            path if path.ends_with('/') => format!("{path}index.html"),
            path => path.to_owned(),
        };
        match self.piece(&name) {
            Some(piece) => self.file(request, &name, &piece, 200, version),
            None if self.piece(&format!("{name}/index.html")).is_some() => {
                // Links on the page are relative to its folder. The query goes with it.
                let (before, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
                let query = if query.is_empty() { String::new() } else { format!("?{query}") };
                let last = before.rsplit('/').next().unwrap_or("");
                let to = format!("./{last}/{query}");
                request.redirect(&to);
            }
            None if name.ends_with(".png") && self.has_cards() => self.card(request, &name, version),
            None => self.missing(request, version),
        }
        None
    }

    fn respond(&self, request: Request, status: u16, kind: &str, bytes: Vec<u8>) {
        let hosts = self.parts.config.image_hosts.iter().map(|host| format!(" https://{host}"));
        let hosts: String = hosts.filter(|host| !host.contains([';', ',', '\'', '"'])).collect();
        let policy = http::POLICY.replace("img-src 'self'", &format!("img-src 'self'{hosts}"));
        request.respond(&policy, status, kind, bytes);
    }

    fn missing(&self, request: Request, version: u64) {
        match self.piece("404.html") {
            Some(piece) => self.file(request, "404.html", &piece, 404, version),
            None => self.respond(request, 404, "text/plain", b"there is no such page\n".to_vec()),
        }
    }

    fn file(&self, request: Request, name: &str, piece: &Piece, status: u16, version: u64) {
        let kind = type_of(name);
        let is_page = kind.starts_with("text/html");
        match self.renderer.make(name, piece) {
            Ok(made) if is_page => {
                let mut page = with_script(&made.bytes, version);
                if status == 404 && self.parts.config.base_url.is_none() {
                    // It stands for every address, and its links are relative to the top.
                    page = at_top(&page);
                }
                let mut good = locked(self.good);
                if good.len() >= GOOD && !good.contains_key(name) {
                    good.pop_first();
                }
                good.insert(name.to_owned(), made.bytes.into_owned());
                drop(good);
                self.respond(request, status, kind, page);
            }
            Ok(made) => self.respond(request, status, kind, made.bytes.into_owned()),
            Err(error) => {
                let message = error.to_string();
                if !is_page {
                    self.respond(request, 500, "text/plain; charset=utf-8", (message + "\n").into_bytes());
                    return;
                }
                let before = locked(self.good).get(name).cloned();
                let page = before
                    .unwrap_or_else(|| b"<!DOCTYPE html>\n<title>Error</title>\n<main></main>\n".to_vec());
                self.respond(request, 500, kind, with_error(&page, version, &message));
            }
        }
    }

    fn has_cards(&self) -> bool {
        self.parts.config.cards && self.parts.config.base_url.is_some()
    }

    /// Answers with the card of a page, which is drawn for this one time.
    fn card(&self, request: Request, name: &str, version: u64) {
        let page = match name.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/index.html"),
            None => "index.html".to_owned(),
        };
        let made = self.piece(&page).and_then(|piece| self.renderer.make(&page, &piece).ok());
        let card = made.and_then(|made| made.card).filter(|card| card.path == name);
        match card.map(|card| self.renderer.paint(&card)) {
            Some(Ok(bytes)) => self.respond(request, 200, type_of(name), bytes),
            Some(Err(error)) => {
                self.respond(request, 500, "text/plain; charset=utf-8", format!("{error}\n").into_bytes());
            }
            None => self.missing(request, version),
        }
    }

    /// Returns a file of the search index; nothing inside where there is none, nothing at all where the site is about to change.
    fn searched(&self, path: &str) -> Option<Option<String>> {
        let Parts { knowledge, plan, config, .. } = self.parts;
        let state = State { knowledge, plan, config };
        let mut index = locked(self.index);
        if !self.is_indexed.load(Ordering::Relaxed) {
            if !self.index(&mut index, state) {
                return None;
            }
            self.is_indexed.store(true, Ordering::Relaxed);
        }
        let found = index.file(state, path);
        drop(index);
        Some(match found {
            Some(Found::File(file)) => Some(file.text),
            Some(Found::Text(document)) => {
                let html = self.body(&self.pages(), document);
                html.map(|html| search::text(&knowledge.documents[document], &html).text)
            }
            None => None,
        })
    }

    /// Makes the search index that of this state; returns false where the site is about to change.
    fn index(&self, index: &mut Index, state: State<'_>) -> bool {
        if self.turns.is_stopped() {
            return false;
        }
        let shown = |document: usize| self.renderer.shown(document);
        let pages = self.pages();
        let body = |document: usize| self.body(&pages, document);
        index.follow(state, &shown, &body, &|| self.turns.is_stopped())
    }

    /// Returns the body of a document, where a page has it.
    fn body(&self, pages: &[Option<usize>], document: usize) -> Option<String> {
        self.renderer.body(pages[document]?).map(|(_, html)| html)
    }

    /// Returns the page that each document's text stands on.
    fn pages(&self) -> Vec<Option<usize>> {
        let mut pages = vec![None; self.parts.knowledge.documents.len()];
        for (number, page) in self.parts.plan.pages.iter().enumerate() {
            let document = match page.content {
                Content::Document(index) => Some(index),
                _ => page.intro,
            };
            if let Some(document) = document {
                pages[document] = Some(number);
            }
        }
        pages
    }
}

/// Who goes first: a change of the site before all, then those who wait for an answer, then what nobody waits for.
#[derive(Debug, Default)]
struct Turns {
    stopped: AtomicBool,
    /// How many requests are being answered.
    answering: Mutex<usize>,
    /// Told when one comes or has its answer, and when all is to stop.
    heard: Condvar,
}

impl Turns {
    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Whoever is about to wait has either seen it or hears of it.
        drop(locked(&self.answering));
        self.heard.notify_all();
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Says that a request is being answered until what is returned goes.
    fn begin(&self) -> Answering<'_> {
        *locked(&self.answering) += 1;
        self.heard.notify_all();
        Answering(self)
    }

    fn await_requests(&self, moment: Duration) {
        let is_idle = |count: &mut usize| *count == 0 && !self.is_stopped();
        let waited = self.heard.wait_timeout_while(locked(&self.answering), moment, is_idle);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn stand_back(&self, patience: Duration) -> bool {
        let is_busy = |count: &mut usize| *count > 0 && !self.is_stopped();
        let waited = self.heard.wait_timeout_while(locked(&self.answering), patience, is_busy);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        !self.is_stopped()
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub struct Answering<'a>(&'a Turns);

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        *locked(&self.0.answering) -= 1;
        self.0.heard.notify_all();
    }
}

/// Returns the path in the site that a request asks for, decoded once and without its query; `None` where it is no path that a
/// file of a site can have.
fn path_of(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?.strip_prefix('/')?;
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    let path = String::from_utf8(bytes).ok()?;
    let good = |part: &str| !matches!(part, "." | "..");
    let inner = path.strip_suffix('/').unwrap_or(&path);
    (!path.contains(['\0', '\\'])
        && inner.split('/').all(good)
        && (inner.is_empty() || !inner.split('/').any(str::is_empty)))
    .then_some(path)
}

/// Returns the type of a file by its ending.
fn type_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("").to_ascii_lowercase().as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "xml" => "application/xml",
        "md" => "text/markdown; charset=utf-8",
        "txt" | "log" | "csv" | "yml" | "yaml" | "toml" => "text/plain; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "pdf" => "application/pdf",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// Puts our script at the end of a page.
fn with_script(page: &[u8], version: u64) -> Vec<u8> {
    insert(page, &format!("<script src=\"{OWN}serve.js?v={version}\"></script>\n"))
}

/// Puts our script at the end of a page that could not be made anew, and what kept it from being made.
fn with_error(page: &[u8], version: u64, message: &str) -> Vec<u8> {
    let text = escaped(message);
    insert(page, &format!("<script src=\"{OWN}serve.js?v={version}\" data-error=\"{text}\"></script>\n"))
}

/// Makes the page that stands at every address until the settings are mended.
fn waiting_page(findings: &[Finding], version: u64) -> Vec<u8> {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Not yet</title></head>\n<body>\n<main>\n\
         <h1>There is no site yet</h1>\n<p>It comes by itself when this is mended:</p>\n<ul>\n",
    );
    for finding in findings {
        let place = &finding.place;
        let place = match place.span {
            Some(_) => format!("{}:{}:{}", place.file, place.line, place.column),
            None => place.file.clone(),
        };
        let help = finding.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
        page += &format!("<li>{}</li>\n", escaped(&format!("{place}: {}{help}", finding.message)));
    }
    page += "</ul>\n</main>\n</body>\n</html>\n";
    with_script(page.as_bytes(), version)
}

fn escaped(words: &str) -> String {
    let mut text = String::new();
    for letter in words.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            letter => text.push(letter),
        }
    }
    text
}

/// Makes the links of a page relative to the top of the site, wherever it is shown.
fn at_top(page: &[u8]) -> Vec<u8> {
    let page = String::from_utf8_lossy(page);
    page.replacen("<head>", "<head>\n<base href=\"/\">", 1).into_bytes()
}

fn insert(page: &[u8], tag: &str) -> Vec<u8> {
    let page: Cow<'_, str> = String::from_utf8_lossy(page);
    let at = page.rfind("</body>").unwrap_or(page.len());
    [&page[..at], tag, &page[at..]].concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_waits_for_goes_last() {
        const LONG: Duration = Duration::from_secs(600);
        let turns = Turns::default();
        assert!(turns.stand_back(LONG));
        let is_answered = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let answering = turns.begin();
            scope.spawn(|| {
                assert!(turns.stand_back(LONG));
                assert!(is_answered.load(Ordering::SeqCst), "it went first");
            });
            std::thread::sleep(Duration::from_millis(5));
            is_answered.store(true, Ordering::SeqCst);
            drop(answering);
        });
        // And it gives way altogether to a change, whoever waits for what.
        let _answering = turns.begin();
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(!turns.stand_back(LONG)));
            turns.stop();
        });
        assert!(!turns.stand_back(LONG));
    }

    #[test]
    fn a_path_is_decoded_once_and_never_leads_elsewhere() {
        assert_eq!(path_of("/a%20b/?q=%2e"), Some("a b/".to_owned()));
        assert_eq!(path_of("/"), Some(String::new()));
        assert_eq!(path_of("/%25%32%65"), Some("%2e".to_owned()));
        for outside in [
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "/%2E./x",
            "/..%2fx",
            "/a/%2e%2e%2f%2e%2e%2fx",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/a//b",
            "/..\\x",
            "/%5c..%5cx",
            "/a%00.md",
            "/%",
            "/%zz",
            "/%ff",
            "etc/passwd",
            "/./x",
            "http://host/x",
            "/a/..",
        ] {
            assert_eq!(path_of(outside), None, "{outside}");
        }
    }

    #[test]
    fn the_script_stands_at_the_end_and_words_cannot_leave_it() {
        let page = String::from_utf8(with_script(b"<body>x</body></html>", 3)).unwrap();
        assert_eq!(page, "<body>x<script src=\"/.afterword/serve.js?v=3\"></script>\n</body></html>");
        let page = String::from_utf8(with_error(b"x", 3, "\"><script>")).unwrap();
        assert!(page.contains("data-error=\"&quot;&gt;&lt;script&gt;\""), "{page}");
    }
}
