//! Which paths a site may have.
//!
//! Comes in: a path as the rest of the program names it. Goes out: whether it stays inside the site, is the same path
//! on every system and steps on nothing that is not the site's. Never asks the file system.

use crate::config::OUTPUT_MARKER;

/// The longest name of a file or folder, in bytes, that the usual file systems take.
const LONGEST_NAME: usize = 255;

/// Returns why a site cannot have a file at this path.
pub fn check(path: &str) -> Result<(), String> {
    if path.starts_with('/') {
        return Err("the path is absolute".to_owned());
    }
    if path.contains('\0') {
        return Err("the path holds a NUL".to_owned());
    }
    for part in path.split('/') {
        match part {
            "" => return Err("the path has an empty part".to_owned()),
            "." | ".." => return Err(format!("the path has a part `{part}`")),
            _ => {}
        }
        if part.len() > LONGEST_NAME {
            return Err(format!(
                "the path has a part of {} bytes, and {LONGEST_NAME} are the most",
                part.len()
            ));
        }
        // Git runs what it finds in there, and asks no questions when the site itself is a checkout.
        if part.eq_ignore_ascii_case(".git") {
            return Err(format!("the path has a part `{part}`, which is Git's own"));
        }
        #[cfg(windows)]
        check_windows(part)?;
    }
    let top = path.split('/').next().unwrap_or_default();
    let reserved =
        top.get(..OUTPUT_MARKER.len()).is_some_and(|start| start.eq_ignore_ascii_case(OUTPUT_MARKER));
    if reserved {
        return Err(format!("names that begin with `{OUTPUT_MARKER}` are ours"));
    }
    Ok(())
}

/// Refuses what Windows reads as something else: separators, drives, streams, and endings that it drops.
#[cfg(windows)]
fn check_windows(part: &str) -> Result<(), String> {
    let odd = |character: char| matches!(character, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    match part.contains(odd) || part.ends_with(['.', ' ']) {
        true => Err(format!("Windows has no such name as `{part}`")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_sites_are_taken() {
        for path in
            ["index.html", "a/b/c.html", "事故/index.html", "a..b/...", "a b", "x/.afterword", "line\nbreak"]
        {
            assert_eq!(check(path), Ok(()), "{path:?}");
        }
        assert_eq!(check(&"é".repeat(127)), Ok(()));
    }

    #[test]
    fn paths_that_lead_astray_are_refused() {
        let long = "é".repeat(128);
        for path in [
            "",
            "/etc/passwd",
            "//x",
            "..",
            "../x",
            "a/../../x",
            "a/..",
            "./a",
            "a//b",
            "a/",
            "a\0b",
            ".afterword",
            ".AfterWord",
            ".afterword/x",
            ".afterword-1-2/x",
            ".git/config",
            "a/.GIT/hooks/post-checkout",
            long.as_str(),
        ] {
            assert!(check(path).is_err(), "{path:?}");
        }
    }
}
