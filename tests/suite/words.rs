//! Never a lost word: every word of every document stands on its page.

use crate::html::Page;
use crate::site::Site;
use crate::site::package;
use std::collections::BTreeMap;
use std::fs;

/// Returns what a reader should find of a document's text: without front matter, addresses, tags and comments.
fn readable(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut rest = text.as_str();
    for fence in ["---\n", "+++\n"] {
        if let Some(inner) = text.strip_prefix(fence)
            && let Some(end) = inner.find(&format!("\n{fence}"))
        {
            rest = &inner[end + 1 + fence.len()..];
        }
    }
    let mut out = String::new();
    let mut in_code = false;
    for line in rest.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_code = !in_code;
            continue;
        }
        let is_definition = trimmed.starts_with('[') && trimmed.contains("]: ") && !trimmed.starts_with("[^");
        // What another generator runs, and the names of its blocks.
        let is_program =
            trimmed.starts_with("import ") && line.contains(" from ") || trimmed.starts_with("export const ");
        let line = match trimmed {
            _ if in_code => line.to_owned(),
            _ if is_definition || is_program => continue,
            _ if trimmed.starts_with(":::") || trimmed.starts_with("!!!") || trimmed.starts_with("???") => {
                trimmed
                    .split_once(char::is_whitespace)
                    .map_or("", |(_, words)| words.trim_start_matches(char::is_lowercase))
                    .to_owned()
            }
            _ if trimmed.starts_with("===") => trimmed.to_owned(),
            _ if trimmed.starts_with("> [!") => continue,
            _ => without_marks(line).to_owned(),
        };
        out.push_str(&if in_code { line } else { without_addresses(&line) });
        out.push('\n');
    }
    [("<!--", "-->"), ("<%", "%>"), ("{{", "}}"), ("[^", "]")]
        .iter()
        .fold(out, |out, (open, close)| without(&out, open, close))
}

/// Removes the number or the box of a list item, which a browser draws.
fn without_marks(line: &str) -> &str {
    let mut rest = line.trim_start();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if (1..10).contains(&digits) && (rest[digits..].starts_with(". ") || rest[digits..].starts_with(") ")) {
        rest = &rest[digits + 2..];
    }
    for mark in ["- [x] ", "- [ ] ", "* [x] ", "* [ ] "] {
        rest = rest.strip_prefix(mark).unwrap_or(rest);
    }
    rest
}

/// Removes everything between two marks, and the marks.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(open) {
        out.push_str(&rest[..at]);
        rest = rest[at..].find(close).map_or("", |end| &rest[at + end + close.len()..]);
    }
    out + rest
}

/// Removes the targets of links, the tags of elements and the pages of wiki links; the words of each stay.
fn without_addresses(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let code = rest.starts_with('`').then(|| rest[1..].find('`')).flatten();
        let link = rest.starts_with("](").then(|| rest.find(')')).flatten();
        let wiki = rest.strip_prefix("[[").and_then(|inner| Some(&inner[..inner.find("]]")?]));
        let is_tag = c == '<' && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let tag = is_tag
            .then(|| rest.find('>'))
            .flatten()
            .filter(|&end| !rest[..end].contains("://") && !rest[..end].contains('@'));
        let (kept, taken) = if let Some(end) = code {
            (&rest[..end + 2], end + 2)
        } else if let Some(end) = link {
            ("] ", end + 1)
        } else if let Some(inner) = wiki {
            (inner.split_once('|').map_or(inner, |(_, words)| words), inner.len() + 4)
        } else if let Some(end) = tag {
            let label = rest[..end]
                .split("label=\"")
                .nth(1)
                .map_or("", |label| label.split('"').next().unwrap_or_default());
            (label, end + 1)
        } else {
            (&rest[..c.len_utf8()], c.len_utf8())
        };
        out.push_str(kept);
        rest = &rest[taken..];
    }
    out
}

/// Counts the words of a text; what is neither a letter nor a digit parts them.
fn count(text: &str) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *words.entry(word.to_owned()).or_insert(0) += 1;
    }
    words
}

#[track_caller]
fn check(site: &Site, content: &str) {
    site.build(&["--keep-going"]);
    let export = site.export(&[]);
    let documents = export["documents"].as_array().expect("documents");
    assert!(!documents.is_empty());
    let mut lost = Vec::new();
    for document in documents {
        let text = |name: &str| document[name].as_str().expect("text").to_owned();
        let page = site.read(&format!("dist/{}", text("url")));
        let page = Page::parse(&page);
        let head: String = page
            .text
            .iter()
            .filter(|(index, _)| {
                index.is_some_and(|index| {
                    let element = &page.elements[index];
                    element.name == "h1" || element.path.iter().any(|name| name == "h1")
                })
            })
            .map(|(_, text)| text.as_str())
            .collect();
        let prose = page.text_of("class", "prose").unwrap_or_default();
        let said: String =
            page.named("img").filter_map(|image| image.get("alt")).map(|alt| format!(" {alt} ")).collect();
        // The text of an index stands below the heading of the page that it introduces, which takes its title's place.
        let title = text("title");
        let own = if head.trim() == title { "" } else { title.as_str() };
        let there = count(&format!("{head}\n{prose}\n{said}\n{own}"));
        let source = site.read(&format!("{content}{}", text("path")));
        for (word, wanted) in count(&readable(&source)) {
            let found = there.get(&word).copied().unwrap_or(0);
            if found < wanted {
                lost.push(format!(
                    "`{}`: `{word}` stands there {wanted} times, and {found} times on its page",
                    text("path")
                ));
            }
        }
    }
    assert!(lost.is_empty(), "\n{}", lost.join("\n"));
}

#[test]
fn of_our_own_content() {
    check(&Site::of_the_package(), "content/");
}

#[test]
fn of_the_fixtures() {
    for entry in fs::read_dir(package().join("tests/sites")).expect("the fixtures").flatten() {
        let site = Site::copy_of(&entry.path().join("in"));
        check(&site, if site.path("afterword.toml").exists() { "content/" } else { "" });
    }
}

/// Markup that is easy to get wrong; every word counts.
#[test]
fn of_tricky_markup() {
    let text = "\
# The title

First words [link words](https://a.example/x) and <b>bold</b> words, a <kbd>key</kbd>, an auto <https://b.example/path> link,
a\\*star\\*, snake_case_words, 2 < 3 > 1, R&D, AT&T, `code with <tags>` and ``a `tick` ``. ~~Struck~~ words.

| Head one | Head two |
|----------|:--------:|
| cell | `a \\| b` |
| short |
| two | cells |

Term words
: What they mean.

- item one
  continued
- [x] done box
- [ ] open box

  Its second paragraph.

1. first
7. seventh

> quoted words
lazy words

    indented code words

```rust
fn fenced_code() {}
```

~~~
tilde words
~~~

<details><summary>Folded head</summary>

Folded words.

</details>

<div>raw words</div>

Setext heading
==============

Another one
---

A note[^1] and **strong *both* words**.

[^1]: The words of the note.

***

Hard  \nbreak and soft\nbreak. Emoji 🔥 words. 日本語の言葉。 مرحبا بالعالم

# A second title

Last words.
";
    check(&Site::new(&[("tricky.md", text), ("crlf.md", &text.replace('\n', "\r\n"))]), "");
}

#[test]
fn what_a_reader_should_find() {
    let text = "---\na: b\n---\nSee [the words](x.md \"t\") <b>in</b> [[page|here]] `a<b>`.\n<!-- no -->\n[x]: y.md\n";
    let words = count(&readable(text));
    let words: Vec<&str> = words.keys().map(String::as_str).collect();
    assert_eq!(words, ["See", "a", "b", "here", "in", "the", "words"]);
}
