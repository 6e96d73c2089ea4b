//! Code, highlighted as CSS classes.
//!
//! Comes in: a language as somebody wrote it after a fence, and code. Goes out: HTML for between `<code>` and `</code>`,
//! or nothing where the code is to stay plain: the language is unknown, the code is too long, or the highlighter failed.
//!
//! The grammars are loaded when the first block with a known language is met, and only then. Each distinct block is
//! highlighted once in the life of the program, by whichever thread comes first.

use crate::markdown::escape;
use giallo::FontStyle;
use giallo::HighlightOptions;
use giallo::Registry;
use giallo::Style;
use giallo::ThemeVariant;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;

/// Returns the style sheet for highlighted code: a light scheme, a dark one where the system or `data-theme="dark"` on
/// the root element asks for it.
///
/// The colours are custom properties, `--code-keyword` and so on, so that a theme can set its own.
pub fn stylesheet() -> String {
    include_str!("code.css").to_owned()
}

/// Code longer than this, in bytes, stays plain.
const LONGEST_CODE: usize = 64 * 1024;

/// Code with a line longer than this, in bytes, stays plain.
const LONGEST_LINE: usize = 4000;

/// How many bytes of code and HTML are remembered.
const REMEMBERED: usize = 32 * 1024 * 1024;

/// The theme whose colours tell what a token is; the colours that are shown are our own.
const THEME: &str = "github-light-default";

/// Names and other names of the grammars, one grammar on each line; those that have no structure are left out.
static LANGUAGES: &str = include_str!("languages.txt");

/// Names that people use besides.
static OTHER_NAMES: [(&str, &str); 10] = [
    ("golang", "go"),
    ("js", "javascript"),
    ("k8s", "yaml"),
    ("sh-session", "shellsession"),
    ("shell-session", "shellsession"),
    ("terraform", "hcl"),
    ("nodejs", "javascript"),
    ("py3", "python"),
    ("postgresql", "sql"),
    ("mysql", "sql"),
];

/// Returns highlighted code as HTML, or nothing where it is to stay plain.
pub(super) fn highlight(language: &str, code: &str) -> Option<Arc<str>> {
    if code.len() > LONGEST_CODE || code.split('\n').any(|line| line.len() > LONGEST_LINE) {
        return None;
    }
    let grammar = grammar(language)?;
    remembered(grammar, code, || {
        // A grammar is data of many hands, and a fault in one must not stop a site.
        std::panic::catch_unwind(AssertUnwindSafe(|| render(grammar, code))).ok().flatten()
    })
}

/// Returns the name of the grammar for a language as it is written after a fence.
fn grammar(language: &str) -> Option<&'static str> {
    static NAMES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
        let listed = LANGUAGES.lines().flat_map(|line| {
            let name = line.split(' ').next().unwrap_or_default();
            line.split(' ').map(move |other| (other, name))
        });
        OTHER_NAMES.into_iter().chain(listed).collect()
    });
    if language.is_empty() || language.len() > 40 {
        return None;
    }
    NAMES.get(language.to_ascii_lowercase().as_str()).copied()
}

type Once = Arc<OnceLock<Option<Arc<str>>>>;

/// Returns what `make` made when the same code was first seen.
fn remembered(
    grammar: &'static str,
    code: &str,
    make: impl FnOnce() -> Option<Arc<str>>,
) -> Option<Arc<str>> {
    static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);
    let once = {
        let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        cache.entry(grammar, code)
    };
    match once {
        Some(once) => once.get_or_init(make).clone(),
        None => make(),
    }
}

#[derive(Default)]
struct Cache {
    entries: HashMap<&'static str, HashMap<Box<str>, Once>>,
    /// Bytes of the code in it.
    size: usize,
}

impl Cache {
    /// Returns the entry for a block, a new one where there is none; nothing where the cache is full.
    fn entry(&mut self, grammar: &'static str, code: &str) -> Option<Once> {
        let blocks = self.entries.entry(grammar).or_default();
        if let Some(once) = blocks.get(code) {
            return Some(once.clone());
        }
        // Highlighted code is about five times as long as the code.
        let size = code.len().saturating_mul(6) + 200;
        if self.size + size > REMEMBERED {
            return None;
        }
        self.size += size;
        let once = Once::default();
        blocks.insert(code.into(), once.clone());
        Some(once)
    }
}

fn registry() -> Option<&'static Registry> {
    static REGISTRY: LazyLock<Option<Registry>> = LazyLock::new(|| Registry::builtin().ok());
    REGISTRY.as_ref()
}

fn render(grammar: &str, code: &str) -> Option<Arc<str>> {
    let options = HighlightOptions::new(grammar, ThemeVariant::Single(THEME));
    let highlighted = registry()?.highlight(code, &options).ok()?;
    let ThemeVariant::Single(theme) = highlighted.theme else { return None };
    let mut out = String::with_capacity(code.len() * 3);
    // Invariant: the words of the HTML are those of the code.
    let mut rest = code;
    for (index, line) in highlighted.tokens.iter().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n')?;
            out.push('\n');
        }
        for token in line {
            rest = rest.strip_prefix(token.text.as_str())?;
            let ThemeVariant::Single(style) = token.style else { return None };
            let class = if token.text.trim().is_empty() {
                String::new()
            } else {
                class(&style, &theme.default_style)
            };
            if class.is_empty() {
                escape::text(&mut out, &token.text);
            } else {
                out.push_str("<span class=\"");
                out.push_str(&class);
                out.push_str("\">");
                escape::text(&mut out, &token.text);
                out.push_str("</span>");
            }
        }
    }
    if rest == "\n" || rest == "\r\n" {
        out.push('\n');
        rest = "";
    }
    rest.is_empty().then(|| out.into())
}

/// What the colours of the theme tell, and the class for it. The last two stand on a coloured background there.
static CLASSES: [(&str, &str); 11] = [
    ("#57606a", "hl-c"),
    ("#6e7781", "hl-c"),
    ("#cf222e", "hl-k"),
    ("#0a3069", "hl-s"),
    ("#0550ae", "hl-n"),
    ("#8250df", "hl-f"),
    ("#953800", "hl-v"),
    ("#116329", "hl-t"),
    ("#82071e", "hl-d"),
    ("#eaeef2", "hl-d"),
    ("#f6f8fa", "hl-d"),
];

fn class(style: &Style, default: &Style) -> String {
    let mut classes = String::new();
    let mut add = |class: &str| {
        if !classes.is_empty() {
            classes.push(' ');
        }
        classes.push_str(class);
    };
    if style.foreground != default.foreground {
        let hex = style.foreground.as_hex();
        if let Some((_, class)) = CLASSES.iter().find(|(colour, _)| colour.eq_ignore_ascii_case(&hex)) {
            add(class);
        }
    }
    for (font, class) in
        [(FontStyle::BOLD, "hl-b"), (FontStyle::ITALIC, "hl-e"), (FontStyle::UNDERLINE, "hl-u")]
    {
        if style.font_style.contains(font) {
            add(class);
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_of_the_theme_has_a_class_with_a_rule() {
        let css = registry().unwrap().generate_css(THEME, "g-").unwrap();
        let mut colours = 0;
        for line in css.lines().filter(|line| line.starts_with(".g-") && line.contains("{ color:")) {
            let colour = line.split([' ', ';']).find(|word| word.starts_with('#')).unwrap();
            let known = CLASSES.iter().find(|(known, _)| known.eq_ignore_ascii_case(colour));
            let class = known.unwrap_or_else(|| panic!("{line}")).1;
            assert!(stylesheet().contains(&format!(".{class} {{")), "{class}");
            colours += 1;
        }
        assert_eq!(colours, CLASSES.len());
    }

    #[test]
    fn every_language_is_known_to_the_highlighter() {
        for name in LANGUAGES.split_whitespace().chain(OTHER_NAMES.iter().map(|(_, grammar)| *grammar)) {
            assert!(registry().unwrap().contains_grammar(name), "{name}");
        }
        assert!(LANGUAGES.lines().count() > 200);
    }

    /// Returns the contrast of two colours.
    ///
    /// Source: WCAG 2.2, "contrast ratio" and "relative luminance".
    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |hex: &str| {
            let channel = |at: usize| {
                let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn colours_can_be_read() {
        let css = stylesheet();
        assert!(css.len() < 12 * 1024);
        let mut back = "";
        let mut seen = 0;
        for line in css.lines() {
            let Some((name, colour)) = line.trim().trim_end_matches(';').split_once(": #") else { continue };
            let colour = &line[line.len() - colour.len() - 2..line.len() - 1];
            if name == "--code-back" {
                back = colour;
            } else {
                assert!(
                    contrast(colour, back) >= 4.5,
                    "{name} {colour} on {back}: {}",
                    contrast(colour, back)
                );
                seen += 1;
            }
        }
        assert_eq!(seen, 27);
    }

    #[test]
    fn code_is_highlighted_and_keeps_its_words() {
        let html = highlight("Rust", "let x = \"<a>\"; // é\n").unwrap();
        assert_eq!(
            &*html,
            "<span class=\"hl-k\">let</span> x<span class=\"hl-k\"> =</span><span class=\"hl-s\"> \"&lt;a&gt;\"</span>;\
             <span class=\"hl-c\"> // é</span>\n"
        );
        for code in ["", "\n", "\n\n", "a", "a\r\nb\r\n", "  a\n\n\tb", "# x\nls | 'é\n"] {
            let Some(html) = highlight("sh", code) else { panic!("{code:?}") };
            let mut words = String::new();
            let mut in_tag = false;
            for c in html.chars() {
                match c {
                    '<' => in_tag = true,
                    '>' => in_tag = false,
                    c if !in_tag => words.push(c),
                    _ => {}
                }
            }
            assert_eq!(words, code.replace("\r\n", "\n"));
        }
    }

    #[test]
    fn what_is_unknown_or_long_stays_plain() {
        assert_eq!(highlight("", "x"), None);
        assert_eq!(highlight("klingon", "x"), None);
        assert_eq!(highlight("text", "x"), None);
        assert_eq!(highlight("sh", &"x".repeat(LONGEST_LINE + 1)), None);
        assert_eq!(highlight("sh", &"x\n".repeat(LONGEST_CODE / 2 + 1)), None);
    }

    #[test]
    fn a_block_is_highlighted_once() {
        let count = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    remembered("sql", "select 'only here'", || {
                        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        Some("x".into())
                    })
                });
            }
        });
        assert_eq!(count.into_inner(), 1);
        let mut cache = Cache::default();
        assert!(cache.entry("sql", "a").is_some());
        cache.size = REMEMBERED;
        assert!(cache.entry("sql", "a").is_some());
        assert!(cache.entry("sql", "b").is_none());
    }
}
