//! Reads a page as a browser's tokenizer does: its elements in order, its text, its addresses.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::BufferQueue;
use html5ever::tokenizer::CharacterTokens;
use html5ever::tokenizer::EndTag;
use html5ever::tokenizer::StartTag;
use html5ever::tokenizer::TagToken;
use html5ever::tokenizer::Token;
use html5ever::tokenizer::TokenSink;
use html5ever::tokenizer::TokenSinkResult;
use html5ever::tokenizer::Tokenizer;
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tokenizer::states::RawKind;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Elements that have no end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements that do not end a word.
const INLINE: [&str; 16] = [
    "a", "abbr", "b", "bdi", "code", "del", "em", "i", "ins", "kbd", "mark", "s", "small", "span", "strong",
    "u",
];

/// An element's start tag.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name in lower case.
    pub name: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// The names of the elements around it, the outermost first.
    pub path: Vec<String>,
}

/// A page.
#[derive(Debug, Default)]
pub struct Page {
    /// Its elements, in the order of their start tags.
    pub elements: Vec<Element>,
    /// Its text, with the place in `elements` of the element that it stands in; none before the first.
    pub text: Vec<(Option<usize>, String)>,
    /// What is wrong with its nesting.
    pub faults: Vec<String>,
    open: Vec<usize>,
}

impl Element {
    /// Returns an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

impl Page {
    /// Reads a page.
    pub fn parse(html: &str) -> Page {
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from(html));
        let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
        let _ = tokenizer.feed(&queue);
        tokenizer.end();
        let mut page = tokenizer.sink.page.into_inner();
        for index in std::mem::take(&mut page.open) {
            // The ends of these may be left out at the end of a page.
            if !matches!(page.elements[index].name.as_str(), "html" | "body") {
                page.faults.push(format!("`{}` is never closed", page.elements[index].name));
            }
        }
        page
    }

    /// Returns the elements of a name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    /// Returns the text inside the first element with an attribute of this value, a class being one of several words;
    /// blocks stand on lines of their own.
    pub fn text_of(&self, attribute: &str, value: &str) -> Option<String> {
        let has = |one: &Element| {
            one.get(attribute).is_some_and(|found| found.split_whitespace().any(|word| word == value))
        };
        let first = self.elements.iter().position(has)?;
        let depth = self.elements[first].path.len();
        let after = &self.elements[first + 1..];
        let end = after
            .iter()
            .position(|one| one.path.len() <= depth)
            .map_or(self.elements.len(), |at| first + 1 + at);
        let inside = |index: &Option<usize>| index.is_some_and(|index| (first..end).contains(&index));
        Some(self.text.iter().filter(|(index, _)| inside(index)).map(|(_, text)| text.as_str()).collect())
    }

    /// Returns all text that a reader sees, and what is said by alternative texts.
    pub fn all_text(&self) -> String {
        let hidden = |index: &Option<usize>| {
            index.is_some_and(|index| {
                matches!(self.elements[index].name.as_str(), "script" | "style" | "title")
            })
        };
        let seen = self.text.iter().filter(|(index, _)| !hidden(index)).map(|(_, text)| text.as_str());
        let said = self.elements.iter().filter_map(|element| element.get("alt"));
        seen.chain(said.flat_map(|alt| [" ", alt, " "])).collect()
    }

    fn end_word(&mut self, name: &str) {
        if !INLINE.contains(&name) {
            self.text.push((self.open.last().copied(), "\n".to_owned()));
        }
    }
}

#[derive(Default)]
struct Sink {
    page: RefCell<Page>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let page = &mut *self.page.borrow_mut();
        match token {
            CharacterTokens(text) => page.text.push((page.open.last().copied(), text.to_string())),
            TagToken(tag) if tag.kind == StartTag => {
                let name = tag.name.to_string();
                page.end_word(&name);
                let attributes =
                    tag.attrs.iter().map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
                let path = page.open.iter().map(|&index| page.elements[index].name.clone()).collect();
                page.elements.push(Element { name: name.clone(), attributes, path });
                if !VOID.contains(&name.as_str()) && !tag.self_closing {
                    page.open.push(page.elements.len() - 1);
                }
                match name.as_str() {
                    "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => {}
                }
            }
            TagToken(tag) if tag.kind == EndTag => {
                let open = page.open.last().map(|&index| page.elements[index].name.clone());
                if open.as_deref() == Some(&*tag.name) {
                    page.end_word(&tag.name);
                    page.open.pop();
                } else {
                    page.faults.push(format!("line {line}: `</{}>` stands inside {open:?}", tag.name));
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[test]
fn a_page_is_read() {
    let page = Page::parse(
        "<html><body><main id=m><h1>A &amp; <em>b</em>c</h1><p>d<br>e</p></main><p>f</body></html>",
    );
    assert_eq!(page.text_of("id", "m").as_deref(), Some("\nA & bc\n\nd\ne\n\n"));
    assert_eq!(page.named("em").next().map(|one| one.path.join(" ")).as_deref(), Some("html body main h1"));
    assert_eq!(page.faults.len(), 3, "{:?}", page.faults);
}
