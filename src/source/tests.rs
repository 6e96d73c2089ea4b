//! Folders with good and hostile files in, what is listed and read out.

use super::*;
use crate::config;
use crate::config::Config;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder of files. A path that ends in `/` is a folder; a text that begins with `-> ` is a symbolic link.
struct Site {
    folder: TempDir,
}

impl Site {
    fn new(files: &[(&str, &str)]) -> Self {
        let site = Site { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            site.add(path, text.as_bytes());
        }
        site
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn add(&self, path: &str, bytes: &[u8]) {
        let at = self.path(path);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        if path.ends_with('/') {
            std::fs::create_dir_all(at).unwrap();
        } else if let Some(target) = bytes.strip_prefix(b"-> ") {
            symlink(std::ffi::OsStr::from_bytes(target), at).unwrap();
        } else {
            std::fs::write(at, bytes).unwrap();
        }
    }

    fn root(&self) -> (Root, Config) {
        let located = locate(Some(self.folder.path()), Path::new("/")).unwrap();
        let (config, findings) = config::parse(located.settings.as_deref().unwrap_or_default());
        assert!(findings.is_empty(), "{findings:?}");
        (Root::new(located, &config).unwrap(), config)
    }

    fn list(&self) -> Listing {
        let (root, config) = self.root();
        list(&root, &config, &self.path("dist"))
    }

    fn read(&self, path: &str) -> SourceFile {
        let (root, _) = self.root();
        let entry = self.list().documents.into_iter().find(|entry| entry.path == path).unwrap();
        read(&root, &entry)
    }

    /// Compares the listing, written as documents, `+ assets`, `@ links` and `! findings`, one a line.
    fn check(&self, expected: &[&str]) {
        let listing = self.list();
        let mut lines: Vec<String> = listing.documents.iter().map(|entry| entry.path.clone()).collect();
        lines.extend(listing.assets.iter().map(|asset| format!("+ {}", asset.path)));
        lines.extend(listing.links.iter().map(|link| format!("@ {} = {}", link.path, link.target)));
        lines.extend(listing.findings.iter().map(show));
        assert_eq!(lines, expected);
    }
}

fn show(finding: &Finding) -> String {
    format!("! {} {} {}", finding.level.name(), finding.rule.name, finding.place.file)
}

fn mkfifo(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_folder_without_settings_is_content() {
    let site = Site::new(&[
        ("b.md", "b"),
        ("a/x.MD", "x"),
        ("a/x.png", "p"),
        ("a-b.md", "ab"),
        ("static/c.md", "c"),
    ]);
    site.check(&["a-b.md", "a/x.MD", "b.md", "static/c.md", "+ a/x.png"]);
    assert_eq!(site.read("a/x.MD").text, "x");
    assert!(static_files(&site.root().0).unwrap().files.is_empty());
}

#[test]
fn settings_name_the_content_folder() {
    let site = Site::new(&[
        ("afterword.toml", "content = './docs/pm'\nextensions = ['txt']\n"),
        ("README.md", "no"),
        ("docs/pm/a.txt", "a"),
        ("docs/pm/b.html.md.erb", "b"),
    ]);
    site.check(&["a.txt", "b.html.md.erb"]);
    let listing = site.list();
    assert_eq!(listing.documents[0].file, "docs/pm/a.txt");
    assert_eq!(listing.documents[0].size, 1);
    let (root, _) = site.root();
    assert_eq!(root.content_prefix, "docs/pm/");
    assert!(is_in(&root, &site.path("README.md")));
    assert!(!is_in(&root, Path::new("/")));
    assert!(!is_in(&root, &site.path("missing.md")));
}

#[test]
fn the_nearest_settings_upwards_are_found() {
    let site = Site::new(&[("afterword.toml", "\u{feff}title = 'A'"), ("content/deep/a.md", "")]);
    let located = locate(None, &site.path("content/deep")).unwrap();
    assert_eq!(located.path, site.folder.path());
    assert_eq!(located.settings.as_deref(), Some("title = 'A'"));
    // A folder that is named is taken at its word.
    let located = locate(Some(Path::new("./deep")), &site.path("content")).unwrap();
    assert_eq!((located.path, located.settings), (site.path("content/deep"), None));
}

#[test]
fn a_missing_folder_is_an_error() {
    let site = Site::new(&[("afterword.toml", ""), ("a.md", ""), ("x/afterword.toml", "content = 'out'")]);
    let check = |error: Error, expected: &str| {
        assert_eq!(error.to_string(), expected.replace('~', &site.folder.path().display().to_string()));
    };
    let at = |path: &str| locate(Some(&site.path(path)), Path::new("/"));
    check(at("none").unwrap_err(), "cannot read the folder `~/none`: no such file or directory");
    check(at("a.md").unwrap_err(), "cannot read the folder `~/a.md`: not a directory");
    let root = |path: &str, content: &str| {
        Root::new(at(path).unwrap(), &Config { content: content.to_owned(), ..Config::default() })
    };
    // Settings laid into a folder of postmortems.
    let plain = root("", "content").unwrap();
    assert_eq!((plain.content, plain.content_prefix.as_str()), (site.folder.path().to_owned(), ""));
    check(
        root("", "records").unwrap_err(),
        "cannot read the content folder `~/records`: no such file or directory",
    );
    symlink("/", site.path("x/out")).unwrap();
    check(root("x", "out").unwrap_err(), "the content folder `~/x/out` leads out of the site's folder");
    check(root("x", "../x").unwrap_err(), "the content folder `~/x/../x` leads out of the site's folder");
    site.add("x/afterword.toml", b"a = 1\nb = '\xFF'");
    check(at("x").unwrap_err(), "cannot read the settings `~/x/afterword.toml`: line 2 is not UTF-8");
    std::fs::remove_file(site.path("x/afterword.toml")).unwrap();
    symlink("/etc/passwd", site.path("x/afterword.toml")).unwrap();
    check(at("x").unwrap_err(), "the settings `~/x/afterword.toml` lead out of their folder");
    std::fs::remove_file(site.path("x/afterword.toml")).unwrap();
    mkfifo(&site.path("x/afterword.toml"));
    check(
        at("x").unwrap_err(),
        "cannot read the settings `~/x/afterword.toml`: it is no regular file, or has become a link",
    );
}

#[test]
fn what_does_not_count_is_left_out() {
    let site = Site::new(&[
        ("a.md", ""),
        (".hidden.md", ""),
        (".github/x.md", ""),
        ("node_modules/p/README.md", ""),
        ("docs/vendor/x.md", ""),
        ("vendor.md", ""),
        ("lessons.lock/a.md", ""),
        ("public/.afterword", ""),
        ("public/a/index.md", ""),
        ("dist/index.md", ""),
        // No repository, so this means nothing.
        (".gitignore", "a.md\n"),
    ]);
    site.check(&["a.md", "vendor.md"]);
}

#[test]
fn what_git_ignores_is_left_out() {
    let site = Site::new(&[
        (".gitignore", "*.tmp.md\r\nbuild/\n/content/top.md\n[\n"),
        (".git/info/exclude", "private.md\n"),
        ("afterword.toml", ""),
        ("content/.gitignore", "!keep.tmp.md\nlocal.md\n"),
        ("content/a.md", ""),
        ("content/a.tmp.md", ""),
        ("content/keep.tmp.md", ""),
        ("content/local.md", ""),
        ("content/private.md", ""),
        ("content/top.md", ""),
        ("content/x/top.md", ""),
        ("content/x/local.md", ""),
        ("content/build/a.md", ""),
        ("content/x/.gitignore", "!local.md\n"),
        // Another repository has its own rules.
        ("content/nested/.git/HEAD", ""),
        ("content/nested/.gitignore", "n.md"),
        ("content/nested/b.tmp.md", ""),
        ("content/nested/n.md", ""),
    ]);
    site.check(&["a.md", "keep.tmp.md", "nested/b.tmp.md", "x/local.md", "x/top.md"]);
}

#[test]
fn a_linked_worktree_shares_the_exclude_file() {
    let site = Site::new(&[
        ("main/.git/info/exclude", "private.md\n"),
        ("main/.git/worktrees/w/commondir", "../..\n"),
        ("w/.git", "gitdir: ../main/.git/worktrees/w\n"),
        ("w/private.md", ""),
        ("w/a.md", ""),
    ]);
    let located = locate(Some(&site.path("w")), Path::new("/")).unwrap();
    let root = Root::new(located, &Config::default()).unwrap();
    let listing = list(&root, &Config::default(), Path::new("/nowhere"));
    assert_eq!(listing.documents.iter().map(|entry| &entry.path).collect::<Vec<_>>(), ["a.md"]);
}

#[test]
fn settings_leave_out_globs() {
    let site = Site::new(&[
        (
            "afterword.toml",
            "content = '.'\ntheme = 'look'\nexclude = ['drafts/', '*.tmp.md', '/top.md', 'a{b']\n",
        ),
        ("drafts/a.md", ""),
        ("x/drafts/a.md", ""),
        ("x/b.tmp.md", ""),
        ("top.md", ""),
        ("x/top.md", ""),
        ("look/README.md", ""),
        ("static/terms.md", ""),
        ("x/static/a.md", ""),
    ]);
    site.check(&["x/static/a.md", "x/top.md", "+ afterword.toml", "! error broken-settings afterword.toml"]);
    let finding = &site.list().findings[0];
    assert_eq!((finding.place.line, finding.place.column), (3, 47));
    assert!(finding.message.starts_with("`exclude` has `a{b`, which is no glob: "), "{}", finding.message);
}

#[test]
fn links_stay_inside() {
    let outside = Site::new(&[("secret.md", "secret"), ("folder/x.md", "x")]);
    let to = |path: &str| format!("-> {}", outside.path(path).display());
    let site = Site::new(&[
        ("afterword.toml", ""),
        ("shared/guide.md", "guide"),
        ("shared/more/x.md", "x"),
        ("notes.md", "notes"),
        (".env", "TOKEN"),
        ("content/real/a.md", "a"),
        ("content/real/a.png", "png"),
        ("content/alias", "-> real"),
        ("content/again.md", "-> real/a.md"),
        ("content/again.png", "-> real/a.png"),
        ("content/notes.md", "-> ../notes.md"),
        ("content/env.md", "-> ../.env"),
        ("content/shared", "-> ../shared"),
        ("content/more", "-> ../shared/more"),
        ("content/up", "-> .."),
        ("content/real/here", "-> ."),
        ("content/self.md", "-> self.md"),
        ("content/gone.md", "-> nothing"),
        ("content/gone.png", "-> nothing"),
        ("content/node_modules", "-> ../shared"),
        ("content/secret.md", &to("secret.md")),
        ("content/folder", &to("folder")),
    ]);
    site.check(&[
        "more/x.md",
        "notes.md",
        "real/a.md",
        "shared/guide.md",
        "+ again.png",
        "+ real/a.png",
        "@ again.md = real/a.md",
        "@ alias = real",
        "! note symlink-outside content/env.md",
        "! note symlink-outside content/folder",
        "! warning dangling-symlink content/gone.md",
        "! note symlink-loop content/real/here",
        "! note symlink-outside content/secret.md",
        "! note symlink-loop content/self.md",
        "! note symlink-loop content/up",
    ]);
    assert_eq!(site.read("shared/guide.md").text, "guide");
    assert_eq!(site.read("notes.md").text, "notes");
    assert_eq!(site.read("notes.md").file, "content/notes.md");
    let (root, _) = site.root();
    assert_eq!(read_asset(&root, "alias/a.png").unwrap(), b"png");
    for path in ["../notes.md", "/etc/passwd", "secret.md", "env.md", ".x", "a//b", "none.png", "real", ""] {
        let error = read_asset(&root, path).unwrap_err();
        assert!(error.message.starts_with(&format!("cannot read `{path}`: ")), "{error}");
    }
}

#[test]
fn a_link_does_not_publish_what_is_ignored() {
    let site = Site::new(&[
        (".git/HEAD", ""),
        (".gitignore", "keys/\n"),
        ("afterword.toml", ""),
        ("keys/k.md", "k"),
        ("public/.afterword", ""),
        ("public/a/index.md", ""),
        ("content/k.md", "-> ../keys/k.md"),
        ("content/out", "-> ../public/a"),
        ("static/k.txt", "-> ../keys/k.md"),
    ]);
    site.check(&["! note symlink-outside content/k.md", "! note symlink-outside content/out"]);
    let files = static_files(&site.root().0).unwrap();
    assert!(files.files.is_empty());
    assert_eq!(files.findings.iter().map(show).collect::<Vec<_>>(), ["! note symlink-outside static/k.txt"]);
}

#[test]
fn many_links_to_each_other_are_walked_once() {
    let site = Site::new(&[("afterword.toml", ""), ("content/", "")]);
    for at in 0..30 {
        site.add(&format!("pool/{at}/a.md"), b"a");
        for to in 0..30 {
            site.add(&format!("pool/{at}/to-{to}"), format!("-> ../{to}").as_bytes());
        }
    }
    site.add("content/in", b"-> ../pool/0");
    assert_eq!(site.list().documents.len(), 30);
}

#[test]
fn what_is_no_file_is_never_opened() {
    let site = Site::new(&[("a.md", "a"), ("b.md", "b"), ("c.md", "c"), ("d/d.md", "d")]);
    mkfifo(&site.path("pipe.md"));
    mkfifo(&site.path("pipe"));
    symlink("pipe.md", site.path("to-pipe.md")).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(site.path("socket.md")).unwrap();
    site.check(&[
        "a.md",
        "b.md",
        "c.md",
        "d/d.md",
        "! warning special-file pipe.md",
        "! warning special-file socket.md",
        "! warning special-file to-pipe.md",
    ]);
    drop(socket);
    // What was listed may change before it is read.
    let (root, _) = site.root();
    let documents = site.list().documents;
    let outside = Site::new(&[("d.md", "secret")]);
    for path in ["a.md", "b.md", "c.md"] {
        std::fs::remove_file(site.path(path)).unwrap();
    }
    mkfifo(&site.path("a.md"));
    std::fs::create_dir(site.path("b.md")).unwrap();
    symlink(outside.path("d.md"), site.path("c.md")).unwrap();
    std::fs::rename(site.path("d"), site.path("old")).unwrap();
    symlink(outside.folder.path(), site.path("d")).unwrap();
    for entry in &documents {
        let source_file = read(&root, entry);
        assert_eq!(source_file.text, "");
        assert_eq!(show(&source_file.findings[0]), format!("! error unreadable-file {}", entry.path));
        assert_eq!(
            source_file.findings[0].message,
            format!("cannot read `{}`: it is no regular file, or has become a link", entry.path)
        );
    }
    std::fs::remove_file(site.path("d")).unwrap();
    let vanished = read(&root, documents.last().unwrap());
    assert_eq!(vanished.findings[0].message, "cannot read `d/d.md`: no such file or directory");
}

#[test]
fn a_folder_that_cannot_be_read_is_an_error() {
    let site = Site::new(&[("a.md", "a"), ("x/b.md", "b")]);
    let (root, config) = site.root();
    std::fs::remove_dir_all(site.folder.path()).unwrap();
    let listing = list(&root, &config, Path::new("/nowhere"));
    assert_eq!(listing.findings.iter().map(show).collect::<Vec<_>>(), ["! error unreadable-file ."]);
    assert_eq!(listing.findings[0].message, "cannot read the folder `.`: no such file or directory");
}

#[test]
fn names_may_be_in_any_script() {
    let site = Site::new(&[("障害 2024/Störung (1).md", ""), ("a\nb.md", ""), ("a\\b.md", ""), ("Ä.md", "")]);
    let bad = |name: &[u8]| site.folder.path().join(std::ffi::OsStr::from_bytes(name));
    std::fs::write(bad(b"caf\xE9.md"), "").unwrap();
    std::fs::write(bad(b"caf\xE9.png"), "").unwrap();
    std::fs::create_dir(bad(b"d\xE9")).unwrap();
    std::fs::write(bad(b"d\xE9/x.md"), "").unwrap();
    site.check(&[
        "a\nb.md",
        "a\\b.md",
        "Ä.md",
        "障害 2024/Störung (1).md",
        "! error unreadable-name caf\u{FFFD}.md",
        "! note unreadable-name caf\u{FFFD}.png",
        "! error unreadable-name d\u{FFFD}/x.md",
    ]);
}

#[test]
fn a_text_is_read_with_its_faults() {
    let site = Site::new(&[("empty.md", ""), ("crlf.md", "\u{feff}a\r\nb")]);
    site.add("latin.md", b"# Caf\xE9\n");
    site.add("binary.md", b"\0\x01");
    let empty = site.read("empty.md");
    assert!(empty.text.is_empty() && empty.findings.is_empty() && empty.git.is_none());
    let crlf = site.read("crlf.md");
    assert_eq!((crlf.text.as_str(), crlf.size), ("a\r\nb", 7));
    let latin = site.read("latin.md");
    assert_eq!(latin.text, "# Café\n");
    assert_eq!(show(&latin.findings[0]), "! warning invalid-utf8 latin.md");
    assert_eq!((latin.findings[0].place.line, latin.findings[0].place.column), (1, 6));
    assert_eq!(show(&site.read("binary.md").findings[0]), "! error binary-file binary.md");
}

#[test]
fn a_document_that_is_too_large_is_cut_at_a_line() {
    let site = Site::new(&[("a.md", "")]);
    let line = "störung\n";
    let whole = line.repeat(LARGEST_DOCUMENT as usize / line.len() + 1);
    let largest = &whole[..whole.floor_char_boundary(LARGEST_DOCUMENT as usize)];
    site.add("a.md", largest.as_bytes());
    let source_file = site.read("a.md");
    assert_eq!((source_file.text.len(), source_file.findings.len()), (largest.len(), 0));
    site.add("a.md", whole.as_bytes());
    let source_file = site.read("a.md");
    assert_eq!(source_file.size, whole.len() as u64);
    assert_eq!(source_file.text, line.repeat(BEGINNING as usize / line.len()));
    assert_eq!(source_file.findings.len(), 1);
    assert_eq!(
        source_file.findings[0].message,
        "`a.md` has 16.1 MiB, more than the 16.0 MiB that a document may have"
    );
}

#[test]
fn a_theme_is_read_whole() {
    let site = Site::new(&[
        ("afterword.toml", "theme = 'look'"),
        ("content/", ""),
        ("look/templates/page.html", "<p>"),
        ("look/.DS_Store", "x"),
        ("look/site.css", "p {}"),
        ("shared.css", "b {}"),
        ("look/shared.css", "-> ../shared.css"),
        ("look/outside.css", "-> /etc/hostname"),
    ]);
    site.add("look/font.woff2", b"\0\xFF");
    let (root, mut config) = site.root();
    let theme = theme_files(&root, &config).unwrap();
    let files: Vec<_> = theme.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(
        files,
        [
            ("font.woff2", b"\0\xFF".as_slice()),
            ("shared.css", b"b {}"),
            ("site.css", b"p {}"),
            ("templates/page.html", b"<p>"),
        ]
    );
    assert_eq!(
        theme.findings.iter().map(show).collect::<Vec<_>>(),
        ["! note symlink-outside look/outside.css"]
    );
    for (name, why) in [
        ("none", "cannot read the theme folder `~/none`: no such file or directory"),
        ("../x", "the theme folder `~/../x` leads out of the site's folder"),
        ("shared.css", "cannot read the folder `~/shared.css/`: not a directory"),
    ] {
        config.theme = Some(name.to_owned());
        let error = theme_files(&root, &config).unwrap_err();
        assert_eq!(error.to_string(), why.replace('~', &site.folder.path().display().to_string()));
    }
    config.theme = None;
    assert!(theme_files(&root, &config).unwrap().files.is_empty());
}

#[test]
fn static_files_are_copied_as_they_are() {
    let site = Site::new(&[
        ("afterword.toml", ""),
        ("content/a.md", ""),
        ("static/CNAME", "example.com"),
        ("static/.well-known/security.txt", "s"),
        ("static/.nojekyll", ""),
        ("static/.gitkeep", ""),
        ("static/terms.md", "t"),
    ]);
    let files = static_files(&site.root().0).unwrap().files;
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [".nojekyll", ".well-known/security.txt", "CNAME", "terms.md"]);
    assert_eq!(files[2].1, b"example.com");
    std::fs::remove_dir_all(site.path("static")).unwrap();
    assert!(static_files(&site.root().0).unwrap().files.is_empty());
    symlink("/etc", site.path("static")).unwrap();
    assert!(static_files(&site.root().0).is_err());
}

#[test]
fn a_file_that_is_listed_alone_is_listed_as_with_all() {
    let settings = "exclude = [\"*.tmp.md\"]\ncontent = \"content\"\n";
    let site = Site::new(&[("afterword.toml", settings), ("content/a.md", "# A"), ("content/x/b.md", "# B")]);
    site.add("content/x/.gitignore", b"private*");
    std::fs::create_dir(site.path(".git")).unwrap();
    let (root, config) = site.root();
    let out = site.path("dist");
    let mut listing = list(&root, &config, &out);
    let mut alone = |site: &Site, path: &str| {
        let done = list_one(&mut listing, &root, &config, &out, path);
        let all = list(&root, &config, &out);
        assert!(!done || format!("{listing:?}") == format!("{all:?}"), "{path}: {listing:?}");
        let is_there = site.path("content").join(path).exists();
        listing = all;
        (done, is_there && listing.documents.iter().any(|entry| entry.path == path))
    };
    for path in ["0.md", "x/a.md", "x/z.md", "x/picture.png", "x/other.tmp.md", "x/private.md", "a.md"] {
        site.add(&format!("content/{path}"), b"# Another text");
        let is_document = !["x/picture.png", "x/other.tmp.md", "x/private.md"].contains(&path);
        assert_eq!(alone(&site, path), (true, is_document), "{path} came");
    }
    for path in ["0.md", "x/picture.png", "a.md"] {
        std::fs::remove_file(site.path(&format!("content/{path}"))).unwrap();
        assert_eq!(alone(&site, path), (true, false), "{path} went");
    }
    // What only the whole folder tells: a folder that is new, a folder in the place of a file, what was never there, a link.
    site.add("content/new/c.md", b"# C");
    assert_eq!(alone(&site, "new/c.md"), (false, true));
    std::fs::create_dir(site.path("content/folder.md")).unwrap();
    assert!(!alone(&site, "folder.md").0);
    assert!(!alone(&site, "never.md").0);
    site.add("content/link.md", b"-> later.md");
    assert!(!alone(&site, "link.md").0);
    site.add("content/later.md", b"# Later");
    assert_eq!(alone(&site, "later.md"), (false, true), "links may lead to it");
}
