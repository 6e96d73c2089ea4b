//! Addresses inside the site.
//!
//! Comes in: paths. Goes out: the file of a page, its address for links, and the way from it to the top. Every link of
//! the site is made here, so that all of them are relative and work under any prefix.

use std::sync::Arc;

/// A place of the site: the folder of a page, without `/` at either end; empty for the home page. Many hold each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Arc<str>);

impl Address {
    /// Returns the top of the site.
    pub fn home() -> Address {
        Address(Arc::default())
    }

    /// Returns the address of a path that is known to be good.
    pub fn new(path: &str) -> Address {
        Address(path.trim_matches('/').into())
    }

    /// Returns the address of a path that somebody wrote; `None` where it leads out of the site or names nothing.
    pub fn checked(path: &str) -> Option<Address> {
        let path = path.trim().trim_matches('/');
        let good = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part.len() <= 200
                && !part.chars().any(|c| c.is_control() || matches!(c, '\\' | '?' | '#'))
        };
        (path.is_empty() || path.split('/').all(good) && path.len() <= 900).then(|| Address(path.into()))
    }

    /// Returns the address below this one.
    pub fn join(&self, below: &str) -> Address {
        if self.0.is_empty() {
            Address::new(below)
        } else {
            Address([&*self.0, "/", below.trim_matches('/')].concat().into())
        }
    }

    /// Returns the path without `/` at either end.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// Returns the file of the page.
    pub fn file(&self) -> String {
        self.file_named("index.html")
    }

    /// Returns a file beside the page.
    pub fn file_named(&self, name: &str) -> String {
        if self.0.is_empty() { name.to_owned() } else { [&*self.0, "/", name].concat() }
    }

    /// Returns the address as a link from the top of the site: ending in `/`, or in `index.html` where the site is to
    /// open from a folder.
    pub fn url(&self, from_folder: bool) -> String {
        let mut url = encode(&self.0);
        if !self.0.is_empty() {
            url.push('/');
        }
        if from_folder {
            url.push_str("index.html");
        }
        url
    }

    /// Returns the way from the page to the top of the site: `./`, `../`, `../../` …
    pub fn root(&self) -> String {
        if self.0.is_empty() { "./".to_owned() } else { "../".repeat(self.0.matches('/').count() + 1) }
    }
}

/// Encodes a path for an address; `/` and what needs no escape stay.
pub fn encode(path: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    // Most need no escape at all, and are written in one piece.
    while let Some(at) = rest.bytes().position(|byte| !is_plain(byte)) {
        out.push_str(&rest[..at]);
        let escaped = rest[at..].chars().next().map_or(1, char::len_utf8);
        for byte in rest[at..at + escaped].bytes() {
            out.push('%');
            out.push(DIGITS[usize::from(byte >> 4)] as char);
            out.push(DIGITS[usize::from(byte & 15)] as char);
        }
        rest = &rest[at + escaped..];
    }
    out.push_str(rest);
    out
}

/// Returns whether a byte stands in an address as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b',' | b'@' | b'+' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_files_and_the_way_up() {
        let address = Address::new("incidents/2021 ü");
        assert_eq!(address.url(false), "incidents/2021%20%C3%BC/");
        assert_eq!(address.url(true), "incidents/2021%20%C3%BC/index.html");
        assert_eq!(address.file(), "incidents/2021 ü/index.html");
        assert_eq!(address.root(), "../../");
        assert_eq!(
            (Address::home().url(true).as_str(), Address::home().root().as_str()),
            ("index.html", "./")
        );
    }

    #[test]
    fn what_leads_out_is_no_address() {
        for path in ["../x", "a/../b", "a//b", "a\\b", "a\0b", "a?b"] {
            assert_eq!(Address::checked(path), None, "{path}");
        }
        assert_eq!(Address::checked("/a/b/"), Some(Address::new("a/b")));
    }
}
