//! The themes of the program, and what a site makes of them.

use crate::links;
use crate::site::Site;

#[test]
fn the_plain_theme_makes_a_whole_site_without_scripts() {
    let site = Site::of_the_package();
    site.build(&["--theme", "plain"]).code(0);
    links::check(&site.path("dist"));
    let assets: Vec<String> =
        site.files("dist").into_keys().filter(|path| path.starts_with("assets/")).collect();
    assert_eq!(assets, ["assets/style.css"]);
    for (path, bytes) in site.files("dist").iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("<script src"), "{path}");
    }
    // The settings choose it too, and a folder of that name comes first.
    let own = Site::new(&[("afterword.toml", "theme = \"plain\"\n"), ("content/a.md", "# A\n\nWords.\n")]);
    own.build(&[]).code(0);
    assert!(own.read("dist/a/index.html").contains("Words."));
    assert!(!own.read("dist/a/index.html").contains("<script"));
    own.run(["check"]).code(0);
    own.write("plain/404.html", "Mine");
    own.build(&[]).code(0);
    assert_eq!(own.read("dist/404.html"), "Mine");
}

#[test]
fn files_of_a_theme_are_copied_to_be_changed_and_nothing_is_overwritten() {
    let site = Site::new(&[("afterword.toml", "title = \"Ours\"\n"), ("content/a.md", "# A\n\nWords.\n")]);
    let list = site.run(["theme", "eject"]).code(0).stdout;
    for file in ["document.html\n", "assets/style.css\n", "languages/de.toml\n"] {
        assert!(list.contains(file), "{list}");
    }
    assert!(!site.path("theme").exists(), "a list writes nothing");

    site.run(["theme", "eject", "404", "languages/en.toml"])
        .code(0)
        .says("wrote 2 files below `theme`")
        .says("`theme = \"theme\"`");
    site.write("afterword.toml", "title = \"Ours\"\ntheme = \"theme\"\n");
    site.build(&[]).code(0);
    let before = site.read("dist/404.html");
    site.write("theme/404.html", site.read("theme/404.html").replace("[[not_found_text]]", "Gone fishing."));
    site.build(&[]).code(0);
    assert!(site.read("dist/404.html").contains("Gone fishing.") && !before.contains("Gone fishing."));

    let run = site.run(["theme", "eject", "archive.html", "404.html"]).code(2);
    run.says("`theme/404.html` is there already, and nothing was written");
    assert!(!site.path("theme/archive.html").exists());
    site.run(["theme", "eject", "404.html", "--force"]).code(0);
    assert!(site.read("theme/404.html").contains("[[not_found_text]]"));
    site.run(["theme", "eject", "arhive.html"]).code(2).says("did you mean `archive.html`?");
    site.run(["theme", "eject", "404.html", "--to", "../away"]).code(2);
    assert!(!site.root().join("../away").exists());
}

/// A theme that was copied whole makes the same site as the one that it was copied from.
#[test]
fn a_theme_that_was_copied_whole_makes_the_same_pages() {
    let site = Site::new(&[("afterword.toml", ""), ("content/a.md", "# A\n\n- 09:00 UTC: down\n")]);
    site.build(&[]).code(0);
    let before = site.files("dist");
    site.run(["theme", "eject", "--all"]).code(0);
    site.build(&["--theme", "theme"]).code(0);
    for (path, bytes) in site.files("dist").iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(before[path] == *bytes, "{path}");
    }
}
