//! Sites in temporary folders, and what becomes of them.

use super::*;
use std::collections::BTreeMap;
use tempfile::TempDir;

/// A folder with a site `dist` in it, or none yet.
struct Ground {
    folder: TempDir,
}

/// What a site is made of in these tests: paths and their text.
type Files<'a> = &'a [(&'a str, &'a str)];

const FORCED: Options = Options { force: true };
const USUAL: Options = Options { force: false };
const WAYS: [Way; 3] = [Way::Exchange, Way::Aside, Way::InPlace];

impl Ground {
    fn new() -> Ground {
        Ground { folder: TempDir::new().unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn out(&self) -> PathBuf {
        self.path().join("dist")
    }

    fn build(&self, files: Files) -> Result<Summary, Error> {
        self.build_by(files, &USUAL, Way::Exchange)
    }

    fn build_by(&self, files: Files, options: &Options, way: Way) -> Result<Summary, Error> {
        let site = Site::begin_by(&self.out(), options, way)?;
        for (path, text) in files {
            site.write(path, text.as_bytes())?;
        }
        site.finish()
    }

    /// Puts a file of somebody else into the site.
    fn put(&self, path: &str, text: &str) {
        let path = self.out().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Checks that the site has these files and no other, and that nothing lies around beside it.
    #[track_caller]
    fn holds(&self, files: Files) {
        let expected: BTreeMap<String, String> =
            files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        assert_eq!(read(&self.out()), expected);
        assert!(is_ours(&self.out()));
        self.is_tidy();
    }

    #[track_caller]
    fn is_tidy(&self) {
        let names = |folder: &Path| -> Vec<String> {
            let items = std::fs::read_dir(folder).into_iter().flatten();
            items.map(|item| item.unwrap().file_name().into_string().unwrap()).collect()
        };
        let stray: Vec<String> = names(self.path()).into_iter().filter(|name| name != "dist").collect();
        assert_eq!(stray, Vec::<String>::new());
        let stray = names(&self.out()).into_iter().filter(|name| name.starts_with(".afterword-"));
        assert_eq!(stray.collect::<Vec<String>>(), Vec::<String>::new());
    }

    /// Makes a folder beside the site, as a killed build leaves it, and returns it.
    fn leftover(&self, name: &str, with_marker: bool) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.join("incidents/a")).unwrap();
        std::fs::write(path.join("incidents/a/index.html"), "half").unwrap();
        if with_marker {
            std::fs::write(path.join(OUTPUT_MARKER), manifest::UNFINISHED).unwrap();
        }
        path
    }
}

/// Reads all files of a site but the marker; a folder is `path/`, a link is `-> target`.
fn read(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for item in std::fs::read_dir(next).unwrap() {
            let path = item.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            let kind = std::fs::symlink_metadata(&path).unwrap();
            if kind.is_dir() {
                if std::fs::read_dir(&path).unwrap().next().is_none() {
                    found.insert(format!("{name}/"), String::new());
                }
                folders.push(path);
            } else if kind.is_symlink() {
                found.insert(name, format!("-> {}", std::fs::read_link(&path).unwrap().display()));
            } else if name != OUTPUT_MARKER {
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// Sets a time of long ago, so that a file written anew cannot have it by chance.
fn age(path: &Path) -> Metadata {
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    std::fs::symlink_metadata(path).unwrap()
}

#[track_caller]
fn is_untouched(path: &Path, before: &Metadata) {
    let now = std::fs::symlink_metadata(path).unwrap();
    assert_eq!(now.modified().unwrap(), before.modified().unwrap());
    assert!(is_same_file(&now, before), "the same file");
}

#[track_caller]
fn refuses<T>(result: Result<T, Error>, part: &str) -> Error {
    let error = result.err().expect("it is refused");
    assert!(error.message.contains(part), "{error}");
    error
}

#[test]
fn a_first_build_makes_the_folder_and_those_above_it() {
    let ground = Ground::new();
    let files: Files = &[("index.html", "home"), ("incidents/dns/index.html", "dns"), ("事故/é\n.html", "")];
    let out = ground.path().join("a/b/dist");
    let site = Site::begin(&out, &USUAL).unwrap();
    for (path, text) in files {
        site.write(path, text.as_bytes()).unwrap();
    }
    assert!(!out.exists(), "nothing is there before the end");
    let summary = site.finish().unwrap();
    assert_eq!(
        summary,
        Summary { written: 3, unchanged: 0, removed: 0, carried: 0, bytes: 7, swap: Swap::New }
    );
    assert_eq!(read(&out).len(), 3);
    let marker = std::fs::read_to_string(out.join(OUTPUT_MARKER)).unwrap();
    assert_eq!(marker.lines().next(), Some("afterword 1 3"));
    assert!(is_ours(&out));
    assert!(!is_ours(ground.path()));
}

#[test]
fn a_rebuild_changes_only_what_has_changed() {
    for way in WAYS {
        let ground = Ground::new();
        ground
            .build(&[("index.html", "home"), ("a/b/same.html", "same"), ("a/c/gone.html", "gone")])
            .unwrap();
        let same = ground.out().join("a/b/same.html");
        let before = age(&same);
        let files: Files = &[("index.html", "new home"), ("a/b/same.html", "same"), ("d/new.html", "new")];
        let summary = ground.build_by(files, &USUAL, way).unwrap();
        let swap = match way {
            Way::Exchange => Swap::Exchanged,
            Way::Aside => Swap::Renamed,
            Way::InPlace => Swap::InPlace,
        };
        assert_eq!(summary, Summary { written: 2, unchanged: 1, removed: 1, carried: 0, bytes: 15, swap });
        ground.holds(files);
        is_untouched(&same, &before);
        assert!(!ground.out().join("a/c").exists(), "no empty folder stays: {way:?}");
        ground.build(files).unwrap();
        assert_eq!(ground.build_by(files, &USUAL, way).unwrap().swap, Swap::Kept);
    }
}

#[test]
fn a_rebuild_of_the_same_keeps_the_very_folder() {
    for way in WAYS {
        let ground = Ground::new();
        let files: Files = &[("index.html", "home"), ("a/b.html", "b")];
        ground.build(files).unwrap();
        ground.put("CNAME", "example.com");
        let folder = std::fs::metadata(ground.out()).unwrap();
        let marker = age(&ground.out().join(OUTPUT_MARKER));
        let summary = ground.build_by(files, &USUAL, way).unwrap();
        assert_eq!(
            summary,
            Summary { written: 0, unchanged: 2, removed: 0, carried: 1, bytes: 5, swap: Swap::Kept }
        );
        assert!(is_same_file(&folder, &std::fs::metadata(ground.out()).unwrap()));
        is_untouched(&ground.out().join(OUTPUT_MARKER), &marker);
        ground.is_tidy();
    }
}

#[test]
fn a_file_that_somebody_edited_is_written_anew() {
    for way in WAYS {
        let ground = Ground::new();
        let files: Files = &[("index.html", "home"), ("a.html", "aaaa")];
        ground.build(files).unwrap();
        let edited = ground.out().join("a.html");
        let before = std::fs::metadata(&edited).unwrap();
        // The same size and the same time: only the bytes can tell.
        std::fs::write(&edited, "bbbb").unwrap();
        let file = File::options().write(true).open(&edited).unwrap();
        file.set_modified(before.modified().unwrap()).unwrap();
        assert_eq!(ground.build_by(files, &USUAL, way).unwrap().written, 1);
        ground.holds(files);
    }
}

#[test]
fn an_old_file_is_told_only_as_we_wrote_it() {
    let ground = Ground::new();
    ground.build(&[("a/card.png", "picture"), ("b.png", "other")]).unwrap();
    ground.put("b.png", "others");
    ground.put("c.png", "of somebody else");
    let site = Site::begin(&ground.out(), &USUAL).unwrap();
    assert_eq!(site.old("a/card.png").as_deref(), Some(&b"picture"[..]));
    for path in ["b.png", "c.png", "d.png", "../dist/a/card.png", "a"] {
        assert_eq!(site.old(path), None, "{path}");
    }
}

#[test]
fn a_file_that_somebody_deleted_comes_back() {
    let ground = Ground::new();
    let files: Files = &[("index.html", "home"), ("a/b.html", "b")];
    ground.build(files).unwrap();
    std::fs::remove_dir_all(ground.out().join("a")).unwrap();
    assert_eq!(ground.build(files).unwrap().written, 1);
    ground.holds(files);
}

#[test]
fn the_same_site_has_the_same_bytes_wherever_it_is_built() {
    let (one, other) = (Ground::new(), Ground::new());
    one.build(&[("b", "2"), ("a/x", "1")]).unwrap();
    other.build(&[("old", "")]).unwrap();
    other.build(&[("a/x", "1"), ("b", "2")]).unwrap();
    let marker = |ground: &Ground| std::fs::read(ground.out().join(OUTPUT_MARKER)).unwrap();
    assert_eq!(marker(&one), marker(&other));
}

#[test]
fn a_folder_of_others_is_refused_and_untouched() {
    let ground = Ground::new();
    ground.put("thesis.txt", "years of work");
    let error = refuses(Site::begin(&ground.out(), &USUAL), "did not write");
    assert!(error.help.unwrap().contains("--force"));
    assert_eq!(read(&ground.out()).len(), 1);
    assert!(!is_ours(&ground.out()));
    ground.is_tidy();
}

#[test]
fn an_empty_folder_is_nobodys() {
    for way in WAYS {
        let ground = Ground::new();
        std::fs::create_dir(ground.out()).unwrap();
        ground.build_by(&[("a", "1")], &USUAL, way).unwrap();
        ground.holds(&[("a", "1")]);
    }
}

#[test]
fn force_writes_among_the_files_of_others_and_loses_none() {
    for way in WAYS {
        let ground = Ground::new();
        ground.put("thesis.txt", "years of work");
        ground.put("index.html", "theirs");
        let summary = ground.build_by(&[("index.html", "ours"), ("a/b", "1")], &FORCED, way).unwrap();
        assert_eq!((summary.carried, summary.removed), (1, 0));
        ground.holds(&[("index.html", "ours"), ("a/b", "1"), ("thesis.txt", "years of work")]);
        // From now on the folder is ours, and the file is still theirs.
        ground.build_by(&[("a/b", "2")], &USUAL, way).unwrap();
        ground.holds(&[("a/b", "2"), ("thesis.txt", "years of work")]);
    }
}

#[test]
fn a_marker_that_cannot_be_understood_asks_for_force() {
    let ground = Ground::new();
    ground.build(&[("a", "1"), ("b", "2")]).unwrap();
    for text in ["", "afterword 1 2\n", "afterword 9 0\n", "afterword 1 1\n0 0 ../dist\n", "my notes"] {
        std::fs::write(ground.out().join(OUTPUT_MARKER), text).unwrap();
        refuses(ground.build(&[("a", "1")]), ".afterword");
    }
    ground.build_by(&[("a", "1")], &FORCED, Way::Exchange).unwrap();
    ground.holds(&[("a", "1"), ("b", "2")]);
}

#[test]
fn a_file_is_no_folder_for_a_site() {
    let ground = Ground::new();
    std::fs::write(ground.out(), "a file").unwrap();
    refuses(Site::begin(&ground.out(), &FORCED), "not a folder");
    assert_eq!(std::fs::read_to_string(ground.out()).unwrap(), "a file");
    refuses(Site::begin(Path::new("/"), &USUAL), "root");
}

#[test]
fn files_of_others_are_carried_over() {
    for way in WAYS {
        let ground = Ground::new();
        ground.build(&[("index.html", "1"), ("a/page.html", "1")]).unwrap();
        ground.put("CNAME", "example.com");
        ground.put("a/note.txt", "beside a page");
        ground.put(".git/objects/ab/cd", "blob");
        std::fs::create_dir_all(ground.out().join(".git/refs/tags")).unwrap();
        let cname = age(&ground.out().join("CNAME"));
        let summary = ground.build_by(&[("index.html", "2")], &USUAL, way).unwrap();
        assert_eq!((summary.carried, summary.removed), (3, 1));
        ground.holds(&[
            ("index.html", "2"),
            ("CNAME", "example.com"),
            ("a/note.txt", "beside a page"),
            (".git/objects/ab/cd", "blob"),
            (".git/refs/tags/", ""),
        ]);
        is_untouched(&ground.out().join("CNAME"), &cname);
    }
}

#[test]
#[cfg(unix)]
fn links_of_others_are_carried_and_never_followed() {
    for way in WAYS {
        let ground = Ground::new();
        let elsewhere = TempDir::new().unwrap();
        std::fs::write(elsewhere.path().join("page.html"), "outside").unwrap();
        ground.build(&[("index.html", "1"), ("a/page.html", "outside"), ("b.html", "b")]).unwrap();
        // A link took the place of a folder of ours, another one that of a file; a third leads nowhere.
        std::fs::remove_dir_all(ground.out().join("a")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), ground.out().join("a")).unwrap();
        std::fs::remove_file(ground.out().join("b.html")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("page.html"), ground.out().join("b.html")).unwrap();
        std::os::unix::fs::symlink("../nowhere", ground.out().join("broken")).unwrap();

        let error = refuses(ground.build_by(&[("a/page.html", "outside")], &USUAL, way), "dist/a`");
        assert!(error.message.contains("did not write"), "{error}");
        ground.build_by(&[("index.html", "2"), ("b.html", "b")], &USUAL, way).unwrap();
        let link = format!("-> {}", elsewhere.path().display());
        ground.holds(&[("index.html", "2"), ("b.html", "b"), ("a", &link), ("broken", "-> ../nowhere")]);

        ground.build_by(&[("a/page.html", "outside")], &FORCED, way).unwrap();
        ground.holds(&[("a/page.html", "outside"), ("broken", "-> ../nowhere")]);
        assert!(!is_same_file(
            &std::fs::metadata(ground.out().join("a/page.html")).unwrap(),
            &std::fs::metadata(elsewhere.path().join("page.html")).unwrap()
        ));
        assert_eq!(read(elsewhere.path()).len(), 1, "nothing is deleted behind a link");
    }
}

#[test]
fn a_file_of_others_in_the_way_stops_the_build() {
    let cases: [(&str, &str); 3] = [("CNAME", "CNAME"), ("tags", "tags/dns.html"), ("tags/mine", "tags")];
    for way in WAYS {
        for (theirs, ours) in cases {
            let ground = Ground::new();
            ground.build(&[("index.html", "1")]).unwrap();
            ground.put(theirs, "theirs");
            let error = refuses(ground.build_by(&[(ours, "ours")], &USUAL, way), theirs);
            assert!(error.help.unwrap().contains("--force"));
            ground.holds(&[("index.html", "1"), (theirs, "theirs")]);
            ground.build_by(&[(ours, "ours")], &FORCED, way).unwrap();
            ground.holds(&[(ours, "ours")]);
        }
    }
}

#[test]
fn files_and_folders_of_ours_may_change_places() {
    for way in WAYS {
        let ground = Ground::new();
        ground.build(&[("a", "file"), ("b/c/d", "deep"), ("b/e", "e")]).unwrap();
        ground.build_by(&[("a/x", "folder"), ("b", "file")], &USUAL, way).unwrap();
        ground.holds(&[("a/x", "folder"), ("b", "file")]);
    }
}

#[test]
fn dropping_a_site_leaves_the_old_one() {
    for way in WAYS {
        let ground = Ground::new();
        ground.build(&[("a", "1"), ("b/c", "1")]).unwrap();
        let before = age(&ground.out().join("b/c"));
        let site = Site::begin_by(&ground.out(), &USUAL, way).unwrap();
        site.write("a", b"2").unwrap();
        site.write("b/c", b"1").unwrap();
        drop(site);
        ground.holds(&[("a", "1"), ("b/c", "1")]);
        is_untouched(&ground.out().join("b/c"), &before);
    }
    let ground = Ground::new();
    drop(Site::begin(&ground.out(), &USUAL).unwrap());
    assert!(!ground.out().exists());
    ground.is_tidy();
}

#[test]
fn hostile_paths_are_refused_and_nothing_is_published_then() {
    let ground = Ground::new();
    for path in [
        "../x",
        "/tmp/x",
        "a//b",
        "a/../../x",
        "",
        ".",
        "a\0b",
        ".afterword",
        ".Afterword/x",
        "a/.git/config",
    ] {
        let site = Site::begin(&ground.out(), &USUAL).unwrap();
        site.write("index.html", b"1").unwrap();
        refuses(site.write(path, b"x"), "cannot write");
        refuses(site.finish(), "stays as it was");
        assert!(!ground.out().exists(), "{path:?}");
    }
    ground.is_tidy();
}

#[test]
fn paths_that_are_too_long_are_named() {
    let ground = Ground::new();
    let site = Site::begin(&ground.out(), &USUAL).unwrap();
    site.write(&format!("a/{}", "x".repeat(255)), b"").unwrap();
    refuses(site.write(&format!("a/{}", "é".repeat(128)), b""), "256 bytes");
    let long = format!("{}end", "folder/".repeat(2000));
    refuses(site.write(&long, b""), "folder/end");
}

#[test]
fn a_path_is_written_once() {
    let ground = Ground::new();
    ground.build(&[("same", "1"), ("x/y", "1")]).unwrap();
    // Whether the file is new or the same as in the old site makes no difference.
    for (first, second, why) in [
        ("same", "same", "already"),
        ("new", "new", "already"),
        ("x/y", "x", "folder"),
        ("x/y", "x/y/z", "file"),
        ("same", "same/a/b", "file"),
        ("n/a/b", "n", "folder"),
        ("n", "n/a/b", "file"),
    ] {
        let site = Site::begin(&ground.out(), &USUAL).unwrap();
        site.write(first, b"1").unwrap();
        refuses(site.write(second, b"1"), why);
    }
    ground.holds(&[("same", "1"), ("x/y", "1")]);
}

#[test]
fn threads_write_at_the_same_time() {
    let ground = Ground::new();
    let numbers: Vec<usize> = (0..500).collect();
    for round in 0..3 {
        let site = Site::begin(&ground.out(), &USUAL).unwrap();
        numbers.par_iter().for_each(|number| {
            let text = if number % 5 == 0 { format!("{number} {round}") } else { number.to_string() };
            site.write(&format!("a{}/b{}/{number}.html", number % 7, number % 3), text.as_bytes()).unwrap();
        });
        let summary = site.finish().unwrap();
        assert_eq!(summary.unchanged, if round == 0 { 0 } else { 400 });
    }
    assert_eq!(read(&ground.out()).len(), 500);
    assert_eq!(read(&ground.out())["a5/b2/5.html"], "5 2");
}

#[test]
fn leftovers_of_killed_builds_are_deleted() {
    for way in WAYS {
        let ground = Ground::new();
        ground.build(&[("a", "1")]).unwrap();
        ground.leftover(".dist.afterword-99999-0", true);
        ground.leftover(".dist.afterword-old-99999-1", true);
        ground.leftover("dist/.afterword-99999-2", true);
        std::fs::create_dir(ground.path().join(".dist.afterword-99999-3")).unwrap();
        ground.build_by(&[("a", "2")], &USUAL, way).unwrap();
        ground.holds(&[("a", "2")]);
    }
}

#[test]
fn what_only_looks_like_a_leftover_stays() {
    let ground = Ground::new();
    ground.build(&[("a", "1")]).unwrap();
    let kept = [
        ground.leftover(".dist.afterword-1-1", false),
        ground.leftover(".dist.afterword-notes", true),
        ground.leftover(".dist.afterword-1-1-1", true),
        ground.leftover(".dist2.afterword-1-1", true),
        ground.leftover("dist.afterword-1-1", true),
    ];
    ground.build(&[("a", "2")]).unwrap();
    for path in kept {
        assert!(path.join("incidents/a/index.html").exists(), "{}", path.display());
    }
}

#[test]
fn the_folder_of_a_running_build_is_no_leftover() {
    for way in WAYS {
        let ground = Ground::new();
        ground.build(&[("a", "0"), ("b", "0")]).unwrap();
        let one = Site::begin_by(&ground.out(), &USUAL, way).unwrap();
        one.write("a", b"1").unwrap();
        one.write("b", b"0").unwrap();
        let other = Site::begin_by(&ground.out(), &USUAL, way).unwrap();
        other.write("a", b"2").unwrap();
        assert_eq!(other.finish().unwrap().removed, 1);
        assert_eq!(std::fs::read_to_string(ground.out().join("a")).unwrap(), "2");
        assert!(!ground.out().join("b").exists());
        // The file that this one has in common with the old site is safe, though the old site is gone.
        one.finish().unwrap();
        ground.holds(&[("a", "1"), ("b", "0")]);
    }
}

#[test]
fn two_first_builds_at_once_both_end_well() {
    let ground = Ground::new();
    let one = Site::begin(&ground.out(), &USUAL).unwrap();
    let other = Site::begin(&ground.out(), &USUAL).unwrap();
    one.write("a", b"1").unwrap();
    other.write("b", b"2").unwrap();
    assert_eq!(one.finish().unwrap().swap, Swap::New);
    assert_eq!(other.finish().unwrap().swap, Swap::Exchanged);
    ground.holds(&[("b", "2")]);
}

#[test]
fn many_builds_at_once_leave_one_whole_site() {
    for way in WAYS {
        let ground = Ground::new();
        ground.build(&[("shared/x", "x")]).unwrap();
        ground.put("CNAME", "example.com");
        std::thread::scope(|scope| {
            for number in 0..4 {
                let ground = &ground;
                scope.spawn(move || {
                    for _ in 0..5 {
                        let text = number.to_string();
                        let own = format!("own-{number}/index.html");
                        let files: Files = &[("shared/x", "x"), ("shared/y", &text), (&own, &text)];
                        ground.build_by(files, &USUAL, way).unwrap();
                    }
                });
            }
        });
        let number = read(&ground.out())["shared/y"].clone();
        let own = format!("own-{number}/index.html");
        ground.holds(&[("shared/x", "x"), ("shared/y", &number), (&own, &number), ("CNAME", "example.com")]);
    }
}

#[test]
fn a_site_left_aside_by_a_crash_is_put_back() {
    for with_empty_folder in [false, true] {
        let ground = Ground::new();
        ground.build(&[("a", "1")]).unwrap();
        ground.put("CNAME", "example.com");
        let aside = leftover::aside(&ground.out());
        std::fs::rename(ground.out(), &aside).unwrap();
        if with_empty_folder {
            std::fs::create_dir(ground.out()).unwrap();
        }
        ground.leftover(".dist.afterword-99999-0", true);
        let site = Site::begin(&ground.out(), &USUAL).unwrap();
        assert_eq!(read(&ground.out()).len(), 2, "it is back before anything is written");
        site.write("a", b"2").unwrap();
        assert_eq!(site.finish().unwrap().swap, Swap::Exchanged);
        ground.holds(&[("a", "2"), ("CNAME", "example.com")]);
    }
}

#[test]
fn a_site_that_a_living_build_has_put_aside_is_not_put_back() {
    let ground = Ground::new();
    ground.build(&[("a", "1")]).unwrap();
    let lock = staging::lock_site(&ground.out()).unwrap().unwrap();
    let aside = leftover::aside(&ground.out());
    std::fs::rename(ground.out(), &aside).unwrap();
    drop(Site::begin(&ground.out(), &USUAL).unwrap());
    assert!(aside.exists() && !ground.out().exists());
    drop(lock);
    drop(Site::begin(&ground.out(), &USUAL).unwrap());
    ground.holds(&[("a", "1")]);
}

#[test]
fn a_site_aside_is_kept_while_nothing_of_ours_is_in_its_place() {
    let ground = Ground::new();
    ground.build(&[("a", "1")]).unwrap();
    let aside = leftover::aside(&ground.out());
    std::fs::rename(ground.out(), &aside).unwrap();
    ground.put("other", "theirs");
    ground.build_by(&[("b", "2")], &FORCED, Way::Exchange).unwrap();
    assert!(aside.join("a").exists());
}

#[test]
fn a_crash_in_place_is_put_right_by_the_next_build() {
    let ground = Ground::new();
    ground.build(&[("a", "1"), ("gone", "1"), ("same", "1")]).unwrap();
    // As a kill leaves it: the marker lists the files of both builds, and one of two is in place.
    let both = Manifest::new([
        Entry::of("a", b"2"),
        Entry::of("gone", b"1"),
        Entry::of("same", b"1"),
        Entry::of("n", b"2"),
    ]);
    std::fs::write(ground.out().join(OUTPUT_MARKER), both.text()).unwrap();
    std::fs::write(ground.out().join("n"), "2").unwrap();
    ground.leftover("dist/.afterword-99999-2", true);
    let files: Files = &[("a", "2"), ("n", "2"), ("same", "1")];
    let summary = ground.build_by(files, &USUAL, Way::InPlace).unwrap();
    assert_eq!((summary.written, summary.unchanged, summary.removed), (1, 2, 1));
    ground.holds(files);
}

#[test]
#[cfg(unix)]
fn a_link_to_a_folder_stays_and_its_target_is_the_site() {
    let ground = Ground::new();
    let real = TempDir::new().unwrap();
    let target = real.path().join("site");
    std::fs::create_dir(&target).unwrap();
    std::os::unix::fs::symlink(&target, ground.out()).unwrap();
    ground.build(&[("a", "1")]).unwrap();
    ground.build(&[("a", "2")]).unwrap();
    assert!(std::fs::symlink_metadata(ground.out()).unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(target.join("a")).unwrap(), "2");
    assert_eq!(std::fs::read_dir(real.path()).unwrap().count(), 1);
    ground.is_tidy();
    std::fs::remove_dir_all(&target).unwrap();
    refuses(Site::begin(&ground.out(), &USUAL), "dist");
}

#[test]
#[cfg(unix)]
fn permissions_survive() {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::new();
    ground.build(&[("a", "1")]).unwrap();
    ground.put("private/key", "secret");
    let set = |path: &str, mode: u32| {
        std::fs::set_permissions(ground.out().join(path), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set("private/key", 0o400);
    set("private", 0o500);
    set("", 0o750);
    ground.build(&[("a", "2")]).unwrap();
    let mode = |path: &str| std::fs::metadata(ground.out().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("private/key"), mode("private"), mode("")), (0o400, 0o500, 0o750));
    ground.is_tidy();
}

#[test]
fn a_file_that_comes_while_the_folders_change_places_is_rescued() {
    let ground = Ground::new();
    ground.build(&[("a", "1"), ("b/c", "1")]).unwrap();
    ground.put("b/theirs", "first");
    let old = ground.path().join("old");
    let mut survey = Survey::of(&ground.out(), &manifest::read(&ground.out()).unwrap().unwrap()).unwrap();
    let new = Manifest::new([Entry::of("a", b"1"), Entry::of("taken", b"ours")]);
    survey.settle(&ground.out(), &new, &HashSet::new(), false).unwrap();
    // The survey is over; what happens now can only be seen afterwards.
    ground.put("b/late/x", "late");
    std::fs::remove_file(ground.out().join("b/theirs")).unwrap();
    ground.put("b/theirs", "second, longer");
    std::fs::rename(ground.out(), &old).unwrap();
    ground.put("a", "1");
    ground.put("b/theirs", "first");
    survey.retire(&old, &ground.out());
    assert!(!old.exists());
    let found = read(&ground.out());
    assert_eq!((found["b/theirs"].as_str(), found["b/late/x"].as_str()), ("second, longer", "late"));
}

#[test]
fn what_cannot_be_rescued_is_left_where_no_build_deletes_it() {
    let ground = Ground::new();
    ground.build(&[("a", "1"), ("taken", "ours")]).unwrap();
    // An old site whose folder has already changed places, with a file that came too late and has our name.
    let old = ground.leftover(".dist.afterword-99999-0", true);
    std::fs::write(old.join("taken"), "theirs").unwrap();
    Survey::default().retire(&old, &ground.out());
    ground.build(&[("a", "2")]).unwrap();
    assert_eq!(std::fs::read_to_string(old.join("taken")).unwrap(), "theirs");
}
