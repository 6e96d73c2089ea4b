//! After each of many edits that look like chance, what is connected and shown again is what connecting it anew gives.

#![expect(
    clippy::disallowed_methods,
    reason = "writes the documents that are edited, as their authors would"
)]

use super::*;
use crate::knowledge::dice::Dice;
use crate::knowledge::ledger::Answers;
use crate::knowledge::likeness::Related;
use crate::render::Parts as Rendered;
use crate::render::Renderer;
use crate::theme::view::Names;
use std::fmt::Debug;
use std::fmt::Write;
use tempfile::TempDir;

const NOUNS: [&str; 12] = [
    "database",
    "checkout",
    "resolver",
    "certificate",
    "deploy",
    "queue",
    "cache",
    "pager",
    "replica",
    "token",
    "disk",
    "alert",
];
const VERBS: [&str; 6] = ["stopped", "filled", "expired", "restarted", "lagged behind", "lost its leader"];

fn sentence(dice: &mut Dice) -> String {
    let (one, verb, other) = (*dice.pick(&NOUNS), *dice.pick(&VERBS), *dice.pick(&NOUNS));
    format!("The {one} {verb} before the {other} did, and nobody watched the {}.", dice.pick(&NOUNS))
}

fn lesson(dice: &mut Dice) -> String {
    format!("A {} without a {} must be {} by hand", dice.pick(&NOUNS), dice.pick(&NOUNS), dice.pick(&VERBS))
}

fn action(dice: &mut Dice) -> String {
    let owner = *dice.pick(&["", " (@ann)", " (@Bo)", " (@ann, due 2026-01-05)", " (due 2027-03-01)"]);
    format!("[{}] Watch the {}{owner}", dice.pick(&[" ", "x"]), dice.pick(&NOUNS))
}

fn link(dice: &mut Dice) -> String {
    let number = dice.below(16);
    match dice.below(9) {
        0 => format!("[[a {}]]", dice.pick(&NOUNS)),
        1 => "![a picture](/img.png)".to_owned(),
        2 => "<img src=\"/raw.png\">".to_owned(),
        3 => format!("[a place](/d{number}.md#{})", dice.pick(&NOUNS)),
        4 => "[nothing](gone.md)".to_owned(),
        5 => "[old](/old/place/)".to_owned(),
        6 => "[outside](https://example.org/)".to_owned(),
        _ => format!("[another](/d{number}.md)"),
    }
}

/// A document as its author thinks of it.
#[derive(Clone, Debug, Default)]
struct Draft {
    front: BTreeMap<&'static str, String>,
    heading: String,
    summary: String,
    body: Vec<String>,
    places: Vec<String>,
    times: Vec<String>,
    lessons: Vec<String>,
    actions: Vec<String>,
    links: Vec<String>,
}

impl Draft {
    fn new(dice: &mut Dice, number: usize) -> Draft {
        let mut draft = Draft {
            heading: format!("The {} {} in case {number}", dice.pick(&NOUNS), dice.pick(&VERBS)),
            summary: sentence(dice),
            ..Draft::default()
        };
        for _ in 0..4 {
            draft.edit(dice);
        }
        draft.body.push(sentence(dice));
        draft.lessons.push(lesson(dice));
        draft
    }

    /// Changes one thing, and says which.
    fn edit(&mut self, dice: &mut Dice) -> &'static str {
        fn change(list: &mut Vec<String>, dice: &mut Dice, make: fn(&mut Dice) -> String) {
            match (dice.below(5), list.len()) {
                (0 | 1, _) | (_, 0) => list.insert(dice.below(list.len() + 1), make(dice)),
                (2, count) => list[dice.below(count)] = make(dice),
                (3, count) => drop(list.remove(dice.below(count))),
                (_, count) => list.swap(dice.below(count), dice.below(count)),
            }
        }
        let mut set = |key: &'static str, value: String, dice: &mut Dice| match dice.below(3) {
            0 => drop(self.front.remove(key)),
            _ => drop(self.front.insert(key, value)),
        };
        let some = |dice: &mut Dice| format!("[{}, {}]", dice.pick(&NOUNS), dice.pick(&NOUNS));
        match dice.below(40) {
            0 => set("title", format!("A {}", dice.pick(&NOUNS)), dice),
            1 | 2 => {
                let date = format!("202{}-0{}-1{}", dice.below(6), 1 + dice.below(9), dice.below(9));
                set("date", date, dice);
            }
            3 => set("services", some(dice), dice),
            4 => set("tags", some(dice), dice),
            5 => set("factors", some(dice), dice),
            6 => set("teams", some(dice), dice),
            7 => set("authors", some(dice), dice),
            8 => set("severity", format!("SEV-{}", 1 + dice.below(3)), dice),
            9 => set("id", format!("id-{}", dice.below(6)), dice),
            10 => set("slug", format!("slug-{}", dice.below(4)), dice),
            11 => set("aliases", "[/old/place/]".to_owned(), dice),
            12 => set("draft", "true".to_owned(), dice),
            13 => set("kind", (*dice.pick(&["article", "incident", "page", "postmortem"])).to_owned(), dice),
            14 => set("incident", format!("d{}", dice.below(16)), dice),
            15 => set("language", (*dice.pick(&["de", "en"])).to_owned(), dice),
            16 => set("summary", sentence(dice), dice),
            17 => set("lessons", format!("[{{text: {}, guard: tests/a.rs}}]", lesson(dice)), dice),
            18 => set("started", format!("2025-03-0{}T10:00Z", 1 + dice.below(9)), dice),
            19 => set("status", (*dice.pick(&["resolved", "draft"])).to_owned(), dice),
            20 => {
                self.heading = format!("The {} {} again", dice.pick(&NOUNS), dice.pick(&VERBS));
                return "heading";
            }
            21 => {
                self.summary = sentence(dice);
                return "summary of the text";
            }
            22..26 => {
                change(&mut self.lessons, dice, lesson);
                return "lessons";
            }
            26..28 => {
                change(&mut self.actions, dice, action);
                return "actions";
            }
            28..31 => {
                change(&mut self.links, dice, link);
                return "links";
            }
            31..33 => {
                change(&mut self.places, dice, |dice| (*dice.pick(&NOUNS)).to_owned());
                return "places";
            }
            33 => {
                let time = |dice: &mut Dice| format!("1{}:00 {}", dice.below(9), dice.pick(&VERBS));
                change(&mut self.times, dice, time);
                return "timeline";
            }
            _ => {
                change(&mut self.body, dice, sentence);
                return "body";
            }
        }
        "front matter"
    }

    /// Takes out what makes documents depend on the names and titles of others.
    fn be_plain(&mut self) {
        self.front.remove("incident");
        self.links.retain(|link| !link.starts_with("[["));
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if !self.front.is_empty() {
            text += "---\n";
            for (key, value) in &self.front {
                let _ = writeln!(text, "{key}: {value}");
            }
            text += "---\n";
        }
        let _ = write!(text, "# {}\n\n## Summary\n\n{}\n\n", self.heading, self.summary);
        let mut part = |title: &str, mark: &str, lines: &[String]| {
            if !lines.is_empty() {
                let _ = write!(text, "## {title}\n\n");
                for line in lines {
                    let _ = write!(text, "{mark}{line}\n{}", if mark.is_empty() { "\n" } else { "" });
                }
                text += "\n";
            }
        };
        part("What happened", "", &self.body);
        part("Timeline", "- ", &self.times);
        for place in &self.places {
            part(place, "", &["Words below a heading of its own.".to_owned()]);
        }
        part("Lessons learned", "- ", &self.lessons);
        part("Action items", "- ", &self.actions);
        part("References", "- ", &self.links);
        text
    }
}

/// A site that is edited, the store that follows, and what was kept of the pages shown last.
struct Edited {
    folder: TempDir,
    drafts: BTreeMap<String, Draft>,
    store: Store,
    kept: Option<Names>,
    /// Whether no document depends on the names and titles of others.
    is_plain: bool,
}

const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 2, 1).expect("a day");

fn wanted(folder: &Path) -> Wanted {
    Wanted { folder: folder.to_owned(), drafts: false, base_url: "http://localhost/".to_owned() }
}

impl Edited {
    fn new(dice: &mut Dice, settings: &str, is_plain: bool) -> Edited {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("content")).expect("a folder for content");
        std::fs::write(folder.path().join("afterword.toml"), settings).expect("settings");
        std::fs::write(folder.path().join("content/img.png"), "a picture").expect("a picture");
        std::fs::write(folder.path().join("content/raw.png"), "a picture").expect("a picture");
        let mut drafts = BTreeMap::new();
        for number in 0..14 {
            let mut draft = Draft::new(dice, number);
            if is_plain {
                draft.be_plain();
            }
            std::fs::write(folder.path().join(format!("content/d{number}.md")), draft.text())
                .expect("a document");
            drafts.insert(format!("d{number}.md"), draft);
        }
        let store = Store::open(wanted(folder.path())).expect("a site");
        Edited { folder, drafts, store, kept: None, is_plain }
    }

    fn file(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder").join("content").join(path)
    }

    /// Changes something, and returns what and which paths are other ones now.
    fn change(&mut self, dice: &mut Dice, number: usize) -> (String, BTreeSet<PathBuf>) {
        let paths: Vec<String> = self.drafts.keys().cloned().collect();
        let path = dice.pick(&paths).clone();
        match dice.below(60) {
            0 if paths.len() > 8 => {
                self.drafts.remove(&path);
                std::fs::remove_file(self.file(&path)).expect("a deleted file");
                (format!("{path} is deleted"), [self.file(&path)].into())
            }
            1 if paths.len() < 16 => {
                let draft = Draft::new(dice, number);
                let path = format!("d{number}.md");
                std::fs::write(self.file(&path), draft.text()).expect("a new file");
                self.drafts.insert(path.clone(), draft);
                (format!("{path} is new"), [self.file(&path)].into())
            }
            2 => {
                let new = format!("sub/e{number}.md");
                let draft = self.drafts.remove(&path).expect("it is there");
                std::fs::create_dir_all(self.file("sub")).expect("a folder");
                std::fs::rename(self.file(&path), self.file(&new)).expect("a renamed file");
                self.drafts.insert(new.clone(), draft);
                (format!("{path} is {new}"), [self.file(&path), self.file(&new), self.file("sub")].into())
            }
            3 | 4 if !self.is_plain => {
                let lock = self.folder.path().canonicalize().expect("the folder").join(source::LOCK);
                let _ = std::fs::remove_dir_all(&lock);
                if dice.below(4) > 0 {
                    std::fs::create_dir(&lock).expect("a folder for the lock");
                    for (name, text) in self.ledger().files() {
                        std::fs::write(lock.join(name), text).expect("a file of the lock");
                    }
                }
                ("the lock".to_owned(), [lock].into())
            }
            5 => {
                let file = self.folder.path().canonicalize().expect("the folder").join(citation::FILE);
                let id = self.store.ledger.0.ids().keys().next().map_or("ll-000000", |id| *id).to_owned();
                let line = format!("{{\"id\":\"{id}\",\"path\":\"src/a.rs\",\"line\":{number}}}");
                let text = format!("{{\"version\":1,\"repositories\":{{\"pay\":{{\"files\":[{line}]}}}}}}");
                std::fs::write(&file, text).expect("citations");
                ("citations".to_owned(), [file].into())
            }
            roll => {
                let mut touched = BTreeSet::new();
                let mut what = String::new();
                for _ in 0..if roll < 10 { 3 } else { 1 } {
                    let path = dice.pick(&paths).clone();
                    let draft = self.drafts.get_mut(&path).expect("it is there");
                    let _ = write!(what, "{path}: {}; ", draft.edit(dice));
                    if self.is_plain {
                        draft.be_plain();
                    }
                    let text = draft.text();
                    std::fs::write(self.file(&path), text).expect("a file that is saved");
                    touched.insert(self.file(&path));
                }
                (what, touched)
            }
        }
    }

    /// Returns what the lock would hold if somebody locked the site now.
    fn ledger(&self) -> Ledger {
        let documents = self.store.documents.values().map(|(_, document)| Arc::clone(document));
        let mut documents: Vec<Arc<Document>> = documents.filter(|one| !one.draft).collect();
        let lock = Lock { ledger: self.store.ledger.0.clone(), ..Lock::default() };
        let settled = knowledge::identify(&mut documents, lock, &Answers::default(), &mut Vec::new());
        settled.lock(&documents).0
    }
}

/// Returns every file of a connected site with its bytes, made by a renderer that was begun with what was kept of the one before.
fn shown(
    store: &mut Store,
    connected: &Connected,
    kept: Option<(Names, Vec<usize>)>,
    wanted: &dyn Fn(usize) -> bool,
) -> (BTreeMap<String, String>, Names) {
    let mut theme = store.theme.take().expect("a theme");
    let phrases = theme.phrases().clone();
    let parts = Rendered {
        root: &store.root,
        config: &store.config,
        knowledge: &connected.knowledge,
        plan: &connected.plan,
        statics: &store.statics.files,
        phrases: &phrases,
        version: "0",
    };
    let renderer = match kept {
        Some((kept, edited)) => Renderer::again(parts, &mut theme, kept, &edited),
        None => Renderer::new(parts, &mut theme),
    };
    let mut others = std::collections::HashMap::new();
    for (path, piece) in renderer.others() {
        others.entry(path).or_insert(piece);
    }
    let mut files = BTreeMap::new();
    for (number, (path, piece)) in renderer.files().into_iter().enumerate() {
        let found = renderer.page_at(&path).or_else(|| others.get(&path).cloned());
        let found = found.unwrap_or_else(|| panic!("`{path}` is not found"));
        if files.contains_key(&path) {
            continue;
        }
        assert_eq!(found, piece, "{path}");
        let bytes = if wanted(number) {
            let made = renderer.make(&path, &found);
            made.map_or_else(
                |error| error.to_string(),
                |made| String::from_utf8_lossy(&made.bytes).into_owned(),
            )
        } else {
            String::new()
        };
        files.insert(path, bytes);
    }
    let kept = renderer.into_names();
    store.theme = Some(theme);
    (files, kept)
}

/// Says what differs, in the first line that does.
#[track_caller]
fn same(name: &str, one: &dyn Debug, other: &dyn Debug, what: &str) {
    let (one, other) = (format!("{one:#?}"), format!("{other:#?}"));
    if one != other {
        let first = one.lines().zip(other.lines()).enumerate().find(|(_, (a, b))| a != b);
        panic!("{what}: {name}: {first:?}, {} and {} lines", one.lines().count(), other.lines().count());
    }
}

fn related(knowledge: &Knowledge) -> Vec<&[Related]> {
    (0..knowledge.documents.len()).map(|index| knowledge.related(index)).collect()
}

fn same_site(again: &Connected, fresh: &Connected, what: &str) {
    let (a, b) = (&again.knowledge, &fresh.knowledge);
    let parts: [(&str, &dyn Debug, &dyn Debug); 15] = [
        ("documents", &a.documents, &b.documents),
        ("incident", &a.incident, &b.incident),
        ("postmortems", &a.postmortems, &b.postmortems),
        ("backlinks", &a.backlinks, &b.backlinks),
        ("related", &related(a), &related(b)),
        ("copies", &a.copies, &b.copies),
        ("lessons", &a.lessons, &b.lessons),
        ("settlement", &a.settlement, &b.settlement),
        ("moved", &a.moved, &b.moved),
        ("recurring", &a.recurring, &b.recurring),
        ("citations", &a.citations, &b.citations),
        ("guards", &a.guards, &b.guards),
        ("terms", &a.terms, &b.terms),
        ("plan", &again.plan, &fresh.plan),
        ("findings", &again.findings().collect::<Vec<_>>(), &fresh.findings().collect::<Vec<_>>()),
    ];
    for (name, one, other) in parts {
        same(name, one, other, what);
    }
}

/// Edits a site so many times, and compares it each time with the same site opened anew; returns how often it could be kept.
fn follow(seed: u64, edits: usize, settings: &str, is_plain: bool) -> usize {
    let mut dice = Dice(seed);
    let mut site = Edited::new(&mut dice, settings, is_plain);
    let mut followed = 0;
    for number in 0..edits {
        let (what, paths) =
            if number == 0 { Default::default() } else { site.change(&mut dice, 100 + number) };
        let what = format!("edit {number} of {seed:x}, {what}");
        if number > 0 {
            site.store.refresh(&Touched { paths, unsure: false }).expect("a site that can be read");
        }
        let mut again = site.store.connect(DAY);
        let mut store = Store::open(wanted(site.folder.path())).expect("a site");
        let fresh = store.connect(DAY);
        same_site(&again, &fresh, &what);
        let edited = again.edited.take();
        followed += usize::from(edited.is_some());
        let kept = site.kept.take().zip(edited);
        // Each time another part of the pages is made, all of them after a while.
        let wanted = |file: usize| (file + number).is_multiple_of(9);
        let (pages, kept) = shown(&mut site.store, &again, kept, &wanted);
        let (new, _) = shown(&mut store, &fresh, None, &wanted);
        for (path, page) in &new {
            let has = pages.get(path).unwrap_or_else(|| panic!("{what}: `{path}` is missing"));
            let line = has.lines().zip(page.lines()).find(|(a, b)| a != b);
            assert!(has == page, "{what}: `{path}`: {line:?}");
        }
        assert_eq!(pages.len(), new.len(), "{what}");
        site.kept = Some(kept);
        site.store.give_back(again);
    }
    followed
}

#[test]
fn a_title_that_goes_together_with_the_link_by_it_leaves_no_backlink() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("a.md", "# The pager\n\nSee [[The old queue]].\n");
    write("b.md", "# The old queue\n\nIt filled.\n");
    let mut store = Store::open(wanted(folder.path())).expect("a site");
    let before = store.connect(DAY);
    assert_eq!(before.knowledge.backlinks.iter().flatten().count(), 1);
    store.give_back(before);
    write("a.md", "# The pager\n\nIt slept.\n");
    write("b.md", "# The new queue\n\nIt filled.\n");
    store.refresh(&Touched { unsure: true, ..Touched::default() }).expect("a site that can be read");
    let fresh = Store::open(wanted(folder.path())).expect("a site").connect(DAY);
    same_site(&store.connect(DAY), &fresh, "both edited");
}

#[test]
fn what_is_kept_after_an_edit_is_what_connecting_anew_gives() {
    let followed = follow(0x9e37_79b9_7f4a_7c15, 160, "title = \"Edited\"\n", false);
    assert!(followed > 40, "few edits were followed: {followed}");
    let settings =
        "title = \"Edited\"\nbase_url = \"https://example.org/\"\n[services.database]\nteam = \"Harbour\"\n";
    let followed = follow(0x2545_f491_4f6c_dd1d, 160, settings, false);
    assert!(followed > 40, "few edits were followed: {followed}");
    // No document depends on the names of others, so more kinds of edits are.
    let followed = follow(0x5851_f42d_4c95_7f2d, 160, settings, true);
    assert!(followed > 50, "few edits were followed: {followed}");
}
