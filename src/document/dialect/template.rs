//! Tags of templates: ERB, Liquid, Hugo's shortcodes.
//!
//! Comes in: text with tags in it. Goes out: text in which those of ERB are gone, those of Liquid that only concern
//! the rendering of code are Markdown, and all others are words like any others.

use crate::document::dialect::NoteKind;
use crate::document::dialect::Rewrite;
use crate::document::dialect::Step;
use crate::document::dialect::code;
use std::ops::Range;

/// Takes `<% … %>` out of a text; `<%%` is how ERB writes `<%`.
pub(super) fn take_out_erb(text: &str) -> Option<Step> {
    let mut rewrite = Rewrite::new(text);
    let mut notes = Vec::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(start) = text[at..].find("<%").map(|found| at + found) {
        if text[start..].starts_with("<%%") {
            rewrite.copy(copied..start);
            rewrite.insert("<%", start..start + 3);
            copied = start + 3;
        } else {
            let Some(end) = text[start..].find("%>").map(|found| start + found + 2) else { break };
            rewrite.copy(copied..start);
            rewrite.insert("", start..end);
            notes.push((NoteKind::Template, start..end));
            copied = end;
        }
        at = copied;
    }
    rewrite.copy(copied..text.len());
    rewrite.finish(notes)
}

/// A tag of Liquid, `{% name rest %}`.
struct Tag<'a> {
    span: Range<usize>,
    name: &'a str,
    rest: &'a str,
}

/// Longer than this, `{% … %}` is no tag that anybody wrote by hand.
const LONGEST_TAG: usize = 400;

/// Takes out `{% raw %}` and its end, makes fenced code of `{% highlight x %}`, and keeps `{{<x` from being a tag of
/// HTML.
pub(super) fn rewrite(text: &str) -> Option<Step> {
    let tags = tags(text);
    let code = code::ranges(text);
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    let (mut no_raw, mut no_highlight) = (false, false);
    let mut index = 0;
    while let Some(tag) = tags.get(index) {
        index += 1;
        // Liquid is done before Markdown, so these tags go in code, too.
        if tag.name == "raw" && !no_raw {
            match tags[index..].iter().position(|other| other.name == "endraw") {
                Some(after) => {
                    let end = &tags[index + after];
                    changes.push((tag.span.clone(), String::new()));
                    changes.push((end.span.clone(), String::new()));
                    index += after + 1;
                }
                None => no_raw = true,
            }
        } else if tag.name == "highlight" && !no_highlight && !within(&code, tag.span.start) {
            match tags[index..].iter().position(|other| other.name == "endhighlight") {
                Some(after) => {
                    let end = &tags[index + after];
                    fence(text, tag, end, &mut changes);
                    index += after + 1;
                }
                None => no_highlight = true,
            }
        }
    }
    for (at, _) in text.match_indices("{{<") {
        let next = text.as_bytes().get(at + 3).copied().unwrap_or_default();
        if (next.is_ascii_alphabetic() || next == b'/') && !within(&code, at) {
            changes.push((at + 2..at + 2, "\\".to_owned()));
        }
    }
    changes.sort_by_key(|(range, _)| range.start);
    let mut rewrite = Rewrite::new(text);
    let mut copied = 0;
    for (range, words) in changes {
        if range.start >= copied {
            rewrite.copy(copied..range.start);
            rewrite.insert(&words, range.clone());
            copied = range.end;
        }
    }
    rewrite.copy(copied..text.len());
    rewrite.finish(Vec::new())
}

fn within(ranges: &[Range<usize>], at: usize) -> bool {
    ranges[..ranges.partition_point(|range| range.start <= at)].last().is_some_and(|range| at < range.end)
}

fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("{%").map(|found| at + found) {
        at = start + 2;
        let limit = text.floor_char_boundary(text.len().min(at + LONGEST_TAG));
        let Some(length) = text[at..limit].find("%}") else { continue };
        let inner = text[at..at + length].trim_matches('-').trim();
        if inner.contains('\n') {
            continue;
        }
        let (name, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        at += length + 2;
        tags.push(Tag { span: start..at, name, rest });
    }
    tags
}

/// Makes fenced code of what stands between two tags.
fn fence(text: &str, open: &Tag<'_>, close: &Tag<'_>, changes: &mut Vec<(Range<usize>, String)>) {
    let inner = &text[open.span.end..close.span.start];
    let mut longest = 2;
    let mut run = 0;
    for byte in inner.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let alone_before = |at: usize| {
        let above = text[..at].trim_end_matches([' ', '\t']);
        above.is_empty() || above.ends_with('\n')
    };
    let alone_after = |at: usize| text[at..].trim_start_matches([' ', '\t', '\r']).starts_with('\n');
    let language = open.rest.split_whitespace().next().unwrap_or_default();
    let before = if alone_before(open.span.start) { "" } else { "\n" };
    let after = if alone_after(open.span.end) { "" } else { "\n" };
    changes.push((open.span.clone(), format!("{before}{fence}{language}{after}")));
    let before = if alone_before(close.span.start) { "" } else { "\n" };
    let after = if alone_after(close.span.end) { "" } else { "\n" };
    changes.push((close.span.clone(), format!("{before}{fence}{after}")));
}

#[cfg(test)]
mod tests {
    use crate::document::dialect::Ending;
    use crate::document::dialect::NoteKind;
    use crate::document::dialect::tests::check;

    #[test]
    fn tags_of_erb_go() {
        let notes = check(
            Ending::Erb,
            "# Outage\n\n<%= warning_text('careful') %>\n\nUse `<%% tag %>` <% if x %>here<% end %>.\n",
            "# Outage\n\n\n\nUse `<% tag %>` here.\n",
        );
        assert_eq!(notes, [(NoteKind::Template, 3)]);
        check(Ending::Erb, "a <% b", "a <% b");
        check(Ending::Plain, "a <% b %>", "a <% b %>");
    }

    #[test]
    fn raw_liquid_is_shown_as_it_is() {
        check(
            Ending::Plain,
            "Set {% raw %}`{{ value }}`{% endraw %} here.\n\n```\n{%- raw -%}\n{{ x }}\n{% endraw %}\n```\n",
            "Set `{{ value }}` here.\n\n```\n\n{{ x }}\n\n```\n",
        );
        for body in ["{% raw %} alone", "{% include note.html %} text", "{{ page.title }}", "{% endraw %}"] {
            check(Ending::Plain, body, body);
        }
    }

    #[test]
    fn highlight_is_fenced_code() {
        check(
            Ending::Plain,
            "Run:\n{% highlight sh linenos %}\nls ```\n{% endhighlight %}\nthen\n",
            "Run:\n````sh\nls ```\n````\nthen\n",
        );
        check(Ending::Plain, "a {% highlight go %}x := 1{% endhighlight %} b", "a \n```go\nx := 1\n```\n b");
    }

    #[test]
    fn shortcodes_stay_words() {
        check(
            Ending::Plain,
            "{{< track \"2018\" >}} {{<figure src=\"a.png\">}} `{{<x>}}`\n",
            "{{< track \"2018\" >}} {{\\<figure src=\"a.png\">}} `{{<x>}}`\n",
        );
    }
}
