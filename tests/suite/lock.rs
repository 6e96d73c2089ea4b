//! What people see of `lock`, and what becomes of ids where branches meet: real Git repositories, scripted.

use crate::site::Site;
use snapbox::str;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Command;

/// A repository with a site in it.
struct Repository {
    site: Site,
}

impl Repository {
    fn new() -> Repository {
        let site = Site::new::<&str>(&[]);
        let repository = Repository { site };
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    /// Runs Git and returns whether it was content; who commits and when is always the same.
    fn try_git(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]);
        command.args(["-c", "gc.auto=0", "-c", "core.autocrlf=false", "-c", "core.fsync=none"]);
        command.args(arguments).current_dir(self.site.root());
        for day in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
            command.env(day, "2025-06-01T12:00:00Z");
        }
        for (name, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")] {
            command.env(name, value);
        }
        command.output().expect("git is installed").status.success()
    }

    #[track_caller]
    fn git(&self, arguments: &[&str]) {
        assert!(self.try_git(arguments), "git {arguments:?} in {}", self.site.root().display());
    }

    #[track_caller]
    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    /// Returns the files that Git could not merge.
    fn conflicts(&self) -> Vec<String> {
        let output = Command::new("git")
            .args(["diff", "--name-only", "--diff-filter=U"])
            .current_dir(self.site.root())
            .output()
            .expect("git is installed");
        String::from_utf8(output.stdout).expect("names in UTF-8").lines().map(str::to_owned).collect()
    }

    /// Runs `lock`, and returns what it printed.
    #[track_caller]
    fn lock(&self, arguments: &[&str]) -> String {
        self.site.run(["lock", "."].iter().chain(arguments)).code(0).stderr
    }

    fn write(&self, path: &str, lessons: &[&str]) {
        self.site.write(path, document(path, lessons));
    }

    /// Returns the live ids of the lock with their texts.
    fn live(&self) -> BTreeMap<String, String> {
        let mut live = BTreeMap::new();
        for (_, bytes) in self.site.files("lessons.lock") {
            for line in String::from_utf8(bytes).expect("a lock in UTF-8").lines() {
                let mut words = line.splitn(3, ' ');
                let (Some(id), Some(_), Some(rest)) = (words.next(), words.next(), words.next()) else {
                    continue;
                };
                if id.starts_with("ll-") && rest.starts_with('"') {
                    let end = rest[1..].find("\" was ").map_or(rest.len() - 1, |at| at + 1);
                    live.insert(id.to_owned(), rest[1..end].to_owned());
                }
            }
        }
        live
    }

    /// Returns every id of the lock.
    fn ids(&self) -> Vec<String> {
        let mut ids = Vec::new();
        for (_, bytes) in self.site.files("lessons.lock") {
            let text = String::from_utf8(bytes).expect("a lock in UTF-8");
            ids.extend(
                text.lines()
                    .filter(|line| line.starts_with("ll-"))
                    .map(|line| line.split(' ').next().unwrap_or_default().to_owned()),
            );
        }
        ids
    }
}

fn document(path: &str, lessons: &[&str]) -> String {
    let items: Vec<String> = lessons.iter().map(|text| format!("- {text}")).collect();
    format!(
        "# Outage of {path}\n\nDate: 2025-03-02\n\nIt broke.\n\n## Lessons learned\n\n{}\n",
        items.join("\n")
    )
}

/// Numbers that look like chance and are the same in every run; the method is Marsaglia's xorshift.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 40] = [
            "alert",
            "queue",
            "restore",
            "certificate",
            "deploy",
            "rollback",
            "database",
            "replica",
            "timeout",
            "retry",
            "quota",
            "canary",
            "flag",
            "owner",
            "runbook",
            "pager",
            "latency",
            "disk",
            "cache",
            "token",
            "proxy",
            "schema",
            "backup",
            "leader",
            "network",
            "firewall",
            "limit",
            "budget",
            "dashboard",
            "probe",
            "region",
            "cluster",
            "secret",
            "login",
            "session",
            "upload",
            "invoice",
            "parser",
            "kernel",
            "gateway",
        ];
        WORDS[self.below(WORDS.len())]
    }

    fn lesson(&mut self) -> String {
        format!(
            "Check the {} of every {} before the {} touches the {} and its {}.",
            self.word(),
            self.word(),
            self.word(),
            self.word(),
            self.word()
        )
    }
}

const SHOP: &str = "---\ndate: 2025-03-02\n---\n# The shop was down\n\n## Lessons learned\n\n- Alert on the share of failed payments.\n- Rehearse every restore.\n";

#[test]
fn lock_says_what_it_does() {
    let site = Site::new(&[("shop.md", SHOP)]);
    site.run(["lock", ".", "--dry-run"]).code(0).stderr(str![[r#"
new       ll-7c88vt  Alert on the share of failed payments.
          shop.md
new       ll-1gnck0  Rehearse every restore.
          shop.md
2 ids: 2 new; nothing was written, 1 file would be

"#]]);
    assert!(!site.path("lessons.lock").exists());
    site.run(["lock", ".", "--check"]).code(1);
    site.run(["lock", "."]).code(0);
    site.run(["lock", ".", "--check"]).code(0).stderr(str![[r#"
the lock is up to date: 2 ids

"#]]);
    site.write(
        "shop.md",
        SHOP.replace("Rehearse every restore.", "Rehearse every restore each month.")
            .replace("Alert on", "Never alert on"),
    );
    site.run(["lock", "."]).code(0).stderr(str![[r#"
reworded  ll-1gnck0  shop.md
  was     Rehearse every restore.
  now     Rehearse every restore each month.
question  ll-7c88vt  has lost or gained a negation
          shop.md
  was     Alert on the share of failed payments.
  now?    Never alert on the share of failed payments.
          --keep ll-7c88vt=ll-[..]    [..] % alike
  neither --retire ll-7c88vt
2 ids: 1 reworded; wrote 1 file; 1 question is open

"#]]);
    site.run(["lock", ".", "--retire", "ll-7c88vt", "--because", "too noisy"]).code(0);
    let lock = site.files("lessons.lock").into_values().next().expect("a file of the lock");
    let lock = String::from_utf8(lock).expect("UTF-8");
    assert!(lock.contains("ll-7c88vt lesson retired because \"too noisy\" \"Alert on the share"), "{lock}");
    site.run(["lock", ".", "--keep", "ll-zzzzz0"]).code(2).stderr(str![[r#"
error: the lock has no lesson `ll-zzzzz0`

"#]]);
}

#[test]
fn a_broken_lock_is_left_alone() {
    let site = Site::new(&[
        ("shop.md", SHOP),
        ("lessons.lock/shop.txt", "format 1\ndocument \"shop.md\"\nll-7f3k2m lesson\n"),
    ]);
    for command in ["lock", "build"] {
        let run = site.run([command, "."]).code(1);
        assert!(run.stderr.contains("lessons.lock/shop.txt:3:1"), "{}", run.stderr);
    }
    assert_eq!(site.read("lessons.lock/shop.txt"), "format 1\ndocument \"shop.md\"\nll-7f3k2m lesson\n");
}

#[test]
fn a_locked_lesson_has_a_page_that_never_goes() {
    let site = Site::new(&[("shop.md", SHOP)]);
    site.run(["lock", "."]).code(0);
    site.build(&["--base-url", "https://kb.example.com/"]).code(0);
    let page = site.read("dist/lessons/ll-7c88vt/index.html");
    for part in [
        "<h1 lang=\"en\" dir=\"ltr\">Alert on the share of failed payments.</h1>",
        "https://kb.example.com/lessons/ll-7c88vt/</code>",
        "[ll-7c88vt: Alert on the share of failed payments.](https://kb.example.com/lessons/ll-7c88vt/)</code>",
        "Lesson: ll-7c88vt</code>",
        "<meta property=\"og:title\" content=\"Alert on the share of failed payments.\">",
        "href=\"../../shop/#lesson-alert-on-the-share-of-failed\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(site.read("dist/shop/index.html").contains("href=\"../lessons/ll-7c88vt/\">ll-7c88vt</a>"));
    assert!(site.read("dist/lessons/index.html").contains("lessons/ll-7c88vt/"));
    // The document moves and loses a lesson, and nobody locks: the addresses answer all the same.
    site.write("2025/shop.md", SHOP.replace("- Rehearse every restore.\n", ""));
    fs::remove_file(site.path("shop.md")).expect("the file is there");
    site.build(&[]).code(0);
    assert!(site.read("dist/lessons/ll-7c88vt/index.html").contains("2025/shop/index.html#lesson-alert"));
    assert!(site.read("dist/lessons/ll-1gnck0/index.html").contains("stands in no document any more"));
    assert!(site.read("dist/shop/index.html").contains("2025/shop/"));
    let export = site.export(&[]);
    assert_eq!(export["lessons"][0]["id"], "ll-7c88vt");
    assert_eq!(export["lessons"][0]["provisional"], false);
    assert_eq!(export["documents"][0]["id"], "shop.md");
}

/// What every id that was ever published must answer with: words of the lesson, or a notice.
#[track_caller]
fn answers(site: &Site, id: &str) -> String {
    let page = site.read(&format!("dist/lessons/{id}/index.html"));
    if page.contains("http-equiv=\"refresh\"") {
        return "alias".to_owned();
    }
    let start = page.find("<h1").expect("a heading");
    let text = &page[start..];
    let text = &text[text.find('>').expect("the end of a tag") + 1..text.find("</h1>").expect("the end")];
    let notice = if page.contains("class=\"notice warning\"") { "notice: " } else { "" };
    format!("{notice}{text}")
}

#[test]
fn a_long_history_loses_no_id() {
    let repository = Repository::new();
    let site = &repository.site;
    let mut commits = 0;
    let mut published: BTreeMap<String, ()> = BTreeMap::new();
    let mut commit = |message: &str, lock: bool| {
        if lock {
            repository.lock(&[]);
            published.extend(repository.ids().into_iter().map(|id| (id, ())));
        }
        repository.commit(message);
        commits += 1;
    };
    let ratio = "Alert on the share of failed payments, and tell the owner of the terminal.";
    let restore = "Rehearse every restore before you need it.";
    let rollback = "Roll back first and look for the reason afterwards.";
    let owner = "Name one owner for each queue between two teams.";
    let canary = "A canary that gets no traffic proves nothing.";
    let quota = "Watch the quota of the mail provider like a disk.";
    repository.write("a.md", &[ratio, restore]);
    commit("a", true);
    repository.write("b.md", &[rollback]);
    commit("b, nobody locks", false);
    commit("the publishing job locks", true);
    repository.write("a.md", &[restore, ratio]);
    commit("reorder", false);
    let ratio_2 = "Alert on the share of failed card payments, and tell the owner of the terminal.";
    repository.write("a.md", &[restore, ratio_2]);
    commit("edit", false);
    commit("lock", true);
    let first = repository.live();
    let id_of =
        |words: &str| first.iter().find(|(_, text)| text.contains(words)).expect("a lesson").0.clone();
    let (ratio_id, restore_id, rollback_id) = (id_of("share"), id_of("restore"), id_of("Roll back"));

    // One branch moves and splits, the other adds and edits.
    repository.git(&["checkout", "-q", "-b", "other"]);
    repository.write("c.md", &[owner, canary]);
    commit("other: c", true);
    let owner_2 = "Name one owner for each queue that stands between two teams.";
    repository.write("c.md", &[owner_2, canary]);
    commit("other: edit c", true);
    let rollback_2 = "Roll back first, and look for the reason afterwards with the logs that you kept.";
    repository.write("b.md", &[rollback_2]);
    commit("other: edit b", true);
    repository.write("c.md", &[canary, owner_2, quota]);
    commit("other: add to c, nobody locks", false);
    repository.write("d.md", &["Print the invoice before the ledger is closed."]);
    commit("other: d", true);
    fs::remove_file(site.path("d.md")).expect("d");
    commit("other: delete d", true);
    for number in 0..4 {
        repository.write(
            &format!("e{number}.md"),
            &[&format!("Lesson of tide number {number}: look at the moon.")],
        );
        commit("other: e", number % 2 == 0);
    }

    repository.git(&["checkout", "-q", "main"]);
    fs::create_dir(site.path("2025")).expect("a folder");
    repository.git(&["mv", "a.md", "2025/a.md"]);
    commit("main: move a", false);
    commit("main: lock the move", true);
    repository.write("2025/a.md", &[ratio_2]);
    repository.write("restores.md", &[restore]);
    commit("main: split a", true);
    repository.write("f.md", &["Keep the door of the cold room closed while it rains."]);
    commit("main: f", false);
    repository.write("f.md", &["Keep the door of the cold room closed while it rains or snows."]);
    commit("main: edit f before anybody locked it", true);
    repository.git(&["mv", "f.md", "g.md"]);
    repository.write("g.md", &["Keep the doors of the cold room closed while it rains or snows."]);
    commit("main: move and edit f", true);
    repository.write("2025/a.md", &[]);
    commit("main: delete the lesson of a", true);
    repository.write("2025/a.md", &[ratio_2]);
    commit("main: it is back", true);
    commit("main: nothing", false);

    assert!(repository.try_git(&["merge", "-q", "--no-edit", "other"]), "{:?}", repository.conflicts());
    commit("merge", true);
    for number in 0..3 {
        repository.git(&["mv", &format!("e{number}.md"), &format!("2025/e{number}.md")]);
        commit("move e", number == 2);
    }
    repository.write("c.md", &[canary, quota]);
    commit("delete the owner", true);
    repository.lock(&[
        "--retire",
        &restore_id,
        "--because",
        "we have no backups now",
        "--replaced-by",
        &ratio_id,
    ]);
    commit("retire", true);
    // The last commits are not locked by anybody.
    repository.git(&["mv", "restores.md", "2025/restores.md"]);
    commit("move restores", false);
    repository.write("b.md", &[]);
    commit("delete the rollback", false);
    assert!(commits >= 30, "{commits}");

    site.build(&[]).code(0);
    let mut out = String::new();
    let live = repository.live();
    for id in published.keys() {
        let answer = answers(site, id);
        let words = live.get(id).cloned().unwrap_or_default();
        let _ = writeln!(out, "{id} {answer}");
        assert!(
            answer.starts_with("notice: ") || answer == words.replace('\'', "&#39;"),
            "{id} answers `{answer}` and not `{words}`"
        );
    }
    assert_eq!(answers(site, &ratio_id), ratio_2, "{out}");
    assert_eq!(answers(site, &restore_id), format!("notice: {restore}"), "{out}");
    assert_eq!(answers(site, &rollback_id), format!("notice: {rollback_2}"), "{out}");
    let texts: Vec<&str> = out.lines().map(|line| &line[10..]).collect();
    for expected in [
        "A canary that gets no traffic proves nothing.",
        "Watch the quota of the mail provider like a disk.",
        "Keep the doors of the cold room closed while it rains or snows.",
        "notice: Print the invoice before the ledger is closed.",
        "notice: Name one owner for each queue that stands between two teams.",
        "Lesson of tide number 1: look at the moon.",
    ] {
        assert_eq!(texts.iter().filter(|text| **text == expected).count(), 1, "{expected}\n{out}");
    }
    // Twelve lessons, twelve ids: not one was given twice.
    assert_eq!(texts.len(), 12, "{out}");
}

/// Merges two branches that touch different documents, as often as asked, and returns how often Git met a conflict.
fn merges(start: usize, times: usize) -> usize {
    let mut chance = Chance(0x5eed + start as u64);
    let repository = Repository::new();
    let lessons =
        |chance: &mut Chance, count: usize| -> Vec<String> { (0..count).map(|_| chance.lesson()).collect() };
    let write = |path: &str, lessons: &[String]| {
        repository.write(path, &lessons.iter().map(String::as_str).collect::<Vec<_>>());
    };
    let mut documents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for number in 0..start / 5 {
        documents.insert(format!("s{number}.md"), lessons(&mut chance, 5));
    }
    if start == 0 {
        documents.insert("first.md".to_owned(), lessons(&mut chance, 2));
    }
    for (path, lessons) in &documents {
        write(path, lessons);
    }
    if start > 0 {
        repository.lock(&[]);
    }
    repository.commit("start");
    repository.git(&["tag", "start"]);
    let mut conflicts = 0;
    for time in 0..times {
        repository.git(&["checkout", "-q", "-B", "main", "start"]);
        let mut now = documents.clone();
        // Each branch has the documents whose numbers are even, or odd, and new ones of its own.
        for branch in 0..2 {
            repository.git(&["checkout", "-q", "-B", if branch == 0 { "one" } else { "two" }, "start"]);
            let own: Vec<String> = documents
                .keys()
                .enumerate()
                .filter(|(index, _)| start > 0 && index % 2 == branch)
                .map(|(_, path)| path.clone())
                .collect();
            for _ in 0..1 + chance.below(3) {
                let path = format!("n{time}-{branch}-{}.md", chance.below(100));
                let new = 1 + chance.below(3);
                now.insert(path.clone(), lessons(&mut chance, new));
                write(&path, &now[&path]);
            }
            for _ in 0..chance.below(4).min(own.len()) {
                let path = &own[chance.below(own.len())];
                let Some(list) = now.get_mut(path) else { continue };
                match chance.below(5) {
                    0 => list.push(chance.lesson()),
                    1 => list.reverse(),
                    2 => list[0] = list[0].replace("Check", "Always check"),
                    3 => drop(list.pop()),
                    _ => {
                        let moved = now.remove(path).expect("it is there");
                        fs::remove_file(repository.site.path(path)).expect("the file is there");
                        let to = format!("moved-{branch}/{path}");
                        write(&to, &moved);
                        now.insert(to, moved);
                        continue;
                    }
                }
                write(path, &now[path]);
            }
            repository.lock(&[]);
            repository.commit("branch");
        }
        if !repository.try_git(&["merge", "-q", "--no-edit", "one"]) {
            conflicts += 1;
            repository.git(&["merge", "--abort"]);
        }
    }
    conflicts
}

/// Returns how many merges are tried: a few, or as many as `AFTERWORD_MERGES` says where somebody wants to be sure.
fn times(few: usize) -> usize {
    std::env::var("AFTERWORD_MERGES").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

#[test]
fn branches_that_touch_different_documents_never_meet_in_an_empty_lock() {
    assert_eq!(merges(0, times(12)), 0);
}

#[test]
fn branches_that_touch_different_documents_never_meet_in_a_lock_of_500() {
    assert_eq!(merges(500, times(6)), 0);
}

#[test]
fn a_conflict_in_one_document_is_resolved_by_locking_again() {
    let repository = Repository::new();
    repository.write("a.md", &["Alert on the share of failed payments."]);
    repository.lock(&[]);
    repository.commit("start");
    let before = repository.ids();
    for (branch, lesson) in [("one", "Rehearse every restore."), ("two", "Name an owner of each queue.")] {
        repository.git(&["checkout", "-q", "-b", branch, "main"]);
        repository.write("a.md", &[lesson, "Alert on the share of failed payments."]);
        repository.lock(&[]);
        repository.commit(branch);
    }
    let merged = repository.try_git(&["merge", "-q", "--no-edit", "one"]);
    assert!(!merged && repository.conflicts().contains(&"a.md".to_owned()));
    // The author settles the document; the lock is left as Git wrote it, markers and all.
    repository.write(
        "a.md",
        &[
            "Rehearse every restore.",
            "Name an owner of each queue.",
            "Alert on the share of failed payments.",
        ],
    );
    repository.lock(&[]);
    let text: String = repository
        .site
        .files("lessons.lock")
        .into_values()
        .map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
        .collect();
    assert!(!text.contains("<<<<") && !text.contains("===="), "{text}");
    assert_eq!(repository.live().len(), 3, "{text}");
    assert!(before.iter().all(|id| repository.ids().contains(id)));
    repository.site.run(["lock", ".", "--check"]).code(0);
}
