//! Which files a site has: its documents, what stands beside them, its own theme, and what is copied as it is.
//!
//! Comes in: ROOT and its settings. Goes out: paths in a fixed order, and for theme and static files their bytes.

use super::Error;
use super::Root;
use super::ending;
use super::ignored::Ignored;
use super::open;
use super::reason;
use super::root;
use super::walk;
use super::walk::Rules;
use super::walk::Walked;
use crate::config;
use crate::config::Config;
use crate::diagnostic::Finding;
use crate::diagnostic::Place;
use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

/// The folder in ROOT whose files are copied to the top of the site as they are.
const STATIC: &str = "static";

/// The folder in ROOT with a site's own templates of new documents.
pub const TEMPLATES: &str = "templates";

/// Every file of a content folder that counts. Each list is in the order of its paths' bytes.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The files to [`read`](super::read).
    pub documents: Vec<Entry>,
    /// Every other file: images, logs, PDFs. Their content is not looked at.
    pub assets: Vec<Asset>,
    /// Symbolic links to what is listed under another path, so that relative links through them can be understood.
    pub links: Vec<Link>,
    /// Whether there are symbolic links at all.
    has_links: bool,
    /// What could not be listed, and why.
    pub findings: Vec<Finding>,
}

/// A document that was found, not yet read.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Relative to the content folder, with `/` between its parts.
    pub path: String,
    /// Relative to ROOT, with `/` between its parts: what findings name.
    pub file: String,
    /// In bytes, when it was listed.
    pub size: u64,
    /// When it was last written, where the file system tells.
    pub modified: Option<SystemTime>,
    /// Relative to ROOT, links followed.
    pub(super) real: PathBuf,
}

/// A file beside the documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Relative to the content folder, with `/` between its parts.
    pub path: String,
    /// In bytes, when it was listed.
    pub size: u64,
}

/// A symbolic link to a document or folder that is listed where it really is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The link, relative to the content folder.
    pub path: String,
    /// The path under which its target is listed; empty for the content folder itself.
    pub target: String,
}

/// Files that were read whole.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Their names, relative to their folder with `/` between the parts, and their bytes; in the order of the names'.
    pub files: Vec<(String, Vec<u8>)>,
    /// What was passed over, and why.
    pub findings: Vec<Finding>,
}

/// Lists the content folder.
///
/// Left out without a word: what is hidden, what Git ignores, `node_modules`, `vendor` and `lessons.lock` folders, what
/// the settings exclude, output of ours and the folder `out` that is to become it; where ROOT has settings and is the
/// content itself, also its `theme`, `static` and `templates` folders.
pub fn list(root: &Root, config: &Config, out: &Path) -> Listing {
    let mut findings = Vec::new();
    let mut rules = ContentRules::new(root, config, out, &mut findings);
    let Walked { files, links, has_links, findings: found } =
        walk::walk(root, root.content_real(), &root.content_prefix, &mut rules);
    findings.extend(found);
    let mut listing = Listing { links, has_links, findings, ..Listing::default() };
    for file in files {
        if ending::is_document(&file.path, config) {
            listing.documents.push(entry(root, file));
        } else {
            listing.assets.push(Asset { path: file.path, size: file.size });
        }
    }
    listing
}

fn entry(root: &Root, file: walk::Found) -> Entry {
    let walk::Found { path, real, size, modified } = file;
    Entry { file: format!("{}{path}", root.content_prefix), path, size, modified, real }
}

/// Brings a listing up to date with one file, `path` in the content folder, as [`list`] would find it now.
///
/// Returns `false` where that takes to list the whole folder: the file is a folder or a link by now, stands in a folder that was
/// not there, or there are links, of which it may be the target.
pub fn list_one(listing: &mut Listing, root: &Root, config: &Config, out: &Path, path: &str) -> bool {
    let document = listing.documents.binary_search_by(|entry| entry.path.as_str().cmp(path));
    let asset = listing.assets.binary_search_by(|asset| asset.path.as_str().cmp(path));
    let real = root.content_real().join(path);
    let metadata = std::fs::symlink_metadata(&real);
    let is_file = metadata.as_ref().is_ok_and(std::fs::Metadata::is_file);
    let is_gone = metadata.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    if listing.has_links || !(is_file || is_gone) || is_gone && document.is_err() && asset.is_err() {
        return false;
    }
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let after = listing.documents.partition_point(|entry| entry.path.as_str() < folder.as_str());
    let is_known = listing.documents.get(after).is_some_and(|entry| entry.path.starts_with(&folder));
    if is_file && !folder.is_empty() && !is_known {
        return false;
    }
    let mut rules = ContentRules::new(root, config, out, &mut Vec::new());
    let counts = is_file && !rules.leaves_out(Path::new(path), &real, false);
    let found = metadata.ok().filter(|_| counts).map(|metadata| walk::Found {
        path: path.to_owned(),
        real: real.strip_prefix(root.real()).unwrap_or(&real).to_path_buf(),
        size: metadata.len(),
        modified: metadata.modified().ok(),
    });
    match (found, ending::is_document(path, config)) {
        (None, _) => {
            document.ok().map(|at| listing.documents.remove(at));
            asset.ok().map(|at| listing.assets.remove(at));
        }
        (Some(found), true) => match document {
            Ok(at) => listing.documents[at] = entry(root, found),
            Err(at) => listing.documents.insert(at, entry(root, found)),
        },
        (Some(found), false) => {
            let found = Asset { path: found.path, size: found.size };
            match asset {
                Ok(at) => listing.assets[at] = found,
                Err(at) => listing.assets.insert(at, found),
            }
        }
    }
    true
}

/// Reads the site's own theme, text and binary; nothing where the settings name none.
///
/// Hidden files are left out. Errs where the folder does not exist, leads out of ROOT, or holds a file that cannot be
/// read: half a theme makes no site.
pub fn theme_files(root: &Root, config: &Config) -> Result<Files, Error> {
    let Some(theme) = &config.theme else { return Ok(Files::default()) };
    let named = root.path.join(theme);
    let name = root::inner_path(theme)
        .filter(|name| !name.is_empty())
        .ok_or_else(|| root::outside("theme folder", &named))?;
    let real = open::resolve(root, &root.real().join(&name))
        .map_err(|error| {
            Error::reading("read the theme folder", &named, &error)
                .help(format!("`theme` in `{}` names it", config::FILE))
        })?
        .ok_or_else(|| root::outside("theme folder", &named))?;
    read_files(root, &real, &format!("{name}/"), |name| name.starts_with('.'))
}

/// Reads the files that are copied to the top of the site as they are, such as `CNAME` or `favicon.ico`.
///
/// They stand in `static` in a ROOT with settings; elsewhere such a folder is content like any other. Hidden files
/// count, since `.well-known` and `.nojekyll` belong to sites, but not those of Git and macOS, nor the mark of our output.
/// Errs where the folder or a file in it cannot be read.
pub fn static_files(root: &Root) -> Result<Files, Error> {
    let folder = root.real().join(STATIC);
    if root.settings.is_none() || std::fs::symlink_metadata(&folder).is_err() {
        return Ok(Files::default());
    }
    let named = root.path.join(STATIC);
    let real = open::resolve(root, &folder)
        .map_err(|error| Error::reading("read the folder", &named, &error))?
        .ok_or_else(|| {
            Error::new(format!("the folder `{}` leads out of the site's folder", named.display()))
                .help("put the files themselves there")
        })?;
    read_files(root, &real, &format!("{STATIC}/"), |name| {
        matches!(
            name,
            ".git" | ".gitignore" | ".gitattributes" | ".gitkeep" | ".DS_Store" | config::OUTPUT_MARKER
        )
    })
}

/// Reads a site's own templates of new documents, which stand in `templates` in a ROOT with settings; names are without their
/// ending.
///
/// Errs where the folder or a file in it cannot be read.
pub fn templates(root: &Root) -> Result<Files, Error> {
    let folder = root.real().join(TEMPLATES);
    if root.settings.is_none() || std::fs::symlink_metadata(&folder).is_err() {
        return Ok(Files::default());
    }
    let named = root.path.join(TEMPLATES);
    let real = open::resolve(root, &folder)
        .map_err(|error| Error::reading("read the folder", &named, &error))?
        .ok_or_else(|| root::outside("folder of templates", &named))?;
    let mut files = read_files(root, &real, &format!("{TEMPLATES}/"), |name| name.starts_with('.'))?;
    files.files.retain_mut(|(name, _)| match name.strip_suffix(".md") {
        Some(stem) => {
            *name = stem.to_owned();
            true
        }
        None => false,
    });
    Ok(files)
}

fn read_files(root: &Root, real: &Path, prefix: &str, leaves_out: fn(&str) -> bool) -> Result<Files, Error> {
    let folder = root.real().join(real);
    let named = root.path.join(prefix);
    std::fs::read_dir(&folder).map_err(|error| Error::reading("read the folder", &named, &error))?;
    let mut rules = PlainRules { root, ignored: Ignored::default(), leaves_out };
    let walked = walk::walk(root, &folder, prefix, &mut rules);
    let mut files = Vec::with_capacity(walked.files.len());
    for file in walked.files {
        let bytes = open::read(root, &file.real).map_err(|error| {
            Error::new(format!("cannot read `{}`: {}", named.join(&file.path).display(), reason(&error)))
        })?;
        files.push((file.path, bytes));
    }
    Ok(Files { files, findings: walked.findings })
}

/// What a content folder leaves out.
struct ContentRules<'a> {
    root: &'a Root,
    config: &'a Config,
    exclude: Gitignore,
    ignored: Ignored,
    /// Folders that hold no content: the output, the theme, the static files.
    own_folders: Vec<PathBuf>,
}

impl<'a> ContentRules<'a> {
    /// Reads the rules of a site; what is wrong with its settings is added to `findings`.
    fn new(root: &'a Root, config: &'a Config, out: &Path, findings: &mut Vec<Finding>) -> Self {
        let mut own_folders: Vec<PathBuf> = Vec::new();
        // The folder may not exist yet, and then there is nothing in it.
        own_folders.extend(std::fs::canonicalize(out));
        if root.settings.is_some() {
            let theme = config.theme.as_deref().and_then(root::inner_path).filter(|theme| !theme.is_empty());
            own_folders.extend(theme.iter().map(|theme| root.real().join(theme)));
            own_folders.push(root.real().join(STATIC));
            own_folders.push(root.real().join(TEMPLATES));
        }
        own_folders.retain(|folder| folder != root.content_real());
        let exclude = excluded(root, config, findings);
        ContentRules { root, config, exclude, ignored: Ignored::default(), own_folders }
    }
}

impl Rules for ContentRules<'_> {
    fn wants(&self, name: &str) -> bool {
        ending::is_document(name, self.config)
    }

    fn once(&self, name: &str) -> bool {
        // A document has one address. An image is looked for under the path that a document writes; a folder, whose
        // name is empty here, is never walked twice.
        name.is_empty() || self.wants(name)
    }

    fn leaves_out(&mut self, shown: &Path, real: &Path, is_dir: bool) -> bool {
        let Some(name) = shown.file_name() else { return false };
        if name.as_encoded_bytes().first() == Some(&b'.')
            || self.exclude.matched(shown, is_dir).is_ignore()
            || self.ignored.ignores(real, is_dir)
        {
            return true;
        }
        is_dir
            && (["node_modules", "vendor", "lessons.lock"].iter().any(|left_out| name == *left_out)
                || self.own_folders.iter().any(|folder| folder == real)
                || is_our_output(real))
    }

    fn forbids(&mut self, target: &Path, is_dir: bool) -> bool {
        self.own_folders.iter().any(|folder| target.starts_with(folder))
            || self.ignored.ignores_below(self.root.real(), target, is_dir)
            || target
                .ancestors()
                .take_while(|folder| *folder != self.root.real() && *folder != self.root.content_real())
                .any(is_our_output)
    }
}

/// What a theme or static folder leaves out: files by their names.
struct PlainRules<'a> {
    root: &'a Root,
    ignored: Ignored,
    leaves_out: fn(&str) -> bool,
}

impl Rules for PlainRules<'_> {
    fn wants(&self, _name: &str) -> bool {
        true
    }

    fn once(&self, _name: &str) -> bool {
        false
    }

    fn leaves_out(&mut self, shown: &Path, _real: &Path, _is_dir: bool) -> bool {
        shown.file_name().and_then(|name| name.to_str()).is_some_and(self.leaves_out)
    }

    fn forbids(&mut self, target: &Path, is_dir: bool) -> bool {
        // A build machine may keep its credentials in an ignored file: a link must not publish them.
        self.ignored.ignores_below(self.root.real(), target, is_dir)
    }
}

/// Returns whether a folder bears the mark of our output.
fn is_our_output(folder: &Path) -> bool {
    std::fs::symlink_metadata(folder.join(config::OUTPUT_MARKER)).is_ok_and(|metadata| metadata.is_file())
}

/// Understands the globs of `exclude`; one that is none is a finding in the settings.
fn excluded(root: &Root, config: &Config, findings: &mut Vec<Finding>) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    let settings = root.settings.as_deref().unwrap_or_default();
    let mut broken = |glob: &str, message: String| {
        let place = match settings.find(glob) {
            Some(at) if !glob.is_empty() => Place::span(config::FILE, settings, at..at + glob.len()),
            _ => Place::file(config::FILE),
        };
        findings.push(
            Finding::new(&config::BROKEN_SETTINGS, place, message)
                .help("write it as a line of a `.gitignore` file, such as `drafts/` or `*.tmp.md`"),
        );
    };
    for glob in &config.exclude {
        if let Err(error) = builder.add_line(None, glob) {
            let why = match error {
                ignore::Error::Glob { err, .. } => err,
                error => error.to_string(),
            };
            broken(glob, format!("`exclude` has `{glob}`, which is no glob: {why}"));
        }
    }
    builder.build().unwrap_or_else(|error| {
        broken("", format!("`exclude` cannot be understood: {error}"));
        Gitignore::empty()
    })
}
