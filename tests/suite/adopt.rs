//! `adopt`: what was read becomes front matter, and no other byte changes.

use crate::site::Site;
use snapbox::str;

const OLD: &str = "# The disk was full\n\n**Severity:** SEV-2\n\n## Timeline (UTC)\n\n- 08:14 Alerts fire\n- 09:30 Resolved\n";

fn old() -> Site {
    let site = Site::new(&[
        ("2024-03-02-disk.md", OLD),
        ("README.md", "# Outages\n\nWords.\n"),
        ("declared.md", "---\ndate: 2024-01-01\n---\n# Declared\n\nWords.\n"),
    ]);
    site.write("2024-05-06-mark.md", b"\xef\xbb\xbf---\r\ntitle: Mark\r\n---\r\nWords.\r\n");
    site
}

#[test]
fn a_diff_is_shown_and_nothing_is_written() {
    let site = old();
    let before = site.files(".");
    let run = site.run(["adopt"]).code(0);
    assert_eq!(site.files("."), before);
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(
        run.stdout,
        str![[r#"
--- a/2024-03-02-disk.md
+++ b/2024-03-02-disk.md
@@ -1,3 +1,9 @@
+---
+date: 2024-03-02
+severity: SEV-2
+resolved: 2024-03-02T09:30Z
+---
+
 # The disk was full
 
 **Severity:** SEV-2
--- a/2024-05-06-mark.md
+++ b/2024-05-06-mark.md
@@ -1,4 +1,5 @@
 ---
 title: Mark
+date: 2024-05-06
 ---
 Words.

"#]],
    );
}

#[test]
fn what_is_written_is_what_was_shown_and_the_rest_stays() {
    let site = old();
    let before = site.files(".");
    let export = site.export(&[]);
    site.run(["adopt", "--write"]).code(0).says("into 2 documents");
    let after = site.files(".");
    assert_eq!(after["README.md"], before["README.md"]);
    assert_eq!(after["declared.md"], before["declared.md"]);
    let mark = String::from_utf8(after["2024-05-06-mark.md"].clone()).expect("UTF-8");
    assert_eq!(mark, "\u{feff}---\r\ntitle: Mark\r\ndate: 2024-05-06\r\n---\r\nWords.\r\n");
    let disk = site.read("2024-03-02-disk.md");
    assert!(disk.ends_with(&format!("---\n\n{OLD}")), "{disk}");
    // The same facts, now declared.
    let again = site.export(&[]);
    for key in ["title", "date", "started", "detected", "mitigated", "resolved", "severity", "timeline"] {
        for (old, new) in export["documents"]
            .as_array()
            .into_iter()
            .flatten()
            .zip(again["documents"].as_array().into_iter().flatten())
        {
            assert_eq!(old[key], new[key], "{key} of {}", old["path"]);
        }
    }
    site.run(["adopt", "--write"]).code(0).says("nothing to write");
}

#[test]
fn only_what_is_named_is_looked_at() {
    let site = old();
    site.run(["adopt", "--write", "2024-05-06-mark.md"]).code(0).says("into 1 document");
    assert_eq!(site.read("2024-03-02-disk.md"), OLD);
    site.run(["adopt", "gone.md"]).code(2).says("there is no `gone.md`");
}
