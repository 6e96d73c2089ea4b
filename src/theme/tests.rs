//! Data of every kind in, well-formed pages without a way in for markup out.

use super::Theme;
use super::Variables;
use super::data::Document;
use super::data::Home;
use super::data::LessonPage;
use super::data::Page;
use super::escape;
use super::piece::Kept;
use super::piece::Piece;
use super::sample;
use crate::diagnostic::Finding;
use serde::Serialize;
use serde_json::Value;

/// What somebody writes who wants to break out of text, an attribute or a script.
const HOSTILE: &str = "\"'><script>alert(1)</script><b onclick=alert(1) style='color:red'>&amp;\u{1}";

/// Which strings of the sample become hostile.
#[derive(Clone, Copy)]
enum Fill {
    /// None.
    Plain,
    /// All that people write.
    Hostile,
    /// Also those that hold one of a few words, such as the status of an action.
    HostileWords,
}

/// The keys of strings that hold markup, or one of a few words.
const MARKUP: [&str; 1] = ["html"];
const WORDS: [&str; 8] = ["kind", "category", "state", "status", "level", "phase", "purpose", "section"];

fn fill<T: Serialize + ?Sized>(value: &T, fill: Fill) -> Value {
    fn walk(value: &mut Value, key: &str, fill: Fill) {
        match value {
            Value::String(text) => {
                let leave = MARKUP.contains(&key)
                    || match fill {
                        Fill::Plain => true,
                        Fill::Hostile => WORDS.contains(&key),
                        Fill::HostileWords => false,
                    };
                if !leave {
                    text.push_str(HOSTILE);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, key, fill)),
            Value::Object(map) => map.iter_mut().for_each(|(key, value)| walk(value, key, fill)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(value).unwrap();
    walk(&mut value, "", fill);
    value
}

fn page(kind: &str, title: &str, url: &str, how: Fill) -> Page {
    let mut page = sample::page(kind, title, url);
    page.permalink = Some(format!("https://postmortems.example/{url}"));
    if !matches!(how, Fill::Plain) {
        let crumb = &mut page.breadcrumbs;
        for text in [&mut page.title, &mut page.description, &mut page.url, &mut page.lang, &mut page.section]
            .into_iter()
            .chain(page.permalink.as_mut())
            .chain(page.feed.as_mut())
            .chain(crumb.iter_mut().flat_map(|crumb| [&mut crumb.title, &mut crumb.url]))
        {
            text.push_str(HOSTILE);
        }
    }
    page
}

/// Renders every template with everything that it can be given, and once more with next to nothing.
fn every_page(how: Fill) -> Vec<(String, String)> {
    every_page_of("default", how)
}

fn every_page_of(theme: &str, how: Fill) -> Vec<(String, String)> {
    let mut theme = Theme::built_in(theme, "en").unwrap();
    let mut site = sample::site();
    if !matches!(how, Fill::Plain) {
        for text in
            [&mut site.title, &mut site.description, &mut site.language, &mut site.version, &mut site.home]
                .into_iter()
                .chain(site.repository.as_mut())
                .chain(site.menu.iter_mut().flat_map(|entry| [&mut entry.title, &mut entry.url]))
        {
            text.push_str(HOSTILE);
        }
    }
    theme.set_site(&site);
    let with = |name: &'static str, value: &dyn erased::Value| {
        Variables::new().with(name, &fill(&value.value(), how))
    };
    let empty = Variables::new;
    let none: [(); 0] = [];
    let pages: Vec<(&str, &str, Variables)> = vec![
        ("home.html", "home", with("home", &sample::home())),
        ("home.html", "home", empty().with("home", &Home { empty: true, ..Home::default() })),
        ("document.html", "document", with("document", &sample::document())),
        ("document.html", "document", empty().with("document", &Document::default())),
        (
            "list.html",
            "list",
            with("list", &sample::list())
                .with("groups", &fill(&sample::groups(), how))
                .with("pager", &fill(&sample::pager(), how)),
        ),
        (
            "lessons.html",
            "lessons",
            with("groups", &sample::lesson_groups())
                .with("how_to", &false)
                .with("pager", &fill(&sample::pager(), how)),
        ),
        (
            "lessons.html",
            "lessons",
            empty().with("groups", &none).with("how_to", &true).with("pager", &Value::Null),
        ),
        ("lesson.html", "lesson", with("lesson", &sample::lesson_page())),
        ("lesson.html", "lesson", empty().with("lesson", &LessonPage::default())),
        (
            "recurring.html",
            "recurring",
            with("groups", &sample::returning()).with("pager", &fill(&sample::pager(), how)),
        ),
        (
            "actions.html",
            "actions",
            with("groups", &sample::action_groups())
                .with("ways", &fill(&sample::terms(), how))
                .with("by", &fill("owner", how))
                .with("calendar", &fill("actions/due.ics", how))
                .with("pager", &Value::Null),
        ),
        ("actions.html", "actions", empty().with("groups", &none).with("pager", &Value::Null)),
        ("terms.html", "terms", with("terms", &sample::terms()).with("kind", &fill("service", how))),
        ("term.html", "term", with("term", &sample::term())),
        ("archive.html", "archive", with("years", &sample::home().years)),
        ("trends.html", "trends", with("trends", &sample::trends(600))),
        ("trends.html", "trends", with("trends", &sample::trends(50))),
        ("trends.html", "trends", with("trends", &sample::trends(7))),
        ("trends.html", "trends", with("trends", &sample::trends(0))),
        ("404.html", "not-found", empty()),
        ("search.html", "search", empty()),
        ("opensearch.xml", "opensearch", empty()),
        ("redirect.html", "redirect", with("target", &sample::link("Slow search", "old/slow-search/"))),
        ("feed.xml", "feed", with("feed", &sample::feed())),
    ];
    pages
        .into_iter()
        .map(|(template, kind, variables)| {
            let page = page(kind, "Checkout & payments", "2026/checkout-certificate/", how);
            let text = theme.render(template, "../../", &page, variables).unwrap_or_else(|e| panic!("{e}"));
            (template.to_owned(), text)
        })
        .collect()
}

/// Lets values of different types stand in one list.
mod erased {
    pub(super) trait Value {
        fn value(&self) -> serde_json::Value;
    }

    impl<T: serde::Serialize> Value for T {
        fn value(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap()
        }
    }
}

/// A tag with its attributes, read strictly.
struct Tag<'a> {
    name: &'a str,
    closing: bool,
    empty: bool,
    attributes: Vec<(&'a str, &'a str)>,
}

/// Reads the tags of a page, and panics at anything that a strict reader would stumble over.
fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>']) {
        let before = &rest[..at];
        assert!(!before.contains('\u{1}'), "control character in {before:?}");
        assert!(rest[at..].starts_with('<'), "stray `>` after {before:?}");
        rest = &rest[at + 1..];
        if rest.starts_with('!') || rest.starts_with('?') {
            rest = &rest[rest.find('>').unwrap() + 1..];
            continue;
        }
        let closing = rest.starts_with('/');
        rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap();
        let name = &rest[..end];
        assert!(!name.is_empty(), "no tag at {:?}", rest.chars().take(60).collect::<String>());
        rest = &rest[end..];
        let mut attributes = Vec::new();
        let empty = loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix("/>") {
                rest = after;
                break true;
            }
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break false;
            }
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || "-:".contains(c)))
                .unwrap_or_else(|| panic!("unclosed <{name}>"));
            assert!(end > 0, "no attribute in <{name}> at {:?}", rest.chars().take(60).collect::<String>());
            let attribute = &rest[..end];
            rest = &rest[end..];
            let value = match rest.strip_prefix("=\"") {
                Some(after) => {
                    let end = after.find('"').unwrap();
                    rest = &after[end + 1..];
                    &after[..end]
                }
                None => "",
            };
            attributes.push((attribute, value));
        };
        tags.push(Tag { name, closing, empty, attributes });
    }
    tags
}

/// Checks that a page is well-formed and asks nobody else for anything.
fn check(template: &str, text: &str) {
    const VOID: [&str; 5] = ["meta", "link", "img", "input", "br"];
    let mut open: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    let xml = template.ends_with(".xml");
    for tag in tags(text) {
        let Tag { name, closing, empty, .. } = tag;
        if closing {
            assert_eq!(open.pop(), Some(name), "{template}: closed out of turn, open: {open:?}");
        } else if !empty && (xml || !VOID.contains(&name)) {
            open.push(name);
        }
        let attribute = |wanted: &str| tag.attributes.iter().find(|(name, _)| *name == wanted).map(|a| a.1);
        for (attribute, value) in &tag.attributes {
            assert!(*attribute != "style", "{template}: style on <{name}>");
            assert!(!attribute.starts_with("on"), "{template}: {attribute} on <{name}>");
            if *attribute == "id" {
                assert!(!ids.contains(value), "{template}: the id {value} stands twice");
                ids.push(value);
            }
        }
        let loaded = match name {
            "script" | "img" => attribute("src"),
            "link" if !xml && !matches!(attribute("rel"), Some("canonical" | "alternate")) => {
                attribute("href")
            }
            _ => None,
        };
        if let Some(address) = loaded {
            assert!(!address.contains("//") && !address.starts_with("data:"), "{template}: loads {address}");
        }
        let is_data = attribute("type") == Some("application/ld+json");
        assert!(
            name != "script" || closing || is_data || attribute("src").is_some(),
            "{template}: inline script"
        );
        assert!(name != "style" && name != "iframe", "{template}: <{name}>");
    }
    assert!(open.is_empty(), "{template}: never closed: {open:?}");
}

#[test]
fn every_template_makes_a_well_formed_page_that_loads_nothing_from_elsewhere() {
    for (template, text) in every_page(Fill::Plain) {
        check(&template, &text);
    }
}

#[test]
fn nothing_that_somebody_wrote_becomes_markup() {
    for how in [Fill::Hostile, Fill::HostileWords] {
        for (template, text) in every_page(how).into_iter().chain(every_page_of("plain", how)) {
            assert!(!text.contains("<script>"), "{template}");
            assert!(!text.contains("<b "), "{template}");
            check(&template, &text);
        }
    }
}

#[test]
fn the_plain_theme_has_one_style_sheet_and_no_script() {
    let theme = Theme::built_in("plain", "en").unwrap();
    let assets: Vec<&str> = theme.assets().map(|(path, _)| path).collect();
    assert_eq!(assets, ["assets/style.css"]);
    for (template, text) in every_page_of("plain", Fill::Plain) {
        check(&template, &text);
        for part in ["<script", "<svg", "<button", "<form"] {
            assert!(!text.contains(part), "{template} holds {part}");
        }
        let sheets = text.matches("rel=\"stylesheet\"").count();
        assert_eq!(sheets, usize::from(template.ends_with(".html")), "{template}");
        if template.ends_with(".html") {
            assert_eq!(text.matches("<h1").count(), 1, "{template}");
        }
    }
    assert!(Theme::built_in("away", "en").is_none());
}

#[test]
fn every_page_has_one_h1_and_its_headings_leave_out_no_level() {
    for (template, text) in every_page(Fill::Plain).iter().filter(|(template, _)| template.ends_with(".html"))
    {
        let levels: Vec<u8> = tags(text)
            .iter()
            .filter(|tag| !tag.closing)
            .filter_map(|tag| tag.name.strip_prefix('h')?.parse().ok())
            .collect();
        assert_eq!(levels.first(), Some(&1), "{template}");
        assert_eq!(levels.iter().filter(|&&level| level == 1).count(), 1, "{template}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{template}: {levels:?}");
    }
}

#[test]
fn every_page_has_its_landmarks_and_the_skip_link_leads_to_the_first() {
    for (template, text) in every_page(Fill::Plain) {
        if template.ends_with(".html") && template != "redirect.html" {
            let tags = tags(&text);
            for landmark in ["header", "main", "footer"] {
                assert!(tags.iter().any(|tag| tag.name == landmark), "{template} has no {landmark}");
            }
            assert!(text.contains("href=\"#aw-main\"") && text.contains("id=\"aw-main\""), "{template}");
        }
    }
}

#[test]
fn trends_say_what_they_cannot_say() {
    let text = |count| {
        let text = rendered("trends.html", Variables::new().with("trends", &sample::trends(count)));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let few = text(7);
    assert!(few.contains("<strong>Too few for a summary.</strong> A median of 7 would"), "{few}");
    assert!(!few.contains("This could be chance") && !few.contains("class=\"band\""));
    assert!(few.contains("Left out: 1 does not say when it was over; 4 say the day but not the time."));
    assert!(few.contains("Left out: 9 were added together with other documents"));
    let many = text(50);
    assert!(many.contains("<strong>This could be chance</strong> (permutation test, p = 0.31)"), "{many}");
    assert!(many.contains("only a change by a factor of 2.6, to longer or to shorter, would probably show"));
    assert!(
        many.contains("class=\"band\"")
            && many.contains("<title>Names did not resolve: 4 January 2021, 1 min</title>")
    );
    let crowd = text(600);
    assert!(crowd.contains("600 incidents; larger dots stand for several that lie close together"));
    assert!(!crowd.contains("Names did not resolve: 4 January 2021, 1 min"));
    assert!(crowd.len() < 60_000, "{} bytes", crowd.len());
    for none in ["average", "MTTR", "mean time"] {
        assert!(!many.replace("no averages", "").replace("for an average", "").contains(none), "{none}");
    }
    assert!(text(0).contains("Nothing to show yet."));
}

fn rendered(template: &str, variables: Variables) -> String {
    let mut theme = Theme::new("", &[]).unwrap();
    theme.set_site(&sample::site());
    let page = sample::page("document", "Checkout", "2026/checkout-certificate/");
    theme.render(template, "../../", &page, variables).unwrap()
}

#[test]
fn links_inside_the_site_begin_at_its_top_and_others_do_not() {
    let text = rendered("document.html", Variables::new().with("document", &sample::document()));
    assert!(text.contains("<a href=\"../../services/checkout/\">checkout</a>"));
    assert!(text.contains("<a href=\"https://tracker.example/OPS-4411\" rel=\"external\">OPS-4411</a>"));
    assert!(text.contains("href=\"../../assets/style.css\""));
}

#[test]
fn the_body_stands_as_it_is_and_once() {
    let text = rendered("document.html", Variables::new().with("document", &sample::document()));
    assert_eq!(text.matches(sample::BODY).count(), 1);
}

#[test]
fn a_guess_is_marked_with_where_it_was_read() {
    let mut document = sample::document();
    document.row = sample::rows()[1].clone();
    let text = rendered("document.html", Variables::new().with("document", &document));
    assert!(text.contains("class=\"inferred\""));
    assert!(text.contains(">18 November 2025</time> <small class=\"source\">from the file name</small>"));
    let text = rendered("list.html", {
        let variables = Variables::new().with("list", &sample::list()).with("pager", &Value::Null);
        variables.with("groups", &sample::groups())
    });
    assert!(text.contains(">18 November 2025</time><span class=\"hidden\"> (from the file name)</span>"));
    assert!(!text.contains("2 March 2026</time><span"), "what was stated is not marked");
}

#[test]
fn the_card_of_a_lesson_bears_its_anchor_only_where_the_body_does_not() {
    let text = rendered("document.html", Variables::new().with("document", &sample::document()));
    assert_eq!(text.matches("id=\"expiry\"").count(), 1);
    assert!(text.contains("<li class=\"lesson-card lucky\" id=\"at-nine\">"));
}

#[test]
fn lessons_of_one_document_stand_under_it_once() {
    let text = rendered(
        "lessons.html",
        Variables::new()
            .with("groups", &sample::lesson_groups())
            .with("how_to", &false)
            .with("pager", &Value::Null),
    );
    let headings = tags(&text).iter().filter(|tag| tag.name == "h2" && !tag.closing).count();
    assert_eq!(headings, 2);
    assert_eq!(text.matches("lesson-card ").count(), 5);
}

#[test]
fn robots_are_told_of_a_sitemap_only_where_there_is_one() {
    let theme = Theme::new("", &[]).unwrap();
    let render = |variables| theme.render("robots.txt", "./", &Page::default(), variables).unwrap();
    assert_eq!(render(Variables::new()), "User-agent: *\nAllow: /\n");
    let sitemap = "https://postmortems.example/a&b/sitemap.xml";
    assert_eq!(
        render(Variables::new().with("sitemap", sitemap)),
        format!("User-agent: *\nAllow: /\nSitemap: {sitemap}\n")
    );
}

fn own(files: &[(&str, &str)]) -> Result<Theme, Vec<Finding>> {
    let files: Vec<_> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    Theme::new("theme", &files)
}

/// Checks the findings of a theme with one file of its own, as `file:line:column message`.
fn check_broken(path: &str, text: &str, expected: &str) {
    let findings = own(&[(path, text)]).unwrap_err();
    let found: Vec<_> = findings
        .iter()
        .map(|finding| {
            let place = &finding.place;
            format!("{}:{}:{} {}", place.file, place.line, place.column, finding.message)
        })
        .collect();
    assert_eq!(found.join("\n"), expected);
}

#[test]
fn a_fault_in_a_template_has_a_place() {
    check_broken(
        "home.html",
        "{% extends \"base.html\" %}\n{% block main %}{{ page.title {% endblock %}",
        "theme/home.html:2:31 found `{` but expected }}",
    );
    check_broken(
        "home.html",
        "<p>{{ page.title | shout }}</p>\n{{ <nowhere/> }}",
        "theme/home.html:1:20 unknown filter `shout`\ntheme/home.html:2:4 unknown component `nowhere`",
    );
    check_broken(
        "home.html",
        "{% extends \"bse.html\" %}",
        "theme/home.html:1:13 there is no template `bse.html` to extend",
    );
    check_broken(
        "home.html",
        "{% extends \"home.html\" %}",
        "theme/home.html:1:1 the template `home.html` extends itself",
    );
    check_broken("style.css", "p {}", "theme/style.css:1:1 `style.css` is neither a template nor an asset");
}

#[test]
fn a_block_that_an_own_base_leaves_out_is_told_of_in_the_own_theme() {
    let findings = own(&[("base.html", "{% block title %}{% endblock %}")]).unwrap_err();
    assert_eq!(findings[0].place.file, "theme");
    let message = "`default/404.html`: block `main` is not defined in any parent template";
    assert_eq!(findings[0].message, message);
}

#[test]
fn every_broken_file_is_told_of() {
    let findings = own(&[("a.html", "{{"), ("b.html", "{% if %}"), ("c.html", "fine")]).unwrap_err();
    let files: Vec<_> = findings.iter().map(|finding| finding.place.file.as_str()).collect();
    assert_eq!(files, ["theme/a.html", "theme/b.html"]);
}

#[test]
fn a_template_that_is_no_text_has_a_place() {
    let findings = Theme::new("", &[("a.html".to_owned(), b"<p>\n\xff</p>".to_vec())]).unwrap_err();
    assert_eq!((findings[0].place.line, findings[0].place.column), (2, 1));
}

#[test]
fn an_own_template_can_extend_the_one_that_it_replaces() {
    let mut theme = own(&[
        (
            "base.html",
            "{% extends \"default/base.html\" %}{% block footer %}<footer>Ours</footer>{% endblock %}",
        ),
        ("extra/about.svg", "<svg><title>{{ page.title }}</title></svg>"),
        ("assets/logo.svg", "<svg/>"),
        ("assets/style.css", "p{}"),
        ("README.md", "{{ not a template }}"),
    ])
    .unwrap();
    theme.set_site(&sample::site());
    let page = sample::page("not-found", "<Lost>", "404.html");
    let text = theme.render("404.html", "./", &page, Variables::new()).unwrap();
    assert!(text.contains("<footer>Ours</footer>") && text.contains("There is no page at this address"));
    let text = theme.render("extra/about.svg", "./", &page, Variables::new()).unwrap();
    assert_eq!(text, "<svg><title>&lt;Lost&gt;</title></svg>");
    let assets: Vec<_> = theme.assets().collect();
    assert!(assets.contains(&("assets/logo.svg", b"<svg/>")));
    assert!(assets.contains(&("assets/style.css", b"p{}")));
    assert!(assets.iter().any(|(path, _)| *path == "assets/site.js"));
}

#[test]
fn the_example_of_the_themes_manual_works() {
    let manual = include_str!("../../themes/README.md");
    let example = manual.split("```").find(|part| part.contains("{% extends")).unwrap().trim_start();
    let mut theme = own(&[("document.html", example)]).unwrap();
    theme.set_site(&sample::site());
    let page = sample::page("document", "Checkout", "checkout/");
    let text = theme
        .render("document.html", "../", &page, Variables::new().with("document", &sample::document()))
        .unwrap();
    assert!(text.contains("</dl><p>Ask in #incidents.</p>"));
    check("document.html", &text);
    for name in theme.tera.get_template_names().filter_map(|name| name.strip_prefix("default/")) {
        assert!(manual.contains(&format!("| `{name}` |")), "`{name}` is not in the manual");
    }
    for name in theme.tera.get_component_names() {
        assert!(manual.contains(&format!("`{name}(")), "the component `{name}` is not in the manual");
    }
}

#[test]
fn an_own_component_replaces_the_default_one_everywhere() {
    let mut theme =
        own(&[("ours.html", "{% component link(link) %}[{{ link.title }}]{% endcomponent link %}")]).unwrap();
    theme.set_site(&sample::site());
    let page = sample::page("not-found", "Lost", "404.html");
    let text = theme.render("404.html", "./", &page, Variables::new()).unwrap();
    assert!(text.contains("<li>[Incidents]</li>"));
}

/// What pages have in common is made once, so what differs between them must not get lost in it.
#[test]
fn a_frame_says_where_its_page_stands() {
    let mut theme = Theme::new("", &[]).unwrap();
    let mut site = sample::site();
    theme.set_site(&site);
    let render = |theme: &Theme, root: &str, url: &str, section: &str, crumb: &str| {
        let mut page = sample::page("not-found", "Lost", url);
        page.section = section.to_owned();
        page.breadcrumbs = vec![sample::link(crumb, "")];
        theme.render("404.html", root, &page, Variables::new()).unwrap()
    };
    let page = "<li><a href=\"../lessons/\" aria-current=\"page\">Lessons</a></li>";
    let below = "<li><a href=\"../lessons/\" aria-current=\"true\">Lessons</a></li>";
    let away = "<li><a href=\"../lessons/\">Lessons</a></li>";
    let foot = "<li><a href=\"../tags/\" aria-current=\"page\">Tags</a></li>";
    for _ in 0..2 {
        for (url, section, expected) in [
            ("lessons/", "lessons/", page),
            ("lessons/ll-7f3k2m/", "lessons/", below),
            ("a/", "a/", away),
            ("b/", "b/", away),
            ("tags/", "tags/", foot),
        ] {
            let text = render(&theme, "../", url, section, "Home");
            assert!(text.contains(expected), "{url}: {expected} in {text}");
            let marks = text.matches("aria-current").count();
            assert_eq!(marks, usize::from(expected.contains("aria-current")), "{url}");
        }
        assert!(render(&theme, "./", "a/", "a/", "Home").contains("<a href=\"./lessons/\">"));
        assert!(render(&theme, "../", "a/", "a/", "Elsewhere").contains(">Elsewhere</a></li></ol>"));
    }
    // Parts that run into each other are still apart.
    assert!(render(&theme, "../", "a/", "a/", "A\0").contains(">A\u{fffd}</a></li></ol>"));
    site.title = "Quay".to_owned();
    theme.set_site(&site);
    let text = render(&theme, "../", "a/", "a/", "Home");
    assert!(text.contains("<a class=\"site-title\" href=\"../\">Quay</a>"), "{text}");
}

#[test]
fn a_component_that_looks_at_the_page_sees_each_page() {
    let link = "{% component link(link, @page) %}[{{ page.title }}: {{ link.title }}]{% endcomponent link %}";
    let mut theme = own(&[("ours.html", link)]).unwrap();
    theme.set_site(&sample::site());
    for title in ["One", "Two"] {
        let page = sample::page("not-found", title, "404.html");
        let text = theme.render("404.html", "./", &page, Variables::new()).unwrap();
        assert!(text.contains(&format!("<li>[{title}: Incidents]</li>")), "{text}");
    }
}

#[test]
fn pieces_are_made_once_and_stand_in_their_order() {
    let mut theme = own(&[("ours.html", "<p>{{ pieces }}</p>")]).unwrap();
    theme.set_site(&sample::site());
    let kept = [Kept::default(), Kept::default()];
    let piece = |kept: &Kept, category: &str| {
        Piece::new(kept, "category", || Variables::new().with("category", category))
    };
    let render = |pieces: Vec<Piece>| {
        let variables = Variables::new().with_pieces("pieces", pieces);
        theme.render("ours.html", "./", &sample::page("lesson", "A", "a/"), variables).unwrap()
    };
    let (lucky, wrong) =
        ("<span class=\"category\">Got lucky</span>", "<span class=\"category\">Went wrong</span>");
    let both = vec![piece(&kept[0], "lucky"), piece(&kept[1], "went-wrong")];
    assert_eq!(render(both), format!("<p>{lucky}{wrong}</p>"));
    // What it would be given now is not asked for.
    assert_eq!(render(vec![piece(&kept[0], "went-well")]), format!("<p>{lucky}</p>"));
    assert_eq!(render(Vec::new()), "<p></p>");
}

#[test]
fn words_with_a_hyphen_stay_whole() {
    let mut theme = own(&[("ours.html", "{{ page.title | whole }}")]).unwrap();
    theme.set_site(&sample::site());
    let check = |title: &str, expected: &str| {
        let page = sample::page("lesson", title, "a/");
        assert_eq!(theme.render("ours.html", "./", &page, Variables::new()).unwrap(), expected);
    };
    check("No <b> & no break", "No &lt;b&gt; &amp; no break");
    check(
        "US-EAST-1 <b>  & eu-west",
        "<span class=\"whole\">US-EAST-1</span> &lt;b&gt;  &amp; <span class=\"whole\">eu-west</span>",
    );
    check("-", "<span class=\"whole\">-</span>");
}

#[test]
fn an_error_while_rendering_says_where_and_why() {
    let mut theme = own(&[("home.html", "<p>\n  {{ home.heading }}</p>")]).unwrap();
    theme.set_site(&sample::site());
    let page = sample::page("home", "Home", "");
    let error = theme
        .render("home.html", "./", &page, Variables::new().with("home", &serde_json::json!({ "title": "x" })))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the template `home.html` cannot make the page ``: field `heading` is not defined. Available fields: title \
         (`home.html`, line 2, column 11)"
    );
    let error = theme.render("away.html", "./", &page, Variables::new()).unwrap_err();
    assert!(error.to_string().contains("'away.html' not found"), "{error}");
}

#[test]
fn a_theme_is_used_by_many_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Theme>();
    shared::<Variables>();
}

#[test]
fn text_is_escaped_and_what_xml_cannot_hold_is_replaced() {
    fn check(text: &str, expected: &str) {
        let mut out = Vec::new();
        escape(text, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
    check("", "");
    check("<a href='x'>\"&\"</a>", "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
    check("ü\t障害\r\n\u{ffee}", "ü\t障害\r\n\u{ffee}");
    check("a\u{0}b\u{1b}c\u{ffff}d\u{fffe}", "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}");
}

#[test]
fn the_style_sheet_is_small_and_asks_nobody() {
    let theme = Theme::new("", &[]).unwrap();
    let (_, css) = theme.assets().find(|(path, _)| *path == "assets/style.css").unwrap();
    assert!(css.len() <= 30 * 1024, "{} bytes", css.len());
    let css = std::str::from_utf8(css).unwrap();
    assert!(!css.contains("@import"));
    // Only the font comes beside it, and its licence with the font.
    let loaded: Vec<&str> = css.split("url(").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(loaded.iter().all(|address| address.starts_with("\"fonts/")), "{loaded:?}");
    assert!(theme.assets().any(|(path, _)| path == "assets/fonts/OFL.txt"));
    assert_eq!(css.matches('{').count(), css.matches('}').count());
}

#[test]
fn a_style_sheet_is_squeezed_and_says_the_same() {
    assert_eq!(
        super::squeeze(
            "/* Ground */\n\na, b :is(c) {\n  content: \" (\" attr(d) \")\";\n  margin: 0 1px;\n}\n@media (x: 1) { e > f { g: h; } }\n"
        ),
        "a,b :is(c){content:\" (\" attr(d) \")\";margin:0 1px}@media (x:1){e>f{g:h}}"
    );
    // Nothing that is taken out stands in a string.
    for (path, bytes) in
        super::default_files(&super::DEFAULT).into_iter().filter(|(path, _)| path.ends_with(".css"))
    {
        let css = std::str::from_utf8(bytes).unwrap();
        for string in css.split('"').skip(1).step_by(2) {
            assert_eq!(super::squeeze(string).len(), string.trim().len(), "{path}: {string:?}");
        }
    }
}

#[test]
fn a_site_speaks_the_language_of_its_settings() {
    let own = |files: &[(&str, &str)], language: &str| {
        let files: Vec<_> =
            files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        Theme::in_language("theme", &files, language)
    };
    let say = |theme: Theme| {
        let mut theme = theme;
        theme.set_site(&sample::site());
        let page = sample::page("not-found", "Lost", "404.html");
        theme.render("404.html", "./", &page, Variables::new()).unwrap()
    };
    let german = say(own(&[], "de-CH").unwrap());
    assert!(
        german.contains("<html lang=\"de\" dir=\"ltr\">") && german.contains("Zur Startseite"),
        "{german}"
    );
    // A language that nobody wrote down leaves the interface English, and says so.
    assert!(say(own(&[], "tlh").unwrap()).contains("<html lang=\"en\""));
    // A file of the site's own changes some words, adds some, and adds a language.
    let few = [
        ("languages/de.toml", "[phrases]\nto_home = 'Heim'\n"),
        ("languages/en.toml", "[phrases]\nours = 'Ours'\n"),
        ("404.html", "[[to_home]] [[ours]] [[skip]]"),
    ];
    assert_eq!(say(own(&few, "de").unwrap()), "Heim Ours Zum Inhalt springen");
    let arabic = "[language]\nlang = 'ar'\ndir = 'rtl'\nplural = 'never'\ndate = '{day}'\nmonth = '{month}'\n\
                  months = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']\n[phrases]\nto_home = 'البيت'\n";
    let text = say(own(&[("languages/ar.toml", arabic)], "ar").unwrap());
    assert!(text.contains("<html lang=\"ar\" dir=\"rtl\">") && text.contains("البيت"), "{text}");
    // Faults have a place.
    let fault = own(&[("404.html", "<p>\n[[to_hom]]")], "en").unwrap_err();
    assert_eq!((fault[0].message.as_str(), fault[0].place.line), ("there is no phrase `to_hom`", 2));
    let fault = own(&[("languages/de.toml", "[phrases]\nto_home = 3\n")], "de").unwrap_err();
    assert_eq!((fault[0].place.file.as_str(), fault[0].place.line), ("theme/languages/de.toml", 2));
}

#[test]
fn a_script_is_squeezed_and_does_the_same() {
    let script = "// Why.\n\"use strict\";\n\n/** One\n    and two. */\nconst a = \"// no comment\";\n  if (a) { // said\n    b(`/* ${a} */`);\n  }\n";
    assert_eq!(
        super::squeeze_script(script),
        "\"use strict\";\nconst a = \"// no comment\";\nif (a) { // said\nb(`/* ${a} */`);\n}\n"
    );
    for (path, bytes) in
        super::default_files(&super::DEFAULT).into_iter().filter(|(path, _)| path.ends_with(".js"))
    {
        for line in std::str::from_utf8(bytes).unwrap().lines() {
            assert_eq!(line.matches('`').count() % 2, 0, "{path}: {line}");
            assert!(!line.ends_with('\\'), "{path}: {line}");
        }
    }
}

#[test]
fn the_manual_names_every_template() {
    let manual = include_str!("../../themes/README.md");
    for (path, _) in Theme::files_of("default") {
        let is_template = !path.starts_with("assets/") && !path.starts_with("languages/");
        assert!(
            !is_template || manual.contains(&format!("\n| `{path}` |")),
            "themes/README.md lacks `{path}`"
        );
    }
}

/// Renders the card with everything that it can be given, or with next to nothing.
#[cfg(feature = "cards")]
fn card(card: &super::data::Card, dir: &str, how: Fill) -> (String, Vec<u8>) {
    let mut theme = Theme::built_in("default", "en").unwrap();
    theme.set_site(&sample::site());
    theme.set_painter(crate::card::Painter::new(&[]).unwrap().unwrap());
    let page = Page { dir: dir.to_owned(), ..page("document", "Checkout", "2026/", how) };
    let variables = Variables::new().with("card", &fill(card, how));
    let svg = theme.render("card.svg", "../", &page, variables).unwrap_or_else(|error| panic!("{error}"));
    let png = theme.painter().unwrap().paint(&svg).unwrap_or_else(|error| panic!("{error}\n{svg}"));
    (svg, png)
}

#[cfg(feature = "cards")]
#[test]
fn nothing_that_somebody_wrote_becomes_a_part_of_a_card() {
    let empty = super::data::Card::default();
    for given in [&sample::card(), &empty] {
        for dir in ["ltr", "rtl"] {
            for how in [Fill::Plain, Fill::Hostile, Fill::HostileWords] {
                let (svg, _) = card(given, dir, how);
                let names: std::collections::BTreeSet<&str> = svg
                    .match_indices('<')
                    .map(|(at, _)| {
                        svg[at + 1..].trim_start_matches('/').split([' ', '>', '/']).next().unwrap()
                    })
                    .collect();
                assert!(
                    names.iter().all(|name| ["svg", "rect", "circle", "text", "tspan"].contains(name)),
                    "{names:?}"
                );
                assert!(!svg.contains("href"), "{svg}");
            }
        }
    }
}

#[cfg(feature = "cards")]
#[test]
fn a_card_says_what_it_is_given() {
    let (svg, _) = card(&sample::card(), "ltr", Fill::Plain);
    let mut words = String::new();
    for piece in svg.split('<').filter_map(|piece| piece.split_once('>')) {
        words += piece.1;
        words.push(' ');
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "ll-7f3k2m",
        "Expiry dates belong",
        "SEV-1",
        "2 March 2026 · 1 h 12 min",
        "Harbour postmortems",
        "Lesson",
    ] {
        assert!(words.contains(said), "{said} is missing: {words}");
    }
    assert_eq!(
        svg.matches("width=\"6\" height").count(),
        5,
        "four bars of severity, and the one beside the sentence"
    );
}
