//! The HTML of a document's body.
//!
//! Comes in: Markdown as [`dialect`](crate::document::dialect) prepared it, the anchors of its headings, marks that get
//! an id, and a [`Resolve`] that knows where links lead. Goes out: HTML that may stand in a page as it is. Knows nothing
//! of files, pages and themes, and never loses a word: what it may not render, it shows as text.
//!
//! The steps, each in its own file:
//!
//! 1. `writer` turns the events of the parser into HTML, one after the other, never recursively;
//! 2. `link` decides which addresses are links at all, and finds those that stand in running text;
//! 3. `code` highlights code as CSS classes, for which [`stylesheet`] has the colours;
//! 4. `html` reads raw HTML: it alone decides what of it remains, and writes that anew, balanced;
//! 5. where any of it remained, `ammonia` cleans the whole once more, by a list of its own.
//!
//! # What stays of raw HTML
//!
//! - Elements: `a abbr b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1`…`h6 hr i
//!   img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead
//!   time tr u ul var wbr`. `center` and the elements of a page's layout become `div`, `strike` becomes `del`, `tt`
//!   becomes `code`, `big` and `font` become `span`.
//! - Attributes: `title`, `dir`, `lang`, `id` (and `name` of `a`, as the id of a `span`), `align` as a class, `href` of
//!   `a`; `src`, `alt`, `width`, `height` of `img`; `open` of `details`; `start`, `reversed` of `ol`; `colspan`,
//!   `rowspan` of cells; `datetime` of `time`. Links and images go through [`Resolve`] like any others.
//! - `iframe`, `video`, `audio`, `embed` and `object` become links to what they show.
//! - The content of `script` and `style` goes, with a note; of everything else that HTML knows, the tags go and the
//!   text stays. Comments vanish.
//! - What looks like a tag and is none, such as `<your name>` or `<T>`, is words, and shown. So is a tag without
//!   attributes that nothing in the document closes.
//!
//! # Where links may lead
//!
//! Relative addresses, and [`SCHEMES`](link::SCHEMES). A link to anything else keeps its words and loses its address,
//! with a note.

mod code;
mod escape;
mod html;
mod label;
pub mod link;
mod writer;

use std::ops::Range;

pub use crate::markdown::code::stylesheet;

/// Knows where the links and images of a document lead.
pub trait Resolve {
    /// Returns the place that a link leads to; `wiki` for `[[target]]`.
    ///
    /// Only relative addresses and those with an allowed scheme are asked for.
    fn link(&self, target: &str, wiki: bool) -> Target;

    /// Returns the place that an image is shown from; `wiki` for `![[target]]`.
    fn image(&self, target: &str, wiki: bool) -> Target;
}

/// Where a link leads, or an image is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A final address, relative or absolute, percent-encoded.
    Href(String),
    /// There is no such place: the words stay, without a link.
    Words,
    /// An image from elsewhere, that becomes a link to it.
    External(String),
}

/// A span of the text that gets an id, so that a link can lead to it.
///
/// A mark that begins where an item, a row, a paragraph, a heading or another block begins, and holds all of it, is
/// put on that element; any other is an empty `span` before the words with which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// The id.
    pub id: String,
    /// Classes, separated by spaces; may be empty.
    pub class: String,
    /// HTML of our own that is put before its words: inline elements with `class`, `id`, `href`, `title`, `rel`, `role`,
    /// `aria-` and `data-` attributes.
    pub label_html: Option<String>,
}

/// What is known of a text besides its words.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    /// Whether code is highlighted.
    pub highlight: bool,
    /// The first byte of each heading and its anchor, ascending.
    pub anchors: &'a [(usize, String)],
    /// Marks, ascending by their first byte.
    pub marks: &'a [Mark],
    /// Headings and paragraphs that are shown elsewhere as the title, and left out here; where one is only a part of a
    /// heading or a paragraph, nothing is left out.
    pub drop: &'a [Range<usize>],
    /// The language of the site, such as `en` or `pt-BR`, for the few words that are added.
    pub lang: &'a str,
}

/// A body as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The HTML. Invariant: it has no script, no style, no handler, and closes what it opens. Headings keep their levels,
    /// all one lower where one of them has the first, which is the page's own.
    pub html: String,
    /// Whether there is highlighted code, so that the page needs [`stylesheet`].
    pub has_code: bool,
    /// Whether raw HTML other than breaks and comments remained.
    pub has_raw_html: bool,
    /// What was not rendered as it was written.
    pub notes: Vec<Note>,
}

/// Something that was not rendered as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its bytes in the text; those of the HTML around it, where it is part of a larger piece.
    pub span: Range<usize>,
    /// What it is.
    pub kind: NoteKind,
}

/// What was not rendered as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// The content of this element was removed: `script` or `style`.
    Removed(String),
    /// A link or an image lost this address, for its scheme.
    Scheme(String),
    /// A comment of HTML is never closed; all that it would have hidden is shown as text.
    UnclosedComment,
}

/// Renders Markdown.
///
/// Takes time in proportion to the length of the text, and never fails.
pub fn render(text: &str, options: &Options<'_>, resolve: &dyn Resolve) -> Rendered {
    writer::render(text, options, resolve)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::anchor::Anchors;
    use crate::document::block;
    use crate::document::block::BlockKind;
    use std::collections::HashMap;

    /// A site of `.md` files that become folders, with images of its own.
    struct Site;

    impl Resolve for Site {
        fn link(&self, target: &str, wiki: bool) -> Target {
            match target {
                _ if wiki && target == "unknown" => Target::Words,
                _ if wiki => Target::Href(format!("../{target}/")),
                _ => Target::Href(target.replace(".md", "/")),
            }
        }

        fn image(&self, target: &str, _: bool) -> Target {
            if target.contains("://") {
                Target::External(target.to_owned())
            } else if target == "missing.png" {
                Target::Words
            } else {
                Target::Href(format!("../{target}"))
            }
        }
    }

    fn html_of(text: &str) -> Rendered {
        render(text, &Options { highlight: true, lang: "en", ..Options::default() }, &Site)
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(html_of(text).html.trim_end(), expected.trim_end());
    }

    #[track_caller]
    fn check_with(text: &str, options: &Options<'_>, expected: &str) {
        assert_eq!(render(text, options, &Site).html.trim_end(), expected.trim_end());
    }

    /// Returns the text of HTML: words of different blocks apart, those of images with them.
    fn text_of(html: &str) -> String {
        let inline = [
            "a", "em", "strong", "del", "code", "span", "sup", "sub", "b", "i", "s", "u", "kbd", "mark",
            "ins", "small", "abbr",
        ];
        let mut out = String::new();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            out.push_str(&rest[..at]);
            let end = rest[at..].find('>').expect("a tag is closed") + at;
            let tag = rest[at + 1..end].trim_start_matches('/');
            let name = tag.split([' ', '\n']).next().unwrap();
            if !inline.contains(&name) {
                out.push(' ');
            }
            if let Some(alt) = tag.split_once(" alt=\"").filter(|_| name == "img") {
                out.push_str(alt.1.split('"').next().unwrap());
            }
            rest = &rest[end + 1..];
        }
        out.push_str(rest);
        for (name, c) in [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&nbsp;", "\u{a0}"),
            ("&amp;", "&"),
        ] {
            out = out.replace(name, c);
        }
        out
    }

    /// Returns the first word of the document that the HTML lacks.
    fn lost_word(text: &str) -> Option<String> {
        let mut plain = String::new();
        for block in block::parse(text) {
            block.push_text(&mut plain);
        }
        let rendered = text_of(&html_of(text).html);
        let mut words: HashMap<&str, isize> = HashMap::new();
        for word in rendered.split_whitespace() {
            *words.entry(word).or_default() += 1;
        }
        plain
            .split_whitespace()
            .find(|word| {
                let count = words.entry(*word).or_default();
                *count -= 1;
                // A word may stand between others without a space, as in `word<sup>1</sup>`.
                *count < 0 && !rendered.contains(*word)
            })
            .map(str::to_owned)
    }

    #[test]
    fn running_text() {
        check(
            "a *b* **c** ~~d~~ `e <f>` & \"g\" <3",
            "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e &lt;f&gt;</code> &amp; \"g\" &lt;3</p>",
        );
        check("one\ntwo\\\nthree  \nfour", "<p>one\ntwo<br>\nthree<br>\nfour</p>");
        check(
            "costs $x^2$ and\n\n$$a < b$$",
            "<p>costs <span class=\"math\">$x^2$</span> and</p>\n<p><span class=\"math display\">$$a &lt; b$$</span></p>",
        );
        check("", "");
        check("---", "<hr>");
    }

    #[test]
    fn lists() {
        check(
            "- a\n- b\n\n3. c\n\n   d",
            "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol start=\"3\">\n<li><p>c</p>\n<p>d</p>\n</li>\n</ol>",
        );
        check(
            "1. a\n   - [x] b\n   - [ ] c",
            "<ol>\n<li>a<ul>\n<li><input type=\"checkbox\" disabled checked aria-label=\"Done\"> b</li>\n<li><input type=\"checkbox\" disabled aria-label=\"Open\"> c</li>\n</ul>\n</li>\n</ol>",
        );
        check("Term\n: Meaning", "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>");
    }

    #[test]
    fn tables_scroll_and_have_no_styles() {
        check(
            "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | *3* |",
            "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th class=\"left\">a</th>\
             <th class=\"center\">b</th><th class=\"right\">c</th></tr></thead><tbody>\n<tr><td class=\"left\">1</td>\
             <td class=\"center\">2</td><td class=\"right\"><em>3</em></td></tr>\n</tbody></table></div>",
        );
        check(
            "| | b |\n|:--|---|\n| 1 | 2 |",
            "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><td class=\"left\"></td><th>b</th></tr></thead>\
             <tbody>\n<tr><td class=\"left\">1</td><td>2</td></tr>\n</tbody></table></div>",
        );
        check(
            "| | |\n|---|---|\n| 1 | 2 |",
            "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table></div>",
        );
    }

    #[test]
    fn headings_have_their_anchors_and_only_the_page_has_the_first_level() {
        let anchors = [(0, "one".to_owned()), (7, "zwei-ä".to_owned())];
        let options = Options { anchors: &anchors, ..Options::default() };
        check_with(
            "# One\n\n## Zwei *ä*\n\n###### Six\n",
            &options,
            "<h2 id=\"one\">One <a class=\"anchor\" href=\"#one\" aria-label=\"Link to this section\">#</a></h2>\n\
             <h3 id=\"zwei-ä\">Zwei <em>ä</em> <a class=\"anchor\" href=\"#zwei-%C3%A4\" aria-label=\"Link to this section\">#</a></h3>\n\
             <h6>Six</h6>",
        );
        check("## a\n\n### b", "<h2>a</h2>\n<h3>b</h3>");
        check("Title\n===\n\n#### <b>x</b>\n\n<h1>y</h1>", "<h2>Title</h2>\n<h5><b>x</b></h5>\n<h2>y</h2>");
    }

    #[test]
    fn a_title_that_is_shown_elsewhere_is_left_out() {
        let check_without = |text: &str, titles: &[Range<usize>], expected: &str| {
            check_with(text, &Options { drop: titles, ..Options::default() }, expected);
        };
        check_without("# Title *x*\n\ntext\n\n## More", &[0..11, 0..0], "<p>text</p>\n<h2>More</h2>");
        check_without("# Title\n\n# Other", &[2..7, 0..0], "<h2>Other</h2>");
        check_without("**Title**\n\ntext", &[2..7, 0..0], "<p>text</p>");
        check_without("Title\nand text", &[0..5, 0..0], "<p>Title\nand text</p>");
        check_without("Title\n\nTitle\n\ntext", &[0..5, 7..12], "<p>text</p>");
    }

    #[test]
    fn marks_stand_on_their_elements() {
        let text = "- one\n- two *words*\n\n| a |\n|---|\n| b |\n\ntext that is quoted here";
        let mark = |words: &str, id: &str| {
            let start = text.find(words).unwrap();
            Mark {
                span: start..start + words.len(),
                id: id.to_owned(),
                class: "lesson".to_owned(),
                label_html: Some(format!("<a href=\"#{id}\">{id}</a>")),
            }
        };
        let marks = [mark("- two *words*\n", "ll-1"), mark("| b |", "ll-2"), mark("is quoted", "ll-3")];
        check_with(
            text,
            &Options { marks: &marks, ..Options::default() },
            "<ul>\n<li>one</li>\n<li id=\"ll-1\" class=\"lesson\"><a href=\"#ll-1\">ll-1</a>two <em>words</em></li>\n</ul>\n\
             <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th>a</th></tr></thead><tbody>\n\
             <tr id=\"ll-2\" class=\"lesson\"><td><a href=\"#ll-2\">ll-2</a>b</td></tr>\n</tbody></table></div>\n\
             <p>text that <span id=\"ll-3\" class=\"lesson\"></span><a href=\"#ll-3\">ll-3</a>is quoted here</p>",
        );
    }

    #[test]
    fn every_mark_is_written_once() {
        let text = "# Head\n\npara **bold words** `code`\n\n> - quoted\n\n```\ncode\n```\n\n<div>\nraw\n</div>\n\n- [ ] task\n\n1. loose\n\n   more\n\n![alt words](x.png)\n\n[^a]\n\n[^a]: note\n";
        for start in 0..text.len() {
            for length in [1, 5, 30] {
                let marks = [Mark {
                    span: start..(start + length).min(text.len()),
                    id: "mark".to_owned(),
                    class: String::new(),
                    label_html: None,
                }];
                let html = render(text, &Options { marks: &marks, ..Options::default() }, &Site).html;
                assert_eq!(html.matches("id=\"mark\"").count(), 1, "{start} {length} {html}");
            }
        }
    }

    #[test]
    fn spans_of_blocks_are_marked_where_they_stand() {
        // The spans that the readers of lessons hand over are those of `block`.
        let text = "## Lessons\n\n- a\n  - b\n\n\n1. c\n\n   d\n2. e\n";
        let mut spans = Vec::new();
        for block in block::parse(text) {
            if let BlockKind::List { items, .. } = &block.kind {
                spans.extend(items.iter().map(|item| item.span.clone()));
            }
        }
        let marks: Vec<Mark> = spans
            .into_iter()
            .enumerate()
            .map(|(number, span)| Mark {
                span,
                id: format!("m{number}"),
                class: String::new(),
                label_html: None,
            })
            .collect();
        let html = render(text, &Options { marks: &marks, ..Options::default() }, &Site).html;
        assert_eq!(marks.len(), 3);
        for mark in marks {
            assert!(html.contains(&format!("<li id=\"{}\">", mark.id)), "{html}");
        }
    }

    #[test]
    fn alerts_are_named_in_the_language_of_the_site() {
        check(
            "> [!WARNING]\n> Mind.",
            "<div class=\"alert warning\" role=\"note\"><p class=\"alert-title\">Warning</p>\n<p>Mind.</p>\n</div>",
        );
        check_with(
            "> [!TIP]\n> x\n\n> y",
            &Options { lang: "fr", ..Options::default() },
            "<div class=\"alert tip\" role=\"note\"><p class=\"alert-title\">Conseil</p>\n<p>x</p>\n</div>\n<blockquote>\n<p>y</p>\n</blockquote>",
        );
    }

    #[test]
    fn footnotes_lead_there_and_back() {
        check(
            "a[^x] b[^y] c[^x] [^none]\n\n[^y]: Why\n\n[^x]: Ex\n\n    - list\n\n[^z]: unused",
            "<p>a<sup id=\"fnref:1\"><a class=\"footnote\" href=\"#fn:1\">1</a></sup> b<sup id=\"fnref:2\"><a class=\"footnote\" \
             href=\"#fn:2\">2</a></sup> c<sup id=\"fnref:1:2\"><a class=\"footnote\" href=\"#fn:1\">1</a></sup> [^none]</p>\n\
             <section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n<li id=\"fn:1\"><p>Ex</p>\n<ul>\n<li>list</li>\n</ul>\n \
             <a class=\"back\" href=\"#fnref:1\" aria-label=\"Back to the text\">↩</a> <a class=\"back\" href=\"#fnref:1:2\" \
             aria-label=\"Back to the text 2\">↩</a></li>\n<li id=\"fn:2\"><p>Why <a class=\"back\" href=\"#fnref:2\" \
             aria-label=\"Back to the text\">↩</a></p>\n</li>\n<li id=\"fn:3\"><p>unused</p>\n</li>\n</ol>\n</section>",
        );
    }

    #[test]
    fn links_are_resolved() {
        check(
            "[a](b.md#c \"T\") <https://x.example/?a=1&b=2> <me@x.example> [[page]] [[unknown|words]] [e]()",
            "<p><a href=\"b/#c\" title=\"T\">a</a> <a href=\"https://x.example/?a=1&amp;b=2\" rel=\"noopener noreferrer\">\
             https://x.example/?a=1&amp;b=2</a> <a href=\"mailto:me@x.example\">me@x.example</a> <a href=\"../page/\">page</a> words e</p>",
        );
        check("[a *b*](javascript:alert(1)) [c](\"x y\")", "<p>a <em>b</em> [c](\"x y\")</p>");
    }

    #[test]
    fn addresses_in_running_text_are_links() {
        check(
            "See https://x.example/a_b_c*d, www.y.example or z@y.example. `https://code.example` [https://in.example](u)",
            "<p>See <a href=\"https://x.example/a_b_c*d\" rel=\"noopener noreferrer\">https://x.example/a_b_c*d</a>, \
             <a href=\"http://www.y.example\" rel=\"noopener noreferrer\">www.y.example</a> or z@y.example. <code>https://code.example</code> \
             <a href=\"u\">https://in.example</a></p>",
        );
        check(
            "**https://x.example**",
            "<p><strong><a href=\"https://x.example\" rel=\"noopener noreferrer\">https://x.example</a></strong></p>",
        );
    }

    #[test]
    fn images_are_shown_or_linked_or_words() {
        check(
            "![An *alt*](a b.png) ![x](c.png \"T\")",
            "<p>![An <em>alt</em>](a b.png) <img src=\"../c.png\" alt=\"x\" title=\"T\" loading=\"lazy\" decoding=\"async\"></p>",
        );
        check(
            "![A `b` *c*](<a b.png>)",
            "<p><img src=\"../a%20b.png\" alt=\"A b c\" loading=\"lazy\" decoding=\"async\"></p>",
        );
        check("![gone](missing.png)", "<p>gone</p>");
        check(
            "![graph](https://x.example/g.png)",
            "<p><a href=\"https://x.example/g.png\" rel=\"noopener noreferrer\">graph</a></p>",
        );
        check(
            "![](https://x.example/g.png?x)",
            "<p><a href=\"https://x.example/g.png?x\" rel=\"noopener noreferrer\">g.png</a></p>",
        );
        check("[![badge](https://x.example/b.svg)](c.md)", "<p><a href=\"c/\">badge</a></p>");
        check("![x](javascript:alert(1))", "<p>x</p>");
        check(
            "[![a](b.png)](c.md)",
            "<p><a href=\"c/\"><img src=\"../b.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\"></a></p>",
        );
    }

    #[test]
    fn code() {
        let rendered =
            html_of("```rust\nlet x;\n```\n\n```unknown-language title=x\na < b\n```\n\n    indented\n");
        assert_eq!(
            rendered.html,
            "<pre tabindex=\"0\"><code class=\"language-rust\"><span class=\"hl-k\">let</span> x;\n</code></pre>\n\
             <pre tabindex=\"0\"><code class=\"language-unknown-language\">a &lt; b\n</code></pre>\n<pre tabindex=\"0\"><code>indented\n</code></pre>\n"
        );
        assert!(rendered.has_code);
        assert!(!html_of("```\nx\n```").has_code);
        check(
            "```mermaid\ngraph\n```",
            "<pre tabindex=\"0\"><code class=\"language-mermaid\"><span class=\"hl-k\">graph</span>\n</code></pre>",
        );
        check(
            "``` \"onclick=x\nx\n```",
            "<pre tabindex=\"0\"><code class=\"language-&quot;onclick=x\">x\n</code></pre>",
        );
    }

    #[test]
    fn raw_html_that_is_allowed_stays() {
        check("a<br/>b <kbd class=\"x\">Ctrl</kbd> <!-- c -->d", "<p>a<br>b <kbd>Ctrl</kbd> d</p>");
        check(
            "<details open>\n<summary>More **x**</summary>\n\n- *a*\n\n</details>",
            "<details open=\"\">\n<summary>More **x**</summary>\n<ul>\n<li><em>a</em></li>\n</ul>\n</details>",
        );
        check(
            "<p align=\"center\"><img src=\"a.png\" width=\"300\" height=50% style=\"x\" onerror=x alt='An \"a\"'></p>",
            "<p class=\"center\"><img src=\"../a.png\" alt=\"An &quot;a&quot;\" width=\"300\" height=\"50%\" loading=\"lazy\" decoding=\"async\"></p>",
        );
        check(
            "<a href=\"b.md\" title=t>x</a> <a name=\"top\"> <center>c</center>",
            "<p><a title=\"t\" href=\"b/\">x</a> <span id=\"top\"></span> </p><div class=\"center\">c</div><p></p>",
        );
        check(
            "<table><tr><td colspan=2 align=right>a<td>b<tr><td>c</table>",
            "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><tbody><tr><td class=\"right\" colspan=\"2\">a</td>\
             <td>b</td></tr><tr><td>c</td></tr></tbody></table></div>",
        );
        check(
            "<iframe src=\"https://v.example/1\" title=\"Talk\"></iframe>",
            "<a href=\"https://v.example/1\" rel=\"noopener noreferrer\">Talk</a>",
        );
    }

    #[test]
    fn our_own_marks_survive_cleaning() {
        let text =
            "<u>x</u>\n\n- [x] a[^1]\n\n> [!NOTE]\n> b\n\n```sh\nls | wc\n```\n\n|a|\n|-:|\n|b|\n\n[^1]: n\n";
        let plain = html_of(&text[10..]).html;
        let cleaned = html_of(text).html;
        let normal = |html: &str| html.replace("=\"\"", "").replace("<tbody>\n", "<tbody>");
        assert_eq!(normal(&cleaned).trim_start_matches("<p><u>x</u></p>\n"), normal(&plain));
    }

    #[test]
    fn words_in_angle_brackets_are_words() {
        check(
            "Describe <the impact>, <T>, <service-name> and <label> </none>",
            "<p>Describe &lt;the impact&gt;, &lt;T&gt;, &lt;service-name&gt; and &lt;label&gt; &lt;/none&gt;</p>",
        );
        check("<your name>\n", "<p>&lt;your name&gt;</p>");
        check("<summary>\n", "<p>&lt;summary&gt;</p>");
        check("<!channel> <?php x ?>", "<p>&lt;!channel&gt; &lt;?php x ?&gt;</p>");
        assert!(!html_of("<b> <T> <br> <!-- x -->").has_raw_html);
    }

    #[test]
    fn what_would_swallow_words_does_not() {
        check("a <script>alert(1)</script> b", "<p>a  b</p>");
        check("<style>\np {}\n</style>\nafter", "\n<p>after</p>");
        check("a <script> b *c*\n\nd", "<p>a  b <em>c</em></p>\n<p>d</p>");
        check("<script>\nwords", "\nwords");
        check("<!-- open\n\nwords", "<p>&lt;!-- open\n\nwords</p>");
        check(
            "<textarea>a</textarea><select><option>b<option>c</select><title>d</title><plaintext x>e",
            "a b cde",
        );
        let notes = html_of("<script>x</script>\n\n[a](data:x) <style>y</style>").notes;
        assert_eq!(
            notes.into_iter().map(|note| note.kind).collect::<Vec<_>>(),
            [
                NoteKind::Removed("script".to_owned()),
                NoteKind::Scheme("data:x".to_owned()),
                NoteKind::Removed("style".to_owned())
            ]
        );
    }

    #[test]
    fn raw_elements_end_with_the_block_that_holds_them() {
        check(
            "- a <b>bold\n- c</b>\n\n</div></article>x",
            "<ul>\n<li>a <b>bold</b></li>\n<li>c</li>\n</ul>\nx",
        );
        check("> <div>\n> a\n\nb</div>", "<blockquote>\n<div>\na\n</div></blockquote>\n<p>b</p>");
        check(
            "<a href=x>a [b](c.md) www.d.example</a>",
            "<p><a href=\"x\">a </a><a href=\"c/\">b</a> <a href=\"http://www.d.example\" rel=\"noopener noreferrer\">www.d.example</a></p>",
        );
        check("[a <a href=x>b</a>](c.md)", "<p><a href=\"c/\">a b</a></p>");
    }

    /// Returns what in HTML could run a script, load something or look like a part of the theme.
    fn danger(html: &str) -> Option<String> {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
                return Some(format!("stray < before {:.20}", rest));
            }
            let mut end = 0;
            let mut quoted = false;
            for (at, c) in rest.char_indices() {
                match c {
                    '"' => quoted = !quoted,
                    '>' if !quoted => {
                        end = at;
                        break;
                    }
                    _ => {}
                }
            }
            let tag = &rest[..end];
            let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
            let known = "a p em strong del code span sup br img ul ol li pre div table thead tbody tr td th input h1 h2 h3 h4 h5 h6 \
                 blockquote b i u s kbd details summary hr section dl dt dd q cite ins small time caption";
            if !known.split_whitespace().any(|other| other == name) {
                return Some(format!("element {name}"));
            }
            let mut attributes = &tag[name.len().min(tag.len())..];
            while let Some((before, after)) = attributes.split_once("=\"") {
                let attribute = before.trim().rsplit(' ').next().unwrap_or_default().trim_start_matches('/');
                let (value, after) = after.split_once('"').unwrap_or((after, ""));
                if attribute.starts_with("on")
                    || ["style", "srcset", "formaction", "action", "background", "ping", "target"]
                        .contains(&attribute)
                {
                    return Some(format!("attribute {attribute}"));
                }
                if matches!(attribute, "href" | "src") {
                    let decoded = escape::decode(value);
                    let bare: String = decoded.chars().filter(|c| *c > ' ' && *c != '\u{7f}').collect();
                    let bare = bare.to_ascii_lowercase();
                    if ["javascript:", "data:", "vbscript:", "file:", "blob:"]
                        .iter()
                        .any(|scheme| bare.starts_with(scheme))
                    {
                        return Some(format!("address {value}"));
                    }
                }
                if attribute == "class" && value.contains("evil") {
                    return Some(format!("class {value}"));
                }
                attributes = after;
            }
            rest = &rest[end..];
        }
        None
    }

    #[test]
    fn hostile_html_is_harmless() {
        let vectors = [
            "<script>alert(1)</script>",
            "<SCRIPT SRC=https://x.example/x.js></SCRIPT>",
            "<scr<script>ipt>alert(1)</scr</script>ipt>",
            "<<SCRIPT>alert(1);//\\<</SCRIPT>",
            "<script\n>alert(1)</script\n>",
            "<script/x>alert(1)</script>",
            "<script x=\">\" src=y></script>",
            "</script><script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<img src=\"x\"onerror=\"alert(1)\">",
            "<img/src=x/onerror=alert(1)>",
            "<IMG SRC=javascript:alert(1)>",
            "<IMG SRC=JaVaScRiPt:alert(1)>",
            "<IMG SRC=`javascript:alert(1)`>",
            "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\"\\>",
            "<img src=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>",
            "<img src=&#0000106&#0000097&#0000118&#0000097script:alert(1)>",
            "<img src=&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)>",
            "<a href=\"jav\tascript:alert(1)\">x</a>",
            "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
            "<a href=\"jav&#x0A;ascript:alert(1)\">x</a>",
            "<a href=\"jav&NewLine;ascript&colon;alert(1)\">x</a>",
            "<a href=\" &#14; javascript:alert(1)\">x</a>",
            "<a href=\"\u{1}javascript:alert(1)\">x</a>",
            "<a href=\"javascript&#58;alert(1)\">x</a>",
            "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>",
            "<a href='vbscript:msgbox(1)'>x</a>",
            "<a href=\"javascript:alert(1)\" onclick=alert(1) style=x class=evil target=_blank>x</a>",
            "<svg onload=alert(1)>",
            "<svg><script>alert(1)</script></svg>",
            "<svg><a xlink:href=\"javascript:alert(1)\"><text x=20 y=20>x</text></a></svg>",
            "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
            "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
            "<template><script>alert(1)</script></template>",
            "<iframe src=\"javascript:alert(1)\"></iframe>",
            "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
            "<object data=\"javascript:alert(1)\"></object>",
            "<embed src=\"javascript:alert(1)\">",
            "<video><source onerror=\"alert(1)\"></video>",
            "<audio src=x onerror=alert(1)>",
            "<body onload=alert(1)>",
            "<BODY BACKGROUND=\"javascript:alert(1)\">",
            "<input type=image src=javascript:alert(1)>",
            "<input autofocus onfocus=alert(1)>",
            "<button formaction=javascript:alert(1)>x</button>",
            "<form action=javascript:alert(1)><input type=submit></form>",
            "<details open ontoggle=alert(1)>x</details>",
            "<marquee onstart=alert(1)>x</marquee>",
            "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
            "<link rel=stylesheet href=javascript:alert(1)>",
            "<base href=\"javascript:alert(1)//\">",
            "<style>@import'https://x.example/x.css';</style>",
            "<style>body{background:url(javascript:alert(1))}</style>",
            "<div style=\"background:url(javascript:alert(1))\" class=\"evil\">x</div>",
            "<p><!--[if gte IE 4]><script>alert(1)</script><![endif]--></p>",
            "<!--><img src=x onerror=alert(1)>-->",
            "<!--\n--!><img src=x onerror=alert(1)>",
            "<![CDATA[<script>alert(1)</script>]]>",
            "<?xml x=\"?><script>alert(1)</script>\"?>",
            "<a href=\"x\" title=\"\"><script>alert(1)</script>\">x</a>",
            "<img alt=\"`<img src=x onerror=alert(1)>\" src=y>",
            "<x onclick=alert(1)>x</x>",
            "<a\u{b}href=javascript:alert(1)>x</a>",
            "[x](javascript:alert(1))",
            "[x](&#x6A;avascript:alert(1))",
            "[x](java&Tab;script:alert(1))",
            "[x]( \u{1}javascript:alert(1))",
            "[x](<javascript:alert(1)>)",
            "<javascript:alert(1)>",
            "[x]: javascript:alert(1)\n\n[x]",
            "![x](data:image/svg+xml;base64,PHN2Zz4=)",
            "![x\" onerror=\"alert(1)](y)",
            "[x](y \"\\\" onclick=\\\"alert(1)\")",
            "[x](https://y.example/\"onclick=alert(1))",
            "![\"><script>alert(1)</script>](x.png)",
            "# x {#\"onclick=alert(1) .evil onclick=x}",
            "```\"><script>alert(1)</script>\nx\n```",
            "`<script>alert(1)</script>`",
            "$<script>alert(1)</script>$",
            "https://x.example/\"><script>alert(1)</script>",
            "[^<script>]\n\n[^<script>]: x",
            "| <script>a | b</script> |\n|---|---|\n| <img src=x onerror=y> | <svg/onload=x> |",
            "[[x\"onclick=alert(1)|y]]",
            "<p id=\"a\" name=\"b\" data-x=\"c\" aria-label=\"evil\" role=x class=\"evil\">x",
        ];
        assert!(vectors.len() > 80);
        for vector in vectors {
            for text in [
                vector.to_owned(),
                format!("words {vector} words"),
                format!("<div>\n{vector}\n</div>\n\n<u>x</u>"),
                format!("- <details>\n\n  {vector}\n"),
                format!("**{vector}** <kbd>x"),
            ] {
                let html = html_of(&text).html;
                assert_eq!(danger(&html), None, "{text}\n{html}");
            }
        }
        // The watchman sees what he is there for.
        for bad in [
            "<script>",
            "<a href=\"javascript:x\">",
            "<p onclick=\"x\">",
            "<p class=\"evil\">",
            "<p style=\"x\">",
            "< ",
        ] {
            assert!(danger(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn nesting_is_bounded_and_time_is_linear() {
        let started = std::time::Instant::now();
        let deep = 20_000;
        let texts = [
            format!("{}deep", "> ".repeat(deep)),
            format!("{}deep", ">".repeat(deep)),
            format!("{}deep", "*".repeat(deep)),
            format!("{}deep", "[".repeat(deep)),
            format!("{}deep{}", "[".repeat(deep), "](x)".repeat(deep)),
            format!("{}deep", "![".repeat(deep)),
            (0..400).fold(String::new(), |text, depth| format!("{text}{}- x\n", "  ".repeat(depth))) + "deep",
            format!("{}deep", "<div>".repeat(deep)),
            format!("{}deep", "<b id=x>".repeat(deep)),
            format!("x {}deep</b>", "<b>".repeat(deep)),
            format!("{}deep</p>", "<p><b id=x>\n\n".repeat(deep)),
            format!("x {}deep", "<script>".repeat(deep)),
            format!("{}deep", "<a href=x>".repeat(deep)),
            format!("{}deep</table>", "<table><tr><td>".repeat(deep)),
            format!("{}deep", "<!--".repeat(deep)),
            format!("x {}deep", "<a b=\"".repeat(deep)),
            format!("{}deep", "www.".repeat(deep)),
            format!("{}deep", "http://".repeat(deep)),
            format!("{}deep", "http://a.example ".repeat(10 * deep)),
            format!("deep {}", "&amp".repeat(deep)),
            format!("deep\n{}", "[^a]\n".repeat(deep)) + "\n[^a]: x",
            format!("| deep |\n|---|\n{}", "| x |\n".repeat(deep)),
            format!("{}deep", "**a <kbd>".repeat(deep)),
        ];
        for text in texts {
            let before = started.elapsed();
            let html = html_of(&text).html;
            let mut depth = 0usize;
            let mut deepest = 0;
            for at in html.match_indices('<').map(|(at, _)| at) {
                let tag = &html[at + 1..];
                let void = ["br", "hr", "img", "input", "wbr"].iter().any(|name| tag.starts_with(name));
                match tag.starts_with('/') {
                    true => depth -= 1,
                    false if !void => depth += 1,
                    false => {}
                }
                deepest = deepest.max(depth);
            }
            assert_eq!(depth, 0);
            assert!(deepest <= 320, "{deepest} {:.40}", text);
            assert!(html.contains("deep"), "{:.40}", text);
            let took = started.elapsed() - before;
            assert!(took.as_secs() < 20, "{took:?} {:.40}", text);
        }
    }

    #[test]
    fn no_word_is_lost() {
        for text in [
            "# Title\n\na **b**c `d` [e](f.md) ![g h](i.png) ![j](https://k.example/l.png)\n\n1. m\n   > n\n\n| o | p |\n|---|---|\n| q | r |\n",
            "<details><summary>s</summary>\n\nt <T> <u>v</u>\n\n</details>\n\nw[^1] $x$ https://y.example/z.\n\n[^1]: a1\n\nb1\n: c1\n",
            "```sh\nd1 <e1> & f1\n```\n\n> [!NOTE]\n> g1\n\n- [x] h1 ~~i1~~\n\n    j1 \"k1\"\n\n<p>l1\n\nm1 <script>n1 o1\n\np1 <!-- q1 --> r1\n",
        ] {
            assert_eq!(lost_word(text), None, "{}", html_of(text).html);
        }
    }

    #[test]
    fn anchors_of_repeated_headings_are_those_that_were_given() {
        let text = "## A\n\n> ## A\n\n## A\n";
        let mut anchors = Anchors::default();
        let given: Vec<(usize, String)> =
            text.match_indices("## A").map(|(at, _)| (at, anchors.heading("A", None))).collect();
        let html = render(text, &Options { anchors: &given, ..Options::default() }, &Site).html;
        for anchor in ["a", "a-1", "a-2"] {
            assert!(html.contains(&format!("<h2 id=\"{anchor}\">")), "{html}");
        }
    }

    /// Hands out numbers that look random and are the same in every run.
    ///
    /// Source: Marsaglia, "Xorshift RNGs", 2003.
    fn numbers() -> impl FnMut() -> usize {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize
        }
    }

    #[test]
    fn pieces_in_any_order_are_harmless_balanced_and_whole() {
        let pieces: Vec<&str> = "<b>|</b>|<p>|</p>|<a href=x>|</a>|<div>|</div>|<table>|<tr>|<td>|</table>|<h1>|</h1>|<details>|\
             </details>|<select>|<textarea>|<svg>|<title>|<li>|<ul><li>|</ul>|<pre>|</pre>|<code>|<a name=z>|<kbd/>|\n|\n\n|    |- \
             |> |**|*|`|\n```\n|[a](b)|![c](d.png)|[|](x)|# |- [x] |~~~\n|\\|<|&|&lt;|$|: d\n|[^1]|[^1]: n\n|http://x.example/é \
             |www.y.example|é日本|<your name>|<img src=x>|<br>|<script>|</script>|<!--|-->"
            .split('|')
            .chain(["\n\n| a | b |\n|---|---|\n", "| x |\n"])
            .collect();
        let mut next = numbers();
        for _ in 0..4000 {
            let count = 1 + next() % 25;
            let text: String = (0..count)
                .map(|number| match next() % 2 {
                    0 => format!("word{number} "),
                    _ => pieces[next() % pieces.len()].to_owned(),
                })
                .collect();
            let start = text.find("word").unwrap_or_default();
            let marks = [Mark {
                span: start..text.len(),
                id: "m".to_owned(),
                class: String::new(),
                label_html: None,
            }];
            let html = render(&text, &Options { marks: &marks, ..Options::default() }, &Site).html;
            assert_eq!(danger(&html), None, "{text:?}\n{html}");
            let mut open: Vec<&str> = Vec::new();
            for (at, _) in html.match_indices('<') {
                let name = html[at + 1..].split([' ', '>']).next().unwrap();
                match name.strip_prefix('/') {
                    Some(name) => assert_eq!(open.pop(), Some(name), "{text:?}\n{html}"),
                    None if matches!(name, "br" | "hr" | "img" | "input" | "wbr") => {}
                    None => {
                        assert!(name != "a" || !open.contains(&"a"), "{text:?}\n{html}");
                        open.push(name);
                    }
                }
            }
            assert!(open.is_empty(), "{text:?}\n{html}");
            // Scripts and comments do not stay; everything else does.
            if !text.contains("<script>") && !text.contains("<!--") {
                for number in 0..count {
                    let word = format!("word{number} ");
                    assert!(!text.contains(&word) || html.contains(word.trim()), "{text:?}\n{html}");
                }
            }
        }
    }
}
