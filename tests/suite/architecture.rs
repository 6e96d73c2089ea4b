//! The tree is the data flow: no module names a later one, and each outside crate stays where it belongs.

use crate::site::package;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// Crates that one module alone may know, so that a better one can take their place there.
const OWNERS: [(&str, &[&str]); 19] = [
    ("ammonia", &["markdown"]),
    ("annotate_snippets", &["cli"]),
    ("clap", &["cli"]),
    ("giallo", &["markdown"]),
    ("granit_parser", &["document"]),
    ("harfrust", &["card"]),
    ("http_body_util", &["serve"]),
    ("hyper", &["serve"]),
    ("hyper_util", &["serve"]),
    ("ignore", &["source"]),
    ("indicatif", &["cli"]),
    ("notify", &["serve"]),
    ("resvg", &["card"]),
    ("serde_yaml", &["document"]),
    ("skrifa", &["card"]),
    ("tera", &["theme"]),
    ("tokio", &["serve"]),
    ("unicode_linebreak", &["card"]),
    ("walkdir", &["source"]),
];

/// Returns the modules of the library in the order of `lib.rs`.
fn modules() -> Vec<String> {
    let text = fs::read_to_string(package().join("src/lib.rs")).expect("the root of the library");
    let modules: Vec<String> = code(&text)
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect();
    assert!(modules.len() > 5 && modules.last().is_some_and(|last| last == "cli"), "{modules:?}");
    modules
}

/// Returns the code of every file of `src` by its path, without comments and strings.
fn sources() -> BTreeMap<String, String> {
    let folder = package().join("src");
    let mut sources = BTreeMap::new();
    for entry in WalkDir::new(&folder) {
        let entry = entry.expect("the sources can be listed");
        if entry.path().extension().is_some_and(|ending| ending == "rs") {
            let path = entry.path().strip_prefix(&folder).expect("a walk stays below its folder");
            let path = path.to_str().expect("a path in UTF-8").replace('\\', "/");
            sources.insert(path, code(&fs::read_to_string(entry.path()).expect("a source file")));
        }
    }
    sources
}

/// Returns the module at the top of the library that a file belongs to.
fn module_of(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// Blanks comments, strings and character literals; what stands on a line stays on that line.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut depth = 0;
    while let Some(first) = rest.chars().next() {
        let taken = if depth > 0 {
            if rest.starts_with("*/") {
                depth -= 1;
                2
            } else if rest.starts_with("/*") {
                depth += 1;
                2
            } else {
                first.len_utf8()
            }
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            depth = 1;
            2
        } else if let Some(length) = literal(rest, out.chars().next_back()) {
            length
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        out.extend(rest[..taken].chars().filter(|&c| c == '\n'));
        rest = &rest[taken..];
    }
    out
}

/// Returns the length of the literal that the text begins with, `before` being the character in front of it.
fn literal(text: &str, before: Option<char>) -> Option<usize> {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if !in_word && let Some(raw) = text.strip_prefix("br").or(text.strip_prefix('r')) {
        let hashes = raw.bytes().take_while(|&byte| byte == b'#').count();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = text.len() - raw.len() + hashes + 1;
            return Some(text[start..].find(&end).map_or(text.len(), |at| start + at + end.len()));
        }
    }
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            // A lifetime is no literal.
            _ if quote == '\'' && at > 1 && c != '\'' && !text[1..].starts_with('\\') => return None,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    Some(text.len())
}

/// Returns the names that stand after a prefix such as `crate::`, each with its line.
fn named_after(code: &str, prefix: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    for (number, line) in code.lines().enumerate() {
        for (at, _) in line.match_indices(prefix) {
            if line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '$')) {
                continue;
            }
            let rest = &line[at + prefix.len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            names.push((number + 1, rest[..end].to_owned()));
        }
    }
    names
}

#[test]
fn no_module_names_a_later_one() {
    let modules = modules();
    let place = |module: &str| modules.iter().position(|other| other == module);
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let own = module_of(&path);
        let Some(own_place) = place(own) else {
            assert!(matches!(own, "lib" | "main"), "`src/{path}` belongs to no module of `src/lib.rs`");
            continue;
        };
        for (line, name) in named_after(&code, "crate::") {
            assert!(
                !name.is_empty(),
                "src/{path}:{line}: import each name by its full path, on a line of its own"
            );
            if place(&name).is_some_and(|other| other > own_place) {
                wrong.push(format!("src/{path}:{line}: `{own}` names `{name}`, which comes later"));
            }
        }
        // Climbing out of a module by `super` would reach the others unseen.
        let depth = path.matches('/').count() + usize::from(!path.ends_with("mod.rs"));
        let climb = "super::".repeat(depth);
        for (line, name) in named_after(&code, &climb) {
            if name != own && place(&name).is_some() {
                wrong.push(format!("src/{path}:{line}: `{own}` names `{name}` by way of `super`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_crate_stays_where_it_belongs() {
    let sources = sources();
    let mut wrong = Vec::new();
    for (name, owners) in OWNERS {
        let prefix = format!("{name}::");
        let mut used = false;
        for (path, code) in &sources {
            let lines = named_after(code, &prefix);
            used |= !lines.is_empty();
            if !owners.contains(&module_of(path)) {
                wrong.extend(
                    lines
                        .iter()
                        .map(|(line, _)| format!("src/{path}:{line}: `{name}` belongs to {owners:?}")),
                );
            }
        }
        assert!(used, "`{name}` is used nowhere: strike it out of the list");
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_named_for_nothing() {
    for path in sources().keys() {
        let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).expect("a name in UTF-8");
        assert!(
            !["utils", "util", "helpers", "common", "types", "misc"].contains(&stem),
            "`src/{path}` says nothing"
        );
    }
}

#[test]
fn comments_and_strings_are_no_code() {
    let text = "use crate::a; // crate::b\nlet x = \"crate::c\\\" crate::d\"; /* crate::e\n*/ let y: &'static str = r#\"crate::f\"#;\nlet z = ('\"', '\\'', b'x'); use crate::g;\n";
    let names: Vec<(usize, String)> = named_after(&code(text), "crate::");
    assert_eq!(names, [(1, "a".to_owned()), (4, "g".to_owned())]);
}
