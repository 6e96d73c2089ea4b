//! A lesson in the forms in which people paste it.
//!
//! Comes in: its id, its words and its address. Goes out: Markdown, or the trailer of a commit. Knows nothing of pages.

use crate::document::title::cut;

/// The longest words of a link, in characters: a link is a pointer and no copy.
const LONGEST: usize = 160;

/// Returns a link in Markdown, such as `[ll-7f3k2m: Retries need a limit](https://kb.example.com/lessons/ll-7f3k2m/)`.
///
/// Without an id the words stand alone. The words are escaped, so that what is pasted reads as the lesson does.
pub fn markdown(id: Option<&str>, text: &str, url: &str) -> String {
    let words = escaped(&cut(text, LONGEST));
    let words = id.map_or_else(|| words.clone(), |id| format!("{id}: {words}"));
    // An address of ours holds no brackets that are not encoded, but one that a person gave as `base_url` may.
    let url = url.replace('(', "%28").replace(')', "%29").replace(char::is_whitespace, "%20");
    format!("[{words}]({url})")
}

/// Returns the trailer of a commit: `Lesson: ll-7f3k2m`.
pub fn trailer(id: &str) -> String {
    format!("Lesson: {id}")
}

/// Escapes what Markdown would take for markup. An underscore or an asterisk between letters is none.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let inside = before.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric());
        let is_markup = matches!(c, '\\' | '[' | ']' | '<' | '`' | '*') || c == '_' && !inside;
        if is_markup {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_reads_as_the_lesson_does() {
        let link = markdown(
            Some("ll-7f3k2m"),
            "Set `max_retries` [now], not <later>*",
            "https://a.example/l/(x) y/",
        );
        assert_eq!(
            link,
            "[ll-7f3k2m: Set \\`max_retries\\` \\[now\\], not \\<later>\\*](https://a.example/l/%28x%29%20y/)"
        );
        assert_eq!(markdown(None, "Plain words", "#a"), "[Plain words](#a)");
    }

    #[test]
    fn a_long_lesson_is_cut() {
        let link = markdown(None, &"word ".repeat(100), "u");
        assert!(link.chars().count() < LONGEST + 10, "{link}");
        assert!(link.ends_with("…](u)"), "{link}");
    }
}
