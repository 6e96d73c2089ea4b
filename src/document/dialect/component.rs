//! What an `.mdx` file has beside Markdown: imports, components, comments, expressions.
//!
//! Comes in: the text of an `.mdx` file. Goes out: its Markdown. Tags of components go, what stands between them stays,
//! and so do the words in their attributes that a reader would have seen. Expressions stay as they are written.

use crate::document::dialect::NoteKind;
use crate::document::dialect::Rewrite;
use crate::document::dialect::Step;
use crate::document::dialect::code;
use crate::document::dialect::cut_columns;
use crate::document::dialect::indentation;
use crate::document::dialect::item_column;
use crate::document::dialect::lines;
use std::ops::Range;

/// Takes imports, tags of components and comments out of a text.
pub(super) fn take_out(text: &str) -> Option<Step> {
    let code = code::ranges(text);
    let mut rewrite = Rewrite::new(text);
    let mut notes = Vec::new();
    let mut in_code = code.iter().peekable();
    let mut copied = 0;
    let mut at = 0;
    let mut no_comment_end = false;
    let mut misses = Misses { budget: text.len().saturating_mul(8) + 100_000, module: false };
    while at < text.len() {
        while in_code.next_if(|range| range.end <= at).is_some() {}
        if let Some(range) = in_code.peek().filter(|range| range.start <= at) {
            at = range.end;
            continue;
        }
        let line_start = at == 0 || text.as_bytes()[at - 1] == b'\n';
        if line_start && let Some(end) = module_end(text, at, &mut misses) {
            rewrite.copy(copied..at);
            rewrite.insert("", at..end);
            notes.push((NoteKind::Import, at..end));
            (at, copied) = (end, end);
            continue;
        }
        match text.as_bytes()[at] {
            b'{' if text[at..].starts_with("{/*") && !no_comment_end => match text[at..].find("*/}") {
                Some(length) => {
                    let end = at + length + 3;
                    rewrite.copy(copied..at);
                    rewrite.insert("", at..end);
                    notes.push((NoteKind::Comment, at..end));
                    (at, copied) = (end, end);
                }
                None => {
                    no_comment_end = true;
                    at += 1;
                }
            },
            b'{' if text[at..].starts_with("{' '}") || text[at..].starts_with("{\" \"}") => {
                rewrite.copy(copied..at);
                rewrite.insert(" ", at..at + 5);
                at += 5;
                copied = at;
            }
            b'<' => match tag(text, at, &mut misses) {
                Some(tag) if tag.is_component() => {
                    rewrite.copy(copied..at);
                    words(&mut rewrite, &tag);
                    notes.push((NoteKind::Component, tag.span.clone()));
                    at = tag.span.end;
                    copied = at;
                }
                Some(tag) if tag.attributes.iter().any(|attribute| attribute.expression) => {
                    rewrite.copy(copied..at);
                    plain_tag(&mut rewrite, &tag);
                    at = tag.span.end;
                    copied = at;
                }
                Some(tag) => at = tag.span.end,
                None => at += 1,
            },
            // The start of the next line is looked at by itself.
            b'\n' => at += 1,
            _ => {
                let after = text.ceil_char_boundary(at + 1);
                at = text[after..].find(['<', '{', '\n', '`', '~']).map_or(text.len(), |found| after + found);
            }
        }
    }
    rewrite.copy(copied.min(text.len())..text.len());
    rewrite.finish(notes)
}

/// What was looked for in vain, so that a hostile text is not searched again and again.
struct Misses {
    /// How many more bytes may be read for tags that turn out to be none.
    budget: usize,
    /// Whether a statement did not end.
    module: bool,
}

/// Returns where an `import` or `export` that begins at a line's start ends, its line end included.
fn module_end(text: &str, at: usize, misses: &mut Misses) -> Option<usize> {
    let rest = &text[at..];
    let is_import = rest.strip_prefix("import").is_some_and(|after| {
        let line = after.lines().next().unwrap_or_default().trim_start();
        (after.starts_with([' ', '{', '"', '\'', '*']))
            && (line.starts_with(['{', '*', '"', '\'']) || line.contains(" from "))
    });
    let is_export = rest.strip_prefix("export ").is_some_and(|after| {
        let word = after.trim_start();
        let first = word.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        word.starts_with(['{', '*'])
            || matches!(
                first,
                "const"
                    | "let"
                    | "var"
                    | "function"
                    | "default"
                    | "async"
                    | "class"
                    | "type"
                    | "interface"
                    | "enum"
            )
    });
    if !(is_import || is_export) {
        return None;
    }
    if misses.module {
        return Some(first_blank(text, at));
    }
    let mut depth = 0usize;
    let mut quote: Option<u8> = None;
    let bytes = rest.as_bytes();
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        match (quote, byte) {
            (Some(_), b'\\') => position += 1,
            (Some(sign), _) if byte == sign => quote = None,
            // A quotation mark of one kind ends with its line: it was an apostrophe.
            (Some(b'"' | b'\''), b'\n') => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'{' | b'(' | b'[') => depth += 1,
            (None, b'}' | b')' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if byte == b'\n' && depth == 0 && quote.is_none() {
            let statement = rest[..position].trim_end();
            if !statement.ends_with(['=', ',', '+', '?', ':', '&', '|']) && !statement.ends_with("=>") {
                return Some(at + position + 1);
            }
        }
        position += 1;
    }
    if depth == 0 && quote.is_none() {
        return Some(text.len());
    }
    misses.module = true;
    Some(first_blank(text, at))
}

/// Returns where the first blank line after `at` begins.
fn first_blank(text: &str, at: usize) -> usize {
    let unix = text[at..].find("\n\n").map_or(text.len(), |found| at + found + 1);
    text[at..unix].find("\n\r\n").map_or(unix, |found| at + found + 1)
}

/// A tag of JSX.
struct Tag<'a> {
    span: Range<usize>,
    name: &'a str,
    closing: bool,
    self_closing: bool,
    attributes: Vec<Attribute<'a>>,
    /// Whether nothing else stands on its lines.
    alone: bool,
}

struct Attribute<'a> {
    name: &'a str,
    /// The bytes of its value: inside the quotes, or of the first string in an expression.
    value: Option<Range<usize>>,
    /// Whether its value is an expression in braces.
    expression: bool,
}

impl Tag<'_> {
    fn is_component(&self) -> bool {
        self.name.is_empty()
            || self.name.contains('.')
            || self.name.starts_with(|c: char| c.is_ascii_uppercase())
    }
}

/// Writes the words of a component's attributes as bold text.
fn words(rewrite: &mut Rewrite<'_>, tag: &Tag<'_>) {
    rewrite.insert("", tag.span.clone());
    let mut any = false;
    for attribute in &tag.attributes {
        let is_words = matches!(
            attribute.name.to_ascii_lowercase().as_str(),
            "title" | "label" | "summary" | "alt" | "caption" | "description" | "heading"
        );
        let Some(value) = attribute.value.clone().filter(|_| is_words) else { continue };
        let text = &rewrite.source[value.clone()];
        let trimmed = text.trim();
        if trimmed.is_empty() {
            continue;
        }
        let start = value.start + (text.len() - text.trim_start().len());
        rewrite.insert(if any { " **" } else { "**" }, start..start);
        rewrite.copy(start..start + trimmed.len());
        rewrite.insert("**", start + trimmed.len()..start + trimmed.len());
        any = true;
    }
    if any {
        let next = rewrite.source[tag.span.end..].chars().next();
        if tag.alone {
            rewrite.insert("\n", tag.span.end..tag.span.end);
        } else if next.is_some_and(|c| !c.is_whitespace()) {
            rewrite.insert(" ", tag.span.end..tag.span.end);
        }
    }
}

/// Writes a tag of HTML without its expressions, which Markdown would take for text.
fn plain_tag(rewrite: &mut Rewrite<'_>, tag: &Tag<'_>) {
    let mut out = format!("<{}{}", if tag.closing { "/" } else { "" }, tag.name);
    for attribute in &tag.attributes {
        let keeps = !attribute.expression || matches!(attribute.name, "src" | "href" | "alt" | "title");
        if keeps && let Some(value) = &attribute.value {
            let value = rewrite.source[value.clone()].replace('"', "&quot;");
            out.push_str(&format!(" {}=\"{value}\"", attribute.name));
        }
    }
    out.push_str(if tag.self_closing { " />" } else { ">" });
    rewrite.insert(&out, tag.span.clone());
}

/// Longer than this, a tag is text.
const LONGEST_TAG: usize = 20_000;

/// Reads the tag that begins at byte `start`.
fn tag<'a>(text: &'a str, start: usize, misses: &mut Misses) -> Option<Tag<'a>> {
    if misses.budget == 0 {
        return None;
    }
    let limit = text.floor_char_boundary(text.len().min(start + LONGEST_TAG));
    let bytes = &text.as_bytes()[..limit];
    let mut at = start + 1;
    let skip_space = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let closing = bytes.get(at) == Some(&b'/');
    at += usize::from(closing);
    let name_start = at;
    while bytes
        .get(at)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b'-' | b':'))
    {
        at += 1;
    }
    let name = &text[name_start..at];
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'));
    // `<https://…>` is a link.
    if !(is_name || name.is_empty()) || name.contains(':') {
        return None;
    }
    let mut tag =
        Tag { span: start..start, name, closing, self_closing: false, attributes: Vec::new(), alone: false };
    loop {
        let before = at;
        at = skip_space(at);
        match bytes.get(at)? {
            b'>' => {
                at += 1;
                break;
            }
            b'/' if bytes.get(at + 1) == Some(&b'>') => {
                tag.self_closing = true;
                at += 2;
                break;
            }
            _ if name.is_empty() || before == at => return None,
            // `{...props}`
            b'{' => {
                at = braces(text, at, limit, misses)?;
                tag.attributes.push(Attribute { name: "", value: None, expression: true });
            }
            _ => {
                let name_start = at;
                while bytes
                    .get(at)
                    .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':'))
                {
                    at += 1;
                }
                if at == name_start {
                    return None;
                }
                let name = &text[name_start..at];
                let mut attribute = Attribute { name, value: None, expression: false };
                if bytes.get(skip_space(at)) == Some(&b'=') {
                    at = skip_space(skip_space(at) + 1);
                    match bytes.get(at)? {
                        sign @ (b'"' | b'\'') => {
                            let Some(length) = bytes[at + 1..].iter().position(|byte| byte == sign) else {
                                misses.budget = misses.budget.saturating_sub(limit - at);
                                return None;
                            };
                            attribute.value = Some(at + 1..at + 1 + length);
                            at += length + 2;
                        }
                        b'{' => {
                            let end = braces(text, at, limit, misses)?;
                            attribute.expression = true;
                            attribute.value = first_string(text, at + 1..end - 1);
                            at = end;
                        }
                        _ => return None,
                    }
                }
                tag.attributes.push(attribute);
            }
        }
    }
    tag.span.end = at;
    let before = text[..start].trim_end_matches([' ', '\t']);
    let after = text[at..].trim_start_matches([' ', '\t', '\r']);
    tag.alone =
        (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'));
    Some(tag)
}

/// Returns where the braces that open at byte `at` are closed.
fn braces(text: &str, at: usize, limit: usize, misses: &mut Misses) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote: Option<u8> = None;
    for (position, &byte) in text.as_bytes()[..limit].iter().enumerate().skip(at) {
        match (quote, byte) {
            (Some(sign), _) if byte == sign => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(position + 1);
                }
            }
            _ => {}
        }
    }
    misses.budget = misses.budget.saturating_sub(limit - at);
    None
}

/// Returns the bytes of the first string in an expression, without its quotes.
fn first_string(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let inner = &text[range.clone()];
    let open = inner.find(['"', '\'', '`'])?;
    let length = inner[open + 1..].find(char::from(inner.as_bytes()[open]))?;
    Some(range.start + open + 1..range.start + open + 1 + length)
}

/// Takes the indentation from lines that Markdown would take for code: `.mdx` has no indented code, and what stands
/// in a component is often indented.
pub(super) fn dedent(text: &str) -> Option<Step> {
    let mut rewrite = Rewrite::new(text);
    let mut fences = code::Fences::default();
    let mut less = 0;
    let mut in_list = false;
    for (start, line) in lines(text) {
        let (indent, _) = indentation(line);
        let is_blank = line.trim().is_empty();
        if !fences.is_open() && !is_blank {
            if indent < less || (!in_list && indent >= 4) {
                less = if indent >= 4 { indent } else { 0 };
            }
            in_list = item_column(line).is_some() || (in_list && indent > less);
        }
        let (bytes, left_over) = cut_columns(line, less);
        if bytes == 0 || is_blank {
            rewrite.copy(start..start + line.len());
        } else {
            rewrite.insert(&" ".repeat(left_over), start..start + bytes);
            rewrite.copy(start + bytes..start + line.len());
        }
        fences.is_code(line);
    }
    rewrite.finish(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::document::dialect::Ending;
    use crate::document::dialect::NoteKind;
    use crate::document::dialect::tests::check;

    #[test]
    fn imports_and_exports_go() {
        let notes = check(
            Ending::Mdx,
            "import Tabs from '@theme/Tabs';\nimport {\n  A,\n\n  B,\n} from \"x\"\nexport const meta = {\n  a: `}`,\n};\n\n# Title\n\nWe import goods.\n\nexport of goods\n",
            "\n# Title\n\nWe import goods.\n\nexport of goods\n",
        );
        assert_eq!(notes, [(NoteKind::Import, 3)]);
        check(Ending::Mdx, "import x from 'y'", "");
        check(Ending::Plain, "import x from 'y'", "import x from 'y'");
        check(Ending::Mdx, "```js\nimport x from 'y'\n```\n", "```js\nimport x from 'y'\n```\n");
    }

    #[test]
    fn components_go_and_their_words_stay() {
        let notes = check(
            Ending::Mdx,
            "<Callout type=\"warn\" title=\"Mind this\">\n  Some *text*.\n</Callout>\n\n<Ui.Badge label='new' on={x > 2 ? {a: \"}\"} : 1} />text <>and</> `<Code />`\n",
            "**Mind this**\n\n  Some *text*.\n\n\n**new** text and `<Code />`\n",
        );
        assert_eq!(notes, [(NoteKind::Component, 5)]);
        check(
            Ending::Mdx,
            "a < b, <T, <https://x.example>, <br/> <Foo bar\n",
            "a < b, <T, <https://x.example>, <br/> <Foo bar\n",
        );
    }

    #[test]
    fn comments_go_and_expressions_stay() {
        let notes = check(
            Ending::Mdx,
            "a {/* not\nthis */}b{' '}c {props.value} {/* open",
            "a b c {props.value} {/* open",
        );
        assert_eq!(notes, [(NoteKind::Comment, 1)]);
    }

    #[test]
    fn tags_of_html_lose_their_expressions() {
        check(
            Ending::Mdx,
            "<div className=\"a\" style={{color: 'red'}}>x</div> <img src={useBaseUrl('/i.png')} alt=\"pic\" />\n",
            "<div className=\"a\">x</div> <img src=\"/i.png\" alt=\"pic\" />\n",
        );
    }

    #[test]
    fn what_a_component_indents_is_no_code() {
        check(
            Ending::Mdx,
            "<A>\n    text here\n\n    - item\n      - inner\n    ```sh\n    ls\n    ```\n</A>\n\n- list\n\n    more\n",
            "\ntext here\n\n- item\n  - inner\n```sh\nls\n```\n\n\n- list\n\n    more\n",
        );
    }
}
