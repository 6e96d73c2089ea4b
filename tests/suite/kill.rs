//! A build that is killed at any moment leaves the whole old site or the whole new one.

use crate::site::Site;
use crate::site::TODAY;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

const DOCUMENTS: usize = 400;
const KILLS: usize = 20;

/// Gives every document a text that another version does not share.
fn write(site: &Site, version: &str) {
    for number in 0..DOCUMENTS {
        let text = format!(
            "# Incident {number} {version}\n\nThe {version} words of number {number}.\n\n## Lessons\n\n- Remember {version} {number} for ever and a day.\n"
        );
        site.write(&format!("docs/incidents/i{number}.md"), text);
    }
}

/// Numbers that are the same in every run; the generator is Knuth's MMIX one.
struct Numbers(u64);

impl Numbers {
    /// Returns a number from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[test]
fn a_killed_build_leaves_one_whole_site() {
    let site = Site::new(&[("afterword.toml", "content = \"docs\"\n")]);
    let arguments = ["build", ".", "--today", TODAY, "--out", "public/site"];
    fs::create_dir(site.path("public")).expect("a folder for the site");
    let mut whole: BTreeMap<&str, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    let mut longest = Duration::ZERO;
    for version in ["alpha", "beta"] {
        write(&site, version);
        let start = Instant::now();
        site.run(arguments).code(0);
        longest = longest.max(start.elapsed());
        whole.insert(version, site.files("public/site"));
    }
    assert!(whole["alpha"] != whole["beta"]);
    let mut numbers = Numbers(1);
    let mut killed = 0;
    for round in 0..KILLS * 8 {
        if killed == KILLS {
            break;
        }
        let version = if round % 2 == 0 { "alpha" } else { "beta" };
        write(&site, version);
        let mut command = site.command(arguments);
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        // Every second kill falls into the last third, where the folders change places.
        let part = if round % 4 < 2 { numbers.next() } else { 0.66 + numbers.next() * 0.4 };
        std::thread::sleep(longest.mul_f64(part));
        child.kill().expect("a child can be killed");
        let status = child.wait().expect("the child ends");
        match status.signal() {
            Some(_) => killed += 1,
            // The machine is faster now than when the first builds were measured.
            None => longest = longest.mul_f64(0.85),
        }
        let files = site.files("public/site");
        let found = whole.iter().find(|(_, whole)| **whole == files).map(|(version, _)| *version);
        assert!(
            found.is_some(),
            "after kill {round} at {part:.3} the site is neither of the two: {} files",
            files.len()
        );
        assert!(
            status.signal().is_some() || found == Some(version),
            "the build has ended, and the site is still the old one"
        );
    }
    assert_eq!(killed, KILLS, "too few builds were killed before they ended");
    site.run(arguments).code(0);
    let beside: Vec<String> = fs::read_dir(site.path("public"))
        .expect("the folder of the site")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(beside, ["site"], "a good build cleans up after the killed ones");
}
