//! Which file names are documents, and what remains of a name without its ending.
//!
//! Comes in: a path with `/` between its parts. Never looks at a file.

use crate::config::Config;

/// The endings of Markdown files, the compound ones first, so that the longest wins.
///
/// Middleman and similar generators write `.html.md` and `.html.md.erb`.
const ENDINGS: [&str; 8] =
    [".html.md.erb", ".html.md", ".md.erb", ".markdown", ".mdown", ".mdx", ".mkd", ".md"];

/// Returns whether a file of this name is a document.
pub fn is_document(path: &str, config: &Config) -> bool {
    ending(path, config).is_some()
}

/// Returns the path without its document ending: `a/b` for `a/b.html.md.erb`; the path itself where it has none.
pub fn stem<'a>(path: &'a str, config: &Config) -> &'a str {
    &path[..path.len() - ending(path, config).unwrap_or(0)]
}

/// Returns the length in bytes of the longest document ending of a path; some name always stands before it.
fn ending(path: &str, config: &Config) -> Option<usize> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = |ending: &str| {
        let at = name.len().checked_sub(ending.len()).filter(|&at| at > 0)?;
        // A byte comparison, since the cut may fall inside a character.
        let tail = &name.as_bytes()[at..];
        (name.is_char_boundary(at) && tail.eq_ignore_ascii_case(ending.as_bytes())).then_some(ending.len())
    };
    let known = ENDINGS.iter().find_map(|ending| ends(ending));
    let own = config
        .extensions
        .iter()
        .map(|extension| extension.trim_start_matches('.'))
        .filter(|extension| !extension.is_empty())
        .filter_map(|extension| ends(&format!(".{extension}")))
        .max();
    known.max(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_ending_goes() {
        let config = Config { extensions: vec!["txt".to_owned(), ".Notiz".to_owned()], ..Config::default() };
        let check = |path: &str, expected: &str| {
            assert_eq!(stem(path, &config), expected, "{path}");
            assert_eq!(is_document(path, &config), path != expected, "{path}");
        };
        check("a/b.html.md.erb", "a/b");
        check("a/b.md.erb", "a/b");
        check("a/b.HTML.MD", "a/b");
        check("A b.MarkDown", "A b");
        check("2021/v1.24.0.md", "2021/v1.24.0");
        check("障害.mdx", "障害");
        check("x.mkd", "x");
        check("x.mdown", "x");
        check("x.txt", "x");
        check("x.NOTIZ", "x");
        check("html.md", "html");
        check("md", "md");
        check("a.md/b.png", "a.md/b.png");
        check("a/.md", "a/.md");
        check("b.erb", "b.erb");
        check("é", "é");
        check("xämd", "xämd");
    }
}
